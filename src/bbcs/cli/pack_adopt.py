"""`bbcs pack adopt`: a rule pack comes into force; the edition is kept, recorded, and named in the station file."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from bbcs.cli import context, output
from bbcs.cli.options import Values
from bbcs.cli.pack import file_of
from bbcs.cli.settings import Settings
from bbcs.config import packs
from bbcs.config.packs import Station
from bbcs.domain.event import Event
from bbcs.domain.pack import RulePack
from bbcs.errors import BbcsError
from bbcs.usecases import editions
from bbcs.usecases.office import Office
from bbcs.views.pack_changes import differences


def run(settings: Settings, given: Values) -> None:
    """`bbcs pack adopt`: the file of the edition first, then the entry, then the station file, each whole.

    A crash after the first leaves a file that nobody uses, after the second a home that works on under the old edition
    though the ledger says more; the same command again does what is left.
    """
    where = context.office(settings)
    path = file_of(given["file"] or where.station.pack, where.home)
    raw, pack = packs.raw_of(path), packs.load(path)
    digest, kept = sha256(raw).hexdigest(), packs.check_edition(where.home, pack, raw).is_file()
    existing = kept and (where.station.pack, where.station.edition) == (pack.key, pack.edition)
    event = None if existing else _keep(where, pack, raw, digest, dry_run=given["dry_run"])
    document = {
        "pack": pack.key,
        "edition": pack.edition,
        "place": pack.place,
        "sha256": digest,
        **(event.data if event else {}),
    }
    text = (
        f"{pack.key} 第 {pack.edition} 版正在用，没有改动"
        if event is None
        else _adopted(event.data, given["dry_run"])
    )
    if event and given["dry_run"]:
        document["differences"] = differences(where.pack, pack)
        text = "\n".join(
            [text, *(f"  {one}" for one in document["differences"] or ["规则内容没有不同"])]
        )
    output.answer(
        settings,
        {"schema": "bbcs.adopted/1", **document, "existing": existing},
        text,
        f"{pack.key}@{pack.edition}",
    )


def _adopted(data: Mapping[str, Any], dry_run: bool) -> str:
    kept = f"；没了结的 {data['open']} 件仍按受理时的版次" if data["open"] else ""
    return f"{'（演练，没有写入）将' if dry_run else '已'}采用 {data['pack']} 第 {data['edition']} 版（此前 {data['before']}）{kept}"


def _keep(where: Office, pack: RulePack, raw: bytes, digest: str, *, dry_run: bool) -> Event:
    """Keep the edition, record it, name it in the station file; the event."""

    def entry(ledger: Any) -> Event:
        return editions.adopt(ledger, where, pack, digest)

    if dry_run:
        return context.write(where, entry, dry_run=True)
    fresh = not packs.edition_file(where.home, pack.key, pack.edition).exists()
    if not where.station.edition:  # a home from before editions: what judged its cases until now
        packs.keep_edition(
            where.home, where.pack, packs.raw_of(packs.find(where.station.pack, where.home))
        )
    kept = packs.keep_edition(where.home, pack, raw)
    try:
        event = context.write(where, entry)
    except BbcsError:
        if fresh:
            kept.unlink(missing_ok=True)
        raise

    def named(ledger: Any) -> None:  # read under the lock: somebody may have added a unit meanwhile
        station: Station = packs.station(where.home)
        packs.write_station(where.home, station._replace(pack=pack.key, edition=pack.edition))

    context.write(where, named)
    return event
