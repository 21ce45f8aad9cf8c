"""`bbcs import` and `import-undo`: foreign ledgers into a home, again, and out of it."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cli_desk import Desk

from bbcs.api import Home
from bbcs.calendar.dates import CST
from sizes import examples, sample

SAMPLES = Path(__file__).parents[1] / "ingest" / "samples"
FILES = ["s01_township.xlsx", "s02_visits_gbk.csv", "s03_legacy.xls", "s04_two_row_header.xlsx"]
HEADER = ["编号", "受理时间", "反映人", "联系电话", "反映内容", "责任单位", "办理结果", "办结时间", "回访时间", "满意度"]  # fmt: skip


def truth(name: str) -> dict[str, Any]:
    return json.loads((SAMPLES / f"{name.rpartition('.')[0]}.truth.json").read_text("utf-8"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "旧台账"
    made.mkdir()
    for name in FILES:
        shutil.copy(SAMPLES / name, made / name)
    return made


MARCH = ("--month", "2026-03")


def row(number: str, *cells: str) -> list[str]:
    return [number, *cells, *[""] * (len(HEADER) - 1 - len(cells))]


def book(path: Path, *rows: list[str], header: list[str] = HEADER) -> Path:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    path.write_text(text.getvalue(), "utf-8")
    return path


OPEN = row("N1", "2024-3-4", "陈试验", "13800000001", "名称通不过", "示例局", "正在办理")
DONE = row("N1", "2024-3-4", "陈试验", "13800000001", "名称通不过", "示例局", "已办结", "2024-3-6")
CALLED = row("N1", "2024-3-4", "陈试验", "13800000001", "名称通不过", "示例局", "已办结", "2024-3-6", "2024-3-8", "满意")  # fmt: skip


def register(desk: Desk, *options: str) -> str:
    return desk.ok("report", "register", "work", "--from", "2020-01-01", "--to", "2026-11-01", "--format", "csv", *options).out  # fmt: skip


def sound(desk: Desk) -> None:
    assert desk.json("ledger", "verify", "--full")["ok"]


@pytest.mark.parametrize("name", FILES)
def test_a_dry_run_tells_what_the_truth_says_and_writes_nothing(
    desk: Desk, folder: Path, name: str
) -> None:
    before = desk.json("ledger", "info")["head"]
    told = json.loads(desk.fails(40, "import", folder / name, "--dry-run", "--json").out)
    wanted = truth(name)
    several = sum(one["role"] == "data" for one in wanted["sheets"]) > 1
    for key in ("rows_total", "rows_ok", "consultations", "encoding", "columns", "header_row"):
        assert told[key] == wanted[key]
    assert told["rows_new"] == wanted["rows_ok"]
    for key in ("rows_rejected", "rows_warned"):
        found = [
            {"sheet": one["sheet"], "row": one["row"], "code": one["code"]} for one in told[key]
        ]
        assert [
            {k: v for k, v in one.items() if several or k != "sheet"} for one in found
        ] == wanted[key]
    assert told["batch"] is None
    assert desk.json("ledger", "info")["head"] == before


@pytest.mark.parametrize("name", FILES)
def test_the_real_run_is_the_dry_run(desk: Desk, folder: Path, name: str) -> None:
    told = json.loads(
        desk.fails(40, "import", folder / name, "--dry-run", "--skip-bad", "--json").out
    )
    refused = json.loads(desk.fails(40, "import", folder / name, "--json").out)
    assert (refused["stored"], desk.json("ledger", "info")["cases"]) == (False, 0)
    done = json.loads(desk.fails(40, "import", folder / name, "--skip-bad", "--json").out)
    apart = {"batch", "dry_run", "stored", "rejected_file"}
    assert {k: v for k, v in done.items() if k not in apart} == {
        k: v for k, v in told.items() if k not in apart
    }
    cases = done["rows_new"] - done["consultations"]
    assert desk.json("ledger", "info")["cases"] == cases
    again = json.loads(desk.fails(40, "import", folder / name, "--skip-bad", "--json").out)
    assert (again["rows_new"], again["rows_changed"], again["rows_unchanged"]) == (
        0,
        0,
        done["rows_ok"],
    )
    assert (again["stored"], desk.json("ledger", "info")["cases"]) == (False, cases)
    sound(desk)


def test_undo_leaves_the_registers_as_before_and_the_rows_can_come_again(
    desk: Desk, folder: Path
) -> None:
    desk.take()
    before, counts = register(desk), desk.json("report", "monthly", "--month", "2024-06")["counts"]
    consulted = desk.json("report", "monthly", "--month", "2024-06")["consultations"]
    done = json.loads(desk.fails(40, "import", folder / FILES[0], "--skip-bad", "--json").out)
    assert register(desk) != before
    assert desk.json("report", "monthly", "--month", "2024-06")["consultations"] != consulted
    undone = desk.json("import-undo", done["batch"], "--reason", "导错了")
    assert (undone["voided"], undone["consultations"], undone["built_on"]) == (52, 4, [])
    assert register(desk) == before
    assert desk.json("report", "monthly", "--month", "2024-06")["counts"] == counts
    assert desk.json("report", "monthly", "--month", "2024-06")["consultations"] == consulted
    sound(desk)
    assert "早已撤销" in desk.fails(11, "import-undo", done["batch"]).err
    assert "没有批次" in desk.fails(2, "import-undo", "19990101-1").err
    again = json.loads(desk.fails(40, "import", folder / FILES[0], "--skip-bad", "--json").out)
    assert again["rows_new"] == done["rows_new"]
    sound(desk)


def test_a_row_that_has_grown_adds_only_what_is_new(desk: Desk, tmp_path: Path) -> None:
    first = desk.json("import", book(tmp_path / "一月.csv", OPEN))
    number = first["records"][0]["case_no"]
    assert desk.json("show", number)["phase"] == "assigned"
    grown = desk.json("import", book(tmp_path / "二月.csv", DONE))
    assert (grown["rows_new"], grown["rows_changed"]) == (0, 1)
    called = desk.json("import", book(tmp_path / "三月.csv", CALLED))
    assert called["rows_changed"] == 1
    case = desk.json("show", number, "--history")
    assert [one["kind"] for one in case["history"]] == [
        "Registered",
        "Accepted",
        "Assigned",
        "Resolved",
        "CalledBack",
    ]
    assert [one["data"]["batch"] for one in case["history"]] == [first["batch"]] * 3 + [
        grown["batch"],
        called["batch"],
    ]
    assert (case["phase"], case["satisfaction"]) == ("called_back", 4)
    older = desk.json("import", tmp_path / "一月.csv")
    assert (older["rows_unchanged"], older["stored"]) == (1, False)
    refused = desk.fails(11, "import-undo", grown["batch"]).err
    assert number in refused
    desk.json("import-undo", called["batch"])
    desk.json("import-undo", grown["batch"])
    assert desk.json("show", number)["phase"] == "assigned"
    sound(desk)


def test_a_day_alone_is_not_before_the_time_of_receipt(desk: Desk, tmp_path: Path) -> None:
    """Received at 15:05, everything else that day, told by the day only."""
    told = row("N1", "2026-3-2 15:05", "王样例", "13800000001", "没人管", "民政局", "已办结", "2026-3-2", "2026-3-2", "满意", "加 3")  # fmt: skip
    path = book(tmp_path / "当日.csv", told, header=[*HEADER, "延期情况"])
    number = desk.json("import", path)["records"][0]["case_no"]
    history = desk.json("show", number, "--history")["history"]
    assert {one["at"][:16] for one in history} == {"2026-03-02T15:05"}
    assert {"Assigned", "ExtensionDecided", "Resolved", "CalledBack"} <= {
        one["kind"] for one in history
    }
    desk.ok("deadline", number)
    for args in (("export",), ("report", "kpi", *MARCH), ("report", "monthly", *MARCH)):
        desk.ok(*args, "--json")
    assert desk.json("import", path)["rows_unchanged"] == 1
    sound(desk)


def test_what_contradicts_the_ledger_is_told_and_the_ledger_stays(
    desk: Desk, tmp_path: Path
) -> None:
    number = desk.json("import", book(tmp_path / "一.csv", DONE))["records"][0]["case_no"]
    other = [*DONE[:7], "2024-3-9", "", ""]
    told = desk.json("import", book(tmp_path / "二.csv", other))
    assert [one["code"] for one in told["rows_warned"]] == ["changed_in_ledger"]
    assert (told["rows_unchanged"], told["stored"]) == (1, False)
    assert desk.json("show", number)["resolved_at"].startswith("2024-03-06")
    stranger = [DONE[0], "2024-5-5", "李样本", "13900000002", "另一件事", "示例局", "", "", "", ""]
    refused = json.loads(
        desk.fails(40, "import", book(tmp_path / "三.csv", stranger), "--json").out
    )
    assert [one["code"] for one in refused["rows_rejected"]] == ["contradicts_ledger"]
    apart = desk.json("import", tmp_path / "三.csv", "--source", "另一本")
    assert apart["rows_new"] == 1


def test_rows_without_a_number_are_known_by_their_content(desk: Desk, tmp_path: Path) -> None:
    header, bare = HEADER[1:], [OPEN[1:], ["2024-3-5", "", "", "没留名的事", *[""] * 5]]
    assert desk.json("import", book(tmp_path / "无号.csv", *bare, header=header))["rows_new"] == 2
    wider = [*bare, ["2024-3-7", "李样本", "13900000002", "又一件", *[""] * 5]]
    again = desk.json("import", book(tmp_path / "无号多一行.csv", *wider, header=header))
    assert (again["rows_new"], again["rows_unchanged"]) == (1, 2)
    twice = json.loads(
        desk.fails(
            40, "import", book(tmp_path / "重.csv", wider[2], wider[2], header=header), "--json"
        ).out
    )
    assert [one["code"] for one in twice["rows_rejected"]] == ["duplicate_row"]


def test_mended_rejected_rows_come_in(desk: Desk, folder: Path) -> None:
    done = json.loads(desk.fails(40, "import", folder / FILES[3], "--skip-bad", "--json").out)
    path = Path(done["rejected_file"])
    assert (path.name, path.parent, path.stat().st_mode & 0o777) == ("rejected.xlsx", folder, 0o600)
    pages = openpyxl.load_workbook(path)
    assert pages.sheetnames == ["2025.1", "2025.2", "2025.3"]
    for page in pages.worksheets:
        head = [cell.value for cell in page[2]]
        assert head[:2] == ["未导入的原因", "原文件行号"]
        cells = {name: page.cell(3, at + 1) for at, name in enumerate(head)}
        cells["受理|时间"].value = "1月9日"
        cells["诉求内容"].value = cells["诉求内容"].value or "补写的内容"
    pages.save(path)
    mended = desk.json("import", path)
    assert (mended["rows_total"], mended["rows_new"], mended["rows_rejected"]) == (3, 3, [])
    assert all("未导入的原因" not in one["extra"] for one in mended["records"])
    assert all(one["received_at"].startswith("2025-01-09") for one in mended["records"])


def test_screen_and_json_are_masked(desk: Desk, folder: Path) -> None:
    for options in (("--json",), ()):
        done = desk("import", folder / FILES[0], "--skip-bad", *options)
        assert "13176699919" not in done.out + done.err
        assert "53010219960716999X" not in done.out + done.err


def test_units_are_those_of_the_roster_with_a_hint_for_near_misses(
    desk: Desk, tmp_path: Path
) -> None:
    desk.ok("station", "unit", "add", "区市场监督管理局", "--code", "SCJG", "--alias", "市监局")
    rows = [
        [f"N{at}", "2024-3-4", "陈试验", "13800000001", f"事{at}", unit, "", "", "", ""]
        for at, unit in enumerate(("市监局", "区市场监管局"))
    ]
    told = desk.json("import", book(tmp_path / "单位.csv", *rows))
    (warned,) = told["rows_warned"]
    assert (warned["code"], "是不是“区市场监督管理局”" in warned["message"]) == (
        "unit_unknown",
        True,
    )
    first, second = (desk.json("show", one["case_no"])["lead_unit"] for one in told["records"])
    assert (first, second) == ("区市场监督管理局", "区市场监管局")


def test_a_map_is_remembered(desk: Desk, tmp_path: Path) -> None:
    path = book(
        tmp_path / "自造.csv",
        ["1", "2024-3-4", "陈试验", "办不下来", "杠杠的"],
        header=["单据", "啥时候", "谁", "咋了", "评"],
    )
    assert "没有找到台账的表头" in desk.fails(40, "import", path).err
    own = tmp_path / "对照.toml"
    own.write_text(
        '[columns]\n"单据" = "source_no"\n"啥时候" = "received_at"\n"谁" = "reporter"\n"咋了" = "demand"\n',
        "utf-8",
    )
    assert desk.json("import", path, "--map", own, "--dry-run")["rows_new"] == 1
    assert not (desk.home / "maps" / "columns.toml").exists()
    assert desk.json("import", path, "--map", own)["rows_new"] == 1
    assert desk.json("import", path)["rows_unchanged"] == 1
    own.write_text('[columns]\n"评" = "satisfacton"\n', "utf-8")
    assert "是不是“satisfaction”" in desk.fails(2, "import", path, "--map", own).err


def test_unknown_columns_are_kept_and_shown(desk: Desk, folder: Path) -> None:
    done = json.loads(desk.fails(40, "import", folder / FILES[0], "--skip-bad", "--json").out)
    number = done["records"][0]["case_no"]
    assert "网格员：黄志涛" in desk.ok("show", number).out


def test_the_ledger_is_not_held_by_a_dry_run_and_roles_are_asked(
    desk: Desk, tmp_path: Path
) -> None:
    path = book(tmp_path / "一.csv", OPEN)
    desk.ok("station", "operator", "add", "wang", "--name", "王窗口", "--role", "clerk")
    assert "管理员" in desk.fails(14, "import", path, "--as", "wang").err


def test_inspection_knows_imported_rows(desk: Desk, tmp_path: Path) -> None:
    rows = [
        ["E1", "2024-3-4", "陈试验", "13800000001", "甲", "", "已办结", "2024-3-8", "2024-3-6", "满意", ""],
        ["E2", "2024-3-4", "李样本", "13800000002", "乙", "", "已办结", "", "", "", ""],
        ["E3", "2024-3-4", "王演示", "13800000003", "丙", "", "正在办理", "", "2024-3-6", "满意", "2024-9-9"],
    ]  # fmt: skip
    done = desk.json("import", book(tmp_path / "疑.csv", *rows, header=[*HEADER, "到期日"]))
    numbers = [one["case_no"] for one in done["records"]]
    findings = json.loads(desk("check", "--json").out)["findings"]
    found = {(one["code"], one["case_no"]) for one in findings}
    assert {
        ("C03", numbers[0]),
        ("C13", numbers[1]),
        ("C03", numbers[2]),
        ("C04", numbers[2]),
    } <= found
    assert ("C13", numbers[2]) not in found
    assert desk.json("show", numbers[2])["phase"] == "accepted"


PACKS = ["nanchang", "yichun", "linfen", "zhanyi", "xianan"]


@pytest.mark.parametrize("pack", PACKS)
def test_every_place_takes_the_samples(empty: Desk, folder: Path, pack: str) -> None:
    empty.ok("init", "--station", "ZY01", "--name", "某站", "--pack", pack)
    for name in FILES:
        done = json.loads(
            empty.fails(40, "import", folder / name, "--skip-bad", "--source", name, "--json").out
        )
        assert done["rows_ok"] == truth(name)["rows_ok"]
    sound(empty)
    empty.ok("list", "--all")
    for one in done["records"][:5]:
        if one["case_no"]:
            empty.ok("show", one["case_no"], "--history")


NUMBERS = ("序号", "受理编号", "编号", "原编号", "seq", "case_no", "source_no")


def printed(desk: Desk, path: Path) -> list[dict[str, str]]:
    """The work register in a file, as rows without the numbers; how time was set is no part of it."""
    desk.ok("report", "register", "work", "--from", "2017-01-01", "--to", "2026-12-01", "--out", path, "--yes")  # fmt: skip
    if path.suffix == ".csv":
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    else:
        page = openpyxl.load_workbook(path).worksheets[0]
        head = [cell.value for cell in page[2]]
        lines = list(page.iter_rows(min_row=3, values_only=True))
        rows = [
            dict(zip(head, map(str, line), strict=True))
            for line in lines
            if isinstance(line[0], int)
        ]
    return [
        {
            name: text.replace("（设定时间）", "")
            for name, text in row.items()
            if name not in NUMBERS
        }
        for row in rows
    ]


STORIES = ["default-day", "linfen-year", "xianan-household", "linfen-accountability", "nanchang-guesthouse", "honest-ends"]  # fmt: skip
EXTENDED = ["zhanyi-doctor", "daily-mistakes"]
"""Stories in which a limit was extended: to a day, and by so many units."""


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Desk]:
    """The home of a recorded session, replayed once for all the files that are printed of it."""
    folder = tmp_path_factory.mktemp("replayed")

    def home(story: str) -> Desk:
        if not (folder / story).exists():
            Desk(folder / "none").ok("demo", folder / story, "--session", story)
        return Desk(folder / story / story / "home", "2026-12-01T09:00")

    return home


@pytest.mark.parametrize(
    ("story", "suffix"),
    [
        *product([*STORIES, *EXTENDED], ["csv"]),
        *product(sample(STORIES, 2, 0), ["xlsx"]),
    ],
)
def test_the_work_register_comes_back(
    tmp_path: Path, replayed: Callable[[str], Desk], story: str, suffix: str
) -> None:
    old = replayed(story)
    pack = tomllib.loads((old.home / "station.toml").read_text("utf-8"))["pack"]
    before = printed(old, tmp_path / f"登记簿.{suffix}")
    new = Desk(tmp_path / "new", "2026-12-01T09:00")
    new.ok("init", "--station", "NEW1", "--name", "新站", "--pack", pack)
    told = new.json("import", tmp_path / f"登记簿.{suffix}")
    assert (told["rows_rejected"], told["rows_new"]) == ([], len(before))
    assert printed(new, tmp_path / f"再印.{suffix}") == before
    sound(new)


def test_the_api_imports_like_the_command(desk: Desk, folder: Path) -> None:
    home = Home(desk.home, actor="demo", now=datetime(2026, 3, 5, 9, 10, tzinfo=CST))
    tried = home.import_file(folder / FILES[1], dry_run=True, skip_bad=True)
    assert tried == json.loads(
        desk.fails(40, "import", folder / FILES[1], "--dry-run", "--skip-bad", "--json").out
    )
    done = home.import_file(folder / FILES[1], skip_bad=True)
    assert (done["stored"], done["rows_new"]) == (True, tried["rows_new"])
    assert home.undo_import(done["batch"])["voided"] == 42
    sound(desk)


def test_an_empty_list_is_an_empty_night(desk: Desk, tmp_path: Path) -> None:
    """As `intake --from`; a list of what is no case is still refused."""
    for given in ("[]", " [ ]\n"):
        done = json.loads(desk.ok("import", "-", "--json", stdin=given).out)
        assert (done["rows_total"], done["rows_new"], done["stored"]) == (0, 0, False)
        assert done["rows_rejected"] == []
    path = tmp_path / "空.json"
    path.write_text("[]", "utf-8")
    assert "没有行" in desk.ok("import", path, "--dry-run").out
    assert desk.fails(40, "import", "-", stdin="[{}]").err
    assert desk.fails(40, "import", "-", stdin='[{"甲": 1}]').err


def test_a_killed_import_leaves_nothing(desk: Desk, tmp_path: Path) -> None:
    rows = [
        row(f"K{at}", "2024-3-4", "陈试验", "13800000001", f"事{at}", "示例局")
        for at in range(2000)
    ]
    path = book(tmp_path / "大.csv", *rows)
    before = desk.json("ledger", "info")["head"]
    child = subprocess.Popen(
        [sys.executable, "-m", "bbcs", "import", str(path), "-q"], env=desk.env(),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    journal = desk.home / "ledger.db-journal"
    until = time.monotonic() + 60
    while not (journal.exists() and journal.stat().st_size) and time.monotonic() < until:
        assert child.poll() is None
        time.sleep(0.05)
    child.kill()
    child.wait()
    assert desk.json("ledger", "info")["head"] == before
    sound(desk)
    again = desk.json("import", book(tmp_path / "小.csv", *rows[:3]))
    assert again["rows_new"] == 3


NOISE = [
    "", "/", "同上", "13800000001", "=1+1", "看\u202e这里", "甲" * 300, "2024-3-4", "2024年3月5日下午3点半", "45355", "满意", "80%",
    "已办结", "部分解决，已办结", "不予受理", "反映人撤回", "已转办", "当场答复", "咨询材料", "窗口", "示例局、样本镇", "530303190001019993", "5.3E+17",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), "第一行\r\n第二行", "首轮：已解决；第 2 轮：部分解决", "是（第 2 轮）", "已归档 2024-1",
    "a|b", "\x07", "1.5", "-1",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(examples(4)))
def test_the_dry_run_tells_the_truth_of_any_noise(desk: Desk, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    header = [
        *HEADER,
        "难易",
        "身份证号",
        "是否重办",
        "销号归档",
        "办理过程及措施",
        "反映渠道",
        "承办人",
        "备注",
        "网格员",
    ]
    days = ["", "", "2024-3-4", "2024年3月5日下午3点半", "45358", "2024.3.9", "/"]

    def noise(name: str) -> str:
        if name.endswith("时间") and dice.random() < 0.9:
            return dice.choice(days)
        return dice.choice(NOISE if dice.random() < 0.98 else ["办" * 25_000])

    rows = [[f"Z{at}", "2024-3-4", *map(noise, header[2:])] for at in range(60)]
    path = book(tmp_path / "杂.csv", *rows, header=header)
    options = ("import", path, "--skip-bad", "--show", "100", "--json")
    tried, done = desk(*options, "--dry-run"), desk(*options)
    assert tried.code == done.code
    apart = {"batch", "dry_run", "stored"}
    first, second = ({k: v for k, v in one.json.items() if k not in apart} for one in (tried, done))
    assert first == second
    assert second["rows_new"] > 0
    sound(desk)
    for one in second["records"][:10]:
        if one["case_no"]:
            desk.ok("show", one["case_no"], "--history")
    desk.ok("list", "--all")
    assert desk("check").code in (0, 1)
    again = desk(*options).json
    assert (again["rows_new"], again["rows_changed"], again["rows_unchanged"]) == (
        0,
        0,
        second["rows_ok"],
    )
    desk.json("import-undo", done.json["batch"])
    sound(desk)


def test_numbers_of_options(desk: Desk, tmp_path: Path) -> None:
    path = book(tmp_path / "无年.csv", ["N1", "3月4日", *OPEN[2:]], ["N2", "3月5日", *OPEN[2:]])
    told = desk.json("import", path, "--dry-run", "--year", "２０２４", "--show", "1")
    assert [one["received_at"] for one in told["records"]] == ["2024-03-04"]
    for wrong in (("--year", "24"), ("--year", "去年"), ("--show", "-1")):
        assert wrong[0] in desk.fails(2, "import", path, *wrong).err


def test_an_extension_moves_the_date_and_comes_in_once(desk: Desk, tmp_path: Path) -> None:
    header = [*HEADER, "延期情况"]
    settled = [*DONE[:7], "2024-3-25", "", "", "延期至2024年3月27日"]
    desk.json("import", book(tmp_path / "一.csv", settled, header=header))
    (one,) = desk.json("list", "--all")["cases"]
    shown = desk.json("show", one["case_no"], "--history")
    limit = next(clock for clock in shown["clocks"] if clock["name"] == "resolve")
    assert (limit["due"], limit["state"]) == ("2024-03-27", "met")
    kinds = [entry["kind"] for entry in shown["history"]]
    assert kinds.count("ExtensionAsked") == kinds.count("ExtensionDecided") == 1
    again = desk.json("import", tmp_path / "一.csv")
    assert (again["rows_unchanged"], again["rows_warned"]) == (1, [])
    other = [*settled[:10], "延期3天"]
    told = desk.json("import", book(tmp_path / "二.csv", ["N2", *other[1:]], header=header))
    late = desk.json("show", told["records"][0]["case_no"])
    limit = next(clock for clock in late["clocks"] if clock["name"] == "resolve")
    assert (limit["due"], limit["state"]) == ("2024-03-04", "met_late")
    sound(desk)


def settled(number: str, resolved: str, *called: str) -> list[str]:
    return row(number, "2024-3-4", "陈试验", "13800000001", "名称通不过", "示例局", "已办结", resolved, *called)  # fmt: skip


def groups(desk: Desk) -> dict[str, list[str]]:
    """Group of the desk -> foreign numbers of its cases."""
    shown = desk.json("todo")["groups"]
    return {
        one["name"]: [case["source_no"] for case in one["cases"]] for one in shown if one["cases"]
    }


def test_the_desk_asks_only_for_what_an_old_ledger_left_to_do(desk: Desk, tmp_path: Path) -> None:
    """Settled long ago: nobody calls years later. Settled the other day: the call is still due."""
    desk.now = "2024-03-20T10:00"
    book(tmp_path / "old.csv", settled("N1", "2024-3-5"), settled("N2", "2024-3-19"), settled("N3", "2024-3-5", "2024-3-8", "不满意"), row("N4", "2024-3-4", "李试验", "13800000002", "证照不符", "示例局", "正在办理"))  # fmt: skip
    desk.ok("import", tmp_path / "old.csv")
    listed = {one["source_no"]: one for one in desk.json("list")["cases"]}
    assert listed.keys() == {"N2", "N4"}
    assert len(desk.json("list", "--all")["cases"]) == 4
    assert groups(desk) == {"overdue": ["N4"], "callback": ["N2"]}
    findings = desk("check", "--json").json["findings"]
    late = {one["case_no"] for one in findings if one["code"] == "C06"}
    assert late <= {listed["N4"]["case_no"]}
    sound(desk)


def test_a_case_of_an_old_ledger_that_somebody_calls_back_is_one_of_the_desk(
    desk: Desk, tmp_path: Path
) -> None:
    desk.now = "2024-03-20T10:00"
    book(tmp_path / "old.csv", settled("N1", "2024-3-5"))
    desk.ok("import", tmp_path / "old.csv")
    assert desk.json("list")["count"] == 0
    number = desk.json("list", "--all")["cases"][0]["case_no"]
    desk.ok("callback", number, "--reached", "--solved", "yes", "--grade", "5")
    assert groups(desk) == {"to_close": ["N1"]}


def test_orders_of_an_old_ledger_enter_no_rate_of_signing(desk: Desk, tmp_path: Path) -> None:
    """An old ledger has no column for it: nobody knows when they were signed for."""
    desk.now = "2024-03-20T10:00"
    book(tmp_path / "old.csv", settled("N1", "2024-3-5"))
    desk.ok("import", tmp_path / "old.csv")
    rates = {one["name"]: one for one in desk.json("report", "kpi", "--month", "2024-03")["rates"]}
    assert rates["sign_on_time_rate"]["denominator"] == 0


def _printed(told: str, meaning: str) -> str:
    """The line of a map, as a hint prints it, that gives something this meaning."""
    [line] = {
        part for part in re.findall(r'--map：(\S+ = "[^"]*")', told) if f'"{meaning}"' in part
    }
    return line


def test_a_header_without_matter_names_what_to_write(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "自造.csv"
    header = ["收件时间", "想办什么", "电话", "主办科室", "状态"]
    lines = [["2024-3-4", f"第 {number} 件", "13800000001", "城管", "黄了"] for number in range(12)]
    book(path, *lines, header=header)
    told = desk("import", str(path), "--dry-run")
    assert told.code == 40
    assert 'columns."那一栏的表头" = "反映事项"' in told.out
    assert "没有一栏认作“反映人”，各件按匿名存" in told.out
    assert "csv 第 2、3、4、5、6、7、8、9 等 12 行  事项和内容都是空的" in told.out
    own = tmp_path / "对照.toml"
    own.write_text(_printed(told.out, "反映事项").replace("那一栏的表头", "想办什么"), "utf-8")
    told = desk.ok("import", str(path), "--map", str(own), "--dry-run")
    assert "等 12 行  办理结果或状态看不懂，原样保留：“黄了”，按未办结存" in told.out
    own.write_text(
        f"{own.read_text('utf-8')}\n{_printed(told.out, '已办结').replace('那个词', '黄了')}",
        "utf-8",
    )
    assert "看不懂" not in desk.ok("import", str(path), "--map", str(own), "--dry-run").out
    assert desk.json("import", str(path), "--map", str(own), "--dry-run")["sheets"][0]["lacks"] == [
        "reporter"
    ]


def test_the_same_ledger_under_another_source_adds_nothing(desk: Desk, tmp_path: Path) -> None:
    asked = row(
        "N2", "2024-3-5", "李样本", "13800000002", "咨询怎么办证", "", "当场答复", "2024-3-5"
    )
    path = book(tmp_path / "台账.csv", CALLED, asked, row("", "2024-13-1", "王演示"))
    named = ("import", str(path), "--skip-bad")
    told = desk(*named, "--source", "2024年台账")
    assert '再 bbcs import 它，照样加 --source "2024年台账"' in told.out
    again = desk(*named, "--json").json
    assert (again["rows_new"], again["rows_unchanged"], again["consultations"]) == (0, 2, 1)
    warned = [(one["code"], one["row"]) for one in again["rows_warned"]]
    assert ("other_source", 2) in warned
    other = book(
        tmp_path / "别的.csv", row("N1", "2024-3-4", "赵例子", "13800000009", "另一件", "示例局")
    )
    assert desk.json("import", str(other), "--source", "别的台账")["rows_new"] == 1
    sound(desk)


def test_a_row_is_named_once_by_a_message_about_two_of_its_columns(
    desk: Desk, tmp_path: Path
) -> None:
    desk.ok("station", "unit", "add", "民政局")
    header = [*HEADER[:6], "协办单位"]
    rows = [[*OPEN[:5], "甲乙局", "甲乙局"] for _ in range(10)]
    for number, one in enumerate(rows):
        one[0] = f"N{number}"
    for cases, named in ((1, "第 2 行"), (10, "第 2、3、4、5、6、7、8、9 等 10 行")):
        path = book(tmp_path / f"{cases}.csv", *rows[:cases], header=header)
        told = desk.ok("import", str(path), "--dry-run").out
        assert f"csv {named}  单位名册里没有这个单位，照收：“甲乙局”" in told


def test_numbers_that_begin_anew_are_no_dead_end(desk: Desk, tmp_path: Path) -> None:
    def month(name: str, *matters: str) -> list[list[str]]:
        return [
            row(str(n), f"2024-{name}-5", f"陈{one}", f"1380000{name}0{n:02}", one)
            for n, one in enumerate(matters, 1)
        ]

    january, february = month("01", "甲事", "乙事", "丙事"), month("02", "丁事", "戊事", "己事")
    both = book(tmp_path / "一本.csv", *january, *february)
    told = desk("import", str(both), "--dry-run")
    own = tmp_path / "对照.toml"
    own.write_text(_printed(told.out, "不用"), "utf-8")
    assert desk.json("import", str(both), "--dry-run", "--map", str(own))["rows_new"] == 6
    assert desk.json("import", str(book(tmp_path / "一月.csv", *january)))["rows_new"] == 3
    told = desk("import", str(book(tmp_path / "二月.csv", *february)))
    assert "编号每本从头起的，这一本加 --source 名称" in told.out
    assert desk.json("import", str(tmp_path / "二月.csv"), "--source", "二月")["rows_new"] == 3
    assert (
        "从头起" not in desk("import", str(book(tmp_path / "错.csv", january[0], january[0]))).out
    )


def test_consultations_of_two_sources_may_share_number_day_and_matter(
    desk: Desk, tmp_path: Path
) -> None:
    """The ledger does not keep who asked: it cannot tell that both are one."""
    books = {
        source: book(
            tmp_path / f"{source}.csv",
            row("1", "2024-3-5", who, phone, "咨询医保缴费", "", "当场答复", "2024-3-5"),
        )
        for source, who, phone in (
            ("大厅", "李样本", "13800000002"),
            ("热线", "王演示", "13800000003"),
        )
    }
    counted = [
        desk.json("import", str(path), "--source", source)["consultations"]
        for source, path in books.items()
    ]
    again = desk.json("import", str(books["热线"]))
    assert (counted, again["rows_new"], again["rows_unchanged"]) == ([1, 1], 0, 1)


def test_a_header_with_quotes_is_one_in_the_line_of_a_map(desk: Desk, tmp_path: Path) -> None:
    path, own = tmp_path / "引号.csv", tmp_path / "对照.toml"
    lines = [row("1", "2024-3-4", "陈试验", "", f"第 {number} 件") for number in range(5)]
    book(path, *lines, header=['单号("新\\旧")', *HEADER[1:]])
    told = desk("import", str(path), "--dry-run").out
    [line] = re.findall(r"--map：(columns\..*)", told)
    own.write_text(line, "utf-8")
    assert desk.ok("import", str(path), "--map", str(own), "--dry-run")


def test_people_of_unknown_columns_are_masked_wherever_they_are_shown(
    desk: Desk, tmp_path: Path
) -> None:
    header = [*HEADER, "家属", "备用电话", "备注2"]
    cells = ["20260305", "赵例子（代）", "13800000001", "赵例子带钱样本来问低保"]
    line = [*row("L1", *cells), "钱样本", "0874-3123456", "孙虚构"]
    path = book(tmp_path / "家属.csv", line, header=header)
    secrets = ("赵例子", "钱样本", "3123456", "孙虚构")
    previewed = desk.json("import", path, "--dry-run")["records"][0]
    number = desk.json("import", path)["records"][0]["case_no"]
    shown = [
        json.dumps(previewed, ensure_ascii=False),
        desk.ok("show", number).out,
        desk.ok("show", number, "--history", "--json").out,
        desk.ok("list", "--all", "--json").out,
        desk.ok("search", "低保", "--json").out,
        desk.ok("export", "--entries").out,
        register(desk),
    ]
    assert [secret for secret in secrets for text in shown if secret in text] == []
    assert "备注2：孙**；备用电话：087****3456；家属：钱**" in shown[1]
    sound(desk)
