"""`bbcs.WorkCalendar`: the public calendar, shipped or with what one home imported."""

from __future__ import annotations

import csv
import doctest
import re
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

import bbcs
from bbcs import WorkCalendar, workcalendar
from bbcs.calendar import days, layers
from bbcs.calendar.dates import parse_day, parse_start
from bbcs.calendar.rules import RULES
from bbcs.cli import recorded_sessions
from bbcs.errors import BadDate, CalendarGap, StoreUnreachable, UnknownWord
from cli.cli_desk import Desk, write

ROOT = Path(__file__).parents[1]
NOTICE = recorded_sessions.folder() / "files" / "2027通知.txt"
GUANGXI = "# 虚构\n# title: 广西三月三放假安排2027\n广西三月三放假安排:4月8日(星期四)、4月9日(星期五)放假,4月17日(星期六)上班。\n"
START = date(2027, 1, 27)


@pytest.fixture(scope="module")
def north(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return home(tmp_path_factory.mktemp("north"))


@pytest.fixture(scope="module")
def south(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("south")
    made = home(folder, "--region", "广西壮族自治区")
    Desk(made).ok(
        "calendar",
        "import",
        "--yes",
        write(folder / "三月三.txt", GUANGXI),
        "--region",
        "广西",
        "--yes",
    )
    return made


def home(folder: Path, *more: str) -> Path:
    desk = Desk(folder / "home", "2027-01-20")
    desk.ok("init", "--station", "ZY01", "--name", "示例站", *more)
    desk.ok("calendar", "import", "--yes", NOTICE)
    return desk.home


def test_the_examples_in_its_text_are_true():
    found = doctest.testmod(workcalendar)
    assert (found.attempted, found.failed) == (5, 0)


def test_it_is_what_the_package_gives():
    assert bbcs.WorkCalendar is workcalendar.WorkCalendar
    assert issubclass(WorkCalendar, days.DayCalendar)


def test_what_it_answers():
    calendar = WorkCalendar()
    assert calendar.is_working(date(2026, 10, 10)) is True
    assert calendar.add(date(2026, 2, 13), 5) == date(2026, 2, 27)
    assert calendar.add(date(2026, 10, 15), -5) == date(2026, 10, 9)
    assert calendar.count(date(2026, 2, 13), date(2026, 2, 28)) == 7
    assert calendar.between(date(2026, 2, 13), date(2026, 2, 27)) == 5
    steps = calendar.explain(date(2026, 9, 30), 3)
    assert [step.day for step in steps if step.number] == [
        date(2026, 10, day) for day in (8, 9, 10)
    ]
    assert calendar.due(date(2026, 12, 28), 10) == (date(2027, 1, 12), True, (2027,), "wd")


@pytest.mark.parametrize(
    ("kind", "ask"),
    [
        (CalendarGap, lambda calendar: calendar.is_working(date(2003, 12, 31))),
        (CalendarGap, lambda calendar: calendar.count(date(2100, 1, 1), date(2101, 1, 1))),
        (CalendarGap, lambda calendar: calendar.add(date(2100, 12, 31), 1)),
        (BadDate, lambda calendar: calendar.add(START, 0)),
        (BadDate, lambda calendar: calendar.add(START, 10**12)),
        (UnknownWord, lambda calendar: calendar.due(START, 1, "weekdays")),
    ],
)
def test_what_it_refuses(kind, ask):
    with pytest.raises(kind):
        ask(WorkCalendar())


def test_a_home_adds_its_imports(north: Path):
    shipped, own = WorkCalendar(), WorkCalendar(home=north)
    assert (shipped.add(START, 10), own.add(START, 10)) == (date(2027, 2, 16), date(2027, 2, 17))
    assert (shipped.due(START, 10).provisional, own.due(START, 10).provisional) == (True, False)
    assert own.info(date(2027, 1, 30)).notice == "虚构的2027年部分节假日安排"
    assert own.hash != shipped.hash == WorkCalendar().hash
    assert WorkCalendar(home=str(north)).hash == own.hash
    assert all(
        own.add(START, n)
        == date.fromisoformat(Desk(north).ok("calendar", "add", START, n, "-q").out.strip())
        for n in (1, 3, 20)
    )


def test_the_region_is_that_of_the_station_unless_another_is_named(south: Path, north: Path):
    start, local, national = date(2027, 4, 6), date(2027, 4, 15), date(2027, 4, 13)
    asked = {None: local, "广西": local, "guangxi": local, "宁夏": national, "": national}
    assert {
        region: WorkCalendar(home=south, region=region).add(start, 5) for region in asked
    } == asked
    assert (
        WorkCalendar(home=north).add(start, 5)
        == WorkCalendar(home=north, region="广西").add(start, 5)
        == national
    )


def test_a_region_without_a_home_has_no_days_of_its_own():
    assert WorkCalendar(region="广西").hash == WorkCalendar().hash
    with pytest.raises(UnknownWord, match="guangxi"):
        WorkCalendar(region="火星")


def test_no_home(tmp_path: Path, north: Path):
    with pytest.raises(StoreUnreachable):
        WorkCalendar(home=tmp_path / "没有")
    with pytest.raises(UnknownWord):
        WorkCalendar(home=north, region="火星")


def test_it_asks_the_ledger_once(north: Path):
    """A calendar is a value: it does not change when the home does."""
    own = WorkCalendar(home=north)
    Desk(north, "2027-01-21").take()
    assert own.add(START, 10) == date(2027, 2, 17)


def test_the_public_ledger_counts_by_the_imports(north: Path):
    now = datetime.fromisoformat("2027-01-27T09:00:00+08:00")
    with bbcs.open_ledger(north, actor="demo", now=now) as ledger:
        no = ledger.intake(
            matter="诊所备案",
            demand="通不过",
            reporter="陈试验",
            difficulty="complex",
            cause=["blockage"],
        )["case_no"]
        assert ledger.case(no)["clocks"][0]["due"] == "2027-02-17"


# -- the page on working days --------------------------------------------------------------------------------------

PAGE = (ROOT / "docs" / "working-days.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(
    r"^\| (\d{4}-\d\d-\d\d(?: \d\d:\d\d)?) \| `(\w+)` \| (\S+) \| (\S+(?: \d\d:\d\d)?) \|",
    PAGE,
    re.MULTILINE,
)


def test_the_page_has_examples_of_every_rule():
    assert len(EXAMPLES) > 20
    assert {rule for _, rule, *_ in EXAMPLES} == {*RULES, "count"}


@pytest.mark.parametrize("row", EXAMPLES, ids=" ".join)
def test_an_example_of_the_page_is_one_of_the_kept_ones_and_true(row):
    start, rule, n, due = row
    with (ROOT / "tests" / "calendar" / "deadline_examples.csv").open(encoding="utf-8") as lines:
        kept = {
            (one["start"], one["rule"].removesuffix(" (provisional)"), one["n"], one["deadline"])
            for one in csv.DictReader(lines)
        }
    assert (start, rule, n, due) in kept
    calendar = WorkCalendar()
    if rule == "count":
        assert calendar.count(parse_day(start), parse_day(n)) == int(due)
    else:
        assert moment(calendar.due(parse_start(start), int(n), rule).due) == moment(
            parse_start(due)
        )


def moment(due):
    return due.replace(tzinfo=None) if isinstance(due, datetime) else due


def test_the_page_names_every_rule_with_its_articles():
    for name, rule in RULES.items():
        assert f"| `{name}` | {rule.label} | {rule.law} |" in PAGE


def test_the_page_names_every_region_with_its_festivals():
    for region in layers.regions().values():
        (line,) = [line for line in PAGE.splitlines() if line.startswith(f"| {region.names[0]} |")]
        assert "、".join(region.festivals) in line
        assert ("没有" not in line) == region.verified


def test_the_page_says_which_years_are_shipped():
    years = sorted(row.notice for row in layers.national() if len(row.notice) == 4)
    assert f"{years[0]} 年到 {years[-1]} 年" in PAGE
    assert f"{len(layers.national())} 个特殊日子" in PAGE


def test_a_moment_is_the_day_that_it_is_in_china() -> None:
    """The same instant in two zones: the last working day before a holiday, or the holiday."""
    calendar = WorkCalendar()
    here = datetime(2026, 10, 1, 7, 0, tzinfo=timezone(timedelta(hours=8)))
    there = here.astimezone(UTC)
    assert there.date() == date(2026, 9, 30)
    assert [calendar.is_working(one) for one in (here, there)] == [False, False]
    assert [calendar.count(one, date(2026, 10, 9)) for one in (here, there)] == [2, 2]
    assert [calendar.between(one, date(2026, 10, 9)) for one in (here, there)] == [2, 2]
    assert [calendar.add(one, 1) for one in (here, there)] == [date(2026, 10, 8)] * 2


@pytest.mark.parametrize("n", [3.0, "3", None, float("nan"), float("inf")])
def test_a_number_of_days_is_whole(n: object) -> None:
    with pytest.raises(BadDate):
        WorkCalendar().add(date(2026, 3, 2), n)
    if n != 3.0:
        with pytest.raises(BadDate):
            WorkCalendar().due(date(2026, 3, 2), n, "hours_wall")


def test_a_start_that_is_no_time_is_refused() -> None:
    """`NaT` of pandas is a datetime that equals nothing, not even itself."""

    class NotATime(datetime):
        def __eq__(self, other: object) -> bool:
            return False

        def __ne__(self, other: object) -> bool:
            return True

        __hash__ = datetime.__hash__

    with pytest.raises(BadDate):
        WorkCalendar().add(NotATime(2026, 3, 2), 3)
