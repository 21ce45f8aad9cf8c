-- Generated from the classes in store/tables.py: python -m bbcs.store.tables > src/bbcs/data/schema.sql

CREATE TABLE adopted (
    station TEXT NOT NULL, 
    station_seq INTEGER NOT NULL, 
    what TEXT NOT NULL, 
    pack TEXT NOT NULL, 
    edition TEXT NOT NULL, 
    sha256 TEXT NOT NULL, 
    CONSTRAINT pk_adopted PRIMARY KEY (station, station_seq), 
    CONSTRAINT ck_adopted_what CHECK (what IN ('pack', 'items')), 
    CONSTRAINT ck_adopted_pack CHECK (length(pack) <= 200), 
    CONSTRAINT ck_adopted_edition CHECK (length(edition) <= 200), 
    CONSTRAINT ck_adopted_sha256 CHECK (length(sha256) IN (16, 64))
)
 STRICT;

CREATE TABLE calendar_day (
    station TEXT NOT NULL, 
    station_seq INTEGER NOT NULL, 
    day TEXT NOT NULL, 
    is_working_day INTEGER NOT NULL, 
    kind TEXT NOT NULL, 
    name TEXT NOT NULL, 
    CONSTRAINT pk_calendar_day PRIMARY KEY (station, station_seq, day), 
    CONSTRAINT ck_calendar_day_day CHECK (length(day) = 10), 
    CONSTRAINT ck_calendar_day_is_working_day CHECK (is_working_day IN (0, 1)), 
    CONSTRAINT ck_calendar_day_kind CHECK (kind IN ('normal', 'weekend', 'holiday', 'makeup'))
)
 STRICT;

CREATE TABLE calendar_notice (
    station TEXT NOT NULL, 
    station_seq INTEGER NOT NULL, 
    id TEXT NOT NULL, 
    layer TEXT NOT NULL, 
    region TEXT NOT NULL, 
    title TEXT NOT NULL, 
    number TEXT NOT NULL, 
    issued TEXT NOT NULL, 
    address TEXT NOT NULL, 
    sha256 TEXT NOT NULL, 
    operator TEXT NOT NULL, 
    CONSTRAINT pk_calendar_notice PRIMARY KEY (station, station_seq), 
    CONSTRAINT ck_calendar_notice_layer CHECK (layer IN ('annual', 'midyear', 'region', 'organisation')), 
    CONSTRAINT ck_calendar_notice_id CHECK (length(id) <= 200), 
    CONSTRAINT ck_calendar_notice_region CHECK (length(region) <= 200), 
    CONSTRAINT ck_calendar_notice_number CHECK (length(number) <= 200), 
    CONSTRAINT ck_calendar_notice_operator CHECK (length(operator) <= 200)
)
 STRICT;

CREATE TABLE callback_row (
    station TEXT NOT NULL, 
    case_no TEXT NOT NULL, 
    number INTEGER NOT NULL, 
    round INTEGER NOT NULL, 
    at TEXT NOT NULL, 
    reached INTEGER NOT NULL, 
    solved TEXT, 
    grade INTEGER, 
    CONSTRAINT pk_callback_row PRIMARY KEY (station, case_no, number), 
    CONSTRAINT ck_callback_row_number CHECK (number >= 1), 
    CONSTRAINT ck_callback_row_reached CHECK (reached IN (0, 1))
)
 WITHOUT ROWID,
 STRICT;

CREATE TABLE case_row (
    station TEXT NOT NULL, 
    case_no TEXT NOT NULL, 
    day TEXT NOT NULL, 
    serial INTEGER NOT NULL, 
    version INTEGER NOT NULL, 
    phase TEXT NOT NULL, 
    active INTEGER NOT NULL, 
    in_hand INTEGER NOT NULL, 
    round INTEGER NOT NULL, 
    received_at TEXT NOT NULL, 
    resolved_at TEXT, 
    due TEXT, 
    next_due TEXT, 
    warn_from TEXT, 
    clock TEXT, 
    state TEXT, 
    provisional INTEGER NOT NULL, 
    callback_due TEXT, 
    channel TEXT, 
    demand_kind TEXT, 
    difficulty TEXT, 
    causes TEXT, 
    flags TEXT, 
    lead_unit TEXT, 
    units TEXT, 
    handler TEXT, 
    source TEXT, 
    source_no TEXT, 
    items TEXT, 
    id_key TEXT, 
    phone_key TEXT, 
    name_key TEXT, 
    pack TEXT, 
    pack_edition TEXT, 
    calendar TEXT, 
    group_name TEXT, 
    paused INTEGER NOT NULL, 
    gap_due TEXT, 
    supervised INTEGER NOT NULL, 
    desk_group TEXT, 
    waiting TEXT, 
    agreed_on TEXT, 
    number TEXT, 
    steady INTEGER NOT NULL, 
    last_day TEXT, 
    last_seq INTEGER, 
    lead_code TEXT, 
    fold TEXT NOT NULL, 
    CONSTRAINT pk_case_row PRIMARY KEY (station, case_no), 
    CONSTRAINT uq_case_row_station_day_serial UNIQUE (station, day, serial), 
    CONSTRAINT ck_case_row_case_no CHECK (length(case_no) <= 40), 
    CONSTRAINT ck_case_row_phase CHECK (length(phase) <= 40), 
    CONSTRAINT ck_case_row_day CHECK (length(day) = 10), 
    CONSTRAINT ck_case_row_serial CHECK (serial >= 1), 
    CONSTRAINT ck_case_row_version CHECK (version >= 1), 
    CONSTRAINT ck_case_row_round CHECK (round >= 1), 
    CONSTRAINT ck_case_row_received_at CHECK (length(received_at) = 25), 
    CONSTRAINT ck_case_row_clock CHECK (length(clock) <= 40), 
    CONSTRAINT ck_case_row_state CHECK (state IN ('met', 'met_late', 'ended')), 
    CONSTRAINT ck_case_row_active CHECK (active IN (0, 1)), 
    CONSTRAINT ck_case_row_in_hand CHECK (in_hand IN (0, 1)), 
    CONSTRAINT ck_case_row_provisional CHECK (provisional IN (0, 1)), 
    CONSTRAINT ck_case_row_paused CHECK (paused IN (0, 1)), 
    CONSTRAINT ck_case_row_supervised CHECK (supervised IN (0, 1)), 
    CONSTRAINT ck_case_row_steady CHECK (steady IN (0, 1)), 
    CONSTRAINT ck_case_row_last_day CHECK (length(last_day) = 10), 
    CONSTRAINT ck_case_row_due CHECK (length(due) IN (10, 25)), 
    CONSTRAINT ck_case_row_next_due CHECK (length(next_due) IN (10, 25)), 
    CONSTRAINT ck_case_row_warn_from CHECK (length(warn_from) IN (10, 25)), 
    CONSTRAINT ck_case_row_callback_due CHECK (length(callback_due) IN (10, 25)), 
    CONSTRAINT ck_case_row_gap_due CHECK (length(gap_due) = 10), 
    CONSTRAINT ck_case_row_agreed_on CHECK (length(agreed_on) IN (10, 25)), 
    CONSTRAINT ck_case_row_desk_group CHECK (length(desk_group) <= 40), 
    CONSTRAINT ck_case_row_number CHECK (length(number) <= 200), 
    CONSTRAINT ck_case_row_id_key CHECK (length(id_key) <= 64), 
    CONSTRAINT ck_case_row_phone_key CHECK (length(phone_key) <= 64), 
    CONSTRAINT ck_case_row_name_key CHECK (length(name_key) <= 64), 
    CONSTRAINT ck_case_row_source CHECK (length(source) <= 200), 
    CONSTRAINT ck_case_row_source_no CHECK (length(source_no) <= 200), 
    CONSTRAINT ck_case_row_handler CHECK (length(handler) <= 200), 
    CONSTRAINT ck_case_row_group_name CHECK (length(group_name) <= 200), 
    CONSTRAINT ck_case_row_causes CHECK (length(causes) <= 20000), 
    CONSTRAINT ck_case_row_flags CHECK (length(flags) <= 20000), 
    CONSTRAINT ck_case_row_units CHECK (length(units) <= 20000), 
    CONSTRAINT ck_case_row_items CHECK (length(items) <= 20000), 
    CONSTRAINT ck_case_row_waiting CHECK (length(waiting) <= 20000), 
    CONSTRAINT ck_case_row_fold CHECK (length(fold) <= 5000000)
)
 STRICT;

CREATE INDEX ix_case_row_station_active_due_case_no_next_due_paused ON case_row (station, active, due, case_no, next_due, paused);

CREATE INDEX ix_case_row_station_active_received_at_case_no ON case_row (station, active, received_at, case_no);

CREATE INDEX ix_case_row_station_due_case_no ON case_row (station, due, case_no);

CREATE INDEX ix_case_row_station_in_hand_due_case_no ON case_row (station, in_hand, due, case_no);

CREATE INDEX ix_case_row_station_lead_unit_active_due ON case_row (station, lead_unit, active, due);

CREATE INDEX ix_case_row_station_phase_due_case_no ON case_row (station, phase, due, case_no);

CREATE INDEX ix_case_row_station_received_at_case_no ON case_row (station, received_at, case_no);

CREATE INDEX ix_case_row_station_serial_day ON case_row (station, serial, day);

CREATE TABLE case_text (
    station TEXT NOT NULL, 
    id INTEGER NOT NULL, 
    case_no TEXT NOT NULL, 
    text TEXT NOT NULL, 
    CONSTRAINT pk_case_text PRIMARY KEY (station, id), 
    CONSTRAINT uq_case_text_station_case_no UNIQUE (station, case_no), 
    CONSTRAINT ck_case_text_case_no CHECK (length(case_no) <= 40), 
    CONSTRAINT ck_case_text_text CHECK (length(text) <= 5000000)
)
 STRICT;

CREATE TABLE deadline_row (
    station TEXT NOT NULL, 
    case_no TEXT NOT NULL, 
    number INTEGER NOT NULL, 
    clock TEXT NOT NULL, 
    round INTEGER NOT NULL, 
    order_no INTEGER NOT NULL, 
    unit TEXT, 
    due TEXT NOT NULL, 
    passes TEXT NOT NULL, 
    warn_from TEXT, 
    paused INTEGER NOT NULL, 
    provisional INTEGER NOT NULL, 
    measure TEXT NOT NULL, 
    warnings TEXT NOT NULL, 
    CONSTRAINT pk_deadline_row PRIMARY KEY (station, case_no, number), 
    CONSTRAINT ck_deadline_row_number CHECK (number >= 1), 
    CONSTRAINT ck_deadline_row_round CHECK (round >= 1), 
    CONSTRAINT ck_deadline_row_order_no CHECK (order_no >= 0), 
    CONSTRAINT ck_deadline_row_due CHECK (length(due) IN (10, 25)), 
    CONSTRAINT ck_deadline_row_passes CHECK (length(passes) IN (10, 25)), 
    CONSTRAINT ck_deadline_row_warn_from CHECK (length(warn_from) IN (10, 25)), 
    CONSTRAINT ck_deadline_row_paused CHECK (paused IN (0, 1)), 
    CONSTRAINT ck_deadline_row_provisional CHECK (provisional IN (0, 1)), 
    CONSTRAINT ck_deadline_row_clock CHECK (length(clock) <= 40), 
    CONSTRAINT ck_deadline_row_measure CHECK (length(measure) <= 40), 
    CONSTRAINT ck_deadline_row_unit CHECK (length(unit) <= 20000), 
    CONSTRAINT ck_deadline_row_warnings CHECK (length(warnings) <= 20000)
)
 WITHOUT ROWID,
 STRICT;

CREATE INDEX ix_deadline_row_station_passes_case_no ON deadline_row (station, passes, case_no);

CREATE TABLE document (
    station TEXT NOT NULL, 
    sha256 TEXT NOT NULL, 
    raw BLOB NOT NULL, 
    CONSTRAINT pk_document PRIMARY KEY (station, sha256), 
    CONSTRAINT ck_document_sha256 CHECK (length(sha256) = 64), 
    CONSTRAINT ck_document_raw CHECK (length(raw) <= 20000000)
)
 STRICT;

CREATE TABLE entry (
    station TEXT NOT NULL, 
    station_seq INTEGER NOT NULL, 
    case_no TEXT, 
    version INTEGER, 
    v INTEGER NOT NULL, 
    kind TEXT NOT NULL, 
    at TEXT NOT NULL, 
    recorded_at TEXT NOT NULL, 
    actor TEXT NOT NULL, 
    clock TEXT NOT NULL, 
    data TEXT NOT NULL, 
    commitment TEXT NOT NULL, 
    prev TEXT NOT NULL, 
    digest TEXT NOT NULL, 
    CONSTRAINT pk_entry PRIMARY KEY (station, station_seq), 
    CONSTRAINT uq_entry_station_case_no_version UNIQUE (station, case_no, version), 
    CONSTRAINT ck_entry_station CHECK (length(station) BETWEEN 2 AND 12), 
    CONSTRAINT ck_entry_station_seq CHECK (station_seq >= 1), 
    CONSTRAINT ck_entry_case_no CHECK (length(case_no) BETWEEN 1 AND 40), 
    CONSTRAINT ck_entry_version CHECK (version >= 1 AND case_no IS NOT NULL OR version IS NULL AND case_no IS NULL), 
    CONSTRAINT ck_entry_v CHECK (v >= 1), 
    CONSTRAINT ck_entry_kind CHECK (length(kind) BETWEEN 1 AND 40), 
    CONSTRAINT ck_entry_at CHECK (length(at) = 25), 
    CONSTRAINT ck_entry_recorded_at CHECK (length(recorded_at) = 25), 
    CONSTRAINT ck_entry_actor CHECK (length(actor) <= 200), 
    CONSTRAINT ck_entry_clock CHECK (clock IN ('system', 'set')), 
    CONSTRAINT ck_entry_data CHECK (length(data) <= 1000000), 
    CONSTRAINT ck_entry_commitment CHECK (length(commitment) IN (0, 64)), 
    CONSTRAINT ck_entry_prev CHECK (length(prev) = 64), 
    CONSTRAINT ck_entry_digest CHECK (length(digest) = 64)
)
 STRICT;

CREATE TABLE meta (
    station TEXT NOT NULL, 
    "key" TEXT NOT NULL, 
    value TEXT NOT NULL, 
    CONSTRAINT pk_meta PRIMARY KEY (station, "key"), 
    CONSTRAINT ck_meta_key CHECK (length(key) <= 40), 
    CONSTRAINT ck_meta_value CHECK (length(value) <= 200)
)
 STRICT;

CREATE TABLE movement (
    station TEXT NOT NULL, 
    station_seq INTEGER NOT NULL, 
    since INTEGER NOT NULL, 
    until INTEGER, 
    month TEXT NOT NULL, 
    day TEXT NOT NULL, 
    unit TEXT, 
    kind TEXT NOT NULL, 
    case_no TEXT, 
    round INTEGER, 
    delta INTEGER NOT NULL, 
    detail TEXT, 
    late INTEGER, 
    amount INTEGER, 
    answered INTEGER, 
    CONSTRAINT pk_movement PRIMARY KEY (station, station_seq, since), 
    CONSTRAINT ck_movement_month CHECK (length(month) = 7), 
    CONSTRAINT ck_movement_day CHECK (length(day) = 10), 
    CONSTRAINT ck_movement_delta CHECK (delta IN (-1, 0, 1)), 
    CONSTRAINT ck_movement_since CHECK (since >= station_seq), 
    CONSTRAINT ck_movement_until CHECK (until > since), 
    CONSTRAINT ck_movement_late CHECK (late IN (0, 1))
)
 WITHOUT ROWID,
 STRICT;

CREATE INDEX ix_movement_station_case_no_station_seq_since_until_day_delta ON movement (station, case_no, station_seq, since, until, day, delta);

CREATE INDEX ix_movement_station_day_kind_station_seq ON movement (station, day, kind, station_seq);

CREATE TABLE order_row (
    station TEXT NOT NULL, 
    case_no TEXT NOT NULL, 
    number INTEGER NOT NULL, 
    round INTEGER NOT NULL, 
    unit TEXT NOT NULL, 
    unit_code TEXT NOT NULL, 
    role TEXT NOT NULL, 
    state TEXT NOT NULL, 
    sent_at TEXT, 
    signed_at TEXT, 
    due TEXT, 
    provisional INTEGER NOT NULL, 
    CONSTRAINT pk_order_row PRIMARY KEY (station, case_no, number), 
    CONSTRAINT ck_order_row_number CHECK (number >= 1), 
    CONSTRAINT ck_order_row_state CHECK (state IN ('sent', 'signed', 'returned', 'done')), 
    CONSTRAINT ck_order_row_unit CHECK (length(unit) <= 200), 
    CONSTRAINT ck_order_row_unit_code CHECK (length(unit_code) <= 200), 
    CONSTRAINT ck_order_row_provisional CHECK (provisional IN (0, 1))
)
 WITHOUT ROWID,
 STRICT;

CREATE INDEX ix_order_row_station_unit_case_no ON order_row (station, unit, case_no);

CREATE INDEX ix_order_row_station_unit_code_case_no ON order_row (station, unit_code, case_no);

CREATE TABLE paper_row (
    station TEXT NOT NULL, 
    paper TEXT NOT NULL, 
    year INTEGER NOT NULL, 
    serial INTEGER NOT NULL, 
    case_no TEXT NOT NULL, 
    number TEXT NOT NULL, 
    CONSTRAINT pk_paper_row PRIMARY KEY (station, paper, year, serial, case_no, number), 
    CONSTRAINT ck_paper_row_serial CHECK (serial >= 1), 
    CONSTRAINT ck_paper_row_paper CHECK (length(paper) <= 40), 
    CONSTRAINT ck_paper_row_number CHECK (length(number) <= 200)
)
 WITHOUT ROWID,
 STRICT;

CREATE INDEX ix_paper_row_station_case_no ON paper_row (station, case_no);

CREATE TABLE parsed (
    station TEXT NOT NULL, 
    sha256 TEXT NOT NULL, 
    form TEXT NOT NULL, 
    body TEXT NOT NULL, 
    CONSTRAINT pk_parsed PRIMARY KEY (station, sha256), 
    CONSTRAINT ck_parsed_form CHECK (length(form) <= 40), 
    CONSTRAINT ck_parsed_body CHECK (length(body) <= 50000000)
)
 STRICT;

CREATE TABLE person_item (
    station TEXT NOT NULL, 
    person TEXT NOT NULL, 
    item TEXT NOT NULL, 
    identified INTEGER NOT NULL, 
    received_at TEXT NOT NULL, 
    case_no TEXT NOT NULL, 
    CONSTRAINT pk_person_item PRIMARY KEY (station, person, item, identified, received_at, case_no), 
    CONSTRAINT ck_person_item_person CHECK (length(person) <= 64), 
    CONSTRAINT ck_person_item_item CHECK (length(item) <= 200), 
    CONSTRAINT ck_person_item_identified CHECK (identified IN (0, 1))
)
 WITHOUT ROWID,
 STRICT;

CREATE INDEX ix_person_item_station_case_no ON person_item (station, case_no);

CREATE TABLE phone_row (
    station TEXT NOT NULL, 
    case_no TEXT NOT NULL, 
    number INTEGER NOT NULL, 
    phone_key TEXT NOT NULL, 
    CONSTRAINT pk_phone_row PRIMARY KEY (station, case_no, number), 
    CONSTRAINT ck_phone_row_number CHECK (number >= 2), 
    CONSTRAINT ck_phone_row_phone_key CHECK (length(phone_key) <= 64)
)
 WITHOUT ROWID,
 STRICT;

CREATE INDEX ix_phone_row_station_phone_key_case_no ON phone_row (station, phone_key, case_no);

CREATE TABLE reference (
    station TEXT NOT NULL, 
    station_seq INTEGER NOT NULL, 
    target TEXT NOT NULL, 
    case_no TEXT, 
    CONSTRAINT pk_reference PRIMARY KEY (station, station_seq, target), 
    CONSTRAINT ck_reference_target CHECK (length(target) <= 40), 
    CONSTRAINT ck_reference_case_no CHECK (length(case_no) <= 40)
)
 WITHOUT ROWID,
 STRICT;

CREATE INDEX ix_reference_station_target_station_seq ON reference (station, target, station_seq);

CREATE TABLE waiver (
    station TEXT NOT NULL, 
    station_seq INTEGER NOT NULL, 
    item TEXT NOT NULL, 
    case_no TEXT, 
    paper TEXT NOT NULL, 
    effective TEXT NOT NULL, 
    authority TEXT, 
    CONSTRAINT pk_waiver PRIMARY KEY (station, station_seq, item), 
    CONSTRAINT ck_waiver_item CHECK (length(item) <= 200), 
    CONSTRAINT ck_waiver_paper CHECK (length(paper) <= 200), 
    CONSTRAINT ck_waiver_effective CHECK (length(effective) = 10), 
    CONSTRAINT ck_waiver_authority CHECK (length(authority) <= 20000)
)
 WITHOUT ROWID,
 STRICT;

CREATE INDEX ix_waiver_station_item_effective ON waiver (station, item, effective);

CREATE TABLE personal (
    station TEXT NOT NULL, 
    station_seq INTEGER NOT NULL, 
    salt BLOB NOT NULL, 
    body TEXT NOT NULL, 
    CONSTRAINT pk_personal PRIMARY KEY (station, station_seq), 
    CONSTRAINT fk_personal_entry FOREIGN KEY(station, station_seq) REFERENCES entry (station, station_seq), 
    CONSTRAINT ck_personal_salt CHECK (length(salt) = 16), 
    CONSTRAINT ck_personal_body CHECK (length(body) BETWEEN 2 AND 5000000)
)
 WITHOUT ROWID,
 STRICT;

CREATE INDEX ix_deadline_row_unit ON deadline_row (station, unit, case_no) WHERE clock IN ('slip', 'resolution');

CREATE INDEX ix_case_row_next_due ON case_row (station, next_due, case_no) WHERE next_due IS NOT NULL;

CREATE INDEX ix_case_row_warn_from ON case_row (station, warn_from, next_due, active) WHERE warn_from IS NOT NULL;

CREATE INDEX ix_case_row_callback_due ON case_row (station, callback_due, case_no) WHERE callback_due IS NOT NULL;

CREATE INDEX ix_case_row_resolved_at ON case_row (station, resolved_at, case_no) WHERE resolved_at IS NOT NULL;

CREATE INDEX ix_case_row_id_key ON case_row (station, id_key, received_at) WHERE id_key IS NOT NULL;

CREATE INDEX ix_case_row_phone_key ON case_row (station, phone_key, received_at) WHERE phone_key IS NOT NULL;

CREATE INDEX ix_case_row_name_key ON case_row (station, name_key, received_at) WHERE name_key IS NOT NULL;

CREATE UNIQUE INDEX uq_case_row_source_no_source ON case_row (station, source_no, source) WHERE source_no IS NOT NULL;

CREATE INDEX ix_case_row_group_name ON case_row (station, group_name, case_no) WHERE group_name IS NOT NULL;

CREATE INDEX ix_case_row_gap_due ON case_row (station, gap_due, case_no) WHERE gap_due IS NOT NULL;

CREATE INDEX ix_case_row_desk ON case_row (station, desk_group, active, next_due, warn_from, due, agreed_on, case_no) WHERE desk_group IS NOT NULL OR active = 1 OR agreed_on IS NOT NULL OR next_due IS NOT NULL;

CREATE INDEX ix_movement_promised ON movement (station, detail, case_no) WHERE kind = 'Promised';

CREATE INDEX ix_waiver_case_no ON waiver (station, case_no) WHERE case_no IS NOT NULL;

CREATE INDEX ix_reference_case_no ON reference (station, case_no) WHERE case_no IS NOT NULL;

CREATE INDEX ix_order_row_sent ON order_row (station, due, case_no, number) WHERE state = 'sent';

CREATE TRIGGER tr_entry_update BEFORE UPDATE ON entry
BEGIN
    SELECT RAISE(ABORT, 'entry is append-only');
END;

CREATE TRIGGER tr_entry_delete BEFORE DELETE ON entry
BEGIN
    SELECT RAISE(ABORT, 'entry is append-only');
END;

CREATE TRIGGER tr_entry_insert BEFORE INSERT ON entry
WHEN NEW.station_seq <> (SELECT coalesce(max(station_seq), 0) + 1 FROM entry WHERE station = NEW.station) OR NEW.prev <> coalesce((SELECT digest FROM entry WHERE station = NEW.station ORDER BY station_seq DESC LIMIT 1), '0000000000000000000000000000000000000000000000000000000000000000') OR NEW.version <> (SELECT coalesce(max(version), 0) + 1 FROM entry WHERE station = NEW.station AND case_no = NEW.case_no)
BEGIN
    SELECT RAISE(ABORT, 'entry does not follow the chain');
END;

CREATE TRIGGER tr_personal_update BEFORE UPDATE ON personal
BEGIN
    SELECT RAISE(ABORT, 'personal is never changed');
END;

CREATE TRIGGER tr_personal_again BEFORE INSERT ON personal
WHEN EXISTS (SELECT 1 FROM personal WHERE station = NEW.station AND station_seq = NEW.station_seq)
BEGIN
    SELECT RAISE(ABORT, 'personal is never changed');
END;

CREATE TRIGGER tr_document_update BEFORE UPDATE ON document
BEGIN
    SELECT RAISE(ABORT, 'document is append-only');
END;

CREATE TRIGGER tr_document_delete BEFORE DELETE ON document
BEGIN
    SELECT RAISE(ABORT, 'document is append-only');
END;

CREATE TRIGGER tr_document_again BEFORE INSERT ON document
WHEN EXISTS (SELECT 1 FROM document WHERE station = NEW.station AND sha256 = NEW.sha256)
BEGIN
    SELECT RAISE(ABORT, 'document is append-only');
END;

CREATE VIRTUAL TABLE case_search USING fts5(station, text, content='', tokenize='ascii');

CREATE VIRTUAL TABLE person_search USING fts5(station, text, content='', tokenize='ascii');

PRAGMA application_id = 1650615155;

PRAGMA user_version = 19;

