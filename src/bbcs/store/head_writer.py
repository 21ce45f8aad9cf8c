"""Writes the head of a ledger into heads.txt, outside the ledger's file."""

from __future__ import annotations

from pathlib import Path

from bbcs.config.files import append_line
from bbcs.config.home_files import HEADS
from bbcs.store import anchors
from bbcs.store.opening import open_ledger
from bbcs.usecases.ledger import Head


def anchor(home: Path, head: Head) -> None:
    """Append the head to heads.txt, wait until the disk has it, and let the ledger know of it.

    An empty ledger has no head: nothing is written then, nor of the head of another station, which
    a county has printed: that is kept at its own.
    """
    if not head.seq:
        return
    with open_ledger(home, write=True) as ledger:
        if head.station != ledger.station:
            return
        _append(home / HEADS, head)
        lines = anchors.read(home / HEADS)
        ledger.remember("heads", f"{len(lines)} {anchors.fingerprint(lines)}")


def _append(path: Path, head: Head) -> None:
    line = f"{head.station} {head.seq} {head.digest} {head.recorded_at}".rstrip()
    append_line(path, line, durable=True)
