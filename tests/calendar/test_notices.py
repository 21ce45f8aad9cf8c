"""Notices: every kept text gives the shipped days, every phrasing is read, every broken check refuses the whole text."""

from __future__ import annotations

import contextlib
import io
import random
import re
import unicodedata
import zipfile
from collections import Counter
from datetime import date
from time import process_time

import corruptions
import pytest
from holidays.calendars.chinese import _ChineseLunisolar
from hypothesis import example, given, settings, strategies as st

from bbcs.calendar import layers
from bbcs.calendar.days import DayCalendar
from bbcs.calendar.layers import ExceptionalDay
from bbcs.calendar.notice import parse
from bbcs.calendar.notice.dates import feast_day
from bbcs.errors import NoticeInvalid
from sizes import examples, is_long

TEXTS = corruptions.texts()
ANNUAL = sorted(name for name in TEXTS if re.fullmatch(r"(composed-)?20\d\d(-full)?", name))


def days(plan: parse.ParsePlan) -> list[tuple[str, bool, str, str]]:
    assert plan.findings == ()
    return [(f"{row.day:%m-%d}", row.is_working_day, row.kind, row.name) for row in plan.exceptions]


def shipped(notice: str) -> list[ExceptionalDay]:
    return [row for row in layers.national() if row.notice == notice]


def codes(text: str, **given: object) -> set[str]:
    """Names of the checks that failed; a refused plan holds no day, and every finding quotes and says something."""
    plan = parse.parse(text, **given)  # type: ignore[arg-type]
    if plan.findings:
        assert (plan.exceptions, plan.cancels, plan.spans) == ((), (), ())
    for finding in plan.findings:
        assert len(finding.where) <= 60
        assert finding.what
    return {finding.code for finding in plan.findings}


def changed(name: str, old: str, new: str) -> str:
    assert TEXTS[name].count(old) == 1, (name, old)
    return TEXTS[name].replace(old, new)


def without_title(name: str) -> str:
    return "".join(
        line for line in TEXTS[name].splitlines(keepends=True) if not line.startswith("#")
    )


# -- the days of every text ----------------------------------------------------------------------------------------

#: Days of an annual notice that a later one took over, so that the shipped table has them under that one or not at all.
TAKEN_OVER = {
    "2019": [ExceptionalDay(date(2019, 5, 1), False, "holiday", "劳动节", "2019")],
    "2020": [ExceptionalDay(date(2020, 2, 1), True, "makeup", "春节", "2020")],
}


@pytest.mark.parametrize("name", ANNUAL)
def test_an_annual_notice_gives_exactly_the_shipped_days(name: str) -> None:
    year = re.sub(r"\D", "", name)
    plan = parse.parse(TEXTS[name])
    assert plan.findings == ()
    assert list(plan.exceptions) == sorted(shipped(year) + TAKEN_OVER.get(year, []))
    assert (plan.year, plan.kind, plan.cancels) == (int(year), "annual", ())
    assert layers.announced(plan.exceptions) == {int(year)}


@pytest.mark.parametrize("year", ["2023", "2024"])
def test_full_and_short_texts_give_the_same_days(year: str) -> None:
    assert parse.parse(TEXTS[year]).exceptions == parse.parse(TEXTS[f"{year}-full"]).exceptions


def test_number_issue_title_and_spans() -> None:
    plan = parse.parse(TEXTS["2024-full"])
    assert plan.title == "国务院办公厅关于2024年部分节假日安排的通知"
    assert plan.number == "国办发明电〔2023〕7号"
    assert plan.issued == date(2023, 10, 25)
    assert plan.spans[1] == parse.Holiday("春节", date(2024, 2, 10), date(2024, 2, 17), 8)
    assert parse.parse(TEXTS["composed-2006"]).issued == date(2005, 12, 16)


def test_the_new_labour_day_of_2019() -> None:
    plan = parse.parse(TEXTS["2019-laodong"])
    assert plan.kind == "midyear"
    assert [row[:4] for row in plan.exceptions] == [row[:4] for row in shipped("2019-laodong")]
    assert plan.cancels == ()
    assert [(span.name, span.days) for span in plan.spans] == [("劳动节", 4)]


def test_a_new_arrangement_cancels_what_it_does_not_name_again() -> None:
    before = [row for row in layers.national() if row.notice != "2019-laodong"]
    before += [
        ExceptionalDay(date(2019, 4, 27), True, "makeup", "劳动节", "2019"),
        ExceptionalDay(date(2019, 4, 30), False, "holiday", "劳动节", "2019"),
    ]
    plan = parse.parse(TEXTS["2019-laodong"], before=lambda _: DayCalendar(before))
    assert [(f"{row.day}", row.is_working_day, row.kind) for row in plan.cancels] == [
        ("2019-04-27", False, "weekend"),
        ("2019-04-30", True, "normal"),
    ]
    after = DayCalendar([*before, *plan.layer])
    shipped_days = DayCalendar()
    april = [date(2019, 4, day) for day in range(20, 31)] + [
        date(2019, 5, day) for day in range(1, 10)
    ]
    assert [after.is_working(day) for day in april] == [
        shipped_days.is_working(day) for day in april
    ]


def test_the_longer_spring_festival_of_2020_cancels_a_make_up_day() -> None:
    before = [row for row in layers.national() if row.notice != "2020-yanchang"] + TAKEN_OVER[
        "2020"
    ]
    plan = parse.parse(TEXTS["composed-2020-yanchang"], before=lambda _: DayCalendar(before))
    assert days(plan) == [("01-31", False, "holiday", "春节")]
    assert [(row.day, row.is_working_day, row.kind) for row in plan.cancels] == [
        (date(2020, 2, 1), False, "weekend")
    ]
    assert plan.spans == (parse.Holiday("春节", date(2020, 1, 31), date(2020, 2, 2), 3),)
    after = DayCalendar([*before, *plan.layer])
    assert after.add(date(2020, 1, 22), 3) == date(2020, 2, 4)


def test_mid_year_notices_are_read_without_a_calendar_too() -> None:
    for name, notice in (
        ("composed-2020-yanchang", "2020-yanchang"),
        ("composed-2015-0903", "2015-0903"),
    ):
        plan = parse.parse(TEXTS[name])
        assert plan.kind == "midyear"
        assert [row[:4] for row in plan.exceptions] == [row[:4] for row in shipped(notice)]


def test_an_extension_must_fit() -> None:
    name = "composed-2020-yanchang"
    assert codes(changed(name, "2月3日（星期一）起", "2月4日（星期二）起")) == {"resumes"}
    assert codes(
        changed(name, "2月2日（农历正月初九，星期日）", "2月2日（农历正月初八，星期日）")
    ) == {"lunar_day"}
    assert codes(TEXTS[name].replace("春节", "中秋节").replace("农历正月初九，", "")) == {
        "no_holiday"
    }


def test_regions_give_the_difference_from_the_nation() -> None:
    guangxi = parse.parse(TEXTS["guangxi-2021"])
    assert guangxi.kind == "regional"
    assert days(guangxi) == [
        (f"04-{day}", day == 18, "makeup" if day == 18 else "holiday", "三月三")
        for day in (14, 15, 16, 18)
    ]
    ningxia = parse.parse(TEXTS["ningxia-2020"])
    assert [(day, name) for day, _, _, name in days(ningxia)] == [
        ("05-25", "开斋节"),
        ("05-26", "开斋节"),
        ("07-30", "古尔邦节"),
        ("07-31", "古尔邦节"),
    ]
    assert layers.announced(guangxi.exceptions + ningxia.exceptions) == frozenset()


GUANGXI_2017 = """广西壮族自治区人民政府办公厅关于2017年“壮族三月三”放假的通知
一、“壮族三月三”期间，本自治区内全体公民放假2天，即3月30日、31日（农历三月初三、初四）放假。根据《国务院办公厅关于2017年部分节假日安排的通知》（国办发明电〔2016〕17号）精神，清明节放假时间为4月2日至4日，4月1日（星期六）上班。为营造节日气氛，本自治区内4月1日（星期六）放假调休，4月8日（星期六）上班，即“壮族三月三”和清明节放假时间为3月30日至4月4日。
二、各地各部门要组织开展好相关活动。
"""


def test_a_region_cites_the_nation_and_cancels_its_make_up_day() -> None:
    plan = parse.parse(GUANGXI_2017)
    assert [(day, works) for day, works, _, _ in days(plan)] == [
        ("03-30", False),
        ("03-31", False),
        ("04-08", True),
    ]
    assert [(row.day, row.kind) for row in plan.cancels] == [(date(2017, 4, 1), "weekend")]
    assert codes(GUANGXI_2017.replace("放假时间为4月2日至4日", "放假时间为4月2日至5日")) == {
        "citation"
    }


def test_a_region_may_repeat_the_nation_and_name_the_feast_day() -> None:
    plan = parse.parse("""新疆维吾尔自治区人民政府办公厅关于2025年节假日放假调休日期和冬夏季作息时间的通知
一、节假日放假安排
(一)元旦:1月1日(周三)放假1天,不调休。
(二)肉孜节:3月31日(周一)是少数民族习惯节日肉孜节,3月29日(周六)至31日(周一)放假,共3天。
(三)清明节:4月4日(周五)至6日(周日)放假,共3天。
二、冬夏季作息时间安排
(一)夏季作息时间:自2025年5月1日起实行夏季作息时间,上班时间为上午10:00至14:00,下午16:00至20:00。
""")
    assert days(plan) == [("03-31", False, "holiday", "肉孜节")]


def test_days_said_to_be_holidays_and_weekend_add_up() -> None:
    text = """拉萨市人民政府办公室关于2025年藏历新年放假安排的通知
2025年藏历新年放假时间为2月27日至3月4日，共6天，其中放假4天、周末2天，不调休。"""
    assert [day for day, *_ in days(parse.parse(text + "\n"))] == [
        "02-27",
        "02-28",
        "03-03",
        "03-04",
    ]
    assert codes(text.replace("周末2天", "周末3天")) == {"count"}


# -- phrasing ------------------------------------------------------------------------------------------------------

SAME = [
    ("2025", "1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）", "1月28日～2月4日"),
    ("2024", "2月10日至17日放假调休", "2月10日（周六）———17日放假调休"),
    ("2024", "2月10日至17日放假调休", "2月10日到2月17日调休放假"),
    ("2024", "2月10日至17日放假调休，共8天", "2月10日－17日（星期六至星期六）放假调休，共八天"),
    ("2024", "2月10日至17日放假调休，共8天", "2月10日至17日共放假8天"),
    ("2024", "2月10日至17日放假调休，共8天", "放假时间为2024年2月10日至2月17日，共8天"),
    ("2024", "2月4日（星期日）、2月18日（星期日）上班", "2月4日（星期天）、18日（周日)均正常上班"),
    ("2024", "2月18日（星期日）上班", "2月18日（星期日）上班，2月19日起正常上班"),
    ("2024", "6月10日放假，与周末连休", "6月10日（星期一）放假1天，与周末连休，共3天"),
    ("2024", "一、元旦：", "一、 元旦 : "),
    ("2024", "一、元旦：", "元旦："),
    ("2024", "二、春节：", "（二）春节——"),
    ("2024", "二、春节：", "二、春节。"),
    ("2024", "三、清明节：", "三、清明节"),
    ("2024", "七、国庆节：", "7.国庆节："),
    ("2024", "三、清明节：4月4日至6日放假调休", "三、清明节：4月4日\n（星期四）至6日放\n假调休"),
    ("2024", "四、劳动节：", "鼓励职工在节日期间（5月6日）休年假。\n四、劳动节："),
    ("2014", "4月5日放假，4月7日（星期一）补休", "4月5日放假。4月7日（星期一）补休"),
    ("2025", "1月1日（周三）放假1天，不调休", "1月1日（周三、新年）休假1天，不安排调休"),
    ("2019", "2018年12月30日至2019年1月1日", "12月30日至1月1日"),
    ("2012", "2011年12月31日（星期六）上班", "12月31日（星期六）上班"),
    ("2012", "2012年1月1日至3日放假调休", "1月1日至3日休假调休"),
    (
        "2010",
        "6月12日（星期六）、13日（星期日）上班",
        "将6月12日（星期六）、13日（星期日）两个公休日调至6月15日、16日",
    ),
    (
        "2010",
        "6月12日（星期六）、13日（星期日）上班",
        "6月12日、13日公休调至6月15日（星期二）、16日（星期三）休息",
    ),
    ("2010", "6月12日（星期六）、13日（星期日）上班", "6月12、13日上班"),
    ("composed-2008", "9月27日（星期六）、28日（星期日）两个公休日", "9月27日、28日公休日"),
    (
        "composed-2009",
        "10月3日（星期六）公休日及中秋节分别调至",
        "将10月3日（星期六）公休日、中秋节分别调至",
    ),
]


AS_IN_2001 = (
    "三、“五一”。按规定放假3天（5月1、2、3），同时将4月29日（星期六）、30日（星期日）的公休调至5月4日（星期四）、5月5日（星期五），"
    "5月6日（星期六）、7日（星期日）照常公休。这样，“五一”放假时间从5月1日至7日，共7天。4月29日、30日上班。"
)


def test_a_rule_as_notices_of_2001_wrote_it() -> None:
    text = re.sub("三、“五一”.*", AS_IN_2001, TEXTS["composed-2006"])
    assert days(parse.parse(text)) == days(parse.parse(TEXTS["composed-2006"]))
    assert codes(text.replace("（5月1、2、3）", "（5月1、2）")) == {"count", "parts"}
    assert codes(text.replace("（5月1、2、3）", "（5月1、2、3日）")) == set()
    assert codes(text.replace("（5月1、2、3）", "5月1、2、3）")) == {"unreadable"}


@pytest.mark.parametrize(("name", "old", "new"), SAME)
def test_other_words_for_the_same_days(name: str, old: str, new: str) -> None:
    assert days(parse.parse(changed(name, old, new))) == days(parse.parse(TEXTS[name]))


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [("composed-2006", "三、“五一”", "三、五一国际劳动节"), ("2024", "一、元旦", "一、元旦节")],
)
def test_headings_keep_the_name_they_give(name: str, old: str, new: str) -> None:
    plan = parse.parse(changed(name, old, new))
    assert [row[:2] for row in plan.exceptions] == [
        row[:2] for row in parse.parse(TEXTS[name]).exceptions
    ]
    assert new[2:] in {row.name for row in plan.exceptions}


def test_bare_days_belong_to_the_month_a_range_began_in() -> None:
    """2006: 1月29日—2月4日 … 29日、30日、31日为法定假日 are days of January."""
    assert codes(
        changed("composed-2006", "29日、30日、31日为法定假日", "29日、30日、2月31日为法定假日")
    ) == {"no_such_day"}
    rows = [row.day for row in parse.parse(TEXTS["composed-2006"]).exceptions if row.name == "春节"]
    assert rows[0] == date(2006, 1, 28)
    assert date(2006, 1, 31) in rows


def test_december_before_new_year_needs_its_weekday_to_fit() -> None:
    assert date(2005, 12, 31) in {row.day for row in parse.parse(TEXTS["composed-2006"]).exceptions}
    bad = TEXTS["composed-2006"].replace("12月31日(星期六)", "12月31日(星期日)")
    assert codes(bad) == {"weekday"}


def test_advice_and_preamble_are_left_out() -> None:
    plan = parse.parse(TEXTS["2024-full"])
    assert date(2024, 2, 9) not in {row.day for row in plan.exceptions}
    law = "根据2024年11月修订的《全国年节及纪念日放假办法》，自2025年1月1日起，全体公民放假的假日增加2天，"
    law += "国庆节自10月1日起放假调休7天，现将2025年放假安排通知如下。\n"
    assert (
        parse.parse(law + without_title("2025")).exceptions == parse.parse(TEXTS["2025"]).exceptions
    )


def test_pages_around_the_notice_do_not_matter() -> None:
    before = "您现在的位置: 首页 > 公报\n成文日期: 2023年10月25日\n发布日期: 2023-10-25 16:02\n新华社北京10月25日电\n"
    after = "\n国务院办公厅\n2023年10月25日\n责任编辑：李样例 2023年10月25日 16:30\n"
    assert (
        parse.parse(before + TEXTS["2024"] + after).exceptions
        == parse.parse(TEXTS["2024"]).exceptions
    )


WIDE = (
    {ord(char): ord(char) + 0xFEE0 for char in "0123456789:;()~."}
    | {ord("，"): ","}
    | {ord(","): "，"}
)
NARROW = {
    ord("、"): "､",
    ord("。"): "｡",
    ord("（"): "(",
    ord("）"): ")",
    ord("："): ":",
    ord("，"): ",",
}


@settings(max_examples=examples(60))
@given(st.sampled_from(sorted(TEXTS)), st.randoms(use_true_random=False))
def test_full_and_half_width_do_not_matter(name: str, dice: random.Random) -> None:
    table = dice.choice([WIDE, NARROW, {}])
    mixed = "".join(
        char.translate(table) if dice.random() < 0.5 else char for char in without_title(name)
    )
    mixed = re.sub("(?=[月日年至])", lambda _: dice.choice(["", "", " ", "\u3000", "\xa0"]), mixed)
    title = parse.parse(TEXTS[name]).title
    assert days(parse.parse(mixed, title=title)) == days(parse.parse(TEXTS[name]))
    assert days(parse.parse(unicodedata.normalize("NFKC", mixed), title=title)) == days(
        parse.parse(TEXTS[name])
    )


# -- every check broken once ---------------------------------------------------------------------------------------

BROKEN = [
    ("2024", "2月4日（星期日）", "2月4日（星期六）", "weekday"),
    ("2025", "1月1日（周三）", "1月1日（周四）", "weekday"),
    ("2025", "5月1日（周四）至5日（周一）", "5月1日（周四）至6日（周一）", "weekday"),
    ("2025", "农历正月初七", "农历正月初八", "lunar_day"),
    ("composed-2008", "2月6日（除夕）", "2月7日（除夕）", "lunar_day"),
    ("composed-2008", "农历除夕至正月初六", "农历除夕至正月初五", "lunar_day"),
    ("composed-2026", "2月15日（农历腊月二十八、周日）", "2月15日（除夕）", "lunar_day"),
    ("2024", "共8天", "共7天", "count"),
    ("2014", "1月1日放假1天", "1月1日放假2天", "count"),
    ("composed-2006", "共七天", "共八天", "count"),
    ("2024", "2月4日（星期日）", "2月5日", "makeup_on_weekday"),
    (
        "composed-2006",
        "4月29日（星期六）、30日（星期天）公休日",
        "4月28日、30日（星期天）公休日",
        "makeup_on_weekday",
    ),
    ("2024", "2月18日（星期日）", "3月17日（星期日）", "makeup_far"),
    ("2018", "6月18日放假，与周末连休", "6月11日放假，与周末连休", "statutory_day"),
    ("2024", "9月15日至17日", "9月14日至16日", "statutory_day"),
    ("2019", "4月5日放假", "4月8日放假", "statutory_day"),
    ("2024", "10月1日至7日", "0月1日至7日", "no_such_day"),
    ("2024", "2月10日至17日", "2月30日至17日", "no_such_day"),
    ("2024", "2月10日至17日", "2月17日至10日", "range_backwards"),
    ("2024", "2月10日至17日", "2月10日至1月17日", "range_backwards"),
    ("2024", "2月10日至17日", "2月10日至5月17日", "range_long"),
    ("2024", "2月4日（星期日）", "2月10日（星期六）", "off_and_makeup"),
    ("2024", "9月29日（星期日）", "9月15日（星期日）", "off_and_makeup"),
    ("2024", "一、元旦：1月1日放假", "一、元旦：1月1日至3日放假，共3天。4月6日放假", "days_apart"),
    ("2024", "5月1日至5日放假调休，共5天", "4月4日至5月5日放假调休", "range_long"),
    ("2024", "9月15日至17日放假调休，共3天。9月14日（星期六）上班。", "", "no_date"),
    ("2024", "9月15日至17日放假调休，共3天", "9月15日至17日，共3天", "no_verb"),
    ("2024", "与周末连休。\n六", "。\n六、与周末连休。\n六", "unreadable"),
    ("2018", "9月24日放假，与周末连休", "9月25日放假，与周末连休", "linked_weekend"),
    (
        "2024",
        "六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。\n",
        "",
        "missing_holidays",
    ),
    ("2024", "。2月4日（星期日）、2月18日（星期日）上班", "", "balance"),
    ("2021", "2月7日（星期日）、2月20日（星期六）上班", "2月7日（星期日）上班", "balance"),
    ("2024", "七、国庆节", "七、国庆", None),
    ("2024", "七、国庆节", "七、国大庆节", "missing_holidays"),
    ("2024", "七、国庆节", "七、我国庆节", "unreadable"),
    ("2024", "2月10日至17日", "10日至17日", "unreadable"),
    ("2024", "2月10日至17日", "210日至17日", "unreadable"),
    ("2022", "2022年1月1日", "2202年1月1日", "wrong_year"),
    ("2012", "2011年12月31日", "2010年12月31日", "wrong_year"),
    ("2024", "（星期日）、5月11日", "（期日）、5月11日", "unreadable"),
    ("2024", "与周末连休。\n二、", "与周末连休。\n上一篇：天气预报。\n二、", "unreadable"),
    ("2024", "与周末连休。\n二、", "与周末连休。\n6月3日 李样例 到此一游\n二、", "stray_date"),
    ("2024", "1月1日放假", "1月1日放假热烈庆祝", "unreadable"),
    (
        "composed-2006",
        "6日（星期六）、7日（星期天）照常公休",
        "6日（星期六）、13日（星期六）照常公休",
        "parts",
    ),
    (
        "composed-2006",
        "4月29日（星期六）、30日（星期天）公休日调至5月4日、5日",
        "4月29日（星期六）、30日（星期天）公休日调至5月4日",
        "moved_days",
    ),
    ("composed-2006", "4月29日、30日上班", "4月30日上班", "moved_days"),
]


@pytest.mark.parametrize(("name", "old", "new", "code"), BROKEN)
def test_a_broken_check_refuses_the_whole_text(
    name: str, old: str, new: str, code: str | None
) -> None:
    assert (
        (code in codes(changed(name, old, new)))
        if code
        else codes(changed(name, old, new)) == set()
    )


def test_a_finding_quotes_the_line_and_says_why() -> None:
    (finding,) = parse.parse(changed("2025", "1月26日（周日）", "1月26日（周六）")).findings
    assert finding.where.startswith("二、春节：1月28日（农历除夕、周二）至2月4日")
    assert finding.where.endswith("…")
    assert len(finding.where) == 60
    assert finding.what == "2025-01-26 是星期日，注的是星期六"


def test_all_lines_that_fail_are_named_at_once() -> None:
    text = (
        TEXTS["2024"]
        .replace("共8天", "共6天")
        .replace("4月7日（星期日）", "4月7日（星期六）")
        .replace("10月12日", "10月32日")
    )
    assert [finding.code for finding in parse.parse(text).findings] == [
        "weekday",
        "no_such_day",
        "count",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n \n",
        "办不成事反映窗口",
        "关于开展安全生产检查的通知。2026年3月2日",
        "# title: 国务院办公厅关于2026年部分节假日安排的通知",
    ],
)
def test_what_is_no_notice(text: str) -> None:
    assert codes(text) == {"not_a_notice"}


def test_the_year_must_be_known_and_right() -> None:
    short = without_title("2018")
    assert codes(short) == {"no_year"}
    assert parse.parse(short, year=2018).exceptions == parse.parse(TEXTS["2018"]).exceptions
    assert parse.parse(short, title="国务院办公厅关于2018年部分节假日安排的通知").year == 2018
    assert codes(TEXTS["2018"], year=2019) == {"wrong_year"}
    assert codes(short, year=2019) & {"weekday", "statutory_day"}
    assert codes(short, year=1999) == {"out_of_range"}
    assert codes(
        TEXTS["2018"].replace("# title: 国务院办公厅关于2018", "# title: 国务院办公厅关于2003")
    ) == {"out_of_range"}


def test_two_notices_in_one_text() -> None:
    assert codes(TEXTS["2023"] + TEXTS["2024"]) == {"two_notices"}
    assert "two_notices" in codes(without_title("2023") + without_title("2023"), year=2023)


@pytest.mark.parametrize("name", ["2025", "2019", "composed-2009"])
def test_a_text_cut_off_anywhere_is_refused(name: str) -> None:
    text = TEXTS[name]
    right = parse.parse(text).exceptions
    last = max(text.rfind("上班"), text.rfind("放假"))
    for end in range(0, last, 7):
        cut = text[:end]
        assert codes(cut) or parse.parse(cut).exceptions == right, cut[-30:]
    assert codes(text[: text.rfind("10月1")])
    assert "truncated" in codes(text[: last - 1])


def test_mid_year_and_regional_texts_cut_off() -> None:
    assert codes(
        "国务院办公厅关于调整2019年劳动节假期安排的通知\n一、2019年5月1日至4日放假调休"
    ) == {"truncated"}
    assert codes(TEXTS["guangxi-2021"][:-20])


@pytest.mark.parametrize("year", range(2027, 2101, 7))
def test_years_to_come_have_their_feasts(year: int) -> None:
    """By the statutory table alone: nothing but the statutory days, written as the notice of 2025 does."""
    text = "\n".join(
        f"{number}、{name}：{feast_day(name, year):%Y年%m月%d日}放假1天。"
        for number, name in zip(
            "一二三四五六七",
            ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"),
            strict=True,
        )
    )
    assert codes(text) <= {"balance", "twice"}
    wrong = text.replace(f"清明节：{year}年04月0", f"清明节：{year}年06月0")
    assert "statutory_day" in codes(wrong)


def test_feast_days_are_those_of_the_library() -> None:
    library = _ChineseLunisolar()
    dates = {
        "春节": library.lunar_new_year_date,
        "清明节": library.qingming_date,
        "端午节": library.dragon_boat_date,
        "中秋节": library.mid_autumn_date,
    }
    for year in range(2004, 2100):
        for feast, of_year in dates.items():
            assert feast_day(feast, year) == of_year(year)[0], (feast, year)


def test_a_new_law_changes_the_balance_only_when_the_notice_says_so() -> None:
    text = """国务院办公厅关于2027年部分节假日安排的通知
{}现将2027年放假安排通知如下。
一、元旦：1月1日至3日放假，共3天。
二、春节：2月5日至12日放假，共8天。
三、清明节：4月3日至5日放假，共3天。
四、劳动节：5月1日至4日放假，共4天。
五、端午节：6月9日放假，共1天。
六、中秋节：9月15日放假，共1天。
七、国庆节：10月1日至5日放假，共5天。
"""
    assert codes(text.format("")) == {"balance"}
    assert codes(text.format("根据2026年11月修订的《全国年节及纪念日放假办法》，")) == set()


# -- copying errors ------------------------------------------------------------------------------------------------


def test_at_least_95_percent_of_harmful_one_digit_errors_are_refused() -> None:
    """All of them: `python tests/calendar/corruptions.py`."""
    dice = random.Random(795)
    every = [(name, broken) for name in TEXTS for broken in corruptions.corruptions(TEXTS[name])]
    right = {name: parse.parse(text) for name, text in TEXTS.items()}
    counted = Counter(
        corruptions.outcome(broken, right[name])
        for name, broken in dice.sample(every, min(examples(1200), len(every)))
    )
    assert counted["refused"] / (counted["refused"] + counted["silent"]) >= 0.95, corruptions.share(
        counted
    )


MARKS = "0123456789年月日至、，。（）一二三星期六放假上班共天\n#《"


@settings(max_examples=examples(150))
@given(st.sampled_from(sorted(TEXTS)), st.data())
def test_a_mutated_text_gives_a_plan_or_findings(name: str, data: st.DataObject) -> None:
    text = TEXTS[name]
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        text = (
            text[:at]
            + data.draw(st.text(MARKS, max_size=3))
            + text[at + data.draw(st.integers(0, 12)) :]
        )
    plan = parse.parse(text)
    assert bool(plan.findings) != bool(plan.exceptions or plan.spans)
    codes(text)


@settings(max_examples=examples(100))
@given(st.text(MARKS + "春节国庆自治区延长调公休其中与周末是不即将"))
@example("一、春节：" + "9" * 5000 + "日放假。")
@example("一、春节：1月²日放假。")
def test_any_text_at_all(text: str) -> None:
    codes(text)
    codes(text, year=2026, kind="annual")
    codes(text, year=2026, kind="regional")


# -- files ---------------------------------------------------------------------------------------------------------

BODY = without_title("2024-full")
RIGHT = parse.parse(TEXTS["2024"]).exceptions


def docx(
    document: str, compression: int = zipfile.ZIP_DEFLATED, member: str = "word/document.xml"
) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(member, document)
    return made.getvalue()


def word(text: str) -> str:
    runs = (
        "".join(f"<w:r><w:t>{part}</w:t></w:r>" for part in re.split("(?<=月)", line))
        for line in text.splitlines()
    )
    body = "".join(
        f"<w:p>{run}<w:del><w:r><w:delText>1月5日上班</w:delText></w:r></w:del></w:p>"
        for run in runs
    )
    return f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_file_in_any_usual_encoding(encoding: str) -> None:
    assert parse.parse(parse.plain(BODY.encode(encoding), ".txt")).exceptions == RIGHT
    assert parse.plain(BODY, "") == BODY


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_saved_page(encoding: str) -> None:
    lines = "".join(
        f"<p>&emsp;&emsp;{line}</p>\n"
        for line in BODY.replace("月", "<span>月</span>").splitlines()
    )
    page = f"""<!DOCTYPE html><html><head><meta charset="{"utf-8" if encoding == "utf-8" else "gb2312"}">
    <title>国务院办公厅关于2024年部分节假日安排的通知_中国政府网</title>
    <style>p {{ content: "5月9日放假" }}</style><script>var x = "<p>1月9日放假</p>";</script></head>
    <body><ul><li><a href="/">首页</a></li><li>政策</li></ul><div>{lines}</div><footer>网站地图</footer></body></html>"""
    plan = parse.parse(parse.plain(page.encode(encoding), ".HTML"))
    assert plan.findings == ()
    assert plan.exceptions == RIGHT
    assert parse.plain(page, ".htm") == parse.plain(page.encode(encoding), ".html")


def test_a_word_file() -> None:
    plan = parse.parse(parse.plain(docx(word(BODY)), ".docx"))
    assert plan.findings == ()
    assert plan.exceptions == RIGHT
    assert plan.number == "国办发明电〔2023〕7号"


BAD_FILES = {
    "no zip": b"PK nonsense",
    "cut off": docx(word(BODY))[:300],
    "no document": docx(word(BODY), member="word/other.xml"),
    "DTD": docx('<!DOCTYPE x [<!ENTITY a "b">]>' + word(BODY)),
    "broken XML": docx(word(BODY)[:-20]),
    "no XML": docx(""),
    "bomb": docx(word("零" * 3_000_000)),
    "deep": docx("<a>" * 100_000 + "</a>" * 100_000, zipfile.ZIP_STORED),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_word_file_is_refused(name: str) -> None:
    with pytest.raises(NoticeInvalid, match="docx") as refused:
        parse.plain(BAD_FILES[name], ".docx")
    assert (refused.value.exit_code, refused.value.code) == (30, "E3002")


def test_other_files_are_refused() -> None:
    for raw, suffix in (
        (b"%PDF-1.7", ".pdf"),
        (b"", ".doc"),
        (b"\xff\xff\xff", ".txt"),
        (b"x" * 20_000_001, ".txt"),
        ("text", ".docx"),
    ):
        with pytest.raises(NoticeInvalid):
            parse.plain(raw, suffix)


@settings(max_examples=examples(60))
@given(st.binary(max_size=300), st.sampled_from(["", ".txt", ".html", ".docx"]))
def test_any_bytes_at_all(raw: bytes, suffix: str) -> None:
    with contextlib.suppress(NoticeInvalid):
        parse.parse(parse.plain(raw, suffix))


# -- read alike wherever it comes from -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(set(TEXTS) - {"guangxi-2021", "ningxia-2020"}))
@pytest.mark.parametrize("between", ["", " ", "\u3000"])
def test_a_notice_pasted_in_one_line_is_read_alike(name: str, between: str) -> None:
    whole = parse.parse(TEXTS[name])
    kept = (line.strip() for line in TEXTS[name].splitlines() if not line.startswith("#"))
    pasted = parse.parse(between.join(kept), title=whole.title)
    assert pasted.findings == ()
    assert (pasted.layer, pasted.issued, pasted.kind) == (whole.layer, whole.issued, whole.kind)


@pytest.mark.parametrize("issuer", ["国务院办公厅", "虚构办公厅", "示例省人民政府"])
def test_a_title_and_a_signature_without_line_ends_are_found(issuer: str) -> None:
    """Pasted without a salutation: the title meets the first rule, the text its signature."""
    kept = (
        line.strip()
        for line in TEXTS["2025"].splitlines()
        if not line.startswith("#") and "节假日期间" not in line
    )
    rules = "".join(line for line in kept if re.match("[一二三四五六七]、", line))
    title = "国务院办公厅关于2025年部分节假日安排的通知"
    found = parse.parse(f"{title}{rules}{issuer}2024年11月12日")
    assert found.findings == ()
    assert (found.year, found.issued) == (2025, date(2024, 11, 12))
    assert found.layer == parse.parse(TEXTS["2025"]).layer


HOSTILE = {
    "elements": "<div>",
    "attributes": "<a b='",
    "comments": "<!--",
    "scripts": "<script></scr",
    "angles": "<",
    "cited": "《",
    "rules": "一、元旦：",
    "numbers": "1月1日放假",
    "brackets": "(",
}
SIZE = 40_000 if is_long() else 20_000
"""Characters of the smaller text; four times as many still are below the limit of a notice."""


def seconds(text: str) -> float:
    """CPU time of reading a text as a page and as it is; both are refused."""
    begun = process_time()
    for suffix in (".html", ".txt"):
        assert parse.parse(parse.plain(text.encode(), suffix)).findings
    return process_time() - begun


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markup_takes_linear_time(name: str) -> None:
    """Four times the text takes about four times as long; a quadratic reader takes sixteen."""
    part = HOSTILE[name]
    small = min(seconds(part * (SIZE // len(part))) for _ in range(3))
    assert seconds(part * (4 * SIZE // len(part))) < 10 * small + 0.05


def test_a_page_shows_what_a_reader_sees() -> None:
    page = (
        "<!DOCTYPE html><html><head><title>通知</title><style>p > b {}</style></head><body>"
        "<!-- 隐 > 藏 --><p>一、元旦：1月1日<b>放假</b>1天&nbsp;。</p><script>x = '<p>'</script>"
        "3 < 5<br/>末行"
    )
    text = parse.plain(page.encode(), ".html")
    assert text.split("\n") == ["", "通知", "一、元旦：1月1日放假1天 。", "3<5", "末行"]


def test_a_text_too_long_for_a_notice_is_refused() -> None:
    assert codes(TEXTS["2025"] + "空话。\n" * 100_000) == {"too_long"}
