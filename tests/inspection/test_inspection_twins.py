"""Two cases that differ in one thing of which one check speaks are never taken for one, however many of the silent one came first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from inspected import DONE, GOOD, TAKEN, TOLD, Plainly, changed, watched

from bbcs.calendar.layers import Exception_, Imported
from bbcs.domain.event import Event
from bbcs.domain.pack import RulePack
from bbcs.usecases import checks
from bbcs.usecases.checks import Asked, Found
from bbcs.usecases.office import Calendars
from sample import FREE, Desk, clock, history, rules

OLD, LATELY = "2026-09-01T12:00", "2026-03-13T12:00"

TWICE = rules(
    clock(5, "working_day") + "[callback]\nshare = 100\nattempts = 2\ndays = 2\nproposed = true\n"
)
ARCHIVED = rules(FREE + "[gates]\narchive_no = true\nsource = '示例'\n")
ANSWERED = rules(FREE + "[gates]\nfinal_feedback = true\nsource = '示例'\n")
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


TWINS: dict[str, tuple[RulePack, str, str | list[Event], str | list[Event], str]] = {
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


@pytest.mark.parametrize("name", TWINS)
def test_twins_are_told_apart(name: str, monkeypatch: pytest.MonkeyPatch):
    pack, now, silent, telling, code = TWINS[name]
    cases = [*([silent] * 4), telling]
    lives = [numbered(one, f"HT01-20260302-{place:04d}") for place, one in enumerate(cases, 1)]
    known = watched(monkeypatch)
    said = found(lives, pack, now)
    assert known[:4] == [False, False, True, True], "the silent ones share a shape"
    assert [one.case_no for one in said if one.code == code] == [lives[-1][0].case_no]


def test_what_was_erased_is_not_missing(monkeypatch: pytest.MonkeyPatch):
    text = (
        f"{TAKEN}\n{TOLD}\n2026-03-04T11:00 Resolved outcome=solved counts_as=solved\n{GOOD}\n{END}"
    )
    lives = [numbered(text, f"HT01-20260302-{place:04d}") for place in range(1, 6)]
    lives[:4] = [
        [event._replace(erased=event.kind == "Resolved") for event in one] for one in lives[:4]
    ]
    known = watched(monkeypatch)
    assert [one.case_no for one in found(lives, FIVE, OLD) if one.code == "C02"] == [
        lives[-1][0].case_no
    ]
    assert known[:4] == [False, False, True, True]


def test_two_that_ended_before_and_after_a_notice_are_counted_by_their_own_calendars(
    monkeypatch: pytest.MonkeyPatch,
):
    off = [
        Exception_(date(2026, 3, day), False, "holiday", "示例", "as imported") for day in (5, 6)
    ]
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
        900,
        tuple(off),
    )
    text = dated(WHOLE, _04="2026-03-10", _05="2026-03-11", _09="2026-03-12")
    lives = [numbered(text, f"HT01-20260302-{place:04d}") for place in range(1, 6)]
    lives[:4] = [[event._replace(seq=event.seq + 1000) for event in one] for one in lives[:4]]
    known = watched(monkeypatch)
    office = Desk(FIVE).office(OLD).bound(Calendars([imported]))
    said = list(checks.inspect(Plainly(lives), office, Asked(("C05",))))  # type: ignore[arg-type]
    assert known[:4] == [False, False, True, True]
    assert [one.case_no for one in said] == [lives[-1][0].case_no]


def numbered(one: str | list[Event], no: str) -> list[Event]:
    events = history(one, no) if isinstance(one, str) else one
    start = int(no[-4:]) * 100
    return [event._replace(case_no=no, seq=start + place) for place, event in enumerate(events)]


def found(lives: Sequence[list[Event]], pack: RulePack, now: str) -> list[Found]:
    return list(checks.inspect(Plainly(lives), Desk(pack).office(now), Asked()))  # type: ignore[arg-type]
