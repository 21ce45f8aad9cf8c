"""The page of a month: self-contained, nothing in it is markup, every figure leads to its cases."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hostile import HOSTILE

from bbcs.registers.table import Chart, Column, Table
from bbcs.render import svg_charts, web_page

CASES = [f"ZY01-20261012-{number:04}" for number in range(1, 6)]
REGISTER = Table(
    "work",
    "示例站工作台账登记簿（2026 年 10 月）",
    [
        Column("case_no", "编号"),
        Column("received_at", "受理时间", "time"),
        Column("matter", "反映事项"),
        Column("days", "天数", "int"),
    ],
    [
        {
            "case_no": no,
            "received_at": f"2026-10-{at:02}T09:10:00+08:00",
            "matter": "甲",
            "days": at,
        }
        for at, no in enumerate(CASES, 8)
    ],
    ["个人信息已遮盖。"],
    {0: "overdue"},
    sheet="工作台账登记簿",
    sign=("制表：", "审核："),
)
RATES = Table(
    "kpi",
    "示例站比率",
    [Column("label", "指标"), Column("text", "结果")],
    [
        {
            "label": "办结率",
            "text": "60.00%（3/5）",
            "hit_nos": CASES[:3],
            "case_nos": [*CASES[3:], "ZY01-20260901-0001"],
        },
        {"label": "重办率", "text": "—", "hit_nos": [], "case_nos": []},
    ],
)
UNITS = Table(
    "units",
    "单位",
    [Column("unit", "单位"), Column("received", "受理", "int"), Column("closed", "办结", "int")],
    [
        {"unit": "区市场监管局", "received": 9, "closed": 6, "case_nos": CASES[:2]},
        {"unit": "区民政局", "received": 3, "closed": 3, "case_nos": []},
    ],
    charts=[
        Chart("收办", kind, "unit", ("received", "closed"))
        for kind in ("bar", "column", "line", "pie")
    ],
)


def page(*tables: Table) -> str:
    return "\n".join(web_page.lines("示例站月报", tables, "台账 ZY01 第 9 条"))


class Parts(HTMLParser):
    """Tags with their attributes, and the text of the page outside of style and script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] not in ("style", "script"):
            self.words.append(data)

    def attributes(self, tag: str, name: str) -> list[str]:
        return [found[name] or "" for one, found in self.tags if one == tag and name in found]


def test_it_needs_nothing_from_outside():
    text = page(RATES, UNITS, REGISTER)
    parts = Parts(text)
    assert {tag for tag, _ in parts.tags} & {"link", "img", "iframe", "object", "base"} == set()
    assert parts.attributes("script", "src") == []
    assert all(one.startswith("#") for one in parts.attributes("a", "href"))
    assert re.findall(r"https?:|url\(|@import", text) == []


def test_only_its_own_script_and_style_may_run():
    text = page(REGISTER)
    (policy,) = [
        one["content"] for tag, one in Parts(text).tags if tag == "meta" and "http-equiv" in one
    ]
    assert policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert web_page._digest(content) in policy
    assert not [one for _, one in Parts(text).tags if "style" in one or "onclick" in one]


@pytest.mark.parametrize("text", [*HOSTILE, "<script>alert(1)</script>", '"><img src=x>', "𠮷䶮"])
def test_nothing_in_a_table_becomes_markup(text: str):
    plain = Table("work", "甲", [Column("matter", "事项")], [{"matter": "甲"}], ["甲"])
    bad = Table("work", text, [Column("matter", text)], [{"matter": text}], [text], sheet=text)
    tags = [tag for tag, _ in Parts(page(bad)).tags]
    assert tags == [tag for tag, _ in Parts(page(plain)).tags]
    shown = "".join(Parts(page(bad)).words)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]", shown)


def test_each_rate_leads_to_its_cases():
    parts = Parts(page(RATES, REGISTER))
    ids = parts.attributes("tr", "id")
    assert ids == [f"case-{no}" for no in CASES]
    links = [one[1:] for one in parts.attributes("a", "href") if one.startswith("#case-")]
    assert links == ids  # the case of another month has no row to lead to
    shown = " ".join(parts.words)
    assert "达到 3 件：" in shown
    assert "没达到 3 件：" in shown
    assert "ZY01-20260901-0001" in shown


def test_every_link_has_a_place_and_no_place_is_there_twice():
    parts = Parts(page(RATES, UNITS, REGISTER, REGISTER._replace(name="acceptance")))
    ids = [one["id"] for _, one in parts.tags if "id" in one]
    assert len(ids) == len(set(ids))
    assert {one[1:] for one in parts.attributes("a", "href")} <= set(ids)


def test_more_rows_than_a_browser_turns_over_are_counted(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(web_page, "MOST_ROWS", 3)
    monkeypatch.setattr(web_page, "MOST_CASES", 1)
    text = page(RATES, REGISTER)
    assert text.count('<tr id="case-') == 3
    assert "共 5 条，这里列出前 3 条；全部的见工作簿和 csv 文件。" in text
    assert text.count("……另有 2 件，见月报的 json 文件") == 2


def test_every_chart_is_drawn_with_its_numbers():
    for chart in UNITS.charts:
        drawn = ElementTree.fromstring(svg_charts.figure(UNITS, chart))
        words = [one.text or "" for one in drawn.iter("text")]
        shown = " ".join(words)
        assert "区民政局" in shown
        assert {"9", "3"} <= set(re.findall(r"\d+", shown))
        assert ("办结" in shown) == (chart.kind != "pie")  # a pie shows one series
    bars = ElementTree.fromstring(svg_charts.figure(UNITS, UNITS.charts[0])).iter("rect")
    wide = [float(one.attrib["width"]) for one in bars][:4]
    assert wide[0] / wide[2] == pytest.approx(3, rel=0.01)  # 9 and 3


@pytest.mark.parametrize("numbers", [[], [0, 0], [None, "—"]])
@pytest.mark.parametrize("kind", ["bar", "column", "line", "pie"])
def test_a_chart_of_nothing_is_left_out(kind: str, numbers: list[object]):
    rows = [{"unit": "甲", "received": number} for number in numbers]
    assert (
        svg_charts.figure(UNITS._replace(rows=rows), Chart("收办", kind, "unit", ("received",)))
        == ""
    )


def test_the_whole_of_a_pie_is_a_circle():
    one = UNITS._replace(rows=UNITS.rows[:1])
    assert "<circle" in svg_charts.figure(one, Chart("收办", "pie", "unit", ("received",)))


def test_the_same_tables_give_the_same_bytes(tmp_path: Path):
    made = [tmp_path / "1.html", tmp_path / "2.html"]
    for path in made:
        web_page.write(path, "示例站月报", [RATES, UNITS, REGISTER], "台账 ZY01 第 9 条")
    assert made[0].read_bytes() == made[1].read_bytes()
    assert b"\r" not in made[0].read_bytes()


def test_a_number_of_a_case_or_a_phone_stays_in_one_line():
    text = page(REGISTER)
    assert f'<td class="code">{CASES[0]}</td>' in text
    assert "td.code, td.cases a, td.cases span { white-space: nowrap; }" in text
