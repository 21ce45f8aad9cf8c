"""What the reference says of keys whose meaning stands nowhere else in Chinese. A key without a line here fails `make docs`."""

from __future__ import annotations

from collections.abc import Mapping

IDLE = "（本版检查它，还不用它）"
"""Of keys that are read and checked, while the act that needs them does not exist yet."""

FIELD_TYPES: Mapping[str, str] = {
    "text": "文字",
    "texts": "文字，可多个",
    "word": "词",
    "words": "词，可多个",
    "choices": "固定的词，可多个",
    "choice": "固定词",
    "int": "整数",
    "bool": "是否",
    "date": "日期",
    "when": "日期或时间",
    "day_or_time": "日期或时间",
    "unit": "单位",
    "units": "单位，可多个",
    "pairs": "“甲=乙”，可多个",
    "object": "键和值都是文字的对象",
    "case": "件的编号",
    "cases": "件的编号，可多个",
    "file": "文件",
    "points": "“内容|单位|日期”，可多个",
    "any": "被更正那一栏的值",
    "rows": "多行，每行几个值",
}
"""Type of a field -> what people read."""

KEY_TYPES: Mapping[str, str] = {
    "text": "文字",
    "int": "整数",
    "bool": "true / false",
    "date": "日期",
    "texts": "文字的列表",
    "numbers": "整数的列表",
    "one_or_rows": "一张表，或一列表",
    "events": "文字，或文字的列表",
    "map": "键和值都是文字的内联表",
    "columns": "[列名, 表头] 的列表",
    "table": "一张表",
    "rows": "一列表",
}
"""Type of a TOML key -> what people read."""

PACK_TABLES: Mapping[str, str] = {
    "": "最上层",
    "pack": "`[pack]`：这是谁的规则",
    "sources": "`[[pack.sources]]`：出处",
    "word": "`[[word]]`：词",
    "clock": "`[[clock]]`：时限",
    "warnings": "`[[clock]]` 里的 `warnings`：预警",
    "gates": "`[gates]`：门槛",
    "extension": "`[extension]`：延期",
    "callback": "`[callback]`：回访",
    "number": "`[number]`：文号",
    "register": "`[register.名称]`：登记簿",
    "accountability": "`[[accountability]]`：问责",
    "office": "`[office]`，或几段 `[[office]]`：办公时间",
    "score": "`[score]`：评分",
    "tiers": "`[tiers]`：档次",
    "facts": "`[[facts]]`：给定的数字",
}
"""Table of a rule pack -> its heading."""

_SOURCED = {"source": "出处：哪个来源的哪一条", "proposed": "来源没有写、由 bbcs 拟定的，写 true"}

PACK_KEYS: Mapping[str, Mapping[str, str]] = {
    "": {
        "pack": "这是谁的规则",
        "word": "各种词",
        "clock": "时限",
        "gates": "门槛",
        "extension": "延期",
        "callback": "回访",
        "number": "文号",
        "register": "登记簿",
        "accountability": "问责：`report kpi` 按行数措施",
        "office": "办公时间",
        "score": "评分：哪个比率占几分",
        "tiers": "档次：几分以上是哪一档",
        "facts": "给定的数字，`report kpi` 印在旁边",
    },
    "pack": {
        "key": "规则包的名字，与文件名一样",
        "place": "地方",
        "name": "给人看的名称",
        "edition": "版次；件记下受理时的版次",
        "in_force_from": "施行日；此前受理的件不计本包时限",
        "region": "行政区划",
        "day_rule": "工作日怎么数：`wd`（休息日收件，其后第一个工作日是第 1 天）或 `wd_roll`（视为下一个工作日收到，那天不计）",
        "cutoff": "几点起收到的算下一个工作日收到，如 `17:30`；不写就是当天的下班时刻。管当日办结的时限（`same_day` `close_of_business`）；`day_rule` 是 `wd_roll` 或 `after_hours` 是 `next_workday` 时，也管按工作日、自然日、月算的",
        "after_hours": "截止时刻以后收到的：`same_day` 当日收到（当日办结的时限仍移到下一个工作日，不会一收到就超期）；`next_workday` 所有按日子算的时限都算下一个工作日收到，那天是起算日。`wd_roll` 本来就移，不能再写 `same_day`。按小时、分钟算的不受影响",
        "due_time": "`end_of_day` 到期日整天有效；`close_of_business` 到下班为止",
        "several_causes": "一件有几个办不成原因时：不写，哪一条都算合；`first`，只看研判时写在最前的一个。`for` 按原因分、同一件会有几条合上时要写明",
        "sources": "出处清单",
        "proposed": "本表里哪些键是拟定的",
    },
    "sources": {
        "id": "编号，别处的 source 用它",
        "title": "标题",
        "address": "网址",
        "note": "说明",
    },
    "word": {
        "axis": "属于哪一类词（见下）",
        "key": "英文键，存进台账的就是它",
        "label": "给人看的中文",
        "aliases": "也可以这样输入",
        **_SOURCED,
        "counts_as": "办理结果计为 `solved` `explained` `partly` `terminated`（终止：要依据、证据和第二签字人，单独计数）哪一种",
        "needs_basis": "用了这个词就要写依据（办理结果还要写救济途径）",
        "remedy": "不予受理时要写去处",
        "who": "这一级由谁负责",
        "trigger": "什么情况到这一级，给人看的话",
        "at": '到这一级的条件，满足一个就提示：`{ difficulty = "complex" }`（难易程度）、`units`（本轮交办到几个单位）、'
        "`bounces`（退回几次）、`redo`（重办几次）、`transfers`（转办几次），数写在引号里，逐级加大",
        "value": "满意度分值 1–5",
        "satisfied": "计为满意",
        "bad": "计为差评",
    },
    "clock": {
        "name": "哪一种时限（见下）",
        "limit": "数量；单位是 `set` 时是没定日期前的工作日数，也是提示时的建议，不写就没有",
        "unit": "单位（见下）",
        "start": '从哪种记录起算，如 `Accepted`；写成列表 `["Registered", "Reopened"]` 是其中最早的一个；`due:resolve` 是从办理时限的到期日起算，随它移动；可再写明是哪一种：`FedBack.first` `FedBack.interim` `FedBack.final`、'
        "`Assigned.whistle` 等交办方式、`Notified.` 加告知种类、`Stepped.` 加办理环节、`Supervised.` 加督办种类",
        "stop": '到哪种记录为止，写法同 `start`（没有 `due:`）；`["FedBack.first", "Resolved"]` 是先到哪个算哪个',
        "for": "只对这样的件：difficulty、cause、demand_kind、track（normal conduct）、item（事项的名称）、order（lead assist relay whistle）、round（1、2+），从 `Resolved` 或 `CalledBack` 起算的还可以写 outcome、grade；写得最细的优先",
        "pausable": "可否暂停",
        "warnings": "预警，`{ left = 几天, colour = 颜色 }` 的列表",
        "hours": "单位是小时时：`wall` 昼夜连续，`business` 只计办公时间",
        **_SOURCED,
    },
    "warnings": {"left": "还剩几个工作日时开始；0 是当天，-1 是过期第一天", "colour": "颜色词"},
    "gates": {
        "dispatch_guard": "交办给低于主管单位层级的单位（下派）、不是主管单位的单位时：`off` 不提醒，`warn` 提醒，`leader` 要领导写 `--override`；"
        "主管单位看事项目录，层级看名册；不论哪种都记下、计数",
        "source": "出处",
        "proposed": "哪些门槛是拟定的",
    },
    "extension": {
        "mode": "`total_cap` 从起算的总数封顶，`additional` 另加，`notify_only` 只告知，`none` 不延",
        "days": "最多几天",
        "max_count": "最多几次",
        "cutoff": "当日几点前提出",
        "approver": "谁批准",
        "for": "只对这样的件",
        **_SOURCED,
    },
    "callback": {
        "share": "回访比例，百分数。不到 100 时抽签：办结那条记录的摘要除以 100 的余数小于它的件要回访，其余的不计回访时限，也不受回访门槛的约束；同一件在哪台电脑上抽都一样",
        "attempts": "按“联系不上”结案前至少要打几次",
        "days": "没打通的回访要分在几天里打，才能按联系不上结案",
        "not_by_handler": "承办人不能自己回访",
        **_SOURCED,
    },
    "number": {
        "pattern": "件的文号，如 `示例办〔{year}〕{serial:04d}号`：受理时按年编一个，记一条 `Issued`，用过的不再用；印在受理编号旁边，从不当键用",
        "notice": "告知的文书号，如 `示例告〔{year}〕{serial}号`：按年自编一列；不写就用“受理编号-告1”，`notify --no` 写明的照写",
        "slip": "督办单的编号，写法同上；不写就用“受理编号-督1”",
        "minutes_no": "联席会议纪要的编号，写法同上，会商（`convene`）时编，一次会研究几件的是同一个；不写就用“受理编号-会1”",
        "order_no": "交办单的编号，写法同上，第一次出文书（`bbcs doc`）时编；不写就用“受理编号-交1”",
        "transfer_no": "转办单的编号，同上；不写就用“受理编号-转1”",
        "result_no": "办结反馈单的编号，同上；不写就用“受理编号-反1”",
        **_SOURCED,
    },
    "register": {
        "title": "本地叫什么",
        "columns": "列和本地的表头，按顺序；本版只印名为 `work` 的那一本",
        **_SOURCED,
    },
    "accountability": {
        "trigger": "什么情况",
        "measures": "督办种类的词",
        "count": "要数的：`received` 受理、`overdue` 超期、`dissatisfied` 回访不满意、`redo` 重办、`returned` 退回、`supervised` 督办；不写就不数",
        "per": "按谁数：`unit` 承办单位、`failed_unit` 原来没办成的单位、`failed_window` 原来没办成的窗口",
        "window": "数多久：`month` `quarter` `year`",
        "at": "到几就算",
        "consecutive": "连续几个月（季度、年），不写是 1。到了数而没有采取措施的，`bbcs check` 列出（C32）",
        **_SOURCED,
    },
    "office": {
        "from": "`[[office]]` 的一段从哪天起，`月-日`，可以跨年（`10-01` 到 `04-30`）；合的第一段算数",
        "to": "到哪天为止",
        "weekdays": "星期几，1 是星期一；不写是每天",
        "hours": "如 `09:00-12:00,13:30-17:30`，不办公写 `休`；最后一段（或只有一张 `[office]`）不写季节和星期，是其余的日子",
        **_SOURCED,
    },
    "score": {**_SOURCED},
    "tiers": {**_SOURCED},
    "facts": {"name": "叫什么", "value": "多少，照原文", "source": "出处"},
}
"""Table of a rule pack -> key -> meaning."""

STATION_TABLES: Mapping[str, str] = {
    "": "最上层",
    "units": "`[[units]]`：单位",
    "operators": "`[[operators]]`：操作员",
    "duty": "`[[duty]]`：轮流坐诊",
}
"""Table of a station file -> its heading."""

STATION_KEYS: Mapping[str, Mapping[str, str]] = {
    "": {
        "code": "站码，2 到 12 位大写字母或数字，是受理编号的开头",
        "name": "窗口（站）名称",
        "level": "层级：`county` `township` `village`",
        "parent": "上级的站码",
        "region": "行政区划",
        "pack": "用哪个规则包，不写是 default",
        "edition": "采用的是它的第几版，由 `bbcs init` 和 `bbcs pack adopt` 写",
        "store": "留作县级数据库的地址，现在不用",
        "ledger": "这份文件属于哪本台账，由 `bbcs init` 写；与 `ledger.db` 的不同就拒绝写入",
        "address": "窗口在哪里，印在回执上",
        "phone": "窗口的电话，印在回执上",
        "units": "单位名册",
        "operators": "操作员名册",
        "duty": "坐诊表，用 `bbcs station duty` 改",
    },
    "units": {
        "code": "单位代码",
        "name": "单位名称",
        "aliases": "简称",
        "rep": "首席代表",
        "phone": "单位电话",
        "level": "层级",
        "former": "以前的名称，`station unit rename` 自动记下；用它也认得这个单位",
    },
    "operators": {
        "id": "代号，记在每条记录里",
        "name": "姓名",
        "roles": "角色：clerk leader supervisor admin auditor",
        "os_user": "这台电脑的登录名",
    },
    "duty": {
        "day": "哪天",
        "operator": "操作员代号",
        "shift": "`am`、`pm`，不写是全天",
        "note": "说明",
    },
}
"""Table of a station file -> key -> meaning."""

CLOCK_USE: Mapping[str, str] = {
    "assign": "受理后多久交办",
    "sign": "单位多久签收，每张单一个",
    "arrive": "吹哨后多久到场",
    "first_contact": "多久联系反映人",
    "first_feedback": "多久首次反馈",
    "opinion": "多久出具意见",
    "resolve": "多久办结",
    "result_feedback": "办结后多久反馈结果",
    "callback": "办结后多久回访",
    "rectify": "差评后多久整改",
    "gap": "容缺材料多久补齐",
    "return": "退回申请多久审核（`return_review` 开着时必写），从 `ReturnAsked` 到 `ReturnDecided`",
}
"""Clock -> what it measures."""
