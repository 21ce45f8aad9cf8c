"""The catalogue of service items, and the knowledge page of one, as JSON and as people read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bbcs.domain.items import Item, Shrink, limit_shrink
from bbcs.record import as_document
from bbcs.usecases.item_knowledge import Counts, ItemKnowledge, WaivedPaper

LONGEST = 80
"""Characters of what was done that the page shows of one case."""


def document(
    items: Sequence[Item], every: Sequence[Item], waivers: Mapping[str, Sequence[WaivedPaper]]
) -> dict[str, Any]:
    """`station items show --json`. every: the whole catalogue, which the shares are counted of."""
    return {
        "schema": "bbcs.items/1",
        "items": [
            {**as_document(one), "waived": [as_document(it) for it in waivers.get(one.item, ())]}
            for one in items
        ],
        "limit_shrink": [_share(one) for one in limit_shrink(every)],
    }


def document_of(page: ItemKnowledge, every: Sequence[Item]) -> dict[str, Any]:
    """`station items show ITEM --json`: the item, and what the office has learned of it."""
    items = document([page.item], every, {page.item.item: page.waivers})
    return {**items, "knowledge": _knowledge(page)}


def _knowledge(page: ItemKnowledge) -> dict[str, Any]:
    """The knowledge page; counts as objects, the most frequent first."""
    row = as_document(page)
    del row["item"]
    for name, value in row.items():
        if name in ("waivers", "ways"):
            row[name] = [as_document(one) for one in value]
        elif name in _COUNTED:
            row[name] = dict(value)
    return row


_COUNTED: Mapping[str, str] = {
    "causes": "办不成的原因",
    "lacking": "常缺的材料",
    "refusals": "不予受理的理由",
    "outcomes": "办理结果",
    "steps": "办成时走过的步骤",
    "units": "办成的主办单位",
    "papers": "途中出具的材料",
    "breakers": "互为前置时先出",
}
"""Counts of the page -> what people read, in order."""


def line(one: Item, waivers: Sequence[WaivedPaper] = ()) -> str:
    """One item on one line; papers that are waived by rule are marked."""
    limits = [
        f"{label} {limit} 个工作日"
        for label, limit in (("法定", one.statutory_limit), ("承诺", one.promised_limit))
        if limit is not None
    ]
    gone = {waiver.paper for waiver in waivers}
    papers = [f"{paper}（免予提供）" if paper in gone else paper for paper in one.papers]
    parts = [one.item, one.unit, *limits]
    if papers:
        parts.append(f"材料 {'、'.join(papers)}")
    if one.prerequisites:
        parts.append(f"前置 {'、'.join(one.prerequisites)}")
    return "  ".join(part for part in parts if part)


def knowledge_lines(page: ItemKnowledge) -> Iterator[str]:
    """The knowledge page as people read it."""
    yield line(page.item, page.waivers)
    for waiver in page.waivers:
        by = f"，{waiver.authority}" if waiver.authority else ""
        yield f"免予提供：{waiver.paper}（{waiver.effective} 起{by}）"
    yield ""
    if not page.cases:
        yield "本站还没有办过这一项的件"
    else:
        yield from _experience(page)
    yield from (f"改进：{text}" for text in page.improved)


def _experience(page: ItemKnowledge) -> Iterator[str]:
    head = (
        f"本站办过 {page.cases} 件：办成 {page.solved}，不予受理 {page.refused}，在办 {page.open}"
    )
    if page.more:
        head += "（只看最近的）"
    yield head
    if page.days is not None:
        yield f"受理到办结（中位）：{page.days} 个工作日"
    for name, label in _COUNTED.items():
        counts: Counts = getattr(page, name)
        if counts:
            yield f"{label}：{'、'.join(f'{word} {number}' for word, number in counts)}"
    for way in page.ways:
        yield f"办成的一件 {way.case_no}（{way.outcome}）：{_short(way.measures)}"


def _short(text: str) -> str:
    """The text on one line, cut."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _share(one: Shrink) -> dict[str, Any]:
    value = None
    if one.value is not None:
        value = float(one.value)
    return {
        "name": one.name,
        "label": one.label,
        "numerator": float(one.numerator),
        "denominator": one.denominator,
        "value": value,
    }


def shrink_lines(every: Sequence[Item]) -> list[str]:
    """Both readings of “limits shrunk by”, each with its numerator and denominator."""
    return [_shrink_line(one) for one in limit_shrink(every)]


def _shrink_line(one: Shrink) -> str:
    if one.value is None:
        return f"时限压缩（{one.label}）：—"
    parts = f"{float(one.numerator):g}/{one.denominator}"
    return f"时限压缩（{one.label}）：{float(one.value) * 100:.2f}%（{parts}）"
