"""`bbcs export --full` and `bbcs import` of it: the ledger again, or nothing."""

from __future__ import annotations

import errno
import hashlib
import json
import sqlite3
import stat
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_desk import Desk, phone

from bbcs import api
from bbcs.errors import LedgerBroken, UsageError
from bbcs.store.transfer import incoming, outgoing
from bbcs.store.transfer.lines import LineWriter


@pytest.fixture(scope="module")
def office(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A home with everything that has to come along."""
    folder = tmp_path_factory.mktemp("office")
    desk = Desk(made).copied(folder)
    (folder / "准书.txt").write_text("虚构的名称核准书" * 99, encoding="utf-8")
    (folder / "items.csv").write_text("item\n诊所备案\n", encoding="utf-8")
    first = desk.take(source="hall", source_no="A-1")
    desk.take(number=2, demand="甲\n乙“\\\t丙")
    desk.ok("station", "unit", "add", "区市场监管局", "--code", "SCJG")
    desk.ok("station", "items", "load", folder / "items.csv")
    desk.ok("triage", first, "--difficulty", "简单")
    desk.ok("assign", first, "--lead", "SCJG")
    desk.ok("attach", first, folder / "准书.txt")
    desk.ok("consult", "--visitors", "3", "--matter", "问路")
    desk.ok("pack", "adopt", "zhanyi", "--yes")
    desk.ok("report", "monthly", "--month", "2026-03", "--out", folder / "月报")  # a kept head
    desk.ok("note", first, "--text", f"{phone(1)} 打过")
    return desk


@pytest.fixture
def source(office: Desk, tmp_path: Path) -> Desk:
    return office.copied(tmp_path / "from")


@pytest.fixture(scope="module")
def whole(office: Desk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of it, for those that only read it."""
    folder = tmp_path_factory.mktemp("whole")
    path = folder / "整本.ndjson"
    office.copied(folder).ok("export", "--full", "--reason", "换电脑", "--out", path)
    return path


def tables(home: Path) -> dict[str, list[Any]]:
    """Every row of every table but the facts of the file."""
    with sqlite3.connect(home / "ledger.db") as connection:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            if not name.startswith("sqlite_") and "_search" not in name
        ]
        return {
            name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in names
        }


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def rewritten(path: Path, lines: list[dict[str, Any]]) -> Path:
    """The lines as a file whose last line proves them: as somebody would forge it."""
    with path.open("wb") as target:
        writer = LineWriter(target)
        for line in lines[:-1]:
            writer.put(
                line["record"], {k: v for k, v in line.items() if k not in ("schema", "record")}
            )
        end = {k: v for k, v in lines[-1].items() if k not in ("schema", "record", "sha256")}
        writer.end(end)
    return path


def test_the_ledger_comes_again_byte_for_byte(source: Desk, tmp_path: Path) -> None:
    first, second = tmp_path / "一.ndjson", tmp_path / "二.ndjson"
    before, listed = tables(source.home), source.json("list", "--all")
    done = source.json("export", "--full", "--reason", "换电脑", "--out", first)
    assert done["schema"] == "bbcs.full_export/1"
    assert (done["entries"], done["attachments"]) == (source.last() - 1, 1)
    assert done["sha256"] == hashlib.sha256(first.read_bytes()).hexdigest()
    assert stat.S_IMODE(first.stat().st_mode) == 0o600

    other = Desk(tmp_path / "new" / "home")
    made = other.json("import", first)
    assert (made["station"], made["entries"], made["cases"]) == ("ZY01", done["entries"], 2)
    assert made["head"] == done["head"]
    assert tables(other.home) == before
    assert other.json("list", "--all") == listed
    assert other.json("ledger", "verify", "--full")["ok"] is True
    loose = [path for path in other.home.rglob("*") if path.stat().st_mode & 0o077]
    assert loose == []
    other.ok("export", "--full", "--reason", "再来", "--out", second)
    assert second.read_bytes() == first.read_bytes()
    assert other.take(number=3).endswith("-0003")  # a living home: it goes on


def test_who_took_it_out_and_why_is_on_record(source: Desk, tmp_path: Path) -> None:
    before = source.last()
    source.ok("export", "--full", "--reason", "换电脑", "--out", tmp_path / "整本.ndjson")
    (logged,) = [
        json.loads(line) for line in source.ok("changes", "--since", before).out.splitlines()
    ]
    assert logged["kind"] == "Revealed"
    (entry,) = [
        json.loads(line)
        for line in source.ok("export", "--entries", "--since", before).out.splitlines()
    ]
    assert json.loads(entry["data"]) == {"purpose": "export", "rows": before}
    assert max(one.get("station_seq", 0) for one in records(tmp_path / "整本.ndjson")) == before


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("--out", "整本.ndjson"), 13, "--reason"),
        (("--reason", "换机"), 2, "--out"),
        (("--reason", "换机", "--out", "整本.ndjson", "--since", "3"), 2, "--since"),
        (("--reason", "换机", "--out", "整本.ndjson", "--as", "shen"), 14, "admin"),
        (("--reason", "换机", "--out", "没有/整本.ndjson"), 22, "不存在"),
    ],
)
def test_what_cannot_be_taken_out_is_refused(
    source: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    args: tuple[str, ...], code: int, words: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    source.ok("station", "operator", "add", "shen", "--role", "审计")
    before = source.last()
    assert words in source.fails(code, "export", "--full", *args).err
    assert source.last() == before
    assert list(tmp_path.glob("*.ndjson")) == []
    assert source("export", "--reason", "换机").code == 2  # without --full nothing is unmasked


def test_a_file_that_is_there_is_not_written_over(source: Desk, tmp_path: Path) -> None:
    path = tmp_path / "整本.ndjson"
    path.write_text("别的")
    how = ("export", "--full", "--reason", "换机", "--out", path)
    assert source(*how).code == 15
    assert path.read_text() == "别的"
    source.ok(*how, "--yes")


@pytest.mark.parametrize("what", ["entry", "attachment", "lost"])
def test_what_does_not_verify_is_not_taken_out(source: Desk, tmp_path: Path, what: str) -> None:
    attachment = next((source.home / "attachments").rglob("??/*"))
    if what == "entry":
        with sqlite3.connect(source.home / "ledger.db") as connection:
            connection.execute("DROP TRIGGER tr_personal_update")
            connection.execute("UPDATE personal SET body = replace(body, '打过', '没打')")
    elif what == "attachment":
        attachment.write_text("换过")
    else:
        attachment.unlink()
    before = source.last()
    code = {"entry": 21, "attachment": 21, "lost": 22}[what]
    source.fails(code, "export", "--full", "--reason", "换机", "--out", tmp_path / "整本.ndjson")
    assert list(tmp_path.glob("*.ndjson*")) == []
    assert source.last() == before


def refused(path: Path, tmp_path: Path) -> None:
    other = Desk(tmp_path / "new")
    done = other.fails(21, "import", path)
    assert "没有导入任何内容" in done.err
    assert not other.home.exists()
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_a_cut_or_changed_file_makes_no_home(whole: Path, tmp_path: Path) -> None:
    raw, bad = whole.read_bytes(), tmp_path / "坏.ndjson"
    lines = raw.splitlines(keepends=True)
    cuts = [raw[: len(raw) * part // 5] for part in range(1, 5)]
    cuts += [b"".join(lines[:-1]), raw[:-1], raw + b"\n", raw + lines[-1], b"".join(lines[:1])]
    swapped = [*lines]
    swapped[-3], swapped[-4] = swapped[-4], swapped[-3]
    changed = raw.replace("换电脑".encode(), b"") or raw
    for trial in (*cuts, b"".join(swapped), changed.replace(b"SCJG", b"SCJX")):
        bad.write_bytes(trial)
        refused(bad, tmp_path)


Forge = Callable[[list[dict[str, Any]]], None]


def first_of(lines: list[dict[str, Any]], record: str, last: bool = False) -> dict[str, Any]:
    found = [one for one in lines if one["record"] == record]
    return found[-1] if last else found[0]


FORGED: dict[str, Forge] = {
    "another digest of an entry": lambda lines: first_of(lines, "entry", last=True).update(digest="0" * 64),
    "another body": lambda lines: next(one for one in lines if one.get("body")).update(body="{}"),
    "another salt": lambda lines: next(one for one in lines if one.get("salt")).update(salt="00" * 16),
    "another actor": lambda lines: first_of(lines, "entry").update(actor="li"),
    "a number that is none": lambda lines: first_of(lines, "entry").update(station_seq="1"),
    "an entry left out": lambda lines: lines.remove(first_of(lines, "entry", last=True)),
    "another rule text": lambda lines: first_of(lines, "document").update(data="AAAA"),
    "another attachment": lambda lines: first_of(lines, "file", last=True).update(data="AAAA"),
    "no attachment": lambda lines: lines.remove(first_of(lines, "file", last=True)),
    "no station file": lambda lines: lines.remove(
        next(one for one in lines if one.get("name") == "station.toml")
    ),
    "a file outside": lambda lines: first_of(lines, "file").update(name="../外面.toml"),
    "a file twice": lambda lines: lines.insert(1, first_of(lines, "file")),
    "no Base64": lambda lines: first_of(lines, "file").update(data="%%"),
    "another station": lambda lines: lines[0].update(station="ZY02"),
    "facts that are none": lambda lines: lines[0].update(facts={"station": "ZY01"}),
    "another head": lambda lines: lines[-1].update(entries=3),
}  # fmt: skip


def test_a_forged_file_makes_no_home(whole: Path, tmp_path: Path) -> None:
    """Whoever can write the last line again still cannot change what the chain vouches for."""
    rewritten(tmp_path / "同.ndjson", records(whole))
    assert (tmp_path / "同.ndjson").read_bytes() == whole.read_bytes()
    for what, forge in FORGED.items():
        lines = records(whole)
        forge(lines)
        bad = rewritten(tmp_path / "坏.ndjson", lines)
        assert bad.read_bytes() != whole.read_bytes(), what
        refused(bad, tmp_path)


def test_a_living_home_stays_as_it_is(source: Desk, whole: Path, tmp_path: Path) -> None:
    before = source.last()
    assert "已有台账" in source.fails(2, "import", whole).err
    assert source.last() == before
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "别的.txt").write_text("别的")
    Desk(tmp_path / "used").fails(2, "import", whole)
    assert [one.name for one in (tmp_path / "used").iterdir()] == ["别的.txt"]
    assert "--skip-bad" in Desk(tmp_path / "new").fails(2, "import", whole, "--skip-bad").err


def test_a_rehearsal_proves_and_leaves_nothing(whole: Path, tmp_path: Path) -> None:
    other = Desk(tmp_path / "new")
    done = other.json("import", whole, "--dry-run")
    assert (done["dry_run"], done["verified"], done["cases"]) == (True, True, 2)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing(
    source: Desk, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(incoming, "_write", full)
    Desk(tmp_path / "new").fails(22, "import", whole)
    monkeypatch.setattr(outgoing.LineWriter, "end", full)
    source.fails(22, "export", "--full", "--reason", "换机", "--out", tmp_path / "整本.ndjson")
    assert [one.name for one in tmp_path.iterdir()] == ["from"]


def test_a_large_attachment_is_never_held_whole(source: Desk, tmp_path: Path) -> None:
    size = 16 << 20
    (tmp_path / "大.bin").write_bytes(bytes(range(256)) * (size >> 8))
    source.ok("attach", "0001", tmp_path / "大.bin")
    tracemalloc.start()
    try:
        path = tmp_path / "整本.ndjson"
        api.Home(source.home).export_full(path, reason="换电脑")
        api.import_full(path, tmp_path / "new")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert path.stat().st_size > size
    assert peak < size // 2


def test_programs_do_the_same(source: Desk, whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "整本.ndjson"
    done = api.Home(source.home).export_full(path, reason="换电脑")
    assert path.read_bytes() == whole.read_bytes()
    assert api.import_full(path, tmp_path / "new")["head"] == done["head"]
    with pytest.raises(UsageError):
        api.import_full(path, tmp_path / "new")
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(LedgerBroken):
        api.import_full(path, tmp_path / "other")


def test_it_is_refused_as_a_table_of_cases(source: Desk, whole: Path) -> None:
    """Fed to a living home by standard input, it is no foreign ledger either."""
    before = source.last()
    source.fails(40, "import", "-", stdin=whole.read_bytes())
    assert source.last() == before
