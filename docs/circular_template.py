"""Makes the template of the circular, `src/bbcs/data/papers/circular.docx`, laid out as the papers are
(`paper_template.py`).

Run it after a change here; a test compares what it makes with what ships.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from docx import Document
from docx.document import Document as Doc
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell, _Row
from paper_template import (
    BODY,
    BODY_SIZE,
    TARGET,
    TITLE,
    TITLE_SIZE,
    add_ending,
    add_line,
    add_loop,
    add_remarks,
    lay_page,
    lay_styles,
    off_grid,
    save,
    set_font,
)

from bbcs.domain.rates import OF_UNITS

HEADING, CASE = "黑体", "楷体_GB2312"
"""Fonts of headings of the first and the second rank."""

CELL_SIZE, CELL_MARGIN, NOTE_LINE = Pt(12), Mm(1), Pt(20)

Columns = Sequence[tuple[str, str, int]]
"""Header, what stands in its cells, width in millimetres; 156 together fill the page."""

COUNTS: Columns = (("项目", "{{ row.label }}", 60), ("件数", "{{ row.count }}", 30))
RATES: Columns = (
    ("指标", "{{ row.label }}", 40),
    ("本期（分子/分母）", "{{ row.text }}", 50),
    ("分母", "{{ row.of }}", 66),
)
UNITS: Columns = (
    ("类别", "{{ row.group }}", 20),
    ("单位", "{{ row.unit }}", 33),
    ("名次", "{{ row.rank }}", 13),
    ("登记", "{{ row.received }}", 13),
    ("办结", "{{ row.closed }}", 13),
    ("结转", "{{ row.carried_out }}", 13),
    ("超期未办结", "{{ row.overdue_open }}", 18),
    ("得分", "{{ row.score }}", 20),
    ("档次", "{{ row.tier }}", 13),
)
WITHOUT: dict[str, tuple[str, ...]] = {
    "units.filled.tier": (),
    "units.filled.rank": ("档次",),
    "units.filled.score": ("档次", "名次"),
    "": ("档次", "名次", "得分"),
}
"""Where this is the first that holds, the table of the units is printed without these columns."""


def _two_lines(name: str) -> str:
    """A rate or a change with the numbers that it comes from below it."""
    return f"{{{{ row.{name}.replace('（', '\\n（') }}}}"


UNIT_RATES: Columns = (
    ("单位", "{{ row.unit }}", 31),
    *((one.label, _two_lines(one.name), 125 // len(OF_UNITS)) for one in OF_UNITS),
)
PLACES: Columns = (
    ("哪一类", "{{ row.kind }}", 30),
    ("名称", "{{ row.name }}", 46),
    ("本期", "{{ row.received }}", 13),
    ("上期", "{{ row.before }}", 13),
    ("比上期", _two_lines("change"), 30),
    ("情况", "{{ row.standing }}", 24),
)
TOPICS: Columns = (
    ("类别", "{{ row.kind }}", 16),
    ("事项", "{{ row.item }}", 62),
    ("本期", "{{ row.received }}", 15),
    ("上期", "{{ row.before }}", 15),
    ("重办", "{{ row.redone }}", 15),
    ("在办最久（工作日）", "{{ row.open_days }}", 33),
)
PROBLEMS: Columns = (
    ("类别", "{{ row.kind }}", 32),
    ("题目", "{{ row.name }}", 78),
    ("件数", "{{ row.cases }}", 20),
    ("期末在办", "{{ row.in_hand }}", 26),
)
HARD: Columns = (
    ("编号", "{{ row.case_no }}", 45),
    ("事项", "{{ row['items'] }}", 33),
    ("承办单位", "{{ row.unit }}", 26),
    ("在办工作日", "{{ row.open_days }}", 13),
    ("超期工作日", "{{ row.overdue_days }}", 13),
    ("第几轮", "{{ row.rounds }}", 13),
    ("退回", "{{ row.bounces }}", 13),
)
STEPS: Columns = (
    ("情形", "{{ row.trigger }}", 42),
    ("谁", "{{ row.who }}", 28),
    ("各期件数", "{{ row.windows.replace('、', '\\n') }}", 36),
    ("措施", "{{ row.measures }}", 32),
    ("已采取", "{{ row.taken }}", 18),
)


def make() -> Doc:
    """The template: placeholders of Jinja in a laid-out document."""
    document = Document()
    lay_page(document)
    lay_styles(document)
    add_line(document, "{{ title }}", TITLE, TITLE_SIZE, WD_ALIGN_PARAGRAPH.CENTER)
    add_line(document, "〔{{ year }}〕　　号", BODY, BODY_SIZE, WD_ALIGN_PARAGRAPH.CENTER)
    add_line(document, "")
    add_line(document, "各有关单位：")
    _text(document, "现将{{ period }}“办不成事”反映窗口办理情况通报如下。")
    _heading(document, "一、收办情况")
    _text(document, "{{ identity }}。")
    _text(document, "另有咨询 {{ visitors }} 人次，当场答复 {{ answered }} 个。", when="visitors")
    _table(document, "counts", COUNTS)
    add_line(document, "")
    _table(document, "rates", RATES)
    _heading(document, "二、各单位办理情况")
    _chosen(document, "units.rows", UNITS, WITHOUT)
    add_line(document, "")
    _table(document, "units.rows", UNIT_RATES)
    add_loop(document, "tiers", "one", "“{{ one.tier }}”档：{{ one.units }}。")
    _notes(document, "units")
    _heading(document, "三、反映最多的窗口和单位")
    _section(
        document,
        "places",
        PLACES,
        "本期登记的件都没有写原来在哪里没办成。",
        {"places.filled.standing": (), "": ("情况",)},
    )
    _heading(document, "四、热点难点和共性问题")
    _section(document, "topics", TOPICS, "本期没有热点、难点、焦点。")
    _section(document, "common_problems", PROBLEMS, "本期没有登记共性问题和原因。")
    _heading(document, "五、典型案例")
    add_line(document, "{%p for one in typical_cases.rows %}")
    title = add_line(
        document, "（案例{{ loop.index }}）{{ one['items'] }}（{{ one.case_no }}）", CASE
    )
    title.paragraph_format.first_line_indent = BODY_SIZE * 2
    title.paragraph_format.keep_with_next = True
    _text(document, "{{ one.story }}")
    add_line(document, "{%p endfor %}")
    _text(document, "本期没有合于选法的件。", when="not typical_cases.rows")
    _notes(document, "typical_cases")
    _heading(document, "六、难办的件")
    _section(document, "hard_cases", HARD, "期末没有在办的件。")
    _heading(document, "七、追责情况")
    _section(document, "accountability", STEPS, "本期没有到追责标准的。")
    _heading(document, "八、下一步工作")
    add_loop(
        document,
        "next_steps.rows",
        "one",
        "{{ loop.index }}. {{ one.step }}",
        before_ending=True,
    )
    _notes(document, "next_steps", before_ending=True)
    add_line(document, "").paragraph_format.keep_with_next = True
    add_ending(document, "{{ station }}")
    add_remarks(document)
    return document


def _heading(document: Doc, text: str) -> None:
    heading = add_line(document, text, HEADING)
    heading.paragraph_format.first_line_indent = BODY_SIZE * 2
    heading.paragraph_format.keep_with_next = True


def _text(document: Doc, text: str, *, when: str = "") -> None:
    """A paragraph of text; when: only where this holds."""
    if when:
        add_line(document, f"{{%p if {when} %}}")
    add_line(document, text).paragraph_format.first_line_indent = BODY_SIZE * 2
    if when:
        add_line(document, "{%p endif %}")


def _notes(document: Doc, part: str, *, before_ending: bool = False) -> None:
    """What a table says of itself, in small letters."""
    add_loop(
        document,
        f"{part}.notes",
        "line",
        "{{ line }}",
        indent=False,
        size=CELL_SIZE,
        pitch=NOTE_LINE,
        before_ending=before_ending,
    )


def _section(
    document: Doc,
    part: str,
    columns: Columns,
    without: str,
    variants: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """A table with its notes, or one sentence where it has no rows. variants: of `_chosen`."""
    add_line(document, f"{{%p if {part}.rows %}}")
    _chosen(document, f"{part}.rows", columns, variants or {"": ()})
    _notes(document, part)
    add_line(document, "{%p else %}")
    _text(document, without)
    add_line(document, "{%p endif %}")


def _chosen(
    document: Doc, rows: str, columns: Columns, variants: Mapping[str, Sequence[str]]
) -> None:
    """The table of the first condition that holds, without the columns named there.

    variants: condition -> headers; the last condition is "", which always holds.
    """
    word = "if"
    for when, left_out in variants.items():
        if len(variants) > 1:
            add_line(document, f"{{%p {word} {when} %}}" if when else "{%p else %}")
        _table(document, rows, _without(columns, left_out))
        word = "elif"
    if len(variants) > 1:
        add_line(document, "{%p endif %}")


def _without(columns: Columns, left_out: Sequence[str]) -> Columns:
    """The other columns, the widest of them with the width that is free."""
    kept = [one for one in columns if one[0] not in left_out]
    widest = max(range(len(kept)), key=lambda at: kept[at][2])
    free = sum(width for name, _, width in columns if name in left_out)
    return [
        (name, text, width + free if at == widest else width)
        for at, (name, text, width) in enumerate(kept)
    ]


def _table(document: Doc, rows: str, columns: Columns) -> None:
    """A table with a header that stands on every page, and a row for each of `rows`."""
    table = document.add_table(rows=4, cols=len(columns))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    table.cell(1, 0).text = f"{{%tr for row in {rows} %}}"
    table.cell(3, 0).text = "{%tr endfor %}"
    for column, (label, text, width) in zip(table.columns, columns, strict=True):
        column.width = Mm(width)
        column.cells[0].text, column.cells[2].text = label, text
    for at, row in enumerate(table.rows):
        _whole(row)
        for cell, (_, _, width) in zip(row.cells, columns, strict=True):
            cell.width = Mm(width)
            _laid_out(cell, HEADING if at == 0 else BODY)
    _narrow_margins(table)
    header = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(header)


def _narrow_margins(table: Table) -> None:
    """A millimetre beside the text of a cell: a rate of long numbers keeps its brackets in one line."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(CELL_MARGIN.twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.find(qn("w:tblLook")).addprevious(margins)


def _whole(row: _Row) -> None:
    """A row is not broken between two pages."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _laid_out(cell: _Cell, font: str) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for run in paragraph.runs:
        set_font(run, font, CELL_SIZE)
    layout = paragraph.paragraph_format
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.AT_LEAST, Pt(18)
    off_grid(paragraph)


if __name__ == "__main__":
    save(make(), Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET.with_name("circular.docx"))
