"""Checks of time: due dates, overdue cases, extensions, pauses, studies of merged groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise

from bbcs.calendar.dates import day_of
from bbcs.domain.acts.table import BY_VERB
from bbcs.domain.case import ACTIVE, IN_HAND, LIFE, Extension
from bbcs.domain.clocks import RESOLUTION_DATE, SLIP_DATE, limit_of
from bbcs.domain.deadline import Deadline, asked_late, extension_cap
from bbcs.domain.deadline_status import CLOCK_NAMES, own_clock
from bbcs.domain.event import Event
from bbcs.domain.reminders import REMINDER, late_units, to_remind
from bbcs.inspection import hints
from bbcs.inspection.case_view import CaseView, Problem, on
from bbcs.inspection.hints import Way, way

PAUSED = 20
"""Working days after which an open pause is a finding (ours, proposed): an appraisal or a
supplement takes about a month.
"""

STUDY = 20
"""Working days that a merged group is given for its study where its cases have no limit of their
own (ours, proposed).
"""

SETTLED = LIFE.keys() - ACTIVE - {"called_back"}
"""Phases in which nothing is waited for."""

PAPER_DUE = ("due", "到期日", "办理期限")
"""Columns of a foreign ledger in which a due date stood on paper."""


def stored_due(one: CaseView) -> Iterator[Problem]:
    """C04: the stored due date, or the one on imported paper, is not the recomputed one."""
    if one.stored:
        now = limit(one)
        due = now.stored_due if now else None
        if due != one.stored.due:
            by = f"日历 {_calendar_hash(now)}（存时 {one.stored.calendar or '—'}）"
            edition = f"规则包 {one.pack.key} 第 {one.stored.pack_edition or one.pack.edition} 版"
            yield (
                f"存的到期日 {one.stored.due or '无'}，重算是 {due or '无'}；{by}，{edition}",
                "重算：bbcs ledger rebuild",
            )
    paper = _paper_due(one.registered.get("extra") or {})
    if paper is None:
        return
    deadline = one.own("resolve", 1)
    if deadline and deadline.due and paper != day_of(deadline.due):
        yield (
            f"原台账的到期日 {paper}，按规则包 {one.pack.key} 是 {day_of(deadline.due)}",
            f"看是怎么算的：bbcs deadline {one.no}",
        )


def _calendar_hash(deadline: Deadline | None) -> str:
    if deadline is None:
        return "—"
    return deadline.calendar.hash


def _paper_due(extra: Mapping[str, str]) -> date | None:
    """The due date that stood on paper; None where there is none or none that reads."""
    text = next((extra[name] for name in PAPER_DUE if extra.get(name)), "")
    try:
        return date.fromisoformat(text.strip().replace("/", "-")[:10])
    except ValueError:
        return None


def limit(one: CaseView) -> Deadline | None:
    """The case's own limit, as it is stored."""
    own = one.own(own_clock(one.phase))
    return own if own and own.due else limit_of(one.case, one.deadlines)


def extensions(one: CaseView) -> Iterator[Problem]:
    """C05: overdue without an extension that covers it; extensions asked or approved late, too
    long, too many, not told.
    """
    for number in range(1, one.round + 1):
        deadline = one.own("resolve", number)
        asked = [ext for ext in one.case.extensions if ext.round == number]
        granted = [ext for ext in asked if ext.state == "granted"]
        if deadline and deadline.late:
            what = f"超期（到期日 {deadline.due}），没有延期的记录"
            if granted:
                what = f"延期后仍然超期（到期日 {deadline.due}）"
            yield what, f"看经过：bbcs deadline {one.no}；{hints.explain(one)}"
        limit = one.pack.extension.max_count
        if len(granted) > limit:
            yield f"延期 {len(granted)} 次，规则包最多 {limit} 次", f"bbcs show {one.no} --history"
        for ext in asked:
            yield from _extension(one, ext)
    yield from _regraded(one)


def _regraded(one: CaseView) -> Iterator[Problem]:
    """A grade given or corrected after the limit by the grade before had run out: that it was
    overdue stays so.
    """
    for number, events in enumerate(one.rounds, 1):
        grades = [event for event in events if event.kind == "Triaged"]
        for old, new in pairwise(grades):
            yield from _too_late(one, number, old, new.at)
    for correction in one.of("Corrected"):
        if correction.data.get("field") in ("triage.difficulty", "triage.cause", "triage.due"):
            version = correction.data.get("version")
            old = next(event for event in one.entries if event.version == version)
            number = next(
                number
                for number, events in enumerate(one.rounds, 1)
                if any(event.version == version for event in events)
            )
            settled = one.case.rounds[number - 1].resolved_at
            at = min(settled, correction.at) if settled else correction.at
            yield from _too_late(one, number, old, at)


def _too_late(one: CaseView, number: int, old: Event, at: datetime) -> Iterator[Problem]:
    """Whether the limit by the old triage had run out at `at`; number: of the round."""
    fields, rounds = old.data, one.case.rounds
    graded = {
        "difficulty": fields["difficulty"],
        "cause": tuple(fields.get("cause") or ()),
        "set_due": fields.get("due"),
    }
    then = (*rounds[: number - 1], rounds[number - 1]._replace(**graded), *rounds[number:])
    before = one.context.own(one.case._replace(rounds=then), "resolve", number)
    if before and before.due and at.date() > day_of(before.due):
        yield (
            f"到期（{day_of(before.due)}）以后才改了定级",
            f"报表按现在的定级算；查为何到期以后才改，看经过：bbcs show {one.no} --history",
        )


def _extension(one: CaseView, ext: Extension) -> Iterator[Problem]:
    earlier = [other for other in one.case.extensions if other.number < ext.number]
    before = _recounted(one, ext.round, earlier)
    if before and before.due:
        last, cutoff = day_of(before.due), one.pack.extension.cutoff
        if asked_late(before.due, ext.asked_at, cutoff):
            yield (
                f"到期（{last}）以后才申请延期（{ext.asked_at:%Y-%m-%d}）",
                f"按超期算；{hints.explain(one)}",
            )
        elif ext.state == "granted" and ext.decided_at and ext.decided_at.date() > last:
            yield (
                f"到期（{last}）以后才批准延期（{ext.decided_at:%Y-%m-%d}）",
                "到期前申请的，报表按延期后算；查为何批得晚",
            )
        if ext.state == "granted":
            yield from _too_long(one, ext, before, _recounted(one, ext.round, [*earlier, ext]))
    notified = any(event.data.get("kind") == "extension" for event in one.of("Notified"))
    if ext.state == "granted" and not (ext.told or notified):
        yield (
            f"延期（{ext.asked_at:%Y-%m-%d}）没有告知反映人",
            hints.first(one, way("notify", kind="extension"), way("note")),
        )


def _recounted(one: CaseView, number: int, only: list[Extension]) -> Deadline | None:
    """The handling deadline of a round as it was with only these extensions."""
    return one.context.own(one.case._replace(extensions=tuple(only)), "resolve", number)


def _too_long(
    one: CaseView, ext: Extension, before: Deadline, after: Deadline | None
) -> Iterator[Problem]:
    if one.pack.extension.mode == "none":
        yield f"规则包不许延期，却延了（{ext.asked_at:%Y-%m-%d}）", "按超期算"
    calendar = one.context.calendar
    cap = extension_cap(before.clock, before.start, before.counted, one.pack, calendar)
    if cap and after and after.due and day_of(after.due) > cap:
        yield f"延到 {day_of(after.due)}，超过规则包最多的 {cap}", f"看经过：bbcs deadline {one.no}"


def overdue(one: CaseView) -> Iterator[Problem]:
    """C06: a deadline is overdue and still waited for (papers that are owed: C23); an order that
    was never signed for, and whose limit had passed before it ended.
    """
    if "Assigned" in one.kinds:
        unsigned = [d for d in one.deadlines if d.name == "sign" and d.ended_at and d.late]
        for deadline in unsigned:
            what = f"交办单（{deadline.order}）始终没签收，签收时限 {_until(deadline)}"
            yield what, f"查单位为何不签：bbcs show {one.no}"
    late = [d for d in one.deadlines if d.state == "overdue" and d.name != "gap"]
    if late:  # of a settled case what a slip or a meeting asked of a unit after that
        stands = "已了结，还在等，" if one.phase in SETTLED else "没了结，"
        whole = "；".join(f"{_clock_name(d)} {_until(d)}" for d in late)
        yield f"{stands}已超期：{whole}", _help(one, late)


def _clock_name(deadline: Deadline) -> str:
    name = f"{CLOCK_NAMES[deadline.name]}时限"
    if deadline.order:
        name += f"（{deadline.order}）"
    return name


def _help(one: CaseView, late: Sequence[Deadline]) -> str:
    """The command that helps: what stops the clocks that ran out, the settlement where one of them
    is the handling.
    """
    handling = any(deadline.name == "resolve" for deadline in late)
    stopping = [] if handling else [_stopping(deadline, one) for deadline in late]
    onward = [way(verb) for verb in ("resolve", "assign", "triage", "accept", "callback")]
    hint = hints.first(one, *filter(None, stopping), *onward)
    if one.phase not in IN_HAND:
        return hint
    if reminders := _reminders(one, late):
        return f"催办：{'，或 '.join(reminders)}；{hint}，或提级"
    return f"{hint}，或督办" if stopping else f"{hint}，或提级、督办"


def _reminders(one: CaseView, late: Sequence[Deadline]) -> list[str]:
    """The commands that remind the units that are late and were not reminded since."""
    running = [kept for deadline in late if (kept := deadline.running)]
    units = late_units(running, one.case.lead_unit, one.context.today)
    ways = [
        way("supervise", kind=REMINDER, unit=unit)
        for unit in to_remind(units, one.case.slips, one.context.station.ref)
    ]
    return [hints.written(one.no, *each) for each in ways if hints.taken(one, *each)]


def _stopping(deadline: Deadline, one: CaseView) -> Way | None:
    """The act that stops a clock, with the stage or kind that it waits for."""
    if deadline.name in ("sign", "arrive"):
        return way("sign", unit=deadline.order) if deadline.order else way("sign")
    if deadline.name == SLIP_DATE.name:
        return way("supervise", answer=deadline.no, text="…")
    if deadline.name == RESOLUTION_DATE.name:
        return way("convene", done=deadline.no, text="…")
    for stop in deadline.clock.stop:
        kind, _, detail = stop.partition(".")
        act = next((act for act in BY_VERB.values() if kind in act.kinds), None)
        name = {"FedBack": "stage", "Notified": "kind", "Stepped": "kind"}.get(kind)
        if act and detail and name:
            return act.verb, {name: detail}
        if act:
            return way(act.verb)
    return None


def _until(deadline: Deadline) -> str:
    if isinstance(deadline.due, datetime):
        return f"{deadline.due:%Y-%m-%d %H:%M} 到期"
    if deadline.left is not None and deadline.left < 0:
        return f"{deadline.due} 到期，超 {-deadline.left} 个工作日"
    return f"{deadline.due} 到期"


def pauses(one: CaseView) -> Iterator[Problem]:
    """C21: a pause for a reason that the pack does not list; one that has been open too long."""
    known = one.pack.words.get("pause", {})
    for event in one.of("Paused"):
        reason = event.data.get("reason")
        if reason not in known:
            what = "没有写事由"
            if reason:
                what = f"事由“{reason}”不在规则包的清单里"
            yield (
                f"暂停（{on(event)}）{what}",
                (f"{hints.first(one, way('resume'))}；只能按清单里的事由暂停"),
            )
    pause = one.case.pause
    if (
        pause
        and one.case.phase in IN_HAND
        and one.context.calendar.between(pause.at.date(), one.context.today) > PAUSED
    ):
        yield (
            f"自 {pause.at:%Y-%m-%d} 暂停，已过 {PAUSED} 个工作日",
            f"办妥了请恢复：{hints.first(one, way('resume'))}",
        )


def studies(one: CaseView) -> Iterator[Problem]:
    """C24: in hand in a merged group that has held no meeting since, after the limit."""
    case = one.case
    if not case.group or case.phase not in IN_HAND:
        return
    merged = one.of("Merged")[-1]
    if any(event.at >= merged.at for event in one.of("Convened")):
        return
    limit = _study_limit(one, merged)
    if limit:
        yield (
            f"并案组“{case.group}”（{on(merged)}）还没有会商，{limit}",
            f"{hints.first(one, way('convene'))}，或各自办结",
        )


def _study_limit(one: CaseView, merged: Event) -> str:
    """The limit that the study has passed, "" while there is time: the handling deadline, else
    STUDY working days.
    """
    deadline = one.own()
    if deadline and deadline.due:
        if deadline.late:
            return f"已过期限 {deadline.due}"
    elif one.context.calendar.between(merged.at.date(), one.context.today) > STUDY:
        return f"已过 {STUDY} 个工作日"
    return ""
