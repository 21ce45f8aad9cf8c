"""A ledger that can prove and rebuild itself; what that takes is loaded only for it."""

from __future__ import annotations

from collections.abc import Callable

from bbcs.findings import Finding
from bbcs.store.engine import Watch, unwatched
from bbcs.store.ledger import StoredLedger
from bbcs.usecases.ledger import Refold


class ProvableLedger(StoredLedger):
    """A stored ledger that can prove and rebuild itself."""

    def verify(
        self, refold: Refold | None = None, proved: Callable[[], None] | None = None
    ) -> list[Finding]:
        """Returns defects of chain, commitments and numbering; with `refold` also of the rest.

        proved: called for each entry of the chain.
        """
        from bbcs.store import verify  # only for this

        return verify.findings(self, refold, proved)

    def rebuild(self, refold: Refold, watch: Watch = unwatched) -> int:
        """Drops and refolds every projection. Returns the number of cases."""
        from bbcs.store.rebuild import rebuild

        self._only_writing()
        return rebuild(self, refold, watch)
