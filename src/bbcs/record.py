"""Record: a named tuple that costs nothing to define. Every value of bbcs is one.

typing.NamedTuple compiles a constructor for each class: 50 of them are 12 ms of a counter command's 100
(docs/decisions/0001-events.md). This base shares one constructor; fields, defaults, `_replace` and `_asdict` work as
people know them, and type checkers read the annotations as they do for a frozen dataclass.
"""

from __future__ import annotations

from collections import _tuplegetter  # type: ignore[attr-defined]  # what namedtuple uses: attribute access in C
from typing import Any, ClassVar, Self, dataclass_transform


@dataclass_transform(frozen_default=True)
class _Fields(type):
    """Turns the annotations of a class into its fields, in order; values become defaults."""

    def __new__(cls, name: str, bases: tuple[type, ...], space: dict[str, Any]) -> _Fields:
        fields = tuple(field for field in space.get("__annotations__", ()) if not field.startswith("_"))
        space["_fields"] = fields
        space["_field_defaults"] = {field: space.pop(field) for field in fields if field in space}
        space["__slots__"] = ()
        space["__match_args__"] = fields
        space |= {field: _tuplegetter(index, "") for index, field in enumerate(fields)}
        return super().__new__(cls, name, bases, space)


class Record(tuple[Any, ...], metaclass=_Fields):
    """Base of every value; subclasses only name their fields."""

    _fields: ClassVar[tuple[str, ...]]
    _field_defaults: ClassVar[dict[str, Any]]

    def __new__(cls, *args: Any, **named: Any) -> Self:
        """By position, by name, or from the defaults; TypeError names what is missing or unknown."""
        fields = cls._fields
        if named or len(args) != len(fields):
            held = {**cls._field_defaults, **named}
            try:
                args += tuple(held.pop(field) for field in fields[len(args) :])
            except KeyError as missing:
                raise TypeError(f"{cls.__name__} lacks {missing}") from None
            if len(args) != len(fields) or not named.keys().isdisjoint(held.keys()):
                raise TypeError(f"{cls.__name__} has the fields {', '.join(fields)}")
        return tuple.__new__(cls, args)

    def _replace(self, **changes: Any) -> Self:
        """The same record with some fields changed."""
        changed = tuple.__new__(type(self), [changes.pop(field, value) for field, value in zip(self._fields, self, strict=True)])
        if changes:
            raise TypeError(f"{type(self).__name__} has no {', '.join(changes)}")
        return changed

    def _asdict(self) -> dict[str, Any]:
        """Field name -> value."""
        return dict(zip(self._fields, self, strict=True))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._asdict().items())})"

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self)
