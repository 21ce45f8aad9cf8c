"""`Window`: what it asks is what the commands answer, and every refusal is a BbcsError."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from threading import Thread
from typing import Any

import pytest

import bbcs
from bbcs import api
from bbcs.calendar.dates import CST
from bbcs.errors import BadDate, BadValue, BbcsError, UnknownWord, UsageError
from cli.cli_desk import Desk

NOW = datetime(2026, 3, 5, 9, 10, tzinfo=CST)
FIRST = "ZY01-20260305-0001"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("window") / "home")
    desk.ok("init", "--station", "ZY01", "--name", "沾益站")
    first = desk.take(source="hall", source_no="A-1")
    desk.take(number=2)
    desk.ok("triage", first, "--difficulty", "complex", "--opinion", "名称与行业规定冲突")
    return desk


@pytest.fixture
def window(desk: Desk) -> Iterator[bbcs.Window]:
    with bbcs.open_ledger(desk.home, now=NOW, write=False) as window:
        yield window


Ask = Callable[[bbcs.Window], Any]

ANSWERS: dict[str, tuple[tuple[str, ...], Ask]] = {
    "case": (("show", "0001"), lambda window: window.case("0001")),
    "deadline": (("deadline", "0001"), lambda window: window.deadline("0001")),
    "one clock": (("deadline", "0001", "--clock", "办理"), lambda window: window.deadline("0001", "办理")),
    "todo": (("todo",), lambda window: window.todo()),
    "a few": (("todo", "--limit", "1"), lambda window: window.todo(limit=1)),
    "search": (("search", "名称"), lambda window: window.search("名称")),
    "one found": (("search", "名称", "--limit", "1"), lambda window: window.search("名称", limit=1)),
    "papers": (("doc", "0001", "受理单"), lambda window: window.papers("0001", "受理单")),
    "month": (("report", "monthly", "--month", "2026-03"), lambda window: window.report("2026-03")),
}  # fmt: skip


@pytest.mark.parametrize("what", ANSWERS)
def test_it_answers_as_the_command_does(desk: Desk, window: bbcs.Window, what: str) -> None:
    line, ask = ANSWERS[what]
    assert ask(window) == desk.json(*line)


def test_what_was_cut_says_so(window: bbcs.Window) -> None:
    assert (window.search("名称")["more"], window.search("名称", limit=1)["more"]) == (False, True)


def test_history_is_that_of_show(desk: Desk, window: bbcs.Window) -> None:
    entries = window.history("0001")
    assert entries == desk.json("show", "0001", "--history")["history"]
    assert [one["kind"] for one in entries] == ["Registered", "Accepted", "Triaged"]


def test_a_rehearsal_does_everything_and_keeps_nothing(desk: Desk) -> None:
    before = desk.last()
    with bbcs.open_ledger(desk.home, now=NOW, dry_run=True) as window:
        taken = window.intake(matter="甲", demand="乙", reporter="赵甲乙", phone="13800000009")
        done = window.act(taken["case_no"], "triage", difficulty="general")
        assert (done["version"], window.case(done["case_no"])["phase"]) == (3, "triaged")
        with pytest.raises(UnknownWord):
            window.act("0001", "triage", difficulty="pigeon")
    assert desk.last() == before
    with pytest.raises(BadValue), bbcs.open_ledger(desk.home, now=NOW, dry_run=True) as window:
        window.intake(matter=5, demand="乙", reporter="赵甲乙")


# -- whatever is wrong is a BbcsError --------------------------------------------------------------


def test_after_its_block_and_in_another_thread_it_is_refused(desk: Desk) -> None:
    with bbcs.open_ledger(desk.home, now=NOW) as window:
        late = window.export()
        next(late)
        refused: list[BaseException] = []

        def elsewhere() -> None:
            for ask in (window.find, lambda: window.act("0001", "note", text="甲")):
                try:
                    ask()
                except BaseException as error:
                    refused.append(error)

        thread = Thread(target=elsewhere)
        thread.start()
        thread.join()
        assert [type(one) for one in refused] == [UsageError, UsageError]
        assert "线程" in str(refused[0])
    asks: list[Callable[[], Any]] = [
        lambda: window.case("0001"),
        window.find,
        lambda: window.intake(matter="甲", demand="乙", reporter="丙"),
        lambda: window.act("0001", "note", text="甲"),
        lambda: list(window.changes()),
        lambda: next(late),
        window.todo,
        lambda: window.search("甲"),
    ]
    for ask in asks:
        with pytest.raises(UsageError, match="已经结束"):
            ask()


WRONG: dict[str, Ask] = {
    "no number": lambda window: window.case(None),  # type: ignore[arg-type]
    "a number": lambda window: window.case(5),  # type: ignore[arg-type]
    "a list of numbers": lambda window: window.act([1], "note", text="甲"),  # type: ignore[list-item]
    "no list": lambda window: window.act(7, "note", text="甲"),  # type: ignore[arg-type]
    "no verb": lambda window: window.act("0001", None, text="甲"),  # type: ignore[arg-type]
    "version as text": lambda window: window.act("0001", "note", text="甲", expect_version="2"),
    "half a version": lambda window: window.act("0001", "note", text="甲", expect_version=2.5),
    "bytes": lambda window: window.act("0001", "note", text=b"a"),
    "no filter": lambda window: window.find(nothing=1),
    "limit as word": lambda window: window.find(limit="x"),
    "phase as number": lambda window: window.find(phase=5),
    "phases of numbers": lambda window: window.find(phase=[5]),
    "day as number": lambda window: window.find(due=5),
    "word as number": lambda window: window.find(channel=5),
    "unit as number": lambda window: window.find(unit=5),
    "source as number": lambda window: window.find(source=5),
    "overdue as word": lambda window: window.find(overdue="no"),
    "no month": lambda window: window.report(None),  # type: ignore[arg-type]
    "no such month": lambda window: window.report("2026-13"),
    "a day as word": lambda window: window.daily("2026-03-05"),  # type: ignore[arg-type]
    "days as words": lambda window: window.report(first="a", last="b"),  # type: ignore[arg-type]
    "since as word": lambda window: list(window.changes("a")),  # type: ignore[arg-type]
    "negative since": lambda window: list(window.changes(-1)),
    "export since": lambda window: list(window.export(since="a")),  # type: ignore[arg-type]
    "beyond the last": lambda window: list(window.changes(since=99)),
    "export beyond the last": lambda window: list(window.export(since=99)),
    "export entries beyond the last": lambda window: list(window.export(entries=True, since=99)),
    "no decision": lambda window: window.decisions("note"),
    "no decision back": lambda window: window.take_back("note", 3),
    "no number back": lambda window: window.take_back("exempt", "x"),  # type: ignore[arg-type]
    "nothing to search": lambda window: window.search(None),  # type: ignore[arg-type]
    "no limit": lambda window: window.search("甲", limit=0),
    "limit of todo": lambda window: window.todo(limit="2"),  # type: ignore[arg-type]
    "no clock": lambda window: window.deadline("0001", "pigeon"),
    "history of none": lambda window: window.history(""),
    "an unknown key": lambda window: window.intake(nothing=1),
    "values of no kind": lambda window: window.intake(matter=5, demand=object(), reporter=[]),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_asked_is_refused(desk: Desk, what: str) -> None:
    before = desk.last()
    with bbcs.open_ledger(desk.home, now=NOW) as window, pytest.raises(BbcsError) as refused:
        WRONG[what](window)
    assert refused.value.exit_code not in (20, 21, 70), refused.value.message
    assert desk.last() == before


@pytest.mark.parametrize(
    "how",
    [
        {"home": None}, {"home": 5}, {"now": "2026-03-05"}, {"now": 5}, {"actor": 5},
        {"actor": "nobody"}, {"files": [5]}, {"home": "/nowhere/at/all"},
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_opened_is_refused(desk: Desk, how: dict[str, Any]) -> None:
    wanted = {"home": desk.home, "now": NOW, **how}
    with pytest.raises(BbcsError), bbcs.open_ledger(**wanted):
        pass


def test_a_day_is_a_moment_too(desk: Desk) -> None:
    with bbcs.open_ledger(desk.home, now=date(2026, 3, 6), write=False) as window:
        assert window.todo()["day"] == "2026-03-06"


class NotATime(datetime):
    """Like pandas.NaT: a datetime that is none, and that equals nothing, not even itself."""

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]

    def toordinal(self) -> int:
        raise ValueError("NotATime does not support toordinal")

    def date(self) -> date:
        return self

    def astimezone(self, tz: Any = None) -> NotATime:
        return self


def test_the_calendar_refuses_what_is_no_day() -> None:
    calendar, day = bbcs.WorkCalendar(), date(2026, 9, 30)
    for wrong in (None, "2026-09-30", 5, NotATime(2026, 1, 1)):
        asks = [
            *((ask, (wrong,)) for ask in (calendar.is_working, calendar.info, calendar.rolled)),
            *((ask, (wrong, 3)) for ask in (calendar.add, calendar.due, calendar.explain)),
            *((ask, (wrong, day)) for ask in (calendar.count, calendar.between)),
            *((ask, (day, wrong)) for ask in (calendar.count, calendar.between)),
        ]
        asks += [(ask, (day, wrong)) for ask in (calendar.add, calendar.explain) if wrong != 5]
        for ask, given in asks:
            with pytest.raises(BadDate):
                ask(*given)
    for rule in (None, 5, "zz"):
        with pytest.raises(UnknownWord):
            calendar.add(day, 3, rule)  # type: ignore[arg-type]


def test_the_calendar_takes_a_moment_as_the_day_in_china() -> None:
    calendar = bbcs.WorkCalendar()
    evening = datetime(2026, 9, 30, 17, tzinfo=timezone(timedelta(0)))  # the first of October
    assert not calendar.is_working(evening)
    assert calendar.info(evening).day == date(2026, 10, 1)
    assert calendar.count(evening, date(2026, 10, 10)) == 3


def test_what_is_public_is_named() -> None:
    for module in (bbcs, api):
        assert all(getattr(module, name) for name in module.__all__)
    assert set(bbcs.__all__) >= {"Window", "open_ledger", "WorkCalendar", "BbcsError"}
    assert bbcs.Window is api.Window
