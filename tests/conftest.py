"""The surroundings of every test: an environment of its own, the size of property tests, `--record`.

The environment is cleared when this file is imported, before any test or module of bbcs is: what
passes here passes on a machine with other settings. `BBCS_PROFILE=stress` makes property tests long.
"""

from __future__ import annotations

import atexit
import gc
import os
import pickle
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Generator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

import sizes

PASSED_ON = (
    "PATH", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "COMSPEC", "PATHEXT",  # to start a process at all
    "CI", "BBCS_PROFILE", "BBCS_COUNTY", "PYTEST_", "PIP_", "UV_", "SSL_CERT_", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY",
)  # fmt: skip
"""Names, and beginnings of names, of the variables that tests inherit; all others are taken away."""


def clean(environ: Mapping[str, str], home: str) -> dict[str, str]:
    """The environment of the tests: no PYTHON*, no locale, no setting of bbcs, no HOME of anybody."""
    kept = {name: text for name, text in environ.items() if name.upper().startswith(PASSED_ON)}
    return {**kept, "HOME": home, "USERPROFILE": home}


MEMORY = Path("/dev/shm")
"""A file system in memory: thousands of ledgers are written there without waiting for a disk."""

ROOM = 2 << 30
"""Bytes that must be free in it; what a test wrote is removed when it has passed."""


def in_memory(environ: Mapping[str, str]) -> bool:
    """Whether temporary files can lie in memory: nobody says where, and there is room."""
    if any(environ.get(name) for name in ("TMPDIR", "TEMP", "TMP")):
        return False
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK | os.X_OK):
        return False
    return shutil.disk_usage(MEMORY).free >= ROOM


def _begin() -> None:
    if in_memory(os.environ):
        # in the environment for other processes; pytest has made a file before this module is
        # read, and tempfile remembers where
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)
    home = tempfile.mkdtemp(prefix="bbcs-home-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    surroundings = clean(os.environ, home)
    os.environ.clear()
    os.environ.update(surroundings)


def remembering(loads: Callable[..., Any]) -> Callable[..., Any]:
    """The parser of TOML, which parses a text once: of a rule pack it takes 4 ms, thousands of times.

    Everybody gets a copy of his own; what bbcs makes of it is made anew each time.
    """
    parsed = lru_cache(100)(lambda text: pickle.dumps(loads(text)))
    return lambda text: pickle.loads(parsed(text))


tomllib.loads = remembering(tomllib.loads)

# thousands of tests and what they made are no garbage: looking for some after 700 objects costs 3 % of a run
gc.set_threshold(50_000, 20, 50)
sizes.load(os.environ.get("BBCS_PROFILE", ""))
_begin()


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """One process of tests more than there are cores: some wait for a terminal, a lock or a pause."""
    cores = yield
    return cores + 1


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--record",
        action="store_true",
        help="rewrite the recorded sessions with what is printed now",
    )
