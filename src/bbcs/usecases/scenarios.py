"""Plays a scenario: its acts in a temporary home, and where the result differs.

Does its acts one by one, as at the counter, and compares every phase and date with the expected
ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from bbcs.calendar.dates import iso
from bbcs.calendar.days import DayCalendar
from bbcs.config import items
from bbcs.config.adopted_rules import ITEMS, AdoptedText, Rules
from bbcs.config.examples import folder
from bbcs.config.scenarios import CASE_VALUES, LOOK, ExpectedAct, ExpectedClock, Scenario, load
from bbcs.domain import escalation, masking
from bbcs.domain.acts.table import BY_VERB
from bbcs.domain.case import PHASES
from bbcs.domain.deadline import Deadline
from bbcs.domain.deadline_status import STATES
from bbcs.domain.items import Item
from bbcs.domain.pack import RulePack
from bbcs.domain.station import Station, Unit
from bbcs.errors import BbcsError, UsageError
from bbcs.findings import Finding
from bbcs.record import as_document
from bbcs.registers.entry import RegisterEntry
from bbcs.usecases import acts, office_acts
from bbcs.usecases.act_inputs import files_of
from bbcs.usecases.ledger import Stamp
from bbcs.usecases.ledger_protocol import Ledger
from bbcs.usecases.office import Calendars, Office
from bbcs.usecases.outcome import Outcome, find
from bbcs.usecases.projection import row

Opener = Callable[[Sequence[str]], AbstractContextManager[Ledger]]
"""Opens an empty ledger for one write transaction, with paths of the files that are attached in it.

Each call goes on where the last one ended.
"""

TemporaryHome = Callable[[str, Stamp], AbstractContextManager[tuple[Path, Opener]]]
"""Makes an empty home for a station code and removes it afterwards.

See `store.transactions.temporary_home`.
"""

CODE = "TEST01"
"""Code of the station that a scenario is played in."""


def play_scenarios(
    pack: RulePack, files: Sequence[Path], temporary_home: TemporaryHome
) -> list[tuple[Scenario, list[Finding]]]:
    """Play scenario files by a pack, without files the shipped ones of its place.

    Each with its differences.

    Raises PackInvalid for a file that is wrong, UsageError when the place has no shipped scenario.
    """
    chosen = [load(path) for path in files] or _shipped(pack)
    return [(one, play_alone(one, pack, temporary_home)) for one in chosen]


def _shipped(pack: RulePack) -> list[Scenario]:
    """Every scenario that comes with the program for the place of this pack."""
    known = [load(path) for path in sorted((folder() / "scenarios").glob("*.toml"))]
    scenarios = [one for one in known if one.place in (pack.key, pack.place)]
    if not scenarios:
        places = "、".join(dict.fromkeys(one.place for one in known)) or "（无）"
        raise UsageError(f"没有 {pack.key} 的故事；请写出故事文件，自带故事的有：{places}")
    return scenarios


def play_alone(scenario: Scenario, pack: RulePack, temporary_home: TemporaryHome) -> list[Finding]:
    """Play one scenario in a home of its own."""
    stamp = Stamp(scenario.operators[0].id, scenario.acts[0].at, "set")
    with temporary_home(CODE, stamp) as (home, open_ledger):
        return play(scenario, pack, open_ledger, home)


def play(scenario: Scenario, pack: RulePack, open_ledger: Opener, home: Path) -> list[Finding]:
    """Returns every difference between scenario and outcome, each with the line of its act.

    Each act is one transaction.
    """
    player = _Player(scenario, switched(pack, scenario), open_ledger, home)
    return [finding for expected in scenario.acts for finding in player.act(expected)]


def switched(pack: RulePack, scenario: Scenario) -> RulePack:
    """The pack as the story reads it."""
    extension = pack.extension._replace(mode=scenario.extension_mode or pack.extension.mode)
    return pack._replace(day_rule=scenario.day_rule or pack.day_rule, extension=extension)


def _catalogue(scenario: Scenario) -> Rules:
    """The catalogue of items with the owners that a story names."""
    if not scenario.owners:
        return Rules()
    known = tuple(Item(item, owner) for item, owner in scenario.owners.items())
    return Rules((AdoptedText(ITEMS, "", "", 0, "", items.parsed(known)),))


class _Player:
    """One run of one story; `numbers` are the cases taken so far."""

    def __init__(self, scenario: Scenario, pack: RulePack, open_ledger: Opener, home: Path) -> None:
        self.scenario, self.pack, self.open, self.home = scenario, pack, open_ledger, home
        levels = scenario.levels
        units = tuple(Unit("", name, level=levels.get(name, "")) for name in scenario.units)
        self.station = Station(
            CODE,
            scenario.name,
            scenario.level,
            pack=pack.key,
            units=units,
            operators=scenario.operators,
        )
        self.rules = _catalogue(scenario)
        self.calendars = Calendars((), pack.region)
        self.numbers: list[str] = []

    def act(self, expected: ExpectedAct) -> list[Finding]:
        """Does one act; returns what is not as expected."""
        where = f"{self.scenario.file}:{expected.line}"
        if expected.case > len(self.numbers) + (expected.verb == "intake"):
            return [Finding("no_case", where, f"没有第 {expected.case} 件：前面的受理没有成")]
        before = self._head()
        try:
            self._do(expected)
        except BbcsError as refused:
            findings = list(_refused(expected, refused, where))
            if self._head() != before:
                findings.append(Finding("written", where, "拒绝了，却写进了台账"))
            return findings or self._compared(expected, where)
        if expected.refused:
            return [Finding("not_refused", where, f"应拒绝（退出码 {expected.refused}），却办成了")]
        return self._compared(expected, where)

    def _head(self) -> int:
        with self.open(()) as ledger:
            return ledger.head().seq

    def _do(self, expected: ExpectedAct) -> None:
        if expected.verb == LOOK:
            return
        office, files = self._office(expected), files_of(BY_VERB[expected.verb], expected.fields)
        with self.open(files) as ledger:
            if expected.verb == "consult":
                office_acts.consult(ledger, office, expected.fields)
            elif expected.verb == "intake":
                self.numbers.append(acts.intake(ledger, office, expected.fields).case.no)
            else:
                acts.act(
                    ledger, office, self.numbers[expected.case - 1], expected.verb, expected.fields
                )

    def _office(self, expected: ExpectedAct) -> Office:
        who = self.station.operator(expected.by) if expected.by else self.station.operators[0]
        stamp = Stamp(who.id, expected.at, "set")
        office = Office(self.home, self.station, self.pack, DayCalendar(), stamp, who.roles)
        return office.bound(self.calendars)._replace(rules=self.rules)

    def _compared(self, expected: ExpectedAct, where: str) -> list[Finding]:
        if not (expected.phase or expected.due or expected.state or expected.values):
            return []
        office = self._office(expected)
        with self.open(()) as ledger:
            outcome = find(ledger, office, self.numbers[expected.case - 1])
        findings = [
            *_differences(expected, outcome),
            *_value_differences(expected, case_values(outcome, office)),
        ]
        return [one._replace(where=where) for one in findings]


def _refused(expected: ExpectedAct, refused: BbcsError, where: str) -> Iterator[Finding]:
    if not expected.refused:
        yield Finding("refused", where, f"没办成（退出码 {refused.exit_code}）：{refused.message}")
    elif refused.exit_code != expected.refused:
        what = f"应以 {expected.refused} 拒绝，却是 {refused.exit_code}：{refused.message}"
        yield Finding("refused_otherwise", where, what)


def _differences(expected: ExpectedAct, outcome: Outcome) -> Iterator[Finding]:
    if expected.phase and outcome.case.phase != expected.phase:
        what = (
            f"环节应是{PHASES[expected.phase]} {expected.phase}，"
            f"现在是{PHASES[outcome.case.phase]} {outcome.case.phase}"
        )
        yield Finding("phase", "", what)
    for clock, wanted in expected.due:
        have = _due(_deadline(clock, outcome), wanted)
        if have != wanted:
            what = (
                f"{_named(clock)} 应在 {wanted or '（没有）'} 到期，算出来是 {have or '（没有）'}"
            )
            yield Finding("due", "", what)
    for clock, wanted in expected.state:
        deadline = _deadline(clock, outcome)
        if deadline is None or deadline.state != wanted:
            have = f"{STATES[deadline.state]} {deadline.state}" if deadline else "（没有这个时限）"
            yield Finding(
                "state", "", f"{_named(clock)} 应是{STATES.get(wanted, '')} {wanted}，现在是{have}"
            )


def _value_differences(expected: ExpectedAct, have: Mapping[str, Any]) -> Iterator[Finding]:
    for key, wanted in expected.values:
        if _alike(wanted) != _alike(have[key]):
            what = f"{CASE_VALUES[key][1]}（{key}）应是 {_text(wanted)}，现在是 {_text(have[key])}"
            yield Finding(key, "", what)


def case_values(outcome: Outcome, office: Office) -> dict[str, Any]:
    """What a story may claim of a case besides phase and dates.

    A value for each key of CASE_VALUES, masked.
    """
    case, pack = outcome.case, office.pack_of(outcome.case)
    shown = row(case, office.station.code, office.pack_of(case))
    proposal = escalation.proposal(case, pack)
    settled = (event.data for event in reversed(outcome.events) if event.kind == "Resolved")
    last = next(settled, {})
    entry = RegisterEntry(case, outcome.deadlines, outcome.events, office.pack)
    same = ("flags", "reporter", "round", "outcome", "solved", "satisfaction")
    return {
        **{key: shown[key] for key in same},
        **{key: last.get(key) for key in ("asked", "granted")},
        "papers": list(map(masking.free_text, case.papers)),
        "waived": list(case.waived),
        "level": case.level,
        "group": case.group,
        "owed": [gap.paper for gap in case.gaps if not gap.filled_at],
        "proofs": [masking.free_text(one.item) for one in case.proofs if not one.done_at],
        "slips": [slip.kind for slip in case.slips],
        "orders": {order.unit: order.state for order in case.orders},
        "clocks": len(outcome.deadlines),
        "proposed": proposal and proposal.level,
        "on_time": {True: "yes", False: "no", None: "none"}[entry.on_time],
    }


def _alike(value: Any) -> Any:
    """Lists in any order; nothing is nothing, however it is written."""
    if isinstance(value, (list, tuple)):
        return sorted(value)
    return value or ""


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        value = [f"{key} {state}" for key, state in value.items()]
    if isinstance(value, (list, tuple)):
        value = "、".join(value)
    if value in (None, ""):
        return "（没有）"
    return str(value)


def _deadline(clock: ExpectedClock, outcome: Outcome) -> Deadline | None:
    """The last deadline of that name, round and order."""
    round_ = clock.round or outcome.case.round
    fitting = [one for one in outcome.deadlines if one.name == clock.name and one.round == round_]
    return next(
        (one for one in reversed(fitting) if not clock.order or one.order == clock.order), None
    )


def _due(deadline: Deadline | None, wanted: str) -> str:
    """The date as the story would write it.

    A time to the minute, or to the second where the story gives seconds.
    """
    text = (deadline and iso(deadline.due)) or ""
    return text[: max(len(wanted), 16)]


def _named(clock: ExpectedClock) -> str:
    name = clock.name
    if clock.round:
        name += f".{clock.round}"
    if clock.order:
        name += f":{clock.order}"
    return name


def document(played: Any) -> dict[str, Any]:
    """The JSON answer of `pack test`: (scenario, findings) of each story."""
    rows = [
        {
            "name": one.name,
            "file": one.file,
            "story": one.story,
            "acts": len(one.acts),
            "findings": [as_document(each) for each in findings],
        }
        for one, findings in played
    ]
    return {
        "schema": "bbcs.packtest/1",
        "scenarios": rows,
        "ok": not any(findings for _, findings in played),
    }
