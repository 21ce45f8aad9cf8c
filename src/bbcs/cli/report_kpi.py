"""`bbcs report kpi`: rates, counts, changes and given figures of a period."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from bbcs.cli import context, output
from bbcs.cli.options import Values
from bbcs.cli.settings import Settings
from bbcs.errors import BadValue
from bbcs.registers.entry import Period
from bbcs.render.formats import dumps, encode, render
from bbcs.render.terminal import emit
from bbcs.usecases import kpi, reports
from bbcs.usecases.filters import one_of
from bbcs.usecases.office import Office


def style(values: Values) -> kpi.Style:
    """The place's style of printing figures."""
    places, rounding = values["places"] or "2", values["rounding"] or "half_up"
    if places not in ("0", "1", "2", "3", "4"):
        raise BadValue("--places 应为 0 到 4")
    return kpi.Style(int(places), one_of("--rounding", rounding, kpi.ROUNDINGS))


def show(
    settings: Settings,
    where: Office,
    period: Period,
    then: datetime | None,
    values: Values,
    fmt: str,
) -> None:
    """Print the KPIs in this format, or write them into `--out`."""
    how = style(values)
    kpis = context.read_long(
        where, lambda ledger: kpi.build(ledger, reports.as_of(ledger, where, then), period, how)
    )
    if fmt == "json" and not values["out"]:
        output.echo_json(kpis.document())
    elif fmt == "xlsx":
        _workbook(kpis, Path(values["out"]))
        output.files(settings, [values["out"]])
    elif values["out"]:
        from bbcs.render.files import write_bytes

        raw = encode(_text(kpis, fmt), fmt, output.encoding(settings, fmt))
        write_bytes(Path(values["out"]), raw)
        output.files(settings, [values["out"]])
    else:
        emit(_text(kpis, fmt))


def _text(kpis: kpi.Kpis, fmt: str) -> str:
    if fmt == "json":
        return dumps(kpis.document()) + "\n"
    if fmt in ("table", "md"):
        return "\n".join(
            render(table, fmt, counted=False)
            for table in kpis.tables(reports.footer(kpis.head, kpis.office))
            if table.rows
        )
    return render(kpis.flat(), fmt)


def _workbook(kpis: kpi.Kpis, path: Path) -> None:
    from bbcs.render.table_files import write_workbook
    from bbcs.store.head_writer import anchor

    footer = reports.footer(kpis.head, kpis.office)
    write_workbook(path, [one for one in kpis.tables(footer) if one.rows], kpis.office, footer)
    anchor(kpis.office.home, kpis.head)
