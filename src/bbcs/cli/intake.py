"""`bbcs intake`: by prompts, options or `--from`; several cases of one file in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bbcs.cli import context, options, output, slip
from bbcs.cli.acts import explained, report, report_each, typed_options
from bbcs.cli.click import Command
from bbcs.cli.options import CommandDefinition, Values, flag
from bbcs.cli.settings import Settings, at_terminal
from bbcs.domain.acts.fields import Field
from bbcs.domain.acts.table import BY_VERB
from bbcs.domain.inputs import read
from bbcs.domain.long_numbers import valid_id
from bbcs.domain.masking import valid_phone
from bbcs.errors import BbcsError, Declined, UsageError
from bbcs.render.progress import counted
from bbcs.render.terminal import talk
from bbcs.store.provable import ProvableLedger
from bbcs.usecases import acts
from bbcs.usecases.office import Office

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
    flag("dry_run", "只演练，不写入"),
)

OFFERED = ("phone", "id_number", "address", "failed_reason", "channel")
"""Fields a prompt offers beside the required ones."""


def command(word: str) -> Command:
    """The command."""
    return options.command(
        word, CommandDefinition(ACT.help, _run, (*ACT.fields, *HOW), (), ACT.examples)
    )


def _run(settings: Settings, values: Values) -> None:
    where = context.office(settings)
    how = {field.name: values.pop(field.name) for field in HOW}
    wanted, listed = _gather(_decided(typed_options(ACT, values, where), how), how["from"], where)
    dry_run = how["dry_run"]
    if at_terminal() and not how["refuse_duplicate"] and not how["from"]:
        _ask_about_duplicates(where, wanted[0])

    unknown = False

    def all_of_them(on: ProvableLedger, report: Callable[[int], None]) -> list[acts.Outcome]:
        nonlocal unknown
        unknown = bool(on.key_fault())
        return list(counted(_each(on, where, wanted, how), report))

    def take() -> list[acts.Outcome]:
        with output.progress(settings, "登记", lambda: len(wanted)) as report:
            return context.write(where, lambda on: all_of_them(on, report), dry_run=dry_run)

    def keep() -> Sequence[acts.Outcome]:
        if dry_run or not how["slip"]:
            return take()
        return slip.write(where, Path(how["slip"]), take, yes=how["yes"])

    done = explained(ACT, where, keep)
    if unknown:
        talk(NO_KEY)
    _answer(settings, where, done, dry_run=dry_run, listed=listed)


def _each(
    ledger: ProvableLedger, where: Office, wanted: list[dict[str, Any]], how: Values
) -> Iterator[acts.Outcome]:
    """Case by case, the slip of each logged; a refusal in a list says which one it was."""
    slips = how["slip"] and not how["dry_run"]
    for number, one in enumerate(wanted, 1):
        try:
            done = acts.intake(ledger, where, one, refuse_duplicate=how["refuse_duplicate"])
        except BbcsError as refused:
            if len(wanted) > 1:
                refused.message = f"第 {number} 件：{refused.message}（一件都没有登记）"
            raise
        yield slip.logged(ledger, where, done) if slips and not done.existing else done


def _decided(inputs: dict[str, Any], how: Values) -> dict[str, Any]:
    if how["later"] and inputs.get("refusal_reason"):
        raise UsageError("--later 和 --refuse 只用一样")
    if how["later"]:
        inputs["decision"] = "later"
    elif inputs.get("refusal_reason"):
        inputs["decision"] = "refuse"
    return inputs


def _gather(
    inputs: dict[str, Any], source: str | None, where: Office
) -> tuple[list[dict[str, Any]], bool]:
    """The cases to take, and whether they came as a list."""
    if not source:
        if at_terminal():
            inputs = inputs | _prompt(inputs, where)
        return [inputs], False
    from bbcs.cli.input_files import objects_of

    objects, listed = objects_of(source)
    if inputs and len(objects) > 1:
        raise UsageError("--from 里有多件时，不能再用选项写各项")
    return [{**one, **inputs} for one in objects], listed


def _prompt(inputs: dict[str, Any], where: Office) -> dict[str, Any]:
    from bbcs.cli.prompts import ask_for, confirm

    fields = {field.name: field for field in ACT.fields}
    wanted = [field for field in fields.values() if field.required and field.name not in inputs]
    if "reporter" not in inputs and not inputs.get("anonymous"):
        wanted.append(fields["reporter"])
    if inputs.get("refusal_reason"):
        word = where.pack.word("refusal", inputs["refusal_reason"])
        wanted += [
            fields[name]
            for name, due in (("basis", word.needs_basis), ("remedy", word.remedy))
            if due and name not in inputs
        ]
    offered = []
    if inputs.keys() <= {"difficulty", "cause"}:
        offered = [fields[name] for name in OFFERED]
    answers = ask_for(wanted, where, optional=offered)
    if (wanted or offered) and _on_the_spot(inputs, where) and confirm("这件当场办结了吗"):
        answers |= ask_for([fields["outcome"], fields["measures"]], where)
    return answers


def _on_the_spot(inputs: Mapping[str, Any], where: Office) -> bool:
    """Whether the difficulty that was given means 能办即办, and nothing yet says how the case ended."""
    if not inputs.get("difficulty") or inputs.get("decision") or inputs.get("outcome"):
        return False
    facts: dict[str, Any] = {
        "difficulty": where.pack.word("difficulty", inputs["difficulty"]).key,
        "cause": (),
        "demand_kind": inputs.get("demand_kind") or "help",
        "round": 1,
    }
    return where.pack.on_the_spot(facts)


def _odd(inputs: Mapping[str, Any]) -> Iterator[str]:
    """Numbers that look mistyped: kept as they are, the value not repeated."""
    if inputs.get("phone") and not valid_phone(inputs["phone"]):
        yield "联系电话不像手机或座机号码"
    if inputs.get("id_number") and not valid_id(inputs["id_number"]):
        yield "身份证号的位数、日期或校验位不对"


def _ask_about_duplicates(where: Office, wanted: dict[str, Any]) -> None:
    """Nobody is asked inside a transaction: look first, ask, then write."""
    from bbcs.cli.prompts import confirm

    inputs = read(ACT, wanted, where.reader)
    alike = context.read(where, lambda ledger: acts.alike(ledger, where, inputs))
    if alike and not confirm(f"疑似重复：{'、'.join(alike)}。仍要登记吗"):
        raise Declined("没有登记")


def _answer(
    settings: Settings, where: Office, done: Sequence[acts.Outcome], *, dry_run: bool, listed: bool
) -> None:
    for one in done:
        if one.duplicates:
            talk(f"bbcs: 提醒：{one.case.no} 与 {'、'.join(one.duplicates)} 疑似重复")
        for inputs in _odd(one.case.registered):
            talk(f"bbcs: 提醒：{one.case.no} {inputs}，请核对")
    if not listed:
        report(settings, where, done[0], dry_run=dry_run)
    else:
        report_each(settings, where, done, dry_run=dry_run)
