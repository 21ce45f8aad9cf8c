"""Every word of the command line: the module that it lives in, and its line of help.

Acts come from their table.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from bbcs.cli.settings import half_width
from bbcs.record import Record

if TYPE_CHECKING:
    from bbcs.domain.acts import Act


class CommandSpec(Record):
    """One word: its module in `bbcs.cli`, its part of the help, its line there, its Chinese alias."""

    module: str
    section: str
    help: str
    alias: str = ""


SECTIONS = (
    "收件",
    "办理",
    "时限和督办",
    "办结之后",
    "举一反三",
    "记录",
    "查看",
    "报表",
    "日历",
    "管理",
)
"""Parts of the help, in order."""

OTHERS: Mapping[str, CommandSpec] = {
    "todo": CommandSpec("desk", "查看", "今天该办的（只打 bbcs 也是它）", "待办"),
    "list": CommandSpec("listing", "查看", "列出各件，可按条件筛选", "列表"),
    "search": CommandSpec("search", "查看", "按文字、编号、电话找件", "搜索"),
    "show": CommandSpec("show", "查看", "看一件的全部情况", "查看"),
    "slip": CommandSpec("slip", "查看", "打印给反映人的回执（随时）", "回执"),
    "doc": CommandSpec("doc", "查看", "出文书：受理单、告知单、交办单、督办单……", "文书"),
    "deadline": CommandSpec("deadline", "查看", "逐日说明时限怎么算出来的", "时限"),
    "report": CommandSpec("report", "报表", "登记簿、月报和考核指标", "报表"),
    "act": CommandSpec("act", "报表", "一份清单里的许多办法，一次记完（程序用）", "批办"),
    "export": CommandSpec("export", "报表", "导出全部件或全部记录（已遮盖）", "导出"),
    "changes": CommandSpec("changes", "报表", "第几条之后发生了什么，供程序跟随", "变化"),
    "calendar": CommandSpec("calendar", "日历", "工作日：查、加、数、批量算", "日历"),
    "init": CommandSpec("init", "管理", "建一个新的窗口（数据目录）", "建站"),
    "station": CommandSpec("station", "管理", "单位和操作员名册、坐诊表、事项目录", "站点"),
    "pack": CommandSpec("pack", "管理", "规则包：列出、查看、检查、采用、试演", "规则"),
    "import": CommandSpec("imports", "管理", "把别处的台账导进来（xlsx、xls、csv……）", "导入"),
    "import-undo": CommandSpec("imports", "管理", "整批撤销一次导入", "撤销导入"),
    "ledger": CommandSpec("ledger", "管理", "台账：核验、重建、概况", "台账"),
    "county": CommandSpec("county", "管理", "县级：各站共用的台账库，角色和权限", "县级"),
    "check": CommandSpec("check", "管理", "台账体检：缺项、超期、答复、结案、月度平衡", "体检"),
    "doctor": CommandSpec("doctor", "管理", "检查环境和数据目录", "自检"),
    "demo": CommandSpec("demo", "管理", "重放示例，建一个演示目录", "演示"),
    "completion": CommandSpec(
        "completion_scripts", "管理", "按制表键补全：命令、选项、词、单位、编号", "补全"
    ),
    "config": CommandSpec("config", "管理", "设置：值、来自哪里，格式、颜色、分页器、编码", "设置"),
    "help": CommandSpec("help", "管理", "退出码、字段等说明", "帮助"),
}
"""Word -> command, of those that are no acts; in the order of the help."""


ALSO: Mapping[str, str] = {
    **dict.fromkeys(("登记", "收件", "接件", "新件"), "intake"),
    **dict.fromkeys(("拒收", "不受理"), "refuse"),
    **dict.fromkeys(("定级", "分级"), "triage"),
    **dict.fromkeys(("派单", "派件", "分办"), "assign"),
    **dict.fromkeys(("接单", "领单", "拼单", "报到"), "sign"),
    **dict.fromkeys(("退件", "退单"), "return"),
    **dict.fromkeys(("转单",), "forward"),
    **dict.fromkeys(("进展", "跟进"), "step"),
    **dict.fromkeys(("答复", "回复"), "feedback"),
    **dict.fromkeys(("缺件", "补件"), "gap"),
    **dict.fromkeys(("办完", "办好"), "resolve"),
    **dict.fromkeys(("回电", "电话回访"), "callback"),
    **dict.fromkeys(("销号", "结件"), "close"),
    **dict.fromkeys(("重开", "返工"), "reopen"),
    **dict.fromkeys(("备注", "附记"), "note"),
    **dict.fromkeys(("修改", "改错"), "correct"),
    **dict.fromkeys(("取消", "撤消"), "undo"),
    **dict.fromkeys(("今天", "今日", "桌面"), "todo"),
    **dict.fromkeys(("清单", "列出"), "list"),
    **dict.fromkeys(("查找", "找件", "查询"), "search"),
    **dict.fromkeys(("看件", "详情"), "show"),
    **dict.fromkeys(("打印回执",), "slip"),
    **dict.fromkeys(("期限", "到期"), "deadline"),
    **dict.fromkeys(("报告", "统计"), "report"),
    **dict.fromkeys(("工作日",), "calendar"),
    **dict.fromkeys(("说明", "用法"), "help"),
}
"""Further Chinese words for the commands that people type most."""


@cache
def commands() -> Mapping[str, CommandSpec]:
    """Word -> command, in the order of the help: the acts, then the others."""
    from bbcs.domain.acts.table import ACTS  # a list, a search or a report needs no act

    return {**{act.verb: _of(act) for act in ACTS}, **OTHERS}


def _of(act: Act) -> CommandSpec:
    return CommandSpec(_module(act.verb), act.section, act.brief, act.alias)


def _module(verb: str) -> str:
    """Every act has the same command, but for intake, which also takes many cases, and attach,
    which also brings files out.
    """
    return verb if verb in ("intake", "attach") else "acts"


@cache
def aliases() -> Mapping[str, str]:
    """Chinese alias -> word; the names of commands before the further words."""
    return {**ALSO, **{spec.alias: word for word, spec in commands().items()}}


OTHERS_ALSO = {alias: word for alias, word in ALSO.items() if word in OTHERS}
"""The further words that name no act: who only reads needs no table of acts."""


def find(name: str) -> tuple[str, CommandSpec] | None:
    """The word and the command that a word or an alias names, full width or not; None when there is
    none.
    """
    name = half_width(name)
    name = OTHERS_ALSO.get(name, name)
    for word, spec in OTHERS.items():
        if name in (word, spec.alias):
            return word, spec
    from bbcs.domain.acts.table import BY_VERB

    if name in BY_VERB:
        return name, _of(BY_VERB[name])
    word = aliases().get(name, name)
    return (word, commands()[word]) if word in commands() else None


def word_of(name: str) -> str:
    """The word that a word or an alias names; the name itself where it names none."""
    command = find(name)
    return command[0] if command else name
