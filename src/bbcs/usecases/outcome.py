"""Outcome: a case as a request leaves or finds it; finds one, and what usually comes next for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bbcs.domain.acts import LEFT_OPEN, command_line
from bbcs.domain.acts.table import BY_VERB
from bbcs.domain.case import Case, allowed
from bbcs.domain.clocks import facts, in_force
from bbcs.domain.deadline import Deadline
from bbcs.domain.desk import enough_attempts, unhappy
from bbcs.domain.event import Event
from bbcs.domain.fold import fold
from bbcs.domain.pack import RulePack
from bbcs.record import Record
from bbcs.usecases.office import Office

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger


class Outcome(Record):
    """What came of one request: the case as it now stands, its deadlines, and what was appended.

    existing: nothing was appended, for it was there; again: the verb of what was sent again, by the
    source number of a case or by the key of an act (`once`). differs: names of the fields with
    which it was sent again, and that differ from what is on record. keys: keys of the input that
    are other names of fields -> the keys of these fields. referring: the entries elsewhere that
    name the case, each with all entries of its case ([] = of the office); only of a case that was
    found.
    """

    case: Case
    deadlines: list[Deadline]
    events: list[Event]
    duplicates: tuple[str, ...] = ()
    existing: bool = False
    again: str = ""
    differs: tuple[str, ...] = ()
    keys: Mapping[str, str] = {}
    referring: tuple[tuple[Event, list[Event]], ...] = ()


def find(ledger: Ledger, office: Office, short: str) -> Outcome:
    """A case by its number or short number, with all its entries."""
    number = ledger.case_no(short, office.stamp.now.date())
    events = ledger.events(number)
    case = fold(events)
    return Outcome(case, office.deadlines(case), events, referring=tuple(ledger.referring(number)))


Words = tuple[str, ...]


def actions(case: Case) -> list[str]:
    """Verbs that move the case on from here."""
    return [verb for verb in allowed(case) if BY_VERB[verb].moves and not BY_VERB[verb].diverts]


_ALONE = ("accept", "sign", "close", "archive")
"""Verbs that need no more than the number."""


def next_step(case: Case, pack: RulePack) -> str:
    """The command that usually comes next, as it is typed: it asks for what is left open. "" at the
    end of a case's life.

    pack: the rules of the case.
    """
    return command_line(("bbcs", *words)) if (words := next_words(case, pack)) else ""


def stored_step(case: Case, pack: RulePack) -> str:
    """That command as rows store it: what it asks for is marked by LEFT_OPEN, nothing is quoted."""
    return " ".join(("bbcs", *words)) if (words := next_words(case, pack)) else ""


def next_words(case: Case, pack: RulePack) -> Words:
    """The words of that command: the verb, the number, options; () where none comes next."""
    if case.pause:
        return ("resume", case.no)
    if case.phase in ("resolved", "called_back"):
        return _after_settlement(case, pack)
    if case.phase in ("triaged", "assigned", "handling"):
        return _while_handled(case, pack)
    if case.phase == "closed" and _gate(case, pack, "archive_no"):
        return _command(case, "archive", "--no", LEFT_OPEN)
    if case.phase == "closed":
        return _command(case, "archive")
    if case.phase in ("registered", "accepted"):
        return _command(case, actions(case)[0])
    return ()


def _command(case: Case, verb: str, *more: str) -> Words:
    """The command of a verb with these options, or with what it needs besides the number left open."""
    if not more and verb not in _ALONE:
        more = (LEFT_OPEN,)
    return (verb, case.no, *more)


def worth_going_on(words: Words) -> bool:
    """Whether who has just done an act may go on with this command in the same sitting: it asks for
    what it records, or it ends the case. A signature, a paper or an answer that nobody has given
    yet is not recorded by one key.
    """
    return LEFT_OPEN in words or words[:1] == ("close",)


def _gate(case: Case, pack: RulePack, name: str) -> bool:
    """Whether a gate of the pack holds this case back."""
    return pack.gate(name) and in_force(case, pack)


def _while_handled(case: Case, pack: RulePack) -> Words:
    """From triage to settlement; what the pack treats as done on the spot is settled, not assigned."""
    if case.return_requests:
        asking = case.return_requests
        unit = ("--unit", asking[0].unit.name) if len(asking) > 1 else ()
        return _command(case, "return", *unit, "--approve", "--approver", LEFT_OPEN)
    waiting = case.unsigned
    if case.phase == "triaged" and case.redo_unit:
        return _command(case, "assign", "--lead", case.redo_unit)
    if waiting and (case.phase == "assigned" or _gate(case, pack, "sign")):
        if len(waiting) > 1:
            return _command(case, "sign", "--unit", waiting[0].unit)
        return _command(case, "sign")
    if (
        _gate(case, pack, "triage")
        and case.round == case.first_round
        and not case.happened("Triaged")
    ):
        return _command(case, "triage")
    if case.phase == "triaged" and not _on_the_spot(case, pack):
        return _command(case, "assign")
    if case.phase == "assigned":
        return _command(case, "step")
    if case.phase == "handling" and case.orders and not case.lead_unit:
        return _command(case, "assign", "--lead", LEFT_OPEN)
    return _command(case, "resolve")


def _on_the_spot(case: Case, pack: RulePack) -> bool:
    """Whether the pack treats the case as done on the spot; not once a unit had it in this round and
    gave it back."""
    given = any(order.round == case.round for order in case.orders)
    return not given and pack.on_the_spot(facts(case, case.current, pack))


def _after_settlement(case: Case, pack: RulePack) -> Words:
    """From the settlement to striking off: the answer, the callback, the end."""
    if case.owed:
        return _command(case, "gap", "--filled", case.owed[0].paper)
    if unhappy(case):
        return _command(case, "reopen")
    if _gate(case, pack, "final_feedback") and not case.happened("FedBack", "final"):
        return _command(case, "feedback", "--stage", "final", LEFT_OPEN)
    if case.phase == "called_back":
        return _command(case, "close")
    answered = case.happened("FedBack", "final") or case.happened("Notified", "result")
    if not case.reachable and not answered:
        return _command(case, "notify", "--kind", "result", "--how", "counter")
    called = _gate(case, pack, "callback") and pack.callback.draws(case.current.lot)
    if not called and answered:
        return _command(case, "close")
    how = "unreachable" if enough_attempts(case, pack.callback) else ""
    how = how if case.reachable else "no_contact"
    if how in pack.words.get("close_how", {}):
        open_ones = ("--approver", LEFT_OPEN, "--reason", LEFT_OPEN)
        return _command(case, "close", "--how", how, *open_ones)
    return _command(case, "callback")
