"""The columns of a header: which field each of them means."""

from __future__ import annotations

from collections.abc import Sequence

from bbcs.domain.pack import COLUMNS
from bbcs.ingest.vocabulary import Vocabulary, header_forms, plain
from bbcs.record import Record

AXES = ("satisfaction", "difficulty", "solved", "channel", "demand_kind", "reporter_type")
"""Fields that a table may spread over several columns, one for each word, with a tick in one."""


DAYS = ("received_at", "assigned_at", "first_feedback_at", "resolved_at", "callback_at", "due")
"""Columns of days; a day that cannot be read rejects the row."""

PARTS = ("年", "月", "日")
"""Headers of columns that hold a day in parts; the year may be missing."""


class SourceColumn(Record):
    """One column. at: its place, from 0.

    header: as it is shown, groups as `group|sub`; field: "" = unknown, kept under its header.

    twice: another column of the table means the same and was taken. word: of the field, where the
    column holds a tick if it is the word meant (满意 | 基本满意 | 不满意); one of `PARTS`, where it
    holds a part of a day.
    """

    at: int
    header: str
    field: str = ""
    twice: bool = False
    word: str = ""


class NearHeader(Record):
    """The row of a sheet without a header that is most like one: what it has of known headers, and
    the places of its other texts, which may be those of a person.
    """

    number: int
    known: tuple[str, ...]
    others: tuple[int, ...]


def columns_of(headers: Sequence[str], words: Vocabulary) -> tuple[SourceColumn, ...]:
    """The columns of these headers; a field belongs to the column whose header ranks first."""
    fields = [_field(header, words) for header in headers]
    taken: dict[str, int] = {}
    for index, (field, rank) in enumerate(fields):
        if field and (field not in taken or rank < fields[taken[field]][1]):
            taken[field] = index
    columns = []
    own = frozenset(taken)
    shared = _ticked(headers, own, words) | _dated(headers, own, words)
    for index, (header, (field, _)) in enumerate(zip(headers, fields, strict=True)):
        if index in shared:
            columns.append(SourceColumn(index, header, *shared[index]))
            continue
        mine = field if taken.get(field) == index else ""
        columns.append(SourceColumn(index, header, mine, bool(field and not mine)))
    return tuple(columns)


def known_form(column: SourceColumn, words: Vocabulary) -> str:
    """What is known of a header, without what a row of data may hold in brackets."""
    forms = header_forms(column.header)
    known = next((form for form in forms if form in words.columns), column.word)
    return known or COLUMNS.get(column.field, column.field)


def _field(header: str, words: Vocabulary) -> tuple[str, int]:
    """The field of a header; one of two rows is looked up whole, then joined, then by its last
    part.
    """
    if not header:
        return "", 0
    group, sign, part = header.rpartition("|")
    forms = (header, f"{group}{part}", part) if sign else (header,)
    for form in forms:
        if form == part and sign and plain(part) in words.vague:
            continue  # 办理情况|时间 is no receipt
        field, rank = words.field(form)
        if field or (form == header and plain(form) in words.columns):
            return field, rank
    return "", 0


def _ticked(
    headers: Sequence[str], taken: frozenset[str], words: Vocabulary
) -> dict[int, tuple[str, bool, str]]:
    """Columns that hold ticks, by their place: field, False, word.

    Their group means the field, or their own header can only be a word of satisfaction; there are
    several of them, and no other column has the field.
    """
    columns: dict[str, dict[int, tuple[str, bool, str]]] = {}
    parted = [header.rpartition("|") for header in headers]
    graded = {group for group, _, part in parted if group and "满意" in part}
    for index, (header, (group, _, part)) in enumerate(zip(headers, parted, strict=True)):
        field = words.field(group)[0] if group else ""
        if field not in AXES:
            field = "satisfaction" if "满意" in part or group in graded else ""
        word = next((form for form in header_forms(part) if words.word(field, form)), "")
        if word and field not in taken and not words.field(header)[0]:
            columns.setdefault(field, {})[index] = field, False, word
    return {
        index: column
        for several in columns.values()
        if len(several) > 1
        for index, column in several.items()
    }


def _dated(
    headers: Sequence[str], taken: frozenset[str], words: Vocabulary
) -> dict[int, tuple[str, bool, str]]:
    """Columns that hold the parts of a day side by side, by their place: field, False, part.

    Their group means the field; without a group it is the day of receipt, once.
    """
    found: dict[int, tuple[str, bool, str]] = {}
    done = set(taken)
    groups = [header.rpartition("|")[0] for header in headers]
    parts = [plain(header.rpartition("|")[2]) for header in headers]
    for index in range(len(headers)):
        wanted = PARTS if parts[index] == PARTS[0] else PARTS[1:]
        end = index + len(wanted)
        if index in found or tuple(parts[index:end]) != wanted or len(set(groups[index:end])) > 1:
            continue
        field = words.field(groups[index])[0] if groups[index] else "received_at"
        if field in DAYS and field not in done:
            done.add(field)
            found |= {at: (field, False, parts[at]) for at in range(index, end)}
    return found
