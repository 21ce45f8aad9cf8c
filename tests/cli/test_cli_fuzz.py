"""Every command with every option and values that nobody planned: each ends with a documented code, none with 70.

2,000 runs in this process; twenty times as many with BBCS_PROFILE=stress.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from cli_desk import Answer, Desk, case, name, phone
from test_cli_empty import commands

import sizes
from bbcs.cli.help_topics import EXIT_CODES
from render.hostile import HOSTILE

RUNS, PARTS = sizes.examples(2_000), 8

LEFT_OUT = frozenset({("demo",), ("ledger", "backup"), ("ledger", "restore")})
"""Take seconds each and have tests of their own."""

NEVER = frozenset({"--follow", "--help"})
"""Would wait for ever; would answer instead of the command."""

OPTIONS = [
    (words, command, [one for one in command.params if one.param_type_name == "option"])
    for words, command in commands()
    if words not in LEFT_OUT
]

PLAUSIBLE = (
    "1", "2", "0003", "9", "20260305-0001", "２", "0", "-1", "3.5", "²", "10000000000", "2026-03-05", "2026-03", "明天", "下周三",
    "+5工作日", "2026-02-30", "9999-12-31", "0001-01-01", "2026-03-04T09:10", "T09:10", "今天 9点半", "区市场监管局", "区卫健局", "SCJG", "没有的局",
    "复杂", "堵点", "solved", "explained", "other", "是", "yes", "phone", "电话", "matter", "研判.研判意见", "final", "result", "acceptance",
    "work", "default", "zhanyi", "default@1", "clerk", "demo", "am", "json", "csv", "md", "xml", "case_no,matter", "平面图=2026-03-12", "平面图=现场",
    "甲=乙", "甲|区卫健局|2026-03-20", "|||", "=", "一句话", name(1), phone(1), "x" * 300, "长" * 3_000,
)  # fmt: skip
"""Values that some option takes: numbers, dates, units, words, names, texts."""

TYPED = [text for text in HOSTILE if "\x00" not in text]
"""Hostile texts that can stand on a command line; no argument holds a NUL."""

FILES = (
    "good.json",
    "list.json",
    "bad.json",
    "gbk.csv",
    "nothing.toml",
    "empty",
    "pack.toml",
    "missing.json",
    ".",
    "new.txt",
    "new.xlsx",
)


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with cases in several phases, and files of every sort beside it."""
    folder = tmp_path_factory.mktemp("stocked")
    desk = Desk(folder / "home")
    desk.ok("init", "--station", "ZY01", "--name", "沾益站")
    desk.ok("station", "unit", "add", "区市场监管局", "--code", "SCJG")
    desk.ok("station", "unit", "add", "区卫健局")
    desk.ok("intake", "--from", "-", stdin=json.dumps([case(n) for n in range(1, 7)]))
    desk.ok("triage", "2", "--difficulty", "复杂", "--opinion", "难")
    desk.ok("assign", "2", "--lead", "SCJG", "--assist", "区卫健局")
    for number in ("3", "4", "5"):
        desk.ok("resolve", number, "--outcome", "solved", "--measures", "改名")
    for number in ("4", "5"):
        desk.ok("callback", number, "--reached", "--solved", "yes", "--grade", "5")
    desk.ok("close", "5")
    (folder / "good.json").write_text(json.dumps(case(8)), encoding="utf-8")
    (folder / "list.json").write_text(json.dumps([case(9), {"matter": 1}]), encoding="utf-8")
    (folder / "bad.json").write_bytes(b'{"matter": "\xff\xfe')
    (folder / "gbk.csv").write_bytes("编号,反映事项\n1,低保\n".encode("gb18030"))
    (folder / "nothing.toml").write_text("[case]\n", encoding="utf-8")
    (folder / "empty").write_bytes(b"")
    (folder / "pack.toml").write_text("[pack]\nkey = 1\n", encoding="utf-8")
    return folder


class Fuzzer:
    """Makes command lines of one seed."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.random, self.folder = Random(seed), folder

    def line(self) -> list[str]:
        """A command with some of its options, sometimes with a word too many or none."""
        words, command, options = self.random.choice(OPTIONS)
        line = list(words)
        arguments = [one for one in command.params if one.param_type_name == "argument"]
        for argument in arguments:
            if self.random.random() < 0.9:
                line.append(self.value(str(argument.metavar)))
        for option in self.random.sample(options, self.random.randint(0, min(6, len(options)))):
            flag = self.random.choice([*option.opts, *option.secondary_opts])
            if flag not in NEVER:
                line.append(flag)
                if not option.is_flag:
                    line.append(self.value(str(option.metavar)))
        if self.random.random() < 0.1:
            line.insert(self.random.randrange(len(line) + 1), self.value(""))
        if self.random.random() < 0.3:
            line.append(self.random.choice(["--json", "--quiet", "--debug", "--as", "--no-color"]))
        return line

    def value(self, metavar: str) -> str:
        """A value, mostly of the sort that is wanted."""
        chance = self.random.random()
        if "文件" in metavar or "目录" in metavar:
            return self.random.choice(["-", *(str(self.folder / one) for one in FILES)])
        if "编号" in metavar and chance < 0.8:
            return self.random.choice(["1", "2", "3", "4", "5", "6"])
        if chance < 0.8:
            return self.random.choice(PLAUSIBLE)
        if chance < 0.9:
            return self.random.choice(TYPED)
        return "".join(
            chr(self.random.randrange(1, 0x3000)) for _ in range(self.random.randint(0, 12))
        )

    def stdin(self) -> bytes:
        """What stands on standard input: nothing, JSON, text or bytes."""
        return self.random.choice(
            [b"", b"{}", b"[]", json.dumps(case(self.random.randrange(50))).encode(), "新值".encode(),
             b"\xff\xfe\x00", b"2026-03-02,3\n", self.random.randbytes(20)]
        )  # fmt: skip


def fault(done: Answer, line: Sequence[str]) -> str:
    """What is wrong with an answer: its code, or a traceback where nobody asked for one."""
    if done.code == 70 or done.code not in EXIT_CODES:
        return f"{list(line)!r} ended with {done.code}: {done.err[-800:]}"
    if "Traceback" in done.err + done.out and "--debug" not in line:
        return f"{list(line)!r} shows a traceback"
    return ""


@pytest.mark.parametrize("part", range(PARTS))
def test_no_command_line_finds_a_bug(
    stocked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: int
):
    monkeypatch.chdir(tmp_path)  # some write beside where they stand
    folder = tmp_path / "work"
    shutil.copytree(stocked, folder)
    fuzzer, faults = Fuzzer(part, folder), []
    for number in range(RUNS // PARTS):
        if number % 50 == 0:  # what earlier lines did to the home must not hide what later ones do
            shutil.rmtree(folder)
            shutil.copytree(stocked, folder)
        line = fuzzer.line()
        wrong = fault(Desk(folder / "home")(*line, stdin=fuzzer.stdin()), line)
        if wrong:
            faults.append(wrong)
    assert not faults, "\n\n".join(faults[:10])
    assert Desk(folder / "home").ok("ledger", "verify").code == 0
