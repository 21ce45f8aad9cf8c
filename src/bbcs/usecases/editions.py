"""Adopting a rule pack: from its entry on new cases are taken under it; open cases keep the edition they were taken under."""

from __future__ import annotations

from bbcs.domain.event import Draft, Event
from bbcs.domain.pack import RulePack
from bbcs.usecases.ledger import Filter, Ledger
from bbcs.usecases.office import Office, need


def adopt(ledger: Ledger, office: Office, pack: RulePack, sha256: str) -> Event:
    """Record that `pack` is in force from now on, instead of the office's; for administrators."""
    need(office, "采用规则包", "admin")
    said = {
        "pack": pack.key,
        "edition": pack.edition,
        "place": pack.place,
        "sha256": sha256,
        "before": f"{office.pack.key}@{office.pack.edition}",
        "open": ledger.tally(Filter(office.stamp.now)),
    }
    (event,) = ledger.append("", 0, [Draft("PackAdopted", office.stamp.now, said)], office.stamp)
    return event
