"""Asks with an editor (prompt_toolkit; the only module that loads it).

Line editing by columns, pasting of many lines into one field, a list filtered by what is typed,
and each answer checked before the cursor leaves its field. Nothing is kept in a history.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from select import select
from typing import Any

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition, is_done
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import Input, create_input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.key_binding.key_processor import KeyPress
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import (
    BufferControl,
    ConditionalContainer,
    FormattedTextControl,
    HSplit,
    Layout,
    Window,
)
from prompt_toolkit.layout.processors import BeforeInput
from prompt_toolkit.output import ColorDepth, Output, create_output
from prompt_toolkit.styles import Style

from bbcs.cli.prompts.question import (
    PASTED,
    PUT_TOGETHER,
    Option,
    Question,
    Reply,
    answered,
    cleaned,
    fitting,
    last_part,
    removed,
    too_long,
)
from bbcs.domain.masking import free_text
from bbcs.errors import BbcsError
from bbcs.render.safe import safe_line
from bbcs.render.width import columns, wrapped

ROWS = 6
"""Most rows of the list below a question."""

_CR_LF = [Keys.ControlM, Keys.ControlJ]

_STYLE = Style.from_dict({"chosen": "reverse", "word": "bold"})


def terminal() -> tuple[Input, Output]:
    """Keyboard and screen of the person who is asked; the screen is stderr, stdout may be a file.

    The cursor's position is never asked for: some terminals do not answer.
    """
    if os.name == "nt":
        return create_input(sys.stdin), create_output(sys.stderr)
    from prompt_toolkit.output.vt100 import Vt100_Output

    screen = Vt100_Output.from_pty(
        sys.stderr,
        term=os.environ.get("TERM"),
        default_color_depth=ColorDepth.DEPTH_1_BIT,
    )
    screen.enable_cpr = False
    return create_input(sys.stdin), screen


class ScreenAsker:
    """Asks with an editor below which a list and a word stand."""

    def __init__(self) -> None:
        self.input, self.output = terminal()
        self.marks = os.name == "nt"  # Windows marks what is pasted

    def ask(self, question: Question) -> Reply:
        """Ask until an answer can be taken. Raises KeyboardInterrupt, EOFError."""
        self.output.write_raw("\r")  # the first label stands there already
        editor = Editor(question, self.input, self.output, marks=self.marks)
        reply: Reply = editor.app.run(set_exception_handler=False)
        self.marks = editor.marks
        return reply


class Editor:
    """One question on the screen: its text, the list, the word below, and which option is marked.

    marks: whether the terminal marks what is pasted, as far as is known: it did so before.
    """

    def __init__(
        self, question: Question, keyboard: Input, screen: Output, *, marks: bool = False
    ) -> None:
        self.question, self.word, self.doubted = question, question.hint, ""
        self.marked, self.marks, self.pasted = -1, marks, False
        self.ahead = True  # whether what comes was typed before the question stood there
        self.along = False  # whether the last text came together with the keys behind it
        self.buffer = Buffer(
            document=Document(question.initial),
            multiline=True,
            on_text_changed=lambda _: self._typed(),
        )
        self.app: Application[Reply] = Application(
            layout=self._layout(),
            key_bindings=self._keys(),
            style=_STYLE,
            include_default_pygments_style=False,
            input=keyboard,
            output=screen,
        )
        self.app.before_render += lambda _: self._keep_up()

    # -- what is seen ------------------------------------------------------------------------------

    def _layout(self) -> Layout:
        label = safe_line(self.question.prompt)
        field = Window(
            BufferControl(self.buffer, input_processors=[BeforeInput(label)]),
            wrap_lines=True,
            dont_extend_height=True,
        )
        below = Window(FormattedTextControl(self._below), dont_extend_height=True)
        shown = Condition(lambda: bool(self._below()))
        return Layout(HSplit([field, ConditionalContainer(below, shown & ~is_done)]), field)

    def _below(self) -> StyleAndTextTuples:
        width = self.app.output.get_size().columns
        rows: StyleAndTextTuples = []
        for row in _rows(self._listed(), self.marked, width):
            rows += [*row, ("", "\n")]
        for line in wrapped(self.word, width - 2):
            if line:
                rows += [("class:word", f"  {line}"), ("", "\n")]
        return rows[:-1]

    def _listed(self) -> list[Option]:
        typed = last_part(self.question, self.buffer.text)
        if not self.question.options or (self.question.quiet and not typed.strip()):
            return []
        if self.buffer.text == self.question.initial:
            typed = ""
        return fitting(self.question.options, typed)

    def _keep_up(self) -> None:
        """Note, before the question is drawn, whether keys wait that were pressed before."""
        self.ahead = self.ahead and not self.marks and self._waits(0)

    def _waits(self, seconds: float) -> bool:
        """Whether keys have come in, or do so within that time."""
        return bool(select([self.app.input.fileno()], [], [], seconds)[0])

    def _typed(self) -> None:
        self.marked = -1
        self.along = bool(self.app.key_processor.input_queue)
        if self.word != self.question.hint:
            self.word = ""

    # -- what is typed -----------------------------------------------------------------------------

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()
        has_list = Condition(lambda: bool(self._listed()))
        keys.add("enter")(lambda event: self._enter(event))
        keys.add("c-j")(lambda event: self._enter(event))
        for key in ("enter", "c-j"):
            keys.add("escape", key)(lambda event: self._new_line())
        keys.add("c-c")(lambda event: event.app.exit(exception=KeyboardInterrupt))
        keys.add("<sigint>")(lambda event: event.app.exit(exception=KeyboardInterrupt))
        for key in ("c-d", "c-@"):  # the second is what a Ctrl-D typed too early is read as
            keys.add(key)(lambda event: self._end(event))
        keys.add("tab")(lambda event: self._complete())
        keys.add("down", filter=has_list)(lambda event: self._mark(1))
        keys.add("up", filter=has_list)(lambda event: self._mark(-1))
        keys.add(Keys.BracketedPaste)(lambda event: self._paste(event.data))
        return keys

    def _enter(self, event: KeyPressEvent) -> None:
        """Take the answer, or say why not and leave the cursor where it is."""
        if self._pasting(event):
            return
        if self.pasted and not self.question.lines:
            self.pasted, self.word = False, PUT_TOGETHER
            return
        if self.marked >= 0:
            self._complete()
        text, gone = cleaned(self.buffer.text, lines=self.question.lines)
        if gone:
            self._set(text)
            self.word = removed(gone)
            return
        try:
            reply = answered(self.question, text)
        except BbcsError as refused:
            if self.question.menu:
                self._set("")
            self.word = free_text(refused.message)
            return
        except Exception as bug:  # the loop of prompt_toolkit would only print it
            event.app.exit(exception=bug)
            return
        if reply.doubt and self.doubted != text:
            self.doubted, self.word = text, f"{reply.doubt}；对的就再按一次回车"
            return
        self._set(reply.shown)
        event.app.exit(result=reply)

    def _pasting(self, event: KeyPressEvent) -> bool:
        """Whether a line feed stands inside a text of many lines that a terminal pastes without a
        mark: the text before it came together with it, and more follows at once. It is then put
        into the field, where that is of one line as a blank.

        Who types presses Enter after the text, however fast, and however many characters an input
        method hands over at once. Nothing is pasted either where a terminal marks what is pasted,
        of what was typed ahead of the question, one line for each answer; nor where only Enter
        follows, as of a key that is held down.
        """
        if self.marks:
            return False
        queue = event.app.key_processor.input_queue
        if [event.key_sequence[-1].key, *(one.key for one in queue)][:2] == _CR_LF:
            return True  # the second half follows
        if self.ahead or not (self.along or self.pasted):
            return False
        if not _has_text(queue) and self._waits(PASTED):
            event.app.key_processor.feed_multiple(event.app.input.read_keys())
        if not _has_text(queue):
            return False
        self.buffer.insert_text("\n" if self.question.lines else " ")
        self.pasted = True
        return True

    def _set(self, text: str) -> None:
        self.buffer.document = Document(text)

    def _new_line(self) -> None:
        if self.question.lines:
            self.buffer.insert_text("\n")

    def _end(self, event: KeyPressEvent) -> None:
        """Ctrl-D ends an empty field; in a text it takes out a character, as shells do."""
        if self.buffer.text:
            self.buffer.delete()
        else:
            event.app.exit(exception=EOFError)

    def _paste(self, data: str) -> None:
        self.marks = True
        text, gone = cleaned(data, lines=self.question.lines)
        whole = len(self.buffer.text) + len(text)
        if whole > self.question.limit:
            self.word = too_long(whole, self.question.limit)
            return
        self.buffer.insert_text(text)
        if gone:
            self.word = removed(gone)

    def _mark(self, step: int) -> None:
        self.marked = (self.marked + step) % len(self._listed())

    def _complete(self) -> None:
        """Put the marked option, or the only one left, into the field."""
        listed = self._listed()
        if self.marked < 0 and len(listed) != 1:
            return
        chosen = listed[max(self.marked, 0)].label
        typed = last_part(self.question, self.buffer.text)
        self._set(self.buffer.text.removesuffix(typed) + chosen)


def _has_text(keys: Iterable[KeyPress]) -> bool:
    return any(len(one.key) == 1 for one in keys)


def _rows(options: list[Option], marked: int, width: int) -> list[StyleAndTextTuples]:
    """Options in rows of at most `width` columns, `ROWS` of them, the marked one in view."""
    rows: list[StyleAndTextTuples] = []
    room, at = 0, 0
    for number, one in enumerate(options):
        cell = safe_line(f"{one.sign} {one.label}".strip())
        cell = wrapped(cell, width - 4)[0]
        taken = columns(cell) + 3
        if not rows or room < taken:
            rows.append([("", "  ")])
            room = width - 2
        style = "class:chosen" if number == marked else ""
        rows[-1] += [(style, cell), ("", "   ")]
        room -= taken
        if number == marked:
            at = len(rows) - 1
    first = max(0, min(at - ROWS + 1, len(rows) - ROWS))
    shown: list[StyleAndTextTuples] = rows[first : first + ROWS]
    if len(rows) > ROWS:
        more: Any = ("", f"  （共 {len(options)} 个，打几个字就筛出来）")
        shown = [*shown, [more]]
    return shown
