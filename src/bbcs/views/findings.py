"""The findings of an inspection as JSON, table and summary line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bbcs.inspection.checks import GRADES
from bbcs.registers.table import Column, Table
from bbcs.usecases.checks import CheckFinding

COLUMNS = (
    Column("code", "编号", width=4),
    Column("grade", "等级", width=4),
    Column("case_no", "件", width=22),
    Column("what", "发现", width=50),
    Column("hint", "怎么办", width=30),
)

MARKS: Mapping[str, str] = {"error": "overdue", "warning": "warning"}
"""Grade -> mark of the row in a table."""


def document(findings: Sequence[CheckFinding]) -> dict[str, Any]:
    """`bbcs check --json` (design §8)."""
    return {"schema": "bbcs.check/1", "findings": [one.document() for one in findings]}


def table(findings: Sequence[CheckFinding]) -> Table:
    """The findings as people read them."""
    rows = [{**one._asdict(), "grade": GRADES[one.grade]} for one in findings]
    marks = {index: MARKS[one.grade] for index, one in enumerate(findings) if one.grade in MARKS}
    return Table("check", "", COLUMNS, rows, marks=marks)


def summary(findings: Sequence[CheckFinding]) -> str:
    """`3 处：错误 2、警告 1`."""
    grades = [one.grade for one in findings]
    counts = {label: grades.count(grade) for grade, label in GRADES.items()}
    parts = [f"{label} {number}" for label, number in counts.items() if number]
    return f"{len(findings)} 处：" + "、".join(parts)
