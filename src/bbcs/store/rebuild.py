"""Drops every projection of a ledger and folds it again from the entries."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from bbcs.domain.event import Event
from bbcs.store import indexes, projections, rule_texts, statements as sql
from bbcs.store.engine import ShowProgress, no_progress
from bbcs.store.ledger import StoredLedger
from bbcs.usecases import person_search
from bbcs.usecases.ledger import Refold
from bbcs.usecases.projection import ADOPTING

_AT_ONCE = 500
"""Cases that are stored at once."""

NOTICED_WIDE = ("CalendarImported",)
"""Ledger-wide kinds that change the calendar: folded alone, such an entry gives a `notice`."""

COUNTED_WIDE = ("Consulted", "ConsultationUndone", "Improved")
"""Ledger-wide kinds that are counted: folded alone, such an entry gives movements, no case."""

WAIVED_WIDE = ("Exempted",)
"""Ledger-wide kinds that waive a paper by rule: folded alone, such an entry gives waivers."""

RETRACTING_WIDE = ("Revoked",)
"""Ledger-wide kinds that take back another one: folded alone, such an entry gives `retracts`."""

REFERRING_WIDE = ("Improved",)
"""Ledger-wide kinds that name cases: folded alone, such an entry gives references."""


def rebuild(ledger: StoredLedger, refold: Refold, show_progress: ShowProgress = no_progress) -> int:
    """Drops and refolds every projection. Returns the number of cases."""
    session, cases = ledger.session, 0
    for text in sql.CLEAR:
        session.execute(text)
    for index in indexes.INDEXES:
        index.of(session).clear()
    with show_progress(session.one(sql.COUNT_REGISTERED)[0]) as report:
        every = ledger.cases()
        while some := list(islice(every, _AT_ONCE)):
            _put(ledger, some, ledger.rows_of(refold(some)))
            cases += len(some)
            report(cases)
    store_office_wide(ledger, refold)
    return cases


def _put(
    ledger: StoredLedger, cases: Sequence[Sequence[Event]], rows: Sequence[projections.Rows]
) -> None:
    """Stores what the entries of some cases give."""
    *_, texts = its = projections.tables(rows)
    projections.insert(ledger.session, its, indexes.terms_of(texts))
    named = [
        (one.seq, terms)
        for events in cases
        for one in events
        if (terms := person_search.terms(one.kind, one.data))
    ]
    indexes.put_people(ledger.session, named)
    ledger.writer.written.cases |= {one.case[projections.CASE_NO]: hash(one) for one in rows}


def store_office_wide(ledger: StoredLedger, refold: Refold, *, fresh: bool = False) -> int:
    """Stores what the ledger-wide entries give; with `fresh`, in the place of what is stored.

    Returns the number of entries.
    """
    if fresh:
        for text in sql.CLEAR_WIDE:
            ledger.session.execute(text)
    rule_texts.put(ledger.session, rule_texts.unvouched(ledger.session))
    kinds = (*COUNTED_WIDE, *NOTICED_WIDE, *WAIVED_WIDE, *RETRACTING_WIDE, *ADOPTING)
    count = 0
    for one in ledger.office_wide(kinds):
        count += 1
        ledger.store_office_wide(refold([[one]])[0])
    return count
