"""ONE table of every act: what may be said about a case, by which word, with which fields.

From it come the event codec and the marks of personal fields (`store/codec.py`), the JSON of `--from`, the
commands' options and Chinese help (`cli/verbs.py`), and docs/reference. Adding an act is one row here and one arm
each in `case.evolve` and `decide`.
"""

from __future__ import annotations

from collections.abc import Mapping

from bbcs.record import Record

TITLE, TEXT = 200, 20_000
"""Longest name or title, longest free text, in characters (formats.md)."""


class Field(Record):
    """One field of an act.

    type: text | texts | word | words | choice | date | when | int | bool | unit | units | pairs | object, and rows (lists of
    plain values, of the office's own entries only).
    `axis` is the pack's word axis of word(s); `choices` the fixed words of a choice. A personal field lives in the
    erasable body, all others in the public part; `kinds` limits the field to some of the act's event kinds,
    ("",) to none (input only). `option` = long option when it is not the name; "-" = never on the command line.
    A stamped field is filled in by `decide` from the rule pack of the day and taken from nobody.
    """

    name: str
    help: str
    type: str = "text"
    required: bool = False
    personal: bool = False
    axis: str = ""
    choices: tuple[str, ...] = ()
    option: str = ""
    kinds: tuple[str, ...] = ()
    limit: int = TITLE
    default: object = None
    stamped: bool = False

    @property
    def flag(self) -> str:
        """The long option, or "" when the field is never taken from the command line."""
        if self.option == "-":
            return ""
        return self.option or "--" + self.name.replace("_", "-")

    @property
    def many(self) -> bool:
        """Whether the option may be repeated."""
        return self.type in ("texts", "words", "units", "pairs")


class Act(Record):
    """One verb: the event kinds it may append, its fields, who may do it, and what people read about it."""

    verb: str
    alias: str
    kinds: tuple[str, ...]
    help: str
    fields: tuple[Field, ...]
    examples: tuple[str, ...] = ()
    roles: tuple[str, ...] = ("clerk", "leader")
    on_case: bool = True


def _text(name: str, help: str, *, required: bool = False, limit: int = TEXT, option: str = "", kinds: tuple[str, ...] = ()) -> Field:
    """Free text is personal, always."""
    return Field(name, help, "text", required, True, limit=limit, option=option, kinds=kinds)


def _texts(name: str, help: str, *, option: str = "") -> Field:
    return Field(name, help, "texts", personal=True, option=option)


def _word(name: str, help: str, axis: str, *, required: bool = False, default: str | None = None) -> Field:
    return Field(name, help, "word", required, axis=axis, default=default)


def _choice(name: str, help: str, *choices: str, required: bool = False, default: str | None = None) -> Field:
    return Field(name, help, "choice", required, choices=choices, default=default)


def _stamp(name: str, help: str, type: str = "text", *kinds: str) -> Field:
    return Field(name, help, type, option="-", kinds=kinds, stamped=True)


INPUT_ONLY = ("",)

_HOW = ("phone", "visit", "counter", "sms", "web", "mail")

BASIS = _text("basis", "依据（法律、规定）")
REMEDY = _text("remedy", "救济或其他途径")

INTAKE = (
    _text("matter", "反映事项：没办成的是什么事", required=True, limit=TITLE),
    _text("demand", "反映内容及诉求", required=True),
    _text("reporter", "反映人姓名或单位名称", limit=TITLE),
    Field("anonymous", "匿名反映", "bool", default=False),
    _choice("reporter_type", "反映人类别", "individual", "enterprise", "org", default="individual"),
    _text("phone", "联系电话", limit=TITLE),
    _text("id_number", "身份证号（只在提示、标准输入或文件里给）", limit=TITLE, option="-"),
    _text("address", "地址（只在提示、标准输入或文件里给）", limit=TITLE, option="-"),
    _text("contact_person", "代办人（联系人）", limit=TITLE),
    _text("contact_phone", "代办人电话", limit=TITLE),
    _text("contact_relation", "代办人与反映人的关系", limit=TITLE),
    _text("special_need", "特殊需要：高龄、残障……"),
    Field("items", "政务服务事项，可多次", "texts", option="--item"),
    _word("channel", "反映渠道", "channel", default="counter"),
    _word("demand_kind", "诉求类型", "demand_kind", default="help"),
    _choice("track", "办理轨道（作风 = 反映工作人员）", "normal", "conduct", default="normal"),
    Field("failed_window", "之前没办成的窗口"),
    Field("failed_unit", "之前没办成的单位"),
    _text("failed_reason", "之前没办成的理由"),
    Field("failed_on", "之前没办成的日期", "date"),
    Field("trips", "已跑的趟数", "int"),
    _texts("missing_papers", "据说还缺的材料，可多次", option="--missing"),
    Field("wish_date", "希望办成的日期", "date"),
    _text("referred_by", "引导来的人", limit=TITLE),
    Field("own_initiative", "窗口主动发现", "bool", default=False),
    Field("received_at", "受理（反映）时间，默认现在", "when", kinds=INPUT_ONLY),
    _text("late_reason", "补录原因（受理日早于今天时必填）"),
    Field("source", "来源系统"),
    Field("source_no", "来源系统里的编号"),
    _choice("decision", "受理决定", "accept", "refuse", "later", default="accept")._replace(option="-", kinds=INPUT_ONLY),
    _word("refusal_reason", "不予受理的理由", "refusal")._replace(option="--refuse", kinds=INPUT_ONLY),
    BASIS._replace(kinds=INPUT_ONLY),
    REMEDY._replace(kinds=INPUT_ONLY),
    _word("difficulty", "难易程度（给了就当场研判）", "difficulty")._replace(kinds=INPUT_ONLY),
    Field("cause", "办不成原因，可多次", "words", axis="cause", kinds=INPUT_ONLY),
    _text("remark", "备注"),
    Field("extra", "其他栏目（键和值都是文字）", "object", personal=True, option="-"),
)

_STAMPED = (_stamp("pack", "规则包"), _stamp("pack_edition", "规则包版次"))

COMMON = (
    Field("at", "发生的时间，默认现在", "when", kinds=INPUT_ONLY),
    _text("late_reason", "补记原因（发生日早于今天时必填）"),
    _text("note", "附记"),
)
"""Fields of every act on a case, and of a consultation."""

ACTS: tuple[Act, ...] = (
    Act(
        "intake",
        "受理",
        ("Registered",),
        "登记一件事并受理（也可不予受理或稍后决定）",
        (*INTAKE, *_STAMPED),
        (
            "bbcs intake                          # 逐项提示",
            "bbcs intake --from 受理.json",
            "bbcs intake --matter 诊所执业备案 --demand 名称核准通不过 --reporter 陈试验 --phone 13800000001",
        ),
        on_case=False,
    ),
    Act("accept", "收件", ("Accepted",), "受理已登记的件", (BASIS,), ("bbcs accept 0001",)),
    Act(
        "refuse",
        "不予受理",
        ("Refused",),
        "不予受理，说明理由和去处",
        (_word("reason", "不予受理的理由", "refusal", required=True), BASIS, REMEDY),
        ("bbcs refuse 0001 --reason 诉讼 --basis 已进入诉讼程序 --remedy 向受案法院反映",),
    ),
    Act(
        "triage",
        "研判",
        ("Triaged",),
        "研判：定难易、找原因；再做一次就是重新定级",
        (
            _word("difficulty", "难易程度", "difficulty", required=True),
            Field("cause", "办不成原因，可多次", "words", axis="cause"),
            _choice("policy", "政策上有无障碍", "clear", "blocked"),
            _text("opinion", "研判意见"),
            _word("level", "响应级别", "level"),
            Field("fast", "走快速通道", "bool", default=False),
            Field("due", "定下的到期日（时限为“另定”时必填）", "date"),
            _choice("track", "办理轨道（作风 = 反映工作人员）", "normal", "conduct"),
        ),
        ("bbcs triage 0001 --difficulty 复杂 --cause 有政策瓶颈 --opinion 名称核准与行业规定冲突",),
    ),
    Act(
        "assign",
        "交办",
        ("Assigned",),
        "交办：一个主办，可有协办和转派单位",
        (
            Field("lead", "主办单位", "unit"),
            Field("assist", "协办单位，可多次", "units"),
            Field("relay", "转派（接单）单位", "unit"),
            _text("handler", "承办人", limit=TITLE),
            _choice("how", "交办方式", "direct", "consulted", "by_leader", "split", "whistle", default="direct"),
            _text("require", "办理要求"),
            Field("due", "这张单自己的到期日", "date"),
            Field("new_unit", "名册里没有的新单位也收", "bool", kinds=INPUT_ONLY, default=False),
        ),
        ("bbcs assign 0001 --lead 区市场监管局 --assist 区卫健局 --handler 李经办",),
    ),
    Act(
        "sign",
        "签收",
        ("Signed",),
        "单位签收交办单（转派=接单，协办=拼单，主办=领单，吹哨=报到）",
        (
            Field("unit", "签收单位（有几张未签收的单时必填）", "unit"),
            _text("by", "签收人", limit=TITLE),
            _text("plan", "打算怎么办"),
        ),
        ("bbcs sign 0001 --unit 区市场监管局 --by 李经办",),
    ),
    Act(
        "step",
        "办理",
        ("Stepped",),
        "记一步办理：核实、会商、勘查、帮办……",
        (
            _word("kind", "环节", "step", required=True),
            Field("unit", "办理单位", "unit"),
            _text("result", "结果"),
            _texts("paper", "出具或收到的材料，可多次"),
            _text("by", "办理人", limit=TITLE),
            Field("proof", "欠的证明和出具单位“证明=单位”，可多次", "pairs", personal=True),
            _texts("proof_done", "已出具的证明，可多次"),
            Field("minutes", "用时（分钟）", "int"),
        ),
        ("bbcs step 0001 --kind 会商 --unit 区市场监管局 --result 改用新名称",),
    ),
    Act(
        "feedback",
        "反馈",
        ("FedBack",),
        "向反映人反馈：首次、进展、最终答复",
        (
            _choice("stage", "第几类反馈", "first", "interim", "final", required=True),
            _text("text", "反馈内容", required=True),
            _choice("how", "方式", *_HOW, default="phone"),
            Field("unit", "反馈单位", "unit"),
        ),
        ("bbcs feedback 0001 --stage final --text 备案已办好，明天可取",),
    ),
    Act(
        "notify",
        "告知",
        ("Notified",),
        "出具告知：受理、一次性告知、不予受理、结果……",
        (
            _word("kind", "告知种类", "notice", required=True),
            _text("text", "告知内容"),
            _texts("missing", "还缺的材料，可多次（一次性告知必填）"),
            _text("received_by", "签收人", limit=TITLE),
            _choice("how", "方式", *_HOW, default="counter"),
            Field("no", "文书号（不给就自动编）"),
        ),
        ("bbcs notify 0001 --kind 一次性告知 --missing 营业执照 --missing 平面图",),
    ),
    Act(
        "resolve",
        "办结",
        ("Resolved",),
        "办结：有了结果；停办理时限，开始回访时限",
        (
            _word("outcome", "办理结果", "outcome", required=True),
            _text("measures", "办理过程和措施", required=True),
            BASIS,
            REMEDY,
            _text("tried", "试过哪些办法"),
            _text("signer", "第二签字人（否定答复，规则包要求时）", limit=TITLE),
            Field("asked", "要求办几项", "int"),
            Field("granted", "办成几项", "int"),
            Field("differs", "结果与诉求不同", "bool", default=False),
            Field("result", "各事项的结果“事项=证照”，可多次", "pairs"),
            _stamp("counts_as", "计为解决、部分解决或解释"),
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
            _choice("solved", "反映人说解决了没有", "yes", "partly", "no")._replace(kinds=("CalledBack",)),
            _word("grade", "满意度（1–5 或文字）", "grade")._replace(kinds=("CalledBack",)),
            _text("words", "反映人的话"),
            _text("by", "回访人", limit=TITLE),
            _choice("how", "方式", "phone", "visit", "sms", "web", default="phone"),
            Field("default_rating", "逾期未评的默认评价", "bool", kinds=("CalledBack",), default=False),
            _stamp("satisfaction", "满意度 1–5", "int", "CalledBack"),
            _stamp("satisfied", "计为满意", "bool", "CalledBack"),
        ),
        ("bbcs callback 0001 --reached --solved yes --grade 5", "bbcs callback 0001 --not-reached", "bbcs callback 0001 --dial"),
        roles=("clerk", "leader", "supervisor"),
    ),
    Act(
        "close",
        "结案",
        ("Closed",),
        "结案（销号）：符合规则包的结案条件后划去",
        (
            _word("how", "结案方式", "close_how", default="normal"),
            _text("approver", "批准人（非正常结案必填）", limit=TITLE),
            _text("reason", "理由（非正常结案必填）"),
        ),
        ("bbcs close 0001", "bbcs close 0001 --how unreachable --approver 王主任 --reason 三次未接通"),
    ),
    Act(
        "reopen",
        "重办",
        ("Reopened",),
        "重办：回到研判，开始新一轮，首轮数字不改",
        (_text("reason", "为什么重办", required=True), Field("unit", "由哪个单位重办", "unit")),
        ("bbcs reopen 0001 --reason 回访说没解决",),
    ),
    Act(
        "archive",
        "归档",
        ("Archived",),
        "归档",
        (Field("no", "归档号"), _choice("term", "保管期限（永久、30 年、10 年）", "permanent", "30", "10", default="10")),
        ("bbcs archive 0001 --no 2026-015 --term 10",),
    ),
    Act("note", "记录", ("Noted",), "记一句话", (_text("text", "内容", required=True),), ("bbcs note 0001 --text 反映人来电催问",)),
    Act(
        "consult",
        "咨询",
        ("Consulted",),
        "登记当场答复的咨询（只计数，不立件）",
        (
            _text("matter", "咨询什么"),
            Field("visitors", "几个人来问", "int", default=1),
            Field("answered", "答复了几个", "int", default=1),
            _word("channel", "渠道", "channel", default="counter"),
            Field("unit", "答复单位", "unit"),
            *COMMON,
        ),
        ("bbcs consult --matter 医保转移怎么办", "bbcs consult --visitors 523 --answered 362"),
        on_case=False,
    ),
)
"""Every act a user may ask for, in the order of a case's life."""

INTERNAL: Mapping[str, tuple[Field, ...]] = {
    "Revealed": (
        Field("purpose", "目的", "choice", choices=("show", "dial", "list", "register")),
        _text("reason", "理由"),
        Field("case", "件", "text"),
        Field("rows", "件数", "int"),
    ),
    "StationChanged": (Field("what", "改了什么"), Field("code", "代码"), Field("name", "名称")),
    "PackAdopted": (
        Field("pack", "规则包"), Field("edition", "版次"), Field("place", "地方"), Field("sha256", "规则包文件的摘要"),
        Field("before", "此前的规则包和版次，如 zhanyi@1"), Field("open", "当时没了结、仍按原来版次的件数", "int"),
    ),
    "DutySet": (
        Field("day", "日期", "date"), Field("operator", "操作员"), Field("shift", "班次（不写是全天）", "choice", choices=("am", "pm")),
        Field("note", "说明", limit=TEXT), Field("removed", "是撤下", "bool"), Field("rows", "多班：日期、操作员、班次、说明", "rows"),
    ),
    "CalendarImported": (
        _choice("layer", "哪一层日历", "annual", "midyear", "region", "organisation"),
        Field("region", "地区"),
        Field("id", "通知代号（年度通知是年份）"),
        Field("title", "通知标题", limit=TEXT),
        Field("number", "文号"),
        Field("issued", "印发日期", "date"),
        Field("address", "出处", limit=TEXT),
        Field("sha256", "通知文本的摘要"),
        Field("days", "改变的日子：日期、是否上班、种类、名称", "rows"),
        Field("moved", "移动的到期日：件、时限、轮次、单位、原来、现在", "rows"),
    ),
}  # fmt: skip
"""Kinds that no verb of a case appends: the office's own entries."""

BY_VERB: Mapping[str, Act] = {act.verb: act for act in ACTS}


def _fields_of(kind: str, act: Act) -> tuple[Field, ...]:
    own = tuple(field for field in act.fields if not field.kinds or kind in field.kinds)
    common = COMMON if act.on_case else ()
    return own + tuple(field for field in common if not field.kinds)


KINDS: Mapping[str, tuple[Field, ...]] = {
    **{kind: _fields_of(kind, act) for act in ACTS for kind in act.kinds},
    **INTERNAL,
}
"""Event kind -> the fields that are stored with it."""

PERSONAL: Mapping[str, frozenset[str]] = {
    kind: frozenset(field.name for field in fields if field.personal) for kind, fields in KINDS.items()
}
"""Event kind -> names of its personal fields."""

LEDGER_WIDE = frozenset({"Consulted", *INTERNAL})
"""Kinds without a case number."""
