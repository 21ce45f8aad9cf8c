"""Papers of the end: 办结反馈单 and 回访记录单."""

from __future__ import annotations

from bbcs.domain.acts import HOW
from bbcs.domain.case import SOLVED
from bbcs.domain.event import Event
from bbcs.papers.paper import SIGNED_FOR, Paper, PaperFact, PaperSource, facts, moment


def result(source: PaperSource) -> list[Paper]:
    """What came of the case, one for each settlement."""
    return [
        source.paper(
            "result",
            "办结反馈单",
            event,
            to=source.reporter,
            opening=(
                f"你于 {moment(source.case.received_at)} 反映的{source.matter}已办结，反馈如下。",
            ),
            facts=[
                *facts(
                    ("case_no", "受理编号", source.case.no),
                    ("outcome", "办理结果", source.word("outcome", event.data.get("outcome"))),
                    ("measures", "办理情况", source.text(event.data.get("measures"))),
                    ("results", "各事项结果", _results(source, event)),
                    ("basis", "依据", source.text(event.data.get("basis"))),
                    ("remedy", "救济或其他途径", source.text(event.data.get("remedy"))),
                    ("resolved_at", "办结时间", moment(event.at)),
                    ("lead_unit", "承办单位", source.case.lead_unit or source.station.name),
                    ("station_phone", "窗口电话", source.station.phone),
                )
            ],
            closing=("本窗口还会回访，请说一说办得怎么样。",),
            receipts=SIGNED_FOR,
        )
        for event in source.of("Resolved")
    ]


def _results(source: PaperSource, event: Event) -> str:
    pairs = event.data.get("result") or ()
    return "；".join(f"{source.text(item)}：{source.text(paper)}" for item, paper in pairs)


def callback(source: PaperSource) -> list[Paper]:
    """All calls to the person, on one paper."""
    calls = source.of("CallbackTried", "CalledBack")
    if not calls:
        return []
    rows: list[PaperFact] = []
    for at, event in enumerate(calls, 1):
        rows += facts((f"call_{at}", f"第 {at} 次", _call(source, event)))
    return [
        source.paper(
            "callback",
            "回访记录单",
            calls[0],  # the number stays when there are more calls
            day=calls[-1].at.date(),
            facts=[
                *facts(
                    ("case_no", "受理编号", source.case.no),
                    ("matter", "反映事项", source.text(source.case.registered.get("matter"))),
                    ("reporter", "反映人", source.reporter),
                    ("phone", "联系电话", source.person("phone")),
                    ("outcome", "办理结果", source.word("outcome", source.case.current.outcome)),
                ),
                *rows,
            ],
            receipts=("回访人：", "审核："),
        )
    ]


def _call(source: PaperSource, event: Event) -> str:
    its = event.data
    parts = [moment(event.at), HOW.get(its.get("how", ""), "")]
    if event.kind == "CallbackTried":
        return "，".join(filter(None, [*parts, "没有接通"]))
    grade = source.word("grade", its.get("grade"))
    solved = SOLVED.get(its.get("solved", ""), "")
    words = source.text(its.get("words"))
    return "，".join(
        filter(
            None,
            [
                *parts,
                f"问题解决：{solved}" if solved else "",
                f"满意度：{grade}" if grade else "",
                f"反映人说：{words}" if words else "",
                f"回访人：{source.text(its.get('by'))}" if its.get("by") else "",
            ],
        )
    )
