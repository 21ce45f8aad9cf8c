"""A process of its own for tests of backups: `backup_worker.py backup|restore HOME … [limits]`.

BBCS_DIE=N ends it without a word at the N-th call that writes; BBCS_LIMIT=N lets no file grow
beyond N bytes, as a full disk does.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from bbcs.calendar.dates import CST
from bbcs.errors import BbcsError
from bbcs.store.backup.restore import restore
from bbcs.store.backup.take import take

WRITES = frozenset(
    [
        "write",
        "fsync",
        "link",
        "rename",
        "replace",
        "unlink",
        "rmdir",
        "mkdir",
        "open",
        "backup",
        "execute",
        "close",
        "truncate",
    ]
)
NOW = datetime(2026, 12, 1, 10, tzinfo=CST)
left = int(os.environ.get("BBCS_DIE", "0"))


def count(frame: object, event: str, argument: Any) -> None:
    """Counts the calls of the C library that write, and ends the process at the last allowed one."""
    global left
    if event == "c_call" and getattr(argument, "__name__", "") in WRITES:
        left -= 1
        if left < 0:
            os._exit(9)


def main(job: str, source: str, target: str, passphrase: str) -> None:
    if limit := int(os.environ.get("BBCS_LIMIT", "0")):
        sys.dont_write_bytecode = True  # Python would keep a module's bytecode that was cut short
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    if left:
        sys.setprofile(count)
    try:
        if job == "backup":
            take(Path(source), NOW, passphrase.encode(), Path(target))
        else:
            restore(Path(source), lambda: passphrase.encode(), Path(target))
    except BbcsError as refused:
        sys.setprofile(None)
        sys.stdout.write(f"{type(refused).__name__} {refused.message}\n")
        sys.exit(refused.exit_code)


if __name__ == "__main__":
    main(*sys.argv[1:])
