"""Bent time by the domain alone: what is judged again, what stands outside."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bbcs.domain.bent import STRAIGHT, bending
from bbcs.domain.clocks import deadlines
from bbcs.domain.event import Event
from bbcs.domain.fold import fold
from sample import CALENDAR, at, clock, history, rules

FIVE = rules(clock(5, "working_day", more="pausable = true"))
TAKEN = "2026-03-02 Registered matter=备案 demand=慢 reporter=陈试验\n2026-03-02 Accepted"
DONE = f"{TAKEN}\n2026-03-06 Resolved outcome=solved counts_as=solved measures=好"
NOW = "2026-03-20"


def judged(events: Sequence[Event], *, practice: bool = False):
    def count(case, moments):
        return deadlines(case, FIVE, CALENDAR, at(NOW), None, moments)

    return bending(events, fold(events), count, practice=practice)


def recorded(text: str, moment: str, **more: object) -> list[Event]:
    """A history whose last entry was written at this moment."""
    *before, last = history(text)
    return [*before, last._replace(recorded_at=at(moment), **more)]


@pytest.mark.parametrize(
    ("moment", "ways"),
    [("2026-03-06", []), ("2026-03-09T17:00", []), ("2026-03-10", ["late"])],
)
def test_a_settlement_is_judged_by_when_it_was_written(moment, ways):
    """Due on the 9th: written on that day it is an honest late entry."""
    assert [one.way for one in judged(recorded(DONE, moment)).bends] == ways


def test_what_an_import_wrote_stands_outside():
    events = recorded(DONE, "2026-03-19")
    assert judged(events).bends
    imported = [one._replace(data={**one.data, "batch": "旧台账"}) for one in events]
    assert judged(imported) == STRAIGHT


def test_set_clocks_count_outside_of_practice_only():
    events = recorded(DONE, "2026-03-06", clock="set")
    (bend,) = judged(events).bends
    assert (bend.way, bend.event.kind) == ("set", "Resolved")
    assert judged(events, practice=True) == STRAIGHT


def test_a_late_registration_gives_no_more_time():
    """The start is never judged by when it was written: it would move the end away."""
    first, *rest = recorded(DONE, "2026-03-10")
    events = [first._replace(recorded_at=at("2026-03-10")), *rest]
    assert [one.way for one in judged(events).bends] == ["late"]


def test_two_entries_that_only_together_make_it_in_time_are_both_named():
    text = (
        f"{TAKEN}\n2026-03-06 Paused reason=appraisal\n2026-03-11 Resumed"
        "\n2026-03-12 Resolved outcome=solved counts_as=solved measures=好"
    )
    events = history(text)
    late = [
        one._replace(recorded_at=at("2026-03-20")) if one.kind in ("Paused", "Resolved") else one
        for one in events
    ]
    assert {one.event.kind for one in judged(late).bends} == {"Paused", "Resolved"}
    only_settled = [
        one._replace(recorded_at=one.at) if one.kind == "Paused" else one for one in late
    ]
    assert {one.event.kind for one in judged(only_settled).bends} == {"Resolved"}


def test_an_order_s_own_signing_is_judged_too():
    pack = rules(clock(1, "working_day", "sign", "Assigned", "Signed"))
    events = recorded(
        f"{TAKEN}\n2026-03-02 Assigned lead=公安局\n2026-03-03 Signed unit=公安局", "2026-03-09"
    )

    def count(case, moments):
        return deadlines(case, pack, CALENDAR, at(NOW), None, moments)

    (bend,) = bending(events, fold(events), count).bends
    assert (bend.event.kind, bend.deadline.name, bend.deadline.order) == (
        "Signed",
        "sign",
        "公安局",
    )


SLIPPED = "2026-03-03 Supervised kind=remind unit=公安局 reason=慢 slip=督1 due=2026-03-05"
MET = "2026-03-03 Convened meeting=会1 host=王 unit=公安局 resolution=出证明|公安局|2026-03-05"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"{SLIPPED}\n2026-03-05 Supervised answer=督1 text=已办", "slip"),
        (f"{MET}\n2026-03-05 ResolutionCarriedOut carried=会1-1 text=已出", "resolution"),
    ],
)
def test_what_was_answered_late_and_dated_back_is_named(text, name):
    """A slip of supervision and a resolution have dates of their own."""
    events = recorded(f"{TAKEN}\n{text}", "2026-03-09")
    (bend,) = [one for one in judged(events).bends if one.event is events[-1]]
    assert (bend.way, bend.deadline.name, bend.deadline.order) == ("late", name, "公安局")
    assert not judged(recorded(f"{TAKEN}\n{text}", "2026-03-05T18:00")).bends


def test_of_two_slips_to_a_unit_only_the_one_that_rests_on_it_is_bent():
    second = SLIPPED.replace("督1", "督2").replace("due=2026-03-05", "due=2026-03-06")
    events = recorded(
        f"{TAKEN}\n{SLIPPED}\n{second}\n2026-03-09 Supervised answer=督1 text=迟了"
        "\n2026-03-06 Supervised answer=督2 text=已办",
        "2026-03-10",
    )
    (bend,) = judged(events).bends
    assert (bend.event, bend.deadline.due) == (events[-1], at("2026-03-06").date())
    slips = [one for one in deadlines(fold(events), FIVE, CALENDAR, at(NOW)) if one.name == "slip"]
    assert [judged(events).way(one) for one in slips] == ["", "late"]


@pytest.mark.parametrize(
    "text",
    [
        SLIPPED,
        MET,
        "2026-03-03 AcceptedWithGaps owe=执照=2026-03-05",
    ],
)
def test_what_sets_a_date_with_a_set_clock_is_named(text):
    events = recorded(f"{TAKEN}\n{text}", "2026-03-03", clock="set")
    (bend,) = judged(events).bends
    assert (bend.way, bend.event) == ("set", events[-1])
