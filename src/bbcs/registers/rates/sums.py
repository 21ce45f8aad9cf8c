"""One rate of a period, added up case by case: its figure, its cases, its share by unit. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from bbcs.domain.order import UnitNames, UnitRef
from bbcs.domain.rates import RateDefinition
from bbcs.record import Record
from bbcs.registers.books import PeriodBooks
from bbcs.registers.percentage import percent
from bbcs.registers.rates import COUNTING
from bbcs.registers.rates.part import Part


class Without(Record):
    """A rate without the cases that were excluded from it or terminated."""

    numerator: int
    denominator: int
    value: float | None
    text: str


class Rate(Record):
    """One rate with all that makes it checkable.

    without: the same less the cases of `excluded_nos` and `terminated_nos`, None where there are
    none.
    """

    name: str
    label: str
    numerator: int
    denominator: int
    value: float | None
    text: str
    case_nos: Sequence[str]
    hit_nos: Sequence[str] = ()
    bent: int = 0
    bent_nos: Sequence[str] = ()
    excluded_nos: Sequence[str] = ()
    terminated_nos: Sequence[str] = ()
    without: Without | None = None

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            **{name: value for name, value in self._asdict().items() if name != "hit_nos"},
            "case_nos": list(self.case_nos),
            "bent_nos": list(self.bent_nos),
            "excluded_nos": list(self.excluded_nos),
            "terminated_nos": list(self.terminated_nos),
            "without": self.without._asdict() if self.without else None,
        }

    @property
    def fraction(self) -> Fraction | None:
        """The exact value."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None


BENT = "靠补录、设定时间或更正"
"""How a hit that rests on bent entries came to be one."""


class Share:
    """Hits of all, how many of the hits are so by bent entries, and how many of all are open still.

    apart: the same of the cases that are set apart, None where there are none.
    """

    __slots__ = ("all", "apart", "bent", "hits", "open")

    def __init__(self, hits: int = 0, all: int = 0, bent: int = 0, open: int = 0) -> None:
        self.hits, self.all, self.bent, self.open = hits, all, bent, open
        self.apart: Apart | None = None

    def add(self, hit: bool, is_open: bool, bent: bool = False) -> None:
        """Count one more thing."""
        self.all += 1
        if hit:
            self.hits += 1
            if bent:
                self.bent += 1
        if is_open:
            self.open += 1

    def set_apart(self) -> Apart:
        """What of it is set apart, to be added to."""
        if self.apart is None:
            self.apart = Apart()
        return self.apart

    def plus(self, other: Share) -> Share:
        """Both together."""
        both = Share(
            self.hits + other.hits,
            self.all + other.all,
            self.bent + other.bent,
            self.open + other.open,
        )
        for one in (self.apart, other.apart):
            if one:
                both.set_apart().take(one)
        return both

    @property
    def without(self) -> Share | None:
        """The share less what is set apart, None where nothing is."""
        if self.apart is None:
            return None
        less = self.apart.share
        return Share(
            self.hits - less.hits,
            self.all - less.all,
            self.bent - less.bent,
            self.open - less.open,
        )

    @property
    def fraction(self) -> Fraction | None:
        """The exact value, None of nothing."""
        return Fraction(self.hits, self.all) if self.all else None

    def digits(self, places: int) -> str:
        """Its per cent without the sign, never 100 below one; “—” for nothing of nothing."""
        return self.text(places=places).split("%")[0]

    def text(self, *, places: int = 2, truncate: bool = False, short: bool = False) -> str:
        """As it is printed: how many hits rest on bent entries is said beside the figure, and the
        figure without the cases that are set apart.

        short: in the word that a table of many rates explains below itself.
        """
        figure = percent(
            self.hits, self.all, places=places, truncate=truncate, open_left=self.open > 0
        )
        if self.bent:
            figure += f"，其中 {self.bent} 个{'存疑' if short else BENT}"
        if self.apart and self.without:
            kept = self.without.text(places=places, truncate=truncate, short=short)
            figure += f"；不计{self.apart.named}：{kept}"
        return figure


class Apart:
    """The part of a share that is set apart: its things, and the numbers of its cases, which were
    excluded from the rate or else terminated.
    """

    __slots__ = ("excluded", "share", "terminated")

    def __init__(self) -> None:
        self.share, self.excluded, self.terminated = Share(), set[str](), set[str]()

    def take(self, other: Apart) -> None:
        """Add what another holds."""
        self.share = self.share.plus(other.share)
        self.excluded |= other.excluded
        self.terminated |= other.terminated

    @property
    def named(self) -> str:
        """How many cases these are: `剔除 1 件、终止 2 件`."""
        of = (("剔除", self.excluded), ("终止", self.terminated))
        return "、".join(f"{what} {len(cases)} 件" for what, cases in of if cases)


NOTHING = Share()
"""The share of a unit of which nothing was counted."""


class RateSums:
    """One rate of a period: holds sums and case numbers, no case."""

    def __init__(self, rate: RateDefinition) -> None:
        self.name, self._definition, self._parts = rate.name, rate, COUNTING[rate.name]
        self._units: dict[UnitRef, Share] = {}
        self._missed: list[str] = []
        self._hits: list[str] = []
        self._bent_nos: list[str] = []
        self._excluded: list[str] = []
        self._terminated: list[str] = []

    def add(self, books: PeriodBooks) -> None:
        """Add the cases of these books; a case is in the books of one call only."""
        parts = list(self._parts(books))
        if not parts:
            return
        excluded, terminated = self._set_apart(books, parts)
        hits, missed, bent_nos = dict[str, None](), dict[str, None](), dict[str, None]()
        shares, units, apart_from = self._units, books.units, bool(excluded or terminated)
        for no, hit, is_open, bent, of in parts:
            unit = of or units[no]
            share = shares.get(unit)
            if share is None:
                share = shares[unit] = Share()
            share.add(hit, is_open, bent)
            if apart_from and (no in excluded or no in terminated):
                apart = share.set_apart()
                apart.share.add(hit, is_open, bent)
                (apart.excluded if no in excluded else apart.terminated).add(no)
            (hits if hit else missed)[no] = None
            if hit and bent:
                bent_nos[no] = None
        self._hits += hits
        self._missed += missed
        self._bent_nos += bent_nos
        self._excluded += excluded
        self._terminated += terminated

    def _set_apart(
        self, books: PeriodBooks, parts: Sequence[Part]
    ) -> tuple[Sequence[str], Sequence[str]]:
        """The cases of the denominator that were excluded from the rate, and the others of it that
        were terminated.
        """
        rate = self._definition
        if not books.apart or not (rate.leaves_out or rate.apart):
            return (), ()
        counted = {part.case_no for part in parts}
        own = [entry for entry in books.apart if entry.case.no in counted]
        excluded = [entry.case.no for entry in own if rate.leaves_out in entry.excluded]
        terminated = [entry.case.no for entry in own if rate.apart and entry.terminated]
        return excluded, [no for no in terminated if no not in excluded]

    @property
    def whole(self) -> Share:
        """The share of the whole office."""
        total = Share()
        for own in self._units.values():
            total = total.plus(own)
        return total

    def by_unit(self, names: UnitNames) -> dict[str, Share]:
        """The share of each unit, under its last name."""
        shares: dict[str, Share] = {}
        for unit, own in self._units.items():
            name = names.name(unit)
            shares[name] = shares.get(name, NOTHING).plus(own)
        return shares

    def rate(self, *, places: int = 2, truncate: bool = False) -> Rate:
        """The rate of the period.

        `case_nos` are the cases of the denominator that are not in the numerator, `hit_nos` those
        that are, `bent_nos` those of them that are by bent entries.
        """
        share = self.whole
        whole = _figure(share, places=places, truncate=truncate)
        kept = share.without
        return Rate(
            self.name,
            self._definition.label,
            whole.numerator,
            whole.denominator,
            whole.value,
            whole.text,
            self._missed,
            self._hits,
            share.bent,
            self._bent_nos,
            self._excluded,
            self._terminated,
            _figure(kept, places=places, truncate=truncate) if kept else None,
        )


def _figure(share: Share, *, places: int, truncate: bool) -> Without:
    """Numerator, denominator and text of a share."""
    value = share.hits / share.all if share.all else None
    return Without(share.hits, share.all, value, share.text(places=places, truncate=truncate))
