"""Completion of a command line: words, Chinese aliases, options, words of the pack, units, numbers
of open cases.

A shell asks `bbcs completion words -- WORD…`, the last word being the one at the cursor. Nothing is
written, no older ledger is brought up to date, and whatever fails gives no candidates.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from bbcs.cli import registry
from bbcs.cli.options import Argument, CommandDefinition, LazyGroup
from bbcs.cli.settings import FLAGS, GLOBAL_HELP, VALUES, Settings
from bbcs.domain.acts import Field
from bbcs.domain.pack import AXES

if TYPE_CHECKING:
    from bbcs.store.provable import ProvableLedger

Candidate = tuple[str, str]
"""What may stand at the cursor, and what it means."""

NEWEST = 200
"""Open cases that are offered, the newest first."""


def answer(arguments: Sequence[str]) -> None:
    """Print the candidates, one a line: the text, a tab, what it means."""
    words = list(arguments)
    if words[:1] == ["--"]:
        del words[0]
    try:
        lines = [f"{text}\t{meaning}\n" for text, meaning in candidates(words or [""])]
    except Exception:  # a prompt must not be broken by what a home lacks
        lines = []
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.stdout.write("".join(lines))
    sys.stdout.flush()


def candidates(words: Sequence[str]) -> list[Candidate]:
    """What may stand in the place of the last of these words; they follow `bbcs`."""
    settings, typed = _settled(words[:-1])
    current = words[-1]
    if settings is None:
        return []
    offered = _command(settings, typed, current) if typed else _commands(current)
    seen: dict[str, str] = {}
    for text, meaning in offered:
        if text.startswith(current):
            seen.setdefault(text, " ".join(meaning.split()))
    return list(seen.items())


def _settled(words: Sequence[str]) -> tuple[Settings | None, list[str]]:
    """The settings that the global options before the cursor give, and the other words; None where
    a value is to follow.
    """
    options: dict[str, str] = {}
    rest = []
    pending = iter(words)
    for word in pending:
        if word in VALUES:
            value = next(pending, None)
            if value is None:
                return None, []
            options[VALUES[word]] = value
        elif word not in FLAGS:
            rest.append(word)
    return Settings(**options), rest  # type: ignore[arg-type]


def _commands(current: str) -> Iterator[Candidate]:
    if current.startswith("-"):
        yield from _global_options()
        return
    commands = registry.commands()
    yield from ((word, spec.help) for word, spec in commands.items())
    if current and not current.isascii():
        for alias, word in registry.aliases().items():
            yield alias, commands[word].help


def _global_options() -> Iterator[Candidate]:
    for names, meaning in GLOBAL_HELP:
        for name in names.split(", "):
            yield name.split(" ")[0], meaning


def _command(settings: Settings, typed: Sequence[str], current: str) -> Iterable[Candidate]:
    """What may follow a command: a word below it, an option or its value, an argument."""
    spec = registry.find(typed[0])
    if spec is None:
        return ()
    command = import_module(f"bbcs.cli.{spec[1].module}").command(spec[0])
    rest = list(typed[1:])
    while isinstance(command, LazyGroup):
        if not rest:
            return [(name, command.summary(name)) for name in command.words]
        below = command.get_command(None, rest.pop(0))  # type: ignore[arg-type]
        if below is None:
            return ()
        command = below
    return _of_definition(settings, command.definition, rest, current)


def _of_definition(
    settings: Settings, definition: CommandDefinition, typed: Sequence[str], current: str
) -> Iterable[Candidate]:
    options = {name: field for field in definition.fields for name in field.flag.split("/") if name}
    last = options.get(typed[-1]) if typed else None
    if last and last.type != "bool":
        return _values(settings, last)
    name, sign, _ = current.partition("=")
    if sign and name in options:
        return [(f"{name}={text}", meaning) for text, meaning in _values(settings, options[name])]
    if current.startswith("-"):
        return [*((name, field.help) for name, field in options.items()), *_global_options()]
    return _of_argument(settings, definition.arguments, _positions(typed, options))


def _positions(typed: Sequence[str], options: Mapping[str, Field]) -> int:
    """How many arguments stand before the cursor."""
    count, value = 0, False
    for word in typed:
        if value:
            value = False
        elif word.startswith("-"):
            value = word in options and options[word].type != "bool"
        else:
            count += 1
    return count


def _of_argument(
    settings: Settings, arguments: Sequence[Argument], number: int
) -> Iterable[Candidate]:
    if not arguments or (number >= len(arguments) and not arguments[-1].many):
        return ()
    wanted = arguments[min(number, len(arguments) - 1)]
    if wanted.metavar == "编号":
        return _cases(settings)
    if wanted.metavar == "单位":
        return _units(settings)
    if wanted.metavar == "规则包":
        from bbcs.config import packs

        return [(path.stem, "规则包") for path in sorted(packs.SHIPPED.glob("*.toml"))]
    if wanted.metavar == "题目":
        from bbcs.cli.help_topics import TOPICS

        return [*((topic, "说明") for topic in (*TOPICS, "words", "crib")), *_commands("")]
    return ()


def _values(settings: Settings, field: Field) -> Iterable[Candidate]:
    """The values of an option, as far as there is a list."""
    if field.type in ("unit", "units"):
        return _units(settings)
    if field.type in ("case", "cases"):
        return _cases(settings)
    if field.choices:
        pairs = field.choices.items()
        return [
            *((key, label) for key, label in pairs),
            *((label, key) for key, label in pairs if label),
        ]
    axis = field.axis or {"kind": "demand_kind"}.get(field.name, field.name)
    if axis in AXES and field.type in ("word", "words"):
        return _words(settings, axis)
    if field.name == "format":
        from bbcs.render.formats import TABLES

        return [(name, "格式") for name in TABLES]
    if field.name in ("phase", "flag"):
        from bbcs.domain.case import FLAGS as MARKS, PHASES

        return (PHASES if field.name == "phase" else MARKS).items()
    return ()


def _words(settings: Settings, axis: str) -> Iterator[Candidate]:
    with _ledger(settings) as ledger:
        rules = ledger.rules()
    if rules.in_force is None:
        return
    words = rules.pack_of(rules.in_force).words.get(axis, {}).values()
    yield from ((word.label, word.key) for word in words)
    yield from ((word.key, word.label) for word in words)
    yield from ((alias, word.label) for word in words for alias in word.aliases)


def _units(settings: Settings) -> Iterator[Candidate]:
    from bbcs.config import station_file

    for unit in station_file.read(settings.folder).units:
        yield unit.name, unit.code
        yield from ((other, unit.name) for other in (unit.code, *unit.aliases) if other)


def _cases(settings: Settings) -> Iterator[Candidate]:
    """The newest open cases, by their whole number and by its last part."""
    import json

    from bbcs.config.environment import present
    from bbcs.usecases.ledger import Filter

    with _ledger(settings) as ledger:
        wanted = Filter(present()[0], active=True, sort="received", limit=NEWEST)
        cases = [(row["case_no"], json.loads(row["fold"])["matter"]) for row in ledger.find(wanted)]
    yield from cases
    yield from ((case_no.rpartition("-")[2], matter) for case_no, matter in cases)


@contextmanager
def _ledger(settings: Settings) -> Iterator[ProvableLedger]:
    """The ledger as it is, to read: one of an older schema is refused, not brought up to date."""
    from bbcs.store.engine import QUIET
    from bbcs.store.opening import engine_of, store_of
    from bbcs.store.provable import ProvableLedger

    home = str(settings.folder)
    session = engine_of(store_of(home)).open(home, write=False, wait=1, notify=QUIET)
    try:
        yield ProvableLedger(session, home, write=False)
    finally:
        session.close()
