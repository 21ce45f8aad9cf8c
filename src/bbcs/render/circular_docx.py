"""The circular of a period as a Word document (工作情况通报), from the shipped template or that of the
office.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bbcs.domain.rates import RATES
from bbcs.papers.paper import day
from bbcs.registers.monthly import BESIDE, COUNTS, IDENTITY
from bbcs.registers.table import Table
from bbcs.render import docx_template
from bbcs.render.docx_template import text
from bbcs.render.files import whole
from bbcs.render.text_table import plain
from bbcs.usecases import reports
from bbcs.usecases.circular import Circular

NAME = "工作情况通报"
"""What its files are called."""

SHIPPED = "circular.docx"

NONE = "—"
"""Where a cell has nothing."""


def write(path: Path, circular: Circular) -> None:
    """Write the document, whole or not at all. Raises as `paper_docx.write`."""
    word = document(circular)
    with whole(path) as draft:
        draft.write_bytes(word)


def document(circular: Circular) -> bytes:
    """The document: of the same circular the same bytes."""
    return docx_template.fill(circular.office.home, (SHIPPED,), fields(circular))


def fields(circular: Circular) -> dict[str, Any]:
    """What a template may name: the figures, and each table of the circular by its name."""
    month, office = circular.month, circular.office
    counts = month.counts[""]
    return {
        "title": text(circular.title),
        "station": text(office.station.name),
        "period": month.period.label,
        "before": circular.before.label,
        "year": month.period.last.year,
        "day": day(office.stamp.now.date()),
        "identity": reports.figures(month)[0],
        "counts": [
            {"name": name, "label": COUNTS[name], "count": counts[name]}
            for name in (*IDENTITY, *BESIDE)
            if name in IDENTITY or counts[name]
        ],
        "visitors": month.consultations["visitors"],
        "answered": month.consultations["answered"],
        "rates": [
            {"name": one.name, "label": one.label, "text": one.text, "of": RATES[one.name].of}
            for one in month.rates
        ],
        "tiers": _tiers(circular.part("units")),
        **{one.name: _part(one) for one in circular.parts},
        "remarks": [reports.footer(month.head, office)],
    }


def _part(table: Table) -> dict[str, Any]:
    """A table for templates: its rows as texts, also where no column shows them; which columns have
    anything in any row; its notes.
    """
    rows = [{name: _cell(value) for name, value in row.items()} for row in table.rows]
    return {
        "rows": rows,
        "filled": {name: any(row[name] != NONE for row in rows) for name in (rows or [{}])[0]},
        "notes": [text(note) for note in table.notes],
    }


def _cell(value: Any) -> str:
    return text(plain(value)) or NONE


def _tiers(units: Table) -> list[dict[str, Any]]:
    """The units of each tier, in the order of rank."""
    tiers: dict[str, list[str]] = {}
    for row in units.rows:
        if row["tier"]:
            tiers.setdefault(row["tier"], []).append(text(row["unit"]))
    return [{"tier": tier, "units": "、".join(names)} for tier, names in tiers.items()]
