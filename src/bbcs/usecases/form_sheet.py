"""One sheet of a superior's form: what each empty cell of it asks for, and its value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bbcs.domain.pack import COLUMNS
from bbcs.ingest import blank
from bbcs.ingest.blank import Band, Grid, Place
from bbcs.ingest.vocabulary import plain
from bbcs.record import Record
from bbcs.registers.rates.sums import Share
from bbcs.usecases import form_words
from bbcs.usecases.form_figures import FormFigures, Value
from bbcs.usecases.form_words import NOTHING, FormWords

_LIST_COLUMNS = 3
"""So many columns of the register make a table a list of cases."""


class FilledCell(Record):
    """A cell that gets a figure. name: of the figure, `unit/name` for one unit. meaning: the same,
    as people read it. note: a rate in full, where that says more than the cell has room for: how
    much of it rests on bent entries, and what it is without the cases set apart.
    """

    sheet: int
    place: Place
    label: str
    name: str
    meaning: str
    value: int | float | str
    note: str = ""


class FilledRows(Record):
    """A list of cases: its first row, how many rows there are, what each column holds."""

    sheet: int
    top: int
    room: int
    columns: Mapping[int, tuple[str, str]]
    rows: Sequence[Mapping[int, str | int | None]]


class Left(Record):
    """A cell that stays empty, and why."""

    sheet: int
    place: Place
    label: str
    why: str


class FormSheet:
    """One sheet while it is read."""

    def __init__(
        self,
        number: int,
        grid: Grid,
        words: FormWords,
        figures: FormFigures,
        cases: Sequence[Mapping[str, Any]],
        rigid: bool,
    ) -> None:
        self.number, self.grid, self.words = number, grid, words
        self.figures, self.cases, self.rigid = figures, cases, rigid
        self.cells: list[FilledCell] = []
        self.lists: list[FilledRows] = []
        self.left: list[Left] = []
        self.sections = blank.sections(grid)
        self.done: set[Place] = set()

    def correct(self, corrections: Mapping[Place, str]) -> None:
        """Fill the cells that a map names."""
        for place, name in corrections.items():
            self.done.add(place)
            if name != NOTHING:
                unit, _, figure = name.rpartition("/")
                path = self._left_path(place)[-1:] or (self._above(place),)
                known = self.words.units.get(plain(unit), "") if unit else ""
                if unit and not known:
                    self._leave(place, path, "本站名册里没有这个单位")
                else:
                    self._put(place, path, figure, known)

    def read(self) -> None:
        """Find the tables, then the labels outside of them."""
        bands = self._bands()
        for band in bands:
            if self._is_list(band):
                self._list(band)
            else:
                self._table(band)
        rows, columns = self.grid.extent
        for row in range(1, rows + 1):
            for column in range(1, columns + 2):
                place = (row, column)
                if self._is_free(place) and not any(band.covers(place) for band in bands):
                    self._beside(place)

    def _is_free(self, place: Place) -> bool:
        return place not in self.done and self.grid.is_open(place)

    # -- tables --

    def _bands(self) -> list[Band]:
        bands: list[Band] = []
        signatures = self.words.columns.signatures
        for row in range(1, self.grid.extent[0] + 1):
            for left, right in blank.runs(self.grid, row):
                if any(
                    band.top <= row <= band.end and band.left <= right and left <= band.right
                    for band in bands
                ):
                    continue  # fmt: skip
                band = blank.header(self.grid, row, left, right)
                known = sum(map(self.words.is_header, set(band.paths.values())))
                closed = not self.grid.framed((row, right + 1))
                below = any(self.grid.is_open((band.bottom + 1, column)) for column in band.paths)
                if known > 1 and closed and below:
                    end = blank.body_end(self.grid, band, signatures)
                    bands.append(band._replace(end=end))
        return bands

    def _is_list(self, band: Band) -> bool:
        columns = [path for path in band.paths.values() if self.words.column(path)]
        figures = [path for path in band.paths.values() if self.words.figures(path)]
        return len(columns) >= _LIST_COLUMNS and len(columns) > len(figures)

    def _list(self, band: Band) -> None:
        grid, top = self.grid, band.bottom + 1
        section = self.sections.get(band.top, "")
        if not (self.words.is_neutral(section) or form_words.bare(section) in self.words.lists):
            self._leave((top, band.left), (section,), "这一部分说的不是本台账的件")
            return
        columns = self._list_columns(band)
        if not columns:
            return
        room = 0
        while top + room <= max(band.end, top) and all(
            grid.is_open((top + room, column)) or name == "seq"
            for column, (_, name) in columns.items()
        ):
            room += 1
        if not room and any(grid.text((top, column)) for column in columns):
            self._leave((top, band.left), ("清单",), "表头下面没有空行")
            return
        missing = len(self.cases) - room
        if missing > 0 and self.rigid and grid.extent[0] >= top + room:
            why = f"有 {len(self.cases)} 件，只有 {room} 行，下面有内容和公式；请在空表里加 {missing} 行"
            self._leave((top, band.left), ("清单",), why)
            return
        rows = [
            {column: _case_cell(row.get(name)) for column, (_, name) in columns.items()}
            for row in self.cases
        ]
        self.lists.append(FilledRows(self.number, top, room, columns, rows))

    def _list_columns(self, band: Band) -> dict[int, tuple[str, str]]:
        """Column -> its header and the column of the register; two that mean the same are left,
        but for one that bears the usual name."""
        named = {
            column: self.words.column(path)
            for column, path in band.paths.items()
            if column not in self.grid.hidden_columns
        }
        columns = {}
        for column, name in named.items():
            path, place = band.paths[column], (band.bottom + 1, column)
            same = [one for one, other in named.items() if other == name]
            usual = bool(path) and path[-1] == COLUMNS.get(name)
            if name and (len(same) == 1 or usual):
                columns[column] = (path[-1], name)
            elif path:
                self._leave(place, path, "几栏是同一个意思" if name else "不认识这一栏")
        return columns

    def _table(self, band: Band) -> None:
        listed = {self.words.unit(self._row_path(band, row)) for row in self._rows(band)}
        listed |= {self.words.unit(path) for path in band.paths.values()}
        for row in self._rows(band):
            for column in band.paths:
                place = (row, column)
                if self._is_free(place):
                    self._cross(band, place, listed)
                elif self.grid.text(place).startswith("="):
                    self._summed(band, place, listed)

    def _rows(self, band: Band) -> range:
        return range(band.bottom + 1, band.end + 1)

    def _row_path(self, band: Band, row: int, column: int = 0) -> tuple[str, ...]:
        """The labels of a row, left of a column."""
        ends = column or band.right + 1
        places = dict.fromkeys(self.grid.anchor((row, one)) for one in range(band.left, ends))
        return tuple(self.grid.label(place) for place in places if self.grid.label(place))

    def _cross(self, band: Band, place: Place, listed: set[str]) -> None:
        """A cell below a header: what its row and its column say together."""
        if self.grid.frame and not self.grid.framed(place):
            return
        words, above = self.words, band.paths[place[1]]
        beside = self._row_path(band, *place)
        label = (*beside, *above)
        section = self.sections.get(place[0], "")
        if words.is_head("label", above) or words.is_head("unit", above):
            if beside or above:
                self._leave(place, label, "空着的项目或单位，不知道是哪一个")
            return
        if words.column(above) in ("seq", "remark"):
            return  # for the hand that checks
        unit_beside, unit_above = words.unit(beside), words.unit(above)
        total = words.is_head("total", beside) or words.is_head("total", above)
        sided = [section, *beside] if section else beside
        topped = [section, *above] if section else above
        if unit_beside or (total and words.is_head("total", beside)):
            self._settle(place, label, words.figures(topped), unit_beside, listed)
        elif unit_above or total:
            self._settle(place, label, words.figures(sided), unit_above, listed)
        elif beside and words.is_head("value", above):
            self._settle(place, label, words.figures(sided), "", set())
        elif not beside and place[0] == band.bottom + 1 and self._is_single(band):
            self._settle(place, label, words.figures(topped), "", set())
        else:
            self._leave(place, label, self._strange(beside, above))

    def _summed(self, band: Band, place: Place, listed: set[str]) -> None:
        """A total that the form adds up itself: told where it leaves out units that have cases."""
        above, beside = band.paths[place[1]], self._row_path(band, *place)
        strangers = sorted(set(self.figures.of_units) - listed)
        if self.words.is_head("total", beside):
            names = self.words.figures(above)
        elif self.words.is_head("total", above):
            names = self.words.figures(beside)
        else:
            return
        whole = self.figures.value(names[0], "") if len(names) == 1 else None
        if any(listed) and strangers and isinstance(whole, int):
            why = f"是公式，只加表上列的单位；本站一共 {whole}，表上没有的：{'、'.join(strangers)}"
            self._leave(place, (*beside, *above), why)

    def _is_single(self, band: Band) -> bool:
        """Whether a table has one row to fill, and no column that says whose."""
        whose = any(self.words.is_head("unit", path) for path in band.paths.values())
        return not whose and band.end <= band.bottom + 1

    def _strange(self, beside: Sequence[str], above: Sequence[str]) -> str:
        if beside and self.words.figures(above) and not self.words.figures(beside):
            return "本站名册里没有这个单位，或不认识这一行"
        return "不认识，或有两种意思"

    def _settle(
        self, place: Place, label: Sequence[str], names: Sequence[str], unit: str, listed: set[str]
    ) -> None:
        """Fill a cell of a unit, of all units, or of the office."""
        strangers = set(self.figures.of_units) - listed
        if len(names) == 1 and not unit and any(listed) and strangers:
            self._leave(place, label, "合计：还有表上没列的单位，不知道算不算")
        else:
            self._figure(place, label, names, unit)

    def _figure(
        self, place: Place, label: Sequence[str], names: Sequence[str], unit: str = ""
    ) -> None:
        if not names:
            self._leave(place, label, "不认识")
        elif len(names) > 1:
            likely = "、".join(self.figures.labels.get(name, name) for name in names)
            self._leave(place, label, f"有几种可能：{likely}")
        else:
            self._put(place, label, names[0], unit)

    def _put(self, place: Place, label: Sequence[str], name: str, unit: str) -> None:
        value = self.figures.value(name, unit)
        if value is None:
            self._leave(place, label, "没有这样的数")
            return
        text = _spoken(label)
        printed = _printed(value, self.grid.formats.get(place, ""), text)
        full = f"{unit}/{name}" if unit else name
        meaning = f"{unit} {self.figures.labels[name]}".strip()
        note = value.text() if isinstance(value, Share) and (value.bent or value.apart) else ""
        self.cells.append(FilledCell(self.number, place, text, full, meaning, printed, note))
        self.done.add(place)

    def _leave(self, place: Place, label: Sequence[str], why: str) -> None:
        text = _spoken(label)
        self.left.append(Left(self.number, place, text, why))
        self.done.add(place)

    # -- labels outside of tables --

    def _left_path(self, place: Place) -> tuple[str, ...]:
        """The labels directly left of a cell, the farthest first."""
        row, column = place
        labels: dict[Place, str] = {}
        while column > 1 and self.grid.label((row, column - 1)):
            anchor = self.grid.anchor((row, column - 1))
            labels[anchor] = self.grid.label(anchor)
            column = self.grid.area(anchor).left
        return tuple(reversed(labels.values()))

    def _above(self, place: Place) -> str:
        return self.grid.label((place[0] - 1, place[1])) if place[0] > 1 else ""

    def _beside(self, place: Place) -> None:
        """A cell right of a label, or below one that has none on its right."""
        path = self._left_path(place)
        drawn = not self.grid.frame or self.grid.framed(place)
        if not drawn and place[1] > self.grid.extent[1]:
            return
        if not path and drawn and self._above(place):
            above = self.grid.area((place[0] - 1, place[1]))
            if self.grid.is_open((above.top, above.right + 1)):
                return
            path = (self._above(place),)
        if not path:
            return
        signed = path[-1].startswith(self.words.columns.signatures)
        section = self.sections.get(place[0], "")
        names = self.words.figures([section, *path] if section else path)
        if names or (self.grid.framed(place) and not signed):
            self._figure(place, path, names)


def _spoken(label: Sequence[str]) -> str:
    """Headings and label as one line."""
    return " ".join(" ".join(one.split()).rstrip("：:") for one in label if one)


def _printed(value: Value, number_format: str, label: str) -> int | float | str:
    """A value as its cell shows it: a rate as a share where the cell is formatted in per cent, as a
    number where the label says %, else as a text."""
    if not isinstance(value, Share):
        return value
    shares = "%" in number_format
    places = len(number_format.partition(".")[2].partition("%")[0]) if shares else 2
    digits = value.digits(places)
    if not value.all:
        return digits
    if shares:
        return round(float(digits) / 100, places + 2)
    return float(digits) if "%" in label or "％" in label else f"{digits}%"


def _case_cell(value: Any) -> str | int | None:
    if isinstance(value, (list, tuple)):
        return "、".join(map(str, value))
    return value if isinstance(value, int) or value is None else str(value)
