"""What tells the shape of a case: everything a check may rest on, of the entries that matter, but not their very moments."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import pairwise
from operator import itemgetter, lt
from typing import Any

from bbcs.inspection.case_view import DAY, Dossier
from bbcs.inspection.stem import CALLER, HANDLER
from bbcs.inspection.trail import Track, Trails
from bbcs.record import Record

END, MIDNIGHT = "|", "T00:00:00+08:00"
"""What is put behind each stored moment to look at all in one go; how one ends of which only the day was known."""

_TIMES = re.compile(
    rf"(?:.{{{DAY}}}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\+08:00\{END})+"
).fullmatch

OTHER = -1
"""A person who is named nowhere else."""


class Told(Record):
    """What tells a case: the key of its shape, which of its entries went into it, the days of all, their kinds.

    dated: its days tell it, too: it is not over, or was not yet on the last days.
    """

    key: Hashable
    places: Sequence[int]
    days: tuple[str, ...]
    kinds: frozenset[str]
    dated: bool


class Telling:
    """Tells cases by their entries. before: the moment since which they are dated."""

    def __init__(self, own: Sequence[str], before: str) -> None:
        self._trails, self._before = Trails(own), before

    def told(self, one: Dossier) -> Told | None:
        """What tells a case; takes down what its registration says, too.

        None for a history with kinds that are not plain, with a version left out, with moments out of order or not stored as
        they should be; ValueError for one that cannot be read.
        """
        its = one.entries
        moments, bodies = its.moments, its.bodies
        trail, names, public = self._trails.of(its)
        joined, rising = END.join(moments) + END, tuple(map(lt, moments, moments[1:]))
        if (
            its.versions != trail.versions
            or not _TIMES(joined)
            or (False in rising and [*moments] != sorted(moments))
        ):
            return None
        if any(its.written):
            _read(its.written)
        dated = moments[-1] >= self._before or not trail.over
        one.personal = personal = its.personal()
        one.public, one.private = public, personal.get(0, _NOTHING)  # nothing in it rewrites
        if dated or trail.loud is trail.every:
            track, ats, told = trail.every, moments, personal
        else:
            track = trail.loud
            ats = tuple([moments[place] for place in track.places])
            rising = tuple(map(lt, ats, ats[1:]))
            told = {
                number: personal[place]
                for number, place in enumerate(track.places)
                if place in personal
            }
        same: dict[str, int] = {}
        numbers = (
            tuple(
                [
                    same.setdefault(name, len(same))
                    for place in track.places
                    for name in names[place]
                ]
            )
            if trail.named
            else ()
        )
        key = (
            dated and (public.get("channel"),),
            one.stored and one.stored.phase,
            track.stems,
            numbers,
            rising,
            _words(told),
            track.people and _people(one, track, personal, same),
            MIDNIGHT in joined and _midnights(moments, () if dated else ats),
            None in bodies and tuple([body is None for body in bodies]),
        )
        return _told((key, track.places, tuple(map(_DAY, moments)), trail.kinds, dated))


_DAY = itemgetter(slice(DAY))
_NOTHING: Mapping[str, Any] = {}
_told = partial(tuple.__new__, Told)  # the constructor by itself: 100,000 of them


def _read(written: Sequence[str | None]) -> None:
    """Nothing asks when an entry was written, but it has to be a moment; ValueError."""
    for moment in written:
        if moment:
            datetime.fromisoformat(moment)


def _people(
    one: Dossier, track: Track, personal: Mapping[int, Mapping[str, Any]], same: dict[str, int]
) -> Hashable:
    """Who called, and whether on another day than before, or to whom it was given: which of them are the same, or named elsewhere.

    same: the names elsewhere, with their numbers; grows by those here.
    """
    names, its = one.books.names, one.entries
    found: list[Hashable] = []
    called = ""
    for place, who in track.people:
        said = personal.get(place, _NOTHING)
        name: Any = (
            said.get("handler")
            if who is HANDLER
            else said.get("by") or names.get(its.actors[place], "")
        )
        if len(track.people) == 1:  # the usual case
            return same.get(name, name and OTHER)
        found.append(name and same.setdefault(name, len(same)))
        if who is CALLER:
            day = its.moments[place][:DAY]
            found.append(day == called)
            called = day
    return tuple(found)


def _midnights(moments: Sequence[str], ats: Sequence[str]) -> Hashable:
    """Of which entries only the day is known; of these moments, which are of one day."""
    return tuple([at.endswith(MIDNIGHT) for at in moments]), tuple(
        [at[:DAY] == last[:DAY] for last, at in pairwise(ats)]
    )


def _words(personal: Mapping[int, Mapping[str, Any]]) -> Hashable:
    """By entry: which personal fields there are, of what type where they say something: checks ask no more, but for who called and who
    handled."""
    found: list[Hashable] = []
    values: list[Any] = []
    for place, said in personal.items():
        found.append(place)
        found += said
        values += said.values()
    try:
        "".join(values)
    except TypeError:  # not all of them are words
        values.append("")
    if all(values):
        return tuple(found)
    return tuple(
        [
            (place, name, type(value), not value)
            for place, said in personal.items()
            for name, value in said.items()
        ]
    )
