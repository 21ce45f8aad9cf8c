"""The calendar a command counts by: the shipped one, or a home's with the notices imported there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bbcs.calendar import layers
from bbcs.calendar.days import DayCalendar
from bbcs.calendar.layers import region as code_of, regions
from bbcs.cli.context import home_calendars
from bbcs.cli.settings import Settings
from bbcs.config import station_file
from bbcs.config.homes import has_ledger
from bbcs.errors import CalendarGap
from bbcs.usecases.office import Calendars

if TYPE_CHECKING:
    from bbcs.usecases.office import Calendars


def calendar_of(settings: Settings, region: str | None = None) -> DayCalendar:
    """The home's calendar, where there is a ledger, else the shipped one; `region` instead of the
    station's.

    Raises UnknownWord for an unknown region.
    """
    if not has_ledger(settings.folder):
        if region:
            layers.region(region)
        return DayCalendar()
    return calendars_of(settings, region).current


def calendars_of(settings: Settings, region: str | None = None) -> Calendars:
    """The same, with the notices that make it."""
    here = region and layers.region(region)
    if not has_ledger(settings.folder):
        return Calendars((), here or "")
    return home_calendars(settings.folder, here or station_file.read(settings.folder).region)


def overlaid(settings: Settings, region: str | None = None) -> DayCalendar:
    """The same for counting; a region that is named must have days of its own here.

    Raises CalendarGap where no notice of that region was imported: the days of the whole country
    would be passed off as the region's.
    """
    if not region:
        return calendar_of(settings)
    code = code_of(region)
    calendars = calendars_of(settings, region)
    if not any(one.layer == "region" and one.region == code for one in calendars.imported):
        name = regions()[code].names[0]
        raise CalendarGap(
            f"这里没有{name}自己的放假安排：先把{name}的放假通知导入本站台账"
            f"（bbcs calendar import 文件 --region {name}），按全国日历算就去掉 --region"
        )
    return calendars.current
