"""Fills a superior's blank form from the ledger.

A cell is never guessed: where a label has two meanings, or its headings say something unknown, the
cell stays empty and is listed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bbcs.errors import BadDate, BadValue, ImportRejected
from bbcs.ingest import blank
from bbcs.ingest.blank import Grid, Place
from bbcs.ingest.sheets import letters
from bbcs.record import Record
from bbcs.registers.entry import Period
from bbcs.usecases import form_figures, form_words, reports
from bbcs.usecases.form_figures import FormFigures
from bbcs.usecases.form_sheet import FilledCell, FilledRows, FormSheet, Left
from bbcs.usecases.office import Office

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger


class Filled(Record):
    """What a form gets and what it does not. head: the entry until which it counts."""

    cells: Sequence[FilledCell]
    lists: Sequence[FilledRows]
    left: Sequence[Left]
    head: int = 0

    @property
    def noted(self) -> list[FilledCell]:
        """The cells of rates that say less than the rate in full, in the order of the form."""
        found = [one for one in self.cells if one.note]
        return sorted(found, key=lambda one: (one.sheet, one.place))

    @property
    def total(self) -> int:
        """How many cells are filled."""
        return len(self.cells) + sum(len(one.rows) * len(one.columns) for one in self.lists)

    def match(self) -> dict[str, str]:
        """What the home remembers: `1!B5` -> name."""
        return {f"{one.sheet + 1}!{cell_name(one.place)}": one.name for one in self.cells}


def cell_name(place: Place) -> str:
    """`B5`."""
    row, column = place
    return f"{letters(column - 1)}{row}"


def fill(
    ledger: Ledger,
    office: Office,
    period: Period,
    grids: Sequence[Grid],
    own: Mapping[str, str],
    remembered: Mapping[str, str],
) -> Filled:
    """What a form gets from the ledger as it stands.

    own, remembered: cell (`B5`, `2!B5`, `表名!B5`) or label -> name; own wins. Raises BadDate for a
    form of another month, ImportRejected for one of which nothing is known, BadValue, IdentityBroken.
    """
    _same_month(grids, period)
    month = reports.snapshot(ledger, office, period)
    figures = form_figures.read(ledger, month)
    merged = {**remembered, **own}
    labels = {key: name for key, name in merged.items() if _cell(key, grids) is None}
    words = form_words.words(office, figures.labels, labels, figures.of_units)
    table = reports.register("work", month, office, form="full")
    rigid = any(text == "=" for grid in grids for text in grid.texts.values())
    cells: list[FilledCell] = []
    lists: list[FilledRows] = []
    left: list[Left] = []
    for number, grid in enumerate(grids):
        sheet = FormSheet(number, grid, words, figures, table.rows, rigid)
        sheet.correct(_corrections(number, grids, merged, figures, own))
        sheet.read()
        cells += sheet.cells
        lists += sheet.lists
        left += sheet.left
    if not cells and not lists:
        raise ImportRejected(
            "空表里没有认出一个表头或项目，没有填；请用 --map 写明哪个单元格或项目填什么"
        )
    return Filled(cells, lists, left, month.head.seq)


def _same_month(grids: Sequence[Grid], period: Period) -> None:
    first = period.first
    for grid in grids:
        if text := blank.longer(grid):
            raise BadDate(
                f"空表不是一个月的（“{text[:40]}”），要填的是 {period.label}；report fill 只填月报表"
            )
        for year, month, text in blank.months(grid):
            if month != first.month or year not in (0, first.year):
                raise BadDate(
                    f"空表是 {f'{year} 年 ' if year else ''}{month} 月的（“{text[:40]}”），"
                    f"要填的是 {period.label}；请换一张空表，或改 --month"
                )


def _cell(key: str, grids: Sequence[Grid]) -> tuple[int, Place] | None:
    """The sheet and place that a key of a map names; None for a label."""
    sheet, _, cell = key.rpartition("!")
    letters = cell.rstrip("0123456789").upper()
    digits = cell[len(letters) :]
    if not (0 < len(letters) <= 3 and letters.isascii() and letters.isalpha() and digits):
        return None
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    names = {grid.name: number for number, grid in enumerate(grids)}
    names |= {str(number + 1): number for number in range(len(grids))}
    return names.get(sheet or "1", -1), (int(digits), column)


def by_number(own: Mapping[str, str], grids: Sequence[Grid]) -> dict[str, str]:
    """A map with its sheets by their numbers: next month they may be called otherwise."""
    renamed = {}
    for key, name in own.items():
        named = _cell(key, grids)
        renamed[f"{named[0] + 1}!{cell_name(named[1])}" if named else key] = name
    return renamed


def _corrections(
    number: int,
    grids: Sequence[Grid],
    merged: Mapping[str, str],
    figures: FormFigures,
    own: Mapping[str, str],
) -> dict[Place, str]:
    """Place -> name, for the cells of one sheet. Raises BadValue for a cell that is not empty."""
    corrected = {}
    for key, name in merged.items():
        named = _cell(key, grids)
        if named is None:
            continue
        sheet, place = named
        if key in own and (sheet < 0 or not grids[sheet].is_open(place)):
            raise BadValue(f"对照文件里的 {key} 不是空的单元格（没有、有内容、隐藏或被合并），不填")
        if sheet == number and grids[number].is_open(place):
            corrected[place] = form_words.known_name(name, key, figures.labels)
    return corrected
