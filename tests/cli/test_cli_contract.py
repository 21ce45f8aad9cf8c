"""What programs rely on: the JSON of formats.md §2-§4 and design §8, input forms, --quiet, --dry-run, BBCS_NOW, short numbers."""

from __future__ import annotations

import json

import pytest
from cli_desk import Desk, case, write

KEYS = {
    "schema", "case_no", "version", "station", "phase", "round", "flags", "received_at", "matter", "items", "reporter", "phone",
    "difficulty", "cause", "lead_unit", "assisting_units", "outcome",
    "solved", "resolved_at", "callback_at", "satisfaction", "source_no", "pack",
    "number", "pack_edition", "orders", "gaps", "standing", "clocks", "bounces", "callbacks", "actions", "next", "possible_duplicates", "existing",
}  # fmt: skip
STORY = {
    "story", "links", "improvements", "attachments", "resolutions", "corrected", "satisfaction_label",
    "bent",
}  # fmt: skip
"""What `show` adds to the document of a case."""
ROW = KEYS - {
    "schema",
    "orders",
    "gaps",
    "standing",
    "clocks",
    "possible_duplicates",
    "existing",
} | {
    "channel",
    "source",
    "demand",
    "seq",
    "updated_at",
    "due",
    "state",
    "provisional",
    "days_left",
}
CLOCK = {
    "name",
    "round",
    "order",
    "start",
    "limit",
    "unit",
    "due",
    "state",
    "provisional",
    "years",
    "assumed",
    "met_at",
}
HISTORY = {"version", "seq", "kind", "at", "recorded_at", "actor", "clock"}

DAY = (
    ("triage --difficulty complex --cause policy_blocked", "triaged"),
    ("assign --lead 区市场监管局 --assist 区卫健局", "assigned"),
    ("sign --unit 区市场监管局", "handling"),
    ("sign --unit 区卫健局", "handling"),
    ("step --kind verify --result 核过了", "handling"),
    ("feedback --stage final --text 办好了", "handling"),
    ("notify --kind result", "handling"),
    ("note --text 催问", "handling"),
    ("resolve --outcome solved --measures 改名", "resolved"),
    ("callback --reached --solved yes --grade 5", "called_back"),
    ("close", "closed"),
    ("archive --no 2026-1", "archived"),
    ("reopen --reason 又坏了", "triaged"),
)


def split(line: str, number: str) -> list[str]:
    verb, *rest = line.split()
    return [verb, number, *rest]


def test_every_verb_answers_with_the_case(desk: Desk):
    desk.take()
    for line, phase in DAY:
        found = desk.json(*split(line, "0001"))
        assert (set(found), found["phase"]) == (KEYS, phase), line
        assert found["schema"] == "bbcs.case/1"
        assert all(set(clock) == CLOCK for clock in found["clocks"])
        assert all(
            set(order) == {"unit", "role", "state", "due", "passed", "guard"}
            for order in found["orders"]
        )
        assert found["actions"]
        assert (found["next"] or "").startswith("bbcs ") or phase == "archived"
        shown = desk.json("show", "0001")
        assert set(shown) == KEYS | STORY
        assert {key: shown[key] for key in KEYS} == {
            **found,
            "possible_duplicates": [],
            "existing": False,
        }
    assert found["round"] == 2
    assert found["version"] == len(DAY) + 2


def test_refuse_and_accept_later(desk: Desk):
    first = desk.json("intake", "--from", "-", "--later", stdin=json.dumps(case(1)))
    assert (first["phase"], first["version"]) == ("registered", 1)
    assert desk.json("accept", "0001")["phase"] == "accepted"
    desk.json("intake", "--from", "-", "--later", stdin=json.dumps(case(2)))
    assert (
        desk.json(
            "refuse", "0002", "--reason", "litigation", "--basis", "已起诉", "--remedy", "法院"
        )["phase"]
        == "refused"
    )
    refused = case(3, decision="refuse", refusal_reason="涉法涉诉", basis="已起诉", remedy="法院")
    assert desk.json("intake", "--from", "-", stdin=json.dumps(refused))["phase"] == "refused"


def test_intake_answers_as_show_does(desk: Desk):
    full = case(
        7, source="hall-queue", source_no="A-0612", received_at="2026-03-05T08:30", address="示例市示例区示例路1号", trips=2,
        items=["诊所执业备案", "个体工商户设立登记"], channel="窗口", demand_kind="求助", missing_papers=["执照"], wish_date="2026-03-20",
        failed_on="2026-03-01", failed_unit="区市场监管局", extra={"网格员": "示例"}, difficulty="复杂", cause=["有政策瓶颈"],
        reporter_type="个人", track="普通",
    )  # fmt: skip
    found = desk.json("intake", "--from", "-", stdin=json.dumps(full))
    assert set(found) == KEYS
    assert found["received_at"] == "2026-03-05T08:30:00+08:00"
    assert (found["difficulty"], found["cause"], found["phase"]) == (
        "complex",
        ["policy_blocked"],
        "triaged",
    )
    assert found["phone"] == "138****0007"
    assert found["reporter"].endswith("**")
    assert found["source_no"] == "A-0612"
    shown = desk.json("show", found["case_no"])
    assert {key: shown[key] for key in KEYS} == found
    again = desk.json("intake", "--from", "-", stdin=json.dumps(full))
    assert (again["case_no"], again["existing"], again["version"]) == (
        found["case_no"],
        True,
        found["version"],
    )


def test_history(desk: Desk):
    desk.take()
    desk.ok("triage", "0001", "--difficulty", "simple")
    history = desk.json("show", "0001", "--history")["history"]
    assert [one["kind"] for one in history] == ["Registered", "Accepted", "Triaged"]
    assert all(set(one) >= HISTORY for one in history)
    assert [one["version"] for one in history] == [1, 2, 3]
    assert {one["clock"] for one in history} == {"set"}


def test_list(desk: Desk):
    for number in range(1, 4):
        desk.take(**case(number))
    found = desk.json("list")
    assert set(found) == {"schema", "count", "next", "cases"}
    assert (found["schema"], found["count"], found["next"]) == ("bbcs.list/1", 3, None)
    assert all(set(row) == ROW for row in found["cases"])
    page = desk.json("list", "--limit", "2", "--sort", "number")
    assert (page["count"], page["next"]) == (2, page["cases"][-1]["case_no"])
    rest = desk.json("list", "--limit", "2", "--sort", "number", "--after", page["next"])
    assert [row["case_no"] for row in rest["cases"]] == ["ZY01-20260305-0003"]
    assert rest["next"] is None


FILTERS = (
    ("--phase triaged", "0002"), ("--phase 已研判", "0002"), ("--difficulty 复杂", "0002"), ("--cause policy_blocked", "0002"),
    ("--channel phone", "0003"), ("--kind 投诉", "0003"), ("--unit 区市场监管局", "0004"), ("--handler 李经办", "0004"),
    ("--source-no B-7", "0003"), ("--source x", "0003"), ("--due 今天", "0001 0003 0005"), ("--due-before 明天", "0001 0003 0005"),
    ("--flag fast_lane", "0002"), ("--received-from 2026-03-06", ""), ("--received-to 2026-03-04", ""), ("--overdue", ""),
    ("--all --phase resolved", "0005"), ("--callback-due", "0005"), ("--resolved-from 今天 --resolved-to 今天", "0005"),
    ("--provisional", ""), ("--phase accepted --phase triaged", "0001 0002 0003"),
)  # fmt: skip


def test_filters(desk: Desk):
    """Each filter picks its case and no other; they are ANDed."""
    desk.take(**case(1))
    desk.take(**case(2))
    desk.take(**case(3, channel="phone", demand_kind="complaint", source_no="B-7", source="x"))
    desk.take(**case(4))
    desk.take(**case(5))
    desk.ok("triage", "0002", "--difficulty", "complex", "--cause", "policy_blocked", "--fast")
    desk.ok("assign", "0004", "--lead", "区市场监管局", "--handler", "李经办")
    desk.ok("triage", "0004", "--difficulty", "general")
    desk.ok("resolve", "0005", "--outcome", "solved", "--measures", "x")
    expected = {"--due 今天": "0001 0003", "--due-before 明天": "0001 0003"}
    for line, numbers in FILTERS:
        found = desk.json("list", *line.split())["cases"]
        assert " ".join(sorted(row["case_no"][-4:] for row in found)) == expected.get(
            line, numbers
        ), line


def test_refusals_as_json(desk: Desk):
    desk.take()
    said = desk("close", "0001", "--json")
    found = json.loads(said.err)
    assert (said.code, said.out) == (11, "")
    assert set(found) == {"schema", "code", "exit", "message", "allowed"}
    assert (found["schema"], found["code"], found["exit"]) == ("bbcs.error/1", "E1101", 11)
    assert "triage" in found["allowed"]


def test_list_input_is_all_or_nothing(desk: Desk):
    found = desk.json("intake", "--from", "-", stdin=json.dumps([case(1), case(2)]))
    assert (set(found), found["schema"]) == ({"schema", "cases"}, "bbcs.cases/1")
    assert [set(one) for one in found["cases"]] == [KEYS, KEYS]
    one = desk.json("intake", "--from", "-", stdin=json.dumps([case(3)]))
    assert one["schema"] == "bbcs.cases/1"
    before = desk.entries()
    for bad in (
        case(5, matter=None),
        case(5, chanel="x"),
        case(5, channel="飞鸽"),
        case(5, received_at="2026-03-06"),
        "字",
    ):
        said = desk("intake", "--from", "-", "--json", stdin=json.dumps([case(4), bad, case(6)]))
        assert said.code == 40
        assert said.out == ""
        assert [one["row"] for one in json.loads(said.err)["errors"]] == [2]
        assert desk.entries() == before
    assert desk.json("list")["count"] == 3
    assert desk.take(**case(4)) == "ZY01-20260305-0004"


def test_toml(desk: Desk, tmp_path):
    one = write(
        tmp_path / "一件.toml",
        'matter = "户口"\ndemand = "办不了"\nreporter = "李样例"\nreceived_at = 2026-03-05T08:00:00\ntrips = 2\n',
    )
    assert desk.json("intake", "--from", one)["received_at"] == "2026-03-05T08:00:00+08:00"
    two = write(
        tmp_path / "两件.toml", '[[case]]\nmatter = "甲"\ndemand = "乙"\nreporter = "丙"\n' * 2
    )
    assert len(desk.json("intake", "--from", two)["cases"]) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_encodings_of_offices(desk: Desk, tmp_path, encoding):
    path = tmp_path / "件.json"
    path.write_bytes(json.dumps(case(1), ensure_ascii=False).encode(encoding))
    assert desk.json("intake", "--from", path)["matter"] == "诊所备案1"
    assert desk.json("intake", "--from", "-", stdin=path.read_bytes())["matter"] == "诊所备案1"


def test_damaged_encoding_names_the_line(desk: Desk):
    said = desk("intake", "--from", "-", stdin=b'{"matter": "x",\n"demand": "\xff\xff"}')
    assert said.code == 40
    assert "第 2 行" in said.err
    assert "GB18030" in said.err


def test_from_with_options_over_it(desk: Desk):
    found = desk.json(
        "intake",
        "--from",
        "-",
        "--channel",
        "phone",
        "--item",
        "甲",
        "--item",
        "乙",
        stdin=json.dumps(case(1, channel="counter")),
    )
    assert found["items"] == ["甲", "乙"]
    assert "电话" in desk.ok("show", "0001").out
    said = desk(
        "triage",
        "0001",
        "--from",
        "-",
        "--json",
        stdin='{"difficulty": "complex", "opinion": "很长的意见", "late_reason": ""}',
    )
    assert said.json["difficulty"] == "complex"


def test_calendar(desk: Desk):
    found = desk.json("calendar", "check", "2026-10-10")
    assert set(found) == {"schema", "day", "is_working_day", "kind", "name", "notice", "final"}
    assert (found["is_working_day"], found["kind"], found["final"]) == (True, "makeup", True)
    found = desk.json("calendar", "add", "2026-09-30", "3")
    assert set(found) == {"schema", "due", "provisional", "years", "basis"}
    assert found["due"] == "2026-10-10"
    assert desk.json("calendar", "add", "2026-10-15", "-5")["due"] == "2026-10-09"
    late = desk.json("calendar", "add", "2027-12-28", "10")
    assert (late["provisional"], late["years"]) == (True, [2027, 2028])
    assert desk.json("calendar", "count", "2026-02-13", "2026-02-28") == {
        "schema": "bbcs.workdays/1",
        "working_days": 7,
        "provisional": False,
        "years": [],
    }
    assert desk.ok("calendar", "add", "2026-09-30", "3", "-q").out == "2026-10-10\n"
    for rule, n in (
        ("wd_roll", 3),
        ("same_day", 0),
        ("cal_roll", 10),
        ("month", 1),
        ("hours_wall", 24),
        ("hours_business", 8),
    ):
        assert set(desk.json("calendar", "add", "2026-09-30T16:30", n, "--rule", rule)) == {
            "schema",
            "due",
            "provisional",
            "years",
            "basis",
        }


def test_calendar_batch(desk: Desk, tmp_path):
    rows = "rule,start,n\nwd,2026-09-30,3\ncal_roll,2026-09-21,10\ncount,2026-02-13,2026-02-28\nmonth,2027-12-31,1\n"
    said = desk.ok("calendar", "batch", "-", stdin=rows).out
    lines = said.splitlines()
    assert lines[0] == "rule,start,n,due,provisional"
    assert lines[1].startswith("wd,2026-09-30,3,2026-10-10,")
    assert lines[3].split(",")[3] == "7"
    assert desk.ok("calendar", "batch", write(tmp_path / "x.csv", "\ufeff" + rows)).out == said


def test_calendar_needs_no_home(empty: Desk):
    assert empty.json("calendar", "check", "2026-03-02")["is_working_day"]
    assert not empty.home.exists()


def test_report_and_ledger(desk: Desk, tmp_path):
    desk.take()
    desk.ok("resolve", "0001", "--outcome", "solved", "--measures", "x")
    found = desk.json("report", "monthly", "--month", "2026-03", "--out", tmp_path / "三月")
    assert set(found) >= {"files", "files_skipped", "as_of", "counts", "rates", "identity_holds"}
    assert found["identity_holds"]
    assert set(found["as_of"]) == {"seq", "digest"}
    assert all(
        set(rate)
        == {
            *("name", "label", "numerator", "denominator", "value", "text", "case_nos"),
            *("bent", "bent_nos", "excluded_nos", "terminated_nos", "without"),
        }
        for rate in found["rates"]
    )
    assert {
        "received",
        "closed",
        "carried_in",
        "carried_out",
        "reopened",
        "refused",
        "transferred_out",
    } <= set(found["counts"])
    assert all((tmp_path / "三月" / one.rpartition("/")[2]).is_file() for one in found["files"])
    proof = desk.json("ledger", "verify", "--full", "--anchor", desk.home / "heads.txt")
    assert set(proof) >= {"ok", "entries", "head", "findings"}
    assert (proof["ok"], proof["findings"], set(proof["head"])) == (
        True,
        [],
        {"station", "seq", "digest"},
    )
    assert proof["head"] == {"station": "ZY01", **found["as_of"]}


def test_a_month_without_cases_is_no_error(desk: Desk):
    assert desk.json("report", "monthly", "--month", "2025-01")["counts"]["received"] == 0
    assert desk.ok("report", "register", "work", "--month", "2025-01").code == 0


def test_global_options_stand_before_or_after(desk: Desk):
    desk.take()
    home = ["--home", desk.home]
    answers = {
        desk("--json", *home, "show", "0001", env={"BBCS_HOME": None}),
        desk("show", "--json", "0001", *home, env={"BBCS_HOME": None}),
        desk("show", "0001", "--json", f"--home={desk.home}", env={"BBCS_HOME": "/nowhere"}),
        desk("show", "0001", "--json", "--as", "demo"),
        desk("--as", "demo", "show", "0001", "--json"),
    }
    assert len(answers) == 1
    assert answers.pop().code == 0


def test_quiet_prints_only_the_number(desk: Desk):
    number = "ZY01-20260305-0001"
    assert desk.ok("intake", "--from", "-", "-q", stdin=json.dumps(case(1))) == (
        0,
        f"{number}\n",
        "",
    )
    assert desk.ok("triage", "0001", "--difficulty", "general", "--quiet") == (0, f"{number}\n", "")
    assert desk.ok("list", "-q") == (0, f"{number}\n", "")
    assert desk.ok("show", "0001", "-q") == (0, f"{number}\n", "")
    both = desk.ok("intake", "--from", "-", "-q", stdin=json.dumps([case(2), case(3)]))
    assert both.out.split() == ["ZY01-20260305-0002", "ZY01-20260305-0003"]


def test_the_next_step_is_told_on_stderr(desk: Desk):
    said = desk.ok("intake", "--from", "-", stdin=json.dumps(case(1)))
    assert said.out.count("\n") == 1
    assert "下一步" not in said.out
    assert said.err == "下一步：bbcs triage ZY01-20260305-0001\n"
    assert desk.ok("show", "0001", "--json").err == ""


def test_after_a_dissatisfied_call_the_next_step_is_to_handle_it_again(desk: Desk):
    desk.take()
    desk.ok("resolve", "0001", "--outcome", "solved", "--measures", "改名")
    said = desk.ok("callback", "0001", "--reached", "--solved", "no", "--grade", "2")
    assert "下一步：bbcs reopen ZY01-20260305-0001" in said.err
    desk.ok("callback", "0001", "--reached", "--solved", "yes", "--grade", "4")
    assert desk.json("show", "0001")["next"] == "bbcs close ZY01-20260305-0001"


def test_after_a_relay_unit_has_taken_it_the_next_step_is_to_name_a_lead(desk: Desk):
    desk.take()
    desk.ok("assign", "0001", "--relay", "区市场监管局")
    assert "下一步：bbcs assign ZY01-20260305-0001" in desk.ok("sign", "0001").err


def test_a_case_not_yet_accepted_is_not_said_to_come_before_the_rules(desk: Desk):
    assert (
        desk.ok("intake", "--from", "-", "--later", stdin=json.dumps(case(1))).out
        == "ZY01-20260305-0001 已登记\n"
    )


DRY = (
    ("intake --from -", json.dumps(case(2))),
    ("intake --from -", json.dumps([case(2), case(3)])),
    ("triage 0001 --difficulty complex", ""),
    ("assign 0001 --lead 区市场监管局", ""),
    ("resolve 0001 --outcome solved --measures x", ""),
    ("note 0001 --text 催问", ""),
    ("notify 0001 --kind result", ""),
)


@pytest.mark.parametrize(("line", "stdin"), DRY)
def test_a_rehearsal_answers_the_same_and_writes_nothing(desk: Desk, line, stdin):
    desk.take()
    before = desk.entries(), desk.json("ledger", "verify")["head"]
    rehearsed = desk.json(*line.split(), "--dry-run", stdin=stdin)
    assert (desk.entries(), desk.json("ledger", "verify")["head"]) == before
    assert desk.json(*line.split(), stdin=stdin) == rehearsed
    assert desk.entries() > before[0]


def test_a_rehearsal_says_so(desk: Desk):
    assert "演练" in desk.ok("intake", "--from", "-", "--dry-run", stdin=json.dumps(case(1))).out
    assert (
        "演练"
        in desk.ok("intake", "--from", "-", "--dry-run", stdin=json.dumps([case(1), case(2)])).out
    )
    assert "演练" in desk.ok("consult", "--dry-run").out
    assert desk.entries() == 0


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("2026-03-05", "2026-03-05T00:00:00+08:00"),
        ("2026-03-05T09:10", "2026-03-05T09:10:00+08:00"),
        ("2026-03-05T09:10:07", "2026-03-05T09:10:07+08:00"),
        ("2026-03-05T09:10:07+08:00", "2026-03-05T09:10:07+08:00"),
        ("2026-03-05T09:10+08:00", "2026-03-05T09:10:00+08:00"),
    ],
)
def test_bbcs_now(desk: Desk, now, told):
    found = desk.json("intake", "--from", "-", stdin=json.dumps(case(1)), env={"BBCS_NOW": now})
    assert found["received_at"] == told


@pytest.mark.parametrize(
    "now",
    [
        "昨天",
        "2026-3-5",
        "2026-02-30",
        "2026-03-05 09:10",
        "2026-03-05T09:10Z",
        "2026-03-05T25:00",
        "0",
        "2026-03-05T09",
    ],
)
def test_bbcs_now_refuses_the_rest(desk: Desk, now):
    said = desk("list", env={"BBCS_NOW": now})
    assert (said.code, said.out) == (2, "")
    assert "BBCS_NOW" in said.err


def test_the_clock_may_be_set_back(desk: Desk):
    """T17: order is by seq, deadlines follow the case's own dates, and the books still verify."""
    desk.take(**case(1))
    desk.ok(
        "intake", "--from", "-", stdin=json.dumps(case(2)), env={"BBCS_NOW": "2024-02-29T10:00"}
    )
    assert desk.json("show", "20240229-0001")["received_at"].startswith("2024-02-29")
    desk.ok("ledger", "verify", "--full")


def test_short_numbers(desk: Desk):
    desk.take(**case(1))
    desk.ok(
        "intake", "--from", "-", stdin=json.dumps(case(2)), env={"BBCS_NOW": "2026-03-06T09:00"}
    )
    full = "ZY01-20260305-0001"
    assert desk.json("show", "20260305-0001")["case_no"] == full
    assert desk.json("show", full)["case_no"] == full
    today = desk.json("show", "0001", env={"BBCS_NOW": "2026-03-06T12:00"})
    assert today["case_no"] == "ZY01-20260306-0001", "several: only open cases of today count"
    said = desk("show", "0001", env={"BBCS_NOW": "2026-03-09T12:00"})
    assert said.code == 2
    assert full in said.err
    assert "ZY01-20260306-0001" in said.err
    assert desk.json("show", "1")["case_no"] == full, "zeros in front may be left out"
    assert desk("show", "001-0001").code == desk("show", "0009").code == 10


def test_numbers_are_never_renumbered(desk: Desk):
    for number in range(1, 4):
        desk.take(**case(number))
    before = desk.json("show", "0003")
    desk.ok("resolve", "0001", "--outcome", "solved", "--measures", "x")
    desk.ok("callback", "0001", "--reached", "--solved", "yes", "--grade", "5")
    desk.ok("close", "0001")
    assert desk.json("show", "0003") == before


def test_expect_version(desk: Desk):
    desk.take()
    desk.ok("triage", "0001", "--difficulty", "complex", "--expect-version", "2")
    said = desk("assign", "0001", "--lead", "甲", "--expect-version", "2")
    assert said.code == 20
    assert "第 3 版" in said.err
    assert desk.json("show", "0001")["version"] == 3


def test_bbcs_alone_is_todays_desk(desk: Desk):
    assert "没有要催的件" in desk.ok().out
    desk.take()
    assert "ZY01-20260305-0001" in desk.ok().out
    assert desk.ok().out == desk.ok("todo").out
    groups = desk.json("todo")["groups"]
    assert [group["name"] for group in groups if group["count"]] == ["today"]
    assert groups[1]["cases"][0]["also"] == ["untriaged"]


def test_duplicates_without_a_terminal(desk: Desk):
    desk.take(**case(1))
    said = desk("intake", "--from", "-", "--json", stdin=json.dumps(case(1)))
    assert (said.code, said.json["possible_duplicates"]) == (0, ["ZY01-20260305-0001"])
    assert "疑似重复" in said.err
    before = desk.entries()
    said = desk("intake", "--from", "-", "--refuse-duplicate", stdin=json.dumps(case(1)))
    assert said.code == 15
    assert desk.entries() == before


def test_formats_of_list_parse(desk: Desk):
    import csv

    desk.take(**case(1, matter='甲,乙"丙\n丁'))
    assert desk.ok("list", "--format", "json").json["count"] == 1
    assert json.loads(desk.ok("list", "--format", "ndjson").out)["case_no"] == "ZY01-20260305-0001"
    sheet = desk.ok("list", "--format", "csv").out
    assert sheet.startswith("\ufeff")  # a redirected list opens in Excel and WPS
    rows = list(csv.DictReader(sheet[1:].splitlines(keepends=True)))
    assert (rows[0]["case_no"], rows[0]["matter"]) == ("ZY01-20260305-0001", '甲,乙"丙\n丁')
    assert "ZY01-20260305-0001" in desk.ok("list", "--format", "md").out
    assert desk.ok("list", "--format", "tsv", "--columns", "case_no,source_no").out.count("\t") >= 2


def test_the_python_module_runs_as_the_command(desk: Desk):
    done = desk.process("list", "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["count"] == 0
    assert desk.process("--version").stdout.startswith(b"bbcs ")
    assert desk.process("list", "--version").returncode in (0, 2)
