"""The recorded sessions in examples/sessions: each is played in a fresh home and must print what was recorded."""

from __future__ import annotations

import json
from importlib import import_module

import pytest

from bbcs.cli import recorded_sessions, registry
from bbcs.cli.chinese import ChineseGroup
from bbcs.domain.acts.table import ACTS

COMMANDS, ALIASES = registry.commands(), registry.aliases()

FILES = sorted((recorded_sessions.folder() / "sessions").glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_session(path, tmp_path, request):
    session = recorded_sessions.parse(path)
    played = [
        (answer, code)
        for _, answer, code in recorded_sessions.play(
            session, tmp_path / "home", tmp_path / "files"
        )
    ]
    text = recorded_sessions.recorded(session, played)
    if request.config.getoption("--record"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


NOT_PLAYED = {"demo", "help", "doctor", "completion", "county"}
"""Words no session types: the one that replays them, explanations, and what speaks of the machine it runs on, or to a
database server."""


def typed():
    """Every command of the sessions that was carried out: its words without options; `bbcs` alone is todo."""
    for path in FILES:
        for step in recorded_sessions.parse(path).steps:
            words = [word for word in step.argv if not word.startswith("-")] or ["todo"]
            if step.code == 0:
                yield [ALIASES.get(words[0], words[0]), *words[1:]]


def test_the_sessions_cover_every_act_and_command():
    known = {act.verb for act in ACTS} | set(COMMANDS)
    assert known - {words[0] for words in typed()} == NOT_PLAYED


@pytest.mark.parametrize("noun", ["report", "station", "pack"])
def test_the_sessions_cover_every_word_below(noun):
    command = import_module(f"bbcs.cli.{COMMANDS[noun].module}").command(noun)
    assert isinstance(command, ChineseGroup)
    assert set(command.list_commands(None)) <= {
        words[1] for words in typed() if words[0] == noun and len(words) > 1
    }


def test_the_sessions_show_every_common_refusal():
    assert {step.code for path in FILES for step in recorded_sessions.parse(path).steps} >= {
        2,
        10,
        11,
        13,
        14,
        15,
        20,
        22,
        30,
    }


TOLD = {
    "nanchang-clinic": (
        "2021-04-20（10 个工作日）",
        "回访时限 2021-04-21",
        "办理结果：已解决",
        "示例事项39",
    ),
    "nanchang-diving": (
        "2021-05-12（10 个工作日）",
        "回访时限 2021-05-11",
        "免予提供：减压合作凭证",
        "还要带来的材料：场馆平面图\n",
    ),
    "nanchang-guesthouse": (
        "2022-02-07（5 个工作日）",
        "回访时限 2022-02-09",
        "2022-01-27 已补",
        "食品经营许可证=食品经营许可证",
    ),
    "yichun-permit": (
        "办理时限 2017-12-14",
        "回访时限 2017-12-18",
        "2017-12-11 09:08",
        "最慢（分钟）             8",
    ),
    "yichun-hotline": (
        "办理时限 2018-01-29",
        "2018-01-31 到期",
        "办理时限 2018-01-30",
        "2018-02-05 到期",
        "[exit 13]",
        "[exit 11]",
        "已归档",
    ),
    "yichun-performance": ("办理时限 2017-12-11", "回访时限 2017-12-13", "办理结果：已解决"),
    "linfen-certificate": (
        "办理时限 2024-03-11",
        "2024-03-04 09:30",
        "回访时限 2024-03-13",
        "已归档",
    ),
    "linfen-school": (
        "办理时限 2023-06-19",
        "2023-06-12",
        "回访时限 2023-06-27",
        "要求办几项：8；办成几项：13；结果与诉求不同：是",
    ),
    "linfen-licence": ("办理时限 2023-03-06（当日下班前", "办理结果：帮办代办办成"),
    "linfen-investor": (
        "办理时限 2022-07-18",
        "还剩 6 个工作日",
        "办理时限 2022-10-09",
        "回访时限 2022-10-12",
    ),
    "linfen-accountability": (
        "办理时限 2024-03-11",
        "约谈科室负责人",
        "通报派出单位",
        "建议调离岗位",
        "反映人：（不公开）",
    ),
    "zhanyi-clinic": (
        "办理时限 2022-06-29",
        "办理时限 2022-07-08",
        "回访时限 2022-07-19",
        "2022-07-11\n",
        "2022-07-15\n",
        "2022-07-18\n",
    ),
    "zhanyi-coal": (
        "办理时限 2022-09-06",
        "办理时限 2022-09-14",
        "2022-09-28\n",
        "回访时限 2022-09-27",
        "办理结果：部分解决",
    ),
    "zhanyi-doctor": (
        "办理时限 2022-04-24",
        "办理时限 2022-04-29",
        "超期完成",
        "2022-05-17 到期（按时",
        "回访时限 2022-05-25",
        "解决率 0.00%（0/1）",
    ),
    "xianan-driver": ("不计规则包时限", "XA01-20210601-0001 已办结", "[exit 2]"),
    "xianan-household": (
        "办理时限 2021-07-09",
        "签收时限 2021-06-28",
        "签收时限 2021-06-30",
        "办结 0 +",
        "结转下期 1",
    ),
    "xianan-newborns": (
        "办理时限 2020-09-10",
        "早已登记（同一来源编号）",
        "XA01-20200907-0002 已办结",
    ),
    "counts-zhanyi": ("咨询 523 人，答复 362 个", "办结计为解决 12\n", "满意率 100.00%（8/8）"),
    "xuchang-hard": (
        "2022-06-22（7 个工作日）",
        "2022-06-16（3 个工作日）",
        "可提到“纪检监察”",
        "按时，完成于 2022-06-21",
    ),
    "huhehaote-progress": ("2021-05-17 到期", "完成于 2021-05-14", "不限时"),
    "jiangsu-opinion": ("2023-05-09 到期", "办理时限 2023-05-19", "完成于 2023-05-08"),
    "sichuan-kinds": (
        "办理时限 2026-01-08",
        "办理时限 2026-01-14",
        "办理时限 2026-01-26",
        "[exit 13]",
        "2026-01-21",
    ),
    "shenzhen-filed": (
        "[exit 13]",
        "回访时限 2023-02-24",
        "2023-02-17 到期（按时",
        "从办理时限的到期日起算",
    ),
    "bureau-urgent": ("办理时限 2026-03-02（当日）", "回访时限 2026-03-03", "超期 1"),
    "circular-month": ("最多，连续两期", "2026-02 2、2026-03 4", "74.50", "74.00"),
    "counts-nanchang": (
        "办结计为解决 21\n",
        "涉及事项类别（不重复）   8",
        "涉及事项（不重复）      39",
    ),
    "counts-xianan": ("本期受理登记 19", "11 个工作日", "26.87%"),
}
"""Story -> what its answers must say: every due date, the outcome, the counts."""


@pytest.mark.parametrize("name", TOLD)
def test_a_story_tells_its_dates_and_its_end(name):
    text = (recorded_sessions.folder() / "sessions" / f"{name}.txt").read_text(encoding="utf-8")
    assert [said for said in TOLD[name] if said not in text] == []


def test_nobody_real_is_named():
    """Names say that they are examples, phone numbers are of the range no one has."""
    for path in FILES:
        for step in recorded_sessions.parse(path).steps:
            options = dict(zip(step.argv, step.argv[1:], strict=False))
            for name in ("--phone", "--contact-phone"):
                assert options.get(name, "13800000").startswith("13800000"), step.line
            for name in ("--reporter", "--contact-person"):
                said = options.get(name, "示例")
                assert any(word in said for word in ("示例", "样例", "试验")), step.line
    for path in (recorded_sessions.folder() / "files").glob("*.json"):
        found = json.loads(path.read_text(encoding="utf-8"))
        for case in found if isinstance(found, list) else [found]:
            assert case.get("phone", "13800000").startswith("138000"), path.name
            assert any(word in case.get("reporter", "示例") for word in ("示例", "样例", "试验")), (
                path.name
            )
