"""The Python API gives the same answers and refusals as the command line."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import redirect_stdout
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest

import bbcs
from bbcs.api import Home, make_home, pack_test
from bbcs.calendar.dates import CST
from bbcs.cli import run
from bbcs.config.examples import folder as examples
from bbcs.errors import (
    BadDate,
    BadValue,
    BbcsError,
    Declined,
    MissingInput,
    NotPermitted,
    OutputNotWritable,
    PackInvalid,
    TransitionRefused,
    UnknownPlace,
    UnknownUnit,
    UnknownWord,
    UsageError,
)
from bbcs.render.formats import PAGES

NOW = datetime(2022, 6, 25, 9, 10, tzinfo=CST)
CLINIC = {
    "matter": "诊所执业备案",
    "demand": "名称通不过",
    "reporter": "陈试验",
    "phone": "13800000001",
}


@pytest.fixture
def home(tmp_path):
    assert (
        run(
            [
                "--home",
                str(tmp_path / "home"),
                "init",
                "--station",
                "ZY01",
                "--name",
                "沾益站",
                "--pack",
                "zhanyi",
            ]
        )
        == 0
    )
    return tmp_path / "home"


def test_the_calendar_is_public():
    assert bbcs.WorkCalendar().add(date(2026, 9, 30), 3) == date(2026, 10, 10)


def test_a_case_from_intake_to_report(home):
    with bbcs.open_ledger(home, now=NOW) as window:
        case = window.intake(**CLINIC)
        assert (case["case_no"], case["reporter"]) == ("ZY01-20220625-0001", "陈**")
        case = window.act("0001", "triage", difficulty="complex")
    assert case["clocks"][0]["due"] == "2022-07-08"
    with bbcs.open_ledger(home, now=NOW, write=False) as window:
        assert [row["case_no"] for row in window.find(difficulty="complex")] == [case["case_no"]]
        assert window.case("0001")["version"] == 3
        assert window.report("2022-06")["counts"]["received"] == 1
        (row,) = window.register("工单受理登记簿", "2022-06", form="full")["rows"]
        assert row["decision"] == "受理"
        assert window.kpi("2022-06")["statistics"]["units"]["rows"][-1]["received"] == 1
        assert window.circular("2022-06")["schema"] == "bbcs.circular/1"
        assert window.daily(date(2022, 6, 25))["counts"]["received"] == 1


def test_a_refusal_keeps_nothing(home):
    def taken_and_closed():
        with bbcs.open_ledger(home, now=NOW) as window:
            window.intake(**CLINIC)
            window.act("0001", "close")

    with pytest.raises(TransitionRefused):
        taken_and_closed()
    with bbcs.open_ledger(home, now=NOW, write=False) as window:
        assert window.find() == []


def test_an_unknown_act_is_refused_with_the_nearest(home):
    with bbcs.open_ledger(home, now=NOW) as window:
        window.intake(**CLINIC)
        with pytest.raises(UnknownWord, match="triage"):
            window.act("0001", "trage")


def test_lists_are_asked_for_in_the_words_of_the_command_line(home):
    with bbcs.open_ledger(home, now=NOW) as window:
        no = window.intake(**CLINIC, demand_kind="complaint")["case_no"]
        window.act("0001", "triage", difficulty="complex", fast=True)
        for filters in (
            {"kind": "投诉"},
            {"phase": "triaged"},
            {"flag": "快速通道"},
            {"phase": ["已研判"], "flag": ["fast_lane"]},
            {"all": True},
        ):
            assert [row["case_no"] for row in window.find(**filters)] == [no], filters
        assert window.find(phases=["accepted"]) == window.find(flag="督办") == []
        with pytest.raises(UnknownWord, match="phase"):
            window.find(phasen="triaged")


def test_a_time_without_a_zone_is_in_china_and_one_in_another_zone_is_carried_over(home):
    for now in (datetime(2022, 6, 25, 9, 10), datetime(2022, 6, 25, 1, 10, tzinfo=UTC)):
        with bbcs.open_ledger(home, now=now) as window:
            assert window.intake(**CLINIC)["received_at"] == "2022-06-25T09:10:00+08:00"


def test_the_environment_says_when_and_who(home, monkeypatch):
    monkeypatch.setenv("BBCS_NOW", "2022-06-25T09:10")
    assert (
        run(
            [
                "--home",
                str(home),
                "station",
                "operator",
                "add",
                "wang",
                "--name",
                "王站长",
                "--role",
                "clerk",
            ]
        )
        == 0
    )
    monkeypatch.setenv("BBCS_AS", "wang")
    with bbcs.open_ledger(home) as window:
        window.intake(**CLINIC)
    events = _history(home)
    assert {(one["actor"], one["clock"], one["recorded_at"]) for one in events} == {
        ("wang", "set", "2022-06-25T09:10:00+08:00")
    }
    monkeypatch.setenv("BBCS_NOW", "2022-06-25 09:10")
    with pytest.raises(BadDate, match="BBCS_NOW"), bbcs.open_ledger(home):
        pass


def _history(home):
    return printed(home, "show", "0001", "--history")["history"]


def printed(home, *args, code=0):
    """The JSON document that the command line prints for a command of this home."""
    screen = StringIO()
    with redirect_stdout(screen):
        assert run(["--home", str(home), *map(str, args), "--json"]) == code
    return json.loads(screen.getvalue())


def test_a_refused_request_leaves_nothing_though_the_caller_goes_on(home):
    with bbcs.open_ledger(home, now=NOW) as window:
        numbers = [
            window.intake(**CLINIC | {"matter": f"事项{number}", "phone": f"1380000001{number}"})[
                "case_no"
            ]
            for number in range(3)
        ]
        window.act(numbers[2], "withdraw", reason="自行办好")
        with pytest.raises(TransitionRefused):
            window.act(numbers[0], "merge", group="甲组", **{"with": numbers[1:]})
        with pytest.raises(BbcsError):
            window.intake(**CLINIC | {"items": [f"事项名称{number}" for number in range(5000)]})
        window.act(numbers[1], "note", text="接着记")
    with bbcs.open_ledger(home, now=NOW) as window:
        assert [window.case(number)["version"] for number in numbers] == [2, 3, 3]
        assert window.intake(**CLINIC)["case_no"].endswith("0004")
    assert run(["--home", str(home), "ledger", "verify", "--full"]) == 0


def test_what_belongs_to_no_case_is_done_without_a_number(home):
    with bbcs.open_ledger(home, now=NOW) as window:
        assert window.act("", "consult", visitors=3, answered=2)["visitors"] == 3
        assert window.act("", "improve", kind="rule_change", what="改条件")["kind"] == "Improved"
        assert [one["kind"] for one in window.changes()][-2:] == ["Consulted", "Improved"]
        assert len(list(window.export())) == len(window.find(all=True))
        assert [one["kind"] for one in window.export(entries=True)][-2:] == [
            "Consulted",
            "Improved",
        ]
        (decision,) = window.decisions("improve")
        assert window.take_back("improve", decision["seq"], note="写错") == decision["seq"] + 1
        assert window.decisions("improve") == []
        with pytest.raises(MissingInput, match="编号"):
            window.act("", "note", text="没有件")


# -- what is more than one case: the same documents and files as the command line --------------------------------------


@pytest.fixture
def twins(home, tmp_path, monkeypatch):
    """The home for the API, and a copy of it for the command line, at one time and with two cases."""
    monkeypatch.setenv("BBCS_NOW", "2022-06-25T09:10")
    with bbcs.open_ledger(home) as window:
        for unit in ("区市场监管局", "区卫健局"):
            number = window.intake(**CLINIC | {"matter": unit})["case_no"]
            window.act(number, "triage", difficulty="complex")
            window.act(number, "assign", lead=unit)
    shutil.copytree(home, tmp_path / "other")
    return home, tmp_path / "other"


def files(folder):
    """What a home or folder holds, but for the ledger (its entries bear random salts) and what is only kept for speed."""
    left_out = ("ledger.db", "cache", "lookup.key", "heads.txt")
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.relative_to(folder).as_posix().startswith(left_out)
    }


def events(home):
    """The entries of the whole office: kind and data, but for those of `init`."""
    from bbcs.store.opening import open_ledger

    with open_ledger(home) as ledger:
        kinds = ("StationChanged", "DutySet", "PackAdopted")
        return [
            (event.kind, dict(event.data)) for event in ledger.office_wide(kinds) if event.seq > 2
        ]


def unmarked(found):
    """The same files without the mark of the ledger, which is drawn by lot."""
    return {
        name: re.sub(rb'(?m)^ledger = "[0-9a-f]{32}"$', b"", raw) for name, raw in found.items()
    }


def test_a_home_is_made_as_init_makes_it(tmp_path, monkeypatch):
    monkeypatch.setenv("BBCS_NOW", "2022-06-25T09:10")
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    roster = tmp_path / "units.csv"
    roster.write_text("区市场监管局\n区卫健局\n", encoding="utf-8")
    made = make_home(
        mine, station="ZY02", name="沾益站", pack="zhanyi", units=["区市场监管局", "区卫健局"]
    )
    init = ("init", "--station", "ZY02", "--name", "沾益站", "--pack", "zhanyi", "--units", roster)
    assert made | {"home": ""} == printed(theirs, *init) | {"home": ""}
    assert unmarked(files(mine)) == unmarked(files(theirs))
    with bbcs.open_ledger(mine) as window:
        assert window.intake(**CLINIC)["case_no"] == "ZY02-20220625-0001"


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        ({"station": "z"}, BadValue),
        ({"level": "galaxy"}, UnknownWord),
        ({"pack": "nowhere"}, UnknownPlace),
    ],
)
def test_a_home_that_is_refused_leaves_nothing(tmp_path, wish, refusal):
    with pytest.raises(refusal):
        make_home(tmp_path / "home", **{"station": "ZY02", "name": "沾益站", **wish})
    assert not (tmp_path / "home").exists()


def test_a_home_is_not_made_twice(home):
    with pytest.raises(UsageError):
        make_home(home, station="ZY02", name="又一个")


def test_rosters_change_as_by_the_command_line(twins):
    mine, theirs = twins
    station = Home(mine)
    unit = ("station", "unit")
    done = [
        station.add_unit("区市场监管局", code="SCJG", alias=["市监局"], rep="陈试验", phone="110"),
        station.rename_unit("SCJG", "区市场监督管理局"),
        station.remove_unit("市监局"),
        station.add_operator("li", name="李经办", role=["窗口人员", "leader"]),
    ]
    operator = ("station", "operator", "add", "li", "--name", "李经办")
    add = (*unit, "add", "区市场监管局", "--code", "SCJG", "--alias", "市监局")
    assert done == [
        printed(theirs, *add, "--rep", "陈试验", "--phone", "110"),
        printed(theirs, *unit, "rename", "SCJG", "区市场监督管理局"),
        printed(theirs, *unit, "remove", "市监局"),
        printed(theirs, *operator, "--role", "窗口人员", "--role", "leader"),
    ]
    assert done[1]["open"] == 1
    assert files(mine) == files(theirs)
    assert events(mine) == events(theirs)


def test_rosters_refuse_as_the_command_line_does(twins):
    mine, _ = twins
    station = Home(mine)
    station.add_unit("区教育局")
    station.add_operator("li", role=["clerk"])
    before = files(mine)
    for call, refusal in (
        (lambda: station.add_unit("区教育局"), BadValue),
        (lambda: station.add_unit("甲局、乙局"), BadValue),
        (lambda: station.rename_unit("区教育局", " "), BadValue),
        (lambda: station.remove_unit("没有的局"), UnknownUnit),
        (lambda: station.add_operator("li"), BadValue),
        (lambda: station.add_operator("wang", role=["king"]), UnknownWord),
        (lambda: Home(mine, actor="li").add_unit("区民政局"), NotPermitted),
    ):
        with pytest.raises(refusal):
            call()
    assert files(mine) == before


def test_the_duty_roster_is_changed_as_by_the_command_line(twins):
    mine, theirs = twins
    for home in twins:
        for name in ("li", "wang"):
            Home(home).add_operator(name)
    station, first, last = Home(mine), date(2022, 7, 1), date(2022, 7, 10)
    done = [
        station.add_duty(first, last, operators=["li", "wang"], rotate=True),
        station.add_duty(date(2022, 7, 11), operators=["li"], shift="上午", note="替班"),
        station.remove_duty(first, date(2022, 7, 5), operator="wang"),
    ]
    days, duty = "2022-07-01..2022-07-10", ("station", "duty")
    assert done == [
        printed(theirs, *duty, "add", days, "--rotate", "li,wang"),
        printed(theirs, *duty, "add", "2022-07-11", "li", "--shift", "上午", "--note", "替班"),
        printed(theirs, *duty, "remove", "2022-07-01..2022-07-05", "wang"),
    ]
    assert files(mine) == files(theirs)
    assert events(mine) == events(theirs)
    with pytest.raises(BadValue):
        station.add_duty(date(2022, 7, 11), operators=["li"])
    with pytest.raises(BadValue):
        station.remove_duty(date(2023, 7, 11))


def test_a_list_of_units_is_loaded_as_by_the_command_line(twins, tmp_path):
    mine, theirs = twins
    source = tmp_path / "units.csv"
    load = ("station", "unit", "load", source)
    source.write_text("代码,名称,层级\nSJ,区市场监管局,\nQS,青山镇,镇\n", encoding="utf-8")
    rehearsed = Home(mine).load_units(source, keep=True, dry_run=True)
    assert rehearsed == printed(theirs, *load, "--keep", "--dry-run")
    assert Home(mine).load_units(source, keep=True) == rehearsed == printed(theirs, *load, "--keep")
    source.write_text("代码,名称\nSJ,区市监局\n", encoding="utf-8")
    with pytest.raises(Declined):
        Home(mine).load_units(source)
    assert Home(mine).load_units(source, yes=True) == printed(theirs, *load, "--yes")
    assert files(mine) == files(theirs)
    assert events(mine) == events(theirs)


def test_a_catalogue_is_loaded_as_by_the_command_line(twins, tmp_path):
    mine, theirs = twins
    source = tmp_path / "items.csv"
    source.write_text("事项,单位\n诊所执业备案,区卫健局\n", encoding="utf-8")
    done = Home(mine).load_items(source)
    assert done == printed(theirs, "station", "items", "load", source)
    assert files(mine) == files(theirs)
    assert events(mine) == events(theirs)
    source.write_text("不是目录\n", encoding="utf-8")
    with pytest.raises(PackInvalid):
        Home(mine).load_items(source)
    assert files(mine) == files(theirs)


def test_a_pack_is_adopted_as_by_the_command_line(twins):
    mine, theirs = twins
    rehearsed = Home(mine).adopt_pack("xianan", dry_run=True)
    assert rehearsed == printed(theirs, "pack", "adopt", "xianan", "--dry-run")
    assert rehearsed["differences"]
    assert events(mine) == []
    done = Home(mine).adopt_pack("xianan")
    assert done == printed(theirs, "pack", "adopt", "xianan")
    assert (done["open"], done["existing"]) == (2, False)
    assert Home(mine).adopt_pack()["existing"] is True
    assert files(mine) == files(theirs)
    assert events(mine) == events(theirs)
    with bbcs.open_ledger(mine) as window:
        assert window.case("0001")["pack"] == "zhanyi"
        assert window.intake(**CLINIC)["pack"] == "xianan"


def test_a_pack_that_is_refused_changes_nothing(twins, tmp_path):
    mine, _ = twins
    Home(mine).add_operator("li", role=["clerk"])
    before = files(mine)
    (tmp_path / "wrong.toml").write_text('[pack]\nname = "无"\n', encoding="utf-8")
    for named, actor, refusal in (
        ("nowhere", "", UnknownPlace),
        (str(tmp_path / "wrong.toml"), "", PackInvalid),
        ("xianan", "li", NotPermitted),
    ):
        with pytest.raises(refusal):
            Home(mine, actor=actor).adopt_pack(named)
    assert files(mine) == before


def test_the_files_of_a_month_are_those_of_the_command_line(twins, tmp_path):
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    home, _ = twins
    done = Home(home).write_month(mine, "2022-06")
    other = printed(home, "report", "monthly", "--month", "2022-06", "--out", theirs)
    names = [Path(name).name for name in done.pop("files")]
    assert names == [Path(name).name for name in other.pop("files")]
    assert [Path(name).suffix for name in names] == [
        ".xlsx",
        ".docx",
        ".html",
        *[".csv"] * 7,
        *[".json"] * 2,
    ]
    assert done == other
    assert {name: (mine / name).read_bytes() for name in names if name.endswith("xlsx")} == {
        name: (theirs / name).read_bytes() for name in names if name.endswith("xlsx")
    }
    assert len((home / "heads.txt").read_text(encoding="utf-8").splitlines()) == 2
    (tmp_path / "文件").write_text("x", encoding="utf-8")
    with pytest.raises(OutputNotWritable):
        Home(home).write_month(tmp_path / "文件" / "x", "2022-06")
    with pytest.raises(UsageError):
        Home(home).write_month(home, "2022-06")


def test_the_pages_of_the_units_are_those_of_the_command_line(twins, tmp_path):
    home, _ = twins
    for fmt in PAGES:
        mine, theirs = tmp_path / f"mine-{fmt}", tmp_path / f"theirs-{fmt}"
        done = Home(home).write_unit_pages(mine, format=fmt)
        other = printed(home, "list", "--by-unit", "--out", theirs, "--format", fmt)
        assert [Path(one).name for one in done["files"]] == [
            Path(one).name for one in other["files"]
        ]
        assert len(done["files"]) == 2
        assert files(mine) == files(theirs)
    assert Home(home).write_unit_pages(tmp_path / "none", phase="refused")["files"] == []
    with pytest.raises(UnknownWord):
        Home(home).write_unit_pages(tmp_path / "csv", format="csv")


def test_scenarios_are_played_as_by_the_command_line(home):
    done = pack_test("zhanyi")
    assert done == printed(home, "pack", "test", "zhanyi")
    assert done["ok"] is True
    clinic = examples() / "scenarios" / "zhanyi-clinic.toml"
    wrong = pack_test("default", clinic)
    assert wrong == printed(home, "pack", "test", "default", clinic, code=1)
    assert wrong["ok"] is False
    with pytest.raises(UnknownPlace):
        pack_test("nowhere")


NOTHING = "/nowhere/没有"


LEADS_NOWHERE = [
    (lambda home: Home(home).import_file(NOTHING), 22),
    (lambda home: Home(home).import_file(NOTHING, dry_run=True), 22),
    (lambda home: Home(home).import_file(home), 22),
    (lambda home: Home(home).import_file(None), 2),
    (lambda home: Home(home).load_items(NOTHING), 22),
    (lambda home: Home(home).load_items(None), 2),
    (lambda home: Home(home).load_units(NOTHING), 22),
    (lambda home: Home(home).load_units(None), 2),
    (lambda home: Home(home).export_full(None, reason="核对"), 2),
    (lambda home: Home(None), 2),
    (lambda home: make_home(None, station="ZY01", name="甲"), 2),
    (lambda home: bbcs.api.restore(NOTHING, Path(home).parent / "新"), 22),
    (lambda home: bbcs.api.restore(None, home), 2),
    (lambda home: bbcs.api.import_full(NOTHING, Path(home).parent / "新"), 22),
    (lambda home: bbcs.api.import_full(None, home), 2),
]


def test_a_path_that_leads_nowhere_is_refused(home):
    for ask, code in LEADS_NOWHERE:
        with pytest.raises(bbcs.BbcsError) as refused:
            ask(home)
        assert refused.value.exit_code == code, refused.value.message


def test_a_file_is_read_before_the_ledger_is_held(home, tmp_path, monkeypatch):
    from bbcs.store import attachments
    from bbcs.store.opening import open_ledger as open_store

    paper, real, free = tmp_path / "受理单.pdf", attachments.draft, []
    paper.write_bytes(b"%PDF signed")

    def reading(where: str, path: str) -> attachments.FileDraft:
        with open_store(where, write=True, wait=0.5) as ledger:
            free.append(ledger.head().seq)
        return real(where, path)

    monkeypatch.setattr(attachments, "draft", reading)
    with bbcs.open_ledger(home, now=NOW, files=[paper]) as window:
        no = window.intake(**CLINIC)["case_no"]
        window.act(no, "attach", file=str(paper))
        with pytest.raises(UsageError, match="files"):
            window.act(no, "attach", file=str(tmp_path / "另一个.pdf"))
    assert len(free) == 1
    with bbcs.open_ledger(home, now=NOW, write=False) as window:
        (one,) = [path for path in (Path(home) / "attachments").rglob("*") if path.is_file()]
        assert one.read_bytes() == b"%PDF signed"
        assert window.case(no)["version"] == 3


def test_a_case_is_what_show_gives(home, monkeypatch):
    monkeypatch.setenv("BBCS_NOW", "2022-06-25T09:10")
    with bbcs.open_ledger(home) as window:
        no = window.intake(**CLINIC)["case_no"]
        window.act(no, "triage", difficulty="complex", opinion="材料够")
        window.act(no, "note", text="催问过")
        window.act(no, "correct", field="matter", new="诊所备案", why="写错了")
    with bbcs.open_ledger(home, write=False) as window:
        found = window.case(no)
    assert found == printed(home, "show", no)
    assert [one["kind"] for one in found["story"]] == ["Accepted", "Triaged", "Noted"]
    assert found["corrected"] == ["matter"]
    assert found["story"][1]["data"]["opinion"] == "材料够"


HALF = "\ud800"
HUGE = 10**30
MISUSED = {
    "moment for a day": lambda window: window.daily(NOW),
    "moments for days": lambda window: window.report(first=NOW, last=NOW),
    "several decisions": lambda window: window.decisions(["exempt"]),
    "no decision": lambda window: window.take_back(["exempt"], 1),
    "search": lambda window: window.search("诊所", HUGE),
    "todo": lambda window: window.todo(HUGE),
    "changes": lambda window: list(window.changes(limit=HUGE)),
}


@pytest.mark.parametrize("ask", MISUSED.values(), ids=MISUSED)
def test_a_misused_window_refuses(home, ask):
    with bbcs.open_ledger(home, now=NOW) as window, pytest.raises(bbcs.BbcsError) as refused:
        ask(window)
    assert refused.value.exit_code in (2, 13), refused.value.message


NO_PATHS = (HALF, "\0", 5, None, ["a"])


@pytest.mark.parametrize("path", NO_PATHS, ids=repr)
def test_what_is_no_path_is_refused(home, path):
    for ask in (
        lambda: bbcs.open_ledger(path).__enter__(),
        lambda: bbcs.open_ledger(home, files=[path]).__enter__(),
        lambda: bbcs.open_ledger(home, files=path and 5).__enter__(),
        lambda: Home(home).load_units(path),
        lambda: Home(home).load_items(path),
        lambda: Home(home).import_file(path),
        lambda: Home(home).export_full(path, reason="核对"),
        lambda: Home(home).backup(path or 5),
        lambda: Home(home).write_month(path),
        lambda: Home(home).write_unit_pages(path),
    ):
        with pytest.raises(bbcs.BbcsError) as refused:
            ask()
        assert refused.value.exit_code == 2, refused.value.message


ROSTERS_WITH_HALF = {
    "name": lambda home: home.add_unit(f"甲{HALF}局"),
    "code": lambda home: home.add_unit("甲局", code=HALF),
    "alias": lambda home: home.add_unit("甲局", alias=[HALF]),
    "phone": lambda home: home.add_unit("甲局", phone=HALF),
    "operator": lambda home: home.add_operator("li", name=HALF),
    "nobody": lambda home: home.add_duty(date(2022, 6, 27), operators=[]),
}


@pytest.mark.parametrize("change", ROSTERS_WITH_HALF.values(), ids=ROSTERS_WITH_HALF)
def test_a_roster_takes_no_half_a_character_and_no_duty_of_nobody(home, change):
    before = (Path(home) / "station.toml").read_bytes()
    with pytest.raises(BadValue):
        change(Home(home))
    assert (Path(home) / "station.toml").read_bytes() == before
