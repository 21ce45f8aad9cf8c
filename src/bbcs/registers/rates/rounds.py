"""Rates of the first and of the last round, side by side: what a redo has changed. Pure.

The rates of `cases` judge in time by the first round, solved and satisfied by the last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bbcs.domain.event import Event
from bbcs.registers.books import PeriodBooks
from bbcs.registers.entry import RegisterEntry
from bbcs.registers.rates.part import Part, reworded


def _final_on_time(books: PeriodBooks) -> list[Part]:
    return [
        Part(entry.case.no, not entry.last.late, entry.in_hand, bool(entry.bending.way(entry.last)))
        for entry in books.own
        if entry.last
    ]


def _solved_at_once(books: PeriodBooks) -> list[Part]:
    return [
        Part(
            entry.case.no,
            entry.case.round == entry.case.first_round and entry.case.solved == "yes",
            False,
            entry.bending.solved,
        )
        for entry in books.closed
    ]


def _first_satisfied(books: PeriodBooks) -> list[Part]:
    called = books.numbers("CalledBack")
    answers = ((entry, _first_answer(entry)) for entry in books.entries if entry.case.no in called)
    return [
        Part(entry.case.no, bool(call.data.get("satisfied")), False, reworded(entry, call))
        for entry, call in answers
        if call
    ]


def _first_answer(entry: RegisterEntry) -> Event | None:
    """The last rated call of the first round that has one."""
    for events in entry.rounds:
        rated = [one for one in events if one.kind == "CalledBack" and one.data.get("satisfaction")]
        if rated:
            return rated[-1]
    return None


COUNTING: Mapping[str, Callable[[PeriodBooks], Iterable[Part]]] = {
    "final_on_time_rate": _final_on_time,
    "first_resolution_rate": _solved_at_once,
    "first_satisfaction_rate": _first_satisfied,
}
