"""Asks for what an act needs, tries it without writing, shows it once more, and only then saves it.

Nothing that was typed is lost by a refusal: it says what is wrong, and the field can be changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from bbcs.cli.prompts.fields import Asked, question_of, wanted_now, without_options
from bbcs.cli.prompts.question import Asker
from bbcs.cli.prompts.review import GiveUp, Save, review
from bbcs.cli.prompts.terminal import asker as opened
from bbcs.domain.acts import Act, Field
from bbcs.domain.inputs import all_fields, complete, read_one, short_help
from bbcs.domain.masking import free_text
from bbcs.errors import BbcsError, Declined, MissingInput, ReasonMissing
from bbcs.record import Record
from bbcs.render.terminal import talk

T = TypeVar("T")

Inputs = dict[str, Any]


class Rehearsed(Record):
    """What came of an act that was done without writing.

    warnings: what a person must see before it is saved, one line each. step: what people call the
    next step of the case, where that can be done at once.
    """

    warnings: Sequence[str] = ()
    step: str = ""


Rehearse = Callable[[Inputs], Rehearsed]
"""Does the act without writing."""


def named(act: Act, lacking: MissingInput | ReasonMissing) -> list[Field]:
    """The fields that a refusal asks for, in the order it names them."""
    known = {field.name: field for field in all_fields(act)}
    return [known[name] for name in lacking.asked if name in known]


def _one_is_enough(lacking: MissingInput | ReasonMissing) -> bool:
    return isinstance(lacking, MissingInput) and lacking.any_of


def why(lacking: MissingInput | ReasonMissing) -> str:
    """What a refusal says beside the names of the fields, where it speaks of no option."""
    reason = lacking.message
    if isinstance(lacking, MissingInput):
        reason = reason.partition("；")[2].partition("；")[0]
    return "" if "--" in reason or "可写：" in reason else reason


def lacking_of(asked: Asked, inputs: Inputs) -> list[Field]:
    """The fields without which the act is not complete; what was given is read first.

    Raises what refuses a value that was given, so that nobody types the rest for nothing.
    """
    known = {field.name: field for field in all_fields(asked.act)}
    for name, value in inputs.items():
        if name in known and value not in (None, "", []):
            read_one(known[name], value, asked.reader, new_unit=bool(inputs.get("new_unit")))
    try:
        complete(asked.act, inputs, asked.reader.pack)
    except (MissingInput, ReasonMissing) as lacking:
        return named(asked.act, lacking)
    return []


class Conversation:
    """One act, its inputs so far, and how it is tried and done.

    going_on: whether the person wants to go on with the next step once it is saved. more: names of
    fields that these inputs bring up and the table cannot know.
    """

    def __init__(
        self,
        asked: Asked,
        inputs: Inputs,
        rehearse: Rehearse,
        *,
        more: Callable[[Asker, Inputs], Iterable[str]] | None = None,
    ) -> None:
        self.asked, self.inputs, self.rehearse, self.more = asked, inputs, rehearse, more
        self.answers, self.going_on = 0, False
        self._fields = {field.name: field for field in all_fields(asked.act)}
        self._offered: set[str] = set()

    def run(
        self,
        lacking: Iterable[Field],
        do: Callable[[Inputs], T],
        *,
        header: str = "",
        hint: str = "",
    ) -> T:
        """Ask for what is lacking, then for what a good record has, show it all, and do the act.

        hint: why it is asked for. Raises Declined where the person gives up.
        """
        with opened() as asker:
            if header:
                talk(header)
            for field in lacking:
                self.ask(asker, field, required=True, hint=hint)
            return self._done(asker, do)

    def checked(self, do: Callable[[Inputs], T], warnings: Sequence[str]) -> T:
        """Do an act of which nothing is missing, but of which a person must see something first."""
        with opened() as asker:
            if not self._shown(asker, Rehearsed(warnings)):
                return self._done(asker, do)
            return do(self.inputs)

    def _done(self, asker: Asker, do: Callable[[Inputs], T]) -> T:
        while True:
            self._settle(asker)
            try:
                return do(self.inputs)
            except BbcsError as refused:
                if not self.answers:
                    raise
                self._refused(asker, refused)

    def _settle(self, asker: Asker) -> None:
        """Ask and show until a trial finds nothing wrong and the person wants it saved."""
        before: tuple[str, ...] = ()
        while True:
            try:
                tried = self.rehearse(self.inputs)
            except (MissingInput, ReasonMissing) as lacking:
                fields = named(self.asked.act, lacking)
                names = tuple(field.name for field in fields)
                again = names == before
                if not fields or (again and not self._all_left_out(lacking)):
                    raise
                before = names
                self._ask_for(asker, fields, lacking, again=again)
            except BbcsError as refused:
                if not self.answers:
                    raise
                self._refused(asker, refused)
            else:
                if self._offer(asker):
                    continue
                if self.answers < 2 and not tried.warnings:
                    return
                if self._shown(asker, tried):
                    return
            if before and all(name in self.inputs for name in before):
                before = ()

    def ask(
        self, asker: Asker, field: Field, *, required: bool, now: Any = None, hint: str = ""
    ) -> None:
        """Ask for one field and keep the answer; an optional one that is left empty is taken out."""
        own = self.asked.own.get(field.name)
        if own is None:
            question = question_of(field, self.asked, required=required, now=now)
        else:
            question = own(self.inputs)
        if hint:
            question = question._replace(hint=hint)
        reply = asker.ask(question)
        self.answers += 1
        self._offered.add(field.name)
        self.inputs.pop(field.name, None)
        if reply.value not in (None, "", []):
            self.inputs[field.name] = reply.value
        for name, value in reply.along.items():
            self.inputs.pop(name, None)
            if value is not None:
                self.inputs[name] = value

    def _all_left_out(self, lacking: MissingInput | ReasonMissing) -> bool:
        """Whether each of several fields was left out of which one is enough."""
        return _one_is_enough(lacking) and not any(name in self.inputs for name in lacking.asked)

    def _ask_for(
        self,
        asker: Asker,
        fields: Sequence[Field],
        lacking: MissingInput | ReasonMissing,
        *,
        again: bool,
    ) -> None:
        """Ask for all of the fields; where one of them is enough, for the next only while none was
        given.

        again: all of them were left out.
        """
        any_of = _one_is_enough(lacking)
        hint = why(lacking)
        if again:
            hint = f"至少要填一项：{'、'.join(map(short_help, fields))}"
        for field in fields:
            self.ask(asker, field, required=not any_of, hint=hint)
            if any_of and field.name in self.inputs:
                return

    def _offer(self, asker: Asker) -> bool:
        """Ask for the optional fields that a good record has; whether any was left to ask for."""
        fields = [
            field
            for field in self._fields.values()
            if field.name not in self._offered and wanted_now(field, self.inputs, self.asked)
        ]
        for field in fields:
            self.ask(asker, field, required=False)
        if self.more is None:
            return bool(fields)
        names = [name for name in self.more(asker, self.inputs) if name not in self.inputs]
        for name in names:
            self.ask(asker, self._fields[name], required=True)
        return bool(fields or names)

    def _shown(self, asker: Asker, tried: Rehearsed) -> bool:
        """Show all that is going to be saved; whether it is to be saved as it stands."""
        for warning in tried.warnings:
            talk(warning)
        choice = review(
            asker,
            self.asked,
            self.inputs,
            sure=not tried.warnings,
            step=tried.step,
            typed=bool(self.answers),
        )
        if isinstance(choice, Save):
            self.going_on = choice.going_on
            return True
        if isinstance(choice, GiveUp):
            raise Declined("没有保存，没有改动")
        self._change(asker, choice)
        return False

    def _change(self, asker: Asker, field: Field) -> None:
        required = field.required and field.name != "reporter"
        self.ask(asker, field, required=required, now=self.inputs.get(field.name))

    def _refused(self, asker: Asker, refused: BbcsError) -> None:
        """Say what is wrong; the person changes a field, tries again, or gives up with that
        refusal.
        """
        talk(f"  {free_text(without_options(refused.message))}")
        choice = review(asker, self.asked, self.inputs, sure=False)
        if isinstance(choice, GiveUp):
            raise Declined("没有保存，没有改动")
        if isinstance(choice, Field):
            self._change(asker, choice)
