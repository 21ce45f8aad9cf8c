"""Asks line by line, on a terminal that cannot move its cursor (TERM=dumb)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from select import select

from bbcs.cli.prompts.question import (
    PASTED,
    Question,
    Reply,
    answered,
    cleaned,
    removed,
)
from bbcs.cli.prompts.terminal_modes import by_characters, modes, set_modes
from bbcs.domain.masking import free_text
from bbcs.errors import BbcsError, Declined
from bbcs.render.terminal import talk
from bbcs.render.width import wrapped

FULL_LINE = 4095
"""Bytes that a terminal keeps of one line; the rest of a longer one is lost."""

TOO_LONG = "这一行太长，终端只收下了前面一段，没有要；请分几次办，或把内容存成文件用 --from"
ENDED = "输入结束，没有改动"
EMPTIES = "，打 - 清空"


PASTED_HERE = "像是一次贴进来的几行，都放进这一栏；没贴完的接着打，完了按回车"


class PlainAsker:
    """Asks line by line on stderr and stdin.

    ahead: lines that came at once and are no text that was pasted: one for each of the next
    questions.
    """

    def __init__(self) -> None:
        self.ahead: list[str] = []

    def ask(self, question: Question) -> Reply:
        """Ask until an answer can be taken; Declined at the end of input."""
        if question.options and not question.quiet:
            for row in option_rows(question, 78):
                talk(row)
        if question.hint:
            talk(f"  {question.hint}")
        if question.initial:
            talk(f"  现在是：{question.initial}（回车不变{EMPTIES * (not question.required)}）")
        doubted = None
        while True:
            text, gone = cleaned(self._answer(question), lines=question.lines)
            if gone:
                talk(f"  {removed(gone)}")
                continue
            text = _changed(question, text)
            try:
                reply = answered(question, text)
            except BbcsError as refused:
                talk(f"  {free_text(refused.message)}")
                continue
            if not reply.doubt or doubted == text:
                return reply
            doubted = text
            talk(f"  {reply.doubt}；对的就再打一次")

    def _answer(self, question: Question) -> str:
        """One line; all lines where several came at once, and none before the question stood there:
        they were pasted, and no line feed in them ends the answer.
        """
        if self.ahead:
            talk(f"{question.prompt}{self.ahead[0]}")
            return self.ahead.pop(0)
        before = _waits(0)
        text = _line(question.prompt)
        if before or os.name == "nt":
            return text
        more = []
        while _waits(PASTED):
            more.append(_line(""))
        if not any(more):  # a key that was held down
            self.ahead = more
            return text
        talk(f"  {PASTED_HERE}")
        more.append(_line(""))
        return "\n".join([text, *more]).rstrip("\n")


def _waits(seconds: float) -> bool:
    """Whether a line has come in, or does so within that time; Windows cannot tell."""
    return os.name != "nt" and bool(select([sys.stdin], [], [], seconds)[0])


def _changed(question: Question, text: str) -> str:
    """What a line means where something stood before: nothing typed keeps it, a hyphen empties it."""
    if not question.initial:
        return text
    if text.strip() == "-" and not question.required:
        return ""
    return text or question.initial


def option_rows(question: Question, width: int) -> Iterator[str]:
    """The options of a question with their signs, in rows that fit."""
    cells = [f"{one.sign} {one.label}".strip() for one in question.options]
    row = ""
    for cell in cells:
        if row and len(wrapped(f"  {row}   {cell}", width)) > 1:
            yield f"  {row}"
            row = ""
        row = f"{row}   {cell}".strip()
    yield f"  {row}"


def _line(prompt: str) -> str:
    """One line typed by a person; Declined at the end of input, with half a line typed too."""
    before = modes()
    set_modes(by_characters(before))  # before the prompt: who types at once has them already
    try:
        sys.stderr.write(prompt)
        sys.stderr.flush()
        raw = sys.stdin.buffer.readline()
    finally:
        set_modes(before)
    if not raw.endswith(b"\n"):
        sys.stderr.write("\n")
        raise Declined(ENDED)
    if len(raw) > FULL_LINE:
        talk(f"  {TOO_LONG}")
        return ""
    return raw.decode(sys.stdin.encoding or "utf-8", "surrogateescape").rstrip("\r\n")
