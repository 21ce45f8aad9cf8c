"""`bbcs report`: registers, the month, KPIs, the day, the circular."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from bbcs.calendar.dates import parse_day, parse_moment
from bbcs.cli import context, options, output
from bbcs.cli.click import Command
from bbcs.cli.options import Argument, CommandDefinition, Values
from bbcs.cli.settings import Settings
from bbcs.domain.acts.fields import Field
from bbcs.errors import MissingInput, UnknownWord, UsageError
from bbcs.registers import REGISTERS
from bbcs.registers.entry import Period
from bbcs.render.terminal import echo, talk
from bbcs.usecases import reports
from bbcs.usecases.office import Office

FORMATS = ("table", "json", "ndjson", "csv", "tsv", "md", "xlsx")

PERIOD = (
    Field("month", "哪个月，如 2026-10（默认本月）", "month"),
    Field("from", "从哪天起", "date"),
    Field("to", "到哪天止", "date"),
    Field("as_of", "按台账当时的样子出（哪天或哪一刻）", "when"),
)

PRINTED = (
    Field("format", f"格式：{' '.join(FORMATS)}"),
    Field("out", "写到这个文件（xlsx 必须给）", "output"),
)
"""The options of every report of figures."""


def _register(settings: Settings, values: Values) -> None:
    where = context.office(settings)
    period, out = _period(values, where), values["out"]
    fmt = _format_of(settings, values)
    snapshot = _snapshot(where, period, values)
    table = reports.register(values["name"], snapshot, snapshot.office)
    if fmt == "xlsx":
        from bbcs.render.table_files import write_register
        from bbcs.store.head_writer import anchor

        write_register(snapshot, table, Path(out), anchor)
        output.files(settings, [out])
    elif out:
        from bbcs.render.files import write_bytes
        from bbcs.render.formats import encode, render

        encoding = output.encoding(settings, fmt)
        write_bytes(Path(out), encode(render(table, fmt), fmt, encoding))
        output.files(settings, [out])
    else:
        from bbcs.cli.listing import echo_table

        echo_table(settings, table, fmt)


def _snapshot(where: Office, period: Period, values: Values) -> reports.Month:
    then = moment(values, where)
    return context.read_long(
        where,
        lambda ledger: reports.snapshot(
            ledger, reports.as_of(ledger, where, then), period, later=True
        ),
    )


def moment(values: Values, where: Office) -> datetime | None:
    """The moment of `--as-of`; a day means its end, today the present."""
    from bbcs.cli.dates import resolve_for

    text = values["as_of"] and resolve_for(values["as_of"], where, "as_of", timed=True)
    if not text:
        return None
    if len(text) > len("2026-10-31"):
        return parse_moment(text)
    end = parse_moment(f"{text}T23:59:59")
    if end.date() == where.stamp.now.date():
        return min(end, where.stamp.now)
    return end


def _format_of(settings: Settings, values: Values) -> str:
    """JSON for --json without a file, else the named format or that of the file's name."""
    if settings.as_json and not values["out"]:
        if values["format"] and values["format"] not in FORMATS:
            raise UnknownWord("格式", values["format"], list(FORMATS))
        return "json"
    usual = "table" if values["out"] else settings.preferred("format") or "table"
    return _format(values["format"] or usual, values["out"])


def _format(name: str, out: str | None) -> str:
    if out and name == "table":
        name = Path(out).suffix.lstrip(".") or "table"
    if name not in FORMATS:
        raise UnknownWord("格式", name, list(FORMATS))
    if name == "xlsx" and not out:
        raise MissingInput(["--out（写到哪个 xlsx 文件）"])
    if out:
        output.refuse_other_name(name, Path(out))
    return name


def _monthly(settings: Settings, values: Values) -> None:
    where = context.office(settings)
    period = _period(values, where)
    snapshot = _snapshot(where, period, values)
    files: list[str] = []
    if values["out"]:
        from bbcs.render.table_files import write_month
        from bbcs.store.head_writer import anchor

        files = write_month(snapshot, Path(values["out"]), anchor)
    if settings.as_json:
        output.echo_json(snapshot.document(files))
    elif settings.quiet:
        echo("\n".join(files))
    else:
        if files:
            echo("\n".join([*files, ""]))
        echo("\n".join(_lines(snapshot)))


def _kpi(settings: Settings, values: Values) -> None:
    from bbcs.cli import report_kpi

    where = context.office(settings)
    fmt = _format_of(settings, values)
    report_kpi.show(settings, where, _period(values, where), moment(values, where), values, fmt)


def _circular(settings: Settings, values: Values) -> None:
    from bbcs.cli import report_circular

    where = context.office(settings)
    fmt = _format_of(settings, values)
    period, then = _period(values, where), moment(values, where)
    report_circular.show(settings, where, period, then, values, fmt)


def _daily(settings: Settings, values: Values) -> None:
    from bbcs.cli import report_daily

    where = context.office(settings)
    fmt = _format_of(settings, values)
    report_daily.show(settings, where, moment(values, where), values, fmt)


def _period(values: Values, where: Office) -> Period:
    from bbcs.cli.dates import month as spoken_month, resolve_for

    month, first, last = values["month"], values["from"], values["to"]
    if month and (first or last):
        raise UsageError("--month 和 --from/--to 只用一样")
    if first and last:
        return reports.between(
            parse_day(resolve_for(first, where, "from")), parse_day(resolve_for(last, where, "to"))
        )
    if first or last:
        missing = {"--from（从哪天起）": first, "--to（到哪天止）": last}
        raise MissingInput([label for label, value in missing.items() if not value])
    return reports.month(
        spoken_month(month, where.stamp.now.date()) if month else f"{where.stamp.now:%Y-%m}"
    )


def _lines(snapshot: reports.Month) -> list[str]:
    identity, beside, rates = reports.figures(snapshot)
    title = f"{snapshot.office.station.name} {snapshot.period.label}"
    lines = [title, identity, *beside, *rates]
    if snapshot.later:
        lines.append(f"本期结束后另有更正、补录等 {len(snapshot.later)} 条，见工作簿“更正”表")
    lines.append(reports.footer(snapshot.head, snapshot.office))
    if not snapshot.entries:
        talk("bbcs: 这一期没有件")
    return lines


_KNOWN = "、".join(f"{key}（{title}）" for key, title in REGISTERS.items())

WORDS: Mapping[str, CommandDefinition] = {
    "register": CommandDefinition(
        "一本登记簿：屏幕、表格文件或数据",
        _register,
        (
            *PERIOD,
            Field("format", "格式：table json ndjson csv tsv md xlsx"),
            Field("out", "写到这个文件（xlsx 必须给）", "output"),
        ),
        (Argument("name", "登记簿", f"哪本：{_KNOWN}", "work"),),
        (
            "bbcs report register work --month 2026-10",
            "bbcs report register work --month 2026-10 --out 十月台账.xlsx",
            "bbcs report register --month 2026-10 --as-of 2026-11-01",
        ),
    ),
    "monthly": CommandDefinition(
        "月报：平衡的计数和比率，加一本工作台账登记簿",
        _monthly,
        (*PERIOD, Field("out", "写到这个目录", "folder")),
        examples=(
            "bbcs report monthly --month 2026-10 --out 十月",
            "bbcs report monthly --from 2026-04-01 --to 2026-09-30 --json",
        ),
    ),
    "daily": CommandDefinition(
        "日报：当天和本月累计的收办，超期和快到期的件",
        _daily,
        (
            Field("day", "哪一天（默认今天）", "date"),
            Field("as_of", "按台账当时的样子出（哪天或哪一刻）", "when"),
            *PRINTED,
        ),
        examples=("bbcs report daily", "bbcs report daily --day 2026-10-12 --out 日报.xlsx"),
    ),
    "circular": CommandDefinition(
        "通报：反映最多的窗口和单位、到了追责标准的、各单位名次、难办的件",
        _circular,
        (*PERIOD, *PRINTED),
        examples=(
            "bbcs report circular --month 2026-10",
            "bbcs report circular --month 2026-10 --out 十月通报.xlsx",
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
        ),
        examples=(
            "bbcs report kpi --month 2026-10",
            "bbcs report kpi --from 2026-04-01 --to 2026-09-30 --places 1 --out 半年.xlsx",
        ),
    ),
}


def command(word: str) -> Command:
    """The group."""
    return options.group(word, "登记簿、月报、日报、通报和考核指标", WORDS)
