"""`bbcs intake`: by prompts, options or `--from`; several cases of one file in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from bbcs.cli import context, options
from bbcs.cli.acts import explained, go_on, report, report_each, typed_options
from bbcs.cli.click import Command
from bbcs.cli.input_dates import with_read_dates
from bbcs.cli.input_files import rows_of
from bbcs.cli.options import CommandDefinition, Values, flag
from bbcs.cli.settings import Settings, at_terminal
from bbcs.domain.acts import Field
from bbcs.domain.acts.table import BY_VERB
from bbcs.domain.inputs import canonical, renamed
from bbcs.domain.long_numbers import valid_id
from bbcs.domain.masking import is_firm, looks_like_a_person, valid_phone
from bbcs.errors import BatchRefused, UsageError
from bbcs.render.terminal import talk
from bbcs.store.opening import Connection
from bbcs.store.provable import ProvableLedger
from bbcs.usecases import acts
from bbcs.usecases.office import Office
from bbcs.usecases.outcome import Outcome

ACT = BY_VERB["intake"]

NO_KEY = (
    "bbcs: 提醒：查重用的 lookup.key 不见了或被换过，查不出重复来访，也不能按人查找；"
    "请从备份取回，再 bbcs ledger rebuild"
)

HOW = (
    flag("later", "只登记，稍后决定受不受理"),
    flag("refuse_duplicate", "疑似重复就不登记（退出码 15）"),
    Field("slip", "给反映人的回执写到这个文件（不遮盖，记入台账）", "output"),
    flag("yes", "回执文件已有也覆盖，不再问"),
    Field(
        "from", "从 JSON 或 TOML 文件读（- 为标准输入）；列表 = 一次登记多件，全成或全不成", "file"
    ),
    flag("skip_bad", "列表里不能登记的跳过，其余照登（退出码仍是 40）"),
    flag("dry_run", "只演练，不写入"),
)


def command(word: str) -> Command:
    """The command."""
    return options.command(
        word, CommandDefinition(ACT.help, _run, (*ACT.fields, *HOW), (), ACT.examples)
    )


def _run(settings: Settings, values: Values) -> None:
    with Connection() as kept:
        _take(settings, values, kept)


def _take(settings: Settings, values: Values, kept: Connection) -> None:
    office = context.office(settings, kept=kept)
    how = {field.name: values.pop(field.name) for field in HOW}
    inputs = _decided(typed_options(ACT, values, office), how)
    typed = frozenset(inputs)
    wanted, listed, keys = _gather(inputs, how["from"])
    unknown, refusals = False, list[dict[str, Any]]()

    def take(wanted: Sequence[Any], dry_run: bool) -> list[Outcome]:
        """Take them all in one transaction; see whether anybody can be looked up at all."""

        def work(on: ProvableLedger) -> list[Outcome]:
            nonlocal unknown
            unknown = bool(on.key_fault())
            one = partial(_one, on, office, how, options=typed)
            if listed:
                return _each(settings, on, wanted, one, refusals, skip=how["skip_bad"])
            return [one(inputs) for inputs in wanted]

        return context.write(office, work, dry_run=dry_run, kept=kept)

    def keep(wanted: Sequence[Any], rehearsed: bool) -> list[Outcome]:
        if how["dry_run"] or rehearsed or not how["slip"]:
            return take(wanted, how["dry_run"] or rehearsed)
        from bbcs.cli import slip  # only where one is wanted

        kept = partial(take, wanted, False)
        return list(slip.write(office, Path(how["slip"]), kept, yes=how["yes"]))

    def one(inputs: dict[str, Any], rehearsed: bool) -> list[Outcome]:
        return explained(ACT, office, lambda: keep([inputs], rehearsed))

    then: tuple[str, ...] = ()
    if at_terminal() and not how["from"]:
        from bbcs.cli.prompts import acting

        asks = not how["refuse_duplicate"]
        alone = how["dry_run"] or settings.as_json or settings.quiet
        done, then = acting.intake(inputs, office, one, look_for_duplicates=asks, alone=alone)
    else:
        done = explained(ACT, office, lambda: keep(wanted, False))
    if unknown:
        talk(NO_KEY)
    if not listed:
        done = [one._replace(keys=keys) for one in done]
    _answer(settings, office, done, dry_run=how["dry_run"], listed=listed)
    if refusals:
        raise BatchRefused(refusals, len(wanted), stored=not how["dry_run"])
    go_on(then)


def _each(
    settings: Settings,
    ledger: ProvableLedger,
    wanted: Sequence[Any],
    take: Callable[[Any], Outcome],
    refusals: list[dict[str, Any]],
    *,
    skip: bool,
) -> list[Outcome]:
    """The cases of a list, one after the other; BatchRefused where one is refused and none may be
    skipped.
    """
    from bbcs.cli import output  # a single case needs none of these
    from bbcs.render.progress import counted
    from bbcs.usecases import request_lists

    refusals.clear()
    with output.progress(settings, "登记", lambda: len(wanted)) as report:
        done = list(counted(request_lists.tried(ledger, wanted, take, refusals), report))
    if refusals and not skip:
        raise BatchRefused(refusals, len(wanted), stored=False)
    return done


def _one(
    ledger: ProvableLedger,
    office: Office,
    how: Values,
    inputs: Mapping[str, Any],
    *,
    options: Collection[str],
) -> Outcome:
    """One case, its slip logged. options: the fields that stood on the command line."""
    take = partial(acts.intake, ledger, office, refuse_duplicate=how["refuse_duplicate"])
    done = _of_file(take, office, inputs, options) if how["from"] else take(inputs)
    if how["slip"] and not how["dry_run"] and not done.existing:
        from bbcs.cli import slip

        return slip.logged(ledger, office, done)
    return done


def _of_file(
    take: Callable[[Mapping[str, Any]], Outcome],
    office: Office,
    inputs: Mapping[str, Any],
    options: Collection[str],
) -> Outcome:
    """One case of a file: its dates read, the keys that stand for others named, refusals by key."""
    with acts.by_key("intake", options):
        done = take(with_read_dates(ACT, inputs, office))
    keys = renamed(inputs, ACT.fields)
    return done._replace(keys=keys) if keys else done


def _decided(inputs: dict[str, Any], how: Values) -> dict[str, Any]:
    if how["later"] and inputs.get("refusal_reason"):
        raise UsageError("--later 和 --refuse 只用一样")
    if how["later"]:
        inputs["decision"] = "later"
    elif inputs.get("refusal_reason"):
        inputs["decision"] = "refuse"
    return inputs


def _gather(inputs: dict[str, Any], source: str | None) -> tuple[list[Any], bool, dict[str, str]]:
    """The cases to take, and whether they came as a list; a row of a list may be no object. Of a
    single case also the keys that are other names of fields.
    """
    keys: dict[str, str] = {}
    if not source:
        return [inputs], False, keys
    rows, listed = rows_of(source)
    if not listed:  # else each row is read, and refused, on its own
        keys = renamed(rows[0], ACT.fields)
        rows = [canonical(one, ACT.fields) for one in rows]
    if inputs and len(rows) > 1:
        raise UsageError("--from 里有多件时，不能再用选项写各项")
    rows = [{**one, **inputs} if isinstance(one, Mapping) else one for one in rows]
    return rows, listed, keys


def _odd(inputs: Mapping[str, Any]) -> Iterator[str]:
    """Numbers that look mistyped: kept as they are, the value not repeated."""
    if inputs.get("phone") and not valid_phone(inputs["phone"]):
        yield "联系电话不像手机或座机号码"
    if is_firm(inputs) and looks_like_a_person(inputs.get("reporter") or ""):
        yield "反映人按企业、组织登记，名称处处原样显示，可像是个人姓名；是个人的改：bbcs correct 编号 --field reporter_type --new 个人"
    if inputs.get("id_number") and not valid_id(inputs["id_number"]):
        yield "身份证号的位数、日期或校验位不对"


def _likely_items(office: Office, done: Outcome) -> str:
    """Which items of the catalogue the case may be about, "" where it names one or none fits.

    A catalogue is read only where the ledger holds one.
    """
    case = done.case
    if office.rules.catalogue is None or done.existing or any(map(office.item, case.items)):
        return ""
    from bbcs.domain.items import likely

    items = likely(office.items, case.registered.get("matter") or "")
    if not items:
        return ""
    return (
        f"像是事项目录里的：{'、'.join(items)}；是就改事项："
        f"bbcs correct {case.no} --field items --new {items[0]}（知识页：bbcs station items show {items[0]}）"
    )


def _answer(
    settings: Settings, office: Office, done: Sequence[Outcome], *, dry_run: bool, listed: bool
) -> None:
    for one in done:
        if one.duplicates:
            talk(f"bbcs: 提醒：{one.case.no} 与 {'、'.join(one.duplicates)} 疑似重复")
        for inputs in _odd(one.case.registered):
            talk(f"bbcs: 提醒：{one.case.no} {inputs}，请核对")
    if not listed:
        report(settings, office, done[0], dry_run=dry_run)
        if proposed := _likely_items(office, done[0]):
            talk(proposed)
    else:
        report_each(settings, office, done, dry_run=dry_run)
