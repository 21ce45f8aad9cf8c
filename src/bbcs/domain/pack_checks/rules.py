"""Every defect of gates, closing conditions, extension, callback and accountability as a finding."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from bbcs.domain.order import GUARDS
from bbcs.domain.pack import (
    AXES,
    COUNTED,
    GATES,
    PER,
    WINDOWS,
    Accountability,
    RulePack,
    meet,
)
from bbcs.domain.pack_checks.clocks import conditions
from bbcs.domain.pack_checks.texts import is_time, repeated
from bbcs.domain.rates import RATES
from bbcs.findings import Finding, strangers

_MODES = ("total_cap", "additional", "notify_only", "none")


def gates(pack: RulePack) -> Iterator[Finding]:
    """Gates that are not known, or open without a source."""
    for gate, on in pack.gates.items():
        yield from strangers(f"gates.{gate}", "关口", [gate], GATES)
        if on and gate in GATES and not pack.gates_source and f"gates.{gate}" not in pack.proposed:
            what = f"关口 {gate}（{GATES[gate]}）没有依据来源"
            yield Finding("no_source", f"gates.{gate}", what, "写 source，或列入 proposed")


def guard(pack: RulePack) -> Iterator[Finding]:
    """The dispatch guard: a known word, with a source unless it is off."""
    where, word = "gates.dispatch_guard", pack.dispatch_guard
    yield from strangers(where, "dispatch_guard", [word], GUARDS)
    known = word in GUARDS and word != "off"
    if known and not pack.gates_source and where not in pack.proposed:
        what = f"交办的提醒 dispatch_guard = “{word}”没有依据来源"
        yield Finding("no_source", where, what, "写 source，或列入 proposed")


def reviewed(pack: RulePack) -> Iterator[Finding]:
    """Returns are reviewed within a limit, or not at all."""
    timed = any(clock.name == "return" for clock in pack.clocks)
    on = pack.gate("return_review")
    if on and not timed:
        what = "退回须经窗口审核，但没有审核的时限"
        hint = "写一个 return 时限：limit = 2，unit = working_day，从 ReturnAsked 到 ReturnDecided"
        yield Finding("no_limit", "gates.return_review", what, hint)
    if timed and not on:
        what = "有退回审核的时限，但退回不用审核：永远等不到"
        yield Finding("idle_clock", "gates.return_review", what, "return_review = true")


def closing(pack: RulePack) -> Iterator[Finding]:
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


def extension(pack: RulePack) -> Iterator[Finding]:
    """`[extension]`."""
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
    idle = [
        name
        for name in ("cutoff", "approver", "for_")
        if rule.mode == "none" and getattr(rule, name)
    ]
    if idle:
        what = f"延期方式 none 不延期，{'、'.join(name.rstrip('_') for name in idle)} 没有用处"
        yield Finding("contradiction", "extension", what, "去掉它们，或写一种延期方式")
    if rule.mode != "none" and not (rule.source or rule.proposed):
        yield Finding(
            "no_source", "extension", "延期没有依据来源", "写 source，或写明 proposed = true"
        )
    if rule.cutoff and not is_time(rule.cutoff):
        yield Finding(
            "bad_time", "extension.cutoff", f"申请截止时刻“{rule.cutoff}”不是 HH:MM", "例如 17:00"
        )
    yield from conditions(pack, "extension", rule.for_, ())
    if "order" in rule.for_:
        what = "延期不随交办单走，for 里不能有 order"
        yield Finding("bad_for", "extension.for", what, "那样的件一件也没有；去掉 order")
    if rule.mode == "total_cap" and not any(conditions(pack, "", rule.for_, ())):
        yield from _too_short(pack)


def _too_short(pack: RulePack) -> Iterator[Finding]:
    for number, clock in enumerate(pack.clocks, 1):
        days = (
            clock.name == "resolve"
            and clock.unit in ("working_day", "set")
            and not any(conditions(pack, "", clock.for_))
            and meet(clock.for_, pack.extension.for_, one_cause=pack.one_cause)
        )
        if days and 0 < pack.extension.days <= clock.limit:
            what = f"延期后总共 {pack.extension.days} 个工作日，不比 clock[{number}] 的 {clock.limit} 个长"
            yield Finding(
                "bad_extension", "extension.days", what, "用 for 限定可延期的件，或加大 days"
            )


def callback(pack: RulePack) -> Iterator[Finding]:
    """`[callback]`."""
    rule = pack.callback
    if not 0 <= rule.share <= 100:
        yield Finding("bad_callback", "callback.share", f"回访比例 {rule.share} 不在 0 到 100 之间")
    if not (rule.source or rule.proposed):
        yield Finding(
            "no_source", "callback", "回访没有依据来源", "写 source，或写明 proposed = true"
        )
    for key, count in (("attempts", rule.attempts), ("days", rule.days)):
        if count < 0:
            yield Finding("bad_callback", f"callback.{key}", f"{key} = {count} 是负数")


def scales(pack: RulePack) -> Iterator[Finding]:
    """`[score]` and `[tiers]`."""
    for name, scale in (("score", pack.score), ("tiers", pack.tiers)):
        if scale.points and not (scale.source or scale.proposed):
            hint = "写 source，或写明 proposed = true"
            yield Finding("no_source", name, f"[{name}] 没有依据来源", hint)
        for key, points in scale.points.items():
            if not 0 <= points <= 100:
                yield Finding("bad_score", f"{name}.{key}", f"{key} = {points} 不在 0 到 100 之间")
    for rate in pack.score.points:
        yield from strangers(f"score.{rate}", "[score] 里的比率", [rate], RATES)
    total = sum(pack.score.points.values())
    if pack.score.points and total != 100:
        yield Finding("bad_score", "score", f"[score] 各项相加是 {total}", "合计要是 100")
    tiers = list(pack.tiers.points.values())
    if any(higher <= lower for higher, lower in pairwise(tiers)):
        what = f"[tiers] 没有从高到低排：{'、'.join(map(str, tiers))}"
        yield Finding("bad_score", "tiers", what, "例如 优 = 90、良 = 80、差 = 0")
    if tiers and tiers[-1] != 0:
        what = f"[tiers] 最低一档从 {tiers[-1]} 分起，再低的没有档次"
        yield Finding("bad_score", "tiers", what, "最后一档写 0")
    if tiers and not pack.score.points:
        yield Finding("bad_score", "tiers", "有 [tiers]，却没有 [score]：没有分数可分档")


def _counting(where: str, row: Accountability) -> Iterator[Finding]:
    """What is wrong with the numbers of a row that counts."""
    if not row.counts:
        idle = [name for name in ("per", "window", "at", "consecutive") if getattr(row, name)]
        if idle:
            what = f"问责情形“{row.trigger}”没有写数什么（count），{'、'.join(idle)} 没有用处"
            yield Finding("contradiction", where, what, f"count 可写：{'、'.join(COUNTED)}")
        return
    yield from strangers(f"{where}.count", "数什么 count", [row.counts], COUNTED)
    yield from strangers(f"{where}.per", "按谁数 per", [row.per], PER)
    yield from strangers(f"{where}.window", "数多久 window", [row.window], WINDOWS)
    for name in ("at", "consecutive"):
        if getattr(row, name) < 1:
            what = f"问责情形“{row.trigger}”的 {name} 是 {getattr(row, name)}"
            yield Finding("bad_count", f"{where}.{name}", what, "至少 1")


def accountability(pack: RulePack) -> Iterator[Finding]:
    """`[[accountability]]`."""
    known = pack.words.get("supervision", {})
    if pack.accountability and not known:
        what = f'有问责情形，却没有一个{AXES["supervision"]}的词（axis = "supervision"）'
        yield Finding("empty_axis", "word", what)
    for trigger, n in repeated(row.trigger for row in pack.accountability):
        yield Finding("duplicate", "accountability", f"问责情形“{trigger}”写了 {n} 次")
    for number, row in enumerate(pack.accountability, 1):
        where = f"accountability[{number}]"
        if known:
            yield from strangers(f"{where}.measures", "问责措施", row.measures, known)
        if not row.measures:
            yield Finding("missing_key", f"{where}.measures", f"问责情形“{row.trigger}”没有措施")
        yield from _counting(where, row)
        if not (row.source or row.proposed):
            what = f"问责情形“{row.trigger}”没有依据来源"
            yield Finding("no_source", where, what, "写 source，或写明 proposed = true")
