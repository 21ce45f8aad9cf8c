"""Reads rule packs and station.toml; keeps what was read in the home by file digest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bbcs.config import files, home_files
from bbcs.domain.pack import (
    Accountability,
    CallbackRule,
    Clock,
    ExtensionRule,
    Fact,
    Register,
    RulePack,
    Scale,
    Threshold,
    Word,
)
from bbcs.domain.station import Duty, Operator, Station, Unit, refuse_controls
from bbcs.errors import PackInvalid, StoreUnreachable, UnknownPlace

if TYPE_CHECKING:
    from bbcs.findings import Finding

__all__ = [
    "SHIPPED", "Duty", "Operator", "Station", "Unit", "check_edition", "edition_file", "find",
    "keep_edition", "load", "pack",
    "places", "problems_of", "show", "source_lines", "station", "station_problems_of",
    "station_text",
    "write_station",
]  # fmt: skip

SHIPPED = Path(__file__).parents[1] / "data" / "packs"

# -- rule packs ------------------------------------------------------------------------------------


def find(place: str, home: Path | None = None) -> Path:
    """The file of `place`, by key or by the place's name.

    Looks in the home's `packs/` first, then in the shipped ones; `key@edition` is a kept edition.
    """
    key, at, edition = place.partition("@")
    if home and at and (kept := edition_file(home, key, edition)).is_file():
        return kept
    # A longer name is no file name.
    if len(place) <= 60 and place.replace("-", "").replace("_", "").isalnum():
        for folder in _folders(home):
            path = folder / f"{place}.toml"
            if path.is_file():
                return path
    known = places(home)
    for _, name, path in known:
        if place and place in (name, _head(path).get("place")):
            return path
    raise UnknownPlace(place, [key for key, _, _ in known])


def places(home: Path | None = None) -> list[tuple[str, str, Path]]:
    """Every available pack as (key, name, file).

    A pack in the home hides the shipped one of the same key.
    """
    files = {
        path.stem: path for folder in reversed(_folders(home)) for path in folder.glob("*.toml")
    }
    return [(key, str(_head(path).get("name", key)), path) for key, path in sorted(files.items())]


def pack(place: str, home: Path | None = None, edition: str = "") -> RulePack:
    """The rules of `place`, whole or not at all: a pack with problems is refused with all of them.

    edition: this one and no other, as the home keeps it since it was adopted; where the home keeps
    no copy (it is older than editions), the file of `place` if it still says so. StoreUnreachable
    names the file that is wanted.
    """
    if edition:
        return _edition(place, home, edition)
    path = find(place, home)
    return _cached_pack(path, home)


def load(path: Path) -> RulePack:
    """The rules in one file, past the cache; refused with all its problems."""
    return _cached_pack(path, None)


def edition_file(home: Path, key: str, edition: str) -> Path:
    """Where a home keeps an adopted edition; what no file name may hold is written as %XX."""
    name = "@".join(
        "".join(one if one.isalnum() or one in "-_." else f"%{ord(one):02X}" for one in part)
        for part in (key, edition)
    )
    if len(name) > 60:  # file systems stop at 255 bytes
        from hashlib import sha256  # only for names that are cut

        name = f"{name[:40]}-{sha256(name.encode()).hexdigest()[:12]}"
    return home / "packs" / "editions" / f"{name}.toml"


def check_edition(home: Path, pack: RulePack, raw: bytes) -> Path:
    """The path where the edition is or will be kept.

    Raises PackInvalid when the home keeps other rules under the same edition.

    Cases judged by those must not be judged anew.
    """
    path = edition_file(home, pack.key, pack.edition)
    if path.is_file() and files.read_bytes(path) != raw:
        raise PackInvalid(
            pack.key, [f"第 {pack.edition} 版早已采用过，内容不同；请把 edition 改成新的版次"]
        )
    return path


def keep_edition(home: Path, pack: RulePack, raw: bytes) -> Path:
    """Keeps the file of an edition in the home as long as a case was taken under it."""
    path = check_edition(home, pack, raw)
    if not path.is_file():
        with suppress(OSError):  # the write says what is wrong
            path.parent.mkdir(mode=0o700, exist_ok=True)
        files.write_whole(path, raw)
    return path


_editions: dict[tuple[str, int, int, int], RulePack] = {}
"""Editions read in this process, by file, size and time.

A fold of a whole ledger asks for them case by case.
"""


def _edition(place: str, home: Path | None, edition: str) -> RulePack:
    if home is None:
        return _still(place, home, edition, None)
    path = edition_file(home, place, edition)
    try:
        about = path.stat()
    except OSError:
        return _still(place, home, edition, path)
    key = (str(path), about.st_ino, about.st_size, about.st_mtime_ns)
    if key not in _editions:
        kept = _cached_pack(path, home)
        if (kept.key, kept.edition) != (place, edition):
            raise StoreUnreachable(
                f"{path} 应是规则包 {place} 第 {edition} 版，里面却是 {kept.key} 第 {kept.edition} 版；请从备份取回"
            )
        _editions[key] = kept
    return _editions[key]


def _still(place: str, home: Path | None, edition: str, wanted: Path | None) -> RulePack:
    """The file of `place`, when it is of this edition."""
    try:
        current = pack(place, home)
    except UnknownPlace:
        if wanted is None:
            raise
        raise StoreUnreachable(
            f"没有规则包 {place} 第 {edition} 版；应在 {wanted}，请从备份取回"
        ) from None
    if current.edition != edition:
        where = f"；应在 {wanted}，请从备份取回" if wanted else ""
        raise StoreUnreachable(
            f"规则包 {place} 现为第 {current.edition} 版，要的是第 {edition} 版{where}"
        )
    return current


def problems_of(path: Path) -> list[Finding]:
    """Every defect of a pack file, each with its line; none means that it may be used."""
    return _pack_form(path, files.read_bytes(path))[1]


def source_lines(path: Path) -> dict[str, int]:
    """Dotted key, of tables too -> its line; empty when the file is no TOML."""
    from bbcs.config import toml

    raw = files.read_bytes(path)
    document, broken = toml.parse(path.name, raw)
    if broken:
        return {}
    return toml.lines(raw, document)


def show(path: Path) -> list[tuple[str, str, int]]:
    """Every value of a TOML file as (dotted key, text, line)."""
    from bbcs.config import toml

    document, broken = toml.parse(path.name, files.read_bytes(path))
    files.refuse(path, broken)
    known = source_lines(path)
    return [(key, _text(value), toml.line_of(known, key)) for key, value in toml.flat(document)]


def _folders(home: Path | None) -> list[Path]:
    return [home / "packs", SHIPPED] if home else [SHIPPED]


def _head(path: Path) -> dict[str, Any]:
    """The `[pack]` table of a file that may be broken."""
    from bbcs.config import toml

    head = toml.parse(path.name, files.read_bytes(path))[0].get("pack", {})
    return head if isinstance(head, dict) else {}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(
            "=".join(map(str, item)) if isinstance(item, list) else _text(item) for item in value
        )
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


# -- the station -----------------------------------------------------------------------------------


def station(home: Path) -> Station:
    """The office that lives in `home`; refused with all problems of its file."""
    path = home / home_files.STATION
    try:
        size = path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        raise home_files.missing(home, home_files.STATION) from None
    except OSError:
        raise home_files.closed(path) from None
    if not size:
        raise home_files.emptied(path)
    cache = home / "cache" / "station.json"
    return files.cached(path, cache, _FORM, _station_form, _revived_station)


def station_problems_of(path: Path) -> list[Finding]:
    """Every defect of a station file, each with its line."""
    return _station_form(path, files.read_bytes(path))[1]


def write_station(home: Path, station: Station) -> None:
    """Write `station.toml`, whole or not at all; refused when it could not be read back. Comments
    in the old file are lost.
    """
    refuse_controls(station)
    path, raw = home / home_files.STATION, station_text(station).encode()
    files.refuse(path, _station_form(path, raw)[1])
    files.write_whole(path, raw)


def station_text(station: Station) -> str:
    """The TOML of a station in the order of its fields; empty values are left out."""
    from bbcs.config import toml

    return toml.dumps(_filled(station))


def _filled(row: Any) -> dict[str, Any]:
    return {key: _plain(value) for key, value in row._asdict().items() if value}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_filled(item) if hasattr(item, "_fields") else item for item in value]
    return value


# -- the cache -------------------------------------------------------------------------------------

_KINDS = (
    RulePack, Word, Clock, Threshold, ExtensionRule, CallbackRule, Register, Accountability, Fact, Scale,
    Station, Unit, Operator, Duty,
)  # fmt: skip
_FORM = f"3 {[kind._fields for kind in _KINDS]}".encode()
"""The shape of cached values; its number rises when the checks change."""


def _cached_pack(path: Path, home: Path | None) -> RulePack:
    cache = home and home / "cache" / f"pack-{path.stem}.json"
    return files.cached(path, cache, _FORM, _pack_form, _revived_pack)


def _pack_form(path: Path, raw: bytes) -> tuple[RulePack, list[Finding]]:
    # 20 ms with the TOML parser and the acts: only for a file that the cache does not know
    from bbcs.config import schema

    return schema.read_pack(path, raw)


def _station_form(path: Path, raw: bytes) -> tuple[Station, list[Finding]]:
    from bbcs.config import schema

    return schema.read_station(path, raw)


def _revived_pack(row: list[Any]) -> RulePack:
    raw = RulePack(*row)
    return raw._replace(
        in_force_from=raw.in_force_from and date.fromisoformat(str(raw.in_force_from)),
        sources=tuple(raw.sources),
        words={
            axis: {key: _tupled(Word, word) for key, word in words.items()}
            for axis, words in raw.words.items()
        },
        clocks=tuple(_revived_clock(clock) for clock in raw.clocks),
        extension=ExtensionRule(*raw.extension),
        callback=CallbackRule(*raw.callback),
        registers={name: _revived_register(*register) for name, register in raw.registers.items()},
        accountability=tuple(_tupled(Accountability, item) for item in raw.accountability),
        facts=tuple(Fact(*fact) for fact in raw.facts),
        score=Scale(*raw.score),
        tiers=Scale(*raw.tiers),
        proposed=tuple(raw.proposed),
    )


def _revived_clock(row: Sequence[Any]) -> Clock:
    clock = Clock(*row)
    return clock._replace(
        start=tuple(clock.start),
        stop=tuple(clock.stop),
        warnings=tuple(Threshold(*warning) for warning in clock.warnings),
    )


def _revived_register(name: str, title: str, columns: Sequence[Sequence[str]]) -> Register:
    return Register(name, title, tuple((column, header) for column, header in columns))


def _revived_station(row: list[Any]) -> Station:
    raw = Station(*row)
    return raw._replace(
        units=tuple(_tupled(Unit, unit) for unit in raw.units),
        operators=tuple(_tupled(Operator, operator) for operator in raw.operators),
        duty=tuple(Duty(date.fromisoformat(str(day)), *rest) for day, *rest in raw.duty),
    )


def _tupled(kind: Callable[..., Any], row: Sequence[Any]) -> Any:
    """A named tuple whose lists are tuples again."""
    return kind(*(tuple(item) if isinstance(item, list) else item for item in row))
