"""Finds hidden rows of a workbook; the readers give their cells without telling.

A filter hides rows that belong to the ledger, so they are read; the user reads which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import IO, TypeVar
from xml.etree import ElementTree
from zipfile import ZipFile

MARKS = {
    "xlsx": re.compile(rb'<(?:\w+:)?row\b[^>]*?\bhidden="(?:1|true)"[^>]*>'),
    "ods": re.compile(rb'<(?:\w+:)?table-row\b[^>]*?\bvisibility="(?:collapse|filter)"[^>]*>'),
}
"""The tags of hidden rows in the XML of each format."""

_NUMBER = re.compile(rb'\br="(\d{1,7})"')
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(r'([\w:]+)\s*=\s*"([^"]*)"')
_LARGEST = 8 << 20
"""Bytes of the list of sheets that are looked at."""

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_MOST = 1_048_576


def numbers(piece: bytes) -> set[int]:
    """The numbers of the hidden rows in a piece of a sheet of an xlsx file."""
    return {
        int(number[1]) for tag in MARKS["xlsx"].findall(piece) if (number := _NUMBER.search(tag))
    }


_UNCOUNTED = re.compile(
    rb'<c r="([A-Z]{1,3})\d+"(?![^>]*t="str")[^>]*><f\b[^>]*(?:/>|>[^<]*</f>)(?:<v ?/>|<v></v>)?</c>'
)


def uncounted(piece: bytes) -> set[str]:
    """The columns with formulas without a value in a piece of a sheet of an xlsx file: a program
    wrote them, and no spreadsheet has counted them since.
    """
    if b"<f" not in piece:
        return set()
    return {column.decode() for column in _UNCOUNTED.findall(piece)}


_Found = TypeVar("_Found")


def of_xlsx(archive: ZipFile, by_part: Mapping[str, _Found]) -> dict[str, _Found]:
    """Name of the sheet -> what was found in it; by_part: the same by parts of the archive."""
    targets = {
        its.get("Id", ""): its.get("Target", "").lstrip("/").removeprefix("xl/")
        for its in _tags(archive, "xl/_rels/workbook.xml.rels", _RELATION)
    }
    hidden = {}
    for its in _tags(archive, "xl/workbook.xml", _SHEET):
        part = f"xl/{targets.get(its.get('r:id', ''), '')}"
        if rows := by_part.get(part):
            hidden[unescape(its.get("name", ""))] = rows
    return hidden


def _tags(archive: ZipFile, part: str, pattern: re.Pattern[str]) -> Iterator[dict[str, str]]:
    try:
        with archive.open(part) as content:
            text = content.read(_LARGEST).decode("utf-8", "replace")
    except KeyError:
        return
    for tag in pattern.findall(text):
        yield dict(_ATTRIBUTE.findall(tag))


def of_ods(content: IO[bytes]) -> dict[str, set[int]]:
    """Name of the sheet -> its hidden rows. content: content.xml, which declares no entities."""
    hidden: dict[str, set[int]] = {}
    rows, number = hidden.setdefault("", set()), 0
    for event, element in ElementTree.iterparse(content, ("start", "end")):
        if event == "start":
            if element.tag == f"{_TABLE}table":
                rows, number = hidden.setdefault(element.get(f"{_TABLE}name", ""), set()), 0
            continue
        if element.tag == f"{_TABLE}table-row":
            repeated = int(element.get(f"{_TABLE}number-rows-repeated", "1"))
            if element.get(f"{_TABLE}visibility") in ("collapse", "filter"):
                rows |= set(range(number + 1, min(number + repeated, _MOST) + 1))
            number += repeated
            element.clear()
    return hidden
