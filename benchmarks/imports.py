"""What an import costs beside the bare read of its file and a bare insert of its cells.

Run: `python benchmarks/imports.py [xlsx ROWS] [csv ROWS]`, by default an xlsx of 100,000 rows with 33
columns and a csv of 1,000,000 rows (design §11: at most 8 times the bare work and 700 MB; 500 MB).
Files and homes lie in the folder of temporary files. The rows are invented, each gives three to five
entries. Every work is a process of its own:
CPU of it and of its children, and the larger of their peaks of memory.
"""

from __future__ import annotations

import csv
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from fill import office
from measure import machine

HEADER = (
    "序号", "编号", "受理时间", "反映渠道", "反映人", "反映人类别", "身份证号", "联系电话", "地址", "反映事项",
    "反映内容及诉求", "诉求类型", "问题类别", "原因分析", "受理人", "研判意见", "承办单位", "协办单位", "承办人",
    "交办时间", "办理时限", "到期日", "办理过程及措施", "办理结果", "办结时间", "是否超期", "回访时间", "回访人",
    "满意度", "备注", "网格员", "所属片区", "档案盒号",
)  # fmt: skip
FIRST = date(2019, 1, 2)
PER_DAY, DAYS = 90, 2000
"""Rows of a day; more of them where the file would go on for more days than that."""

SURNAMES, NAMES = "陈林黄张李王吴刘蔡杨许郑谢", "试验样例秋实春明文安平乐康宁远航"
UNITS = (
    "市场监督管理局",
    "自然资源局",
    "社会事务科",
    "人力资源和社会保障局",
    "住房和城乡建设局",
    "税务局",
)
MATTERS = (
    "营业执照变更",
    "不动产登记",
    "社保转移接续",
    "公积金提取",
    "户口迁移",
    "建筑施工许可",
    "医保报销",
)
DEMANDS = (
    "窗口说系统里查不到原来的记录，来回跑了三趟没有办成，请协调",
    "材料都交齐了，仍说缺一份证明，问开证明的单位又说不归他们开，希望明确由谁出具",
    "名称核准几次没有通过，没有人说清原因，耽误了开业",
)
GRADES = ("非常满意", "满意", "基本满意", "不满意")


def rows(count: int) -> Iterator[list[Any]]:
    """Invented rows, the same for the same count."""
    dice, per_day = random.Random(count), max(PER_DAY, count // DAYS)
    for number in range(count):
        day = FIRST + timedelta(days=number // per_day)
        done, call = day + timedelta(days=dice.randrange(1, 9)), day + timedelta(days=12)
        name = dice.choice(SURNAMES) + "".join(dice.choices(NAMES, k=dice.choice((1, 2, 2))))
        kind = number % 10
        unit = "窗口" if kind in (1, 4) else dice.choice(UNITS)  # then five entries with a triage
        graded = dice.choice(("简单", "复杂")) if kind in (1, 4) else ""
        settled, called = kind != 0, kind not in (0, 5)
        matter = dice.choice(MATTERS)
        yield [
            number + 1, f"JT-{day.year}-{number:06d}", day, "窗口", name, "个人", "", f"13{number:09d}",
            f"示例市示例区示例路{number % 300}号", matter, f"{matter}：{dice.choice(DEMANDS)}（{number}）",
            "求助", graded, "", "李格", "", unit, "", "王承", "" if unit == "窗口" else day,
            "10个工作日", day + timedelta(days=14), "与经办科室核对后补录，当场办成" if settled else "",
            "已办结" if settled else "正在办理", done if settled else "", "否" if settled else "",
            call if called else "", "赵访" if called else "", dice.choice(GRADES) if called else "",
            "", f"网格{number % 40}", f"第{number % 12}片区", f"{day.year}-{number % 500}",
        ]  # fmt: skip


def make_xlsx(path: Path, count: int) -> None:
    """Writes the rows as a workbook with a title, days as days."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        page = book.add_worksheet("台账")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        page.write_string(0, 0, "2019年以来“办不成事”反映窗口台账")
        page.write_row(1, 0, HEADER)
        for at, row in enumerate(rows(count), 2):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    page.write_datetime(at, column, cell, day)
                elif cell != "":
                    page.write(at, column, cell)


def make_csv(path: Path, count: int) -> None:
    """Writes the rows as text."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([HEADER])
        csv.writer(stream).writerows(rows(count))


# -- the bare work ---------------------------------------------------------------------------------


def bare(path: Path, target: Path | None) -> None:
    """Reads the file with the library alone; target: puts its cells into a bare table there."""
    cells = _cells_of_xlsx(path) if path.suffix == ".xlsx" else _cells_of_csv(path)
    if target is None:
        for _ in cells:
            pass
        return
    with sqlite3.connect(target) as connection:
        columns = ", ".join(f"c{number}" for number in range(len(HEADER)))
        connection.execute(f"CREATE TABLE bare ({columns})")
        marks = ", ".join("?" * len(HEADER))
        connection.executemany(f"INSERT INTO bare VALUES ({marks})", cells)


def _cells_of_xlsx(path: Path) -> Iterable[Sequence[Any]]:
    from python_calamine import load_workbook

    for row in load_workbook(path).get_sheet_by_index(0).iter_rows():
        yield [str(cell) if isinstance(cell, (date, datetime)) else cell for cell in row]


def _cells_of_csv(path: Path) -> Iterable[Sequence[Any]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        yield from csv.reader(stream)


# -- measuring -------------------------------------------------------------------------------------


def measured(command: Sequence[str]) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and peak megabytes of one run of a command, its children included."""
    env = {**os.environ, "BBCS_NOW": "2026-12-01T10:00", "BBCS_AS": "bench"}
    begun = time.monotonic()
    silent = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
    child = os.posix_spawn(command[0], command, env, file_actions=silent)
    _, status, used = os.wait4(child, 0)
    assert status == 0, (status, command)
    return used.ru_utime + used.ru_stime, time.monotonic() - begun, used.ru_maxrss / 1024


def table(folder: Path, kind: str, count: int) -> None:
    """Prints what one file costs."""
    path = folder / f"ledger.{kind}"
    (make_xlsx if kind == "xlsx" else make_csv)(path, count)
    office(folder / "home")
    print(f"\n{kind}, {count} rows, {path.stat().st_size / 1e6:.0f} MB\n")
    print("| work | CPU | wall | peak | × bare |")
    print("|---|--:|--:|--:|--:|")
    own = [sys.executable, __file__, "bare", str(path)]
    bbcs = [sys.executable, "-m", "bbcs", "--home", str(folder / "home"), "import", str(path), "-q"]
    works = {
        "bare read": own,
        "bare read and insert": [*own, str(folder / "bare.db")],
        "dry run": [*bbcs, "--dry-run"],
        "import": bbcs,
        "the same again": bbcs,
    }
    floor = 0.0
    for name, command in works.items():
        cpu, wall, peak = measured(command)
        floor = cpu if name == "bare read and insert" else floor
        times = f"{cpu / floor:.1f}" if floor else ""
        print(f"| {name} | {cpu:.2f} s | {wall:.2f} s | {peak:.0f} MB | {times} |", flush=True)
    print(f"\nledger: {(folder / 'home' / 'ledger.db').stat().st_size / 1e6:.0f} MB")


def main(words: Sequence[str]) -> None:
    """Measures each kind of file that is asked for."""
    sizes = dict(zip(words[::2], words[1::2], strict=False))
    known = {"xlsx", "csv"}.issuperset(sizes) and all(map(str.isdecimal, sizes.values()))
    if len(words) % 2 or not known:
        raise SystemExit("usage: python benchmarks/imports.py [xlsx ROWS] [csv ROWS]")
    print(f"# {machine()}")
    for kind, count in (sizes or {"xlsx": "100000", "csv": "1000000"}).items():
        with tempfile.TemporaryDirectory(prefix="bbcs-") as place:
            table(Path(place), kind, int(count))


if __name__ == "__main__":
    if sys.argv[1:2] == ["bare"]:
        bare(Path(sys.argv[2]), Path(sys.argv[3]) if sys.argv[3:] else None)
    else:
        main(sys.argv[1:])
