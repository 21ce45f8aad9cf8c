"""Checks of paper work: empty fields, refusals, negative answers, waivers, papers owed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bbcs.domain.acts.table import KINDS
from bbcs.domain.case import EXCLUDABLE
from bbcs.domain.event import Event
from bbcs.domain.pack import AT_INTAKE
from bbcs.inspection import hints
from bbcs.inspection.case_view import CaseView, Problem, filled, on
from bbcs.inspection.hints import way

REQUIRED: Mapping[str, Mapping[str, str]] = {
    "Registered": {"matter": "反映事项", "demand": "反映内容及诉求", "channel": "反映渠道"},
    "Returned": {"unit": "退回的单位"},
    "Forwarded": {"to": "转给的单位"},
    "Resolved": {"outcome": "办理结果", "measures": "办理过程和措施"},
    "CalledBack": {"solved": "是否解决"},
}
"""Kind -> fields that may not be empty, and what they are called."""


def empty(one: CaseView) -> Iterator[Problem]:
    """C02: a required field is empty. What was erased by law is not."""
    registered = one.events[0]
    missing: list[tuple[Event, str, str]] = []
    if not (filled(registered, "reporter") or registered.data.get("anonymous")):
        missing.append((registered, "reporter", "反映人"))
    missing += [
        (registered, name, label)
        for gate, (name, label) in AT_INTAKE.items()
        if one.pack.gate(gate) and not filled(registered, name)
    ]
    missing += [
        (event, name, label)
        for event in one.events
        for name, label in REQUIRED.get(event.kind, {}).items()
        if not event.data.get(name) and not (event.erased and _personal(event.kind, name))
    ]
    if missing:
        labels = "、".join(dict.fromkeys(label for _, _, label in missing))
        fields = [(event, name) for event, name, _ in missing]
        yield f"没有填：{labels}", f"查原件，{hints.mend(one, *fields)}"


def _personal(kind: str, name: str) -> bool:
    return any(field.name == name and field.personal for field in KINDS[kind])


def refused(one: CaseView) -> Iterator[Problem]:
    """C09: refused without a reason, or for one that the pack does not list."""
    for event in one.of("Refused"):
        reason = event.data.get("reason")
        if not reason:
            yield "不予受理没有写理由", hints.mend(one, (event, "reason"))
        elif reason not in one.pack.words.get("refusal", {}):
            yield (
                f"不予受理的理由“{reason}”不在规则包的清单里",
                f"改用清单里的理由；{hints.mend(one, (event, 'reason'))}",
            )


def negative(one: CaseView) -> Iterator[Problem]:
    """C08: a negative answer without legal basis or another way to go."""
    for event in one.of("Resolved"):
        word = one.pack.words.get("outcome", {}).get(event.data.get("outcome", ""))
        counts_as = event.data.get("counts_as")
        if word:
            counts_as = counts_as or word.counts_as
        wanted: Mapping[str, str] = {}
        if counts_as == "explained" or (word and word.needs_basis):
            wanted = {"basis": "依据", "remedy": "救济途径"}
        if counts_as == "terminated":
            wanted = {**wanted, "basis": "依据", "evidence": "证据", "signer": "第二签字人"}
        lacking = {name: label for name, label in wanted.items() if not filled(event, name)}
        if lacking:
            how = {"terminated": "终止办理"}.get(counts_as or "", "按“办不了”答复")
            yield (
                f"{how}（{on(event)}），没有写{'、'.join(lacking.values())}",
                hints.mend(one, *((event, name) for name in lacking)),
            )


def left_out(one: CaseView) -> Iterator[Problem]:
    """C33: a case that is left out of rates: which, since when, by whom."""
    if not one.case.excluded:
        return
    rates = "、".join(EXCLUDABLE[rate] for rate in one.case.excluded)
    last = one.of("Excluded")[-1]
    who = one.context.names.get(last.actor, last.actor)
    yield (
        f"剔除出比率：{rates}（{on(last)}，{who}记）",
        f"看依据和批准人：bbcs show {one.no} --history",
    )


def waivers(one: CaseView) -> Iterator[Problem]:
    """C23: a waiver without paper or authority; owed papers without their particulars, or overdue.

    Particulars are list, day and, where the pack asks, approver.
    """
    for event in one.of("Exempted"):
        wanted = {"paper": "哪份材料", "authority": "决定机关"}
        if event.data.get("scope") == "rule":
            wanted["effective"] = "自哪天起"
        lacking = {name: label for name, label in wanted.items() if not event.data.get(name)}
        if lacking:
            yield (
                f"免予提供（{on(event)}）没有写{'、'.join(lacking.values())}",
                hints.mend(one, *((event, name) for name in lacking)),
            )
    for event in one.of("AcceptedWithGaps"):
        missing = [*_gaps(event)]
        if one.pack.gate("gap_approver") and not filled(event, "approver"):
            missing.append("批准人")
        if missing:
            yield (
                f"容缺（{on(event)}）没有写{'、'.join(missing)}",
                hints.first(one, way("gap", owe="…"), way("note")),
            )
    if "AcceptedWithGaps" not in one.kinds:
        return
    late = [gap for gap in one.deadlines if gap.name == "gap" and gap.state == "overdue"]
    for gap in late:
        yield (
            f"容缺的“{gap.order}”应在 {gap.due} 前补来，还没补",
            f"催补；补来了请记：{hints.first(one, way('gap', filled='…'), way('note'))}",
        )


def _gaps(event: Event) -> Iterator[str]:
    owed = event.data.get("owe") or ()
    if not owed:
        yield "欠哪些材料"
    if any(not day for _, day in owed):
        yield "何时补"
