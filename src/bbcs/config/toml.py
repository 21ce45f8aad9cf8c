"""Reads TOML by a closed schema; every defect with its line.

Used only where no cached value serves.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import count
from typing import Any

from bbcs.errors import nearest
from bbcs.findings import Finding

Raw = Mapping[str, Any]
Schema = Mapping[str, str]
"""Key -> type, with “!” when the key must be there."""


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _events(value: Any) -> bool:
    return (isinstance(value, str) or _texts(value)) and bool(value)


def _numbers(value: Any) -> bool:
    return isinstance(value, list) and all(type(item) is int for item in value)


def _columns(value: Any) -> bool:
    return isinstance(value, list) and all(_texts(pair) and len(pair) == 2 for pair in value)


def _rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)


_TYPES: Mapping[str, tuple[str, Callable[[Any], bool], Any]] = {
    "text": ("加引号的文字", lambda value: isinstance(value, str), ""),
    "int": ("整数，不加引号", lambda value: type(value) is int, 0),
    "bool": ("true 或 false", lambda value: isinstance(value, bool), False),
    "date": ("日期，如 2022-04-01，不加引号", lambda value: type(value) is date, None),
    "texts": ('文字的列表，如 ["甲", "乙"]', _texts, ()),
    "events": ('加引号的文字，或文字的列表，如 ["FedBack.first", "Resolved"]', _events, ()),
    "numbers": ("整数的列表，如 [1, 2, 3]", _numbers, ()),
    "map": (
        '如 { difficulty = "simple" }',
        lambda value: isinstance(value, dict) and _texts([*value.values()]),
        {},
    ),
    "columns": ('如 [["case_no", "编号"]]', _columns, ()),
    "table": ("一张表", lambda value: isinstance(value, dict), {}),
    "rows": ("一列表", _rows, ()),
    "one_or_rows": (
        "一张表，或一列表",
        lambda value: isinstance(value, dict) or _rows(value),
        (),
    ),
}
"""Type -> what people read, the test, the value that stands in for a wrong or missing one."""

_SYNTAX: Mapping[str, str] = {
    "Expected '='": "键后面要有“=”",
    "Expected ']": "表头的方括号没有收尾",
    "Expected newline": "一行只能写一项",
    "Expected": "引号没有收尾",
    "Cannot overwrite": "这个键写了两次",
    "Cannot declare": "这张表写了两次",
    "Cannot mutate": "这个键前面已经写完了，不能再添：都写在前面那一处",
    "Cannot redefine": "这张表前面已经写完了，不能再添：都写在前面那一处",
    "Duplicate inline": "花括号里的键写了两次",
    "Invalid value": "值写得不对，文字要加引号",
    "Invalid date": "没有这个日期或时刻",
    "Invalid initial": "键写得不对",
    "Unterminated string": "引号没有收尾",
    "Unclosed array": "方括号没有收尾",
    "Unclosed inline": "花括号没有收尾",
    "Unescaped": "引号里的反斜线要写两个",
    "Escaped": "引号里的 \\u 后面写得不对",
    "Invalid hex": "引号里的 \\u 后面写得不对",
    "Invalid statement": "这一行要写成“键 = 值”或“[表]”",
    "Found invalid": "有不能用的字符",
    "Illegal character": "引号里有不能用的字符或换行",
}
"""How a message of the TOML parser begins -> what people read."""


class TomlDefect(ValueError):
    """A text is no TOML: `line` and `column` from 1 (0 when unknown), `message` in Chinese."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column


UNFINISHED = "文件没有写完：有括号或引号没有收尾"
TOO_LONG = "数字太长"
TOO_DEEP = "嵌套太深"


def loads(text: str) -> dict[str, Any]:
    """Returns the document of a TOML text. Raises TomlDefect."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message, _, position = str(error).partition(" (at line ")
        if not position:
            raise TomlDefect(UNFINISHED) from error
        line, column = (int(part.strip(" column)")) for part in position.split(","))
        known = (words for start, words in _SYNTAX.items() if message.startswith(start))
        raise TomlDefect(next(known, "这一行不是 TOML"), line, column) from error
    except ValueError as error:  # a number of thousands of digits
        raise TomlDefect(TOO_LONG) from error
    except RecursionError as error:
        raise TomlDefect(TOO_DEEP) from error


def dumps(data: Mapping[str, Any]) -> str:
    """The TOML text of tables and plain values."""
    import tomli_w  # only where a file is written

    return tomli_w.dumps(data)


def parse(name: str, raw: bytes) -> tuple[dict[str, Any], list[Finding]]:
    """Returns the document of a TOML file and no finding, or an empty one and what is wrong."""
    try:
        text = raw.decode("utf-8-sig")  # Notepad writes a byte order mark
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return {}, [
            Finding("not_utf8", f"{name}:{line}", "不是 UTF-8 编码的文字", "请用 UTF-8 保存")
        ]
    try:
        return loads(text), []
    except TomlDefect as error:
        line = error.line or text.count("\n") + 1
        return {}, [Finding("syntax", f"{name}:{line}", error.message)]


class TableReader:
    """Reads a document key by key; `findings` collects every defect on the way."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def table(self, raw: Raw, schema: Schema, where: str) -> dict[str, Any]:
        """The values of one table.

        A default replaces each that is missing or of the wrong type.
        """
        for key in raw:
            if key not in schema:
                near = nearest(key, schema)
                hint = f"是不是“{near}”" if near else f"可用：{'、'.join(schema)}"
                self.findings.append(
                    Finding("unknown_key", join(where, key), f"不认识的键“{key}”", hint)
                )
        return {key: self._value(raw, key, kind, where) for key, kind in schema.items()}

    def tables(self, raw: Raw, schema: Schema, where: str) -> dict[str, dict[str, Any]]:
        """Each table of a table whose keys are free names."""
        named = self.table(raw, dict.fromkeys(raw, "table"), where)
        return {name: self.table(inner, schema, join(where, name)) for name, inner in named.items()}

    def rows(self, raw: Any, schema: Schema, where: str) -> list[tuple[str, dict[str, Any]]]:
        """Each row of an array of tables, with the name it goes by."""
        return [
            (name, self.table(row, schema, name))
            for name, row in zip(_names(where, raw), raw, strict=True)
        ]

    def _value(self, raw: Raw, key: str, kind: str, where: str) -> Any:
        what, fits, default = _TYPES[kind.removesuffix("!")]
        if key not in raw:
            if kind.endswith("!"):
                self.findings.append(
                    Finding("missing_key", join(where, key), f"缺少“{key}”", f"应是{what}")
                )
        elif not fits(raw[key]):
            self.findings.append(
                Finding("wrong_type", join(where, key), f"“{key}”的类型不对", f"应是{what}")
            )
        elif kind == "text!" and not raw[key].strip():
            self.findings.append(
                Finding("missing_key", join(where, key), f"“{key}”是空的", f"应是{what}")
            )
        else:
            return _read(kind, raw[key])
        return default


def _read(kind: str, value: Any) -> Any:
    """The value as a record holds it: lists as tuples, one event as one of several."""
    if isinstance(value, list):
        return tuple(value)
    return (value,) if kind.startswith("events") else value


def join(where: str, key: str) -> str:
    """The dotted key of `key` inside `where`."""
    return f"{where}.{key}" if where else key


def _names(where: str, rows: Any) -> list[str]:
    """Names of the rows of an array of tables.

    Words go by axis and key, all others by number from 1.
    """
    names: list[str] = []
    for number, row in enumerate(rows, 1):
        word = f"word.{row.get('axis')}.{row.get('key')}"
        names.append(word if where == "word" and word not in names else f"{where}[{number}]")
    return names


def flat(value: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a document with its dotted key."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from flat(inner, join(where, key))
    elif _rows(value) and value:
        for name, row in zip(_names(where, value), value, strict=True):
            yield from flat(row, name)
    else:
        yield where, value


def without_echo(findings: Iterable[Finding], first: Sequence[Finding]) -> list[Finding]:
    """The findings without those on a place where `first` found the key missing or wrong."""
    seen = {finding.where for finding in first}
    inside = tuple(f"{where}{mark}" for where in seen for mark in ".[")
    return [
        finding
        for finding in findings
        if finding.where not in seen and not finding.where.startswith(inside)
    ]


# -- lines -----------------------------------------------------------------------------------------


def located(name: str, raw: bytes, document: Raw, findings: Sequence[Finding]) -> list[Finding]:
    """The findings with file and line, in the order of the file."""
    if not findings:
        return []
    known = lines(raw, document)
    placed = sorted(
        ((line_of(known, finding.where), finding) for finding in findings), key=lambda pair: pair[0]
    )
    return [finding._replace(where=f"{name}:{line} {finding.where}") for line, finding in placed]


def lines(raw: bytes, document: Raw) -> dict[str, int]:
    """Dotted key, of tables too -> line. `raw` must be what `document` was parsed from."""
    numbers: dict[str, int] = {}
    current: dict[str, str] = {}
    words = document.get("word")
    rows: dict[str, Iterator[str]] = {"word": iter(_names("word", words if _rows(words) else ()))}
    table = ""
    for number, statement in _statements(raw.decode("utf-8-sig")):
        if statement.startswith("["):
            header = ".".join(
                part.strip(" \t\"'") for part in statement.strip("[").partition("]")[0].split(".")
            )
            parent, _, last = header.rpartition(".")
            table = join(current.get(parent, parent), last)
            if statement.startswith("[["):
                table = next(rows.setdefault(table, (f"{table}[{n}]" for n in count(1))))
            current[header] = table
            numbers.setdefault(table, number)
        else:
            numbers.setdefault(join(table, statement.partition("=")[0].strip(" \t\"'")), number)
    return numbers


def line_of(known: Mapping[str, int], where: str) -> int:
    """The line of a dotted key, or of the nearest table around it."""
    while where and where not in known:
        where = where[: max(where.rfind("."), where.rfind("["), 0)]
    return known.get(where, 1)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """The first line of every statement; lines that go on with a value are passed over."""
    quote, depth = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if not quote and not depth and bare and not bare.startswith("#"):
            yield number, bare
        quote, depth = _after(line, quote, depth)


def _after(line: str, quote: str, depth: int) -> tuple[str, int]:
    """The open multi-line quotation mark and the depth of brackets at the end of a line."""
    at = 0
    while at < len(line):
        char = line[at]
        if quote and line.startswith(quote, at):
            at, quote = at + len(quote) - 1, ""
        elif quote:
            at += char == "\\" and quote[0] == '"'
        elif char == "#":
            break
        elif char in "\"'":
            quote = char
            if line.startswith(char * 3, at):
                quote = char * 3
            at += len(quote) - 1
        else:
            depth += (char in "[{") - (char in "]}")
        at += 1
    return (quote if len(quote) == 3 else ""), depth
