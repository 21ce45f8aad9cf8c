"""Many requests of one list: each is tried, those that are refused are named by row, field and source number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from bbcs.errors import BadValue, BbcsError, MissingInput
from bbcs.usecases.ledger import Ledger

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
            if refused.exit_code >= OF_THE_STORE:
                raise
            refusals.append(refusal(number, request, refused))
        else:
            yield done


OF_THE_STORE = 20
"""Exit codes from here on tell of the ledger and the machine, not of what was asked."""


def refusal(number: int, request: Any, refused: BbcsError) -> dict[str, Any]:
    """The refusal of a row, with the number it has in the other system."""
    source_no = request.get("source_no") if isinstance(request, Mapping) else None
    field = refused.field
    if isinstance(refused, MissingInput) and refused.asked:
        field = refused.asked[0]
    return {
        "row": number,
        "field": field or None,
        "source_no": source_no if isinstance(source_no, str) else None,
        "code": refused.code,
        "message": refused.message,
        "allowed": refused.allowed,
    }
