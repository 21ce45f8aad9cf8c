"""Event: what happened to a case or to the office, as one value. What each kind holds: `bbcs.domain.acts`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from bbcs.record import Record


class Event(Record):
    """One ledger entry as the domain sees it: public and personal fields in one mapping.

    at: when it happened, recorded_at: when it was written (aware, +08:00). `seq` is the number in the station's
    chain, `version` the number within the case (0 for ledger-wide entries). `clock` is "system", or "set" when
    BBCS_NOW gave the time. `erased`: the personal part is gone.
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


class Unreadable(ValueError):
    """A stored entry that no longer reads: no JSON, or no date, where one was written."""


class Entries(Protocol):
    """The entries of one case as stored, oldest first, column by column: for what looks at a whole ledger.

    numbers: its number, again and again; moments: when it happened; forms and texts: version and text of the public part; bodies: the
    personal part, "" for none, None for an erased one.
    """

    @property
    def numbers(self) -> tuple[str, ...]: ...
    @property
    def seqs(self) -> tuple[int, ...]: ...
    @property
    def versions(self) -> tuple[int, ...]: ...
    @property
    def kinds(self) -> tuple[str, ...]: ...
    @property
    def moments(self) -> tuple[str, ...]: ...
    @property
    def actors(self) -> tuple[str, ...]: ...
    @property
    def forms(self) -> tuple[int, ...]: ...
    @property
    def texts(self) -> tuple[str, ...]: ...
    @property
    def bodies(self) -> tuple[str | None, ...]: ...

    def public(self, place: int) -> Mapping[str, Any]:
        """What the public part of an entry says; ValueError when it cannot be read."""
        ...

    def personal(self) -> Mapping[int, Mapping[str, Any]]:
        """Place of an entry that has one -> what its personal part says; ValueError when one cannot be read."""
        ...

    def events(self) -> list[Event]:
        """All of them as the domain sees them; Unreadable."""
        ...


class Draft(Record):
    """An event that was decided but not yet written."""

    kind: str
    at: datetime
    data: Mapping[str, Any]
