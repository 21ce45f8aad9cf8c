"""What a search costs in a ledger of many cases whose texts differ, in process.

Run: `python benchmarks/search.py [CASES]`. The texts are invented: words that occur in one case of six stand between runs of
characters drawn as unevenly as those of a language. Budget: a two-character word in 100,000 cases within 20 ms.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import accumulate
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent))

from fill import FIRST, PER_DAY
from measure import machine

from bbcs.domain.event import Draft
from bbcs.store.home import create
from bbcs.store.opening import ProvableLedger, open_ledger
from bbcs.usecases.ledger import Projection, Stamp

RANDOM = random.Random(2026)
CHARACTERS = [chr(0x4E00 + number) for number in range(3000)]
WEIGHTS = list(accumulate(1 / (number + 5) for number in range(3000)))
WORDS = ("低保", "户籍", "医保", "办理", "材料", "窗口", "公积金", "营业执照", "殡葬管理")
RARE = ("化粪池外溢", "过户")
ASKED = (
    "保",
    "低保",
    "户籍",
    "医保",
    "过户",
    "一丁",
    "营业执照",
    "殡葬管理",
    "化粪池外溢",
    "低保 户籍 医保",
    "13800000007",
    "没有的字",
    "20250102",
    "0007",
    "李",
    "欧",
    "李丁",
    "乙丙",
    "00007",
    "0099",
    "9999999",
    "190001",
    "李 0099",
    "商贸有限",
    "食品商贸",
)
"""Words of texts, then parts of names, phones, identity numbers, and of firms' names."""

SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林郑"
GIVEN = "甲乙丙丁戊己庚辛壬癸"


def text(number: int) -> str:
    """About 140 characters."""
    parts = [
        "".join(RANDOM.choices(CHARACTERS, cum_weights=WEIGHTS, k=5))
        if RANDOM.random() > 0.15
        else RANDOM.choice(WORDS)
        for _ in range(25)
    ]
    return "，".join([*parts, *(word for word in RARE if number % 5000 == len(word))])


def fill(home: Path, count: int) -> Iterator[float]:
    """Cases of one entry each, a day's in one transaction; CPU seconds of each day."""
    create(home, "BENCH", Stamp("bench", FIRST))
    for day, start in enumerate(range(0, count, PER_DAY)):
        begun = time.process_time()
        with open_ledger(home, write=True) as ledger:
            for number in range(start, min(start + PER_DAY, count)):
                one(ledger, number, day)
        yield time.process_time() - begun


def one(ledger: ProvableLedger, number: int, day: int) -> None:
    """One case with its text."""
    stamp = Stamp("bench", FIRST + timedelta(days=day))
    no = ledger.next_number(stamp.now.date())
    said = {"matter": f"事项{number}", "phone": f"138{number:08d}", **people(number)}
    ledger.append(no, 0, [Draft("Registered", stamp.now, said)], stamp)
    case = {
        "case_no": no,
        "version": 1,
        "phase": "registered",
        "active": 1,
        "in_hand": 1,
        "received_at": stamp.now,
    }
    ledger.project(Projection(case, people={"phone": said["phone"]}, text=f"{no}\n{text(number)}"))


def people(number: int) -> dict[str, str]:
    """Who reports: a person, each tenth time a firm; with identity number, one in four with an agent."""
    name = SURNAMES[number % 20] + GIVEN[number // 20 % 10] + GIVEN[number // 200 % 10]
    said = {"reporter": name, "id_number": f"5303031900{number % 12 + 1:02d}01{number % 10000:04d}"}
    if number % 10 == 0:
        said = {"reporter": f"示例{name}食品商贸有限公司", "reporter_type": "enterprise"}
    if number % 4 == 0:
        said |= {"contact_person": name[::-1], "contact_phone": f"159{number * 7 % 10**8:08d}"}
    return said


def main(count: int = 100_000) -> None:
    """Print the table."""
    print(f"# {machine()}")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        print(f"{count} cases in {sum(fill(home, count)):.0f} s CPU")
        with open_ledger(home) as ledger:
            sizes(ledger)
            print(f"\n{'asked':16s} {'found':>5s} {'first ms':>9s} {'median ms':>9s} {'worst':>6s}")
            for asked in ASKED:
                times = [timed(ledger, asked) for _ in range(15)]
                shown = len(ledger.search(asked, 50, parts=21))
                print(
                    f"{asked:16s} {shown:5d} {times[0]:9.2f} {median(times):9.2f} {max(times):6.2f}"
                )


def timed(ledger: ProvableLedger, asked: str) -> float:
    """CPU milliseconds of one search for the first fifty."""
    begun = time.process_time()
    ledger.search(asked, 50, parts=21)
    return (time.process_time() - begun) * 1000


def sizes(ledger: ProvableLedger) -> None:
    """Megabytes of the file, of the texts and of their index."""
    file = ledger.facts()["size"]
    (texts,) = ledger.session.connection.execute(
        "SELECT sum(length(CAST(text AS BLOB))) FROM case_text"
    ).fetchone()
    (index,) = ledger.session.connection.execute(
        "SELECT sum(length(block)) FROM case_search_data"
    ).fetchone()
    (people,) = ledger.session.connection.execute(
        "SELECT sum(length(block)) FROM person_search_data"
    ).fetchone()
    print(
        f"file {file / 1e6:.0f} MB, texts {texts / 1e6:.0f} MB, index {index / 1e6:.0f} MB, ",
        end="",
    )
    print(f"index of people {people / 1e6:.0f} MB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
