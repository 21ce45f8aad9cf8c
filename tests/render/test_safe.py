from __future__ import annotations

import json

import pytest
from hostile import FORMULAS, HOSTILE, RARE, raw
from hypothesis import given, strategies as st

from bbcs.render.safe import error_handler, safe_cell, safe_json, safe_line, safe_text

ANY = st.text(st.characters(exclude_categories=()))


def test_there_are_enough_hostile_texts() -> None:
    assert len(set(HOSTILE)) >= 90


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_raw_reaches_a_terminal(text: str) -> None:
    assert raw(safe_text(text)) == []
    assert raw(safe_line(text), allowed="") == []


@given(ANY)
def test_safe_text_leaves_only_line_feeds_and_its_own_result(text: str) -> None:
    assert raw(safe_text(text)) == []
    assert safe_text(safe_text(text)) == safe_text(text)
    assert safe_line(safe_line(text)) == safe_line(text)
    safe_text(text).encode("utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "诊所执业备案，备案“办不下去”……",
        "𠮷䶮㐂",
        "买买提·吐尔逊",
        "🔴✓",
        "１２３　ＡＢＣ",
        "《办法》第3条—附则\n第二行",
    ],
)
def test_printable_text_stays(text: str) -> None:
    assert safe_text(text) == text


def test_hidden_characters_are_shown() -> None:
    assert (
        safe_text("\x1b[31m\x9b\u202e\ud800\U000e0001") == "\\x1b[31m\\x9b\\u202e\\ud800\\U000e0001"
    )
    assert safe_text("一\r\n二\t三\r四") == "一\n二 三\\x0d四"
    assert safe_line("一\n二\t三") == "一 二 三"


@pytest.mark.parametrize("text", FORMULAS)
def test_no_formula_starts_a_cell(text: str) -> None:
    if text == '"=1+1"':
        assert safe_cell(text) == text
    else:
        assert safe_cell(text).startswith("'")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("正常", "正常"),
        ("1-2", "1-2"),
        ("甲\x1b\r\n乙\t丙", "甲\n乙\t丙"),
        ("'=1", "'=1"),
        ("\x9b\u202e", "\\x9b\\u202e"),
    ],
)
def test_other_cells_stay(text: str, cell: str) -> None:
    assert safe_cell(text) == cell


@given(ANY)
def test_safe_cell_twice_is_once(text: str) -> None:
    assert safe_cell(safe_cell(text)) == safe_cell(text)
    assert raw(safe_cell(text), allowed="\n\t") == []


@given(ANY)
def test_json_keeps_the_text_and_shows_nothing_raw(text: str) -> None:
    document = safe_json(json.dumps([text], ensure_ascii=False))
    assert raw(document) == []
    # json cannot tell a pair of surrogates from the character they make
    assert json.loads(document) == [
        text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    ]


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "gb2312", "latin-1"])
@pytest.mark.parametrize("text", RARE)
def test_json_survives_a_narrow_encoding(encoding: str, text: str) -> None:
    stored = safe_json(json.dumps(text, ensure_ascii=False)).encode(encoding, error_handler())
    assert json.loads(stored.decode(encoding)) == text
