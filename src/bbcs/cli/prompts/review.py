"""Shows all values once more before they are saved: 保存, 改某项 or 放弃."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bbcs.cli.prompts.fields import Asked, askable, text_of
from bbcs.cli.prompts.question import YES, Asker, Option, Question, Reply, no_unless_agreed
from bbcs.domain.acts import Field
from bbcs.domain.inputs import all_fields, short_help
from bbcs.errors import BadValue
from bbcs.record import Record
from bbcs.render.safe import safe_line
from bbcs.render.terminal import talk, width
from bbcs.render.width import columns, pad, wrapped

LINES = 3
"""Most lines of one value in a review."""


class Save(Record):
    """Keep it as it stands. going_on: and do the next step at once."""

    going_on: bool = False


class GiveUp(Record):
    """Keep nothing."""


SAVE = ("保存", "存", "s", *YES)
GIVE_UP = ("放弃", "不存", "q", "x", "退出", "取消")
_GIVE_UP = no_unless_agreed("填好的都不要了，放弃吗")


def review(
    asker: Asker,
    asked: Asked,
    inputs: dict[str, Any],
    *,
    sure: bool,
    step: str = "",
    typed: bool = True,
) -> Save | GiveUp | Field:
    """Show the inputs and ask what to do: save, give up, or which field to change.

    sure: Enter alone saves; otherwise saving must be chosen. step: the next step of the case, which
    may be done at once. typed: answers were typed, so giving them up is asked about.
    """
    filled = [field for field in _fields(asked) if field.name in inputs]
    talk("请看一遍：")
    for line in _lines(filled, asked, inputs):
        talk(line)
    more = [field for field in _fields(asked) if field.name not in inputs]
    question = _question(filled, more, sure=sure, step=step)
    while True:
        choice: Save | GiveUp | Field | None = asker.ask(question).value
        if choice is None:
            return Save()
        if not (isinstance(choice, GiveUp) and typed) or asker.ask(_GIVE_UP).value:
            return choice


def _fields(asked: Asked) -> Iterator[Field]:
    return (field for field in all_fields(asked.act) if askable(field) or field.name in asked.own)


def _question(filled: list[Field], more: list[Field], *, sure: bool, step: str) -> Question:
    how = "回车保存" if sure else "保存打 y"
    label = "，".join(
        filter(None, (how, step and f"接着{step}打 0", "改某项打序号或栏名，放弃打 q"))
    )

    def read(text: str) -> Reply:
        raise BadValue(f"请选一样：{label}")

    onward = (Option("0", Save(going_on=True), f"保存，接着{step}", ("接着", step)),)
    fields = [
        Option(str(number), field, short_help(field), _names(field))
        for number, field in enumerate(filled, 1)
    ]
    fields += [Option("", field, f"补填 {short_help(field)}", _names(field)) for field in more]
    options = (
        Option("y", Save(), "保存", SAVE),
        Option("q", GiveUp(), "放弃", GIVE_UP),
        *(onward if step else ()),
        *fields,
    )
    return Question(label, read, options, required=not sure, quiet=True, bare=True, menu=True)


def _names(field: Field) -> tuple[str, ...]:
    """What else people type for a field: its key, its help, its choices."""
    return (field.name, short_help(field), *field.choices.values())


def _lines(filled: list[Field], asked: Asked, inputs: dict[str, Any]) -> Iterator[str]:
    labels = [f"{number:>2} {short_help(field)}" for number, field in enumerate(filled, 1)]
    wide = max(map(columns, labels), default=0)
    room = max((width() or 80) - wide - 6, 10)
    for label, field in zip(labels, filled, strict=True):
        value = text_of(asked.meant(field, inputs), inputs[field.name], asked)
        rows = [row for line in value.split("\n") for row in wrapped(safe_line(line), room)]
        if len(rows) > LINES:
            rows = [*rows[: LINES - 1], f"……（共 {len(value)} 字）"]
        yield f"  {pad(label, wide)}  {rows[0]}"
        yield from (f"  {' ' * wide}  {row}" for row in rows[1:])
