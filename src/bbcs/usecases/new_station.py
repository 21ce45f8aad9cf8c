"""Making the home of a station: ledger, first edition and rosters are recorded from the start."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from bbcs.config import packs, station_file
from bbcs.config.home_files import STATION, read_bytes
from bbcs.domain.event import Draft
from bbcs.domain.pack import RulePack
from bbcs.domain.station import LEVELS, ROLES, Operator, Station, is_code, refuse_controls
from bbcs.errors import BadValue, UnknownWord
from bbcs.usecases.editions import record_adoption
from bbcs.usecases.ledger import Stamp
from bbcs.usecases.rosters import CHANGED, MADE, roster_fields

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger


class CreateHome(Protocol):
    """Makes a home with an empty ledger, or leaves nothing (`store.home.create`)."""

    def __call__(
        self,
        home: Path,
        station: str,
        stamp: Stamp,
        *,
        fill: Callable[[list[Path], str], None],
        begin: Callable[[Any], object],
    ) -> None:
        """`fill` adds files and first lists what it makes, so that it can be removed again.

        It is given the mark of the new ledger. `begin` writes the first entries.
        """


def first_operator(account: str, name: str = "") -> Operator:
    """Who sets up an office, with every role: known by the account of the machine, called as they
    say. Whoever sets up an office of one does everything.
    """
    return Operator(account or "op1", name or account or "操作员", ROLES, account)


def make(home: Path, station: Station, pack: str, now: Stamp, create: CreateHome) -> Station:
    """Make the home of a new station under a rule pack.

    Ledger, edition and station file, or nothing.

    station: without pack and edition. pack: key, place or file name of the rules.
    Raises BadValue for the code, UnknownWord for the level, UnknownPlace, PackInvalid, UsageError.
    """
    if not is_code(station.code):
        raise BadValue("--station 应为 2 到 12 位大写字母或数字，如 ZY01")
    if station.level not in LEVELS:
        raise UnknownWord("--level", station.level, [one for one in LEVELS if one])
    refuse_controls(station)
    path = packs.find(pack, home)
    rules, raw = packs.load(path), read_bytes(path)
    adopted = station._replace(pack=rules.key, edition=rules.edition)
    fill = partial(_fill, home, adopted, rules, raw)
    create(home, station.code, now, fill=fill, begin=partial(_begin, adopted, rules, raw, now))
    return adopted


def _fill(
    home: Path, station: Station, rules: RulePack, raw: bytes, created: list[Path], ledger: str
) -> None:
    kept = packs.edition_file(home, rules.key, rules.edition)
    created += [one for one in (kept.parent, kept, home / STATION) if not one.exists()]
    packs.copy_edition(home, rules, raw)
    station_file.write(home, station._replace(ledger=ledger))


def _begin(station: Station, rules: RulePack, raw: bytes, now: Stamp, ledger: Ledger) -> None:
    """The first two entries: the rosters, and the first edition."""
    named = {"what": MADE, "code": station.code, "name": station.name}
    data = {**named, **roster_fields(station)}
    ledger.append("", 0, [Draft(CHANGED, now.now, data)], now)
    record_adoption(ledger, rules, raw, now, {})
