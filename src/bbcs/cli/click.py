"""The classes of Click that commands are made of and refused with.

Typer carries a Click of its own and exports only a part of it. This is the only module that takes
the rest.
"""

from __future__ import annotations

from typing import TypeAlias

from typer import _click

get_current_context = _click.globals.get_current_context

Command: TypeAlias = _click.Command
Context: TypeAlias = _click.Context
Parameter: TypeAlias = _click.Parameter
HelpFormatter: TypeAlias = _click.HelpFormatter
ClickException: TypeAlias = _click.ClickException
BadOptionUsage: TypeAlias = _click.exceptions.BadOptionUsage
BadParameter: TypeAlias = _click.exceptions.BadParameter
MissingParameter: TypeAlias = _click.exceptions.MissingParameter
NoSuchOption: TypeAlias = _click.exceptions.NoSuchOption
