"""Hot, hard and focus points (热点、难点、焦点): on which service items most is asked, what is hard
to settle, and what is rising.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bbcs.domain.case import Case
from bbcs.domain.masking import free_text
from bbcs.record import Record
from bbcs.registers import changes
from bbcs.registers.entry import RegisterEntry
from bbcs.registers.statistics.source import PeriodFigures, StatisticsSource
from bbcs.registers.table import Column, Table

TOP = 5
"""How many of each kind are listed (ours, proposed)."""

COUNTS_FROM = 2
"""Fewest cases of the period with which an item counts as hot or as rising: one alone is chance
(ours, proposed)."""

KINDS: Mapping[str, str] = {"hot": "热点", "hard": "难点", "focus": "焦点"}

_COLUMNS = (
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
    rows = [_row(kind, one) for kind, found in lists.items() for one in found]
    return Table("topics", f"{source.title} 热点、难点、焦点", _COLUMNS, rows, list(_NOTES))


def _best(found: Iterable[_Topic], size: Any) -> list[_Topic]:
    """The greatest, equal ones by name."""
    return sorted(found, key=lambda one: ([-part for part in size(one)], one.item))[:TOP]


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
    received, before = _by_item(source.now.registered), _by_item(source.before.registered)
    redone = _by_item(entry for entry, _ in source.now.books.events("Reopened"))
    longest = _longest(source, source.now)
    items = dict.fromkeys([*received, *redone, *longest])
    return [
        _Topic(
            item,
            received.get(item, ()),
            len(before.get(item, ())),
            redone.get(item, ()),
            *longest.get(item, (0, "")),
        )
        for item in items
    ]


def _by_item(entries: Iterable[RegisterEntry]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in entries:
        for item in _items(entry.case):
            found.setdefault(item, []).append(entry.case.no)
    return found


def _items(case: Case) -> Iterable[str]:
    """The items of a case, each once; masked, for one may bear the name of a person."""
    return dict.fromkeys(free_text(item, case.known) for item in case.items)


def _longest(source: StatisticsSource, figures: PeriodFigures) -> dict[str, tuple[int, str]]:
    """Item -> the working days since receipt of its oldest case in hand, and that case."""
    found: dict[str, tuple[int, str]] = {}
    today = source.moment.date()
    for entry in figures.books.own:
        if entry.in_hand:
            days = max(0, source.calendar.between(entry.case.received_at.date(), today))
            for item in _items(entry.case):
                if days > found.get(item, (0, ""))[0]:
                    found[item] = days, entry.case.no
    return found
