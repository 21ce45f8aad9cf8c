"""Decisions of the office, made on a case or without one: papers waived by rule, improvements.

They are listed, taken back, and brought to open cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from bbcs.calendar.dates import iso
from bbcs.domain.acts.table import personal_fields
from bbcs.domain.case import LIFE, Case
from bbcs.domain.corrections import effective
from bbcs.domain.event import Draft, Event
from bbcs.domain.fold import fold, fold_on
from bbcs.errors import GateClosed, NothingToUndo, UnknownWord
from bbcs.usecases.ledger import Filter
from bbcs.usecases.office import Office, need
from bbcs.usecases.projection import project, project_office_wide

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger

KINDS: Mapping[str, str] = {"exempt": "Exempted", "improve": "Improved"}
"""Act -> the kind of entry that it appends."""

REVOKED = "Revoked"


def in_effect(events: Iterable[Event]) -> list[Event]:
    """The ledger-wide entries that count: without those taken back, without the taking back itself."""
    entries = list(events)
    gone = {event.data["entry"] for event in entries if event.kind == REVOKED}
    return [event for event in entries if event.kind != REVOKED and event.seq not in gone]


def of_office(ledger: Ledger, verb: str) -> list[Event]:
    """The waivers by rule (`exempt`) or improvements (`improve`) that were made without a case and
    stand, oldest first.
    """
    return in_effect(ledger.office_wide((KINDS[verb], REVOKED)))


def decisions(ledger: Ledger, verb: str) -> list[Event]:
    """Those made on a case as well, with their corrections, oldest first."""
    return sorted(
        [*of_office(ledger, verb), *_of_cases(ledger, KINDS[verb])], key=lambda event: event.seq
    )


def _of_cases(ledger: Ledger, kind: str) -> Iterator[Event]:
    entries = (event for seq in ledger.entries_of(kind) for event in ledger.entries(seq, seq))
    numbers = dict.fromkeys(event.case_no for event in entries if _is_decision(event))
    for number in numbers:
        counted = effective(ledger.events(number))
        yield from (event for event in counted if event.kind == kind and _is_decision(event))


def _is_decision(event: Event) -> bool:
    """Whether it is an improvement or a waiver by rule; other waivers are of their case alone."""
    return event.kind != "Exempted" or event.data.get("scope") == "rule"


def take_back(ledger: Ledger, office: Office, verb: str, seq: int, note: str = "") -> Event:
    """Take back a waiver by rule or an improvement: it counts nowhere from now on.

    A waiver stays with the other cases that it has reached. Raises NotPermitted, NothingToUndo.
    """
    need(office, "撤销全站的规定", "leader")
    known = {event.seq: event for event in decisions(ledger, verb)}
    if seq not in known:
        listed = "、".join(map(str, known)) or "（没有）"
        raise NothingToUndo(
            f"第 {seq} 条不是还算数的规定；现有：{listed}（bbcs {verb} --list）",
            [str(one) for one in known],
        )
    if known[seq].case_no:
        return _undone(ledger, office, known[seq], note)
    data = {"entry": seq, "of": KINDS[verb], **({"note": note} if note else {})}
    draft = Draft(REVOKED, office.stamp.now, data)
    (event,) = ledger.append("", 0, [draft], office.stamp)
    ledger.store_office_wide(project_office_wide(event))
    return event


def _undone(ledger: Ledger, office: Office, decision: Event, note: str) -> Event:
    """The same for one that stands in a case, whatever came after it there."""
    events = ledger.events(decision.case_no)
    data = {"version": decision.version, "undone": decision.kind}
    draft = Draft("Undone", office.stamp.now, {**data, **({"reason": note} if note else {})})
    added = ledger.append(decision.case_no, events[-1].version, [draft], office.stamp)
    ledger.project(project(fold([*events, *added]), [*events, *added], office))
    return added[0]


# -- waivers by rule -------------------------------------------------------------------------------


def known_item(office: Office, item: str | None) -> None:
    """UnknownWord for an item that the office's catalogue does not list; without a catalogue any is
    taken.
    """
    if item and office.items and item not in office.items:
        raise UnknownWord("--item（事项目录里的事项）", item, list(office.items))


def not_waived_by_rule(ledger: Ledger, item: str, paper: str) -> None:
    """GateClosed where a rule waives the paper for the item already.

    A rule has no end, so that two of them overlap whatever their days are.
    """
    rows = ledger.waivers([item], date.max)
    first = next((row for row in rows if row["paper"] == paper), None)
    if first is None:
        return
    seq, number = first["station_seq"], first["case_no"]
    which = f"第 {seq} 条，{first['effective']} 起" + (f"，记在 {number}" if number else "")
    raise GateClosed(
        f"“{item}”免“{paper}”早已定为规定（{which}），没有新增；要改请先 bbcs exempt --undo {seq}",
        [],
    )


def reach_open_cases(ledger: Ledger, office: Office, rule: Event) -> list[str]:
    """Waive the paper of a rule in force in every open case that still asks for it.

    Returns the numbers of the cases; none while the rule's day has not come.
    """
    if rule.data["effective"] > office.stamp.now.date():
        return []
    numbers = []
    for row in ledger.find(Filter(office.stamp.now, sort="number")):
        if row["case_no"] == rule.case_no:
            continue
        events = ledger.events(row["case_no"])
        case = fold(events)
        if brought(ledger, office, case, events) is not None:
            numbers.append(case.no)
    return numbers


def brought(
    ledger: Ledger, office: Office, case: Case, events: list[Event]
) -> tuple[Case, list[Event]] | None:
    """The case with the papers waived that a rule in force waives by now and that it still asks
    for.

    None when there is nothing to waive. Each waiver is an entry of the case that names the rule.
    """
    if "exempt" not in LIFE[case.phase] or case.current.resolved_at:
        return None
    drafts = list(_to_waive(ledger, case, office))
    if not drafts:
        return None
    added = ledger.append(case.no, case.version, drafts, office.stamp)
    after, every = fold_on(case, events, added), [*events, *added]
    ledger.project(project(after, every, office))
    return after, every


def _to_waive(ledger: Ledger, case: Case, office: Office) -> Iterator[Draft]:
    asked = {*case.papers, *(gap.paper for gap in case.owed)}
    if not asked:
        return
    for row in ledger.waivers(case.items, office.stamp.now.date()):
        if row["paper"] in asked:
            asked.discard(row["paper"])
            data = {
                "paper": row["paper"],
                "item": row["item"],
                "scope": "case",
                "authority": row["authority"],
                "rule": row["station_seq"],
            }
            yield Draft("Exempted", office.stamp.now, data)


def listed(event: Event) -> dict[str, Any]:
    """One decision as JSON: `seq`, `at`, the case on which it was made, and its public fields."""
    personal = personal_fields(event.kind)
    public = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in event.data.items()
        if name not in personal
    }
    its = {"seq": event.seq, "at": iso(event.at), "case_no": event.case_no or None}
    return {**its, **public}
