"""Differences between two editions of the rules: every value that differs, as data and as lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from bbcs.domain.acts.table import NOUNS
from bbcs.domain.case import TRACKS
from bbcs.domain.deadline_status import CLOCK_NAMES
from bbcs.domain.order import GUARDS
from bbcs.domain.pack import AXES, DUE, GATES, NUMBER_KEYS, Clock, RulePack, limit_text
from bbcs.record import Record, as_document
from bbcs.views.unit_page import ROLES

FIELDS: Mapping[str, str] = {
    # [pack], [office], [number]
    "key": "规则包", "place": "地方", "name": "名称", "edition": "版次", "in_force_from": "施行日",
    "region": "行政区划", "day_rule": "起算规则", "cutoff": "当日截止时刻",
    "after_hours": "下班后收的件", "due_time": "到期时刻",
    "several_causes": "几个原因时", "hours": "办公时间", "pattern": "编号写法",
    "notice": "告知的编号写法", "slip": "督办单的编号写法",
    "dispatch_guard": "下派、交给非主管单位",
    "order_no": "交办单的编号写法", "transfer_no": "转办单的编号写法",
    "result_no": "办结反馈单的编号写法", "minutes_no": "联席会议纪要的编号写法",
    # sources, facts, registers, accountability
    "title": "标题", "address": "网址", "note": "说明", "value": "数", "columns": "栏目",
    "trigger": "情形", "measures": "措施", "counts": "数", "per": "按", "window": "每",
    "consecutive": "连续",
    # words
    "label": "", "aliases": "别名", "counts_as": "算作", "needs_basis": "须写依据",
    "remedy": "须写去处", "who": "谁", "at": "条件", "satisfied": "算满意", "bad": "算不满意",
    "order": "先后",
    # clocks
    "limit": "", "unit": "", "start": "起算", "stop": "停止", "pausable": "可暂停", "warnings": "预警",
    # [extension], [callback]
    "mode": "方式", "days": "天数", "max_count": "最多几次", "approver": "批准人", "for": "限于",
    "share": "比例", "attempts": "最多打几次", "not_by_handler": "承办人不能回访",
}  # fmt: skip
"""Field of a row -> what people call it; "" where the value speaks for itself."""

SOURCED = ("source", "proposed")
"""Fields that say only where a rule comes from."""

_HEAD = (
    "key", "place", "name", "edition", "in_force_from", "region", "day_rule", "cutoff",
    "after_hours", "due_time", "several_causes", "proposed",
)  # fmt: skip
_OWN_NAMES: Mapping[str, Mapping[str, str]] = {
    "word.grade": {"value": "分"},
    "word.level": {"trigger": "何时"},
    "clock": {"hours": "小时怎么数"},
    "extension": {"cutoff": "最晚何时申请"},
    "callback": {"days": "隔几天"},
    "accountability": {"at": "到"},
}
"""Table -> fields that are called otherwise there."""
_TABLES: Mapping[str, str] = {
    "extension": "延期", "callback": "回访", "score": "评分：", "tiers": "档次：",
}  # fmt: skip
"""Table without rows -> what stands before the name of its field."""
_ROWS: Mapping[str, str] = {
    "pack.sources": "出处", "register": "登记簿", "accountability": "问责情形", "facts": "给定的数字",
}  # fmt: skip
"""Table of rows -> what people call it."""


class Row(Record):
    """One row of a pack, or a table without rows (`name` "").

    label: what people call the row. values: field -> value.
    """

    table: str
    name: str
    label: str
    values: Mapping[str, Any]

    @property
    def key(self) -> str:
        """Its dotted key."""
        return f"{self.table}.{self.name}" if self.name else self.table


class Difference(Record):
    """One value that differs. before, after: None where there is none."""

    key: str
    before: Any
    after: Any


def differences(old: RulePack, new: RulePack) -> list[Difference]:
    """Every value that differs, by the dotted key of its place."""
    rows = []
    for before, after in _pairs(old, new):
        row = after or before
        assert row
        for field in _differing(before, after):
            had, has = _value(before, field), _value(after, field)
            rows.append(Difference(f"{row.key}.{field}", _plain(had), _plain(has)))
    return rows


def document(differences: Iterable[Difference]) -> dict[str, Any]:
    """`pack diff --json`."""
    return {"schema": "bbcs.packdiff/1", "differences": [as_document(one) for one in differences]}


def lines(old: RulePack, new: RulePack) -> list[str]:
    """What differs, as people read it; values that say only where a rule comes from are counted."""
    page: list[str] = []
    few: dict[tuple[str, str], list[str]] = {}
    sourced = 0
    for before, after in _pairs(old, new):
        fields = [field for field in _differing(before, after) if field not in SOURCED]
        sourced += len(_differing(before, after)) - len(fields)
        row = after or before
        assert row
        if not fields:
            continue
        if row.table == "clock" and not (before and after):
            page.append(f"{row.label}：{_limit(before)} → {_limit(after)}")
        elif not (before and after):
            what = "去掉" if before else "加"
            few.setdefault((_table(row.table), what), []).append(row.label)
        else:
            page += _changed(before, after, fields)
    page += [f"{table}：{what}{'、'.join(labels)}" for (table, what), labels in few.items()]
    if sourced:
        page.append(f"只是出处或“拟定”的标记不同：{sourced} 处，--json 逐一列出")
    return page


# -- rows ------------------------------------------------------------------------------------------


def _pairs(old: RulePack, new: RulePack) -> Iterator[tuple[Row | None, Row | None]]:
    """Each row of either pack, as the old and as the new one has it."""
    before = {row.key: row for row in rows(old)}
    after = {row.key: row for row in rows(new)}
    for key in dict.fromkeys((*before, *after)):
        yield before.get(key), after.get(key)


def rows(pack: RulePack) -> Iterator[Row]:
    """Every value of a pack, row by row, in the order of its file."""
    yield Row("pack", "", "", {name: getattr(pack, name) for name in _HEAD})
    for source in pack.sources:
        values = {key: value for key, value in source.items() if key != "id"}
        yield Row("pack.sources", source.get("id", ""), f"“{source.get('id', '')}”", values)
    yield Row("office", "", "", {"hours": pack.office})
    patterns = {key: pack.numbers.get(paper, "") for paper, key in NUMBER_KEYS.items()}
    yield Row("number", "", "", patterns)
    for clock in pack.clocks:
        conditions = ",".join(f"{key}={value}" for key, value in clock.for_.items())
        name = f"{clock.name}[{conditions}]" if conditions else clock.name
        yield Row("clock", name, _clock(clock, pack), _values(clock, "name", "for_"))
    yield Row(
        "gates",
        "",
        "",
        {**pack.gates, "dispatch_guard": pack.dispatch_guard, "source": pack.gates_source},
    )
    yield Row("extension", "", "", _values(pack.extension))
    yield Row("callback", "", "", _values(pack.callback))
    for name, scale in (("score", pack.score), ("tiers", pack.tiers)):
        yield Row(
            name, "", "", {**scale.points, "source": scale.source, "proposed": scale.proposed}
        )
    for axis, words in pack.words.items():
        yield Row(f"word.{axis}", "", AXES.get(axis, axis), {"order": tuple(words)})
        for key, word in words.items():
            yield Row(f"word.{axis}", key, f"“{word.label}”（{key}）", _values(word, "axis", "key"))
    for name, register in pack.registers.items():
        yield Row("register", name, f"“{register.title}”", _values(register, "name"))
    for rule in pack.accountability:
        yield Row("accountability", rule.trigger, f"“{rule.trigger}”", _values(rule, "trigger"))
    for fact in pack.facts:
        yield Row("facts", fact.name, fact.name, _values(fact, "name"))


def _values(row: Record, *left_out: str) -> dict[str, Any]:
    values = {key: value for key, value in row._asdict().items() if key not in left_out}
    return {"for" if key == "for_" else key: value for key, value in values.items()}


def _value(row: Row | None, field: str) -> Any:
    return row.values.get(field) if row else None


def _differing(before: Row | None, after: Row | None) -> list[str]:
    """The fields whose value differs; nothing is nothing, however it is written. The order of
    words counts only where the words are the same."""
    fields = dict.fromkeys((*(before.values if before else ()), *(after.values if after else ())))
    return [
        field
        for field in fields
        if (_value(before, field) or None) != (_value(after, field) or None)
        and not (
            field == "order" and set(_value(before, field) or ()) != set(_value(after, field) or ())
        )
    ]


def _plain(value: Any) -> Any:
    """The value as JSON has it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Record):
        return {key: _plain(one) for key, one in value._asdict().items()}
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(one) for one in value]
    return value


# -- for people ------------------------------------------------------------------------------------


def _table(table: str) -> str:
    axis = table.removeprefix("word.")
    return _ROWS.get(table) or AXES.get(axis, axis)


def _clock(clock: Clock, pack: RulePack) -> str:
    """`办理时限（简单，第 1 轮）`."""
    cases = "，".join(_case(key, value, pack) for key, value in clock.for_.items())
    return f"{CLOCK_NAMES.get(clock.name, clock.name)}时限{cases and f'（{cases}）'}"


def _case(key: str, value: str, pack: RulePack) -> str:
    if key == "round":
        return f"第 {value.removesuffix('+')} 轮{'起' if value.endswith('+') else ''}"
    fixed = {"order": ROLES, "track": TRACKS}.get(key)
    return fixed.get(value, value) if fixed else pack.label(key, value)


def _limit(row: Row | None) -> str:
    return limit_text(row.values["limit"], row.values["unit"]) if row else "（无）"


def _changed(before: Row, after: Row, fields: Sequence[str]) -> Iterator[str]:
    """A table without rows: one line for each field; a row: one line with all that differs."""
    if after.table.startswith("word.") and not after.name:
        yield f"{after.label}的先后：{_text(before.values['order'])} → {_text(after.values['order'])}"
    elif not after.name:
        for field in fields:
            parts = _shown(before, after, field), _shown(after, before, field)
            yield f"{_named(after.table, field)}：{' → '.join(parts)}"
    else:
        label = after.label
        if after.table.startswith("word."):
            label = f"{_table(after.table)}（{after.name}）"
        elif after.table in _ROWS:
            label = f"{_ROWS[after.table]}{after.label}"
        parts = _parts(before, after, fields), _parts(after, before, fields)
        yield f"{label}：{' → '.join(parts)}"


def _named(table: str, field: str) -> str:
    """The field of a table without rows."""
    if table == "gates":
        return GATES.get(field) or _name(table, field)
    return _TABLES.get(table, "") + _name(table, field)


def _name(table: str, field: str) -> str:
    return _OWN_NAMES.get(table, {}).get(field, FIELDS.get(field, field))


def _parts(row: Row, other: Row, fields: Sequence[str]) -> str:
    """What differs in a row from the other; a limit and its unit are one."""
    parts = dict.fromkeys("limit" if field == "unit" else field for field in fields)
    named = ((_name(row.table, field), _shown(row, other, field)) for field in parts)
    return "，".join(" ".join(filter(None, pair)) for pair in named)


def _shown(row: Row, other: Row, field: str) -> str:
    value = row.values.get(field)
    if field == "columns":
        return _columns(value, other.values.get(field) or ())
    if field == "dispatch_guard":
        return GUARDS.get(str(value), str(value))
    if row.table == "gates":
        return "开" if value else "关"
    if field == "limit":
        return _limit(row)
    if field in ("start", "stop"):
        return "、".join(map(_event, value or ())) or "（无）"
    return _text(value)


def _columns(columns: Any, others: Any) -> str:
    """The columns that the other has not so; all of them where only their order differs."""
    own = [one for one in columns if one not in others]
    if not own and all(one in columns for one in others):
        own = columns
    return "、".join(f"“{header}”（{name}）" for name, header in own) or "（无）"


def _event(name: str) -> str:
    """The event that a clock waits for; of a due date, whose."""
    if name.startswith(DUE):
        clock = name.removeprefix(DUE)
        return f"{CLOCK_NAMES.get(clock, clock)}时限的到期日"
    kind, dot, detail = name.partition(".")
    return f"{NOUNS.get(kind, kind)}{dot}{detail}"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Record):
        return " ".join(map(_text, value))
    if isinstance(value, Mapping):
        return "、".join(f"{key} {one}" for key, one in value.items()) or "（无）"
    if isinstance(value, (tuple, list)):
        return "、".join(map(_text, value)) or "（无）"
    return str(value) if value not in ("", None) else "（无）"
