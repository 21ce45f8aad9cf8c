"""A blank form as a grid: its texts and the cells to fill. Knows no file format."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from bbcs.ingest.vocabulary import plain
from bbcs.record import Record

Place = tuple[int, int]
"""Row and column, both from 1."""

_NUMBER = re.compile(r"[\d.,%/\-—\s]*$")
_MONTH = re.compile(r"(?:(\d{4})\s*年\s*)?(?<!\d)(\d{1,2})\s*月(?!\s*\d)")
_WHOLE_MONTH = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月份?")
_SPAN = re.compile(
    r"\d\s*月?\s*[-—–~－至]\s*\d{1,2}\s*月|季度?报|季度|半年|累计|[周日旬]报|第[一二三四\d]+周"
)
_YEAR = re.compile(r"全年|年度|年报")
_DATED = re.compile(r"\d+")
_NUMBERED = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[、.)）]")


class Area(Record):
    """Merged cells."""

    top: int
    left: int
    bottom: int
    right: int


class Grid(Record):
    """One visible sheet. Merged cells are the cell at their top left.

    texts: what stands in each cell, a formula as `=`. frame: empty cells with a border.
    formats: number format of the empty cells that have one.
    """

    name: str
    texts: Mapping[Place, str]
    areas: Mapping[Place, Area]
    covered: Mapping[Place, Place]
    frame: Collection[Place]
    formats: Mapping[Place, str]
    hidden_rows: Collection[int] = ()
    hidden_columns: Collection[int] = ()

    def anchor(self, place: Place) -> Place:
        """The cell that shows what stands at a place."""
        return self.covered.get(place, place)

    def text(self, place: Place) -> str:
        """What is read at a place, "" for nothing."""
        return self.texts.get(self.anchor(place), "")

    def label(self, place: Place) -> str:
        """The same where it is words, "" for numbers and formulas."""
        text = self.text(place)
        return "" if text.startswith("=") or _NUMBER.match(text) else text

    def area(self, place: Place) -> Area:
        """The cells that belong to the one at a place."""
        row, column = self.anchor(place)
        return self.areas.get((row, column), Area(row, column, row, column))

    def is_open(self, place: Place) -> bool:
        """Whether a cell is empty, to be seen, and no part of another one."""
        return (
            place not in self.texts
            and place not in self.covered
            and place[0] not in self.hidden_rows
            and place[1] not in self.hidden_columns
        )

    def framed(self, place: Place) -> bool:
        """Whether a cell is empty and drawn."""
        return self.anchor(place) in self.frame

    @property
    def extent(self) -> Place:
        """The last row and column in which anything stands or is drawn."""
        ends = [self.area(place) for place in (*self.texts, *self.frame)]
        return max((one.bottom for one in ends), default=0), max(
            (one.right for one in ends), default=0
        )

    def row_labels(self, row: int) -> list[Place]:
        """The cells of a row that hold words."""
        places = {self.anchor((row, column)): None for column in range(1, self.extent[1] + 1)}
        return [place for place in places if self.label(place)]


class Band(Record):
    """A header of one or several rows, and the rows below it. end: the last of them.

    paths: column -> the words above it, from the top.
    """

    top: int
    bottom: int
    left: int
    right: int
    end: int
    paths: Mapping[int, tuple[str, ...]]

    def covers(self, place: Place) -> bool:
        """Whether a cell stands below this header."""
        return self.bottom < place[0] <= self.end and self.left <= place[1] <= self.right


def runs(grid: Grid, row: int) -> Iterator[tuple[int, int]]:
    """The first and last column of each row of at least two labels side by side."""
    start, last = 0, grid.extent[1]
    for column in range(1, last + 2):
        inside = column <= last and grid.label((row, column))
        if inside and not start:
            start = column
        if not inside and start:
            if len({grid.anchor((row, one)) for one in range(start, column)}) > 1:
                yield start, column - 1
            start = 0


def header(grid: Grid, row: int, left: int, right: int) -> Band:
    """The header that begins with a run of labels; its rows below are not known yet (`end`)."""
    areas = [grid.area((row, column)) for column in range(left, right + 1)]
    bottom = max(area.bottom for area in areas)
    groups = [area for area in areas if area.right > area.left]
    if groups and bottom == row:
        below = [(row + 1, one) for area in groups for one in range(area.left, area.right + 1)]
        if all(grid.label(place) for place in below):
            bottom = row + 1
    paths = {
        column: _path(grid, row, bottom, column)
        for column in range(left, right + 1)
        if grid.area((bottom, column)).left == column
    }
    return Band(row, bottom, left, right, bottom, paths)


def _path(grid: Grid, top: int, bottom: int, column: int) -> tuple[str, ...]:
    own, below = grid.area((bottom, column)), grid.area((bottom + 1, column))
    if own.right > own.left and below.right != own.right:
        return ()  # several columns under one word: nobody knows which
    places = dict.fromkeys(grid.anchor((row, column)) for row in range(top, bottom + 1))
    return tuple(grid.label(place) for place in places if grid.label(place))


def body_end(grid: Grid, band: Band, signatures: Sequence[str]) -> int:
    """The last row below a header that belongs to it."""
    row, last = band.bottom + 1, max(grid.extent[0], band.bottom + 1)
    while row <= last and not _ends(grid, band, row, signatures):
        row += 1
    return row - 1


def _ends(grid: Grid, band: Band, row: int, signatures: Sequence[str]) -> bool:
    places = [(row, column) for column in range(band.left, band.right + 1)]
    texts = [grid.text(place) for place in places]
    if all(texts) and all(grid.label(place) for place in places):
        return True  # a section, a note or the next header
    if any(text.startswith(tuple(signatures)) for text in texts if text):
        return True
    drawn = any(texts) or any(grid.framed(place) for place in places)
    return not drawn and row > band.bottom + 1


def sections(grid: Grid) -> dict[int, str]:
    """Row -> the heading of the part of a form that it belongs to."""
    headings: dict[int, str] = {}
    current, begun = "", False
    for row in range(1, grid.extent[0] + 1):
        labels = grid.row_labels(row)
        framed = any(
            grid.framed((row, column)) and not grid.text((row, column))
            for column in range(1, grid.extent[1] + 1)
        )
        alone = len(labels) == 1 and not framed and labels[0][0] == row
        wide = alone and grid.area(labels[0]).right > grid.area(labels[0]).left
        if alone and (_NUMBERED.match(grid.label(labels[0])) or (wide and begun)):
            current = _NUMBERED.sub("", grid.label(labels[0]))
        begun = begun or len(labels) > 1 or framed
        headings[row] = current
    return headings


def titles(grid: Grid) -> list[str]:
    """The name of a sheet, the lines above its first table, and a month that stands alone there."""
    texts = [grid.name]
    for row in range(1, grid.extent[0] + 1):
        labels = grid.row_labels(row)
        if len(labels) > 1:
            alone = [grid.text(one) for one in labels if _WHOLE_MONTH.fullmatch(grid.text(one))]
            return texts + alone * (len(alone) == 1)
        texts += [grid.label(place) for place in labels]
    return texts


def months(grid: Grid) -> list[tuple[int, int, str]]:
    """The months that the titles of a form name: year (0 = none), month, the text."""
    return [
        (int(year or 0), int(month), text)
        for text in titles(grid)
        for year, month in _MONTH.findall(text)
    ]


def longer(grid: Grid) -> str:
    """The title of a form that is not for one month, "" for others."""
    for text in titles(grid):
        if _SPAN.search(text) or (_YEAR.search(text) and not _MONTH.search(text)):
            return text
    return ""


def shape(grids: Sequence[Grid]) -> str:
    """A digest of where which label stands, whatever month the form is for."""
    lines = [
        f"{number}:{place}:{_DATED.sub('#', plain(text))}"
        for number, grid in enumerate(grids)
        for place, text in sorted(grid.texts.items())
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
