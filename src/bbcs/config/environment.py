"""Reads the environment of a run.

The present time (BBCS_NOW), the operator (BBCS_AS), the login name.
"""

from __future__ import annotations

import os
from datetime import datetime

from bbcs.calendar.dates import CST, parse_now


def present(now: datetime | None = None) -> tuple[datetime, str]:
    """(moment in +08:00, clock). `now`, else BBCS_NOW, is "set"; else the system's time, "system".

    A moment without a zone is in +08:00. Raises BadDate for a BBCS_NOW that is no moment.
    """
    named = os.environ.get("BBCS_NOW", "")
    if now is None and named:
        now = parse_now(named)
    if now is None:
        return system_time(), "system"
    if now.tzinfo is None:
        now = now.replace(tzinfo=CST)
    return now.astimezone(CST).replace(microsecond=0), "set"


def system_time() -> datetime:
    """What the computer's clock shows, to the second."""
    return datetime.now(CST).replace(microsecond=0)


def named_operator() -> str:
    """The operator that BBCS_AS names, else ""."""
    return os.environ.get("BBCS_AS", "")


def os_user() -> str:
    """The login name: of the environment, else (cron) of the process.

    Empty where the system has none.
    """
    named = os.environ.get("USER") or os.environ.get("LOGNAME") or os.environ.get("USERNAME")
    if named or os.name == "nt":
        return named or ""
    from pwd import getpwuid

    try:
        return getpwuid(os.getuid()).pw_name
    except KeyError:
        return ""
