"""`bbcs pack test`.

Scenarios played by the rules of one pack, in homes that are removed afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from bbcs.cli import output
from bbcs.cli.options import Values
from bbcs.cli.output import finding_lines
from bbcs.cli.pack_texts import named
from bbcs.cli.settings import Settings
from bbcs.config import packs
from bbcs.config.scenarios import Scenario
from bbcs.findings import Finding
from bbcs.store.transactions import temporary_home
from bbcs.usecases import scenarios


def run(settings: Settings, values: Values) -> None:
    """Play the scenarios that are named, else those that come with the program for the place."""
    pack = packs.read(*named(settings.folder, values["file"]))
    files = [Path(one) for one in values["scenarios"] or ()]
    played = scenarios.play_scenarios(pack, files, temporary_home)
    output.answer(
        settings,
        scenarios.document(played),
        "\n".join(_lines(played)),
        str(sum(len(findings) for _, findings in played)),
    )
    if any(findings for _, findings in played):
        raise typer.Exit(1)


def _lines(played: Sequence[tuple[Scenario, list[Finding]]]) -> list[str]:
    """Each scenario with its differences under it."""
    lines = []
    for scenario, findings in played:
        result = "都相符"
        if findings:
            result = f"{len(findings)} 处不同"
        lines.append(f"{scenario.name}：{len(scenario.acts)} 步，{result}")
        lines += [f"  {line}" for line in finding_lines(findings)]
    return lines
