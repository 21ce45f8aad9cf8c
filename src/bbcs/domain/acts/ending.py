"""The table of acts, last page: the settlement, the callback, the end of a case; files, corrections, taking back."""

from __future__ import annotations

from bbcs.domain.acts.fields import (
    BASIS,
    INPUT_ONLY,
    REMEDY,
    TITLE,
    Act,
    Field,
    choice,
    stamp,
    text,
    word,
)

PAGE: tuple[Act, ...] = (
    Act(
        "resolve",
        "办结",
        ("Resolved",),
        "办结：有了结果；停办理时限，开始回访时限",
        (
            word("outcome", "办理结果", "outcome", required=True),
            text("measures", "办理过程和措施", required=True),
            BASIS,
            REMEDY,
            text("tried", "试过哪些办法"),
            text("signer", "第二签字人（否定答复，规则包要求时）", limit=TITLE),
            Field("asked", "要求办几项", "int"),
            Field("granted", "办成几项", "int"),
            Field("differs", "结果与诉求不同", "bool", default=False),
            Field("result", "各事项的结果“事项=证照”，可多次", "pairs"),
            Field("group", "随哪个并案组一起研究的"),
            stamp("counts_as", "计为解决、部分解决或解释"),
        ),
        ("bbcs resolve 0001 --outcome 已解决 --measures 改名后备案通过",),
    ),
    Act(
        "callback",
        "回访",
        ("CallbackTried", "CalledBack"),
        "回访：打通了没有、解决了没有、满意不满意",
        (
            Field("reached", "打通了", "bool", kinds=INPUT_ONLY, option="--reached/--not-reached"),
            choice("solved", "反映人说解决了没有", "yes", "partly", "no")._replace(
                kinds=("CalledBack",)
            ),
            word("grade", "满意度（1–5 或文字）", "grade")._replace(kinds=("CalledBack",)),
            text("words", "反映人的话"),
            text("by", "回访人", limit=TITLE),
            choice("how", "方式", "phone", "visit", "sms", "web", default="phone"),
            Field(
                "default_rating", "逾期未评的默认评价", "bool", kinds=("CalledBack",), default=False
            ),
            stamp("satisfaction", "满意度 1–5", "int", "CalledBack"),
            stamp("satisfied", "计为满意", "bool", "CalledBack"),
        ),
        (
            "bbcs callback 0001 --reached --solved yes --grade 5",
            "bbcs callback 0001 --not-reached",
            "bbcs callback 0001 --dial",
        ),
        roles=("clerk", "leader", "supervisor"),
    ),
    Act(
        "close",
        "结案",
        ("Closed",),
        "结案（销号）：符合规则包的结案条件后划去",
        (
            word("how", "结案方式", "close_how", default="normal"),
            text("approver", "批准人（非正常结案必填）", limit=TITLE),
            text("reason", "理由（非正常结案必填）"),
        ),
        (
            "bbcs close 0001",
            "bbcs close 0001 --how unreachable --approver 王主任 --reason 三次未接通",
        ),
    ),
    Act(
        "reopen",
        "重办",
        ("Reopened",),
        "重办：回到研判，开始新一轮，首轮数字不改",
        (text("reason", "为什么重办", required=True), Field("unit", "由哪个单位重办", "unit")),
        ("bbcs reopen 0001 --reason 回访说没解决",),
    ),
    Act(
        "archive",
        "归档",
        ("Archived",),
        "归档",
        (
            Field("no", "归档号"),
            choice("term", "保管期限（永久、30 年、10 年）", "permanent", "30", "10", default="10"),
        ),
        ("bbcs archive 0001 --no 2026-015 --term 10",),
    ),
    Act(
        "withdraw",
        "撤回",
        ("Withdrawn",),
        "反映人撤回，这一件到此为止",
        (text("reason", "为什么撤回", required=True), text("by", "谁提出的", limit=TITLE)),
        ("bbcs withdraw 0001 --reason 已自行办好",),
    ),
    Act(
        "transfer",
        "转出",
        ("TransferredOut",),
        "转出：不归本窗口办，转给别的机关",
        (
            Field("to", "转给哪个机关", required=True),
            text("reason", "为什么转出", required=True),
            BASIS,
        ),
        ("bbcs transfer 0001 --to 市信访局 --reason 属信访事项",),
    ),
    Act(
        "attach",
        "附件",
        ("Attached",),
        "附上一个文件（按内容的摘要保存，不重复）",
        (
            Field("file", "文件", "file", required=True, kinds=INPUT_ONLY, option="-"),
            text("title", "题名", limit=TITLE),
            stamp("sha256", "文件的摘要"),
            stamp("size", "字节数", "int"),
            stamp("name", "文件名")._replace(personal=True),
        ),
        ("bbcs attach 0001 受理单.pdf --title 签字的受理单",),
    ),
    Act(
        "correct",
        "更正",
        ("Corrected",),
        "更正记错的一栏：原记录不动，另记更正和原因",
        (
            Field("field", "更正哪一栏：登记时的栏名，或“命令.栏名”", required=True),
            text("why", "为什么更正", required=True),
            Field(
                "new", "改成什么（个人信息只在提示、标准输入或文件里给）", "any", kinds=INPUT_ONLY
            ),
            stamp("version", "更正的是第几步", "int"),
            stamp("value", "改后的值（公开的栏）", "any"),
            stamp("text", "改后的值（个人信息）", "any")._replace(personal=True),
            stamp("along", "规则包随之改的栏", "any"),
        ),
        (
            "bbcs correct 0001 --field matter --why 录错了",
            "bbcs correct 0001 --field channel --new 电话 --why 选错了",
            "bbcs correct 0001 --field resolve.outcome --new 部分解决 --why 选错了",
        ),
    ),
    Act(
        "undo",
        "撤销",
        ("Undone",),
        "撤销自己刚办的最后一步（原记录留着，不再计数）",
        (
            text("reason", "为什么撤销"),
            stamp("version", "撤销的是第几步", "int"),
            stamp("undone", "撤销的是哪种记录"),
        ),
        ("bbcs undo 0001",),
        roles=("clerk", "leader", "supervisor"),
    ),
)
