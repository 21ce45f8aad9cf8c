"""Holds the rows of a register until they are written: few in memory, many in a temporary file."""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Mapping
from tempfile import SpooledTemporaryFile
from typing import Any

_IN_MEMORY = 1 << 20
"""Bytes of rows that are held in memory."""


class RowSpool:
    """Holds rows of texts and numbers outside of memory, until it is dropped.

    Reads and writes are of this process alone, so the format may be that of this interpreter.
    Each row is read by itself: where the order asked for is not that of writing, large blocks would
    mostly be read in vain.
    """

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
        self._begins = array("Q", [0])
        self._names: dict[tuple[str, ...], int] = {}
        self._columns: list[tuple[str, ...]] = []
        self._writing = True

    def append(self, row: Mapping[str, Any]) -> None:
        """Keep one more row. Raises OSError where the file cannot grow."""
        if not self._writing:
            self._file.seek(self._begins[-1])
            self._writing = True
        names = tuple(row)
        if names not in self._names:
            self._names[names] = len(self._columns)
            self._columns.append(names)
        data = marshal.dumps((*row.values(), self._names[names]))
        self._file.write(data)
        self._begins.append(self._begins[-1] + len(data))

    def __getitem__(self, index: int) -> dict[str, Any]:
        """The row that was kept as this one, from 0."""
        begin, self._writing = self._begins[index], False
        self._file.seek(begin)
        values = marshal.loads(self._file.read(self._begins[index + 1] - begin))
        return dict(zip(self._columns[values[-1]], values, strict=False))  # the kind stands last
