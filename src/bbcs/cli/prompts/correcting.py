"""Asks for a correction: the field by its Chinese name, and the new value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bbcs.cli.prompts.fields import Asked, question_of, without_options
from bbcs.cli.prompts.question import Option, Question, Reply
from bbcs.domain.acts import Field
from bbcs.domain.decide.correctable import can_be_emptied
from bbcs.domain.inputs import short_help
from bbcs.domain.pack import RulePack
from bbcs.errors import BbcsError, GateClosed, UnknownWord
from bbcs.usecases import corrections
from bbcs.usecases.office import Office
from bbcs.usecases.outcome import Outcome
from bbcs.views.history import value_text

Questions = Mapping[str, Callable[[Mapping[str, Any]], Question]]


def own_questions(office: Office, outcome: Outcome, asked: Asked) -> Questions:
    """Field of `correct` -> its question: which field, and what it becomes."""

    def which(inputs: Mapping[str, Any]) -> Question:
        """Which field: those that can be corrected, by their Chinese names."""
        afresh: Mapping[str, Any] = {}
        if inputs.get("field"):  # what was typed for another field is no value of this one
            afresh = {"new": None, "clear": None}
        options = tuple(
            Option(str(number), name, name, (field.name, short_help(field)), afresh)
            for number, (name, field) in enumerate(corrections.correctables(outcome), 1)
        )

        def read(text: str) -> Reply:
            try:
                name = corrections.correctable_name(outcome, text, asked.reader.pack)
            except BbcsError as refused:
                refused.message = without_options(refused.message)
                raise
            return Reply(name, name, along=afresh)

        return Question("更正哪一栏", read, options)

    def new(inputs: Mapping[str, Any]) -> Question:
        """What the field becomes: asked and read as the field itself is."""
        field, now = corrections.correctable_of(outcome, inputs["field"], asked.reader.pack)
        wanted = field._replace(help=f"{short_help(field)}改成", required=True, offered="")
        question = question_of(wanted, asked, required=True)
        empty = now in corrections.EMPTY
        shown = "（空）" if empty else value_text(field, now, asked.reader.pack)
        question = question._replace(hint=f"现在是：{shown}")
        if empty or not can_be_emptied(field):
            return question
        return question._replace(read=_emptied(question), label=f"{question.label}（清空打 清空）")

    return {"field": which, "new": new}


def meant_of(outcome: Outcome, pack: RulePack) -> Callable[[Field, Mapping[str, Any]], Field]:
    """As which field a value of `correct` reads: the new one as the field that is corrected."""

    def meant(field: Field, inputs: Mapping[str, Any]) -> Field:
        if field.name != "new" or not inputs.get("field"):
            return field
        try:
            return corrections.correctable_of(outcome, inputs["field"], pack)[0]
        except (UnknownWord, GateClosed):  # the refusal of the trial says so
            return field

    return meant


EMPTY = "清空"


def _emptied(question: Question) -> Callable[[str], Reply]:
    def read(text: str) -> Reply:
        if text == EMPTY:
            return Reply(None, EMPTY, doubt="这一栏将清空", along={"clear": True, "new": None})
        reply = question.read(text)
        return reply._replace(along={**reply.along, "clear": None})

    return read
