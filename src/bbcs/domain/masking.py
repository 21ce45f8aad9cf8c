"""Masks what may not be shown of a person: names, phones, identity numbers, addresses, and numbers
in free text.

Every function leaves its own result as it is: masking twice is masking once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from bbcs.domain import long_numbers, person_columns, person_names
from bbcs.domain.long_numbers import ascii_digits, compact, mobile
from bbcs.domain.repeated import folded, spans

Known = Sequence[tuple[str, str]]
"""What is known of the people of a case: a folded value, and what stands in its place in a masked
text.
"""

_PHONE_LISTS = r"([、,，;；/／|｜\r\n]\s*)"
_LANDLINE = r"(?:0\d{2,3}-?)?[2-9]\d{6,7}(?:[-转]\d{1,6})?|[48]00-?\d{3}-?\d{4}"
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
    shown = {name: FIELD_MASKS[name](fields[name]) if fields.get(name) else "" for name in names}
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
        for one in dict.fromkeys(
            (text, *person_names.names_of(text), *person_names.people_in(text))
        ):
            yield one, name
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
    for header, text in extra.items():
        kind = person_columns.kind_of(header)
        if kind == person_columns.NAME:
            names = (*person_names.names_of(text), *person_names.people_in(text))
            yield from ((one, name) for one in names if hidden or person_names.may_be_name(one))
        elif kind == person_columns.PHONE:
            yield from ((form, phone) for form in _phone_forms(text))


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


FIELD_MASKS: Mapping[str, Callable[[str], str]] = {
    "phone": phone,
    "contact_phone": phone,
    "id_number": id_number,
    "address": address,
    "contact_person": name,
}
"""Field -> what masks it; any other text is masked by `free_text`."""
