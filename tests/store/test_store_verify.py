"""`verify` finds every single changed byte and every tampering; what only an anchor finds is found with the anchor."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from store_drive import FILES, NOW, STAMP, Driver, act, dump, file_driver, history, intake, refold

import sizes
from bbcs.domain.event import Draft
from bbcs.errors import BbcsError
from bbcs.store import chain, codec, proof, statements as sql
from bbcs.store.anchors import check_anchor
from bbcs.store.head_writer import anchor

driver = file_driver

PROJECTIONS = ("case_row", "order_row", "callback_row", "movement", "case_text")


@pytest.fixture
def full(driver: Driver, home: Path) -> Path:
    with driver.open(home, write=True) as ledger:
        history(ledger)
        head = ledger.head()
    anchor(home, head)
    return home


def tamper(
    driver: Driver, home: Path, script: Callable[[sqlite3.Connection], object] | str
) -> None:
    """An insider with the file, sqlite3 and our source, who leaves the triggers as they were.

    They are dropped and made in one transaction each, for speed.
    """
    connection = driver.raw(home)
    connection.executescript(
        "PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON; PRAGMA synchronous=OFF"
    )
    triggers = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall()
    connection.execute("BEGIN")
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("COMMIT")
    connection.executescript(script) if isinstance(script, str) else script(connection)
    connection.execute("BEGIN")
    for _, text in triggers:
        connection.execute(text)
    connection.execute("COMMIT")
    connection.close()


def test_a_dropped_trigger_is_found(driver: Driver, full: Path) -> None:
    connection = driver.raw(full)
    connection.execute("DROP TRIGGER tr_entry_update")
    connection.close()
    assert found(driver, full) == ["schema"]


def found(driver: Driver, home: Path, *, full: bool = True) -> list[str]:
    with driver.open(home) as ledger:
        return [finding.code for finding in ledger.verify(refold if full else None)]


def anchored(driver: Driver, home: Path) -> list[str]:
    with driver.open(home) as ledger:
        return [
            finding.code
            for finding in check_anchor(ledger, (home / "heads.txt").read_text().splitlines())
        ]


def test_an_honest_ledger_has_no_findings(driver: Driver, full: Path) -> None:
    assert found(driver, full) == []
    assert anchored(driver, full) == []


def _other(value: Any) -> Any:
    """The value with one changed byte."""
    if isinstance(value, int):
        return value + 1
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    if value is None:
        return "x"
    return value[:-1] + ("1" if value[-1:] != "1" else "2") if value else "x"


@pytest.mark.parametrize("table", ["entry", "personal", *PROJECTIONS, "meta"])
def test_any_changed_value_is_found(driver: Driver, full: Path, tmp_path: Path, table: str) -> None:
    connection = driver.raw(full)
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    kinds = {row[1]: row[2] for row in connection.execute(f"PRAGMA table_info({table})")}
    keys = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[5]]
    rows = connection.execute(f"SELECT * FROM {table} ORDER BY {', '.join(keys)}").fetchall()
    connection.close()
    chosen, before = [rows[0], rows[-1]], dump(full)
    where = " AND ".join(f"{key} = ?" for key in keys)
    first = FILES.index(driver)  # what is not changed with one journal mode is with the other
    for number, (column, *values) in enumerate(zip(columns, *chosen, strict=True), first):
        for row, value in sizes.sample(list(zip(chosen, values, strict=True)), 2, number):
            other = 7 if value is None and kinds[column] == "INTEGER" else _other(value)
            copy = Path(shutil.copytree(full, tmp_path / "copy", dirs_exist_ok=True))

            def change(
                it: sqlite3.Connection, row: Any = row, column: str = column, other: Any = other
            ) -> None:
                named = dict(zip(columns, row, strict=True))
                it.execute(
                    f"UPDATE OR IGNORE {table} SET {column} = ? WHERE {where}",
                    (other, *(named[key] for key in keys)),
                )

            tamper(driver, copy, change)
            if dump(copy) != before:  # a unique index may refuse the change
                assert _noticed(driver, copy), f"{table}.{column}: {value!r} -> {other!r}"
            shutil.rmtree(copy)


def _noticed(driver: Driver, home: Path) -> bool:
    try:
        return bool(found(driver, home))
    except BbcsError:
        return True


def test_the_public_part_and_bodies_are_found_without_refolding(driver: Driver, full: Path) -> None:
    tamper(
        driver,
        full,
        "UPDATE entry SET data = replace(data, 'counter', 'coUnter') WHERE station_seq = 1",
    )
    assert found(driver, full, full=False) == ["chain"]
    tamper(
        driver, full, "UPDATE personal SET body = replace(body, '陈', '程') WHERE station_seq = 3"
    )
    assert found(driver, full, full=False) == ["chain", "commitment"]
    tamper(driver, full, "DELETE FROM personal WHERE station_seq = 5")
    assert found(driver, full, full=False) == ["chain", "commitment", "body"]


def rehash(connection: sqlite3.Connection, first: int) -> None:
    """Chain everything from `first` on anew, as an insider with our source can."""
    names = ", ".join(sql.PROOF)
    prev = connection.execute(
        "SELECT digest FROM entry WHERE station_seq = ?", (first - 1,)
    ).fetchone()
    prev = prev[0] if prev else "0" * 64
    for row in connection.execute(
        f"SELECT {names} FROM entry WHERE station_seq >= ? ORDER BY station_seq", (first,)
    ).fetchall():
        signed = [value.encode() if isinstance(value, str) else value for value in row[:-2]]
        digest = hashlib.sha256(
            b"bbcs-event-v1\n[" + proof.written([*signed, prev.encode()]) + b"]"
        ).hexdigest()
        connection.execute(
            "UPDATE entry SET prev = ?, digest = ? WHERE station_seq = ?", (prev, digest, row[2])
        )
        prev = digest


SWAP = """
UPDATE entry SET station_seq = -1 WHERE station_seq = 3; UPDATE entry SET station_seq = 3 WHERE station_seq = 4;
UPDATE entry SET station_seq = 4 WHERE station_seq = -1;
"""
INSERTED = """
INSERT INTO entry SELECT station, (SELECT max(station_seq) + 1 FROM entry), case_no, 90, v, kind, at, recorded_at, actor, clock, data,
'', prev, digest FROM entry WHERE station_seq = 2;
"""
TAMPERS: dict[str, Any] = {
    "edit": "UPDATE entry SET at = '2026-02-01T09:00:00+08:00' WHERE station_seq = 5",
    "swap actor": "UPDATE entry SET actor = 'xx' WHERE station_seq = 5",
    "delete": "DELETE FROM personal WHERE station_seq = 5; DELETE FROM entry WHERE station_seq = 5",
    "delete a case": "DELETE FROM entry WHERE case_no LIKE '%03-0001'; DELETE FROM case_row WHERE case_no LIKE '%03-0001'",
    "insert": INSERTED,
    "reorder": SWAP,
    "salt": "UPDATE personal SET salt = zeroblob(16) WHERE station_seq = 3",
    "body": 'UPDATE personal SET body = \'{"demand":"别的"}\' WHERE station_seq = 3',
    "forge erase": "DELETE FROM personal WHERE station_seq = 1",
    "stray body": "INSERT INTO personal VALUES ('ZY01', 99, zeroblob(16), '{}')",
    "projection": "UPDATE case_row SET resolved_at = '2026-03-03T09:00:00+08:00' WHERE resolved_at IS NOT NULL",
    "drop a projection": "DELETE FROM movement WHERE kind = 'Resolved'",
    "stray projection": "INSERT INTO callback_row VALUES ('ZY01', 'ZY01-20990101-0001', 1, 1, '2026-03-03T09:00:00+08:00', 1, 'yes', '5')",
    "consultation": "UPDATE movement SET amount = 999 WHERE kind = 'Consulted'",
    "meta": "UPDATE meta SET value = 'ZY02' WHERE key = 'station'",
}
ANCHOR_ONLY: dict[str, Any] = {
    "truncate": "".join(
        f"DELETE FROM {table} WHERE station_seq > 12;"
        for table in ("personal", "entry", "movement")
    ),
    "rehash tail": lambda it: (
        it.execute("UPDATE entry SET actor = 'xx' WHERE station_seq = 11"),
        rehash(it, 11),
    ),
}


@pytest.mark.parametrize("kind", TAMPERS)
def test_tampering_is_found(driver: Driver, full: Path, kind: str) -> None:
    tamper(driver, full, TAMPERS[kind])
    assert found(driver, full)


@pytest.mark.parametrize("kind", ANCHOR_ONLY)
def test_a_cut_or_rewritten_tail_is_found_by_the_anchor_only(
    driver: Driver, full: Path, kind: str
) -> None:
    tamper(driver, full, ANCHOR_ONLY[kind])
    seen = found(driver, full)
    assert seen in (["anchor_missing"], ["anchor_differs"])
    assert anchored(driver, full) == seen
    (full / "heads.txt").unlink()
    assert found(driver, full, full=False) == ["heads"]


def test_an_entry_rewritten_with_its_digest_no_longer_leads_to_the_next(
    driver: Driver, full: Path
) -> None:
    """Entry 2 is right in itself again: only the link from entry 3 to it tells."""

    def rewrite(connection: sqlite3.Connection) -> None:
        connection.row_factory = sqlite3.Row
        row = dict(connection.execute("SELECT * FROM entry WHERE station_seq = 2").fetchone())
        row["actor"] = "somebody"
        signed = {**row, "data": codec.canonical(json.loads(row["data"]))}
        digest = chain.digest([signed[name] for name in sql.ENTRY[:-1]])
        connection.execute(
            "UPDATE entry SET actor = 'somebody', digest = ? WHERE station_seq = 2", (digest,)
        )

    tamper(driver, full, rewrite)
    with driver.open(full) as ledger:
        (finding,) = ledger.verify(None)
    assert (finding.code, finding.where[:5]) == ("chain", "第 3 条")


def test_what_is_missing_is_named(driver: Driver, full: Path) -> None:
    """A case that was taken out, the first of two on its day: its number, and its place in the chain."""
    connection = driver.raw(full)
    numbers = "SELECT DISTINCT case_no FROM entry WHERE case_no LIKE '%-0001'"
    (first,) = connection.execute(f"{numbers} ORDER BY case_no DESC").fetchone()
    (seq,) = connection.execute(
        "SELECT min(station_seq) FROM entry WHERE case_no = ?", (first,)
    ).fetchone()
    connection.close()
    tamper(
        driver,
        full,
        f"DELETE FROM personal WHERE station_seq IN (SELECT station_seq FROM entry WHERE case_no = '{first}');"
        f"DELETE FROM entry WHERE case_no = '{first}'",
    )
    with driver.open(full) as ledger:
        named = {(finding.code, finding.where) for finding in ledger.verify(None)}
    assert {("gap", f"第 {seq} 条"), ("number", first)} <= named


def test_an_old_backup_in_place_of_the_ledger_is_found_by_the_anchor(
    driver: Driver, full: Path, tmp_path: Path
) -> None:
    old = Path(shutil.copytree(full, tmp_path / "old"))
    with driver.open(full, write=True) as ledger:
        intake(ledger, 9)
        head = ledger.head()
    anchor(full, head)
    shutil.copy(old / "ledger.db", full / "ledger.db")
    assert found(driver, full) == ["anchor_missing"]
    assert anchored(driver, full) == ["anchor_missing"]


def test_tampering_at_every_place(driver: Driver, full: Path, tmp_path: Path) -> None:
    """Each entry in turn: an actor swapped, a body gone, a row gone."""
    for seq in range(1, 14):
        for text in (
            "UPDATE entry SET actor = 'xx'",
            "DELETE FROM entry",
            "UPDATE entry SET clock = 'set'",
            "UPDATE entry SET v = 2",
        ):
            copy = Path(shutil.copytree(full, tmp_path / "copy"))
            tamper(driver, copy, f"{text} WHERE station_seq = {seq}")
            with driver.open(copy) as ledger:
                codes = {finding.code for finding in ledger.verify()}
                codes |= {
                    finding.code
                    for finding in check_anchor(
                        ledger, (copy / "heads.txt").read_text().splitlines()
                    )
                }
            assert codes, (text, seq)
            shutil.rmtree(copy)


def test_text_cannot_wander_from_one_column_to_the_next() -> None:
    """Two different rows never sign the same bytes."""
    row = [
        1,
        b"ZY01",
        1,
        b"ZY01-20260302-0001",
        1,
        b"Noted",
        b"a",
        b"b",
        b'x","y',
        b"set",
        b"{}",
        b"",
        b"0" * 64,
    ]
    other = [*row[:8], b"x", b'y","set', *row[10:]]
    assert proof.written(row) != proof.written(other)
    assert b'x\\",\\"y' in proof.written(row)


def test_writer_and_verifier_agree_on_hostile_texts(driver: Driver, home: Path) -> None:
    hostile = [
        '"',
        "\\",
        "\u2028",
        "𠮷",
        "\x7f\x9b",
        "\u202e",
        "陈\n\t试",
        "é́",
        "</script>",
        "{{7*7}}",
        "\ufffd\uffff",
    ]
    with driver.open(home, write=True) as ledger:
        for text in hostile:
            ledger.append(
                "",
                0,
                [Draft("StationChanged", NOW, {"what": text, "name": text})],
                STAMP._replace(actor=text.replace("\n\t", "")),
            )
        assert ledger.verify() == []
        assert [event.data["what"] for event in ledger.office_wide()] == hostile


def test_a_body_that_is_no_utf8_is_a_finding_not_a_crash(driver: Driver, full: Path) -> None:
    tamper(
        driver,
        full,
        lambda it: it.execute(
            "UPDATE personal SET body = CAST(X'7BFF7D' AS TEXT) WHERE station_seq = 1"
        ),
    )
    assert {"commitment", "file"} <= set(found(driver, full))


def test_findings_are_capped(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        case_no = intake(ledger)
        for _ in range(300):
            ledger.append(
                case_no,
                ledger.events(case_no)[-1].version,
                [Draft("Noted", NOW, {"text": "x"})],
                STAMP,
            )
        act(ledger, case_no, "Noted", text="y")
    tamper(driver, home, "UPDATE entry SET actor = 'xx'")
    with driver.open(home) as ledger:
        findings = ledger.verify()
    assert len(findings) == 201
    assert "103" in findings[-1].what


def test_single_bit_flips(driver: Driver, full: Path, tmp_path: Path) -> None:
    """Every flip that changes the content of a row is found (SQLite alone finds about a fifth)."""
    draw = random.Random(20260302)
    whole = (full / "ledger.db").read_bytes()
    before = dump(full)
    copy = Path(shutil.copytree(full, tmp_path / "copy"))
    changed = 0
    for _ in range(250):
        place = draw.randrange(len(whole) * 8)
        flipped = bytearray(whole)
        flipped[place // 8] ^= 1 << place % 8
        for extra in copy.glob("ledger.db-*"):
            extra.unlink()
        (copy / "ledger.db").write_bytes(flipped)
        try:
            same = dump(copy) == before
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            same = False
        if not same:
            changed += 1
            assert _noticed(driver, copy), f"bit {place}"
    assert changed > 10


def test_anchor_lines(driver: Driver, full: Path) -> None:
    with driver.open(full) as ledger:
        head = ledger.head()
        assert (
            check_anchor(
                ledger,
                [f"{head.station} {head.seq} {head.digest[:16].upper()}", ""],
            )
            == []
        )
        for line in (
            "x",
            "ZY01 x y",
            f"{head.station} {head.seq} {head.digest[:15]}",
            "ZY01 ² " + "0" * 64,
            "ZY01 0 " + "0" * 64,
        ):
            assert [finding.code for finding in check_anchor(ledger, [line])] == ["anchor_line"]
        assert [finding.code for finding in check_anchor(ledger, ["ZY01 5 " + "0" * 64])] == [
            "anchor_differs"
        ]
        assert [finding.where for finding in check_anchor(ledger, ["", "ZY01 99 " + "0" * 64])] == [
            "第 2 行"
        ]
    with driver.open(full) as ledger:
        head = ledger.head()
    anchor(full, head)
    lines = (full / "heads.txt").read_text().splitlines()
    assert lines == [f"ZY01 13 {head.digest} 2026-03-02T09:00:00+08:00"] * 2


def test_the_canonical_form() -> None:
    """The bytes that are signed, written out by hand."""
    entry = {
        "v": 1,
        "station": "ZY01",
        "station_seq": 2,
        "case_no": None,
        "version": None,
        "kind": "Consulted",
    }
    entry |= {
        "at": "2026-03-02T09:00:00+08:00",
        "recorded_at": "2026-03-02T09:00:01+08:00",
        "actor": "zs",
        "clock": "set",
    }
    entry |= {"data": '{"answered":1,"visitors":2}', "commitment": "", "prev": "0" * 64}
    text = (
        'bbcs-event-v1\n[1,"ZY01",2,null,null,"Consulted","2026-03-02T09:00:00+08:00","2026-03-02T09:00:01+08:00","zs","set",'
        '{"answered":1,"visitors":2},"","' + "0" * 64 + '"]'
    )
    signed = [entry[name] for name in sql.ENTRY[:-1]]
    assert chain.digest(signed) == hashlib.sha256(text.encode()).hexdigest()
