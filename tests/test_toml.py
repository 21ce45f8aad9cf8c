"""Defects of TOML texts: each is a finding or a refusal with its line, never a crash."""

from __future__ import annotations

import pytest

from bbcs.cli import input_files
from bbcs.config import toml
from bbcs.errors import ImportRejected

DEFECTS = {
    'a = "b"\nc = \n': ("", 2, 5),
    'a = "b"\na = 1\n': ("这个键写了两次", 2, 6),
    "a = [\n{ b = 1 }]\n[[a]]\nb = 2\n": ("都写在前面那一处", 3, 4),
    "a = { b = 1 }\na.c = 2\n": ("都写在前面那一处", 2, 8),
    "a.b = 1\n[c]\n= 3\n": ("“键 = 值”", 3, 1),
    'a = "\\ud800"\n': ("\\u 后面", 1, 12),
    "a = [1, 2": (toml.UNFINISHED, 0, 0),
    f"a = {'9' * 5000}": (toml.TOO_LONG, 0, 0),
    f"a = {'[' * 3000}": (toml.TOO_DEEP, 0, 0),
}


@pytest.mark.parametrize("text", DEFECTS, ids=lambda text: text[:12])
def test_every_defect_is_named_with_its_line(text: str) -> None:
    message, line, column = DEFECTS[text]
    with pytest.raises(toml.TomlDefect) as caught:
        toml.loads(text)
    assert message in caught.value.message
    assert (caught.value.line, caught.value.column) == (line, column)
    document, (finding,) = toml.parse("x.toml", text.encode())
    assert document == {}
    assert (finding.code, finding.what) == ("syntax", caught.value.message)
    assert finding.where == f"x.toml:{line or text.count(chr(10)) + 1}"


@pytest.mark.parametrize("text", DEFECTS, ids=lambda text: text[:12])
def test_an_input_file_with_a_defect_is_refused(text: str, tmp_path) -> None:
    source = tmp_path / "case.toml"
    source.write_text(text, encoding="utf-8")
    with pytest.raises(ImportRejected):
        input_files.objects(str(source))
