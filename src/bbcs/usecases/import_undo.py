"""Taking one batch of an import back: its cases become void, its entries are undone, its keys are
free again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bbcs.domain.acts.table import DONE
from bbcs.domain.corrections import effective
from bbcs.domain.event import Draft, Event
from bbcs.domain.fold import fold, going_on
from bbcs.errors import BadValue, Declined, NothingToUndo
from bbcs.record import Record
from bbcs.usecases.imports import ROLE
from bbcs.usecases.ledger import Ledger
from bbcs.usecases.movements import consultation_undone
from bbcs.usecases.office import Office, need
from bbcs.usecases.projection import project

REASON = "撤销导入"


class Built(Record):
    """A case of the batch on which something was done since.

    acts: Chinese words of what was done.
    """

    case_no: str
    acts: tuple[str, ...]


class BatchUndone(Record):
    """What was taken back.

    built: cases of the batch that were worked on since, void now like the others.
    """

    batch: str
    voided: int
    undone: int
    consultations: int
    built: tuple[Built, ...]


def batches(ledger: Ledger) -> dict[str, Event]:
    """The batches that can still be taken back: name -> its entry."""
    found: dict[str, Event] = {}
    for event in ledger.office_wide(("Imported", "ImportUndone")):
        if event.kind == "Imported":
            found[event.data["batch"]] = event
        else:
            found.pop(event.data["batch"], None)
    return found


def undo(
    ledger: Ledger,
    office: Office,
    batch: str,
    *,
    reason: str = "",
    yes: bool = False,
    step: Callable[[int], None] = lambda done: None,
) -> BatchUndone:
    """Takes back all that the batch wrote.

    yes: also where its cases were worked on since; without it that is Declined, with their numbers.
    Raises NotPermitted; BadValue for an unknown batch; NothingToUndo for one that was taken back,
    and where other entries were built on those that it added to older cases.
    """
    need(office, "撤销导入", ROLE)
    its = _entries(ledger, _batch(ledger, batch))
    cases: dict[str, list[Event]] = {}
    for event in its:
        cases.setdefault(event.case_no, []).append(event)
    questions = [event for event in cases.pop("", []) if event.kind == "Consulted"]
    whole = {number: ledger.events(number) for number in cases}
    built = _built(whole, cases)
    _refuse_built(built, cases, yes=yes)
    voided = undone = 0
    for done, (number, events) in enumerate(whole.items(), 1):
        drafts = _taken_back(office, batch, events, cases[number], reason)
        if drafts:
            added = ledger.append(number, events[-1].version, drafts, office.stamp)
            case = going_on(fold(events), events, added)
            ledger.project(project(case, [*events, *added], office))
        voided += cases[number][0].kind == "Registered"
        undone += len(cases[number]) * (cases[number][0].kind != "Registered")
        step(done)
    consultations = _unasked(ledger, office, questions)
    facts = {
        "batch": batch, "voided": voided, "undone": undone, "consultations": consultations, "reason": reason,
    }  # fmt: skip
    ledger.append("", 0, [Draft("ImportUndone", office.stamp.now, facts)], office.stamp)
    return BatchUndone(batch, voided, undone, consultations, tuple(built))


def _batch(ledger: Ledger, batch: str) -> Event:
    known = batches(ledger)
    if batch in known:
        return known[batch]
    if any(event.data["batch"] == batch for event in ledger.office_wide(("ImportUndone",))):
        raise NothingToUndo(f"批次 {batch} 早已撤销，没有可撤销的", list(known))
    listed = "、".join(list(known)[-8:]) or "（没有）"
    raise BadValue(f"没有批次 {batch}；可以撤销的：{listed}", list(known))


def _entries(ledger: Ledger, imported: Event) -> list[Event]:
    """The entries of the batch: they stand just before the one that tells of it."""
    first = imported.seq - imported.data["entries"]
    return list(ledger.entries(first, imported.seq - 1))


def _built(whole: Mapping[str, Sequence[Event]], its: Mapping[str, Sequence[Event]]) -> list[Built]:
    """The cases that have entries since the batch, and such as still count."""
    found = []
    for number, events in whole.items():
        later = [event for event in effective(events) if event.seq > its[number][-1].seq]
        if later and later[-1].kind != "Voided":
            words = tuple(dict.fromkeys(DONE[event.kind] for event in later))
            found.append(Built(number, words))
    return found


def _refuse_built(built: Sequence[Built], its: Mapping[str, Sequence[Event]], *, yes: bool) -> None:
    grown = [one.case_no for one in built if its[one.case_no][0].kind != "Registered"]
    if grown:
        raise NothingToUndo(
            f"{_some(grown)} 在导入以前就有，导入补了进展，以后又办了别的，不能只撤中间；"
            "请先撤销那些步骤（bbcs undo），或用 bbcs correct 更正",
            grown,
        )
    if built and not yes:
        raise Declined(
            f"这一批里有 {len(built)} 件导入后又办过：{_some([one.case_no for one in built])}；"
            "撤销会把它们一起作废，确要这样请加 --yes"
        )


def _some(numbers: Sequence[str]) -> str:
    return "、".join(numbers[:8]) + "……" * (len(numbers) > 8)


def _taken_back(
    office: Office, batch: str, events: Sequence[Event], its: Sequence[Event], reason: str
) -> list[Draft]:
    """Voided for a case that the batch made, else Undone for each of its entries, the last one
    first.
    """
    now, why = office.stamp.now, reason or f"{REASON} {batch}"
    if its[0].kind == "Registered":
        if any(event.kind == "Voided" and event.data.get("import_undone") for event in events):
            return []
        return [Draft("Voided", now, {"reason": why, "import_undone": batch})]
    taken = {event.data.get("version") for event in events if event.kind == "Undone"}
    return [
        Draft("Undone", now, {"version": event.version, "undone": event.kind, "reason": why})
        for event in reversed(its)
        if event.version not in taken
    ]


def _unasked(ledger: Ledger, office: Office, questions: Sequence[Event]) -> int:
    gone = {event.data["entry"] for event in ledger.office_wide(("ConsultationUndone",))}
    count = 0
    for event in questions:
        if event.seq in gone:
            continue
        kept: dict[str, Any] = {
            name: event.data[name]
            for name in ("visitors", "answered", "unit")
            if name in event.data
        }
        taken = {**kept, "entry": event.seq, "day": event.at.date()}
        draft = Draft("ConsultationUndone", office.stamp.now, taken)
        (undone,) = ledger.append("", 0, [draft], office.stamp)
        ledger.count(consultation_undone(undone))
        count += 1
    return count
