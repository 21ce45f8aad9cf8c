"""The catalogue of service items of a station: loading it, and what a new one changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bbcs.config import files, items
from bbcs.config.home_files import read_bytes
from bbcs.domain.event import Draft
from bbcs.domain.items import COLUMNS, Item
from bbcs.domain.station import Station
from bbcs.errors import Declined
from bbcs.record import Record
from bbcs.usecases.ledger import Stamp
from bbcs.usecases.office import Office, Transaction, need
from bbcs.usecases.projection import project_office_wide
from bbcs.usecases.rosters import CHANGED, ITEMS

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger


class ItemsChange(Record):
    """What a catalogue changes: names of items that are new and gone; item -> its columns that
    differ.
    """

    number: int
    added: Sequence[str]
    gone: Sequence[str]
    changed: Mapping[str, Sequence[str]]

    @property
    def empties(self) -> bool:
        """Whether there were items and none is left."""
        return not self.number and bool(self.gone)


class LoadedItems(Record):
    """A catalogue that was loaded: what it changed, and its units that the roster does not know."""

    change: ItemsChange
    unknown_units: list[str]


def changes(office: Office, loaded: Sequence[Item]) -> ItemsChange:
    """What these items change in the catalogue that is in force."""
    before, after = office.items, {one.item: one for one in loaded}
    return ItemsChange(
        len(after),
        [name for name in after if name not in before],
        [name for name in before if name not in after],
        {
            name: columns
            for name, one in after.items()
            if name in before and (columns := _differing(before[name], one))
        },
    )


def _differing(before: Item, after: Item) -> list[str]:
    pairs = zip(COLUMNS, before, after, strict=True)
    return [column for column, old, new in pairs if old != new]


def load_items(
    office: Office,
    transact: Transaction,
    source: Path,
    *,
    agreed: bool = False,
    dry_run: bool = False,
) -> LoadedItems:
    """Make a checked CSV file the catalogue of the station; the ledger keeps its text.

    The copy in the home is put back when the commit fails. agreed: somebody consents to a
    catalogue that leaves nothing of the one before. Raises NotPermitted, PackInvalid (with all
    problems of the file), Declined.
    """
    need(office, "改事项目录", "admin")
    loaded, raw, own = items.load(source), read_bytes(source), office.home / items.FILE
    change = changes(office, loaded)
    unknown = _unknown_units((one.unit for one in loaded), office.station)
    if dry_run:
        return LoadedItems(change, unknown)
    if change.empties and not agreed:
        raise Declined(
            f"{source.name} 里一项也没有，会清空现有的 {len(change.gone)} 项；"
            "没有载入。真要清空请加 --yes"
        )
    before = own.read_bytes() if own.is_file() else None

    def both(ledger: Any) -> None:
        record_items(ledger, raw, len(loaded), office.stamp)
        files.write_whole(own, raw)

    try:
        transact(both)
    except BaseException:
        _put_back(own, before)
        raise
    return LoadedItems(change, unknown)


def record_items(ledger: Ledger, raw: bytes, number: int, stamp: Stamp) -> None:
    """The entry of a catalogue of so many items, with the text that it names."""
    digest = ledger.keep_text(raw)
    data = {"what": ITEMS, "code": digest[:16], "name": f"{number} 项", "sha256": digest}
    (event,) = ledger.append("", 0, [Draft(CHANGED, stamp.now, data)], stamp)
    ledger.store_office_wide(project_office_wide(event))


def _unknown_units(names: Iterable[str], station: Station) -> list[str]:
    """Units of the catalogue that a filled roster does not hold."""
    known = {text for unit in station.units for text in (unit.code, unit.name, *unit.aliases)}
    if not known:
        return []
    return list(dict.fromkeys(name for name in names if name and name not in known))


def _put_back(own: Path, before: bytes | None) -> None:
    if before is None:
        own.unlink(missing_ok=True)
    elif own.read_bytes() != before:
        files.write_whole(own, before)
