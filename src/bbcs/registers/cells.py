"""Cells that several registers print: moments, people, free texts, words of the place. Pure."""

from __future__ import annotations

from typing import Any

from bbcs.domain import masking
from bbcs.registers.entry import RegisterEntry, RegisterSource


def day(at: Any) -> str:
    """`2026-03-02` of a day or a moment, "" for none."""
    return at.isoformat()[:10] if at else ""


def field(entry: RegisterEntry, name: str) -> str:
    """A free text of the registration."""
    return entry.shown(entry.case.registered.get(name))


def demand(entry: RegisterEntry) -> str:
    """What the person asks for; of a complaint about staff nothing is printed."""
    return masking.HIDDEN if entry.case.conduct else field(entry, "demand")


def reporter_type(entry: RegisterEntry) -> str:
    """个人, 企业 or 组织."""
    kind = entry.case.registered.get("reporter_type", "")
    return {"enterprise": "企业", "org": "组织"}.get(kind, "个人")


def numbered(entry: RegisterEntry) -> dict[str, str]:
    """What names a case on every register: its numbers and the level that answers."""
    return {
        "case_no": entry.case.no,
        "number": entry.case.printed_number,
        "level": entry.pack.label("level", entry.level),
    }


def round_name(number: int) -> str:
    """`首轮`, `第 2 轮`."""
    return "首轮" if number == 1 else f"第 {number} 轮"


def operator(source: RegisterSource, actor: str) -> str:
    """The name of an operator, else the word by which he is known."""
    return source.names.get(actor, actor)
