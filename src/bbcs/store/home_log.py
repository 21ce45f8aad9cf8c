"""The logs of a home, in `log/`: a line of JSON for each backup, each search by part, and each
writing of the papers of a month, of a superior's form, of papers of cases.

No personal value stands in them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bbcs.config.files import append_line

BACKUPS = Path("log", "backups.ndjson")
SEARCHES = Path("log", "searches.ndjson")
REPORTS = Path("log", "reports.ndjson")


def append(home: str | Path, file: Path, line: Mapping[str, Any]) -> None:
    """Appends a line. Raises OSError."""
    path = Path(home) / file
    path.parent.mkdir(mode=0o700, exist_ok=True)
    append_line(path, json.dumps(line, ensure_ascii=False))


def read(home: str | Path, file: Path) -> Iterator[dict[str, Any]]:
    """The lines of a log that can be read. Raises OSError, not for a log that nobody wrote yet."""
    path = Path(home) / file
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as log:
        for text in log:
            try:
                line = json.loads(text)
            except ValueError:  # cut off by a full disk
                continue
            if isinstance(line, dict):
                yield line
