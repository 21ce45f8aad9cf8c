"""Reading the input of an act: a mapping of field names to text, JSON values or option values
becomes checked values.

Options, prompts, `--from` and the Python API are read here, so all of them refuse alike.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from bbcs.calendar.dates import CST, day_of, parse_day, parse_moment
from bbcs.domain.acts import COMMON, Act, Field
from bbcs.domain.masking import free_text
from bbcs.domain.numbers import integer
from bbcs.domain.pack import AT_INTAKE, COLUMNS, GATES, RulePack
from bbcs.errors import (
    BadDate,
    BadValue,
    BbcsError,
    FieldWanted,
    GateClosed,
    MissingInput,
    UnknownKey,
    UnknownUnit,
    UnknownWord,
    chinese_first,
)
from bbcs.record import Record


class Units(Protocol):
    """Where unit names are looked up: the station's list."""

    def unit(self, text: str, allow_new: bool = False) -> Any:
        """A unit with `code` and `name`; UnknownUnit when a filled list does not hold it."""


class InputContext(Record):
    """What reading an input needs: the rules of the case, and where units are looked up."""

    pack: RulePack
    units: Units


def read(act: Act, inputs: Mapping[str, Any], context: InputContext) -> dict[str, Any]:
    """Checked values of an act by field name, defaults filled in; empty fields are left out.

    Raises UnknownKey, MissingInput (all missing fields at once), BadValue, BadDate, UnknownWord,
    UnknownUnit.
    """
    fields = all_fields(act)
    known = {field.name: field for field in fields if not field.stamped}
    inputs = _affirmed(canonical(inputs, fields), fields)
    for key in inputs:
        if key not in known:
            raise UnknownKey(key, known, _spellings(fields))
    complete(act, inputs, context.pack)
    new_unit = bool(inputs.get("new_unit"))
    values: dict[str, Any] = {}
    for field in known.values():
        raw = inputs.get(field.name)
        raw = field.default if _blank(raw) else raw
        if not _blank(raw):
            values[field.name] = _value(field, raw, context, known, new_unit=new_unit)
    return values


def canonical(inputs: Mapping[str, Any], fields: Sequence[Field]) -> dict[str, Any]:
    """The same under the keys of the fields: a file may use their Chinese names and the names of
    options.

    Raises BadValue where two keys mean one field.
    """
    others = renamed(inputs, fields)
    values: dict[str, Any] = {}
    for key, value in inputs.items():
        name = others.get(key, key)
        if name in values:
            chinese = next(short_help(field) for field in fields if field.name == name)
            raise BadValue(f"{name}（{chinese}）写了两次；请只留一个")
        values[name] = value
    return values


def renamed(inputs: Mapping[str, Any], fields: Sequence[Field]) -> dict[str, str]:
    """The keys that are other names of fields -> the keys of these fields."""
    names = {field.name for field in fields}
    others = {key: key.strip() for key in inputs if isinstance(key, str) and key not in names}
    spelt = _spellings(fields) if others else {}
    return {key: spelt[name] for key, name in others.items() if name in spelt}


def _spellings(fields: Sequence[Field]) -> dict[str, str]:
    """What else a file may call a field -> its key: its Chinese names and that of its option."""
    spelt: dict[str, str] = {}
    for field in fields:
        if not field.stamped:
            spelt.setdefault(short_help(field), field.name)
            spelt.setdefault(COLUMNS.get(field.name, field.name), field.name)
            if field.flag and "/" not in field.flag:
                spelt.setdefault(field.flag.removeprefix("--").replace("-", "_"), field.name)
    return spelt


def _affirmed(inputs: Mapping[str, Any], fields: Sequence[Field]) -> Mapping[str, Any]:
    """The same with the other name of a choice of two turned round: `not_reached: true` is
    `reached: false`.
    """
    for field in (one for one in fields if "/--" in one.option):
        other = field.option.partition("/--")[2].replace("-", "_")
        if other in inputs:
            if field.name in inputs or not isinstance(inputs[other], bool):
                raise BadValue(f"{label(field)}只写一个，写 true 或 false")
            inputs = {
                **{key: value for key, value in inputs.items() if key != other},
                field.name: not inputs[other],
            }
    return inputs


def _value(
    field: Field, raw: Any, context: InputContext, known: Collection[str], *, new_unit: bool
) -> Any:
    try:
        return _READ[field.type](field, raw, context, new_unit)
    except UnknownUnit as refusal:
        also = "，急着交办可加 --new-unit" if "new_unit" in known else ""
        unknown = UnknownUnit(*refusal.asked, also)
        unknown.message = f"{label(field)}：{unknown.message}"
        unknown.field = field.name
        raise unknown from None
    except BbcsError as refusal:
        refusal.field = field.name
        raise


_NUMBER_TYPES = frozenset({"file", "case", "cases"})
"""Types whose values may hold a long number: names of files, numbers of cases."""


def read_one(field: Field, raw: Any, context: InputContext, *, new_unit: bool = True) -> Any:
    """One value alone, as `read` would take it: what a prompt checks before it asks on."""
    return _READ[field.type](field, raw, context, new_unit)


def complete(act: Act, inputs: Mapping[str, Any], pack: RulePack) -> None:
    """MissingInput with all that is missing at once: required fields, at intake also reporter,
    phone and reason where they are due.
    """
    wanted = {field.name for field in all_fields(act) if field.required}
    if act.verb == "intake":
        named = _blank(inputs.get("anonymous")) or inputs["anonymous"] is False
        wanted |= {"reporter"} if named else set()
        decision = next(field for field in act.fields if field.name == "decision")
        refused = inputs.get("decision") in ("refuse", decision.choices["refuse"])
        wanted |= {"refusal_reason"} if refused else set()
        wanted |= _settling(inputs)
    missing = [
        field
        for field in all_fields(act)
        if field.name in wanted and _blank(inputs.get(field.name))
    ]
    if missing:
        missing += [one for one in _wanted_by_gates(act, inputs, pack) if one not in missing]
        how = (
            "匿名反映请加 --anonymous" if any(field.name == "reporter" for field in missing) else ""
        )
        raise MissingInput(
            [label(field) for field in missing],
            how,
            [field.name for field in missing],
        )
    _gates_of_intake(act, inputs, pack)


def _wanted_by_gates(act: Act, inputs: Mapping[str, Any], pack: RulePack) -> list[Field]:
    """The fields that gates of the pack want at intake and that are not given."""
    if act.verb != "intake":
        return []
    names = [name for gate, (name, _) in AT_INTAKE.items() if pack.gate(gate)]
    known = {field.name: field for field in act.fields}
    return [known[name] for name in names if _blank(inputs.get(name))]


def _gates_of_intake(act: Act, inputs: Mapping[str, Any], pack: RulePack) -> None:
    """GateClosed for a field that a gate wants and lacks; the refusal can be asked for."""
    if act.verb == "intake" and pack.gate("real_name") and inputs.get("anonymous") is True:
        raise GateClosed(f"这里的规则：{GATES['real_name']}；请写反映人姓名", ["reporter"])
    lacking = _wanted_by_gates(act, inputs, pack)
    if lacking:
        labels = [label(field) for field in lacking]
        message = f"这里的规则要求登记时写明：{'、'.join(labels)}"
        raise FieldWanted(message, labels, [field.name for field in lacking])


_SETTLING = frozenset({"outcome", "measures"})
"""What a case needs that is settled at intake."""


def _settling(inputs: Mapping[str, Any]) -> frozenset[str]:
    """What a settlement at intake needs, where one is meant: either of its fields is given."""
    if all(_blank(inputs.get(name)) for name in _SETTLING):
        return frozenset()
    return _SETTLING


def all_fields(act: Act) -> tuple[Field, ...]:
    """The act's own fields and those that every act on a case has."""
    if not act.on_case:
        return act.fields
    own = {field.name for field in act.fields}
    return act.fields + tuple(field for field in COMMON if field.name not in own)


def label(field: Field) -> str:
    """A field as a refusal names it: its option, or its key where there is no option, and what it
    means.
    """
    return f"{field.flag or field.name}（{short_help(field)}）"


def short_help(field: Field) -> str:
    """What a field is called where there is room for one word."""
    return field.help.split("（", 1)[0].split("：", 1)[0].split("，", 1)[0]


def _blank(value: Any) -> bool:
    return value is None or value in ([], (), {}) or (isinstance(value, str) and not value.strip())


def _text(field: Field, raw: Any, context: InputContext, new_unit: bool) -> str:
    if not isinstance(raw, str):
        raise BadValue(f"{label(field)}应为文字")
    text = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) > field.limit:
        raise BadValue(f"{label(field)}超过 {field.limit} 字（现有 {len(text)} 字）")
    if any(
        (ord(char) < 32 and char not in "\n\t") or 0xD800 <= ord(char) <= 0xDFFF for char in text
    ):
        raise BadValue(f"{label(field)}里有不能保存的控制字符")
    if _must_not_name_a_person(field) and _names_a_person(text):
        raise BadValue(
            f"{label(field)}里不能写身份证号、手机号：这一栏是公开的，删不掉；请写在附记或内容里"
        )
    return text


def _must_not_name_a_person(field: Field) -> bool:
    """Whether a value of the field stays in the public part for ever, and no number is expected in
    it.
    """
    return not (field.personal or field.long_numbers or field.type in _NUMBER_TYPES)


def _names_a_person(text: str) -> bool:
    """Whether an identity number or a phone stands in a text."""
    if sum(map(str.isdigit, text)) < 11:
        return False

    return free_text(text) != text


def _list(read_one: Callable[..., Any]) -> Callable[..., list[Any]]:
    def read_all(field: Field, raw: Any, context: InputContext, new_unit: bool) -> list[Any]:
        if isinstance(raw, str):
            raw = [raw]
        if not isinstance(raw, Sequence):
            raise BadValue(f"{label(field)}应为列表")
        values = [read_one(field, one, context, new_unit) for one in raw if not _blank(one)]
        return [one for number, one in enumerate(values) if one not in values[:number]]

    return read_all


def _word(field: Field, raw: Any, context: InputContext, new_unit: bool) -> str:
    text = (
        str(raw)
        if isinstance(raw, int) and not isinstance(raw, bool)
        else _text(field, raw, context, new_unit)
    )
    if field.axis == "grade":
        for word in context.pack.words.get("grade", {}).values():
            if word.value == integer(text):
                return word.key
    return context.pack.word(field.axis, text, label(field)).key


def _choice(field: Field, raw: Any, context: InputContext, new_unit: bool) -> str:
    text = str(raw).strip()
    for choice, chinese in field.choices.items():
        if text == choice or (chinese and text == chinese):
            return choice
    both = [chinese_first(*pair) for pair in field.choices.items()]
    spelt = [*field.choices, *filter(None, field.choices.values())]
    raise UnknownWord(label(field), text, both, spelt, list(field.choices), whole=True)


def _int(field: Field, raw: Any, context: InputContext, new_unit: bool) -> int:
    number = integer(raw)
    if number is None or number > 10_000_000:
        raise BadValue(f"{label(field)}应为不小于 {field.least} 的整数")
    if number < field.least:
        raise BadValue(f"{label(field)}至少是 {field.least}")
    return number


def _bool(field: Field, raw: Any, context: InputContext, new_unit: bool) -> bool:
    if isinstance(raw, bool):
        return raw
    raise BadValue(f"{label(field)}应为 true（是）或 false（否）")


def _date(field: Field, raw: Any, context: InputContext, new_unit: bool) -> date:
    if isinstance(raw, date):
        return day_of(raw)
    return parse_day(_text(field, raw, context, new_unit))


def _when(field: Field, raw: Any, context: InputContext, new_unit: bool) -> datetime | date:
    """A date stays a date: no time of day was given. A time without a zone (TOML) is +08:00."""
    if isinstance(raw, datetime):
        return raw.replace(tzinfo=CST) if raw.tzinfo is None else raw.astimezone(CST)
    if isinstance(raw, date):
        return raw
    text = _text(field, raw, context, new_unit)
    return parse_day(text) if len(text) == len("2022-06-25") else parse_moment(text)


FIRST_YEAR, LAST_YEAR = 1949, 2199
"""Years that a date may lie in."""


def _likely(read_one: Callable[..., date]) -> Callable[..., date]:
    def read_likely(field: Field, raw: Any, context: InputContext, new_unit: bool) -> date:
        try:
            day = read_one(field, raw, context, new_unit)
        except BadDate as refused:
            raise BadDate(f"{label(field)}：{refused.message}") from None
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise BadDate(f"{label(field)}的年份应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间")
        return day

    return read_likely


def _unit(field: Field, raw: Any, context: InputContext, new_unit: bool) -> list[str]:
    unit = context.units.unit(_text(field, raw, context, new_unit), allow_new=new_unit)
    return [unit.code, unit.name]


def _pair(field: Field, raw: Any, context: InputContext, new_unit: bool) -> list[str]:
    if (
        isinstance(raw, (list, tuple))
        and len(raw) == 2
        and all(isinstance(part, str) for part in raw)
    ):
        raw = "=".join(raw)
    cut = (
        str.rpartition if field.name == "owe" else str.partition
    )  # a paper may be called “A=B”, its day never
    left, sign, right = cut(_text(field, raw, context, new_unit), "=")
    if not sign or not left.strip() or not right.strip():
        raise BadValue(f"{label(field)}应写成“甲=乙”")
    return [left.strip(), right.strip()]


def _object(field: Field, raw: Any, context: InputContext, new_unit: bool) -> dict[str, str]:
    if not isinstance(raw, Mapping) or not all(
        isinstance(key, str) and isinstance(value, str) for key, value in raw.items()
    ):
        raise BadValue(f"{label(field)}应为键和值都是文字的对象")
    read = {
        _text(field, key, context, new_unit): _text(field, value, context, new_unit)
        for key, value in raw.items()
    }
    if "" in read or len(read) < len(raw):
        raise BadValue(f"{label(field)}里有空的键，或同一个键写了两次")
    return read


def _point(field: Field, raw: Any, context: InputContext, new_unit: bool) -> list[str]:
    """“内容|单位|日期” -> text, unit name, day."""
    parts = (
        raw
        if isinstance(raw, (list, tuple))
        else _text(field, raw, context, new_unit).replace("｜", "|").rsplit("|", 2)
    )
    if len(parts) != 3 or not all(isinstance(part, str) and part.strip() for part in parts):
        raise BadValue(f"{label(field)}应写成“内容|单位|日期”")
    what, unit, day = (part.strip() for part in parts)
    return [
        _text(field, what, context, new_unit),
        _unit(field, unit, context, new_unit)[1],
        parse_day(day).isoformat(),
    ]


def _any(field: Field, raw: Any, context: InputContext, new_unit: bool) -> Any:
    """Read later, by the type of the field it is for."""
    return raw


_READ: Mapping[str, Callable[[Field, Any, InputContext, bool], Any]] = {
    "text": _text,
    "texts": _list(_text),
    "word": _word,
    "words": _list(_word),
    "choice": _choice,
    "choices": _list(_choice),
    "int": _int,
    "bool": _bool,
    "date": _likely(_date),
    "when": _likely(_when),
    "day_or_time": _likely(_when),
    "unit": _unit,
    "units": _list(_unit),
    "pairs": _list(_pair),
    "object": _object,
    "case": _text,
    "cases": _list(_text),
    "file": _text,
    "points": _list(_point),
    "any": _any,
}


def missing(act: Act, inputs: Collection[str]) -> list[Field]:
    """Required fields that have no input yet: what a prompt asks for."""
    return [field for field in all_fields(act) if field.required and field.name not in inputs]
