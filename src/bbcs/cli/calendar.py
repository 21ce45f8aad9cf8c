"""`bbcs calendar check|add|count|batch`: working days without a ledger; a home's pack only sets office hours and cut-off."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from typer import _click

from bbcs.calendar import terms
from bbcs.calendar.days import WorkCalendar
from bbcs.cli import options, speech
from bbcs.cli.options import Argument, Given, Word, flag
from bbcs.cli.settings import Settings
from bbcs.domain.acts import Field
from bbcs.errors import BadDate, UsageError
from bbcs.usecases import workdays

KINDS = {"normal": "平日", "weekend": "周末", "holiday": "放假", "makeup": "调休上班"}


def _terms(settings: Settings) -> dict[str, str]:
    """Cut-off and office hours: the pack's, where there is a station; else the defaults."""
    usual = {"cutoff": terms.CUTOFF, "hours": terms.HOURS}
    if not (settings.folder / "station.toml").exists():
        return usual
    from bbcs import packs

    pack = packs.pack(packs.station(settings.folder).pack, settings.folder)
    return {"cutoff": pack.cutoff or usual["cutoff"], "hours": pack.office or usual["hours"]}


def _check(settings: Settings, given: Given) -> None:
    found = workdays.check(WorkCalendar(), given["day"])
    works = "工作日" if found["is_working_day"] else "休息日"
    why = "，".join(part for part in (KINDS[found["kind"]], found["name"], found["notice"]) if part)
    sure = "" if found["final"] else "（暂定：相关年度的放假通知未到）"
    speech.answer(settings, found, f"{found['day']} {works}（{why}）{sure}", works)


def _add(settings: Settings, given: Given) -> None:
    how = _terms(settings) | ({"hours": given["hours"]} if given["hours"] else {})
    calendar, start, number, rule = WorkCalendar(), given["start"], _number(given["n"]), given["rule"] or "wd"
    found = workdays.add(calendar, start, number, rule, **how)
    said = [f"{found['due'][:16].replace('T', ' ')}{_provisional(found)}"]
    if given["explain"]:
        found["steps"] = workdays.explain(calendar, start, number, rule, **how)
        said += [_step(step) for step in found["steps"]]
        said.append(f"  {found['basis']}")
    speech.answer(settings, found, "\n".join(said), found["due"])


def _number(text: str) -> int:
    if text.startswith("--"):
        raise UsageError(f"没有选项 {text.partition('=')[0]}；选项见 bbcs calendar add --help")
    try:
        return int(text)
    except ValueError as error:
        raise BadDate("数量应为整数，如 5 或 -5") from error


def _provisional(found: dict[str, Any]) -> str:
    return f"（暂定：{'、'.join(map(str, found['years']))} 年放假通知未到）" if found["provisional"] else ""


def _step(step: dict[str, Any]) -> str:
    count = f"第{step['number']:>3} 天" if step["number"] is not None else " " * 8
    return f"  {step['day']}  {count}  {step['text']}"


def _count(settings: Settings, given: Given) -> None:
    found = workdays.count(WorkCalendar(), given["first"], given["last"])
    speech.answer(settings, found, f"{found['working_days']} 个工作日", str(found["working_days"]))


def _batch(settings: Settings, given: Given) -> None:
    with _lines(given["source"]) as lines:
        speech.stream(workdays.batch(WorkCalendar(), lines, **_terms(settings)))


@contextmanager
def _lines(source: str) -> Iterator[Iterable[str]]:
    """Lines of a file or of standard input, whichever encoding offices use; decoded as they come."""
    from bbcs.cli.sources import decoded_lines, unreadable

    if source == "-":
        yield decoded_lines(sys.stdin.buffer, source)
        return
    try:
        stream = Path(source).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise unreadable(source, error) from error
    with stream:
        yield decoded_lines(stream, source)


WORDS: Mapping[str, Word] = {
    "check": Word(
        "这一天上不上班，依据哪份通知",
        _check,
        arguments=(Argument("day", "日期", "哪一天，如 2026-10-10"),),
        examples=("bbcs calendar check 2026-10-10",),
    ),
    "add": Word(
        "从某日起算第几个工作日，到期是哪天",
        _add,
        (
            Field("rule", "规则：wd wd_roll same_day cal_roll month hours_wall hours_business（默认 wd）"),
            Field("hours", "办公时间，如 09:00-12:00,13:30-17:30"),
            flag("explain", "逐日说明"),
        ),
        (
            Argument("start", "起始", "起始日期或时间，如 2026-09-30 或 2026-09-30T16:30"),
            Argument("n", "数量", "几个工作日（可为负）、自然日、月或小时，由规则定"),
        ),
        (
            "bbcs calendar add 2026-09-30 3",
            "bbcs calendar add 2026-09-30 3 --explain",
            "bbcs calendar add 2026-09-30T16:30 8 --rule hours_business",
            "bbcs calendar add 2026-10-15 -5",
        ),
        negative=True,
    ),
    "count": Word(
        "两天之间（含首尾）有几个工作日",
        _count,
        arguments=(Argument("first", "从", "第一天（含）"), Argument("last", "到", "最后一天（含）")),
        examples=("bbcs calendar count 2026-02-13 2026-02-28",),
    ),
    "batch": Word(
        "成批算到期日：CSV 进（rule,start,n），同样的行加 due,provisional 出",
        _batch,
        arguments=(Argument("source", "文件", "CSV：rule,start,n；- 为标准输入"),),
        examples=("bbcs calendar batch 期限.csv > 到期.csv",),
    ),
}


def command(word: str) -> _click.Command:
    """The group."""
    return options.group(word, "工作日：查、加、数、批量算", WORDS)
