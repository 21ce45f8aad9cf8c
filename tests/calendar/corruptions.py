"""How many one-digit copying errors in dates and counts the checks of a notice catch.

Run it for all of them: `python tests/calendar/corruptions.py [--show]`. An error is harmful when the days that come out differ.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bbcs.calendar.notice import parse
from bbcs.calendar.notice.text import DAY, RULING, normal, undated

FOLDER = Path(__file__).parent / "notices"


def texts() -> dict[str, str]:
    """Name -> text of every notice kept for the tests."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.txt"))}


def corruptions(text: str) -> Iterator[str]:
    """The text with one digit of a rule replaced, by each other digit at each place."""
    start = 0
    for line in text.splitlines(keepends=True):
        kept = undated(normal(line))
        if not line.startswith("#") and DAY.search(kept) and RULING.search(kept):
            for place in range(start, start + len(line)):
                if text[place] in "0123456789":
                    yield from (
                        text[:place] + digit + text[place + 1 :]
                        for digit in "0123456789"
                        if digit != text[place]
                    )
        start += len(line)


def outcome(text: str, right: parse.ParsePlan) -> str:
    """refused, silent (other days come out) or harmless."""
    plan = parse.parse(text)
    if plan.findings:
        return "refused"
    return (
        "harmless"
        if (plan.exceptions, plan.cancels) == (right.exceptions, right.cancels)
        else "silent"
    )


def main(show: bool) -> None:
    """Prints the shares, and with `show` every error that passes."""
    total: Counter[str] = Counter()
    for name, text in texts().items():
        right = parse.parse(text)
        assert not right.findings, (name, right.findings)
        counted: Counter[str] = Counter()
        for broken in corruptions(text):
            found = outcome(broken, right)
            counted[found] += 1
            if show and found == "silent":
                pairs = zip(text.splitlines(), broken.splitlines(), strict=True)
                _say("    " + "".join(f"{a} -> {b}" for a, b in pairs if a != b))
        total += counted
        _say(f"{name:24} {share(counted)}")
    _say(f"{'all':24} {share(total)}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def share(counted: Counter[str]) -> str:
    """In words."""
    harmful = counted["refused"] + counted["silent"]
    part = counted["refused"] / harmful if harmful else 1.0
    return f"{counted['refused']} of {harmful} refused = {part:.2%}, {counted['harmless']} more change nothing"


if __name__ == "__main__":
    main("--show" in sys.argv)
