"""An event's data <-> the two JSON texts that are stored: public, and personal (erasable); rows of
entries -> events.

What is personal, and the type of every field, comes from `domain.acts`; values are converted one by
one, explicitly: date and when become ISO text, a unit is `[code, name]`, units and pairs are lists
of such. None and empty values are left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from json import JSONDecoder, JSONEncoder
from json.encoder import encode_basestring as quoted
from operator import attrgetter
from sys import intern
from typing import Any

from bbcs.calendar.dates import CST, stored_moment
from bbcs.domain.acts import TITLE, Field
from bbcs.domain.event import Event, Unreadable
from bbcs.errors import BadValue, UnknownKey
from bbcs.record import Record

canonical = JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode
"""The one text form of a value: the same value gives the same bytes, on every machine."""

VERSIONS: Mapping[str, int] = {}
"""Event kind -> version of its stored form, when it is not 1."""

UPCASTS: Mapping[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""(kind, version) -> how data of that version become data of the next."""

_CONTROL = "[\x00-\x08\x0b-\x1f]"  # few texts need it: not compiled at import
_SAFE_INT = 2**53


class Coded(Record):
    """The stored form of an event's data, and the data as read back.

    Version, public part as JSON, personal part as JSON ("" = none).
    """

    v: int
    data: str
    body: str
    read: Mapping[str, Any]


def encode(kind: str, data: Mapping[str, Any]) -> Coded:
    """Splits and converts the fields of an event.

    Raises UnknownKey for a field that the kind lacks, BadValue for a value that cannot be stored.
    """
    plan = _fields(kind)
    texts: tuple[list[str], list[str]] = [], []
    values: tuple[dict[str, Any], dict[str, Any]] = {}, {}
    for name in sorted(data):  # the order in which JSON gives them back
        value = data[name]
        if not value and not isinstance(value, int):  # None and empty values; 0 and False stay
            continue
        try:
            side, begin, longest, write, field = plan[name]
        except KeyError:
            raise UnknownKey(name, plan) from None
        if type(value) is str and len(value) <= longest and value.isprintable():
            texts[side].append(begin + quoted(value))
        else:
            value = write(field, value)
            texts[side].append(begin + _json(value))
        values[side][name] = value
    (public, personal), read = texts, {**values[_PUBLIC], **values[_PERSONAL]}
    return Coded(
        VERSIONS.get(kind, 1),
        f"{{{','.join(public)}}}",
        f"{{{','.join(personal)}}}" if personal else "",
        _timed_values(kind, read),
    )


_PUBLIC, _PERSONAL = 0, 1


def _json(value: Any) -> str:
    """The same as `canonical`, of texts, and of lists and objects in order of such: half the time."""
    if type(value) is str:
        return quoted(value)
    if type(value) is list:
        return f"[{','.join(map(_json, value))}]"
    if type(value) is dict:
        return f"{{{','.join([f'{quoted(key)}:{_json(value[key])}' for key in value])}}}"
    return canonical(value)


def decode(kind: str, v: int, data: str, body: str | None) -> dict[str, Any]:
    """The data of a stored event; an unknown kind or field stays plain JSON.

    Raises ValueError and TypeError for unreadable data.
    """
    values: dict[str, Any] = _read(data)
    if not isinstance(values, dict):
        raise TypeError
    if body:
        values.update(_read(body))
    while (kind, v) in UPCASTS:
        values = UPCASTS[kind, v](values)
        v += 1
    return _timed_values(kind, values)


_scan = JSONDecoder().raw_decode


def _read(text: str) -> Any:
    """The value of a JSON text without blanks around it, as all are that are stored."""
    value, end = _scan(text)
    if end != len(text):
        raise ValueError
    return value


def _timed_values(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    for name, read in _timed(kind):
        if name in values:
            values[name] = read(values[name])
    return values


def moment(at: datetime, name: str = "at") -> str:
    """`YYYY-MM-DDTHH:MM:SS+08:00`; BadValue for a time without zone."""
    if at.tzinfo is None:
        raise BadValue(f"{name}：时间须带时区")
    here = at if at.tzinfo is CST else at.astimezone(CST)
    return here.isoformat(timespec="seconds")


def text(name: str, value: object, limit: int) -> str:
    """The value, if it is a text that every program can store and show."""
    if not isinstance(value, str):
        raise BadValue(f"{name}：应为文字")
    if len(value) > limit:
        raise BadValue(f"{name}：最多 {limit} 字，现有 {len(value)} 字")
    if value.isprintable():  # no control character, no half of a pair: most texts
        return value
    if re.search(_CONTROL, value) or not _whole(value):
        raise BadValue(f"{name}：含有控制字符或残缺字符，请删去后重输")
    return value


def _whole(value: str) -> bool:
    """Whether `text` has no lone surrogate.

    By encoding: a pattern with that range costs 1 ms to compile.
    """
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


# -- one writer per field type ---------------------------------------------------------------------

_Write = Callable[[Field, Any], Any]


def _text(field: Field, value: Any) -> str:
    return text(field.name, value, field.limit)


def _texts(field: Field, value: Any) -> list[str]:
    return [text(field.name, item, field.limit) for item in _list(field, value)]


def _choice(field: Field, value: Any) -> str:
    if value not in field.choices:
        raise BadValue(f"{field.name}：只能是 {'、'.join(field.choices)}")
    return str(value)


def _choices(field: Field, value: Any) -> list[str]:
    return [_choice(field, one) for one in _list(field, value)]


def _date(field: Field, value: Any) -> str:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise BadValue(f"{field.name}：应为日期")
    return value.isoformat()


def _when(field: Field, value: Any) -> str:
    if not isinstance(value, datetime):
        raise BadValue(f"{field.name}：应为时间")
    return moment(value, field.name)


def _day_or_time(field: Field, value: Any) -> str:
    """A day stays a day: no time of it was named."""
    write = _when if isinstance(value, datetime) else _date
    return write(field, value)


def _int(field: Field, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= _SAFE_INT:
        raise BadValue(f"{field.name}：应为整数")
    return int(value)


def _bool(field: Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadValue(f"{field.name}：应为是或否")
    return value


def _pair(field: Field, value: Any) -> list[str]:
    items = _list(field, value)
    if len(items) != 2:
        raise BadValue(f"{field.name}：应为一对文字")
    return [text(field.name, item, max(field.limit, TITLE)) for item in items]


def _pairs(field: Field, value: Any) -> list[list[str]]:
    return [_pair(field, item) for item in _list(field, value)]


def _object(field: Field, value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise BadValue(f"{field.name}：应为键和值")
    return {
        text(field.name, key, TITLE): text(field.name, item, 20_000)
        for key, item in sorted(value.items())
    }


def _list(field: Field, value: Any) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise BadValue(f"{field.name}：应为列表")
    return list(value)


def _rows(field: Field, value: Any) -> list[list[str | int]]:
    """Rows of texts and whole numbers."""

    def plain(one: Any) -> str | int:
        return _int(field, one) if isinstance(one, int) else text(field.name, one, field.limit)

    return [[plain(one) for one in row] for row in _list(field, value)]


def _points(field: Field, value: Any) -> list[list[str]]:
    return [
        [text(field.name, one, 20_000) for one in _list(field, point)]
        for point in _list(field, value)
    ]


def _any(field: Field, value: Any) -> Any:
    """A corrected value: text, number, yes or no, or lists and pairs of texts."""
    if isinstance(value, str):
        return text(field.name, value, 20_000)
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return _int(field, value)
    if isinstance(value, Mapping):
        return _object(field, value)
    return [_any(field, one) for one in _list(field, value)]


_WRITE: Mapping[str, _Write] = {
    "text": _text,
    "texts": _texts,
    "word": _text,
    "words": _texts,
    "choice": _choice,
    "choices": _choices,
    "date": _date,
    "when": _when,
    "day_or_time": _day_or_time,
    "int": _int,
    "bool": _bool,
    "unit": _pair,
    "units": _pairs,
    "pairs": _pairs,
    "rows": _rows,
    "object": _object,
    "case": _text,
    "cases": _texts,
    "points": _points,
    "any": _any,
}
_READ: Mapping[str, Callable[[str], Any]] = {
    "date": date.fromisoformat,
    "when": datetime.fromisoformat,
    "day_or_time": stored_moment,
}

_Plan = tuple[int, str, int, _Write, Field]
"""How a field is written: the side it stands on, its name in JSON, up to which length a printable
text is stored as it is (0 for no text), what writes any other value, and the field.
"""

_plans: dict[str, dict[str, _Plan]] = {}
_readers: dict[str, tuple[tuple[str, Callable[[str], Any]], ...]] = {}


def _kinds() -> Mapping[str, tuple[Field, ...]]:
    """The table of acts, loaded when the first entry is read or written: lists read none."""
    from bbcs.domain.acts.table import KINDS

    return KINDS


def _fields(kind: str) -> dict[str, _Plan]:
    """Built once per kind that is really written."""
    if kind not in _plans:
        kinds = _kinds()
        if kind not in kinds:
            raise UnknownKey(kind, kinds)
        _plans[kind] = {field.name: _plan(field) for field in kinds[kind]}
    return _plans[kind]


def _plan(field: Field) -> _Plan:
    side, write = _PERSONAL if field.personal else _PUBLIC, _WRITE[field.type]
    longest = field.limit if write is _text else 0
    return side, f"{quoted(field.name)}:", longest, write, field


def _timed(kind: str) -> tuple[tuple[str, Callable[[str], Any]], ...]:
    if kind not in _readers:
        _readers[kind] = tuple(
            (field.name, _READ[field.type])
            for field in _kinds().get(kind, ())
            if field.type in _READ
        )
    return _readers[kind]


def event(row: Sequence[Any]) -> Event:
    """The event of a row with the columns of `statements.EVENTS`. Raises Unreadable."""
    seq, case_no, version, v, kind, at, recorded_at, actor, clock, public, personal, digest = row
    try:
        happened = datetime.fromisoformat(at)
        recorded = happened
        if recorded_at:
            recorded = datetime.fromisoformat(recorded_at)
        data = decode(kind, v, public, personal)
    except (ValueError, TypeError) as error:
        raise Unreadable(case_no or f"第 {seq} 条") from error
    erased = personal is None
    # each row brings its own copy of these words: a long report holds a million of them
    data = {intern(name): value for name, value in data.items()}
    kind, actor, clock, case_no = map(intern, (kind, actor, clock, case_no or ""))
    return Event(
        kind,
        happened,
        data,
        actor,
        case_no,
        version or 0,
        seq,
        recorded,
        clock,
        erased,
        digest,
    )


def cases(rows: Iterable[Sequence[Any]]) -> Iterator[list[Event]]:
    """Rows in order of case and version -> the entries of one case after the other. Raises
    Unreadable.
    """
    for _, entries in groupby(map(event, rows), attrgetter("case_no")):
        yield list(entries)


def mapped(rows: Any, columns: tuple[str, ...]) -> list[Mapping[str, Any]]:
    """Returns rows as mappings from column to value."""
    return [dict(zip(columns, row, strict=True)) for row in rows]
