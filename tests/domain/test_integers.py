"""Whole numbers as people write them."""

from __future__ import annotations

import pytest

from bbcs.domain.numbers import integer, signed


@pytest.mark.parametrize(
    ("value", "number"),
    [("5", 5), ("０１２", 12), (" 7 ", 7), ("0", 0), (3, 3), (0, 0), ("999999999", 999_999_999)],
)
def test_a_number(value, number):
    assert integer(value) == number


@pytest.mark.parametrize(
    "value",
    ["", " ", "²", "1²", "①", "三", "½", "-1", "+1", "1.5", "1e3", "1_000", "0x1", "9" * 5000, -1, 1.0, True, None, [1]],
)  # fmt: skip
def test_no_number(value):
    assert integer(value) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [("5", 5), ("-5", -5), ("+5", 5), ("-０５", -5), ("0", 0), ("-0", 0), ("999999999", 999999999)],
)
def test_a_sign_may_stand_before_a_number(text: str, number: int) -> None:
    assert signed(text) == number


@pytest.mark.parametrize("text", ["", "-", "--5", "+-5", "5-", "1_000", "1.5", "²", "9" * 10, "五"])
def test_no_number_with_a_sign(text: str) -> None:
    assert signed(text) is None
