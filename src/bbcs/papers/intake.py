"""Papers of the intake: 问题受理单 and 不予受理告知书."""

from __future__ import annotations

from collections.abc import Sequence

from bbcs.domain.clocks import running
from bbcs.domain.event import Event
from bbcs.papers.paper import SIGNED_FOR, Paper, PaperFact, PaperSource, due, facts, moment


def acceptance(source: PaperSource) -> list[Paper]:
    """What was taken on, from whom, and until when it will be handled."""
    if not source.of("Accepted"):  # registered, or refused
        return []
    case, event = source.case, source.events[0]
    anonymous = case.registered.get("anonymous")
    return [
        source.paper(
            "acceptance",
            "问题受理单",
            event,
            number=case.printed_number or case.no,
            facts=[*_received(source), *_failed(source), *_handling(source)],
            receipts=("受理人签名：",) if anonymous else ("反映人签名：", "受理人签名："),
            remarks=("反映人要求匿名，本单不记姓名。",) if anonymous else (),
        )
    ]


def _received(source: PaperSource) -> list[PaperFact]:
    case, fields = source.case, source.case.registered
    return facts(
        ("case_no", "受理编号", case.no),
        ("received_at", "受理时间", moment(case.received_at)),
        ("reporter", "反映人", source.reporter),
        ("phone", "联系电话", source.person("phone")),
        ("id_number", "证件号码", source.person("id_number")),
        ("address", "地址", source.person("address")),
        ("contact_person", "代办人", source.person("contact_person")),
        ("channel", "反映渠道", source.word("channel", fields.get("channel"))),
        ("demand_kind", "诉求类型", source.word("demand_kind", fields.get("demand_kind"))),
        ("matter", "反映事项", source.text(fields.get("matter"))),
        ("items", "涉及的办事项", "、".join(source.text(item) for item in case.items)),
        ("demand", "反映内容及诉求", source.text(fields.get("demand"))),
    )


def _failed(source: PaperSource) -> list[PaperFact]:
    """Where and why it could not be done before."""
    fields = source.case.registered
    where = [source.text(fields.get(key)) for key in ("failed_unit", "failed_window")]
    trips = fields.get("trips")
    waived = source.case.waived
    wanted = [paper for paper in fields.get("wanted") or () if paper not in waived]
    return facts(
        ("failed", "此前在哪里没办成", " ".join(filter(None, where))),
        ("failed_reason", "当时的理由", source.text(fields.get("failed_reason"))),
        ("trips", "跑过几趟", f"{trips} 趟" if trips else ""),
        ("wanted", "本事项所需材料", _listed(source, wanted)),
        ("papers", "还缺的材料", _listed(source, source.case.missing)),
    )


def _listed(source: PaperSource, papers: Sequence[str]) -> str:
    return "、".join(source.text(paper) for paper in papers)


def _handling(source: PaperSource) -> list[PaperFact]:
    """Until when it will be handled, and where to ask.

    The limit is the first one, as the case was triaged: no pause, extension or later round is on a
    paper of the intake.
    """
    taken = source.of("Registered", "Accepted", "Reopened", "Triaged")
    graded = [one for one in taken if not _later(source, one)][-1]
    _, deadlines = source.then(graded.seq)
    limit = running(deadlines, "resolve", source.case.first_round)
    until = ""
    if limit and limit.due:
        rule = "" if limit.unit == "set" else f"（{limit.limit_text}）"
        until = "研判后告知" if limit.assumed else f"{due(limit.due)}前{rule}"
    return facts(
        ("due", "办理时限", until),
        ("station", "受理窗口", source.station.name),
        ("station_address", "窗口地址", source.station.address),
        ("station_phone", "窗口电话", source.station.phone),
    )


def _later(source: PaperSource, event: Event) -> bool:
    """Whether something had moved the limit, or ended the first round, before an entry."""
    moving = source.of("Paused", "ExtensionAsked", "ExtensionDecided", "Resolved", "Withdrawn")
    return any(one.seq < event.seq for one in moving)


def refusal(source: PaperSource) -> list[Paper]:
    """Why the case was not taken, on what basis, and where else to turn."""
    notices = [one for one in source.of("Notified") if one.data.get("kind") == "refusal"]
    papers: list[Paper] = []
    for event in source.of("Refused"):
        its = event.data
        reason = source.word("refusal", its.get("reason"))
        notice = next((one for one in notices if one.seq > event.seq), None)
        papers.append(
            source.paper(
                "refusal",
                "不予受理告知书",
                event,
                number=(notice.data.get("no") if notice else "") or "",
                to=source.reporter,
                opening=(
                    f"你于 {moment(source.case.received_at)} 反映的{source.matter}收悉。"
                    f"经研究，因“{reason}”，决定不予受理。",
                ),
                facts=facts(
                    ("reason", "理由", reason),
                    ("basis", "依据", source.text(its.get("basis"))),
                    ("remedy", "救济或其他途径", source.text(its.get("remedy"))),
                    ("station_address", "窗口地址", source.station.address),
                    ("station_phone", "窗口电话", source.station.phone),
                ),
                receipts=SIGNED_FOR,
            )
        )
    return papers
