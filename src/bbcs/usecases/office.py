"""Office: where a command works, by which rules, who acts and when; checks the computer's clock
against what must lie before the present.

Every use case gets one; nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from bbcs.calendar import layers
from bbcs.calendar.days import DayCalendar
from bbcs.calendar.layers import NEWEST_NOTICE, Imported
from bbcs.config import station_file
from bbcs.config.adopted_rules import Rules
from bbcs.domain.event import Event
from bbcs.domain.order import UnitRef
from bbcs.domain.pack import UNREAD, RulePack
from bbcs.domain.station import Operator, Station
from bbcs.errors import Declined, NotPermitted, ReasonMissing, UnknownOperator
from bbcs.record import Record
from bbcs.usecases.ledger import Head, Stamp

if TYPE_CHECKING:
    from bbcs.domain.bent import Bending
    from bbcs.domain.case import Case
    from bbcs.domain.deadline import Counting, Deadline
    from bbcs.domain.inputs import InputContext
    from bbcs.domain.items import Item


TOLERANCE = timedelta(hours=1)
"""So far an entry may lie before the one before it: a form was being filled in while others wrote."""

ASKED_FROM = timedelta(days=1)
"""So far behind the last entry the computer's time lies before a command asks whether to write."""


class ClockDoubt(Record):
    """Why the system clock is not believed.

    asks: so far off that a command asks before it writes.
    """

    what: str
    asks: bool


def declined(what: str) -> Declined:
    """The refusal to write by such a clock without somebody's word."""
    return Declined(f"{what}；请先校准电脑时间，确实要照此记的请加 --yes")


def doubt(now: datetime, last: datetime | None, newest: date = NEWEST_NOTICE) -> ClockDoubt | None:
    """Why the present that the system tells cannot be; None where it can.

    last: when the last entry was written. newest: when the newest shipped notice was issued; this
    program is younger than it.
    """
    if now.date() < newest:
        what = f"电脑时间 {now:%Y-%m-%d %H:%M} 早于本程序收录的放假通知（{newest} 印发）"
        return ClockDoubt(what, True)
    if last is None or last - now <= TOLERANCE:
        return None
    what = f"电脑时间 {now:%Y-%m-%d %H:%M} 早于台账最后一条（{last:%Y-%m-%d %H:%M}）"
    return ClockDoubt(what, last - now > ASKED_FROM)


READERS = ("clerk", "leader", "supervisor", "admin", "auditor")
"""Roles that may read masked views: all of them."""

REVEALERS = ("clerk", "leader", "supervisor", "admin")
"""Roles that may see unmasked data; each look is one logged entry.

An auditor never writes, so never reveals.
"""


class Calendars:
    """The station's calendars.

    Today's, and for each entry the one that was in force when it was written.
    """

    __slots__ = ("_made", "imported", "region")

    def __init__(self, imported: Sequence[Imported] = (), region: str = "") -> None:
        self.imported, self.region = tuple(imported), layers.region_in(region)
        self._made: dict[int, DayCalendar] = {}

    @property
    def current(self) -> DayCalendar:
        """Every notice counts."""
        return self._of(len(self.imported))

    def at(self, seq: int) -> DayCalendar:
        """Only notices imported before entry number `seq` count."""
        return self._of(sum(1 for one in self.imported if one.seq < seq))

    def _of(self, count: int) -> DayCalendar:
        if count not in self._made:
            rows = layers.compose(self.imported[:count], self.region) if count else (None, None)
            self._made[count] = DayCalendar(*rows)
        return self._made[count]


NO_RULES = Rules()
"""Those of an office whose ledger was not asked."""


class Office(Record):
    """One station at work.

    rules: every edition and the catalogue that the ledger holds; `pack` is the one in force. until:
    the last entry that counts, where the ledger is looked at as it stood then. practice: the ledger
    is one of set times (formats.md §8.2). doubt: why the system clock is not believed, where a
    command has to ask before it writes. sure: the operator confirmed that it is right. swapped: the
    code in the station file, where it is not that of the ledger. visited: the code of another
    station of the county that is looked into (`usecases.county`); nothing of it can be written.
    """

    home: Path
    station: Station
    pack: RulePack
    calendar: DayCalendar
    stamp: Stamp
    roles: tuple[str, ...]
    calendars: Calendars | None = None
    until: Head | None = None
    rules: Rules = NO_RULES
    swapped: str = ""
    practice: bool = False
    doubt: str = ""
    sure: bool = False
    visited: str = ""

    def after(self, last: Head, *, practice: bool | None) -> Office:
        """The same office with a ledger that ends so far: a system clock that cannot be right
        counts as set.
        """
        begun = self.stamp.clock == "set" if practice is None else practice
        office = self._replace(practice=begun)
        if self.stamp.clock != "system":
            return office
        then = datetime.fromisoformat(last.recorded_at) if last.recorded_at else None
        doubts = doubt(self.stamp.now, then)
        if doubts is None:
            return office
        asks = doubts.what if doubts.asks else ""
        return office._replace(stamp=self.stamp._replace(clock="set"), doubt=asks)

    def refuse_doubt(self) -> None:
        """Declined where the system clock is doubtful and nobody confirmed it."""
        if self.doubt and not self.sure:
            raise declined(self.doubt)

    def bound(self, calendars: Calendars) -> Office:
        """The same office with these calendars."""
        return self._replace(calendar=calendars.current, calendars=calendars)

    def under(self, rules: Rules) -> Office:
        """The same office under the rules of its ledger; unchanged where that holds none."""
        text = rules.in_force
        if text is None:
            return self
        station = self.station._replace(pack=text.key, edition=text.edition)
        return self._replace(rules=rules, pack=rules.pack_of(text), station=station)

    def deadlines(
        self, case: Case, now: datetime | None = None, judged: Mapping[int, datetime] = {}
    ) -> list[Deadline]:
        """Every clock of a case as it stands now (or then).

        Stopped ones by the calendar of their day. judged: as in `Counting`.
        """
        from bbcs.domain.clocks import deadlines  # lists count none

        counting = self.counting(self.pack_of(case))
        moment = now or counting.now
        return deadlines(case, counting.pack, self.calendar, moment, counting.at, judged)

    def bending(self, events: Sequence[Event], case: Case, now: datetime | None = None) -> Bending:
        """What of a case is bent, by its deadlines at `now`; events: all of them as written."""
        from bbcs.domain.bent import (
            bending,  # only where a case is looked at, not where it is acted on
        )

        def count(then: Case, judged: Mapping[int, datetime]) -> list[Deadline]:
            return self.deadlines(then, now, judged)

        return bending(events, case, count, practice=self.practice)

    def own(self, case: Case, name: str, round_no: int) -> Deadline | None:
        """One clock of the case itself in one round: cheaper than all of `deadlines`."""
        from bbcs.domain.clocks import own_deadline

        return own_deadline(case, self.counting(self.pack_of(case)), name, round_no)

    def counting(self, pack: RulePack) -> Counting:
        """What the clocks of these rules are counted with."""
        from bbcs.domain.deadline import Counting

        at = self.calendars.at if self.calendars and self.calendars.imported else None
        return Counting(pack, self.calendar, self.stamp.now, at)

    @property
    def names(self) -> Mapping[str, str]:
        """Operator id -> name."""
        return self.station.operator_names

    @property
    def reader(self) -> InputContext:
        """How input is read here."""
        from bbcs.domain.inputs import InputContext  # only for what reads input

        return InputContext(self.pack, self.station)

    def reader_of(self, case: Case) -> InputContext:
        """The reader of input about a case: by its own rules and the units that have its orders.

        A unit that was given an order of it is known.
        """
        from bbcs.domain.inputs import InputContext

        return InputContext(self.pack_of(case), self.station_of(case))

    def station_of(self, case: Case) -> Station:
        """The station as a case sees it: it knows the units of its orders, listed or not."""
        return self.station.knowing(order.ref for order in case.orders)

    def pack_of(self, case: Case) -> RulePack:
        """The rules the case was taken under.

        Pack and edition as its first entry says, whatever is in force today.
        """
        return self.pack_called(
            case.registered.get("pack") or "", case.registered.get("pack_edition") or ""
        )

    def pack_called(self, key: str, edition: str) -> RulePack:
        """The rules of that key ("" = the office's) and edition ("" = any)."""
        key = key or self.pack.key
        if key == self.pack.key and edition in ("", self.pack.edition):
            return self.pack
        return self.rules.pack(key, edition)

    @property
    def items(self) -> Mapping[str, Item]:
        """The catalogue of service items by name, read when first used."""
        return self.rules.items

    def owner(self, item: str) -> UnitRef | None:
        """The unit that owns a service item, as the catalogue says; None where it does not."""
        entry = self.item(item)
        return self.station.ref(entry.unit) if entry and entry.unit else None

    def item(self, name: str) -> Item | None:
        """The catalogue's entry for a service item."""
        return self.items.get(name)


T = TypeVar("T")


class Transaction(Protocol):
    """Runs work on the ledger of one office: all of it is kept, or nothing.

    A dry run keeps nothing.
    """

    def __call__(self, ask: Callable[[Any], T], *, dry_run: bool = False) -> T:
        """Return the result of `ask`, which may run again when the lock was not free."""


def office_of(home: Path, named: str, os_user: str, now: datetime, clock: str) -> Office:
    """The office of a home, as far as its ledger need not be asked.

    `bound` and `under` add the calendars and the rules that the ledger keeps.

    named: the operator that the caller names, "" for none. clock: "set" or "system" (how `now` is
    known).
    Raises PackInvalid for the station file, UnknownOperator.
    """
    station = station_file.read(home)
    who = operator(station, named, os_user)
    return Office(home, station, UNREAD, DayCalendar(), Stamp(who.id, now, clock), who.roles)


def operator(station: Station, named: str, os_user: str) -> Operator:
    """Who acts: the one named (--as, BBCS_AS).

    Else the operator of this OS user, else the only one.

    A name is a claim, not a proof: bbcs does not check passwords.
    """
    if named:
        return station.operator(named)
    mine = [one for one in station.operators if one.os_user and one.os_user == os_user]
    if len(mine) == 1:
        return mine[0]
    if len(station.operators) == 1:
        return station.operators[0]
    known = station.operators_listed() or "无"
    raise UnknownOperator(f"不知道是谁在操作；请加 --as 操作员，或设 BBCS_AS；现有：{known}")


def need(office: Office, what: str, *roles: str) -> None:
    """NotPermitted unless the operator has one of these roles."""
    if not set(office.roles) & set(roles):
        raise NotPermitted(office.stamp.actor, what, roles, office.station.holders(roles))


def need_reason(what: str, reason: str) -> None:
    """ReasonMissing where somebody takes unmasked data and does not say why."""
    if not reason.strip():
        raise ReasonMissing(
            f"{what}须写 --reason（理由），并会记入台账",
            ["reason"],
            ["reason"],
            ["--reason（理由）"],
        )
