"""Checks of `verify` beside the chain: kept heads, the key of the look-ups, file modes, the schema."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bbcs.config import station_file
from bbcs.config.home_files import HEADS, KEY, STATION
from bbcs.errors import BbcsError
from bbcs.findings import Finding
from bbcs.store import anchors, copies, rule_proof
from bbcs.store.file_modes import loose_files
from bbcs.store.ledger import StoredLedger, foreign

_LOOSE_SHOWN = 5


def heads(ledger: StoredLedger) -> Iterator[Finding]:
    """Compares heads.txt with the ledger, and its lines with those that the ledger knows were
    written.
    """
    try:
        lines = anchors.read(Path(ledger.home) / HEADS)
    except FileNotFoundError:
        lines = []
    except (OSError, UnicodeDecodeError):
        yield Finding("heads", HEADS, "读不出来", "从备份取回 heads.txt，并查明是谁改的")
        return
    number, digest = anchors.written(ledger.session.meta)
    if len(lines) < number:
        yield Finding(
            "heads",
            HEADS,
            f"出过 {number} 次报表，里面只有 {len(lines)} 行：被删去或截短",
            "从备份取回 heads.txt，并查明原因",
        )
    elif number and anchors.fingerprint(lines[:number]) != digest:
        yield Finding(
            "heads", HEADS, "内容与写入时不同：被改动", "从备份取回 heads.txt，并查明是谁改的"
        )
    own = [
        line for line in lines if line.split()[1:2] != ["0"]
    ]  # of an empty ledger, by older versions
    yield from anchors.check_anchor(ledger, own)


def key(ledger: StoredLedger) -> Iterator[Finding]:
    """Whether the key of the look-ups is there, and is that of this ledger."""
    fault = ledger.key_fault()
    if fault == "foreign":
        yield Finding(
            "key",
            KEY,
            "不是这个台账的查重密钥，像是从别的数据目录拿来的：同一人查不出来",
            "从备份取回原来的 lookup.key；也查一查 ledger.db 有没有换过",
        )
    if fault == "missing":
        yield Finding(
            "key",
            KEY,
            "查重用的密钥文件不见了，或不是密钥：同一人查不出来",
            "从备份取回 lookup.key，再用 bbcs ledger rebuild",
        )


def station(ledger: StoredLedger) -> Iterator[Finding]:
    """Whether the station file beside the ledger belongs to it: by the code, and by its mark."""
    if not (Path(ledger.home) / STATION).exists():
        return
    try:
        in_file = station_file.read(Path(ledger.home))
    except BbcsError as error:
        yield Finding("station", STATION, f"读不出来：{error.message}", "从备份取回 station.toml")
        return
    if what := foreign(in_file, ledger):
        yield Finding(
            "station", STATION, f"{what}有一个被换过", "从备份取回原来的那一个，并查明原因"
        )


def modes(ledger: StoredLedger) -> Iterator[Finding]:
    """Files and folders of the home that other logins may read, write or enter."""
    home = Path(ledger.home)
    loose = loose_files(home)
    for path in loose[:_LOOSE_SHOWN]:
        yield Finding(
            "mode",
            str(path.relative_to(home)),
            "别的用户可以读写或进入",
            f"请执行 chmod -R go= '{home}'",
        )
    if len(loose) > _LOOSE_SHOWN:
        yield Finding("mode", "", f"同样的还有 {len(loose) - _LOOSE_SHOWN} 个")


def schema(ledger: StoredLedger) -> Iterator[Finding]:
    """Compares tables, indexes and triggers with the shipped ones."""
    return ledger.session.check_schema()


STAGES = (heads, key, station, rule_proof.findings, copies.findings, modes, schema)
