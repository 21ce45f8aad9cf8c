"""The statements behind figures: counted events of a range of days, who was in hand, what stands."""

from __future__ import annotations

from bbcs.store.statements import listed

MOVEMENT_COLUMNS = (
    "station_seq",
    "month",
    "day",
    "kind",
    "case_no",
    "detail",
    "late",
    "amount",
    "answered",
)
"""What figures ask of a counted event."""

_MOVEMENTS = (
    f"SELECT {listed(MOVEMENT_COLUMNS)} FROM movement WHERE station = :station AND day BETWEEN :first AND :last"
    " AND since <= :as_of AND (until IS NULL OR until > :as_of)"
)
MOVEMENTS = f"{_MOVEMENTS} ORDER BY station_seq + 0"
MOVEMENTS_OF = f"{_MOVEMENTS} AND kind = :kind ORDER BY station_seq + 0"
OF_KIND = (
    "WITH RECURSIVE days (day) AS (SELECT min(day) FROM movement WHERE station = :station UNION ALL"
    " SELECT (SELECT min(day) FROM movement WHERE station = :station AND day > days.day)"
    " FROM days WHERE days.day IS NOT NULL)"
    " SELECT m.station_seq FROM days CROSS JOIN movement m WHERE m.station = :station"
    " AND m.day = days.day AND m.kind = :kind AND m.case_no IS NOT NULL AND m.until IS NULL"
    " ORDER BY m.station_seq"
)
"""The entries of one kind in cases: looked up day by day, for the index begins with the day."""

COUNTED = (
    "SELECT month, kind, count(*), sum(delta) FROM movement"
    " WHERE station = :station AND case_no IS NOT NULL AND until IS NULL"
    " AND (delta <> 0"
    " OR kind IN ('Refused', 'Registered', 'Reopened', 'Resolved', 'TransferredOut', 'Withdrawn'))"
    " GROUP BY month, kind ORDER BY month, kind"
)
OPEN_BEFORE = (
    "SELECT case_no FROM movement WHERE station = :station AND case_no IN ("
    "SELECT case_no FROM case_row WHERE station = :station AND in_hand = 1"
    " UNION SELECT case_no FROM movement WHERE station = :station AND day >= :day"
    " AND kind IN ('Refused', 'Registered', 'Reopened', 'Resolved', 'TransferredOut', 'Withdrawn')"
    " UNION SELECT case_no FROM entry WHERE station = :station AND station_seq > :as_of)"
    " AND day < :day AND since <= :as_of AND (until IS NULL OR until > :as_of)"
    " GROUP BY case_no HAVING sum(delta) = 1 ORDER BY case_no"
)
"""A case in none of the three parts is not in hand, and nothing put it in or out of hand since: it
was not in hand then either."""

PROMISED = (
    "SELECT DISTINCT case_no FROM movement WHERE station = :station AND kind = 'Promised'"
    " AND detail >= :first AND detail < :after"
    " AND since <= :as_of AND (until IS NULL OR until > :as_of) ORDER BY case_no"
)
STANDING_COLUMNS = (
    "case_no", "phase", "received_at", "difficulty", "lead_unit", "lead_code", "items", "due", "calendar", "pack",
    "pack_edition",
)  # fmt: skip
STANDING = (
    f"SELECT {listed(STANDING_COLUMNS)} FROM case_row WHERE station = :station AND in_hand = 1"
    " AND steady = 1 AND last_day < :day AND last_seq <= :as_of"
)

RECEIPTS_AT_ONCE = 50
_CASES = ", ".join(f":case_{number}" for number in range(RECEIPTS_AT_ONCE))
RECEIPTS = (
    "SELECT case_no, received_at FROM case_row"
    f" WHERE station = :station AND case_no IN ({_CASES}) AND last_seq <= :as_of"
)
"""When each of some cases was received, unless something was written to it after an entry."""
