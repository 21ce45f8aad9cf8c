"""The groups of the desk: what an open case waits for, apart from its dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from bbcs.domain.case import Case
from bbcs.domain.pack import CallbackRule, RulePack
from bbcs.domain.promise import open_dates

GROUPS: Mapping[str, str] = {
    "overdue": "超期",
    "today": "今天",
    "warning": "临期",
    "undecided": "待决定受理",
    "returns": "退回待审",
    "untriaged": "待研判",
    "unassigned": "待交办",
    "unsigned": "未签收",
    "gaps": "待补材料",
    "callback": "待回访",
    "to_reopen": "待重办",
    "to_close": "待结案",
    "promised": "约定",
}
"""Group of the desk -> what people read, the most urgent first.

A case stands in the first that it belongs to.
"""


def waiting(case: Case, pack: RulePack, *, calling: bool) -> tuple[str, ...]:
    """The groups a case belongs to whatever the day is, in their order; () when nobody waits for an
    act.

    calling: its callback deadline runs. A case that an older ledger says is settled waits for no
    more than that.
    """
    if settled_elsewhere(case) and not calling:
        return ()
    again = unhappy(case)
    belongs = {
        "undecided": case.phase == "registered",
        "returns": bool(case.return_requests),
        "untriaged": case.phase == "accepted",
        "unassigned": _unassigned(case),
        "unsigned": any(not order.imported for order in case.unsigned),
        "gaps": bool(case.owed),
        "callback": case.phase == "resolved" and _calls(case, pack),
        "to_reopen": again,
        "to_close": (case.phase == "called_back" and not again)
        or (case.phase == "resolved" and not _calls(case, pack)),
    }
    return tuple(name for name in GROUPS if belongs.get(name))


def settled_elsewhere(case: Case) -> bool:
    """Whether its settlement, and the call after it if there was one, came from an older ledger and
    nobody has called since.
    """
    kinds = ("Resolved", "CallbackTried", "CalledBack")
    last = next((mark for mark in reversed(case.marks) if mark.kind in kinds), None)
    return last is not None and last.imported and last.round == case.round


def _unassigned(case: Case) -> bool:
    """Whether the case waits for a unit: triaged and with nobody, given back, reopened, or helped
    by units while none leads.
    """
    if case.phase == "triaged":
        return True
    return case.phase in ("assigned", "handling") and bool(case.orders) and not case.lead_unit


def _calls(case: Case, pack: RulePack) -> bool:
    """Whether a resolved case still waits for a call: the place calls, the person can be called,
    and was not yet called in vain often enough.
    """
    if not case.reachable or not pack.callback.draws(case.current.lot):
        return False
    return not enough_attempts(case, pack.callback)


def attempts(case: Case) -> list[date]:
    """The days of the calls in vain of this round."""
    return [
        call.at.date() for call in case.callbacks if call.round == case.round and not call.reached
    ]


def enough_attempts(case: Case, rule: CallbackRule) -> bool:
    """Whether the person was called in vain as often, and on as many days, as the pack asks for."""
    tried = attempts(case)
    return len(tried) >= rule.attempts and len(set(tried)) >= min(rule.days, rule.attempts)


def unhappy(case: Case) -> bool:
    """Whether the case is to be handled again, not closed: nobody has acted on a bad answer yet."""
    return case.phase == "called_back" and unhelped(case)


def unhelped(case: Case) -> bool:
    """Whether the last call found the person dissatisfied, or not helped where that was promised."""
    call = case.last_callback
    if call is None:
        return False
    if case.current.counts_as == "terminated":
        return False  # ended after review, whatever the person says
    return not call.satisfied or (call.solved == "no" and case.current.counts_as != "explained")


def agreed_on(case: Case) -> date | datetime | None:
    """The earliest date that was agreed and still stands: promised, to be reminded of, or when a
    pause should be over.
    """
    dates = open_dates(case)
    if case.pause and case.pause.until:
        dates.append(case.pause.until)
    return min(dates, key=lambda one: one.isoformat(), default=None)
