"""The door to pack and station TOML: where files are found, how strictly they are read, what the ledger keeps of them."""

import json
import sys
from datetime import date
from pathlib import Path
from zlib import crc32

import pytest

from bbcs.config import adopted_rules, packs, toml
from bbcs.config.home_files import read_bytes
from bbcs.domain.pack import AXES
from bbcs.errors import PackInvalid, StoreUnreachable, UnknownPlace
from bbcs.findings import Finding

KEYS = {
    "channel": "counter phone hotline wechat web app letter email sms upper_assignment referral village_station leader_mailbox "
    "own_initiative",
    "demand_kind": "help complaint inquiry suggestion",
    "difficulty": "simple general complex special cannot",
    "cause": "policy_clear policy_blocked blockage blind_spot hard_point mutual_prerequisite missing_papers legacy_issue multi_department "
    "no_rule system_data attitude not_permitted",
    "outcome": "solved solved_with_gaps solved_by_waiver done_on_behalf partly explained terminated",
    "refusal": "litigation petition private_dispute against_law police approval_matter secret not_in_scope in_hand_or_finished",
    "pause": "supplement hearing appraisal test publication upper_consultation reporter_cause",
    "step": "verify consult site_check joint_study assist guided_filing extra_item home_visit after_hours issue_proof post_in post_out "
    "remote_accept risk_found outcome_check other",
    "grade": "very_satisfied satisfied basically dissatisfied very_dissatisfied",
    "notice": "acceptance one_time refusal extension gap result explain transfer",
    "supervision": "remind supervise card record interview notify_parent_unit propose_transfer refer_leading_group refer_discipline",
    "close_how": "normal approved_unsatisfied unreachable no_contact",
}


def problems_of(path: Path) -> list[Finding]:
    return packs.problems_in(str(path), read_bytes(path))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "packs").mkdir()
    return tmp_path


@pytest.fixture
def own(home: Path) -> Path:
    """A pack of the home: the shipped default under another key."""
    text = (
        packs.find("default")
        .read_text(encoding="utf-8")
        .replace('key = "default"', 'key = "heting"', 1)
    )
    path = home / "packs" / "heting.toml"
    path.write_text(text, encoding="utf-8")
    return path


SHIPPED = (
    "bureau", "default", "huhehaote", "jiangsu", "linfen", "nanchang", "shenzhen", "sichuan", "xianan", "xuchang", "yichun", "zhanyi",
)  # fmt: skip

# -- the shipped packs


@pytest.mark.parametrize("path", sorted(packs.SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_shipped_packs_have_no_problems(path):
    assert problems_of(path) == []
    assert packs.load(path).key == path.stem


@pytest.mark.parametrize("axis", KEYS)
def test_the_default_words_are_those_that_mean_the_same_everywhere(axis):
    assert list(packs.pack("default").words[axis]) == KEYS[axis].split()


def test_the_default_pack_is_a_proposal_throughout():
    pack = packs.pack("default")
    assert all(word.proposed for words in pack.words.values() for word in words.values())
    assert all(rule.proposed for rule in (*pack.clocks, pack.extension, pack.callback))
    assert {f"gates.{gate}" for gate in pack.gates} <= set(pack.proposed)
    assert "国家标准" not in pack.name
    assert set(pack.words) == set(AXES)


@pytest.mark.parametrize(
    ("difficulty", "round_no", "limit"),
    [("simple", 1, "0 same_day"), ("general", 1, "5 working_day"), ("complex", 1, "10 working_day"), ("special", 1, "15 working_day"),
     ("cannot", 1, "3 working_day"), ("special", 2, "3 working_day")],
)  # fmt: skip
def test_default_limits(difficulty, round_no, limit):
    clock = packs.pack("default").clock("resolve", {"difficulty": difficulty, "round": round_no})
    assert f"{clock.limit} {clock.unit}" == limit


@pytest.mark.parametrize(
    ("order", "days"), [("relay", 1), ("lead", 2), ("assist", 2), ("whistle", None)]
)
def test_default_signing_limits_by_order(order, days):
    clock = packs.pack("default").clock("sign", {"order": order, "round": 1})
    assert (clock and clock.limit) == days


def test_zhanyi_as_the_article_states_it():
    pack = packs.pack("zhanyi")
    limits = {
        key: pack.clock("resolve", {"difficulty": key, "round": 1})
        for key in pack.words["difficulty"]
    }
    assert {key: (clock.limit, clock.proposed) for key, clock in limits.items()} == {
        "simple": (3, False), "complex": (10, False), "special": (10, True),
    }  # fmt: skip
    assert pack.extension[:3] == ("total_cap", 15, 1)
    assert pack.extension.for_ == {"difficulty": "special"}
    assert pack.in_force_from == date(2022, 4, 1)
    assert [gate for gate, on in pack.gates.items() if on] == [
        "tell_before_extend",
        "triage",
        "callback",
    ]
    assert [word.label for word in pack.words["level"].values()] == [
        "受理窗口",
        "服务站",
        "联合党委",
    ]
    assert [fact.value for fact in pack.facts[:4]] == ["523", "362", "12", "100%"]
    assert not any(clock.name == "sign" for clock in pack.clocks)


def test_every_rule_of_zhanyi_has_a_source_or_is_proposed():
    pack = packs.pack("zhanyi")
    rules = [word for words in pack.words.values() for word in words.values()] + [
        *pack.clocks,
        pack.extension,
        pack.callback,
    ]
    assert [rule for rule in rules if not (rule.proposed or rule.source.startswith("ZY-"))] == []


# -- finding and reading


def test_a_pack_of_the_home_hides_the_shipped_one(home, own):
    hiding = own.rename(own.with_name("default.toml"))
    hiding.write_text(
        hiding.read_text(encoding="utf-8").replace('key = "heting"', 'key = "default"'),
        encoding="utf-8",
    )
    assert packs.find("default", home) == hiding
    assert packs.find("default") != hiding


def test_places_lists_key_name_and_file(home, own):
    keys = sorted(("heting", *SHIPPED))
    assert [(key, path.name) for key, _, path in packs.places(home)] == [
        (key, f"{key}.toml") for key in keys
    ]


def test_a_place_may_be_named_in_chinese():
    assert packs.find("云南省曲靖市沾益区").stem == "zhanyi"


@pytest.mark.parametrize("place", ["zhanyii", "", "../packs/zhanyi", "/etc/passwd", "沾益"])
def test_an_unknown_place_is_refused(home, place):
    with pytest.raises(UnknownPlace) as refused:
        packs.pack(place, home)
    assert refused.value.exit_code == 31
    assert "、".join(SHIPPED) in refused.value.message


def test_an_unknown_place_names_the_nearest():
    with pytest.raises(UnknownPlace, match="是不是“zhanyi”"):
        packs.pack("zhanyii")


def test_a_broken_pack_is_refused_with_all_its_problems(home, own):
    text = (
        own.read_text(encoding="utf-8")
        .replace('mode = "additional"', 'mode = "twice"')
        .replace("share = 100", 'share = "all"')
    )
    own.write_text(text, encoding="utf-8")
    with pytest.raises(PackInvalid) as refused:
        packs.pack("heting", home)
    assert refused.value.exit_code == 30
    assert len(refused.value.allowed) == 2
    assert "heting.toml:" in refused.value.message
    assert not (home / "cache").exists()


RULE = '\n[[clock]]\nname = "opinion"\nlimit = 5\nunit = "working_day"\nstart = "Accepted"\nstop = "Triaged"\n'


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('edition = "1"', 'edition = "1"\neditor = "王"', "unknown_key"),
        ("[gates]", f'{RULE}source = "默认甲"{RULE}source = "默认乙"\n[gates]', "tie"),
        ("[gates]", f"{RULE}[gates]", "no_source"),
        ('at = { difficulty = "special", ', 'at = { difficulty = "complex", ', "unreachable_word"),
    ],
)
def test_a_pack_with_a_single_defect_is_refused(home, own, old, new, code):
    text = own.read_text(encoding="utf-8")
    own.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert {finding.code for finding in problems_of(own)} == {code}
    with pytest.raises(PackInvalid):
        packs.pack("heting", home)


def test_the_key_of_a_pack_is_its_file_name(home, own):
    other = own.rename(own.with_name("xiaxiang.toml"))
    assert [finding.code for finding in problems_of(other)] == ["misnamed"]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ('[pack]\nkey = "a"\nname = 禾亭\n', 3, "文字要加引号"),
        ('[pack]\nkey "a"\n', 2, "键后面要有"),
        ('[pack]\nkey = "a\nname = "b"\n', 2, "引号"),
        ('[pack]\nkey = "a"\nkey = "b"\n', 3, "写了两次"),
        ("[pack]\nsources = [\n", 3, "没有收尾"),
        ("[pack\n", 1, "方括号没有收尾"),
    ],
)
def test_a_syntax_error_names_its_line(tmp_path, text, line, what):
    path = tmp_path / "draft.toml"
    path.write_text(text, encoding="utf-8")
    [finding] = problems_of(path)
    assert (finding.code, finding.where) == ("syntax", f"draft.toml:{line}")
    assert what in finding.what


def test_a_file_in_another_encoding_names_the_line(tmp_path):
    path = tmp_path / "draft.toml"
    path.write_bytes('[pack]\nname = "禾亭镇"\n'.encode("gb18030"))
    [finding] = problems_of(path)
    assert (finding.code, finding.where) == ("not_utf8", "draft.toml:2")


def source_lines(path):
    """Dotted key -> its line."""
    raw = path.read_bytes()
    return toml.lines(raw, toml.parse(path.name, raw)[0])


def test_notepad_marks_and_line_ends_are_taken(home, own):
    own.write_bytes(b"\xef\xbb\xbf" + own.read_bytes().replace(b"\n", b"\r\n"))
    assert problems_of(own) == []
    assert source_lines(own)["pack.key"] == source_lines(packs.find("default"))["pack.key"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('edition = "1"', "edition = 1", "wrong_type"),
        ('edition = "1"', "", "missing_key"),
        ('edition = "1"', 'edition = " "', "missing_key"),
        ('edition = "1"', 'edition = "1"\nin_force_from = "2026-01-01"', "wrong_type"),
        ('edition = "1"', 'edition = "1"\neditor = "王"', "unknown_key"),
        ("proposed = true", 'proposed = "yes"', "wrong_type"),
        ("days = 5", "days = true", "wrong_type"),
        ("[extension]", "[extensions]", "unknown_key"),
        ("callback = true ", 'callback = "on" ', "wrong_type"),
        ('axis = "channel"', 'axis = "channel"\nvalue = 3', "idle_key"),
        ('  ["seq", "序号"],', '  ["seq"],', "wrong_type"),
    ],
)
def test_reading_is_strict(home, own, old, new, code):
    text = own.read_text(encoding="utf-8")
    assert old in text
    own.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert code in {finding.code for finding in problems_of(own)}


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(StoreUnreachable, match="没有文件"):
        problems_of(tmp_path / "nowhere.toml")


def test_show_names_every_value_with_its_line():
    path = packs.find("zhanyi")
    lines = path.read_text(encoding="utf-8").splitlines()
    shown = {
        key: (text, lines[line - 1]) for key, text, line in packs.show(path.name, path.read_bytes())
    }
    assert shown["pack.in_force_from"][0] == "2022-04-01"
    assert shown["clock[2].for.difficulty"] == (
        "complex",
        'for = { difficulty = "complex", round = "1" }',
    )
    assert shown["word.level.3.who"][1].startswith("who = ")
    assert shown["gates.tell_before_extend"][0] == "true"
    assert shown["extension.source"][1].startswith('source = "ZY-16')
    assert shown["register.short.columns"][1] == "columns = ["
    for key, (_, line) in shown.items():
        assert line.split("=")[0].strip(" ") in key, (key, line)


def test_source_lines_pass_over_texts_of_several_lines(tmp_path):
    path = tmp_path / "draft.toml"
    text = '[pack]\nname = """\n[[word]]\nkey = "x" # no\n"""\nkey = \'a # b\' # c\n'
    path.write_text(
        text + "[[clock]] # one\nlimit = 1\n[[clock]]\nlimit = 2\n[[clock.warnings]]\nleft = 1\n",
        encoding="utf-8",
    )
    assert source_lines(path) == {
        "pack": 1, "pack.name": 2, "pack.key": 6, "clock[1]": 7, "clock[1].limit": 8, "clock[2]": 9, "clock[2].limit": 10,
        "clock[2].warnings[1]": 11, "clock[2].warnings[1].left": 12,
    }  # fmt: skip


# -- the JSON that the ledger keeps


@pytest.mark.parametrize("place", sorted(path.stem for path in packs.SHIPPED.glob("*.toml")))
def test_a_pack_read_from_its_json_equals_the_one_read_from_toml(place, monkeypatch):
    pack = packs.load(packs.find(place))
    text = adopted_rules.parsed(pack)
    for name in ("tomllib", "bbcs.config.toml", "bbcs.config.schema"):
        monkeypatch.setitem(sys.modules, name, None)
    assert adopted_rules.revived(text) == pack
    assert repr(adopted_rules.revived(text)) == repr(pack)
    assert adopted_rules.parsed(adopted_rules.revived(text)) == text


def _keys(value):
    """Where keys stand in the JSON of a pack, apart from what its place wrote."""
    if isinstance(value, dict):
        return {name: _keys(one) for name, one in sorted(value.items())}
    if isinstance(value, list):
        return [_keys(one) for one in value]
    return type(value).__name__


RECORDED = {"pack 6ca572df": 214892671}
"""The form of this version -> the digest of the keys that stand in the JSON of the default pack."""


def test_a_form_names_one_shape_of_json():
    """A home of an earlier version holds JSON of its form: `verify` compares only JSON of the same
    form, so what changes the JSON raises the number in `adopted_rules._SHAPE`, and is recorded here.
    """
    parsed = json.loads(adopted_rules.parsed(packs.load(packs.find("default"))))
    assert {adopted_rules.FORM: crc32(json.dumps(_keys(parsed)).encode())} == RECORDED
