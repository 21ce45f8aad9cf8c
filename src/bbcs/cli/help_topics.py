"""What `bbcs help TOPIC` prints.

Exit codes and fields, from the tables that also make the reference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

EXIT_CODES: Mapping[int, str] = {
    0: "办成了（没有件的月份、同一来源编号再来一次，也是 0）",
    1: "检查发现了问题（ledger verify 除外的体检类命令：check、doctor、pack check）",
    2: "写法不对：没有这个命令或选项、缺必填项、简号对应多件、命令行里有身份证号、日期不存在或在将来",
    10: "没有这个编号的件",
    11: "现在这个环节不能这样办（信息里写着可以做什么）；没有可撤的",
    12: "日期在全部日历数据之外（通知未到的年份不算，会标“暂定”）",
    13: "规则包不允许：门槛没过、缺理由依据、没有这个词、单位或事项（信息里写着相近的）",
    14: "操作员没有这个权限；没有这个操作员",
    15: "没有确认（答否、输入结束，或 --refuse-duplicate），什么都没改",
    20: "别人先写了这一件（信息里写着改了什么），或 30 秒内没等到写锁",
    21: "台账核验不通过；上报包签名不对",
    22: "目录、文件、磁盘：找不到、只读、不是台账、由更新的或发布前的版本写成、磁盘满、网络盘；输出目录写不了；格式的组件没装",
    30: "规则包、站点文件或放假通知有问题，一次全列出，什么都没存",
    31: "没有这个规则包",
    32: "月度平衡式不成立，报表不出",
    40: "输入读不懂，或有行被拒（信息里写着行号和办法）",
    70: "程序自己的毛病；请加 --debug 重试并把输出交给管理员",
}
"""Exit code -> when."""

FIELDS: Mapping[str, str] = {
    "case_no": "受理编号，站码-年月日-序号，从不改号",
    "number": "文号：规则包有编号样式时，受理时编，按年一个一个编，从不重用",
    "version": "这件第几条记录",
    "station": "站码",
    "phase": "环节",
    "round": "第几轮（重办加一）",
    "flags": "标记：paused 暂停，level 已提级，bounces 被退回过，group 并案，supervised 督办，gaps_open 容缺未补，"
    "fast_lane 快速通道，conduct 作风",
    "received_at": "受理（反映）时间",
    "matter": "反映事项",
    "items": "政务服务事项",
    "reporter": "反映人（遮盖）",
    "phone": "联系电话（遮盖）",
    "difficulty": "难易程度",
    "cause": "办不成原因",
    "lead_unit": "主办单位",
    "assisting_units": "协办单位",
    "outcome": "办理结果",
    "solved": "是否解决：yes no partly",
    "resolved_at": "办结时间",
    "callback_at": "有效回访时间",
    "satisfaction": "满意度 1–5",
    "source_no": "来源系统里的编号（原编号）",
    "pack": "受理时的规则包",
    "pack_edition": "规则包版次",
    "bounces": "被退回次数",
    "callbacks": "回访：tried 次数，valid 打通的",
    "actions": "现在可以做的",
    "next": "通常的下一步",
    "due": "到期日；办结前是办理时限，办结后是回访时限",
    "state": "时限状态：running warning overdue paused met met_late ended",
    "provisional": "是否暂定（所依年度的放假通知未到）",
    "days_left": "还有几个工作日，负数是已超",
    "colour": "灯：规则包预警的颜色（只在表里，不在 JSON 里）",
    "gap_due": "补件期限（只在表里）",
    "resume_on": "暂停的预计恢复日（只在表里）",
    "orders": "交办单：unit role state due passed（passed：已转给别的单位）",
    "gaps": "容缺欠的材料：paper due filled_at",
    "standing": "环节旁边的：level proposed_level group papers waived slips meetings proofs "
    "pauses extensions corrections",
    "clocks": "全部时限：name round order start limit unit due state provisional years assumed met_at",
    "satisfaction_label": "满意度的词（show）",
    "corrected": "登记时的栏里更正过的（show）",
    "story": "经过，按发生的先后，只有算数的：case_no version at kind data corrected；"
    "case_no 是别的件的，null 是全办公点的（show）",
    "links": "关联，两边都有：direction（to 关联到、from 被关联）case_no at kind …（show）",
    "improvements": "由这件引出的改进：case_no at kind what …（show）",
    "attachments": "附件：name title sha256 size at（show）",
    "resolutions": "议定事项：no text unit due done_at（show）",
    "possible_duplicates": "登记时疑似重复的件",
    "existing": "同一来源编号早已登记，这次没有新增",
    "found": "找到的文字前后几个字（search）",
    "history": "每条记录（show --history）",
}
"""Field of the JSON and of `list --columns` -> meaning."""


def _checks() -> list[tuple[str, str]]:
    from bbcs.inspection.checks import CHECKS, GRADES

    return [(code, f"{GRADES[check.grade]}  {check.title}") for code, check in CHECKS.items()]


def crib() -> str:
    """The crib sheet: one page for the wall."""
    path = Path(__file__).parents[1] / "data" / "crib.txt"
    return path.read_text(encoding="utf-8")


ALIASES: Mapping[str, str] = {
    "词": "words",
    "速查": "crib",
    "退出码": "exit-codes",
    "字段": "fields",
    "检查": "checks",
    "文档": "schema",
}
"""Chinese name of a topic -> the topic."""

TOPICS: Mapping[str, Callable[[], list[tuple[str, str]]]] = {
    "exit-codes": lambda: [(f"{code:>3}", meaning) for code, meaning in EXIT_CODES.items()],
    "fields": lambda: list(FIELDS.items()),
    "checks": _checks,
}
