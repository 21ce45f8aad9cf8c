"""Starts the command; answers `--version` before anything else is loaded."""

from __future__ import annotations

import os
import sys

VERSION_FLAGS = ("--version", "-V")


def main() -> None:
    """Run the command line and leave with its exit code."""
    arguments = sys.argv[1:]
    options = arguments[: [*arguments, "--"].index("--")]
    if any(flag in options for flag in VERSION_FLAGS):
        from bbcs import __version__

        text = f"bbcs {__version__}"
        if "--json" in options:
            text = f'{{"schema": "bbcs.version/1", "version": "{__version__}"}}'
        print(text)
        return
    import gc

    # a command lives for 0.1 s: collecting its imports costs 8 ms and frees nothing
    gc.disable()
    if arguments[:2] == ["completion", "words"]:  # what a shell asks at each press of Tab
        from bbcs.cli.completion import answer

        answer(arguments[2:])
        os._exit(0)
    from bbcs.cli import run

    code = run(arguments)
    # all is written and closed: taking the interpreter apart would cost another 8 ms
    os._exit(code)


if __name__ == "__main__":
    main()
