from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from bbcs.errors import DiskFull, OutputNotWritable
from bbcs.render.files import whole, write_bytes
from bbcs.render.formats import encode


def write_text(path: Path, text: str) -> None:
    write_bytes(path, encode(text))


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def interrupted(target: Path) -> None:
    with whole(target) as draft:
        draft.write_text("半", encoding="utf-8")
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("folder", "file"), [(0o700, 0o600), (0o755, 0o644), (0o770, 0o660), (0o777, 0o666)]
)
@pytest.mark.parametrize("umask", [0o077, 0o022, 0o000])
def test_a_report_may_be_read_by_whoever_may_read_its_folder(
    tmp_path: Path, folder: int, file: int, umask: int
) -> None:
    tmp_path.chmod(folder)
    before = os.umask(umask)
    try:
        write_text(tmp_path / "台账.csv", "编号\n")
    finally:
        os.umask(before)
    assert mode(tmp_path / "台账.csv") == file


def test_rejected_rows_are_for_their_owner_only(tmp_path: Path) -> None:
    write_bytes(tmp_path / "rejected.csv", b"x", mode=0o600)
    assert mode(tmp_path / "rejected.csv") == 0o600


def test_an_interrupted_file_leaves_the_old_one_and_no_rest(tmp_path: Path) -> None:
    target = tmp_path / "台账.csv"
    write_text(target, "旧")
    with pytest.raises(KeyboardInterrupt):
        interrupted(target)
    assert target.read_text(encoding="utf-8") == "旧"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    ("fault", "refusal", "word"),
    [
        (errno.ENOSPC, DiskFull, "磁盘已满"),
        (errno.EDQUOT, DiskFull, "磁盘已满"),
        (errno.EFBIG, DiskFull, "磁盘已满"),
        (errno.EACCES, OutputNotWritable, "没有写权限"),
        (errno.EIO, OutputNotWritable, "系统错误"),
    ],
)
def test_faults_become_refusals_that_name_the_folder(
    tmp_path: Path, fault: int, refusal: type[Exception], word: str
) -> None:
    target = tmp_path / "台账.csv"
    with pytest.raises(refusal, match=f"(?s){word}.*") as refused, whole(target):
        raise OSError(fault, "fault")
    assert str(tmp_path) in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_not_created(tmp_path: Path) -> None:
    with pytest.raises(OutputNotWritable, match="文件夹不存在"):
        write_text(tmp_path / "没有" / "台账.csv", "x")
    (tmp_path / "文件").write_text("x")
    with pytest.raises(OutputNotWritable, match="不是文件夹"):
        write_text(tmp_path / "文件" / "台账.csv", "x")


def test_folders_and_devices_are_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(OutputNotWritable, match="不是普通文件"):
        write_text(tmp_path, "x")
    os.mkfifo(tmp_path / "管道")
    with pytest.raises(OutputNotWritable, match="不是普通文件"):
        write_text(tmp_path / "管道", "x")


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "实").write_text("旧")
    (tmp_path / "链").symlink_to(tmp_path / "实")
    write_text(tmp_path / "链", "新")
    assert (tmp_path / "链").is_symlink()
    assert (tmp_path / "实").read_text(encoding="utf-8") == "新"


def test_text_is_stored_in_the_encoding_asked_for() -> None:
    raw = encode("编号𠮷\ud800", encoding="gb18030")
    assert raw.decode("gb18030") == "编号𠮷\\ud800"


def test_drafts_that_killed_runs_left_are_swept_by_the_next_write(tmp_path):
    old, young, folder, other = (
        tmp_path / name
        for name in (".bbcs-old.tmp", ".bbcs-young.tmp", ".bbcs-folder", "bbcs-old.tmp")
    )
    folder.mkdir()
    for path in (old, young, folder / "sheet.xml", other):
        path.write_bytes(b"left")
    for path in (old, folder, other):
        os.utime(path, (0, 0))
    write_text(tmp_path / "a.csv", "x")
    assert sorted(path.name for path in tmp_path.iterdir()) == [young.name, "a.csv", other.name]


def test_a_link_to_another_disk_is_written_through(tmp_path: Path) -> None:
    """A draft is renamed into its place, which a disk can do with its own files only."""
    (tmp_path / "stick").mkdir()
    target, link = tmp_path / "stick" / "月报.csv", tmp_path / "月报.csv"
    link.symlink_to(target)
    with whole(link) as draft:
        assert draft.parent == target.parent
        draft.write_text("编号", encoding="utf-8")
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "编号"
