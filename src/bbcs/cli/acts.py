"""The commands of the acts, built from the table of acts.

Options, help, and what is asked for when missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from bbcs.cli import context, options
from bbcs.cli.click import Command
from bbcs.cli.options import NUMBER, YES, Argument, CommandDefinition, Run, Values, flag
from bbcs.cli.settings import Settings, at_terminal
from bbcs.domain.acts import TEXT, WITH_DATES, Act, Field
from bbcs.domain.acts.table import BY_VERB, DONE
from bbcs.domain.event import Event
from bbcs.domain.inputs import all_fields, renamed, short_help
from bbcs.domain.numbers import integer
from bbcs.errors import MissingInput, ReasonMissing, UsageError
from bbcs.render.terminal import echo, flowing, talk
from bbcs.store.opening import Connection
from bbcs.usecases import acts
from bbcs.usecases.act_inputs import files_of
from bbcs.usecases.office import Office
from bbcs.usecases.outcome import Outcome
from bbcs.views.messages import hint_of, line_of

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger

T = TypeVar("T")

RUN_OPTIONS = (
    Field("expect_version", "件须仍是这一版，否则不办", "int"),
    Field("from", "从 JSON 文件读各项（- 为标准输入）", "file"),
    flag("dry_run", "只演练，不写入"),
    YES,
)
"""Options that say how to run, not what happened."""

REHEARSED = "（演练，没有写入）"

DECISIONS = (
    flag("list", "列出还算数的（记在哪一件上的也列），不记新的"),
    Field("undo", "撤销第几条（序号见 --list）", "int"),
)
"""Options of the acts that may belong to the whole office."""

DIAL = flag("dial", "显示一次电话号码（记入台账，不算回访）")


FREE = NUMBER._replace(help=f"{NUMBER.help}（可不写：不属于哪一件）", default="")
"""The number of an act that may belong to the whole office."""


NUMBERS = NUMBER._replace(help=f"{NUMBER.help}；可写几件", many=True, required=True)
"""The numbers of an act that takes several cases at once."""


def command(verb: str) -> Command:
    """The command of one act."""
    act = BY_VERB[verb]
    fields = tuple(all_fields(act))
    if verb == "callback":
        fields += (DIAL,)
    if act.free:
        fields += DECISIONS
    run: Run = partial(perform, act)
    if verb == "consult":
        run = _consult
    return options.command(
        verb, CommandDefinition(act.help, run, fields + RUN_OPTIONS, _arguments(act), act.examples)
    )


def _arguments(act: Act) -> tuple[Argument, ...]:
    files = tuple(
        Argument(field.name, "文件", field.help)
        for field in act.fields
        if field.type == "file" and not field.flag
    )
    if not act.on_case:
        return ()
    if act.free:
        return (FREE, *files)
    if act.several:
        return (NUMBERS,)
    return (NUMBER, *files)


def perform(act: Act, settings: Settings, values: Values) -> None:
    """Do one act as it was typed and print what came of it."""
    if not values["from"]:
        with Connection() as kept:
            _perform(act, settings, values, kept)
        return
    typed = [name for name, value in values.items() if value not in (None, False, [])]
    with Connection() as kept, acts.by_key(act.verb, typed):
        _perform(act, settings, values, kept)


def _perform(act: Act, settings: Settings, values: Values, kept: Connection) -> None:
    office = context.office(settings, kept=kept)
    number, dry_run = values.pop("number"), values.pop("dry_run")
    del values["yes"]
    numbers = list(dict.fromkeys(number)) if act.several else [number]
    number = numbers[0]
    version = _number(values.pop("expect_version"))
    if values.pop("dial", False):
        if any(value not in (None, False, []) for value in values.values()):
            raise UsageError("--dial 只看电话，不记回访；请打完再单独 bbcs callback 记")
        _dial(settings, office, number, dry_run=dry_run)
        return
    if act.free and _decided(settings, office, act, values, number, dry_run=dry_run):
        return
    inputs, keys = gather(act, values, office)
    of_file = _number(inputs.pop("expect_version", None))
    if version is None:
        version = of_file
    dry_run = inputs.pop("dry_run", None) is True or dry_run
    office = office._replace(sure=inputs.pop("yes", None) is True or office.sure)
    if act.verb == "correct" and isinstance(inputs.get("field"), str) and inputs["field"]:
        _new_value(inputs, office, number, as_option=values.get("new") is not None)
    if not number:
        _of_the_office(settings, office, act, inputs, dry_run=dry_run)
        return

    if len(numbers) > 1 and version is not None:
        raise UsageError("--expect-version 只用于一件；几件一起办时请去掉它")

    def on_all(on: Ledger, inputs: dict[str, Any]) -> list[Outcome]:
        if len(numbers) > 1:
            return acts.act_on_each(on, office, numbers, act.verb, inputs)
        return [acts.act(on, office, number, act.verb, inputs, expect_version=version)]

    def run(inputs: dict[str, Any], rehearsed: bool) -> list[Outcome]:
        """Do the act in one transaction; a refusal names the words of the pack."""
        once = partial(
            context.write,
            office,
            lambda on: on_all(on, inputs),
            dry_run=dry_run or rehearsed,
            files=files_of(act, inputs),
            kept=kept,
        )
        return explained(act, office, once)

    then: tuple[str, ...] = ()
    if at_terminal():
        from bbcs.cli.prompts import acting

        alone = dry_run or settings.as_json or settings.quiet
        done, then = acting.perform(act, inputs, office, numbers, run, alone=alone)
    else:
        done = run(inputs, False)
    done = [one._replace(keys=keys) for one in done]
    if len(numbers) > 1:
        report_each(settings, office, done, dry_run=dry_run)
    else:
        report(settings, office, done[0], dry_run=dry_run)
    go_on(then)


def go_on(then: tuple[str, ...]) -> None:
    """Go on with the command that somebody at a terminal wants to do next, if any."""
    if then:
        from bbcs.cli.prompts import going_on

        going_on.go_on(then)


def explained(act: Act, office: Office, run: Callable[[], T]) -> T:
    """Run an act; a refusal because a word is missing names the words of the pack."""
    try:
        return run()
    except (MissingInput, ReasonMissing) as lacking:
        from bbcs.cli.words import explain

        explain(lacking, act, office.pack)
        raise


def _of_the_office(
    settings: Settings, office: Office, act: Act, inputs: dict[str, Any], *, dry_run: bool
) -> None:
    """An act without a case: an entry of the whole office."""
    from bbcs.cli import output
    from bbcs.usecases import office_acts

    def run(inputs: dict[str, Any], rehearsed: bool) -> Event:
        return context.write(
            office,
            lambda on: office_acts.office_act(on, office, act.verb, inputs),
            dry_run=dry_run or rehearsed,
        )

    event = _asked_for(act, inputs, office, run)
    output.answer(
        settings,
        office_acts.office_document(event),
        f"{rehearsed(dry_run)}{DONE[event.kind]}（第 {event.seq} 条）",
        str(event.seq),
    )


def _decided(
    settings: Settings, office: Office, act: Act, values: Values, number: str, *, dry_run: bool
) -> bool:
    """List or take back decisions of the whole office; False where neither was asked for."""
    listing, undo = values.pop("list", False), values.pop("undo", None)
    if not listing and undo is None:
        return False
    note = values.pop("note", None) or ""
    if (
        number
        or (listing and undo is not None)
        or any(one not in (None, False, []) for one in values.values())
    ):
        raise UsageError("--list、--undo 只看或撤销全站的规定：单独写，不写编号和别的选项")
    from bbcs.cli import office_decisions

    if listing:
        office_decisions.show(settings, office, act)
    else:
        office_decisions.take_back(settings, office, act, undo, note, dry_run=dry_run)
    return True


def _asked_for(
    act: Act, inputs: dict[str, Any], office: Office, run: Callable[[dict[str, Any], bool], Event]
) -> Event:
    """Do an act of the whole office; somebody at a terminal is asked for what is missing."""
    if not at_terminal():
        return run(inputs, False)
    from bbcs.cli.prompts import acting

    return acting.of_the_office(act, inputs, office, run)


_WHY_NOT = {False: "是个人信息", True: "里可能写到具体的人"}
"""Of a personal field, whether it is a long text -> why it is never typed as an option."""


def _new_value(inputs: dict[str, Any], office: Office, number: str, *, as_option: bool) -> None:
    """Read the corrected value from its option, for `-` from standard input.

    A personal value is never taken from an option (UsageError).
    """
    if inputs.get("new") is None:
        return
    from bbcs.usecases import corrections

    field, _ = context.read(
        office, lambda on: corrections.correctable(on, office, number, inputs.get("field", ""))
    )
    if as_option and field.personal and inputs["new"] != "-":
        raise UsageError(
            f"{short_help(field)}{_WHY_NOT[field.type == 'text' and field.limit == TEXT]}，"
            "不能写在命令行里；请不写 --new，按提示输入，或用 --new - 从标准输入读"
        )
    if as_option and field.type in ("date", "when"):
        from bbcs.cli.dates import resolve_for

        inputs["new"] = resolve_for(
            inputs["new"], office, field.name, option="--new", timed=field.type == "when"
        )
    elif inputs.get("new") == "-":
        from bbcs.cli.input_files import typed

        inputs["new"] = typed("-")


def _number(text: str | int | None) -> int | None:
    if text is None:
        return None
    number = integer(text)
    if number is None:
        raise UsageError("--expect-version 后面写版次数字")
    return number


def gather(act: Act, values: Values, office: Office) -> tuple[dict[str, Any], dict[str, str]]:
    """The inputs of an act by field name: the file's, and options over them; and the keys of the
    file that are other names of fields.
    """
    inputs, keys = dict[str, Any](), dict[str, str]()
    source = values.pop("from", None)
    if source:
        from bbcs.cli.input_dates import with_read_dates
        from bbcs.cli.input_files import one_object

        typed = one_object(source)
        keys = renamed(typed, all_fields(act))
        inputs = with_read_dates(act, typed, office)
    inputs |= typed_options(act, values, office)
    return inputs, keys


def typed_options(act: Act, values: Values, office: Office) -> dict[str, Any]:
    """The options that were typed, by field name; dates as people write them become dates."""
    fields = {field.name: field for field in all_fields(act)}
    inputs = {}
    for name, value in values.items():
        field = fields[name]
        if value in (None, []) or (value is False and "/" not in field.flag):
            continue
        if field.type in WITH_DATES:
            from bbcs.cli import dates  # only where one was typed

            value = dates.resolve_option(field, value, office)
        inputs[name] = value
    return inputs


def rehearsed(dry_run: bool) -> str:
    """What stands before the answer of a dry run."""
    if dry_run:
        return REHEARSED
    return ""


def say_keys(settings: Settings, keys: Mapping[str, str]) -> None:
    """Says which key each other name in a file was read as; JSON says it in the document."""
    if keys and not settings.as_json:
        read = "、".join(f"“{key}”＝{name}" for key, name in keys.items())
        talk(f"bbcs: 文件里的键按正名读：{read}")


def report(settings: Settings, office: Office, done: Outcome, *, dry_run: bool) -> None:
    """Print the result of an act: the deadline that matters now, and the next step."""
    say_keys(settings, done.keys)
    if settings.as_json:
        from bbcs.cli import output
        from bbcs.views.case import document  # people read a line of it

        output.echo_json(document(done, office))
    elif settings.quiet:
        echo(done.case.no)
    else:
        pack = office.pack_of(done.case)
        echo(flowing(rehearsed(dry_run) + line_of(done, pack)))
        if hint := hint_of(done, pack, office.roles):
            talk(hint)


def report_each(
    settings: Settings, office: Office, done: Sequence[Outcome], *, dry_run: bool
) -> None:
    """Print the results of several cases: one line each, or one document."""
    say_keys(settings, {key: name for one in done for key, name in one.keys.items()})
    if settings.as_json:
        from bbcs.cli import output
        from bbcs.views.case import document

        cases = [document(one, office) for one in done]
        output.echo_json({"schema": "bbcs.cases/1", "cases": cases})
        return
    for one in done:
        if settings.quiet:
            echo(one.case.no)
        else:
            echo(flowing(rehearsed(dry_run) + line_of(one, office.pack_of(one.case))))


def _consult(settings: Settings, values: Values) -> None:
    from bbcs.cli import output
    from bbcs.usecases import office_acts

    office = context.office(settings)
    dry_run = values.pop("dry_run")
    if values.pop("expect_version") is not None:
        raise UsageError("咨询不是一件，没有版次；请去掉 --expect-version")
    del values["yes"]
    inputs, keys = gather(BY_VERB["consult"], values, office)
    say_keys(settings, keys)

    def run(inputs: dict[str, Any], rehearsed: bool) -> Event:
        return context.write(
            office,
            lambda ledger: office_acts.consult(ledger, office, inputs),
            dry_run=dry_run or rehearsed,
        )

    event = _asked_for(BY_VERB["consult"], inputs, office, run)
    visitors, answered = event.data["visitors"], event.data["answered"]
    which = ""
    if event.kind == "ConsultationUndone":
        which = f"（第 {event.data['entry']} 条）"
    output.answer(
        settings,
        office_acts.office_document(event),
        f"{rehearsed(dry_run)}{DONE[event.kind]}{which}：{visitors} 人，答复 {answered} 个",
        str(event.seq),
    )


def _dial(settings: Settings, office: Office, short: str, *, dry_run: bool) -> None:
    """Show the number once; the look is one logged entry, no call is recorded."""
    if dry_run:
        raise UsageError("--dial 看一次电话就记一次，不能演练；请去掉 --dry-run")
    from bbcs.cli import output
    from bbcs.usecases import unmasked  # only where a number is shown

    phone = context.write(office, lambda ledger: unmasked.dial(ledger, office, short))
    shown = f"{phone['case_no']} 没有留电话"
    if phone["phone"]:
        numbers = "；".join(phone["numbers"]) or phone["phone"]
        shown = f"{phone['case_no']} {_WHOSE[phone['whose']]}{phone['name']}的电话 {numbers}"
    output.answer(settings, {"schema": "bbcs.dial/1", **phone}, shown, phone["phone"] or "")


_WHOSE = {"reporter": "反映人", "contact": "代办人"}
