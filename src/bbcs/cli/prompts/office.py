"""Asks for the data of a new office: code, name, rule pack and staff. Checks each answer at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bbcs.cli.prompts.question import Option, Question, Reply
from bbcs.cli.prompts.terminal import asker
from bbcs.cli.settings import half_words
from bbcs.config import packs
from bbcs.domain.acts import TITLE
from bbcs.domain.station import is_code
from bbcs.errors import BadValue
from bbcs.render.terminal import talk

DEFAULT = "default"
"""The pack that holds where none is chosen: it stands first."""

CODE = "站码是 2 到 12 位大写字母或数字，如 ZY01"


def ask(values: Mapping[str, Any], account: str) -> dict[str, Any]:
    """The values of `init` with answers for those that are missing. account: this machine's login.

    Raises Declined.
    """
    questions = {
        "station": Question("站码（受理编号的开头，如 ZY01）", _code),
        "name": Question("窗口（站）名称", _name, limit=TITLE),
        "pack": _pack(),
        "operator": Question(
            f"操作员姓名（你的姓名，回车用 {account or '操作员'}）",
            _name,
            required=False,
            limit=TITLE,
            bare=True,
        ),
    }
    answers = dict(values)
    with asker() as asking:
        talk("建一个新的窗口")
        for key, question in questions.items():
            if not answers[key]:
                answers[key] = asking.ask(question).value
    return answers


def _code(text: str) -> Reply:
    code = half_words(text).upper()
    if not is_code(code):
        raise BadValue(CODE)
    return Reply(code, code)


def _name(text: str) -> Reply:
    return Reply(text, text)


def _pack() -> Question:
    known = sorted(packs.places(None), key=lambda place: place[0] != DEFAULT)
    options = tuple(
        Option(str(number), key, f"{name} {key}", (key, name))
        for number, (key, name, _) in enumerate(known, 1)
    )

    def read(text: str) -> Reply:
        packs.load(packs.find(text, None))
        return Reply(text, text)

    return Question("规则包（回车用 default）", read, options, required=False, bare=True)
