"""What a person at a terminal sees: prompts, widths, colours, encodings that cannot show everything, pipes that close."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

import pytest
from cli_desk import Desk, case, id_number, name, phone
from cli_terminal import EOF, at_terminal, uncoloured
from wcwidth import wcswidth

from interpreter import skip_unless_it_starts

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

RARE = "🔴✓𠮷䶮㐂·ﾊﾝ"


def test_intake_prompts_in_chinese_and_registers(desk: Desk):
    typed = "\n".join(
        [
            "诊所备案",
            "名称核准通不过",
            name(1),
            phone(1),
            id_number(1),
            "示例市示例区示例路1号",
            "",
            "2",
            "",
        ]
    )
    seen = at_terminal(desk, "intake", typed=typed)
    assert seen.code == 0, seen.screen
    for word in (
        "反映事项",
        "反映内容及诉求",
        "反映人姓名",
        "联系电话",
        "身份证号",
        "可回车跳过",
        "ZY01-20260305-0001",
        "下一步",
    ):
        assert word in seen.screen
    found = desk.json("show", "0001")
    assert (found["matter"], found["phone"]) == ("诊所备案", "138****0001")
    assert "反映渠道：电话" in desk.ok("show", "0001").out
    shown = desk.ok("show", "0001").out
    assert "530303********" in shown
    assert "示例路***" in shown


def test_what_the_pack_treats_as_on_the_spot_is_asked_to_be_settled_at_once(desk: Desk):
    asked = ["社保卡激活", "不会操作", name(1), phone(1), "", "", "", ""]
    typed = "\n".join([*asked, "是", "1", "当场激活", ""])
    seen = at_terminal(desk, "intake", "--difficulty", "简单", typed=typed)
    assert seen.code == 0, seen.screen
    assert "这件当场办结了吗" in seen.screen
    found = desk.json("show", "0001")
    assert (found["phase"], found["outcome"]) == ("resolved", "solved")
    assert "下一步：bbcs callback" in seen.screen


SIMPLE = (
    (
        "bbcs intake --difficulty 简单",
        "社保卡激活\n不会操作\n陈试验\n13800000001\n\n\n\n\n是\n1\n当场激活\n",
    ),
    ("bbcs callback 1 --close", "1\n1\n5\n"),
)
"""A simple matter from intake to closing: what is typed on the command line, and at the prompts."""


def test_a_simple_matter_takes_two_commands_and_the_keystrokes_that_are_documented(desk: Desk):
    for line, typed in SIMPLE:
        seen = at_terminal(desk, *line.split()[1:], typed=typed)
        assert seen.code == 0, seen.screen
    assert desk.json("show", "1")["phase"] == "closed"
    keys = sum(sum(map(str.isascii, f"{line}\n{typed}")) for line, typed in SIMPLE)
    page = Path(__file__).parents[2] / "docs" / "performance.md"
    assert f"| 两条命令，按提示填 | **{keys}** |" in page.read_text(encoding="utf-8")


def test_one_that_takes_longer_is_not_asked_to_be_settled(desk: Desk):
    asked = ["社保卡激活", "不会操作", name(1), "", "", "", "", ""]
    seen = at_terminal(desk, "intake", "--difficulty", "一般", typed="\n".join([*asked, ""]))
    assert seen.code == 0, seen.screen
    assert "当场办结" not in seen.screen
    no = at_terminal(
        desk, "intake", "--difficulty", "简单", typed="\n".join([*asked, "否", "是", ""])
    )
    assert no.code == 0, no.screen
    assert desk.json("show", "0002")["phase"] == "triaged"


def test_consult_alone_asks_how_many_came(desk: Desk):
    seen = at_terminal(desk, "consult", typed="医保转移\n12\n10\n")
    assert seen.code == 0, seen.screen
    assert "12 人，答复 10 个" in seen.screen
    assert at_terminal(desk, "consult", typed="\n\n\n").screen.count("1 人，答复 1 个") == 1
    entries = desk.entries()
    assert at_terminal(desk, "consult", typed=EOF).code == 15
    assert desk.entries() == entries
    assert at_terminal(desk, "consult", "--undo").code == 0


def test_a_required_prompt_is_asked_until_answered(desk: Desk):
    typed = "\n".join(["", "  ", "诊所备案", "", "通不过", name(1), "", "", "", "", "", ""])
    seen = at_terminal(desk, "intake", typed=typed)
    assert seen.code == 0, seen.screen
    assert seen.screen.count("反映事项") >= 3
    assert desk.json("show", "0001")["phone"] is None


@pytest.mark.parametrize("typed", [EOF, f"诊所备案\n{EOF}", f"诊所备案\n通不过\n{name(1)}\n{EOF}"])
def test_the_end_of_input_is_no_consent(desk: Desk, typed):
    seen = at_terminal(desk, "intake", typed=typed)
    assert seen.code == 15
    assert "没有改动" in seen.screen
    assert "Traceback" not in seen.screen
    assert desk.entries() == 0


def test_interrupting_a_prompt_changes_nothing(desk: Desk):
    seen = at_terminal(desk, "intake", typed="诊所备案\n", stop="反映内容")
    assert seen.code == 15
    assert "已中断" in seen.screen
    assert "Traceback" not in seen.screen
    assert desk.entries() == 0


def test_a_duplicate_is_asked_about(desk: Desk):
    desk.take(**case(1))
    args = [
        "intake",
        "--matter",
        "诊所备案1",
        "--demand",
        "又来",
        "--reporter",
        name(1),
        "--phone",
        phone(1),
    ]
    before = desk.entries()
    for answer in ("否\n", "\n", "不\n", EOF):
        seen = at_terminal(desk, *args, typed=answer)
        assert seen.code == 15, seen.screen
        assert "疑似重复" in seen.screen
        assert "ZY01-20260305-0001" in seen.screen
        assert desk.entries() == before
    assert at_terminal(desk, *args, typed="是\n").code == 0
    assert desk.json("list")["count"] == 2


def test_a_verb_asks_for_what_is_missing(desk: Desk):
    desk.take()
    seen = at_terminal(desk, "triage", "0001", typed="3\n")
    assert seen.code == 0, seen.screen
    assert "3 复杂" in seen.screen
    assert desk.json("show", "0001")["difficulty"] == "complex"
    seen = at_terminal(desk, "resolve", "0001", typed="已解决\n改名后通过\n")
    assert seen.code == 0, seen.screen
    assert desk.json("show", "0001")["outcome"] == "solved"


def test_init_asks_for_code_and_name(empty: Desk):
    seen = at_terminal(empty, "init", typed="HT02\n禾亭站\n")
    assert seen.code == 0, seen.screen
    assert empty.json("ledger", "info")["station"] == "HT02"


def test_a_prompt_says_what_is_meant_and_what_must_be_answered(desk: Desk):
    seen = at_terminal(desk, "intake", typed="\n诊所备案\n通不过\n陈某某\n\n\n\n\n\n")
    assert seen.code == 0, seen.screen
    assert "反映事项（没办成的是什么事）：" in seen.screen
    assert seen.screen.count("这一项必填") == 1
    asked = [seen.screen.index(label) for label in ("反映事项（", "反映内容及诉求：", "反映人姓名")]
    assert asked == sorted(asked)


@pytest.fixture
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
    table = list(takewhile(lambda line: line and not line.startswith("共"), lines[start - 1 :]))
    widths = {wcswidth(line) for line in table}
    assert len(widths) == 1, [(wcswidth(line), line) for line in table]
    assert widths.pop() <= columns
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


def test_piped_output_is_never_cut(busy: Desk):
    whole = "建筑工程施工许可证核发（含消防设计审查）及配套道路挖掘许可事项一次办"
    for args in (
        ("list",),
        ("list", "--format", "csv"),
        ("list", "--format", "md"),
        ("list", "--format", "tsv"),
        ("todo",),
        ("show", "0003"),
    ):
        said = busy.process(*args, env={"COLUMNS": "40"})
        assert whole in said.stdout.decode(), args
        assert b"\x1b" not in said.stdout
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
    for args in (
        ("list",),
        ("list", "--format", "csv"),
        ("show", "0004"),
        ("todo",),
        ("--help",),
        ("report", "register", "work"),
    ):
        said = busy.process(*args, env=env)
        assert (said.returncode, said.stderr) == (0, b""), args
        assert said.stdout
    told = json.loads(
        busy.process("list", "--json", env=env).stdout.decode(
            "gbk" if "gbk" in str(env) else "utf-8"
        )
    )
    assert any(row["matter"].startswith(RARE) for row in told["cases"])
    said = busy.process(
        "intake", "--from", "-", stdin=json.dumps(case(90, matter=RARE)).encode(), env=env
    )
    assert said.returncode == 0, said.stderr
    assert busy.process("show", "9999", env=env).returncode == 10


def test_gbk_screen_shows_chinese(busy: Desk):
    said = busy.process("show", "0003", env={"PYTHONIOENCODING": "gbk", "PYTHONUTF8": None})
    assert "建筑工程施工许可证核发" in said.stdout.decode("gbk")


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
def test_a_closed_pipe_is_no_error(desk: Desk, args):
    desk.ok(
        "intake", "--from", "-", stdin=json.dumps([case(n, matter="长" * 150) for n in range(150)])
    )
    line = f"{shlex.quote(sys.executable)} -m bbcs {args} | head -1"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"],
        env=desk.env(),
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


def test_a_wrong_answer_is_asked_again_at_once(desk: Desk):
    desk.take(**case(1))
    seen = at_terminal(desk, "triage", "0001", typed="很难\n3\n")
    assert seen.code == 0, seen.screen
    assert "难易程度没有所写的这一项" in seen.screen
    assert desk.json("show", "0001")["difficulty"] == "complex"


def test_what_a_word_asks_for_is_asked_for(desk: Desk):
    """不能办 needs basis and remedy, a callback that was reached needs both answers: asked, not refused."""
    desk.take(**case(1))
    seen = at_terminal(
        desk,
        "resolve",
        "0001",
        "--outcome",
        "explained",
        "--measures",
        "讲清",
        typed="条例\n复议\n",
    )
    assert seen.code == 0, seen.screen
    seen = at_terminal(desk, "callback", "0001", "--reached", typed="1\n5\n")
    assert seen.code == 0, seen.screen
    assert desk.json("show", "0001")["satisfaction"] == 5
