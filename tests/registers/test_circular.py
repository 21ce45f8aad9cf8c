"""What the circular tells beside its figures: typical cases, common problems, the draft of what is
next."""

from __future__ import annotations

from typing import Any

from bbcs.domain.pack import Accountability
from bbcs.usecases import circular, reports
from sample import Desk, shipped

INTAKE = "{} intake matter={} demand=电话13800000001找陈试验。 reporter=陈试验"
TRIAGED = "{} triage difficulty=complex cause={}"
SOLVED = "2026-03-10 resolve outcome=solved measures=协调后办好。"
PACK = shipped("default", callback=False)


def settled(
    desk: Desk, day: str, *lines: str, item: str = "诊所备案", end: str = SOLVED, **more: Any
) -> str:
    """A case of that day on one item with what was done on it; its number."""
    desk.do(INTAKE.format(day, item), **more)
    no = list(desk.ledger.rows)[-1]
    desk.do(
        "\n".join([TRIAGED.format(day, "missing_papers"), *lines, *([end] if end else [])]), no=no
    )
    return no


def told(desk: Desk, name: str, month: str = "2026-03") -> list[dict[str, Any]]:
    found = circular.build(desk.ledger, desk.office("2026-04-01"), reports.month(month))
    return list(found.document()[name]["rows"])


def of_column(desk: Desk, name: str, column: str, month: str = "2026-03") -> list[Any]:
    return [row[column] for row in told(desk, name, month)]


# -- typical cases ---------------------------------------------------------------------------------


def test_typical_cases_are_those_with_most_units_then_most_steps_then_the_oldest():
    desk = Desk(PACK)
    plain = settled(desk, "2026-03-02", item="甲证")
    stepped = settled(desk, "2026-03-03", "2026-03-04 step kind=verify", item="乙证")
    joint = settled(
        desk, "2026-03-04", "2026-03-04 assign lead=区卫健局 assist=区住建局", item="丙证"
    )
    settled(desk, "2026-03-05", item="丁证")
    assert of_column(desk, "typical_cases", "case_no") == [joint, stepped, plain]
    first = told(desk, "typical_cases")[0]
    assert (first["units"], first["days"]) == (["区卫健局", "区住建局"], 4)


def test_one_case_of_an_item_and_none_that_was_not_settled_well():
    desk = Desk(PACK)
    first = settled(desk, "2026-03-02")
    settled(desk, "2026-03-03")
    unhappy = "\n".join([SOLVED, "2026-03-11 callback reached=yes solved=yes grade=1"])
    unsolved = "\n".join([SOLVED, "2026-03-11 callback reached=yes solved=no grade=3"])
    again = "\n".join([SOLVED, "2026-03-11 reopen reason=没办好"])
    explained = "2026-03-10 resolve outcome=explained measures=说明 basis=条例 remedy=起诉"
    for item, end in (
        ("甲", unhappy),
        ("乙", unsolved),
        ("丙", again),
        ("丁", explained),
        ("戊", ""),
    ):
        settled(desk, "2026-03-02", item=item, end=end)
    settled(desk, "2026-03-02", item="己", track="conduct", failed_unit="区卫健局")
    assert of_column(desk, "typical_cases", "case_no") == [first]
    assert told(desk, "typical_cases", "2026-02") == []


def test_a_typical_case_is_told_without_who_brought_it():
    desk = Desk(PACK)
    call = "2026-03-11 callback reached=yes solved=yes grade=5"
    settled(desk, "2026-03-02", "2026-03-03 assign lead=区卫健局", end=f"{SOLVED}\n{call}")
    (story,) = of_column(desk, "typical_cases", "story")
    assert story == (
        "2026年3月2日受理。反映：电话138****0001找陈**。原因：材料不全。区卫健局办理。"
        "办法：协调后办好。2026年3月10日办结，已解决。回访：问题解决，非常满意。"
    )


# -- common problems and what is next --------------------------------------------------------------


def test_common_problems_are_the_themes_and_causes_of_the_period():
    desk = Desk(PACK)
    link = "2026-03-05 link kind=common theme=陈试验的水保方案"
    first = settled(desk, "2026-02-27", link, item="甲", end="")
    second = settled(desk, "2026-03-03", link, item="乙")
    settled(desk, "2026-03-03", item="丙")
    rows = [(row["kind"], row["name"], row["cases"], row["in_hand"], row["case_nos"])
            for row in told(desk, "common_problems")]  # fmt: skip
    assert rows[0] == ("共性问题", "陈**的水保方案", 2, 1, [first, second])
    assert [row[:4] for row in rows[1:]] == [("办不成原因", "材料不全", 2, 0)]
    assert [row["kind"] for row in told(desk, "common_problems", "2026-02")] == ["办不成原因"]


def test_what_is_next_follows_from_the_figures():
    chart = Accountability("两件", ("interview",), "received", "failed_window", "month", 2, 1)
    desk = Desk(PACK._replace(accountability=(chart,)))
    link = "2026-03-04 link kind=common theme=水保方案"
    settled(desk, "2026-03-02", link, failed_window="3号", end="")
    settled(
        desk, "2026-03-02", failed_window="3号", end=f"{SOLVED}\n2026-03-11 reopen reason=没办好"
    )
    steps = of_column(desk, "next_steps", "step")
    for part in ("超期未办结的 2 件", "3号（约谈）", "“诊所备案”", "“水保方案”", "重办的 1 件"):
        assert len([line for line in steps if part in line]) == 1, part
    assert of_column(desk, "next_steps", "step", "2026-01") == [
        "巩固现有做法，继续做到事事有回音。"
    ]
