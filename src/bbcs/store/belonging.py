"""Whether a station file and a ledger belong together."""

from __future__ import annotations

from bbcs.domain.station import Station
from bbcs.store.ledger import StoredLedger


def foreign(station: Station, ledger: StoredLedger) -> str:
    """Returns what tells that the two are of different homes, "" where nothing does.

    A home that was made before ledgers had marks is known by the code of the station alone.
    """
    if station.code != ledger.station:
        return f"station.toml 是 {station.code} 站的，ledger.db 是 {ledger.station} 站的，"
    mark = ledger.mark()
    if station.ledger and mark and station.ledger != mark:
        return f"station.toml 和 ledger.db 都是 {station.code} 站的，却不是同一个数据目录的，"
    return ""
