"""Every statement of the ledger: portable SQL with named parameters; no JSON functions, nothing a user typed.

Table and column names are compared with `tables.metadata` by a test.
"""

from __future__ import annotations

ENTRY = (
    "station", "station_seq", "case_no", "version", "v", "kind", "at", "recorded_at", "actor", "clock", "data",
    "commitment", "prev", "digest",
)  # fmt: skip
CASE = (
    "case_no", "station", "day", "serial", "version", "phase", "active", "in_hand", "round", "received_at",
    "resolved_at", "due", "warn_from", "clock", "provisional", "late", "callback_due", "channel", "demand_kind",
    "difficulty", "causes", "flags", "lead_unit", "units", "handler", "source", "source_no", "items", "id_key",
    "phone_key", "name_key", "pack", "pack_edition", "calendar", "group_name", "paused", "gap_due", "supervised", "fold",
)  # fmt: skip
ORDER = (
    "case_no",
    "number",
    "round",
    "unit",
    "unit_code",
    "role",
    "state",
    "sent_at",
    "signed_at",
    "due",
    "provisional",
)
CALLBACK = ("case_no", "number", "round", "at", "reached", "solved", "grade")
NOTICE = (
    "station",
    "station_seq",
    "id",
    "layer",
    "region",
    "title",
    "number",
    "issued",
    "address",
    "sha256",
    "operator",
)
DAY = ("station", "station_seq", "day", "is_working_day", "kind", "name")
MOVEMENT = (
    "station", "station_seq", "since", "until", "month", "day", "unit", "kind", "case_no", "round", "delta", "detail", "late", "amount",
    "answered",
)  # fmt: skip
TEXT = ("id", "case_no", "text")
WAIVER = ("station", "station_seq", "item", "case_no", "paper", "effective", "authority")


def _list(columns: tuple[str, ...], table: str = "") -> str:
    return ", ".join(f"{table}.{column}" if table else column for column in columns)


def _insert(table: str, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({_list(columns)}) VALUES ({', '.join(':' + column for column in columns)})"


def _place(table: str, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({_list(columns)}) VALUES ({', '.join('?' * len(columns))})"


# -- entries -------------------------------------------------------------------------------------------------------

INSERT_ENTRY = _insert("entry", ENTRY)
INSERT_PERSONAL = _insert("personal", ("station", "station_seq", "salt", "body"))
HEAD = "SELECT station_seq, digest, recorded_at FROM entry WHERE station = :station ORDER BY station_seq DESC LIMIT 1"
HEAD_AS_OF = (
    "SELECT station_seq, digest, recorded_at FROM entry WHERE station = :station AND recorded_at <= :moment"
    " ORDER BY station_seq DESC LIMIT 1"
)
VERSION = "SELECT max(version) FROM entry WHERE station = :station AND case_no = :case_no"
LAST = (
    "SELECT actor, kind, recorded_at FROM entry WHERE station = :station AND case_no = :case_no AND version > :version"
    " ORDER BY version DESC LIMIT 1"
)
DIGEST_AT = "SELECT digest FROM entry WHERE station = :station AND station_seq = :seq"

_EVENT = (
    f"SELECT {_list(('station_seq', 'case_no', 'version', 'v', 'kind', 'at'), 'e')},"
    # when it was written: NULL for at once, as most are
    f" CASE WHEN e.recorded_at <> e.at THEN e.recorded_at END, {_list(('actor', 'clock', 'data'), 'e')},"
    # the personal part: '' for none, NULL for an erased one; looked up only for those that have it, a join would look for each
    " CASE WHEN e.commitment = '' THEN '' ELSE"
    " (SELECT p.body FROM personal p WHERE p.station = e.station AND p.station_seq = e.station_seq) END"
    " FROM entry e WHERE e.station = :station"
)
EVENTS = f"{_EVENT} AND e.case_no = :case_no ORDER BY e.version"
# + 0: else SQLite may walk the whole chain up to `as_of` instead of looking the case up
EVENTS_AS_OF = (
    f"{_EVENT} AND e.case_no = :case_no AND e.station_seq + 0 <= :as_of ORDER BY e.version"
)
CASES = f"{_EVENT} AND e.case_no IS NOT NULL ORDER BY e.case_no, e.version"
# + 0: else SQLite walks the whole chain, in the order asked for, to find the few that are of no case
WIDE = f"{_EVENT} AND e.case_no IS NULL ORDER BY e.station_seq + 0"

# -- projections ---------------------------------------------------------------------------------------------------

PUT_CASE = f"{_place('case_row', CASE)} ON CONFLICT (case_no) DO UPDATE SET " + ", ".join(
    f"{column} = excluded.{column}" for column in CASE[1:]
)
PUT_ORDER = _place("order_row", ORDER)
PUT_CALLBACK = _place("callback_row", CALLBACK)
PUT_MOVEMENT = _place("movement", MOVEMENT)
DROP_ORDERS = "DELETE FROM order_row WHERE case_no = :case_no"
DROP_CALLBACKS = "DELETE FROM callback_row WHERE case_no = :case_no"
DROP_MOVEMENTS = "DELETE FROM movement WHERE case_no = :case_no"
PUT_TEXT = f"{_place('case_text', TEXT)} ON CONFLICT (case_no) DO UPDATE SET text = excluded.text"
DROP_TEXT = "DELETE FROM case_text WHERE case_no = :case_no"
PUT_WAIVER = _place("waiver", WAIVER)
DROP_WAIVERS = "DELETE FROM waiver WHERE case_no = :case_no"
PUT_NOTICE = _place("calendar_notice", NOTICE)
PUT_DAY = _place("calendar_day", DAY)
NOTICES = (
    f"SELECT {_list(NOTICE)} FROM calendar_notice WHERE station = :station ORDER BY station_seq"
)
DAYS = f"SELECT {_list(DAY)} FROM calendar_day WHERE station = :station ORDER BY station_seq, day"
ALL_NOTICES = f"SELECT {_list(NOTICE)} FROM calendar_notice ORDER BY station_seq"
ALL_DAYS = f"SELECT {_list(DAY)} FROM calendar_day ORDER BY station_seq, day"
CLEAR = (
    "DELETE FROM case_row",
    "DELETE FROM order_row",
    "DELETE FROM callback_row",
    "DELETE FROM movement",
    "DELETE FROM waiver",
    "DELETE FROM case_text",
    "DELETE FROM calendar_day",
    "DELETE FROM calendar_notice",
)

ONE_CASE = f"SELECT {_list(CASE)} FROM case_row WHERE case_no = :case_no"
ITS_ORDERS = f"SELECT {_list(ORDER)} FROM order_row WHERE case_no = :case_no ORDER BY number"
ITS_CALLBACKS = (
    f"SELECT {_list(CALLBACK)} FROM callback_row WHERE case_no = :case_no ORDER BY number"
)
ITS_MOVEMENTS = (
    f"SELECT {_list(MOVEMENT)} FROM movement WHERE case_no = :case_no ORDER BY station_seq, since"
)
ITS_TEXT = f"SELECT {_list(TEXT)} FROM case_text WHERE case_no = :case_no"
ITS_WAIVERS = (
    f"SELECT {_list(WAIVER)} FROM waiver WHERE case_no = :case_no ORDER BY station_seq, item"
)
ONE_MOVEMENT = f"SELECT {_list(MOVEMENT)} FROM movement WHERE station = :station AND station_seq = :seq AND since = :seq"
WIDE_WAIVER = f"SELECT {_list(WAIVER)} FROM waiver WHERE station = :station AND station_seq = :seq ORDER BY item"

# -- numbers -------------------------------------------------------------------------------------------------------

TOP_SERIAL = "SELECT max(serial) FROM case_row WHERE station = :station AND day = :day"
EXACT = "SELECT case_no FROM case_row WHERE case_no = :case_no"
BY_SERIAL = "SELECT case_no FROM case_row WHERE serial = :serial ORDER BY day DESC, case_no LIMIT 9"
BY_SERIAL_TODAY = "SELECT case_no FROM case_row WHERE serial = :serial AND day = :day AND active = 1 ORDER BY case_no LIMIT 9"
BY_DAY = (
    "SELECT case_no FROM case_row WHERE serial = :serial AND day = :day ORDER BY case_no LIMIT 9"
)

# -- look-ups ------------------------------------------------------------------------------------------------------

SELECT_CASES = f"SELECT {_list(CASE)} FROM case_row"
COUNT_CASES = "SELECT count(*) FROM case_row"
SAME_PERSON = f"""{SELECT_CASES} WHERE received_at >= :since AND case_no IN (
SELECT case_no FROM case_row WHERE id_key = :id_key
UNION SELECT case_no FROM case_row WHERE phone_key = :phone_key AND (id_key IS NULL OR :id_key IS NULL)
UNION SELECT case_no FROM case_row WHERE name_key = :name_key AND phone_key IS NULL AND :phone_key IS NULL
AND (id_key IS NULL OR :id_key IS NULL)
) ORDER BY received_at, case_no"""
WAIVERS = f"SELECT {_list(WAIVER)} FROM waiver WHERE item = :item AND effective <= :day ORDER BY effective, station_seq"
BY_SOURCE_NO = (
    "SELECT case_no FROM case_row WHERE source_no = :value ORDER BY case_no DESC LIMIT 50"
)
BY_ID = "SELECT case_no FROM case_row WHERE id_key = :value ORDER BY received_at DESC LIMIT 200"
BY_PHONE = (
    "SELECT case_no FROM case_row WHERE phone_key = :value ORDER BY received_at DESC LIMIT 200"
)
BY_NAME = "SELECT case_no FROM case_row WHERE name_key = :value ORDER BY received_at DESC LIMIT 200"
FOUND = (
    f"SELECT {_list(CASE, 'c')}, t.text FROM case_text t JOIN case_row c ON c.case_no = t.case_no"
)
FOUND_CASE = (
    f"SELECT {_list(CASE, 'c')}, coalesce(t.text, '') FROM case_row c LEFT JOIN case_text t ON t.case_no = c.case_no"
    " WHERE c.case_no = :case_no"
)
BY_SOURCE = "SELECT case_no FROM case_row WHERE source_no = :source_no AND source = :source"
MOVEMENTS = (
    f"SELECT {_list(MOVEMENT)} FROM movement WHERE station = :station AND day BETWEEN :first AND :last"
    " AND since <= :as_of AND (until IS NULL OR until > :as_of) ORDER BY station_seq"
)
# || '': else SQLite finds the station in another index and sorts all its cases
STORED = "SELECT case_no, phase, due, calendar, pack_edition FROM case_row WHERE station || '' = :station ORDER BY case_no"
COUNTED = (
    "SELECT month, kind, count(*), sum(delta) FROM movement WHERE station = :station AND case_no IS NOT NULL AND until IS NULL"
    " AND (delta <> 0 OR kind IN ('Refused', 'Registered', 'Reopened', 'Resolved', 'TransferredOut', 'Withdrawn'))"
    " GROUP BY month, kind ORDER BY month, kind"
)
OPEN_BEFORE = (
    "SELECT case_no FROM movement WHERE case_no IS NOT NULL AND day < :day AND since <= :as_of"
    " AND (until IS NULL OR until > :as_of)"
    " GROUP BY case_no HAVING sum(delta) = 1 ORDER BY case_no"
)

# -- the ledger itself ---------------------------------------------------------------------------------------------

META = "SELECT key, value FROM meta"
PUT_META = "INSERT INTO meta (key, value) VALUES (:key, :value)"
COUNT_ENTRIES = "SELECT count(*) FROM entry WHERE station = :station"

SCHEMA = "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'"

# -- proof ---------------------------------------------------------------------------------------------------------

PROOF = (
    "v", "station", "station_seq", "case_no", "version", "kind", "at", "recorded_at", "actor", "clock", "data",
    "commitment", "prev", "digest",
)  # fmt: skip
_PROVE = (
    f"SELECT {_list(PROOF, 'e')}, p.salt, p.body FROM entry e"
    " LEFT JOIN personal p ON p.station = e.station AND p.station_seq = e.station_seq"
)
PROVE_ALL = f"{_PROVE} ORDER BY e.station, e.station_seq"
PROVE_NEW = (
    f"{_PROVE} WHERE e.station = :station AND e.station_seq >= :first ORDER BY e.station_seq"
)
GAPS = "SELECT case_no, count(*), max(version) FROM entry WHERE case_no IS NOT NULL GROUP BY station, case_no HAVING count(*) <> max(version)"
NUMBERS = "SELECT station, case_no, kind FROM entry WHERE version = 1 ORDER BY case_no"
SIDES = (
    (f"SELECT {_list(CASE)} FROM case_row ORDER BY case_no", 0),
    (f"SELECT {_list(ORDER)} FROM order_row ORDER BY case_no, number", 0),
    (f"SELECT {_list(CALLBACK)} FROM callback_row ORDER BY case_no, number", 0),
    (
        f"SELECT {_list(MOVEMENT)} FROM movement WHERE case_no IS NOT NULL ORDER BY case_no, station_seq, since",
        MOVEMENT.index("case_no"),
    ),
    (
        f"SELECT {_list(WAIVER)} FROM waiver WHERE case_no IS NOT NULL ORDER BY case_no, station_seq, item",
        WAIVER.index("case_no"),
    ),
    (f"SELECT {_list(TEXT)} FROM case_text ORDER BY case_no", TEXT.index("case_no")),
)
"""What is stored of all cases, in the order of their numbers; with the place of the number in the row."""

WITH_FILES = "SELECT case_no, data FROM entry WHERE station = :station AND kind IN ('Attached', 'Convened') ORDER BY station_seq"
STRAY_BODIES = (
    "SELECT p.station_seq FROM personal p WHERE NOT EXISTS"
    " (SELECT 1 FROM entry e WHERE e.station = p.station AND e.station_seq = p.station_seq)"
)
STRAYS = tuple(
    f"SELECT DISTINCT t.case_no FROM {table} t WHERE t.case_no IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM entry e WHERE e.station = :station AND e.case_no = t.case_no)"
    for table in ("case_row", "order_row", "callback_row", "movement", "waiver", "case_text")
)
WIDE_MOVEMENTS = (
    f"SELECT {_list(MOVEMENT)} FROM movement WHERE case_no IS NULL ORDER BY station_seq"
)
TEXTS = "SELECT id, text FROM case_text"
WIDE_WAIVERS = (
    f"SELECT {_list(WAIVER)} FROM waiver WHERE case_no IS NULL ORDER BY station_seq, item"
)
