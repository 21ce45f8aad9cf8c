"""Undoes one batch of an import: its cases become void, its entries are undone, its keys are free
again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bbcs.domain.acts.table import DONE
from bbcs.domain.corrections import effective
from bbcs.domain.event import Draft, Event
from bbcs.domain.fold import fold, fold_on
from bbcs.errors import BadValue, Declined, NothingToUndo
from bbcs.record import Record
from bbcs.usecases.batches import Access, written
from bbcs.usecases.imports import ROLE
from bbcs.usecases.movements import consultation_undone
from bbcs.usecases.office import Office, need
from bbcs.usecases.projection import project

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Batch, Ledger

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

    @property
    def ready(self) -> bool:
        """A batch that can be taken back always leaves an entry."""
        return True

    @property
    def size(self) -> int:
        """How many cases and entries it took back."""
        return self.voided + self.undone + self.consultations


class _Its(Record):
    """An entry of the batch on a case."""

    kind: str
    version: int
    seq: int


def _batches(ledger: Ledger) -> dict[str, Event]:
    """The batches that can still be taken back: name -> its entry."""
    standing: dict[str, Event] = {}
    for event in ledger.office_wide(("Imported", "ImportUndone")):
        if event.kind == "Imported":
            standing[event.data["batch"]] = event
        else:
            standing.pop(event.data["batch"], None)
    return standing


def _undo(
    ledger: Ledger,
    office: Office,
    name: str,
    into: Batch | None,
    *,
    reason: str = "",
    yes: bool = False,
    step: Callable[[int], None] = lambda done: None,
) -> BatchUndone:
    """Takes back all that a batch wrote; into: where it is written, None to look only.

    yes: also where its cases were worked on since; without it that is Declined, with their numbers.
    Raises NotPermitted; BadValue for an unknown batch; NothingToUndo for one that was taken back,
    and where other entries were built on those that it added to older cases.
    """
    need(office, "撤销导入", ROLE)
    cases, questions = _entries(ledger, _batch(ledger, name))
    built: list[Built] = []
    why, voided, undone = reason or f"{REASON} {name}", 0, 0
    for done, (number, its) in enumerate(cases.items(), 1):
        events = ledger.events(number)
        built += _built(number, events, its)
        drafts = _taken_back(office, name, events, its, why)
        if into and drafts:
            added = into.append(number, events[-1].version, ledger.check(drafts), office.stamp)
            case = fold_on(fold(events), events, added)
            into.project([project(case, [*events, *added], office)])
        created = its[0].kind == "Registered"
        voided, undone = voided + created, undone + (0 if created else len(its))
        step(done)
    _refuse_built(built, cases, yes=yes)
    taken = _unasked(ledger, office, questions, into)
    if into:
        facts = {
            "batch": name, "voided": voided, "undone": undone, "consultations": taken, "reason": reason,
        }  # fmt: skip
        drafts = [Draft("ImportUndone", office.stamp.now, facts)]
        into.append("", 0, ledger.check(drafts), office.stamp)
    return BatchUndone(name, voided, undone, taken, tuple(built))


def _batch(ledger: Ledger, batch: str) -> Event:
    known = _batches(ledger)
    if batch in known:
        return known[batch]
    if any(event.data["batch"] == batch for event in ledger.office_wide(("ImportUndone",))):
        raise NothingToUndo(f"批次 {batch} 早已撤销，没有可撤销的", list(known))
    listed = "、".join(list(known)[-8:]) or "（没有）"
    raise BadValue(f"没有批次 {batch}；可以撤销的：{listed}", list(known))


def _entries(ledger: Ledger, imported: Event) -> tuple[dict[str, list[_Its]], list[Event]]:
    """The entries of the batch, which stand just before the one that tells of it: of each case, and
    the consultations.
    """
    first = imported.seq - imported.data["entries"]
    cases: dict[str, list[_Its]] = {}
    questions = []
    for event in ledger.entries(first, imported.seq - 1):
        if event.case_no:
            cases.setdefault(event.case_no, []).append(_Its(event.kind, event.version, event.seq))
        elif event.kind == "Consulted":
            questions.append(event)
    return cases, questions


def _built(number: str, events: Sequence[Event], its: Sequence[_Its]) -> list[Built]:
    """The case, if it has entries since the batch, and such as still count."""
    later = [event for event in effective(events) if event.seq > its[-1].seq]
    if not later or later[-1].kind == "Voided":
        return []
    return [Built(number, tuple(dict.fromkeys(DONE[event.kind] for event in later)))]


def _refuse_built(built: Sequence[Built], its: Mapping[str, Sequence[_Its]], *, yes: bool) -> None:
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
    office: Office, batch: str, events: Sequence[Event], its: Sequence[_Its], why: str
) -> list[Draft]:
    """Voided for a case that the batch made, else Undone for each of its entries, the last one
    first.
    """
    now = office.stamp.now
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


def _unasked(ledger: Ledger, office: Office, questions: Sequence[Event], into: Batch | None) -> int:
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
        if into:
            (undone,) = into.append("", 0, ledger.check([draft]), office.stamp)
            into.count(consultation_undone(undone))
        count += 1
    return count


def undo_batch(
    office: Office,
    name: str,
    view: Access,
    write: Access | None,
    *,
    reason: str = "",
    yes: bool = False,
    step: Callable[[int], None] = lambda done: None,
) -> BatchUndone:
    """Takes a batch back, made ready on a view that holds no lock; write: None to look only. Raises
    what `_undo` raises.
    """

    def decide(ledger: Ledger, into: Batch | None) -> BatchUndone:
        return _undo(ledger, office, name, into, reason=reason, yes=yes, step=step)

    if write is None:
        return view(lambda ledger: decide(ledger, None))
    return written(decide, view, write)[0]
