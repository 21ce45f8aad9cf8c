"""`bbcs ledger erase`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bbcs.cli import context, output
from bbcs.cli.options import Argument, CommandDefinition, Values, flag
from bbcs.cli.prompts import confirm
from bbcs.cli.settings import Settings, at_terminal
from bbcs.domain.acts import Field
from bbcs.domain.acts.table import KINDS
from bbcs.domain.inputs import short_help
from bbcs.errors import Declined
from bbcs.store import erasing

if TYPE_CHECKING:
    from bbcs.store.erasing import ErasureDone


def _erase(settings: Settings, values: Values) -> None:
    office = context.office(settings)
    why = values["reason"] or "", values["basis"] or ""
    cases = erasing.planned(office, values["numbers"], *why, context.NOTIFY)
    if not values["yes"]:
        asked = f"清除 {'、'.join(cases)} 的个人信息、全部文字和附件，不能恢复"
        if not at_terminal():
            raise Declined(f"{asked}：没有确认，什么都没有清除；确要清除请加 --yes")

        if not confirm(f"{asked}。确要清除吗"):
            raise Declined("没有清除")
    if office.doubt:
        context.agree_to_clock(office.doubt, sure=office.sure)
    done = erasing.erase(office, cases, *why, context.NOTIFY)
    hint = "下一步：bbcs ledger backup 另做一份备份，再处置上面的旧备份" if done.backups else ""
    output.answer(settings, done.document(), "\n".join(_lines(done)), str(done.result.seq), hint)


def _lines(done: ErasureDone) -> Iterator[str]:
    """What was done, and what still holds it."""
    erasure = done.result
    what = f"{erasure.entries} 条记录的个人内容，附件 {done.files} 个"
    if erasure.entries:
        yield f"已清除 {'、'.join(erasure.case_nos)}：{what}；记为第 {erasure.seq} 条"
    else:
        yield f"{'、'.join(erasure.case_nos)} 早已清除，没有新增（附件 {done.files} 个）"
    for one in erasure.remnants:
        name = next(short_help(its) for its in KINDS[one.kind] if its.name == one.field)
        yield f"清不掉：{one.case_no} 第 {one.version} 步的“{name}”写着反映人的信息，这一栏是公开的"
    if done.left:
        yield done.left
    yield from (f"以前的备份里还有：{path}" for path in done.backups)
    yield "以前印出、导出、抄走的（月报、回执、bbcs export）不在其内，请按规定处置"


ERASE = CommandDefinition(
    "依法清除几件的个人信息：姓名、电话、证件号、全部文字和附件，不能恢复；编号、日期和各项统计不变，链仍然成立",
    _erase,
    (
        Field("reason", "理由（谁提出、何时，不写姓名）", required=True),
        Field("basis", "依据的规定（公开）", required=True),
        flag("yes", "确要清除，电脑时间存疑也照记，不再问"),
    ),
    (Argument("numbers", "编号", "件的编号，可写几个；都已了结才行", many=True, required=True),),
    examples=(
        "bbcs ledger erase 0001 --reason 本人书面申请 --basis 个人信息保护法第四十七条",
        "bbcs ledger erase 0001 0002 --reason 保管期满 --basis 本局档案保管期限表 --yes",
    ),
)
