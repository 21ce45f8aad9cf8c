"""All stations of a database, read in one transaction as the county's role."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import psycopg

from bbcs.errors import OlderSchema, StoreUnreachable
from bbcs.store.codec import moment
from bbcs.store.engine import ARRIVING, SCHEMA
from bbcs.store.postgres import county_statements as sql, dialect
from bbcs.store.postgres.session import PostgresSession
from bbcs.store.provable import ProvableLedger
from bbcs.usecases.county import InHand, StationFacts, StationMoves
from bbcs.usecases.ledger import Head


class PostgresCounty:
    """Implements `store.county.County`. home: of the office that asks."""

    def __init__(self, connection: psycopg.Connection[Any], home: str, where: str) -> None:
        self._connection, self._home, self._where = connection, home, where
        self._ledgers: dict[str, ProvableLedger] = {}

    def _all(self, text: str, **values: Any) -> list[tuple[Any, ...]]:
        return self._connection.execute(dialect.named(text), values).fetchall()

    def stations(self) -> list[str]:
        """The codes of all stations that have a ledger, sorted."""
        return [code for (code,) in self._all(sql.ALL_STATIONS)]

    def ledger(self, station: str) -> ProvableLedger:
        """The ledger of one station, for reading, in the transaction of all.

        Raises StoreUnreachable for a station that has none, OlderSchema for one that was not opened
        since the store was renewed.
        """
        if station not in self._ledgers:
            self._ledgers[station] = self._opened(station)
        return self._ledgers[station]

    def _opened(self, station: str) -> ProvableLedger:
        rows = self._all(dialect.FACTS, station=station)
        meta = {key: value for _, key, value in rows if key}
        if "station" not in meta:
            known = "、".join(self.stations()[:12])
            raise StoreUnreachable(
                f"数据库 {self._where} 里没有 {station} 站的台账（现有：{known}）"
            )
        if meta.get("schema") != str(SCHEMA):
            raise _behind([station])
        session = PostgresSession(self._connection, station, self._where, meta)
        return ProvableLedger(session, self._home, write=False)

    def elsewhere(self) -> Sequence[str]:
        """The codes of stations whose ledger here is not used, sorted."""
        return [code for (code,) in self._all(sql.ELSEWHERE)]

    def refuse_behind(self) -> None:
        """OlderSchema where a station was not opened since the store was renewed."""
        if behind := [code for (code,) in self._all(sql.BEHIND, schema=str(SCHEMA))]:
            raise _behind(behind)

    def rosters(self) -> Mapping[str, str]:
        """Code -> the roster that its ledger recorded last; stations without one are left out."""
        return {code: json.loads(body)["roster"] for code, body in self._all(sql.ROSTERS)}

    def moves(self, first: date, last: date) -> Sequence[StationMoves]:
        """The counted events of the days in [first, last], per station."""
        days = {"first": first.isoformat(), "last": last.isoformat()}
        return [
            StationMoves(code, kind, detail or "", bool(late), number, int(amount), int(answered))
            for code, kind, detail, late, number, amount, answered in self._all(sql.MOVES, **days)
        ]

    def in_hand(self, first: date, last: date) -> Sequence[InHand]:
        """Per station how many cases were in hand before the first day, and after the last one."""
        days = {"first": first.isoformat(), "last": last.isoformat()}
        return [
            InHand(number - int(since), number - int(after), Head(code, *head))
            for code, number, since, after, *head in self._all(sql.IN_HAND, **days)
        ]

    def overview(self, now: datetime) -> Sequence[StationFacts]:
        """Every station, also one that was moved away, as it stands at this moment."""
        named = {"now": moment(now), "today": now.date().isoformat()}
        return [_facts(*row) for row in self._all(sql.OVERVIEW, **named)]


def _facts(
    code: str,
    moved: str | None,
    schema: str | None,
    seq: int | None,
    digest: str,
    recorded_at: str,
    *counts: Any,
) -> StationFacts:
    head = Head(code, seq, digest, recorded_at) if seq else Head(code, 0, "")
    open_, overdue, gaps = map(int, counts)
    where = moved or ""
    arriving = where.removeprefix(ARRIVING) if where.startswith(ARRIVING) else ""
    return StationFacts(
        head,
        open_,
        overdue,
        gaps,
        "" if arriving else where,
        arriving,
        behind=schema != str(SCHEMA),
    )


def _behind(codes: Sequence[str]) -> OlderSchema:
    named = "、".join(codes[:12]) + "等" * (len(codes) > 12)
    return OlderSchema(
        f"{named} 站的台账还没有按这一版 bbcs 重算，数还不能用；请那里用新版打开一次（如 bbcs list）"
    )
