"""The desk and the lists as offices use them: colours in words, what is owed, pages for units, days that end at closing time, KPIs."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from cli_desk import Desk, case, founded, name
from cli_terminal import at_terminal

from bbcs.domain.desk import GROUPS

UNITS = ("区市场监管局", "区卫健局")
ROW = {
    "case_no", "version", "station", "phase", "round", "flags", "received_at", "matter", "items", "reporter", "phone", "difficulty",
    "cause", "lead_unit", "assisting_units", "outcome", "solved", "resolved_at", "callback_at", "satisfaction", "source_no", "pack",
    "pack_edition", "bounces", "callbacks", "actions", "next", "due", "state", "provisional", "days_left",
    "channel", "source", "demand", "seq", "updated_at", "number",
}  # fmt: skip


def at(desk: Desk, now: str) -> Desk:
    return Desk(desk.home, now)


@pytest.fixture
def busy(seven: Desk, tmp_path: Path) -> Desk:
    """Seven cases of Monday 2 March, looked at on Thursday the 5th."""
    return seven.copied(tmp_path)


@pytest.fixture(scope="module")
def seven(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(made).copied(tmp_path_factory.mktemp("seven"))
    monday = at(desk, "2026-03-02T09:00")
    monday.ok("intake", "--from", "-", stdin=json.dumps([case(n) for n in range(1, 7)]))
    unfair = case(
        7, track="conduct", failed_unit=UNITS[1], demand="我叫" + name(7) + "，窗口叫我跑了三趟"
    )
    monday.ok("intake", "--from", "-", stdin=json.dumps(unfair))
    monday.ok("triage", "0001", "--difficulty", "complex", "--fast")
    monday.ok("triage", "0002", "--difficulty", "general")
    monday.ok("assign", "0001", "--lead", UNITS[0], "--assist", UNITS[1], "--due", "2026-03-06")
    monday.ok("assign", "0002", "--lead", UNITS[1])
    monday.ok("assign", "0003", "--lead", UNITS[0])
    monday.ok("assign", "0007", "--lead", "区纪检组", "--assist", UNITS[1])
    monday.ok("sign", "0001", "--unit", UNITS[0])
    monday.ok("supervise", "0001", "--kind", "催办", "--unit", UNITS[0], "--reason", "快到期")
    monday.ok("gap", "0002", "--owe", "营业执照=2026-03-20")
    monday.ok("pause", "0002", "--reason", "鉴定", "--until", "2026-03-04")
    monday.ok("merge", "0005", "--group", "水保方案", "--with", "0006")
    monday.ok("resolve", "0004", "--outcome", "solved", "--measures", "好")
    return at(desk, "2026-03-05T10:00")


def numbers(answer: dict) -> str:
    return " ".join(sorted(row["case_no"][-4:] for row in answer["cases"]))


# -- filters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("--flag supervised", "0001"), ("--flag 督办", "0001"), ("--flag 暂停", "0002"), ("--flag 容缺未补", "0002"),
        ("--flag 并案", "0005 0006"), ("--flag 快速通道", "0001"), ("--flag 作风", "0007"), ("--flag level", ""), ("--flag 被退回过", ""),
        ("--flag 督办 --flag fast_lane", "0001"), ("--flag 督办 --flag 作风", ""), ("--group 水保方案", "0005 0006"), ("--gaps", "0002"),
        ("--gaps --unit 区卫健局", "0002"), ("--group 没有", ""), ("--open", "0001 0002 0003 0004 0005 0006 0007"),
    ],
)  # fmt: skip
def test_flags_groups_and_papers_owed(busy: Desk, line, found):
    answer = busy.json("list", *line.split())
    assert numbers(answer) == found
    assert all(set(row) == ROW for row in answer["cases"]), "the colour is for people"


def test_the_list_of_a_unit_leaves_out_what_it_sent_back_or_on(busy: Desk):
    busy.ok("return", "0003", "--reason", "不归本局")
    busy.ok("forward", "0007", "--to", UNITS[0], "--unit", "区纪检组", "--reason", "归它管")
    assert numbers(busy.json("list", "--unit", UNITS[0])) == "0001 0007"
    assert numbers(busy.json("list", "--unit", "区纪检组")) == ""


def test_the_channel_is_a_column(busy: Desk):
    shown = busy.ok("list", "--columns", "case_no,channel", "--format", "csv").out
    assert shown.count(",窗口") == len(busy.json("list")["cases"])


def test_a_file_may_say_how_to_run(busy: Desk):
    refused = busy(
        "note", "0001", "--from", "-", stdin=json.dumps({"text": "催问", "expect_version": 2})
    )
    assert refused.code == 20
    busy.ok("note", "0001", "--from", "-", stdin=json.dumps({"text": "催问", "dry_run": True}))
    assert "催问" not in busy.ok("show", "0001", "--history").out
    busy.ok("callback", "0004", "--from", "-", stdin=json.dumps({"not_reached": True}))


def test_an_unknown_flag_names_the_eight(busy: Desk):
    refused = busy("list", "--flag", "监督")
    assert refused.code == 13
    assert all(word in refused.err for word in ("paused", "督办", "gaps_open", "作风"))


# -- the desk ------------------------------------------------------------------------------------------------------


def test_the_desk_groups_what_waits(busy: Desk):
    groups = {group["name"]: group for group in busy.json("todo")["groups"]}
    assert list(groups) == list(GROUPS)
    # 0001 and 0002 are in their own limits, but their orders were never signed
    assert numbers(groups["overdue"]) == "0001 0002 0003 0005 0006 0007"
    also = {row["case_no"][-4:]: row["also"] for row in groups["overdue"]["cases"]}
    assert also == {
        **{key: ["unsigned"] for key in ("0001", "0003", "0007")},
        **{key: ["untriaged"] for key in ("0005", "0006")},
        "0002": ["unsigned", "gaps", "promised"],
    }
    assert numbers(groups["callback"]) == "0004"
    shown = [row["case_no"] for group in groups.values() for row in group["cases"]]
    assert len(shown) == len(set(shown)), "a case stands on the desk once"
    assert all(
        set(row) == {*ROW, "also", "remind"} for group in groups.values() for row in group["cases"]
    )


def test_a_pause_is_on_the_desk_from_the_day_it_should_be_over(busy: Desk):
    def agreed(now: str) -> bool:
        groups = at(busy, now).json("todo")["groups"]
        return any(
            row["case_no"].endswith("0002")
            and (group["name"] == "promised" or "promised" in row["also"])
            for group in groups
            for row in group["cases"]
        )

    days = ("2026-03-03T09:00", "2026-03-04T09:00", "2026-04-01T09:00")
    assert [agreed(now) for now in days] == [False, True, True]
    busy.ok("resume", "0002")
    assert not agreed("2026-04-01T09:00")


def test_the_desk_says_colours_flags_and_what_is_owed_in_words(busy: Desk):
    said = busy.ok().out
    for words in (
        "超期 6 ",
        "超期 6 件",
        "签收超期",
        "未签收",
        "作风",
        "容缺未补",
    ):
        assert words in said, words


def test_the_colour_is_that_of_the_place_from_its_first_warning_on(desk: Desk):
    at(desk, "2026-03-02T09:00").take(difficulty="general")  # five working days: due on the 9th

    def seen(now: str) -> tuple[str, str]:
        rows = list(
            csv.DictReader(at(desk, now).ok("list", "--format", "csv").out[1:].splitlines())
        )
        return rows[0]["colour"], rows[0]["days_left"]

    assert seen("2026-03-05T10:00") == ("", "2")
    assert seen("2026-03-06T10:00") == ("黄", "1")
    assert seen("2026-03-09T23:00") == ("黄", "0")
    assert seen("2026-03-10T00:00") == ("红", "-1")


def test_the_row_has_the_colour_on_a_terminal(busy: Desk):
    assert "\x1b[31m" in at_terminal(busy, "list").screen
    before = at(busy, "2026-03-04T09:10")  # nobody had to have signed yet
    assert "\x1b[36m" in at_terminal(before, "list").screen, "paused"


# -- a day that ends at closing time -------------------------------------------------------------------------------


@founded
def closing(empty: Desk) -> Desk:
    """A place where simple things are done before the office closes (17:30)."""
    monday = at(empty, "2026-03-02T09:00")
    monday.ok("init", "--station", "LF01", "--name", "示例站", "--pack", "linfen")
    monday.take()
    return empty


@pytest.mark.parametrize(
    ("now", "state"), [("17:30:00", ""), ("17:30:01", "overdue"), ("23:59:59", "overdue")]
)
def test_list_todo_show_and_deadline_agree_after_closing_time(closing: Desk, now, state):
    desk = at(closing, f"2026-03-02T{now}")
    (row,) = desk.json("list")["cases"]
    shown = next(one for one in desk.json("show", "0001")["clocks"] if one["name"] == "resolve")
    assert shown["unit"] == "close_of_business"
    told = next(one for one in desk.json("deadline", "0001")["clocks"] if one["name"] == "resolve")
    assert row["due"] == shown["due"] == told["due"] == "2026-03-02"
    assert row["state"] == shown["state"] == told["state"]
    overdue = next(group for group in desk.json("todo")["groups"] if group["name"] == "overdue")
    assert (
        row["state"] == "overdue",
        numbers(overdue),
        numbers(desk.json("list", "--overdue")),
    ) == ((True, "0001", "0001") if state else (False, "", ""))
    assert row["days_left"] == (-1 if state else 0)
    assert numbers(desk.json("list", "--due", "2026-03-02")) == "0001"
    assert "T17" not in desk.ok("list").out
    assert ("红" in desk.ok("list").out) is bool(state)


def test_what_is_stored_of_a_closing_time_is_rebuilt_the_same(closing: Desk):
    assert at(closing, "2026-03-02T18:00").json("ledger", "verify", "--full")["ok"]


# -- pages for units -----------------------------------------------------------------------------------------------


def test_the_page_of_a_unit(busy: Desk):
    page = busy.ok("list", "--unit", UNITS[1], "--format", "md").out
    assert page.startswith("## 区卫健局交办件清单（沾益站，2026-03-05，3 件）")
    rows = [line for line in page.splitlines() if line.startswith("| ZY01")]
    assert [row.split(" | ")[0][-4:] for row in rows] == ["0007", "0001", "0002"]
    assert "协办" in rows[1]
    assert "主办" in rows[2]
    assert "| 2026-03-06 | 2026-03-04 | -1 | 签收超期 |" in rows[1], (
        "asked for, and what passed first"
    )
    assert "签收人：" in page


def test_a_settled_case_of_which_a_slip_waits_is_on_the_list_of_the_unit_too(busy: Desk):
    """As on its page and on the desk; not on those of others, nor among all cases that are open."""
    refused = case(8, decision="refuse", refusal_reason="police", remedy="报警")
    busy.ok("intake", "--from", "-", stdin=json.dumps(refused))
    slip = ("--kind", "督办", "--unit", UNITS[1], "--reason", "推诿", "--due", "2026-03-20")
    busy.ok("supervise", "20260305-0001", *slip)
    page = busy.ok("list", "--unit", UNITS[1], "--format", "md").out
    assert "20260305-0001" in page
    listed = busy.json("list", "--unit", UNITS[1])
    row = next(one for one in listed["cases"] if one["case_no"].endswith("20260305-0001"))
    assert (row["phase"], row["due"]) == ("refused", "2026-03-20")
    assert numbers(busy.json("list", "--unit", "区纪检组")) == "0007"
    busy.ok("supervise", "20260305-0001", "--answer", "督1", "--text", "已整改")
    assert len(busy.json("list", "--unit", UNITS[1])["cases"]) == len(listed["cases"]) - 1
    assert "20260305-0001" not in busy.ok("list", "--unit", UNITS[1], "--format", "md").out


def test_no_page_leads_the_unit_to_who_complained(busy: Desk, tmp_path):
    page = busy.ok("list", "--unit", UNITS[1], "--format", "md").out
    row = next(line for line in page.splitlines() if "0007 |" in line)
    assert row.count("（不公开）") == 2
    assert not [
        secret
        for number in range(1, 8)
        for secret in (name(number), f"1380000000{number}")
        if secret in page
    ]


def test_one_file_for_each_unit(busy: Desk, tmp_path):
    said = busy.ok("list", "--by-unit", "--out", tmp_path / "pages").out.split()
    assert sorted(one.rsplit("/", 1)[1] for one in said) == [
        "区卫健局_2026-03-05.xlsx",
        "区市场监管局_2026-03-05.xlsx",
        "区纪检组_2026-03-05.xlsx",
    ]
    again = busy.ok("list", "--by-unit", "--format", "md", "--out", tmp_path / "pages").out.split()
    assert len(again) == 3
    assert all(one.endswith(".md") for one in again)


def test_a_list_into_a_file_has_the_format_of_its_name(busy: Desk, tmp_path):
    assert busy.ok("list", "--out", tmp_path / "all.csv").out.strip() == str(tmp_path / "all.csv")
    assert (tmp_path / "all.csv").read_bytes().startswith(b"\xef\xbb\xbfcase_no,")
    busy.ok("list", "--unit", UNITS[0], "--columns", "case_no,state", "--out", tmp_path / "own.csv")
    assert (tmp_path / "own.csv").read_text("utf-8-sig").startswith("case_no,state\n")
    busy.ok("list", "--overdue", "--out", tmp_path / "late.xlsx")
    assert (tmp_path / "late.xlsx").read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("list --format xlsx", 2), ("list --by-unit", 2), ("list --by-unit --unit 区卫健局 --out x", 2),
        ("list --by-unit --format csv --out x", 13), ("list --format pdf", 13),
    ],
)  # fmt: skip
def test_what_a_list_cannot_write_is_refused(busy: Desk, line, code):
    assert busy(*line.split()).code == code


# -- report kpi ----------------------------------------------------------------------------------------------------


def test_kpis_in_every_format(busy: Desk, tmp_path):
    found = busy.json("report", "kpi", "--month", "2026-03")
    assert (found["schema"], found["places"], found["rounding"]) == ("bbcs.kpi/1", 2, "half_up")
    assert set(found) == {
        "schema",
        "period",
        "before",
        "as_of",
        "places",
        "rounding",
        "practice",
        "rates",
        "counts",
        "changes",
        "last_year",
        "year_changes",
        "statistics",
        "facts",
    }
    said = busy.ok("report", "kpi", "--month", "2026-03").out
    assert all(one["text"] in said for one in found["rates"])
    rows = list(
        csv.DictReader(
            busy.ok("report", "kpi", "--month", "2026-03", "--format", "csv")
            .out.lstrip("\ufeff")
            .splitlines()
        )
    )
    assert [row["text"] for row in rows if row["part"] == "rate"] == [
        one["text"] for one in found["rates"]
    ]
    assert busy.ok("report", "kpi", "--month", "2026-03", "--format", "md").out.startswith(
        "## 沾益站"
    )
    busy.ok(
        "report",
        "kpi",
        "--from",
        "2026-01-01",
        "--to",
        "2026-03-31",
        "--out",
        tmp_path / "kpi.xlsx",
    )
    assert (tmp_path / "kpi.xlsx").read_bytes().startswith(b"PK")


def test_places_and_rounding(busy: Desk):
    def on_time(*args: str) -> str:
        return next(
            one["text"]
            for one in busy.json("report", "kpi", *args)["rates"]
            if one["name"] == "on_time_rate"
        )

    assert on_time().startswith("42.86%（3/7")
    assert on_time("--places", "0").startswith("43%")
    assert on_time("--places", "1", "--rounding", "truncate").startswith("42.8%")
    assert busy("report", "kpi", "--places", "5").code == 2
    assert busy("report", "kpi", "--rounding", "up").code == 13


def test_nobody_is_named_in_the_kpis(busy: Desk):
    busy.ok("supervise", "0007", "--kind", "约谈", "--unit", UNITS[1], "--reason", "态度")
    said = busy.ok("report", "kpi", "--month", "2026-03").out + json.dumps(
        busy.json("report", "kpi"), ensure_ascii=False
    )
    assert not [name(number) for number in range(1, 8) if name(number) in said]


def test_a_month_without_cases_has_no_rates_and_is_no_error(desk: Desk):
    found = desk.json("report", "kpi", "--month", "2020-01")
    assert {one["text"] for one in found["rates"]} == {"—"}


@pytest.mark.parametrize("line", ["list", "list --all", "list --overdue", "search 没有的"])
def test_at_a_terminal_a_list_without_cases_is_one_line(desk: Desk, line: str):
    seen = at_terminal(desk, *line.split())
    assert seen.code == 0
    assert "没有找到" in seen.screen
    assert seen.screen.count("\n") == 1
    assert "共 0 条" in desk.ok(*line.split()).out
