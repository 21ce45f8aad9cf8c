"""Chinese help, with examples first, and Chinese messages for the parser of Typer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from bbcs.cli.click import (
    BadOptionUsage,
    BadParameter,
    ClickException,
    Command,
    Context,
    HelpFormatter,
    MissingParameter,
    NoSuchOption,
    Parameter,
)
from bbcs.cli.registry import SECTIONS, commands
from bbcs.cli.settings import GLOBAL_HELP, Settings, half_width
from bbcs.errors import UsageError, key_of, nearest
from bbcs.render.terminal import emit, flowing, is_tty


class ChineseCommand(TyperCommand):
    """One command whose help is Chinese and begins with what it is for and how it is called."""

    examples: Sequence[str] = ()

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """As Click does; an option used wrongly says of which command, which Click leaves out."""
        try:
            return super().parse_args(ctx, args)
        except BadOptionUsage as error:
            error.ctx = error.ctx or ctx
            raise

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        """`--help`, written as every other answer."""
        return written_as_answer(super().get_help_option(ctx))

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Summary, examples, usage, arguments, options, global options."""
        arguments = [param for param in self.params if isinstance(param, TyperArgument)]
        options = [param for param in self.params if isinstance(param, TyperOption)]
        words = " ".join(argument.make_metavar(ctx) for argument in arguments)
        parts = [
            (self.help or "").strip().rstrip("."),
            _block("示例", self.examples),
            f"用法：{ctx.command_path} [选项] {words}".rstrip(),
            _block(
                "参数",
                _pairs((argument.make_metavar(ctx), argument.help or "") for argument in arguments),
            ),
            _block(
                "选项", _pairs((_names(option, ctx), _option_help(option)) for option in options)
            ),
            _block("全局选项（写在命令前后都行）", _pairs(_global_help(options))),
        ]
        formatter.write("\n\n".join(part for part in parts if part) + "\n")


def _global_help(own: Sequence[TyperOption]) -> list[tuple[str, str]]:
    """The global options, but for those that the command explains in its own words."""
    own_names = {name for option in own for name in option.opts}
    return [(names, meaning) for names, meaning in GLOBAL_HELP if names not in own_names]


class ChineseGroup(TyperGroup):
    """A word with words of its own, such as `calendar add`."""

    def summary(self, name: str) -> str:
        """One line on a word below."""
        raise NotImplementedError

    def examples(self) -> list[str]:
        """How the words below are called, one line each."""
        raise NotImplementedError

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        """`--help`, written as every other answer."""
        return written_as_answer(super().get_help_option(ctx))

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Summary, examples, the words below it, global options."""
        parts = [
            (self.help or "").strip(),
            _block("示例", self.examples()),
            f"用法：{ctx.command_path} 命令 [选项]",
            _block("命令", _pairs((name, self.summary(name)) for name in self.list_commands(ctx))),
            f"每个命令的说明和示例：{ctx.command_path} 命令 --help",
            _block("全局选项（写在命令前后都行）", _pairs(GLOBAL_HELP)),
        ]
        formatter.write("\n\n".join(parts) + "\n")

    def resolve_command(
        self, ctx: Context, args: list[str]
    ) -> tuple[str | None, Command | None, list[str]]:
        """An unknown word is refused in Chinese with the nearest one."""
        args = [half_width(args[0]), *args[1:]]
        command = self.get_command(ctx, args[0])
        if command is None:
            known = self.list_commands(ctx)
            near = nearest(args[0], known)
            hint = f"；可用：{'、'.join(known)}"
            if near:
                hint = f"，你是不是想输入 {near}"
            raise UsageError(f"{ctx.command_path} 没有“{args[0]}”{hint}")
        return args[0], command, args[1:]


def written_as_answer(option: TyperOption | None) -> TyperOption | None:
    """The help option with an action that writes through `render.terminal`.

    Click's own action writes past it: on a full device the text stayed in the buffer and was
    refused a second time when the command ended.
    """
    if option is not None:
        option.callback = _show_help
    return option


def _show_help(ctx: Context, param: Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        text, settings = ctx.get_help(), ctx.find_object(Settings)
        if settings and settings.as_json:
            from bbcs.cli.output import echo_json  # only for this

            echo_json({"schema": "bbcs.help/text", "text": text})
        else:
            _paged(flowing(text) + "\n", settings)
        ctx.exit()


def _paged(text: str, settings: Settings | None) -> None:
    """Write a help, through a pager where it is longer than the screen."""
    if not is_tty():
        emit(text)
        return
    from bbcs.cli.output import page_text  # only before a person

    page_text(settings or Settings(), text)


def root_help() -> str:
    """`bbcs --help`, without importing any command."""
    parts = ["bbcs（办不成事）：“办不成事”反映窗口的收件、研判、交办、时限、回访和台账"]
    parts.append(
        _block(
            "示例",
            (
                "bbcs                               # 今天该办的",
                "bbcs intake                        # 登记一件，逐项提示",
                "bbcs triage 0001 --difficulty 复杂   # 研判，编号可写简号",
                "bbcs deadline 0001                 # 时限怎么算出来的",
                "bbcs report monthly --month 2026-10 --out 十月",
            ),
        )
    )
    parts.append("用法：bbcs [全局选项] 命令 [选项]")
    for section in SECTIONS:
        rows = [
            (f"{word} {spec.alias}", spec.help)
            for word, spec in commands().items()
            if spec.section == section
        ]
        parts.append(_block(section, _pairs(rows)))
    parts.append(_block("全局选项（写在命令前后都行）", _pairs(GLOBAL_HELP)))
    parts.append(
        "每个命令的说明和示例：bbcs 命令 --help；可写的词：bbcs help words；退出码：bbcs help exit-codes"
    )
    return "\n\n".join(parts) + "\n"


def _block(title: str, lines: Iterable[str]) -> str:
    indented = [f"  {line}" for line in lines]
    if not indented:
        return ""
    return "\n".join([f"{title}：", *indented])


def _pairs(rows: Iterable[tuple[str, str]]) -> list[str]:
    from bbcs.render.width import pad  # only for help

    pairs = list(rows)
    wide = min(34, max((len(left.encode("gb18030", "replace")) for left, _ in pairs), default=0))
    return [f"{pad(left, wide)}  {right}".rstrip() for left, right in pairs]


def _names(option: TyperOption, ctx: Context) -> str:
    names = "/".join([*option.opts, *option.secondary_opts])
    if option.is_flag:
        return names
    return f"{names} {option.make_metavar(ctx)}"


def _option_help(option: TyperOption) -> str:
    if option.name == "help":
        return "这份说明"
    return option.help or ""


def usage_refusal(error: ClickException) -> UsageError:
    """What Typer's parser found wrong, in Chinese, with what would work and the key it is about."""
    refused = UsageError(_usage_message(error))
    if isinstance(error, NoSuchOption):
        refused.field = key_of(error.option_name)
    elif isinstance(error, MissingParameter) and error.param:
        refused.field = error.param.name or ""
    return refused


def _usage_message(error: ClickException) -> str:
    path = _path(error)
    if isinstance(error, NoSuchOption):
        near = _meant(error)
        if near:
            return f"没有选项 {error.option_name}，是不是 {near}"
        return f"没有选项 {error.option_name}；选项见 {path} --help"
    if isinstance(error, MissingParameter):
        return f"缺少 {_hint(error)}{_example(error)}；写法见 {path} --help"
    if isinstance(error, BadParameter):
        return f"{_hint(error)} 的值不对；写法见 {path} --help"
    if isinstance(error, BadOptionUsage):
        how = "不写值" if _is_flag(error) else "要写值"
        return f"{error.option_name} 后面{how}；写法见 {path} --help"
    ctx = getattr(error, "ctx", None)
    if ctx and isinstance(ctx.command, ChineseGroup):
        return f"{path} 后面要写命令：{'、'.join(ctx.command.list_commands(ctx))}；说明见 {path} --help"
    # Typer's own words are English and quote what was typed
    return f"命令后面多写了内容（有空格的文字要加引号）；写法见 {path} --help"


def _is_flag(error: BadOptionUsage) -> bool:
    params = error.ctx.command.params if error.ctx else []
    return any(
        isinstance(one, TyperOption) and one.is_flag and error.option_name in one.opts
        for one in params
    )


_SAME = ("--reason", "--why", "--cause")
"""Options that people take for each other: commands have one of them."""


def _meant(error: Any) -> str:
    """The option that was meant, "" for none: likeness of the words, without their dashes."""
    typed, ctx = str(error.option_name), getattr(error, "ctx", None)
    known: list[str] = [name for param in ctx.command.params for name in param.opts] if ctx else []
    if typed in _SAME:
        return next((name for name in _SAME if name in known), "")
    bare = {name.strip("-"): name for name in known if name.startswith("--")}
    return bare.get(nearest(typed.strip("-"), bare, cutoff=0.6), "")


def _example(error: MissingParameter) -> str:
    """The command's first example as far as its arguments go, "" where it has none."""
    examples = getattr(error.ctx.command, "examples", ()) if error.ctx else ()
    shortest = next(iter(examples), "").partition(" --")[0]
    return shortest and f"，如 {shortest}"


def _path(error: ClickException) -> str:
    ctx = getattr(error, "ctx", None)
    if ctx:
        return str(ctx.command_path)
    return "bbcs"


def _hint(error: Any) -> str:
    param = getattr(error, "param", None)
    if param is None:
        return "参数"
    if isinstance(param, TyperOption):
        return param.opts[0]
    return str(param.metavar or param.name)
