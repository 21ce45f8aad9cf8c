"""Which cases the clocks of a pack leave in doubt: two clocks that tie, and cases that none is for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product

from bbcs.domain.case import TRACKS
from bbcs.domain.pack import AXES, ITEM, ROUND, SEVERAL, Clock, RulePack, meet
from bbcs.domain.pack_checks.clocks import conditions
from bbcs.findings import Finding

_NAMED = 3
"""So many kinds of uncovered cases are named, the others counted."""


def coverage(pack: RulePack) -> Iterator[Finding]:
    """Ties and gaps, among the clocks whose conditions are sound."""
    sound = [
        (number, clock)
        for number, clock in enumerate(pack.clocks, 1)
        if not any(conditions(pack, "", clock.for_))
    ]
    yield from _ties(pack, sound)
    handling = [clock for _, clock in sound if clock.name == "resolve"]
    if handling:
        yield from _uncovered(pack, handling)


def _ties(pack: RulePack, sound: Sequence[tuple[int, Clock]]) -> Iterator[Finding]:
    for (one, first), (other, second) in combinations(sound, 2):
        if (
            first.name == second.name
            and len(first.for_) == len(second.for_)
            and meet(first.for_, second.for_, one_cause=pack.one_cause)
        ):
            what = (
                f"时限 {first.name} 的第 {one}、{other} 条分不出先后：有的件两条都合，条件又一样多"
            )
            hint = "给其中一条再加一个 for 条件"
            both = [key for key in SEVERAL if first.for_.get(key) != second.for_.get(key)]
            if any(key in first.for_ and key in second.for_ for key in both):
                what += "（一件可以有几个办不成原因或事项）"
                hint = "改按难易程度或诉求类型分，或给其中一条再加一个 for 条件"
                if both == ["cause"]:
                    hint += '；按头一个原因定的，在 [pack] 写 several_causes = "first"'
            yield Finding("tie", f"clock[{other}]", what, hint)


def _uncovered(pack: RulePack, handling: Sequence[Clock]) -> Iterator[Finding]:
    """Cases without a handling limit, in the first round and in the second."""
    used = [key for key in (*_AXES, ITEM) if any(key in clock.for_ for clock in handling)]
    kinds: list[Mapping[str, str]] = [
        dict(zip(used, values, strict=True)) for values in product(*_values(pack, used))
    ]
    for round_no in (1, 2):
        left = [kind for kind in kinds if not _covered(handling, kind, round_no)]
        if len(left) == len(kinds):
            what = f"第 {round_no} 轮{_ROUNDS[round_no]}的件都没有办结时限"
            yield Finding("no_limit", "clock", what, _HINT)
        elif left:
            yield from _words_left(pack, kinds, left, round_no)


_AXES = ("difficulty", "demand_kind", "cause", "track")
_ROUNDS: Mapping[int, str] = {1: "（头一次办）", 2: "（重办）"}
_HINT = '不限时也要写明：unit = "none"'


def _values(pack: RulePack, used: Iterable[str]) -> Iterator[Sequence[str]]:
    """The values that each key may have; "" stands for none, or for any other item."""
    for key in used:
        if key == "track":
            yield tuple(TRACKS)
        elif key == ITEM:
            yield ("", *dict.fromkeys(c.for_[ITEM] for c in pack.clocks if ITEM in c.for_))
        elif key == "cause":
            yield tuple(_causes(pack))
        else:
            yield tuple(pack.words.get(key, {}))


def _causes(pack: RulePack) -> Iterator[str]:
    """No cause where none need be given, each that a clock names, and one of the others: they are
    alike.
    """
    named = {clock.for_["cause"] for clock in pack.clocks if "cause" in clock.for_}
    if not pack.gate("cause"):
        yield ""
    others = [key for key in pack.words.get("cause", {}) if key not in named]
    yield from (key for key in pack.words.get("cause", {}) if key in named)
    yield from others[:1]


def _covered(handling: Iterable[Clock], kind: Mapping[str, str], round_no: int) -> bool:
    facts = {
        **{key: (value,) if key in SEVERAL else value for key, value in kind.items()},
        ROUND: round_no,
    }
    return any(clock.matches(facts) for clock in handling)


def _words_left(
    pack: RulePack, kinds: Sequence[Mapping[str, str]], left: list[Mapping[str, str]], round_no: int
) -> Iterator[Finding]:
    """A word none of whose cases has a limit is named where it stands, the others by examples."""
    for axis in ("difficulty", "demand_kind"):
        for key, word in pack.words.get(axis, {}).items():
            own = [kind for kind in kinds if kind.get(axis) == key]
            if own and all(kind in left for kind in own):
                left = [kind for kind in left if kind not in own]
                what = f"{AXES[axis]}“{word.label}”没有办结时限"
                if round_no > 1:
                    what = f"{AXES[axis]}“{word.label}”重办时没有办结时限"
                yield Finding("no_limit", f"word.{axis}.{key}", what, _HINT)
    if left:
        named = "；".join(_described(pack, kind) for kind in left[:_NAMED])
        what = f"第 {round_no} 轮有 {len(left)} 种件没有办结时限，例如：{named}"
        yield Finding("no_limit", "clock", what, _HINT)


def _described(pack: RulePack, kind: Mapping[str, str]) -> str:
    return "、".join(_value(pack, key, value) for key, value in kind.items())


def _value(pack: RulePack, key: str, value: str) -> str:
    if key == ITEM:
        return f"事项“{value}”" if value else "其他事项"
    if key == "track":
        return TRACKS[value]
    return f"{AXES[key]}“{pack.label(key, value)}”" if value else f"没写{AXES[key]}"
