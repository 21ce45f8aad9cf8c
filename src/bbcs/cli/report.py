"""`bbcs report`: registers, the month, KPIs, the day, the circular."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bbcs.cli import context, options, output
from bbcs.cli.click import Command
from bbcs.cli.options import Argument, CommandDefinition, Values, flag
from bbcs.cli.report_period import PERIOD, moment, period_of
from bbcs.cli.settings import ALL, Settings
from bbcs.domain.acts import Field
from bbcs.errors import MissingInput, UnknownWord, UsageError, chinese_first
from bbcs.registers import REGISTERS
from bbcs.registers.paper import FORMS
from bbcs.render.formats import TABLES

OF_REGISTER = (*TABLES, "pdf")
OF_CIRCULAR = (*TABLES, "docx", "pdf")

NAMED = ("xlsx", "pdf")
"""Formats that are written into a file which must be named."""

PRINTED = (
    Field("format", f"格式：{' '.join(TABLES)}"),
    Field("out", "写到这个文件（xlsx 必须给）", "output"),
)
"""The options of every report of figures."""


def _register(settings: Settings, values: Values) -> None:
    from bbcs.cli import report_register

    fmt = _format_of(settings, values, OF_REGISTER)
    _may_write(settings, values)
    report_register.show(settings, values, fmt)


def _format_of(
    settings: Settings,
    values: Values,
    formats: tuple[str, ...] = TABLES,
    named: tuple[str, ...] = NAMED,
) -> str:
    """JSON for --json without a file, else the named format or that of the file's name.

    named: the formats for which the file must be named.
    """
    if settings.as_json and not values["out"]:
        if values["format"] and values["format"] not in formats:
            raise UnknownWord("--format（格式）", values["format"], list(formats))
        return output.json_format(values["format"] or "")
    usual = "table" if values["out"] else settings.preferred("format") or "table"
    return _format(values["format"] or usual, values["out"], formats, named)


def _format(name: str, out: str | None, formats: tuple[str, ...], named: tuple[str, ...]) -> str:
    if out and name == "table":
        name = Path(out).suffix.lstrip(".") or "table"
    if name not in formats:
        raise UnknownWord("--format（格式）", name, list(formats))
    if name in named and not out:
        raise MissingInput([f"--out（写到哪个 {name} 文件）"])
    if out:
        output.refuse_other_name(name, Path(out))
    return name


def _may_write(settings: Settings, values: Values) -> None:
    """Declined for a file that is there: before anything is counted or a look is logged."""
    if values["out"]:
        output.agree(Path(values["out"]), yes=settings.yes)


def _monthly(settings: Settings, values: Values) -> None:
    if settings.station == ALL:
        from bbcs.cli import county_reports

        fmt = _format_of(settings, values)
        _may_write(settings, values)
        county_reports.monthly(settings, values, fmt)
        return
    from bbcs.cli import report_monthly

    if values["format"]:
        raise UsageError("--format 只和 --station all 同用；一个站的月报写文件用 --out 目录")
    report_monthly.show(settings, values)


def _kpi(settings: Settings, values: Values) -> None:
    if settings.station == ALL:
        from bbcs.cli import county_reports

        county_reports.kpi(settings, values, _format_of(settings, values))
        return
    from bbcs.cli import report_kpi

    office = context.office(settings)
    fmt = _format_of(settings, values)
    _may_write(settings, values)
    report_kpi.show(
        settings, office, period_of(values, office), moment(values, office), values, fmt
    )


def _circular(settings: Settings, values: Values) -> None:
    from bbcs.cli import report_circular

    report_circular.show(settings, values, _format_of(settings, values, OF_CIRCULAR, ("xlsx",)))


def _daily(settings: Settings, values: Values) -> None:
    from bbcs.cli import report_daily

    office = context.office(settings)
    fmt = _format_of(settings, values)
    _may_write(settings, values)
    report_daily.show(settings, office, moment(values, office), values, fmt)


def _fill(settings: Settings, values: Values) -> None:
    from bbcs.cli import report_fill

    report_fill.show(settings, values)


_KNOWN = "、".join(chinese_first(*pair) for pair in REGISTERS.items())
FORM = Field("form", "登记簿的样式（默认本地的栏目）", choices=FORMS)

WORDS: Mapping[str, CommandDefinition] = {
    "register": CommandDefinition(
        "一本登记簿：屏幕、表格文件或数据",
        _register,
        (
            *PERIOD,
            FORM,
            flag("reveal", "不遮盖个人信息（须写理由，记入台账，文件只有自己能读）"),
            Field("reason", "为什么要印未遮盖的资料"),
            Field("format", f"格式：{' '.join(OF_REGISTER)}（pdf 要有 LibreOffice）"),
            Field("out", "写到这个文件（xlsx、pdf 必须给）", "output"),
            options.STATION,
        ),
        (Argument("name", "登记簿", f"哪本：{_KNOWN}", "work"),),
        (
            "bbcs report register work --month 2026-10",
            "bbcs report register work --month 2026-10 --out 十月台账.xlsx",
            "bbcs report register 电话回访登记簿 --month last",
            "bbcs report register --month 2026-10 --as-of 2026-11-01",
            "bbcs report register work --form short --reveal --reason 存档 --out 存档.xlsx",
        ),
    ),
    "monthly": CommandDefinition(
        "月报：平衡的计数和比率；写成文件的，一本工作簿装齐统计和各本登记簿",
        _monthly,
        (
            *PERIOD,
            FORM,
            Field("format", f"全县月报的格式：{' '.join(TABLES)}"),
            Field("out", "写到这个目录；全县月报写到这个文件", "folder"),
            options.STATION,
        ),
        examples=(
            "bbcs report monthly --month last --out 月报 --quiet   # 定时任务：没有事就不出声",
            "bbcs report monthly --month 2026-10 --out 十月",
            "bbcs report monthly --from 2026-04-01 --to 2026-09-30 --json",
            "bbcs report monthly --month last --station all --out 全县.xlsx",
        ),
    ),
    "daily": CommandDefinition(
        "日报：当天和本月累计的收办，超期和快到期的件",
        _daily,
        (
            Field("day", "哪一天（默认今天）", "date"),
            Field("as_of", "按台账当时的样子出（哪天或哪一刻）", "when"),
            *PRINTED,
            options.STATION,
        ),
        examples=("bbcs report daily", "bbcs report daily --day 2026-10-12 --out 日报.xlsx"),
    ),
    "circular": CommandDefinition(
        "通报：反映最多的窗口和单位、到了追责标准的、各单位名次、难办的件",
        _circular,
        (
            *PERIOD,
            Field("format", f"格式：{' '.join(OF_CIRCULAR)}（pdf 要有 LibreOffice）"),
            Field("out", "写到这个文件（xlsx 必须给；docx、pdf 默认写在当前目录）", "output"),
            options.STATION,
        ),
        examples=(
            "bbcs report circular --month 2026-10",
            "bbcs report circular --month 2026-10 --format docx",
            "bbcs report circular --month 2026-10 --out 十月通报.xlsx",
        ),
    ),
    "fill": CommandDefinition(
        "填上级表：照表头和项目把空表填好，认不准的不填，列在“未填”表",
        _fill,
        (
            Field("month", "哪个月，如 2026-10；last = 上个月（默认本月）", "month"),
            Field("map", "对照文件（TOML），写哪个单元格或项目填什么；填后记住", "file"),
            Field("out", "写到这个文件（默认在空表旁边）", "output"),
        ),
        (Argument("blank", "空表", "上级发来的 xlsx 空表，不会改它"),),
        (
            "bbcs report fill 县局月报表.xlsx --month 2026-10",
            "bbcs report fill 县局月报表.xlsx --month 2026-10 --map 对照.toml --out 十月.xlsx",
        ),
    ),
    "kpi": CommandDefinition(
        "考核指标：各种率、分类计数、单位名次、比上期和上年同期、给定的数字",
        _kpi,
        (
            *PERIOD,
            Field("places", "百分数留几位小数，0 到 4（默认 2）", "int"),
            Field(
                "rounding", "末位四舍五入（默认）还是截断", choices={"half_up": "", "truncate": ""}
            ),
            *PRINTED,
            options.STATION,
        ),
        examples=(
            "bbcs report kpi --month 2026-10",
            "bbcs report kpi --from 2026-04-01 --to 2026-09-30 --places 1 --out 半年.xlsx",
            "bbcs report kpi --month last --station all --out 全县考核.xlsx",
        ),
    ),
}


def command(word: str) -> Command:
    """The group."""
    return options.group(word, "登记簿、月报、日报、通报和考核指标", WORDS)
