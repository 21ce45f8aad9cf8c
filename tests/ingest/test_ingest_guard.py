"""Files that must not be read, or cannot: refused before a reader sees them, in one Chinese line."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import layouts
import pytest

from bbcs.errors import ImportRejected
from bbcs.ingest import source, vocabulary

SAMPLES = Path(__file__).parent / "samples"
HEADER = ["编号", "受理时间", "反映人", "联系电话", "反映内容"]
ROW = ["N1", "2024-3-4", "陈试验", "13800000001", "办不下来"]


def refusal(path: Path) -> str:
    with pytest.raises(ImportRejected) as refused, source.opened(str(path)) as opened:
        list(opened.rows(vocabulary.vocabulary(), date(2026, 11, 29)))
    assert "\n" not in refused.value.message
    return refused.value.message


def changed(tmp_path: Path, name: str, change) -> Path:
    """A workbook with one of its parts changed."""
    sound, path = tmp_path / "好.xlsx", tmp_path / "坏.xlsx"
    layouts.write_xlsx(sound, [HEADER, ROW])
    with zipfile.ZipFile(sound) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            raw = old.read(part)
            new.writestr(part.filename, change(raw) if part.filename == name else raw)
    return path


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("raw", [b"", b"\xef\xbb\xbf\r\n", b"\x00" * 5000])
def test_empty(tmp_path, raw):
    path = tmp_path / "空.csv"
    path.write_bytes(raw)
    assert "是空的" in refusal(path)


def test_wrong_extension(tmp_path):
    for name, target in (
        ("s01_township.xlsx", "甲.xls"),
        ("s03_legacy.xls", "乙.xlsx"),
        ("s01_township.xlsx", "丙.csv"),
    ):
        path = tmp_path / target
        path.write_bytes((SAMPLES / name).read_bytes())
        assert "扩展名不对" in refusal(path)
    page = tmp_path / "网页.xls"
    page.write_text("<html><table><tr><td>编号</td></tr></table></html>", "utf-8")
    assert "网页" in refusal(page)


def test_damaged(tmp_path):
    whole = (SAMPLES / "s01_township.xlsx").read_bytes()
    for number, raw in enumerate(
        (whole[:4000], whole[:-200], whole[:3000] + b"\xff" * 500 + whole[3500:])
    ):
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(raw)
        assert "损坏" in refusal(path)
    old = (SAMPLES / "s03_legacy.xls").read_bytes()
    path = tmp_path / "半.xls"
    path.write_bytes(old[:1200])
    assert refusal(path)


def test_encrypted(tmp_path):
    path = tmp_path / "密.xlsx"
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\x00" * 600
        + "EncryptedPackage".encode("utf-16-le")
        + b"\x00" * 600
    )
    assert "密码" in refusal(path)


def test_bomb(tmp_path):
    path = changed(
        tmp_path,
        SHEET,
        lambda raw: raw.replace(b"<sheetData>", b"<sheetData>" + b" " * 200_000_000),
    )
    assert path.stat().st_size < 1_000_000
    assert "压缩" in refusal(path)


def test_document_type(tmp_path):
    laughs = b'<!DOCTYPE lolz [<!ENTITY lol "lol">]>'
    path = changed(
        tmp_path, SHEET, lambda raw: raw.replace(b"<worksheet", laughs + b"<worksheet", 1)
    )
    assert "DTD" in refusal(path)
    path = changed(tmp_path, "xl/workbook.xml", lambda raw: b" " * 300_000 + laughs + raw)
    assert "DTD" in refusal(path)


def test_a_cell_in_the_last_corner(tmp_path):
    path = changed(
        tmp_path, SHEET,
        lambda raw: raw.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
    )  # fmt: skip
    assert "第 1048576 行" in refusal(path)


def test_a_reader_that_wants_too_much_ends_alone(tmp_path):
    far = b'<row r="1048576"><c r="IP1048576"><v>1</v></c></row></sheetData>'
    path = changed(tmp_path, SHEET, lambda raw: raw.replace(b"</sheetData>", far))
    assert "内存超过 1 GB" in refusal(path)


def test_other_archives_and_files(tmp_path):
    path = tmp_path / "包.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "x")
    assert "压缩包" in refusal(path)
    picture = tmp_path / "图.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 100)
    assert "不是表格" in refusal(picture)


def test_no_header(tmp_path):
    path = tmp_path / "无.csv"
    layouts.write_csv(path, [["甲", "乙"], ["1", "2"]] * 300, "utf-8")
    assert "没有找到台账的表头" in refusal(path)


def test_bad_text(tmp_path):
    path = tmp_path / "乱.csv"
    path.write_bytes("编号,受理时间,反映人\n1,2024-1-1,陈\n".encode() + b"\xff\xfe\xff\n")
    assert "第 3 行的编码" in refusal(path)
    path.write_bytes(b'"' + "编号,受理时间\n".encode() * 200_000)
    assert "引号" in refusal(path)
    broken = tmp_path / "坏.ndjson"
    broken.write_text('{"编号": "1"}\n{"编号": \n', "utf-8")
    assert "第 2 行不是 JSON" in refusal(broken)
    deep = tmp_path / "深.json"
    deep.write_text("[" * 100_000, "utf-8")
    assert refusal(deep)


def test_standard_input(tmp_path):
    raw = (SAMPLES / "s02_visits_gbk.csv").read_bytes()
    with source.opened("-", stdin=lambda: io.BytesIO(raw)) as opened:
        assert len(list(opened.rows(vocabulary.vocabulary(), date(2026, 11, 29)))) == 48
        assert opened.name == "标准输入"
