"""Every refusal a clerk can meet: its exit code, one Chinese line that says what would work, and nothing written."""

from __future__ import annotations

import ctypes
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from cli_desk import Answer, Desk, case, id_number, name, phone, prepared, write

from bbcs.config import packs

SECRETS = [one for number in range(10) for one in (id_number(number), phone(number), name(number))]


def refused(desk: Desk, said: Answer, code: int, *words: str) -> None:
    assert (said.code, said.out) == (code, ""), said
    assert said.err.startswith("bbcs: ")
    assert said.err.count("\n") == 1, said.err
    assert all(word in said.err for word in words), said.err
    assert not any(secret in said.err for secret in SECRETS), said.err
    assert not any(
        sign in said.err for sign in ("Traceback", "Error", "SELECT", "None", "E0", "E1", "E2")
    ), said.err
    assert not said.err.rstrip("\n").endswith(("。", "."))
    assert not re.search(
        r"[A-Za-z]{2,} [a-z]{2,}", re.sub("bbcs [a-z]+( [a-z]+)*|--[a-z-]+ [a-z_]+", "", said.err)
    ), said.err


# -- the case, its words and gates ---------------------------------------------------------------------------------

READY = {
    "accepted": "",
    "registered": "later",
    "refused": "refuse",
    "triaged": "triage 0001 --difficulty complex",
    "assigned": "assign 0001 --lead 区市场监管局 --assist 区卫健局",
    "resolved": "resolve 0001 --outcome solved --measures 改名",
    "called_back": "resolve 0001 --outcome solved --measures 改名|callback 0001 --reached --solved yes --grade 5",
    "closed": "resolve 0001 --outcome solved --measures 改名|callback 0001 --reached --solved no --grade 1|close 0001",
}
"""Phase -> the commands that bring case 0001 there."""


def bring(desk: Desk, phase: str) -> None:
    if phase == "":
        return
    decision = {
        "registered": {"decision": "later"},
        "refused": {
            "decision": "refuse",
            "refusal_reason": "petition",
            "basis": "x",
            "remedy": "y",
        },
    }
    desk.take(**case(1, **decision.get(phase, {})))
    for line in filter(None, READY[phase].split("|") if phase not in decision else []):
        desk.ok(*line.split())


CASES = (
    # what is there, what is typed, exit code, words of the answer
    ("", "show 0001", 10, "0001", "list --all"),
    ("", "show ZY01-20260305-0001", 10, "ZY01-20260305-0001"),
    ("", "triage 0001 --difficulty simple", 10),
    ("", "callback 0001 --dial", 10),
    ("accepted", "close 0001", 11, "已受理", "triage", "不能结案"),
    ("accepted", "callback 0001 --reached --solved yes --grade 5", 11, "resolve"),
    ("accepted", "accept 0001", 11),
    ("accepted", "refuse 0001 --reason petition", 11),
    ("accepted", "sign 0001", 11),
    ("accepted", "archive 0001", 11),
    ("accepted", "reopen 0001 --reason x", 11),
    ("registered", "triage 0001 --difficulty simple", 11, "accept"),
    ("registered", "resolve 0001 --outcome solved --measures x", 11),
    ("refused", "triage 0001 --difficulty simple", 11, "不予受理"),
    ("resolved", "triage 0001 --difficulty simple", 11, "callback"),
    ("resolved", "archive 0001", 11),
    ("closed", "close 0001", 11, "archive"),
    ("closed", "resolve 0001 --outcome solved --measures x", 11),
    ("accepted", "triage 0001 --difficulty 复扎", 13, "所写的这一项", "复杂", "可用"),
    ("accepted", "triage 0001 --difficulty complex --cause 政策瓶子", 13, "有政策瓶颈"),
    ("accepted", "triage 0001 --difficulty complex --track 坏", 13, "作风"),
    ("accepted", "triage 0001 --difficulty complex --policy maybe", 13, "clear"),
    ("accepted", "triage 0001 --difficulty complex --level 9", 13),
    ("accepted", "step 0001 --kind 核市", 13, "核实"),
    ("accepted", "notify 0001 --kind 一次告知", 13, "一次性告知单"),
    ("accepted", "notify 0001 --kind one_time", 2, "--missing"),
    ("accepted", "notify 0001 --kind 不予受理告知", 13, "没有不予受理过", "bbcs refuse"),
    ("accepted", "resolve 0001 --outcome 解诀 --measures x", 13, "已解决"),
    ("accepted", "resolve 0001 --outcome explained --measures x", 13, "--basis", "--remedy"),
    ("accepted", "resolve 0001 --outcome explained --measures x --basis y", 13, "--remedy"),
    ("registered", "refuse 0001 --reason 起诉", 13),
    ("accepted", "feedback 0001 --stage 最后 --text x", 13, "最终"),
    ("assigned", "assign 0001 --lead 区自然资源局", 13, "区市场监管局", "--assist"),
    ("assigned", "assign 0001 --assist 区卫健局", 13, "区卫健局", "已有一张未完的单"),
    ("accepted", "assign 0001 --lead 区卫健局 --assist 区卫健局", 13, "主办和协办是同一个单位"),
    ("assigned", "sign 0001", 2, "--unit", "区市场监管局", "区卫健局"),
    ("assigned", "sign 0001 --unit 区人社局", 13, "区人社局"),
    ("resolved", "close 0001", 13, "回访", "callback"),
    ("resolved", "callback 0001", 2, "--reached", "--not-reached"),
    ("resolved", "callback 0001 --reached", 2, "--solved", "--grade"),
    ("resolved", "callback 0001 --reached --solved yes --grade 很好", 13, "非常满意"),
    ("resolved", "callback 0001 --reached --solved maybe --grade 5", 13, "partly"),
    ("called_back", "close 0001 --how approved_unsatisfied", 2, "--approver", "--reason"),
    ("resolved", "close 0001 --how unreachable --approver 王主任 --reason 三次未接", 13, "3"),
    ("accepted", "triage 0001", 2, "--difficulty"),
    ("accepted", "assign 0001", 2, "--lead", "--assist", "--relay"),
    ("accepted", "resolve 0001", 2, "--outcome", "--measures"),
    ("accepted", "feedback 0001", 2, "--stage", "--text"),
    ("accepted", "note 0001", 2, "--text"),
    ("accepted", "step 0001 --kind verify --minutes 很久", 2, "--minutes"),
    ("accepted", "step 0001 --kind verify --proof 证明", 2, "甲=乙"),
    ("accepted", "triage 0001 --difficulty complex --due 2026-02-01", 2, "--due"),
    ("accepted", "triage 0001 --difficulty complex --due 2026-02-30", 2, "2026-02-30"),
    ("accepted", "triage 0001 --difficulty complex --at 2026-03-06", 2, "--at", "晚于现在"),
    ("accepted", "triage 0001 --difficulty complex --at 2026-03-05T23:00", 2, "--at"),
    ("accepted", "triage 0001 --difficulty complex --at 2026-03-01", 2, "--late-reason"),
    ("accepted", "triage 0001 --difficulty complex --at 2026-03-01 --late-reason x", 2, "2026-03-05"),
    ("accepted", "triage 0001 --difficulty complex --at 昨日", 2),
    ("accepted", "triage 0001 --difficulty complex --expect-version 7", 20, "第 2 版"),
    ("accepted", "triage 0001 --difficulty complex --expect-version 新", 2),
    ("accepted", "show 0001 --reveal", 13, "--reason"),
    ("accepted", "deadline 0001 --clock 无此", 13),
    ("", "consult --visitors 2 --answered 3", 2, "--answered"),
    ("", "consult --visitors -1", 2),
    ("", "consult --channel 飞鸽", 13),
    ("", "list --phase 办里中", 13, "办理中"),
    ("", "list --channel 店话", 13, "电话"),
    ("", "list --limit 0", 2, "--limit"),
    ("", "list --sort 时间", 13, "due"),
    ("", "list --columns case_no,naem", 13, "naem"),
    ("", "list --format excel", 13, "table"),
    ("", "list --flag fast", 13, "fast_lane"),
    ("", "list --due 2026-02-30", 2, "2026-02-30"),
    ("", "list --after 0009", 10, "0009"),
    ("", "report register 工作", 13, "work"),
    ("", "report register work --format docx", 13, "xlsx"),
    ("", "report register work --format xlsx", 2, "--out"),
    ("", "report monthly --month 2026-13", 2, "2026-10"),
    ("", "report monthly --month 2026-03 --from 2026-03-01", 2, "--month"),
    ("", "report monthly --from 2026-03-05", 2, "--to"),
    ("", "report monthly --from 2026-03-05 --to 2026-03-01", 2, "--to"),
    ("", "calendar add 2026-03-02 0", 2, "same_day"),
    ("", "calendar add 2026-03-02 0 --rule wd_roll", 2, "same_day"),
    ("", "calendar add 2026-02-30 3", 2, "2026-02-30"),
    ("", "calendar add 2026-03-02 三", 2, "整数"),
    ("", "calendar add 2026-03-02 3 --rule 工作日", 13, "wd"),
    ("", "calendar check 2026-3", 2, "2026-3", "2026-12-01"),
    ("", "calendar check 1900-01-01", 12, "1900"),
    ("", "calendar add 2099-12-30 99999", 12),
    ("", "calendar count 2026-03-02 2026-02-02", 2),
    ("", "calendar batch /nowhere.csv", 22, "nowhere.csv"),
    ("", "intake --from /nowhere.json", 22, "nowhere.json"),
    ("", "ledger verify --anchor /nowhere.txt", 22, "nowhere.txt"),
    ("", "pack show 沾意", 31, "沾意", "zhanyi"),
    ("", "pack check /nowhere.toml", 22, "nowhere.toml"),
    ("", "init --station ZY01 --name 又一个", 2, "已有台账"),
    ("", "init --station zy-1 --name x --home {tmp}/b", 2, "ZY01"),
    ("", "init --station ZY02 --name x --pack 无此 --home {tmp}/b", 31, "default"),
    ("", "init --station ZY02 --name x --level 市 --home {tmp}/b", 13, "county"),
    ("", "init --home {tmp}/b", 2, "--station", "--name"),
    ("", "init --station ZY02 --name x --units /nowhere.csv --home {tmp}/b", 22, "nowhere.csv"),
    ("", "init --station ZY02 --name x --home {tmp}/OneDrive/bbcs", 22, "OneDrive", "--home"),
    ("", "station operator add li --role clark", 13, "clerk"),
    ("", "station operator add demo", 2, "demo"),
    ("", "help 退出", 13, "exit-codes"),
    ("", "show 王样例", 10, "不是件的编号", "bbcs search"),
    ("", "triage 王样例 --difficulty simple", 10, "不是件的编号", "bbcs search"),
    ("", "show 13800000001", 10, "不是件的编号"),
    ("", "import .", 22, "读不了 .（它是文件夹）"),
    ("", "import x --encoding gbk9", 13, "--encoding 没有“gbk9”"),
    ("", "list --columns foo", 13, "--columns 没有“foo”"),
    ("resolved", "exclude 0001 --rate 办结 --basis x --approver y", 13, "--rate（剔除出哪项比率）没有", "按时办结"),
    ("accepted", "doc 0001 交办", 11, "交办单"),
    ("accepted", "doc 0001 告知单", 11, "一次性告知单"),
    ("accepted", "doc 0001 告知", 2, "不止一种", "延期告知书"),
    ("accepted", "doc 0001 问题受理但", 13, "是不是“问题受理单”"),
    ("", "list --as 李四四", 14, "李四四", "demo"),
)  # fmt: skip


@pytest.fixture(scope="module")
def brought(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Desk]:
    """The desk with case 0001 in a phase, brought there once for all rows of that phase."""

    @cache
    def desk(phase: str) -> Desk:
        fresh = Desk(made).copied(tmp_path_factory.mktemp("brought"))
        bring(fresh, phase)
        return fresh

    return desk


@pytest.mark.parametrize("row", CASES, ids=lambda row: f"{row[0] or 'empty'}: {row[1][:60]}")
def test_refusal(brought: Callable[[str], Desk], tmp_path, row):
    phase, line, code, *words = row
    desk = brought(phase).copied(tmp_path)
    before = desk.entries()
    refused(desk, desk(*line.format(tmp=tmp_path).split()), code, *words)
    assert desk.entries() == before
    assert not (tmp_path / "b").exists()


INPUTS = (
    (case(1, chanel="phone"), 2, "chanel", "channel"),
    (case(1, decision="accept", 姓名="x"), 2, "姓名"),
    ({}, 2, "matter（", "demand（"),
    (case(1, reporter=None), 2, "reporter（", "anonymous（"),
    (case(1, matter="", demand=None), 2, "matter（", "demand（"),
    (case(1, channel="飞鸽"), 13, "channel（反映渠道）没有所写的这一项", "窗口"),
    (case(1, reporter_type="公司"), 13, "企业"),
    (case(1, received_at="2026-03-06"), 2, "晚于现在"),
    (case(1, received_at="2026-02-01"), 2, "late_reason（"),
    (case(1, received_at="2026-02-30", late_reason="x"), 2, "2026-02-30"),
    (case(1, trips="许多"), 2, "trips（"),
    (case(1, trips=-1), 2, "trips（"),
    (case(1, trips=True), 2, "trips（"),
    (case(1, anonymous="是"), 2, "anonymous（"),
    (case(1, items={"a": 1}), 2, "items（"),
    (case(1, matter=7), 2, "matter（"),
    (case(1, matter="长" * 201), 2, "matter（", "200"),
    (case(1, demand="长" * 20001), 2, "demand（", "20000"),
    (case(1, demand="前\x00后"), 2, "demand（"),
    (case(1, extra={"a": 1}), 2, "extra"),
    (case(1, decision="refuse"), 2, "refusal_reason（"),
    (case(1, decision="refuse", refusal_reason="诉讼"), 13, "remedy（"),
    (case(1, decision="later", difficulty="simple"), 13, "difficulty（"),
    (case(1, difficulty="难"), 13, "复杂"),
    (case(1, pack="zhanyi"), 2, "pack"),
    ("字", 2, "对象"),
    ([case(1), 7], 40, "第 2 件：应是一个对象"),
)  # fmt: skip


@pytest.mark.parametrize("row", INPUTS, ids=lambda row: f"{row[1]}-{'-'.join(row[2:])}")
def test_input_refused(desk: Desk, row):
    content, code, *words = row
    refused(desk, desk("intake", "--from", "-", stdin=json.dumps(content)), code, *words)
    assert desk.entries() == 0


@pytest.mark.parametrize(
    ("text", "file", "words"),
    [
        ('{"matter": "x",\n"demand": }', "x.json", ["第 2 行"]),
        ("", "x.json", ["空的", "[]"]),
        ("matter = \n", "x.toml", ["第 1 行"]),
        ('matter = "x', "x.toml", ["x.toml"]),
        ("[" * 100_000, "x.json", ["嵌套"]),
        ('{"matter": "甲", "demand": "慢", "matter": "乙"}', "x.json", ["matter", "两次"]),
    ],
)
def test_broken_files_are_refused_with_the_line(desk: Desk, tmp_path, text, file, words):
    refused(desk, desk("intake", "--from", write(tmp_path / file, text)), 40, *words)
    assert desk.entries() == 0


def test_one_object_where_one_is_wanted(desk: Desk):
    desk.take()
    refused(
        desk,
        desk("triage", "0001", "--from", "-", stdin='[{"difficulty": "simple"}, {}]'),
        2,
        "一个",
    )
    refused(
        desk,
        desk("triage", "0001", "--from", "-", stdin='{"dificulty": "simple"}'),
        2,
        "dificulty",
        "difficulty",
    )


def test_all_missing_fields_are_named_at_once_without_a_terminal(desk: Desk):
    refused(desk, desk("intake"), 2, "--matter", "--demand")
    refused(desk, desk("intake", "--later", "--refuse", "petition"), 2, "--later", "--refuse")


# -- identity numbers among the arguments --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    ["intake --matter {id}", "intake --matter 本人{id}求助 --demand x", "list --unit={id}", "show {id}", "--home {id} list", "-- {id}",
     "intake --from {id}.json", "correct 0001 --new {id}", "{id}", "intake --matter {id18}", "--help {id}", "intake --demand {x}",
     "note 0001 --text={wide}"],
)  # fmt: skip
def test_an_id_number_on_the_command_line_is_refused_before_anything(empty: Desk, line):
    number = id_number(1)
    with_x = next(id_number(n) for n in range(1, 200) if id_number(n).endswith("X"))
    shapes = {
        "id": number,
        "id18": f"{number[:6]} {number[6:14]} {number[14:]}".replace(" ", "-"),
        "x": with_x.lower(),
        "wide": "".join(chr(ord(one) + 0xFEE0) if one.isdigit() else one for one in number),
    }
    said = empty(*line.format(**shapes).split())
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("bbcs: ")
    assert "身份证号" in said.err
    assert "--from" in said.err
    assert not any(shape in said.err for shape in shapes.values())
    assert not empty.home.exists()


def test_other_long_numbers_pass(desk: Desk):
    credit = "91530303MA6K12345X"
    wrong = id_number(1)[:-1] + ("0" if id_number(1)[-1] != "0" else "1")
    for text in (credit, wrong, phone(1), "6222021234567890128"):
        desk.ok("intake", "--matter", f"办照{text}", "--demand", "x", "--anonymous")
    assert desk.json("list")["count"] == 4


# -- who acts ------------------------------------------------------------------------------------------------------


@prepared
def staffed(desk: Desk) -> Desk:
    for who, role in (
        ("li", "clerk"),
        ("wang", "leader"),
        ("du", "supervisor"),
        ("shen", "auditor"),
        ("guan", "admin"),
    ):
        desk.ok("station", "operator", "add", who, "--role", role)
    desk.take()
    return desk


ROLES = (
    ("shen", "intake --from -", 14, "shen", "clerk"),
    ("shen", "triage 0001 --difficulty simple", 14, "clerk"),
    ("shen", "consult", 14, "clerk"),
    ("shen", "show 0001 --reveal --reason 核对", 14, "clerk"),
    ("shen", "callback 0001 --dial", 14),
    ("shen", "ledger rebuild", 14, "admin"),
    ("shen", "station unit add 甲局", 14, "admin"),
    ("guan", "intake --from -", 14, "clerk"),
    ("guan", "resolve 0001 --outcome solved --measures x", 14, "clerk"),
    ("du", "intake --from -", 14, "clerk"),
    ("li", "station operator add x", 14, "admin"),
    ("li", "ledger rebuild", 14, "admin"),
    ("nobody", "list", 14, "nobody", "li"),
)


@pytest.mark.parametrize("row", ROLES, ids=lambda row: f"{row[0]}: {row[1]}")
def test_roles(staffed: Desk, row):
    who, line, code, *words = row
    before, names = staffed.entries(), (staffed.home / "station.toml").read_bytes()
    refused(staffed, staffed("--as", who, *line.split(), stdin=json.dumps(case(2))), code, *words)
    assert staffed.entries() == before
    assert (staffed.home / "station.toml").read_bytes() == names


def test_what_roles_may_do(staffed: Desk):
    for who in ("shen", "guan", "du", "li", "wang"):
        for line in (
            "list",
            "show 0001",
            "todo",
            "deadline 0001",
            "report monthly --month 2026-03",
            "ledger verify",
            "ledger info",
        ):
            staffed.ok("--as", who, *line.split())
    staffed.ok("resolve", "0001", "--outcome", "solved", "--measures", "x", env={"BBCS_AS": "li"})
    staffed.ok("callback", "0001", "--reached", "--solved", "no", "--grade", "1", "--as", "du")
    special = [
        "close",
        "0001",
        "--how",
        "approved_unsatisfied",
        "--approver",
        "王主任",
        "--reason",
        "已尽力",
    ]
    refused(staffed, staffed("--as", "li", *special), 14, "leader")
    staffed.ok("--as", "wang", *special)
    staffed.ok("--as", "li", "archive", "0001")
    refused(staffed, staffed("--as", "li", "reopen", "0001", "--reason", "x"), 14, "leader")
    staffed.ok("--as", "wang", "reopen", "0001", "--reason", "又坏了")


def test_two_operators_and_none_named(staffed: Desk):
    refused(
        staffed,
        staffed("list", env={"USER": "stranger", "LOGNAME": "stranger"}),
        14,
        "--as",
        "BBCS_AS",
        "li",
    )
    staffed.ok("list", env={"USER": "stranger", "BBCS_AS": "li"})


# -- gates of a pack -----------------------------------------------------------------------------------------------


@prepared
def strict(desk: Desk) -> Desk:
    """The default pack with every gate shut."""
    text = (packs.SHIPPED / "default.toml").read_text(encoding="utf-8")
    for gate in (
        "sign",
        "triage",
        "cause",
        "satisfied",
        "second_signer",
        "archive_no",
        "phone",
        "final_feedback",
    ):
        assert f"\n{gate} = false" in text
        text = text.replace(f"\n{gate} = false", f"\n{gate} = true")
    (desk.home / "packs" / "default.toml").write_text(
        text.replace('edition = "1"', 'edition = "strict"', 1), encoding="utf-8"
    )
    desk.ok("pack", "adopt")
    return desk


def test_gates_name_what_they_want(strict: Desk):
    refused(
        strict,
        strict("intake", "--from", "-", stdin=json.dumps(case(1, phone=None))),
        13,
        "phone（联系电话）",
    )
    strict.take(**case(1))
    refused(strict, strict("assign", "0001", "--lead", "甲局"), 13, "bbcs triage")
    refused(
        strict,
        strict("resolve", "0001", "--outcome", "solved", "--measures", "x"),
        13,
        "bbcs triage",
    )
    refused(strict, strict("triage", "0001", "--difficulty", "complex"), 13, "--cause")
    strict.ok("triage", "0001", "--difficulty", "complex", "--cause", "no_rule")
    strict.ok("assign", "0001", "--lead", "甲局")
    refused(strict, strict("step", "0001", "--kind", "verify", "--unit", "甲局"), 13, "bbcs sign")
    refused(
        strict, strict("resolve", "0001", "--outcome", "solved", "--measures", "x"), 13, "bbcs sign"
    )
    strict.ok("sign", "0001")
    explained = [
        "resolve",
        "0001",
        "--outcome",
        "explained",
        "--measures",
        "x",
        "--basis",
        "y",
        "--remedy",
        "z",
    ]
    refused(strict, strict(*explained), 2, "--signer")
    refused(strict, strict(*explained, "--signer", "demo"), 13, "--signer")
    strict.ok("feedback", "0001", "--stage", "final", "--text", "说明")
    strict.ok(*explained, "--signer", "王主任")
    strict.ok("callback", "0001", "--reached", "--solved", "no", "--grade", "1")
    refused(strict, strict("close", "0001"), 13, "reopen", "approved_unsatisfied")
    strict.ok(
        "close",
        "0001",
        "--how",
        "approved_unsatisfied",
        "--approver",
        "王主任",
        "--reason",
        "已尽力",
    )
    refused(strict, strict("archive", "0001"), 13, "--no")
    strict.ok("archive", "0001", "--no", "2026-1")


def test_final_feedback_before_closing(strict: Desk):
    strict.take(**case(1))
    strict.ok("triage", "0001", "--difficulty", "simple", "--cause", "no_rule")
    strict.ok("resolve", "0001", "--outcome", "solved", "--measures", "x")
    strict.ok("callback", "0001", "--reached", "--solved", "yes", "--grade", "5")
    refused(strict, strict("close", "0001"), 13, "feedback")


def test_units_once_listed_refuse_strangers(desk: Desk):
    desk.ok("station", "unit", "add", "区市场监管局", "--code", "SCJG", "--alias", "市监局")
    desk.take()
    refused(
        desk,
        desk("assign", "0001", "--lead", "区市场监督局"),
        13,
        "区市场监督局",
        "区市场监管局",
        "--new-unit",
    )
    refused(desk, desk("station", "unit", "add", "市监局"), 2, "市监局")
    assert desk.json("assign", "0001", "--lead", "市监局")["lead_unit"] == "区市场监管局"
    assert desk.json("assign", "0001", "--assist", "新来局", "--new-unit")["assisting_units"] == [
        "新来局"
    ]


# -- the store and the home ----------------------------------------------------------------------------------------


def test_a_home_that_does_not_exist(empty: Desk):
    for line in (
        "list",
        "intake --matter x --demand y --reporter z",
        "show 0001",
        "ledger verify",
        "report monthly",
        "todo",
        "station unit list",
    ):
        refused(empty, empty(*line.split()), 22, "bbcs init", "--home")
    assert not empty.home.exists(), "never made in passing"
    assert empty("doctor").code == 1


def test_an_emptied_ledger(desk: Desk):
    (desk.home / "ledger.db").write_bytes(b"")
    refused(desk, desk("list"), 22, "清空", "备份")
    refused(desk, desk("intake", "--from", "-", stdin=json.dumps(case(1))), 22, "清空")
    assert (desk.home / "ledger.db").read_bytes() == b""


def test_a_ledger_that_is_gone(desk: Desk):
    (desk.home / "ledger.db").unlink()
    refused(desk, desk("list"), 22, "ledger.db 不见了", "bbcs ledger restore")
    assert not (desk.home / "ledger.db").exists()


def test_a_damaged_header(desk: Desk):
    path = desk.home / "ledger.db"
    raw = bytearray(path.read_bytes())
    raw[:16] = b"not a database!!"
    path.write_bytes(raw)
    refused(desk, desk("list"), 22, "备份")
    refused(desk, desk("intake", "--from", "-", stdin=json.dumps(case(1))), 22, "备份")


def test_another_programs_database(desk: Desk):
    (desk.home / "ledger.db").unlink()
    other = sqlite3.connect(desk.home / "ledger.db")
    other.execute("CREATE TABLE x (y)")
    other.close()
    refused(desk, desk("list"), 22, "不是 bbcs 的台账")


def test_a_newer_ledger(desk: Desk):
    connection = sqlite3.connect(desk.home / "ledger.db")
    connection.execute("PRAGMA user_version = 99")
    connection.commit()
    connection.close()
    refused(desk, desk("list"), 22, "升级 bbcs")
    refused(desk, desk("intake", "--from", "-", stdin=json.dumps(case(1))), 22, "没有读写")


def test_a_zeroed_page_is_refused_not_answered(desk: Desk):
    for number in range(3):
        desk.take(**case(number))
    connection = sqlite3.connect(desk.home / "ledger.db")
    connection.execute("PRAGMA journal_mode=DELETE")
    root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entry'").fetchone()[
        0
    ]
    size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    raw = bytearray((desk.home / "ledger.db").read_bytes())
    raw[(root - 1) * size : root * size] = bytes(size)
    (desk.home / "ledger.db").write_bytes(raw)
    said = desk("show", "0001")
    assert said.code in (21, 22)
    assert said.err.count("\n") == 1
    assert desk("ledger", "verify", "--full").code == 21


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (None, 22, ["station.toml 不见了", "bbcs ledger restore"]),
        ("code = ", 30, ["station.toml"]),
        ('code = "ZY01"\nname = "x"\npakc = "default"', 30, ["pakc", "pack"]),
        ('code = "zy-1"\nname = "x"', 30, ["zy-1"]),
        ("\udcff\udcfe", 30, ["station.toml"]),
    ],
)
def test_a_station_file_that_is_missing_or_broken(desk: Desk, text, code, words):
    path = desk.home / "station.toml"
    path.unlink() if text is None else path.write_bytes(text.encode("utf-8", "surrogateescape"))
    refused(desk, desk("list"), code, *words)
    refused(desk, desk("intake", "--from", "-", stdin=json.dumps(case(1))), code, *words)


def test_a_broken_pack_is_refused_with_all_its_problems(desk: Desk):
    text = (
        (packs.SHIPPED / "default.toml")
        .read_text(encoding="utf-8")
        .replace("sign = false", "sing = false", 1)
    )
    path = desk.home / "packs" / "default.toml"
    path.write_text(text.replace("limit = 5\n", "limit = -5\n", 1), encoding="utf-8")
    desk.ok("list")  # the edition that was adopted judges; a draft beside it is nobody's rule yet
    refused(desk, desk("pack", "adopt"), 30, "sing", "-5")
    assert desk("pack", "check", path).code == 1
    path.replace(packs.edition_file(desk.home, "default", "1"))
    desk.ok("list")  # nor is a copy of the edition: the ledger holds the text
    assert "default@1.toml" in desk("ledger", "verify").out


def plain_user() -> None:
    """In the child: root without the right to pass over file permissions (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH)."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None)
        for capability in (1, 2):
            if libc.prctl(24, capability, 0, 0, 0):
                os._exit(99)


@pytest.fixture
def locked(desk: Desk):
    """Runs a command as a user whom permissions hold."""
    if sys.platform != "linux":
        pytest.skip("drops capabilities of Linux")
    made: list[Path] = []

    def run(path: Path, mode: int, *args: object, stdin: str = "") -> Answer:
        path.chmod(mode)
        made.append(path)
        done = desk.process(*args, stdin=stdin.encode(), preexec_fn=plain_user)
        if done.returncode == 99:
            pytest.skip("root here cannot be denied")
        return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())

    yield run
    for path in made:
        path.chmod(0o700 if path.is_dir() else 0o600)


def test_a_read_only_home(desk: Desk, locked):
    desk.take()
    for args in (("list",), ("intake", "--from", "-"), ("todo",)):
        refused(
            desk,
            locked(desk.home, 0o500, *args, stdin=json.dumps(case(2))),
            22,
            "不能写",
            str(desk.home),
            "--home",
        )


def test_a_read_only_ledger(desk: Desk, locked):
    desk.take()
    refused(
        desk,
        locked(desk.home / "ledger.db", 0o400, "intake", "--from", "-", stdin=json.dumps(case(2))),
        22,
        "不能写",
    )


def test_an_unreadable_station_file(desk: Desk, locked):
    refused(desk, locked(desk.home / "station.toml", 0o000, "list"), 22, "station.toml")


def test_an_input_file_that_may_not_be_read(desk: Desk, locked, tmp_path):
    path = write(tmp_path / "件.json", case(1))
    refused(desk, locked(path, 0o000, "intake", "--from", path), 22, "件.json")


def test_an_output_folder_that_cannot_be_written(desk: Desk, locked, tmp_path):
    desk.take()
    folder = tmp_path / "出"
    folder.mkdir()
    heads = desk.home / "heads.txt"
    for args in (
        ("report", "monthly", "--out", folder),
        ("report", "monthly", "--out", folder / "三月"),
        ("report", "register", "work", "--out", folder / "x.xlsx"),
        ("report", "register", "work", "--out", folder / "x.csv"),
    ):
        refused(desk, locked(folder, 0o500, *args), 22, "出")
        folder.chmod(0o700)
    assert list(folder.iterdir()) == []
    assert not heads.exists(), "a report that failed leaves no head"


def test_an_output_path_that_is_no_folder(desk: Desk, tmp_path):
    desk.take()
    write(tmp_path / "文件", "x")
    refused(desk, desk("report", "monthly", "--out", tmp_path / "文件"), 22, "文件")
    refused(
        desk, desk("report", "register", "work", "--out", tmp_path / "文件" / "x.xlsx"), 22, "文件"
    )


# -- the slip ------------------------------------------------------------------------------------------------------


def test_the_slip_is_the_persons_own_paper(desk: Desk, tmp_path):
    path = tmp_path / "回执.txt"
    said = desk.ok("intake", "--from", "-", "--slip", path, stdin=json.dumps(case(1)))
    text = path.read_text(encoding="utf-8")
    assert "ZY01-20260305-0001" in text
    assert name(1) in text
    assert id_number(1) not in text
    assert "2026-03-05" in text
    assert name(1) not in said.out + said.err
    assert path.stat().st_mode & 0o111 == 0


def test_a_slip_that_cannot_be_written_is_refused_before_the_case_is_taken(desk: Desk, tmp_path):
    """A clerk who reads an error types the case again: what failed must not have registered it."""
    refused(
        desk,
        desk(
            "intake",
            "--from",
            "-",
            "--slip",
            tmp_path / "无此目录" / "回执.txt",
            stdin=json.dumps(case(1)),
        ),
        22,
        "无此目录",
    )
    assert desk.entries() == 0


def test_no_slip_of_a_rehearsal(desk: Desk, tmp_path):
    desk.ok(
        "intake",
        "--from",
        "-",
        "--dry-run",
        "--slip",
        tmp_path / "x.txt",
        stdin=json.dumps(case(1)),
    )
    assert not (tmp_path / "x.txt").exists()


# -- bugs ----------------------------------------------------------------------------------------------------------


def test_a_bug_shows_no_traceback_unless_asked(desk: Desk, monkeypatch):
    from bbcs.usecases import listing

    def broken(*_):
        raise ZeroDivisionError(name(1))

    monkeypatch.setattr(listing, "cases", broken)
    said = desk("list")
    assert said.code == 70
    assert "--debug" in said.err
    assert said.err.count("\n") == 1
    assert name(1) not in said.err
    told = desk("list", "--debug")
    assert told.code == 70
    assert "ZeroDivisionError" in told.err
    assert ", in broken" in told.err
    assert name(1) not in told.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("list", 22),
        ("list --json", 22),
        ("--help", 22),
        ("station --help", 22),
        ("triage --help", 22),
        ("help exit-codes", 22),
        ("show 0001 --json", 22),
        ("show 9999", 10),
        ("show 9999 --json", 10),
    ],
)
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
def test_a_full_device_is_one_line_and_its_code(desk: Desk, line, code, unbuffered):
    desk.take()
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "bbcs", *line.split()]
        done = subprocess.run(
            command,
            env=desk.env({"PYTHONUNBUFFERED": unbuffered}),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr.count(b"\n")) == (code, 1)
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_nobody_to_be_told_is_the_code_alone(desk: Desk):
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "bbcs", "show", "9999", "--json"]
        assert (
            subprocess.run(
                command,
                env=desk.env(None),
                stderr=full,
                stdout=subprocess.PIPE,
                timeout=60,
                check=False,
            ).returncode
            == 10
        )


@pytest.mark.parametrize(
    "words", ["list", "search 备案", "check", "report kpi", "report register work"]
)
@pytest.mark.parametrize("how", [(), ("--json",)], ids=["people", "json"])
def test_an_unknown_format_is_refused_under_json_too(desk: Desk, words: str, how: tuple[str, ...]):
    refused = desk(*words.split(), "--format", "zzz", *how)
    assert (refused.code, refused.out) == (13, "")


FIXED = (
    "report kpi --rounding moon", "report kpi --format moon", "report monthly --month 2026-03 --moon",
    "list --sort moon", "list --columns moon", "list --phase moon", "list --flag moon", "list --format moon",
    "search x --format moon", "check --code Z99", "check --grade moon", "check --format moon",
    "station duty add 今天 demo --shift moon", "station operator add li --role moon", "config set colour moon",
    "calendar add 2026-01-01 3 --rule moon", "report register moon", "report register work --format moon",
    "report daily --format moon", "report circular --format moon", "export --format moon", "export --encoding moon",
    "intake --matter a --demand b --reporter c --reporter-type moon", "intake --matter a --demand b --reporter c --track moon",
    "import moon.csv --encoding moon", "completion moon",
)  # fmt: skip


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_a_fixed_word_that_is_none_ends_13_whatever_the_command(desk: Desk, more: list[str]):
    """One exit code, and the words that would do; an option that is none ends 2."""
    before = desk.entries()
    found = {line: desk(*line.split(), *more) for line in FIXED}
    codes = {line: said.code for line, said in found.items()}
    unknown_option = next(line for line in FIXED if line.endswith("--moon"))
    assert codes == {line: 2 if line == unknown_option else 13 for line in FIXED}
    assert all(said.out == "" for said in found.values())
    assert all("可用" in said.err for line, said in found.items() if codes[line] == 13)
    assert desk.entries() == before


def test_a_refusal_lists_the_words_that_people_know_first(desk: Desk) -> None:
    """Chinese first, the key behind it in brackets; JSON keeps the keys."""
    desk.take(**case(1))
    assert "可用：已登记（registered）、已受理（accepted）" in desk("list", "--phase", "飞").err
    assert "可用：问题受理单（acceptance）" in desk("doc", "1", "飞").err
    assert "问题受理单（acceptance）" in desk.ok("doc", "--help").out
    assert "可用：反映事项、反映内容" in desk("correct", "1", "--field", "飞", "--why", "错").err
    refused = desk("list", "--phase", "飞", "--json")
    assert json.loads(refused.err)["allowed"][:2] == ["registered", "accepted"]


def test_doc_says_only_what_is_missing(desk: Desk) -> None:
    desk.take(**case(1))
    said = desk("doc", "0001").err
    assert "缺少必填项：文书；文书有：问题受理单（acceptance）" in said
    assert "编号、" not in said


def test_what_is_meant_by_a_wrong_option_is_what_would_work(desk: Desk) -> None:
    desk.take(**case(1))
    assert "是不是 --reason" in desk("pause", "1", "--cause", "等材料").err
    assert "--phone" not in desk("station", "unit", "add", "--name", "区卫健局").err
    assert "是不是 --matter" in desk("intake", "--mater", "甲").err


def test_help_words_takes_one_kind_and_refuses_an_unknown_one(desk: Desk) -> None:
    kinds = {row["axis"] for row in desk.json("help", "words", "难易程度")["rows"]}
    assert kinds == {"difficulty"}
    assert desk.json("help", "words", "difficulty") == desk.json("help", "words", "难易程度")
    refused = desk("help", "words", "nosuch")
    assert refused.code == 13
    assert "难易程度（difficulty）" in refused.err


def test_a_legal_basis_is_no_personal_datum_but_may_name_people(desk: Desk) -> None:
    desk.take(**case(1))
    desk.ok("resolve", "1", "--outcome", "solved", "--measures", "-", stdin="改名")
    said = desk("correct", "1", "--field", "resolve.basis", "--new", "法律", "--why", "漏").err
    assert "依据里可能写到具体的人，不能写在命令行里" in said
    said = desk("correct", "1", "--field", "电话", "--new", "1", "--why", "漏").err
    assert "联系电话是个人信息" in said


# -- a word that no list holds ---------------------------------------------------------------------

UNLISTED = (
    # what is typed, the option that is named, the key for programs, a word that would work
    ("triage 1 --difficulty 乱写", "--difficulty（难易程度）", "difficulty", "complex"),
    ("triage 1 --difficulty 简单 --cause 乱写", "--cause（办不成原因）", "cause", "policy_blocked"),
    ("triage 1 --difficulty 简单 --track 乱写", "--track（办理轨道）", "track", "conduct"),
    ("resolve 1 --outcome 乱写 --measures x", "--outcome（办理结果）", "outcome", "solved"),
    ("pause 1 --reason 乱写", "--reason（", "reason", "supplement"),
    ("step 1 --kind 乱写", "--kind（", "kind", "verify"),
    ("notify 1 --kind 乱写", "--kind（", "kind", "result"),
    ("close 1 --how 乱写", "--how（", "how", "normal"),
    ("correct 1 --field channel --new 乱写 --why x", "反映渠道没有", "new", "phone"),
    ("list --channel 乱写", "--channel（反映渠道）", "channel", "phone"),
    ("list --kind 乱写", "--kind（诉求类型）", "kind", "help"),
    ("list --phase 乱写", "--phase（环节）", "phase", "accepted"),
    ("list --flag 乱写", "--flag（标记）", "flag", "paused"),
    ("check --code 乱写", "--code（体检编号）", "code", "C01"),
    ("check --grade 乱写", "--grade（等级）", "grade", "error"),
    ("report register work --format 乱写", "--format（格式）", "format", "csv"),
    ("deadline 1 --clock 乱写", "--clock（", "clock", "resolve"),
)


@pytest.mark.parametrize(("line", "named", "field", "word"), UNLISTED, ids=str)
def test_an_unlisted_word_is_refused_by_its_option_and_by_its_key(
    desk: Desk, line: str, named: str, field: str, word: str
):
    desk.take()
    said = desk.fails(13, *line.split())
    refused(desk, said, 13, named, "可用")
    document = json.loads(desk.fails(13, *line.split(), "--json").err)
    assert document["field"] == field
    assert word in document["allowed"]


def test_an_unlisted_word_of_a_file_is_refused_by_its_key(desk: Desk):
    said = desk("intake", "--from", "-", "--json", stdin=json.dumps(case(1, channel="乱写")))
    document = json.loads(said.err)
    assert (said.code, document["field"]) == (13, "channel")
    assert document["message"].startswith("channel（反映渠道）没有所写的这一项")
    assert "bbcs help words channel" in document["message"]


def test_an_unlisted_unit_is_refused_by_its_option(desk: Desk):
    desk.take()
    desk.ok("station", "unit", "add", "区卫健局")
    desk.ok("station", "unit", "add", "区民政局")
    line = ["assign", "1", "--lead", "区卫健局", "--assist", "县民政局"]
    refused(desk, desk.fails(13, *line), 13, "--assist（协办单位）：单位名册里没有", "区民政局")
    assert json.loads(desk.fails(13, *line, "--json").err)["field"] == "assist"


def test_what_is_missing_is_named_to_programs(desk: Desk):
    desk.take()
    assert json.loads(desk.fails(2, "resolve", "1", "--json").err)["field"] == "outcome"
    assert json.loads(desk.fails(10, "show", "9", "--json").err)["field"] == "case_no"
    assert "field" not in json.loads(desk.fails(11, "close", "1", "--json").err)


MISUSED = (
    # what is typed, what is said, the field in JSON
    ("list --all=3", "--all 后面不写值；写法见 bbcs list --help", "all"),
    ("triage 1 --difficulty", "--difficulty 后面要写值；写法见 bbcs triage --help", "difficulty"),
    ("list --json=1", "--json 后面不写值", "json"),
    ("list --home", "--home 后面要写值", "home"),
    ("list --home --quiet", "--home 后面要写值", "home"),
    ("list --as", "--as 后面要写值", "as"),
    ("list --nope", "没有选项 --nope，是不是 --open", "nope"),
    ("show", "缺少 编号", "number"),
    ("search", "缺少 文字", "text"),
)


@pytest.mark.parametrize(("line", "message", "field"), MISUSED, ids=str)
def test_what_is_wrong_with_an_option_is_said_with_its_command(
    desk: Desk, line: str, message: str, field: str
):
    refused(desk, desk.fails(2, *line.split()), 2, message)
    document = json.loads(desk.fails(2, "--json", *line.split()).err)
    assert document["message"].startswith(message)
    assert document["field"] == field


def test_what_is_refused_before_the_options_are_read_is_json_too(desk: Desk):
    for line in (("list", "--json", "--home"), ("list", "--source", id_number(1), "--json")):
        assert json.loads(desk.fails(2, *line).err)["exit"] == 2


def test_who_may_not_approve_alone_is_told_who_could(desk: Desk):
    """A station with one leader names somebody above; one with two, the other."""
    desk.take()
    line = ("exclude", "1", "--rate", "on_time", "--basis", "规定", "--approver", "demo")
    refused(desk, desk.fails(13, *line), 13, "这里没有别的领导，请在 --approver 写上级批准人的姓名")
    desk.ok("station", "operator", "add", "wang", "--name", "王主任", "--role", "leader")
    refused(desk, desk.fails(13, *line), 13, "请换一位 --approver，如 王主任")
    desk.ok(*line[:-1], "上级张主任")
