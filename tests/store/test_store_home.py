"""Where a home may lie, who can read it, how it is made."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest
from store_drive import NOW, OF_FILES, STAMP, Driver, intake

from bbcs.errors import BadValue, ForbiddenPlace, UsageError
from bbcs.store import home as making, location
from bbcs.store.file_modes import loose_files
from bbcs.store.head_writer import anchor
from bbcs.store.home import create
from bbcs.store.opening import open_ledger
from bbcs.store.sqlite import file

LOCAL = "/dev/sda1 / ext4 rw 0 0\n/dev/sda2 /home ext4 rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n/dev/sdb1 /mnt/disk fuseblk rw 0 0\n"


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@OF_FILES
@pytest.mark.parametrize("umask", [0o022, 0o002, 0o000])
def test_everything_belongs_to_the_owner_alone(driver: Driver, tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        home = driver.create(tmp_path / "a" / "home")
        with open_ledger(home, write=True) as ledger:
            intake(ledger)
            assert loose_files(home) == []
            assert [path.name for path in home.glob("ledger.db-*")]
        with open_ledger(home) as ledger:
            head = ledger.head()
        anchor(home, head)
        assert loose_files(home) == []
        assert mode(home) == 0o700
        assert (
            mode(home / "ledger.db")
            == mode(home / "lookup.key")
            == mode(home / "heads.txt")
            == 0o600
        )
        assert {path.name for path in home.iterdir() if path.is_dir()} == set(making.FOLDERS)
        assert os.umask(umask) == umask
        (home / "ledger.db").chmod(0o640)
        (home / "backups").chmod(0o755)
        assert {path.name for path in loose_files(home)} == {"ledger.db", "backups"}
    finally:
        os.umask(before)


def test_files_that_go_while_the_modes_are_looked_at_are_no_fault(tmp_path: Path) -> None:
    """Backups, reports and attaches make folders and files in a home, and remove them."""
    create(tmp_path / "home", "ZY01", STAMP)
    home, over = tmp_path / "home", threading.Event()

    def others() -> None:
        while not over.is_set():
            work = home / "backups" / ".backup-check-1" / "attachments" / "ab"
            work.mkdir(mode=0o700, parents=True)
            (work / "x").touch(0o600)
            shutil.rmtree(home / "backups" / ".backup-check-1")

    running = threading.Thread(target=others)
    running.start()
    try:
        for _ in range(400):
            loose_files(home)
    finally:
        over.set()
        running.join()


def test_the_key_is_random(tmp_path: Path) -> None:
    for name in ("a", "b"):
        create(tmp_path / name, "ZY01", STAMP)
    keys = {(tmp_path / name / "lookup.key").read_text() for name in ("a", "b")}
    assert len(keys) == 2
    assert all(len(bytes.fromhex(key)) == 32 for key in keys)


def test_an_existing_ledger_is_kept(tmp_path: Path) -> None:
    create(tmp_path / "home", "ZY01", STAMP)
    with open_ledger(tmp_path / "home", write=True) as ledger:
        intake(ledger)
    before = (tmp_path / "home" / "ledger.db").read_bytes()
    with pytest.raises(UsageError, match="已有台账"):
        create(tmp_path / "home", "ZY02", STAMP)
    assert (tmp_path / "home" / "ledger.db").read_bytes() == before


def test_of_two_rivals_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = file._put

    def late(path: Path, target: Path, made: list[Path]) -> None:
        target.write_text("the rival's")
        real(path, target, made)

    monkeypatch.setattr(file, "_put", late)
    with pytest.raises(UsageError, match="已有台账"):
        create(tmp_path / "home", "ZY01", STAMP)
    assert (tmp_path / "home" / "ledger.db").read_text() == "the rival's"


def test_a_folder_with_strange_files_is_not_taken_over(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(0o755)
    home.chmod(0o755)
    (home / "holiday.jpg").touch()
    with pytest.raises(UsageError, match=r"holiday\.jpg"):
        create(home, "ZY01", STAMP)
    assert mode(home) == 0o755
    assert [path.name for path in home.iterdir()] == ["holiday.jpg"]
    (home / "holiday.jpg").rename(home / "station.toml")
    with pytest.raises(UsageError, match=r"station\.toml.*ledger restore"):
        create(home, "ZY01", STAMP)
    (home / "station.toml").rename(home / "config.toml")
    create(home, "ZY01", STAMP)
    assert mode(home) == 0o700


@pytest.mark.parametrize(
    "code", ["", "Z", "zy01", "ZY-1", "ZY01ZY01ZY01Z", "中文站码", "ＺＹ０１", "²²"]
)
def test_station_codes(tmp_path: Path, code: str) -> None:
    with pytest.raises(BadValue):
        create(tmp_path / "home", code, STAMP)
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("name", ["a b", "百分%41号?#", "引号'\"", "办不成事"])
def test_homes_with_odd_names(tmp_path: Path, name: str) -> None:
    create(tmp_path / name, "ZY01", STAMP)
    with open_ledger(tmp_path / name, write=True) as ledger:
        assert intake(ledger) == f"ZY01-{NOW:%Y%m%d}-0001"


@pytest.mark.parametrize(
    "kind",
    [
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "9p",
        "fuse.sshfs",
        "fuse.rclone",
        "fuse.davfs",
        "fuse",
        "drvfs",
    ],
)
def test_network_file_systems_are_refused(kind: str) -> None:
    mounts = LOCAL + f"//server/share /mnt/share\\040one {kind} rw 0 0\n"
    assert kind in location.forbidden("/mnt/share one/bbcs", mounts, "linux")
    with pytest.raises(ForbiddenPlace) as refused:
        location.check("/mnt/share one", mounts)
    assert "--home" in refused.value.message
    assert location.forbidden("/mnt/share", mounts, "linux") == ""
    assert location.forbidden("/home/clerk/bbcs", mounts, "linux") == ""


@pytest.mark.parametrize(
    "home", ["/home/x/bbcs", "/tmp/x", "/mnt/disk/bbcs", "/", "/srv/weixin", "/home/x/9p"]
)
def test_local_places_are_fine(home: str) -> None:
    assert location.forbidden(home, LOCAL, "linux") == ""


def test_the_nearest_and_last_mount_counts() -> None:
    mounts = (
        LOCAL
        + "server:/x /home/clerk nfs rw 0 0\n/dev/sdc /home/clerk/local ext4 rw 0 0\nserver:/y /home/late ext4 rw 0 0\n"
    )
    mounts += "server:/y /home/late cifs rw 0 0\n"
    assert location.forbidden("/home/clerk/bbcs", mounts, "linux")
    assert not location.forbidden("/home/clerk/local/bbcs", mounts, "linux")
    assert not location.forbidden("/home/clerks", mounts, "linux")
    assert location.forbidden("/home/late", mounts, "linux")


def test_advice_helps_where_even_the_user_folder_is_forbidden(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", "/home/clerk")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert "/home/clerk/.local/share/bbcs" in location.advice(LOCAL)
    assert "/var/lib/bbcs" in location.advice(LOCAL + "server:/x /home nfs rw 0 0\n")
    assert "本机磁盘" in location.advice("overlay / fuse.fuse-overlayfs rw 0 0\n")


@pytest.mark.parametrize(
    "folder",
    [
        "OneDrive",
        "OneDrive - 单位",
        "坚果云",
        "我的坚果云",
        "Nutstore Files",
        "WeChat Files",
        "xwechat_files",
        "微信文件",
    ],
)
def test_sync_folders_are_refused(folder: str) -> None:
    assert folder in location.forbidden(f"/home/x/{folder}/bbcs", LOCAL, "linux")
    assert folder in location.forbidden(
        f"C:\\Users\\x\\{folder}\\bbcs", "", "win32", lambda root: 3
    )


@pytest.mark.parametrize(
    ("home", "drive", "refused"),
    [
        (r"\\server\share\bbcs", 3, True),
        ("//server/share", 3, True),
        (r"\\?\UNC\server\share", 3, True),
        (r"Z:\bbcs", 4, True),
        ("z:/bbcs", 4, True),
        (r"\\?\C:\bbcs", 3, False),
        (r"C:\bbcs", 3, False),
    ],
)
def test_windows_places(home: str, drive: int, refused: bool) -> None:
    assert bool(location.forbidden(home, None, "win32", lambda root: drive)) is refused


def test_open_checks_the_place(driver: Driver, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(location, "_mounts", lambda: f"server:/x {home.parent} cifs rw 0 0\n")
    for write in (False, True):
        with pytest.raises(ForbiddenPlace), driver.open(home, write=write):
            pass
    with pytest.raises(ForbiddenPlace):
        create(home.parent / "new", "ZY01", STAMP)
    assert not (home.parent / "new").exists()
