"""The registers that a place may head itself: their canonical columns, in print order.

A rule pack gives title and headers of its own (`[register.NAME]`); what it does not name stands
here. The columns of the work register are `bbcs.domain.pack.COLUMNS` (domain.md §7.1).
"""

from __future__ import annotations

from collections.abc import Mapping

from bbcs.domain.pack import COLUMNS

SHORT = "short"
"""Name under which a pack gives the short form of the work register."""

_CASE = {
    "seq": "序号",
    "case_no": "受理编号",
    "number": "文号",
    "level": "响应级别",
    "round": "轮次",
}

REGISTER_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "work": COLUMNS,
    "acceptance": {
        **_CASE,
        "received_at": "受理时间",
        "channel": "反映渠道",
        "reporter": "反映人",
        "phone": "联系电话",
        "reporter_type": "反映人类别",
        "demand_kind": "诉求类型",
        "matter": "反映事项",
        "demand": "诉求",
        "missing_papers": "所缺材料",
        "failed_at": "原来没办成的窗口",
        "decision": "受理决定",
        "decided_at": "决定时间",
        "received_by": "受理人",
        "source_no": "原编号",
        "remark": "备注",
    },
    "callbacks": {
        **_CASE,
        "called_at": "回访时间",
        "attempt": "次数",
        "how": "方式",
        "reached": "接通否",
        "reporter": "反映人",
        "phone": "联系电话",
        "matter": "反映事项",
        "lead_unit": "承办单位",
        "solved": "是否解决",
        "satisfaction": "满意度",
        "words": "意见",
        "callback_by": "回访人",
    },
    "coordination": {
        **_CASE,
        "at": "时间",
        "kind": "方式",
        "matter": "反映事项",
        "units": "参加科室、部门",
        "absent": "缺席",
        "resolution": "议定事项",
        "due": "完成时限",
        "done": "完成情况",
        "assisted_by": "帮办人",
        "minutes": "用时（分钟）",
    },
    "slips": {
        "seq": "序号",
        "slip": "督办编号",
        "case_no": "受理编号",
        "number": "文号",
        "level": "响应级别",
        "at": "签发日期",
        "kind": "种类",
        "colour": "亮牌",
        "unit": "督办对象",
        "matter": "反映事项",
        "reason": "事由",
        "require": "要求",
        "due": "时限",
        "issuer": "签发人",
        "answer": "回复",
        "answered_at": "回复日期",
    },
    "supervision": {
        "seq": "序号",
        "slip": "督办编号",
        "case_no": "案件编号",
        "number": "文号",
        "level": "响应级别",
        "at": "日期",
        "kind": "种类",
        "unit": "对象",
        "due": "时限",
        "state": "完成情况",
        "answered_at": "回复日期",
        "late": "是否逾期",
        "accountability": "问责情况",
    },
    "consultations": {
        "seq": "序号",
        "at": "时间",
        "channel": "渠道",
        "matter": "咨询事项",
        "visitors": "来咨询的人次",
        "answered": "当场答复",
        "unit": "答复单位",
        "received_by": "登记人",
    },
}
"""Register -> canonical column -> its usual header."""

SHORT_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "work": (
        "seq", "case_no", "received_at", "channel", "reporter", "phone", "matter", "demand",
        "lead_unit", "due", "outcome", "resolved_at", "callback_at", "satisfaction", "remark",
    ),
    "acceptance": (
        "seq", "case_no", "received_at", "channel", "reporter", "phone", "demand",
        "missing_papers", "decision", "received_by",
    ),
    "callbacks": (
        "seq", "case_no", "called_at", "attempt", "reached", "satisfaction", "words",
        "callback_by",
    ),
    "coordination": (
        "seq", "case_no", "at", "units", "resolution", "due", "assisted_by",
    ),
    "slips": ("slip", "unit", "reason", "require", "due", "issuer", "answer"),
    "supervision": ("slip", "case_no", "at", "unit", "due", "state", "accountability"),
}  # fmt: skip
"""Register -> the columns of its short form, one A4 page across (domain.md §7.1, practices.md
§3.3); a register that is not here is short as it is.
"""
