"""The regions whose own law adds days."""

from __future__ import annotations

import pytest

from bbcs.calendar import layers
from bbcs.errors import UnknownWord


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("guangxi", "guangxi"),
        ("Guangxi", "guangxi"),
        ("广西", "guangxi"),
        (" 宁夏回族自治区 ", "ningxia"),
        ("新疆", "xinjiang"),
        ("西藏", "xizang"),
    ],
)
def test_a_region_by_any_of_its_names(said: str, code: str) -> None:
    assert layers.region(said) == code


@pytest.mark.parametrize(
    ("said", "near"),
    [
        ("guanxi", "是不是“guangxi”"),
        ("新疆省", "是不是“新疆”"),
        ("云南", "可用：广西（guangxi）"),
        ("", "可用"),
    ],
)
def test_an_unknown_region_is_refused_with_the_nearest(said: str, near: str) -> None:
    with pytest.raises(UnknownWord) as caught:
        layers.region(said)
    assert near in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.allowed == ["guangxi", "ningxia", "xinjiang", "xizang"]


def test_a_calendar_of_an_unknown_region_is_refused_too() -> None:
    with pytest.raises(UnknownWord):
        layers.compose([], "guanxi")


def test_regions_name_their_festivals_and_how_sure_that_is() -> None:
    known = layers.regions()
    assert known["guangxi"].festivals == ("三月三",)
    assert known["ningxia"].festivals == ("开斋节", "古尔邦节")
    assert {code for code, one in known.items() if one.verified} == {"ningxia"}
    assert all(("未核实" in one.source) == (not one.verified) for one in known.values())
    assert all(one.source for one in known.values())
