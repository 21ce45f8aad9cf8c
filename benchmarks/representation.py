"""Start-up cost of the ways to hold 45 kinds of event in memory, and of building command modules.

Run: `python benchmarks/representation.py`. Prints CPU of whole processes as a ratio to `python -c pass` of
the same interpreter, alternating, median of 15. The choice it led to: docs/decisions/0001-events.md.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from measure import cpu_seconds

KINDS = 45
FIELDS = 8


def _dataclasses() -> str:
    fields = "\n".join(f"    f{i}: str = ''" for i in range(FIELDS))
    classes = "\n".join(
        f"@dataclass(frozen=True, slots=True)\nclass K{k}:\n{fields}" for k in range(KINDS)
    )
    return f"from dataclasses import dataclass\n{classes}"


def _named_tuples() -> str:
    fields = "\n".join(f"    f{i}: str = ''" for i in range(FIELDS))
    return "from typing import NamedTuple\n" + "\n".join(
        f"class K{k}(NamedTuple):\n{fields}" for k in range(KINDS)
    )


def _records() -> str:
    fields = "\n".join(f"    f{i}: str = ''" for i in range(FIELDS))
    return "from bbcs.record import Record\n" + "\n".join(
        f"class K{k}(Record):\n{fields}" for k in range(KINDS)
    )


def _acts_table() -> str:
    row = "class Field(Record):\n    name: str\n    type: str\n    help: str = ''\n    personal: bool = False"
    event = "class Event(Record):\n    kind: str\n    at: str\n    data: dict[str, object]"
    rows = ",\n".join(
        f"('K{k}', ("
        + ", ".join(f"Field('f{i}', 'text', '说明 {i}', {i % 2 == 0})" for i in range(FIELDS))
        + "))"
        for k in range(KINDS)
    )
    return f"from bbcs.record import Record\n{row}\n{event}\nACTS = dict([{rows}])"


def _typing_only() -> str:
    return "from typing import NamedTuple"


def _commands(count: int) -> str:
    """A Typer application with `count` commands of eight options each, all built at start."""
    options = ", ".join(
        f"o{i}: Annotated[str, typer.Option('--o{i}', help='说明')] = ''" for i in range(8)
    )
    commands = "\n".join(
        f"@app.command()\ndef verb{k}({options}) -> None:\n    '一句话'" for k in range(count)
    )
    head = "import typer\nfrom typing import Annotated\napp = typer.Typer(add_completion=False)"
    return f"{head}\n{commands}\ntyper.main.get_command(app)"


CANDIDATES = {
    "typing alone": _typing_only(),
    "45 frozen dataclasses": _dataclasses(),
    "45 named tuples": _named_tuples(),
    "45 records (bbcs.record)": _records(),
    "one acts table, one Event": _acts_table(),
    "typer, 1 command built": _commands(1),
    "typer, 40 commands built": _commands(40),
}


def main() -> None:
    """Print one line per candidate: median CPU in ms and ratio to bare Python."""
    with tempfile.TemporaryDirectory() as folder:
        sys.path.insert(0, folder)
        for number, (name, source) in enumerate(CANDIDATES.items()):
            module = Path(folder, f"candidate{number}.py")
            module.write_text(source, encoding="utf-8")
            command = [
                sys.executable,
                "-c",
                f"import sys; sys.path.insert(0, {folder!r}); import candidate{number}",
            ]
            cpu_seconds(command)  # compiles
            pairs = [
                (cpu_seconds(command), cpu_seconds([sys.executable, "-c", "pass"]))
                for _ in range(15)
            ]
            took = statistics.median(a for a, _ in pairs) * 1000
            print(f"{name:28s} {took:6.1f} ms  {statistics.median(a / b for a, b in pairs):5.2f}x")


if __name__ == "__main__":
    main()
