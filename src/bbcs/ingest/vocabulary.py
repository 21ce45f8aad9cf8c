"""Headers and words of foreign tables as data: what is shipped, and what a home adds
(`maps/columns.toml`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from bbcs.config import toml
from bbcs.domain.pack import COLUMNS
from bbcs.errors import BadValue, nearest
from bbcs.record import Record

FIELDS: tuple[str, ...] = (
    "source_no", "received_at", "channel", "reporter", "phone", "id_number", "address", "reporter_type",
    "matter", "demand", "demand_kind", "difficulty", "cause", "received_by", "opinion", "lead_unit",
    "assisting_units", "handler", "assigned_at", "limit", "due", "first_feedback_at", "measures",
    "outcome", "status", "solved", "resolved_at", "overdue_days", "extension", "supervision",
    "callback_at", "callback_by", "satisfaction", "redo", "archived", "remark",
    "level",
)  # fmt: skip
"""Canonical columns of a foreign ledger (formats.md §7, domain.md §7)."""

KEEP = "extra"
"""Instead of a field in a map: the column is kept beside the case and means nothing else."""

NAMES: Mapping[str, str] = {
    **{COLUMNS.get(field, "办理状态"): field for field in FIELDS},
    **{field: field for field in FIELDS},
    **dict.fromkeys((KEEP, "不用", "原样保留"), KEEP),
}
"""What people write for a field in a map: its usual header or its key; see `field_named`."""

OPEN_AXES = ("channel", "difficulty", "demand_kind")
"""Axes whose words the rule pack has: any key may be one of them."""

_PARENTHESES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_NUMBERED = re.compile(r"^\d{1,2}[.、]")
_BLANKS = re.compile(r"[\s:*]+")
_CLAUSES = re.compile("[,;。!?]+")


class State(Record):
    """What a text about the result says: contains any of these, equals one, or holds the pattern.

    settled: pattern of a clause that is settled, for a state that what follows may have ended; the
    text is then read from its last clause back, as far as such a one.
    """

    state: str
    contains: tuple[str, ...] = ()
    equals: tuple[str, ...] = ()
    pattern: str = ""
    settled: str = ""

    def fits(self, text: str) -> bool:
        """Whether a text, as `plain` makes it, says so."""
        if not self.settled:
            return self._says(text)
        for clause in reversed(_CLAUSES.split(text)):
            if re.search(self.settled, clause):
                return False
            if self._says(clause):
                return True
        return False

    def _says(self, text: str) -> bool:
        if text in self.equals or any(part in text for part in self.contains):
            return True
        return bool(self.pattern and re.search(self.pattern, text))


class Map(Record):
    """What a user adds: header -> field (or `extra`), axis -> word -> key, name of a unit -> unit
    of the roster.
    """

    columns: Mapping[str, str] = {}
    words: Mapping[str, Mapping[str, str]] = {}
    units: Mapping[str, str] = {}

    def with_(self, other: Map) -> Map:
        """This map and another one, which wins."""
        words = {
            axis: {**self.words.get(axis, {}), **other.words.get(axis, {})}
            for axis in {*self.words, *other.words}
        }
        return Map({**self.columns, **other.columns}, words, {**self.units, **other.units})

    @property
    def data(self) -> dict[str, Any]:
        """As it stands in a file."""
        parts = {
            "columns": dict(self.columns),
            "words": {axis: dict(words) for axis, words in sorted(self.words.items())},
            "units": dict(self.units),
        }
        return {name: part for name, part in parts.items() if part}


def plain(text: str) -> str:
    """How headers and words are compared: half width, lower case, without blanks, colons and
    asterisks.
    """
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def header_forms(text: str) -> list[str]:
    """The forms of a header that are looked up: as it is, without its number, without what stands
    in brackets.
    """
    whole = plain(text)
    numberless = _NUMBERED.sub("", whole)
    return list(dict.fromkeys([whole, numberless, _PARENTHESES.sub("", numberless)]))


class Vocabulary(Record):
    """Everything that is known of headers and words. Keys are `plain`.

    columns: header -> (field, rank); the smaller rank wins where two columns mean the same.
    guessed: header -> field that only the values below can confirm. words: axis -> word -> key.
    counts: what headers end with that count something, as those of small tables beside a ledger do.
    vague: headers such as 时间, which below a group mean something only where group and header are
    known together. asks, asked_about: how a demand begins, and a matter ends, that only asks for
    information.
    ticks, no_ticks: what stands in a column that is a word of its own, if it is meant and if not.
    """

    columns: Mapping[str, tuple[str, int]]
    guessed: Mapping[str, str]
    running: frozenset[str]
    left_out: frozenset[str]
    totals: tuple[str, ...]
    signatures: tuple[str, ...]
    notes: tuple[str, ...]
    same: frozenset[str]
    nothing: frozenset[str]
    words: Mapping[str, Mapping[str, str]]
    states: tuple[State, ...]
    counts: tuple[str, ...]
    vague: frozenset[str]
    asks: tuple[str, ...]
    asked_about: tuple[str, ...]
    ticks: frozenset[str]
    no_ticks: frozenset[str]
    units: Mapping[str, str] = {}

    def field(self, header: str) -> tuple[str, int]:
        """The field that a header means and its rank; "" for an unknown one."""
        for form in header_forms(header):
            if form in self.columns:
                return self.columns[form]
        return "", 0

    def guess(self, header: str) -> str:
        """The field that a header may mean, if the values below it say so too."""
        return next(
            (self.guessed[form] for form in header_forms(header) if form in self.guessed), ""
        )

    def word(self, axis: str, text: str) -> str:
        """The key that a word of an axis stands for; "" for an unknown one."""
        known = self.words.get(axis, {})
        return known.get(text) or known.get(plain(text), "")

    def state(self, text: str) -> str:
        """What a text about the result says; "" when nobody knows."""
        if own := self.words.get("state", {}).get(plain(text)):
            return own
        return _state(self.states, plain(text.replace("\n", "。")))


def _state(states: Iterable[State], text: str) -> str:
    return next((one.state for one in states if one.fits(text)), "")


@cache
def _shipped() -> Mapping[str, Any]:
    raw = files("bbcs").joinpath("data/import.toml").read_text(encoding="utf-8")
    return toml.loads(raw)


@cache
def _states() -> tuple[State, ...]:
    settled = _shipped()["settled"]["pattern"]
    return tuple(
        State(
            one["state"],
            tuple(one.get("contains", ())),
            tuple(one.get("equals", ())),
            one.get("pattern", ""),
            settled if one.get("clauses") else "",
        )
        for one in _shipped()["states"]
    )


NO_MAP = Map()


def vocabulary(
    own: Map = NO_MAP,
    spelt: Mapping[str, Mapping[str, str]] = {},
    printed: Mapping[str, str] = {},
) -> Vocabulary:
    """The shipped headers and words with those of a user and of a rule pack.

    spelt: axis -> word of the rule pack -> its key. printed: header of the place's own register ->
    column. They win over the shipped ones, the user's over all.
    """
    data = _shipped()
    columns = {
        plain(header): (field, rank)
        for field, headers in data["columns"].items()
        for rank, header in enumerate(headers, 1)
    }
    columns |= {field: (field, 1) for field in FIELDS if field not in columns}
    columns |= {plain(header): (field, 1) for header, field in printed.items() if field in FIELDS}
    for header, field in own.columns.items():
        shown = header.replace("／", "|").replace("/", "|")  # two rows as they are printed
        columns |= {plain(form): (_kept(field), 0) for form in (header, shown)}
    words: dict[str, dict[str, str]] = {}
    for axis, keys in data["words"].items():
        words[axis] = {plain(word): key for key, texts in keys.items() for word in texts}
    for more in (spelt, own.words):
        for axis, texts in more.items():
            words.setdefault(axis, {}).update({plain(word): key for word, key in texts.items()})
    rows, running = data["rows"], data["running"]
    return Vocabulary(
        columns,
        {plain(header): field for field, headers in data["guessed"].items() for header in headers},
        frozenset(map(plain, running["headers"])),
        frozenset(map(plain, running["left_out"])),
        tuple(rows["totals"]),
        tuple(rows["signatures"]),
        tuple(rows["notes"]),
        frozenset(rows["same"]),
        frozenset(map(plain, rows["nothing"])),
        words,
        _states(),
        tuple(map(plain, data["counts"]["ends"])),
        frozenset(map(plain, data["vague"]["headers"])),
        tuple(data["consultation"]["begins"]),
        tuple(data["consultation"]["ends"]),
        frozenset(map(plain, data["ticks"]["yes"])),
        frozenset(map(plain, data["ticks"]["no"])),
        own.units,
    )


def _kept(field: str) -> str:
    return "" if field == KEEP else field


def field_named(text: str) -> str:
    """The field that is meant in a map: by its key, its usual header or another header that means it;
    "" for none.
    """
    return NAMES.get(text) or vocabulary().field(text)[0]


def read_map(text: str, name: str) -> Map:
    """A map file. Raises BadValue, which names what is wrong in it."""
    data = map_document(text, name)
    _known_keys(data, ("columns", "words", "units"), name)
    columns = _texts(data.get("columns", {}), name, "columns")
    for header, field in columns.items():
        if not field_named(field):
            near = nearest(field, list(NAMES))
            hint = near and f"，是不是“{near}”"
            raise BadValue(
                f"对照文件 {name}：“{header}”对到“{field}”，没有这一栏{hint}；"
                f"可用：{KEEP}（只保留）、{'、'.join(FIELDS)}，或它们的中文名",
                FIELDS,
            )
    words = data.get("words", {})
    if not isinstance(words, Mapping):
        raise BadValue(f"对照文件 {name} 的 words 应写成 [words.栏名]")
    return Map(
        {header: field_named(field) for header, field in columns.items()},
        {axis: _axis_words(axis, texts, name) for axis, texts in words.items()},
        _texts(data.get("units", {}), name, "units"),
    )


def _axis_words(axis: str, texts: object, name: str) -> dict[str, str]:
    """The words of one axis with the key of each: written as the key, or as a known word for it."""
    keys = _keys(axis)
    if not keys:
        known = [*_shipped()["words"], "state"]
        near = nearest(axis, known)
        hint = near and f"，是不是 [words.{near}]"
        raise BadValue(
            f"对照文件 {name}：没有 [words.{axis}] 这一栏的词{hint}；可用：{'、'.join(known)}",
            known,
        )
    read = {}
    for text, meant in _texts(texts, name, f"words.{axis}").items():
        key = keys.get(meant) or keys.get(plain(meant), "")
        if axis == "state":
            key = key or _state(_states(), plain(meant))
        if not key and axis not in OPEN_AXES:
            allowed = list(dict.fromkeys(keys.values()))
            raise BadValue(
                f"对照文件 {name}：[words.{axis}] 的“{text}”对到“{meant}”，没有这个词；"
                f"可用：{'、'.join(allowed)}，或已认得的词",
                allowed,
            )
        read[text] = key or meant
    return read


def _keys(axis: str) -> dict[str, str]:
    """Key or shipped word of an axis -> key; nothing for an axis that is none."""
    if axis == "state":
        return {one.state: one.state for one in _states()}
    words = _shipped()["words"].get(axis, {})
    return {key: key for key in words} | {
        plain(text): key for key, texts in words.items() for text in texts
    }


def map_document(text: str, name: str) -> dict[str, Any]:
    """The TOML of a map file, whatever it maps. Raises BadValue."""
    try:
        return toml.loads(text)
    except toml.TomlDefect as defect:
        where = f"第 {defect.line} 行" if defect.line else "末尾"
        raise BadValue(f"对照文件 {name} 不是 TOML（{where}）；请检查等号和引号") from defect


def _known_keys(data: Mapping[str, Any], known: Iterable[str], name: str) -> None:
    for key in data:
        if key not in known:
            raise BadValue(
                f"对照文件 {name} 里不认识“{key}”；可用：[columns]、[words.栏名]、[units]"
            )


def _texts(part: object, name: str, where: str) -> dict[str, str]:
    if not isinstance(part, Mapping) or not all(isinstance(text, str) for text in part.values()):
        raise BadValue(f'对照文件 {name} 的 [{where}] 应是“原来的字 = "这里的字"”')
    return {str(key): text for key, text in part.items()}
