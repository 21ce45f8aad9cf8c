"""Writes many cases at once: they are decided and prepared while others use the ledger, then
stored.

The lock is held only for putting in. Where somebody wrote meanwhile, all begins anew.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from bbcs.errors import LedgerConflict

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Batch, Ledger

TRIES = 3
"""Times that it is made ready while others may write."""

LOCKED = 5000
"""Rows or cases that are made ready under the lock after all, which takes a few seconds then."""

T = TypeVar("T")


class Access(Protocol):
    """Runs work on a ledger: on a view that holds no lock, or in one transaction that writes."""

    def __call__(self, work: Callable[[Any], T]) -> T:
        """Return the result of `work`."""


class Decided(Protocol):
    """What was decided. ready: whether a batch holds all that is to be written; size: rows or cases."""

    @property
    def ready(self) -> bool:
        """Whether there is a whole batch to be written."""

    @property
    def size(self) -> int:
        """How many rows or cases it took."""


D = TypeVar("D", bound=Decided)
Decide = Callable[[Any, "Batch | None"], D]
"""Decides on a ledger what is to be written, and makes a batch ready."""


def written(decide: Decide[D], view: Access, write: Access) -> tuple[D, bool]:
    """What was decided, and whether it was written. Raises LedgerConflict where others write all the
    time, and what `decide` raises.
    """
    for _ in range(TRIES):
        with ExitStack() as kept:
            batch, result = view(partial(_ready, decide, kept))
            if not result.ready:
                return result, False
            if write(partial(_put, batch)):
                return result, True
    if result.size > LOCKED:
        raise LedgerConflict(
            f"要先准备 {result.size} 行，其间台账一直有人在写，没有写入；请在没有人办事的时候再来"
        )
    with ExitStack() as kept:
        return write(partial(_under_lock, decide, kept))


def _ready(decide: Decide[D], kept: ExitStack, ledger: Any) -> tuple[Batch, D]:
    batch = kept.enter_context(ledger.prepared())
    result = decide(ledger, batch)
    if result.ready:
        batch.seal()
    return batch, result


def _put(batch: Batch, ledger: Ledger) -> bool:
    return ledger.put(batch)


def _under_lock(decide: Decide[D], kept: ExitStack, ledger: Any) -> tuple[D, bool]:
    """The whole of it while nobody else can write. The batch is read again before COMMIT."""
    batch, result = _ready(decide, kept, ledger)
    return result, result.ready and _put(batch, ledger)
