"""Checks of acts on the record itself, beyond their fields: corrections and undoing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from bbcs.domain.acts import Act, Field
from bbcs.domain.acts.table import BY_VERB, KINDS
from bbcs.domain.case import LIFE, Case, Mark
from bbcs.domain.corrections import TIMES, moves_with
from bbcs.domain.decide.ending import nothing_owed
from bbcs.domain.decide.request import (
    Ask,
    Drafted,
    filled,
    only_issuers,
    only_leader,
    permit,
    without,
)
from bbcs.domain.inputs import short_help
from bbcs.domain.pack import COLUMNS, RulePack
from bbcs.errors import BadDate, GateClosed, NothingToUndo, UnknownWord


def target(case: Case, name: str) -> tuple[Mark, Field, str]:
    """Which entry, and which field of it, a correction means, and how that is written down.

    `phone` or 联系电话 of intake, `resolve.measures` or 办结.办理过程和措施 of the last 办结, 难易程度 of whatever
    last said it.
    Raises UnknownWord with the names there are, GateClosed for a field that is never rewritten.
    """
    verb, _, wanted = name.rpartition(".")
    act = (
        next((act for act in BY_VERB.values() if verb in (act.verb, act.alias)), None)
        if verb
        else None
    )
    for mark in reversed(
        [
            mark
            for mark in case.marks
            if mark.kind in KINDS and (not verb or (act and mark.kind in act.kinds))
        ]
    ):
        known = {**_fields(mark.kind), **_times(mark.kind)}
        field = (
            known.get(wanted) or _called(wanted, known.values()) or _with(wanted, known.values())
        )
        if field and (verb or mark.kind == "Registered" or field.name not in _AT_INTAKE):
            own = next(one.verb for one in BY_VERB.values() if mark.kind in one.kinds)
            prefix = "" if own == "intake" else f"{own}."
            return mark, field, f"{prefix}{field.name}"
    if act:
        _refuse_weighed(case, act, wanted)
    done = [
        one
        for one in BY_VERB.values()
        if one.on_case and any(mark.kind in one.kinds for mark in case.marks)
    ]
    kind = next(
        (mark.kind for mark in reversed(case.marks) if act and mark.kind in act.kinds), "Registered"
    )
    raise UnknownWord(
        "--field（可以更正的栏）",
        name,
        [*map(short_help, _fields(kind).values()), *(f"{one.alias}.某栏" for one in done)],
        [one for field in _fields(kind).values() for one in _labels(field)],
        [*_fields(kind), *(f"{one.verb}." for one in done)],
        whole=True,
    )


def _refuse_weighed(case: Case, act: Act, wanted: str) -> None:
    """GateClosed for a field that has a value but is never rewritten: later entries depend on it."""
    kinds = {mark.kind for mark in case.marks if mark.kind in act.kinds}
    for kind in kinds & _WEIGHED.keys():
        for field in KINDS[kind]:
            if field.name in _WEIGHED[kind] and wanted in (field.name, *_labels(field)):
                raise GateClosed(
                    f"{act.alias}的“{short_help(field)}”不能更正：后来的步骤靠着它；"
                    f"记错了请 bbcs undo {case.no} 撤销后重办，再往前的请按实情另记一步",
                    ["undo"],
                )


def _with(choice: str, fields: Iterable[Field]) -> Field | None:
    """The field of which a word is a choice, where only one has it: 作风 is the 办理轨道."""
    meant = [field for field in fields if choice in field.choices.values()]
    return meant[0] if len(meant) == 1 else None


def _called(wanted: str, fields: Iterable[Field]) -> Field | None:
    """The field that people mean: by its name, by a part that only one name holds, or by its end.

    电话 is 联系电话, the shortest name that ends so.
    """
    names = [(label, field) for field in fields for label in _labels(field)]
    for label, field in names:
        if label == wanted:
            return field
    holding = [(label, field) for label, field in names if len(wanted) > 1 and wanted in label]
    if len({field.name for _, field in holding}) > 1:
        ending = [(len(label), field) for label, field in holding if label.endswith(wanted)]
        shortest = min((length for length, _ in ending), default=0)
        holding = [("", field) for length, field in ending if length == shortest]
    meant = {field.name: field for _, field in holding}
    if len(meant) != 1:
        return None
    return next(iter(meant.values()))


def correctables(case: Case) -> list[tuple[str, Mark, Field]]:
    """What can be corrected of the case: what to type for it, the entry, and the field.

    Fields of the registration by their Chinese names, those of each later kind of entry, of its
    last one, as 研判.研判意见.
    """
    last = {mark.kind: mark for mark in case.marks if mark.kind in KINDS}
    entries = []
    for kind, mark in last.items():
        act = next((one for one in BY_VERB.values() if kind in one.kinds), None)
        if act is None or kind == "Corrected":
            continue
        prefix = "" if kind == "Registered" else f"{act.alias}."
        for field in (*_fields(kind).values(), *_times(kind).values()):
            entries.append((f"{prefix}{short_help(field)}", mark, field))
    return entries


def can_be_emptied(case: Case, field: Field) -> bool:
    """Whether a field may be left empty by a correction: a personal one without which the case is
    whole.
    """
    if field.name == "reporter":
        return False
    return field.personal and not field.required


_AT_INTAKE = frozenset(field.name for field in KINDS["Registered"]) | {"at"}
"""Names that mean intake when no verb stands before them."""


def _labels(field: Field) -> tuple[str, ...]:
    """What people call a field: as help and prompts do, or as the registers head it."""
    return (short_help(field), *((COLUMNS[field.name],) if field.name in COLUMNS else ()))


_WEIGHED: Mapping[str, frozenset[str]] = {
    "Assigned": frozenset({"lead", "assist", "relay", "override"}),
    "Signed": frozenset({"unit"}),
    "Returned": frozenset({"unit"}),
    "ReturnAsked": frozenset({"unit"}),
    "ReturnDecided": frozenset({"unit", "approver"}),
    "Forwarded": frozenset({"unit", "to", "override"}),
    "AcceptedWithGaps": frozenset({"owe", "approver"}),
    "GapFilled": frozenset({"filled"}),
    "Paused": frozenset({"clock"}),
    "Exempted": frozenset({"paper", "item", "scope", "effective"}),
    "Noted": frozenset({"remind"}),
    "Promised": frozenset({"promised", "remind"}),
    "Resolved": frozenset({"signer", "group"}),
    "Closed": frozenset({"how", "approver"}),
    "Excluded": frozenset({"rate", "basis", "approver"}),
    "Included": frozenset({"rate", "basis", "approver"}),
    "FedBack": frozenset({"stage"}),
    "ExtensionAsked": frozenset({"days", "until", "unit", "told", "told_how"}),
    "ExtensionDecided": frozenset({"days", "until", "told", "told_how", "approver"}),
    "Escalated": frozenset({"level"}),
    "Supervised": frozenset({"answer"}),
    "Merged": frozenset({"group"}),
    "Corrected": frozenset({"field"}),
}
"""Kind -> fields that later entries depend on or a rule has weighed: taken back and done again
(undo), never rewritten under them."""


def _fields(kind: str) -> dict[str, Field]:
    """The correctable fields of a kind: those that are stored and were entered by somebody."""
    fixed = {"late_reason", "note", "once", *_WEIGHED.get(kind, ())}
    return {
        field.name: field for field in KINDS[kind] if not field.stamped and field.name not in fixed
    }


def _times(kind: str) -> dict[str, Field]:
    name = "received_at" if kind == "Registered" else "at"
    return {name: Field(name, "受理时间" if kind == "Registered" else "时间", "when")}


def _correct(case: Case, ask: Ask, at: datetime) -> Drafted:
    """`value`, as read by the type of the corrected field, comes with the request
    (`usecases.preparing`)."""
    inputs = ask.inputs
    mark, field, _ = target(case, inputs["field"])
    permit(
        ask, next(act for act in BY_VERB.values() if mark.kind in act.kinds)
    )  # who may not do it may not rewrite it
    if mark.kind == "Supervised" and mark.detail:  # a slip, not the answer to one
        only_issuers(ask)
    if mark.kind in CALLED and mark.actor != ask.actor:
        only_leader(ask, "更正别人记的回访")
    if field.name in TIMES:
        _fitting(case, mark, inputs["value"], ask.now)
    value = inputs["value"]
    if inputs.get("clear") and not can_be_emptied(case, field):
        raise GateClosed(f"{short_help(field)}不能清空；能清空的是可以不填的个人信息", [])
    if field.name == "due" and value < f"{case.received_at:%Y-%m-%d}":
        raise BadDate(f"更正后的日期早于受理日 {case.received_at:%Y-%m-%d}")
    kept = {
        "text" if field.personal else "value": value,
        **filled(along=_along(case, mark.kind, field.name, value, ask.pack)),
    }
    return [
        ("Corrected", {**without(inputs, "new", "value", "clear"), **kept, "version": mark.version})
    ]


def _along(case: Case, kind: str, name: str, value: Any, pack: RulePack) -> list[list[Any]]:
    """What the rule pack fills in beside a word, and so changes with it."""
    if (kind, name) == ("Resolved", "outcome"):
        outcome = pack.word("outcome", value)
        if outcome.needs_basis or outcome.counts_as in ("explained", "terminated"):
            raise GateClosed(
                f"改成“{outcome.label}”要写依据等；请 undo 或 reopen 后重新办结",
                ["undo", "reopen"],
            )
        nothing_owed(case, outcome.key)
        return [["counts_as", outcome.counts_as]]
    if (kind, name) == ("CalledBack", "grade"):
        grade = pack.word("grade", value)
        return [["satisfaction", grade.value], ["satisfied", grade.satisfied]]
    return []


def _fitting(case: Case, mark: Mark, value: Any, now: datetime) -> None:
    """A corrected moment keeps the order of entries: what came before it still does, and what came
    after it."""
    new = datetime.fromisoformat(value)
    if new > now:
        raise BadDate("更正后的时间晚于现在")
    others = [
        one
        for one in case.marks
        if not moves_with(mark.version, mark.at, one.kind, one.version, one.at)
    ]
    later = min(
        (one.at for one in others if one.version > mark.version and one.at >= mark.at), default=new
    )
    earlier = max(
        (one.at for one in others if one.version < mark.version and one.at <= mark.at), default=new
    )
    if later < new:
        raise BadDate(f"更正后的时间晚于下一步（{later:%Y-%m-%d %H:%M}）")
    if earlier > new:
        raise BadDate(f"更正后的时间早于上一步（{earlier:%Y-%m-%d %H:%M}）")


def last_act(case: Case) -> Mark:
    """The last entry that counts, but for numbers that papers got."""
    return next(mark for mark in reversed(case.marks) if mark.kind != "Issued")


def nothing_follows(case: Case, version: int) -> bool:
    """Whether nothing but numbers of papers was written after an entry."""
    issued = {mark.version for mark in case.marks if mark.kind == "Issued"}
    return issued.issuperset(range(version + 1, case.version + 1))


def _undo(case: Case, ask: Ask, at: datetime) -> Drafted:
    """The last entry that still counts; a registration and the numbers of papers stay."""
    last = last_act(case)
    if last.kind == "Registered":
        raise NothingToUndo(
            f"{case.no} 只剩登记这一步，不能撤销；登记错了可 bbcs correct 更正，整件误登的可 bbcs void 作废",
            ["correct", "void"],
        )
    if not nothing_follows(case, last.version):
        ways = {"correct": "bbcs correct 更正", "reopen": "bbcs reopen 重办"}
        open_ = [way for way in ways if way in LIFE[case.phase]]
        how = f"；再往前的请 {'，或 '.join(ways[way] for way in open_)}" if open_ else ""
        raise NothingToUndo(f"{case.no} 的最后一条就是撤销，不能接着往前撤{how}", open_)
    if last.actor != ask.actor:
        raise NothingToUndo(
            f"{case.no} 的最后一步不是 {ask.actor} 办的，只能撤销自己的最后一步", []
        )
    undone = [last]
    asked = next(mark for mark in reversed(case.marks) if mark.version < last.version)
    if (last.kind, asked.kind) == ("Returned", "ReturnDecided"):
        undone.append(asked)  # approved and returned in one go
    if (last.kind, asked.kind) == (
        "ExtensionDecided",
        "ExtensionAsked",
    ) and not ask.pack.extension.approver:
        undone.append(asked)  # asked and granted in one go
    return [
        ("Undone", {**ask.inputs, "version": mark.version, "undone": mark.kind}) for mark in undone
    ]


CALLED = ("CallbackTried", "CalledBack")
"""Kinds whose fields the caller corrects, or a leader: what the person answered is nobody else's to
say.
"""

ARMS: Mapping[str, Callable[[Case, Ask, datetime], Drafted]] = {
    "correct": _correct,
    "undo": _undo,
}
