"""Checks of what the person was told: contact, callbacks, redone cases, and how the case ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bbcs.domain.callers import caller, handler
from bbcs.domain.case import IN_HAND
from bbcs.domain.event import Event
from bbcs.domain.promise import CONTACT
from bbcs.inspection import hints
from bbcs.inspection.case_view import CaseView, Problem, filled, on
from bbcs.inspection.dates import midnight
from bbcs.inspection.hints import way

SETTLED = ("resolved", "called_back", "closed", "archived")
"""Phases in which the handling is over."""

LEFT = 20
"""Working days after which a case not struck off or not archived is a finding.

Ours, proposed: in two months two reports carried it along.
"""

STATUS = ("办理状态", "状态", "是否办结", "办理结果", "status")
"""Columns of a foreign ledger that show whether a case is done."""

DONE = frozenset({"已办结", "办结", "已完成", "已结案", "结案", "是", "closed", "done"})


def contact(one: CaseView) -> Iterator[Problem]:
    """C07: settled without any contact on record, or struck off without an answer."""
    for events in one.rounds:
        kinds = {event.kind for event in events}
        if "Resolved" in kinds and kinds.isdisjoint(CONTACT):
            yield (
                "办结了，却没有联系过反映人的记录",
                hints.every(
                    one, way("notify", kind="result"), way("callback"), otherwise=hints.explain(one)
                ),
            )
        if "Closed" in kinds and not _answered(events):
            yield (
                "结案了，却没有最终答复、结果告知或回访",
                hints.first(one, way("notify", kind="result"), otherwise=hints.explain(one)),
            )


def _answered(events: Sequence[Event]) -> bool:
    wanted = {"FedBack": "final", "Notified": "result"}
    return any(
        event.kind == "CalledBack"
        or (
            event.kind in wanted
            and wanted[event.kind] in (event.data.get("stage"), event.data.get("kind"))
        )
        for event in events
    )


# -- callbacks --------------------------------------------------------------------------------


def callbacks(one: CaseView) -> Iterator[Problem]:
    """C10: no callback, too few attempts, or a valid callback without day or caller.

    A callback by the handler of the case is a finding too, as the rate counts it (`callers`); not
    where the office has nobody else.
    """
    names = one.context.names
    if one.phase in SETTLED:
        yield from _missing(one)
    for event in one.of("CalledBack", "CallbackTried"):
        if event.kind == "CalledBack" and midnight(event.at) and not filled(event, "by"):
            yield (
                f"{on(event)} 的有效回访没有时间和回访人",
                hints.mend(one, (event, "by")),
            )
        who = handler(one.case, event, one.of("Resolved"), names)
        nobody_else = not one.case.handler and len(names) < 2
        if who and caller(event, names) == who and not nobody_else:
            yield f"{on(event)} 的回访由承办人自己打", _again(one)


def _again(one: CaseView) -> str:
    """Another call, as long as the case takes one."""
    if hints.taken(one, *way("callback", by="…")):
        return f"换人再回访，写明回访人：{hints.first(one, way('callback', by='…'))}"
    return hints.explain(one)


def _missing(one: CaseView) -> Iterator[Problem]:
    """Every case is called back where the pack says so, or those that the lot fell on.

    While a case waits for it, only an expired time is a finding.
    """
    rule, case = one.pack.callback, one.case
    if not rule.draws(case.current.lot) or case.last_callback or case.how_closed == "no_contact":
        return
    if case.phase == "resolved":
        deadline = one.own("callback")
        if deadline is None or deadline.state != "overdue":
            return
    tried = [call.at.date() for call in case.callbacks if call.round == case.round]
    if len(tried) >= rule.attempts and len(set(tried)) >= min(rule.days, rule.attempts):
        return
    what = "没有回访"
    if tried:
        what = f"回访没打通，只试了 {len(tried)} 次（{len(set(tried))} 天）"
    yield (
        f"{what}；规则包要求至少 {rule.attempts} 次",
        (hints.first(one, way("callback"), otherwise=hints.explain(one))),
    )


def bad(event: Event) -> bool:
    """Whether by the callback the person is not content or was not helped."""
    return not event.data.get("satisfied") or event.data.get("solved") == "no"


def dissatisfied(one: CaseView) -> Iterator[Problem]:
    """C11: a bad answer without redo, cause and second result, nor an approved end."""
    if "CalledBack" not in one.kinds:
        return
    for number, events in enumerate(one.rounds, 1):
        calls = [event for event in events if event.kind == "CalledBack"]
        if not calls or not bad(calls[-1]):
            continue
        counts_as = one.case.rounds[number - 1].counts_as
        if counts_as == "explained" and calls[-1].data.get("satisfied"):
            continue  # the person accepts that it cannot be done: there is nothing to redo
        if counts_as == "terminated":
            continue  # ended after review, whatever the person says
        if number < len(one.rounds):
            yield from _redone(one, number + 1)
        elif not any(
            event.kind == "Closed" and str(event.data.get("how")).startswith("approved_")
            for event in events
        ):
            hint = hints.every(one, way("reopen"), way("close", how="approved_unsatisfied"))
            yield f"回访不满意（{on(calls[-1])}），没有重办，也没有经批准结案", hint


def _redone(one: CaseView, number: int) -> Iterator[Problem]:
    """What is missing in a round that was opened because of a bad answer.

    number: of that round, from 2.
    """
    events = one.rounds[number - 1]
    if not (filled(events[0], "reason") or one.case.rounds[number - 1].cause):
        yield "不满意重办没有写原因", hints.mend(one, (events[0], "reason"))
    going_on = number == len(one.rounds) and one.case.phase in IN_HAND
    ends = ("Resolved", "Withdrawn", "TransferredOut")
    if not going_on and not any(event.kind in ends for event in events):
        yield "不满意重办没有第二次结果", hints.first(one, way("resolve"))


# -- the end --------------------------------------------------------------------------------


def struck_off(one: CaseView) -> Iterator[Problem]:
    """C12: struck off against the pack's closing condition, or not struck off or archived."""
    pack = one.pack
    for number, events in enumerate(one.rounds):
        closed = next((event for event in reversed(events) if event.kind == "Closed"), None)
        if closed:
            against = [*_against(one, number, events, closed)]
            if against:
                yield (
                    f"结案（{on(closed)}）不合结案条件：{'、'.join(against)}",
                    f"补齐，或重办：{hints.first(one, way('reopen'))}",
                )
        archived = next((event for event in events if event.kind == "Archived"), None)
        if archived and pack.gate("archive_no") and not archived.data.get("no"):
            yield (
                f"归档（{on(archived)}）没有归档号",
                hints.mend(one, (archived, "no")),
            )
    if one.case.phase in ("resolved", "called_back", "closed"):
        yield from _left(one)


def _against(one: CaseView, number: int, events: Sequence[Event], closed: Event) -> Iterator[str]:
    """Which conditions of the pack for striking off were not met. number: of the round, from 0."""
    how, pack = closed.data.get("how") or "normal", one.pack
    calls = [event for event in events if event.kind == "CalledBack"]
    drawn = pack.callback.draws(one.case.rounds[number].lot)
    if pack.gate("callback") and drawn and not calls and how not in ("unreachable", "no_contact"):
        yield "没有回访"
    ended = one.case.rounds[number].counts_as == "terminated"
    if pack.gate("satisfied") and how == "normal" and calls and bad(calls[-1]) and not ended:
        yield "回访不满意"
    if pack.gate("final_feedback") and not any(
        event.kind == "FedBack" and event.data.get("stage") == "final" for event in events
    ):
        yield "没有最终答复"
    if how != "normal" and not filled(closed, "approver"):
        yield "非正常结案没有批准人"


def _left(one: CaseView) -> Iterator[Problem]:
    """Settled but not struck off, or struck off but not archived, after LEFT working days."""
    pack, events, context = one.pack, one.rounds[-1], one.context
    if one.case.phase == "closed":
        wanted, since, what = pack.gate("archive_no"), "Closed", ("结案", "归档", "archive")
    else:
        wanted = pack.gate("satisfied") or pack.gate("final_feedback") or pack.gate("archive_no")
        since, what = "Resolved", ("办结", "结案销号", "close")
    begun = next((event for event in events if event.kind == since), None)
    if wanted and begun and context.calendar.between(begun.at.date(), context.today) > LEFT:
        yield (
            f"{what[0]}（{on(begun)}）已过 {LEFT} 个工作日，没有{what[1]}",
            hints.first(one, *_LEFT_OVER[what[2]]),
        )


_LEFT_OVER = {
    "close": (
        way("close"),
        way("callback"),
        way("feedback", stage="final"),
        way("notify", kind="result"),
        way("gap", filled="…"),
        way("reopen"),
    ),
    "archive": (way("archive", no="…"),),
}
"""What is still to be done -> the commands that lead there, the shortest way first."""


def _only_told(event: Event) -> bool:
    return event.kind == "CalledBack" and bool(event.data.get("batch"))


def unsettled(one: CaseView) -> Iterator[Problem]:
    """C13: a case that is marked as done but has no entry that settles it."""
    ways = (way("resolve"), way("triage"), way("assign"), way("accept"))
    hint = f"查明后再办，不能只改状态；{hints.first(one, *ways)}"
    for events in one.rounds:
        kinds = {event.kind for event in events}
        # a call that an imported row tells of settles nothing; that it came too early is C03
        settling = {event.kind for event in events if not _only_told(event)}
        if kinds.isdisjoint(("Resolved", "Withdrawn")) and not settling.isdisjoint(
            ("CalledBack", "Closed", "Archived")
        ):
            yield "状态是已了结，却没有办结或撤回的记录", hint
            return
    if one.stored and one.stored.phase in SETTLED and one.case.phase in IN_HAND:
        yield "存的状态是已了结，记录里却没有办结", "重算：bbcs ledger rebuild；再查是谁改的"
    extra = one.events[0].data.get("extra")
    if (
        extra
        and one.case.phase in IN_HAND
        and any(str(extra.get(name, "")).strip() in DONE for name in STATUS)
    ):
        yield "原台账标着已办结，却没有办结的记录", hint
