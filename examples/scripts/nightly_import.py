"""A watched folder: every file that lies in it is imported, as cron runs it each night.

    0 2 * * *  python nightly_import.py /var/lib/bbcs /srv/inbox

A file is rehearsed first. Where every row can be taken it is imported and moved to `done/`; else it
goes to `rejected/` with the rows to mend (an xlsx) and `NAME.json`, the document of the rehearsal
(row, field, code, message); nothing of it is stored then. A file that still grows (changed in the last `QUIET` seconds) is left for
the next night; an empty folder is no error. Rows that are in the ledger already add nothing, so a
file that is sent twice does no harm.

Exit code: 0, or 40 when a file was rejected; 22 without the inbox, and the code of its refusal where
the ledger cannot be opened: nothing is moved then, and one line on stderr says why.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bbcs import BbcsError, open_ledger
from bbcs.api import Home

KINDS = (".xlsx", ".xls", ".ods", ".csv", ".tsv", ".json", ".ndjson")
QUIET = 60.0
"""Seconds since the last change after which a file is taken to be whole."""


def waiting(inbox: Path, now: float) -> Iterator[Path]:
    """The files to import, by name."""
    for path in sorted(inbox.iterdir()):
        if path.is_file() and path.suffix.lower() in KINDS and now - path.stat().st_mtime >= QUIET:
            yield path


def import_one(home: Home, path: Path) -> tuple[bool, dict[str, Any]]:
    """Imports a file if every row can be taken; whether it was, and the document or the refusal."""
    try:
        rehearsed = home.import_file(path, dry_run=True)
        if rehearsed["rows_rejected"]:
            return False, rehearsed
        return True, home.import_file(path)
    except BbcsError as refused:
        return False, {"code": refused.code, "message": refused.message}


def put_away(path: Path, folder: str) -> Path:
    """Moves a file beside the others that went the same way; a second one of its name stays, too."""
    target = path.parent / folder
    target.mkdir(mode=0o700, exist_ok=True)
    number, place = 1, target / path.name
    while place.exists():
        number += 1
        place = target / f"{path.stem}-{number}{path.suffix}"
    return path.rename(place)


def run(home: str, inbox: Path, now: float) -> int:
    """One night. Returns the exit code."""
    office, code = Home(home), 0
    for path in waiting(inbox, now):
        done, document = import_one(office, path)
        if done:
            put_away(path, "done")
            print(
                f"{path.name}：新 {document['rows_new']}，补进展 {document['rows_changed']}，"
                f"没有变 {document['rows_unchanged']}，批次 {document['batch']}"
            )
            continue
        code = 40
        if document.get("rejected_file"):  # the rows with their reasons, ready to mend
            put_away(Path(document["rejected_file"]), "rejected")
        place = put_away(path, "rejected")
        report = place.with_name(f"{place.name}.json")
        report.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
        report.chmod(0o600)
        print(f"{path.name}：没有导入，见 {report.name}", file=sys.stderr)
    return code


def main() -> int:
    """Reads the arguments; sees that there are a ledger and an inbox before a file is touched."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("home")
    parser.add_argument("inbox", type=Path)
    asked = parser.parse_args()
    if not asked.inbox.is_dir():
        print(f"没有收件夹 {asked.inbox}；请先建好", file=sys.stderr)
        return 22
    try:
        with open_ledger(asked.home, write=False):
            pass
    except BbcsError as refused:
        print(refused.message, file=sys.stderr)
        return refused.exit_code
    return run(asked.home, asked.inbox, time.time())


if __name__ == "__main__":
    sys.exit(main())
