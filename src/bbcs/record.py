"""Record: a named tuple that costs nothing to define. Every value of bbcs is one.

typing.NamedTuple compiles a constructor for each class: 50 of them are 12 ms of a counter command's 100
(docs/decisions/0001-events.md). This base shares one constructor; fields, defaults, `_replace` and `_asdict` work as
people know them, and type checkers read the annotations as they do for a frozen dataclass.
"""

from __future__ import annotations

from collections import _tuplegetter  # type: ignore[attr-defined]  # what namedtuple uses: attribute access in C
from typing import Any, ClassVar, Self, dataclass_transform

_MISSING: Any = object()


@dataclass_transform(frozen_default=True)
class _Fields(type):
    """Turns the annotations of a class into its fields, in order; values become defaults."""

    def __new__(cls, name: str, bases: tuple[type, ...], space: dict[str, Any]) -> _Fields:
        fields = tuple(
            field for field in space.get("__annotations__", ()) if not field.startswith("_")
        )
        space["_fields"] = fields
        space["_places"] = {field: place for place, field in enumerate(fields)}
        space["_field_defaults"] = defaults = {
            field: space.pop(field) for field in fields if field in space
        }
        space["_blank"] = tuple(defaults.get(field, _MISSING) for field in fields)
        space["_required"] = tuple(
            place for place, field in enumerate(fields) if field not in defaults
        )
        space["_least"] = max(space["_required"], default=-1) + 1
        space["__slots__"] = ()
        space["__match_args__"] = fields
        space |= {field: _tuplegetter(index, "") for index, field in enumerate(fields)}
        return super().__new__(cls, name, bases, space)


class Record(tuple[Any, ...], metaclass=_Fields):
    """Base of every value; subclasses only name their fields."""

    _fields: ClassVar[tuple[str, ...]]
    _field_defaults: ClassVar[dict[str, Any]]
    _places: ClassVar[dict[str, int]]
    _blank: ClassVar[tuple[Any, ...]]
    _required: ClassVar[tuple[int, ...]]
    _least: ClassVar[int]

    def __new__(cls, *args: Any, **named: Any) -> Self:
        """By position, by name, or from the defaults; TypeError names what is missing or unknown."""
        given = len(args)
        if not named and given == len(cls._fields):
            return tuple.__new__(cls, args)
        if not named and cls._least <= given < len(cls._fields):
            return tuple.__new__(cls, args + cls._blank[given:])
        held, places = [*args, *cls._blank[given:]], cls._places
        for field, value in named.items():
            if places.get(field, -1) < given:
                raise TypeError(f"{cls.__name__} has the fields {', '.join(cls._fields)}")
            held[places[field]] = value
        for place in cls._required:
            if held[place] is _MISSING:
                raise TypeError(f"{cls.__name__} lacks '{cls._fields[place]}'")
        if len(held) != len(cls._fields):
            raise TypeError(f"{cls.__name__} has the fields {', '.join(cls._fields)}")
        return tuple.__new__(cls, held)

    def _replace(self, **changes: Any) -> Self:
        """The same record with some fields changed."""
        held, places = list(self), self._places
        for field, value in changes.items():
            if field not in places:
                raise TypeError(
                    f"{type(self).__name__} has no {', '.join(one for one in changes if one not in places)}"
                )
            held[places[field]] = value
        return tuple.__new__(type(self), held)

    def _asdict(self) -> dict[str, Any]:
        """Field name -> value."""
        return dict(zip(self._fields, self, strict=True))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._asdict().items())})"

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self)
