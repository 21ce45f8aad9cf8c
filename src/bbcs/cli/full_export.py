"""`bbcs export --full`, and `bbcs import` of what it wrote: a whole ledger in one file."""

from __future__ import annotations

from pathlib import Path

from bbcs.cli import context, output
from bbcs.cli.options import Values
from bbcs.cli.settings import Settings
from bbcs.errors import MissingInput, UsageError
from bbcs.render.files import whole
from bbcs.store.transfer import incoming, outgoing

_MASKED_ONLY = {
    "entries": "--entries",
    "since": "--since",
    "format": "--format",
    "encoding": "--encoding",
}
"""Options of the masked export that a full one does not take."""

_IMPORT_ONLY = {
    "skip_bad": "--skip-bad",
    "year": "--year",
    "map": "--map",
    "source": "--source",
    "encoding": "--encoding",
    "hidden": "--hidden",
    "show": "--show",
    "rejected": "--rejected",
}
"""Options of the import of foreign ledgers that a full one does not take."""


def save(settings: Settings, values: Values) -> None:
    """Writes the whole ledger of the home into one file."""
    _refuse(values, _MASKED_ONLY, "--full 写出全部")
    if not values["out"]:
        raise MissingInput(["--out（写到哪个文件；里面有未遮盖的个人信息）"], asked=["out"])
    office, path, reason = context.office(settings), Path(values["out"]), values["reason"] or ""
    outgoing.may_export(office, reason)  # before anybody is asked to agree
    output.agree(path, yes=values["yes"])
    if office.doubt:
        context.agree_to_clock(office.doubt, sure=office.sure)
        office = office._replace(sure=True)

    def total() -> int:
        return int(context.read(office, lambda ledger: ledger.head().seq))

    with output.progress(settings, "导出", total) as step:
        done = outgoing.export(
            office,
            context.transaction(office),
            path,
            reason,
            whole,
            notify=context.NOTIFY,
            step=step,
        )
    text = (
        f"已完整导出：{path}（{done.entries} 条，{done.head.last_entry}）\n"
        "里面有未遮盖的个人信息和查重密钥，没有加密；这次导出已记入台账"
    )
    hint = f"导入成新的数据目录：bbcs --home 新的数据目录 import {path}"
    output.answer(settings, done.document(), text, str(path), hint)


def load(settings: Settings, values: Values) -> None:
    """Makes the home of a file that `save` wrote."""
    _refuse(values, _IMPORT_ONLY, "这是一本台账的完整导出，原样导入")
    home = settings.folder
    with output.progress(settings, "导入", lambda: None) as step:
        done = incoming.load(Path(values["file"]), home, dry_run=values["dry_run"], step=step)
    text = (
        f"已导入成新的数据目录：{home}（站 {done.head.station}，{done.cases} 件，{done.entries} 条）\n"
        f"核验通过：{done.head.last_entry}"
    )
    hint = f"下一步：bbcs --home {home} ledger verify --full"
    if values["dry_run"]:
        text, hint = f"试导入（没有写入）：{text}", ""
    output.answer(settings, done.document(), text, str(home), hint)


def _refuse(values: Values, names: dict[str, str], why: str) -> None:
    named = [option for name, option in names.items() if values[name]]
    if named:
        raise UsageError(f"{why}，不用 {'、'.join(named)}；请去掉")
