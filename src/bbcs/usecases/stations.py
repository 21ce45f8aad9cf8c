"""Changing the office: each change of the station file is one entry of the ledger."""

from __future__ import annotations

from bbcs.domain.event import Draft, Event
from bbcs.domain.station import Station
from bbcs.errors import BadValue
from bbcs.usecases.ledger import Ledger
from bbcs.usecases.office import Office, need


def changed(
    ledger: Ledger, office: Office, what: str, code: str, name: str, after: Station
) -> Event:
    """Record that the station file becomes `after`; BadValue when a name would stand for two."""
    need(office, "改站点名册", "admin")
    for kind, words in (
        ("单位", _unit_words(after)),
        ("操作员", [one.id for one in after.operators]),
    ):
        twice = [word for number, word in enumerate(words) if word and word in words[:number]]
        if twice:
            raise BadValue(f"{kind}“{twice[0]}”在名册里已经有了；请换一个名称或代号")
    said = {"what": what, "code": code, **({"name": name} if name else {})}
    (event,) = ledger.append("", 0, [Draft("StationChanged", office.stamp.now, said)], office.stamp)
    return event


def _unit_words(station: Station) -> list[str]:
    return [
        word
        for unit in station.units
        for word in dict.fromkeys((unit.code, unit.name, *unit.aliases))
    ]
