"""CPU of papers: one of a case beside docxtpl alone, the 200 of a month, a form of 200 cells.

Run: `python benchmarks/papers.py`. It makes its own ledger of 50 cases of 20 units. A paper and docxtpl alternate, each
in a process of its own, 9 times; the ratio is the median of the pairs.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from measure import cpu_seconds, machine
from openpyxl import Workbook

from bbcs import open_ledger
from bbcs.api import make_home
from bbcs.calendar.dates import CST
from bbcs.render import paper_docx
from bbcs.store import transactions
from bbcs.usecases import papers
from bbcs.usecases.office import office_of

TIMES, MONTH_SECONDS, FORM_SECONDS = 1.5, 60.0, 3.0
"""Budgets: a paper in docxtpl's own time, 200 papers, a form of 200 cells."""

CASES, UNITS, ROUNDS = 50, 20, 9
NOW = datetime(2026, 3, 31, 17, 0, tzinfo=CST)
HEADS = (
    "受理数",
    "办结数",
    "重办件数",
    "不予受理",
    "超期未办结",
    "结转下月",
    "解决率",
    "满意率",
    "办结率",
    "超期办结",
)

ALONE = """
import io, json, sys
from importlib.resources import files
from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment
template = DocxTemplate(io.BytesIO((files("bbcs") / "data" / "papers" / "paper.docx").read_bytes()))
template.render(json.load(open(sys.argv[1])), SandboxedEnvironment(autoescape=True), autoescape=True)
template.save(sys.argv[2])
"""
"""docxtpl alone: the same template, the same fields, the same sandbox."""


def main() -> None:
    """Print the table."""
    os.environ["BBCS_NOW"] = f"{NOW:%Y-%m-%dT%H:%M}"
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        home, number = _home(work / "home")
        bbcs = [sys.executable, "-m", "bbcs", "--home", str(home), "--quiet"]
        print(machine())
        pairs = [
            (
                cpu_seconds([*bbcs, "doc", number, "result", "--out", str(work / "a.docx"), "--yes"]),
                cpu_seconds([sys.executable, "-c", ALONE, _fields(home, number, work), str(work / "b.docx")]),
            )
            for _ in range(ROUNDS)
        ]  # fmt: skip
        own, alone = (statistics.median(column) for column in zip(*pairs, strict=True))
        ratio = statistics.median(one / other for one, other in pairs)
        print(f"a paper: {own * 1000:.0f} ms, docxtpl alone {alone * 1000:.0f} ms,"
              f" {ratio:.2f} times (budget {TIMES})")  # fmt: skip
        _month(bbcs, work)
        _form(bbcs, work)


def _month(bbcs: list[str], work: Path) -> None:
    spent = cpu_seconds([*bbcs, "doc", "--all", "--month", "2026-03", "--out", str(work / "month")])
    made = len(list((work / "month").glob("*.docx")))
    print(f"the {made} papers of a month: {spent:.1f} s CPU (budget {MONTH_SECONDS:.0f} s for 200)")


def _form(bbcs: list[str], work: Path) -> None:
    book = Workbook()
    book.active.append(["单位", *HEADS])
    for unit in range(UNITS):
        book.active.append([f"示例{unit}局", *([None] * len(HEADS))])
    book.save(work / "blank.xlsx")
    words = ["report", "fill", str(work / "blank.xlsx"), "--month", "2026-03", "--json"]
    command = [*bbcs, *words, "--yes"]  # the second run writes over the form of the first
    spent = cpu_seconds(command)
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    cells = len(json.loads(done.stdout)["cells"])
    print(f"a form of {cells} cells: {spent:.2f} s CPU (budget {FORM_SECONDS:.0f} s for 200)")


def _fields(home: Path, number: str, work: Path) -> str:
    """The path of the fields that a template may name, as JSON."""
    path = work / "fields.json"
    if not path.exists():
        office = transactions.bound(office_of(home, "", "", NOW, "set"))
        made = transactions.read(
            office, lambda ledger: papers.of_case(ledger, office, number, "result")
        )
        path.write_text(json.dumps(paper_docx.fields(made[0])), encoding="utf-8")
    return str(path)


def _home(home: Path) -> tuple[Path, str]:
    """A home of 50 cases with four papers each, and the number of the first."""
    make_home(home, station="BM01", name="示例站", now=datetime(2026, 3, 2, 8, 0, tzinfo=CST))
    numbers = []
    for at in range(CASES):
        with open_ledger(home, now=datetime(2026, 3, 2, 9, 0, tzinfo=CST)) as window:
            taken = window.intake(
                matter="诊所执业备案",
                demand="名称核准系统提示禁止使用，无法办理营业执照",
                reporter="陈试验",
                phone=f"138{at:08}",
                difficulty="complex",
            )
            window.act(taken["case_no"], "assign", lead=f"示例{at % UNITS}局")
        with open_ledger(home, now=datetime(2026, 3, 9, 9, 0, tzinfo=CST)) as window:
            window.act(taken["case_no"], "resolve", outcome="solved", measures="改名后备案")
            window.act(taken["case_no"], "callback", reached=True, solved="yes", grade=5)
        numbers.append(taken["case_no"])
    return home, numbers[0]


if __name__ == "__main__":
    main()
