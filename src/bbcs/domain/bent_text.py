"""One line of text for each entry with bent time (`bbcs.domain.bent`)."""

from __future__ import annotations

from bbcs.domain.acts.table import NOUNS
from bbcs.domain.bent import Bend, Bending
from bbcs.domain.corrected_fields import corrected_name
from bbcs.domain.deadline_status import CLOCK_NAMES


def bent_lines(bending: Bending) -> list[str]:
    """One line for each entry and the deadline that rests on it; an entry with a set clock has one
    line.
    """
    return list(dict.fromkeys(_text(bend) for bend in bending.bends))


def _text(bend: Bend) -> str:
    event = bend.event
    noun, recorded = NOUNS[event.kind], event.recorded_at or event.at
    if bend.way == "late":
        return (
            f"{noun}（{event.at:%Y-%m-%d}）是 {recorded:%Y-%m-%d %H:%M} 补录的，"
            f"那时{_deadline(bend)}已过"
        )
    if bend.way == "set":
        return f"{noun}（{event.at:%Y-%m-%d}）是用设定的时间记的"
    if bend.way == "graded":
        return f"{_deadline(bend)}过后才改的定级（{recorded:%Y-%m-%d}），原来的定级已超期"
    changed = f"{_deadline(bend)}是否超期变了" if bend.deadline else "反映人的答复或结果变了"
    name = corrected_name(event.data["field"])
    return f"{recorded:%Y-%m-%d} 更正了“{name}”，{changed}"


def _deadline(bend: Bend) -> str:
    """`办理时限（2026-03-09）`, with the unit or paper it belongs to."""
    one = bend.deadline
    assert one is not None
    about = filter(None, [one.order, f"{one.due:%Y-%m-%d}" if one.due else ""])
    return f"{CLOCK_NAMES[one.name]}时限（{'，'.join(about)}）"
