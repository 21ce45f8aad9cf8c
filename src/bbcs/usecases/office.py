"""Office: where a command works, by which rules, who acts and when. Every use case gets one; nothing here reads a clock."""

from __future__ import annotations

from pathlib import Path

from bbcs import packs
from bbcs.calendar.days import WorkCalendar
from bbcs.domain.case import Case
from bbcs.domain.pack import RulePack
from bbcs.domain.reading import Reader
from bbcs.errors import NotPermitted, UnknownOperator
from bbcs.packs import Operator, Station
from bbcs.record import Record
from bbcs.usecases.ledger import Stamp

READERS = ("clerk", "leader", "supervisor", "admin", "auditor")
"""Roles that may read masked views: all of them."""

REVEALERS = ("clerk", "leader", "supervisor", "admin")
"""Roles that may see unmasked data; each look is one logged entry. An auditor never writes, so never reveals."""


class Office(Record):
    """One station at work."""

    home: Path
    station: Station
    pack: RulePack
    calendar: WorkCalendar
    stamp: Stamp
    roles: tuple[str, ...]

    @property
    def reader(self) -> Reader:
        """How input is read here."""
        return Reader(self.pack, self.station)

    def pack_of(self, case: Case) -> RulePack:
        """The rules the case was taken under."""
        key = case.registered.get("pack") or self.pack.key
        return self.pack if key == self.pack.key else packs.pack(key, self.home)


def operator(station: Station, named: str, os_user: str) -> Operator:
    """Who acts: the one named (--as, BBCS_AS), else the operator of this OS user, else the only one.

    A name is a claim, not a proof: bbcs does not check passwords.
    """
    if named:
        return station.operator(named)
    mine = [one for one in station.operators if one.os_user and one.os_user == os_user]
    if len(mine) == 1:
        return mine[0]
    if len(station.operators) == 1:
        return station.operators[0]
    known = "、".join(one.id for one in station.operators)
    raise UnknownOperator(f"不知道是谁在操作；请加 --as 操作员，或设 BBCS_AS（现有：{known or '无'}）")


def need(office: Office, what: str, *roles: str) -> None:
    """NotPermitted unless the operator has one of these roles."""
    if not set(office.roles) & set(roles):
        raise NotPermitted(office.stamp.actor, what, roles)
