"""ONE table of every act: what may be said about a case, by which word, with which fields.

Its four pages are joined here. From it come the event codec and the marks of personal fields (`store/codec.py`), the
JSON of `--from`, the commands' options and Chinese help (`cli/verbs.py`), and docs/reference. Adding an act is one row
on a page and one arm each in `domain/evolve.py` and `domain/decide.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

from bbcs.domain.acts import ending, handling, intake, steering
from bbcs.domain.acts.fields import COMMON, INPUT_ONLY, TEXT, TITLE, Act, Field, choice, text
from bbcs.domain.acts.intake import INTAKE

__all__ = [
    "ACTS",
    "BY_VERB",
    "COMMON",
    "INPUT_ONLY",
    "INTAKE",
    "INTERNAL",
    "KINDS",
    "PERSONAL",
    "TEXT",
    "TITLE",
    "Act",
    "Field",
]

ACTS: tuple[Act, ...] = (*intake.PAGE, *handling.PAGE, *steering.PAGE, *ending.PAGE)
"""Every act a user may ask for, in the order of a case's life."""

INTERNAL: Mapping[str, tuple[Field, ...]] = {
    "Revealed": (
        Field("purpose", "目的", "choice", choices=("show", "dial", "list", "register")),
        text("reason", "理由"),
        Field("case", "件", "text"),
        Field("rows", "件数", "int"),
    ),
    "StationChanged": (Field("what", "改了什么"), Field("code", "代码"), Field("name", "名称")),
    "PackAdopted": (
        Field("pack", "规则包"), Field("edition", "版次"), Field("place", "地方"), Field("sha256", "规则包文件的摘要"),
        Field("before", "此前的规则包和版次，如 zhanyi@1"), Field("open", "当时没了结、仍按原来版次的件数", "int"),
    ),
    "DutySet": (
        Field("day", "日期", "date"), Field("operator", "操作员"), Field("shift", "班次（不写是全天）", "choice", choices=("am", "pm")),
        Field("note", "说明", limit=TEXT), Field("removed", "是撤下", "bool"), Field("rows", "多班：日期、操作员、班次、说明", "rows"),
    ),
    "CalendarImported": (
        choice("layer", "哪一层日历", "annual", "midyear", "region", "organisation"),
        Field("region", "地区"),
        Field("id", "通知代号（年度通知是年份）"),
        Field("title", "通知标题", limit=TEXT),
        Field("number", "文号"),
        Field("issued", "印发日期", "date"),
        Field("address", "出处", limit=TEXT),
        Field("sha256", "通知文本的摘要"),
        Field("days", "改变的日子：日期、是否上班、种类、名称", "rows"),
        Field("moved", "移动的到期日：件、时限、轮次、单位、原来、现在", "rows"),
    ),
}  # fmt: skip
"""Kinds that no verb of a case appends: the office's own entries."""

BY_VERB: Mapping[str, Act] = {act.verb: act for act in ACTS}


def _fields_of(kind: str, act: Act) -> tuple[Field, ...]:
    own = tuple(field for field in act.fields if not field.kinds or kind in field.kinds)
    common = COMMON if act.on_case else ()
    return own + tuple(field for field in common if not field.kinds)


KINDS: Mapping[str, tuple[Field, ...]] = {
    **{kind: _fields_of(kind, act) for act in ACTS for kind in act.kinds},
    **INTERNAL,
}
"""Event kind -> the fields that are stored with it."""

PERSONAL: Mapping[str, frozenset[str]] = {
    kind: frozenset(field.name for field in fields if field.personal)
    for kind, fields in KINDS.items()
}
"""Event kind -> names of its personal fields."""

LEDGER_WIDE = frozenset({"Consulted", *INTERNAL})
"""Kinds without a case number."""

DONE: Mapping[str, str] = {
    "Registered": "已登记",
    "Accepted": "已受理",
    "Refused": "不予受理",
    "Triaged": "已研判",
    "Assigned": "已交办",
    "Signed": "已签收",
    "Stepped": "已记办理",
    "FedBack": "已记反馈",
    "Notified": "已告知",
    "Resolved": "已办结",
    "CallbackTried": "已记：没打通",
    "CalledBack": "已回访",
    "Closed": "已结案",
    "Reopened": "已重办",
    "Archived": "已归档",
    "Noted": "已记录",
    "Returned": "已退回",
    "Forwarded": "已转办",
    "AcceptedWithGaps": "已记容缺",
    "GapFilled": "已补材料",
    "Exempted": "已记免予提供",
    "Paused": "已暂停计时",
    "Resumed": "已恢复计时",
    "ExtensionAsked": "已申请延期",
    "ExtensionDecided": "已定延期",
    "Escalated": "已提级",
    "Convened": "已记会商",
    "Supervised": "已记督办",
    "Merged": "已并案",
    "Unmerged": "已退出并案",
    "Linked": "已关联",
    "Improved": "已记改进",
    "Withdrawn": "已撤回",
    "TransferredOut": "已转出",
    "Attached": "已附文件",
    "Corrected": "已更正",
    "Undone": "已撤销",
}
"""Event kind -> what people read when it is done."""
