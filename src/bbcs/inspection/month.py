"""Checks of whole months: the identity that must hold, and figures too good to be true."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from bbcs.calendar.days import DayCalendar
from bbcs.domain.case import CLOSES, OPENS
from bbcs.inspection.case_view import Books, Course, Dossier, Said, SaidOf
from bbcs.inspection.watch import ON_COURSE

MONTHS = 12
"""Months with data that are looked at, the last ones: a year of reports that can still be put right."""

LEAST = 10
"""Settled cases that a month needs before its figures mean anything (ours, proposed)."""

BUNCHED = 0.5
"""Share of a month's settlements on its last working day that is too much (ours, proposed): an even month has 1 in 21."""

_NAMED = 3

_MONTH = 7
"""Characters of the month in a day: `2022-06`. Days are text here; formatting them costs ten times as much."""


def last_working_day(month: str, calendar: DayCalendar) -> str:
    """The last working day of a month."""
    first = date.fromisoformat(f"{month}-01")
    return calendar.previous((first + timedelta(days=31)).replace(day=1)).isoformat()


class Identity:
    """C18: carried_in + received + reopened = closed + refused + transferred_out + carried_out, month by month.

    What came and went is counted from the stored rows, what is carried from the entries: two ways to the same books.
    """

    rests = ON_COURSE

    def __init__(self, books: Books) -> None:
        self._books = books
        self._change: dict[str, int] = {}
        self._odd: dict[str, list[str]] = {}

    def see(self, one: Dossier) -> Iterable[Said]:
        """When the case was in hand."""
        self.count(one, 1)
        return ()

    def count(self, one: Course | Dossier, number: int) -> None:
        """When so many cases were in hand; one at a time where one came twice or went twice, for those are named."""
        inside, last = False, ""
        for day, opens in one.turns:
            if (month := day[:_MONTH]) > last:
                last = month
            if opens == inside:
                self._odd.setdefault(last, []).append(one.no)
            else:
                self._change[last] = self._change.get(last, 0) + (number if opens else -number)
            inside = opens

    def end(self) -> Iterator[SaidOf]:
        """The months whose books do not foot."""
        counted: dict[str, dict[str, int]] = {}
        stored: dict[str, int] = {}
        for row in self._books.counted:
            counted.setdefault(row.month, {})[row.kind] = row.number
            stored[row.month] = stored.get(row.month, 0) + row.delta
        out = booked = gap = 0
        shown = _shown(
            [month for month in counted if any(kind in OPENS | CLOSES for kind in counted[month])],
            self._books.month,
        )
        for month in sorted({*counted, *self._change}):
            before, gap_before = out, gap
            if month in shown and booked - out != gap_before:
                yield (
                    "",
                    f"{month} 的上期结转 {booked} 不等于上月的结转下期 {out}",
                    "bbcs ledger verify --full",
                )
            gap = booked - out
            out += self._change.get(month, 0)
            booked += stored.get(month, 0)
            left, right = _sides(counted.get(month, {}))
            if month in shown and before + left != right + out:
                yield (
                    "",
                    self._broken(month, before + left, right + out),
                    "核对这几件的记录；bbcs ledger verify --full",
                )

    def _broken(self, month: str, left: int, right: int) -> str:
        odd = self._odd.get(month, [])
        named = (
            f"；重复计数的件：{'、'.join(odd[:_NAMED])}{f' 等 {len(odd)} 件' if len(odd) > _NAMED else ''}"
            if odd
            else ""
        )
        return f"{month} 平衡式不成立：结转+受理+重办={left}，办结+不予受理+转出+结转下期={right}{named}"


def _sides(counted: Mapping[str, int]) -> tuple[int, int]:
    return sum(counted.get(kind, 0) for kind in OPENS), sum(counted.get(kind, 0) for kind in CLOSES)


def _shown(months: list[str], wanted: str) -> set[str]:
    return {wanted} if wanted else {*sorted(months)[-MONTHS:]}


class Tally:
    """What one month's settled cases were like; last: its last working day."""

    __slots__ = ("closed", "last", "on_last", "open", "wrong")

    def __init__(self, last: str) -> None:
        self.closed = self.on_last = self.open = self.wrong = 0
        self.last = last


class _Months(dict[str, Tally]):
    """Month -> what it was like, begun when it is first asked for."""

    def __init__(self, calendar: DayCalendar) -> None:
        self._calendar = calendar

    def __missing__(self, month: str) -> Tally:
        found = self[month] = Tally(last_working_day(month, self._calendar))
        return found


class Perfect:
    """C19: a month in which every rate is exactly 100 %, or whose settlements are bunched on its last working day."""

    rests = ON_COURSE

    def __init__(self, books: Books) -> None:
        self._books = books
        self._months = _Months(books.calendar)

    def see(self, one: Dossier) -> Iterable[Said]:
        """Count the case for the months in which it came and was settled."""
        self.count(one, 1)
        return ()

    def count(self, one: Course | Dossier, number: int) -> None:
        """Count so many cases."""
        settled, came = one.settled, one.came[:_MONTH]
        if (not settled or settled[0][:_MONTH] != came) and one.phase not in (
            "refused",
            "transferred_out",
        ):
            self._months[came].open += number
        for day in settled:
            tally = self._months[day[:_MONTH]]
            tally.closed += number
            if day == tally.last:
                tally.on_last += number
        if settled:  # the month of the last one answers for the case
            tally.wrong += number * (one.late or not one.good)

    def end(self) -> Iterator[SaidOf]:
        """The months that look too good."""
        over = [
            month
            for month in self._months
            if self._books.month or self._months[month].last <= self._books.today.isoformat()
        ]
        for month in sorted(_shown(over, self._books.month).intersection(over)):
            tally = self._months[month]
            if tally.closed < LEAST:
                continue
            if not tally.open and not tally.wrong:
                yield (
                    "",
                    f"{month} 办结的 {tally.closed} 件，按时、解决、回访、满意、办结率全是 100%",
                    "抽几件对原件、回访反映人",
                )
            if tally.on_last >= BUNCHED * tally.closed:
                yield (
                    "",
                    f"{month} 的办结有 {tally.on_last}/{tally.closed} 件集中在最后一个工作日",
                    "抽几件对原件，看是否为报表突击办结",
                )
