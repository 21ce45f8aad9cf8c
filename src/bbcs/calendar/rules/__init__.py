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
from bbcs.errors import UnknownWord

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
    """The rule of this name. Raises UnknownWord with the names there are."""
    try:
        return RULES[name]
    except KeyError:
        raise UnknownWord("计算规则", name, list(RULES)) from None
