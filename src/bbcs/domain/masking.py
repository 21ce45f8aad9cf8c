"""What of a person may be shown: names, phones, identity numbers, addresses, and numbers hidden in free text.

Every function leaves its own result as it is: masking twice is masking once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

# only the first is compiled at import: all of them would cost every command 6 ms, most texts hold no long number
_MAYBE = re.compile(r"\d(?:\D{0,2}\d){10}")
_GAP = "[ \t\u00a0\u00ad\u2000-\u2015\u202f\u2060\u2212\u3000\ufeff\uff0d_./-]{0,2}"
_LONG_NUMBER = rf"(?<![\d*])(?=\d(?:{_GAP}\d){{10}})"
_CHAIN = rf"\d(?:{_GAP}[\dX]){{10,18}}"
_GOES_ON = (*"0123456789*",)
_LENGTHS = (18, 15, 19, 17, 16, 13, 12, 11)
_ASCII = {0xFF10 + n: 48 + n for n in range(10)} | dict.fromkeys(map(ord, "xＸｘ×"), "X")

_PROVINCE = r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9"
_BORN = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_ID_18 = rf"\d{{6}}(?:19|20)\d\d{_BORN}\d{{3}}[\dX]"
_ID_15 = rf"\d{{8}}{_BORN}\d{{3}}"
_MOBILE = r"(0086|86|0)?(1[3-9]\d{9})"
_CASE_NO = r"(?<!\d)\d{1,6}-(?:202|20[3-9])\d{5}-\d{4}$"
_DAY = r"(?<!\d)(?:19|20)\d\d([-./ ]?)(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?!\d)"
_SUM_AFTER = r"\.\d{1,2}(?!\d)|\s?(?:元|万元|亿元)"
_SUM_BEFORE = r"[¥￥$]\s?$"

_PHONE_LISTS = r"([、,，;；/|\n]\s*)"
_LANDLINE = r"(?:0\d{2,3}-?)?[2-9]\d{6,7}(?:[-转]\d{1,6})?|[48]00-?\d{3}-?\d{4}"
_HOUSE = r"[0-9０-９*]|[一二三四五六七八九十百]+[号栋幢座楼层室户组]|[甲乙丙丁][号栋幢座]"
_TO_STREET = r"(?s).*[省市区州盟县旗镇乡村寨屯庄街道路巷弄]"


def name(text: str, reporter_type: str = "individual") -> str:
    """The first character and one `*` for each further one; names of firms and bodies are public."""
    text = text.strip()
    if reporter_type != "individual":
        return text
    return text[:1] + "".join(mark if mark in " ·•・" else "*" for mark in text[1:])


def reporter(fields: Mapping[str, Any]) -> str:
    """The reporter of a Registered event as shown: masked, or that nobody was named, or that the name was erased."""
    if fields.get("reporter"):
        return name(fields["reporter"], fields.get("reporter_type", "individual"))
    return "匿名" if fields.get("anonymous") else "（已删除）"


HIDDEN = "（不公开）"
"""Instead of the reporter who complains about staff: no masked view may lead those complained of to them (formats.md §6.17)."""


def person(fields: Mapping[str, Any], *, conduct: bool) -> dict[str, str]:
    """Who a Registered event says reported, as every masked view shows it: name, phone, identity number, address."""
    if conduct:
        return {"reporter": HIDDEN, "phone": "", "id_number": "", "address": ""}
    masks = {"phone": phone, "id_number": id_number, "address": address}
    return {
        "reporter": reporter(fields),
        **{key: mask(fields[key]) if fields.get(key) else "" for key, mask in masks.items()},
    }


def phone(text: str) -> str:
    """Three digits, stars and the last four; of a number shorter than ten digits only the first three."""
    if text.isdigit() and text.isascii():
        return _one_phone(text)
    return "".join(
        _one_phone(part) if at % 2 == 0 else part
        for at, part in enumerate(re.split(_PHONE_LISTS, text))
    )


def _one_phone(text: str) -> str:
    plain = (
        text if text.isdigit() and text.isascii() else re.sub(r"[^\d*]", "", text.translate(_ASCII))
    )
    digits = plain.replace("*", "")
    if not digits:
        return text
    if len(digits) <= 7 and "*" in plain:
        return plain
    if mobile := re.fullmatch(_MOBILE, digits):
        digits = mobile[2]
    if len(digits) < 10:
        return digits[:3] + "****"
    return f"{digits[:3]}****{digits[-4:]}"


def id_number(text: str) -> str:
    """Region and the last characters stay, birth date and all between are stars; the length is kept."""
    plain = _compact(text)
    if not plain:
        return text
    head, tail = {18: (6, 4), 15: (6, 3)}.get(len(plain), (1, 2) if len(plain) > 5 else (1, 0))
    return plain[:head] + "*" * (len(plain) - head - tail) + plain[len(plain) - tail :]


def address(text: str) -> str:
    """As far as the street or the village; house, floor and whatever follows become `***`."""
    text = text.strip()
    house = re.search(_HOUSE, text)
    street = re.match(_TO_STREET, text[: house.start()] if house else text)
    kept = street[0] if street else ""
    return kept if kept == text else f"{kept}***"


PERSON_FIELDS = frozenset(
    {
        "reporter",
        "phone",
        "id_number",
        "address",
        "contact_person",
        "contact_phone",
        "contact_relation",
    }
)
"""Fields of an intake that name the reporter or lead to them."""


def field_value(
    field: str,
    value: Any,
    fields: Mapping[str, Any],
    people: Sequence[tuple[str, str]] = (),
) -> Any:
    """The value of a personal field as it may be shown.

    fields: all fields of its entry. people: names that a text may repeat (`names`).
    """
    if field == "reporter":
        return reporter({**fields, "reporter": value})
    if field in _FIELD_MASKS:
        return _FIELD_MASKS[field](value)
    if isinstance(value, Mapping):
        return {free_text(key, people): free_text(str(text), people) for key, text in value.items()}
    if isinstance(value, list):
        return [field_value(field, one, fields, people) for one in value]
    return free_text(value, people) if isinstance(value, str) else value


_LEADING = ("phone", "id_number", "address", "contact_phone")
"""Fields whose value, repeated in a text, leads to the reporter whose name is hidden."""


def names(fields: Mapping[str, Any], *, conduct: bool = False) -> tuple[tuple[str, str], ...]:
    """Names of persons that a Registered event tells, with what stands in their place when a text repeats them."""
    person = fields.get("reporter_type", "individual") == "individual" or conduct
    persons = [fields.get("reporter") if person else "", fields.get("contact_person")]
    if conduct:
        persons += [fields.get(key) for key in _LEADING]
    return tuple(
        (one.strip(), HIDDEN if conduct else name(one))
        for one in persons
        if one and len(one.strip()) > 1
    )


_NAMED = 0xE000
"""First of the private characters that stand for names while numbers are looked for: the stars of a
masked name before a number would make it look masked."""


def free_text(text: str, people: Sequence[tuple[str, str]] = ()) -> str:
    """`text` with the identity numbers, mobile phones and bank cards in it masked where they stand; and these `names`."""
    named = {}
    for number, (real, shown) in enumerate(people):
        if real in text:
            mark = chr(_NAMED + number)
            text, named[mark] = text.replace(real, mark), shown
    text = _numberless(text)
    for mark, shown in named.items():
        text = text.replace(mark, shown)
    return text


def _numberless(text: str) -> str:
    """`text` with the numbers in it masked."""
    if not _MAYBE.search(text):
        return text
    parts, done = [], 0
    plain = text.translate(_ASCII)
    for start in _starts(plain):
        end, masked = _secret_at(plain, start) if start >= done else (0, "")
        if masked:
            parts += [text[done:start], masked]
            done = end
    return "".join(parts) + text[done:]


def looks_like_id(text: str, year: int) -> bool:
    """Whether an 18-digit identity number stands in `text`: check digit right, born from 1900 to `year`."""
    if not _MAYBE.search(text):
        return False
    plain = text.translate(_ASCII)
    shapes = [
        plain[start:end]
        for start in _starts(plain)
        for length, end in _ends(plain, start)
        if length == 18
    ]
    return any(
        _real_id(_compact(shape), year) and not re.search(_CASE_NO, shape) for shape in shapes
    )


def valid_id(text: str, year: int = 2100) -> bool:
    """Whether the number can be one: 18 digits with a right check digit, or 15; the region is not judged."""
    plain = _compact(text)
    if len(plain) == 15:
        return bool(re.fullmatch(_ID_15, plain))
    return _real_id(plain, year)


def valid_phone(text: str) -> bool:
    """Whether every number in `text` can be a mobile, a landline (with extension) or a 400 number."""
    numbers = [
        re.sub(r"[\s()（）+]", "", part.translate(_ASCII))
        for part in re.split(_PHONE_LISTS, text)[::2]
    ]
    return all(
        re.fullmatch(_MOBILE, number.replace("-", "")) or re.fullmatch(_LANDLINE, number)
        for number in numbers
    )


def _compact(text: str) -> str:
    if text.isalnum() and text.isascii():
        return text.upper()
    return re.sub(r"[^0-9A-Za-z*]", "", text.translate(_ASCII)).upper()


_FIELD_MASKS: Mapping[str, Callable[[str], str]] = {
    "phone": phone,
    "contact_phone": phone,
    "id_number": id_number,
    "address": address,
    "contact_person": name,
}
"""Field -> what masks it; any other text is masked by `free_text`."""


# -- numbers in running text ---------------------------------------------------------------------------------------


def _starts(plain: str) -> list[int]:
    return [match.start() for match in re.finditer(_LONG_NUMBER, plain)]


def _ends(plain: str, start: int) -> Iterator[tuple[int, int]]:
    """(count of digits, end) of every number that begins at `start` and is not cut out of a longer one."""
    chain = re.compile(_CHAIN).match(plain, start)
    places = [i for i in range(start, chain.end()) if plain[i] in "0123456789X"] if chain else []
    for length in _LENGTHS:
        if len(places) >= length:
            end = places[length - 1] + 1
            if plain[end : end + 1] not in _GOES_ON:
                yield length, end


def _secret_at(plain: str, start: int) -> tuple[int, str]:
    for _, end in _ends(plain, start):
        masked = _masked(plain, start, end)
        if masked:
            return end, masked
    return start, ""


def _masked(plain: str, start: int, end: int) -> str:
    """The number between `start` and `end` masked, "" if it is no secret."""
    shape = plain[start:end]
    digits = _compact(shape)
    if _is_id(digits, shape, plain[max(0, start - 12) : start]):
        return id_number(digits)
    if _is_listing(plain[start - 1 : start], shape, plain[end : end + 3]):
        return ""
    if _is_card(digits):
        return f"{digits[:4]}{'*' * (len(digits) - 8)}{digits[-4:]}"
    mobile = re.fullmatch(_MOBILE, digits)
    if not mobile or (mobile[1] == "0" and digits != shape) or _is_sum(plain, start, end):
        return ""
    return f"{mobile[1] or ''}{mobile[2][:3]}****{mobile[2][-4:]}"


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
    """GB 11643 is ISO 7064 mod 11-2; a number read in base 13 leaves the same rest as its powers of two."""
    return (2 * int(digits[:17], 13) + (10 if digits[17] == "X" else int(digits[17]))) % 11 == 1


def _real_id(digits: str, year: int) -> bool:
    if not re.fullmatch(_ID_18, digits) or int(digits[6:10]) > year or not _checks(digits):
        return False
    try:
        return bool(date.fromisoformat(f"{digits[6:10]}-{digits[10:12]}-{digits[12:14]}"))
    except ValueError:
        return False
