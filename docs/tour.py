"""The end of `make demo`: what the replayed stories left behind, as a newcomer would look at it; one look per place."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

BBCS = [sys.executable, "-m", "bbcs"]

HALF_A_YEAR = ("--from", "2022-04-01", "--to", "2022-09-30")

PLACES = (
    ("南昌：后来的件不再要那份材料", "nanchang-diving", "2021-07-05", ("show", "20210705-0001")),
    (
        "宜春：不满意重办，两轮各有各的时限",
        "yichun-hotline",
        "2018-01-31",
        ("deadline", "0001", "--clock", "办理"),
    ),
    (
        "临汾：暂停跨过国庆，还剩 6 个工作日",
        "linfen-investor",
        "2022-09-30",
        ("deadline", "0001", "--clock", "办理"),
    ),
    (
        "沾益：523 人次咨询和 12 件是两本账",
        "counts-zhanyi",
        "2022-10-08",
        ("report", "monthly", *HALF_A_YEAR),
    ),
    ("咸安：采访那天还没有办结，只能是结转", "xianan-household", "2021-07-08", ("list", "--open")),
)
"""What is seen, in which story's ledger, on which day, by which command."""


def show(*argv: str, home: Path, now: str = "") -> str:
    """Run one command aloud; its stdout."""
    env = {**os.environ, "BBCS_HOME": str(home)} | ({"BBCS_NOW": now} if now else {})
    print(f"\n$ {f'BBCS_NOW={now} ' if now else ''}bbcs {' '.join(argv)}", flush=True)
    done = subprocess.run(
        [*BBCS, *argv],
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    print(done.stdout, end="", flush=True)
    return done.stdout


def main(base: Path) -> None:
    """One look per place, the deadline of the clinic, the checked ledger, and the workbooks that were written."""
    print("\n==== 看一看 ====")
    for seen, story, now, argv in PLACES:
        print(f"\n-- {seen}（{story}）")
        assert show(*argv, home=base / story / "home", now=now)
    print("\n-- 一个到期日怎么来的，台账有没有被改过（zhanyi-clinic）")
    clinic = base / "zhanyi-clinic" / "home"
    show("deadline", "0001", "--clock", "办理", home=clinic)
    answer = show("ledger", "verify", "--full", "--json", home=clinic)
    assert json.loads(answer)["ok"]
    given = {path.name for path in (Path(__file__).parents[1] / "examples" / "files").iterdir()}
    books = [book for book in sorted(base.glob("*/files/**/*.xlsx")) if book.name not in given]
    assert books, "no workbook was written"
    print("\n写好的登记簿（用 WPS 或 Excel 打开）：")
    for book in books:
        print(f"  {book}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
