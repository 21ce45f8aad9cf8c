"""Which field of which entry a correction means: by key, by what people call it, by the header
under which a register prints it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from bbcs.domain.acts import Act, Field
from bbcs.domain.acts.table import ACT_OF, BY_VERB, KINDS, verb_of
from bbcs.domain.case import Case, Mark
from bbcs.domain.inputs import short_help
from bbcs.domain.pack import RulePack
from bbcs.domain.register_columns import REGISTER_COLUMNS
from bbcs.errors import GateClosed, UnknownWord

Source = tuple[str, str, str]
"""A kind of entry, a field of it, and the detail of the mark ("" for any)."""

ANSWER, SLIP = "-", "+"
"""Details of marks of supervision: the answer to a slip has none, a slip has its kind."""

_COLUMNS: Mapping[str, tuple[Source, ...]] = {
    **{
        name: (("Registered", name, ""),)
        for name in (
            "received_at", "channel", "reporter", "phone", "reporter_type", "matter", "demand",
            "demand_kind", "id_number", "address", "source_no", "missing_papers", "remark",
        )
    },
    "failed_at": (("Registered", "failed_window", ""),),
    "decided_at": (("Accepted", "at", ""), ("Refused", "at", "")),
    "difficulty": (("Triaged", "difficulty", ""),),
    "cause": (("Triaged", "cause", ""),),
    "opinion": (("Triaged", "opinion", ""),),
    "lead_unit": (("Assigned", "lead", ""),),
    "assisting_units": (("Assigned", "assist", ""),),
    "handler": (("Assigned", "handler", ""), ("Forwarded", "handler", "")),
    "assigned_at": (("Assigned", "at", ""),),
    "first_feedback_at": (("FedBack", "at", "first"),),
    "measures": (("Resolved", "measures", ""),),
    "outcome": (("Resolved", "outcome", ""),),
    "resolved_at": (("Resolved", "at", ""),),
    "solved": (("CalledBack", "solved", ""),),
    "callback_at": (("CalledBack", "at", ""), ("CallbackTried", "at", "")),
    "called_at": (("CalledBack", "at", ""), ("CallbackTried", "at", "")),
    "callback_by": (("CalledBack", "by", ""), ("CallbackTried", "by", "")),
    "satisfaction": (("CalledBack", "grade", ""),),
    "words": (("CalledBack", "words", ""),),
    "absent": (("Convened", "absent", ""),),
    "units": (("Convened", "unit", ""), ("Stepped", "unit", "")),
    "resolution": (("Convened", "resolution", ""),),
    "assisted_by": (("Stepped", "by", ""),),
    "minutes": (("Stepped", "minutes", ""),),
    "slips.at": (("Supervised", "at", SLIP),),
    "slips.colour": (("Supervised", "colour", SLIP),),
    "slips.unit": (("Supervised", "unit", SLIP),),
    "slips.reason": (("Supervised", "reason", SLIP),),
    "slips.require": (("Supervised", "require", SLIP),),
    "slips.issuer": (("Supervised", "issuer", SLIP),),
    "slips.answer": (("Supervised", "text", ANSWER),),
    "answered_at": (("Supervised", "at", ANSWER),),
}  # fmt: skip
"""Column of a register, alone or behind the name of its register -> where its value was entered.

Not here: what is reckoned, and columns whose header says nothing alone (时间, 种类, 时限).
"""

_ALSO: Mapping[str, tuple[str, ...]] = {
    "failed_unit": ("被反映的单位",),
    "failed_window": ("被反映的窗口",),
}
"""Field of the intake -> what it is called on the conduct track."""

_SEVERAL: Mapping[str, Mapping[str, str]] = {
    "意见": {"Triaged": "opinion", "CalledBack": "words"},
    "结果": {"Resolved": "outcome", "Stepped": "result"},
}
"""Word -> kinds of entries of which it means a field equally: refused where the case has both."""

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


def headers(pack: RulePack | None) -> Mapping[str, tuple[Source, ...]]:
    """Header of a register, the usual ones and the pack's own -> where its value was entered."""
    printed = [
        (name, column, header)
        for name, columns in REGISTER_COLUMNS.items()
        for column, header in columns.items()
    ]
    for name, layout in (pack.registers if pack else {}).items():
        printed += [(name, column, header) for column, header in layout.columns]
    found: dict[str, tuple[Source, ...]] = {}
    for register, column, header in printed:
        sources = _COLUMNS.get(f"{register}.{column}") or _COLUMNS.get(column, ())
        if sources and register != "consultations":
            found.setdefault(header, sources)
    return found


def target(case: Case, name: str, pack: RulePack | None = None) -> tuple[Mark, Field, str]:
    """Which entry, and which field of it, a correction means, and how that is written down.

    `phone` or 联系电话 of intake, `resolve.measures` or 办结.办理过程和措施 of the last 办结, 难易程度 of whatever
    last said it, 办结时间 as the register heads it. pack: whose registers have headers of their own.
    Raises UnknownWord with the names there are, GateClosed for a field that is never rewritten and
    for a word that means fields of two entries of the case.
    """
    verb, _, wanted = name.rpartition(".")
    if not verb:
        _refuse_several(case, wanted)
    act = BY_VERB.get(verb_of(verb))
    marks = [mark for mark in reversed(case.marks) if not verb or (act and mark.kind in act.kinds)]
    heads = headers(pack)
    for meant in (_headed(heads), _exactly, _nearly, _by_choice):
        for mark in marks:
            field = meant(mark, wanted, bool(verb))
            if field:
                own = ACT_OF[mark.kind].verb
                prefix = "" if own == "intake" else f"{own}."
                return mark, field, f"{prefix}{field.name}"
    _refuse_weighed(case, act, wanted, heads)
    raise _unknown(case, act, name)


def _refuse_several(case: Case, wanted: str) -> None:
    """GateClosed for a word that means fields of several entries of the case, with how each is
    written: another than meant would be rewritten.
    """
    kinds = {mark.kind for mark in case.marks}
    meant = [
        (ACT_OF[kind], _fields(kind)[name])
        for kind, name in _SEVERAL.get(wanted, {}).items()
        if kind in kinds
    ]
    if len(meant) > 1:
        written = " 或 ".join(f"{act.alias}.{short_help(field)}" for act, field in meant)
        raise GateClosed(
            f"--field（可以更正的栏）：“{wanted}”有几处，请写 {written}",
            [f"{act.verb}.{field.name}" for act, field in meant],
        )


def _unknown(case: Case, act: Act | None, name: str) -> UnknownWord:
    """The refusal with the names of the fields of the entry that is meant, else of the intake."""
    done = [
        one
        for one in BY_VERB.values()
        if one.on_case and any(mark.kind in one.kinds for mark in case.marks)
    ]
    kind = next(
        (mark.kind for mark in reversed(case.marks) if act and mark.kind in act.kinds), "Registered"
    )
    return UnknownWord(
        "--field（可以更正的栏）",
        name,
        [*map(short_help, _fields(kind).values()), *(f"{one.alias}.某栏" for one in done)],
        [one for field in _fields(kind).values() for one in _names("Registered", field)],
        [*_fields(kind), *(f"{one.verb}." for one in done)],
        whole=True,
    )


def _exactly(mark: Mark, wanted: str, of_act: bool) -> Field | None:
    """The field of this key or this name; alone a name of the intake means that of the intake."""
    known = _known(mark.kind)
    field = known.get(wanted) or next(
        (one for one in known.values() if wanted in _names(mark.kind, one)), None
    )
    return field if field and _may_stand_alone(mark, field, of_act) else None


def _headed(heads: Mapping[str, tuple[Source, ...]]) -> Callable[[Mark, str, bool], Field | None]:
    """Finds the field whose value a register prints under a header."""

    def headed(mark: Mark, wanted: str, of_act: bool) -> Field | None:
        """The field of this entry that the header stands for."""
        for kind, name, detail in heads.get(wanted, ()):
            if kind == mark.kind and _is_so(mark, detail):
                return _known(kind).get(name)
        return None

    return headed


def _is_so(mark: Mark, detail: str) -> bool:
    if detail in (ANSWER, SLIP):
        return bool(mark.detail) == (detail == SLIP)
    return detail in ("", mark.detail)


def _nearly(mark: Mark, wanted: str, of_act: bool) -> Field | None:
    """The field that people mean by a part of its name."""
    field = _called(wanted, _known(mark.kind), mark.kind)
    return field if field and _may_stand_alone(mark, field, of_act) else None


def _by_choice(mark: Mark, wanted: str, of_act: bool) -> Field | None:
    """The field of which a word is a choice: 作风 is the 办理轨道. Names come before, of whatever
    entry: 电话 is the phone, not how somebody was called.
    """
    field = _with(wanted, _known(mark.kind).values())
    return field if field and _may_stand_alone(mark, field, of_act) else None


def _may_stand_alone(mark: Mark, field: Field, of_act: bool) -> bool:
    return of_act or mark.kind == "Registered" or field.name not in _AT_INTAKE


def _known(kind: str) -> dict[str, Field]:
    return {**_fields(kind), **_times(kind)}


def _refuse_weighed(
    case: Case, act: Act | None, wanted: str, heads: Mapping[str, tuple[Source, ...]]
) -> None:
    """GateClosed for a field that has a value but is never rewritten: later entries depend on it."""
    meant = {(kind, name) for kind, name, _ in heads.get(wanted, ())}
    for kind in {mark.kind for mark in case.marks} & _WEIGHED.keys():
        own = ACT_OF[kind]
        for field in KINDS[kind]:
            named = act is own and wanted in (field.name, *_names(kind, field))
            if field.name in _WEIGHED[kind] and (named or (kind, field.name) in meant):
                raise GateClosed(
                    f"{own.alias}的“{short_help(field)}”不能更正：后来的步骤靠着它；"
                    f"记错了请 bbcs undo {case.no} 撤销后重办，再往前的请按实情另记一步",
                    ["undo"],
                )


def _with(choice: str, fields: Iterable[Field]) -> Field | None:
    """The field of which a word is a choice, where only one has it: 作风 is the 办理轨道."""
    meant = [field for field in fields if choice in field.choices.values()]
    return meant[0] if len(meant) == 1 else None


def _called(wanted: str, known: Mapping[str, Field], kind: str) -> Field | None:
    """The field of whose names only one holds this part, or the shortest ends so: 电话 is 联系电话."""
    names = [(label, field) for field in known.values() for label in _names(kind, field)]
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
    last = {mark.kind: mark for mark in case.marks}
    entries = []
    for kind, mark in last.items():
        if kind == "Corrected":
            continue
        prefix = "" if kind == "Registered" else f"{ACT_OF[kind].alias}."
        for field in (*_fields(kind).values(), *_times(kind).values()):
            entries.append((f"{prefix}{short_help(field)}", mark, field))
    return entries


def can_be_emptied(field: Field) -> bool:
    """Whether a field may be left empty by a correction: a personal one without which the case is
    whole.
    """
    if field.name == "reporter":
        return False
    return field.personal and not field.required


_AT_INTAKE = frozenset(field.name for field in KINDS["Registered"]) | {"at"}
"""Names that mean intake when no verb stands before them."""


def _names(kind: str, field: Field) -> tuple[str, ...]:
    """What people call a field of an entry: as help and prompts do."""
    if field.type == "when" and kind not in ("Registered", "Accepted"):
        return (short_help(field), f"{ACT_OF[kind].alias}时间")
    also = _ALSO.get(field.name, ()) if kind == "Registered" else ()
    return (short_help(field), *also)


def _fields(kind: str) -> dict[str, Field]:
    """The correctable fields of a kind: those that are stored and were entered by somebody."""
    fixed = {"late_reason", "note", "once", *_WEIGHED.get(kind, ())}
    return {
        field.name: field for field in KINDS[kind] if not field.stamped and field.name not in fixed
    }


def _times(kind: str) -> dict[str, Field]:
    name = "received_at" if kind == "Registered" else "at"
    return {name: Field(name, "受理时间" if kind == "Registered" else "时间", "when")}
