"""Loading a list of units into the roster of a station."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bbcs.config import files
from bbcs.domain.event import Draft
from bbcs.domain.station import Station
from bbcs.domain.unit_list import RosterDifference, UnitList, compare
from bbcs.errors import Declined, listed
from bbcs.record import Record
from bbcs.usecases.ledger import Filter
from bbcs.usecases.office import Office, Transaction, need
from bbcs.usecases.rosters import CHANGED, UNITS, roster_fields
from bbcs.usecases.stations import edit

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger


class UnitsChange(Record):
    """What a list changes. open_cases: name of a unit that goes or is renamed -> its open cases."""

    difference: RosterDifference
    open_cases: Mapping[str, int]
    unused: tuple[str, ...] = ()


def changes(
    ledger: Ledger, office: Office, station: Station, path: Path, wanted: UnitList, *, keep: bool
) -> UnitsChange:
    """What a list changes in the roster of a station. path: the file, for refusals.

    keep: units that the list does not name stay. Raises NotPermitted, and PackInvalid with
    everything that stands against it.
    """
    need(office, "改站点名册", "admin")
    difference, findings = compare(station, wanted, keep=keep)
    files.refuse(path, findings)
    moved = [*difference.gone, *(before for before, _ in difference.renamed)]
    counts = {one.name: ledger.tally(Filter(office.stamp.now, unit=one.ref)) for one in moved}
    return UnitsChange(
        difference, {name: count for name, count in counts.items() if count}, wanted.unused
    )


def load_units(
    office: Office,
    transact: Transaction,
    path: Path,
    wanted: UnitList,
    *,
    keep: bool = False,
    agreed: bool = False,
) -> UnitsChange:
    """Make a list the roster of units: all of it in one transaction, or nothing.

    agreed: somebody consents to units that go or are renamed. Raises as `changes` does, and
    Declined.
    """
    done: list[UnitsChange] = []

    def record(ledger: Ledger, station: Station) -> Station:
        """Append the entries; the list is compared anew with the roster under the lock."""
        change = changes(ledger, office, station, path, wanted, keep=keep)
        if change.difference.needs_consent and not agreed:
            raise Declined(refusal(path.name, change.difference, keep=keep))
        after = station._replace(units=change.difference.units)
        if change.difference:
            drafts = [Draft(CHANGED, office.stamp.now, one) for one in _entries(change, after)]
            ledger.append("", 0, drafts, office.stamp)
        done[:] = [change]
        return after

    edit(office, transact, record)
    return done[0]


def _entries(change: UnitsChange, after: Station) -> list[dict[str, str]]:
    """A renaming for each unit that is counted under its new name, and then the roster."""
    renamed = [
        {"what": "unit_renamed", "code": new.code or new.name, "name": new.name}
        for _, new in change.difference.renamed
    ]
    return [*renamed, {"what": UNITS, "code": "", **roster_fields(after)}]


def refusal(name: str, difference: RosterDifference, *, keep: bool) -> str:
    """Why a list is not loaded without consent."""
    kept = "；文件里没有的要留着，请加 --keep" if difference.gone and not keep else ""
    return f"{name} 会{moves(difference)}；没有载入。真要这样请加 --yes{kept}"


def moves(difference: RosterDifference) -> str:
    """`撤下 2 个（甲局、乙局）、改名 1 个（丙局 → 丁局）`."""
    parts = []
    if gone := [one.name for one in difference.gone]:
        parts.append(f"撤下 {len(gone)} 个（{listed(gone)}）")
    if renamed := [f"{before.name} → {new.name}" for before, new in difference.renamed]:
        parts.append(f"改名 {len(renamed)} 个（{listed(renamed)}）")
    return "、".join(parts)
