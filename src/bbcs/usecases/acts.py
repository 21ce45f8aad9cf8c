"""Taking a case and acting on it: read the input, decide, append, project, answer.

One call is one transaction of the caller.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bbcs.domain.acts.table import BY_VERB, DONE
from bbcs.domain.case import CASE_PAPER, Case
from bbcs.domain.corrections import effective
from bbcs.domain.decide import decide, may_follow
from bbcs.domain.decide.request import BEFORE, Ask
from bbcs.domain.event import Draft, Event
from bbcs.domain.fold import fold, fold_on
from bbcs.domain.inputs import all_fields, read, renamed
from bbcs.domain.masking import Known, free_text, known as known_of
from bbcs.domain.protection import lowered, unmasked
from bbcs.errors import (
    BadValue,
    BbcsError,
    Declined,
    GateClosed,
    LedgerConflict,
    NothingToUndo,
    ReasonMissing,
    UnknownWord,
)
from bbcs.usecases.act_inputs import OTHERS, at_intake, prepared
from bbcs.usecases.office import Office, need
from bbcs.usecases.office_decisions import brought, reach_open_cases
from bbcs.usecases.outcome import Outcome, find
from bbcs.usecases.projection import project

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger

ASKING = frozenset({"triage", "assign", "step", "gap", "notify", "resolve"})
"""Acts before which a rule that came into force since is brought to the case."""


def intake(
    ledger: Ledger, office: Office, inputs: Mapping[str, Any], *, refuse_duplicate: bool = False
) -> Outcome:
    """Take one case: Registered, by the decision Accepted or Refused, and Triaged where a difficulty
    was given.

    A known `source` + `source_no` writes nothing and answers with the case it stands for. A
    possible duplicate is named in the answer; with `refuse_duplicate` it is Declined.
    """
    from bbcs.domain.decide.intake import intake as decide_intake  # no other act asks for these
    from bbcs.usecases.duplicates import alike, differing, the_same

    act = BY_VERB["intake"]
    need(office, act.alias, *act.roles)
    keys = renamed(inputs, act.fields)
    fields = read(act, inputs, office.reader)
    known = (
        ledger.by_source(fields.get("source", ""), fields["source_no"])
        if fields.get("source_no")
        else ""
    )
    if known:
        existing = find(ledger, office, known)
        the_same(existing.case, fields)
        sent = {keys.get(name, name) for name in inputs}
        differs = differing(existing.case, {name: fields.get(name) for name in sent})
        return existing._replace(existing=True, again="intake", differs=differs, keys=keys)
    with _nameless(known_of(fields)):
        drafts = decide_intake(request(at_intake(ledger, office, fields), office))
    duplicates = alike(ledger, office, fields)
    if duplicates and refuse_duplicate:
        raise Declined(f"疑似重复：{'、'.join(duplicates)}；没有登记")
    number = ledger.next_number(drafts[0].at.date())
    if office.pack.numbers.get(CASE_PAPER):
        from bbcs.usecases.paper_numbers import issued  # few places number their cases

        own = issued(ledger, office.pack, CASE_PAPER, drafts[0].at)
        drafts = [drafts[0], *own, *drafts[1:]]
    done = _written(ledger, office, None, number, drafts)
    return done._replace(duplicates=tuple(duplicates), keys=keys)


def request(fields: dict[str, Any], office: Office, case: Case | None = None) -> Ask:
    """What `decide` is asked: the fields, with the pack, station and time that judge the case."""
    pack = office.pack_of(case) if case else office.pack
    station = office.station_of(case) if case else office.station
    now, actor = office.stamp.now, office.stamp.actor
    return Ask(fields, pack, now, actor, office.roles, office.calendar, station, office.owner)


def act(
    ledger: Ledger,
    office: Office,
    short: str,
    verb: str,
    inputs: Mapping[str, Any],
    *,
    expect_version: int | None = None,
) -> Outcome:
    """Do one act on one case, or, where it names others too, on each of them; UnknownWord when
    there is no such act.
    """
    if verb not in BY_VERB or not BY_VERB[verb].on_case:
        known = [act.verb for act in BY_VERB.values() if act.on_case]
        raise UnknownWord("动作", verb, known, field="verb")
    case, events = _opened(ledger, ledger.case_no(short, office.stamp.now.date()))
    with _nameless(case.known):
        done = _act(ledger, office, (case, events), verb, inputs, expect_version)
        return done._replace(keys=renamed(inputs, all_fields(BY_VERB[verb])))


@contextmanager
def by_key(verb: object, options: Collection[str] = ()) -> Iterator[None]:
    """Refusals inside name the fields of the act as files and programs do: by key, not by option.

    options: names of the fields that stood on the command line all the same: a refusal of one of
    these stays as it is.
    """
    try:
        yield
    except BbcsError as refused:
        if verb in BY_VERB and refused.field not in options:
            from bbcs.usecases.field_names import with_keys  # only where something is refused

            refused.message = with_keys(BY_VERB[str(verb)], refused.message)
        raise


@contextmanager
def _nameless(known: Known) -> Iterator[None]:
    """Masks what a refusal repeats of the people of the case: papers, groups and items may bear
    their names.
    """
    try:
        yield
    except BbcsError as refused:
        refused.message = free_text(refused.message, known)
        refused.allowed = [free_text(one, known) for one in refused.allowed]
        raise


def _act(
    ledger: Ledger,
    office: Office,
    opened: tuple[Case, list[Event]],
    verb: str,
    inputs: Mapping[str, Any],
    expect_version: int | None,
) -> Outcome:
    case, events = opened
    number = case.no
    fields = read(BY_VERB[verb], inputs, office.reader_of(case))
    if fields.get("once") and (before := _done_before(events, verb, fields["once"])):
        from bbcs.usecases.sent_again import differing  # only for what was sent again

        asked = prepared(ledger, office, verb, case, fields) if verb == "correct" else fields
        differs = differing(before, BY_VERB[verb], inputs, asked)
        deadlines = office.deadlines(case)
        return Outcome(case, deadlines, [], existing=True, again=verb, differs=differs)
    if expect_version is not None and expect_version != case.version:
        since = (
            "、".join(dict.fromkeys(DONE[event.kind] for event in events[expect_version:])) or "无"
        )
        message = f"{number} 已是第 {case.version} 版，不是第 {expect_version} 版（其后：{since}）"
        raise LedgerConflict(f"{message}；请 bbcs show {number} 看过再办")
    fields = prepared(ledger, office, verb, case, fields)
    others = fields.pop(OTHERS[verb], None) or [] if verb in OTHERS else []
    closing = verb == "callback" and fields.pop("close", False)
    together = _together(ledger, case, events) if verb == "undo" else []
    if verb in ASKING:  # a rule may have waived by now what the act would ask for
        case, events = brought(ledger, office, case, events) or (case, events)
    done = _done(
        ledger, office, (case, events), verb, {**fields, **({"others": others} if others else {})}
    )
    for other in together:
        _done(ledger, office, other, verb, fields)
    if others:
        _joined(ledger, office, verb, fields, done, others)
    elif not done.events:
        raise GateClosed(f"{number} 早已这样记了，没有新增", [])
    for rule in done.events:
        if rule.kind == "Exempted" and rule.data.get("scope") == "rule":
            reach_open_cases(ledger, office, rule)
    if closing:
        return _closed_along(ledger, office, done, events, fields)
    return done


def _done_before(events: Sequence[Event], verb: str, once: str) -> Event | None:
    """The entry of this act with this key, where the case has one and it still counts."""
    kinds = BY_VERB[verb].kinds
    its = (one for one in effective(events) if one.kind in kinds and one.data.get("once") == once)
    return next(its, None)


def _closed_along(
    ledger: Ledger,
    office: Office,
    done: Outcome,
    before: Sequence[Event],
    fields: Mapping[str, Any],
) -> Outcome:
    """The same with a normal closing at the moment of the callback; a refusal of it refuses both."""
    when = {name: fields[name] for name in ("at", "late_reason") if fields.get(name)}
    if not fields["reached"]:
        raise BadValue("没打通不能 --close；请去掉它，打够次数的用 bbcs close --how unreachable")
    events = [*before, *done.events]
    inputs = read(BY_VERB["close"], when, office.reader_of(done.case))
    try:
        closed = _done(ledger, office, (done.case, events), "close", inputs)
    except BbcsError as refused:
        refused.message += "（回访也没有记；要只记回访请去掉 --close）"
        raise
    return closed._replace(events=[*done.events, *closed.events])


def ready(ledger: Ledger, office: Office, short: str, verb: str) -> Outcome:
    """The case on which an act can be done now: looked at before anybody is asked for its fields.

    Raises UnknownCase, NotPermitted, TransitionRefused, GateClosed.
    """
    outcome = find(ledger, office, short)
    ask = request({}, office, outcome.case)
    may_follow(outcome.case, BY_VERB[verb], ask)
    if verb in BEFORE:
        BEFORE[verb](outcome.case, ask)
    return outcome


def act_on_each(
    ledger: Ledger, office: Office, shorts: Sequence[str], verb: str, inputs: Mapping[str, Any]
) -> list[Outcome]:
    """The same act on several cases, each once, in the order given; the caller keeps all or
    nothing.

    Raises BadValue where the act takes one case only, else what `act` raises, with the case named.
    """
    if verb in BY_VERB and not BY_VERB[verb].several:
        raise BadValue(f"{BY_VERB[verb].alias}一次只办一件，这里写了 {len(shorts)} 件")
    numbers = [ledger.case_no(short, office.stamp.now.date()) for short in shorts]
    done = []
    for number in dict.fromkeys(numbers):
        try:
            done.append(act(ledger, office, number, verb, inputs))
        except BbcsError as refused:
            if number not in refused.message:
                refused.message = f"{number}：{refused.message}"
            refused.message += "（一件都没有办）"
            raise
    return done


def _opened(ledger: Ledger, number: str) -> tuple[Case, list[Event]]:
    events = ledger.events(number)
    return fold(events), events


def _done(
    ledger: Ledger,
    office: Office,
    before: tuple[Case, list[Event]],
    verb: str,
    fields: dict[str, Any],
) -> Outcome:
    """Decide and write one act on one case."""
    case = before[0]
    drafts = decide(case, BY_VERB[verb], request(fields, office, case))
    if any(office.pack.numbers.values()):
        from bbcs.usecases.paper_numbers import numbered

        drafts = numbered(ledger, office.pack, drafts, fields)
    return _written(ledger, office, before, case.no, drafts)


def _joined(
    ledger: Ledger,
    office: Office,
    verb: str,
    fields: dict[str, Any],
    done: Outcome,
    others: Sequence[str],
) -> None:
    """The same act on the other cases: the same meeting, the same group."""
    shared: dict[str, Any] = {}
    if verb == "merge":
        shared = {"group": done.case.group}
    elif not fields.get("done"):
        shared = {"meeting": done.case.meetings[-1]}
    whole = [done.case.no, *others]
    for number in others:
        with_it = {"others": [one for one in whole if one != number]}
        _done(ledger, office, _opened(ledger, number), verb, {**fields, **shared, **with_it})


def _together(
    ledger: Ledger, case: Case, events: Sequence[Event]
) -> list[tuple[Case, list[Event]]]:
    """The other cases on which the last step was written too: it is taken back on all of them, or
    not at all.
    """
    from bbcs.domain.decide.record import last_act, nothing_follows  # only to take back

    undone = next(event for event in events if event.version == last_act(case).version)
    together = []
    for number in undone.data.get("others") or ():
        other, its = _opened(ledger, number)
        same = [
            event
            for event in its
            if event.kind == undone.kind and case.no in (event.data.get("others") or ())
        ]
        if same and not nothing_follows(other, same[-1].version):
            raise NothingToUndo(
                f"这一步同时记在 {number}，那一件后来又办了别的，不能一起撤销；请 bbcs correct 更正",
                ["correct"],
            )
        if same:
            together.append((other, its))
    return together


def _written(
    ledger: Ledger,
    office: Office,
    before: tuple[Case, list[Event]] | None,
    number: str,
    drafts: Sequence[Draft],
) -> Outcome:
    """Append the drafts, fold them in, store the projection."""
    version = before[0].version if before else 0
    events = ledger.append(number, version, drafts, office.stamp)
    if before is None:
        case, all_events = fold(events), events
    else:
        case, all_events = fold_on(before[0], before[1], events), before[1] + events
        _keep_protection(office, before[0], case, drafts)
    if events:
        ledger.project(project(case, all_events, office), fresh=before is None)
    return Outcome(case, office.deadlines(case), events)


def _keep_protection(office: Office, before: Case, after: Case, drafts: Sequence[Draft]) -> None:
    """What protects who complained falls by a leader's word and with a reason, by whatever act.

    Raises NotPermitted, ReasonMissing; the transaction is then taken back.
    """
    if unmasked(before, after):
        need(office, "改掉匿名或反映人类别（此后显示姓名）", "leader")
    if not lowered(before, after, office.station_of(before).names_of):
        return
    need(office, "改掉作风件的轨道或被反映的单位", "leader")
    if not any(draft.data.get(name) for draft in drafts for name in ("note", "why", "reason")):
        raise ReasonMissing(
            f"{before.no} 是作风件，去掉保护须写理由：研判写 --note，更正写 --why，撤销写 --reason",
            ["--note", "--reason"],
        )
