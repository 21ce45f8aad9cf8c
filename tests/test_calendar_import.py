"""A holiday notice comes in while many cases are open: exactly the running clocks move, and nothing that is over.

What must move is worked out here a second time, from the story of each case and two calendars that are written down by hand.
"""

from __future__ import annotations

import shutil
import sqlite3
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest

from bbcs.calendar import layers
from bbcs.calendar.days import DayCalendar
from bbcs.calendar.layers import ExceptionalDay
from bbcs.cli import recorded_sessions
from bbcs.config import packs, station_file
from bbcs.store.opening import open_ledger
from bbcs.usecases import acts
from bbcs.usecases.ledger import Stamp
from bbcs.usecases.office import Office
from cli.cli_desk import Desk
from sample import ROLES, at, told
from sizes import is_long

NOTICE = recorded_sessions.folder() / "files" / "2027通知.txt"
TITLE = "虚构的2027年部分节假日安排"
IMPORT = "2027-02-03T09:00"

OFF = (
    "2026-12-31 2027-01-01 2027-02-05 2027-02-08 2027-02-09 2027-02-10 2027-02-11 2027-02-12 2027-04-05 2027-05-03 2027-05-04 2027-05-05 "
    "2027-06-09 2027-09-15 2027-10-01 2027-10-04 2027-10-05 2027-10-06 2027-10-07"
)
WORKS = "2027-01-09 2027-01-30 2027-02-20 2027-04-25 2027-09-26 2027-10-09"
"""The days of the invented notice, read off by eye."""

_DAYS = [(date.fromisoformat(day), day in WORKS) for day in f"{OFF} {WORKS}".split()]
ROWS = [
    ExceptionalDay(day, works, "makeup" if works else "holiday", "", "2027") for day, works in _DAYS
]
BEFORE, AFTER = DayCalendar(), DayCalendar([*layers.national(), *ROWS])

LIMITS = {
    "default": {"simple": 0, "general": 5, "complex": 10, "special": 15, "cannot": 3},
    "zhanyi": {"simple": 3, "complex": 10, "special": 10},
}
SIGN = {"default": 2, "zhanyi": None}
CALLBACK = {"default": 5, "zhanyi": 10}
TIMES = {"default": 2 if is_long() else 1, "zhanyi": 2}
"""Cases of each day and difficulty."""

REDO = 3
"""Working days as the packs have them; 0 is “the day itself”, None no clock."""

_SOLVED = "+1T10:00 resolve outcome=solved measures=办好了"
_CALLED = "+2T10:00 callback reached=yes solved=yes grade=4"
_GIVEN = "+0T11:00 assign lead=甲局 assist=乙局"
PATHS = {
    "taken": (),
    "triaged": ("triage",),
    "given": ("triage", _GIVEN),
    "signed": ("triage", _GIVEN, "+0T14:00 sign unit=甲局"),
    "resolved": ("triage", _GIVEN, "+0T14:00 sign unit=甲局", _SOLVED),
    "called_back": ("triage", _GIVEN, _SOLVED, _CALLED),
    "closed": ("triage", _SOLVED, _CALLED, "+2T11:00 close"),
    "unreachable": (
        "triage", "+0T15:00 feedback stage=final how=phone text=办好了", _SOLVED, "+1T11:00 callback reached=no",
        "+2T11:00 callback reached=no", "+3T11:00 callback reached=no", "+3T12:00 close how=unreachable approver=李主任 reason=三次没打通",
    ),
    "refused": ("refuse",),
    "redone": ("triage", _GIVEN, _SOLVED, _CALLED, "+3T09:00 reopen reason=没办好"),
    "redone_uncalled": ("triage", _SOLVED, "+2T09:00 reopen reason=没办好"),
}  # fmt: skip
"""Name of a path -> its acts after the intake; `+1T10:00` is ten o'clock on the day after."""

ENDED = ("called_back", "closed", "unreachable", "refused")
DAYS = [date(2026, 12, 10) + timedelta(i) for i in range(51)]


class Story(NamedTuple):
    """One case: what became of it."""

    no: str
    pack: str
    path: str
    day: date
    difficulty: str


class Town(NamedTuple):
    """A home with its cases, before the notice and after it."""

    before: Desk
    after: Desk
    stories: dict[str, Story]
    answer: dict
    rehearsed: dict


def running(story: Story) -> dict[tuple[str, int, str], tuple[date, int]]:
    """The clocks that run on the day of the import -> first day, working days: told from the story alone."""
    pack, path = story.pack, story.path
    limits = LIMITS[pack]
    if path in ENDED:
        return {}
    if path == "resolved":
        return {("callback", 1, ""): (story.day + timedelta(1), CALLBACK[pack])}
    if path in ("redone", "redone_uncalled"):
        return {("resolve", 2, ""): (story.day + timedelta(3 if path == "redone" else 2), REDO)}
    found = {
        ("resolve", 1, ""): (story.day, limits["simple" if path == "taken" else story.difficulty])
    }
    if SIGN[pack] and path in ("given", "signed"):
        found |= {
            ("sign", 1, unit): (story.day, SIGN[pack])
            for unit in (("甲局", "乙局") if path == "given" else ("乙局",))
        }
    return found


def due(calendar: DayCalendar, start: date, n: int) -> str:
    if n:
        return calendar.add(start, n).isoformat()
    return (start if calendar.is_working(start) else calendar.next(start)).isoformat()


def expected(stories: dict[str, Story]) -> dict[tuple[str, str, int, str], tuple[str, str]]:
    clocks = {
        (story.no, *clock): given
        for story in stories.values()
        for clock, given in running(story).items()
    }
    pairs = {clock: (due(BEFORE, *given), due(AFTER, *given)) for clock, given in clocks.items()}
    return {clock: dues for clock, dues in pairs.items() if dues[0] != dues[1]}


def fill(home: Path, pack: str) -> dict[str, Story]:
    """Every day and difficulty; the paths in turn, so that each meets every difficulty and many days."""
    station, rules = station_file.read(home), packs.pack(pack)
    stories = {}
    with open_ledger(home, write=True) as ledger:

        def office(when: str) -> Office:
            return Office(home, station, rules, BEFORE, Stamp("demo", at(when), "set"), ROLES)

        for i, day in enumerate(DAYS):
            for (j, difficulty), again in product(enumerate(LIMITS[pack]), range(TIMES[pack])):
                path = list(PATHS)[(3 * i + 2 * j + 4 * again) % len(PATHS)]
                number = 100 * i + 10 * j + again
                said = {
                    "matter": f"事项{number}",
                    "demand": "办不下去",
                    "reporter": f"陈试{number}",
                    "phone": f"138{number:08d}",
                }
                later = {"decision": "later"} if path == "refused" else {}
                no = acts.intake(ledger, office(f"{day}T09:00"), {**said, **later}).case.no
                for line in PATHS[path]:
                    act(ledger, office, no, day, line, difficulty)
                stories[no] = Story(no, pack, path, day, difficulty)
    return stories


def act(ledger, office, no: str, day: date, line: str, difficulty: str) -> None:
    short = {
        "triage": f"+0T10:00 triage difficulty={difficulty} cause=policy_clear",
        "refuse": "+0T10:00 refuse reason=litigation remedy=向法院反映",
    }
    offset, rest = short.get(line, line)[1:].split("T", 1)
    when, verb, given = told(f"{day + timedelta(int(offset))}T{rest}")
    acts.act(ledger, office(when), no, verb, given)


@pytest.fixture(scope="module", params=["default", "zhanyi"])
def town(request, tmp_path_factory) -> Town:
    folder = tmp_path_factory.mktemp(request.param)
    before, after = (Desk(folder / name, IMPORT) for name in ("before", "after"))
    before.ok("init", "--station", "ZY01", "--name", "沾益站", "--pack", request.param)
    stories = fill(before.home, request.param)
    shutil.copytree(before.home, after.home)
    entries = before.entries()
    rehearsed = after.json("calendar", "import", "--yes", NOTICE, "--dry-run")
    assert after.entries() == entries
    assert rows(after.home) == rows(before.home)
    answer = after.json(
        "calendar", "import", "--yes", NOTICE, "--address", "https://example.cn/2027"
    )
    return Town(before, after, stories, answer, rehearsed)


TABLES = ("case_row", "order_row", "callback_row", "movement", "calendar_notice", "calendar_day")


def rows(home: Path, tables=TABLES, where: str = "1") -> dict[str, list[tuple]]:
    """What is stored for speed, whole."""
    with sqlite3.connect(home / "ledger.db") as connection:
        return {
            table: sorted(
                connection.execute(f"SELECT * FROM {table} WHERE {where}").fetchall(), key=repr
            )
            for table in tables
        }


def moves(answer: dict) -> dict[tuple[str, str, int, str], tuple[str, str]]:
    found = {
        (one["case_no"], one["clock"], one["round"], one["order"] or ""): (one["old"], one["new"])
        for one in answer["moved"]
    }
    assert len(found) == len(answer["moved"]), "a clock was named twice"
    return found


# -- what moves ----------------------------------------------------------------------------------------------------


def test_the_story_has_something_of_every_kind(town):
    """Guards the test itself: each path occurs with every difficulty, and moves go both ways."""
    (pack,) = {story.pack for story in town.stories.values()}
    assert {(story.path, story.difficulty) for story in town.stories.values()} == {
        (path, word) for path in PATHS for word in LIMITS[pack]
    }
    found = expected(town.stories).values()
    assert len(found) > 50
    assert any(new < old for old, new in found)
    assert any(new > old for old, new in found)


def test_exactly_the_running_clocks_move(town):
    assert moves(town.answer) == expected(town.stories)


def test_a_rehearsal_says_the_same_and_keeps_nothing(town):
    assert town.rehearsed == town.answer


def test_the_days_that_change_are_shown(town):
    assert town.answer["title"] == TITLE
    differing = [
        str(day)
        for day in sorted(row.day for row in ROWS)
        if BEFORE.is_working(day) != AFTER.is_working(day)
    ]
    assert [one["day"] for one in town.answer["changes"]] == differing
    assert {one["day"] for one in town.answer["exceptions"]} == {*OFF.split(), *WORKS.split()}


def test_the_entry_holds_every_move(town):
    with open_ledger(town.after.home) as ledger:
        (entry,) = ledger.office_wide(("CalendarImported",))
    assert [list(row) for row in entry.data["moved"]] == [
        list({**one, "order": one["order"] or ""}.values()) for one in town.answer["moved"]
    ]
    assert (entry.data["title"], entry.data["address"], str(entry.data["issued"])) == (
        TITLE,
        "https://example.cn/2027",
        "2026-11-20",
    )
    assert entry.seq == town.before.last() + 1


def test_who_must_be_told(town):
    """The reporter of each case whose handling date moved, masked, with the phone to dial."""
    moved = sorted({no for no, clock, *_ in expected(town.stories) if clock == "resolve"})
    assert [line.split()[0] for line in town.answer["told"]] == moved
    assert all("陈**" in line and "****" in line for line in town.answer["told"])


def test_lists_show_the_new_dates(town):
    listed = {one["case_no"]: one for one in town.after.json("list", "--limit", "1000")["cases"]}
    for story in town.stories.values():
        clocks = {
            name: given for (name, round_, order), given in running(story).items() if not order
        }
        if clocks:
            (given,) = clocks.values()
            own, late = due(AFTER, *given), late_orders(story)
            shown = own if own < IMPORT[:10] or not late else late[0]
            assert listed.pop(story.no)["due"] == shown, story
    assert {one["state"] for one in listed.values()} <= SETTLED, (
        "all others are settled, not closed"
    )


SETTLED = {"met", "met_late", "ended"}
"""States of a limit that no calendar moves any more."""


def late_orders(story):
    """The days on which orders of the case ran out, the first one first."""
    days = (due(AFTER, *given) for (_, _, order), given in running(story).items() if order)
    return sorted(day for day in days if day < IMPORT[:10])


def test_the_desk_of_the_day_shows_the_new_dates(town):
    today = IMPORT[:10]
    dues = next_dues(town, AFTER)
    groups = {one["name"]: one for one in town.after.json("todo")["groups"]}
    assert (
        groups["overdue"]["count"]
        == sum(one < today for one in dues)
        != sum(one < today for one in next_dues(town, BEFORE))
    )
    assert groups["today"]["count"] == sum(one == today for one in dues)
    every = [(group["name"], row) for group in groups.values() for row in group["cases"]]
    assert sum("unsigned" in (name, *row["also"]) for name, row in every) == sum(
        story.path in ("given", "signed") for story in town.stories.values()
    )
    assert all(row["due"] < today for row in groups["overdue"]["cases"])


def next_dues(town: Town, calendar: DayCalendar) -> list[str]:
    """The earliest due date of each story whose clocks run, those of orders too."""
    stories = [running(story).values() for story in town.stories.values()]
    return [min(due(calendar, *given) for given in clocks) for clocks in stories if clocks]


def test_the_mark_provisional_goes(town):
    stored = {desk: dict(_provisional(desk.home)) for desk in (town.before, town.after)}
    assert any(stored[town.before].values())
    for story in town.stories.values():
        clocks = [given for (name, _, order), given in running(story).items() if not order]
        if clocks:
            assert stored[town.after][story.no] == 0, story
            assert stored[town.before][story.no] == bool(missing_years(*clocks[0])), story
        else:
            assert stored[town.after][story.no] == stored[town.before][story.no], (
                "what is over stays as it was"
            )


def missing_years(start: date, n: int) -> tuple[int, ...]:
    end = date.fromisoformat(due(BEFORE, start, n))
    return BEFORE.provisional(start if n else start - timedelta(1), end)


def _provisional(home: Path) -> list[tuple[str, int]]:
    with sqlite3.connect(home / "ledger.db") as connection:
        return connection.execute("SELECT case_no, provisional FROM case_row").fetchall()


def test_a_deadline_tells_of_its_move(town):
    shown = 0
    for (no, clock, round_, order), (old, new) in list(expected(town.stories).items())[::7]:
        document = town.after.json("deadline", no)
        (one,) = [
            it
            for it in document["clocks"]
            if (it["name"], it["round"], it["order"] or "") == (clock, round_, order)
        ]
        assert one["due"] == new
        assert [
            (move["notice"], move["old"], move["new"], move["at"][:10]) for move in one["moves"]
        ] == [(TITLE, old, new, IMPORT[:10])]
        assert one["steps"][-1]["day"] == new
        assert f"因《{TITLE}》由 {old} 改为 {new}" in town.after.ok("deadline", no).out
        shown += 1
    assert shown > 5


# -- what stays ----------------------------------------------------------------------------------------------------


def over(town: Town) -> list[str]:
    return [story.no for story in town.stories.values() if not running(story)]


def test_what_is_over_stays_to_the_last_byte(town):
    quoted = ",".join(f"'{no}'" for no in over(town))
    before, after = (
        rows(desk.home, TABLES[:4], f"case_no IN ({quoted})") for desk in (town.before, town.after)
    )
    assert len(before["case_row"]) > 90
    assert after == before


def test_stopped_clocks_keep_their_date(town):
    """Of closed cases every clock, of resolved and redone ones those of the handling that is done."""
    for path in ("resolved", "called_back", "closed", "unreachable", "redone", "redone_uncalled"):
        for story in [one for one in town.stories.values() if one.path == path][::4]:
            now, then = (
                {
                    (one["name"], one["round"], one["order"]): one
                    for one in desk.json("show", story.no)["clocks"]
                }
                for desk in (town.after, town.before)
            )
            moving = {(name, round_, order or None) for name, round_, order in running(story)}
            assert {key: one for key, one in now.items() if key not in moving} == {
                key: one for key, one in then.items() if key not in moving
            }, story
            assert set(now) >= moving


def test_registers_of_the_months_before_stay_as_they_were_printed(town):
    for month in ("2026-12", "2027-01"):
        new, old = (
            desk.json("report", "register", "work", "--month", month)["rows"]
            for desk in (town.after, town.before)
        )
        assert len(new) > 40
        assert new == old


def test_the_register_of_now_has_new_dates_for_what_is_open_and_old_ones_for_what_is_over(town):
    new, old = (
        {
            row["case_no"]: row
            for row in desk.json(
                "report", "register", "work", "--from", "2026-12-01", "--to", IMPORT[:10]
            )["rows"]
        }
        for desk in (town.after, town.before)
    )
    assert (
        set(new)
        == set(old)
        >= set(over(town))
        - {story.no for story in town.stories.values() if story.path == "refused"}
    )
    moved = {
        no: dues[1]
        for (no, clock, *_), dues in expected(town.stories).items()
        if clock == "resolve"
    }
    for no in new:
        if no in moved:
            assert moved[no] in str(new[no].values())
        elif town.stories[no].path in ("resolved", *ENDED):
            assert new[no] == old[no], no


def test_proof_and_rebuild(town, tmp_path):
    assert town.after.json("ledger", "verify", "--full")["ok"] is True
    again = Desk(tmp_path / "again", IMPORT)
    shutil.copytree(town.after.home, again.home)
    again.ok("ledger", "rebuild")
    assert rows(again.home) == rows(town.after.home)
    assert again.json("ledger", "verify", "--full")["ok"] is True


# -- afterwards ----------------------------------------------------------------------------------------------------


def test_a_case_reopened_later_counts_by_the_new_calendar_in_its_new_round_only(town, tmp_path):
    desk = Desk(tmp_path / "later", "2027-02-04T10:00")
    shutil.copytree(town.after.home, desk.home)
    (*_, story) = (
        one
        for one in town.stories.values()
        if one.path == "resolved" and one.difficulty == "complex"
    )
    assert due(BEFORE, story.day, 10) != due(AFTER, story.day, 10)
    before = {
        one["name"]: one
        for one in town.before.json("show", story.no)["clocks"]
        if one["round"] == 1
    }
    desk.ok("reopen", story.no, "--reason", "没办好")
    clocks = {(one["name"], one["round"]): one for one in desk.json("show", story.no)["clocks"]}
    assert clocks["resolve", 1] == before["resolve"]
    assert clocks["resolve", 1]["due"] == due(BEFORE, story.day, LIMITS[story.pack]["complex"])
    assert clocks["resolve", 2]["due"] == due(AFTER, date(2027, 2, 4), REDO) == "2027-02-17"
    assert due(BEFORE, date(2027, 2, 4), REDO) == "2027-02-15"
    assert clocks["resolve", 2]["provisional"] is False
    assert desk.json("ledger", "verify", "--full")["ok"] is True
    before_rebuild = rows(desk.home)
    desk.ok("ledger", "rebuild")
    assert rows(desk.home) == before_rebuild


def test_a_new_case_counts_by_the_new_calendar(town, tmp_path):
    desk = Desk(tmp_path / "new", "2027-02-04T10:00")
    shutil.copytree(town.after.home, desk.home)
    no = desk.take()
    desk.ok("triage", no, "--difficulty", "complex", "--cause", "policy_clear")
    assert desk.json("show", no)["clocks"][0]["due"] == due(AFTER, date(2027, 2, 4), 10)
    assert not any(
        one["provisional"]
        for one in desk.json("list", "--limit", "1000")["cases"]
        if one["state"] not in SETTLED
    )
