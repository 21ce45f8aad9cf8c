"""Where the command starts: `--version` is answered before anything is loaded."""

from __future__ import annotations

import os
import sys

VERSION_FLAGS = ("--version", "-V")


def main() -> None:
    """Run the command line and leave with its exit code."""
    words = sys.argv[1 : sys.argv.index("--")] if "--" in sys.argv else sys.argv[1:]
    if any(flag in words for flag in VERSION_FLAGS):
        from bbcs import __version__

        print(f"bbcs {__version__}")
        return
    import gc

    gc.disable()  # a command lives for 0.1 s: collecting its imports costs 8 ms and frees nothing
    from bbcs.cli import run

    os._exit(
        run(sys.argv[1:])
    )  # all is written and closed: taking the interpreter apart would cost another 8 ms


if __name__ == "__main__":
    main()
