"""Record: the base class of every value: a named tuple that is cheap to define.

typing.NamedTuple compiles a constructor for each class: 50 of them cost a counter command 12 ms of
its 100 (docs/decisions/0001-events.md). The classes below share one constructor. Fields, defaults,
`_replace` and `_asdict` work as in a named tuple, and type checkers read the annotations as those
of a frozen dataclass.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from typing import Any, ClassVar, Self, dataclass_transform

_MISSING: Any = object()

_GETTERS: list[property] = []
"""The properties of all classes, by index: every class reads its first field in the same way."""


@dataclass_transform(frozen_default=True)
class _RecordType(type):
    """Turns the annotations of a class into its fields, in order; values become defaults."""

    def __new__(cls, name: str, bases: tuple[type, ...], space: dict[str, Any]) -> _RecordType:
        fields = tuple([one for one in space.get("__annotations__", ()) if one[0] != "_"])
        blank = tuple([space.pop(field, _MISSING) for field in fields])
        least = len(fields)
        while least and blank[least - 1] is not _MISSING:
            least -= 1
        while len(_GETTERS) < len(fields):
            _GETTERS.append(property(itemgetter(len(_GETTERS))))
        space.update(zip(fields, _GETTERS, strict=False))
        space["_fields"] = space["__match_args__"] = fields
        space["_positions"] = dict(zip(fields, range(len(fields)), strict=True))
        space["_blank"], space["_least"] = blank, least
        space["__slots__"] = ()
        return super().__new__(cls, name, bases, space)


def as_document(record: Record) -> dict[str, Any]:
    """The fields of a record as documents show them: null (None) for what is not there."""
    return {name: None if value == "" else value for name, value in record._asdict().items()}


class Record(tuple[Any, ...], metaclass=_RecordType):
    """Base of every value; subclasses only name their fields.

    _positions: field -> its index in the tuple. _blank: one value per field, the default or
    `_MISSING`. _least: how many positional arguments are enough without any name.
    """

    _fields: ClassVar[tuple[str, ...]]
    _positions: ClassVar[dict[str, int]]
    _blank: ClassVar[tuple[Any, ...]]
    _least: ClassVar[int]

    def __new__(cls, *args: Any, **named: Any) -> Self:
        """Fields come by position, by name or from the defaults.

        Raises TypeError when a field is missing, is unknown or comes twice.
        """
        count, fields = len(args), cls._fields
        if count == len(fields) and not named:
            return tuple.__new__(cls, args)
        if not named and cls._least <= count <= len(fields):
            return tuple.__new__(cls, args + cls._blank[count:])
        if count > len(fields):
            raise cls._wrong_fields()
        values, positions = [*args, *cls._blank[count:]], cls._positions
        for field, value in named.items():
            index = positions.get(field, -1)
            if index < count:  # unknown, or given by position too
                raise cls._wrong_fields()
            values[index] = value
        for index in range(count, cls._least):
            if values[index] is _MISSING:
                raise TypeError(f"{cls.__name__} lacks '{fields[index]}'")
        return tuple.__new__(cls, values)

    @classmethod
    def _make(cls, values: Iterable[Any]) -> Self:
        """Return one of all its fields in order, unchecked: for rows that are read in bulk."""
        return tuple.__new__(cls, values)

    @classmethod
    def _wrong_fields(cls) -> TypeError:
        return TypeError(f"{cls.__name__} has the fields {', '.join(cls._fields)}")

    def _replace(self, **changes: Any) -> Self:
        """Return a copy with some fields changed. Raises TypeError for an unknown field."""
        values, positions = list(self), self._positions
        for field, value in changes.items():
            if field not in positions:
                raise TypeError(f"{type(self).__name__} has no {field}")
            values[positions[field]] = value
        return tuple.__new__(type(self), values)

    def _asdict(self) -> dict[str, Any]:
        """Return the fields as a dictionary: name -> value."""
        return dict(zip(self._fields, self, strict=True))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
        return f"{type(self).__name__}({fields})"

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self)


def record_of(kind: type[Record], row: Iterable[Any]) -> Any:
    """A record, of all its fields in order, whose lists are tuples again."""
    return kind._make([tuple(item) if type(item) is list else item for item in row])
