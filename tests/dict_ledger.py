"""The Ledger protocol over a list and a few dicts: what use cases are tested on, without a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from bbcs.calendar.dates import iso
from bbcs.calendar.layers import Imported
from bbcs.domain.event import Draft, Event
from bbcs.domain.repeated import folded
from bbcs.errors import LedgerConflict, UnknownCase
from bbcs.findings import Finding
from bbcs.usecases import fulltext
from bbcs.usecases.ledger import Change, Filter, Head, Projection, Refold, Stamp


class DictLedger:
    """The Ledger protocol over a list and two dicts."""

    def __init__(self, station: str = "ZY01") -> None:
        self.station = station
        self.entries: list[Event] = []
        self.rows: dict[str, Projection] = {}
        self.counted: list[Mapping[str, Any]] = []
        self.waived: list[Mapping[str, Any]] = []
        self.named: list[Mapping[str, Any]] = []
        self.kept: dict[str, str] = {}

    def events(self, case_no: str) -> list[Event]:
        return self.events_as_of(case_no, len(self.entries))

    def events_as_of(self, case_no: str, as_of: int) -> list[Event]:
        return [event for event in self.entries[:as_of] if event.case_no == case_no]

    def append(
        self, case_no: str, version: int, drafts: Sequence[Draft], stamp: Stamp
    ) -> list[Event]:
        if case_no and len(self.events(case_no)) != version:
            raise LedgerConflict(f"{case_no} 已不是第 {version} 版")
        made = [
            Event(
                draft.kind,
                draft.at,
                draft.data,
                stamp.actor,
                case_no,
                version + number if case_no else 0,
                len(self.entries) + number,
                stamp.now,
                stamp.clock,
            )
            for number, draft in enumerate(drafts, 1)
        ]
        self.entries += made
        return made

    def check(self, drafts: Sequence[Draft]) -> None:
        """A list holds any value."""

    def project(self, projection: Projection, *, fresh: bool = False) -> None:
        self.rows[projection.case["case_no"]] = projection

    def store_office_wide(self, projection: Projection) -> None:
        if projection.notice:
            raise NotImplementedError
        self.counted += projection.movements
        self.waived += projection.waivers
        self.named += projection.references
        if gone := projection.retracts:
            self.waived = [row for row in self.waived if row["station_seq"] != gone]
            self.named = [row for row in self.named if row["station_seq"] != gone]

    def attach(self, path: str) -> tuple[str, int, str]:
        """A path stands for its own content here."""
        content = path.encode()
        digest = sha256(content).hexdigest()
        self.kept[digest] = path
        return digest, len(content), Path(path).name

    def imported(self) -> list[Imported]:
        return []

    def cases(self) -> Iterator[list[Event]]:
        return (self.events(no) for no in self.rows)

    def verify(self, refold: Refold | None = None) -> list[Finding]:
        return []

    def rebuild(self, refold: Refold) -> int:
        self.rows = {no: refold([self.events(no)])[0] for no in self.rows}
        return len(self.rows)

    def facts(self) -> Mapping[str, Any]:
        return {}

    def changes(self, since: int, limit: int) -> list[Change]:
        later = [event for event in self.entries if event.seq > since][:limit]
        return [
            Change(one.seq, one.case_no, one.version, one.kind, one.at, one.recorded_at or one.at)
            for one in later
        ]

    def step(self) -> AbstractContextManager[None]:
        return nullcontext()

    def referring(self, case_no: str) -> list[tuple[Event, list[Event]]]:
        of_cases = {
            row["station_seq"]: no
            for no, projection in self.rows.items()
            for row in projection.references
            if row["target"] == case_no
        }
        wide = {row["station_seq"]: "" for row in self.named if row["target"] == case_no}
        named = sorted({**of_cases, **wide}.items())
        return [(self.entries[seq - 1], self.events(no) if no else []) for seq, no in named]

    def waivers(self, items: Sequence[str], day: date) -> list[Mapping[str, Any]]:
        rows = [
            *({**one, "case_no": no} for no, row in self.rows.items() for one in row.waivers),
            *({**one, "case_no": None} for one in self.waived),
        ]
        found = [
            row
            for item in items
            for row in rows
            if row["item"] == item and row["effective"] <= f"{day}"
        ]
        return sorted(
            found, key=lambda row: (items.index(row["item"]), row["effective"], row["station_seq"])
        )

    def count_search(self, stamp: Stamp, cases: int) -> None:
        raise AssertionError("this ledger finds nobody by part")

    def search(self, text: str, limit: int, parts: int = 0) -> list[Mapping[str, Any]]:
        wanted = fulltext.words(text)
        rows = sorted(self.rows.values(), key=lambda row: row.case["case_no"])
        found = [
            row
            for row in reversed(rows)
            if all(any(word in folded(part) for part in row.text.split("\n")) for word in wanted)
        ]
        named = {"where": [], "by_part": False}
        return [
            {**self.stored(row.case["case_no"]), "text": row.text, **named} for row in found[:limit]
        ]

    def group(self, name: str) -> list[str]:
        return sorted(no for no, row in self.rows.items() if row.case.get("group_name") == name)

    def next_serial(self, paper: str, year: int) -> int:
        given = [
            one["serial"]
            for row in self.rows.values()
            for one in row.papers
            if (one["paper"], one["year"]) == (paper, year)
        ]
        return max(given, default=0) + 1

    def next_number(self, day: date) -> str:
        taken = sum(no.split("-")[1] == f"{day:%Y%m%d}" for no in self.rows)
        return f"{self.station}-{day:%Y%m%d}-{taken + 1:04d}"

    def case_no(self, short: str, today: date) -> str:
        found = [no for no in self.rows if f"-{no}".endswith(f"-{short}")]
        if not found:
            raise UnknownCase(short)
        return found[-1]

    def find(self, wanted: Filter) -> list[Mapping[str, Any]]:
        found = [
            self.stored(no)
            for no, row in self.rows.items()
            if (wanted.overdue and self.overdue(no, wanted.now))
            or (not wanted.overdue and row.case["active"] >= wanted.active)
            if not wanted.asked
            or any(one["clock"] in ("slip", "resolution") for one in row.deadlines)
        ]

        def order(row: Mapping[str, Any]) -> tuple[Any, ...]:
            late = self.overdue(row["case_no"], wanted.now)
            own = late and not row["state"] and row["due"] == row["next_due"]
            return not own, not late, row["next_due"] if late else row["due"] or "9", row["case_no"]

        return sorted(found, key=order)[: wanted.limit]

    def stored(self, case_no: str) -> Mapping[str, Any]:
        """A row as `find` gives it."""
        row = self.rows[case_no]
        return {**row.case, "deadlines": row.deadlines}

    def overdue(self, case_no: str, now: datetime) -> bool:
        """As SQL says it: a date passes with its day, a time at once."""
        due, moment = self.rows[case_no].case["next_due"], now.isoformat(timespec="seconds")
        return due is not None and due < moment and due != moment[:10]

    def tally(self, wanted: Filter) -> int:
        return len(self.find(wanted._replace(limit=None)))

    def same_person(
        self, people: Mapping[str, str], items: Sequence[str], days: tuple[date, date], most: int
    ) -> list[Mapping[str, Any]]:
        first, after = (day.isoformat() for day in days)
        rows = [
            row.case
            for row in self.rows.values()
            if first <= row.case["received_at"] < after
            and row.case["phase"] != "voided"
            and _same(people, row.people)
            and any(f",{item}," in (row.case["items"] or "") for item in items)
        ]
        return sorted(rows, key=lambda row: (row["received_at"], row["case_no"]))[-most:]

    def by_source(self, source: str, source_no: str) -> str:
        return next(
            (
                no
                for no, row in self.rows.items()
                if (row.case["source"], row.case["source_no"]) == (source, source_no)
            ),
            "",
        )

    def movements(
        self, first: date, last: date, as_of: int, kind: str = ""
    ) -> Iterator[Mapping[str, Any]]:
        rows = [*(move for row in self.rows.values() for move in row.movements), *self.counted]
        rows = [row for row in rows if kind in ("", row["kind"])]
        rows = [row for row in rows if f"{first}" <= row["day"] <= f"{last}" and _held(row, as_of)]
        return iter(sorted(rows, key=lambda row: row["station_seq"]))

    def entries_of(self, kind: str) -> list[int]:
        rows = [move for row in self.rows.values() for move in row.movements]
        return sorted(
            row["station_seq"] for row in rows if row["kind"] == kind and row.get("until") is None
        )

    def open_before(self, day: date, as_of: int) -> list[str]:
        before = [
            move
            for row in self.rows.values()
            for move in row.movements
            if move["day"] < f"{day}" and _held(move, as_of)
        ]
        return [
            no
            for no in self.rows
            if sum(move["delta"] for move in before if move["case_no"] == no) == 1
        ]

    def standing(self, day: date, as_of: int) -> Iterator[Mapping[str, Any]]:
        rows = (row.case for row in self.rows.values())
        return (
            row
            for row in rows
            if row["in_hand"] and row["steady"]
            if row["last_day"] < f"{day}" and row["last_seq"] <= as_of
        )

    def receipts(self, numbers: Iterable[str], as_of: int) -> dict[str, str]:
        rows = {no: self.rows[no].case for no in numbers}
        return {no: row["received_at"] for no, row in rows.items() if row["last_seq"] <= as_of}

    def promised(self, first: date, last: date, as_of: int) -> list[str]:
        """Cases with a promised date in the range."""
        return sorted(
            {
                no
                for no, row in self.rows.items()
                for move in row.movements
                if move["kind"] == "Promised"
                and f"{first}" <= move["detail"][:10] <= f"{last}"
                and _held(move, as_of)
            }
        )

    def office_wide(self, kinds: Iterable[str] = ()) -> Iterator[Event]:
        return (
            event
            for event in self.entries
            if not event.case_no and (not kinds or event.kind in kinds)
        )

    def practice(self) -> bool:
        return bool(self.entries) and self.entries[0].clock == "set"

    def head_as_of(self, moment: datetime) -> Head:
        written = [
            event.seq for event in self.entries if event.recorded_at and event.recorded_at <= moment
        ]
        return Head(self.station, max(written, default=0), "0" * 64)

    def head(self) -> Head:
        last = self.entries[-1].recorded_at if self.entries else None
        return Head(self.station, len(self.entries), "0" * 64, iso(last) or "")


def _held(move: Mapping[str, Any], as_of: int) -> bool:
    """Whether a counted row holds as of that entry."""
    return move.get("since", move["station_seq"]) <= as_of and (
        move.get("until") is None or move["until"] > as_of
    )


def _same(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    for key in ("id_number", "phone"):
        if one.get(key) and other.get(key):
            return one[key] == other[key]
    return (
        not (one.get("phone") or other.get("phone"))
        and bool(one.get("reporter"))
        and one.get("reporter") == other.get("reporter")
    )
