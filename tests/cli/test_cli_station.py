"""`bbcs station duty` and `station items`: changed whole, recorded once, refused with what would work."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from cli_desk import Desk, case, prepared

from bbcs.config import station_file
from bbcs.domain.station import Duty
from bbcs.store import transactions
from bbcs.store.opening import open_ledger
from bbcs.usecases.office import Office, office_of


def told(desk: Desk, kind: str) -> list[dict]:
    with open_ledger(desk.home) as ledger:
        return [dict(event.data) for event in ledger.office_wide((kind,))]


@prepared
def people(desk: Desk) -> Desk:
    for who, name in (("chen", "陈受理"), ("li", "李经办"), ("wang", "王办事")):
        desk.ok("station", "operator", "add", who, "--name", name)
    return desk


# -- duty ----------------------------------------------------------------------------------------------------------


def test_a_day_is_one_entry_and_one_row(people: Desk):
    said = people.ok(
        "station", "duty", "add", "下周一", "李经办", "--shift", "am", "--note", "替班"
    )
    assert said.out == "已排：2026-03-09（周一）  li  上午  替班\n"
    assert told(people, "DutySet") == [
        {"day": date(2026, 3, 9), "operator": "li", "shift": "am", "note": "替班"}
    ]
    assert station_file.read(people.home).duty == (Duty(date(2026, 3, 9), "li", "am", "替班"),)
    assert people.json("ledger", "verify", "--full")["ok"]


def test_a_rotation_is_one_entry_of_rows_over_working_days(people: Desk):
    done = people.json(
        "station", "duty", "add", "2026-02-12..2026-02-25", "--rotate", "陈受理，li,wang"
    )
    assert [(row["day"], row["operator"]) for row in done["duty"]] == [
        ("2026-02-12", "chen"), ("2026-02-13", "li"), ("2026-02-14", "wang"), ("2026-02-24", "chen"), ("2026-02-25", "li"),
    ]  # fmt: skip
    [entry] = told(people, "DutySet")
    assert entry == {"rows": [[row["day"], row["operator"], "", ""] for row in done["duty"]]}
    assert people.ok("station", "duty", "check").out == "坐诊表没有问题\n"


def test_removing_says_what_went(people: Desk):
    people.ok("station", "duty", "add", "2026-03-09..2026-03-13", "--rotate", "chen,li")
    gone = people.json("station", "duty", "remove", "2026-03-09..2026-03-11", "李经办")
    assert [(row["day"], row["operator"]) for row in gone["duty"]] == [("2026-03-10", "li")]
    assert told(people, "DutySet")[-1] == {
        "day": date(2026, 3, 10),
        "operator": "li",
        "removed": True,
    }
    people.ok("station", "duty", "remove", "2026-03-09..2026-03-13")
    assert station_file.read(people.home).duty == ()
    assert told(people, "DutySet")[-1]["removed"] is True
    assert people("station", "duty", "remove", "2026-03-09").code == 2


def test_list_and_check_name_gaps_and_doubles(people: Desk):
    people.ok("station", "duty", "add", "2026-03-09", "chen")
    people.ok("station", "duty", "add", "2026-03-11", "li", "--shift", "pm")
    said = people.ok("station", "duty", "add", "2026-03-09", "li")
    assert "2026-03-09 全天排了 2 个人：chen、li" in said.err
    listed = people.ok("station", "duty", "list", "--month", "2026-03")
    assert listed.out.splitlines()[0] == "2026-03-09（周一）  陈受理"
    assert "2026-03-10 工作日没有人坐诊" in listed.err
    checked = people("station", "duty", "check", "--month", "2026-03", "--json")
    assert checked.code == 1
    assert [(one["where"], one["code"]) for one in checked.json["findings"]] == [
        ("2026-03-09", "duty_double"), ("2026-03-10", "duty_gap"), ("2026-03-11", "duty_half_gap"),
    ]  # fmt: skip
    assert people.ok("station", "duty", "check", "--month", "2026-04").out == "坐诊表没有问题\n"


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("add 2026-03-09 nobody", 14, ["nobody", "chen"]),
        ("add 2026-03-09", 2, ["--rotate"]),
        ("add 2026-03-09 chen --rotate li", 2, ["--rotate"]),
        ("add 2026-02-30 chen", 2, ["2026-02-30"]),
        ("add 2026-03-09..2026-03-01 chen", 2, ["从早到晚"]),
        ("add 2026-03-09..2046-03-01 chen", 2, ["366"]),
        ("add 2026-03-09 chen --shift night", 13, ["night", "am"]),
        ("add 2026-03-14..2026-03-15 chen", 2, ["没有工作日"]),
        ("add 2026-03-05 chen --shift am", 2, ["已排了 chen", "全天"]),
        ("add 2026-03-09 chen --as li", 14, ["admin"]),
        ("list --month 2026-13", 2, ["--month", "2026-10"]),
    ],
)
def test_refusals_write_nothing(people: Desk, line, code, words):
    people.ok("station", "duty", "add", "今天", "chen")
    before = (people.home / "station.toml").read_bytes(), people.entries()
    said = people("station", "duty", *line.split())
    assert (said.code, said.out) == (code, "")
    assert [word for word in words if word not in said.err] == []
    assert ((people.home / "station.toml").read_bytes(), people.entries()) == before


def test_todays_officer_stands_on_the_desk_and_on_the_slip(people: Desk, tmp_path: Path):
    slip = tmp_path / "回执.txt"
    people.ok("station", "duty", "add", "今天", "chen", "--shift", "am")
    people.ok("station", "duty", "add", "今天", "li", "--shift", "pm")
    assert people.ok().out.splitlines()[1] == "今天坐诊：上午 陈受理、下午 李经办"
    assert people.json("todo")["duty"] == "上午 陈受理、下午 李经办"
    people.ok("intake", "--from", "-", "--slip", slip, stdin=json.dumps(case(1)))
    assert "今天坐诊：上午 陈受理、下午 李经办" in slip.read_text(encoding="utf-8")
    tomorrow = Desk(people.home, "2026-03-06T09:00")
    assert "坐诊" not in tomorrow.ok().out
    tomorrow.ok("intake", "--from", "-", "--slip", slip, "--yes", stdin=json.dumps(case(2)))
    assert "坐诊" not in slip.read_text(encoding="utf-8")


# -- items ---------------------------------------------------------------------------------------------------------

LIST = """事项,单位,法定时限,承诺时限,材料,前置
诊所执业备案,区卫健局,20,5,申请表；身份证,个体工商户设立登记
个体工商户设立登记,区市场监管局,15,1,,
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_is_checked_loaded_and_shown(desk: Desk, tmp_path: Path, encoding):
    path = tmp_path / "事项.csv"
    path.write_bytes(LIST.replace("\n", "\r\n").encode(encoding))
    assert desk.ok("station", "items", "check", path).out == "事项.csv 没有问题，2 项\n"
    assert not (desk.home / "items.csv").exists()
    assert desk.ok("station", "items", "load", path).out == "已载入事项目录：2 项\n"
    assert (desk.home / "items.csv").read_bytes() == path.read_bytes()
    assert (desk.home / "items.csv").stat().st_mode & 0o077 == 0
    assert [(one["what"], one["name"]) for one in told(desk, "StationChanged")] == [
        ("made", "沾益站"),
        ("items", "2 项"),
    ]
    shown = desk.ok("station", "items", "show").out.splitlines()
    assert (
        shown[0]
        == "诊所执业备案  区卫健局  法定 20 个工作日  承诺 5 个工作日  材料 申请表、身份证  前置 个体工商户设立登记"
    )
    assert shown[-2:] == [
        "时限压缩（各事项压缩比例的平均）：84.17%（1.68333/2）",
        "时限压缩（压缩的总天数比法定的总天数）：82.86%（29/35）",
    ]
    one = desk.json("station", "items", "show", "个体工商户设立登记")
    assert ([row["promised_limit"] for row in one["items"]], [row["name"] for row in one["limit_shrink"]]) == (
        [1], ["mean_of_ratios", "ratio_of_sums"],
    )  # fmt: skip
    assert desk.json("ledger", "verify", "--full")["ok"]


def office(desk: Desk) -> Office:
    from sample import at

    made = office_of(desk.home, "", "demo", at("2026-03-05"), "set")
    return transactions.bound(made)


def test_the_office_knows_its_items(desk: Desk, tmp_path: Path):
    assert (dict(office(desk).items), office(desk).item("诊所执业备案")) == ({}, None)
    (tmp_path / "a.csv").write_text(LIST, encoding="utf-8")
    desk.ok("station", "items", "load", tmp_path / "a.csv")
    item = office(desk).item("诊所执业备案")
    assert (item.promised_limit, item.papers, item.prerequisites) == (
        5,
        ("申请表", "身份证"),
        ("个体工商户设立登记",),
    )
    assert office(desk).item("不在目录里的") is None


def test_a_loaded_list_needs_no_csv_reader(desk: Desk, tmp_path: Path, monkeypatch):
    import sys

    (tmp_path / "a.csv").write_text(LIST, encoding="utf-8")
    desk.ok("station", "items", "load", tmp_path / "a.csv")
    monkeypatch.setitem(sys.modules, "csv", None)
    assert list(office(desk).items) == ["诊所执业备案", "个体工商户设立登记"]


def test_a_list_that_nobody_loaded_has_no_effect_and_is_named(desk: Desk):
    path = desk.home / "items.csv"
    path.write_text("事项\n甲\n", encoding="utf-8")
    path.chmod(0o600)
    assert dict(office(desk).items) == {}
    [found] = desk("ledger", "verify", "--json").json["findings"]
    assert (found["code"], found["where"]) == ("copy", "items.csv")
    assert "items.csv" in desk("doctor").out


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("事项,法定时限\n甲,x\n甲,2\n".encode(), ["第 2 行", "第 3 行"]),
        (b"", ["没有内容"]),
        ('事项\n"甲\n'.encode(), ["引号"]),
        (b"\xff\xff\xff\n", ["编码"]),
        ('事项,法定时限\n"甲\n乙",x\n丙,y\n'.encode(), ["第 2 行", "第 4 行"]),
    ],
)
def test_a_list_with_defects_is_refused_whole(desk: Desk, tmp_path: Path, raw, words):
    path = tmp_path / "事项.csv"
    path.write_bytes(raw)
    checked = desk("station", "items", "check", path)
    assert (checked.code, [word for word in words if word not in checked.out]) == (1, [])
    loaded = desk("station", "items", "load", path)
    assert (loaded.code, [word for word in words if word not in loaded.err]) == (30, [])
    assert ([one["what"] for one in told(desk, "StationChanged")], (desk.home / "items.csv").exists()) == (
        ["made"], False,
    )  # fmt: skip


def test_refusals_of_items(desk: Desk, tmp_path: Path):
    assert desk("station", "items", "show").code == desk("station", "items", "check").code == 22
    assert desk("station", "items", "load", tmp_path / "nowhere.csv").code == 22
    (tmp_path / "a.csv").write_text(LIST, encoding="utf-8")
    desk.ok("station", "operator", "add", "li")
    assert desk("station", "items", "load", tmp_path / "a.csv", "--as", "li").code == 14
    desk.ok("station", "items", "load", tmp_path / "a.csv")
    unknown = desk("station", "items", "show", "诊所备案")
    assert (unknown.code, "诊所执业备案" in unknown.err) == (13, True)


# -- operators -----------------------------------------------------------------------------------------------------


def test_operators_are_renamed_given_roles_and_removed_by_command(desk: Desk):
    """Each change is one entry; the ledger keeps what they entered under their id."""
    desk.ok("station", "operator", "add", "wang", "--name", "王经办")
    no = desk.take()
    desk.ok("note", no, "--text", "看过", "--as", "wang")
    before = desk.entries()
    done = desk.json("station", "operator", "rename", "wang", "王承办")
    assert (done["before"]["name"], done["after"]["name"]) == ("王经办", "王承办")
    done = desk.json("station", "operator", "grant", "王承办", "--role", "领导", "--role", "clerk")
    assert done["after"]["roles"] == ["leader", "clerk"]
    desk.ok("note", no, "--text", "又看过", "--as", "王承办")
    assert desk.ok("station", "operator", "remove", "wang").out == "已从名册撤下：wang（王承办）\n"
    assert desk.entries() == before + 4
    assert desk("note", no, "--text", "再看", "--as", "wang").code == 14
    history = desk.json("show", no, "--history")["history"]
    assert [one["actor"] for one in history if one["kind"] == "Noted"] == ["wang", "wang"]
    assert [one["id"] for one in desk.json("station", "operator", "list")["operators"]] == ["demo"]
    assert desk.json("ledger", "verify", "--full")["ok"] is True


def test_the_last_administrator_stays(desk: Desk):
    for change in (("remove", "demo"), ("grant", "demo", "--role", "clerk")):
        refused = desk("station", "operator", *change)
        assert (refused.code, "唯一的管理员" in refused.err) == (2, True)
    desk.ok("station", "operator", "add", "wang", "--role", "admin")
    desk.ok("station", "operator", "grant", "demo", "--role", "clerk")
    refused = desk("station", "operator", "grant", "demo", "--role", "admin", "--as", "demo")
    assert refused.code == 14


def test_an_operator_on_duty_is_not_removed(desk: Desk):
    desk.ok("station", "operator", "add", "wang")
    desk.ok("station", "duty", "add", "2026-03-09", "wang")
    refused = desk("station", "operator", "remove", "wang")
    assert refused.code == 2
    assert "bbcs station duty remove 2026-03-09..2026-03-09 wang" in refused.err
    desk.ok("station", "duty", "remove", "2026-03-09..2026-03-09", "wang")
    desk.ok("station", "operator", "remove", "wang")


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("remove", "nobody"), 14),
        (("rename", "demo", " "), 2),
        (("grant", "demo"), 2),
        (("grant", "demo", "--role", "王"), 13),
    ],
)
def test_changes_of_operators_that_mean_nothing(desk: Desk, args: tuple[str, ...], code: int):
    before = desk.entries()
    assert desk("station", "operator", *args).code == code
    assert desk.entries() == before


def test_levels_are_given_with_or_without_their_brackets(desk: Desk):
    for level in ("县区", "乡镇街道", "村（社区）", "township"):
        desk.ok("station", "unit", "add", f"{level}办", "--level", level)
    levels = [one["level"] for one in desk.json("station", "unit", "list")["units"]]
    assert levels[-4:] == ["county", "township", "village", "township"]
    assert "--level 没有" in desk.fails(13, "station", "unit", "add", "甲办", "--level", "省").err
