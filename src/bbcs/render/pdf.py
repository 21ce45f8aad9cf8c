"""PDF from a Word document or a workbook, by the LibreOffice of this machine."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from bbcs.errors import ExtraMissing, OutputNotWritable
from bbcs.render.files import whole

NAMES = ("soffice", "libreoffice")
WINDOWS = Path("C:/Program Files/LibreOffice/program/soffice.exe")
PATIENCE = 180
"""Seconds after which it is given up: a document of many pages takes five to ten."""


def program() -> str | None:
    """The LibreOffice of this machine, None where there is none."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    return path or (str(WINDOWS) if WINDOWS.is_file() else None)


def write(
    path: Path, source: str, make: Callable[[Path], None], *, mode: int | None = None
) -> None:
    """Write the PDF of a document, whole or not at all.

    source: the name of the document, with its suffix; make: writes it to the path it is given,
    which nobody else reads. Raises ExtraMissing without LibreOffice, OutputNotWritable where it
    makes no PDF, DiskFull.
    """
    office = program()
    if office is None:
        raise ExtraMissing(
            "出 PDF 要用 LibreOffice，这台电脑没有；请装上，或先出 docx、xlsx 再另存"
        )
    with TemporaryDirectory(prefix="bbcs-pdf-") as folder:
        document = Path(folder) / source
        make(document)
        pdf = _converted(office, document)
        with whole(path, mode=mode) as draft:
            draft.write_bytes(pdf)


def _converted(office: str, document: Path) -> bytes:
    """The bytes of the PDF. A profile of its own, so that an open LibreOffice is no hindrance."""
    profile = (document.parent / "profile").as_uri()
    command = [
        office, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf",
        "--outdir", str(document.parent), str(document),
    ]  # fmt: skip
    try:
        subprocess.run(command, capture_output=True, timeout=PATIENCE, check=True)
        return document.with_suffix(".pdf").read_bytes()
    except (OSError, subprocess.SubprocessError) as failed:
        raise OutputNotWritable("LibreOffice 没有做出 PDF；请先出 docx、xlsx 再另存") from failed
