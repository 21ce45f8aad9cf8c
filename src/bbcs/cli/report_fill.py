"""`bbcs report fill`: a superior's blank table, filled from the ledger."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from bbcs.cli import context, output
from bbcs.cli.input_files import decode, unreadable
from bbcs.cli.options import Values
from bbcs.cli.report_period import period_of
from bbcs.cli.settings import Settings
from bbcs.domain.bent import PRACTICE
from bbcs.domain.pack import COLUMNS
from bbcs.registers.entry import Period
from bbcs.render import blank_xlsx
from bbcs.render.blank_xlsx import Blank
from bbcs.render.terminal import talk
from bbcs.store import home_log
from bbcs.usecases import fill, fill_maps
from bbcs.usecases.fill import Filled, cell_name
from bbcs.usecases.fill_maps import Remembered
from bbcs.usecases.office import Office


def show(settings: Settings, values: Values) -> None:
    """Fill the blank, show the match, name the cells left empty, remember what the map says."""
    office = context.office(settings)
    period = period_of({**values, "from": None, "to": None}, office)
    source = Path(values["blank"])
    label = f"{period.first:%Y-%m}"
    try:
        form = blank_xlsx.read(source)
    except OSError as error:
        raise unreadable(values["blank"], error) from error
    target = blank_xlsx.beside(source, label, values["out"])
    output.agree(target, yes=settings.yes)
    own = _own(values["map"])
    before = fill_maps.load(office.home, form.shape)
    filled = context.read_long(
        office, lambda ledger: fill.fill(ledger, office, period, form.grids, own, before.own)
    )
    blank_xlsx.write(form, filled, target)
    match = filled.match()
    fill_maps.keep(
        office.home,
        form.shape,
        Remembered({**before.own, **fill.by_number(own, form.grids)}, match),
    )
    _log(office, period, form, filled)
    lines = [*_lines(form, filled), str(target)]
    output.answer(settings, _document(form, filled, target), "\n".join(lines), str(target))
    if office.practice:
        talk(f"bbcs: {PRACTICE}填的表，不要上报")
    _warn(form, filled, before)


def _own(path: str | None) -> dict[str, str]:
    if not path:
        return {}
    try:
        raw = Path(path).read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    return fill_maps.read_map(decode(raw, path), Path(path).name)


def _log(office: Office, period: Period, form: Blank, filled: Filled) -> None:
    line = {
        "at": office.stamp.now.isoformat(timespec="seconds"),
        "actor": office.stamp.actor,
        "report": "fill",
        "period": [period.first.isoformat(), period.last.isoformat()],
        "form": form.shape,
        "cells": filled.total,
        "left": len(filled.left),
        "head": filled.head,
        "exit": 0,
    }
    with suppress(OSError):  # the form is written already
        home_log.append(office.home, home_log.REPORTS, line)


def _lines(form: Blank, filled: Filled) -> list[str]:
    """The match: which cell, its label, what it got."""
    several = len(form.grids) > 1
    lines = [
        f"{_at(form, one.sheet, cell_name(one.place), several)}  {one.label}：{one.value}（{one.meaning}）"
        for one in filled.cells
    ]
    for rows in filled.lists:
        at = _at(form, rows.sheet, cell_name((rows.top, min(rows.columns))), several)
        lines.append(f"{at} 起  一件一行，{len(rows.rows)} 行：")
        lines += [
            f"  {cell_name((rows.top, column))}  {header}（{COLUMNS[name]}）"
            for column, (header, name) in sorted(rows.columns.items())
        ]
    return lines


def _at(form: Blank, sheet: int, cell: str, several: bool) -> str:
    return f"{form.grids[sheet].name}!{cell}" if several else cell


def _warn(form: Blank, filled: Filled, before: Remembered) -> None:
    if form.drawn:
        talk(f"bbcs: {form.name} 里的图片和图表填后不保留，请自己贴回去")
    noted = blank_xlsx.noted_lines(form.grids, filled)
    if noted:
        talk(f"bbcs: 比率里有靠补录、设定时间或更正的，或有不计的件（见“{blank_xlsx.NOTED}”表）：")
    for sheet, cell, meaning, note in noted:
        talk(f"  {sheet}!{cell}  {meaning} {note}")
    match = filled.match()
    changed = [cell for cell, name in before.match.items() if match.get(cell) != name]
    if changed:
        talk(f"bbcs: 和上次填的不一样：{'、'.join(changed)}")
    if filled.left:
        talk(
            f"bbcs: 填了 {filled.total} 格，{len(filled.left)} 格没填（见“{blank_xlsx.LEFT}”表）："
        )
        for sheet, cell, label, why in blank_xlsx.left_lines(form.grids, filled):
            talk(f"  {sheet}!{cell}  {label}：{why}")


def _document(form: Blank, filled: Filled, target: Path) -> dict[str, Any]:
    return {
        "schema": "bbcs.fill/1",
        "file": str(target),
        "cells": [
            {
                "sheet": form.grids[one.sheet].name,
                "cell": cell_name(one.place),
                "label": one.label,
                "name": one.name,
                "value": one.value,
                "note": one.note or None,
            }
            for one in filled.cells
        ],
        "lists": [
            {
                "sheet": form.grids[one.sheet].name,
                "cell": cell_name((one.top, min(one.columns))),
                "rows": len(one.rows),
                "columns": dict(one.columns.values()),
            }
            for one in filled.lists
        ],
        "left": [
            dict(zip(("sheet", "cell", "label", "why"), line, strict=True))
            for line in blank_xlsx.left_lines(form.grids, filled)
        ],
    }
