"""A paper of a case as a Word document, from the shipped template or one of the office.

A template is data: it is filled in a sandbox that reaches nothing but the fields of the paper.
"""

from __future__ import annotations

import io
import re
import zipfile
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

from bbcs.errors import BadValue, ExtraMissing
from bbcs.papers.paper import Paper, day
from bbcs.render.files import whole

SHIPPED = "paper.docx"
FOLDER = "templates"
"""Where the home keeps its own templates: one for a kind (`order.docx`), or `paper.docx` for all."""

_MOMENT = (1980, 1, 1, 0, 0, 0)
"""Of every part of the file, so that the same paper gives the same bytes."""

_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def write(path: Path, paper: Paper, home: Path, *, mode: int | None = None) -> None:
    """Write the document, whole or not at all.

    Raises ExtraMissing without the extra docx, BadValue for a template that cannot be filled,
    OutputNotWritable, DiskFull.
    """
    made = document(paper, home)
    with whole(path, mode=mode) as draft:
        draft.write_bytes(made)


def document(paper: Paper, home: Path) -> bytes:
    """The document of a paper."""
    try:
        from docxtpl import DocxTemplate
        from jinja2 import StrictUndefined, TemplateError
        from jinja2.sandbox import SandboxedEnvironment
    except ImportError as missing:
        raise ExtraMissing(
            '出 Word 文书要用 docxtpl，请先安装：pip install "bbcs[docx]"；文字的用 .txt'
        ) from missing
    own, source = _template(paper.kind, home)
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    try:
        template = DocxTemplate(source)
        template.render(fields(paper), environment, autoescape=True)
        filled = io.BytesIO()
        template.save(filled)
    except TemplateError as wrong:
        raise BadValue(f"模板 {own or SHIPPED} 填不了：{_reason(wrong)}") from wrong
    except Exception as broken:
        if own is None:
            raise
        raise BadValue(
            f"模板 {own} 打不开：不是 Word 文档（docx），或里面的标记放错了位置"
        ) from broken
    return _settled(filled.getvalue())


def fields(paper: Paper) -> dict[str, Any]:
    """What a template may name."""
    rows = [
        {"key": one.key, "label": _xml(one.label), "text": _xml(one.text)} for one in paper.facts
    ]
    return {
        "kind": paper.kind,
        "title": paper.title,
        "case_no": paper.case_no,
        "number": _xml(paper.number),
        "to": _xml(paper.to),
        "signature": _xml(paper.signature),
        "day": day(paper.day),
        "facts": rows,
        "fields": {one["key"]: one["text"] for one in rows},
        **{
            name: [_xml(line) for line in getattr(paper, name)]
            for name in ("opening", "points", "closing", "receipts", "remarks")
        },
    }


def _template(kind: str, home: Path) -> tuple[Path | None, Any]:
    """The office's own template for this kind, for all kinds, or the shipped one."""
    for name in (f"{kind}.docx", SHIPPED):
        path = home / FOLDER / name
        if path.is_file():
            return path, str(path)
    return None, io.BytesIO((resources("bbcs") / "data" / "papers" / SHIPPED).read_bytes())


def _reason(wrong: Any) -> str:
    """What is wrong with a template, in one line."""
    from jinja2.exceptions import SecurityError, TemplateSyntaxError, UndefinedError

    if isinstance(wrong, SecurityError):
        return "里面有不许用的标记（只能用文书的各项）"
    if isinstance(wrong, UndefinedError):
        return f"里面用了文书没有的项（{wrong.message}）"
    if isinstance(wrong, TemplateSyntaxError):
        return f"标记写得不对（{wrong.message}）"
    return "标记写得不对"


def _xml(text: str) -> str:
    """A text that XML can hold."""
    return _NOT_XML.sub("", text.replace("\r\n", "\n"))


def _settled(content: bytes) -> bytes:
    """The same file without the moment at which it was made."""
    settled = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, _MOMENT), source.read(name), zipfile.ZIP_DEFLATED)
    return settled.getvalue()
