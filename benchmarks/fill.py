"""A ledger of many invented cases, made through the use cases: what the start-up table is measured on.

Run: `python benchmarks/fill.py FOLDER [CASES]`. Nine of ten cases are settled, as in an office that has worked for years.
"""

from __future__ import annotations

import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from bbcs.calendar.dates import CST
from bbcs.calendar.days import DayCalendar
from bbcs.config import packs
from bbcs.domain.station import ROLES, Operator, Station
from bbcs.store.home import create
from bbcs.store.sqlite import SqliteLedger, open_ledger
from bbcs.usecases import acts
from bbcs.usecases.ledger import Stamp
from bbcs.usecases.office import Office

FIRST = datetime(2024, 1, 2, 9, 0, tzinfo=CST)
PER_DAY = 200
DIFFICULTIES = ("simple", "general", "complex", "special", "cannot")


def office(home: Path) -> Office:
    """A fresh station in `home`."""
    who = Operator("bench", "测试", ROLES, "")
    stamp = Stamp(who.id, FIRST)
    create(home, "BENCH", stamp)
    packs.write_station(home, Station("BENCH", "测速站", operators=(who,)))
    return Office(
        home, packs.station(home), packs.pack("default", home), DayCalendar(), stamp, who.roles
    )


def one(ledger: SqliteLedger, where: Office, number: int) -> None:
    """One case: taken, and nine times of ten settled and called back."""
    said = {
        "reporter": f"甲{number}",
        "phone": f"138{number:08d}",
        "matter": f"办理事项{number % 97}",
        "demand": "材料齐了还是办不成，请帮忙协调",
        "difficulty": DIFFICULTIES[number % 5],
        "cause": ["multi_department"],
    }
    no = acts.intake(ledger, where, said).case.no
    if number % 10:
        outcome = {"outcome": "solved", "measures": "协调后办成"}
        acts.act(ledger, where, no, "resolve", outcome)
        acts.act(ledger, where, no, "callback", {"reached": True, "solved": "yes", "grade": "5"})


def fill(home: Path, count: int) -> float:
    """Fill a fresh home; CPU seconds it took."""
    where = office(home)
    begun = time.process_time()
    for day, start in enumerate(range(0, count, PER_DAY)):
        at = FIRST + timedelta(days=day)
        where = where._replace(stamp=where.stamp._replace(now=at))
        with open_ledger(home, write=True) as ledger:
            for number in range(start, min(start + PER_DAY, count)):
                one(ledger, where, number)
    return time.process_time() - begun


if __name__ == "__main__":
    folder, wanted = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    print(f"{wanted} cases in {fill(folder, wanted):.1f} s CPU")
