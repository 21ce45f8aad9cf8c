"""Completion: what is offered where, in the shells that are here, and that nothing is said or written besides."""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

import pytest
from cli_desk import Desk, name, prepared

from bbcs.cli.completion import answer
from bbcs.cli.registry import commands
from bbcs.store.sqlite import dialect


@prepared
def office(desk: Desk) -> Desk:
    desk.ok("station", "unit", "add", "区市场监管局", "--code", "SCJG", "--alias", "市监局")
    desk.take(number=1)
    desk.take(number=2, matter="低保申请")
    return desk


def offered(desk: Desk, *words: str) -> list[str]:
    screen, errors = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
    surroundings = mock.patch.dict(os.environ, desk.env(), clear=True)
    with surroundings, redirect_stdout(screen), redirect_stderr(errors):
        answer(["--", *words])
    assert errors.getvalue() == ""
    lines = screen.buffer.getvalue().decode().splitlines()  # type: ignore[attr-defined]
    assert all(line.count("\t") == 1 for line in lines)
    return [line.split("\t")[0] for line in lines]


@pytest.mark.parametrize(
    ("words", "some"),
    [
        (["tri"], {"triage"}),
        ([""], set(commands())),
        (["登"], {"登记"}),
        (["--ho"], {"--home"}),
        (["--json", "sho"], {"show"}),
        (["report", ""], {"register", "monthly", "kpi"}),
        (["report", "kpi", "--mo"], {"--month"}),
        (["triage", "0001", "--diff"], {"--difficulty"}),
        (["研判", "0001", "--difficulty", ""], {"简单", "simple", "复杂"}),
        (["triage", "0001", "--difficulty=复"], {"--difficulty=复杂"}),
        (["triage", "0001", "--track", ""], {"normal", "普通", "conduct", "作风"}),
        (["assign", "0001", "--lead", ""], {"区市场监管局", "SCJG", "市监局"}),
        (["list", "--unit", "市"], {"市监局"}),
        (["list", "--phase", "acc"], {"accepted"}),
        (["list", "--channel", "窗"], {"窗口"}),
        (["show", "000"], {"0001", "0002"}),
        (["show", "ZY01-2026"], {"ZY01-20260305-0001", "ZY01-20260305-0002"}),
        (["callback", "0001", "--re"], {"--reached"}),
        (["callback", "0001", "--not"], {"--not-reached"}),
        (["merge", "0001", "--with", "00"], {"0002"}),
        (["pack", "show", "z"], {"zhanyi"}),
        (["help", "ex"], {"exit-codes", "exempt"}),
        (["station", "unit", "remove", "区"], {"区市场监管局"}),
        (["completion", "ba"], set()),
        (["no-such-word", ""], set()),
        (["show", "0001", ""], set()),
        (["triage", "0001", "--opinion", ""], set()),
    ],
)
def test_what_may_stand_at_the_cursor(office: Desk, words: list[str], some: set[str]) -> None:
    found = offered(office, *words)
    assert some <= set(found)
    assert bool(found) == bool(some)
    assert len(found) == len(set(found))
    assert all(one.startswith(words[-1]) for one in found)


def test_only_open_cases_are_offered_and_nobody_is_named(office: Desk) -> None:
    office.ok("withdraw", "0001", "--reason", "不办了")
    done = office.process("completion", "words", "--", "show", "")
    text = done.stdout.decode()
    assert "0001" not in text
    assert "0002\t低保申请\n" in text
    assert name(2) not in text


def test_a_home_that_lacks_something_gives_no_candidates_and_no_word(
    desk: Desk, tmp_path: Path
) -> None:
    connection = sqlite3.connect(desk.home / "ledger.db")
    connection.execute(f"PRAGMA user_version = {dialect.SCHEMA - 1}")
    connection.close()
    before = {path: path.stat().st_mtime_ns for path in desk.home.rglob("*")}
    assert offered(desk, "show", "") == []
    assert {path: path.stat().st_mtime_ns for path in desk.home.rglob("*")} == before
    nowhere = Desk(tmp_path / "nowhere")
    assert offered(nowhere, "show", "") == []
    assert offered(desk, "triage", "1", "--difficulty", "") == []
    assert "--difficulty" in offered(desk, "triage", "1", "--diff")
    assert "triage" in offered(nowhere, "tri")


PLAY = {
    "bash": 'source {script}; COMP_WORDS=(bbcs {line}); COMP_CWORD={last}; _bbcs_completion; printf "%s\\n" "${{COMPREPLY[@]}}"',
    "zsh": (
        "source {script}; _describe() {{ print -l -- ${{found%%:*}} }}; _files() {{ }};"
        " words=(bbcs {line}); CURRENT=$(({last} + 1)); _bbcs"
    ),
    "fish": "source {script}; complete -C 'bbcs {line}' | cut -f1",
}


@pytest.mark.parametrize("shell", PLAY)
@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("triag", "triage"),
        ("登", "登记"),
        ("show 0002", "0002"),
        ("triage 0001 --difficulty 复", "复杂"),
        ("assign 0001 --lead 区", "区市场监管局"),
    ],
)
def test_in_the_shell_itself(
    office: Desk, tmp_path: Path, shell: str, line: str, found: str
) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"no {shell} here")
    script = tmp_path / "script"
    script.write_text(office.ok("completion", shell).out, encoding="utf-8")
    played = PLAY[shell].format(script=script, line=line, last=len(line.split()))
    options = {"bash": ["--norc"], "zsh": ["-f"], "fish": ["--no-config"]}[shell]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = office.env({"PATH": path, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TERM": "dumb"})
    done = subprocess.run(
        [program, *options, "-c", played], env=env, capture_output=True, timeout=60, check=False
    )
    assert done.stdout.decode().split() == [found], done.stderr.decode()


def test_powershell_s_script_says_that_it_was_not_tried(desk: Desk) -> None:
    script = desk.ok("completion", "powershell").out
    assert "没有在 PowerShell 上试过" in script
    assert "Register-ArgumentCompleter -Native -CommandName bbcs" in script
    assert desk("completion", "tcsh").code == 13
