"""`bbcs demo`.

Every recorded session replayed into homes of its own, and a tour of what they show.
"""

from __future__ import annotations

from pathlib import Path

from bbcs.cli import options, output
from bbcs.cli.click import Command
from bbcs.cli.options import Argument, CommandDefinition, Values
from bbcs.cli.recorded_sessions import RecordedSession, load, play
from bbcs.cli.settings import Settings
from bbcs.config.home_files import check_output
from bbcs.domain.acts import Field
from bbcs.errors import EXTRA, BbcsError, ExtraMissing, UsageError
from bbcs.record import Record
from bbcs.render.terminal import echo, talk


def _demo(settings: Settings, values: Values) -> None:
    target, only = values["target"], values["session"]
    base = check_output(Path(target), settings.folder)
    if base.exists() and any(base.iterdir()):
        raise UsageError(f"{target} 里已有东西；请给一个新目录")
    known = load()
    sessions = [one for one in known if only in (None, one.name)]
    if not sessions:
        raise UsageError(f"没有示例“{only}”；现有：{'、'.join(one.name for one in known)}")
    aloud = not settings.as_json
    played = [_play(one, base / one.name, settings.quiet, aloud) for one in sessions]
    strange = [line for one in played for line in one.strange]
    if strange:
        raise BbcsError(f"{len(strange)} 条命令的回答与记录不同，请报告：{'；'.join(strange[:3])}")
    left_out = sum(one.left_out for one in played)
    if left_out:
        talk(f"{left_out} 条命令要另外安装的库，这台电脑没有，略过了")
    if settings.as_json:
        homes = [str(base / one.name / "home") for one in sessions]
        output.echo_json({"schema": "bbcs.demo/1", "homes": homes})
        return
    talk(f"演示数据在 {target}；接着看：bbcs --home {target}/{sessions[0].name}/home list --all")


class Played(Record):
    """How a session went. strange: the commands that answered otherwise than was recorded.
    left_out: how many need a library that is not installed.
    """

    strange: list[str]
    left_out: int


def _play(session: RecordedSession, base: Path, quiet: bool, aloud: bool) -> Played:
    """Play one session, aloud where people read it."""
    base.mkdir(parents=True)
    if aloud:
        echo(f"\n==== {session.name} ====\n{session.story}\n")
    strange, left_out = [], 0
    for step, answer, code in play(session, base / "home", base / "files"):
        if _needs_a_library(answer, code):
            left_out += 1
        elif (answer, code) != (step.answer, step.code):
            strange.append(step.line)
        if aloud and not quiet:
            echo(f"$ {step.line}")
            if answer:
                echo(answer)
            if code:
                echo(f"[exit {code}]")
            echo()
    return Played(strange, left_out)


def _needs_a_library(answer: str, code: int) -> bool:
    """Whether a command was refused, or left a file out, for a library that belongs to an extra."""
    return code in (0, ExtraMissing.exit_code) and EXTRA in answer


DEMO = CommandDefinition(
    "重放示例：每个故事一个数据目录，逐条显示命令和回答",
    _demo,
    (Field("session", "只放这一个"),),
    (Argument("target", "目录", "演示数据放在哪里（新目录）", "demo"),),
    ("bbcs demo", "bbcs demo 演示 --session zhanyi-clinic"),
)


def command(word: str) -> Command:
    """The command."""
    return options.command(word, DEMO)
