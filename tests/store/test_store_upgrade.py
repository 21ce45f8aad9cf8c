"""Homes of older schemas go on: entries stay byte for byte, projections are made anew."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from store_drive import dump

from bbcs import WorkCalendar
from bbcs.errors import LedgerLocked, NewerSchema
from bbcs.store import rebuild
from bbcs.store.engine import Notify
from bbcs.store.opening import open_ledger
from bbcs.store.sqlite.dialect import SCHEMA
from bbcs.usecases.ledger import Head

OLD = Path(__file__).parent / "fixtures" / "schema-2"
CASES = 5


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home as the version of schema 2 wrote it: three packs, a renamed unit, an undone step,
    corrections, an attachment, an imported calendar, a waiver, an improvement and consultations."""
    shutil.copytree(OLD / "home", tmp_path / "home")
    for path in (tmp_path / "home", *(tmp_path / "home").rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return tmp_path / "home"


def frozen(home: Path) -> dict[str, list[Any]]:
    """Every entry and personal body, as bytes."""
    connection = sqlite3.connect(home / "ledger.db")
    connection.text_factory = bytes
    try:
        return {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
            for table in ("entry", "personal")
        }
    finally:
        connection.close()


def bbcs(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "BBCS_HOME": str(home),
        "BBCS_NOW": "2026-12-01T10:00",
        "BBCS_AS": "root",
    }
    return subprocess.run(
        [sys.executable, "-m", "bbcs", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_older_home_goes_on(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild, "_AT_ONCE", 2)
    before, old = frozen(home), (home / "ledger.db").read_bytes()
    steps: list[tuple[int, int]] = []

    @contextmanager
    def watch(total: int) -> Iterator[Callable[[int], None]]:
        yield lambda done: steps.append((done, total))

    notify = Notify(upgrading=watch)
    with open_ledger(home, notify=notify) as ledger:
        assert ledger.head() == Head("XA01", *_head(home))
        assert ledger.facts()["schema_version"] == SCHEMA
    told = [(number, CASES) for number in (*range(2, CASES, 2), CASES)]
    assert steps == told
    assert frozen(home) == before
    copy = home / "backups" / "ledger-schema-2.db"
    assert frozen_in(copy) == before
    assert copy.stat().st_mode & 0o077 == 0
    assert sqlite3.connect(copy).execute("PRAGMA user_version").fetchone() == (2,)
    assert (home / "ledger.db").read_bytes() != old
    with open_ledger(home, notify=notify):
        pass
    assert steps == told  # only once


def frozen_in(copy: Path) -> dict[str, list[Any]]:
    folder = copy.parent / "opened"
    folder.mkdir()
    shutil.copy(copy, folder / "ledger.db")
    return frozen(folder)


def _head(home: Path) -> tuple[Any, ...]:
    connection = sqlite3.connect(home / "ledger.db")
    text = "SELECT station_seq, digest, recorded_at FROM entry ORDER BY station_seq DESC LIMIT 1"
    return connection.execute(text).fetchone()


def steps(text: str) -> list[list[str]]:
    """Number, time and name of each step of a history; not whether it counts, which stands behind
    the name since.
    """
    lines = [line.replace("（后来撤销，不算）", "").split() for line in text.splitlines()]
    return [words[:4] for words in lines if len(words) > 3 and words[0].isdecimal()]


WORDING = ("next", "label", "of")
"""Keys of texts for people: advice, and how a figure is named. These may be worded anew; figures may not."""


def kept(now: Any, then: Any) -> Any:
    """What a document of today says of everything that one of then said, wording apart."""
    if isinstance(now, dict) and isinstance(then, dict):
        return {key: kept(now[key], then[key]) for key in then if key in now and key not in WORDING}
    if isinstance(now, list) and isinstance(then, list):
        then = [one for one in then if _name(one) not in RESTATED]
        names = [_name(one) for one in then]
        if all(names):
            now = [one for one in now if _name(one) in names]
        if len(now) == len(then):
            return [kept(new, old) for new, old in zip(now, then, strict=True)]
    return now


RESTATED = {("level", "1")}
"""Counts that mean something else on purpose since: a case nobody triaged was at the first level, it is at none."""


def _name(one: Any) -> Any:
    """The name of a rate, the key of a count."""
    if not isinstance(one, dict):
        return None
    return one.get("name") or (one.get("part"), one.get("key"))


def test_an_older_home_gives_the_same_answers(home: Path) -> None:
    proof = ("ledger", "verify", "--full", "--anchor", str(home / "heads.txt"))
    first = bbcs(home, *proof, "--json")
    assert "旧版" in first.stderr
    found = json.loads(first.stdout)["findings"]
    assert [(one["code"], one["where"]) for one in found] == [("unvouched", "xianan@1")]
    expected = OLD / "expected"
    asked = {
        "list.json": ["list", "--all", "--json"],
        "kpi.json": ["report", "kpi", "--month", "2026-11", "--json"],
        "search.json": ["search", "备案", "--json"],
        "calendar.json": ["calendar", "check", "2027-01-09", "--json"],
    }
    for path in expected.glob("show-*.json"):
        asked[path.name] = ["show", path.stem.removeprefix("show-"), "--json"]
    for path in expected.glob("history-*.txt"):
        asked[path.name] = ["show", path.stem.removeprefix("history-"), "--history"]
    assert len(asked) == 4 + 2 * CASES
    then = json.loads((expected / "verify.json").read_text(encoding="utf-8"))
    assert {name: json.loads(first.stdout)[name] for name in ("entries", "head")} == {
        name: then[name] for name in ("entries", "head")
    }
    for name, arguments in asked.items():
        answer = bbcs(home, *arguments)
        assert (answer.returncode, answer.stderr) == (0, ""), name
        wanted = (expected / name).read_text(encoding="utf-8")
        if name.endswith(".json"):
            now, then = json.loads(answer.stdout), json.loads(wanted)
            assert kept(now, then) == kept(then, then), name
        else:
            assert steps(answer.stdout) == steps(wanted), name


def test_the_calendar_alone_opens_an_older_home(home: Path) -> None:
    assert WorkCalendar(home=home).is_working(date(2027, 1, 9))


def test_a_home_of_the_schema_before_goes_on(home: Path) -> None:
    with open_ledger(home):
        pass
    upgraded = dump(home)
    connection = sqlite3.connect(home / "ledger.db", isolation_level=None)
    connection.execute("DROP TABLE reference")
    connection.execute("UPDATE case_row SET phase = 'archived'")
    connection.execute(f"PRAGMA user_version = {SCHEMA - 1}")
    connection.close()
    with open_ledger(home) as ledger:
        assert ledger.facts()["schema_version"] == SCHEMA
    assert dump(home) == upgraded
    copies = {path.name for path in (home / "backups").iterdir()}
    assert copies == {"ledger-schema-2.db", f"ledger-schema-{SCHEMA - 1}.db"}


def test_a_newer_home_is_refused_untouched(home: Path) -> None:
    connection = sqlite3.connect(home / "ledger.db")
    connection.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    connection.close()
    before = (home / "ledger.db").read_bytes()
    with pytest.raises(NewerSchema), open_ledger(home):
        pass
    assert (home / "ledger.db").read_bytes() == before
    assert not (home / "backups").exists()


def test_an_older_home_in_use_waits_and_is_refused(home: Path) -> None:
    busy = sqlite3.connect(home / "ledger.db", isolation_level=None)
    busy.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerLocked), open_ledger(home, wait=0.1):
        pass
    busy.execute("ROLLBACK")
    busy.close()
    with open_ledger(home) as ledger:
        assert ledger.facts()["cases"] == CASES


def test_an_older_home_whose_packs_are_gone_stays_as_it_is(home: Path) -> None:
    shutil.rmtree(home / "packs")
    before = (home / "ledger.db").read_bytes()
    (home / "station.toml").write_text(
        (home / "station.toml").read_text(encoding="utf-8").replace('"default"', '"gone"'),
        encoding="utf-8",
    )
    assert bbcs(home, "list").returncode in (13, 22, 30)
    assert (home / "ledger.db").read_bytes() == before
