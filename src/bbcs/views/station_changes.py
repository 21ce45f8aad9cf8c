"""JSON documents of what changes a station.

A new home, a roster, the catalogue, the duty roster, a rule pack.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bbcs.domain.pack import RulePack
from bbcs.domain.station import Duty, Station
from bbcs.domain.unit_list import COLUMNS
from bbcs.errors import listed
from bbcs.record import as_document
from bbcs.usecases.catalogue import LoadedItems
from bbcs.usecases.editions import Adoption
from bbcs.usecases.stations import OperatorChange, RosterChange
from bbcs.usecases.unit_lists import UnitsChange
from bbcs.views.pack_changes import differences


def new_station(home: Path, station: Station) -> dict[str, Any]:
    """`init --json`."""
    return {
        "schema": "bbcs.station/1",
        "home": str(home),
        "station": station.code,
        "name": station.name,
        "pack": station.pack,
        "edition": station.edition,
        "operator": station.operators[0].id,
    }


def roster_change(change: RosterChange) -> dict[str, Any]:
    """`station unit add|remove|rename --json`, `station operator add --json`."""
    document = {"schema": "bbcs.changed/1", "what": change.what, "code": change.code}
    if not change.old_name:
        return document
    return {**document, "name": change.name, "open": change.open_cases}


def loaded_units(change: UnitsChange) -> dict[str, Any]:
    """`station unit load --json`."""
    its = change.difference
    return {
        "schema": "bbcs.changed/1",
        "what": "units",
        "code": None,
        "count": len(its.units),
        "added": [one.name for one in its.added],
        "gone": [one.name for one in its.gone],
        "renamed": [
            {"code": new.code or None, "before": before.name, "after": new.name}
            for before, new in its.renamed
        ],
        "changed": {name: list(columns) for name, columns in its.changed.items()},
        "open_cases": [{"unit": name, "count": count} for name, count in change.open_cases.items()],
        "unused": list(change.unused),
    }


def unit_lines(change: UnitsChange, *, dry_run: bool) -> list[str]:
    """What people read of it: a line for each kind of change."""
    its = change.difference
    if not its:
        return [f"和在用的名册没有不同：{len(its.units)} 个单位"]
    lines = [f"{'会载入' if dry_run else '已载入'}单位名册：{len(its.units)} 个单位"]
    changed = [
        f"{name}（{'、'.join(COLUMNS[column] for column in columns)}）"
        for name, columns in its.changed.items()
    ]
    kinds = {
        "新增": [one.name for one in its.added],
        "改名": [f"{before.name} → {new.name}" for before, new in its.renamed],
        "改动": changed,
        "撤下": [one.name for one in its.gone],
    }
    return lines + [
        f"{kind} {len(names)} 个：{listed(names)}" for kind, names in kinds.items() if names
    ]


def operator_change(change: OperatorChange) -> dict[str, Any]:
    """`station operator remove|rename|grant --json`."""
    return {
        "schema": "bbcs.changed/1",
        "what": change.what,
        "code": change.before.id,
        "before": as_document(change.before),
        "after": as_document(change.after) if change.after else None,
    }


def loaded_items(loaded: LoadedItems) -> dict[str, Any]:
    """`station items load --json`."""
    change = loaded.change
    return {
        "schema": "bbcs.changed/1",
        "what": "items",
        "code": "items.csv",
        "count": change.number,
        "added": list(change.added),
        "gone": list(change.gone),
        "changed": {name: list(columns) for name, columns in change.changed.items()},
        "unknown_units": loaded.unknown_units,
    }


def duty(duties: Iterable[Duty]) -> dict[str, Any]:
    """`station duty add|remove --json`."""
    return {"schema": "bbcs.duty/1", "duty": [duty_row(one) for one in duties]}


def duty_row(one: Duty) -> dict[str, Any]:
    """One duty with its day as text."""
    return {**as_document(one), "day": one.day.isoformat()}


def adoption(done: Adoption, before: RulePack, *, dry_run: bool) -> dict[str, Any]:
    """`pack adopt --json`; a dry run says also what differs from the rules of before."""
    pack, data, more = done.pack, {}, {}
    if done.event:
        data = dict(done.event.data)
        if dry_run:
            more["differences"] = [as_document(one) for one in differences(before, pack)]
    own = {
        "pack": pack.key, "edition": pack.edition, "place": pack.place, "sha256": done.sha256
    }  # fmt: skip
    return {
        "schema": "bbcs.adopted/1", **own, **data, **more, "existing": done.event is None
    }  # fmt: skip
