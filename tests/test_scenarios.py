"""Scenario files: every one that is shipped comes out as told; a wrong telling is listed; a wrong file is refused whole."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path

import pytest

import sizes
from bbcs.cli import recorded_sessions, run
from bbcs.config import packs, scenarios as scenario_files
from bbcs.errors import PackInvalid
from bbcs.store.transactions import temporary_home
from bbcs.usecases import scenarios
from sample import DictLedger

FILES = sorted((recorded_sessions.folder() / "scenarios").glob("*.toml"))

STORY = """
[scenario]
name = "试验"
place = "zhanyi"

[[act]]
at = "2022-06-25T09:10"
do = "intake"
say = { matter = "备案", demand = "慢", reporter = "陈试验", phone = "13800000001" }
"""


def told(text: str, head: str = STORY) -> scenario_files.Scenario:
    scenario, found = scenario_files.read("故事.toml", (head + text).encode())
    assert found == []
    return scenario


def play(scenario, pack):
    return scenarios.play_alone(scenario, pack, temporary_home)


def differences(text: str, head: str = STORY) -> list[tuple[str, str]]:
    scenario = told(text, head)
    return [(one.code, one.what) for one in play(scenario, packs.pack(scenario.place))]


def defects(text: str) -> list[tuple[str, str]]:
    found = scenario_files.read("故事.toml", text.encode())[1]
    return [(one.code, one.where) for one in found]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_shipped_story_comes_out_as_told(path):
    scenario = scenario_files.load(path)
    assert play(scenario, packs.pack(scenario.place)) == []


WORKED = {
    "nanchang": ["NC-1", "NC-2", "NC-3"],
    "yichun": ["YC-1", "YC-2", "YC-3"],
    "linfen": ["LF-1", "LF-2", "LF-3", "LF-4", "LF-5"],
    "zhanyi": ["ZY-1", "ZY-2", "ZY-3"],
    "xianan": ["XA-1", "XA-2", "XA-3"],
}
"""Every worked story of the five places."""


def test_every_worked_story_has_its_scenario():
    told_of = {(one.place, one.story) for one in map(scenario_files.load, FILES) if one.story}
    assert told_of == {(place, story) for place, known in WORKED.items() for story in known}
    every = {path.stem for path in packs.SHIPPED.glob("*.toml")}
    assert {one.place for one in map(scenario_files.load, FILES)} == every


def test_a_file_is_named_after_its_place():
    assert [
        path.name
        for path in FILES
        if not path.name.startswith(f"{scenario_files.load(path).place}-")
    ] == []


def test_where_a_source_can_be_read_in_two_ways_both_are_told():
    found = [
        (one.story, one.extension_mode, one.day_rule) for one in map(scenario_files.load, FILES)
    ]
    assert {found.count(("ZY-1", "", rule)) for rule in ("", "wd_roll")} == {1}
    assert {
        found.count((story, mode, "")) for story in ("ZY-2", "ZY-3") for mode in ("", "additional")
    } == {1}


OTHERS = [path for path in FILES if not path.stem.startswith("zhanyi-clinic")]


@pytest.mark.parametrize("path", sizes.sample(OTHERS, 2, 0), ids=lambda path: path.stem)
def test_no_other_story_hangs_on_how_a_rest_day_is_read(path):
    scenario = scenario_files.load(path)
    assert play(scenario._replace(day_rule="wd_roll"), packs.pack(scenario.place)) == []


def test_both_readings_differ_where_the_practice_says_so():
    one = scenario_files.load(recorded_sessions.folder() / "scenarios" / "zhanyi-clinic.toml")
    wrong = play(one._replace(day_rule="wd_roll"), packs.pack("zhanyi"))
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
    text = (
        second
        + ACT
        + 'do = "triage"\ncase = 1\nsay = { difficulty = "complex" }\nphase = "triaged"\ndue = { resolve = "2022-07-08" }\n'
    )
    assert differences(text + ACT + 'do = "note"\nsay = { text = "催" }\nphase = "accepted"') == []


def test_an_act_on_a_case_that_was_not_taken_is_a_finding_not_a_crash():
    head = STORY.replace('matter = "备案", ', "")
    assert [code for code, _ in differences(ACT + 'do = "note"\nsay = { text = "催" }', head)] == [
        "refused",
        "no_case",
    ]


def test_rounds_orders_and_units():
    head = STORY.replace('"zhanyi"', '"default"').replace(
        "[[act]]", '[station]\nunits = ["甲局", "乙局"]\n\n[[act]]', 1
    )
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
    li, sj = (
        '{ id = "li", name = "李", roles = ["clerk"] }',
        '{ id = "sj", name = "审计", roles = ["auditor"] }',
    )
    people = f"[station]\noperators = [{li}, {sj}]\n\n[[act]]"
    head = STORY.replace("[[act]]", people, 1)
    assert (
        differences(ACT + 'do = "note"\nby = "sj"\nsay = { text = "看" }\nrefused = 14', head) == []
    )


def test_dates_of_toml_are_dates():
    assert differences("", STORY.replace('phone = "13800000001"', "wish_date = 2022-07-07")) == []


def test_the_runner_needs_no_file():
    """Pure of store and command line: a dict-backed ledger will do."""
    ledger = DictLedger(scenarios.CODE)

    @contextmanager
    def opened(files):
        yield ledger

    scenario = scenario_files.load(recorded_sessions.folder() / "scenarios" / "zhanyi-clinic.toml")
    acts = tuple(act for act in scenario.acts if not act.refused)
    assert (
        scenarios.play(scenario._replace(acts=acts), packs.pack("zhanyi"), opened, Path("/nowhere"))
        == []
    )


def test_a_switch_reads_the_pack_otherwise():
    scenario = told(
        "",
        STORY.replace(
            "[[act]]", '[pack]\nday_rule = "wd_roll"\nextension_mode = "additional"\n\n[[act]]', 1
        ),
    )
    pack = scenarios.switched(packs.pack("zhanyi"), scenario)
    assert (pack.day_rule, pack.extension.mode, pack.extension.days) == (
        "wd_roll",
        "additional",
        15,
    )
    assert scenarios.switched(pack, told("")) == pack


BESIDE = (
    (
        "flags",
        '["gaps_open", "supervised", "group"]',
        '["group"]',
        "标记（flags）应是 group，现在是 group、supervised、gaps_open",
    ),
    (
        "papers",
        '["章程", "照片"]',
        '["照片"]',
        "还要带来的材料（papers）应是 照片，现在是 章程、照片",
    ),
    ("waived", '["公证书"]', "[]", "免予提供的材料（waived）应是 （没有），现在是 公证书"),
    ("owed", '["平面图"]', '["合同"]', "欠着的材料（owed）应是 合同，现在是 平面图"),
    ("proofs", '["存根"]', "[]", "还没出具的证明（proofs）应是 （没有），现在是 存根"),
    (
        "slips",
        '["remind", "remind"]',
        '["remind"]',
        "督办（slips）应是 remind，现在是 remind、remind",
    ),
    (
        "orders",
        '{ "甲局" = "sent" }',
        '{ "甲局" = "signed" }',
        "交办单（orders）应是 甲局 signed，现在是 甲局 sent",
    ),
    ("clocks", "2", "0", "时限的个数（clocks）应是 0，现在是 2"),
    ("round", "1", "2", "轮次（round）应是 2，现在是 1"),
    ("satisfaction", "0", "5", "满意度（satisfaction）应是 5，现在是 （没有）"),
    ("asked", "0", "8", "要求办的项数（asked）应是 8，现在是 （没有）"),
    ("reporter", '"陈**"', '"李**"', "反映人（遮盖后）（reporter）应是 李**，现在是 陈**"),
    ("level", '""', '"3"', "响应级别（level）应是 3，现在是 （没有）"),
    ("proposed", '"2"', '""', "建议的级别（proposed）应是 （没有），现在是 2"),
    ("group", '"一组"', '"二组"', "并案组（group）应是 二组，现在是 一组"),
    ("outcome", '""', '"solved"', "办理结果（outcome）应是 solved，现在是 （没有）"),
    ("solved", '""', '"no"', "解决了没有（solved）应是 no，现在是 （没有）"),
    ("on_time", '"yes"', '"none"', "按时办结（on_time）应是 none，现在是 yes"),
)
"""Key, what is so, what is told wrongly, and what is said then."""


def test_what_stands_beside_the_phase():
    acts = [
        'do = "triage"\nsay = { difficulty = "complex" }',
        'do = "assign"\nsay = { lead = "甲局" }',
        'do = "supervise"\nsay = { kind = "remind", unit = "甲局", reason = "慢" }',
        'do = "supervise"\nsay = { kind = "remind", unit = "甲局", reason = "还慢" }',
        'do = "notify"\nsay = { kind = "one_time", missing = ["章程", "照片", "平面图", "公证书"] }',
        'do = "gap"\nsay = { owe = ["平面图=2022-07-01"] }',
        'do = "exempt"\nsay = { paper = "公证书", reason = "多余", authority = "局" }',
        'do = "step"\nsay = { kind = "verify", proof = ["存根=甲局", "底册=甲局"], proof_done = ["底册"] }',
        'do = "step"\nsay = { kind = "verify", proof_done = ["底册"] }',
        'do = "merge"\nsay = { group = "一组" }',
    ]
    given = "".join(f"{ACT}{act}\n" for act in acts)
    right, wrong = ("\n".join(f"{row[0]} = {row[number]}" for row in BESIDE) for number in (1, 2))
    assert differences(f'{given}{ACT}do = "show"\n{right}') == []
    assert dict(differences(f'{given}{ACT}do = "show"\n{wrong}')) == {
        row[0]: row[3] for row in BESIDE
    }


def test_the_settlement_and_the_rate_are_told_too():
    late = (
        'do = "triage"\nsay = { difficulty = "simple" }\n[[act]]\nat = "2022-07-20T09:00"\ndo = "resolve"\n'
        'say = { outcome = "partly", measures = "办了三项", asked = 8, granted = 3 }\n'
    )
    assert (
        differences(
            f'{ACT}{late}asked = 8\ngranted = 3\noutcome = "partly"\nsolved = "partly"\non_time = "no"'
        )
        == []
    )
    assert [
        code for code, _ in differences(f'{ACT}{late}asked = 3\ngranted = 8\non_time = "yes"')
    ] == ["asked", "granted", "on_time"]


def test_to_look_is_no_act():
    """Time passes and the state is another one; nothing is written, nothing may be said."""
    text = (
        ACT.replace("06-27", "07-20")
        + 'do = "show"\nstate = { resolve = "overdue" }\nphase = "accepted"\n'
    )
    scenario = told(text)
    assert differences(text) == []
    assert differences(text + "refused = 13") == [("not_refused", "应拒绝（退出码 13），却办成了")]
    ledger = DictLedger(scenarios.CODE)

    @contextmanager
    def opened(paths):
        assert list(paths) == []
        yield ledger

    scenarios.play(
        scenario._replace(acts=scenario.acts[:1]), packs.pack("zhanyi"), opened, Path("/nowhere")
    )
    before = ledger.head()
    player = scenarios._Player(scenario, packs.pack("zhanyi"), opened, Path("/nowhere"))
    player.numbers.append("TEST01-20220625-0001")
    assert player.act(scenario.acts[1]) == []
    assert ledger.head() == before


def test_the_page_names_every_key():
    page = (recorded_sessions.folder().parent / "docs" / "scenarios.md").read_text(encoding="utf-8")
    assert [
        key
        for key in (*scenario_files.SCENARIO["act"], *scenario_files.SWITCHES, scenario_files.LOOK)
        if f"`{key}`" not in page
    ] == []


# -- files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('name = "试验"', "", [("missing_key", "故事.toml:2 scenario.name")]),
        (
            'place = "zhanyi"',
            'place = "zhanyi"\nplan = "x"',
            [("unknown_key", "故事.toml:5 scenario.plan")],
        ),
        (
            'do = "intake"',
            'do = "intaek"',
            [("unknown_word", "故事.toml:8 act[1].do"), ("no_case", "故事.toml:6 act[1]")],
        ),
        ('at = "2022-06-25T09:10"', 'at = "昨天"', [("bad_time", "故事.toml:7 act[1].at")]),
        (
            'do = "intake"',
            'do = "intake"\nphase = "done"',
            [("unknown_word", "故事.toml:9 act[1].phase")],
        ),
        ('do = "intake"', 'do = "intake"\nby = "li"', [("unknown_word", "故事.toml:9 act[1].by")]),
        ('do = "intake"', 'do = "intake"\ncase = 2', [("no_case", "故事.toml:6 act[1]")]),
        (
            'do = "intake"',
            'do = "intake"\ndue = { reslove = "" }',
            [("unknown_word", "故事.toml:9 act[1].due")],
        ),
        (
            'do = "intake"',
            'do = "intake"\ndue = { "resolve.x" = "" }',
            [("bad_clock", "故事.toml:9 act[1].due")],
        ),
        (
            'do = "intake"',
            'do = "intake"\ndue = { resolve = "7月" }',
            [("bad_time", "故事.toml:9 act[1].due")],
        ),
        (
            'do = "intake"',
            'do = "intake"\nstate = { resolve = "late" }',
            [("unknown_word", "故事.toml:9 act[1].state")],
        ),
        (
            'do = "intake"',
            'do = "intake"\nflags = ["pause"]',
            [("unknown_word", "故事.toml:9 act[1].flags")],
        ),
        (
            'do = "intake"',
            'do = "intake"\norders = { "甲局" = "send" }',
            [("unknown_word", "故事.toml:9 act[1].orders")],
        ),
        (
            'do = "intake"',
            'do = "intake"\non_time = "late"',
            [("unknown_word", "故事.toml:9 act[1].on_time")],
        ),
        ('do = "intake"', 'do = "intake"\nsolved = ""', []),
        (
            'do = "intake"',
            'do = "intake"\npapers = "章程"',
            [("wrong_type", "故事.toml:9 act[1].papers")],
        ),
        (
            'do = "intake"',
            'do = "intake"\nclocks = "0"',
            [("wrong_type", "故事.toml:9 act[1].clocks")],
        ),
        (
            'do = "intake"',
            'do = "intake"\npaper = []',
            [("unknown_key", "故事.toml:9 act[1].paper")],
        ),
        (
            'do = "intake"',
            'do = "show"',
            [("no_case", "故事.toml:6 act[1]"), *[("unknown_key", "故事.toml:9 act[1].say")] * 4],
        ),
        ('matter = "备案"', 'mater = "备案"', [("unknown_key", "故事.toml:9 act[1].say")]),
        (
            "[[act]]",
            '[pack]\nday_rule = "wdroll"\n[[act]]',
            [("unknown_word", "故事.toml:7 pack.day_rule")],
        ),
        ("[[act]]", "[[act]", [("syntax", "故事.toml:6")]),
    ],
)
def test_files_are_read_strictly(old, new, found):
    assert old in STORY
    assert sorted(defects(STORY.replace(old, new, 1))) == sorted(found)


def test_all_defects_at_once(tmp_path):
    path = tmp_path / "故事.toml"
    path.write_text(
        STORY.replace('name = "试验"', "")
        .replace("matter", "mater")
        .replace('"intake"', '"intake"\nphase = "x"'),
        encoding="utf-8",
    )
    with pytest.raises(PackInvalid) as refused:
        scenario_files.load(path)
    assert (refused.value.exit_code, len(refused.value.allowed)) == (30, 3)


def test_a_story_without_an_act_is_none():
    assert ("empty", "故事.toml:1 act") in defects(
        'act = []\n[scenario]\nname = "x"\nplace = "y"\n'
    )


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
    assert (said["schema"], said["ok"], {one["story"] for one in said["scenarios"]}) == (
        "bbcs.packtest/1",
        True,
        {*WORKED["zhanyi"]},
    )
    assert all(
        set(one) >= {"name", "acts", "findings"} and one["acts"] > 5 for one in said["scenarios"]
    )
    assert list(home.iterdir()) == [], "neither a home nor a rest of one stays"


def test_pack_test_lists_every_difference_and_ends_with_1(home, capsys):
    (home / "故事.toml").write_text(STORY + 'phase = "triaged"\n', encoding="utf-8")
    assert run(["pack", "test", "zhanyi", str(home / "故事.toml"), str(FILES[-1])]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [
        "试验：1 步，1 处不同",
        "  故事.toml:6：环节应是已研判 triaged，现在是已受理 accepted",
    ]
    assert lines[2].endswith("都相符")


def test_pack_test_refuses_what_it_cannot_play(home, capsys):
    draft = home / "heting.toml"
    draft.write_text(
        packs.find("default").read_text("utf-8").replace('key = "default"', 'key = "heting"', 1),
        encoding="utf-8",
    )
    assert run(["pack", "test", str(draft)]) == 2
    assert "heting" in capsys.readouterr().err
    assert run(["pack", "test", "zhanyi", str(home / "nowhere.toml")]) == 22
    assert run(["pack", "test", "zhanyii"]) == 31
    (home / "故事.toml").write_text("[scenario]\n", encoding="utf-8")
    assert run(["pack", "test", "zhanyi", str(home / "故事.toml")]) == 30
    assert run(["pack", "test", str(draft), str(FILES[-1])]) == 1, (
        "a story of another place may be tried on a draft"
    )
