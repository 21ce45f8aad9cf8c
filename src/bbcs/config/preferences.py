"""Reads and writes `config.toml` of a home: defaults for options that nobody names.

An option comes before the environment, the environment before this file, this file before the
default. Nothing in it changes what is entered or counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bbcs.config import files, toml
from bbcs.config.home_files import read_bytes
from bbcs.errors import BadValue, UnknownWord
from bbcs.findings import Finding
from bbcs.record import Record

FILE = "config.toml"


class Preference(Record):
    """One matter of taste.

    label: what people call it. default: the value where nothing is set. choices: value ->
    meaning; empty where any text may stand.
    """

    label: str
    default: str
    choices: Mapping[str, str] = {}


PREFERENCES: Mapping[str, Preference] = {
    "format": Preference(
        "清单、登记簿、指标的格式",
        "table",
        {
            "table": "对齐的表格",
            "json": "一个 JSON 文档",
            "ndjson": "每行一个 JSON 对象",
            "csv": "逗号分隔",
            "tsv": "制表符分隔",
            "md": "Markdown 表格",
        },
    ),
    "colour": Preference("颜色", "auto", {"auto": "终端上用颜色", "never": "不用颜色"}),
    "pager": Preference("分页器", "less -FRX"),
    "encoding": Preference(
        "写成 csv 文件时的编码",
        "utf-8-sig",
        {
            "utf-8-sig": "UTF-8，带 Excel、WPS 认的标记",
            "utf-8": "UTF-8",
            "gb18030": "旧系统的中文编码",
        },
    ),
}
"""Key of `config.toml` -> what it is, in the order of the list."""


def read(home: Path) -> Mapping[str, str]:
    """What the home says, by key; {} where it says nothing.

    Raises PackInvalid with every defect of the file and its line, StoreUnreachable.
    """
    path = home / FILE
    if not path.is_file():
        return {}
    document, findings = _checked(path)
    files.refuse(path, findings)
    return document


def problems_of(home: Path) -> list[Finding]:
    """Every defect of the file, each with its line; none where there is no file."""
    path = home / FILE
    return _checked(path)[1] if path.is_file() else []


def change(home: Path, key: str, value: str | None) -> None:
    """Sets one preference, None takes it out; the file is written whole. Comments in it are lost.

    Raises UnknownWord, BadValue, PackInvalid, OutputNotWritable.
    """
    kept = {name: old for name, old in read(home).items() if name != key}
    if value is not None:
        _refuse(key, value)
        kept[key] = value
    ordered = {name: kept[name] for name in PREFERENCES if name in kept}
    files.write_whole(home / FILE, toml.dumps(ordered).encode())


def _refuse(key: str, value: str) -> None:
    """Raises UnknownWord for a value that is none of the choices, BadValue for one of two lines."""
    choices = PREFERENCES[key].choices
    if choices and value not in choices:
        raise UnknownWord(key, value, list(choices))
    if not value.strip() or not value.isprintable():
        raise BadValue(f"{key} 的值要写成一行文字")


def _checked(path: Path) -> tuple[dict[str, str], list[Finding]]:
    raw = read_bytes(path)
    document, findings = toml.parse(path.name, raw)
    if findings:
        return {}, findings
    reader = toml.TableReader()
    table = reader.table(document, dict.fromkeys(PREFERENCES, "text"), "")
    wrong = [finding.where for finding in reader.findings]
    values = {key: table[key] for key in document if key in PREFERENCES and key not in wrong}
    findings = [*reader.findings]
    for key, value in values.items():
        try:
            _refuse(key, value)
        except (UnknownWord, BadValue) as refused:
            findings.append(Finding("bad_value", key, refused.message))
    return values, toml.located(path.name, raw, document, findings)
