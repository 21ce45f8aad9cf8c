"""What tells the shape of a case: everything a check may rest on, of the entries that matter, but not their very moments."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import partial
from typing import Any

from bbcs.domain.event import Part
from bbcs.inspection.dossier import Dossier
from bbcs.inspection.stem import CALLER, HANDLER, Stems
from bbcs.record import Record

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

END, ZONE, MIDNIGHT = "|", "+08:00|", "T00:00:00+08:00"
"""What is put behind each stored moment to look at all in one go; how one then ends; how one ends of which only the day was known."""

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
    kinds = frozenset([part[0] for part in parts])
    moments = [part[1] for part in parts]
    joined = END.join(moments) + END
    if not kinds <= PLAIN or joined.count(ZONE) < len(moments):
        return None
    dated = moments[-1] >= before or kinds.isdisjoint(OVER)
    midnights = tuple([at.endswith(MIDNIGHT) for at in moments]) if MIDNIGHT + END in joined else ()
    # of one that is over only the order of its moments counts, and which of them are of one day where a time is missing
    by_day = midnights and not dated
    found: list[Hashable] = [dated, one.stored and one.stored.phase, dated and parts[0][4].get("channel"), midnights]
    places: list[int] = []  # list[int]() would cost as much as five entries
    gone: list[int] = []
    same: dict[Any, int] = {}
    read, called, last, latest = stems.read, "", "", ""
    for place, (kind, at, v, text, said, personal, actor, version, erased) in enumerate(parts):
        if at < latest or version != place + 1:
            return None
        latest = at
        stem, names, quiet, who = read.get((kind, v, text)) or stems.learn(kind, v, text, said)
        if erased:
            gone.append(place)
        if dated or not quiet:
            found += (stem, at == last, personal and _words(personal))
            if names:
                found += [same.setdefault(name, len(same)) for name in names]
            if by_day:
                found.append(at[:DAY] == last[:DAY])
            if who is CALLER:
                caller = (personal and personal.get("by")) or one.books.names.get(actor, "")
                found += (same.setdefault(caller, len(same)), at[:DAY] == called)
                called = at[:DAY]
            elif who is HANDLER and personal and (handler := personal.get("handler")):
                found.append(same.setdefault(handler, len(same)))
            places.append(place)
            last = at
    found.append((*gone,))
    return _told((tuple(found), places, tuple([at[:DAY] for at in moments]), kinds, dated))


_told = partial(tuple.__new__, Told)  # the constructor by itself: 100,000 of them


def _words(personal: Mapping[str, Any]) -> Hashable:
    """Which personal fields there are, of what type where they say something: checks ask no more, but for who called and who handled."""
    values = personal.values()
    try:
        "".join(values)
    except TypeError:  # not all of them are words
        return tuple([(name, type(value), not value) for name, value in personal.items()])
    return tuple(personal) if all(values) else tuple([(name, not value) for name, value in personal.items()])
