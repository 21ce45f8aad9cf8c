"""Checks of a correction: it may write nothing that the corrected act itself would be refused for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from bbcs.domain.acts import Field
from bbcs.domain.acts.table import ACT_OF
from bbcs.domain.case import CALLS, LIFE, Case, Mark, Round, Slip
from bbcs.domain.clocks import set_by_order
from bbcs.domain.corrections import TIMES, moves_with
from bbcs.domain.decide.correctable import can_be_emptied, target
from bbcs.domain.decide.ending import nothing_owed
from bbcs.domain.decide.handling import needs_date
from bbcs.domain.decide.request import (
    Ask,
    Drafted,
    filled,
    keep_out_named,
    not_past,
    only_issuers,
    only_leader,
    permit,
    without,
)
from bbcs.domain.inputs import short_help
from bbcs.domain.pack import RulePack
from bbcs.errors import BadDate, GateClosed, ReasonMissing

_OF_THE_OFFICE = ("stamped",)
"""Inputs that the use case adds: what the catalogue says of corrected items."""


def correct(case: Case, ask: Ask, at: datetime) -> Drafted:
    """`value`, as read by the type of the corrected field, comes with the request
    (`usecases.act_inputs`)."""
    inputs = ask.inputs
    mark, field, _ = target(case, inputs["field"], ask.pack)
    value = inputs["value"]
    _permit(case, ask, mark, field, value)
    if field.name in TIMES:
        _fitting(case, mark, value, ask.now)
    if inputs.get("clear") and not can_be_emptied(field):
        raise GateClosed(f"{short_help(field)}不能清空；能清空的是可以不填的个人信息", [])
    keep_out_named(case, ACT_OF[mark.kind], {field.name: value}, ask)
    check = _CHECKS.get((mark.kind, field.name))
    if check:
        check(case, ask, mark, value)
    along = [*_along(case, mark, field.name, value, ask.pack), *(inputs.get("stamped") or ())]
    kept = {"text" if field.personal else "value": value, **filled(along=along)}
    said = without(inputs, "new", "value", "clear", *_OF_THE_OFFICE)
    return [("Corrected", {**said, **kept, "version": mark.version})]


def _permit(case: Case, ask: Ask, mark: Mark, field: Field, value: Any) -> None:
    """Who may not do it may not rewrite it. Raises NotPermitted."""
    permit(ask, ACT_OF[mark.kind])
    if mark.kind == "Supervised" and mark.detail:  # a slip, not the answer to one
        only_issuers(ask)
    if mark.kind in CALLS and mark.actor != ask.actor:
        only_leader(ask, "更正别人记的回访")
    if (mark.kind, field.name) == ("Triaged", "level"):
        levels = list(ask.pack.words.get("level", {}))
        if case.level in levels and value in levels[: levels.index(case.level)]:
            only_leader(ask, "降低响应级别")


# -- what else changes -----------------------------------------------------------------------------


def _along(case: Case, mark: Mark, name: str, value: Any, pack: RulePack) -> Iterator[list[Any]]:
    """What the rule pack fills in beside a word, and so changes with it."""
    if (mark.kind, name) == ("Resolved", "outcome"):
        outcome = pack.word("outcome", value)
        if outcome.needs_basis or outcome.counts_as in ("explained", "terminated"):
            raise GateClosed(
                f"改成“{outcome.label}”要写依据等；请 undo 或 reopen 后重新办结",
                ["undo", "reopen"],
            )
        nothing_owed(case, outcome.key)
        yield ["counts_as", outcome.counts_as]
    elif (mark.kind, name) == ("CalledBack", "grade"):
        grade = pack.word("grade", value)
        yield ["satisfaction", grade.value]
        yield ["satisfied", grade.satisfied]
    elif (
        (mark.kind, name) == ("Supervised", "kind") and value != "card" and _slip(case, mark).colour
    ):
        yield ["colour", ""]


# -- dates -----------------------------------------------------------------------------------------


def _fitting(case: Case, mark: Mark, value: Any, now: datetime) -> None:
    """A corrected moment keeps the order of entries: what came before it still does, and what came
    after it."""
    new = datetime.fromisoformat(value)
    if new > now:
        raise BadDate("更正后的时间晚于现在")
    failed = case.registered.get("failed_on")
    if mark.kind == "Registered" and failed and new.date() < failed:
        raise BadDate(f"更正后的受理日早于之前没办成的日期 {failed}；请先更正那个日期")
    others = [
        one
        for one in case.marks
        if not moves_with(mark.version, mark.at, one.kind, one.version, one.at)
    ]
    later = min(
        (one.at for one in others if one.version > mark.version and one.at >= mark.at), default=new
    )
    earlier = max(
        (one.at for one in others if one.version < mark.version and one.at <= mark.at), default=new
    )
    if later < new:
        raise BadDate(f"更正后的时间晚于下一步（{later:%Y-%m-%d %H:%M}）")
    if earlier > new:
        raise BadDate(f"更正后的时间早于上一步（{earlier:%Y-%m-%d %H:%M}）")


def _due(case: Case, ask: Ask, mark: Mark, value: Any) -> None:
    day = date.fromisoformat(value)
    if day < case.received_at.date():
        raise BadDate(f"更正后的日期早于受理日 {case.received_at:%Y-%m-%d}")
    not_past(day, case, "更正后的日期")


def _due_of_slip(case: Case, ask: Ask, mark: Mark, value: Any) -> None:
    _due(case, ask, mark, value)
    if value < f"{mark.at:%Y-%m-%d}":
        raise BadDate(f"要求完成的日期早于督办的日子 {mark.at:%Y-%m-%d}")


def _failed_on(case: Case, ask: Ask, mark: Mark, value: Any) -> None:
    if value > f"{case.received_at:%Y-%m-%d}":
        raise BadDate(f"之前没办成的日期晚于受理日 {case.received_at:%Y-%m-%d}")


def _until(case: Case, ask: Ask, mark: Mark, value: Any) -> None:
    if value <= f"{mark.at:%Y-%m-%d}":
        raise BadDate(f"预计恢复的日期要晚于暂停的日子 {mark.at:%Y-%m-%d}")


def _resolution(case: Case, ask: Ask, mark: Mark, value: Any) -> None:
    """Resolutions stay as many as they were: their numbers are what is carried out later."""
    own = [one for one in case.resolutions if one.resolved_seq == mark.seq]
    if len(value) != len(own):
        raise GateClosed(
            f"这次会商有 {len(own)} 条议定事项，更正要写全 {len(own)} 条；增减的请另记一次会商",
            ["convene"],
        )
    early = [day for _, _, day in value if day and day < f"{mark.at:%Y-%m-%d}"]
    if early:
        raise BadDate(f"议定事项的完成日期 {early[0]} 早于会议")


# -- words -----------------------------------------------------------------------------------------


def _grading(name: str) -> Callable[[Case, Ask, Mark, Any], None]:
    """A grade whose limit is set case by case needs the date that only a grading takes."""

    def check(case: Case, ask: Ask, mark: Mark, value: Any) -> None:
        """GateClosed where nothing says when the limit ends."""
        round_: Round = case.rounds[mark.round - 1]
        value = tuple(value) if isinstance(value, list) else value
        due = round_.set_due or set_by_order(case, round_)
        try:
            needs_date(case, round_._replace(**{name: value}), ask, due)
        except ReasonMissing as lacking:
            again = f"bbcs triage {case.no} 重新定级并写 --due"
            open_yet = "triage" in LIFE[case.phase] and mark.round == case.round
            before = "" if open_yet else " undo 撤销办结或 reopen 重办后"
            raise GateClosed(
                f"改成这一类，时限要另定，更正写不了到期日；请{before} {again}",
                ["triage"] if open_yet else ["undo", "reopen"],
            ) from lacking

    return check


def _kind_of_slip(case: Case, ask: Ask, mark: Mark, value: Any) -> None:
    if value == "card" and not _slip(case, mark).colour:
        raise GateClosed(
            f"亮牌要写明颜色，不能这样更正；请 bbcs supervise {case.no} --kind card 另开",
            ["supervise"],
        )


def _colour(case: Case, ask: Ask, mark: Mark, value: Any) -> None:
    if _slip(case, mark).kind != "card":
        raise GateClosed("颜色是亮牌的；这一张不是亮牌，不写颜色", [])


def _slip(case: Case, mark: Mark) -> Slip:
    return next(one for one in case.slips if one.sent_seq == mark.seq)


_CHECKS: Mapping[tuple[str, str], Callable[[Case, Ask, Mark, Any], None]] = {
    ("Registered", "failed_on"): _failed_on,
    ("Triaged", "difficulty"): _grading("difficulty"),
    ("Triaged", "cause"): _grading("cause"),
    ("Triaged", "due"): _due,
    ("Assigned", "due"): _due,
    ("Paused", "until"): _until,
    ("Convened", "resolution"): _resolution,
    ("Supervised", "kind"): _kind_of_slip,
    ("Supervised", "colour"): _colour,
    ("Supervised", "due"): _due_of_slip,
}
"""Kind of entry and field -> what the act itself asks of the value."""
