"""The folder of the shipped examples: sessions, scenarios and the files they use."""

from __future__ import annotations

import sys
from pathlib import Path

EXAMPLES = "examples"


def folder() -> Path:
    """The folder of the examples.

    Beside the source in a checkout, in the environment's shared data when installed.
    """
    checkout = Path(__file__).parents[3] / EXAMPLES
    if checkout.is_dir():
        return checkout
    return Path(sys.prefix) / "share" / "bbcs" / EXAMPLES
