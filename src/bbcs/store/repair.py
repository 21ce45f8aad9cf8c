"""Makes the projections agree with the entries again while others go on writing.

What differs is looked for on a snapshot. It is mended in short transactions, each from the entries
as they are then: what another program wrote since is not undone.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from bbcs.domain.event import Event
from bbcs.errors import LedgerConflict
from bbcs.record import Record
from bbcs.store import comparison, indexes, rebuild, rule_proof, statements as sql, transactions
from bbcs.store.engine import QUIET, Notify
from bbcs.store.ledger import StoredLedger
from bbcs.store.provable import ProvableLedger
from bbcs.usecases.ledger import Projection, Refold
from bbcs.usecases.office import Office

_T = TypeVar("_T")

_BATCH, _PAUSE = 0.2, 0.15
"""Seconds that a batch holds the ledger, and leaves it to others. Who waits for SQLite's lock looks
ten times a second."""


class Differences(Record):
    """What does not agree with the entries. cases: numbers; search: the full-text indexes; texts:
    numbers of the cases whose text for searching cannot be read.
    """

    total: int
    cases: tuple[str, ...]
    strays: bool
    wide: bool
    search: tuple[indexes.Index, ...]
    texts: tuple[str, ...] = ()


def repair(
    office: Office,
    bind: Callable[[ProvableLedger], Refold],
    step: Callable[[], None] = lambda: None,
    notify: Notify = QUIET,
) -> int:
    """Makes all projections what the entries say. Returns the number of cases that were compared.

    bind: the refold for one open ledger. step: called for each case that was compared.
    Raises LedgerBroken when an entry cannot be read, LedgerConflict when another repair runs; an
    end of the program at any time leaves a ledger that works, and can be repaired again.
    """
    differing = transactions.read(
        office, lambda ledger: differences(ledger, bind(ledger), step), snapshot=True, notify=notify
    )
    write = partial(transactions.write, office, notify=notify)
    tokens = [(index, write(partial(_empty_index, index))) for index in differing.search]
    if differing.strays:
        write(_drop_strays)
    if differing.texts:  # after the index was emptied: a text is taken out of it by giving it back
        write(lambda ledger: _drop_texts(ledger, differing.texts))
    if differing.wide:
        write(lambda ledger: rebuild.store_office_wide(ledger, bind(ledger), fresh=True))
    _in_batches(write, differing.cases, lambda ledger: partial(_project, ledger, bind(ledger)))
    for index, token in tokens:
        if token:
            _fill_index(write, index, token)
    return differing.total


def differences(
    ledger: StoredLedger, refold: Refold, step: Callable[[], None] = lambda: None
) -> Differences:
    """Compares everything that is stored with what the entries give."""
    total = ledger.session.one(sql.COUNT_REGISTERED)[0]
    try:
        cases, texts = _differing(ledger, refold, step)
        strays = [finding.where for finding in comparison.strays(ledger)]
        wide = any(True for stage in comparison.wide_stages(refold) for _ in stage(ledger))
        wide = wide or any(rule_proof.stored(ledger))
        wrong = [index for index in indexes.INDEXES if _is_wrong(ledger, index)]
        if (texts or strays) and indexes.CASES not in wrong:
            wrong.append(indexes.CASES)
        return Differences(total, tuple(cases), bool(strays), wide, tuple(wrong))
    except ledger.session.errors:  # rows that cannot even be read, as bytes that are no UTF-8
        every = tuple(case_no for (case_no,) in ledger.session.all(sql.REGISTERED))
        broken = tuple(_unreadable_texts(ledger))
        return Differences(
            total, every, strays=True, wide=True, search=indexes.INDEXES, texts=broken
        )


def _unreadable_texts(ledger: StoredLedger) -> Iterator[str]:
    """Gives the numbers of the cases whose text for searching is no UTF-8."""
    for case_no, text in ledger.session.stream_bytes(sql.CASE_TEXTS):
        try:
            text.decode()
        except UnicodeDecodeError:
            yield case_no.decode()


def _is_wrong(ledger: StoredLedger, index: indexes.Index) -> bool:
    usable = index.of(ledger.session).usable()
    return not usable or any(comparison.index_differs(ledger, index))


def _differing(
    ledger: StoredLedger, refold: Refold, step: Callable[[], None]
) -> tuple[list[str], bool]:
    """Returns the numbers of the cases that differ, and whether the text of any does."""
    cases, texts = [], False

    def stepping(cases: Sequence[Sequence[Event]]) -> list[Projection]:
        for _ in cases:
            step()
        return refold(cases)

    for difference in comparison.differing(ledger, stepping):
        if difference.error:
            raise difference.error
        cases.append(difference.case_no)
        texts = texts or not {"case_text", "case_row"}.isdisjoint(difference.names)
    return cases, texts


def _in_batches(
    write: Callable[[Callable[[ProvableLedger], int]], int],
    items: Sequence[_T],
    work: Callable[[ProvableLedger], Callable[[_T], None]],
) -> None:
    """Does the work for each item, in transactions that are short; others write between them."""
    done = 0

    def batch(ledger: ProvableLedger) -> int:
        until, number = time.monotonic() + _BATCH, 0
        do = work(ledger)
        for number, item in enumerate(items[done:], 1):  # noqa: B007 - the count is the answer
            do(item)
            if time.monotonic() >= until:
                break
        return number

    while done < len(items):
        done += write(batch)
        if done < len(items):
            time.sleep(_PAUSE)


def _project(ledger: ProvableLedger, refold: Refold, case_no: str) -> None:
    ledger.project(refold([ledger.events(case_no)])[0])


def _drop_strays(ledger: ProvableLedger) -> None:
    for text in sql.DROP_STRAYS:
        ledger.session.execute(text)


def _drop_texts(ledger: ProvableLedger, cases: Sequence[str]) -> None:
    for case_no in cases:
        ledger.session.execute(sql.DROP_TEXT, case_no=case_no)


def _empty_index(index: indexes.Index, ledger: ProvableLedger) -> int:
    """Empties an index; until `_fill_index` ends, searches read the texts themselves.

    Returns the mark of this repair, 0 where the engine has no index.
    """
    full_text = index.of(ledger.session)
    full_text.clear()
    if not full_text.usable():
        return 0
    mark = int.from_bytes(os.urandom(6), "big") + 2
    full_text.mark_stale(mark)
    return mark


def _fill_index(write: Callable[..., int], index: indexes.Index, mark: int) -> None:
    """Puts every text into the index, in batches, and then what others changed meanwhile."""
    numbers: list[int] = []
    indexed: dict[int, str] = {}

    def begin(ledger: ProvableLedger) -> int:
        numbers.extend(number for number, _ in index.rows(ledger.session))
        return len(numbers)

    def one(ledger: ProvableLedger) -> Callable[[int], None]:
        _only_this(ledger, index, mark)
        return partial(_index, ledger, index, indexed)

    write(begin)
    _in_batches(write, numbers, one)
    write(partial(_finish_index, index=index, mark=mark, indexed=indexed))


def _index(
    ledger: ProvableLedger, index: indexes.Index, indexed: dict[int, str], number: int
) -> None:
    text = index.row(ledger.session, number)
    if text is not None:
        index.of(ledger.session).replace(number, None, text)
        indexed[number] = text


def _finish_index(
    ledger: ProvableLedger, index: indexes.Index, mark: int, indexed: dict[int, str]
) -> int:
    _only_this(ledger, index, mark)
    full_text, now = index.of(ledger.session), dict(index.rows(ledger.session))
    for number in now.keys() | indexed.keys():
        if now.get(number) != indexed.get(number):
            full_text.replace(number, indexed.get(number), now.get(number))
    full_text.mark_usable()
    return len(indexed)


def _only_this(ledger: ProvableLedger, index: indexes.Index, mark: int) -> None:
    """Raises LedgerConflict when another repair has begun to fill the index since."""
    if index.of(ledger.session).stale_mark() != mark:
        raise LedgerConflict("另一个 bbcs ledger rebuild 接着在重建查找用的索引；请等它做完")
