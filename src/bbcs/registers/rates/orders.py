"""Rates of orders and clocks: contacted, signed for and returned. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bbcs.domain.deadline import Deadline
from bbcs.domain.order import UnitRef
from bbcs.registers.books import PeriodBooks
from bbcs.registers.entry import RegisterEntry
from bbcs.registers.rates.part import Part


def _clocks(books: PeriodBooks, *names: str) -> Iterable[tuple[RegisterEntry, Deadline]]:
    """Clocks of these names that started in the period."""
    for entry in books.entries:
        for one in entry.deadlines:
            if one.name in names and (
                books.period is None or one.start.date() >= books.period.first
            ):
                yield entry, one


def _in_time(*names: str) -> Callable[[PeriodBooks], list[Part]]:
    """Met in time; what was never done is missed once its limit has passed, before that it is not
    counted."""
    return lambda books: [
        Part(
            entry.case.no, one.state == "met", one.state == "overdue", bool(entry.bending.way(one))
        )
        for entry, one in _clocks(books, *names)
        if one.met_at or one.late
    ]


def _signed(books: PeriodBooks) -> list[Part]:
    """Orders signed for, or arrived for, in time: an order with both limits counts once, by both."""
    signed: dict[tuple[str, int, int], list[tuple[RegisterEntry, Deadline]]] = {}
    for entry, one in _clocks(books, "sign", "arrive"):
        if one.met_at or one.late:
            signed.setdefault((entry.case.no, one.round, one.number), []).append((entry, one))
    return [
        Part(
            case_no,
            all(one.state == "met" for _, one in pairs),
            any(one.state == "overdue" for _, one in pairs),
            any(entry.bending.way(one) for entry, one in pairs),
            _receiver(*pairs[0]),
        )
        for (case_no, _, _), pairs in signed.items()
    ]


def _receiver(entry: RegisterEntry, deadline: Deadline) -> UnitRef | None:
    """The unit whose order a clock belongs to."""
    return next(
        (
            order.ref
            for order in entry.case.orders
            if (order.round, order.number) == (deadline.round, deadline.number)
        ),
        None,
    )


def _returned(books: PeriodBooks) -> list[Part]:
    sent = ((entry, order) for entry in books.entries for order in entry.case.orders)
    since = books.period.first if books.period else None
    return [
        Part(entry.case.no, order.state == "returned", False, False, order.ref)
        for entry, order in sent
        if not since or order.sent_at.date() >= since
    ]


COUNTING: Mapping[str, Callable[[PeriodBooks], Iterable[Part]]] = {
    "response_rate": _in_time("first_contact"),
    "sign_on_time_rate": _signed,
    "return_rate": _returned,
}
