"""工作台账登记簿: the well-known cases as printed, recorded in work_*.json (`--record` writes them anew)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bbcs.domain.pack import COLUMNS
from bbcs.registers import work
from bbcs.registers.table import Table
from bbcs.usecases import reports
from sample import CLINIC, FREE, Desk, rules, shipped

SECRETS = ("陈试验", "13800000001", "13800000002", "530303190001019993", "路1号")
INTAKE = "{} intake matter=诊所备案 demand=慢，电话13800000001 reporter=陈试验 phone=13800000001"

OTHERS = """
2022-06-27 intake matter=水土保持许可 demand=批不下来 reporter=示例洗煤厂 reporter_type=enterprise phone=0874-3123456
2022-06-27T10:00 triage difficulty=special cause=legacy_issue
2022-06-28 step kind=site_check result=现场看过
2022-06-28 step kind=joint_study
"""


def printed(desk: Desk, month: str, now: str) -> Table:
    office = desk.office(now)
    return reports.register(
        "work", reports.snapshot(desk.ledger, office, reports.month(month)), office
    )


def rows(desk: Desk, month: str = "2026-03", now: str = "2026-03-20"):
    return list(printed(desk, month, now).rows)


def full(pack: str) -> Table:
    desk = Desk(pack)
    lines = CLINIC.strip().splitlines()
    desk.do(
        "\n".join(
            lines
            if pack == "zhanyi"
            else [line.replace("policy_blocked,name_conflict", "policy_blocked") for line in lines]
        )
    )
    desk.do(OTHERS)
    desk.do(
        "2022-06-30 intake matter=退款 demand=要退 anonymous=yes decision=refuse refusal_reason=litigation remedy=向受案法院反映"
    )
    return printed(desk, "2022-07" if pack == "zhanyi" else "2022-06", "2022-07-20")


def recorded(table: Table) -> str:
    """Each cell under its header, a row after the other: widths are the printer's business."""
    head = [f"{column.name}（{column.label}）" for column in table.columns]
    rows = [
        {title: row[column.name] for title, column in zip(head, table.columns, strict=True)}
        for row in table.rows
    ]
    kinds = {column.name: column.kind for column in table.columns if column.kind != "text"}
    found = {
        "title": table.title,
        "kinds": kinds,
        "rows": rows,
        "notes": list(table.notes),
        "marks": dict(table.marks),
    }
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


@pytest.mark.parametrize("pack", ["zhanyi", "default"])
def test_the_register_is_the_recorded_one(pack, request):
    path = Path(__file__).with_name(f"work_{pack}.json")
    table = full(pack)
    text = recorded(table)
    if request.config.getoption("--record"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
    assert not [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize("pack", ["zhanyi", "default"])
def test_headers_and_title_are_the_place_s_own(pack):
    table = full(pack)
    asked = shipped(pack).registers["work"]
    assert [(column.name, column.label) for column in table.columns] == list(asked.columns)
    assert table.title.startswith(f"示例站{asked.title}（2022 年")


def test_slips_and_extensions_are_in_their_columns():
    desk = Desk("default")
    desk.do(INTAKE.format("2026-03-02"))
    desk.do("2026-03-02T10:00 triage difficulty=complex")
    desk.do("2026-03-03 supervise kind=remind unit=区市场监管局 reason=问进度")
    desk.do("2026-03-04 supervise answer=督1 text=在办")
    desk.do("2026-03-05 extend until=2026-03-18 reason=等上级 told=2026-03-05 told_how=phone")
    (row,) = rows(desk)
    assert row["supervision"] == "2026-03-03 催办 区市场监管局（2026-03-04 答复）"
    assert row["extension"] == "延到 2026-03-18（2026-03-05 告知）"


def test_a_place_that_names_no_columns_prints_the_usual_33_and_the_level():
    desk = Desk(rules(FREE))
    desk.do(INTAKE.format("2026-03-02"))
    table = printed(desk, "2026-03", "2026-03-20")
    assert [column.label for column in table.columns] == [
        *list(COLUMNS.values())[:33],
        "响应级别",
    ]
    assert not {"id_number", "address", "source_no"} & {column.name for column in table.columns}


def test_a_row_knows_every_column_that_a_pack_may_ask_for():
    desk = Desk()
    desk.do(INTAKE.format("2026-03-02"))
    (row,) = rows(desk)
    assert set(COLUMNS) == set(row)


def test_rows_come_by_receipt_and_are_numbered():
    desk = Desk()
    desk.do(INTAKE.format("2026-03-05"))
    desk.do(INTAKE.format("2026-03-06"), received_at="2026-03-03", late_reason="停电")
    assert [(row["seq"], row["received_at"][:10]) for row in rows(desk)] == [
        (1, "2026-03-03"),
        (2, "2026-03-05"),
    ]


@pytest.mark.parametrize(
    ("acts", "overdue", "mark"),
    [
        ("", "是（14 天）", "overdue"),
        ("2026-03-02T10:00 triage difficulty=complex", "是（4 天）", "overdue"),
        ("2026-03-02T10:00 triage difficulty=special", "否", "warning"),
        ("2026-03-02T10:00 resolve outcome=solved measures=好", "否", None),
        ("2026-03-03 resolve outcome=solved measures=好", "是（1 天）", "overdue"),
    ],
)
def test_overdue_is_said_with_its_days_and_marked_settled_or_not(acts, overdue, mark):
    desk = Desk()
    desk.do(f"{INTAKE.format('2026-03-02')}\n{acts}".strip())
    table = printed(desk, "2026-03", "2026-03-20")
    assert table.rows[0]["overdue_days"] == overdue
    assert table.marks.get(0) == mark


def test_a_reopened_case_shows_every_round():
    desk = Desk()
    desk.do(f"{INTAKE.format('2026-03-02')}\n2026-03-02T09:30 feedback stage=first text=已受理")
    desk.do(
        "2026-03-02T10:00 resolve outcome=solved measures=好\n2026-03-03 callback reached=yes solved=no grade=1 by=王回访"
    )
    desk.do("2026-03-04 reopen reason=没办成\n2026-03-05 step kind=verify")
    (row,) = rows(desk)
    shown = {
        name: row[name]
        for name in (
            "redo",
            "outcome",
            "resolved_at",
            "callback_at",
            "callback_by",
            "satisfaction",
            "solved",
            "measures",
        )
    }
    assert shown == {
        "redo": "是（第 2 轮）", "outcome": "首轮：已解决；第 2 轮：—", "resolved_at": "首轮：2026-03-02 10:00；第 2 轮：—",
        "callback_at": "首轮：2026-03-03 09:00；第 2 轮：—", "callback_by": "首轮：王回访；第 2 轮：—",
        "satisfaction": "首轮：非常不满意；第 2 轮：—", "solved": "首轮：否；第 2 轮：—", "measures": "首轮：好；第 2 轮：核实",
    }  # fmt: skip
    assert row["first_feedback_at"] == "2026-03-02 09:30"
    desk.do(
        "2026-03-06 resolve outcome=partly measures=一半\n2026-03-07 callback reached=yes solved=partly grade=4"
    )
    (row,) = rows(desk)
    assert (row["callback_by"], row["satisfaction"], row["solved"], row["outcome"]) == (
        "首轮：王回访；第 2 轮：zs",
        "首轮：非常不满意；第 2 轮：满意",
        "首轮：否；第 2 轮：部分",
        "首轮：已解决；第 2 轮：部分解决",
    )


def test_dates_that_wait_for_a_notice_are_marked_and_counted():
    desk = Desk("zhanyi")
    desk.do(f"{INTAKE.format('2026-12-28')}\n2026-12-28T10:00 triage difficulty=complex")
    table = printed(desk, "2026-12", "2026-12-31")
    assert table.rows[0]["due"] == "2027-01-12 暂定"
    assert table.notes[-1].startswith("到期日标“暂定”的 1 件")


def test_what_happens_after_the_month_does_not_show_in_it():
    desk = Desk()
    desk.do(f"{INTAKE.format('2026-03-02')}\n2026-03-03 assign lead=公安局")
    before = rows(desk, now="2026-05-01")
    desk.do("2026-04-01 resolve outcome=solved measures=好")
    assert rows(desk, now="2026-05-01") == before


def test_firms_are_named_people_are_not():
    desk = Desk()
    desk.do("2026-03-02 intake matter=备案 demand=慢 reporter=示例餐饮店 reporter_type=enterprise")
    desk.do(INTAKE.format("2026-03-02"))
    desk.do("2026-03-02 intake matter=备案 demand=慢 anonymous=yes")
    assert [row["reporter"] for row in rows(desk)] == ["示例餐饮店", "陈**", "匿名"]


def test_an_empty_month_is_an_empty_register():
    table = printed(Desk(), "2026-03", "2026-03-20")
    assert (list(table.rows), table.marks) == ([], {})
    assert "个人信息已遮盖" in table.notes[0]
    assert work.KINDS["seq"] == "int"
