"""Pairs of histories that differ in one thing: a check finds it in the second, nothing in the first, whatever came before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from inspected import DONE, GOOD, TAKEN, TOLD, UncountedLedger, changed

from bbcs.calendar.layers import ExceptionalDay, Imported
from bbcs.domain.event import Event
from bbcs.domain.pack import RulePack
from bbcs.usecases import checks
from bbcs.usecases.checks import CheckFinding, CheckSelection
from bbcs.usecases.office import Calendars
from sample import FREE, Desk, clock, history, rules

OLD, LATELY = "2026-09-01T12:00", "2026-03-13T12:00"

TWICE = rules(
    clock(5, "working_day") + "[callback]\nshare = 100\nattempts = 2\ndays = 2\nproposed = true\n"
)
ARCHIVED = rules(FREE + "[gates]\narchive_no = true\nproposed = ['archive_no']\n")
ANSWERED = rules(FREE + "[gates]\nfinal_feedback = true\nproposed = ['final_feedback']\n")
FIVE = rules(clock(5, "working_day"))

SETTLED = f"{TAKEN}\n{TOLD}\n{DONE}"
END = "2026-03-09T09:00 Closed"
WHOLE = f"{SETTLED}\n{GOOD}\n{END}"
UNREACHED = "2026-03-09T09:00 Closed how=unreachable approver=王"


HANDED = """2026-03-02T10:00 Assigned lead=甲局 assist=乙局
2026-03-03T09:00 Returned unit={} reason=不归
2026-03-03T10:00 Assigned lead=丙局"""
SATURDAY = "2026-03-07T09:00 Registered matter=备案 demand=办不下 reporter=陈 channel={}\n2026-03-07T09:00 Accepted"


def dated(text: str, **days: str) -> str:
    """The same on other days: `_04="2026-04-15"` for what was on 4 March."""
    for day, other in days.items():
        text = text.replace(f"2026-03-{day[1:]}", other)
    return text


LATER = {"_02": "2026-04-13", "_04": "2026-04-15", "_05": "2026-04-16", "_09": "2026-04-20"}


PAIRS: dict[str, tuple[RulePack, str, str | list[Event], str | list[Event], str]] = {
    "tried on one day": (
        TWICE,
        OLD,
        f"{SETTLED}\n2026-03-04T15:00 CallbackTried\n2026-03-05T09:00 CallbackTried\n{UNREACHED}",
        f"{SETTLED}\n2026-03-05T08:00 CallbackTried\n2026-03-05T09:00 CallbackTried\n{UNREACHED}",
        "C10",
    ),
    "returned by another": (
        FIVE,
        OLD,
        f"{TAKEN}\n{HANDED.format('甲局')}\n{TOLD}\n{DONE}\n{GOOD}\n{END}",
        f"{TAKEN}\n{HANDED.format('乙局')}\n{TOLD}\n{DONE}\n{GOOD}\n{END}",
        "C14",
    ),
    "on a day off, not by phone": (
        FIVE,
        LATELY,
        SATURDAY.format("phone"),
        SATURDAY.format("counter"),
        "C22",
    ),
    "long ago on a day off": (
        FIVE,
        OLD,
        f"{TAKEN}\n{TOLD}\n{DONE}\n2026-03-06T09:00 CalledBack solved=yes grade=good satisfaction=5 satisfied=yes by=王\n{END}",
        f"{TAKEN}\n{TOLD}\n2026-03-07T11:00 Resolved outcome=solved counts_as=solved measures=好\n"
        "2026-03-08T09:00 CalledBack solved=yes grade=good satisfaction=5 satisfied=yes by=王\n" + END,
        "C22",
    ),
    "only a first answer": (ANSWERED, OLD, WHOLE, f"{SETTLED.replace('=final', '=first')}\n{GOOD}\n{END}", "C12"),
    "no answer": (ANSWERED, OLD, WHOLE, f"{TAKEN}\n{DONE}\n{GOOD}\n{END}", "C12"),
    "tried on the day before": (
        FIVE,
        OLD,
        f"{TAKEN}\n2026-03-03T10:00 FedBack stage=final text=好\n2026-03-04T00:00 CallbackTried\n{DONE}\n{GOOD}\n{END}",
        f"{TAKEN}\n2026-03-02T10:00 FedBack stage=final text=好\n2026-03-03T00:00 CallbackTried\n{DONE}\n{GOOD}\n{END}",
        "C03",
    ),
    "lately tried, at what time is not known": (
        FIVE,
        LATELY,
        f"{TAKEN}\n2026-03-03T10:00 FedBack stage=final text=好\n2026-03-04T00:00 CallbackTried\n{DONE}\n{GOOD}\n{END}",
        f"{TAKEN}\n2026-03-03T10:00 FedBack stage=final text=好\n2026-03-04T10:30 CallbackTried\n{DONE}\n{GOOD}\n{END}",
        "C03",
    ),
    "tried a moment before": (
        FIVE,
        OLD,
        f"{TAKEN}\n{TOLD}\n2026-03-04T11:00 CallbackTried\n{DONE}\n{GOOD}\n{END}",
        f"{TAKEN}\n{TOLD}\n2026-03-04T10:30 CallbackTried\n{DONE}\n{GOOD}\n{END}",
        "C03",
    ),
    "called by the handler": (
        FIVE,
        OLD,
        f"{TAKEN}\n2026-03-02T10:00 Assigned lead=甲局 handler=李\n{TOLD}\n{DONE}\n{GOOD} by=王\n{END}",
        f"{TAKEN}\n2026-03-02T10:00 Assigned lead=甲局 handler=李\n{TOLD}\n{DONE}\n{GOOD} by=李\n{END}",
        "C10",
    ),
    "struck off long ago": (ARCHIVED, "2026-05-01T12:00", dated(WHOLE, **LATER), WHOLE, "C12"),
    "archived without a number": (
        ARCHIVED,
        OLD,
        f"{SETTLED}\n{GOOD}\n{END}\n2026-03-09T10:00 Archived no=1",
        f"{SETTLED}\n{GOOD}\n{END}\n2026-03-09T10:00 Archived",
        "C12",
    ),
    "a number where everybody reads it": (
        FIVE,
        OLD,
        changed(WHOLE, failed_window="三号窗口"),
        changed(WHOLE, failed_window="找13800000001"),
        "C20",
    ),
    "a number in a step": (
        FIVE,
        OLD,
        f"{TAKEN}\n2026-03-02T10:00 Stepped kind=verify unit=甲局\n{TOLD}\n{DONE}\n{GOOD}\n{END}",
        f"{TAKEN}\n2026-03-02T10:00 Stepped kind=verify unit=甲局13800000001\n{TOLD}\n{DONE}\n{GOOD}\n{END}",
        "C20",
    ),
    "issued elsewhere": (
        FIVE,
        OLD,
        f"{TAKEN}\n2026-03-02T10:00 Stepped kind=issue_at_window unit=综合窗口\n{TOLD}\n{DONE}\n{GOOD}\n{END}",
        f"{TAKEN}\n2026-03-02T10:00 Stepped kind=issue_at_window unit=甲局\n{TOLD}\n{DONE}\n{GOOD}\n{END}",
        "C14",
    ),
    "settled late": (FIVE, OLD, WHOLE, dated(WHOLE, _04="2026-03-23", _05="2026-03-24", _09="2026-03-25"), "C05"),
    "run out": (FIVE, LATELY, TAKEN.replace("03-02", "03-12"), TAKEN, "C06"),
    "no channel": (FIVE, OLD, WHOLE, changed(WHOLE, channel=None), "C02"),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_the_second_of_a_pair_is_found(name: str):
    pack, now, sound, faulty, code = PAIRS[name]
    lives = numbered(sound, sound, faulty, sound, faulty)
    assert cases_with(code, inspect(lives, pack, now)) == [lives[2][0].case_no, lives[4][0].case_no]


def test_what_was_erased_is_not_missing():
    text = (
        f"{TAKEN}\n{TOLD}\n2026-03-04T11:00 Resolved outcome=solved counts_as=solved\n{GOOD}\n{END}"
    )
    first, second = numbered(text, text)
    erased = [event._replace(erased=event.kind == "Resolved") for event in first]
    assert cases_with("C02", inspect([erased, second], FIVE, OLD)) == [second[0].case_no]


def test_a_case_that_ended_before_a_notice_is_counted_by_the_calendar_of_that_day():
    off = tuple(
        ExceptionalDay(date(2026, 3, day), False, "holiday", "示例", "as imported")
        for day in (5, 6)
    )
    imported = Imported(
        "2026-X",
        "midyear",
        "",
        "示例的通知",
        "",
        "2026-02-01",
        "https://www.gov.cn/",
        "0" * 64,
        "zs",
        250,
        off,
    )
    text = dated(WHOLE, _04="2026-03-10", _05="2026-03-11", _09="2026-03-12")
    lives = numbered(text, text, text)
    office = Desk(FIVE).office(OLD).bound(Calendars([imported]))
    selection = CheckSelection(("C05",))
    findings = list(checks.inspect(UncountedLedger(lives), office, selection))  # type: ignore[arg-type]
    assert cases_with("C05", findings) == [one[0].case_no for one in lives if one[0].seq < 250]


def numbered(*lives: str | list[Event]) -> list[list[Event]]:
    """Histories under numbers of their own; those of case n have the places n00, n01, … in the chain."""
    made = []
    for number, life in enumerate(lives, 1):
        no = f"HT01-20260302-{number:04d}"
        events = history(life, no) if isinstance(life, str) else life
        made.append(
            [
                event._replace(case_no=no, seq=number * 100 + place)
                for place, event in enumerate(events)
            ]
        )
    return made


def inspect(lives: Sequence[list[Event]], pack: RulePack, now: str) -> list[CheckFinding]:
    ledger, office = UncountedLedger(lives), Desk(pack).office(now)
    return list(checks.inspect(ledger, office, CheckSelection()))  # type: ignore[arg-type]


def cases_with(code: str, findings: Sequence[CheckFinding]) -> list[str]:
    return [one.case_no for one in findings if one.code == code]
