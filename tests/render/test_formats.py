from __future__ import annotations

import csv
import io
import json
import re

import pytest
from hostile import HOSTILE, hostile_table, raw
from wcwidth import wcswidth

from bbcs.errors import BadValue
from bbcs.registers.table import Column, Table
from bbcs.render.formats import FORMATS, dumps, encode, render

COLUMNS = (
    Column("case_no", "编号"),
    Column("received_at", "收到时间", "date"),
    Column("matter", "事项"),
    Column("days_left", "余", "int"),
)
ROWS = (
    {
        "case_no": "ZY01-20260305-0001",
        "received_at": "2026-03-05",
        "matter": "诊所执业备案",
        "days_left": 3,
    },
    {
        "case_no": "ZY01-20260305-0002",
        "received_at": "2026-03-05",
        "matter": "不动产登记历史遗留问题，开发商已注销，全文末尾词",
        "days_left": -12,
    },
    {
        "case_no": "ZY01-20260306-0003",
        "received_at": "2026-03-06",
        "matter": ["𠮷田", "🔴"],
        "days_left": None,
    },
)
TABLE = Table("cases", "在办件", COLUMNS, ROWS, ("截至 2026-03-10",), {1: "overdue"})


def grid(text: str) -> list[str]:
    """The lines of the drawn table without title, count and notes."""
    return text.split("\n")[1 : 3 + len(ROWS)]


def test_a_table_as_people_see_it() -> None:
    assert [line.rstrip() for line in render(TABLE).split("\n")] == [
        "在办件",
        "编号                收到时间    事项                                               余",
        "------------------  ----------  ------------------------------------------------  ---",
        "ZY01-20260305-0001  2026-03-05  诊所执业备案                                        3",
        "ZY01-20260305-0002  2026-03-05  不动产登记历史遗留问题，开发商已注销，全文末尾词  -12",
        "ZY01-20260306-0003  2026-03-06  𠮷田、🔴",
        "共 3 条",
        "截至 2026-03-10",
        "",
    ]


@pytest.mark.parametrize("width", [None, 60, 80, 100, 120])
def test_every_line_is_equally_wide(width: int | None) -> None:
    assert len({wcswidth(line) for line in grid(render(TABLE, width=width))}) == 1


@pytest.mark.parametrize("width", [60, 80])
def test_a_narrow_terminal_shortens_words_but_no_number(width: int) -> None:
    shown = render(TABLE, width=width)
    assert all(wcswidth(line) <= width for line in grid(shown))
    assert "ZY01-20260305-0002  2026-03-05  不动产" in shown
    assert re.search(r"\.\. {2,3}-12\n", shown)


def test_without_a_width_nothing_is_cut() -> None:
    assert "全文末尾词" in render(TABLE)
    assert "长" * 5000 in render(hostile_table())


def test_colour_only_when_asked() -> None:
    assert "\x1b" not in render(TABLE)
    assert re.findall(r"\x1b\[31m(ZY01-\S+)", render(TABLE, colour=True)) == ["ZY01-20260305-0002"]


def test_an_empty_table_has_its_header_and_says_so() -> None:
    empty = TABLE._replace(rows=(), notes=())
    assert [line.split() for line in render(empty, width=40).splitlines()] == [
        ["在办件"],
        ["编号", "收到时间", "事项", "余"],
        ["----", "--------", "----", "--"],
        ["共", "0", "条"],
    ]
    assert json.loads(render(empty, "json"))["count"] == 0
    assert render(empty, "ndjson") == ""
    assert "共 0 条" in render(empty, "md")


@pytest.mark.parametrize("fmt", FORMATS)
def test_hostile_texts_leave_nothing_raw(fmt: str) -> None:
    assert (
        raw(render(hostile_table(), fmt), allowed="\n\t" if fmt in ("csv", "tsv") else "\n") == []
    )


@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("encoding", ["", "gb18030", "gbk", "ascii", "utf-8-sig"])
def test_hostile_texts_can_be_stored(fmt: str, encoding: str) -> None:
    text = render(hostile_table(), fmt)
    assert encode(text, fmt, encoding).decode(encoding or "utf-8-sig")


def test_json_keeps_every_text() -> None:
    document = json.loads(render(hostile_table(), "json"))
    assert document["schema"] == "bbcs.table/1"
    assert document["count"] == len(HOSTILE)
    assert [row["a"] for row in document["rows"]] == [text or None for text in HOSTILE]
    assert [row["b"] for row in document["rows"]] == [[text, "尾"] for text in HOSTILE]
    assert document["columns"][1] == {"name": "a", "label": "甲\x1b[31m", "kind": "text"}
    assert document["marks"] == {"0": "overdue", "1": "warning", "2": "unknown"}


def test_ndjson_is_one_row_a_line() -> None:
    lines = render(hostile_table(), "ndjson").splitlines()
    assert [json.loads(line)["a"] for line in lines] == [text or None for text in HOSTILE]


@pytest.mark.parametrize("text", HOSTILE)
def test_dumps_round_trip(text: str) -> None:
    assert json.loads(dumps({text: text})) == {text: text}


@pytest.mark.parametrize(("fmt", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_no_spreadsheet_runs_a_cell(fmt: str, delimiter: str) -> None:
    text = render(hostile_table(), fmt)
    rows = list(
        csv.reader(
            io.StringIO(text),
            delimiter=delimiter,
            quoting=csv.QUOTE_MINIMAL if fmt == "csv" else csv.QUOTE_NONE,
        )
    )
    assert rows[0] == ["no", "a", "b"]
    assert len(rows) == len(HOSTILE) + 1
    assert [
        cell
        for row in rows
        for cell in row
        if cell.lstrip(" \u3000\u00a0")[:1] in tuple("=+-@＝＋－＠\t\r")
    ] == []
    assert [row[0] for row in rows[1:4]] == ["0", "1", "2"]


def test_negative_numbers_stay_numbers() -> None:
    assert render(TABLE, "csv").splitlines()[2].endswith(",-12")


def test_csv_starts_with_the_mark_excel_looks_for() -> None:
    assert encode(render(TABLE, "csv"), "csv").startswith(b"\xef\xbb\xbfcase_no")
    assert not encode("{}", "json").startswith(b"\xef")


def test_markdown_shows_what_was_written() -> None:
    table = Table(
        "t",
        "标题",
        (Column("a", "甲"), Column("n", "数", "int")),
        ({"a": "张** a|b <b>\n[x](y)", "n": 1},),
    )
    assert (
        render(table, "md")
        == "## 标题\n\n| 甲 | 数 |\n| --- | --: |\n| 张\\*\\* a\\|b \\<b\\> \\[x\\](y) | 1 |\n\n共 1 条\n"
    )


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_same_table_gives_the_same_text(fmt: str) -> None:
    assert render(hostile_table(), fmt) == render(hostile_table(), fmt)


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(BadValue, match="可用：table、json"):
        render(TABLE, "xml")
    with pytest.raises(BadValue, match="gb18030"):
        encode("", "csv", "gb-18-30x")
