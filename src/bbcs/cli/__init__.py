"""The command line: `app` runs it, one module holds each family of words, the rest is shared."""

from bbcs.cli.app import app, run

__all__ = ["app", "run"]
