"""What is known of the people of a case is in no masked text, however a text repeats it; nor are numbers of strangers."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st
from stdnum.cn import ric

from bbcs.domain import masking
from bbcs.domain.masking import free_text, known

ID = "530303190001019993"
FULL_WIDTH = {48 + n: 0xFF10 + n for n in range(10)}

PERSON = {
    "reporter": "何大妈",
    "contact_person": "陈试验",
    "phone": "13800000601／0874-3123456转801",
    "contact_phone": "+86 139-0000-0001",
    "id_number": ID,
    "address": "示例市示例区示例路1号3栋",
}
SECRETS = (
    "何大妈",
    "陈试验",
    "13800000601",
    "08743123456",
    "3123456",
    "13900000001",
    ID,
    "示例路1号",
)
"""What none of the texts may show."""

BREAKS = ("", " ", "\n", "　", "-", "－", "．", "／", "·", " - ", "，")
BETWEEN = ("", " ", "\n", "，", "、", "找", "：", "*", "**", "（", "）", "元", "身份证", "\r\n")


def shows(text: str, secrets: tuple[str, ...]) -> list[str]:
    """The secrets that can be read in a text, with up to three signs between two characters."""
    half = text.translate({full: char for char, full in FULL_WIDTH.items()})
    return [secret for secret in secrets if re.search(r"[\W_]{0,3}".join(secret), half)]


@st.composite
def written(draw: st.DrawFn, secrets: tuple[str, ...], breaks: tuple[str, ...]) -> str:
    """A value as people write it: in groups, broken anywhere, full-width."""
    value = draw(st.sampled_from(secrets))
    if draw(st.booleans()):
        value = value.translate(FULL_WIDTH)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(1, len(value) - 1))
        value = value[:at] + draw(st.sampled_from(breaks)) + value[at:]
    return value


def texts(secrets: tuple[str, ...], breaks: tuple[str, ...]) -> st.SearchStrategy[str]:
    parts = st.one_of(written(secrets, breaks), st.sampled_from(BETWEEN))
    return st.lists(parts, min_size=1, max_size=8).map("".join)


@given(texts(SECRETS, BREAKS))
def test_no_masked_text_shows_what_is_known(text: str) -> None:
    shown = free_text(text, known(PERSON))
    assert shows(shown, SECRETS) == []
    assert free_text(shown, known(PERSON)) == shown


@given(texts(SECRETS, BREAKS))
def test_who_is_hidden_is_not_even_named_by_the_first_character(text: str) -> None:
    told = known({**PERSON, "reporter_type": "enterprise"}, hidden=masking.HIDDEN)
    shown = free_text(text, told)
    assert shows(shown, SECRETS) == []
    assert not any(mask in shown for mask in ("何**", "陈**", "****0601", "********9993"))


def numbers(seed: int) -> tuple[str, str, str]:
    body = f"110105{1950 + seed % 50}{1 + seed % 12:02d}{1 + seed % 28:02d}{seed % 1000:03d}"
    return (
        body + ric.calc_check_digit(f"{body}0"),
        f"138{seed % 10**8:08d}",
        f"159{seed * 7 % 10**8:08d}",
    )


@given(st.integers(0, 10**6), st.lists(st.integers(0, 2), min_size=2, max_size=3))
def test_numbers_of_strangers_directly_behind_each_other(seed: int, order: list[int]) -> None:
    those = numbers(seed)
    text = "".join(those[which] for which in order)
    for before in ("", "何**", "找何大妈", "电话："):
        assert shows(free_text(before + text), those) == []


@pytest.mark.parametrize("gap", [" ", "\n", "\r\n", "　", "－", "．", "／", "·"])
@given(seed=st.integers(0, 10**6))
def test_numbers_of_strangers_that_are_broken(gap: str, seed: int) -> None:
    number, mobile, _ = numbers(seed)
    text = f"{number[:6]}{gap}{number[6:14]}{gap}{number[14:]}和{mobile[:3]}{gap}{mobile[3:7]}{gap}{mobile[7:]}"
    assert shows(free_text(text), (number, mobile)) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("找何大妈13800000601", "找何**138****0601"),
        (f"何大妈{ID}13900000001", "何**530303********9993139****0001"),
        ("何·大妈，０８７４－３１２３４５６", "何**，087****3456"),
        ("打3123456找老何", "打312****找老何"),
        ("住示例路1号3栋，或示例市示例区示例路１号３栋", "住示例路***，或示例市示例区示例路***"),
        ("陈\n试\n验来过", "陈**来过"),
        ("ZY01-20260305-0007，3天，12元", "ZY01-20260305-0007，3天，12元"),
    ],
)
def test_what_a_text_repeats_is_masked_as_its_own_field(text: str, shown: str) -> None:
    assert free_text(text, known(PERSON)) == shown


def test_what_is_short_or_public_is_not_looked_for() -> None:
    fields = {"reporter": "陈", "phone": "无", "id_number": "12", "contact_phone": "110"}
    assert free_text("陈110无12", known(fields)) == "陈110无12"
    firm = {"reporter": "示例商贸有限公司", "reporter_type": "enterprise"}
    assert free_text("示例商贸有限公司的证", known(firm)) == "示例商贸有限公司的证"


def test_each_of_several_names_is_known() -> None:
    shown = free_text("李四光来了，张三丰没来", known({"reporter": "张三丰、李四光"}))
    assert shown == "李**来了，张**没来"


@pytest.mark.parametrize(
    ("reporter", "text", "shown"),
    [
        ("王建国等5人", "王建国等人来过，王建国的证", "王**等人来过，王**的证"),
        ("王建国等", "王建国来过", "王**来过"),
        ("张三丰 李四光", "李四光来了，张三丰没来", "李**来了，张**没来"),
        ("张三丰和李四光", "李四光来了，张三丰没来", "李**来了，张**没来"),
        ("陈试验（代理人：李四光）", "李四光替陈试验来", "李**替陈**来"),
        ("陈试验(李四光代)", "李四光替陈试验来", "李**替陈**来"),
        ("陈试验先生", "陈试验来过", "陈**来过"),
        ("阿卜杜拉·买买提", "阿卜杜拉来过，买买提没来", "阿***来过，买**没来"),
        ("John Smith", "Mr. Smith 来过", "Mr. S**** 来过"),
        ("陈试验（代）", "请人代办，陈试验来", "请人代办，陈**来"),
        ("陈试验之子", "陈试验又来", "陈**又来"),
    ],
)
def test_a_name_is_known_whatever_stands_beside_it(reporter: str, text: str, shown: str) -> None:
    assert free_text(text, known({"reporter": reporter})) == shown


@pytest.mark.parametrize(
    "reporter",
    [
        "陈试验（儿子）",
        "陈试验（残疾人）",
        "陈试验（城关镇）",
        "陈试验（退休，65岁）",
        "陈试验（电话）",
        "陈试验 女儿",
        "陈试验/母亲",
        "陈试验及家属",
        "陈试验先生和家人",
        "陈试验与邻居等3人",
        "群众（陈试验）",
        "城关镇 陈试验",
    ],
)
def test_what_stands_beside_a_name_and_names_nobody_is_no_name(reporter: str) -> None:
    """Relatives, places and states are ordinary words of a text."""
    text = "儿子、女儿、母亲、家属、家人和邻居3人，残疾人退休后到城关镇，65岁，群众电话"
    shown = free_text(f"{text}。陈试验来", known({"reporter": reporter}))
    assert shown == f"{text}。陈**来"


def test_a_body_whose_name_holds_a_word_for_and_is_not_parted() -> None:
    text = "安宁市和平村，平村村民"
    for reporter in ("安宁市和平村委会", "和平村村民"):
        assert free_text(text, known({"reporter": reporter})) == text


@pytest.mark.parametrize("reporter", ["李和平", "陈 试验", "何大妈", "王先生", "Li Na", "何与"])
def test_no_part_of_a_name_is_looked_for_that_is_none(reporter: str) -> None:
    text = "李家和平镇，试验田，大妈、先生都来 click nation"
    assert free_text(text, known({"reporter": reporter})) == text


@pytest.mark.parametrize(
    "address", ["示例市示例区示例小区2-501", "示例区示例社区3栋1单元", "示例市示例园区2-501"]
)
def test_a_house_of_an_estate_is_known_without_its_town(address: str) -> None:
    estate = address.removeprefix("示例市").removeprefix("示例区")
    shown = free_text(f"住{estate}", known({"reporter": "陈", "address": address}))
    assert shown == f"住{estate[: estate.index('区') + 1]}***"


def test_numbers_of_papers_stay_where_only_the_known_goes() -> None:
    assert masking.without_known(f"{ID} 13811112222 何大妈", known(PERSON)) == (
        "530303********9993 13811112222 何**"
    )


@pytest.mark.parametrize(
    ("field", "numbers"),
    [
        ("13800000001/13900000002", ["13800000001", "13900000002"]),
        ("13800000001 13900000002", ["13800000001", "13900000002"]),
        ("138 0000 0001", ["138 0000 0001"]),
        ("138 0000 0001 139 0000 0002", ["138 0000 0001", "139 0000 0002"]),
        ("0874 3123456", ["0874 3123456"]),
        ("63123456 13800000001", ["63123456", "13800000001"]),
        ("王五13800000001，李四１３９００００００02", ["13800000001", "13900000002"]),
        ("13800000001或13900000002", ["13800000001", "13900000002"]),
        ("0874-3123456转801", ["0874-3123456转801"]),
        ("13800000001、13800000001", ["13800000001"]),
        ("无", []),
        ("", []),
    ],
)
def test_the_numbers_of_a_phone_field(field: str, numbers: list[str]) -> None:
    assert masking.phone_numbers(field) == numbers


@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        (masking.phone, "13800000001 13900000002", "138****0001 139****0002"),
        (masking.phone, "13800000001／13900000002", "138****0001／139****0002"),
        (masking.phone, "何大妈", "何**"),
        (masking.phone, "王五13800000001", "138****0001"),
        (masking.id_number, "马大姐", "马**"),
        (masking.id_number, "马大姐 530303190001019993", "530303********9993"),
    ],
)
def test_a_field_that_holds_something_else_is_masked_too(mask, text: str, shown: str) -> None:
    assert mask(text) == shown


def test_full_width_hyphens_belong_to_a_number() -> None:
    assert masking.valid_phone("１３８－００００－０３０１")
    assert masking.valid_phone("13800000001 13900000002")
    assert not masking.valid_phone("13800000001 139")
