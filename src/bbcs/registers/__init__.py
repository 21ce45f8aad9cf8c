"""Registers and statistics: build(…) -> Table, pure.

Adding one is a module here and a line in REGISTERS.
"""

from __future__ import annotations

from collections.abc import Mapping

REGISTERS: Mapping[str, str] = {"work": "工作台账登记簿"}
"""Register -> its name; the module of the same name holds `build`."""
