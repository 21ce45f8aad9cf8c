"""Checks of time: stored due dates, overdue cases, extensions, pauses, groups whose study takes too long."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from itertools import pairwise

from bbcs.calendar.dates import day_of
from bbcs.calendar.days import DayCalendar
from bbcs.domain.case import ACTIVE, IN_HAND, Extension
from bbcs.domain.clocks import CLOCK_NAMES, Deadline
from bbcs.domain.deadline import run
from bbcs.domain.deadline_status import ends
from bbcs.domain.event import Event
from bbcs.domain.pack import RulePack
from bbcs.inspection.case_view import LATE, Dossier, Said, on

PAUSED = 20
"""Working days after which an open pause is a finding (ours, proposed): an appraisal or a supplement takes about a month."""

STUDY = 20
"""Working days that a merged group is given for its study where its cases have no limit of their own (ours, proposed)."""

PAPER_DUE = ("due", "到期日", "办理期限")
"""Columns of a foreign ledger in which a due date stood on paper."""


def stored_due(one: Dossier) -> Iterator[Said]:
    """C04: the stored due date, or the one on imported paper, is not the recomputed one."""
    if one.stored:
        now = shown(one)
        due = kept(now, one.pack)
        if due != one.stored.due:
            by = f"日历 {now.calendar.hash if now else '—'}（存时 {one.stored.calendar or '—'}）"
            edition = f"规则包 {one.pack.key} 第 {one.stored.pack_edition or one.pack.edition} 版"
            yield (
                f"存的到期日 {one.stored.due or '无'}，重算是 {due or '无'}；{by}，{edition}",
                "bbcs ledger rebuild 重算",
            )
    extra = one.events[0].data.get("extra")
    paper = next((extra[name] for name in PAPER_DUE if extra.get(name)), "") if extra else ""
    deadline = one.own("resolve", 1) if paper else None
    if deadline and deadline.due and _day(paper) not in (None, day_of(deadline.due)):
        yield (
            f"原台账的到期日 {_day(paper)}，按规则包 {one.pack.key} 是 {day_of(deadline.due)}",
            f"看是怎么算的：bbcs deadline {one.no}",
        )


def shown(one: Dossier) -> Deadline | None:
    """The deadline that is stored: the callback of a settled case, else the handling, else an order's own date."""
    settled = one.phase == "resolved"
    own = one.own("callback" if settled else "resolve", one.round)
    if own or settled or not one.case.orders:
        return own
    dated = [
        d
        for d in one.deadlines
        if d.name == "resolve" and d.round == one.round and d.order and not d.met_at
    ]
    return min(dated, key=lambda d: str(d.due), default=None)


def kept(deadline: Deadline | None, pack: RulePack) -> str | None:
    """A due date as it is stored."""
    if deadline is None or deadline.due is None:
        return None
    due = ends(deadline.due, deadline.clock, pack)
    return due.isoformat(timespec="seconds") if isinstance(due, datetime) else due.isoformat()


def _day(text: str) -> date | None:
    """A day as foreign ledgers write it; None when it is none."""
    try:
        return date.fromisoformat(text.strip().replace("/", "-")[:10])
    except ValueError:
        return None


def extensions(one: Dossier) -> Iterator[Said]:
    """C05: overdue without an extension that covers it; extensions asked or approved late, too long, too many, not told."""
    every = one.case.extensions if "ExtensionAsked" in one.kinds else ()
    for number in range(1, one.round + 1):
        deadline = one.own("resolve", number)
        asked = [ext for ext in every if ext.round == number] if every else ()
        granted = [ext for ext in asked if ext.state == "granted"] if asked else ()
        if deadline and deadline.state in LATE:
            said = "延期后仍然" if granted else ""
            yield (
                f"{said}超期（到期日 {deadline.due}）{'' if granted else '，没有延期的记录'}",
                f"bbcs deadline {one.no} 看经过；说明原因",
            )
        if granted and len(granted) > (limit := one.pack.extension.max_count):
            yield f"延期 {len(granted)} 次，规则包最多 {limit} 次", f"bbcs show {one.no} --history"
        for ext in asked:
            yield from _extension(one, ext)
    if "Corrected" in one.kinds or one.entries.kinds.count("Triaged") > 1:
        yield from _regraded(one)


def _regraded(one: Dossier) -> Iterator[Said]:
    """A grade given or corrected after the limit by the grade before had run out: that it was overdue stays so."""
    for number, events in enumerate(one.rounds, 1):
        grades = [event for event in events if event.kind == "Triaged"]
        for old, new in pairwise(grades):
            yield from _too_late(one, number, old, new.at)
    for correction in one.of("Corrected"):
        if correction.data.get("field") in ("triage.difficulty", "triage.due"):
            old = next(
                event for event in one.raw if event.version == correction.data.get("version")
            )
            settled = [
                at
                for at in (round_.resolved_at for round_ in one.case.rounds)
                if at and at < correction.at
            ]
            yield from _too_late(one, 1, old, settled[0] if settled else correction.at)


def _too_late(one: Dossier, number: int, old: Event, at: datetime) -> Iterator[Said]:
    said, rounds = old.data, one.case.rounds
    graded = {
        "difficulty": said["difficulty"],
        "cause": tuple(said.get("cause") or ()),
        "set_due": said.get("due"),
    }
    then = (*rounds[: number - 1], rounds[number - 1]._replace(**graded), *rounds[number:])
    before = one.books.own(one.case._replace(rounds=then), "resolve", number)
    if before and before.due and at.date() > day_of(before.due):
        yield (
            f"到期（{day_of(before.due)}）以后才改了定级",
            f"报表按现在的定级算；查为何到期以后才改，bbcs show {one.no} --history 看经过",
        )


def _extension(one: Dossier, ext: Extension) -> Iterator[Said]:
    earlier = [other for other in one.case.extensions if other.number < ext.number]
    before = _recounted(one, ext.round, earlier)
    if before and before.due:
        last, cutoff = day_of(before.due), one.pack.extension.cutoff
        if ext.asked_at.date() > last or (
            cutoff and ext.asked_at.date() == last and f"{ext.asked_at:%H:%M}" >= cutoff
        ):
            yield f"到期（{last}）以后才申请延期（{ext.asked_at:%Y-%m-%d}）", "按超期算；说明原因"
        elif ext.state == "granted" and ext.decided_at and ext.decided_at.date() > last:
            yield (
                f"到期（{last}）以后才批准延期（{ext.decided_at:%Y-%m-%d}）",
                "到期前申请的，报表按延期后算；查为何批得晚",
            )
        if ext.state == "granted":
            yield from _too_long(one, ext, before, _recounted(one, ext.round, [*earlier, ext]))
    told = ext.told or any(event.data.get("kind") == "extension" for event in one.of("Notified"))
    if ext.state == "granted" and not told:
        yield (
            f"延期（{ext.asked_at:%Y-%m-%d}）没有告知反映人",
            f"bbcs notify {one.no} --kind extension",
        )


def _recounted(one: Dossier, number: int, kept: list[Extension]) -> Deadline | None:
    """The handling deadline as it was with only these extensions."""
    return one.books.own(one.case._replace(extensions=tuple(kept)), "resolve", number)


def _too_long(
    one: Dossier, ext: Extension, before: Deadline, after: Deadline | None
) -> Iterator[Said]:
    rule, calendar = one.pack.extension, one.books.calendar
    if rule.mode == "none":
        yield f"规则包不许延期，却延了（{ext.asked_at:%Y-%m-%d}）", "按超期算"
    cap = _cap(one, before, calendar)
    if cap and after and after.due and day_of(after.due) > cap:
        yield f"延到 {day_of(after.due)}，超过规则包最多的 {cap}", f"bbcs deadline {one.no} 看经过"


def _cap(one: Dossier, before: Deadline, calendar: DayCalendar) -> date | None:
    """The latest day that the pack lets an extension reach."""
    rule = one.pack.extension
    if not rule.days or before.due is None:
        return None
    if rule.mode == "additional":
        return calendar.add(day_of(before.due), rule.days)
    if rule.mode == "total_cap":
        whole = before.clock._replace(unit="working_day", limit=rule.days)
        pauses = [change for change in before.course.changes if change.kind == "pause"]
        due = run(whole, before.start, one.pack, calendar, pauses).due
        return day_of(due) if due else None
    return None


def overdue(one: Dossier) -> Iterator[Said]:
    """C06: open and overdue."""
    if one.phase not in ACTIVE:
        return
    late = [
        d
        for d in one.deadlines
        if d.state == "overdue" and d.round == one.round and d.name != "gap"
    ]
    if late:
        whole = "；".join(
            f"{CLOCK_NAMES[d.name]}时限{f'（{d.order}）' if d.order else ''} {_until(d)}"
            for d in late
        )
        yield f"没了结，已超期：{whole}", _help(one, {d.name for d in late})


def _help(one: Dossier, late: Collection[str]) -> str:
    """What ends it: the unit's signature where only that is awaited, the call, else the settlement."""
    if one.phase not in IN_HAND:
        return f"bbcs callback {one.no} …"
    return (
        f"bbcs sign {one.no} …，或督办"
        if {*late} <= {"sign", "arrive"}
        else f"bbcs resolve {one.no} …，或提级、督办"
    )


def _until(deadline: Deadline) -> str:
    if isinstance(deadline.due, datetime):
        return f"{deadline.due:%Y-%m-%d %H:%M} 到期"
    left = (
        f"，超 {-deadline.left} 个工作日" if deadline.left is not None and deadline.left < 0 else ""
    )
    return f"{deadline.due} 到期{left}"


def pauses(one: Dossier) -> Iterator[Said]:
    """C21: a pause for a reason that the pack does not list; one that has been open too long."""
    if "Paused" not in one.kinds:
        return
    known = one.pack.words.get("pause", {})
    for event in one.of("Paused"):
        reason = event.data.get("reason")
        if reason not in known:
            said = f"事由“{reason}”不在规则包的清单里" if reason else "没有写事由"
            yield f"暂停（{on(event)}）{said}", f"bbcs resume {one.no}；只能按清单里的事由暂停"
    pause = one.case.pause
    if (
        pause
        and one.case.phase in IN_HAND
        and one.books.calendar.between(pause.at.date(), one.books.today) > PAUSED
    ):
        yield (
            f"自 {pause.at:%Y-%m-%d} 暂停，已过 {PAUSED} 个工作日",
            f"办妥了请 bbcs resume {one.no}",
        )


def studies(one: Dossier) -> Iterator[Said]:
    """C24: in hand in a merged group that has held no meeting since, after the limit."""
    case = one.case
    if not case.group or case.phase not in IN_HAND:
        return
    merged = one.of("Merged")[-1]
    if any(event.at >= merged.at for event in one.of("Convened")):
        return
    deadline = one.own()
    dated = deadline is not None and deadline.due is not None
    late = (
        deadline is not None and deadline.state in LATE
        if dated
        else _older(one.books.calendar, merged.at, one.books.today)
    )
    if late:
        limit = f"已过期限 {deadline.due}" if deadline and dated else f"已过 {STUDY} 个工作日"
        yield (
            f"并案组“{case.group}”（{on(merged)}）还没有会商，{limit}",
            f"bbcs convene {case.no}，或各自办结",
        )


def _older(calendar: DayCalendar, since: datetime, today: date) -> bool:
    return calendar.between(since.date(), today) > STUDY
