"""Checks of dates: their order, and days off on which something was done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from bbcs.domain.event import Event
from bbcs.domain.pack import RulePack
from bbcs.inspection import hints
from bbcs.inspection.case_view import CaseView, Problem, on

NOT_BEFORE: Mapping[str, tuple[str, ...]] = {
    "Accepted": ("Registered",),
    "Refused": ("Registered",),
    "Triaged": ("Registered",),
    "Assigned": ("Registered",),
    "Resolved": ("Registered", "Accepted", "Reopened"),
    "Withdrawn": ("Registered",),
    "TransferredOut": ("Registered",),
    "Voided": ("Registered",),
    "CallbackTried": ("Resolved",),
    "CalledBack": ("Resolved",),
    "Closed": ("Resolved",),
    "Archived": ("Closed",),
    "Reopened": ("Registered",),
}
"""Kind -> the kinds of its round that it cannot precede."""

WORDS: Mapping[str, str] = {
    "Registered": "登记",
    "Accepted": "受理",
    "Refused": "不予受理",
    "Triaged": "研判",
    "Assigned": "交办",
    "Resolved": "办结",
    "Withdrawn": "撤回",
    "TransferredOut": "转出",
    "Voided": "作废",
    "CallbackTried": "回访",
    "CalledBack": "回访",
    "Closed": "结案",
    "Archived": "归档",
    "Reopened": "重办",
    "FedBack": "反馈",
}

REST_DAY_SERVICES = frozenset({"home_visit", "after_hours"})
"""Steps of packs whose office serves on days off; their rest-day entries are no finding."""

REMOTE = ("Registered", "Accepted", "Refused", "CallbackTried", "CalledBack")
"""Kinds of entries that may be made on a day off when the case came by phone, letter or net."""


def order(one: CaseView) -> Iterator[Problem]:
    """C03: an act dated before the one it follows.

    A step before its cause, a callback before the settlement, feedback after the archive.
    """
    for events in one.rounds:
        first = {event.kind: event for event in reversed(events)}
        first.setdefault("Registered", one.events[0])
        yield from _too_early(one, first)
        if "Resolved" not in first and (called := first.get("CalledBack")):
            yield (
                f"没有办结就记了回访（{on(called)}）",
                f"查明后补：{hints.first(one, hints.way('resolve'))}",
            )
        if archived := first.get("Archived"):
            yield from _after_archive(events, archived)


def _too_early(one: CaseView, first: Mapping[str, Event]) -> Iterator[Problem]:
    """first: kind -> the first entry of that kind in a round."""
    for kind, earlier in NOT_BEFORE.items():
        event = first.get(kind)
        for before in (first[name] for name in earlier if name in first and name != kind):
            if event and _precedes(event, before):
                yield (
                    f"{WORDS[kind]}（{on(event)}）早于{WORDS[before.kind]}（{on(before)}）",
                    _put_right(one, event, before),
                )


def _put_right(one: CaseView, *events: Event) -> str:
    """How a wrong date of one of these entries is corrected."""
    times = [
        (one, event, "received_at" if event.kind == "Registered" else "at") for event in events
    ]
    lines = list(filter(None, (hints.correction(*each) for each in times)))
    if not lines:
        return f"查原件，{hints.first(one)}"
    return f"查原件，更正记错的时间：{'，或 '.join(lines)}"


def _after_archive(events: Iterable[Event], archived: Event) -> Iterator[Problem]:
    """Feedback is after the archive when it was written after it, or is dated after it."""
    for event in events:
        if event.kind == "FedBack" and (
            archived.version < event.version or _precedes(archived, event)
        ):
            yield (
                f"归档（{on(archived)}）以后还有反馈（{on(event)}）",
                "反馈应在归档以前；查是否记错日期",
            )
            return


def _precedes(one: Event, other: Event) -> bool:
    """Whether one entry was before the other; by days where one has no time of day."""
    if midnight(one.at) or midnight(other.at):
        return one.at.date() < other.at.date()
    return one.at < other.at


def midnight(at: datetime) -> bool:
    """Whether the moment has a day only, without a time."""
    return not (at.hour or at.minute or at.second)


def _serves_on_rest_days(pack: RulePack) -> bool:
    """Whether the rules know a service on days off."""
    return not REST_DAY_SERVICES.isdisjoint(pack.words.get("step", ()))


def rest_days(one: CaseView) -> Iterator[Problem]:
    """C22: entries dated on a day off where the pack knows no rest-day service."""
    if _serves_on_rest_days(one.pack):
        return
    remote = one.events[0].data.get("channel", "counter") != "counter"
    is_working = one.context.calendar.is_working
    days = [event.at.date() for event in one.events if not (remote and event.kind in REMOTE)]
    off = [day for day in dict.fromkeys(days) if not is_working(day)]
    if not off:
        return
    which = f"{off[0]}"
    if len(off) > 1:
        which += f"等 {len(off)} 天"
    yield (
        f"{which}是休息日，却有记录，而规则包没有休息日服务",
        "查是否记错日期；确有上门、错时服务的，请在规则包里列出环节",
    )
