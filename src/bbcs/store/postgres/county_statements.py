"""Statements over all stations of a database. Each asks one station after the other (LATERAL), so
that it reads that station's partition by the index which the station itself would use.
"""

from __future__ import annotations

from bbcs.domain.case import CLOSES, OPENS

_STATIONS = (
    "SELECT m.station FROM meta m WHERE m.key = 'station' AND NOT EXISTS"
    " (SELECT 1 FROM meta o WHERE o.station = m.station AND o.key = 'moved')"
)
"""Those whose ledger is in use here."""

ALL_STATIONS = f"{_STATIONS} ORDER BY m.station"

ELSEWHERE = "SELECT station FROM meta WHERE key = 'moved' ORDER BY station"
"""Those whose ledger is not in use here: moved away, or not arrived yet."""

BEHIND = (
    f"SELECT s.station FROM ({_STATIONS}) s LEFT JOIN meta v ON v.station = s.station"
    " AND v.key = 'schema' WHERE v.value IS DISTINCT FROM :schema ORDER BY s.station"
)
"""Those that were not opened since the tables were renewed: their projections are empty."""

ROSTERS = f"""
SELECT s.station, r.body FROM ({_STATIONS}) s CROSS JOIN LATERAL (
    SELECT p.body FROM entry e
    JOIN personal p ON p.station = s.station AND p.station_seq = e.station_seq
    WHERE e.station = s.station AND e.case_no IS NULL AND e.kind = 'StationChanged'
    AND p.body LIKE '%"roster":%' ORDER BY e.station_seq + 0 DESC LIMIT 1) r
"""
"""The personal part of the last entry of each station that holds its roster."""

_MOVING = ", ".join(f"'{kind}'" for kind in sorted(OPENS | CLOSES))

MOVES = f"""
SELECT s.station, m.kind, m.detail, m.late, m.number, m.amount, m.answered
FROM ({_STATIONS}) s CROSS JOIN LATERAL (
    SELECT kind, CASE WHEN kind = 'Resolved' THEN detail END AS detail, late,
        count(*) AS number, coalesce(sum(amount), 0) AS amount, coalesce(sum(answered), 0) AS answered
    FROM movement WHERE station = s.station AND day BETWEEN :first AND :last AND until IS NULL
    GROUP BY 1, 2, 3) m
"""
"""The counted events of a range of days, per station, kind, outcome and lateness."""

IN_HAND = f"""
SELECT s.station, h.number, d.since, d.after, e.station_seq, e.digest, e.recorded_at
FROM ({_STATIONS}) s
CROSS JOIN LATERAL (
    SELECT count(*) AS number FROM case_row WHERE station = s.station AND in_hand = 1) h
CROSS JOIN LATERAL (
    SELECT coalesce(sum(delta), 0) AS since,
        coalesce(sum(delta) FILTER (WHERE day > :last), 0) AS after
    FROM movement WHERE station = s.station AND day >= :first AND kind IN ({_MOVING})
    AND until IS NULL) d
CROSS JOIN LATERAL (
    SELECT station_seq, digest, recorded_at FROM entry WHERE station = s.station
    ORDER BY station_seq DESC LIMIT 1) e
ORDER BY s.station
"""
"""Per station: cases in hand now, what put cases in hand (less out of hand) since the first day and
after the last one, and the head."""

OVERVIEW = """
SELECT s.station, o.value, v.value, e.station_seq, e.digest, e.recorded_at, c.open, c.overdue, g.gaps
FROM meta s
LEFT JOIN meta o ON o.station = s.station AND o.key = 'moved'
LEFT JOIN meta v ON v.station = s.station AND v.key = 'schema'
LEFT JOIN LATERAL (
    SELECT station_seq, digest, recorded_at FROM entry WHERE station = s.station
    ORDER BY station_seq DESC LIMIT 1) e ON true
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE active = 1) AS open,
        count(*) FILTER (WHERE next_due < :now AND next_due <> :today) AS overdue
    FROM case_row WHERE station = s.station AND (active = 1 OR next_due IS NOT NULL)) c
CROSS JOIN LATERAL (
    SELECT coalesce(sum(one.missing), 0) AS gaps FROM (
        SELECT max(serial) - count(*) AS missing FROM case_row WHERE station = s.station
        GROUP BY day) one) g
WHERE s.key = 'station' ORDER BY s.station
"""
"""Every station, also one that was moved away: its head, what is open and overdue now, and how many
numbers are missing before the last one of their day."""
