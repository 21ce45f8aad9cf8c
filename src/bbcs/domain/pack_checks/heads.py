"""Every defect of `[pack]`, `[office]` and the sources as a finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bbcs.calendar.hours import office_hours
from bbcs.domain.pack import FIRST, GATES, RulePack
from bbcs.domain.pack_checks.texts import LONGEST, is_time, repeated, unusable_key
from bbcs.errors import BbcsError
from bbcs.findings import Finding, strangers

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "day_rule": ("wd", "wd_roll"),
    "after_hours": ("", "same_day", "next_workday"),
    "due_time": ("", "end_of_day", "close_of_business"),
    "several_causes": ("", FIRST),
}


def heads(pack: RulePack) -> Iterator[Finding]:
    """`[pack]`: key, edition, how days are counted."""
    head = pack._asdict()
    yield from unusable_key("pack.key", "规则包的 key", pack.key)
    if "@" in pack.edition or not pack.edition.isprintable() or len(pack.edition) > LONGEST:
        hint = f"不含 @ 和换行，不超过 {LONGEST} 个字，例如 1 或 2026-2"
        yield Finding("bad_key", "pack.edition", f"版次“{pack.edition}”不能用", hint)
    for key, known in _CHOICES.items():
        yield from strangers(f"pack.{key}", key, [head[key]], known)
    if pack.cutoff and not is_time(pack.cutoff):
        yield Finding("bad_time", "pack.cutoff", f"截止时刻“{pack.cutoff}”不是 HH:MM", "例如 17:30")
    if pack.office and not _readable(pack.office):
        what = f"办公时间“{pack.office}”读不懂"
        hint = "例如 09:00-12:00,13:30-17:30，前后不重叠；[[office]] 的最后一行不写季节和星期"
        yield Finding("bad_hours", "office.hours", what, hint)
    yield from _receipt(pack)
    conditions = [pack.extension.for_, *(clock.for_ for clock in pack.clocks)]
    if pack.one_cause and not any("cause" in one for one in conditions):
        what = "several_causes 说按头一个原因定，却没有一条时限或延期按原因分"
        yield Finding("idle_key", "pack.several_causes", what, "去掉 several_causes")
    known_keys = (
        *(f"pack.{key}" for key in head),
        *(f"gates.{gate}" for gate in (*GATES, "dispatch_guard")),
        *(f"register.{name}" for name in pack.registers),
    )
    for key in pack.proposed:
        yield from strangers(
            key.partition(".")[0], "proposed 里的", [key], (*known_keys, "office", "number")
        )


def _receipt(pack: RulePack) -> Iterator[Finding]:
    """What says when a case counts as received, and when a day ends."""
    if pack.due_time == "close_of_business" and not pack.office:
        yield Finding("no_hours", "pack.due_time", "到期日按下班时刻截止，但没有 [office] hours")
    if not pack.office and not pack.cutoff:
        hint = "写 [office] hours，或写 cutoff"
        if pack.after_hours == "next_workday":
            what = "下班后收到的算下一个工作日，但没有 [office] hours，也没有 cutoff"
            yield Finding("no_hours", "pack.after_hours", what, hint)
        elif pack.day_rule == "wd_roll":
            what = "day_rule 是 wd_roll，但几点以后算下一个工作日收到没有写"
            yield Finding("no_hours", "pack.day_rule", what, hint)
    if pack.day_rule == "wd_roll" and pack.after_hours == "same_day":
        what = "day_rule 是 wd_roll：下班后收到的算下一个工作日；after_hours 却说当日算"
        yield Finding("contradiction", "pack.after_hours", what, "去掉 after_hours，或用 wd")


def _readable(hours: str) -> bool:
    """Whether the calendar can read these office hours (`calendar/hours.py`)."""
    try:
        office_hours(hours)
    except BbcsError:
        return False
    return True


# -- sources ---------------------------------------------------------------------------------------


def sources(pack: RulePack) -> Iterator[Finding]:
    """Ids of sources that are used twice, and sources that no id names."""
    ids = [source.get("id", "") for source in pack.sources]
    for key, n in repeated(ids):
        yield Finding("duplicate", "pack.sources", f"来源编号“{key}”用了 {n} 次")
    known = tuple(filter(None, ids))
    for where, text in _named(pack):
        if text and not text.startswith(known):
            what = f"出处“{text}”不以任何来源的编号开头"
            hint = f"来源编号有：{'、'.join(known) or '（无）'}；新的来源写一段 [[pack.sources]]"
            yield Finding("unknown_source", where, what, hint)


def _named(pack: RulePack) -> Iterator[tuple[str, str]]:
    """Every place that names a source, with what it says."""
    for axis, words in pack.words.items():
        yield from ((f"word.{axis}.{key}.source", word.source) for key, word in words.items())
    yield from _numbered("clock", pack.clocks)
    yield "gates.source", pack.gates_source
    yield "extension.source", pack.extension.source
    yield "callback.source", pack.callback.source
    yield "score.source", pack.score.source
    yield "tiers.source", pack.tiers.source
    yield from _numbered("accountability", pack.accountability)
    yield from _numbered("facts", pack.facts)


def _numbered(table: str, rows: Iterable[object]) -> Iterator[tuple[str, str]]:
    for number, row in enumerate(rows, 1):
        yield f"{table}[{number}].source", getattr(row, "source", "")
