"""What usually comes next for a case, under the gates of its rule pack."""

from __future__ import annotations

from bbcs.domain.acts.table import BY_VERB
from bbcs.domain.case import Case, allowed
from bbcs.domain.clocks import facts, in_force
from bbcs.domain.desk import unhappy
from bbcs.domain.pack import RulePack


def actions(case: Case) -> list[str]:
    """Verbs that move the case on from here."""
    return [verb for verb in allowed(case) if BY_VERB[verb].moves and not BY_VERB[verb].diverts]


_ALONE = ("accept", "sign", "close", "archive")
"""Verbs that need no more than the number."""


def next_step(case: Case, pack: RulePack) -> str:
    """The command that usually comes next, "" at the end of a case's life.

    pack: the rules of the case.
    """
    if case.pause:
        return f"bbcs resume {case.no}"
    if case.phase in ("resolved", "called_back"):
        return _after_settlement(case, pack)
    if case.phase in ("triaged", "assigned", "handling"):
        return _while_handled(case, pack)
    if case.phase == "closed" and _gate(case, pack, "archive_no"):
        return _command(case, "archive", "--no …")
    if case.phase == "closed":
        return _command(case, "archive")
    if case.phase in ("registered", "accepted"):
        return _command(case, actions(case)[0])
    return ""


def _command(case: Case, verb: str, more: str = "") -> str:
    """The command of a verb; "…" stands for what it needs besides the number."""
    if not more and verb not in _ALONE:
        more = "…"
    return f"bbcs {verb} {case.no} {more}".rstrip()


def _gate(case: Case, pack: RulePack, name: str) -> bool:
    """Whether a gate of the pack holds this case back."""
    return pack.gate(name) and in_force(case, pack)


def _while_handled(case: Case, pack: RulePack) -> str:
    """From triage to settlement; what the pack treats as done on the spot is settled, not assigned."""
    if case.return_requests:
        unit = f"--unit {case.return_requests[0].unit.name} " if case.return_requests[1:] else ""
        return _command(case, "return", f"{unit}--approve --approver …")
    waiting = case.unsigned
    if case.phase == "triaged" and case.redo_unit:
        return _command(case, "assign", f"--lead {case.redo_unit}")
    if waiting and (case.phase == "assigned" or _gate(case, pack, "sign")):
        if len(waiting) > 1:
            return _command(case, "sign", f"--unit {waiting[0].unit}")
        return _command(case, "sign")
    if (
        _gate(case, pack, "triage")
        and case.round == case.first_round
        and not case.happened("Triaged")
    ):
        return _command(case, "triage")
    if case.phase == "triaged" and not pack.on_the_spot(facts(case, case.current, pack)):
        return _command(case, "assign")
    if case.phase == "assigned":
        return _command(case, "step")
    if case.phase == "handling" and case.orders and not case.lead_unit:
        return _command(case, "assign", "--lead …")
    return _command(case, "resolve")


def _after_settlement(case: Case, pack: RulePack) -> str:
    """From the settlement to striking off: the answer, the callback, the end."""
    if case.owed:
        return _command(case, "gap", f"--filled {case.owed[0].paper}")
    if unhappy(case):
        return _command(case, "reopen")
    if _gate(case, pack, "final_feedback") and not case.happened("FedBack", "final"):
        return _command(case, "feedback", "--stage final …")
    if case.phase == "called_back":
        return _command(case, "close")
    answered = case.happened("FedBack", "final") or case.happened("Notified", "result")
    if not case.reachable and not answered:
        return _command(case, "notify", "--kind result --how counter")
    called = _gate(case, pack, "callback") and pack.callback.draws(case.current.lot)
    if not called and answered:
        return _command(case, "close")
    if not case.reachable and "no_contact" in pack.words.get("close_how", {}):
        return _command(case, "close", "--how no_contact --approver … --reason …")
    return _command(case, "callback")
