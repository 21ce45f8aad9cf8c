"""Reading what was typed: the same checks for options, prompts, `--from` and the Python API."""

from __future__ import annotations

import pytest

from bbcs.domain.acts import TEXT, TITLE
from bbcs.domain.acts.table import ACTS, BY_VERB
from bbcs.domain.inputs import InputContext, missing, read
from bbcs.domain.station import Unit
from bbcs.errors import (
    BadDate,
    BadValue,
    BbcsError,
    MissingInput,
    UnknownKey,
    UnknownUnit,
    UnknownWord,
)
from sample import FREE, STATION, rules, shipped

PLAIN = rules(FREE)
GIVEN = {"matter": "诊所备案", "demand": "办不下去", "reporter": "陈试验"}


# -- what is missing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, ["matter", "demand", "reporter"]),
        ({"anonymous": True}, ["matter", "demand"]),
        (
            {"matter": "  ", "demand": "\n", "reporter": "　"},
            ["matter", "demand", "reporter"],
        ),
        ({"matter": "备案", "decision": "refuse"}, ["demand", "reporter", "refusal_reason"]),
    ],
)
def test_intake_names_all_that_is_missing_at_once(given, named):
    with pytest.raises(MissingInput) as caught:
        read(BY_VERB["intake"], given, InputContext(PLAIN, STATION))
    assert caught.value.allowed == named
    assert caught.value.exit_code == 2
    assert ("--anonymous" in caught.value.message) == ("reporter" in named)


# -- words, keys and values ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "given", "near"),
    [
        ("triage", {"difficulty": "复"}, "复杂"),
        ("triage", {"difficulty": "simple", "cause": ["堵"]}, "堵点"),
        ("resolve", {"outcome": "解决", "measures": "好"}, "已解决"),
        ("refuse", {"reason": "涉法"}, "涉法涉诉"),
        ("feedback", {"stage": "finale", "text": "好"}, "final"),
    ],
)
def test_an_unknown_word_is_refused_with_the_nearest(verb, given, near):
    with pytest.raises(UnknownWord) as caught:
        read(BY_VERB[verb], given, InputContext(PLAIN, STATION))
    assert caught.value.exit_code == 13
    assert f"是不是“{near}" in caught.value.message


def test_words_are_taken_by_key_label_alias_and_number_and_stored_by_key():
    pack = shipped("default")
    for word in ("complex", "复杂"):
        assert (
            read(BY_VERB["triage"], {"difficulty": word}, InputContext(pack, STATION))["difficulty"]
            == "complex"
        )
    for grade in ("very_satisfied", "非常满意", "5", 5):
        assert (
            read(
                BY_VERB["callback"], {"reached": True, "grade": grade}, InputContext(pack, STATION)
            )["grade"]
            == "very_satisfied"
        )
    assert (
        read(
            BY_VERB["triage"], {"difficulty": "特别复杂", "level": 2}, InputContext(pack, STATION)
        )["level"]
        == "2"
    )


@pytest.mark.parametrize(
    ("key", "near"),
    [("mater", "matter"), ("reporters", "reporter"), ("pack", ""), ("counts_as", ""), ("note", "")],
)
def test_an_unknown_key_is_refused_with_the_nearest(key, near):
    with pytest.raises(UnknownKey, match=f"“{key}”") as caught:
        read(BY_VERB["intake"], {**GIVEN, key: "x"}, InputContext(PLAIN, STATION))
    assert caught.value.exit_code == 2
    assert near in caught.value.message


@pytest.mark.parametrize(
    ("key", "limit"),
    [
        ("matter", TITLE),
        ("reporter", TITLE),
        ("failed_window", TITLE),
        ("demand", TEXT),
        ("remark", TEXT),
    ],
)
def test_names_hold_200_and_texts_20000_characters(key, limit):
    office = InputContext(PLAIN, STATION)
    assert (TITLE, TEXT) == (200, 20_000)
    assert len(read(BY_VERB["intake"], {**GIVEN, key: "好" * limit}, office)[key]) == limit
    with pytest.raises(BadValue, match=f"超过 {limit} 字") as caught:
        read(BY_VERB["intake"], {**GIVEN, key: "好" * (limit + 1)}, office)
    assert "好" not in caught.value.message


@pytest.mark.parametrize("text", ["\x00", "备\x1b[31m案", "\x07", "\ud800"])
def test_control_characters_are_refused(text):
    with pytest.raises(BadValue):
        read(BY_VERB["intake"], {**GIVEN, "matter": f"备案{text}x"}, InputContext(PLAIN, STATION))


def test_lines_and_tabs_are_text():
    assert (
        read(BY_VERB["intake"], {**GIVEN, "demand": " 一\n二\t三 "}, InputContext(PLAIN, STATION))[
            "demand"
        ]
        == "一\n二\t三"
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("matter", 5),
        ("matter", ["备案"]),
        ("matter", {"a": 1}),
        ("items", 5),
        ("items", [5]),
        ("anonymous", "yes"),
        ("anonymous", 1),
        ("trips", "两趟"),
        ("trips", -1),
        ("trips", 2.5),
        ("trips", True),
        ("failed_on", 20260302),
        ("failed_on", "2026-02-30"),
        ("failed_on", "2026/3/2"),
        ("received_at", "2026-03-02T25:00"),
        ("channel", ["counter"]),
        ("extra", "网格员"),
        ("extra", {"网格员": 5}),
        ("extra", ["网格员"]),
    ],
)
def test_values_of_the_wrong_type_are_refused_without_repeating_them(key, value):
    with pytest.raises((BadValue, BadDate)) as caught:
        read(BY_VERB["intake"], {**GIVEN, key: value}, InputContext(PLAIN, STATION))
    assert caught.value.exit_code == 2


def test_what_was_not_said_is_left_out_and_lists_lose_doubles():
    said = read(
        BY_VERB["intake"],
        {**GIVEN, "items": ["备案", "备案", " "], "remark": "", "phone": None, "trips": 0},
        InputContext(PLAIN, STATION),
    )
    assert said["items"] == ["备案"]
    assert said["trips"] == 0
    assert not {"remark", "phone", "failed_on"} & set(said)


def test_pairs_are_written_with_an_equals_sign():
    given = {"outcome": "solved", "measures": "好", "result": ["备案=备案证"]}
    assert read(BY_VERB["resolve"], given, InputContext(PLAIN, STATION))["result"] == [
        ["备案", "备案证"]
    ]
    with pytest.raises(BadValue, match="甲=乙"):
        read(BY_VERB["resolve"], {**given, "result": ["备案证"]}, InputContext(PLAIN, STATION))


@pytest.mark.parametrize("act", [act for act in ACTS if missing(act, ())], ids=lambda act: act.verb)
def test_every_act_names_all_its_missing_fields(act):
    wanted = [field.name for field in missing(act, ())]
    with pytest.raises(MissingInput) as caught:
        read(act, {}, InputContext(PLAIN, STATION))
    assert caught.value.allowed[: len(wanted)] == wanted


def test_strangers_are_refused_by_a_filled_list_and_taken_as_new_units():
    office = InputContext(
        PLAIN, STATION._replace(units=(Unit("SJJ", "区市场监管局", ("市监局",)),))
    )
    with pytest.raises(UnknownUnit, match="是不是“区市场监管局”"):
        read(BY_VERB["assign"], {"lead": "区市监管局"}, office)
    assert read(BY_VERB["assign"], {"lead": "市监局"}, office)["lead"] == ["SJJ", "区市场监管局"]
    assert read(BY_VERB["assign"], {"lead": "公安局", "new_unit": True}, office)["lead"] == [
        "",
        "公安局",
    ]


def test_a_refusal_never_repeats_what_a_person_said():
    secret = "陈试验13800000001"
    for given in (
        {"matter": secret * 20},
        {"anonymous": secret},
        {"trips": secret},
        {"failed_on": secret},
        {"received_at": secret},
    ):
        with pytest.raises(BbcsError) as caught:
            read(BY_VERB["intake"], {**GIVEN, **given}, InputContext(PLAIN, STATION))
        assert secret not in caught.value.message
