"""Changes one line of the source at a time and runs the tests that must notice it.

Run: `python tests/mutants [WORD …]` (`make mutants`); words choose the changes whose file or reason
contains one of them. The checkout stays as it is: every change is made in a copy. Exit code 1 when
a change survived, or when the tests fail without any change.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from table import MUTANTS, Mutant

ROOT = Path(__file__).parents[2]
COPIED = ("src", "tests", "docs", "examples", "benchmarks", "pyproject.toml", "README.md")
FAILED_TESTS = 1
"""Exit code of pytest when tests ran and at least one failed; others mean that none ran."""


def copy(folder: Path) -> Path:
    """The parts of the checkout that tests read, in a folder of their own."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return folder


def run(folder: Path, tests: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run tests on the source of the copy, which goes before the installed one."""
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    env = {**os.environ, "PYTHONPATH": str(folder / "src")}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def outcome(mutant: Mutant) -> str:
    """Return "caught", "survived", or why the tests did not run at all."""
    with tempfile.TemporaryDirectory() as name:
        folder = copy(Path(name))
        mutant.apply(folder / "src" / "bbcs")
        done = run(folder, mutant.tests)
    if done.returncode == FAILED_TESTS:
        return "caught"
    if done.returncode == 0:
        return "survived"
    return f"no test ran: {done.stdout[-500:]}{done.stderr[-500:]}"


def unchanged_fails(mutants: Sequence[Mutant]) -> str:
    """What the named tests print when they fail without any change, else ""."""
    tests = sorted({test for mutant in mutants for test in mutant.tests})
    with tempfile.TemporaryDirectory() as name:
        done = run(copy(Path(name)), tests)
    return done.returncode and done.stdout[-3000:] + done.stderr[-1000:]


def main() -> int:
    """Print one line for each change and the counts; return the exit code."""
    words = sys.argv[1:] or [""]
    mutants = [one for one in MUTANTS if any(word in f"{one.file} {one.why}" for word in words)]
    failing = unchanged_fails(mutants)
    if failing:
        print(f"the tests fail without any change:\n{failing}")
        return 1
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        outcomes = []
        for mutant, result in zip(mutants, pool.map(outcome, mutants), strict=True):
            outcomes.append(result)
            print(f"{result:9s} {mutant.file}: {mutant.why}", flush=True)
    caught = outcomes.count("caught")
    print(f"caught {caught}, survived {len(outcomes) - caught}, of {len(outcomes)}")
    return int(caught < len(outcomes))


if __name__ == "__main__":
    sys.exit(main())
