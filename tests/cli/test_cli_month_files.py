"""The files of a month: all of them or none, with a manifest, as cron writes them."""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import libreoffice
import pytest
from cli_desk import Desk, name, prepared
from openpyxl import load_workbook

from bbcs.errors import IdentityBroken
from bbcs.registers import REGISTERS, monthly
from bbcs.render import files
from bbcs.render.month_files import STAGING
from bbcs.usecases import period_cases

MONTH = ("--month", "2026-03")
SOLVED = ("--outcome", "solved", "--measures", "办好了")


@prepared
def march(desk: Desk) -> Desk:
    """Two cases, one of them overdue, a slip, a call, a consultation."""
    desk.take(difficulty="一般", matter="备案")
    desk.take(difficulty="复杂", matter="许可")
    later = Desk(desk.home, "2026-03-09T10:00")
    later.ok("resolve", "0001", *SOLVED)
    later.ok("callback", "0001", "--reached", "--solved", "yes", "--grade", "5")
    later.ok("supervise", "0002", "--kind", "催办", "--unit", "区市场监管局", "--reason", "问进度")
    later.ok("consult", "--matter", "医保转移", "--visitors", "3", "--answered", "2")
    return Desk(desk.home, "2026-04-01T06:00")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def logged(desk: Desk) -> list[dict]:
    path = desk.home / "log" / "reports.ndjson"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_one_run_writes_every_register_and_a_manifest(march: Desk, tmp_path: Path):
    out = tmp_path / "三月"
    done = march.json("report", "monthly", "--month", "last", "--out", out)
    assert {Path(name).name for name in done["files"]} == names(out)
    manifest = json.loads((out / "清单_2026-03.json").read_text(encoding="utf-8"))
    assert manifest["as_of"] == done["as_of"]
    assert {one["name"]: one["sha256"] for one in manifest["files"]} == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in out.iterdir()
        if path.name != "清单_2026-03.json"
    }
    book = load_workbook(out / "月报_2026-03.xlsx")
    assert book.sheetnames[0] == "月报"
    assert book.sheetnames[-len(REGISTERS) :] == list(REGISTERS.values())
    first = [str(row[0].value) for row in book["月报"].iter_rows() if row[0].value]
    assert any(done["as_of"]["digest"] in line for line in first)
    assert any(line.startswith("平衡式：上期结转 0 + 本期受理登记 2") for line in first)
    for sheet in book:
        text = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
        assert [line for line in text if line.startswith("填报单位：沾益站")], sheet.title
        assert "第 &P 页，共 &N 页" in (sheet.oddFooter.right.text or "")
    assert book["月报"]._charts
    assert done["files_skipped"] == []
    assert len((march.home / "heads.txt").read_text().splitlines()) == 1


def test_a_csv_bears_the_place_s_headers(march: Desk, tmp_path: Path):
    out = tmp_path / "三月"
    march.ok("report", "monthly", *MONTH, "--out", out)
    text = (out / "电话回访登记簿_2026-03.csv").read_text(encoding="utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["接通否"], row["满意度"], row["回访人"]) == ("是", "非常满意", "demo")
    (row,) = csv.DictReader(
        io.StringIO((out / "咨询登记簿_2026-03.csv").read_text(encoding="utf-8-sig"))
    )
    assert (row["来咨询的人次"], row["当场答复"]) == ("3", "2")


def test_cron_hears_nothing_when_all_is_well_and_the_log_has_a_line(march: Desk, tmp_path: Path):
    done = march("report", "monthly", *MONTH, "--out", tmp_path / "三月", "--quiet")
    assert (done.code, done.out, done.err) == (0, "", "")
    (line,) = logged(march)
    assert (line["exit"], line["period"]) == (0, ["2026-03-01", "2026-03-31"])
    assert line["files"] == len(names(tmp_path / "三月"))


def test_a_month_without_cases_is_a_month(march: Desk, tmp_path: Path):
    done = march.json("report", "monthly", "--month", "2025-12", "--out", tmp_path / "空")
    assert (done["counts"]["received"], done["identity_holds"]) == (0, True)
    assert "工作台账登记簿_2025-12.csv" in names(tmp_path / "空")


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("--month", "2026-05"), 2, "还没到"),
        (("--month", "2026-13"), 2, "2026-10"),
        (("--form", "长"), 13, "full"),
    ],
)
def test_what_cannot_be_printed_is_refused_and_logged(march: Desk, tmp_path, args, code, said):
    done = march.fails(code, "report", "monthly", *args, "--out", tmp_path / "三月")
    assert said in done.err
    assert not (tmp_path / "三月").exists()


def test_the_home_and_what_is_no_folder_are_refused(march: Desk, tmp_path: Path):
    for folder in (march.home, march.home / "新", march.home / "log"):
        assert "数据目录" in march.fails(2, "report", "monthly", *MONTH, "--out", folder).err
        assert not (march.home / "新").exists()
    (tmp_path / "文件").write_text("x", encoding="utf-8")
    done = march.fails(22, "report", "monthly", *MONTH, "--out", tmp_path / "文件")
    assert "不是文件夹" in done.err
    march.ok("report", "monthly", *MONTH, "--out", march.home / "out")
    assert [line["exit"] for line in logged(march)] == [22, 0]


def test_a_run_that_fails_leaves_the_files_of_the_last_one(march: Desk, tmp_path, monkeypatch):
    out = tmp_path / "三月"
    march.ok("report", "monthly", *MONTH, "--out", out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    Desk(march.home, "2026-04-01T07:00").ok("note", "0002", "--text", "催")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(files, "csv_lines", full)
    done = march.fails(22, "report", "monthly", *MONTH, "--out", out)
    assert "磁盘已满" in done.err
    assert f"请清理 {out} 所在的磁盘" in done.err, "the folder that was named, none of our own"
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    fresh = tmp_path / "新"
    march.fails(22, "report", "monthly", *MONTH, "--out", fresh)
    assert not fresh.exists()


NOBODY = 65534


@pytest.fixture
def of_nobody(march: Desk, tmp_path: Path) -> Iterator[Desk]:
    """The same home where another user than root works with it; root may write everywhere.

    What the command imports is imported before: another user may not read root's Python.
    """
    if os.geteuid() != 0:
        yield march
        return
    march.ok("report", "monthly", *MONTH, "--out", tmp_path / "先")
    (tmp_path / "文件").touch()
    march.fails(22, "report", "monthly", *MONTH, "--out", tmp_path / "文件")
    with TemporaryDirectory() as folder:
        shutil.copytree(march.home, Path(folder) / "home")
        for path in (Path(folder), *Path(folder).rglob("*")):
            os.chown(path, NOBODY, NOBODY)
        os.seteuid(NOBODY)
        try:
            yield Desk(Path(folder) / "home", "2026-04-01T06:00")
        finally:
            os.seteuid(0)


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such modes")
def test_a_folder_that_may_not_be_written_is_named(of_nobody: Desk):
    out = of_nobody.home.parent / "只读"
    out.mkdir(mode=0o500)
    assert str(out) in of_nobody.fails(22, "report", "monthly", *MONTH, "--out", out).err
    assert names(out) == set()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk that holds 64 KiB."""
    disk = tmp_path / "小盘"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_disk_that_is_really_full_is_named_and_left_as_it_was(march: Desk, small_disk: Path):
    (small_disk / "别的").write_bytes(b"x" * 40_000)
    done = march.fails(22, "report", "monthly", *MONTH, "--out", small_disk / "三月")
    assert "磁盘已满" in done.err
    assert names(small_disk) == {"别的"}


@libreoffice.needed
def test_libreoffice_opens_the_month_as_it_is(march: Desk, tmp_path: Path):
    """Written again by LibreOffice, the workbook says what it said. The test of the papers shows
    that it is opened without a repair.
    """
    out = tmp_path / "三月"
    march.ok("report", "monthly", *MONTH, "--out", out)
    book = out / "月报_2026-03.xlsx"
    again = load_workbook(libreoffice.written_again(book, tmp_path))
    assert again.sheetnames == load_workbook(book).sheetnames
    for sheet in load_workbook(book):
        size = {"max_row": sheet.max_row, "max_col": sheet.max_column}
        ours, theirs = (
            [[cell.value or None for cell in row] for row in one.iter_rows(**size)]
            for one in (sheet, again[sheet.title])
        )
        assert theirs == ours, sheet.title


def test_two_runs_do_not_write_at_once(march: Desk, tmp_path: Path):
    out = tmp_path / "三月"
    (out / STAGING).mkdir(parents=True)
    assert "另一个 bbcs" in march.fails(20, "report", "monthly", *MONTH, "--out", out).err
    assert names(out) == {STAGING}
    old = time.time() - 7200
    os.utime(out / STAGING, (old, old))  # left by a run that was killed
    march.ok("report", "monthly", *MONTH, "--out", out)
    assert STAGING not in names(out)


def test_books_that_do_not_foot_give_no_files(march: Desk, tmp_path: Path, monkeypatch):
    def broken(_: object) -> None:
        raise IdentityBroken("平衡式不成立")

    monkeypatch.setattr(monthly, "check", broken)
    march.fails(32, "report", "monthly", *MONTH, "--out", tmp_path / "三月")
    assert not (tmp_path / "三月").exists()
    assert logged(march)[-1]["exit"] == 32


def test_odd_texts_stand_in_the_files_as_text(desk: Desk, tmp_path: Path):
    odd = "=1+1<b>&\u202e䶮𠮷"
    desk.take(matter=odd, demand=odd + "长" * 12_000, remark="@SUM(A1)")
    Desk(desk.home, "2026-03-06T09:00").ok("consult", "--matter", odd)
    out = tmp_path / "三月"
    Desk(desk.home, "2026-04-01T09:00").ok("report", "monthly", *MONTH, "--out", out)
    book = load_workbook(out / "月报_2026-03.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    texts = {str(cell.value) for cell in cells}
    assert {odd, odd + "长" * 12_000, "@SUM(A1)"} <= texts
    for title in ("工作台账登记簿", "工单受理登记簿", "咨询登记簿"):
        raw = (out / f"{title}_2026-03.csv").read_text(encoding="utf-8-sig")
        assert "'=1+1<b>&\\u202e䶮𠮷" in raw, title


def test_names_are_printed_for_a_reason_that_is_logged(march: Desk, tmp_path: Path):
    page, shown = tmp_path / "台账.xlsx", ("report", "register", "acceptance", *MONTH)
    assert name(1) not in march.ok(*shown).out
    assert "--reason" in march.fails(13, *shown, "--reveal").err
    assert "--reveal" in march.fails(2, *shown, "--reason", "存档").err
    before = march.last()
    march.ok(*shown, "--reveal", "--reason", "存档", "--out", page)
    assert page.stat().st_mode & 0o777 == 0o600
    text = [str(cell.value) for row in load_workbook(page).active.iter_rows() for cell in row]
    assert name(1) in text
    assert any("含个人信息" in line for line in text)
    (line,) = march.ok("changes", "--since", before).out.splitlines()
    assert json.loads(line)["kind"] == "Revealed"
    march.ok("station", "operator", "add", "sj", "--name", "审计", "--role", "auditor")
    refused = march.fails(14, *shown, "--reveal", "--reason", "看看", "--as", "sj")
    assert name(1) not in refused.out + refused.err


def test_a_complaint_about_staff_names_nobody_even_then(desk: Desk):
    desk.take(track="conduct", failed_unit="区城管局")
    shown = ("report", "register", "acceptance", *MONTH, "--reveal", "--reason", "存档")
    said = desk.ok(*shown).out
    assert "（不公开）" in said
    assert name(1) not in said


def test_format_and_name_agree(march: Desk, tmp_path: Path):
    for word in ("register", "kpi"):
        page = tmp_path / "x.xlsx"
        march.fails(2, "report", word, *MONTH, "--format", "csv", "--out", page)
        assert not page.exists()


def test_the_workbook_of_a_day_bears_its_title_once(march: Desk, tmp_path: Path):
    path = tmp_path / "日报.xlsx"
    march.ok("report", "daily", "--day", "2026-03-09", "--format", "xlsx", "--out", path)
    sheet = load_workbook(path).worksheets[0]
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    told = [text for text in texts if "2026-03-09" in text and "打印" not in text]
    assert told == ["沾益站 2026-03-09 日报"]


def test_a_month_of_more_cases_than_are_kept_is_shown_like_a_short_one(
    march: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Its cases are read of the ledger each time, which is closed when the answer is printed."""
    asked = [
        *[("report", word, *MONTH) for word in ("monthly", "kpi", "circular")],
        *[("report", word, *MONTH, "--json") for word in ("monthly", "kpi", "circular")],
        ("report", "register", "work", *MONTH),
        ("report", "daily"),
        ("report", "monthly", *MONTH, "--out", tmp_path / "月报", "--yes"),
        ("doc", "--all", *MONTH, "--out", tmp_path / "文书", "--yes"),
    ]
    for words in asked:  # numbers papers, and is logged
        march.ok(*words)
    short = [march.ok(*words) for words in asked]
    monkeypatch.setattr(period_cases, "AT_ONCE", 1)
    assert [march.ok(*words) for words in asked] == short
