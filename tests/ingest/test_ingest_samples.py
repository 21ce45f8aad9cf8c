"""The four sample ledgers are read as their truth files say."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from bbcs.ingest import source, vocabulary
from bbcs.ingest.records import SourceRow

SAMPLES = Path(__file__).parent / "samples"
FILES = ["s01_township.xlsx", "s02_visits_gbk.csv", "s03_legacy.xls", "s04_two_row_header.xlsx"]
TODAY = date(2026, 11, 29)
STATES = {
    "closed": {"solved", "partly", "explained", "answered", "withdrawn"},
    "open": {"open"},
    "forwarded": {"forwarded"},
    "refused": {"refused"},
}
KINDS = {"solved": "solved", "partly": "partly", "explained": "explained"}


def read(name: str) -> tuple[source.Source, list[SourceRow], dict[str, Any]]:
    truth = json.loads((SAMPLES / f"{name.rpartition('.')[0]}.truth.json").read_text("utf-8"))
    with source.opened(str(SAMPLES / name)) as opened:
        return opened, list(opened.rows(vocabulary.vocabulary(), TODAY)), truth


@pytest.fixture(params=FILES)
def sample(request):
    return read(request.param)


def told(row: SourceRow, code: str, several: bool) -> dict[str, Any]:
    where = {"sheet": row.sheet} if several else {}
    return {**where, "row": row.number, "code": code}


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date) else value


def test_encoding_sheets_and_columns(sample):
    opened, _, truth = sample
    assert opened.encoding == truth["encoding"]
    assert [(one.name, one.role, one.hidden) for one in opened.reports] == [
        (one["name"], one["role"], one["hidden"]) for one in truth["sheets"]
    ]
    data = [one for one in opened.reports if one.role == "data"]
    assert [(one.header_row, one.header_rows, one.first, one.last, one.rows) for one in data] == [
        tuple(
            one[key]
            for key in (
                "header_row",
                "header_rows",
                "first_data_row",
                "last_data_row",
                "rows_total",
            )
        )
        for one in truth["sheets"]
        if one["role"] == "data"
    ]
    for one in data:
        columns = {column.header: column.field or None for column in one.columns if column.header}
        assert columns == truth["columns"]


def test_counts_and_codes(sample):
    opened, rows, truth = sample
    several = sum(one.role == "data" for one in opened.reports) > 1
    rejected = [row for row in rows if row.rejected]
    kept = [row for row in rows if not row.rejected]
    assert len(rows) == truth["rows_total"]
    assert len(kept) == truth["rows_ok"]
    assert [told(row, row.problems[0].code, several) for row in rejected] == truth["rows_rejected"]
    assert [told(row, problem.code, several) for row in kept for problem in row.problems] == truth[
        "rows_warned"
    ]
    assert sum(row.consultation for row in kept) == truth["consultations"]


def test_normalized_records(sample):
    _, rows, truth = sample
    by_place = {(row.sheet, row.number): row for row in rows}
    only = rows[0].sheet
    for wanted in [*truth["normalized"], *truth["normalized_special"]]:
        row = by_place[wanted.get("_sheet", only), wanted["_row"]]
        fields = {**row.fields, "channel": row.fields.get("channel_text")}
        found = {key: plain(fields.get(key)) for key in truth["strict_fields"] if key in wanted}
        assert found == {key: wanted[key] for key in truth["strict_fields"] if key in wanted}
        assert wanted["_extra"].items() <= dict(row.extra).items()
        assert row.consultation == wanted["_consultation"]
        assert row.state in STATES[wanted["_state"]]
        if wanted["_close_kind"] in KINDS:
            assert row.state == KINDS[wanted["_close_kind"]]
