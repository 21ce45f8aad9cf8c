"""Protects who reports: on the conduct track the person complained of is kept out of the case; no
single operator can end that.

formats.md §6.17; leaving the track needs a leader and a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from bbcs.domain.case import Case
from bbcs.domain.masking import is_firm

NAMING: Mapping[str, tuple[str, ...]] = {
    "assign": ("handler",),
    "return": ("suggest", "approver"),
    "forward": ("handler",),
    "feedback": ("unit",),
    "gap": ("approver",),
    "exempt": ("authority",),
    "extend": ("unit", "approver"),
    "escalate": ("to",),
    "convene": ("host",),
    "supervise": ("issuer",),
    "resolve": ("signer",),
    "callback": ("by",),
    "close": ("approver",),
    "exclude": ("approver",),
    "reopen": ("unit",),
    "withdraw": ("by",),
    "transfer": ("to",),
}
"""Verb -> its fields that name who does, decides or takes over something: nobody of those
complained of.

Orders, steps and meetings may name them beside others (`not_complained`); a slip of supervision
goes to them; who receives a notice or signs for an order does nothing in the case.
"""

NamesOf = Callable[[str], Sequence[str]]
"""The name of a unit -> every name it goes by in the roster, itself among them."""


def is_about(name: str, complained: Iterable[str], names_of: NamesOf) -> bool:
    """Whether a name is that of somebody complained of: it is, or begins with, one of their names."""
    return any(name.startswith(own) for one in complained for own in names_of(one) if own)


def named(case: Case, verb: str, inputs: Mapping[str, Any], names_of: NamesOf) -> Iterator[str]:
    """The names in an act that are of those complained of and may not stand there."""
    for field in NAMING.get(verb, ()):
        value = inputs.get(field)
        name = value[1] if isinstance(value, (list, tuple)) and value else value
        if name and is_about(name, case.complained, names_of):
            yield name


def unmasked(before: Case, after: Case) -> bool:
    """Whether masked views name the reporter more plainly than before: no more anonymous, or a firm
    now.
    """
    was, now = before.registered, after.registered
    revealed = bool(was.get("anonymous")) and not now.get("anonymous")
    return revealed or (not is_firm(was) and is_firm(now))


def lowered(before: Case, after: Case, names_of: NamesOf) -> bool:
    """Whether the case protects less than before: off the track, or somebody is no more complained
    of.
    """
    if not before.conduct:
        return False
    gone = [name for name in before.complained if not is_about(name, after.complained, names_of)]
    return not after.conduct or bool(gone)
