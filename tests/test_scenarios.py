"""Scenario files: every one that is shipped comes out as told; a wrong telling is listed; a wrong file is refused whole."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path

import pytest

from bbcs import packs, stories
from bbcs.cli import run, sessions, trying
from bbcs.errors import PackInvalid
from bbcs.usecases import scenarios
from sample import DictLedger

FILES = sorted((sessions.folder() / "scenarios").glob("*.toml"))

STORY = """
[scenario]
name = "试验"
place = "zhanyi"

[[act]]
at = "2022-06-25T09:10"
do = "intake"
say = { matter = "备案", demand = "慢", reporter = "陈试验", phone = "13800000001" }
"""


def told(text: str, head: str = STORY) -> stories.Scenario:
    scenario, found = stories.read("故事.toml", (head + text).encode())
    assert found == []
    return scenario


def differences(text: str, head: str = STORY) -> list[tuple[str, str]]:
    scenario = told(text, head)
    return [(one.code, one.what) for one in trying.play(scenario, packs.pack(scenario.place))]


def defects(text: str) -> list[tuple[str, str]]:
    found = stories.read("故事.toml", text.encode())[1]
    return [(one.code, one.where) for one in found]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_shipped_story_comes_out_as_told(path):
    scenario = stories.load(path)
    assert trying.play(scenario, packs.pack(scenario.place)) == []


def test_there_is_a_story_for_zhanyi_in_both_readings():
    found = [stories.load(path) for path in FILES]
    assert {one.day_rule for one in found if (one.place, one.story) == ("zhanyi", "ZY-1")} >= {"", "wd_roll"}


def test_both_readings_differ_where_the_practice_says_so():
    one = stories.load(sessions.folder() / "scenarios" / "zhanyi-clinic.toml")
    wrong = trying.play(one._replace(day_rule="wd_roll"), packs.pack("zhanyi"))
    assert {finding.code for finding in wrong} == {"due"}
    assert any("应在 2022-07-08 到期，算出来是 2022-07-11" in finding.what for finding in wrong)
    assert wrong[0].where.startswith("zhanyi-clinic.toml:")


# -- differences ---------------------------------------------------------------------------------------------------


def test_a_wrong_phase_date_and_state_are_three_findings():
    found = differences(
        'phase = "triaged"\ndue = { resolve = "2022-07-01", callback = "2022-07-02" }\nstate = { resolve = "met", sign = "met" }'
    )
    assert found == [
        ("phase", "环节应是已研判 triaged，现在是已受理 accepted"),
        ("due", "resolve 应在 2022-07-01 到期，算出来是 2022-06-29"),
        ("due", "callback 应在 2022-07-02 到期，算出来是 （没有）"),
        ("state", "resolve 应是按时 met，现在是在限内 running"),
        ("state", "sign 应是按时 met，现在是（没有这个时限）"),
    ]


ACT = '\n[[act]]\nat = "2022-06-27T09:00"\n'


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ('do = "close"\nrefused = 11\nphase = "accepted"', []),
        ('do = "close"', ["refused"]),
        ('do = "close"\nrefused = 13', ["refused_otherwise"]),
        ('do = "note"\nsay = { text = "催" }\nrefused = 13', ["not_refused"]),
        ('do = "triage"\nsay = { difficulty = "没有这个词" }\nrefused = 13', []),
        ('do = "consult"\nsay = { visitors = 523, answered = 362 }\nphase = "accepted"', []),
        ('do = "intake"\ncase = 1\nsay = { matter = "二" }\nrefused = 2', []),
    ],
)
def test_refusals_are_expected_by_their_exit_code(text, codes):
    assert [code for code, _ in differences(ACT + text)] == codes


def test_an_act_of_several_cases_goes_to_the_one_that_is_named():
    second = '\n[[act]]\nat = "2022-06-27T08:00"\ndo = "intake"\nsay = { matter = "二", demand = "慢", reporter = "李试验" }\n'
    text = second + ACT + 'do = "triage"\ncase = 1\nsay = { difficulty = "complex" }\nphase = "triaged"\ndue = { resolve = "2022-07-08" }\n'
    assert differences(text + ACT + 'do = "note"\nsay = { text = "催" }\nphase = "accepted"') == []


def test_an_act_on_a_case_that_was_not_taken_is_a_finding_not_a_crash():
    head = STORY.replace('matter = "备案", ', "")
    assert [code for code, _ in differences(ACT + 'do = "note"\nsay = { text = "催" }', head)] == ["refused", "no_case"]


def test_rounds_orders_and_units():
    head = STORY.replace('"zhanyi"', '"default"').replace("[[act]]", '[station]\nunits = ["甲局", "乙局"]\n\n[[act]]', 1)
    acts = [
        'do = "assign"\nsay = { lead = "甲局", assist = ["乙局"] }\n'
        'due = { sign = "2022-06-29", "sign:甲局" = "2022-06-29", "sign:丙局" = "" }',
        'do = "assign"\nsay = { assist = ["丙局"] }\nrefused = 13',
        'do = "resolve"\nsay = { outcome = "solved", measures = "好" }\nstate = { "resolve.1" = "met" }',
        'do = "callback"\nsay = { reached = true, solved = "no", grade = "2" }',
        'do = "reopen"\nsay = { reason = "没好" }\nphase = "triaged"\n'
        'state = { "resolve.2" = "running", "resolve.1" = "met", resolve = "running" }',
    ]
    assert differences("".join(ACT + act + "\n" for act in acts), head) == []


def test_who_acts_and_with_which_roles():
    li, sj = '{ id = "li", name = "李", roles = ["clerk"] }', '{ id = "sj", name = "审计", roles = ["auditor"] }'
    people = f"[station]\noperators = [{li}, {sj}]\n\n[[act]]"
    head = STORY.replace("[[act]]", people, 1)
    assert differences(ACT + 'do = "note"\nby = "sj"\nsay = { text = "看" }\nrefused = 14', head) == []


def test_dates_of_toml_are_dates():
    assert differences("", STORY.replace('phone = "13800000001"', "wish_date = 2022-07-07")) == []


def test_the_runner_needs_no_file():
    """Pure of store and command line: a dict-backed ledger will do."""
    ledger = DictLedger(scenarios.CODE)

    @contextmanager
    def opened():
        yield ledger

    scenario = stories.load(sessions.folder() / "scenarios" / "zhanyi-clinic.toml")
    acts = tuple(act for act in scenario.acts if not act.refused)
    assert scenarios.play(scenario._replace(acts=acts), packs.pack("zhanyi"), opened, Path("/nowhere")) == []


def test_a_switch_reads_the_pack_otherwise():
    scenario = told("", STORY.replace("[[act]]", '[pack]\nday_rule = "wd_roll"\nextension_mode = "additional"\n\n[[act]]', 1))
    pack = scenarios.switched(packs.pack("zhanyi"), scenario)
    assert (pack.day_rule, pack.extension.mode, pack.extension.days) == ("wd_roll", "additional", 15)
    assert scenarios.switched(pack, told("")) == pack


# -- files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('name = "试验"', "", [("missing_key", "故事.toml:2 scenario.name")]),
        ('place = "zhanyi"', 'place = "zhanyi"\nplan = "x"', [("unknown_key", "故事.toml:5 scenario.plan")]),
        ('do = "intake"', 'do = "intaek"', [("unknown_word", "故事.toml:8 act[1].do"), ("no_case", "故事.toml:6 act[1]")]),
        ('at = "2022-06-25T09:10"', 'at = "昨天"', [("bad_time", "故事.toml:7 act[1].at")]),
        ('do = "intake"', 'do = "intake"\nphase = "done"', [("unknown_word", "故事.toml:9 act[1].phase")]),
        ('do = "intake"', 'do = "intake"\nby = "li"', [("unknown_word", "故事.toml:9 act[1].by")]),
        ('do = "intake"', 'do = "intake"\ncase = 2', [("no_case", "故事.toml:6 act[1]")]),
        ('do = "intake"', 'do = "intake"\ndue = { reslove = "" }', [("unknown_word", "故事.toml:9 act[1].due")]),
        ('do = "intake"', 'do = "intake"\ndue = { "resolve.x" = "" }', [("bad_clock", "故事.toml:9 act[1].due")]),
        ('do = "intake"', 'do = "intake"\ndue = { resolve = "7月" }', [("bad_time", "故事.toml:9 act[1].due")]),
        ('do = "intake"', 'do = "intake"\nstate = { resolve = "late" }', [("unknown_word", "故事.toml:9 act[1].state")]),
        ('matter = "备案"', 'mater = "备案"', [("unknown_key", "故事.toml:9 act[1].say")]),
        ("[[act]]", '[pack]\nday_rule = "wdroll"\n[[act]]', [("unknown_word", "故事.toml:7 pack.day_rule")]),
        ("[[act]]", "[[act]", [("syntax", "故事.toml:6")]),
    ],
)
def test_files_are_read_strictly(old, new, found):
    assert old in STORY
    assert sorted(defects(STORY.replace(old, new, 1))) == sorted(found)


def test_all_defects_at_once(tmp_path):
    path = tmp_path / "故事.toml"
    path.write_text(
        STORY.replace('name = "试验"', "").replace("matter", "mater").replace('"intake"', '"intake"\nphase = "x"'), encoding="utf-8"
    )
    with pytest.raises(PackInvalid) as refused:
        stories.load(path)
    assert (refused.value.exit_code, len(refused.value.allowed)) == (30, 3)


def test_a_story_without_an_act_is_none():
    assert ("empty", "故事.toml:1 act") in defects('act = []\n[scenario]\nname = "x"\nplace = "y"\n')


# -- the command ---------------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("BBCS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    return tmp_path


def test_pack_test_runs_what_is_shipped(home, capsys):
    import json

    assert run(["pack", "test", "zhanyi", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["schema"], said["ok"], {one["story"] for one in said["scenarios"]}) == ("bbcs.packtest/1", True, {"ZY-1"})
    assert all(set(one) >= {"name", "acts", "findings"} and one["acts"] > 10 for one in said["scenarios"])
    assert list(home.iterdir()) == [], "neither a home nor a rest of one stays"


def test_pack_test_lists_every_difference_and_ends_with_1(home, capsys):
    (home / "故事.toml").write_text(STORY + 'phase = "triaged"\n', encoding="utf-8")
    assert run(["pack", "test", "zhanyi", str(home / "故事.toml"), str(FILES[0])]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["试验：1 步，1 处不同", "  故事.toml:6：环节应是已研判 triaged，现在是已受理 accepted"]
    assert lines[2].endswith("都相符")


def test_pack_test_refuses_what_it_cannot_play(home, capsys):
    draft = home / "heting.toml"
    draft.write_text(packs.find("default").read_text("utf-8").replace('key = "default"', 'key = "heting"', 1), encoding="utf-8")
    assert run(["pack", "test", str(draft)]) == 2
    assert "heting" in capsys.readouterr().err
    assert run(["pack", "test", "zhanyi", str(home / "nowhere.toml")]) == 22
    assert run(["pack", "test", "zhanyii"]) == 31
    (home / "故事.toml").write_text("[scenario]\n", encoding="utf-8")
    assert run(["pack", "test", "zhanyi", str(home / "故事.toml")]) == 30
    assert run(["pack", "test", str(draft), str(FILES[0])]) == 1, "a story of another place may be tried on a draft"
