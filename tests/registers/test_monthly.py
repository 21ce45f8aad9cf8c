"""Counts and rates of a month: the identity over random histories, and published figures to the printed digit."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from bbcs.domain.case import LIFE
from bbcs.domain.fold import fold
from bbcs.errors import BbcsError, IdentityBroken
from bbcs.registers import monthly
from bbcs.registers.at_cut import AtCut
from bbcs.registers.books import CountedEvent
from bbcs.registers.percentage import percent
from bbcs.registers.rates.sums import Rate
from bbcs.usecases import reports
from bbcs.usecases.acts import act, intake
from random_acts import drawn
from sample import Desk, at, end_of, shipped
from sizes import examples

INTAKE = "{} intake matter=诊所备案 demand=慢 reporter=陈试验"
AT_ONCE = "\n".join(
    [
        INTAKE.format("{0}"),
        "{0}T10:00 resolve outcome=solved measures=好",
        "{1} callback reached=yes solved={2} grade={3}",
    ]
)


def month(desk: Desk, text: str, now: str = "2027-01-01") -> reports.Month:
    return reports.snapshot(desk.ledger, desk.office(now), reports.month(text))


def counts(desk: Desk, text: str, unit: str = "") -> dict[str, int]:
    """The counts that are not nought."""
    return {name: count for name, count in month(desk, text).counts[unit].items() if count}


def rate(desk: Desk, text: str, name: str) -> Rate:
    return next(one for one in month(desk, text).rates if one.name == name)


# -- counts --------------------------------------------------------------------------------------------------------


def test_a_month_from_carried_in_to_carried_out():
    desk = Desk("zhanyi")
    desk.do(f"{INTAKE.format('2026-02-25')}\n2026-02-25 triage difficulty=simple")
    desk.do(
        f"{INTAKE.format('2026-03-02')}\n2026-03-02 triage difficulty=complex\n2026-03-03 resolve outcome=partly measures=好"
    )
    desk.do(INTAKE.format("2026-03-31"))
    assert counts(desk, "2026-02") == {"received": 1, "carried_out": 1, "within_limit": 1}
    assert counts(desk, "2026-03") == {
        "carried_in": 1, "received": 2, "closed": 1, "partly": 1, "carried_out": 2, "within_limit": 1, "overdue_open": 1,
    }  # fmt: skip


def test_settled_twice_in_a_month_counts_twice_and_reopened_once():
    desk = Desk()
    desk.do(
        f"{INTAKE.format('2026-03-02')}\n2026-03-02T10:00 resolve outcome=solved measures=好\n2026-03-03 reopen reason=没办成"
        "\n2026-03-04 resolve outcome=explained measures=解释 basis=某法 remedy=诉讼"
    )
    assert counts(desk, "2026-03") == {
        "received": 1,
        "reopened": 1,
        "closed": 2,
        "solved": 1,
        "explained": 1,
    }


def test_each_settlement_is_late_or_not_by_its_own_round():
    desk = Desk()
    desk.do(
        f"{INTAKE.format('2026-03-02')}\n2026-03-02T10:00 resolve outcome=solved measures=好\n2026-03-03 reopen reason=没办成"
    )
    desk.do("2026-03-31 resolve outcome=solved measures=好")
    assert counts(desk, "2026-03") == {
        "received": 1,
        "reopened": 1,
        "closed": 2,
        "solved": 2,
        "overdue_closed": 1,
    }
    moves = next(iter(desk.ledger.rows.values())).movements
    assert [
        (move["kind"], move["round"], move["late"]) for move in moves if move["kind"] != "Accepted"
    ] == [
        ("Registered", 1, 0),
        ("Resolved", 1, 0),
        ("Reopened", 2, 0),
        ("Resolved", 2, 1),
    ]


def test_refused_in_the_month_it_came_counts_on_both_sides():
    desk = Desk()
    desk.do(
        INTAKE.format("2026-03-02"), decision="refuse", refusal_reason="petition", remedy="信访局"
    )
    assert counts(desk, "2026-03") == {"received": 1, "refused": 1}


def test_registered_and_undecided_is_carried():
    desk = Desk()
    desk.do(INTAKE.format("2026-03-02"), decision="later")
    assert counts(desk, "2026-04") == {"carried_in": 1, "carried_out": 1, "within_limit": 1}


def test_a_redo_after_month_end_leaves_the_month_as_it_was():
    desk = Desk()
    desk.do(f"{INTAKE.format('2026-03-02')}\n2026-03-02T10:00 resolve outcome=solved measures=好")
    before = counts(desk, "2026-03")
    desk.do("2026-04-02 reopen reason=没办成")
    assert counts(desk, "2026-03") == before
    assert counts(desk, "2026-04") == {"reopened": 1, "carried_out": 1, "overdue_open": 1}


def test_what_is_entered_late_belongs_to_the_month_it_happened_in():
    desk = Desk()
    desk.do(
        f"{INTAKE.format('2026-03-02')}\n2026-04-02 resolve outcome=solved measures=好 at=2026-03-31 late_reason=停电"
    )
    assert counts(desk, "2026-03")["closed"] == 1
    assert counts(desk, "2026-04") == {}


def test_callbacks_and_closings_stand_beside_the_identity():
    desk = Desk()
    desk.do(
        f"{INTAKE.format('2026-03-02')}\n2026-03-31 resolve outcome=solved measures=好\n2026-04-01 callback reached=no"
    )
    desk.do("2026-04-02 callback reached=yes solved=yes grade=5\n2026-04-03 close")
    assert counts(desk, "2026-04") == {"struck_off": 1, "callbacks_tried": 2, "callbacks_valid": 1}


def test_a_case_counts_for_the_unit_leading_it_at_the_cut():
    desk = Desk()
    desk.do(f"{INTAKE.format('2026-03-02')}\n2026-03-03 assign lead=公安局 assist=卫健部门")
    desk.do(INTAKE.format("2026-03-04"))
    assert counts(desk, "2026-03", "公安局") == {"received": 1, "carried_out": 1, "overdue_open": 1}
    assert counts(desk, "2026-03", "窗口") == {"received": 1, "carried_out": 1, "overdue_open": 1}
    assert set(month(desk, "2026-03").counts) == {"", "公安局", "窗口"}


def test_withdrawn_passed_on_and_moved_between_units_foot():
    desk = Desk()
    desk.do(
        f"{INTAKE.format('2026-03-02')}\n2026-03-03 assign lead=公安局\n2026-03-04 withdraw reason=自行办好"
    )
    desk.do(
        f"{INTAKE.format('2026-03-02')}\n2026-03-03 assign lead=公安局\n2026-04-02 forward to=卫健部门 reason=归它"
    )
    desk.do(f"{INTAKE.format('2026-03-02')}\n2026-03-04 transfer to=市信访局 reason=信访事项")
    assert counts(desk, "2026-03", "公安局") == {
        "received": 2, "closed": 1, "withdrawn": 1, "overdue_closed": 1, "carried_out": 1, "overdue_open": 1,
    }  # fmt: skip
    assert counts(desk, "2026-03", "窗口") == {"received": 1, "transferred_out": 1}
    assert counts(desk, "2026-04", "卫健部门") == {
        "carried_in": 1,
        "carried_out": 1,
        "overdue_open": 1,
    }
    assert "公安局" not in month(desk, "2026-04").counts


def test_withdrawn_late_stays_late_when_a_word_beside_it_is_corrected():
    desk = Desk()
    desk.do(f"{INTAKE.format('2026-03-02')}\n2026-03-31 withdraw reason=自行办好")
    assert counts(desk, "2026-03") == (
        before := {"received": 1, "closed": 1, "withdrawn": 1, "overdue_closed": 1}
    )
    desk.do("2026-04-01 correct field=matter new=诊所执业备案 why=写错")
    assert counts(desk, "2026-03") == before


def test_what_was_taken_back_or_corrected_to_another_month_counts_where_it_belongs():
    desk = Desk()
    desk.do(
        f"{INTAKE.format('2026-03-02')}\n2026-03-31 resolve outcome=solved measures=好\n2026-04-02 undo"
    )
    assert counts(desk, "2026-03") == {"received": 1, "carried_out": 1, "overdue_open": 1}
    desk.do(
        "2026-04-02 resolve outcome=solved measures=好\n2026-04-03 correct field=resolve.at new=2026-03-31T10:00 why=记错"
    )
    assert counts(desk, "2026-03") == {"received": 1, "closed": 1, "solved": 1, "overdue_closed": 1}
    assert counts(desk, "2026-04") == {}


# -- the identity over random histories ----------------------------------------------------------------------------

OPEN = shipped("default", callback=False)


def random_history(seed: int, acts: int) -> Desk:
    """A year of an office in which anything lawful happens, some of it entered late."""
    random, desk, now = Random(seed), Desk(OPEN), at("2026-01-05")
    for _ in range(acts):
        now += timedelta(hours=random.randint(1, 120))
        office = desk.office(now)
        if not desk.ledger.rows or random.random() < 0.2:
            said = {
                "matter": "备案",
                "demand": "慢",
                "anonymous": True,
                "decision": random.choice(["accept", "accept", "later"]),
            }
            intake(desk.ledger, office, said)
            continue
        case = fold(desk.ledger.events(random.choice(list(desk.ledger.rows))))
        verb = random.choice(LIFE[case.phase])
        late = (
            {"at": (now - timedelta(days=random.randint(1, 40))), "late_reason": "补录"}
            if random.random() < 0.3
            else {}
        )
        others = [no for no, row in desk.ledger.rows.items() if row.case["in_hand"]]
        fields = {
            key: value
            for key, value in drawn(case, verb, random, others).items()
            if (verb, key) != ("convene", "case")
        }
        try:
            act(desk.ledger, office, case.no, verb, {**fields, **late})
        except BbcsError:
            continue
    return desk


@settings(max_examples=examples(40), suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), acts=st.integers(1, 80))
def test_the_books_foot_in_every_month_for_every_unit(seed, acts):
    desk = random_history(seed, acts)
    last = None
    for number in range(1, 14):
        text = f"{2026 + (number - 1) // 12}-{(number - 1) % 12 + 1:02}"
        found = month(desk, text, "2028-01-01")
        for count in found.counts.values():
            assert count["carried_in"] + count["received"] + count["reopened"] == sum(
                count[name] for name in ("closed", "refused", "transferred_out", "carried_out")
            )
            assert count["carried_out"] == count["within_limit"] + count["overdue_open"]
            assert (
                count["closed"]
                == count["solved"] + count["explained"] + count["partly"] + count["withdrawn"]
            )
            assert count["overdue_closed"] <= count["closed"]
        total = Counter()
        for unit, count in found.counts.items():
            total.update(count if unit else {})
        assert {name: total[name] for name in monthly.COUNTS} == found.counts[""]
        if last:
            assert found.counts[""]["carried_in"] == last["carried_out"]
        last = found.counts[""]
        for one in found.rates:
            assert 0 <= one.numerator <= one.denominator
            assert len(one.case_nos) == one.denominator - one.numerator


@settings(max_examples=examples(20), suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_a_quarter_is_the_sum_of_its_months(seed):
    desk = random_history(seed, 60)
    quarter = reports.snapshot(
        desk.ledger, desk.office("2028-01-01"), reports.between(date(2026, 1, 1), date(2026, 3, 31))
    ).counts[""]
    months = [month(desk, f"2026-0{number}").counts[""] for number in (1, 2, 3)]
    for name in (
        "received",
        "reopened",
        "closed",
        "refused",
        "struck_off",
        "callbacks_tried",
        "overdue_closed",
    ):
        assert quarter[name] == sum(count[name] for count in months)
    assert (quarter["carried_in"], quarter["carried_out"]) == (
        months[0]["carried_in"],
        months[-1]["carried_out"],
    )


@pytest.mark.parametrize("lost", ["Registered", "Resolved", "Reopened", "Refused"])
def test_books_that_lost_a_line_do_not_foot(lost):
    desk = Desk()
    desk.do(
        INTAKE.format("2026-03-02"), decision="refuse", refusal_reason="petition", remedy="信访局"
    )
    desk.do(
        f"{INTAKE.format('2026-03-02')}\n2026-03-03 resolve outcome=solved measures=好\n2026-03-04 reopen reason=没办成"
    )
    found = month(desk, "2026-03")
    cut = AtCut()
    found.cases.add_to([cut])
    moves: dict[str, list[CountedEvent]] = {}
    for event in desk.ledger.entries:
        one = CountedEvent(event.kind, event.data.get("counts_as", ""), False)
        moves.setdefault(event.case_no, []).append(one)
    assert monthly.broken(monthly.counts(moves, [], cut)) == []
    left = {no: [move for move in own if move.kind != lost] for no, own in moves.items()}
    tampered = monthly.counts(left, [], cut)
    assert "全部" in monthly.broken(tampered)
    with pytest.raises(IdentityBroken, match="平衡式不成立"):
        monthly.check(tampered)


def test_a_case_moved_between_units_shows_in_the_units_alone():
    one = dict.fromkeys(monthly.COUNTS, 0)
    books = {
        "": one | {"received": 1, "carried_out": 1},
        "公安局": one | {"received": 1},
        "窗口": one | {"carried_out": 1},
    }
    assert monthly.broken(books) == ["公安局", "窗口"]
    with pytest.raises(IdentityBroken, match="公安局、窗口"):
        monthly.check(books)


# -- rates ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numerator", "denominator", "half_up", "truncated"),
    [
        (3112, 3456, "90.05%（3112/3456）", "90.04%（3112/3456）"),
        (1469, 1472, "99.80%（1469/1472）", "99.79%（1469/1472）"),
        (246, 247, "99.60%（246/247）", "99.59%（246/247）"),
        (1, 3, "33.33%（1/3）", "33.33%（1/3）"),
        (2, 3, "66.67%（2/3）", "66.66%（2/3）"),
        (1, 8, "12.50%（1/8）", "12.50%（1/8）"),
        (1, 1, "100.00%（1/1）", "100.00%（1/1）"),
        (0, 5, "0.00%（0/5）", "0.00%（0/5）"),
        (0, 0, "—", "—"),
        (99_999, 100_000, "99.99%（99999/100000）", "99.99%（99999/100000）"),
        (1, 20_000, "0.01%（1/20000）", "0.00%（1/20000）"),
    ],
)
def test_percentages_as_published(numerator, denominator, half_up, truncated):
    assert percent(numerator, denominator) == half_up
    assert percent(numerator, denominator, truncate=True) == truncated


@pytest.mark.parametrize(
    ("places", "text"), [(0, "90%"), (1, "90.0%"), (2, "90.05%"), (3, "90.046%"), (4, "90.0463%")]
)
def test_as_many_places_as_asked_for(places, text):
    assert percent(3112, 3456, places=places) == f"{text}（3112/3456）"


@pytest.mark.parametrize(("places", "text"), [(0, "99%"), (2, "99.99%"), (4, "99.9999%")])
def test_never_a_full_hundred_while_anything_is_open_or_missed(places, text):
    assert percent(5, 5, places=places, open_left=True).startswith(f"{text}（5/5")
    assert percent(10**7 - 1, 10**7, places=places) == f"{text}（{10**7 - 1}/{10**7}）"


def test_on_time_is_judged_by_the_first_round_settled_late_or_open_and_late():
    desk = Desk()
    desk.do(
        f"{INTAKE.format('2026-03-02')}\n2026-03-02T10:00 resolve outcome=solved measures=好\n2026-03-03 reopen reason=没办成"
    )
    desk.do(f"{INTAKE.format('2026-03-02')}\n2026-03-04 resolve outcome=solved measures=好")
    desk.do(INTAKE.format("2026-03-02"))
    desk.do(
        INTAKE.format("2026-03-02"), decision="refuse", refusal_reason="petition", remedy="信访局"
    )
    found = rate(desk, "2026-03", "on_time_rate")
    assert (found.numerator, found.denominator, found.text) == (1, 3, "33.33%（1/3）")
    assert found.case_nos == ["ZY01-20260302-0002", "ZY01-20260302-0003"]


def test_a_call_of_the_round_before_answers_nothing_of_this_one():
    desk = Desk()
    desk.do(f"{INTAKE.format('2026-03-02')}\n2026-03-02T10:00 resolve outcome=solved measures=好")
    desk.do("2026-03-03 callback", reached=True, solved="no", grade="2")
    assert rate(desk, "2026-03", "callback_rate").text == "100.00%（1/1）"
    desk.do("2026-04-02 reopen reason=没办成\n2026-04-03 resolve outcome=solved measures=好")
    assert rate(desk, "2026-04", "callback_rate").text == "0.00%（0/1）"
    desk.do("2026-04-04 callback", reached=False)
    assert rate(desk, "2026-04", "callback_rate").text == "100.00%（1/1）"


def test_closing_counts_cases_once_and_leaves_out_the_refused():
    desk = Desk()
    desk.do(
        f"{INTAKE.format('2026-03-02')}\n2026-03-02T10:00 resolve outcome=solved measures=好\n2026-03-03 reopen reason=没办成"
        "\n2026-03-04 resolve outcome=partly measures=好"
    )
    desk.do(
        INTAKE.format("2026-03-02"), decision="refuse", refusal_reason="petition", remedy="信访局"
    )
    desk.do(INTAKE.format("2026-03-05"))
    assert rate(desk, "2026-03", "closing_rate").text == "50.00%（1/2）"
    assert rate(desk, "2026-03", "resolution_rate").text == "0.00%（0/1）"
    assert rate(desk, "2026-03", "redo_rate").text == "100.00%（1/1）"
    assert rate(desk, "2026-03", "callback_rate").text == "0.00%（0/1）"
    assert rate(desk, "2026-03", "satisfaction_rate").text == "—"
    assert rate(desk, "2026-03", "satisfaction_rate").value is None


def test_what_was_carried_in_and_not_touched_is_in_the_rates():
    desk = Desk()
    desk.do(INTAKE.format("2026-02-25"))
    desk.do(f"{INTAKE.format('2026-03-02')}\n2026-03-02T10:00 resolve outcome=solved measures=好")
    assert rate(desk, "2026-03", "closing_rate").text == "50.00%（1/2）"
    assert rate(desk, "2026-03", "on_time_rate").case_nos == ["ZY01-20260225-0001"]


def test_a_case_only_called_in_a_month_is_in_its_satisfaction_and_nothing_else():
    desk = Desk()
    desk.do(AT_ONCE.format("2026-03-30", "2026-04-02", "no", 1))
    desk.do(AT_ONCE.format("2026-04-01", "2026-04-02", "yes", 4))
    texts = {one.name: one.text for one in month(desk, "2026-04").rates}
    assert texts["satisfaction_rate"] == "50.00%（1/2）"
    assert (
        texts["on_time_rate"]
        == texts["closing_rate"]
        == texts["resolution_rate"]
        == "100.00%（1/1）"
    )
    assert rate(desk, "2026-03", "satisfaction_rate").text == "—"


def test_an_unhappy_person_stays_in_the_rate_when_the_case_is_reopened():
    desk = Desk()
    desk.do(AT_ONCE.format("2026-03-02", "2026-03-03", "no", 1))
    desk.do("2026-03-04 reopen reason=没办成")
    assert rate(desk, "2026-03", "satisfaction_rate").text == "0.00%（0/1）"


def test_the_answer_names_period_head_counts_units_and_rates():
    desk = Desk()
    desk.do(INTAKE.format("2026-03-02"))
    shown = month(desk, "2026-03").document(["a.xlsx"], ["b.docx"])
    assert shown["as_of"] == {"seq": 2, "digest": "0" * 64}
    assert shown["period"] == {"from": "2026-03-01", "to": "2026-03-31", "label": "2026 年 3 月"}
    assert (shown["files"], shown["files_skipped"], shown["identity_holds"]) == (
        ["a.xlsx"],
        ["b.docx"],
        True,
    )
    assert list(shown["counts"]) == list(monthly.COUNTS)
    assert list(shown["units"]) == ["窗口"]
    assert all(
        set(one)
        == {
            *("name", "label", "numerator", "denominator", "value", "text", "case_nos"),
            *("bent", "bent_nos", "excluded_nos", "terminated_nos", "without"),
        }
        for one in shown["rates"]
    )


def test_a_month_still_running_is_judged_as_of_now():
    desk = Desk("zhanyi")
    desk.do(INTAKE.format("2026-03-02"))
    assert month(desk, "2026-03", "2026-03-04").counts[""]["within_limit"] == 1
    assert month(desk, "2026-03", "2026-03-06").counts[""]["overdue_open"] == 1
    assert end_of(date(2026, 3, 31)).isoformat() == "2026-03-31T23:59:59+08:00"
