"""Makes the template of the papers, `src/bbcs/data/papers/paper.docx`, laid out after GB/T 9704-2012.

Run it after a change here; a test compares what it makes with what ships.
"""

from __future__ import annotations

import sys
from pathlib import Path

from docx import Document
from docx.document import Document as Doc
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

TARGET = Path(__file__).parents[1] / "src" / "bbcs" / "data" / "papers" / "paper.docx"

BODY, TITLE, SONG = "仿宋_GB2312", "方正小标宋简体", "宋体"
BODY_SIZE, TITLE_SIZE, FOOT_SIZE = Pt(16), Pt(22), Pt(14)
LINE = Pt(28.95)
"""Exact line pitch: 22 lines on 225 mm."""

TIGHTER = -5
"""Of letters, in twentieths of a point: 28 characters on 156 mm."""

REMARK_SIZE, REMARK_LINE = Pt(12), Pt(18)

SECOND = Mm(66)
"""Where the second part of the line of receipts begins."""

LABEL, TEXT = Mm(44), Mm(112)
"""Widths of the two columns of the table."""


def make() -> Doc:
    """The template: placeholders of Jinja in a laid-out document."""
    document = Document()
    lay_page(document)
    lay_styles(document)
    add_line(document, "{{ title }}", TITLE, TITLE_SIZE, WD_ALIGN_PARAGRAPH.CENTER)
    add_line(document, "{{ number }}", BODY, BODY_SIZE, WD_ALIGN_PARAGRAPH.CENTER)
    add_gap(document)
    add_line(document, "{%p if to %}")
    add_line(document, "{{ to }}：")
    add_line(document, "{%p endif %}")
    add_loop(document, "opening", "line", "{{ line }}")
    add_loop(document, "points", "line", "{{ loop.index }}. {{ line }}")
    _table(document)
    add_loop(document, "closing", "line", "{{ line }}", before_ending=True)
    add_gap(document).paragraph_format.keep_with_next = True
    add_ending(document)
    _receipts(document)
    add_remarks(document)
    return document


def _receipts(document: Doc) -> None:
    """What is filled in by hand, on one line, so that it does not stand alone on a second page."""
    add_line(document, "{%p if receipts %}")
    paragraph = add_line(document, "{{ receipts | join('\\t') }}")
    paragraph.paragraph_format.tab_stops.add_tab_stop(SECOND)
    paragraph.paragraph_format.keep_with_next = True
    add_line(document, "{%p endif %}")


def add_remarks(document: Doc) -> None:
    """What is said in small letters at the end."""
    add_loop(
        document, "remarks", "line", "{{ line }}", indent=False, size=REMARK_SIZE, pitch=REMARK_LINE
    )


def add_gap(document: Doc) -> Paragraph:
    """Half an empty line."""
    paragraph = add_line(document, "")
    paragraph.paragraph_format.line_spacing = Pt(LINE.pt / 2)
    off_grid(paragraph)
    return paragraph


def lay_page(document: Doc) -> None:
    """A4; 天头 37 mm, 订口 28 mm, 版心 156 × 225 mm; page numbers odd right, even left."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(28 - 2)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), "579")
    document.settings.odd_and_even_pages_header_footer = True
    _number(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    _number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)


def _number(paragraph: Paragraph, side: WD_ALIGN_PARAGRAPH) -> None:
    """`— 1 —` in 4 号 Song, one character from the edge."""
    paragraph.alignment = side
    for text in ("— ", None, " —"):
        run = paragraph.add_run(text or "")
        set_font(run, SONG, FOOT_SIZE)
        if text is None:
            field = OxmlElement("w:fldSimple")
            field.set(qn("w:instr"), "PAGE")
            run._r.addnext(field)
    indent = paragraph.paragraph_format
    indent.left_indent = indent.right_indent = FOOT_SIZE


def lay_styles(document: Doc) -> None:
    """Body text: 3 号 Fangsong, 22 lines a page, 28 characters a line."""
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = BODY, BODY_SIZE
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), str(TIGHTER))
    normal.element.rPr.append(spacing)
    layout = normal.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, LINE


def set_font(run: Run, name: str, size: Pt) -> None:
    """Font and size, for Chinese characters too."""
    run.font.name, run.font.size = name, size
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def add_line(
    document: Doc,
    text: str,
    font: str = BODY,
    size: Pt = BODY_SIZE,
    side: WD_ALIGN_PARAGRAPH | None = None,
) -> Paragraph:
    """A paragraph of one run."""
    paragraph = document.add_paragraph()
    if side is not None:
        paragraph.alignment = side
    set_font(paragraph.add_run(text), font, size)
    return paragraph


def add_loop(
    document: Doc,
    name: str,
    each: str,
    text: str,
    *,
    indent: bool = True,
    size: Pt = BODY_SIZE,
    pitch: Pt | None = None,
    before_ending: bool = False,
) -> None:
    """One paragraph for each line of a list; its first line is indented by two characters.

    before_ending: the last of them stays on the page of what follows, so that no signature stands
    alone.
    """

    def one(*, kept: bool) -> None:
        paragraph = add_line(document, text, size=size)
        paragraph.paragraph_format.keep_with_next = kept or None
        if indent:
            paragraph.paragraph_format.first_line_indent = size * 2
        if pitch is not None:
            paragraph.paragraph_format.line_spacing = pitch
            off_grid(paragraph)

    add_line(document, f"{{%p for {each} in {name} %}}")
    if before_ending:
        add_line(document, "{%p if loop.last %}")
        one(kept=True)
        add_line(document, "{%p else %}")
    one(kept=False)
    if before_ending:
        add_line(document, "{%p endif %}")
    add_line(document, "{%p endfor %}")


def _table(document: Doc) -> None:
    """The facts: label and text, with thin rules."""
    add_line(document, "{%p if facts %}")
    table = document.add_table(rows=3, cols=2)
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, (LABEL, TEXT), strict=True):
        column.width = width
    table.cell(0, 0).text = "{%tr for fact in facts %}"
    table.cell(1, 0).text, table.cell(1, 1).text = "{{ fact.label }}", "{{ fact.text }}"
    table.cell(2, 0).text = "{%tr endfor %}"
    for row in table.rows:
        row.cells[0].width, row.cells[1].width = LABEL, TEXT
        for cell in row.cells:
            for run in cell.paragraphs[0].runs:
                set_font(run, BODY, FOOT_SIZE)
            layout = cell.paragraphs[0].paragraph_format
            layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.AT_LEAST, Pt(21)
            off_grid(cell.paragraphs[0])
    add_line(document, "{%p endif %}")


def off_grid(paragraph: Paragraph) -> None:
    """Lines of a table or of a note are closer than those of the text."""
    snap = OxmlElement("w:snapToGrid")
    snap.set(qn("w:val"), "0")
    properties = paragraph._p.get_or_add_pPr()
    spacing = properties.find(qn("w:spacing"))
    spacing.addprevious(snap)


def add_ending(document: Doc, signature: str = "{{ signature }}") -> None:
    """Who issues it and when, at the right, four characters from the edge."""
    for text in (signature, "{{ day }}"):
        paragraph = add_line(document, text, side=WD_ALIGN_PARAGRAPH.RIGHT)
        paragraph.paragraph_format.right_indent = BODY_SIZE * 4
        paragraph.paragraph_format.keep_with_next = True


def save(made: Doc, target: Path) -> None:
    """Save a template under the name of the program."""
    target.parent.mkdir(parents=True, exist_ok=True)
    made.core_properties.title, made.core_properties.author = "", "bbcs"
    made.save(str(target))


if __name__ == "__main__":
    save(make(), Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
