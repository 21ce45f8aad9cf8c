"""`bbcs changes --since SEQ [--follow]`: what happened, one JSON document a line."""

from __future__ import annotations

import time
from functools import partial

from bbcs.cli import context, options, output
from bbcs.cli.click import Command
from bbcs.cli.options import CommandDefinition, Values, flag
from bbcs.cli.settings import Settings
from bbcs.domain.acts import Field
from bbcs.domain.numbers import integer
from bbcs.errors import BadValue
from bbcs.render.formats import dumps
from bbcs.usecases import changes
from bbcs.usecases.ledger import Change
from bbcs.usecases.office import Office

PAUSE = 1.0
"""Seconds between two looks with --follow."""


def _number(name: str, text: str | None) -> int | None:
    if text is None:
        return None
    number = integer(text)
    if number is None:
        raise BadValue(f"--{name} 应为不小于 0 的整数，如 0、118")
    return number


def _run(settings: Settings, values: Values) -> None:
    since = _number("since", values["since"]) or 0
    limit = _number("limit", values["limit"])
    office = context.office(settings)
    read = partial(_block, office)
    while True:
        for one in changes.every(read, since, limit):
            since = one.seq
            limit = None if limit is None else limit - 1
            if not output.stream([dumps(changes.document(one))]):
                return
        if not values["follow"] or limit == 0:
            return
        time.sleep(PAUSE)


def _block(office: Office, since: int, limit: int) -> list[Change]:
    return context.read(office, lambda ledger: changes.since(ledger, office, since, limit))


def command(word: str) -> Command:
    """The command."""
    fields = (
        Field("since", "从这一条之后起（序号，默认 0：从头）", "int"),
        Field("limit", "最多几条", "int"),
        flag("follow", "写完不停，等新的记录"),
    )
    examples = (
        "bbcs changes --since 118",
        "bbcs changes --since 0 --limit 1000 > 变化.ndjson",
        "bbcs changes --since 118 --follow",
    )
    help = "第几条之后发生了什么，每行一个 JSON，供别的程序跟随；只说是哪件、哪种记录，不含内容"
    return options.command(word, CommandDefinition(help, _run, fields, (), examples))
