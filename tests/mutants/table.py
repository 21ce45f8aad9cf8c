"""The changes: each one line of the source, and the tests that must fail when it is made."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Mutant(NamedTuple):
    """One change. file: below `src/bbcs`; old stands there exactly once."""

    file: str
    why: str
    old: str
    new: str
    tests: tuple[str, ...]

    def apply(self, source: Path) -> None:
        """Write the change below `source`. Raises ValueError when the old text is not there once."""
        file = source / self.file
        text = file.read_text(encoding="utf-8")
        if text.count(self.old) != 1 or self.new == self.old:
            raise ValueError(f"{self.file} has {text.count(self.old)} times {self.old!r}")
        file.write_text(text.replace(self.old, self.new), encoding="utf-8")


MUTANTS: tuple[Mutant, ...] = ()
