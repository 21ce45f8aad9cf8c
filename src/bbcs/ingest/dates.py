"""Days and moments as people in China write them.

Strict: what cannot be meant is an error, never a guess.

dateutil and dateparser read Chinese dates wrongly without saying so (libraries.md §4.4).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta

from bbcs.record import Record

INVALID, NO_YEAR = "date_invalid", "date_without_year"


class BadDay(Exception):
    """A text that is no day.

    code: date_invalid or date_without_year; why: in Chinese, without the text.
    """

    def __init__(self, code: str, why: str) -> None:
        super().__init__(code)
        self.code, self.why = code, why


class DayContext(Record):
    """What a table tells about its days: the year of those without one, and whether it counts from
    1904.

    after: the day of the row's receipt; a day without a year that would lie half a year before it
    is of the next year.
    """

    year: int = 0
    from_1904: bool = False
    after: date | None = None


FIRST_SERIAL, LAST_SERIAL = 20_000, 80_000
"""Numbers that are read as the serial numbers of Excel days: 1954 to 2119."""

_DIGITS = str.maketrans("〇○零Oo一二三四五六七八九", "00000123456789")
_NUMERAL = "〇○零Oo一二三四五六七八九十廿卅"
_MONTH_AND_DAY = (
    rf"(元|\d{{1,2}}|[{_NUMERAL}]{{1,3}}) ?月 ?(\d{{1,2}}|[{_NUMERAL}]{{1,3}}) ?[日号](.*)"
)
_CHINESE = re.compile(rf"(\d{{4}}|[{_NUMERAL}]{{4}}) ?年 ?{_MONTH_AND_DAY}")
_CHINESE_SHORT = re.compile(_MONTH_AND_DAY)
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_FULL = re.compile(
    r"(\d{4}) ?(?:年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?[日号]?"
    r"|- ?(\d{1,2}) ?- ?(\d{1,2})|/ ?(\d{1,2}) ?/ ?(\d{1,2})|\. ?(\d{1,2}) ?\. ?(\d{1,2})\.?)(?!\d)(.*)"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?: ?(\d{2}):?(\d{2}):?(\d{2})?)?")
_SHORT = re.compile(r"(\d{1,2}) ?(?:月 ?(\d{1,2}) ?[日号]?|[-./] ?(\d{1,2}))(?!\d)(.*)")
_TWO_DIGITS = re.compile(r"'?\d{2} ?[年./-] ?\d{1,2} ?[月./-] ?\d{1,2}.*")
_MONTH_ONLY = re.compile(r"\d{4} ?[年./-] ?\d{1,2} ?月?份?")
_TIME = re.compile(
    r"(上午|下午|早上|早晨|中午|晚上|凌晨|傍晚)? ?(\d{1,2}) ?[:时点] ?(?:(\d{1,2})|(半))?"
    r"(?: ?[:分] ?(\d{1,2})? ?秒?)?"
)
_PART_OF_DAY = re.compile(r"上午|下午|早上|早晨|中午|晚上|凌晨|傍晚")
_SAME_DAY = frozenset(["当日", "当天", "同日", "当场", "即日", "即时"])
_NEXT_DAY = frozenset(["次日", "翌日", "第二天", "第二日"])
_SPAN = re.compile(
    r"(?:\d{4} ?[年./-] ?\d{1,2} ?[月./-] ?\d{1,2} ?[日号]?|\d{8}|\d{1,2}月\d{1,2}[日号]?|\d{1,2}\.\d{1,2})"
    r" ?[-—–~至到] ?[\d年月日号./-]{1,11}"
)
_WEEKDAY = re.compile(r"[(（]? ?(?:星期|周|礼拜)[一二三四五六日天] ?[)）]?")
_NOT_YET = re.compile(r"(?:未|待|尚未|暂|正在|还没|没有|无)[^\d]*$")
_AFTERNOON = ("下午", "晚上", "傍晚")


def nothing_yet(text: str) -> bool:
    """Whether a text in a column of days says that it has not happened: 未办结, 待回访."""
    return _NOT_YET.match(text) is not None


def read(cell: object, context: DayContext) -> date | datetime:
    """The day of a cell, or the moment where it says a time. Raises BadDay."""
    if isinstance(cell, datetime):
        return _plausible(cell.replace(second=0, microsecond=0) if _timed(cell) else cell.date())
    if isinstance(cell, date):
        return _plausible(cell)
    if isinstance(cell, bool):
        raise BadDay(INVALID, "不是日期")
    if isinstance(cell, (int, float)):
        return _number(cell, context)
    if whole := _ISO.fullmatch(str(cell)):  # most texts
        return _plausible(_day(*map(int, whole.groups())))
    text = unicodedata.normalize("NFKC", str(cell)).strip().rstrip("。;,")
    text = _WEEKDAY.sub("", " ".join(text.split())).strip()
    try:
        return _plausible(_text(text, context))
    except BadDay:
        if _SPAN.fullmatch(text):
            raise BadDay(INVALID, "是一段日子；请只写一天") from None
        raise


def _timed(moment: datetime) -> bool:
    return bool(moment.hour or moment.minute or moment.second)


def _plausible(day: date | datetime) -> date | datetime:
    if not 1949 <= day.year <= 2199:
        raise BadDay(INVALID, "年份不合常理")
    return day


def _number(cell: float, context: DayContext) -> date | datetime:
    """A number: the serial number of a day, or its eight digits."""
    if isinstance(cell, float) and not cell.is_integer():
        if FIRST_SERIAL <= cell <= LAST_SERIAL:
            return _serial(cell, context)
        raise BadDay(INVALID, "是个小数，看不出是几月几日；请写成 2024-06-03 这样")
    whole = int(cell)
    if FIRST_SERIAL <= whole <= LAST_SERIAL:
        return _serial(whole, context)
    if _COMPACT.fullmatch(str(whole)):
        return _plausible(_text(str(whole), context))
    raise BadDay(INVALID, "是个数，不是日期")


def _serial(number: float, context: DayContext) -> date | datetime:
    start = datetime(1904, 1, 1) if context.from_1904 else datetime(1899, 12, 30)
    moment = start + timedelta(minutes=round(number * 1440))
    return moment if _timed(moment) else moment.date()


def _text(text: str, context: DayContext) -> date | datetime:
    if context.after and text.removesuffix("办结") in _SAME_DAY:
        return context.after
    if context.after and text.removesuffix("办结") in _NEXT_DAY:
        return context.after + timedelta(days=1)
    if match := _FULL.fullmatch(text):
        year, *parts, rest = match.groups()
        month, day = [part for part in parts if part]
        return _at(_day(int(year), int(month), int(day)), rest)
    if match := _COMPACT.fullmatch(text):
        year, month, day, hour, minute, _ = match.groups()
        whole = _day(int(year), int(month), int(day))
        return _clock(whole, int(hour), int(minute)) if hour else whole
    if match := _CHINESE.fullmatch(text):
        year, month, day, rest = match.groups()
        return _at(_day(int(year.translate(_DIGITS)), _numeral(month), _numeral(day)), rest)
    if text.isdecimal() and FIRST_SERIAL <= int(text) <= LAST_SERIAL:
        return _serial(int(text), context)
    if _TWO_DIGITS.fullmatch(text):
        raise BadDay(INVALID, "年份只有两位；请写成四位")
    if _MONTH_ONLY.fullmatch(text):
        raise BadDay(INVALID, "只有年月，没有日")
    if match := _SHORT.fullmatch(text):
        month, *days, rest = match.groups()
        return _without_year(int(month), int(next(filter(None, days))), rest, context)
    if match := _CHINESE_SHORT.fullmatch(text):
        month, day, rest = match.groups()
        return _without_year(_numeral(month), _numeral(day), rest, context)
    if "民国" in text:
        raise BadDay(INVALID, "民国纪年不收；请写公历")
    raise BadDay(INVALID, "不是日期；请写成 2024-06-03 或 2024年6月3日 这样")


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise BadDay(INVALID, "没有这一天") from None


def _without_year(month: int, day: int, rest: str, context: DayContext) -> date | datetime:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        raise BadDay(INVALID, "没有这一天")
    after = context.after
    if not (context.year or after):
        raise BadDay(NO_YEAR, "没有年份；标题里写上年度，或加 --year")
    year = context.year
    if after:  # a month that lies half a year before it is one of the next year
        year = after.year + (after.month - month >= 6)
    return _at(_day(year, month, day), rest)


def _at(day: date, rest: str) -> date | datetime:
    """A day with the time of day that follows it."""
    rest = rest.strip().removeprefix("T").strip()
    rest = re.sub(r"(?:\.0+)?(?:\+08:?00|Z)?$", "", rest).strip()
    if not rest or _PART_OF_DAY.fullmatch(rest):
        return day
    match = _TIME.fullmatch(rest)
    if not match:
        raise BadDay(INVALID, "日期后面还有看不懂的字")
    part, hour, minute, half, _ = match.groups()
    number = int(hour)
    if part in _AFTERNOON and number < 12:
        number += 12
    if part == "中午" and number < 3:
        number += 12
    if half:
        minute = "30"
    moment = _clock(day, number, int(minute or 0))
    return moment if _timed(moment) else day


def _clock(day: date, hour: int, minute: int) -> datetime:
    try:
        return datetime(day.year, day.month, day.day, hour, minute)
    except ValueError:
        raise BadDay(INVALID, "没有这个时刻") from None


def _numeral(text: str) -> int:
    """1 to 39 in digits or in Chinese numerals: 二十, 十二, 三十一, 廿一, 二〇; 元 is the first."""
    text = text.replace("廿", "二十").replace("卅", "三十").replace("元", "一")
    tens, ten, ones = text.partition("十")
    try:
        if not ten:
            return int(text.translate(_DIGITS))
        return int((tens or "一").translate(_DIGITS)) * 10 + int((ones or "〇").translate(_DIGITS))
    except ValueError:
        raise BadDay(INVALID, "没有这一天") from None
