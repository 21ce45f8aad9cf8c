"""A case is the fold of its entries."""

import pytest

from bbcs.domain.case import LIFE, PHASES
from bbcs.domain.fold import fold, fold_one
from sample import START, history, in_phase

AGAIN = "\n".join(
    [
        START,
        "2026-03-02 Accepted",
        "2026-03-02 Triaged difficulty=complex cause=blockage",
        "2026-03-03 Assigned lead=区市场监管局 assist=卫健部门 handler=李经办",
        "2026-03-05 Resolved outcome=solved counts_as=solved measures=办好了",
        "2026-03-06 CalledBack solved=no grade=bad satisfaction=1",
        "2026-03-09 Reopened reason=没办成",
        "2026-03-09 Assigned lead=区卫健局",
        "2026-03-11 Resolved outcome=partly counts_as=partly measures=办成一半",
    ]
)


def test_phases_are_exactly_these_thirteen():
    assert len(PHASES) == 13
    assert set(LIFE) == set(PHASES)


@pytest.mark.parametrize(
    "phase",
    [
        "registered",
        "accepted",
        "triaged",
        "assigned",
        "handling",
        "resolved",
        "called_back",
        "closed",
        "archived",
    ],
)
def test_each_step_leads_to_its_phase(phase):
    assert fold(in_phase(phase)).phase == phase


def test_a_case_says_who_what_and_since_when():
    case = fold(in_phase("assigned"))
    assert case.received_at.isoformat() == "2026-03-02T09:00:00+08:00"
    assert case.items == ("诊所备案",)
    assert case.lead_unit == "区市场监管局"
    assert case.assisting_units == ("卫健部门",)
    assert [order.role for order in case.unsigned] == ["lead", "assist"]


def test_steps_may_be_skipped_when_it_is_done_on_the_spot():
    case = fold(
        history(
            f"{START}\n2026-03-02 Accepted\n2026-03-02 Resolved outcome=solved counts_as=solved measures=当场办好"
        )
    )
    assert case.phase == "resolved"
    assert case.solved == "yes"
    assert case.current.difficulty == ""


@pytest.mark.parametrize(
    ("entry", "phase"),
    [
        ("Triaged difficulty=simple", "handling"),
        ("Assigned assist=公安局", "handling"),
        ("Noted text=催", "handling"),
        ("Stepped kind=verify", "handling"),
    ],
)
def test_grading_again_or_one_more_order_does_not_take_a_case_back(entry, phase):
    events = [*in_phase("handling"), *history(f"2026-03-04 {entry}")]
    assert fold(events).phase == phase


def test_a_step_after_settlement_does_not_reopen():
    assert (
        fold([*in_phase("resolved"), *history("2026-03-05 Stepped kind=verify")]).phase
        == "resolved"
    )


def test_each_unit_signs_its_own_order():
    case = fold([*in_phase("assigned"), *history("2026-03-04 Signed unit=卫健部门")])
    assert [(order.unit, order.state) for order in case.orders] == [
        ("区市场监管局", "sent"),
        ("卫健部门", "signed"),
    ]
    assert case.phase == "handling"


def test_settlement_ends_every_order():
    case = fold(in_phase("resolved"))
    assert [order.state for order in case.orders] == ["done", "done"]
    assert case.open_orders == ()


def test_reopening_starts_a_round_and_leaves_the_first_one_alone():
    events = history(AGAIN)
    before, after = fold(events[:6]), fold(events)
    assert after.rounds[0] == before.rounds[0]
    assert after.round == 2
    assert after.current.difficulty == "complex"
    assert fold(events[:7]).phase == "triaged"
    assert fold(events[:7]).current.resolved_at is None


def test_a_round_hears_only_its_own_callbacks_and_answers():
    case = fold(history(AGAIN))
    assert case.solved == "partly"
    assert case.last_callback is None
    assert case.happened("Resolved")
    assert not case.happened("CalledBack")


def test_the_person_has_the_last_word_on_solved():
    case = fold(history(AGAIN)[:6])
    assert case.current.counts_as == "solved"
    assert case.solved == "no"


def test_the_lead_is_the_last_one():
    assert fold(history(AGAIN)).lead_unit == "区卫健局"


def test_reopening_takes_the_closing_back():
    archived = in_phase("archived")
    again = fold_one(fold(archived), history("2026-03-09 Reopened reason=又坏了")[0])
    assert (again.how_closed, again.phase) == ("", "triaged")


def test_flags_stand_beside_the_phase():
    case = fold(
        [
            *in_phase("accepted"),
            *history("2026-03-02 Triaged difficulty=simple fast=yes track=conduct"),
        ]
    )
    assert case.flags == ("fast_lane", "conduct")


@pytest.mark.parametrize("phase", ["archived", "refused"])
def test_fold_of_a_prefix_then_the_rest_is_the_fold_of_all(phase):
    events = in_phase(phase)
    for cut in range(1, len(events)):
        case = fold(events[:cut])
        for event in events[cut:]:
            case = fold_one(case, event)
        assert case == fold(events)


def test_an_erased_case_keeps_its_shape():
    (first, *rest) = in_phase("assigned")
    case = fold([first._replace(data={"pack": "default"}, erased=True), *rest])
    assert case.items == ("（已清除）",)
    assert case.lead_unit == "区市场监管局"
