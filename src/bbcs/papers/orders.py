"""Papers to the units that are to handle a case: 交办单 and 转办单."""

from __future__ import annotations

from collections.abc import Sequence

from bbcs.domain import order as orders
from bbcs.domain.case import Case
from bbcs.domain.clocks import running
from bbcs.domain.deadline import Deadline
from bbcs.domain.event import Event
from bbcs.domain.order import Order
from bbcs.papers.paper import SIGNED_FOR, Paper, PaperFact, PaperSource, day, due, facts, moment

ROLES = {**orders.ROLES, "relay": "转派（接单）"}


def order(source: PaperSource) -> list[Paper]:
    """What a unit is to do: one paper for each order of the window."""
    return _papers(source, "order", "交办单", moved=False)


def transfer(source: PaperSource) -> list[Paper]:
    """The same for an order that another unit passed on."""
    return _papers(source, "transfer", "转办单", moved=True)


def _papers(source: PaperSource, kind: str, title: str, *, moved: bool) -> list[Paper]:
    by_seq = {event.seq: event for event in source.events}
    papers: list[Paper] = []
    seqs: list[int] = []
    for one in source.case.orders:
        event = by_seq.get(one.sent_seq)
        if one.moved is not moved or event is None:
            continue
        seqs.append(one.sent_seq)
        paper = source.paper(
            kind,
            title,
            event,
            part=seqs.count(one.sent_seq),
            to=one.unit,
            opening=(_asked(source, event, one),),
            facts=_facts(source, one, event),
            closing=("办理情况请按时限书面回复本窗口；不属本单位职责的，请写明理由及时退回。",),
            receipts=SIGNED_FOR,
        )
        papers.append(paper)
    return papers


def _asked(source: PaperSource, event: Event, one: Order) -> str:
    if one.moved:
        reason = source.text(event.data.get("reason"))
        return f"现将下列“办不成事”反映问题转你单位办理（{reason}）。"
    return f"现将下列“办不成事”反映问题交你单位{ROLES[one.role]}。"


def _facts(source: PaperSource, one: Order, event: Event) -> list[PaperFact]:
    """The case and the order as they stood when it was sent."""
    case, deadlines = source.then(event.seq)
    return [*_case(source, case), *_order(source, deadlines, one, event)]


def _case(source: PaperSource, case: Case) -> list[PaperFact]:
    fields = source.case.registered
    return facts(
        ("case_no", "受理编号", source.case.no),
        ("received_at", "受理时间", moment(source.case.received_at)),
        ("reporter", "反映人", source.reporter),
        ("phone", "联系电话", source.person("phone")),
        ("matter", "反映事项", source.text(fields.get("matter"))),
        ("demand", "反映内容及诉求", source.text(fields.get("demand"))),
        ("difficulty", "难易程度", source.word("difficulty", case.current.difficulty)),
        ("opinion", "研判意见", source.text(case.opinion)),
    )


def _order(
    source: PaperSource, deadlines: Sequence[Deadline], one: Order, event: Event
) -> list[PaperFact]:
    limit = running(deadlines, "resolve", one.round)
    signing = _signing(deadlines, one)
    until = ""
    if one.due:
        until = day(one.due)
    elif limit and limit.due:
        until = due(limit.due)
    return facts(
        ("role", "办理角色", ROLES[one.role]),
        ("sent_at", "交办时间", moment(one.sent_at)),
        ("require", "办理要求", source.text(one.require)),
        ("handler", "承办人", source.text(event.data.get("handler"))),
        ("sign_by", "签收时限", due(signing.due) if signing else ""),
        ("due", "办理时限", until),
    )


def _signing(deadlines: Sequence[Deadline], one: Order) -> Deadline | None:
    wanted = ("sign", one.unit, one.round)
    matching = (each for each in deadlines if (each.name, each.order, each.round) == wanted)
    return next(matching, None)
