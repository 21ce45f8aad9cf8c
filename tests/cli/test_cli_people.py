"""Words, units, roles, answers and files as clerks and administrators meet them: a refusal says what would do."""

from __future__ import annotations

import pytest
from cli_desk import Desk, case, prepared

from bbcs.cli.doctor import examine
from bbcs.cli.settings import Settings
from bbcs.config import packs
from bbcs.domain.pack import AXES
from bbcs.errors import ROLE_NAMES

UNITS = ("区市场监管局", "区卫健局", "区人社局")


@prepared
def town(desk: Desk) -> Desk:
    """A desk with a roster of three units."""
    for name in UNITS:
        desk.ok("station", "unit", "add", name, "--alias", name.removeprefix("区"))
    return desk


# -- words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("topic", ["words", "词"])
def test_help_words(desk: Desk, topic):
    said = desk.ok("help", topic).out
    assert "难易程度（difficulty）：" in said
    assert "  复杂  complex" in said
    assert all(
        f"（{axis}）：" in said
        for axis, words in packs.pack("default").words.items()
        if words and axis in AXES
    )
    rows = desk.json("help", topic)["rows"]
    assert {
        "axis": "channel",
        "name": "counter",
        "meaning": "窗口",
        "aliases": ["现场", "来访"],
    } in rows


def test_help_words_are_those_of_the_home(empty: Desk):
    assert "一般  general" in empty.ok("help", "words").out
    assert not empty.home.exists()
    empty.ok("init", "--station", "ZY01", "--name", "沾益站", "--pack", "zhanyi")
    said = empty.ok("help", "words").out
    assert "一般  general" not in said
    assert "服务站主动联系  own_initiative" in said


def test_help_shows_choices_in_chinese(desk: Desk):
    assert "无障碍 clear、有瓶颈 blocked" in desk.ok("triage", "--help").out
    assert "（默认 直接）：直接 direct、" in desk.ok("assign", "--help").out
    assert "half_up、truncate" in desk.ok("report", "kpi", "--help").out


def test_a_missing_word_is_told(desk: Desk):
    desk.take(**case(1))
    assert "；可写：简单、一般、复杂、特殊、不能办\n" in desk("triage", "0001").err
    said = desk(
        "intake",
        "--matter",
        "甲",
        "--demand",
        "乙",
        "--reporter",
        "丙某",
        "--phone",
        "13800000001",
        "--refuse",
        "petition",
    )
    assert "可写" not in said.err, "a text"
    desk.ok("resolve", "0001", "--outcome", "solved", "--measures", "改名")
    assert "可写：是、部分、否" in desk("callback", "0001", "--reached").err


def test_a_long_list_says_where_the_rest_is(desk: Desk):
    desk.take(**case(1))
    said = desk("step", "0001").err
    assert "可写：" in said
    assert said.endswith("……见 bbcs help words step\n")
    assert desk("triage", "0001", "--difficulty", "简单", "--cause", "系统").err.endswith(
        "……见 bbcs help words cause\n"
    )


# -- units ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["人社局、卫健局", "人社局,卫健局", "区人社局，区卫健局", "人社局/卫健局", "人社局；卫健局"],
)
@pytest.mark.parametrize("option", ["--lead", "--assist"])
def test_several_units_in_one_option(town: Desk, option, text):
    town.take(**case(1))
    said = town("assign", "0001", option, text)
    assert (said.code, said.err) == (
        2,
        "bbcs: 一次写一个单位；协办几个就写几次：--assist 甲 --assist 乙\n",
    )
    assert town("assign", "0001", option, text, "--new-unit").code == 2


def test_several_units_without_a_roster(desk: Desk):
    desk.take(**case(1))
    assert "一次写一个单位" in desk("assign", "0001", "--lead", "人社局、医保局").err
    assert (
        desk.json("assign", "0001", "--lead", "示例（食品、药品）研究")["lead_unit"]
        == "示例（食品、药品）研究"
    )


def test_a_strange_unit(town: Desk):
    town.take(**case(1))
    said = town("assign", "0001", "--lead", "住建")
    assert said.code == 13
    assert "名册里有：区市场监管局、区卫健局、区人社局" in said.err
    assert "是不是" not in said.err
    assert "是不是“区人社局”" in town("assign", "0001", "--lead", "区人社据").err


def test_a_strange_unit_of_a_long_roster(desk: Desk):
    for number in range(13):
        desk.ok("station", "unit", "add", f"第{number}局")
    desk.take(**case(1))
    assert "bbcs station unit list" in desk("assign", "0001", "--lead", "住建").err


@pytest.mark.parametrize("name", ["甲局、乙局", "甲局,乙局", "甲局|乙局", "甲局/乙局"])
def test_a_name_of_two_units_is_not_listed(desk: Desk, name):
    assert desk("station", "unit", "add", name).code == 2
    assert desk("station", "unit", "add", "丙局", "--alias", name).code == 2
    assert desk.json("station", "unit", "list")["units"] == []


def test_units_are_renamed_and_removed(town: Desk):
    town.take(**case(1))
    town.ok("assign", "0001", "--lead", "人社局")
    before = town.entries()
    said = town.ok("station", "unit", "rename", "人社局", "区人力资源局")
    assert said.out == "已改名：区人社局 → 区人力资源局\n"
    assert "还有 1 件" in said.err
    assert "forward 编号 --to 区人力资源局" in said.err
    town.ok("forward", "0001", "--to", "区人力资源局", "--reason", "单位改名")
    assert town.ok("station", "unit", "remove", "卫健局").err == ""
    assert [one["name"] for one in town.json("station", "unit", "list")["units"]] == [
        "区市场监管局",
        "区人力资源局",
    ]
    assert town.entries() == before + 3
    town.ok("ledger", "verify", "--full")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("remove 住建", 13),
        ("rename 住建 甲局", 13),
        ("rename 人社局 卫健局", 2),
        ("rename 人社局 甲局、乙局", 2),
        ("remove 住建 --json", 13),
    ],
)
def test_a_roster_stays_as_it_is(town: Desk, line, code):
    before = (town.home / "station.toml").read_bytes(), town.entries()
    assert town("station", "unit", *line.split()).code == code
    assert ((town.home / "station.toml").read_bytes(), town.entries()) == before


def test_a_file_of_units_names_one_a_line(empty: Desk, tmp_path):
    path = tmp_path / "单位.txt"
    path.write_text("甲局\n乙局、丙局\n", encoding="utf-8")
    said = empty("init", "--station", "ZY01", "--name", "沾益站", "--units", path)
    assert (said.code, "“乙局、丙局”" in said.err, empty.home.exists()) == (30, True, False)
    assert "第 2 行" in said.err


def test_nothing_is_removed_from_an_empty_roster(desk: Desk):
    assert desk("station", "unit", "remove", "住建").code == 13


def test_lists_of_a_strange_unit(town: Desk):
    town.take(**case(1))
    assert (
        town("list", "--unit", "住建").code,
        town("list", "--unit", "住建", "--format", "md").code,
    ) == (13, 13)
    assert town.json("list", "--unit", "人社局")["count"] == 0
    town.ok("assign", "0001", "--lead", "住建", "--new-unit")
    assert town.json("list", "--unit", "住建")["count"] == 1


# -- answers -------------------------------------------------------------------------------------------------------


def test_nothing_found(desk: Desk):
    said = desk.ok("search", "没有的词")
    assert (
        said.err
        == "没有找到。姓名写姓或两个字、电话至少四位、身份证号至少六位；内容写一两个字就行\n"
    )
    assert desk.ok("search", "没有的词", "--json").err == ""
    number = desk.take(
        **case(1, decision="refuse", refusal_reason="petition", basis="甲", remedy="乙")
    )
    assert (
        desk.ok("list", "--channel", "窗口").err == "没了结的里没有；连已了结的一起找请加 --all\n"
    )
    assert desk.ok("list", "--channel", "窗口", "--all", "-q").out == f"{number}\n"
    assert [
        desk.ok(*line.split()).err
        for line in ("list", "list --all --overdue", "list --channel 窗口 --json")
    ] == ["", "", ""]


def test_quiet_todo(desk: Desk):
    numbers = [desk.take(**case(number)) for number in (1, 2)]
    assert desk.ok("todo", "-q").out.split() == numbers
    assert desk.ok("-q").out.split() == numbers


def test_files_are_one_document(desk: Desk, tmp_path):
    desk.take(**case(1))
    desk.ok("assign", "0001", "--lead", "区卫健局")
    for number, line in enumerate(
        ("list", "list --unit 区卫健局", "report register", "report kpi")
    ):
        for suffix in ("csv", "xlsx", "json", "md"):
            path = tmp_path / f"{number}.{suffix}"
            if (suffix, number) == ("json", 1):
                continue
            assert desk.json(*line.split(), "--out", path) == {
                "schema": "bbcs.files/1",
                "files": [str(path)],
            }
            assert path.stat().st_size
    (one,) = desk.json("list", "--by-unit", "--out", tmp_path / "单位")["files"]
    assert one.endswith("区卫健局_2026-03-05.xlsx")
    assert desk.json("report", "monthly", "--out", tmp_path / "月")["schema"] == "bbcs.monthly/1"


# -- roles and shifts ----------------------------------------------------------------------------------------------


def test_roles_in_chinese(desk: Desk):
    for number, (key, label) in enumerate(ROLE_NAMES.items()):
        desk.ok(
            "station",
            "operator",
            "add",
            f"op{number}",
            "--name",
            f"职员{number}",
            "--role",
            label if number % 2 else key,
        )
    assert "op1  职员1  领导" in desk.ok("station", "operator", "list").out
    assert desk.json("station", "operator", "list")["operators"][2]["roles"] == ["leader"]
    said = desk("station", "unit", "add", "甲局", "--as", "op0")
    assert said.code == 14
    assert "需要角色：管理员 admin；" in said.err
    assert "职员3" in said.err
    assert "窗口人员（clerk）" in desk("station", "operator", "add", "甲", "--role", "办事员").err


def test_shifts_in_chinese(desk: Desk):
    desk.ok("station", "operator", "add", "li")
    assert desk.ok("station", "duty", "add", "今天", "li", "--shift", "上午").out.endswith("上午\n")
    assert desk.json("station", "duty", "list")["duty"][0]["shift"] == "am"
    desk.ok("station", "duty", "remove", "今天", "--shift", "am")
    assert (
        "上午（am）、下午（pm）"
        in desk("station", "duty", "add", "今天", "li", "--shift", "夜").err
    )


# -- the office ----------------------------------------------------------------------------------------------------


def test_next_years_notice_is_a_reminder(desk: Desk, monkeypatch):
    monkeypatch.setenv("BBCS_NOW", "2026-12-05T09:00")
    last = examine(Settings(home=str(desk.home)))[-1]
    assert (last.name, last.ok, last.reminder) == ("2027 年日历", True, True)
    monkeypatch.setenv("BBCS_NOW", "2026-03-05T09:00")
    assert not examine(Settings(home=str(desk.home)))[-1].reminder
    monkeypatch.setenv("BBCS_NOW", "2027-01-05T09:00")
    assert [
        one.ok for one in examine(Settings(home=str(desk.home))) if one.name == "2027 年日历"
    ] == [False]
    desk.now = "2026-12-05T09:00"
    assert "提醒  2027 年日历：放假通知未到" in desk("doctor").out


def test_items_of_strange_units(town: Desk, tmp_path):
    path = tmp_path / "事项.csv"
    path.write_text(
        "事项,单位,法定时限,承诺时限,材料,前置\n诊所备案,卫健局,20,5,,\n施工许可,住建局,7,3,,\n",
        encoding="utf-8",
    )
    said = town.ok("station", "items", "load", path)
    assert "1 个单位不在名册里：住建局" in said.err
    assert town.json("station", "items", "load", path)["unknown_units"] == ["住建局"]


def test_a_rehearsed_adoption_names_what_differs(desk: Desk, tmp_path):
    text = packs.find("default").read_text(encoding="utf-8")
    changed = text.replace('edition = "1"', 'edition = "2"', 1).replace(
        'label = "复杂"', 'label = "很复杂"', 1
    )
    path = tmp_path / "default.toml"
    path.write_text(changed, encoding="utf-8")
    said = desk.ok("pack", "adopt", path, "--dry-run").out
    assert said.startswith("（演练，没有写入）将采用 default 第 2 版")
    assert "  难易程度（complex）：复杂 → 很复杂\n" in said
    desk.ok("pack", "adopt", path)
    back = desk.ok("pack", "adopt", "zhanyi", "--dry-run").out.splitlines()
    back = [line.strip() for line in back]
    assert "难易程度：去掉“一般”（general）、“不能办”（cannot）" in back
    assert "研判后才能交办、办结：关 → 开" in back
    assert "办理时限（一般，第 1 轮）：5 个工作日 → （无）" in back
    assert "签收时限（主办）：2 个工作日 → （无）" in back


def test_a_rehearsed_adoption_without_a_difference(desk: Desk, tmp_path):
    text = packs.find("default").read_text(encoding="utf-8")
    path = tmp_path / "default.toml"
    path.write_text(text.replace('edition = "1"', 'edition = "2"', 1), encoding="utf-8")
    said = desk.ok("pack", "adopt", path, "--dry-run").out.splitlines()
    assert said[1:] == ["  版次：1 → 2"]
