"""Many requests of one list: each is tried, those that are refused are named by row, field and
source number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from bbcs.domain.decide.request import field
from bbcs.domain.inputs import short_help
from bbcs.errors import BadValue, BbcsError, LedgerConflict, MissingInput, UnknownCase
from bbcs.usecases import acts, office_acts
from bbcs.usecases.office import Office
from bbcs.usecases.outcome import Outcome

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger

T = TypeVar("T")


def tried(
    ledger: Ledger,
    requests: Sequence[Any],
    do: Callable[[Mapping[str, Any]], T],
    refusals: list[dict[str, Any]],
) -> Iterator[T]:
    """What came of each request, in order; a refused one leaves nothing and is added to `refusals`.

    Any other refusal than that of a request (a full disk, a lost chain) goes on.
    """
    for number, request in enumerate(requests, 1):
        try:
            if not isinstance(request, Mapping):
                raise BadValue("应是一个对象")
            with ledger.step():
                done = do(request)
        except BbcsError as refused:
            if refused.exit_code >= OF_THE_STORE and not isinstance(refused, LedgerConflict):
                raise  # a conflict is one of `expect_version`: nobody else writes meanwhile
            refusals.append(_refusal(number, request, refused))
        else:
            yield done


OF_THE_STORE = 20
"""Exit codes from here on tell of the ledger and the machine, not of what was asked."""


def done(ledger: Ledger, office: Office, request: Mapping[str, Any]) -> dict[str, Any] | Outcome:
    """Does one request of `act --from`: `verb`, `case_no` or `source` with `source_no`, its
    fields, `expect_version`.

    Returns the case as it then stands, or the document of an entry of the whole office. Raises
    MissingInput, BadValue, UnknownCase, and what the act raises.
    """
    own = ("verb", "case_no", "expect_version")
    fields = {key: value for key, value in request.items() if key not in own}
    version = _version(request.get("expect_version"))
    verb, number = request.get("verb"), request.get("case_no")
    if not isinstance(verb, str) or not verb:
        raise MissingInput(["verb（办法）"], "", ["verb"])
    if verb == "intake":
        return acts.intake(ledger, office, fields)
    if not number and fields.get("source_no"):
        source, source_no = (_text(key, fields.pop(key, "")) for key in ("source", "source_no"))
        number = ledger.by_source(source, source_no)
        if not number:
            raise UnknownCase(f"{source}/{source_no}", source=True)
    if number:
        return acts.act(ledger, office, str(number), verb, fields, expect_version=version)
    act_of_office = (
        office_acts.consult if verb == "consult" else partial(office_acts.office_act, verb=verb)
    )
    return office_acts.office_document(act_of_office(ledger, office, inputs=fields))


def _text(key: str, value: Any) -> str:
    """A value that is looked up; what is no text is not repeated: it may hold a person."""
    if not isinstance(value, str):
        refused = BadValue(f"{key}（{short_help(field('intake', key))}）应为文字")
        refused.field = key
        raise refused
    return value


def _version(value: Any) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise BadValue("expect_version 应为整数：读到时的版次")
    return value


def _refusal(number: int, request: Any, refused: BbcsError) -> dict[str, Any]:
    """The refusal of a row, with the number it has in the other system."""
    source_no = request.get("source_no") if isinstance(request, Mapping) else None
    return {
        "row": number,
        "field": refused.field or None,
        "source_no": source_no if isinstance(source_no, str) else None,
        "code": refused.code,
        "message": refused.message,
        "allowed": refused.allowed,
    }
