"""The JSON Schema of every document, against what the commands answer."""

from __future__ import annotations

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_desk import Desk, case
from jsonschema import Draft202012Validator

import bbcs
import county
import postgres_server
from bbcs.cli import recorded_sessions
from bbcs.domain.acts.table import ACTS
from bbcs.errors import UnknownWord
from bbcs.views.schemas.documents import DOCUMENTS, listed, schema

INTERNAL = {"bbcs.backup-manifest/1"}
"""It lies in a backup; no command gives it."""

Documents = dict[str, list[dict[str, Any]]]

FIRST, SECOND, THIRD = (f"ZY01-20260305-000{number}" for number in (1, 2, 3))

CASES = f"""
show {FIRST} --history
show {FIRST} --reveal --reason 核对
triage {FIRST} --difficulty complex --cause hard_point --level 2
assign {FIRST} --lead 区市场监管局 --assist 区卫健局 --due 2026-03-09
sign {FIRST} --unit 区市场监管局
step {FIRST} --kind verify --result 好 --proof 说明=区卫健局
gap {FIRST} --owe 执照=2026-03-20
pause {FIRST} --reason supplement --until 2026-03-07
resume {FIRST}
extend {FIRST} --days 3 --reason 难
supervise {FIRST} --kind supervise --unit 区市场监管局 --reason 慢
convene {FIRST} --host 主任 --unit 区市场监管局 --resolution 定|区市场监管局|2026-03-10
attach {FIRST} 件.txt
attach {FIRST} --get 件.txt --out 取出.txt
link {SECOND} --kind common --to {FIRST} --theme 主题
resolve {SECOND} --outcome solved --measures 好
callback {SECOND} --reached --solved yes --grade 5
callback {SECOND} --dial
improve --kind rule_change --what 改了 --case {SECOND}
improve --list
improve --undo LAST
exempt --scope rule --paper 证 --reason 因 --authority 局 --item 诊所备案1 --effective 2026-03-06
exempt --list
show {SECOND} --history
refuse {THIRD} --reason not_in_scope --remedy 向别处 --basis 规定
archive {FIRST}
note {SECOND} --text 甲 --expect-version 1
consult --visitors 3 --matter 问
consult --undo
slip {SECOND}
doc {FIRST} 交办单
deadline {FIRST}
list --all
list --all --format ndjson
list --all --columns case_no,source
search 诊所
search 诊所 --format ndjson
todo
check
changes
export
export --entries
export --full --reason 换机 --out 整本.ndjson
report register work --month 2026-03
report register work --month 2026-03 --format ndjson
report register work --month 2026-03 --out 登记簿.xlsx
report monthly --month 2026-03
report kpi --month 2026-03
report fill BLANK --month 2026-03 --out 已填.xlsx
report daily
report circular --month 2026-03
link {FIRST} --kind prerequisite --to {SECOND} --item 示例备案 --needs 示例许可 --first 许可
improve {SECOND} --kind process_redesign --what 并联 --item 诊所备案1
improve --list
report monthly --month 2026-03 --out 月报
act --from 办法.json
intake --from 空.json
intake --from 坏.json
intake --from 同.json
import 旧.csv --dry-run
import 旧.csv --dry-run --show 1
import 旧.csv --skip-bad
import-undo 20260305-1
"""
"""Command lines of one day, in order; a refusal is a document, too."""

OFFICE = """
doctor
ledger erase 0003 --reason 误登 --basis 法 --yes
station unit add 甲局
station unit rename 甲局 乙局
station unit load 单位.csv --keep
station unit list
station operator add li --role clerk
station operator list
station operator rename li 李四
station duty add 2026-03-06 demo
station duty list
station items load 事项.csv
station items show
station items show 诊所备案1
station sync
pack list --editions
pack show default
pack check zhanyi
pack diff default zhanyi
pack test zhanyi
pack adopt zhanyi --dry-run
pack adopt zhanyi --yes
pack export zhanyi@1 --out 包.toml
pack confirm default@1
ledger verify --full
ledger info
ledger rebuild
ledger backup --plain --to 备份
config list
config get format
config set format csv
config unset format
calendar check 2026-03-08
calendar add 2026-09-30 3 --explain
calendar count 2026-02-13 2026-02-28
calendar show 2026
calendar export 2026
calendar export 2026 --out 2026.ics
calendar parse NOTICE
calendar diff NOTICE
calendar import NOTICE --yes
help
help list
list --help
help exit-codes
help fields
help words
help checks
help crib
help schema
county init postgresql://db.example/bbcs --station ZY01 --parts 1
completion bash
demo 演示 --session zhanyi-clinic
"""

COUNTY = """
county stations
list --all --station all
todo --station all
search 诊所 --station all
check --station all
report monthly --month 2026-03 --station all
report kpi --month 2026-03 --station all
"""

OF_A_DATABASE = {
    "bbcs.moved/1",
    "bbcs.county_stations/1",
    "bbcs.county_todo/1",
    "bbcs.county_kpi/1",
    "bbcs.county_month/1",
}
UNSEEN = set() if postgres_server.packaged() else OF_A_DATABASE
"""What takes a database, where there is none."""

INIT = ("init", "--station", "ZY02", "--name", "另一站", "--json")

FILES: dict[str, Any] = {
    "件.txt": "虚构的名称核准书",
    "空.json": [],
    "坏.json": [{"source_no": "9"}, 5],
    "同.json": case(1, source="hall", source_no="A-1", matter="别的"),
    "办法.json": [
        {"verb": "note", "case_no": FIRST, "text": "甲"},
        {"verb": "consult", "visitors": 2},
    ],
    "单位.csv": "代码,名称,电话\nYB,医保局,3001\n",
    "事项.csv": "item\n诊所备案1\n",
    "旧.csv": "受理时间,反映人,联系电话,反映事项,反映内容\n"
    "2026-03-02,张试验,13800000008,低保,办不了\n坏,李试验,1,低保,办不了\n",
}


@pytest.fixture(scope="module")
def answers(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Documents:
    """Every document that the commands give, by its name."""
    folder = tmp_path_factory.mktemp("answers")
    desk, found = Desk(made).copied(folder), defaultdict(list)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name, content in FILES.items():
            text = content if isinstance(content, str) else json.dumps(content)
            Path(name).write_text(text, encoding="utf-8")
        desk.take(source="hall", source_no="A-1", channel="hotline")
        desk.take(number=2)
        desk.take(number=3, decision="later")
        new = Desk(folder / "新")
        lines = [*CASES.splitlines(), *OFFICE.splitlines()]
        answered = [_answers(desk, line) for line in lines if line]
        answered.append(new("import", "整本.ndjson", "--json"))
        answered.append(Desk(folder / "站")(*INIT))
        backup = next(Path("备份").iterdir())
        answered.append(desk("ledger", "restore", backup, "--to", "恢复", "--json"))
        answered.append(desk("calendar", "audit", "--json"))
        if not UNSEEN:
            store = county.empty("ZY01")
            answered.append(desk("ledger", "move", "--to", store, "--yes", "--json"))
            answered += [desk(*line.split(), "--json") for line in COUNTY.splitlines() if line]
        texts = [text for answer in answered for text in (answer.out, answer.err)]
        texts += [Path("整本.ndjson").read_text(encoding="utf-8")]
        texts += [
            json.dumps(json.loads(path.read_bytes()))
            for path in sorted(Path("月报").rglob("*.json"))
        ]
        texts += [desk.process("--version", "--json").stdout.decode()]
    for line in "\n".join(texts).splitlines():
        if line.startswith("{"):
            document = json.loads(line)
            found[document.get("schema", line)].append(document)
    return found


def _answers(desk: Desk, line: str) -> Any:
    notice = str(recorded_sessions.folder() / "files" / "2027通知.txt")
    blank = str(recorded_sessions.folder() / "files" / "上级表-工作月报.xlsx")
    words = line.replace("LAST", str(desk.last())).split()
    files = {"NOTICE": notice, "BLANK": blank}
    answer = desk(*[files.get(word, word) for word in words], "--json")
    assert answer.code not in (2, 70), (line, answer.err)
    return answer


def test_every_document_is_as_its_schema_says(answers: Documents) -> None:
    for name, documents in answers.items():
        shape = schema(name)
        Draft202012Validator.check_schema(shape)
        validator = Draft202012Validator(shape)
        for document in documents:
            wrong = [f"{list(one.absolute_path)}: {one.message[:200]}" for one in validator.iter_errors(document)]  # fmt: skip
            assert wrong == [], name


KEYS_ARE_DATA = {
    "changed": "columns of an item, by the item",
    "columns": "headers of a file",
    "extra": "headers of a foreign file",
    "facts": "what the ledger keeps beside its chain",
    "keys": "names as a file wrote them",
    "marks": "numbers of rows",
    "rows": "columns of a register, which `columns` names",
    "skipped": "why lines were left out",
    "units": "names of units",
    **dict.fromkeys(
        ("causes", "lacking", "refusals", "outcomes", "steps", "papers", "breakers"),
        "words of a pack and names",
    ),
}
"""Key of an object with any keys -> what they are."""

UNTYPED = {"before": "of a pack", "after": "of a pack", "new": "of the corrected field"}
"""Key that holds any value -> which."""


def test_no_object_is_open_but_those_whose_keys_are_data() -> None:
    for name, _ in listed():
        if name != "tablerow":  # a row of a register alone
            _closed(schema(name), name, given=frozenset())


def _closed(shape: Any, key: str, given: frozenset[str]) -> None:
    """given: the keys that a shape beside this one describes."""
    of_object = shape.get("type") == "object"
    if of_object and key not in given:
        open_ = shape.get("additionalProperties", True)
        assert open_ is False or (key in KEYS_ARE_DATA and open_ is not True), (key, shape)
    described = shape.keys() & {"type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref"}
    assert described or key in UNTYPED, key
    beside = frozenset({"data"}) if "$ref" in shape else frozenset()
    for name, inner in shape.get("properties", {}).items():
        _closed(inner, name, beside)
    for inner in (shape[one] for one in ("items", "additionalProperties") if shape.get(one)):
        _closed(inner, key, given)
    for inner in (one for way in ("anyOf", "oneOf") for one in shape.get(way, ())):
        _closed(inner, key, given)
    for inner in shape.get("$defs", {}).values():
        for case_ in inner["allOf"]:
            _closed(case_["then"]["properties"]["data"], "data", frozenset())


def test_real_answers_with_a_strange_key_anywhere_are_refused(answers: Documents) -> None:
    """The same of what the commands answer, object by object."""
    refused = 0
    for name, documents in answers.items():
        validator = Draft202012Validator(schema(name))
        for document in documents[:2]:
            for key, inner in _objects(document, ""):
                if key in KEYS_ARE_DATA or key in UNTYPED or name == "bbcs.tablerow/1":
                    continue
                inner["strange_key"] = 1
                assert not validator.is_valid(document), (name, key)
                del inner["strange_key"]
                refused += 1
    assert refused > 300


def _objects(value: Any, key: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects in a document, up to three of each list, with the key under which they stand."""
    if isinstance(value, list):
        for one in value[:3]:
            yield from _objects(one, key)
    elif isinstance(value, dict):
        yield key, value
        for name, one in list(value.items()):
            yield from _objects(one, name)


def test_every_document_is_seen(answers: Documents) -> None:
    assert answers.keys() == DOCUMENTS.keys() - UNSEEN


def test_every_name_in_the_source_has_a_schema() -> None:
    named = set()
    for path in Path(bbcs.__file__).parent.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source if '"bbcs.' in source else "")):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                named |= set(re.findall(r"^bbcs\.[a-z_-]+/[a-z0-9-]+$", node.value))
    assert named - INTERNAL <= DOCUMENTS.keys() | {f"bbcs.input/{act.verb}" for act in ACTS}


def test_what_is_wrong_is_noticed(answers: Documents) -> None:
    """A schema that takes everything would pass, too."""
    for name, wrong in {
        "bbcs.case/1": {"phase": "gone", "due": 1, "reporter": None, "received_at": "2026-03-05 09:10"},
        "bbcs.change/1": {"seq": "1", "kind": "Nothing", "at": "", "more": 1},
        "bbcs.error/1": {"allowed": None, "exit": "2", "code": ""},
        "bbcs.day/1": {"day": "2026-3-8", "name": ""},
        "bbcs.entries/1": {"record": "other", "facts": {"a": 1}},
    }.items():  # fmt: skip
        validator, document = Draft202012Validator(schema(name)), answers[name][0]
        for key, value in wrong.items():
            assert not validator.is_valid({**document, key: value}), (name, key)
        for key in schema(name).get("required", ()):
            assert not validator.is_valid({k: v for k, v in document.items() if k != key}), key


def test_entries_hold_what_the_table_of_acts_says(answers: Documents) -> None:
    shown = next(one for one in answers["bbcs.case/1"] if one.get("history"))
    validator = Draft202012Validator(schema("case"))
    assert validator.is_valid(shown)
    shown["history"][0]["data"]["nothing"] = 1
    assert not validator.is_valid(shown)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.verb)
def test_every_act_has_a_schema_of_its_input(act: Any) -> None:
    shape = schema(f"input/{act.verb}")
    Draft202012Validator.check_schema(shape)
    taken = [field.name for field in act.fields if not field.stamped]
    assert set(taken) <= shape["properties"].keys()
    assert shape["required"] == [field.name for field in act.fields if field.required]
    assert not Draft202012Validator(shape).is_valid({"nothing": 1})


def test_the_input_of_formats_fits(answers: Documents) -> None:
    validator = Draft202012Validator(schema("intake"))
    whole = case(
        1, items=["甲", "乙"], cause="hard_point", trips=2, anonymous=False, extra={"网": "格"}
    )
    assert validator.is_valid(whole)
    for key, value in {"trips": [], "items": 5, "extra": {"网": 1}, "demand": 5}.items():
        assert not validator.is_valid({**whole, key: value}), key
    assert Draft202012Validator(schema("triage")).is_valid({"difficulty": "复杂", "cause": ["甲"]})


def test_a_schema_is_printed_and_explained(desk: Desk) -> None:
    whole = json.loads(desk.ok("help", "schema", "case").out)
    assert (whole["$id"], whole["properties"]["schema"]) == (
        "bbcs.case/1",
        {"const": "bbcs.case/1"},
    )
    assert whole == desk.json("help", "schema", "bbcs.case/1")
    assert whole["properties"]["bounces"]["description"] == "被退回次数"
    assert "bbcs.input/triage" in desk.ok("help", "文档", "triage").out
    assert "caserow" in desk.ok("help", "schema").out
    assert "是不是“case”" in desk.fails(13, "help", "schema", "cas").err
    with pytest.raises(UnknownWord):
        schema("nothing")
