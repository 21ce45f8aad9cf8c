"""`bbcs pack diff`: every value in which two rule packs, or two editions of one, differ."""

from __future__ import annotations

from bbcs.cli import output
from bbcs.cli.options import Values
from bbcs.cli.pack_texts import named
from bbcs.cli.settings import Settings
from bbcs.config import packs
from bbcs.views.pack_changes import differences, document, lines


def run(settings: Settings, values: Values) -> None:
    """Compare the two packs that are named."""
    old, new = (packs.read(*named(settings.folder, values[name])) for name in ("before", "after"))
    changes = differences(old, new)
    text = "\n".join(lines(old, new)) or "规则内容没有不同"
    output.answer(settings, document(changes), text, str(len(changes)))
