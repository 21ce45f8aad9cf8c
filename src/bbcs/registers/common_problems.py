"""共性问题: the themes that several cases share, and why the cases of the period could not be done.
Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bbcs.domain.masking import free_text
from bbcs.registers.counting import received
from bbcs.registers.entry import RegisterEntry
from bbcs.registers.statistics.source import StatisticsSource
from bbcs.registers.table import Column, Table

TOP = 5
"""How many of each kind are listed (ours, proposed)."""

KINDS = {"theme": "共性问题", "cause": "办不成原因"}

_COLUMNS = (
    Column("kind", "类别", width=12),
    Column("name", "题目", width=32),
    Column("cases", "件数", "int", width=8),
    Column("in_hand", "期末在办", "int", width=10),
)

_NOTES = (
    "共性问题：本期关联过或本期登记的件里关联到同一题目的（link --kind common）；"
    f"办不成原因：本期登记的件，一件可有几个，没有研判的不列；各列前 {TOP} 个。",
)


def build(source: StatisticsSource) -> Table:
    """The themes, then the causes, those with most cases first."""
    rows = [*_rows(source, "theme", _themes(source)), *_rows(source, "cause", _causes(source))]
    return Table(
        "common_problems",
        f"{source.title} 共性问题",
        _COLUMNS,
        rows,
        list(_NOTES),
        sheet="共性问题",
    )


def _rows(
    source: StatisticsSource, kind: str, found: dict[str, list[str]]
) -> Iterator[dict[str, Any]]:
    in_hand = {entry.case.no for entry in source.now.books.entries if entry.in_hand}
    for name in sorted(found, key=lambda name: (-len(found[name]), name))[:TOP]:
        numbers = found[name]
        yield {
            "kind": KINDS[kind],
            "name": name,
            "cases": len(numbers),
            "in_hand": sum(no in in_hand for no in numbers),
            "key": kind,
            "case_nos": numbers,
        }


def _themes(source: StatisticsSource) -> dict[str, list[str]]:
    """Theme -> cases; masked, for one may bear the name of a person."""
    found: dict[str, list[str]] = {}
    for entry in _touched(source):
        themes = (one.theme for one in entry.case.links if one.kind == "common")
        for theme in dict.fromkeys(free_text(theme, entry.case.known) for theme in themes):
            found.setdefault(theme, []).append(entry.case.no)
    return found


def _touched(source: StatisticsSource) -> list[RegisterEntry]:
    """The cases that were registered or linked in the period, each once."""
    found = source.now.books.events("Registered", "Linked")
    return list({entry.case.no: entry for entry, _ in found}.values())


def _causes(source: StatisticsSource) -> dict[str, list[str]]:
    counts = received(source.now.books, source.pack)
    return {one.label: list(one.case_nos) for one in counts if one.part == "cause" and one.key}
