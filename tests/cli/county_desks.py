"""A county for tests: its office and three stations in two townships, in one database."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from cli_desk import Desk, case

import county
from bbcs.calendar.dates import CST
from bbcs.config import station_file
from bbcs.domain.case import LIFE
from bbcs.errors import BbcsError
from bbcs.store import transactions
from bbcs.store.provable import ProvableLedger
from bbcs.usecases import acts
from bbcs.usecases.outcome import find
from bbcs.window import office_at
from random_acts import UNITS, drawn

NAMES = {"XC00": "示例县窗口", "CG01": "城关站", "CG02": "城关村站", "HL01": "河流站"}
"""Code -> name; the last has no entry beyond its making."""

PARENTS = {"CG02": "CG01", "CG01": "XC00", "HL01": "XC00"}
COUNTY = "XC00"
ACTED = ("CG01", "CG02")
CASES = 36
WATER = UNITS[4]
"""A unit that has cases of both."""

SKIPPED = ("attach",)


def made(folder: Path) -> dict[str, Desk]:
    """The four desks, the county's first; two of the stations have cases."""
    for code in NAMES:
        county.with_role(code)
    store = county.empty(COUNTY)
    desks = {code: Desk(folder / code, "2026-02-20T09:00") for code in NAMES}
    for code, desk in desks.items():
        level = ("--level", "county") if code == COUNTY else ()
        desk.ok("init", "--station", code, "--name", NAMES[code], "--store", store, *level)
        if code in PARENTS:
            station = station_file.read(desk.home)
            station_file.write(desk.home, station._replace(parent=PARENTS[code]))
            desk.ok("station", "sync")
    for number, unit in enumerate(UNITS):
        code = ("--code", f"G{number}") if number % 2 == 0 else ()
        desks["CG01"].ok("station", "unit", "add", unit, *code)
    desks["CG01"].ok("station", "duty", "add", "2026-03-20", "demo")
    for seed, code in enumerate(ACTED):
        _work(desks[code], seed)
    for desk in desks.values():
        desk.now = "2026-03-20T10:00"
    for number in range(100, 106):
        desk = desks[ACTED[number % 2]]
        desk.ok("assign", desk.take(number=number), "--lead", WATER)
    desks["CG01"].ok("station", "unit", "rename", "G0", "市场监管分局")
    return desks


def _work(desk: Desk, seed: int) -> None:
    """Takes cases for three weeks and does random acts on them; refused ones are left out."""
    random, begun = Random(seed), datetime(2026, 2, 20, 9, 0, tzinfo=CST)
    office = transactions.bound(office_at(desk.home, "demo", begun))

    def work(ledger: ProvableLedger) -> None:
        for number in range(CASES):
            now = begun + timedelta(hours=12 * number + random.randint(0, 6))
            taken = case(number + 40 * seed, demand=f"名称核准通不过，第{number}次来")
            here = office._replace(stamp=office.stamp._replace(now=now))
            no = acts.intake(ledger, here, taken).case.no
            for _ in range(random.randint(0, 12)):
                now += timedelta(hours=random.choice((0, 1, 3, 20, 30)))
                here = office._replace(stamp=office.stamp._replace(now=now))
                phase = find(ledger, here, no).case.phase
                verb = random.choice([verb for verb in LIFE[phase] if verb not in SKIPPED])
                with suppress(BbcsError), ledger.step():
                    acts.act(
                        ledger, here, no, verb, drawn(find(ledger, here, no).case, verb, random)
                    )

    transactions.write(office, work)
    desk.ok("consult", "--visitors", "3", "--answered", "2", "--matter", "问路")
