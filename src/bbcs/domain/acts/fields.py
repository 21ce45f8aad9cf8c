"""What a row of the table of acts is made of: Field, Act, and the short ways to write them."""

from __future__ import annotations

from bbcs.record import Record

TITLE, TEXT = 200, 20_000
"""Longest name or title, longest free text, in characters (formats.md)."""


class Field(Record):
    """One field of an act.

    type: text | texts | word | words | choice | date | when | int | bool | unit | units | pairs | object | case | cases |
    file | points (resolutions of a meeting: text, unit, day) | any (whatever the corrected field holds) and rows (lists of
    plain values, of the office's own entries only).
    `axis` is the pack's word axis of word(s); `choices` the fixed words of a choice. A personal field lives in the
    erasable body, all others in the public part; `kinds` limits the field to some of the act's event kinds,
    ("",) to none (input only). `option` = long option when it is not the name; "-" = never on the command line.
    A stamped field is filled in by `decide` from the rule pack of the day and taken from nobody.
    """

    name: str
    help: str
    type: str = "text"
    required: bool = False
    personal: bool = False
    axis: str = ""
    choices: tuple[str, ...] = ()
    option: str = ""
    kinds: tuple[str, ...] = ()
    limit: int = TITLE
    default: object = None
    stamped: bool = False

    @property
    def flag(self) -> str:
        """The long option, or "" when the field is never taken from the command line."""
        if self.option == "-":
            return ""
        return self.option or "--" + self.name.replace("_", "-")

    @property
    def many(self) -> bool:
        """Whether the option may be repeated."""
        return self.type in ("texts", "words", "units", "pairs", "cases", "points")


class Act(Record):
    """One verb: the event kinds it may append, its fields, who may do it, and what people read about it.

    on_case: it needs a case; free: it may be done without one too, and then belongs to the whole office.
    """

    verb: str
    alias: str
    kinds: tuple[str, ...]
    help: str
    fields: tuple[Field, ...]
    examples: tuple[str, ...] = ()
    roles: tuple[str, ...] = ("clerk", "leader")
    on_case: bool = True
    free: bool = False


def text(
    name: str,
    help: str,
    *,
    required: bool = False,
    limit: int = TEXT,
    option: str = "",
    kinds: tuple[str, ...] = (),
) -> Field:
    """Free text is personal, always."""
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
    name: str, help: str, *choices: str, required: bool = False, default: str | None = None
) -> Field:
    """One of the fixed words."""
    return Field(name, help, "choice", required, choices=choices, default=default)


def stamp(name: str, help: str, type: str = "text", *kinds: str) -> Field:
    """Filled in by bbcs, never given."""
    return Field(name, help, type, option="-", kinds=kinds, stamped=True)


INPUT_ONLY = ("",)

HOW = ("phone", "visit", "counter", "sms", "web", "mail")

BASIS = text("basis", "依据（法律、规定）")
REMEDY = text("remedy", "救济或其他途径")

COMMON = (
    Field("at", "发生的时间，默认现在", "when", kinds=INPUT_ONLY),
    text("late_reason", "补记原因（发生日早于今天时必填）"),
    text("note", "附记"),
)
"""Fields of every act on a case, and of a consultation."""
