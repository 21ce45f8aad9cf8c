"""Bringing a file of a case out again: permitted as a look at unmasked data, and logged like one."""

from __future__ import annotations

from pathlib import Path

from bbcs.domain import masking
from bbcs.domain.attachments import Attachment, attachments, meant
from bbcs.domain.corrections import effective
from bbcs.domain.event import Draft
from bbcs.errors import UnknownWord
from bbcs.usecases.ledger import Ledger
from bbcs.usecases.office import REVEALERS, Office, need


def fetch(ledger: Ledger, office: Office, short: str, name: str, target: Path) -> str:
    """Copy a file of the case to `target` and log it; the number of the case.

    name: of the file, its title, or the beginning of its digest; also as it is shown, masked.
    Raises NotPermitted, UnknownWord with the names there are, StoreUnreachable when the file is lost, LedgerBroken
    when it was changed.
    """
    need(office, "取出附件", *REVEALERS)
    number = ledger.case_no(short, office.stamp.now.date())
    events = effective(ledger.events(number))
    people = masking.names(events[0].data)
    found = attachments(events)
    one = _only(name, found, people)
    ledger.fetch(one.sha256, target)
    fields = {"purpose": "attachment", "reason": f"取出附件：{one.name}", "case": number, "rows": 1}
    ledger.append("", 0, [Draft("Revealed", office.stamp.now, fields)], office.stamp)
    return number


def _only(name: str, found: list[Attachment], people: tuple[tuple[str, str], ...]) -> Attachment:
    """The one file that is meant."""
    shown = [one._replace(name=masking.free_text(one.name, people)) for one in found]
    wanted = meant(name, found) or meant(name, shown)
    if len(wanted) == 1:
        return wanted[0]
    known = [one.name for one in shown]
    if wanted:  # several files of one name are told apart by their digests
        known = [f"{one.sha256[:12]}（{one.at:%Y-%m-%d}）" for one in wanted]
    raise UnknownWord("附件", name, known)
