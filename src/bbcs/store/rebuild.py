"""Drops every projection of a ledger and folds it again from the entries."""

from __future__ import annotations

from bbcs.store import searching, statements as sql
from bbcs.store.ledger import StoredLedger
from bbcs.usecases.ledger import Refold

NOTICED_WIDE = ("CalendarImported",)
"""Ledger-wide kinds that change the calendar: folded alone, such an entry gives a `notice`."""

COUNTED_WIDE = ("Consulted", "Improved")
"""Ledger-wide kinds that are counted: folded alone, such an entry gives movements, no case."""

WAIVED_WIDE = ("Exempted",)
"""Ledger-wide kinds that waive a paper by rule: folded alone, such an entry gives waivers."""


def rebuild(ledger: StoredLedger, refold: Refold) -> int:
    """Drops and refolds every projection. Returns the number of cases."""
    for text in sql.CLEAR:
        ledger.connection.execute(text)
    searching.clear(ledger.connection)
    ledger.reindex()
    cases = 0
    for events in ledger.cases():
        ledger.project(refold(events))
        cases += 1
    for one in ledger.wide((*COUNTED_WIDE, *NOTICED_WIDE, *WAIVED_WIDE)):
        found = refold([one])
        for movement in found.movements:
            ledger.count(movement)
        ledger.waive(found.waivers)
        if found.notice:
            ledger.lay(found.notice)
    return cases
