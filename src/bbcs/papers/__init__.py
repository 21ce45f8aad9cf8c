"""Papers of a case: build(source) -> list[Paper], pure; each is a view of its entries.

Adding one is a function in a module here and a line in PAPERS.
"""

from __future__ import annotations

from collections.abc import Mapping

from bbcs.record import Record


class PaperKind(Record):
    """One kind of paper: its title, the module of its function (which is called like the kind).

    mark: what stands for the kind in a number where the place has no pattern for it.

    to_person: it goes to the person who reported, so it names them also where staff is complained
    of. needs: the command after which there is such a paper.
    """

    title: str
    mark: str
    module: str
    needs: str
    to_person: bool = False

    @property
    def pattern(self) -> str:
        """The pattern of its numbers where the place has none."""
        return f"{{station}}{self.mark}〔{{year}}〕{{serial}}号"


PAPERS: Mapping[str, PaperKind] = {
    "acceptance": PaperKind("问题受理单", "受", "intake", "accept", to_person=True),
    "one_time": PaperKind(
        "一次性告知单", "告", "notices", "notify --kind 一次性告知", to_person=True
    ),
    "refusal": PaperKind("不予受理告知书", "不", "intake", "refuse", to_person=True),
    "order": PaperKind("交办单", "交", "orders", "assign"),
    "transfer": PaperKind("转办单", "转", "orders", "forward"),
    "remind": PaperKind("催办通知", "催", "supervision", "supervise --kind 催办"),
    "supervise": PaperKind("督办单", "督", "supervision", "supervise --kind 督办"),
    "extension": PaperKind("延期告知书", "延", "notices", "extend", to_person=True),
    "gap": PaperKind("容缺受理告知承诺书", "容", "notices", "gap --owe", to_person=True),
    "result": PaperKind("办结反馈单", "反", "results", "resolve", to_person=True),
    "callback": PaperKind("回访记录单", "访", "results", "callback"),
    "minutes": PaperKind("联席会议纪要", "会", "meetings", "convene"),
}
"""Kind of paper, in the order of a case's life."""
