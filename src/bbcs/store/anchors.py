"""Heads kept outside the ledger's file: `heads.txt`, a printed sheet or another medium.

Only they show that the end was cut off or rewritten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from bbcs.findings import Finding

_SHORTEST = 16


class _Chained(Protocol):
    station: str

    def digest_at(self, seq: int) -> str: ...


def read(path: Path) -> list[str]:
    """The lines of a file of heads, without blank ones. Raises OSError, UnicodeDecodeError."""
    return [line for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]


def written(meta: Mapping[str, str]) -> tuple[int, str]:
    """How many lines of heads.txt the ledger knows of, and their fingerprint; (0, "") for none."""
    number, _, digest = meta.get("heads", "").partition(" ")
    if not number.isdecimal():
        return 0, ""
    return int(number), digest


def fingerprint(lines: Sequence[str]) -> str:
    """SHA-256 of the lines with single blanks; an editor's line ends do not change it."""
    return sha256("\n".join(" ".join(line.split()) for line in lines).encode()).hexdigest()


def names_an_entry(lines: Iterable[str]) -> bool:
    """Whether any line names an entry: an anchor that names none proves nothing."""
    return any(line.split()[1:2] not in ([], ["0"]) for line in lines)


def check_anchor(ledger: _Chained, lines: Iterable[str]) -> list[Finding]:
    """Heads that the ledger no longer holds. A printed digest may be cut to its first 16 digits."""
    return [
        finding
        for number, line in enumerate(lines, 1)
        if line.strip()
        for finding in _check(ledger, f"第 {number} 行", line.split())
    ]


def _check(ledger: _Chained, where: str, words: list[str]) -> list[Finding]:
    if (
        len(words) < 3
        or not words[1].isdecimal()
        or len(words[1]) > 18
        or len(words[2]) < _SHORTEST
    ):
        return [Finding("anchor_line", where, "不是“站码 序号 摘要 时间”", "请对照打印的台账")]
    station, seq, digest = words[0], int(words[1]), words[2].lower()
    if seq == 0:
        return [
            Finding("anchor_line", where, "第 0 条不存在：这一行什么都没有留下", "请对照打印的台账")
        ]
    stored = ""
    if station == ledger.station:
        stored = ledger.digest_at(seq)
    if not stored:
        what = f"台账里没有第 {seq} 条：账尾被截断，或换成了旧文件"
        return [Finding("anchor_missing", where, what, "用备份恢复后补录，并查明原因")]
    if not stored.startswith(digest):
        what = f"第 {seq} 条与当日留存的摘要不同：账被改写过"
        return [Finding("anchor_differs", where, what, "用备份对照，并查明原因")]
    return []
