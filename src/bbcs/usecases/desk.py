"""The desk: what is to be done today, each case once, under its most urgent group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bbcs.domain.desk import GROUPS
from bbcs.record import Record
from bbcs.usecases.ledger import Ledger
from bbcs.usecases.office import READERS, Office, need

DATED = ("overdue", "today", "warning")
"""Groups by the date of a deadline."""


class DeskCase(Record):
    """A stored row on the desk, and the other groups that it belongs to."""

    stored: Mapping[str, Any]
    also: Sequence[str]


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
    found = {group.name: group for group in ledger.desk(office.stamp.now, limit)}
    groups = []
    for name in GROUPS:
        cases, total = [], 0
        if name in found:
            total = found[name].total
            cases = [DeskCase(row, also(row, name, office)) for row in found[name].rows]
        groups.append(DeskGroup(name, total, cases))
    return groups


def also(stored: Mapping[str, Any], name: str, office: Office) -> list[str]:
    """The groups beside `name` that a case belongs to, in their order."""
    waits = (stored["waiting"] or "").split(",")
    agreed = (stored["agreed_on"] or "~")[:10] <= office.stamp.now.date().isoformat()
    return [
        other
        for other in GROUPS
        if other != name and (other in waits or (other == "promised" and agreed))
    ]
