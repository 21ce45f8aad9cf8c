"""`bbcs show` and `deadline`: one case, looked at. A revealed look is one logged entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typer import _click

from bbcs.cli import context, options, output
from bbcs.cli.options import NUMBER, Given, Word, flag
from bbcs.cli.settings import Settings
from bbcs.domain.acts.fields import Field
from bbcs.render.terminal import echo
from bbcs.store.sqlite import SqliteLedger
from bbcs.usecases import acts


def _show(settings: Settings, given: Given) -> None:
    from bbcs.views import case_page

    where = context.office(settings)
    number, reveal, history = given["number"], given["reveal"], given["history"]

    def look(ledger: SqliteLedger) -> acts.Outcome:
        """Logged and read in one transaction: no unlogged look, no logged look that showed nothing."""
        acts.reveal(ledger, where, number, "show", given["reason"] or "")
        return acts.find(ledger, where, number)

    found = (
        context.write(where, look)
        if reveal
        else context.read(where, lambda ledger: acts.find(ledger, where, number))
    )
    if settings.as_json:
        output.echo_json(case_page.document(found, where, history=history, reveal=reveal))
    elif settings.quiet:
        echo(found.case.no)
    else:
        echo("\n".join(case_page.lines(found, where, history=history, reveal=reveal)))


def _deadline(settings: Settings, given: Given) -> None:
    from bbcs.usecases import calendars
    from bbcs.views import deadline_page

    where = context.office(settings)

    def ask(ledger: SqliteLedger) -> dict[str, Any]:
        found = acts.find(ledger, where, given["number"])
        return deadline_page.unfold(
            found, where, given["clock"] or "", calendars.history(ledger, found.case.no)
        )

    document = context.read(where, ask)
    if settings.as_json:
        output.echo_json(document)
    elif settings.quiet:
        echo("\n".join(one["due"] or "" for one in document["clocks"]))
    else:
        echo("\n".join(deadline_page.text(document)))


WORDS: Mapping[str, Word] = {
    "show": Word(
        "看一件的全部情况",
        _show,
        (
            flag("history", "连同每一步记录"),
            flag("reveal", "不遮盖个人信息（须写理由，记入台账）"),
            Field("reason", "为什么要看未遮盖的资料"),
        ),
        (NUMBER,),
        ("bbcs show 0007", "bbcs show 0007 --history", "bbcs show 0007 --reveal --reason 核对身份"),
    ),
    "deadline": Word(
        "逐日说明时限怎么算出来的，谁在什么时候拿着这件",
        _deadline,
        (Field("clock", "只看这一个时限：办理 签收 回访"),),
        (NUMBER,),
        ("bbcs deadline 0007", "bbcs deadline 0007 --clock 办理"),
    ),
}


def command(word: str) -> _click.Command:
    """The command of one word."""
    return options.command(word, WORDS[word])
