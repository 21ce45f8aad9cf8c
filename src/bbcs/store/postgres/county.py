"""All stations of a database, read in one transaction as the county's role."""

from __future__ import annotations

from typing import Any

import psycopg

from bbcs.errors import OlderSchema, StoreUnreachable
from bbcs.store.engine import SCHEMA
from bbcs.store.postgres import dialect
from bbcs.store.postgres.session import PostgresSession
from bbcs.store.provable import ProvableLedger


class PostgresCounty:
    """Implements `store.county.County`. home: of the office that asks."""

    def __init__(self, connection: psycopg.Connection[Any], home: str, where: str) -> None:
        self._connection, self._home, self._where = connection, home, where
        self._ledgers: dict[str, ProvableLedger] = {}

    def stations(self) -> list[str]:
        """The codes of all stations that have a ledger, sorted."""
        rows = self._connection.execute(dialect.named(dialect.ALL_STATIONS)).fetchall()
        return [code for (code,) in rows]

    def ledger(self, station: str) -> ProvableLedger:
        """The ledger of one station, for reading, in the transaction of all.

        Raises StoreUnreachable for a station that has none, OlderSchema for one that was not opened
        since the store was renewed.
        """
        if station not in self._ledgers:
            self._ledgers[station] = self._opened(station)
        return self._ledgers[station]

    def _opened(self, station: str) -> ProvableLedger:
        text = dialect.named(dialect.FACTS)
        rows = self._connection.execute(text, {"station": station}).fetchall()
        meta = {key: value for _, key, value in rows if key}
        if "station" not in meta:
            known = "、".join(self.stations()[:12])
            raise StoreUnreachable(
                f"数据库 {self._where} 里没有 {station} 站的台账（现有：{known}）"
            )
        if meta.get("schema") != str(SCHEMA):
            raise OlderSchema(
                f"{station} 站的台账还没有按这一版 bbcs 重算，数还不能用；请那个站用新版打开一次（如 bbcs list）"
            )
        session = PostgresSession(self._connection, station, self._where, meta)
        return ProvableLedger(session, self._home, write=False)
