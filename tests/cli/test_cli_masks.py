"""Every text of a whole life is made of what is known of its people; no masked output shows any of it."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from cli_desk import Desk, id_number
from test_cli_privacy import files

from sizes import examples

WHO = {
    "reporter": "何大妈",
    "contact_person": "陈试验",
    "contact_relation": "邻居",
    "phone": "13800000601/0874-3123456",
    "contact_phone": "13900000002",
    "id_number": id_number(7),
    "address": "示例市示例区示例路1号",
}
SECRETS = ("何大妈", "陈试验", "13800000601", "3123456", "13900000002", id_number(7), "示例路1号")
BREAKS = ("", "", " ", "\n", "　", "－", "．", "/", "·")
BETWEEN = ("", "", " ", "，", "\n", "找", "：", "*", "（", "）")
FULL_WIDTH = {48 + n: 0xFF10 + n for n in range(10)}
HALF_WIDTH = {full: half for half, full in FULL_WIDTH.items()}


def leaks(text: str) -> list[str]:
    """The secrets that stand in an output, up to three signs between two of their characters.

    JSON writes a line feed as two characters, xlsx as a mark of its own.
    """
    half = text.translate(HALF_WIDTH)
    for mark in ("\\n", "\\t", "_x000a_", "&#10;"):
        half = half.replace(mark, "\n")
    return [secret for secret in SECRETS if re.search(r"[\W_]{0,3}".join(secret), half)]


class Poison:
    """Texts made of names, phones, landlines, identity numbers, addresses and separators."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def text(self) -> str:
        draw = self.random.choice
        return "".join(draw(BETWEEN) + self.value() for _ in range(draw((2, 3, 4)))) + draw(BETWEEN)

    def title(self) -> str:
        """On one line, not too long for a name."""
        return " ".join(f"{self.value()}{self.value()}".split())

    def name(self) -> str:
        """A name alone: numbers are refused in public fields."""
        return self.random.choice(("何大妈的事", "找陈试验", "何·大妈", "陈试验家的证"))

    def value(self) -> str:
        value = self.random.choice(SECRETS)
        if self.random.random() < 0.3:
            value = value.translate(FULL_WIDTH)
        at = self.random.randrange(1, len(value))
        return value[:at] + self.random.choice(BREAKS) + value[at:]


def life(poison: Poison) -> list[tuple[str, dict[str, object]]]:
    """Every act that holds a text of its own, in an order in which they may follow; the verb with its words, and the texts."""
    text, title, name = poison.text, poison.title, poison.name
    return [
        ("triage 0001 --difficulty complex", {"opinion": text(), "note": text()}),
        ("assign 0001 --lead 区市场监管局 --assist 街道办", {"require": text(), "handler": title()}),
        ("sign 0001 --unit 区市场监管局", {"by": title(), "plan": text()}),
        ("return 0001 --unit 街道办", {"reason": text()}),
        ("step 0001 --kind verify", {"result": text(), "paper": [text()], "by": title(), "proof": [f"{title()}=街道办"]}),
        ("feedback 0001 --stage first", {"text": text()}),
        ("notify 0001 --kind one_time", {"text": text(), "missing": [text(), title()], "received_by": title()}),
        ("gap 0001", {"owe": [f"{name()}=2026-03-09"]}),
        ("exempt 0001", {"paper": name(), "reason": text(), "authority": "区市场监管局", "item": "诊所备案"}),
        ("pause 0001 --reason supplement", {"basis": text()}),
        ("resume 0001", {"note": text()}),
        ("escalate 0001 --level 2", {"reason": text()}),
        ("convene 0001", {"host": "李主任", "unit": ["街道办"], "about": text(), "resolution": [f"{title()}|街道办|2026-03-12"]}),
        ("supervise 0001 --kind supervise --unit 区市场监管局 --due 2026-03-10", {"reason": text(), "require": text(), "issuer": title()}),
        ("merge 0001", {"group": name(), "sort": title()}),
        ("link 0001 --kind common", {"theme": name()}),
        ("note 0001", {"text": text(), "promised": "2026-03-06"}),
        ("correct 0001 --field remark", {"new": text(), "why": text()}),
        ("feedback 0001 --stage final", {"text": text()}),
        ("resolve 0001 --outcome solved", {"measures": text(), "tried": text(), "result": [f"诊所备案={name()}"]}),
        ("callback 0001 --not-reached", {"by": title()}),
        ("callback 0001 --reached --solved partly --grade 3", {"words": text(), "by": title()}),
        ("improve 0001 --kind rule_change", {"what": text(), "item": [name()]}),
        ("reopen 0001", {"reason": text()}),
        ("extend 0001 --days 2", {"reason": text()}),
    ]  # fmt: skip


READS = (
    "", "todo --json", "list --all", "list --all --json", "list --all --format csv", "list --unit 区市场监管局",
    "list --columns case_no,reporter,phone,matter,source_no", "list --unit 区市场监管局 --all --out {out}/单位.xlsx",
    "list --by-unit --all --out {out}/单位", "show 0001", "show 0001 --json", "show 0001 --history",
    "show 0001 --history --json", "deadline 0001", "deadline 0001 --json", "report register work",
    "report register work --json", "report register work --out {out}/台账.xlsx", "report monthly --out {out}/月报",
    "report monthly --json", "report kpi --month 2026-03 --json", "search 诊所", "search 诊所 --json", "search 邻居",
    "search 街道办 --format csv", "search 见面 --debug", "export", "export --entries", "export --format csv", "changes --since 0", "ledger verify --full", "check --json", "check",
)  # fmt: skip

REFUSED = (
    "triage 0001 --difficulty {0}", "intake --channel {0} --matter 甲 --demand 乙 --reporter 丙", "list --kind {0}",
    "resolve 0001 --outcome {0} --measures 甲", "step 0001 --kind {0}", "assign 0001 --how {0} --lead 街道办",
    "correct 0001 --field {0} --why 甲 --new 乙", "callback 0001 --reached --solved {0}", "list --flag {0}",
)  # fmt: skip


@pytest.mark.parametrize(
    "more", [{}, {"track": "conduct", "failed_unit": "街道办"}, {"anonymous": True}]
)
@pytest.mark.parametrize("seed", range(examples(1)))
def test_no_masked_output_shows_what_is_known(
    desk: Desk, tmp_path: Path, seed: int, more: dict
) -> None:
    poison = Poison(seed)
    text, title = poison.text, poison.title
    taken = {
        **WHO, **more, "matter": f"诊所备案，见面谈{title()}", "demand": text(), "items": ["诊所备案", poison.name()],
        "special_need": text(), "failed_window": poison.name(), "failed_reason": text(), "missing_papers": [text()],
        "referred_by": title(), "remark": text(), "extra": {title(): text()}, "source": "hall", "source_no": "13800000601",
    }  # fmt: skip
    said = desk("intake", "--from", "-", stdin=json.dumps(taken))
    assert (said.code, leaks(said.out + said.err)) == (0, [])
    done = 0
    for line, fields in life(poison):
        said = desk(*line.split(), "--from", "-", stdin=json.dumps(fields))
        assert leaks(said.out + said.err) == [], line
        assert said.code in (0, 11, 13), (line, said.err)  # a complaint about staff refuses some
        done += said.code == 0
    assert done > 18
    before = desk.entries()
    for line in READS:
        said = desk(*line.format(out=tmp_path).split())
        assert said.code in (0, 1), (line, said.err)
        assert leaks(said.out + said.err) == [], line
    assert desk.entries() == before
    written = files(tmp_path)
    assert {
        file: leaks(text) for file, text in written.items() if "/home/" not in file and leaks(text)
    } == {}


def test_who_is_anonymous_is_shown_by_no_character_and_no_digit(desk: Desk) -> None:
    """At intake and by a correction; a firm's name is no way round it."""
    given = {"matter": "诊所备案", "demand": "乙", "reporter": "何大妈", "phone": "13800000601"}
    desk.ok("intake", "--from", "-", stdin=json.dumps({**given, "anonymous": True}))
    desk.ok("intake", "--from", "-", stdin=json.dumps({**given, "matter": "别的"}))
    desk.ok("correct", "0002", "--field", "匿名反映", "--new", "是", "--why", "不愿留名")
    for no in ("0001", "0002"):
        for line in (("show", no), ("show", no, "--json"), ("list",), ("search", "诊所")):
            said = desk.ok(*line).out
            assert "何" not in said
            assert "0601" not in said.replace("ZY01-", "")
        desk.ok("correct", no, "--field", "reporter_type", "--new", "企业", "--why", "选错")
        assert "何" not in desk.ok("show", no).out


@pytest.mark.parametrize("line", REFUSED)
@pytest.mark.parametrize("debug", [[], ["--debug"]])
def test_a_name_in_a_field_of_words_is_not_repeated(
    desk: Desk, line: str, debug: list[str]
) -> None:
    desk.ok(
        "intake", "--from", "-", stdin=json.dumps({**WHO, "matter": "诊所备案", "demand": "乙"})
    )
    for value in ("何大妈", "何大妈13900000002", id_number(7)[:6] + "\x1b[2J"):
        said = desk(*(part.format(value) for part in line.split(" ")), *debug)
        assert said.code in (2, 11, 13), (said.code, said.err)
        assert leaks(said.err) == []
        assert "\x1b" not in said.err
