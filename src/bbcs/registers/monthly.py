"""Counts and rates of a period, per unit and in total, with the identity that must hold."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from bbcs.errors import IdentityBroken
from bbcs.record import Record
from bbcs.registers.entry import Entry

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
    "solved": "已解决",
    "explained": "解释说明",
    "partly": "部分解决",
    "withdrawn": "撤回",
    "overdue_closed": "超期办结",
    "struck_off": "销号",
    "callbacks_tried": "回访次数",
    "callbacks_valid": "有效回访",
}
"""Count -> what people read; the first seven are the identity."""

_KIND_COUNTS: Mapping[str, str] = {
    "Registered": "received",
    "Reopened": "reopened",
    "Resolved": "closed",
    "Withdrawn": "closed",
    "Refused": "refused",
    "TransferredOut": "transferred_out",
    "Closed": "struck_off",
}


class Move(Record):
    """One counted event of the period."""

    kind: str
    case_no: str
    detail: str
    late: bool


def counts(moves: Iterable[Move], carried_in: Iterable[str], entries: Sequence[Entry]) -> dict[str, dict[str, int]]:
    """Unit -> counts, with the total under "". A case counts for the unit leading it at the cut.

    carried_in comes from the counted events before the period, carried_out from the folded cases: two ways to the
    same books, so that the identity can fail.
    """
    unit_of = {entry.case.no: entry.unit for entry in entries}
    found: dict[str, dict[str, int]] = {"": dict.fromkeys(COUNTS, 0)}

    def add(case_no: str, name: str) -> None:
        unit = unit_of.get(case_no, "")
        for key in {"", unit}:
            found.setdefault(key, dict.fromkeys(COUNTS, 0))[name] += 1

    for case_no in carried_in:
        add(case_no, "carried_in")
    for move in moves:
        for name in _names(move):
            add(move.case_no, name)
    for entry in entries:
        if entry.in_hand:
            add(entry.case.no, "carried_out")
            add(entry.case.no, "overdue_open" if entry.last and entry.last.state == "overdue" else "within_limit")
    return found


def _names(move: Move) -> list[str]:
    found = [_KIND_COUNTS[move.kind]] if move.kind in _KIND_COUNTS else []
    if move.kind == "Resolved":
        found += [move.detail] if move.detail in ("solved", "explained", "partly") else []
        found += ["overdue_closed"] if move.late else []
    if move.kind == "Withdrawn":
        found.append("withdrawn")
    if move.kind in ("CallbackTried", "CalledBack"):
        found.append("callbacks_tried")
        found += ["callbacks_valid"] if move.kind == "CalledBack" else []
    return found


def broken(found: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Units (“全部” for the total) for which the identity does not hold."""
    return [unit or "全部" for unit, count in found.items() if _left(count) != _right(count)]


def _left(count: Mapping[str, int]) -> int:
    return count["carried_in"] + count["received"] + count["reopened"]


def _right(count: Mapping[str, int]) -> int:
    return count["closed"] + count["refused"] + count["transferred_out"] + count["carried_out"]


def check(found: Mapping[str, Mapping[str, int]]) -> None:
    """IdentityBroken (32) when the books of any unit, or the total, do not foot."""
    wrong = broken(found)
    if wrong:
        count = found["" if wrong[0] == "全部" else wrong[0]]
        raise IdentityBroken(
            f"平衡式不成立（{'、'.join(wrong)}）：结转+受理+重办={_left(count)}，办结+不予受理+转出+结转下期={_right(count)}；"
            "请先 bbcs ledger verify --full"
        )


class Rate(Record):
    """One ratio with all that makes it checkable."""

    name: str
    label: str
    numerator: int
    denominator: int
    value: float | None
    text: str
    case_nos: Sequence[str]

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {**self._asdict(), "case_nos": list(self.case_nos)}


def rates(entries: Sequence[Entry], booked: Collection[str], moves: Sequence[Move]) -> list[Rate]:
    """Ratios of the period. `case_nos` are the cases of the denominator that are not in the numerator.

    booked: cases of the period's books (carried in, received, reopened, settled); others were only called or noted in it.
    on_time_rate: cases with a handling clock in round 1, less those overdue (settled late or still open) / those cases.
    closing_rate, resolution_rate, satisfaction_rate, callback_rate, redo_rate: formulas of docs/reference/rates.md.
    """
    closed_nos, redone, called_nos = (
        {move.case_no for move in moves if move.kind == kind} for kind in ("Resolved", "Reopened", "CalledBack")
    )
    closed = [entry for entry in entries if entry.case.no in closed_nos]
    called = [entry for entry in entries if entry.case.no in called_nos]
    own = [entry for entry in entries if entry.case.no in booked]
    timed = [entry for entry in own if entry.on_time is not None]
    valid = [entry for entry in own if entry.case.phase not in ("refused", "transferred_out")]
    asked: tuple[tuple[str, str, Sequence[Entry], Callable[[Entry], bool]], ...] = (
        ("on_time_rate", "按时办结率", timed, lambda entry: entry.on_time is True),
        ("closing_rate", "办结率", valid, lambda entry: entry.case.no in closed_nos),
        ("resolution_rate", "解决率", closed, lambda entry: entry.case.solved == "yes"),
        ("callback_rate", "回访率", closed, lambda entry: bool(entry.case.callbacks)),
        ("satisfaction_rate", "满意率", called, lambda entry: [call for call in entry.case.callbacks if call.reached][-1].satisfied),
        ("redo_rate", "重办率", closed, lambda entry: entry.case.no in redone),
    )
    return [_rate(name, label, of, hit) for name, label, of, hit in asked]


def _rate(name: str, label: str, of: Sequence[Entry], hit: Callable[[Entry], bool]) -> Rate:
    open_left = any(entry.in_hand for entry in of)
    missed = [entry.case.no for entry in of if not hit(entry)]
    n, d = len(of) - len(missed), len(of)
    return Rate(name, label, n, d, n / d if d else None, percent(n, d, open_left=open_left), missed)


def percent(numerator: int, denominator: int, *, places: int = 2, truncate: bool = False, open_left: bool = False) -> str:
    """`99.80%（1469/1472）`; “—” for nothing; never 100 % below one, nor (with a note) while cases of the denominator are open.

    half_up in whole numbers, so that no binary fraction tips a digit.
    """
    if not denominator:
        return "—"
    scale = 10**places
    units = (numerator * 100 * scale * 2 + (0 if truncate else denominator)) // (2 * denominator)
    note = ""
    if units >= 100 * scale and (numerator < denominator or open_left):
        units = 100 * scale - 1
        note = "，还有未办结的" if open_left else ""
    whole, part = divmod(units, scale)
    digits = f"{whole}.{part:0{places}d}" if places else f"{whole}"
    return f"{digits}%（{numerator}/{denominator}{note}）"
