"""Help and usage: Chinese throughout, examples first, typos answered with what would work."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from cli_desk import Desk

from bbcs.cli import registry
from bbcs.domain.acts.table import ACTS
from bbcs.errors import BbcsError
from bbcs.papers import PAPERS
from bbcs.registers import REGISTERS
from bbcs.registers.paper import FORMS
from bbcs.render.width import columns

COMMANDS, ALIASES = registry.commands(), registry.aliases()


def walk(words, command):
    """(words, is a group) of a command and of every one below it."""
    below = getattr(command, "words", {})
    yield words, bool(below)
    for name in below:
        yield from walk([*words, name], command.get_command(None, name))


EVERY = [
    one
    for word, entry in COMMANDS.items()
    for one in walk([word], import_module(f"bbcs.cli.{entry.module}").command(word))
]
LEAVES = [words for words, group in EVERY if not group]
GROUPS = [words for words, group in EVERY if group]

TYPED = {
    *COMMANDS,
    *(name for words, _ in EVERY for name in words),
    *(choice for act in ACTS for field in act.fields for choice in field.choices),
    *["table", "json", "ndjson", "csv", "tsv", "md", "xlsx", "xls", "ods", "rejected.xlsx"],
    *["docx", "postgresql", "file"],
    *["clerk", "leader", "supervisor", "admin", "auditor", "county", "township", "village", "all"],
    *["docx", "postgresql", "file"],
    *[
        "wd",
        "wd_roll",
        "same_day",
        "cal_roll",
        "month",
        "hours_wall",
        "hours_business",
        "rule",
        "start",
        "n",
        "due",
        "provisional",
    ],
    *[
        "due",
        "received",
        "number",
        "fast_lane",
        "conduct",
        *REGISTERS,
        *FORMS,
        "last",
        "exit-codes",
        "fields",
        "checks",
        "schema",
        "case",
        "words",
        "half_up",
        "truncate",
    ],
    *["error", "warning", "info"],
    *["bbcs", "BBCS_HOME", "BBCS_AS", "JSON", "TOML", "CSV", "T", "heads.txt"],
}
"""Latin words a clerk types: commands, fixed values, columns, names of formats and variables."""

PLACES = {
    "init": {"default", "zhanyi"},
    "doc": {*PAPERS, ".docx", "docx", ".txt", "txt", "Word", "PDF", ".pdf", "pdf"},
    "report": {"LibreOffice", "pdf"},
    "pack": {"zhanyi"},
    "config": {"format", "colour", "pager", "encoding", "none"},
    "station": {"li", "am", "pm"},
    "ledger": {"backups"},
    "act": {"case_no", "once", "source", "source_no", "verb"},
    "county": {"PostgreSQL", "SQL", "postgresql", "service"},
    "export": {"utf-8", "utf-8-sig", "gb18030"},
    "import": {"columns", "units", "words.state"},
}
"""Names given as an instance, only in the help of these words."""


def strange(text: str, typed: set[str]) -> set[str]:
    """ASCII words of a help text that nobody types. Example lines count only behind their `#`."""
    found = set()
    for line in text.splitlines():
        if re.match(r"  bbcs( |$)", line):
            line = line.partition("  #")[2]
        found |= {
            word
            for word in re.findall(r"(?<![\w-])-{0,2}[A-Za-z][\w.-]*", line, re.ASCII)
            if not word.startswith("-")
        }
    return found - typed


def test_the_check_finds_english():
    english = "Usage: bbcs [OPTIONS]\nOptions:\n  --help  Show this message and exit.\n  --at TEXT  [required]  [default: now]"
    found = strange(english, TYPED)
    assert {
        "Usage",
        "OPTIONS",
        "Options",
        "Show",
        "this",
        "message",
        "and",
        "TEXT",
        "required",
        "default",
    } <= found


@pytest.mark.parametrize(
    ("words", "group"), EVERY, ids=lambda value: "-".join(value) if isinstance(value, list) else ""
)
def test_every_command_has_chinese_help_with_examples(empty: Desk, words, group):
    said = empty(*words, "--help")
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert "示例：" in lines
    assert lines.index("示例：") < next(
        i for i, line in enumerate(lines) if line.startswith("用法：")
    )
    assert any(
        line.startswith(f"  bbcs {' '.join(words)}") or line == "  bbcs"
        for line in lines[lines.index("示例：") :]
    )
    assert strange(said.out, TYPED | PLACES.get(words[0], set())) == set()
    assert not empty.home.exists()


def test_root_help(empty: Desk):
    said = empty("--help")
    assert said.code == 0
    assert "示例：" in said.out.splitlines()
    assert strange(said.out, TYPED) == set()
    assert all(f"  {word} " in said.out for word in COMMANDS)
    assert empty("help").out == said.out


@pytest.mark.parametrize("alias", ALIASES)
def test_an_alias_gives_the_same_help(empty: Desk, alias):
    assert empty(alias, "--help") == empty(ALIASES[alias], "--help")
    assert empty("help", alias) == empty(ALIASES[alias], "--help")


def test_help_on_a_command_is_a_document_where_one_is_wanted(empty: Desk):
    for word in ("import", "station"):
        asked = empty.json("help", word)
        assert asked["schema"] == "bbcs.help/text"
        assert asked == empty.json(word, "--help")


def test_a_group_says_what_its_words_do_without_their_conditions(empty: Desk):
    shown = empty.ok("station", "--help").out
    assert "加一个单位、从名册撤下一个单位、单位改名、载入单位名册、列出单位\n" in shown


def test_an_empty_argument_is_refused_by_its_own_name(desk: Desk):
    assert "“文字”是空的" in desk.fails(2, "search", "").err
    assert "--text 后面是空的" in desk.fails(2, "note", "1", "--text", "").err


def test_the_aliases_of_the_design_exist():
    assert {"受理", "研判", "交办", "办结", "回访", "报表"} <= set(ALIASES)
    assert len(ALIASES) == len({entry.alias for entry in COMMANDS.values()}) + len(registry.ALSO)


def one_line(said, word=""):
    """Exit 2 and one Chinese line without English."""
    assert said.code == 2
    assert said.out == ""
    assert said.err.startswith("bbcs: ")
    assert said.err.count("\n") == 1
    assert word in said.err
    assert not re.search(
        r"(?i)\b(no such|usage|missing|got unexpected|requires|option|argument|extra|invalid|try|error)\b",
        said.err,
    )


@pytest.mark.parametrize(
    ("typo", "near"),
    [
        ("intkae", "intake"),
        ("tirage", "triage"),
        ("lst", "list"),
        ("受里", "受理"),
        ("calender", "calendar"),
        ("zzzz", "--help"),
    ],
)
def test_a_typo_suggests(desk: Desk, typo, near):
    one_line(desk(typo), near)


@pytest.mark.parametrize("words", LEAVES, ids="-".join)
def test_an_unknown_option_is_refused(desk: Desk, words):
    one_line(
        desk(*words, *needed(words), "--zzz-zzz"),
        "--zzz-zzz" if words != ["calendar", "add"] else "",
    )


SEVERAL = (["pack", "test"], ["sign"], ["close"], ["archive"], ["note"], ["ledger", "erase"])
"""Words that take any number of files or cases."""


@pytest.mark.parametrize("words", SEVERAL[1:], ids="-".join)
def test_a_case_more_that_is_none_refuses_all(desk: Desk, words):
    desk.take()
    said = desk(*words, "0001", "多的", *needed(words)[1:])
    assert said.code == 2 or said.code == 10, said
    assert "多的" not in said.out


@pytest.mark.parametrize("words", [words for words in LEAVES if words not in SEVERAL], ids="-".join)
def test_an_extra_argument_is_refused(desk: Desk, words):
    said = desk(*words, *needed(words), "多的", "还多")
    one_line(said, "多写了")
    assert "还多" not in said.err, "it may be a name"


@pytest.mark.parametrize(
    "words",
    [words for words in LEAVES if words[-1] not in ("report", "register", "help", "demo")],
    ids="-".join,
)
def test_a_missing_argument_is_named(desk: Desk, words):
    if needed(words, optional=False):
        one_line(desk(*words), "缺少")


@pytest.mark.parametrize("words", GROUPS, ids="-".join)
def test_a_group_alone_names_its_words(desk: Desk, words):
    said = desk(*words)
    one_line(said, "--help")
    below = [other for other, _ in EVERY if other[:-1] == words]
    assert all(other[-1] in said.err for other in below), said.err
    one_line(desk(*words, "zzzz"))


@pytest.mark.parametrize(
    "line",
    ["list --due", "triage 0001 --difficulty", "intake --from", "show 0001 --reason", "init --station", "calendar add 2026-03-02 3 --rule",
     "--home", "list --as", "list --open=3", "callback 0001 --reached=1", "intake --dry-run=3"],
)  # fmt: skip
def test_a_value_missing_or_too_much(desk: Desk, line):
    one_line(desk(*line.split()), line.split()[-1].partition("=")[0])


def test_usage_errors_as_json(desk: Desk):
    import json

    said = desk("list", "--foo", "--json")
    assert (said.code, said.out) == (2, "")
    assert json.loads(said.err)["exit"] == 2


def needed(words, optional=True):
    """Enough arguments for a command; without `optional` only those that must be there."""
    from bbcs.cli import config, pack, report, station
    from bbcs.cli.calendar import WORDS as DAYS

    known = {
        "calendar": DAYS,
        "config": config.CONFIG,
        "pack": pack.PACK,
        "report": report.WORDS,
        "station": station.STATION,
    }
    if words[0] in known:
        word = known[words[0]]
        for name in words[1:]:
            word = word[name]
        return ["x"] * sum(
            not argument.many and (optional or argument.default is None)
            for argument in word.arguments
        )
    if words[0] in ("help", "demo"):
        return ["x"]
    command = import_module(f"bbcs.cli.{COMMANDS[words[0]].module}").command(words[0])
    return (
        ["0001"] if any(param.name == "number" for param in getattr(command, "params", ())) else []
    )


def test_exit_codes_are_explained(empty: Desk):
    """`help exit-codes` names every code that a refusal can have, and nothing else."""

    def below(kind):
        return {kind, *(one for child in kind.__subclasses__() for one in below(child))}

    kinds = below(BbcsError)
    codes = [kind.code for kind in kinds if "code" in vars(kind)]
    assert len(codes) == len(set(codes))
    rows = empty.json("help", "exit-codes")["rows"]
    listed = {int(row["name"]) for row in rows}
    assert {kind.exit_code for kind in kinds} | {0, 1} == listed


def test_help_on_fields_names_every_key_of_the_answer(desk: Desk):
    from test_cli_contract import KEYS

    named = {row["name"] for row in desk.json("help", "fields")["rows"]}
    assert named >= KEYS - {"schema"}


def test_the_crib_sheet_is_one_page_and_names_only_what_there_is(empty: Desk):
    """An A4 page of 60 lines of 80 columns; every command and option on it exists."""
    sheet = empty.ok("help", "速查").out
    lines = sheet.rstrip("\n").split("\n")
    assert len(lines) <= 60
    assert max(map(columns, lines)) <= 80
    used = re.findall(r"bbcs ([a-z]+)((?: --[a-z-]+)*)", sheet)
    assert len({word for word, _ in used}) > 20
    for word, _ in used:
        assert word in COMMANDS, word
    for option in set(re.findall("--[a-z-]+", sheet)) - {"--help"}:
        words = {
            word for line in lines if option in line for word in re.findall("bbcs ([a-z]+)", line)
        }
        pages = [empty("help", word).out for word in words or {"intake"}]
        pages += [empty("report", "monthly", "--help").out] if "report" in words else []
        assert any(option in page for page in [*pages, empty("help", "intake").out]), option


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_yes_stands_before_a_command_or_after_it(desk, words):
    """As every global option does; never 没有选项."""
    for typed in (["--yes", *words], [words[0], "--yes", *words[1:]], [*words, "--yes"]):
        said = desk(*typed, "--help")
        assert (said.code, "--yes" in said.out) == (0, True), typed


def test_what_asks_is_agreed_to_before_the_command_too(desk, tmp_path):
    desk.take()
    path = tmp_path / "件.csv"
    path.write_text("别的", encoding="utf-8")
    assert desk("list", "--out", path).code == 15
    desk.ok("--yes", "list", "--out", path)
    assert "别的" not in path.read_text(encoding="utf-8")
