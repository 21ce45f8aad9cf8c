"""The paper of a joint meeting: 联席会议纪要."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bbcs.domain.case import Resolution
from bbcs.domain.event import Event
from bbcs.domain.order import UnitRef
from bbcs.papers.paper import Paper, PaperSource, day, facts, moment

ASKED = "以上议定事项，请责任单位按时办理并书面回复。"
"""What the units are asked for below what was resolved."""


def minutes(source: PaperSource) -> list[Paper]:
    """Who met about what, and what each unit is to do by when: one for each meeting."""
    return [
        source.paper(
            "minutes",
            "联席会议纪要",
            event,
            number=event.data.get("meeting") or "",
            facts=facts(
                ("held_at", "时间", moment(event.at)),
                ("place", "地点", source.text(event.data.get("place"))),
                ("host", "召集", source.text(event.data.get("host"))),
                ("about", "议题", source.text(event.data.get("about"))),
                ("units", "参加单位", _names(event.data.get("unit"))),
                ("absent", "缺席单位", _names(event.data.get("absent"))),
                (
                    "cases",
                    "研究的件",
                    "\n".join(sorted([source.case.no, *(event.data.get("others") or ())])),
                ),
            ),
            closing=_resolved(source, event),
            receipts=("记录：", "签发："),
            signature=source.text(event.data.get("host")),
        )
        for event in source.of("Convened")
    ]


def _resolved(source: PaperSource, event: Event) -> list[str]:
    """What was resolved, numbered, under a line that says about what; or that nothing was yet."""
    its = [one for one in source.case.resolutions if one.resolved_seq == event.seq]
    points = [f"{at}. {_point(source, one)}" for at, one in enumerate(its, 1)]
    about = source.text(event.data.get("about"))
    subject = f"“{about}”" if about else source.matter
    if not points:
        return [f"会议研究了{subject}，没有记下议定事项。"]
    return [f"会议研究了{subject}，议定如下：", *points, ASKED]


def _names(units: Sequence[Any] | None) -> str:
    return "、".join(UnitRef.of(one).name for one in units or ())


def _point(source: PaperSource, one: Resolution) -> str:
    parts = [source.text(one.text)]
    if one.unit:
        parts.append(f"责任单位：{one.unit}")
    if one.due:
        parts.append(f"完成时限：{day(one.due)}")
    return "；".join(parts) + "。"
