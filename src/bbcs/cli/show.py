"""`bbcs show`: all about one case. A look at unmasked data is one entry of the ledger."""

from __future__ import annotations

from bbcs.cli import context, options, output
from bbcs.cli.click import Command
from bbcs.cli.options import NUMBER, CommandDefinition, Values, flag
from bbcs.cli.settings import ALL, Settings
from bbcs.domain.acts import Field
from bbcs.domain.station import is_code
from bbcs.errors import UsageError
from bbcs.render.terminal import echo, flowing
from bbcs.store.provable import ProvableLedger
from bbcs.usecases.office import Office
from bbcs.usecases.outcome import Outcome, find
from bbcs.views import case_page


def _show(settings: Settings, values: Values) -> None:
    number, reveal, history = values["number"], values["reveal"], values["history"]
    if settings.station == ALL:
        settings = settings._replace(station=_station_in(number))
    if reveal:
        office, outcome = _revealed(settings, number, values["reason"] or "")
    else:
        office, outcome = context.look(
            settings, lambda ledger, office: find(ledger, office, number)
        )
    if settings.as_json:
        output.echo_json(case_page.document(outcome, office, history=history, reveal=reveal))
    elif settings.quiet:
        echo(outcome.case.no)
    else:
        echo(flowing("\n".join(case_page.lines(outcome, office, history=history, reveal=reveal))))


def _station_in(number: str) -> str:
    """The station that a whole case number begins with. Raises UsageError for a short one."""
    station, _, rest = number.upper().partition("-")
    if not is_code(station) or "-" not in rest:
        raise UsageError("全县里看一件要写完整编号，如 ZY01-20260305-0007；或用 --station 站码")
    return station


def _revealed(settings: Settings, number: str, reason: str) -> tuple[Office, Outcome]:
    """Logged and read in one transaction.

    No unlogged look, no logged look that showed nothing.
    """
    from bbcs.usecases import unmasked  # only for this

    office = context.office(settings)
    unmasked.may_reveal(office, reason)  # before anybody is asked about the clock

    def look(ledger: ProvableLedger) -> Outcome:
        unmasked.reveal(ledger, office, number, "show", reason)
        return find(ledger, office, number)

    return office, context.write(office, look)


SHOW = CommandDefinition(
    "看一件的全部情况",
    _show,
    (
        flag("history", "连同每一步记录"),
        flag("reveal", "不遮盖个人信息（须写理由，记入台账）"),
        Field("reason", "为什么要看未遮盖的资料"),
        options.STATION,
    ),
    (NUMBER,),
    ("bbcs show 0007", "bbcs show 0007 --history", "bbcs show 0007 --reveal --reason 核对身份"),
)


def command(word: str) -> Command:
    """The command."""
    return options.command(word, SHOW)
