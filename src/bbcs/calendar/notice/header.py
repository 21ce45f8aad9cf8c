"""Finds out which kind of notice a text is, of which year, and which paragraphs hold its rules."""

from __future__ import annotations

import re

from bbcs.calendar.notice.sentences import Section
from bbcs.calendar.notice.text import (
    DAY,
    HEADING,
    NAME,
    NUMBERED,
    RULING,
    TextLine,
    feasts,
    names,
    normal,
    titles,
    uncited,
    undated,
)
from bbcs.findings import Finding

_REGION = re.compile("自治区|自治州|人民政府|广西|宁夏|新疆|西藏|内蒙古|[一-龥]省|[一-龥]市|拉萨")
_CHANGE = re.compile(
    r"(?:调整|延长)(?:[0-9]{4}年)?[一-龥]{2,20}?(?:假期|放假|节假日)|纪念日[一-龥]{0,4}放假", re.A
)
_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])", re.A)
_STATED = re.compile(
    r"(?:现将|现就|调整|延长)[一-龥]{0,4}?(20[0-9]{2})年|(20[0-9]{2})年,?(?=元旦|春节|部分节假日)",
    re.A,
)
_SUBJECT = re.compile(
    r"关于(?:调整|延长|做好)?(?:20[0-9]{2}年)?(?P<name>[一-龥0-9、]+?)(?:调休|放假|假期|节日|期间|安排|的通知)",
    re.A,
)


class NoticeHeader:
    """Title and kind of a notice, from what is given, what stands in the text, and its headings."""

    def __init__(self, text: str, paragraphs: list[TextLine], title: str, kind: str) -> None:
        self.own = titles(text, paragraphs)
        self.title = normal(title) or next(iter(self.own), "")
        self.preamble = uncited(
            "".join(line.text for line in paragraphs if not HEADING.match(line.text))
        )
        headed = [match["names"] for line in paragraphs if (match := _heading(line.text))]
        self.kind = kind or self._guess(headed)

    def _guess(self, headed: list[str]) -> str:
        strange = [name for heading in headed for name in names(heading) if not feasts(name)]
        if _REGION.search(self.title.removeprefix("国务院办公厅")) or (
            strange and not self.title.startswith("国务院")
        ):
            return "regional"
        if "部分节假日安排" in self.title:
            return "annual"
        if _CHANGE.search(self.title or self.preamble) or not headed:
            return "midyear"
        return "annual"

    @property
    def name(self) -> str:
        """What the notice is about, for rules without a heading."""
        subject = _SUBJECT.search(self.title)
        if subject:
            return subject["name"]
        named = re.search(NAME, self.title) or re.search(
            rf"延长(?:[0-9]{{4}}年)?({NAME})", self.preamble
        )
        return named[named.lastindex or 0] if named else ""

    def year(self, asked: int | None, paragraphs: list[TextLine]) -> tuple[int, list[Finding]]:
        """The year of the notice, and what contradicts it."""
        where = paragraphs[0].quoted() if paragraphs else ""
        titled = {int(year) for title in [self.title, *self.own] for year in _YEAR.findall(title)}
        if len(titled) > 1:
            years = "、".join(map(str, sorted(titled)))
            return asked or 0, [
                Finding("two_notices", where, f"有 {years} 年的标题", "每次只读一份通知")
            ]
        stated = titled | {int(match[1] or match[2]) for match in _STATED.finditer(self.preamble)}
        if not stated and asked is None:
            stated = {
                int(year)
                for year in re.findall(
                    "(20[0-9]{2})年[0-9]+月[0-9]+日", "".join(line.text for line in paragraphs)
                )
            }
            stated = set(sorted(stated)[-1:])
        which = asked or min(stated, default=0)
        if any(year != which for year in stated):
            years = "、".join(map(str, sorted(stated)))
            return which, [Finding("wrong_year", where, f"文中写的是 {years} 年，不是 {which} 年")]
        if not which:
            return which, [Finding("no_year", where, "看不出是哪一年的通知", "请写明年份")]
        return which, []


# -- which paragraphs are rules --------------------------------------------------------------------


def _heading(text: str) -> re.Match[str] | None:
    """The heading of a rule; a sentence like 劳动节期间，要妥善… is none."""
    match = HEADING.match(text)
    if match and (
        DAY.search(text) or (re.match(NUMBERED, text) and match["end"][:1] in (":", "。", "~", ""))
    ):
        return match
    return None


def _belongs(text: str) -> bool:
    """Whether a paragraph without heading continues the rule before it."""
    text = undated(text)
    return bool(DAY.search(text) and RULING.search(text)) and not re.match(NUMBERED, text)


def headed(
    paragraphs: list[TextLine], loose: bool
) -> tuple[list[Section], list[TextLine], list[TextLine]]:
    """The rules under a heading, the paragraphs outside them, and the unknown ones of these.

    Unknown are those that are neither rule nor advice.
    """
    sections: list[Section] = []
    outside: list[TextLine] = []
    among: list[TextLine] = []
    since: list[TextLine] = []
    for line in paragraphs:
        match = _heading(line.text)
        if match:
            joined = "、".join(names(match["names"]))
            if sections:
                among += since
            sections.append(
                Section(joined, feasts(joined), ((line, line.text[match.end() :]),), loose)
            )
            since = []
        elif sections and not since and _belongs(line.text):
            sections[-1] = sections[-1]._replace(body=(*sections[-1].body, (line, line.text)))
        else:
            outside.append(line)
            if undated(line.text).strip("。"):
                since.append(line)
    if loose:
        among = []
    return sections, outside, among


def unheaded(paragraphs: list[TextLine], name: str) -> tuple[list[Section], list[TextLine]]:
    """The one rule of a notice without headings, and the paragraphs outside it."""
    ruling = [line for line in paragraphs if _rules(line.text)]
    body = tuple((line, line.text) for line in ruling)
    sections = []
    if body:
        sections.append(Section(name, feasts(name), body, True))
    return sections, [line for line in paragraphs if line not in ruling]


def _rules(text: str) -> bool:
    return any(
        DAY.search(sentence) and RULING.search(sentence) for sentence in undated(text).split("。")
    )
