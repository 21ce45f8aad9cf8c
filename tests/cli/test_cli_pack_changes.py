"""What two rule packs say otherwise: every value, each at its own key, and a line for people."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from cli_desk import Desk

from bbcs.api import pack_diff
from bbcs.config import packs
from bbcs.domain.pack import Accountability, Clock, Fact, RulePack, Threshold, Word
from bbcs.record import Record
from bbcs.views.pack_changes import FIELDS, SOURCED, differences, lines, rows

RULES = (Clock, Accountability, Fact)
LINFEN = packs.pack("linfen")


def other(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, date):
        return value.replace(year=value.year + 1)
    if isinstance(value, str):
        return "hour" if value == "close_of_business" else f"{value}改"
    if isinstance(value, (tuple, list)):
        return (*value[:-1], other(value[-1])) if value else ("改",)
    if isinstance(value, Record):
        return value._replace(**{value._fields[-1]: other(value[-1])})
    return {**value, "units": "9"}


def leaves(value: Any) -> list[tuple[Any, ...]]:
    """The way to every value inside a pack, of one word for each axis: fields, keys, positions."""
    if isinstance(value, Record) and not isinstance(value, Threshold):
        return [(name, *way) for name in value._fields for way in leaves(getattr(value, name))]
    if isinstance(value, dict) and value:
        few = list(value)[:1] if isinstance(next(iter(value.values())), Word) else list(value)
        return [(key, *way) for key in few for way in leaves(value[key])]
    if isinstance(value, tuple) and value and isinstance(value[0], (*RULES, dict)):
        return [(0, *way) for way in leaves(value[0])]
    return [()]


def changed(value: Any, way: tuple[Any, ...]) -> Any:
    """The same with another value at the end of the way."""
    if not way:
        return other(value)
    step, *rest = way
    if isinstance(value, Record):
        return value._replace(**{step: changed(getattr(value, step), tuple(rest))})
    if isinstance(value, dict):
        return {**value, step: changed(value[step], tuple(rest))}
    return (changed(value[0], tuple(rest)), *value[1:])


DATED = LINFEN._replace(in_force_from=date(2026, 1, 1))
WAYS = [
    way for way in leaves(DATED)
    if not (way[0] in ("words", "registers") and way[-1] in ("axis", "key", "name"))
]  # fmt: skip
"""Without what says once more where a row stands."""


@pytest.mark.parametrize("way", WAYS, ids=lambda way: ".".join(map(str, way)))
def test_every_value_that_differs_is_named(way):
    new = changed(DATED, way)
    found = differences(DATED, new)
    assert found
    assert all(one.before != one.after for one in found)
    assert lines(DATED, new)
    json.dumps([one._asdict() for one in found])


def test_a_pack_does_not_differ_from_itself():
    assert (differences(LINFEN, LINFEN), lines(LINFEN, LINFEN)) == ([], [])


def test_every_field_has_a_name():
    assert {
        field
        for key in ("default", "linfen")
        for row in rows(packs.pack(key))
        for field in row.values
    } <= {*FIELDS, *SOURCED, *LINFEN.gates}


def clocked(**changes: Any) -> RulePack:
    first, *rest = LINFEN.clocks
    return LINFEN._replace(clocks=(first._replace(**changes), *rest))


@pytest.mark.parametrize(
    ("new", "key", "line"),
    [
        (clocked(start=("Registered",)), "clock.resolve[difficulty=simple,round=1].start",
         "办理时限（简单，第 1 轮）：起算 受理 → 起算 登记"),
        (clocked(pausable=False), "clock.resolve[difficulty=simple,round=1].pausable",
         "办理时限（简单，第 1 轮）：可暂停 是 → 可暂停 否"),
        (clocked(warnings=()), "clock.resolve[difficulty=simple,round=1].warnings",
         "办理时限（简单，第 1 轮）：预警 -1 red → 预警 （无）"),
        (LINFEN._replace(name="临汾窗口"), "pack.name", f"名称：{LINFEN.name} → 临汾窗口"),
        (LINFEN._replace(accountability=LINFEN.accountability[1:]), "accountability.漠视群众利益.measures",
         "问责情形：去掉“漠视群众利益”"),
        (LINFEN._replace(facts=()), "facts.窗口设立.value", "给定的数字：去掉窗口设立"),
    ],
)  # fmt: skip
def test_a_difference_by_its_key_and_line(new, key, line):
    assert key in [one.key for one in differences(LINFEN, new)]
    assert any(one.startswith(line) for one in lines(LINFEN, new)), lines(LINFEN, new)


def test_columns_of_a_register_that_differ():
    work = LINFEN.registers["work"]
    new = LINFEN._replace(
        registers={**LINFEN.registers, "work": work._replace(columns=work.columns[1:])}
    )
    assert [one.key for one in differences(LINFEN, new)] == ["register.work.columns"]
    assert lines(LINFEN, new) == [f"登记簿“{work.title}”：栏目 “序号”（seq） → 栏目 （无）"]


def test_the_order_of_words_counts_while_they_are_the_same():
    order = dict(reversed(LINFEN.words["difficulty"].items()))
    new = LINFEN._replace(words={**LINFEN.words, "difficulty": order})
    [found] = differences(LINFEN, new)
    assert (found.key, found.after) == ("word.difficulty.order", list(order))


def test_a_source_is_named_as_data_and_counted_for_people():
    new = clocked(source="新的办法")
    [found] = differences(LINFEN, new)
    assert found.after == "新的办法"
    assert lines(LINFEN, new) == ["只是出处或“拟定”的标记不同：1 处，--json 逐一列出"]


def test_the_command_and_the_api_say_the_same(desk: Desk):
    answered = desk.json("pack", "diff", "default", "zhanyi")
    assert answered["schema"] == "bbcs.packdiff/1"
    assert answered == pack_diff("default", "zhanyi")
    said = {one["key"]: (one["before"], one["after"]) for one in answered["differences"]}
    assert said["pack.in_force_from"] == (None, "2022-04-01")
    assert said["gates.triage"] == (False, True)
    assert said["word.difficulty.general.label"] == ("一般", None)
    assert (
        "办理时限（一般，第 1 轮）：5 个工作日 → （无）"
        in desk.ok("pack", "diff", "default", "zhanyi").out
    )
    assert (
        desk.json("pack", "adopt", "zhanyi", "--dry-run")["differences"] == answered["differences"]
    )
    kept = desk.json("pack", "diff", "default@1", "zhanyi")
    assert kept == answered == pack_diff("default@1", "zhanyi", home=desk.home)
    assert desk.ok("pack", "diff", "zhanyi", "zhanyi").out == "规则内容没有不同\n"
