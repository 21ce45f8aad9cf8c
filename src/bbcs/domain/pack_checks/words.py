"""Every defect of the words as a finding: axes, grades, outcomes, levels, pauses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bbcs.domain.numbers import integer
from bbcs.domain.pack import AT_KEYS, AXES, RulePack, Word
from bbcs.domain.pack_checks.texts import repeated, unusable_key
from bbcs.findings import Finding, strangers

OBLIGATORY = ("channel", "demand_kind", "difficulty", "outcome", "step", "grade")
TAKEN_FOR_GRANTED: Mapping[str, str] = {
    "channel": "counter",
    "demand_kind": "help",
    "close_how": "normal",
}
"""Axis -> the word an act takes when none is given (`bbcs.domain.acts.table`)."""

_COUNTS_AS = ("solved", "explained", "partly", "terminated")


def words(pack: RulePack) -> Iterator[Finding]:
    """Every defect of any word."""
    yield from _axes(pack)
    yield from _grades(pack)
    yield from _outcomes(pack)
    yield from _levels(pack)
    yield from _reached(pack)
    yield from _pauses(pack)


def _axes(pack: RulePack) -> Iterator[Finding]:
    for axis, words in pack.words.items():
        yield from strangers(f"word.{axis}", "词的 axis", [axis], AXES)
        yield from _shadowed(axis, words.values())
        for key, word in words.items():
            yield from unusable_key(f"word.{axis}.{key}", f"{AXES.get(axis, axis)}的 key", key)
            if not (word.source or word.proposed):
                what = f"{AXES.get(axis, axis)}“{word.label}”没有依据来源"
                hint = "写 source，或写明 proposed = true"
                yield Finding("no_source", f"word.{axis}.{key}", what, hint)
        yield from (
            Finding("missing_key", f"word.{axis}.{key}.label", "词没有 label")
            for key, word in words.items()
            if not word.label
        )
    for axis in OBLIGATORY:
        if not pack.words.get(axis):
            yield Finding("empty_axis", "word", f'没有一个{AXES[axis]}的词（axis = "{axis}"）')
    for axis, key in TAKEN_FOR_GRANTED.items():
        if key not in pack.words.get(axis, {}) and (axis not in OBLIGATORY or pack.words.get(axis)):
            yield Finding("no_default", f"word.{axis}", f"{AXES[axis]}缺“{key}”：不另说明时就用它")


def _shadowed(axis: str, words: Iterable[Word]) -> Iterator[Finding]:
    """Texts that name two words of one axis: the second can never be reached by them."""
    owner: dict[str, str] = {}
    for word in words:
        for text in dict.fromkeys((word.key, word.label, *word.aliases)):
            first = owner.setdefault(text, word.key)
            if first != word.key:
                what = f"“{text}”已经指{AXES.get(axis, axis)}“{first}”，这个词够不着"
                yield Finding("shadowed_word", f"word.{axis}.{word.key}", what)


def _grades(pack: RulePack) -> Iterator[Finding]:
    grades = pack.words.get("grade", {})
    for key, word in grades.items():
        where = f"word.grade.{key}"
        if not 1 <= word.value <= 5:
            what = f"满意度“{word.label}”的 value 是 {word.value}"
            yield Finding("bad_grade", where, what, "1 到 5，5 最好")
        if word.satisfied and word.bad:
            yield Finding("bad_grade", where, f"满意度“{word.label}”不能既 satisfied 又 bad")
    for value, n in repeated(word.value for word in grades.values()):
        yield Finding("bad_grade", "word.grade", f"{n} 个满意度的 value 都是 {value}")


def _outcomes(pack: RulePack) -> Iterator[Finding]:
    for key, word in pack.words.get("outcome", {}).items():
        where = f"word.outcome.{key}"
        if not word.counts_as:
            what = f"办理结果“{word.label}”没有 counts_as"
            yield Finding("no_counts_as", where, what, f"可用：{'、'.join(_COUNTS_AS)}")
        else:
            yield from strangers(f"{where}.counts_as", "counts_as", [word.counts_as], _COUNTS_AS)


def _levels(pack: RulePack) -> Iterator[Finding]:
    keys = list(pack.words.get("level", {}))
    if keys != [str(number) for number in range(1, len(keys) + 1)]:
        what = f"响应级别的 key 是 {'、'.join(keys)}"
        yield Finding("bad_level", "word.level", what, "从 1 起逐级写：1、2、3……")


# -- levels and pauses -----------------------------------------------------------------------------


def _reached(pack: RulePack) -> Iterator[Finding]:
    """What is wrong with `at`, which proposes a level."""
    highest: dict[str, int] = {}
    owner: dict[str, str] = {}
    for key, word in pack.words.get("level", {}).items():
        where = f"word.level.{key}.at"
        yield from strangers(where, "at 里的键", word.at, AT_KEYS)
        for what, value in word.at.items():
            if what == "difficulty":
                yield from strangers(
                    where, f"at 里的{AXES[what]}", [value], pack.words.get(what, {})
                )
                first = owner.setdefault(value, key)
                if first != key:
                    yield Finding(
                        "unreachable_word",
                        where,
                        f"{AXES[what]}“{value}”已经归响应级别“{first}”，两级不能都要它",
                    )
            elif what in AT_KEYS:
                yield from _threshold(where, what, value, highest)


def _threshold(where: str, what: str, value: str, highest: dict[str, int]) -> Iterator[Finding]:
    """A trigger's number: at least 1, and larger than that of any lower level."""
    number = integer(value) or 0
    if number < 1 or not value.isascii():
        yield Finding("bad_at", where, f"at 里的 {what}“{value}”不是正整数", '例如 "2"')
    elif number <= highest.get(what, 0):
        yield Finding(
            "unreachable_word",
            where,
            f"{what} 到 {highest[what]} 已经归下面一级，到 {number} 时够不着那一级",
            "逐级加大",
        )
    highest[what] = max(number, highest.get(what, 0))


def _pauses(pack: RulePack) -> Iterator[Finding]:
    words = pack.words.get("pause", {})
    pausable = [clock.name for clock in pack.clocks if clock.pausable]
    if pausable and not words:
        what = f"时限 {'、'.join(dict.fromkeys(pausable))} 可暂停，却没有暂停事由的词"
        yield Finding("empty_axis", "word", what)
    if words and not pausable:
        yield Finding("unreachable_word", "word.pause", "有暂停事由，却没有一个时限可暂停")
