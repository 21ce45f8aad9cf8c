"""Registers and statistics of a period, added up case by case. Pure.

Adding a register is a module here and a line in REGISTERS.
"""

from __future__ import annotations

from collections.abc import Mapping

REGISTERS: Mapping[str, str] = {
    "work": "工作台账登记簿",
    "acceptance": "工单受理登记簿",
    "callbacks": "电话回访登记簿",
    "coordination": "协调帮办登记簿",
    "slips": "督办单",
    "supervision": "督办台账登记簿",
    "consultations": "咨询登记簿",
}
"""Register -> its name; the module of the same name holds `REGISTER`, a class of `register.Register`.

The order is that of the workbook of a month.
"""
