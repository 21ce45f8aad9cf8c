"""Looking at a ledger in shapes finds what looking at every case in full finds: over thousands of lives, proper and damaged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from inspected import DONE, PACK, TAKEN, TOLD, Entries, Plainly, Told, personal, watched

from bbcs.domain.acts.table import KINDS
from bbcs.domain.event import Event
from bbcs.domain.fold import fold
from bbcs.domain.pack import RulePack
from bbcs.inspection.case_view import Dossier
from bbcs.inspection.checks import CHECKS
from bbcs.inspection.clocks import kept
from bbcs.inspection.shape import Shapes
from bbcs.inspection.stem import UNREAD
from bbcs.inspection.trail import PLAIN
from bbcs.inspection.watch import ALWAYS, ON_DAYS, ON_SHAPE
from bbcs.usecases import checks
from bbcs.usecases.checks import TRIPPED, Asked, Found
from sample import FREE, Desk, clock, history, rules, shipped

GATED = rules(
    clock(3, "working_day", "callback", "Resolved", "CalledBack")
    + FREE
    + "[gates]\narchive_no = true\nsatisfied = true\nfinal_feedback = true\ncallback = true\nphone = true\nsource = '示例'\n"
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


OTHER: dict[str, Sequence[Any]] = {
    "text": ("A-1", "A-2", "", "窗口"),
    "texts": ([], ["诊所备案"], ["开店", "备案"]),
    "int": (0, 1, 7),
    "date": (date(2026, 3, 3), date(2026, 12, 31)),
    "pairs": ([], [("甲证", "乙证")]),
    "unit": (("", "公安局"), ("", "水务局")),
    "case": ("HT01-20260302-0001", "HT01-20260302-0002"),
    "cases": ([], ["HT01-20260302-0002"]),
}
"""Type of a field -> what else may stand there."""

ODD = {name: ("13812345678", 5, None, ["13812345678"], [("13812345678", "乙证")]) for name in OTHER}

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
        if field.name in UNREAD.get(event.kind, ()):
            yield (
                field.name,
                random.choice(OTHER[field.type] if random.random() < 0.9 else ODD[field.type]),
            )
        elif field.type == "unit" and value:
            yield field.name, (value[0], called.get(value[1], value[1]))
        elif field.type == "units" and value:
            yield field.name, [(code, called.get(name, name)) for code, name in value]


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
        with suppress(*TRIPPED):
            case = fold(events)
            phase = case.phase
            due = kept(office.own(case, "resolve", case.round), desk.pack)
        if random.random() < 0.95:
            yield (
                events[0].case_no,
                phase if random.random() < 0.95 else "archived",
                due if random.random() < 0.9 else "2026-03-09",
                "",
                "1",
            )


def found(ledger: Told, desk: Desk, now: str, asked: Asked) -> list[Found]:
    return list(checks.inspect(ledger, desk.office(now), asked))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "pack",
    [PACK, GATED, ROLLED, HOURS, shipped("zhanyi")],
    ids=["free", "gated", "rolled", "hours", "zhanyi"],
)
@pytest.mark.parametrize(
    ("now", "least"), [("2026-03-20T12:00", 0), ("2026-07-01T12:00", 50), ("2026-09-01T12:00", 100)]
)
def test_in_shapes_the_same_is_found_as_case_by_case(
    pack: RulePack, now: str, least: int, monkeypatch: pytest.MonkeyPatch
):
    """Also where the last quarter begins between the cases."""
    known = watched(monkeypatch)
    random = Random(f"{pack.key}{now}")
    desk, met = Desk(pack), 0
    plots = [plot(random) for _ in range(30)]
    lives = [life(random, plots, number) for number in range(1, 1001)]
    stored = [*rows(random, desk, lives, now)]
    for asked in (Asked(), Asked(first=date(2026, 3, 3)), Asked(("C04", "C19"))):
        with monkeypatch.context() as one_by_one:
            one_by_one.setattr(Shapes, "plan", lambda self, *given: None)
            plain = found(Plainly(lives, (), stored), desk, now, asked)
        assert found(Plainly(lives, (), stored), desk, now, asked) == plain
        met += sum(known)
        known.clear()
    assert met >= least


def test_a_case_of_a_known_shape_is_not_asked_again_what_nobody_said():
    lives = [
        history(f"{TAKEN}\n{TOLD}\n{DONE}", f"HT01-20260302-{number:04d}") for number in range(1, 5)
    ]
    desk = Desk(PACK)
    looked: list[str] = []

    def asked(one: Any) -> Iterator[tuple[str, str]]:
        looked.append(one.no)
        return iter(())

    before = CHECKS["C07"]
    try:
        CHECKS["C07"] = before._replace(each=asked)  # type: ignore[index]
        found(Plainly(lives), desk, "2026-09-01T12:00", Asked(("C07",)))
    finally:
        CHECKS["C07"] = before  # type: ignore[index]
    assert looked == [f"HT01-20260302-{number:04d}" for number in (1, 2)]


def test_only_what_is_said_of_one_case_rests_on_its_shape():
    assert {check.rests for check in CHECKS.values()} == {ALWAYS, ON_SHAPE, ON_DAYS}
    assert not [
        code for code, check in CHECKS.items() if check.rests and (check.watch or not check.each)
    ]


def test_a_correction_that_says_nothing_is_a_finding_and_ends_nothing():
    nothing = history(f"{TAKEN}\n2026-03-03 Noted text=催问")
    odd = [*nothing[:-1], nothing[-1]._replace(kind="Corrected", data={})]
    said = found(
        Plainly([odd, history(TAKEN, "HT01-20260302-0002")]),
        Desk(PACK),
        "2026-09-01T12:00",
        Asked(),
    )
    assert [(one.code, one.case_no) for one in said if "对不上" in one.what] == [
        ("C03", odd[0].case_no)
    ]


class Overheard(dict[str, Any]):
    """What an entry says, noting which fields somebody asks for."""

    asked: set[tuple[str, str]]
    kind: str

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add((self.kind, name))
        return super().get(name, default)

    def __getitem__(self, name: str) -> Any:
        self.asked.add((self.kind, name))
        return super().__getitem__(name)


def test_no_check_that_rests_on_a_shape_reads_what_tells_none():
    random, desk, asked = Random(7), Desk(PACK), set[tuple[str, str]]()
    plots = [plot(random) for _ in range(30)]
    office = desk.office("2026-09-01T12:00")
    books = checks._books(Plainly([]), office, Asked(), {})  # type: ignore[arg-type]
    for number in range(300):
        events = [event for event in life(random, plots, number) if event.kind in PLAIN]
        if not events or events[0].kind != "Registered":
            continue
        one = Dossier(
            books,
            Entries([_overheard(event, asked) for event in events]),
            checks._packs(office),
            None,
        )
        for check in CHECKS.values():
            with suppress(*TRIPPED):
                list(check.each(one) if check.rests and check.each else ())
    unread = {(kind, name) for kind, names in UNREAD.items() for name in names}
    assert ("Resolved", "outcome") in asked
    assert asked & unread == set()


def _overheard(event: Event, asked: set[tuple[str, str]]) -> Event:
    data = Overheard(event.data)
    data.asked, data.kind = asked, event.kind
    return event._replace(data=data)


def test_what_tells_no_shape_is_public():
    for kind, names in UNREAD.items():
        assert names <= {field.name for field in KINDS[kind] if not field.personal}
