"""What can be corrected of a case: the fields of its entries, by their Chinese names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bbcs.domain.acts import Field
from bbcs.domain.case import Mark
from bbcs.domain.corrections import effective
from bbcs.domain.decide.correctable import correctables as fields_of, target
from bbcs.domain.masking import field_value
from bbcs.domain.pack import RulePack
from bbcs.usecases.office import Office
from bbcs.usecases.outcome import Outcome, find

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger

EMPTY: tuple[Any, ...] = ("", None, [])
"""What a field says that says nothing."""


def correctable(ledger: Ledger, office: Office, short: str, name: str) -> tuple[Field, Any]:
    """The field that `correct --field NAME` means on this case, and what it says now, masked;
    UnknownWord with those there are.
    """
    outcome = find(ledger, office, short)
    return correctable_of(outcome, name, office.pack_of(outcome.case))


def correctable_of(outcome: Outcome, name: str, pack: RulePack) -> tuple[Field, Any]:
    """The same of a case that was found. pack: its rules."""
    mark, field, _ = target(outcome.case, name, pack)
    return field, _now(outcome, mark, field)


def correctable_name(outcome: Outcome, text: str, pack: RulePack) -> str:
    """The Chinese name of the field that a text means.

    Raises UnknownWord with the names there are.
    """
    mark, field, _ = target(outcome.case, text, pack)
    return next(
        name
        for name, one, its in fields_of(outcome.case)
        if one.kind == mark.kind and its.name == field.name
    )


def correctables(outcome: Outcome) -> list[tuple[str, Field]]:
    """What can be corrected of a case, by Chinese name; of later entries only what they hold."""
    return [
        (name, field)
        for name, mark, field in fields_of(outcome.case)
        if mark.kind == "Registered" or _now(outcome, mark, field) not in EMPTY
    ]


def _now(outcome: Outcome, mark: Mark, field: Field) -> Any:
    """What a field of an entry says now, masked."""
    case = outcome.case
    fields = next(event for event in effective(outcome.events) if event.version == mark.version)
    value = (
        fields.data.get(field.name, "") if field.type != "when" else f"{fields.at:%Y-%m-%d %H:%M}"
    )
    if field.personal and value:
        value = field_value(field.name, value, fields.data, case.known)
    return value
