"""`bbcs show` and `deadline`: one case, looked at. A revealed look is one logged entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typer import _click

from bbcs.cli import options, speech, work
from bbcs.cli.options import NUMBER, Given, Word, flag
from bbcs.cli.settings import Settings
from bbcs.domain.fields import Field
from bbcs.render.terminal import echo
from bbcs.store.sqlite import SqliteLedger
from bbcs.usecases import cases


def _show(settings: Settings, given: Given) -> None:
    from bbcs.usecases import detail

    where = work.office(settings)
    number, reveal, history = given["number"], given["reveal"], given["history"]

    def look(ledger: SqliteLedger) -> cases.Outcome:
        """Logged and read in one transaction: no unlogged look, no logged look that showed nothing."""
        cases.reveal(ledger, where, number, "show", given["reason"] or "")
        return cases.find(ledger, where, number)

    found = work.write(where, look) if reveal else work.read(where, lambda ledger: cases.find(ledger, where, number))
    if settings.as_json:
        speech.echo_json(detail.document(found, where, history=history, reveal=reveal))
    elif settings.quiet:
        echo(found.case.no)
    else:
        echo("\n".join(detail.lines(found, where, history=history, reveal=reveal)))


def _deadline(settings: Settings, given: Given) -> None:
    from bbcs.usecases import calendars, explain

    where = work.office(settings)

    def ask(ledger: SqliteLedger) -> dict[str, Any]:
        found = cases.find(ledger, where, given["number"])
        return explain.unfold(found, where, given["clock"] or "", calendars.history(ledger, found.case.no))

    document = work.read(where, ask)
    if settings.as_json:
        speech.echo_json(document)
    elif settings.quiet:
        echo("\n".join(one["due"] or "" for one in document["clocks"]))
    else:
        echo("\n".join(explain.text(document)))


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
