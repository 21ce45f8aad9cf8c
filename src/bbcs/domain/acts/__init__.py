"""What a row of the table of acts is made of: Act, Kind, Field, and short ways to write fields.

`table` joins the pages; a list reads no act and loads none of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bbcs.record import Record

TITLE, TEXT = 200, 20_000
"""Longest name or title, longest free text, in characters (formats.md)."""

WITH_DATES = frozenset({"date", "when", "day_or_time", "points", "pairs"})
"""Types of fields that hold a date, or a text with one behind a sign."""


class Field(Record):
    """One field of an act.

    type: text, texts, word, words, choice, choices, date, when (a moment), day_or_time, int, bool, unit,
    units, pairs, object, case, cases, file, points (resolutions of a meeting: text, unit, day), any
    (the type of the field that is corrected), rows (lists of plain values, only in entries of the
    office). axis: the word axis of the pack, for word and words. choices: fixed word -> its
    Chinese, which is taken as input too; "" where people write the word itself. kinds: the event
    kinds of the act that store the field, empty = all, ("",) = none (input only). option: the long
    option when it is not the name, "-" = not on the command line. A personal field lives in the
    erasable body, all others in the public part; a public text that holds an identity number or a
    phone is refused, unless long_numbers says that it may (numbers of papers and other systems). A
    stamped field is filled in by `decide` and never taken as input. offered: whether a conversation
    at a terminal asks for the field though it is not required: "" = no, "always", or "FIELD=VALUE"
    = where that field has this value, several of them parted by a blank. least: of a number, the smallest that can be meant.
    """

    name: str
    help: str
    type: str = "text"
    required: bool = False
    personal: bool = False
    axis: str = ""
    choices: Mapping[str, str] = {}
    option: str = ""
    kinds: tuple[str, ...] = ()
    limit: int = TITLE
    default: object = None
    stamped: bool = False
    long_numbers: bool = False
    offered: str = ""
    least: int = 0

    @property
    def flag(self) -> str:
        """The long option, or "" when the field is never taken from the command line."""
        if self.option == "-":
            return ""
        return self.option or "--" + self.name.replace("_", "-")

    @property
    def many(self) -> bool:
        """Whether the option may be repeated."""
        return self.type in ("texts", "words", "choices", "units", "pairs", "cases", "points")

    def choice_text(self, value: object) -> str:
        """What people read for a value: the Chinese of a fixed choice, any other value as it is."""
        return self.choices.get(str(value)) or str(value)


class Kind(Record):
    """One event kind: its name in the ledger, what people call it, and what they read when it is
    done.
    """

    name: str
    noun: str
    done: str


class Act(Record):
    """One verb: the event kinds it may append, its fields, who may do it, and what people read
    about it.

    alias: the Chinese word for the verb. help: first line of its help page. section, brief: its
    part and its line of `bbcs --help`. roles: one of them is needed. on_case: it needs a case.
    free: it may be done without a case, and then belongs to the whole office. moves: "phase" = it
    ends a phase, so it cannot be dated before that phase began; "order" = it sends an order on or
    works on it, in any sequence; "" = it moves nothing. diverts: it leaves the usual course, so it
    is never offered as the next step. several: it takes several cases at once, all or nothing.
    """

    verb: str
    alias: str
    events: tuple[Kind, ...]
    help: str
    fields: tuple[Field, ...]
    examples: tuple[str, ...] = ()
    roles: tuple[str, ...] = ("clerk", "leader")
    on_case: bool = True
    free: bool = False
    section: str = ""
    brief: str = ""
    moves: str = ""
    diverts: bool = False
    several: bool = False

    @property
    def kinds(self) -> tuple[str, ...]:
        """Names of its event kinds."""
        return tuple(kind.name for kind in self.events)


class OfficeEntry(Record):
    """A kind of entry that no act appends: the office's own."""

    event: Kind
    fields: tuple[Field, ...]


def text(
    name: str,
    help: str,
    *,
    required: bool = False,
    limit: int = TEXT,
    option: str = "",
    kinds: tuple[str, ...] = (),
) -> Field:
    """A free text; it is always personal."""
    return Field(name, help, "text", required, True, limit=limit, option=option, kinds=kinds)


def texts(name: str, help: str, *, option: str = "") -> Field:
    """Several free texts."""
    return Field(name, help, "texts", personal=True, option=option)


def word(
    name: str, help: str, axis: str, *, required: bool = False, default: str | None = None
) -> Field:
    """One word of the pack's axis."""
    return Field(name, help, "word", required, axis=axis, default=default)


def choice(
    name: str,
    help: str,
    choices: Mapping[str, str],
    *,
    required: bool = False,
    default: str | None = None,
    kinds: tuple[str, ...] = (),
    option: str = "",
) -> Field:
    """One of the fixed words, each with its Chinese."""
    return Field(
        name,
        help,
        "choice",
        required,
        choices=choices,
        default=default,
        kinds=kinds,
        option=option,
    )


def stamp(name: str, help: str, type: str = "text", *kinds: str) -> Field:
    """A field that bbcs fills in."""
    return Field(name, help, type, option="-", kinds=kinds, stamped=True)


def offered(field: Field, where: str = "always") -> Field:
    """The field, asked for in a conversation too."""
    return field._replace(offered=where)


INPUT_ONLY = ("",)

SAME_OPERATOR = stamp("same_operator", "申请和决定是同一位操作员记的", "bool")

HOW: Mapping[str, str] = {
    "phone": "电话",
    "visit": "上门",
    "counter": "窗口",
    "sms": "短信",
    "web": "网上",
    "mail": "信函",
}
"""Ways to reach the person."""

HALVES: Mapping[str, str] = {"am": "上午", "pm": "下午"}
"""Half a day at the window -> what people read."""

BASIS = text("basis", "依据（法律、规定）")
REMEDY = text("remedy", "救济或其他途径")

COMMON = (
    Field("at", "发生的时间，默认现在", "when", kinds=INPUT_ONLY),
    text("late_reason", "补记原因（发生日早于今天时必填）"),
    text("note", "附记"),
    Field("once", "凭据：同一件上同一办法只记一次，再送不再记（程序用）"),
)
"""Fields of every act on a case, and of a consultation."""


LEFT_OPEN = "…"
"""Stands for what a command needs and nobody knows yet. Stored rows keep it; nobody is shown it."""


def typed(words: Sequence[str]) -> list[str]:
    """The words of a command as it is typed: without what is left open, for which it asks, and
    without the options that want it."""
    behind = [*words[1:], ""]
    return [
        word
        for word, after in zip(words, behind, strict=True)
        if word != LEFT_OPEN and not (word.startswith("--") and after == LEFT_OPEN)
    ]


_OF_A_SHELL = frozenset("()&;|<>$`'\"*?!#~\\[]{}")
"""Signs that a shell does not leave as they are; nor does it white space."""


def quoted(value: str) -> str:
    """A word or name of a command as it is typed into a shell."""
    if value and not any(sign.isspace() or sign in _OF_A_SHELL for sign in value):
        return value
    return "'" + value.replace("'", "'\\''") + "'"


def command_line(words: Sequence[str]) -> str:
    """A command as one line that can be typed as it stands."""
    return " ".join(map(quoted, typed(words)))


def read_step(stored: str) -> str:
    """A stored command as it is typed: the value of an option may be a name with blanks."""
    words: list[str] = []
    for part in stored.split(" "):
        in_value = len(words) > 1 and words[-2].startswith("--") and not words[-1].startswith("--")
        if in_value and part != LEFT_OPEN and not part.startswith("--"):
            words[-1] += f" {part}"
        else:
            words.append(part)
    return command_line(words)
