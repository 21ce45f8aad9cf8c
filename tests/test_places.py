"""The rule packs of the five places against what was published: limits, words, figures, and the due dates of the stories.

Dates are counted with the pack's clock and the calendar alone; the stories themselves are replayed elsewhere.
"""

import re
from datetime import date, datetime, timedelta

import pytest

from bbcs import WorkCalendar
from bbcs.config import packs
from bbcs.domain.pack import AXES, Clock, RulePack
from bbcs.errors import UnknownWord

FACTS_KNOWN = {
    "nanchang": ("NC", 34),
    "yichun": ("YC", 32),
    "linfen": ("LF", 31),
    "zhanyi": ("ZY", 34),
    "xianan": ("XA", 34),
}
"""Place -> the letters and the last number of the facts that its article gives."""

ON = {
    "nanchang": "triage callback",
    "yichun": "callback satisfied final_feedback",
    "linfen": "sign triage callback archive_no",
    "zhanyi": "triage callback tell_before_extend",
    "xianan": "sign triage callback",
}
STATED_GATES = {
    "nanchang": "",
    "yichun": "satisfied",
    "linfen": "",
    "zhanyi": "tell_before_extend",
    "xianan": "sign",
}

STORIES = [
    # place, story, clock, what the case is, start, due, due when rest-day starts roll ("" = the same)
    ("nanchang", "NC-1", "resolve", "difficulty=complex round=1", "2021-04-06", "2021-04-20", ""),
    ("nanchang", "NC-1", "callback", "", "2021-04-14", "2021-04-21", ""),
    ("nanchang", "NC-2", "resolve", "difficulty=complex round=1", "2021-04-26", "2021-05-12", ""),
    ("nanchang", "NC-2", "callback", "", "2021-04-30", "2021-05-11", ""),
    ("nanchang", "NC-3", "resolve", "difficulty=general round=1", "2022-01-26", "2022-02-07", ""),
    ("nanchang", "NC-3", "callback", "", "2022-01-28", "2022-02-09", ""),
    ("yichun", "YC-1", "resolve", "demand_kind=help round=1", "2017-12-11", "2017-12-14", ""),
    ("yichun", "YC-1", "callback", "", "2017-12-11", "2017-12-18", ""),
    ("yichun", "YC-2", "resolve", "demand_kind=complaint round=1", "2018-01-15", "2018-01-29", ""),
    (
        "yichun",
        "YC-2 redo",
        "resolve",
        "demand_kind=complaint round=2",
        "2018-01-25",
        "2018-01-30",
        "",
    ),
    ("yichun", "YC-2", "callback", "", "2018-01-24", "2018-01-31", ""),
    ("yichun", "YC-2 redo", "callback", "round=2", "2018-01-29", "2018-02-05", ""),
    ("yichun", "YC-3", "resolve", "demand_kind=help round=1", "2017-12-06", "2017-12-11", ""),
    ("yichun", "YC-3", "callback", "", "2017-12-06", "2017-12-13", ""),
    ("linfen", "LF-1", "resolve", "difficulty=complex round=1", "2024-03-04", "2024-03-11", ""),
    ("linfen", "LF-1", "arrive", "order=whistle", "2024-03-04T09:00", "2024-03-04T09:30", ""),
    ("linfen", "LF-1", "callback", "", "2024-03-06", "2024-03-13", ""),
    (
        "linfen",
        "LF-2",
        "resolve",
        "difficulty=beyond_level round=1",
        "2023-06-05",
        "2023-06-19",
        "",
    ),
    (
        "linfen",
        "LF-2 as complex",
        "resolve",
        "difficulty=complex round=1",
        "2023-06-05",
        "2023-06-12",
        "",
    ),
    ("linfen", "LF-2", "callback", "", "2023-06-19", "2023-06-27", ""),
    ("linfen", "LF-3", "resolve", "difficulty=simple round=1", "2023-03-06", "2023-03-06", ""),
    (
        "linfen",
        "LF-4",
        "resolve",
        "difficulty=beyond_level round=1",
        "2022-07-04",
        "2022-07-18",
        "",
    ),
    ("linfen", "LF-4", "callback", "", "2022-09-30", "2022-10-12", ""),
    ("linfen", "LF-5", "resolve", "difficulty=complex round=1", "2024-03-04", "2024-03-11", ""),
    (
        "zhanyi",
        "ZY-1 before triage",
        "resolve",
        "difficulty=simple round=1",
        "2022-06-25",
        "2022-06-29",
        "2022-06-30",
    ),
    (
        "zhanyi",
        "ZY-1",
        "resolve",
        "difficulty=complex round=1",
        "2022-06-25",
        "2022-07-08",
        "2022-07-11",
    ),
    ("zhanyi", "ZY-1", "callback", "", "2022-07-05", "2022-07-19", ""),
    ("zhanyi", "ZY-2", "resolve", "difficulty=special round=1", "2022-08-23", "2022-09-06", ""),
    ("zhanyi", "ZY-2", "callback", "", "2022-09-13", "2022-09-27", ""),
    ("zhanyi", "ZY-3", "resolve", "difficulty=special round=1", "2022-04-11", "2022-04-24", ""),
    ("zhanyi", "ZY-3", "callback", "", "2022-05-11", "2022-05-25", ""),
    ("xianan", "XA-2", "resolve", "difficulty=hard round=1", "2021-06-25", "2021-07-09", ""),
    ("xianan", "XA-2 taken", "sign", "order=relay", "2021-06-25", "2021-06-28", ""),
    ("xianan", "XA-2 joined", "sign", "order=assist", "2021-06-28", "2021-06-30", ""),
    ("xianan", "XA-2 led", "sign", "order=lead", "2021-06-28", "2021-06-30", ""),
]

WORDS = {
    "nanchang": {
        "channel": "counter", "difficulty": "general complex",
        "cause": "blockage blind_spot hard_point mutual_prerequisite no_rule missing_papers legacy_issue",
        "outcome": "solved solved_by_waiver solved_with_gaps explained",
        "step": "joint_study issue_proof assist site_check verify consult after_hours outcome_check guided_filing extra_item "
        "post_in post_out remote_accept home_visit",
    },
    "yichun": {
        "channel": "phone web sms fax weibo wechat counter", "demand_kind": "inquiry help complaint suggestion",
        "step": "pre_review approve_at_window submit_to_head", "outcome": "solved", "notice": "one_time result",
        "supervision": "remind", "close_how": "normal approved_unsatisfied",
    },
    "linfen": {
        "channel": "counter wechat web", "difficulty": "simple complex beyond_level", "pause": "upper_consultation",
        "cause": "no_obstacle bottleneck unclear missing_papers", "outcome": "solved done_on_behalf explained", "level": "1 2 3",
        "step": "joint_study consult assist other",
    },
    "zhanyi": {
        "channel": "counter referral own_initiative", "difficulty": "simple complex special", "level": "1 2 3", "notice": "result",
        "cause": "policy_clear policy_blocked name_conflict legacy_issue no_qualification", "outcome": "solved partly explained",
        "step": "joint_study other risk_found issue_proof outcome_check consult",
    },
    "xianan": {
        "channel": "counter leader_mailbox referral", "difficulty": "general cannot hard", "cause": "legacy_issue",
        "outcome": "solved explained", "step": "assist verify site_check home_visit", "notice": "acceptance", "supervision": "supervise",
    },
}  # fmt: skip
"""Place -> axis -> the words that its stories and its published classes use."""

FIGURES = {
    "nanchang": "21 8 39 2 1 40",
    "yichun": "2340 67% 1.5 73 30 300 27",
    "linfen": "2022-04 7 1 2 3 4 5 6 8 13",
    "zhanyi": "523 362 12 100%",
    "xianan": "19 1391 12128 26.87% 51 939 919 18 2 168 80.17% 94.51%",
}

PLACES = sorted(FACTS_KNOWN)


def _facts(text: str) -> dict[str, object]:
    pairs = dict(pair.split("=") for pair in text.split())
    return {
        "difficulty": "",
        "cause": [],
        "demand_kind": "help",
        **pairs,
        "round": int(pairs.get("round", 1)),
    }


def _due(clock: Clock, start: str, pack: RulePack) -> str:
    at = datetime.fromisoformat(start)
    if clock.unit == "minute":
        return (at + timedelta(minutes=clock.limit)).isoformat(timespec="minutes")
    rule = "same_day" if clock.unit in ("same_day", "close_of_business") else pack.day_rule
    return (
        WorkCalendar().add(at.date(), clock.limit, rule).isoformat()
    )  # `set` counts like working days while no date was set


@pytest.mark.parametrize(("place", "story", "name", "case", "start", "due", "rolled"), STORIES)
def test_due_dates_of_the_stories(place, story, name, case, start, due, rolled):
    pack = packs.pack(place)
    clock = pack.clock(name, _facts(case))
    assert (_due(clock, start, pack), _due(clock, start, pack._replace(day_rule="wd_roll"))) == (
        due,
        rolled or due,
    )


@pytest.mark.parametrize(
    ("start", "total", "added"),
    [("2022-08-23", "2022-09-14", "2022-09-28"), ("2022-04-11", "2022-04-29", "2022-05-17")],
)
def test_the_two_readings_of_fifteen_days(start, total, added):
    """ZY-2 and ZY-3: in all, or on top of the ten."""
    pack, calendar, first = packs.pack("zhanyi"), WorkCalendar(), date.fromisoformat(start)
    limit = pack.clock("resolve", _facts("difficulty=special")).limit
    assert (pack.extension.mode, pack.extension.days, pack.extension.max_count) == (
        "total_cap",
        15,
        1,
    )
    assert calendar.add(first, pack.extension.days).isoformat() == total
    assert calendar.add(calendar.add(first, limit), pack.extension.days).isoformat() == added


def test_a_pause_over_the_summer_ends_on_a_makeup_sunday():
    """LF-4: four of ten days used, six left after the summer."""
    calendar, clock = (
        WorkCalendar(),
        packs.pack("linfen").clock("resolve", _facts("difficulty=beyond_level")),
    )
    used = calendar.between(date(2022, 7, 4), date(2022, 7, 8))
    assert (clock.pausable, used, calendar.add(date(2022, 9, 26), clock.limit - used)) == (
        True,
        4,
        date(2022, 10, 9),
    )


def test_only_cases_from_the_first_day_on_run_clocks():
    """XA-1 and XA-3 came before the window, ZY-3 after it."""
    first = {
        place: packs.pack(place).in_force_from for place in ("linfen", "xianan", "yichun", "zhanyi")
    }
    assert first == {
        "linfen": None,
        "xianan": date(2021, 6, 24),
        "yichun": None,
        "zhanyi": date(2022, 4, 1),
    }


def test_every_demand_of_the_hotline_has_a_limit_while_none_is_set():
    clocks = {
        kind: packs.pack("yichun").clock("resolve", _facts(f"demand_kind={kind}"))
        for kind in ("help", "inquiry", "suggestion", "complaint")
    }
    assert {kind: (clock.unit, clock.limit) for kind, clock in clocks.items()} == {
        "help": ("set", 3), "inquiry": ("set", 1), "suggestion": ("set", 10), "complaint": ("set", 10),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("difficulty", "limit"),
    [("general", "0 same_day"), ("cannot", "3 working_day"), ("hard", "10 set")],
)
def test_limits_of_xianan(difficulty, limit):
    clock = packs.pack("xianan").clock("resolve", _facts(f"difficulty={difficulty}"))
    assert f"{clock.limit} {clock.unit}" == limit


def test_limits_of_nanchang():
    pack = packs.pack("nanchang")
    limits = [
        pack.clock("resolve", _facts(f"difficulty={key}"))
        for key in ("simple", "general", "complex", "cannot")
    ]
    assert [(clock.limit, clock.unit) for clock in limits] == [
        (0, "same_day"),
        *((n, "working_day") for n in (5, 10, 3)),
    ]
    gap = pack.clock("gap", _facts(""))
    assert (gap.limit, gap.unit, gap.start, gap.stop) == (
        5,
        "working_day",
        ("AcceptedWithGaps",),
        ("GapFilled",),
    )
    assert pack.extension[:3] == ("additional", 5, 1)


@pytest.mark.parametrize("place", PLACES)
def test_gates_and_what_the_source_says_of_them(place):
    pack = packs.pack(place)
    assert {gate for gate, on in pack.gates.items() if on} == set(ON[place].split())
    stated = {gate for gate in pack.gates if f"gates.{gate}" not in pack.proposed}
    assert stated == set(STATED_GATES[place].split())


@pytest.mark.parametrize("place", PLACES)
def test_the_words_that_the_stories_use(place):
    pack = packs.pack(place)
    missing = [
        (axis, key)
        for axis, keys in WORDS[place].items()
        for key in keys.split()
        if key not in pack.words[axis]
    ]
    assert missing == []


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("axis", ["supervision", "close_how", "notice", "pause", "grade"])
def test_words_that_every_place_has(place, axis):
    assert set(packs.pack("default").words[axis]) <= set(packs.pack(place).words[axis])


@pytest.mark.parametrize("place", PLACES)
def test_a_negative_answer_needs_its_basis(place):
    assert packs.pack(place).words["outcome"]["explained"].needs_basis


@pytest.mark.parametrize("place", PLACES)
def test_every_value_has_a_fact_of_the_article_or_is_proposed(place):
    pack, (letters, last) = packs.pack(place), FACTS_KNOWN[place]
    rules = [
        *(word for words in pack.words.values() for word in words.values()),
        *pack.clocks,
        pack.extension,
        pack.callback,
    ]
    rules += [*pack.accountability, *pack.facts]
    assert [
        rule
        for rule in rules
        if not (getattr(rule, "proposed", False) or rule.source.startswith(f"{letters}-"))
    ] == []
    cited = re.findall(rf"{letters}-(\d\d)", packs.find(place).read_text(encoding="utf-8"))
    assert set(map(int, cited)) <= set(range(1, last + 1))
    assert {"pack.day_rule", "office", "register.work"} <= set(pack.proposed)


@pytest.mark.parametrize("place", PLACES)
def test_published_figures_are_given_with_their_source(place):
    values = [fact.value for fact in packs.pack(place).facts]
    assert [figure for figure in FIGURES[place].split() if figure not in values] == []


@pytest.mark.parametrize("place", [*PLACES, "default"])
def test_no_pack_passes_for_a_national_standard(place):
    pack = packs.pack(place)
    assert "GB/T" not in repr(pack)
    assert not any("国家标准" in source["title"] for source in pack.sources)


@pytest.mark.parametrize("place", [*PLACES, "default"])
def test_a_resolve_limit_warns_and_goes_red(place):
    pack = packs.pack(place)
    assert {warning.colour for clock in pack.clocks for warning in clock.warnings} <= set(
        pack.words["colour"]
    )
    assert all(
        clock.warnings and clock.warnings[-1].left == -1
        for clock in pack.clocks
        if clock.name == "resolve"
    )


@pytest.mark.parametrize(
    ("place", "levels"),
    [
        ("default", ["simple", "complex", "special"]),
        ("linfen", ["simple", "complex", "beyond_level"]),
        ("nanchang", ["simple", "complex", None]),
        ("xianan", ["general", "hard", None]),
        ("yichun", ["simple", "complex", None]),
        ("zhanyi", ["simple", "complex", None]),
    ],
)
def test_what_proposes_a_level(place, levels):
    words = packs.pack(place).words["level"]
    assert [word.at.get("difficulty") for word in words.values()] == levels
    assert all(word.at and word.who and word.trigger for word in words.values())


def test_the_accountability_chart_of_linfen():
    pack = packs.pack("linfen")
    assert {row.trigger: (row.measures, row.source) for row in pack.accountability} == {
        "漠视群众利益": (("record",), "LF-23"),
        "没有明确法律规范依据而拒绝": (
            ("interview", "notify_parent_unit", "propose_transfer"),
            "LF-24",
        ),
        "不担当、不作为、吃拿卡要": (("refer_leading_group", "refer_discipline"), "LF-25"),
    }
    assert pack.registers["work"].title == "工作台账登记簿"
    headers = [header for _, header in pack.registers["work"].columns]
    assert (
        " ".join(headers)
        == "序号 编号 受理时间 反映人 事项 类别 响应级别 责任科室 时限 办结时间 结果 归档号"
    )


@pytest.mark.parametrize("place", PLACES)
def test_every_axis_has_words_but_a_place_that_refuses_nothing(place):
    assert set(AXES) - set(packs.pack(place).words) == ({"refusal"} if place == "xianan" else set())


def test_a_place_that_refuses_nothing_says_so():
    with pytest.raises(UnknownWord, match="规则包里一个也没有"):
        packs.pack("xianan").word("refusal", "诉讼")
