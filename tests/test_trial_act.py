"""An act added in the places that docs/developer.md names, and in no other, is there everywhere: help, options, history, docs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from xlsxwriter import Workbook

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
RATE = """_ROWS = (
    RateDefinition(
        "tired_rate",
        "跑累率",
        "本期登记的件",
        "跑了十趟的",
        "试验",
        monthly=7,
        of_units=True,
    ),
"""
TIRED = """] = {
    "tired_rate": lambda books: [
        Part(one.case.no, one.case.registered.get("trips", 0) >= 10) for one in books.own
    ],
"""
WEEKS = '''class Weeks(CalendarDays):
    """A trial: weeks; a day off at the end moves the end."""

    __slots__ = ()
    name = "weeks"
    label = "周，末日遇休息日顺延"

    def _end(
        self, calendar: DayCalendar, start: Moment, n: Number, cutoff: str, hours: str
    ) -> date:
        return day_of(start) + timedelta(days=7 * forward(n))

    def _account(
        self, calendar: DayCalendar, start: Moment, n: Number, end: Moment, cutoff: str, hours: str
    ) -> Iterator[ExplainedDay]:
        yield _account().describe(calendar, day_of(start), None, f"其后数 {n} 周")
        yield from _account().ended(self._last_days(calendar, end, int(n), "是末日"))


# -- every rule ---'''
ENGINE = """    if scheme == "ahead":
        from bbcs.store.ahead import ENGINE as ahead

        return ahead
    if scheme in ("", "sqlite"):
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
    ("domain/rates.py", "_ROWS = (\n", RATE),
    ("registers/rates/cases.py", "] = {\n", TIRED),
    (
        "config/schema.py",
        '"several_causes": "text", "sources"',
        '"several_causes": "text", "motto": "text", "sources"',
    ),
    (
        "domain/pack.py",
        '    several_causes: str = ""\n',
        '    several_causes: str = ""\n    motto: str = ""\n',
    ),
    (
        "domain/pack_checks/heads.py",
        "    for key, known in _CHOICES.items():\n",
        "    if len(pack.motto) > 10:\n"
        '        yield Finding("long_motto", "pack.motto", "口号太长", "写短一点")\n'
        "    for key, known in _CHOICES.items():\n",
    ),
    (
        "views/pack_changes.py",
        '    "several_causes": "几个原因时",',
        '    "several_causes": "几个原因时", "motto": "口号",',
    ),
    (
        "views/pack_changes.py",
        '"several_causes", "proposed"',
        '"several_causes", "motto", "proposed"',
    ),
    ("calendar/rules.py", "# -- every rule ---", WEEKS),
    ("calendar/rules.py", "        OfficeTime(),\n", "        OfficeTime(),\n        Weeks(),\n"),
    ("store/opening.py", '    if scheme in ("", "sqlite"):\n', ENGINE),
)
"""(file, text, what takes its place): the row, the place in LIFE, the arm of `fold`, the arm of `decide`; then the lines
of a trial register, command, check, paper, statistic, rate, key of a pack, counting rule and engine."""

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
    "store/ahead/__init__.py": '''"""A trial engine: SQLite that writes its log ahead, whatever its version."""

from bbcs.store.sqlite.session import SqliteEngine

ENGINE = SqliteEngine(journal="wal")
''',
}
"""New files: a trial register, command, check, paper, statistic and engine."""


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
        (package / name).parent.mkdir(exist_ok=True)
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
for name in sys.argv[2:] or ("commands", "acts", "events"):
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


def test_a_trial_rate_is_in_the_month_the_tables_of_units_and_the_forms(trial):
    """Its row and the function that counts it are enough, wherever rates stand."""
    assert "跑累率 " in said(trial, "report", "monthly", "--month", "2026-03")
    said(trial, "report", "monthly", "--month", "2026-03", "--out", "month")
    month = trial / "month"
    pages = [path.read_text("utf-8") for path in month.rglob("*.html")]
    assert any("跑累率" in page for page in pages)
    for report in ("kpi", "circular"):
        found = json.loads(said(trial, "report", report, "--month", "2026-03", "--json"))
        units = found["statistics"]["units"] if report == "kpi" else found["units"]
        assert "跑累率" in [one["label"] for one in units["columns"]]
        assert "tired_rate" in json.dumps(json.loads(said(trial, "help", "schema", report)))
    assert "tired_rate" in said(trial, "help", "schema", "county_kpi")
    with Workbook(str(trial / "form.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("项目", "本月数"))
        sheet.write_row(1, 0, ("跑累率",))
    filled = json.loads(said(trial, "report", "fill", "form.xlsx", "--month", "2026-03", "--json"))
    assert [one["name"] for one in filled["cells"]] == ["tired_rate"]


def test_a_trial_rate_is_in_report_scores_and_reference(trial):
    found = json.loads(said(trial, "report", "kpi", "--month", "2026-03", "--json"))
    (rate,) = [one for one in found["rates"] if one["name"] == "tired_rate"]
    assert (rate["label"], rate["numerator"]) == ("跑累率", 1)
    assert rate["denominator"] in (1, 2), "another test of this module may have taken a second case"
    assert "跑累率" in said(trial, "report", "kpi", "--month", "2026-03")
    reference = python(trial, "-c", GENERATE, str(ROOT / "docs"), "rates").stdout
    assert "`tired_rate`" in reference
    assert "跑了十趟的" in reference
    scored = (trial / "bbcs/data/packs/default.toml").read_text(
        "utf-8"
    ) + "[score]\ntired_rate = 100\n"
    (trial / "scored.toml").write_text(scored, encoding="utf-8")
    assert "tired_rate" not in python(trial, "-m", "bbcs", "pack", "check", "scored.toml").stdout


def test_a_trial_key_of_a_pack_is_read_checked_and_compared(trial):
    text = (trial / "bbcs/data/packs/default.toml").read_text("utf-8")
    for name, motto in (("good", "马上办"), ("bad", "一二三四五六七八九十百")):
        own = text.replace("[pack]\n", f'[pack]\nmotto = "{motto}"\n', 1)
        (trial / f"{name}.toml").write_text(own, encoding="utf-8")
    assert "口号太长" in python(trial, "-m", "bbcs", "pack", "check", "bad.toml").stdout
    assert "motto" not in python(trial, "-m", "bbcs", "pack", "check", "good.toml").stdout
    assert "口号" in said(trial, "pack", "diff", "default", "good.toml")


def test_a_trial_counting_rule_counts_and_explains_itself(trial):
    """2026-03-05 is a Thursday; the second Thursday after it is a working day."""
    assert "weeks" in said(trial, "calendar", "add", "--help")
    explained = said(trial, "calendar", "add", "2026-03-05", "2", "--rule", "weeks", "--explain")
    assert "2026-03-19" in explained
    assert "其后数 2 周" in explained
    batch = said(trial, "calendar", "batch", "-", give="rule,start,n\nweeks,2026-03-05,1\n")
    assert "weeks,2026-03-05,1,2026-03-12" in batch


def test_a_trial_engine_holds_a_ledger(trial):
    home = str(trial / "other")
    made = ("--station", "ZY02", "--name", "另一站", "--store", "ahead:")
    said(trial, "init", "--home", home, *made)
    given = ("--matter", "备案", "--demand", "办不下去", "--reporter", "陈试验")
    said(trial, "intake", "--home", home, *given)
    assert (
        json.loads(said(trial, "ledger", "info", "--home", home, "--json"))["journal_mode"] == "wal"
    )
    assert "备案" in said(trial, "list", "--home", home)
    assert (
        json.loads(said(trial, "ledger", "verify", "--full", "--home", home, "--json"))["ok"]
        is True
    )
