"""Check of the case numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bbcs.inspection.dossier import Books, Dossier, Said, SaidOf

_NUMBER = re.compile(r"([A-Z0-9]{2,12}-\d{8})-(\d{4,})")


class Numbers:
    """C01: case numbers without pattern, gap or second use, each of the day of its intake. Cases come in order of number."""

    def __init__(self, books: Books) -> None:
        self._day, self._written, self._taken = "", "", set[int]()
        self._gaps: list[str] = []

    def see(self, one: Dossier) -> Iterator[Said]:
        """The number of one case."""
        told = _NUMBER.fullmatch(one.no)
        if not told:
            yield "编号不合“站码-年月日-序号”", "编号由登记时自动编；bbcs ledger verify --full"
            return
        day, serial = told.groups()
        if day != self._day:
            self._turn(day)
        self._taken.add(int(serial))
        if one.flaw:
            yield one.flaw, "bbcs ledger verify"
        elif (came := one.raw[0].at.date().isoformat()) != self._written:
            yield f"编号的日期不是受理日（{came}）", "bbcs ledger verify；编号从不改，受理日可更正"

    def _turn(self, day: str) -> None:
        if self._taken:
            missing = sorted({*range(1, max(self._taken) + 1)} - self._taken)
            self._gaps += [f"{self._day}-{number:04d}" for number in missing]
        self._day, self._written, self._taken = day, f"{day[-8:-4]}-{day[-4:-2]}-{day[-2:]}", set()

    def end(self) -> Iterator[SaidOf]:
        """The numbers left out."""
        self._turn("")
        for number in self._gaps:
            yield number, "编号断了：这个号没有登记", "查是否有件没录入；bbcs ledger verify"
