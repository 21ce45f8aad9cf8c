"""Documents of the ledger itself: proof, backups, what goes in and out."""

from __future__ import annotations

from collections.abc import Mapping

from bbcs.ingest.vocabulary import FIELDS
from bbcs.views.schemas.shapes import (
    BOOL,
    FINDING,
    HASH,
    HEAD,
    INT,
    RAW,
    TEXT,
    TIME,
    Shape,
    many,
    maybe,
    record,
    table,
)

VERIFY = record({"ok": BOOL, "entries": INT, "head": HEAD, "findings": many(FINDING)})
INFO = record(
    {
        "home": TEXT,
        "station": TEXT,
        "created_at": maybe(TIME),
        "size": INT,
        "journal_mode": TEXT,
        "wal_unsafe": BOOL,
        "schema_version": INT,
        "sqlite": maybe(TEXT),
        "engine": TEXT,
        "entries": INT,
        "cases": INT,
        "lookup_key": BOOL,
        "python": TEXT,
        "head": HEAD,
    }
)
REBUILD = record({"cases": INT})
BACKUP = record(
    {
        "file": TEXT,
        "sha256": HASH,
        "size": INT,
        "encrypted": BOOL,
        "entries": INT,
        "head": HEAD,
        "verified": BOOL,
        "removed": many(TEXT),
    }
)
ERASED = record(
    {
        "case_nos": many(TEXT),
        "entries": INT,
        "seq": maybe(INT),
        "attachments": INT,
        "remnants": many(record({"case_no": TEXT, "version": INT, "kind": TEXT, "field": TEXT})),
        "settled": BOOL,
        "backups": many(TEXT),
        "head": HEAD,
    }
)
RESTORED = record(
    {
        "home": TEXT,
        "station": TEXT,
        "created_at": TIME,
        "entries": INT,
        "head": HEAD,
        "files": INT,
        "verified": BOOL,
    }
)
FULL_EXPORT_DONE = record(
    {
        "file": TEXT,
        "sha256": HASH,
        "size": INT,
        "entries": INT,
        "head": HEAD,
        "files": INT,
        "attachments": INT,
    }
)
FULL_IMPORT = record(
    {
        "home": TEXT,
        "station": TEXT,
        "entries": INT,
        "head": HEAD,
        "cases": INT,
        "attachments": INT,
        "verified": BOOL,
        "dry_run": BOOL,
    }
)
MOVED = record(
    {
        "station": TEXT,
        "from": TEXT,
        "to": TEXT,
        "entries": INT,
        "head": HEAD,
        "cases": INT,
        "sha256": HASH,
        "verified": BOOL,
        "old": maybe(TEXT),
    }
)
_CELL: Shape = {"type": ["string", "integer", "array", "null"], "items": RAW}
_ROW_PROBLEM: Mapping[str, Shape] = {
    "sheet": RAW,
    "row": INT,
    "field": maybe(TEXT),
    "source_no": maybe(TEXT),
    "code": TEXT,
    "message": TEXT,
}
_ROW = record(
    {
        "sheet": RAW,
        "row": INT,
        "extra": table(RAW),
        "state": maybe(TEXT),
        "consultation": BOOL,
        "did": TEXT,
        "case_no": maybe(TEXT),
    },
    dict.fromkeys((*FIELDS, "channel_key", "demand_kind_key"), _CELL),
)
"""A row of a foreign ledger, cleaned, as `--show` gives it."""

IMPORT = record(
    {
        "file": TEXT,
        "encoding": TEXT,
        "sheets": many(
            record(
                {
                    "name": RAW,
                    "role": TEXT,
                    "hidden": BOOL,
                    "hidden_rows": many(INT),
                    "uncounted": many(TEXT),
                    "header_row": maybe(INT),
                    "header_rows": INT,
                    "first_data_row": maybe(INT),
                    "last_data_row": maybe(INT),
                    "rows_total": INT,
                    "year": maybe(INT),
                    "skipped": table(INT),
                    "lacks": many(TEXT),
                    "twice": many(TEXT),
                }
            )
        ),
        "header_row": maybe(INT),
        "columns": table(maybe(TEXT)),
        **dict.fromkeys(
            ("rows_total", "rows_ok", "rows_new", "rows_changed", "rows_unchanged"), INT
        ),
        "consultations": INT,
        "rows_rejected": many(record(_ROW_PROBLEM)),
        "rows_warned": many(record(_ROW_PROBLEM)),
        "records": many(_ROW),
        "batch": maybe(TEXT),
        "dry_run": BOOL,
        "stored": BOOL,
        "rejected_file": maybe(TEXT),
    }
)
IMPORT_UNDONE = record(
    {
        "batch": TEXT,
        "voided": INT,
        "undone": INT,
        "consultations": INT,
        "built_on": many(record({"case_no": TEXT, "acts": many(TEXT)})),
    }
)
