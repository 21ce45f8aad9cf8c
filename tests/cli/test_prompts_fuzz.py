"""Conversations of every act with answers that nobody planned: none ends with 70, a given up one stores nothing.

In this process, with somebody who answers at random in the place of keyboard and screen; the
answers are read as those of a terminal are.
"""

from __future__ import annotations

import re
import shutil
from importlib import import_module
from pathlib import Path
from random import Random

import pytest
from cli_desk import Desk, name, phone
from test_cli_fuzz import PLAUSIBLE, TYPED, stocked

import sizes
from bbcs.cli.help_topics import EXIT_CODES
from bbcs.cli.prompts import terminal
from bbcs.cli.prompts.question import Question, Reply, answered, cleaned
from bbcs.domain.acts.table import ACTS
from bbcs.errors import BbcsError, Declined

__all__ = ["stocked"]

TIMES, PARTS = sizes.examples(5), 4

ASKING = ("acts", "app", "context", "init", "intake", "output")
"""Modules that look whether somebody is there."""


class Somebody:
    """Answers at random, mostly what the question offers; walks away from what cannot be answered."""

    def __init__(self, random: Random, told: list[str]) -> None:
        self.random, self.asked, self.told = random, 0, told

    def ask(self, question: Question) -> Reply:
        for _ in range(20):
            self.asked += 1
            if self.random.random() < 0.01 or self.asked > 200:
                raise self.random.choice([KeyboardInterrupt, Declined("输入结束，没有改动")])
            text, _gone = cleaned(self.answer(question), lines=question.lines)
            try:
                return answered(question, text)
            except BbcsError as refused:
                self.told.append(re.sub("bbcs [a-z]+ --[a-z]+", "", refused.message))
        raise KeyboardInterrupt

    def answer(self, question: Question) -> str:
        chance = self.random.random()
        if question.quiet and chance < 0.7:
            return self.random.choice(["y", "保存", "", "1", "q"])
        if question.options and chance < 0.85:
            chosen = self.random.choice(question.options)
            return self.random.choice([chosen.sign, chosen.label, *chosen.also]) or chosen.label
        if chance < 0.15:
            return ""
        if chance < 0.9:
            return self.random.choice([*PLAUSIBLE, name(3), phone(4), "一句话"])
        return self.random.choice(TYPED)


@pytest.mark.parametrize("part", range(PARTS))
def test_no_conversation_finds_a_bug(
    stocked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: int
):
    monkeypatch.chdir(tmp_path)
    for module in ASKING:
        monkeypatch.setattr(import_module(f"bbcs.cli.{module}"), "at_terminal", lambda: True)
    random, faults, told, done = Random(part), [], [], set()
    monkeypatch.setattr(terminal, "TerminalAsker", lambda: Somebody(random, told))
    for act in ACTS[part::PARTS]:
        for _ in range(TIMES):
            folder = tmp_path / "work"
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(stocked, folder)
            desk = Desk(folder / "home")
            before = desk.entries()
            line = [act.verb]
            if act.on_case and random.random() < 0.9:
                line.append(random.choice("123456"))
            answer = desk(*line)
            if answer.code == 70 or answer.code not in EXIT_CODES or "Traceback" in answer.err:
                faults.append(f"{line}: [{answer.code}] {answer.err[-600:]}")
            if answer.code:
                assert desk.entries() == before, (line, answer.err)
            else:
                done.add(act.verb)
    assert not faults, "\n\n".join(faults[:5])
    assert [one for one in told if "--" in one] == [], "nobody at a prompt is told of options"
    assert len(done) >= len(ACTS[part::PARTS]) // 2, "most acts are got through now and then"
