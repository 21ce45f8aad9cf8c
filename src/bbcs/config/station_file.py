"""Reads and writes station.toml, the office that lives in a home, and keeps a cache of what was read
in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from bbcs.config import home_files
from bbcs.domain.station import Duty, Operator, Station, Unit, refuse_controls
from bbcs.record import Record, record_of

if TYPE_CHECKING:
    from bbcs.findings import Finding

CACHE = Path("cache", "station.json")
"""What was read in station.toml; `verify` compares it.

Nothing else is cached outside the ledger.
"""

_SHAPE = f"6 {[kind._fields for kind in (Station, Unit, Operator, Duty)]}".encode()
"""The shape of the JSON in the cache; its number rises when the checks change."""


def read(home: Path) -> Station:
    """The office that lives in `home`, from the cache if that was made of the same bytes; refused
    with all problems of its file.
    """
    path = home / home_files.STATION
    try:
        size = path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        raise home_files.missing(home, home_files.STATION) from None
    except OSError:
        raise home_files.closed(path) from None
    if not size:
        raise home_files.emptied(path)
    cache, raw = home / CACHE, home_files.read_bytes(path)
    if body := _cached_body(cache, _SHAPE + raw):
        try:
            return _revived(json.loads(body))
        except (ValueError, TypeError):
            pass  # somebody changed it, and its sum; it is written anew
    station = _checked(path, raw)
    _keep(cache, _cache(_SHAPE + raw, station))
    return station


def read_uncached(home: Path) -> Station:
    """The same, read in the file itself, past the cache."""
    path = home / home_files.STATION
    return _checked(path, home_files.read_bytes(path))


def is_cache_right(home: Path) -> bool:
    """Whether the cache holds what is in the file, or is of another form or file and not used."""
    path, cache = home / home_files.STATION, home / CACHE
    raw = home_files.read_bytes(path)
    if not _cached_body(cache, _SHAPE + raw):
        return True
    return cache.read_bytes() == _cache(_SHAPE + raw, _form(path, raw)[0])


def write(home: Path, station: Station) -> None:
    """Writes `station.toml`, whole or not at all; refused when it could not be read back. Comments
    in the old file are lost.
    """
    from bbcs.config import files

    refuse_controls(station)
    path, raw = home / home_files.STATION, text(station).encode()
    _checked(path, raw)
    files.write_whole(path, raw)


def text(station: Station) -> str:
    """The TOML of a station in the order of its fields; empty values are left out."""
    from bbcs.config import toml

    return toml.dumps(filled(station))


def filled(row: Any) -> dict[str, Any]:
    """A station, or a part of it, without empty values, in plain types."""
    return {key: _plain(value) for key, value in row._asdict().items() if value}


def refilled(fields: Mapping[str, Any]) -> Station:
    """The station of which `filled` made these fields; those that a later program added are left
    out.
    """
    rows: Mapping[str, Record] = {"units": Unit("", ""), "operators": Operator("", "")}
    values = {name: fields[name] for name in Station._fields if name in fields and name != "duty"}
    for name, empty in rows.items():
        values[name] = tuple(_refilled(empty, row) for row in fields.get(name, ()))
    return Station(**values)


def _refilled(empty: Record, row: Mapping[str, Any]) -> Any:
    return empty._replace(**{name: _tuple_of(row[name]) for name in empty._fields if name in row})


def _tuple_of(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [filled(item) if hasattr(item, "_fields") else item for item in value]
    return value


def _checked(path: Path, raw: bytes) -> Station:
    """The station in a file. Raises PackInvalid with all findings."""
    from bbcs.config import files  # the counter reads the cache

    station, findings = _form(path, raw)
    files.refuse(path, findings)
    return station


def _form(path: Path, raw: bytes) -> tuple[Station, list[Finding]]:
    from bbcs.config import schema

    return schema.read_station(path, raw)


def _revived(row: list[Any]) -> Station:
    raw = Station(*row)
    return raw._replace(
        units=tuple(record_of(Unit, unit) for unit in raw.units),
        operators=tuple(record_of(Operator, operator) for operator in raw.operators),
        duty=tuple(Duty(date.fromisoformat(str(day)), *rest) for day, *rest in raw.duty),
    )


# -- the cache -------------------------------------------------------------------------------------


def _cache(source: bytes, station: Station) -> bytes:
    from bbcs.config import files

    body = files.as_json(station).encode()
    return _head(source, body) + source + body


def _head(source: bytes, body: bytes) -> bytes:
    """The first line of a cache: the length of what it was made from, and a sum of its JSON.

    What it was made from stands there whole: comparing it needs no digest, which would cost a
    command of the counter several milliseconds.
    """
    return f"{len(source)} {crc32(body)}\n".encode()


def _cached_body(cache: Path, source: bytes) -> bytes:
    """Returns the JSON made from `source`, b"" if the cache holds none or is damaged."""
    try:
        head, _, rest = cache.read_bytes().partition(b"\n")
    except OSError:
        return b""
    body = rest[len(source) :]
    if not rest.startswith(source) or head + b"\n" != _head(source, body):
        return b""
    return body


def _keep(cache: Path, raw: bytes) -> None:
    """Writes the cache. A home that cannot be written has no cache; that is no error."""
    from bbcs.config import files

    try:
        cache.parent.mkdir(mode=0o700, exist_ok=True)
        files.replace(cache, raw)
    except OSError:
        return
