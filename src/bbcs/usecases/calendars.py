"""Importing a holiday notice: what it changes, which open cases it moves, one ledger entry that says both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from bbcs.calendar.dates import iso
from bbcs.calendar.layers import Exception_, Imported
from bbcs.domain.clocks import CLOCK_NAMES, Deadline
from bbcs.domain.event import Draft
from bbcs.errors import NoticeInvalid
from bbcs.record import Record
from bbcs.usecases import workdays
from bbcs.usecases.acts import Outcome, find
from bbcs.usecases.ledger import Filter, Ledger
from bbcs.usecases.office import Calendars, Office, need
from bbcs.usecases.projection import imported_of, project


class Notice(Record):
    """A notice that was read and may be imported. `corrects`: an earlier import of the same notice was mistyped; this one replaces it."""

    id: str
    layer: str
    region: str
    title: str
    number: str
    issued: date | None
    address: str
    sha256: str
    days: Sequence[Exception_]
    corrects: bool = False


class Move(Record):
    """A running clock of an open case whose due date a notice moves; `order` is the unit of an order's clock, "" otherwise."""

    case_no: str
    clock: str
    round: int
    order: str
    old: str
    new: str

    def document(self) -> dict[str, Any]:
        """As JSON (design §8)."""
        return self._asdict()

    def text(self) -> str:
        """`ZY01-20261220-0001 办理时限 2027-01-04 → 2027-01-05`."""
        whose = f"（{self.order}）" if self.order else ""
        return f"{self.case_no} {CLOCK_NAMES[self.clock]}时限{whose} {_short(self.old)} → {_short(self.new)}"


def _short(moment: str) -> str:
    return moment[:16].replace("T", " ")


class Import(Record):
    """What an import did: the days on which the calendar now differs, the clocks it moved, whom to tell."""

    changes: Sequence[dict[str, Any]]
    moves: Sequence[Move]
    told: Sequence[str]


def preview(held: Calendars, notice: Notice) -> list[dict[str, Any]]:
    """The days that would work or rest otherwise: what a person looks at before saving."""
    return workdays.diff(held.current, _with(held, notice, "", 2**60).current)


def _with(held: Calendars, notice: Notice, actor: str, seq: int) -> Calendars:
    issued = notice.issued.isoformat() if notice.issued else ""
    one = Imported(
        notice.id, notice.layer, notice.region, notice.title, notice.number, issued, notice.address, notice.sha256, actor, seq,
        tuple(notice.days),
    )  # fmt: skip
    return Calendars((*held.imported, one), held.region)


def check(office: Office, notice: Notice) -> None:
    """For administrators. NoticeInvalid when it is already in, when a newer one is, when it comes too early or for another region."""
    need(office, "导入日历", "admin")
    held = office.calendars.imported if office.calendars else ()
    problems = [text for one in held for text in _clash(one, notice)]
    mended = notice.corrects and any(one.id == notice.id for one in held)
    if (
        notice.layer == "annual"
        and not problems
        and not mended
        and int(notice.id) in office.calendar.announced
    ):
        problems.append(f"{notice.id} 年的放假通知早已收录；以后的变更请导入变更通知")
    if notice.layer in ("midyear", "region"):
        early = sorted({row.day.year for row in notice.days} - office.calendar.announced)
        problems += [f"{year} 年的全国放假通知还没有导入，请先导入它" for year in early]
    if notice.layer == "region" and (
        not office.calendars or office.calendars.region != notice.region
    ):
        problems.append(
            f"本站的地区是“{office.station.region or '没有填'}”，不用这个地区的日历；请先在 station.toml 写 region"
        )
    if problems:
        raise NoticeInvalid(notice.title or notice.id, problems)


def _clash(one: Imported, notice: Notice) -> list[str]:
    """Why a notice cannot follow one that was imported before; [] when it can."""
    if one.sha256 == notice.sha256:
        return [f"已导入过（{one.title}）"]
    if (one.id, one.region) == (notice.id, notice.region):
        return (
            []
            if notice.corrects
            else [f"已导入过（{one.title}）；那一份抄错了，要换成这一份，请加 --correct"]
        )
    if (
        one.layer == notice.layer == "midyear"
        and notice.issued
        and one.issued > notice.issued.isoformat()
    ):
        return [f"比它新的通知已经导入（{one.title}，{one.issued}）"]
    return []


def lay(ledger: Ledger, office: Office, notice: Notice) -> Import:
    """Import a notice: one entry with its days and every move, then every open case recomputed. Closed cases stay as they were."""
    check(office, notice)
    held = office.calendars or Calendars((), office.station.region)
    after = office.bound(_with(held, notice, office.stamp.actor, ledger.head().seq + 1))
    opened = [
        find(ledger, office, row["case_no"])
        for row in ledger.find(Filter(office.stamp.now, sort="number"))
    ]
    moves = [move for one in opened for move in _moves(one, after)]
    days = [
        [row.day.isoformat(), int(row.is_working_day), row.kind, row.name] for row in notice.days
    ]
    said = {
        name: getattr(notice, name)
        for name in ("layer", "region", "id", "title", "number", "issued", "address", "sha256")
    }
    draft = Draft(
        "CalendarImported",
        office.stamp.now,
        {**said, "days": days, "moved": [list(move) for move in moves]},
    )
    (event,) = ledger.append("", 0, [draft], office.stamp)
    ledger.lay(imported_of(event))
    for one in opened:
        ledger.project(project(one.case, one.events, after))
    return Import(workdays.diff(office.calendar, after.calendar), moves, _told(opened, moves))


def _moves(before: Outcome, after: Office) -> list[Move]:
    """Running clocks whose date differs under the new calendar."""
    found = []
    for old, new in zip(before.deadlines, after.deadlines(before.case), strict=True):
        if old.met_at is None and old.due != new.due:
            found.append(
                Move(before.case.no, old.name, old.round, old.order or "", _due(old), _due(new))
            )
    return found


def _due(deadline: Deadline) -> str:
    return iso(deadline.due) or ""


def _told(opened: Sequence[Outcome], moves: Sequence[Move]) -> list[str]:
    """Whom to tell: the reporter of each case whose handling date moved, masked."""
    from bbcs.domain import masking

    moved = {move.case_no for move in moves if move.clock == "resolve"}
    said = [
        (one.case.no, masking.person(one.case.registered, conduct=one.case.conduct))
        for one in opened
        if one.case.no in moved
    ]
    return [f"{no} {who['reporter']} {who['phone'] or '（没有电话）'}" for no, who in said]


class Past(Record):
    """A move of one case that some import brought about."""

    at: datetime
    title: str
    move: Move


def history(ledger: Ledger, case_no: str) -> list[Past]:
    """Every move of a case's dates by imported notices, oldest first."""
    return [
        Past(event.at, event.data.get("title") or event.data["id"], Move(*row))
        for event in ledger.wide(("CalendarImported",))
        for row in event.data.get("moved") or ()
        if row[0] == case_no
    ]
