"""What happened since an entry: for programs that follow the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from bbcs.calendar.dates import iso
from bbcs.errors import BadValue
from bbcs.usecases.ledger import Change
from bbcs.usecases.office import READERS, Office, need

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger

BLOCK = 1000
"""Entries that are read at a time: no reader holds the ledger for long."""


def since(ledger: Ledger, office: Office, seq: int, limit: int = BLOCK) -> list[Change]:
    """The entries after number `seq`, oldest first, at most `limit`. Raises NotPermitted, BadValue
    for a number beyond the last entry.
    """
    need(office, "查看", *READERS)
    refuse_beyond(ledger, seq)
    return ledger.changes(seq, limit)


def refuse_beyond(ledger: Ledger, seq: int) -> None:
    """BadValue where the ledger ends before entry `seq`, which somebody has seen: it is another one,
    or one that was restored, and its next entries are others than those that are waited for.
    """
    last = ledger.head().seq
    if seq > last:
        refused = BadValue(
            f"台账只到第 {last} 条，没有第 {seq} 条：像是从备份恢复过，或者不是原来那一本；"
            "请核对以后再跟（从头是 --since 0）"
        )
        refused.field = "since"
        raise refused


def every(
    read: Callable[[int, int], list[Change]], seq: int, limit: int | None = None
) -> Iterator[Change]:
    """All entries after number `seq`, read in blocks.

    read: gives a block after an entry, as `since` does, on the ledger as it then stands.
    """
    left = limit
    while left is None or left > 0:
        wanted = BLOCK if left is None else min(BLOCK, left)
        page = read(seq, wanted)
        yield from page
        if len(page) < wanted:
            return
        seq = page[-1].seq
        left = None if left is None else left - len(page)


def document(one: Change) -> dict[str, Any]:
    """One line of `changes` (formats.md §8.13)."""
    return {
        "schema": "bbcs.change/1",
        "seq": one.seq,
        "case_no": one.case_no or None,
        "version": one.version or None,
        "kind": one.kind,
        "at": iso(one.at),
        "recorded_at": iso(one.recorded_at),
    }
