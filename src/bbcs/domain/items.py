"""The catalogue of service items: limits, papers, and how far promises beat the law."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from bbcs.domain.numbers import integer
from bbcs.domain.repeated import folded
from bbcs.errors import nearest
from bbcs.findings import Finding
from bbcs.record import Record

if TYPE_CHECKING:
    from fractions import Fraction

COLUMNS: Mapping[str, str] = {
    "item": "事项",
    "unit": "单位",
    "statutory_limit": "法定时限",
    "promised_limit": "承诺时限",
    "papers": "材料",
    "prerequisites": "前置",
}
"""Column -> its Chinese header; both are accepted."""

LONGEST = 3650
"""Working days; a longer limit is a slip of the pen."""


class Item(Record):
    """One service item.

    Limits in working days, None where the list says nothing; a promise of 0 is done on the spot.
    """

    item: str
    unit: str = ""
    statutory_limit: int | None = None
    promised_limit: int | None = None
    papers: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()


def read(rows: Iterable[tuple[int, Sequence[str]]]) -> tuple[tuple[Item, ...], list[Finding]]:
    """The items of a table and everything that is wrong with it.

    Each row comes with its line; the first row is the headers.
    """
    findings: list[Finding] = []
    items: dict[str, Item] = {}
    lines: dict[str, int] = {}
    names: list[str] | None = None
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if names is None:
            names = _headers(line, cells, findings)
            continue
        item = _item(line, cells, names, findings)
        if item.item and lines.setdefault(item.item, line) != line:
            what = f"事项“{item.item}”在第 {lines[item.item]} 行已经有了"
            findings.append(Finding("duplicate", _at(line), what, "一个事项一行"))
        items.setdefault(item.item, item)
    if names is None:
        findings.append(
            Finding("empty", _at(1), "没有内容", f"首行写：{','.join(COLUMNS.values())}")
        )
    return tuple(items.values()), findings


def _at(line: int) -> str:
    return f"第 {line} 行"


def _headers(line: int, cells: Sequence[str], findings: list[Finding]) -> list[str]:
    """The column of each cell; "" for an unknown one."""
    by_label = {label: name for name, label in COLUMNS.items()}
    names = [by_label.get(cell.strip(), cell.strip()) for cell in cells]
    for name in dict.fromkeys(names):
        if name and name not in COLUMNS:
            near = nearest(name, [*COLUMNS, *by_label])
            hint = f"是不是“{near}”" if near else f"可用：{'、'.join(by_label)}"
            findings.append(Finding("unknown_column", _at(line), f"不认识的列“{name}”", hint))
        elif name and names.count(name) > 1:
            findings.append(Finding("duplicate", _at(line), f"“{COLUMNS[name]}”列写了两次"))
    if "item" not in names:
        what = "没有“事项”这一列"
        findings.append(Finding("missing_column", _at(line), what, f"首行写：{','.join(by_label)}"))
    return [name if name in COLUMNS else "" for name in names]


def _item(line: int, cells: Sequence[str], names: Sequence[str], findings: list[Finding]) -> Item:
    if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
        what = f"有 {len(cells)} 格，首行只有 {len(names)} 格"
        findings.append(Finding("too_many", _at(line), what, "格子里有逗号要加引号"))
    cells_by_name = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name}
    if not cells_by_name.get("item") and "item" in names:
        findings.append(Finding("no_item", _at(line), "没有写事项"))
    item = Item(
        cells_by_name.get("item", ""),
        cells_by_name.get("unit", ""),
        _limit(line, "statutory_limit", cells_by_name, findings),
        _limit(line, "promised_limit", cells_by_name, findings),
        _several(cells_by_name.get("papers", "")),
        _several(cells_by_name.get("prerequisites", "")),
    )
    findings += _doubts(line, item)
    return item


def _limit(line: int, name: str, values: Mapping[str, str], findings: list[Finding]) -> int | None:
    text = values.get(name, "")
    digits = text.removesuffix("天").removesuffix("个工作日").removesuffix("工作日").strip()
    if not text:
        return None
    number = integer(digits)
    if number is not None and number <= LONGEST and digits.isascii():
        return number
    findings.append(
        Finding("bad_limit", _at(line), f"{COLUMNS[name]}“{text[:20]}”不是工作日数", "写整数，如 5")
    )
    return None


def _several(text: str) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(part.strip() for part in text.replace("；", ";").split(";") if part.strip())
    )


def _doubts(line: int, item: Item) -> Iterator[Finding]:
    if item.item in item.prerequisites:
        yield Finding("own_prerequisite", _at(line), f"“{item.item}”以自己为前置")
    if (
        item.statutory_limit is not None
        and item.promised_limit is not None
        and item.promised_limit > item.statutory_limit
    ):
        what = f"承诺时限 {item.promised_limit} 比法定时限 {item.statutory_limit} 长"
        yield Finding("promise_too_long", _at(line), what, "承诺不能超过法定")


LIKELY = 3
"""Most items that are proposed for a matter."""

ENOUGH = 0.4
"""Share of an item's pairs of characters that a matter must hold for the item to be proposed.

“诊所备案办不下来” holds two of the five of 诊所执业备案: 诊所, 备案.
"""


def likely(names: Iterable[str], matter: str) -> list[str]:
    """The items that a matter most likely is about, by its words, the likeliest first.

    Compared by pairs of neighbouring characters; [] where the matter is the name of an item.
    """
    text, scored = folded(matter), []
    words = set(_pairs(text))
    for number, name in enumerate(names):
        if name == matter:
            return []
        if words.isdisjoint(_pairs(name)):
            continue
        plain = folded(name)
        pairs = set(_pairs(plain))
        shared = len(pairs & words)
        whole = plain in text
        if whole or (shared > 1 and shared >= ENOUGH * len(pairs)):
            scored.append((not whole, -shared / len(pairs), number, name))
    return [name for *_, name in sorted(scored)[:LIKELY]]


def _pairs(text: str) -> list[str]:
    """Every two neighbouring characters of a text."""
    return [first + second for first, second in pairwise(text)]


class Shrink(Record):
    """One reading of “limits shrunk by …”: numerator / denominator = value.

    value: None when no item has both limits.
    """

    name: str
    label: str
    numerator: Fraction
    denominator: int

    @property
    def value(self) -> Fraction | None:
        """The share by which the promises are shorter than the law."""
        return self.numerator / self.denominator if self.denominator else None


def limit_shrink(items: Iterable[Item]) -> tuple[Shrink, Shrink]:
    """Both readings of a published “shrunk by 67 %”.

    The mean of the items' ratios, and the ratio of the sums.

    Only items with both limits and a statutory limit above 0 count. Which reading a place used must
    be printed beside it.
    """
    from fractions import Fraction  # 4 ms that an intake does not pay

    pairs = [
        (one.statutory_limit, one.promised_limit)
        for one in items
        if one.statutory_limit and one.promised_limit is not None
    ]
    ratios = [Fraction(law - promise, law) for law, promise in pairs]
    saved = Fraction(sum(law - promise for law, promise in pairs))
    return (
        Shrink("mean_of_ratios", "各事项压缩比例的平均", sum(ratios, Fraction()), len(ratios)),
        Shrink("ratio_of_sums", "压缩的总天数比法定的总天数", saved, sum(law for law, _ in pairs)),
    )
