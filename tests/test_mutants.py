"""The table of `make mutants` fits the source: each change can be made, and the tests it names exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from mutants.table import MUTANTS

ROOT = Path(__file__).parents[1]
AREAS = {"domain", "calendar", "store", "registers", "inspection"}


def test_there_are_enough_and_in_every_area():
    assert len(MUTANTS) >= 20
    assert {mutant.file.partition("/")[0] for mutant in MUTANTS} == AREAS


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.file}: {mutant.why}")
def test_a_change_can_be_made_in_one_place(mutant):
    text = (ROOT / "src" / "bbcs" / mutant.file).read_text(encoding="utf-8")
    assert text.count(mutant.old) == 1
    changed = text.replace(mutant.old, mutant.new)
    assert changed != text
    compile(changed, mutant.file, "exec")
    assert mutant.tests
    assert [test for test in mutant.tests if not (ROOT / test.partition("::")[0]).exists()] == []
