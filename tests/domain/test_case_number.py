"""The written form of case numbers: what is one, and what only looks like one."""

from __future__ import annotations

from datetime import date

import pytest

from bbcs.domain.numbers import split, written


@pytest.mark.parametrize("serial", [1, 9999, 10_000, 123_456])
def test_what_was_written_is_read_back(serial: int) -> None:
    number = written("ZY01", date(2026, 3, 5), serial)
    assert split(number) == ("ZY01", "2026-03-05", serial)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ZY01",
        "ZY01-20260305",
        "ZY01-20260305-",
        "ZY01-20260305-0000",
        "ZY01-20260305-001",
        "ZY01-20260305-00001",
        "ZY01-2026035-0001",
        "ZY01-20260305-000a",
        "ZY01-20260305-0001-2",
        "ZY01-20260305-１２３４",
        "ZY01-２０２６0305-0001",
        "zy01-20260305-0001",
        "Z-20260305-0001",
        "ZY01-20260305-" + "1" * 13,
    ],
)
def test_any_other_text_is_no_number(text: str) -> None:
    assert split(text) is None
