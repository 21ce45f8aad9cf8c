"""The Python API: the same words, checks and refusals as the command line, without it (formats.md §7).

from bbcs import open_ledger

with open_ledger("/srv/window", actor="li") as ledger:
    case = ledger.intake(matter="诊所执业备案", demand="名称通不过", reporter="陈试验")
    ledger.act(case["case_no"], "triage", difficulty="complex")
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from bbcs.calendar.dates import CST, parse_now
from bbcs.calendar.days import DayCalendar
from bbcs.config import packs
from bbcs.store.sqlite import SqliteLedger, open_ledger as open_store
from bbcs.usecases import acts, listing, reports
from bbcs.usecases.filters import wanted
from bbcs.usecases.ledger import Stamp
from bbcs.usecases.office import Calendars, Office, operator
from bbcs.views.case import document
from bbcs.views.rows import lines


class Window:
    """One station inside one transaction: what is asked of it is kept when the block ends well, and not otherwise.

    A refused request leaves nothing behind, also where the caller goes on after it.
    """

    def __init__(self, ledger: SqliteLedger, office: Office) -> None:
        self._ledger, self._office = ledger, office

    def intake(self, **fields: Any) -> dict[str, Any]:
        """Take a case; the keys of `intake --from` (formats.md §1). Returns the JSON document of the case."""
        with self._ledger.step():
            done = acts.intake(self._ledger, self._office, fields)
            return document(done, self._office)

    def act(self, case_no: str, verb: str, **options: Any) -> dict[str, Any]:
        """Do one act; option names in snake_case (formats.md §3). Returns the JSON document of the case.

        case_no "": an act of the whole office (`consult`, `improve`, `exempt` with scope = "rule"); returns its number in the chain.
        """
        version = options.pop("expect_version", None)
        with self._ledger.step():
            if not case_no:
                done = acts.consult if verb == "consult" else partial(acts.office_act, verb=verb)
                return acts.office_document(done(self._ledger, self._office, given=options))
            outcome = acts.act(
                self._ledger, self._office, case_no, verb, options, expect_version=version
            )
            return document(outcome, self._office)

    def case(self, case_no: str) -> dict[str, Any]:
        """The JSON document of a case, masked; a short number will do."""
        return document(acts.find(self._ledger, self._office, case_no), self._office)

    def find(self, **filters: Any) -> list[Mapping[str, Any]]:
        """Masked rows. Filters are the options of `bbcs list` in snake_case (phase, kind, flag, all …) or names of `Filter`.

        Words by key or label, days as `date` or text.
        """
        found = listing.cases(self._ledger, self._office, wanted(filters, self._office))
        return [line.row for line in lines(found.stored, self._office)]

    def report(
        self, month: str = "", *, first: date | None = None, last: date | None = None
    ) -> dict[str, Any]:
        """Counts and rates of a month (`2026-10`) or of a range of days; IdentityBroken when the books do not foot."""
        period = reports.between(first, last) if first and last else reports.month(month)
        return reports.snapshot(self._ledger, self._office, period).document()


@contextmanager
def open_ledger(
    home: str | os.PathLike[str],
    *,
    actor: str = "",
    write: bool = True,
    now: datetime | None = None,
) -> Iterator[Window]:
    """A station's window for one transaction.

    actor: else BBCS_AS, else as on the command line. now: else BBCS_NOW, else the system's time; without a zone it is in +08:00. A time
    that was given is recorded as such (`clock` = "set").
    Raises the refusals of `bbcs.errors`; the transaction is then rolled back.
    """
    folder = Path(home)
    station = packs.station(folder)
    who = operator(station, actor or os.environ.get("BBCS_AS", ""), os.environ.get("USER", ""))
    moment, clock = _present(now)
    stamp = Stamp(who.id, moment, clock)
    office = Office(
        folder,
        station,
        packs.pack(station.pack, folder, station.edition),
        DayCalendar(),
        stamp,
        who.roles,
    )
    with open_store(folder, write=write) as ledger:
        yield Window(ledger, office.bound(Calendars(ledger.imported(), station.region)))


def _present(now: datetime | None) -> tuple[datetime, str]:
    named = os.environ.get("BBCS_NOW", "")
    given = now or (parse_now(named) if named else None)
    if given is None:
        return datetime.now(CST).replace(microsecond=0), "system"
    return (given.astimezone(CST) if given.tzinfo else given.replace(tzinfo=CST)).replace(
        microsecond=0
    ), "set"
