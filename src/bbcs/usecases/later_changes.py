"""Finds what was written about the cases of a period after it had ended: the sheet 更正 of its
papers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from bbcs.calendar.dates import iso, minute_text
from bbcs.domain.acts.table import KINDS, NOUNS
from bbcs.domain.corrected_fields import corrected_name
from bbcs.domain.corrections import TIMES, effective
from bbcs.domain.event import Event
from bbcs.domain.masking import HIDDEN
from bbcs.domain.pack import RulePack
from bbcs.registers.entry import Period
from bbcs.registers.later_changes import SORTS, LaterChange
from bbcs.usecases.ledger import Change, Head
from bbcs.usecases.office import Office

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger


def later_changes(
    ledger: Ledger, office: Office, period: Period, head: Head
) -> Sequence[LaterChange]:
    """Corrections, takings back, voidings and late entries since the end of the period, up to
    `head`.
    """
    end = datetime.combine(period.last, time(23, 59, 59), office.stamp.now.tzinfo)
    if office.stamp.now <= end:
        return ()
    last = ledger.head_as_of(end)
    changes = (_change(ledger, office, period, one, head.seq) for one in _since(ledger, last, head))
    return [one for one in changes if one]


def _since(ledger: Ledger, last: Head, head: Head) -> list[Change]:
    changes = ledger.changes(last.seq, max(0, head.seq - last.seq))
    return [one for one in changes if one.case_no]


def _change(
    ledger: Ledger, office: Office, period: Period, change: Change, as_of: int
) -> LaterChange | None:
    """The change as the sheet shows it; None where it is not about the period."""
    if change.kind not in SORTS:
        if not period.covers(change.at):
            return None
        event = _numbered(ledger.events_as_of(change.case_no, as_of), change.version)
        return _row(office, event, event)
    events = ledger.events_as_of(change.case_no, as_of)
    event = _numbered(events, change.version)
    before = effective([one for one in events if one.version < change.version])
    if change.kind == "Voided":
        return (
            _row(office, event, before[0]) if any(period.covers(one.at) for one in before) else None
        )
    target = next((one for one in before if one.version == event.data.get("version")), None)
    if target is None or not (period.covers(target.at) or _moved_into(event, period)):
        return None
    row = _row(office, event, target)
    return _with_values(row, event, target, office.pack) if event.kind == "Corrected" else row


def _numbered(events: Sequence[Event], version: int) -> Event:
    return next(one for one in events if one.version == version)


def _moved_into(event: Event, period: Period) -> bool:
    """Whether a correction moves an entry into the period."""
    name = (event.data.get("field") or "").rpartition(".")[2]
    value = event.data.get("value")
    if name not in TIMES or not isinstance(value, str):
        return False
    return period.covers(datetime.fromisoformat(value))


def _row(office: Office, event: Event, target: Event) -> LaterChange:
    names = office.station.operator_names
    return LaterChange(
        event.case_no,
        event.recorded_at or event.at,
        names.get(event.actor, event.actor),
        event.kind,
        f"{NOUNS[target.kind]}（{target.at:%Y-%m-%d}）",
    )


def _with_values(row: LaterChange, event: Event, target: Event, pack: RulePack) -> LaterChange:
    """The row with the field, its value before and its value since."""
    name = event.data["field"]
    own = name.rpartition(".")[2]
    before = target.data.get(own)
    if own in TIMES:
        before = iso(target.at)
    if "text" in event.data:
        before, after = HIDDEN, HIDDEN
    else:
        before, after = (
            _shown(target.kind, own, one, pack) for one in (before, event.data["value"])
        )
    return row._replace(field=corrected_name(name), before=before, after=after)


def _shown(kind: str, name: str, value: Any, pack: RulePack) -> str:
    """A public value in the words people know."""
    if value in (None, "", []):
        return ""
    if name in TIMES:
        return minute_text(value)
    field = next((one for one in KINDS[kind] if one.name == name), None)
    values = value if isinstance(value, (list, tuple)) else [value]
    if field and field.axis:
        return "、".join(pack.label(field.axis, str(one)) for one in values)
    if field and field.choices:
        return "、".join(field.choice_text(one) for one in values)
    return "、".join(str(one) for one in values)
