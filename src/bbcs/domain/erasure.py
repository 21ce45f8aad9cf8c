"""Decides whether the personal part of a case may be erased: the case has ended, nothing of it goes
on, and no archive term keeps it. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bbcs.domain.case import PHASES, Case
from bbcs.domain.corrections import effective
from bbcs.domain.deadline import Deadline
from bbcs.domain.event import Event
from bbcs.errors import GateClosed, TransitionRefused

ENDED = frozenset({"closed", "archived", "refused", "withdrawn", "transferred_out", "voided"})
"""Phases in which a case may be erased."""

PERMANENT = "permanent"

_NEXT = {"resolved": ("close", "callback"), "called_back": ("close",)}
"""Phase of a settled case -> acts that lead to its end."""


def refuse(case: Case, events: Sequence[Event], deadlines: Sequence[Deadline], today: date) -> None:
    """TransitionRefused for a case that has not ended; GateClosed where something of it runs on, or
    it must be kept.
    """
    if case.phase not in ENDED:
        ways = _NEXT.get(case.phase, ("withdraw", "transfer", "void"))
        raise TransitionRefused(case.no, PHASES[case.phase], "清除个人信息", ways)
    running = [one.name for one in deadlines if one.running]
    if running:
        raise GateClosed(
            f"{case.no} 还有没了的期限（督办单、议定事项、欠的材料……，见 bbcs deadline {case.no}），不能清除",
            ["deadline"],
        )
    if case.phase == "archived":
        _refuse_kept(case, events, today)


def _refuse_kept(case: Case, events: Sequence[Event], today: date) -> None:
    archived = [event for event in effective(events) if event.kind == "Archived"][-1]
    term = archived.data.get("term") or "10"
    if term == PERMANENT:
        raise GateClosed(f"{case.no} 归档时定为永久保管，不能清除；定错了请 undo 后重新归档", [])
    last = _kept_until(archived.at.date(), int(term))
    if today <= last:
        raise GateClosed(
            f"{case.no} 的保管期限（{term} 年）到 {last}，期满以前不能清除，只能保存、不再使用", []
        )


def _kept_until(archived: date, years: int) -> date:
    """The last day of a term of storage, which is counted from the year after the archiving."""
    return date(archived.year + years, 12, 31)
