"""What is typed in another way reaches the same place: words, keys, line ends, bytes; what cannot be meant is refused."""

from __future__ import annotations

import json
import sqlite3
from functools import partial
from pathlib import Path

import pytest
from cli_desk import Desk, case

from bbcs import open_ledger
from bbcs.calendar.dates import parse_now
from bbcs.cli.registry import ALSO, aliases, commands
from bbcs.domain.acts.table import BY_VERB
from bbcs.errors import BbcsError

DIBAO = "低保".encode("gbk").decode("utf-8", "surrogateescape")


@pytest.mark.parametrize("word", ["登记", "收件", "受理", "ｉｎｔａｋｅ", "intake"])
def test_each_word_takes_a_case(desk: Desk, word: str) -> None:
    said = desk.ok(word, "--from", "-", "-q", stdin=json.dumps(case()))
    assert said.out == "ZY01-20260305-0001\n"


def test_no_further_word_is_the_name_of_another_command() -> None:
    named = {spec.alias: word for word, spec in commands().items()}
    assert named.keys().isdisjoint(ALSO)
    assert set(ALSO.values()) <= set(commands())
    assert len(aliases()) == len(named) + len(ALSO)


@pytest.mark.parametrize(
    "line", ["ｌｉｓｔ", "今天", "查找 低保", "ｃａｌｅｎｄａｒ ｃｈｅｃｋ 2026-03-05", "用法"]
)
def test_a_command_in_full_width_or_chinese(desk: Desk, line: str) -> None:
    assert desk(*line.split()).code == 0


def test_chinese_labels_and_options_are_keys(desk: Desk) -> None:
    told = {
        "反映事项": "户口",
        "反映内容及诉求": "办不下",
        "反映人": "陈试验",
        "联系电话": "13800000001",
        "item": ["户口迁移"],
        "missing": ["户口簿"],
        "难易程度": "简单",
    }
    desk.ok("intake", "--from", "-", stdin=json.dumps(told))
    shown = desk.json("show", "1")
    assert (shown["matter"], shown["items"], shown["reporter"]) == ("户口", ["户口迁移"], "陈**")
    assert shown["standing"]["papers"] == ["户口簿"]
    assert shown["difficulty"] == "simple"
    desk.ok("note", "1", "--from", "-", stdin=json.dumps({"内容": "记一句"}))


@pytest.mark.parametrize("key", ["", " ", "\u3000"])
def test_an_empty_key_means_no_field(desk: Desk, key: str) -> None:
    """It was taken for the first field that has no option: the identity number."""
    said = desk.fails(2, "intake", "--from", "-", stdin=json.dumps({**case(1), key: "甲"}))
    assert "不认识的键" in said.err
    assert desk.entries() == 0


@pytest.mark.parametrize("extra", [{"": "甲"}, {" ": "甲"}, {"甲": "1", " 甲": "2"}], ids=str)
def test_no_column_beside_is_lost_or_without_a_name(desk: Desk, extra: dict) -> None:
    said = desk.fails(2, "intake", "--from", "-", stdin=json.dumps(case(1, extra=extra)))
    assert said.err.startswith("bbcs: extra（其他栏目）里有空的键，或同一个键写了两次"), said.err
    assert desk.entries() == 0


@pytest.mark.parametrize("value", ["true", "是", 1, 0, [True]], ids=str)
def test_anonymous_is_a_yes_or_a_no(desk: Desk, value: object) -> None:
    """No name is asked for of somebody who wrote that none is left."""
    given = json.dumps(case(1, anonymous=value, reporter=None))
    said = desk.fails(2, "intake", "--from", "-", stdin=given)
    assert said.err.startswith("bbcs: anonymous（匿名反映）应为 true（是）或 false（否）"), said.err


def test_an_empty_file_is_named_as_such(desk: Desk, tmp_path: Path) -> None:
    """Only what has an object on each line can be empty and whole: a night without cases."""
    for text in ("", " \r\n", "\ufeff"):
        said = desk.fails(40, "intake", "--from", "-", stdin=text)
        assert said.err == "bbcs: 标准输入 是空的；一件也没有时请写 []\n"
    for name, code in (("夜.json", 40), ("夜.ndjson", 0), ("夜.JSONL", 0)):
        (tmp_path / name).write_text("\n", encoding="utf-8")
        for word in ("intake", "act"):
            assert desk(word, "--from", tmp_path / name).code == code
    assert desk.json("intake", "--from", tmp_path / "夜.ndjson")["cases"] == []


def test_a_field_that_is_named_twice_is_refused(desk: Desk) -> None:
    said = desk("intake", "--from", "-", stdin=json.dumps({**case(), "反映事项": "别的"}))
    assert (said.code, said.err) == (2, "bbcs: matter（反映事项）写了两次；请只留一个\n")
    option = desk(
        "intake",
        "--matter",
        "户口",
        "--from",
        "-",
        "-q",
        stdin='{"反映事项": "甲", "demand": "乙", "reporter": "丙"}',
    )
    assert desk.json("show", option.out.strip())["matter"] == "户口"


def test_line_ends_become_line_feeds(desk: Desk) -> None:
    desk.take(demand="一\r\n二\r三\n四")
    connection = sqlite3.connect(desk.home / "ledger.db")
    (body,) = connection.execute("SELECT body FROM personal WHERE body LIKE '%demand%'").fetchone()
    assert json.loads(body)["demand"] == "一\n二\n三\n四"


def test_bytes_of_a_gbk_console_are_read(desk: Desk) -> None:
    desk.take(matter="低保申请")
    assert [row["case_no"] for row in desk.json("search", DIBAO)["cases"]] == ["ZY01-20260305-0001"]
    for line in (["show"], ["search"], ["list", "--unit"], ["intake", "--matter"]):
        said = desk(*line, "\udcff\udcfe")
        assert said.code == 2
        assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    "line",
    [
        "init --home {home}2 --station ZY02 --name {bad}",
        "init --home {home}2 --station ZY02 --name 站 --units {units}",
        "station unit add {bad}",
        "station unit add 局 --alias {bad}",
        "station unit rename 区市场监管局 {bad}",
        "station operator add {bad} --name 甲 --role clerk",
        "station operator add ls --name {bad} --role clerk",
        "station operator rename demo {bad}",
    ],
)
@pytest.mark.parametrize("bad", ["甲\x1b[2J", "甲\x07", "甲\x9b"])
def test_no_stored_name_holds_a_control_character(
    desk: Desk, tmp_path, line: str, bad: str
) -> None:
    desk.ok("station", "unit", "add", "区市场监管局")
    (tmp_path / "单位.txt").write_text(f"{bad}局\n", encoding="utf-8")
    before = (desk.home / "station.toml").read_bytes(), desk.entries()
    said = desk(*line.format(home=desk.home, bad=bad, units=tmp_path / "单位.txt").split(" "))
    assert said.code in (2, 30), said
    assert "\x1b" not in said.err
    assert ((desk.home / "station.toml").read_bytes(), desk.entries()) == before
    assert not (tmp_path / "home2").exists()


@pytest.mark.parametrize(
    "line",
    [
        "intake --matter 甲 --demand 乙 --reporter 丙 --failed-on 0001-01-01",
        "intake --matter 甲 --demand 乙 --reporter 丙 --wish-date 9999-12-31",
        "pause 0001 --reason supplement --until 9999-12-31",
        "consult --expect-version x",
        "check --limit 99999999999999999999",
    ],
)
def test_what_nobody_means_is_refused(desk: Desk, line: str) -> None:
    desk.take()
    assert desk(*line.split()).code == 2


@pytest.mark.parametrize(
    "line",
    [
        "list --unit", "report monthly --month 2026-03 --out", "ledger verify --anchor",
        "ledger backup --plain --to", "calendar export 2026 --out", "export --out", "config set pager",
    ],
)  # fmt: skip
def test_an_empty_value_is_never_taken_for_none(desk: Desk, line: str) -> None:
    """A script whose variable is empty learns of it."""
    for empty in ("", " "):
        refused = desk(*line.split(), empty)
        assert (refused.code, "空的" in refused.err) == (2, True), refused


def test_no_year_out_of_the_world_is_the_present(desk: Desk) -> None:
    for now in ("9999-12-31", "0001-01-01"):
        assert (
            desk("intake", "--from", "-", stdin=json.dumps(case()), env={"BBCS_NOW": now}).code == 2
        )


def test_what_cannot_be_read_is_no_bug(desk: Desk, tmp_path) -> None:
    deep = tmp_path / "深.toml"
    deep.write_text("a=" + "[" * 3000, encoding="utf-8")
    assert desk("intake", "--from", deep).code == 40
    said = desk.process("calendar", "batch", "-", preexec_fn=lambda: __import__("os").close(0))
    assert said.returncode == 2
    lines = "id,rule,start,n\n\x1b[2J,wd,2026-03-02,3\n=1+1,wd,2026-03-06,-3\n"
    said = desk.ok("calendar", "batch", "-", stdin=lines)
    assert said.out.splitlines()[1:] == [
        "[2J,wd,2026-03-02,3,2026-03-05,false",
        "'=1+1,wd,2026-03-06,-3,2026-03-03,false",
    ]


def test_a_misspelt_chinese_key_gets_a_suggestion(desk: Desk) -> None:
    """With the canonical key beside it, as the reference has it."""
    for wrong, near in (("联系电活", "联系电话”（phone）"), ("反映事由", "反映事项”（matter）")):
        refused = desk("intake", "--from", "-", stdin=json.dumps(case() | {wrong: "x"}))
        assert (refused.code, near in refused.err) == (2, True), refused.err


def test_the_answer_names_the_canonical_keys_of_a_file(desk: Desk):
    """In the document for programs, on standard error for people; of one case, a list, and acts."""
    given = {"反映事项": "甲", "demand": "乙", " 反映人": "丙某", "item": ["丁"]}
    keys = {"反映事项": "matter", " 反映人": "reporter", "item": "items"}
    one = desk.json("intake", "--from", "-", stdin=json.dumps(given))
    assert one["keys"] == keys
    said = desk.ok("intake", "--from", "-", stdin=json.dumps({**given, "反映事项": "戊"}))
    assert "“反映事项”＝matter、“ 反映人”＝reporter、“item”＝items" in said.err
    many = desk.json("intake", "--from", "-", stdin=json.dumps([given, case()]))["cases"]
    assert [document.get("keys") for document in many] == [keys, None]
    act = desk.json("note", "0001", "--from", "-", stdin=json.dumps({"内容": "看过"}))
    assert act["keys"] == {"内容": "text"}
    acts = [{"verb": "note", "case_no": "0001", "内容": "又看过"}]
    assert desk.json("act", "--from", "-", stdin=json.dumps(acts))["acts"][0]["keys"] == act["keys"]
    assert "“内容”＝text" in desk.ok("act", "--from", "-", stdin=json.dumps(acts)).err
    assert "keys" not in desk.json("show", "0001")


def test_what_is_sent_again_under_other_names_is_compared(desk: Desk):
    given = {**case(), "source": "旧", "source_no": "1"}
    desk.ok("intake", "--from", "-", stdin=json.dumps([given]))
    named = {**given, "反映事项": "别的"}
    del named["matter"]
    again = desk.json("intake", "--from", "-", stdin=json.dumps([named]))["cases"][0]
    assert (again["existing"], again["differs"]) == (True, ["matter"])


def test_a_unit_that_is_not_listed_is_repeated_only_where_it_is_no_person(desk: Desk):
    desk.ok("station", "unit", "add", "区市场监管局")
    desk.take(difficulty="一般")
    for name in ("陈试验", "欧阳试验", "李公安"):
        refused = desk.fails(13, "assign", "0001", "--lead", name)
        assert name not in refused.err + refused.out
        assert "所写的单位" in refused.err
    near = desk.fails(13, "assign", "0001", "--lead", "区市场监督局")
    assert "“区市场监督局”，是不是“区市场监管局”" in near.err


def test_a_filter_that_cannot_be_read_is_named(desk: Desk):
    desk.ok("station", "unit", "add", "区市场监管局")
    desk.take()
    for shape in ((), ("--format", "md")):
        refused = desk.fails(13, "list", "--unit", "没有局", *shape)
        assert "--unit（主办或协办单位）：单位名册里没有" in refused.err
    refused = desk.fails(13, "list", "--unit", "没有局", "--json")
    assert json.loads(refused.err)["field"] == "unit"
    with open_ledger(desk.home, write=False) as window:
        for name, value in (
            ("unit", "没有局"),
            ("due", "zz"),
            ("overdue", "x"),
            ("handler", 5),
            ("kind", 5),
        ):
            with pytest.raises(BbcsError) as asked:
                window.find(**{name: value})
            assert asked.value.field == name
            assert "--" not in asked.value.message


# -- how a refusal names a field ---------------------------------------------------------------------

AS_GIVEN = [
    ("intake", {"demand": "乙"}, "matter（反映事项）、reporter（反映人姓名或单位名称）；匿名反映请加 anonymous（匿名反映）"),
    ("intake", {**case(), "matter": 1}, "matter（反映事项）应为文字"),
    ("intake", {**case(), "failed_on": "从前"}, "failed_on（之前没办成的日期）"),
    ("intake", {**case(), "received_at": "2026-01-01"}, "late_reason（补录原因）；received_at（"),
    ("intake", {**case(), "reporter_type": "x"}, "reporter_type（反映人类别）没有"),
    ("assign", {}, "lead（主办）、assist（协办）或 relay（转派）"),
    ("assign", {"lead": "别处局"}, "可加 new_unit（名册里没有的新单位也收）"),
    ("callback", {}, "reached（打通了）或 not_reached（没打通）"),
    ("extend", {"days": 2, "until": "2026-03-20"}, "days（延多少）和 until（延到哪天）只能写一样"),
    ("supervise", {"kind": "remind", "unit": "区市场监管局", "reason": "慢", "colour": "red"}, "请写 kind（督办种类）"),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "given", "named"), AS_GIVEN)
def test_a_refusal_names_a_field_as_it_was_given(desk: Desk, verb: str, given: dict, named: str):
    """By key to a file, to a list and to the API."""
    desk.ok("station", "unit", "add", "区市场监管局")
    desk.take()
    if verb == "callback":
        desk.ok("resolve", "0001", "--outcome", "solved", "--measures", "好")
    on = [] if verb == "intake" else ["0001"]
    request = {**given, "verb": verb, "case_no": "0001"}
    if verb == "intake":
        del request["case_no"]
        assert named in desk.fails(40, verb, "--from", "-", stdin=json.dumps([given])).err
    refused = desk(verb, *on, "--from", "-", stdin=json.dumps(given))
    listed = desk.fails(40, "act", "--from", "-", stdin=json.dumps([request]))
    with (
        pytest.raises(BbcsError) as raised,
        open_ledger(desk.home, now=parse_now(desk.now)) as window,
    ):
        window.intake(**given) if verb == "intake" else window.act("0001", verb, **given)
    for message in (refused.err, listed.err, raised.value.message):
        assert named in message
        assert "--" not in message


def test_an_option_beside_a_file_is_named_as_an_option(desk: Desk):
    given = json.dumps({"matter": "甲", "demand": "乙", "reporter": "丙"})
    refused = desk.fails(13, "intake", "--from", "-", "--reporter-type", "别的", stdin=given)
    assert "--reporter-type（反映人类别）" in refused.err
    assert "--matter（反映事项）" in desk.fails(2, "intake", "--demand", "乙").err


def test_no_refusal_to_a_program_speaks_of_options(desk: Desk):
    """Each field of each act, given as no value can be."""
    with open_ledger(desk.home, now=parse_now(desk.now)) as window:
        no = window.intake(**case())["case_no"]
        for verb, act in BY_VERB.items():
            do = window.intake if verb == "intake" else partial(window.act, no, verb)
            complete = {field.name: "甲" for field in act.fields if field.required}
            for field in (one for one in act.fields if not one.stamped and one.type != "any"):
                with pytest.raises(BbcsError) as raised:
                    do(**{**complete, field.name: object()})
                assert "--" not in raised.value.message, (verb, field.name)


def test_a_correction_names_the_field_and_no_option(desk: Desk):
    desk.take()
    said = desk.fails(2, "correct", "0001", "--field", "匿名反映", "--new", "yes", "--why", "错")
    assert said.err == "bbcs: 匿名反映应为 true（是）或 false（否）\n"


HALF = "\ud800"
"""Half of a character, which no engine takes."""

ASKED_WITH_HALF = {
    "case": lambda window: window.case(HALF),
    "history": lambda window: window.history(f"ZY01-{HALF}"),
    "deadline": lambda window: window.deadline(HALF),
    "act": lambda window: window.act(HALF, "note", text="看过"),
    "search": lambda window: window.search(HALF),
    "long search": lambda window: window.search(f"诊所{HALF}备案"),
    "source_no": lambda window: window.find(source_no=HALF),
    "source": lambda window: window.find(source=HALF),
    "unit": lambda window: window.find(unit=HALF),
    "handler": lambda window: window.find(handler=HALF),
    "after": lambda window: window.find(after=HALF),
}


@pytest.mark.parametrize("asked", ASKED_WITH_HALF)
def test_half_a_character_is_refused_and_no_bug(desk: Desk, asked: str):
    desk.take()
    with (
        open_ledger(desk.home, now=parse_now(desk.now)) as window,
        pytest.raises(BbcsError) as refused,
    ):
        ASKED_WITH_HALF[asked](window)
    assert refused.value.exit_code in (2, 10, 13)


@pytest.mark.parametrize("named", [{"case_no": HALF}, {"source": "s", "source_no": HALF}], ids=str)
def test_half_a_character_in_a_list_of_acts_is_named_by_row(desk: Desk, named: dict):
    rows = json.dumps([{"verb": "note", **named, "text": "看过"}])
    document = json.loads(desk.fails(40, "act", "--from", "-", "--json", stdin=rows).err)
    assert [(one["row"], one["code"]) for one in document["errors"]] == [(1, "E0206")]


@pytest.mark.parametrize("source", [["13800000001"], {"甲": "13800000001"}, 7, None, True], ids=str)
def test_what_a_list_of_acts_looks_up_is_text(desk: Desk, source: object):
    """It was repeated as Python writes it, people and all."""
    rows = json.dumps([{"verb": "note", "source": source, "source_no": "7", "text": "看过"}])
    document = json.loads(desk.fails(40, "act", "--from", "-", "--json", stdin=rows).err)
    assert [(one["field"], one["code"], one["message"]) for one in document["errors"]] == [
        ("source", "E0206", "source（来源系统）应为文字")
    ]


@pytest.mark.parametrize(
    ("text", "column"), [('{"matter": "户\0口"}', 14), ('{"matter": "户口"}\0', 17)], ids=repr
)
def test_a_stray_nul_in_json_is_told_where_it_stands(desk: Desk, text: str, column: int):
    """It made the text UTF-16, all of which was no JSON."""
    said = desk.fails(40, "intake", "--from", "-", stdin=text)
    assert said.err.startswith(f"bbcs: 标准输入 第 1 行第 {column} 列不是 JSON"), said.err
    assert desk.entries() == 0


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("matter", ["a", "户口", "不动产登记证书遗失补证" * 9])
def test_json_in_utf_16_without_a_mark_is_read(desk: Desk, encoding: str, matter: str):
    raw = json.dumps(case(1, matter=matter), ensure_ascii=False).encode(encoding)
    desk.ok("intake", "--from", "-", stdin=raw)
    assert desk.json("show", "0001")["matter"] == matter


@pytest.mark.parametrize("path", ["/nowhere/包", "./包", "/nowhere/包.toml"])
@pytest.mark.parametrize("words", [("check",), ("show",), ("adopt", "--yes"), ("diff", "default")])
def test_a_pack_named_by_a_path_is_a_file(desk: Desk, path: str, words: tuple[str, ...]):
    assert "没有文件" in desk.fails(22, "pack", *words, path).err
