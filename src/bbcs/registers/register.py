"""Register: the rows of one register of a period, collected case by case. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Protocol

from bbcs.record import Record
from bbcs.registers import REGISTERS
from bbcs.registers.books import PeriodBooks
from bbcs.registers.entry import RegisterEntry, RegisterSource
from bbcs.registers.lazy_rows import LazyRows
from bbcs.registers.paper import paper
from bbcs.registers.table import Row, Table


class RegisterLine(Record):
    """A row without its number. key: lines stand in its order. mark: its colour, of `table.MARKS`."""

    key: Any
    cells: Row
    mark: str = ""


class RowStore(Protocol):
    """Holds rows until they are printed."""

    def append(self, row: Row) -> None:
        """Keep one more row."""
        ...

    def __getitem__(self, index: int) -> dict[str, Any]:
        """The row that was kept as this one, from 0."""
        ...


class Register:
    """One register, collected case by case; nothing of a case is kept but its rows.

    name: its word in REGISTERS. kinds: column -> kind, where it is not text.
    """

    name: ClassVar[str]
    kinds: ClassVar[Mapping[str, str]]

    def __init__(self, source: RegisterSource, store: RowStore) -> None:
        self.source = source
        self._store = store
        self._keys: list[Any] = []
        self._marks: dict[int, str] = {}
        self._revealed = False

    def lines(self, entry: RegisterEntry) -> Iterable[RegisterLine]:
        """The lines of one case."""
        raise NotImplementedError

    def notes(self) -> Sequence[str]:
        """Lines under the register, once all cases were added."""
        return ()

    def add(self, books: PeriodBooks) -> None:
        """Add the lines of the cases of these books."""
        for entry in books.entries:
            if self.source.reveal and not entry.case.conduct:
                entry = entry.as_revealed()
                self._revealed = True
            for line in self.lines(entry):
                self.put(line)

    def put(self, line: RegisterLine) -> None:
        """Keep a line."""
        if line.mark:
            self._marks[len(self._keys)] = line.mark
        self._keys.append(line.key)
        self._store.append(line.cells)

    def table(self, figures: Sequence[str] = ()) -> Table:
        """The register. figures: the identity and the rates, for the register of all cases."""
        order = sorted(range(len(self._keys)), key=self._keys.__getitem__)
        rows = LazyRows(order, self._numbered)
        self._keys = []  # the store is full; those of a large office weigh
        marks = {number: self._marks[at] for number, at in enumerate(order) if at in self._marks}
        return paper(
            self.name,
            REGISTERS[self.name],
            self.source,
            rows,
            kinds=self.kinds,
            notes=[*self.figures(figures), *self.notes()],
            marks=marks,
            revealed=self._revealed,
        )

    def _numbered(self, number: int, index: int) -> Row:
        row = self._store[index]
        row["seq"] = number
        return row

    def figures(self, lines: Sequence[str]) -> Sequence[str]:
        """Those of the lines on the whole period that stand under this register."""
        return ()
