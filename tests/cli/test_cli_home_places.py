"""A home in a sync folder is refused however its path is written, before anything is made or read."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_desk import Desk

SYNCED = "坚果云"

SPELLINGS: dict[str, Callable[[Path, pytest.MonkeyPatch], str]] = {}
"""How a person may name the folder `坚果云/bbcs` below a folder; each makes the links that it needs."""


def spelling(make: Callable[[Path, pytest.MonkeyPatch], str]) -> None:
    SPELLINGS[make.__name__] = make


@spelling
def as_it_is(folder: Path, patch: pytest.MonkeyPatch) -> str:
    return str(folder / SYNCED / "bbcs")


@spelling
def from_inside(folder: Path, patch: pytest.MonkeyPatch) -> str:
    patch.chdir(folder / SYNCED)
    return "bbcs"


@spelling
def the_folder_itself(folder: Path, patch: pytest.MonkeyPatch) -> str:
    (folder / SYNCED / "bbcs").mkdir(exist_ok=True)
    patch.chdir(folder / SYNCED / "bbcs")
    return "."


@spelling
def up_and_down(folder: Path, patch: pytest.MonkeyPatch) -> str:
    (folder / "a").mkdir()
    return str(folder / "a" / ".." / SYNCED / "bbcs")


@spelling
def through_a_link_above(folder: Path, patch: pytest.MonkeyPatch) -> str:
    (folder / "data").symlink_to(folder / SYNCED)
    return str(folder / "data" / "bbcs")


@spelling
def through_a_link_to_the_home(folder: Path, patch: pytest.MonkeyPatch) -> str:
    (folder / "data").symlink_to(folder / SYNCED / "bbcs")
    return str(folder / "data")


@spelling
def through_links_of_links(folder: Path, patch: pytest.MonkeyPatch) -> str:
    (folder / "one").symlink_to(SYNCED)
    (folder / "two").symlink_to("one")
    patch.chdir(folder)
    return "two/./bbcs"


@spelling
def by_a_link_that_lies_there(folder: Path, patch: pytest.MonkeyPatch) -> str:
    """The data lie elsewhere, but the sync folder follows its links."""
    (folder / "real").mkdir()
    (folder / SYNCED / "link").symlink_to(folder / "real")
    return str(folder / SYNCED / "link")


@pytest.mark.parametrize("name", SPELLINGS)
def test_no_home_is_made_in_a_sync_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / SYNCED).mkdir()
    home = SPELLINGS[name](tmp_path, monkeypatch)
    done = Desk(Path(home))("init", "--station", "ZY01", "--name", "x", "--home", home)
    assert (done.code, SYNCED in done.err, "--home" in done.err) == (22, True, True), done
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", [one for one in SPELLINGS if one != "by_a_link_that_lies_there"])
def test_a_home_that_was_moved_into_a_sync_folder_is_not_opened(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    number = desk.take()
    (tmp_path / "new" / SYNCED).mkdir(parents=True)
    shutil.move(desk.home, tmp_path / "new" / SYNCED / "bbcs")
    moved = Desk(Path(SPELLINGS[name](tmp_path / "new", monkeypatch)))
    ledger = tmp_path / "new" / SYNCED / "bbcs" / "ledger.db"
    before = ledger.read_bytes()
    for words in (
        ("list",),
        ("show", number),
        ("note", number, "--text", "x"),
        ("ledger", "verify"),
    ):
        done = moved(*words)
        assert (done.code, SYNCED in done.err) == (22, True), (words, done)
    assert moved("doctor").code == 1
    assert ledger.read_bytes() == before


def test_a_link_out_of_a_sync_folder_by_name_only_is_no_sync_folder(tmp_path: Path) -> None:
    (tmp_path / "资料").mkdir()
    (tmp_path / "data").symlink_to(tmp_path / "资料")
    Desk(tmp_path / "data" / "bbcs").ok("init", "--station", "ZY01", "--name", "x")
