"""The calendar a command counts by: the shipped one, or a home's with the notices imported there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bbcs.calendar import layers
from bbcs.calendar.days import DayCalendar
from bbcs.cli.settings import Settings
from bbcs.config.home_files import has_ledger

if TYPE_CHECKING:
    from bbcs.usecases.office import Calendars


def calendar_of(settings: Settings, region: str | None = None) -> DayCalendar:
    """The home's calendar, where there is a ledger, else the shipped one; `region` instead of the
    station's.

    Raises BadValue for an unknown region.
    """
    if not has_ledger(settings.folder):
        if region:
            layers.region(region)
        return DayCalendar()
    return calendars_of(settings, region).current


def calendars_of(settings: Settings, region: str | None = None) -> Calendars:
    """The same, with the notices that make it."""
    from bbcs.cli.context import home_calendars  # 5 ms, where there is a home
    from bbcs.config import packs
    from bbcs.usecases.office import Calendars

    here = region and layers.region(region)
    if not has_ledger(settings.folder):
        return Calendars((), here or "")
    return home_calendars(settings.folder, here or packs.station(settings.folder).region)
