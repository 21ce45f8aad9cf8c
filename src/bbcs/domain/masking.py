"""Masks what may not be shown of a person: names, phones, identity numbers, addresses, and numbers
in free text.

Every function leaves its own result as it is: masking twice is masking once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from bbcs.domain import long_numbers
from bbcs.domain.long_numbers import ascii_digits, compact, mobile
from bbcs.domain.repeated import folded, spans

Known = Sequence[tuple[str, str]]
"""What is known of the people of a case: a folded value, and what stands in its place in a masked
text.
"""

_PHONE_LISTS = r"([、,，;；/／|｜\r\n]\s*)"
_NAME_LISTS = dict.fromkeys(map(ord, ",，;；/"), "、")
_LANDLINE = r"(?:0\d{2,3}-?)?[2-9]\d{6,7}(?:[-转]\d{1,6})?|[48]00-?\d{3}-?\d{4}"
_WITH_AREA = r"(?<![\d-])0\d{2,3} ?[-－—] ?[2-9]\d{6,7}(?!\d)"
_AREA = r"^0(?:10|2\d|[3-9]\d\d)(?=[2-9]\d{6,7}$)"
_EXTENSION = r"(?:转|[-－—])\s*\d{1,6}$"
_HOUSE = r"[0-9０-９*]|[一二三四五六七八九十百]+[号栋幢座楼层室户组]|[甲乙丙丁][号栋幢座]"
_FIRST_HOUSE = r"[0-9０-９一二三四五六七八九十百甲乙丙丁]+[号栋幢座楼层室户组弄]?"
_DIVISION = r"[省市州盟县旗镇乡]|(?<![小社园])区"
_TO_STREET = r"(?s).*[省市区州盟县旗镇乡村寨屯庄街道路巷弄]"


def name(text: str, reporter_type: str = "individual") -> str:
    """The first character and one `*` for each further one; names of firms and bodies are public."""
    text = text.strip()
    if reporter_type != "individual":
        return text
    return text[:1] + "".join(mark if mark in " ·•・" else "*" for mark in text[1:])


ANONYMOUS = "匿名"
"""Instead of a reporter who does not want to be named."""

ERASED = "（已清除）"
"""Instead of a personal value that was erased by `ledger erase`."""

HIDDEN = "（不公开）"
"""Instead of the reporter who complains about staff: no masked view may lead those complained of to
them (formats.md §6.17).
"""


def reporter(fields: Mapping[str, Any]) -> str:
    """The reporter of a Registered event as shown: masked, or that nobody was named, or that the
    name was erased.
    """
    if fields.get("anonymous"):
        return ANONYMOUS
    if fields.get("reporter"):
        return name(fields["reporter"], fields.get("reporter_type", "individual"))
    return ERASED


def is_firm(fields: Mapping[str, Any]) -> bool:
    """Whether a Registered event names a firm or a body as reporter; their names are public."""
    return (fields.get("reporter_type") or "individual") != "individual"


_FIRMS = ("公司", "集团", "合作社", "协会", "学会", "商会", "基金会", "委员会", "工作室", "中心")
_ENDS_OF_FIRMS = tuple("厂店部社行馆院所站局队铺坊园场城楼吧校会")


def looks_like_a_person(text: str) -> bool:
    """Whether the name of a firm may be that of a person, as sole traders often give it: two to four
    Chinese characters of which none says what business it is.
    """
    text = text.strip()
    if not re.fullmatch("[\u4e00-\u9fff·]{2,4}", text) or text.endswith(_ENDS_OF_FIRMS):
        return False
    return not any(firm in text for firm in _FIRMS)


def looks_like_a_firm(text: str) -> bool:
    """Whether the name of a person can only be that of a firm or body: it says what it is, and is
    longer than names of people are.
    """
    text = text.strip()
    if len(text) < 5 or "·" in text or not re.fullmatch("[\u4e00-\u9fff（）()]+", text):
        return False
    return text.endswith(_ENDS_OF_FIRMS) or any(firm in text for firm in _FIRMS)


def person(
    fields: Mapping[str, Any],
    hidden: str = "",
    names: Sequence[str] = ("phone", "id_number", "address"),
) -> dict[str, str]:
    """Who a Registered event says reported, as every masked view shows it: name, phone, identity
    number, address.

    hidden: what stands instead of a reporter whom no masked view names (`Case.hidden`). names: the
    fields that are wanted besides the name.
    """
    if hidden:
        return {"reporter": hidden, **dict.fromkeys(names, "")}
    shown = {name: _FIELD_MASKS[name](fields[name]) if fields.get(name) else "" for name in names}
    return {"reporter": reporter(fields), **shown}


def phone(text: str) -> str:
    """Three digits, stars and the last four of each number; of one shorter than ten digits only the
    first three.

    A text without digits is masked as a name.
    """
    if text.isdigit() and text.isascii():
        return _one_phone(text)
    return "".join(_one_phone(part) + between for part, between in _listed(text))


def phone_numbers(text: str) -> list[str]:
    """The numbers of a phone field, each once, as they were written; a text without a number stands
    for none.
    """
    if text.isdigit() or not text:
        return [ascii_digits(text)] if text else []
    parts = [
        one.strip()
        for part, _ in _listed(text)
        for one in re.split(r"[^\d\s()（）+.－—*转-]+", ascii_digits(part))
    ]
    return list(dict.fromkeys(part for part in parts if sum(map(str.isdigit, part)) >= 3))


def _listed(text: str) -> Iterator[tuple[str, str]]:
    """Each number of a list with the mark behind it; blanks part numbers only where both sides can
    be one.
    """
    parts = re.split(_PHONE_LISTS, text)
    for part, between in zip(parts[::2], [*parts[1::2], ""], strict=True):
        whole = _whole_numbers(part)
        yield from ((one, " ") for one in whole[:-1])
        yield (whole[-1] if whole else part), between


def _whole_numbers(text: str) -> list[str]:
    """The numbers that blanks part in a text; [] where it is not made of several whole ones."""
    numbers, pending = [], ""
    for piece in text.split():
        pending = f"{pending} {piece}".strip()
        if _rings(pending):
            numbers.append(pending)
            pending = ""
    return numbers if len(numbers) > 1 and not pending else []


def _rings(number: str) -> bool:
    """Whether one number can be a mobile, a landline (with extension) or a 400 number."""
    if mobile(number):
        return True
    plain = re.sub(r"[\s()（）+]", "", re.sub("[－—–]", "-", ascii_digits(number)))
    return bool(mobile(plain.replace("-", "")) or re.fullmatch(_LANDLINE, plain))


def _one_phone(text: str) -> str:
    plain = text if text.isdigit() and text.isascii() else re.sub(r"[^\d*]", "", ascii_digits(text))
    digits = plain.replace("*", "")
    if not digits:
        return name(text)
    if len(digits) <= 7 and "*" in plain:
        return plain
    if match := mobile(digits):
        digits = match[1]
    if len(digits) < 10:
        return digits[:3] + "****"
    return f"{digits[:3]}****{digits[-4:]}"


def id_number(text: str) -> str:
    """Region and the last characters stay, birth date and all between are stars; the length is
    kept.

    A text that holds no digit and no Latin letter is masked as a name.
    """
    if not compact(text).strip("*"):
        return name(text)
    return long_numbers.id_number(text)


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
    known: Known = (),
) -> Any:
    """The value of a personal field as it may be shown.

    fields: all fields of its entry. known: what a text may repeat.
    """
    if field == "reporter":
        return reporter({**fields, "reporter": value})
    if field in _FIELD_MASKS:
        return _FIELD_MASKS[field](value)
    if isinstance(value, Mapping):
        return other_columns(value, known)
    if isinstance(value, list):
        return [field_value(field, one, fields, known) for one in value]
    return free_text(value, known) if isinstance(value, str) else value


def known(
    fields: Mapping[str, Any], former: Sequence[Mapping[str, Any]] = (), hidden: str = ""
) -> Known:
    """What masked texts of a case do not repeat: names of at least two characters, phones, numbers,
    addresses.

    fields: of its Registered event. former: the same before corrections. hidden: what stands
    instead of all of them, where no masked view names the reporter. The longest values come first.
    """
    return _known((fields, *former), hidden, None)


def repeated(
    fields: Mapping[str, Any],
    former: Sequence[Mapping[str, Any]],
    hidden: str,
    texts: Iterable[str],
) -> Known:
    """What of `known` one of these texts may repeat: nothing, of most cases.

    All texts are folded at once; what only stands across two of them is kept, too.
    """
    return _known((fields, *former), hidden, folded("".join(texts)))


def _known(people: Iterable[Mapping[str, Any]], hidden: str, within: str | None) -> Known:
    """What is known of a person, of which `within` holds the value, where it is given."""
    forms: dict[str, str] = {}
    for fields in people:
        for value, mask in _values(fields, hidden):
            plain = folded(value)
            if len(plain) < 2 or (within is not None and plain not in within):
                continue
            shown = HIDDEN if hidden else mask(value)
            if hidden or plain != folded(shown):
                forms.setdefault(plain, shown)
    return sorted(forms.items(), key=lambda pair: -len(pair[0]))


def _values(fields: Mapping[str, Any], hidden: str) -> Iterator[tuple[str, Callable[[str], str]]]:
    """Every value that leads to a person of the case, in each form a text may repeat, and what
    masks it.
    """
    named = [fields.get("contact_person")]
    if hidden or not is_firm(fields):
        named.append(fields.get("reporter"))
    for text in filter(None, named):
        yield from ((one, name) for one in (text, *_people_of(text)))
    for text in filter(None, (fields.get("phone"), fields.get("contact_phone"))):
        yield from ((form, phone) for form in _phone_forms(text))
    if len(number := compact(fields.get("id_number") or "")) > _SHORT:
        yield number, id_number
    if where := fields.get("address"):
        yield from _address_forms(where)
    if extra := fields.get("extra"):
        yield from _values_of_others(extra, hidden)


def _values_of_others(
    extra: Mapping[str, str], hidden: str
) -> Iterator[tuple[str, Callable[[str], str]]]:
    """The same of the columns of a foreign ledger whose headers say that they lead to people."""
    from bbcs.domain import person_columns  # only cases of an old ledger have such columns

    for header, text in extra.items():
        kind = person_columns.kind_of(header)
        if kind == "name":
            names = (*names_of(text), *_people_in(text))
            yield from ((one, name) for one in names if hidden or person_columns.may_be_name(one))
        elif kind == "phone":
            yield from ((form, phone) for form in _phone_forms(text))


def names_of(text: str) -> list[str]:
    """The names in a field that may list several."""
    return text.translate(_NAME_LISTS).split("、")


def _people_of(text: str) -> list[str]:
    """Whom a field of names tells of besides by its whole text; what names nobody is left out."""
    parts = dict.fromkeys((*names_of(text), *_people_in(text)))
    parts.pop(text, None)
    if not parts:
        return []
    from bbcs.domain.person_columns import names_nobody  # few fields name several

    return [one for one in parts if not names_nobody(one)]


def _people_in(text: str) -> Iterator[str]:
    """The people whom a field of one name tells of: 王建国等5人, 张三丰和李四光, 陈试验（代李四光）, and the
    parts of a foreign name, by which people are called.
    """
    if len(text) < _LONGER:
        return
    for one in names_of(text):
        first, *aside = re.split(_BRACKETS, one)
        for named in _parted(first.strip(), _TOGETHER):
            bare = re.sub(_BESIDE, "", named)
            yield from (bare, *_parted(bare, _WITHIN))
        yield from _people_aside(aside)


def _people_aside(texts: Iterable[str]) -> Iterator[str]:
    """The people among what stands in brackets or behind them, where most tells who somebody is:
    who has the form of a name, or is said to act for another.
    """
    for text in filter(None, map(str.strip, texts)):
        from bbcs.domain.person_columns import may_be_name  # few names have brackets

        for named in _parted(text, _TOGETHER):
            bare = re.sub(_BESIDE, "", named)
            if bare != named or may_be_name(bare):
                yield bare


def _parted(text: str, between: str) -> list[str]:
    """The parts of a text, where each can be a name: of a Latin one those that no word holds by
    chance; else the whole.
    """
    parts = [part for part in re.split(between, text) if part]
    if all(part.isascii() for part in parts):
        return [part for part in parts if len(part) >= _SHORT]
    return parts if len(parts) > 1 and all(len(part) > 1 for part in parts) else [text]


_LONGER = 4
"""Characters of the shortest name that may tell of several people or have parts."""
_BRACKETS = "[（(［\\[【）)］\\]】]"
_TOGETHER = "和|与|及|\\s+"
_WITHIN = "[·•・‧\\s]+"
_BESIDE = (
    "^(?:法定)?(?:代理人|代办人|代表人|代表|委托人|联系人|经办人|代|委托)[：:]?"
    "|等(?:[\\d一二三四五六七八九十百几多余]*[人名户位])?$|(?:先生|女士|同志|师傅|老师|代办?|[之的][父母子女妻夫])$"
)
"""What stands before or behind the name of a person in a field of names."""

_SHORT = 4
"""Characters of a number, or of a part of a Latin name, that a text may hold by chance."""


def _phone_forms(text: str) -> Iterator[str]:
    """A phone field by its numbers: whole, without country code, without extension and area code."""
    for number in phone_numbers(text):
        plain = _digits(number)
        if match := mobile(plain):
            forms = {plain, match[1]}
        else:
            bare = _digits(re.sub(_EXTENSION, "", number))
            forms = {plain, bare, re.sub(_AREA, "", bare)}
        yield from (form for form in forms if len(form) > _SHORT)


def _digits(text: str) -> str:
    return text if text.isdigit() else "".join(filter(str.isdigit, text))


def _address_forms(text: str) -> Iterator[tuple[str, Callable[[str], str]]]:
    """An address: whole, from its street on, and house and floor where they tell enough."""
    masked = address(text)
    yield text, address
    if not masked.endswith("***"):
        return
    kept = masked.removesuffix("***")
    house, street = text.strip()[len(kept) :], re.split(_DIVISION, kept)[-1]
    if street:
        first = re.match(_FIRST_HOUSE, house)
        for form in (house, first[0] if first else house):
            yield street + form, lambda whole: f"{street}***"
    if len(folded(house)) > _SHORT:
        yield house, lambda whole: "***"


_STANDS_FOR = 0xE000
"""First of the private characters that stand for what is known while numbers are looked for: the
stars of a masked name before a number would make it look masked.
"""


def free_text(text: str, known: Known = ()) -> str:
    """`text` with the identity numbers, mobile phones and bank cards in it masked where they stand;
    and what is `known`.
    """
    spans = _spans(text, known)
    if not spans:
        return long_numbers.masked(text)
    masked = long_numbers.masked(_replaced(text, spans, lambda number: chr(_STANDS_FOR + number)))
    for number in {number for _, _, number in spans}:
        masked = masked.replace(chr(_STANDS_FOR + number), known[number][1])
    return masked


def free_texts(texts: Iterable[str], known: Known) -> list[str]:
    """Several texts, each as `free_text` shows it."""
    if not known:
        return list(map(long_numbers.masked, texts))
    return [free_text(text, known) for text in texts]


def without_known(text: str, known: Known) -> str:
    """`text` without what is known of the people of the case; other long numbers stay, such as
    those of papers.
    """
    return _replaced(text, _spans(text, known), lambda number: known[number][1])


def _spans(text: str, known: Known) -> list[tuple[int, int, int]]:
    return spans(text, [value for value, _ in known]) if known else []


def _replaced(text: str, spans: Sequence[tuple[int, int, int]], shown: Callable[[int], str]) -> str:
    parts, done = [], 0
    for start, end, number in spans:
        parts += [text[done:start], shown(number)]
        done = end
    return "".join(parts) + text[done:]


def valid_phone(text: str) -> bool:
    """Whether every number in `text` can be a mobile, a landline (with extension) or a 400 number."""
    return bool(mobile(text)) or all(_rings(part) for part, _ in _listed(text))


# -- other columns of a foreign ledger ---------------------------------------------------------------


def other_columns(extra: Mapping[str, str], known: Known = ()) -> dict[str, str]:
    """The columns of a foreign ledger that mean nothing here, as they may be shown: a value by what
    its header says, else by what it looks like.
    """
    from bbcs.domain.person_columns import kind  # only cases of an old ledger have such columns

    masks = {"name": _names, **_FIELD_MASKS}
    shown = {}
    for header, text in extra.items():
        mask = masks.get(kind(header, str(text)), _landlines)
        parts = free_text(str(text), known).split(HIDDEN)
        shown[free_text(header, known)] = HIDDEN.join(mask(one) if one else "" for one in parts)
    return shown


def _landlines(text: str) -> str:
    """`text` with the landlines that have their area code masked."""
    return re.sub(_WITH_AREA, _landline, text) if len(text) > 9 else text


def _landline(match: re.Match[str]) -> str:
    return phone(match[0])


def _names(text: str) -> str:
    """`text` with every part masked as a name that names no firm or office."""
    return re.sub(r"[^、,，;；/／|｜()（）:：\r\n\t\d*+-]+", _name_in_list, _landlines(text))


def _name_in_list(match: re.Match[str]) -> str:
    whole: str = match[0]
    text = whole.strip()
    office = re.fullmatch("[\u4e00-\u9fff]{2,4}", text) and not looks_like_a_person(text)
    return whole if office or looks_like_a_firm(text) else whole.replace(text, name(text))


_FIELD_MASKS: Mapping[str, Callable[[str], str]] = {
    "phone": phone,
    "contact_phone": phone,
    "id_number": id_number,
    "address": address,
    "contact_person": name,
}
"""Field -> what masks it; any other text is masked by `free_text`."""
