"""Triggers and partial indexes of the SQLite schema, for the generator in `tables`; never loaded at
the counter.
"""

from __future__ import annotations

from bbcs.record import Record
from bbcs.store.engine import GENESIS


class Trigger(Record):
    """A seat belt: an act on `table` that is refused `when` the condition holds ("" = always)."""

    name: str
    act: str
    table: str
    when: str
    message: str

    def sql(self) -> str:
        """The statement that creates it."""
        when = f"\nWHEN {self.when}" if self.when else ""
        return f"CREATE TRIGGER {self.name} BEFORE {self.act} ON {self.table}{when}\nBEGIN\n\tSELECT RAISE(ABORT, '{self.message}');\nEND"


TRIGGERS = (
    Trigger("tr_entry_update", "UPDATE", "entry", "", "entry is append-only"),
    Trigger("tr_entry_delete", "DELETE", "entry", "", "entry is append-only"),
    # the version too: INSERT OR REPLACE by a program without recursive_triggers would overwrite silently (trust.md §6.5)
    Trigger(
        "tr_entry_insert",
        "INSERT",
        "entry",
        "NEW.station_seq <> (SELECT coalesce(max(station_seq), 0) + 1 FROM entry WHERE station = NEW.station)"
        f" OR NEW.prev <> coalesce((SELECT digest FROM entry WHERE station = NEW.station ORDER BY station_seq DESC LIMIT 1), '{GENESIS}')"
        " OR NEW.version <> (SELECT coalesce(max(version), 0) + 1 FROM entry WHERE station = NEW.station AND case_no = NEW.case_no)",
        "entry does not follow the chain",
    ),
    Trigger("tr_personal_update", "UPDATE", "personal", "", "personal is never changed"),
    Trigger(
        "tr_personal_again",
        "INSERT",
        "personal",
        "EXISTS (SELECT 1 FROM personal WHERE station = NEW.station AND station_seq = NEW.station_seq)",
        "personal is never changed",
    ),
    Trigger("tr_document_update", "UPDATE", "document", "", "document is append-only"),
    Trigger("tr_document_delete", "DELETE", "document", "", "document is append-only"),
    Trigger(
        "tr_document_again",
        "INSERT",
        "document",
        "EXISTS (SELECT 1 FROM document WHERE station = NEW.station AND sha256 = NEW.sha256)",
        "document is append-only",
    ),
)


WITHOUT_ROWID = (
    "personal",
    "movement",
    "order_row",
    "callback_row",
    "phone_row",
    "person_item",
    "deadline_row",
    "paper_row",
    "waiver",
    "reference",
)
"""Tables that are their own primary key: one tree less to write.

`entry` and `case_row` have rows too long for it.
"""


class PartialIndex(Record):
    """An index over the rows that matter; stays small however old the ledger grows."""

    name: str
    table: str
    columns: str
    where: str
    unique: bool = False

    def sql(self) -> str:
        """The statement that creates it."""
        unique = "UNIQUE " if self.unique else ""
        return (
            f"CREATE {unique}INDEX {self.name} ON {self.table} ({self.columns}) WHERE {self.where}"
        )


PARTIAL_INDEXES = (
    PartialIndex(
        "ix_deadline_row_unit",
        "deadline_row",
        "station, unit, case_no",
        "clock IN ('slip', 'resolution')",
    ),
    PartialIndex(
        "ix_case_row_next_due", "case_row", "station, next_due, case_no", "next_due IS NOT NULL"
    ),
    PartialIndex(
        "ix_case_row_warn_from",
        "case_row",
        "station, warn_from, next_due, active",
        "warn_from IS NOT NULL",
    ),
    PartialIndex(
        "ix_case_row_callback_due",
        "case_row",
        "station, callback_due, case_no",
        "callback_due IS NOT NULL",
    ),
    PartialIndex(
        "ix_case_row_resolved_at",
        "case_row",
        "station, resolved_at, case_no",
        "resolved_at IS NOT NULL",
    ),
    PartialIndex(
        "ix_case_row_id_key", "case_row", "station, id_key, received_at", "id_key IS NOT NULL"
    ),
    PartialIndex(
        "ix_case_row_phone_key",
        "case_row",
        "station, phone_key, received_at",
        "phone_key IS NOT NULL",
    ),
    PartialIndex(
        "ix_case_row_name_key", "case_row", "station, name_key, received_at", "name_key IS NOT NULL"
    ),
    # the foreign number first: it serves `list --source-no` as well
    PartialIndex(
        "uq_case_row_source_no_source",
        "case_row",
        "station, source_no, source",
        "source_no IS NOT NULL",
        unique=True,
    ),
    PartialIndex(
        "ix_case_row_group_name",
        "case_row",
        "station, group_name, case_no",
        "group_name IS NOT NULL",
    ),
    PartialIndex(
        "ix_case_row_gap_due", "case_row", "station, gap_due, case_no", "gap_due IS NOT NULL"
    ),
    # the desk reads this index alone, but for the cases that it shows
    PartialIndex(
        "ix_case_row_desk",
        "case_row",
        "station, desk_group, active, next_due, warn_from, due, agreed_on, case_no",
        "desk_group IS NOT NULL OR active = 1 OR agreed_on IS NOT NULL OR next_due IS NOT NULL",
    ),
    PartialIndex(
        "ix_movement_promised",
        "movement",
        "station, detail, case_no",
        "kind = 'Promised'",
    ),
    PartialIndex("ix_waiver_case_no", "waiver", "station, case_no", "case_no IS NOT NULL"),
    PartialIndex("ix_reference_case_no", "reference", "station, case_no", "case_no IS NOT NULL"),
    PartialIndex(
        "ix_order_row_sent", "order_row", "station, due, case_no, number", "state = 'sent'"
    ),
)
