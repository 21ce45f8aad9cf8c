"""Fields that a correction names: `resolve.measures` of an act, `phone` of the intake."""

from __future__ import annotations

from bbcs.domain.acts import Field
from bbcs.domain.acts.table import BY_VERB
from bbcs.domain.inputs import short_help


def corrected_field(name: str) -> Field | None:
    """The field that a correction names; None for the moment of an act, and where there is none."""
    verb, _, own = name.rpartition(".")
    act = BY_VERB.get(verb or "intake")
    fields = act.fields if act else ()
    return next((field for field in fields if field.name == own), None)


def corrected_name(name: str) -> str:
    """What people call a corrected field: `办结的办理过程和措施`, `联系电话`."""
    verb, _, own = name.rpartition(".")
    act, field = BY_VERB.get(verb), corrected_field(name)
    what = {"at": "时间", "received_at": "受理时间"}.get(own, name)
    if field and what == name:
        what = short_help(field)
    return f"{act.alias}的{what}" if act and what != name else what
