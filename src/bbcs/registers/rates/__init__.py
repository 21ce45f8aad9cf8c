"""How the cases of each rate are counted: a function of the books for each row of the table
`bbcs.domain.rates`.

A function stands in the module of what it counts: cases, rounds, orders, callbacks. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bbcs.registers.books import PeriodBooks
from bbcs.registers.rates import callbacks, cases, orders, rounds
from bbcs.registers.rates.part import Part

COUNTING: Mapping[str, Callable[[PeriodBooks], Iterable[Part]]] = {
    **cases.COUNTING,
    **orders.COUNTING,
    **callbacks.COUNTING,
    **rounds.COUNTING,
}
"""Name of a rate -> the things of its denominator."""
