"""Checks that look across cases and months; which checks are asked, of whom, and that the table is whole."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from inspected import DONE, GOOD, SOUND, TAKEN, TOLD, changed, day, inspected, whats

from bbcs.domain.case import REPEAT_DAYS
from bbcs.domain.event import Event
from bbcs.domain.station import Duty
from bbcs.errors import NotPermitted, UnknownWord
from bbcs.inspection import month
from bbcs.inspection.case_view import CaseView
from bbcs.inspection.causes import COMMON
from bbcs.inspection.checks import CHECKS, GRADES
from bbcs.inspection.people import Repeats
from bbcs.usecases.checks import CheckSelection
from bbcs.views.findings import document, summary, table
from sample import FREE, STATION, at, history, rules, shipped


def numbered(number, text=SOUND, on="20260302", **registered):
    return changed(text, f"HT01-{on}-{number:04d}", **registered)


# -- C01 -----------------------------------------------------------------------------------------------------------


def test_a_gap_in_the_numbers_of_a_day():
    found = inspected(
        numbered(1),
        numbered(2, phone="1"),
        numbered(4, phone="2"),
        numbered(2, on="20260303"),
        code="C01",
    )
    gaps = [one.case_no for one in found if "断了" in one.what]
    assert gaps == ["HT01-20260302-0003", "HT01-20260303-0001"]


def test_a_serial_number_out_of_all_proportion():
    """One finding for the whole gap, not a hundred million."""
    (found,) = inspected(numbered(1), numbered(99_999_999, phone="1"), code="C01")
    assert (found.case_no, found.what) == (
        "HT01-20260302-0002",
        "编号断了：从这个号到 HT01-20260302-99999998 都没有登记",
    )


@pytest.mark.parametrize(
    ("events", "said"),
    [
        *[
            (changed(SOUND, no), "编号不合")
            for no in (
                "一号",
                "-0001",
                "HT01-20260302-001",
                "HT01-20260302-00a1",
                "HT01-2026030-0001",
                "0001",
                "HT01-20260302-0000",
                "HT01-20260302-" + "9" * 5000,
                "HT01-20260302-００01",
            )
        ],
        (changed(SOUND, "HT01-20261302-0001"), "编号的日期不是受理日（2026-03-02）"),
        (changed(SOUND, "HT01-20260303-0001"), "编号的日期不是受理日（2026-03-02）"),
        (numbered(1)[1:], "不从登记开始"),
        ([*numbered(1)[:2], *numbered(1)[3:]], "记录缺了"),
    ],
)
def test_numbers_that_are_none(events, said):
    assert said in whats(inspected(events, code="C01"))


def test_a_number_used_twice():
    first, *rest = numbered(1)
    again = first._replace(version=len(rest) + 2)
    assert "编号用了两次" in whats(inspected([first, *rest, again], code="C01"))


# -- C16 -----------------------------------------------------------------------------------------------------------

LATER = SOUND.replace("2026-03-", "2026-03-1")


@pytest.mark.parametrize(
    ("one", "other", "shown"),
    [
        ({"phone": "13800000001"}, {"phone": "13800000001"}, True),
        (
            {"id_number": "530303190001019993", "phone": "1"},
            {"id_number": "530303190001019993", "phone": "2"},
            True,
        ),
        ({}, {}, True),
        ({}, {"phone": "13800000001"}, False),
        ({"phone": "13800000001"}, {"phone": "13800000002"}, False),
        ({"phone": "13800000001"}, {"phone": "+86 138-0000-0001"}, True),
        ({"phone": "13800000001、0874-3123456"}, {"phone": "０８７４3123456"}, True),
        ({"phone": "无"}, {}, True),
        ({"reporter": "陈试验"}, {"reporter": "陈 试验"}, True),
        ({"id_number": "53030319000101999x"}, {"id_number": "530303 19000101 999Ｘ"}, True),
        (
            {"id_number": "1", "phone": "13800000001"},
            {"id_number": "2", "phone": "13800000001"},
            False,
        ),
        ({"phone": "13800000001"}, {"phone": "13800000001", "items": ["别的事"]}, False),
    ],
)
def test_the_same_person_with_the_same_matter(one, other, shown):
    found = inspected(numbered(1, **one), numbered(2, **other), code="C16")
    assert [(each.case_no, "HT01-20260302-0001" in each.what) for each in found] == (
        [("HT01-20260302-0002", True)] if shown else []
    )


def test_the_same_person_with_an_item_put_right_is_a_repeat():
    first, *rest = numbered(
        2, f"{SOUND}\n2026-03-06T10:00 Corrected version=1 field=items why=录错了", items=["开店"]
    )
    said = {"version": 1, "field": "items", "value": ["诊所备案"], "why": "录错了"}
    cases = numbered(1, items=["诊所备案"]), [first, *rest[:-1], rest[-1]._replace(data=said)]
    assert [one.case_no for one in inspected(*cases, code="C16")] == ["HT01-20260302-0002"]
    assert inspected(cases[0], [first, *rest[:-1]], code="C16") == []


def test_the_case_named_is_the_one_of_the_same_identity_before_the_one_of_the_same_phone():
    found = inspected(
        numbered(1, phone="1"),
        numbered(2, id_number="7"),
        numbered(3, phone="1", id_number="7"),
        code="C16",
    )
    assert [each.what[-4:] for each in found] == ["0002"]


@pytest.mark.parametrize(("last", "shown"), [(30, 1), (31, 0)])
def test_who_comes_again_within_a_month_of_others(last, shown):
    days = [date(2026, 3, 2) + timedelta(days=n) for n in (0, 20, last)]
    taken = [TAKEN.replace("2026-03-02", f"{one}") for one in days]
    cases = [
        numbered(1, text, f"{one:%Y%m%d}", phone=f"{n % 2}")
        for n, (one, text) in enumerate(zip(days, taken, strict=True))
    ]
    assert len(inspected(*cases, code="C16")) == shown


def test_not_when_it_is_linked_merged_refused_or_long_ago():
    linked = f"{SOUND}\n2026-03-06 Linked kind=repeat to=HT01-20260302-0001"
    merged = f"{TAKEN}\n2026-03-03 Merged group=水保"
    refused = f"{TAKEN.splitlines()[0]}\n2026-03-02 Refused reason=twice"
    for text in (linked, merged, refused):
        assert inspected(numbered(1), numbered(2, text), code="C16") == []
    assert (
        inspected(
            numbered(1), numbered(1, SOUND.replace("-03-", "-04-"), on="20260402"), code="C16"
        )
        == []
    )


# -- C17 -----------------------------------------------------------------------------------------------------------

CAUSED = f"{TAKEN}\n2026-03-02 Triaged difficulty=complex cause=blockage"
IMPROVED = f"{CAUSED}\n2026-03-03 Improved kind=rule_change what=改"


def many(number, text=CAUSED):
    return [numbered(n, text, phone=f"{n}") for n in range(1, number + 1)]


def test_a_common_cause_without_an_improvement():
    (found,) = inspected(*many(COMMON), code="C17")
    assert (found.case_no, found.grade) == ("", "info")
    assert f"有 {COMMON} 件的原因是“堵点”" in found.what
    assert inspected(*many(COMMON - 1), code="C17") == []
    assert inspected(*many(COMMON), code="C17", now="2026-09-01") == []


@pytest.mark.parametrize("data", [{"case": ["HT01-20260302-0003"]}, {"item": ["诊所备案"]}])
def test_an_improvement_of_the_office_counts(data):
    office = [Event("Improved", at("2026-03-03"), {"kind": "rule_change", **data})]
    assert inspected(*many(COMMON), code="C17", office=office) == []


def test_an_improvement_on_one_of_them_counts():
    assert inspected(*many(COMMON - 1), numbered(COMMON, IMPROVED, phone="x"), code="C17") == []


# -- C18, C19 ------------------------------------------------------------------------------------------------------


def test_a_case_settled_twice_breaks_the_month_and_is_named():
    twice = f"{TAKEN}\n{TOLD}\n{DONE}\n2026-03-05 Resolved outcome=solved counts_as=solved measures=又办"
    (found,) = inspected(numbered(1, twice), numbered(2), code="C18")
    assert found.what.startswith(
        "2026-03 平衡式不成立：结转+受理+重办=2，办结+不予受理+转出+结转下期=3"
    )
    assert "HT01-20260302-0001" in found.what


def test_each_of_many_alike_that_went_out_twice_is_named():
    twice = f"{TAKEN}\n{TOLD}\n{DONE}\n2026-03-05 Withdrawn reason=不办了"
    (found,) = inspected(
        *[numbered(number, twice) for number in range(1, 7)], code="C18", now="2026-09-01"
    )
    assert found.what.endswith(
        "重复计数的件：HT01-20260302-0001、HT01-20260302-0002、HT01-20260302-0003 等 6 件"
    )


def test_what_is_carried_in_must_be_what_was_carried_out():
    twice = f"{TAKEN}\n{TOLD}\n{DONE}\n2026-03-05 Resolved outcome=solved counts_as=solved measures=又办"
    april = numbered(1, SOUND.replace("-03-", "-04-"), on="20260401")
    found = inspected(numbered(1, twice), april, code="C18", now="2026-05-06")
    assert [one.what.split("：")[0] for one in found] == [
        "2026-03 平衡式不成立",
        "2026-04 的上期结转 -1 不等于上月的结转下期 0",
    ]
    assert inspected(
        numbered(1, twice), april, now="2026-05-06", asked=CheckSelection(("C18",), month="2026-04")
    )[0].what.startswith("2026-04")


def test_books_that_foot():
    again = f"{SOUND}\n2026-04-07 Reopened reason=没解决\n2026-04-08 Resolved outcome=solved measures=好\n2026-05-06 Reopened reason=又来"
    gone = f"{TAKEN}\n2026-03-03 Withdrawn reason=不办了"
    assert (
        inspected(
            numbered(1, again), numbered(2, gone), numbered(3, TAKEN), code="C18", now="2026-06-01"
        )
        == []
    )


def perfect(number, resolved="2026-03-04T11:00"):
    text = f"{TAKEN}\n{TOLD}\n{DONE.replace('2026-03-04T11:00', resolved)}\n{GOOD.replace('2026-03-05', '2026-03-31T18:00')}"
    return numbered(number, text, phone=f"{number}")


def test_a_perfect_month():
    cases = [perfect(number) for number in range(1, month.LEAST + 1)]
    (found,) = inspected(*cases, code="C19", now="2026-04-07")
    assert found.what.startswith("2026-03 办结的 10 件，按时、解决、回访、满意、办结率全是 100%")
    assert inspected(*cases[1:], code="C19", now="2026-04-07") == []
    assert inspected(*cases, numbered(11, TAKEN, phone="x"), code="C19", now="2026-04-07") == []
    assert inspected(*cases, code="C19", now="2026-03-20") == []


def test_a_month_with_a_case_done_twice_is_not_perfect():
    """The second result and call are as good as any; that there had to be a second round is what counts."""
    cases = [perfect(number) for number in range(1, month.LEAST)]
    once = f"{TAKEN}\n{TOLD}\n{DONE}\n{GOOD}"
    again = (
        f"{once}\n2026-03-06 Reopened reason=again\n{TOLD.replace('03-04', '03-06')}\n"
        f"{DONE.replace('03-04', '03-06')}\n{GOOD.replace('03-05', '03-09')}"
    )
    assert len(inspected(*cases, numbered(10, once, phone="x"), code="C19", now="2026-04-07")) == 1
    assert inspected(*cases, numbered(10, again, phone="x"), code="C19", now="2026-04-07") == []


def test_settlements_bunched_on_the_last_working_day():
    cases = [
        perfect(number, "2026-03-31T11:00" if number % 2 else "2026-03-04T11:00")
        for number in range(1, 11)
    ]
    assert "2026-03 的办结有 5/10 件集中在最后一个工作日" in whats(
        inspected(*cases, code="C19", now="2026-04-07")
    )


# -- C25 -----------------------------------------------------------------------------------------------------------


def test_a_roster_with_a_hole_and_a_double():
    duty = (
        Duty(day("2026-03-02"), "zs"),
        Duty(day("2026-03-02"), "ls"),
        Duty(day("2026-03-04"), "zs"),
    )
    said = whats(inspected(SOUND, code="C25", duty=duty))
    assert "2026-03-03" in said
    assert "2026-03-02" in said


def test_no_roster_no_finding():
    assert STATION.duty == ()
    assert inspected(SOUND, code="C25") == []


def test_a_duty_on_a_day_that_a_notice_took_away():
    duty = (Duty(day("2026-10-01"), "zs"), Duty(day("2026-10-03"), "zs"))
    (found,) = inspected(SOUND, code="C30", duty=duty)
    assert "2026-10-01" in found.what
    assert "bbcs station duty remove 2026-10-01" in found.hint  # a Saturday may be meant
    assert inspected(SOUND, code="C30") == []


# -- the table, and what is asked ----------------------------------------------------------------------------------


def test_every_code_of_the_rules_stands_in_the_table():
    assert list(CHECKS) == [f"C{number:02d}" for number in range(1, 35)]
    for check in CHECKS.values():
        assert check.grade in GRADES
        assert (check.function is None) != (check.aggregate is None)


def test_what_is_asked():
    late = TAKEN

    def codes(asked):
        return {
            one.code
            for one in inspected(
                numbered(1, late), numbered(3, late, phone="1"), now="2026-03-20", asked=asked
            )
        }

    assert {"C01", "C05", "C06"} <= codes(CheckSelection())
    assert codes(CheckSelection(("C06",))) == {"C06"}
    assert codes(CheckSelection((), ("info",))) == set()
    assert codes(CheckSelection(first=date(2026, 3, 3))) == {"C01"}, (
        "numbers are of the whole ledger"
    )
    assert {"C05", "C06"} <= codes(CheckSelection(last=date(2026, 3, 2)))


@pytest.mark.parametrize("asked", [CheckSelection(("C99",)), CheckSelection((), ("fatal",))])
def test_unknown_codes_and_grades_are_refused(asked):
    with pytest.raises(UnknownWord):
        inspected(SOUND, asked=asked)


def test_who_has_no_role_is_refused():
    from inspected import PACK, HistoryLedger

    from bbcs.usecases.checks import inspect
    from sample import Desk

    for role in ("clerk", "leader", "supervisor", "admin", "auditor"):
        assert (
            list(
                inspect(
                    HistoryLedger([history(SOUND)]),
                    Desk(PACK).office("2026-03-06", (role,)),
                    CheckSelection(("C02",)),
                )
            )
            == []
        )
    with pytest.raises(NotPermitted):
        inspect(HistoryLedger([]), Desk(PACK).office("2026-03-06", ()), CheckSelection())


def test_the_answer():
    found = inspected(numbered(1, TAKEN), numbered(3, TAKEN, phone="1"), now="2026-03-20")
    made = document(found)
    assert made["schema"] == "bbcs.check/1"
    assert all(
        list(one) == ["code", "case_no", "what", "hint", "grade"] for one in made["findings"]
    )
    assert len(table(found).rows) == len(found)
    assert summary(found).startswith(f"{len(found)} 处：错误 ")
    assert "陈试验" not in str(found)


def test_each_case_by_its_own_rules():
    other = changed(TAKEN, pack="zhanyi")
    assert inspected(other, code="C22", pack=rules(FREE), now="2026-03-06") == []
    assert inspected(other, pack=shipped("default"), code="C02") == []


def test_it_streams():
    """A case is looked at when it comes, and forgotten: nothing of a month long past is kept."""
    repeats = Repeats(None)  # type: ignore[arg-type]
    for number in range(400):
        came = date(2024, 1, 1) + timedelta(days=number)
        text = TAKEN.replace("2026-03-02", came.isoformat())
        list(repeats.see(CaseView(None, numbered(1, text, phone=f"{number}"))))  # type: ignore[arg-type]
    assert len(repeats._visits) <= REPEAT_DAYS + 1
