"""Checks of acts on the record itself, beyond their fields: undoing; corrections: `corrected`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bbcs.domain.case import LIFE, Case, Mark
from bbcs.domain.decide.corrected import correct
from bbcs.domain.decide.request import Ask, Drafted
from bbcs.errors import NothingToUndo


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
    "correct": correct,
    "undo": _undo,
}
