"""A ledger of many invented cases, made through the use cases: what the start-up table is measured on.

Run: `python benchmarks/fill.py FOLDER [CASES [open]]`. Nine of ten cases are settled, as in an office that has worked for
years; with `open` none is, so that all are overdue.
"""

from __future__ import annotations

import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from bbcs.calendar.dates import CST
from bbcs.calendar.days import DayCalendar
from bbcs.config import packs, station_file
from bbcs.domain.station import ROLES, Operator, Station
from bbcs.store.home import create
from bbcs.store.opening import ProvableLedger, open_ledger
from bbcs.usecases import acts
from bbcs.usecases.ledger import Stamp
from bbcs.usecases.new_station import make
from bbcs.usecases.office import Office

FIRST = datetime(2024, 1, 2, 9, 0, tzinfo=CST)
PER_DAY = 200
DIFFICULTIES = ("simple", "general", "complex", "special", "cannot")


def office(home: Path) -> Office:
    """A fresh station in `home`."""
    who = Operator("bench", "测试", ROLES, "")
    stamp = Stamp(who.id, FIRST)
    make(home, Station("BENCH", "测速站", operators=(who,)), "default", stamp, create)
    return Office(
        home, station_file.read(home), packs.pack("default", home), DayCalendar(), stamp, who.roles
    )


def add_case(ledger: ProvableLedger, where: Office, number: int, *, settle: bool) -> None:
    """Take one case; where asked for, settle it, call the person back and close it."""
    fields = {
        "reporter": f"甲{number}",
        "phone": f"138{number:08d}",
        "matter": f"办理事项{number % 97}",
        "demand": "材料齐了还是办不成，请帮忙协调",
        "difficulty": DIFFICULTIES[number % 5],
        "cause": ["multi_department"],
    }
    no = acts.intake(ledger, where, fields).case.no
    if settle:
        outcome = {"outcome": "solved", "measures": "协调后办成"}
        acts.act(ledger, where, no, "resolve", outcome)
        acts.act(ledger, where, no, "callback", {"reached": True, "solved": "yes", "grade": "5"})
        acts.act(ledger, where, no, "close", {})


def fill(home: Path, count: int, *, settle: bool = True) -> float:
    """Fill a fresh home; CPU seconds it took. settle: nine cases of ten are settled."""
    where = office(home)
    begun = time.process_time()
    for day, start in enumerate(range(0, count, PER_DAY)):
        at = FIRST + timedelta(days=day)
        where = where._replace(stamp=where.stamp._replace(now=at))
        with open_ledger(home, write=True) as ledger:
            for number in range(start, min(start + PER_DAY, count)):
                add_case(ledger, where, number, settle=settle and number % 10 > 0)
    return time.process_time() - begun


if __name__ == "__main__":
    folder, *words = sys.argv[1:]
    wanted = int((words or ["100000"])[0])
    seconds = fill(Path(folder), wanted, settle="open" not in words)
    print(f"{wanted} cases in {seconds:.1f} s CPU")
