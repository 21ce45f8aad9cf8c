"""A driver per engine and journal mode, and a tiny office: synthetic cases, and a refold of its own."""

from __future__ import annotations

import json
import sqlite3
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import county
from bbcs.calendar.dates import CST
from bbcs.domain.event import Draft, Event
from bbcs.store.home import create
from bbcs.store.opening import open_ledger
from bbcs.store.sqlite.session import SqliteEngine
from bbcs.usecases.ledger import Projection, Stamp

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=CST)
STAMP = Stamp("zs", NOW)
OPENS, CLOSES = {"Registered", "Reopened"}, {"Resolved", "Refused", "Withdrawn", "TransferredOut"}
PHASES = {
    "Registered": "registered",
    "Accepted": "accepted",
    "Triaged": "triaged",
    "Assigned": "assigned",
    "Stepped": "handling",
}
PHASES |= {
    "Resolved": "resolved",
    "CalledBack": "called_back",
    "Closed": "closed",
    "Reopened": "triaged",
    "Refused": "refused",
}


class Driver:
    """How a test reaches an engine: another engine adds one of these to `DRIVERS`."""

    def __init__(self, journal: str) -> None:
        self.journal = journal
        self.name = f"sqlite-{journal}"

    def create(self, home: Path, station: str = "ZY01") -> Path:
        create(home, station, STAMP, engine=SqliteEngine(journal=self.journal))
        return home

    def open(self, home: Path, **how: Any) -> Any:
        return open_ledger(home, **how)

    def raw(self, home: Path) -> sqlite3.Connection:
        """Another program: no pragmas, no authorizer."""
        return sqlite3.connect(home / "ledger.db", isolation_level=None)


class PostgresDriver(Driver):
    """The same ledger in a real server, as the role of the station; `journal` names the engine."""

    def __init__(self) -> None:
        self.journal = self.name = "postgresql"

    def create(self, home: Path, station: str = "ZY01") -> Path:
        county.empty(station)
        return county.home(home, station, "沾益站")

    def raw(self, home: Path) -> Any:
        """The superuser: no row security, and no triggers after `county.without_triggers`."""
        return county.superuser()


FILES = [Driver("wal"), Driver("truncate")]
"""The engine of one file, in both its journal modes."""

POSTGRES = pytest.param(PostgresDriver(), marks=county.MISSING)
DRIVERS = [*FILES, POSTGRES]
OF_FILES = pytest.mark.parametrize("driver", FILES, indirect=True, ids=lambda one: one.name)
"""For tests about the file itself: its bytes, its journal, another program that changes it."""


@pytest.fixture(params=FILES, ids=lambda one: one.name)
def file_driver(request: pytest.FixtureRequest) -> Driver:
    """The fixture `driver` of a module that is all about the file."""
    return request.param


def words(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "matter": f"示例事项{number}",
        "demand": "名称“核准”\n通不过\t\\办不下去",
        "reporter": f"陈试验{number}",
        "phone": f"138000{number:05d}",
        "items": ["诊所执业备案", "个体工商户设立登记"],
        "channel": "counter",
        "demand_kind": "help",
        "failed_on": date(2026, 2, 27),
        "trips": 2,
        "pack": "default",
    } | more


def intake(ledger: Any, number: int = 1, at: datetime = NOW, **more: Any) -> str:
    """One registered and accepted case, projected."""
    case_no = ledger.next_number(at.date())
    ledger.append(
        case_no,
        0,
        [Draft("Registered", at, words(number, **more)), Draft("Accepted", at, {})],
        STAMP,
    )
    ledger.project(projection_of(ledger.events(case_no)))
    return case_no


def act(ledger: Any, case_no: str, what: str, /, at: datetime = NOW, **data: Any) -> None:
    """One more event of a case, projected."""
    events = ledger.events(case_no)
    ledger.append(case_no, events[-1].version, [Draft(what, at, data)], STAMP)
    ledger.project(projection_of(ledger.events(case_no)))


def consult(ledger: Any, at: datetime = NOW, **data: Any) -> None:
    (event,) = ledger.append("", 0, [Draft("Consulted", at, data)], STAMP)
    ledger.store_office_wide(Projection({}, movements=[movement(event)]))


def history(ledger: Any, cases: int = 3) -> list[str]:
    """A small, varied ledger."""
    made = [
        intake(ledger, number, NOW + timedelta(days=number // 2)) for number in range(1, cases + 1)
    ]
    lead = ["SJJ", "区市场监管局"]
    act(
        ledger,
        made[0],
        "Triaged",
        difficulty="complex",
        cause=["hard_point", "no_rule"],
        opinion="名称与行业规定冲突",
    )
    act(
        ledger,
        made[0],
        "Assigned",
        lead=lead,
        assist=[["WJJ", "区卫健局"]],
        handler="李经办",
        due=date(2026, 3, 9),
    )
    act(
        ledger,
        made[0],
        "Stepped",
        kind="consult",
        unit=lead,
        proof=[["说明", "区卫健局"]],
        minutes=30,
    )
    act(
        ledger,
        made[0],
        "Resolved",
        at=NOW + timedelta(days=3),
        outcome="solved",
        measures="改名后通过",
        result=[["备案", "备案证"]],
    )
    act(
        ledger,
        made[0],
        "CalledBack",
        at=NOW + timedelta(days=4),
        solved="yes",
        grade="5",
        words="很好",
    )
    act(ledger, made[1], "Noted", text="来电催问")
    consult(ledger, matter="医保转移", visitors=523, answered=362)
    return made


def movement(event: Event) -> dict[str, Any]:
    data = event.data
    return {
        "station_seq": event.seq,
        "day": event.at.date(),
        "unit": (data.get("lead") or data.get("unit") or [None, None])[1],
        "kind": event.kind,
        "round": 1 if event.case_no else None,
        "delta": (event.kind in OPENS) - (event.kind in CLOSES),
        "detail": data.get("outcome"),
        "amount": data.get("visitors"),
        "answered": data.get("answered"),
    }


def refold(cases: Any) -> list[Projection]:
    """The `Refold` of these tests."""
    return [projection_of(events) for events in cases]


def projection_of(events: Any) -> Projection:
    """A fold as small as it can be while touching every stored column."""
    first, last = events[0], events[-1]
    if not first.case_no:
        return Projection({}, movements=[movement(event) for event in events])
    said = first.data
    merged: dict[str, Any] = {}
    for event in events:
        merged |= {key: value for key, value in event.data.items() if event.kind != "Registered"}
    phase = next(
        (PHASES[event.kind] for event in reversed(events) if event.kind in PHASES), "registered"
    )
    resolved = next((event.at for event in events if event.kind == "Resolved"), None)
    case = {
        "case_no": first.case_no,
        "version": last.version,
        "phase": phase,
        "active": int(phase not in ("closed", "refused")),
        "in_hand": int(resolved is None),
        "round": 1,
        "received_at": first.at,
        "resolved_at": resolved,
        "due": merged.get("due"),
        "next_due": merged.get("due"),
        "warn_from": merged["due"] - timedelta(1) if merged.get("due") else None,
        "clock": "resolve" if merged.get("due") else None,
        "callback_due": (resolved + timedelta(3)).date()
        if phase == "resolved" and resolved
        else None,
        "channel": said.get("channel"),
        "demand_kind": said.get("demand_kind"),
        "difficulty": merged.get("difficulty"),
        "causes": f",{','.join(merged['cause'])}," if merged.get("cause") else None,
        "flags": ",fast," if merged.get("fast") else None,
        "lead_unit": merged["lead"][1] if merged.get("lead") else None,
        "handler": merged.get("handler"),
        "source": said.get("source"),
        "source_no": said.get("source_no"),
        "items": f",{','.join(said.get('items') or [said.get('matter', '')])},",
        "pack": said.get("pack"),
        "fold": json.dumps({"matter": said.get("matter")}, ensure_ascii=False),
    }
    orders = [
        {
            "number": number,
            "round": 1,
            "unit": unit[1],
            "unit_code": unit[0],
            "role": role,
            "state": "sent",
            "sent_at": event.at,
            "due": event.data.get("due"),
        }
        for event in events
        if event.kind == "Assigned"
        for number, (role, unit) in enumerate(
            [
                ("lead", event.data["lead"]),
                *(("assist", it) for it in event.data.get("assist", ())),
            ],
            1,
        )
    ]
    calls = [event for event in events if event.kind in ("CalledBack", "CallbackTried")]
    callbacks = [
        {
            "number": number,
            "round": 1,
            "at": call.at,
            "reached": call.kind == "CalledBack",
            "solved": call.data.get("solved"),
        }
        for number, call in enumerate(calls, 1)
    ]
    people = {key: said[key] for key in ("id_number", "phone", "reporter") if said.get(key)}
    text = "\n".join(
        [
            first.case_no,
            said.get("matter", ""),
            said.get("demand", ""),
            *(event.data.get("text", "") for event in events[1:]),
        ]
    )
    movements = [movement(event) for event in events]
    deadlines = [deadline(merged["due"])] if merged.get("due") else []
    return Projection(case, orders, callbacks, movements, people, text=text, deadlines=deadlines)


def deadline(due: date) -> dict[str, Any]:
    """The one deadline that runs."""
    return {
        "number": 1,
        "clock": "resolve",
        "round": 1,
        "order_no": 0,
        "unit": None,
        "due": due,
        "passes": due,
        "warn_from": due - timedelta(1),
        "paused": 0,
        "provisional": 0,
        "measure": "set",
        "warnings": "1:yellow",
    }


def dump(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, as bytes, by another program."""
    if not (home / "ledger.db").exists():
        return county.dump()
    connection = sqlite3.connect(f"file:{home / 'ledger.db'}?mode=rw", uri=True)
    connection.text_factory = bytes
    try:
        tables = [
            row[0].decode()
            for row in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
            )
        ]
        tables = [
            table for table in tables if not table.startswith(("case_search", "person_search"))
        ]  # its pages differ with the order of writing
        return {
            table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr)
            for table in tables
        }
    finally:
        connection.close()


def files(home: Path) -> dict[str, bytes]:
    """Every file of a home that a backup holds, apart from the ledger."""
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file()
        and not path.name.startswith("ledger.db")
        and path.relative_to(home).parts[0] not in ("cache", "backups", "log", "out")
    }
