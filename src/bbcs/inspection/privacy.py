"""Check of personal numbers: damaged ones, and those that stand where everybody reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bbcs.domain import masking
from bbcs.domain.acts.table import KINDS
from bbcs.inspection.case_view import Dossier, Said, on

SHOWN = ("text", "texts", "unit", "units", "pairs", "word")
"""Types of public fields in which a number could stand where everybody reads it."""

SHORT = 11
"""A text shorter than this holds no phone or identity number."""

UNREAD = frozenset(
    {"source_no", "sha256", "pack", "pack_edition", "no", "slip", "meeting", "counts_as"}
)
"""Public fields that hold numbers of papers and digests, never people's."""


PHONES = (("phone", "联系电话"), ("contact_phone", "代办人电话"))
"""Fields that hold a phone number, and what people call them."""


def damaged(one: Dossier) -> Iterable[Said]:
    """C20: a phone or identity number that cannot be one. Never prints it."""
    said = one.private
    phone = said.get("phone")
    if (
        (not phone or _sound_phone(phone))
        and "id_number" not in said
        and "contact_phone" not in said
    ):
        return ()  # the usual case
    found: list[Said] = []
    for name, label in PHONES:
        if (number := said.get(name)) and not _sound_phone(number):
            found.append(
                (
                    f"{label}不像电话号码（科学记数、少位或错位）",
                    f"向反映人核实后 bbcs correct {one.no} --field {name} 更正",
                )
            )
    if (number := said.get("id_number")) and not masking.valid_id(number, one.books.now.year):
        found.append(
            (
                "身份证号不对（科学记数、少位或校验位不符）",
                f"核对证件后 bbcs correct {one.no} --field id_number 更正",
            )
        )
    return found


def open_to_all(one: Dossier) -> Iterator[Said]:
    """C20: a phone or identity number that stands where everybody reads it. Never prints it."""
    for event in one.events:
        for name in open_fields(event.kind):
            if (value := event.data.get(name)) and _leaks(value):
                yield (
                    f"{on(event)} 的记录里，公开的栏“{_label(event.kind, name)}”写着号码",
                    "号码应写在联系电话、身份证号栏；请更正这一栏",
                )


def shown(kind: str, name: str, value: Any) -> bool:
    """Whether a public field shows such a number to everybody."""
    return name in open_fields(kind) and _leaks(value)


def _sound_phone(text: str) -> bool:
    if (
        len(text) == 11
        and text[0] == "1"
        and text[1] in "3456789"
        and text.isdigit()
        and text.isascii()
    ):
        return True
    return masking.valid_phone(text)


def _leaks(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) >= SHORT and masking.free_text(value) != value
    return isinstance(value, (list, tuple)) and any(_leaks(one) for one in value)


_public: dict[str, tuple[str, ...]] = {}


def open_fields(kind: str) -> tuple[str, ...]:
    """Public fields of a kind that people write freely."""
    if kind not in _public:
        fields = (
            field for field in KINDS.get(kind, ()) if not field.personal and field.type in SHOWN
        )
        _public[kind] = tuple(
            field.name for field in fields if not field.axis and field.name not in UNREAD
        )
    return _public[kind]


def _label(kind: str, name: str) -> str:
    return next(field.help for field in KINDS[kind] if field.name == name)
