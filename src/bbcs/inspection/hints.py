"""The commands that findings propose: only commands that would be accepted now.

What would be taken is asked of the domain itself, with sample values where a person has to fill
something in.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from bbcs.domain.acts import Act, Field, quoted
from bbcs.domain.acts.table import BY_VERB
from bbcs.domain.decide import decide
from bbcs.domain.decide.correctable import target
from bbcs.domain.decide.request import Ask
from bbcs.domain.event import Event
from bbcs.domain.inputs import all_fields
from bbcs.domain.pack import RulePack
from bbcs.domain.station import ROLES
from bbcs.errors import BbcsError
from bbcs.inspection.case_view import CaseView

Options = Mapping[str, str]
"""Field of an act -> its value as it is typed."""

Way = tuple[str, Options]
"""A command that may help: the verb, and the options that are proposed with it."""


def way(verb: str, **options: str) -> Way:
    """A command that may help; an option whose value is "…" is left to the person."""
    return verb, options


def first(one: CaseView, *ways: Way, otherwise: str = "") -> str:
    """The first of these commands that would be taken, `otherwise` (else the case's history) when
    none would.
    """
    for verb, options in ways:
        if taken(one, verb, options):
            return written(one.no, verb, options)
    return otherwise or f"看经过：bbcs show {one.no} --history"


def every(one: CaseView, *ways: Way, otherwise: str = "") -> str:
    """All of these commands that would be taken, joined by 或."""
    fitting = [
        written(one.no, verb, options) for verb, options in ways if taken(one, verb, options)
    ]
    return "，或 ".join(fitting) or otherwise or f"看经过：bbcs show {one.no} --history"


def explain(one: CaseView) -> str:
    """To write down why, where nothing can be made good any more."""
    return f"说明原因：{first(one, way('note'))}"


def written(no: str, verb: str, options: Options) -> str:
    """The command as it is typed: it asks for what is left to the person."""
    act = BY_VERB[verb]
    words = [f"bbcs {verb} {no}"]
    for name, value in options.items():
        if value != "…":
            words.append(f"{_field(act, name).flag.partition('/')[0]} {quoted(value)}")
    return " ".join(words)


def mend(one: CaseView, *fields: tuple[Event, str]) -> str:
    """How fields of entries are filled in; the case's history where none can be corrected."""
    lines = list(filter(None, (correction(one, *field) for field in fields)))
    if not lines:
        return first(one)
    return f"更正：{'；'.join(lines)}，按提示填"


def correction(one: CaseView, event: Event, name: str) -> str:
    """The command that corrects a field of an entry, "" where it would not be taken, or would
    correct a later entry of that kind.
    """
    act = next(act for act in BY_VERB.values() if event.kind in act.kinds)
    options = {"field": name if event.kind == "Registered" else f"{act.verb}.{name}"}
    try:
        mark, _, _ = target(one.case, options["field"])
    except BbcsError:
        return ""
    if mark.version != event.version or not taken(one, "correct", options):
        return ""
    return written(one.no, "correct", options)


def _field(act: Act, name: str) -> Field:
    return next(field for field in all_fields(act) if field.name == name)


def taken(one: CaseView, verb: str, options: Options) -> bool:
    """Whether the act would be taken now, by somebody who may do it and fills in what is missing.

    Nothing is taken by a case whose entries no act could have written.
    """
    if not _known(BY_VERB[verb], options, one.pack):
        return False
    try:
        decide(one.case, BY_VERB[verb], _ask(one, verb, options))
    except (BbcsError, LookupError, ValueError, TypeError, AttributeError, StopIteration):
        return False
    return True


def _ask(one: CaseView, verb: str, options: Options) -> Ask:
    """The request as somebody with every role would make it."""
    act, pack, context = BY_VERB[verb], one.pack, one.context
    inputs: dict[str, Any] = {
        field.name: _sample(field, pack, context.today + timedelta(days=1))
        for field in act.fields
        if field.required
    }
    inputs |= _USUAL.get(verb, {})
    inputs |= {
        name: _typed(_field(act, name), value, pack, context.today)
        for name, value in options.items()
    }
    inputs |= _fitting(one, verb, options)
    return Ask(
        {name: value for name, value in inputs.items() if value is not None},
        pack,
        context.now,
        "",
        ROLES,
        context.calendar,
        context.station.knowing(order.ref for order in one.case.orders),
    )


_SOMEBODY = "某人"

_USUAL: Mapping[str, Mapping[str, Any]] = {
    "callback": {"reached": True, "solved": "yes"},
    "assign": {"lead": ["", "某单位"]},
    "resolve": {"signer": _SOMEBODY, "basis": "依据", "remedy": "途径"},
    "refuse": {"basis": "依据", "remedy": "途径"},
    "close": {"approver": _SOMEBODY, "reason": "理由"},
    "archive": {"no": "1"},
    "return": {"reason": "理由"},
    "supervise": {"reason": "事由"},
    "convene": {"host": _SOMEBODY, "unit": [["", "某单位"]]},
}
"""Verb -> what a person would fill in beside the required fields."""


def _known(act: Act, options: Options, pack: RulePack) -> bool:
    """Whether the pack has the words that are proposed."""
    axes = {field.name: field.axis for field in act.fields if field.axis}
    return all(
        value in pack.words.get(axes[name], {})
        for name, value in options.items()
        if name in axes and value != "…"
    )


def _typed(field: Field, value: str, pack: RulePack, day: date) -> Any:
    """A proposed value as it is read; a sample where it is left to the person."""
    if value == "…":
        return _sample(field, pack, day)
    return ["", value] if field.type == "unit" else value


def _fitting(one: CaseView, verb: str, options: Options) -> dict[str, Any]:
    """What a person would choose in this case: an outcome that fits the papers owed, a paper that
    is owed, a higher level.
    """
    words, owed = one.pack.words, one.case.owed
    if verb == "resolve":
        outcomes = words.get("outcome", {})
        gaps = "solved_with_gaps" if owed and "solved_with_gaps" in outcomes else ""
        return {"outcome": gaps or next(iter(outcomes), "")}
    if verb == "correct":
        mark, field, _ = target(one.case, options["field"])
        if field.type == "when":
            return {"value": mark.at.isoformat()}
        sample = _sample(field, one.pack, one.context.today)
        return {"value": sample.isoformat() if isinstance(sample, date) else sample}
    if verb == "gap" and "filled" in options:
        return {"filled": [gap.paper for gap in owed[:1]]}
    if verb == "escalate" and "level" not in options:
        return {"level": list(words.get("level", {"": None}))[-1]}
    if verb == "callback":
        return {"grade": next(iter(words.get("grade", {})), None)}
    return {}


def _sample(field: Field, pack: RulePack, day: date) -> Any:
    """A value of the field's type, as read from the input."""
    if field.axis:
        key = next(iter(pack.words.get(field.axis, {})), None)
        if key is None:
            return None
        return [key] if field.many else key
    if field.choices:
        first = next(iter(field.choices))
        return [first] if field.many else first
    samples: Mapping[str, Any] = {
        "unit": ["", "某单位"],
        "units": [["", "某单位"]],
        "date": day,
        "int": 1,
        "bool": True,
        "pairs": [["某材料", day.isoformat()]],
        "texts": ["某材料"],
        "points": [],
    }
    return samples.get(field.type, "某")
