"""Numbers of notices, slips and meetings; who may take a level back; who may approve what they asked for."""

from __future__ import annotations

import pytest

from bbcs.domain.decide.request import Ask
from bbcs.domain.decide.steering import ARMS
from bbcs.domain.fold import fold
from bbcs.domain.station import Operator, Station
from bbcs.errors import GateClosed, NotPermitted
from sample import CALENDAR, Desk, at, one, refusal, shipped, standing

DEFAULT = shipped("default")
ASKING = DEFAULT._replace(extension=DEFAULT.extension._replace(approver="分管领导"))
INTAKE = "2026-03-02 intake matter=诊所备案 demand=慢 reporter=陈试验"


@pytest.mark.parametrize(
    ("act", "name"),
    [
        ("supervise kind=remind unit=甲 reason=慢", "slip"),
        ("notify kind=result", "no"),
        ("convene host=窗口 unit=甲", "meeting"),
    ],
)
def test_a_number_that_was_taken_back_is_never_given_again(act, name):
    desk = Desk("default")
    desk.do(f"{INTAKE}\n2026-03-02 {act}\n2026-03-02 {act}\n2026-03-02 undo")
    done = desk.do(f"2026-03-02 {act}")
    assert done.events[0].data[name].endswith("3")
    assert fold(desk.ledger.entries).taken_back[0].endswith("2")


def test_only_a_leader_takes_a_level_back():
    raised = standing("accepted", "2026-03-02 Escalated level=3 reason=难")
    line = "2026-03-03 triage difficulty=general level=1"
    refusal(NotPermitted, raised, line, DEFAULT, roles=("clerk",))
    assert one(raised, line, DEFAULT, roles=("leader",)).data["level"] == "1"
    assert (
        one(raised, "2026-03-03 triage difficulty=general level=3", DEFAULT, roles=("clerk",)).kind
        == "Triaged"
    )


def test_an_asker_does_not_approve_under_the_other_name():
    asked = standing("triaged", "2026-03-03 ExtensionAsked days=2 reason=等")
    case = asked._replace(extensions=(asked.extensions[0]._replace(asker="li"),))
    said = {"approve": True, "approver": "李经办"}
    ask = Ask(
        said,
        ASKING,
        at("2026-03-04"),
        "wang",
        ("leader",),
        CALENDAR,
        Station("", "", operators=(Operator("li", "李经办"), Operator("wang", "王站长"))),
    )
    with pytest.raises(GateClosed):
        ARMS["extend"](case, ask, ask.now)
    (decided,) = ARMS["extend"](case, ask._replace(inputs={**said, "approver": "王站长"}), ask.now)
    assert decided[1]["granted"]
