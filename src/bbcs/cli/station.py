"""`bbcs station`.

The rosters of units and operators, who sits at the window when, the catalogue of items.
"""

from __future__ import annotations

from collections.abc import Mapping

from bbcs.cli import options
from bbcs.cli.click import Command
from bbcs.cli.options import CommandDefinition
from bbcs.cli.station_duty import DUTY
from bbcs.cli.station_items import ITEMS
from bbcs.cli.station_sync import SYNC
from bbcs.cli.station_units import OPERATOR, UNIT

STATION: Mapping[str, CommandDefinition | Mapping[str, CommandDefinition]] = {
    "unit": UNIT,
    "operator": OPERATOR,
    "duty": DUTY,
    "items": ITEMS,
    "sync": SYNC,
}


def command(word: str) -> Command:
    """The group."""
    return options.group(word, "单位和操作员名册、坐诊表、事项目录；手改名册后补记", STATION)
