"""The figures of first and last rounds, of callers and ratings, of phases and units, counted again from
what others can read: the rows of the register, of `list --all --json` and the story of `show --json`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from bbcs.calendar.days import DayCalendar
from bbcs.domain.pack import RulePack

Figure = tuple[int, int]


def rates(told: list[Any], pack: RulePack) -> dict[str, Figure]:
    """Of each rate numerator and denominator."""
    timed = [one for one in told if one.by_round("overdue_days")[-1]]
    closed = [one for one in told if any(one.settled)]
    rated = [entry for one in told for entry in one.entries("CalledBack")]
    given = [entry for entry in rated if not entry["data"].get("default_rating")]
    first = [found for one in told if (found := _first_rated(one))]
    calls = [apart for one in told for apart in _apart(one)]
    answers = [pair for one in told for pair in _answers(one, pack)]
    return {
        "final_on_time_rate": (sum(not one.late[-1] for one in timed), len(timed)),
        "first_resolution_rate": (
            sum(
                one.rounds == one.first + 1 and one.by_round("solved")[-1] in ("是", "是（更正）")
                for one in closed
            ),
            len(closed),
        ),
        "first_satisfaction_rate": (sum(_satisfied(one, pack) for one in first), len(first)),
        "caller_apart_rate": (sum(calls), len(calls)),
        "mismatch_rate": (sum(outcome != answer for outcome, answer in answers), len(answers)),
        "given_good_rate": (sum(not _bad(entry, pack) for entry in given), len(given)),
        "default_rate": (len(rated) - len(given), len(rated)),
    }


def counts(told: list[Any], township: str) -> dict[tuple[str, str], int]:
    """Part and key -> number, of the parts that stand beside those of the flow."""
    found: Counter[tuple[str, str]] = Counter()
    for one in told:
        found["phase", one.listed["phase"]] += 1
        unit = one.listed["lead_unit"] or "窗口"
        found["township" if unit == township else "unit", unit] += 1
        found["steering", "merged"] += bool(one.entries("Merged"))
        slips = [entry for entry in one.entries("Supervised") if not entry["data"].get("answer")]
        found["steering", "supervised"] += bool(slips)
        sent = [unit for entry in one.entries("Assigned") for unit in _sent(entry["data"])]
        found["steering", "dispatched_down"] += sent.count(township)
    found |= _repeats(told)
    return {key: number for key, number in found.items() if number}


def days(one: Any, calendar: DayCalendar) -> int:
    """Working days from the day of receipt to that of the last settlement."""
    settled = one.entries("Resolved")[-1]["at"]
    return calendar.between(
        date.fromisoformat(one["received_at"][:10]), date.fromisoformat(settled[:10])
    )


def _repeats(told: list[Any]) -> Counter[tuple[str, str]]:
    """Persons with several cases, by the masked phone: no two of the test share one."""
    by_phone: dict[str, int] = Counter(one["phone"] for one in told if one["phone"])
    several = [number for number in by_phone.values() if number > 1]
    return Counter(
        {("repeat", "repeat_persons"): len(several), ("repeat", "repeat_cases"): sum(several)}
    )


def _sent(data: Mapping[str, Any]) -> list[str]:
    """Names of the units that an assignment sends orders to."""
    pairs = [data.get("lead"), data.get("relay"), *(data.get("assist") or ())]
    return [pair[1] if isinstance(pair, (list, tuple)) else pair for pair in pairs if pair]


def _round_of(one: Any, entry: Mapping[str, Any]) -> int:
    return 1 + sum(again["version"] < entry["version"] for again in one.entries("Reopened"))


def _first_rated(one: Any) -> Mapping[str, Any] | None:
    """The last call of the first round with a call."""
    calls = one.entries("CalledBack")
    if not calls:
        return None
    number = min(_round_of(one, entry) for entry in calls)
    return [entry for entry in calls if _round_of(one, entry) == number][-1]


def _answers(one: Any, pack: RulePack) -> list[tuple[str, str]]:
    """Of each round with an answer: what the outcome says, and what the person says."""
    words = {word.label: word.counts_as for word in pack.words["outcome"].values()}
    says = {"solved": "yes", "partly": "partly"}
    last = {_round_of(one, entry): entry["data"]["solved"] for entry in one.entries("CalledBack")}
    outcomes = one.by_round("outcome")
    return [(says.get(words[outcomes[n - 1]], "no"), answer) for n, answer in last.items()]


def _apart(one: Any) -> list[bool]:
    """Of each call, where somebody is known to have handled the case, whether another called.

    All entries are written by one operator, who is never named in a call.
    """
    found = []
    for entry in one.entries("CalledBack"):
        by = entry["data"].get("by")
        before = [it for it in one.entries("Resolved") if it["version"] < entry["version"]]
        if one["handler"]:
            found.append(by != one["handler"])
        elif before and not before[-1]["data"].get("late_reason") and not one.listed["lead_unit"]:
            found.append(bool(by))
    return found


def _bad(entry: Mapping[str, Any], pack: RulePack) -> bool:
    return pack.words["grade"][entry["data"]["grade"]].bad


def _satisfied(entry: Mapping[str, Any], pack: RulePack) -> bool:
    return pack.words["grade"][entry["data"]["grade"]].satisfied
