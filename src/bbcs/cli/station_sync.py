"""`bbcs station sync`: what was changed in station.toml by hand becomes an entry of the ledger."""

from __future__ import annotations

from bbcs.cli import context, output
from bbcs.cli.options import CommandDefinition, Values
from bbcs.cli.settings import Settings
from bbcs.usecases.rosters import HandEdits
from bbcs.usecases.stations import sync


def _sync(settings: Settings, values: Values) -> None:
    where = context.office(settings)
    found = sync(where, context.transaction(where))
    document = {
        "schema": "bbcs.synced/1",
        "roster": found.roster,
        "duty_removed": len(found.gone),
        "duty_added": len(found.new),
    }
    output.answer(settings, document, _line(found), str(int(bool(found))))


def _line(found: HandEdits) -> str:
    parts = ["单位、操作员或站点信息"] if found.roster else []
    if found.gone or found.new:
        parts.append(f"坐诊表（撤下 {len(found.gone)} 班，新排 {len(found.new)} 班）")
    if not parts:
        return "station.toml 与台账一致，没有新增记录"
    return f"已把 station.toml 里手改的记入台账：{'、'.join(parts)}"


SYNC = CommandDefinition(
    "把手工改过的名册和坐诊表（站点文件里的）记入台账",
    _sync,
    examples=("bbcs station sync",),
)
