"""`bbcs attach`: a file into the case, or with --get out of it again."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from bbcs.cli import acts, context, options, output
from bbcs.cli.click import Command
from bbcs.cli.options import NUMBER, Argument, CommandDefinition, Values, flag
from bbcs.cli.settings import Settings
from bbcs.domain.acts import Field
from bbcs.domain.acts.table import BY_VERB
from bbcs.domain.inputs import all_fields
from bbcs.errors import MissingInput, UsageError
from bbcs.render.files import whole
from bbcs.store.transactions import copy_attachment
from bbcs.usecases.attachments import fetch

ACT = BY_VERB["attach"]

FILE = Argument("file", "文件", "要附上的文件（用 --get 时不写）", default="")

GETTING = (
    Field("get", "取出这个附件：名称、题名或摘要的开头（见 bbcs show；记入台账）", limit=1000),
    Field("out", "取出来写到这个文件（只有自己能读）", "output"),
    flag("yes", "文件已有也覆盖、电脑时间存疑也照记，不再问"),
)


def command(word: str) -> Command:
    """The command."""
    how = (one for one in acts.RUN_OPTIONS if one.name != "yes")
    fields = (*all_fields(ACT), *GETTING, *how)
    examples = (*ACT.examples, "bbcs attach 0001 --get 受理单.pdf --out 受理单.pdf")
    return options.command(
        word, CommandDefinition(ACT.help, _run, fields, (NUMBER, FILE), examples)
    )


def _run(settings: Settings, values: Values) -> None:
    getting = {field.name: values[field.name] for field in GETTING}
    values = {name: value for name, value in values.items() if name not in ("get", "out")}
    if getting["get"]:
        del values["yes"]
        _get(settings, values, getting)
        return
    if getting["out"]:
        raise UsageError("--out 只和 --get 一起用")
    acts.perform(ACT, settings, values)


def _get(settings: Settings, values: Values, getting: Values) -> None:
    number = values.pop("number")
    if any(value not in (None, "", False, []) for value in values.values()):
        raise UsageError("--get 只和 --out、--yes 一起用")
    if not getting["out"]:
        raise MissingInput(["--out（写到哪个文件）"])
    office, path = context.office(settings), Path(getting["out"])
    output.agree(path, yes=getting["yes"])
    with whole(path, mode=0o600) as draft:
        fetch(
            office,
            partial(context.read, office),
            context.transaction(office),
            lambda digest: copy_attachment(office, digest, draft),
            number,
            getting["get"],
        )
    output.files(settings, [path])
