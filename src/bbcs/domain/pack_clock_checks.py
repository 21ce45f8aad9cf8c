"""Every defect of a pack's clocks as a finding; for `bbcs.domain.pack_checks`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations, pairwise

from bbcs.domain.clocks import MAY_NAME_ORDER, PACK_CLOCKS
from bbcs.domain.conditions import is_round, meet
from bbcs.domain.pack import AXES, UNITS, Clock, RulePack
from bbcs.findings import Finding, strangers

ORDERS = ("lead", "assist", "relay", "whistle")
WORD_KEYS = ("difficulty", "cause", "demand_kind")

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
    """What is wrong with each clock, and with all of them together."""
    for number, clock in enumerate(pack.clocks, 1):
        yield from _clock(pack, f"clock[{number}]", clock, kinds)
    yield from _ties(pack)
    yield from _uncovered(pack)


def _clock(pack: RulePack, where: str, clock: Clock, kinds: Collection[str]) -> Iterator[Finding]:
    yield from strangers(f"{where}.name", "时限", [clock.name], PACK_CLOCKS)
    yield from _event(pack, f"{where}.start", f"时限 {clock.name} 的起算事件", clock.start, kinds)
    yield from _event(pack, f"{where}.stop", f"时限 {clock.name} 的停止事件", clock.stop, kinds)
    if clock.stop in (clock.start, clock.start.partition(".")[0]):
        yield Finding(
            "idle_clock", where, f"时限 {clock.name} 的起算和停止是同一事件 {clock.start}"
        )
    yield from strangers(f"{where}.hours", "hours", [clock.hours], ("wall", "business"))
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
    yield from conditions(pack, where, clock.for_)
    if "order" in clock.for_ and clock.name not in MAY_NAME_ORDER:
        what = f"时限 {clock.name} 不随交办单走，for 里不能有 order"
        yield Finding("bad_for", f"{where}.for", what, f"只有 {'、'.join(MAY_NAME_ORDER)} 可以")
    yield from _warnings(pack, where, clock)


def _event(
    pack: RulePack, where: str, what: str, text: str, kinds: Collection[str]
) -> Iterator[Finding]:
    """An event kind, or a kind and one of its words: `FedBack.final`."""
    kind, dot, detail = text.partition(".")
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


def conditions(pack: RulePack, where: str, wanted: Mapping[str, str]) -> Iterator[Finding]:
    """What is wrong with the keys and values of a `for`."""
    for key, value in wanted.items():
        if key in WORD_KEYS:
            yield from strangers(
                f"{where}.for", f"for 里的{AXES[key]}", [value], pack.words.get(key, {})
            )
        elif key == "order":
            yield from strangers(f"{where}.for", "for 里的 order", [value], ORDERS)
        elif key == "round":
            if not is_round(value):
                yield Finding(
                    "bad_for", f"{where}.for", f"for 里的 round“{value}”读不懂", '例如 "1" 或 "2+"'
                )
        else:
            yield from strangers(
                f"{where}.for", "for 里的键", [key], (*WORD_KEYS, "order", "round")
            )


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


def _ties(pack: RulePack) -> Iterator[Finding]:
    sound = [
        (n, clock)
        for n, clock in enumerate(pack.clocks, 1)
        if not any(conditions(pack, "", clock.for_))
    ]
    for (one, first), (other, second) in combinations(sound, 2):
        if (
            first.name == second.name
            and len(first.for_) == len(second.for_)
            and meet(first.for_, second.for_)
        ):
            what = (
                f"时限 {first.name} 的第 {one}、{other} 条分不出先后：有的件两条都合，条件又一样多"
            )
            yield Finding("tie", f"clock[{other}]", what, "给其中一条再加一个 for 条件")


def _uncovered(pack: RulePack) -> Iterator[Finding]:
    """Words that were forgotten: the others have a limit in the first round, they have none."""
    first = [
        c.for_
        for c in pack.clocks
        if c.name == "resolve" and c.for_.get("round", "1") in ("1", "1+")
    ]
    for axis in ("difficulty", "demand_kind"):
        if first and all(axis in wanted for wanted in first):
            limited = {wanted[axis] for wanted in first}
            for key, word in pack.words.get(axis, {}).items():
                if key not in limited:
                    what = f"{AXES[axis]}“{word.label}”没有办结时限"
                    yield Finding(
                        "no_limit", f"word.{axis}.{key}", what, '不限时也要写明：unit = "none"'
                    )
