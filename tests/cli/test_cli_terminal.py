"""What a person at a terminal sees: widths, colours, encodings that cannot show everything, pipes that close."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise, takewhile

import pytest
from cli_desk import Desk, case, prepared
from cli_terminal import at_terminal, uncoloured
from wcwidth import wcswidth

from interpreter import skip_unless_it_starts

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

RARE = "🔴✓𠮷䶮㐂·ﾊﾝ"


@prepared
def busy(desk: Desk) -> Desk:
    """Cases with long, short, wide and rare words; some overdue."""
    matters = [
        "户口",
        "a" * 60,
        "建筑工程施工许可证核发（含消防设计审查）及配套道路挖掘许可事项一次办",
        RARE,
        "Mixed 中英 mixed 文字",
    ]
    wanted = [
        case(n, matter=f"{matter}{n}", source="x", source_no=f"B-{n}")
        for n, matter in enumerate(matters * 2, 1)
    ]
    desk.ok("intake", "--from", "-", stdin=json.dumps(wanted), env={"BBCS_NOW": "2026-03-02T09:00"})
    desk.ok(
        "assign",
        "0003",
        "--lead",
        "示例市示例区住房和城乡建设局行政审批服务科",
        env={"BBCS_NOW": "2026-03-02T09:00"},
    )
    return desk


@pytest.mark.parametrize("columns", [80, 100, 120])
@pytest.mark.parametrize(
    "args",
    [
        ("list",),
        ("todo",),
        (),
        ("list", "--columns", "case_no,matter,reporter,lead_unit,received_at,state,source_no"),
    ],
)
def test_tables_fit_the_terminal(busy: Desk, columns, args):
    seen = at_terminal(busy, *args, columns=columns)
    assert seen.code == 0
    lines = uncoloured(seen.screen).replace("\r", "").split("\n")
    start = next(i for i, line in enumerate(lines) if line.startswith("---"))
    table = list(
        takewhile(lambda line: line and not line.startswith(("共", "催办")), lines[start - 1 :])
    )
    widths = {wcswidth(line) for line in table}
    assert len(widths) == 1, [(wcswidth(line), line) for line in table]
    assert widths.pop() <= columns
    assert all(wcswidth(line) <= columns for line in lines)
    assert len(table) > 5
    assert all("ZY01-20260302-00" in line for line in table[2:]), "half a number is of no use"
    assert any(".." in line for line in table) or columns == 120


def test_colour_only_where_it_is_wanted(busy: Desk):
    assert "\x1b[" in at_terminal(busy, "list").screen
    for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert "\x1b" not in at_terminal(busy, "list", env=env).screen
    assert "\x1b" not in at_terminal(busy, "list", "--no-color").screen
    assert "\x1b" not in busy.ok("list").out
    assert (
        uncoloured(at_terminal(busy, "list").screen)
        == at_terminal(busy, "list", env={"NO_COLOR": "1"}).screen
    )


def test_a_terminal_shows_fifty_and_says_how_to_go_on(desk: Desk):
    desk.ok("intake", "--from", "-", stdin=json.dumps([case(n) for n in range(60)]))
    seen = at_terminal(desk, "list", columns=120)
    assert seen.screen.count("ZY01-20260305-") >= 50
    assert "--after" in seen.screen
    assert "60" in seen.screen
    assert desk.ok("list").out.count("ZY01-20260305-") == 60


IN_A_ROW = """
import sys
from bbcs.cli import run

for line in sys.argv[1:]:
    assert run(line.split()) == 0, line
    print(end="\\x1e", flush=True)
"""


def in_a_row(desk: Desk, lines: Sequence[str], env: Mapping[str, str | None]) -> list[bytes]:
    """What each of the commands writes to a pipe, in one process of its own; none may complain."""
    command = [sys.executable, "-c", IN_A_ROW, *lines]
    done = subprocess.run(command, env=desk.env(env), capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.split(b"\x1e")[:-1]


def test_piped_output_is_never_cut(busy: Desk):
    whole = "建筑工程施工许可证核发（含消防设计审查）及配套道路挖掘许可事项一次办"
    lines = (
        "list",
        "list --format csv",
        "list --format md",
        "list --format tsv",
        "todo",
        "show 0003",
    )
    for line, text in zip(lines, in_a_row(busy, lines, {"COLUMNS": "40"}), strict=True):
        assert whole in text.decode(), line
        assert b"\x1b" not in text
    assert "行政审批服务科" in busy.process("list", env={"COLUMNS": "20"}).stdout.decode()


def test_stdout_in_a_pipe_while_a_person_watches_stderr(busy: Desk, tmp_path):
    with (tmp_path / "out").open("wb") as out:
        seen = at_terminal(busy, "list", "--json", out=out)
    assert (seen.code, seen.screen) == (0, "")
    assert json.loads((tmp_path / "out").read_bytes())["count"] == 10


ENCODINGS = (
    {"PYTHONIOENCODING": "gbk", "PYTHONUTF8": None},
    {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": None},
    {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": None},
    {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
)


@pytest.mark.parametrize(
    "env",
    ENCODINGS,
    ids=lambda env: "-".join(f"{key}={value}" for key, value in env.items() if value),
)
def test_no_encoding_crashes(busy: Desk, env):
    skip_unless_it_starts(env)
    """After the work is done nothing may fail for a sign the screen does not have."""
    lines = ("list", "list --format csv", "show 0004", "todo", "--help", "report register work")
    *texts, document = in_a_row(busy, (*lines, "list --json"), env)
    assert len(texts) == len(lines)
    assert all(texts)
    told = json.loads(document.decode("gbk" if "gbk" in str(env) else "utf-8"))
    assert any(row["matter"].startswith(RARE) for row in told["cases"])
    said = busy.process(
        "intake", "--from", "-", stdin=json.dumps(case(90, matter=RARE)).encode(), env=env
    )
    assert said.returncode == 0, said.stderr
    assert busy.process("show", "9999", env=env).returncode == 10


def test_gbk_screen_shows_chinese(busy: Desk):
    said = busy.process("show", "0003", env={"PYTHONIOENCODING": "gbk", "PYTHONUTF8": None})
    assert "建筑工程施工许可证核发" in said.stdout.decode("gbk")


@prepared
def long(desk: Desk) -> Desk:
    """More than a pipe holds."""
    cases = [case(number, matter="长" * 150) for number in range(150)]
    desk.ok("intake", "--from", "-", stdin=json.dumps(cases))
    return desk


@pytest.mark.parametrize(
    "args",
    [
        "list",
        "list --json",
        "list --format ndjson",
        "report register work",
        "--help",
        "help exit-codes",
    ],
)
def test_a_closed_pipe_is_no_error(long: Desk, args):
    line = f"{shlex.quote(sys.executable)} -m bbcs {args} | head -1"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"],
        env=long.env(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == b""
    assert done.stdout.count(b"\n") == 1
    assert done.returncode in (0, 141)


def test_a_closed_stdout_from_the_start(desk: Desk):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([sys.executable, "-m", "bbcs", "intake", "--from", "-"], input=json.dumps(case(1)).encode(), env=desk.env(),
                          stdout=write, stderr=subprocess.PIPE, timeout=60, check=False)  # fmt: skip
    os.close(write)
    assert b"Traceback" not in done.stderr
    assert desk.json("list")["count"] == 1


def test_no_terminal_never_asks(desk: Desk):
    for stdin in (b"", b"\n\n\n\n\n\n"):
        done = desk.process("intake", stdin=stdin)
        assert done.returncode == 2
        assert done.stderr.decode().count("\n") == 1
    assert desk.entries() == 0


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("word", ["kpi", "circular", "daily", "register"])
def test_tables_of_reports_fit_the_terminal(busy: Desk, columns: int, word: str):
    seen = at_terminal(busy, "report", word, columns=columns)
    assert seen.code == 0
    lines = uncoloured(seen.screen).replace("\r", "").split("\n")
    rules = [line for line in lines if line.startswith("---")]
    assert rules
    assert all(wcswidth(line) <= columns for line in rules)
    assert not any(one.startswith("---") and two.startswith("---") for one, two in pairwise(lines))
    assert all(wcswidth(line) <= columns for line in lines)
    assert not [line for line in lines if ".." in line], "a name or figure that is cut"
    rates = [line for line in lines if re.search(r"\d%", line) and "百分" not in line]
    assert rates or word in ("daily", "register")
    assert all(re.search(r"\d%（\d+/\d+）", line) for line in rates), rates


def test_what_a_narrow_report_leaves_out_is_named(busy: Desk):
    narrow = at_terminal(busy, "report", "kpi", columns=80).screen
    assert re.search("屏幕窄，没列出：.*重办率", narrow.replace("\r\n", ""))
    assert "没列出" not in busy.ok("report", "kpi").out


def test_a_narrow_register_names_what_it_leaves_out_and_how_to_get_it(busy: Desk):
    narrow = at_terminal(busy, "report", "register", columns=80).screen.replace("\r\n", "")
    assert re.search("屏幕窄，没列出：.*办理过程及措施", narrow)
    assert "加 --out 文件名.xlsx" in narrow
    assert "--out" not in busy.ok("report", "register").out


@pytest.mark.parametrize("word", ["kpi", "circular", "register"])
def test_a_report_longer_than_the_screen_is_paged(busy: Desk, tmp_path, word: str):
    paged = tmp_path / "paged"
    at_terminal(busy, "report", word, env={"BBCS_PAGER": f"tee {paged}"})
    assert len(paged.read_text(encoding="utf-8").splitlines()) > 40


def test_a_finding_is_whole_on_a_narrow_terminal_and_paged(busy: Desk, tmp_path):
    paged, late = tmp_path / "paged", Desk(busy.home, "2026-06-01T09:00")
    seen = at_terminal(late, "check", columns=80)
    at_terminal(late, "check", env={"BBCS_PAGER": f"tee {paged}"})
    assert paged.exists()
    found = late("check", "--json").json["findings"]
    lines = uncoloured(seen.screen).replace("\r", "").split("\n")
    assert seen.code == 1
    assert all(wcswidth(line) <= 80 for line in lines)
    together = "".join("".join(lines).split())
    for one in found:
        assert "".join(one["what"].split()) in together, one
        for command in re.findall(r"bbcs [!-~ ]+", one["hint"]):
            assert any(command.strip() in line for line in lines), command
    assert not any(line.endswith("..") for line in lines)


@pytest.mark.parametrize("columns", [80, 90])
def test_a_list_with_settled_cases_says_how_far_each_is(busy: Desk, columns: int):
    busy.ok("withdraw", "0001", "--reason", "已自行办好")
    head = at_terminal(busy, "list", "--all", columns=columns).lines[0]
    assert "环节" in head


@pytest.mark.parametrize(
    "args",
    [("doctor",), ("show", "0003", "--history"), ("deadline", "0003"), ("doc", "--help"), ("--help",),
     ("list", "--help"), ("help", "checks"), ("help", "exit-codes"), ("help", "速查")],
    ids=" ".join,
)  # fmt: skip
def test_long_lines_are_broken_at_the_width_of_the_terminal(busy: Desk, args):
    seen = at_terminal(busy, *args, columns=80)
    lines = uncoloured(seen.screen).replace("\r", "").split("\n")
    wide = [line for line in lines if wcswidth(line) > 80]
    assert [line for line in wide if not line.startswith("  bbcs ")] == []
    piped = busy(*args).out
    assert "".join(piped.split()) == "".join("".join(lines).split()), "nothing is lost"


def test_help_longer_than_the_screen_is_paged(busy: Desk, tmp_path):
    for number, args in enumerate((("list", "--help"), ("help", "fields"))):
        paged = tmp_path / f"paged{number}"
        at_terminal(busy, *args, env={"BBCS_PAGER": f"tee {paged}"})
        assert paged.exists(), args
