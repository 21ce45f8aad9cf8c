"""Codes of rows: reasons to keep a row out, and warnings."""

from __future__ import annotations

from collections.abc import Mapping

from bbcs.record import Record

REJECTS: Mapping[str, str] = {
    "id_number_destroyed": "身份证号被表格软件存成了数，末几位已丢失，不能修复；请按原件重填（单元格先设为文本）",
    "date_invalid": "日期不对",
    "date_without_year": "日期没有年份",
    "date_missing": "没有受理日期",
    "date_in_future": "日期在将来",
    "duplicate_no": "编号在文件里重复",
    "duplicate_row": "与前面一行完全相同，又没有编号",
    "missing_demand": "事项和内容都是空的",
    "closed_before_received": "办结早于受理",
    "too_long": "文字太长",
    "contradicts_ledger": "与台账里同一编号的件对不上",
    "not_taken": "不能入账",
}
"""Codes that keep a row out -> what people read."""

WARNS: Mapping[str, str] = {
    "phone_invalid": "电话不像号码，原样保留",
    "id_checksum": "身份证号校验位不对，原样保留",
    "id_invalid": "证件号不像身份证号或信用代码，原样保留",
    "callback_before_close": "回访在办结之前（或还没有办结）",
    "closed_without_date": "写的是已办结，却没有办结日期；按未办结存",
    "date_without_close": "有办结日期，写的却是没有办结或已转办；按未办结存",
    "satisfaction_unknown": "满意度看不懂，原样保留",
    "ticked_twice": "勾了不止一栏，原样保留",
    "state_unknown": "办理结果或状态看不懂，原样保留",
    "word_unknown": "这里没有这个词，原样保留",
    "unit_unknown": "单位名册里没有这个单位，照收",
    "other_source": "台账里已有这一件，是用别的 --source 导入的；按那一件认",
    "changed_in_ledger": "台账里这一件已经改过，与文件不同；台账不动",
}
"""Codes of warnings: the row is stored -> what people read."""


class Problem(Record):
    """One code of a row.

    field: the canonical column, "" = the row; message: Chinese, without the value.
    """

    code: str
    field: str = ""
    message: str = ""

    @property
    def rejects(self) -> bool:
        """Whether it keeps the row out."""
        return self.code in REJECTS
