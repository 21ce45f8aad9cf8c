"""Editions: the rules a case was taken under judge it for life, whatever becomes of the files they were read from."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_desk import Desk, founded

from bbcs.config import packs, station_file
from bbcs.errors import PackInvalid
from bbcs.store.opening import open_ledger
from bbcs.usecases.editions import adopt


def draft(desk: Desk, name: str = "heting", edition: str = "1", days: int = 5) -> Path:
    """A pack of the home: the default under another key, with its handling limit changed."""
    text = packs.find("default").read_text(encoding="utf-8")
    text = text.replace('key = "default"', f'key = "{name}"', 1).replace(
        'edition = "1"', f'edition = "{edition}"', 1
    )
    path = desk.home / "packs" / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    path.write_text(text.replace("limit = 10\n", f"limit = {days}\n", 1), encoding="utf-8")
    path.chmod(0o600)  # what others may read is a finding of `verify`
    return path


@founded
def desk(empty: Desk) -> Desk:
    """An office under a pack of its own."""
    draft(empty, days=10)
    empty.home.chmod(0o700)
    empty.ok("init", "--station", "ZY01", "--name", "沾益站", "--pack", "heting")
    return empty


def due(desk: Desk, number: str) -> str:
    return next(
        clock["due"] for clock in desk.json("show", number)["clocks"] if clock["name"] == "resolve"
    )


def entries(desk: Desk, kind: str = "PackAdopted") -> list[dict]:
    """What entries say, but for those that `init` wrote."""
    with open_ledger(desk.home) as ledger:
        return [dict(event.data) for event in ledger.office_wide((kind,)) if event.seq > 2]


def test_editing_the_file_of_the_pack_judges_no_case_anew(desk: Desk):
    number = desk.take(difficulty="complex")
    before = due(desk, number)
    draft(desk, days=2)
    assert due(desk, number) == before
    assert desk.json("ledger", "verify", "--full")["ok"]
    assert due(desk, desk.take(number=2, difficulty="complex")) == before, (
        "an edited file is nobody's rule before it is adopted"
    )


def test_a_file_of_the_pack_that_vanishes_changes_nothing(desk: Desk):
    number = desk.take(difficulty="complex")
    draft(desk).unlink()
    desk.ok("step", number, "--kind", "verify")
    assert desk.json("ledger", "verify", "--full")["ok"]


def test_init_keeps_the_edition_and_names_it(desk: Desk):
    assert station_file.read(desk.home)[5:7] == ("heting", "1")
    kept = desk.home / "packs" / "editions" / "heting@1.toml"
    assert kept.read_bytes() == (desk.home / "packs" / "heting.toml").read_bytes()
    assert kept.stat().st_mode & 0o077 == kept.parent.stat().st_mode & 0o077 == 0


def test_a_new_edition_holds_for_new_cases_and_the_old_one_for_old_cases(desk: Desk):
    old = desk.take(difficulty="complex")
    before = due(desk, old)
    draft(desk, edition="2", days=2)
    said = desk.json("pack", "adopt")
    assert (said["schema"], said["pack"], said["edition"], said["before"], said["open"]) == (
        "bbcs.adopted/1",
        "heting",
        "2",
        "heting@1",
        1,
    )
    assert station_file.read(desk.home).edition == "2"
    new = desk.take(number=2, difficulty="complex")
    assert due(desk, new) < before == due(desk, old)
    assert [(desk.json("show", one)["pack_edition"]) for one in (old, new)] == ["1", "2"]
    desk.ok("step", old, "--kind", "verify")
    assert due(desk, old) == before
    assert desk.json("ledger", "verify", "--full")["ok"]
    desk.ok("ledger", "rebuild")
    assert (due(desk, old), desk.json("ledger", "verify", "--full")["ok"]) == (before, True)


def test_an_adoption_is_one_entry_with_all_that_it_was(desk: Desk):
    path = draft(desk, edition="2026 年修订/甲")
    desk.ok("pack", "adopt", path)
    [entry] = entries(desk)
    from hashlib import sha256

    assert entry == {
        "pack": "heting", "edition": "2026 年修订/甲", "place": packs.load(path).place, "sha256": sha256(path.read_bytes()).hexdigest(),
        "before": "heting@1", "open": 0,
    }  # fmt: skip
    assert [
        path.name for path in (desk.home / "packs" / "editions").iterdir() if "2026" in path.name
    ] == ["heting@2026%20年修订%2F甲.toml"]
    desk.take()


def test_a_pack_from_a_file_elsewhere(desk: Desk, tmp_path: Path):
    path = draft(desk, name="xinzhen").rename(tmp_path / "草稿.toml")
    desk.ok("pack", "adopt", path)
    assert desk.json("show", desk.take())["pack"] == "xinzhen"
    assert "（在用，第 1 版）" in desk.ok("pack", "list").out
    assert desk.ok("pack", "show", "xinzhen@1").out.startswith("xinzhen@1.toml\n")


def test_the_same_edition_with_other_rules_is_refused(desk: Desk):
    path = draft(desk, days=3)
    refused = desk("pack", "adopt", path)
    assert (refused.code, "edition" in refused.err, "新的版次" in refused.err) == (30, True, True)
    assert entries(desk) == []
    draft(desk, days=10)
    assert desk.json("pack", "adopt")["existing"] is True
    assert entries(desk) == []


def test_a_broken_pack_is_refused_with_all_its_problems(desk: Desk):
    path = draft(desk, edition="2")
    path.write_text(
        path.read_text(encoding="utf-8")
        .replace("share = 100", 'share = "all"')
        .replace("days = 5", "days = true"),
        encoding="utf-8",
    )
    refused = desk("pack", "adopt")
    assert (refused.code, "share" in refused.err, "days" in refused.err) == (30, True, True)
    assert entries(desk) == []


def test_a_rehearsal_keeps_nothing(desk: Desk):
    draft(desk, edition="2")
    before = {path: path.read_bytes() for path in desk.home.rglob("*.toml")}
    assert desk.json("pack", "adopt", "--dry-run")["before"] == "heting@1"
    assert {path: path.read_bytes() for path in desk.home.rglob("*.toml")} == before
    assert entries(desk) == []


def test_only_an_administrator_adopts(desk: Desk):
    desk.ok("station", "operator", "add", "li", "--role", "leader")
    draft(desk, edition="2")
    refused = desk("pack", "adopt", "--as", "li")
    assert (refused.code, "admin" in refused.err) == (14, True)
    assert not packs.edition_file(desk.home, "heting", "2").exists()


def test_back_to_an_older_edition(desk: Desk):
    draft(desk, edition="2")
    desk.ok("pack", "adopt")
    assert [
        row["edition"]
        for row in desk.json("pack", "list", "--editions")["packs"]
        if row["key"] == "heting"
    ] == ["2", "1"]
    desk.ok("pack", "adopt", "heting@1")
    assert [(one["before"], one["edition"]) for one in entries(desk)] == [
        ("heting@1", "2"),
        ("heting@2", "1"),
    ]
    assert station_file.read(desk.home).edition == "1"


def test_changes_of_the_roster_keep_the_edition(desk: Desk):
    desk.ok("station", "unit", "add", "甲局")
    desk.ok("station", "operator", "add", "li")
    desk.ok("station", "duty", "add", "今天", "li")
    assert station_file.read(desk.home)[5:7] == ("heting", "1")


def test_no_file_of_rules_is_read_by_a_command(desk: Desk):
    number = desk.take(difficulty="complex")
    before = due(desk, number)
    packs.edition_file(desk.home, "heting", "1").unlink()
    (desk.home / "packs" / "heting.toml").unlink()
    assert due(desk, number) == before
    assert due(desk, desk.take(number=2, difficulty="complex")) == before
    assert desk.json("ledger", "verify", "--full")["ok"]
    desk.ok("ledger", "rebuild")
    assert due(desk, number) == before


def test_an_edition_is_written_back_byte_for_byte(desk: Desk, tmp_path: Path):
    raw = b"# \xe6\xb3\xa8\r\n" + draft(desk, edition="2").read_bytes()
    path = tmp_path / "heting.toml"
    path.write_bytes(raw)
    desk.ok("pack", "adopt", path)
    packs.edition_file(desk.home, "heting", "2").unlink()
    desk.ok("pack", "export", "heting@2", "--out", tmp_path / "out.toml")
    assert (tmp_path / "out.toml").read_bytes() == raw
    refused = desk("pack", "export", "heting@2", "--out", tmp_path / "out.toml")
    assert (refused.code, "--yes" in refused.err) == (15, True)
    unknown = desk("pack", "export", "heting@3", "--out", tmp_path / "x.toml")
    assert (unknown.code, "heting@2" in unknown.err, (tmp_path / "x.toml").exists()) == (
        13,
        True,
        False,
    )


def test_a_station_file_that_names_another_pack_changes_nothing_and_is_named(desk: Desk):
    station_file.write(desk.home, station_file.read(desk.home)._replace(pack="default"))  # by hand
    assert desk.json("show", desk.take())["pack"] == "heting"
    [found] = desk("ledger", "verify", "--json").json["findings"]
    assert (found["code"], found["where"]) == ("copy", "station.toml")
    assert "default@1" in found["what"]
    assert "default@1" in desk("doctor").out
    desk.ok("pack", "adopt")
    assert station_file.read(desk.home)[5:7] == ("heting", "1")
    assert entries(desk) == []
    assert desk.json("ledger", "verify")["ok"]


def test_packs_are_listed_where_the_ledger_is_lost(desk: Desk):
    (desk.home / "ledger.db").unlink()
    assert (desk("list").code, "heting" in desk.ok("pack", "list", "-q").out.split()) == (22, True)


def test_a_crash_after_the_entry_leaves_a_home_that_works_and_the_same_command_finishes(
    desk: Desk, monkeypatch
):
    draft(desk, edition="2")
    with monkeypatch.context() as broken:
        broken.setattr(station_file, "write", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert desk("pack", "adopt").code == 15
    assert station_file.read(desk.home).edition == "1"
    desk.take()
    desk.ok("pack", "adopt")
    assert station_file.read(desk.home).edition == "2"
    assert [one["before"] for one in entries(desk)] == ["heting@1"]
    assert desk.json("ledger", "verify", "--full")["ok"]


def test_an_adoption_that_cannot_be_recorded_leaves_no_edition(desk: Desk, monkeypatch):
    draft(desk, edition="2")

    def refuse(*_args, **_kwargs):
        raise PackInvalid("x", ["y"])

    monkeypatch.setattr("bbcs.usecases.editions.adopt", refuse)
    assert desk("pack", "adopt").code == 30
    assert adopt is not refuse
    assert not packs.edition_file(desk.home, "heting", "2").exists()


@pytest.mark.parametrize(
    ("key", "edition"),
    [("../x", "1"), ("x", "../../1"), ("x", ".."), ("x", "版" * 200), ("x", "a@b")],
)
def test_an_edition_is_kept_in_its_folder_whatever_it_is_called(tmp_path, key, edition):
    path = packs.edition_file(tmp_path, key, edition)
    assert path.resolve().parent == (tmp_path / "packs" / "editions").resolve()
    assert len(path.name.encode()) < 200


# -- a refused init ------------------------------------------------------------------------------------------------


def test_a_refused_init_leaves_no_trace(tmp_path: Path):
    units = tmp_path / "单位.csv"
    units.write_text("甲局\n甲局\n", encoding="utf-8")
    empty = Desk(tmp_path / "a" / "home")
    refused = empty("init", "--station", "ZY01", "--name", "沾益站", "--units", units)
    assert (refused.code, "甲局" in refused.err) == (30, True)
    assert not (tmp_path / "a").exists()
    empty.ok("init", "--station", "ZY01", "--name", "沾益站")


def test_a_refused_init_in_a_folder_that_is_there_leaves_it_empty(tmp_path: Path):
    units = tmp_path / "单位.csv"
    units.write_text("甲局\n甲局\n", encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    assert Desk(home)("init", "--station", "ZY01", "--name", "沾益站", "--units", units).code == 30
    assert list(home.iterdir()) == []
    Desk(home).ok("init", "--station", "ZY01", "--name", "沾益站")


# -- roster and ledger together ------------------------------------------------------------------------------------


def test_a_roster_whose_entry_cannot_be_committed_is_put_back(desk: Desk, monkeypatch):
    from bbcs.errors import LedgerBroken
    from bbcs.store.provable import ProvableLedger

    right = ProvableLedger.finish

    def broken(self):
        if self.writable:
            raise LedgerBroken("磁盘坏了")
        right(self)

    before = (desk.home / "station.toml").read_bytes()
    monkeypatch.setattr(ProvableLedger, "finish", broken)
    assert desk("station", "unit", "add", "甲局").code == 21
    assert desk("station", "duty", "add", "今天", "demo").code == 21
    assert (desk.home / "station.toml").read_bytes() == before


def test_a_roster_whose_commit_has_to_be_tried_again_is_changed_once(desk: Desk, monkeypatch):
    from bbcs.errors import LedgerLocked
    from bbcs.store.provable import ProvableLedger

    right, failures = ProvableLedger.finish, [1]

    def once(self):
        if failures and self.writable:
            failures.pop()
            raise LedgerLocked("忙")
        right(self)

    monkeypatch.setattr(ProvableLedger, "finish", once)
    desk.ok("station", "unit", "add", "甲局")
    assert [unit["name"] for unit in desk.json("station", "unit", "list")["units"]] == ["甲局"]
    assert len(entries(desk, "StationChanged")) == 1


def test_an_edition_adopted_before_the_checks_grew_stricter_goes_on_judging(
    desk: Desk, tmp_path, monkeypatch
):
    from bbcs.domain import pack_checks

    text = packs.find("default").read_text(encoding="utf-8")
    lax = tmp_path / "default.toml"
    lax.write_text(
        text.replace('edition = "1"', 'edition = "2"', 1).replace(
            'label = "复杂"\naliases = []\nproposed = true', 'label = "复杂"'
        ).replace("limit = 10\n", "limit = 11\n", 1).replace('key = "counter"', 'key = "counter"\nsource = "没有这个来源"', 1),
        encoding="utf-8",
    )  # fmt: skip
    assert desk("pack", "adopt", lax).code == 30
    with monkeypatch.context() as before:
        before.setattr(pack_checks, "problems", lambda pack, kinds: [])
        desk.ok("pack", "adopt", lax)
    no = desk.take(difficulty="complex")
    desk.ok("ledger", "rebuild")
    assert desk.json("show", no)["pack_edition"] == "2"
    assert desk.json("ledger", "verify", "--full")["ok"]
    assert desk("pack", "check", lax).code == 1
