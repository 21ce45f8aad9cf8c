"""`bbcs deadline`: how the deadlines of a case were counted, day by day, and who had it when."""

from __future__ import annotations

from typing import Any

from bbcs.cli import context, options, output
from bbcs.cli.click import Command
from bbcs.cli.options import NUMBER, CommandDefinition, Values
from bbcs.cli.settings import Settings
from bbcs.domain.acts import Field
from bbcs.render.terminal import echo, flowing
from bbcs.store.provable import ProvableLedger
from bbcs.usecases import calendars
from bbcs.usecases.outcome import find
from bbcs.views import deadline_page


def _deadline(settings: Settings, values: Values) -> None:
    office = context.office(settings)

    def ask(ledger: ProvableLedger) -> dict[str, Any]:
        outcome = find(ledger, office, values["number"])
        return deadline_page.unfold(
            outcome, office, values["clock"] or "", calendars.history(ledger, outcome.case.no)
        )

    document = context.read(office, ask)
    if settings.as_json:
        output.echo_json(document)
    elif settings.quiet:
        echo("\n".join(one["due"] or "" for one in document["clocks"]))
    else:
        echo(flowing("\n".join(deadline_page.text(document))))


DEADLINE = CommandDefinition(
    "逐日说明时限怎么算出来的，谁在什么时候拿着这件",
    _deadline,
    (Field("clock", "只看这一个时限：办理 签收 回访"),),
    (NUMBER,),
    ("bbcs deadline 0007", "bbcs deadline 0007 --clock 办理"),
)


def command(word: str) -> Command:
    """The command."""
    return options.command(word, DEADLINE)
