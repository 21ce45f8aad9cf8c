"""complaints.md: every test that it names exists, every number stands once and in order, none is missing."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ROW = re.compile(r"^\| (\d+) \| (.+) \| ((?:`[^` ]+`(?: |$))+)\|$")

WHOLE = {
    "counter": range(1, 36),
    "acts": range(1, 15),
    "rules": range(1, 25),
    "trust": range(1, 16),
    "developers": range(1, 12),
}
"""Area -> the numbers that must stand there."""


def areas() -> dict[str, dict[int, list[str]]]:
    """Area -> number of the complaint -> names of its tests. Every row of a table must be readable."""
    found: dict[str, dict[int, list[str]]] = {}
    for line in (TESTS / "complaints.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            rows = found[line[3:]] = {}
        elif line.startswith("|") and not line.startswith(("| no. |", "|---")):
            number, _, tests = ROW.fullmatch(line).groups()  # type: ignore[union-attr]
            assert int(number) > max(rows, default=0), line
            rows[int(number)] = re.findall("`(.+?)`", tests)
    return found


@cache
def functions(file: str) -> set[str]:
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_test_that_is_named_exists() -> None:
    named = {name for rows in areas().values() for tests in rows.values() for name in tests}
    assert {
        name for name in named if name.split("::")[1] not in functions(name.split("::")[0])
    } == set()


@pytest.mark.parametrize("area", WHOLE)
def test_no_complaint_is_left_out(area: str) -> None:
    assert set(WHOLE[area]) - set(areas()[area]) == set()
