"""A ledger of histories, and what an inspection finds in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from bbcs.domain.acts.table import KINDS
from bbcs.domain.case import CLOSES, OPENS
from bbcs.domain.corrections import effective
from bbcs.domain.event import Event
from bbcs.domain.pack import RulePack
from bbcs.usecases import checks
from bbcs.usecases.checks import CheckFinding, CheckSelection
from bbcs.usecases.office import Office
from sample import FREE, NO, Desk, DictLedger, history, rules, shipped

START = "2026-03-02 Registered matter=诊所备案 demand=办不下去 reporter=陈试验 channel=counter"
TAKEN = f"{START}\n2026-03-02 Accepted"
TOLD = "2026-03-04T10:00 FedBack stage=final text=办好了"
DONE = "2026-03-04T11:00 Resolved outcome=solved counts_as=solved measures=办好了"
GOOD = "2026-03-05 CalledBack solved=yes grade=good satisfaction=5 satisfied=yes"
BAD = "2026-03-05 CalledBack solved=no grade=bad satisfaction=1 satisfied=no"
SOUND = f"{TAKEN}\n{TOLD}\n{DONE}\n{GOOD}\n2026-03-06 Closed"
"""Taken, answered, settled, called back, struck off: nothing to find."""

PACK = rules(FREE)


class HistoryLedger(DictLedger):
    """A ledger of histories by case number, as a store gives them."""

    def __init__(
        self,
        histories: Sequence[list[Event]],
        office: Sequence[Event] = (),
        rows: Sequence[tuple[Any, ...]] = (),
    ) -> None:
        super().__init__()
        self.histories = sorted(histories, key=lambda events: events[0].case_no)
        self.entries = [*office]
        self.told = [event for events in self.histories for event in events]
        self.given = list(rows)

    def case_no(self, short: str, today: date) -> str:
        return short

    def events(self, case_no: str) -> list[Event]:
        every = [*self.told, *self.entries]
        return [event for event in every if event.case_no == case_no]

    def cases(self) -> Iterator[list[Event]]:
        return iter(self.histories)

    def stored(self) -> Iterator[tuple[Any, ...]]:
        return iter(self.given)

    def tallies(self) -> Iterator[tuple[Any, ...]]:
        every = [
            event
            for events in self.histories
            for event in effective(events)
            if event.kind in OPENS | CLOSES
        ]
        counted = Counter((f"{event.at:%Y-%m}", event.kind) for event in every)
        return (
            (*key, number, number * ((key[1] in OPENS) - (key[1] in CLOSES)))
            for key, number in sorted(counted.items())
        )


class UncountedLedger(HistoryLedger):
    """Histories whose stored counts are none: they may be of any kind."""

    def tallies(self) -> Iterator[tuple[Any, ...]]:
        return iter(())


def personal(kind: str, name: str) -> bool:
    """Whether a field is a personal one."""
    return any(field.name == name and field.personal for field in KINDS.get(kind, ()))


def changed(text: str, no: str = NO, **registered: Any) -> list[Event]:
    """A history whose registration says other things; None takes a field out."""
    first, *rest = history(text, no)
    data = {key: value for key, value in {**first.data, **registered}.items() if value is not None}
    return [first._replace(data=data), *rest]


def inspected(*histories: str | list[Event], **how: Any) -> list[CheckFinding]:
    """What an inspection of these cases finds, of one code when one is given (`looked`)."""
    return looked(*histories, **how)[0]


def looked(
    *histories: str | list[Event],
    code: str = "",
    pack: RulePack = PACK,
    now: str = "2026-03-06T12:00",
    office: Sequence[Event] = (),
    rows: Sequence[tuple[Any, ...]] = (),
    asked: CheckSelection | None = None,
    **more: Any,
) -> tuple[list[CheckFinding], HistoryLedger, Office]:
    """The same, with the ledger and the office."""
    told = [
        history(text, _no(place)) if isinstance(text, str) else text
        for place, text in enumerate(histories, 1)
    ]
    desk = Desk(pack)
    for key in sorted({events[0].data.get("pack") or "" for events in told} - {"", pack.key}):
        desk.pack = shipped(key)  # adopted before: cases of its time are judged by it
        desk.office(now)
    desk.pack = pack
    if more:
        desk.station = desk.station._replace(**more)
    ledger = HistoryLedger(told, office, rows)
    looking = desk.office(now)
    selection = asked or CheckSelection((code,) if code else ())
    return list(checks.inspect(ledger, looking, selection)), ledger, looking


def _no(place: int) -> str:
    return f"HT01-20260302-{place:04d}"


def whats(found: Sequence[CheckFinding]) -> str:
    """The text of all findings."""
    return "；".join(f"{one.code} {one.what}" for one in found)


def day(text: str) -> date:
    return date.fromisoformat(text)
