"""Hot, hard and focus points (热点、难点、焦点): on which service items most is asked, what is hard
to settle, and what is rising.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from bbcs.record import Record
from bbcs.registers import changes
from bbcs.registers.books import PeriodBooks
from bbcs.registers.statistics.source import StatisticsSource
from bbcs.registers.table import Column, Table

TOP = 5
"""How many of each kind are listed (ours, proposed)."""

COUNTS_FROM = 2
"""Fewest cases of the period with which an item counts as hot or as rising: one alone is chance
(ours, proposed)."""

KINDS: Mapping[str, str] = {"hot": "热点", "hard": "难点", "focus": "焦点"}

COLUMNS = (
    Column("kind", "类别", width=6),
    Column("item", "事项", width=28),
    Column("received", "本期登记", "int", width=8),
    Column("before", "上期登记", "int", width=8),
    Column("change", "比上期", width=20),
    Column("redone", "本期重办", "int", width=8),
    Column("open_days", "在办最久（工作日）", "int", width=10),
)

_NOTES = (
    f"热点：本期登记最多的 {TOP} 个事项，不足 {COUNTS_FROM} 件的不算；难点：重办最多、其次在办最久的 {TOP} 个；"
    f"焦点：比上期增加最多的 {TOP} 个，本期不足 {COUNTS_FROM} 件的不算。",
    "一件有几个事项的，各算一次。这几个算法是拟定的。",
)


class _Topic(Record):
    """One service item in the period."""

    item: str
    received: Sequence[str]
    before: int
    redone: Sequence[str]
    open_days: int
    open_no: str

    @property
    def rise(self) -> int:
        """How many cases more than in the period before."""
        return len(self.received) - self.before


def build(source: StatisticsSource) -> Table:
    """The three lists, one below the other."""
    topics = _topics(source)
    lists = {
        "hot": _best(
            [one for one in topics if len(one.received) >= COUNTS_FROM],
            lambda one: (len(one.received),),
        ),
        "hard": _best(
            [one for one in topics if one.redone or one.open_days],
            lambda one: (len(one.redone), one.open_days),
        ),
        "focus": _best(
            [one for one in topics if one.rise > 0 and len(one.received) >= COUNTS_FROM],
            lambda one: (one.rise, len(one.received)),
        ),
    }
    rows = [_row(kind, one) for kind, ranked in lists.items() for one in ranked]
    return Table(
        "topics", f"{source.title} 热点、难点、焦点", COLUMNS, rows, list(_NOTES), group="kind"
    )


def _best(topics: Iterable[_Topic], size: Any) -> list[_Topic]:
    """The greatest, equal ones by name."""
    return sorted(topics, key=lambda one: ([-part for part in size(one)], one.item))[:TOP]


def _row(kind: str, one: _Topic) -> dict[str, Any]:
    behind = [*one.redone, *([one.open_no] if one.open_no else [])]
    return {
        "kind": KINDS[kind],
        "item": one.item,
        "received": len(one.received),
        "before": one.before,
        "change": changes.of_counts("", "", one.before, len(one.received)).text,
        "redone": len(one.redone),
        "open_days": one.open_days,
        "key": kind,
        "case_nos": list(dict.fromkeys(behind if kind == "hard" else one.received)),
    }


def _topics(source: StatisticsSource) -> list[_Topic]:
    now, before = source.now.of(TopicSums), source.before.of(TopicSums)
    items = dict.fromkeys([*now.received, *now.redone, *now.oldest])
    return [
        _Topic(
            item,
            now.received.get(item, ()),
            len(before.received.get(item, ())),
            now.redone.get(item, ()),
            *_open(source, now.oldest.get(item)),
        )
        for item in items
    ]


def _open(source: StatisticsSource, oldest: tuple[date, str] | None) -> tuple[int, str]:
    """The working days since receipt of the oldest case in hand, and that case; none of a case
    that came on the last day.
    """
    if oldest is None:
        return 0, ""
    received, case_no = oldest
    days = max(0, source.calendar.between(received, source.moment.date()))
    return (days, case_no) if days else (0, "")


class TopicSums:
    """On which service items cases came, were redone or lie, added up case by case.

    received, redone: item -> cases. oldest: item -> the day of receipt of its oldest case in hand,
    and that case.
    """

    def __init__(self) -> None:
        self.received: dict[str, list[str]] = {}
        self.redone: dict[str, list[str]] = {}
        self.oldest: dict[str, tuple[date, str]] = {}

    def add(self, books: PeriodBooks) -> None:
        """Add the cases of these books."""
        for entries, kind in ((self.received, "Registered"), (self.redone, "Reopened")):
            for entry, _ in books.events(kind):
                for item in entry.items:
                    entries.setdefault(item, []).append(entry.case.no)
        for entry in books.own:
            if entry.in_hand:
                day = entry.case.received_at.date()
                for item in entry.items:
                    if item not in self.oldest or day < self.oldest[item][0]:
                        self.oldest[item] = day, entry.case.no
