"""`bbcs search` at the counter: what it finds, what it never shows, what it refuses."""

from __future__ import annotations

import json
import sqlite3

import pytest
from cli_desk import Desk, case, id_number, name, phone, prepared

from bbcs.domain.repeated import folded


def found(desk: Desk, text: str, **how: object) -> list[str]:
    return [row["case_no"] for row in desk.json("search", text, **how)["cases"]]


@prepared
def town(desk: Desk) -> Desk:
    """Three people: the number of a case is that of the person."""
    said = {
        1: {
            "matter": "低保申请",
            "demand": "户籍在外地，医保断缴，窗口说“不符合条件”",
            "contact_person": f"代{name(1)[1:]}",
        },
        2: {
            "matter": "公积金提取",
            "demand": "System ERROR 42：ＰＤＦ打不开",
            "source": "hall",
            "source_no": "A-0612",
        },
        3: {
            "matter": "低保复核",
            "items": ["低保", "临时救助"],
            "extra": {"网格": "北苑三组"},
            "id_number": None,
        },
    }
    for number, more in said.items():
        desk.take(number=number, **more)
    return desk


def no(number: int) -> str:
    return f"ZY01-20260305-{number:04d}"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("低保", [3, 1]),
        ("户籍", [1]),
        ("医保", [1]),
        ("保", [3, 1]),
        ("低保 户籍", [1]),
        ("户籍　低保", [1]),
        ("保低", []),
        ("不符合条件", [1]),
        ("“不符合，条件”", [1]),
        ("error", [2]),
        ("rror 42", [2]),
        ("pdf", [2]),
        ("ＰＤＦ打不开", [2]),
        ("4", [2]),
        ("北苑", [3]),
        ("网格 临时救助", [3]),
        ("0612", [2]),
        ("a0612", [2]),
        ("A-0612", [2]),
        ("0003", [3]),
        ("3", [3]),
        ("ZY01-20260305-0001", [1]),
        ("zy01-20260305-0001", [1]),
    ],
)
def test_words_and_numbers(town: Desk, text, numbers):
    shown = found(town, text)
    if text in ("4", "3"):  # a digit stands in many numbers
        assert shown[0] == no(numbers[0]) or no(numbers[0]) in shown
    else:
        assert shown == [no(number) for number in numbers]


@pytest.mark.parametrize(
    "text",
    [
        "低保 AND 户籍",
        "低保 OR 户籍",
        "NEAR(低保 户籍)",
        "text:低保",
        "低保*x",
        '"',
        "低保 NOT 医",
        "^低保x",
        "(低保",
        "%",
        "低_保x",
    ],
)
def test_operators_are_plain_text(town: Desk, text):
    said = town("search", text, "--json")
    if folded(text):
        assert said.code == 0
        assert said.json["cases"] == [] or text == "(低保"
    else:
        assert (said.code, json.loads(said.err)["code"]) == (2, "E0206")


@pytest.mark.parametrize("text", ["", " ", "，。！", "-- ", "***", "字" * 201])
def test_nothing_to_look_for_is_refused(town: Desk, text):
    said = town("search", "--", text)
    assert (said.code, said.out) == (2, "")
    assert "文字" in said.err
    assert said.err.count("\n") == 1


def test_people_are_found_by_what_names_them_and_shown_masked(town: Desk):
    assert found(town, phone(2)) == [no(2)]
    assert found(town, f"{phone(2)[:3]} {phone(2)[3:7]} {phone(2)[7:]}") == [no(2)]
    assert found(town, name(1)) == [no(1)]
    assert found(town, "-", stdin=id_number(1)) == [no(1)]
    assert found(town, "-", stdin=id_number(1).lower() + "\n") == [no(1)]
    assert town("search", id_number(1)).code == 2
    for text, stdin in ((phone(2), ""), (name(1), ""), ("-", id_number(1)), ("低保", "")):
        for fmt in ("table", "json", "csv", "md", "ndjson"):
            said = town.ok("search", text, "--format", fmt, stdin=stdin)
            for number in (1, 2, 3):
                assert phone(number) not in said.out + said.err
                assert name(number) not in said.out + said.err
                assert id_number(number) not in said.out + said.err


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (name(1)[0], "反映人"),
        (name(1)[1:], "反映人"),
        (name(1)[:2], "反映人"),
        (f"代{name(1)[1:]}", "代办人"),
        (phone(1)[2:], "联系电话"),
        (f"{phone(1)[3:7]} {name(1)[0]}", "反映人"),
        (id_number(1)[-6:].lower(), "身份证号"),
        (id_number(1)[6:14], "身份证号"),
    ],
)
def test_a_part_of_what_names_a_person_is_found(town: Desk, text: str, where: str):
    said = town.ok("search", "-", "--json", stdin=text).json
    first = said["cases"][0]
    assert where in first["found"]
    assert first["case_no"] in found(town, "-", stdin=text)
    shown = town.ok("search", "-", stdin=text).out
    assert not any(one in shown for one in (name(1), phone(1), id_number(1)))
    lines = (town.home / "log" / "searches.ndjson").read_text().splitlines()
    assert len(lines) == 3
    assert json.loads(lines[0]).keys() == {"at", "actor", "cases"}


@pytest.mark.parametrize(
    "text", [phone(1)[:3], name(1)[:2] + "x", id_number(1)[:5] + "999", name(1)[1], "13"]
)
def test_less_is_too_little(town: Desk, text: str):
    assert found(town, "-", stdin=text) == []
    assert not (town.home / "log" / "searches.ndjson").exists()


HIDDEN = case(
    7,
    demand=f"{name(7)}（{name(7)[0]} {name(7)[1:]}）来过，电话{phone(7)}，{phone(7)[:3]}-{phone(7)[3:7]}-{phone(7)[7:]}，证{id_number(7)}",
    remark=f"住示例市示例路７７号，代办人{name(8)}",
    address="示例市示例路77号",
    contact_person=name(8),
    contact_phone="0874-7654321",
    special_need="家里座机 0874 7654321",
)


def test_nothing_that_names_a_person_lies_in_the_index(desk: Desk):
    given = json.dumps(HIDDEN)
    desk.ok("intake", "--from", "-", stdin=given)
    desk.ok(
        "step", "1", "--kind", "核实", "--result", f"回{name(7)}电话{phone(7)}", "--by", "李经办"
    )
    connection = sqlite3.connect(desk.home / "ledger.db")
    text = "\n".join(row[0] for row in connection.execute("SELECT text FROM case_text"))
    connection.execute(
        "CREATE VIRTUAL TABLE temp.v USING fts5vocab('main', 'case_search', 'instance')"
    )
    index = "".join(
        row[0]
        for row in connection.execute(
            "SELECT term FROM temp.v WHERE col = 'text' ORDER BY doc, offset"
        )
    )
    connection.close()
    assert index.replace("¶", "") == folded(text)
    for secret in (
        name(7),
        name(8),
        phone(7),
        phone(7)[3:],
        id_number(7),
        id_number(7)[6:14],
        "08747654321",
        "7654321",
        "示例路77号",
    ):
        assert secret not in folded(text), secret
        assert secret not in text, secret
    assert "示例市示例路" in text
    assert "李经办" in text
    shown = desk.json("search", "来过")["cases"][0]["found"]
    assert len(shown) == 1
    assert "来过" in shown[0]
    assert found(desk, "李经办") == [no(1)]


def test_firms_are_found_by_their_name(desk: Desk):
    desk.take(reporter="示例路桥公司", reporter_type="enterprise", demand="示例路桥公司来电")
    assert found(desk, "路桥") == [no(1)]


def test_formats_limits_and_snippets(town: Desk):
    document = town.json("search", "低保", "--limit", "1")
    assert (document["schema"], document["count"]) == ("bbcs.search/1", 1)
    (row,) = document["cases"]
    assert row["found"] == ["低保复核"]
    assert {"case_no", "phase", "reporter", "due", "state", "days_left"} <= set(row)
    said = town.ok("search", "低保", "--limit", "1")
    assert "只列出前 1 件" in said.err
    assert "找到的地方" in said.out
    assert town.ok("search", "低保", "-q").out.split() == [no(3), no(1)]
    assert town.ok("搜索", "低保", "-q").out.split() == [no(3), no(1)]
    assert [
        json.loads(line)["case_no"]
        for line in town.ok("search", "保", "--format", "ndjson").out.splitlines()
    ] == [no(3), no(1)]
    for limit in ("0", "-1", "x"):
        assert town("search", "低保", "--limit", limit).code == 2
    assert town("search", "低保", "--format", "xlsx").code == 13
    assert town.ok("search", "没有的字").out.strip()
    assert found(town, "断缴，窗口说") == [no(1)]
    assert town.json("search", "缴")["cases"][0]["found"] == [
        "户籍在外地，医保断缴，窗口说“不符合条件”"
    ]


def test_the_text_follows_the_case(town: Desk):
    town.ok("note", "1", "--text", "来电催办，改约周五")
    assert found(town, "改约") == [no(1)]
    assert found(town, "户籍 改约") == [no(1)]
    entries = town.entries()
    found(town, "低保")
    assert town.entries() == entries  # a masked look writes nothing
    assert town.json("ledger", "verify", "--full")["ok"] is True
    town.ok("ledger", "rebuild")
    assert found(town, "户籍 改约") == [no(1)]
