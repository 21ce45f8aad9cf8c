"""Asks which case is meant where a command was typed without its number."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bbcs.cli import context
from bbcs.cli.prompts.question import Option, Question, Reply
from bbcs.cli.prompts.terminal import asker
from bbcs.cli.settings import Settings, half_words
from bbcs.domain.acts.table import BY_VERB
from bbcs.domain.case import LIFE, PHASES, phase_name
from bbcs.errors import Declined
from bbcs.papers import PAPERS
from bbcs.render.safe import safe_line
from bbcs.render.width import cut
from bbcs.usecases import listing, papers
from bbcs.usecases.ledger import Filter
from bbcs.usecases.office import Office

MOST = 50
"""Most cases to choose from."""

MATTER = 24
"""Columns of a matter in the list: who reported it and how far it is stand behind it."""


def case_number(settings: Settings, verb: str) -> str:
    """The number of the case that is meant. Raises Declined, also where there is none."""
    office = context.office(settings)
    options = open_cases(office, verb)
    if not options:
        raise Declined(_none(verb))

    def read(text: str) -> Reply:
        number = half_words(text)
        case_no = context.read(office, lambda on: on.case_no(number, office.stamp.now.date()))
        return Reply(case_no, case_no)

    question = Question("编号（打简号，或打几个字找）", read, options)
    with asker() as asking:
        answer = asking.ask(question)
    return str(answer.value)


def _none(verb: str) -> str:
    """The line that is printed where there is no case to choose."""
    if any(verb in verbs for verbs in LIFE.values()):
        return f"现在没有可以{BY_VERB[verb].alias}的件"
    return "台账里还没有件"


def paper_kind() -> str:
    """The kind of paper that is meant. Raises Declined."""
    options = tuple(
        Option(str(number), key, kind.title, (key,))
        for number, (key, kind) in enumerate(PAPERS.items(), 1)
    )

    def read(text: str) -> Reply:
        kind = papers.kind_of(text)
        return Reply(kind, PAPERS[kind].title)

    with asker() as asking:
        return str(asking.ask(Question("哪种文书", read, options)).value)


def open_cases(office: Office, verb: str = "") -> tuple[Option, ...]:
    """Cases to choose from: those of today that are open and in which the act may follow, else any
    such, the most urgent first.
    """
    now = office.stamp.now
    phases = list(PHASES)
    if any(verb in verbs for verbs in LIFE.values()):
        phases = [phase for phase in PHASES if verb in LIFE[phase]]
    wanted = Filter(now, phases=phases, active=False, limit=MOST)
    today = wanted._replace(received_from=now.date(), sort="number")

    def look(ledger: Any) -> list[Mapping[str, Any]]:
        stored = listing.cases(ledger, office, today).stored
        return list(stored or listing.cases(ledger, office, wanted).stored)

    return tuple(_option(row, now.date().strftime("%Y%m%d")) for row in context.read(office, look))


def _option(stored: Mapping[str, Any], today: str) -> Option:
    """A stored row to choose: its masked line, by its short number."""
    row, number = json.loads(stored["fold"]), stored["case_no"]
    _, day, serial = number.rsplit("-", 2)
    sign = serial if day == today else f"{day}-{serial}"
    matter = cut(safe_line(row["matter"]), MATTER)
    label = "  ".join(
        (
            number,
            matter,
            row["reporter"] or "匿名",
            phase_name(stored["phase"], stored["difficulty"]),
        )
    )
    return Option(sign, number, label, (number, serial.lstrip("0")), kept=number)
