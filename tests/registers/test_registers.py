"""The six registers and the consultation log, row by row; the forms; what is odd in a ledger."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta, timezone
from types import ModuleType

import pytest

from bbcs import registers
from bbcs.domain import register_columns
from bbcs.domain.register_columns import REGISTER_COLUMNS, SHORT_COLUMNS
from bbcs.registers import REGISTERS
from bbcs.registers.cells import numbered
from bbcs.registers.register import Register, RegisterLine
from bbcs.registers.table import Table
from bbcs.render.text_table import draw
from bbcs.render.width import columns
from bbcs.usecases import acts, month_papers, office_acts, reports
from sample import Desk, at, shipped

NO = "ZY01-20260302-0001"
INTAKE = "{} intake matter=诊所备案 demand=慢，电话13800000001 reporter=陈试验 phone=13800000001"


def printed(desk: Desk, name: str, month: str = "2026-03", now: str = "2026-04-10", form: str = ""):
    office = desk.office(now)
    found = reports.snapshot(desk.ledger, office, reports.month(month))
    return reports.register(name, found, office, form=form)


def cells(table: Table, *names: str) -> list[tuple]:
    return [tuple(row.get(name) for name in names) for row in table.rows]


def test_acceptance_has_a_row_for_each_round_and_says_what_was_decided():
    desk = Desk()
    desk.do(INTAKE.format("2026-03-02"), missing_papers=["营业执照"], failed_unit="市监局")
    desk.do(
        INTAKE.format("2026-03-03"),
        decision="refuse",
        refusal_reason="litigation",
        remedy="向法院反映",
    )
    desk.do(INTAKE.format("2026-03-04"), decision="later")
    desk.do(INTAKE.format("2026-03-05"))
    desk.do("2026-03-05T10:00 resolve outcome=solved measures=好\n2026-03-09 reopen reason=没办成")
    table = printed(desk, "acceptance", form="full")
    assert cells(table, "seq", "round", "received_at", "decision") == [
        (1, "首轮", "2026-03-02 09:00", "受理"),
        (2, "首轮", "2026-03-03 09:00", "不予受理（涉法涉诉）"),
        (3, "首轮", "2026-03-04 09:00", "未决定"),
        (4, "首轮", "2026-03-05 09:00", "受理"),
        (5, "第 2 轮", "2026-03-09 09:00", "重办"),
    ]
    first, *_, last = table.rows
    assert (first["missing_papers"], first["failed_at"]) == (["营业执照"], "市监局")
    assert last["remark"] == "没办成"
    assert {row["demand"] for row in table.rows} == {"慢，电话138****0001"}


def test_callbacks_has_a_row_for_each_call_of_each_round():
    desk = Desk()
    desk.do(f"{INTAKE.format('2026-03-02')}\n2026-03-02T10:00 resolve outcome=solved measures=好")
    desk.do("2026-03-03 callback reached=no\n2026-03-04 callback reached=yes solved=no grade=1")
    desk.do("2026-03-05 reopen reason=没办成\n2026-03-06 resolve outcome=solved measures=好")
    desk.do("2026-03-09 callback reached=yes solved=yes grade=5 by=王回访 words=陈试验很满意")
    table = printed(desk, "callbacks")
    names = ("round", "attempt", "reached", "solved", "satisfaction", "callback_by", "words")
    assert cells(table, *names) == [
        ("首轮", 1, "否", "", "", "zs", ""),
        ("首轮", 2, "是", "否", "非常不满意", "zs", ""),
        ("第 2 轮", 1, "是", "是", "非常满意", "王回访", "陈**很满意"),
    ]


def test_coordination_has_meetings_with_what_was_resolved_and_steps_of_help():
    desk = Desk()
    desk.do(f"{INTAKE.format('2026-03-02')}\n2026-03-02T10:00 triage difficulty=complex")
    desk.do("2026-03-03 step kind=verify result=核实")
    desk.do("2026-03-04 step kind=assist unit=区卫健局 result=陪同填表 by=李帮办 minutes=30")
    desk.do("2026-03-05 convene host=联席会议 unit=水务局 resolution=按方案审批|水务局|2026-03-20")
    names = ("kind", "units", "resolution", "due", "done", "assisted_by", "minutes")
    step, meeting = cells(printed(desk, "coordination"), *names)
    assert step == ("帮办代办", "区卫健局", "陪同填表", None, None, "李帮办", 30)
    number = f"会议 {NO}-会1"
    resolved = "按方案审批（水务局，2026-03-20）"
    assert meeting == (number, ["水务局"], resolved, "2026-03-20", "逾期未办妥", "联席会议", None)
    desk.do("2026-03-19 convene done=会1-1 text=已批复")
    assert cells(printed(desk, "coordination"), "done")[1] == ("已办妥 2026-03-19",)


def test_slips_stand_whole_on_one_and_with_their_state_on_the_other():
    desk = Desk()
    desk.do(f"{INTAKE.format('2026-02-26')}\n2026-02-26T10:00 triage difficulty=special")
    desk.do("2026-02-27 supervise kind=remind unit=公安局 reason=问进度 due=2026-03-03")
    desk.do(
        "2026-03-03 supervise kind=supervise unit=公安局 reason=慢 require=三天办结 due=2026-03-06 issuer=王主任"
    )
    desk.do("2026-03-10 supervise answer=督1 text=在办，陈试验已知")
    names = ("at", "kind", "unit", "due")
    table = printed(desk, "slips")
    assert cells(table, *names) == [("2026-03-03", "督办", "公安局", "2026-03-06")]
    assert cells(table, "reason", "require", "issuer", "answer") == [
        ("慢", "三天办结", "王主任", "")
    ]
    ledger = printed(desk, "supervision")
    assert cells(ledger, "at", "state", "late") == [
        ("2026-02-27", "已答复（逾期）", "是"),
        ("2026-03-03", "未答复（逾期）", "是"),
    ]
    assert dict(ledger.marks) == {1: "overdue"}
    assert "其中以前签发、本期开始时还没答复的 1 张。" in ledger.notes
    february = printed(desk, "slips", "2026-02")
    assert cells(february, "answer") == [("",)]  # it came in March
    april = printed(desk, "supervision", "2026-04")
    assert cells(april, "at", "state") == [("2026-03-03", "未答复（逾期）")]


def test_measures_of_the_accountability_chart_stand_beside_the_slip():
    desk = Desk("linfen")
    desk.do(INTAKE.format("2026-03-02"))
    desk.do("2026-03-03 supervise kind=record unit=市示例局 reason=漠视")
    desk.do("2026-03-04 supervise kind=remind unit=市样例局 reason=问进度")
    assert cells(printed(desk, "supervision"), "accountability") == [
        ("记录在案 2026-03-03",),
        ("",),
    ]


def test_consultations_that_were_taken_back_are_not_printed():
    desk = Desk()
    for day, matter in (("2026-03-02", "医保转移，电话13800000001"), ("2026-03-03", "记错的")):
        office_acts.consult(
            desk.ledger, desk.office(day), {"matter": matter, "visitors": 3, "answered": 2}
        )
    office_acts.consult(desk.ledger, desk.office("2026-03-04"), {"undo": True})
    table = printed(desk, "consultations")
    assert cells(table, "at", "matter", "visitors", "answered") == [
        ("2026-03-02 09:00", "医保转移，电话138****0001", 3, 2)
    ]
    assert table.notes[-1] == "合计：来咨询 3 人次，当场答复 2 个；不与件数相除。"


# -- forms ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REGISTERS)
def test_every_register_has_a_short_and_a_full_form(name: str):
    desk = Desk()
    desk.do(INTAKE.format("2026-03-02"))
    full = printed(desk, name, form="full")
    assert [column.name for column in full.columns] == list(REGISTER_COLUMNS[name])
    labels = [column.label for column in full.columns]
    assert len(labels) == len(set(labels))
    short = [column.name for column in printed(desk, name, form="short").columns]
    assert set(short) <= {column.name for column in full.columns}
    if name in SHORT_COLUMNS and name != "work":
        assert short == list(SHORT_COLUMNS[name])
    assert name == "consultations" or {"level", "number"} <= {one.name for one in full.columns}
    assert full.labelled


@pytest.mark.parametrize("place", ["linfen", "zhanyi", "xianan", "yichun", "nanchang", "default"])
def test_no_form_of_a_place_heads_two_columns_alike(place: str):
    desk = Desk(place)
    for name in REGISTERS:
        for form in ("", "short", "full"):
            labels = [column.label for column in printed(desk, name, form=form).columns]
            assert len(labels) == len(set(labels)), (name, form)


def test_the_six_forms_of_linfen_are_headed_as_it_heads_them():
    desk = Desk("linfen")
    headed = {name: [one.label for one in printed(desk, name).columns] for name in REGISTERS}
    assert headed["callbacks"][-5:] == ["次数", "接通否", "满意度", "意见", "回访人"]
    assert headed["slips"][-6:] == ["对象", "事由", "要求", "时限", "签发人", "回复"]
    assert headed["supervision"][-3:] == ["时限", "完成情况", "问责情况"]
    assert printed(Desk("zhanyi"), "acceptance").title == "示例站受理登记（2026 年 3 月）"


def test_who_signs_stands_under_every_paper_of_a_month():
    desk = Desk()
    desk.do(INTAKE.format("2026-03-02"))
    papers = month_papers.read(desk.ledger, desk.office("2026-04-10"), reports.month("2026-03"))
    for table in papers.tables:
        assert table.sign[:1] == ("填报单位：示例站",), table.name
        assert table.sign[-1] == "2026 年 4 月 10 日"
        assert table.title.count("示例站") == 1
    sheets = [table.sheet for table in papers.tables]
    assert len(sheets) == len(set(sheets))


def test_a_register_in_the_table_is_in_the_month_without_another_line(monkeypatch):
    class TrialRegister(Register):
        name, kinds = "trial", {}

        def lines(self, entry):
            yield RegisterLine(entry.case.no, {"case_no": numbered(entry)["case_no"]})

    module = ModuleType("bbcs.registers.trial")
    module.REGISTER = TrialRegister
    monkeypatch.setitem(register_columns.REGISTER_COLUMNS, "trial", {"case_no": "编号"})
    monkeypatch.setitem(sys.modules, "bbcs.registers.trial", module)
    monkeypatch.setitem(registers.REGISTERS, "trial", "试行簿")
    desk = Desk()
    desk.do(INTAKE.format("2026-03-02"))
    papers = month_papers.read(desk.ledger, desk.office("2026-04-10"), reports.month("2026-03"))
    assert list(papers.tables[-1].rows) == [{"seq": 1, "case_no": NO}]


# -- odd ledgers ---------------------------------------------------------------------------------------------------


def test_a_case_settled_in_the_last_second_belongs_to_its_month():
    desk = Desk()
    desk.do(f"{INTAKE.format('2026-03-31T23:59:59')}")
    desk.do("2026-04-30T23:59:59 resolve outcome=solved measures=好")
    assert [len(printed(desk, "acceptance", month).rows) for month in ("2026-03", "2026-04")] == [
        1,
        0,
    ]
    for month, closed in (("2026-03", 0), ("2026-04", 1), ("2026-05", 0)):
        found = reports.snapshot(desk.ledger, desk.office("2026-06-01"), reports.month(month))
        count = found.counts[""]
        assert (count["closed"], count["carried_out"]) == (
            closed,
            1 - closed if month < "2026-05" else 0,
        )
        assert not reports.monthly.broken(found.counts)


def test_a_clock_in_another_time_zone_does_not_move_a_case_to_another_month():
    desk = Desk()
    desk.do(INTAKE.format("2026-03-31T23:30"))
    utc = at("2026-03-31T23:59:59").astimezone(UTC)
    assert utc.date() == date(2026, 3, 31)
    office = desk.office("2026-04-01T00:30")
    west = office.stamp.now.astimezone(timezone(timedelta(hours=-8)))
    assert west.date() == date(2026, 3, 31)
    abroad = office._replace(stamp=office.stamp._replace(now=west))
    for one in (office, abroad):
        found = reports.snapshot(desk.ledger, one, reports.month("2026-03"))
        assert found.counts[""]["received"] == 1
        assert found.period.label == "2026 年 3 月"


def test_odd_texts_stand_in_every_register_as_text():
    odd = "=1+1 <b>&\t\x07不行䶮𠮷" + "长" * 12_000
    desk = Desk(shipped("default", triage=False))
    desk.do(INTAKE.format("2026-03-02"), remark=odd.replace("\x07", ""))
    desk.do("2026-03-03 resolve outcome=solved measures=好")
    acts.act(
        desk.ledger,
        desk.office("2026-03-04"),
        NO,
        "callback",
        {"reached": True, "solved": "yes", "grade": "5", "words": odd.replace("\x07", "")},
    )
    shown = {
        "work": "remark",
        "acceptance": "remark",
        "callbacks": "words",
    }
    for name, column in shown.items():
        (row,) = printed(desk, name).rows
        assert row[column] == odd.replace("\x07", ""), name


def test_the_day_that_is_printed_is_the_office_s():
    desk = Desk()
    desk.do(INTAKE.format("2026-03-02"))
    found = reports.snapshot(desk.ledger, desk.office("2026-04-10"), reports.month("2026-03"))
    source = reports.register_source(found)
    assert (source.printed, source.moment) == (
        date(2026, 4, 10),
        datetime.combine(
            date(2026, 3, 31),
            datetime.max.time().replace(microsecond=0),
            found.office.stamp.now.tzinfo,
        ),
    )


def test_on_a_narrow_terminal_a_register_keeps_what_a_case_is_known_by():
    desk = Desk()
    desk.do(INTAKE.format("2026-03-02"))
    lines = draw(printed(desk, "work"), 80).splitlines()
    assert max(map(columns, lines)) <= 80
    assert {"反映事项", "承办单位"} <= set(lines[1].split())
    assert any(line.startswith("屏幕窄，没列出：") for line in lines)
