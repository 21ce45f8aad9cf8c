"""Check of the case numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bbcs.inspection.case_view import Books, Dossier, Said, SaidOf
from bbcs.inspection.watch import ALWAYS

_DAY = re.compile(r"[A-Z0-9]{2,12}-\d{8}")

_LEAST = 4
"""Figures a serial number has at least."""


class Numbers:
    """C01: case numbers without pattern, gap or second use, each of the day of its intake. Cases come in order of number."""

    rests = ALWAYS

    def __init__(self, books: Books) -> None:
        self._day, self._date, self._taken = "", _date(""), set[int]()
        self._gaps: list[str] = []

    def see(self, one: Dossier) -> Iterable[Said]:
        """The number of one case."""
        day, _, serial = one.no.rpartition("-")
        if (
            len(serial) < _LEAST
            or not serial.isdecimal()
            or not (day == self._day or _DAY.fullmatch(day))
            or not day
        ):
            return [("编号不合“站码-年月日-序号”", "编号由登记时自动编；bbcs ledger verify --full")]
        if day != self._day:
            self._turn(day)
        self._taken.add(int(serial))
        if one.flaw:
            return [(one.flaw, "bbcs ledger verify")]
        if one.day != self._date:
            return [
                (
                    f"编号的日期不是受理日（{one.day}）",
                    "bbcs ledger verify；编号从不改，受理日可更正",
                )
            ]
        return ()

    def _turn(self, day: str) -> None:
        if self._taken:
            missing = sorted({*range(1, max(self._taken) + 1)} - self._taken)
            self._gaps += [f"{self._day}-{number:04d}" for number in missing]
        self._day, self._date, self._taken = day, _date(day[-8:]), set()

    def end(self) -> Iterator[SaidOf]:
        """The numbers left out."""
        self._turn("")
        for number in self._gaps:
            yield number, "编号断了：这个号没有登记", "查是否有件没录入；bbcs ledger verify"


def _date(figures: str) -> str:
    """The day these eight figures write; no day, so that none is the same, where there is none."""
    return f"{figures[:4]}-{figures[4:6]}-{figures[6:]}"
