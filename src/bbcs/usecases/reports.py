"""Registers and the monthly report: one snapshot, counts from counted events, rows from folded
cases."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from importlib import import_module
from typing import Any

from bbcs.domain.bent import PRACTICE
from bbcs.domain.corrections import REWRITING, effective
from bbcs.domain.event import Event
from bbcs.domain.exclusion import excluded
from bbcs.domain.fold import fold
from bbcs.domain.unit import UnitRef
from bbcs.errors import BadDate, UnknownWord
from bbcs.record import Record
from bbcs.registers import REGISTERS, later as later_sheet, monthly
from bbcs.registers.books import PeriodBooks
from bbcs.registers.entry import Period, RegisterEntry, RegisterSource
from bbcs.registers.later import LaterChange
from bbcs.registers.paper import FORMS
from bbcs.registers.table import Table
from bbcs.usecases.later_changes import later_changes
from bbcs.usecases.ledger import Head, Ledger
from bbcs.usecases.office import READERS, Office, need
from bbcs.usecases.past_office import pack_at, station_at
from bbcs.usecases.standing_entries import standing_entries

SO_FAR = "，截至 "
"""Behind the name of a period that still runs, before the day it was counted to."""


class Month(Record):
    """A period's snapshot: the head it was taken at, its counts per unit, its rates, its cases.

    office: as it was counted with, today's or that of then. later: what was written about it after
    it had ended, where that was asked for. consulted: the consultations that count in it.
    """

    period: Period
    head: Head
    counts: Mapping[str, Mapping[str, int]]
    rates: Sequence[monthly.Rate]
    entries: Sequence[RegisterEntry]
    consultations: Mapping[str, int]
    office: Office
    books: PeriodBooks = PeriodBooks((), (), ())
    later: Sequence[LaterChange] = ()
    consulted: Sequence[Event] = ()

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
    if period.first.day == 1 and period == month(f"{period.first:%Y-%m}")._replace(
        label=period.label
    ):
        return month(f"{period.first - timedelta(days=1):%Y-%m}")
    last = period.first - timedelta(days=1)
    return between(last - (period.last - period.first), last)


def year_before(period: Period) -> Period:
    """The same days of the year before; the 29th of February becomes the 28th."""
    if period.first.day == 1 and period == month(f"{period.first:%Y-%m}")._replace(
        label=period.label
    ):
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


Step = Callable[[int], None]
"""Called with the number of cases that were read."""


def silent(done: int) -> None:
    """Reports to nobody."""


def snapshot(
    ledger: Ledger,
    office: Office,
    period: Period,
    *,
    later: bool = False,
    whole: bool = True,
    step: Step = silent,
) -> Month:
    """Counts, rates and cases of a period as the ledger stands (or stood: `as_of`);
    IdentityBroken (32) when the books do not foot, BadDate for a period that has not begun. later:
    also what was written about it since. whole: its cases are for registers too, not for figures
    alone."""
    need(office, "出报表", *READERS)
    today = office.stamp.now.date()
    head = office.until or ledger.head()
    written = head.recorded_at[:10]  # a clock may have been set back since
    if period.first > today and period.first.isoformat() > written:
        if office.until:
            raise BadDate(f"按 {today} 的台账，{period.label}还没到；--as-of 要在这一期开始以后")
        raise BadDate(f"{period.label}还没到（今天 {today}）；报表只出到今天")
    if period.last > today:  # said in every title, so that nobody takes it for the whole month
        period = period._replace(label=f"{period.label}{SO_FAR}{today:%m-%d}")
    carried_in = ledger.open_before(period.first, head.seq)
    moves, consultations = [], {"visitors": 0, "answered": 0}
    for row in ledger.movements(period.first, period.last, head.seq):
        if row["kind"] == "Consulted":
            consultations["visitors"] += row["amount"]
            consultations["answered"] += row["answered"]
        elif row["case_no"]:
            moves.append(
                monthly.CountedEvent(
                    row["kind"], row["case_no"], row["detail"] or "", bool(row["late"])
                )
            )
    counted = {"Registered", "Reopened", "Resolved", "Withdrawn", "Refused", "TransferredOut"}
    booked = {*carried_in, *(move.case_no for move in moves if move.kind in counted)}
    numbers = dict.fromkeys([*carried_in, *(move.case_no for move in moves)])
    read = entries_of if whole else figures_of
    entries = read(ledger, office, list(numbers), period, head.seq, step)
    found = monthly.counts(moves, carried_in, entries, renamed(ledger, period, head))
    monthly.check(found)
    books = PeriodBooks(
        entries,
        booked,
        moves,
        period,
        _promised(ledger, office, entries, period, head.seq),
        cut_of(office, period),
        office.station.operator_names,
    )
    rates = monthly.rates(books)
    since = later_changes(ledger, office, period, head) if later else ()
    consulted = _consulted(ledger, period, head)
    return Month(
        period, head, found, rates, entries, consultations, office, books, since, consulted
    )


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


def renamed(ledger: Ledger, period: Period, head: Head) -> list[tuple[datetime, UnitRef]]:
    """The units that bear another name since then, up to the end of a period."""
    return [
        (event.at, UnitRef(event.data["code"], event.data["name"]))
        for event in ledger.office_wide(("StationChanged",))
        if event.data["what"] == "unit_renamed"
        and event.seq <= head.seq
        and event.at.date() <= period.last
    ]


def _promised(
    ledger: Ledger,
    office: Office,
    entries: Sequence[RegisterEntry],
    period: Period,
    as_of: int,
) -> list[RegisterEntry]:
    """Cases with a promised date in the period, also those on which nothing else happened in it."""
    numbers = ledger.promised(period.first, period.last, as_of)
    known = {entry.case.no: entry for entry in entries}
    strange = [number for number in numbers if number not in known]
    others = entries_of(ledger, office, strange, period, as_of)
    return [*(known[number] for number in numbers if number in known), *others]


def cut_of(office: Office, period: Period) -> datetime:
    """The moment up to which a period is counted: its end, or now."""
    end = datetime.combine(period.last, time(23, 59, 59), office.stamp.now.tzinfo)
    return min(end, office.stamp.now)


def figures_of(
    ledger: Ledger,
    office: Office,
    numbers: Collection[str],
    period: Period,
    as_of: int,
    step: Step = silent,
) -> list[RegisterEntry]:
    """The same as `entries_of` for figures alone: cases to which nothing happened in the period, nor
    since, are told by their rows."""
    by, now = _counted_by(ledger, office, period, as_of), cut_of(office, period)
    standing = standing_entries(ledger, by, period.first, as_of, now, set(numbers))
    known = {entry.case.no for entry in standing}
    others = [number for number in numbers if number not in known]
    folded = entries_of(ledger, office, others, period, as_of, step)
    return sorted([*standing, *folded], key=_by_receipt)


def _by_receipt(entry: RegisterEntry) -> tuple[datetime, str]:
    return entry.case.received_at, entry.case.no


def _counted_by(ledger: Ledger, office: Office, period: Period, as_of: int) -> Office:
    """The office with the calendar of then: no notice that came after the end of the period."""
    cut = datetime.combine(period.last, time(23, 59, 59), office.stamp.now.tzinfo)
    later = next(
        (
            event.seq
            for event in ledger.office_wide(("CalendarImported",))
            if event.at > cut and event.seq <= as_of
        ),
        0,
    )
    if later and office.calendars:
        return office._replace(calendar=office.calendars.at(later))
    return office


def entries_of(
    ledger: Ledger,
    office: Office,
    numbers: Sequence[str],
    period: Period,
    as_of: int,
    step: Step = silent,
) -> list[RegisterEntry]:
    """Cases folded up to the end of the period, in order of receipt; what ran then counts by the
    calendar of then."""
    cut = datetime.combine(period.last, time(23, 59, 59), office.stamp.now.tzinfo)
    now, office = cut_of(office, period), _counted_by(ledger, office, period, as_of)
    found = []
    for done, number in enumerate(numbers, 1):
        step(done)
        # what was taken back or corrected counts as such whenever that was done: only the as-of decides
        written = ledger.events_as_of(number, as_of)
        counting = effective(written)
        events = [event for event in counting if event.at <= cut]
        if events and events[0].kind == "Registered":
            case = fold(events)
            pack = office.pack_of(case)
            bending = office.bending(_behind(written, events), case, now)
            deadlines = office.deadlines(case, now)
            aside = excluded(counting)
            found.append(RegisterEntry(case, deadlines, events, pack, bending, excluded=aside))
    return sorted(found, key=_by_receipt)


def _behind(written: Sequence[Event], counted: Sequence[Event]) -> list[Event]:
    """The entries as they were written of those that count, and what corrected or took back any."""
    versions = {event.version for event in counted}
    return [event for event in written if event.kind in REWRITING or event.version in versions]


def register(name: str, found: Month, office: Office, *, form: str = "") -> Table:
    """One register of a snapshot, by its word or its Chinese name, in one of `paper.FORMS`.

    office: that of the snapshot.
    """
    word = next((key for key, title in REGISTERS.items() if name in (key, title)), "")
    if not word:
        raise UnknownWord("登记簿", name, [f"{key}（{title}）" for key, title in REGISTERS.items()])
    build = import_module(f"bbcs.registers.{word}").build
    table: Table = build(register_source(found, office, form))
    return table


def registers(found: Month, *, form: str = "") -> list[Table]:
    """Every register of a snapshot, in the order of REGISTERS."""
    return [register(name, found, found.office, form=form) for name in REGISTERS]


def register_source(found: Month, office: Office, form: str = "") -> RegisterSource:
    """What the registers of a snapshot are made of. Raises UnknownWord for an unknown form."""
    if form and form not in FORMS:
        raise UnknownWord("样式", form, list(FORMS))
    return RegisterSource(
        found.entries,
        office.pack,
        found.period,
        office.station.name,
        office.station.operator_names,
        office.stamp.now.date(),
        cut_of(office, found.period),
        form,
        found.consulted,
        _figure_lines(found),
    )


def figures(found: Month) -> tuple[str, list[str], list[str]]:
    """What stands on the screen and under the register alike: the identity, the counts beside it,
    the rates.
    """
    count, consulted = found.counts[""], found.consultations
    beside = [f"{monthly.COUNTS[name]} {count[name]}" for name in monthly.BESIDE if count[name]]
    if consulted["visitors"]:
        beside.append(f"咨询 {consulted['visitors']} 人，答复 {consulted['answered']} 个")
    rates = [f"{rate.label} {rate.text}" for rate in found.rates]
    return monthly.identity_line(count), beside, rates


def _figure_lines(found: Month) -> list[str]:
    identity, beside, rates = figures(found)
    return [line for line in (identity, "；".join(beside), "；".join(rates)) if line]


def revealed(found: Month) -> Month:
    """The snapshot with its people as they are, but for those who complain about staff."""
    entries = [entry._replace(revealed=not entry.case.conduct) for entry in found.entries]
    return found._replace(entries=entries)


def corrections(found: Month) -> list[Table]:
    """The sheet 更正 of a snapshot, where there is anything for it."""
    if not found.later:
        return []
    return [later_sheet.build(found.later, found.period, found.office.station.name)]


def footer(head: Head, office: Office) -> str:
    """What the foot of every printed register says: until which entry it holds, and the proof of
    it; and that it is practice."""
    foot = f"台账 {head.station} 第 {head.seq} 条  {head.digest[:16]}  打印 {office.stamp.now:%Y-%m-%d %H:%M}"
    return f"{foot}  {PRACTICE}" if office.practice else foot
