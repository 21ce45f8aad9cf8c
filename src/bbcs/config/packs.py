"""Reads the files of rule packs and station.toml, and the JSON that the ledger and the cache keep of
them; Rules: the texts of rules that a ledger has adopted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from bbcs.config import files, home_files
from bbcs.domain.pack import (
    NUMBER_KEYS,
    Accountability,
    CallbackRule,
    Clock,
    ExtensionRule,
    Fact,
    RegisterLayout,
    RulePack,
    Scale,
    Threshold,
    Word,
)
from bbcs.domain.station import Duty, Operator, Station, Unit, refuse_controls
from bbcs.errors import PackInvalid, StoreUnreachable, UnknownPlace
from bbcs.record import Record

if TYPE_CHECKING:
    from bbcs.domain.items import Item
    from bbcs.findings import Finding


SHIPPED = Path(__file__).parents[1] / "data" / "packs"
EDITIONS = Path("packs", "editions")
"""Folder of a home for copies of the adopted editions."""

# -- rule packs ------------------------------------------------------------------------------------


def find(place: str, home: Path | None = None) -> Path:
    """The file of `place`, by key or by the place's name.

    Looks in the home's `packs/` first, then in the shipped ones. It is what can be adopted, not
    what is in force: that is in the ledger.
    """
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


def pack(place: str, home: Path | None = None) -> RulePack:
    """The rules in the file of `place`, whole or not at all; refused with all its problems."""
    return load(find(place, home))


def load(path: Path) -> RulePack:
    """The rules in one file; refused with all its problems."""
    pack, findings = _pack_form(path, files.read_bytes(path))
    files.refuse(path, findings)
    return pack


def read(name: str, raw: bytes) -> RulePack:
    """The rules in a text, which refusals call `name`; refused with all its problems."""
    pack, findings = _pack_form(Path(name), raw)
    files.refuse(Path(name), findings)
    return pack


def adopted(name: str, raw: bytes) -> RulePack:
    """The rules in a text that was adopted: checked then, and not judged anew by stricter checks.

    Refused where it cannot be read.
    """
    from bbcs.config import schema

    pack, findings = schema.read_pack(Path(name), raw, judged=False)
    files.refuse(Path(name), findings)
    return pack


def edition_file(home: Path, key: str, edition: str) -> Path:
    """Where a home keeps a copy of an adopted edition; what no file name may hold is written as
    %XX.
    """
    name = "@".join(
        "".join(one if one.isalnum() or one in "-_." else f"%{ord(one):02X}" for one in part)
        for part in (key, edition)
    )
    if len(name) > 60:  # file systems stop at 255 bytes
        from hashlib import sha256  # only for names that are cut

        name = f"{name[:40]}-{sha256(name.encode()).hexdigest()[:12]}"
    return home / EDITIONS / f"{name}.toml"


def copy_edition(home: Path, pack: RulePack, raw: bytes) -> Path:
    """Writes the copy of an edition, for people to read; one that is there stays as it is.

    The rules in force are those of the ledger; `doctor` and `verify` name a copy that differs.
    """
    path = edition_file(home, pack.key, pack.edition)
    if not path.is_file():
        with suppress(OSError):  # the write says what is wrong
            path.parent.mkdir(mode=0o700, exist_ok=True)
        files.write_whole(path, raw)
    return path


def problems_in(name: str, raw: bytes) -> list[Finding]:
    """Every defect of a text of rules, which is called `name`, each with its line."""
    return _pack_form(Path(name), raw)[1]


def show(name: str, raw: bytes) -> list[tuple[str, str, int]]:
    """Every value of a TOML text as (dotted key, text, line); `name` is for its refusal."""
    from bbcs.config import toml

    document, broken = toml.parse(name, raw)
    files.refuse(Path(name), broken)
    known = toml.lines(raw, document)
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


CACHE = Path("cache", "station.json")
"""What was read in station.toml; `verify` compares it.

Nothing else is cached outside the ledger.
"""

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
    cache = home / CACHE
    return files.cached(path, cache, _SHAPE, _station_form, _revived_station)


def station_in_file(home: Path) -> Station:
    """The same, read in the file itself, past the cache."""
    path = home / home_files.STATION
    station, findings = _station_form(path, files.read_bytes(path))
    files.refuse(path, findings)
    return station


def is_cache_right(home: Path) -> bool:
    """Whether the cache of the station file holds what is in the file, or is not used."""
    return files.is_cache_of(home / home_files.STATION, home / CACHE, _SHAPE, _station_form)


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


# -- what is kept of a file that was read ------------------------------------------------------------

_KINDS = (
    RulePack, Word, Clock, Threshold, ExtensionRule, CallbackRule, RegisterLayout, Accountability, Fact, Scale,
    Station, Unit, Operator, Duty,
)  # fmt: skip
_SHAPE = f"5 {[kind._fields for kind in _KINDS]} {[*NUMBER_KEYS]}".encode()
"""The shape of the JSON; its number rises when the checks change."""

FORM = f"pack {crc32(_SHAPE):08x}"
"""Names the shape of the JSON of a pack."""


def parsed(pack: RulePack) -> str:
    """A pack as JSON; `revived` reads it."""
    return files.as_json(pack)


def revived(text: str) -> RulePack:
    """The pack that `parsed` wrote."""
    return _revived_pack(json.loads(text))


def _pack_form(path: Path, raw: bytes) -> tuple[RulePack, list[Finding]]:
    # 20 ms with the TOML parser and the acts: no command of the counter reads a text of rules
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


def _revived_register(name: str, title: str, columns: Sequence[Sequence[str]]) -> RegisterLayout:
    return RegisterLayout(name, title, tuple((column, header) for column, header in columns))


def _revived_station(row: list[Any]) -> Station:
    raw = Station(*row)
    return raw._replace(
        units=tuple(_tupled(Unit, unit) for unit in raw.units),
        operators=tuple(_tupled(Operator, operator) for operator in raw.operators),
        duty=tuple(Duty(date.fromisoformat(str(day)), *rest) for day, *rest in raw.duty),
    )


def _tupled(kind: type[Record], row: Sequence[Any]) -> Any:
    """A record, of all its fields in order, whose lists are tuples again."""
    return kind._make([tuple(item) if type(item) is list else item for item in row])


PACK, ITEMS = "pack", "items"
"""What a text of rules is."""


class AdoptedText(Record):
    """A text that came into force with an entry of the ledger.

    what: PACK or ITEMS. key, edition: of a pack. seq: the entry, 0 or less for an edition of a home
    that is older than such entries. parsed: what was read in the text, as JSON; "" where it was
    read by another version of the program, `raw` then holds the text itself.
    """

    what: str
    key: str
    edition: str
    seq: int
    sha256: str
    parsed: str
    raw: bytes = b""


class Rules:
    """The adopted texts, each read when it is first asked for.

    read: digest -> JSON of the texts that had to be read anew, for the next transaction to keep.
    """

    __slots__ = ("_items", "_packs", "read", "texts")

    def __init__(self, texts: Sequence[AdoptedText] = ()) -> None:
        self.texts = tuple(texts)
        self.read: dict[str, str] = {}
        self._packs: dict[str, RulePack] = {}
        self._items: Mapping[str, Item] | None = None

    @property
    def editions(self) -> list[AdoptedText]:
        """Every adoption of a pack, in order."""
        return [one for one in self.texts if one.what == PACK]

    @property
    def in_force(self) -> AdoptedText | None:
        """The pack that was adopted last."""
        return self.at(None)

    def at(self, seq: int | None) -> AdoptedText | None:
        """The pack that was in force after entry `seq`; None for now."""
        adopted = [one for one in self.editions if seq is None or one.seq <= seq]
        return adopted[-1] if adopted else None

    def edition(self, key: str, edition: str) -> AdoptedText | None:
        """The text of one edition; edition "" is the first that was adopted under this key."""
        fitting = (one for one in self.editions if one.key == key)
        return next((one for one in fitting if edition in ("", one.edition)), None)

    def pack(self, key: str, edition: str) -> RulePack:
        """The rules of an edition. Raises StoreUnreachable for one that was never adopted."""
        text = self.edition(key, edition)
        if text is None:
            raise StoreUnreachable(
                f"台账里没有规则包 {key} 第 {edition} 版；请先 bbcs ledger verify，再从备份取回台账"
            )
        return self.pack_of(text)

    def pack_of(self, text: AdoptedText) -> RulePack:
        """The rules in a text."""
        if text.sha256 not in self._packs:
            self._packs[text.sha256] = self._read_pack(text)
        return self._packs[text.sha256]

    def _read_pack(self, text: AdoptedText) -> RulePack:
        if text.parsed:
            return revived(text.parsed)
        if not text.raw:
            raise lost(f"规则包 {text.key} 第 {text.edition} 版", text.seq)
        pack = adopted(f"{text.key}@{text.edition}.toml", text.raw)
        self.read[text.sha256] = parsed(pack)
        return pack

    def check_edition(self, pack: RulePack, digest: str) -> None:
        """Raises PackInvalid when other rules were adopted under the same edition.

        Cases judged by those must not be judged anew.
        """
        known = self.edition(pack.key, pack.edition)
        if pack.edition and known and known.sha256 != digest:
            what = f"第 {pack.edition} 版早已采用过，内容不同；请把 edition 改成新的版次"
            raise PackInvalid(pack.key, [what])

    @property
    def catalogue(self) -> AdoptedText | None:
        """The text of the catalogue of items, None where none was loaded."""
        return next((one for one in reversed(self.texts) if one.what == ITEMS), None)

    @property
    def items(self) -> Mapping[str, Item]:
        """The catalogue of service items by name, empty where none was loaded."""
        text = self.catalogue
        if text is None:
            return {}
        if self._items is None:
            from bbcs.config import items  # nobody pays for it who has no catalogue

            if text.parsed:
                loaded = items.revived(text.parsed)
            elif text.raw:
                loaded = items.read(items.FILE, text.raw)
                self.read[text.sha256] = items.parsed(loaded)
            else:
                raise lost("事项目录", text.seq)
            self._items = {one.item: one for one in loaded}
        return self._items


def form_of(what: str) -> str:
    """The shape of the JSON that this version of the program keeps of such a text."""
    if what == PACK:
        return FORM
    from bbcs.config import items

    return items.FORM


def parsed_of(what: str, raw: bytes) -> str:
    """What is read in a text, as JSON. Raises PackInvalid."""
    if what == PACK:
        return parsed(adopted("rules.toml", raw))
    from bbcs.config import items

    return items.parsed(items.read(items.FILE, raw))


def lost(name: str, seq: int) -> StoreUnreachable:
    """The refusal where the ledger names a text that it does not hold."""
    return StoreUnreachable(
        f"台账第 {seq} 条采用的{name}，文本不在台账里；请用备份恢复（见 bbcs ledger verify）"
    )
