"""Typical cases played at the prompts: what the pages show is what stands on the screen, and the keys are counted."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from cli_desk import Desk
from pty_screen import Person

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

DOCS = Path(__file__).parents[2] / "docs"

SIMPLE = (
    (
        "bbcs intake --difficulty 简单",
        "社保卡激活\n不会操作\n陈试验\n13800000001\n\n\n\n\ny\n1\n当场激活\n\n",
    ),
    ("bbcs callback 1", "y\ny\n5\n\n0\n"),
)

HANDED_ON = (
    (
        "bbcs intake",
        "医保备案\n备了没成\n陈试验\n13800000001\n\n\n\n\n0\n2\n8\n信息不符\n0\n1\n\n李经办\n\n",
    ),
    ("bbcs sign 1", ""),
    ("bbcs resolve 1", "1\n改正信息重新备案\n0\ny\ny\n5\n谢谢你们\n0\n"),
)

REFUSED_IN_THE_END = (
    (
        "bbcs intake",
        "诊所备案\n名称不过\n陈试验\n13800000001\n\n\n\n\n0\n5\n2\n\n\n",
    ),
    (
        "bbcs resolve 1",
        "解释\n讲清政策\n名称条例第九条\n换名再报或申请复议\n0\ny\np\n3\n知道了\n0\n",
    ),
)

CASES = {
    "当场办完：登记并办结；回访接着结案": SIMPLE,
    "交给一个单位：登记接着研判、交办；签收；办结接着回访、结案": HANDED_ON,
    "办不成：登记接着研判；办结（写依据和救济）接着回访、结案": REFUSED_IN_THE_END,
}


@pytest.mark.parametrize("what", CASES)
def test_a_typical_case_takes_the_keys_that_are_documented(desk: Desk, what: str):
    desk.ok("station", "unit", "add", "区医保局")
    commands = CASES[what]
    for line, typed in commands:
        with Person(desk, *line.split()[1:]) as person:
            assert person.type(typed).done() == 0, person.text
    assert desk.json("show", "1")["phase"] == "closed"
    pressed = "".join(f"{line}\n{typed}" for line, typed in commands)
    keys = sum(map(str.isascii, pressed))
    letters = len(pressed) - keys
    row = f"| {what} | {len(commands)} | **{keys}** | {letters} | {keys / 4 + letters:.0f} |"
    assert row in (DOCS / "performance.md").read_text(encoding="utf-8"), row


SECONDS = 60
"""Most seconds at the keyboard that a case may take (keys at 4 a second, characters at one)."""


@pytest.mark.parametrize("what", CASES)
def test_a_typical_case_takes_at_most_a_minute_at_the_keyboard(what: str):
    pressed = "".join(f"{line}\n{typed}" for line, typed in CASES[what])
    keys = sum(map(str.isascii, pressed))
    assert keys / 4 + len(pressed) - keys <= SECONDS


def test_the_first_day_shows_the_prompts_as_they_look(desk: Desk):
    page = (DOCS / "clerk-first-day.md").read_text(encoding="utf-8")
    block = page.split("```text\n$ bbcs intake\n", 1)[1].split("```", 1)[0].rstrip("\n").split("\n")
    asked = block[: block.index("请看一遍：")]
    typed = "".join(f"{line.partition('：')[2]}\n" for line in asked)
    with Person(desk, "intake") as person:
        person.sees("反映事项（").type(typed).sees("回车保存")
        shown = [line for line in person.lines if line]
        assert shown == block
        person.type("\n")
        assert person.done() == 0


def test_the_first_question_stands_before_the_editor_is_loaded(desk: Desk):
    """Nothing of prompt_toolkit is loaded by an act of which nothing is missing; else after the first label."""
    verbose = {"PYTHONVERBOSE": "1"}
    with Person(desk, "intake", env=verbose) as person:
        person.sees("反映事项（")
        assert b"prompt_toolkit" not in person.raw.partition("反映事项（".encode())[0]
        person.type("备案\n").sees("反映内容").type("\x03")
        assert person.done() == 15
        assert b"prompt_toolkit" in person.raw
    args = ("--matter", "备案", "--demand", "没成", "--reporter", "陈试验")
    with Person(desk, "intake", *args, env=verbose) as person:
        assert person.done() == 0
        assert b"prompt_toolkit" not in person.raw
