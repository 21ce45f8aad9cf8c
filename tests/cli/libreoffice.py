"""LibreOffice as the judge of the files that the program writes."""

from __future__ import annotations

import atexit
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from bbcs.render import pdf

needed = pytest.mark.skipif(not pdf.program(), reason="no LibreOffice on this machine")


@cache
def _profile() -> Path:
    """LibreOffice's own folder, which takes seconds to make: one for each process of the tests."""
    folder = tempfile.mkdtemp(prefix="bbcs-libreoffice-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def not_opened(files: Sequence[Path], folder: Path) -> list[str]:
    """The names of the files that LibreOffice does not open as they are: without a window it repairs
    nothing and makes no PDF of them. A file that was cut off is tried with them, to know that it
    does tell.
    """
    cut = folder / "cut.docx"
    cut.write_bytes(files[0].read_bytes()[:-200])
    made = folder / "made"
    subprocess.run(
        [
            str(pdf.program()), f"-env:UserInstallation={_profile().as_uri()}", "--headless",
            "--convert-to", "pdf", "--outdir", str(made), *map(str, files), str(cut),
        ],
        capture_output=True, timeout=300, check=False,
    )  # fmt: skip
    assert not (made / "cut.pdf").exists()
    return [one.name for one in files if not (made / f"{one.stem}.pdf").is_file()]


def written_again(file: Path, folder: Path) -> Path:
    """The workbook as LibreOffice writes what it read."""
    made = folder / "again"
    subprocess.run(
        [
            str(pdf.program()), f"-env:UserInstallation={_profile().as_uri()}", "--headless",
            "--convert-to", "xlsx", "--outdir", str(made), str(file),
        ],
        capture_output=True, timeout=300, check=True,
    )  # fmt: skip
    return made / file.name
