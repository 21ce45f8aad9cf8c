"""Input for any act on any case, drawn at random: mostly what a clerk would give, now and then what a gate refuses."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from bbcs.domain.case import IN_HAND, Case
from bbcs.domain.pack import RulePack

UNITS = ("区市场监管局", "卫健部门", "公安局", "自然资源局", "水务局", "教育局")
FREE_TEXT = ("matter", "demand", "remark")


def drawn(
    case: Case, verb: str, random: Random, others: Sequence[str] = (), now: Any = None
) -> dict[str, Any]:
    """Fields for one act; `others` are cases that may join a meeting or a group."""
    make = globals().get(f"_{verb}")
    if make is None:
        return dict(random.choice(_PLAIN.get(verb, [{}])))
    return make(case, random, [no for no in others if no != case.no])


def may_return(pack: RulePack, case: Case, verbs: Sequence[str], random: Random) -> bool:
    """Whether a reviewed return comes next, which chance alone would seldom ask for and decide."""
    wanted = pack.gate("return_review") and "return" in verbs and case.open_orders
    return bool(wanted) and random.random() < (0.5 if case.return_requests else 0.2)


_PLAIN: dict[str, list[dict[str, Any]]] = {
    "refuse": [{"reason": "litigation", "remedy": "向法院反映"}],
    "triage": [
        {"difficulty": word}
        for word in ("general", "complex", "complex", "special", "special", "cannot")
    ]
    + [{"difficulty": "special", "level": "1"}],
    "step": [{"kind": "verify"}, {"kind": "site_check"}],
    "feedback": [{"stage": stage, "text": "进展"} for stage in ("first", "interim", "final")],
    "notify": [{"kind": "result"}],
    "pause": [{"reason": "appraisal"}, {"reason": "supplement", "clock": ["resolve"]}],
    "escalate": [
        {"level": "2", "reason": "协调不动"},
        {"level": "3", "reason": "涉及多个部门"},
        {"level": "3", "reason": "重办"},
    ],
    "supervise": [
        {"kind": "remind", "unit": UNITS[0], "reason": "快到期"},
        {"kind": "card", "unit": UNITS[1], "reason": "超期", "colour": "yellow"},
    ],
    "improve": [{"kind": "rule_change", "what": "改条件"}],
    "callback": [
        {"reached": False},
        {"reached": True, "solved": "no", "grade": "1"},
        {"reached": True, "solved": "yes", "grade": "5"},
    ],
    "reopen": [{"reason": "没办成"}, {"reason": "没办成", "unit": UNITS[2]}],
    "exclude": [
        {"rate": ["on_time", "callback"], "basis": "台风停业", "approver": "王主任"},
        {"rate": ["satisfaction"], "basis": "恶意差评", "approver": "王主任"},
        {"undo": True},
    ],
    "withdraw": [{"reason": "自行办好"}],
    "transfer": [{"to": "市信访局", "reason": "信访事项"}],
    "void": [{"reason": "误登"}],
    "attach": [{"file": "受理单.pdf"}, {"file": "平面图.pdf", "title": "平面图"}],
    "note": [
        {"text": "催问"},
        {"text": "答应年内回话", "promised": "2030-12-31"},
        {"text": "记得催", "remind": "2030-12-31T15:00"},
    ],
}


def _assign(case: Case, random: Random, others: Sequence[str]) -> dict[str, Any]:
    busy = {order.unit for order in case.open_orders}
    unit = random.choice([unit for unit in UNITS if unit not in busy] or UNITS)
    led = any(order.role == "lead" for order in case.open_orders)
    role = random.choice(
        ["assist", "relay", "assist"]
        if led and random.random() < 0.9
        else ["lead", "lead", "lead", "assist"]
    )
    how = {"how": "whistle"} if random.random() < 0.2 else {}
    return {role: [unit] if role == "assist" else unit, **how}


def _sign(case: Case, random: Random, others: Sequence[str]) -> dict[str, Any]:
    return {"unit": random.choice(case.unsigned).unit} if case.unsigned else {}


def _return(case: Case, random: Random, others: Sequence[str]) -> dict[str, Any]:
    """A return; where one was asked for, mostly the decision on it."""
    if case.return_requests and random.random() < 0.7:
        asked = random.choice(case.return_requests)
        decision = random.choice([{"approve": True}, {"reject": True, "reason": "归它管"}])
        return {**decision, "approver": "王站长", "unit": asked.unit.name}
    return {
        "reason": "不归本局",
        **(
            {"unit": random.choice(case.open_orders).unit}
            if case.open_orders
            else {"unit": UNITS[0]}
        ),
    }


def _forward(case: Case, random: Random, others: Sequence[str]) -> dict[str, Any]:
    busy = {order.unit for order in case.open_orders}
    return {
        "to": random.choice([unit for unit in UNITS if unit not in busy] or UNITS),
        "reason": "归它管",
        **({"unit": random.choice(case.open_orders).unit} if case.open_orders else {}),
    }


def _gap(case: Case, random: Random, others: Sequence[str]) -> dict[str, Any]:
    if case.owed and (case.phase not in IN_HAND or random.random() < 0.3):
        return {"filled": [case.owed[0].paper]}
    return {"owe": [random.choice(["租赁合同=2026-12-31", "消防意见=现场", "照片=2026-12-30"])]}


def _exempt(case: Case, random: Random, others: Sequence[str]) -> dict[str, Any]:
    """On the case itself only until it is settled; afterwards as a rule for later ones. What is
    waived already comes again now and then."""
    rule = {
        "paper": f"合同{random.randint(1, 99)}" if random.random() < 0.9 else "合同",
        "reason": "新业态",
        "authority": "审批局",
        "scope": "rule",
        "item": "诊所备案",
        "effective": "2027-09-01",
    }
    return (
        rule
        if random.random() < (0.9 if case.current.resolved_at else 0.5)
        else {
            "paper": random.choice(["平面图", "照片", f"证{random.randint(1, 99)}"]),
            "reason": "有底图",
            "authority": "审批局",
        }
    )


def _close(case: Case, random: Random, others: Sequence[str]) -> dict[str, Any]:
    tried = any(not call.reached for call in case.callbacks)
    return (
        {"how": "unreachable", "approver": "王主任", "reason": "三次未接通"}
        if tried and random.random() < 0.3
        else {}
    )


def _extend(case: Case, random: Random, others: Sequence[str]) -> dict[str, Any]:
    return {"days": random.randint(1, 5), "reason": "等评审"}


def _convene(case: Case, random: Random, others: Sequence[str]) -> dict[str, Any]:
    waiting = [one.no for one in case.resolutions if not one.done_at]
    if waiting and (case.phase not in IN_HAND or random.random() < 0.2):
        return {"done": random.choice(waiting), "text": "已批复"}
    joined = {"case": [random.choice(others)]} if others and random.random() < 0.5 else {}
    if random.random() < 0.5:
        joined["resolution"] = [
            f"按方案批复|{UNITS[0]}|2026-12-30",
            f"出具意见|{UNITS[1]}|2026-12-31",
        ]
    return {"host": "联席会议", "unit": [random.choice(UNITS)], **joined}


def _merge(case: Case, random: Random, others: Sequence[str]) -> dict[str, Any]:
    if case.group and random.random() < 0.5:
        return {"undo": True}
    return {
        "group": case.group or random.choice("甲乙"),
        "sort": random.choice(["历史项目", "新项目"]),
    }


def _link(case: Case, random: Random, others: Sequence[str]) -> dict[str, Any]:
    if others and random.random() < 0.5:
        return {"kind": "repeat", "to": random.choice(others)}
    return {"kind": "prerequisite", "item": "甲证", "needs": "乙证", "first": "丙证明"}


def _resolve(case: Case, random: Random, others: Sequence[str]) -> dict[str, Any]:
    if case.owed:
        return {"outcome": "solved_with_gaps", "measures": "容缺办好"}
    return random.choice(
        [
            {"outcome": "explained", "measures": "解释", "basis": "法律", "remedy": "诉讼"},
            {"outcome": "solved", "measures": "办好"},
            {"outcome": "partly", "measures": "办成一半"},
        ]
    )


def _correct(case: Case, random: Random, others: Sequence[str]) -> dict[str, Any]:
    """A text of the registration, the channel, or the moment of an entry moved by a few days."""
    luck = random.random()
    if luck < 0.8:
        return {
            "field": random.choice(FREE_TEXT),
            "new": f"改{random.randint(1, 9)}",
            "why": "录错了",
        }
    if luck < 0.85:
        return {"field": "channel", "new": random.choice(["phone", "web"]), "why": "选错了"}
    from datetime import timedelta

    from bbcs.domain.acts.table import ACTS

    mark = random.choice(case.marks)
    verb = next(act.verb for act in ACTS if mark.kind in act.kinds)
    new = mark.at + timedelta(hours=random.randint(-200, 100))
    field = "received_at" if verb == "intake" else f"{verb}.at"
    return {"field": field, "new": new.isoformat(timespec="seconds"), "why": "日子记错了"}
