"""What tells the shape of a case: everything a check may rest on, of the entries that matter, but not their very moments."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from bbcs.inspection.dossier import Dossier
from bbcs.inspection.stem import Stems
from bbcs.record import Record

Part = tuple[str, int, str, Mapping[str, Any], Mapping[str, Any] | None]
"""An entry as stored: its moment, version and text of the public part, what that says, and the personal part."""

PLAIN = frozenset(
    {
        "Registered", "Accepted", "Refused", "Triaged", "Assigned", "Signed", "Returned", "Forwarded", "Stepped", "FedBack",
        "Notified", "Escalated", "Convened", "Supervised", "Linked", "Improved", "Noted", "Attached", "Resolved", "CallbackTried",
        "CalledBack", "Closed", "Archived", "Withdrawn", "TransferredOut",
    }
)  # fmt: skip
"""Kinds of a case that has a shape: none that rewrites, reopens, pauses, extends, owes or merges."""

OVER = frozenset({"Refused", "Withdrawn", "TransferredOut", "CalledBack", "Closed", "Archived"})
"""Kinds after which nobody has anything left to do."""

CALLS = ("CalledBack", "CallbackTried")
"""Kinds of which it matters who called, and whether on another day than before."""

ZONE, MIDNIGHT = "+08:00", "T00:00:00+08:00"
"""How a stored moment ends, and how one of which only the day was known."""

DAY = 10
"""Characters of the day in a stored moment: days and moments are compared as text here."""


class Told(Record):
    """What tells a case: the key of its shape, which of its entries went into it, the days of all, their kinds.

    dated: its days tell it, too: it is not over, or was not yet on the last days.
    """

    key: Hashable
    places: Sequence[int]
    days: tuple[str, ...]
    kinds: frozenset[str]
    dated: bool


def told(one: Dossier, parts: Sequence[Part], stems: Stems, before: str) -> Told | None:
    """What tells a case; before: the moment since which it is dated.

    None for a history with kinds that are not plain, with a version left out, or with moments out of order or not stored as they
    should be.
    """
    raw, moments = one.raw, [part[0] for part in parts]
    kinds = frozenset([event[0] for event in raw])
    if not kinds <= PLAIN or moments != sorted(moments) or [event[5] for event in raw] != [*range(1, len(raw) + 1)]:
        return None
    clocks = [at[DAY:] for at in moments]
    if not all([clock.endswith(ZONE) for clock in clocks]):  # noqa: C419  # half as dear as a generator, for every case
        return None
    days = tuple([at[:DAY] for at in moments])
    dated = moments[-1] >= before or kinds.isdisjoint(OVER)
    erased = [event[9] for event in raw]
    found: list[Hashable] = [dated, one.stored and one.stored.phase, dated and parts[0][3].get("channel"), True in erased and tuple(erased)]
    if MIDNIGHT in clocks:
        found += [clock == MIDNIGHT for clock in clocks]
    # of one that is over only the order of its moments counts, and which of them are of one day where a time is missing
    by_day, places = not dated and MIDNIGHT in clocks, list[int]()
    same, last, called = dict[Any, int](), "", ""
    for place, (event, (at, v, text, said, personal), day) in enumerate(zip(raw, parts, days, strict=True)):
        kind = event[0]
        stem, names, quiet = stems.read.get((kind, v, text)) or stems.learn(kind, v, text, said)
        if quiet and not dated:
            continue
        found += (stem, at == last, personal and _words(personal))
        if by_day:
            found.append(day == last[:DAY])
        if names:
            found += [same.setdefault(name, len(same)) for name in names]
        if kind in CALLS:
            caller = (personal and personal.get("by")) or one.books.names.get(event[3], "")
            found += (same.setdefault(caller, len(same)), day == called)
            called = day
        elif kind == "Assigned" and personal and (handler := personal.get("handler")):
            found.append(same.setdefault(handler, len(same)))
        places.append(place)
        last = at
    return Told(tuple(found), places, days, kinds, dated)


def _words(personal: Mapping[str, Any]) -> Hashable:
    """Which personal fields there are, of what type where they say something: checks ask no more, but for who called and who handled."""
    values = personal.values()
    try:
        "".join(values)
    except TypeError:  # not all of them are words
        return tuple([(name, type(value), not value) for name, value in personal.items()])
    return tuple(personal) if all(values) else tuple([(name, not value) for name, value in personal.items()])
