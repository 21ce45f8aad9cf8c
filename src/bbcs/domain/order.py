"""Orders to units, and requests of units to give one back."""

from __future__ import annotations

from datetime import date, datetime

from bbcs.domain.unit import UnitRef
from bbcs.record import Record


class Order(Record):
    """One order to one unit; role lead | assist | relay, state sent | signed | returned | done.

    sent_seq: the entry that sent it. done_at, done_seq: when it ended, returned, forwarded or settled. moved: it came from another unit (转办); passed: it went on
    to another one. require: what the unit was asked to do, "" where nothing was said.
    """

    number: int
    round: int
    unit: str
    code: str
    role: str
    how: str
    sent_at: datetime
    due: date | None = None
    state: str = "sent"
    signed_at: datetime | None = None
    ended_seq: int = 0
    done_at: datetime | None = None
    done_seq: int = 0
    moved: bool = False
    passed: bool = False
    require: str = ""
    sent_seq: int = 0

    @property
    def ref(self) -> UnitRef:
        """The unit it went to, under its name of that day."""
        return UnitRef(self.code, self.unit)

    def of(self, unit: UnitRef) -> bool:
        """Whether it went to this unit, whatever it was called then."""
        return self.ref.same(unit)

    @property
    def kind(self) -> str:
        """What the `for.order` of a clock is compared with: a whistle before the role."""
        return "whistle" if self.how == "whistle" else self.role

    @property
    def open(self) -> bool:
        """Neither done nor returned."""
        return self.state in ("sent", "signed")
