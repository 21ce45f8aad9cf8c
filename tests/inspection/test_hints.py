"""What `check` proposes would be taken as it stands: every command in a hint is read as the command
line reads it, and rehearsed on the ledger that it was printed about."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from inspected import DONE, GOOD, SOUND, START, TAKEN, TOLD, changed, day, looked
from test_accountable import came, pack as accountability
from test_inspection_cases import SHOWN

from bbcs.cli.app import app
from bbcs.cli.click import ClickException
from bbcs.cli.settings import Settings
from bbcs.domain.acts.table import BY_VERB
from bbcs.domain.case import IN_HAND, LIFE, Case
from bbcs.domain.decide.correctable import target
from bbcs.domain.event import Event
from bbcs.domain.fold import fold
from bbcs.domain.pack import Clock
from bbcs.domain.station import Duty
from bbcs.errors import BbcsError, MissingInput, ReasonMissing
from bbcs.inspection.causes import COMMON
from bbcs.inspection.checks import CHECKS
from bbcs.usecases import acts, checks, office_acts
from bbcs.usecases.checks import CheckFinding, CheckSelection
from bbcs.usecases.office import Office
from dict_ledger import DictLedger
from random_acts import UNITS, drawn
from sample import Desk, at, history, shipped
from sizes import examples

HINTED = re.compile(r"bbcs correct \S+ --field ([a-z_.]+)(?=[；，])")
"""A correction in a hint, and its field."""

HINT = re.compile(r"bbcs [^；，。、）]+")
"""A command in a hint: it ends at a sign or with the hint, never at a blank."""

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
    "improve": {"kind": "rule_change", "what": "改审批条件"},
    "notify": {"kind": "result"},
    "link": {"kind": "repeat"},
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


def typed(command: str) -> tuple[str, dict[str, Any]]:
    """The word and the values of a command, as the command line reads them; it refuses what it would."""
    word: Any = app
    context = word.make_context("bbcs", ["todo"], obj=Settings())
    words = shlex.split(command)[1:]
    while hasattr(word, "resolve_command"):
        _, word, words = word.resolve_command(context, words)
    values = word.make_context(word.name, words, parent=context).params
    return word.name, {
        name: value for name, value in values.items() if value not in (None, False, ())
    }


def rehearse(ledger: DictLedger, office: Office, verb: str, values: dict[str, Any]) -> None:
    """Do the proposed act on a copy of the ledger, as a leader who answers what it asks for."""
    ledger, no = deepcopy(ledger), values.pop("number", "")
    no = no if isinstance(no, str) else no[0]
    given = {**FILLED.get(verb, {}), **values}
    if not no:
        office_acts.office_act(ledger, office, verb, given)
        return
    case = fold(ledger.events(no))
    if verb == "gap" and case.owed:
        given["filled"] = [case.owed[0].paper]
    elif verb == "gap":
        given["owe"] = ["平面图=2026-12-31"]
    if verb == "resolve" and case.owed:
        given["outcome"] = "solved_with_gaps"
    if verb == "correct":
        given["new"] = corrected(case, given["field"], office)
    if verb == "supervise" and "answer" in given:
        given = {"answer": given["answer"], "text": "已办"}
    acts.act(ledger, office, no, verb, given)


def corrected(case: Case, name: str, office: Office) -> Any:
    """A new value of the field: a time stays, a word is the first of its axis."""
    mark, field, _ = target(case, name)
    if field.type == "when":
        return mark.at.isoformat()
    if field.axis:
        return next(iter(office.pack_of(case).words[field.axis]))
    return next(iter(field.choices), CORRECTED.get(field.name, "补上"))


CORRECTED = {"phone": "13800000001", "id_number": "530303190001019993"}


PROPOSED: Counter[str] = Counter()


def would_be_taken(ledger: DictLedger, office: Office, one: CheckFinding) -> None:
    """Every command of the hint is one, and an act is taken now."""
    assert "…" not in one.hint, (one.code, one.hint)
    commands = HINT.findall(one.hint)
    assert len(commands) == one.hint.count("bbcs "), one.hint
    for command in commands:
        try:
            verb, values = typed(command)
            if verb in BY_VERB:
                PROPOSED[verb] += 1
                rehearse(ledger, office, verb, values)
        except (MissingInput, ReasonMissing) as refused:
            pytest.fail(f"{one.code} {one.hint}: the test answers too little: {refused.message}")
        except (BbcsError, ClickException) as refused:
            pytest.fail(f"{one.code} {one.hint}: {command}: {refused}")


@pytest.mark.parametrize("seed", range(examples(20)))
def test_every_command_that_a_finding_proposes_would_be_taken(seed: int) -> None:
    desk, now = lived(seed)
    for finding in found(desk, now):
        would_be_taken(desk.ledger, desk.office(now), finding)


def test_the_random_ledgers_made_it_propose_many_things() -> None:
    assert len(PROPOSED) >= 5 or not PROPOSED  # run apart from the test above it has nothing to say


NUMBERED = [f"HT01-20260302-{number:04d}" for number in range(1, 12)]
CAUSED = f"{TAKEN}\n2026-03-02 Triaged difficulty=complex cause=blockage"
TWICE = f"{TAKEN}\n{DONE}\n2026-03-05 Withdrawn reason=不办了"
WELL = f"{TAKEN}\n{TOLD}\n{DONE}\n{GOOD}"
CONDUCT = START.replace("demand=", "track=conduct failed_unit=甲局 demand=")
ORDERED = "2026-03-03 Assigned lead=甲局"
REQUESTED = "2026-03-03 ReturnAsked unit=甲局 reason=不归"


def entry(text: str, **data: Any) -> list[Event]:
    """A history whose last entry says these things too."""
    *rest, last = history(text)
    return [*rest, last._replace(data={**last.data, **data})]


def late(text: str) -> list[Event]:
    """A history whose last entry was written down three weeks later."""
    *rest, last = history(text)
    return [*rest, last._replace(recorded_at=at("2026-03-26"))]


def seen(*histories: str | list[Event], **how: Any) -> Any:
    return histories, how


MORE = {
    "C01": seen(changed(SOUND, NUMBERED[0]), changed(SOUND, NUMBERED[2])),
    "C04": seen(TAKEN, rows=[(NUMBERED[0], "accepted", "2026-03-10", "x", "1")]),
    "C13": seen(TAKEN, rows=[(NUMBERED[0], "resolved", "2026-03-09", "x", "1")]),
    "C16": seen(SOUND, SOUND),
    "C17": seen(*[CAUSED] * COMMON, pack=shipped("default")),
    "C18": seen(TWICE, now="2026-04-07"),
    "C19": seen(*[changed(WELL, no) for no in NUMBERED[:10]], now="2026-04-07"),
    "C20": seen(changed(TAKEN, phone="1380000000", id_number="53030319000101", failed_unit="找王科长13800000001")),
    "C25": seen(SOUND, duty=(Duty(day("2026-03-02"), "zs"), Duty(day("2026-03-04"), "zs"))),
    "C26": seen(late(f"{TAKEN}\n{DONE}"), now="2026-03-26T12:00"),
    "C27": seen(entry(f"{TAKEN}\n2026-03-03 Promised", promised=day("2026-03-04"))),
    "C28": seen(START, now="2026-04-07"),
    "C29": seen(entry(f"{TAKEN}\n{ORDERED}", guarded=[["not_owner", "", "甲局", "诊所备案", "乙局"]])),
    "C30": seen(SOUND, duty=(Duty(day("2026-10-01"), "zs"),)),
    "C31": seen(f"{CONDUCT}\n2026-03-02 Accepted\n2026-03-03 Triaged difficulty=complex track=normal"),
    "C32": seen(*[came("2026-03-02")] * 2, pack=accountability(), now="2026-08-01T12:00"),
    "C33": seen(entry(f"{TAKEN}\n{DONE}\n2026-03-05 Excluded basis=台风 approver=王主任", rate=["on_time"])),
    "C34": seen(entry(f"{TAKEN}\n{ORDERED}\n{REQUESTED}\n2026-03-03 ReturnDecided unit=甲局", same_operator=True, granted=False)),
}  # fmt: skip
"""Code -> the smallest ledger that shows it, beside those of test_inspection_cases."""


def test_every_check_has_a_ledger_that_shows_it() -> None:
    assert {*MORE, *(row[0] for row in SHOWN)} == set(CHECKS)


@pytest.mark.parametrize("code", MORE)
def test_what_each_check_proposes_would_be_taken(code: str) -> None:
    histories, how = MORE[code]
    findings, ledger, office = looked(*histories, code=code, **how)
    assert {one.code for one in findings} == {code}
    for one in findings:
        would_be_taken(ledger, office, one)


@pytest.mark.parametrize(("code", "said", "text", "pack", "now"), SHOWN)
def test_what_each_finding_of_a_case_proposes_would_be_taken(
    code: str, said: str, text: str, pack: Any, now: str
) -> None:
    findings, ledger, office = looked(text, code=code, pack=pack, **({"now": now} if now else {}))
    for one in findings:
        would_be_taken(ledger, office, one)


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
