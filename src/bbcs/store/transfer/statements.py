"""The statements by which a ledger is copied into another one, and taken out of a database."""

from __future__ import annotations

from bbcs.store.statements import ENTRY, PERSONAL, listed

ENTRIES_AFTER = (
    f"SELECT {listed(ENTRY)} FROM entry WHERE station = :station AND station_seq > :after"
    " ORDER BY station_seq"
)
BODIES = f"SELECT {listed(PERSONAL)} FROM personal WHERE station = :station ORDER BY station_seq"
BODY_NUMBERS = "SELECT station_seq FROM personal WHERE station = :station"
DROP_BODIES = "DELETE FROM personal WHERE station = :station"
