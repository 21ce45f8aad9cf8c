"""Every defect of a rule pack as a finding.

Defects of the TOML itself are found by `config.schema`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from string import Formatter
from typing import Any

from bbcs.calendar.hours import office_hours
from bbcs.domain.conditions import meet
from bbcs.domain.integers import integer
from bbcs.domain.pack import AT_KEYS, AXES, COLUMNS, GATES, RulePack, Word
from bbcs.domain.pack_clock_checks import clocks, conditions
from bbcs.errors import BbcsError
from bbcs.findings import Finding, strangers

OBLIGATORY = ("channel", "demand_kind", "difficulty", "outcome", "step", "grade")
TAKEN_FOR_GRANTED: Mapping[str, str] = {
    "channel": "counter",
    "demand_kind": "help",
    "close_how": "normal",
}
"""Axis -> the word an act takes when none is given (`bbcs.domain.acts.table`)."""

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "day_rule": ("wd", "wd_roll"),
    "after_hours": ("", "same_day", "next_workday"),
    "due_time": ("", "end_of_day", "close_of_business"),
}
_MODES = ("total_cap", "additional", "notify_only", "none")
_COUNTS_AS = ("solved", "explained", "partly")
_PATTERN = ("year", "month", "day", "serial", "station")


def problems(pack: RulePack, kinds: Collection[str]) -> list[Finding]:
    """Every defect of `pack`, in the order of its file; none means that the pack may be used.

    kinds: every event kind a clock may wait for (`bbcs.domain.acts.table.KINDS`).
    """
    findings = [*_heads(pack), *_words(pack), *_grades(pack), *_outcomes(pack), *_levels(pack)]
    findings += [
        *_reached(pack),
        *clocks(pack, kinds),
        *_pauses(pack),
        *_gates(pack),
        *_closing(pack),
        *_extension(pack),
        *_callback(pack),
    ]
    findings += [*_number(pack), *_registers(pack), *_accountability(pack), *_facts(pack)]
    return findings


def _readable(hours: str) -> bool:
    """Whether the calendar can read these office hours (`calendar/hours.py`)."""
    try:
        office_hours(hours)
    except BbcsError:
        return False
    return True


def _repeated(values: Iterable[Any]) -> list[tuple[Any, int]]:
    """Every value that occurs more than once, with the number of times."""
    return [(value, n) for value, n in Counter(values).items() if n > 1]


def _is_time(text: str) -> bool:
    hour, colon, minute = text.partition(":")
    digits = len(text) == 5 and colon and hour.isdecimal() and minute.isdecimal()
    return bool(digits) and int(hour) < 24 and int(minute) < 60


# -- [pack] and [office] ---------------------------------------------------------------------------


def _heads(pack: RulePack) -> Iterator[Finding]:
    head = pack._asdict()
    for key, known in _CHOICES.items():
        yield from strangers(f"pack.{key}", key, [head[key]], known)
    if pack.cutoff and not _is_time(pack.cutoff):
        yield Finding("bad_time", "pack.cutoff", f"截止时刻“{pack.cutoff}”不是 HH:MM", "例如 17:30")
    if pack.office and not _readable(pack.office):
        what = f"办公时间“{pack.office}”读不懂"
        yield Finding("bad_hours", "office.hours", what, "例如 09:00-12:00,13:30-17:30，前后不重叠")
    if pack.due_time == "close_of_business" and not pack.office:
        yield Finding("no_hours", "pack.due_time", "到期日按下班时刻截止，但没有 [office] hours")
    if pack.after_hours == "next_workday" and not pack.office:
        yield Finding(
            "no_hours", "pack.after_hours", "下班后收到的算下一个工作日，但没有 [office] hours"
        )
    if pack.day_rule == "wd_roll" and not pack.cutoff:
        what = "day_rule 是 wd_roll，但没有截止时刻 cutoff：几点以后算下一个工作日收到"
        yield Finding("no_cutoff", "pack.cutoff", what, "例如 17:30")
    for key, n in _repeated(source.get("id", "") for source in pack.sources):
        yield Finding("duplicate", "pack.sources", f"来源编号“{key}”用了 {n} 次")
    known_keys = (
        *(f"pack.{key}" for key in head),
        *(f"gates.{gate}" for gate in GATES),
        *(f"register.{name}" for name in pack.registers),
    )
    for key in pack.proposed:
        yield from strangers(
            key.partition(".")[0], "proposed 里的", [key], (*known_keys, "office", "number")
        )


# -- words -----------------------------------------------------------------------------------------


def _words(pack: RulePack) -> Iterator[Finding]:
    for axis, words in pack.words.items():
        yield from strangers(f"word.{axis}", "词的 axis", [axis], AXES)
        yield from _shadowed(axis, words.values())
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
    for value, n in _repeated(word.value for word in grades.values()):
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


# -- gates, closing, extension, callback -----------------------------------------------------------


def _gates(pack: RulePack) -> Iterator[Finding]:
    for gate, on in pack.gates.items():
        yield from strangers(f"gates.{gate}", "关口", [gate], GATES)
        if on and gate in GATES and not pack.gates_source and f"gates.{gate}" not in pack.proposed:
            what = f"关口 {gate}（{GATES[gate]}）没有依据来源"
            yield Finding("no_source", f"gates.{gate}", what, "写 source，或列入 proposed")


def _closing(pack: RulePack) -> Iterator[Finding]:
    """Closing conditions that no act can meet."""
    grades = pack.words.get("grade", {}).values()
    if pack.gate("satisfied") and not pack.gate("callback"):
        what = "回访满意才能结案，但回访的关口没有开"
        yield Finding("impossible_gate", "gates.satisfied", what, "callback = true")
    if pack.gate("satisfied") and not any(word.satisfied for word in grades):
        what = "回访满意才能结案，但没有一个满意度算满意（satisfied = true）"
        yield Finding("impossible_gate", "gates.satisfied", what)
    if pack.gate("satisfied") and "approved_unsatisfied" not in pack.words.get("close_how", {}):
        what = "回访满意才能结案，但结案方式里没有 approved_unsatisfied，不满意的件结不了案"
        yield Finding("impossible_gate", "gates.satisfied", what)
    for key in ("share", "attempts"):
        if pack.gate("callback") and not getattr(pack.callback, key):
            yield Finding("impossible_gate", f"callback.{key}", f"回访后才能结案，但 {key} 是 0")
    if pack.gate("cause") and not pack.words.get("cause"):
        yield Finding("impossible_gate", "gates.cause", "研判须写明办不成原因，但没有一个原因的词")
    if pack.gate("cause") and not pack.gate("triage"):
        what = "研判须写明办不成原因，但研判可以跳过"
        yield Finding("impossible_gate", "gates.cause", what, "triage = true")


def _extension(pack: RulePack) -> Iterator[Finding]:
    rule = pack.extension
    yield from strangers("extension.mode", "延期方式", [rule.mode], _MODES)
    moves = rule.mode in ("total_cap", "additional")
    if moves and rule.days < 1:
        yield Finding(
            "bad_extension", "extension.days", f"延期方式 {rule.mode} 要写 days", "至少 1"
        )
    if rule.mode in ("notify_only", "none") and rule.days:
        what = f"延期方式 {rule.mode} 不改到期日，却写了 days = {rule.days}"
        yield Finding("bad_extension", "extension.days", what)
    if rule.mode in _MODES and (rule.mode == "none") != (rule.max_count < 1):
        what = f"延期方式 {rule.mode} 与 max_count = {rule.max_count} 不合"
        yield Finding("bad_extension", "extension.max_count", what)
    if rule.mode != "none" and not (rule.source or rule.proposed):
        yield Finding(
            "no_source", "extension", "延期没有依据来源", "写 source，或写明 proposed = true"
        )
    if rule.cutoff and not _is_time(rule.cutoff):
        yield Finding(
            "bad_time", "extension.cutoff", f"申请截止时刻“{rule.cutoff}”不是 HH:MM", "例如 17:00"
        )
    yield from conditions(pack, "extension", rule.for_)
    if "order" in rule.for_:
        what = "延期不随交办单走，for 里不能有 order"
        yield Finding("bad_for", "extension.for", what, "那样的件一件也没有；去掉 order")
    if rule.mode == "total_cap" and not any(conditions(pack, "", rule.for_)):
        yield from _too_short(pack)


def _too_short(pack: RulePack) -> Iterator[Finding]:
    for number, clock in enumerate(pack.clocks, 1):
        days = (
            clock.name == "resolve"
            and clock.unit in ("working_day", "set")
            and not any(conditions(pack, "", clock.for_))
            and meet(clock.for_, pack.extension.for_)
        )
        if days and 0 < pack.extension.days <= clock.limit:
            what = f"延期后总共 {pack.extension.days} 个工作日，不比 clock[{number}] 的 {clock.limit} 个长"
            yield Finding(
                "bad_extension", "extension.days", what, "用 for 限定可延期的件，或加大 days"
            )


def _callback(pack: RulePack) -> Iterator[Finding]:
    rule = pack.callback
    if not 0 <= rule.share <= 100:
        yield Finding("bad_callback", "callback.share", f"回访比例 {rule.share} 不在 0 到 100 之间")
    for key, count in (("attempts", rule.attempts), ("days", rule.days)):
        if count < 0:
            yield Finding("bad_callback", f"callback.{key}", f"{key} = {count} 是负数")


# -- what is printed -------------------------------------------------------------------------------


def _number(pack: RulePack) -> Iterator[Finding]:
    """The pattern of the printed number may hold the listed names, without attributes."""
    try:
        fields = [
            (name, form) for _, name, form, _ in Formatter().parse(pack.number) if name is not None
        ]
    except ValueError:
        yield Finding("bad_pattern", "number.pattern", f"编号样式“{pack.number}”的花括号不配对")
        return
    names = [name for name, _ in fields]
    yield from strangers("number.pattern", "编号样式里的", names, _PATTERN)
    if pack.number and "serial" not in names:
        what = f"编号样式“{pack.number}”没有序号"
        yield Finding("bad_pattern", "number.pattern", what, "写 {serial} 或 {serial:04d}")
    if any(
        form and not (form.endswith("d") and form[:-1].isdecimal() and len(form) < 4)
        for _, form in fields
    ):
        what = f"编号样式“{pack.number}”的位数写法读不懂"
        yield Finding("bad_pattern", "number.pattern", what, "例如 {serial:04d}")


def _registers(pack: RulePack) -> Iterator[Finding]:
    for name, register in pack.registers.items():
        where, names = f"register.{name}.columns", [column for column, _ in register.columns]
        yield from strangers(where, f"登记簿“{register.title}”的栏目", names, COLUMNS)
        for column, n in _repeated(names):
            yield Finding("duplicate", where, f"栏目 {column} 出现 {n} 次")
        if not names:
            yield Finding("missing_key", where, f"登记簿“{register.title}”没有栏目")
        if not all(header for _, header in register.columns):
            yield Finding("missing_key", where, f"登记簿“{register.title}”有栏目没有表头")


def _accountability(pack: RulePack) -> Iterator[Finding]:
    known = pack.words.get("supervision", {})
    if pack.accountability and not known:
        what = f'有问责情形，却没有一个{AXES["supervision"]}的词（axis = "supervision"）'
        yield Finding("empty_axis", "word", what)
    for trigger, n in _repeated(row.trigger for row in pack.accountability):
        yield Finding("duplicate", "accountability", f"问责情形“{trigger}”写了 {n} 次")
    for number, row in enumerate(pack.accountability, 1):
        where = f"accountability[{number}]"
        if known:
            yield from strangers(f"{where}.measures", "问责措施", row.measures, known)
        if not row.measures:
            yield Finding("missing_key", f"{where}.measures", f"问责情形“{row.trigger}”没有措施")
        if not (row.source or row.proposed):
            what = f"问责情形“{row.trigger}”没有依据来源"
            yield Finding("no_source", where, what, "写 source，或写明 proposed = true")


def _facts(pack: RulePack) -> Iterator[Finding]:
    for number, fact in enumerate(pack.facts, 1):
        if not fact.source:
            yield Finding("no_source", f"facts[{number}]", f"给定数字“{fact.name}”没有来源")
