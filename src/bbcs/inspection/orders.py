"""Checks of orders to units: who leads, how often a case was passed on, steps of the window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bbcs.domain.case import IN_HAND
from bbcs.domain.escalation import proposal
from bbcs.domain.event import Event
from bbcs.domain.order import Order, misdirections
from bbcs.inspection import hints
from bbcs.inspection.case_view import CaseView, Problem, filled, on
from bbcs.inspection.hints import way

RETURNS = 2
"""More returns than this are a finding (ours, proposed).

A third return means that nobody decided whose the matter is.
"""

TRANSFERS = 2
"""More transfers than this are a finding (ours, proposed).

The case then went round instead of being done.
"""

AT_WINDOW = ("accept_at_window", "approve_at_window", "submit_to_head", "issue_at_window")
"""Steps of the 四个一律 (Yichun) that are always done at the window.

Accepted, approved, put to the head, issued.
"""


def leads(one: CaseView) -> Iterator[Problem]:
    """C14: orders with no unit, no lead or two leads; a window step done elsewhere."""
    for event in one.of("Assigned"):
        if not (event.data.get("lead") or event.data.get("assist") or event.data.get("relay")):
            yield f"交办（{on(event)}）没有写单位", hints.first(one, way("assign"))
    if "Assigned" in one.kinds:
        for number in range(1, one.case.round + 1):
            yield from _of_round(one, number)
    for event in one.of("Stepped"):
        unit = event.data.get("unit")
        if (
            event.data.get("kind") in AT_WINDOW
            and unit
            and not _at_window(unit[1], one.context.own_names)
        ):
            label = one.pack.label("step", event.data["kind"])
            yield (
                f"“{label}”（{on(event)}）在窗口以外由{unit[1]}办：四个一律要求都在窗口办",
                _at_window_then(one, event),
            )


def _at_window_then(one: CaseView, event: Event) -> str:
    """The step is done at the window, or its unit was written down wrongly."""
    line = hints.correction(one, event, "unit") or hints.first(one, way("note"))
    return f"改在窗口办；记错了单位请更正：{line}"


def _of_round(one: CaseView, number: int) -> Iterator[Problem]:
    case = one.case
    orders = [order for order in case.orders if order.round == number]
    led = [order for order in orders if order.role == "lead"]
    joined = [order for order in orders if order.role != "lead" and order.state != "returned"]
    settled = case.rounds[number - 1].resolved_at is not None
    if not any(order.state != "returned" for order in led) and any(
        order.role == "assist" or settled for order in joined
    ):
        yield (
            f"有协办没有主办：{'、'.join(order.unit for order in joined)}",
            hints.first(one, way("assign")),
        )
    both = next((pair for pair in pairwise(led) if _together(*pair)), None)
    if both:
        yield (
            f"两个主办：{both[0].unit}、{both[1].unit}",
            f"留一个主办，另一个退回后改协办：{hints.first(one, way('return', unit=both[1].unit))}",
        )


def _together(first: Order, second: Order) -> bool:
    return first.done_at is None or first.done_at > second.sent_at


def misdirected(one: CaseView) -> Iterator[Problem]:
    """C29: an order handed down, or sent to a unit that does not own the matter."""
    for event in one.of("Assigned", "Forwarded"):
        wanted = "，领导要的" if filled(event, "override") else ""
        for misdirection in misdirections(event.data.get("guarded")):
            back = way("return", unit=misdirection.unit.name)
            yield f"{misdirection.text}（{on(event)}{wanted}）", hints.first(one, back)


def _at_window(unit: str, own: Sequence[str]) -> bool:
    """Whether the name is that of a window, or one of this office itself."""
    return "窗口" in unit or unit in own


def _raised(one: CaseView) -> str:
    """A higher level or a meeting settles who leads, while the case is in hand."""
    ways = (way("escalate"), way("convene"))
    if any(hints.taken(one, *one_way) for one_way in ways):
        return f"提级或会商定下主办：{hints.first(one, *ways)}"
    return hints.first(one)


def passed_on(one: CaseView) -> Iterator[Problem]:
    """C15: returned or transferred too often, or not raised although a higher level is due."""
    case = one.case
    if case.bounces > RETURNS:
        yield f"被退回 {case.bounces} 次", _raised(one)
    if case.transfers > TRANSFERS:
        yield f"被转办 {case.transfers} 次", _raised(one)
    if case.phase in IN_HAND and (due := proposal(case, one.pack)):
        yield (
            f"应提到“{due.label}”（{due.why}），没有提级",
            hints.first(one, way("escalate", level=due.level)),
        )
