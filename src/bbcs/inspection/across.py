"""Checks that look from one case to others: numbers, people who come again, causes that come again, the duty roster."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

from bbcs.inspection.dossier import Books, Dossier, Said, SaidOf

REPEAT_DAYS = 30
"""Calendar days within which the same matter of the same person is a repeat: those of the duplicate question at intake."""

COMMON = 10
"""Cases of one cause without an improvement that make it a common one (ours, proposed): below, chance explains it."""

COMMON_DAYS = 90
"""Calendar days in which they are counted (ours, proposed): a quarter, the period of the usual review."""


class Watch(Protocol):
    """A check over many cases: it sees one after the other and speaks then, or at the end."""

    def see(self, one: Dossier) -> Iterator[Said]:
        """What is wrong with this case, in the light of those before."""
        ...

    def end(self) -> Iterator[SaidOf]:
        """What is wrong with all of them."""
        ...


# -- C01 -----------------------------------------------------------------------------------------------------------

_NUMBER = re.compile(r"([A-Z0-9]{2,12})-(\d{4})(\d\d)(\d\d)-(\d{4,})")


class Numbers:
    """C01: case numbers without pattern, gap or second use, each of the day of its intake. Cases come in order of number."""

    def __init__(self, books: Books) -> None:
        self._day, self._taken = "", set[int]()
        self._gaps: list[str] = []

    def see(self, one: Dossier) -> Iterator[Said]:
        """The number of one case."""
        told = _NUMBER.fullmatch(one.no)
        if not told:
            yield "编号不合“站码-年月日-序号”", "编号由登记时自动编；bbcs ledger verify --full"
            return
        day = one.no.rpartition("-")[0]
        if day != self._day:
            self._turn(day)
        self._taken.add(int(told[5]))
        first = one.raw[0]
        if first.kind != "Registered" or [event.version for event in one.raw] != [*range(1, len(one.raw) + 1)]:
            yield "记录缺了或不从登记开始", "bbcs ledger verify"
        elif any(event.kind == "Registered" for event in one.raw[1:]):
            yield "编号用了两次：有两条登记", "bbcs ledger verify"
        elif first.at.isoformat()[:10] != f"{told[2]}-{told[3]}-{told[4]}":
            yield f"编号的日期不是受理日（{first.at:%Y-%m-%d}）", "bbcs ledger verify；编号从不改，受理日可更正"

    def _turn(self, day: str) -> None:
        if self._taken:
            missing = sorted({*range(1, max(self._taken) + 1)} - self._taken)
            self._gaps += [f"{self._day}-{number:04d}" for number in missing]
        self._day, self._taken = day, set()

    def end(self) -> Iterator[SaidOf]:
        """The numbers left out."""
        self._turn("")
        for number in self._gaps:
            yield number, "编号断了：这个号没有登记", "查是否有件没录入；bbcs ledger verify"


# -- C16 -----------------------------------------------------------------------------------------------------------


class Repeats:
    """C16: the same person with a common item within so many days, neither linked as a repeat nor merged.

    Only the cases of the last days are remembered, by hashes: memory does not grow with the ledger.
    """

    def __init__(self, books: Books) -> None:
        self._seen: dict[int, tuple[date, str, int]] = {}
        self._queue: deque[tuple[date, int, str]] = deque()

    def see(self, one: Dossier) -> Iterator[Said]:
        """Whether the same person came before."""
        said = one.raw[0].data
        day = one.raw[0].at.date()
        while self._queue and self._queue[0][0] < day - timedelta(days=REPEAT_DAYS):
            _, key, no = self._queue.popleft()
            if self._seen.get(key, ("", ""))[1] == no:
                del self._seen[key]
        if "Refused" in one.kinds:
            return
        ident = hash(said.get("id_number") or "")
        before = ""
        for key in self._keys(one):
            known = self._seen.get(key)
            if known and not (ident and known[2] and known[2] != ident) and abs((day - known[0]).days) <= REPEAT_DAYS:
                before = before or known[1]
            self._seen[key] = day, one.no, ident if said.get("id_number") else 0
            self._queue.append((day, key, one.no))
        if before and not one.case.group and not any(event.data.get("kind") == "repeat" for event in one.of("Linked")):
            yield (
                f"{REPEAT_DAYS} 天内同一人反映同一事项：前一件 {before}",
                f"查前一件为何没解决；bbcs link {one.no} --kind repeat --to {before}",
            )

    def _keys(self, one: Dossier) -> Iterator[int]:
        """By identity number, by phone, by name where there is no phone; each with an item."""
        said = one.raw[0].data
        people = [("id", said["id_number"])] if said.get("id_number") else []
        if said.get("phone"):
            people.append(("phone", said["phone"]))
        elif said.get("reporter"):
            people.append(("name", said["reporter"]))
        items = said.get("items") or [said.get("matter")]
        return (hash((kind, value, item)) for kind, value in people for item in items)

    def end(self) -> Iterator[SaidOf]:
        """Nothing more."""
        return iter(())


# -- C17 -----------------------------------------------------------------------------------------------------------


class Causes:
    """C17: many cases of one cause in the last quarter, and no improvement on record for any of them or their items."""

    def __init__(self, books: Books) -> None:
        self._since = books.today - timedelta(days=COMMON_DAYS)
        self._number: dict[str, int] = {}
        self._items: dict[str, set[int]] = {}
        self._label: dict[str, str] = {}
        self._learned: set[str] = set()
        self._touched = {hash(item) for item in books.improved}
        self._named = books.improved

    def see(self, one: Dossier) -> Iterator[Said]:
        """Count the case for its causes."""
        improved = one.of("Improved")
        for event in improved:
            self._touched |= {hash(item) for item in event.data.get("item") or ()}
        triaged = one.of("Triaged")
        causes = triaged[-1].data.get("cause") or () if triaged else ()
        if improved or one.no in self._named:
            self._learned.update(causes)
        if one.raw[0].at.date() >= self._since:
            said = one.raw[0].data
            for cause in causes:
                self._number[cause] = self._number.get(cause, 0) + 1
                self._items.setdefault(cause, set()).update(map(hash, said.get("items") or (said.get("matter"),)))
                self._label.setdefault(cause, one.pack.label("cause", cause))
        return iter(())

    def end(self) -> Iterator[SaidOf]:
        """The common causes nobody learned from."""
        for cause, number in sorted(self._number.items(), key=lambda pair: (-pair[1], pair[0])):
            if number >= COMMON and cause not in self._learned and self._items[cause].isdisjoint(self._touched):
                said = f"近 {COMMON_DAYS} 天有 {number} 件的原因是“{self._label[cause]}”，没有改进的记录"
                yield "", said, "分析后 bbcs improve 记下流程再造或规则修改"


# -- C25 -----------------------------------------------------------------------------------------------------------


ROSTER = "bbcs.domain.roster"
"""Where the rules of a roster live; until they are there nothing is said of one."""


class Roster:
    """C25: working days without anyone on duty, and double bookings, once there is a roster."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def see(self, one: Dossier) -> Iterator[Said]:
        """Nothing of a single case."""
        return iter(())

    def end(self) -> Iterator[SaidOf]:
        """The days."""
        duty = self._books.station.duty
        if duty and find_spec(ROSTER):
            days = [one.day for one in duty]
            for found in import_module(ROSTER).problems(duty, self._books.calendar, min(days), max(days)):
                yield "", f"{found.where} {found.what}", found.hint
