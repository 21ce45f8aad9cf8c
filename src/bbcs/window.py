"""`open_ledger` and `Window`: the acts, checks and refusals of the command line (formats.md §7).

from bbcs import open_ledger

with open_ledger("/srv/window", actor="li") as window:
    case = window.intake(matter="诊所执业备案", demand="名称通不过", reporter="陈试验")
    window.act(case["case_no"], "triage", difficulty="complex")
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from threading import get_ident
from typing import Any, TypeVar

from bbcs.calendar.dates import parse_now
from bbcs.config.environment import named_operator, os_user, present
from bbcs.domain.acts.table import verb_of
from bbcs.errors import BadDate, BadValue, UnknownWord, UsageError
from bbcs.registers.entry import Period
from bbcs.render.formats import document as table_document
from bbcs.store import transactions
from bbcs.store.opening import open_ledger as open_store
from bbcs.store.provable import ProvableLedger
from bbcs.usecases import (
    acts,
    calendars,
    changes,
    circular,
    daily,
    desk,
    duty,
    kpi,
    listing,
    office_acts,
    office_decisions,
    papers,
    reports,
    search,
)
from bbcs.usecases.field_names import by_name
from bbcs.usecases.filters import wanted
from bbcs.usecases.office import Office, office_of
from bbcs.usecases.outcome import find
from bbcs.views import case_page, deadline_page, desk as desk_view, export, search as search_view
from bbcs.views.case import document
from bbcs.views.papers import document as papers_document
from bbcs.views.rows import lines

__all__ = ["FOUND", "Window", "office_at", "open_ledger", "path_of", "period_of"]

FOUND = 50
"""Cases that a search gives when nobody says how many."""

_LARGEST = 2**31 - 1
"""The largest number that may be asked for: every database counts so far."""

PathText = str | os.PathLike[str]

_T = TypeVar("_T")


class Window:
    """One station inside one transaction, which is committed when the block ends well.

    A refused request leaves nothing behind, also where the caller goes on after it. Every refusal
    is a `BbcsError`, also of a window that is used after its block or in another thread
    (UsageError).
    """

    def __init__(self, ledger: ProvableLedger, office: Office) -> None:
        self._open, self._office, self._thread = ledger, office, get_ident()
        self._ended = False

    @property
    def _ledger(self) -> ProvableLedger:
        """The ledger, inside the block and in the thread that opened it."""
        if self._ended:
            raise UsageError("这个窗口的 with 块已经结束；请再 open_ledger 一次")
        if get_ident() != self._thread:
            raise UsageError("这个窗口属于别的线程；每个线程要自己 open_ledger")
        return self._open

    def _end(self) -> None:
        self._ended = True

    # -- acts --------------------------------------------------------------------------------------

    def intake(self, **fields: Any) -> dict[str, Any]:
        """Take a case; the keys of `intake --from` (formats.md §1). Returns `bbcs.case/1`."""
        ledger = self._ledger
        self._office.refuse_doubt()
        with ledger.step(), acts.by_key("intake"):
            done = acts.intake(ledger, self._office, fields)
            return document(done, self._office)

    def act(self, case_no: str | Sequence[str], verb: str, **options: Any) -> dict[str, Any]:
        """Do one act; option names in snake_case (formats.md §3). Returns `bbcs.case/1`.

        Several numbers (`sign close archive note`): all or nothing; returns `bbcs.cases/1`. verb:
        its word, or its Chinese name. case_no "": an act of the whole office (`consult`, `improve`,
        `exempt` with scope = "rule"); returns its number in the chain.
        """
        ledger = self._ledger
        verb = verb_of(_text("verb", verb))
        version = _number("expect_version", options.pop("expect_version", None))
        self._office.refuse_doubt()
        with ledger.step(), acts.by_key(verb):
            if not case_no:
                done = office_acts.consult
                if verb != "consult":
                    done = partial(office_acts.office_act, verb=verb)
                return office_acts.office_document(done(ledger, self._office, inputs=options))
            if not isinstance(case_no, str):
                numbers = [_text("case_no", one) for one in _listed("case_no", case_no)]
                every = acts.act_on_each(ledger, self._office, numbers, verb, options)
                cases = [document(one, self._office) for one in every]
                return {"schema": "bbcs.cases/1", "cases": cases}
            outcome = acts.act(ledger, self._office, case_no, verb, options, expect_version=version)
            return document(outcome, self._office)

    def decisions(self, verb: str) -> list[dict[str, Any]]:
        """The waivers by rule ("exempt") or improvements ("improve") of the office that stand."""
        _decided(verb)
        return [
            office_decisions.listed(one) for one in office_decisions.decisions(self._ledger, verb)
        ]

    def take_back(self, verb: str, seq: int, note: str = "") -> int:
        """Take back a decision of the office; returns the number of the entry that does so."""
        ledger, number = self._ledger, _number("seq", seq)
        _decided(verb)
        if number is None:
            raise BadValue("seq 应为整数：规定的序号")
        with ledger.step():
            done = office_decisions.take_back(ledger, self._office, verb, number, note)
        return done.seq

    # -- one case ----------------------------------------------------------------------------------

    def case(self, case_no: str) -> dict[str, Any]:
        """What `show --json` gives: `bbcs.case/1` with the story, masked. A short number will do."""
        return self._page(case_no, history=False)

    def history(self, case_no: str) -> list[dict[str, Any]]:
        """The entries of a case, oldest first, masked: `history` of `show --history`."""
        entries: list[dict[str, Any]] = self._page(case_no, history=True)["history"]
        return entries

    def _page(self, case_no: str, *, history: bool) -> dict[str, Any]:
        outcome = find(self._ledger, self._office, _text("case_no", case_no))
        return case_page.document(outcome, self._office, history=history, reveal=False)

    def deadline(self, case_no: str, clock: str = "") -> dict[str, Any]:
        """How the deadlines of a case were counted, day by day: `bbcs.deadline/1`.

        clock: this one alone, by key or Chinese name.
        """
        outcome = find(self._ledger, self._office, _text("case_no", case_no))
        past = calendars.history(self._ledger, outcome.case.no)
        with by_name():
            return deadline_page.unfold(outcome, self._office, _text("clock", clock), past)

    # -- many cases --------------------------------------------------------------------------------

    def find(self, **filters: Any) -> list[Mapping[str, Any]]:
        """Masked rows of the cases that fit the filters.

        Filters are the options of `bbcs list` in snake_case (phase, kind, flag, all …) or names of
        `Filter`. Words by key or label, days as `date` or text.
        """
        with by_name():
            ask = wanted(filters, self._office)
            selected = listing.cases(self._ledger, self._office, ask)
        return [line.row for line in lines(selected.stored, self._office, selected.window)]

    def search(self, text: str, limit: int = FOUND) -> dict[str, Any]:
        """Find cases by any words in them, or by what names them: `bbcs.search/1`."""
        number = _number("limit", limit)
        if not number:
            raise BadValue("limit 应为正整数")
        hits = search.search(self._ledger, self._office, _text("text", text), number)
        return search_view.document(hits, self._office)

    def todo(self, limit: int | None = None) -> dict[str, Any]:
        """What is to be done today: `bbcs.todo/1`. limit: of the cases of each group, None for all."""
        groups = desk.desk(self._ledger, self._office, _number("limit", limit))
        return desk_view.document(groups, self._office, duty.sitting(self._office))

    def report(
        self, month: str = "", *, first: date | None = None, last: date | None = None
    ) -> dict[str, Any]:
        """Counts and rates of a month (`2026-10`) or of a range of days: `bbcs.monthly/1`.

        IdentityBroken when the books do not foot.
        """
        asked = period_of(month, first, last)
        return reports.snapshot(self._ledger, self._office, asked, whole=False).document()

    def register(
        self,
        name: str = "work",
        month: str = "",
        *,
        first: date | None = None,
        last: date | None = None,
        form: str = "",
    ) -> dict[str, Any]:
        """One register of a month or of a range of days, masked, as `bbcs report register --json`:
        `bbcs.table/1`.

        name: its word or its Chinese name. form: "short" or "full", else the place's own. Raises
        UnknownWord.
        """
        snapshot = reports.snapshot(self._ledger, self._office, period_of(month, first, last))
        with by_name():
            return table_document(reports.register(name, snapshot, snapshot.office, form=form))

    def papers(
        self,
        case_no: str,
        kind: str,
        *,
        issue: bool = False,
        reveal: bool = False,
        reason: str = "",
    ) -> dict[str, Any]:
        """The papers of one kind of a case, as `bbcs doc --json`: `bbcs.papers/1`.

        kind: its word or its Chinese name. issue: they go out, so that each without a number gets
        its own now. reveal: with people as they are, which wants a reason
        and is logged. Raises UnknownWord, NothingToPrint, NotPermitted, ReasonMissing.
        """
        word = papers.kind_of(_text("kind", kind))
        built = papers.of_case(
            self._ledger,
            self._office,
            case_no,
            word,
            reveal=reveal,
            reason=_text("reason", reason),
        )
        if issue:
            built = papers.numbered(self._ledger, self._office, built)
        return papers_document(built)

    def kpi(
        self, month: str = "", *, first: date | None = None, last: date | None = None
    ) -> dict[str, Any]:
        """Every rate, count and statistic of a month or of a range of days: `bbcs.kpi/1`.

        IdentityBroken when the books do not foot.
        """
        return kpi.build(self._ledger, self._office, period_of(month, first, last)).document()

    def circular(
        self, month: str = "", *, first: date | None = None, last: date | None = None
    ) -> dict[str, Any]:
        """The circular of a month or of a range of days: `bbcs.circular/1`.

        IdentityBroken when the books do not foot.
        """
        return circular.build(self._ledger, self._office, period_of(month, first, last)).document()

    def daily(self, day: date | None = None) -> dict[str, Any]:
        """The report of a day, by default today: `bbcs.daily/1`.

        IdentityBroken when the books do not foot, BadDate for a day that has not come.
        """
        asked = _day("day", day or self._office.stamp.now.date())
        return daily.build(self._ledger, self._office, asked).document()

    # -- for programs that follow ------------------------------------------------------------------

    def export(self, *, entries: bool = False, since: int = 0) -> Iterator[dict[str, Any]]:
        """Masked rows of every case, or of every entry, that changed after entry `since`.

        The keys are those of `bbcs export`.
        """
        every, start = self._ledger.cases(), _number("since", since) or 0
        changes.refuse_beyond(self._ledger, start)
        if entries:
            rows = export.event_rows(every, self._ledger.office_wide(), start)
        else:
            rows = export.case_rows(every, self._office, start)
        return self._inside(rows)

    def changes(self, since: int = 0, limit: int | None = None) -> Iterator[dict[str, Any]]:
        """What happened after entry `since`, oldest first: documents of `bbcs changes`."""
        read = partial(changes.since, self._ledger, self._office)
        start, most = _number("since", since) or 0, _number("limit", limit)
        return self._inside(map(changes.document, changes.every(read, start, most)))

    def _inside(self, rows: Iterator[_T]) -> Iterator[_T]:
        """The rows, as long as the block lasts."""
        while True:
            self._ledger  # noqa: B018 - refused when the block has ended
            try:
                row = next(rows)
            except StopIteration:
                return
            yield row


@contextmanager
def open_ledger(
    home: PathText,
    *,
    actor: str = "",
    write: bool = True,
    now: datetime | date | None = None,
    files: Sequence[PathText] = (),
    yes: bool = False,
    dry_run: bool = False,
) -> Iterator[Window]:
    """A station's window for one transaction.

    actor: else BBCS_AS, else as on the command line. now: else BBCS_NOW, else the system's time;
    without a zone it is in +08:00. A time that was given is recorded as such (`clock` = "set").
    write: False reads the ledger as it stood when the block began, and keeps nobody from writing
    however long the block lasts; True holds the ledger, so no other program writes meanwhile.
    files: paths of what is attached in the block (`attach`, minutes of `convene`). They are read
    before the ledger is held; attaching another one is refused.
    yes: write also where the system's time cannot be right (before the last entry); without it
    such a write is Declined.
    dry_run: does all that the block asks for, with all its checks, and keeps nothing.
    Raises the refusals of `bbcs.errors`; the transaction is then rolled back.
    """
    own = office_at(home, actor, now)
    opened: AbstractContextManager[ProvableLedger] = open_store(own.home, snapshot=True)
    if write:
        named = [os.fspath(path_of("files", one)) for one in _listed("files", files)]
        opened = transactions.with_files(own.home, named)
    try:
        with opened as ledger:
            whole = transactions.bind(own, ledger)
            window = Window(ledger, whole._replace(sure=yes))
            try:
                yield window
            finally:
                window._end()
            if dry_run:
                raise _Rehearsed
    except _Rehearsed:
        pass


class _Rehearsed(Exception):
    """Rolls the transaction of a rehearsal back."""


def office_at(home: PathText, actor: str, now: datetime | date | None) -> Office:
    """The office of a home, before its ledger is asked for calendars and rules."""
    folder = path_of("home", home)
    moment, clock = present(_moment(now))
    named = _text("actor", actor) or named_operator()
    return office_of(folder, named, os_user(), moment, clock)


def period_of(month: str, first: date | None, last: date | None) -> Period:
    """The range of days when both ends are named, else the month."""
    if first and last:
        return reports.between(_day("first", first), _day("last", last))
    return reports.month(_text("month", month))


# -- what a caller may pass ------------------------------------------------------------------------


def _moment(now: datetime | date | None) -> datetime | None:
    if now is None or isinstance(now, datetime):
        return now
    if isinstance(now, date):
        return parse_now(now.isoformat())
    raise BadDate("now 应为时间（datetime）或日期（date）")


def path_of(name: str, value: PathText) -> Path:
    """The path that a caller named; BadValue for what is none."""
    try:
        path = Path(value)
        named = os.fsencode(path)
    except (TypeError, UnicodeEncodeError):
        named = b"\0"
    if b"\0" in named:
        raise BadValue(f"{name} 应为路径（文字或 Path）")
    return path


def _day(name: str, value: date) -> date:
    """A day; BadDate for anything else, a moment too: its day depends on its zone."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise BadDate(f"{name} 应为日期（date）")
    return value


def _text(name: str, value: str) -> str:
    if not isinstance(value, str):
        raise BadValue(f"{name} 应为文字")
    return value


def _listed(name: str, value: Sequence[_T]) -> Sequence[_T]:
    if not isinstance(value, Sequence):
        raise BadValue(f"{name} 应为文字，或几个文字")
    return value


def _number(name: str, value: int | None) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise BadValue(f"{name} 应为不小于 0 的整数")
    if value is not None and value > _LARGEST:
        raise BadValue(f"{name} 太大；至多 {_LARGEST}")
    return value


def _decided(verb: str) -> None:
    if _text("verb", verb) not in office_decisions.KINDS:
        raise UnknownWord("动作", verb, list(office_decisions.KINDS))
