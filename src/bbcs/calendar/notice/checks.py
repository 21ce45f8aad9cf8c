"""The checks of a notice; any finding refuses the whole text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise

from bbcs.calendar import layers
from bbcs.calendar.dates import WEEKDAYS
from bbcs.calendar.days import DayInfo
from bbcs.calendar.notice.dates import feast_day
from bbcs.calendar.notice.sentences import Section, SentenceRule
from bbcs.calendar.notice.text import DAY, FEASTS, RULING, TextLine, misspelt, shorten, undated
from bbcs.findings import Finding

Known = Callable[[date], DayInfo]

#: First year -> statutory days of a year by the law then in force (办法 of 1999, orders of 2007-12-14
#: and 2024-11-10).
_STATUTORY_DAYS = {2025: 13, 2008: 11, 2004: 10}
_LAST_LAW = 2026
_NEW_LAW = re.compile("(?:修改|修订|公布)[^。]{0,40}放假办法")
_BEFORE_2008 = ("元旦", "春节", "劳动节", "国庆节")

#: Make-up days of 2004–2026 lie at most 11 days from the days off they make up for.
FAR = 15
_APART = 7


def of_rule(rule: SentenceRule, national: bool) -> Iterator[Finding]:
    """Checks inside one rule. national: a make-up day can only be a Saturday or Sunday."""
    off = rule.days_off()
    if misspelt(rule.name) and national:
        yield _finding("unreadable", rule, f"“{rule.name}”不像一个节日名")
    if outside := [
        day for day in (*off, *rule.days_worked()) if not layers.FIRST <= day <= layers.LAST
    ]:
        what = f"{outside[0]} 不在工作日历范围内（{layers.FIRST} 至 {layers.LAST}）"
        yield _finding("out_of_range", rule, what)
    if not off and not rule.until:
        yield _finding(
            "no_date", rule, f"“{rule.name}”没有写放假日期" if rule.name else "没有写放假日期"
        )
    yield from _counts(rule)
    yield from _apart(rule)
    yield from _parts(rule)
    yield from _makeups(rule, national)
    yield from _linked(rule)
    for feast in rule.feasts if off else ():
        day = feast_day(feast, off[-1].year)
        if day not in off:
            what = f"{feast}的法定日 {day} 不在所写的放假日期里"
            yield _finding("statutory_day", rule, what, "日期有一处抄错，请核对原文")


def _finding(code: str, rule: SentenceRule, what: str, hint: str = "") -> Finding:
    return Finding(code, rule.line.quoted(), what, hint)


def _counts(rule: SentenceRule) -> Iterator[Finding]:
    for n, days in rule.counts:
        run = {*days}
        if rule.linked:
            run |= set(_with_weekend(days))
        if n not in (len(days), len(run)):
            what = f"写的是 {n} 天，{_period(days)} 是 {len(days)} 天"
            yield _finding("count", rule, what, "天数或日期有一处抄错，请核对原文")


def _period(days: list[date]) -> str:
    if len(days) == 1:
        return str(days[0])
    return f"{days[0]} 至 {days[-1]}"


def _with_weekend(days: list[date]) -> Iterator[date]:
    for step, end in ((-1, days[0]), (1, days[-1])):
        day = end + timedelta(step)
        while day.weekday() >= 5:
            yield day
            day += timedelta(step)


def _apart(rule: SentenceRule) -> Iterator[Finding]:
    """A rule has one run of days off; a day off in lieu may follow a weekend."""
    for a, b in pairwise(rule.days_off()):
        if (b - a).days > _APART:
            yield _finding("days_apart", rule, f"{a} 与 {b} 相隔太远，不像同一个假期")


def _parts(rule: SentenceRule) -> Iterator[Finding]:
    """Statutory days, weekend days and days moved to are together the days off."""
    whole = {day for span in rule.off for day in span.days()}
    if not rule.parts or not whole:
        return
    for day in sorted(set(rule.parts) - whole):
        yield _finding("parts", rule, f"{day} 不在放假日期之内")
    moved_to = {day for _, targets in rule.moves for day in targets}
    named = set(rule.parts) > moved_to
    for day in sorted(day for day in whole - set(rule.parts) if day.weekday() < 5 and named):
        yield _finding("parts", rule, f"{day} 没有说明是法定假日还是调休")


def _makeups(rule: SentenceRule, national: bool) -> Iterator[Finding]:
    off = rule.days_off()
    sources = {day for moved, _ in rule.moves for day in moved}
    for day in rule.days_worked():
        if day in off:
            yield _finding("off_and_makeup", rule, f"{day} 又放假又上班")
        elif day.weekday() < 5 and national:
            what = f"{day} 是星期{WEEKDAYS[day.weekday()]}，补班日只能是星期六或星期日"
            yield _finding("makeup_on_weekday", rule, what)
        elif off and min(abs((day - other).days) for other in off) > FAR:
            yield _finding("makeup_far", rule, f"补班日 {day} 离放假日期太远")
    for day in sorted(sources):
        if day.weekday() < 5:
            yield _finding(
                "makeup_on_weekday", rule, f"{day} 是星期{WEEKDAYS[day.weekday()]}，不是公休日"
            )
        elif rule.works and day not in off and day not in rule.works:
            yield _finding("moved_days", rule, f"{day} 的公休日调走了，却没有写上班")
    for day in rule.resumes:
        if day in off:
            yield _finding("off_and_makeup", rule, f"{day} 又放假又上班")


def _linked(rule: SentenceRule) -> Iterator[Finding]:
    for span in rule.linked:
        if span.first.weekday() != 0 and span.last.weekday() < 4:
            what = f"{span.last} 是星期{WEEKDAYS[span.last.weekday()]}，不与周末相连"
            yield _finding("linked_weekend", rule, what)


def between_rules(rules: list[SentenceRule]) -> Iterator[Finding]:
    """No day in two rules, no day both off and worked, no holiday twice."""
    off = {day: rule for rule in rules for day in rule.days_off()}
    for rule in rules:
        for day in rule.days_worked():
            if day in off and off[day] is not rule:
                yield _finding("off_and_makeup", rule, f"{day} 又放假又上班")
    times = Counter(day for rule in rules for day in (*rule.days_off(), *rule.days_worked()))
    for rule in rules:
        again = [day for day in rule.days_off() if times[day] > 1 and off[day] is not rule]
        if again:
            yield _finding("twice", rule, f"{again[0]} 在两条里都写了")
    named = Counter(feast for rule in rules for feast in rule.feasts)
    for rule in rules:
        if any(named[feast] > 1 for feast in rule.feasts):
            yield _finding("two_notices", rule, f"“{rule.name}”写了不止一次", "每次只读一份通知")
            return


def of_year(rules: list[SentenceRule], year: int, title: str, preamble: str) -> Iterator[Finding]:
    """What an annual notice must have: every holiday of its year, and an even sum of days off."""
    needed = tuple(FEASTS) if year >= 2008 else _BEFORE_2008
    missing = [feast for feast in needed if not any(feast in rule.feasts for rule in rules)]
    if missing:
        yield Finding(
            "missing_holidays",
            shorten(title),
            f"缺 {'、'.join(missing)}",
            "文字可能不全，请给出通知全文",
        )
        return
    off = sum(day.weekday() < 5 for rule in rules for day in rule.days_off())
    worked = sum(len(rule.days_worked()) for rule in rules)
    law = next(days for first, days in _STATUTORY_DAYS.items() if year >= first)
    if off - worked != law and not (year > _LAST_LAW and _NEW_LAW.search(preamble)):
        what = (
            f"工作日放假 {off} 天、补班 {worked} 天，相差 {off - worked} 天，而法定假日是 {law} 天"
        )
        yield Finding(
            "balance", shorten(title), what, "放假或上班的日期有一处抄错或漏掉，请核对原文"
        )


def of_citations(rules: Iterable[SentenceRule], known: Known) -> Iterator[Finding]:
    """A regional notice must cite the national days as the calendar has them."""
    for rule in rules:
        for day, works in rule.cited:
            if known(day).is_working_day != works:
                what = f"引述的全国安排与工作日历不符：{day} 应{'上班' if not works else '放假'}"
                yield _finding("citation", rule, what)


def extension(rule: SentenceRule, known: Known) -> tuple[list[date], list[Finding]]:
    """The days by which a holiday of an earlier notice grows longer, and what does not fit."""
    feast, until = rule.until or ("", date.min)
    days: list[date] = []
    day = until
    while len(days) < FAR and not _is_off_for(known(day), feast):
        days.append(day)
        day -= timedelta(1)
    if len(days) == FAR:
        return [], [
            _finding(
                "no_holiday",
                rule,
                f"工作日历里 {until} 以前没有可以延长的{feast}假期",
                "请先导入年度通知",
            )
        ]
    wrong = [day for day in rule.resumes if day != until + timedelta(1)]
    return days[::-1], [
        _finding("resumes", rule, f"假期到 {until}，正常上班却从 {day} 起") for day in wrong
    ]


def _is_off_for(info: DayInfo, feast: str) -> bool:
    return info.kind == "holiday" and (feast in info.name or info.name in feast)


def stray(outside: Iterable[TextLine]) -> Iterator[Finding]:
    """Dates outside every rule that have no known purpose.

    Known are citations, dates of issue and beginnings (自…起).
    """
    for line in outside:
        for sentence in undated(line.text).split("。"):
            if RULING.search(sentence) and DAY.search(sentence):
                yield Finding(
                    "stray_date", line.quoted(), "有日期，却不在任何一条放假安排里", _TRIM
                )
            elif _BARE_DAY.search(sentence):
                yield Finding("stray_date", line.quoted(), "有日期，没有写明放假还是上班", _TRIM)


_TRIM = "请核对原文；与放假安排无关的文字请删去"
_BARE_DAY = re.compile("(?<![0-9年])[0-9]{1,2}月[0-9]+日")


def between(lines: Iterable[TextLine]) -> Iterator[Finding]:
    """Text among the rules that is no rule."""
    for line in lines:
        yield Finding("unreadable", line.quoted(), "各条放假安排之间夹着读不懂的文字", _TRIM)


def ended(sections: Iterable[Section], last: TextLine) -> Iterator[Finding]:
    """A text that stops in mid-sentence.

    An annual notice shows it by its counts, others only by the missing full stop.
    """
    if not last.text.endswith(("。", "上班")) and any(
        line == last for section in sections for line, _ in section.body
    ):
        yield Finding(
            "truncated", last.quoted(), "最后一条没有句号", "文字可能在此中断，请给出通知全文"
        )
