"""下一步工作: the draft of what the circular asks for, each line from a figure of the period. Pure; an
office edits it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bbcs.registers.statistics.source import StatisticsSource
from bbcs.registers.table import Column, Table

NOTE = "下一步是按本期数字拟的初稿，发文前请改定。"

TOP = 3
"""How many names one line holds (ours, proposed)."""

Parts = Mapping[str, Table]
"""The other tables of the circular by name."""


def build(source: StatisticsSource, parts: Parts) -> Table:
    """The lines whose figure is not nought; one line where all is well."""
    lines = [line for make in _LINES if (line := make(source, parts))]
    rows = [{"step": line} for line in lines or ["巩固现有做法，继续做到事事有回音。"]]
    columns = (Column("step", "下一步", width=80),)
    return Table(
        "next_steps",
        f"{source.title} 下一步工作",
        columns,
        rows,
        [NOTE],
        sheet="下一步",
        counted=False,
    )


def _overdue(source: StatisticsSource, parts: Parts) -> str:
    late = source.now.count("overdue_open")
    if not late:
        return ""
    return (
        f"清理超期未办结的 {late} 件。承办单位逐件说明原因、定出办结日期，难办的件由窗口提级协调。"
    )


def _accountable(source: StatisticsSource, parts: Parts) -> str:
    rows = [row for row in parts["accountability"].rows if row["taken"] != "是"]
    named = dict.fromkeys(f"{row['who']}（{'、'.join(row['measures'])}）" for row in rows)
    return f"按追责办法落实：{'、'.join(named)}。" if named else ""


def _hot(source: StatisticsSource, parts: Parts) -> str:
    names = _names(parts["topics"], "hot", "item")
    if not names:
        return ""
    return f"对反映集中的{names}，由主管单位查清堵点，提出改流程、减材料的办法，一件解决一类。"


def _themes(source: StatisticsSource, parts: Parts) -> str:
    names = _names(parts["common_problems"], "theme", "name")
    return f"对{names}等共性问题，由窗口召集有关单位会商，一并解决。" if names else ""


def _redone(source: StatisticsSource, parts: Parts) -> str:
    redone = source.now.count("reopened")
    return f"对重办的 {redone} 件回头看，查明首次没有办好的原因。" if redone else ""


def _lowest(source: StatisticsSource, parts: Parts) -> str:
    tiers = list(source.pack.tiers.points)
    if len(tiers) < 2:
        return ""
    units = [row["unit"] for row in parts["units"].rows if row["tier"] == tiers[-1]]
    return f"{'、'.join(units)}列“{tiers[-1]}”档，请分析原因，提出改进措施。" if units else ""


def _names(table: Table, key: str, column: str) -> str:
    names: Sequence[Any] = [row[column] for row in table.rows if row["key"] == key]
    return "".join(f"“{name}”" for name in names[:TOP])


_LINES: Sequence[Callable[[StatisticsSource, Parts], str]] = (
    _overdue,
    _accountable,
    _lowest,
    _hot,
    _themes,
    _redone,
)
"""What makes a line, in the order of the paper."""
