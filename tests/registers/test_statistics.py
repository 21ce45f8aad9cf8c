"""Units with score, rank and tier; the days of each holder; hot, hard and focus points; improvements; the
circular and the daily report: worked by hand, to the printed digit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from bbcs.domain.pack import Accountability, Scale
from bbcs.domain.station import Unit
from bbcs.registers import changes, monthly
from bbcs.registers.at_cut import AtCut
from bbcs.registers.books import PeriodBooks
from bbcs.registers.entry import RegisterEntry
from bbcs.registers.statistics import score, units
from bbcs.registers.statistics.source import FigureSums
from bbcs.registers.statistics.units import TOTAL
from bbcs.usecases import circular, daily, kpi, office_acts, reports, statistics
from sample import Desk, at, shipped

INTAKE = "{} intake matter={} demand=慢 reporter=陈试验"
TRIAGED = "{} triage difficulty=complex cause=missing_papers"
SOLVED = "resolve outcome=solved measures=好"
PACK = shipped("default", callback=False)


def taken(desk: Desk, day: str, *lines: str, matter: str = "诊所备案", **more: Any) -> str:
    """One complex case of that day with what was done on it; its number."""
    desk.do(INTAKE.format(day, matter), **more)
    no = list(desk.ledger.rows)[-1]
    desk.do("\n".join([TRIAGED.format(day), *lines]), no=no)
    return no


def rows(desk: Desk, name: str, month: str = "2026-03", now: str = "2026-04-20") -> list[Mapping]:
    """The rows of a statistic of a month."""
    found = kpi.build(desk.ledger, desk.office(now), reports.month(month))
    return list(next(one for one in found.statistics if one.name == name).rows)


# -- scores --------------------------------------------------------------------------------------------------------


def test_a_score_weighs_the_ratios_and_shares_out_what_cannot_be_counted():
    """准格尔旗 30/35/35 (domain.md §3.2): 90 %, 80 %, none."""
    points = {"response_rate": 30, "resolution_rate": 35, "satisfaction_rate": 35}
    values = {"response_rate": Fraction(9, 10), "resolution_rate": Fraction(4, 5)}
    whole, missing = score.score(points, {**values, "satisfaction_rate": Fraction(1)})
    assert (whole, missing) == (Fraction(90), [])
    reached, missing = score.score(points, values)
    assert (changes.decimal(reached), missing) == ("84.62", ["satisfaction_rate"])
    assert score.score(points, {}) == (None, list(points))


def test_of_a_ratio_that_is_better_low_a_unit_gets_what_is_left():
    assert score.score({"redo_rate": 100}, {"redo_rate": Fraction(1, 4)})[0] == 75
    assert score.score({"closing_rate": 100}, {"closing_rate": Fraction(1, 4)})[0] == 25


def test_ranks_are_shared_and_a_tier_begins_at_its_threshold():
    scores = {"甲": Fraction(90), "乙": Fraction(90), "丙": Fraction(80)}
    assert score.ranks(scores) == {"甲": 1, "乙": 1, "丙": 3}
    tiers = {"优": 90, "良": 80, "差": 0}
    assert [score.tier(tiers, one) for one in scores.values()] == ["优", "优", "良"]
    assert score.tier(tiers, Fraction(8999, 100)) == "良"


def units_at_work() -> Desk:
    """住建局 6 cases, one late; 卫健局 5, all in time and one unsolved; 河东镇 5; 教育局 2."""
    desk = Desk(
        PACK._replace(
            score=Scale({"on_time_rate": 60, "resolution_rate": 40}),
            tiers=Scale({"优": 95, "良": 90, "差": 0}),
        )
    )
    levels = {"住建局": "county", "卫健局": "county", "河东镇": "township", "教育局": ""}
    roster = [Unit("", name, level=level) for name, level in levels.items()]
    desk.station = desk.station._replace(units=tuple(roster))
    for unit, number in {"住建局": 6, "卫健局": 5, "河东镇": 5, "教育局": 2}.items():
        for n in range(number):
            late = unit == "住建局" and n == 0
            done = "2026-03-26" if late else "2026-03-05"
            outcome = "partly" if unit == "卫健局" and n == 0 else "solved"
            taken(
                desk,
                "2026-03-02",
                f"2026-03-02T10:00 assign lead={unit}",
                f"{done} resolve outcome={outcome} measures=好",
            )
    taken(desk, "2026-03-02")
    return desk


def test_units_are_scored_ranked_by_group_and_not_under_five_cases():
    """住建局: 60 × 5/6 + 40 × 6/6 = 90.00; 卫健局: 60 + 40 × 4/5 = 92.00;
    all: 60 × 17/19 + 40 × 17/18 = 91.46."""
    found = {row["unit"]: row for row in rows(units_at_work(), "units")}
    assert list(found) == ["卫健局", "住建局", "教育局", "河东镇", "窗口", TOTAL]
    told = {unit: (row["rank"], row["score"], row["tier"]) for unit, row in found.items()}
    assert told == {
        "卫健局": (1, "92.00", "良"),
        "住建局": (2, "90.00", "良"),
        "教育局": (None, "100.00", ""),
        "河东镇": (1, "100.00", "优"),
        "窗口": (None, "", ""),
        TOTAL: (None, "91.46", ""),
    }
    assert found["住建局"]["on_time_rate"] == "83.33%（5/6）"
    assert found["河东镇"]["group"] == "乡镇街道"


def test_the_units_add_up_to_the_total():
    *units, total = rows(units_at_work(), "units")
    for name in ("received", "closed", "carried_out", "overdue_closed", "overdue_open"):
        assert sum(row[name] for row in units) == total[name], name
    assert sorted(no for row in units for no in row["case_nos"]) == total["case_nos"]


def test_a_renamed_unit_has_one_row_under_its_last_name():
    desk = Desk(PACK)
    desk.station = desk.station._replace(units=(Unit("SJ", "市监局"),))
    taken(desk, "2026-03-02", "2026-03-02T10:00 assign lead=市监局", f"2026-03-03 {SOLVED}")
    desk.station = desk.station._replace(units=(Unit("SJ", "市场监管局", former=("市监局",)),))
    taken(desk, "2026-03-09", "2026-03-09T10:00 assign lead=市场监管局", f"2026-03-10 {SOLVED}")
    found = {row["unit"]: row["received"] for row in rows(desk, "units")}
    assert found == {"市场监管局": 2, TOTAL: 2}


def test_a_returned_order_counts_for_the_unit_that_returned_it():
    desk = Desk(PACK._replace(score=Scale({"return_rate": 100})))
    for _ in range(5):
        taken(
            desk,
            "2026-03-02",
            "2026-03-02T10:00 assign lead=住建局",
            "2026-03-03 return unit=住建局 reason=不归本局",
            "2026-03-03 assign lead=卫健局",
        )
    found = {row["unit"]: row["return_rate"] for row in rows(desk, "units")}
    assert found["住建局"] == "100.00%（5/5）"
    assert found["卫健局"] == "0.00%（0/5）"
    assert found[TOTAL] == "50.00%（5/10）"


# -- published months (domain.md §3.5), from books of as many cases --------------------------------------------------


Copied = tuple[reports.Month, FigureSums]


def copied(desk: Desk, numbers: Mapping[str, int]) -> Copied:
    """A month with so many cases like each of those of the desk."""
    found = reports.snapshot(desk.ledger, desk.office("2026-04-01"), reports.month("2026-03"))
    entries, moves = [], {}
    for entry in found.cases:
        for n in range(numbers[entry.case.no]):
            no = f"{entry.case.no}-{n:04d}"
            case = entry.case._replace(no=no)
            entries.append(
                RegisterEntry(case, entry.deadlines, entry.events, entry.pack, entry.bending)
            )
            moves[no] = found.cases.moves[entry.case.no]
    cut, sums = AtCut(), statistics.figure_sums(found.office)
    for begin in range(0, len(entries), 100):
        own = entries[begin : begin + 100]
        books = PeriodBooks(own, moves.keys(), moves, found.period, (), at("2026-03-31"))
        cut.add(books)
        sums.add(books)
    counts = monthly.counts(moves, [], cut)
    return found._replace(counts=counts, names=cut.names()), sums


def figure(month: Copied, name: str) -> str:
    return month[1].rates[name].rate().text


def test_k1_the_resolution_rate_of_a_county_month():
    """丰城 2025-05: received 3,656, carried over 200, closed 3,456, solved 3,112: 90.05 %."""
    desk = Desk(PACK)
    solved = taken(desk, "2026-03-02", f"2026-03-03 {SOLVED}")
    explained = taken(
        desk, "2026-03-02", "2026-03-03 resolve outcome=explained measures=x basis=某法 remedy=诉讼"
    )
    month = copied(desk, {solved: 3112, explained: 344, taken(desk, "2026-03-30"): 200})
    count = month[0].counts[""]
    assert [count[name] for name in ("received", "closed", "solved", "explained", "carried_out")] == [
        3656, 3456, 3112, 344, 200,
    ]  # fmt: skip
    assert figure(month, "resolution_rate") == "90.05%（3112/3456）"


def test_k2_and_k3_the_on_time_rate_of_a_month_and_of_a_unit():
    """衡东 2023-09: 1,472 assigned, 3 overdue: 99.80 %; one unit 247 with 1: 99.60 %."""
    desk = Desk(PACK)
    kinds = {}
    for unit, number, late in (("住建局", 247, 1), ("卫健局", 1225, 2)):
        sent = f"2026-03-02T10:00 assign lead={unit}"
        kinds[taken(desk, "2026-03-02", sent, f"2026-03-03 {SOLVED}")] = number - late
        kinds[taken(desk, "2026-03-02", sent, f"2026-03-30 {SOLVED}")] = late
    month = copied(desk, kinds)
    assert month[0].counts[""]["overdue_closed"] == 3
    assert figure(month, "on_time_rate") == "99.80%（1469/1472）"
    assert figure(month, "overdue_rate") == "0.20%（3/1472）"
    source = statistics.compared(desk.ledger, *month).source
    found = {row["unit"]: row["on_time_rate"] for row in units.build(source).rows}
    assert found == {
        "住建局": "99.60%（246/247）",
        "卫健局": "99.84%（1223/1225）",
        TOTAL: "99.80%（1469/1472）",
    }


# -- days ----------------------------------------------------------------------------------------------------------


def test_each_working_day_of_a_settled_case_has_one_holder():
    """Mon 2 March received, 4th to 住建局, paused for papers 9th to 11th, raised 12th, settled Mon 16th."""
    desk = Desk(PACK)
    taken(
        desk,
        "2026-03-02",
        "2026-03-04 assign lead=住建局",
        "2026-03-09 pause reason=supplement",
        "2026-03-11 resume",
        "2026-03-12 return unit=住建局 reason=不归本局",
        "2026-03-12T10:00 escalate level=3 reason=协调不动",
        f"2026-03-16 {SOLVED}",
    )
    taken(desk, "2026-03-30")
    found = {(row["key"], row["holder"]): row["days"] for row in rows(desk, "holders")}
    assert found == {
        ("window", "窗口"): 2,
        ("unit", "住建局"): 4,
        ("person", "反映人"): 2,
        ("superior", "上级"): 2,
        ("total", ""): 10,
    }


# -- topics --------------------------------------------------------------------------------------------------------


def test_hot_hard_and_focus_points():
    desk = Desk(PACK)
    for matter, before, now in (
        ("户口", 3, 3),
        ("诊所", 0, 2),
        ("社保", 1, 1),
        ("居住证", 1, 1),  # a single case is no hot point
    ):
        for day in ["2026-02-10"] * before + ["2026-03-10"] * now:
            taken(desk, day, f"{day}T11:00 {SOLVED}", matter=matter)
    again = taken(desk, "2026-03-02", f"2026-03-03 {SOLVED}", matter="社保")
    desk.do("2026-03-04 reopen reason=没办成", no=again)
    found = [
        (row["kind"], row["item"], row["received"], row["before"]) for row in rows(desk, "topics")
    ]
    assert found == [
        ("热点", "户口", 3, 3),
        ("热点", "社保", 2, 1),
        ("热点", "诊所", 2, 0),
        ("难点", "社保", 2, 1),
        ("焦点", "诊所", 2, 0),
        ("焦点", "社保", 2, 1),
    ]


# -- improvements --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [(6, 1, "见效"), (3, 6, "未见效"), (2, 0, "太少")],
)
def test_cases_before_and_after_an_improvement(before, after, verdict):
    """Effective on 1 April; 60 working days from 5 January, 40 to the end of May."""
    desk = Desk(PACK)
    taken(desk, "2026-01-05", matter="别的")
    for day, number in (("2026-03-16", before), ("2026-04-15", after)):
        for _ in range(number):
            taken(desk, day, matter="诊所")
    said = {
        "kind": "rule_change",
        "what": "改条件",
        "item": ["诊所"],
        "effective": date(2026, 4, 1),
    }
    office_acts.office_act(desk.ledger, desk.office("2026-03-31"), "improve", said)
    (row,) = rows(desk, "improvements", "2026-05", "2026-06-10")
    assert (row["before"], row["after"], row["verdict"]) == (before, after, verdict)
    assert row["days_before"] == desk.office("2026-06-10").calendar.count(
        date(2026, 1, 5), date(2026, 3, 31)
    )
    assert row["per_before"] == changes.decimal(Fraction(before * 30, row["days_before"]), 1)
    assert len(row["after_nos"]) == after


def test_an_improvement_of_last_week_is_too_young_to_be_judged():
    desk = Desk(PACK)
    no = taken(desk, "2026-01-05", f"2026-01-06 {SOLVED}")
    for _ in range(4):
        taken(desk, "2026-01-06")
    desk.do("2026-03-25 improve kind=process_redesign what=一链办理", no=no)
    (row,) = rows(desk, "improvements")
    assert (row["items"], row["verdict"], row["case_nos"]) == (["诊所备案"], "太少", [no])


# -- the circular --------------------------------------------------------------------------------------------------

CHART = Accountability(
    "同一窗口连续两个月", ("interview",), "received", "failed_window", "month", 2, 2
)


def failing(desk: Desk, day: str, window: str) -> str:
    return taken(desk, day, failed_window=window, failed_unit="政务大厅")


def test_the_window_that_stands_first_two_months_running_is_named_with_the_step():
    desk = Desk(shipped("linfen")._replace(accountability=(CHART,), clocks=(), gates={}))
    for day, window in (("02-10", "3号"), ("02-11", "3号"), ("02-12", "5号"),
                        ("03-10", "3号"), ("03-11", "3号"), ("03-12", "3号"), ("03-12", "5号")):  # fmt: skip
        desk.do(INTAKE.format(f"2026-{day}", "诊所"), failed_window=window, failed_unit="大厅")
    office = desk.office("2026-04-01")
    found = circular.build(desk.ledger, office, reports.month("2026-03")).document()
    told = [
        (row["name"], row["received"], row["before"], row["standing"])
        for row in found["places"]["rows"]
    ]
    assert told == [
        ("3号", 3, 2, "最多，连续两期"),
        ("5号", 1, 1, ""),
        ("大厅", 4, 3, "最多，连续两期"),
    ]
    (step,) = found["accountability"]["rows"]
    assert (step["who"], step["windows"], step["taken"]) == (
        "3号",
        ["2026-02 2", "2026-03 3"],
        "否",
    )
    assert len(step["case_nos"]) == 5
    assert found["schema"] == "bbcs.circular/1"


def test_a_step_that_was_taken_is_told_so():
    desk = Desk(shipped("linfen")._replace(accountability=(CHART,), clocks=(), gates={}))
    for day in ("02-10", "02-11", "03-10", "03-11"):
        desk.do(INTAKE.format(f"2026-{day}", "诊所"), failed_window="3号")
    desk.do("2026-03-20 supervise kind=interview unit=3号 reason=连续两个月")
    found = circular.build(desk.ledger, desk.office("2026-04-01"), reports.month("2026-03"))
    assert [row["taken"] for row in found.document()["accountability"]["rows"]] == ["是"]


def test_hard_cases_are_named_by_number_only():
    desk = Desk(PACK)
    late = taken(desk, "2026-03-02")
    taken(desk, "2026-03-30")
    found = circular.build(desk.ledger, desk.office("2026-03-31"), reports.month("2026-03"))
    first = found.document()["hard_cases"]["rows"][0]
    assert (first["case_no"], first["overdue_days"]) == (late, 11)
    assert "陈试验" not in str(found.document())


# -- the day -------------------------------------------------------------------------------------------------------


def test_a_day_foots_and_stands_beside_its_month():
    desk = Desk(PACK)
    first = taken(desk, "2026-03-02", f"2026-03-10 {SOLVED}")
    today, late = taken(desk, "2026-03-10"), taken(desk, "2026-02-10")
    found = daily.build(desk.ledger, desk.office("2026-03-10T17:00"), date(2026, 3, 10))
    told = found.document()
    assert {name: told["counts"][name] for name in ("carried_in", "received", "closed", "carried_out")} == {
        "carried_in": 2, "received": 1, "closed": 1, "carried_out": 2,
    }  # fmt: skip
    assert told["month_counts"]["received"] == 2
    assert [row["case_no"] for row in told["overdue"]] == [late]
    assert first not in str(told["due_today"])
    again = daily.build(desk.ledger, desk.office("2026-03-24"), date(2026, 3, 24)).document()
    assert [row["case_no"] for row in again["due_today"]] == [today]
    before = daily.build(desk.ledger, desk.office("2026-03-23"), date(2026, 3, 23)).document()
    assert [row["case_no"] for row in before["due_next"]] == [today]


def test_a_day_without_cases_and_one_before_the_first_are_noughts():
    desk = Desk(PACK)
    taken(desk, "2026-03-02")
    for day in (date(2026, 3, 3), date(2025, 1, 1)):
        told = daily.build(desk.ledger, desk.office("2026-03-10"), day).document()
        assert told["counts"]["received"] == 0
    empty = circular.build(desk.ledger, desk.office("2026-03-10"), reports.month("2025-01"))
    assert empty.document()["places"]["rows"] == []


def test_a_case_settled_at_the_moment_of_receipt_is_counted_with_the_window() -> None:
    desk = Desk(PACK)
    taken(desk, "2026-03-10", f"2026-03-10 {SOLVED}")
    found = [(row["key"], row["cases"], row["days"]) for row in rows(desk, "holders")]
    assert found == [("window", 1, 0), ("total", 1, 0)]
