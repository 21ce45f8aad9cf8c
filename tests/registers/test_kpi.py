"""Every rate and count of a period to the printed digit, with the cases behind it; given figures stay given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import pytest

from bbcs.domain.event import Event
from bbcs.domain.fold import fold
from bbcs.domain.pack import Word
from bbcs.domain.rates import RATES
from bbcs.registers import changes, flat_rows
from bbcs.registers.books import CountedEvent, PeriodBooks
from bbcs.registers.counting import PARTS
from bbcs.registers.entry import RegisterEntry
from bbcs.registers.percentage import percent
from bbcs.registers.rates import COUNTING
from bbcs.registers.rates.sums import Share
from bbcs.registers.statistics import STATISTICS
from bbcs.render.xlsx_style import lines_of
from bbcs.render.xlsx_widths import widths
from bbcs.usecases import kpi, office_acts, reports
from sample import Desk, at, history, rate, shipped

INTAKE = "{} intake matter=诊所备案 demand=慢 reporter=陈试验"
TRIAGED = "2026-03-02 triage difficulty=complex cause=missing_papers"
SOLVED = "resolve outcome=solved measures=好"


def built(
    desk: Desk, month: str = "2026-03", now: str = "2027-01-01", style: kpi.Style = kpi.USUAL
) -> kpi.Kpis:
    return kpi.build(desk.ledger, desk.office(now), reports.month(month), style)


def text(found: kpi.Kpis, name: str) -> str:
    return next(one.text for one in found.rates if one.name == name)


def number(found: kpi.Kpis, part: str, key: str) -> int:
    return next((one.number for one in found.counts if (one.part, one.key) == (part, key)), 0)


def taken(desk: Desk, day: str, *lines: str, **more: object) -> str:
    """One case of that day with what was done on it; its number."""
    desk.do("\n".join([INTAKE.format(day), *lines]), **more)
    return list(desk.ledger.rows)[-1]


# -- golden values (domain.md §3.5) --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numerator", "denominator", "published"),
    [
        (3112, 3456, "90.05%"),  # K1 resolution_rate, 丰城 2025-05
        (1472 - 3, 1472, "99.80%"),  # K2 on_time_rate, a county hotline
        (247 - 1, 247, "99.60%"),  # K3 on_time_rate, one unit of it
    ],
)
def test_published_rates_to_the_printed_digit(numerator, denominator, published):
    assert percent(numerator, denominator) == f"{published}（{numerator}/{denominator}）"


def test_the_identities_of_the_published_month():
    assert (3656, 3456) == (3456 + 200, 3112 + 344)


def test_given_figures_are_printed_as_given_and_their_sum_is_the_catalogue():
    """K4: 1,391 + 12,128 = 13,519."""
    desk = Desk("xianan")
    taken(desk, "2026-03-02")
    found = built(desk)
    values = {one.name: one.value for one in found.facts}
    assert int(values["区级事项（项）"]) + int(values["镇村事项（项）"]) == 13_519
    assert all(fact["given"] and fact["source"] for fact in found.document()["facts"])
    assert {row["mark"] for row in found.tables("")[-1].rows} == {"给定"}
    assert "不是从台账数出来的" in found.tables("")[-1].notes[0]


def test_a_change_of_a_rate_is_in_points_and_of_a_count_in_per_cent():
    """K5: 80.17 % -> 94.51 % is +14.34 points; +17.89 % is the other thing."""
    points = changes.of_rates(
        "satisfaction_rate", "满意率", Fraction(8017, 10_000), Fraction(9451, 10_000)
    )
    assert (points.text, points.unit) == ("+14.34 个百分点", "points")
    relative = changes.of_counts("satisfied", "满意", 8017, 9451)
    assert (relative.text, relative.unit) == ("+17.89%（8017 到 9451）", "percent")


def test_a_hundred_per_cent_comes_with_its_number():
    """K6: 100 % of callbacks, n not given: n is printed."""
    desk = Desk("zhanyi")
    taken(
        desk,
        "2026-03-02",
        TRIAGED,
        f"2026-03-03 {SOLVED}",
        "2026-03-04 callback reached=yes solved=yes grade=5",
    )
    assert text(built(desk), "satisfaction_rate") == "100.00%（1/1）"


def test_consultations_stand_beside_the_cases_and_no_rate_is_made_of_them():
    """K7: 523 visitors, 362 answered, 12 solved: not an identity."""
    desk = Desk("zhanyi")
    for _ in range(12):
        taken(desk, "2026-03-02", TRIAGED, f"2026-03-03 {SOLVED}")
    office_acts.consult(
        desk.ledger, desk.office("2026-03-05"), {"matter": "咨询", "visitors": 523, "answered": 362}
    )
    found = built(desk)
    assert [number(found, "consultation", key) for key in ("visitors", "answered")] == [523, 362]
    assert number(found, "flow", "solved") == 12
    assert 523 not in [one.denominator for one in found.rates]


# -- rates ---------------------------------------------------------------------------------------------------------


def test_without_a_denominator_there_is_no_rate():
    found = built(Desk())
    assert {one.text for one in found.rates} == {"—"}
    assert {one.value for one in found.rates} == {None}
    assert [one.name for one in found.rates] == list(RATES)
    assert all(one.of and one.hits and one.source for one in RATES.values())


def test_every_rate_is_counted_by_a_function_of_its_name():
    assert set(COUNTING) == set(RATES)


def test_the_monthly_report_and_the_kpis_say_the_same():
    desk = Desk()
    taken(
        desk,
        "2026-03-02",
        f"2026-03-03 {SOLVED}",
        "2026-03-04 callback reached=yes solved=no grade=1",
        "2026-03-05 reopen reason=坏",
    )
    taken(desk, "2026-03-05")
    month = reports.snapshot(desk.ledger, desk.office("2027-01-01"), reports.month("2026-03"))
    found = {one.name: one for one in built(desk).rates}
    assert [found[one.name] for one in month.rates] == list(month.rates)


def test_acceptance_counts_the_undecided_as_open():
    desk = Desk()
    taken(desk, "2026-03-02")
    taken(desk, "2026-03-02", decision="refuse", refusal_reason="petition", remedy="信访局")
    taken(desk, "2026-03-02", decision="later")
    found = built(desk)
    assert text(found, "acceptance_rate") == "33.33%（1/3）"
    assert number(found, "refusal", "petition") == 1


def test_overdue_is_split_into_closed_and_open_over_the_same_cases():
    desk = Desk()
    taken(desk, "2026-03-02", f"2026-03-02T10:00 {SOLVED}")
    late = taken(desk, "2026-03-02", f"2026-03-20 {SOLVED}")
    left = taken(desk, "2026-03-02")
    found = built(desk)
    assert text(found, "overdue_rate") == "66.67%（2/3）"
    assert text(found, "overdue_closed_rate") == text(found, "overdue_open_rate") == "33.33%（1/3）"
    hits = {one["name"]: one["hit_nos"] for one in found.document()["rates"]}
    assert hits["overdue_rate"] == [late, left]
    assert (hits["overdue_closed_rate"], hits["overdue_open_rate"]) == ([late], [left])
    assert next(one for one in found.rates if one.name == "on_time_rate").case_nos == [late, left]


def late_then_in_time(desk: Desk) -> str:
    """A case whose first round was settled late, and which was settled in time when it was handled again."""
    late = taken(desk, "2026-03-02", f"2026-03-18T10:00 {SOLVED}")
    desk.do(f"2026-03-19 reopen reason=没办成\n2026-03-20 {SOLVED}")
    return late


def in_time_then_overdue(desk: Desk) -> str:
    """A case whose first round was settled in time, and which is overdue since it was reopened."""
    good = taken(desk, "2026-03-02", f"2026-03-02T10:00 {SOLVED}")
    desk.do("2026-03-03 reopen reason=没办成")
    return good


def test_overdue_rates_judge_the_first_round_alone():
    desk = Desk()
    late, good = late_then_in_time(desk), in_time_then_overdue(desk)
    found = {one["name"]: one for one in built(desk).document()["rates"]}
    for name in ("overdue_rate", "overdue_closed_rate"):
        assert (found[name]["hit_nos"], found[name]["case_nos"]) == ([late], [good])
    assert found["overdue_open_rate"]["hit_nos"] == []
    assert found["on_time_rate"]["hit_nos"] == [good]


def test_the_counts_of_the_month_judge_each_settlement_by_its_round():
    desk = Desk()
    late_then_in_time(desk)
    assert number(built(desk), "flow", "overdue_closed") == 1
    in_time_then_overdue(desk)
    found = built(desk)
    assert number(found, "flow", "overdue_closed") == 1
    assert (number(found, "flow", "overdue_open"), number(found, "flow", "within_limit")) == (1, 0)


def test_orders_signed_in_time_and_orders_sent_back():
    desk = Desk()
    taken(
        desk,
        "2026-03-02",
        "2026-03-02 assign lead=公安局 assist=卫健部门",
        "2026-03-02T10:00 sign unit=公安局",
    )
    taken(
        desk,
        "2026-03-02",
        "2026-03-03 assign lead=公安局",
        "2026-03-03T10:00 return reason=不归我管",
    )
    found = built(desk)
    assert text(found, "return_rate") == "33.33%（1/3）"
    # sent back in time there is nothing left to sign
    assert text(found, "sign_on_time_rate").startswith("50.00%（1/2")


def test_orders_never_signed_are_missed_once_their_limit_has_passed():
    """Also where the case was settled over them (cases/rules.md 8)."""
    desk = Desk()
    orders = "2026-03-02 assign lead=公安局 assist=卫健部门"
    taken(desk, "2026-03-02", orders, f"2026-03-03T10:00 {SOLVED}")
    assert text(built(desk), "sign_on_time_rate") == "—"
    taken(desk, "2026-03-02", orders, f"2026-03-09T10:00 {SOLVED}")
    assert text(built(desk), "sign_on_time_rate").startswith("0.00%（0/2")


def test_attempts_ratings_and_what_was_made_good():
    desk = Desk()
    taken(desk, "2026-03-02", f"2026-03-02T10:00 {SOLVED}", "2026-03-03 callback reached=no")
    desk.do("2026-03-04 callback reached=yes solved=no grade=1")
    desk.do(
        f"2026-03-05 reopen reason=没办成\n2026-03-06 {SOLVED}\n2026-03-09 callback reached=yes solved=yes grade=4"
    )
    taken(
        desk,
        "2026-03-10",
        f"2026-03-10T10:00 {SOLVED}",
        "2026-03-11 callback reached=yes solved=no grade=2",
    )
    taken(
        desk,
        "2026-03-12",
        f"2026-03-12T10:00 {SOLVED}",
        "2026-03-13 callback reached=yes solved=yes grade=5",
    )
    found = built(desk)
    assert text(found, "valid_callback_rate") == "80.00%（4/5）"
    assert text(found, "good_rate") == "50.00%（2/4）"
    assert text(found, "rectified_rate") == "50.00%（1/2）"
    assert text(found, "active_rate") == "100.00%（3/3）"
    assert text(found, "redo_rate") == "33.33%（1/3）"


def called(kind: str, seq: int, **data: object) -> Event:
    return Event(kind, at("2026-03-05T10:00"), data, seq=seq)


def single(*events: Event, words: Mapping[str, Word] | None = None) -> PeriodBooks:
    """The books of one case with these entries."""
    pack = shipped("default")
    if words:
        pack = pack._replace(words={**pack.words, "grade": words})
    case = fold(history("2026-03-02 Registered matter=备案\n2026-03-02 Accepted"))
    entry = RegisterEntry(case, (), events, pack)
    return PeriodBooks(
        [entry], {case.no}, {case.no: [CountedEvent("Resolved", "solved", late=False)]}
    )


def of(name: str, books: PeriodBooks) -> tuple[int, int]:
    found = rate(name, books)
    return found.numerator, found.denominator


def test_a_bad_rating_is_made_good_by_a_later_call_alone():
    words = {"odd": Word("grade", "odd", "还行", value=2, satisfied=True, bad=True)}
    rated = called("CalledBack", 5, satisfaction=2, satisfied=True, grade="odd")
    assert of("rectified_rate", single(rated, words=words)) == (0, 1)
    again = called("CalledBack", 6, satisfaction=5, satisfied=True, grade="good")
    assert of("rectified_rate", single(rated, again, words=words)) == (1, 1)


@pytest.mark.parametrize("name", ["callback_rate", "active_rate"])
def test_only_a_call_after_the_settlement_answers_it(name):
    settled, call = called("Resolved", 5), called("CalledBack", 5, satisfaction=5, satisfied=True)
    assert of(name, single(settled, call._replace(seq=4))) == (0, 1)
    assert of(name, single(settled, call)) == (0, 1)
    assert of(name, single(settled, call._replace(seq=6))) == (1, 1)


def test_what_happens_on_the_first_day_of_a_month_belongs_to_it():
    desk = Desk()
    taken(
        desk,
        "2026-03-31",
        f"2026-03-31T10:00 {SOLVED}",
        "2026-04-01T00:00 callback reached=yes solved=yes grade=5",
    )
    rates = ("valid_callback_rate", "good_rate", "satisfaction_rate")
    assert [text(built(desk, "2026-04"), name) for name in rates] == ["100.00%（1/1）"] * 3
    assert [text(built(desk, "2026-03"), name) for name in rates] == ["—"] * 3
    taken(desk, "2026-03-31", "2026-04-01T00:00 assign lead=甲单位")
    assert text(built(desk, "2026-04"), "return_rate") == "0.00%（0/1）"


def test_a_redo_of_what_was_settled_in_an_earlier_month_is_over_a_denominator_that_holds_it():
    desk = Desk()
    taken(desk, "2026-03-02", f"2026-03-02T10:00 {SOLVED}")
    desk.do("2026-04-02 reopen reason=没办成")
    taken(desk, "2026-04-03", f"2026-04-03T10:00 {SOLVED}")
    assert text(built(desk, "2026-03"), "redo_rate") == "0.00%（0/1）"
    assert text(built(desk, "2026-04"), "redo_rate") == "50.00%（1/2）"
    assert "以前办结、本期重办" in RATES["redo_rate"].of


def test_never_a_full_hundred_while_anything_of_it_is_open():
    desk = Desk("zhanyi")
    taken(desk, "2026-03-31")
    found = built(desk, now="2026-03-31T12:00")
    assert text(found, "on_time_rate") == "99.99%（1/1，还有未办结的）"
    assert text(built(desk, now="2026-03-31T12:00", style=kpi.Style(0)), "on_time_rate").startswith(
        "99%（1/1"
    )


def test_what_praises_nobody_is_all_when_it_is_all():
    desk = Desk()
    taken(desk, "2026-03-02")
    found = built(desk, now="2026-04-30T12:00")
    assert text(found, "overdue_rate") == "100.00%（1/1）"
    assert text(found, "overdue_open_rate") == "100.00%（1/1）"
    assert text(found, "overdue_closed_rate") == "0.00%（0/1）"


def test_places_and_rounding_are_as_asked_for():
    desk = Desk()
    for number_ in range(3):
        taken(desk, "2026-03-02", *([f"2026-03-02T10:00 {SOLVED}"] if number_ < 2 else []))
    assert text(built(desk), "closing_rate") == "66.67%（2/3）"
    assert text(built(desk, style=kpi.Style(1, "truncate")), "closing_rate") == "66.6%（2/3）"
    assert text(built(desk, style=kpi.Style(4)), "closing_rate") == "66.6667%（2/3）"


def test_what_was_withdrawn_is_closed_too():
    desk = Desk()
    taken(desk, "2026-03-02", "2026-03-03 withdraw reason=自己办好了")
    taken(desk, "2026-03-02")
    assert text(built(desk), "closing_rate") == "50.00%（1/2）"


def test_changes_against_the_month_before():
    desk = Desk()
    taken(desk, "2026-02-26", f"2026-02-26T10:00 {SOLVED}")
    taken(desk, "2026-02-26", "2026-02-27 resolve outcome=explained measures=释 basis=法 remedy=诉")
    for _ in range(3):
        taken(desk, "2026-03-02", f"2026-03-02T10:00 {SOLVED}")
    found = built(desk)
    assert found.before.label == "2026 年 2 月"
    assert found.changes["received"].text == "+50.00%（2 到 3）"
    assert found.changes["resolution_rate"].text == "+50.00 个百分点"
    assert found.changes["satisfaction_rate"].text == "—"
    assert found.changes["refused"].value is None


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        (date(2026, 3, 1), date(2026, 3, 31), (date(2026, 2, 1), date(2026, 2, 28))),
        (date(2026, 1, 1), date(2026, 1, 31), (date(2025, 12, 1), date(2025, 12, 31))),
        (date(2026, 3, 2), date(2026, 3, 8), (date(2026, 2, 23), date(2026, 3, 1))),
        (date(2026, 4, 1), date(2026, 6, 30), (date(2025, 12, 31), date(2026, 3, 31))),
    ],
)
def test_the_period_before(first, last, before):
    found = reports.before(reports.between(first, last))
    assert (found.first, found.last) == before


@pytest.mark.parametrize(
    ("value", "places", "truncate", "said"),
    [
        (Fraction(-1, 3), 2, False, "-0.33"),
        (Fraction(2, 3), 2, False, "+0.67"),
        (Fraction(2, 3), 2, True, "+0.66"),
        (Fraction(-2, 3), 0, False, "-1"),
        (Fraction(1, 1000), 2, False, "0.00"),
        (Fraction(0), 1, False, "0.0"),
    ],
)
def test_a_change_is_signed_and_rounded_in_whole_numbers(value, places, truncate, said):
    assert changes.signed(value, places, truncate=truncate) == said


# -- counts --------------------------------------------------------------------------------------------------------


def test_counts_by_channel_class_cause_and_level():
    desk = Desk("linfen")
    pack = desk.pack
    hard, second = list(pack.words["difficulty"])[1], list(pack.words["cause"])[1]
    first = taken(
        desk, "2026-05-06", channel="phone" if "phone" in pack.words["channel"] else "counter"
    )
    taken(desk, "2026-05-06", difficulty=hard, cause=[second, next(iter(pack.words["cause"]))])
    desk.do("2026-05-07 escalate level=3 reason=几个部门", no=first)
    found = built(desk, "2026-05")
    assert number(found, "level", "3") == 1
    assert number(found, "level", next(iter(pack.words["level"]))) == 1
    assert (number(found, "difficulty", hard), number(found, "difficulty", "")) == (1, 1)
    assert number(found, "cause", second) == 1
    assert number(found, "steering", "escalated") == 1
    assert (
        sum(one.number for one in found.counts if one.part == "channel")
        == number(found, "flow", "received")
        == 2
    )


def test_slips_by_kind_and_the_accountability_measures_of_the_place():
    desk = Desk("linfen")
    case = taken(desk, "2026-05-06")
    for kind in ("remind", "interview", "propose_transfer", "refer_discipline"):
        desk.do(f"2026-05-07 supervise kind={kind} unit=公安局 reason=拖延")
    slip = next(event.data["slip"] for event in desk.ledger.entries if event.kind == "Supervised")
    desk.do(f"2026-05-08 supervise answer={slip} text=已办")
    found = built(desk, "2026-05")
    assert [one.number for one in found.counts if one.part == "supervision"] == [1, 1, 1, 1], (
        "an answer is no slip"
    )
    assert [one.number for one in found.counts if one.part == "accountability"] == [0, 1, 1], (
        "two measures of one row for one unit are one incident"
    )
    assert {no for one in found.counts if one.part == "accountability" for no in one.case_nos} == {
        case
    }
    assert "陈" not in str(found.document())


def test_improvements_touch_classes_and_items_each_counted_once():
    """8 classes and 39 items of Nanchang, from two improvements that overlap."""
    desk = Desk()
    taken(desk, "2026-03-02", f"2026-03-02T10:00 {SOLVED}")
    kinds, items = [f"类{n}" for n in range(8)], [f"事项{n}" for n in range(39)]
    for part in (slice(0, 20), slice(10, 39)):
        more = {"item": items[part], "class": kinds[: part.stop // 5 + 1]}
        desk.do("2026-03-03 improve kind=process_redesign what=一链办理", **more)
    desk.do("2026-04-03 improve kind=rule_change what=下月的", item=["别的"])
    found = built(desk)
    assert [number(found, "improvement", key) for key in ("improvements", "classes", "items")] == [
        2,
        8,
        39,
    ]
    assert number(found, "improvement", "process_redesign") == 2


def test_papers_owed_waived_and_meetings():
    desk = Desk()
    one = taken(
        desk,
        "2026-03-02",
        "2026-03-03 gap owe=营业执照=2026-03-10,租赁合同=2026-03-10",
        "2026-03-04 gap filled=营业执照",
    )
    two = taken(
        desk, "2026-03-02", "2026-03-03 exempt paper=无犯罪证明 reason=可核验 authority=市局"
    )
    desk.do("2026-03-05 convene host=联席会议 unit=公安局,卫健部门", no=one, case=[two])
    found = built(desk)
    keys = ("gaps", "gaps_filled", "waivers_case", "waivers_rule", "meetings")
    assert [number(found, "steering", key) for key in keys] == [2, 1, 1, 0, 1]
    assert set(next(count for count in found.counts if count.key == "meetings").case_nos) == {
        one,
        two,
    }


def test_minutes_of_what_was_settled_on_the_day_it_came():
    """Eight minutes of Yichun: counted from intake to settlement, beside what was given of the time before."""
    desk = Desk("yichun")
    eight = taken(desk, "2026-03-02T09:00", f"2026-03-02T09:08 {SOLVED}")
    taken(desk, "2026-03-02T09:00", f"2026-03-02T09:30 {SOLVED}")
    taken(desk, "2026-03-02T09:00", f"2026-03-03T09:30 {SOLVED}")
    found = built(desk)
    assert [
        number(found, "same_day", key) for key in ("cases", "shortest", "median", "longest")
    ] == [2, 8, 19, 30]
    assert next(
        one for one in found.counts if (one.part, one.key) == ("same_day", "shortest")
    ).case_nos == (eight,)


def test_who_called_is_judged_where_somebody_is_known_to_have_handled_the_case():
    desk = Desk()
    call = "2026-03-06 callback reached=yes solved=yes grade=satisfied"
    resolved = f"2026-03-05 {SOLVED}"
    assign = "2026-03-03 assign lead=卫健局"
    taken(desk, "2026-03-02", resolved, call)  # the window settled it and called itself
    taken(desk, "2026-03-02", resolved, f"{call} by=王主任")
    taken(desk, "2026-03-02", assign, resolved, call)  # nobody knows who handled it
    late = "2026-03-04 resolve outcome=solved measures=好 at=2026-03-03 late_reason=补录"
    taken(desk, "2026-03-02", late, call)  # whoever copied the settlement from paper need not have
    taken(desk, "2026-03-02", f"{assign} handler=李经办", resolved, f"{call} by=李经办")
    assert text(built(desk), "caller_apart_rate") == "33.33%（1/3）"


# -- as printed ----------------------------------------------------------------------------------------------------


def test_the_document_and_the_tables_hold_the_same():
    desk = Desk()
    taken(desk, "2026-03-02", f"2026-03-02T10:00 {SOLVED}")
    found = built(desk)
    shown = found.document()
    keys = {
        "name",
        "label",
        "numerator",
        "denominator",
        "value",
        "text",
        "case_nos",
        "hit_nos",
        "bent",
        "bent_nos",
        "excluded_nos",
        "terminated_nos",
        "without",
        "of",
        "hits",
        "source",
    }
    assert all(set(one) == keys for one in shown["rates"])
    assert all(
        set(one) == {"part", "key", "label", "count", "case_nos"} and one["part"] in PARTS
        for one in shown["counts"]
    )
    rates, counts, *statistics, facts = found.tables("页脚")
    assert [one.name for one in statistics] == list(shown["statistics"]) == list(STATISTICS)
    assert [row["text"] for row in rates.rows] == [one["text"] for one in shown["rates"]]
    assert [row["count"] for row in counts.rows] == [one["count"] for one in shown["counts"]]
    assert "页脚" in rates.notes
    assert len(found.flat().rows) == len(rates.rows) + len(counts.rows) + len(facts.rows) + len(
        flat_rows.build("", statistics).rows
    )
    assert {one.name for one in statistics if one.rows} <= {
        one["part"] for one in found.flat().rows
    }


def test_a_range_of_days_counts_from_the_opening_on():
    desk = Desk()
    taken(desk, "2026-01-05", f"2026-01-05T10:00 {SOLVED}")
    taken(desk, "2026-03-02", f"2026-03-02T10:00 {SOLVED}")
    period = reports.between(date(2026, 1, 1), date(2026, 6, 30))
    found = kpi.build(desk.ledger, desk.office(at("2026-07-01")), period)
    assert number(found, "flow", "solved") == 2


def test_shares_of_several_offices_together_say_what_rests_on_bent_entries():
    """The rates of a county are sums of those of its stations."""
    first, second = Share(), Share(2, 3)
    first.add(True, is_open=False, bent=True)
    first.add(False, is_open=False, bent=True)
    both = first.plus(second)
    assert (both.hits, both.all, both.bent) == (3, 5, 1)
    assert both.text() == "60.00%（3/5），其中 1 个靠补录、设定时间或更正"
    assert both.digits(2) == "60.00"
    assert second.text() == "66.67%（2/3）"


def test_names_and_denominators_of_rates_stand_in_one_line_of_the_workbook():
    desk = Desk()
    desk.do("2026-03-02 intake matter=甲 demand=乙 reporter=丙")
    found = kpi.build(desk.ledger, desk.office("2026-04-10"), reports.month("2026-03"))
    table = found.tables("站")[0]
    wide = dict(zip((one.name for one in table.columns), widths(table)[0], strict=True))
    assert [row["key"] for row in table.rows]
    for one in RATES.values():
        assert lines_of(one.label, wide["label"]) == 1, one.label
        assert lines_of(one.of, wide["of"]) == 1, one.of
