"""What packs can say since issue 17: gates of the intake, a drawn share of callbacks, hours by season, scores and tiers."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from bbcs.config import packs, schema
from bbcs.domain import desk as desks
from bbcs.domain.clocks import running
from bbcs.domain.fold import fold
from bbcs.domain.pack import AT_INTAKE, RulePack
from bbcs.errors import BbcsError, FieldWanted, GateClosed, MissingInput
from sample import WORDS, Desk, clock, due, history, rules

WHO = "matter=备案 demand=办不成 reporter=陈试验"
ALL = f"{WHO} phone=13800000001 id_number=530303190001019993 address=示例市示例路1号"


# -- gates of the intake -------------------------------------------------------------------------


def taken(pack: RulePack, said: str) -> BbcsError | None:
    desk = Desk(pack)
    try:
        desk.do(f"2026-03-02T09:00 intake {said}")
    except BbcsError as refused:
        assert not desk.ledger.entries
        return refused
    return None


@pytest.mark.parametrize("gate", ["phone", "id_number", "address"])
def test_a_field_that_a_gate_wants_and_lacks_is_refused(gate):
    pack = rules(f'[gates]\n{gate} = true\nproposed = ["{gate}"]\n{clock(3, "working_day")}')
    assert taken(pack, ALL) is None
    refused = taken(pack, WHO)
    assert isinstance(refused, FieldWanted)
    assert (refused.exit_code, refused.asked) == (13, (AT_INTAKE[gate][0],))
    assert isinstance(taken(pack, "matter=备案 reporter=陈试验"), MissingInput)


def test_a_gate_that_wants_the_real_name_takes_nobody_anonymous():
    pack = rules(f'[gates]\nreal_name = true\nproposed = ["real_name"]\n{clock(3, "working_day")}')
    assert taken(pack, WHO) is None
    refused = taken(pack, "matter=备案 demand=办不成 anonymous=yes")
    assert isinstance(refused, GateClosed)
    assert "实名" in refused.message


def test_without_gates_none_of_them_is_wanted():
    assert taken(rules(clock(3, "working_day")), WHO) is None


# -- the share of callbacks ----------------------------------------------------------------------

SHARE = (
    "[callback]\nshare = {}\nattempts = 1\ndays = 1\nproposed = true\n"
    '[gates]\ncallback = true\nproposed = ["callback"]\n'
    + clock(3, "working_day")
    + '[[clock]]\nname = "callback"\nlimit = 5\nunit = "working_day"\nstart = "Resolved"\n'
    'stop = "CalledBack"\nproposed = true\n'
)
DONE = "2026-03-02 Registered matter=备案 phone=13800000001\n2026-03-02 Accepted\n2026-03-03 Resolved outcome=solved counts_as=solved\n2026-03-03 FedBack stage=final text=x"


def settled(digest: str):
    events = [
        event._replace(digest=digest) if event.kind == "Resolved" else event
        for event in history(DONE)
    ]
    return fold(events)


@pytest.mark.parametrize(
    ("share", "lot", "drawn"), [(100, 99, True), (10, 9, True), (10, 10, False), (1, 0, True), (30, 29, True), (30, 30, False)]
)  # fmt: skip
def test_the_lot_decides_who_is_called_back(share, lot, drawn):
    from bbcs.domain.clocks import deadlines
    from sample import CALENDAR, at

    pack, case = rules(SHARE.format(share)), settled(f"{700 + lot:x}")
    assert case.current.lot == lot
    found = deadlines(case, pack, CALENDAR, at("2026-03-05"))
    assert (running(found, "callback", 1) is not None) is drawn
    assert ("callback" in desks.waiting(case, pack, calling=drawn)) is drawn
    assert ("to_close" in desks.waiting(case, pack, calling=drawn)) is not drawn


# -- hours by season and weekday -----------------------------------------------------------------

HEAD = packs.find("default").read_text(encoding="utf-8")
SEASONS = """[[office]]
from = "05-01"
to = "09-30"
weekdays = [1, 2, 3, 4, 5]
hours = "08:30-12:00,14:30-17:30"
proposed = true
[[office]]
from = "10-01"
to = "04-30"
hours = "08:30-12:00,14:00-17:00"
proposed = true
[[office]]
hours = "休"
proposed = true
"""


def read(text: str):
    return schema.read_pack(Path("default.toml"), text.encode())


def office(rows: str) -> tuple[RulePack, list]:
    old = '[office]\nhours = "09:00-12:00,13:30-17:30"\nproposed = true\n'
    assert old in HEAD
    return read(HEAD.replace(old, rows, 1))


def test_office_hours_differ_by_season_and_weekday():
    from datetime import date

    from bbcs.calendar.hours import office_hours

    pack, found = office(SEASONS)
    assert found == []
    hours = office_hours(pack.office)
    days = ("2026-06-01", "2026-06-06", "2026-12-01", "2027-04-30")
    assert [hours.closing(date.fromisoformat(day)) for day in days] == [
        "17:30",
        "",
        "17:00",
        "17:00",
    ]


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ("weekdays = [1, 2, 3, 4, 5]", "weekdays = [0, 8]", "bad_hours", "office[1].weekdays"),
        ("weekdays = [1, 2, 3, 4, 5]", 'weekdays = ["一"]', "wrong_type", "office[1].weekdays"),
        ('from = "05-01"', 'from = "5月1日"', "bad_hours", "office.hours"),
        ('to = "09-30"\n', "", "bad_hours", "office.hours"),
        ('hours = "休"', 'hours = "休"\nweekdays = [7]', "bad_hours", "office.hours"),
        ('hours = "休"', 'opening = "休"', "missing_key", "office[3].hours"),
    ],
)
def test_office_hours_that_cannot_be_read(old, new, code, where):
    found = office(SEASONS.replace(old, new, 1))[1]
    assert (code, where) in [(one.code, one.where.partition(" ")[2]) for one in found], found


def test_one_table_of_hours_goes_as_before():
    assert packs.pack("default").office == "09:00-12:00,13:30-17:30"


# -- scores and tiers ----------------------------------------------------------------------------

SCORE = """
[score]
on_time_rate = 60
satisfaction_rate = 40
proposed = true
[tiers]
优 = 90
良 = 75
差 = 0
proposed = true
"""
SCORE = SCORE.replace("优", '"优"').replace("良", '"良"').replace("差", '"差"')


def test_scores_and_tiers_are_data():
    pack, found = read(HEAD + SCORE)
    assert found == []
    assert pack.score.points == {"on_time_rate": 60, "satisfaction_rate": 40}
    assert pack.tiers.points == {"优": 90, "良": 75, "差": 0}


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ("= 40", "= 30", "bad_score", "score"),
        ("= 40", "= 140", "bad_score", "score.satisfaction_rate"),
        ("on_time_rate", "on_tme_rate", "unknown_word", "score.on_tme_rate"),
        ("= 40", '= "40"', "wrong_type", "score.satisfaction_rate"),
        ("= 75", "= 95", "bad_score", "tiers"),
        ('"差" = 0', '"差" = 60', "bad_score", "tiers"),
        ("proposed = true\n[tiers]", "[tiers]", "no_source", "score"),
        ("proposed = true\n[tiers]", 'source = "办法"\n[tiers]', "unknown_source", "score.source"),
        ("on_time_rate = 60\nsatisfaction_rate = 40\n", "", "bad_score", "tiers"),
    ],
)
def test_scores_that_cannot_be_meant(old, new, code, where):
    assert old in SCORE
    found = read(HEAD + SCORE.replace(old, new, 1))[1]
    assert (code, where) in [(one.code, one.where.partition(" ")[2]) for one in found], found


# -- a matrix of causes and difficulties ---------------------------------------------------------

HALL = {
    ("general", "missing_papers"): 0,
    ("complex", "missing_papers"): 0,
    ("special", "missing_papers"): 0,
    ("general", "policy"): 0,
    ("complex", "policy"): 5,
    ("general", "multi"): 0,
    ("complex", "multi"): 5,
    ("special", "multi"): 10,
}
"""Difficulty and cause -> working days, 0 = at once: the model rules of a citizens' hall."""

NAMES = {"general": "一般", "special": "特别复杂", "missing_papers": "材料不全", "policy": "法规政策", "multi": "多部门"}  # fmt: skip


CAME = "2026-03-02T09:00 Registered matter=备案 demand=办不成\n2026-03-02T09:00 Accepted"


def hall(more: str = "", first: str = 'several_causes = "first"') -> str:
    """The rules of the hall; `complex` is among the words of every sample pack."""
    words = "".join(
        f'[[word]]\naxis = "{axis}"\nkey = "{key}"\nlabel = "{NAMES[key]}"\nproposed = true\n'
        for axis, keys in (("difficulty", ("general", "special")), ("cause", ("missing_papers", "policy", "multi")))
        for key in keys
    )  # fmt: skip
    clocks = "".join(
        clock(days, "working_day" if days else "same_day", more=f'for = {{ difficulty = "{difficulty}", cause = "{cause}" }}')
        for (difficulty, cause), days in HALL.items()
    )  # fmt: skip
    others = "".join(
        clock(0, "none", more=f'for = {{ difficulty = "{one}" }}') for one in ("simple", "complex", "general")
    )  # fmt: skip
    head = f'[pack]\nkey = "hall"\nplace = "某市"\nname = "市民之家"\nedition = "1"\nday_rule = "wd"\n{first}\n'
    head += 'proposed = ["day_rule", "several_causes"]\n' if first else 'proposed = ["day_rule"]\n'
    return head + words + clocks + others + more


def test_a_hall_that_grades_by_cause_and_difficulty_can_be_written() -> None:
    pack = rules(hall(clock(0, "none", more='for = { difficulty = "special" }')))
    for (difficulty, cause), days in HALL.items():
        told = f"{CAME}\n2026-03-02T09:10 Triaged difficulty={difficulty} cause={cause},attitude"
        last = date(2026, 3, 2) + timedelta(days // 5 * 7)  # five working days are a week
        assert due(told, pack)["resolve"].due == last


def test_such_a_hall_without_a_limit_for_a_pair_or_the_word_of_the_first_cause_is_refused() -> None:
    """What the rules leave open is named: a pair without a limit, and a case with two causes."""

    def codes(text: str) -> set[str]:
        found = schema.read_pack(Path("hall.toml"), f"{text}\n{WORDS}".encode())[1]
        return {one.code for one in found}

    assert "no_limit" in codes(hall())
    whole = clock(0, "none", more='for = { difficulty = "special" }')
    assert codes(hall(whole, first="")) == {"tie"}
