"""The counting rules by name: how a start and a number make a deadline, and why.

One object per rule.

To add a rule, write its class beside the others and add an object of it to `RULES`: `calendar add`,
`--explain`, `calendar batch`, the help and `DayCalendar.due` know it then.
"""

from __future__ import annotations

from bbcs.calendar.rules.days import (
    CalendarDays,
    Months,
    SameDay,
    WorkingDays,
    WorkingDaysFromReceipt,
)
from bbcs.calendar.rules.hours import OfficeTime, WallTime
from bbcs.calendar.rules.rule import CountingRule
from bbcs.errors import BadValue, nearest

RULES: dict[str, CountingRule] = {
    rule.name: rule
    for rule in (
        WorkingDays(),
        WorkingDaysFromReceipt(),
        SameDay(),
        CalendarDays(),
        Months(),
        WallTime(),
        OfficeTime(),
    )
}


def rule_of(name: str) -> CountingRule:
    """The rule of this name. Raises BadValue with the names there are."""
    try:
        return RULES[name]
    except KeyError:
        near = nearest(name, RULES)
        hint = near and f"，是不是“{near}”"
        raise BadValue(f"没有这种计算规则{hint}；可用：{'、'.join(RULES)}", list(RULES)) from None
