"""`bbcs report monthly`: the figures of a month on the screen, and all its papers as files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from bbcs.cli import context, output, report_output
from bbcs.cli.options import Values
from bbcs.cli.report_period import moment, period_of
from bbcs.cli.settings import Settings
from bbcs.errors import UsageError
from bbcs.render.month_files import MonthAsk, write_month
from bbcs.render.terminal import echo, talk, width
from bbcs.render.text_table import broken
from bbcs.render.width import USUAL
from bbcs.store import home_log
from bbcs.store.head_writer import anchor
from bbcs.usecases import reports


def show(settings: Settings, values: Values) -> None:
    """Print the figures; with `--out` write the files too. `--quiet` then says nothing when all is
    well, as cron wants it.
    """
    if values["out"]:
        _write(settings, values)
        return
    if values["form"]:
        raise UsageError("--form 是登记簿的样式，月报只在写文件（--out）时用得着")
    office = context.office(settings)
    period, then = period_of(values, office), moment(values, office)
    month = report_output.read(
        office,
        [period],
        lambda ledger: reports.snapshot(
            ledger,
            reports.as_of(ledger, office, then),
            period,
            later=not settings.as_json,
            whole=False,
        ),
    )
    if settings.as_json:
        output.echo_json(month.document())
    elif not settings.quiet:
        _print(month)


def _write(settings: Settings, values: Values) -> None:
    office = context.office(settings)
    ask = MonthAsk(period_of(values, office), moment(values, office), values["form"] or "")
    log = _no_log if office.visited else partial(home_log.append, office.home, home_log.REPORTS)
    with output.progress(settings, "出报表", lambda: None) as step:
        written = write_month(
            office,
            ask,
            Path(values["out"]),
            partial(context.read_long, office),
            anchor,
            log,
            step,
        )
    for wrong in written.warnings:  # also of a quiet run: somebody has to mend it
        talk(f"bbcs: 没有写通报，其他文件都写了：{wrong}")
    if settings.as_json:
        output.echo_json(written.document())
    elif not settings.quiet:
        files = [*written.files, *written.skipped, ""]
        _print(written.papers.month, *files, written=True)


def _no_log(line: Mapping[str, Any]) -> None:
    """Of the papers of another station, which its own home logs."""


def _print(snapshot: reports.Month, *files: str, written: bool = False) -> None:
    if not snapshot.cases:
        talk("bbcs: 这一期没有件")
    echo("\n".join([*files, *_lines(snapshot, written=written)]))


def _lines(snapshot: reports.Month, *, written: bool) -> list[str]:
    identity, beside, rates = reports.figures(snapshot)
    title = f"{snapshot.office.station.name} {snapshot.period.label}"
    lines = [title, identity, *beside, *rates]
    if snapshot.later:
        where = "见工作簿“更正”表" if written else "用 --out 写文件，工作簿“更正”表逐条列出"
        lines.append(f"本期结束后另有更正、补录等 {len(snapshot.later)} 条，{where}")
    lines.append(reports.footer(snapshot.head, snapshot.office))
    return broken(lines, width() or USUAL)
