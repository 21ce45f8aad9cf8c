"""`bbcs slip`: the person's own slip, on the screen or as a file; each one is an entry of the
ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from bbcs.cli import context, options, output
from bbcs.cli.click import Command
from bbcs.cli.options import NUMBER, CommandDefinition, Values, flag
from bbcs.cli.settings import Settings
from bbcs.domain.acts import Field
from bbcs.render.files import whole
from bbcs.render.formats import encode
from bbcs.render.terminal import echo
from bbcs.store.provable import ProvableLedger
from bbcs.usecases import unmasked
from bbcs.usecases.office import Office
from bbcs.usecases.outcome import Outcome, find
from bbcs.views.slip import lines

PURPOSE, REASON = "slip", "给反映人的回执"
"""What the entry of a printed slip says: it bears the real name."""


def logged(ledger: ProvableLedger, office: Office, one: Outcome) -> Outcome:
    """The same case, once the ledger knows that its slip was made."""
    unmasked.reveal(ledger, office, one.case.no, PURPOSE, REASON)
    return one


def write(
    office: Office, path: Path, take: Callable[[], Sequence[Outcome]], *, yes: bool
) -> Sequence[Outcome]:
    """Take the cases and write their slips into a file that only its owner reads.

    A place that cannot be written is refused before anything is taken, an existing file without
    `yes` or consent. Raises Declined, OutputNotWritable, DiskFull.
    """
    output.agree(path, yes=yes)
    with whole(path, mode=0o600) as draft:  # it bears the real name
        done = take()
        slips = ["\n".join(lines(one, office)) for one in done if not one.existing]
        draft.write_bytes(encode("\n\n".join(slips) + "\n"))
    return done


def _slip(settings: Settings, values: Values) -> None:
    office = context.office(settings)

    def look(ledger: ProvableLedger) -> Outcome:
        """Read and logged in one transaction."""
        return logged(ledger, office, find(ledger, office, values["number"]))

    def take() -> list[Outcome]:
        return [context.write(office, look)]

    if values["out"]:
        write(office, Path(values["out"]), take, yes=values["yes"])
        output.files(settings, [values["out"]])
        return
    done = take()[0]
    text = "\n".join(lines(done, office))
    document = {"schema": "bbcs.slip/1", "case_no": done.case.no, "text": text}
    if settings.as_json:
        output.echo_json(document)
    else:
        echo(text)


SLIP = CommandDefinition(
    "打印给反映人的回执（真名，记入台账）",
    _slip,
    (
        Field("out", "写到这个文件（只有自己能读）", "output"),
        flag("yes", "文件已有也覆盖，不再问"),
    ),
    (NUMBER,),
    ("bbcs slip 0007", "bbcs slip 0007 --out 回执.txt"),
)


def command(word: str) -> Command:
    """The command."""
    return options.command(word, SLIP)
