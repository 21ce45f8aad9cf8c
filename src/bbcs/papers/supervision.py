"""Papers that press a unit: 催办通知 and 督办单, one for each slip."""

from __future__ import annotations

from bbcs.domain.case import Slip
from bbcs.domain.reminders import REMINDER
from bbcs.papers.paper import SIGNED_FOR, Paper, PaperSource, day, facts, moment


def remind(source: PaperSource) -> list[Paper]:
    """Reminders."""
    return [*_slips(source, "remind", reminders=True)]


def supervise(source: PaperSource) -> list[Paper]:
    """Everything that is more than a reminder."""
    return [*_slips(source, "supervise", reminders=False)]


def _slips(source: PaperSource, kind: str, *, reminders: bool) -> list[Paper]:
    title = "催办通知" if reminders else "督办单"
    by_seq = {event.seq: event for event in source.events}
    answers = {
        event.data["answer"]: event for event in source.of("Supervised") if event.data.get("answer")
    }
    papers = []
    for slip in source.case.slips:
        event = by_seq.get(slip.sent_seq)
        if event is None or (slip.kind == REMINDER) is not reminders:
            continue
        its, answer = event.data, answers.get(slip.no)
        papers.append(
            source.paper(
                kind,
                title,
                event,
                number=slip.no,
                to=slip.unit.name,
                opening=(_opening(source, slip),),
                facts=facts(
                    ("case_no", "受理编号", source.case.no),
                    ("matter", "反映事项", source.text(source.case.registered.get("matter"))),
                    ("kind", "督办种类", source.word("supervision", slip.kind)),
                    ("colour", "亮牌", source.word("colour", slip.colour)),
                    ("reason", "事由", source.text(its.get("reason"))),
                    ("require", "要求", source.text(slip.require)),
                    ("due", "要求完成的日期", day(slip.due)),
                    ("issuer", "签发人", source.text(its.get("issuer"))),
                    ("answered_at", "答复时间", moment(slip.answered_at)),
                    ("answer", "答复", source.text(answer.data.get("text")) if answer else ""),
                ),
                closing=("请于要求的日期前书面答复。",) if slip.due and not answer else (),
                receipts=SIGNED_FOR,
            )
        )
    return papers


def _opening(source: PaperSource, slip: Slip) -> str:
    """What is done about the unit: it handles the case, or it is complained of or asked for help."""
    handles = any(order.of(slip.unit) for order in source.case.orders)
    about = "你单位承办的" if handles else "涉及你单位的"
    done = source.word("supervision", slip.kind) or "督办"
    return f"{about}下列“办不成事”反映问题，现予{done}。"
