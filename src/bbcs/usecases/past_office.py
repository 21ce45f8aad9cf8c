"""The office as it stood at an entry: its rules and the names of its operators, as the ledger tells them."""

from __future__ import annotations

from bbcs.domain.pack import RulePack
from bbcs.domain.station import Operator, Station
from bbcs.usecases.ledger import Ledger
from bbcs.usecases.office import Office


def pack_at(ledger: Ledger, office: Office, seq: int) -> RulePack:
    """The rules in force at entry number `seq`: of the last adoption by then, else those before the first."""
    adopted = list(ledger.office_wide(("PackAdopted",)))
    by_then = [event for event in adopted if event.seq <= seq]
    if by_then:
        return office.pack_called(by_then[-1].data["pack"], by_then[-1].data["edition"])
    if adopted:
        key, _, edition = (adopted[0].data.get("before") or "").partition("@")
        if key:
            return office.pack_called(key, edition)
    return office.pack


def station_at(ledger: Ledger, office: Office, seq: int) -> Station:
    """The station with the operators' names of then: what was renamed or removed since is put back."""
    names = dict(office.station.operator_names)
    for event in reversed(list(ledger.office_wide(("StationChanged",)))):
        if event.seq <= seq:
            break
        if event.data["what"] in ("operator_renamed", "operator_removed") and event.data.get("was"):
            names[event.data["code"]] = event.data["was"]
    known = {one.id: one for one in office.station.operators}
    operators = tuple(
        known[id_]._replace(name=name) if id_ in known else Operator(id_, name)
        for id_, name in names.items()
    )
    return office.station._replace(operators=operators)
