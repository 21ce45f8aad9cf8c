"""Offers items of the catalogue that a matter may be about, once, after the matter is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bbcs.cli.prompts.question import Asker, Option, Question, Reply
from bbcs.domain.items import likely
from bbcs.usecases.office import Office


class LikelyItems:
    """Offers the items that the words of the matter suggest; several may be taken, or another be
    typed.
    """

    def __init__(self, office: Office) -> None:
        self._where, self._asked = office, False

    def fields(self, asker: Asker, inputs: dict[str, Any]) -> Sequence[str]:
        """Puts the chosen items into the inputs; asks for no further field."""
        if self._asked or inputs.get("items") or not inputs.get("matter"):
            return ()
        self._asked = True
        names = self._proposed(inputs["matter"])
        if names:
            options = tuple(
                Option(str(number), name, name, (name,)) for number, name in enumerate(names, 1)
            )
            reply = asker.ask(
                Question("政务服务事项", _typed, options, required=False, several=True)
            )
            if reply.value:
                inputs["items"] = list(reply.value)
        return ()

    def _proposed(self, matter: str) -> list[str]:
        """The likely items; a catalogue is read only where the ledger holds one."""
        if self._where.rules.catalogue is None:
            return []

        return likely(self._where.items, matter)


def _typed(text: str) -> Reply:
    """An item that was typed out, as it is."""
    return Reply([text], text)
