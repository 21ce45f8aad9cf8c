"""The rosters as the ledger recorded them last, and what was changed in the station file since."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from bbcs.config import station_file
from bbcs.domain.event import Draft, Event
from bbcs.domain.station import Duty, Station
from bbcs.record import Record
from bbcs.usecases.ledger import Stamp

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger

CHANGED, DUTY_SET = "StationChanged", "DutySet"
KINDS = (CHANGED, DUTY_SET)
EDITED, MADE, UNITS, ITEMS, CONFIRMED = "edited", "made", "units", "items", "confirmed"
"""`what` of an entry: a change by hand, the making of the station, a list of units or a catalogue
that was loaded, an edition that an administrator vouches for. The last two hold no roster."""


class HandEdits(Record):
    """What the station file says and no entry does.

    recorded: whether the ledger knows the roster at all; it does not where the home is older than
    that. roster: whether units, operators or the head of the file differ. gone, new: duties.
    """

    recorded: bool
    roster: bool
    gone: tuple[Duty, ...]
    new: tuple[Duty, ...]

    def __bool__(self) -> bool:
        return self.roster or bool(self.gone or self.new)


def _roster_text(station: Station) -> str:
    """What an entry keeps of a station: all but its duties, and what the ledger itself says of it.

    Empty values are left out, so that a field of a later version changes no digest.
    """
    own = station._replace(code="", pack="", edition="", store="", ledger="", duty=())
    return json.dumps(
        station_file.filled(own), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def roster_fields(station: Station) -> dict[str, str]:
    """The fields of an entry that hold a roster."""
    text = _roster_text(station)
    return {"sha256": sha256(text.encode()).hexdigest(), "roster": text}


def hand_edits(entries: Iterable[Event], station: Station) -> HandEdits:
    """Compares the station file with the entries of `KINDS`, in order."""
    known, duties = "", Counter[Duty]()
    for event in entries:
        if event.kind == DUTY_SET:
            _follow(duties, event)
        elif event.data["what"] not in (ITEMS, CONFIRMED):
            known = event.data.get("sha256", known)
    listed = Counter(station.duty)
    roster = known != roster_fields(station)["sha256"]
    gone, new = duties - listed, listed - duties
    return HandEdits(bool(known), roster, tuple(gone.elements()), tuple(new.elements()))


def recorded(entries: Iterable[Event], code: str) -> Station:
    """The station as entries of `KINDS`, in order, recorded it last; its name is its code where
    none holds a roster.
    """
    text, duties = "", Counter[Duty]()
    for event in entries:
        if event.kind == DUTY_SET:
            _follow(duties, event)
        else:
            text = event.data.get("roster") or text
    return read_roster(text, code)._replace(duty=tuple(duties.elements()))


def read_roster(text: str, code: str) -> Station:
    """The station of a text that `_roster_text` wrote, "" for none."""
    fields = json.loads(text) if text else {}
    return station_file.refilled({"name": code, **fields, "code": code})


def _follow(duties: Counter[Duty], event: Event) -> None:
    """The duties after an entry."""
    for one in _duties(event):
        duties[one] += -1 if event.data.get("removed") else 1


def _duties(event: Event) -> Iterable[Duty]:
    its = event.data
    if "rows" in its:
        for day, operator, shift, note in its["rows"]:
            yield Duty(date.fromisoformat(day), operator, shift, note)
    else:
        yield Duty(its["day"], its["operator"], its.get("shift", ""), its.get("note", ""))


def absorb(ledger: Ledger, station: Station, stamp: Stamp) -> HandEdits:
    """Records what was changed by hand in the station file, so that the next entry follows it."""
    edits = hand_edits(ledger.office_wide(KINDS), station)
    if edits.roster:
        data = {"what": EDITED, "code": "", **roster_fields(station)}
        ledger.append("", 0, [Draft(CHANGED, stamp.now, data)], stamp)
    for duties, removed in ((edits.gone, True), (edits.new, False)):
        if duties:
            record_duties(ledger, duties, stamp, removed=removed)
    return edits


def record_duties(ledger: Ledger, duties: Sequence[Duty], stamp: Stamp, *, removed: bool) -> Event:
    """The entry for duties that were put on the roster or taken off it."""
    data: dict[str, Any] = {}
    if removed:
        data["removed"] = True
    if len(duties) == 1:
        (one,) = duties
        data |= {key: value for key, value in one._asdict().items() if value}
    else:
        data["rows"] = [[one.day.isoformat(), one.operator, one.shift, one.note] for one in duties]
    (event,) = ledger.append("", 0, [Draft(DUTY_SET, stamp.now, data)], stamp)
    return event
