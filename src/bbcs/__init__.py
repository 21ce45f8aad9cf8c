"""bbcs (办不成事): case management for the “办不成事”反映窗口. The public Python API, loaded when asked for."""

from __future__ import annotations

TYPE_CHECKING = False  # as type checkers read it; typing itself costs --version 5 ms
if TYPE_CHECKING:
    from typing import Any

    from bbcs.domain.pack import RulePack as RulePack
    from bbcs.errors import BbcsError as BbcsError
    from bbcs.window import Window as Window, open_ledger as open_ledger
    from bbcs.workcalendar import WorkCalendar as WorkCalendar

__version__ = "0.1.0"

__all__ = ["BbcsError", "RulePack", "Window", "WorkCalendar", "__version__", "open_ledger"]

_PUBLIC = {
    "open_ledger": "bbcs.window",
    "Window": "bbcs.window",
    "BbcsError": "bbcs.errors",
    "WorkCalendar": "bbcs.workcalendar",
    "RulePack": "bbcs.domain.pack",
}


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        from importlib import import_module

        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'bbcs' has no attribute {name!r}")
