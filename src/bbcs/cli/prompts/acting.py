"""Acts at a terminal: done at once where nothing is missing, else after a conversation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from bbcs.cli import context
from bbcs.cli.prompts.cases import open_cases
from bbcs.cli.prompts.conversation import Conversation, Inputs, lacking_of, named, why
from bbcs.cli.prompts.correcting import own_questions
from bbcs.cli.prompts.fields import Asked
from bbcs.cli.prompts.settling import OnTheSpot
from bbcs.domain.acts.fields import Act
from bbcs.domain.acts.table import BY_VERB
from bbcs.domain.case import PHASES
from bbcs.domain.event import Event
from bbcs.domain.inputs import all_fields
from bbcs.errors import MissingInput, ReasonMissing
from bbcs.usecases import acts, duplicates
from bbcs.usecases.office import Office
from bbcs.views.case import document

Run = Callable[[Inputs, bool], list[acts.Outcome]]
"""Does the act with these inputs; True = without writing."""


def perform(
    act: Act, inputs: Inputs, where: Office, numbers: Sequence[str], run: Run
) -> list[acts.Outcome]:
    """Do an act on one or several cases; ask for what turns out to be missing."""
    lacking = lacking_of(Asked(act, where, where.reader), {}) if not inputs else []
    if act.verb == "correct" and not _corrected(inputs):
        lacking = [field for field in act.fields if field.name in ("field", "new", "why")]
    hint = ""
    if not lacking:
        try:
            return run(inputs, False)
        except (MissingInput, ReasonMissing) as refused:
            lacking, hint = named(act, refused), why(refused)
            if not lacking:
                raise
    found = context.read(where, lambda on: acts.ready(on, where, numbers[0], act.verb))
    holders = tuple(dict.fromkeys(order.unit for order in found.case.orders))
    asked = Asked(act, where, where.reader_of(found.case), holders, partial(open_cases, where))
    if act.verb == "correct":
        asked = asked._replace(own=own_questions(where, found, asked))
    given = lacking_of(asked, inputs) if act.verb != "correct" else []
    wanted = [field for field in all_fields(act) if field in (*lacking, *given)]

    def rehearse(inputs: Inputs) -> Sequence[str]:
        run(inputs, True)
        return ()

    return Conversation(asked, inputs, rehearse).run(
        [field for field in wanted if field.name not in inputs],
        lambda inputs: run(inputs, False),
        header=_header(found, where, len(numbers)),
        hint=hint,
    )


def _corrected(inputs: Inputs) -> bool:
    """Whether a correction says what, to what and why."""
    return all(inputs.get(name) for name in ("field", "why")) and bool(
        inputs.get("clear") or inputs.get("new") not in (None, "")
    )


def _header(found: acts.Outcome, where: Office, count: int) -> str:
    """Which case it is about, masked."""
    row = document(found, where)
    parts = (row["case_no"], row["matter"], row["reporter"], PHASES[row["phase"]])
    header = "  ".join(part for part in parts if part)
    if count > 1:
        return f"{header}，等 {count} 件"
    return header


def of_the_office(
    act: Act, inputs: Inputs, where: Office, run: Callable[[Inputs, bool], Event]
) -> Event:
    """An act that belongs to no case: done at once where enough was given, else after a conversation."""
    asked = Asked(act, where, where.reader, cases=partial(open_cases, where))
    lacking = lacking_of(asked, inputs)
    if inputs and not lacking:
        try:
            return run(inputs, False)
        except (MissingInput, ReasonMissing) as refused:
            lacking = named(act, refused)
            if not lacking:
                raise

    def rehearse(inputs: Inputs) -> Sequence[str]:
        run(inputs, True)
        return ()

    return Conversation(asked, inputs, rehearse).run(lacking, lambda inputs: run(inputs, False))


def intake(
    inputs: Inputs,
    where: Office,
    run: Callable[[Inputs, bool], list[acts.Outcome]],
    *,
    look_for_duplicates: bool,
) -> list[acts.Outcome]:
    """Take one case; a possible duplicate is shown and asked about, and nothing typed is lost."""
    act = BY_VERB["intake"]
    asked = Asked(act, where, where.reader)

    def alike(inputs: Inputs) -> Sequence[str]:
        if not look_for_duplicates:
            return ()
        return _alike(inputs, where)

    def rehearse(inputs: Inputs) -> Sequence[str]:
        run(inputs, True)
        return alike(inputs)

    conversation = Conversation(asked, inputs, rehearse, more=OnTheSpot(where).fields)
    lacking = lacking_of(asked, inputs)
    if lacking:
        return conversation.run(lacking, lambda inputs: run(inputs, False))
    warnings = alike(inputs)
    if warnings:
        return conversation.checked(lambda inputs: run(inputs, False), warnings)
    try:
        return run(inputs, False)
    except (MissingInput, ReasonMissing) as refused:
        lacking = named(act, refused)
        if not lacking:
            raise
    return conversation.run(lacking, lambda inputs: run(inputs, False))


def _alike(inputs: Inputs, where: Office) -> Sequence[str]:
    """The cases that this one may double, one masked line each."""
    from bbcs.domain.inputs import read

    fields = read(BY_VERB["intake"], inputs, where.reader)

    def look(on: Any) -> list[acts.Outcome]:
        return [acts.find(on, where, number) for number in duplicates.alike(on, where, fields)]

    rows = [document(found, where) for found in context.read(where, look)]
    return [
        f"疑似重复：{row['case_no']}  {row['received_at'][:10]}  {row['matter']}  "
        f"{row['reporter'] or '匿名'}  {PHASES[row['phase']]}"
        for row in rows
    ]
