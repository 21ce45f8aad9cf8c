"""Reminders (催办): units that are late with an order and were not reminded since.

A bureau's rule (fsou 17273310): the unit is reminded on the day after the due day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from bbcs.calendar.dates import day_of
from bbcs.domain.case import Slip
from bbcs.domain.deadline_status import RunningDeadline
from bbcs.domain.order import UnitRef

REMINDER = "remind"
"""The word of the axis supervision by which a unit is reminded."""

ORDERED = frozenset({"sign", "arrive", "resolve"})
"""Clocks that a unit with an order keeps: of its order, or of the case that it leads."""


def late_units(late: Iterable[RunningDeadline], lead: str, today: date) -> dict[str, date]:
    """Unit -> the day after which it was late, the longest first.

    late: the overdue deadlines of a case. lead: its leading unit, "" for none, which is late where
    the case's own limit is. A limit in hours counts from the next day, too.
    """
    due_by_unit: dict[str, date] = {}
    for one in late:
        unit = one.unit if one.order else lead
        day = day_of(one.due)
        if one.clock in ORDERED and unit and (one.order or one.own) and day < today:
            due_by_unit[unit] = min(day, due_by_unit.get(unit, day))
    return dict(sorted(due_by_unit.items(), key=lambda pair: pair[1]))


def to_remind(
    late: Mapping[str, date], slips: Sequence[Slip], ref: Callable[[str], UnitRef]
) -> list[str]:
    """The late units that got no slip of supervision, of whatever kind, since they are late.

    ref: the unit that a name means (`Station.ref`).
    """
    return [
        unit
        for unit, day in late.items()
        if not any(slip.unit.same(ref(unit)) and slip.at.date() > day for slip in slips)
    ]
