"""A ledger as offices write it: every case its own items, units, dates and numbers, the days of many cases interleaved.

Run: `python benchmarks/lifelike.py FOLDER [CASES]`. Some cases are handed on, paused, extended, owed papers, reopened; one of
thirty is never settled. Drawn from one seed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import fill
from fill import Office, ProvableLedger, acts, open_ledger

from bbcs.errors import BbcsError

PER_DAY = 40
MATTERS = ("诊所", "餐饮店", "不动产", "社保", "户口", "施工", "养老", "医保", "车辆", "林木")
ITEMS = [
    f"{what}{how}"
    for what in MATTERS
    for how in ("备案", "变更", "注销", "登记", "补证", "年审", "转移")
]
UNITS = [
    f"市{name}局"
    for name in (
        "市场监管",
        "自然资源",
        "住建",
        "卫健",
        "公安",
        "民政",
        "税务",
        "人社",
        "医保",
        "林业",
        "城管",
        "交通",
    )
]
CHANNELS = ("counter", "counter", "counter", "phone", "hotline", "web", "wechat", "village_station")
CAUSES = (
    "policy_clear",
    "multi_department",
    "missing_papers",
    "legacy_issue",
    "system_data",
    "no_rule",
)

Step = tuple[datetime, int, str, dict[str, Any]]


def life(number: int, at: datetime, random: Random) -> Iterator[Step]:
    """What happens to one case, and when: the first step is its intake."""

    def later(low: int, high: int) -> datetime:
        nonlocal at
        at += timedelta(minutes=random.randint(low, high))
        return at

    item, lead = random.choice(ITEMS), random.choice(UNITS)
    yield at, number, "intake", _taken(number, item, at, random)
    yield (
        later(5, 300),
        number,
        "triage",
        {"difficulty": random.choice(fill.DIFFICULTIES), "cause": [random.choice(CAUSES)]},
    )
    others: dict[str, Any] = {}
    if random.random() < 0.3:
        units = [unit for unit in UNITS if unit != lead]
        others["assist"] = random.sample(units, random.randint(1, 2))
    yield later(5, 600), number, "assign", {"lead": lead, "require": f"请办好{item}", **others}
    yield later(60, 900), number, "sign", {"unit": lead}
    for _ in range(random.randint(0, 2)):
        kind = random.choice(["verify", "consult", "site_check"])
        yield later(60, 1500), number, "step", {"kind": kind, "unit": lead, "result": "已核实"}
    yield from _seldom(number, later, lead, random)
    if number % 30 == 0:
        return
    yield later(60, 3000), number, "notify", {"kind": "result", "no": f"告知〔{at:%Y}〕{number}号"}
    yield (
        later(5, 60),
        number,
        "resolve",
        {
            "outcome": random.choice(["solved", "solved", "partly"]),
            "measures": f"协调{lead}后办好{item}",
        },
    )
    grade = random.choice("5554443")
    yield (
        later(600, 3000),
        number,
        "callback",
        {"reached": True, "solved": "yes", "grade": grade, "by": random.choice(["王测", "李测"])},
    )
    if random.random() < 0.03:
        yield later(600, 9000), number, "reopen", {"reason": "又出了问题"}
        yield later(600, 3000), number, "resolve", {"outcome": "solved", "measures": "再次协调办好"}
        yield (
            later(600, 3000),
            number,
            "callback",
            {"reached": True, "solved": "yes", "grade": "5", "by": "王测"},
        )
    yield later(60, 3000), number, "close", {}
    yield later(60, 9000), number, "archive", {"no": f"D{at:%Y}-{number}", "term": "10"}


def _taken(number: int, item: str, at: datetime, random: Random) -> dict[str, Any]:
    return {
        "reporter": f"甲{number}",
        "phone": f"138{number:08d}",
        "matter": item,
        "items": [item],
        "demand": f"去了{random.randint(1, 5)}趟，材料{random.randint(1, 9)}份，还是办不成，请帮忙协调",
        "channel": random.choice(CHANNELS),
        "source": "大厅叫号",
        "source_no": f"A-{number:06d}",
        "failed_unit": random.choice(UNITS),
        "failed_window": f"{random.randint(1, 40)}号窗口",
        "failed_on": (at - timedelta(days=random.randint(1, 30))).date().isoformat(),
        "trips": random.randint(0, 5),
        "wish_date": (at + timedelta(days=random.randint(3, 30))).date().isoformat(),
    }


def _seldom(number: int, later: Any, lead: str, random: Random) -> Iterator[Step]:
    luck = random.random()
    if luck < 0.02:
        yield later(10, 90), number, "pause", {"reason": "appraisal"}
        yield later(1500, 9000), number, "resume", {}
    elif luck < 0.05:
        yield later(10, 90), number, "extend", {"days": random.randint(1, 5), "reason": "等评审"}
    elif luck < 0.08:
        yield (
            later(10, 90),
            number,
            "forward",
            {"to": next(unit for unit in UNITS if unit != lead), "unit": lead, "reason": "归它管"},
        )
    elif luck < 0.1:
        yield later(10, 90), number, "escalate", {"level": "2", "reason": "协调不动"}
    elif luck < 0.13:
        yield (
            later(10, 90),
            number,
            "supervise",
            {"kind": "remind", "unit": lead, "reason": "快到期"},
        )
    elif luck < 0.15:
        yield (
            later(10, 90),
            number,
            "gap",
            {"owe": [f"租赁合同={(later(0, 1) + timedelta(days=9)).date()}"]},
        )
        yield later(3000, 6000), number, "gap", {"filled": ["租赁合同"]}


def steps(count: int) -> list[Step]:
    """Every step of so many cases, in the order of time."""
    random = Random(count)
    found: list[Step] = []
    for number in range(count):
        day, place = divmod(number, PER_DAY)
        found += life(number, fill.FIRST + timedelta(days=day * 7 // 5, minutes=10 * place), random)
    return sorted(found, key=lambda step: step[:2])


def fill_home(home: Path, count: int) -> tuple[float, list[str]]:
    """Fill a fresh home; CPU seconds, and the refusals: what was decided too late, or twice."""
    where = fill.office(home)
    numbers: dict[int, str] = {}
    refusals: list[str] = []
    begun, every = time.process_time(), steps(count)
    for start in range(0, len(every), 1000):
        with open_ledger(home, write=True) as ledger:
            for step in every[start : start + 1000]:
                try:
                    _do(ledger, where, numbers, step)
                except BbcsError as refusal:
                    refusals.append(f"{step[2]} {refusal}")
    return time.process_time() - begun, refusals


def _do(ledger: ProvableLedger, where: Office, numbers: dict[int, str], step: Step) -> None:
    """Do one step; numbers: number in the benchmark -> case number, filled by intakes."""
    at, number, verb, fields = step
    there = where._replace(stamp=where.stamp._replace(now=at))
    if verb == "intake":
        numbers[number] = acts.intake(ledger, there, fields).case.no
    else:
        acts.act(ledger, there, numbers[number], verb, fields)


if __name__ == "__main__":
    folder, *words = sys.argv[1:]
    wanted = int((words or ["20000"])[0])
    took, refusals = fill_home(Path(folder), wanted)
    print(f"{wanted} cases in {took:.1f} s CPU, {len(refusals)} steps refused, such as:")
    print("\n".join(refusals[:5]))
