"""Cross-footing: every count and rate of `report monthly` and `report kpi`, counted again from what others can read.

The rows of the register and those of `list --all --json` give most of it; what neither has a column for (calls,
slips, meetings, papers) comes from the story that `show --json` tells of the same cases, and the clocks of orders
from `deadline --json`. Nothing here asks `registers.rates`, `registers.counting` or a counted event.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from random import Random
from statistics import median
from typing import Any

import pytest
import recounted
import registers_foot

from bbcs.config import items
from bbcs.config.adopted_rules import ITEMS, AdoptedText
from bbcs.domain.case import LIFE
from bbcs.domain.items import Item
from bbcs.domain.pack import Accountability, Clock
from bbcs.domain.station import Unit
from bbcs.errors import BbcsError
from bbcs.registers.statistics.units import COUNTED
from bbcs.registers.work import round_name
from bbcs.usecases import acts, kpi, listing, office_acts, reports
from bbcs.usecases.ledger import Filter
from bbcs.usecases.outcome import find
from bbcs.views import rows, story
from random_acts import UNITS, drawn, may_return
from sample import Desk, at, shipped
from sizes import is_long

LEDGERS = 200 if is_long() else 6
CASES = 12

MORE = (
    Clock("first_contact", 0, "same_day", "Assigned", "FedBack.first"),
    Clock("rectify", 5, "working_day", "CalledBack", "Resolved"),
)
DEFAULT = shipped("default", callback=False)
CHART = (
    Accountability("超期", ("remind", "card")),
    Accountability("屡次退回", ("card", "interview")),
    Accountability("没人管", ("record",)),
)
"""Two rows share a measure; one is never taken."""

PACK = DEFAULT._replace(clocks=(*DEFAULT.clocks, *MORE), accountability=CHART)

REVIEWED = PACK._replace(
    gates={**PACK.gates, "return_review": True},
    clocks=(*PACK.clocks, Clock("return", 2, "working_day", ("ReturnAsked",), ("ReturnDecided",))),
    dispatch_guard="warn",
)
"""Returns are reviewed, and orders that are handed down are counted."""

TOUCHED = (
    {"item": ["准营"]},
    {"item": ["准营", "社保"], "class": ["市场准入"]},
    {"class": ["社会保障"]},
    {},
)
"""Items and classes that an improvement touches."""

CALLED = ({"default_rating": True}, {"solved": "partly"}, {"by": "李经办"})
"""What a callback may tell besides."""

TOWNSHIP = "水务局"
LEVELS = {TOWNSHIP: "township"}
"""The unit that counts as a township here, whatever its name says."""

FIRST, LAST = date(2026, 2, 1), date(2026, 5, 31)
NOW = "2026-05-20T15:00"


# -- a ledger at random ------------------------------------------------------------------------------------------


def lived(desk: Desk, random: Random) -> None:
    """One more case with some acts at random, a few of them dated back; refused ones are left out."""
    now = at("2026-03-02") + timedelta(hours=random.randint(0, 700))
    decision = random.choice(["accept", "accept", "accept", "accept", "later", "refuse"])
    phone = random.choice(("", "13800000001", "13900000002", "13700000003"))
    said = {"matter": "诊所备案", "demand": "办不下去", "anonymous": True, "decision": decision}
    if phone:
        said |= {"reporter": "陈试验", "anonymous": False, "phone": phone}
    if decision == "refuse":
        said |= {"refusal_reason": "litigation", "remedy": "向法院反映"}
    no = acts.intake(desk.ledger, desk.office(now), said).case.no
    for _ in range(random.randint(0, 16)):
        now += timedelta(hours=random.choice((0, 1, 3, 20, 30, 90)))
        case = find(desk.ledger, desk.office(now), no).case
        verbs = [verb for verb in LIFE[case.phase] if verb != "void" or random.random() < 0.1]
        verb = random.choice(verbs)
        if "supervise" in verbs and random.random() < 0.1:  # else no unit is held to account twice
            verb = "supervise"
        if may_return(desk.pack, case, verbs, random):
            verb = "return"
        given = drawn(case, verb, random)
        if random.random() < 0.2 and verb != "undo":
            back = now - timedelta(days=random.randint(1, 6))
            given = {**given, "at": back, "late_reason": "忘了登记"}
        if verb == "callback" and given["reached"] and random.random() < 0.5:
            given = {**given, **random.choice(CALLED)}
        if verb == "assign" and "lead" in given:
            given = {**given, "handler": "李经办"}
        if verb == "improve":
            given = {**given, **random.choice(TOUCHED)}
        if verb == "supervise" and "kind" in given and random.random() < 0.3:
            given = {**given, "kind": "interview"}
        if verb == "note" and random.random() < 0.5:
            given = {"text": "回话", "promised": f"{now + timedelta(days=3):%Y-%m-%d}"}
        with suppress(BbcsError):
            acts.act(desk.ledger, desk.office(now), no, verb, given)


def consulted(desk: Desk, random: Random) -> Counter[str]:
    """Some consultations, and what they add up to."""
    total: Counter[str] = Counter()
    for _ in range(random.randint(0, 4)):
        visitors = random.randint(1, 5)
        said = {"matter": "问路", "visitors": visitors, "answered": random.randint(0, visitors)}
        office_acts.consult(desk.ledger, desk.office("2026-04-02"), said)
        total.update({name: said[name] for name in ("visitors", "answered")})
    return total


# -- counted again -----------------------------------------------------------------------------------------------


class Told(dict[str, Any]):
    """One case: its register row, split by rounds where rounds differ; `listed` and `story` beside it."""

    listed: Mapping[str, Any]
    story: list[Mapping[str, Any]]
    deadlines: list[Any]

    @cached_property
    def rounds(self) -> int:
        """How many rounds the register speaks of."""
        number = re.search(r"第 (\d+) 轮", self["redo"])
        return int(number[1]) if number else 1

    @property
    def redone(self) -> bool:
        return self["redo"].startswith("是")

    @property
    def taken_up(self) -> bool:
        """Whether it had been refused."""
        return self.rounds > 1 and self.by_round("outcome")[0] == "不予受理"

    @property
    def first(self) -> int:
        """Which round is the first that was handled, from 0."""
        return int(self.taken_up)

    def by_round(self, name: str) -> list[str]:
        """The cell of each round."""
        text = self[name] or ""
        if not text.startswith("首轮："):
            return [text] * self.rounds
        parts = []
        for number in range(1, self.rounds + 1):
            text = text.removeprefix(f"{round_name(number)}：")
            own, _, text = text.partition(f"；{round_name(number + 1)}：")
            text = f"{round_name(number + 1)}：{text}"
            parts.append("" if own == "—" else own)
        return parts

    def entries(self, *kinds: str) -> list[Mapping[str, Any]]:
        """Entries of the story of these kinds, in the order in which they were written."""
        return [one for one in self.story if one["kind"] in kinds]

    @property
    def left(self) -> str:
        """How the case left without an outcome in its last round."""
        last = self.by_round("outcome")[-1]
        return last if last in ("不予受理", "已撤回", "已转出") else ""

    @property
    def settled(self) -> list[bool]:
        """Of each round whether it was settled."""
        return [bool(text) for text in self.by_round("resolved_at")]

    @property
    def in_hand(self) -> bool:
        return not (self.settled[-1] or self.left)

    @property
    def late(self) -> list[bool]:
        """Of each round whether its handling was or is late."""
        return [text.startswith("是") for text in self.by_round("overdue_days")]

    @property
    def timed(self) -> bool:
        """Whether the first round has a limit."""
        return bool(self.by_round("overdue_days")[self.first])

    def since_settled(self, *kinds: str) -> list[Mapping[str, Any]]:
        """Entries since the last settlement."""
        last = max((one["version"] for one in self.entries("Resolved")), default=0)
        return [one for one in self.entries(*kinds) if one["version"] > last]


def read(desk: Desk) -> list[Told]:
    """Every case that counts, as register, list and show tell it."""
    office = desk.office(NOW)
    found = reports.snapshot(desk.ledger, office, reports.between(FIRST, LAST))
    table = reports.register("work", found, office)
    every = listing.cases(desk.ledger, office, Filter(office.stamp.now, active=False))
    listed = {row["case_no"]: row for row in rows.document(every, office)["cases"]}
    assert {row["case_no"] for row in table.rows} == {
        no for no, row in listed.items() if row["phase"] != "voided"
    }
    told = []
    for row in table.rows:
        outcome = find(desk.ledger, office, row["case_no"])
        one = Told(row)
        one.listed = listed[row["case_no"]]
        own = [entry.document() for entry in story.entries(outcome, reveal=False)]
        own = [entry for entry in own if entry["case_no"] == row["case_no"]]
        one.story = sorted(own, key=lambda entry: entry["version"])
        one.deadlines = outcome.deadlines
        told.append(one)
    return told


def counts(told: list[Told], desk: Desk) -> dict[str, int]:
    """The counts of the monthly report, from register and list."""
    counted: Counter[str] = Counter(dict.fromkeys(reports.monthly.COUNTS, 0))
    words = {word.label: word.counts_as for word in desk.pack.words["outcome"].values()}
    for one in told:
        ends = {"不予受理": "refused", "已转出": "transferred_out", "已撤回": "withdrawn"}
        counted.update(received=1, reopened=one.rounds - 1)
        counted["refused"] += one.taken_up
        if one.left:
            counted[ends[one.left]] += 1
        counted["closed"] += sum(one.settled) + (one.left == "已撤回")
        for label, settled, late in zip(
            one.by_round("outcome"), one.settled, one.late, strict=True
        ):
            if settled:
                counted[words[label]] += 1
                counted["overdue_closed"] += late
        counted["overdue_closed"] += one.left == "已撤回" and one.late[-1]
        if one.in_hand:
            counted["carried_out"] += 1
            counted["overdue_open" if one.late[-1] else "within_limit"] += 1
        counted["struck_off"] += sum(bool(text) for text in one.by_round("archived"))
        counted["callbacks_tried"] += one.listed["callbacks"]["tried"]
        counted["callbacks_valid"] += one.listed["callbacks"]["valid"]
    return dict(counted)


Figure = tuple[int, int]


def share(of: Iterable[Told], hit: Callable[[Told], bool]) -> Figure:
    parts = [hit(one) for one in of]
    return sum(parts), len(parts)


def rates(told: list[Told], desk: Desk) -> dict[str, Figure]:
    """The rates of both reports."""
    grades = desk.pack.words["grade"]
    outcomes = desk.pack.words["outcome"].values()
    ended = [word.label for word in outcomes if word.counts_as == "terminated"]
    timed = [one for one in told if one.timed]
    closed = [one for one in told if any(one.settled)]
    valid = [one for one in told if one.left not in ("不予受理", "已转出")]
    calls = [entry for one in told for entry in one.entries("CallbackTried", "CalledBack")]
    rated = [(one, entry) for one in told for entry in one.entries("CalledBack")]
    bad = [(one, entry) for one, entry in rated if grades[entry["data"]["grade"]].bad]
    called = [one for one in told if one.entries("CalledBack")]
    sent = [entry for one in told for entry in one.entries("Assigned", "Forwarded")]
    orders = sum(units(entry) for entry in sent)
    return {
        "acceptance_rate": share(told, lambda one: bool(one.entries("Accepted"))),
        "response_rate": clocked(told, "first_contact"),
        "sign_on_time_rate": clocked(told, "sign"),  # the pack has no arrivals
        "closing_rate": share(valid, lambda one: any(one.settled) or one.left == "已撤回"),
        "on_time_rate": share(timed, lambda one: not one.late[one.first]),
        "overdue_rate": share(timed, lambda one: one.late[one.first]),
        "overdue_closed_rate": share(
            timed, lambda one: one.late[one.first] and not open_first(one)
        ),
        "overdue_open_rate": share(timed, lambda one: one.late[one.first] and open_first(one)),
        "resolution_rate": share(closed, lambda one: one.by_round("solved")[-1] == "是"),
        "termination_rate": share(closed, lambda one: one.by_round("outcome")[-1] in ended),
        "satisfaction_rate": share(called, satisfied(desk)),
        "callback_rate": share(
            closed, lambda one: bool(one.since_settled("CallbackTried", "CalledBack"))
        ),
        "valid_callback_rate": (
            sum(one.listed["callbacks"]["valid"] for one in told),
            sum(one.listed["callbacks"]["tried"] for one in told),
        ),
        "redo_rate": share(closed, lambda one: one.redone),
        "return_rate": (sum(one.listed["bounces"] for one in told), orders),
        "extension_rate": share(timed, lambda one: bool(one["extension"])),
        "good_rate": (len(rated) - len(bad), len(rated)),
        "rectified_rate": (sum(made_good(*pair) for pair in bad), len(bad)),
        "promise_rate": promises(told),
        "active_rate": share(closed, rated_himself),
        **recounted.rates(told, desk.pack),
    } | ({} if calls else {"valid_callback_rate": (0, 0)})


def rated_himself(one: Told) -> bool:
    """Whether the person rated since the last settlement, and not by silence."""
    calls = one.since_settled("CalledBack")
    return any(not entry["data"].get("default_rating") for entry in calls)


def open_first(one: Told) -> bool:
    """Whether the first round still goes on."""
    return one.rounds == one.first + 1 and one.in_hand


def satisfied(desk: Desk) -> Callable[[Told], bool]:
    """Whether the last grade in the register is one of a satisfied person."""
    words = {word.label: word.satisfied for word in desk.pack.words["grade"].values()}
    return lambda one: words[[text for text in one.by_round("satisfaction") if text][-1]]


def units(entry: Mapping[str, Any]) -> int:
    """How many orders an entry sends."""
    data = entry["data"]
    if entry["kind"] == "Forwarded":
        return 1
    return bool(data.get("lead")) + len(data.get("assist") or ()) + bool(data.get("relay"))


def clocked(told: list[Told], name: str) -> Figure:
    """Deadlines of one clock: met in time, of those that were met or have passed."""
    ends = []
    for one in told:
        for deadline in one.deadlines:
            if deadline.name == name:
                end = deadline.met_at or deadline.ended_at or at(NOW)
                ends.append((deadline.met_at is not None, passed(deadline, end)))
    counted = [met and not late for met, late in ends if met or late]
    return sum(counted), len(counted)


def passed(deadline: Any, moment: Any) -> bool:
    """Whether a deadline had passed: a time at once, a day with its end."""
    end = deadline.passes
    return moment > end if hasattr(end, "hour") else moment.date() > end


def made_good(one: Told, bad: Mapping[str, Any]) -> bool:
    """A satisfied call later, or a settlement in this or the next round after the call."""
    later = [entry for entry in one.story if entry["version"] > bad["version"]]
    again = [entry for entry in later if entry["kind"] == "CalledBack"]
    rounds = [
        deadline
        for deadline in one.deadlines
        if deadline.name == "rectify" and deadline.met_at and deadline.start == at(bad["at"][:19])
    ]
    return bool(rounds) or any(entry["data"].get("satisfied") for entry in again)


def promises(told: list[Told]) -> Figure:
    """Promised days up to now: kept by a word to the person on or before the day."""
    kept = broken = 0
    for one in told:
        words = one.entries("FedBack", "Notified", "CalledBack")
        for made in one.entries("Promised"):
            day = made["data"]["promised"][:10]
            after = made["at"], made["version"]
            answers = [
                word
                for word in words
                if (word["at"], word["version"]) > after and word["at"][:10] <= day
            ]
            if not FIRST.isoformat() <= day <= LAST.isoformat():
                continue
            if answers:
                kept += 1
            elif day < NOW[:10]:
                broken += 1
    return kept, kept + broken


def tallies(told: list[Told], desk: Desk) -> dict[tuple[str, str], int]:
    """Counts of `report kpi` beside the flow: part and key -> number."""
    found: Counter[tuple[str, str]] = Counter()
    keys = {axis: {word.label: word.key for word in desk.pack.words[axis].values()}
            for axis in ("channel", "demand_kind", "difficulty")}  # fmt: skip
    for one in told:
        for axis in ("channel", "demand_kind"):
            found[axis, keys[axis][one[axis]]] += 1
        found["difficulty", keys["difficulty"].get(one.by_round("difficulty")[one.first], "")] += 1
        graded = first_grades(one)
        for cause in (graded[-1]["data"].get("cause") if graded else None) or [""]:
            found["cause", cause] += 1
        raised = [entry["data"]["level"] for entry in one.entries("Triaged", "Escalated")
                  if entry["data"].get("level")]  # fmt: skip
        lowest = next(iter(desk.pack.words["level"])) if graded else ""
        found["level", raised[-1] if raised else lowest] += 1
        for entry in one.story:
            _tally(found, entry)
    return dict(found) | recounted.counts(told, TOWNSHIP)


def touched(told: list[Told]) -> dict[tuple[str, str], int]:
    """Different classes and items of the improvements; units held to account by each row, once a
    case."""
    improved = [entry["data"] for one in told for entry in one.entries("Improved")]
    slips = [
        (one["case_no"], entry["data"]["kind"], entry["data"]["unit"][1])
        for one in told
        for entry in one.entries("Supervised")
        if not entry["data"].get("answer")
    ]
    found = {
        ("accountability", str(number)): len(
            {(no, unit) for no, kind, unit in slips if kind in row.measures}
        )
        for number, row in enumerate(CHART, 1)
    }
    for key, field in (("classes", "class"), ("items", "item")):
        found["improvement", key] = len(
            {text for data in improved for text in data.get(field) or ()}
        )
    return found


def first_grades(one: Told) -> list[Mapping[str, Any]]:
    """The grades of the first round that was handled: of a refused case the one that took it up."""
    begun = [0, *(entry["version"] for entry in one.entries("Reopened")), 10**6]
    first, last = begun[one.first], begun[one.first + 1]
    return [entry for entry in one.entries("Triaged") if first < entry["version"] < last]


WORDS = {"Resolved": ("outcome", "outcome"), "Refused": ("refusal", "reason")}
STEERED = {"Paused": "paused", "Returned": "returned", "Forwarded": "forwarded",
           "Escalated": "escalated"}  # fmt: skip


def _tally(found: Counter[tuple[str, str]], entry: Mapping[str, Any]) -> None:
    kind, data = entry["kind"], entry["data"]
    found["steering", "return_asked"] += kind == "ReturnAsked"
    if kind == "ReturnDecided":
        found["steering", f"return_{'approved' if data.get('granted') else 'rejected'}"] += 1
        found["steering", "same_operator"] += bool(data.get("same_operator"))
    for sort, *_ in data.get("guarded") or ():
        found["steering", sort] += 1
    if kind in WORDS:
        part, field = WORDS[kind]
        found[part, data[field]] += 1
    if kind in STEERED:
        found["steering", STEERED[kind]] += 1
    if kind == "Supervised" and not data.get("answer"):
        found["supervision", data["kind"]] += 1
    if kind == "ExtensionDecided" and data.get("granted"):
        found["steering", "extended"] += 1
    found["steering", "gaps"] += len(data.get("owe") or ()) if kind == "AcceptedWithGaps" else 0
    found["steering", "gaps_filled"] += len(data.get("filled") or ()) if kind == "GapFilled" else 0
    if kind == "Promised":
        found["promise", "promised"] += 1
    if kind == "Improved":
        found["improvement", "improvements"] += 1
        found["improvement", data["kind"]] += 1


def same_day(told: list[Told]) -> dict[str, int]:
    """Minutes of first settlements on the day of receipt."""
    minutes = []
    for one in told:
        done = one.entries("Resolved")
        timed = not one["received_at"].endswith(" 00:00")  # else no hour was noted
        if done and timed and done[0]["at"][:10] == one["received_at"][:10]:
            spent = at(done[0]["at"][:19]) - at(one["received_at"].replace(" ", "T"))
            minutes.append(int(spent.total_seconds()) // 60)
    if not minutes:
        return {"cases": 0}
    return {"cases": len(minutes), "shortest": min(minutes), "median": round(median(minutes)),
            "longest": max(minutes)}  # fmt: skip


# -- the test ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(LEDGERS))
def test_every_figure_is_counted_again(seed: int):
    random, desk = Random(f"cross {seed}"), Desk(REVIEWED if seed % 2 else PACK)
    if seed % 2:
        catalogue = items.parsed((Item("诊所备案", UNITS[0]),))
        desk.known["items"] = AdoptedText(ITEMS, "", "", 0, "items", catalogue)
    roster = (Unit("", name, level=LEVELS.get(name, "county")) for name in UNITS)
    desk.station = desk.station._replace(units=tuple(roster))
    for _ in range(CASES):
        lived(desk, random)
    asked = consulted(desk, random)
    told, office = read(desk), desk.office(NOW)
    period = reports.between(FIRST, LAST)
    month = reports.snapshot(desk.ledger, office, period)
    assert month.counts[""] == {"carried_in": 0, **counts(told, desk)}
    assert month.consultations == {name: asked[name] for name in ("visitors", "answered")}
    found = kpi.build(desk.ledger, office, period)
    again = rates(told, desk)
    assert {one.name: (one.numerator, one.denominator) for one in found.rates} == again
    assert {one.name: again[one.name] for one in month.rates} == {
        one.name: (one.numerator, one.denominator) for one in month.rates
    }
    _bent_again(told, found)
    _counts_again(told, desk, found, month)
    _statistics_again(told, desk, found)
    _months_add_up(desk, month)
    registers_foot.foot(month, found, told)


def _bent_again(told: list[Told], found: kpi.Kpis) -> None:
    """What the register marks behind 否 is what stands beside the rate."""
    on_time = next(one for one in found.rates if one.name == "on_time_rate")
    marked = [
        one["case_no"] for one in told if one.by_round("overdue_days")[one.first].startswith("否（")
    ]
    assert list(on_time.bent_nos) == marked
    assert on_time.bent == len(marked)


def _counts_again(told: list[Told], desk: Desk, found: kpi.Kpis, month: reports.Month) -> None:
    flow = {one.key: one.number for one in found.counts if one.part == "flow"}
    assert flow == month.counts[""]
    tallied = tallies(told, desk)
    meetings = {entry["data"]["meeting"] for one in told for entry in one.entries("Convened")}
    groups = {entry["data"].get("group") for one in told for entry in one.entries("Merged")}
    tallied |= {("steering", "meetings"): len(meetings), ("steering", "groups"): len(groups)}
    waived = [(one["case_no"], entry["data"]) for one in told for entry in one.entries("Exempted")]
    by_rule = {(data["item"], data["paper"]) for _, data in waived if data.get("scope") == "rule"}
    by_case = {
        (no, data["paper"])
        for no, data in waived
        if data.get("scope") != "rule" and not data.get("rule")
    }
    tallied |= {("steering", "waivers_rule"): len(by_rule)}
    tallied |= {("steering", "waivers_case"): len(by_case)}
    tallied |= {("exclusion", rate): number for rate, number in left_out(told).items()}
    kept, due = promises(told)
    tallied |= {("promise", "promises_kept"): kept, ("promise", "promises_broken"): due - kept}
    tallied |= {("same_day", key): number for key, number in same_day(told).items()}
    counted = {
        (one.part, one.key): one.number
        for one in found.counts
        if one.part not in ("flow", "consultation")
    }
    tallied |= touched(told)
    rows = {key for part, key in counted if part == "accountability"}
    assert rows == {str(number) for number, _ in enumerate(CHART, 1)}
    assert {key: number for key, number in counted.items() if number} == {
        key: number for key, number in tallied.items() if number
    }


def _statistics_again(told: list[Told], desk: Desk, found: kpi.Kpis) -> None:
    """The rows of the units by the unit of the list; the days of the holders by first and last day."""
    statistics = {one.name: one.rows for one in found.statistics}
    for row in statistics["units"][:-1]:
        own = [one for one in told if (one.listed["lead_unit"] or "窗口") == row["unit"]]
        again = {"carried_in": 0, **counts(own, desk)}
        assert {name: row[name] for name in COUNTED} == {name: again[name] for name in COUNTED}
        timed = share([one for one in own if one.timed], lambda one: not one.late[one.first])
        assert (
            row["on_time_rate"].partition("（")[2].startswith("{}/{}".format(*timed))
            or not timed[1]
        )
    *holders, total = statistics["holders"]
    days = [recounted.days(one, desk.office(NOW).calendar) for one in told if any(one.settled)]
    assert sum(row["days"] for row in holders) == total["days"] == sum(days)
    assert total["cases"] == len(days)
    named = Counter(item for one in told for item in one.listed["items"])
    hot = [(row["item"], row["received"]) for row in statistics["topics"] if row["key"] == "hot"]
    several = [pair for pair in named.items() if pair[1] > 1]
    assert hot == sorted(several, key=lambda pair: (-pair[1], pair[0]))[:5]


def left_out(told: list[Told]) -> Counter[str]:
    """Cases that are left out of each rate by their last word on it."""
    found: Counter[str] = Counter()
    for one in told:
        last = {
            rate: entry["kind"] == "Excluded"
            for entry in one.entries("Excluded", "Included")
            for rate in entry["data"]["rate"]
        }
        found.update(rate for rate, out in last.items() if out)
    return found


def _months_add_up(desk: Desk, whole: reports.Month) -> None:
    """The months of the range: each carries on what the one before left; their sums are the range's."""
    office = desk.office(NOW)
    months = [
        reports.snapshot(desk.ledger, office, reports.month(name)).counts[""]
        for name in ("2026-02", "2026-03", "2026-04", "2026-05")
    ]
    for earlier, later in pairwise(months):
        assert later["carried_in"] == earlier["carried_out"]
    summed = ("received", "reopened", "closed", "refused", "transferred_out", "withdrawn",
              "solved", "explained", "partly", "terminated", "struck_off", "overdue_closed",
              "callbacks_tried", "callbacks_valid")  # fmt: skip
    for name in summed:
        assert sum(one[name] for one in months) == whole.counts[""][name], name
    for name in ("carried_out", "within_limit", "overdue_open"):
        assert months[-1][name] == whole.counts[""][name]
