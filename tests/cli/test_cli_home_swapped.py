"""A file of one home put into another: plain `verify` and `doctor` see it, and nothing goes wrong meanwhile."""

from __future__ import annotations

import shutil
import sqlite3
import tomllib
from contextlib import closing
from pathlib import Path

import pytest
from cli_desk import Desk

from bbcs.store import chain, statements
from bbcs.store.opening import open_ledger

NAMES = ("ledger.db", "lookup.key", "station.toml")


def other(folder: Path, station: str) -> Desk:
    made = Desk(folder / "另一处")
    made.ok("init", "--station", station, "--name", "另一个站")
    made.take(number=7)
    made.ok("ledger", "verify", "--full")
    return made


SWAPS = [(name, station) for name in NAMES for station in ("ZY01", "ZY09")]


@pytest.mark.parametrize(("name", "station"), SWAPS)
def test_a_swapped_part_is_seen(desk: Desk, tmp_path: Path, name: str, station: str) -> None:
    number = desk.take()
    shutil.copy(other(tmp_path, station).home / name, desk.home / name)
    done = desk("ledger", "verify")
    assert done.code == 21, done
    code = {"lookup.key": "key"}.get(name, "station")
    assert code in {
        finding["code"] for finding in desk("ledger", "verify", "--json").json["findings"]
    }
    seen = desk("doctor")
    assert seen.code == 1
    assert "不是这个台账的" in seen.out or "被换过" in seen.out
    shown = desk("show", number)
    assert shown.code != 70


@pytest.mark.parametrize("station", ["ZY01", "ZY09"])
@pytest.mark.parametrize("name", ["ledger.db", "station.toml"])
def test_nothing_is_written_by_the_rules_of_another_station(
    desk: Desk, tmp_path: Path, name: str, station: str
) -> None:
    number = desk.take()
    shutil.copy(other(tmp_path, station).home / name, desk.home / name)
    before = desk.entries()
    for words in (
        ("note", number, "--text", "补充"),
        ("intake", "--matter", "诊所", "--demand", "通不过", "--anonymous"),
        ("station", "unit", "add", "水务局"),
        ("pack", "adopt", "zhanyi"),
    ):
        done = desk(*words)
        assert done.code == 21, done
        assert "什么都没有写" in done.err
    assert desk.entries() == before


def test_a_foreign_key_knows_nobody_and_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.take()
    own = (desk.home / "lookup.key").read_bytes()
    shutil.copy(other(tmp_path, "ZY01").home / "lookup.key", desk.home / "lookup.key")
    done = desk("intake", "--matter", "诊所备案", "--demand", "通不过", "--from", "-",
                stdin='{"reporter": "陈试验", "phone": "13800000001"}')  # fmt: skip
    assert done.code == 0
    assert "lookup.key" in done.err
    desk.ok("ledger", "rebuild")
    (desk.home / "lookup.key").write_bytes(own)
    desk.ok("ledger", "verify")
    assert desk("ledger", "verify", "--full").code == 21, "the look-ups of the new case are empty"
    desk.ok("ledger", "rebuild")
    desk.ok("ledger", "verify", "--full")


def test_a_home_from_before_learns_its_key_at_the_next_intake(desk: Desk, tmp_path: Path) -> None:
    forget(desk.home)
    desk.ok("ledger", "verify")
    desk.take()
    with open_ledger(desk.home) as ledger:
        assert ledger.session.meta["key"]
    desk.ok("ledger", "verify", "--full")
    shutil.copy(other(tmp_path, "ZY01").home / "lookup.key", desk.home / "lookup.key")
    assert desk("ledger", "verify").code == 21


def test_facts_that_were_changed_are_not_made_good_by_it(desk: Desk) -> None:
    forget(desk.home)
    with closing(sqlite3.connect(desk.home / "ledger.db")) as connection:
        connection.execute("UPDATE meta SET value = '2020' WHERE key = 'created_at'")
        connection.commit()
    desk.take()
    assert desk("ledger", "verify").code == 21


def forget(home: Path) -> None:
    """Makes the ledger one of a version that did not keep the fingerprint of its key."""
    with open_ledger(home, write=True) as ledger:
        meta = {name: ledger.session.meta[name] for name in ("schema", "station", "created_at")}
        meta["check"] = chain.fingerprint(meta)
        for name in ("key", "check"):
            ledger.session.execute(statements.DROP_META, key=name)
        ledger.session.execute(statements.PUT_META, key="check", value=meta["check"])


def test_an_older_home_goes_on_and_learns_its_mark(desk: Desk, tmp_path: Path) -> None:
    forget(desk.home)
    file = desk.home / "station.toml"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    (mark,) = [line for line in lines if line.startswith("ledger = ")]
    file.write_text("".join(line for line in lines if line != mark), encoding="utf-8")
    desk.ok("ledger", "verify")
    desk.take()
    desk.ok("ledger", "verify")
    assert mark not in file.read_text(encoding="utf-8")
    desk.ok("station", "unit", "add", "水务局")
    assert mark in file.read_text(encoding="utf-8"), "the same key, so the same mark"
    desk.ok("ledger", "verify")
    shutil.copy(other(tmp_path, "ZY01").home / "station.toml", file)
    assert desk("ledger", "verify").code == 21


def test_a_home_keeps_its_mark_through_edits_backup_and_restore(desk: Desk, tmp_path: Path) -> None:
    def mark(home: Path) -> str:
        found: str = tomllib.loads((home / "station.toml").read_text(encoding="utf-8"))["ledger"]
        return found

    first = mark(desk.home)
    desk.ok("station", "unit", "add", "水务局")
    desk.ok("pack", "adopt", "zhanyi")
    made = desk.json("ledger", "backup", "--plain", "--to", tmp_path / "usb")["file"]
    desk.ok("ledger", "restore", made, "--to", tmp_path / "new")
    assert mark(desk.home) == mark(tmp_path / "new") == first
    Desk(tmp_path / "new").ok("ledger", "verify", "--full")
    Desk(tmp_path / "new").take()
