"""The desk: what is to be done today, each case once, under its most urgent group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bbcs.domain.case import Slip
from bbcs.domain.deadline_status import overdue
from bbcs.domain.desk import GROUPS
from bbcs.domain.reminders import REMINDER, late_units, to_remind
from bbcs.record import Record
from bbcs.usecases.listing import running_deadline
from bbcs.usecases.office import READERS, Office, need

if TYPE_CHECKING:
    from bbcs.usecases.ledger import DeskRows
    from bbcs.usecases.ledger_protocol import Ledger

DATED = ("overdue", "today", "warning")
"""Groups by the date of a deadline."""


class DeskCase(Record):
    """A stored row on the desk, the other groups that it belongs to, and the late units that are to
    be reminded.
    """

    stored: Mapping[str, Any]
    also: Sequence[str]
    remind: Sequence[str] = ()


class DeskGroup(Record):
    """One group: its name, how many cases stand in it, and those of them that were asked for, by
    date.
    """

    name: str
    total: int
    cases: Sequence[DeskCase]

    @property
    def label(self) -> str:
        """What people call the group."""
        return GROUPS[self.name]


def desk(ledger: Ledger, office: Office, limit: int | None = None) -> list[DeskGroup]:
    """Every group in order, also the empty ones; `limit` cases of each. Raises NotPermitted."""
    need(office, "查看", *READERS)
    groups = _groups(ledger, office, ledger.desk(office.stamp.now, limit))
    return [DeskGroup(name, total, list(cases)) for name, total, cases in groups]


def stream(ledger: Ledger, office: Office) -> Iterator[DeskGroup]:
    """Every group with all of its cases; groups and cases pass by once while the ledger is open.
    Raises NotPermitted.
    """
    from bbcs.registers.lazy_rows import PassingRows  # only where a group is long

    need(office, "查看", *READERS)
    groups = _groups(ledger, office, ledger.desk_stream(office.stamp.now))
    return (DeskGroup(name, total, PassingRows(cases, total)) for name, total, cases in groups)


def _groups(
    ledger: Ledger, office: Office, stored: Iterable[DeskRows]
) -> Iterator[tuple[str, int, Iterator[DeskCase]]]:
    """Name, total and cases of every group, in order."""
    filled = {group.name: group for group in stored}
    for name in GROUPS:
        group = filled.get(name)
        rows = group.rows if group else ()
        yield name, group.total if group else 0, _cases(ledger, office, name, rows)


def _cases(
    ledger: Ledger, office: Office, name: str, rows: Iterable[Mapping[str, Any]]
) -> Iterator[DeskCase]:
    for row in rows:
        yield DeskCase(row, also(row, name, office), _remind(ledger, row, name, office))


def _remind(ledger: Ledger, stored: Mapping[str, Any], name: str, office: Office) -> Sequence[str]:
    """The units that are late with an order of a case and were not reminded since.

    Only of a case that is in hand and overdue; its entries are read only where it has slips.
    """
    if name != "overdue" or not stored["in_hand"]:
        return ()
    if REMINDER not in office.pack.words.get("supervision", {}):
        return ()
    now = office.stamp.now
    late = overdue(map(running_deadline, stored["deadlines"]), now)
    units = late_units(late, stored["lead_unit"] or "", now.date())
    if not units:
        return ()
    slips = _slips(ledger, stored["case_no"]) if stored["supervised"] else ()
    return to_remind(units, slips, office.station.ref)


def also(stored: Mapping[str, Any], name: str, office: Office) -> list[str]:
    """The groups beside `name` that a case belongs to, in their order."""
    waits = (stored["waiting"] or "").split(",")
    agreed = (stored["agreed_on"] or "~")[:10] <= office.stamp.now.date().isoformat()
    return [
        other
        for other in GROUPS
        if other != name and (other in waits or (other == "promised" and agreed))
    ]


def _slips(ledger: Ledger, case_no: str) -> tuple[Slip, ...]:
    from bbcs.domain.fold import fold  # few cases have slips

    return fold(ledger.events(case_no)).slips
