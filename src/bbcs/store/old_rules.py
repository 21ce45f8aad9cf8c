"""Takes the texts of rules into the ledger of an older home, which kept them as files.

A text is taken in when its digest is the one that an entry names. No entry names the first edition
of such a home: its text is taken from where it lies, and the ledger remembers that nothing vouches
for it; `verify` says so.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from bbcs.config import adopted_rules, items, packs
from bbcs.config.adopted_rules import PACK
from bbcs.domain.station import Station
from bbcs.errors import StoreUnreachable
from bbcs.store import rule_texts, statements as sql
from bbcs.store.ledger import StoredLedger
from bbcs.usecases.projection import ADOPTING, adopted


def take_in(ledger: StoredLedger, station: Station) -> None:
    """Keeps every text that an entry names and that is found, and editions that no entry names.

    Raises StoreUnreachable when the text of an edition is not found that judges a case or is in
    force.
    """
    home = Path(ledger.home)
    by_digest = {**_texts(home), **dict(ledger.session.all(sql.DOCUMENTS))}
    known = {(row[3], row[4]) for row in rule_texts.unvouched(ledger.session)}
    named: dict[tuple[str, str], str] = {}
    for event in ledger.office_wide(ADOPTING):
        for row in adopted(event):
            if row["what"] == PACK:
                named[row["pack"], row["edition"]] = row["sha256"]
            for digest, raw in by_digest.items():
                if digest.startswith(row["sha256"]):
                    ledger.keep_text(raw)
    unvouched = []
    for key, edition in _in_use(ledger, station):
        if (key, edition) in known:
            continue
        if (key, edition) not in named:
            unvouched.append(_found(home, key, edition))
        elif named[key, edition] not in by_digest:
            raise _lost(home, key, edition)
    for number, (raw, where) in enumerate(dict.fromkeys(unvouched), len(known)):
        digest = ledger.keep_text(raw)
        ledger.remember(f"{rule_texts.UNVOUCHED}{number}", f"{digest} {where}")


def _texts(home: Path) -> dict[str, bytes]:
    """Digest -> text of every file that may hold one.

    Copies of editions, packs of the home, shipped ones, the catalogue.
    """
    folders = (home / packs.EDITIONS, home / "packs", packs.SHIPPED)
    paths = [path for folder in folders for path in sorted(folder.glob("*.toml"))]
    texts = [path.read_bytes() for path in (*paths, home / items.FILE) if path.is_file()]
    return {sha256(raw).hexdigest(): raw for raw in texts}


def _in_use(ledger: StoredLedger, station: Station) -> list[tuple[str, str]]:
    """Key and edition of the rules of the office, then of every case; edition "" for any."""
    in_use = {(station.pack, station.edition): None}
    for events in ledger.cases():
        its = events[0].data
        in_use[its.get("pack") or station.pack, its.get("pack_edition", "")] = None
    return list(in_use)


def _found(home: Path, key: str, edition: str) -> tuple[bytes, str]:
    """The text of an edition that no entry names, and where it was found."""
    paths = [packs.edition_file(home, key, edition)] if edition else []
    paths += [home / "packs" / f"{key}.toml", packs.SHIPPED / f"{key}.toml"]
    for path in paths:
        if path.is_file() and edition in (
            "",
            adopted_rules.read(path.name, path.read_bytes()).edition,
        ):
            raw = path.read_bytes()
            return raw, {True: rule_texts.SHIPPED, False: rule_texts.DISK}[_is_shipped(key, raw)]
    raise _lost(home, key, edition)


def _is_shipped(key: str, raw: bytes) -> bool:
    path = packs.SHIPPED / f"{key}.toml"
    return path.is_file() and path.read_bytes() == raw


def _lost(home: Path, key: str, edition: str) -> StoreUnreachable:
    path = packs.edition_file(home, key, edition)
    return StoreUnreachable(
        f"规则包 {key} 第 {edition} 版的文本不在，或与采用时的摘要不符；台账没有动，"
        f"请从备份取回 {path}"
    )
