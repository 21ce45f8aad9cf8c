"""Finds out what a file is and refuses what may not be read, before any reader opens it (trust.md
D12).

The first bytes decide the kind, not the name; a name of another kind is refused, so that
nobody wonders later. Workbooks are ZIP archives of XML: their parts are unpacked once, in pieces,
and counted, because the sizes that an archive declares may lie.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePath
from typing import BinaryIO
from xml.etree import ElementTree

from bbcs.errors import ImportRejected
from bbcs.ingest import hidden_rows
from bbcs.record import Record

LARGEST = 1 << 30
"""Bytes that all parts of a workbook may unpack to."""

RATIO = 100
"""How many times its packed size a part may unpack to; small parts may more."""

_SMALL = 1 << 20
CELLS = 1_048_576 * 256
"""Cells that a sheet may span."""

ROWS, COLUMNS = 1_048_576, 16_384
"""Rows and columns of a workbook sheet."""

_PIECE = 1 << 18
_BROKEN = (
    zipfile.BadZipFile, zlib.error, ElementTree.ParseError, EOFError, NotImplementedError, ValueError,
)  # fmt: skip
_KINDS = {
    ".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xls", ".et": "xls", ".ods": "ods", ".csv": "csv",
    ".tsv": "tsv", ".txt": "csv", ".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson",
}  # fmt: skip
"""End of a file's name -> what it should be."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DTD = re.compile(
    rb"<\s*!\s*(?:DOCTYPE|ENTITY)|<\x00!\x00(?:D\x00O\x00C|E\x00N\x00T)|\x00<\x00!\x00(?:D\x00O\x00C|E\x00N\x00T)",
    re.IGNORECASE,
)
_ROOT = re.compile(rb"<[A-Za-z]")
_CELL = re.compile(rb'[ \t\r\n]r="([A-Z]{2,3})\d')
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d{1,7})"')
_FORMATS = "可以用 xlsx、xls、ods、csv、tsv、json、ndjson"


class FileKind(Record):
    """What a file is: xlsx, xls, ods, csv, tsv, json or ndjson.

    hidden_rows: name of a sheet -> the numbers of its hidden rows, as far as the format tells them.
    from_1904: whether its days are counted from 1904. uncounted: name of a sheet -> its columns with
    formulas that have no value.
    """

    name: str
    hidden_rows: Mapping[str, Collection[int]] = {}
    from_1904: bool = False
    uncounted: Mapping[str, Collection[str]] = {}


def checked(stream: BinaryIO, name: str) -> FileKind:
    """The kind of a file that may be read.

    Raises ImportRejected for an empty, encrypted, damaged or hostile file and for one that is
    something else than its name says.
    """
    head = stream.read(4096)
    stream.seek(0)
    if not head.strip(b"\x00 \r\n\t\xef\xbb\xbf\xff\xfe"):
        raise ImportRejected(f"{name} 是空的；请检查是不是选错了文件")
    wanted = _KINDS.get(PurePath(name).suffix.lower(), "")
    if head.startswith(b"PK"):
        return _archive(stream, name, wanted)
    if head.startswith(_OLE):
        return _compound(stream, name, wanted)
    return _text(head, name, wanted)


def _named(name: str, wanted: str, actual: str) -> None:
    """ImportRejected when the name says another kind than the file is."""
    same = {"xlsx": ("xlsx",), "ods": ("ods",), "xls": ("xls",)}[actual]
    if wanted and wanted not in same:
        raise ImportRejected(
            f"{name} 的扩展名不对：内容是 {actual}；请把文件名改成 .{actual} 结尾，或用 WPS、Excel 另存一份"
        )


def _compound(stream: BinaryIO, name: str, wanted: str) -> FileKind:
    """An OLE file: an old workbook, or a new one that is encrypted."""
    raw = stream.read(_PIECE * 4)
    stream.seek(0)
    if "EncryptedPackage".encode("utf-16-le") in raw:
        raise _encrypted(name)
    if "Workbook".encode("utf-16-le") not in raw and "Book".encode("utf-16-le") not in raw:
        tail = stream.read()
        stream.seek(0)
        if "Workbook".encode("utf-16-le") not in tail and "Book".encode("utf-16-le") not in tail:
            raise ImportRejected(f"{name} 不是表格文件（像是 Word 或演示文稿）；{_FORMATS}")
    _named(name, wanted, "xls")
    return FileKind("xls")


def _encrypted(name: str) -> ImportRejected:
    return ImportRejected(f"{name} 有打开密码；请先用 WPS 或 Excel 去掉密码，另存后再导入")


def _text(head: bytes, name: str, wanted: str) -> FileKind:
    if wanted in ("xlsx", "xls", "ods"):
        first = head.lstrip(b"\xef\xbb\xbf \r\n\t")[:200].lower()
        if first.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml", b"<meta")):
            what = "网页"
            raise ImportRejected(
                f"{name} 其实是{what}（别的系统导出的常这样）；请用 WPS 或 Excel 打开后另存为 xlsx"
            )
        raise ImportRejected(
            f"{name} 打不开：不是 {wanted} 文件，或已损坏；请用 WPS 或 Excel 打开后另存一份"
        )
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf")):
        raise ImportRejected(f"{name} 不是表格；{_FORMATS}")
    if wanted:
        return FileKind(wanted)
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    if start.startswith(b"["):
        return FileKind("json")
    if start.startswith(b"{"):
        return FileKind("ndjson")
    return FileKind("csv")


# -- archives --------------------------------------------------------------------------------------


def _archive(stream: BinaryIO, name: str, wanted: str) -> FileKind:
    try:
        with zipfile.ZipFile(stream) as archive:
            kind = _kind_of(archive, name)
            _named(name, wanted, kind)
            return _parts(archive, name, kind)
    except (*_BROKEN, OSError) as error:
        raise damaged(name) from error
    finally:
        stream.seek(0)


def damaged(name: str) -> ImportRejected:
    """The refusal of a workbook that is not whole."""
    return ImportRejected(f"{name} 已损坏或没有传完；请重新取一份，或用 WPS、Excel 打开修复后另存")


def _kind_of(archive: zipfile.ZipFile, name: str) -> str:
    names = set(archive.namelist())
    if any(one.flag_bits & 1 for one in archive.infolist()):
        raise _encrypted(name)
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        raise ImportRejected(f"{name} 是 xlsb；请用 WPS 或 Excel 另存为 xlsx")
    if "content.xml" in names and "mimetype" in names:
        if b"encryption-data" in archive.read("META-INF/manifest.xml")[:_SMALL]:
            raise _encrypted(name)
        return "ods"
    raise ImportRejected(f"{name} 是压缩包，不是表格；请先解压，再导入里面的表格文件；{_FORMATS}")


def _parts(archive: zipfile.ZipFile, name: str, kind: str) -> FileKind:
    """Every part of XML unpacked once: sizes, declared cells, DTD, hidden rows."""
    total = sum(part.file_size for part in archive.infolist())
    if total > LARGEST:
        raise _bomb(name)
    total, hidden, from_1904 = 0, dict[str, set[int]](), False
    uncounted = dict[str, set[str]]()
    for part in archive.infolist():
        if not part.filename.endswith((".xml", ".rels", ".vml")):
            continue
        sheet = part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml")
        size, rows, columns, rooted = 0, 0, 0, False
        for piece in _pieces(archive, part):
            size += len(piece)
            if total + size > LARGEST or _too_dense(size, part.compress_size):
                raise _bomb(name)
            if not rooted and _DTD.search(piece):  # it stands before the first element
                raise ImportRejected(f"{name} 里夹带了文档类型声明（DTD），可能有害；没有读")
            rooted = rooted or _ROOT.search(piece) is not None
            if sheet:
                rows, columns = _reached(piece, rows, columns)
                if rows_hidden := hidden_rows.numbers(piece):
                    hidden.setdefault(part.filename, set()).update(rows_hidden)
                if columns_empty := hidden_rows.uncounted(piece):
                    uncounted.setdefault(part.filename, set()).update(columns_empty)
            elif part.filename == "content.xml" and hidden_rows.MARKS["ods"].search(piece):
                hidden[part.filename] = set()
            elif part.filename == "xl/workbook.xml":
                from_1904 = from_1904 or re.search(rb'date1904="(?:1|true)"', piece) is not None
        if rows * max(columns, 1) > CELLS or rows > ROWS or columns > COLUMNS:
            raise ImportRejected(
                f"{name} 的表太大：有内容的单元格一直到第 {rows} 行第 {columns} 列；"
                "请删去末尾没用的行和列（含只设了格式的），另存后再导入"
            )
        total += size
    empty = hidden_rows.of_xlsx(archive, uncounted) if uncounted else {}
    return FileKind(kind, _named_sheets(archive, hidden), from_1904, empty)


def _named_sheets(
    archive: zipfile.ZipFile, hidden: Mapping[str, set[int]]
) -> Mapping[str, Collection[int]]:
    """The hidden rows by the names of their sheets, from those of the parts."""
    if "content.xml" not in hidden:
        return hidden_rows.of_xlsx(archive, hidden) if hidden else {}
    with archive.open("content.xml") as content:
        return hidden_rows.of_ods(content)


def _too_dense(size: int, packed: int) -> bool:
    return size > _SMALL and size > RATIO * max(packed, 1)


def _bomb(name: str) -> ImportRejected:
    return ImportRejected(
        f"{name} 解开后太大（超过 1 GB，或压缩得不合常理），可能是“压缩炸弹”；没有读。"
        "真是台账的请分成几个文件"
    )


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of a part, each piece with the end of the one before, so that nothing falls
    between.
    """
    rest = b""
    with archive.open(part) as content:
        while piece := content.read(_PIECE):
            yield rest + piece if rest else piece
            rest = piece[-200:]


def _reached(piece: bytes, rows: int, columns: int) -> tuple[int, int]:
    """The last row and column that the cells of a piece of a sheet reach; 26 columns at least."""
    for number in _ROW.findall(piece):
        rows = max(rows, int(number))
    return rows, max([columns, 26, *map(_column, set(_CELL.findall(piece)))])


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
