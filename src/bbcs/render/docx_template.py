"""Fills a Word template, the shipped one or that of the office.

A template is data: it is filled in a sandbox that reaches nothing but the fields it is given.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

from bbcs.errors import ExtraMissing, TemplateBroken

FOLDER = "templates"
"""Where the home keeps its own templates."""

_MOMENT = (1980, 1, 1, 0, 0, 0)
"""Of every part of the file, so that the same fields give the same bytes."""

_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def fill(home: Path, names: tuple[str, ...], fields: Mapping[str, Any]) -> bytes:
    """The document that the first template of these names makes of the fields.

    The home's own templates come first, then the shipped one of the last name. Raises ExtraMissing
    without the extra docx, TemplateBroken for one that cannot be filled.
    """
    try:
        from docxtpl import DocxTemplate
        from jinja2 import StrictUndefined, TemplateError
        from jinja2.sandbox import SandboxedEnvironment
    except ImportError as missing:
        raise ExtraMissing(
            '出 Word 文书要用 docxtpl，请先安装：pip install "bbcs[docx]"；文字的用 .txt'
        ) from missing
    own, source = _template(home, names)
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    try:
        template = DocxTemplate(source)
        template.render(fields, environment, autoescape=True)
        filled = io.BytesIO()
        template.save(filled)
    except TemplateError as wrong:
        raise TemplateBroken(f"模板 {own or names[-1]} 填不了：{_reason(wrong)}") from wrong
    except Exception as broken:
        if own is None:
            raise
        raise TemplateBroken(
            f"模板 {own} 打不开：不是 Word 文档（docx），或里面的标记放错了位置"
        ) from broken
    return _settled(filled.getvalue())


def text(value: str) -> str:
    """A text that XML can hold."""
    return _NOT_XML.sub("", value.replace("\r\n", "\n"))


def _template(home: Path, names: tuple[str, ...]) -> tuple[Path | None, Any]:
    """The office's own template, its path first; or the shipped one."""
    for name in names:
        path = home / FOLDER / name
        if path.is_file():
            return path, str(path)
    return None, io.BytesIO((resources("bbcs") / "data" / "papers" / names[-1]).read_bytes())


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
