"""`bbcs ledger move`."""

from __future__ import annotations

from bbcs.cli import context, output
from bbcs.cli.options import CommandDefinition, Values
from bbcs.cli.prompts import confirm
from bbcs.cli.settings import Settings, at_terminal
from bbcs.domain.acts import Field
from bbcs.errors import Declined, MissingInput
from bbcs.store.transfer.moving import check_target, move
from bbcs.usecases.office import need


def _move(settings: Settings, values: Values) -> None:
    office = context.office(settings, stored=False)
    need(office, "搬台账", "admin")
    target = values["to"]
    if not target:
        raise MissingInput(["--to（postgresql://主机/数据库，或 file 搬回数据目录）"])
    check_target(office.station.store, target)
    _agree(f"把 {office.station.code} 站的台账搬到 {target}", sure=settings.yes)
    moved = move(
        office,
        target,
        show_progress=lambda total: output.progress(settings, "重算", lambda: total),
        notify=context.NOTIFY,
    )
    lines = [
        f"已搬：{moved.before} → {moved.after}",
        f"两边完整导出逐字节相同：{moved.head.seq} 条，{moved.cases} 件，{moved.head.last_entry}",
    ]
    if moved.old:
        lines.append(f"原来的文件留在 {moved.old}，不再使用")
    output.answer(settings, moved.document(), "\n".join(lines), moved.after)


def _agree(what: str, *, sure: bool) -> None:
    """Declined without a clear yes."""
    if sure:
        return
    if at_terminal():
        sure = confirm(f"{what}，搬的时候不能办件，现在搬吗")
    if not sure:
        raise Declined("没有搬；确定要搬请加 --yes")


MOVE = CommandDefinition(
    "把台账搬进县里的数据库，或搬回数据目录：两边逐字节核对相同才算搬完",
    _move,
    (Field("to", "搬到哪里：postgresql://主机/数据库（不写密码），或 file", required=True),),
    examples=(
        "bbcs ledger move --to postgresql://db.example/bbcs --yes",
        "bbcs ledger move --to file --yes      # 搬回数据目录",
    ),
)
