"""Rates of callbacks and ratings: who called, whether the answer is that of the settlement, what was
rated by the person and what by default. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bbcs.domain.callers import caller, handler
from bbcs.domain.case import CALLS
from bbcs.domain.event import Event
from bbcs.registers.books import PeriodBooks
from bbcs.registers.entry import RegisterEntry
from bbcs.registers.rates.part import Part, reworded

_COUNTS_AS = {"yes": "solved", "partly": "partly", "no": "explained"}
"""What the person says -> what an outcome counts as that says the same."""

_UNSOLVED = frozenset({"explained", "terminated"})
"""What an outcome counts as that says: not solved."""


def _valid(books: PeriodBooks) -> list[Part]:
    return [
        Part(entry.case.no, event.kind == "CalledBack") for entry, event in books.events(*CALLS)
    ]


def _ratings(books: PeriodBooks) -> list[tuple[RegisterEntry, Event]]:
    """The callbacks of the period in which the person rated, or was taken to have."""
    return [
        (entry, event)
        for entry, event in books.events("CalledBack")
        if event.data.get("satisfaction")
    ]


def _is_bad(entry: RegisterEntry, event: Event) -> bool:
    """Whether a rating is a bad one (差评), as the place counts."""
    word = entry.pack.words.get("grade", {}).get(event.data.get("grade") or "")
    return word.bad if word else not event.data.get("satisfied")


def _good(books: PeriodBooks) -> list[Part]:
    return [
        Part(entry.case.no, not _is_bad(entry, event), False, reworded(entry, event))
        for entry, event in _ratings(books)
    ]


def _rectified(books: PeriodBooks) -> list[Part]:
    """Made good: the pack's limit for it was met or met late, or the person was satisfied when
    called again."""
    return [
        Part(entry.case.no, _made_good(entry, event))
        for entry, event in _ratings(books)
        if _is_bad(entry, event)
    ]


def _made_good(entry: RegisterEntry, event: Event) -> bool:
    if any(
        one.name == "rectify" and one.start == event.at and one.met_at for one in entry.deadlines
    ):
        return True
    return any(
        later.seq > event.seq and later.data.get("satisfied") for later in entry.of("CalledBack")
    )


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
        Part(entry.case.no, not _is_bad(entry, event), False, reworded(entry, event))
        for entry, event in _ratings(books)
        if not event.data.get("default_rating")
    ]


def _default(books: PeriodBooks) -> list[Part]:
    return [
        Part(entry.case.no, bool(event.data.get("default_rating")))
        for entry, event in _ratings(books)
    ]


COUNTING: Mapping[str, Callable[[PeriodBooks], Iterable[Part]]] = {
    "valid_callback_rate": _valid,
    "good_rate": _good,
    "rectified_rate": _rectified,
    "caller_apart_rate": _apart,
    "mismatch_rate": _mismatched,
    "given_good_rate": _given_good,
    "default_rate": _default,
}
