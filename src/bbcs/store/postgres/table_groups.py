"""Groups the tables for rights, partitions and upgrades; a test compares the groups with the
classes.
"""

from __future__ import annotations

RECORDS = ("entry", "document")
"""Append-only: they are read and added to, and nothing else."""

PERSONAL = "personal"
ERASABLE = (PERSONAL, "attachment")
"""Read, added to, and deleted where the law wants it; never changed."""

FACTS = "meta"
"""Facts beside the chain of a station."""

PROJECTIONS = (
    "adopted",
    "calendar_day",
    "calendar_notice",
    "callback_row",
    "case_row",
    "case_search",
    "case_text",
    "deadline_row",
    "movement",
    "order_row",
    "paper_row",
    "parsed",
    "person_item",
    "person_search",
    "phone_row",
    "reference",
    "search_state",
    "waiver",
)
"""What can be made again from the entries."""

KEPT = (*RECORDS, *ERASABLE, FACTS)
"""What an upgrade never touches."""

OWN = ("attachment", "case_search", "person_search", "search_state")
"""Tables that only this engine has: SQLite keeps files in the home, and has indexes of its own."""

HIDDEN = (PERSONAL, "person_search", "attachment")
"""What an auditor does not read: bodies and files in which people are named."""

TABLES = (*KEPT, *PROJECTIONS)
"""Every table with rows of stations; each is partitioned by the station."""
