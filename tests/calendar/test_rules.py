"""A counting rule is one object: what is added to `RULES` is known to every command, and says its law."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from bbcs.calendar.dates import Moment, day_of
from bbcs.calendar.days import DayCalendar
from bbcs.calendar.rules import RULES, CountingRule, rule_of
from bbcs.errors import UnknownWord

CALENDAR = DayCalendar()


class Weeks(CountingRule):
    """A trial rule: weeks to the same weekday; a day off at the end is left behind."""

    name = "week"
    label = "周，对应星期到期"
    law = "试验规定第一条"
    rolls = True
    goes_on_as = "week"

    def _end(self, calendar: DayCalendar, start: Moment, n: int, cutoff: str, hours: str) -> date:
        return day_of(start) + timedelta(weeks=n)


MAIN = """
import sys
from test_rules import Weeks
from bbcs.calendar.rules import RULES
RULES["week"] = Weeks()
from bbcs.__main__ import main
sys.argv = ["bbcs", *sys.argv[1:]]
main()
"""


def bbcs(*words: str, stdin: str = "") -> str:
    """The answer of a command in a process that knows the trial rule."""
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "calendar", *words],
        input=stdin,
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent,
        encoding="utf-8",
    )
    return done.stdout


def test_a_trial_rule_counts_and_explains() -> None:
    # Two weeks after 24 September 2026 is 8 October; one week after it, 1 October, is a holiday up to the 7th.
    answer = bbcs("add", "2026-09-24", "1", "--rule", "week", "--explain").splitlines()
    assert answer[0] == "2026-10-08"
    assert "起算（试验规定第一条）" in answer[1]
    assert answer[-2].endswith("末日是休息日，顺延至此，到期（民法典第二百零三条）")
    assert answer[-1].strip().startswith("week：周，对应星期到期（试验规定第一条）；日历 ")


def test_a_trial_rule_is_counted_in_batches_and_named_in_the_help() -> None:
    lines = "rule,start,n\nweek,2026-09-24,2\nwd,2026-09-30,3\n"
    assert bbcs("batch", "-", stdin=lines).splitlines() == [
        "rule,start,n,due,provisional",
        "week,2026-09-24,2,2026-10-08,false",
        "wd,2026-09-30,3,2026-10-10,false",
    ]
    assert "hours_business week" in " ".join(bbcs("add", "--help").split())


def test_a_trial_rule_is_proposed_for_a_misspelt_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RULES, "week", Weeks())
    with pytest.raises(UnknownWord, match="week"):
        rule_of("weeks")
    due = CALENDAR.due(date(2026, 12, 24), 2, "week")
    assert (due.due, due.years) == (date(2027, 1, 7), (2027,))


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_names_itself_its_law_and_how_it_goes_on(rule: CountingRule) -> None:
    assert RULES[rule.name] is rule
    assert rule.label
    assert rule.law
    assert rule.decided_by in ("", "after", "from")
    assert rule_of(rule.goes_on_as).in_hours == rule.in_hours
