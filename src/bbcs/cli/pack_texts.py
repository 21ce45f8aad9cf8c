"""Finds the text of a pack that is named on the command line: an adopted edition, or a file."""

from __future__ import annotations

from pathlib import Path

from bbcs.cli import context
from bbcs.config.adopted_rules import Rules
from bbcs.config.home_files import read_bytes
from bbcs.errors import BbcsError
from bbcs.usecases.editions import file_of, kept


def named(home: Path, place: str) -> tuple[str, bytes]:
    """Name and bytes of a pack: of `key@edition` from the ledger, else of the file at hand."""
    text = kept(at_hand(home), place)
    if text:
        return f"{text.key}@{text.edition}.toml", context.text(home, text.sha256)
    path = file_of(place, home)
    return str(path), read_bytes(path)


def at_hand(home: Path) -> Rules:
    """The rules of the home; none where it has no ledger, or none that can be read.

    A list of packs must also help where something is wrong with the home.
    """
    try:
        return context.rules(home)
    except BbcsError:
        return Rules()
