"""A county's office looks into the stations whose ledgers lie in the same database. It only reads."""

from __future__ import annotations

from bbcs.usecases.ledger import Ledger
from bbcs.usecases.office import Office, need
from bbcs.usecases.rosters import KINDS, recorded

VISITORS = ("leader", "supervisor", "admin", "auditor")
"""Roles of the own office that may look into other stations."""


def visiting(own: Office, station: str) -> Office:
    """The office, to look into that station; unchanged where it is its own. Raises NotPermitted."""
    if station == own.station.code:
        return own
    need(own, "看别的站", *VISITORS)
    return own._replace(visited=station)


def at_station(office: Office, ledger: Ledger) -> Office:
    """The office of the station whose ledger this is, as that recorded its roster last; who asks
    and when stay as they are.
    """
    found = recorded(ledger.office_wide(KINDS), ledger.station)
    return office._replace(station=found._replace(store=office.station.store))
