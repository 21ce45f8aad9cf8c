"""Counts of a period, per unit and in total, with the identity that must hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from bbcs.domain.case import CALLS
from bbcs.domain.order import UnitRef
from bbcs.errors import IdentityBroken
from bbcs.registers.at_cut import AtCut
from bbcs.registers.books import CountedEvent, Moves

COUNTS: Mapping[str, str] = {
    "carried_in": "上期结转",
    "received": "本期受理登记",
    "reopened": "重办",
    "closed": "办结",
    "refused": "不予受理",
    "transferred_out": "转出",
    "carried_out": "结转下期",
    "within_limit": "在限内",
    "overdue_open": "超期未办结",
    "solved": "办结计为解决",
    "explained": "办结计为解释",
    "partly": "办结计为部分解决",
    "terminated": "办结计为终止",
    "withdrawn": "撤回",
    "overdue_closed": "超期办结",
    "struck_off": "销号",
    "callbacks_tried": "回访次数",
    "callbacks_valid": "有效回访",
}
"""Count -> what people read; the first seven are the identity.

What an ending counts as is not called 已解决: several words of a pack may count as solved, and the
rate 解决率 goes by what the reporter says.
"""

ALARMING = ("overdue_open", "overdue_closed")
"""Counts that should be nought."""

_KIND_COUNTS: Mapping[str, str] = {
    "Registered": "received",
    "Reopened": "reopened",
    "Resolved": "closed",
    "Withdrawn": "closed",
    "Refused": "refused",
    "TransferredOut": "transferred_out",
    "Closed": "struck_off",
}


def counts(
    moves: Moves,
    carried_in: Iterable[str],
    cut: AtCut,
    renamed: Iterable[tuple[datetime, UnitRef]] = (),
) -> dict[str, dict[str, int]]:
    """Name of the unit -> counts, with the total under "". A case counts for the unit leading it at
    the cut.

    A renamed unit counts once, under its last name up to the cut: that of its orders or of a
    renaming (`renamed`: when, and the unit under its new name). carried_in comes from the counted
    events before the period, carried_out from the folded cases: two ways to the same books, so that
    the identity can fail.
    """
    unit_of = cut.counted(cut.names(renamed))
    totals: dict[str, dict[str, int]] = {"": dict.fromkeys(COUNTS, 0)}

    def add(case_no: str, name: str) -> None:
        unit = unit_of.get(case_no, "")
        for key in {"", unit}:
            if key not in totals:
                totals[key] = dict.fromkeys(COUNTS, 0)
            totals[key][name] += 1

    for case_no in carried_in:
        add(case_no, "carried_in")
    named: dict[CountedEvent, list[str]] = {}
    for case_no, own in moves.items():
        for move in own:
            if move not in named:
                named[move] = names_of(move)
            for name in named[move]:
                add(case_no, name)
    for case_no, overdue in cut.in_hand.items():
        add(case_no, "carried_out")
        add(case_no, "overdue_open" if overdue else "within_limit")
    return totals


def names_of(move: CountedEvent) -> list[str]:
    """The counts that a counted event is part of."""
    names = [_KIND_COUNTS[move.kind]] if move.kind in _KIND_COUNTS else []
    if move.kind == "Resolved" and move.detail in ("solved", "explained", "partly", "terminated"):
        names.append(move.detail)
    if move.kind == "Withdrawn":
        names.append("withdrawn")
    if move.late:
        names.append("overdue_closed")
    if move.kind in CALLS:
        names.append("callbacks_tried")
    if move.kind == "CalledBack":
        names.append("callbacks_valid")
    return names


def broken(counts: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Units (“全部” for the total) for which the identity does not hold."""
    return [unit or "全部" for unit, count in counts.items() if _left(count) != _right(count)]


_IN = ("carried_in", "received", "reopened")
_OUT = ("closed", "refused", "transferred_out", "carried_out")
"""Both sides of the identity."""

IDENTITY = (*_IN, *_OUT)

BESIDE = tuple(name for name in COUNTS if name not in IDENTITY)
"""Counts that stand beside the identity."""


def _left(count: Mapping[str, int]) -> int:
    return sum(count[name] for name in _IN)


def _right(count: Mapping[str, int]) -> int:
    return sum(count[name] for name in _OUT)


def identity_line(count: Mapping[str, int]) -> str:
    """The identity with its numbers: `上期结转 1 + … = 办结 2 + …`."""
    left, right = (
        " + ".join(f"{COUNTS[name]} {count[name]}" for name in names) for names in (_IN, _OUT)
    )
    return f"{left} = {right}"


def check(counts: Mapping[str, Mapping[str, int]]) -> None:
    """IdentityBroken (32) when the books of any unit, or the total, do not foot."""
    wrong = broken(counts)
    if wrong:
        count = counts["" if wrong[0] == "全部" else wrong[0]]
        raise IdentityBroken(
            f"平衡式不成立（{'、'.join(wrong)}）：结转+受理+重办={_left(count)}，办结+不予受理+转出+结转下期={_right(count)}；"
            "请先 bbcs ledger verify --full"
        )
