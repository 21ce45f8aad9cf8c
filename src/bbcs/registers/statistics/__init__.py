"""Statistics of a period: build(source) -> Table, pure.

Adding one is a module here and a line in STATISTICS; the workbook, the page, JSON, csv and the
terminal loop over them.
"""

from __future__ import annotations

from collections.abc import Mapping

STATISTICS: Mapping[str, str] = {
    "units": "承办单位",
    "holders": "时间花在哪里",
    "topics": "热点难点焦点",
    "improvements": "改进前后",
}
"""Statistic -> its name; the module of the same name holds `build(source: StatisticsSource)`.

The order is that of the workbook.
"""
