"""Whatever happens in an office, at random: what is stored equals what the entries give, and is made the same again."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from cli_desk import Desk, case
from test_cli_notice import CHANGED, NOTICE, OWN

from bbcs.config import packs
from bbcs.domain.case import LIFE, Case
from bbcs.domain.fold import fold
from bbcs.store.opening import open_ledger
from bbcs.store.upgrade import office_of_home
from bbcs.usecases.projection import refold
from random_acts import UNITS, drawn
from sizes import is_long

LIVES, STEPS = (40, 140) if is_long() else (2, 60)
WHY = ("--reason", "申请", "--basis", "法", "--yes")
NOTICES = (NOTICE.read_text(encoding="utf-8"), CHANGED, OWN)
HEADER = "编号,受理时间,反映事项,责任单位,办结时间,处理结果\n"


class Life:
    """One office and its time, with the numbers that make each thing new."""

    def __init__(self, home: Path, seed: int) -> None:
        self.desk, self.random = Desk(home), Random(seed)
        self.now, self.made = datetime(2026, 11, 2, 9), Counter[str]()
        self.done: Counter[str] = Counter()
        self.batches: list[str] = []

    def run(self, *words: object, stdin: str = "") -> str:
        """A command, which may be refused for what the office is, and for nothing else."""
        self.desk.now = f"{self.now:%Y-%m-%dT%H:%M:%S}"
        answer = self.desk(*words, stdin=stdin)
        assert answer.code not in (21, 70), (self.desk.now, words, stdin, answer.err)
        self.done[str(words[0])] += answer.code == 0
        return answer.out

    def new(self, what: str) -> int:
        self.made[what] += 1
        return self.made[what]

    def file(self, name: str, text: str) -> Path:
        path = self.desk.home.parent / name
        path.write_text(text, encoding="utf-8")
        return path

    def cases(self) -> list[Case]:
        with open_ledger(self.desk.home) as ledger:
            return [fold(events) for events in ledger.cases()]

    # -- what may happen ---------------------------------------------------------------------------

    def intake(self) -> None:
        number = self.new("case")
        fields = case(number % 7 + 1, items=["诊所备案"] if number % 3 else [])
        difficulty = self.random.choice(["general", "complex", "special"])
        self.run("intake", "--from", "-", stdin=json.dumps(fields | {"difficulty": difficulty}))

    def act(self) -> None:
        cases = self.cases()
        if not cases:
            return
        one = self.random.choice(cases[-6:])
        verbs = [verb for verb in LIFE[one.phase] if verb not in ("attach", "void")]
        if verbs:
            verb = self.random.choice(verbs)
            fields = drawn(one, verb, self.random, [other.no for other in cases])
            self.run(verb, one.no, "--from", "-", stdin=json.dumps(fields, default=str))

    def notice(self) -> None:
        number = self.new("notice")
        path = self.file(f"notice{number}.txt", NOTICES[(number - 1) % len(NOTICES)])
        self.run("calendar", "import", "--yes", path)

    def edition(self) -> None:
        number = self.new("edition") + 1
        text = packs.find("default").read_text(encoding="utf-8")
        text = text.replace('edition = "1"', f'edition = "{number}"', 1)
        text = text.replace("limit = 10\n", f"limit = {10 + number}\n")
        self.run("pack", "adopt", self.file(f"edition{number}.toml", text), "--yes")

    def rename(self) -> None:
        unit = self.random.choice(UNITS)
        self.run("station", "unit", "add", unit, "--code", f"U{UNITS.index(unit)}")
        self.run("station", "unit", "rename", unit, f"新局{self.new('unit')}")

    def old_ledger(self) -> None:
        rows = [self._old_row(self.new("row")) for _ in range(3)]
        path = self.file(f"old{self.new('file')}.csv", HEADER + "".join(rows))
        answer = json.loads(self.run("import", path, "--skip-bad", "--json"))
        self.batches += [answer["batch"]] if answer.get("batch") else []

    def _old_row(self, number: int) -> str:
        day = self.now - timedelta(days=self.random.randint(1, 40))
        settled = f"{day + timedelta(days=2):%Y-%m-%d %H:%M},已解决" if number % 2 else ","
        return f"B-{number % 8},{day:%Y-%m-%d %H:%M},诊所备案,{UNITS[number % 6]},{settled}\n"

    def undo_import(self) -> None:
        if self.batches:
            self.run("import-undo", self.random.choice(self.batches), "--yes")

    def office_wide(self) -> None:
        self.run("consult", "--matter", "问路", "--visitors", self.random.randint(1, 5))
        self.run("improve", "--kind", "rule_change", "--what", "改条件")
        rule = ("--item", "诊所备案", "--paper", f"材料{self.new('paper')}", "--reason", "新业态")
        day = f"{self.now:%Y-%m-%d}"
        self.run("exempt", "--scope", "rule", *rule, "--authority", "审批局", "--effective", day)

    def erase(self) -> None:
        ended = [one for one in self.cases() if one.phase in ("closed", "withdrawn", "refused")]
        if ended:
            self.run("ledger", "erase", self.random.choice(ended).no, *WHY)


HAPPENINGS: tuple[tuple[Callable[[Life], None], int], ...] = (
    (Life.intake, 15),
    (Life.act, 40),
    (Life.notice, 12),
    (Life.edition, 3),
    (Life.rename, 3),
    (Life.old_ledger, 12),
    (Life.undo_import, 3),
    (Life.office_wide, 3),
    (Life.erase, 3),
)


def stored(home: Path) -> dict[str, list[str]]:
    """Every row of every table, the indexes' own apart."""
    with closing(sqlite3.connect(home / "ledger.db")) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%_search%'"
        ).fetchall()
        return {
            name: sorted(map(repr, connection.execute(f"SELECT * FROM {name}")))
            for (name,) in names
        }


@pytest.mark.parametrize("seed", range(LIVES))
def test_what_is_stored_is_what_the_entries_give(desk: Desk, seed: int) -> None:
    life = Life(desk.home, seed)
    happenings, weights = zip(*HAPPENINGS, strict=True)
    for step in range(STEPS):
        life.now += timedelta(hours=life.random.choice((1, 2, 20, 30, 90, 200)))
        life.random.choices(happenings, weights)[0](life)
        if step % 15 == 14:
            assert life.desk.json("ledger", "verify", "--full")["findings"] == []
    before = stored(desk.home)
    with open_ledger(desk.home, write=True) as ledger:
        ledger.rebuild(refold(office_of_home(desk.home), ledger))
    assert stored(desk.home) == before
    assert life.done["intake"] > 4
    assert life.done["import"] + life.done["calendar"] > 2
