"""Reads scenario files: acts, each with the phases and dates that it must lead to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bbcs.calendar.dates import parse_moment
from bbcs.config import files
from bbcs.config.home_files import read_bytes
from bbcs.config.toml import Raw, Schema, TableReader, line_of, lines, located, parse
from bbcs.domain.acts.table import BY_VERB
from bbcs.domain.case import FLAGS, PHASES
from bbcs.domain.deadline_status import CLOCK_NAMES, STATES
from bbcs.domain.inputs import all_fields
from bbcs.domain.order import LEVELS
from bbcs.domain.station import ROLES, Operator
from bbcs.errors import BadDate, nearest
from bbcs.findings import Finding
from bbcs.record import Record

CASE_VALUES: Mapping[str, tuple[str, str]] = {
    "flags": ("texts", "标记"),
    "papers": ("texts", "还要带来的材料"),
    "waived": ("texts", "免予提供的材料"),
    "owed": ("texts", "欠着的材料"),
    "proofs": ("texts", "还没出具的证明"),
    "slips": ("texts", "督办"),
    "orders": ("map", "交办单"),
    "clocks": ("int", "时限的个数"),
    "round": ("int", "轮次"),
    "satisfaction": ("int", "满意度"),
    "asked": ("int", "要求办的项数"),
    "granted": ("int", "办成的项数"),
    "reporter": ("text", "反映人（遮盖后）"),
    "level": ("text", "响应级别"),
    "proposed": ("text", "建议的级别"),
    "group": ("text", "并案组"),
    "outcome": ("text", "办理结果"),
    "solved": ("text", "解决了没有"),
    "on_time": ("text", "按时办结"),
}
"""What a scenario may expect of a case after an act -> its type in TOML, what people read."""

WORDS: Mapping[str, Sequence[str] | Mapping[str, Any]] = {
    "flags": FLAGS,
    "orders": ("sent", "signed", "returned", "done"),
    "solved": ("yes", "partly", "no"),
    "on_time": ("yes", "no", "none"),
}
"""Keys of CASE_VALUES that take fixed words; all others take what the case document shows."""

LOOK = "show"
"""Not an act: time passes, nothing is done, the case is looked at."""

SCENARIO: Mapping[str, Schema] = {
    "": {"scenario": "table!", "station": "table", "pack": "table", "act": "rows!"},
    "scenario": {"name": "text!", "place": "text!", "story": "text"},
    "station": {
        "units": "texts", "operators": "rows", "level": "text", "levels": "map", "owners": "map",
    },
    "operators": {"id": "text!", "name": "text!", "roles": "texts!"},
    "pack": {"extension_mode": "text", "day_rule": "text"},
    "act": {
        "at": "text!", "do": "text!", "case": "int", "by": "text", "say": "table", "phase": "text",
        "due": "map", "state": "map",
        "refused": "int", **{key: kind for key, (kind, _) in CASE_VALUES.items()},
    },
}  # fmt: skip
"""Table of a scenario -> its keys."""

SWITCHES: Mapping[str, tuple[str, ...]] = {
    "extension_mode": ("total_cap", "additional", "notify_only", "none"),
    "day_rule": ("wd", "wd_roll"),
}
"""Rules that a scenario may set otherwise than the pack: their sources allow two readings."""

ANYBODY = Operator("zs", "张三", ROLES)
"""The operator of scenarios that name none."""


class ExpectedClock(Record):
    """Names a deadline: the clock, the round (0 = the last), the unit of an order or ""."""

    name: str
    round: int = 0
    order: str = ""


class ExpectedAct(Record):
    """One act of a scenario and what must hold afterwards; `line` is its line in the file.

    due, state: pairs of a clock and its expected value; values: pairs of a key of CASE_VALUES and
    its expected value.
    """

    line: int
    at: datetime
    verb: str
    case: int
    by: str
    fields: Mapping[str, Any]
    phase: str = ""
    due: tuple[tuple[ExpectedClock, str], ...] = ()
    state: tuple[tuple[ExpectedClock, str], ...] = ()
    refused: int = 0
    values: tuple[tuple[str, Any], ...] = ()


class Scenario(Record):
    """A story: for which place, what differs from the pack, who works there, what happens.

    level: of the station; levels: of its units; owners: of items, as the catalogue would name them.
    """

    file: str
    name: str
    place: str
    story: str
    acts: tuple[ExpectedAct, ...]
    units: tuple[str, ...] = ()
    operators: tuple[Operator, ...] = (ANYBODY,)
    extension_mode: str = ""
    day_rule: str = ""
    level: str = ""
    levels: Mapping[str, str] = {}
    owners: Mapping[str, str] = {}


def load(path: Path) -> Scenario:
    """The scenario of one file.

    Raises PackInvalid with all defects, each with its line.
    """
    scenario, findings = read(path.name, read_bytes(path))
    files.refuse(path, findings)
    return scenario


def read(name: str, raw: bytes) -> tuple[Scenario, list[Finding]]:
    """The story of a TOML text as far as it can be read, and all its defects."""
    document, broken = parse(name, raw)
    if broken:
        return Scenario(name, "", "", "", ()), broken
    reader = TableReader()
    top = reader.table(document, SCENARIO[""], "")
    head, station, switches = (
        reader.table(top[key], SCENARIO[key], key) for key in ("scenario", "station", "pack")
    )
    operators = tuple(
        Operator(**row)
        for _, row in reader.rows(station["operators"], SCENARIO["operators"], "station.operators")
    )
    reader.findings += _switched(switches)
    reader.findings += _levels(station)
    rows = reader.rows(top["act"], SCENARIO["act"], "act")
    known = lines(raw, document)
    acts = _acts(
        reader,
        zip(rows, top["act"], strict=True),
        known,
        {one.id for one in operators or (ANYBODY,)},
    )
    if "act" in document and not rows:
        reader.findings.append(Finding("empty", "act", "一个动作也没有"))
    scenario = Scenario(
        name,
        head["name"],
        head["place"],
        head["story"],
        tuple(acts),
        tuple(station["units"]),
        operators or (ANYBODY,),
        **switches,
        level=station["level"],
        levels=station["levels"],
        owners=station["owners"],
    )
    return scenario, located(name, raw, document, reader.findings)


def _levels(station: Mapping[str, Any]) -> Iterator[Finding]:
    yield from _known("station.level", station["level"], LEVELS)
    for unit, level in station["levels"].items():
        yield from _known(f"station.levels.{unit}", level, LEVELS)


def _switched(switches: Mapping[str, str]) -> Iterator[Finding]:
    for key, known in SWITCHES.items():
        yield from _known(f"pack.{key}", switches[key], known)


def _known(where: str, text: str, known: Sequence[str] | Mapping[str, Any]) -> Iterator[Finding]:
    """A finding when a text is not empty and none of the known ones."""
    if text and text not in known:
        near = nearest(text, known)
        what = f"不认识“{text}”"
        hint = f"是不是“{near}”" if near else f"可用：{'、'.join(known)}"
        yield Finding("unknown_word", where, what, hint)


def _acts(
    reader: TableReader,
    rows: Iterable[tuple[tuple[str, dict[str, Any]], Raw]],
    known: Mapping[str, int],
    people: set[str],
) -> Iterator[ExpectedAct]:
    """The acts, checked as far as is possible without a pack.

    Cases are numbered in the order of their intake.
    """
    taken = 0
    for (where, row), raw in rows:
        at = _moment(reader, f"{where}.at", row["at"])
        reader.findings += [
            *_known(f"{where}.do", row["do"], (*BY_VERB, LOOK)),
            *_known(f"{where}.phase", row["phase"], PHASES),
        ]
        reader.findings += _known(f"{where}.by", row["by"], sorted(people))
        reader.findings += _keys(where, row)
        taken += row["do"] == "intake" and not row["refused"]
        if (
            row["case"] < 0
            or row["case"] > taken
            or (not taken and row["do"] not in ("intake", "consult"))
        ):
            reader.findings.append(
                Finding("no_case", where, "这时还没有这一件", f"此前只受理了 {taken} 件")
            )
        due, state = (
            tuple(_expected(reader, f"{where}.{key}", row[key], key)) for key in ("due", "state")
        )
        case = row["case"] or taken
        fields = {key: _plain(value) for key, value in row["say"].items()}
        values = tuple((key, row[key]) for key in CASE_VALUES if key in raw)
        reader.findings += [
            one for key, wanted in values for one in _value_findings(f"{where}.{key}", key, wanted)
        ]
        yield ExpectedAct(
            line_of(known, where),
            at,
            row["do"],
            case,
            row["by"],
            fields,
            row["phase"],
            due,
            state,
            row["refused"],
            values,
        )


def _value_findings(where: str, key: str, wanted: Any) -> Iterator[Finding]:
    """Words that the case document never shows."""
    if key in WORDS:
        if isinstance(wanted, Mapping):
            words: Iterable[str] = wanted.values()
        elif isinstance(wanted, str):
            words = [wanted]
        else:
            words = wanted
        for word in words:
            yield from _known(where, word, WORDS[key])


def _keys(where: str, row: Mapping[str, Any]) -> Iterator[Finding]:
    """Findings for keys of `say` that the act does not have."""
    act = BY_VERB.get(row["do"])
    if act:
        fields: Sequence[str] = [field.name for field in all_fields(act) if not field.stamped]
    elif row["do"] == LOOK:
        fields = ()
    else:
        return  # the unknown act is a finding already
    for key in row["say"]:
        for one in _known(f"{where}.say.{key}", key, fields):
            yield one._replace(code="unknown_key", where=f"{where}.say", what=f"不认识的键“{key}”")


def _plain(value: Any) -> Any:
    """The value as JSON has it: TOML has dates of its own."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _moment(reader: TableReader, where: str, text: str) -> datetime:
    if not text:
        return datetime.min
    try:
        return parse_moment(text)
    except BadDate:
        reader.findings.append(
            Finding("bad_time", where, f"读不懂时间“{text}”", "写成 2022-06-25T09:10")
        )
        return datetime.min


def _expected(
    reader: TableReader, where: str, table: Mapping[str, str], key: str
) -> Iterator[tuple[ExpectedClock, str]]:
    """The clocks that the keys of `due` or `state` mean, each with its expected value.

    Keys: `resolve`, `resolve.2`, `sign:公安`, `sign.2:公安`.
    """
    for text, wanted in table.items():
        head, _, order = text.partition(":")
        name, _, round_ = head.partition(".")
        if name not in CLOCK_NAMES or not (not round_ or (round_.isdecimal() and int(round_))):
            findings = list(_known(where, name, CLOCK_NAMES)) or [
                Finding("bad_clock", where, f"轮次应为正整数：“{text}”", "如 resolve.2")
            ]
            reader.findings += findings
        elif key == "state":
            reader.findings += _known(where, wanted, STATES)
        elif wanted:
            _moment(reader, where, wanted)
        yield ExpectedClock(name, int(round_) if round_.isdecimal() else 0, order), wanted
