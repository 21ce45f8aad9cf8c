"""Watch: a check that looks from one case to others, or at the office."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, runtime_checkable

from bbcs.inspection.dossier import Dossier, Said, SaidOf


class Watch(Protocol):
    """A check that speaks at the end."""

    def end(self) -> Iterator[SaidOf]:
        """What is wrong with all of them."""
        ...


@runtime_checkable
class CaseWatch(Watch, Protocol):
    """A check over many cases: it sees one after the other and speaks then, or at the end."""

    def see(self, one: Dossier) -> Iterable[Said]:
        """What is wrong with this case, in the light of those before."""
        ...
