"""What plain `verify` sees beside the chain: kept heads, the key, file modes, triggers; and texts that are no UTF-8."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from cli_desk import Desk

import sizes
from bbcs.config import home_files
from bbcs.store import home_log
from bbcs.store.tables import metadata


def change(home: Path, *statements: str) -> None:
    """Change the ledger as a stranger's program would: past every trigger."""
    with closing(sqlite3.connect(home / "ledger.db")) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        kept = triggers.fetchall()
        connection.execute("PRAGMA ignore_check_constraints=ON")
        connection.execute("BEGIN")
        for name, _ in kept:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, text in kept:
            connection.execute(text)
        connection.commit()


@pytest.fixture
def printed(twice: Desk, tmp_path: Path) -> Desk:
    """A home whose head was printed twice."""
    return twice.copied(tmp_path)


@pytest.fixture(scope="module")
def twice(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("twice")
    desk = Desk(made).copied(folder)
    desk.take()
    desk.ok("report", "monthly", "--out", folder / "一")
    desk.take(number=2)
    desk.ok("report", "monthly", "--out", folder / "二")
    desk.ok("ledger", "verify")
    return desk


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: None,
        lambda text: "",
        lambda text: text.splitlines()[1] + "\n",
        lambda text: text.splitlines()[0] + "\n",
        lambda text: text.splitlines()[0] + "\n" + "ZY01 0 " + "0" * 64 + "\n",
        lambda text: text.splitlines()[0] + "\n" + text.splitlines()[0] + "\n",
        lambda text: text.replace(text.split()[2], "f" * 64),
        lambda text: text + "ZY01 99 " + "a" * 64 + "\n",
        lambda text: "\x00\ufffe" + text,
    ],
)
def test_heads_that_were_changed_are_seen_without_being_named(printed: Desk, edit):
    heads = printed.home / "heads.txt"
    text = edit(heads.read_text())
    heads.unlink()
    if text is not None:
        heads.write_text(text)
        heads.chmod(0o600)
    done = printed("ledger", "verify")
    assert done.code == 21, done
    assert "heads.txt" in done.out or "anchor" in done.out


def test_heads_that_are_no_text_are_seen(printed: Desk):
    (printed.home / "heads.txt").write_bytes(b"\xff\xfe\xff")
    assert printed("ledger", "verify").code == 21


def test_line_ends_of_an_editor_change_nothing(printed: Desk):
    heads = printed.home / "heads.txt"
    heads.write_bytes(b"\xef\xbb\xbf" + heads.read_bytes().replace(b"\n", b"\r\n"))
    printed.ok("ledger", "verify")


def test_an_old_ledger_put_back_is_seen(desk: Desk, tmp_path: Path):
    desk.take()
    shutil.copy(desk.home / "ledger.db", tmp_path / "old.db")
    desk.take(number=2)
    desk.ok("report", "monthly", "--out", tmp_path / "月报")
    shutil.copy(tmp_path / "old.db", desk.home / "ledger.db")
    for words in (("ledger", "verify"), ("ledger", "verify", "--full")):
        done = desk(*words)
        assert done.code == 21
        assert "anchor_missing" in done.out


def test_a_fresh_ledger_leaves_the_head_of_its_making(desk: Desk, tmp_path: Path):
    desk.ok("report", "monthly", "--out", tmp_path / "月报")
    [line] = (desk.home / "heads.txt").read_text(encoding="utf-8").splitlines()
    assert line.split()[:2] == ["ZY01", "2"]
    desk.ok("ledger", "verify", "--anchor", desk.home / "heads.txt")


@pytest.mark.parametrize("text", ["", "\n\n", "ZY01 0 " + "0" * 64 + "\n", "什么都没有\n"])
def test_an_anchor_that_names_nothing_is_refused(printed: Desk, tmp_path: Path, text: str):
    anchor = tmp_path / "留底.txt"
    anchor.write_text(text)
    assert printed("ledger", "verify", "--anchor", anchor).code in (2, 21)
    assert printed("ledger", "verify", "--anchor", "").code == 2


def test_a_line_for_entry_0_among_others_is_a_finding(printed: Desk, tmp_path: Path):
    anchor = tmp_path / "留底.txt"
    anchor.write_text((printed.home / "heads.txt").read_text() + "ZY01 0 " + "0" * 64 + "\n")
    done = printed("ledger", "verify", "--anchor", anchor)
    assert done.code == 21
    assert "anchor_line" in done.out


def test_a_dropped_trigger_is_seen(printed: Desk):
    with closing(sqlite3.connect(printed.home / "ledger.db")) as connection:
        connection.execute("DROP TRIGGER tr_entry_delete")
    done = printed("ledger", "verify")
    assert done.code == 21
    assert "tr_entry_delete" in done.out


def test_loose_modes_are_seen(printed: Desk):
    (printed.home / "lookup.key").chmod(0o644)
    done = printed("ledger", "verify")
    assert done.code == 21
    assert "mode lookup.key" in done.out


@pytest.mark.parametrize("raw", [None, b"", b"no key\n"])
def test_a_missing_key_is_seen_and_said_at_intake(printed: Desk, raw: bytes | None):
    key = printed.home / "lookup.key"
    key.unlink()
    if raw is not None:
        key.write_bytes(raw)
        key.chmod(0o600)
    done = printed("ledger", "verify")
    assert done.code == 21
    assert "lookup.key" in done.out
    said = printed("intake", "--matter", "x", "--demand", "y", "--anonymous")
    assert said.code == 0
    assert said.err.count("lookup.key") == 1


# -- texts that are no UTF-8, settings of the index ----------------------------------------------------------------

TEXTS = [
    (table.name, column.name)
    for table in metadata.sorted_tables
    for column in table.columns
    if str(column.type) == "TEXT" and table.name not in ("meta",)
]
COMMANDS = (
    ("list", "--all"), ("show", "0001"), ("show", "0001", "--history"), ("todo",), ("search", "诊所"), ("check",),
    ("report", "monthly"), ("report", "register"), ("ledger", "verify"), ("ledger", "info"),
    ("doctor",), ("calendar", "add", "2026-03-05", "3"), ("note", "0001", "--text", "x"),
    ("intake", "--matter", "x", "--demand", "y", "--anonymous"), ("ledger", "rebuild"),
)  # fmt: skip
PROOF = ("ledger", "verify", "--full")


@pytest.mark.parametrize(("table", "column"), TEXTS)
def test_a_text_that_is_no_utf_8_is_a_broken_ledger(
    twice: Desk, tmp_path: Path, table: str, column: str
):
    with closing(sqlite3.connect(twice.home / "ledger.db")) as connection:
        filled = connection.execute(f"SELECT count({column}) FROM {table}").fetchone()[0]
    if not filled:
        pytest.skip("empty here")
    printed = twice.copied(tmp_path)
    change(
        printed.home,
        f"UPDATE {table} SET {column} = CAST(CAST({column} AS BLOB) || x'ff' AS TEXT) WHERE {column} IS NOT NULL",
    )
    others = sizes.sample(COMMANDS, 4, TEXTS.index((table, column)))
    codes = {words: printed(*words).code for words in (PROOF, *others)}
    assert 70 not in codes.values(), codes
    assert codes[PROOF] == 21 or table not in ("entry", "case_row"), codes


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE case_search_config SET v = 99 WHERE k = 'version'",
        "DELETE FROM case_search_config",
        "INSERT INTO case_search_config VALUES ('pgsz', 77)",
        "INSERT INTO case_search_config VALUES ('rank', 'x(')",
    ],
)
def test_changed_settings_of_the_index_are_found_and_mended(printed: Desk, statement: str):
    change(printed.home, statement)
    done = printed("ledger", "verify", "--full")
    assert done.code == 21
    assert "case_search_config" in done.out
    printed.ok("ledger", "rebuild")
    printed.ok("ledger", "verify", "--full")
    assert printed.json("search", "诊所备案2")["count"] == 1


def test_a_text_that_is_no_utf_8_hides_no_other_defect(printed: Desk) -> None:
    """The cases are compared two hundred at a time; what was read before still counts."""
    printed.take(number=3)
    case_no = "ZY01-20260305-000"
    change(
        printed.home,
        f"UPDATE case_row SET handler = 'x' WHERE case_no = '{case_no}1'",
        f"UPDATE entry SET data = CAST(x'7b2261223a22fffe227d' AS TEXT) WHERE case_no = '{case_no}3'",
    )
    findings = printed("ledger", "verify", "--full", "--json").json["findings"]
    told = [(one["where"], one["what"]) for one in findings if one["code"] == "projection"]
    assert told[0] == (f"{case_no}1", "登记内容与记录不符：handler")
    assert "不能由记录重算" in told[1][1]


@pytest.mark.parametrize("taken", [1, 20])
def test_a_full_disk_leaves_no_half_line_of_a_head(
    printed: Desk, monkeypatch: pytest.MonkeyPatch, taken: int
) -> None:
    """A disk takes what it has room for, and no more."""
    heads, real = printed.home / home_files.HEADS, os.write
    before = heads.read_bytes()
    printed.ok("note", "0001", "--text", "催办")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", lambda handle, raw: real(handle, raw[:taken]))
        printed.fails(22, "report", "monthly", "--out", printed.home / "out")
    assert heads.read_bytes() == before
    printed.ok("ledger", "verify")
    printed.ok("report", "monthly", "--out", printed.home / "out")
    assert len(heads.read_bytes().splitlines()) == len(before.splitlines()) + 1
    printed.ok("ledger", "verify")


def test_a_line_that_was_torn_by_the_power_spoils_no_other(tmp_path: Path) -> None:
    """The log of backups, by which `erase` names them: the torn line is lost, the next is not."""
    log = tmp_path / home_log.BACKUPS
    home_log.append(tmp_path, home_log.BACKUPS, {"file": "a"})
    log.write_bytes(log.read_bytes() + b'{"file": "b')
    home_log.append(tmp_path, home_log.BACKUPS, {"file": "c"})
    assert [line["file"] for line in home_log.read(tmp_path, home_log.BACKUPS)] == ["a", "c"]
