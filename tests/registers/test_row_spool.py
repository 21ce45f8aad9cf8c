"""Rows that wait outside of memory: any of them is read back, also between two that are put in."""

from __future__ import annotations

from random import Random

from bbcs.usecases.row_spool import RowSpool


def row(number: int) -> dict[str, object]:
    if number % 7 == 0:
        return {"no": number, "text": "长" * 90_000}  # longer than what is read at once
    return {"no": number, "text": "办" * (number % 50), "units": ["公安", None]}


def test_rows_come_back_in_any_order_and_more_may_follow() -> None:
    random, spool = Random(3), RowSpool()
    for number in range(60):
        spool.append(row(number))
        for one in (0, number, random.randint(0, number)):
            assert spool[one] == row(one)
    order = list(range(60))
    assert [spool[one] for one in order] == [row(one) for one in order]
    random.shuffle(order)
    assert [spool[one] for one in order] == [row(one) for one in order]
