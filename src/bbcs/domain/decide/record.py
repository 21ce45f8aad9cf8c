"""Checks of acts on the record itself, beyond their fields: corrections and undoing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bbcs.domain.acts.table import ACT_OF
from bbcs.domain.case import CALLS, LIFE, Case, Mark
from bbcs.domain.corrections import TIMES, moves_with
from bbcs.domain.decide.correctable import can_be_emptied, target
from bbcs.domain.decide.ending import nothing_owed
from bbcs.domain.decide.request import (
    Ask,
    Drafted,
    filled,
    only_issuers,
    only_leader,
    permit,
    without,
)
from bbcs.domain.inputs import short_help
from bbcs.domain.pack import RulePack
from bbcs.errors import BadDate, GateClosed, NothingToUndo


def _correct(case: Case, ask: Ask, at: datetime) -> Drafted:
    """`value`, as read by the type of the corrected field, comes with the request
    (`usecases.act_inputs`)."""
    inputs = ask.inputs
    mark, field, _ = target(case, inputs["field"], ask.pack)
    permit(ask, ACT_OF[mark.kind])  # who may not do it may not rewrite it
    if mark.kind == "Supervised" and mark.detail:  # a slip, not the answer to one
        only_issuers(ask)
    if mark.kind in CALLS and mark.actor != ask.actor:
        only_leader(ask, "更正别人记的回访")
    if field.name in TIMES:
        _fitting(case, mark, inputs["value"], ask.now)
    value = inputs["value"]
    if inputs.get("clear") and not can_be_emptied(case, field):
        raise GateClosed(f"{short_help(field)}不能清空；能清空的是可以不填的个人信息", [])
    if field.name == "due" and value < f"{case.received_at:%Y-%m-%d}":
        raise BadDate(f"更正后的日期早于受理日 {case.received_at:%Y-%m-%d}")
    kept = {
        "text" if field.personal else "value": value,
        **filled(along=_along(case, mark.kind, field.name, value, ask.pack)),
    }
    return [
        ("Corrected", {**without(inputs, "new", "value", "clear"), **kept, "version": mark.version})
    ]


def _along(case: Case, kind: str, name: str, value: Any, pack: RulePack) -> list[list[Any]]:
    """What the rule pack fills in beside a word, and so changes with it."""
    if (kind, name) == ("Resolved", "outcome"):
        outcome = pack.word("outcome", value)
        if outcome.needs_basis or outcome.counts_as in ("explained", "terminated"):
            raise GateClosed(
                f"改成“{outcome.label}”要写依据等；请 undo 或 reopen 后重新办结",
                ["undo", "reopen"],
            )
        nothing_owed(case, outcome.key)
        return [["counts_as", outcome.counts_as]]
    if (kind, name) == ("CalledBack", "grade"):
        grade = pack.word("grade", value)
        return [["satisfaction", grade.value], ["satisfied", grade.satisfied]]
    return []


def _fitting(case: Case, mark: Mark, value: Any, now: datetime) -> None:
    """A corrected moment keeps the order of entries: what came before it still does, and what came
    after it."""
    new = datetime.fromisoformat(value)
    if new > now:
        raise BadDate("更正后的时间晚于现在")
    others = [
        one
        for one in case.marks
        if not moves_with(mark.version, mark.at, one.kind, one.version, one.at)
    ]
    later = min(
        (one.at for one in others if one.version > mark.version and one.at >= mark.at), default=new
    )
    earlier = max(
        (one.at for one in others if one.version < mark.version and one.at <= mark.at), default=new
    )
    if later < new:
        raise BadDate(f"更正后的时间晚于下一步（{later:%Y-%m-%d %H:%M}）")
    if earlier > new:
        raise BadDate(f"更正后的时间早于上一步（{earlier:%Y-%m-%d %H:%M}）")


def last_act(case: Case) -> Mark:
    """The last entry that counts, but for numbers that papers got."""
    return next(mark for mark in reversed(case.marks) if mark.kind != "Issued")


def nothing_follows(case: Case, version: int) -> bool:
    """Whether nothing but numbers of papers was written after an entry."""
    issued = {mark.version for mark in case.marks if mark.kind == "Issued"}
    return issued.issuperset(range(version + 1, case.version + 1))


def _undo(case: Case, ask: Ask, at: datetime) -> Drafted:
    """The last entry that still counts; a registration and the numbers of papers stay."""
    last = last_act(case)
    if last.kind == "Registered":
        raise NothingToUndo(
            f"{case.no} 只剩登记这一步，不能撤销；登记错了可 bbcs correct 更正，整件误登的可 bbcs void 作废",
            ["correct", "void"],
        )
    if not nothing_follows(case, last.version):
        ways = {"correct": "bbcs correct 更正", "reopen": "bbcs reopen 重办"}
        open_ = [way for way in ways if way in LIFE[case.phase]]
        how = f"；再往前的请 {'，或 '.join(ways[way] for way in open_)}" if open_ else ""
        raise NothingToUndo(f"{case.no} 的最后一条就是撤销，不能接着往前撤{how}", open_)
    if last.actor != ask.actor:
        raise NothingToUndo(
            f"{case.no} 的最后一步不是 {ask.actor} 办的，只能撤销自己的最后一步", []
        )
    undone = [last]
    asked = next(mark for mark in reversed(case.marks) if mark.version < last.version)
    if (last.kind, asked.kind) == ("Returned", "ReturnDecided"):
        undone.append(asked)  # approved and returned in one go
    if (last.kind, asked.kind) == (
        "ExtensionDecided",
        "ExtensionAsked",
    ) and not ask.pack.extension.approver:
        undone.append(asked)  # asked and granted in one go
    return [
        ("Undone", {**ask.inputs, "version": mark.version, "undone": mark.kind}) for mark in undone
    ]


ARMS: Mapping[str, Callable[[Case, Ask, datetime], Drafted]] = {
    "correct": _correct,
    "undo": _undo,
}
