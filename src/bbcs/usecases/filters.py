"""Reads the filter of a list from options of the command line or arguments of the API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from bbcs.calendar.dates import day_of, parse_day
from bbcs.domain.case import FLAGS, PHASES
from bbcs.domain.numbers import integer
from bbcs.domain.order import UnitRef
from bbcs.errors import BadValue, BbcsError, UnknownUnit, UnknownWord, chinese_first
from bbcs.usecases.ledger import Filter
from bbcs.usecases.office import Office

if TYPE_CHECKING:
    from bbcs.usecases.ledger_protocol import Ledger

SORTS = ("due", "received", "number")

ALIASES: Mapping[str, str] = {"phase": "phases", "kind": "demand_kind", "flag": "flags"}
"""Option word -> the name in Filter, where they differ."""

_WORDS: Mapping[str, str] = {
    "channel": "--channel（反映渠道）",
    "demand_kind": "--kind（诉求类型）",
    "difficulty": "--difficulty（难易程度）",
    "cause": "--cause（办不成原因）",
}
"""Name in Filter of a word of the pack -> its option, and what it is called."""

_CONDITIONS = tuple(name for name in Filter._fields if name not in ("now", "unit_names"))
"""Names in Filter that a condition may have."""


def one_of(what: str, text: str, known: Iterable[str]) -> str:
    """`text`, when it is one of the known words."""
    known = list(known)
    if text not in known:
        raise UnknownWord(what, text, known)
    return text


def wanted(inputs: Mapping[str, Any], office: Office, limit: int | None = None) -> Filter:
    """The filter that these conditions make; empty ones are left out.

    `all`, a phase or a day of settlement take in what is over; what is overdue is so in every
    phase.
    """
    named = {ALIASES.get(name, name): value for name, value in inputs.items()}
    over = named.pop("all", None)
    chosen = named.pop("open", None)
    filters: dict[str, Any] = {"limit": limit}
    for name, value in named.items():
        if name not in _CONDITIONS:
            known = [*_CONDITIONS, *ALIASES, "all"]
            raise UnknownWord("筛选条件", name, known, field=name)
        if value not in (None, "", [], ()) and (value is not False or name == "active"):
            filters[name] = _read(name, value, office)
    owed = filters.get("gaps") or "gaps_open" in filters.get(
        "flags", ()
    )  # a paper may be owed beyond the settlement
    beyond = ("phases", "resolved_from", "resolved_to", "overdue")
    wide = over or owed or any(name in filters for name in beyond)
    return Filter(office.stamp.now, **{"active": bool(chosen) or not wide, **filters})


def _read(name: str, value: Any, office: Office) -> Any:
    """A condition as the filter holds it; a refusal names it."""
    read: _Read = _READ.get(name, _flag)
    try:
        return read(name, value, office)
    except BbcsError as refused:
        options = {its: option for option, its in ALIASES.items()}
        refused.field = refused.field or options.get(name, name)
        raise


def _text(name: str, value: Any, office: Office) -> str:
    if not isinstance(value, str):
        raise BadValue(f"筛选条件 {name} 应为文字")
    return value


def _flag(name: str, value: Any, office: Office) -> bool:
    if not isinstance(value, bool):
        raise BadValue(f"筛选条件 {name} 应为 True 或 False")
    return value


def _day(name: str, value: Any, office: Office) -> date:
    return day_of(value) if isinstance(value, date) else parse_day(_text(name, value, office))


def _number(name: str, value: Any, office: Office) -> int:
    return positive(f"--{name}", value)


def positive(what: str, value: Any) -> int:
    """A whole number from 1 on; BadValue names the option `what`."""
    number = integer(value)
    if not number:
        raise BadValue(f"{what} 应为正整数")
    return number


def _texts(value: Any) -> list[str]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, (list, tuple)) or not all(isinstance(one, str) for one in texts):
        raise BadValue("筛选条件应为文字，或几个文字")
    return list(texts)


def _keys(what: str, known: Mapping[str, str], texts: list[str]) -> list[str]:
    """Keys for keys and for what people call them."""
    by_label = {shown: key for key, shown in known.items()}
    for text in texts:
        if text not in known and text not in by_label:
            both = [chinese_first(*pair) for pair in known.items()]
            raise UnknownWord(what, text, both, [*known, *by_label], list(known), whole=True)
    return [by_label.get(text, text) for text in texts]


def _word(name: str, value: Any, office: Office) -> str:
    return office.pack.word(name, _text(name, value, office), _WORDS[name]).key


def with_known_unit(ledger: Ledger, office: Office, wanted: Filter) -> Filter:
    """The same filter, where the unit that its name stood for is known by its code.

    The roster knows names of today and former ones; a name that only orders bear leads to the code
    written beside it.
    Raises UnknownUnit for one that is not on the roster (where there is one) and that no case was
    ever handed to.
    """
    unit = wanted.unit
    if unit is None:
        return wanted
    wanted = wanted._replace(unit_names=office.station.names_of(unit.name))
    if unit.code:
        return wanted
    every = Filter(office.stamp.now, active=False, unit=unit, sort="number", limit=1)
    stored = ledger.find(every)
    if not stored:
        try:
            office.station.unit(unit.name)
        except UnknownUnit as refused:
            refused.message = f"--unit（主办或协办单位）：{refused.message}"
            refused.field = "unit"
            raise
        return wanted
    from bbcs.domain.fold import fold  # only for a unit without a code

    case = fold(ledger.events(stored[0]["case_no"]))
    ordered = (order.ref for order in case.orders if order.of(unit))
    return wanted._replace(unit=next(ordered, unit))


def _unit(name: str, value: Any, office: Office) -> UnitRef:
    if isinstance(value, UnitRef):
        return value
    return office.station.unit(_text(name, value, office), allow_new=True).ref


_Read = Callable[[str, Any, Office], Any]

_READ: Mapping[str, _Read] = {
    "phases": lambda name, value, office: _keys("--phase（环节）", PHASES, _texts(value)),
    "flags": lambda name, value, office: _keys("--flag（标记）", FLAGS, _texts(value)),
    "unit": _unit,
    **dict.fromkeys(_WORDS, _word),
    **dict.fromkeys(
        ("due_before", "due", "received_from", "received_to", "resolved_from", "resolved_to"), _day
    ),
    **dict.fromkeys(("handler", "source", "source_no", "group", "after"), _text),
    "limit": _number,
    "sort": lambda name, value, office: one_of("--sort", value, SORTS),
}
"""Name in Filter -> how a value given for it is read; the others are yes or no."""
