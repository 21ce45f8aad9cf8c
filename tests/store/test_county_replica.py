"""A standby of the county's server: what only reads works on it, what writes is refused in a line."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from store_drive import STAMP

import county
import postgres_server
from bbcs.config import station_file
from bbcs.domain.station import ROLES, Operator, Station
from bbcs.store.home import create
from bbcs.store.opening import engine_of
from bbcs.usecases.new_station import make

pytestmark = [county.MISSING, county.IN_CI]

CASE = '{"reporter": "陈试验", "phone": "13800000009", "matter": "备案", "demand": "办不下去"}'


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of a station with two cases, whose file names the standby."""
    programs = postgres_server.debian() or postgres_server.packaged()
    assert programs
    primary = postgres_server.Server(programs)
    primary.county("bbcs", ["ZY01"])
    standby = postgres_server.Server(programs, of=primary)
    made = tmp_path_factory.mktemp("replica") / "home"
    store = f"postgresql:///bbcs?host={primary.folder}"
    operator = Operator("zs", "张三", ROLES)
    station = Station("ZY01", "沾益站", operators=(operator,), store=store)
    begin: Any = partial(create, engine=engine_of(store))
    make(made, station, "default", STAMP, begin)
    case = made.parent / "case.json"
    for matter in ("开户", "备案"):
        case.write_text(CASE.replace("备案", matter), encoding="utf-8")
        assert run(made, "intake", "--from", str(case)).returncode == 0
    caught_up(primary, standby)
    there = station_file.read(made)._replace(store=f"postgresql:///bbcs?host={standby.folder}")
    station_file.write(made, there)
    yield made
    standby.remove()
    primary.remove()


def caught_up(primary: postgres_server.Server, standby: postgres_server.Server) -> None:
    """Wait until the standby has all that the primary has."""
    ((written,),) = primary.sql("SELECT pg_current_wal_flush_lsn()")
    until = time.monotonic() + 60
    while standby.sql(f"SELECT pg_last_wal_replay_lsn() < '{written}'") == [(True,)]:
        assert time.monotonic() < until
        time.sleep(0.05)


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """One command in the home, on the day of its cases."""
    env = {**os.environ, "BBCS_HOME": str(home), "BBCS_NOW": "2026-03-02T10:00", "BBCS_AS": "zs"}
    command = [sys.executable, "-m", "bbcs", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "words",
    [
        "list",
        "show 2",
        "todo",
        "search 备案",
        "report monthly --month 2026-03",
        "check",
        "ledger verify",
    ],
)
def test_reading(home: Path, words: str) -> None:
    done = run(home, *words.split())
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip()


def test_the_cases_are_read(home: Path) -> None:
    assert run(home, "list", "--quiet").stdout.split() == [
        "ZY01-20260302-0001",
        "ZY01-20260302-0002",
    ]


@pytest.mark.parametrize(
    "words", ["intake --from {case}", "triage 2 --difficulty complex", "note 2 --text 已问"]
)
def test_writing(home: Path, tmp_path: Path, words: str) -> None:
    case = tmp_path / "case.json"
    case.write_text(CASE, encoding="utf-8")
    done = run(home, *words.format(case=case).split())
    assert done.returncode == 22, done.stdout + done.stderr
    assert "是只读的副本，不能写；请把 store 改成主库的地址" in done.stderr
