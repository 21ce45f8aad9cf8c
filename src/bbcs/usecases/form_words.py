"""What the labels of a superior's form mean: names of figures, columns of cases, units."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from bbcs.config import toml
from bbcs.domain.pack import COLUMNS, RulePack
from bbcs.domain.rates import RATES
from bbcs.errors import BadValue, nearest
from bbcs.ingest.vocabulary import NO_MAP, Vocabulary, plain, vocabulary
from bbcs.record import Record
from bbcs.registers.monthly import COUNTS
from bbcs.usecases import imports
from bbcs.usecases.office import Office

_NUMBER = re.compile(r"^(?:\d{1,2}[.、]|[一二三四五六七八九十]{1,3}[、.])")
_BRACKETS = re.compile(r"\(([^()]*)\)")

NOTHING = "-"
"""Instead of a name in a map: the cell stays empty."""


@cache
def _shipped() -> Mapping[str, Any]:
    return toml.loads(files("bbcs").joinpath("data/fill.toml").read_text(encoding="utf-8"))


class FormWords(Record):
    """Every label that is known, `plain`; own: what a user or the home says of labels.

    labels: label -> names of figures. groups: heading -> the names that may stand below it, None
    for all. words: heading -> word of the rule pack -> name. units: name -> unit.
    """

    labels: Mapping[str, Sequence[str]]
    groups: Mapping[str, Sequence[str] | None]
    words: Mapping[str, Mapping[str, str]]
    units: Mapping[str, str]
    heads: Mapping[str, Sequence[str]]
    columns: Vocabulary
    vague: frozenset[str]
    lists: frozenset[str]
    own: Mapping[str, str] = {}

    def figures(self, path: Sequence[str]) -> tuple[str, ...]:
        """The names of the figures that a label with its headings may mean."""
        texts = [bare(one) for one in path if bare(one)]
        if not texts:
            return ()
        if texts[-1] in self.own:
            name = self.own[texts[-1]]
            return () if name == NOTHING else (name,)
        return self._figures(texts)

    def _figures(self, texts: Sequence[str]) -> tuple[str, ...]:
        for form in _forms("".join(texts)):
            if form in self.labels:
                return tuple(self.labels[form])
        if len(texts) == 1:
            return ()
        head, rest = texts[0], texts[1:]
        if head in self.words and len(rest) == 1 and rest[0] in self.words[head]:
            return (self.words[head][rest[0]],)
        if head not in self.groups:
            return ()
        below, allowed = self._figures(rest), self.groups[head]
        return tuple(name for name in below if allowed is None or name in allowed)

    def is_head(self, kind: str, path: Sequence[str]) -> bool:
        """Whether a header is one of a kind: unit, total, value or label."""
        texts = [bare(one) for one in path]
        known = self.heads[kind]
        return bool(texts) and texts[-1] in known and all(one in self.groups for one in texts[:-1])

    def unit(self, path: Sequence[str]) -> str:
        """The unit that a label names, under headings that only say what units they are."""
        texts = [bare(one) for one in path]
        if not texts or any(one not in self.heads["unit"] for one in texts[:-1]):
            return ""
        return self.units.get(texts[-1], "")

    def column(self, path: Sequence[str]) -> str:
        """The canonical column of the work register that a header means, "" for none."""
        if not path:
            return ""
        text = plain(path[-1])
        if self.own.get(text) in COLUMNS:
            return self.own[text]
        if text in self.own or text in self.vague:
            return ""
        usual = next((key for key, label in COLUMNS.items() if plain(label) == text), "")
        if usual:
            return usual
        if text in self.columns.running:
            return "seq"
        field, _ = self.columns.field(path[-1])
        return "case_no" if field == "source_no" else field

    def is_header(self, path: Sequence[str]) -> bool:
        """Whether words mean anything above a column."""
        kinds = any(self.is_head(kind, path) for kind in self.heads)
        return bool(kinds or self.figures(path) or self.unit(path) or self.column(path))

    def is_neutral(self, section: str) -> bool:
        """Whether figures of the whole office may stand below a heading."""
        return not section or self.groups.get(bare(section), ()) is None


def bare(text: str) -> str:
    """A label without its number, and without brackets that only name the unit of measure."""
    unnumbered = _NUMBER.sub("", plain(text))
    harmless = _shipped()["strip"]["brackets"]
    return _BRACKETS.sub(lambda one: "" if _unit(one[1]) in harmless else one[0], unnumbered)


def _unit(text: str) -> str:
    return text.removeprefix("单位").strip(":")


def _forms(text: str) -> list[str]:
    """A label as it is, without `本月` before it, without `件数` behind it, without both."""
    strip = _shipped()["strip"]
    heads = [text, *(text.removeprefix(one) for one in strip["before"] if text.startswith(one))]
    return [
        form
        for head in heads
        for form in (
            head,
            *(head.removesuffix(end) for end in strip["after"] if head.endswith(end)),
        )
    ]


def words(
    office: Office, catalogue: Mapping[str, str], own: Mapping[str, str], counted: Iterable[str]
) -> FormWords:
    """The words of an office. catalogue: name of every figure -> its label.

    own: label as people write it -> name. counted: the units that have figures, by the names that
    they bore then. Raises BadValue for a name that nothing has.
    """
    data = _shipped()
    pack, checked = office.pack, {}
    for label, name in own.items():
        checked[bare(label)] = checked[plain(label)] = known_name(name, label, catalogue)
    groups: dict[str, Sequence[str] | None] = {}
    for key, texts in data["groups"].items():
        allowed = None if key == "*" else data["about"][key]
        groups |= {plain(text): allowed for text in texts}
    return FormWords(
        _labels(catalogue, data["figures"]),
        groups,
        _words(pack, data["parts"]),
        _units(office, list(counted)),
        {kind: tuple(map(plain, texts)) for kind, texts in data["heads"].items()},
        vocabulary(NO_MAP, {}, imports.printed(pack)),
        frozenset(map(plain, data["cases"]["vague"])),
        frozenset(map(plain, data["cases"]["sections"])),
        checked,
    )


def _units(office: Office, counted: Sequence[str]) -> dict[str, str]:
    """Every name of a unit -> the name under which it counts; a name of two units is none."""
    known: dict[str, set[str]] = {plain(name): {name} for name in counted}
    for unit in office.station.units:
        names = (unit.name, *unit.former)
        now = next((name for name in names if name in counted), unit.name)
        for name in (*names, *unit.aliases):
            known.setdefault(plain(name), set()).add(now)
    return {name: min(units) for name, units in known.items() if len(units) == 1}


def _labels(
    catalogue: Mapping[str, str], more: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    labels: dict[str, dict[str, None]] = {}
    usual = {name: [label] for name, label in catalogue.items() if name not in COLUMNS}
    for source in (usual, {name: [label] for name, label in COUNTS.items()}, more):
        for name, texts in source.items():
            for text in texts:
                if source is more or "." not in name:
                    labels.setdefault(bare(text), {})[name] = None
    return {label: tuple(names) for label, names in labels.items()}


def _words(pack: RulePack, parts: Mapping[str, Sequence[str]]) -> dict[str, dict[str, str]]:
    return {
        plain(heading): {
            plain(pack.label(axis, key)): f"{axis}.{key}" for key in pack.words.get(axis, {})
        }
        for axis, headings in parts.items()
        for heading in headings
    }


def known_name(name: str, label: str, catalogue: Mapping[str, str]) -> str:
    """The name of a figure or column that a map gives: as it is, or by its label.

    `单位/name` is the figure of one unit. Raises BadValue.
    """
    unit, _, own = name.rpartition("/")
    labels = {text: key for names in (COLUMNS, catalogue) for key, text in names.items()}
    own = labels.get(own, own)
    if own == NOTHING or own in catalogue or (own in COLUMNS and not unit):
        return f"{unit}/{own}" if unit else own
    near = nearest(own, [*catalogue, *COLUMNS, *labels])
    hint = near and f"，是不是“{near}”"
    raise BadValue(f"对照文件里“{label}”对到的“{own}”不是计数、比率或栏名{hint}；不填写“{NOTHING}”")


def rate_labels() -> dict[str, str]:
    """Name of every rate -> its label."""
    return {one.name: one.label for one in RATES.values()}


def count_labels() -> dict[str, str]:
    """Name of every count of the monthly report -> its label."""
    return dict(COUNTS)
