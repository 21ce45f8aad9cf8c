"""Registers and the monthly report: one snapshot, counts from counted events, rows from folded
cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bbcs.domain.bent import PRACTICE
from bbcs.domain.event import Event
from bbcs.domain.order import UnitNames, UnitRef
from bbcs.domain.rates import MONTHLY
from bbcs.errors import BadDate, UnknownWord, chinese_first
from bbcs.record import Record
from bbcs.registers import REGISTERS, later_changes as later_sheet, monthly
from bbcs.registers.at_cut import AtCut
from bbcs.registers.books import Sums
from bbcs.registers.entry import Period, RegisterSource
from bbcs.registers.later_changes import LaterChange
from bbcs.registers.paper import FORMS
from bbcs.registers.rates.sums import Rate, RateSums
from bbcs.registers.register import Register
from bbcs.registers.table import Table
from bbcs.usecases import period_cases
from bbcs.usecases.later_changes import later_changes
from bbcs.usecases.ledger import Head
from bbcs.usecases.office import READERS, Office, need
from bbcs.usecases.past_office import pack_at, station_at
from bbcs.usecases.period_cases import PeriodCases, Step, cut_of, silent
from bbcs.usecases.row_spool import RowSpool

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger

SO_FAR = "，截至 "
"""Behind the name of a period that still runs, before the day it was counted to."""


class Month(Record):
    """A period's snapshot: the head it was taken at, its counts per unit, its rates, its cases.

    office: as it was counted with, today's or that of then. later: what was written about it after
    it had ended, where that was asked for. consulted: the consultations that count in it. names:
    the last name of each unit. reveal: its registers print people as they are.
    """

    period: Period
    head: Head
    counts: Mapping[str, Mapping[str, int]]
    rates: Sequence[Rate]
    cases: PeriodCases
    consultations: Mapping[str, int]
    office: Office
    names: UnitNames
    later: Sequence[LaterChange] = ()
    consulted: Sequence[Event] = ()
    reveal: bool = False

    def document(self, files: Sequence[str] = (), skipped: Sequence[str] = ()) -> dict[str, Any]:
        """`report monthly --json` (design §8)."""
        return {
            "schema": "bbcs.monthly/1",
            "period": {
                "from": self.period.first.isoformat(),
                "to": self.period.last.isoformat(),
                "label": self.period.label,
            },
            "files": list(files),
            "files_skipped": list(skipped),
            "as_of": {"seq": self.head.seq, "digest": self.head.digest},
            "counts": dict(self.counts[""]),
            "units": {unit: dict(count) for unit, count in sorted(self.counts.items()) if unit},
            "consultations": dict(self.consultations),
            "rates": [rate.document() for rate in self.rates],
            "identity_holds": not monthly.broken(self.counts),
            **({"practice": True} if self.office.practice else {}),
        }


def month(text: str) -> Period:
    """`2022-06` -> that month."""
    try:
        first = date.fromisoformat(f"{text}-01")
        after = (first + timedelta(days=31)).replace(day=1)
    except (ValueError, OverflowError) as error:
        raise BadDate("--month 应写成 2026-10 这样的年月") from error
    return Period(first, after - timedelta(days=1), f"{first.year} 年 {first.month} 月")


def between(first: date, last: date) -> Period:
    """A free range of days."""
    if last < first:
        raise BadDate("--to 早于 --from；请把两个日期对调")
    return Period(first, last, f"{first:%Y-%m-%d} 至 {last:%Y-%m-%d}")


def before(period: Period) -> Period:
    """The period before: the month before a whole month, else as many days."""
    if is_month(period):
        return month(f"{period.first - timedelta(days=1):%Y-%m}")
    last = period.first - timedelta(days=1)
    return between(last - (period.last - period.first), last)


def is_month(period: Period) -> bool:
    """Whether it is one whole month, whatever it is called."""
    return period == month(f"{period.first:%Y-%m}")._replace(label=period.label)


def year_before(period: Period) -> Period:
    """The same days of the year before; the 29th of February becomes the 28th."""
    if is_month(period):
        return month(f"{period.first.year - 1}-{period.first:%m}")
    return between(_year_ago(period.first), _year_ago(period.last))


def _year_ago(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        day = day.replace(day=28)
    return day.replace(year=day.year - 1)


def as_of(ledger: Ledger, office: Office, moment: datetime | None) -> Office:
    """The office as it stood at a moment: only entries written by then count, nothing is later
    than then; rules, calendar and names are those of then. What it prints is the paper of then."""
    if moment is None:
        return office
    if moment > office.stamp.now:
        raise BadDate(
            f"--as-of 晚于现在（{office.stamp.now:%Y-%m-%d %H:%M}）；只能看已经过去的时候"
        )
    head = ledger.head_as_of(moment)
    calendar = office.calendars.at(head.seq + 1) if office.calendars else office.calendar
    return office._replace(
        stamp=office.stamp._replace(now=moment),
        pack=pack_at(office, head.seq),
        station=station_at(ledger, office, head.seq),
        calendar=calendar,
        until=head,
    )


SHORT = 3_000
"""Cases whose figures take a moment; those of more take long."""

SINCE = 500_000
"""Entries since the end of a period that are looked through in a moment: what was in hand then and
what was written about it later is found among them.
"""


def is_short(ledger: Ledger, periods: Sequence[Period], *, whole: bool = False) -> bool:
    """Whether the figures of some periods take a moment, however many cases the ledger holds.

    whole: their registers, which also tell of the cases in hand to which nothing happened.
    """
    seq = ledger.head().seq - SINCE
    for event in ledger.entries(seq, seq):
        if (event.recorded_at or event.at).date() > min(period.last for period in periods):
            return False
    cases, head = set[tuple[int, str | None]](), ledger.head().seq
    for number, period in enumerate(periods):
        if whole:
            cases.update((number, no) for no in ledger.open_before(period.first, head))
        for row in ledger.movements(period.first, period.last, head):
            cases.add((number, row["case_no"]))
            if len(cases) > SHORT:
                return False
    return len(cases) <= SHORT


Into = Callable[[RegisterSource], Sequence[Sums]]
"""What else is added up of the cases of a snapshot, for the office and the period it is taken of."""


def _nothing_else(source: RegisterSource) -> Sequence[Sums]:
    """Nothing but what every snapshot holds."""
    return ()


def snapshot(
    ledger: Ledger,
    office: Office,
    period: Period,
    *,
    later: bool = False,
    whole: bool = True,
    into: Into = _nothing_else,
    rates: Mapping[str, RateSums] = {},
    step: Step = silent,
) -> Month:
    """Counts, rates and cases of a period as the ledger stands (or stood: `as_of`);
    IdentityBroken (32) when the books do not foot, BadDate for a period that has not begun. later:
    also what was written about it since. whole: its cases are for registers too, not for figures
    alone. into: what else is added up of its cases, each of which is read once. rates: those that
    are added up by `into`."""
    need(office, "出报表", *READERS)
    head = office.until or ledger.head()
    period = counted_period(office, period, head)
    consulted = _consulted(ledger, period, head)
    cases = period_cases.read(ledger, office, period, head.seq, whole=whole)
    cut, own = AtCut(), [RateSums(rate) for rate in MONTHLY if rate.name not in rates]
    source = _source(office, period, consulted)
    cases.add_to([cut, *own, *into(source)], step)
    sums = {**rates, **{one.name: one for one in own}}
    renames = _renamed(ledger, period, head)
    counts = monthly.counts(cases.moves, cases.carried_in, cut, renames)
    monthly.check(counts)
    return Month(
        period,
        head,
        counts,
        [sums[rate.name].rate() for rate in MONTHLY],
        cases,
        cases.consultations,
        office,
        cut.names(renames),
        later_changes(ledger, office, period, head) if later else (),
        consulted,
    )


def counted_period(office: Office, period: Period, head: Head) -> Period:
    """The period, named by the day up to which it is counted where it still runs. Raises BadDate for
    one that has not begun.
    """
    today = office.stamp.now.date()
    written = head.recorded_at[:10]  # a clock may have been set back since
    if period.first > today and period.first.isoformat() > written:
        if office.until:
            raise BadDate(f"按 {today} 的台账，{period.label}还没到；--as-of 要在这一期开始以后")
        raise BadDate(f"{period.label}还没到（今天 {today}）；报表只出到今天")
    if period.last <= today:
        return period
    # printed in every title, so that nobody takes it for the whole month
    return period._replace(label=f"{period.label}{SO_FAR}{today:%m-%d}")


def _consulted(ledger: Ledger, period: Period, head: Head) -> list[Event]:
    """The consultations of a period that were not taken back up to `head`."""
    events = [
        event
        for event in ledger.office_wide(("Consulted", "ConsultationUndone"))
        if event.seq <= head.seq
    ]
    undone = {event.data["entry"] for event in events if event.kind == "ConsultationUndone"}
    return [
        event
        for event in events
        if event.kind == "Consulted" and event.seq not in undone and period.covers(event.at)
    ]


def _renamed(ledger: Ledger, period: Period, head: Head) -> list[tuple[datetime, UnitRef]]:
    """The units that bear another name since then, up to the end of a period."""
    return [
        (event.at, UnitRef(event.data["code"], event.data["name"]))
        for event in ledger.office_wide(("StationChanged",))
        if event.data["what"] == "unit_renamed"
        and event.seq <= head.seq
        and event.at.date() <= period.last
    ]


def register(name: str, month: Month, office: Office, *, form: str = "") -> Table:
    """One register of a snapshot, by its word or its Chinese name, in one of `paper.FORMS`.

    office: that of the snapshot.
    """
    word = next((key for key, title in REGISTERS.items() if name in (key, title)), "")
    if not word:
        both = [chinese_first(*pair) for pair in REGISTERS.items()]
        every = [*REGISTERS, *REGISTERS.values()]
        raise UnknownWord("登记簿", name, both, every, list(REGISTERS), "name")
    source = _source(office, month.period, month.consulted, form)._replace(reveal=month.reveal)
    own = _empty_register(word, source)
    month.cases.add_to([own])
    return own.table(_figure_lines(month))


def _empty_register(word: str, source: RegisterSource) -> Register:
    """A register to which no case was added yet."""
    register: Register = import_module(f"bbcs.registers.{word}").REGISTER(source, RowSpool())
    return register


def empty_registers(source: RegisterSource, form: str = "") -> list[Register]:
    """Every register, in the order of REGISTERS, to which no case was added yet.

    form: one of `paper.FORMS`. Raises UnknownWord.
    """
    own = source._replace(form=_known_form(form))
    return [_empty_register(name, own) for name in REGISTERS]


def register_tables(registers: Sequence[Register], month: Month) -> list[Table]:
    """The registers to which the cases of a snapshot were added."""
    return [one.table(_figure_lines(month)) for one in registers]


def register_source(month: Month, form: str = "") -> RegisterSource:
    """What the papers of a snapshot are made of but its cases. Raises UnknownWord for an unknown
    form."""
    return _source(month.office, month.period, month.consulted, form)


def _source(
    office: Office, period: Period, consulted: Sequence[Event], form: str = ""
) -> RegisterSource:
    return RegisterSource(
        office.pack,
        period,
        office.station.name,
        office.station.operator_names,
        office.stamp.now.date(),
        cut_of(office, period),
        _known_form(form),
        consulted,
    )


def _known_form(form: str) -> str:
    if form and form not in FORMS:
        raise UnknownWord("--form（样式）", form, list(FORMS))
    return form


def figures(month: Month) -> tuple[str, list[str], list[str]]:
    """What stands on the screen and under the register alike: the identity, the counts beside it,
    the rates.
    """
    count, consulted = month.counts[""], month.consultations
    beside = [f"{monthly.COUNTS[name]} {count[name]}" for name in monthly.BESIDE if count[name]]
    if consulted["visitors"]:
        beside.append(f"咨询 {consulted['visitors']} 人，答复 {consulted['answered']} 个")
    rates = [f"{rate.label} {rate.text}" for rate in month.rates]
    return monthly.identity_line(count), beside, rates


def _figure_lines(month: Month) -> list[str]:
    identity, beside, rates = figures(month)
    return [line for line in (identity, "；".join(beside), "；".join(rates)) if line]


def revealed(month: Month) -> Month:
    """The snapshot with its people as they are, but for those who complain about staff."""
    return month._replace(reveal=True)


def corrections(month: Month) -> list[Table]:
    """The sheet 更正 of a snapshot, where there is anything for it."""
    if not month.later:
        return []
    return [later_sheet.build(month.later, month.period, month.office.station.name)]


def footer(head: Head, office: Office) -> str:
    """What the foot of every printed register says: until which entry it holds, and the proof of
    it; and that it is practice."""
    foot = f"台账 {head.station} 第 {head.seq} 条  {head.digest[:16]}  打印 {office.stamp.now:%Y-%m-%d %H:%M}"
    return f"{foot}  {PRACTICE}" if office.practice else foot
