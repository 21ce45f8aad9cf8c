"""What every act shares: who may do it, when it can have happened, which words it knows, and that every case gets an answer."""

from __future__ import annotations

import pytest

from bbcs.domain.acts.table import ACTS, BY_VERB
from bbcs.domain.case import LIFE
from bbcs.domain.event import Event
from bbcs.domain.fold import fold
from bbcs.domain.inputs import InputContext, read, read_one
from bbcs.errors import BadDate, GateClosed, MissingInput, NotPermitted, UnknownWord
from bbcs.usecases.sent_again import differing
from sample import (
    ROLES,
    STATION,
    clock,
    decided,
    grown,
    in_phase,
    line,
    ready,
    refusal,
    rules,
    shipped,
    standing,
    told,
)

EVERYBODY = [*ROLES, "auditor"]
RULES = rules(
    clock(30, "working_day", more="pausable = true")
    + '[extension]\nmode = "additional"\ndays = 5\nmax_count = 1\nproposed = true\n'
    + "[callback]\nshare = 100\nattempts = 2\ndays = 2\nproposed = true\n"
)
ON_CASE = [act.verb for act in ACTS if act.on_case]
MAY = {
    "escalate": {"leader"},
    "exclude": {"leader"},
    "void": {"leader"},
    "supervise": {"clerk", "supervisor", "leader"},
    "callback": {"clerk", "leader", "supervisor"},
    "undo": {"clerk", "leader", "supervisor"},
}
"""formats.md §6.11; all other acts are the clerk's and the leader's."""

SLIP = "Supervised slip=督1 kind=remind unit=公安局 reason=快到期"
INTAKE = "2026-03-02 intake matter=诊所备案 demand=办不下去 reporter=陈试验"


def phase_of(verb: str) -> str:
    return next(phase for phase in ("handling", *LIFE) if verb in LIFE[phase])


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize("verb", [act.verb for act in ACTS])
def test_each_act_belongs_to_its_roles(verb, role):
    may = MAY.get(verb, {"clerk", "leader"})
    assert set(BY_VERB[verb].roles) == may
    if verb == "consult":
        return
    case = None if verb == "intake" else fold(ready(phase_of(verb), verb))
    text = INTAKE if verb == "intake" else line(phase_of(verb), verb)
    if (verb, role) == ("exempt", "clerk"):  # a rule for every later case is a leader's
        assert refusal(NotPermitted, case, text, RULES, roles=[role]).allowed == ["leader"]
        text = line(phase_of(verb), verb).replace("scope=rule effective=2026-03-09", "")
    if (verb, role) == ("supervise", "clerk"):  # a clerk writes only what the unit answers
        assert refusal(NotPermitted, case, text, RULES, roles=[role]).allowed
        case = fold(grown(ready(phase_of(verb), verb), f"2026-03-05 {SLIP}"))
        text = "2026-03-09 supervise answer=督1 text=已办"
    if role in may:
        assert decided(case, text, RULES, roles=[role])
        return
    caught = refusal(NotPermitted, case, text, RULES, roles=[role])
    assert (caught.exit_code, set(caught.allowed)) == (14, may)


@pytest.mark.parametrize("verb", ON_CASE)
def test_no_act_lies_in_the_future_before_the_case_or_back_in_time_without_a_reason(verb):
    case, text = fold(ready(phase_of(verb), verb)), line(phase_of(verb), verb, "2026-03-09T09:00")
    assert refusal(BadDate, case, f"{text} at=2026-03-09T09:01", RULES).exit_code == 2
    assert refusal(BadDate, case, f"{text} at=2026-03-10", RULES).exit_code == 2
    assert refusal(BadDate, case, f"{text} at=2026-03-01 late_reason=停电", RULES).exit_code == 2
    assert "late_reason" in refusal(MissingInput, case, f"{text} at=2026-03-08", RULES).asked


WORDS = [
    (act.verb, field)
    for act in ACTS
    for field in act.fields
    if field.type in ("word", "words", "choice", "choices")
]


@pytest.mark.parametrize(("verb", "field"), WORDS, ids=lambda one: getattr(one, "name", one))
def test_an_unknown_word_is_refused_with_the_nearest_one(verb, field):
    pack = shipped("default")
    known = list(field.choices) or list(pack.words[field.axis])
    longest = max(known, key=len)
    if len(longest) < 4:
        longest = pack.label(field.axis, known[0]) if field.axis else longest
    with pytest.raises(UnknownWord) as caught:
        read_one(field, f"{longest}咦", InputContext(pack, STATION))
    assert caught.value.exit_code == 13
    assert caught.value.allowed
    assert f"是不是“{longest}" in caught.value.message


@pytest.mark.parametrize(
    "pack",
    [RULES, shipped("default", callback=False), shipped("zhanyi", callback=False)],
    ids=lambda pack: pack.key,
)
def test_every_case_gets_an_answer_before_it_is_struck_off(pack):
    for more in (
        (),
        ("2026-03-05 FedBack stage=interim text=在办",),
        ("2026-03-05 Notified kind=acceptance",),
    ):
        silent = standing("handling", *more, "2026-03-06 Resolved outcome=solved")
        assert refusal(GateClosed, silent, "2026-03-09 close", pack).allowed == [
            "notify",
            "callback",
        ]
    for answer in (
        "FedBack stage=final text=好",
        "Notified kind=result",
        "CalledBack solved=yes grade=good satisfaction=5 satisfied=yes",
    ):
        assert decided(standing("resolved", f"2026-03-06 {answer}"), "2026-03-09 close", pack)


def test_nothing_is_struck_off_with_orders_or_papers_open():
    """Settling ends the orders; papers keep a case until they have come."""
    assert "close" not in LIFE["handling"]
    assert standing("resolved").open_orders == ()
    owing = standing("called_back", "2026-03-05 AcceptedWithGaps owe=平面图=2026-04-01")
    assert refusal(GateClosed, owing, "2026-03-09 close", RULES).allowed == ["gap"]
    assert decided(standing("called_back", "2026-03-05 AcceptedWithGaps owe=平面图=2026-04-01", "2026-03-06 GapFilled filled=平面图"),
                   "2026-03-09 close", RULES)  # fmt: skip
    assert in_phase("closed")


@pytest.mark.parametrize("verb", ON_CASE)
def test_an_act_that_is_sent_again_as_it_was_differs_in_nothing(verb):
    phase, act = phase_of(verb), BY_VERB[verb]
    case, text = fold(ready(phase, verb)), line(phase, verb)
    first = decided(case, text, RULES, once="z")[0]
    event = Event(first.kind, first.at, first.data)
    given = told(text)[2]
    again = read(act, given, InputContext(RULES, STATION))
    if verb == "correct":
        again["value"] = first.data.get("text", first.data.get("value"))
    assert differing(event, act, given, again) == ()
    other = {**given, "late_reason": "别的原因"}
    assert differing(event, act, other, {**again, "late_reason": "别的原因"}) == ("late_reason",)
