"""Triggers of the SQLite schema, for the generator in `schema_text`; never loaded at the counter."""

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
