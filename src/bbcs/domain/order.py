"""Orders to units, and requests of units to give one back."""

from __future__ import annotations

from datetime import date, datetime

from bbcs.domain.unit import UnitRef
from bbcs.record import Record


class Order(Record):
    """One order to one unit; role lead | assist | relay, state sent | signed | returned | done.

    sent_seq: the entry that sent it. done_at, done_seq: when it ended, returned, forwarded or settled. moved: it came from another unit (转办); passed: it went on
    to another one. require: what the unit was asked to do, "" where nothing was said. guard: how it is misdirected, a word of `dispatch.SORTS`, "" where it is not.
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
    guard: str = ""

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


class ReturnRequest(Record):
    """A unit that asks to give an order back (gate `return_review`); state asked | granted |
    rejected.

    order: number of the order, which runs on until the window decides. suggest: the unit that
    should have it instead. asker: who wrote the request down. asked_seq, decided_seq: the entries.
    """

    number: int
    round: int
    order: int
    unit: UnitRef
    asked_at: datetime
    asker: str
    suggest: UnitRef | None = None
    state: str = "asked"
    decided_at: datetime | None = None
    asked_seq: int = 0
    decided_seq: int = 0
