"""A desk for tests: one home, the command line in this process or in one of its own, synthetic people."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bbcs.cli import run

NOW = "2026-03-05T09:10"
"""A Thursday, a working day, notices of the year published."""

OWN = (
    "BBCS_HOME",
    "BBCS_NOW",
    "BBCS_AS",
    "NO_COLOR",
    "PYTHONIOENCODING",
    "LANG",
    "LC_ALL",
    "COLUMNS",
    "TERM",
    "BBCS_PAGER",
    "PAGER",
    "LESS",
)
"""Variables that a test sets itself or does not have."""

REGION = "530303"


class Answer(NamedTuple):
    """What one command left: exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Desk:
    """One home and how to work on it. Calling it runs a command in this process."""

    def __init__(self, home: Path, now: str = NOW) -> None:
        self.home, self.now = home, now

    def copied(self, folder: Path) -> Desk:
        """The same desk on a copy of the home, which is made once for a module."""
        return Desk(Path(shutil.copytree(self.home, folder / "home")), self.now)

    def env(self, more: Mapping[str, str | None] | None = None) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in OWN}
        own = {
            "BBCS_HOME": str(self.home),
            "BBCS_NOW": self.now,
            "USER": "demo",
            "LOGNAME": "demo",
            "PYTHONUTF8": "1",
            "BBCS_PAGER": "",
            **(more or {}),
        }
        return {**kept, **{name: value for name, value in own.items() if value is not None}}

    def __call__(
        self, *args: object, stdin: str | bytes = "", env: Mapping[str, str | None] | None = None
    ) -> Answer:
        raw = stdin.encode() if isinstance(stdin, str) else stdin
        streams = [
            io.TextIOWrapper(io.BytesIO(one), encoding="utf-8", newline="")
            for one in (raw, b"", b"")
        ]
        before, kept = dict(os.environ), (sys.stdin, sys.stdout, sys.stderr)
        _change_environment(before, self.env(env))
        sys.stdin, sys.stdout, sys.stderr = streams
        try:
            code = run([str(arg) for arg in args])
        finally:
            sys.stdin, sys.stdout, sys.stderr = kept
            _change_environment(dict(os.environ), before)
        return Answer(code, *(_read(stream) for stream in streams[1:]))

    def ok(self, *args: object, **how: Any) -> Answer:
        """A command that must succeed."""
        done = self(*args, **how)
        assert done.code == 0, f"{args}: [{done.code}] {done.err}"
        return done

    def fails(self, code: int, *args: object, **how: Any) -> Answer:
        """A command that must end with this exit code."""
        done = self(*args, **how)
        assert done.code == code, f"{args}: [{done.code}] {done.err}"
        return done

    def json(self, *args: object, **how: Any) -> Any:
        return self.ok(*args, "--json", **how).json

    def process(
        self,
        *args: object,
        stdin: bytes = b"",
        env: Mapping[str, str | None] | None = None,
        **how: Any,
    ) -> subprocess.CompletedProcess[bytes]:
        """The same in a process of its own."""
        command = [sys.executable, "-m", "bbcs", *map(str, args)]
        return subprocess.run(
            command,
            input=stdin,
            env=self.env(env),
            capture_output=True,
            timeout=60,
            check=False,
            **how,
        )

    def entries(self) -> int:
        """How many entries there are beside the two that `init` wrote: counted past the program."""
        with closing(
            sqlite3.connect(f"{(self.home / 'ledger.db').as_uri()}?mode=ro", uri=True)
        ) as it:
            return int(it.execute("SELECT count(*) FROM entry").fetchone()[0]) - 2

    def last(self) -> int:
        """The number of the last entry."""
        return self.entries() + 2

    def take(self, **fields: Any) -> str:
        """Register one case from standard input; its number."""
        return self.ok("intake", "--from", "-", "-q", stdin=json.dumps(case(**fields))).out.strip()


def prepared(work: Callable[[Desk], Desk]) -> Any:
    """Makes a fixture of a function that works on a fresh desk: done once, copied for each test."""
    return _copied_for_each(work, lambda made, folder: Desk(made).copied(folder))


def founded(work: Callable[[Desk], Desk]) -> Any:
    """The same where the function makes the home itself."""
    return _copied_for_each(work, lambda made, folder: Desk(folder / "home"))


def _copied_for_each(work: Callable[[Desk], Desk], begin: Callable[[Path, Path], Desk]) -> Any:
    done: list[Desk] = []

    def fixture(made: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
        if not done:
            done.append(work(begin(made, tmp_path_factory.mktemp(work.__name__))))
        return done[0].copied(tmp_path)

    fixture.__doc__ = work.__doc__
    return pytest.fixture(name=work.__name__)(fixture)


def _change_environment(now: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    """Touch only what differs: most of the environment is the same in every command."""
    for name in now.keys() - wanted.keys():
        del os.environ[name]
    os.environ.update({name: text for name, text in wanted.items() if now.get(name) != text})


def _read(stream: io.TextIOWrapper) -> str:
    stream.flush()
    return stream.buffer.getvalue().decode(stream.encoding, "surrogateescape")  # type: ignore[attr-defined]


def case(number: int = 1, **more: Any) -> dict[str, Any]:
    """A case of a synthetic person; None takes a field out."""
    usual = {
        "matter": f"诊所备案{number}",
        "demand": "名称核准通不过",
        "reporter": name(number),
        "phone": phone(number),
        "id_number": id_number(number),
    }
    return {key: value for key, value in {**usual, **more}.items() if value is not None}


def id_number(number: int) -> str:
    """Nobody's: region 530303, born on 1900-01-01, a right check digit."""
    from stdnum.cn import ric

    body = f"{REGION}19000101{number:03d}"
    return body + ric.calc_check_digit(body + "0")


def phone(number: int) -> str:
    return f"138{number:08d}"


SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏"
GIVEN = "甲乙丙丁戊己庚辛壬癸"


def name(number: int) -> str:
    """Three characters that occur in no word of the program."""
    return f"{SURNAMES[number % len(SURNAMES)]}{GIVEN[number % 10]}{GIVEN[number // 10 % 10]}"


def write(path: Path, content: Any) -> Path:
    """A JSON file, or the text as it is."""
    path.write_text(
        content if isinstance(content, str) else json.dumps(content, ensure_ascii=False),
        encoding="utf-8",
    )
    return path
