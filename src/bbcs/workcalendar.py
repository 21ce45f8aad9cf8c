"""The public calendar: the shipped one, or one home's with the notices imported there (formats.md
§7).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from bbcs.calendar import days, layers
from bbcs.calendar.layers import ExceptionalDay, Notice


class WorkCalendar(days.DayCalendar):
    """Working days of China: `WorkCalendar()` as shipped, `WorkCalendar(home=…, region=…)` with a
    home's imports.

    region: whose days count beside the national ones, by default those of the home's station; "" =
    none.

    >>> from datetime import date
    >>> calendar = WorkCalendar()
    >>> calendar.is_working(date(2026, 10, 10))  # a make-up Saturday
    True
    >>> calendar.add(date(2026, 9, 30), 3)
    datetime.date(2026, 10, 10)
    >>> calendar.count(date(2026, 2, 13), date(2026, 2, 28))
    7
    """

    __slots__ = ()

    def __init__(
        self,
        exceptions: Iterable[ExceptionalDay] | None = None,
        notices: Mapping[str, Notice] | None = None,
        *,
        home: str | os.PathLike[str] | None = None,
        region: str | None = None,
    ) -> None:
        if home is not None:
            from bbcs.config import station_file
            from bbcs.store.opening import open_ledger

            with open_ledger(Path(home)) as ledger:
                imported = ledger.imported()
            here = (
                layers.region_in(station_file.read(Path(home)).region)
                if region is None
                else region and layers.region(region)
            )
            exceptions, notices = layers.compose(imported, here)
        elif region:
            layers.region(
                region
            )  # refused when unknown; a region's days come with the notices imported in a home
        super().__init__(exceptions, notices)
