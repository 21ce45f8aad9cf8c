"""The dispatch guard: an order goes to the unit that owns the matter, and its duty is not handed down."""

from __future__ import annotations

import pytest

from bbcs.config import items
from bbcs.config.adopted_rules import ITEMS, AdoptedText
from bbcs.domain import station_checks
from bbcs.domain.acts.table import KINDS
from bbcs.domain.items import Item
from bbcs.domain.order import Misdirected, UnitRef, misdirected, misdirections
from bbcs.domain.pack_checks import problems
from bbcs.domain.station import Station, Unit
from bbcs.errors import BadValue, GateClosed, NotPermitted
from bbcs.inspection import orders
from bbcs.inspection.case_view import CaseView
from bbcs.inspection.context import InspectionContext
from bbcs.usecases import acts, kpi, reports
from bbcs.views import case as case_view
from bbcs.views.case_page import lines
from bbcs.views.messages import hint_of
from sample import Desk, rules, shipped

UNITS = (
    Unit("WJJ", "区卫健局", ("卫健",), level="county"),
    Unit("SJJ", "区市监局"),  # none said: that of the station
    Unit("QSZ", "青山镇", level="township"),
    Unit("SXC", "上溪村", level="village"),
    Unit("QSW", "青山卫生院", level="township"),
)
CATALOGUE = (
    Item("卫生许可", "卫健"),
    Item("食品许可", "区市监局"),
    Item("村医备案", "青山卫生院"),
    Item("无主事项", ""),
)
DOWN, OTHER = "down", "not_owner"


class Guarded(Desk):
    """An office of a county with a roster of levels and a catalogue of owners."""

    def __init__(self, guard: str) -> None:
        super().__init__(shipped("default")._replace(dispatch_guard=guard))
        self.station = Station("ZY01", "示例站", "county", units=UNITS)
        text = AdoptedText(ITEMS, "", "", 0, "items", items.parsed(CATALOGUE))
        self.known["items"] = text

    def taken(self, *items: str) -> None:
        self.do(
            f"2026-03-02 intake matter=办证 demand=慢 reporter=陈试验 items={','.join(items)}\n"
            "2026-03-02 triage difficulty=general"
        )


@pytest.mark.parametrize(
    ("items", "unit", "sort"),
    [
        (("卫生许可",), "区卫健局", ""),
        (("卫生许可",), "青山镇", DOWN),
        (("卫生许可",), "上溪村", DOWN),
        (("卫生许可",), "区市监局", OTHER),  # of the same level
        (("村医备案",), "区卫健局", OTHER),  # above the owner
        (("村医备案",), "上溪村", DOWN),
        (("卫生许可", "食品许可"), "区市监局", ""),  # owns one of them
        (("卫生许可", "村医备案"), "青山镇", DOWN),
        (("无主事项",), "青山镇", ""),
        (("没有的事项",), "青山镇", ""),
        (("卫生许可",), "名册外单位", OTHER),  # stands at the level of the station
    ],
)  # fmt: skip
def test_who_owns_the_matter_and_who_stands_below(items, unit, sort) -> None:
    office = Guarded("off").office("2026-03-02")
    found = list(
        misdirected(items, [office.station.ref(unit)], office.owner, office.station.level_of)
    )
    assert [one.sort for one in found] == ([sort] if sort else [])
    assert misdirections([one.stored() for one in found]) == found


def test_the_guard_is_silent_warns_or_wants_a_leader() -> None:
    line = "2026-03-03 assign lead=青山镇"
    says = "“卫生许可”归区卫健局管，交给青山镇是下派"
    hints = {}
    for guard in ("off", "warn"):
        desk = Guarded(guard)
        desk.taken("卫生许可")
        done = desk.do(line)
        hints[guard] = hint_of(done, desk.pack)
        assert misdirections(done.events[0].data["guarded"]) == [
            Misdirected(DOWN, UnitRef("QSZ", "青山镇"), "卫生许可", "区卫健局")
        ]
    assert (says in hints["off"], says in hints["warn"]) == (False, True)
    desk = Guarded("leader")
    desk.taken("卫生许可")
    before = desk.state()
    with pytest.raises(GateClosed, match=says) as refused:
        desk.do(line)
    assert refused.value.allowed == ["区卫健局", "override"]
    with pytest.raises(NotPermitted):
        desk.do(f"{line} override=应急", roles=("clerk",))
    assert desk.state() == before
    desk.do(f"{line} override=应急", roles=("leader",))
    with pytest.raises(BadValue, match="用不着"):
        desk.do("2026-03-04 forward unit=青山镇 to=区卫健局 reason=归它 override=应急")


def test_passing_on_is_guarded_helping_is_not() -> None:
    desk = Guarded("leader")
    desk.taken("卫生许可")
    desk.do("2026-03-03 assign lead=区卫健局 assist=青山镇")
    with pytest.raises(GateClosed, match="下派"):
        desk.do("2026-03-04 forward unit=区卫健局 to=上溪村 reason=就近")
    with pytest.raises(GateClosed, match="下派"):
        desk.do("2026-03-04 assign relay=上溪村")


def test_a_case_from_before_the_pack_passes() -> None:
    desk = Guarded("leader")
    desk.pack = desk.pack._replace(in_force_from=reports.month("2026-04").first)
    desk.taken("卫生许可")
    assert desk.do("2026-03-03 assign lead=青山镇").events[0].data["guarded"]


def test_views_counts_and_the_inspection_know_it() -> None:
    desk = Guarded("warn")
    desk.taken("卫生许可")
    desk.do("2026-03-03 assign lead=青山镇")
    desk.do("2026-03-04 forward unit=青山镇 to=区市监局 reason=再转 override=镇里办不了")
    no, office = list(desk.ledger.rows)[-1], desk.office("2026-04-02")
    found = acts.find(desk.ledger, office, no)
    shown = case_view.document(found, office)["orders"]
    assert [one["guard"] for one in shown] == [DOWN, OTHER]
    page = lines(found, office, history=False, reveal=False)
    assert "  主办 青山镇  已转办（下派）" in page
    counts = kpi.build(desk.ledger, office, reports.month("2026-03")).counts
    counted = {one.key: one.number for one in counts if one.part == "steering"}
    assert [counted[name] for name in (DOWN, OTHER, "overridden")] == [1, 1, 1]
    context = InspectionContext(
        office.station, office.calendar, office.stamp.now, office.pack_called, office.deadlines,
        office.own, office.bending, "", (), frozenset(),
    )  # fmt: skip
    view = CaseView(context, desk.ledger.events(no))
    assert [what for what, _ in orders.misdirected(view)] == [
        "“卫生许可”归区卫健局管，交给青山镇是下派（2026-03-03）",
        "“卫生许可”归区卫健局管，交给区市监局不是主管单位（2026-03-04，领导要的）",
    ]


@pytest.mark.parametrize(
    ("gates", "says"),
    [
        ('dispatch_guard = "warm"', "warm"),
        ('dispatch_guard = "leader"', "没有依据来源"),
        ("dispatch_guard = true", "dispatch_guard"),
        ('dispatch_guard = "warn"\nproposed = ["dispatch_guard"]', ""),
    ],
)
def test_the_gate_is_one_of_three_words_with_a_source(gates: str, says: str) -> None:
    from pathlib import Path

    from bbcs.config import packs, schema

    text = packs.find("default").read_text(encoding="utf-8")
    first, rest = text.split("[gates]\n", 1)
    if "proposed" in gates:
        rest = rest.replace("proposed = [", 'proposed = [\n  "dispatch_guard",', 1)
        gates = gates.partition("\n")[0]
    pack, found = schema.read_pack(
        Path("default.toml"), f"{first}[gates]\n{gates}\n{rest}".encode()
    )
    assert [says in f"{one.where}{one.what}" for one in found] == ([True] if says else [])
    assert problems(pack._replace(dispatch_guard="off"), KINDS) == []
    assert rules  # the trial pack reads the same schema


def test_a_level_of_a_unit_is_one_of_the_three() -> None:
    bad = Station("ZY01", "示例站", units=(Unit("A", "甲局", level="乡"),))
    assert [one.code for one in station_checks.problems(bad)] == ["bad_level"]
