"""Shows unmasked data of a case and logs it: one entry of the office each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bbcs.domain.acts.table import BY_VERB
from bbcs.domain.event import Draft, Event
from bbcs.domain.masking import name, person, phone_numbers
from bbcs.usecases.office import REVEALERS, Office, need, need_reason
from bbcs.usecases.outcome import find

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger


def reveal(ledger: Ledger, office: Office, short: str, purpose: str, reason: str) -> Event:
    """Log that unmasked data of a case was looked at: one entry for each look."""
    may_reveal(office, reason)
    number = ledger.case_no(short, office.stamp.now.date())
    fields = {"purpose": purpose, "reason": reason.strip(), "case": number, "rows": 1}
    (event,) = ledger.append("", 0, [Draft("Revealed", office.stamp.now, fields)], office.stamp)
    return event


def may_reveal(office: Office, reason: str) -> None:
    """Raises NotPermitted, ReasonMissing where unmasked data may not be shown."""
    need(office, "查看未遮盖的资料", *REVEALERS)
    need_reason("查看未遮盖的资料", reason)


def reveal_register(ledger: Ledger, office: Office, rows: int, reason: str) -> None:
    """Log that a register with its people as they are was printed: one entry, with its rows."""
    fields = {"purpose": "register", "reason": reason.strip(), "rows": rows}
    ledger.append("", 0, [Draft("Revealed", office.stamp.now, fields)], office.stamp)


def dial(ledger: Ledger, office: Office, short: str) -> dict[str, Any]:
    """The reporter's numbers, once, to call back, and whose they are; logged with the purpose 回访
    (formats.md §6.9).

    Where there is none, those of who came for the reporter. `phone`: the field as it was written.
    """
    need(office, "查看电话", *BY_VERB["callback"].roles)
    case = find(ledger, office, short).case
    fields = {"purpose": "dial", "reason": "回访", "case": case.no, "rows": 1}
    ledger.append("", 0, [Draft("Revealed", office.stamp.now, fields)], office.stamp)
    whose, named = "reporter", person(case.registered, case.hidden)["reporter"]
    phone = case.registered.get("phone")
    if not phone:
        whose, named = "contact", name(case.registered.get("contact_person") or "")
        phone = case.registered.get("contact_phone")
    numbers = phone_numbers(phone or "")
    return {"case_no": case.no, "phone": phone, "whose": whose, "name": named, "numbers": numbers}
