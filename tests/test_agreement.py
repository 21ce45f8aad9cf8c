"""Random lives: list, desk, show, check, unit pages and rates agree at several moments on which cases are overdue."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from bbcs.domain.case import ACTIVE, LIFE
from bbcs.domain.deadline_status import overdue
from bbcs.domain.order import UnitRef
from bbcs.domain.pack import Clock, RulePack
from bbcs.errors import BbcsError
from bbcs.inspection import clocks, papers
from bbcs.inspection.case_view import CaseView
from bbcs.inspection.context import InspectionContext
from bbcs.registers.books import PeriodBooks
from bbcs.registers.entry import RegisterEntry
from bbcs.store.home import create
from bbcs.store.opening import open_ledger
from bbcs.usecases import acts, unit_orders
from bbcs.usecases.ledger import Filter, Stamp
from bbcs.usecases.office import Office
from bbcs.usecases.outcome import find
from bbcs.views import case_page, unit_page
from random_acts import drawn, may_return
from sample import CALENDAR, Desk, at, rate, shipped
from sizes import is_long

LIVES = 5_000 if is_long() else 120

MORE = (
    Clock("first_contact", 0, "same_day", ("Assigned",), ("FedBack.first",)),
    Clock("first_feedback", 2, "working_day", ("Accepted",), ("FedBack",)),
    Clock("arrive", 30, "minute", ("Assigned",), ("Signed",), {"order": "whistle"}),
    Clock("result_feedback", 1, "working_day", ("Resolved",), ("Notified.result",)),
    Clock("rectify", 5, "working_day", ("CalledBack",), ("Resolved",)),
    Clock("gap", 2, "working_day", ("AcceptedWithGaps",), ("GapFilled",)),
)
DEFAULT = shipped("default", callback=False)
PACK = DEFAULT._replace(clocks=(*DEFAULT.clocks, *MORE))
REVIEWED = PACK._replace(
    gates={**PACK.gates, "return_review": True},
    clocks=(*PACK.clocks, Clock("return", 2, "working_day", ("ReturnAsked",), ("ReturnDecided",))),
)
PACKS = (PACK, PACK._replace(due_time="close_of_business", day_rule="wd_roll"), REVIEWED)


def lived(desk: Desk, random: Random) -> str:
    """One more case with a dozen acts at random; refused ones are left out."""
    now = at("2026-03-02") + timedelta(hours=random.randint(0, 200))
    office = desk.office(now)
    said = {"matter": "诊所备案", "demand": "办不下去", "anonymous": True}
    no = acts.intake(desk.ledger, office, said).case.no
    for _ in range(random.randint(0, 14)):
        now += timedelta(hours=random.choice((0, 1, 3, 20, 30)))
        case = find(desk.ledger, desk.office(now), no).case
        verbs = [verb for verb in LIFE[case.phase] if verb not in ("void", "undo")]
        verb = random.choice(verbs)
        if may_return(desk.pack, case, verbs, random):
            verb = "return"
        given = drawn(case, verb, random)
        if verb in ("assign", "supervise") and random.random() < 0.5:
            given = {**given, "due": f"{now + timedelta(days=random.randint(0, 5)):%Y-%m-%d}"}
        with suppress(BbcsError):
            acts.act(desk.ledger, desk.office(now), no, verb, given)
    return no


def inspected(desk: Desk, office: Office, no: str) -> bool:
    """Whether C06 or C23 says that something is overdue."""
    pack: RulePack = desk.pack
    context = InspectionContext(
        desk.station,
        CALENDAR,
        office.stamp.now,
        lambda key, edition: pack,
        office.deadlines,
        office.own,
    )
    view = CaseView(context, desk.ledger.events(no))
    said = [what for what, _ in (*clocks.overdue(view), *papers.waivers(view))]
    return any("已超期" in what or "还没补" in what for what in said)


def shown(desk: Desk, office: Office, no: str) -> bool:
    """Whether `show` says so."""
    outcome = find(desk.ledger, office, no)
    page = case_page.lines(outcome, office, history=False, reveal=False)
    return any(re.search("[（，]超期）", line) for line in page)


def rated(desk: Desk, office: Office, nos: list[str]) -> set[str]:
    """The cases of the rate 超期未办结."""
    found = [find(desk.ledger, office, no) for no in nos]
    entries = [RegisterEntry(one.case, one.deadlines, one.events, desk.pack) for one in found]
    books = PeriodBooks(entries, set(nos))
    return set(rate("overdue_open_rate", books).hit_nos)


Handed = Counter[tuple[str, str, str]]
"""Overdue orders: number of the case, unit, role."""


def due_by_units(desk: Desk, office: Office, nos: list[str], now: datetime) -> Handed:
    """What is overdue for each unit that has an open order: the limits of the case, those of the
    order, and the dates that slips and meetings set for the unit; of other units these dates."""
    found: Handed = Counter()
    for no in nos:
        outcome = find(desk.ledger, office, no)
        late = overdue([one.running for one in outcome.deadlines if one.running], now)
        for order in outcome.case.orders:
            if order.round != outcome.case.round or not order.open:
                continue
            for one in late:
                whole_case = one.order == 0 and one.unit == ""
                of_the_unit = one.order == 0 and one.unit == order.unit
                if whole_case or of_the_unit or one.order == order.number:
                    found[no, order.unit, unit_page.ROLES[order.kind]] += 1
                    break
        having = {
            order.unit
            for order in outcome.case.orders
            if order.round == outcome.case.round and order.open
        }
        for one in late:
            if one.clock in unit_orders.DATED and one.unit not in having:
                found[no, one.unit, unit_page.ROLES[one.clock]] += 1
    return found


def on_pages(desk: Desk, office: Office, now: datetime) -> Handed:
    """What the pages of the units show as overdue."""
    pages = unit_page.pages(unit_orders.find(desk.ledger, office, Filter(now)), office)
    return Counter(
        (row["case_no"], unit, row["role"])
        for unit, page in pages
        for row in page.rows
        if "超期" in row["state"]
    )


def lists_of_units(desk: Desk, office: Office, stored: object, nos: list[str]) -> int:
    """The list of each unit holds every case of its page, and beside these only cases that are not
    settled and in which it has nothing more to do. Returns how many settled cases are listed."""
    now, settled = office.stamp.now, 0
    pages = dict(unit_page.pages(unit_orders.find(desk.ledger, office, Filter(now)), office))
    orders = {no: find(desk.ledger, office, no).case.orders for no in nos}
    held = {no: {one.unit for one in of_case} for no, of_case in orders.items()}
    active = {no for no in nos if desk.ledger.rows[no].case["active"]}
    for unit in {*pages, *(one for units in held.values() for one in units)}:
        on_page = {row["case_no"] for row in pages[unit].rows} if unit in pages else set()
        rows = stored.find(Filter(now, unit=UnitRef("", unit)))  # type: ignore[attr-defined]
        listed = {row["case_no"] for row in rows}
        assert on_page <= listed, (unit, on_page - listed)
        assert all(unit in held[no] and no in active for no in listed - on_page), unit
        settled += sum(desk.ledger.rows[no].case["phase"] not in ACTIVE for no in listed)
    return settled


def agree(desk: Desk, nos: list[str], stored: object, now: datetime) -> tuple[int, int, int]:
    """Returns how many cases, and how many orders of units, are overdue, and how many settled cases
    the units are still asked about."""
    office = desk.office(now)
    running = {
        no: [one.running for one in find(desk.ledger, office, no).deadlines if one.running]
        for no in nos
    }
    late = {no: overdue(ones, now) for no, ones in running.items()}
    truth = {no for no, ones in late.items() if ones}
    listed = stored.find(Filter(now, overdue=True))  # type: ignore[attr-defined]
    assert {row["case_no"] for row in listed} == truth
    groups = {group.name: group for group in stored.desk(now, None)}  # type: ignore[attr-defined]
    usual = {row["case_no"] for row in stored.find(Filter(now))}  # type: ignore[attr-defined]
    assert truth <= usual
    for group in groups.values():
        assert {row["case_no"] for row in group.rows} <= usual, group.name
    on_desk = groups["overdue"].rows if "overdue" in groups else ()
    assert {row["case_no"] for row in on_desk} == truth
    assert {no for no in nos if shown(desk, office, no)} == truth
    assert {no for no in nos if inspected(desk, office, no)} == truth
    first = {
        no
        for no, ones in late.items()
        if any(one.own and one.clock == "resolve" and one.round == 1 for one in ones)
    }
    assert rated(desk, office, nos) == first
    handed = on_pages(desk, office, now)
    assert handed == due_by_units(desk, office, nos, now)
    settled = lists_of_units(desk, office, stored, nos)
    return len(truth), handed.total(), settled


def test_everything_agrees_on_what_is_overdue(tmp_path: Path):
    random, seen, handed, settled = Random(14), 0, 0, 0
    for number, pack in enumerate(PACKS):
        desk = Desk(pack)
        nos = [lived(desk, random) for _ in range(LIVES // len(PACKS))]
        home = tmp_path / str(number)
        create(home, "ZY01", Stamp("zs", at("2026-03-02")))
        with open_ledger(home, write=True) as stored:
            for no in nos:
                stored.project(desk.ledger.rows[no])
            for hours in (150, 230, 400, 1000):
                late = agree(desk, nos, stored, at("2026-03-02") + timedelta(hours=hours))
                seen, handed, settled = seen + late[0], handed + late[1], settled + late[2]
    assert settled > LIVES / 100
    assert handed > LIVES / 4
    assert seen > LIVES / 2, "lives in which nothing is late would show nothing"
