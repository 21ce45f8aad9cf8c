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
from pathlib import Path
from typing import Any

from bbcs import packs
from bbcs.calendar.days import WorkCalendar
from bbcs.calendar.terms import CST
from bbcs.store.sqlite import SqliteLedger, open_ledger as open_store
from bbcs.usecases import cases, listing, reports
from bbcs.usecases.ledger import Filter, Stamp
from bbcs.usecases.office import Calendars, Office, operator


class Window:
    """One station inside one transaction: what is asked of it is kept when the block ends well, and not otherwise."""

    def __init__(self, ledger: SqliteLedger, office: Office) -> None:
        self._ledger, self._office = ledger, office

    def intake(self, **fields: Any) -> dict[str, Any]:
        """Take a case; the keys of `intake --from` (formats.md §1). Returns the JSON document of the case."""
        return cases.intake(self._ledger, self._office, fields).document(self._office)

    def act(self, case_no: str, verb: str, **options: Any) -> dict[str, Any]:
        """Do one act; option names in snake_case (formats.md §3). Returns the JSON document of the case."""
        version = options.pop("expect_version", None)
        return cases.act(self._ledger, self._office, case_no, verb, options, expect_version=version).document(self._office)

    def case(self, case_no: str) -> dict[str, Any]:
        """The JSON document of a case, masked; a short number will do."""
        return cases.find(self._ledger, self._office, case_no).document(self._office)

    def find(self, **filters: Any) -> list[Mapping[str, Any]]:
        """Masked rows by the filters of `usecases.ledger.Filter`; words by key."""
        return list(listing.cases(self._ledger, self._office, Filter(self._office.stamp.now, **filters)).rows)

    def report(self, month: str = "", *, first: date | None = None, last: date | None = None) -> dict[str, Any]:
        """Counts and rates of a month (`2026-10`) or of a range of days; IdentityBroken when the books do not foot."""
        period = reports.between(first, last) if first and last else reports.month(month)
        return reports.snapshot(self._ledger, self._office, period).document()


@contextmanager
def open_ledger(home: str | os.PathLike[str], *, actor: str = "", write: bool = True, now: datetime | None = None) -> Iterator[Window]:
    """A station's window for one transaction; `now` is the system's time in +08:00 unless given (then `clock` = "set").

    Raises the refusals of `bbcs.errors`; the transaction is then rolled back.
    """
    folder = Path(home)
    station = packs.station(folder)
    who = operator(station, actor, os.environ.get("USER", ""))
    stamp = Stamp(who.id, (now or datetime.now(CST)).replace(microsecond=0), "set" if now else "system")
    office = Office(folder, station, packs.pack(station.pack, folder, station.edition), WorkCalendar(), stamp, who.roles)
    with open_store(folder, write=write) as ledger:
        yield Window(ledger, office.bound(Calendars(ledger.imported(), station.region)))
