"""Proof of a whole ledger, streaming, and the refolding of its projections. Reads everything, repairs nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import groupby
from json import loads
from operator import itemgetter
from typing import Any

from bbcs.domain.event import Unreadable
from bbcs.domain.findings import Finding
from bbcs.store import (
    attachments,
    dialect,
    location,
    numbers,
    projections,
    proof,
    searching,
    statements as sql,
)
from bbcs.store.chain import fingerprint
from bbcs.store.dialect import GENESIS
from bbcs.store.home import schema
from bbcs.store.ledger import StoredLedger
from bbcs.store.rows import event
from bbcs.usecases import fulltext
from bbcs.usecases.ledger import Refold

LIMIT = 200
"""Findings of one code that are listed; the rest is counted."""

NOTICED_WIDE = ("CalendarImported",)
"""Ledger-wide kinds that change the calendar; each is refolded alone, its Projection has a `notice`."""

COUNTED_WIDE = ("Consulted", "Improved")
"""Ledger-wide kinds that are counted; each is refolded alone, its Projection has movements and an empty `case`."""

WAIVED_WIDE = ("Exempted",)
"""Ledger-wide kinds that waive a paper by rule; each is refolded alone, its Projection has waivers."""

_WHAT = {
    "prev": ("chain", "不接上一条：有一条被插入、删除、调换或改写"),
    "digest": ("chain", "内容与摘要不符：公开部分被改动"),
    "body": ("body", "个人信息部分不见了，又没有删除记录"),
    "commitment": ("commitment", "个人信息部分与承诺不符：被改动"),
}


def findings(ledger: StoredLedger, refold: Refold | None) -> list[Finding]:
    """Everything found; with `refold` also every projection and the file itself."""
    found = _Findings()
    stages: list[tuple[Callable[..., Iterator[Finding]], tuple[Any, ...]]] = [
        (_meta, ()),
        (_chain, ()),
        (_numbers, ()),
    ]
    if refold is not None:
        stages += [
            (_projections, (refold,)),
            (_wide, (refold,)),
            (_waived, (refold,)),
            (_notices, (refold,)),
            (_strays, ()),
            (_index, ()),
            (_attached, ()),
            (_file, ()),
        ]
    for stage, arguments in stages:
        try:
            for finding in stage(ledger, *arguments):
                found.add(finding)
        except sqlite3.DatabaseError as error:
            found.add(
                Finding(
                    "file",
                    location.LEDGER,
                    f"文件读不下去（{getattr(error, 'sqlite_errorname', 'SQLITE')}）",
                    "用最近的备份恢复",
                )
            )
        except Unreadable as error:
            found.add(Finding("projection", str(error), "记录读不出来", "用备份恢复"))
        except (ValueError, TypeError, LookupError) as error:  # or a fold that trips over it
            found.add(
                Finding("projection", "", f"记录读不出来（{type(error).__name__}）", "用备份恢复")
            )
        finally:
            ledger.connection.text_factory = str
    return found.all()


def rebuild(ledger: StoredLedger, refold: Refold) -> int:
    """Drop and refold every projection; the number of cases."""
    for text in sql.CLEAR:
        ledger.connection.execute(text)
    searching.clear(ledger.connection)
    ledger.reindex()
    cases = 0
    for events in ledger.cases():
        ledger.project(refold(events))
        cases += 1
    for one in ledger.wide((*COUNTED_WIDE, *NOTICED_WIDE, *WAIVED_WIDE)):
        found = refold([one])
        for movement in found.movements:
            ledger.count(movement)
        ledger.waive(found.waivers)
        if found.notice:
            ledger.lay(found.notice)
    return cases


class _Findings:
    """At most LIMIT of each code are kept."""

    def __init__(self) -> None:
        self._kept: list[Finding] = []
        self._number: dict[str, int] = {}

    def add(self, finding: Finding) -> None:
        number = self._number[finding.code] = self._number.get(finding.code, 0) + 1
        if number <= LIMIT:
            self._kept.append(finding)

    def all(self) -> list[Finding]:
        more = {code: number - LIMIT for code, number in self._number.items() if number > LIMIT}
        return self._kept + [
            Finding(code, "", f"同类问题还有 {number} 处未列出") for code, number in more.items()
        ]


def _meta(ledger: StoredLedger) -> Iterator[Finding]:
    if fingerprint(ledger.meta) != ledger.meta.get("check"):
        yield Finding("meta", "meta", "台账的站码、建立时间或结构号被改动", "用备份对照")


def _chain(ledger: StoredLedger) -> Iterator[Finding]:
    """Every entry against its own bytes, its body and the entry before it."""
    ledger.connection.text_factory = bytes
    station, seq, prev = b"", 0, GENESIS.encode()
    stations = set()
    for row in ledger.stream(sql.PROVE_ALL):
        if row[1] != station:
            station, seq, prev = row[1], 0, GENESIS.encode()
            stations.add(_shown(station))
        seq += 1
        if row[2] != seq:
            yield Finding(
                "gap",
                f"第 {seq} 条",
                f"序号断开：下一条是第 {row[2]} 条",
                "有记录被删除或插入；用备份对照",
            )
            seq = row[2]
        fault = _fault(row, prev)
        if fault:
            code, what = _WHAT[fault]
            yield Finding(
                code,
                f"第 {seq} 条（{_shown(row[3] or station)}）",
                what,
                "用备份对照，查明是谁改的",
            )
        prev = row[len(sql.PROOF) - 1]
    if stations and ledger.station not in stations:
        yield Finding(
            "station",
            ledger.station,
            f"站码与记录不符：记录属于 {'、'.join(sorted(stations))}",
            "站码被改动；用备份对照",
        )
    for (number,) in ledger.stream(sql.STRAY_BODIES):
        yield Finding("body", f"第 {number} 条", "个人信息部分没有对应的记录", "用备份对照")


def _fault(row: Any, prev: bytes) -> str:
    try:
        return proof.fault(row, prev, sha256)
    except (
        TypeError,
        AttributeError,
    ):  # a column that holds another type than it was declared with
        return "digest"


def _shown(text: bytes) -> str:
    return text.decode("utf-8", "backslashreplace")


def _numbers(ledger: StoredLedger) -> Iterator[Finding]:
    """Case numbers without gaps per day, each case from Registered on with versions 1, 2, …"""
    for case_no, count, last in ledger.stream(sql.GAPS):
        yield Finding(
            "gap",
            case_no,
            f"步骤断开：有 {count} 条，最后是第 {last} 步",
            "有记录被删除；用备份对照",
        )
    day: tuple[str, str] = ("", "")
    serials: list[int] = []
    for station, case_no, kind in ledger.stream(sql.NUMBERS):
        parts = numbers.split(case_no)
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


def _projections(ledger: StoredLedger, refold: Refold) -> Iterator[Finding]:
    """Every case refolded and compared with what is stored of it; all the tables are read side by side in the order of numbers."""
    keyed = bool(ledger.secret())
    if not keyed:
        yield Finding(
            "key",
            "lookup.key",
            "查重用的密钥文件不见了：同一人查不出来",
            "从备份取回 lookup.key，再用 bbcs ledger rebuild",
        )
    stored = [_Side(ledger.stream(text), column) for text, column in sql.SIDES]
    for case_no, entries in groupby(ledger.stream(sql.CASES), itemgetter(1)):
        case, *others = (side.of(case_no) for side in stored)
        found = projections.Rows(case[0] if case else (), *others)
        try:
            told = ledger.rows(refold([event(row) for row in entries]))
        except Unreadable:
            yield Finding(
                "projection", case_no, "有记录读不出来，不能重算", "记录被改动；用备份对照"
            )
            continue
        except (
            Exception
        ) as error:  # whatever a refold trips over in tampered entries is a finding, not a crash
            yield Finding(
                "projection",
                case_no,
                f"不能由记录重算（{type(error).__name__}）",
                "记录被改动；用备份对照",
            )
            continue
        if found != told and (names := projections.differences(told, found, keyed=keyed)):
            yield Finding(
                "projection",
                case_no,
                f"登记内容与记录不符：{'、'.join(names)}",
                "用 bbcs ledger rebuild 重算，并查明原因",
            )


class _Side:
    """Rows in the order of case numbers, given out case by case; those of unknown cases are passed over (`_strays` names them)."""

    def __init__(self, rows: Iterator[Any], column: int) -> None:
        self._rows, self._column = rows, column
        self._next = next(rows, None)

    def of(self, case_no: str) -> tuple[Any, ...]:
        """The rows of this case."""
        found = []
        row, column = self._next, self._column
        while row is not None and row[column] <= case_no:
            if row[column] == case_no:
                found.append(row)
            row = next(self._rows, None)
        self._next = row
        return tuple(found)


def _wide(ledger: StoredLedger, refold: Refold) -> Iterator[Finding]:
    """Counted ledger-wide events."""
    told: set[projections.Row] = set()
    for one in ledger.wide(COUNTED_WIDE):
        told.update(projections.counted(refold([one]).movements, ledger.station, None))
    found = set(ledger.stream(sql.WIDE_MOVEMENTS))
    for row in sorted(told ^ found, key=lambda row: row[1]):
        yield Finding(
            "projection",
            f"第 {row[1]} 条",
            "咨询或改进的统计行与记录不符",
            "用 bbcs ledger rebuild 重算，并查明原因",
        )


def _waived(ledger: StoredLedger, refold: Refold) -> Iterator[Finding]:
    """Ledger-wide rule waivers."""
    told: set[projections.Row] = set()
    for one in ledger.wide(WAIVED_WIDE):
        told.update(projections.waived(refold([one]).waivers, ledger.station, None))
    for row in sorted(told ^ set(ledger.stream(sql.WIDE_WAIVERS)), key=lambda row: row[1:3]):
        yield Finding(
            "projection",
            f"第 {row[1]} 条",
            "免予提供的规则与记录不符",
            "用 bbcs ledger rebuild 重算，并查明原因",
        )


def _notices(ledger: StoredLedger, refold: Refold) -> Iterator[Finding]:
    """Imported holiday notices against what is laid over the calendar."""
    told = [refold([one]).notice for one in ledger.wide(NOTICED_WIDE)]
    heads, days = (
        zip(*(projections.notice(one, ledger.station) for one in told if one), strict=True)
        if told
        else ((), ())
    )
    same = [tuple(row) for row in ledger.stream(sql.ALL_NOTICES)] == list(heads)
    wanted = sorted((row for some in days for row in some), key=lambda row: row[1:3])
    if not same or [tuple(row) for row in ledger.stream(sql.ALL_DAYS)] != wanted:
        yield Finding(
            "projection",
            "calendar_day",
            "导入的放假通知与记录不符",
            "用 bbcs ledger rebuild 重算，并查明原因",
        )


def _strays(ledger: StoredLedger) -> Iterator[Finding]:
    """Stored rows of cases that have no entry."""
    for text in sql.STRAYS:
        for (case_no,) in ledger.stream(text):
            yield Finding(
                "projection",
                str(case_no),
                "有登记内容，却没有任何记录",
                "用 bbcs ledger rebuild 重算，并查明原因",
            )


def _index(ledger: StoredLedger) -> Iterator[Finding]:
    """The full-text index against the texts it was made from: each character as often and at the same places."""
    if not searching.usable(ledger.connection):
        return
    told: dict[str, list[int]] = {}
    for number, text in ledger.stream(sql.TEXTS):
        for place, char in enumerate(fulltext.spaced(text).split(), 1):
            sums = told.setdefault(char, [0, 0, 0])
            sums[0] += 1
            sums[1] += number % 2147483647
            sums[2] += number % 65521 * place
    try:
        same = {term: sums for term, *sums in _places(ledger)} == told
    except sqlite3.DatabaseError:
        same = False
    if not same:
        yield Finding(
            "search",
            "case_search",
            "查找用的索引与各件的文字不符",
            "用 bbcs ledger rebuild 重算，并查明原因",
        )


def _places(ledger: StoredLedger) -> list[Any]:
    """What the index holds. The view of it is a temporary table: the ledger itself stays unwritten."""
    connection = ledger.connection
    only_reading = connection.execute("PRAGMA query_only").fetchone()[0]
    connection.execute("PRAGMA query_only=OFF")
    try:
        connection.execute(dialect.WORDS)
        found: list[Any] = connection.execute(dialect.PLACES).fetchall()
    finally:
        connection.execute(f"PRAGMA query_only={only_reading}")
    return found


def _attached(ledger: StoredLedger) -> Iterator[Finding]:
    """Every file that an entry names, against its digest."""
    for case_no, data in ledger.stream(sql.WITH_FILES):
        said = loads(data)
        digest = said.get("sha256") or said.get("minutes_sha256")
        if not digest:
            continue
        path = attachments.place(ledger.home, digest)
        if not path.is_file():
            yield Finding(
                "attachment",
                case_no,
                f"附件 {digest[:12]} 不见了",
                "从备份的 attachments 文件夹里找回来",
            )
        elif attachments.looked_at(str(path))[0] != digest:
            yield Finding(
                "attachment",
                case_no,
                f"附件 {digest[:12]} 的内容被改动",
                "用备份的 attachments 文件夹对照",
            )


def _file(ledger: StoredLedger) -> Iterator[Finding]:
    """SQLite's own view of the file, and its tables, indexes and triggers against the shipped ones."""
    fresh = sqlite3.connect(":memory:")
    try:
        full_text = dialect.has_full_text(fresh)
        fresh.executescript(schema(full_text=full_text))
        shipped = set(fresh.execute(sql.SCHEMA).fetchall())
    finally:
        fresh.close()
    found = {
        row
        for row in ledger.stream(sql.SCHEMA)
        if full_text or not str(row[1]).startswith("case_search")
    }
    for _, name, _ in sorted(found ^ shipped, key=str):
        yield Finding(
            "schema",
            str(name),
            "表、索引或触发器与本版不同：被改动或删去",
            "用最近的备份恢复，并查明原因",
        )
    for (said,) in ledger.stream("PRAGMA integrity_check(20)"):
        if said != "ok":
            yield Finding("file", location.LEDGER, "数据库文件结构损坏", "用最近的备份恢复")
            return
