"""The tables that a batch fills."""

from __future__ import annotations

from collections.abc import Mapping

from bbcs.store import statements as sql

TABLES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "entry": (sql.INSERT_ENTRY, sql.ENTRY),
    "personal": (sql.INSERT_PERSONAL, sql.PERSONAL),
    "case_row": (sql.INSERT_CASE, sql.CASE),
    "order_row": (sql.PUT_ORDER, sql.ORDER),
    "callback_row": (sql.PUT_CALLBACK, sql.CALLBACK),
    "phone_row": (sql.PUT_PHONE, sql.PHONE),
    "person_item": (sql.PUT_PERSON_ITEM, sql.PERSON_ITEM),
    "deadline_row": (sql.PUT_DEADLINE, sql.DEADLINE),
    "paper_row": (sql.PUT_PAPER, sql.PAPER),
    "movement": (sql.PUT_MOVEMENT, sql.MOVEMENT),
    "waiver": (sql.PUT_WAIVER, sql.WAIVER),
    "reference": (sql.PUT_REFERENCE, sql.REFERENCE),
    "case_text": (sql.INSERT_TEXT, sql.TEXT),
}
"""Tables into which a batch puts new rows, in this order: how one comes, and its columns."""
