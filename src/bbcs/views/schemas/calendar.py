"""Documents of the calendar."""

from __future__ import annotations

from collections.abc import Mapping

from bbcs.domain.deadline_status import CLOCK_NAMES
from bbcs.views.schemas.cases import STEP
from bbcs.views.schemas.shapes import (
    BOOL,
    DAY,
    FINDING,
    HASH,
    INT,
    TEXT,
    WHEN,
    Shape,
    many,
    maybe,
    record,
    words,
)

_KIND = words(("normal", "weekend", "holiday", "makeup"))

_DAY: Mapping[str, Shape] = {
    "day": DAY,
    "is_working_day": BOOL,
    "kind": _KIND,
    "name": maybe(TEXT),
    "notice": maybe(TEXT),
    "final": BOOL,
}
DAY_INFO = record(_DAY)
DUE = record({"due": WHEN, "provisional": BOOL, "years": many(INT), "basis": TEXT}, {"steps": many(STEP)})  # fmt: skip
WORKDAYS = record({"working_days": INT, "provisional": BOOL, "years": many(INT)})
YEAR = record(
    {
        "year": INT,
        "working_days": INT,
        "provisional": BOOL,
        "years": many(INT),
        "months": many(INT),
        "days": many(DAY_INFO),
    }
)

_NOTICE: Mapping[str, Shape] = {
    "title": maybe(TEXT),
    "year": maybe(INT),
    "number": maybe(TEXT),
    "issued": maybe(DAY),
    "kind": maybe(TEXT),
    "exceptions": many(
        record({"day": DAY, "is_working_day": BOOL, "kind": _KIND, "name": maybe(TEXT)})
    ),
    "findings": many(FINDING),
}
NOTICE = record(_NOTICE)

_CHANGES = many(record({"day": DAY, "was": DAY_INFO, "becomes": DAY_INFO}))
CALENDAR_IMPORT = record(
    {
        "title": maybe(TEXT),
        "changes": _CHANGES,
        "moved": many(
            record(
                {
                    "case_no": TEXT,
                    "clock": words(CLOCK_NAMES),
                    "round": INT,
                    "order": maybe(TEXT),
                    "old": WHEN,
                    "new": WHEN,
                }
            )
        ),
        "told": many(TEXT),
        "rosters": many(FINDING),
    },
    {name: shape for name, shape in _NOTICE.items() if name != "title"},
)
DIFF = record({"title": TEXT, "year": INT, "sha256": HASH, "changes": _CHANGES})
AUDIT = record(
    {
        "ok": BOOL,
        "differences": many(
            record(
                {
                    "day": DAY,
                    "is_working_day": BOOL,
                    "name": maybe(TEXT),
                    "notice": maybe(TEXT),
                    "library": BOOL,
                    "known": maybe(TEXT),
                }
            )
        ),
    }
)
ICAL = record({"year": INT, "text": TEXT})
