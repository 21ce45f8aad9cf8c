"""Whether Python itself starts in an environment: what a test of bbcs cannot change."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping

import pytest


def skip_unless_it_starts(env: Mapping[str, str | None]) -> None:
    """Skip the test when no Python program can run with these variables.

    Below a folder whose name the encoding lacks, Python cannot read the .pth file of an editable
    install. An installed wheel has none.
    """
    added = {name: text for name, text in env.items() if text is not None}
    done = subprocess.run(
        [sys.executable, "-c", "pass"],
        env={**os.environ, **added},
        capture_output=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"Python does not start here: {done.stderr.splitlines()[-1]!r}")
