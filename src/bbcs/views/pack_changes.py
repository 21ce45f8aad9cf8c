"""What one edition of the rules says otherwise than another: one line each, with the old and the new value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bbcs.domain.clocks import CLOCK_NAMES
from bbcs.domain.pack import AXES, GATES, Clock, RulePack, Word
from bbcs.views.unit_page import ROLES

SINGLE: Mapping[str, str] = {
    "day_rule": "起算规则",
    "cutoff": "当日截止时刻",
    "after_hours": "下班后收的件",
    "due_time": "到期时刻",
    "office": "办公时间",
    "number": "编号写法",
}
"""Values of a pack that stand alone -> what they are called."""

EXTENSION: Mapping[str, str] = {
    "mode": "方式",
    "days": "天数",
    "max_count": "最多几次",
    "cutoff": "最晚何时申请",
    "approver": "批准人",
}
CALLBACK: Mapping[str, str] = {
    "share": "比例",
    "attempts": "最多打几次",
    "days": "隔几天",
    "not_by_handler": "承办人不能回访",
}


def differences(old: RulePack, new: RulePack) -> list[str]:
    """Clocks, gates, words, extensions, callbacks and times of day."""
    return [*_clocks(old, new), *_gates(old, new), *_words(old, new), *_values(old, new)]


def _line(what: str, before: object, after: object) -> str:
    return f"{what}：{_text(before)} → {_text(after)}"


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value) if value not in ("", None) else "（无）"


def _changes(old: Mapping[Any, Any], new: Mapping[Any, Any]) -> Iterator[tuple[Any, Any, Any]]:
    """(key, before, after) of every key whose value differs; None where there is none."""
    for key in dict.fromkeys((*old, *new)):
        if old.get(key) != new.get(key):
            yield key, old.get(key), new.get(key)


def _clocks(old: RulePack, new: RulePack) -> Iterator[str]:
    for (name, cases), before, after in _changes(_limits(old), _limits(new)):
        yield _line(f"{CLOCK_NAMES.get(name, name)}时限{cases and f'（{cases}）'}", before, after)


def _limits(pack: RulePack) -> dict[tuple[str, str], str]:
    return {(one.name, _cases(one, pack)): one.limit_text for one in pack.clocks}


def _cases(clock: Clock, pack: RulePack) -> str:
    """The cases that a clock is for: `简单`, `第 2 轮起`."""
    return "，".join(_case(key, value, pack) for key, value in clock.for_.items())


def _case(key: str, value: str, pack: RulePack) -> str:
    if key == "round":
        return f"第 {value.removesuffix('+')} 轮{'起' if value.endswith('+') else ''}"
    return ROLES.get(value, value) if key == "order" else pack.label(key, value)


def _gates(old: RulePack, new: RulePack) -> Iterator[str]:
    for key, label in GATES.items():
        if old.gate(key) != new.gate(key):
            yield _line(label, "开" if old.gate(key) else "关", "开" if new.gate(key) else "关")


def _words(old: RulePack, new: RulePack) -> Iterator[str]:
    for axis, name in AXES.items():
        before, after = old.words.get(axis, {}), new.words.get(axis, {})
        for what, few in (("去掉", _only(before, after)), ("加", _only(after, before))):
            if few:
                yield f"{name}：{what}{few}"
        for key in (one for one in before if one in after):
            if _meaning(before[key]) != _meaning(after[key]):
                yield _line(f"{name}（{key}）", *_both(before[key], after[key]))


def _only(words: Mapping[str, Word], others: Mapping[str, Word]) -> str:
    """The words that the others lack."""
    return "、".join(f"“{word.label}”（{key}）" for key, word in words.items() if key not in others)


def _meaning(word: Word) -> Word:
    """A word without what says only where it comes from."""
    return word._replace(source="", proposed=False)


def _both(before: Word, after: Word) -> tuple[str, str]:
    """The labels, or the parts that differ where the label is the same."""
    if before.label != after.label:
        return before.label, after.label
    names = [
        name
        for name in Word._fields
        if getattr(_meaning(before), name) != getattr(_meaning(after), name)
    ]
    return _parts(before, names), _parts(after, names)


def _parts(word: Word, names: list[str]) -> str:
    return "，".join(f"{_PARTS.get(name, name)} {_shown(getattr(word, name))}" for name in names)


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "、".join(f"{key} {one}" for key, one in value.items()) or "（无）"
    return "、".join(map(str, value)) or "（无）" if isinstance(value, tuple) else _text(value)


_PARTS: Mapping[str, str] = {
    "aliases": "别名",
    "counts_as": "算作",
    "needs_basis": "须写依据",
    "remedy": "须写去处",
    "who": "谁",
    "trigger": "何时",
    "at": "条件",
    "value": "分",
    "satisfied": "算满意",
    "bad": "算不满意",
}


def _values(old: RulePack, new: RulePack) -> Iterator[str]:
    for name, label in SINGLE.items():
        if getattr(old, name) != getattr(new, name):
            yield _line(label, getattr(old, name), getattr(new, name))
    for what, names, before, after in (
        ("延期", EXTENSION, old.extension, new.extension),
        ("回访", CALLBACK, old.callback, new.callback),
    ):
        for name, label in names.items():
            if getattr(before, name) != getattr(after, name):
                yield _line(f"{what}{label}", getattr(before, name), getattr(after, name))
