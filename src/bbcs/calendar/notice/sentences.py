"""Reads the sentences of a notice: which days a rule gives off, makes up for or moves.

Nothing is skipped that is not known to be no rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from bbcs.calendar.notice.dates import DATE, Dates, DateSpan
from bbcs.calendar.notice.text import (
    DAY,
    NAME,
    RULING,
    TextLine,
    Trouble,
    numeral,
    shorten,
    uncited,
    undated,
)
from bbcs.findings import Finding
from bbcs.record import Record


class Section(Record):
    """A rule of a notice: its name, its national holidays and its paragraphs.

    loose: not under a heading of an annual notice, so explanations may stand before the dates of a
    sentence.
    """

    name: str
    feasts: tuple[str, ...]
    body: tuple[tuple[TextLine, str], ...]
    loose: bool = False


class SentenceRule:
    """What a section says.

    `parts` are days called statutory, weekend or moved to: pieces of the days off.
    """

    __slots__ = (
        "cited", "counts", "feasts", "line", "linked", "moves", "name", "off", "parts", "resumes",
        "until", "works",
    )  # fmt: skip

    def __init__(self, name: str, feasts: tuple[str, ...], line: TextLine) -> None:
        self.name, self.feasts, self.line = name, feasts, line
        self.off: list[DateSpan] = []
        self.works: list[date] = []
        self.parts: list[date] = []
        self.moves: list[tuple[list[date], list[date]]] = []
        self.counts: list[tuple[int, list[date]]] = []
        self.linked: list[DateSpan] = []
        self.until: tuple[str, date] | None = None
        self.resumes: list[date] = []
        self.cited: list[tuple[date, bool]] = []

    def days_off(self) -> list[date]:
        """Every day the rule gives off, in order."""
        return sorted({*_days(self.off), *self.parts})

    def days_worked(self) -> list[date]:
        """Every make-up day: those named, and sources of moves that are not themselves off."""
        off = set(self.days_off())
        moved = {day for sources, _ in self.moves for day in sources if day not in off}
        return sorted({*self.works, *moved})


def _days(spans: Iterable[DateSpan]) -> list[date]:
    return [day for span in spans for day in span.days()]


_TOKENS = {
    "shares": r"其中,?(?:放假|法定(?:节)?假日)(?P<statutory>[0-9]+)天[、,](?:周末|公休日?|双休日)(?P<weekend>[0-9]+)天",
    "among": r"其中",
    "date": DATE,
    "extend": rf"延长(?:[0-9]{{4}}年)?(?P<feast>{NAME})(?:假期|放假时间|放假)(?=[至到~])",
    "move": rf"(?:(?:[两二三四五六]|[2-6])个)?的?公休日?(?P<plus>[、及和]{NAME})?(?:分别)?(?:调休?|调整|调换)(?=[至到~])",
    "source": r"(?:(?:[两二三四五六]|[2-6])个)?公休日(?=[、和及])",
    "part": rf"(?:{NAME})?(?:均|也)?为?(?:{NAME})?(?:法定(?:节)?假日|公休日)|(?:照常|正常)公休",
    "resume": r"起(?:恢复)?(?:正常|照常)?上班",
    "work": r"(?:均|都|要|应)?(?:正常|照常|调休)?(?:上班|补班)",
    "none": r"不(?:再)?(?:安排)?调休",
    "linked": r"[与和](?:周末|双休日|(?:周|星期)[六日天])(?:公休)?连休",
    "within": r"放假(?P<of>[0-9])天\((?=[0-9])",
    "close": r"\)",
    "when": rf"(?:{NAME}(?:[、和及]{NAME})*)?(?:放假|假期)(?:时间)?(?:为|是|:|从)(?=[0-9])",
    "off": r"放假(?:调休|公休|补休|休息)|(?:调休|休假)放假|休假调休|放假|调休|补休|休息|休假",
    "count": r"(?:共计?)?(?P<n>[0-9]+|[一二两三四五六七八九十]+)天",
    "named": r"是[一-龥~]{1,20}节(?![一-龥])",
    "range": r"[至到~]",
    "break": r"[,:;]",
    "and": r"、|以及|和|及|与",
    "noise": r"[0-9]{4}年(?![0-9])|按规定|这样|同时|将|即|并|分别|共|也|均"
    r"|全国|全体公民|本?自治区(?:内|全区)?|(?:我|全)[区省市]|全疆(?:各族人民群众)?",
}
_TOKEN = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _TOKENS.items()), re.A)
_ADVICE = re.compile(r"(?:鼓励|提倡|倡导|支持|建议)")
_CITES = re.compile(r"(?:根据|按照|按|依照|遵照)[^。]*国务院")


def read(section: Section, year: int) -> tuple[SentenceRule, list[Finding]]:
    """The rule of a section, and what could not be read."""
    rule = SentenceRule(section.name, section.feasts, section.body[0][0])
    dates = Dates(year, "元旦" in section.name)
    findings: list[Finding] = []
    for line, body in section.body:
        for sentence in filter(None, body.split("。")):
            if _ADVICE.match(sentence):
                continue
            try:
                _read_sentence(rule, dates, sentence, section.loose)
            except Trouble as trouble:
                findings.append(trouble.at(line))
    return rule, findings


def _read_sentence(rule: SentenceRule, dates: Dates, sentence: str, loose: bool) -> None:
    if not loose:
        _Sentence(rule, dates).read(sentence)
    elif DAY.search(undated(sentence)):
        if not RULING.search(undated(sentence)):
            raise Trouble("no_verb", "有日期，没有写明放假还是上班")
        cites = _CITES.match(sentence)
        read = SentenceRule(rule.name, rule.feasts, rule.line) if cites else rule
        _Sentence(read, dates).read(_from_first_date(sentence))
        if cites:
            rule.cited += [(day, False) for day in read.days_off()] + [
                (day, True) for day in read.days_worked()
            ]


def _from_first_date(sentence: str) -> str:
    """The text without the explanation before it.

    That is everything up to the last comma or colon before the first date or count.

    An explanation with figures that are no year stays, and is then found unreadable.
    """
    sentence = uncited(sentence)
    first = re.search(r"[0-9]+(?:月|[日号天])|延长", sentence)
    head = sentence[: first.start() if first else 0]
    cut = max(head.rfind(mark) for mark in ",:;、") + 1
    if re.search("[0-9]", _FIGURES.sub("", head[:cut])):
        return sentence
    return sentence[cut:]


_FIGURES = re.compile("[0-9]{4}年|[0-9]+周年|第[0-9]+[届次条]|^[0-9]{1,2}、")


class _Sentence:
    """Reads the tokens of one sentence into a rule. Dates wait until a verb says what they are."""

    def __init__(self, rule: SentenceRule, dates: Dates) -> None:
        self.rule, self.dates = rule, dates
        self.waiting: list[DateSpan] = []
        self.ranging = False
        self.among = False
        self.verb = ""
        self.sources: tuple[list[date], bool] = ([], False)
        self.expected = 0
        self.headless = False
        self.last: list[date] = []

    def read(self, sentence: str) -> None:
        """Raises Trouble for the first thing that does not fit."""
        place = 0
        while place < len(sentence):
            match = _TOKEN.match(sentence, place)
            if match is None:
                what = f"“{shorten(sentence[place:], 20)}”读不懂"
                raise Trouble("unreadable", what, "请核对原文；与放假安排无关的文字请删去")
            self._take(next(name for name in _TOKENS if match[name] is not None), match)
            place = match.end()
        self._settle()
        if self.waiting:
            raise Trouble("no_verb", f"{self.waiting[-1].last} 没有写明放假还是上班")
        if self.ranging or self.headless or self.expected or self.verb:
            raise Trouble("no_date", "写了放假、上班或天数，没有写日期")

    def _take(self, kind: str, match: re.Match[str]) -> None:
        if self.ranging and kind != "date":
            raise Trouble("unreadable", f"“至”后面不是日期：“{shorten(match[0], 20)}”")
        handler = getattr(self, f"_{kind}", None)
        if handler is not None:
            handler(match)

    # -- dates -------------------------------------------------------------------------------------

    def _date(self, match: re.Match[str]) -> None:
        if self.ranging:
            self.ranging = False
            first = self.waiting.pop()
            self.waiting.append(self.dates.until(first.last, match.groupdict(), match["date"]))
        else:
            self.waiting.append(self.dates.single(match.groupdict(), match["date"]))

    def _range(self, match: re.Match[str]) -> None:
        if self.verb in ("move", "extend") and not self.waiting:
            return
        if not self.waiting or self.waiting[-1].first != self.waiting[-1].last:
            raise Trouble("unreadable", "“至”前面不是日期")
        self.ranging = True

    def _break(self, match: re.Match[str]) -> None:
        self._settle()

    def _and(self, match: re.Match[str]) -> None:
        if not self.waiting:
            raise Trouble("unreadable", f"“{match[0]}”前面不是日期")

    # -- what follows its verb ---------------------------------------------------------------------

    def _move(self, match: re.Match[str]) -> None:
        self.sources = (self._taken("公休日调至"), match["plus"] is not None)
        self.verb = "move"

    def _when(self, match: re.Match[str]) -> None:
        self._settle()
        self.verb = "when"

    def _within(self, match: re.Match[str]) -> None:
        self._settle()
        self.expected = int(match["of"])
        self.verb = "within"

    def _close(self, match: re.Match[str]) -> None:
        if self.verb != "within":
            raise Trouble("unreadable", "多了一个右括号")
        self._settle()

    def _extend(self, match: re.Match[str]) -> None:
        self.rule.until = (match["feast"], date.min)
        self.verb = "extend"

    def _settle(self) -> None:
        """Gives the dates that follow 调至, 放假时间为, 放假3天( or 延长…至 to their verb."""
        if not self.verb or not self.waiting:
            return
        verb, self.verb = self.verb, ""
        spans, days = tuple(self.waiting), self._taken("")
        if verb == "when":
            self._give_off(days, spans)
        elif verb == "within":
            self.rule.parts += days
            self.rule.counts.append((self.expected, days))
            self.expected = 0
        elif verb == "extend":
            first, _ = self.rule.until or ("", None)
            self.rule.until = (first, days[-1])
        else:
            sources, plus = self.sources
            if len(sources) + plus != len(days):
                raise Trouble("moved_days", f"{len(sources) + plus} 个公休日调到了 {len(days)} 天")
            self.rule.moves.append((sources, days))
            self.rule.parts += days

    # -- verbs -------------------------------------------------------------------------------------

    def _taken(self, verb: str) -> list[date]:
        if not self.waiting:
            raise Trouble("no_date", f"“{verb}”前面没有日期")
        days = _days(self.waiting)
        if len(set(days)) != len(days):
            raise Trouble("twice", f"同一天写了两次：{'、'.join(map(str, days[:6]))}")
        self.waiting.clear()
        return days

    def _off(self, match: re.Match[str]) -> None:
        if self.verb:
            self._settle()
        elif self.waiting:
            spans, days = tuple(self.waiting), self._taken(match[0])
            self._give_off(days, spans)
        else:
            self.headless = True

    def _give_off(self, days: list[date], spans: tuple[DateSpan, ...]) -> None:
        if self.among:
            self.rule.parts += days
        else:
            self.rule.off += spans
        self.last, self.headless = days, False
        if self.expected:
            self.rule.counts.append((self.expected, days))
            self.expected = 0

    def _count(self, match: re.Match[str]) -> None:
        self._settle()
        n = numeral(match["n"])
        if self.headless:
            self.expected, self.headless = n, False
        elif self.waiting or not (self.last or self.rule.off):
            raise Trouble("no_verb", f"“{match[0]}”说的是哪几天，没有写明")
        else:
            self.rule.counts.append((n, self.last or self.rule.off[-1].days()))

    def _shares(self, match: re.Match[str]) -> None:
        if not self.last:
            raise Trouble("no_verb", f"“{match[0]}”说的是哪几天，没有写明")
        self.rule.counts.append((int(match["statutory"]) + int(match["weekend"]), self.last))

    def _work(self, match: re.Match[str]) -> None:
        self._settle()
        self.rule.works += self._taken(match[0])

    def _resume(self, match: re.Match[str]) -> None:
        self.rule.resumes += self._taken(match[0])

    def _part(self, match: re.Match[str]) -> None:
        self.rule.parts += self._taken(match[0])

    def _named(self, match: re.Match[str]) -> None:
        self._taken(match[0])

    def _among(self, match: re.Match[str]) -> None:
        self._settle()
        self.among = True

    def _linked(self, match: re.Match[str]) -> None:
        if self.waiting or not self.rule.off:
            raise Trouble("no_verb", f"“{match[0]}”说的是哪一天，没有写明")
        self.rule.linked.append(self.rule.off[-1])
