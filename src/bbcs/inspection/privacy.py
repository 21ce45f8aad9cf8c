"""Check of personal numbers: damaged ones, and those in fields that everybody can read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from bbcs.domain import long_numbers, masking
from bbcs.domain.acts.table import KINDS
from bbcs.domain.inputs import short_help
from bbcs.inspection import hints
from bbcs.inspection.case_view import CaseView, Problem, on

FREE_TYPES = ("text", "texts", "unit", "units", "pairs", "word")
"""Types of public fields that can hold a phone or identity number."""

NOT_PERSONAL = frozenset(
    {"source_no", "sha256", "pack", "pack_edition", "no", "slip", "meeting", "counts_as"}
)
"""Public fields that hold numbers of papers and digests, never numbers of people."""

PHONES = (("phone", "联系电话"), ("contact_phone", "代办人电话"))
"""Fields that hold a phone number, and what people call them."""


def personal_numbers(one: CaseView) -> Iterator[Problem]:
    """C20: a damaged phone or identity number, or one in a public field; never prints it."""
    yield from _damaged(one)
    yield from _public(one)


def _damaged(one: CaseView) -> Iterator[Problem]:
    fields = one.registered
    for name, label in PHONES:
        if (number := fields.get(name)) and not masking.valid_phone(number):
            what = f"{label}不像电话号码（科学记数、少位或错位）"
            yield what, f"向反映人核实后{hints.mend(one, (one.events[0], name))}"
    number = fields.get("id_number")
    if number and not long_numbers.valid_id(number, one.context.now.year):
        what = "身份证号不对（科学记数、少位或校验位不符）"
        yield what, f"核对证件后{hints.mend(one, (one.events[0], 'id_number'))}"


def _public(one: CaseView) -> Iterator[Problem]:
    for event in one.events:
        for name, label in public_fields(event.kind):
            if (value := event.data.get(name)) and _has_number(value):
                what = f"{on(event)} 的记录里，公开的栏“{label}”写着号码"
                line = hints.correction(one, event, name) or hints.first(one)
                yield what, f"号码应写在联系电话、身份证号栏；更正这一栏：{line}"


def _has_number(value: Any) -> bool:
    """Whether a text, or one in a list of any depth, holds a phone or identity number."""
    if isinstance(value, str):
        return masking.free_text(value) != value
    return isinstance(value, (list, tuple)) and any(_has_number(part) for part in value)


@cache
def public_fields(kind: str) -> tuple[tuple[str, str], ...]:
    """Name and label of the public fields of a kind in which people write freely."""
    return tuple(
        (field.name, short_help(field))
        for field in KINDS.get(kind, ())
        if field.type in FREE_TYPES
        and not (field.personal or field.axis or field.name in NOT_PERSONAL)
    )
