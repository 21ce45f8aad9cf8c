"""What a projection adds to the CPU of a write: `deadlines` (`deadline_row`) or `people` (the index by part).

Run: `python benchmarks/projection.py [CASES] [deadlines|people]`. The same acts on two fresh ledgers,
one with the projection and one without it (no rows are made, no statement of that table is run), in
turns; each act is a transaction of its own, as at the counter. Budget: 10 % of a write.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fill import office
from measure import machine

from bbcs.store import indexes, statements as sql
from bbcs.store.engine import Session
from bbcs.store.opening import open_ledger
from bbcs.usecases import acts, projection
from bbcs.usecases.office import Office

STEPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("triage", {"difficulty": "complex", "cause": ["multi_department"]}),
    ("assign", {"lead": "市场监管局", "assist": ["住建局"]}),
    ("sign", {"unit": "市场监管局"}),
    ("resolve", {"outcome": "solved", "measures": "协调后办成"}),
    ("callback", {"reached": True, "solved": "yes", "grade": "5"}),
)
OF_DEADLINES = frozenset({sql.PUT_DEADLINE, sql.DROP_DEADLINES, sql.ITS_DEADLINES})


class Nothing:
    """The cursor of a statement that is not run."""

    def fetchall(self) -> list[Any]:
        return []


@contextmanager
def without_people() -> Iterator[None]:
    """Leaves the index of people out."""
    put = indexes.put_person
    indexes.put_person = lambda session, seq, terms: None
    try:
        yield
    finally:
        indexes.put_person = put


@contextmanager
def without_deadlines() -> Iterator[None]:
    """Leaves the projection of deadlines out."""
    made, run, put = projection.deadline_rows, Session.execute, Session.put

    def execute(self: Session, text: str, **values: Any) -> Any:
        return Nothing() if text in OF_DEADLINES else run(self, text, **values)

    def put_rows(self: Session, text: str, columns: Any, rows: Any) -> None:
        if text not in OF_DEADLINES:
            put(self, text, columns, rows)

    projection.deadline_rows = lambda case, deadlines: []
    Session.execute, Session.put = execute, put_rows  # type: ignore[method-assign]
    try:
        yield
    finally:
        projection.deadline_rows = made
        Session.execute, Session.put = run, put  # type: ignore[method-assign]


def one_case(home: Path, where: Office, number: int) -> list[float]:
    """CPU seconds of each act in the life of one case."""
    fields = {
        "reporter": f"甲{number}",
        "phone": f"138{number:08d}",
        "id_number": f"53030319000101{number % 10000:04d}",
        "matter": f"事项{number % 97}",
    }
    taken = [*STEPS]
    seconds, case_no = [], ""
    for verb, options in [("intake", {**fields, "demand": "请帮忙协调"}), *taken]:
        begun = time.process_time()
        with open_ledger(home, write=True) as ledger:
            if verb == "intake":
                case_no = acts.intake(ledger, where, options).case.no
            else:
                acts.act(ledger, where, case_no, verb, options)
        seconds.append(time.process_time() - begun)
    return seconds


WITHOUT = {"deadlines": without_deadlines, "people": without_people}


def measured(folder: Path, count: int, what: str) -> tuple[list[list[float]], list[list[float]]]:
    """For each case the seconds of its acts, with the projection and without."""
    places = [(folder / name, office(folder / name)) for name in ("with", "without")]
    with_, without_ = [], []
    for number in range(count):
        with_.append(one_case(*places[0], number))
        with WITHOUT[what]():
            without_.append(one_case(*places[1], number))
    return with_, without_


def main(count: int, what: str) -> None:
    with TemporaryDirectory(prefix="bbcs-") as folder:
        rows, bare = measured(Path(folder), count, what)
    print(f"# {machine()}; {count} cases, {what}\n")
    print("| act | ms with | ms without | more |\n|---|--:|--:|--:|")
    names = ["intake", *(verb for verb, _ in STEPS)]
    columns = [
        (name, *pair)
        for name, pair in zip(
            names, zip(zip(*rows, strict=True), zip(*bare, strict=True), strict=True), strict=True
        )
    ]
    columns.append(("all", [sum(row) for row in rows], [sum(row) for row in bare]))
    for name, more, less in columns:
        a, b = statistics.median(more), statistics.median(less)
        print(f"| `{name}` | {a * 1000:.2f} | {b * 1000:.2f} | {(a / b - 1) * 100:+.1f} % |")


if __name__ == "__main__":
    count, what, *_ = [*sys.argv[1:], *("200", "deadlines")[len(sys.argv) - 1 :]]
    main(int(count), what)
