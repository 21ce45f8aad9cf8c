"""The calendar commands' answers, explanations as read out, and the batch."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from bbcs.calendar import layers
from bbcs.calendar.days import DayCalendar, ExceptionalDay
from bbcs.errors import BadDate, ExtraMissing, ImportRejected
from bbcs.usecases import workdays

CALENDAR = DayCalendar()


def told(start: str, n: int, rule: str) -> list[str]:
    return [
        f"{step['day'][5:]} {step['text']}" for step in workdays.explain(CALENDAR, start, n, rule)
    ]


def answers(text: str) -> list[str]:
    return list(workdays.batch(CALENDAR, text.strip().splitlines(keepends=True)))


def test_check() -> None:
    assert workdays.check(CALENDAR, "2026-02-14") == {
        "day": "2026-02-14",
        "is_working_day": True,
        "kind": "makeup",
        "name": "春节",
        "notice": "国务院办公厅关于2026年部分节假日安排的通知",
        "final": True,
    }


def test_add() -> None:
    found = workdays.add(CALENDAR, "2026-12-28", 10)
    assert found == {"due": "2027-01-12", "provisional": True, "years": [2027]}
    basis = workdays.basis(CALENDAR, "wd")
    assert basis.startswith("wd：")
    assert CALENDAR.hash in basis


def test_add_hours_gives_a_time_with_its_zone() -> None:
    assert (
        workdays.add(CALENDAR, "2026-09-30T16:30", 8, "hours_business")["due"]
        == "2026-10-08T17:30:00+08:00"
    )
    assert (
        workdays.add(
            CALENDAR, "2026-09-30 16:30", 1, "hours_business", hours="08:00-12:00,14:00-17:00"
        )["due"]
        == "2026-10-08T08:30:00+08:00"
    )


def test_count() -> None:
    firm = {"provisional": False, "years": []}
    counted = workdays.count(CALENDAR, "2026-02-13", "2026-02-28")
    assert counted == {"working_days": 7, **firm}
    # the end of an announced year already leans on the notice of the next
    assert workdays.count(CALENDAR, "2026-12-28", "2026-12-29")["years"] == [2027]
    leaning = {"provisional": True, "years": [2027]}
    assert workdays.count(CALENDAR, "2027-01-01", "2027-12-31") == {"working_days": 248, **leaning}


def test_show_a_year() -> None:
    found = workdays.show(CALENDAR, 2026)
    assert found["months"] == [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]
    assert (found["year"], found["working_days"], found["provisional"], found["years"]) == (
        2026,
        248,
        True,
        [2027],
    )
    assert len(found["days"]) == 25
    assert found["days"][0] == workdays.check(CALENDAR, "2026-01-01")
    assert not workdays.show(CALENDAR, 2025)["provisional"]
    assert workdays.show(CALENDAR, 2100)["years"] == [2100]
    with pytest.raises(BadDate, match="2004 至 2100"):
        workdays.show(CALENDAR, 2101)


MOVED = DayCalendar(
    [*layers.national(), ExceptionalDay(date(2026, 10, 8), False, "holiday", "迁址", "本中心公告")]
)


def test_diff_of_two_calendars() -> None:
    assert workdays.diff(CALENDAR, MOVED) == [
        {
            "day": "2026-10-08",
            "was": workdays.check(CALENDAR, "2026-10-08"),
            "becomes": workdays.check(MOVED, "2026-10-08"),
        }
    ]


def test_audit_finds_the_shipped_calendar_as_the_library_has_it() -> None:
    assert workdays.audit(CALENDAR) == []


def test_audit_says_which_differences_are_expected() -> None:
    wrong = workdays.audit(
        DayCalendar([row for row in layers.national() if row.day != date(2019, 4, 28)])
    )
    assert [
        (row["day"], row["is_working_day"], row["library"], row["known"][:10]) for row in wrong
    ] == [("2019-04-28", False, True, "旧版 holiday")]
    assert workdays.audit(MOVED) == [
        {
            "day": "2026-10-08",
            "is_working_day": False,
            "library": True,
            "name": "迁址",
            "notice": "本中心公告",
            "known": "本地导入的通知改了这一天，库里没有",
        }
    ]


def test_audit_without_the_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(ExtraMissing, match=r'pip install "bbcs\[audit\]"'):
        workdays.audit(CALENDAR)


def test_explained_in_working_days() -> None:
    notice = "（国务院办公厅关于2026年部分节假日安排的通知）"
    assert told("2026-02-13", 2, "wd") == [
        "02-13 周五；起算日，不计（民法典第二百零一条）；其后按工作日数（行政许可法第八十二条）",
        f"02-14 周六，春节调休上班，是工作日{notice}；计第 1 个工作日",
        "02-15 周日，休息日；不计",
        *(
            f"02-{d} 周{w}，春节，休息日{notice}；不计"
            for d, w in zip(range(16, 21), "一二三四五", strict=True)
        ),
        "02-21 周六，休息日；不计",
        "02-22 周日，休息日；不计",
        f"02-23 周一，春节，休息日{notice}；不计",
        "02-24 周二；计第 2 个工作日，到期（民法典第二百零三条）",
    ]


def test_explained_from_a_late_receipt() -> None:
    assert told("2026-03-06T17:30", 1, "wd_roll") == [
        "03-06 周五；17:30 及以后收到，算下一工作日收到",
        "03-07 周六，休息日；休息日收到，算下一工作日收到",
        "03-08 周日，休息日；休息日收到，算下一工作日收到",
        "03-09 周一；起算日，不计（民法典第二百零一条）；其后按工作日数（行政许可法第八十二条）",
        "03-10 周二；计第 1 个工作日，到期（民法典第二百零三条）",
    ]


def test_explained_backwards_and_provisional() -> None:
    assert told("2027-01-04", -2, "wd") == [
        "01-04 周一，2027年放假通知未公布，暂定；起算日，不计（民法典第二百零一条）；其后按工作日数（行政许可法第八十二条）",
        "01-03 周日，休息日，2027年放假通知未公布，暂定；不计",
        "01-02 周六，休息日，2027年放假通知未公布，暂定；不计",
        "01-01 周五，元旦，休息日（《全国年节及纪念日放假办法》，2027年放假通知未公布，暂定）；不计",
        "12-31 周四，2027年放假通知未公布，暂定；倒数第 1 个工作日",
        "12-30 周三，2027年放假通知未公布，暂定；倒数第 2 个工作日",
    ]


def test_explained_in_hours() -> None:
    assert told("2026-03-06T16:30", 2, "hours_business") == [
        "03-06 周五；16:30 起计时（民法典第二百零一条第二款），只计办公时间 09:00-12:00,13:30-17:30；计办公时间 1 小时",
        "03-07 周六，休息日；不计",
        "03-08 周日，休息日；不计",
        "03-09 周一；计办公时间 1 小时，满 2 小时，10:00 到期",
    ]
    assert told("2026-03-06T16:30", 24, "hours_wall")[-1] == "03-07 周六；16:30 满 24 小时，到期"


def test_explained_in_months_and_half_days() -> None:
    assert told("2026-01-31", 1, "month")[-1].endswith(
        "满 1 个月，没有对应日，取月末日（民法典第二百零二条），到期（民法典第二百零三条）"
    )
    assert told("2024-03-07", 1, "wd")[-1].startswith(
        "03-08 周五，妇女节只有部分公民放假，照常办公；计第 1 个工作日"
    )
    assert told("2026-10-03", 0, "same_day")[0] == "10-03 周六，国庆节，休息日；当日办结"


def test_an_explanation_refuses_what_the_rule_refuses() -> None:
    with pytest.raises(BadDate, match="same_day"):
        workdays.explain(CALENDAR, "2026-03-02", 0)


# -- batch ---------------------------------------------------------------------------------------------------------


def test_batch_answers_every_rule() -> None:
    assert answers("""
rule,start,n
wd,2026-02-13,5
wd,2026-02-13,5
wd,2026-10-15,-5
wd,2026-12-28,10
wd_roll,2026-09-30 17:30,1
wd_roll,2026-09-30T17:29,1
same_day,2026-10-03,
same_day,2026-10-03,0
cal_roll,2026-09-25,7
month,2026-01-15,1
hours_wall,2026-09-30T16:30,24
hours_business,2026-09-30T16:30,8
count,2026-02-13,2026-02-28
count,2026-12-29,2026-12-29
""") == [
        "rule,start,n,due,provisional",
        "wd,2026-02-13,5,2026-02-27,false",
        "wd,2026-02-13,5,2026-02-27,false",
        "wd,2026-10-15,-5,2026-10-09,false",
        "wd,2026-12-28,10,2027-01-12,true",
        "wd_roll,2026-09-30 17:30,1,2026-10-09,false",
        "wd_roll,2026-09-30T17:29,1,2026-10-08,false",
        "same_day,2026-10-03,,2026-10-08,false",
        "same_day,2026-10-03,0,2026-10-08,false",
        "cal_roll,2026-09-25,7,2026-10-08,false",
        "month,2026-01-15,1,2026-02-24,false",
        "hours_wall,2026-09-30T16:30,24,2026-10-01T16:30:00+08:00,false",
        "hours_business,2026-09-30T16:30,8,2026-10-08T17:30:00+08:00,false",
        "count,2026-02-13,2026-02-28,7,false",
        "count,2026-12-29,2026-12-29,1,true",
    ]


def test_batch_keeps_other_columns_in_any_order_and_leaves_blank_lines_out() -> None:
    assert answers(
        '\ufeffnote,n,start,rule\r\n一,1,2026-03-02,wd\r\n\r\n"甲,乙 ""丙""\n丁",1,2026-03-02,wd\r\n,2,2026-03-02,wd'
    ) == [
        "note,n,start,rule,due,provisional",
        "一,1,2026-03-02,wd,2026-03-03,false",
        '"甲,乙 ""丙""\n丁",1,2026-03-02,wd,2026-03-03,false',
        ",2,2026-03-02,wd,2026-03-04,false",
    ]


def test_batch_by_look_up_is_the_same_as_one_by_one() -> None:
    rules = ("wd", "wd_roll", "cal_roll", "same_day", "month", "hours_wall", "hours_business")
    starts = [date(2018, 12, 20) + timedelta(31 * i) for i in range(130)]
    tails = ("", "T17:29", " 17:30:00", "T23:59+08:00")
    rows = [
        (r, f"{s}{t}", 0 if r == "same_day" else n)
        for s in starts
        for t in tails
        for n in (0, 1, 20)
        for r in rules
    ]
    rows = [row for row in rows if row[2] or row[0] not in ("wd", "wd_roll")]
    lines = ["rule,start,n", *(f"{r},{s},{n}" for r, s, n in rows)]
    # Twice: the second half is answered from what the first has taught.
    found = list(workdays.batch(CALENDAR, [*lines, *lines[1:]]))[1:]
    single = [workdays.add(CALENDAR, s, n, r) for r, s, n in rows]
    expected = [
        f"{line},{one['due']},{'true' if one['provisional'] else 'false'}"
        for line, one in zip(lines[1:], single, strict=True)
    ]
    assert found == expected * 2


def test_batch_output_reads_as_csv() -> None:
    rows = list(csv.DictReader(answers('rule,start,n,note\nwd,2026-03-02,1,"a,b"')))
    assert rows == [
        {
            "rule": "wd",
            "start": "2026-03-02",
            "n": "1",
            "note": "a,b",
            "due": "2026-03-03",
            "provisional": "false",
        }
    ]


def test_batch_streams() -> None:
    def lines() -> Iterator[str]:
        yield "rule,start,n"
        yield "wd,2026-03-02,1"
        raise AssertionError("read ahead")

    found = workdays.batch(CALENDAR, lines())
    assert [next(found), next(found)] == [
        "rule,start,n,due,provisional",
        "wd,2026-03-02,1,2026-03-03,false",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "第 1 行"),
        ("rule,start", "缺少或重复：n"),
        ("rule,start,n,due", "已有 due"),
        ("rule,start,n\nwd,2026-03-02,0", "第 2 行：n 不能为 0"),
        ("rule,start,n\nwd,2026-03-02,1\nwd,2026-03-02,0", "第 3 行：n 不能为 0"),
        ("rule,start,n\nwd,2026-03-02,", "第 2 行：数量应为整数"),
        ("rule,start,n\nwd,2026-03-02,1.5", "第 2 行：数量应为整数"),
        ("rule,start,n\nwd,2026-02-30,1", "第 2 行：没有 2026-02-30"),
        ("rule,start,n\nwd,1999-03-02,1", "第 2 行：1999-03-02 不在工作日历范围内"),
        ("rule,start,n\nhours_wall,1999-03-02,1\nwd,1999-03-02,1", "第 3 行：1999-03-02 不在"),
        ("rule,start,n\nworkdays,2026-03-02,1", "第 2 行：没有这种计算规则"),
        ("rule,start,n\nwd,2026-03-02", "第 2 行：有 2 列"),
        ("rule,start,n\nwd,2026-03-02,1,多", "第 2 行：有 4 列"),
        ('rule,start,n,note\nwd,2026-03-02,1,"a\nb"\nwd,张三,1,', "第 4 行：日期"),
        ('rule,start,n,note\nwd,2026-03-02,1,"a', "第 2 行：引号不配对"),
        ("rule,start,n\ncount,2026-03-02,2026-03-01", "第 2 行：截止日"),
    ],
)
def test_batch_refuses_naming_the_line_and_no_personal_value(text: str, says: str) -> None:
    with pytest.raises(ImportRejected) as caught:
        answers(text)
    assert says in caught.value.message
    assert "张" not in caught.value.message


def test_importing_and_asking_loads_nothing_heavy() -> None:
    code = """
import sys
from datetime import date
from bbcs.calendar.days import DayCalendar
from bbcs.usecases import workdays
DayCalendar().add(date(2026, 3, 2), 5)
list(workdays.batch(DayCalendar(), ["rule,start,n", "wd,2026-03-02,5"]))
heavy = {"dateutil", "holidays", "csv", "dataclasses", "hashlib", "zoneinfo", "numpy", "bbcs.calendar.hours"}
print(sorted(heavy & set(sys.modules)))
"""
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "[]"
    )
