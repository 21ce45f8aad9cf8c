"""Importing a holiday notice: its changes, the open cases it moves, one ledger entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from bbcs.calendar import layers
from bbcs.calendar.dates import iso, minute_text, parse_day
from bbcs.calendar.days import DayCalendar
from bbcs.calendar.layers import ExceptionalDay, Imported
from bbcs.calendar.notice.parse import ParsePlan
from bbcs.domain import duty, masking
from bbcs.domain.deadline_status import CLOCK_NAMES
from bbcs.domain.event import Draft
from bbcs.errors import NoticeInvalid
from bbcs.findings import Finding
from bbcs.record import Record
from bbcs.usecases import workdays
from bbcs.usecases.ledger import Filter
from bbcs.usecases.office import Calendars, Office, need
from bbcs.usecases.outcome import Outcome, find
from bbcs.usecases.projection import project, project_office_wide

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger


class ImportNotice(Record):
    """A notice that was read and may be imported.

    layer: "annual", "midyear", "region" or "organisation"; region: whose days, "" for the whole
    country. sha256: of the file. corrects: an earlier import of the same notice was mistyped; this
    one replaces it.
    """

    id: str
    layer: str
    region: str
    title: str
    number: str
    issued: date | None
    address: str
    sha256: str
    days: Sequence[ExceptionalDay]
    corrects: bool = False


class MovedDeadline(Record):
    """A running clock of an open case whose due date a notice moves.

    From `old` to `new` (ISO text).

    order: the unit of an order's clock, "" for a clock of the case itself.
    """

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
        moved = f"{minute_text(self.old)} → {minute_text(self.new)}"
        return f"{self.case_no} {CLOCK_NAMES[self.clock]}时限{whose} {moved}"


class ImportResult(Record):
    """What an import did.

    The days on which the calendar now differs, the clocks it moved, the people to inform (masked),
    and the days for which the duty roster no longer fits.
    """

    changes: Sequence[dict[str, Any]]
    moves: Sequence[MovedDeadline]
    to_tell: Sequence[str]
    rosters: Sequence[Finding]


def preview(calendars: Calendars, notice: ImportNotice) -> list[dict[str, Any]]:
    """The days that would work or be off otherwise, for a person to check before saving."""
    return workdays.diff(calendars.current, _with(calendars, notice, "", 2**60).current)


def before(calendars: Calendars, plan: ParsePlan) -> DayCalendar:
    """The calendar as a notice found it, so that it reads alike before and after its import.

    Left out are the notice itself and every later change of the national days, and, for a notice of
    the whole country, regional days; an organisation's own days always.
    """
    changes = [one for one in layers.notices().values() if not layers.is_year(one.id)]
    for one in calendars.imported:
        if one.layer == "organisation" or (one.layer == "region" and plan.kind != "regional"):
            changes.append(layers.Notice(one.id, one.title, one.number, _ALWAYS, one.address))
        elif one.layer != "annual":
            changes.append(layers.Notice(one.id, one.title, one.number, one.issued, one.address))
    later = frozenset(one.id for one in changes if not _precedes(one, plan))
    return DayCalendar(*layers.compose(calendars.imported, calendars.region, without=later))


_ALWAYS = "9999"
"""Stands for a date of issue after that of every notice."""


def _precedes(one: layers.Notice, plan: ParsePlan) -> bool:
    """Whether a notice is earlier than the one that is read; without dates: of an earlier year."""
    if one.id in (plan.number, plan.title):
        return False
    if plan.issued and one.issued:
        return one.issued < plan.issued.isoformat()
    return one.issued[:4] < str(plan.year)


def _with(calendars: Calendars, notice: ImportNotice, actor: str, seq: int) -> Calendars:
    """The same calendars with this notice imported by entry number `seq`."""
    one = Imported(
        notice.id,
        notice.layer,
        notice.region,
        notice.title,
        notice.number,
        iso(notice.issued) or "",
        notice.address,
        notice.sha256,
        actor,
        seq,
        tuple(notice.days),
    )
    return Calendars((*calendars.imported, one), calendars.region)


def check(office: Office, notice: ImportNotice) -> None:
    """Refuses a notice that may not be imported. For administrators.

    Raises NoticeInvalid when it is already in, when a newer one is, when it comes too early or is
    for another region.
    """
    need(office, "导入日历", "admin")
    problems = _clashes(office, notice) or _known_annual(office, notice)
    problems += _too_early(office, notice)
    calendars = office.calendars
    if notice.layer == "region" and (not calendars or calendars.region != notice.region):
        region = office.station.region or "没有填"
        problems.append(
            f"本站的地区是“{region}”，不用这个地区的日历；请先在 station.toml 写 region"
        )
    if problems:
        raise NoticeInvalid(notice.title or notice.id, problems)


def _clashes(office: Office, notice: ImportNotice) -> list[str]:
    if not office.calendars:
        return []
    return [text for one in office.calendars.imported for text in _clash(one, notice)]


def _known_annual(office: Office, notice: ImportNotice) -> list[str]:
    """Names the year of an annual notice that is known; a correction may replace an import."""
    if notice.layer != "annual" or int(notice.id) not in office.calendar.announced:
        return []
    imported = office.calendars.imported if office.calendars else ()
    if notice.corrects and any(one.id == notice.id for one in imported):
        return []
    return [f"{notice.id} 年的放假通知早已收录；以后的变更请导入变更通知"]


def _too_early(office: Office, notice: ImportNotice) -> list[str]:
    """Changes and regional days need the annual notice of their years."""
    if notice.layer not in ("midyear", "region"):
        return []
    years = sorted({row.day.year for row in notice.days} - office.calendar.announced)
    return [f"{year} 年的全国放假通知还没有导入，请先导入它" for year in years]


def _clash(one: Imported, notice: ImportNotice) -> list[str]:
    """Why a notice cannot follow one that was imported before; [] when it can."""
    if one.sha256 == notice.sha256:
        return [f"已导入过（{one.title}）"]
    if (one.id, one.region) == (notice.id, notice.region):
        if notice.corrects:
            return []
        return [f"已导入过（{one.title}）；那一份抄错了，要换成这一份，请加 --correct"]
    if (
        one.layer == notice.layer == "midyear"
        and notice.issued
        and one.issued > notice.issued.isoformat()
    ):
        return [f"比它新的通知已经导入（{one.title}，{one.issued}）"]
    return []


_STORED = ("layer", "region", "id", "title", "number", "issued", "address", "sha256")


def import_notice(ledger: Ledger, office: Office, notice: ImportNotice) -> ImportResult:
    """Imports a notice: one entry with its days and every move, then every open case recomputed.

    Closed cases stay as they were. Raises what `check` raises.
    """
    check(office, notice)
    calendars = office.calendars or Calendars((), office.station.region)
    after = office.bound(_with(calendars, notice, office.stamp.actor, ledger.head().seq + 1))
    opened = [
        find(ledger, office, row["case_no"])
        for row in ledger.find(Filter(office.stamp.now, sort="number"))
    ]
    moves = [move for one in opened for move in _moves(one, after)]
    days = [
        [row.day.isoformat(), int(row.is_working_day), row.kind, row.name] for row in notice.days
    ]
    data = {name: getattr(notice, name) for name in _STORED}
    data |= {"days": days, "moved": [list(move) for move in moves]}
    draft = Draft("CalendarImported", office.stamp.now, data)
    (event,) = ledger.append("", 0, [draft], office.stamp)
    ledger.store_office_wide(project_office_wide(event))
    for one in opened:
        ledger.project(project(one.case, one.events, after))
    changes = workdays.diff(office.calendar, after.calendar)
    return ImportResult(changes, moves, _to_tell(opened, moves), _rosters(office, changes))


def _rosters(office: Office, changes: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """The days of the duty roster that no longer fit the calendar."""
    days = {parse_day(one["day"]): bool(one["becomes"]["is_working_day"]) for one in changes}
    return duty.changed(office.station.duty, days, office.station.operator_names)


def _moves(before: Outcome, after: Office) -> list[MovedDeadline]:
    """Running clocks whose date differs under the new calendar."""
    pairs = zip(before.deadlines, after.deadlines(before.case), strict=True)
    return [
        MovedDeadline(
            before.case.no,
            old.name,
            old.round,
            old.order or "",
            iso(old.due) or "",
            iso(new.due) or "",
        )
        for old, new in pairs
        if old.met_at is None and old.due != new.due
    ]


def _to_tell(opened: Sequence[Outcome], moves: Sequence[MovedDeadline]) -> list[str]:
    """The reporter of each case whose handling date moved, masked, with the masked phone number."""
    moved = {move.case_no for move in moves if move.clock == "resolve"}
    people = [
        (one.case.no, masking.person(one.case.registered, one.case.hidden))
        for one in opened
        if one.case.no in moved
    ]
    return [f"{no} {who['reporter']} {who['phone'] or '（没有电话）'}" for no, who in people]


class PastMove(Record):
    """A move of one case that some import brought about."""

    at: datetime
    title: str
    move: MovedDeadline


def history(ledger: Ledger, case_no: str) -> list[PastMove]:
    """Every move of a case's dates by imported notices, oldest first."""
    return [
        PastMove(event.at, event.data.get("title") or event.data["id"], MovedDeadline(*row))
        for event in ledger.office_wide(("CalendarImported",))
        for row in event.data.get("moved") or ()
        if row[0] == case_no
    ]
