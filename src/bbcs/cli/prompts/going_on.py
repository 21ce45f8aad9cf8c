"""Offers the next step of a case once the act before it is saved.

Each act stays its own transaction: what happens to the next one changes nothing of what was saved,
nor the exit code of the command that was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bbcs.cli import output
from bbcs.cli.click import Context, get_current_context
from bbcs.domain.acts import typed
from bbcs.domain.acts.table import BY_VERB
from bbcs.errors import BbcsError, Declined
from bbcs.render.terminal import talk
from bbcs.usecases.office import Office
from bbcs.usecases.outcome import Outcome, Words, next_words, worth_going_on


def following(done: Sequence[Outcome], office: Office) -> Words:
    """The command to go on with after an act on one case; () where there is none, or where it is
    for somebody else.
    """
    if len(done) != 1 or done[0].existing:
        return ()
    case = done[0].case
    words = next_words(case, office.pack_of(case))
    if not words or not worth_going_on(words):
        return ()
    return words if set(BY_VERB[words[0]].roles) & set(office.roles) else ()


def name_of(words: Words) -> str:
    """What people call the next step, "" for none."""
    return BY_VERB[words[0]].alias if words else ""


def go_on(words: Words) -> None:
    """Run the command of the next step with what is known of it; it asks for the rest."""
    verb, *rest = typed(words)
    root = get_current_context().find_root()
    try:
        _run(root, verb, rest)
    except Declined:
        talk(_left(verb))
    except BbcsError as refused:
        output.refuse(refused, as_json=False)
        talk(_left(verb))
    except KeyboardInterrupt:
        talk("")
        talk(_left(verb))


def _left(verb: str) -> str:
    return f"{BY_VERB[verb].alias}没有记；前面保存的都在"


def _run(root: Context, verb: str, rest: list[str]) -> None:
    get_command: Callable[..., object] = root.command.get_command  # type: ignore[attr-defined]
    command = get_command(root, verb)
    with command.make_context(verb, rest, parent=root) as running:  # type: ignore[attr-defined]
        command.invoke(running)  # type: ignore[attr-defined]
