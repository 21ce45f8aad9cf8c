"""Dates, dashes and figures as people type them: understood in options and in files (`--from`)."""

from __future__ import annotations

import json
from datetime import date

import pytest
from cli_desk import Desk, case, write

from bbcs import WorkCalendar
from bbcs.cli import dates, settings

TODAY = date(2026, 3, 5)
"""The desk's Thursday."""


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12月1日", "2026-12-01"), ("12月1号", "2026-12-01"), ("12/1", "2026-12-01"), ("12.1", "2026-12-01"),
        ("2026/12/1", "2026-12-01"),
        ("2026.12.1", "2026-12-01"), ("2026-12-1", "2026-12-01"), ("2026年12月1日", "2026-12-01"), ("２０２６．１２．１", "2026-12-01"),
        ("2026－12－1", "2026-12-01"), ("2026—12—01", "2026-12-01"), ("２０２６－１２－０１", "2026-12-01"), (" 12月1日　", "2026-12-01"),
        ("2026 年 12 月 1 日", "2026-12-01"), ("明年1月4日", "2027-01-04"), ("明日", "2026-03-06"), ("昨日", "2026-03-04"),
        ("今天", "2026-03-05"), ("下周三", "2026-03-11"), ("下星期三", "2026-03-11"), ("礼拜五", "2026-03-06"),
        ("＋５工作日", "2026-03-12"),
        ("-3天", "2026-03-02"), ("3月5日", "2026-03-05"), ("3月4日", "2027-03-04"), ("2月29日", "2028-02-29"),
    ],
)  # fmt: skip
def test_a_day_as_people_write_it(text, day):
    assert dates.resolve(text, dates.DateContext(TODAY, WorkCalendar(), 1)) == day


@pytest.mark.parametrize(
    ("direction", "text", "day"),
    [
        (-1, "12月1日", "2025-12-01"),
        (-1, "3月5日", "2026-03-05"),
        (0, "12月1日", "2025-12-01"),
        (0, "6月1日", "2026-06-01"),
        (1, "1月4日", "2027-01-04"),
    ],
)
def test_a_day_without_its_year_is_the_one_that_fits(direction, text, day):
    assert dates.resolve(text, dates.DateContext(TODAY, WorkCalendar(), direction)) == day


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("昨天15:00", "2026-03-04T15:00"), ("昨天T15:00", "2026-03-04T15:00"), ("今天 9点", "2026-03-05T09:00"),
        ("今天9点半", "2026-03-05T09:30"),
        ("９点半", "2026-03-05T09:30"), ("３月４日　９：０５", "2026-03-04T09:05"),
        ("3月4日下午3点20分", "2026-03-04T15:20"),
        ("3/4 9:30", "2026-03-04T09:30"), ("中午12点", "2026-03-05T12:00"), ("2026-03-04 09:10:00", "2026-03-04 09:10:00"),
        ("2026-03-04T09:10+08:00", "2026-03-04T09:10+08:00"), ("昨天", "2026-03-04"),
    ],
)  # fmt: skip
def test_a_time_as_people_write_it(text, moment):
    assert dates.resolve(text, dates.DateContext(TODAY, WorkCalendar(), -1), timed=True) == moment


@pytest.mark.parametrize(
    "text",
    [
        "月底",
        "12月",
        "13",
        "2026.12",
        "9点",
        "2026-03-04T09:10",
        "今天25点",
        "张三",
        "+5",
        "十二月一日",
    ],
)
def test_what_is_no_day_is_refused(desk: Desk, text):
    said = desk(
        "intake",
        "--matter",
        "甲",
        "--demand",
        "乙",
        "--reporter",
        "丙某",
        "--wish-date",
        text,
    )
    assert said.code == 2, said
    assert "--wish-date" in said.err
    assert "可写 2026-12-01、12月1日、明天、下周三、+5工作日" in said.err
    assert "张三" not in said.err


def test_a_refusal_repeats_only_words_of_dates():
    for text, echoed in (
        ("月底", True),
        ("25点", True),
        ("13800000001", False),
        ("李四的生日", False),
        ("住在3号", False),
    ):
        with pytest.raises(dates.BadDate) as refused:
            dates.resolve(text, dates.DateContext(TODAY, WorkCalendar()), "--due")
        assert (text in refused.value.message) == echoed
        assert "--due" in refused.value.message


def test_a_day_that_does_not_exist_is_named(desk: Desk):
    assert "没有 2026-02-30" in desk("calendar", "check", "2月30日").err


FORMS = {
    "2026/3/4": "2026-03-04T",
    "3月4日": "2026-03-04T",
    "2026年3月4日": "2026-03-04T",
    "昨天15:00": "2026-03-04T15:00:00+08:00",
    "2026-03-04T01:00Z": "2026-03-04T09:00:00+08:00",
    "2026-03-03T20:00:00.5-05:00": "2026-03-04T09:00:00+08:00",
}
"""A date as a file may hold it -> how the moment begins that is stored, all of them in +08:00."""


def test_a_file_takes_every_form_that_an_option_takes(desk: Desk):
    rows = [
        case(number, received_at=text, late_reason="补录") for number, text in enumerate(FORMS, 1)
    ]
    found = desk.json("intake", "--from", "-", stdin=json.dumps(rows))["cases"]
    for one, stored in zip(found, FORMS.values(), strict=True):
        assert one["received_at"].startswith(stored)
        assert one["received_at"].endswith("+08:00")
    number = found[0]["case_no"]
    wanted = [
        {"verb": "assign", "case_no": number, "lead": "某局", "due": "下周三"},
        {"verb": "gap", "case_no": number, "owe": ["平面图=3月9日", "照片=现场"]},
    ]
    desk.ok("act", "--from", "-", stdin=json.dumps(wanted))
    shown = desk.json("show", number)
    assert shown["orders"][0]["due"] == "2026-03-11"
    assert [gap["due"] for gap in shown["gaps"]][:1] == ["2026-03-09"]
    wrong = [case(8), case(9, wish_date="李四")]
    refused = desk.fails(40, "intake", "--from", "-", "--json", stdin=json.dumps(wrong)).err
    [row] = json.loads(refused)["errors"]
    assert (row["row"], row["field"], "李四" in refused) == (2, "wish_date", False)


def test_options_take_them_and_so_do_files(desk: Desk):
    number = desk.take(**case(1))
    assert (
        desk.json(
            "supervise",
            number,
            "--kind",
            "remind",
            "--unit",
            "某局",
            "--reason",
            "催",
            "--due",
            "3月9日",
        )["phase"]
        == "accepted"
    )
    desk.ok("step", number, "--kind", "verify", "--result", "查过", "--at", "今天 9点10分")
    taken = desk.ok("intake", "--from", "-", "-q", stdin=json.dumps(case(2, wish_date="12月1日")))
    assert "2026-12-01" in desk.ok("show", taken.out.strip()).out
    found = desk.json(
        "intake",
        "--matter",
        "甲",
        "--demand",
        "乙",
        "--reporter",
        "丙某",
        "--received-at",
        "昨天15:00",
        "--late-reason",
        "停电",
    )
    assert found["received_at"] == "2026-03-04T15:00:00+08:00"
    assert desk.json("list", "--received-from", "3月4日", "--received-to", "昨天")["count"] == 1
    assert (
        desk.ok(
            "report", "register", "--from", "3/1", "--to", "今天", "--format", "ndjson"
        ).out.count("\n")
        == 3
    )


def test_a_corrected_date(desk: Desk):
    desk.take(**case(1, wish_date="2026-12-02"))
    desk.ok("correct", "0001", "--field", "wish_date", "--new", "12月1日", "--why", "听错了")
    assert "2026-12-01" in desk.ok("show", "0001").out
    assert (
        "--new“月底”不是日期"
        in desk("correct", "0001", "--field", "wish_date", "--new", "月底", "--why", "听错了").err
    )


@pytest.mark.parametrize("owed", ["照片=下周一", "照片＝下周一", "照片=3月9日", "照片=2026-03-09"])
def test_owed_papers(desk: Desk, owed):
    desk.take(**case(1))
    assert desk.json("gap", "0001", "--owe", owed)["gaps"] == [
        {"paper": "照片", "due": "2026-03-09", "filled_at": None}
    ]


def test_owed_papers_without_a_day(desk: Desk):
    desk.take(**case(1))
    for place in dates.ON_SITE:
        desk.ok("gap", "0001", "--owe", f"{place}的照片＝{place}")
    said = desk("gap", "0001", "--owe", "复印件=月底")
    assert (said.code, "--owe“月底”不是日期" in said.err) == (2, True)


@pytest.mark.parametrize(
    "point",
    [
        "先出证|区市场监管局|下周三",
        "先出证｜区市场监管局｜下周三",
        "先出证|区市场监管局|2026-03-11",
    ],
)
def test_resolutions(desk: Desk, point):
    desk.take(**case(1))
    desk.ok("convene", "0001", "--host", "主持人", "--unit", "区市场监管局", "--resolution", point)
    assert "2026-03-11" in desk.ok("show", "0001", "--history").out


def test_the_calendar(desk: Desk):
    assert desk.ok("calendar", "check", "今天").out.startswith("2026-03-05 工作日")
    assert desk.ok("calendar", "add", "今天", "５").out == "2026-03-12\n"
    assert desk.ok("calendar", "count", "3月5日", "3月9日").out == "3 个工作日\n"
    assert set(desk.json("calendar", "check", "今天")) == {
        "schema",
        "day",
        "is_working_day",
        "kind",
        "name",
        "notice",
        "final",
    }
    assert set(desk.json("calendar", "add", "今天", "5")) == {
        "schema",
        "due",
        "provisional",
        "years",
        "basis",
    }
    assert desk.json("calendar", "count", "3月5日", "3月9日")["working_days"] == 3


def test_months(desk: Desk):
    wrong = desk("station", "duty", "check", "--month", "12")
    assert (wrong.code, wrong.err) == (2, desk("report", "monthly", "--month", "12").err)
    for text in ("2026年3月", "3月", "2026/3", "２０２６－０３", "2026-03"):
        assert desk.json("report", "monthly", "--month", text)["period"]["from"] == "2026-03-01", (
            text
        )
        desk.ok("station", "duty", "check", "--month", text)
    assert desk.json("report", "monthly", "--month", "12月")["period"]["from"] == "2025-12-01"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("－－matter", ["--matter"]), ("——text", ["--text"]), ("—text", ["--text"]), ("–text", ["--text"]), ("-—text", ["--text"]),
        ("－－ｍａｔｔｅｒ", ["--matter"]), ("——received—at", ["--received-at"]), ("—q", ["-q"]), ("－－matter＝备案", ["--matter=备案"]),
        ("--matter　备案", ["--matter", "备案"]), ("－－matter　", ["--matter"]), ("list　", ["list"]),
        ("--matter=备—案", ["--matter=备—案"]),
        ("——补充说明", ["——补充说明"]), ("李—王", ["李—王"]), ("—", ["—"]), ("--note", ["--note"]), ("—Text", ["—Text"]),
    ],
)  # fmt: skip
def test_dashes_and_blanks_of_an_input_method(typed, meant):
    assert settings.typed([typed]) == meant


def test_nothing_is_meant_behind_two_dashes():
    assert settings.typed(["--", "——text"]) == ["--", "——text"]


def test_full_width_on_the_command_line(desk: Desk):
    desk.ok(
        "intake",
        "－－matter",
        "诊所备案",
        "——demand",
        "通不过",
        "—reporter　丙某",
        "–phone",
        "13800000001",
    )
    for number in (
        "ZY01－20260305－0001",
        "２０２６０３０５－０００１",
        "０００１",
        "20260305—0001",
    ):
        assert desk.ok("show", number, "-q").out == "ZY01-20260305-0001\n"
    assert desk.json("list", "－－limit", "１")["count"] == 1


def test_an_identity_number_in_full_width_is_refused(desk: Desk):
    from cli_desk import id_number

    wide = "".join(chr(ord(char) + 0xFEE0) for char in id_number(1))
    said = desk("note", "0001", "--text", wide)
    assert (said.code, "身份证号" in said.err, wide in said.err) == (2, True, False)


def test_files_keep_their_names(desk: Desk, tmp_path):
    path = write(tmp_path / "一件—甲.json", case(1))
    desk.ok("intake", "--from", path)
