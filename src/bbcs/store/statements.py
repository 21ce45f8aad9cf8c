"""Every statement of the ledger: portable SQL with `:name` parameters, and nothing a user typed.

Each statement is bound to one station: `:station` in every condition, key and new row. A test
compares the names of tables and columns with `tables.metadata`, and looks for the station.
"""

from __future__ import annotations

ENTRY = (
    "station", "station_seq", "case_no", "version", "v", "kind", "at", "recorded_at", "actor", "clock", "data",
    "commitment", "prev", "digest",
)  # fmt: skip
CASE = (
    "station", "case_no", "day", "serial", "version", "phase", "active", "in_hand", "round", "received_at",
    "resolved_at", "due", "next_due", "warn_from", "clock", "state", "provisional", "callback_due", "channel", "demand_kind",
    "difficulty", "causes", "flags", "lead_unit", "units", "handler", "source", "source_no", "items", "id_key",
    "phone_key", "name_key", "pack", "pack_edition", "calendar", "group_name", "paused", "gap_due", "supervised",
    "desk_group", "waiting", "agreed_on", "number", "steady", "last_day", "last_seq", "lead_code", "fold",
)  # fmt: skip
ORDER = (
    "station", "case_no", "number", "round", "unit", "unit_code", "role", "state", "sent_at", "signed_at", "due",
    "provisional",
)  # fmt: skip
DEADLINE = (
    "station", "case_no", "number", "clock", "round", "order_no", "unit", "due", "passes", "warn_from", "paused",
    "provisional", "measure", "warnings",
)  # fmt: skip
PHONE = ("station", "case_no", "number", "phone_key")
PERSON_ITEM = ("station", "person", "item", "identified", "received_at", "case_no")
PAPER = ("station", "paper", "year", "serial", "case_no", "number")
CALLBACK = ("station", "case_no", "number", "round", "at", "reached", "solved", "grade")
NOTICE = (
    "station", "station_seq", "id", "layer", "region", "title", "number", "issued", "address", "sha256", "operator",
)  # fmt: skip
DAY = ("station", "station_seq", "day", "is_working_day", "kind", "name")
MOVEMENT = (
    "station", "station_seq", "since", "until", "month", "day", "unit", "kind", "case_no", "round", "delta", "detail", "late", "amount",
    "answered",
)  # fmt: skip
TEXT = ("station", "id", "case_no", "text")
WAIVER = ("station", "station_seq", "item", "case_no", "paper", "effective", "authority")
REFERENCE = ("station", "station_seq", "target", "case_no")
DOCUMENT = ("station", "sha256", "raw")
ADOPTED = ("station", "station_seq", "what", "pack", "edition", "sha256")
PARSED = ("station", "sha256", "form", "body")


def listed(columns: tuple[str, ...], table: str = "") -> str:
    """Columns as a statement names them, of one table where it is given."""
    dot = f"{table}." if table else ""
    return ", ".join([dot + column for column in columns])


def _insert(table: str, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({listed(columns)}) VALUES (:{', :'.join(columns)})"


# -- entries -------------------------------------------------------------------------------------------------------

INSERT_ENTRY = _insert("entry", ENTRY)
PERSONAL = ("station", "station_seq", "salt", "body")
INSERT_PERSONAL = _insert("personal", PERSONAL)
HEAD = "SELECT station_seq, digest, recorded_at FROM entry WHERE station = :station ORDER BY station_seq DESC LIMIT 1"
FIRST_CLOCKS = "SELECT kind, clock FROM entry WHERE station = :station AND station_seq <= 3 ORDER BY station_seq"
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
    f"SELECT {listed(('station_seq', 'case_no', 'version', 'v', 'kind', 'at'), 'e')},"
    # when it was written: NULL for at once, as most are
    f" CASE WHEN e.recorded_at <> e.at THEN e.recorded_at END, {listed(('actor', 'clock', 'data'), 'e')},"
    # the personal part: '' for none, NULL for an erased one; looked up only for those that have it, a join would look for each
    " CASE WHEN e.commitment = '' THEN '' ELSE"
    " (SELECT p.body FROM personal p WHERE p.station = e.station AND p.station_seq = e.station_seq) END,"
    # of a settlement, by which callbacks are drawn
    " CASE WHEN e.kind = 'Resolved' THEN e.digest ELSE '' END"
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
ENTRIES = f"{_EVENT} AND e.station_seq BETWEEN :first AND :last ORDER BY e.station_seq"

# -- projections ---------------------------------------------------------------------------------------------------

_ITS = "station = :station AND case_no = :case_no"

INSERT_CASE = _insert("case_row", CASE)
PUT_CASE = f"{INSERT_CASE} ON CONFLICT (station, case_no) DO UPDATE SET " + ", ".join(
    f"{column} = excluded.{column}" for column in CASE if column not in ("station", "case_no")
)
PUT_ORDER = _insert("order_row", ORDER)
PUT_DEADLINE = _insert("deadline_row", DEADLINE)
DROP_DEADLINES = f"DELETE FROM deadline_row WHERE {_ITS}"
PUT_CALLBACK = _insert("callback_row", CALLBACK)
PUT_MOVEMENT = _insert("movement", MOVEMENT)
DROP_ORDERS = f"DELETE FROM order_row WHERE {_ITS}"
PUT_PHONE = _insert("phone_row", PHONE)
PUT_PERSON_ITEM = _insert("person_item", PERSON_ITEM)
DROP_PERSON_ITEMS = f"DELETE FROM person_item WHERE {_ITS}"
DROP_PHONES = f"DELETE FROM phone_row WHERE {_ITS}"
PUT_PAPER = _insert("paper_row", PAPER)
DROP_PAPERS = f"DELETE FROM paper_row WHERE {_ITS}"
DROP_CALLBACKS = f"DELETE FROM callback_row WHERE {_ITS}"
DROP_MOVEMENTS = f"DELETE FROM movement WHERE {_ITS}"
INSERT_TEXT = _insert("case_text", TEXT)
PUT_TEXT = f"{INSERT_TEXT} ON CONFLICT (station, case_no) DO UPDATE SET text = excluded.text"
DROP_TEXT = f"DELETE FROM case_text WHERE {_ITS}"
PUT_WAIVER = _insert("waiver", WAIVER)
DROP_WAIVERS = f"DELETE FROM waiver WHERE {_ITS}"
PUT_REFERENCE = _insert("reference", REFERENCE)
DROP_REFERENCES = f"DELETE FROM reference WHERE {_ITS}"
PUT_NOTICE = _insert("calendar_notice", NOTICE)
PUT_DAY = _insert("calendar_day", DAY)
NOTICES = (
    f"SELECT {listed(NOTICE)} FROM calendar_notice WHERE station = :station ORDER BY station_seq"
)
DAYS = f"SELECT {listed(DAY)} FROM calendar_day WHERE station = :station ORDER BY station_seq, day"
KEYS = {
    "case_row": ("case_no",),
    "order_row": ("case_no", "number"),
    "callback_row": ("case_no", "number"),
    "phone_row": ("case_no", "number"),
    "person_item": ("case_no", "person", "item"),
    "deadline_row": ("case_no", "number"),
    "paper_row": ("case_no", "paper", "year", "serial", "number"),
    "movement": ("case_no", "station_seq", "since"),
    "waiver": ("case_no", "station_seq", "item"),
    "reference": ("case_no", "station_seq", "target"),
    "case_text": ("case_no",),
}
"""What tells a row from the others of each table of what is stored of cases, none of it NULL."""

TABLES_OF_CASES = tuple(KEYS)
"""Every table of what is stored of cases, the case itself first; besides the full-text index."""

CLEAR = tuple(
    f"DELETE FROM {table} WHERE station = :station"
    for table in (*TABLES_OF_CASES, "calendar_day", "calendar_notice", "adopted", "parsed")
)

ONE_CASE = f"SELECT {listed(CASE)} FROM case_row WHERE {_ITS}"
ITS_ORDERS = f"SELECT {listed(ORDER)} FROM order_row WHERE {_ITS} ORDER BY number"
ITS_CALLBACKS = f"SELECT {listed(CALLBACK)} FROM callback_row WHERE {_ITS} ORDER BY number"
ITS_PHONES = f"SELECT {listed(PHONE)} FROM phone_row WHERE {_ITS} ORDER BY number"
ITS_PERSON_ITEMS = (
    f"SELECT {listed(PERSON_ITEM)} FROM person_item WHERE {_ITS} ORDER BY person, item"
)
ITS_DEADLINES = f"SELECT {listed(DEADLINE)} FROM deadline_row WHERE {_ITS} ORDER BY number"
ITS_PAPERS = (
    f"SELECT {listed(PAPER)} FROM paper_row WHERE {_ITS} ORDER BY paper, year, serial, number"
)
DEADLINES = f"SELECT {listed(DEADLINE)} FROM deadline_row WHERE station = :station"
# keys first, from the index of the case: else SQLite reads the table whole, in the order wanted
ITS_MOVEMENTS = (
    f"SELECT {listed(MOVEMENT)} FROM movement WHERE station = :station"
    f" AND (station_seq, since) IN (SELECT station_seq, since FROM movement WHERE {_ITS})"
    " ORDER BY station_seq, since"
)
ITS_TEXT = f"SELECT {listed(TEXT)} FROM case_text WHERE {_ITS}"
ITS_WAIVERS = (
    f"SELECT {listed(WAIVER)} FROM waiver WHERE station = :station"
    f" AND (station_seq, item) IN (SELECT station_seq, item FROM waiver WHERE {_ITS})"
    " ORDER BY station_seq, item"
)
ITS_REFERENCES = (
    f"SELECT {listed(REFERENCE)} FROM reference WHERE {_ITS} ORDER BY station_seq, target"
)
WIDE_REFERENCE = (
    f"SELECT {listed(REFERENCE)} FROM reference WHERE station = :station AND station_seq = :seq"
    " ORDER BY target"
)
ONE_MOVEMENT = f"SELECT {listed(MOVEMENT)} FROM movement WHERE station = :station AND station_seq = :seq AND since = :seq"
WIDE_WAIVER = f"SELECT {listed(WAIVER)} FROM waiver WHERE station = :station AND station_seq = :seq ORDER BY item"

# -- the texts of rules --------------------------------------------------------------------------------------------

PUT_DOCUMENT = _insert("document", DOCUMENT)
DOCUMENTS = "SELECT sha256, raw FROM document WHERE station = :station ORDER BY sha256"
TEXT_OF_RULES = "SELECT raw FROM document WHERE station = :station AND sha256 = :sha256"
NAMED_DOCUMENT = (
    "SELECT sha256 FROM document WHERE station = :station AND sha256 >= :start AND sha256 < :after"
)
PUT_ADOPTED = _insert("adopted", ADOPTED)
ALL_ADOPTED = f"SELECT {listed(ADOPTED)} FROM adopted WHERE station = :station ORDER BY station_seq"
ONE_ADOPTED = (
    f"SELECT {listed(ADOPTED)} FROM adopted WHERE station = :station AND station_seq = :seq"
)
LAST_ADOPTED = "SELECT max(station_seq) FROM adopted WHERE station = :station"
RULES = (
    "SELECT a.what, a.pack, a.edition, a.station_seq, a.sha256, p.form, p.body"
    " FROM adopted a LEFT JOIN parsed p ON p.station = a.station AND p.sha256 = a.sha256"
    " WHERE a.station = :station AND (a.what = 'pack' OR a.station_seq ="
    " (SELECT max(c.station_seq) FROM adopted c WHERE c.station = :station AND c.what = 'items'))"
    " ORDER BY a.station_seq"
)
"""Every edition that was adopted, and the last catalogue of items; the last one is in force."""

PUT_PARSED = _insert("parsed", PARSED)
DROP_PARSED = "DELETE FROM parsed WHERE station = :station AND sha256 = :sha256"
ALL_PARSED = f"SELECT {listed(PARSED)} FROM parsed WHERE station = :station ORDER BY sha256"

# -- numbers -------------------------------------------------------------------------------------------------------

TOP_NUMBER = (
    "SELECT max(serial) FROM paper_row WHERE station = :station AND paper = :paper AND year = :year"
)
TOP_SERIAL = "SELECT max(serial) FROM case_row WHERE station = :station AND day = :day"
EXACT = f"SELECT case_no FROM case_row WHERE {_ITS}"
_NUMBERED = "SELECT case_no FROM case_row WHERE station = :station AND serial = :serial"
BY_SERIAL = f"{_NUMBERED} ORDER BY day DESC, case_no LIMIT 9"
BY_SERIAL_TODAY = f"{_NUMBERED} AND day = :day AND active = 1 ORDER BY case_no LIMIT 9"
BY_DAY = f"{_NUMBERED} AND day = :day ORDER BY case_no LIMIT 9"

# -- the desk ------------------------------------------------------------------------------------------------------

_DATED = {
    "overdue": "next_due < :now AND next_due <> :today",
    "today": "next_due >= :today AND next_due < :tomorrow AND (next_due = :today OR next_due >= :now)",
    "warning": "next_due >= :tomorrow AND warn_from <= :now",
}
"""Groups of the desk by the date of a deadline; an index gives each in the order of its dates."""

_UNDATED = "(next_due IS NULL OR next_due >= :tomorrow AND (warn_from IS NULL OR warn_from > :now))"
"""In none of them: the case stands in the group of what it waits for, or of what was agreed."""

_WAITING = f"desk_group = :name AND {_UNDATED}"
_PROMISED = f"desk_group IS NULL AND agreed_on < :tomorrow AND {_UNDATED}"
_COUNTED = {**_DATED, "promised": _PROMISED}

DESK_COUNTS = " UNION ALL ".join(
    f"SELECT '{name}', count(*) FROM case_row WHERE station = :station AND {where}"
    for name, where in _COUNTED.items()
) + (
    " UNION ALL SELECT desk_group, count(*) FROM case_row"
    f" WHERE station = :station AND desk_group IS NOT NULL AND {_UNDATED} GROUP BY desk_group"
)
"""The groups of the desk and how many cases stand in each, by indexes alone."""


def _first_waiting(where: str) -> str:
    """The first cases by date; only these are read, the others pass by in the index."""
    return f"""WITH placed AS (
SELECT case_no, coalesce(next_due, due, agreed_on, '~') AS date FROM case_row
WHERE station = :station AND {where} ORDER BY date, case_no LIMIT :limit
)
SELECT {listed(CASE, "c")} FROM placed p
JOIN case_row c ON c.station = :station AND c.case_no = p.case_no
ORDER BY p.date, p.case_no"""


DESK_WAITING = _first_waiting(_WAITING)
DESK_GROUPS = {
    name: f"SELECT {listed(CASE)} FROM case_row WHERE station = :station AND {where}"
    " ORDER BY next_due, case_no LIMIT :limit"
    for name, where in _DATED.items()
} | {"promised": _first_waiting(_PROMISED)}
"""Group of the desk -> its first cases; DESK_WAITING for every other group."""

# -- look-ups ------------------------------------------------------------------------------------------------------

_ONES = "SELECT case_no FROM case_row WHERE station = :station"
SELECT_CASES = f"SELECT {listed(CASE)} FROM case_row"
COUNT_CASES = "SELECT count(*) FROM case_row"
ALL_CASES = f"{COUNT_CASES} WHERE station = :station"
SAME_PERSON = (
    f"SELECT {listed(CASE, 'c')} FROM person_item p"
    " JOIN case_row c ON c.station = :station AND c.case_no = p.case_no"
    " WHERE p.station = :station AND p.person = :person AND p.item = :item"
    " AND p.identified = :identified AND p.received_at >= :first AND p.received_at < :after"
    " ORDER BY p.received_at DESC, p.case_no DESC LIMIT :limit"
)
WAIVERS = (
    f"SELECT {listed(WAIVER)} FROM waiver WHERE station = :station AND item = :item"
    " AND effective <= :day ORDER BY effective, station_seq"
)
REFERRING = (
    "SELECT station_seq, case_no FROM reference WHERE station = :station AND target = :target"
    " AND station_seq IN"
    " (SELECT station_seq FROM reference WHERE station = :station AND target = :target)"
    " ORDER BY station_seq"
)
ENTRY_AT = f"{_EVENT} AND e.station_seq = :seq"
NAMING_PEOPLE = f"{_EVENT} AND e.kind IN ('Registered', 'Corrected') AND e.commitment <> '' ORDER BY e.station_seq"
CASE_OF = "SELECT case_no FROM entry WHERE station = :station AND station_seq = :seq"
BY_SOURCE_NO = f"{_ONES} AND source_no = :value ORDER BY case_no || '' DESC LIMIT 50"
BY_ID = f"{_ONES} AND id_key = :value ORDER BY received_at DESC LIMIT 200"
BY_PHONE = (
    f"WITH p AS ({_ONES} AND phone_key = :value"
    " UNION SELECT case_no FROM phone_row WHERE station = :station AND phone_key = :value)"
    " SELECT c.case_no FROM p JOIN case_row c ON c.station = :station AND c.case_no = p.case_no"
    " ORDER BY c.received_at DESC LIMIT 200"
)
BY_NAME = f"{_ONES} AND name_key = :value ORDER BY received_at DESC LIMIT 200"
FOUND = (
    f"SELECT {listed(CASE, 'c')}, t.text FROM case_text t"
    " JOIN case_row c ON c.station = t.station AND c.case_no = t.case_no"
)
FOUND_CASE = (
    f"SELECT {listed(CASE, 'c')}, coalesce(t.text, '') FROM case_row c"
    " LEFT JOIN case_text t ON t.station = c.station AND t.case_no = c.case_no"
    " WHERE c.station = :station AND c.case_no = :case_no"
)
BY_SOURCE = f"{_ONES} AND source_no = :source_no AND source = :source"
STORED = (
    "SELECT case_no, phase, due, calendar, pack_edition FROM case_row"
    " WHERE station = :station ORDER BY case_no"
)

# -- the ledger itself ---------------------------------------------------------------------------------------------

META = "SELECT station, key, value FROM meta"
"""The one question that is asked before the station is known: whose ledger is it?"""

DROP_META = "DELETE FROM meta WHERE station = :station AND key = :key"
PUT_META = "INSERT INTO meta (station, key, value) VALUES (:station, :key, :value)"
COUNT_REGISTERED = "SELECT count(*) FROM entry WHERE station = :station AND version = 1"
REGISTERED = "SELECT case_no FROM entry WHERE station = :station AND version = 1 ORDER BY case_no"
COUNT_ENTRIES = "SELECT count(*) FROM entry WHERE station = :station"

# -- proof ---------------------------------------------------------------------------------------------------------

PROOF = (
    "v", "station", "station_seq", "case_no", "version", "kind", "at", "recorded_at", "actor", "clock", "data",
    "commitment", "prev", "digest",
)  # fmt: skip
_PROVE = (
    f"SELECT {listed(PROOF, 'e')}, p.salt, p.body FROM entry e"
    " LEFT JOIN personal p ON p.station = e.station AND p.station_seq = e.station_seq"
    " WHERE e.station = :station"
)
ANY_ENTRY = "SELECT station FROM entry LIMIT 1"
STATIONS = "SELECT DISTINCT station FROM entry ORDER BY station"
"""Stations that have entries: one of them must be the ledger's own."""

PROVE_ALL = f"{_PROVE} ORDER BY e.station_seq"
PROVE_NEW = f"{_PROVE} AND e.station_seq >= :first ORDER BY e.station_seq"
GAPS = (
    "SELECT case_no, count(*), max(version) FROM entry"
    " WHERE station = :station AND case_no IS NOT NULL"
    " GROUP BY case_no HAVING count(*) <> max(version)"
)
NUMBERS = (
    "SELECT station, case_no, kind FROM entry WHERE station = :station AND version = 1"
    " ORDER BY case_no"
)


def _side(table: str, columns: tuple[str, ...], where: str = "") -> tuple[str, int]:
    wanted = f"SELECT {listed(columns)} FROM {table} WHERE station = :station{where}"
    return f"{wanted} ORDER BY {listed(KEYS[table])}", columns.index("case_no")


_OF_CASES = " AND case_no IS NOT NULL"
SIDES = (
    _side("case_row", CASE),
    _side("order_row", ORDER),
    _side("callback_row", CALLBACK),
    _side("phone_row", PHONE),
    _side("person_item", PERSON_ITEM),
    _side("deadline_row", DEADLINE),
    _side("paper_row", PAPER),
    _side("movement", MOVEMENT, _OF_CASES),
    _side("waiver", WAIVER, _OF_CASES),
    _side("reference", REFERENCE, _OF_CASES),
    _side("case_text", TEXT),
)
"""What is stored of all cases, in the order of case numbers; with the index of the number's column."""


def side_of(table: str, count: int) -> str:
    """The statement of `SIDES` for so many cases only: `:case0`, `:case1`, …"""
    marks = ", ".join(f":case{number}" for number in range(count))
    text, _ = SIDES[TABLES_OF_CASES.index(table)]
    # IS NOT NULL has to go: by it SQLite would read the index from its beginning to its end
    return text.replace(_OF_CASES, "").replace(" ORDER BY", f" AND case_no IN ({marks}) ORDER BY")


ISSUED = (
    "SELECT case_no, data FROM entry WHERE station = :station AND kind = 'Issued'"
    " ORDER BY station_seq"
)
BODIES = (
    "SELECT e.station_seq FROM entry e"
    " JOIN personal p ON p.station = e.station AND p.station_seq = e.station_seq"
    " WHERE e.station = :station AND e.case_no = :case_no ORDER BY e.station_seq"
)
DROP_BODY = "DELETE FROM personal WHERE station = :station AND station_seq = :seq"
ERASED = (
    "SELECT station_seq, data FROM entry WHERE station = :station"
    " AND case_no IS NULL AND kind = 'Erased' ORDER BY station_seq + 0"
)
WITH_FILES = (
    "SELECT case_no, station_seq, data FROM entry WHERE station = :station"
    " AND kind IN ('Attached', 'Convened') ORDER BY station_seq"
)
STRAY_BODIES = (
    "SELECT p.station_seq FROM personal p WHERE p.station = :station AND NOT EXISTS"
    " (SELECT 1 FROM entry e WHERE e.station = p.station AND e.station_seq = p.station_seq)"
)
STRAYS = tuple(
    f"SELECT DISTINCT t.case_no FROM {table} t WHERE t.station = :station"
    " AND t.case_no IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM entry e WHERE e.station = t.station AND e.case_no = t.case_no)"
    for table in TABLES_OF_CASES
)
DROP_STRAYS = tuple(
    f"DELETE FROM {table} WHERE station = :station AND case_no IS NOT NULL"
    " AND case_no NOT IN (SELECT e.case_no FROM entry e"
    " WHERE e.station = :station AND e.case_no IS NOT NULL)"
    for table in TABLES_OF_CASES
)
RETRACT = tuple(
    f"DELETE FROM {table} WHERE station = :station AND station_seq = :seq AND case_no IS NULL"
    for table in ("movement", "waiver", "reference")
)
"""Removes what is stored of a ledger-wide entry that was taken back."""

CLEAR_WIDE = (
    "DELETE FROM movement WHERE station = :station AND case_no IS NULL",
    "DELETE FROM waiver WHERE station = :station AND case_no IS NULL",
    "DELETE FROM reference WHERE station = :station AND case_no IS NULL",
    "DELETE FROM calendar_day WHERE station = :station",
    "DELETE FROM calendar_notice WHERE station = :station",
    "DELETE FROM adopted WHERE station = :station",
    "DELETE FROM parsed WHERE station = :station",
)
"""Empties what is stored of ledger-wide entries."""

WIDE_MOVEMENTS = (
    f"SELECT {listed(MOVEMENT)} FROM movement WHERE station = :station AND case_no IS NULL"
    " ORDER BY station_seq"
)
CHANGES = (
    "SELECT station_seq, case_no, version, kind, at, recorded_at FROM entry"
    " WHERE station = :station AND station_seq > :since ORDER BY station_seq LIMIT :limit"
)
"""What happened since an entry."""

TEXT_OF = "SELECT text FROM case_text WHERE station = :station AND id = :number"
CASE_TEXTS = "SELECT case_no, text FROM case_text WHERE station = :station"
TEXTS = "SELECT id, text FROM case_text WHERE station = :station"
WIDE_WAIVERS = (
    f"SELECT {listed(WAIVER)} FROM waiver WHERE station = :station AND case_no IS NULL"
    " ORDER BY station_seq, item"
)
WIDE_REFERENCES = (
    f"SELECT {listed(REFERENCE)} FROM reference WHERE station = :station AND case_no IS NULL"
    " ORDER BY station_seq, target"
)
FOREIGN = {
    table: f"SELECT station, count(*) FROM {table} WHERE station <> :station GROUP BY station"
    for table in (
        *TABLES_OF_CASES,
        *("calendar_notice", "calendar_day", "adopted", "parsed", "document"),
        *("meta", "personal", "entry"),
    )
}
"""Table -> rows of other stations: a file holds one station only."""
