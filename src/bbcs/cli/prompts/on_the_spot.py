"""Asks once whether a new case was settled on the spot (能办即办)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bbcs.cli.prompts.question import Asker, yes_or_no
from bbcs.usecases.office import Office


class OnTheSpot:
    """Asks whether the case was settled at once, where its difficulty means that it may be."""

    def __init__(self, office: Office) -> None:
        self._where, self._asked = office, False

    def fields(self, asker: Asker, inputs: dict[str, Any]) -> Sequence[str]:
        """Names of the fields that a settlement needs; none where it was not settled."""
        if self._asked or not self._possible(inputs):
            return ()
        self._asked = True
        if asker.ask(yes_or_no("这件当场办结了吗")).value:
            return ("outcome", "measures")
        return ()

    def _possible(self, inputs: dict[str, Any]) -> bool:
        if not inputs.get("difficulty") or inputs.get("decision") or inputs.get("outcome"):
            return False
        facts = {
            "difficulty": self._where.pack.word("difficulty", inputs["difficulty"]).key,
            "cause": (),
            "demand_kind": inputs.get("demand_kind") or "help",
            "round": 1,
        }
        return self._where.pack.on_the_spot(facts)
