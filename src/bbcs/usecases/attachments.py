"""Takes a file out of a case: permitted and logged like a look at unmasked data."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bbcs.domain import masking
from bbcs.domain.attachments import Attachment, attachments, meant
from bbcs.domain.corrections import effective
from bbcs.domain.event import Draft
from bbcs.domain.fold import fold
from bbcs.errors import GateClosed, StoreUnreachable, UnknownWord
from bbcs.usecases.office import REVEALERS, Office, Transaction, need

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger

Found = tuple[str, Attachment, str, bool]
"""The full number of the case, the file that is meant, what the log calls it, and whether the case
was erased.

The log outlives the people of the case: it names the file masked, and by its digest.
"""


def fetch(
    office: Office,
    read: Callable[[Callable[[Ledger], Found]], Found],
    write: Transaction,
    copy: Callable[[str], None],
    short: str,
    name: str,
) -> str:
    """Copy a file of the case and log that; the number of the case.

    name: of the file, its title, or the beginning of its digest; also as it is shown, masked.
    copy: of the file with this digest; between two transactions, so that a slow target keeps
    nobody from writing. Raises NotPermitted, UnknownWord with the names there are, and what `copy`
    raises: StoreUnreachable when the file is lost, LedgerBroken when it was changed.
    """
    need(office, "取出附件", *REVEALERS)
    number, one, shown, erased = read(lambda ledger: _found(ledger, office, short, name))
    try:
        copy(one.sha256)
    except StoreUnreachable:
        if erased:
            raise GateClosed(f"{number} 的个人信息已清除，附件也一并清除了", []) from None
        raise
    fields = {"purpose": "attachment", "reason": f"取出附件：{shown}", "case": number, "rows": 1}
    logged = Draft("Revealed", office.stamp.now, fields)
    write(lambda ledger: ledger.append("", 0, [logged], office.stamp))
    return number


def _found(ledger: Ledger, office: Office, short: str, name: str) -> Found:
    number = ledger.case_no(short, office.stamp.now.date())
    events = ledger.events(number)
    case = fold(events)
    one = _only(name, attachments(effective(events)), case.known)
    shown = f"{masking.free_text(one.name, case.known)}（{one.sha256[:12]}）"
    return number, one, shown, case.erased


def _only(name: str, attachments: list[Attachment], known: masking.Known) -> Attachment:
    """The one file that is meant."""
    shown = [one._replace(name=masking.free_text(one.name, known)) for one in attachments]
    wanted = meant(name, attachments) or meant(name, shown)
    if len(wanted) == 1:
        return wanted[0]
    names = [one.name for one in shown]
    if wanted:  # digests distinguish several files of one name
        names = [f"{one.sha256[:12]}（{one.at:%Y-%m-%d}）" for one in wanted]
    raise UnknownWord("--get（附件）", name, names)
