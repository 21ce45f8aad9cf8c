"""Documents of reports: the month, the rates, registers, the day, the circular."""

from __future__ import annotations

from collections.abc import Mapping

from bbcs.registers.daily import GROUPS
from bbcs.registers.monthly import COUNTS
from bbcs.views.schemas.shapes import (
    BOOL,
    DAY,
    HASH,
    INT,
    NUMBER,
    RAW,
    TEXT,
    TIME,
    WHEN,
    Shape,
    many,
    maybe,
    meaning,
    record,
    table,
    words,
)
from bbcs.views.schemas.statistics import CIRCULAR as TABLES_OF_CIRCULAR, COLUMNS, STATISTICS

PERIOD = record({"from": DAY, "to": DAY, "label": TEXT})
AS_OF = record({"seq": INT, "digest": HASH})
CONSULTED = record({"visitors": INT, "answered": INT})
_COUNTS = record(dict.fromkeys(COUNTS, INT))
_RATE: Mapping[str, Shape] = {
    "name": TEXT,
    "label": TEXT,
    "numerator": INT,
    "denominator": INT,
    "value": maybe(NUMBER),
    "text": TEXT,
    "case_nos": many(TEXT),
    "bent": INT,
    "bent_nos": many(TEXT),
    "excluded_nos": many(TEXT),
    "terminated_nos": many(TEXT),
    "without": maybe(
        record({"numerator": INT, "denominator": INT, "value": maybe(NUMBER), "text": TEXT})
    ),
}
MONTHLY = record(
    {
        "period": PERIOD,
        "files": many(TEXT),
        "files_skipped": many(TEXT),
        "as_of": AS_OF,
        "counts": _COUNTS,
        "units": table(_COUNTS),
        "consultations": CONSULTED,
        "rates": many(record(_RATE)),
        "identity_holds": BOOL,
    },
    {"practice": BOOL},
)
_CHANGES = many(
    record(
        {
            "name": TEXT,
            "label": TEXT,
            "before": maybe(NUMBER),
            "now": maybe(NUMBER),
            "unit": TEXT,
            "value": maybe(NUMBER),
            "text": TEXT,
        }
    )
)
KPI = record(
    {
        "period": PERIOD,
        "before": PERIOD,
        "last_year": PERIOD,
        "as_of": AS_OF,
        "places": INT,
        "rounding": words(("half_up", "truncate")),
        "rates": many(
            record({**_RATE, "of": TEXT, "hits": TEXT, "source": TEXT, "hit_nos": many(TEXT)})
        ),
        "counts": many(
            record({"part": TEXT, "key": RAW, "label": TEXT, "count": INT, "case_nos": many(TEXT)})
        ),
        "changes": _CHANGES,
        "year_changes": _CHANGES,
        "statistics": STATISTICS,
        "facts": many(record({"name": TEXT, "value": TEXT, "source": maybe(TEXT), "given": BOOL})),
    },
    {
        "generated": meaning(
            record({"forms": INT, "cells": INT, "files": INT, "papers": INT}),
            "本期由台账生成的：上级表几张几格、月报文件、文书文件（按 log/reports.ndjson；没有就没有这一项）",
        ),
        "practice": BOOL,
    },
)
_OF_A_DAY = {"counts": _COUNTS, "consultations": CONSULTED, "rates": many(record(_RATE))}
DAILY = record(
    {
        "day": DAY,
        "month": PERIOD,
        "as_of": AS_OF,
        **_OF_A_DAY,
        "month_counts": _COUNTS,
        "month_consultations": CONSULTED,
        **dict.fromkeys(
            GROUPS,
            many(record({"case_no": TEXT, "unit": maybe(TEXT), "due": WHEN, "days": INT})),
        ),
    },
    {"practice": BOOL},
)
CIRCULAR = record(
    {
        "title": TEXT,
        "period": PERIOD,
        "before": PERIOD,
        "as_of": AS_OF,
        **_OF_A_DAY,
        **TABLES_OF_CIRCULAR,
    },
    {"practice": BOOL},
)
MANIFEST = record(
    {
        "station": TEXT,
        "period": record({"from": DAY, "to": DAY}),
        "as_of": AS_OF,
        "printed_at": TIME,
        "files": many(record({"name": TEXT, "bytes": INT, "sha256": HASH})),
    }
)
_CELL: Shape = {"type": ["string", "integer", "number", "array", "boolean", "null"]}
TABLE = record(
    {
        "name": TEXT,
        "title": RAW,
        "columns": COLUMNS,
        "count": INT,
        "rows": many(table(_CELL)),
        "notes": many(TEXT),
        "marks": table(TEXT),
    }
)
TABLE_ROW = table(_CELL)
FILES = record({"files": many(TEXT)})

_AT: Mapping[str, Shape] = {"sheet": TEXT, "cell": TEXT}
FILL = record(
    {
        "file": TEXT,
        "cells": meaning(
            many(
                record(
                    {
                        **_AT,
                        "label": RAW,
                        "name": TEXT,
                        "value": {"type": ["integer", "number", "string"]},
                        "note": maybe(TEXT),
                    }
                )
            ),
            "填了的单元格：项目、计数或比率的名字（单位的写成“单位/名字”）、填的数；"
            "note：有靠补录、更正的或有不计的件时，比率的全文",
        ),
        "lists": meaning(
            many(record({**_AT, "rows": INT, "columns": table(TEXT)})),
            "一件一行的清单：从哪格起、几行、表头对到哪一栏",
        ),
        "left": meaning(many(record({**_AT, "label": RAW, "why": TEXT})), "没填的，和为什么"),
    }
)
