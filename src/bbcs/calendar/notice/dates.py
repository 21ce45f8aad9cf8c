"""Reads the dates of a notice and checks that the notes in brackets agree with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

from bbcs.calendar import layers
from bbcs.calendar.dates import WEEKDAYS
from bbcs.calendar.notice.text import FEASTS, NAME, Trouble, feasts, shorten
from bbcs.record import Record

#: A written date: year and month may be missing, and 日 in a list like 1月24、25、26日 or one in
#: brackets (5月1、2、3).
DATE = (
    r"(?:(?P<y>[0-9]+)年)?(?:(?P<m>[0-9]+)月)?(?P<d>[0-9]+)"
    r"(?:日|号|(?=(?:、[0-9]+)+日|(?:、[0-9]+)*\)))(?P<note>(?:\([^()]*\))*)"
)

LONGEST = 31


class DateSpan(Record):
    """Days from first to last, both included."""

    first: date
    last: date

    def days(self) -> list[date]:
        """All of them, in order."""
        return [self.first + timedelta(i) for i in range((self.last - self.first).days + 1)]


class Dates:
    """Reads the dates of one rule in order.

    A date without year or month takes those of the date before it.
    """

    def __init__(self, year: int, turn: bool) -> None:
        """turn: the rule is that of New Year's Day, where a bare December is the one before."""
        self.year, self.turn = year, turn
        self.carried: date | None = None

    def single(self, match: Mapping[str, str | None], written: str) -> DateSpan:
        """The day of a match of DATE. Raises Trouble."""
        day = self._day(match, written, self.carried)
        self.carried = day
        check_note(match["note"] or "", [DateSpan(day, day)], self.year)
        return DateSpan(day, day)

    def until(self, first: date, match: Mapping[str, str | None], written: str) -> DateSpan:
        """The range from `first` to a match of DATE.

        Bare days after it belong to the month it began in. Raises Trouble.
        """
        last = self._day(match, written, first, ends=True)
        if last <= first:
            raise Trouble("range_backwards", f"起止倒置：{first} 至 {last}")
        if (last - first).days >= LONGEST:
            raise Trouble("range_long", f"起止相距太远：{first} 至 {last}")
        self.carried = first
        check_note(match["note"] or "", [DateSpan(first, last)], self.year)
        return DateSpan(first, last)

    def _day(
        self, match: Mapping[str, str | None], written: str, before: date | None, ends: bool = False
    ) -> date:
        year, month = match["y"], match["m"]
        if not month and (year or before is None):
            raise Trouble(
                "unreadable", f"“{shorten(written, 20)}”看不出是几月", "请核对原文是否漏了“月”字"
            )
        try:
            which = int(month or 0)
            if before and not month:
                which = before.month
            return date(
                self._year(year, which, bool(month), before, ends), which, int(match["d"] or 0)
            )
        except (ValueError, OverflowError):
            raise Trouble(
                "no_such_day", f"没有这一天：“{shorten(written, 20)}”", "请核对原文"
            ) from None

    def _year(
        self, written: str | None, month: int, own_month: bool, before: date | None, ends: bool
    ) -> int:
        if written:
            year = int(written)
            if year != self.year and not (year == self.year - 1 and month == 12):
                raise Trouble(
                    "wrong_year", f"年份 {shorten(written, 8)} 不是 {self.year} 年通知里会有的"
                )
            return year
        if before and (ends or not own_month):
            if month < before.month and before.year == self.year:
                raise Trouble("range_backwards", f"{before} 之后不能是 {month} 月")
            return before.year + (month < before.month)
        return self.year - 1 if self.turn and month == 12 else self.year


# -- notes -----------------------------------------------------------------------------------------

_WEEKDAY = re.compile(rf"(?:星期|周|礼拜)([{WEEKDAYS}天])")
_LUNAR = rf"(?:即|为|农历|阴历|大年|正月|腊月|冬月|初|廿|[一二三四五六七八九十]|月|除夕|至|到|~|当[日天]|新年|{NAME})+"
_PIECE = re.compile(
    rf"{_WEEKDAY.pattern}|(?:即|从)?{_WEEKDAY.pattern}[至到~]{_WEEKDAY.pattern}|{_LUNAR}"
)
_OTHER_MONTH = re.compile("[二三四五六七八九十冬腊]月")


def check_note(note: str, spans: list[DateSpan], year: int) -> None:
    """Compares the notes in brackets with the day, or with both ends of the range.

    Notes are weekdays, days of the lunar year and names. Raises Trouble.
    """
    if not note:
        return
    for piece in re.split(r"[()、,·;]+", note):
        if piece and not _PIECE.fullmatch(piece):
            raise Trouble("unreadable", f"括号里的“{shorten(piece, 20)}”读不懂")
    whole = spans[-1]
    _compare_weekdays(_WEEKDAY.findall(note), whole)
    named = _named_days(note, year)
    if len(named) > 1 and re.search("[至到~]", note):
        if (named[0], named[-1]) != (whole.first, whole.last):
            what = (
                f"“{shorten(note, 20)}”应为 {named[0]} 至 {named[-1]}，"
                f"写成了 {whole.first} 至 {whole.last}"
            )
            raise Trouble("lunar_day", what)
    elif named and any(day != whole.last for day in named):
        raise Trouble("lunar_day", f"“{shorten(note, 20)}”应为 {named[0]}，写成了 {whole.last}")


def _compare_weekdays(words: list[str], span: DateSpan) -> None:
    if len(words) > 2 or (len(words) == 2 and span.first == span.last):
        raise Trouble("unreadable", "一个日期后面注了几个星期")
    days = (span.last,) if len(words) == 1 else (span.first, span.last)
    for word, day in zip(words, days, strict=False):
        if WEEKDAYS[day.weekday()] != word.replace("天", "日"):
            what = f"{day} 是星期{WEEKDAYS[day.weekday()]}，注的是星期{word}"
            raise Trouble("weekday", what, "日期或星期有一处抄错，请核对原文")


def _named_days(note: str, year: int) -> list[date]:
    """The days that the words of a note name, as far as the tables know them."""
    positioned = [
        (match.start(), _named(match[0], year))
        for match in re.finditer("除夕|元旦|端午|五月初五|中秋|八月十五|清明", note)
    ]
    if not _OTHER_MONTH.search(note):
        for match in re.finditer("初(十|[一二三四五六七八九])", note):
            positioned.append(
                (
                    match.start(),
                    feast_day("春节", year) + timedelta("一二三四五六七八九十".index(match[1])),
                )
            )
    return [day for _, day in sorted(positioned)]


def _named(word: str, year: int) -> date:
    if word == "除夕":
        return feast_day("春节", year) - timedelta(1)
    return feast_day(
        {"五月初五": "端午节", "八月十五": "中秋节"}.get(word) or feasts(word)[0], year
    )


# -- days of the feasts ----------------------------------------------------------------------------

#: Year, then month and day of 春节 (初一), 清明节, 端午节, 中秋节. From 2027 on they follow from the shipped
#: statutory days.
_UNTIL_2026 = """
2004 0122 0404 0622 0928
2005 0209 0405 0611 0918
2006 0129 0405 0531 1006
2007 0218 0405 0619 0925
2008 0207 0404 0608 0914
2009 0126 0404 0528 1003
2010 0214 0405 0616 0922
2011 0203 0405 0606 0912
2012 0123 0404 0623 0930
2013 0210 0404 0612 0919
2014 0131 0405 0602 0908
2015 0219 0405 0620 0927
2016 0208 0404 0609 0915
2017 0128 0404 0530 1004
2018 0216 0405 0618 0924
2019 0205 0405 0607 0913
2020 0125 0404 0625 1001
2021 0212 0404 0614 0921
2022 0201 0405 0603 0910
2023 0122 0405 0622 0929
2024 0210 0404 0610 0917
2025 0129 0404 0531 1006
2026 0217 0405 0619 0925
"""
_FIXED = {"元旦": (1, 1), "劳动节": (5, 1), "国庆节": (10, 1)}


def feast_day(feast: str, year: int) -> date:
    """The day of a holiday of FEASTS; of 春节 the first of the lunar year."""
    if feast in _FIXED:
        return date(year, *_FIXED[feast])
    return _moving(year)[feast]


@lru_cache(maxsize=8)
def _moving(year: int) -> dict[str, date]:
    for line in _UNTIL_2026.split("\n"):
        if line[:4] == str(year):
            moving = (feast for feast in FEASTS if feast not in _FIXED)
            return {
                feast: date(year, int(day[:2]), int(day[2:]))
                for feast, day in zip(moving, line.split()[1:], strict=True)
            }
    first = {
        name: row.day
        for row in reversed(layers.statutory((year,)))
        for name in row.name.split("、")
    }
    # The eve is the first of its statutory days.
    return first | {"春节": first["春节"] + timedelta(1)}


def runs(days: list[date]) -> list[DateSpan]:
    """Sorted days as spans without gaps."""
    spans: list[DateSpan] = []
    for day in days:
        if spans and (day - spans[-1].last).days <= 1:
            spans[-1] = spans[-1]._replace(last=day)
        else:
            spans.append(DateSpan(day, day))
    return spans
