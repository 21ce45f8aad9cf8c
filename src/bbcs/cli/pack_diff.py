"""`bbcs pack diff`: every value in which two rule packs, or two editions of one, differ."""

from __future__ import annotations

from bbcs.cli import output
from bbcs.cli.options import Values
from bbcs.cli.settings import Settings
from bbcs.config import packs
from bbcs.usecases.editions import file_of
from bbcs.views.pack_changes import differences, document, lines


def run(settings: Settings, values: Values) -> None:
    """Compare the two packs that are named."""
    old, new = (packs.load(file_of(values[name], settings.folder)) for name in ("before", "after"))
    found = differences(old, new)
    text = "\n".join(lines(old, new)) or "规则内容没有不同"
    output.answer(settings, document(found), text, str(len(found)))
