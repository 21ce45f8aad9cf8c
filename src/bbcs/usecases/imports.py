"""Rows of a foreign ledger into the ledger: new cases, what has grown, what is there already, what
contradicts it.

One transaction of the caller. A row is known again by its foreign number, without one by its
content; so a second import of the same rows adds nothing. Every entry carries the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from bbcs.domain.acts.table import BY_VERB
from bbcs.domain.case_number import split, written
from bbcs.domain.corrections import effective
from bbcs.domain.decide import imported
from bbcs.domain.decide.grown import new_facts
from bbcs.domain.decide.imported import ImportedRow, Proved
from bbcs.domain.event import Draft, Event
from bbcs.domain.fold import fold, going_on
from bbcs.domain.pack import AXES, RulePack
from bbcs.domain.unit import UnitRef
from bbcs.errors import BadValue, BbcsError, nearest
from bbcs.ingest.codes import REJECTS, WARNS, Problem
from bbcs.ingest.records import SourceRow
from bbcs.record import Record
from bbcs.usecases.ledger import Filter, Ledger
from bbcs.usecases.movements import consulted
from bbcs.usecases.office import Office, need
from bbcs.usecases.projection import project

NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"
ROLE = "admin"


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


class ImportOutcome:
    """What an import did, counted row by row.

    results: the rows that were rejected or warned, and the first ones.

    kept: how many good rows are kept here at most, to be shown.
    """

    def __init__(self, kept: int) -> None:
        self._most = kept
        self.batch = ""
        self.total = self.consultations = 0
        self.counts = {NEW: 0, CHANGED: 0, UNCHANGED: 0}
        self.created = self.extended = self.counted = 0
        self.shown: list[RowResult] = []
        self.rejected: list[SourceRow] = []
        self.warned: list[SourceRow] = []

    @property
    def stores(self) -> bool:
        """Whether it wrote anything."""
        return bool(self.created or self.extended or self.counted)

    def add(self, result: RowResult) -> None:
        """Counts one row."""
        row = result.row
        self.total += 1
        if not result.did:
            self.rejected.append(row)
            return
        self.counts[result.did] += 1
        self.consultations += row.consultation
        if row.problems:
            self.warned.append(row._replace(raw=()))
        if len(self.shown) < self._most:
            self.shown.append(result._replace(row=row._replace(raw=())))


class Nothing(Exception):
    """Carries the result of an import that stores nothing out of its transaction, which is undone."""

    def __init__(self, result: ImportOutcome) -> None:
        super().__init__()
        self.result = result


def spelt(pack: RulePack) -> dict[str, dict[str, str]]:
    """Axis -> word of the pack -> its key, as far as columns of foreign ledgers are words of an
    axis.
    """
    axes = {axis: axis for axis in ("channel", "difficulty", "demand_kind") if axis in AXES}
    return {
        name: {
            text: word.key
            for word in pack.words.get(axis, {}).values()
            for text in (word.key, word.label, *word.aliases)
        }
        for name, axis in axes.items()
    }


def printed(pack: RulePack) -> dict[str, str]:
    """Header of the place's own work register -> column: what is printed here comes back."""
    register = pack.registers.get("work")
    columns = register.columns if register else ()
    return {header: "source_no" if name == "case_no" else name for name, header in columns}


def run(
    ledger: Ledger,
    office: Office,
    rows: Iterable[SourceRow],
    ask: ImportAsk,
    *,
    keep: int = 20,
    rehearse: bool = False,
    step: Callable[[int], None] = lambda done: None,
) -> ImportOutcome:
    """Writes what the rows prove, and one entry that tells of the batch.

    rehearse: every row is decided in the same way, and nothing is written; a ledger opened for
    reading is enough. Raises `Nothing` then, where a row was rejected and `skip_bad` was not asked
    for, or where nothing is new. step: called with the number of rows that are done. Raises
    NotPermitted.
    """
    need(office, "导入台账", ROLE)
    importing, before = _Import(ledger, office, ask, write=not rehearse), ledger.head().seq
    result = ImportOutcome(keep)
    for number, row in enumerate(rows, 1):
        result.add(importing.row(row))
        step(number)
    result.created, result.extended = importing.created, importing.extended
    result.counted = importing.counted
    result.batch = importing.batch
    if rehearse or not result.stores or (result.rejected and not ask.skip_bad):
        raise Nothing(result)
    facts = {
        "batch": importing.batch,
        "file": ask.file,
        "sha256": ask.sha256,
        "source": ask.source,
        "rows": result.total,
        "created": result.created,
        "extended": result.extended,
        "consultations": result.counted,
        "rejected": len(result.rejected),
        "entries": ledger.head().seq - before,
    }
    ledger.append("", 0, [Draft("Imported", office.stamp.now, facts)], office.stamp)
    return result


def next_batch(ledger: Ledger, day: date) -> str:
    """The name of the next batch of a day: `20261129-1`."""
    used = [event.data["batch"] for event in ledger.office_wide(("Imported",))]
    today = [name for name in used if name.startswith(f"{day:%Y%m%d}-")]
    return f"{day:%Y%m%d}-{len(today) + 1}"


class _Import:
    """One import inside its transaction."""

    def __init__(self, ledger: Ledger, office: Office, ask: ImportAsk, *, write: bool) -> None:
        self._ledger, self._office, self._ask, self._write = ledger, office, ask, write
        self._serials: dict[date, int] = {}
        self.batch = next_batch(ledger, office.stamp.now.date())
        self.created = self.extended = self.counted = 0
        self._seen: set[tuple[Any, ...]] = set()
        self._asked: set[tuple[Any, ...]] | None = None
        self._units: dict[str, tuple[UnitRef, str]] = {}
        self._was_empty = not ledger.tally(Filter(office.stamp.now, active=False))

    def row(self, row: SourceRow) -> RowResult:
        """Stores one row, if it is sound and tells anything new."""
        if row.rejected:
            return RowResult(row)
        told = imported.proved(
            ImportedRow(row.fields, row.extra, row.state, row.consultation, row.rounds),
            self._office.pack,
            self._unit,
        )
        row = self._noticed(row, told)
        try:
            self._ledger.check(told.drafts)  # before a number is given: a rehearsal tells it too
            if row.consultation:
                return self._consultation(row, told.drafts[0])
            return self._case(row, told)
        except (
            BbcsError
        ) as refused:  # a value that no entry can hold, as a text with half a character
            return RowResult(_with(row, "not_taken", "", refused.message))

    def _noticed(self, row: SourceRow, told: Proved) -> SourceRow:
        for code, field, what in told.noticed:
            row = _with(row, code, field, what)
        names = [draft.data.get(key) for draft in told.drafts for key in ("lead", "unit")]
        names += [pair for draft in told.drafts for pair in draft.data.get("assist") or ()]
        for pair in names:
            if pair and (hint := self._unit_hint(pair[1])):
                row = _with(row, "unit_unknown", "lead_unit", hint)
        return row

    # -- units -------------------------------------------------------------------------------------

    def _unit(self, name: str) -> UnitRef:
        return self._known_unit(name)[0]

    def _unit_hint(self, name: str) -> str:
        return self._known_unit(name)[1]

    def _known_unit(self, name: str) -> tuple[UnitRef, str]:
        """The unit of a name, and what is told where the roster does not know it."""
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

    def _case(self, row: SourceRow, told: Proved) -> RowResult:
        registration = told.drafts[0]
        if self._ask.source:
            registration = registration._replace(
                data={**registration.data, "source": self._ask.source}
            )
        key = _content(registration)
        number = registration.data.get("source_no")
        if not number and key in self._seen:
            return RowResult(_with(row, "duplicate_row", "", ""))
        self._seen.add(key)
        known = self._known(registration, key)
        if known:
            return self._grown(row, known, registration, told.drafts[1:])
        case_no = self._next_number(registration.at.date())
        if self._write:
            events = self._append(case_no, 0, [registration, *told.drafts[1:]])
            self._ledger.project(project(fold(events), events, self._office), fresh=True)
        self.created += 1
        return RowResult(row, NEW, case_no)

    def _next_number(self, day: date) -> str:
        """The next case number of a day of receipt; the ledger is asked once for each day."""
        number = self._ledger.next_number(day) if day not in self._serials else ""
        if number:
            self._serials[day] = split(number)[2]  # type: ignore[index]
        else:
            self._serials[day] += 1
            number = written(self._ledger.station, day, self._serials[day])
        return number

    def _append(self, case_no: str, version: int, drafts: Sequence[Draft]) -> list[Event]:
        drafts = [one._replace(data={**one.data, "batch": self.batch}) for one in drafts]
        return self._ledger.append(case_no, version, drafts, self._office.stamp)

    def _known(self, registration: Draft, key: tuple[Any, ...]) -> str:
        """The case that the row tells of, "" for a new one."""
        if self._was_empty:
            return ""
        number = registration.data.get("source_no")
        if number:
            return self._ledger.by_source(self._ask.source, number)
        return next(
            (
                one
                for one in self._alike(registration)
                if _content(self._ledger.events(one)[0]) == key
            ),
            "",
        )

    def _alike(self, registration: Draft) -> list[str]:
        """Cases without a foreign number, received on the same day, by the same person where one is
        named.
        """
        day, data = registration.at.date(), registration.data
        people = {name: data[name] for name in ("id_number", "phone", "reporter") if data.get(name)}
        start = imported.moment(day)
        if people:
            rows = self._ledger.same_person(people, start)
        else:
            now = self._office.stamp.now
            rows = self._ledger.find(Filter(now, active=False, received_from=day, received_to=day))
        return [
            row["case_no"]
            for row in rows
            if row["received_at"][:10] == day.isoformat()
            and row["phase"] != "voided"
            and not row["source_no"]
        ]

    def _grown(
        self, row: SourceRow, case_no: str, registration: Draft, drafts: Sequence[Draft]
    ) -> RowResult:
        """Appends what the case does not have yet; what differs is told, and the ledger stays as it
        is.
        """
        events = self._ledger.events(case_no)
        case, before = fold(events), effective(events)
        other = _another(before[0], registration)
        if other:
            return RowResult(
                _with(row, "contradicts_ledger", "source_no", f"{case_no} 的{other}不同"),
                "",
                case_no,
            )
        fresh, differs = new_facts(case, before, drafts)
        for kind in differs:
            row = _with(row, "changed_in_ledger", "", f"{case_no} 的{BY_VERB_OF[kind]}")
        if not fresh:
            return RowResult(row, UNCHANGED, case_no)
        if self._write:
            added = self._append(case_no, case.version, fresh)
            case = going_on(case, events, added)
            self._ledger.project(project(case, [*events, *added], self._office))
        self.extended += 1
        return RowResult(row, CHANGED, case_no)

    # -- consultations -----------------------------------------------------------------------------

    def _consultation(self, row: SourceRow, draft: Draft) -> RowResult:
        """Counts a consultation once; the same one again is known by its number or its content."""
        if self._asked is None:
            self._asked = _consultations(self._ledger)
        if self._ask.source:
            draft = draft._replace(data={**draft.data, "source": self._ask.source})
        key = _question(draft)
        if key in self._asked:
            return RowResult(row, UNCHANGED)
        if self._write:
            draft = draft._replace(data={**draft.data, "batch": self.batch})
            (event,) = self._ledger.append("", 0, [draft], self._office.stamp)
            self._ledger.count(consulted(event))
        self._asked.add(key)
        self.counted += 1
        return RowResult(row, NEW)


BY_VERB_OF: Mapping[str, str] = {kind: act.alias for act in BY_VERB.values() for kind in act.kinds}
"""Event kind -> the Chinese word of its act."""


def _with(row: SourceRow, code: str, field: str, what: str) -> SourceRow:
    message = REJECTS.get(code) or WARNS[code]
    problem = Problem(code, field, f"{message}：{what}" if what else message)
    return row._replace(problems=(*row.problems, problem))


def _content(registration: Event | Draft) -> tuple[Any, ...]:
    """What makes a row without a number known again."""
    data = registration.data
    return (
        registration.at.date(),
        *(data.get(name) or "" for name in ("reporter", "phone", "id_number", "matter", "demand")),
    )


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


def _question(event: Event | Draft) -> tuple[Any, ...]:
    data = event.data
    if data.get("source_no"):
        return (data.get("source") or "", data["source_no"])
    return (
        event.at.date(),
        data.get("matter") or "",
        tuple(sorted((data.get("extra") or {}).items())),
    )


def _consultations(ledger: Ledger) -> set[tuple[Any, ...]]:
    """The keys of the imported consultations that count."""
    found: dict[int, tuple[Any, ...]] = {}
    for event in ledger.office_wide(("Consulted", "ConsultationUndone")):
        if event.kind == "ConsultationUndone":
            found.pop(event.data["entry"], None)
        elif event.data.get("batch"):
            found[event.seq] = _question(event)
    return set(found.values())
