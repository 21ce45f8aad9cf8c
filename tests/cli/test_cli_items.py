"""`bbcs station items`: what a catalogue changes, the knowledge page of an item, items proposed by the matter."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cli_desk import Desk
from pty_screen import Person

from bbcs.api import Home
from bbcs.cli.prompts.likely_items import LikelyItems
from bbcs.cli.prompts.question import Question, Reply, answered
from bbcs.domain.items import Item, likely
from bbcs.errors import Declined

HEAD = "事项,单位,法定时限,承诺时限,材料,前置\n"
CLINIC = "诊所执业备案,卫健局,20,5,平面图;资格证,个体工商户设立登记\n"
TRADER = "个体工商户设立登记,市场监管局,15,1,,\n"


def catalogue(desk: Desk, *rows: str) -> Path:
    path = desk.home.parent / "事项.csv"
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return path


# -- loading -------------------------------------------------------------------------------------------------------


def test_a_load_says_what_it_changes(desk: Desk):
    assert desk.ok("station", "items", "load", catalogue(desk, CLINIC, TRADER)).out == (
        "已载入事项目录：2 项\n"
    )
    changed = catalogue(desk, CLINIC.replace("20,5", "20,3"), "新的,,,,,\n")
    before = desk.entries()
    tried = desk.ok("station", "items", "load", changed, "--dry-run").out
    assert desk.entries() == before
    done = desk.ok("station", "items", "load", changed).out
    assert (
        done.splitlines()[1:]
        == tried.splitlines()[1:]
        == [
            "新增 1 项：新的",
            "去掉 1 项：个体工商户设立登记",
            "改动 1 项：诊所执业备案（承诺时限）",
        ]
    )
    again = desk.json("station", "items", "load", changed)
    assert (again["added"], again["gone"], again["changed"]) == ([], [], {})
    assert "没有不同" in desk.ok("station", "items", "load", changed).out


def test_an_empty_catalogue_needs_consent(desk: Desk):
    desk.ok("station", "items", "load", catalogue(desk))  # there was nothing to empty
    desk.ok("station", "items", "load", catalogue(desk, CLINIC))
    path, before = catalogue(desk), desk.entries()
    refused = desk.fails(15, "station", "items", "load", path)
    assert "清空现有的 1 项" in refused.err
    assert "--yes" in refused.err
    with pytest.raises(Declined):
        Home(desk.home, actor="demo").load_items(path)
    assert desk.entries() == before
    assert CLINIC in (desk.home / "items.csv").read_text(encoding="utf-8")
    assert desk.json("station", "items", "load", path, "--yes")["gone"] == ["诊所执业备案"]
    assert desk.json("station", "items", "show")["items"] == []


# -- the knowledge page ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def learned(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(made).copied(tmp_path_factory.mktemp("learned"))
    desk.ok("station", "items", "load", catalogue(desk, CLINIC, TRADER))
    facts: dict[str, Any] = {"items": ["诊所执业备案"], "missing_papers": ["平面图"], "phone": ""}
    for name in ("陈试验", "赵试验", "钱试验"):
        desk.take(reporter=name, difficulty="general", cause=["mutual_prerequisite"], **facts)
    desk.take(reporter="孙试验", decision="refuse", refusal_reason="police", remedy="报警", **facts)
    desk.take(reporter="李试验", track="conduct", failed_unit="卫健局", **facts)
    desk.take(reporter="周试验", items=["别的事"], matter="诊所执业备案的传闻")
    for no, name in (("0001", "陈试验"), ("0002", "赵试验")):
        desk.ok("step", no, "--kind", "issue_proof", "--paper", "名称核准证明", "--result", "出了")
        desk.ok("link", no, "--kind", "prerequisite", "--item", "诊所执业备案",
                "--needs", "个体工商户设立登记", "--first", "名称核准证明")  # fmt: skip
        later = Desk(desk.home, "2026-03-09T10:00")
        later.ok(
            "resolve", no, "--outcome", "solved", "--measures", f"先出证明，{name}当天拿到备案"
        )
    desk.ok("exempt", "--scope", "rule", "--item", "诊所执业备案", "--paper", "资格证",
            "--reason", "可核验", "--authority", "卫健局", "--effective", "2026-03-05")  # fmt: skip
    desk.ok("improve", "--kind", "process_redesign", "--what", "一链办理", "--item", "诊所执业备案")
    return desk


def test_the_page_of_an_item_tells_what_the_office_learned(learned: Desk):
    page = learned.json("station", "items", "show", "诊所执业备案")["knowledge"]
    assert [page[name] for name in ("cases", "open", "solved", "refused", "days")] == [
        4,
        1,
        2,
        1,
        2,
    ]
    assert page["waivers"] == [
        {"paper": "资格证", "effective": "2026-03-05", "authority": "卫健局"}
    ]
    assert page["causes"] == {"互为前置": 3}
    assert page["lacking"] == {"平面图": 4}
    assert page["refusals"] == {"公安事项": 1}
    assert page["steps"] == {"出具证明": 2}
    assert page["papers"] == {"名称核准证明": 2}
    assert page["breakers"] == {"个体工商户设立登记 → 名称核准证明": 2}
    assert page["improved"] == ["一链办理"]
    assert [way["case_no"][-4:] for way in page["ways"]] == ["0002", "0001"]
    assert Home(learned.home, actor="demo").item("诊所执业备案")["knowledge"] == page
    shown = learned.ok("station", "items", "show", "诊所执业备案").out
    assert "材料 平面图、资格证（免予提供）" in shown
    assert "本站办过 4 件：办成 2，不予受理 1，在办 1" in shown
    assert "赵试验" not in shown, "a name in the measures of her own case is masked"
    assert "陈试验" not in shown
    listed = learned.ok("station", "items", "show").out
    assert "资格证（免予提供）" in listed


def test_an_item_without_a_past_says_so(learned: Desk):
    assert "还没有办过" in learned.ok("station", "items", "show", "个体工商户设立登记").out
    assert "诊所执业备案" in learned.fails(13, "station", "items", "show", "诊所备案").err


# -- items by the words of the matter --------------------------------------------------------------------------------

NAMES = ["诊所执业备案", "个体工商户设立登记", "公共场所卫生许可证", "医疗机构执业许可证", "户口"]


@pytest.mark.parametrize(
    ("matter", "found"),
    [
        ("诊所备案办不下来", ["诊所执业备案"]),
        ("卫生许可证和执业许可证都办不了", ["公共场所卫生许可证", "医疗机构执业许可证"]),
        ("丢了户口", ["户口"]),
        ("诊所执业备案", []),
        ("路灯不亮", []),
        ("", []),
    ],
)
def test_a_matter_suggests_items_by_its_words(matter: str, found: list[str]):
    assert likely(NAMES, matter) == found


def test_intake_proposes_items_where_it_names_none_of_the_catalogue(desk: Desk):
    words = ["intake", "--demand", "办不了", "--reporter", "陈试验"]
    matter = ["--matter", "诊所备案办不下来"]
    assert "像是" not in desk.ok(*words, *matter).err, "there is no catalogue"
    desk.ok("station", "items", "load", catalogue(desk, CLINIC, TRADER))
    said = desk.ok(*words, *matter).err
    assert "像是事项目录里的：诊所执业备案" in said
    assert "bbcs station items show 诊所执业备案" in said
    assert "像是" not in desk.ok(*words, *matter, "--item", "诊所执业备案").err
    assert "像是" not in desk.ok(*words, "--matter", "路灯不亮").err


class Answers:
    """Answers each question with the next text, as somebody at a terminal would."""

    def __init__(self, *texts: str) -> None:
        self.texts, self.asked = list(texts), list[Question]()

    def ask(self, question: Question) -> Reply:
        self.asked.append(question)
        return answered(question, self.texts.pop(0))


@pytest.mark.parametrize(
    ("typed", "items"), [("1", ["诊所执业备案"]), ("", None), ("诊所注销", ["诊所注销"])]
)
def test_a_conversation_offers_the_likely_items_once(typed: str, items: list[str] | None):
    where: Any = SimpleNamespace(
        rules=SimpleNamespace(catalogue=""), items={name: Item(name) for name in NAMES}
    )
    offer, person = LikelyItems(where), Answers(typed)
    inputs: dict[str, Any] = {"matter": "诊所备案办不下来"}
    offer.fields(person, inputs)
    offer.fields(person, inputs)
    assert inputs.get("items") == items
    assert [option.label for option in person.asked[0].options] == ["诊所执业备案"]
    assert len(person.asked) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_at_a_terminal_a_digit_takes_the_proposed_item(desk: Desk):
    desk.ok("station", "items", "load", catalogue(desk, CLINIC, TRADER))
    typed = "诊所备案办不下来\n名称不让用\n陈试验\n13800000001\n\n\n\n\n1\n\n"
    with Person(desk, "intake") as person:
        assert person.type(typed).done() == 0, person.text
    assert desk.json("show", "1")["items"] == ["诊所执业备案"]


def test_what_the_catalogue_lists_is_not_said_to_be_missing(desk: Desk):
    desk.ok("station", "items", "load", catalogue(desk, CLINIC))
    desk.take(matter="诊所执业备案", missing_papers=["租赁合同"])
    (paper,) = desk.json("doc", "1", "acceptance")["papers"]
    said = {one["label"]: one["text"] for one in paper["facts"]}
    assert said["本事项所需材料"] == "平面图、资格证"
    assert said["还缺的材料"] == "租赁合同"


def test_other_items_bring_their_own_papers_and_promise_with_them(desk: Desk):
    desk.ok("station", "items", "load", catalogue(desk, CLINIC, TRADER.replace(",,\n", ",照片,\n")))
    desk.take(matter="办不了证", items=["诊所执业备案"])
    desk.ok("correct", "1", "--field", "items", "--new", "个体工商户设立登记", "--why", "选错了")
    (paper,) = desk.json("doc", "1", "acceptance")["papers"]
    said = {one["label"]: one["text"] for one in paper["facts"]}
    assert said["本事项所需材料"] == "照片"
    whole = desk.home.parent / "全部.ndjson"
    desk.ok("export", "--full", "--reason", "核对", "--out", whole)
    entries = map(json.loads, whole.read_text(encoding="utf-8").splitlines())
    (corrected,) = [one["data"] for one in entries if one.get("kind") == "Corrected"]
    assert json.loads(corrected)["along"] == [["wanted", ["照片"]], ["promised", 1]]
