"""Erasing the personal part of cases: their free texts and people go, what is counted stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from bbcs.domain import masking
from bbcs.domain.acts.table import personal_fields
from bbcs.domain.case import Case
from bbcs.domain.erasure import refuse
from bbcs.domain.event import Draft, Event
from bbcs.domain.fold import fold
from bbcs.errors import BadValue, MissingInput
from bbcs.record import Record
from bbcs.usecases.office import Office, need
from bbcs.usecases.projection import project

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger

ROLE = "admin"


class Remnant(Record):
    """A public field of an entry in which somebody wrote what is known of a person: it cannot be
    erased.
    """

    case_no: str
    version: int
    kind: str
    field: str


class Erasure(Record):
    """What was erased. entries: those that lost their personal part. seq: the number of the entry
    that says so, 0 where there was nothing left to erase.
    """

    case_nos: tuple[str, ...]
    entries: int
    seq: int
    remnants: tuple[Remnant, ...]


def planned(
    ledger: Ledger, office: Office, shorts: Sequence[str], reason: str, basis: str
) -> list[str]:
    """The numbers of the cases, each once, where all of them may be erased for this reason.

    Raises NotPermitted, UnknownCase, TransitionRefused, GateClosed, and MissingInput, BadValue for
    the reason and the basis.
    """
    return [case.no for case, _ in _opened(ledger, office, shorts, reason, basis)]


def erase(
    ledger: Ledger, office: Office, shorts: Sequence[str], reason: str, basis: str
) -> Erasure:
    """Erases the personal part of these cases, all or none. Raises what `planned` raises."""
    cases = _opened(ledger, office, shorts, reason, basis)
    numbers = tuple(case.no for case, _ in cases)
    remnants = tuple(one for case, events in cases for one in _remnants(case, events))
    entries = sum(ledger.erase(number) for number in numbers)
    if not entries:
        return Erasure(numbers, 0, 0, remnants)
    data = {"cases": list(numbers), "basis": basis, "reason": reason, "entries": entries}
    (event,) = ledger.append("", 0, [Draft("Erased", office.stamp.now, data)], office.stamp)
    for number in numbers:
        left = ledger.events(number)
        ledger.project(project(fold(left), left, office))
    return Erasure(numbers, entries, event.seq, remnants)


def _grounds(reason: str, basis: str, known: Sequence[masking.Known]) -> None:
    """Both are there, and repeat nothing of what is erased: the entry that holds them stays."""
    lacking = {"reason": reason, "basis": basis}
    missing = [name for name, text in lacking.items() if not text.strip()]
    if missing:
        labels = {"reason": "--reason（理由）", "basis": "--basis（依据）"}
        raise MissingInput([labels[name] for name in missing], asked=missing)
    for text in (reason, basis):
        if masking.free_text(text) != text or any(_bears(text, one) for one in known):
            raise BadValue("--reason、--basis 里不能写反映人的姓名、电话、证件号：这一条要留着")


def _opened(
    ledger: Ledger, office: Office, shorts: Sequence[str], reason: str, basis: str
) -> list[tuple[Case, list[Event]]]:
    need(office, "清除个人信息", ROLE)
    today = office.stamp.now.date()
    numbers = dict.fromkeys(ledger.case_no(short, today) for short in shorts)
    opened = []
    for number in numbers:
        events = ledger.events(number)
        case = fold(events)
        refuse(case, events, office.deadlines(case), today)
        opened.append((case, events))
    _grounds(reason, basis, [case.known for case, _ in opened])
    return opened


def _remnants(case: Case, events: Sequence[Event]) -> Iterator[Remnant]:
    known = case.known
    for event in events:
        for name, value in event.data.items():
            if name not in personal_fields(event.kind) and _bears(value, known):
                yield Remnant(case.no, event.version, event.kind, name)


def _bears(value: Any, known: masking.Known) -> bool:
    """Whether a public value repeats what is known of the people of a case."""
    if isinstance(value, str):
        return masking.without_known(value, known) != value
    return isinstance(value, (list, tuple)) and any(_bears(one, known) for one in value)
