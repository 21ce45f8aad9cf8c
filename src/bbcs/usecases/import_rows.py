"""Writes one row of a foreign ledger: as a new case, as progress of a known one, not at all when it
is there already, or refused when it contradicts it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from bbcs.domain.acts.table import ACT_OF
from bbcs.domain.case import Case
from bbcs.domain.corrections import effective
from bbcs.domain.decide import imported
from bbcs.domain.decide.imported import ImportedRow, Proved
from bbcs.domain.decide.imported_again import new_facts
from bbcs.domain.event import Draft, Event
from bbcs.domain.fold import fold, fold_on
from bbcs.domain.numbers import split, written
from bbcs.domain.order import UnitRef
from bbcs.errors import BadValue, BbcsError, nearest
from bbcs.ingest.codes import REJECTS, WARNS, Problem
from bbcs.ingest.records import SourceRow
from bbcs.record import Record
from bbcs.usecases.ledger import Checked, Filter
from bbcs.usecases.movements import consulted
from bbcs.usecases.office import Office
from bbcs.usecases.projection import project, projected

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Batch, Ledger

NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"


class RowResult(Record):
    """What became of one row: new, changed, unchanged, or "" where it was rejected; its case, if it
    has one.
    """

    row: SourceRow
    did: str = ""
    case_no: str = ""


class ImportAsk(Record):
    """What is imported, and how. source: the other system, which makes its numbers unique.

    units: names of units in the file -> units of the roster. sha256: of the file. skip_bad: good
    rows are kept although others are rejected.
    """

    file: str
    sha256: str
    source: str = ""
    units: Mapping[str, str] = {}
    skip_bad: bool = False


class RowDecision(Record):
    """What becomes of one row. checked: the entries that are to be written, () for none; known: the
    case that they make grow, with its entries, None for a new one.
    """

    result: RowResult
    checked: Sequence[Checked] = ()
    known: tuple[Case, list[Event]] | None = None


class RowImport:
    """The rows of one import, on one view of the ledger.

    Some rows come at a time, and each step is done for all of them before the next one begins: a
    processor does one step for many rows in half the time of many steps for one.
    """

    def __init__(self, ledger: Ledger, office: Office, ask: ImportAsk, name: str) -> None:
        """name: of the batch, which every entry carries."""
        self._ledger, self._office, self._ask = ledger, office, ask
        self._stamped = {"batch": name}
        self._sourced = {**self._stamped, "source": ask.source} if ask.source else self._stamped
        self._serials: dict[date, int] = {}
        self.created = self.extended = self.counted = 0
        self._seen: set[bytes] = set()
        self._days: dict[date, dict[bytes, str]] = {}
        self._numbers: dict[date, dict[str, list[str]]] = {}
        self._asked: set[tuple[Any, ...]] | None = None
        self._units: dict[str, tuple[UnitRef, str]] = {}
        self._was_empty = not ledger.tally(Filter(office.stamp.now, active=False))

    def decide(self, rows: Sequence[SourceRow]) -> list[RowDecision]:
        """Decides what becomes of some rows, in order."""
        sound = [row for row in rows if not row.rejected]
        proofs = [self._proved(row) for row in sound]
        noticed = [self._noticed(row, proof) for row, proof in zip(sound, proofs, strict=True)]
        checked = [self._checked(row, proof) for row, proof in zip(noticed, proofs, strict=True)]
        decided = iter([self._decided(row, its) for row, its in checked])
        return [RowDecision(RowResult(row)) if row.rejected else next(decided) for row in rows]

    def write(self, decided: Sequence[RowDecision], into: Batch) -> None:
        """Makes ready what these rows tell that is new; into: where it is written."""
        telling = [one for one in decided if one.checked]
        added = [self._append(one, into) for one in telling]
        fresh: list[list[Event]] = []
        for (result, _, known), events in zip(telling, added, strict=True):
            if result.row.consultation:
                into.count(consulted(events[0]))
            elif known:
                case, before = known
                grown = fold_on(case, before, events)
                into.project([project(grown, [*before, *events], self._office)])
            else:
                fresh.append(events)
        into.project(projected(list(map(fold, fresh)), fresh, self._office), fresh=True)

    def _append(self, one: RowDecision, into: Batch) -> list[Event]:
        version = one.known[0].version if one.known else 0
        return into.append(one.result.case_no, version, one.checked, self._office.stamp)

    def _proved(self, row: SourceRow) -> Proved:
        read = ImportedRow(row.fields, row.extra, row.state, row.consultation, row.rounds)
        return imported.proved(read, self._office.pack, self._unit)

    def _noticed(self, row: SourceRow, proof: Proved) -> SourceRow:
        for code, field, what in proof.noticed:
            row = _with(row, code, field, what)
        naming = [draft.data for draft in proof.drafts if not _NAMING.isdisjoint(draft.data)]
        pairs = [its[key] for its in naming for key in ("lead", "unit") if its.get(key)]
        pairs += [pair for its in naming for pair in its.get("assist") or ()]
        for _, name in pairs:
            if hint := self._known_unit(name)[1]:
                row = _with(row, "unit_unknown", "lead_unit", hint)
        return row

    def _checked(self, row: SourceRow, proof: Proved) -> tuple[SourceRow, Sequence[Checked]]:
        """The entries of a row as they are stored; a value that no entry can hold rejects the row."""
        first, *others = proof.drafts
        drafts = [_stamped(first, self._sourced), *[_stamped(one, self._stamped) for one in others]]
        try:
            return row, self._ledger.check(drafts)
        except BbcsError as refused:
            return _with(row, "not_taken", "", refused.message), ()

    def _decided(self, row: SourceRow, checked: Sequence[Checked]) -> RowDecision:
        if not checked:
            return RowDecision(RowResult(row))
        if row.consultation:
            return self._consultation(row, checked)
        return self._case(row, checked)

    # -- units -------------------------------------------------------------------------------------

    def _unit(self, name: str) -> UnitRef:
        return self._known_unit(name)[0]

    def _known_unit(self, name: str) -> tuple[UnitRef, str]:
        """The unit of a name, and the warning where the roster does not know it."""
        if name not in self._units:
            station = self._office.station
            wanted = self._ask.units.get(name, name)
            try:
                unit = station.unit(wanted, allow_new=True)
            except BadValue:  # several names in one cell
                unit = None
            ref = UnitRef(unit.code, unit.name) if unit else UnitRef("", wanted)
            self._units[name] = ref, self._unit_told(ref)
            self._units.setdefault(ref.name, self._units[name])
        return self._units[name]

    def _unit_told(self, ref: UnitRef) -> str:
        units = self._office.station.units
        spelt = [text for unit in units for text in (unit.name, *unit.aliases)]
        if not units or ref.code or ref.name in spelt:
            return ""
        near = nearest(ref.name, spelt, 0.6)
        return f"“{ref.name}”{near and f'，是不是“{near}”'}"

    # -- cases -------------------------------------------------------------------------------------

    def _case(self, row: SourceRow, checked: Sequence[Checked]) -> RowDecision:
        registration = checked[0][0]
        number, content = registration.data.get("source_no"), _content(registration)
        if not number and content in self._seen:
            return RowDecision(RowResult(_with(row, "duplicate_row", "", "")))
        self._seen.add(content)
        known = self._known(registration, content)
        if not known and number and (known := self._under_other_source(registration, content)):
            row = _with(row, "other_source", "source_no", known)
        if known:
            return self._grown(row, known, checked)
        case_no = self._next_number(registration.at.date())
        self.created += 1
        return RowDecision(RowResult(row, NEW, case_no), checked)

    def _next_number(self, day: date) -> str:
        """The next case number of a day of receipt; the ledger is asked once for each day."""
        number = self._ledger.next_number(day) if day not in self._serials else ""
        if number:
            self._serials[day] = split(number)[2]  # type: ignore[index]
        else:
            self._serials[day] += 1
            number = written(self._ledger.station, day, self._serials[day])
        return number

    def _known(self, registration: Draft, content: bytes) -> str:
        """The case that the row tells of, "" for a new one."""
        if self._was_empty:
            return ""
        number = registration.data.get("source_no")
        if number:
            return self._ledger.by_source(self._ask.source, number)
        day = registration.at.date()
        if day not in self._days:
            self._days[day] = self._unnumbered(day)
        return self._days[day].get(content, "")

    def _unnumbered(self, day: date) -> dict[bytes, str]:
        """The cases of a day without a foreign number, by the fields of their registration."""
        numbers = self._received(day).get("", [])
        return {_content(self._ledger.events(number)[0]): number for number in reversed(numbers)}

    def _under_other_source(self, registration: Draft, content: bytes) -> str:
        """The case of this foreign number and content that came under another name of the source;
        "" for none.
        """
        if self._was_empty:
            return ""
        same = self._received(registration.at.date()).get(registration.data["source_no"], [])
        return next((one for one in same if _content(self._ledger.events(one)[0]) == content), "")

    def _received(self, day: date) -> dict[str, list[str]]:
        """The cases of a day that are not voided, by their foreign number; "" for those without."""
        if day not in self._numbers:
            now = self._office.stamp.now
            self._numbers[day] = {}
            rows = self._ledger.find(Filter(now, active=False, received_from=day, received_to=day))
            for row in rows:
                if row["phase"] != "voided":
                    number = row["source_no"] or ""
                    self._numbers[day].setdefault(number, []).append(row["case_no"])
        return self._numbers[day]

    def _grown(self, row: SourceRow, case_no: str, checked: Sequence[Checked]) -> RowDecision:
        """What the case does not have yet; what differs is a warning, and the ledger stays as it is."""
        events = self._ledger.events(case_no)
        case, before = fold(events), effective(events)
        other = _another(before[0], checked[0][0])
        if other:
            what = f"{case_no} 的{other}不同"
            return RowDecision(
                RowResult(_with(row, "contradicts_ledger", "source_no", what), "", case_no)
            )
        fresh, differs = new_facts(case, before, [draft for draft, _ in checked[1:]])
        for kind in differs:
            row = _with(row, "changed_in_ledger", "", f"{case_no} 的{ACT_OF[kind].alias}")
        if not fresh:
            return RowDecision(RowResult(row, UNCHANGED, case_no))
        its = [one for one in checked if any(one[0] is draft for draft in fresh)]
        self.extended += 1
        return RowDecision(RowResult(row, CHANGED, case_no), its, (case, events))

    # -- consultations -----------------------------------------------------------------------------

    def _consultation(self, row: SourceRow, checked: Sequence[Checked]) -> RowDecision:
        """Counts a consultation once; the same one again is known by its number or its content."""
        if self._asked is None:
            self._asked = _consultations(self._ledger)
        draft = checked[0][0]
        if not self._asked.isdisjoint(_asked_before(draft, stored=False)):
            return RowDecision(RowResult(row, UNCHANGED))
        self._asked |= _asked_before(draft, stored=True)
        self.counted += 1
        return RowDecision(RowResult(row, NEW), checked)


_NAMING = frozenset({"lead", "unit", "assist"})
"""Fields of entries that name units."""


def _stamped(draft: Draft, more: Mapping[str, str]) -> Draft:
    return Draft(draft.kind, draft.at, {**draft.data, **more})


def _with(row: SourceRow, code: str, field: str, what: str) -> SourceRow:
    message = REJECTS.get(code) or WARNS[code]
    problem = Problem(code, field, f"{message}：{what}" if what else message)
    return row._replace(problems=(*row.problems, problem))


def _content(registration: Event | Draft) -> bytes:
    """What makes a row without a number known again, as a digest."""
    data = registration.data
    texts = [
        registration.at.date().isoformat(),
        *(data.get(name) or "" for name in ("reporter", "phone", "id_number", "matter", "demand")),
    ]
    return blake2b("\x1f".join(texts).encode(), digest_size=16).digest()


def _another(known: Event, registration: Draft) -> str:
    """What shows that the row with this number is another case: person and content differ; "" for
    the same one.
    """
    names = {"reporter": "反映人", "demand": "反映内容"}
    differing = [
        word
        for name, word in names.items()
        if (known.data.get(name) or "") != (registration.data.get(name) or "")
    ]
    return "、".join(differing) if len(differing) == len(names) else ""


def _asked_before(event: Event | Draft, *, stored: bool) -> set[tuple[Any, ...]]:
    """What makes a consultation known again; stored: it is in the ledger, not in the file.

    A number under its source; where either has no source, for somebody forgot to name it, the number
    with all that was written. Without a number its day, matter and what else was written. Under
    two sources a number and a matter alone prove nothing: the ledger keeps nobody's name here.
    """
    data = event.data
    source, number = data.get("source") or "", data.get("source_no")
    extra = tuple(sorted((data.get("extra") or {}).items()))
    written = event.at.date(), data.get("matter") or "", extra
    if not number:
        return {written}
    keys: set[tuple[Any, ...]] = {(source, number)}
    if stored or not source:
        keys.add(("any source", number, *written))
    if stored != bool(source):
        keys.add(("no source", number, *written))
    return keys


def _consultations(ledger: Ledger) -> set[tuple[Any, ...]]:
    """The keys of the imported consultations that count."""
    consultations: dict[int, set[tuple[Any, ...]]] = {}
    for event in ledger.office_wide(("Consulted", "ConsultationUndone")):
        if event.kind == "ConsultationUndone":
            consultations.pop(event.data["entry"], None)
        elif event.data.get("batch"):
            consultations[event.seq] = _asked_before(event, stored=True)
    return set().union(*consultations.values())
