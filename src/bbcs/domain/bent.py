"""Bent time: finds the entries of a case whose moment cannot be trusted, and what rests on them.

An entry that was recorded after a deadline had passed and dated before it; one that was written
with a set clock; a grade given after the limit of the grade before had run out; a correction that
changes what was late or what the person answered. Nothing of it is forbidden: it is marked where it
is shown, listed by `check` (C26) and counted beside the rates. An entry that was recorded late of a
case that was in time anyway is none. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bbcs.domain.case import CALLS, Case
from bbcs.domain.corrections import effective
from bbcs.domain.deadline import Deadline
from bbcs.domain.deadline_status import passed
from bbcs.domain.event import Event
from bbcs.domain.fold import fold
from bbcs.record import Record

WAYS: Mapping[str, str] = {
    "late": "补录",
    "set": "设定时间",
    "graded": "到期后定级",
    "corrected": "更正",
}
"""How a moment was bent -> what people read."""

PRACTICE = "练习台账（设定时间）"
"""What every paper of a ledger says whose first entry was written with a set clock."""

_MOVING = frozenset({"Paused", "Resumed", "ExtensionAsked", "ExtensionDecided"})
"""Kinds that move a deadline without starting or stopping it."""

Key = tuple[str, int, int, str]
"""Which deadline of a case: `Deadline.key`."""

Count = Callable[[Case, Mapping[int, datetime]], Sequence[Deadline]]
"""A case and the moments by which entries are judged instead of their own -> its deadlines."""


class Bend(Record):
    """One entry, and the deadline that rests on it; None where an answer of the person does, or
    none.

    Of an entry that was recorded late, the deadline stands as it does without it.
    """

    way: str
    event: Event
    deadline: Deadline | None = None


class Bending(Record):
    """What of a case is bent.

    in_time: deadlines that count as in time by such entries alone, with the way. solved: whether
    the matter was solved comes from a correction. answers: versions of the callbacks whose answers
    were corrected.
    """

    bends: tuple[Bend, ...] = ()
    in_time: Mapping[Key, str] = {}
    solved: bool = False
    answers: frozenset[int] = frozenset()

    def way(self, deadline: Deadline | None) -> str:
        """How a deadline that counts as in time was bent, "" where it was not."""
        return self.in_time.get(deadline.key, "") if deadline else ""


STRAIGHT = Bending()


def bending(
    events: Sequence[Event], case: Case, count: Count, *, practice: bool = False
) -> Bending:
    """What of a case is bent. events: all of them as written, of which `case` was folded.

    practice: the ledger is one of set times; that a clock was set says nothing there.
    """
    if not _doubtful(events, practice=practice):
        return STRAIGHT
    counted, deadlines = effective(events), count(case, {})
    bends = [*_late(counted, case, deadlines, count), *_graded(counted, deadlines, count)]
    if not practice:
        bends += _set(counted, deadlines)
    late = {one.key for one in deadlines if one.late}
    ways = {one.deadline.key: one.way for one in reversed(bends) if one.deadline}
    corrected, by_correction, answers = _corrected(events, case, deadlines, count)
    in_time = {key: way for key, way in {**by_correction, **ways}.items() if key not in late}
    solved = bool(corrected) and fold(_without_corrections(events)).solved != case.solved
    return Bending((*bends, *corrected), in_time, solved, answers)


def _doubtful(events: Sequence[Event], *, practice: bool) -> bool:
    """Whether anything may be bent at all: a quick look, so that most cases cost nothing."""
    kinds = [event.kind for event in events]
    return (
        "Corrected" in kinds
        or kinds.count("Triaged") > 1
        or any(_recorded_later(event) for event in events)
        or (not practice and any(event.clock == "set" for event in events))
    )


def _recorded_later(event: Event) -> bool:
    """Whether it was written after the moment it is dated, and by no import."""
    return event.recorded_at is not None and event.recorded_at > event.at and not event.imported


# -- recorded after a deadline, dated before it ----------------------------------------------------


def _late(
    events: Sequence[Event], case: Case, deadlines: Sequence[Deadline], count: Count
) -> Iterator[Bend]:
    """Entries without which a deadline would have passed: judged by when they were recorded."""
    later = {event.seq: event for event in events if _recorded_later(event)}
    if not later:
        return
    missed = _missed(case, deadlines, count, {seq: _written(one) for seq, one in later.items()})
    if not missed:
        return
    alone = {
        seq: _missed(case, deadlines, count, {seq: _written(event)}) for seq, event in later.items()
    }
    for deadline in deadlines:
        if deadline.key in missed:
            own = [seq for seq in deadline.entries if seq in later]
            guilty = [seq for seq in own if deadline.key in alone[seq]]
            for seq in guilty or own:
                yield Bend("late", later[seq], missed[deadline.key])


def _written(event: Event) -> datetime:
    assert event.recorded_at is not None
    return event.recorded_at


def _missed(
    case: Case, deadlines: Sequence[Deadline], count: Count, judged: Mapping[int, datetime]
) -> Mapping[Key, Deadline]:
    """Those that are not late, but are by these moments: as they stand by them."""
    in_time = {one.key for one in deadlines if not one.late}
    return {one.key: one for one in count(case, judged) if one.late and one.key in in_time}


# -- written with a set clock ----------------------------------------------------------------------


def _set(events: Sequence[Event], deadlines: Sequence[Deadline]) -> Iterator[Bend]:
    """Entries that start, stop, pause or extend a clock and were written with a set clock."""
    for event in events:
        if event.clock != "set" or event.imported:
            continue
        resting = [one for one in deadlines if event.seq in one.entries or _moved(one, event)]
        if resting:
            yield from (Bend("set", event, one) for one in resting)
        elif event.kind in _MOVING:
            yield Bend("set", event)


def _moved(deadline: Deadline, event: Event) -> bool:
    """Whether an entry ended a pause of this deadline, or decided its extension."""
    changes = deadline.counted.changes
    return event.kind in ("Resumed", "ExtensionDecided") and any(
        event.at in (change.at, change.until) for change in changes
    )


# -- graded after the limit had run out ------------------------------------------------------------


def _graded(events: Sequence[Event], deadlines: Sequence[Deadline], count: Count) -> Iterator[Bend]:
    """Grades given anew after the limit by the grade before had run out, without which it would be
    late.
    """
    grades = [event for event in events if event.kind == "Triaged"]
    for event in grades[1:]:
        before = fold([one for one in events if one is not event])
        moment = event.recorded_at or event.at
        late = {
            one.key
            for one in count(before, {})
            if one.late and one.passes is not None and passed(one.passes, moment)
        }
        for deadline in deadlines:
            if deadline.name == "resolve" and not deadline.late and deadline.key in late:
                yield Bend("graded", event, deadline)


# -- corrections -----------------------------------------------------------------------------------


def _corrected(
    events: Sequence[Event], case: Case, deadlines: Sequence[Deadline], count: Count
) -> tuple[list[Bend], Mapping[Key, str], frozenset[int]]:
    """Corrections that change lateness or answers; the deadlines in time by them; the callbacks."""
    corrections = [event for event in effective(events) if event.kind == "Corrected"]
    if not corrections:
        return [], {}, frozenset()
    plain = fold(_without_corrections(events))
    before = {one.key: one for one in count(plain, {})}
    changed = [one for one in deadlines if one.key in before and before[one.key].late != one.late]
    answers = _answers(plain).items() ^ _answers(case).items()
    if not (changed or answers or plain.solved != case.solved):
        return [], {}, frozenset()
    bends = [bend for one in corrections for bend in _by(one, events, case, deadlines, count)]
    if not bends:
        bends = [Bend("corrected", one, next(iter(changed), None)) for one in corrections]
    in_time = {one.key: "corrected" for one in changed if not one.late}
    return bends, in_time, frozenset(version for version, _ in answers)


def _by(
    one: Event, events: Sequence[Event], case: Case, deadlines: Sequence[Deadline], count: Count
) -> list[Bend]:
    """What one correction alone changes."""
    rest = fold(effective([event for event in events if event is not _of(events, one)]))
    without = {deadline.key: deadline.late for deadline in count(rest, {})}
    changed = [
        deadline
        for deadline in deadlines
        if deadline.key in without and without[deadline.key] != deadline.late
    ]
    if changed:
        return [Bend("corrected", one, deadline) for deadline in changed]
    if rest.solved != case.solved or _answers(rest) != _answers(case):
        return [Bend("corrected", one)]
    return []


def _of(events: Sequence[Event], one: Event) -> Event:
    """The entry as it was written, of one that counts."""
    return next(event for event in events if event.version == one.version)


def _without_corrections(events: Sequence[Event]) -> list[Event]:
    return effective([event for event in events if event.kind != "Corrected"])


def _answers(case: Case) -> dict[int, tuple[Any, ...]]:
    """What the person answered, by the version of the callback."""
    marks = [mark for mark in case.marks if mark.kind in CALLS]
    return {
        mark.version: (call.solved, call.grade, call.satisfied)
        for mark, call in zip(marks, case.callbacks, strict=True)
    }
