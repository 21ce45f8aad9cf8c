"""What `check` proposes would be taken: every command in a hint is rehearsed on the ledger that it was printed about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from bbcs.domain.acts.table import BY_VERB
from bbcs.domain.case import IN_HAND, LIFE
from bbcs.domain.decide.record import target
from bbcs.domain.fold import fold
from bbcs.domain.inputs import all_fields
from bbcs.domain.pack import Clock
from bbcs.errors import BbcsError, MissingInput, ReasonMissing
from bbcs.usecases import acts, checks
from bbcs.usecases.checks import CheckFinding, CheckSelection
from dict_ledger import DictLedger
from random_acts import UNITS, drawn
from sample import Desk, at, shipped
from sizes import examples

HINTED = re.compile(r"bbcs correct \S+ --field ([a-z_.]+)(?=[；，])")
"""A correction in a hint, and its field."""

COMMAND = re.compile(r"bbcs ([a-z]+) (\S+-\d{8}-\d{4})((?: --[a-z-]+ [^\s；，、：]+)*)")
"""A command on a case in a hint: its verb, the case, its options; … stands for what the person fills in."""

READING = ("show", "deadline")

FILLED: dict[str, dict[str, Any]] = {
    "supervise": {"reason": "超期未办"},
    "callback": {"reached": True, "solved": "yes", "grade": "5", "by": "另一人"},
    "resolve": {
        "outcome": "solved",
        "measures": "办好",
        "basis": "法律",
        "remedy": "诉讼",
        "signer": "王主任",
    },
    "close": {"approver": "王主任", "reason": "理由"},
    "triage": {"difficulty": "general"},
    "assign": {"lead": "信访局"},
    "reopen": {"reason": "没办成"},
    "return": {"reason": "不归本局"},
    "refuse": {"reason": "litigation", "remedy": "向法院反映"},
    "escalate": {"level": "3", "reason": "协调不动"},
    "convene": {"host": "联席会议", "unit": [UNITS[0]]},
    "note": {"text": "说明"},
    "feedback": {"text": "在办"},
    "correct": {"why": "漏填", "new": "补上"},
    "archive": {"no": "2026-1"},
}
"""Verb -> what a person would fill in."""


class Stored(DictLedger):
    """The dict ledger with what an inspection asks of a store."""

    def stored(self) -> Iterator[tuple[Any, ...]]:
        names = ("case_no", "phase", "due", "calendar", "pack_edition")
        rows = [row.case for _, row in sorted(self.rows.items())]
        return (tuple(row[name] for name in names) for row in rows)

    def cases(self) -> Iterator[list[Any]]:
        return (self.events(no) for no in sorted(self.rows))

    def tallies(self) -> Iterator[tuple[Any, ...]]:
        return iter(())


def lived(seed: int) -> tuple[Desk, Any]:
    """An office with a few cases that lived at random for two months, and the moment of its inspection."""
    random = Random(seed)
    desk = Desk(shipped("default"))
    desk.ledger = Stored(desk.ledger.station)
    now = at("2026-03-02")
    for number in range(4):
        who = {"reporter": "陈试验", "phone": "13800000001"} if number % 2 else {"anonymous": True}
        given = {"matter": "诊所备案", "demand": "办不下去", **who}
        given |= {"decision": random.choice(["accept", "accept", "later"])}
        acts.intake(desk.ledger, desk.office(now), given)
    for _ in range(40):
        now += timedelta(hours=random.choice((1, 3, 9, 24, 40)))
        no = random.choice(list(desk.ledger.rows))
        case = fold(desk.ledger.events(no))
        verb = random.choice(LIFE[case.phase])
        try:
            acts.act(desk.ledger, desk.office(now), no, verb, drawn(case, verb, random))
        except BbcsError:
            continue
    return desk, now + timedelta(days=random.choice((1, 20, 60)))


def found(desk: Desk, now: Any) -> list[CheckFinding]:
    return list(checks.inspect(desk.ledger, desk.office(now), CheckSelection()))


def rehearse(desk: Desk, now: Any, verb: str, no: str, options: str) -> None:
    """Do the proposed act on a copy of the ledger, as a leader who fills in what is left open."""
    ledger = deepcopy(desk.ledger)
    case = fold(ledger.events(no))
    fields = {field.flag.partition("/")[0]: field for field in all_fields(BY_VERB[verb])}
    given = dict(FILLED.get(verb, {}))
    for flag, value in re.findall(r"(--[a-z-]+) (\S+)", options):
        field = fields[flag]
        if value != "…":
            given[field.name] = [value] if field.many else value
    if verb == "gap":
        given["filled"] = [case.owed[0].paper]
    if verb == "resolve" and case.owed:
        given["outcome"] = "solved_with_gaps"
    if verb == "correct" and given.get("field") in (None, "…"):
        given["field"] = "demand"
    acts.act(ledger, desk.office(now), no, verb, given)


PROPOSED: Counter[str] = Counter()


@pytest.mark.parametrize("seed", range(examples(20)))
def test_every_command_that_a_finding_proposes_would_be_taken(seed: int) -> None:
    desk, now = lived(seed)
    for finding in found(desk, now):
        for verb, no, options in COMMAND.findall(finding.hint):
            if verb in READING:
                assert no in desk.ledger.rows
                continue
            PROPOSED[verb] += 1
            try:
                rehearse(desk, now, verb, no, options)
            except (MissingInput, ReasonMissing) as refused:
                pytest.fail(
                    f"{finding.code} {finding.hint}: the test fills in too little: {refused.message}"
                )
            except BbcsError as refused:
                phase = fold(desk.ledger.events(no)).phase
                pytest.fail(f"{finding.code} {finding.hint} ({phase}): {refused.message}")


def test_the_random_ledgers_made_it_propose_many_things() -> None:
    assert len(PROPOSED) >= 5 or not PROPOSED  # run apart from the test above it has nothing to say


def test_a_withdrawn_repeat_is_shown_its_forerunner_instead_of_a_link_that_is_refused() -> None:
    desk = Desk(shipped("default"))
    desk.ledger = Stored(desk.ledger.station)
    who = {"matter": "诊所备案", "demand": "办不下去", "reporter": "陈试验", "phone": "13800000001"}
    first = acts.intake(desk.ledger, desk.office(at("2026-03-02")), who).case.no
    second = acts.intake(desk.ledger, desk.office(at("2026-03-03")), who).case.no
    (before,) = [one for one in found(desk, at("2026-03-03T10:00")) if one.code == "C16"]
    assert f"bbcs link {second} --kind repeat --to {first}" in before.hint
    acts.act(desk.ledger, desk.office(at("2026-03-04")), second, "withdraw", {"reason": "自行办好"})
    (after,) = [one for one in found(desk, at("2026-03-05")) if one.code == "C16"]
    assert "bbcs link" not in after.hint
    assert f"bbcs show {first}" in after.hint


def test_a_link_from_the_earlier_case_settles_the_repeat_too() -> None:
    desk = Desk(shipped("default"))
    desk.ledger = Stored(desk.ledger.station)
    who = {"matter": "诊所备案", "demand": "办不下去", "reporter": "陈试验", "phone": "13800000001"}
    first = acts.intake(desk.ledger, desk.office(at("2026-03-02")), who).case.no
    second = acts.intake(desk.ledger, desk.office(at("2026-03-03")), who).case.no
    office = desk.office(at("2026-03-03T10:00"))
    acts.act(desk.ledger, office, first, "link", {"kind": "repeat", "to": second})
    assert [one for one in found(desk, at("2026-03-03T11:00")) if one.code == "C16"] == []


def test_an_overdue_first_feedback_asks_for_feedback_not_for_the_settlement() -> None:
    pack = shipped("default")
    first = Clock("first_feedback", 2, "working_day", ("Accepted",), ("FedBack.first",))
    desk = Desk(pack._replace(clocks=(*pack.clocks, first)))
    desk.ledger = Stored(desk.ledger.station)
    who = {"matter": "诊所备案", "demand": "办不下去", "reporter": "陈试验", "phone": "13800000001"}
    no = acts.intake(desk.ledger, desk.office(at("2026-03-02")), who).case.no
    acts.act(desk.ledger, desk.office(at("2026-03-02")), no, "triage", {"difficulty": "complex"})
    now = at("2026-03-05T10:00")
    (late,) = [one for one in found(desk, now) if one.code == "C06"]
    assert fold(desk.ledger.events(no)).phase in IN_HAND
    assert "首次反馈" in late.what
    assert "办理时限" not in late.what
    assert f"bbcs feedback {no} --stage first" in late.hint
    assert "bbcs resolve" not in late.hint
    given = {"stage": "first", "text": "在办"}
    acts.act(desk.ledger, desk.office(now), no, "feedback", given)
    assert [one for one in found(desk, now) if one.code == "C06"] == [], "what was hinted helps"


@pytest.mark.parametrize(
    ("kind", "data", "fields"),
    [
        ("Resolved", {"outcome": "", "measures": ""}, ["resolve.outcome", "resolve.measures"]),
        ("Registered", {"matter": ""}, ["matter"]),
    ],
)
def test_an_empty_field_is_named_as_correct_knows_it(
    kind: str, data: dict[str, str], fields: list[str]
) -> None:
    """C02 proposed `--field …`, and left the person to find out which."""
    desk = Desk(shipped("default"))
    desk.ledger = Stored(desk.ledger.station)
    now = at("2026-03-02")
    given = {"matter": "诊所备案", "demand": "办不下去", "anonymous": True}
    no = acts.intake(desk.ledger, desk.office(now), given).case.no
    done = {"outcome": "solved", "measures": "办好"}
    acts.act(desk.ledger, desk.office(now), no, "resolve", done)
    row = desk.ledger.rows[no]
    for event in desk.ledger.events(no):
        if event.kind == kind:
            event.data.update(data)
    found_fields = [
        field
        for finding in found(desk, now + timedelta(days=1))
        if finding.code == "C02"
        for field in HINTED.findall(finding.hint)
    ]
    assert found_fields == fields, row
    for field in fields:
        target(fold(desk.ledger.events(no)), field)
