"""`bbcs station sync`: what was changed in station.toml by hand becomes an entry of the ledger."""

from __future__ import annotations

from bbcs.cli import context, output
from bbcs.cli.options import CommandDefinition, Values
from bbcs.cli.settings import Settings
from bbcs.usecases.rosters import HandEdits
from bbcs.usecases.stations import sync


def _sync(settings: Settings, values: Values) -> None:
    office = context.office(settings)
    edits = sync(office, context.transaction(office))
    document = {
        "schema": "bbcs.synced/1",
        "roster": edits.roster,
        "duty_removed": len(edits.gone),
        "duty_added": len(edits.new),
    }
    output.answer(settings, document, _line(edits), str(int(bool(edits))))


def _line(edits: HandEdits) -> str:
    parts = ["单位、操作员或站点信息"] if edits.roster else []
    if edits.gone or edits.new:
        parts.append(f"坐诊表（撤下 {len(edits.gone)} 班，新排 {len(edits.new)} 班）")
    if not parts:
        return "station.toml 与台账一致，没有新增记录"
    return f"已把 station.toml 里手改的记入台账：{'、'.join(parts)}"


SYNC = CommandDefinition(
    "把手工改过的名册和坐诊表（站点文件里的）记入台账",
    _sync,
    examples=("bbcs station sync",),
)
