"""`bbcs report circular --format docx`, and the same file among those of a month."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path

import libreoffice
import pytest
from cli_desk import Desk, prepared
from docx import Document

from bbcs.render.width import columns

MONTH = ("--month", "2026-03")
NAME = "工作情况通报_2026-03.docx"
DEMAND = "名称“A&B <两>”核准不过，电话 13800000001，请陈试验来办{{ 7*7 }}"


@prepared
def march(desk: Desk) -> Desk:
    """A case that two units settled, and one that is open; a set clock, so a practice ledger."""
    desk.take(
        difficulty="一般", matter="诊所备案", demand=DEMAND, reporter="陈试验", phone="13800000001"
    )
    desk.take(difficulty="复杂", matter="许可")
    desk.ok("assign", "0001", "--lead", "区市场监管局", "--assist", "区卫健局")
    later = Desk(desk.home, "2026-03-09T10:00")
    later.ok("resolve", "0001", "--outcome", "solved", "--measures", "请陈试验改名后办好")
    later.ok("callback", "0001", "--reached", "--solved", "yes", "--grade", "5")
    later.ok("link", "0002", "--kind", "common", "--theme", "历史遗留的水保方案")
    return Desk(desk.home, "2026-04-01T06:00")


def words(path: Path) -> str:
    """All text of a document, the cells of its tables too."""
    document = Document(path)
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def written(desk: Desk, path: Path, *more: str) -> str:
    desk.ok("report", "circular", *MONTH, "--out", path, *more)
    return words(path)


def test_it_tells_the_month_and_names_nobody(march: Desk, tmp_path: Path):
    text = written(march, tmp_path / "通报.docx")
    shown = march.json("report", "circular", *MONTH)
    head = march.json("ledger", "verify")["head"]
    for part in (
        shown["title"], "上期结转 0 + 本期受理登记 2", "区市场监管局", "历史遗留的水保方案", "选法：本期办结",
        "（案例1）诊所备案", "区市场监管局牵头，区卫健局协助", "A&B <两>", "{{ 7*7 }}", "下一步工作",
        f"台账 {head['station']} 第 {head['seq']} 条", head["digest"][:16], "练习台账（设定时间）", "2026 年 4 月 1 日",
        *(one["text"] for one in shown["rates"]),
    ):  # fmt: skip
        assert part in text, part
    for line in shown["next_steps"]["rows"]:
        assert line["step"] in text
    assert "陈试验" not in text
    assert "13800000001" not in text
    assert "陈**" in text


def test_the_layout_is_that_of_the_papers(march: Desk, tmp_path: Path):
    written(march, tmp_path / "通报.docx")
    document = Document(tmp_path / "通报.docx")
    page = document.sections[0]
    sizes = (page.page_width, page.page_height, page.top_margin, page.left_margin)
    assert [round(one.mm) for one in sizes] == [210, 297, 37, 28]
    by_text = {one.text: one for one in document.paragraphs}
    title = next(one for text, one in by_text.items() if text.endswith("的通报"))
    assert (title.runs[0].font.size.pt, title.runs[0].font.name) == (22, "方正小标宋简体")
    assert by_text["一、收办情况"].runs[0].font.name == "黑体"
    for table in document.tables:
        assert sum(cell.width.mm for cell in table.rows[0].cells) <= 156.5


def headers(path: Path) -> list[list[str]]:
    """The columns of each table."""
    return [[cell.text for cell in table.rows[0].cells] for table in Document(path).tables]


def test_no_signature_stands_alone_on_a_page(march: Desk, tmp_path: Path):
    """Who issues it and when stay on the page of the last line of the text."""
    written(march, tmp_path / "通报.docx")
    lines = Document(tmp_path / "通报.docx").paragraphs
    steps = [one for one in lines if re.match(r"\d+\. ", one.text)]
    assert [one.paragraph_format.keep_with_next for one in steps] == [None] * (len(steps) - 1) + [
        True
    ]
    at = next(number for number, one in enumerate(lines) if one.text == steps[-1].text)
    day = next(number for number, one in enumerate(lines) if one.text == "2026 年 4 月 1 日")
    assert day > at
    assert all(one.paragraph_format.keep_with_next for one in lines[at:day])


def test_columns_without_anything_in_them_are_left_out(march: Desk, tmp_path: Path):
    out = tmp_path / "通报.docx"
    plain = ["类别", "单位", "登记", "办结", "结转", "超期未办结"]
    written(march, out)
    assert plain in headers(out)
    pack = tmp_path / "scored.toml"
    march.ok("pack", "export", "default@1", "--out", pack)
    scored = pack.read_text(encoding="utf-8").replace('edition = "1"', 'edition = "1s"', 1)
    scored += "\n[score]\nclosing_rate = 100\nproposed = true\n"
    pack.write_text(scored, encoding="utf-8")
    march.ok("pack", "adopt", pack, "--yes")
    written(march, out, "--yes")
    assert [*plain, "得分"] in headers(out)  # too few cases for a rank
    earlier = Desk(march.home, "2026-03-10T09:00")
    for number in range(4):
        case_no = earlier.take(matter=f"备案{number}", difficulty="一般", reporter=f"陈{number}")
        earlier.ok("assign", case_no, "--lead", "区市场监管局")
    written(march, out, "--yes")
    assert ["类别", "单位", "名次", *plain[2:], "得分"] in headers(out)
    tiers = '\n[tiers]\n"好" = 60\n"差" = 0\nproposed = true\n'
    pack.write_text(scored.replace('"1s"', '"1t"') + tiers, encoding="utf-8")
    march.ok("pack", "adopt", pack, "--yes")
    written(march, out, "--yes")
    assert ["类别", "单位", "名次", *plain[2:], "得分", "档次"] in headers(out)
    for table in Document(out).tables:
        assert round(sum(cell.width.mm for cell in table.rows[0].cells)) in (90, 156)


def test_the_past_gives_the_same_file_among_those_of_the_month_too(march: Desk, tmp_path: Path):
    march.ok("report", "monthly", *MONTH, "--out", tmp_path / "月")
    first = (tmp_path / "月" / NAME).read_bytes()
    written(march, tmp_path / "单.docx")
    later = Desk(march.home, "2026-05-06T10:00")
    later.take(difficulty="一般", matter="后来的")
    written(later, tmp_path / "又.docx", "--as-of", "2026-04-01T06:00")
    assert first == (tmp_path / "单.docx").read_bytes() == (tmp_path / "又.docx").read_bytes()
    manifest = json.loads((tmp_path / "月" / "清单_2026-03.json").read_text(encoding="utf-8"))
    sums = {one["name"]: one["sha256"] for one in manifest["files"]}
    assert sums[NAME] == hashlib.sha256(first).hexdigest()


def test_without_the_library_it_is_left_out_of_the_month_and_named(
    march: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "docxtpl", None)
    done = march.json("report", "monthly", *MONTH, "--out", tmp_path / "月")
    (skipped,) = done["files_skipped"]
    assert "docx" in skipped
    assert 'pip install "bbcs[docx]"' in skipped
    assert not (tmp_path / "月" / NAME).exists()
    assert "docxtpl" in march.fails(22, "report", "circular", "--out", tmp_path / "报.docx").err
    assert not (tmp_path / "报.docx").exists()


@pytest.mark.parametrize("what", ["circular", "kpi", "daily", "monthly"])
def test_a_report_in_a_pipe_fits_a_usual_screen(march: Desk, what: str):
    when = ("--day", "2026-03-09") if what == "daily" else MONTH
    text = march.ok("report", what, *when).out
    assert max(columns(line) for line in text.splitlines()) <= 80


def test_hard_cases_keep_every_figure_where_all_are_wider_than_a_screen(march: Desk):
    Desk(march.home, "2026-04-02T09:00").take(matter="建设工程规划许可证核发")
    now = Desk(march.home, "2026-05-06T09:00")
    text = now.ok("report", "circular", "--month", "2026-04").out
    part = text[text.index("难办的件") : text.index("下一步工作")]
    assert "退回次数" in part
    assert max(columns(line) for line in part.splitlines()) <= 80


def test_a_typical_case_tells_its_story_on_a_screen(march: Desk):
    document = march.json("report", "circular", *MONTH)
    told = document["typical_cases"]["rows"][0]["story"]
    assert told.startswith("2026年3月")
    assert "".join(told.split()) in _right(march.ok("report", "circular", *MONTH).out)


def _right(text: str) -> str:
    """The cells of the last column, read downwards."""
    return "".join(line.strip().rsplit("  ", 1)[-1] for line in text.splitlines()).replace(" ", "")


def test_a_month_without_cases_has_one_too(march: Desk, tmp_path: Path):
    march.ok("report", "circular", "--month", "2026-02", "--out", tmp_path / "空.docx")
    text = words(tmp_path / "空.docx")
    assert "本期受理登记 0" in text
    assert "本期没有合于选法的件。" in text
    assert "期末没有在办的件。" in text


def test_it_has_a_name_of_its_own_and_is_not_written_over_unasked(
    march: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    assert march.ok("report", "circular", *MONTH, "--format", "docx").out.strip() == NAME
    edited = tmp_path / NAME
    edited.write_bytes(b"edited")
    again = ("report", "circular", *MONTH, "--format", "docx")
    assert NAME in march.fails(15, *again).err
    assert edited.read_bytes() == b"edited"
    march.ok(*again, "--yes")
    assert edited.read_bytes() != b"edited"
    march.fails(2, "report", "circular", "--format", "docx", "--out", "通报.pdf")


def own(desk: Desk, text: str) -> None:
    folder = desk.home / "templates"
    folder.mkdir(exist_ok=True)
    document = Document()
    document.add_paragraph(text)
    document.save(str(folder / "circular.docx"))


def test_an_office_has_its_own_template(march: Desk, tmp_path: Path):
    own(march, "{{ station }}：{{ units.rows[0].unit }}，{{ rates[1].text }}")
    text = written(march, tmp_path / "通报.docx")
    assert re.fullmatch(r"沾益站：\S+，50\.00%（1/2）\s*", text)


@pytest.mark.parametrize(
    "text",
    ["{{ ''.__class__.__mro__ }}", "{{ nobody }}", "{% if %}", "{% include '/etc/passwd' %}"],
)
def test_a_broken_or_hostile_template_is_one_line_and_no_file(
    march: Desk, tmp_path: Path, text: str
):
    own(march, text)
    refused = march.fails(2, "report", "circular", *MONTH, "--out", tmp_path / "通报.docx")
    assert "circular.docx" in refused.err
    assert refused.err.count("\n") == 1
    assert not list(tmp_path.glob("*通报*"))


def test_a_broken_template_costs_a_month_its_circular_alone(march: Desk, tmp_path: Path):
    """What a nightly run is for, the registers, is written; what is missing is told, also under
    --quiet."""
    own(march, "{% if %}")
    folder, month = tmp_path / "月", ("report", "monthly", *MONTH, "--out", tmp_path / "月")
    quiet = march.ok(*month, "--quiet")
    assert quiet.out == ""
    assert quiet.err.count("\n") == 1
    assert "没有写通报" in quiet.err
    assert "circular.docx" in quiet.err
    assert not list(folder.glob("*通报*"))
    done = march.json(*month)
    (skipped,) = done["files_skipped"]
    assert skipped.startswith("docx：")
    assert "circular.docx" in skipped
    manifest = json.loads((folder / "清单_2026-03.json").read_text(encoding="utf-8"))
    names = {path.name for path in folder.iterdir()}
    assert {one["name"] for one in manifest["files"]} == names - {"清单_2026-03.json"}
    assert {"月报_2026-03.xlsx", "月报_2026-03.html", "工作台账登记簿_2026-03.csv"} <= names
    (march.home / "templates" / "circular.docx").unlink()
    assert march.ok(*month, "--quiet").err == ""
    assert (folder / NAME).exists()


def test_a_month_written_again_keeps_a_circular_that_somebody_edited(march: Desk, tmp_path: Path):
    folder = tmp_path / "月"
    month, circular = ("report", "monthly", *MONTH, "--out", folder), folder / NAME
    march.ok(*month)
    first = circular.read_bytes()
    march.ok("note", "1", "--text", "又一条")
    assert march.ok(*month, "--quiet").err == ""
    assert circular.read_bytes() != first  # nobody had edited it: it bears the new head
    circular.write_bytes(b"edited")
    for _ in range(2):  # the manifest of the second run does not list it
        again = march("--json", *month)
        assert circular.read_bytes() == b"edited"
        assert f"{NAME} 不是上次写的那一份" in again.err
        assert "改名或删去" in again.err
        assert NAME in again.json["files_skipped"][0]
        assert str(circular) not in again.json["files"]
        manifest = json.loads((folder / "清单_2026-03.json").read_text(encoding="utf-8"))
        assert NAME not in [one["name"] for one in manifest["files"]]
    circular.rename(folder / "改过.docx")
    assert march.ok(*month, "--quiet").err == ""
    assert circular.read_bytes() != b"edited"
    assert (folder / "改过.docx").read_bytes() == b"edited"


@pytest.mark.parametrize("manifest", [None, "{", "[]", '{"files": [{"name": 1}]}'])
def test_a_circular_without_a_manifest_that_knows_it_is_kept(
    march: Desk, tmp_path: Path, manifest: str | None
):
    folder = tmp_path / "月"
    folder.mkdir()
    (folder / NAME).write_bytes(b"edited")
    if manifest is not None:
        (folder / "清单_2026-03.json").write_text(manifest, encoding="utf-8")
    assert NAME in march.ok("report", "monthly", *MONTH, "--out", folder, "--quiet").err
    assert (folder / NAME).read_bytes() == b"edited"
    assert (folder / "月报_2026-03.xlsx").exists()


@libreoffice.needed
def test_it_becomes_pdf(march: Desk, tmp_path: Path):
    path = tmp_path / "三 月 通报.pdf"
    march.ok("report", "circular", *MONTH, "--out", path)
    assert path.read_bytes().startswith(b"%PDF-")
