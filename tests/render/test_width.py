from __future__ import annotations

from itertools import chain

import pytest
from hostile import HOSTILE
from hypothesis import given, strategies as st
from wcwidth import wcswidth, wcwidth

from bbcs.render.safe import safe_line
from bbcs.render.width import columns, cut, pad, wrapped

BLOCKS = {
    "ascii and latin": (0x20, 0x250),
    "combining": (0x300, 0x370),
    "punctuation": (0x2010, 0x2028),
    "arrows to dingbats": (0x2190, 0x2BFF),
    "cjk radicals to kana": (0x2E80, 0x3400),
    "extension a": (0x3400, 0x4DC0),
    "unified": (0x4E00, 0xA000),
    "yi and hangul": (0xA000, 0xD7A4),
    "compatibility": (0xF900, 0xFB00),
    "forms and full width": (0xFE00, 0xFFF0),
    "emoji": (0x1F000, 0x1FB00),
    "extensions b to h": (0x20000, 0x323B0),
    "variation selectors": (0xE0100, 0xE01F0),
}


@pytest.mark.parametrize("block", BLOCKS)
def test_every_character_is_as_wide_as_wcwidth_says(block: str) -> None:
    differing = [
        hex(code)
        for code in range(*BLOCKS[block])
        if wcwidth(chr(code)) >= 0 and columns(chr(code)) != max(wcswidth(chr(code)), 0)
    ]
    assert differing == []


@given(
    st.text(
        st.sampled_from(
            [
                chr(c)
                for c in chain(
                    range(0x4E00, 0x4E20),
                    range(0x20, 0x7F),
                    range(0x300, 0x305),
                    range(0x1F3F8, 0x1F405),
                )
            ]
            + ["\ufe0f", "❤"]
        )
    )
)
def test_sequences_are_as_wide_as_wcwidth_says(text: str) -> None:
    assert columns(text) == max(wcswidth(text), 0)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_too(text: str) -> None:
    assert columns(safe_line(text)) == max(wcswidth(safe_line(text)), 0)


@given(st.text(), st.integers(2, 40))
def test_cut_and_padded_text_fills_its_column(text: str, width: int) -> None:
    text = safe_line(text)
    assert columns(cut(text, width)) <= max(width, 2)
    assert cut(text, width) == text or cut(text, width).endswith("..")
    assert columns(pad(cut(text, width), width)) == width


def test_numbers_stand_right() -> None:
    assert pad("12", 4, right=True) == "  12"
    assert pad("件", 4) == "件  "


@given(st.text(), st.integers(2, 40))
def test_wrapped_text_stays_in_its_width_and_loses_only_blanks(text: str, width: int) -> None:
    text = safe_line(text)
    lines = wrapped(text, width)
    assert all(columns(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_a_line_breaks_behind_a_stop_where_there_is_one() -> None:
    assert wrapped("共 60 件，列出 50 件，接着看：--after ZY01-20260305-0050", 40) == [
        "共 60 件，列出 50 件，接着看：--after",
        "ZY01-20260305-0050",
    ]


def test_a_number_stays_with_its_word():
    line = "上期结转 3 + 本期受理登记 10 + 重办 1 = 办结 7 + 转出 0 + 结转下期 7"
    for width in range(16, 80):
        lines = wrapped(line, width)
        assert not any(one[0].isdigit() for one in lines), (width, lines)
    assert wrapped(line, 66)[1] == "结转下期 7"


def test_a_number_stays_with_what_it_counts():
    line = "上级表 2 张、31 格；月报文件 12 个；文书文件 7 份；按 1 减去它"
    for width in range(10, 60):
        lines = wrapped(line, width)
        assert not any(one[-1].isdigit() for one in lines), (width, lines)


def test_no_line_ends_with_an_opening_sign():
    for width in range(8, 60):
        lines = wrapped("本期办结的件（撤回的不算），看最后一轮（“销号”）", width)
        assert not any(line[-1] in "（“" for line in lines), (width, lines)
    assert wrapped("本期办结的件（撤回的不算）", 15) == ["本期办结的件", "（撤回的不算）"]


def test_no_line_begins_with_a_closing_sign():
    for width in range(12, 60):
        lines = wrapped(
            "已撤销：已更正（第 3 步）；办理时限 2026-03-05（当日，未研判，暂按第一类）", width
        )
        assert not any(line[0] in "，。；：）" for line in lines), (width, lines)
