"""CPU of whole processes: what every benchmark here uses."""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
from collections.abc import Sequence


def cpu_seconds(
    command: Sequence[str],
    env: dict[str, str] | None = None,
    stdin: bytes = b"",
    *,
    check: bool = False,
) -> float:
    """User + system seconds of one finished run of `command`.

    check: raise CalledProcessError where it fails.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        command,
        env=env,
        input=stdin,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=check,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ratio(
    command: Sequence[str], env: dict[str, str] | None = None, rounds: int = 15
) -> tuple[float, float]:
    """(median CPU seconds, median ratio to `python -c pass`) over alternating runs."""
    bare = [sys.executable, "-c", "pass"]
    pairs = [(cpu_seconds(command, env), cpu_seconds(bare, env)) for _ in range(rounds)]
    return statistics.median(a for a, _ in pairs), statistics.median(a / b for a, b in pairs)


def machine() -> str:
    """One line on the machine, for the head of a printed table."""
    import sqlite3

    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.release().split('-')[0]}, "
        f"CPython {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )
