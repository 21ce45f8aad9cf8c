"""Conditions of rules: which cases they fit, and when two of them meet on one case."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, strategies as st

from bbcs.domain.pack import first_round, is_round, matches, meet

CAUSES = ("policy", "papers", "attitude")
CASES = [
    {"difficulty": difficulty, "demand_kind": kind, "cause": cause, "round": number}
    for difficulty, kind, cause, number in product(
        ("simple", "complex"),
        ("help", "complaint"),
        [(), *((one,) for one in CAUSES), *product(CAUSES, CAUSES), CAUSES],
        range(1, 6),
    )
]
RULES = st.fixed_dictionaries(
    {},
    optional={
        "difficulty": st.sampled_from(("simple", "complex")),
        "demand_kind": st.sampled_from(("help", "complaint")),
        "cause": st.sampled_from(CAUSES),
        "round": st.sampled_from(("1", "1+", "2", "2+", "3", "3+", "4")),
    },
)


@given(one=RULES, other=RULES)
def test_two_rules_meet_when_some_case_fits_both(one, other):
    both = any(matches(one, case) and matches(other, case) for case in CASES)
    assert meet(one, other) is meet(other, one) is both


@pytest.mark.parametrize(
    ("wanted", "rounds"),
    [("1", [1]), ("2", [2]), ("1+", [1, 2, 3, 4]), ("2+", [2, 3, 4]), ("4+", [4])],
)
def test_rounds(wanted, rounds):
    assert [n for n in (1, 2, 3, 4) if matches({"round": wanted}, {"round": n})] == rounds


def test_a_fact_that_is_not_known_fits_nothing():
    assert not matches({"cause": "papers"}, {})
    assert not matches({"round": "1+"}, {})
    assert not matches({"order": "lead"}, {"round": 1})
    assert matches({}, {})


@pytest.mark.parametrize("text", ["", "+", "0", "0+", "first", "²", "1++", "-1", "1.5"])
def test_what_is_no_round(text):
    assert not is_round(text)


def test_the_first_round_of_a_condition():
    assert (first_round("1"), first_round("3+")) == (1, 3)
