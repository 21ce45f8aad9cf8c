"""The desk: every waiting state and every clock on its day, each case once; nothing wider than the terminal; the pager."""

from __future__ import annotations

import json
import os
import re
import shlex
import sqlite3
import sys
from pathlib import Path
from time import process_time

import pytest
from cli_desk import Desk, case
from cli_terminal import at_terminal, uncoloured
from wcwidth import wcswidth

from bbcs.domain.desk import GROUPS
from sample import WORDS, clock

HEAD = """[pack]
key = "heting"
place = "禾亭镇"
name = "禾亭镇便民服务中心"
edition = "1"
day_rule = "wd"
"""
LIMIT = (
    clock(20, "working_day") + "[callback]\nshare = 100\nattempts = 2\ndays = 2\nproposed = true\n"
)


def at(desk: Desk, now: str) -> Desk:
    return Desk(desk.home, now)


def office(desk: Desk, tmp_path: Path, clocks: str = LIMIT) -> Desk:
    """A home under a pack of these clocks, on Monday 2 March."""
    path = tmp_path / "heting.toml"
    path.write_text(f"{HEAD}{clocks}\n{WORDS}", encoding="utf-8")
    monday = at(desk, "2026-03-02T09:00")
    monday.ok("pack", "adopt", path)
    return monday


def standing(desk: Desk) -> dict[str, list[str]]:
    """Group -> serials of its cases, of the groups that hold any."""
    groups = desk.json("todo")["groups"]
    assert [group["name"] for group in groups] == list(GROUPS)
    assert all(len(group["cases"]) == group["count"] for group in groups), "nothing is cut"
    shown = [row["case_no"] for group in groups for row in group["cases"]]
    assert len(shown) == len(set(shown)), "a case stands once"
    return {
        group["name"]: [row["case_no"][-4:] for row in group["cases"]]
        for group in groups
        if group["count"]
    }


def also(desk: Desk, serial: str) -> list[str]:
    """The groups beside its own in which a case would stand."""
    return next(
        row["also"]
        for group in desk.json("todo")["groups"]
        for row in group["cases"]
        if row["case_no"].endswith(serial)
    )


# -- waiting states (counter.md 20) --------------------------------------------------------------------------------


@pytest.fixture
def waiting(states: Desk, tmp_path: Path) -> Desk:
    """One case in each waiting state; no date is near."""
    return states.copied(tmp_path)


@pytest.fixture(scope="module")
def states(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("states")
    desk = Desk(made).copied(folder)
    monday = office(desk, folder)
    for number in range(1, 14):
        monday.take(**case(number, **({"decision": "later"} if number == 1 else {})))
    for serial in ("0003", "0004", "0005"):
        monday.ok("triage", serial, "--difficulty", "complex")
    monday.ok("assign", "0004", "--lead", "区市场监管局")
    monday.ok("assign", "0005", "--lead", "区市场监管局")
    monday.ok("return", "0005", "--reason", "不归本局")
    monday.ok("step", "0006", "--kind", "verify")
    monday.ok("gap", "0006", "--owe", "平面图=2026-03-20")
    for serial in ("0007", "0008", "0009", "0010"):
        monday.ok("resolve", serial, "--outcome", "solved", "--measures", "办好了")
    monday.ok("callback", "0008", "--reached", "--solved", "no", "--grade", "1")
    monday.ok("callback", "0009", "--reached", "--solved", "yes", "--grade", "5")
    monday.ok("callback", "0010", "--not-reached")
    at(desk, "2026-03-03T09:00").ok("callback", "0010", "--not-reached")
    monday.ok("step", "0011", "--kind", "verify")
    monday.ok("note", "0011", "--text", "答应周五回话", "--promised", "2026-03-06")
    monday.ok("step", "0012", "--kind", "verify")
    monday.ok("step", "0013", "--kind", "verify")
    monday.ok("note", "0013", "--text", "催单位", "--remind", "2026-03-04T15:00")
    return at(desk, "2026-03-03T10:00")


def test_every_waiting_state_is_on_the_desk(waiting: Desk):
    assert standing(waiting) == {
        "undecided": ["0001"],
        "untriaged": ["0002"],
        "unassigned": ["0003", "0005"],
        "unsigned": ["0004"],
        "gaps": ["0006"],
        "callback": ["0007"],
        "to_reopen": ["0008"],
        "to_close": ["0009", "0010"],
    }


@pytest.mark.parametrize(
    ("day", "there"),
    [("2026-03-03", ""), ("2026-03-04", "0013"), ("2026-03-05", "0013"), ("2026-03-06", "0011 0013"), ("2026-03-09", "0011 0013")],
)  # fmt: skip
def test_promises_and_reminders_stand_there_from_their_day_on(waiting: Desk, day, there):
    assert " ".join(sorted(standing(at(waiting, f"{day}T10:00")).get("promised", []))) == there


def test_a_word_to_the_person_takes_a_promise_off_the_desk(waiting: Desk):
    late = at(waiting, "2026-03-09T10:00")
    late.ok("feedback", "0011", "--stage", "interim", "--text", "还在办")
    late.ok("note", "0013", "--text", "催过了")
    assert "promised" not in standing(late)
    (found,) = late("check", "--code", "C27", "--json").json["findings"]
    assert found["case_no"].endswith("0011")


def test_weeks_later_they_are_all_still_there(waiting: Desk):
    """A callback “没解决” and a case given back were absent for weeks."""
    there = standing(at(waiting, "2026-03-26T10:00"))
    assert there["to_reopen"] == ["0008"]
    assert there["unassigned"] == ["0003", "0005"]
    assert there["undecided"] == ["0001"]


def test_a_case_names_its_other_groups(waiting: Desk):
    waiting.ok("note", "0007", "--text", "今天回话", "--promised", "2026-03-03")
    waiting.ok("gap", "0004", "--owe", "平面图=2026-03-20")
    assert also(waiting, "0007") == ["promised"]
    assert also(waiting, "0004") == ["gaps"]
    assert "另有" in waiting.ok("todo").out


@pytest.mark.parametrize(
    ("act", "gone"),
    [
        (("accept", "0001"), "undecided"),
        (("triage", "0002", "--difficulty", "complex"), "untriaged"),
        (("sign", "0004"), "unsigned"),
        (("gap", "0006", "--filled", "平面图"), "gaps"),
        (("callback", "0007", "--reached", "--solved", "yes", "--grade", "5"), "callback"),
        (("reopen", "0008", "--reason", "没解决"), "to_reopen"),
    ],
)
def test_the_act_takes_it_out_of_its_group(waiting: Desk, act, gone):
    waiting.ok(*act)
    assert act[1] not in standing(waiting).get(gone, [])


NEXT = {
    "undecided": "accept",
    "untriaged": "triage",
    "unassigned": "assign",
    "unsigned": "sign",
    "callback": "callback",
    "to_reopen": "reopen",
    "to_close": "close",
}
"""Group of the desk -> the act that ends the waiting."""


def test_the_next_step_is_what_the_desk_waits_for(waiting: Desk):
    """Also where a unit gave back a case that nobody had graded: the hint said that it be settled."""
    waiting.ok("assign", "0002", "--lead", "区市场监管局")
    returned = waiting.ok("return", "0002", "--reason", "不归本局")
    assert "下一步：bbcs assign ZY01-20260302-0002" in returned.err
    there = standing(waiting)
    assert there["unassigned"] == ["0002", "0003", "0005"]
    for group, verb in NEXT.items():
        for serial in there.get(group, ()):
            assert waiting.json("show", serial)["next"].startswith(f"bbcs {verb} "), serial


def test_the_next_step_can_be_typed_as_it_stands(waiting: Desk):
    """No sign stands for what is left out: the command asks for that, off a terminal it names it."""
    shown = {row["case_no"]: row["next"] for row in waiting.json("list", "--all")["cases"]}
    assert len(shown) > 10
    for number, step in shown.items():
        assert step == waiting.json("show", number)["next"]
        if step is None:
            continue
        assert "…" not in step
        assert f"下一步：{step}\n" in waiting.ok("show", number).out
        answer = waiting(*step.split(" ")[1:], "--dry-run")
        assert answer.code in (0, 2, 13), (step, answer)
        assert not re.search("没有选项|多写", answer.err), (step, answer)
        if answer.code:
            assert re.search("缺少必填项|须写明|必填|要写", answer.err), (step, answer)


def test_what_is_undone_stands_there_again(waiting: Desk):
    before = standing(waiting)
    waiting.ok("sign", "0004")
    waiting.ok("undo", "0004")
    assert standing(waiting) == before


def test_rebuilt_and_verified_the_desk_is_the_same(waiting: Desk):
    before = standing(waiting)
    waiting.ok("ledger", "rebuild")
    assert standing(waiting) == before
    assert waiting.ok("ledger", "verify", "--full").code == 0


# -- clocks (counter.md 21) ----------------------------------------------------------------------------------------

WARNED = 'warnings = [{ left = 1, colour = "yellow" }]\n'
UNIT = "区市场监管局"
DUE = "2026-03-05"
SETTLED = ("resolve", "0001", "--outcome", "solved", "--measures", "办好了")
LEAD = ("assign", "0001", "--lead", UNIT)

CLOCKS = {
    "resolve": ({"start": "Accepted", "stop": "Resolved"}, ()),
    "assign": ({"start": "Accepted", "stop": "Assigned"}, ()),
    "first_contact": ({"start": "Accepted", "stop": "FedBack"}, ()),
    "first_feedback": ({"start": "Accepted", "stop": "FedBack.first"}, ()),
    "sign": (
        {"start": "Assigned", "stop": "Signed", "more": 'for = { order = "lead" }\n'},
        (LEAD,),
    ),
    "arrive": (
        {"start": "Assigned.whistle", "stop": "Signed", "more": 'for = { order = "whistle" }\n'},
        (LEAD, ("sign", "0001"), ("assign", "0001", "--assist", "区卫健局", "--how", "whistle")),
    ),
    "result_feedback": ({"start": "Resolved", "stop": "Notified.result"}, (SETTLED,)),
    "callback": ({"start": "Resolved", "stop": "CalledBack"}, (SETTLED,)),
    "rectify": (
        {"start": "CalledBack", "stop": "FedBack"},
        (SETTLED, ("callback", "0001", "--reached", "--solved", "no", "--grade", "1")),
    ),
}
"""Clock of a pack -> where it starts and stops, and the acts after which it runs on Monday."""

DATES = {
    "order": ((*LEAD, "--due", DUE), ("sign", "0001")),
    "gap": (("gap", "0001", "--owe", f"平面图={DUE}"),),
    "slip": (
        LEAD,
        ("sign", "0001"),
        ("supervise", "0001", "--kind", "催办", "--unit", UNIT, "--reason", "慢", "--due", DUE),
    ),
    "resolution": (
        ("convene", "0001", "--host", "分管领导", "--unit", UNIT, "--resolution", f"改条件|{UNIT}|{DUE}"),
    ),
}  # fmt: skip
"""Date that somebody set -> the acts that set it on Monday."""


def group_of(desk: Desk) -> str:
    (found,) = standing(desk)
    return found


@pytest.mark.parametrize("name", CLOCKS)
def test_every_clock_of_a_pack_is_on_the_desk_on_its_day(desk: Desk, tmp_path: Path, name):
    fields, acts = CLOCKS[name]
    more = WARNED + fields.get("more", "")
    other = clock(20, "working_day") if name != "resolve" else ""
    one = clock(3, "working_day", name, fields["start"], fields["stop"], more)
    monday = office(desk, tmp_path, f"{other}{one}")
    monday.take()
    for act in acts:
        monday.ok(*act)
    dated = {"overdue", "today", "warning"}
    assert group_of(at(desk, "2026-03-03T10:00")) not in dated
    days = ("2026-03-04T10:00", "2026-03-05T10:00", "2026-03-06T10:00", "2026-03-31T10:00")
    assert [group_of(at(desk, day)) for day in days] == ["warning", "today", "overdue", "overdue"]
    for day in days[:3]:
        groups = at(desk, day).json("todo")["groups"]
        (row,) = [row for group in groups for row in group["cases"]]
        assert row["due"][:10] == DUE, "the date for which it stands there"


@pytest.mark.parametrize("name", DATES)
def test_every_date_that_was_set_is_on_the_desk_on_its_day(desk: Desk, tmp_path: Path, name):
    monday = office(desk, tmp_path)
    monday.take()
    for act in DATES[name]:
        monday.ok(*act)
    standing_on = [
        next(iter(standing(at(desk, f"{day}T10:00"))), "")
        for day in ("2026-03-03", "2026-03-05", "2026-03-06", "2026-03-12")
    ]
    assert standing_on[0] not in ("overdue", "today", "warning")
    assert standing_on[1:] == ["today", "overdue", "overdue"]


# -- what is shown -------------------------------------------------------------------------------------------------


def test_counts_come_first(waiting: Desk):
    lines = waiting.ok("todo").out.splitlines()
    assert lines[1] == (
        "待决定受理 1  待研判 1  待交办 2  未签收 1  待补材料 1  待回访 1  待重办 1  待结案 2"
    )
    assert next(line for line in lines if line.endswith("件")) == "待决定受理 1 件"


def test_json_and_pipes_are_not_cut_and_a_limit_is_told(desk: Desk, tmp_path: Path):
    monday = office(desk, tmp_path)
    monday.ok("intake", "--from", "-", stdin=json.dumps([case(n) for n in range(1, 26)]))
    group = next(one for one in monday.json("todo")["groups"] if one["name"] == "untriaged")
    assert (group["count"], len(group["cases"])) == (25, 25)
    assert monday.ok("todo").out.count("ZY01-20260302-") == 25
    assert len(monday.ok("todo", "-q").out.split()) == 25
    few = next(
        one for one in monday.json("todo", "--limit", "7")["groups"] if one["name"] == "untriaged"
    )
    assert (few["count"], len(few["cases"])) == (25, 7)
    seen = at_terminal(monday, "todo")
    assert seen.screen.count("ZY01-20260302-") == 10
    assert "待研判 25 件（列出前 10 件；全部：bbcs todo --limit 25）" in seen.screen


def test_an_empty_desk_says_so(desk: Desk):
    assert desk.ok("todo").out.splitlines()[1] == "今天没有要催的件。登记新件：bbcs intake"
    assert standing(desk) == {}


@pytest.mark.parametrize("limit", ["0", "-1", "x"])
def test_a_limit_is_a_positive_number(desk: Desk, limit):
    assert desk("todo", "--limit", limit).code == 2


# -- widths (counter.md 23) ----------------------------------------------------------------------------------------

LONG = "示例市示例区住房和城乡建设局行政审批服务科示例股份有限责任公司驻示例市政务服务中心办不成事反映窗口工作专班示例人员王试验"


@pytest.fixture(scope="module")
def wide(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Names of sixty characters, in two scripts, long matters, every flag, provisional and late dates.

    It is only looked at.
    """
    folder = tmp_path_factory.mktemp("wide")
    desk = Desk(made).copied(folder)
    monday = office(desk, folder, clock(5, "working_day"))
    monday.take(**case(1, reporter=LONG[:60], matter=LONG * 2))
    monday.take(
        **case(
            2,
            reporter="Wang Xiaoming of the Example Trading Company Limited, Test",
            matter="A" * 120,
        )
    )
    monday.take(
        **case(
            3,
            reporter="王🔴试👨‍👩‍👧验",
            matter="诊所\u200b备案e\u0301" * 9,
            track="conduct",
            failed_unit="区卫健局",
        )
    )
    monday.take(**case(4))
    for serial in ("0001", "0002", "0003"):
        monday.ok("triage", serial, "--difficulty", "complex", "--fast", "--level", "2")
    monday.ok(
        "assign",
        "0001",
        "--lead",
        LONG[:58],
        "--assist",
        "区卫健局",
        "--due",
        "2026-03-04",
        "--new-unit",
    )
    monday.ok("gap", "0001", "--owe", "平面图=2026-03-05")
    monday.ok("supervise", "0001", "--kind", "催办", "--unit", "区卫健局", "--reason", "快到期")
    monday.ok("merge", "0001", "--group", "水保方案", "--with", "0002")
    monday.ok("note", "0002", "--text", "回话", "--promised", "2026-03-05T15:00")
    return at(desk, "2026-03-05T16:00")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("columns", [20, 40, 80, 300])
@pytest.mark.parametrize(
    "args",
    [
        (),
        ("todo",),
        ("list",),
        ("list", "--limit", "2"),
        ("list", "--all", "--columns", "case_no,matter,reporter,lead_unit,phone,flags,received_at,cause"),
        ("list", "--handler", "没有这个人"),
        ("search", "诊所"),
        ("search", "示例"),
        ("search", "示例", "--limit", "1"),
        ("search", "没有这样的字"),
    ],
)  # fmt: skip
def test_no_line_is_wider_than_the_terminal(wide: Desk, columns, args):
    seen = at_terminal(wide, *args, columns=columns)
    assert seen.code == 0, seen.screen
    lines = uncoloured(seen.screen).replace("\r", "").split("\n")
    assert {line: wcswidth(line) for line in lines if not 0 <= wcswidth(line) <= columns} == {}
    if args[:1] in ((), ("todo",), ("list",)) and "--handler" not in args and columns >= 40:
        assert "ZY01-20260302-0001" in seen.screen, "a whole number stays"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_eighty_columns_show_what_matters(wide: Desk):
    screen = at_terminal(wide, "todo", columns=80).screen
    for word in ("编号", "反映事项", "到期", "剩余", "另有"):
        assert word in screen, word
    narrow = at_terminal(wide, "list", columns=40).screen
    assert "屏幕窄，没列出：" in narrow
    assert "屏幕窄" not in at_terminal(wide, "list", columns=300).screen


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_what_a_narrow_desk_leaves_out_is_named_once(waiting: Desk):
    seen = at_terminal(waiting, "todo", columns=40).screen
    assert seen.count("屏幕窄，没列出：") == 1
    assert "反映人" in seen.partition("屏幕窄")[2]
    assert "（工作\n" not in seen
    assert "屏幕窄" not in waiting.ok("todo").out


def test_counts_are_broken_between_groups(waiting: Desk):
    screen = at_terminal(waiting, "todo", columns=40).screen.replace("\r", "").split("\n")
    assert screen[1:4] == [
        "待决定受理 1  待研判 1  待交办 2",
        "未签收 1  待补材料 1  待回访 1  待重办 1",
        "待结案 2",
    ]


# -- the pager -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def long(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """More cases than lines on the screen; they are only read."""
    desk = Desk(made).copied(tmp_path_factory.mktemp("long"))
    desk.ok("intake", "--from", "-", stdin=json.dumps([case(n) for n in range(1, 61)]))
    return desk


@pytest.fixture
def pager(tmp_path: Path) -> Path:
    """A pager that marks what went through it."""
    path = tmp_path / "pager"
    path.write_text("#!/bin/sh\necho PAGED $1\ncat\n", encoding="utf-8")
    path.chmod(0o755)
    return path


NO_TTY = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


@NO_TTY
@pytest.mark.parametrize(
    "args", [("list",), ("todo", "--limit", "60"), ("search", "备案", "--limit", "60")]
)
def test_what_is_longer_than_the_screen_goes_through_the_pager(long: Desk, pager, args):
    seen = at_terminal(long, *args, env={"BBCS_PAGER": f"{pager} -x"})
    assert seen.code == 0
    assert "PAGED -x" in seen.screen
    assert seen.screen.count("ZY01-20260305-") >= 50


@NO_TTY
def test_the_own_variable_counts_before_the_common_one(long: Desk, pager):
    assert (
        "PAGED" in at_terminal(long, "list", env={"BBCS_PAGER": None, "PAGER": str(pager)}).screen
    )
    assert (
        "PAGED" not in at_terminal(long, "list", env={"BBCS_PAGER": "", "PAGER": str(pager)}).screen
    )
    assert "PAGED" not in at_terminal(long, "list", env={"BBCS_PAGER": None, "PAGER": ""}).screen


@NO_TTY
@pytest.mark.parametrize(
    ("args", "env"),
    [
        (("list", "--no-pager"), {}),
        (("--no-pager", "list"), {}),
        (("list", "--limit", "3"), {}),
        (("list", "--json"), {}),
        (("list", "-q"), {}),
        (("todo",), {}),
    ],
)
def test_no_pager_where_none_is_wanted_or_needed(long: Desk, pager, args, env):
    seen = at_terminal(long, *args, env={"BBCS_PAGER": str(pager), **env})
    assert seen.code == 0
    assert "PAGED" not in seen.screen


@NO_TTY
@pytest.mark.parametrize("command", ["/nirgends/pager", "'", "   "])
def test_a_pager_that_cannot_be_started_loses_nothing(long: Desk, command):
    seen = at_terminal(long, "list", env={"BBCS_PAGER": command})
    assert seen.code == 0
    assert seen.screen.count("ZY01-20260305-") >= 50


@NO_TTY
def test_a_pager_that_is_left_early_is_no_fault(long: Desk):
    seen = at_terminal(long, "list", env={"BBCS_PAGER": "head -n 1"})
    assert seen.code == 0
    assert "Traceback" not in seen.screen


def test_a_pipe_is_never_paged(long: Desk, pager):
    said = long.process("list", env={"BBCS_PAGER": str(pager)})
    assert b"PAGED" not in said.stdout
    assert said.stdout.decode().count("ZY01-20260305-") == 60


@NO_TTY
def test_less_takes_colours_and_chinese(long: Desk):
    """The usual pager leaves a text that fits on the screen, and shows Chinese as text."""
    if not any(Path(folder, "less").exists() for folder in os.environ["PATH"].split(":")):
        pytest.skip("less is not installed")
    seen = at_terminal(long, "list", typed="q", env={"BBCS_PAGER": None, "LANG": "C"})
    assert seen.code == 0
    assert "反映事项" in seen.screen
    assert "诊所" in seen.screen


# -- ten thousand --------------------------------------------------------------------------------------------------


def test_ten_thousand_open_cases_on_the_desk(desk: Desk, tmp_path: Path):
    """Counted over one index, and only the rows that are shown are read."""
    monday = office(desk, tmp_path)
    monday.take()
    with sqlite3.connect(desk.home / "ledger.db") as ledger:
        names = [row[1] for row in ledger.execute("PRAGMA table_info(case_row)")]
        others = ", ".join(name for name in names if name not in ("case_no", "serial"))
        ledger.execute(
            "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)"
            f" INSERT INTO case_row (case_no, serial, {others})"
            f" SELECT printf('ZY01-20260302-%05d', i), i, {others} FROM n, case_row"
            " WHERE serial = 1"
        )
    started = process_time()
    groups = monday.json("todo", "--limit", "10")["groups"]
    assert process_time() - started < 2
    found = next(group for group in groups if group["name"] == "untriaged")
    assert (found["count"], len(found["cases"])) == (10_000, 10)
    (whole,) = [one for one in monday.json("todo")["groups"] if one["name"] == "untriaged"]
    assert len(whole["cases"]) == 10_000


@pytest.mark.parametrize("unit", ["税务局 办税厅", "市监局(一分局)", "民政局's窗口"])
def test_a_command_with_the_name_of_a_unit_is_typed_as_it_stands(desk: Desk, unit: str):
    """Of the hint, the list, the desk and the inspection: a shell reads the name as one word."""
    monday = Desk(desk.home, "2026-03-02T09:00")
    monday.ok("station", "unit", "add", unit)
    monday.ok("station", "unit", "add", "卫健局")
    monday.take(difficulty="general")
    assigned = monday.ok("assign", "0001", "--lead", unit, "--assist", "卫健局")
    sign = ["bbcs", "sign", "ZY01-20260302-0001", "--unit", unit]
    assert shlex.split(assigned.err.partition("下一步：")[2].splitlines()[0]) == sign
    assert shlex.split(monday.json("show", "1")["next"]) == sign
    assert shlex.split(monday.json("list")["cases"][0]["next"]) == sign
    late = Desk(desk.home, "2026-03-20T09:00")
    reminding = [
        shlex.split(command)
        for group in late.json("todo")["groups"]
        for row in group["cases"]
        for command in row["remind"]
    ]
    assert unit in {words[words.index("--unit") + 1] for words in reminding}
    found = late("check", "--code", "C06", "--json").json["findings"]
    hints = [one for each in found for one in re.findall("bbcs supervise [^；，]+", each["hint"])]
    assert unit in {shlex.split(one)[-1] for one in hints}, found
