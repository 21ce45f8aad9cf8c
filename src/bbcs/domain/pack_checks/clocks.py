"""Every defect of each clock as a finding."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise

from bbcs.domain.case import TRACKS
from bbcs.domain.clocks import MAY_NAME_ORDER, OWN_RUNS, PACK_CLOCKS, PER_ORDER
from bbcs.domain.pack import AXES, DUE, ITEM, ROUND, UNITS, Clock, RulePack, is_round
from bbcs.domain.pack_checks.events import impossible
from bbcs.domain.pack_checks.texts import repeated
from bbcs.findings import Finding, strangers

ORDERS = ("lead", "assist", "relay", "whistle")
WORD_KEYS = ("difficulty", "cause", "demand_kind")
LATE_KEYS = ("outcome", "grade")
"""Axes that are known only once the case was settled."""
_LATE_STARTS = frozenset({"Resolved", "CalledBack"})
"""Kinds of event at which a clock may start whose `for` names a late axis."""
_FIXED: Mapping[str, tuple[str, ...]] = {"order": ORDERS, "track": tuple(TRACKS)}
"""Key of a `for` -> its fixed words."""

DETAILS: Mapping[str, tuple[str, ...]] = {
    "FedBack": ("first", "interim", "final"),
    "Assigned": ("direct", "consulted", "by_leader", "split", "whistle"),
}
"""Event kind -> the fixed words of its field that may follow it in `start` and `stop`."""
DETAIL_AXES: Mapping[str, str] = {
    "Notified": "notice",
    "Stepped": "step",
    "Supervised": "supervision",
}
"""Event kind -> the axis whose words may follow it."""

_LIMITED = ("minute", "hour", "working_day", "calendar_day", "month")


def clocks(pack: RulePack, kinds: Collection[str]) -> Iterator[Finding]:
    """What is wrong with each clock by itself."""
    for number, clock in enumerate(pack.clocks, 1):
        yield from _clock(pack, f"clock[{number}]", clock, kinds)


def _clock(pack: RulePack, where: str, clock: Clock, kinds: Collection[str]) -> Iterator[Finding]:
    yield from strangers(f"{where}.name", "时限", [clock.name], PACK_CLOCKS)
    events = [*_events(pack, where, clock, kinds)]
    yield from events or _waits(pack, where, clock)
    yield from strangers(f"{where}.hours", "hours", [clock.hours], ("wall", "business"))
    if clock.hours == "business" and clock.unit in UNITS and clock.unit not in ("minute", "hour"):
        what = f"时限 {clock.name} 的单位是 {clock.unit}，hours 只用于 minute 和 hour"
        yield Finding("contradiction", f"{where}.hours", what, "去掉 hours")
    if clock.pausable and clock.unit == "none":
        what = f"时限 {clock.name} 不限时，没有什么可暂停"
        yield Finding("contradiction", f"{where}.pausable", what, "去掉 pausable")
    if clock.hours == "business" and not pack.office:
        yield Finding("no_hours", where, f"时限 {clock.name} 按办公时间算，但没有 [office] hours")
    if not (clock.source or clock.proposed):
        yield Finding(
            "no_source",
            where,
            f"时限 {clock.name} 没有依据来源",
            "写 source，或写明 proposed = true",
        )
    yield from _measure(where, clock)
    late = LATE_KEYS if {*_kinds(clock)} <= _LATE_STARTS else ()
    yield from conditions(pack, where, clock.for_, late)
    if "order" in clock.for_ and clock.name not in MAY_NAME_ORDER:
        what = f"时限 {clock.name} 不随交办单走，for 里不能有 order"
        yield Finding("bad_for", f"{where}.for", what, f"只有 {'、'.join(MAY_NAME_ORDER)} 可以")
    yield from _warnings(pack, where, clock)


def _events(pack: RulePack, where: str, clock: Clock, kinds: Collection[str]) -> Iterator[Finding]:
    """The names of the events it waits for."""
    for key, what, names in (("start", "起算", clock.start), ("stop", "停止", clock.stop)):
        if not names:
            yield Finding("missing_key", f"{where}.{key}", f"时限 {clock.name} 没有{what}事件")
        for name, n in repeated(names):
            yield Finding("duplicate", f"{where}.{key}", f"{what}事件 {name} 写了 {n} 次")
        for name in names:
            if not (key == "start" and clock.source_clock):
                yield from _event(
                    pack, f"{where}.{key}", f"时限 {clock.name} 的{what}事件", name, kinds
                )
    if clock.source_clock:
        yield from _counted_from(pack, f"{where}.start", clock)


def _event(
    pack: RulePack, where: str, what: str, text: str, kinds: Collection[str]
) -> Iterator[Finding]:
    """An event kind, or a kind and one of its words: `FedBack.final`."""
    kind, dot, detail = text.partition(".")
    if kind.startswith(DUE):
        yield Finding("bad_due", where, f"{what}“{text}”：{DUE} 只能单独写在 start 里")
        return
    yield from strangers(where, what, [kind], kinds)
    if not dot:
        return
    axis = DETAIL_AXES.get(kind)
    known = pack.words.get(axis, {}) if axis else DETAILS.get(kind)
    if known is not None:
        yield from strangers(where, f"{what} {kind} 后面的", [detail], known)
    elif kind in kinds:
        hint = f"只有 {'、'.join((*DETAILS, *DETAIL_AXES))} 可以"
        yield Finding("unknown_word", where, f"{what} {kind} 后面不能再跟“.{detail}”", hint)


def _counted_from(pack: RulePack, where: str, clock: Clock) -> Iterator[Finding]:
    """A clock that is counted from the due date of another: there is one, and no circle."""
    usable = [name for name in PACK_CLOCKS if name not in (*PER_ORDER, *OWN_RUNS)]
    there = {one.name for one in pack.clocks}
    what = f"时限 {clock.name} 从“{clock.source_clock}”的到期日起算"
    if clock.source_clock not in usable or clock.source_clock not in there:
        hint = f"可用：{'、'.join(name for name in usable if name in there and name != clock.name)}"
        yield Finding("bad_due", where, f"{what}，规则包里没有这样的时限", hint)
    elif clock.name in (*PER_ORDER, *OWN_RUNS, "rectify") or "order" in clock.for_:
        yield Finding("bad_due", where, f"{what}，但 {clock.name} 随交办单、材料、退回申请或差评走")
    elif clock.name in _sources(pack, clock.source_clock):
        yield Finding("bad_due", where, f"{what}，绕成了一圈")


def _sources(pack: RulePack, name: str) -> set[str]:
    """The clock itself and those whose due dates it is counted from, one after another."""
    sources, ahead = {name}, [name]
    while ahead:
        last = ahead.pop()
        more = {one.source_clock for one in pack.clocks if one.name == last} - {""} - sources
        sources |= more
        ahead += more
    return sources


def _waits(pack: RulePack, where: str, clock: Clock) -> Iterator[Finding]:
    """Whether it can start and stop. Its events are known ones."""
    for stop in clock.stop:
        if stop in (one for start in clock.start for one in (start, start.partition(".")[0])):
            what = f"时限 {clock.name} 的起算和停止是同一事件 {stop}"
            yield Finding("idle_clock", where, what)
            return
    if clock.name in PACK_CLOCKS:
        yield from impossible(where, clock)


def _kinds(clock: Clock) -> Iterator[str]:
    """The kinds of event at which it starts."""
    return (name.partition(".")[0] for name in clock.start)


def _measure(where: str, clock: Clock) -> Iterator[Finding]:
    if clock.unit not in UNITS:
        yield from strangers(f"{where}.unit", "时限单位", [clock.unit], UNITS)
    elif clock.unit in _LIMITED and clock.limit < 1:
        what = f"时限 {clock.name} 是 {clock.limit}{UNITS[clock.unit]}"
        yield Finding("bad_limit", f"{where}.limit", what, '至少 1；当日办结用 unit = "same_day"')
    elif clock.unit == "set" and clock.limit < 0:
        what = f"时限 {clock.name} 未定日期时是 {clock.limit} 个工作日"
        yield Finding("bad_limit", f"{where}.limit", what, "至少 1；不写就是没定日期前不计时")
    elif clock.unit not in (*_LIMITED, "set") and clock.limit:
        what = f"时限 {clock.name} 的单位 {clock.unit}（{UNITS[clock.unit]}）不带数，却写了 {clock.limit}"
        yield Finding("bad_limit", f"{where}.limit", what)


def conditions(
    pack: RulePack, where: str, wanted: Mapping[str, str], late: Collection[str] = LATE_KEYS
) -> Iterator[Finding]:
    """What is wrong with the keys and values of a `for`.

    late: keys of LATE_KEYS that it may have.
    """
    where = f"{where}.for"
    for key, value in wanted.items():
        if key in WORD_KEYS or key in late:
            yield from strangers(where, f"for 里的{AXES[key]}", [value], pack.words.get(key, {}))
        elif key in LATE_KEYS:
            what = f"for 里的{AXES[key]}要到办结以后才知道"
            hint = f"只有从 {'、'.join(sorted(_LATE_STARTS))} 起算的时限可以写"
            yield Finding("bad_for", where, what, hint)
        elif key in _FIXED:
            yield from strangers(where, f"for 里的 {key}", [value], _FIXED[key])
        elif key == ROUND:
            if not is_round(value):
                hint = '例如 "1" 或 "2+"'
                yield Finding("bad_for", where, f"for 里的 round“{value}”读不懂", hint)
        elif key == ITEM:
            if not value.strip():
                yield Finding("bad_for", where, "for 里的 item 是空的", "写事项的名称")
        else:
            known = (*WORD_KEYS, *LATE_KEYS, *_FIXED, ROUND, ITEM)
            yield from strangers(where, "for 里的键", [key], known)


def _warnings(pack: RulePack, where: str, clock: Clock) -> Iterator[Finding]:
    colours = pack.words.get("colour", {})
    yield from strangers(
        f"{where}.warnings", "预警颜色", [warning.colour for warning in clock.warnings], colours
    )
    lefts = [warning.left for warning in clock.warnings]
    if any(earlier <= later for earlier, later in pairwise(lefts)):
        what = f"时限 {clock.name} 的预警没有从早到晚排：{'、'.join(map(str, lefts))}"
        yield Finding("bad_warnings", f"{where}.warnings", what, "left 从大到小")
    if clock.warnings and clock.unit == "none":
        yield Finding(
            "bad_warnings", f"{where}.warnings", f"时限 {clock.name} 不限时，预警永远不会亮"
        )
