"""ProvableLedger: a ledger that can also verify and rebuild itself and take batches; the code for
that is loaded when used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bbcs.store.engine import ShowProgress, no_progress
from bbcs.store.ledger import StoredLedger
from bbcs.usecases.ledger import Refold

if TYPE_CHECKING:
    from bbcs.findings import Finding
    from bbcs.store.prepared import Prepared


class ProvableLedger(StoredLedger):
    """A stored ledger that can prove and rebuild itself and take many cases at once."""

    def prepared(self) -> Prepared:
        """A batch of many cases, to be made ready on this view and put into the ledger later."""
        from bbcs.store.prepared import Prepared

        return Prepared(self)

    def put(self, batch: Prepared) -> bool:
        """Writes a batch; False, and nothing is written, where somebody wrote since its view."""
        self.only_writing()
        return batch.put(self)

    def verify(
        self, refold: Refold | None = None, proved: Callable[[], None] | None = None
    ) -> list[Finding]:
        """Returns defects of chain, commitments and numbering; with `refold` also of the rest.

        proved: called for each entry of the chain.
        """
        from bbcs.store import verify  # only for this

        return verify.findings(self, refold, proved)

    def rebuild(self, refold: Refold, show_progress: ShowProgress = no_progress) -> int:
        """Drops and refolds every projection. Returns the number of cases."""
        from bbcs.store.rebuild import rebuild

        self.only_writing()
        return rebuild(self, refold, show_progress)
