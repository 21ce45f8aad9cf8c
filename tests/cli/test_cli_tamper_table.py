"""The table of docs/evidence.md: each row is done to a home, and each column finds it or does not."""

from __future__ import annotations

import shutil
import sqlite3
from binascii import crc32
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_desk import Desk
from tampering import edit, insert_foreign_chain, ledger, rehash

from bbcs.config import home_files, items, packs, station_file
from bbcs.store import anchors, chain

PAGE = Path(__file__).parents[2] / "docs" / "evidence.md"
HEAD = "| 有人动了手脚 | `verify` | `--full` | `--anchor` |"
WORDS = {"能": True, "不能": False}


def rows() -> dict[str, tuple[bool, bool, bool]]:
    """What the page says of each kind."""
    lines = PAGE.read_text(encoding="utf-8").partition(HEAD)[2].splitlines()[2:]
    table = {}
    for line in lines:
        if not line.startswith("|"):
            break
        what, *found = (cell.strip() for cell in line.strip("|").split("|"))
        table[what] = tuple(WORDS[word] for word in found)
    return table


class Place:
    """A home with cases, a printed month, its state before the last act, and another station."""

    def __init__(self, folder: Path, made: Path) -> None:
        self.folder = folder
        shutil.copytree(made, folder / "home")
        self.desk = Desk(folder / "home")
        self.home = self.desk.home

    def prepare(self) -> None:
        (self.folder / "a.csv").write_text("事项,承诺时限\n诊所备案1,20\n", encoding="utf-8")
        self.desk.ok("station", "items", "load", self.folder / "a.csv")
        for number in (1, 2, 3):
            self.desk.take(number=number, difficulty="complex")
        self.desk.ok("void", "0003", "--reason", "误登")
        self.print("first")
        shutil.copytree(self.home, self.folder / "old")
        self.desk.ok("ledger", "erase", "0003", "--reason", "误登", "--basis", "法", "--yes")
        self.desk.ok("note", "0001", "--text", "催办")
        self.desk.ok("note", "0002", "--text", "再催")
        self.print("second")

    def print(self, name: str) -> None:
        self.desk.ok("report", "monthly", "--month", "2026-03", "--out", self.folder / name)
        shutil.copy(self.home / home_files.HEADS, self.folder / "outside.txt")

    def found(self) -> tuple[bool, bool, bool]:
        """Which of the three ways finds something."""
        ways = ((), ("--full",), ("--anchor", self.folder / "outside.txt"))
        codes = [self.desk("ledger", "verify", *how).code for how in ways]
        assert set(codes) <= {0, 21}
        return tuple(code == 21 for code in codes)  # type: ignore[return-value]

    # -- what an insider needs -----------------------------------------------------------------------------------

    def rewrite_heads(self) -> None:
        """Makes heads.txt, and what the ledger knows of it, right for the ledger as it is now."""

        def work(connection: sqlite3.Connection) -> None:
            entries = dict(connection.execute("SELECT station_seq, digest FROM entry").fetchall())
            kept = []
            for line in anchors.read(self.home / home_files.HEADS):
                station, seq, _, moment = line.split()
                if int(seq) in entries:
                    kept.append(f"{station} {seq} {entries[int(seq)]} {moment}")
            (self.home / home_files.HEADS).write_text("\n".join(kept) + "\n", encoding="utf-8")
            meta = dict(connection.execute("SELECT key, value FROM meta").fetchall())
            meta["heads"] = f"{len(kept)} {anchors.fingerprint(kept)}"
            meta["check"] = chain.fingerprint(meta)
            for key in ("heads", "check"):
                connection.execute("UPDATE meta SET value = ? WHERE key = ?", (meta[key], key))

        ledger(self.home, work)

    def rebuild(self) -> None:
        self.desk.ok("ledger", "rebuild")


def _edition(place: Place) -> None:
    edit(packs.edition_file(place.home, "default", "1"), "limit = 10\n", "limit = 60\n")


def _cache(place: Place) -> None:
    path = place.home / station_file.CACHE
    rest = path.read_bytes().partition(b"\n")[2]
    size = rest.rindex(b'["ZY01"')
    body = rest[size:].replace(b'"clerk"', b'"admin"', 1)
    path.write_bytes(f"{size} {crc32(body)}\n".encode() + rest[:size] + body)


def _foreign(place: Place) -> None:
    other = Desk(place.folder / "other")
    other.ok("init", "--station", "XA01", "--name", "别的站")
    other.take()
    insert_foreign_chain(place.home, other.home)


def _triggers(place: Place) -> None:
    with sqlite3.connect(place.home / "ledger.db", isolation_level=None) as connection:
        connection.execute("DROP TRIGGER tr_entry_update")


def _heads(place: Place) -> None:
    path = place.home / home_files.HEADS
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")


def _roster(place: Place) -> None:
    path = place.home / "station.toml"
    text = path.read_text(encoding="utf-8") + '\n[[units]]\nname = "区水务局"\n'
    path.write_text(text, encoding="utf-8")


def _old_ledger(place: Place) -> None:
    shutil.copy(place.folder / "old" / "ledger.db", place.home / "ledger.db")


def _cut(place: Place) -> None:
    ledger(
        place.home,
        "DELETE FROM personal WHERE station_seq = (SELECT max(station_seq) FROM entry);"
        "DELETE FROM entry WHERE station_seq = (SELECT max(station_seq) FROM entry)",
    )
    place.rewrite_heads()
    place.rebuild()


def _rewritten(place: Place) -> None:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute(
            "UPDATE entry SET at = replace(at, 'T09:', 'T08:') WHERE kind = 'Triaged'"
        )
        rehash(connection, 1)

    ledger(place.home, work)
    place.rewrite_heads()
    place.rebuild()


def _old_home(place: Place) -> None:
    shutil.rmtree(place.home)
    shutil.copytree(place.folder / "old", place.home)


def _put_back(place: Place) -> None:
    """What an old copy of the file still holds."""
    old = place.folder / "old" / "ledger.db"

    def work(connection: sqlite3.Connection) -> None:
        connection.execute("ATTACH ? AS old", (str(old),))
        connection.execute(
            "INSERT INTO personal SELECT o.* FROM old.personal o"
            " WHERE NOT EXISTS (SELECT 1 FROM personal p WHERE p.station_seq = o.station_seq)"
        )

    ledger(place.home, work)


def _sql(text: str) -> Callable[[Place], None]:
    return lambda place: ledger(place.home, text)


def _station(old: str, new: str) -> Callable[[Place], None]:
    return lambda place: edit(place.home / "station.toml", old, new)


_LIMIT = "CAST(replace(CAST(raw AS TEXT), 'limit = 10', 'limit = 60') AS BLOB)"
_NOTED = "(SELECT min(station_seq) FROM entry WHERE kind = 'Noted')"
KINDS: dict[str, Callable[[Place], None]] = {
    "版次的抄件（`packs/editions/`）被改": _edition,
    "事项目录的抄件（`items.csv`）被改": lambda it: edit(it.home / items.FILE, "20", "90"),
    "台账里规则包的原文被改": _sql(f"UPDATE document SET raw = {_LIMIT}"),
    "台账里规则包解析后的内容被改": _sql('UPDATE parsed SET body = replace(body, ",10,", ",60,")'),
    "哪一条采用哪一版的表被改": _sql("UPDATE adopted SET edition = '9' WHERE what = 'pack'"),
    "`station.toml` 的站码被改": _station('code = "ZY01"', 'code = "ZY02"'),
    "`station.toml` 的规则包一行被改": _station('pack = "default"', 'pack = "zhanyi"'),
    "`station.toml` 的名册被手工改": _roster,
    "缓存（`cache/`）被改": _cache,
    "插进别的站的一整条链": _foreign,
    "触发器被拆掉": _triggers,
    "一条的公开内容、时间或操作员被改": _sql(
        "UPDATE entry SET actor = 'li' WHERE kind = 'Triaged'"
    ),
    "中间删去一条": _sql(
        f"DELETE FROM personal WHERE station_seq = {_NOTED};"
        f"DELETE FROM entry WHERE station_seq = {_NOTED}"
    ),
    "个人内容被改": _sql("UPDATE personal SET body = replace(body, '催办', '没催')"),
    "盐被改": _sql(f"UPDATE personal SET salt = zeroblob(16) WHERE station_seq = {_NOTED}"),
    "个人内容和盐被拿掉，没有清除记录": _sql(f"DELETE FROM personal WHERE station_seq = {_NOTED}"),
    "清除过的个人内容和盐被放了回来": _put_back,
    "`heads.txt` 被改或截短": _heads,
    "只把 `ledger.db` 换成旧的（`heads.txt` 还在）": _old_ledger,
    "列表、登记簿用的结果表被改": _sql("UPDATE case_row SET due = '2027-01-01'"),
    "查找用的索引的设置被改": _sql("UPDATE case_search_config SET v = 9 WHERE k = 'version'"),
    "截掉账尾并重算结果表，数据目录里的 `heads.txt` 也一并改掉": _cut,
    "改一条，把其后的链和结果表全部重算，`heads.txt` 也改掉": _rewritten,
    "整个数据目录换成旧的": _old_home,
}
"""Row of the table -> what is done."""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, made: Path) -> Path:
    place = Place(tmp_path_factory.mktemp("tamper"), made)
    place.prepare()
    assert place.found() == (False, False, False)
    return place.folder


@pytest.fixture
def place(prepared: Path, tmp_path: Path) -> Place:
    shutil.copytree(prepared, tmp_path / "place")
    again = Place.__new__(Place)
    again.folder, again.home = tmp_path / "place", tmp_path / "place" / "home"
    again.desk = Desk(again.home)
    return again


def test_the_table_and_the_tests_are_of_the_same_kinds():
    assert list(rows()) == list(KINDS)
    assert len(KINDS) >= 20


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_found_where_the_table_says_so(place: Place, kind: str):
    before = {path: path.read_bytes() for path in place.home.rglob("*") if path.is_file()}
    KINDS[kind](place)
    after = {path: path.read_bytes() for path in place.home.rglob("*") if path.is_file()}
    assert before != after
    assert place.found() == rows()[kind]


# -- one invalid byte ----------------------------------------------------------------------------------------------


def columns(home: Path) -> list[tuple[str, str]]:
    """Every column of text that holds something."""
    with sqlite3.connect(home / "ledger.db") as connection:
        names = connection.execute(
            "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c"
            " WHERE t.type = 'table' AND c.type = 'TEXT' AND t.name NOT LIKE 'case_search%'"
        ).fetchall()
        return [
            (table, column)
            for table, column in names
            if connection.execute(
                f"SELECT 1 FROM {table} WHERE {column} IS NOT NULL LIMIT 1"
            ).fetchone()
        ]


def test_one_invalid_byte_in_any_text_is_found(place: Place):
    """That no command crashes where all texts of a column are so: test_cli_home_proof."""
    known = columns(place.home)
    assert len(known) > 60
    whole = (place.home / "ledger.db").read_bytes()
    missed = []
    for table, column in known:
        (place.home / "ledger.db").write_bytes(whole)
        ledger(
            place.home,
            f"UPDATE {table} SET {column} = CAST(CAST({column} AS BLOB) || x'ff' AS TEXT)"
            f" WHERE rowid = (SELECT min(rowid) FROM {table} WHERE {column} IS NOT NULL)"
            if has_rowid(place.home, table)
            else f"UPDATE {table} SET {column} = CAST(CAST({column} AS BLOB) || x'ff' AS TEXT)",
        )
        if place.desk("ledger", "verify", "--full").code != 21:
            missed.append((table, column))
    assert missed == []


def has_rowid(home: Path, table: str) -> bool:
    with sqlite3.connect(home / "ledger.db") as connection:
        try:
            connection.execute(f"SELECT rowid FROM {table} LIMIT 1")
        except sqlite3.OperationalError:
            return False
    return True
