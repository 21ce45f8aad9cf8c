"""Ledgers in many layouts, made from one list of rows: what an import must find is known, however they look."""

from __future__ import annotations

import csv
import io
import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

HEADERS = {
    "source_no": ["编号", "受理编号", "工单号", "案件编号", "原编号"],
    "received_at": ["受理时间", "登记日期", "来访时间", "接件日期", "反映时间*"],
    "reporter": ["反映人", "诉求人姓名", "姓 名", "来访人（姓名）", "当事人"],
    "phone": ["联系电话", "联系方式：", "手机号码", "电话"],
    "matter": ["反映事项", "事项名称", "办理事项"],
    "demand": ["反映内容及诉求", "问题描述", "事由", "诉求内容"],
    "lead_unit": ["承办单位", "责任部门", "主办科室"],
    "outcome": ["办理结果", "处理结果", "是否办结"],
    "resolved_at": ["办结时间", "完成日期", "办结日期"],
    "callback_at": ["回访时间", "回访日期"],
    "satisfaction": ["满意度", "是否满意", "回访结果"],
}
NAMES = ["陈试验", "李样本", "王演示", "赵例子", "欧阳测试", "刘虚构"]
UNITS = ["示例局", "样本镇", "演示办"]
GRADES = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", None: ""}

DAY_FORMS = [
    lambda day: f"{day:%Y-%m-%d}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day:%Y%m%d}",
    lambda day: f"{day.year} 年 {day.month} 月 {day.day} 号",
    lambda day: _numerals(day),
    lambda day: f"{day.year}．{day.month}．{day.day}",
]


def _numerals(day: date) -> str:
    digits = "〇一二三四五六七八九"

    def small(number: int) -> str:
        tens, ones = divmod(number, 10)
        if not tens:
            return digits[ones]
        return f"{digits[tens] if tens > 1 else ''}十{digits[ones] if ones else ''}"

    return f"{''.join(digits[int(one)] for one in str(day.year))}年{small(day.month)}月{small(day.day)}日"


def truth(seed: int, count: int = 25) -> list[dict[str, Any]]:
    """Rows as they are meant: canonical column -> value."""
    dice = random.Random(seed)
    rows = []
    for number in range(1, count + 1):
        received = date(2024, 1, 2) + timedelta(days=dice.randrange(300))
        closed = dice.random() < 0.7
        resolved = received + timedelta(days=dice.randrange(12)) if closed else None
        called = (
            resolved + timedelta(days=dice.randrange(5)) if closed and dice.random() < 0.8 else None
        )
        rows.append(
            {
                "source_no": f"L{seed}-{number:03}",
                "received_at": received,
                "reporter": dice.choice(NAMES),
                "phone": f"139{dice.randrange(10**8):08}",
                "matter": dice.choice(["营业执照变更", "社保转移", "户口迁移"]),
                "demand": f"第 {number} 次来问，材料交了没有回音",
                "lead_unit": dice.choice(UNITS),
                "outcome": "已办结" if closed else "正在办理",
                "resolved_at": resolved,
                "callback_at": called,
                "satisfaction": dice.choice([5, 4, 3, 2]) if called else None,
            }
        )
    return rows


def cell(field: str, value: Any, dice: random.Random) -> Any:
    """A value as somebody may have typed it."""
    if value is None:
        return (
            dice.choice(["", "/", "无", "—"])
            if field != "satisfaction"
            else dice.choice(["", "未评价"])
        )
    if isinstance(value, date):
        return dice.choice(DAY_FORMS)(value)
    if field == "phone":
        return dice.choice(
            [
                value,
                f"{value[:3]} {value[3:7]} {value[7:]}",
                f"{value[:3]}-{value[3:7]}-{value[7:]}",
                f"+86{value}",
                value + " ",
            ]
        )
    if field == "satisfaction":
        return dice.choice([GRADES[value], f"{value}分", str(value), f"{value * 20}%"])
    return dice.choice([value, f" {value}", value])


def grid(rows: list[dict[str, Any]], seed: int) -> tuple[list[list[Any]], list[str]]:
    """A sheet as rows of cells with everything that stands around a table, and its header row."""
    dice = random.Random(seed * 7 + 1)
    fields = list(HEADERS)
    dice.shuffle(fields)
    header = [dice.choice(HEADERS[field]) for field in fields]
    header.insert(0, "序号")
    header.insert(dice.randrange(1, len(header)), "网格员")
    at = header.index("网格员")
    lines: list[list[Any]] = [["示例镇“办不成事”反映窗口台账（2024年度）"]] * dice.randrange(3)
    lines += [[""]] * dice.randrange(2)
    lines.append(header)
    for number, row in enumerate(rows, 1):
        line = [str(number), *(cell(field, row[field], dice) for field in fields)]
        line.insert(at, "网格一")
        lines.append(line)
        if dice.random() < 0.08:
            lines.append([])
        if dice.random() < 0.05:
            lines.append(header)
        if dice.random() < 0.05:
            lines.append(["小计", "", f"{number}件"])
    lines.append(["合计", "", f"{len(rows)}件"])
    lines.append(["制表人：李样本", "", "审核人："])
    return lines, header


def write_csv(path: Path, lines: list[list[Any]], encoding: str, delimiter: str = ",") -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(lines)
    path.write_bytes(text.getvalue().encode(encoding))


def write_xlsx(path: Path, lines: list[list[Any]], sheet: str = "台账", **options: Any) -> None:
    with xlsxwriter.Workbook(str(path), options) as book:
        page = book.add_worksheet(sheet)
        for number, line in enumerate(lines):
            for column, value in enumerate(line):
                if value != "":
                    page.write(number, column, value)


def write_xls(path: Path, lines: list[list[Any]]) -> None:
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("台账")
    for number, line in enumerate(lines):
        for column, value in enumerate(line):
            if value != "":
                page.write(number, column, value)
    book.save(str(path))


def write_ods(path: Path, lines: list[list[Any]]) -> None:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    book = OpenDocumentSpreadsheet()
    table = Table(name="台账")
    for line in lines:
        row = TableRow()
        for value in line:
            one = TableCell(valuetype="string", stringvalue=str(value))
            if value != "":
                one.addElement(P(text=str(value)))
            row.addElement(one)
        table.addElement(row)
    book.spreadsheet.addElement(table)
    book.save(str(path))


def write_json(path: Path, lines: list[list[Any]], header: list[str]) -> None:
    """Only the data rows, as objects; the rest of a sheet has no place in JSON."""
    at = lines.index(header)
    data = [line for line in lines[at + 1 :] if len(line) == len(header) and line != header]
    objects = [dict(zip(header, line, strict=True)) for line in data]
    if path.suffix == ".ndjson":
        path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in objects), "utf-8")
    else:
        path.write_text(json.dumps(objects, ensure_ascii=False, indent=1), "utf-8")
