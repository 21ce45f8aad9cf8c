"""Papers that tell the person something: 一次性告知单, 延期告知书, 容缺受理告知承诺书."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bbcs.domain.case import AT_SITE
from bbcs.domain.clocks import running
from bbcs.domain.event import Event
from bbcs.domain.pack import limit_text
from bbcs.papers.paper import SIGNED_FOR, Paper, PaperSource, day, facts


def one_time(source: PaperSource) -> list[Paper]:
    """Everything that is still missing, at once."""
    notices = [one for one in source.of("Notified") if one.data.get("kind") == "one_time"]
    return [
        source.paper(
            "one_time",
            "一次性告知单",
            event,
            number=event.data.get("no") or "",
            to=source.reporter,
            opening=(f"你反映的{source.matter}，经核对还需补齐下列材料：",),
            points=[source.text(one) for one in event.data.get("missing") or ()],
            closing=[
                *filter(None, [source.text(event.data.get("text"))]),
                "请备齐后一次送到本窗口；对所列材料有疑问的，请来电来访询问。",
            ],
            facts=facts(
                ("case_no", "受理编号", source.case.no),
                ("station_address", "窗口地址", source.station.address),
                ("station_phone", "窗口电话", source.station.phone),
            ),
            receipts=SIGNED_FOR,
        )
        for event in notices
    ]


def extension(source: PaperSource) -> list[Paper]:
    """That more time was granted, why, and until when."""
    papers: list[Paper] = []
    asked = {}
    for event in source.of("ExtensionAsked", "ExtensionDecided"):
        if event.kind == "ExtensionAsked":
            asked = dict(event.data)
            if not _granted_at_once(source, event.seq):
                continue
        elif not event.data.get("granted"):
            continue
        papers.append(_extension(source, event, {**asked, **event.data}))
    return papers


def _granted_at_once(source: PaperSource, seq: int) -> bool:
    return any(
        one.state == "granted" and seq in (one.asked_seq, one.seq) and one.asked_seq == one.seq
        for one in source.case.extensions
    )


def _decided(source: PaperSource, event: Event) -> int:
    """The entry by which the extension of an entry was granted."""
    asked = (one.seq for one in source.case.extensions if event.seq in (one.asked_seq, one.seq))
    return max([event.seq, *asked])


def _extension(source: PaperSource, event: Event, its: Mapping[str, Any]) -> Paper:
    until = its.get("until")
    case, deadlines = source.then(_decided(source, event))
    now = running(deadlines, "resolve", case.round)
    more = limit_text(its["days"], now.unit) if its.get("days") and now else ""
    return source.paper(
        "extension",
        "延期告知书",
        event,
        to=source.reporter,
        opening=(
            f"你反映的{source.matter}，因{source.text(its.get('reason')) or '情况复杂'}，"
            "不能在原定时限内办结，经批准延长办理时限。",
        ),
        facts=facts(
            ("case_no", "受理编号", source.case.no),
            ("more", "延长多少", more),
            ("until", "延长到", day(until) if isinstance(until, date) else ""),
            ("due", "现在的办结期限", day(now.due) if now and now.due else ""),
            ("approver", "批准人", source.text(its.get("approver"))),
            ("station_phone", "窗口电话", source.station.phone),
        ),
        receipts=SIGNED_FOR,
    )


def gap(source: PaperSource) -> list[Paper]:
    """Which papers are owed and until when, and the promise to bring them."""
    return [
        source.paper(
            "gap",
            "容缺受理告知承诺书",
            event,
            to=source.reporter,
            opening=(f"你反映的{source.matter}所涉事项，先予受理办理，下列材料可以后补：",),
            points=[
                f"{source.text(paper)}：{_when(until)}"
                for paper, until in event.data.get("owe") or ()
            ],
            closing=(
                "以上由窗口告知。",
                "本人（单位）已知道上述材料应当补交，承诺按所列时间补齐，并对所交材料的真实性负责；"
                "到期没有补齐的，愿承担由此不能办结的后果。",
            ),
            facts=facts(
                ("case_no", "受理编号", source.case.no),
                ("approver", "批准人", source.text(event.data.get("approver"))),
            ),
            receipts=("承诺人（签名）：", "日期：　　　　年　　月　　日"),
        )
        for event in source.of("AcceptedWithGaps")
    ]


def _when(until: object) -> str:
    if until in (AT_SITE, None, ""):
        return "现场核查时交"
    text = until if isinstance(until, str) else str(until)
    return f"{day(date.fromisoformat(text[:10]))}前补交"
