"""Homes that cannot be lost: `init` beside what is left of one, parts that are gone, outputs over a home's own files."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_desk import Answer, Desk
from test_cli_empty import arguments, commands

from bbcs.cli import recorded_sessions
from bbcs.cli.options import OUTPUTS

PARTS = ("ledger.db", "station.toml", "lookup.key", "heads.txt")
INIT = ("init", "--station", "ZY02", "--name", "另一个站")
READING = (
    ("list",), ("show", "0001"), ("todo",), ("search", "诊所"), ("check",), ("ledger", "verify"), ("ledger", "info"),
    ("report", "monthly"), ("intake", "--matter", "x", "--demand", "y", "--anonymous"),
)  # fmt: skip


def files(home: Path) -> dict[str, bytes]:
    """Every file of a home with its bytes; caches are made anew at any time."""
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file() and path.relative_to(home).parts[0] != "cache"
    }


@pytest.fixture(scope="module")
def filled(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A home with a case, an attachment, a printed head and a backup."""
    folder = tmp_path_factory.mktemp("filled")
    desk = Desk(made).copied(folder)
    number = desk.take()
    paper = folder / "受理单.pdf"
    paper.write_bytes(b"%PDF-1.4 one page")
    desk.ok("attach", number, paper)
    desk.ok("report", "monthly", "--out", folder / "月报")
    (desk.home / "backups" / "2026-03-05.bbcs").write_bytes(b"a backup")
    return desk


@pytest.fixture
def full(filled: Desk, tmp_path: Path) -> Desk:
    """A copy of that home."""
    return filled.copied(tmp_path)


@pytest.mark.parametrize(
    "gone",
    [set(some) for n in (1, 2, 3) for some in itertools.combinations(PARTS, n)],
    ids=lambda s: "-".join(sorted(s)),
)
def test_init_never_runs_beside_what_is_left_of_a_home(full: Desk, gone: set[str]):
    for name in gone:
        (full.home / name).unlink()
    before = files(full.home)
    done = full(*INIT)
    assert done.code == 2, done
    assert files(full.home) == before
    if {"ledger.db", "station.toml"} & gone:
        assert "ledger restore" in done.err


def test_a_backup_alone_is_enough_to_keep_init_away(full: Desk):
    for name in PARTS:
        (full.home / name).unlink()
    assert full(*INIT).code == 2
    (full.home / "backups" / "2026-03-05.bbcs").unlink()
    full.ok(*INIT)


@pytest.mark.parametrize("gone", ["ledger.db", "station.toml"])
@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_a_lost_part_is_named_and_init_is_not_proposed(
    full: Desk, gone: str, words: tuple[str, ...]
):
    (full.home / gone).unlink()
    done = full(*words)
    assert done.code == 22, done
    assert gone in done.err
    assert "ledger restore" in done.err
    assert "init" not in done.err


@pytest.mark.parametrize("gone", list(itertools.combinations(PARTS, 2)), ids="-".join)
def test_two_lost_parts_are_refused_or_said(full: Desk, gone: tuple[str, str]):
    for name in gone:
        (full.home / name).unlink()
    codes = {words: full(*words).code for words in READING}
    if {"ledger.db", "station.toml"} & set(gone):
        assert set(codes.values()) == {22}, codes
    else:
        assert 70 not in codes.values(), codes
    assert full("doctor").code == 1


@pytest.mark.parametrize("name", ["ledger.db", "station.toml"])
def test_an_emptied_part_is_said_to_be_empty(full: Desk, name: str):
    (full.home / name).write_bytes(b"")
    for words in READING:
        done = full(*words)
        assert done.code == 22, (words, done)
        assert "清空" in done.err
        assert "ledger restore" in done.err


def test_a_calendar_of_a_home_that_lost_its_ledger_is_not_the_shipped_one(full: Desk):
    (full.home / "ledger.db").unlink()
    assert full("calendar", "add", "2026-03-05", "3").code == 22


LISTS = (("station", "unit", "list"), ("station", "operator", "list"), ("station", "duty", "list"))


@pytest.mark.parametrize("words", LISTS, ids=" ".join)
def test_a_roster_of_a_home_that_lost_its_ledger_is_refused_too(full: Desk, words: tuple[str, ...]):
    full.ok(*words)
    (full.home / "ledger.db").unlink()
    done = full(*words)
    assert done.code == 22, done
    assert "ledger.db" in done.err
    assert "ledger restore" in done.err


def test_a_killed_init_is_done_again(tmp_path: Path):
    home = tmp_path / "home"
    script = (
        "import os, sys\n"
        "from bbcs.config import station_file\n"
        "station_file.write = lambda *_: os._exit(9)\n"
        "from bbcs.cli import run\n"
        "sys.exit(run(sys.argv[1:]))\n"
    )
    desk = Desk(home)
    killed = subprocess.run(
        [sys.executable, "-c", script, *INIT],
        env=desk.env(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert killed.returncode == 9
    assert "没有做完" in desk("list").err
    assert desk(*INIT).code == 2  # it may be at work still
    then = (home / "init.unfinished").stat().st_mtime - 120
    os.utime(home / "init.unfinished", (then, then))
    desk.ok(*INIT)
    desk.ok("list")
    assert not (home / "init.unfinished").exists()


# -- outputs -------------------------------------------------------------------------------------------------------


def outputs() -> list[tuple[tuple[str, ...], str]]:
    """Every option that names a file or folder to write, with its command."""
    from bbcs.cli import attach, calendar, doc, export, intake, listing, pack, report, slip

    rows = [(("intake",), intake.HOW), (("attach",), attach.GETTING), (("slip",), slip.SLIP.fields)]
    rows += [(("export",), export.FIELDS), (("doc",), doc.DOC.fields)]
    rows += [((name,), word.fields) for name, word in listing.WORDS.items()]
    groups = (("calendar", calendar.WORDS), ("report", report.WORDS), ("pack", pack.PACK))
    for noun, words in groups:
        rows += [((noun, name), word.fields) for name, word in words.items()]
    return [
        (words, field.flag) for words, fields in rows for field in fields if field.type in OUTPUTS
    ]


def paths() -> list[tuple[tuple[str, ...], str]]:
    """Every option that takes a path of any kind."""
    return [
        (words, parameter.opts[-1])
        for words, command in commands()
        for parameter in command.params
        if (
            parameter.param_type_name == "option"
            and getattr(parameter, "metavar", "") in ("文件", "目录")
        )
        or parameter.opts[-1] in ("--out", "--slip", "--to-file")
    ]


def test_every_option_that_writes_is_marked_as_one():
    found = {(words, option) for words, option in paths() if option in ("--out", "--slip")}
    assert found == set(outputs())
    assert len(found) == 14


REQUIRED = {
    ("attach",): ("0001", "--get", "受理单.pdf", "--yes"),
    ("slip",): ("0001", "--yes"),
    ("doc",): ("0001", "acceptance"),
    ("intake",): ("--matter", "x", "--demand", "y", "--anonymous"),
    ("calendar", "export"): ("2026",),
    ("pack", "export"): ("default@1", "--yes"),
    ("report", "register"): ("work", "--format", "csv"),
    ("report", "kpi"): ("--format", "csv"),
    ("report", "fill"): (recorded_sessions.folder() / "files" / "上级表-工作月报.xlsx",),
    ("list",): ("--format", "csv"),
}


def spellings(home: Path, name: str, beside: Path) -> Iterator[Path | str]:
    """One file of a home in many ways of writing it."""
    target = home / name
    yield target
    yield os.path.relpath(target)
    yield f"{home}/out/../{name}"
    yield f"{target}/"
    yield home / name.upper()
    link, folder, hard = beside / "link", beside / "folder", beside / "hard"
    for one in (link, folder, hard):
        one.unlink(missing_ok=True)
    link.symlink_to(target)
    folder.symlink_to(home)
    yield link
    yield folder / name
    if target.is_file():
        hard.hardlink_to(target)
        yield hard
    yield home


@pytest.mark.parametrize(
    ("words", "option"),
    outputs(),
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else value,
)
def test_no_output_is_written_over_a_file_of_the_home(
    full: Desk, tmp_path: Path, words: tuple[str, ...], option: str
):
    beside = tmp_path / "beside"
    beside.mkdir()
    own = [
        *files(full.home),
        "ledger.db-journal",
        "ledger.db-wal",
        "config.toml",
        "attachments",
        "new.csv",
    ]
    before, entries = files(full.home), full.entries()
    for name in own:
        for path in spellings(full.home, name, beside) if name in PARTS else [full.home / name]:
            done = full(*words, *REQUIRED.get(words, ()), option, path)
            assert done.code == 2, (path, done)
            assert "数据目录" in done.err or "硬链接" in done.err
            assert files(full.home) == before, path
    assert full.entries() == entries


def test_no_path_of_any_option_changes_a_file_of_the_home(full: Desk):
    own = [*PARTS, *(name for name in files(full.home) if "attachments" in name)]
    before = files(full.home)
    for number, (words, option) in enumerate(paths()):
        for name in {"ledger.db", own[number % len(own)]}:  # all with all would take a minute
            full(*words, *arguments(words), option, full.home / name)
            if words[0] not in ("init",):
                assert {k: v for k, v in files(full.home).items() if k != "heads.txt"} == {
                    k: v for k, v in before.items() if k != "heads.txt"
                }, (words, option, name)
    assert files(full.home)["heads.txt"].startswith(before["heads.txt"])


def test_the_folder_for_outputs_takes_them(full: Desk):
    full.ok("calendar", "export", "2026", "--out", full.home / "out" / "2026.ics")
    full.ok("report", "monthly", "--out", full.home / "out" / "三月")
    assert (full.home / "out" / "三月").is_dir()


def test_a_folder_for_outputs_that_leads_back_into_the_home_takes_none(full: Desk):
    shutil.rmtree(full.home / "out")
    (full.home / "out").symlink_to(full.home)
    before = files(full.home)
    assert full("calendar", "export", "2026", "--out", full.home / "out" / "heads.txt").code == 2
    assert files(full.home) == before


def test_a_demo_is_not_laid_into_a_home(full: Desk):
    before = files(full.home)
    for target in (full.home, full.home / "demo", full.home / "out" / ".." / "packs" / "x"):
        assert full("demo", target).code == 2
    assert files(full.home) == before


def test_another_home_is_as_safe_as_ones_own(full: Desk, made: Path, tmp_path: Path):
    before = files(full.home)
    desk = Desk(tmp_path / "none")
    assert desk("calendar", "export", "2026", "--out", full.home / "ledger.db").code == 2
    assert files(full.home) == before


# -- other logins --------------------------------------------------------------------------------------------------


SEVERAL = """
import io, json, sys
from bbcs.cli import run
for words in json.load(sys.stdin):
    kept = sys.stdin, sys.stdout, sys.stderr
    sys.stdin, sys.stdout, sys.stderr = (
        io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(3)
    )
    code, texts = run(words), []
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode())
    sys.stdin, sys.stdout, sys.stderr = kept
    print(json.dumps([code, *texts]))
"""
"""Runs several commands in one interpreter."""


def as_nobody(desk: Desk, *commands: tuple[object, ...]) -> dict[tuple[object, ...], Answer]:
    """The command line under another login, which may read the program and not the home."""
    done = subprocess.run(
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", sys.executable, "-c", SEVERAL],
        env=desk.env({"HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1"}),
        input=json.dumps([[str(word) for word in words] for words in commands]).encode(),
        capture_output=True, timeout=120, check=True, cwd="/",
    )  # fmt: skip
    answers = [Answer(*json.loads(line)) for line in done.stdout.splitlines()]
    return dict(zip(commands, answers, strict=True))


needs_root = pytest.mark.skipif(
    os.name == "nt" or os.geteuid() != 0 or not shutil.which("setpriv"),
    reason="needs another login",
)


@pytest.fixture
def open_above(full: Desk, tmp_path: Path) -> Iterator[Desk]:
    """The home in a folder that everybody may enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        full.home.rename(folder / "home")
        yield Desk(folder / "home")


@needs_root
def test_a_home_of_another_login_is_refused_by_name(open_above: Desk):
    calendar = ("calendar", "add", "2026-03-05", "3")
    seen = as_nobody(
        open_above, *READING, calendar, ("help", "words"), ("pack", "list"), ("doctor",)
    )
    doctor = seen.pop(("doctor",))
    for words, done in seen.items():
        if words[0] == "pack" and done.code == 0:
            continue  # the shipped ones
        assert done.code == 22, (words, done)
        assert "root" in done.err
        assert str(open_above.home) in done.err
        assert "初次" not in done.err
        assert " init" not in done.err
    assert doctor.code == 1, doctor
    assert "root" in doctor.out


@needs_root
@pytest.mark.parametrize(
    "part",
    [
        "ledger.db",
        "station.toml",
        "lookup.key",
        "heads.txt",
        "cache",
        "attachments",
        "packs",
        "packs/editions",
        ".",
    ],
)
def test_a_part_of_another_login_never_ends_in_a_crash(open_above: Desk, part: str, tmp_path: Path):
    home = open_above.home
    for path in (home, *home.rglob("*")):
        os.chown(path, 65534, 65534)
    target = home / part
    if target.exists():
        os.chown(target, 0, 0)
        target.chmod(0o700 if target.is_dir() else 0o600)
    out = tmp_path / "出"
    out.mkdir()
    out.chmod(0o777)
    paper = out / "纸.pdf"
    paper.write_bytes(b"another page")
    words = (
        *READING, ("attach", "0001", paper), ("report", "monthly", "--out", out),
        ("ledger", "verify", "--full"), ("station", "unit", "add", "某局"), ("pack", "adopt"),
        ("doctor",), ("ledger", "rebuild"),
    )  # fmt: skip
    for done in as_nobody(open_above, *(("--as", "demo", *one) for one in words)).values():
        assert done.code != 70, done
        if done.code == 22:
            assert "root" in done.err, done
