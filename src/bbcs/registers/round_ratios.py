"""Ratios of the first and of the last round, side by side: what a redo has changed. Pure.

The ratios of `rates` judge in time by the first round, solved and satisfied by the last.
"""

from __future__ import annotations

from bbcs.domain.event import Event
from bbcs.registers.books import PeriodBooks
from bbcs.registers.entry import RegisterEntry
from bbcs.registers.rates import Part, Ratio, reworded


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


FINAL_ON_TIME = Ratio(
    "final_on_time_rate",
    "末轮按时办结率",
    "本期最后一轮有办理时限的件（含上期结转）",
    _final_on_time,
    leaves_out="on_time",
)
FIRST_RESOLUTION = Ratio(
    "first_resolution_rate", "首轮解决率", "本期办结的件（撤回的不算）", _solved_at_once, apart=True
)
FIRST_SATISFACTION = Ratio(
    "first_satisfaction_rate",
    "首轮满意率",
    "本期打通了回访的件，看首次有评价的一轮",
    _first_satisfied,
    leaves_out="satisfaction",
    apart=True,
)

RATIOS = (FINAL_ON_TIME, FIRST_RESOLUTION, FIRST_SATISFACTION)
