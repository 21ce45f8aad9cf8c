"""Makes the blank forms in examples/files that superiors might send: invented, no office's own.

Run from the root of the project: python examples/blank_forms.py
"""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

FILES = Path(__file__).parent / "files"
_LINE = Side(style="thin")
GRID = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)


def _sheet(title: str, columns: int) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.active
    sheet.title = "填报表"
    sheet["A1"] = title
    sheet["A1"].font = Font(size=16, bold=True)
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=columns)
    return book, sheet


def _lines(sheet: Worksheet, top: int, rows: list[list[object]]) -> None:
    """Rows with a border around every cell, labels shaded."""
    for row, values in enumerate(rows, top):
        for column, value in enumerate(values, 1):
            cell = sheet.cell(row, column, value)
            cell.border = GRID
            if value:
                cell.fill = PatternFill("solid", fgColor="EEEEEE")


def labels() -> None:
    """Form 1: labels with the cell for their figure on the right, in two parts."""
    book, sheet = _sheet("示例市“办不成事”反映窗口工作月报（   年   月）", 4)
    sheet["A2"], sheet["C2"] = "填报单位：", "统计月份"
    rows: list[list[object]] = [
        ["一、收办情况", None, None, None],
        ["上月结转", None, "本月受理件数", None],
        ["重办件数", None, "办结件数", None],
        ["不予受理", None, "结转下月", None],
        ["超期未办结", None, "超期办结", None],
        ["二、主要指标", None, None, None],
        ["办结率（%）", None, "满意率", None],
        ["解决率", None, "按时办结率", None],
    ]
    _lines(sheet, 3, rows)
    for row in (3, 8):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=4)
    sheet["D9"].number_format = "0.0%"
    sheet["A11"] = "填报人："
    sheet["C11"] = "审核："
    book.save(FILES / "上级表-工作月报.xlsx")


def units() -> None:
    """Form 2: one row a unit, a header of two rows, formulas in the last row and column."""
    book, sheet = _sheet("各单位办理情况统计表", 8)
    rows: list[list[object]] = [
        ["序号", "单位", "办件情况", None, None, "质效指标", None, "办结占比"],
        [None, None, "受理数", "办结数", "超期未办结", "解决率", "满意率（%）", None],
        [1, "区住建局", None, None, None, None, None, "=D4/C4"],
        [2, "区卫健局", None, None, None, None, None, "=D5/C5"],
        [3, "窗口", None, None, None, None, None, "=D6/C6"],
        [None, "合计", "=SUM(C4:C6)", "=SUM(D4:D6)", "=SUM(E4:E6)", None, None, "=D7/C7"],
    ]
    _lines(sheet, 2, rows)
    for area in ("A2:A3", "B2:B3", "C2:E2", "F2:G2", "H2:H3"):
        sheet.merge_cells(area)
    book.save(FILES / "上级表-各单位.xlsx")


def cases() -> None:
    """Form 3: a list of cases with three rows of room and signatures below, a column hidden."""
    book, sheet = _sheet("“办不成事”反映窗口办件清单", 9)
    heads = ["序号", "受理编号", "受理时间", "姓名", "反映事项", "责任单位", "办理结果", "满意度", "备注"]  # fmt: skip
    _lines(sheet, 2, [list(heads), *([None] * 9 for _ in range(3))])
    sheet["J2"] = "联系电话"
    sheet.column_dimensions["J"].hidden = True
    sheet["A6"], sheet["E6"] = "填表：", "审核："
    sheet.merge_cells("A6:D6")
    sheet.row_dimensions[6].height = 30
    book.save(FILES / "上级表-办件清单.xlsx")


def crossed() -> None:
    """Form 4: figures down in groups, the month across, by channel too."""
    book, sheet = _sheet("办不成事反映窗口数据表", 4)
    rows: list[list[object]] = [
        ["类别", "指标", "本月数", "备注"],
        ["收办情况", "本期受理登记", None, None],
        [None, "办结", None, None],
        [None, "已解决", None, None],
        ["回访情况", "回访次数", None, None],
        [None, "有效回访", None, None],
        [None, "回访率", None, None],
        ["反映渠道", "窗口", None, None],
        [None, "电话", None, None],
        ["咨询情况", "咨询人次", None, None],
    ]
    _lines(sheet, 2, rows)
    for area in ("A3:A5", "A6:A8", "A9:A10"):
        sheet.merge_cells(area)
    book.save(FILES / "上级表-数据表.xlsx")


if __name__ == "__main__":
    labels()
    units()
    cases()
    crossed()
