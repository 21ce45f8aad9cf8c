from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, strategies as st
from stdnum import luhn
from stdnum.cn import ric

from bbcs.domain import long_numbers, masking

ID = "530303190001019993"
FULL_WIDTH = {48 + n: 0xFF10 + n for n in range(10)}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("张三丰", "张**"),
        ("张三", "张*"),
        ("张", "张"),
        (" 欧阳试验 ", "欧***"),
        ("买买提·吐尔逊", "买**·***"),
        ("𠮷田", "𠮷*"),
        ("John Li", "J*** **"),
        ("", ""),
    ],
)
def test_of_a_name_the_first_character_stays(written: str, shown: str) -> None:
    assert masking.name(written) == shown


@pytest.mark.parametrize("kind", ["enterprise", "org"])
def test_firms_and_bodies_are_public(kind: str) -> None:
    assert masking.name("示例商贸有限公司", kind) == "示例商贸有限公司"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("13800000001", "138****0001"),
        ("138 0000-0001", "138****0001"),
        ("+86 138 0000 0001", "138****0001"),
        ("１３８０００００００１", "138****0001"),
        ("0874-3123456", "087****3456"),
        ("0874-3123456转801", "087****6801"),
        ("3123456", "312****"),
        ("63123456", "631****"),
        ("021631234", "021****"),  # nine digits: five of them would be most of it
        ("0216312345", "021****2345"),
        ("13800000001、13800000002", "138****0001、138****0002"),
        ("13800000001/0874-3123456", "138****0001/087****3456"),
        ("138*0000001", "138****0001"),
        ("无", "无"),
        ("", ""),
    ],
)
def test_of_a_phone_three_and_four_digits_stay(written: str, shown: str) -> None:
    assert masking.phone(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("11010519491231002x", "110105********002X"),
        ("110105 19491231 002X", "110105********002X"),
        ("110105491231002", "110105******002"),
        ("G12345678", "G******78"),
        ("1234", "1***"),
        ("无", "无"),
        ("", ""),
    ],
)
def test_of_an_identity_number_the_birth_date_is_hidden(written: str, shown: str) -> None:
    assert masking.id_number(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("示例市示例区示例路1号", "示例市示例区示例路***"),
        (
            "示例省示例市示例区示例街道示例社区3栋2单元301室",
            "示例省示例市示例区示例街道示例社区***",
        ),
        ("示例镇示例村三组张三家", "示例镇示例村***"),
        ("示例路三十二号", "示例路***"),
        ("示例区经三路12号示例小区5幢", "示例区经三路***"),
        ("５号楼", "***"),
        ("老槐树旁", "***"),
        ("示例省示例市", "示例省示例市"),
        ("", ""),
    ],
)
def test_of_an_address_the_street_stays(written: str, shown: str) -> None:
    assert masking.address(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (f"我是张三，身份证{ID}，", "我是张三，身份证530303********9993，"),
        ("张三13800000001", "张三138****0001"),
        ("电话+86 138-0000-0001。", "电话+86138****0001。"),
        ("1 3 8 0 0 0 0 0 0 0 1", "138****0001"),
        ("13800000001,13800000002\n13800000003", "138****0001,138****0002\n138****0003"),
        ("卡号6222 0200 0000 0000 000", "卡号6222***********0000"[:-4] + "0000"),
        ("身份证号 530303190013019993（月份写错）", "身份证号 530303********9993（月份写错）"),
        (f"{ID} 13800000001", "530303********9993 138****0001"),
        ("1380000 13800000001", "1380000 138****0001"),
    ],
)
def test_numbers_in_free_text_are_masked_where_they_stand(written: str, shown: str) -> None:
    assert masking.free_text(written) == shown


@pytest.mark.parametrize(
    "text",
    [
        "ZY01-20260305-0007",
        "530303-20260305-0007",
        "1500-20260305-0007",
        "620105-20260305-0007 与 6201-20260305-0007",
        "2026-03-15 2026-03-20 3天",
        "2026-03-05T09:10:00+08:00",
        "2026.3.15-2026.11.20",
        "金额13800000001.50元",
        "￥13800000001",
        "13800000001元",
        "91530303MA6K000017",
        "915303030000101999",
        "工单20260305091012345",
        "咨询电话12345、0874-3123456",
        "12,345,678,901",
        "0.13800000",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert masking.free_text(text) == text
    assert not long_numbers.looks_like_id(text, 2026)


# -- recall on generated texts (trust.md T13) ----------------------------------------------------------------------


def identity(rng: random.Random) -> str:
    region = rng.choice(["110105", "530303", "360102", "440306", "659001", "810000"])
    body = f"{region}1900{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{rng.randint(0, 999):03d}"
    return body + ric.calc_check_digit(f"{body}0")


def short_identity(rng: random.Random) -> str:
    return f"530303{rng.randint(0, 99):02d}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{rng.randint(0, 999):03d}"


def mobile(rng: random.Random) -> str:
    return f"138000000{rng.randint(0, 99):02d}"


def card(rng: random.Random) -> str:
    body = rng.choice(["62220200000", "955880000", "436742000"])
    body += "".join(rng.choices("0123456789", k=rng.choice([16, 19]) - 1 - len(body)))
    return body + luhn.calc_check_digit(body)


def as_written(rng: random.Random, number: str) -> str:
    """The ways people write a number: in groups, with blanks or hyphens, full-width, with a lower-case x."""
    gap = rng.choice([" ", "-", "－", "\u3000", "."])
    groups = rng.choice([(3, 4, 4), (6, 4, 4, 4), (6, 8, 4), (4, 4, 4, 4, 4)])
    parts, rest = [], number
    for size in groups:
        parts.append(rest[:size])
        rest = rest[size:]
    grouped = gap.join(part for part in [*parts, rest] if part)
    return rng.choice(
        [
            number,
            number,
            grouped,
            number.lower(),
            number.translate(FULL_WIDTH),
            gap.join(number) if rng.random() < 0.2 else number,
        ]
    )


def planted(kind: Callable[[random.Random], str], seed: int) -> tuple[str, str]:
    rng = random.Random(seed)
    number = kind(rng)
    before = rng.choice(
        [
            "我是陈试验，",
            "身份证",
            "联系电话：",
            "陈试验",
            "号码是 ",
            "2026-03-05来过，",
            "见ZY01-20260305-0007，",
            "（",
        ]
    )
    after = rng.choice(
        ["，请尽快办理", "。", "", "号", " 谢谢", "）金额1,200.50元", "\n2026年3月5日", "、"]
    )
    return number, f"{before}{as_written(rng, number)}{after}"


def leaks(number: str, text: str) -> bool:
    """Whether eight or more digits of the number in a row can still be read."""
    seen = "".join(
        char
        for char in text.translate({v: k for k, v in FULL_WIDTH.items()})
        if char.isalnum() or char == "*"
    ).upper()
    return any(number[i : i + 8] in seen for i in range(len(number) - 7))


@pytest.mark.parametrize(
    ("kind", "least"), [(identity, 0.99), (short_identity, 0.99), (mobile, 0.99), (card, 0.99)]
)
def test_planted_numbers_are_found(kind: Callable[[random.Random], str], least: float) -> None:
    texts = [planted(kind, seed) for seed in range(500)]
    missed = [text for number, text in texts if leaks(number, masking.free_text(text))]
    assert len(missed) <= (1 - least) * len(texts), missed[:5]


def harmless(seed: int) -> str:
    rng = random.Random(seed)
    day = f"{rng.randint(2020, 2029)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    case = f"{rng.choice(['ZY01', 'NC', '53030', '1500', 'A2'])}-{day.replace('-', '')}-{rng.randint(1, 9999):04d}"
    unit = f"91530303MA{''.join(rng.choices('0123456789ABCDEFGH', k=8))}"
    figure = rng.choice(
        [
            f"{rng.randint(1, 10**11):,}.{rng.randint(0, 99):02d}",
            f"{rng.randint(1, 10**12)}元",
            f"¥{rng.randint(1, 10**12)}",
        ]
    )
    parts = [
        case,
        day,
        figure,
        unit,
        f"{day} {rng.randint(8, 17):02d}:{rng.randint(0, 59):02d}",
        f"{day.replace('-', '')}至{day}",
        "第12条",
        "3天",
    ]
    return rng.choice(["，", " ", "；", ""]).join(rng.sample(parts, 4))


def test_case_numbers_days_sums_and_credit_codes_stay() -> None:
    texts = [harmless(seed) for seed in range(1000)]
    wrong = [text for text in texts if masking.free_text(text) != text]
    assert len(wrong) <= 10, wrong[:5]


def test_only_a_fitting_check_digit_makes_a_case_number_look_like_a_person() -> None:
    cases = [f"530303-20260305-{n:04d}" for n in range(1000)]
    masked = [case for case in cases if masking.free_text(case) != case]
    assert masked == [case for case in cases if long_numbers.valid_id(case)]


# -- laws ----------------------------------------------------------------------------------------------------------

MESSY = st.text(st.sampled_from("0123456789９Xx* -－、,/转张三路号省·元¥\n.年ab")) | st.text()


@pytest.mark.parametrize(
    "mask", [masking.name, masking.phone, masking.id_number, masking.address, masking.free_text]
)
@given(text=MESSY)
def test_masking_twice_is_masking_once(mask: Callable[[str], str], text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.sampled_from(["", " ", "-", "，", "x", "*", "1"]),
)
def test_free_text_twice_is_once_among_real_numbers(one: int, other: int, between: str) -> None:
    text = between.join(
        (planted(identity, one)[1], planted(mobile, other)[1], planted(card, one)[1])
    )
    assert masking.free_text(masking.free_text(text)) == masking.free_text(text)


@given(st.from_regex(r"[1-8][0-9]{16}", fullmatch=True))
def test_the_check_digit_is_that_of_the_standard(body: str) -> None:
    right = ric.calc_check_digit(f"{body}0")
    assert [digit for digit in "0123456789X" if long_numbers._checks(body + digit)] == [right]


@given(st.from_regex(r"[0-9]{16,19}", fullmatch=True))
def test_the_card_check_is_that_of_the_standard(number: str) -> None:
    assert long_numbers._luhn(number) == luhn.is_valid(number)


# -- numbers judged ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        ID,
        f"--demand=我的号{ID}",
        "11010519491231002x",
        "530303 19000101 9993",
        "530303-19000101-9993",
        f"x {ID} y",
    ],
)
def test_an_identity_number_on_the_command_line_is_seen(text: str) -> None:
    assert long_numbers.looks_like_id(text, 2026)


@pytest.mark.parametrize(
    "text",
    [
        "530303190001019992",  # check digit
        "530303190002309996",  # 30 February
        "530303203001010000",
        "91530303MA6K000017",
        "ZY01-20260305-0007",
        f"1{ID}",
        f"{ID}1",
        "13800000001",
        "",
    ],
)
def test_other_arguments_are_no_identity_number(text: str) -> None:
    assert not long_numbers.looks_like_id(text, 2026)


def test_nobody_is_born_after_this_year() -> None:
    body = "53030320260101001"
    number = body + ric.calc_check_digit(f"{body}0")
    assert long_numbers.looks_like_id(number, 2026)
    assert not long_numbers.looks_like_id(number, 2025)
    assert not long_numbers.valid_id(number, 2025)


def test_a_case_number_of_a_station_with_digits_is_none_whatever_its_check_digit() -> None:
    assert not any(long_numbers.looks_like_id(f"530303-20260305-{n:04d}", 2026) for n in range(200))


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        (ID, True),
        ("11010519491231002x", True),
        ("530303000101999", True),
        ("530303001301999", False),
        ("530303190001019992", False),
        ("12345", False),
        ("", False),
    ],
)
def test_an_odd_identity_number_is_told(text: str, valid: bool) -> None:
    assert long_numbers.valid_id(text) is valid


@pytest.mark.parametrize(
    "text",
    [
        "13800000001",
        "+86 138 0000 0001",
        "0874-3123456",
        "010-63123456",
        "(0874)3123456",
        "0874-3123456-801",
        "63123456",
        "400-000-0001",
        "13800000001、0874-3123456",
    ],
)
def test_numbers_that_ring(text: str) -> None:
    assert masking.valid_phone(text)


@pytest.mark.parametrize(
    "text",
    ["12800000001", "1380000001", "138000000011", "1.38E+10", "12345", "无", "", "13800000001、无"],
)
def test_numbers_that_do_not(text: str) -> None:
    assert not masking.valid_phone(text)


def test_what_no_text_repeats_is_left_out_and_masks_the_same():
    fields = {"reporter": "陈试验", "phone": "138 0000 0001", "address": "示例路 5 号"}
    known = masking.known(fields)
    texts = ["陈 试验来过", "电话１３８-０000 0001", "别的事项"]
    near = masking.repeated(fields, (), "", texts)
    assert {value for value, _ in near} == {"陈试验", "13800000001"}
    assert [masking.free_text(text, near) for text in texts] == [
        masking.free_text(text, known) for text in texts
    ]
    assert list(masking.repeated(fields, (), "", ["别的事项"])) == []


@pytest.mark.parametrize(
    ("text", "firm"),
    [
        ("示例商贸有限公司", True),
        ("示例街道老年协会", True),
        ("示例餐饮店", True),
        ("王记店", False),
        ("陈试验", False),
        ("欧阳试验", False),
        ("阿依古丽·示例馆", False),
        ("陈试验和王样例", False),
    ],
)
def test_only_a_name_that_can_be_no_person_s_is_that_of_a_firm(text: str, firm: bool):
    assert masking.looks_like_a_firm(text) is firm
