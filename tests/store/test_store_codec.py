"""Data -> text -> the same data, for every kind; what cannot be stored is refused by name."""

from __future__ import annotations

import hmac
import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from bbcs.calendar.dates import CST
from bbcs.domain.acts import Field
from bbcs.domain.acts.table import KINDS, personal_fields
from bbcs.domain.repeated import compared
from bbcs.errors import BadValue, UnknownKey
from bbcs.store import codec, keys
from sizes import examples

TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="".join(map(chr, range(32))))
    | st.sampled_from("\n\t"),
    max_size=30,
)
SOME = TEXT.filter(bool)
PAIR = st.tuples(TEXT, SOME).map(list)
MOMENT = st.datetimes(datetime(1949, 10, 1), datetime(2100, 1, 1)).map(
    lambda at: at.replace(microsecond=0, tzinfo=CST)
)
TYPES: dict[str, st.SearchStrategy[Any]] = {
    "text": SOME,
    "word": SOME,
    "texts": st.lists(TEXT, min_size=1, max_size=4),
    "words": st.lists(SOME, min_size=1, max_size=4),
    "date": st.dates(date(1949, 10, 1), date(2100, 1, 1)),
    "when": MOMENT,
    "int": st.integers(-(2**53) + 1, 2**53 - 1),
    "bool": st.booleans(),
    "unit": PAIR,
    "units": st.lists(PAIR, min_size=1, max_size=3),
    "pairs": st.lists(PAIR, min_size=1, max_size=3),
    "rows": st.lists(
        st.lists(st.one_of(TEXT, st.integers(0, 9)), min_size=1, max_size=4), min_size=1, max_size=3
    ),
    "object": st.dictionaries(SOME, TEXT, min_size=1, max_size=3),
    "case": SOME,
    "cases": st.lists(SOME, min_size=1, max_size=3),
    "points": st.lists(st.lists(TEXT, min_size=3, max_size=3), min_size=1, max_size=3),
}
TYPES["day_or_time"] = st.one_of(TYPES["date"], TYPES["when"])
TYPES["any"] = st.one_of(
    *(TYPES[name] for name in ("text", "texts", "int", "bool", "unit", "pairs", "object"))
)
"""What a corrected field of any type holds: days and moments come as text."""


def values(field: Field) -> st.SearchStrategy[Any]:
    if field.type == "choices":
        return st.lists(st.sampled_from(list(field.choices)), min_size=1, max_size=3)
    return st.sampled_from(list(field.choices)) if field.type == "choice" else TYPES[field.type]


def data(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={field.name: values(field) for field in KINDS[kind]})


@pytest.mark.parametrize("kind", KINDS)
def test_round_trip(kind: str) -> None:
    @settings(max_examples=examples(25))
    @given(data(kind))
    def holds(said: dict[str, Any]) -> None:
        coded = codec.encode(kind, said)
        assert codec.decode(kind, coded.v, coded.data, coded.body) == said
        public, body = json.loads(coded.data), json.loads(coded.body or "{}")
        assert not public.keys() & personal_fields(kind)
        assert body.keys() <= personal_fields(kind)
        assert public.keys() | body.keys() == said.keys()
        again = codec.encode(kind, codec.decode(kind, coded.v, coded.data, coded.body))
        assert (again.data, again.body) == (coded.data, coded.body)

    holds()


def test_empty_values_are_left_out() -> None:
    coded = codec.encode(
        "Registered",
        {"matter": "", "items": [], "extra": {}, "phone": None, "trips": 0, "anonymous": False},
    )
    assert (coded.data, coded.body) == ('{"anonymous":false,"trips":0}', "")


def test_stored_forms() -> None:
    said = {
        "lead": ("SJJ", "市监局"),
        "assist": [("", "卫健局")],
        "due": date(2026, 3, 9),
        "handler": "李",
    }
    coded = codec.encode("Assigned", said)
    assert coded.data == '{"assist":[["","卫健局"]],"due":"2026-03-09","lead":["SJJ","市监局"]}'
    assert coded.body == '{"handler":"李"}'
    assert codec.decode("Assigned", 1, coded.data, None) == {
        "assist": [["", "卫健局"]],
        "due": date(2026, 3, 9),
        "lead": ["SJJ", "市监局"],
    }


def test_a_kind_of_another_version_is_read_as_it_is() -> None:
    assert codec.decode("Unheard", 3, '{"x":["y"]}', '{"z":1}') == {"x": ["y"], "z": 1}


def test_older_versions_are_lifted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codec, "VERSIONS", {"Noted": 2})
    monkeypatch.setattr(codec, "UPCASTS", {("Noted", 1): lambda values: {"text": values["words"]}})
    assert codec.encode("Noted", {"text": "x"}).v == 2
    assert codec.decode("Noted", 1, "{}", '{"words":"old"}') == {"text": "old"}
    assert codec.decode("Noted", 2, "{}", '{"text":"new"}') == {"text": "new"}


BAD: list[tuple[str, str, Any]] = [
    ("Registered", "matter", 7),
    ("Registered", "matter", "x" * 201),
    ("Registered", "demand", "\x00"),
    ("Registered", "demand", "a\x0bb"),
    ("Registered", "demand", "\udfff"),
    ("Registered", "items", "x"),
    ("Registered", "items", ["ok", "\x1b"]),
    ("Registered", "items", [7]),
    ("Registered", "failed_on", "2026-03-01"),
    ("Registered", "failed_on", datetime(2026, 3, 1, tzinfo=CST)),
    ("Registered", "trips", True),
    ("Registered", "trips", 2.5),
    ("Registered", "trips", 2**53),
    ("Registered", "anonymous", "yes"),
    ("Registered", "reporter_type", "ghost"),
    ("Registered", "extra", ["a"]),
    ("Registered", "extra", {"a": 1}),
    ("Registered", "extra", {"k" * 201: "x"}),
    ("Assigned", "lead", "市监局"),
    ("Assigned", "lead", ["a", "b", "c"]),
    ("Assigned", "assist", [["a"]]),
    ("Stepped", "proof", [["a", None]]),
    ("Linked", "to", 7),
    ("Improved", "case", "0001"),
    ("Convened", "resolution", ["内容|单位|日期"]),
    ("Convened", "resolution", [["内容", "单位", 7]]),
    ("Corrected", "value", 1.5),
    ("Corrected", "value", "\x00"),
    ("Corrected", "text", {"栏": 7}),
    ("Corrected", "value", 2**53),
]


@pytest.mark.parametrize(("kind", "name", "value"), BAD)
def test_bad_values_are_refused_by_name(kind: str, name: str, value: Any) -> None:
    with pytest.raises(BadValue) as refused:
        codec.encode(kind, {name: value})
    assert refused.value.message.startswith(f"{name}：")
    assert not isinstance(value, str) or value not in refused.value.message


def test_unknown_fields_and_kinds() -> None:
    with pytest.raises(UnknownKey, match="matter"):
        codec.encode("Registered", {"mater": "x"})
    with pytest.raises(UnknownKey):
        codec.encode("Unheard", {})


def test_the_canonical_text_is_one() -> None:
    one = codec.encode("Registered", {"trips": 1, "channel": "counter", "anonymous": True}).data
    two = codec.encode("Registered", {"anonymous": True, "channel": "counter", "trips": 1}).data
    assert one == two == '{"anonymous":true,"channel":"counter","trips":1}'


def test_a_look_up_key_is_the_start_of_a_keyed_digest() -> None:
    found = keys.keys(bytes(32), {"phone": "138 0000 0001", "reporter": ""})
    wanted = hmac.digest(bytes(32), b"phone:13800000001", "sha256").hex()[:32]
    assert found == {"id_key": None, "phone_key": wanted, "name_key": None}
    assert not any(keys.keys(b"", {"phone": "13800000001"}).values())


def test_people_are_compared_in_one_form() -> None:
    assert (
        compared("phone", "+86 138-0000-0001")
        == compared("phone", "１３８０００００００１")
        == "13800000001"
    )
    assert compared("phone", "0086 13800000001") == "13800000001"
    assert compared("phone", "0874-3121234") == "08743121234"
    assert compared("id_number", " 53030319000101999x ") == "53030319000101999X"
    assert compared("reporter", "阿卜杜拉•试 验") == compared("reporter", "阿卜杜拉·试验")
    found = keys.keys(b"k" * 32, {"phone": "13800000001", "reporter": "甲"})
    assert found["id_key"] is None
    assert found["phone_key"] != found["name_key"]
    assert keys.keys(b"", {"phone": "13800000001"}) == dict.fromkeys(
        ("id_key", "phone_key", "name_key")
    )


def test_moments() -> None:
    assert (
        codec.moment(datetime(2026, 3, 2, 9, tzinfo=CST) + timedelta(microseconds=5))
        == "2026-03-02T09:00:00+08:00"
    )
