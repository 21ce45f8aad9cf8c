"""Runs an act at a terminal: at once where nothing is missing, else after asking for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from bbcs.cli import context
from bbcs.cli.prompts.cases import open_cases
from bbcs.cli.prompts.conversation import (
    Conversation,
    Inputs,
    Rehearse,
    Rehearsed,
    lacking_of,
    named,
    why,
)
from bbcs.cli.prompts.correcting import meant_of, own_questions
from bbcs.cli.prompts.fields import Asked
from bbcs.cli.prompts.going_on import following, name_of
from bbcs.cli.prompts.likely_items import LikelyItems
from bbcs.cli.prompts.on_the_spot import OnTheSpot
from bbcs.cli.prompts.question import Asker
from bbcs.domain.acts import Act, Field
from bbcs.domain.acts.table import BY_VERB
from bbcs.domain.case import phase_name
from bbcs.domain.clocks import running
from bbcs.domain.event import Event
from bbcs.domain.inputs import all_fields, read
from bbcs.errors import MissingInput, ReasonMissing
from bbcs.usecases import acts, duplicates
from bbcs.usecases.office import Office, need
from bbcs.usecases.outcome import Outcome, Words, find
from bbcs.views.case import document

Attempt = Callable[[Inputs, bool], list[Outcome]]
"""Does the act with these inputs; True = without writing."""


class Performed(NamedTuple):
    """What was done, and the command to go on with where the person wants to, else ()."""

    outcomes: list[Outcome]
    then: Words = ()


def perform(
    act: Act,
    inputs: Inputs,
    office: Office,
    numbers: Sequence[str],
    attempt: Attempt,
    *,
    alone: bool,
) -> Performed:
    """Do an act on one or several cases; ask for what turns out to be missing.

    alone: nothing is to be done behind it.
    """
    lacking, hint = _lacking(act, inputs, office), ""
    if not lacking:
        try:
            return Performed(attempt(inputs, False))
        except (MissingInput, ReasonMissing) as refused:
            lacking, hint = named(act, refused), why(refused)
            if not lacking:
                raise
            if isinstance(refused, MissingInput) and refused.any_of:
                lacking = []  # the trial finds out, and knows that one of them is enough
    outcome = context.read(office, lambda on: acts.ready(on, office, numbers[0], act.verb))
    asked = _asked(act, office, outcome)
    if act.verb != "correct":
        lacking = [*lacking, *lacking_of(asked, inputs)]
    wanted = [field for field in all_fields(act) if field in lacking and field.name not in inputs]

    def rehearse(inputs: Inputs) -> Rehearsed:
        return Rehearsed(step=_step(attempt(inputs, True), office, alone=alone))

    conversation = Conversation(asked, inputs, rehearse)
    done = conversation.run(
        wanted,
        lambda inputs: attempt(inputs, False),
        header=_header(outcome, office, len(numbers)),
        hint=hint,
    )
    return _performed(conversation, done, office)


def _step(rehearsed: Sequence[Outcome], office: Office, *, alone: bool) -> str:
    """What people call the step that may follow at once, "" for none."""
    return "" if alone else name_of(following(rehearsed, office))


def _performed(conversation: Conversation, done: list[Outcome], office: Office) -> Performed:
    return Performed(done, following(done, office) if conversation.going_on else ())


def _lacking(act: Act, inputs: Inputs, office: Office) -> list[Field]:
    """What is missing for certain, whatever the case is."""
    if act.verb == "correct" and not _corrected(inputs):
        return [field for field in act.fields if field.name in ("field", "new", "why")]
    if inputs:
        return []
    return lacking_of(Asked(act, office, office.reader), inputs)


def _asked(act: Act, office: Office, outcome: Outcome) -> Asked:
    """What reading answers about this case needs."""
    holders = tuple(dict.fromkeys(order.unit for order in outcome.case.orders))
    asked = Asked(
        act,
        office,
        office.reader_of(outcome.case),
        holders,
        partial(open_cases, office),
        _weighed(act, outcome),
    )
    if act.verb != "correct":
        return asked
    meant = meant_of(outcome, asked.reader.pack)
    return asked._replace(own=own_questions(office, outcome, asked), meant=meant)


def _trial(attempt: Callable[[Inputs, bool], object]) -> Rehearse:
    """The act without writing, of which nobody has to see anything before it is saved."""

    def rehearse(inputs: Inputs) -> Rehearsed:
        attempt(inputs, True)
        return Rehearsed()

    return rehearse


def _corrected(inputs: Inputs) -> bool:
    """Whether a correction says what, to what and why."""
    return all(inputs.get(name) for name in ("field", "why")) and bool(
        inputs.get("clear") or inputs.get("new") not in (None, "")
    )


def _weighed(act: Act, outcome: Outcome) -> frozenset[str]:
    """An order sets the date of a case whose limit is one that is set."""
    due = running(outcome.deadlines, "resolve", outcome.case.round)
    if act.verb == "assign" and due is not None and due.clock.unit == "set":
        return frozenset({"due"})
    return frozenset()


def _header(outcome: Outcome, office: Office, count: int) -> str:
    """Which case it is about, masked."""
    row = document(outcome, office)
    parts = (
        row["case_no"],
        row["matter"],
        row["reporter"],
        phase_name(row["phase"], row["difficulty"]),
    )
    header = "  ".join(part for part in parts if part)
    if count > 1:
        return f"{header}，等 {count} 件"
    return header


def of_the_office(
    act: Act, inputs: Inputs, office: Office, attempt: Callable[[Inputs, bool], Event]
) -> Event:
    """An act that belongs to no case: done at once where enough was given, else after a
    conversation.
    """
    need(office, act.alias, *act.roles)
    asked = Asked(act, office, office.reader, cases=partial(open_cases, office))
    lacking = lacking_of(asked, inputs)
    if inputs and not lacking:
        try:
            return attempt(inputs, False)
        except (MissingInput, ReasonMissing) as refused:
            lacking = named(act, refused)
            if not lacking:
                raise
    conversation = Conversation(asked, inputs, _trial(attempt))
    return conversation.run(lacking, lambda inputs: attempt(inputs, False))


def intake(
    inputs: Inputs, office: Office, attempt: Attempt, *, look_for_duplicates: bool, alone: bool
) -> Performed:
    """Take one case; a possible duplicate is shown and asked about, and nothing typed is lost."""
    act = BY_VERB["intake"]
    need(office, act.alias, *act.roles)
    by_kind = any("demand_kind" in clock.for_ for clock in office.pack.clocks)
    weighed = frozenset({"demand_kind"}) if by_kind else frozenset[str]()
    asked = Asked(act, office, office.reader, weighed=weighed)

    def do(inputs: Inputs) -> list[Outcome]:
        return attempt(inputs, False)

    def alike(inputs: Inputs) -> Sequence[str]:
        return _alike(inputs, office) if look_for_duplicates else ()

    def rehearse(inputs: Inputs) -> Rehearsed:
        step = _step(attempt(inputs, True), office, alone=alone)
        return Rehearsed(alike(inputs), step)

    on_the_spot, items = OnTheSpot(office), LikelyItems(office)

    def more(asker: Asker, inputs: Inputs) -> Sequence[str]:
        items.fields(asker, inputs)
        return on_the_spot.fields(asker, inputs)

    conversation = Conversation(asked, inputs, rehearse, more=more)
    lacking = lacking_of(asked, inputs)
    if lacking:
        return _performed(conversation, conversation.run(lacking, do), office)
    warnings = alike(inputs)
    if warnings:
        return _performed(conversation, conversation.checked(do, warnings), office)
    try:
        return Performed(do(inputs))
    except (MissingInput, ReasonMissing) as refused:
        lacking = named(act, refused)
        if not lacking:
            raise
    return _performed(conversation, conversation.run(lacking, do), office)


def _alike(inputs: Inputs, office: Office) -> Sequence[str]:
    """The cases that this one may double, one masked line each."""
    fields = read(BY_VERB["intake"], inputs, office.reader)

    def look(on: Any) -> list[Outcome]:
        return [find(on, office, number) for number in duplicates.alike(on, office, fields)]

    rows = [document(outcome, office) for outcome in context.read(office, look)]
    return [
        f"疑似重复：{row['case_no']}  {row['received_at'][:10]}  {row['matter']}  "
        f"{row['reporter'] or '匿名'}  {phase_name(row['phase'], row['difficulty'])}"
        for row in rows
    ]
