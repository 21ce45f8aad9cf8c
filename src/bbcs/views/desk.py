"""The desk: what is to be done today, in groups, the most urgent first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bbcs.record import Record
from bbcs.usecases.ledger import Filter, Ledger
from bbcs.usecases.office import READERS, Office, need
from bbcs.views.rows import CaseLine, LineMaker


class Group(Record):
    """One block of the desk; `columns` are those that only this block needs."""

    name: str
    label: str
    total: int
    lines: Sequence[CaseLine]
    columns: Sequence[str] = ()

    @property
    def rows(self) -> list[Mapping[str, Any]]:
        """The masked rows, as programs get them."""
        return [line.row for line in self.lines]


COLUMNS: Mapping[str, Sequence[str]] = {"gaps": ("gap_due",), "paused": ("resume_on",)}
"""Group -> the columns that say what it waits for."""


def desk(ledger: Ledger, office: Office, limit: int = 10) -> list[Group]:
    """What is to be done today; a case may stand under its date and under what it waits for.

    Each group by its own date, the earliest first. Papers are owed until they come; a pause is on the desk once it should be over.
    """
    need(office, "查看", *READERS)
    now = office.stamp.now
    today = now.date()
    ask = Filter(now, limit=limit)
    groups = (
        ("overdue", "已超期", ask._replace(overdue=True)),
        ("today", "今天到期", ask._replace(due=today, paused=False)),
        ("warning", "临期", ask._replace(warning=True)),
        ("untriaged", "待研判", ask._replace(active=False, phases=["accepted"])),
        ("unsigned", "未签收", ask._replace(unsigned=True)),
        (
            "gaps",
            "容缺待补",
            ask._replace(gaps=True, active=False),
        ),  # a paper may be owed beyond the settlement
        ("callback", "待回访", ask._replace(callback_due=True)),
    )
    making = LineMaker(office)
    groups_now = [
        Group(
            name,
            label,
            ledger.tally(wanted),
            [making.line(stored) for stored in ledger.find(wanted)],
            COLUMNS.get(name, ()),
        )
        for name, label, wanted in groups
    ]
    return [*groups_now, _paused(ledger, making, ask)]


def _paused(ledger: Ledger, making: LineMaker, ask: Filter) -> Group:
    """Cases whose pause should be over by now; few are ever paused, so all of them are looked at."""
    today = ask.now.date().isoformat()
    lines = [making.line(stored) for stored in ledger.find(ask._replace(paused=True, limit=None))]
    late = sorted(
        (line for line in lines if line.resume_on and line.resume_on <= today),
        key=lambda line: line.resume_on,
    )
    return Group("paused", "暂停已到预计恢复日", len(late), late[: ask.limit], COLUMNS["paused"])
