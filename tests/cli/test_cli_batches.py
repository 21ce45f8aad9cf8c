"""Many cases of one list: every bad row is named, good ones go on where asked, nothing is half-stored."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from cli_desk import Answer, Desk, case, phone

from bbcs import open_ledger
from bbcs.calendar.dates import CST


def send(desk: Desk, rows: Any, *more: object) -> Answer:
    return desk("intake", "--from", "-", *more, stdin=json.dumps(rows))


BAD = [
    case(1, source="hall", source_no="A-1"),
    case(2, source="hall", source_no="A-2", demand=None),
    ["no object"],
    case(4, source="hall", source_no="A-4", channel="pigeon"),
    case(5, source="hall", source_no="A-5", received_at="2026-02-30"),
]
"""Rows 2 to 5 are bad, each in its own way."""


def test_every_bad_row_is_named(desk: Desk) -> None:
    before = desk.entries()
    refused = send(desk, BAD, "--json")
    assert (refused.code, refused.out) == (40, "")
    document = json.loads(refused.err)
    assert (document["schema"], document["exit"], document["code"]) == ("bbcs.error/1", 40, "E4002")
    found = [
        (one["row"], one["field"], one["source_no"], one["code"]) for one in document["errors"]
    ]
    assert found == [
        (2, "demand", "A-2", "E0201"),
        (3, None, None, "E0206"),
        (4, "channel", "A-4", "E1303"),
        (5, "received_at", "A-5", "E0204"),
    ]
    assert "counter" in document["errors"][2]["allowed"]  # keys, not what people read
    assert all(phone(number) not in refused.err for number in range(1, 6))
    assert desk.entries() == before


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"received_at": "2026-03-06"}, "received_at"),  # not there yet
        ({"received_at": "2026-03-04"}, "late_reason"),
        ({"failed_on": "2026-03-06"}, "failed_on"),
        ({"received_at": "2026-13-04"}, "received_at"),
    ],
)
def test_a_wrong_date_names_its_key(desk: Desk, wrong: dict[str, str], field: str) -> None:
    refused = send(desk, [{**BAD[0], **wrong}], "--json")
    assert [one["field"] for one in json.loads(refused.err)["errors"]] == [field]


def test_a_list_of_acts_counts_steps(desk: Desk) -> None:
    number = desk.take()
    acts = [
        {"verb": "resolve", "case_no": number, "outcome": "solved", "measures": "办好", "at": at, "late_reason": "补录"}
        for at in ("2026-03-01", "2026-03-09")
    ]  # fmt: skip
    refused = desk("act", "--from", "-", stdin=json.dumps(acts))
    assert "2 步里有 2 步不能记，一步都没有记：第 1 步：" in refused.err
    refused = desk("act", "--from", "-", "--json", stdin=json.dumps(acts))
    assert [one["field"] for one in json.loads(refused.err)["errors"]] == ["at", "at"]


def test_a_line_for_each_case_is_a_list(desk: Desk) -> None:
    """As `changes` and `export` write, and most programs do."""
    rows = [case(1, source="hall", source_no="A-1"), case(2, source="hall", source_no="A-2")]
    text = "\n".join(json.dumps(one) for one in rows) + "\n\n"
    answer = desk("intake", "--from", "-", "--json", stdin=text)
    assert [one["source_no"] for one in json.loads(answer.out)["cases"]] == ["A-1", "A-2"]
    broken = desk("intake", "--from", "-", stdin=text + "{]\n")
    assert (broken.code, "第 4 行第 2 列不是 JSON" in broken.err) == (40, True)
    acts = [
        {"verb": "note", "source": "hall", "source_no": one, "text": "x"} for one in ("A-1", "A-2")
    ]
    text = "\n".join(json.dumps(one) for one in acts)
    assert len(json.loads(desk("act", "--from", "-", "--json", stdin=text).out)["acts"]) == 2


def test_people_read_one_line(desk: Desk) -> None:
    refused = send(desk, BAD)
    assert refused.err.count("\n") == 1
    for words in ("5 件里有 4 件不能记，一件都没有记", "第 2 件：", "第 5 件："):
        assert words in refused.err


def test_good_rows_go_on_where_asked(desk: Desk) -> None:
    done = send(desk, BAD, "--skip-bad", "--json")
    assert done.code == 40
    (taken,) = done.json["cases"]
    assert taken["source_no"] == "A-1"
    assert [one["row"] for one in json.loads(done.err)["errors"]] == [2, 3, 4, 5]
    assert len(desk.json("list", "--all")["cases"]) == 1
    assert desk.json("ledger", "verify", "--full")["ok"] is True
    again = send(desk, [BAD[0]], "--skip-bad", "--json")
    assert (again.code, again.json["cases"][0]["existing"]) == (0, True)


def test_a_rehearsal_says_the_same_and_keeps_nothing(desk: Desk) -> None:
    before = desk.entries()
    assert send(desk, BAD, "--skip-bad", "--dry-run").code == 40
    assert send(desk, BAD, "--dry-run").code == 40
    assert desk.entries() == before


def test_an_empty_night_breaks_nothing(desk: Desk) -> None:
    done = send(desk, [], "--json")
    assert (done.code, done.json) == (0, {"schema": "bbcs.cases/1", "cases": []})
    assert send(desk, []).code == 0


def test_one_object_is_refused_as_before(desk: Desk) -> None:
    assert send(desk, case(demand=None)).code == 2
    assert send(desk, case(channel="pigeon")).code == 13


@pytest.mark.parametrize("rows", ["text", 5, None])
def test_what_is_no_list_and_no_object(desk: Desk, rows: Any) -> None:
    assert send(desk, rows).code == 2


def test_a_case_that_was_sent_again_says_what_differs(desk: Desk) -> None:
    first = case(1, source="hall", source_no="A-1", channel="hotline")
    send(desk, first)
    same = send(desk, first, "--json").json
    assert (same["existing"], same["differs"]) == (True, [])
    other = send(desk, {**first, "phone": phone(9), "remark": "又来了"}, "--json").json
    assert (other["existing"], sorted(other["differs"])) == (True, ["phone", "remark"])
    assert phone(9) not in json.dumps(other)
    said = send(desk, {**first, "phone": phone(9)}).out
    assert "电话与已登记的不同" in said
    without = {key: value for key, value in first.items() if key != "channel"}
    assert send(desk, without, "--json").json["differs"] == []


def test_a_batch_of_thousands_is_not_slowed_by_its_length(desk: Desk) -> None:
    """The steps of a transaction keep no copy of what came before."""
    rows = [case(number, source="s", source_no=str(number)) for number in range(1, 301)]
    done = send(desk, rows, "-q")
    assert (done.code, done.out.count("\n")) == (0, 300)
    assert desk.json("ledger", "verify", "--full")["ok"] is True


# -- acts by list --------------------------------------------------------------------------------------------------


def acts(desk: Desk, rows: Any, *more: object) -> Answer:
    return desk("act", "--from", "-", *more, stdin=json.dumps(rows))


def day(desk: Desk) -> list[dict[str, Any]]:
    """What another system tells of a day: by its own number and by that of the case."""
    no = desk.take(source="hall", source_no="A-1")
    return [
        {"verb": "triage", "source": "hall", "source_no": "A-1", "difficulty": "简单"},
        {"verb": "note", "case_no": no, "text": "看过", "once": "n-1"},
        {"verb": "consult", "visitors": 2},
        {"verb": "intake", **case(2, source="hall", source_no="A-2")},
    ]


def test_a_list_of_acts_is_one_transaction(desk: Desk) -> None:
    rows = day(desk)
    before = desk.entries()
    done = acts(desk, rows, "--json")
    assert (done.code, done.json["schema"]) == (0, "bbcs.acts/1")
    assert [one.get("phase") or one["schema"] for one in done.json["acts"]] == [
        "triaged",
        "triaged",
        "bbcs.consult/1",
        "accepted",
    ]
    assert desk.entries() == before + 5
    assert desk.json("ledger", "verify", "--full")["ok"] is True


def test_the_same_list_again_adds_nothing_that_has_a_key(desk: Desk) -> None:
    """A note and a case that were sent are there; what has no key is done again or refused."""
    rows = day(desk)
    acts(desk, rows)
    kept = [rows[1], rows[3]]
    before = desk.entries()
    again = acts(desk, kept, "--json")
    assert [one["existing"] for one in again.json["acts"]] == [True, True]
    assert desk.entries() == before
    assert "同一凭据" in acts(desk, [rows[1]]).out
    other = {**rows[1], "once": "n-2"}
    assert acts(desk, [other]).code == 0
    assert desk.entries() == before + 1
    # the same key on another case is another entry; what was taken back may be sent again
    desk.ok("undo", rows[1]["case_no"])
    assert acts(desk, [other], "--json").json["acts"][0]["existing"] is False


def test_every_bad_act_is_named(desk: Desk) -> None:
    rows = day(desk)
    bad = [
        *rows,
        {"verb": "fly", "case_no": rows[1]["case_no"]},
        {"case_no": rows[1]["case_no"]},
        {"verb": "note", "source": "hall", "source_no": "nobody", "text": "x"},
        {"verb": "close", "case_no": rows[1]["case_no"]},
        7,
    ]
    before = desk.entries()
    refused = acts(desk, bad, "--json")
    assert (refused.code, desk.entries()) == (40, before)
    errors = json.loads(refused.err)["errors"]
    assert [(one["row"], one["code"]) for one in errors] == [
        (5, "E1303"),
        (6, "E0201"),
        (7, "E1001"),
        (8, "E1101"),
        (9, "E0206"),
    ]
    assert errors[2]["source_no"] == "nobody"
    done = acts(desk, bad, "--skip-bad", "--json")
    assert (done.code, len(done.json["acts"])) == (40, 4)
    assert acts(desk, [], "--json").json == {"schema": "bbcs.acts/1", "acts": []}


def test_a_bad_key_of_an_act_is_named_with_what_was_meant(desk: Desk) -> None:
    no = desk.take()
    bad = [
        {"verb": "note", "case": no, "text": "x"},
        {"verb": "assign", "case_no": no, "lead_unit": "甲局"},
        {"verb": "fly", "case_no": no},
        {"verb": "fly"},
    ]
    errors = json.loads(acts(desk, bad, "--json").err)["errors"]
    assert [one["field"] for one in errors] == ["case_no", "lead_unit", "verb", "verb"]
    assert "“case”" in errors[0]["message"]
    assert errors[0]["allowed"] == ["case_no"]
    assert "是不是“lead”" in errors[1]["message"]
    (unknown,) = json.loads(send(desk, [case(2, mater="x")], "--json").err)["errors"]
    assert (unknown["field"], unknown["code"]) == ("mater", "E0205")


def test_a_verb_may_be_written_as_on_the_command_line(desk: Desk) -> None:
    no = desk.take()
    rows = [
        {"verb": "研判", "case_no": no, "difficulty": "一般"},
        {"verb": "派单", "case_no": no, "主办单位": "甲局"},
        {"verb": "收件", **case(2)},
    ]
    done = acts(desk, rows, "--json").json["acts"]
    assert [one["phase"] for one in done] == ["triaged", "assigned", "accepted"]
    with open_ledger(desk.home, actor="demo", now=datetime(2026, 3, 5, 10, tzinfo=CST)) as window:
        assert window.act(no, "签收")["phase"] == "handling"
        window.act("", "咨询", visitors=1)


def test_an_act_of_the_office_has_a_key_too(desk: Desk) -> None:
    rows = [{"verb": "consult", "visitors": 2, "once": "c-1"}]
    first, second = (acts(desk, rows, "--json").json["acts"][0]["seq"] for _ in range(2))
    assert first == second
    rule = {"kind": "rule_change", "what": "改条件", "once": "i-1"}
    first, second = (acts(desk, [{"verb": "improve", **rule}], "--json").json for _ in range(2))
    assert first == second
    assert len(desk.json("improve", "--list")["decisions"]) == 1


def test_a_key_may_be_given_on_the_command_line_too(desk: Desk) -> None:
    no = desk.take()
    for _ in range(2):
        desk.ok("note", no, "--text", "看过", "--once", "n-1")
    kinds = [one["kind"] for one in desk.json("show", no, "--history")["history"]]
    assert kinds.count("Noted") == 1


def test_a_key_that_was_used_for_something_else_says_what_differs(desk: Desk) -> None:
    no = desk.take()
    desk.ok("note", no, "--text", "一", "--once", "z")
    same = desk.json("note", no, "--text", "一", "--once", "z")
    assert (same["existing"], same["differs"]) == (True, [])
    other = desk.json("note", no, "--text", "二", "--once", "z")
    assert (other["existing"], other["differs"]) == (True, ["text"])
    said = desk.ok("note", no, "--text", "二", "--once", "z").out
    assert "早已这样记了（同一凭据），" in said
    assert "与已登记的不同" in said
    row = {"verb": "note", "case_no": no, "text": "三", "once": "z"}
    assert acts(desk, [row], "--json").json["acts"][0]["differs"] == ["text"]
    assert "与已登记的不同" in acts(desk, [row]).out
    with open_ledger(desk.home, actor="demo", now=datetime(2026, 3, 5, 10, tzinfo=CST)) as window:
        assert window.act(no, "note", text="四", once="z")["differs"] == ["text"]
        window.act(no, "correct", field="remark", new="甲", why="漏", once="k")
        twice = window.act(no, "correct", field="remark", new="甲", why="漏", once="k")
        assert (twice["existing"], twice["differs"]) == (True, [])
        assert window.act(no, "correct", field="remark", new="乙", why="漏", once="k")[
            "differs"
        ] == ["new"]


def test_a_list_with_versions_may_be_sent_again(desk: Desk) -> None:
    """What is on record under its key needs no version; a stale version is a bad row like others."""
    first, second = desk.take(), desk.take(number=2)
    acts = [
        {"verb": "note", "case_no": first, "text": "甲", "once": "n1", "expect_version": 2},
        {"verb": "note", "case_no": second, "text": "乙", "expect_version": 1},
    ]
    refused = desk("act", "--from", "-", "--json", stdin=json.dumps(acts))
    assert refused.code == 40
    (error,) = json.loads(refused.err)["errors"]
    assert (error["row"], error["code"]) == (2, "E2001")
    done = desk("act", "--from", "-", "--skip-bad", "--json", stdin=json.dumps(acts))
    assert (done.code, [one["version"] for one in done.json["acts"]]) == (40, [3])
    before = desk.entries()
    again = desk.json("act", "--from", "-", stdin=json.dumps(acts[:1]))["acts"]
    assert [one["existing"] for one in again] == [True]
    assert desk.entries() == before
    for wrong in ("2", 2.5, True):
        stale = desk(
            "act", "--from", "-", "--json", stdin=json.dumps([{**acts[1], "expect_version": wrong}])
        )
        assert (stale.code, json.loads(stale.err)["errors"][0]["code"]) == (40, "E0206")
