"""Where the command starts: `--version` is answered before anything is loaded."""

from __future__ import annotations

import sys

VERSION_FLAGS = ("--version", "-V")


def main() -> None:
    """Run the command line and leave with its exit code."""
    if any(flag in sys.argv[1:2] for flag in VERSION_FLAGS):
        from bbcs import __version__

        print(f"bbcs {__version__}")  # noqa: T201
        return
    import gc

    gc.disable()  # a command lives for 0.1 s: collecting its imports costs 8 ms and frees nothing
    from bbcs.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
