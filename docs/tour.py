"""The end of `make demo`: what the replayed stories left behind, as a newcomer would look at it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

BBCS = [sys.executable, "-m", "bbcs"]


def show(*argv: str, home: Path) -> str:
    """Run one command aloud; its stdout."""
    env = {**os.environ, "BBCS_HOME": str(home)}
    print(f"\n$ bbcs {' '.join(argv)}", flush=True)
    done = subprocess.run([*BBCS, *argv], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    print(done.stdout, end="", flush=True)
    return done.stdout


def main(base: Path) -> None:
    """The deadlines of the clinic, the checked ledger, and the workbooks that were written."""
    print("\n==== 看一看 ====")
    clinic = base / "zhanyi-clinic" / "home"
    show("deadline", "0001", "--clock", "办理", home=clinic)
    answer = show("ledger", "verify", "--full", "--json", home=clinic)
    assert json.loads(answer)["ok"]
    books = sorted(base.glob("*/files/**/*.xlsx"))
    assert books, "no workbook was written"
    print("\n写好的登记簿（用 WPS 或 Excel 打开）：")
    for book in books:
        print(f"  {book}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
