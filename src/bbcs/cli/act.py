"""`bbcs act --from FILE`: many acts of one list, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bbcs.cli import context, options, output
from bbcs.cli.acts import rehearsed, say_keys
from bbcs.cli.click import Command
from bbcs.cli.input_dates import with_read_dates
from bbcs.cli.input_files import rows_of
from bbcs.cli.options import CommandDefinition, Values, flag
from bbcs.cli.registry import word_of
from bbcs.cli.settings import Settings
from bbcs.domain.acts import Field
from bbcs.domain.acts.table import BY_VERB, DONE
from bbcs.domain.inputs import all_fields, renamed
from bbcs.errors import BatchRefused, MissingInput
from bbcs.render.progress import counted
from bbcs.render.terminal import echo
from bbcs.store.provable import ProvableLedger
from bbcs.usecases import acts, request_lists
from bbcs.usecases.office import Office
from bbcs.usecases.outcome import Outcome
from bbcs.views.case import document
from bbcs.views.messages import line_of

Done = dict[str, Any] | Outcome


def _run(settings: Settings, values: Values) -> None:
    if not values["from"]:
        raise MissingInput(["--from（清单文件，- 为标准输入）"])
    office, dry_run = context.office(settings), values["dry_run"]
    wanted, _ = rows_of(values["from"])
    refusals: list[dict[str, Any]] = []

    def all_of_them(on: ProvableLedger, report: Callable[[int], None]) -> list[Done]:
        """Try every request; BatchRefused when one fails and bad ones are not to be skipped."""
        refusals.clear()
        one_by_one = request_lists.tried(
            on, wanted, lambda request: _done(on, office, request), refusals
        )
        done = list(counted(one_by_one, report))
        if refusals and not values["skip_bad"]:
            raise BatchRefused(refusals, len(wanted), stored=False, what="步")
        return done

    with output.progress(settings, "记录", lambda: len(wanted)) as report:
        done = context.write(office, lambda on: all_of_them(on, report), dry_run=dry_run)
    _answer(settings, office, done, dry_run=dry_run)
    if refusals:
        raise BatchRefused(refusals, len(wanted), stored=not dry_run, what="步")


def _done(on: ProvableLedger, office: Office, request: Mapping[str, Any]) -> Done:
    """Does one request, its dates read where it names an act at all."""
    verb = request.get("verb")
    if isinstance(verb, str):
        verb = word_of(verb)
        request = {**request, "verb": verb}
    act = BY_VERB.get(verb) if isinstance(verb, str) else None
    if act is None:
        return request_lists.done(on, office, request)
    with acts.by_key(verb):
        done = request_lists.done(on, office, with_read_dates(act, request, office))
    if isinstance(done, Outcome):
        return done._replace(keys=renamed(request, all_fields(act)))
    return done


def _answer(settings: Settings, office: Office, done: Sequence[Done], *, dry_run: bool) -> None:
    """The documents of what was done, in the order of the list; or a line each."""
    if settings.as_json:
        documents = [one if isinstance(one, dict) else document(one, office) for one in done]
        output.echo_json({"schema": "bbcs.acts/1", "acts": documents})
        return
    outcomes = [one for one in done if isinstance(one, Outcome)]
    say_keys(settings, {key: name for one in outcomes for key, name in one.keys.items()})
    for one in done:
        if isinstance(one, dict):
            short, text = str(one["seq"]), f"已记第 {one['seq']} 条：{_noun(one)}"
        else:
            short, text = one.case.no, line_of(one, office.pack_of(one.case))
        echo(short if settings.quiet else rehearsed(dry_run) + text)


def _noun(entry: dict[str, Any]) -> str:
    return DONE.get(entry.get("kind", ""), "咨询")


def command(word: str) -> Command:
    """The command."""
    fields = (
        Field(
            "from",
            "清单：JSON 列表，每项写 verb、case_no（或 source 和 source_no）、once 和这个办法的各项；- 为标准输入",
            "file",
        ),
        flag("skip_bad", "不能记的跳过，其余照记（退出码仍是 40）"),
        flag("dry_run", "只演练，不写入"),
    )
    examples = ("bbcs act --from 当天.json", "bbcs act --from - --skip-bad --json < 当天.json")
    help = "按清单记许多办法：默认全成或全不成；再送同一凭据（once）不重记"
    return options.command(word, CommandDefinition(help, _run, fields, (), examples))
