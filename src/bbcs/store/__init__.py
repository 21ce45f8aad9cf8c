"""Keeps the ledger. The only package that knows SQL.

Commands use the engine's driver; SQLModel only defines `tables`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "open_ledger": "opening",
    "retry": "opening",
    "ProvableLedger": "provable",
    "Notify": "engine",
    "create": "home",
    "loose_files": "modes",
    "anchor": "head_writer",
    "check_anchor": "anchors",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    """`from bbcs.store import open_ledger` loads only the module that holds it."""
    if name not in _HOMES:
        raise AttributeError(name)

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
