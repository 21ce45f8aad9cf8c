"""Rows that are made one by one, each time they are read, or once. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from bbcs.registers.table import Row

T = TypeVar("T")


class LazyRows(Sequence[Row]):
    """Rows that are made when they are read, so that a long register is never held whole.

    make: number from 1 and item -> row.
    """

    def __init__(self, items: Sequence[Any], make: Callable[[int, Any], Row]) -> None:
        self._items, self._make = items, make

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Row]:
        return (self._make(number, item) for number, item in enumerate(self._items, 1))

    def __getitem__(self, index: Any) -> Any:
        """One row, or a list of them for a slice."""
        numbers = range(len(self))[index]
        if isinstance(index, slice):
            return [self._make(number + 1, self._items[number]) for number in numbers]
        return self._make(numbers + 1, self._items[numbers])


class PassingRows(Sequence[T]):
    """Rows of which only the number is known beforehand: they pass by once, in their order."""

    def __init__(self, rows: Iterable[T], count: int) -> None:
        self._rows, self._count = rows, count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[T]:
        return iter(self._rows)

    def __getitem__(self, index: Any) -> Any:
        """Refused: what has passed by is gone."""
        raise TypeError("these rows are read once, one after the other")
