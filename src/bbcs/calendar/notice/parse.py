"""Turns the text of a holiday notice into the days it changes.

Pure; any failed check refuses the whole text, nothing is guessed or repaired.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from bbcs.calendar import layers
from bbcs.calendar.days import DayCalendar
from bbcs.calendar.layers import ExceptionalDay
from bbcs.calendar.notice import checks
from bbcs.calendar.notice.checks import Known as Known
from bbcs.calendar.notice.dates import runs
from bbcs.calendar.notice.document import plain as plain
from bbcs.calendar.notice.header import NoticeHeader, headed, unheaded
from bbcs.calendar.notice.sentences import Section, SentenceRule, read
from bbcs.calendar.notice.text import TextLine, issued, lines, number
from bbcs.findings import Finding
from bbcs.record import Record

LONGEST = 200_000
"""Most characters of a text that is read as a notice; those of 2004–2026 have about 1,000."""


class Holiday(Record):
    """A span of days off as the notice writes it; `days` counts its weekend days too."""

    name: str
    first: date
    last: date
    days: int


class ParsePlan(Record):
    """What a notice says. With findings it is refused and holds no day at all.

    kind: annual, midyear (changes an annual one) or regional (a layer over the national days).
    exceptions: days off from Monday to Friday and make-up days, in order; for a region only what
    differs from the calendar before. cancels: special days that become plain again. Both together
    are the layer.
    """

    title: str
    number: str
    issued: date | None
    year: int
    kind: str
    exceptions: tuple[ExceptionalDay, ...] = ()
    findings: tuple[Finding, ...] = ()
    spans: tuple[Holiday, ...] = ()
    cancels: tuple[ExceptionalDay, ...] = ()

    @property
    def layer(self) -> tuple[ExceptionalDay, ...]:
        """The rows to lay over the calendar before."""
        return tuple(sorted(self.exceptions + self.cancels))


def parse(
    text: str,
    *,
    before: Callable[[ParsePlan], DayCalendar] | None = None,
    title: str = "",
    year: int | None = None,
    kind: str = "",
) -> ParsePlan:
    """Reads a notice of the State Council, or of a region.

    before: gives, for what the head of the notice says, the calendar before it, against which
    mid-year and regional notices are read; None = the shipped days, for a mid-year notice those of
    the annual ones.
    title, year, kind: what the text itself need not say; a contradiction is a finding.
    """
    if len(text) > LONGEST:
        what = f"有 {len(text)} 个字，不像一份通知；请只给出通知的文字"
        return ParsePlan(
            title, "", None, year or 0, kind, findings=(Finding("too_long", "", what),)
        )
    paragraphs = lines(text)
    head = NoticeHeader(text, paragraphs, title, kind)
    which, findings = head.year(year, paragraphs)
    plan = ParsePlan(head.title, number(paragraphs), issued(paragraphs), which, head.kind)
    sections, outside, among = headed(paragraphs, plan.kind != "annual")
    if not sections and plan.kind != "annual":
        sections, outside = unheaded(paragraphs, head.name)
    if not sections:
        findings = [
            Finding(
                "not_a_notice",
                paragraphs[0].quoted() if paragraphs else "",
                "看不出是放假通知：没有一条放假安排",
            )
        ]
    elif not findings and not layers.FIRST.year <= which <= layers.LAST.year:
        findings = [
            Finding("out_of_range", paragraphs[0].quoted(), f"{which} 年不在工作日历范围内")
        ]
    if findings:
        return plan._replace(findings=tuple(findings))
    known = (before or _shipped)(plan).info
    return _judged(plan, sections, (outside, among), paragraphs[-1], known)


def _shipped(plan: ParsePlan) -> DayCalendar:
    """The shipped days; what a mid-year notice changes are those of the annual ones."""
    return DayCalendar(
        row for row in layers.national() if plan.kind == "regional" or len(row.notice) == 4
    )


def _judged(
    plan: ParsePlan,
    sections: list[Section],
    others: tuple[list[TextLine], list[TextLine]],
    last: TextLine,
    known: Known,
) -> ParsePlan:
    """The plan with its days, or with its findings."""
    pairs = [read(section, plan.year) for section in sections]
    rules = [rule for rule, unread in pairs if not unread]
    findings = [finding for _, unread in pairs for finding in unread]
    findings += [
        finding for rule in rules for finding in checks.of_rule(rule, plan.kind != "regional")
    ]
    findings += [*checks.between_rules(rules), *checks.stray(others[0]), *checks.between(others[1])]
    if plan.kind == "annual" and not findings:
        findings += checks.of_year(
            rules, plan.year, plan.title or last.shown, "".join(line.text for line in others[0])
        )
    elif not findings:
        findings += [*checks.of_citations(rules, known), *checks.ended(sections, last)]
    if not findings:
        findings += [
            finding for rule in rules if rule.until for finding in checks.extension(rule, known)[1]
        ]
    if not findings:
        return _laid_over(plan, rules, known)
    return plan._replace(
        findings=tuple(_perhaps_cut_off(finding, last) for finding in dict.fromkeys(findings))
    )


def _perhaps_cut_off(finding: Finding, last: TextLine) -> Finding:
    if (
        finding.code in ("unreadable", "no_verb", "no_date")
        and finding.where == last.quoted()
        and last.text[-1] != "。"
    ):
        return finding._replace(code="truncated", hint="文字到此中断，请给出通知全文")
    return finding


# -- from rules to days ----------------------------------------------------------------------------


def _laid_over(plan: ParsePlan, rules: list[SentenceRule], known: Known) -> ParsePlan:
    """The plan with its days, as the notice has them.

    For a region: as they differ from the days before.
    """
    source = plan.number or plan.title or f"{plan.year}年放假通知"
    if plan.kind == "annual":
        source = str(plan.year)
    rows = [
        layers.exception(day, works, rule.name, source)
        for rule in rules
        for day, works in _days(rule, known)
    ]
    kept = [row for row in rows if row.kind in ("holiday", "makeup")]
    cancels: list[ExceptionalDay] = []
    if plan.kind == "regional":
        kept = [row for row in kept if known(row.day).is_working_day != row.is_working_day]
    if plan.kind != "annual":
        cancels += [
            row
            for row in rows
            if row.kind in ("normal", "weekend") and known(row.day).kind != row.kind
        ]
    if plan.kind == "midyear" and "调整" in plan.title:
        cancels += _replaced(rows, known)
    written = (
        Holiday(rule.name, span.first, span.last, len(span.days()))
        for rule in rules
        for span in (*rule.off, *runs(_longer(rule, known)))
    )
    return plan._replace(
        exceptions=tuple(sorted(kept)), cancels=tuple(sorted(cancels)), spans=tuple(written)
    )


def _longer(rule: SentenceRule, known: Known) -> list[date]:
    if not rule.until:
        return []
    return checks.extension(rule, known)[0]


def _days(rule: SentenceRule, known: Known) -> Iterator[tuple[date, bool]]:
    yield from ((day, False) for day in (*rule.days_off(), *_longer(rule, known)))
    yield from ((day, True) for day in rule.days_worked())


def _replaced(rows: Iterable[ExceptionalDay], known: Known) -> Iterator[ExceptionalDay]:
    """Days of an earlier notice for a holiday that this one arranges anew and does not repeat."""
    stated = {row.day: row for row in rows}
    first, last = min(stated) - timedelta(checks.FAR), max(stated) + timedelta(checks.FAR)
    names = {row.name for row in stated.values()}
    for i in range((last - first).days + 1):
        day = first + timedelta(i)
        info = known(day) if layers.FIRST <= day <= layers.LAST else None
        if info and day not in stated and info.kind in ("holiday", "makeup") and info.name in names:
            yield layers.exception(
                day, info.kind == "holiday", info.name, stated[min(stated)].notice
            )
