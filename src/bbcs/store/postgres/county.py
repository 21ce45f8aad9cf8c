"""All stations of a database, read in one transaction as the county's role."""

from __future__ import annotations

from typing import Any

import psycopg

from bbcs.errors import StoreUnreachable
from bbcs.store.postgres import dialect
from bbcs.store.postgres.session import PostgresSession
from bbcs.store.provable import ProvableLedger


class PostgresCounty:
    """Implements `store.county.County`. home: of the office that asks."""

    def __init__(self, connection: psycopg.Connection[Any], home: str, where: str) -> None:
        self._connection, self._home, self._where = connection, home, where

    def stations(self) -> list[str]:
        """The codes of all stations that have a ledger, sorted."""
        rows = self._connection.execute(dialect.named(dialect.ALL_STATIONS)).fetchall()
        return [code for (code,) in rows]

    def ledger(self, station: str) -> ProvableLedger:
        """The ledger of one station, for reading, in the transaction of all.

        Raises StoreUnreachable for a station that has none.
        """
        text = dialect.named(dialect.FACTS)
        rows = self._connection.execute(text, {"station": station}).fetchall()
        meta = {key: value for _, key, value in rows if key}
        if "station" not in meta:
            known = "、".join(self.stations()[:12])
            raise StoreUnreachable(
                f"数据库 {self._where} 里没有 {station} 站的台账（现有：{known}）"
            )
        session = PostgresSession(self._connection, station, self._where, meta)
        return ProvableLedger(session, self._home, write=False)
