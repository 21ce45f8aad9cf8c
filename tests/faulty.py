"""A connection to SQLite that fails at one of its calls, and the refusals that must come of it."""

from __future__ import annotations

import sqlite3
from typing import Any

from bbcs.errors import DiskFull, LedgerBroken, LedgerLocked, StoreUnreachable
from bbcs.store.sqlite import faults


class Faulty(sqlite3.Connection):
    """Raises `fault` at call number `left` to the database, before or after doing it."""

    left = 0
    after = False
    fault: BaseException = KeyboardInterrupt()

    def _call(self, name: str, *arguments: Any) -> Any:
        Faulty.left -= 1
        if Faulty.left == 0 and not Faulty.after:
            raise Faulty.fault
        answer = getattr(super(), name)(*arguments)
        if Faulty.left == 0:
            del answer  # as SQLite would: no half-read statement survives in the traceback
            raise Faulty.fault.with_traceback(None)
        return answer

    def execute(self, *arguments: Any) -> Any:
        return self._call("execute", *arguments)

    def executemany(self, *arguments: Any) -> Any:
        return self._call("executemany", *arguments)

    def executescript(self, *arguments: Any) -> Any:
        return self._call("executescript", *arguments)


def error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("fault")
    error.sqlite_errorcode, error.sqlite_errorname = code, f"SQLITE_{code}"
    return error


FAULTS = {
    "ioerr": (error(778), DiskFull),
    "full": (error(faults.FULL), DiskFull),
    "busy": (error(faults.BUSY), LedgerLocked),
    "corrupt": (error(faults.CORRUPT), LedgerBroken),
    "interrupt": (error(9), StoreUnreachable),
    "keyboard": (KeyboardInterrupt(), KeyboardInterrupt),
}
"""Name -> what SQLite raises, and what bbcs makes of it."""
