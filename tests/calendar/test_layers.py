"""Layers of imported notices: which holds, what it announces, what it cites, and what changes between two calendars."""

from __future__ import annotations

from datetime import date

import pytest

from bbcs.calendar import layers
from bbcs.calendar.days import DayCalendar, DayChange
from bbcs.calendar.layers import ExceptionalDay, Imported
from bbcs.errors import BadDate, BadValue, CalendarGap, UnknownWord

SHIPPED = DayCalendar()


def notice(
    id: str,
    layer: str,
    days: str,
    *,
    issued: str = "",
    seq: int = 1,
    region: str = "",
    number: str = "",
) -> Imported:
    """`days`: "2027-02-08 off, 2027-02-14 works"; on the weekend off is plain, on other days work is."""
    rows = []
    for day, word in (part.split() for part in days.split(", ")):
        when, works = date.fromisoformat(day), word == "works"
        kind = (
            ("normal" if works else "holiday")
            if when.weekday() < 5
            else ("makeup" if works else "weekend")
        )
        rows.append(ExceptionalDay(when, works, kind, "春节", "as the parser named it"))
    return Imported(
        id,
        layer,
        region,
        f"{id}的通知",
        number,
        issued,
        "https://www.gov.cn/",
        "0" * 64,
        "demo",
        seq,
        tuple(rows),
    )


def calendar(*imported: Imported, region: str = "") -> DayCalendar:
    return DayCalendar(*layers.compose(imported, region))


def test_nothing_imported_is_the_shipped_calendar() -> None:
    rows, notices = layers.compose([], "guangxi")
    assert (rows, notices) == (layers.national(), {})
    assert DayCalendar(rows, notices).hash == SHIPPED.hash


def test_every_import_changes_the_hash() -> None:
    one = notice("2027", "annual", "2027-01-01 off")
    more = notice("2027-1", "midyear", "2027-01-04 off")
    assert len({SHIPPED.hash, calendar(one).hash, calendar(one, more).hash}) == 3


def test_an_annual_notice_announces_its_year_and_is_cited() -> None:
    of_2027 = calendar(
        notice("2027", "annual", "2027-02-08 off, 2027-02-14 works", number="国办发明电〔2026〕9号")
    )
    assert of_2027.firm_until == date(2027, 12, 29)
    assert of_2027.is_working(date(2027, 2, 14))
    assert of_2027.info(date(2027, 2, 8)).notice == "国办发明电〔2026〕9号"
    assert of_2027.info(date(2026, 2, 16)).notice == SHIPPED.info(date(2026, 2, 16)).notice
    # By the shipped rules 2027-02-09 is off in lieu; a notice that does not name it ends the guess.
    assert (SHIPPED.is_working(date(2027, 2, 9)), of_2027.is_working(date(2027, 2, 9))) == (
        False,
        True,
    )


def test_only_an_annual_notice_announces() -> None:
    assert (
        calendar(notice("移动", "organisation", "2027-03-01 off")).firm_until == SHIPPED.firm_until
    )
    with pytest.raises(BadValue, match="编号"):
        calendar(notice("2027", "midyear", "2027-03-01 off"))
    with pytest.raises(BadValue, match="编号"):
        calendar(notice("放假", "annual", "2027-03-01 off"))


def test_an_unknown_layer_is_refused_naming_the_four() -> None:
    with pytest.raises(UnknownWord, match="annual、midyear、region、organisation"):
        calendar(notice("x", "yearly", "2027-03-01 off"))


def test_layers_hold_in_their_order_however_they_are_given() -> None:
    day = "2027-05-06"
    stack = [
        notice("单位", "organisation", f"{day} works", seq=1),
        notice("广西", "region", f"{day} off", region="guangxi", seq=2),
        notice("后", "midyear", f"{day} works", issued="2027-03-01", seq=3),
        notice("前", "midyear", f"{day} off", issued="2027-02-01", seq=4),
        notice("2027", "annual", f"{day} works", issued="2026-11-01", seq=5),
    ]
    seen = []
    while stack:
        seen.append(calendar(*stack, region="guangxi").is_working(date(2027, 5, 6)))
        stack.pop(0)
    assert seen == [True, False, True, False, True]


def test_mid_year_notices_of_one_day_hold_in_the_order_of_import() -> None:
    first = notice("甲", "midyear", "2027-05-06 off", issued="2027-03-01", seq=8)
    second = notice("乙", "midyear", "2027-05-06 works", issued="2027-03-01", seq=9)
    assert calendar(second, first).is_working(date(2027, 5, 6))


def test_a_region_holds_only_at_home() -> None:
    guangxi = notice(
        "guangxi-2021",
        "region",
        "2021-04-14 off, 2021-04-15 off, 2021-04-16 off, 2021-04-18 works",
        region="guangxi",
    )
    assert calendar(guangxi, region="guangxi").add(date(2021, 4, 13), 1) == date(2021, 4, 18)
    assert calendar(guangxi, region="xizang").add(date(2021, 4, 13), 1) == date(2021, 4, 14)
    assert calendar(guangxi).hash == SHIPPED.hash


def test_a_corrected_annual_notice_stands_in_for_the_first() -> None:
    wrong = notice("2027", "annual", "2027-02-08 off, 2027-02-20 works", seq=1)
    right = notice("2027", "annual", "2027-02-08 off, 2027-02-14 works", seq=2)
    assert calendar(wrong, right).diff(calendar(right)) == []
    of_2026 = calendar(notice("2026", "annual", "2026-10-01 off"))
    assert not of_2026.is_working(date(2026, 10, 10))


def test_an_annual_notice_imported_again_does_not_undo_the_shipped_change_of_it() -> None:
    # 2020-02-01 was a make-up day until the extension of 26 January 2020.
    again = notice("2020", "annual", "2020-01-24 off, 2020-02-01 works")
    assert calendar(again).diff(SHIPPED) == []


def test_a_notice_without_number_and_title_is_cited_by_its_id() -> None:
    bare = notice("本中心公告", "organisation", "2027-03-01 off")._replace(title="")
    assert calendar(bare).info(date(2027, 3, 1)).notice == "本中心公告"


# -- what differs ---------------------------------------------------------------------------------------------------


def test_diff_names_the_days_that_moved_and_what_they_were() -> None:
    changed = calendar(
        notice(
            "2026-10",
            "midyear",
            "2026-10-08 off, 2026-10-10 off, 2026-10-17 works",
            issued="2026-09-01",
        )
    )
    assert SHIPPED.diff(changed) == [
        DayChange(day, SHIPPED.info(day), changed.info(day))
        for day in (date(2026, 10, 8), date(2026, 10, 10), date(2026, 10, 17))
    ]
    assert [(one.was.kind, one.becomes.kind) for one in SHIPPED.diff(changed)] == [
        ("normal", "holiday"),
        ("makeup", "weekend"),
        ("weekend", "makeup"),
    ]
    assert [
        one.day.day for one in changed.diff(SHIPPED, date(2026, 10, 9), date(2026, 10, 10))
    ] == [10]


def test_diff_is_the_walk_over_every_day() -> None:
    other = calendar(notice("2027", "annual", "2027-02-08 off, 2027-02-14 works, 2026-12-31 off"))
    days = [
        date.fromordinal(ordinal)
        for ordinal in range(date(2026, 1, 1).toordinal(), date(2029, 1, 1).toordinal())
    ]
    walked = [day for day in days if SHIPPED.is_working(day) != other.is_working(day)]
    assert [one.day for one in SHIPPED.diff(other)] == walked


def test_diff_refuses_a_span_that_runs_backwards_or_leaves_the_calendar() -> None:
    with pytest.raises(BadDate, match="早于"):
        SHIPPED.diff(SHIPPED, date(2026, 2, 1), date(2026, 1, 1))
    with pytest.raises(CalendarGap, match="2100-12-31"):
        SHIPPED.diff(SHIPPED, last=date(2101, 1, 1))
