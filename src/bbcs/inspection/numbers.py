"""Check of the case numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from bbcs.domain.event import Event
from bbcs.domain.numbers import split
from bbcs.inspection.case_view import CaseProblem, CaseView, Problem
from bbcs.inspection.context import InspectionContext

_HINT = "查是否有件没录入；bbcs ledger verify"

LISTED = 1000
"""Largest gap whose missing numbers are listed one by one.

A longer gap is one finding: a damaged number may leave millions missing.
"""


class Numbers:
    """C01: case numbers without the right form, gaps, numbers used twice, numbers of another day.

    Cases come in the order of their numbers, so that only the serial numbers of one day are kept.
    """

    def __init__(self, context: InspectionContext) -> None:
        self._prefix = ""
        self._serials: set[int] = set()
        self._gaps: list[CaseProblem] = []

    def see(self, one: CaseView) -> Iterable[Problem]:
        """The number of one case."""
        parts = split(one.no)
        if parts is None:
            return [("编号不合“站码-年月日-序号”", "编号由登记时自动编；bbcs ledger verify --full")]
        _, day, serial = parts
        prefix = one.no.rpartition("-")[0]
        if prefix != self._prefix:
            self._close_day()
            self._prefix = prefix
        self._serials.add(serial)
        flaw = _flaw(one.entries)
        if flaw:
            return [(flaw, "bbcs ledger verify")]
        received = one.entries[0].at.date()
        if received.isoformat() != day:
            what = f"编号的日期不是受理日（{received}）"
            return [(what, "bbcs ledger verify；编号从不改，受理日可更正")]
        return ()

    def _close_day(self) -> None:
        """Keep the numbers that are missing from 1 to the last one of the day."""
        for before, serial in pairwise([0, *sorted(self._serials)]):
            numbers = range(before + 1, serial)[:LISTED]
            missing = [f"{self._prefix}-{number:04d}" for number in numbers]
            if serial - before - 1 > LISTED:
                last = f"{self._prefix}-{serial - 1:04d}"
                what = f"编号断了：从这个号到 {last} 都没有登记"
                self._gaps.append((missing[0], what, _HINT))
            else:
                what = "编号断了：这个号没有登记"
                self._gaps += [(number, what, _HINT) for number in missing]
        self._serials = set()

    def findings(self) -> Iterator[CaseProblem]:
        """The missing numbers."""
        self._close_day()
        yield from self._gaps


def _flaw(entries: Iterable[Event]) -> str:
    """What is wrong with the sequence of entries; "" when it is 1, 2, … from Registered on."""
    kinds = [event.kind for event in entries]
    versions = [event.version for event in entries]
    if kinds[0] != "Registered" or versions != [*range(1, len(versions) + 1)]:
        return "记录缺了或不从登记开始"
    if kinds.count("Registered") > 1:
        return "编号用了两次：有两条登记"
    return ""
