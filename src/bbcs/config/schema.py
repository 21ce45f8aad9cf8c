"""The schemas of rule-pack and station TOML, and how their values become objects.

Used by `config.packs` alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bbcs.calendar.dates import WEEKDAYS
from bbcs.config.toml import Raw, Schema, TableReader, located, parse, without_echo
from bbcs.domain import pack_checks, station_checks
from bbcs.domain.acts.table import KINDS
from bbcs.domain.pack import (
    COLUMN_SYNONYMS,
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
from bbcs.domain.station import Duty, Operator, Station, Unit
from bbcs.findings import Finding

_SOURCED = {"source": "text", "proposed": "bool"}

PACK: Mapping[str, Schema] = {
    "": {
        "pack": "table!", "word": "rows!", "clock": "rows", "gates": "table", "extension": "table",
        "callback": "table", "number": "table", "register": "table", "accountability": "rows",
        "office": "one_or_rows", "facts": "rows", "score": "table", "tiers": "table",
    },
    "pack": {
        "key": "text!", "place": "text!", "name": "text!", "edition": "text!",
        "in_force_from": "date", "region": "text", "day_rule": "text!", "cutoff": "text",
        "after_hours": "text", "due_time": "text",
        "several_causes": "text", "sources": "rows", "proposed": "texts",
    },
    "sources": {"id": "text!", "title": "text!", "address": "text", "note": "text"},
    "word": {
        "axis": "text!", "key": "text!", "label": "text!", "aliases": "texts", **_SOURCED,
        "counts_as": "text", "needs_basis": "bool", "remedy": "bool", "who": "text",
        "trigger": "text", "at": "map", "value": "int", "satisfied": "bool", "bad": "bool",
    },
    "clock": {
        "name": "text!", "limit": "int", "unit": "text!", "start": "events!", "stop": "events!",
        "for": "map", "pausable": "bool", "warnings": "rows", "hours": "text", **_SOURCED,
    },
    "warnings": {"left": "int!", "colour": "text!"},
    "gates": {"dispatch_guard": "text", "source": "text", "proposed": "texts"},
    "extension": {
        "mode": "text!", "days": "int", "max_count": "int", "cutoff": "text", "approver": "text",
        "for": "map", **_SOURCED,
    },
    "callback": {
        "share": "int!", "attempts": "int!", "days": "int!", "not_by_handler": "bool", **_SOURCED,
    },
    "number": {**dict.fromkeys(NUMBER_KEYS.values(), "text"), **_SOURCED},
    "register": {"title": "text!", "columns": "columns!", **_SOURCED},
    "accountability": {
        "trigger": "text!", "measures": "texts!", "count": "text", "per": "text", "window": "text",
        "at": "int", "consecutive": "int", **_SOURCED,
    },
    "office": {
        "from": "text", "to": "text", "weekdays": "numbers", "hours": "text!", **_SOURCED,
    },
    "score": {**_SOURCED},
    "tiers": {**_SOURCED},
    "facts": {"name": "text!", "value": "text!", "source": "text"},
}  # fmt: skip
"""Table of a rule pack -> its keys.

[gates] takes the names of `pack.GATES` too, [register] and [tiers] any name, [score] the names of
rates. [office] may be one table or, as [[office]], several.
"""

STATION: Mapping[str, Schema] = {
    "": {
        "code": "text!", "name": "text!", "level": "text", "parent": "text", "region": "text",
        "pack": "text", "edition": "text", "store": "text", "ledger": "text", "address": "text", "phone": "text",
        "units": "rows", "operators": "rows", "duty": "rows",
    },
    "units": {
        "code": "text", "name": "text!", "aliases": "texts", "rep": "text", "phone": "text",
        "level": "text", "former": "texts",
    },
    "operators": {"id": "text!", "name": "text!", "roles": "texts!", "os_user": "text"},
    "duty": {"day": "date!", "operator": "text!", "shift": "text", "note": "text"},
}  # fmt: skip
"""Table of a station -> its keys."""

_ONLY_FOR: Mapping[str, tuple[str, ...]] = {
    "counts_as": ("outcome",),
    "needs_basis": ("outcome", "refusal"),
    "remedy": ("refusal",),
    "who": ("level",),
    "trigger": ("level",),
    "at": ("level",),
    "value": ("grade",),
    "satisfied": ("grade",),
    "bad": ("grade",),
}
"""Key of a word -> the axes where it means something."""


def read_pack(path: Path, raw: bytes, *, judged: bool = True) -> tuple[RulePack, list[Finding]]:
    """The pack of a TOML text as far as it can be read, and everything that is wrong with it.

    judged: whether the rules themselves are checked, not only the text.
    """
    document, broken = parse(path.name, raw)
    reader = TableReader()
    pack = _pack(reader, document)
    if broken:
        return pack, broken
    # A pack of a home is looked up by the file's name and recorded by the key.
    if path.parent.name == "packs" and pack.key not in ("", path.stem):
        what = f"key 是“{pack.key}”，文件名却是 {path.name}"
        reader.findings.append(Finding("misnamed", "pack.key", what, "两者要一样"))
    findings = reader.findings
    if judged:
        findings = findings + without_echo(pack_checks.problems(pack, KINDS), findings)
    return pack, located(path.name, raw, document, findings)


def read_station(path: Path, raw: bytes) -> tuple[Station, list[Finding]]:
    """The station of a TOML text as far as it can be read, and everything that is wrong with it."""
    document, broken = parse(path.name, raw)
    reader = TableReader()
    head = reader.table(document, STATION[""], "")
    head["pack"] = head["pack"] or "default"
    for name, kind in (("units", Unit), ("operators", Operator), ("duty", Duty)):
        head[name] = tuple(kind(**row) for row in _rows(reader, STATION, head, name))
    station = Station(**head)
    if broken:
        return station, broken
    findings = reader.findings + without_echo(station_checks.problems(station), reader.findings)
    return station, located(path.name, raw, document, findings)


def _pack(reader: TableReader, document: Raw) -> RulePack:
    top = reader.table(document, PACK[""], "")
    head, extension, callback, number = (
        _one(reader, top, document, name) for name in ("pack", "extension", "callback", "number")
    )
    office = _one_or_rows(reader, top["office"], "office")
    gates = reader.table(
        top["gates"], {**dict.fromkeys(top["gates"], "bool"), **PACK["gates"]}, "gates"
    )
    registers = reader.tables(top["register"], PACK["register"], "register")
    proposed = [f"pack.{key}" for key in head.pop("proposed")] + [
        f"gates.{gate}" for gate in gates.pop("proposed")
    ]
    proposed += [
        name
        for name, tables in (("number", [number]), ("office", office))
        if any(table["proposed"] for table in tables)
    ]
    proposed += [f"register.{name}" for name, table in registers.items() if table["proposed"]]
    sources = tuple(
        row for _, row in reader.rows(head.pop("sources"), PACK["sources"], "pack.sources")
    )
    return RulePack(
        **head,
        sources=sources,
        words=_words(reader, top["word"]),
        clocks=tuple(
            _clock(reader, name, row)
            for name, row in reader.rows(top["clock"], PACK["clock"], "clock")
        ),
        gates_source=gates.pop("source"),
        dispatch_guard=gates.pop("dispatch_guard") or "off",
        gates=gates,
        extension=_extension(**extension) if "extension" in document else ExtensionRule(),
        callback=CallbackRule(**callback)
        if "callback" in document
        else CallbackRule(proposed=True),
        numbers={paper: number[key] for paper, key in NUMBER_KEYS.items()},
        registers={
            name: RegisterLayout(name, table["title"], _columns(table["columns"]))
            for name, table in registers.items()
        },
        accountability=tuple(_counted(row) for row in _rows(reader, PACK, top, "accountability")),
        office=_office(reader, office),
        facts=tuple(Fact(**row) for row in _rows(reader, PACK, top, "facts")),
        score=_scale(reader, top["score"], "score"),
        tiers=_scale(reader, top["tiers"], "tiers"),
        proposed=tuple(proposed),
    )


def _counted(row: dict[str, Any]) -> Accountability:
    """A row of the accountability chart; one that counts does so in one window where it says no
    more.
    """
    counts = row.pop("count")
    if counts:
        row["consecutive"] = row["consecutive"] or 1
    return Accountability(**row, counts=counts)


def _one_or_rows(reader: TableReader, raw: Any, name: str) -> list[dict[str, Any]]:
    """One table, or the rows of several."""
    if isinstance(raw, Mapping):
        return [reader.table(raw, PACK[name], name)]
    return [row for _, row in reader.rows(raw, PACK[name], name)]


def _scale(reader: TableReader, raw: Raw, name: str) -> Scale:
    """A table of named numbers."""
    named = dict.fromkeys((key for key in raw if key not in _SOURCED), "int")
    table = reader.table(raw, {**named, **PACK[name]}, name)
    sourced = {key: table.pop(key) for key in _SOURCED}
    return Scale(table, **sourced)


def _office(reader: TableReader, rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows as the text that `calendar.hours` reads: season, weekdays, hours; the last row is
    for all other days.
    """
    segments = []
    for number, row in enumerate(rows, 1):
        season = f"{row['from']}/{row['to']}" if row["from"] or row["to"] else ""
        wrong = [day for day in row["weekdays"] if not 1 <= day <= 7]
        if wrong:
            what = f"weekdays 里的 {'、'.join(map(str, wrong))} 不是星期几"
            reader.findings.append(
                Finding("bad_hours", f"office[{number}].weekdays", what, "1 是星期一，7 是星期日")
            )
        days = ",".join(WEEKDAYS[day - 1] for day in row["weekdays"] if 1 <= day <= 7)
        segments.append(" ".join(filter(None, (season, days, row["hours"]))))
    return ";".join(segments)


def _one(reader: TableReader, top: Raw, document: Raw, name: str) -> dict[str, Any]:
    """One table; of a table that is not there, the defaults without a word about each key."""
    return (reader if name in document else TableReader()).table(top[name], PACK[name], name)


def _rows(
    reader: TableReader, form: Mapping[str, Schema], top: Raw, name: str
) -> list[dict[str, Any]]:
    return [row for _, row in reader.rows(top[name], form[name], name)]


def _extension(**table: Any) -> ExtensionRule:
    return ExtensionRule(for_=table.pop("for"), **table)


def _columns(raw: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((COLUMN_SYNONYMS.get(name, name), header) for name, header in raw)


def _words(reader: TableReader, raw: Any) -> dict[str, dict[str, Word]]:
    words: dict[str, dict[str, Word]] = {}
    for name, row in reader.rows(raw, PACK["word"], "word"):
        axis = words.setdefault(row["axis"], {})
        if row["key"] in axis:
            what = f"词“{row['key']}”在 {row['axis']} 里写了两次"
            reader.findings.append(Finding("duplicate", name, what))
        for key, axes in _ONLY_FOR.items():
            if row[key] and row["axis"] not in axes:
                what = f"{row['axis']} 的词不用“{key}”"
                hint = f"只用于 {'、'.join(axes)}"
                reader.findings.append(Finding("idle_key", f"{name}.{key}", what, hint))
        axis.setdefault(row["key"], Word(**row))
    return words


def _clock(reader: TableReader, name: str, row: dict[str, Any]) -> Clock:
    warnings = tuple(
        Threshold(**warning)
        for _, warning in reader.rows(row.pop("warnings"), PACK["warnings"], f"{name}.warnings")
    )
    return Clock(for_=row.pop("for"), warnings=warnings, **{**row, "hours": row["hours"] or "wall"})
