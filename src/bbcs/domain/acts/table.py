"""ONE table of every act: who may do what to a case, by which word, with which fields.

Its five pages are joined here; everything else about an act is derived from its row: the
event codec and the marks of personal fields (`store.codec`), the keys of `--from`, options and help
(`cli.acts`, `cli.registry`), what people read when it is done, the history of a case,
docs/reference. To add an act, write its row on a page, its place in `LIFE` (`domain.case`), its arm
in `domain.fold` if it changes the case, and its arm in `domain.decide` if it asks for more than its
fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from bbcs.domain.acts import (
    COMMON,
    HALVES,
    TEXT,
    TITLE,
    Act,
    Field,
    Kind,
    OfficeEntry,
    choice,
    ending,
    handling,
    intake,
    record,
    stamp,
    steering,
    text,
)

ROSTER = 1_000_000
"""Longest roster of a station as text, in characters."""

ACTS: tuple[Act, ...] = (*intake.PAGE, *handling.PAGE, *steering.PAGE, *ending.PAGE, *record.PAGE)
"""Every act a user may ask for, in the order of a case's life."""

OFFICE_ENTRIES: tuple[OfficeEntry, ...] = (
    OfficeEntry(
        Kind("Revealed", "看了未遮盖的资料", "已看未遮盖的资料"),
        (
            choice(
                "purpose",
                "目的",
                {
                    "show": "查看",
                    "dial": "看电话",
                    "list": "列表",
                    "register": "登记簿",
                    "slip": "回执",
                    "doc": "文书",
                    "attachment": "取出附件",
                    "export": "完整导出",
                },
            ),
            text("reason", "理由"),
            Field("case", "件"),
            Field("rows", "件数", "int"),
        ),
    ),
    OfficeEntry(
        Kind("StationChanged", "改了站点名册", "已改站点名册"),
        (
            Field("what", "改了什么"),
            Field("code", "代码"),
            Field("name", "名称"),
            text("was", "操作员原来的姓名", limit=TITLE),
            Field("sha256", "改后的名册或事项目录的摘要"),
            text("roster", "改后的名册（不含坐诊表），JSON", limit=ROSTER),
        ),
    ),
    OfficeEntry(
        Kind("Revoked", "撤销了一条全站的规定", "已撤销"),
        (
            Field("entry", "撤销的是第几条", "int"),
            choice("of", "撤销的是什么", {"Exempted": "免予提供", "Improved": "改进"}),
            text("note", "附记"),
        ),
    ),
    OfficeEntry(
        Kind("PackAdopted", "采用了规则包", "已采用规则包"),
        (
            Field("pack", "规则包"),
            Field("edition", "版次"),
            Field("place", "地方"),
            Field("sha256", "规则包文件的摘要"),
            Field("before", "此前的规则包和版次，如 zhanyi@1；建站时没有"),
            Field("open", "当时没了结、仍按原来版次的件数", "int"),
        ),
    ),
    OfficeEntry(
        Kind("DutySet", "改了坐诊表", "已改坐诊表"),
        (
            Field("day", "日期", "date"),
            Field("operator", "操作员"),
            choice("shift", "班次（不写是全天）", HALVES),
            Field("note", "说明", limit=TEXT),
            Field("removed", "是撤下", "bool"),
            Field("rows", "多班：日期、操作员、班次、说明", "rows"),
        ),
    ),
    OfficeEntry(
        Kind("Imported", "导入了台账", "已导入台账"),
        (
            Field("batch", "批次"),
            text("file", "文件名"),
            Field("sha256", "文件的摘要"),
            Field("source", "来源系统", long_numbers=True),
            Field("rows", "行数", "int"),
            Field("created", "新登记的件数", "int"),
            Field("extended", "补了进展的件数", "int"),
            Field("consultations", "新记的咨询条数", "int"),
            Field("rejected", "没有导入的行数", "int"),
            Field("entries", "写了几条记录（紧挨在这一条前面）", "int"),
        ),
    ),
    OfficeEntry(
        Kind("ImportUndone", "撤销了一批导入", "已撤销一批导入"),
        (
            Field("batch", "批次"),
            Field("voided", "作废的件数", "int"),
            Field("undone", "撤销的记录条数", "int"),
            Field("consultations", "撤销的咨询条数", "int"),
            text("reason", "为什么撤销"),
        ),
    ),
    OfficeEntry(
        Kind("Erased", "清除了个人信息", "已清除个人信息"),
        (
            Field("cases", "清除了哪些件（编号）", "cases"),
            Field("basis", "依据"),
            Field("entries", "清除了几条记录的个人内容", "int"),
            text("reason", "理由", limit=TITLE),
        ),
    ),
    OfficeEntry(
        Kind("CalendarImported", "导入了放假通知", "已导入放假通知"),
        (
            choice(
                "layer",
                "哪一层日历",
                {
                    "annual": "年度通知",
                    "midyear": "年中通知",
                    "region": "地方",
                    "organisation": "本单位",
                },
            ),
            Field("region", "地区"),
            Field("id", "通知代号（年度通知是年份）"),
            Field("title", "通知标题", limit=TEXT),
            Field("number", "文号"),
            Field("issued", "印发日期", "date"),
            Field("address", "出处", limit=TEXT),
            Field("sha256", "通知文本的摘要"),
            Field("days", "改变的日子：日期、是否上班、种类、名称", "rows"),
            Field("moved", "移动的到期日：件、时限、轮次、单位、原来、现在", "rows"),
        ),
    ),
)
"""Kinds that no verb of a case appends."""

BATCH = stamp("batch", "导入批次")
"""Field of every entry that an import wrote: its batch.

Such entries stand outside what judges late recording.
"""

BY_VERB: Mapping[str, Act] = {act.verb: act for act in ACTS}

_BY_ALIAS: Mapping[str, str] = {act.alias: act.verb for act in ACTS}


def verb_of(name: str) -> str:
    """The verb of an act's Chinese name; any other text as it is."""
    return _BY_ALIAS.get(name, name)


PAGE_OF: Mapping[str, str] = {
    act.verb: name
    for name, page in (
        ("intake", intake.PAGE),
        ("handling", handling.PAGE),
        ("steering", steering.PAGE),
        ("ending", ending.PAGE),
        ("record", record.PAGE),
    )
    for act in page
}
"""Verb -> its page."""

MINOR = frozenset(act.verb for act in ACTS if act.on_case and not act.moves)
"""Acts that move no phase and no order."""

_KINDS = (
    *(kind for act in ACTS for kind in act.events),
    *(entry.event for entry in OFFICE_ENTRIES),
)

NOUNS: Mapping[str, str] = {kind.name: kind.noun for kind in _KINDS}
"""Event kind -> what people call it."""

ACT_OF: Mapping[str, Act] = {kind: act for act in ACTS for kind in act.kinds}
"""Event kind -> the act that brings it about; none of kinds that belong to no act."""

DONE: Mapping[str, str] = {kind.name: kind.done for kind in _KINDS}
"""Event kind -> what people read when it is done."""


def _stored(act: Act, kind: str) -> tuple[Field, ...]:
    fields = (*act.fields, *COMMON, BATCH) if act.on_case else (*act.fields, BATCH)
    return tuple([field for field in fields if not field.kinds or kind in field.kinds])


KINDS: Mapping[str, tuple[Field, ...]] = {
    **{kind: _stored(act, kind) for act in ACTS for kind in act.kinds},
    **{entry.event.name: entry.fields for entry in OFFICE_ENTRIES},
}
"""Event kind -> the fields that are stored with it."""


@cache
def personal_fields(kind: str) -> frozenset[str]:
    """The names of the personal fields of an event kind."""
    return frozenset(field.name for field in KINDS[kind] if field.personal)


LEDGER_WIDE = frozenset(
    {"Consulted", "ConsultationUndone", *(entry.event.name for entry in OFFICE_ENTRIES)}
)
"""Kinds without a case number."""
