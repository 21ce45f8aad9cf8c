"""Each check of one case: the smallest history that shows it, and the like that does not."""

from __future__ import annotations

import re

import pytest
from inspected import BAD, DONE, GOOD, PACK, SOUND, START, TAKEN, TOLD, changed, inspected, whats

from sample import FREE, clock, history, rules, shipped

GATED = rules(
    FREE
    + "[gates]\narchive_no = true\nsatisfied = true\nfinal_feedback = true\ncallback = true\nproposed = ['archive_no', 'satisfied', 'final_feedback', 'callback']\n"
)
PAUSING = rules(clock(5, "working_day", more="pausable = true"))
MORE = '[extension]\nmode = "{}"\ndays = {}\nmax_count = 1\nproposed = true\n'
EXTENDING = rules(FREE + MORE.format("additional", 3))
ASKED = "2026-03-05 ExtensionAsked days={} reason=要等评审 told=2026-03-05"
GRANTED = "2026-03-05T09:00 ExtensionDecided granted=yes"

TWO = rules(
    clock(0, "same_day", more='for = { difficulty = "simple" }')
    + clock(5, "working_day", more='for = { difficulty = "complex" }')
)
REGRADED = f"{TAKEN}\n2026-03-02 Triaged difficulty=simple"
GRADE_CORRECTED = "2026-03-04 Corrected field=triage.difficulty why=选错 version=3 value=complex"

SHOWN = [
    # (code, what is said of it, history, pack, now)
    (
        "C02",
        "没有填：办理结果、办理过程和措施",
        f"{TAKEN}\n{TOLD}\n2026-03-04T11:00 Resolved",
        PACK,
        "",
    ),
    (
        "C03",
        "办结（2026-03-01）早于",
        f"{TAKEN}\n2026-03-01 Resolved outcome=solved measures=好",
        PACK,
        "",
    ),
    (
        "C03",
        "回访（2026-03-05）早于办结",
        f"{TAKEN}\n{GOOD}\n2026-03-06 Resolved outcome=solved measures=好",
        PACK,
        "",
    ),
    ("C03", "没有办结就记了回访", f"{TAKEN}\n{GOOD}", PACK, ""),
    ("C03", "结案（2026-03-03）早于办结", f"{TAKEN}\n{TOLD}\n{DONE}\n2026-03-03 Closed", PACK, ""),
    (
        "C03",
        "以后还有反馈",
        f"{SOUND}\n2026-03-06 Archived no=1\n2026-03-07 FedBack stage=final text=补",
        PACK,
        "",
    ),
    ("C05", "超期（到期日 2026-03-09），没有延期", TAKEN, PACK, "2026-03-12"),
    (
        "C05",
        "超期（到期日 2026-03-09）",
        f"{TAKEN}\n2026-03-10 Resolved outcome=solved measures=好",
        PACK,
        "",
    ),
    (
        "C05",
        "到期（2026-03-09）以后才申请",
        f"{TAKEN}\n2026-03-10 ExtensionAsked days=2 told=2026-03-10",
        EXTENDING,
        "",
    ),
    (
        "C05",
        "到期（2026-03-09）以后才批准",
        f"{TAKEN}\n{ASKED.format(2)}\n2026-03-10 ExtensionDecided granted=yes",
        EXTENDING,
        "2026-03-10",
    ),
    ("C05", "超过规则包最多的 2026-03-12", f"{TAKEN}\n{ASKED.format(9)}\n{GRANTED}", EXTENDING, ""),
    (
        "C05",
        "延期 2 次，规则包最多 1 次",
        f"{TAKEN}\n" + f"{ASKED.format(1)}\n{GRANTED}\n" * 2,
        EXTENDING,
        "",
    ),
    (
        "C05",
        "没有告知反映人",
        f"{TAKEN}\n2026-03-05 ExtensionAsked days=1\n{GRANTED}",
        EXTENDING,
        "",
    ),
    ("C05", "规则包不许延期", f"{TAKEN}\n{ASKED.format(1)}\n{GRANTED}", PACK, ""),
    (
        "C05",
        "到期（2026-03-02）以后才改了定级",
        f"{REGRADED}\n2026-03-04 Triaged difficulty=complex",
        TWO,
        "2026-03-05",
    ),
    (
        "C05",
        "到期（2026-03-02）以后才改了定级",
        f"{REGRADED}\n{GRADE_CORRECTED}",
        TWO,
        "2026-03-05",
    ),
    (  # in a redo, whose own limit had run out
        "C05",
        "到期（2026-03-10）以后才改了定级",
        f"{REGRADED}\n{TOLD}\n2026-03-02T11:00 Resolved outcome=solved measures=好\n"
        "2026-03-10 Reopened reason=没办成\n2026-03-10 Triaged difficulty=simple\n"
        "2026-03-12 Corrected field=triage.difficulty why=选错 version=7 value=complex",
        TWO,
        "2026-03-12",
    ),
    ("C06", "办理时限 2026-03-09 到期，超 3 个工作日", TAKEN, PACK, "2026-03-12"),
    (
        "C06",
        "还在等，已超期：督办答复时限（公安局） 2026-03-09 到期",
        f"{SOUND}\n2026-03-06 Supervised kind=supervise unit=公安局 due=2026-03-09 slip=督1 reason=慢",
        PACK,
        "2026-03-12",
    ),
    ("C07", "没有联系过反映人", f"{TAKEN}\n{DONE}", PACK, ""),
    (
        "C07",
        "没有最终答复",
        f"{TAKEN}\n2026-03-03 FedBack stage=first text=在办\n{DONE}\n2026-03-06 Closed",
        PACK,
        "",
    ),
    (
        "C08",
        "没有写依据、救济途径",
        f"{TAKEN}\n2026-03-04 Resolved outcome=explained counts_as=explained measures=说明",
        PACK,
        "",
    ),
    (
        "C08",
        "没有写救济途径",
        f"{TAKEN}\n2026-03-04 Resolved outcome=explained measures=说明 basis=条例",
        PACK,
        "",
    ),
    ("C09", "没有写理由", f"{START}\n2026-03-02 Refused", PACK, ""),
    ("C09", "“懒得办”不在", f"{START}\n2026-03-02 Refused reason=懒得办", PACK, ""),
    (
        "C10",
        "没有回访；规则包要求至少 2 次",
        f"{TAKEN}\n{TOLD}\n{DONE}\n2026-03-06 Closed",
        PACK,
        "",
    ),
    (
        "C10",
        "只试了 1 次",
        f"{TAKEN}\n{TOLD}\n{DONE}\n2026-03-05 CallbackTried\n2026-03-06 Closed how=unreachable approver=王主任 reason=打不通",
        PACK,
        "",
    ),
    (
        "C10",
        "没有时间和回访人",
        f"{TAKEN}\n{TOLD}\n{DONE}\n{GOOD.replace('2026-03-05', '2026-03-05T00:00')}",
        PACK,
        "",
    ),
    (
        "C10",
        "由承办人自己打",
        f"{TAKEN}\n2026-03-02 Assigned lead=甲局 handler=李经办\n{TOLD}\n{DONE}\n{GOOD} by=李经办",
        PACK,
        "",
    ),
    ("C11", "没有重办，也没有经批准结案", f"{TAKEN}\n{TOLD}\n{DONE}\n{BAD}", PACK, ""),
    ("C11", "重办没有写原因", f"{TAKEN}\n{TOLD}\n{DONE}\n{BAD}\n2026-03-06 Reopened", PACK, ""),
    (
        "C11",
        "没有第二次结果",
        f"{TAKEN}\n{TOLD}\n{DONE}\n{BAD}\n2026-03-06 Reopened reason=没解决\n2026-03-06 Closed",
        PACK,
        "",
    ),
    ("C12", "没有回访、没有最终答复", f"{TAKEN}\n{DONE}\n2026-03-06 Closed", GATED, ""),
    ("C12", "回访不满意", f"{TAKEN}\n{TOLD}\n{DONE}\n{BAD}\n2026-03-06 Closed", GATED, ""),
    ("C12", "没有归档号", f"{SOUND}\n2026-03-06 Archived", GATED, ""),
    ("C12", "没有结案销号", f"{TAKEN}\n{TOLD}\n{DONE}\n{GOOD}", GATED, "2026-05-06"),
    ("C12", "没有归档", SOUND, GATED, "2026-05-06"),
    (
        "C12",
        "非正常结案没有批准人",
        f"{TAKEN}\n{TOLD}\n{DONE}\n{BAD}\n2026-03-06 Closed how=approved_unsatisfied reason=已尽力",
        GATED,
        "",
    ),
    ("C13", "没有办结或撤回的记录", f"{TAKEN}\n{TOLD}\n2026-03-06 Closed", PACK, ""),
    ("C14", "没有写单位", f"{TAKEN}\n2026-03-03 Assigned how=direct", PACK, ""),
    ("C14", "有协办没有主办：甲局", f"{TAKEN}\n2026-03-03 Assigned assist=甲局", PACK, ""),
    (
        "C14",
        "两个主办：甲局、乙局",
        f"{TAKEN}\n2026-03-03 Assigned lead=甲局\n2026-03-03 Assigned lead=乙局",
        PACK,
        "",
    ),
    (
        "C14",
        "在窗口以外由甲局办",
        f"{TAKEN}\n2026-03-03 Stepped kind=approve_at_window unit=甲局",
        PACK,
        "",
    ),
    (
        "C15",
        "被退回 3 次",
        f"{TAKEN}\n"
        + "2026-03-03 Assigned lead=甲局\n2026-03-03 Returned unit=甲局 reason=不归\n" * 3,
        PACK,
        "",
    ),
    (
        "C15",
        "被转办 3 次",
        f"{TAKEN}\n2026-03-03 Assigned lead=甲\n2026-03-03 Forwarded unit=甲 to=乙 reason=x\n"
        "2026-03-03 Forwarded unit=乙 to=丙 reason=x\n2026-03-03 Forwarded unit=丙 to=丁 reason=x",
        PACK,
        "",
    ),
    ("C15", "没有提级", f"{TAKEN}\n2026-03-03 Triaged difficulty=complex", shipped("default"), ""),
    ("C21", "没有写事由", f"{TAKEN}\n2026-03-03 Paused reason=", PAUSING, ""),
    ("C21", "“想停”不在", f"{TAKEN}\n2026-03-03 Paused reason=想停", PAUSING, ""),
    (
        "C21",
        "已过 20 个工作日",
        f"{TAKEN}\n2026-03-03 Paused reason=appraisal",
        PAUSING,
        "2026-05-06",
    ),
    ("C22", "2026-03-07是休息日", f"{TAKEN}\n2026-03-07 Stepped kind=verify", PACK, "2026-03-08"),
    ("C23", "没有写决定机关", f"{TAKEN}\n2026-03-03 Exempted paper=章程 reason=不用", PACK, ""),
    (
        "C23",
        "没有写自哪天起",
        f"{TAKEN}\n2026-03-03 Exempted paper=章程 reason=不用 authority=局 scope=rule",
        PACK,
        "",
    ),
    ("C23", "没有写欠哪些材料", f"{TAKEN}\n2026-03-03 AcceptedWithGaps approver=王主任", PACK, ""),
    (
        "C24",
        "还没有会商，已过期限 2026-03-09",
        f"{TAKEN}\n2026-03-03 Merged group=水保",
        PACK,
        "2026-03-12",
    ),
]


@pytest.mark.parametrize(
    ("code", "said", "text", "pack", "now"), SHOWN, ids=[f"{row[0]}-{row[1]}" for row in SHOWN]
)
def test_it_is_shown(code, said, text, pack, now):
    found = inspected(text, code=code, pack=pack, **({"now": now} if now else {}))
    assert said in whats(found)
    assert {one.code for one in found} == {code}
    assert {one.case_no for one in found} == {"HT01-20260302-0001"}


HIDDEN = [
    ("C02", f"{TAKEN}\n{TOLD}\n{DONE}", PACK, ""),
    ("C03", f"{TAKEN}\n{DONE.replace('T11:00', 'T00:00')}\n2026-03-04 Closed", PACK, ""),
    ("C05", TAKEN, PACK, "2026-03-09"),
    ("C05", f"{TAKEN}\n{ASKED.format(3)}\n{GRANTED}", EXTENDING, "2026-03-12"),
    (  # asked and granted on the last day itself
        "C05",
        f"{TAKEN}\n{ASKED.format(2)}\n{GRANTED}".replace("03-05", "03-09"),
        EXTENDING,
        "2026-03-10",
    ),
    (
        "C05",
        f"{TAKEN}\n2026-03-05 ExtensionAsked days=1\n{GRANTED}\n2026-03-05 Notified kind=extension",
        EXTENDING,
        "",
    ),
    ("C05", f"{REGRADED}\n2026-03-02T15:00 Triaged difficulty=complex", TWO, "2026-03-05"),
    ("C06", TAKEN, PACK, "2026-03-09"),
    ("C06", SOUND, PACK, "2026-05-06"),
    ("C07", f"{TAKEN}\n2026-03-03 Notified kind=result\n{DONE}\n2026-03-06 Closed", PACK, ""),
    (
        "C08",
        f"{TAKEN}\n2026-03-04 Resolved outcome=explained measures=说明 basis=条例 remedy=复议",
        PACK,
        "",
    ),
    ("C09", f"{START}\n2026-03-02 Refused reason=twice", PACK, ""),
    ("C10", f"{TAKEN}\n{TOLD}\n{DONE}", PACK, ""),
    (
        "C10",
        f"{TAKEN}\n{TOLD}\n{DONE}\n2026-03-05 CallbackTried\n2026-03-06 CallbackTried\n"
        "2026-03-06 Closed how=unreachable approver=王 reason=x",
        PACK,
        "",
    ),
    ("C11", f"{TAKEN}\n{TOLD}\n{DONE}\n{BAD}\n2026-03-06 Reopened reason=没解决", PACK, ""),
    (
        "C11",
        f"{TAKEN}\n{TOLD}\n{DONE}\n{BAD}\n2026-03-06 Closed how=approved_unsatisfied approver=王 reason=x",
        PACK,
        "",
    ),
    (  # what cannot be done is not solved; the person accepted the explanation
        "C11",
        f"{TAKEN}\n{TOLD}\n2026-03-04 Resolved outcome=explained counts_as=explained measures=说明 basis=条例 remedy=复议\n"
        "2026-03-05 CalledBack solved=no grade=good satisfaction=3 satisfied=yes",
        PACK,
        "",
    ),
    ("C12", f"{SOUND}\n2026-03-06 Archived no=1", GATED, "2026-05-06"),
    ("C12", SOUND, PACK, "2026-05-06"),
    ("C13", f"{TAKEN}\n2026-03-04 Withdrawn reason=办好了", PACK, ""),
    ("C14", f"{TAKEN}\n2026-03-03 Assigned lead=甲局 assist=乙局", PACK, ""),
    (
        "C14",
        f"{TAKEN}\n2026-03-03 Assigned lead=甲局\n2026-03-03 Forwarded unit=甲局 to=乙局 reason=归它",
        PACK,
        "",
    ),
    ("C14", f"{TAKEN}\n2026-03-03 Stepped kind=approve_at_window unit=政务大厅综合窗口", PACK, ""),
    ("C14", f"{TAKEN}\n2026-03-03 Stepped kind=approve_at_window", PACK, ""),
    (
        "C15",
        f"{TAKEN}\n"
        + "2026-03-03 Assigned lead=甲局\n2026-03-03 Returned unit=甲局 reason=不归\n" * 2,
        PACK,
        "",
    ),
    ("C21", f"{TAKEN}\n2026-03-03 Paused reason=appraisal", PAUSING, "2026-03-20"),
    ("C22", f"{TAKEN}\n2026-03-07 Stepped kind=verify", shipped("default"), "2026-03-08"),
    ("C23", f"{TAKEN}\n2026-03-03 Exempted paper=章程 reason=不用 authority=局", PACK, ""),
    (
        "C24",
        f"{TAKEN}\n2026-03-03 Merged group=水保\n2026-03-04 Convened host=联席 unit=甲局",
        PACK,
        "2026-03-12",
    ),
    ("C24", f"{TAKEN}\n2026-03-03 Merged group=水保", PACK, "2026-03-09"),
]


@pytest.mark.parametrize(("code", "text", "pack", "now"), HIDDEN)
def test_the_like_is_not(code, text, pack, now):
    assert inspected(text, code=code, pack=pack, **({"now": now} if now else {})) == []


def test_a_sound_case_shows_nothing_at_all():
    assert whats(inspected(SOUND)) == ""


# -- what a line of history cannot tell ----------------------------------------------------------------------------


def test_empty_fields_of_the_registration():
    found = inspected(changed(TAKEN, channel=None, matter=None, reporter=None), code="C02")
    assert "没有填：反映人、反映事项、反映渠道" in whats(found)
    assert inspected(changed(TAKEN, reporter=None, anonymous=True), code="C02") == []


def test_what_was_erased_is_not_missing():
    first, *rest = changed(TAKEN, matter=None, demand=None, reporter=None)
    assert inspected([first._replace(erased=True), *rest], code="C02") == []


def test_a_stored_due_date_that_is_not_the_recomputed_one():
    row = ("HT01-20260302-0001", "accepted", "2026-03-10", "0123456789ab", "1")
    (found,) = inspected(TAKEN, code="C04", rows=[row])
    assert re.search(
        r"存的到期日 2026-03-10，重算是 2026-03-09；日历 \w{12}（存时 0123456789ab），规则包 heting 第 1 版",
        found.what,
    )
    assert inspected(TAKEN, code="C04", rows=[(*row[:2], "2026-03-09", *row[3:])]) == []


def test_a_stored_due_time_of_a_day_that_ends_at_closing_time():
    pack = rules(clock(0, "close_of_business"))
    row = ("HT01-20260302-0001", "accepted", "2026-03-02T17:30:00+08:00", "x", "1")
    assert "重算" not in whats(inspected(TAKEN, code="C04", pack=pack, rows=[row]))


@pytest.mark.parametrize(
    ("paper", "shown"), [("2026/03/20", True), ("2026-03-09", False), ("尽快", False)]
)
def test_the_due_date_on_imported_paper(paper, shown):
    found = inspected(changed(TAKEN, extra={"到期日": paper}), code="C04")
    assert ("原台账的到期日 2026-03-20" in whats(found)) is shown


@pytest.mark.parametrize(("status", "shown"), [("已办结", True), ("在办", False)])
def test_a_status_without_an_entry(status, shown):
    assert bool(inspected(changed(TAKEN, extra={"办理状态": status}), code="C13")) is shown


def test_a_stored_phase_without_an_entry():
    row = ("HT01-20260302-0001", "resolved", "2026-03-09", "x", "1")
    assert "存的状态是已了结" in whats(inspected(TAKEN, code="C13", rows=[row]))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "1.38E+10"),
        ("phone", "1380000000"),
        ("contact_phone", "123"),
        ("id_number", "5.30303E+17"),
        ("id_number", "530303190001019990"),
    ],
)
def test_damaged_numbers_are_named_but_never_shown(field, value):
    found = inspected(changed(TAKEN, **{field: value}), code="C20")
    assert len(found) == 1
    assert value not in str(found)


@pytest.mark.parametrize(
    ("field", "value"),
    [("phone", "13800000001"), ("phone", "0874-3120001"), ("id_number", "530303190001019993")],
)
def test_sound_numbers_are_not(field, value):
    assert inspected(changed(TAKEN, **{field: value}), code="C20") == []


def test_what_was_corrected_is_judged_as_corrected():
    wrong = changed(
        f"{TAKEN}\n2026-03-03 Corrected field=phone why=录错 version=1 text=13800000001",
        phone="1.38E+10",
    )
    assert inspected(wrong[:2], code="C20")
    assert inspected(wrong, code="C20") == []


def test_a_number_where_everybody_reads_it():
    found = inspected(changed(TAKEN, failed_unit="找王科长13800000001"), code="C20")
    assert "公开的栏“之前没办成的单位”写着号码" in whats(found)
    assert "13800000001" not in str(found)


@pytest.mark.parametrize(
    ("day", "said"),
    [("2026-03-04", "应在 2026-03-04 前补来"), ("2026-03-20", ""), ("", "没有写何时补")],
)
def test_owed_papers(day, said):
    first, second = history(f"{TAKEN}")
    owed = second._replace(
        kind="AcceptedWithGaps", data={"owe": [["平面图", day]]}, version=3, seq=3
    )
    found = whats(inspected([first, second, owed], code="C23"))
    assert (said in found) if said else not found


def test_gap_approver_where_the_pack_asks():
    strict = rules(FREE + "[gates]\ngap_approver = true\nproposed = ['gap_approver']\n")
    first, second = history(TAKEN)
    owed = second._replace(
        kind="AcceptedWithGaps", data={"owe": [["平面图", "2026-03-20"]]}, version=3, seq=3
    )
    assert "批准人" in whats(inspected([first, second, owed], code="C23", pack=strict))
    assert inspected([first, second, owed], code="C23") == []


def test_entries_that_make_no_case_are_one_finding():
    found = inspected(f"{TAKEN}\n2026-03-03 Returned unit=甲局 reason=不归", SOUND)
    assert [(one.code, one.case_no) for one in found if "对不上" in one.what] == [
        ("C03", "HT01-20260302-0001")
    ]
