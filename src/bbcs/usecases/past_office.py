"""The office as it was at an entry: its rules and the names of its operators, from the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bbcs.domain.pack import RulePack
from bbcs.domain.station import Operator, Station
from bbcs.usecases.office import Office

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger


def pack_at(office: Office, seq: int) -> RulePack:
    """The rules in force at entry number `seq`; before the first adoption those that it brought."""
    text = office.rules.at(seq) or next(iter(office.rules.editions), None)
    return office.rules.pack_of(text) if text else office.pack


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
