"""The application: finds the command of a word, runs it and prints refusals.

Finds the command of the word typed, imports only its module, and maps refusals to exit codes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup, TyperOption

from bbcs.cli.chinese import root_help, usage_refusal, written_as_answer
from bbcs.cli.click import ClickException, Command, Context, HelpFormatter, MissingParameter
from bbcs.cli.registry import aliases, commands, find
from bbcs.cli.settings import RUN, Settings, at_terminal, split
from bbcs.config.home_files import closed
from bbcs.errors import (
    BbcsError,
    Declined,
    MissingInput,
    OutputNotWritable,
    ReasonMissing,
    UsageError,
    is_full,
    nearest,
)
from bbcs.render.terminal import FULL, configure_streams, finish

INTERRUPTED = 130
"""What Typer answers for Ctrl-C."""

BUG = "程序出错（{}）；请先用 bbcs list 看这一步记上没有，再加 --debug 重试，把输出交给管理员"


class Root(TyperGroup):
    """`bbcs`: finds a command by its word or Chinese alias; `bbcs` alone is today's desk."""

    def list_commands(self, ctx: Context) -> list[str]:
        """Every word, without importing anything."""
        return list(commands())

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """The command of a word or alias; its module is imported now."""
        known = find(cmd_name)
        if known is None:
            return None
        word, spec = known
        module = import_module(f"bbcs.cli.{spec.module}")
        command: Command = module.command(word)
        return command

    def resolve_command(
        self, ctx: Context, args: list[str]
    ) -> tuple[str | None, Command | None, list[str]]:
        """As Typer does, but an unknown word is refused in Chinese with the nearest one."""
        command = self.get_command(ctx, args[0])
        if command is None:
            near = nearest(args[0], [*commands(), *aliases()])
            if near:
                raise UsageError(f"没有命令“{args[0]}”，你是不是想输入 {near}")
            raise UsageError(f"没有命令“{args[0]}”；命令见 bbcs --help")
        return command.name, command, args[1:]

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        """`--help`, written as every other answer."""
        return written_as_answer(super().get_help_option(ctx))

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """All commands by the step of the work they belong to."""
        formatter.write(root_help())

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> Any:
        """Run.

        Every refusal becomes one Chinese line on stderr and its exit code, here and in tests
        alike.
        """
        extra.pop("standalone_mode", None)
        sys.exit(
            guarded(self, list(sys.argv[1:] if args is None else args), prog_name or "bbcs", extra)
        )


def guarded(root: Root, argv: list[str], prog_name: str, extra: dict[str, Any]) -> int:
    """Exit code of one run of the command line.

    Raises nothing; all output is written when it returns.
    """
    configure_streams()
    try:
        code = _run_command(root, argv, prog_name, extra)
        finish()
    except OutputNotWritable as lost:
        code = refuse(lost, as_json="--json" in argv)
        finish()
    return code


def _run_command(root: Root, argv: list[str], prog_name: str, extra: dict[str, Any]) -> int:
    settings, RUN.begun, RUN.at_question = Settings(as_json="--json" in argv), False, False
    try:
        settings, args = split(argv)
        code = _main(root, args or ["todo"], prog_name, settings, extra)
        if code == INTERRUPTED:
            raise KeyboardInterrupt
        return code if isinstance(code, int) else 0
    except BbcsError as refused:
        if settings.debug:
            _print_error(refused)
        return refuse(refused, as_json=settings.as_json)
    except ClickException as error:
        return refuse(usage_refusal(error), as_json=settings.as_json)
    except typer.Exit as left:
        return left.exit_code
    except (typer.Abort, KeyboardInterrupt):
        undone = "；没写完的一步已全部撤回" if RUN.begun else "，没有改动" * RUN.at_question
        return refuse(Declined(f"已中断{undone}"), as_json=settings.as_json)
    except Exception as bug:
        if isinstance(bug, OSError) and is_full(bug):  # a disk that is full is no bug
            return refuse(OutputNotWritable(FULL), as_json=settings.as_json)
        if isinstance(bug, PermissionError) and bug.filename:  # nor is what another login owns
            return refuse(closed(Path(os.fsdecode(bug.filename))), as_json=settings.as_json)
        if settings.debug:
            _print_error(bug)
        return refuse(BbcsError(BUG.format(type(bug).__name__)), as_json=settings.as_json)


def refuse(refused: BbcsError, *, as_json: bool) -> int:
    """Print a refusal; its exit code."""
    from bbcs.cli.output import refuse as printed  # only where something is refused

    return printed(refused, as_json=as_json)


def _print_error(error: Exception) -> None:
    from bbcs.cli.debug import print_error  # traceback costs 2 ms

    print_error(error)


def _main(
    root: Root, args: list[str], prog_name: str, settings: Settings, extra: dict[str, Any]
) -> Any:
    """Run the parser; for a value that is missing somebody at a terminal is asked, once each."""

    def run(args: list[str]) -> Any:
        return TyperGroup.main(
            root, args, prog_name=prog_name, standalone_mode=False, obj=settings, **extra
        )

    while True:
        try:
            return run(args)
        except (MissingParameter, MissingInput, ReasonMissing) as lacking:
            if not at_terminal():
                raise
            from bbcs.cli.prompts import missing  # only where something is missing

            args = missing.completed(args, lacking, settings)


app = Root(
    name="bbcs",
    help="“办不成事”反映窗口办件工具",
    invoke_without_command=True,
    rich_markup_mode=None,
)


def run(argv: list[str]) -> int:
    """Run one command line and return its exit code."""
    return guarded(app, argv, "bbcs", {})
