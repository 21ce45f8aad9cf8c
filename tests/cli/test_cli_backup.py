"""`bbcs ledger backup` and `restore` as people and cron type them."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_desk import Desk

from bbcs.cli import ledger_backup

CASE = ("intake", "--matter", "备案", "--demand", "办不下去", "--reporter", "陈试验")

pytest.importorskip("cryptography", reason="no wheel for this machine")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "backup.key"
    path.write_bytes(b"synthetic key of a test\n")
    return path


def at_terminal(monkeypatch: pytest.MonkeyPatch, *typed: str) -> Iterator[str]:
    answers = iter(typed)
    monkeypatch.setattr(ledger_backup, "at_terminal", lambda: True)
    monkeypatch.setattr(getpass, "getpass", lambda _: next(answers))
    return answers


def test_a_backup_by_cron_and_its_restore(desk: Desk, key: Path, tmp_path: Path) -> None:
    desk.ok(*CASE)
    made = desk.json("ledger", "backup", "--key", str(key), "--to", str(tmp_path / "usb"))
    assert made["verified"] is True
    assert made["encrypted"] is True
    assert made["entries"] == made["head"]["seq"] == 4
    assert set(made) == {
        "schema",
        "file",
        "sha256",
        "size",
        "encrypted",
        "entries",
        "head",
        "verified",
        "removed",
    }
    new = tmp_path / "new"
    again = desk.json("ledger", "restore", made["file"], "--to", str(new), "--key", str(key))
    assert (again["schema"], again["entries"], again["head"]) == (
        "bbcs.restored/1",
        4,
        made["head"],
    )
    before, after = desk.json("list"), Desk(new).json("list")
    assert before == after
    assert "核验通过" in Desk(new).ok("ledger", "verify", "--full").out


def test_what_a_lost_passphrase_means_is_said_before_the_first(desk: Desk, key: Path) -> None:
    first = desk.ok("ledger", "backup", "--key", str(key))
    assert "备份成功" in first.out
    assert "口令丢了" in first.err
    assert "口令丢了" not in desk.ok("ledger", "backup", "--key", str(key)).err


def test_a_passphrase_is_typed_twice(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_terminal(monkeypatch, "一个很长的口令词", "一个很长的口令词")
    made = json.loads(desk.ok("ledger", "backup", "--json").out)
    at_terminal(monkeypatch, "别的口令")
    wrong = desk("ledger", "restore", made["file"], "--to", str(tmp_path / "new"))
    assert (wrong.code, "口令" in wrong.err) == (2, True)
    at_terminal(monkeypatch, "一个很长的口令词")
    desk.ok("ledger", "restore", made["file"], "--to", str(tmp_path / "new"))


@pytest.mark.parametrize("typed", [("短",), ("一个很长的口令词", "另一个很长的口令")])
def test_a_slip_of_the_passphrase_makes_no_backup(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, typed: tuple[str, ...]
) -> None:
    at_terminal(monkeypatch, *typed)
    refused = desk("ledger", "backup")
    assert (refused.code, "没有备份" in refused.err) == (2, True)
    assert list((desk.home / "backups").iterdir()) == []


def test_without_a_terminal_it_says_what_is_missing(desk: Desk, tmp_path: Path) -> None:
    refused = desk("ledger", "backup")
    assert (refused.code, "--key" in refused.err, "--plain" in refused.err) == (2, True, True)
    made = desk.json("ledger", "backup", "--key", "-", stdin="passphrase from stdin\n")
    refused = desk("ledger", "restore", made["file"], "--to", str(tmp_path / "new"))
    assert (refused.code, "--key" in refused.err) == (2, True)
    back = ("ledger", "restore", made["file"], "--to", str(tmp_path / "new"), "--key", "-")
    assert desk(*back, stdin="another passphrase\n").code == 2
    desk.ok(*back, stdin="passphrase from stdin\n")


def test_a_plain_backup_is_said_and_logged(desk: Desk, tmp_path: Path) -> None:
    done = desk.ok("ledger", "backup", "--plain")
    assert "没有加密" in done.out
    (line,) = (desk.home / "log" / "backups.ndjson").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["encrypted"] is False
    made = json.loads(line)["file"]
    desk.ok("ledger", "restore", made, "--to", str(tmp_path / "new"))  # asks for nothing


REFUSED = {
    "--plain and --key": (("backup", "--plain", "--key", "KEY"), 2),
    "--keep 0": (("backup", "--plain", "--keep", "0"), 2),
    "--keep many": (("backup", "--plain", "--keep", "many"), 2),
    "--keep -1": (("backup", "--plain", "--keep", "-1"), 2),
    "a short key": (("backup", "--key", "SHORT"), 2),
    "no such key": (("backup", "--key", "NONE"), 22),
    "into the home": (("backup", "--plain", "--to", "HOME/templates"), 2),
    "onto a file": (("backup", "--plain", "--to", "KEY"), 22),
    "no such backup": (("restore", "NONE", "--to", "NEW"), 22),
    "no backup": (("restore", "KEY", "--to", "NEW"), 21),
    "over the home": (("restore", "KEY", "--to", "HOME"), 2),
    "to nowhere": (("restore", "KEY"), 2),
    "a wrong code": (("restore", "KEY", "--to", "NEW", "--station", "x"), 2),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refusals(desk: Desk, key: Path, tmp_path: Path, what: str) -> None:
    (tmp_path / "short").write_bytes(b"x")
    words, code = REFUSED[what]
    places = {
        "KEY": key,
        "SHORT": tmp_path / "short",
        "NONE": tmp_path / "none",
        "NEW": tmp_path / "new",
        "HOME/templates": desk.home / "templates",
        "HOME": desk.home,
    }
    before = {path: path.read_bytes() for path in desk.home.rglob("*") if path.is_file()}
    refused = desk("ledger", *(str(places.get(word, word)) for word in words))
    assert refused.code == code, refused
    assert "Traceback" not in refused.err
    assert not (tmp_path / "new").exists()
    assert {path: path.read_bytes() for path in desk.home.rglob("*") if path.is_file()} == before


def test_another_stations_backup_needs_its_name(desk: Desk, key: Path, tmp_path: Path) -> None:
    other = Desk(tmp_path / "other")
    other.ok("init", "--station", "ZY02", "--name", "别的站")
    made = other.json("ledger", "backup", "--key", str(key))["file"]
    back = ("ledger", "restore", made, "--to", str(tmp_path / "new"), "--key", str(key))
    refused = desk(*back)
    assert (refused.code, "ZY02" in refused.err) == (21, True)
    desk.ok(*back, "--station", "ZY02")
    assert (
        other.json("ledger", "info")["head"]
        == Desk(tmp_path / "new").json("ledger", "info")["head"]
    )


def test_who_may_not_administer_may_not_back_up(desk: Desk) -> None:
    desk.ok("station", "operator", "add", "li", "--name", "李经办", "--role", "clerk")
    assert desk("--as", "li", "ledger", "backup", "--plain").code == 14


def test_the_api_backs_up_and_restores_alike(desk: Desk, tmp_path: Path) -> None:
    from datetime import datetime

    from bbcs import api
    from bbcs.errors import UsageError

    desk.ok(*CASE)
    home = api.Home(desk.home, actor="demo", now=datetime(2026, 3, 5, 9, 10))
    made = home.backup(tmp_path / "usb", passphrase=b"synthetic passphrase", keep=1)
    printed = desk.json("ledger", "backup", "--plain")
    assert set(made) == set(printed)
    assert (made["head"], made["encrypted"]) == (printed["head"], True)
    back = api.restore(made["file"], tmp_path / "new", passphrase=b"synthetic passphrase")
    assert (back["schema"], back["head"]) == ("bbcs.restored/1", made["head"])
    with pytest.raises(UsageError):
        api.restore(made["file"], desk.home, passphrase=b"synthetic passphrase")


def backup_check(desk: Desk, now: str | None = None) -> dict[str, object]:
    """What `doctor` says of the last backup."""
    (found,) = [one for one in checks(desk, now) if one["name"] == "备份"]
    return found


def checks(desk: Desk, now: str | None = None) -> list[dict[str, object]]:
    env = {"BBCS_NOW": now or desk.now}
    found: list[dict[str, object]] = desk("doctor", "--json", env=env).json["checks"]
    return found


def test_doctor_names_the_last_backup(desk: Desk, key: Path, tmp_path: Path) -> None:
    none = backup_check(desk)
    assert (none["ok"], none["reminder"], none["what"]) == (True, True, "还没有备份过")
    assert "bbcs ledger backup" in str(none["hint"])
    assert desk("doctor").code == 0
    assert "提醒  备份：还没有备份过；请执行 bbcs ledger backup" in desk("doctor").out

    desk.ok(*CASE)
    plain = desk.json("ledger", "backup", "--plain", "--to", str(tmp_path / "usb"))["file"]
    said = backup_check(desk)
    assert said["what"] == f"2026-03-05 09:10，没有加密，4 条，恢复核验过，在 {plain}"
    assert not said["reminder"]

    sealed = desk.json("ledger", "backup", "--key", str(key))["file"]
    assert backup_check(desk)["what"] == f"2026-03-05 09:10，加密，4 条，恢复核验过，在 {sealed}"
    assert not backup_check(desk, "2026-04-05T09:10")["reminder"]  # nothing was entered since
    desk.ok(*CASE)
    assert not backup_check(desk, "2026-03-12T09:10")["reminder"]
    old = backup_check(desk, "2026-03-13T09:10")
    assert (old["ok"], old["reminder"]) == (True, True)
    assert str(old["what"]).endswith("；已过 8 天，其后又有 2 条记录")
    (desk.home / "ledger.db").rename(tmp_path / "away")
    assert sealed in str(backup_check(desk)["what"])  # most needed where the ledger is lost
    assert len(checks(desk)) == len({*map(str, checks(desk))})
    (tmp_path / "away").rename(desk.home / "ledger.db")
    Path(sealed).unlink()
    assert "现在那里没有这个文件" in str(backup_check(desk)["what"])


def test_a_backup_to_a_relative_folder_is_named_whole(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    desk.ok("ledger", "backup", "--plain", "--to", "usb")
    assert f"在 {tmp_path / 'usb'}" in str(backup_check(desk)["what"])


def test_nothing_is_restored_over_a_home_or_into_one(desk: Desk, key: Path, tmp_path: Path) -> None:
    file = desk.ok("ledger", "backup", "--to", tmp_path / "备份", "--key", key, "-q").out.strip()
    restore = ("ledger", "restore", file, "--key", key, "--to")
    for home in (desk.home, desk.copied(tmp_path / "别处").home):
        refused = desk.fails(2, *restore, home)
        assert "里已有台账的文件" in refused.err
        assert "不能在上面恢复；请给一个新的" in refused.err
    refused = desk.fails(2, *restore, desk.home / "里面")
    assert "那里只放台账自己的文件" in refused.err
    assert not (desk.home / "里面").exists()
