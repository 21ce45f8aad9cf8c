"""Cases of another system into the ledger: its JSON is turned into rows of `intake`, all or nothing.

    python batch_intake.py HOME DUMP.json [--skip-bad]

DUMP.json is what a queue machine, a hotline or a portal writes: here a list of tickets with keys
of its own (`FIELDS`). The ticket's number and `SOURCE` name the case, so the same dump may be fed
again: tickets that are there already add nothing. Prints one line for each ticket.

Exit code: 0, or 40 when a ticket could not be taken; its row and the reason stand on stderr. A dump
that is no list of tickets is 40, one that cannot be read 22, a ledger that cannot be opened the
code of its refusal; one line on stderr says so.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bbcs import BbcsError, open_ledger

SOURCE = "hotline"

FIELDS: Mapping[str, str] = {
    "ticketId": "source_no",
    "createdAt": "received_at",
    "callerName": "reporter",
    "callerPhone": "phone",
    "title": "matter",
    "content": "demand",
    "service": "items",
}
"""Key of the other system -> key of `intake` (`bbcs help schema input/intake`)."""

LATE = "12345 热线批量转来"
"""Why a ticket of an earlier day is entered today."""


def fields_of(ticket: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of one case; keys that the ledger has no place for are kept with it (`extra`)."""
    known = {FIELDS[key]: value for key, value in ticket.items() if key in FIELDS and value}
    more = {key: str(value) for key, value in ticket.items() if key not in FIELDS and value}
    fixed = {"source": SOURCE, "channel": "hotline", "late_reason": LATE}
    return {**known, **fixed, **({"extra": more} if more else {})}


def take(home: str, tickets: list[Any], *, skip_bad: bool) -> tuple[list[str], list[str]]:
    """Takes every ticket in one transaction. Returns a line for each, and a line for each refusal.

    Without skip_bad, one refusal is enough to keep nothing.
    """
    taken, refused = [], []
    try:
        with open_ledger(home) as window:
            for number, ticket in enumerate(tickets, 1):
                if not isinstance(ticket, Mapping):
                    refused.append(f"第 {number} 条：应是一个对象")
                    continue
                try:
                    case = window.intake(**fields_of(ticket))
                except BbcsError as error:
                    refused.append(f"第 {number} 条 {ticket.get('ticketId', '')}：{error.message}")
                else:
                    taken.append(line_of(case))
            if refused and not skip_bad:
                raise Refused
    except Refused:
        taken.clear()
    return taken, refused


class Refused(Exception):
    """Leaves the block, so that nothing is kept."""


def line_of(case: Mapping[str, Any]) -> str:
    """What is printed of a case that was taken."""
    due = next((clock["due"] for clock in case["clocks"] if clock["name"] == "resolve"), None)
    new = "已有" if case["existing"] else "新登记"
    differs = f"；不同：{'、'.join(case['differs'])}" if case.get("differs") else ""
    return f"{case['source_no']} {case['case_no']} {new} 到期 {due}{differs}"


def tickets_of(dump: Path) -> list[Any]:
    """The tickets of a dump. Raises Unreadable."""
    try:
        tickets = json.loads(dump.read_text(encoding="utf-8"))
    except OSError as error:
        raise Unreadable(f"读不了 {dump}（{error.strerror}）", 22) from None
    except ValueError:
        raise Unreadable(f"{dump} 不是 JSON（UTF-8）", 40) from None
    if not isinstance(tickets, list):
        raise Unreadable(f"{dump} 里应是对象的列表", 40)
    return tickets


class Unreadable(Exception):
    """A dump that cannot be read: the line to print, and the exit code."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.message, self.exit_code = message, exit_code


def main() -> int:
    """Reads the arguments, takes the tickets, reports."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("home")
    parser.add_argument("dump", type=Path)
    parser.add_argument("--skip-bad", action="store_true")
    asked = parser.parse_args()
    try:
        taken, refused = take(asked.home, tickets_of(asked.dump), skip_bad=asked.skip_bad)
    except (Unreadable, BbcsError) as error:
        print(error.message, file=sys.stderr)
        return error.exit_code
    for line in taken:
        print(line)
    for line in refused:
        print(line, file=sys.stderr)
    return 40 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
