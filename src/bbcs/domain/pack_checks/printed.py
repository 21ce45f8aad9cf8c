"""Every defect of what is printed as a finding: numbers, registers, given figures."""

from __future__ import annotations

from collections.abc import Iterator
from string import Formatter

from bbcs.domain.pack import NUMBER_KEYS, RulePack
from bbcs.domain.pack_checks.texts import repeated, unusable_key
from bbcs.domain.register_columns import REGISTER_COLUMNS, SHORT
from bbcs.findings import Finding, strangers

_PATTERN = ("year", "month", "day", "serial", "station")


def numbers(pack: RulePack) -> Iterator[Finding]:
    """`[number]`: a pattern may hold the listed names, without attributes."""
    for paper, key in NUMBER_KEYS.items():
        yield from _pattern(f"number.{key}", pack.numbers.get(paper, ""))


def _pattern(where: str, pattern: str) -> Iterator[Finding]:
    try:
        fields = [
            (name, form) for _, name, form, _ in Formatter().parse(pattern) if name is not None
        ]
    except ValueError:
        yield Finding("bad_pattern", where, f"编号样式“{pattern}”的花括号不配对")
        return
    names = [name for name, _ in fields]
    yield from strangers(where, "编号样式里的", names, _PATTERN)
    if pattern and "serial" not in names:
        what = f"编号样式“{pattern}”没有序号"
        yield Finding("bad_pattern", where, what, "写 {serial} 或 {serial:04d}")
    if any(
        form and not (form.endswith("d") and form[:-1].isdecimal() and len(form) < 4)
        for _, form in fields
    ):
        what = f"编号样式“{pattern}”的位数写法读不懂"
        yield Finding("bad_pattern", where, what, "例如 {serial:04d}")


def registers(pack: RulePack) -> Iterator[Finding]:
    """`[register.NAME]`."""
    for name, register in pack.registers.items():
        where, names = f"register.{name}.columns", [column for column, _ in register.columns]
        base = "work" if name == SHORT else name
        known = [*REGISTER_COLUMNS, SHORT]
        yield from strangers(f"register.{name}", "登记簿", [name], known)
        if base in REGISTER_COLUMNS:
            of_it = REGISTER_COLUMNS[base]
            yield from strangers(where, f"登记簿“{register.title}”的栏目", names, of_it)
        for column, n in repeated(names):
            yield Finding("duplicate", where, f"栏目 {column} 出现 {n} 次")
        yield from unusable_key(f"register.{name}", "登记簿的名字", name)
        headers = [header for _, header in register.columns if header]
        for header, n in repeated(headers):
            yield Finding("duplicate", where, f"表头“{header}”出现 {n} 次", "每一栏写自己的表头")
        if not names:
            yield Finding("missing_key", where, f"登记簿“{register.title}”没有栏目")
        if not all(header for _, header in register.columns):
            yield Finding("missing_key", where, f"登记簿“{register.title}”有栏目没有表头")


def facts(pack: RulePack) -> Iterator[Finding]:
    """`[[facts]]`."""
    for number, fact in enumerate(pack.facts, 1):
        if not fact.source:
            yield Finding("no_source", f"facts[{number}]", f"给定数字“{fact.name}”没有来源")
