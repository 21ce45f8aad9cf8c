from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest

from bbcs.errors import OutputNotWritable
from bbcs.render import terminal
from interpreter import skip_unless_it_starts

PROGRAM = """
from bbcs.render import terminal
from bbcs.render.formats import dumps
terminal.configure_streams()
terminal.configure_streams()
terminal.echo("办结 ✓ 🔴 𠮷 \\x1b[31m \\ud800")
terminal.talk("下一步 🔴")
terminal.emit(dumps({"a": "🔴 \\ud800 \\x1b"}) + "\\n")
terminal.finish()
"""
MANY = """
from bbcs.render import terminal
terminal.configure_streams()
for n in range(100_000):
    terminal.emit(f"第 {n} 行\\n")
terminal.talk("写完了")
terminal.finish()
"""


def run(program: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    clean = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("PYTHON", "LC_", "LANG"))
    }
    ascii_only = program.encode(
        "ascii", "backslashreplace"
    ).decode()  # LC_ALL=C reads arguments as ASCII
    return subprocess.run(
        [sys.executable, "-c", ascii_only], env=clean | env, capture_output=True, check=False
    )


@pytest.mark.parametrize(
    ("env", "encoding"),
    [
        ({"LANG": "C"}, "utf-8"),
        ({"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, "utf-8"),
        ({"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, "utf-8"),
        ({"PYTHONIOENCODING": "gbk"}, "gbk"),
        ({"PYTHONIOENCODING": "gb18030"}, "gb18030"),
        ({"PYTHONIOENCODING": "ascii"}, "ascii"),
        ({"PYTHONIOENCODING": "utf-8:strict"}, "utf-8"),
    ],
)
def test_no_console_can_crash_it(env: dict[str, str], encoding: str) -> None:
    skip_unless_it_starts(env)
    done = run(PROGRAM, **env)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    message, document = done.stdout.decode(encoding).splitlines()
    assert "\x1b" not in message
    assert __import__("json").loads(document) == {"a": "🔴 \ud800 \x1b"}
    if encoding != "ascii":
        assert "办结" in message
        assert "下一步" in done.stderr.decode(encoding)


def test_a_reader_who_leaves_early_sees_no_traceback() -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", MANY], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stderr is not None
    assert child.stdout.readline() == "第 0 行\n".encode()
    child.stdout.close()
    talk = child.stderr.read().decode()
    child.stderr.close()
    assert child.wait() == 0
    assert talk == "写完了\n"


def test_a_full_disk_is_no_closed_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

        def fileno(self) -> int:
            return spare

    spare = os.dup(1)
    monkeypatch.setattr(sys, "stdout", Full())
    try:
        with pytest.raises(OutputNotWritable, match="磁盘满了"):
            terminal.echo("x")
    finally:
        os.close(spare)


def test_words_go_to_their_stream_and_are_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.echo("一\x1b[2J")
    terminal.talk("二\u202e")
    terminal.emit("\x1b[31m三\x1b[0m\t\n")
    assert capsys.readouterr() == ("一\\x1b[2J\n\x1b[31m三\x1b[0m\t\n", "二\\u202e\n")


def test_nothing_is_coloured_or_cut_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    assert not terminal.is_tty()
    assert terminal.width() is None
    assert not terminal.colour_allowed({"TERM": "xterm"})


@pytest.mark.parametrize(
    ("env", "allowed"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, True),
    ],
)
def test_colour_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, env: dict[str, str], allowed: bool
) -> None:
    monkeypatch.setattr(terminal, "is_tty", lambda *_: True)
    assert terminal.colour_allowed(env) is allowed
    monkeypatch.setenv("COLUMNS", "91")
    assert terminal.width() == 91


def test_without_streams_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    terminal.configure_streams()
    terminal.echo("x")
    terminal.talk("x")
    terminal.finish()
    assert not terminal.is_tty()


@pytest.mark.parametrize("module", ["safe", "width", "text_table", "formats", "terminal"])
def test_hot_modules_load_nothing_heavy(module: str) -> None:
    heavy = {
        "rich",
        "wcwidth",
        "xlsxwriter",
        "stdnum",
        "csv",
        "tempfile",
        "dataclasses",
        "enum",
    }
    program = f"import re, sys; before = set(sys.modules); import bbcs.render.{module}; print(*(set(sys.modules) - before))"
    loaded = set(run(program).stdout.decode().split())
    assert f"bbcs.render.{module}" in loaded
    assert heavy & loaded == set()


def test_drawing_chinese_loads_nothing_heavy() -> None:
    program = (
        "import sys; from bbcs.registers.table import Column, Table; from bbcs.render.formats import render;"
        "render(Table('t', '在办件', (Column('a', '事项'),), ({'a': '诊所执业备案·🔴'},))); print(*sys.modules)"
    )
    assert {"rich", "wcwidth", "xlsxwriter"} & set(
        run(program, PYTHONIOENCODING="utf-8").stdout.decode().split()
    ) == set()
