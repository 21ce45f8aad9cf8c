"""Entries: all of one case as stored, column by column. Only what looks at a whole ledger takes them so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from bbcs.domain.event import Event


class Entries(Protocol):
    """The entries of one case, oldest first; each column holds one value of each."""

    @property
    def numbers(self) -> tuple[str, ...]:
        """The number of the case, again and again."""
        ...

    @property
    def seqs(self) -> tuple[int, ...]:
        """Numbers in the station's chain."""
        ...

    @property
    def versions(self) -> tuple[int, ...]:
        """Numbers within the case."""
        ...

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds."""
        ...

    @property
    def moments(self) -> tuple[str, ...]:
        """When it happened: `YYYY-MM-DDTHH:MM:SS+08:00`."""
        ...

    @property
    def written(self) -> tuple[str | None, ...]:
        """When it was written, in the same form; None for at once."""
        ...

    @property
    def actors(self) -> tuple[str, ...]:
        """Operators."""
        ...

    @property
    def forms(self) -> tuple[int, ...]:
        """Versions of the stored form."""
        ...

    @property
    def texts(self) -> tuple[str, ...]:
        """Public parts."""
        ...

    @property
    def bodies(self) -> tuple[str | None, ...]:
        """Personal parts: "" for none, None for an erased one."""
        ...

    def public(self, place: int) -> Mapping[str, Any]:
        """What the public part of an entry says; ValueError when it cannot be read."""
        ...

    def personal(self) -> Mapping[int, Mapping[str, Any]]:
        """Place of an entry that has one -> what its personal part says; ValueError when one cannot be read."""
        ...

    def events(self, personal: Mapping[int, Mapping[str, Any]] | None = None) -> list[Event]:
        """All of them as the domain sees them; personal: what `personal` gave, where that was asked before. Unreadable."""
        ...
