"""The docs say what is so: references are current, sessions are real, links and commands lead somewhere."""

from __future__ import annotations

import doctest
import json
import re
import sys
import tomllib
import unicodedata
from importlib import import_module
from pathlib import Path

import pytest

from bbcs import errors
from bbcs.cli import recorded_sessions, registry, run
from bbcs.cli.chinese import ChineseGroup
from bbcs.cli.help_topics import EXIT_CODES
from bbcs.cli.settings import GLOBAL_HELP
from bbcs.config import schema
from bbcs.domain.acts.table import ACTS, KINDS
from bbcs.domain.case import LIFE, PHASES
from bbcs.domain.clocks import PACK_CLOCKS
from bbcs.domain.pack import AXES, GATES, UNITS
from bbcs.views.schemas.documents import DOCUMENTS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
sys.path.insert(0, str(DOCS))

import console  # noqa: E402
import generate  # noqa: E402

COMMANDS, ALIASES = registry.commands(), registry.aliases()

PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in generate.written()
}
REFERENCE = {
    path.stem: path.read_text(encoding="utf-8") for path in (DOCS / "reference").glob("*.md")
}
ALL = {
    **PAGES,
    **{f"docs/reference/{name}.md": text for name, text in REFERENCE.items()},
    "CHANGELOG.md": (ROOT / "CHANGELOG.md").read_text("utf-8"),
}
ENGLISH = ("README.md", "docs/developer.md", "docs/performance.md")
CHINESE = [name for name in PAGES if name not in ENGLISH]


def parameters(path):
    """The parameters of one command."""
    command = import_module(f"bbcs.cli.{COMMANDS[path[0]].module}").command(path[0])
    for word in path[1:]:
        command = command.get_command(None, word)
    return command.params


COMMAND_OPTIONS = {
    path: {
        name
        for one in parameters(path)
        if not getattr(one, "hidden", False)  # --yes, where a command asks nothing of its own
        for name in [*one.opts, *one.secondary_opts]
    }
    for path in generate.paths()
}
GLOBAL = set(re.findall(r"--?[a-z][\w-]*", " ".join(name for name, _ in GLOBAL_HELP)))


# -- the reference -------------------------------------------------------------------------------------------------


def test_nothing_is_stale():
    assert [path.relative_to(ROOT).as_posix() for path in generate.stale()] == [], (
        "run `make docs` and look at the difference"
    )


def test_every_command_and_option_is_documented():
    text = REFERENCE["commands"]
    for path, options in COMMAND_OPTIONS.items():
        own = text.partition(f"### `bbcs {' '.join(path)}`\n")[2].partition("\n### ")[0]
        lines = own.splitlines()
        assert own, path
        for option in options - {"--help"}:
            if option.startswith("--"):
                assert any(re.match(rf"\s+(\S+/)?{option}(?![\w-])", line) for line in lines), (
                    path,
                    option,
                )
    assert {entry.alias for entry in COMMANDS.values()} <= set(re.findall(r"中文名：(\S+)", text))


def test_every_exit_code_and_refusal_is_documented():
    text = REFERENCE["exit-codes"]
    assert [number for number in EXIT_CODES if f"| {number} | " not in text] == []
    found = [
        one
        for one in vars(errors).values()
        if isinstance(one, type) and issubclass(one, errors.BbcsError)
    ]
    for one in found:
        assert f"| `{one.code}` | {one.exit_code} | `{one.__name__}` |" in text
        assert one.exit_code in EXIT_CODES
    assert len({one.code for one in found}) == len(found), "two refusals share a number"


def test_every_act_event_and_phase_is_documented():
    for act in ACTS:
        assert f"### `{act.verb}` {act.alias}" in REFERENCE["acts"]
        assert [
            f.name
            for f in act.fields
            if not f.stamped and f"| `{f.name}` | " not in REFERENCE["acts"]
        ] == []
    for kind, fields in KINDS.items():
        own = REFERENCE["events"].partition(f"## `{kind}` ")[2].partition("\n## ")[0]
        assert [
            field.name
            for field in fields
            if f"| `{field.name}` | {'个人' if field.personal else '公开'} |" not in own
        ] == [], kind
    assert [phase for phase in PHASES if f"| `{phase}` | " not in REFERENCE["acts"]] == []
    assert set(LIFE) == set(PHASES)


def test_every_key_of_packs_and_stations_is_documented():
    text = REFERENCE["pack"]
    keys = [
        key for form in (schema.PACK, schema.STATION) for table in form.values() for key in table
    ]
    assert [
        key for key in (*keys, *AXES, *GATES, *UNITS, *PACK_CLOCKS) if f"| `{key}` | " not in text
    ] == []


# -- sessions and examples -----------------------------------------------------------------------------------------

SESSIONS = [
    path.read_text(encoding="utf-8")
    for path in (recorded_sessions.folder() / "sessions").glob("*.txt")
]
SHOWN = [
    (name, block)
    for name, text in ALL.items()
    if console.PLAYED not in text
    for block in console.blocks(text)
]


@pytest.mark.parametrize(
    ("name", "block"), SHOWN, ids=lambda value: value if value.endswith(".md") else ""
)
def test_a_session_in_the_docs_was_recorded(name, block):
    assert block.startswith("$ ")
    assert any(block.rstrip("\n") + "\n" in text for text in SESSIONS), block


def test_the_readme_shows_a_session():
    assert [name for name, _ in SHOWN].count("README.md") >= 1


def test_json_in_the_developer_guide_is_whole():
    """That it equals what the commands print is part of `test_nothing_is_stale`: the page plays its own blocks."""
    text = PAGES["docs/developer.md"]
    answers = [
        step.answer
        for block in console.blocks(text)
        for step in console.steps(block)
        if step.answer.startswith("{")
    ]
    found = [json.loads(answer) for answer in answers]
    schemas = {one["schema"] for one in found if "schema" in one}
    assert len(found) >= 8
    assert {
        "bbcs.case/1",
        "bbcs.error/1",
        "bbcs.list/1",
        "bbcs.deadline/1",
        "bbcs.monthly/1",
        "bbcs.verify/1",
    } <= schemas


def test_the_developer_guide_names_every_folder_of_the_house():
    text = PAGES["docs/developer.md"]
    house = ROOT / "src" / "bbcs"
    folders = [path.parent.relative_to(house).as_posix() for path in house.rglob("*/__init__.py")]
    assert [one for one in folders if f"`{one}`" not in text] == []


def test_python_in_the_developer_guide_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("USER", "demo")
    assert (
        run(["--home", str(tmp_path / "home"), "init", "--station", "CY01", "--name", "示例站"])
        == 0
    )
    text = "\n".join(
        re.findall(
            r"^```python\n(.*?)^```$", PAGES["docs/developer.md"], flags=re.MULTILINE | re.DOTALL
        )
    )
    test = doctest.DocTestParser().get_doctest(
        text, {"home": tmp_path / "home"}, "developer.md", None, 0
    )
    said: list[str] = []
    result = doctest.DocTestRunner().run(test, out=said.append)
    assert result.attempted > 10
    assert result.failed == 0, "".join(said)


# -- what the pages name exists ------------------------------------------------------------------------------------

CODE = re.compile(r"^```(?:sh|text)\n(.*?)^```$|`([^`\n]+)`", flags=re.MULTILINE | re.DOTALL)


def calls(text):
    """(words, options) of every `bbcs …` in code, console blocks apart (those were run), and a
    database of that name (`-d bbcs`, `--stanza=bbcs`)."""
    plain = console.BLOCK.sub("", text)
    for block, inline in CODE.findall(plain):
        for line in (block or inline).splitlines():
            for call in re.findall(r"(?<![\w.=-])(?<!lib/)(?<!-d )bbcs((?: +[^#|]+)?)", line):
                words = call.split()
                yield (
                    [word for word in words if not word.startswith("-")],
                    re.findall(r"(?<!\S)(--[a-z][\w-]*)", call),
                )


@pytest.mark.parametrize("name", PAGES)
def test_commands_and_options_that_are_named_exist(name):
    for words, options in calls(PAGES[name]):
        path = next(
            (path for at in range(2) for path in COMMAND_OPTIONS if _typed(path, words, at)), None
        )
        known = COMMAND_OPTIONS.get(path, set()) | GLOBAL
        if path is None and words:
            first = next(
                (word for word in words if word in COMMANDS or ALIASES.get(word)), words[0]
            )
            assert first in COMMANDS or first in ALIASES or first == "命令", (name, words)
        assert set(options) <= known or path is None, (name, words, set(options) - known)


def _typed(path, words, at):
    """Whether the words of a command stand in a row from `at` on in what was typed; a global option's value may stand before it."""
    names = [ALIASES.get(word, word) for word in words]
    return tuple(names[at : at + len(path)]) == path


@pytest.mark.parametrize("name", ALL)
def test_links_resolve(name):
    folder = (ROOT / name).parent
    for target in re.findall(
        r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", ALL[name], flags=re.DOTALL)
    ):
        if not target.startswith("https://"):
            file = target.partition("#")[0]
            assert (folder / file).exists(), target


def test_every_page_is_in_the_index():
    index = PAGES["docs/README.md"]
    for name in ALL:
        if name.startswith("docs/") and name not in ("docs/README.md", "docs/performance.md"):
            assert f"]({name.removeprefix('docs/')})" in index, name


def test_make_targets_that_are_named_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))
    named = {
        word
        for text in ALL.values()
        for word in re.findall(r"^make (\w+)|`make (\w+)`", text, flags=re.MULTILINE)
    }
    assert {one or other for one, other in named} <= targets
    assert {"demo", "test", "docs"} <= targets


FACTS = {
    "nanchang": ("NC", 34),
    "yichun": ("YC", 32),
    "linfen": ("LF", 31),
    "zhanyi": ("ZY", 34),
    "xianan": ("XA", 34),
    "xuchang": ("DC", 10),
    "huhehaote": ("HH", 5),
    "jiangsu": ("JS", 7),
    "sichuan": ("SC", 6),
    "shenzhen": ("SZ", 6),
    "bureau": ("BU", 8),
}
"""Place -> how its facts are numbered, and how many there are."""


@pytest.mark.parametrize("place", FACTS)
def test_facts_of_a_place_are_its_own(place):
    prefix, last = FACTS[place]
    text = PAGES[f"docs/places/{place}.md"]
    known = {f"{prefix}-{number:02}" for number in range(1, last + 1)}
    cited = set(re.findall(r"\b[A-Z]{2}-\d\d\b", text))
    assert cited
    assert cited <= known
    pack = (ROOT / f"src/bbcs/data/packs/{place}.toml").read_text(encoding="utf-8")
    assert {source["id"] for source in tomllib.loads(pack)["pack"]["sources"]} >= {prefix}
    assert "拟定" in text
    assert "的规定**" in text, "the page does not say that proposals are not the place's rule"


def test_every_story_is_told_on_its_place_s_page():
    for path in (recorded_sessions.folder() / "sessions").glob("*.txt"):
        place = next((place for place in FACTS if path.stem.startswith(f"{place}-")), None)
        if place:
            assert f"examples/sessions/{path.name}" in PAGES[f"docs/places/{place}.md"], path.stem


def test_the_new_place_is_the_one_in_the_examples():
    files = [
        path.read_text(encoding="utf-8")
        for path in (recorded_sessions.folder() / "files").glob("shili*.toml")
    ] + [(ROOT / "src/bbcs/data/packs/shenzhen.toml").read_text(encoding="utf-8")]
    shown = re.findall(
        r"^```toml\n(.*?)^```$", PAGES["docs/new-place.md"], flags=re.MULTILINE | re.DOTALL
    )
    assert len(shown) > 5
    assert [block for block in shown if not any(block.strip() in text for text in files)] == []


# -- manner --------------------------------------------------------------------------------------------------------

MACHINE = re.compile(r"(?<![\w.])/(?:home|root|work|tmp|Users|mnt|proc)/|[A-Z]:\\")


@pytest.mark.parametrize("name", ALL)
def test_no_machine_paths_no_numbers_of_issues(name):
    assert MACHINE.findall(ALL[name]) == []
    assert re.findall(r"(?<![\w&`])#\d+\b", ALL[name]) == []


@pytest.mark.parametrize("name", CHINESE)
def test_chinese_pages_are_chinese(name):
    """Outside code, links and a few names, a line of prose holds no run of English words."""
    prose = re.sub(r"```.*?```|`[^`\n]*`|\]\([^)]*\)|<!--.*?-->", " ", PAGES[name], flags=re.DOTALL)
    found = [
        words
        for words in re.findall(r"[A-Za-z][a-z]+(?: [A-Za-z][a-z]+)+", prose)
        if words not in ("Developer guide",)
    ]
    assert found == []
    letters = [char for char in prose if char.isalpha()]
    assert sum(unicodedata.name(char, "").startswith("CJK") for char in letters) > 0.8 * len(
        letters
    )


def test_the_readme_is_short_and_bilingual():
    text = PAGES["README.md"]
    assert text.count("\n") <= 120
    assert "make demo" in text
    assert "make test" in text
    assert "“办不成事”反映窗口的办件工具" in text


def test_no_default_is_called_national():
    for name, text in ALL.items():
        assert "国家标准规定" not in text, name
        assert not re.search(
            r"(?<!no )(?<!nor )(?<!or )national (?:value|limit|standard value)s? (?:is|are)", text
        ), name


def test_groups_are_nouns():
    """`generate.paths` opens every group; a group of another class would hide its words."""
    for word, entry in COMMANDS.items():
        command = import_module(f"bbcs.cli.{entry.module}").command(word)
        assert isinstance(command, ChineseGroup) or not hasattr(command, "list_commands")


# -- examples of timed tasks -----------------------------------------------------------------------


def timed_commands() -> dict[str, list[str]]:
    """The words of each `bbcs` command in docs/examples, by file."""
    import shlex
    from xml.etree import ElementTree

    folder, found = DOCS / "examples", {}
    for name in ("bbcs.cron", "bbcs-monthly.service"):
        text = (folder / name).read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if "/bin/bbcs " in line and line[0] != "#"]
        for number, line in enumerate(lines):
            found[f"{name}:{number}"] = shlex.split(line.partition("/bin/bbcs ")[2])
    task = ElementTree.parse(folder / "bbcs-monthly.xml")
    space = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
    arguments = task.findtext(f".//{space}Arguments") or ""
    found["bbcs-monthly.xml"] = arguments.replace("\\", "/").split()
    return found


@pytest.mark.parametrize("name", timed_commands())
def test_a_timed_task_of_the_examples_runs_in_silence(tmp_path, name, capsys, monkeypatch):
    from bbcs.cli import run

    home, places = tmp_path / "home", {"--out": tmp_path / "out", "--home": tmp_path / "home"}
    monkeypatch.setenv("BBCS_HOME", str(home))
    monkeypatch.setenv("BBCS_NOW", "2026-11-01T06:00")
    assert run(["init", "--station", "ZY01", "--name", "沾益站"]) == 0
    assert run(["station", "operator", "add", "yuebao", "--name", "月报", "--role", "clerk"]) == 0
    capsys.readouterr()
    words = timed_commands()[name]
    for option, place in places.items():
        if option in words:
            words[words.index(option) + 1] = str(place)
    assert run([*words, *([] if "--as" in words else ["--as", "yuebao"])]) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")
    assert (tmp_path / "out" / "月报_2026-10.xlsx").exists()


def test_the_timer_and_its_service_belong_together():
    from configparser import ConfigParser

    read = {}
    for kind in ("timer", "service"):
        text = (DOCS / "examples" / f"bbcs-monthly.{kind}").read_text(encoding="utf-8")
        read[kind] = ConfigParser(interpolation=None)
        read[kind].read_string(text)
    assert read["timer"]["Timer"]["Persistent"] == "true"
    assert read["service"]["Service"]["Type"] == "oneshot"


def test_every_form_of_a_document_stands_in_the_reference_with_its_own_keys():
    text = REFERENCE["documents"]
    for name, document in DOCUMENTS.items():
        section = text.partition(f"## `{name}`\n")[2].partition("\n## ")[0]
        forms = document.shape.get("oneOf", ())
        parts = re.split(r"^(?=[^\n|]+：$)", section, flags=re.MULTILINE)[1:]
        assert len(parts) == len(forms), name
        for one, part in zip(forms, parts, strict=True):
            assert part.startswith(f"{one['title']}：\n")
            assert set(re.findall(r"^\| `(\w+)`", part, re.MULTILINE)) == {*one["properties"]}
