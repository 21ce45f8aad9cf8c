"""The duty roster (轮流坐诊): who is at the window on a day, and the defects of a roster.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from bbcs.calendar.days import DayCalendar
from bbcs.domain.acts import HALVES
from bbcs.domain.station import Duty
from bbcs.findings import Finding
from bbcs.record import Record


class OnDuty(Record):
    """Operators of one day: of the whole day, of the morning, of the afternoon."""

    day: tuple[str, ...] = ()
    am: tuple[str, ...] = ()
    pm: tuple[str, ...] = ()

    def on(self, shift: str) -> tuple[str, ...]:
        """Who is on duty in that half of the day; a person listed twice is given twice."""
        return self.day + (self.am if shift == "am" else self.pm)

    def text(self, names: Mapping[str, str]) -> str:
        """`陈受理`, or `上午 陈受理、下午 李经办`; "" when nobody is on duty."""
        parts = [self._joined(self.day, names)] if self.day else []
        parts += [
            f"{label} {self._joined(getattr(self, shift), names)}"
            for shift, label in HALVES.items()
            if getattr(self, shift)
        ]
        return "、".join(parts)

    @staticmethod
    def _joined(who: Sequence[str], names: Mapping[str, str]) -> str:
        return "、".join(names.get(one, one) for one in who)


def on(duty: Sequence[Duty], day: date) -> OnDuty:
    """Who is on duty that day."""
    mine = [one for one in duty if one.day == day]
    return OnDuty(
        *(tuple(one.operator for one in mine if one.shift == shift) for shift in ("", "am", "pm"))
    )


def problems(duty: Sequence[Duty], calendar: DayCalendar, first: date, last: date) -> list[Finding]:
    """Gaps and double bookings from `first` to `last`.

    A working day without anyone, or with half a day empty, is a gap from the first to the last day
    the roster knows: a roster that ends is not full of holes.
    """
    days = sorted({one.day for one in duty})
    if not days:
        return []
    low, high = max(first, days[0]), min(last, days[-1])
    findings: list[Finding] = []
    for number in range((high - low).days + 1):
        day = low + timedelta(days=number)
        who = on(duty, day)
        findings += _doubled(day, who)
        if calendar.is_working(day):
            findings += _gaps(day, who)
    return findings


def changed(
    duty: Sequence[Duty], days: Mapping[date, bool], names: Mapping[str, str]
) -> list[Finding]:
    """What a change of the calendar does to the roster.

    days: the days that now work (True) or are off (False); names: operator id -> name. Found are
    duties on a day that is off now, and days that work now and have nobody, from the first to the
    last day the roster knows.
    """
    known = {one.day for one in duty}
    if not known:
        return []
    findings = []
    for day, works in sorted(days.items()):
        if day in known and not works:
            findings.append(_on_a_day_off(duty, day, names))
        elif works and day not in known and min(known) <= day <= max(known):
            findings += _gaps(day, OnDuty())
    return findings


def on_holidays(
    duty: Sequence[Duty], calendar: DayCalendar, names: Mapping[str, str]
) -> list[Finding]:
    """Duties on a Monday to Friday that a notice made a day off; a weekend may be meant."""
    days = sorted({one.day for one in duty})
    return [_on_a_day_off(duty, day, names) for day in days if calendar.info(day).kind == "holiday"]


def _on_a_day_off(duty: Sequence[Duty], day: date, names: Mapping[str, str]) -> Finding:
    who = on(duty, day).text(names)
    return Finding(
        "duty_off",
        day.isoformat(),
        f"排了 {who} 坐诊，这天放假",
        f"撤下：bbcs station duty remove {day}；放假也有人值守的可以不理",
    )


def _gaps(day: date, who: OnDuty) -> Iterator[Finding]:
    empty = [label for shift, label in HALVES.items() if not who.on(shift)]
    if len(empty) == len(HALVES):
        yield Finding(
            "duty_gap", day.isoformat(), "工作日没有人坐诊", f"bbcs station duty add {day} 操作员"
        )
    elif empty:
        shift = next(shift for shift in HALVES if not who.on(shift))
        what = f"{empty[0]}没有人坐诊"
        hint = f"bbcs station duty add {day} 操作员 --shift {shift}"
        yield Finding("duty_half_gap", day.isoformat(), what, hint)


def _doubled(day: date, who: OnDuty) -> Iterator[Finding]:
    """Double bookings: persons listed twice, and half days (or days) that two people share."""
    halves = {shift: who.on(shift) for shift in HALVES}
    for one in dict.fromkeys(
        name for names in halves.values() for name in names if names.count(name) > 1
    ):
        what = f"{one} 在同一时段排了两次"
        yield Finding("duty_twice", day.isoformat(), what, "用 bbcs station duty remove 撤下多余的")
    shared = {
        shift: tuple(dict.fromkeys(names)) for shift, names in halves.items() if len(set(names)) > 1
    }
    if shared.get("am") == shared.get("pm") and shared:
        yield _shared(day, "全天", shared["am"])
    else:
        for shift, names in shared.items():
            yield _shared(day, HALVES[shift], names)


def _shared(day: date, when: str, names: Sequence[str]) -> Finding:
    return Finding(
        "duty_double",
        day.isoformat(),
        f"{when}排了 {len(names)} 个人：{'、'.join(names)}",
        "一班一人；确要两人同坐可以不理",
    )


def clash(duty: Sequence[Duty], new: Duty) -> Duty | None:
    """The entry of this person for that half of that day, if there is one."""
    same = [one for one in duty if (one.day, one.operator) == (new.day, new.operator)]
    return next(
        (one for one in same if not one.shift or not new.shift or one.shift == new.shift), None
    )


def rotation(
    names: Sequence[str],
    calendar: DayCalendar,
    first: date,
    last: date,
    shift: str = "",
    note: str = "",
) -> list[Duty]:
    """One working day for each person in turn, from `first` to `last`."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    working = [day for day in days if calendar.is_working(day)]
    return [
        Duty(day, names[number % len(names)], shift, note) for number, day in enumerate(working)
    ]
