"""共性问题: the themes that several cases share, and why the cases of the period could not be done.
Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bbcs.domain.masking import free_text
from bbcs.registers.books import PeriodBooks
from bbcs.registers.counting import CountSums
from bbcs.registers.statistics.source import StatisticsSource
from bbcs.registers.table import Column, Table

TOP = 5
"""How many of each kind are listed (ours, proposed)."""

KINDS = {"theme": "共性问题", "cause": "办不成原因"}

COLUMNS = (
    Column("kind", "类别", width=12),
    Column("name", "题目", width=32),
    Column("cases", "件数", "int", width=8),
    Column("in_hand", "期末在办", "int", width=10),
)

_NOTES = (
    "共性问题：本期关联过或本期登记的件里按共性问题关联到同一题目的；"
    f"办不成原因：本期登记的件，一件可有几个，没有研判的不列；各列前 {TOP} 个。",
)


class CommonSums:
    """Themes of the cases that were registered or linked in a period, added up case by case.

    themes: theme, masked, for one may bear the name of a person -> cases. in_hand: the cases of the
    period that are in hand at its end.
    """

    def __init__(self) -> None:
        self.themes: dict[str, list[str]] = {}
        self.in_hand: set[str] = set()

    def add(self, books: PeriodBooks) -> None:
        """Add the cases of these books."""
        self.in_hand.update(entry.case.no for entry in books.entries if entry.in_hand)
        touched = {entry.case.no: entry for entry, _ in books.events("Registered", "Linked")}
        for no, entry in touched.items():
            themes = (one.theme for one in entry.case.links if one.kind == "common")
            for theme in dict.fromkeys(free_text(one, entry.known) for one in themes):
                self.themes.setdefault(theme, []).append(no)


def build(source: StatisticsSource) -> Table:
    """The themes, then the causes, those with most cases first."""
    rows = [
        *_rows(source, "theme", source.now.of(CommonSums).themes),
        *_rows(source, "cause", _causes(source)),
    ]
    return Table(
        "common_problems",
        f"{source.title} 共性问题",
        COLUMNS,
        rows,
        list(_NOTES),
        sheet="共性问题",
    )


def _rows(
    source: StatisticsSource, kind: str, case_nos: dict[str, list[str]]
) -> Iterator[dict[str, Any]]:
    in_hand = source.now.of(CommonSums).in_hand
    for name in sorted(case_nos, key=lambda name: (-len(case_nos[name]), name))[:TOP]:
        numbers = case_nos[name]
        yield {
            "kind": KINDS[kind],
            "name": name,
            "cases": len(numbers),
            "in_hand": sum(no in in_hand for no in numbers),
            "key": kind,
            "case_nos": numbers,
        }


def _causes(source: StatisticsSource) -> dict[str, list[str]]:
    counts = source.now.of(CountSums).tallied("cause")
    return {one.label: list(one.case_nos) for one in counts if one.key}
