"""The table of acts, first page: taking a case, or turning it away, or answering on the spot."""

from __future__ import annotations

from bbcs.domain.acts import (
    BASIS,
    COMMON,
    INPUT_ONLY,
    REMEDY,
    TEXT,
    TITLE,
    Act,
    Field,
    Kind,
    choice,
    offered,
    stamp,
    text,
    texts,
    word,
)
from bbcs.domain.case import TRACKS

INTAKE = (
    text("matter", "反映事项：没办成的是什么事", required=True, limit=TITLE),
    text("demand", "反映内容及诉求", required=True),
    text("reporter", "反映人姓名或单位名称", limit=TITLE),
    Field("anonymous", "匿名反映", "bool", default=False),
    choice(
        "reporter_type",
        "反映人类别",
        {"individual": "个人", "enterprise": "企业", "org": "组织"},
        default="individual",
    ),
    offered(text("phone", "联系电话", limit=TITLE)),
    offered(
        text("id_number", "身份证号（只在提示、标准输入或文件里给）", limit=TITLE, option="-"),
        "anonymous=False reporter_type=individual",
    ),
    offered(
        text("address", "地址（只在提示、标准输入或文件里给）", limit=TITLE, option="-"),
        "anonymous=False",
    ),
    text("contact_person", "代办人（联系人）", limit=TITLE),
    text("contact_phone", "代办人电话", limit=TITLE),
    text("contact_relation", "代办人与反映人的关系", limit=TITLE),
    text("special_need", "特殊需要：高龄、残障……"),
    Field("items", "政务服务事项，可多次", "texts", option="--item"),
    offered(word("channel", "反映渠道", "channel", default="counter")),
    word("demand_kind", "诉求类型", "demand_kind", default="help"),
    choice(
        "track",
        "办理轨道（作风 = 反映工作人员）",
        TRACKS,
        default="normal",
    ),
    offered(Field("failed_window", "之前没办成的窗口（作风件是被反映的窗口）"), "track=conduct"),
    offered(Field("failed_unit", "之前没办成的单位（作风件是被反映的单位）"), "track=conduct"),
    offered(text("failed_reason", "之前没办成的理由")),
    Field("failed_on", "之前没办成的日期", "date"),
    Field("trips", "已跑的趟数", "int"),
    texts("missing_papers", "据说还缺的材料，可多次", option="--missing"),
    Field("wish_date", "希望办成的日期", "date"),
    text("referred_by", "引导来的人", limit=TITLE),
    Field("own_initiative", "窗口主动发现", "bool", default=False),
    Field("received_at", "受理（反映）时间，默认现在", "when", kinds=INPUT_ONLY),
    text("late_reason", "补录原因（受理日早于今天时必填）"),
    Field("source", "来源系统", long_numbers=True),
    Field("source_no", "来源系统里的编号", long_numbers=True),
    choice(
        "decision",
        "受理决定",
        {"accept": "受理", "refuse": "不予受理", "later": "稍后决定"},
        default="accept",
        option="-",
        kinds=INPUT_ONLY,
    ),
    word("refusal_reason", "不予受理的理由", "refusal")._replace(
        option="--refuse", kinds=INPUT_ONLY
    ),
    BASIS._replace(kinds=INPUT_ONLY),
    REMEDY._replace(kinds=INPUT_ONLY),
    word("difficulty", "难易程度（给了就当场研判）", "difficulty")._replace(kinds=INPUT_ONLY),
    Field("cause", "办不成原因，可多次", "words", axis="cause", kinds=INPUT_ONLY),
    word("outcome", "办理结果（给了就当场办结，能办即办）", "outcome")._replace(kinds=INPUT_ONLY),
    text("measures", "办理过程和措施（当场办结时必填）")._replace(kinds=INPUT_ONLY),
    text("remark", "备注"),
    Field("extra", "其他栏目（键和值都是文字）", "object", personal=True, limit=TEXT, option="-"),
)

_STAMPED = (
    stamp("pack", "规则包"),
    stamp("pack_edition", "规则包版次"),
    stamp("promised", "事项承诺时限（工作日）", "int"),
    stamp("waived", "按规定免予提供、不再要的材料", "texts"),
    stamp("wanted", "事项清单所列的材料", "texts"),
)

_ISSUED = (
    stamp(
        "paper",
        "哪种文书：case 受理的件，notice 告知，slip 督办单，order 交办单……",
        "text",
        "Issued",
    ),
    stamp("year", "哪一年的", "int", "Issued"),
    stamp("serial", "这一种、这一年的第几个，用过的不再用", "int", "Issued"),
    stamp("number", "文号，照规则包的样式", "text", "Issued")._replace(long_numbers=True),
    stamp("of", "是这一件第几条记录的文书，一条有几张的带序号", "text", "Issued"),
)
"""What the entry of a number on paper says."""

PAGE: tuple[Act, ...] = (
    Act(
        "intake",
        "受理",
        (Kind("Registered", "登记", "已登记"), Kind("Issued", "编文号", "已编文号")),
        "登记一件事并受理（也可不予受理或稍后决定）",
        (*INTAKE, *_STAMPED, *_ISSUED),
        (
            "bbcs intake                          # 逐项提示",
            "bbcs intake --from 受理.json",
            "bbcs intake --matter 诊所执业备案 --demand 名称核准通不过 --reporter 陈试验 --phone 13800000001",
            "bbcs intake --matter 社保卡激活 --demand 不会操作 --reporter 陈试验 --difficulty 简单"
            " --outcome 已解决 --measures 当场激活",
        ),
        on_case=False,
        section="收件",
        brief="登记一件事并受理（可不予受理或稍后决定）",
    ),
    Act(
        "accept",
        "准予受理",
        (Kind("Accepted", "受理", "已受理"),),
        "受理已登记的件",
        (BASIS,),
        ("bbcs accept 0001",),
        section="收件",
        brief="受理已登记的件",
        moves="phase",
    ),
    Act(
        "refuse",
        "不予受理",
        (Kind("Refused", "不予受理", "不予受理"),),
        "不予受理，说明理由和去处",
        (word("reason", "不予受理的理由", "refusal", required=True), BASIS, REMEDY),
        ("bbcs refuse 0001 --reason 诉讼 --basis 已进入诉讼程序 --remedy 向受案法院反映",),
        section="收件",
        brief="不予受理，说明理由和去处",
        moves="phase",
    ),
    Act(
        "consult",
        "咨询",
        (
            Kind("Consulted", "当场答复的咨询", "已记咨询"),
            Kind("ConsultationUndone", "撤销咨询", "已撤销咨询"),
        ),
        "登记当场答复的咨询（只计数，不立件）",
        (
            offered(text("matter", "咨询什么")),
            offered(Field("visitors", "几个人来问", "int", default=1, least=1)),
            offered(Field("answered", "答复了几个", "int", default=1)),
            word("channel", "渠道", "channel", default="counter")._replace(kinds=("Consulted",)),
            Field("unit", "答复单位", "unit"),
            Field("undo", "撤销自己记的最后一条咨询", "bool", kinds=INPUT_ONLY, default=False),
            stamp("entry", "撤销的是第几条", "int", "ConsultationUndone"),
            stamp("day", "那一条的日期", "date", "ConsultationUndone"),
            stamp("source", "来源系统", "text", "Consulted"),
            stamp("source_no", "来源系统里的编号", "text", "Consulted")._replace(long_numbers=True),
            stamp("extra", "原台账的其他栏目", "object", "Consulted")._replace(personal=True),
            *COMMON,
        ),
        (
            "bbcs consult --matter 医保转移怎么办",
            "bbcs consult --visitors 523 --answered 362",
            "bbcs consult --undo                  # 刚才的数记错了",
        ),
        on_case=False,
        section="收件",
        brief="登记当场答复的咨询（只计数）",
    ),
)
