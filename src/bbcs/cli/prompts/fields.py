"""Makes the question that asks for a field of an act.

What is asked stands in the table of acts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bbcs.cli import dates
from bbcs.cli.prompts.question import (
    NO,
    PARTLY,
    YES,
    Option,
    Question,
    Reply,
    yes_or_no,
)
from bbcs.cli.settings import half_width, half_words
from bbcs.domain.acts import TEXT, Act, Field
from bbcs.domain.inputs import InputContext, all_fields, read_one, short_help
from bbcs.domain.long_numbers import valid_id
from bbcs.domain.masking import looks_like_a_firm, valid_phone
from bbcs.domain.station import Unit, split_units
from bbcs.errors import BadValue, BbcsError, UnknownUnit, nearest
from bbcs.record import Record
from bbcs.usecases.office import Office

ANONYMOUS = "匿名"

NEVER = frozenset({"object", "rows", "any"})
"""Types that nobody can type at a prompt."""

_WORDS = ("words", "word")
_LISTS = ("texts", "pairs", "points", "cases")


class Asked(Record):
    """What reading answers needs: the act, the office, the reader of the case.

    holders: names of the units that had an order of the case, for an office without a roster.
    cases: numbers of cases to choose from. weighed: names of optional fields on which the limits of
    the pack depend: they are asked for too. own: name of a field -> its question, where the table of
    acts cannot know it. meant: of these inputs, the field as which a value of such a field reads.
    """

    act: Act
    office: Office
    reader: InputContext
    holders: tuple[str, ...] = ()
    cases: Callable[[], tuple[Option, ...]] = tuple
    weighed: frozenset[str] = frozenset()
    own: Mapping[str, Callable[[Mapping[str, Any]], Question]] = {}
    meant: Callable[[Field, Mapping[str, Any]], Field] = lambda field, inputs: field


def question_of(field: Field, asked: Asked, *, required: bool, now: Any = None) -> Question:
    """The question for a field. now: the value that is to be changed."""
    if field.type == "bool":
        question = yes_or_no(label_of(field, asked.act), required=required)
    else:
        question = Question(
            label_of(field, asked.act),
            _reading(field, asked),
            _options(field, asked),
            required,
            several=field.type in ("words", "choices", "units", "cases"),
            lines=field.type == "text" and field.limit == TEXT,
            limit=_limit(field),
            menu=field.type in ("word", "choice"),
        )
    if now is not None:
        return question._replace(initial=text_of(field, now, asked))
    usual = text_of(field, field.default, asked)
    if required or usual in ("", field.default):
        return question
    return question._replace(label=f"{question.label}（回车是 {usual}）", bare=True)


def _limit(field: Field) -> int:
    return TEXT if field.many else field.limit


def label_of(field: Field, act: Act) -> str:
    """What a prompt calls a field: its short name, and what is meant where that is not plain."""
    behind = re.search("：([^：，。（]+)$", field.help)
    if act.verb == "intake" and field.name == "matter" and behind:
        return f"{short_help(field)}（{behind[1]}）"
    if act.verb == "intake" and field.name == "reporter":
        return f"{short_help(field)}（没留姓名打 {ANONYMOUS}）"
    if field.type in ("pairs", "points"):
        return f"{short_help(field)}（几条用分号隔开）"
    if field.many:
        return f"{short_help(field)}（可几个，用顿号隔开）"
    if field.offered.startswith("track="):
        return field.help
    return short_help(field)


def askable(field: Field) -> bool:
    """Whether a field can be reached from the prompts."""
    return not field.stamped and field.type not in NEVER


def wanted_now(field: Field, inputs: Mapping[str, Any], asked: Asked) -> bool:
    """Whether a field is offered where these inputs were given: always, or where other fields have
    these values; or because a limit depends on it.
    """
    if field.name in inputs:
        return False
    if field.name in asked.weighed:
        return True
    if not field.offered:
        return False
    wanted = (one.partition("=") for one in field.offered.split() if "=" in one)
    return all(_has(inputs, name, value, asked.act) for name, _, value in wanted)


def _has(inputs: Mapping[str, Any], name: str, value: str, act: Act) -> bool:
    """Whether a field has this value, or that by default."""
    field = next(one for one in all_fields(act) if one.name == name)
    chosen = str(inputs.get(name, field.default))
    return value in (chosen, *(key for key, label in field.choices.items() if label == chosen))


# -- answers to choose -----------------------------------------------------------------------------


def _options(field: Field, asked: Asked) -> tuple[Option, ...]:
    if field.choices:
        return _choices(field)
    if field.type in _WORDS:
        words = asked.reader.pack.words.get(field.axis, {}).values()
        signs = [str(number) for number, _ in enumerate(words, 1)]
        if field.axis == "grade":
            signs = [str(word.value) for word in words]
        return tuple(
            Option(sign, word.key, word.label, (word.key, *word.aliases))
            for sign, word in zip(signs, words, strict=True)
        )
    if field.type in ("unit", "units"):
        units = _roster(asked) or [Unit("", name) for name in asked.holders]
        return tuple(
            Option(
                str(number), unit.name, unit.name, tuple(filter(None, (unit.code, *unit.aliases)))
            )
            for number, unit in enumerate(units, 1)
        )
    if field.type in ("case", "cases"):
        return asked.cases()
    return ()


def _roster(asked: Asked) -> Sequence[Unit]:
    """The units that the office lists, and those that have an order of the case."""
    units: Sequence[Unit] = getattr(asked.reader.units, "units", ())
    return units


_LETTERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "yes": ("y", YES),
    "partly": ("p", PARTLY),
    "no": ("n", NO),
}
"""Choice that means 是, 部分 or 否 -> the letter to type for it, and what else people type."""


def _choices(field: Field) -> tuple[Option, ...]:
    options = []
    for number, key in enumerate(field.choices, 1):
        sign, also = str(number), _alone(key)
        if field.choices.keys() <= _LETTERS.keys():
            sign, also = _LETTERS[key]
        options.append(Option(sign, key, field.choice_text(key), also))
    return tuple(options)


def _alone(name: str) -> tuple[str, ...]:
    return (name,)


# -- answers that are typed ------------------------------------------------------------------------


def _reading(field: Field, asked: Asked) -> Callable[[str], Reply]:
    """What reads an answer that was typed out."""
    plain = field._replace(option="-")  # at a prompt nobody is told of options

    def read(text: str) -> Reply:
        """The answer; a refusal names the field as people at a prompt know it."""
        if (asked.act.verb, field.name) == ("intake", "reporter") and text == ANONYMOUS:
            return Reply(None, ANONYMOUS, along={"anonymous": True})
        try:
            value = dates.resolve_option(plain, _typed(field, text), asked.office)
            read_one(plain, value, asked.reader, new_unit=False)
            if field.type == "file":
                _found(value)
        except UnknownUnit as unknown:
            return _new_unit(field, text, asked, unknown)
        except BbcsError as refused:
            refused.message = without_options(refused.message)
            raise
        return Reply(
            value,
            text_of(field, value, asked),
            _doubt(field, value, asked),
            _along(field, value, asked),
        )

    return read


def _found(path: str) -> None:
    """BadValue unless a file can be read there; its name may be a person's, so it is not repeated."""
    if not Path(path).is_file():
        raise BadValue("没有这个文件；请写全路径，或把文件拖进窗口")


def _along(field: Field, value: Any, asked: Asked) -> Mapping[str, Any]:
    """A name takes back that the case is anonymous; that of a firm says that it is one, which the
    review shows.
    """
    if (asked.act.verb, field.name) != ("intake", "reporter"):
        return {}
    firm = {"reporter_type": "enterprise"} if looks_like_a_firm(value) else {}
    return {"anonymous": None, **firm}


def _typed(field: Field, text: str) -> Any:
    """A text as its option would give it: lists cut, numbers and phones in half width."""
    if field.type == "units":
        return split_units(text) or [text]
    if field.type in _LISTS:
        stops = "[、；;\n]" if field.type in ("texts", "cases") else "[；;\n]"
        return [one.strip() for one in re.split(stops, text) if one.strip()]
    if field.many:
        return [text]
    if field.type in ("int", "case"):
        return half_words(text)
    if field.type == "file":
        return text.strip("'\" ")  # as terminals write a file that is dragged in
    if field.name in _NUMBERS:
        return half_width(text).strip()
    if field.type in ("word", "choice"):
        return half_width(text).strip()
    return text


_NUMBERS = ("phone", "contact_phone", "id_number")


def _doubt(field: Field, value: Any, asked: Asked) -> str:
    """Why a value that can be stored may be mistyped; the value itself is not repeated."""
    if field.name in ("phone", "contact_phone") and not valid_phone(value):
        return "不像手机或座机号码"
    if field.name == "id_number" and not valid_id(value, asked.office.stamp.now.year):
        return "位数、日期或校验位不对，不像身份证号"
    if field.type in ("unit", "units") and not _roster(asked):
        return "名册里还没有单位，这是一个新名称"
    return ""


def _new_unit(field: Field, text: str, asked: Asked, unknown: UnknownUnit) -> Reply:
    """A unit that the roster lacks: taken where the act can take new ones and it is typed twice.

    Raises UnknownUnit.
    """
    names = _typed(field, text)
    if "new_unit" not in {one.name for one in all_fields(asked.act)}:
        raise unknown
    read_one(field, names, asked.reader, new_unit=True)
    known = [unit.name for unit in _roster(asked)]
    near = nearest(unknown.asked[0], known)
    doubt = f"单位名册里没有“{unknown.asked[0]}”"
    if near:
        doubt += f"，是不是“{near}”"
    return Reply(names, text_of(field, names, asked), f"{doubt}；当新单位用", {"new_unit": True})


def without_options(message: str) -> str:
    """A refusal as people at a prompt read it: fields by their Chinese names alone."""
    message = re.sub(r"(?:--)?[a-z][a-z_-]*（([^）]*)）", r"\1", message)
    message = re.sub(r"（[a-z][a-z_]*）", "", message)
    return re.sub(r"--[a-z-]+ ?", "", message)


# -- values as people read them --------------------------------------------------------------------


def text_of(field: Field, value: Any, asked: Asked) -> str:
    """A value of the inputs as people read and type it."""
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        stop = "；" if field.type in ("pairs", "points") else "、"
        return stop.join(text_of(field, one, asked) for one in value)
    if field.choices:
        return field.choice_text(value)
    if field.axis:
        return asked.reader.pack.label(field.axis, str(value))
    return str(value)
