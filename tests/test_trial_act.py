"""An act added in the places that docs/developer.md names, and in no other, is there everywhere: help, options, history, docs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import bbcs

ROOT = Path(__file__).parents[1]

ROW = """PAGE: tuple[Act, ...] = (
    Act(
        "visit",
        "家访",
        (Kind("Visited", "家访", "已记家访"),),
        "家访：到反映人家里看一看",
        (
            choice("mood", "态度", {"calm": "平和", "angry": "激动"}, required=True),
            text("seen", "看到什么"),
        ),
        ("bbcs visit 0001 --mood 平和 --seen 门口有台阶",),
        section="办理",
        brief="到家里看一看",
        moves="order",
    ),
"""
EDITS = (
    ("domain/acts/handling.py", "PAGE: tuple[Act, ...] = (\n", ROW),
    ("domain/case.py", '"step", "resolve", *_ANY)', '"step", "visit", "resolve", *_ANY)'),
    (
        "domain/fold/handling.py",
        '    "Triaged": _triaged,\n',
        '    "Triaged": _triaged,\n    "Visited": lambda case, _: case._replace(phase="handling"),\n',
    ),
    (
        "domain/decide/handling.py",
        "\n\nARMS: ",
        '''


def _visit(case: Case, ask: Ask, at: datetime) -> Drafted:
    """A trial: an angry reporter needs a line of text."""
    if ask.inputs["mood"] == "angry":
        need("visit", ask.inputs, "seen", why="激动的要写看到什么")
    return [("Visited", ask.inputs)]


ARMS: ''',
    ),
    ("domain/decide/handling.py", "] = {\n", '] = {\n    "visit": _visit,\n'),
    (
        "registers/__init__.py",
        '    "consultations": "咨询登记簿",\n',
        '    "consultations": "咨询登记簿",\n    "phases": "环节簿",\n',
    ),
    (
        "domain/register_columns.py",
        '    "consultations": {\n',
        '    "phases": {"case_no": "编号", "phase": "环节"},\n    "consultations": {\n',
    ),
    (
        "cli/registry.py",
        '    "help": CommandSpec(',
        '    "greet": CommandSpec("greet", "查看", "问一声好", "问好"),\n    "help": CommandSpec(',
    ),
    ("inspection/checks.py", "    promises,\n", "    many_trips,\n    promises,\n"),
    (
        "inspection/checks.py",
        '    "C01": Check(',
        '    "C99": Check("info", "跑了很多趟", many_trips.check),\n    "C01": Check(',
    ),
    (
        "papers/__init__.py",
        '    "minutes": PaperKind(',
        '    "greeting": PaperKind("问候信", "问", "greetings", "intake"),\n    "minutes": PaperKind(',
    ),
    (
        "registers/statistics/__init__.py",
        '    "improvements": "改进前后",\n',
        '    "improvements": "改进前后",\n    "trips": "跑了几趟",\n',
    ),
    ("views/schemas/statistics.py", "import holders, ", "import trips, holders, "),
    (
        "views/schemas/statistics.py",
        '        "topics": _TOPICS,\n        "improvements"',
        '        "trips": _statistic(trips.COLUMNS, {}),\n'
        '        "topics": _TOPICS,\n        "improvements"',
    ),
)
"""(file, text, what takes its place): the row, the place in LIFE, the arm of `fold`, the arm of `decide`; then the lines
of a trial register, command, check, paper and statistic."""

FILES = {
    "registers/phases.py": '''"""A trial register: the phase of each case."""

from collections.abc import Iterator

from bbcs.domain.case import PHASES
from bbcs.registers.entry import RegisterEntry
from bbcs.registers.register import RegisterLine, Register


class PhaseRegister(Register):
    """One row for each case."""

    name = "phases"
    kinds = {"seq": "int"}

    def lines(self, entry: RegisterEntry) -> Iterator[RegisterLine]:
        """The row of a case."""
        cells = {"case_no": entry.case.no, "phase": PHASES[entry.case.phase]}
        yield RegisterLine(entry.case.no, cells)


REGISTER = PhaseRegister
''',
    "cli/greet.py": '''"""A trial command."""

from bbcs.cli import options
from bbcs.cli.click import Command
from bbcs.cli.options import CommandDefinition, Values
from bbcs.cli.settings import Settings
from bbcs.render.terminal import echo


def _greet(settings: Settings, given: Values) -> None:
    echo("你好")


def command(word: str) -> Command:
    """The command."""
    return options.command(word, CommandDefinition("问好", _greet, examples=("bbcs greet",)))
''',
    "inspection/many_trips.py": '''"""A trial check."""

from collections.abc import Iterator

from bbcs.inspection.case_view import CaseView, Problem


def check(one: CaseView) -> Iterator[Problem]:
    """Who came ten times."""
    if one.registered.get("trips", 0) >= 10:
        yield "跑了十趟", f"bbcs show {one.no}"
''',
    "papers/greetings.py": '''"""A trial paper."""

from bbcs.papers.paper import Paper, PaperSource, facts


def greeting(source: PaperSource) -> list[Paper]:
    """One letter for each case."""
    about = facts(("matter", "事项", source.text(source.case.registered["matter"])))
    return [source.paper("greeting", "问候信", source.events[0], facts=about)]
''',
    "registers/statistics/trips.py": '''"""A trial statistic."""

from bbcs.registers.statistics.source import StatisticsSource
from bbcs.registers.table import Column, Table

COLUMNS = (Column("period", "哪一期"),)


def build(source: StatisticsSource) -> Table:
    """The title of the period."""
    return Table("trips", "跑了几趟", COLUMNS, [{"period": source.title}], [])
''',
}
"""New files: a trial register, command, check, paper and statistic."""


@pytest.fixture(scope="module")
def trial(tmp_path_factory) -> Path:
    """A folder that holds a copy of the package with the trial act, and a home with one case."""
    folder = tmp_path_factory.mktemp("trial")
    package = folder / "bbcs"
    skipped = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(bbcs.__file__).parent, package, ignore=skipped)
    for name, old, new in EDITS:
        text = (package / name).read_text(encoding="utf-8")
        assert old in text, (name, old)
        (package / name).write_text(text.replace(old, new), encoding="utf-8")
    for name, text in FILES.items():
        (package / name).write_text(text, encoding="utf-8")
    said(folder, "init", "--station", "ZY01", "--name", "沾益站")
    said(
        folder,
        "intake",
        "--matter",
        "备案",
        "--demand",
        "办不下去",
        "--reporter",
        "陈试验",
        "--trips",
        "10",
    )
    return folder


def python(folder: Path, *args: str, give: str = "") -> subprocess.CompletedProcess[str]:
    """One fresh interpreter that sees the copied package first."""
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(folder),
        "PYTHONUTF8": "1",
        "BBCS_HOME": str(folder / "home"),
        "BBCS_NOW": "2026-03-05T09:10",
        "USER": "demo",
    }
    return subprocess.run(
        [sys.executable, *args],
        cwd=folder,
        env=env,
        input=give,
        capture_output=True,
        text=True,
        timeout=120,
    )


def said(folder: Path, *words: str, give: str = "") -> str:
    """What a command prints; it must end well."""
    done = python(folder, "-m", "bbcs", *words, give=give)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_copy_is_what_runs(trial):
    where = python(trial, "-c", "import bbcs; print(bbcs.__file__)").stdout
    assert Path(where.strip()).is_relative_to(trial)


def test_help_names_the_act_its_options_and_choices(trial):
    assert "  visit 家访" in said(trial, "--help")
    page = said(trial, "visit", "--help")
    assert page == said(trial, "家访", "--help") == said(trial, "help", "家访")
    assert "家访：到反映人家里看一看" in page
    assert "bbcs visit 0001 --mood 平和" in page
    assert "平和 calm、激动 angry" in page
    assert "--seen" in page


def test_the_act_is_done_and_shown_everywhere(trial):
    assert "已记家访" in said(
        trial, "visit", "0001", "--mood", "平和", "--seen", "陈试验家门口有台阶 13800000001"
    )
    given = json.dumps({"mood": "angry", "seen": "门锁着"}, ensure_ascii=False)
    shown = json.loads(said(trial, "visit", "0001", "--from", "-", "--json", give=given))
    assert (shown["phase"], shown["version"], "visit" in shown["actions"]) == ("handling", 4, True)

    history = said(trial, "show", "0001", "--history")
    assert "已记家访" in history
    assert "态度：平和；看到什么：陈**家门口有台阶 138****0001" in history
    entries = json.loads(said(trial, "show", "0001", "--history", "--json"))["history"]
    assert [entry["data"] for entry in entries if entry["kind"] == "Visited"] == [
        {"mood": "calm", "seen": "陈**家门口有台阶 138****0001"},
        {"mood": "angry", "seen": "门锁着"},
    ]
    found = json.loads(said(trial, "search", "台阶", "--json"))
    assert [case["case_no"] for case in found["cases"]] == ["ZY01-20260305-0001"]

    said(trial, "correct", "0001", "--field", "visit.mood", "--new", "平和", "--why", "选错了")
    assert "更正哪一栏：家访的态度" in said(trial, "show", "0001", "--history")
    assert json.loads(said(trial, "ledger", "verify", "--full", "--json"))["ok"] is True


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        ((), 2, "--mood（态度）；可写：平和、激动"),
        (("--mood", "开心"), 13, "平和（calm）"),
        (("--mood", "angry"), 2, "激动的要写看到什么"),
        (("--mood", "calm", "--colour", "red"), 2, "--colour"),
    ],
)
def test_what_is_wrong_is_refused_as_with_every_act(trial, given, code, message):
    done = python(trial, "-m", "bbcs", "visit", "0001", *given)
    assert done.returncode == code, done.stderr
    assert message in done.stderr


def test_it_may_not_be_done_where_life_does_not_allow_it(trial):
    source = json.dumps(
        {"matter": "户口", "demand": "办不了", "reporter": "李样例", "decision": "later"},
        ensure_ascii=False,
    )
    number = json.loads(said(trial, "intake", "--from", "-", "--json", give=source))["case_no"]
    done = python(trial, "-m", "bbcs", "visit", number, "--mood", "calm")
    assert done.returncode == 11, done.stderr
    assert "不能家访" in done.stderr


GENERATE = """
import sys
sys.path.insert(0, sys.argv[1])
import generate
for name in ("commands", "acts", "events"):
    print(getattr(generate, name)())
"""


def test_the_reference_has_it(trial):
    done = python(trial, "-c", GENERATE, str(ROOT / "docs"))
    assert done.returncode == 0, done.stderr
    assert "### `bbcs visit`\n\n中文名：家访" in done.stdout
    assert "### `visit` 家访\n\n家访：到反映人家里看一看。\n\n写进台账：`Visited`" in done.stdout
    assert "| `mood` | `--mood` | 是 |  | 固定词：`calm` `angry` | 公开 | 态度 |" in done.stdout
    assert "## `Visited` 家访\n\n属于一件；来自 `visit`。" in done.stdout


def test_a_number_is_not_read_as_the_choice_of_another_act(trial):
    """`--trips 10` was shown as 10年, the Chinese of a term of the archive."""
    assert "已跑的趟数：10\n" in said(trial, "show", "0001")


def test_a_trial_register_is_printed_and_named(trial):
    assert "环节簿（phases）" in said(trial, "report", "register", "--help")
    shown = said(trial, "report", "register", "phases", "--month", "2026-03", "--format", "csv")
    assert "ZY01-20260305-0001," in shown
    assert shown.splitlines()[0].endswith("编号,环节")


def test_a_trial_command_is_found_by_word_and_alias(trial):
    assert "  greet 问好" in said(trial, "--help")
    assert said(trial, "greet") == said(trial, "问好") == "你好\n"
    done = python(trial, "-m", "bbcs", "gret")
    assert "你是不是想输入 greet" in done.stderr


def test_a_trial_check_is_run_explained_and_in_the_list(trial):
    assert "C99  提示  跑了很多趟" in said(trial, "help", "checks")
    done = python(trial, "-m", "bbcs", "check", "--code", "C99", "--json")
    assert [
        (one["code"], one["what"], one["hint"]) for one in json.loads(done.stdout)["findings"]
    ] == [("C99", "跑了十趟", "bbcs show ZY01-20260305-0001")]


def test_a_trial_paper_is_printed(trial):
    page = said(trial, "doc", "0001", "greeting")
    assert "问候信" in page
    assert "备案" in page


def test_a_trial_statistic_is_in_the_report_and_its_schema(trial):
    found = json.loads(said(trial, "report", "kpi", "--month", "2026-03", "--json"))
    assert found["statistics"]["trips"]["title"] == "跑了几趟"
    schema = json.loads(said(trial, "help", "schema", "kpi"))
    assert "trips" in json.dumps(schema)
