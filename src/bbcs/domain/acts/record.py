"""The table of acts, last page: the record itself: files, corrections, taking back."""

from __future__ import annotations

from bbcs.domain.acts import INPUT_ONLY, TITLE, Act, Field, Kind, stamp, text

PAGE: tuple[Act, ...] = (
    Act(
        "attach",
        "附件",
        (Kind("Attached", "附件", "已附文件"),),
        "附上一个文件（按内容的摘要保存，不重复）",
        (
            Field("file", "文件", "file", required=True, kinds=INPUT_ONLY, option="-"),
            text("title", "题名", limit=TITLE),
            stamp("sha256", "文件的摘要"),
            stamp("size", "字节数", "int"),
            stamp("name", "文件名")._replace(personal=True),
        ),
        ("bbcs attach 0001 受理单.pdf --title 签字的受理单",),
        section="记录",
        brief="附上文件",
    ),
    Act(
        "correct",
        "更正",
        (Kind("Corrected", "更正", "已更正"),),
        "更正记错的一栏：原记录不动，另记更正和原因",
        (
            Field(
                "field", "更正哪一栏：登记时的栏名，或“命令.栏名”", required=True, long_numbers=True
            ),
            Field(
                "new", "改成什么（个人信息只在提示、标准输入或文件里给）", "any", kinds=INPUT_ONLY
            ),
            text("why", "为什么更正", required=True),
            Field(
                "clear",
                "清空这一栏（只用于可以不填的个人信息）",
                "bool",
                kinds=INPUT_ONLY,
                default=False,
            ),
            stamp("version", "更正的是第几步", "int"),
            stamp("value", "改后的值（公开的栏）", "any"),
            stamp("text", "改后的值（个人信息）", "any")._replace(personal=True),
            stamp("along", "规则包随之改的栏", "any"),
        ),
        (
            "bbcs correct 0001                    # 列出各栏，逐项提示",
            "bbcs correct 0001 --field 反映事项 --why 录错了",
            "bbcs correct 0001 --field 身份证 --clear --why 证件号录错，本人没带证",
            "bbcs correct 0001 --field channel --new 电话 --why 选错了",
            "bbcs correct 0001 --field resolve.outcome --new 部分解决 --why 选错了",
        ),
        section="记录",
        brief="更正记错的一栏",
    ),
    Act(
        "undo",
        "撤销",
        (Kind("Undone", "撤销一步", "已撤销"),),
        "撤销自己刚办的最后一步（原记录留着，不再计数）",
        (
            text("reason", "为什么撤销"),
            stamp("version", "撤销的是第几步", "int"),
            stamp("undone", "撤销的是哪种记录"),
        ),
        ("bbcs undo 0001",),
        roles=("clerk", "leader", "supervisor"),
        section="记录",
        brief="撤销自己刚办的一步",
    ),
)
