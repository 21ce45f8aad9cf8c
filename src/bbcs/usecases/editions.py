"""Adopting a rule pack: from its entry on new cases are taken under it.

Open cases keep the edition they were taken under.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from bbcs.config import files, packs
from bbcs.domain.event import Draft, Event
from bbcs.domain.pack import RulePack
from bbcs.errors import BbcsError
from bbcs.record import Record
from bbcs.usecases.ledger import Filter, Ledger
from bbcs.usecases.office import Office, Transaction, need


class Adoption(Record):
    """A pack that was adopted or rehearsed.

    event: its entry, None when this edition is in force already.
    """

    pack: RulePack
    sha256: str
    event: Event | None


def file_of(named: str, home: Path | None) -> Path:
    """The file that a pack is named by.

    A path that ends in .toml, a key, a place, or `key@edition`.
    """
    return Path(named) if named.endswith(".toml") else packs.find(named, home)


def adopt_pack(
    office: Office, transact: Transaction, named: str = "", *, dry_run: bool = False
) -> Adoption:
    """Bring a pack into force.

    First the file of the edition, then the entry, then the station file, each whole.

    named: as `file_of`; "" reads the office's own pack again. A crash after the first step leaves a
    file that nobody uses, after the second a home that works on under the old edition though the
    ledger says more; the same call again does what is left. Raises PackInvalid, UnknownPlace,
    NotPermitted.
    """
    path = file_of(named or office.station.pack, office.home)
    raw, pack = files.read_bytes(path), packs.load(path)
    digest = sha256(raw).hexdigest()
    kept = packs.check_edition(office.home, pack, raw).is_file()
    if kept and (office.station.pack, office.station.edition) == (pack.key, pack.edition):
        return Adoption(pack, digest, None)

    def entry(ledger: Any) -> Event:
        return adopt(ledger, office, pack, digest)

    if dry_run:
        return Adoption(pack, digest, transact(entry, dry_run=True))
    return Adoption(pack, digest, _keep(office, transact, pack, raw, digest))


def _keep(office: Office, transact: Transaction, pack: RulePack, raw: bytes, digest: str) -> Event:
    """Keep the edition, record it, name it in the station file; the event."""
    fresh = not packs.edition_file(office.home, pack.key, pack.edition).exists()
    if not office.station.edition:  # a home from before editions: what judged its cases until now
        file = packs.find(office.station.pack, office.home)
        packs.keep_edition(office.home, office.pack, files.read_bytes(file))
    kept = packs.keep_edition(office.home, pack, raw)
    try:
        event = transact(lambda ledger: adopt(ledger, office, pack, digest))
    except BbcsError:
        if fresh:
            kept.unlink(missing_ok=True)
        raise

    def name_it(ledger: Any) -> None:  # read under the lock: a unit may have been added meanwhile
        station = packs.station(office.home)
        mark = station.ledger or ledger.mark()
        now = station._replace(pack=pack.key, edition=pack.edition, ledger=mark)
        packs.write_station(office.home, now)

    transact(name_it)
    return event


def adopt(ledger: Ledger, office: Office, pack: RulePack, digest: str) -> Event:
    """Record that `pack` is in force from now on, instead of the office's; for administrators."""
    need(office, "采用规则包", "admin")
    data = {
        "pack": pack.key,
        "edition": pack.edition,
        "place": pack.place,
        "sha256": digest,
        "before": f"{office.pack.key}@{office.pack.edition}",
        "open": ledger.tally(Filter(office.stamp.now)),
    }
    (event,) = ledger.append("", 0, [Draft("PackAdopted", office.stamp.now, data)], office.stamp)
    return event
