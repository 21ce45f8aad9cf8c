"""Ratios of callbacks: who called, whether the answer is that of the settlement, what was rated by
the person and what by default. Pure.
"""

from __future__ import annotations

from bbcs.domain.callers import caller, handler
from bbcs.domain.event import Event
from bbcs.registers.books import PeriodBooks
from bbcs.registers.entry import RegisterEntry
from bbcs.registers.rates import Part, Ratio, is_bad, ratings, reworded

_COUNTS_AS = {"yes": "solved", "partly": "partly", "no": "explained"}
"""What the person says -> what an outcome counts as that says the same."""

_UNSOLVED = frozenset({"explained", "terminated"})
"""What an outcome counts as that says: not solved."""


def _apart(books: PeriodBooks) -> list[Part]:
    """Calls of cases whose handler nobody knows tell nothing: they are left out."""
    known = (
        (entry.case.no, handler(entry.case, event, entry.of("Resolved"), books.names), event)
        for entry, event in books.events("CalledBack")
    )
    return [Part(no, caller(event, books.names) != who) for no, who, event in known if who]


def _mismatched(books: PeriodBooks) -> list[Part]:
    """Of each round the last answer of the period, against the outcome that the round ended with."""
    last: dict[tuple[str, int], tuple[RegisterEntry, Event]] = {}
    for entry, event in books.events("CalledBack"):
        if event.data.get("solved"):
            last[entry.case.no, entry.round_of(event)] = entry, event
    settled = (
        (no, entry.case.rounds[number - 1].counts_as, event.data["solved"])
        for (no, number), (entry, event) in last.items()
    )
    return [Part(no, _differs(counts_as, answer)) for no, counts_as, answer in settled if counts_as]


def _differs(counts_as: str, answer: str) -> bool:
    outcome = "explained" if counts_as in _UNSOLVED else counts_as
    return outcome != _COUNTS_AS[answer]


def _given_good(books: PeriodBooks) -> list[Part]:
    return [
        Part(entry.case.no, not is_bad(entry, event), False, reworded(entry, event))
        for entry, event in ratings(books)
        if not event.data.get("default_rating")
    ]


def _default(books: PeriodBooks) -> list[Part]:
    return [
        Part(entry.case.no, bool(event.data.get("default_rating")))
        for entry, event in ratings(books)
    ]


CALLER_APART = Ratio(
    "caller_apart_rate",
    "回访人非承办人比率",
    "本期有效回访（次），不知道承办人的不算",
    _apart,
)
MISMATCH = Ratio(
    "mismatch_rate",
    "办结与回访不一致率",
    "本期回访答了是否解决的件，一轮一次，看最后一次",
    _mismatched,
)
GIVEN_GOOD = Ratio(
    "given_good_rate",
    "主动评价好评率",
    "本期的评价，不含默认评价",
    _given_good,
    leaves_out="satisfaction",
    apart=True,
)
DEFAULT = Ratio("default_rate", "默认评价占比", "本期的评价", _default)

RATIOS = (CALLER_APART, MISMATCH, GIVEN_GOOD, DEFAULT)
