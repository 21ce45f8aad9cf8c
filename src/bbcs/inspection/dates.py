"""Checks of dates: their order, and days on which nobody worked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from bbcs.domain.event import Event
from bbcs.domain.pack import RulePack
from bbcs.inspection.case_view import Dossier, Said, on

NOT_BEFORE: Mapping[str, tuple[str, ...]] = {
    "Accepted": ("Registered",),
    "Refused": ("Registered",),
    "Triaged": ("Registered",),
    "Assigned": ("Registered",),
    "Resolved": ("Registered", "Accepted", "Reopened"),
    "Withdrawn": ("Registered",),
    "TransferredOut": ("Registered",),
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
    "CallbackTried": "回访",
    "CalledBack": "回访",
    "Closed": "结案",
    "Archived": "归档",
    "Reopened": "重办",
    "FedBack": "反馈",
}

REST_DAY_SERVICES = ("home_visit", "after_hours")
"""Steps that a pack has where the office also serves on days off: its rest-day entries are then no finding."""

_NONE: Mapping[str, Any] = {}

REMOTE = ("Registered", "Accepted", "Refused", "CallbackTried", "CalledBack")
"""Kinds that a day off does not speak against, when the case came by phone, letter or net."""


def order(one: Dossier) -> Iterator[Said]:
    """C03: a step dated before the one it follows, a callback before the settlement, feedback after the archive."""
    if _in_time_order(one):
        return
    received = one.events[0]
    for events in one.rounds:
        first = {event.kind: event for event in reversed(events)}
        first.setdefault("Registered", received)
        for kind, earlier in NOT_BEFORE.items():
            for before in earlier:
                if (
                    kind in first
                    and before in first
                    and before != kind
                    and _precedes(first[kind], first[before])
                ):
                    said = f"{WORDS[kind]}（{on(first[kind])}）早于{WORDS[before]}（{on(first[before])}）"
                    yield said, f"查原件后 bbcs correct {one.no} 更正记错的时间"
        if "Resolved" not in first and (called := first.get("CalledBack")):
            yield (
                f"没有办结就记了回访（{on(called)}）",
                f"查明后补 bbcs resolve {one.no}，或 bbcs undo",
            )
        archived = first.get("Archived")
        late = [
            event
            for event in events
            if event.kind == "FedBack" and archived and _precedes(archived, event)
        ]
        if late and archived:
            yield (
                f"归档（{on(archived)}）以后还有反馈（{on(late[0])}）",
                "反馈应在归档以前；查是否记错日期",
            )


def _in_time_order(one: Dossier) -> bool:
    """The usual case: entries follow each other in time, and each kind after those it cannot precede."""
    last = one.events[0].at
    seen: set[str] = set()
    for event in one.events:
        if event.at < last or (
            event.kind in ("CalledBack", "CallbackTried", "Closed") and "Resolved" not in seen
        ):
            return False
        if event.kind == "Reopened":
            seen.clear()
        if event.kind == "FedBack" and "Archived" in seen:
            return False
        seen.add(event.kind)
        last = event.at
    return True


def _precedes(one: Event, other: Event) -> bool:
    """By the clock; by the day alone where one of them has no time of day."""
    if (
        one.kind == "Archived"
        and other.kind == "FedBack"
        and (one.version < other.version or one.at < other.at)
    ):
        return True
    return (
        one.at.date() < other.at.date()
        if midnight(one.at) or midnight(other.at)
        else one.at < other.at
    )


def midnight(at: datetime) -> bool:
    """Whether only the day was known."""
    return not (at.hour or at.minute or at.second)


def serves_on_rest_days(pack: RulePack) -> bool:
    """Whether the rules know a service on days off."""
    return not pack.words.get("step", _NONE).keys().isdisjoint(REST_DAY_SERVICES)


def rest_days(one: Dossier) -> Iterator[Said]:
    """C22: entries dated on a day off where the pack knows no rest-day service."""
    if serves_on_rest_days(one.pack):
        return
    remote = one.events[0].data.get("channel", "counter") != "counter"
    days: list[date] = []
    works = last = None
    for event in one.events:
        day = event.at.date()
        if day != last:
            works, last = one.books.calendar.is_working(day), day
        if not (works or day in days or (remote and event.kind in REMOTE)):
            days.append(day)
    if days:
        more = f"等 {len(days)} 天" if len(days) > 1 else ""
        yield (
            f"{days[0]}{more}是休息日，却有记录，而规则包没有休息日服务",
            "查是否记错日期；确有上门、错时服务的，请在规则包里列出环节",
        )
