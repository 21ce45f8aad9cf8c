"""Finds a case that is there already: by its number in another system, or by person and matter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from bbcs.domain.acts.table import KINDS
from bbcs.domain.case import REPEAT_DAYS, Case
from bbcs.errors import BadValue
from bbcs.usecases.office import Office
from bbcs.usecases.projection import comma_free

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger

MOST = 20
"""Possible duplicates that are named: a hotline or an agent may have thousands."""


def the_same(case: Case, fields: Mapping[str, Any]) -> None:
    """BadValue where a source number is known for another matter: without a source two systems may
    have given it.

    No case may be lost.
    """
    before = case.registered
    if not fields.get("source") and any(
        (before.get(name) or "") != (fields.get(name) or "") for name in ("matter", "reporter")
    ):
        raise BadValue(
            f"来源编号 {fields['source_no']} 已是 {case.no} 的，而那是另一件事；请用 --source 写明是哪个系统的编号"
        )


def differing(case: Case, fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the given fields whose value is not that of the case: it was sent again with other
    content.
    """
    stored = {field.name for field in KINDS["Registered"] if not field.stamped}
    sent = {name: value for name, value in fields.items() if name in stored and value is not None}
    return tuple(name for name, value in sent.items() if case.registered.get(name) != value)


def alike(ledger: Ledger, office: Office, fields: Mapping[str, Any]) -> list[str]:
    """Cases of the same person with a common item, received within 30 days, neither refused nor
    voided (formats.md §6.6); of very many the newest.
    """
    people = {key: fields[key] for key in ("id_number", "phone", "reporter") if fields.get(key)}
    if not people:
        return []
    items = [comma_free(item) for item in fields.get("items") or [fields["matter"]]]
    at = fields.get("received_at") or office.stamp.now
    day = date(at.year, at.month, at.day)
    days = day - timedelta(REPEAT_DAYS), day + timedelta(REPEAT_DAYS + 1)
    rows = ledger.same_person(people, items, days, MOST)
    return [row["case_no"] for row in rows if row["phase"] != "refused"]
