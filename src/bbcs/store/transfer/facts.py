"""Copies the facts beside the chain from one ledger to another."""

from __future__ import annotations

from collections.abc import Mapping

from bbcs.store import chain, statements as sql
from bbcs.store.engine import MOVED
from bbcs.store.provable import ProvableLedger

ORIGIN = "origin"
"""Name of the fact that says from which home a ledger was moved into a database."""

MOVING = "moving"
"""Name of the fact that says where a ledger is being moved to, until it is there."""

OWN = ("schema", "station", "check", MOVED, ORIGIN, MOVING)
"""Facts that a ledger has of its own."""


def set_facts(ledger: ProvableLedger, facts: Mapping[str, str]) -> None:
    """Makes the facts beside the chain those given, apart from the ledger's own."""
    session = ledger.session
    own = {name: session.meta[name] for name in ("schema", "station")}
    meta = {**{name: text for name, text in facts.items() if name not in OWN}, **own}
    meta["check"] = chain.fingerprint(meta)
    for name in session.meta:
        session.execute(sql.DROP_META, key=name)
    for name, value in meta.items():
        session.execute(sql.PUT_META, key=name, value=value)
    session.meta = meta
