"""Gives a table what an office prints around it: the place's title and headers, and who signs.
Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bbcs.calendar.dates import chinese_day
from bbcs.domain.case import CASE_PAPER
from bbcs.domain.pack import RulePack
from bbcs.domain.register_columns import REGISTER_COLUMNS, SHORT, SHORT_COLUMNS
from bbcs.registers.entry import RegisterSource
from bbcs.registers.table import Chart, Column, Row, Table

FORMS: Mapping[str, str] = {
    "short": "简表，一页宽",
    "full": "全表，所有规范栏目",
}
"""Form of a register other than the place's own -> what people read."""

MASKED = "个人信息已遮盖。"
REVEALED = "含个人信息，只供内部办理，用后收存。作风件不印反映人。"


def paper(
    name: str,
    title: str,
    source: RegisterSource,
    rows: Sequence[Row],
    *,
    kinds: Mapping[str, str],
    notes: Sequence[str] = (),
    marks: Mapping[int, str] = {},
    revealed: bool = False,
) -> Table:
    """A register of the office under the place's headers, ready to be signed.

    title: where the pack gives none. kinds: column -> kind, where it is not text. revealed: people
    stand in it as they are.
    """
    heading, columns = _heading(name, title, source)
    return Table(
        name,
        f"{source.station}{heading}（{source.period.label}）",
        _columns(name, columns, kinds),
        rows,
        [REVEALED if revealed else MASKED, *notes],
        marks,
        sheet=heading,
        labelled=True,
        sign=_signatures(source),
    )


_MAIN = ("case_no", "at", "called_at", "matter", "lead_unit", "unit", "due", "outcome", "reporter")
"""Columns by which one knows a row, and how it stands."""


def _columns(
    name: str, columns: Sequence[tuple[str, str]], kinds: Mapping[str, str]
) -> list[Column]:
    """The columns; on a narrow terminal `_MAIN` stay longest, then those of the short form."""
    short = SHORT_COLUMNS.get(name, ())
    order = list(dict.fromkeys([*_MAIN, *short, *(key for key, _ in columns)]))
    return [
        Column(key, label, kinds.get(key, "text"), keep=len(order) - order.index(key))
        for key, label in columns
    ]


def _signatures(source: RegisterSource) -> tuple[str, ...]:
    """Who made, checked and answers for a paper, where the seal goes, and the day."""
    return (
        f"填报单位：{source.station}",
        "制表：",
        "审核：",
        "负责人：",
        "（盖章）",
        chinese_day(source.printed),
    )


def statistic(
    name: str,
    sheet: str,
    source: RegisterSource,
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    notes: Sequence[str] = (),
    charts: Sequence[Chart] = (),
    marks: Mapping[int, str] = {},
) -> Table:
    """A table of figures of the office, ready to be signed."""
    title = f"{source.station}{sheet}（{source.period.label}）"
    return Table(
        name,
        title,
        columns,
        rows,
        notes,
        marks,
        sheet=sheet,
        labelled=True,
        sign=_signatures(source),
        charts=charts,
        counted=False,
    )


def _heading(
    name: str, title: str, source: RegisterSource
) -> tuple[str, Sequence[tuple[str, str]]]:
    """Title and columns (canonical name, header) of a register in the form that was asked for."""
    pack, usual = source.pack, REGISTER_COLUMNS[name]
    place = pack.registers.get(name)
    headers = {**usual, **_own_headers(place.columns if place else (), usual)}
    heading = place.title if place else title
    if source.form == "full":
        return heading, list(headers.items())
    if source.form == "short":
        return _short(name, heading, headers, pack)
    if place:
        return heading, _with_number(place.columns, headers, pack)
    return heading, _usual(name, headers, pack)


def _own_headers(columns: Sequence[tuple[str, str]], usual: Mapping[str, str]) -> dict[str, str]:
    """The place's headers, but for those that usually head another column: in one form both would
    be read as the same.
    """
    taken = {label: key for key, label in usual.items()}
    return {key: label for key, label in columns if taken.get(label, key) == key}


def _short(
    name: str, heading: str, headers: Mapping[str, str], pack: RulePack
) -> tuple[str, Sequence[tuple[str, str]]]:
    short = pack.registers.get(SHORT) if name == "work" else None
    if short:
        return short.title, _with_number(short.columns, headers, pack)
    names = SHORT_COLUMNS.get(name, tuple(headers))
    return f"{heading}（简表）", [(one, headers[one]) for one in names]


_SELDOM: Mapping[str, tuple[str, ...]] = {
    "work": ("source_no", "id_number", "address", "demand_kind", "returned"),
    "acceptance": ("source_no", "reporter_type", "demand_kind", "decided_at"),
}
"""Register -> the columns that are printed only where a pack or the full form asks for them
(domain.md §7.1).
"""


def _usual(name: str, headers: Mapping[str, str], pack: RulePack) -> list[tuple[str, str]]:
    """What is printed where a place names no columns; the number only where cases bear one."""
    unnumbered = () if pack.numbers.get(CASE_PAPER) else ("number",)
    left_out = {*_SELDOM.get(name, ()), *unnumbered}
    return [(key, label) for key, label in headers.items() if key not in left_out]


def _with_number(
    columns: Sequence[tuple[str, str]], headers: Mapping[str, str], pack: RulePack
) -> list[tuple[str, str]]:
    """The columns; where the pack numbers its cases, with that number beside the case number."""
    numbered = [*columns]
    names = [name for name, _ in numbered]
    if pack.numbers.get(CASE_PAPER) and "number" not in names:
        after = names.index("case_no") + 1 if "case_no" in names else len(numbered)
        numbered.insert(after, ("number", headers["number"]))
    return numbered
