"""The only package that knows SQL. Hot path: the standard library's sqlite3; SQLModel only in `tables`, never at the counter."""

from __future__ import annotations

from typing import Any

_HOMES = {
    "open_ledger": "sqlite",
    "retry": "sqlite",
    "SqliteLedger": "sqlite",
    "create": "home",
    "loose_files": "home",
    "anchor": "anchors",
    "check_anchor": "anchors",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    """`from bbcs.store import open_ledger` loads only the module that holds it."""
    if name not in _HOMES:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
