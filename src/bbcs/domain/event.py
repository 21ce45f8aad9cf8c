"""Event: what happened to a case or to the office, as one value.

What each kind holds: `bbcs.domain.acts.table`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bbcs.record import Record


class Event(Record):
    """One ledger entry as the domain sees it: public and personal fields in one mapping.

    at: when it happened, recorded_at: when it was written (aware, +08:00). `seq` is the number in
    the station's chain, `version` the number within the case (0 for ledger-wide entries). `clock`
    is "system", or "set" when BBCS_NOW gave the time. `erased`: the personal part is gone.
    `digest`: of a settlement (Resolved) that was written, its digest in the chain, "" of all
    others.
    """

    kind: str
    at: datetime
    data: Mapping[str, Any]
    actor: str = ""
    case_no: str = ""
    version: int = 0
    seq: int = 0
    recorded_at: datetime | None = None
    clock: str = "system"
    erased: bool = False
    digest: str = ""

    @property
    def imported(self) -> bool:
        """Whether an import wrote it: it carries its batch, and no day by which it was written late."""
        return "batch" in self.data


def by_round(events: Sequence[Event]) -> list[list[Event]]:
    """Entries of a case by round; each round after the first begins with its reopening."""
    rounds: list[list[Event]] = [[]]
    for event in events:
        if event.kind == "Reopened":
            rounds.append([])
        rounds[-1].append(event)
    return rounds


class Unreadable(Exception):
    """A stored entry cannot be read: its JSON or one of its dates is broken.

    The message names the case or the entry.

    It is not a refusal (BbcsError), so that nothing handles it as one; the open ledger raises
    LedgerBroken from it.
    """


class Draft(Record):
    """An event that was decided but not yet written."""

    kind: str
    at: datetime
    data: Mapping[str, Any]
