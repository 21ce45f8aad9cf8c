"""C32: what the accountability chart of a pack counts, by window of time and in a row."""

from __future__ import annotations

import pytest
from inspected import inspected

from bbcs.usecases.checks import CheckSelection
from sample import FREE, rules

ROW = """
[[accountability]]
trigger = "老是办不成"
measures = ["supervise"]
count = "{count}"
per = "{per}"
window = "{window}"
at = {at}
consecutive = {running}
proposed = true
"""


def pack(count="received", per="failed_unit", window="month", at=2, running=1):
    return rules(FREE + ROW.format(count=count, per=per, window=window, at=at, running=running))


def came(day: str, *more: str, unit: str = "卫健局") -> str:
    return "\n".join(
        [f"{day} Registered matter=备案 demand=x reporter=陈试验 channel=counter failed_unit={unit}", f"{day} Accepted", *more]
    )  # fmt: skip


def found(
    *histories: str, now: str = "2026-08-01T12:00", asked: CheckSelection | None = None, **rule
):
    return [
        one.what
        for one in inspected(*histories, code="C32", pack=pack(**rule), now=now, asked=asked)
    ]


MARCH, APRIL, JUNE = "2026-03-02", "2026-04-02", "2026-06-02"


def test_so_many_in_a_month():
    assert found(came(MARCH)) == []
    (what,) = found(came(MARCH), came(MARCH), came(MARCH, unit="住建局"))
    assert what == "“老是办不成”：卫健局的受理（件），2026-03 2，到了 2"


def test_two_months_running_and_not_with_one_between():
    twice = [came(MARCH), came(MARCH), came(APRIL), came(APRIL)]
    (what,) = found(*twice, running=2)
    assert what.endswith("2026-03 2、2026-04 2，到了 2，连续 2 个月")
    assert found(came(MARCH), came(MARCH), came(JUNE), came(JUNE), running=2) == []
    assert len(found(came(MARCH), came(MARCH), came(JUNE), came(JUNE))) == 2
    assert found(*twice[:3], running=2) == []


@pytest.mark.parametrize(
    ("window", "label"), [("quarter", "2026 年第 2 季度 2"), ("year", "2026 年 3")]
)
def test_quarters_and_years(window, label):
    (what,) = found(came(MARCH), came(APRIL), came(JUNE), window=window)
    assert label in what


SENT = "2026-03-02 Assigned lead=住建局"


@pytest.mark.parametrize(
    ("count", "more"),
    [
        ("overdue", [SENT]),
        ("dissatisfied", [SENT, "2026-03-03 Resolved outcome=solved", "2026-03-04 CalledBack solved=no grade=bad"]),
        ("redo", [SENT, "2026-03-03 Resolved outcome=solved", "2026-03-04 Reopened reason=x"]),
        ("returned", [SENT, "2026-03-03 Returned unit=住建局 reason=x"]),
        ("supervised", [SENT, "2026-03-03 Supervised slip=督1 kind=remind unit=住建局"]),
    ],
)  # fmt: skip
def test_what_is_counted_for_a_unit(count, more):
    (what,) = found(came(MARCH, *more), came(MARCH, *more), count=count, per="unit")
    assert "住建局的" in what
    assert "2026-03 2" in what
    assert found(came(MARCH, *more), came(MARCH), count=count, per="unit") == []


def test_nothing_is_asked_once_a_measure_was_taken():
    twice = came(MARCH), came(MARCH, "2026-03-20 Supervised slip=督1 kind=supervise unit=卫健局")
    assert found(*twice) == []
    other = came(MARCH), came(MARCH, "2026-03-20 Supervised slip=督1 kind=remind unit=卫健局")
    assert len(found(*other)) == 1
    early = (
        came(JUNE),
        came(JUNE),
        came(MARCH, "2026-03-20 Supervised slip=督1 kind=supervise unit=卫健局"),
    )
    assert len(found(*early)) == 1


def test_a_month_alone_and_voided_cases():
    twice = came(MARCH), came(MARCH)
    assert len(found(*twice, asked=CheckSelection(("C32",), month="2026-03"))) == 1
    assert found(*twice, asked=CheckSelection(("C32",), month="2026-04")) == []
    assert found(came(MARCH), came(MARCH, "2026-03-03 Voided reason=x")) == []
