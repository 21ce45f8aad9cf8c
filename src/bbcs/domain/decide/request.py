"""Ask: one request as `decide` sees it, and the refusals that all acts share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bbcs.calendar.days import DayCalendar
from bbcs.domain.acts import Act, Field, quoted
from bbcs.domain.acts.table import BY_VERB
from bbcs.domain.case import Case, Round
from bbcs.domain.clocks import deadlines, in_force
from bbcs.domain.deadline import Deadline
from bbcs.domain.inputs import label
from bbcs.domain.order import OwnerOf, UnitRef, distinct
from bbcs.domain.pack import RulePack, Word
from bbcs.domain.protection import is_about, named
from bbcs.domain.station import ISSUERS, Operator, Station
from bbcs.errors import BadDate, GateClosed, MissingInput, NotPermitted, ReasonMissing
from bbcs.record import Record

Inputs = dict[str, Any]

Drafted = list[tuple[str, Inputs]]
"""Kinds of entries with their fields, as an act brings them about."""

FARTHEST = 20
"""Years after receipt beyond which a date that is set for a case must be a typing error."""


def no_owner(item: str) -> UnitRef | None:
    """The owner of an item where there is no catalogue."""
    return None


class Ask(Record):
    """One request: the checked values, the rules that judge it, who asks and when.

    station: the rosters of operators and units, as the case sees them. owner_of: who owns an item,
    for the dispatch guard.
    """

    inputs: Inputs
    pack: RulePack
    now: datetime
    actor: str
    roles: tuple[str, ...]
    calendar: DayCalendar
    station: Station
    owner_of: OwnerOf = no_owner

    def deadlines(self, case: Case, at: datetime) -> list[Deadline]:
        """The clocks of the case as they stand when the act happens."""
        return deadlines(case, self.pack, self.calendar, at)

    @property
    def leaders(self) -> list[Operator]:
        """The operators who may decide."""
        return [one for one in self.station.operators if "leader" in one.roles]

    def name_of(self, operator: str) -> str:
        """The name of an operator; the id of who is none any more."""
        return self.station.operator_names.get(operator, operator)

    def is_actor(self, name: str) -> bool:
        """Whether a name that was given is the one who asks."""
        return bool(name) and name in (self.actor, self.name_of(self.actor))


def permit(ask: Ask, act: Act) -> None:
    """NotPermitted unless one of the operator's roles covers the act."""
    if not set(ask.roles) & set(act.roles):
        raise _not_permitted(ask, act.alias, act.roles)


def only_issuers(ask: Ask) -> None:
    """NotPermitted unless the operator may open slips of supervision."""
    if not set(ISSUERS) & set(ask.roles):
        raise _not_permitted(ask, "开督办单", ISSUERS)


def only_leader(ask: Ask, what: str) -> None:
    """NotPermitted unless a leader asks."""
    if "leader" not in ask.roles:
        raise _not_permitted(ask, what, ("leader",))


def _not_permitted(ask: Ask, what: str, roles: Sequence[str]) -> NotPermitted:
    """The refusal with the names of those who may."""
    return NotPermitted(ask.actor, what, roles, ask.station.holders(roles))


def decided_by_another(ask: Ask, asker: str, what: str) -> Inputs:
    """What an entry says of who decides on the request of `asker`: nothing, or that both are the
    same operator, as in an office where nobody else could write the decision down.

    GateClosed where the approver is who asked, or another operator could decide.
    """
    approver = ask.inputs["approver"]
    if approver in (asker, ask.name_of(asker)):
        raise GateClosed(f"{what}人不能是申请人本人；{_another(ask, asker)}", ["--approver"])
    if ask.actor != asker:
        return {}
    if any(one.id != asker for one in ask.leaders):
        raise GateClosed(
            f"申请是同一位操作员记的，不能由他{what}；请换一位领导来记（--as）", ["--as"]
        )
    return {"same_operator": True}


def approved_by_another(ask: Ask, *, or_leader: bool) -> None:
    """GateClosed where who acts also stands there as the approver.

    or_leader: a leader may approve what he writes down himself.
    """
    if or_leader and "leader" in ask.roles:
        return
    if ask.is_actor(ask.inputs.get("approver") or ""):
        raise GateClosed(f"批准人不能是经办人本人；{_another(ask, ask.actor)}", ["--approver"])


def _another(ask: Ask, than: str) -> str:
    """Who else may be named as the approver: another leader here, else somebody above."""
    others = [one.name for one in ask.leaders if one.id != than]
    if others:
        return f"请换一位 --approver，如 {others[0]}"
    return "这里没有别的领导，请在 --approver 写上级批准人的姓名"


def field(verb: str, name: str) -> Field:
    """One field of an act."""
    return next(field for field in BY_VERB[verb].fields if field.name == name)


def need(verb: str, inputs: Inputs, *names: str, why: str = "") -> None:
    """MissingInput with all of these fields that were not given."""
    missing = [name for name in names if inputs.get(name) in (None, "", [])]
    if missing:
        raise MissingInput([label(field(verb, name)) for name in missing], why, missing)


def without(inputs: Inputs, *names: str) -> Inputs:
    """The inputs without these fields."""
    return {key: value for key, value in inputs.items() if key not in names}


def filled(**values: Any) -> Inputs:
    """What is not empty."""
    return {key: value for key, value in values.items() if value not in (None, "", [])}


def need_grounds(word: Word, inputs: Inputs, basis: bool, remedy: bool) -> None:
    """ReasonMissing unless the legal basis and the remedy route are named where they are due."""
    wanted = {
        "basis": basis and not inputs.get("basis"),
        "remedy": remedy and not inputs.get("remedy"),
    }
    missing = [name for name, lacking in wanted.items() if lacking]
    if missing:
        flags = [
            {"basis": "--basis（依据）", "remedy": "--remedy（救济途径）"}[name] for name in missing
        ]
        raise ReasonMissing(f"“{word.label}”须写明 {'、'.join(flags)}", flags, missing)


def need_cause(inputs: Inputs, pack: RulePack) -> None:
    """The causes, where the pack's gate asks for them."""
    if pack.gate("cause") and not inputs.get("cause"):
        raise ReasonMissing("规则包要求研判时写明 --cause（办不成原因）", ["--cause"], ["cause"])


def gate(case: Case, ask: Ask, name: str) -> bool:
    """Whether a gate of the pack holds this case back; a case from before the pack was in force
    passes (practices.md XA-1)."""
    return ask.pack.gate(name) and in_force(case, ask.pack)


def need_triage(case: Case, ask: Ask, alias: str) -> None:
    """GateClosed while a case has to be triaged first."""
    first = case.round == case.first_round
    if gate(case, ask, "triage") and first and not case.happened("Triaged"):
        raise GateClosed(
            f"{case.no} 还没研判，规则包要求先研判再{alias}；请先 bbcs triage {case.no}", ["triage"]
        )


def need_signature(case: Case, ask: Ask, unit: UnitRef, alias: str) -> None:
    """GateClosed while a unit has to sign first."""
    if gate(case, ask, "sign") and any(order.of(unit) for order in case.unsigned):
        raise GateClosed(
            f"{unit.name}还没签收，规则包要求先签收再{alias}；"
            f"请先 bbcs sign {case.no} --unit {quoted(unit.name)}",
            ["sign"],
        )


def before_assignment(case: Case, ask: Ask) -> None:
    """GateClosed where a case cannot be assigned yet, to whatever unit."""
    need_triage(case, ask, "交办")


def before_settlement(case: Case, ask: Ask) -> None:
    """GateClosed where a case cannot be settled yet, whatever the outcome."""
    need_triage(case, ask, "办结")
    for order in case.unsigned:
        need_signature(case, ask, order.ref, "办结")
    if case.open_orders and not any(order.role == "lead" for order in case.open_orders):
        raise GateClosed(
            f"{case.no} 有交办单而没有主办；请先 bbcs assign {case.no} --lead 单位", ["assign"]
        )


BEFORE: Mapping[str, Callable[[Case, Ask], None]] = {
    "assign": before_assignment,
    "resolve": before_settlement,
}
"""Verb -> what holds the act back whatever its fields say: asked before anybody types them."""


def not_past(due: date | None, case: Case, flag: str) -> None:
    """BadDate for a date before the case."""
    if due and due < case.received_at.date():
        raise BadDate(f"{flag} 早于受理日 {case.received_at:%Y-%m-%d}")
    if due and due.year > case.received_at.year + FARTHEST:
        raise BadDate(f"{flag} 离受理 {FARTHEST} 年以上，像是打错了")


def one_of_orders(
    case: Case, ask: Ask, verb: str, *, waiting: bool = False, usual: UnitRef | None = None
) -> UnitRef:
    """The unit whose order is meant: the one named, the usual one, else the only one.

    It is returned as the order names it. Raises GateClosed without such an order, MissingInput when
    there are several.
    """
    orders = case.unsigned if waiting else case.open_orders
    what = "待签收的单" if waiting else "未完的交办单"
    if not orders:
        raise GateClosed(f"{case.no} 没有{what}", [])
    names = [unit.name for unit in distinct(order.ref for order in orders)]
    if ask.inputs.get("unit"):
        wanted = UnitRef.of(ask.inputs["unit"])
    elif usual and usual.among(order.ref for order in orders):
        wanted = usual
    elif len(names) == 1:
        wanted = orders[0].ref
    else:
        raise MissingInput(
            [label(field(verb, "unit"))], f"有{what}的：{'、'.join(names)}", ["unit"]
        )
    ref = next((order.ref for order in orders if order.of(wanted)), None)
    if ref is None:
        raise GateClosed(f"{wanted.name}在 {case.no} 没有{what}；有的是：{'、'.join(names)}", names)
    return ref


def is_complained(case: Case, ask: Ask, unit: UnitRef) -> bool:
    """Whether the unit is one of those complained of on the conduct track, or has a name that
    begins with theirs."""
    return unit.among(map(ask.station.ref, case.complained)) or is_about(
        unit.name, case.complained, ask.station.names_of
    )


def keep_out(case: Case, act: Act, ask: Ask) -> None:
    """GateClosed where an act names, or is done by, somebody complained of (formats.md §6.17)."""
    if not case.complained:
        return
    own = ask.name_of(ask.actor)
    if is_about(own, case.complained, ask.station.names_of):
        raise GateClosed(f"{case.no} 反映的正是{own}，不能由本人办；请换人（--as）", ["--as"])
    keep_out_named(case, act, ask.inputs, ask)


def keep_out_named(case: Case, act: Act, inputs: Inputs, ask: Ask) -> None:
    """GateClosed where fields of an act name somebody complained of."""
    for name in named(case, act.verb, inputs, ask.station.names_of):
        raise GateClosed(f"{case.no} 反映的正是{name}，不能由它{act.alias}；请换一个", [])


def not_complained(case: Case, ask: Ask, units: Sequence[UnitRef], what: str) -> None:
    """GateClosed when, on the conduct track, only those complained of would handle the case
    (formats.md §6.17)."""
    if units and all(is_complained(case, ask, unit) for unit in units):
        raise GateClosed(
            f"{case.no} 反映的正是{units[0].name}，不能只由它{what}；请加一个别的单位", []
        )


def graded(case: Case, inputs: Inputs) -> Round:
    """The round as a triage would leave it: a grade that names no cause leaves those it has."""
    cause = tuple(inputs.get("cause") or case.current.cause)
    return case.current._replace(difficulty=inputs["difficulty"], cause=cause)
