"""`bbcs calendar check|add|count|batch`: working days.

A home, where there is one, adds its imported notices and its hours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from bbcs.calendar.dates import minute_text, parse_start
from bbcs.calendar.days import DayCalendar
from bbcs.calendar.rules import CUTOFF, HOURS, RULES, Number, rule_of
from bbcs.cli import options, output
from bbcs.cli.click import Command
from bbcs.cli.context import pack as in_force
from bbcs.cli.dates import DateContext, resolve
from bbcs.cli.home_calendar import overlaid
from bbcs.cli.options import Argument, CommandDefinition, Values, flag
from bbcs.cli.settings import Settings, half_width
from bbcs.config.environment import present
from bbcs.config.home_files import STATION
from bbcs.domain.acts import Field
from bbcs.errors import UsageError
from bbcs.usecases import workdays

REGION = Field("region", "按哪个地区的日历（默认本站的地区）")

KINDS = {"normal": "平日", "weekend": "周末", "holiday": "放假", "makeup": "调休上班"}


def _terms(settings: Settings) -> dict[str, str]:
    """Cut-off and office hours: the pack's, where there is a station; else the defaults."""
    usual = {"cutoff": CUTOFF, "hours": HOURS}
    if not (settings.folder / STATION).exists():
        return usual

    pack = in_force(settings)
    return {"cutoff": pack.cutoff or usual["cutoff"], "hours": pack.office or usual["hours"]}


def _check(settings: Settings, values: Values) -> None:
    calendar = overlaid(settings, values["region"])
    day = workdays.check(calendar, _date_text(values["day"], calendar))
    works = _WORKS[day["is_working_day"]]
    why = "，".join(part for part in (KINDS[day["kind"]], day["name"], day["notice"]) if part)
    note = "" if day["final"] else "（暂定：相关年度的放假通知未到）"
    output.answer(
        settings, {"schema": "bbcs.day/1", **day}, f"{day['day']} {works}（{why}）{note}", works
    )


_WORKS = {True: "工作日", False: "休息日"}


def _add(settings: Settings, values: Values) -> None:
    terms = _terms(settings)
    terms["hours"] = values["hours"] or terms["hours"]
    calendar = overlaid(settings, values["region"])
    rule = values["rule"] or "wd"
    number = _number(rule, values["n"])
    start = _date_text(values["start"], calendar, timed=True)
    deadline = workdays.add(calendar, start, number, rule, **terms)
    lines = [f"{minute_text(deadline['due'])}{_provisional(deadline)}"]
    if settings.as_json or values["explain"]:
        deadline["basis"] = workdays.basis(calendar, rule)
    if values["explain"]:
        deadline["steps"] = workdays.explain(calendar, start, number, rule, **terms)
        lines += [_step(step) for step in deadline["steps"]]
        lines.append(f"  {deadline['basis']}")
    document = {"schema": "bbcs.due/1", **deadline}
    output.answer(settings, document, "\n".join(lines), deadline["due"])


def _date_text(text: str, calendar: DayCalendar, *, timed: bool = False) -> str:
    """A date in people's words as YYYY-MM-DD.

    Figures of the wrong shape are refused by the function that reads them.
    """
    return resolve(text, DateContext(present()[0].date(), calendar), timed=timed)


def _number(rule: str, text: str) -> Number:
    if text.startswith("--"):
        raise UsageError(f"没有选项 {text.partition('=')[0]}；选项见 bbcs calendar add --help")
    return workdays.number(rule_of(rule), half_width(text).strip())


def _provisional(answer: Mapping[str, Any]) -> str:
    if not answer["provisional"]:
        return ""
    return f"（暂定：{'、'.join(map(str, answer['years']))} 年放假通知未到）"


def _step(step: dict[str, Any]) -> str:
    count = " " * 8
    if step["number"] is not None:
        count = f"第{step['number']:>3} 天"
    return f"  {step['day']}  {count}  {step['text']}"


def _count(settings: Settings, values: Values) -> None:
    calendar = overlaid(settings, values["region"])
    first, last = _date_text(values["first"], calendar), _date_text(values["last"], calendar)
    counted = workdays.count(calendar, first, last)
    text = f"{counted['working_days']} 个工作日{_provisional(counted)}"
    document = {"schema": "bbcs.workdays/1", **counted}
    output.answer(settings, document, text, str(counted["working_days"]))


def _batch(settings: Settings, values: Values) -> None:
    from bbcs.cli.calendar_batch import answer  # only for this

    calendar = overlaid(settings, values["region"])

    def read(text: str) -> date | datetime:
        return parse_start(_date_text(text, calendar, timed=True))

    answer(settings, values["source"], calendar, read, _terms(settings))


def _later(name: str) -> Callable[[Settings, Values], None]:
    """A word that reads notices or years.

    `notices` is loaded when it runs, not with every `calendar add`.
    """

    def run(settings: Settings, values: Values) -> None:
        from bbcs.cli import notices

        notices.RUN[name](settings, values)

    return run


FILE = Argument("source", "文件", "通知：文本、网页或文档文件，- 为标准输入（粘贴的文字）")
YEAR = Field("year", "应是哪一年的通知；不是就拒绝", "int")

WORDS: Mapping[str, CommandDefinition] = {
    "check": CommandDefinition(
        "这一天上不上班，依据哪份通知",
        _check,
        (REGION,),
        arguments=(Argument("day", "日期", "哪一天，如 2026-10-10、10月10日、今天"),),
        examples=("bbcs calendar check 2026-10-10",),
    ),
    "add": CommandDefinition(
        "从某日起算第几个工作日，到期是哪天",
        _add,
        (
            Field("rule", f"规则：{' '.join(RULES)}（默认 wd）"),
            Field("hours", "办公时间，如 09:00-12:00,13:30-17:30"),
            REGION,
            flag("explain", "逐日说明"),
        ),
        (
            Argument(
                "start", "起始", "起始日期或时间，如 2026-09-30、9月30日、今天、2026-09-30T16:30"
            ),
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
    "count": CommandDefinition(
        "两天之间（含首尾）有几个工作日",
        _count,
        (REGION,),
        arguments=(
            Argument("first", "从", "第一天（含）"),
            Argument("last", "到", "最后一天（含）"),
        ),
        examples=("bbcs calendar count 2026-02-13 2026-02-28",),
    ),
    "batch": CommandDefinition(
        "成批算到期日：CSV 进（rule,start,n），同样的行加 due,provisional 出",
        _batch,
        (REGION,),
        arguments=(Argument("source", "文件", "CSV：rule,start,n；- 为标准输入"),),
        examples=("bbcs calendar batch 期限.csv > 到期.csv",),
    ),
    "show": CommandDefinition(
        "一年的月历：休、班、暂定",
        _later("show"),
        (REGION,),
        (Argument("year", "年份", "如 2026"),),
        ("bbcs calendar show 2026",),
    ),
    "parse": CommandDefinition(
        "读一份放假通知，看它改哪些日子（不保存）",
        _later("parse"),
        (REGION, YEAR),
        (FILE,),
        ("bbcs calendar parse 2027通知.txt", "bbcs calendar parse 通知.html --json"),
    ),
    "import": CommandDefinition(
        "导入放假通知：先列出变化，再重算没办完的件",
        _later("import"),
        (
            REGION,
            YEAR,
            Field(
                "organisation",
                "本单位自己的休息和上班日，写明依据；文件是一份表，首行 日期,是否上班,名称",
            ),
            Field("address", "通知的出处（网址）"),
            flag("correct", "前一次导入的同一份通知抄错了，换成这一份"),
            flag("yes", "看过变化，直接导入"),
            flag("dry_run", "只演练，不保存"),
        ),
        (FILE,),
        (
            "bbcs calendar import 2027通知.txt --dry-run",
            "bbcs calendar import 2027通知.txt --address https://www.gov.cn/…",
        ),
    ),
    "diff": CommandDefinition(
        "通知与现有日历的不同（不保存）",
        _later("diff"),
        (REGION, YEAR),
        (FILE,),
        ("bbcs calendar diff 2027通知.txt",),
    ),
    "audit": CommandDefinition(
        "与另一套公开的节假日数据逐日核对，列出每处不同",
        _later("audit"),
        (REGION,),
        examples=("bbcs calendar audit",),
    ),
    "export": CommandDefinition(
        "导出一年的休、班为日历文件，手机可订",
        _later("export"),
        (REGION, Field("out", "写到这个文件（默认标准输出）", "output")),
        (Argument("year", "年份", "如 2026"),),
        ("bbcs calendar export 2026 --out 2026.ics",),
    ),
}


def command(word: str) -> Command:
    """The group."""
    return options.group(word, "工作日：查、加、数、批量算；放假通知：解析、导入、核对", WORDS)
