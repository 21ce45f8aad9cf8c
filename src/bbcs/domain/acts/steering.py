"""The table of acts, third page: clocks, levels, meetings and supervision; groups and what cases teach."""

from __future__ import annotations

from bbcs.domain.acts.fields import BASIS, HOW, INPUT_ONLY, TEXT, TITLE, Act, Field, choice, stamp, text, word

LATER = ("ExtensionDecided",)

PAGE: tuple[Act, ...] = (
    Act(
        "extend",
        "延期",
        ("ExtensionAsked", "ExtensionDecided"),
        "申请延期（不须批准的当即生效），或批准、不批准",
        (
            Field("days", "延多少（时限自己的单位，如工作日）", "int"),
            Field("until", "延到哪天", "date"),
            text("reason", "为什么（申请、不批准时必填）"),
            Field("unit", "申请延期的单位", "unit"),
            Field("told", "哪天告知反映人的", "date"),
            choice("told_how", "怎么告知的", *HOW),
            Field("approve", "批准", "bool", kinds=INPUT_ONLY, default=False),
            Field("reject", "不批准", "bool", kinds=INPUT_ONLY, default=False),
            text("approver", "批准人（不能是申请人）", limit=TITLE, kinds=LATER),
            stamp("granted", "批准了", "bool", *LATER),
        ),
        (
            "bbcs extend 0001 --until 2026-03-20 --reason 要等评审 --told 2026-03-10 --told-how phone",
            "bbcs extend 0001 --approve --approver 王站长",
        ),
    ),
    Act(
        "pause",
        "暂停",
        ("Paused",),
        "暂停计时：只能用规则包列出的事由",
        (
            word("reason", "暂停事由", "pause", required=True),
            BASIS,
            Field("until", "预计恢复的日期", "date"),
            Field("clock", "只停这个时限，可多次（默认可停的都停）", "texts"),
        ),
        ("bbcs pause 0001 --reason 鉴定 --basis 委托鉴定书",),
    ),
    Act("resume", "恢复", ("Resumed",), "恢复计时", (), ("bbcs resume 0001",)),
    Act(
        "escalate",
        "提级",
        ("Escalated",),
        "提级办理：交到更高的响应级别",
        (
            word("level", "提到哪一级", "level", required=True),
            text("reason", "为什么提级", required=True),
            Field("to", "交给谁（默认该级的负责人）"),
        ),
        ("bbcs escalate 0001 --level 3 --reason 涉及多个部门",),
        roles=("leader",),
    ),
    Act(
        "convene",
        "会商",
        ("Convened",),
        "联席会议：可一次议几件，议定事项写明单位和日期",
        (
            Field("host", "谁召集", required=True),
            Field("unit", "参加单位，可多次", "units", required=True),
            Field("resolution", "议定事项“内容|单位|日期”，可多次", "points", personal=True, limit=TEXT),
            Field("case", "一并研究的其他件，可多次", "cases", kinds=INPUT_ONLY),
            text("about", "议题"),
            Field("place", "地点"),
            Field("absent", "缺席单位，可多次", "units"),
            Field("minutes", "会议纪要文件", "file", kinds=INPUT_ONLY),
            stamp("meeting", "会议号"),
            stamp("minutes_sha256", "会议纪要的摘要"),
            stamp("others", "同时记的其他件", "cases"),
        ),
        ("bbcs convene 0001 --host 联席会议 --unit 区水务局 --resolution '按现方案审批|区水务局|2026-03-20' --case 0002",),
    ),
    Act(
        "supervise",
        "督办",
        ("Supervised",),
        "催办、督办、亮牌、问责：编督办号；或记下单位的答复",
        (
            word("kind", "督办种类", "supervision"),
            Field("unit", "督办对象", "unit"),
            text("reason", "事由"),
            text("require", "要求"),
            Field("due", "要求完成的日期", "date"),
            word("colour", "亮什么颜色的牌（亮牌时必填）", "colour"),
            text("issuer", "签发人", limit=TITLE),
            Field("answer", "答复哪张督办单（督办号）"),
            text("text", "答复内容"),
            stamp("slip", "督办号"),
        ),
        (
            "bbcs supervise 0001 --kind 催办 --unit 区市场监管局 --reason 还有一天到期",
            "bbcs supervise 0001 --answer 0001-督1 --text 已安排专人",
        ),
        roles=("supervisor", "leader"),
    ),
    Act(
        "merge",
        "并案",
        ("Merged", "Unmerged"),
        "并案研究：同类的件归成一组，各自办结",
        (
            Field("group", "并案组名"),
            Field("with", "并进来的其他件，可多次", "cases", kinds=INPUT_ONLY),
            text("sort", "属于哪种情形", limit=TITLE, kinds=("Merged",)),
            Field("undo", "退出并案组", "bool", kinds=INPUT_ONLY, default=False),
            stamp("others", "同时记的其他件", "cases"),
        ),
        ("bbcs merge 0001 --group 水土保持方案 --with 0002 --sort 历史项目", "bbcs merge 0002 --undo"),
    ),
    Act(
        "link",
        "关联",
        ("Linked",),
        "关联：共性问题、互为前置、重复反映",
        (
            choice("kind", "哪种关联", "common", "prerequisite", "repeat", required=True),
            Field("theme", "共性问题的题目"),
            Field("to", "关联的另一件", "case"),
            Field("item", "互为前置：这个事项"),
            Field("needs", "互为前置：它要先有的"),
            Field("first", "先出哪份材料来破解"),
            Field("basis", "各自的依据“事项=依据”，可多次", "pairs"),
        ),
        (
            "bbcs link 0001 --kind prerequisite --item 执业许可 --needs 店招备案 --first 名称核准证明",
            "bbcs link 0001 --kind common --theme 历史遗留的水保方案",
        ),
    ),
    Act(
        "improve",
        "改进",
        ("Improved",),
        "举一反三：由件引出的流程再造、规则修改、服务延伸",
        (
            choice("kind", "哪种改进", "process_redesign", "rule_change", "service_extension", required=True),
            text("what", "改了什么", required=True),
            Field("item", "涉及的事项，可多次", "texts"),
            Field("class", "涉及的事项类别，可多次", "texts"),
            Field("case", "还由哪些件引出，可多次", "cases"),
            Field("effective", "自哪天起", "date"),
        ),
        (
            "bbcs improve 0001 --kind process_redesign --what 一链办理 --class 社会事务 --item 店招备案",
            "bbcs improve --kind rule_change --what 修改审批条件 --effective 2026-06-01",
        ),
        free=True,
    ),
)
