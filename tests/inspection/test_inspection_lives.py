"""Many lives, proper and damaged: what is found in a case does not depend on the cases beside it, and nothing ends the inspection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from inspected import PACK, TAKEN, HistoryLedger, UncountedLedger, personal

from bbcs.domain.acts.table import KINDS
from bbcs.domain.event import Event
from bbcs.domain.fold import fold
from bbcs.domain.pack import RulePack
from bbcs.inspection.checks import CHECKS
from bbcs.usecases import checks
from bbcs.usecases.checks import BROKEN, CheckFinding, CheckSelection
from sample import FREE, Desk, clock, history, rules, shipped
from sizes import examples

GATED = rules(
    clock(3, "working_day", "callback", "Resolved", "CalledBack")
    + FREE
    + "[gates]\narchive_no = true\nsatisfied = true\nfinal_feedback = true\ncallback = true\nphone = true\nproposed = ['archive_no', 'satisfied', 'final_feedback', 'callback', 'phone']\n"
)
ROLLED = rules(
    FREE + '[office]\nhours = "09:00-12:00,13:30-17:30"\nproposed = true\n',
    'day_rule = "wd_roll"\ncutoff = "17:30"\ndue_time = "close_of_business"\nin_force_from = 2026-03-05',
)
HOURS = rules(
    clock(30, "hour") + "[callback]\nshare = 100\nattempts = 2\ndays = 3\nproposed = true\n"
)

ACTS = {
    "Accepted": ("",),
    "Refused": ("reason=twice", "reason=nobody_knows", ""),
    "Triaged": (
        "difficulty=simple",
        "difficulty=complex cause=blockage",
        "difficulty=simple due=2026-03-10",
        "",
    ),
    "Assigned": (
        "lead=公安局",
        "lead=公安局 handler=zs",
        "assist=卫健部门",
        "lead=住建局 assist=卫健部门 due=2026-03-09",
        "",
    ),
    "Signed": ("unit=公安局", ""),
    "Returned": ("unit=公安局 reason=不归本局",),
    "Forwarded": ("unit=公安局 to=水务局 reason=归水务",),
    "Stepped": (
        "kind=verify",
        "kind=accept_at_window unit=公安局",
        "kind=verify unit=电话13812345678局",
    ),
    "FedBack": ("stage=final text=办好了", "stage=first text=在办"),
    "Notified": ("kind=result", "kind=one_time"),
    "Noted": ("text=催问",),
    "Escalated": ("level=2 reason=协调不动",),
    "Resolved": (
        "outcome=solved counts_as=solved measures=办好了",
        "outcome=explained counts_as=explained measures=说明 basis=条例",
        "outcome=explained counts_as=explained measures=说明 basis=条例 remedy=复议",
        "outcome=solved",
        "",
    ),
    "CallbackTried": ("", "by=zs"),
    "CalledBack": (
        "solved=yes grade=good satisfaction=5 satisfied=yes",
        "solved=no grade=bad satisfaction=1 satisfied=no",
        "solved=yes grade=good satisfaction=5 satisfied=yes by=zs",
        "solved=no",
    ),
    "Reopened": ("reason=没办成",),
    "Closed": ("", "how=approved_unsatisfied approver=王", "how=unreachable"),
    "Archived": ("no=1", ""),
    "Withdrawn": ("reason=自行办好",),
    "TransferredOut": ("to=市信访局 reason=信访事项",),
    "Paused": ("reason=appraisal", "reason=nobody_knows"),
    "Resumed": ("",),
    "ExtensionAsked": ("days=2 reason=要等评审 told=2026-03-05",),
    "ExtensionDecided": ("granted=yes",),
    "AcceptedWithGaps": ("owe=平面图=2026-03-10", ""),
    "Merged": ("group=水保",),
    "Linked": ("kind=repeat to=HT01-20260302-0001",),
    "Improved": ("kind=rule_change what=改条件",),
    "Undone": ("version=2",),
    "Corrected": ("version=1 field=matter value=诊所执业备案 why=录错了",),
}
PROPER = (
    "Accepted",
    "Triaged",
    "Assigned",
    "Signed",
    "Stepped",
    "FedBack",
    "Resolved",
    "CallbackTried",
    "CalledBack",
    "Closed",
    "Archived",
)
TAKEN_AS = (
    "matter=诊所备案 demand=办不下去 reporter=陈试验 channel=counter",
    "matter=诊所备案 demand=办不下去 reporter=陈试验 channel=phone phone=13800000001 demand_kind=complaint",
    "demand=办不下去 phone=1.38E+10 id_number=530303190001019990",
    "matter=诊所备案 demand=办不下去 anonymous=yes channel=counter promised=2",
)


Plot = list[tuple[str, str, int]]
"""What happens in a life: kinds with what they say and the days until then, 1 standing for some."""


def plot(random: Random) -> Plot:
    """Mostly a proper life, often with something odd in it, or nothing but oddities."""
    kinds = [kind for kind in PROPER if kind in ("Accepted", "Resolved") or random.random() < 0.5]
    kinds = kinds[: random.choice((1, 2, 4, 20, 20, 20, 20))]
    for _ in range(random.choice((0, 0, 0, 1, 2, 5))):
        kinds.insert(random.randrange(len(kinds) + 1), random.choice([*ACTS]))
    gaps = (0, 0, 0, 1, 1, 1, -1 if random.random() < 0.2 else 0)
    said = [ACTS[kind][0] if random.random() < 0.8 else random.choice(ACTS[kind]) for kind in kinds]
    first = "Registered", random.choice(TAKEN_AS), 0
    return [
        first,
        *(
            (kind, words + random.choice(TIMES), random.choice(gaps))
            for kind, words in zip(kinds, said, strict=True)
        ),
    ]


TIMES = ("", "", " T17:40", " T00:00")


def life(random: Random, plots: Sequence[Plot], number: int) -> list[Event]:
    """A plot on other days, now and then damaged."""
    start = day = date(2026, 3, 2) + timedelta(days=random.choice((0, 0, 0, 1, 4, 5, 40)))
    lines, before = [], ""
    for kind, told, gap in random.choice(plots):
        day += timedelta(days=random.choice((1, 1, 2, 3, 8)) if gap > 0 else gap)
        words, _, at = (
            told.rpartition(" ") if told.endswith((":40", ":00")) else (told, "", "T09:00")
        )
        before = max(before, at) if gap == 0 else at
        lines.append(f"{day}{before} {kind} {words}")
    return _damaged(
        random,
        _each_its_own(random, history("\n".join(lines), f"HT01-{start:%Y%m%d}-{number:04d}")),
    )


UNITS = ("公安局", "住建局", "水务局", "卫健部门")
PLACES = (*UNITS, "综合窗口", "禾亭站", "电话13812345678局")


def _each_its_own(random: Random, events: list[Event]) -> list[Event]:
    """The same life with its own items, numbers and dates, and its units under other names, or under one."""
    names = (
        random.sample(UNITS, len(UNITS))
        if random.random() < 0.9
        else random.choices(PLACES, k=len(UNITS))
    )
    called = dict(zip(UNITS, names, strict=True))
    return [
        event._replace(data={**event.data, **dict(_other(random, event, called))})
        for event in events
    ]


def _other(random: Random, event: Event, called: dict[str, str]) -> Iterator[tuple[str, Any]]:
    for field in KINDS.get(event.kind, ()):
        value = event.data.get(field.name)
        if field.type == "unit" and value:
            yield field.name, (value[0], called.get(value[1], value[1]))
        elif field.type == "units" and value:
            yield field.name, [(code, called.get(name, name)) for code, name in value]
        elif field.type == "text" and not field.personal and random.random() < 0.02:
            yield field.name, random.choice(("13812345678", 5, ["13812345678"]))


def _damaged(random: Random, events: list[Event]) -> list[Event]:
    """Sometimes: erased, imported, written by another, a version left out, a moment without a zone, columns that are no text."""
    odd = random.randrange(60)
    place = random.randrange(len(events))
    one = events[place]
    changes: dict[int, dict[str, Any]] = {
        0: {
            "erased": True,
            "data": {
                name: value for name, value in one.data.items() if not personal(one.kind, name)
            },
        },
        1: {"data": {**one.data, "extra": {"状态": "已办结", "到期日": "2026-03-04"}}},
        2: {"actor": "qt"},
        3: {"at": one.at.replace(tzinfo=None)},
        4: {"version": one.version + 1},
        5: {"data": {**one.data, "measures": 5, "by": 7}},
        6: {"data": {}},
        7: {"at": one.at.replace(year=1999)},
        8: {"seq": 1},
    }
    return [*events[:place], one._replace(**changes.get(odd, {})), *events[place + 1 :]]


def rows(
    random: Random, desk: Desk, lives: Sequence[list[Event]], now: str
) -> Iterator[tuple[Any, ...]]:
    """What is stored of them: as it should be, or not, or nothing."""
    office = desk.office(now)
    for events in sorted(lives, key=lambda events: events[0].case_no):
        phase, due = "closed", None
        with suppress(*BROKEN):
            case = fold(events)
            phase = case.phase
            own = office.own(case, "resolve", case.round)
            due = own.stored_due if own else None
        if random.random() < 0.95:
            yield (
                events[0].case_no,
                phase if random.random() < 0.95 else "archived",
                due if random.random() < 0.9 else "2026-03-09",
                "",
                "1",
            )


def inspect(
    lives: Sequence[list[Event]], stored: Sequence[tuple[Any, ...]], desk: Desk, now: str
) -> list[CheckFinding]:
    ledger = UncountedLedger(lives, (), stored)
    return list(checks.inspect(ledger, desk.office(now), CheckSelection()))  # type: ignore[arg-type]


ALONE = {code for code, check in CHECKS.items() if check.function}
"""Checks that look at one case."""


@pytest.mark.parametrize(
    "pack",
    [PACK, GATED, ROLLED, HOURS, shipped("zhanyi")],
    ids=["free", "gated", "rolled", "hours", "zhanyi"],
)
@pytest.mark.parametrize("now", ["2026-03-20T12:00", "2026-09-01T12:00"])
def test_a_case_is_found_the_same_alone_and_among_others(pack: RulePack, now: str):
    random, desk = Random(f"{pack.key}{now}"), Desk(pack)
    plots = [plot(random) for _ in range(30)]
    lives = [life(random, plots, number) for number in range(1, examples(120) + 1)]
    lives.sort(key=lambda events: events[0].case_no)
    stored = [*rows(random, desk, lives, now)]
    together = [one for one in inspect(lives, stored, desk, now) if one.code in ALONE]
    alone = [
        one
        for events in lives
        for one in inspect(
            [events], [row for row in stored if row[0] == events[0].case_no], desk, now
        )
        if one.code in ALONE
    ]
    assert together == alone
    assert {one.code for one in together} >= {"C02", "C03", "C05", "C07", "C13", "C20"}


def test_a_correction_without_fields_is_a_finding_and_ends_nothing():
    events = history(f"{TAKEN}\n2026-03-03 Noted text=催问")
    odd = [*events[:-1], events[-1]._replace(kind="Corrected", data={})]
    other = history(TAKEN, "HT01-20260302-0002")
    findings = inspect([odd, other], (), Desk(PACK), "2026-09-01T12:00")
    assert [(one.code, one.case_no) for one in findings if "对不上" in one.what] == [
        ("C03", odd[0].case_no)
    ]
    assert ("C06", other[0].case_no) in [(one.code, one.case_no) for one in findings]


def test_progress_counts_the_cases():
    lives = [history(TAKEN, f"HT01-20260302-{number:04d}") for number in (1, 2, 3)]
    seen: list[int] = []
    selection = CheckSelection(first=date(2026, 4, 1))
    office = Desk(PACK).office("2026-09-01T12:00")
    findings = checks.inspect(HistoryLedger(lives), office, selection, seen.append)  # type: ignore[arg-type]
    assert seen == []
    assert list(findings) == []
    assert seen == [1, 2, 3]
