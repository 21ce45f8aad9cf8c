"""Brings the text of a notice into one form: characters, paragraphs, holiday names, title, date."""

from __future__ import annotations

import re
from datetime import date
from unicodedata import normalize

from bbcs.findings import Finding
from bbcs.record import Record


class Trouble(Exception):
    """A check that failed while reading; becomes a Finding where the line is known."""

    def __init__(self, code: str, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.code, self.what, self.hint = code, what, hint

    def at(self, line: TextLine) -> Finding:
        """The finding, quoting the line."""
        return Finding(self.code, line.quoted(), self.what, self.hint)


class TextLine(Record):
    """A paragraph: `text` in the one form all rules are written for, `shown` as it was given."""

    text: str
    shown: str

    def quoted(self) -> str:
        """The paragraph as given, at most 60 characters of it."""
        return shorten(self.shown)


def shorten(text: str, length: int = 60) -> str:
    """The text on one line, cut to `length` characters."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    return text[: length - 1] + "…"


#: Holidays of the whole country -> the words their headings have used since 2001.
FEASTS = {
    "元旦": ("元旦",),
    "春节": ("春节",),
    "清明节": ("清明",),
    "劳动节": ("劳动", "五一"),
    "端午节": ("端午",),
    "中秋节": ("中秋",),
    "国庆节": ("国庆", "十一"),
}

_OWN_NAME = "元旦节?|春节|(?:五一)?国际劳动节|五一劳动节|劳动节|五一节?|十一(?:国庆)?节?|国庆节?|清明节?|端午节?|中秋节?"
#: Every name a holiday can have; a name that is not known ends with 节.
NAME = rf"(?:{_OWN_NAME}|(?:壮族)?三月三|藏历[一-龥]{{0,2}}年|[一-龥]{{1,8}}?(?:节|纪念日))"
#: How articles are numbered: 一、 (一) 1.
NUMBERED = r"(?:第?[一二三四五六七八九十]{1,3}[、。,]|\([一二三四五六七八九十]{1,3}\)、?|[0-9]{1,2}[、。](?![0-9]))"
HEADING = re.compile(
    rf"{NUMBERED}?(?P<names>{NAME}(?:[、和及与]?{NAME})*)(?P<end>[:。~,]+|期间,?|(?=[0-9])|$)", re.A
)
DAY = re.compile(r"[0-9]月[0-9]+日|[0-9]日")
#: Words that give a day off or make one up.
RULING = re.compile("放假|上班|补休|调休|公休|休息|法定")

_DASHES = dict.fromkeys(map(ord, "—–‒―−‐‑-∼〜"), "~")
_DROPPED = dict.fromkeys(map(ord, "“”„‟\"'‘’「」『』\u200b\u200c\u200d\u2060\ufeff\xad"))
_FULL_STOP = re.compile(r"(?<![0-9])\.|\.(?![0-9])")


def normal(text: str) -> str:
    """One form of what copies write differently: NFKC, one range mark, no blanks or quotes."""
    text = normalize("NFKC", text).translate(_DASHES).translate(_DROPPED).replace("○", "〇")
    return _FULL_STOP.sub("。", re.sub("~+", "~", "".join(text.split())))


def lines(text: str) -> list[TextLine]:
    """The paragraphs: lines broken in mid-sentence are whole again.

    Lines that start with # are remarks.
    """
    paragraphs: list[TextLine] = []
    for raw in _separated(text).splitlines():
        line = TextLine(normal(raw), raw.strip())
        if not line.text or raw.lstrip().startswith("#"):
            continue
        if paragraphs and _goes_on(paragraphs[-1].text, line.text):
            line = TextLine(paragraphs[-1].text + line.text, paragraphs.pop().shown + line.shown)
        paragraphs.append(line)
    return paragraphs


#: Where a paragraph begins in a text that was pasted without its line ends: behind a full stop, and
#: in the first line behind the title.
_BEGINS = re.compile(
    rf"(?:(?<=[。.;；:：])|(?<=的通知))[ \t\u3000]*(?=(?:{NUMBERED}|[（(][一二三四五六七八九十]{{1,3}}[)）]、?)"
    rf"[\s\u3000]*[“\"]?{NAME})"
    r"|(?<=[。.;；:：])[ \t\u3000]*"
    r"(?=国务院(?:办公厅)?[\s\u3000]*[0-9二]|[一二]〇|(?:节假日|假期)期间"
    r"|[一-龥]{2,16}(?:人民政府|办公厅|办公室|委员会)[\s\u3000]*20[0-9]{2}年)"
    r"|(?<=的通知)[ \t\u3000]*(?=各(?:省|市|县|区|地))",
    re.A,
)


def _separated(text: str) -> str:
    """The text with the line ends before numbered holidays, salutation and signature restored."""
    return _BEGINS.sub("\n", text)


_OPENING = re.compile(rf"{NUMBERED}|国务院|节假日期间|各(?:地|省|市)|特此|\(此件|#|其中")
_ISSUED = (
    r"(?:[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日|"
    r"[〇一二三四五六七八九零]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日)"
)
_SIGNATURE = re.compile(rf"(?:[一-龥]*[厅院室府])?\(?{_ISSUED}\)?", re.A)


def _goes_on(before: str, line: str) -> bool:
    if (
        before.endswith(("。", ";", ":", "的通知"))
        or _OPENING.match(line)
        or _SIGNATURE.fullmatch(before)
    ):
        return False
    heading = HEADING.match(line)
    return not (heading and heading["end"][:1] in (":", "。"))


def names(heading: str) -> tuple[str, ...]:
    """The holidays a heading names, in order."""
    return tuple(re.findall(NAME, heading))


def misspelt(name: str) -> bool:
    """Whether a name looks like that of a national holiday with a character too many or missing."""
    return any(feasts(one) and not re.fullmatch(_OWN_NAME, one) for one in names(name))


def feasts(name: str) -> tuple[str, ...]:
    """The holidays of the whole country that a name stands for, as FEASTS calls them."""
    return tuple(feast for feast, words in FEASTS.items() if any(word in name for word in words))


# -- title, number, date of issue ------------------------------------------------------------------

_TITLE = re.compile(
    r"(?:国务院办公厅|国务院|(?:(?!国务院)[一-龥]){2,16}(?:人民政府|办公厅|办公室|委员会))关于[^。,:;《]{2,60}?的通知"
)
#: Bounded, so that a text full of opening marks takes no quadratic time; a title is shorter.
_CITED = re.compile(r"《[^》]{0,300}》(?:\([^)]{0,300}\))?")
_NUMBER = re.compile(
    r"(?:国|[一-龥]{1,6}政?)(?:办?发(?:明电)?|办函|函)[〔\[(]([0-9]{4})[〕\])]([0-9]{1,3})号", re.A
)


def uncited(text: str) -> str:
    """The text without what it cites in 《》, numbers of cited notices included."""
    return _CITED.sub("", text)


_HARMLESS = re.compile(
    r"现[将就]?[^。,:;]{0,60}通知如下|(?:自|从)(?:[0-9]{4}年)?[0-9]{1,2}月[0-9]{1,2}日起|(?:鼓励|提倡|倡导)[^。]*"
    r"|[0-9]{1,2}月[0-9]{1,2}日(?:电|讯|发布|发出|印发|公布|消息)|(?<=[厅院府室])[0-9]{1,2}月[0-9]{1,2}日$"
)


def undated(text: str) -> str:
    """The text without words and dates that give no day off.

    These are 《》, 现将…通知如下, 自…起, advice, news lines and dates of issue.
    """
    if _SIGNATURE.fullmatch(text):
        return ""
    return _HARMLESS.sub("", uncited(text))


def titles(text: str, paragraphs: list[TextLine]) -> list[str]:
    """Every title the text carries of its own, each once; a remark `# title: …` counts as one."""
    remark = re.findall(r"^[ \t]*#[ \t]*title:[ \t]*(.+)$", text, re.M)
    own = [match[0] for line in paragraphs for match in _TITLE.finditer(uncited(line.text))]
    return list(dict.fromkeys([*(normal(title) for title in remark), *own]))


def number(paragraphs: list[TextLine]) -> str:
    """The notice's own number, like 国办发明电〔2023〕7号, or ""."""
    for line in paragraphs:
        if match := _NUMBER.search(uncited(line.text)):
            head = match[0][: match.start(1) - match.start() - 1]
            return f"{head[head.rfind('知') + 1 :]}〔{match[1]}〕{int(match[2])}号"
    return ""


def issued(paragraphs: list[TextLine]) -> date | None:
    """The date under the text, in digits or in characters."""
    for line in reversed(paragraphs):
        if _SIGNATURE.fullmatch(line.text) and (match := re.search(_ISSUED, line.text)):
            year, month, day = re.split("[年月日]", match[0])[:3]
            try:
                return date(numeral(year), numeral(month), numeral(day))
            except ValueError:
                return None
    return None


_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "两": 2,
}


def numeral(text: str) -> int:
    """The number of a numeral in digits or characters, up to 99 or digit by digit (二〇〇六).

    Raises ValueError.
    """
    if text.isascii():
        return int(text)
    if "十" not in text:
        return int("".join(str(_DIGITS.get(character, "?")) for character in text))
    tens, _, ones = text.partition("十")
    return numeral(tens or "一") * 10 + numeral(ones or "〇")
