"""What stops counting, what is waived by rule, who stands together: movements with an end, waivers, groups, papers owed, pauses."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from store_drive import (
    NOW,
    OF_FILES,
    STAMP,
    Driver,
    act,
    dump,
    history,
    intake,
    projection_of,
    refold,
)

from bbcs.calendar.dates import NO_DATE
from bbcs.domain.acts import Field
from bbcs.domain.acts.table import KINDS
from bbcs.domain.event import Draft, Event
from bbcs.errors import OlderSchema
from bbcs.store import codec
from bbcs.store.sqlite.dialect import SCHEMA
from bbcs.usecases import projection
from bbcs.usecases.ledger import Filter, Projection

TODAY = NOW.date()
NO = "ZY01-20260302-0001"


def put(ledger: Any, case_no: str, **columns: Any) -> None:
    """The case's projection with some columns changed."""
    base = projection_of(ledger.events(case_no))
    ledger.project(base._replace(case={**base.case, **columns}))


def found(ledger: Any, **asked: Any) -> list[str]:
    rows = ledger.find(Filter(NOW, **asked))
    assert ledger.tally(Filter(NOW, **asked)) == len(rows)
    return [row["case_no"] for row in rows]


# -- movements -----------------------------------------------------------------------------------------------------


def undone(events: list[Event], seq: int) -> Projection:
    """As the domain tells it: the event `seq` counts no more from the last entry on, and the case is
    in hand."""
    told = projection_of(events)
    ended = [
        {**one, "until": events[-1].seq} if one["station_seq"] == seq else one
        for one in told.movements
    ]
    return told._replace(movements=ended, case={**told.case, "in_hand": 1})


def of_undone(events: list[Event]) -> Projection:
    """The same of entries as `verify` gives them: the third one is undone."""
    return undone(list(events), 3) if events[0].case_no else projection_of(events)


def moved(events: list[Event], seq: int, day: date) -> Projection:
    """The event `seq` counts on another day from the last entry on."""
    told = undone(events, seq)
    fresh = [
        {**one, "day": day, "since": events[-1].seq, "until": None}
        for one in told.movements
        if one["station_seq"] == seq
    ]
    return told._replace(movements=[*told.movements, *fresh])


def counted(ledger: Any, first: date, last: date, as_of: int) -> list[tuple[int, str, str]]:
    return [
        (row["station_seq"], row["kind"], row["day"])
        for row in ledger.movements(first, last, as_of)
    ]


def test_an_undone_event_counts_until_it_was_undone(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        case_no = intake(ledger)
        act(ledger, case_no, "Resolved", outcome="solved", measures="x")  # 3
        act(ledger, case_no, "Noted", text="撤销")  # 4
        ledger.project(undone(ledger.events(case_no), 3))
        assert [seq for seq, *_ in counted(ledger, TODAY, TODAY, 3)] == [1, 2, 3]
        assert [seq for seq, *_ in counted(ledger, TODAY, TODAY, 4)] == [1, 2, 4]
        tomorrow = TODAY + timedelta(1)
        assert ledger.open_before(tomorrow, 3) == []
        assert ledger.open_before(tomorrow, 4) == [case_no]
        assert ledger.verify(lambda cases: [of_undone(events) for events in cases]) == []
        assert {finding.code for finding in ledger.verify(refold)} == {"projection"}


def test_a_corrected_day_counts_once_and_an_earlier_as_of_shows_the_old_one(
    driver: Driver, home: Path
) -> None:
    other = TODAY - timedelta(40)
    with driver.open(home, write=True) as ledger:
        case_no = intake(ledger)
        act(ledger, case_no, "Noted", text="更正")  # 3
        ledger.project(moved(ledger.events(case_no), 1, other))
        assert counted(ledger, other, TODAY, 2) == [
            (1, "Registered", f"{TODAY}"),
            (2, "Accepted", f"{TODAY}"),
        ]
        assert counted(ledger, other, TODAY, 3)[0] == (1, "Registered", f"{other}")
        assert len(counted(ledger, other, TODAY, 3)) == 3
        assert ledger.open_before(TODAY, 2) == []
        assert ledger.open_before(TODAY, 3) == [case_no]
        assert ledger.movements(other, other, 3).__next__()["month"] == f"{other:%Y-%m}"


@pytest.mark.parametrize("seed", range(5))
def test_every_as_of_equals_replaying_what_held_then(driver: Driver, home: Path, seed: int) -> None:
    """Random undoings and moves: the one statement answers what a replay up to that entry would."""
    draw = random.Random(seed)
    held: dict[int, list[dict[str, Any]]] = {}
    with driver.open(home, write=True) as ledger:
        cases = [intake(ledger, number) for number in (1, 2, 3)]
        kept = {
            case_no: [dict(one) for one in projection_of(ledger.events(case_no)).movements]
            for case_no in cases
        }
        for _ in range(30):
            case_no = draw.choice(cases)
            kind = draw.choice(("Noted", "Resolved", "Reopened"))
            more = {
                "Noted": {"text": "x"},
                "Resolved": {"outcome": "solved", "measures": "x"},
                "Reopened": {"reason": "x"},
            }[kind]
            act(ledger, case_no, kind, **more)
            last = ledger.events(case_no)[-1]
            rows = kept[case_no]
            rows.append(dict(projection_of(ledger.events(case_no)).movements[-1]))
            live = [
                one for one in rows if one.get("until") is None and one["station_seq"] < last.seq
            ]
            if live and draw.random() < 0.5:
                one = draw.choice(live)
                one["until"] = last.seq
                if draw.random() < 0.5:
                    rows.append(
                        {
                            **one,
                            "since": last.seq,
                            "until": None,
                            "day": TODAY - timedelta(draw.randrange(9)),
                        }
                    )
            ledger.project(projection_of(ledger.events(case_no))._replace(movements=rows))
            held[last.seq] = [
                {**one, "case_no": no}
                for no in cases
                for one in kept[no]
                if one.get("until") is None
            ]  # what counts at this very moment
        for as_of, rows in held.items():
            first = TODAY - timedelta(4)
            wanted = sorted(
                (one["station_seq"], f"{one['day']}")
                for one in rows
                if first <= one["day"] <= TODAY
            )
            assert [(seq, day) for seq, _, day in counted(ledger, first, TODAY, as_of)] == wanted
            before = [
                no
                for no in cases
                if sum(one["delta"] for one in rows if one["case_no"] == no and one["day"] < TODAY)
                == 1
            ]
            assert ledger.open_before(TODAY, as_of) == before


# -- waivers -------------------------------------------------------------------------------------------------------

EXEMPTED = (
    Field("paper", "材料", personal=True),
    Field("item", "事项"),
    Field("scope", "范围", "choice", choices={"case": "一件", "rule": "规定"}),
    Field("effective", "生效日", "date"),
    Field("authority", "依据", personal=True),
)
IMPROVED = (Field("kind", "种类"), Field("what", "改了什么", personal=True))


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Both kinds as the store needs them, on a case and ledger-wide."""
    for kind, fields in (("Exempted", EXEMPTED), ("Improved", IMPROVED)):
        monkeypatch.setitem(KINDS, kind, fields)  # type: ignore[misc]
        codec._plans.pop(kind, None)
        codec._readers.pop(kind, None)
    yield
    for kind in ("Exempted", "Improved"):
        codec._plans.pop(kind, None)
        codec._readers.pop(kind, None)


RULE = {
    "paper": "户口簿",
    "item": "低保申请",
    "scope": "rule",
    "effective": TODAY,
    "authority": "民政局通知",
}


def told(cases: Any) -> list[Projection]:
    """The refold of the drive, with what the use cases read of waivers and improvements."""
    items = ["低保申请", "医保转移"]
    return [
        projection_of(events)._replace(waivers=projection.waivers(events, items))
        if events[0].case_no
        else projection.project_office_wide(events[0])
        for events in cases
    ]


def exempt(ledger: Any, case_no: str = "", **more: Any) -> None:
    version = ledger.events(case_no)[-1].version if case_no else 0
    events = ledger.append(case_no, version, [Draft("Exempted", NOW, {**RULE, **more})], STAMP)
    if case_no:
        ledger.project(told([ledger.events(case_no)])[0])
    else:
        ledger.store_office_wide(told([events])[0])


@pytest.mark.usefixtures("kinds")
def test_waivers_by_rule(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        case_no = intake(ledger)
        exempt(ledger)
        exempt(ledger, case_no, paper="结婚证", effective=TODAY + timedelta(5), item="")
        exempt(ledger, case_no, paper="照片", scope="case")

        def papers(day: date, *items: str) -> list[tuple[str, str]]:
            return [(row["item"], row["paper"]) for row in ledger.waivers(items, day)]

        assert papers(TODAY - timedelta(1), "低保申请") == []
        assert papers(TODAY, "低保申请", "医保转移") == [("低保申请", "户口簿")]
        later = TODAY + timedelta(5)
        assert papers(later, "医保转移", "低保申请", "别的") == [
            ("医保转移", "结婚证"),
            ("低保申请", "户口簿"),
            ("低保申请", "结婚证"),
        ]
        assert papers(later, "低保申请", "低保申请") == papers(later, "低保申请")
        assert ledger.waivers([], later) == []
        row = ledger.waivers(["低保申请"], TODAY)[0]
        assert (row["case_no"], row["effective"], row["authority"]) == (
            None,
            f"{TODAY}",
            "民政局通知",
        )
        assert ledger.waivers(["医保转移"], later)[0]["case_no"] == case_no


@pytest.mark.usefixtures("kinds")
def test_waivers_and_improvements_are_rebuilt_and_verified(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        exempt(ledger)
        exempt(ledger, intake(ledger), paper="结婚证")
        (event,) = ledger.append(
            "", 0, [Draft("Improved", NOW, {"kind": "rule_change", "what": "取消户口簿"})], STAMP
        )
        ledger.store_office_wide(projection.project_office_wide(event))
    before = dump(home)
    assert [len(before[table]) for table in ("waiver", "movement")] == [2, 4]
    with driver.open(home, write=True) as ledger:
        assert ledger.verify(told) == []
        assert [row["kind"] for row in ledger.movements(TODAY, TODAY, 9)][-1] == "Improved"
        ledger.rebuild(told)
    assert dump(home) == before
    for text in (
        "paper = 'x' WHERE station_seq = 1",
        "effective = '2020-01-01' WHERE station_seq <> 1",
        "item = 'x'",
    ):
        connection = driver.raw(home)
        connection.execute("BEGIN")
        connection.execute(f"UPDATE waiver SET {text}")
        connection.execute("COMMIT")
        connection.close()
        with driver.open(home, write=True) as ledger:
            assert {finding.code for finding in ledger.verify(told)} == {"projection"}
            ledger.rebuild(told)
    connection = driver.raw(home)
    connection.execute("DELETE FROM waiver")
    connection.execute("DELETE FROM movement WHERE kind = 'Improved'")
    connection.close()
    with driver.open(home, write=True) as ledger:
        assert len(ledger.verify(told)) == 3
        ledger.rebuild(told)
    assert dump(home) == before


# -- groups, papers owed, pauses -----------------------------------------------------------------------------------


def test_groups(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        made = [intake(ledger, number) for number in range(1, 5)]
        for case_no in (made[2], made[0]):
            put(ledger, case_no, group_name="北苑小区供水")
        assert found(ledger, group="别的") == []
        assert found(ledger, group="北苑小区供水") == [made[0], made[2]]
        put(ledger, made[0], group_name=None)
        assert found(ledger, group="北苑小区供水") == [made[2]]


def test_papers_owed(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        made = [intake(ledger, number) for number in range(1, 5)]
        put(ledger, made[0], gap_due=TODAY + timedelta(3), flags=",gaps_open,")
        put(ledger, made[1], gap_due=NO_DATE, flags=",fast_lane,gaps_open,")
        put(ledger, made[2], gap_due=TODAY, flags=",gaps_open,")
        assert found(ledger, gaps=True) == [made[2], made[0], made[1]]
        assert found(ledger, gaps=True, sort="number") == made[:3]
        assert [row["gap_due"] for row in ledger.find(Filter(NOW, gaps=True))][-1] == NO_DATE
        assert found(ledger, gaps=True, flags=["fast_lane"]) == [made[1]]
        row = ledger.find(Filter(NOW, after=made[2], gaps=True, limit=1))[0]
        assert (row["case_no"], row["paused"], row["supervised"]) == (made[0], 0, 0)


def test_a_paused_case_is_neither_overdue_nor_close_to_it(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        late, soon, late_paused, soon_paused = (intake(ledger, number) for number in range(1, 5))
        dates = (
            {"due": TODAY - timedelta(1), "warn_from": TODAY - timedelta(3)},
            {"due": TODAY, "warn_from": TODAY},
        )
        for case_no, when, paused in (
            (late, 0, 0),
            (soon, 1, 0),
            (late_paused, 0, 1),
            (soon_paused, 1, 1),
        ):
            next_due = None if paused else dates[when]["due"]
            warn_from = None if paused else dates[when]["warn_from"]
            put(
                ledger,
                case_no,
                due=dates[when]["due"],
                next_due=next_due,
                warn_from=warn_from,
                paused=paused,
                supervised=paused,
            )
        assert found(ledger, overdue=True) == [late]
        assert found(ledger, warning=True) == [soon]
        assert found(ledger, paused=True) == [late_paused, soon_paused]
        assert len(found(ledger)) == 4


def test_new_columns_are_proved_and_rebuilt(driver: Driver, home: Path) -> None:
    with driver.open(home, write=True) as ledger:
        history(ledger)
        put(
            ledger,
            NO.replace("0302", "0303"),
            group_name="甲",
            paused=1,
            gap_due=TODAY,
            supervised=1,
        )
        (finding,) = ledger.verify(refold)
        assert all(
            name in finding.what for name in ("group_name", "paused", "gap_due", "supervised")
        )
        ledger.rebuild(refold)
        assert ledger.verify(refold) == []


@OF_FILES
def test_the_schema_before_the_first_release_is_refused(driver: Driver, home: Path) -> None:
    connection = driver.raw(home)
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    before = (home / "ledger.db").read_bytes()
    for write in (True, False):
        with (
            pytest.raises(OlderSchema, match=f"数据结构 1，本程序用 {SCHEMA}") as refused,
            driver.open(home, write=write),
        ):
            pass
        assert (refused.value.exit_code, refused.value.code) == (22, "E2208")
        assert "\n" not in refused.value.message
    assert (home / "ledger.db").read_bytes() == before
