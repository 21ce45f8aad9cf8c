"""Rates of cases: accepted, settled, in time, solved, satisfied, called back, redone, extended. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bbcs.domain.case import CALLS
from bbcs.domain.event import Event
from bbcs.registers.books import PeriodBooks
from bbcs.registers.entry import RegisterEntry
from bbcs.registers.rates.part import Part, reworded


def _of_cases(of: Iterable[RegisterEntry], hit: Callable[[RegisterEntry], bool]) -> list[Part]:
    """Parts of which none is open: a rate of settled cases may say 100 % while one of them is
    reopened, and so may a rate that is better low."""
    return [Part(entry.case.no, hit(entry)) for entry in of]


def _accepted(books: PeriodBooks) -> list[Part]:
    of = [entry for entry, _ in books.events("Registered")]
    return [
        Part(entry.case.no, bool(entry.of("Accepted")), entry.case.phase == "registered")
        for entry in of
    ]


def _closing(books: PeriodBooks) -> list[Part]:
    settled = books.numbers("Resolved", "Withdrawn")
    valid = (entry for entry in books.own if entry.case.phase not in ("refused", "transferred_out"))
    return [Part(entry.case.no, entry.case.no in settled, entry.in_hand) for entry in valid]


def _on_time(books: PeriodBooks) -> list[Part]:
    return [
        Part(
            entry.case.no,
            entry.on_time is True,
            entry.in_hand,
            bool(entry.bending.way(entry.first)),
        )
        for entry in books.timed
    ]


def _overdue(entry: RegisterEntry, *, over: bool) -> bool:
    """Whether the handling of the first round was overdue: when it was settled or ended (`over`),
    or is so now."""
    first = entry.first
    return first is not None and first.late and (first.state != "overdue") is over


def _solved(books: PeriodBooks) -> list[Part]:
    return [
        Part(entry.case.no, entry.case.solved == "yes", False, entry.bending.solved)
        for entry in books.closed
    ]


def _satisfied(books: PeriodBooks) -> list[Part]:
    called = books.numbers("CalledBack")
    # an imported row may have a call without an answer
    rated = [
        (entry, [call for call in entry.of("CalledBack") if call.data.get("satisfaction")])
        for entry in books.entries
        if entry.case.no in called
    ]
    last = [(entry, calls[-1]) for entry, calls in rated if calls]
    return [
        Part(entry.case.no, bool(call.data.get("satisfied")), False, reworded(entry, call))
        for entry, call in last
    ]


def _taken_up(books: PeriodBooks) -> set[str]:
    """Cases that were reopened only because they had been refused: nothing of them is done again."""
    return {
        entry.case.no
        for entry in books.entries
        if entry.case.first_round > 1 and len(entry.of("Reopened")) == 1
    }


def _redone(books: PeriodBooks) -> list[Part]:
    redone = books.numbers("Reopened") - _taken_up(books)
    # what was reopened had been settled, now or in an earlier period
    settled = redone | books.numbers("Resolved")
    return _of_cases(
        (entry for entry in books.entries if entry.case.no in settled),
        lambda entry: entry.case.no in redone,
    )


def _extended(entry: RegisterEntry) -> bool:
    return any(one.state == "granted" for one in entry.case.extensions)


def _since(entry: RegisterEntry, *kinds: str) -> list[Event]:
    """Such entries since the last settlement: a call of an earlier round answers nothing of this
    one."""
    settled = max((event.seq for event in entry.of("Resolved")), default=0)
    return [event for event in entry.of(*kinds) if event.seq > settled]


def _active(books: PeriodBooks) -> list[Part]:
    def rated(entry: RegisterEntry) -> bool:
        return any(
            event.data.get("satisfaction") and not event.data.get("default_rating")
            for event in _since(entry, "CalledBack")
        )

    return _of_cases(books.closed, rated)


def _promised(books: PeriodBooks) -> list[Part]:
    return [Part(entry.case.no, one.kept) for entry, one in books.promises]


COUNTING: Mapping[str, Callable[[PeriodBooks], Iterable[Part]]] = {
    "acceptance_rate": _accepted,
    "closing_rate": _closing,
    "on_time_rate": _on_time,
    "overdue_rate": lambda b: _of_cases(b.timed, lambda entry: entry.on_time is False),
    "overdue_closed_rate": lambda b: _of_cases(b.timed, lambda entry: _overdue(entry, over=True)),
    "overdue_open_rate": lambda b: _of_cases(b.timed, lambda entry: _overdue(entry, over=False)),
    "resolution_rate": _solved,
    "termination_rate": lambda b: _of_cases(b.closed, lambda entry: entry.terminated),
    "satisfaction_rate": _satisfied,
    "callback_rate": lambda b: _of_cases(b.closed, lambda entry: bool(_since(entry, *CALLS))),
    "redo_rate": _redone,
    "extension_rate": lambda b: _of_cases(b.timed, _extended),
    "promise_rate": _promised,
    "active_rate": _active,
}
