"""One question: its name, the answers it offers, and how an answer is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from bbcs.cli.settings import half_width
from bbcs.errors import BadValue
from bbcs.record import Record

LONGEST = 20_000
"""Most characters of an answer whose field names no limit of its own."""

YES = ("是", "是的", "对", "对的", "好", "好的", "y", "yes", "通了", "打通了", "解决了")
NO = ("否", "不", "不是", "没", "没有", "n", "no", "没打通", "没通", "没解决", "未解决")
PARTLY = ("部分", "p", "partly", "部分解决", "解决了一部分")
"""What people type for 是, 否 and 部分. Never a digit: 1 stands for the first word of a list."""


class Option(Record):
    """One answer to choose: the sign to type for it, its value, its label, and what else names it.

    sign: a number or letter, "" where only its name is typed. along: other inputs that it sets
    (None takes one out). kept: what stays on the screen once it is chosen, "" = its label.
    """

    sign: str
    value: Any
    label: str
    also: tuple[str, ...] = ()
    along: Mapping[str, Any] = {}
    kept: str = ""

    @property
    def shown(self) -> str:
        """What stays on the screen once it is chosen."""
        return self.kept or self.label


class Reply(Record):
    """An answer as it was read.

    value: what is stored in the inputs, None for a field left empty. shown: what stays on the
    screen. doubt: why it may be mistyped; the same answer given once more is taken. along: other
    inputs that the answer sets (None takes one out).
    """

    value: Any
    shown: str
    doubt: str = ""
    along: Mapping[str, Any] = {}


class Question(Record):
    """One question at a terminal.

    read: reads an answer that no option names; raises BbcsError where it cannot be taken. several:
    any number of options, separated by 、 or blanks. lines: the answer may have several lines.
    initial: what stands in the field already. quiet: the options are shown only once something is
    typed. limit: most characters. hint: a word below the field. bare: the label says itself what
    Enter does. menu: a choice, no text that somebody works on: a refused answer goes, so that the
    next one replaces it.
    """

    label: str
    read: Callable[[str], Reply]
    options: tuple[Option, ...] = ()
    required: bool = True
    several: bool = False
    lines: bool = False
    initial: str = ""
    quiet: bool = False
    limit: int = LONGEST
    hint: str = ""
    bare: bool = False
    menu: bool = False

    @property
    def prompt(self) -> str:
        """What stands before the cursor."""
        if self.required or self.bare:
            return f"{self.label}："
        if self.label.endswith("）"):
            return f"{self.label[:-1]}；可回车跳过）："
        return f"{self.label}（可回车跳过）："


class Asker(Protocol):
    """Whoever asks: with an editor on a terminal, or line by line on a plain one."""

    def ask(self, question: Question) -> Reply:
        """Ask until an answer can be taken. Raises Declined or KeyboardInterrupt."""


REQUIRED = "这一项必填"

_SEPARATORS = r"[、，,；;\s]+"
"""What stands between several words of one answer."""

# what moves, hides or forges text, and halves of characters; the joiner of emoji stays
_UNSTORABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0001\U000e0020-\U000e007f]"
)


def cleaned(text: str, *, lines: bool) -> tuple[str, int]:
    """`text` as it can be stored, and how many characters had to go.

    CRLF and CR become LF, a tab a blank; without `lines` a line feed becomes a blank too.
    """
    text = re.sub("\r\n?|[\u2028\u2029\x85]", "\n", text).replace("\t", " ")
    if not lines:
        text = re.sub(" *\n+ *", " ", text.strip("\n"))
    return _UNSTORABLE.subn("", text)


def removed(count: int) -> str:
    """The hint for characters that were taken out."""
    return f"去掉了 {count} 个不能保存的控制字符，请看一遍再回车"


PASTED = 0.05
"""Seconds within which the rest of a text follows that a terminal pastes in several pieces."""

PUT_TOGETHER = "像是一次贴进来的几行，都放进了这一栏；看一遍，对的按回车"
"""The hint for several lines in a field of one line."""


def too_long(length: int, limit: int) -> str:
    """The hint for a text that does not fit."""
    return f"一共 {length} 字，这一项最多 {limit} 字，没有收下；请删短，长材料可用 attach 附文件"


def answered(question: Question, text: str) -> Reply:
    """The answer that a text means. Raises BbcsError: what to type instead."""
    text = text.strip()
    if not text and question.required and question.bare:
        return question.read(text)
    if not text and question.required:
        raise BadValue(REQUIRED)
    if not text:
        return Reply(None, "")
    if len(text) > question.limit:
        raise BadValue(too_long(len(text), question.limit))
    if not question.options:
        return question.read(text)
    if question.several:
        return _several(question, text)
    chosen = named(question.options, text)
    if chosen is None:
        return question.read(text)
    return Reply(chosen.value, chosen.shown, along=chosen.along)


def _several(question: Question, text: str) -> Reply:
    whole = named(question.options, text)
    parts = [text] if whole else [one for one in re.split(_SEPARATORS, text) if one]
    values: list[Any] = []
    shown: list[str] = []
    doubt = ""
    along: dict[str, Any] = {}
    for part in parts:
        chosen = named(question.options, part)
        reply = Reply([chosen.value], chosen.shown) if chosen else question.read(part)
        values += [one for one in reply.value if one not in values]
        shown += [reply.shown] if reply.shown not in shown else []
        doubt = doubt or reply.doubt
        along |= reply.along
    return Reply(values, "、".join(shown), doubt, along)


def plain_sign(text: str) -> str:
    """What was typed in half width, without the stop that people put behind a number."""
    plain = half_width(text).strip().lower()
    return re.sub(r"(?<=^[0-9a-z])[.。、)]$|(?<=\d)[.。、)]$", "", plain)


def named(options: Sequence[Option], text: str) -> Option | None:
    """The option that a text names: by its sign, its label, another name, or as the only fitting
    one.
    """
    plain = plain_sign(text)
    for one in options:
        if plain == one.sign.lower() != "":
            return one
    for one in options:
        if text in (one.label, *one.also) or plain in (one.label, *one.also):
            return one
    alike = [one for one in options if _fits(one, plain)]
    if len(alike) == 1 and (len(plain) > 1 or not plain.isascii()):
        return alike[0]
    return None


def fitting(options: Sequence[Option], typed: str) -> list[Option]:
    """The options that what is typed so far may mean; all of them before anything is typed."""
    plain = plain_sign(typed)
    if not plain:
        return list(options)
    signed = [one for one in options if one.sign and one.sign.lower().startswith(plain)]
    return signed + [one for one in options if one not in signed and _fits(one, plain)]


def last_part(question: Question, text: str) -> str:
    """The part of what is typed that the list is filtered by."""
    if not question.several:
        return text
    return re.split(_SEPARATORS, text)[-1]


def _fits(option: Option, plain: str) -> bool:
    """Whether a label holds what is typed, or another name begins with it."""
    return plain in option.label.lower() or any(
        one.lower().startswith(plain) for one in option.also
    )


def yes_or_no(label: str, *, required: bool = True) -> Question:
    """A question for 是 or 否, by letters: digits number the words of lists."""

    def read(text: str) -> Reply:
        raise BadValue("请答 是（y）或 否（n）")

    options = (Option("y", True, "是", YES), Option("n", False, "否", NO))
    return Question(label, read, options, required=required, menu=True)


def no_unless_agreed(label: str) -> Question:
    """A question for 是 or 否 where Enter alone is a no."""
    return yes_or_no(f"{label}（y 是，回车就是否）", required=False)._replace(bare=True)
