"""Partial indexes of the tables, the same for every engine; for the generators of the schemas."""

from __future__ import annotations

from bbcs.record import Record


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
