"""Corrections and taking back: the entries stay, the case is what they say now."""

from __future__ import annotations

from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from bbcs.config import packs
from bbcs.domain.acts.table import BY_VERB, KINDS
from bbcs.domain.case import Mark
from bbcs.domain.corrections import effective
from bbcs.domain.decide.correctable import correctables, target
from bbcs.domain.fold import fold, fold_on
from bbcs.domain.inputs import short_help
from bbcs.domain.masking import HIDDEN
from bbcs.domain.register_columns import REGISTER_COLUMNS
from bbcs.errors import (
    BadDate,
    BadValue,
    GateClosed,
    MissingInput,
    NothingToUndo,
    UnknownWord,
)
from bbcs.usecases.projection import row
from bbcs.views.history import history as shown
from sample import (
    Desk,
    acted,
    after,
    at,
    clock,
    due,
    grown,
    history,
    in_phase,
    one,
    refusal,
    rules,
    shipped,
    standing,
)

PLAIN = rules(
    clock(5, "working_day")
    + '[extension]\nmode = "additional"\ndays = 5\nmax_count = 2\nproposed = true\n'
)
WHY = "why=录错了"
INTAKE = "2026-03-02T09:00 intake matter=诊所备案 demand=办不下去 reporter=陈试验"


def corrected(phase: str, field: str, new: object, day: str = "2026-03-09"):
    return after(in_phase(phase), f"{day} correct field={field} {WHY}", PLAIN, new=new)


# -- each type of field --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "new", "name", "expected"),
    [
        ("phone", "13800000002", "phone", "13800000002"),
        ("channel", "窗口", "channel", "counter"),
        ("trips", "3", "trips", 3),
        ("anonymous", "是", "anonymous", True),
        ("failed_on", "2026-03-01", "failed_on", date(2026, 3, 1)),
        ("items", ["甲", "乙"], "items", ["甲", "乙"]),
        ("reporter_type", "企业", "reporter_type", "enterprise"),
        ("missing_papers", "平面图", "missing_papers", ["平面图"]),
        ("extra", {"网格员": "示例"}, "extra", {"网格员": "示例"}),
        ("受理.remark", "补记", "remark", "补记"),
    ],
)
def test_a_field_of_the_registration_is_what_it_was_corrected_to(field, new, name, expected):
    case = corrected("accepted", field, new)
    assert case.registered[name] == expected
    assert case.corrections == 1


def test_a_field_of_a_later_act_is_named_with_it():
    assert corrected("triaged", "triage.cause", "堵点").current.cause == ("blockage",)
    assert corrected("assigned", "assign.due", "2026-03-20").orders[0].due == date(2026, 3, 20)


def test_what_came_after_a_correction_of_the_intake_stays_where_it_was():
    """Refused at the very moment of the intake, but later: it was not written with it."""
    entries = history("2026-03-05T09:00 Registered matter=诊所备案\n2026-03-05T09:00 Noted text=催")
    line = "2026-03-05T09:00 correct field=received_at why=错"
    moved = acted(entries, line, PLAIN, new="2026-03-03T09:00:00+08:00")
    refused = acted(
        moved, "2026-03-05T09:00 refuse reason=litigation remedy=法院", shipped("default")
    )
    moments = {event.kind: event.at for event in effective(refused)}
    assert (moments["Registered"], moments["Refused"]) == (
        at("2026-03-03T09:00"),
        at("2026-03-05T09:00"),
    )
    assert fold(refused) == fold_on(fold(moved), moved, refused[len(moved) :])


def test_personal_values_are_kept_where_they_can_be_erased():
    assert set(one(standing("accepted"), f"2026-03-09 correct field=phone new=13800000002 {WHY}", PLAIN).data) == {
        "field", "why", "text", "version",
    }  # fmt: skip
    assert (
        one(
            standing("accepted"), f"2026-03-09 correct field=channel new=counter {WHY}", PLAIN
        ).data["value"]
        == "counter"
    )


def test_a_strange_field_or_value_is_named():
    caught = refusal(
        UnknownWord, standing("accepted"), f"2026-03-09 correct field=fone new=1 {WHY}", PLAIN
    )
    assert "phone" in caught.allowed
    assert (
        "窗口"
        in refusal(
            UnknownWord,
            standing("accepted"),
            f"2026-03-09 correct field=channel new=窗囗 {WHY}",
            PLAIN,
        ).message
    )
    refusal(BadValue, standing("accepted"), f"2026-03-09 correct field=trips new=三 {WHY}", PLAIN)
    refusal(MissingInput, standing("accepted"), f"2026-03-09 correct field=phone {WHY}", PLAIN)
    refusal(
        UnknownWord,
        standing("accepted"),
        f"2026-03-09 correct field=resolve.measures new=好 {WHY}",
        PLAIN,
    )


@pytest.mark.parametrize(
    ("entry", "field", "new"),
    [
        ("Assigned lead=公安局", "assign.lead", "教育局"),
        ("Returned unit=区市场监管局 reason=不归", "return.unit", "公安局"),
        ("Forwarded unit=区市场监管局 to=公安局 reason=归它", "forward.to", "教育局"),
        ("AcceptedWithGaps owe=图=2026-03-20", "gap.owe", ["图=下周"]),
        ("ExtensionAsked days=2 reason=等", "extend.days", "99"),
        ("Corrected field=matter version=1 text=别的 why=错", "correct.field", "phone"),
    ],
)
def test_what_later_entries_lean_on_is_taken_back_and_never_rewritten(entry, field, new):
    refusal(
        GateClosed,
        standing("assigned", f"2026-03-05 {entry}"),
        f"2026-03-09 correct field={field} {WHY}",
        PLAIN,
        new=new,
    )


def test_what_a_refusal_offers_can_be_corrected():
    """An act whose every field is leaned on is offered for its moment, never for nothing."""
    case = standing(
        "assigned",
        "2026-03-05 AcceptedWithGaps owe=图=2026-03-20",
        "2026-03-05 ExtensionAsked days=2 reason=等",
        "2026-03-05 Escalated level=2 reason=等",
        "2026-03-05 Noted text=等",
    )
    caught = refusal(UnknownWord, case, f"2026-03-09 correct field=fone new=1 {WHY}", PLAIN)
    offered = [one.removesuffix(".") for one in caught.allowed if one.endswith(".")]
    can = [(mark.kind, field.name) for _, mark, field in correctables(case)]
    assert {"gap", "extend", "escalate", "note"} <= {*offered}
    for verb in offered:
        its = [name for kind, name in can if kind in BY_VERB[verb].kinds]
        assert its, verb
        for name in its:
            assert target(case, f"{verb}.{name}")[1].name == name


def test_the_last_correction_holds():
    events = acted(in_phase("accepted"), f"2026-03-09 correct field=matter new=甲 {WHY}", PLAIN)
    again = acted(events, f"2026-03-09 correct field=matter new=乙 {WHY}", PLAIN)
    assert fold(again).registered["matter"] == "乙"
    assert after(again, "2026-03-09 undo", PLAIN).registered["matter"] == "甲"


# -- words that the rule pack says more of -------------------------------------------------------------------------


def test_a_corrected_outcome_counts_as_its_own_word_does():
    assert corrected("resolved", "resolve.outcome", "部分解决").current.counts_as == "partly"
    refusal(
        GateClosed,
        standing("resolved"),
        f"2026-03-09 correct field=resolve.outcome new=explained {WHY}",
        PLAIN,
    )
    owing = standing(
        "handling",
        "2026-03-03 AcceptedWithGaps owe=图=2026-04-01",
        "2026-03-04 Resolved outcome=solved_with_gaps counts_as=solved",
    )
    refusal(GateClosed, owing, f"2026-03-09 correct field=resolve.outcome new=solved {WHY}", PLAIN)


def test_a_corrected_grade_is_content_or_not_by_its_own_word():
    call = corrected("called_back", "callback.grade", "不满意").last_callback
    assert (call.grade, call.satisfied) == (1, False)


def test_a_month_counts_the_corrected_outcome_and_an_earlier_as_of_the_old_one():
    desk = Desk()
    desk.do(
        f"{INTAKE}\n2026-03-02T10:00 resolve outcome=solved measures=好\n2026-03-03 correct field=resolve.outcome new=partly {WHY}"
    )
    (stored,) = desk.ledger.rows.values()
    assert [(row["detail"], row.get("until")) for row in stored.movements if row["kind"] == "Resolved"] == [
        ("solved", 4), ("partly", None),
    ]  # fmt: skip


# -- moments -------------------------------------------------------------------------------------------------------


def test_a_corrected_receipt_moves_the_clock_and_the_round_with_all_that_intake_wrote():
    events = acted(
        in_phase("handling"),
        f"2026-03-09 correct field=received_at new=2026-02-27T10:00 {WHY}",
        PLAIN,
    )
    case = fold(events)
    assert {mark.at.isoformat()[:16] for mark in case.marks[:3]} == {"2026-02-27T10:00"}
    assert case.received_at == case.current.started_at == case.marks[0].at
    assert due_of(events) == "2026-03-05"


def due_of(events) -> str:
    from bbcs.domain.clocks import deadlines
    from sample import CALENDAR, at

    return deadlines(fold(events), PLAIN, CALENDAR, at("2026-03-09"))[0].due.isoformat()


@pytest.mark.parametrize(
    ("field", "new"),
    [
        ("received_at", "2026-03-10"),
        ("received_at", "2026-03-04T08:00"),
        ("assign.at", "2026-03-01"),
        ("assign.at", "2026-03-04T09:01"),
        ("resolve.at", "2026-03-02"),
        ("resolve.at", "2026-03-06T09:00"),
    ],
)
def test_no_moment_in_the_future_nor_past_its_neighbours(field, new):
    refusal(
        BadDate,
        standing("called_back"),
        f"2026-03-09T08:00 correct field={field} new={new} {WHY}",
        PLAIN,
    )


def test_entries_made_late_do_not_hide_who_the_neighbours_are():
    late = standing(
        "handling",
        "2026-03-10 Resolved outcome=solved",
        "2026-03-15 Noted text=催",
        "2026-03-12 CalledBack solved=yes grade=good",
    )
    refusal(BadDate, late, f"2026-03-20 correct field=resolve.at new=2026-03-14 {WHY}", PLAIN)
    assert one(late, f"2026-03-20 correct field=resolve.at new=2026-03-11 {WHY}", PLAIN)


# -- who reads it --------------------------------------------------------------------------------------------------


def test_a_corrected_name_is_masked_as_a_name_and_hidden_as_the_old_one_was():
    desk = Desk()
    desk.do(f"{INTAKE} phone=13800000001\n2026-03-03 correct field=reporter new=王小五 {WHY}")
    desk.do(f"2026-03-03 correct field=phone new=13900000009 {WHY}")
    entries = desk.ledger.entries
    case = fold(entries)
    masked = str(shown(case, entries, reveal=False))
    assert not [
        secret for secret in ("小五", "试验", "13800000001", "13900000009") if secret in masked
    ]
    assert "王**" in masked
    hidden = str(shown(case._replace(track="conduct"), entries, reveal=False))
    assert "王**" not in hidden
    assert "王小五" in str(shown(case, entries, reveal=True))


def test_the_track_corrected_to_conduct_hides_the_reporter():
    case = after(history("2026-03-02 Registered matter=备案 reporter=陈试验 failed_unit=公安局\n2026-03-02 Accepted"),
                 f"2026-03-09 correct field=track new=conduct {WHY}", PLAIN)  # fmt: skip
    assert row(case, "HT01", PLAIN)["reporter"] == HIDDEN


# -- taking back ---------------------------------------------------------------------------------------------------


def test_one_step_and_no_further_back():
    desk = Desk(PLAIN)
    desk.do(
        f"{INTAKE}\n2026-03-03 triage difficulty=complex\n2026-03-04 resolve outcome=solved measures=好"
    )
    assert desk.do("2026-03-05 undo").case.phase == "triaged"
    with pytest.raises(NothingToUndo) as caught:
        desk.do("2026-03-05 undo")
    assert (caught.value.exit_code, caught.value.allowed) == (11, ["correct"])
    assert desk.do("2026-03-05 note text=催\n2026-03-05 undo").case.phase == "triaged"


def test_a_registration_is_never_taken_back():
    refused = refusal(NothingToUndo, fold(in_phase("registered")), "2026-03-05 undo", PLAIN)
    assert (refused.exit_code, refused.allowed) == (11, ["correct", "void"])
    assert "bbcs void 作废" in refused.message


@pytest.mark.parametrize(
    ("act", "gone"),
    [("merge group=水保 with=0002", "group"), ("convene host=窗口 unit=甲 case=0002", "meetings")],
)
def test_what_one_act_wrote_on_several_cases_is_taken_back_on_all_or_none(act, gone):
    desk = Desk(PLAIN)
    desk.do(f"{INTAKE}\n{INTAKE}")
    desk.do(f"2026-03-03 {act}", no="0001")
    desk.do("2026-03-03 note text=催", no="0002")
    with pytest.raises(NothingToUndo):
        desk.do("2026-03-03 undo", no="0001")
    desk.do("2026-03-03 undo", no="0002")
    desk = Desk(PLAIN)
    desk.do(f"{INTAKE}\n{INTAKE}")
    desk.do(f"2026-03-03 {act}", no="0001")
    desk.do("2026-03-03 undo", no="0001")
    assert not any(getattr(fold(desk.ledger.events(number)), gone) for number in desk.ledger.rows)


def test_only_the_own_and_only_the_last():
    case = standing("accepted", "2026-03-03 Noted text=催")
    refusal(NothingToUndo, case, "2026-03-05 undo", PLAIN, actor="ls")
    assert one(case, "2026-03-05 undo", PLAIN).data["version"] == 3
    mixed = acted(in_phase("accepted"), "2026-03-03 note text=催", PLAIN, actor="ls")
    refusal(NothingToUndo, fold(mixed), "2026-03-05 undo", PLAIN)


def test_asked_and_granted_in_one_go_is_taken_back_in_one_go():
    events = acted(in_phase("handling"), "2026-03-05 extend days=2 reason=等", PLAIN)
    back = acted(events, "2026-03-05 undo", PLAIN)
    assert [event.data["version"] for event in back[-2:]] == [7, 6]
    assert fold(back).extensions == ()


def test_a_grant_alone_leaves_what_was_asked_and_what_stands_before():
    rule = PLAIN._replace(extension=PLAIN.extension._replace(approver="站长"))
    events = acted(in_phase("handling"), "2026-03-05 extend days=2 reason=等", rule)
    noted = acted(events, "2026-03-06 note text=催", rule)
    granted = acted(noted, "2026-03-06 extend approve=yes approver=王站长", rule)
    assert fold(acted(granted, "2026-03-06 undo", rule)).asked
    assert fold(acted(granted, "2026-03-06 undo", rule)).marks[-1].kind == "Noted"


def test_an_undone_settlement_counts_nowhere_but_in_an_earlier_as_of():
    desk = Desk()
    desk.do(f"{INTAKE}\n2026-03-31 resolve outcome=solved measures=好")
    desk.do("2026-04-02 undo")
    first, last = date(2026, 3, 1), date(2026, 3, 31)
    kinds = [[one["kind"] for one in desk.ledger.movements(first, last, as_of)] for as_of in (3, 4)]
    assert kinds == [["Registered", "Accepted", "Resolved"], ["Registered", "Accepted"]]


def test_taking_back_a_reopening_gives_the_first_round_back():
    events = acted(in_phase("closed"), "2026-03-09 reopen reason=没办成", PLAIN)
    assert after(events, "2026-03-09 undo", PLAIN)._replace(version=0) == fold(
        in_phase("closed")
    )._replace(version=0)
    assert grown(events, "2026-03-09 Noted text=x")[-1].version == len(events) + 1
    assert shipped("default").extension.mode == "additional"
    assert (
        due("2026-03-02 Registered matter=备案\n2026-03-02 Accepted", PLAIN)["resolve"].limit == 5
    )


def test_what_later_steps_depend_on_is_refused_with_the_way_out():
    """By its name in Chinese too; who was asked to do it is never rewritten."""
    for name in ("assign.lead", "交办.主办单位"):
        case = standing("assigned", "2026-03-03 Assigned lead=卫健部门")
        told = f"2026-03-09 correct field={name} new=教育局 {WHY}"
        refused = refusal(GateClosed, case, told, PLAIN)
        assert (refused.exit_code, refused.allowed) == (13, ["undo"])
        assert "“主办单位”不能更正：后来的步骤靠着它" in refused.message


# -- every label that is read is understood --------------------------------------------------------

NOON = datetime(2026, 3, 2, 12)

LIVED = (
    "Registered", "Accepted", "Triaged", "Assigned", "Signed", "Stepped", "FedBack", "Notified",
    "Convened", "Supervised", "Resolved", "CalledBack", "Closed", "Archived",
)  # fmt: skip
"""Kinds of a case to which everything happened once."""


def lived(*kinds: str) -> Any:
    details = {"FedBack": "first", "Supervised": "remind"}
    marks = [
        Mark(kind, NOON, 1, details.get(kind, ""), number, number)
        for number, kind in enumerate(kinds, 1)
    ]
    return SimpleNamespace(no="ZY01-20260305-0001", marks=marks)


REGISTERED = {
    # header of a register -> what it corrects
    "受理时间": "received_at", "反映渠道": "channel", "反映人": "reporter", "联系电话": "phone",
    "反映人类别": "reporter_type", "反映事项": "matter", "反映内容及诉求": "demand", "诉求": "demand",
    "问题类别": "triage.difficulty", "办不成原因": "triage.cause", "研判意见": "triage.opinion",
    "承办人": "assign.handler", "交办时间": "assign.at", "首次反馈时间": "feedback.at",
    "办理过程及措施": "resolve.measures", "办理结果": "resolve.outcome", "办结时间": "resolve.at",
    "是否解决": "callback.solved", "回访时间": "callback.at", "回访人": "callback.by",
    "满意度": "callback.grade", "备注": "remark", "原编号": "source_no",
    "身份证号": "id_number", "地址": "address", "诉求类型": "demand_kind", "所缺材料": "missing_papers",
    "原来没办成的窗口": "failed_window", "决定时间": "accept.at", "缺席": "convene.absent",
    "参加科室、部门": "convene.unit", "议定事项": "convene.resolution", "帮办人": "step.by",
    "用时（分钟）": "step.minutes", "签发日期": "supervise.at", "亮牌": "supervise.colour",
    "督办对象": "supervise.unit", "事由": "supervise.reason", "要求": "supervise.require",
    "签发人": "supervise.issuer",
}  # fmt: skip
NOT_CORRECTED = {
    # made by bbcs, reckoned, or said by the register only
    "序号", "受理编号", "文号", "轮次", "响应级别", "受理人", "办理时限", "到期日", "是否超期（天数）",
    "延期情况", "督办情况", "是否重办", "销号归档", "退回情况", "受理决定", "次数", "方式", "接通否", "时间",
    "完成时限", "完成情况", "督办编号", "案件编号", "种类", "时限", "日期", "对象", "是否逾期", "问责情况",
}  # fmt: skip


def test_every_header_of_a_register_is_corrected_or_known_not_to_be():
    headers = {
        header
        for name, columns in REGISTER_COLUMNS.items()
        if name != "consultations"
        for header in columns.values()
    }
    weighed = {"承办单位", "协办单位"}
    answers, several = {"回复", "回复日期"}, {"意见"}
    assert headers == REGISTERED.keys() | NOT_CORRECTED | weighed | answers | several
    for header, name in REGISTERED.items():
        assert target(lived(*LIVED), header)[2] == name, header
    for header in weighed:
        with pytest.raises(GateClosed, match="不能更正"):
            target(lived(*LIVED), header)
    case = lived("Registered", "Supervised")
    answered = case.marks[1]._replace(detail="", version=3)
    case.marks.append(answered)
    assert target(case, "回复")[::2] == (answered, "supervise.text")
    assert target(case, "回复日期")[::2] == (answered, "supervise.at")
    assert target(case, "签发日期")[0] == case.marks[1]


SEVERAL = {
    # a word that means fields of two entries -> each entry, how it is written, what it corrects
    "意见": (("Triaged", "研判.研判意见", "triage.opinion"), ("CalledBack", "回访.反映人的话", "callback.words")),
    "结果": (("Resolved", "办结.办理结果", "resolve.outcome"), ("Stepped", "办理.结果", "step.result")),
}  # fmt: skip


@pytest.mark.parametrize("word", SEVERAL)
def test_a_word_for_two_entries_of_a_case_is_refused_with_how_to_write_each(word: str):
    """An outcome or an opinion is never rewritten in another entry than was meant."""
    kinds = [kind for kind, *_ in SEVERAL[word]]
    for both in (kinds, kinds[::-1]):
        with pytest.raises(GateClosed) as refused:
            target(lived("Registered", *both), word)
        assert refused.value.field == "field"
        for kind, written, name in SEVERAL[word]:
            assert written in refused.value.message
            assert name in refused.value.allowed
            assert target(lived("Registered", *both), written)[2] == name
            assert target(lived("Registered", kind), word)[2] == name


@pytest.mark.parametrize("place", [place for place, *_ in packs.places(None)])
def test_the_own_headers_of_a_place_are_understood(place: str):
    pack = packs.pack(place)
    usual = {
        column: header for cols in REGISTER_COLUMNS.values() for column, header in cols.items()
    }
    for layout in pack.registers.values():
        for column, header in layout.columns:
            name = REGISTERED.get(usual[column])
            if header in SEVERAL:
                with pytest.raises(GateClosed, match="有几处"):
                    target(lived(*LIVED), header, pack)
            elif name and layout.name in ("work", "short", "acceptance"):
                assert target(lived(*LIVED), header, pack)[2] == name, (layout.name, header)


def test_every_label_of_the_page_is_understood():
    """The names under which `show` prints fields, alone for the intake, behind the act for others."""
    for kind in KINDS:
        if kind == "Registered" or not any(kind in one.kinds for one in BY_VERB.values()):
            continue
        act = next(one for one in BY_VERB.values() if kind in one.kinds)
        if not act.on_case:
            continue
        case = lived("Registered", kind)
        for label, mark, field in correctables(case):
            found, its, _ = target(case, label)
            assert (found.kind, short_help(its)) == (mark.kind, short_help(field)), label


def test_a_name_comes_before_a_word_that_a_later_entry_offers():
    """电话 is one of the ways in which somebody was told and called back."""
    assert target(lived("Registered", "Notified", "CalledBack"), "电话")[2] == "phone"
    assert target(lived(*LIVED), "电话")[2] == "phone"
    assert target(lived("Registered"), "作风")[2] == "track"


@pytest.mark.parametrize("label", ["被反映的单位", "反映的单位", "之前没办成的单位"])
def test_the_unit_complained_of_has_two_names(label: str):
    assert target(lived(*LIVED), label)[2] == "failed_unit"
    assert target(lived(*LIVED), label.replace("单位", "窗口"))[2] == "failed_window"
