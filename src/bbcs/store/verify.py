"""Proves a whole ledger while it streams: reads everything, repairs nothing."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from functools import partial
from hashlib import sha256
from json import loads
from typing import Any

from bbcs.config.home_files import LEDGER
from bbcs.domain.event import Unreadable
from bbcs.domain.numbers import split
from bbcs.findings import Finding
from bbcs.store import (
    attachments,
    comparison,
    erased as erasures,
    home_checks,
    proof,
    statements as sql,
)
from bbcs.store.chain import fingerprint
from bbcs.store.engine import GENESIS
from bbcs.store.ledger import StoredLedger
from bbcs.usecases.ledger import Refold

LIMIT = 200
"""How many findings of one code are listed; the rest is only counted."""

_WHAT = {
    "prev": ("chain", "不接上一条：有一条被插入、删除、调换或改写"),
    "digest": ("chain", "内容与摘要不符：公开部分被改动"),
    "body": ("body", "个人信息部分不见了，又没有清除记录"),
    "commitment": ("commitment", "个人信息部分与承诺不符：被改动"),
    "back": ("body", "个人信息部分已清除，又被放了回来"),
}


def findings(
    ledger: StoredLedger, refold: Refold | None, proved: Callable[[], None] | None = None
) -> list[Finding]:
    """Returns all findings; with `refold` also about the projections, attachments and the file.

    proved: called for each entry of the chain, for a progress bar.
    """
    collected = _Findings()
    chain = partial(_chain, proved=proved)
    stages: list[comparison.Stage] = [_meta, chain, _numbers, _papers, _lost, *home_checks.STAGES]
    if refold is not None:
        stages += [*comparison.stages(refold), _altered, _file]
    for stage in stages:
        try:
            for finding in stage(ledger):
                collected.add(finding)
        except ledger.session.errors as error:
            if ledger.session.is_over(error):
                raise
            collected.add(_unread(ledger, error, proven=not collected.any_of(_PROOF)))
        except Unreadable as error:
            collected.add(Finding("projection", str(error), "记录读不出来", "用备份恢复"))
        except (ValueError, TypeError, LookupError) as error:  # or a fold that trips over it
            collected.add(
                Finding("projection", "", f"记录读不出来（{type(error).__name__}）", "用备份恢复")
            )
    return collected.all()


_PROOF = frozenset({"chain", "gap", "body", "commitment", "station", "file"})
"""Codes of findings after which the entries are not what was written."""


def _unread(ledger: StoredLedger, error: Exception, *, proven: bool) -> Finding:
    """What to do where the storage gives no rows.

    proven: the chain and the personal bodies hold, which are read as bytes. A text that is no text
    then stands in a projection, and the entries give it again.
    """
    if proven and ledger.session.undecodable(error):
        what = "登记内容里有文字读不出来（不是 UTF-8）"
        return Finding("projection", LEDGER, what, comparison.AGAIN)
    what = f"文件读不下去（{ledger.session.error_name(error)}）"
    return Finding("file", LEDGER, what, "用最近的备份恢复")


class _Findings:
    """Collects findings; keeps at most LIMIT of each code."""

    def __init__(self) -> None:
        self._kept: list[Finding] = []
        self._number: dict[str, int] = {}

    def add(self, finding: Finding) -> None:
        number = self._number[finding.code] = self._number.get(finding.code, 0) + 1
        if number <= LIMIT:
            self._kept.append(finding)

    def any_of(self, codes: Container[str]) -> bool:
        """Whether a finding has one of these codes."""
        return any(code in codes for code in self._number)

    def all(self) -> list[Finding]:
        more = {code: number - LIMIT for code, number in self._number.items() if number > LIMIT}
        return self._kept + [
            Finding(code, "", f"同类问题还有 {number} 处未列出") for code, number in more.items()
        ]


def _meta(ledger: StoredLedger) -> Iterator[Finding]:
    if fingerprint(ledger.session.meta) != ledger.session.meta.get("check"):
        yield Finding("meta", "meta", "台账的站码、建立时间或结构号被改动", "用备份对照")


def _chain(ledger: StoredLedger, proved: Callable[[], None] | None = None) -> Iterator[Finding]:
    """Checks every entry: its bytes, its personal body, and the entry before it."""
    stations = ledger.session.stations()
    erased = erasures.erased(ledger.session)
    for station in stations:
        if station != ledger.station and ledger.station in stations:
            what = "台账里插进了别的站的记录"
            yield Finding("station", str(station), what, "查明是谁放的；用备份对照")
        yield from _chain_of(ledger, station, erased, proved)
    if stations and ledger.station not in stations:
        what = f"站码与记录不符：记录属于 {'、'.join(map(str, stations))}"
        yield Finding("station", ledger.station, what, "站码被改动；用备份对照")
    for (number,) in ledger.session.stream(sql.STRAY_BODIES):
        yield Finding("body", f"第 {number} 条", "个人信息部分没有对应的记录", "用备份对照")


def _chain_of(
    ledger: StoredLedger,
    station: str,
    erased: Mapping[str, int],
    proved: Callable[[], None] | None,
) -> Iterator[Finding]:
    seq, prev = 0, GENESIS.encode()
    for row in ledger.session.stream_bytes(sql.PROVE_ALL, station=station):
        seq += 1
        if row[2] != seq:
            what = f"序号断开：下一条是第 {row[2]} 条"
            yield Finding("gap", f"第 {seq} 条", what, "有记录被删除或插入；用备份对照")
            seq = row[2]
        if fault := erasures.lawful(row, _fault(row, prev), erased):
            code, what = _WHAT[fault]
            where = f"第 {seq} 条（{_shown(row[3] or row[1])}）"
            yield Finding(code, where, what, "用备份对照，查明是谁改的")
        prev = row[len(sql.PROOF) - 1]
        if proved:
            proved()


def _fault(row: Any, prev: bytes) -> str:
    try:
        return proof.fault(row, prev, sha256)
    except (TypeError, AttributeError):  # a column holds another type than it was declared with
        return "digest"


def _shown(text: bytes) -> str:
    return text.decode("utf-8", "backslashreplace")


def _numbers(ledger: StoredLedger) -> Iterator[Finding]:
    """Checks that days have no gaps in numbers and versions run 1, 2, … from Registered on."""
    for case_no, count, last in ledger.session.stream(sql.GAPS):
        yield Finding(
            "gap",
            case_no,
            f"步骤断开：有 {count} 条，最后是第 {last} 步",
            "有记录被删除；用备份对照",
        )
    day: tuple[str, str] = ("", "")
    serials: list[int] = []
    for station, case_no, kind in ledger.session.stream(sql.NUMBERS):
        parts = split(case_no)
        if parts is None or parts[0] != station or kind != "Registered":
            yield Finding(
                "number", case_no, "编号不是“站码-日期-序号”，或首条不是登记", "用备份对照"
            )
            continue
        if parts[:2] != day:
            yield from _gaps(day, serials)
            day, serials = parts[:2], []
        serials.append(parts[2])
    yield from _gaps(day, serials)


def _gaps(day: tuple[str, str], serials: list[int]) -> Iterator[Finding]:
    for missing in sorted(set(range(1, max(serials, default=0) + 1)).difference(serials)):
        yield Finding(
            "number",
            f"{day[0]}-{day[1].replace('-', '')}-{missing:04d}",
            "当日编号断号",
            "有件被删除；用备份对照",
        )


def _papers(ledger: StoredLedger) -> Iterator[Finding]:
    """Checks that no number on paper was given twice."""
    taken: dict[tuple[str, int, int], str] = {}
    for case_no, data in ledger.session.stream(sql.ISSUED):
        fields = loads(data)
        key = fields["paper"], fields["year"], fields["serial"]
        first = taken.get(key)
        taken.setdefault(key, case_no)
        if first:
            what = f"文号“{fields['number']}”的序号 {first} 已用过"
            yield Finding("number", case_no, what, "台账被改动；用备份对照")


def named_digests(ledger: StoredLedger) -> list[str]:
    """Returns the digests of all files that entries name which were not erased, each once, sorted."""
    return sorted({digest for _, digest in erasures.named_files(ledger)})


def _lost(ledger: StoredLedger) -> Iterator[Finding]:
    """Finds files that an entry names and that are gone, and those that should be gone."""
    files = ledger.session.files
    for digest in erasures.unnamed_files(ledger):
        if files.holds(digest):
            what = f"附件 {digest[:12]} 应随个人信息清除，还在"
            hint = "再清除一次那一件：bbcs ledger erase 编号"
            yield Finding("attachment", "attachments", what, hint)
    for case_no, digest in erasures.named_files(ledger):
        if not files.holds(digest):
            yield Finding(
                "attachment",
                case_no,
                f"附件 {digest[:12]} 不见了",
                "从备份的 attachments 文件夹里找回来",
            )


def _altered(ledger: StoredLedger) -> Iterator[Finding]:
    """Compares the content of every file that an entry names with its digest."""
    for case_no, digest in erasures.named_files(ledger):
        files = ledger.session.files
        if files.holds(digest) and attachments.digest_of(files, digest) != digest:
            yield Finding(
                "attachment",
                case_no,
                f"附件 {digest[:12]} 的内容被改动",
                "用备份的 attachments 文件夹对照",
            )


def _file(ledger: StoredLedger) -> Iterator[Finding]:
    """Checks the storage."""
    return ledger.session.check_storage()
