"""UnitRef: one unit, whatever it was called at the time. Order: what a unit was asked to do,
requests to give it back, and whether it went to the unit that owns the matter.

The dispatch guard: the catalogue of items names the owner of each, the station file the level of
each unit; a duty is not handed down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from bbcs.record import Record


class UnitRef(Record):
    """A unit as an entry names it: its code ("" without one) and its name on that day.

    The name differs from `station.Unit`, which is a line of the roster with aliases, phone and so
    on: this value is what an order, an act or a filter refers to, also when the unit is no longer
    listed.
    """

    code: str
    name: str

    @classmethod
    def of(cls, pair: Sequence[str]) -> UnitRef:
        """The unit of a stored pair [code, name]."""
        return cls(pair[0], pair[1])

    def same(self, other: UnitRef) -> bool:
        """Whether both mean one unit.

        By code where both have one (a unit may be renamed), else by name.
        """
        if self.code and other.code:
            return self.code == other.code
        return self.name == other.name

    def among(self, others: Iterable[UnitRef]) -> bool:
        """Whether one of the others is the same unit."""
        return any(self.same(other) for other in others)


def distinct(units: Iterable[UnitRef]) -> list[UnitRef]:
    """Each unit once, in order, as it was named first."""
    refs: list[UnitRef] = []
    for unit in units:
        if not unit.among(refs):
            refs.append(unit)
    return refs


class UnitNames:
    """The last name of each unit among the names that were in use, to count a renamed unit once.

    seen: (moment, unit) pairs in any order. A unit without a code belongs to the code that last
    bore its name.
    """

    __slots__ = ("_by_code", "_code_of")

    def __init__(self, seen: Iterable[tuple[datetime, UnitRef]]) -> None:
        self._by_code: dict[str, str] = {}
        self._code_of: dict[str, str] = {}
        for _, unit in sorted(seen, key=lambda pair: pair[0]):
            if unit.code:
                self._by_code[unit.code] = unit.name
                self._code_of[unit.name] = unit.code

    def name(self, unit: UnitRef) -> str:
        """The name to show; where two units end with one name, the code is shown too."""
        code = unit.code or self._code_of.get(unit.name, "")
        if code not in self._by_code:
            return unit.name
        name = self._by_code[code]
        return name if self._code_of[name] == code else f"{name}（{code}）"


class Order(Record):
    """One order to one unit; role lead | assist | relay, state sent | signed | returned | done.

    sent_seq: the entry that sent it. done_at, done_seq: when it ended, returned, forwarded or
    settled. moved: it came from another unit (转办); passed: it went on to another one. require: what
    the unit was asked to do, "" for nothing. guard: how it is misdirected, a word of `SORTS`, ""
    where it is not. imported: an older ledger tells of it, which does not say whether it was signed
    for.
    """

    number: int
    round: int
    unit: str
    code: str
    role: str
    how: str
    sent_at: datetime
    due: date | None = None
    state: str = "sent"
    signed_at: datetime | None = None
    ended_seq: int = 0
    done_at: datetime | None = None
    done_seq: int = 0
    moved: bool = False
    passed: bool = False
    require: str = ""
    sent_seq: int = 0
    guard: str = ""
    imported: bool = False

    @property
    def ref(self) -> UnitRef:
        """The unit it went to, under its name of that day."""
        return UnitRef(self.code, self.unit)

    def of(self, unit: UnitRef) -> bool:
        """Whether it went to this unit, whatever it was called then."""
        return self.ref.same(unit)

    @property
    def kind(self) -> str:
        """What the `for.order` of a clock is compared with: a whistle before the role."""
        return "whistle" if self.how == "whistle" else self.role

    @property
    def open(self) -> bool:
        """Neither done nor returned."""
        return self.state in ("sent", "signed")


class ReturnRequest(Record):
    """A unit that asks to give an order back (gate `return_review`); state asked | granted |
    rejected.

    order: number of the order, which runs on until the window decides. suggest: the unit that
    should have it instead. asker: who wrote the request down. asked_seq, decided_seq: the entries.
    """

    number: int
    round: int
    order: int
    unit: UnitRef
    asked_at: datetime
    asker: str
    suggest: UnitRef | None = None
    state: str = "asked"
    decided_at: datetime | None = None
    asked_seq: int = 0
    decided_seq: int = 0


ROLES: Mapping[str, str] = {"lead": "主办", "assist": "协办", "relay": "转派"}
"""Role of an order -> what people read."""

ORDER_STATES: Mapping[str, str] = {
    "sent": "未签收", "signed": "已签收", "returned": "已退回", "done": "已完",
}  # fmt: skip
"""State of an order -> what people read."""


# -- the dispatch guard --------------------------------------------------------------------------------------------

GUARDS: Mapping[str, str] = {"off": "不提醒", "warn": "提醒", "leader": "要领导越过"}
"""Value of the gate `dispatch_guard` -> what it does."""

SORTS: Mapping[str, str] = {"down": "下派", "not_owner": "交给非主管单位"}
"""How an order is misdirected -> what people read."""

LEVELS: Mapping[str, str] = {
    "county": "县（区）",
    "township": "乡镇（街道）",
    "village": "村（社区）",
}
"""Level of a unit, the highest first -> what people read."""

_WORDS: Mapping[str, str] = {
    "county": "县 区 县级 区级 县区 区县 县市区",
    "township": "乡 镇 街道 乡镇 乡级 镇级 街道级 乡镇级 镇街 乡镇街道",
    "village": "村 社区 村级 社区级 村社区",
}
"""Level -> what people write for it besides its name."""

_BRACKETS = str.maketrans("", "", "（）()、/ ")


def level_key(text: str) -> str | None:
    """The level that a word means: its key, its name, or what people write: 镇, 乡镇街道."""
    bare = text.translate(_BRACKETS)
    for key, name in LEVELS.items():
        if bare in (key, name.translate(_BRACKETS), *_WORDS[key].split()):
            return key
    return None


_RANKS = {level: rank for rank, level in enumerate(LEVELS)}

OwnerOf = Callable[[str], UnitRef | None]
"""Item -> the unit that owns it, None where the catalogue does not say."""

LevelOf = Callable[[UnitRef], str]
"""Unit -> its level, "" where nobody knows."""


class Misdirected(Record):
    """An order that goes to a unit which does not own the matter. sort: a word of SORTS."""

    sort: str
    unit: UnitRef
    item: str
    owner: str

    @property
    def text(self) -> str:
        """`“卫生许可”归区卫健局管，交给青山镇是下派`."""
        what = {"down": "是下派", "not_owner": "不是主管单位"}[self.sort]
        return f"“{self.item}”归{self.owner}管，交给{self.unit.name}{what}"

    def stored(self) -> list[str]:
        """As the entry of the order keeps it; `misdirections` is the way back."""
        return [self.sort, self.unit.code, self.unit.name, self.item, self.owner]


def misdirections(rows: Sequence[Sequence[str]] | None) -> list[Misdirected]:
    """What `stored` wrote."""
    return [
        Misdirected(sort, UnitRef(code, name), item, owner)
        for sort, code, name, item, owner in rows or ()
    ]


def misdirected(
    items: Sequence[str], units: Sequence[UnitRef], owner_of: OwnerOf, level_of: LevelOf
) -> Iterator[Misdirected]:
    """The units that own none of the items, each with the first owner there is.

    A unit below the level of an owner is handed the duty down. Items without an owner judge nothing.
    """
    owners = [(item, owner) for item in items if (owner := owner_of(item))]
    for unit in units:
        if not owners or unit.among(owner for _, owner in owners):
            continue
        below = [pair for pair in owners if _below(level_of(unit), level_of(pair[1]))]
        item, owner = (below or owners)[0]
        yield Misdirected("down" if below else "not_owner", unit, item, owner.name)


def _below(level: str, other: str) -> bool:
    """Whether a level lies below another; never where one of them is unknown."""
    return level in _RANKS and other in _RANKS and _RANKS[level] > _RANKS[other]
