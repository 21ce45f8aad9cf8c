"""A list of units as a table: its columns, the units it names, and what it changes in a roster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bbcs.domain.order import LEVELS, level_key
from bbcs.domain.station import Station, Unit, split_units
from bbcs.errors import SEPARATORS
from bbcs.findings import Finding
from bbcs.record import Record

COLUMNS: Mapping[str, str] = {
    "code": "代码",
    "name": "名称",
    "aliases": "简称",
    "level": "层级",
    "rep": "首席代表",
    "phone": "电话",
}
"""Column -> its Chinese header; both are accepted, and `_HEADERS`."""

_HEADERS: Mapping[str, str] = {
    "code": "单位代码 编码 单位编码",
    "name": "单位 单位名称 单位全称 全称 部门 部门名称 机构名称 责任单位",
    "aliases": "单位简称 别名 别称",
    "level": "单位层级 级别",
    "rep": "代表",
    "phone": "单位电话 联系电话 办公电话",
}
_COLUMN_OF = {
    header: column
    for column, name in COLUMNS.items()
    for header in (column, name, *_HEADERS[column].split())
}
_NUMBERING = frozenset({"序号", "编号", "No", "no", "NO"})
"""Headers of a column that numbers the rows."""

_TOTALS = frozenset({"合计", "总计", "共计", "小计"})
"""What a row begins with that only adds up the others."""

_TITLES = 20
"""Rows that are looked at for the headers: a list may have a title above them."""

_ALIAS_SIGNS = str.maketrans(dict.fromkeys(SEPARATORS + "\n", ";"))
_WRITE = f"首行写：{','.join(COLUMNS.values())}"


class ListedUnit(Record):
    """A unit of a list, and the row that names it."""

    row: int
    unit: Unit


class UnitList(Record):
    """A list of units. columns: those it has; of the others it says nothing.

    unused: headers that mean nothing here.
    """

    columns: frozenset[str]
    rows: tuple[ListedUnit, ...]
    unused: tuple[str, ...] = ()

    @property
    def units(self) -> tuple[Unit, ...]:
        """The units in their order."""
        return tuple(one.unit for one in self.rows)


class RosterDifference(Record):
    """What a list makes of a roster.

    units: the roster that comes of it. renamed: pairs of before and after; changed: name -> the
    columns that differ, of a unit that was renamed too.
    """

    units: tuple[Unit, ...]
    added: tuple[Unit, ...]
    gone: tuple[Unit, ...]
    renamed: tuple[tuple[Unit, Unit], ...]
    changed: Mapping[str, Sequence[str]]

    @property
    def needs_consent(self) -> bool:
        """Whether a unit is taken off or gets another name."""
        return bool(self.gone or self.renamed)

    def __bool__(self) -> bool:
        return bool(self.added or self.gone or self.renamed or self.changed)


# -- reading ---------------------------------------------------------------------------------------


def read(rows: Iterable[tuple[int, Sequence[str]]]) -> tuple[UnitList, list[Finding]]:
    """The units of a table and everything that is wrong with it. Each row comes with its number.

    Without headers it is a name in each row, or code, name and aliases.
    """
    filled = [(number, cells) for number, cells in rows if any(cells)]
    headed = _header(filled)
    findings: list[Finding] = []
    columns, unused = ["name"], list[str]()
    if headed is not None:
        columns = _columns(*filled[headed], findings, unused)
        filled = filled[headed + 1 :]
    elif filled and _width(filled) > 1:
        columns = ["code", "name", "aliases"]
        findings += _doubtful(filled)
    listed = [one for row in filled if (one := _unit(*row, columns, findings))]
    if not listed and not findings:
        findings.append(Finding("empty", _at(1), "没有单位", _WRITE))
    named = frozenset(filter(None, columns))
    return UnitList(named, tuple(listed), tuple(unused)), findings


def has_header(rows: Iterable[tuple[int, Sequence[str]]]) -> bool:
    """Whether a table has headers of a list of units."""
    return _header([row for row in rows if any(row[1])]) is not None


def _header(filled: Sequence[tuple[int, Sequence[str]]]) -> int | None:
    """Which of the rows in which something stands has the headers."""
    return next((at for at, row in enumerate(filled[:_TITLES]) if _is_header(row[1])), None)


def _at(row: int) -> str:
    return f"第 {row} 行"


def _width(rows: Iterable[tuple[int, Sequence[str]]]) -> int:
    """The column in which the last filled cell stands, from 1."""
    return max(number for _, cells in rows for number, cell in enumerate(cells, 1) if cell)


def _is_header(cells: Sequence[str]) -> bool:
    return any(_COLUMN_OF.get(_bare(cell)) == "name" for cell in cells)


def _bare(header: str) -> str:
    """A header without blanks, line ends and the star of what must be filled in."""
    return "".join(header.split()).strip("*＊")


def _columns(
    row: int, cells: Sequence[str], findings: list[Finding], unused: list[str]
) -> list[str]:
    """The column of each cell of the headers; "" for one that means nothing."""
    columns = [_COLUMN_OF.get(_bare(cell), "") for cell in cells]
    for column in dict.fromkeys(filter(None, columns)):
        if columns.count(column) > 1:
            what = f"有 {columns.count(column)} 栏都是“{COLUMNS[column]}”"
            findings.append(Finding("duplicate", _at(row), what, "只留一栏"))
    unused += [
        cell
        for cell, column in zip(cells, columns, strict=True)
        if cell and not column and _bare(cell) not in _NUMBERING
    ]
    return columns


def _doubtful(rows: Sequence[tuple[int, Sequence[str]]]) -> Iterator[Finding]:
    """A table of several columns without headers may only be code, name and aliases."""
    number, cells = rows[0]
    if _width(rows) > 3 or any(_bare(cell) in _COLUMN_OF for cell in cells):
        yield Finding("no_header", _at(number), "没有“名称”这一栏的表头", _WRITE)


def _unit(
    row: int, cells: Sequence[str], columns: Sequence[str], findings: list[Finding]
) -> ListedUnit | None:
    """The unit of a row; None for a total, and where nothing stands in a column that means
    something.
    """
    if _bare(next(filter(None, cells))) in _TOTALS:
        return None
    its = {column: cell for column, cell in zip(columns, cells, strict=False) if column and cell}
    if columns == ["code", "name", "aliases"] and set(its) == {"code"}:
        its = {"name": its["code"]}  # a row with a name alone, among rows with codes
    if not its:
        return None
    aliases = its.pop("aliases", "").translate(_ALIAS_SIGNS).split(";")
    its_aliases = tuple(dict.fromkeys(one.strip() for one in aliases if one.strip()))
    level = its.pop("level", "")
    unit = Unit(
        its.get("code", ""), its.get("name", ""), its_aliases,
        its.get("rep", ""), its.get("phone", ""), level_key(level) or "" if level else "",
    )  # fmt: skip
    findings += _doubts(row, unit, level)
    return ListedUnit(row, unit)


def _doubts(row: int, unit: Unit, level: str) -> Iterator[Finding]:
    """What is wrong with one row."""
    if not unit.name:
        yield Finding("no_name", _at(row), "没有写单位名称", "不是单位的行请删去")
    if len(split_units(unit.name)) > 1 or any(sign in unit.name for sign in SEPARATORS):
        what = f"“{unit.name}”像是几个单位"
        hint = "一行写一个单位，名称里不能有顿号、逗号、分号、竖线、斜线"
        yield Finding("several", _at(row), what, hint)
    if any(sign in unit.name for sign in ":："):
        yield Finding("no_unit", _at(row), f"“{unit.name}”不像单位名称", "不是单位的行请删去")
    texts = (unit.code, unit.name, unit.rep, unit.phone, *unit.aliases)
    if any(not char.isprintable() for text in texts for char in text):
        yield Finding("control", _at(row), "有换行或控制字符", "请删去后重写")
    if level and not unit.level:
        yield Finding(
            "bad_level",
            _at(row),
            f"层级“{level[:20]}”不认识",
            f"可用：{'、'.join(LEVELS.values())}",
        )


# -- comparing -------------------------------------------------------------------------------------


def compare(
    station: Station, listed: UnitList, *, keep: bool
) -> tuple[RosterDifference, list[Finding]]:
    """What a list changes in the roster of a station, and what stands against it.

    A unit is the one with its code, else the one that is or was called so. Units stay where they
    stand; those that the list does not name go, but with `keep`.
    """
    findings: list[Finding] = []
    after: dict[Unit, ListedUnit] = {}
    added: list[ListedUnit] = []
    for row, unit in listed.rows:
        before = _meant(station, unit)
        if before is None:
            added.append(ListedUnit(row, unit))
        elif before in after:
            what = f"和第 {after[before].row} 行是同一个单位：{before.name}"
            findings.append(Finding("duplicate", _at(row), what, "一行一个单位"))
        else:
            findings += _other_code(row, before, unit)
            after[before] = ListedUnit(row, _updated(before, unit, listed.columns))
    stay = [after.get(one, ListedUnit(0, one)) for one in station.units if keep or one in after]
    findings += _shared([*stay, *added])
    pairs = [(one, new.unit) for one, new in after.items()]
    difference = RosterDifference(
        tuple(one.unit for one in (*stay, *added)),
        tuple(one.unit for one in added),
        tuple(one for one in station.units if not keep and one not in after),
        tuple((one, new) for one, new in pairs if one.name != new.name),
        {new.name: parts for one, new in pairs if (parts := _differing(one, new))},
    )
    return difference, findings


def _meant(station: Station, unit: Unit) -> Unit | None:
    """The unit of the roster that a row is about."""
    for text in (unit.code, unit.name):
        found = station.unit(text, allow_new=True) if text else None
        if found in station.units:
            return found
    return None


def _other_code(row: int, before: Unit, unit: Unit) -> Iterator[Finding]:
    if before.code and unit.code not in ("", before.code):
        what = f"{unit.name} 的代码是 {before.code}，不是 {unit.code}"
        hint = "代码定了不改；真是另一个单位，请先 bbcs station unit remove"
        yield Finding("other_code", _at(row), what, hint)


def _updated(before: Unit, unit: Unit, columns: frozenset[str]) -> Unit:
    """A unit of the roster as the list has it; what the list has no column for stays."""
    new = before.renamed(unit.name)
    given = {column: getattr(unit, column) for column in columns - {"name"}}
    new = new._replace(**given)
    aliases = tuple(one for one in new.aliases if one != new.name)
    return new._replace(code=unit.code or before.code, aliases=aliases)


def _differing(before: Unit, after: Unit) -> list[str]:
    return [
        column
        for column in COLUMNS
        if column != "name" and getattr(before, column) != getattr(after, column)
    ]


def _shared(units: Iterable[ListedUnit]) -> Iterator[Finding]:
    """Codes and names that two units would have; row 0 is a unit that the list does not name."""
    owner: dict[str, ListedUnit] = {}
    for one in units:
        unit = one.unit
        for text in dict.fromkeys(filter(None, (unit.code, unit.name, *unit.aliases))):
            first = owner.setdefault(text, one)
            if first is one:
                continue
            later, other = (one, first) if one.row > first.row else (first, one)
            whose = f"第 {other.row} 行的{other.unit.name}" if other.row else other.unit.name
            where = "" if other.row else "名册里的"
            what = f"“{text}”已经指{where}{whose}"
            yield Finding("duplicate", _at(later.row), what, "一个代码、名称或简称只能指一个单位")
