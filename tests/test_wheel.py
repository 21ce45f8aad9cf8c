"""What ships: the wheel, installed into an empty environment, runs and is typed for those who use it."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PREPARED = """
import sys
from pathlib import Path
home = Path(sys.argv[1])
"""


def succeed(*command: object, cwd: Path) -> str:
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling", reason="nothing to build a wheel with, and no index is asked")
    folder = tmp_path_factory.mktemp("wheel")
    succeed(
        sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-index",
        "--no-build-isolation", "--wheel-dir", folder, ROOT, cwd=folder,
    )  # fmt: skip
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with nothing but the wheel.

    Its dependencies are read from where the tests have theirs; a .pth file there, like that of an
    editable bbcs, has no effect in the new environment.
    """
    folder = tmp_path_factory.mktemp("empty")
    succeed(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    scripts = "Scripts" if os.name == "nt" else "bin"
    python = folder / "venv" / scripts / "python"
    succeed(
        sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps",
        "--no-index", wheel, cwd=folder,
    )  # fmt: skip
    site = succeed(
        python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder
    )
    Path(site.strip(), "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python examples of the developer guide as one program."""
    text = (ROOT / "docs" / "developer.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    examples = doctest.DocTestParser().get_examples("\n".join(blocks))
    assert len(examples) > 10
    file = tmp_path_factory.mktemp("program") / "program.py"
    source = PREPARED + "".join(example.source for example in examples)
    file.write_text(source, encoding="utf-8")
    return file


def test_the_wheel_holds_the_package_its_data_and_the_marker(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    source = {
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src" / "bbcs").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert source <= set(names)
    assert "bbcs/py.typed" in names
    assert [name for name in names if name.endswith("examples/sessions/default-day.txt")]


def test_the_examples_run_on_the_wheel(python, program, tmp_path):
    """Also shows that the wheel is what is imported, not the checkout."""
    where = succeed(python, "-I", "-c", "import bbcs; print(bbcs.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(python.parents[1])
    home = tmp_path / "home"
    succeed(
        python, "-m", "bbcs", "--home", home, "init", "--station", "CY01", "--name", "示例站",
        cwd=tmp_path,
    )  # fmt: skip
    assert "E1303 13" in succeed(python, program, home, cwd=tmp_path)


def check_types(python: Path, file: Path, *more: Path) -> str:
    """What mypy prints of these programs."""
    return subprocess.run(
        [
            sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--python-executable",
            python, file.name, *more,
        ],
        cwd=file.parent, capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip


def test_programs_that_use_the_wheel_are_type_checked(python, program):
    """The examples are right, and what is wrong in a call is found: the types come with the wheel."""
    wrong = program.with_name("wrong.py")
    wrong.write_text(
        "from bbcs import WorkCalendar, open_ledger\n"
        "WorkCalendar().add('2026-09-30', 3)\n"
        "with open_ledger(7) as window:\n"
        "    window.case(1)\n",
        encoding="utf-8",
    )
    scripts = sorted((ROOT / "examples" / "scripts").glob("*.py"))
    told = check_types(python, wrong, program, *scripts)
    errors = [line for line in told.splitlines() if ": error: " in line]
    found = [re.match(r"wrong\.py:(\d): error: .*\[arg-type\]$", line) for line in errors]
    assert [one and one[1] for one in found] == ["2", "3", "4"], told
