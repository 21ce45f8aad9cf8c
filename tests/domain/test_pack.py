"""A rule pack as values: what it answers, and every defect it can have."""

from pathlib import Path

import pytest

from bbcs.config import schema
from bbcs.domain.acts.table import KINDS
from bbcs.domain.pack import Clock, RulePack
from bbcs.domain.pack_checks import problems
from bbcs.domain.pack_checks.clocks import DETAIL_AXES, DETAILS
from bbcs.errors import UnknownWord

SOUND = """
[pack]
key = "heting"
place = "禾亭镇"
name = "禾亭镇便民服务中心"
edition = "1"
in_force_from = 2026-01-01
day_rule = "wd"
cutoff = "17:30"
after_hours = "next_workday"
proposed = ["cutoff"]

[[pack.sources]]
id = "禾亭办"
title = "示例文件"

[[pack.sources]]
id = "禾亭镇工作总结"
title = "示例总结"

[office]
hours = "09:00-12:00,13:30-17:30"

[number]
pattern = "禾亭办〔{year}〕{serial:04d}号"

[[word]]
axis = "channel"
key = "counter"
label = "窗口"
proposed = true
aliases = ["现场"]
[[word]]
axis = "demand_kind"
key = "help"
label = "求助"
proposed = true
[[word]]
axis = "difficulty"
key = "simple"
label = "简单"
proposed = true
[[word]]
axis = "difficulty"
key = "complex"
label = "复杂"
proposed = true
[[word]]
axis = "cause"
key = "attitude"
label = "作风问题"
proposed = true
[[word]]
axis = "outcome"
key = "solved"
label = "已解决"
proposed = true
counts_as = "solved"
[[word]]
axis = "step"
key = "verify"
label = "核实"
proposed = true
[[word]]
axis = "pause"
key = "hearing"
label = "听证"
proposed = true
[[word]]
axis = "grade"
key = "satisfied"
label = "满意"
proposed = true
value = 5
satisfied = true
[[word]]
axis = "grade"
key = "dissatisfied"
label = "不满意"
proposed = true
value = 2
bad = true
[[word]]
axis = "colour"
key = "yellow"
label = "黄色"
proposed = true
[[word]]
axis = "colour"
key = "red"
label = "红色"
proposed = true
[[word]]
axis = "level"
key = "1"
label = "窗口"
proposed = true
at = { difficulty = "simple" }
[[word]]
axis = "level"
key = "2"
label = "领导"
proposed = true
at = { difficulty = "complex", units = "2", bounces = "3" }
[[word]]
axis = "supervision"
key = "interview"
label = "约谈"
proposed = true
[[word]]
axis = "close_how"
key = "normal"
label = "正常"
proposed = true
[[word]]
axis = "close_how"
key = "approved_unsatisfied"
label = "经批准"
proposed = true

[[clock]]
name = "resolve"
limit = 3
unit = "working_day"
start = "Accepted"
stop = "Resolved"
for = { difficulty = "simple", round = "1" }
pausable = true
warnings = [{ left = 1, colour = "yellow" }, { left = -1, colour = "red" }]
source = "禾亭办〔2026〕1号第三条"
[[clock]]
name = "resolve"
limit = 10
unit = "working_day"
start = "Accepted"
stop = "Resolved"
for = { difficulty = "complex", round = "1" }
source = "禾亭办〔2026〕1号第三条"
[[clock]]
name = "resolve"
limit = 3
unit = "working_day"
start = "Reopened"
stop = "Resolved"
for = { round = "2+" }
proposed = true

[gates]
callback = true
satisfied = true
source = "禾亭办〔2026〕1号第八条"

[extension]
mode = "total_cap"
days = 15
max_count = 1
cutoff = "17:00"
for = { difficulty = "complex" }
source = "禾亭办〔2026〕1号第五条"

[callback]
share = 100
attempts = 3
days = 3
source = "禾亭办〔2026〕1号第七条"

[[accountability]]
trigger = "推诿"
measures = ["interview"]
source = "禾亭办〔2026〕1号第九条"

[register.work]
title = "工作台账"
columns = [["case_no", "编号"], ["accepted_by", "登记人"]]

[[facts]]
name = "服务事项"
value = "2340"
source = "禾亭镇工作总结"
"""

DETAIL_FIELDS = {"FedBack": "stage", "Assigned": "how"}

VISIT = """[[word]]
axis = "channel"
key = "visit"
label = "现场"
proposed = true
"""

ROLL = 'day_rule = "wd"\ncutoff = "17:30"\nafter_hours = "next_workday"'

COUNT = 'count = "overdue"\nper = "unit"\nwindow = "month"\nat = 3'

ATTITUDE = """
[[clock]]
name = "resolve"
unit = "same_day"
start = "Accepted"
stop = "Resolved"
for = {for}
source = "禾亭办〔2026〕2号"
"""


def read(text: str) -> tuple[RulePack, list]:
    return schema.read_pack(Path("heting.toml"), text.encode())


def codes(text: str) -> list[str]:
    return [finding.code for finding in read(text)[1]]


def changed(old: str, new: str) -> str:
    assert old in SOUND
    return SOUND.replace(old, new, 1)


def test_a_sound_pack_has_no_problems():
    assert read(SOUND)[1] == []


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ('stop = "Resolved"', 'stop = "Resolvd"', "unknown_word", "clock[1].stop"),
        ('start = "Accepted"', 'start = "Resolved"', "idle_clock", "clock[1]"),
        ('name = "resolve"', 'name = "reslove"', "unknown_word", "clock[1].name"),
        ('unit = "working_day"', 'unit = "workday"', "unknown_word", "clock[1].unit"),
        ("limit = 3", "limit = 0", "bad_limit", "clock[1].limit"),
        ("limit = 3", "limit = -3", "bad_limit", "clock[1].limit"),
        ('unit = "working_day"', 'unit = "same_day"', "bad_limit", "clock[1].limit"),
        ('unit = "working_day"', 'unit = "promised"', "bad_limit", "clock[1].limit"),
        ('limit = 3\nunit = "working_day"', 'limit = -1\nunit = "set"', "bad_limit", "clock[1].limit"),
        ('start = "Accepted"', 'start = "Accepted.first"', "unknown_word", "clock[1].start"),
        ('start = "Accepted"', 'start = "Acepted.first"', "unknown_word", "clock[1].start"),
        ('start = "Accepted"', 'start = "Assigned.by_phone"', "unknown_word", "clock[1].start"),
        ('start = "Accepted"', 'start = "Assigned."', "unknown_word", "clock[1].start"),
        ('start = "Accepted"', 'start = "Stepped.verfy"', "unknown_word", "clock[1].start"),
        ('start = "Accepted"', 'start = "Resolved.solved"', "unknown_word", "clock[1].start"),
        ('stop = "Resolved"', 'stop = "FedBack.finel"', "unknown_word", "clock[1].stop"),
        ('stop = "Resolved"', 'stop = "Notified.result"', "unknown_word", "clock[1].stop"),  # the pack has no notice words
        ('start = "Accepted"\nstop = "Resolved"', 'start = "FedBack.first"\nstop = "FedBack"', "idle_clock", "clock[1]"),
        ('at = { difficulty = "complex"', 'at = { hardness = "complex"', "unknown_word", "word.level.2.at"),
        ('at = { difficulty = "complex"', 'at = { difficulty = "compelx"', "unknown_word", "word.level.2.at"),
        ('units = "2"', 'units = "0"', "bad_at", "word.level.2.at"),
        ('units = "2"', 'units = "two"', "bad_at", "word.level.2.at"),
        ('units = "2"', 'units = "²"', "bad_at", "word.level.2.at"),
        ('units = "2"', "units = 2", "wrong_type", "word.level.2.at"),
        ('difficulty = "complex", units', 'difficulty = "simple", units', "unreachable_word", "word.level.2.at"),
        ('at = { difficulty = "simple" }', 'at = { bounces = "3" }', "unreachable_word", "word.level.2.at"),
        ('axis = "step"\nkey = "verify"', 'axis = "step"\nat = { units = "2" }\nkey = "verify"', "idle_key", "word.step.verify.at"),
        ('for = { difficulty = "simple", round = "1" }', 'for = { hardness = "simple", round = "1" }', "unknown_word", "clock[1].for"),
        ('for = { difficulty = "simple", round = "1" }', 'for = { difficulty = "easy", round = "1" }', "unknown_word", "clock[1].for"),
        ('for = { difficulty = "simple", round = "1" }', 'for = { difficulty = "simple", round = "first" }', "bad_for", "clock[1].for"),
        ('for = { round = "2+" }', 'for = { round = "2+", order = "lead" }', "bad_for", "clock[3].for"),
        ('for = { round = "2+" }', 'for = { order = "leader" }', "unknown_word", "clock[3].for"),
        ('source = "禾亭办〔2026〕1号第三条"', "", "no_source", "clock[1]"),
        ('colour = "yellow" }', 'colour = "orange" }', "unknown_word", "clock[1].warnings"),
        ("left = -1", "left = 2", "bad_warnings", "clock[1].warnings"),
        ("pausable = true", 'pausable = true\nhours = "office"', "unknown_word", "clock[1].hours"),
        ("pausable = true", "", "unreachable_word", "word.pause"),
        ('axis = "pause"', 'axis = "cause"', "empty_axis", "word"),
        ('aliases = ["现场"]', f'aliases = ["现场"]\n{VISIT}', "shadowed_word", "word.channel.visit"),
        ('key = "complex"', 'key = "simple"', "duplicate", "word[4]"),
        ('axis = "step"', 'axis = "steps"', "unknown_word", "word.steps"),
        ('axis = "step"', 'axis = "notice"', "empty_axis", "word"),
        ('key = "counter"', 'key = "desk"', "no_default", "word.channel"),
        ('axis = "close_how"\nkey = "normal"', 'axis = "close_how"\nkey = "usual"', "no_default", "word.close_how"),
        ('counts_as = "solved"', "", "no_counts_as", "word.outcome.solved"),
        ('counts_as = "solved"', 'counts_as = "done"', "unknown_word", "word.outcome.solved.counts_as"),
        ("value = 5", "value = 6", "bad_grade", "word.grade.satisfied"),
        ("value = 2", "value = 5", "bad_grade", "word.grade"),
        ("bad = true", "bad = true\nsatisfied = true", "bad_grade", "word.grade.dissatisfied"),
        ('key = "1"\nlabel = "窗口"', 'key = "2"\nlabel = "窗口"', "bad_level", "word.level"),
        ("callback = true", "call_back = true", "unknown_word", "gates.call_back"),
        ("callback = true", "callback = false", "impossible_gate", "gates.satisfied"),
        ("value = 5\nsatisfied = true", "value = 5", "impossible_gate", "gates.satisfied"),
        ('key = "approved_unsatisfied"', 'key = "approved"', "impossible_gate", "gates.satisfied"),
        ("attempts = 3", "attempts = 0", "impossible_gate", "callback.attempts"),
        ("callback = true", "callback = true\ncause = true", "impossible_gate", "gates.cause"),
        ('source = "禾亭办〔2026〕1号第八条"', "", "no_source", "gates.callback"),
        ('mode = "total_cap"', 'mode = "once"', "unknown_word", "extension.mode"),
        ("days = 15", "days = 0", "bad_extension", "extension.days"),
        ("days = 15", "days = 10", "bad_extension", "extension.days"),
        ('mode = "total_cap"', 'mode = "notify_only"', "bad_extension", "extension.days"),
        ("max_count = 1", "max_count = 0", "bad_extension", "extension.max_count"),
        ('cutoff = "17:00"', 'cutoff = "5pm"', "bad_time", "extension.cutoff"),
        ("share = 100", "share = 120", "bad_callback", "callback.share"),
        ('cutoff = "17:30"', 'cutoff = "24:30"', "bad_time", "pack.cutoff"),
        ('hours = "09:00-12:00,13:30-17:30"', 'hours = "9:00-17:30"', "bad_hours", "office.hours"),
        ('hours = "09:00-12:00,13:30-17:30"', 'hours = "09:00-12:00,11:30-17:30"', "bad_hours", "office.hours"),
        ('day_rule = "wd"', 'day_rule = "workdays"', "unknown_word", "pack.day_rule"),
        (ROLL, 'day_rule = "wd_roll"\nafter_hours = "same_day"', "contradiction", "pack.after_hours"),
        ('proposed = ["cutoff"]', 'proposed = ["cut_off"]', "unknown_word", "pack"),
        ("{serial:04d}", "{serial.__class__}", "unknown_word", "number.pattern"),
        ("{serial:04d}", "", "bad_pattern", "number.pattern"),
        ("{serial:04d}", "{serial", "bad_pattern", "number.pattern"),
        ("{serial:04d}", "{serial:>99999999}", "bad_pattern", "number.pattern"),
        ('"case_no", "编号"', '"case_number", "编号"', "unknown_word", "register.work.columns"),
        ('"case_no", "编号"', '"received_by", "编号"', "duplicate", "register.work.columns"),
        ('measures = ["interview"]', 'measures = ["scold"]', "unknown_word", "accountability[1].measures"),
        ('axis = "supervision"', 'axis = "notice"', "empty_axis", "word"),
        ("[register.work]", '[[accountability]]\ntrigger = "推诿"\nmeasures = ["interview"]\nproposed = true\n[register.work]', "duplicate",
         "accountability"),
        ('source = "禾亭镇工作总结"', "", "no_source", "facts[1]"),
    ],
)  # fmt: skip
def test_every_defect_is_found_where_it_stands(old, new, code, where):
    found = read(changed(old, new))[1]
    assert (code, where) in [
        (finding.code, finding.where.partition(" ")[2]) for finding in found
    ], found


@pytest.mark.parametrize(
    ("condition", "tie"),
    [
        ('{ cause = "attitude" }', True),  # a case may match this and the redo clock: one key each
        (
            '{ cause = "attitude", demand_kind = "help" }',
            True,
        ),  # and this any first-round clock: two keys each
        ('{ cause = "attitude", round = "1" }', True),
        ('{ difficulty = "simple", round = "1" }', True),
        ('{ round = "2" }', True),
        ('{ round = "1" }', False),  # round 1 and round 2+ exclude each other
        ('{ difficulty = "complex", round = "2" }', False),
        ('{ cause = "attitude", difficulty = "simple", round = "1" }', False),
    ],
)
def test_two_clocks_tie_when_a_case_can_match_both_equally(condition, tie):
    assert ("tie" in codes(SOUND + ATTITUDE.replace("{for}", condition))) is tie


@pytest.mark.parametrize(
    ("start", "stop", "name", "condition", "said"),
    [
        ("DutySet", "Resolved", "opinion", "", "不是件的记录"),
        ("Consulted", "Resolved", "opinion", "", "不是件的记录"),
        ("Accepted", "PackAdopted", "opinion", "", "不是件的记录"),
        ("Resolved", "Accepted", "opinion", "", "不会再有 Accepted"),
        ("Resolved", "Triaged", "opinion", "", "不会再有 Triaged"),
        ("CalledBack", "Resolved", "opinion", "", "不会再有 Resolved"),
        ("Accepted", "Refused", "opinion", "", "不会再有 Refused"),
        ("Accepted", "Reopened", "opinion", "", "不会再有 Reopened"),
        ("Archived", "Notified", "result_feedback", "", "不会再有 Notified"),
        ("Reopened", "Resolved", "opinion", 'round = "1"', "永远不会有"),
        ("Refused", "Noted", "opinion", 'round = "2+"', "永远不会有"),
        ("Resolved", "Stepped.verify", "rectify", "", "只能写 CalledBack"),
        ("Accepted", "Signed", "sign", "", "只能从 Assigned 起算"),
        ("Assigned", "Stepped", "sign", "", "只能从 Assigned 起算、到 Signed 为止"),
        ("Assigned", "FedBack", "first_contact", 'order = "lead"', "只能从 Assigned 起算"),
        ("AcceptedWithGaps", "Resolved", "gap", "", "到 GapFilled 为止"),
    ],
)  # fmt: skip
def test_a_clock_that_can_never_start_or_stop(start, stop, name, condition, said):
    [finding] = read(SOUND + OWN.format(name, start, stop, condition))[1]
    assert (finding.code, finding.where.partition(" ")[2]) == ("idle_clock", "clock[4]")
    assert said in finding.what


def test_an_accountability_that_counts():
    pack, found = read(changed('measures = ["interview"]', f'measures = ["interview"]\n{COUNT}'))
    assert found == []
    assert pack.accountability[0][:7] == ("推诿", ("interview",), "overdue", "unit", "month", 3, 1)


OWN = """
[[clock]]
name = "{}"
limit = 5
unit = "working_day"
start = "{}"
stop = "{}"
for = {{ {} }}
proposed = true
"""


@pytest.mark.parametrize(
    ("name", "start", "stop"),
    [
        ("assign", "Accepted", "Assigned"),
        ("first_feedback", "Registered", "FedBack"),
        ("opinion", "Triaged", "Stepped.verify"),
        ("result_feedback", "Resolved", "Notified"),
        ("result_feedback", "Resolved", "Stepped.verify"),
        ("callback", "Resolved", "CalledBack"),
        ("rectify", "CalledBack", "Resolved"),
        ("arrive", "Escalated", "Stepped"),
        ("opinion", "Reopened", "Convened"),
        ("sign", "Assigned", "Signed"),
        ("gap", "AcceptedWithGaps", "GapFilled"),
    ],
)
def test_a_clock_that_can_start_and_stop(name, start, stop):
    assert codes(SOUND + OWN.format(name, start, stop, "")) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ('key = "heting"', 'key = "../evil"', "bad_key", "pack.key"),
        ('key = "heting"', 'key = "禾亭"', "bad_key", "pack.key"),
        ('edition = "1"', 'edition = "1@2"', "bad_key", "pack.edition"),
        ('key = "counter"', 'key = "the counter"', "bad_key", "word.channel.the counter"),
        ("[register.work]", '[register."../work"]', "bad_key", "register.../work"),
        ('label = "简单"\nproposed = true', 'label = "简单"', "no_source", "word.difficulty.simple"),
        ('label = "简单"\nproposed = true', 'label = "简单"\nsource = "别的文件"', "unknown_source", "word.difficulty.simple.source"),
        ('source = "禾亭办〔2026〕1号第三条"', 'source = "沾益办"', "unknown_source", "clock[1].source"),
        ('source = "禾亭办〔2026〕1号第八条"', 'source = "第八条"', "unknown_source", "gates.source"),
        ('source = "禾亭办〔2026〕1号第五条"', 'source = "第五条"', "unknown_source", "extension.source"),
        ('source = "禾亭办〔2026〕1号第七条"', 'source = "第七条"', "unknown_source", "callback.source"),
        ('source = "禾亭办〔2026〕1号第七条"', "", "no_source", "callback"),
        ('source = "禾亭办〔2026〕1号第九条"', 'source = "第九条"', "unknown_source", "accountability[1].source"),
        ('source = "禾亭镇工作总结"', 'source = "总结"', "unknown_source", "facts[1].source"),
        ('["accepted_by", "登记人"]', '["accepted_by", "编号"]', "duplicate", "register.work.columns"),
        ("pausable = true", 'pausable = true\nhours = "business"', "contradiction", "clock[1].hours"),
        ('limit = 10\nunit = "working_day"', 'unit = "none"\npausable = true', "contradiction", "clock[2].pausable"),
        ('mode = "total_cap"\ndays = 15\nmax_count = 1', 'mode = "none"', "contradiction", "extension"),
        ('for = { round = "2+" }', 'for = { round = "3+" }', "no_limit", "clock"),
        ('for = { difficulty = "complex" }', 'for = { outcome = "solved" }', "bad_for", "extension.for"),
        ('for = { difficulty = "simple", round = "1" }', 'for = { outcome = "solved", round = "1" }', "bad_for", "clock[1].for"),
        ('for = { difficulty = "simple", round = "1" }', 'for = { track = "fast", round = "1" }', "unknown_word", "clock[1].for"),
        ('for = { difficulty = "simple", round = "1" }', 'for = { item = " ", round = "1" }', "bad_for", "clock[1].for"),
        ('start = "Accepted"', 'start = ["Accepted", "Acepted"]', "unknown_word", "clock[1].start"),
        ('stop = "Resolved"', "stop = []", "wrong_type", "clock[1].stop"),
        ('stop = "Resolved"', 'stop = ["Resolved", "Resolved"]', "duplicate", "clock[1].stop"),
        ('stop = "Resolved"', 'stop = ["Accepted", "Resolved"]', "idle_clock", "clock[1]"),
        ('start = "Accepted"', 'start = "due:callback"', "bad_due", "clock[1].start"),
        ('start = "Accepted"', 'start = "due:resolve"', "bad_due", "clock[1].start"),
        ('start = "Accepted"', 'start = ["due:resolve", "Accepted"]', "bad_due", "clock[1].start"),
        ('stop = "Resolved"', 'stop = "due:callback"', "bad_due", "clock[1].stop"),
        ('measures = ["interview"]', f'measures = ["interview"]\n{COUNT}'.replace("overdue", "late"), "unknown_word", "accountability[1].count"),
        ('measures = ["interview"]', f'measures = ["interview"]\n{COUNT}'.replace('"unit"', '"person"'), "unknown_word", "accountability[1].per"),
        ('measures = ["interview"]', f'measures = ["interview"]\n{COUNT}'.replace("month", "week"), "unknown_word", "accountability[1].window"),
        ('measures = ["interview"]', f'measures = ["interview"]\n{COUNT}'.replace("at = 3", "at = 0"), "bad_count", "accountability[1].at"),
        ('measures = ["interview"]', f'measures = ["interview"]\n{COUNT}\nconsecutive = -1', "bad_count", "accountability[1].consecutive"),
        ('measures = ["interview"]', 'measures = ["interview"]\nat = 3\nconsecutive = 2', "contradiction", "accountability[1]"),
    ],
)  # fmt: skip
def test_a_pack_that_cannot_mean_what_it_says(old, new, code, where):
    found = read(changed(old, new))[1]
    assert (code, where) in [(one.code, one.where.partition(" ")[2]) for one in found], found


CALLED = """
[[clock]]
name = "callback"
limit = 4
unit = "working_day"
start = "due:{}"
stop = "CalledBack"
proposed = true
[[clock]]
name = "result_feedback"
limit = 1
unit = "working_day"
start = "{}"
stop = ["Notified", "FedBack.final"]
for = {}
proposed = true
"""


def test_a_clock_may_be_counted_from_anothers_due_date_but_not_in_a_circle():
    assert codes(SOUND + CALLED.format("resolve", "due:callback", "{}")) == []
    assert codes(SOUND + CALLED.format("result_feedback", "due:callback", "{}")) == ["bad_due"] * 2
    assert codes(SOUND + CALLED.format("sign", "Resolved", "{}")) == ["bad_due"]


@pytest.mark.parametrize(
    "condition",
    ['outcome = "solved"', 'grade = "dissatisfied"', 'track = "conduct"', 'item = "诊所备案"'],
)
@pytest.mark.parametrize("start", ["Resolved", "CalledBack"])
def test_a_clock_after_the_settlement_may_name_what_is_known_then(condition, start):
    text = OWN.format("result_feedback", start, "Notified", condition)
    assert codes(SOUND + text) == []


def test_combinations_that_no_clock_covers_are_counted_and_named():
    only = SOUND.replace(
        'for = { difficulty = "complex", round = "1" }',
        'for = { difficulty = "complex", cause = "attitude", round = "1" }',
    )
    [finding] = read(only)[1]
    assert (finding.code, finding.where.partition(" ")[2]) == ("no_limit", "clock")
    assert "第 1 轮有 1 种件没有办结时限，例如：难易程度“复杂”、没写办不成原因" in finding.what
    gated = only.replace("callback = true\n", "callback = true\ncause = true\ntriage = true\n", 1)
    assert codes(gated) == []


def test_a_tie_over_two_causes_says_that_a_case_may_have_both():
    causes = "".join(
        f'[[word]]\naxis = "cause"\nkey = "{key}"\nlabel = "{key}"\nproposed = true\n'
        for key in ("paper", "policy")
    )
    two = "".join(
        OWN.format("opinion", "Accepted", "Resolved", f'cause = "{key}"')
        for key in ("paper", "policy")
    )
    [finding] = read(SOUND + causes + two)[1]
    assert (finding.code, "一件可以有几个" in finding.what) == ("tie", True)


def test_two_clocks_of_different_causes_tie_on_a_case_that_has_both():
    causes = "".join(
        f'[[word]]\naxis = "cause"\nkey = "{key}"\nlabel = "{key}"\nproposed = true\n'
        for key in ("paper", "policy")
    )
    two = "".join(
        ATTITUDE.replace("{for}", f'{{ cause = "{key}" }}') for key in ("paper", "policy")
    )
    assert codes(SOUND + causes + two).count("tie") == 3  # with each other, and each with the redo
    three = two.replace('{ cause = "policy" }', '{ cause = "policy", demand_kind = "help" }')
    found = [one for one in read(SOUND + causes + three)[1] if one.code == "tie"]
    assert not any("第 4、5 条" in one.what for one in found)


def test_the_first_cause_may_decide_between_two_clocks():
    causes = "".join(
        f'[[word]]\naxis = "cause"\nkey = "{key}"\nlabel = "{key}"\nproposed = true\n'
        for key in ("paper", "policy")
    )
    two = "".join(
        OWN.format("opinion", "Accepted", "Resolved", f'cause = "{key}"')
        for key in ("paper", "policy")
    )
    [finding] = read(SOUND + causes + two)[1]
    assert 'several_causes = "first"' in finding.hint
    first = 'several_causes = "first"\nday_rule = '
    assert codes((SOUND + causes + two).replace("day_rule = ", first, 1)) == []
    assert codes(SOUND.replace("day_rule = ", first, 1)) == ["idle_key"]
    wrong = first.replace("first", "frist")
    [finding] = read((SOUND + causes + two).replace("day_rule = ", wrong, 1))[1][:1]
    assert (finding.code, finding.where.partition(" ")[2]) == (
        "unknown_word",
        "pack.several_causes",
    )


def test_an_extension_cannot_be_for_an_order():
    text = SOUND.replace('for = { difficulty = "complex" }', 'for = { order = "lead" }', 1)
    assert "bad_for" in codes(text)


def test_a_difficulty_without_a_limit_was_forgotten():
    assert codes(
        changed(
            'for = { difficulty = "complex", round = "1" }',
            'for = { difficulty = "complex", round = "2" }',
        )
    ) == ["no_limit"]


def test_a_limit_for_all_difficulties_forgets_none():
    text = changed('for = { difficulty = "simple", round = "1" }', 'for = { round = "1" }')
    assert "no_limit" not in codes(text)


def test_a_demand_kind_without_a_limit_was_forgotten_too():
    kind = '[[word]]\naxis = "demand_kind"\nkey = "complaint"\nlabel = "投诉"\nproposed = true\n'
    text = SOUND.replace('difficulty = "simple", round', 'demand_kind = "help", round')
    text = text.replace(
        'for = { difficulty = "complex", round = "1" }',
        'for = { demand_kind = "help", cause = "attitude", round = "1" }',
    )
    assert codes(text) == []
    assert codes(
        text.replace('[[word]]\naxis = "difficulty"', kind + '[[word]]\naxis = "difficulty"', 1)
    ) == ["no_limit"]


@pytest.mark.parametrize(
    "event", ["FedBack.final", "Assigned.whistle", "Stepped.verify", "Supervised.interview"]
)
def test_a_clock_may_wait_for_one_kind_of_an_event(event):
    pack, _ = read(changed('stop = "Resolved"', f'stop = "{event}"'))
    assert problems(pack, {*KINDS, "Supervised"}) == []


def test_the_words_after_an_event_are_those_of_its_act():
    choices = {
        kind: next(tuple(field.choices) for field in KINDS[kind] if field.name == name)
        for kind, name in DETAIL_FIELDS.items()
    }
    axes = {
        field.axis for kind in DETAIL_AXES for field in KINDS.get(kind, ()) if field.name == "kind"
    }
    assert choices == DETAILS
    assert axes <= set(DETAIL_AXES.values())


@pytest.mark.parametrize(
    ("limit", "said"),
    [("", "按定下的日期"), ("limit = 10\n", "按定下的日期（没定时 10 个工作日）")],
)
def test_a_limit_that_holds_until_a_date_is_set(limit, said):
    pack, found = read(changed('limit = 3\nunit = "working_day"', f'{limit}unit = "set"'))
    assert found == []
    assert pack.clocks[0].limit_text == said


def test_an_extension_may_name_who_approves():
    assert codes(changed("max_count = 1", 'max_count = 1\napprover = "分管副局长"')) == []


def test_what_proposes_a_level_is_kept_as_it_stands():
    pack, _ = read(SOUND)
    assert [dict(word.at) for word in pack.words["level"].values()] == [
        {"difficulty": "simple"}, {"difficulty": "complex", "units": "2", "bounces": "3"},
    ]  # fmt: skip
    assert pack.word("step", "verify").at == {}


def test_all_defects_come_at_once_in_the_order_of_the_file():
    text = (
        changed("limit = 3", "limit = 0")
        .replace("callback = true", "call_back = true")
        .replace('label = "窗口"', 'lable = "窗口"', 1)
    )
    assert [finding.where for finding in read(text)[1]] == [
        "heting.toml:27 word.channel.counter.label",
        "heting.toml:30 word.channel.counter.lable",
        "heting.toml:123 clock[1].limit",
        "heting.toml:149 gates.call_back",
        "heting.toml:150 gates.satisfied",
    ]


def test_a_finding_names_the_nearest_word():
    [finding] = read(changed("callback = true", "callback = true\nsigns = false"))[1]
    assert (finding.what, finding.hint) == ("关口“signs”不认识", "是不是“sign”")


def test_kinds_are_those_that_the_caller_knows():
    pack, _ = read(SOUND)
    assert problems(pack, KINDS) == []
    assert {finding.where for finding in problems(pack, {"Accepted", "Reopened"})} == {
        "clock[1].stop",
        "clock[2].stop",
        "clock[3].stop",
    }


def test_a_word_goes_by_key_label_or_alias():
    pack, _ = read(SOUND)
    assert [pack.word("channel", text).key for text in ("counter", "窗口", "现场")] == [
        "counter"
    ] * 3
    with pytest.raises(UnknownWord, match="是不是“窗口”"):
        pack.word("channel", "窗囗口")


def test_the_most_specific_clock_wins():
    pack, _ = read(
        SOUND
        + ATTITUDE.replace("{for}", '{ cause = "attitude", difficulty = "simple", round = "1" }')
    )
    facts = {"difficulty": "simple", "cause": [], "round": 1}
    assert _limit(pack.clock("resolve", facts)) == (3, "working_day")
    assert _limit(pack.clock("resolve", {**facts, "cause": ["attitude"]})) == (0, "same_day")
    assert pack.clock("resolve", {**facts, "round": 3}).start == ("Reopened",)
    assert pack.clock("sign", facts) is None


def test_the_second_name_of_a_column_is_stored_under_the_first():
    pack, _ = read(SOUND)
    assert pack.registers["work"].columns == (("case_no", "编号"), ("received_by", "登记人"))


def _limit(clock: Clock | None) -> tuple[int, str]:
    assert clock
    return clock.limit, clock.unit


@pytest.mark.parametrize("rule", ['day_rule = "wd"', 'day_rule = "wd_roll"'])
def test_a_receipt_without_a_cutoff_takes_closing_time(rule):
    """formats.md §8.1: only where neither is said nobody knows when the day ends."""
    bare = SOUND.replace('cutoff = "17:30"\n', "", 1).replace('day_rule = "wd"', rule, 1)
    assert codes(bare) == []
    nowhere = bare.replace('[office]\nhours = "09:00-12:00,13:30-17:30"\n', "", 1)
    assert codes(nowhere) == ["no_hours"]
