"""A process of its own for tests of backups: `backup_worker.py backup|restore HOME … [limits]`.

BBCS_LIMIT=N lets no file grow beyond N bytes, as a full disk does.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from datetime import datetime
from pathlib import Path

from bbcs.calendar.dates import CST
from bbcs.errors import BbcsError
from bbcs.store.backup.restore import restore
from bbcs.store.backup.take import take

NOW = datetime(2026, 12, 1, 10, tzinfo=CST)


def main(job: str, source: str, target: str, passphrase: str) -> None:
    if limit := int(os.environ.get("BBCS_LIMIT", "0")):
        sys.dont_write_bytecode = True  # Python would keep a module's bytecode that was cut short
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        if job == "backup":
            take(Path(source), NOW, passphrase.encode(), Path(target))
        else:
            restore(Path(source), lambda: passphrase.encode(), Path(target))
    except BbcsError as refused:
        sys.stdout.write(f"{type(refused).__name__} {refused.message}\n")
        sys.exit(refused.exit_code)


if __name__ == "__main__":
    main(*sys.argv[1:])
