"""Every word of the command line: in which module it lives, and what one line of help says of it."""

from __future__ import annotations

from collections.abc import Mapping

from bbcs.record import Record


class Entry(Record):
    """One word: its module in `bbcs.cli`, its part of the help, the line shown there, its Chinese alias."""

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

COMMANDS: Mapping[str, Entry] = {
    "intake": Entry("intake", "收件", "登记一件事并受理（可不予受理或稍后决定）", "受理"),
    "accept": Entry("acts", "收件", "受理已登记的件", "收件"),
    "refuse": Entry("acts", "收件", "不予受理，说明理由和去处", "不予受理"),
    "consult": Entry("acts", "收件", "登记当场答复的咨询（只计数）", "咨询"),
    "triage": Entry("acts", "办理", "研判：定难易、找原因", "研判"),
    "assign": Entry("acts", "办理", "交办：主办、协办、转派", "交办"),
    "sign": Entry("acts", "办理", "单位签收交办单", "签收"),
    "return": Entry("acts", "办理", "退回交办单", "退回"),
    "forward": Entry("acts", "办理", "转办给另一个单位", "转办"),
    "step": Entry("acts", "办理", "记一步办理", "办理"),
    "feedback": Entry("acts", "办理", "向反映人反馈", "反馈"),
    "notify": Entry("acts", "办理", "出具告知", "告知"),
    "gap": Entry("acts", "办理", "容缺：欠的材料、补来的材料", "容缺"),
    "exempt": Entry("acts", "办理", "免予提供某份材料", "免予提供"),
    "note": Entry("acts", "办理", "记一句话", "记录"),
    "resolve": Entry("acts", "办理", "办结：有了结果", "办结"),
    "withdraw": Entry("acts", "办理", "反映人撤回", "撤回"),
    "transfer": Entry("acts", "办理", "转出到别的机关", "转出"),
    "pause": Entry("acts", "时限和督办", "暂停计时", "暂停"),
    "resume": Entry("acts", "时限和督办", "恢复计时", "恢复"),
    "extend": Entry("acts", "时限和督办", "申请或批准延期", "延期"),
    "escalate": Entry("acts", "时限和督办", "提到更高的响应级别", "提级"),
    "convene": Entry("acts", "时限和督办", "联席会议、议定事项", "会商"),
    "supervise": Entry("acts", "时限和督办", "催办、督办、亮牌、问责", "督办"),
    "callback": Entry("acts", "办结之后", "回访", "回访"),
    "close": Entry("acts", "办结之后", "结案（销号）", "结案"),
    "reopen": Entry("acts", "办结之后", "重办，开始新一轮", "重办"),
    "archive": Entry("acts", "办结之后", "归档", "归档"),
    "merge": Entry("acts", "举一反三", "并案研究", "并案"),
    "link": Entry("acts", "举一反三", "共性问题、互为前置、重复件", "关联"),
    "improve": Entry("acts", "举一反三", "流程再造、规则修改、服务延伸", "改进"),
    "attach": Entry("acts", "记录", "附上文件", "附件"),
    "correct": Entry("acts", "记录", "更正记错的一栏", "更正"),
    "undo": Entry("acts", "记录", "撤销自己刚办的一步", "撤销"),
    "todo": Entry("listing", "查看", "今天该办的（只打 bbcs 也是它）", "待办"),
    "list": Entry("listing", "查看", "列出各件，可按条件筛选", "列表"),
    "search": Entry("search", "查看", "按文字、编号、电话找件", "搜索"),
    "show": Entry("show", "查看", "看一件的全部情况", "查看"),
    "deadline": Entry("deadline", "查看", "逐日说明时限怎么算出来的", "时限"),
    "report": Entry("report", "报表", "登记簿、月报和考核指标", "报表"),
    "calendar": Entry("calendar", "日历", "工作日：查、加、数、批量算", "日历"),
    "init": Entry("init", "管理", "建一个新的窗口（数据目录）", "建站"),
    "station": Entry("station", "管理", "单位和操作员名册、坐诊表、事项目录", "站点"),
    "pack": Entry("pack", "管理", "规则包：列出、查看、检查、采用、试演", "规则"),
    "ledger": Entry("ledger", "管理", "台账：核验、重建、概况", "台账"),
    "check": Entry("check", "管理", "台账体检：缺项、超期、答复、结案、月度平衡", "体检"),
    "doctor": Entry("doctor", "管理", "检查环境和数据目录", "自检"),
    "demo": Entry("demo", "管理", "重放示例，建一个演示目录", "演示"),
    "help": Entry("help", "管理", "退出码、字段等说明", "帮助"),
}
"""Word -> where it lives. The order is that of the help."""

ALIASES: Mapping[str, str] = {entry.alias: word for word, entry in COMMANDS.items() if entry.alias}
"""Chinese alias -> word."""
