"""Finds identity numbers, mobile phones and bank cards in running text.

A number may be written in groups, in full width, or directly behind another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bbcs.domain.repeated import pattern

# none is compiled at import: all of them would cost every command 6 ms, most texts hold no long number
_MAYBE = r"\d(?:\D{0,2}\d){10}"
_SHORTEST = 11
"""Characters of the shortest number that is masked."""
_GAP = "[ \t\r\n\u00a0\u00ad\u00b7\u2000-\u2015\u202f\u2060\u2212\u3000\ufeff\uff0d\uff0e\uff0f\uff3f_./-]{0,2}"
_LONG_NUMBER = rf"(?<!\d)(?=\d(?:{_GAP}\d){{10}})"
_CHAIN = rf"\d(?:{_GAP}[\dX]){{10,18}}"
_LONG_CHAIN = rf"\d(?:{_GAP}[\dX]){{21,74}}"
_GOES_ON = (*"0123456789*",)
_LENGTHS = (18, 15, 19, 17, 16, 13, 12, 11)
_GLUED = (18, 11, 19, 16, 15)
"""Lengths of the numbers that people write directly behind each other."""

_PROVINCE = r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9"
_BORN = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_ID_18 = rf"\d{{6}}(?:19|20)\d\d{_BORN}\d{{3}}[\dX]"
_ID_15 = rf"\d{{8}}{_BORN}\d{{3}}"
_ID_DIGITS = 17
"""Digits of an identity number before its check character."""
_CASE_NO = r"(?<!\d)\d{1,6}-(?:202|20[3-9])\d{5}-\d{4}$"
_DAY = r"(?<!\d)(?:19|20)\d\d([-./ ]?)(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?!\d)"
_SUM_AFTER = r"\.\d{1,2}(?!\d)|\s?(?:元|万元|亿元)"
_SUM_BEFORE = r"[¥￥$]\s?$"
_ASCII = {0xFF10 + n: 48 + n for n in range(10)} | dict.fromkeys(map(ord, "xＸｘ×"), "X")


def masked(text: str) -> str:
    """`text` with the numbers of people in it masked where they stand."""
    if len(text) < _SHORTEST or not pattern(_MAYBE).search(text):
        return text
    parts, done = [], 0
    plain = text.translate(_ASCII)
    for start in _starts(plain):
        if start < done:
            continue
        for first, end, shown in _secrets_at(plain, start):
            parts += [text[done:first], shown]
            done = end
    return "".join(parts) + text[done:]


def id_number(text: str) -> str:
    """An identity number with birth date and all between region and last characters as stars."""
    plain = compact(text)
    head, tail = {18: (6, 4), 15: (6, 3)}.get(len(plain), (1, 2) if len(plain) > 5 else (1, 0))
    return plain[:head] + "*" * (len(plain) - head - tail) + plain[len(plain) - tail :]


def looks_like_id(text: str, year: int) -> bool:
    """Whether an 18-digit identity number stands in `text`: check digit right, born from 1900 to
    `year`.
    """
    if sum(map(str.isdigit, text)) < _ID_DIGITS:
        return False
    plain = text.translate(_ASCII)
    shapes = [
        plain[first:end]
        for start in _starts(plain)
        for first, end in (*_ends(plain, start), *_glued(plain, start))
    ]
    return any(
        _real_id(compact(shape), year) and not re.search(_CASE_NO, shape) for shape in shapes
    )


def valid_id(text: str, year: int = 2100) -> bool:
    """Whether the number can be one: 18 digits with a right check digit, or 15; the region is not
    judged.
    """
    plain = compact(text)
    if len(plain) == 15:
        return bool(re.fullmatch(_ID_15, plain))
    return _real_id(plain, year)


def mobile(digits: str) -> tuple[str, str] | None:
    """Country code or leading zero, and the number, where the digits are those of a mobile phone."""
    for prefix in ("", "0086", "86", "0"):
        number = digits.removeprefix(prefix)
        if digits.startswith(prefix) and _is_mobile(number):
            return prefix, number
    return None


def _is_mobile(number: str) -> bool:
    return len(number) == 11 and number.isdecimal() and number[0] == "1" and number[1] in "3456789"


def ascii_digits(text: str) -> str:
    """`text` with full-width digits and the ways to write an X as ASCII."""
    return text.translate(_ASCII)


def compact(text: str) -> str:
    """Only the digits, Latin letters and stars of a number."""
    if text.isascii() and (text.isalnum() or not text):
        return text.upper()
    return re.sub(r"[^0-9A-Za-z*]", "", text.translate(_ASCII)).upper()


def _starts(plain: str) -> list[int]:
    return [match.start() for match in re.finditer(_LONG_NUMBER, plain)]


def _places(plain: str, start: int, pattern: str) -> list[int]:
    """Where the digits of the number stand that begins at `start`."""
    chain = re.compile(pattern).match(plain, start)
    return [i for i in range(start, chain.end()) if plain[i] in "0123456789X"] if chain else []


def _ends(plain: str, start: int) -> Iterator[tuple[int, int]]:
    """(start, end) of every number that begins at `start` and is not cut out of a longer one."""
    places = _places(plain, start, _CHAIN)
    for length in _LENGTHS:
        if len(places) >= length:
            end = places[length - 1] + 1
            if plain[end : end + 1] not in _GOES_ON:
                yield start, end


def _glued(plain: str, start: int) -> list[tuple[int, int]]:
    """(start, end) of the numbers that stand directly behind each other from `start` on; none
    unless there are two.
    """
    places = _places(plain, start, _LONG_CHAIN)
    parts = _partition(plain, places, 0) if places else None
    return parts if parts and len(parts) > 1 else []


def _partition(plain: str, places: list[int], number: int) -> list[tuple[int, int]] | None:
    """The digits from the one given on cut into numbers of people, up to a gap or the end; None
    where that fails.
    """
    if number == len(places):
        return [] if plain[places[-1] + 1 : places[-1] + 2] not in _GOES_ON else None
    for length in _GLUED:
        if number + length > len(places):
            continue
        first, end = places[number], places[number + length - 1] + 1
        if not _is_person(plain[first:end]):
            continue
        rest = _partition(plain, places, number + length)
        if rest is None and places[number + length] > end:
            rest = []  # what follows a gap may be anything
        if rest is not None:
            return [(first, end), *rest]
    return None


def _is_person(shape: str) -> bool:
    """Whether a number, one of several without a mark between, is of a person."""
    digits = compact(shape)
    return bool(
        _is_id(digits, shape, "") or _is_card(digits) or re.fullmatch(r"1[3-9]\d{9}", digits)
    )


def _secrets_at(plain: str, start: int) -> list[tuple[int, int, str]]:
    """(start, end, as shown) of the number that begins at `start`, or of those glued to each other
    there.
    """
    for first, end in _ends(plain, start):
        shown = _masked(plain, first, end)
        if shown:
            return [(first, end, shown)]
    glued = _glued(plain, start)
    return [(first, end, _as_shown(compact(plain[first:end]))) for first, end in glued]


def _masked(plain: str, start: int, end: int) -> str:
    """The number between `start` and `end` masked, "" if it is no secret."""
    shape = plain[start:end]
    digits = compact(shape)
    if _is_id(digits, shape, plain[max(0, start - 12) : start]):
        return id_number(digits)
    if _is_listing(plain[start - 1 : start], shape, plain[end : end + 3]):
        return ""
    phone = mobile(digits)
    if phone and ((phone[0] == "0" and digits != shape) or _is_sum(plain, start, end)):
        return ""
    return _as_shown(digits)


def _as_shown(digits: str) -> str:
    """An identity number, card or mobile phone masked, "" for any other number."""
    if _is_card(digits):
        return f"{digits[:4]}{'*' * (len(digits) - 8)}{digits[-4:]}"
    if phone := mobile(digits):
        prefix, number = phone
        return f"{prefix}{number[:3]}****{number[-4:]}"
    return id_number(digits) if _is_id(digits, digits, "") else ""


def _is_sum(plain: str, start: int, end: int) -> bool:
    return bool(
        re.match(_SUM_AFTER, plain[end : end + 8])
        or re.search(_SUM_BEFORE, plain[max(0, start - 3) : start])
    )


def _is_id(digits: str, shape: str, before: str) -> bool:
    """A plausible one is enough: a citizen's slip of the pen must not show the number."""
    if len(digits) not in (15, 18) or not digits[:-1].isdigit():
        return False
    if re.search(_CASE_NO, shape):
        return shape[6] == "-" and _checks(
            digits
        )  # a station named by six digits numbers its cases like people
    if "身份证" in before:
        return True
    shaped = re.fullmatch(_ID_18 if len(digits) == 18 else _ID_15, digits)
    return bool(shaped) and bool(
        re.match(_PROVINCE, digits) or (len(digits) == 18 and _checks(digits))
    )


def _is_listing(before: str, shape: str, after: str) -> bool:
    """Whether gaps join what does not belong together: days, sums, the parts of a case number."""
    groups = re.findall(r"\d+", shape)
    if len(groups) == 1:
        return False
    scattered = len(groups) > 5 and len(groups) < sum(map(len, groups))
    return (
        scattered or (before.isalnum() and before.isascii()) or bool(re.search(_DAY, shape + after))
    )


def _is_card(digits: str) -> bool:
    if not 16 <= len(digits) <= 19 or not digits.isdigit():
        return False
    return digits.startswith("62") or (
        len(digits) in (16, 19) and digits[0] in "34569" and _luhn(digits)
    )


def _luhn(digits: str) -> bool:
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (doubled + sum(map(int, digits[-1::-2]))) % 10 == 0


def _checks(digits: str) -> bool:
    """GB 11643 is ISO 7064 mod 11-2; a number read in base 13 leaves the same rest as its powers of
    two.
    """
    return (2 * int(digits[:17], 13) + (10 if digits[17] == "X" else int(digits[17]))) % 11 == 1


def _real_id(digits: str, year: int) -> bool:
    if not re.fullmatch(_ID_18, digits) or int(digits[6:10]) > year or not _checks(digits):
        return False
    try:
        return bool(date.fromisoformat(f"{digits[6:10]}-{digits[10:12]}-{digits[12:14]}"))
    except ValueError:
        return False
