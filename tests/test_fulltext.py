"""What is found of a case, and what never is: folding, masking, entries in effect, pieces of text."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, strategies as st

from bbcs.domain.corrections import effective
from bbcs.domain.event import Event
from bbcs.domain.fold import fold
from bbcs.domain.repeated import folded
from bbcs.errors import BadValue
from bbcs.usecases import fulltext, projection, reports, search
from bbcs.usecases.fulltext import snippets, spaced, words
from bbcs.views.search import masked_rows
from sample import NO, Desk, at, history


def readable(events: list[Event], more: tuple[str, ...] = ()) -> str:
    case = fold(events)
    return fulltext.readable(fulltext.texts(case, effective(events)), case.known, more)


def entry(kind: str, number: int, **data: Any) -> Event:
    return Event(kind, at("2026-03-03"), data, "zs", NO, number, number, at("2026-03-03"))


def test_folding():
    assert folded("Ａ-０６１２ “低保”（甲）\n") == "a0612低保甲"
    assert folded("，。*¶_- ") == ""
    assert words("  低保  户籍，低保 ") == ["低保", "户籍低保"]
    assert words("低保 低保") == ["低保"]
    assert spaced("低保。A\n\n户") == "低 保 a ¶  ¶ 户"


@pytest.mark.parametrize("text", ["", "  ", "，", "¶", "字" * 201])
def test_nothing_to_look_for(text):
    with pytest.raises(BadValue):
        words(text)


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once_and_no_query_holds_a_sign(text):
    assert folded(folded(text)) == folded(text)
    assert "¶" not in folded(text)
    assert all(char.isalnum() for char in folded(text))


@given(
    st.lists(st.text(alphabet="低保户籍，aＢß\t", max_size=12), min_size=1, max_size=4),
    st.text(alphabet="低保户籍ab", min_size=1, max_size=3),
)
def test_a_snippet_shows_what_was_found(parts, word):
    """A word that a text holds is shown in a piece of it; one that it does not hold gives none."""
    text = "\n".join(parts)
    shown = snippets(text, [word])
    assert bool(shown) == any(word in folded(part) for part in parts)
    assert all(word in folded(one) for one in shown)
    assert all(one.strip("…") in text for one in shown)


def test_a_snippet_is_short():
    text = "甲" * 50 + "低，保" + "乙" * 50
    assert snippets(text, ["低保"]) == ["…" + "甲" * 12 + "低，保" + "乙" * 12 + "…"]
    assert snippets("低保\n户籍\n医保\n公积金", ["低保", "户籍", "医保", "公积金"]) == [
        "低保",
        "户籍",
        "医保",
    ]


def test_what_names_a_person_is_not_in_the_text():
    desk = Desk()
    done = desk.do(
        "2026-03-02T10:00 intake matter=低保 demand=陈试验和陈 reporter=陈试验 phone=13800000001 id_number=530303190001019993"
        " address=示例市示例路１号 remark=回陈·试验１３８-0000-0001，住示例市示例路1号 contact_person=李代办 contact_phone=0874-7654321"
    )
    text = desk.ledger.rows[done.case.no].text
    assert text.split("\n")[:2] == [done.case.no, "低保"]
    for secret in (
        "陈试验",
        "13800000001",
        "530303190001019993",
        "李代办",
        "08747654321",
        "示例路1号",
    ):
        assert secret not in folded(text)
    assert "陈**和陈" in text
    assert "示例市示例路***" in text


def test_units_items_and_extra_values_are_found():
    desk = Desk()
    desk.do(
        "2026-03-02T10:00 intake matter=低保 demand=办不下去 anonymous=yes source=hall source_no=A-0612 items=临时救助,低保",
        extra={"网格": "北苑三组"},
    )
    done = desk.do("2026-03-02T11:00 assign lead=区民政局 assist=街道办 handler=李经办")
    text = desk.ledger.rows[done.case.no].text
    assert {"低保", "临时救助", "A-0612", "网格 北苑三组", "区民政局", "街道办", "李经办"} <= set(
        text.split("\n")
    )
    assert "default" not in text
    office = desk.office("2026-03-03")
    found = search.search(desk.ledger, office, "北苑 街道", 9)
    (row,) = masked_rows(found, office)
    assert row["found"] == ["网格 北苑三组", "街道办"]
    assert row["reporter"] == "匿名"
    assert not found.more


START = "2026-03-02 Registered matter=诊所备案 demand=办不下去 reporter=陈试验"


def test_an_undone_entry_is_found_no_more():
    events = [
        *history(START),
        entry("Noted", 2, text="记错了"),
        entry("Undone", 3, version=2, note="撤销"),
    ]
    assert "记错了" in readable(events[:2])
    assert "记错了" not in readable(events)
    assert "诊所备案" in readable(events)


def test_a_corrected_value_stands_in_the_place_of_the_old():
    events = [
        *history(START),
        entry("Corrected", 2, field="demand", version=1, text="名称通不过", why="写错"),
        entry("Noted", 3, text="李试验来电"),
    ]
    assert "名称通不过" in readable(events)
    assert "办不下去" not in readable(events)
    assert "李试验来电" in readable(events)
    named = [
        *events,
        entry("Corrected", 4, field="reporter", version=1, text="李试验", why="名字写错"),
    ]
    assert "李试验" not in readable(named)
    assert "李**来电" in readable(named)
    assert "陈试验" not in readable([*named, entry("Noted", 5, text="原写陈试验")])


def test_values_that_change_their_length_with_their_case_are_cut_too():
    events = [
        *history(START.replace("陈试验", "STRAßE")),
        entry("Noted", 2, text="Strasse和straße, ＳＴＲＡＳＳＥ"),
    ]
    assert "strasse" not in folded(readable(events))


def test_an_erased_entry_leaves_what_is_public():
    events = [
        event._replace(data={"items": ["低保"], "failed_on": date(2026, 3, 1)}, erased=True)
        for event in history(START)
    ]
    assert readable(events, (NO,)) == f"{NO}\n低保"
    assert readable(events) == "低保"


def test_an_improvement_of_no_case_is_in_no_count_of_cases():
    desk = Desk()
    desk.do("2026-03-02T10:00 intake matter=低保 demand=办不下去 anonymous=yes")
    office = desk.office("2026-03-31T10:00")
    before = reports.snapshot(desk.ledger, office, reports.month("2026-03")).counts
    improved = entry("Improved", 3, what="取消户口簿")._replace(case_no="", version=0)
    desk.ledger.entries.append(improved)
    desk.ledger.store_office_wide(projection.project_office_wide(improved))
    assert reports.snapshot(desk.ledger, office, reports.month("2026-03")).counts == before
