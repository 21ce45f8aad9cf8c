"""Every refusal of every act: what is missing, what a gate wants, who may, and when it can have happened."""

from __future__ import annotations

import pytest

from bbcs.domain.acts.table import BY_VERB
from bbcs.domain.case import Case
from bbcs.domain.event import Draft, Event
from bbcs.domain.fold import fold, fold_one
from bbcs.domain.inputs import InputContext, read
from bbcs.domain.pack import RulePack
from bbcs.errors import (
    BadDate,
    BadValue,
    BbcsError,
    FieldWanted,
    GateClosed,
    MissingInput,
    NotPermitted,
    ReasonMissing,
    TransitionRefused,
)
from sample import (
    FREE,
    NO,
    STATION,
    acted,
    after,
    at,
    clock,
    decided,
    history,
    in_phase,
    one as only,
    refusal,
    rules,
    shipped,
    standing as case,
)

PLAIN = rules(FREE)
INTAKE = "2026-03-02T09:00 intake matter=诊所备案 demand=办不下去 reporter=陈试验"
GIVEN = {"matter": "诊所备案", "demand": "办不下去", "reporter": "陈试验"}


def gated(gate: str, on: bool = True) -> RulePack:
    """The plain rules with one gate on or off, and on top of it the gate without which it would mean nothing."""
    gates = {
        gate: on,
        **{
            needed: True
            for needed in [{"cause": "triage", "satisfied": "callback"}.get(gate)]
            if needed
        },
    }
    lines = "\n".join(f"{name} = {str(value).lower()}" for name, value in gates.items())
    return rules(f"{FREE}[gates]\n{lines}\nproposed = {list(gates)}")


def refused(
    kind: type[BbcsError], found: Case | None, text: str, pack: RulePack = PLAIN, /, **how
) -> BbcsError:
    return refusal(kind, found, text, pack, **how)


def one(found: Case | None, text: str, pack: RulePack = PLAIN, /, **how) -> Draft:
    return only(found, text, pack, **how)


# -- taking a case -------------------------------------------------------------------------------------------------


def test_intake_registers_and_accepts_in_one_go():
    registered, accepted = decided(None, INTAKE, PLAIN)
    assert (registered.kind, accepted.kind) == ("Registered", "Accepted")
    assert registered.at == accepted.at == at("2026-03-02T09:00")
    assert registered.data["pack"] == "heting"
    assert registered.data["channel"] == "counter"
    assert registered.data["demand_kind"] == "help"


def test_intake_may_decide_later_or_refuse_or_grade_at_once():
    assert [draft.kind for draft in decided(None, INTAKE, PLAIN, decision="later")] == [
        "Registered"
    ]
    assert [
        draft.kind
        for draft in decided(None, INTAKE, PLAIN, decision="不予受理", refusal_reason="twice")
    ] == ["Registered", "Refused"]
    graded = decided(None, INTAKE, PLAIN, difficulty="复杂", cause=["堵点"])
    assert [draft.kind for draft in graded] == ["Registered", "Accepted", "Triaged"]
    assert graded[-1].data == {"difficulty": "complex", "cause": ["blockage"]}
    assert "difficulty" not in graded[0].data


def test_the_phone_gate_is_named_with_the_rest():
    with pytest.raises(MissingInput) as caught:
        read(BY_VERB["intake"], {"matter": "备案"}, InputContext(gated("phone"), STATION))
    assert caught.value.allowed == [
        "demand",
        "reporter",
        "phone",
    ]
    refused(FieldWanted, None, INTAKE, gated("phone"))
    assert decided(None, f"{INTAKE} phone=13800000001", gated("phone"))
    assert decided(None, INTAKE, gated("phone", on=False))


def test_an_anonymous_person_needs_no_name():
    assert (
        decided(None, "2026-03-02 intake matter=备案 demand=慢 anonymous=yes", PLAIN)[0].data[
            "anonymous"
        ]
        is True
    )


def test_a_reason_for_refusal_without_refusing_is_a_contradiction():
    assert refused(BadValue, None, INTAKE, refusal_reason="twice").exit_code == 2
    assert refused(BadValue, None, INTAKE, refusal_reason="twice", decision="later").exit_code == 2


@pytest.mark.parametrize(
    ("reason", "wanted", "given"),
    [
        ("litigation", "--remedy", {"remedy": "向法院反映"}),
        ("against_law", "--basis", {"basis": "某法第一条"}),
        ("twice", "", {}),
    ],
)
def test_a_refusal_gives_the_grounds_that_its_word_asks_for(reason, wanted, given):
    if wanted:
        for found, text in (
            (None, INTAKE),
            (case("registered"), f"2026-03-02 refuse reason={reason}"),
        ):
            more = {"decision": "refuse", "refusal_reason": reason} if found is None else {}
            caught = refused(ReasonMissing, found, text, **more)
            assert caught.exit_code == 13
            assert wanted in caught.message
    drafts = decided(None, INTAKE, PLAIN, decision="refuse", refusal_reason=reason, **given)
    assert drafts[1].data == {"reason": reason, **given}
    assert one(case("registered"), f"2026-03-02 refuse reason={reason}", **given).kind == "Refused"


def test_what_is_not_accepted_cannot_be_graded():
    assert refused(GateClosed, None, INTAKE, decision="later", difficulty="simple").exit_code == 13


def test_a_limit_to_be_set_cannot_be_set_at_intake():
    pack = rules(
        clock(0, "set", more='for = { difficulty = "complex" }')
        + clock(5, "working_day", more='for = { difficulty = "simple" }')
    )
    assert "--due" in refused(ReasonMissing, None, INTAKE, pack, difficulty="complex").message
    assert decided(None, INTAKE, pack, difficulty="simple")


# -- gates and grounds ---------------------------------------------------------------------------------------------

EXPLAINED = "2026-03-09 resolve outcome=explained measures=解释 basis=某法 remedy=可诉讼"
ANSWERED = "2026-03-05 Notified kind=result"
UNHAPPY = "2026-03-05 CalledBack solved=no grade=bad satisfaction=1"


@pytest.mark.parametrize(
    ("gate", "found", "text", "opens"),
    [
        ("sign", case("assigned"), "2026-03-09 step kind=verify unit=区市场监管局", "bbcs sign"),
        ("sign", case("assigned"), "2026-03-09 resolve outcome=solved measures=好", "bbcs sign"),
        ("triage", case("accepted"), "2026-03-09 assign lead=公安局", "bbcs triage"),
        (
            "triage",
            case("accepted"),
            "2026-03-09 resolve outcome=solved measures=好",
            "bbcs triage",
        ),
        ("cause", case("accepted"), "2026-03-09 triage difficulty=simple", "--cause"),
        ("callback", case("resolved", ANSWERED), "2026-03-09 close", "bbcs callback"),
        ("satisfied", case("resolved", UNHAPPY), "2026-03-09 close", "reopen"),
        ("final_feedback", case("called_back"), "2026-03-09 close", "feedback"),
        ("archive_no", case("closed"), "2026-03-09 archive", "--no"),
    ],
)
def test_a_gate_holds_an_act_back_only_while_it_is_on(gate, found, text, opens):
    caught = refused(BbcsError, found, text, gated(gate))
    assert caught.exit_code == 13
    assert opens in caught.message
    assert caught.allowed
    assert one(found, text, gated(gate, on=False)).kind in BY_VERB[text.split()[1]].kinds


def test_what_opens_each_gate():
    signed = "2026-03-04 Signed unit=区市场监管局"
    assert one(
        case("assigned", signed), "2026-03-09 step kind=verify unit=区市场监管局", gated("sign")
    )
    refused(
        GateClosed,
        case("assigned", signed),
        "2026-03-09 resolve outcome=solved measures=好",
        gated("sign"),
    )
    assert one(
        case("assigned"), "2026-03-09 step kind=verify", gated("sign")
    )  # the window's own step waits for nobody
    assert one(case("triaged"), "2026-03-09 assign lead=公安局", gated("triage"))
    assert one(case("accepted"), "2026-03-09 triage difficulty=simple cause=堵点", gated("cause"))
    assert one(case("called_back"), "2026-03-09 close", gated("callback"))
    assert one(case("called_back"), "2026-03-09 close", gated("satisfied"))
    assert one(case("closed"), "2026-03-09 archive no=2026-1", gated("archive_no"))
    told = fold(
        [
            *in_phase("handling"),
            *history(
                "2026-03-04 FedBack stage=final text=好了\n2026-03-04 Resolved outcome=solved measures=好"
            ),
        ]
    )
    assert one(told, "2026-03-09 close", gated("final_feedback"))


def test_content_with_the_effort_is_not_content_with_the_outcome():
    polite = case(
        "resolved",
        UNHAPPY.replace("grade=bad satisfaction=1", "grade=good satisfaction=5 satisfied=yes"),
    )
    refused(GateClosed, polite, "2026-03-09 close", gated("satisfied"))
    partly = case(
        "resolved", "2026-03-05 CalledBack solved=partly grade=good satisfaction=5 satisfied=yes"
    )
    assert one(partly, "2026-03-09 close", gated("satisfied"))


def test_a_redo_needs_no_second_triage():
    again = case("resolved", "2026-03-05 Reopened reason=没办成")
    assert one(again, "2026-03-09 assign lead=公安局", gated("triage")).kind == "Assigned"


@pytest.mark.parametrize(
    ("given", "named"),
    [("", ["basis", "remedy"]), ("basis=某法", ["remedy"]), ("remedy=可诉讼", ["basis"])],
)
def test_an_explained_outcome_names_basis_and_remedy(given, named):
    caught = refused(
        ReasonMissing,
        case("handling"),
        f"2026-03-09 resolve outcome=explained measures=解释 {given}",
    )
    assert caught.allowed == named
    assert one(case("handling"), EXPLAINED).data["counts_as"] == "explained"


def test_a_negative_answer_is_signed_by_another_where_the_pack_says_so():
    pack = gated("second_signer")
    assert "--signer" in refused(MissingInput, case("handling"), EXPLAINED, pack).message
    refused(GateClosed, case("handling"), f"{EXPLAINED} signer=zs", pack)
    assert one(case("handling"), f"{EXPLAINED} signer=王主任", pack)
    assert one(case("handling"), "2026-03-09 resolve outcome=solved measures=好", pack)
    assert one(case("handling"), EXPLAINED, gated("second_signer", on=False))


def test_grading_where_the_limit_is_to_be_set_needs_the_date():
    pack = rules(clock(0, "set"))
    assert (
        "--due"
        in refused(
            ReasonMissing, case("accepted"), "2026-03-02 triage difficulty=simple", pack
        ).message
    )
    assert (
        one(case("accepted"), "2026-03-02 triage difficulty=simple due=2026-03-20", pack)
        .data["due"]
        .isoformat()
        == "2026-03-20"
    )
    refused(BadDate, case("accepted"), "2026-03-02 triage difficulty=simple due=2026-03-01", pack)


@pytest.mark.parametrize(
    ("pack", "said"), [(PLAIN, "5 个工作日"), (rules(""), "没有给这一类定时限")]
)
def test_a_date_set_at_grading_where_it_would_tell_nothing_is_refused(pack: RulePack, said: str):
    message = refused(
        BadValue, case("accepted"), "2026-03-02 triage difficulty=simple due=2026-03-20", pack
    ).message
    assert said in message
    assert "bbcs assign" in message


# -- orders --------------------------------------------------------------------------------------------------------


def test_an_order_goes_to_somebody():
    assert refused(MissingInput, case("triaged"), "2026-03-03 assign handler=李经办").exit_code == 2


def test_one_case_has_one_lead():
    caught = refused(GateClosed, case("assigned"), "2026-03-09 assign lead=公安局")
    assert caught.allowed == ["assist"]
    assert "区市场监管局" in caught.message


@pytest.mark.parametrize(
    "given", ["assist=卫健部门", "relay=区市场监管局", "assist=公安局 relay=公安局"]
)
def test_no_unit_gets_a_second_order(given):
    refused(GateClosed, case("assigned"), f"2026-03-09 assign {given}")


def test_the_same_unit_may_lead_again_in_a_new_round():
    again = case("resolved", "2026-03-05 Reopened reason=没办成")
    assert one(again, "2026-03-09 assign lead=区市场监管局").kind == "Assigned"


def test_an_order_cannot_be_due_before_the_case_came():
    refused(BadDate, case("triaged"), "2026-03-09 assign lead=公安局 due=2026-03-01")


def test_orders_without_a_lead_cannot_be_settled():
    helped = case("triaged", "2026-03-03 Assigned assist=公安局")
    assert refused(GateClosed, helped, "2026-03-09 resolve outcome=solved measures=好").allowed == [
        "assign"
    ]


def test_signing_names_the_unit_when_several_orders_wait():
    caught = refused(MissingInput, case("assigned"), "2026-03-09 sign")
    assert "区市场监管局、卫健部门" in caught.message
    assert one(case("assigned"), "2026-03-09 sign unit=卫健部门").data["unit"] == ["", "卫健部门"]


def test_a_single_order_is_signed_without_naming_it():
    assert one(case("triaged", "2026-03-03 Assigned lead=公安局"), "2026-03-09 sign").data[
        "unit"
    ] == ["", "公安局"]


def test_who_has_no_order_cannot_sign():
    caught = refused(GateClosed, case("assigned"), "2026-03-09 sign unit=公安局")
    assert caught.allowed == ["区市场监管局", "卫健部门"]
    both = case(
        "assigned", "2026-03-04 Signed unit=卫健部门", "2026-03-04 Signed unit=区市场监管局"
    )
    refused(GateClosed, both, "2026-03-09 sign")


# -- answers, callbacks, closing -----------------------------------------------------------------------------------


def test_a_one_time_notice_lists_what_is_missing():
    assert (
        "--missing"
        in refused(MissingInput, case("accepted"), "2026-03-02 notify kind=one_time").message
    )
    assert one(case("accepted"), "2026-03-02 notify kind=one_time missing=营业执照,平面图").data[
        "missing"
    ] == ["营业执照", "平面图"]


def test_notices_are_numbered_unless_they_bring_a_number():
    assert one(case("accepted"), "2026-03-02 notify kind=result").data["no"] == f"{NO}-告1"
    assert (
        one(
            case("accepted", "2026-03-02 Notified kind=result"), "2026-03-02 notify kind=result"
        ).data["no"]
        == f"{NO}-告2"
    )
    assert one(case("accepted"), "2026-03-02 notify kind=result no=告字1号").data["no"] == "告字1号"


def test_a_callback_says_whether_anybody_answered_and_what_they_said():
    refused(MissingInput, case("resolved"), "2026-03-09 callback")
    caught = refused(MissingInput, case("resolved"), "2026-03-09 callback reached=yes")
    assert caught.allowed == ["solved", "grade"]
    called = one(case("resolved"), "2026-03-09 callback reached=yes solved=部分 grade=1")
    assert (called.kind, called.data["satisfaction"], called.data["satisfied"]) == (
        "CalledBack",
        1,
        False,
    )


def test_nobody_reached_means_nobody_said_anything():
    tried = one(case("resolved"), "2026-03-09 callback reached=no words=无人接听")
    assert (tried.kind, set(tried.data)) == ("CallbackTried", {"words", "how"})
    refused(BadValue, case("resolved"), "2026-03-09 callback reached=no solved=yes")
    refused(BadValue, case("resolved"), "2026-03-09 callback reached=no grade=5")


def test_who_handled_a_case_does_not_call_back_where_the_pack_forbids():
    pack = rules(
        clock(5, "working_day")
        + "[callback]\nshare = 100\nattempts = 2\ndays = 3\nnot_by_handler = true\nproposed = true\n"
    )
    handled = fold(
        [
            *in_phase("triaged"),
            *history(
                "2026-03-03 Assigned lead=公安局 handler=李经办\n2026-03-04 Resolved outcome=solved measures=好"
            ),
        ]
    )
    text = "2026-03-09 callback reached=yes solved=yes grade=good"
    refused(GateClosed, handled, f"{text} by=李经办", pack)
    refused(GateClosed, handled, text, pack, actor="李经办")
    assert one(handled, f"{text} by=王回访", pack)
    assert one(handled, f"{text} by=李经办", PLAIN)


TRIED = [f"2026-03-0{day} CallbackTried" for day in (5, 6, 9)]
"""Calls in vain, each on another day."""

CLOSE = "2026-03-09 close how={} approver=王主任 reason=多次未接通"


@pytest.mark.parametrize("how", ["approved_unsatisfied", "unreachable"])
def test_closing_otherwise_names_approver_and_reason(how):
    found = case("resolved", UNHAPPY, *TRIED[:2])
    caught = refused(MissingInput, found, f"2026-03-09 close how={how}")
    assert caught.allowed == ["approver", "reason"]
    assert one(found, CLOSE.format(how)).data["how"] == how


def test_only_a_leader_approves_an_unhappy_end():
    found = case("resolved", UNHAPPY)
    refused(NotPermitted, found, CLOSE.format("approved_unsatisfied"), roles=["clerk"])
    assert one(found, CLOSE.format("approved_unsatisfied"), gated("satisfied"), roles=["leader"])
    assert one(case("resolved", ANSWERED, *TRIED[:2]), CLOSE.format("unreachable"), roles=["clerk"])


OWN = "approver=zs reason=见记录"


@pytest.mark.parametrize(
    ("phase", "line", "leader_may"),
    [
        ("resolved", f"2026-03-09 close how=unreachable {OWN}", True),
        ("handling", "2026-03-09 gap owe=平面图=2026-04-01 approver=zs", True),
        ("resolved", "2026-03-09 exclude rate=on_time basis=台风 approver=zs", False),
    ],
)
def test_nobody_but_a_leader_approves_what_he_writes_down_himself(phase, line, leader_may):
    found = case(phase, *([UNHAPPY, *TRIED[:2]] if "close" in line else []))
    roles = ["clerk"] if leader_may else ["leader"]
    assert "不能是经办人本人" in refused(GateClosed, found, line, roles=roles).message
    assert one(found, line.replace("=zs", "=王主任"), roles=roles)
    if leader_may:
        assert one(found, line, roles=["leader"])


@pytest.mark.parametrize(("tried", "enough"), [(0, False), (1, False), (2, True), (3, True)])
def test_unreachable_only_after_as_many_attempts_as_the_pack_wants(tried, enough):
    found = case("resolved", ANSWERED, *TRIED[:tried])
    if enough:
        assert one(found, CLOSE.format("unreachable"), gated("callback")).kind == "Closed"
    else:
        assert (
            f"没打通的回访只有 {tried} 次"
            in refused(GateClosed, found, CLOSE.format("unreachable"), gated("callback")).message
        )


def test_attempts_are_spread_over_as_many_days_as_the_pack_wants():
    found = case("resolved", ANSWERED, *["2026-03-05 CallbackTried"] * 3)
    caught = refused(GateClosed, found, CLOSE.format("unreachable"))
    assert "3 次（1 天）" in caught.message
    assert caught.allowed == ["callback"]


def test_attempts_of_an_earlier_round_do_not_count():
    again = case(
        "resolved",
        *TRIED,
        "2026-03-09 Reopened reason=没办成",
        "2026-03-09 Resolved outcome=solved measures=好",
        "2026-03-09 Notified kind=result",
    )
    refused(GateClosed, again, CLOSE.format("unreachable"))


@pytest.mark.parametrize(
    "pack",
    [PLAIN, shipped("default", callback=False), shipped("zhanyi", callback=False)],
    ids=lambda pack: pack.key,
)
@pytest.mark.parametrize("how", ["", "how=unreachable approver=王主任 reason=未接通"])
def test_every_case_gets_an_answer_in_every_pack(pack, how):
    silent = case("resolved", *TRIED)
    assert refused(GateClosed, silent, f"2026-03-09 close {how}", pack).allowed == [
        "notify",
        "callback",
    ]
    assert (
        one(fold_one(silent, history(ANSWERED)[0]), f"2026-03-09 close {how}", pack).kind
        == "Closed"
    )
    told = fold(
        [
            *in_phase("handling"),
            *history(
                "2026-03-04 FedBack stage=final text=好\n2026-03-04 Resolved outcome=solved measures=好"
            ),
        ]
    )
    assert one(told, "2026-03-09 close", pack).kind == "Closed"


def test_an_answer_of_an_earlier_round_is_no_answer():
    again = case(
        "called_back",
        "2026-03-06 Reopened reason=没办成",
        "2026-03-06 Resolved outcome=solved measures=好",
    )
    refused(GateClosed, again, "2026-03-09 close")


def test_only_a_leader_reopens_what_is_archived():
    refused(NotPermitted, case("archived"), "2026-03-09 reopen reason=又坏了", roles=["clerk"])
    assert (
        one(case("archived"), "2026-03-09 reopen reason=又坏了", roles=["leader"]).kind
        == "Reopened"
    )
    assert (
        one(case("closed"), "2026-03-09 reopen reason=又坏了", roles=["clerk"]).kind == "Reopened"
    )


# -- when ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["2026-03-09T09:01", "2026-03-10", "2027-01-01T00:00"])
def test_nothing_has_happened_in_the_future(when):
    assert (
        refused(BadDate, case("accepted"), "2026-03-09T09:00 step kind=verify", at=when).exit_code
        == 2
    )
    assert refused(BadDate, None, INTAKE.replace("03-02", "03-09"), received_at=when).exit_code == 2


def test_an_earlier_day_needs_a_reason_for_being_late():
    assert (
        "--late-reason"
        in refused(MissingInput, case("accepted"), "2026-03-09 note text=催 at=2026-03-08").message
    )
    assert "--late-reason" in refused(MissingInput, None, INTAKE, received_at="2026-03-01").message
    late = one(case("accepted"), "2026-03-09 note text=催 at=2026-03-08T10:00 late_reason=停电")
    assert (late.at, late.data["late_reason"]) == (at("2026-03-08T10:00"), "停电")
    assert one(case("accepted"), "2026-03-09T15:00 note text=催 at=2026-03-09T10:00").at == at(
        "2026-03-09T10:00"
    )


def test_nothing_happens_to_a_case_before_it_came():
    refused(BadDate, case("accepted"), "2026-03-09 note text=催 at=2026-03-01 late_reason=停电")
    refused(BadDate, case("accepted"), "2026-03-02T15:00 note text=催 at=2026-03-02T08:59")


def test_a_day_without_a_time_is_never_too_early_on_its_own_day():
    late = fold(history("2026-03-02T15:00 Registered matter=备案\n2026-03-02T15:00 Accepted"))
    assert one(late, "2026-03-03T09:00 note text=催 at=2026-03-02 late_reason=停电").at == at(
        "2026-03-02T15:00"
    )
    assert one(late, "2026-03-03T16:00 note text=催 at=2026-03-02 late_reason=停电").at == at(
        "2026-03-02T16:00"
    )


@pytest.mark.parametrize(
    ("phase", "act"),
    [
        ("resolved", "callback reached=no"),
        ("called_back", "close"),
        ("closed", "archive"),
        ("closed", "reopen reason=坏"),
        ("triaged", "triage difficulty=simple"),
    ],
)
def test_no_phase_before_the_one_it_follows(phase, act):
    last = in_phase(phase)[-1].at
    text = f"2026-03-20 {act} late_reason=停电 at="
    refused(BadDate, case(phase), f"{text}{last.isoformat()[:11]}08:59")
    assert one(case(phase), f"{text}{last.isoformat()[:16]}").at == last


def test_a_new_round_takes_nothing_from_before_it():
    again = case("resolved", "2026-03-09T15:00 Reopened reason=没办成")
    for act in ("assign lead=公安局", "step kind=verify", "note text=催"):
        refused(BadDate, again, f"2026-03-20 {act} late_reason=停电 at=2026-03-09T14:00")
    assert one(again, "2026-03-20 assign lead=公安局 late_reason=停电 at=2026-03-09T15:00")


def test_nobody_signs_an_order_before_it_was_sent():
    refused(
        BadDate,
        case("assigned"),
        "2026-03-09 sign unit=卫健部门 late_reason=停电 at=2026-03-02T10:00",
    )
    assert one(
        case("assigned"), "2026-03-09 sign unit=卫健部门 late_reason=停电 at=2026-03-03T10:00"
    )


def test_the_life_cycle_speaks_before_the_gates():
    assert isinstance(
        refused(TransitionRefused, case("registered"), "2026-03-09 close", gated("callback")),
        TransitionRefused,
    )
    assert isinstance(in_phase("registered")[0], Event)


def test_a_new_grade_that_names_no_cause_leaves_the_causes():
    asking = gated("cause")
    graded = acted(
        in_phase("accepted"), "2026-03-03 triage difficulty=simple cause=blockage,attitude", asking
    )
    again = after(graded, "2026-03-04 triage difficulty=complex", asking)
    assert (again.current.difficulty, again.current.cause) == ("complex", ("blockage", "attitude"))
    other = after(graded, "2026-03-04 triage difficulty=complex cause=blockage", asking)
    assert other.current.cause == ("blockage",)
