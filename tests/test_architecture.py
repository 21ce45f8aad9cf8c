"""The house as design.md §3 draws it: who may import whom, what a clerk's command may load, and the budgets of style.md §2."""

from __future__ import annotations

import ast
import io
import json
import subprocess
import sys
import tokenize
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from statistics import mean, median

import pytest

import bbcs

HOUSE = Path(bbcs.__file__).parent
FILES = sorted(HOUSE.rglob("*.py"))


@cache
def trees() -> dict[str, ast.Module]:
    """Every file of the house; parsed only where a test asks for it, not when tests are collected."""
    return {
        path.relative_to(HOUSE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in FILES
    }


@cache
def nodes() -> dict[str, list[ast.AST]]:
    """Every file of the house -> all that stands in it; walked once, for many tests ask."""
    return {file: list(ast.walk(tree)) for file, tree in trees().items()}


CHAIN = (
    "errors",
    "findings",
    "calendar",
    "domain",
    "config",
    "registers",
    "usecases",
    "views",
    "store",
    "cli",
    "api",
)
"""Inner to outer; a layer may import itself and what stands before it."""
BESIDE = {
    "record": "errors",
    "ingest": "registers",
    "inspection": "registers",
    "papers": "registers",
    "insight": "registers",
    "render": "store",
    "query": "cli",
    "workcalendar": "cli",
    "window": "cli",
}
"""Module or folder -> the layer it stands beside or belongs to."""

HEAVY = {
    "sqlmodel", "sqlalchemy", "pydantic", "alembic", "rich.table", "rich.console", "rich.progress", "xlsxwriter", "openpyxl", "docxtpl", "holidays",
    "dateutil", "numpy", "prompt_toolkit",
}  # fmt: skip


def imports(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Every module named in an import, lazy ones too; `from bbcs import x` counts as bbcs.x."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            yield from (
                (f"bbcs.{alias.name}" for alias in node.names)
                if node.module == "bbcs"
                else [node.module or ""]
            )


@cache
def imported(file: str) -> tuple[str, ...]:
    """Every module that a file of the house names in an import."""
    return tuple(imports(nodes()[file]))


def part(module: str) -> str:
    """The part of the house: folder or module right below bbcs."""
    return module.split(".")[1] if "." in module else ""


def level(name: str) -> int:
    return CHAIN.index(BESIDE.get(name, name))


def may(importer: str, imported: str) -> bool:
    if importer == imported:
        return True
    return level(imported) < level(importer)


def test_imports_point_inward_only():
    wrong = []
    for file in trees():
        importer = file.split("/")[0].removesuffix(".py")
        if importer in ("__init__", "__main__"):
            continue
        for module in imported(file):
            if (
                module.startswith("bbcs.")
                and not part(module).startswith("__")
                and not may(importer, part(module))
            ):
                wrong.append(f"{file} imports {module}")
    assert not wrong, wrong


def run_time_imports(tree: ast.AST) -> Iterator[str]:
    """What a file imports when it runs, `from a import b` as a.b; what only type checkers read is
    left out.
    """
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        else:
            yield from run_time_imports(node)


def module_of(file: str) -> str:
    """The module that stands in a file of the house."""
    name = file.removesuffix(".py").removesuffix("__init__").rstrip("/").replace("/", ".")
    return f"bbcs.{name}".rstrip(".")


def circle(arrows: Mapping[str, set[str]]) -> list[str]:
    """Modules that import each other, [] where none do."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_files_import_each_other():
    """Imports inside functions count: a circle that is opened late is one all the same."""
    modules = {module_of(file): tree for file, tree in trees().items()}
    arrows = {
        name: {
            module if module in modules else module.rpartition(".")[0]
            for module in run_time_imports(tree)
            if module.startswith("bbcs.")
        }
        for name, tree in modules.items()
    }
    assert sum(map(len, arrows.values())) > len(arrows)  # arrows are found
    assert circle(arrows) == []
    assert circle({**arrows, "bbcs.errors": {"bbcs.window"}}) != []


def test_a_class_name_stands_for_one_thing():
    named: dict[str, list[str]] = {}
    for file, found in nodes().items():
        for node in found:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                named.setdefault(node.name, []).append(file)
    assert {name: files for name, files in named.items() if len(files) > 1} == {}


def test_lines_are_short_and_branches_are_statements():
    texts = [path.read_text(encoding="utf-8") for path in FILES]
    lines = [line for text in texts for line in text.splitlines()]
    assert sum(len(line) > 100 for line in lines) <= 0.01 * len(lines)
    hidden = sum(isinstance(node, ast.IfExp) for found in nodes().values() for node in found)
    assert hidden <= 0.02 * sum(lengths().values())


def test_the_rule_would_find_a_wrong_arrow():
    assert not may("domain", "usecases")
    assert not may("store", "render")
    assert not may("render", "store")
    assert not may("registers", "ingest")
    assert not may("errors", "record")
    assert not may("domain", "config")
    assert not may("usecases", "views")
    assert may("cli", "render")
    assert may("usecases", "registers")
    assert may("views", "usecases")


def test_views_are_given_values_and_ask_no_ledger():
    asking = {
        file
        for file, found in nodes().items()
        for node in found
        if file.startswith("views/") and isinstance(node, (ast.Name, ast.arg, ast.alias))
        if "Ledger" in (getattr(node, "id", ""), getattr(node, "name", ""))
    }
    assert asking == set()


AT_HOME = {
    "typer": ("cli/",),
    "rich": ("render/progress.py",),
    "prompt_toolkit": ("cli/prompts/screen.py",),
    "sqlite3": ("store/sqlite/",),
    "cryptography": ("store/backup/encryption.py",),
    "sqlmodel": ("store/tables.py", "query.py"),
    "sqlalchemy": (
        "store/tables.py",
        "store/schema_text.py",
        "store/postgres/schema_text.py",
        "store/postgres/reading.py",
        "query.py",
    ),
    "xlsxwriter": ("render/xlsx.py",),
    "tomllib": ("config/toml.py",),
    "tomli_w": ("config/toml.py",),
    "python_calamine": ("ingest/sheets.py",),
    "openpyxl": ("ingest/sheets.py", "render/blank_xlsx.py"),
    "xlrd": ("ingest/sheets.py",),
}
"""Library -> the only files that may name it."""


@pytest.mark.parametrize("library", AT_HOME)
def test_each_library_has_one_door(library):
    strange = {
        file
        for file, tree in trees().items()
        for module in imported(file)
        if module.split(".")[0] == library
    }
    assert {file for file in strange if not file.startswith(AT_HOME[library])} == set()


def calls(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, int]]:
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, (ast.Name, ast.Attribute)):
            yield node.func.id if isinstance(node.func, ast.Name) else node.func.attr, node.lineno


def test_nothing_prints_outside_the_command_line():
    found = [
        f"{file}:{line}"
        for file, found in nodes().items()
        if not file.startswith("cli/")
        for name, line in calls(found)
        if name == "print"
    ]
    assert [one for one in found if not one.startswith("__main__")] == []
    assert len(found) == 1, "only --version, which is answered before anything is loaded"


def test_the_clock_is_an_argument():
    """Nothing inside reads a clock: the command line does and hands the time on."""
    for file, there in nodes().items():
        if file.startswith(
            (
                "domain/",
                "calendar/",
                "registers/",
                "inspection/",
                "usecases/",
                "ingest/",
                "insight/",
            )
        ):
            read = [
                f"{file}:{line}"
                for name, line in calls(there)
                if name in ("now", "today", "utcnow", "localtime", "monotonic")
            ]
            assert not read
            assert "time" not in imported(file), file


# -- fresh interpreters --------------------------------------------------------------------------------------------

DAY = """
import json, sys
from bbcs.cli import run
heavy = set(json.loads(sys.argv[1]))
loaded = {"import bbcs.cli": sorted(heavy & set(sys.modules))}
for line in json.loads(sys.argv[2]):
    code = run(line)
    assert code == 0, (line, code)
    loaded[" ".join(line)] = sorted(heavy & set(sys.modules))
sys.stderr.write(json.dumps(loaded))
"""

COMMANDS = (
    "--help", "intake --help", "intake --from case.json", "intake --from case.toml", "triage 0001 --difficulty complex",
    "assign 0001 --lead 区市场监管局", "sign 0001", "step 0001 --kind verify", "feedback 0001 --stage final --text 办好了",
    "notify 0001 --kind result", "resolve 0001 --outcome solved --measures 改名",
    "callback 0001 --reached --solved yes --grade 5", "close 0001", "list", "list --json", "list --format csv", "todo", "todo --json",
    "show 0001", "show 0001 --history --json", "deadline 0001", "consult", "note 0002 --text 催问", "calendar add 2026-09-30 3",
    "calendar check 2026-10-10", "calendar count 2026-02-13 2026-02-28", "list --all --limit 1", "callback 0001 --help",
    "list --gaps --flag 督办", "list --unit 区市场监管局 --format md",
)  # fmt: skip


def python(*args: str, cwd: Path, home: Path) -> subprocess.CompletedProcess[str]:
    env = {
        "PATH": "/usr/bin:/bin",
        "BBCS_HOME": str(home),
        "BBCS_NOW": "2026-03-05T09:10",
        "USER": "demo",
        "PYTHONUTF8": "1",
    }
    return subprocess.run(
        [sys.executable, *args],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )


def test_no_clerk_command_loads_a_heavy_library(tmp_path):
    python(
        "-m",
        "bbcs",
        "init",
        "--station",
        "ZY01",
        "--name",
        "沾益站",
        cwd=tmp_path,
        home=tmp_path / "home",
    )
    case = {
        "matter": "诊所备案",
        "demand": "名称通不过",
        "reporter": "陈试验",
        "phone": "13800000001",
    }
    (tmp_path / "case.json").write_text(json.dumps(case), encoding="utf-8")
    (tmp_path / "case.toml").write_text(
        'matter = "户口"\ndemand = "办不了"\nreporter = "李样例"\n', encoding="utf-8"
    )
    lines = json.dumps([line.split() for line in COMMANDS])
    done = python("-c", DAY, json.dumps(sorted(HEAVY)), lines, cwd=tmp_path, home=tmp_path / "home")
    loaded = json.loads(done.stderr[done.stderr.rindex('{"import') :])
    assert {line: found for line, found in loaded.items() if found} == {}
    assert len(loaded) == len(COMMANDS) + 1


WRITING = "bbcs.store.writer bbcs.store.projections bbcs.store.indexes bbcs.store.chain hashlib"
"""What only a command that writes may load."""

DECIDING = " bbcs.domain.decide bbcs.domain.fold bbcs.domain.inputs"
"""What a list, which reads stored rows, has no use for."""

LISTING = (
    "bbcs.cli.slip bbcs.cli.dates bbcs.cli.prompts bbcs.render.formats bbcs.render.progress"
    " bbcs.render.text_table bbcs.registers bbcs.store.filters bbcs.store.searching bbcs.findings"
    " bbcs.usecases.batches bbcs.usecases.request_lists bbcs.usecases.unmasked bbcs.usecases.office_acts bbcs.views.rows"
)
"""What an act, which answers in one line, has no use for."""

COUNTER: Mapping[str, tuple[int, str]] = {
    "--help": (32, ""),
    "list --limit 50": (70, WRITING + DECIDING),
    "todo": (74, WRITING + DECIDING),
    "search 备案": (78, "bbcs.store.writer bbcs.domain.decide bbcs.domain.inputs bbcs.domain.clocks"),
    "show 0001": (86, WRITING + " bbcs.domain.decide"),
    "calendar add 2026-09-30 3": (60, WRITING + DECIDING + " bbcs.domain.clocks csv hashlib"),
    "intake --from case.json": (93, f"{LISTING} bbcs.domain.decide.ending bbcs.domain.decide.steering"),
    "triage 0001 --difficulty complex": (88, f"{LISTING} bbcs.domain.decide.ending bbcs.domain.decide.intake"),
    "assign 0001 --lead 区市场监管局": (89, f"{LISTING} bbcs.domain.decide.ending bbcs.domain.decide.intake"),
    "resolve 0001 --outcome solved --measures 改名": (91, f"{LISTING} bbcs.domain.decide.handling"),
    "callback 0001 --reached --solved yes --grade 5": (89, f"{LISTING} bbcs.domain.decide.handling"),
}  # fmt: skip
"""Command of the counter -> how many modules of the house it may load, and which modules it may not.

Each module costs a command 0.1 to 0.2 ms of its 80: what a new one holds belongs into a room that
is there, or is imported where it is used. A bound only goes down.
"""

ONE = """
import json, sys
from bbcs.cli import run
code = run(json.loads(sys.argv[1]))
sys.stderr.write("\\n" + json.dumps([code, sorted(sys.modules)]))
"""


ONE_WAY = {
    "__init__.py": "`bbcs --version` and `import bbcs` load nothing",
    "__main__.py": "`bbcs --version` loads nothing, a completion no Typer",
    "workcalendar.py": "without a home there is no ledger to open",
    "cli/completion.py": "each candidate loads only what it is asked for",
    "cli/report.py": "each report loads only what it prints",
    "cli/check.py": "only a county loads the lists of all stations",
    "cli/help_topics.py": "completion asks for the names of the topics alone",
    "cli/prompts/terminal.py": "the editor is a heavy library",
    "config/items.py": "an office with a catalogue reads the JSON of it",
    "domain/items.py": "an office with a catalogue pays no fractions at an intake",
}
"""Files outside the counter whose imports inside functions have a reason, and which."""


def modules_of(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """The modules that an import loads: of `from bbcs.cli import output` the module `output`."""
    for alias in node.names:
        if isinstance(node, ast.Import):
            yield alias.name
            continue
        inner = f"{node.module}.{alias.name}"
        path = HOUSE.parent / inner.replace(".", "/")
        is_module = path.is_dir() or path.with_suffix(".py").is_file()
        yield inner if is_module else str(node.module)


POSIX = {"pwd", "resource"}
"""Modules of the standard library that Windows lacks."""


def late_imports() -> Iterator[tuple[str, str]]:
    """(file, module) of every import inside a function, but for libraries that may be missing."""
    for file, there in nodes().items():
        functions = [node for node in there if isinstance(node, ast.FunctionDef)]
        found = [node for one in functions for node in ast.walk(one)]
        late = [node for node in found if isinstance(node, (ast.Import, ast.ImportFrom))]
        for module in {name for node in late for name in modules_of(node)}:
            top = module.partition(".")[0]
            if top == "bbcs" or top in sys.stdlib_module_names - POSIX:
                yield file, module


def unneeded(loaded: Sequence[Collection[str]]) -> Iterator[str]:
    """The imports inside functions that would cost no command of the counter a module at the top."""
    for file, module in late_imports():
        own = "bbcs." + file.removesuffix(".py").replace("/", ".")
        there = [modules for modules in loaded if own.removesuffix(".__init__") in modules]
        if file not in ONE_WAY and all(module in modules for modules in there):
            yield f"{file} imports {module} inside a function"


def test_a_command_of_the_counter_loads_what_it_needs(tmp_path):
    home = tmp_path / "home"
    python("-m", "bbcs", "init", "--station", "ZY01", "--name", "沾益站", cwd=tmp_path, home=home)
    case = {"matter": "诊所备案", "demand": "名称通不过", "reporter": "陈试验"}
    (tmp_path / "case.json").write_text(json.dumps(case), encoding="utf-8")
    python("-m", "bbcs", "intake", "--from", "case.json", cwd=tmp_path, home=home)
    loaded: list[Collection[str]] = []
    for line, (most, others) in COUNTER.items():
        done = python("-c", ONE, json.dumps(line.split()), cwd=tmp_path, home=home)
        code, modules = json.loads(done.stderr.splitlines()[-1])
        assert code == 0, line
        assert set(others.split()) & set(modules) == set(), line
        own = [name for name in modules if name.split(".")[0] == "bbcs"]
        assert len(own) <= most, (line, len(own), own)
        loaded.append(set(modules))
    assert sorted(unneeded(loaded)) == []


def test_help_loads_no_module_of_a_command(tmp_path):
    script = "import sys\nfrom bbcs.cli import run\nrun(['--help'])\nsys.stderr.write(' '.join(sys.modules))"
    modules = python("-c", script, cwd=tmp_path, home=tmp_path).stderr.split()
    words = {
        f"bbcs.cli.{name}"
        for name in (
            "intake",
            "acts",
            "listing",
            "show",
            "report",
            "calendar",
            "init",
            "ledger",
            "demo",
            "check",
        )
    }
    assert words & set(modules) == set()
    assert "sqlite3" not in modules


def test_version_is_answered_before_typer_is_loaded(tmp_path):
    script = "import sys\nsys.argv = ['bbcs', '--version']\nfrom bbcs.__main__ import main\nmain()\nsys.stderr.write(' '.join(sys.modules))"
    done = python("-c", script, cwd=tmp_path, home=tmp_path)
    assert done.stdout.startswith("bbcs ")
    assert {"typer", "bbcs.cli", "sqlite3", "json"} & set(done.stderr.split()) == set()


# -- budgets of style.md §2 ----------------------------------------------------------------------------------------


@cache
def functions() -> list[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function of the house with its name; made only where a test asks for it."""
    return [
        (f"{file}:{node.name}", node)
        for file, found in nodes().items()
        for node in found
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]


NO_CODE = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER,
}  # fmt: skip


def docstring_lines(there: Iterable[ast.AST]) -> set[int]:
    """The numbers of the lines that docstrings take."""
    first = [
        node.body[0]
        for node in there
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and ast.get_docstring(node, clean=False) is not None
    ]
    return {line for node in first for line in range(node.lineno, (node.end_lineno or 0) + 1)}


def code_lines(text: str, there: Iterable[ast.AST]) -> int:
    """Lines that are neither blank nor only comment nor docstring. there: all that stands in it."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    lines = {
        line
        for token in tokens
        if token.type not in NO_CODE
        for line in range(token.start[0], token.end[0] + 1)
    }
    return len(lines - docstring_lines(there))


def test_code_lines_are_neither_blank_nor_comment_nor_docstring():
    text = '"""One\n\ntwo."""\n\n# a reason\nx = (\n    1  # one\n)\n'
    assert code_lines(text, ast.walk(ast.parse(text))) == 3


@cache
def lengths() -> dict[str, int]:
    """File of the house -> its code lines."""
    return {
        file: code_lines((HOUSE / file).read_text(encoding="utf-8"), there)
        for file, there in nodes().items()
    }


def test_files_are_short():
    assert {file: count for file, count in lengths().items() if count > 400} == {}
    assert median(lengths().values()) <= 130


def test_functions_are_short():
    lines = {name: (node.end_lineno or 0) - node.lineno + 1 for name, node in functions()}
    assert {name: length for name, length in lines.items() if length > 60} == {}
    assert mean(lines.values()) <= 12
    assert sorted(lines.values())[int(len(lines) * 0.9)] <= 30


def bare(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether an argument (but self, cls and mcs) or the result has no annotation."""
    args = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    args += [one for one in (node.args.vararg, node.args.kwarg) if one]
    return node.returns is None or any(
        one.annotation is None and one.arg not in ("self", "cls", "mcs") for one in args
    )


def test_everything_is_annotated():
    assert [name for name, node in functions() if bare(node)] == []
