"""`bbcs ledger move`: into a database and back, byte for byte; an unfinished move loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_desk import Desk, prepared

import county
from bbcs.config import station_file
from bbcs.errors import DiskFull, LedgerBroken, StoreUnreachable
from bbcs.store.county import open_county
from bbcs.store.engine import MOVED
from bbcs.store.ledger import StoredLedger
from bbcs.store.opening import open_ledger
from bbcs.store.transfer import moving

pytestmark = county.MISSING


def last(desk: Desk) -> int:
    """The number of the last entry, in whatever the ledger lies."""
    return int(desk.json("ledger", "info")["entries"])


@pytest.fixture
def store() -> str:
    return county.empty("ZY01")


PAPER = "虚构的名称核准书" * 200_000


@prepared
def worked(desk: Desk) -> Desk:
    """A home with cases, people, a file, rules and a kept head."""
    folder = desk.home.parent
    paper = folder / "准书.txt"
    paper.write_text(PAPER, encoding="utf-8")
    first = desk.take(source="hall", source_no="A-1")
    desk.take(number=2, demand="甲\n乙“\\\t丙")
    desk.ok("triage", first, "--difficulty", "简单")
    desk.ok("attach", first, paper)
    desk.ok("consult", "--visitors", "3", "--matter", "问路")
    desk.ok("report", "monthly", "--month", "2026-03", "--out", folder / "月报")
    return desk


def exported(desk: Desk, path: Path) -> bytes:
    """Everything but the entry that says it was taken out."""
    desk.ok("export", "--full", "--reason", "核对", "--out", path, "--yes")
    return path.read_bytes()


def test_into_the_database_and_back(worked: Desk, store: str, tmp_path: Path) -> None:
    shown = worked.json("list", "--all")
    moved = worked.json("ledger", "move", "--to", store, "--yes")
    assert (moved["from"], moved["to"], moved["verified"]) == ("file", store, True)
    assert moved["entries"] == last(worked)
    assert not (worked.home / "ledger.db").exists()
    assert Path(moved["old"]).parent == worked.home / "backups"
    assert worked.json("list", "--all") == shown
    assert worked.ok("ledger", "verify", "--full").code == 0
    worked.ok("attach", "0001", "--get", "准书.txt", "--out", tmp_path / "again.txt")
    assert (tmp_path / "again.txt").read_text(encoding="utf-8") == PAPER
    third = worked.take(number=3)
    back = worked.json("ledger", "move", "--to", "file", "--yes")
    assert back["entries"] == last(worked)
    assert (worked.home / "ledger.db").exists()
    assert station_file.read(worked.home).store == ""
    assert worked.json("show", third)["case_no"] == third
    assert worked.ok("ledger", "verify", "--full").code == 0
    with (
        pytest.raises(StoreUnreachable, match="已搬到 file"),
        open_ledger(worked.home, store=store),
    ):
        pass
    fourth = worked.take(number=4)
    again = worked.json("ledger", "move", "--to", store, "--yes")
    assert again["entries"] == last(worked), "the database held the beginning of it"
    assert worked.json("show", fourth)["case_no"] == fourth
    assert worked.ok("ledger", "verify", "--full").code == 0


def test_the_full_export_is_the_same_from_both(worked: Desk, store: str, tmp_path: Path) -> None:
    copy = worked.copied(tmp_path / "copy")
    worked.ok("ledger", "move", "--to", store, "--yes")
    assert exported(worked, tmp_path / "a.ndjson") == exported(copy, tmp_path / "b.ndjson")


def test_who_waits_is_refused_and_nothing_forks(worked: Desk, store: str) -> None:
    worked.ok("ledger", "move", "--to", store, "--yes")
    old = next((worked.home / "backups").glob("ledger-moved-*.db"))
    (worked.home / "ledger.db").write_bytes(old.read_bytes())  # as one that was open all the time
    with (
        pytest.raises(StoreUnreachable, match="已搬到"),
        open_ledger(worked.home, write=True, store=""),
    ):
        pass


@pytest.mark.parametrize("stop", ["put_rows", "_compare_exports", "_forget", "write"])
def test_a_move_that_was_cut_goes_on(
    worked: Desk, store: str, stop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = last(worked)
    place = station_file if stop == "write" else moving

    def killed(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(place, stop, killed)
        worked("ledger", "move", "--to", store, "--yes")
    assert station_file.read(worked.home).store == ""
    if stop in ("_forget", "write"):
        refused = worked.fails(22, "list").err
        assert f"已搬到 {store}" in refused
        assert f"bbcs ledger move --to {store}" in refused
        assert f"bbcs ledger move --to {store}" in worked("doctor").out
    else:
        worked.take(number=5)
        before = last(worked)
    assert worked.json("ledger", "move", "--to", store, "--yes")["entries"] == before
    assert worked.ok("ledger", "verify", "--full").code == 0


def test_the_county_leaves_out_a_copy_whose_move_is_not_finished(
    worked: Desk, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed when the copy is committed, and the old ledger is not marked."""
    remember = StoredLedger.remember

    def killed(self: StoredLedger, name: str, value: str) -> None:
        if (name, value) == (MOVED, store):
            raise KeyboardInterrupt
        remember(self, name, value)

    with monkeypatch.context() as patch:
        patch.setattr(StoredLedger, "remember", killed)
        worked("ledger", "move", "--to", store, "--yes")
    with county.superuser() as connection:
        assert connection.execute("SELECT count(*) > 0 FROM entry").fetchone() == (True,)
    with open_county(worked.home, store) as found:
        assert (found.stations(), found.elsewhere()) == ([], ["ZY01"])
        (facts,) = found.overview(county.STAMP.now)
        assert (facts.moved, str(worked.home) in facts.arriving) == ("", True)
    with pytest.raises(StoreUnreachable, match="没有搬完"), open_ledger(worked.home, store=store):
        pass
    worked.take(number=7)
    problem = worked("doctor")
    assert problem.code == 1
    assert f"bbcs ledger move --to {store}" in problem.out
    worked.ok("ledger", "move", "--to", store, "--yes")
    with open_county(worked.home, store) as found:
        assert (found.stations(), found.elsewhere()) == (["ZY01"], [])
    assert "没有搬完" not in worked("doctor").out
    assert worked.ok("ledger", "verify", "--full").code == 0


@pytest.mark.parametrize("again", [False, True])
def test_a_move_whose_last_step_fails_is_told_by_the_doctor(
    worked: Desk, store: str, monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    """The copy is committed, the mark of the old ledger is not: a refusal, not a killed program."""
    finish = StoredLedger.finish

    def full(self: StoredLedger) -> None:
        if self.session.meta.get(MOVED) == store:
            raise DiskFull("磁盘满了，没有写入")
        finish(self)

    with monkeypatch.context() as patch:
        patch.setattr(StoredLedger, "finish", full)
        worked.fails(22, "ledger", "move", "--to", store, "--yes")
    with open_county(worked.home, store) as found:
        assert found.elsewhere() == ["ZY01"]
    if again:  # a second try that ends sooner forgets nothing
        with monkeypatch.context() as patch:
            patch.setattr(moving, "_compare_exports", _differing)
            worked.fails(21, "ledger", "move", "--to", store, "--yes")
    worked.take(number=7)
    problem = worked("doctor")
    assert problem.code == 1
    assert f"搬到 {store} 没有搬完" in problem.out
    assert f"bbcs ledger move --to {store}" in problem.out
    worked.ok("ledger", "move", "--to", store, "--yes")
    assert "没有搬完" not in worked("doctor").out


def test_a_move_that_was_refused_leaves_nothing_to_finish(
    worked: Desk, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "_compare_exports", _differing)
    worked.fails(21, "ledger", "move", "--to", store, "--yes")
    assert "没有搬完" not in worked("doctor").out


def test_the_same_database_by_another_address_is_refused_at_once(worked: Desk, store: str) -> None:
    worked.ok("ledger", "move", "--to", store, "--yes")
    other = f"{store}&application_name=other"
    refused = worked.fails(2, "ledger", "move", "--to", other, "--yes").err
    assert "同一个数据库" in refused
    assert "稍候" not in refused
    assert station_file.read(worked.home).store == store
    worked.take(number=8)


def test_another_ledger_of_the_same_code_is_not_overwritten(
    worked: Desk, store: str, tmp_path: Path
) -> None:
    other = Desk(tmp_path / "other")
    other.ok("init", "--station", "ZY01", "--name", "同名站", "--store", store)
    other.take(number=9)
    before = last(worked)
    assert "别的数据目录在用" in worked.fails(2, "ledger", "move", "--to", store, "--yes").err
    assert last(worked) == before


def test_refusals(worked: Desk, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    worked.fails(2, "ledger", "move")
    assert "--yes" in worked.fails(15, "ledger", "move", "--to", store).err
    assert "本来就在那里" in worked.fails(2, "ledger", "move", "--to", "file", "--yes").err
    wrong = store.replace("postgresql:///", "postgresql://somebody:secret@/")
    refused = worked.fails(22, "ledger", "move", "--to", wrong, "--yes").err
    assert "密码" in refused
    assert "secret" not in refused

    monkeypatch.setattr(moving, "_compare_exports", _differing)
    assert "没有搬动" in worked.fails(21, "ledger", "move", "--to", store, "--yes").err
    assert station_file.read(worked.home).store == ""
    worked.take(number=6)
    with open_ledger(worked.home) as ledger:
        assert MOVED not in ledger.session.meta


def _differing(*args: object) -> str:
    raise LedgerBroken("搬过去的台账与原来的不一致，没有搬动；请再试一次")


def test_a_station_in_the_database_is_backed_up_with_its_files(
    worked: Desk, store: str, tmp_path: Path
) -> None:
    worked.ok("ledger", "move", "--to", store, "--yes")
    made = worked.json("ledger", "backup", "--plain", "--to", tmp_path / "usb")
    restored = Desk(tmp_path / "again")
    worked.ok("ledger", "restore", made["file"], "--to", restored.home)
    assert station_file.read(restored.home).store == ""
    assert restored.ok("ledger", "verify", "--full").code == 0
    restored.ok("attach", "0001", "--get", "准书.txt", "--out", tmp_path / "again.txt")


def test_what_was_erased_between_two_moves_comes_back_nowhere(worked: Desk, store: str) -> None:
    no = worked.take(number=8)
    worked.ok("ledger", "move", "--to", store, "--yes")
    assert not any(path.is_file() for path in (worked.home / "attachments").rglob("*"))
    worked.ok("ledger", "move", "--to", "file", "--yes")
    with county.superuser() as connection:
        for table in ("personal", "attachment", "case_row", "person_search", "case_text"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
    worked.ok("void", no, "--reason", "误登")
    erased = worked("ledger", "erase", no, "--reason", "误登", "--basis", "法", "--yes")
    assert erased.code == 0, erased.err
    worked.ok("ledger", "move", "--to", store, "--yes")
    assert worked.ok("ledger", "verify", "--full").code == 0
    with county.superuser() as connection:
        bodies = connection.execute("SELECT body FROM personal").fetchall()
    assert not any("13800000008" in body for (body,) in bodies)


@pytest.mark.parametrize("target", ["sqlite", "sqlite:", "FILE", "x", "mysql://x/y"])
def test_only_two_places_are_known(worked: Desk, target: str) -> None:
    before = (worked.home / "ledger.db").read_bytes()
    assert worked("ledger", "move", "--to", target, "--yes").code == 2
    assert (worked.home / "ledger.db").read_bytes() == before


def test_a_copy_of_the_home_does_not_go_on_with_it(
    worked: Desk, store: str, tmp_path: Path
) -> None:
    worked.ok("ledger", "move", "--to", store, "--yes")
    copy = worked.copied(tmp_path / "copy")
    worked.ok("ledger", "move", "--to", "file", "--yes")
    assert "已搬到" in copy.fails(22, "list").err
    assert "已搬到" in copy.fails(2, "ledger", "move", "--to", "file", "--yes").err


def test_a_restored_copy_does_not_go_into_a_ledger_in_use(
    worked: Desk, store: str, tmp_path: Path
) -> None:
    worked.ok("ledger", "move", "--to", store, "--yes")
    made = worked.json("ledger", "backup", "--plain", "--to", tmp_path / "usb")
    copy = Desk(tmp_path / "again")
    worked.ok("ledger", "restore", made["file"], "--to", copy.home)
    copy.take(number=5)
    before = last(worked)
    assert "别的数据目录在用" in copy.fails(2, "ledger", "move", "--to", store, "--yes").err
    assert last(worked) == before
