"""`bbcs doc`: every paper of a case, masked unless revealed, as text and as a Word document."""

from __future__ import annotations

import importlib
import json
import re
import sys
import zipfile
from pathlib import Path

import libreoffice
import pytest
from cli_desk import Desk
from docx import Document

import bbcs
from bbcs import open_ledger
from bbcs.papers import PAPERS
from bbcs.render import pdf

ROOT = Path(__file__).parents[2]

DEMAND = "开诊所办不了备案，电话 13800000001，请陈试验来办"
CASE = {
    "matter": "诊所执业备案",
    "demand": DEMAND,
    "reporter": "陈试验",
    "phone": "13800000001",
    "address": "示例市示例区示例路1号",
    "difficulty": "complex",
    "missing_papers": ["平面图"],
}
REVEAL = ("--reveal", "--reason", "交给反映人")


@pytest.fixture(scope="module")
def whole(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one case on which every paper stands, and one that was refused."""
    desk = Desk(made).copied(tmp_path_factory.mktemp("papers"))
    desk.take(**CASE)
    desk.ok("notify", "1", "--kind", "一次性告知", "--missing", "平面图", "--missing", "租赁合同")
    desk.ok("gap", "1", "--owe", "平面图=2026-03-12", "--owe", "租赁合同=现场")
    desk.ok(
        "assign", "1", "--lead", "区市场监管局", "--assist", "区卫健局", "--require", "核新名称"
    )
    desk.ok("forward", "1", "--to", "区数据局", "--reason", "归它管", "--unit", "区市场监管局")
    desk.ok(
        "supervise",
        "1",
        "--kind",
        "催办",
        "--unit",
        "区数据局",
        "--reason",
        "快到期",
        "--due",
        "2026-03-06",
    )
    desk.ok(
        "supervise",
        "1",
        "--kind",
        "督办",
        "--unit",
        "区数据局",
        "--reason",
        "没回音",
        "--issuer",
        "王站长",
    )
    desk.ok("convene", "1", "--host", "联席会议", "--unit", "区数据局", "--unit", "区卫健局",
            "--resolution", "三天内批名称|区数据局|2026-03-10", "--about", "陈试验的备案")  # fmt: skip
    desk.ok(
        "extend",
        "1",
        "--days",
        "2",
        "--reason",
        "要等评审",
        "--told",
        "2026-03-05",
        "--told-how",
        "phone",
    )
    desk.ok("gap", "1", "--filled", "平面图", "--filled", "租赁合同")
    desk.ok("resolve", "1", "--outcome", "solved", "--measures", "陈试验已改名备案")
    desk.ok("callback", "1", "--not-reached")
    desk.ok("callback", "1", "--reached", "--solved", "yes", "--grade", "5", "--words", "谢谢")
    refused = {**CASE, "difficulty": None, "decision": "refuse", "refusal_reason": "litigation",
               "basis": "示例条例第 3 条", "remedy": "可向法院起诉"}  # fmt: skip
    desk.take(**{key: value for key, value in refused.items() if value is not None})
    return desk.home


@pytest.fixture
def desk(whole: Path, tmp_path: Path) -> Desk:
    return Desk(whole).copied(tmp_path)


def number(kind: str) -> str:
    return "0002" if kind == "refusal" else "0001"


def xml(path: Path, part: str = "word/document.xml") -> str:
    with zipfile.ZipFile(path) as file:
        return file.read(part).decode()


def words(path: Path) -> str:
    return re.sub(r"<[^>]+>", "", xml(path).replace("</w:p>", "\n"))


@pytest.mark.parametrize("kind", PAPERS)
def test_every_paper_is_there_and_masked(desk: Desk, kind: str):
    text = desk.ok("doc", number(kind), PAPERS[kind].title).out
    assert PAPERS[kind].title in text
    shown = desk.json("doc", number(kind), kind)
    assert shown["schema"] == "bbcs.papers/1"
    assert {one["kind"] for one in shown["papers"]} == {kind}
    for out in (text, json.dumps(shown, ensure_ascii=False)):
        assert "陈试验" not in out
        assert "13800000001" not in out
        assert "示例路1号" not in out
    assert desk.entries() == Desk(desk.home).entries()


def test_what_the_papers_say(desk: Desk):
    said = {
        "one_time": ("1. 平面图", "2. 租赁合同", "ZY01-20260305-0001-告1"),
        "refusal": ("涉法涉诉", "示例条例第 3 条", "可向法院起诉"),
        "order": ("区市场监管局：", "区卫健局：", "核新名称", "2026 年 3 月 19 日"),
        "transfer": ("区数据局：", "归它管"),
        "remind": ("2026 年 3 月 6 日", "快到期"),
        "supervise": ("没回音", "王站长", "ZY01-20260305-0001-督2"),
        "extension": ("2 个工作日", "要等评审", "2026 年 3 月 23 日"),
        "gap": ("平面图：2026 年 3 月 12 日前补交", "租赁合同：现场核查时交"),
        "result": ("已解决", "区数据局"),
        "callback": ("没有接通", "问题解决：是", "非常满意", "谢谢"),
        "minutes": (
            "区数据局、区卫健局",
            "的备案”，议定如下",  # what the meeting was about, not the matter of the case
            "1. 三天内批名称；责任单位：区数据局；完成时限：2026 年 3 月 10 日。",
        ),
    }
    for kind, parts in said.items():
        text = re.sub(r"\n *", "", desk.ok("doc", number(kind), kind).out)
        assert [part for part in parts if part not in text] == [], kind


def test_names_stand_on_it_only_with_a_reason_and_each_look_is_logged(desk: Desk, tmp_path: Path):
    desk.fails(13, "doc", "1", "acceptance", "--reveal")
    desk.fails(2, "doc", "1", "acceptance", "--reason", "看看")
    before, out = desk.entries(), tmp_path / "受理单.docx"
    desk.ok("doc", "1", "acceptance", *REVEAL, "--out", out)
    assert "陈试验" in words(out)
    assert "13800000001" in words(out)
    assert out.stat().st_mode & 0o077 == 0
    assert desk.entries() == before + 1
    desk.fails(15, "doc", "1", "acceptance", *REVEAL, "--out", out)
    assert desk.entries() == before + 1


def test_who_complains_of_staff_is_named_to_nobody_but_themselves(desk: Desk):
    desk.take(**CASE, track="conduct", failed_unit="区卫健局")
    desk.ok("assign", "3", "--lead", "区监察室")
    text = desk.ok("doc", "3", "order", *REVEAL).out
    assert "陈" not in text
    assert "13800000001" not in text
    assert "陈试验" in desk.ok("doc", "3", "acceptance", *REVEAL).out


def test_a_case_that_was_refused_has_no_paper_of_its_acceptance(desk: Desk):
    assert "accept" in desk.fails(11, "doc", "2", "acceptance").err


def test_who_is_anonymous_signs_nothing(desk: Desk):
    assert "反映人签名：" in desk.ok("doc", "1", "acceptance").out
    desk.take(matter="备案", demand="慢", anonymous=True, difficulty="complex")
    text = desk.ok("doc", "3", "acceptance").out
    assert "受理人签名：" in text
    assert "反映人签名：" not in text


def test_a_paper_says_the_limit_of_its_day(desk: Desk):
    """No extension, no pause and no later round moves the limit on a paper that was issued before."""
    desk.take(**CASE)
    desk.ok("assign", "3", "--lead", "区市场监管局")
    papers = [desk.ok("doc", "3", kind).out for kind in ("acceptance", "order")]
    assert all("2026 年 3 月 19 日" in text for text in papers)
    later = Desk(desk.home, "2026-03-10T09:00")
    later.ok(
        "extend",
        "3",
        "--days",
        "2",
        "--reason",
        "等评审",
        "--told",
        "2026-03-10",
        "--told-how",
        "phone",
    )
    later.ok("resolve", "3", "--outcome", "solved", "--measures", "好了")
    later.ok("callback", "3", "--reached", "--solved", "no", "--grade", "1")
    extended = later.ok("doc", "3", "extension").out
    assert "2026 年 3 月 23 日" in extended
    later.ok("reopen", "3", "--reason", "没好")
    later.ok("triage", "3", "--difficulty", "simple")
    assert [later.ok("doc", "3", kind).out for kind in ("acceptance", "order")] == papers
    assert later.ok("doc", "3", "extension").out == extended


def test_minutes_ask_for_nothing_where_nothing_was_resolved(desk: Desk):
    desk.take(**CASE)
    desk.ok("convene", "3", "--host", "联席会议", "--unit", "区数据局")
    text = desk.ok("doc", "3", "minutes").out
    assert "没有记下议定事项" in text
    assert "以上议定事项" not in text
    assert "以上议定事项" in desk.ok("doc", "1", "minutes").out


def test_a_slip_says_whether_the_unit_handles_the_case(desk: Desk):
    slip = ("supervise", "1", "--kind", "督办", "--reason", "慢", "--unit")
    desk.ok(*slip, "区卫健局")
    desk.ok(*slip, "区财政局")
    texts = {one["to"]: one["opening"][0] for one in desk.json("doc", "1", "supervise")["papers"]}
    assert texts["区卫健局"].startswith("你单位承办的")
    assert texts["区财政局"].startswith("涉及你单位的")


def test_a_paper_of_nothing_names_the_command_that_makes_it(desk: Desk):
    desk.take(**CASE)
    for kind in PAPERS:
        if kind != "acceptance":
            refused = desk.fails(11, "doc", "3", kind)
            assert PAPERS[kind].needs.split()[0] in refused.err
    assert "问题受理单" in desk.fails(13, "doc", "1", "表扬信").err


def test_which_of_several(desk: Desk, tmp_path: Path):
    refused = desk.fails(2, "doc", "1", "order", "--out", tmp_path / "单.docx")
    assert "1 区市场监管局；2 区卫健局" in refused.err
    assert not (tmp_path / "单.docx").exists()
    desk.ok("doc", "1", "order", "--which", "２", "--out", tmp_path / "单.txt")
    assert "区卫健局：" in (tmp_path / "单.txt").read_text(encoding="utf-8")
    refused = desk.fails(2, "doc", "1", "order", "--out", tmp_path / "单.docx")
    assert "1 区市场监管局；2 ZY01交〔2026〕1号 区卫健局" in refused.err
    desk.fails(2, "doc", "1", "order", "--which", "3")
    desk.fails(2, "doc", "1", "order", "--which", "²")
    desk.fails(2, "doc", "1", "order", "--which", "1", "--out", tmp_path / "单.xlsx")


# -- Word ------------------------------------------------------------------------------------------


def test_the_layout_is_that_of_gb_t_9704(desk: Desk, tmp_path: Path):
    """A4, 37 mm above, 28 mm left, 156 × 225 mm of text; title 2号, body 3号, 22 lines a page."""
    out = tmp_path / "单.docx"
    desk.ok("doc", "1", "result", "--out", out)
    page = Document(out).sections[0]
    assert [round(one.mm) for one in (page.page_width, page.page_height)] == [210, 297]
    assert [round(one.mm) for one in (page.top_margin, page.left_margin)] == [37, 28]
    assert round(page.page_width.mm - page.left_margin.mm - page.right_margin.mm) == 156
    assert round(page.page_height.mm - page.top_margin.mm - page.bottom_margin.mm) == 225
    text = xml(out)
    assert re.search(r'w:docGrid [^>]*w:type="lines"', text)
    paragraphs = {one.text: one for one in Document(out).paragraphs}
    assert paragraphs["办结反馈单"].runs[0].font.size.pt == 22
    assert paragraphs["办结反馈单"].runs[0].font.name == "方正小标宋简体"
    normal = Document(out).styles["Normal"]
    assert (normal.font.size.pt, normal.font.name) == (16, "仿宋_GB2312")
    assert normal.paragraph_format.line_spacing.pt == pytest.approx(28.95)
    assert "PAGE" in xml(out, "word/footer1.xml") + xml(out, "word/footer2.xml")


def test_the_same_paper_gives_the_same_bytes(desk: Desk, tmp_path: Path):
    files = [tmp_path / "1.docx", tmp_path / "2.docx"]
    for path in files:
        desk.ok("doc", "1", "result", "--out", path)
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize("name", ["paper", "circular"])
def test_the_shipped_template_is_the_one_that_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
):
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    importlib.import_module(f"{name}_template").make().save(tmp_path / "made.docx")
    shipped = Path(bbcs.__file__).parent / "data" / "papers" / f"{name}.docx"
    for part in ("word/document.xml", "word/styles.xml", "word/settings.xml"):
        assert xml(tmp_path / "made.docx", part) == xml(shipped, part)


@pytest.mark.parametrize("text", ["A&B <两>", "{{ 7*7 }}{% raw %}", "𠮷䶮㐂", "一\n二", "\ufffe甲"])
def test_any_text_stands_on_it_as_it_is(desk: Desk, tmp_path: Path, text: str):
    desk.take(**{**CASE, "demand": f"甲{text}乙"})
    out = tmp_path / "单.docx"
    desk.ok("doc", "3", "acceptance", "--out", out)
    table = Document(out).tables[0]
    cells = {row.cells[0].text: row.cells[1].text for row in table.rows}
    assert cells["反映内容及诉求"] == f"甲{text}乙".replace("\ufffe", "")


def own(desk: Desk, text: str, name: str = "order.docx") -> None:
    folder = desk.home / "templates"
    folder.mkdir(exist_ok=True)
    document = Document()
    document.add_paragraph(text)
    document.save(str(folder / name))


def test_an_office_has_its_own_template(desk: Desk, tmp_path: Path):
    own(desk, "事项 {{ fields.matter }} 交 {{ to }}，{{ number }}")
    out = tmp_path / "单.docx"
    desk.ok("doc", "1", "order", "--which", "1", "--out", out)
    assert words(out).strip() == "事项 诊所执业备案 交 区市场监管局，ZY01交〔2026〕1号"
    desk.ok("doc", "1", "result", "--out", tmp_path / "果.docx")
    assert "办结反馈单" in words(tmp_path / "果.docx")


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ nobody }}",
        "{{ fields.nobody }}",
        "{% if %}",
        "{{ to",
        "{% include '/etc/passwd' %}",
        "{% for x in range(999999999) %}a{% endfor %}",
    ],
)
def test_a_broken_or_hostile_template_is_one_line_and_no_file(
    desk: Desk, tmp_path: Path, text: str
):
    own(desk, text)
    out = tmp_path / "单.docx"
    refused = desk.fails(2, "doc", "1", "order", "--which", "1", "--out", out)
    assert "order.docx" in refused.err
    assert refused.err.count("\n") == 1
    assert not out.exists()


def test_a_broken_template_costs_a_month_the_papers_of_its_kind_alone(desk: Desk, tmp_path: Path):
    own(desk, "{% if %}")
    month = ("doc", "--all", "--month", "2026-03", "--out", tmp_path / "三月")
    refused = desk.fails(2, *month)
    assert refused.err.count("\n") == 1
    assert "2 张没有写，其余都写了" in refused.err
    assert refused.err.count("order.docx") == 1
    names = {path.name.partition("_")[0] for path in (tmp_path / "三月").iterdir()}
    assert names == {kind.title for kind in PAPERS.values()} - {"交办单"}
    (desk.home / "templates" / "order.docx").unlink()
    desk.ok(*month, "--yes")
    assert len(list((tmp_path / "三月").iterdir())) == len(PAPERS) + 1


def test_a_template_that_is_no_document(desk: Desk, tmp_path: Path):
    own(desk, "甲", "paper.docx")
    (desk.home / "templates" / "paper.docx").write_bytes(b"PK\x03\x04 no zip")
    refused = desk.fails(2, "doc", "1", "result", "--out", tmp_path / "单.docx")
    assert "paper.docx" in refused.err


# -- PDF -------------------------------------------------------------------------------------------


@libreoffice.needed
def test_papers_and_registers_become_pdf(desk: Desk, tmp_path: Path):
    folder = tmp_path / "三 月（文书）"
    folder.mkdir()
    for out, args in (
        ("反馈 单.pdf", ("doc", "1", "result", *REVEAL)),
        ("簿.pdf", ("report", "register", "work", "--month", "2026-03")),
        ("回访 簿", ("report", "register", "callbacks", "--month", "2026-03", "--format", "pdf")),
    ):
        desk.ok(*args, "--out", folder / out)
        assert (folder / out).read_bytes().startswith(b"%PDF-")
    assert (folder / "反馈 单.pdf").stat().st_mode & 0o077 == 0
    desk.fails(2, "report", "register", "work", "--format", "pdf")


def test_without_libreoffice_there_is_no_pdf_and_a_word_about_it(desk, tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "program", lambda: None)
    for args in (
        ("doc", "1", "result"),
        ("report", "register", "work", "--month", "2026-03"),
        ("report", "circular", "--month", "2026-03"),
    ):
        assert "LibreOffice" in desk.fails(22, *args, "--out", tmp_path / "单.pdf").err
    monkeypatch.setattr(pdf, "program", lambda: "/bin/false")
    assert "PDF" in desk.fails(22, "doc", "1", "result", "--out", tmp_path / "单.pdf").err
    assert list(tmp_path.glob("*.pdf")) == []


@libreoffice.needed
def test_libreoffice_opens_every_paper_as_it_is(desk: Desk, tmp_path: Path):
    desk.ok("doc", "--all", "--month", "2026-03", "--out", tmp_path / "三月")
    desk.ok("report", "circular", "--month", "2026-03", "--out", tmp_path / "三月" / "通报.docx")
    desk.ok("report", "monthly", "--month", "2026-03", "--out", tmp_path / "月")
    books = sorted((tmp_path / "月").glob("*.xlsx"))
    papers = sorted((tmp_path / "三月").iterdir())
    assert len(papers) == len(PAPERS) + 2
    assert libreoffice.not_opened([*papers, *books], tmp_path) == []
    one_page = [path for path in papers if path.stem != "通报"]
    made = {path.stem: tmp_path / "made" / f"{path.stem}.pdf" for path in one_page}
    pages = {
        name: len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes())) for name, pdf in made.items()
    }
    assert set(pages.values()) == {1}, pages


# -- numbers ---------------------------------------------------------------------------------------


def number_orders(desk: Desk) -> None:
    """Adopt rules that number the orders."""
    path = desk.home.parent / "own.toml"
    desk.ok("pack", "export", "default@1", "--out", path)
    text = path.read_text(encoding="utf-8").replace('edition = "1"', 'edition = "1a"', 1)
    numbered = text.replace("[number]", '[number]\norder_no = "示例交〔{year}〕{serial}号"', 1)
    path.write_text(numbered, encoding="utf-8")
    desk.ok("pack", "adopt", path, "--yes")


def printed(desk: Desk, tmp_path: Path, kind: str, *more: object) -> str:
    """The number on a paper that was written as a file."""
    out = tmp_path / "单.txt"
    desk.ok("doc", number(kind), kind, *more, "--out", out, "--yes")
    return out.read_text(encoding="utf-8").splitlines()[1].strip()


OWN_NUMBER = {
    "acceptance": "ZY01-20260305-0001",
    "one_time": "ZY01-20260305-0001-告1",
    "remind": "ZY01-20260305-0001-督1",
    "supervise": "ZY01-20260305-0001-督2",
    "minutes": "ZY01-20260305-0001-会1",
}
"""Kind of paper whose own entry bears its number -> the number."""


@pytest.mark.parametrize("kind", PAPERS)
def test_every_paper_that_is_written_has_a_number_of_the_ledger(
    desk: Desk, tmp_path: Path, kind: str
):
    which = ("--which", "1") if kind == "order" else ()
    before = desk.entries()
    for _ in range(2):
        given = OWN_NUMBER.get(kind) or f"ZY01{PAPERS[kind].mark}〔2026〕1号"
        assert printed(desk, tmp_path, kind, *which) == given
        assert desk.entries() == before + (kind not in OWN_NUMBER)
    assert given in desk.ok("doc", number(kind), kind).out
    assert number(kind) in desk.ok("search", given).out
    desk.ok("ledger", "rebuild")
    desk.ok("ledger", "verify", "--full")
    assert printed(desk, tmp_path, kind, *which) == given


def test_a_look_at_a_paper_uses_no_number(desk: Desk):
    before = desk.entries()
    assert "（写成文件时编号）" in desk.ok("doc", "1", "order").out
    assert [one["number"] for one in desk.json("doc", "1", "order")["papers"]] == [None, None]
    assert desk.entries() == before


def test_papers_are_numbered_in_the_order_in_which_they_are_written(desk: Desk, tmp_path: Path):
    assert printed(desk, tmp_path, "order", "--which", "2") == "ZY01交〔2026〕1号"
    assert printed(desk, tmp_path, "order", "--which", "1") == "ZY01交〔2026〕2号"
    number_orders(desk)
    desk.take(**CASE)
    desk.ok("assign", "3", "--lead", "区市场监管局")
    desk.ok("doc", "3", "order", "--out", tmp_path / "三.txt")
    assert "示例交〔2026〕3号" in (tmp_path / "三.txt").read_text(encoding="utf-8")
    assert printed(desk, tmp_path, "order", "--which", "2") == "ZY01交〔2026〕1号"


def test_a_number_is_of_the_year_of_its_paper(desk: Desk, tmp_path: Path):
    later = Desk(desk.home, "2027-01-04T09:00")
    assert printed(later, tmp_path, "result") == "ZY01反〔2026〕1号"


def test_more_calls_are_on_the_paper_of_the_first_under_its_number(desk: Desk, tmp_path: Path):
    assert printed(desk, tmp_path, "callback") == "ZY01访〔2026〕1号"
    desk.ok("reopen", "1", "--reason", "没好")
    desk.ok("resolve", "1", "--outcome", "solved", "--measures", "又办好了")
    desk.now = "2026-03-06T09:00"
    desk.ok("callback", "1", "--reached", "--solved", "yes", "--grade", "5")
    before = desk.entries()
    assert printed(desk, tmp_path, "callback") == "ZY01访〔2026〕1号"
    assert desk.entries() == before
    text = (tmp_path / "单.txt").read_text(encoding="utf-8")
    assert "第 3 次" in text
    assert "2026 年 3 月 6 日" in text


def test_a_step_whose_paper_was_numbered_can_be_taken_back_and_the_number_stays_used(
    desk: Desk, tmp_path: Path
):
    desk.take(**CASE)
    desk.ok("assign", "3", "--lead", "区市场监管局")
    out = tmp_path / "单.txt"
    desk.ok("doc", "3", "order", "--out", out)
    assert "交〔2026〕1号" in out.read_text(encoding="utf-8")
    assert "已撤销：已交办" in desk.ok("undo", "3").out
    assert "最后一条就是撤销" in desk.fails(11, "undo", "3").err
    desk.ok("assign", "3", "--lead", "区卫健局")
    desk.ok("doc", "3", "order", "--out", out, "--yes")
    assert "交〔2026〕2号" in out.read_text(encoding="utf-8")
    desk.ok("ledger", "verify", "--full")


def test_the_place_numbers_a_paper_once(desk: Desk, tmp_path: Path):
    number_orders(desk)
    before = desk.entries()
    for _ in range(2):
        first = [printed(desk, tmp_path, "order", "--which", which) for which in ("1", "2")]
        assert first == ["示例交〔2026〕1号", "示例交〔2026〕2号"]
        assert desk.entries() == before + 2
    assert "0001" in desk.ok("search", "示例交〔2026〕2号").out
    desk.ok("ledger", "verify", "--full")


def test_a_program_issues_papers_too(desk: Desk):
    with open_ledger(desk.home) as window:
        assert window.papers("1", "order")["papers"][0]["number"] is None
        given = [one["number"] for one in window.papers("1", "order", issue=True)["papers"]]
        assert given == ["ZY01交〔2026〕1号", "ZY01交〔2026〕2号"]
        assert [one["number"] for one in window.papers("1", "order")["papers"]] == given


def test_who_never_writes_gives_no_number(desk: Desk, tmp_path: Path):
    desk.ok("station", "operator", "add", "shen", "--name", "审计员", "--role", "auditor")
    before, out = desk.entries(), tmp_path / "单.txt"
    assert "区卫健局" in desk.ok("doc", "1", "order", "--as", "shen").out
    write = ("doc", "1", "order", "--which", "1", "--out", out)
    assert "给文书编号" in desk.fails(14, *write, "--as", "shen").err
    month = ("doc", "--all", "--month", "2026-03", "--out", tmp_path / "三月")
    assert "给文书编号" in desk.fails(14, *month, "--as", "shen").err
    assert desk.entries() == before
    assert not out.exists()
    desk.ok(*write)
    desk.ok(*write, "--as", "shen", "--yes")
    assert "交〔2026〕1号" in out.read_text(encoding="utf-8")


def test_a_practice_ledger_says_so_on_every_paper(desk: Desk, tmp_path: Path):
    """The home was made with a set clock (formats.md §8.2)."""
    for kind in PAPERS:
        assert "练习台账（设定时间）" in desk.ok("doc", number(kind), kind).out
    desk.ok("doc", "1", "result", "--out", tmp_path / "单.docx")
    assert "练习台账（设定时间）" in words(tmp_path / "单.docx")


# -- a month ---------------------------------------------------------------------------------------


def test_a_month_s_papers_lie_in_one_folder(desk: Desk, tmp_path: Path):
    desk.ok("doc", "--all", "--month", "2026-03", "--out", tmp_path / "三月")
    names = {path.name for path in (tmp_path / "三月").iterdir()}
    assert "交办单_ZY01交〔2026〕2号.docx" in names
    assert len(names) == len(PAPERS) + 1  # two orders
    before = desk.entries()
    assert not [path for path in (tmp_path / "三月").iterdir() if "陈试验" in words(path)]
    again = ("doc", "--all", "--month", "2026-03", "--out", tmp_path / "三月")
    assert f"等 {len(names)} 个文件 已有" in desk.fails(15, *again).err
    desk.ok(*again, "--yes")
    desk.ok("--yes", *again)
    assert desk.entries() == before  # each has its number since the first time
    desk.ok("doc", "--all", "--month", "2026-02", "--out", tmp_path / "二月")
    assert list((tmp_path / "二月").iterdir()) == []
    desk.fails(2, "doc", "--all", "--month", "2026-03")
    desk.fails(2, "doc", "1", "order", "--all", "--out", tmp_path / "三月")


@pytest.mark.parametrize(
    ("session", "library"), [("papers", "docxtpl"), ("fill-forms", "openpyxl")]
)
def test_a_demo_leaves_out_what_a_library_is_missing_for(
    empty: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, session: str, library: str
):
    monkeypatch.setitem(sys.modules, library, None)
    done = empty.ok("demo", tmp_path / "演示", "--session", session)
    assert "条命令要另外安装的库，这台电脑没有，略过了" in done.err
    assert empty.json("demo", tmp_path / "又", "--session", session)["schema"] == "bbcs.demo/1"
