"""Checks of acts that steer a case, beyond their fields: clocks stopped and extended, levels,
meetings, supervision, groups.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from bbcs.calendar.dates import day_of
from bbcs.domain.case import IN_HAND, Case, Link, Resolution
from bbcs.domain.clocks import facts, running
from bbcs.domain.deadline import Deadline, DeadlineChange, asked_late, extended, extension_cap
from bbcs.domain.deadline_status import passed
from bbcs.domain.decide.request import (
    Ask,
    Drafted,
    Inputs,
    decided_by_another,
    need,
    not_complained,
    only_issuers,
    only_leader,
    without,
)
from bbcs.domain.order import UnitRef
from bbcs.domain.pack import matches
from bbcs.errors import (
    BadDate,
    BadValue,
    GateClosed,
    MissingInput,
    UnknownWord,
)

# -- pauses --------------------------------------------------------------------------------------------------------


def _pause(case: Case, ask: Ask, at: datetime) -> Drafted:
    inputs = ask.inputs
    pausable = [
        one
        for one in ask.deadlines(case, at)
        if one.round == case.round and one.clock.pausable and not one.met_at
    ]
    names = list(dict.fromkeys(one.name for one in pausable))
    if not names:
        raise GateClosed(f"{case.no} 没有可以暂停的时限（规则包没有写可停的，或都已办完）", [])
    for name in inputs.get("clock") or ():
        if name not in names:
            raise UnknownWord("--clock（可以暂停的时限）", name, names)
    wanted = [one for one in pausable if one.name in (inputs.get("clock") or names)]
    if all(
        one.due is not None and (at if isinstance(one.due, datetime) else at.date()) >= one.due
        for one in wanted
    ):
        raise GateClosed(f"{case.no} 的时限 {wanted[0].due} 到期，当天和以后不能再暂停", [])
    if inputs.get("until") and inputs["until"] <= at.date():
        raise BadDate("--until（预计恢复的日期）要晚于暂停的日子")
    return [("Paused", inputs)]


# -- extensions ----------------------------------------------------------------------------------------------------


def _extend(case: Case, ask: Ask, at: datetime) -> Drafted:
    inputs = ask.inputs
    if inputs.get("approve") and inputs.get("reject"):
        raise BadValue("--approve 和 --reject 只能写一样")
    if inputs.get("days") and inputs.get("until"):
        raise BadValue("--days 和 --until 只能写一样")
    if inputs.get("approve") or inputs.get("reject"):
        return _decide_extension(case, ask, at)
    return _ask_extension(case, ask, at)


def _ask_extension(case: Case, ask: Ask, at: datetime) -> Drafted:
    inputs, rule = without(ask.inputs, "approve", "reject", "approver"), ask.pack.extension
    deadline = _extendable(case, ask, at)
    due = deadline.due
    assert due is not None
    if case.asked:
        raise GateClosed(
            f"{case.no} 已有一个延期申请在等批准；请先 bbcs extend {case.no} --approve 或 --reject",
            ["--approve", "--reject"],
        )
    _in_time(case, ask, at, deadline)
    late = _asked_late(deadline, ask.now, ask)
    if not (inputs.get("days") or inputs.get("until")):
        raise MissingInput(
            ["--days（延多少）或 --until（延到哪天）"], asked=["until", "days"], any_of=True
        )
    need("extend", inputs, "reason")
    _within(ask, inputs, deadline, at)
    _told(case, ask, inputs, at)
    asked: Drafted = [("ExtensionAsked", inputs)]
    if rule.approver:
        return asked
    if late:
        return [*asked, ("ExtensionDecided", _approved_late(case, ask, due))]
    return [*asked, ("ExtensionDecided", {"granted": True})]


def _approved_late(case: Case, ask: Ask, due: date | datetime) -> Inputs:
    """The approval by a leader without which a request does not count that was written down too
    late.
    """
    approver = ask.inputs.get("approver")
    if "leader" not in ask.roles or not approver:
        raise GateClosed(
            f"{case.no} 的延期现在才记，{_last_moment(due, ask)} 已过，按超期算；"
            "确在期限内申请的，请领导记，并写 --approver（批准人）",
            ["--approver"],
        )
    if ask.is_actor(approver):
        raise GateClosed("批准人不能是申请人本人；请换一位 --approver", ["--approver"])
    approval = {"granted": True, "approver": approver, "reason": ask.inputs["reason"]}
    return {**approval, "same_operator": True}


def _asked_late(deadline: Deadline, moment: datetime, ask: Ask) -> bool:
    """Whether a request at this moment comes after expiry, or on the last day after the cut-off."""
    due, passes = deadline.due, deadline.passes
    return (due is not None and asked_late(due, moment, ask.pack.extension.cutoff)) or (
        passes is not None and passed(passes, moment)
    )


def _last_moment(due: date | datetime, ask: Ask) -> str:
    """Until when an extension may be asked for, as people read it."""
    return f"{day_of(due)} {ask.pack.extension.cutoff}".strip()


def _extendable(case: Case, ask: Ask, at: datetime) -> Deadline:
    """The handling deadline of this round, when the pack allows to extend it once more."""
    pack, rule = ask.pack, ask.pack.extension
    if rule.mode == "none":
        raise GateClosed(
            "规则包不允许延期；可以提级 escalate 或会商 convene", ["escalate", "convene"]
        )
    if not matches(rule.for_, facts(case, case.current, pack)):
        only = "、".join(pack.label(axis, key) for axis, key in rule.for_.items())
        raise GateClosed(
            f"规则包只许“{only}”的件延期；可先 bbcs triage {case.no} 重新定级", ["triage"]
        )
    granted = [one for one in case.extensions if one.round == case.round and one.state == "granted"]
    if len(granted) >= rule.max_count:
        raise GateClosed(f"{case.no} 已延期 {len(granted)} 次，规则包最多 {rule.max_count} 次", [])
    deadline = running(ask.deadlines(case, at), "resolve", case.round)
    if deadline is None or deadline.due is None:
        raise GateClosed(f"{case.no} 没有带到期日的办理时限，不必延期", [])
    if deadline.state == "paused":
        raise GateClosed(f"{case.no} 正在暂停计时，不必延期；恢复（resume）以后再延", ["resume"])
    return deadline


def _in_time(case: Case, ask: Ask, at: datetime, deadline: Deadline) -> None:
    """Before expiry, on the last day before the cut-off of requests; asked late it leaves the
    case overdue."""
    assert deadline.due is not None
    if _asked_late(deadline, at, ask):
        raise GateClosed(
            f"{case.no} 的延期要在 {_last_moment(deadline.due, ask)} 以前申请，现在已晚，按超期算；"
            "请抓紧办结或提级",
            ["resolve", "escalate"],
        )


def _within(ask: Ask, inputs: Inputs, deadline: Deadline, at: datetime) -> None:
    """The new date: a working day, later than the old one, not beyond what the pack allows."""
    calendar, rule = ask.calendar, ask.pack.extension
    assert deadline.due is not None
    old, until = day_of(deadline.due), inputs.get("until")
    if until and until <= old:
        raise BadDate(f"--until 不晚于现在的到期日 {old}")
    if until and not calendar.is_working(until):
        raise BadDate(
            f"--until {until} 是休息日；请写 {calendar.previous(until)} 或 {calendar.next(until)}"
        )
    cap = extension_cap(deadline.clock, deadline.start, deadline.counted, ask.pack, calendar)
    if cap is None:
        return
    new = until or _moved(deadline, ask, DeadlineChange("extension", at, None, inputs["days"]))
    if new > cap:
        limit = (
            f"总共 {rule.days} 个工作日"
            if rule.mode == "total_cap"
            else f"再加 {rule.days} 个工作日"
        )
        raise GateClosed(f"规则包最多延到 {cap}（{limit}），{new} 超出", [cap.isoformat()])


def _moved(deadline: Deadline, ask: Ask, more: DeadlineChange) -> date:
    """The day the deadline would fall on with one more change, in the limit's own unit."""
    assert deadline.due is not None
    return day_of(extended(deadline.counted.rule, deadline.due, more, ask.pack, ask.calendar))


def _told(case: Case, ask: Ask, inputs: Inputs, at: datetime) -> None:
    """Checks that the person was told before, where the pack wants it: when and how, and not in the
    future.
    """
    if ask.pack.gate("tell_before_extend"):
        need("extend", inputs, "told", "told_how", why="延期前须先告知反映人")
    if inputs.get("told") and inputs["told"] > at.date():
        raise BadDate("--told（告知的日子）晚于这一步；要先告知再延期")
    if inputs.get("told") and inputs["told"] < case.current.started_at.date():
        raise BadDate(f"--told（告知的日子）早于这一轮开始的 {case.current.started_at:%Y-%m-%d}")


def _decide_extension(case: Case, ask: Ask, at: datetime) -> Drafted:
    inputs = without(ask.inputs, "approve", "reject")
    asked = case.asked
    if asked is None:
        raise GateClosed(
            f"{case.no} 没有等批准的延期申请；申请用 bbcs extend {case.no} --until 日期 --reason 理由",
            [],
        )
    only_leader(ask, "批准延期")
    need("extend", inputs, "approver")
    inputs |= decided_by_another(ask, asked.asker, "批准")
    if ask.inputs.get("reject"):
        need("extend", inputs, "reason")
        return [("ExtensionDecided", {**without(inputs, "days", "until"), "granted": False})]
    deadline = _extendable(case, ask, at)
    written = next((mark.recorded_at for mark in case.marks if mark.seq == asked.asked_seq), None)
    if written and _asked_late(deadline, written, ask):
        need("extend", inputs, "reason", why="这个申请是过了申请期限才记的")
    _shorter(inputs, asked.days, asked.until, deadline, ask)
    own = inputs.get("days") or inputs.get("until")
    _within(ask, inputs if own else {"days": asked.days, "until": asked.until}, deadline, at)
    if not asked.told:
        _told(case, ask, inputs, at)
    return [("ExtensionDecided", {**inputs, "granted": True})]


def _shorter(inputs: Inputs, days: int, until: date | None, deadline: Deadline, ask: Ask) -> None:
    """Approved for less, never for more than was asked."""
    new = inputs.get("until") or (
        _moved(deadline, ask, DeadlineChange("extension", ask.now, None, inputs["days"]))
        if inputs.get("days")
        else None
    )
    old = until or _moved(deadline, ask, DeadlineChange("extension", ask.now, None, days))
    if new and new > old:
        raise BadValue(f"批准的 {new} 超过申请的 {old}；只能批得一样或更短")


# -- levels, meetings, supervision ---------------------------------------------------------------------------------


def _escalate(case: Case, ask: Ask, at: datetime) -> Drafted:
    inputs, levels = dict(ask.inputs), list(ask.pack.words.get("level", {}))
    now = levels.index(case.level) if case.level in levels else 0
    if levels.index(inputs["level"]) <= now:
        label = ask.pack.label("level", levels[now])
        higher = [ask.pack.label("level", key) for key in levels[now + 1 :]]
        raise GateClosed(
            f"{case.no} 已在“{label}”这一级；可提到：{'、'.join(higher) or '（已是最高）'}",
            levels[now + 1 :],
        )
    inputs["to"] = inputs.get("to") or ask.pack.word("level", inputs["level"]).who
    return [("Escalated", {key: value for key, value in inputs.items() if value})]


def _convene(case: Case, ask: Ask, at: datetime) -> Drafted:
    inputs = ask.inputs
    if inputs.get("done"):
        return _carried_out(case, ask, at)
    if case.phase not in IN_HAND:
        raise GateClosed(f"{case.no} 已办结，不再会商；办妥了的议定事项用 --done 记", ["--done"])
    need("convene", inputs, "host", "unit")
    if inputs.get("text"):
        raise BadValue("--text（办妥的情况）要和 --done 一起写")
    for _, _, day in inputs.get("resolution") or ():
        if day and day < at.date().isoformat():
            raise BadDate(f"议定事项的完成日期 {day} 早于会议")
    present = [UnitRef.of(pair) for pair in inputs.get("unit") or ()]
    not_complained(case, ask, present, "会商")
    absent = [UnitRef.of(pair) for pair in inputs.get("absent") or ()]
    both = [unit.name for unit in absent if unit.among(present)]
    if both:
        raise BadValue(f"{both[0]}既写在参加单位里，又写在缺席单位里")
    return [
        (
            "Convened",
            {**inputs, "meeting": inputs.get("meeting") or case.number("会", len(case.meetings))},
        )
    ]


_OF_MEETING = ("host", "unit", "resolution", "about", "place", "absent", "minutes_sha256")
"""Fields of a meeting; none of them goes with the word that a resolution was carried out."""


def _carried_out(case: Case, ask: Ask, at: datetime) -> Drafted:
    """That a resolution of an earlier meeting was done."""
    inputs = ask.inputs
    need("convene", inputs, "text", why="议定事项办妥要写情况")
    if any(inputs.get(name) for name in _OF_MEETING):
        raise BadValue("--done 记议定事项办妥，只和 --text 一起写；新的会商请另记")
    waiting = [one for one in case.resolutions if not one.done_at]
    known = [one.no.removeprefix(f"{case.no}-") for one in waiting]
    carried_out = meant(inputs["done"], waiting)
    if len(carried_out) != 1:
        what = "有几个都合" if carried_out else "没有等办的"
        raise GateClosed(
            f"{case.no} {what}议定事项“{inputs['done']}”；有：{'、'.join(known) or '（无）'}", known
        )
    return [("ResolutionCarriedOut", {**without(inputs, "done"), "carried": carried_out[0].no})]


def meant(text: str, resolutions: Sequence[Resolution]) -> list[Resolution]:
    """The resolutions that a number (whole, `会1-1`, or `1` where there is one list) or a text may
    mean.
    """
    by_number = [one for one in resolutions if f"-{one.no}".endswith(f"-{text}")]
    exact = by_number or [one for one in resolutions if one.text == text]
    return exact or [one for one in resolutions if text in one.text]


def _supervise(case: Case, ask: Ask, at: datetime) -> Drafted:
    inputs = ask.inputs
    if inputs.get("answer"):
        return _answer(case, inputs)
    only_issuers(ask)
    need("supervise", inputs, "kind", "unit", "reason")
    if inputs["kind"] == "card":
        need("supervise", inputs, "colour", why="亮牌要写明颜色")
    elif inputs.get("colour"):
        label = ask.pack.label("supervision", inputs["kind"])
        raise BadValue(f"--colour 是亮牌的颜色，{label}不写颜色；要亮牌请写 --kind card")
    if inputs.get("due") and inputs["due"] < at.date():
        raise BadDate("--due（要求完成的日期）早于督办的日子")
    return [("Supervised", {**inputs, "slip": case.number("督", len(case.slips))})]


def _answer(case: Case, inputs: Inputs) -> Drafted:
    need("supervise", inputs, "text", why="答复要写内容")
    waiting, text = [slip.no for slip in case.slips if not slip.answered_at], inputs["answer"]
    exact = [no for no in waiting if f"-{no}".endswith(f"-{text}")]
    matching = exact or [no for no in waiting if text in no]
    if len(matching) != 1:
        what = "有几张都合" if matching else "没有等答复的"
        known = "、".join(waiting) or "（无）"
        raise GateClosed(f"{case.no} {what}督办单“{text}”；有：{known}", waiting)
    return [("Supervised", {**inputs, "answer": matching[0]})]


# -- groups --------------------------------------------------------------------------------------------------------


def _merge(case: Case, ask: Ask, at: datetime) -> Drafted:
    inputs = without(ask.inputs, "undo")
    if ask.inputs.get("undo"):
        if not case.group or inputs.get("group") not in (None, case.group):
            named = f"“{inputs['group']}”" if inputs.get("group") else ""
            raise GateClosed(f"{case.no} 不在并案组{named}里", [])
        return [("Unmerged", {**without(inputs, "sort"), "group": case.group})]
    if not (inputs.get("group") or case.group or inputs.get("others")):
        raise MissingInput(
            ["--group（组名）或 --with（并进来的其他件）"],
            "一件自己成不了组",
            ["group", "with"],
            any_of=True,
        )
    inputs["group"] = inputs.get("group") or case.group or f"{case.no}并案"
    if case.group and case.group != inputs["group"]:
        raise GateClosed(
            f"{case.no} 已在并案组“{case.group}”；请先 bbcs merge {case.no} --undo", ["--undo"]
        )
    if case.group and not inputs.get("sort"):
        return []  # a member already: nothing to write for it
    return [("Merged", inputs)]


def _link(case: Case, ask: Ask, at: datetime) -> Drafted:
    inputs = ask.inputs
    wanted = {"common": ("theme",), "prerequisite": ("item", "needs", "first"), "repeat": ("to",)}[
        inputs["kind"]
    ]
    need("link", inputs, *wanted)
    if inputs.get("to") == case.no:
        raise BadValue("--to 是这一件自己；请写另一件的编号")
    if inputs["kind"] == "prerequisite" and inputs["item"] == inputs["needs"]:
        raise BadValue("--item 和 --needs 是同一个事项；互为前置要写两个事项")
    names = ("to", "theme", "item", "needs", "first")
    if Link(inputs["kind"], *(inputs.get(name) or "" for name in names)) in case.links:
        raise GateClosed(f"{case.no} 早已这样关联，没有新增", [])
    return [("Linked", inputs)]


ARMS: Mapping[str, Callable[[Case, Ask, datetime], Drafted]] = {
    "pause": _pause,
    "extend": _extend,
    "escalate": _escalate,
    "convene": _convene,
    "supervise": _supervise,
    "merge": _merge,
    "link": _link,
}
