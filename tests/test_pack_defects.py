"""Packs with any single and any pair of defects: every refusal is clear, nothing is saved."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

import sizes
from bbcs.config import packs, schema
from bbcs.errors import PackInvalid

DEFAULT = packs.find("default").read_text(encoding="utf-8")

DEFECTS = [
    ('key = "default"', 'key = "../evil"'),
    ('edition = "1"', "edition = 1"),
    ('day_rule = "wd"', 'day_rule = "workdays"'),
    ('cutoff = "17:30"', 'cutoff = "25:00"'),
    ('hours = "09:00-12:00,13:30-17:30"', 'hours = "9-17"'),
    ('id = "默认"', 'name = "默认"'),
    ('name = "resolve"', 'name = "reslove"'),
    ('unit = "same_day"', 'unit = "sameday"'),
    ("limit = 5", "limit = -5"),
    ('start = "Accepted"', 'start = "DutySet"'),
    ('stop = "Resolved"', 'stop = "due:callback"'),
    ('for = { difficulty = "general", round = "1" }', 'for = { difficulty = "middling", round = "1" }'),
    ('for = { difficulty = "general", round = "1" }', 'for = { difficulty = "simple", round = "1" }'),
    ('for = { round = "2+" }', 'for = { round = "second" }'),
    ("proposed = true", 'proposed = "yes"'),
    ('axis = "channel"', 'axis = "chanel"'),
    ('key = "counter"', 'key = "the counter"'),
    ('counts_as = "solved"', 'counts_as = "done"'),
    ("value = 5", "value = 9"),
    ('mode = "additional"', 'mode = "twice"'),
    ("share = 100", "share = 101"),
    ("callback = true", "call_back = true"),
    ('["seq", "序号"]', '["seq", "编号", "三"]'),
    ('["case_no", "受理编号"]', '["case_no", "序号"]'),
    ("[extension]", "[extensions]"),
    ("[[word]]", "[word]"),
    ("[pack]", "[pack"),
    ("pausable = true", "pausable = 1"),
    ("gap_approver = false", 'gap_approver = false\ndispatch_guard = "always"'),
    ("phone = false", "phone = false\nreturn_review = true"),
    ("archive_no = false", 'archive_no = false\ndispatch_guard = "leader"'),
    ('name = "callback"', 'name = "return"'),
    ('counts_as = "terminated"', 'counts_as = "ended"'),
    ('key = "in_hand_or_finished"', 'key = "in hand"'),
]  # fmt: skip

PAIRS = sizes.sample(list(combinations(DEFECTS, 2)), 3, 0)
"""Every pair; in an ordinary run every third of them."""


def spoilt(*defects: tuple[str, str]) -> str:
    text = DEFAULT
    for old, new in defects:
        text = text.replace(old, new, 1)
    return text


def findings(text: str):
    return schema.read_pack(Path("default.toml"), text.encode())[1]


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect[1])
def test_a_single_defect_is_found_and_its_line_named(defect):
    assert defect[0] in DEFAULT
    found = findings(spoilt(defect))
    assert found
    for one in found:
        assert one.where.startswith("default.toml:")
        assert one.what
        assert "\n" not in f"{one.what}{one.hint}"


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect[1])
def test_any_pair_of_defects_is_refused(defect):
    for one, other in PAIRS:
        if one is defect and other[0] != defect[0]:
            assert findings(spoilt(defect, other)), other


def test_nothing_of_a_spoilt_pack_is_adopted(tmp_path):
    from bbcs.api import Home, make_home

    make_home(tmp_path / "home", station="CG01", name="城关站")
    home = Home(tmp_path / "home")
    before = contents(tmp_path / "home")
    for pair in list(combinations(DEFECTS, 2))[::17]:
        file = tmp_path / "draft.toml"
        file.write_text(spoilt(*pair), encoding="utf-8")
        with pytest.raises(PackInvalid) as refused:
            home.adopt_pack(str(file))
        assert refused.value.exit_code == 30
        assert contents(tmp_path / "home") == before


def contents(home: Path) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file()
        and path.suffix not in (".db-shm", ".db-wal")
        and not {"log", "cache"} & set(path.parts)
    }


def largest() -> str:
    """The default pack with three hundred words and a hundred clocks more."""
    words = "".join(
        f'[[word]]\naxis = "cause"\nkey = "cause_{n}"\nlabel = "原因{n}"\nproposed = true\n'
        for n in range(300)
    )
    clocks = "".join(
        f'[[clock]]\nname = "opinion"\nlimit = 5\nunit = "working_day"\nstart = "Accepted"\nstop = "Resolved"\n'
        f'for = {{ item = "事项{n}", round = "{n + 1}" }}\nproposed = true\n'
        for n in range(100)
    )
    return DEFAULT + words + clocks


def test_a_large_pack_is_checked_whole():
    """Its time is measured by hand: 0.05 s of CPU."""
    assert findings(largest()) == []
    twice = (
        largest().replace('item = "事项7"', 'item = "事项8"').replace('round = "8"', 'round = "9"')
    )
    assert [one.code for one in findings(twice)] == ["tie"]
