"""A finding: something wrong in data, as a value. A refusal is an exception: `bbcs.errors`."""

from __future__ import annotations

from bbcs.record import Record


class Finding(Record):
    """One defect: a stable code, the place it was found (case number, file or key), what, and what helps."""

    code: str
    where: str
    what: str
    hint: str = ""
