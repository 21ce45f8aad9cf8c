"""Adopting a rule pack: from its entry on new cases are taken under it.

Open cases keep the edition they were taken under. The entry names the text by its digest, and the
ledger keeps the text; files are what is adopted, and copies for people to read.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bbcs.config import packs, station_file
from bbcs.config.adopted_rules import AdoptedText, Rules
from bbcs.config.home_files import read_bytes
from bbcs.domain.event import Draft, Event
from bbcs.domain.pack import RulePack
from bbcs.domain.station import Station
from bbcs.errors import BbcsError, UnknownWord
from bbcs.record import Record
from bbcs.usecases.ledger import Filter, Stamp
from bbcs.usecases.office import Office, Transaction, need
from bbcs.usecases.projection import project_office_wide
from bbcs.usecases.rosters import CHANGED, CONFIRMED
from bbcs.usecases.stations import edit

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger


class Adoption(Record):
    """A pack that was adopted or rehearsed.

    event: its entry, None when this edition is in force already.
    """

    pack: RulePack
    sha256: str
    event: Event | None


def file_of(named: str, home: Path | None) -> Path:
    """The file that a pack is named by: a path (with a folder, or one that ends in .toml), a key,
    or a place.
    """
    path = Path(named)
    if named.endswith(".toml") or path.name != named:
        return path
    return packs.find(named, home)


def kept(rules: Rules, named: str) -> AdoptedText | None:
    """The adopted edition that `key@edition` names; None for any other name.

    A key that holds an @ itself is not split.
    """
    key, at, edition = named.partition("@")
    return rules.edition(key, edition) if at and edition else None


def adopt_pack(
    office: Office, transact: Transaction, named: str = "", *, dry_run: bool = False
) -> Adoption:
    """Bring a pack into force.

    First the copy of the edition, then the entry with the text and the line of the station file,
    both or neither.

    named: as `file_of`, or `key@edition` of one that was adopted before; "" reads the file of the
    office's own pack again. A crash after the first step leaves a copy that nobody reads. Raises
    PackInvalid, UnknownPlace, NotPermitted.
    """
    raw, pack = _named(office, transact, named)
    digest = sha256(raw).hexdigest()
    office.rules.check_edition(pack, digest)
    if _is_in_force(office, digest):
        _bring_file_up(office, transact, pack)
        return Adoption(pack, digest, None)

    def entry(ledger: Any) -> Event:
        return adopt(ledger, office, pack, raw)

    if dry_run:
        return Adoption(pack, digest, transact(entry, dry_run=True))
    return Adoption(pack, digest, _recorded(office, transact, pack, raw))


def _named(office: Office, transact: Transaction, named: str) -> tuple[bytes, RulePack]:
    """Bytes and rules of what is named: of an adopted edition, else of a file."""
    text = kept(office.rules, named)
    if text:
        raw = transact(lambda ledger: ledger.text(text.sha256), dry_run=True)
        return raw, packs.read(f"{named}.toml", raw)
    path = file_of(named or office.pack.key, office.home)
    return read_bytes(path), packs.load(path)


def _is_in_force(office: Office, digest: str) -> bool:
    """Whether this text is in force by an entry: a first edition that no entry vouches for is not."""
    now = office.rules.in_force
    return now is not None and now.sha256 == digest and now.seq > 0


def _bring_file_up(office: Office, transact: Transaction, pack: RulePack) -> None:
    """The line of the station file, where a crash left it behind."""
    station = station_file.read(office.home)
    if (station.pack, station.edition) != (pack.key, pack.edition):
        named = {"pack": pack.key, "edition": pack.edition}
        edit(office, transact, lambda _ledger, now: now._replace(**named))


def _recorded(office: Office, transact: Transaction, pack: RulePack, raw: bytes) -> Event:
    """Copy the edition, record it, name it in the station file; the event."""
    fresh = not packs.edition_file(office.home, pack.key, pack.edition).exists()
    copy = packs.copy_edition(office.home, pack, raw)
    events: list[Event] = []

    def record(ledger: Any, station: Station) -> Station:
        events[:] = [adopt(ledger, office, pack, raw)]
        return station._replace(pack=pack.key, edition=pack.edition)

    try:
        edit(office, transact, record)
    except BbcsError:
        if fresh:
            copy.unlink(missing_ok=True)
        raise
    return events[0]


def confirm(office: Office, transact: Transaction, named: str) -> tuple[AdoptedText, bool]:
    """Vouch for an edition that no entry names, as an administrator who compared its text.

    Returns the edition, and whether an entry was written: one that has an entry needs no other.
    Raises UnknownWord for what is no adopted edition, NotPermitted.
    """
    need(office, "确认规则包", "admin")
    text = edition(office.rules, named)
    if any(one.seq > 0 and one.sha256 == text.sha256 for one in office.rules.editions):
        return text, False
    data = {"what": CONFIRMED, "code": f"{text.key}@{text.edition}", "sha256": text.sha256}
    draft = Draft(CHANGED, office.stamp.now, data)

    def record(ledger: Any) -> bool:
        entries = ledger.office_wide((CHANGED,))
        if any(
            one.data["what"] == CONFIRMED and one.data["sha256"] == text.sha256 for one in entries
        ):
            return False
        ledger.append("", 0, [draft], office.stamp)
        return True

    return text, transact(record)


def edition(rules: Rules, named: str) -> AdoptedText:
    """The adopted edition that `key@edition` names. Raises UnknownWord."""
    text = kept(rules, named)
    if text is None:
        known = [f"{one.key}@{one.edition}" for one in rules.editions]
        raise UnknownWord("规则包版次", named, list(dict.fromkeys(known)), field="edition")
    return text


def adopt(ledger: Ledger, office: Office, pack: RulePack, raw: bytes) -> Event:
    """Record that `pack` is in force from now on, instead of the office's; for administrators."""
    need(office, "采用规则包", "admin")
    before = f"{office.pack.key}@{office.pack.edition}"
    more = {"before": before, "open": ledger.tally(Filter(office.stamp.now))}
    return record_adoption(ledger, pack, raw, office.stamp, more)


def record_adoption(
    ledger: Ledger, pack: RulePack, raw: bytes, stamp: Stamp, more: dict[str, Any]
) -> Event:
    """The entry of an adoption, with the text that it names."""
    named = {"pack": pack.key, "edition": pack.edition, "place": pack.place}
    data = {**named, "sha256": ledger.keep_text(raw), **more}
    (event,) = ledger.append("", 0, [Draft("PackAdopted", stamp.now, data)], stamp)
    ledger.store_office_wide(project_office_wide(event))
    return event
