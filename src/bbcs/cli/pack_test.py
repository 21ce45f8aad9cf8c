"""`bbcs pack test`: stories replayed in homes that are thrown away, by the rules of one pack."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import typer

from bbcs.cli import output
from bbcs.cli.options import Values
from bbcs.cli.pack import file_of, said
from bbcs.cli.recorded_sessions import folder
from bbcs.cli.settings import Settings
from bbcs.config import packs
from bbcs.config.scenarios import Scenario, load
from bbcs.domain.findings import Finding
from bbcs.domain.pack import RulePack
from bbcs.errors import UsageError
from bbcs.usecases import scenarios
from bbcs.usecases.ledger import Stamp


def run(settings: Settings, given: Values) -> None:
    """`bbcs pack test`: the stories that are named, else those that come with the program for the place."""
    pack = packs.load(file_of(given["file"], settings.folder))
    told = [load(Path(one)) for one in given["scenarios"] or ()] or _shipped(pack)
    played = [(one, play(one, pack)) for one in told]
    output.answer(
        settings,
        scenarios.document(played),
        "\n".join(_lines(played)),
        str(sum(len(found) for _, found in played)),
    )
    if any(found for _, found in played):
        raise typer.Exit(1)


def _shipped(pack: RulePack) -> list[Scenario]:
    """Every story that comes with the program for this place."""
    known = [load(path) for path in sorted((folder() / "scenarios").glob("*.toml"))]
    found = [one for one in known if one.place in (pack.key, pack.place)]
    if not found:
        places = "、".join(dict.fromkeys(one.place for one in known)) or "（无）"
        raise UsageError(f"没有 {pack.key} 的故事；请写出故事文件，自带故事的有：{places}")
    return found


def play(scenario: Scenario, pack: RulePack) -> list[Finding]:
    """One story in a home of its own, which is removed afterwards."""
    from bbcs.store.home import create
    from bbcs.store.sqlite import open_ledger

    with TemporaryDirectory(prefix="bbcs-") as name:
        home = Path(name)
        create(home, scenarios.CODE, Stamp(scenario.operators[0].id, scenario.acts[0].at, "set"))
        return scenarios.play(scenario, pack, lambda: open_ledger(home, write=True), home)


def _lines(played: Sequence[tuple[Scenario, list[Finding]]]) -> list[str]:
    """Each story with its differences under it."""
    found = []
    for one, wrong in played:
        found.append(
            f"{one.name}：{len(one.acts)} 步，{f'{len(wrong)} 处不同' if wrong else '都相符'}"
        )
        found += [f"  {line}" for line in said(wrong)]
    return found
