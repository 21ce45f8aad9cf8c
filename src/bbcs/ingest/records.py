"""Records: the lines of a table cleaned, each with the codes of what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from bbcs.ingest import dates, people, text
from bbcs.ingest.codes import REJECTS, WARNS, Problem
from bbcs.ingest.sheets import Cell
from bbcs.ingest.tables import Line, SourceTable
from bbcs.ingest.vocabulary import Vocabulary
from bbcs.record import Record

TITLE, TEXT = 200, 20_000
"""Longest name or title, longest text (formats.md)."""

DAYS = ("received_at", "assigned_at", "first_feedback_at", "resolved_at", "callback_at", "due")
"""Columns of days; a day that cannot be read rejects the row."""

BY_ROUND = (
    "difficulty", "measures", "outcome", "solved", "resolved_at", "callback_at", "callback_by", "satisfaction",
)  # fmt: skip
"""Columns that the register of a case that was handled again prints for each round: `首轮：…；第 2 轮：…`."""

_ROUNDS = re.compile(r"(?:^|；)(?:首轮|第 ?\d+ ?轮)：")
_REDONE = re.compile(r"第 ?(\d+) ?轮")

CLOSED = frozenset({"solved", "partly", "explained", "answered"})
"""States of a text about the result that say 办结."""


class SourceRow(Record):
    """One cleaned line.

    fields: canonical column -> text, day, moment or grade; what is empty is left out.

    extra: header -> text of the columns that mean nothing here, and of values that could not be
    taken as what their column says. state: solved, partly, explained, answered, open, forwarded,
    refused, withdrawn, transferred, voided or "". consultation: a question that was answered on the
    spot. raw: the cells as they stood, for the file of rejected rows. rounds: fields and state of
    the second round and of those after it.
    """

    sheet: str
    number: int
    fields: Mapping[str, Any]
    extra: Mapping[str, str]
    state: str
    consultation: bool
    problems: tuple[Problem, ...]
    raw: Sequence[Cell] = ()
    rounds: tuple[tuple[Mapping[str, Any], str], ...] = ()

    @property
    def rejected(self) -> bool:
        """Whether the row is kept out."""
        return _rejects(self.problems)


class Cleaner:
    """Cleans the lines of one table."""

    def __init__(
        self, table: SourceTable, words: Vocabulary, year: int, from_1904: bool, today: date
    ) -> None:
        """year: 0 = as the titles tell; today: later days are not believed."""
        self._table, self._words, self._today = table, words, today
        self._named_year = year
        self._state_of = lru_cache(256)(words.state)  # few texts, in nearly every row
        self._context = dates.DayContext(year or table.year, from_1904)
        left_out = words.left_out
        known = {column.field: column for column in table.columns if column.field}
        ordered = [known.pop("received_at")] if "received_at" in known else []
        self._known = [
            (column.at, column.field, column.header, column.at in table.fractions)
            for column in (*ordered, *known.values())
        ]
        self._others = [
            (column.at, column.header or f"第{column.at + 1}列")
            for column in table.columns
            if not column.field and text.clean(column.header).casefold() not in left_out
        ]

    def entitled(self, year: int) -> None:
        """A title within the table gives the year of the lines below."""
        if not self._named_year:
            self._context = self._context._replace(year=year)

    def record(self, line: Line) -> SourceRow:
        """The line as a record."""
        row = _Row(self._words, self._context, self._today, self._state_of)
        cells = line.cells
        width = len(cells)
        for at, field, header, share in self._known:
            if at < width and cells[at] != "":
                row.take(field, header, cells[at], share)
        for at, header in self._others:
            if at < width and cells[at] != "":
                row.keep(header, cells[at])
        row.finish()
        return SourceRow(
            self._table.sheet, line.number, row.fields, row.extra, row.state, row.consultation,
            tuple(row.problems), line.raw, tuple([(one.fields, one.state) for one in row.rounds]),
        )  # fmt: skip


class _Row:
    """What one line gives, while its cells are read."""

    def __init__(
        self,
        words: Vocabulary,
        context: dates.DayContext,
        today: date,
        state_of: Callable[[str], str],
    ) -> None:
        self.words, self.context, self.today = words, context, today
        self.state_of = state_of
        self.fields: dict[str, Any] = {}
        self.extra: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.state = ""
        self.consultation = False
        self.rounds: list[_Row] = []
        self._cells: dict[str, tuple[str, Cell, bool]] = {}

    def problem(self, code: str, field: str = "", why: str = "") -> None:
        """Notes a code, with its message: the header of two rows as people read it."""
        message, why = REJECTS.get(code) or WARNS[code], why.replace("|", "／")
        self.problems.append(Problem(code, field, f"{message}：{why}" if why else message))

    def keep(self, header: str, cell: Cell) -> None:
        """Keeps a value beside the case under its header."""
        value = text.clean(cell)
        if value:
            name = header
            while self.extra.get(name, value) != value:
                name += "′"
            self.extra[name] = value[:TEXT]

    def take(self, field: str, header: str, cell: Cell, share: bool) -> None:
        """Reads one cell of a known column. share: 1 means all of it."""
        if type(cell) is str and not cell.strip():
            return
        if field in BY_ROUND:
            self._cells[field] = header, cell, share
            cell = _of_round(cell, 1)
        if type(cell) is str and not cell.isprintable() and (bad := text.original(cell)):
            self.keep(f"{header}（原文）", bad)
        reader = _READERS.get(field)
        if reader is not None:
            reader(self, field, header, cell)
        elif field == "satisfaction":
            self._satisfaction(header, cell, share)
        else:
            self._text(field, cell)

    # -- kinds of cells ----------------------------------------------------------------------------

    def _text(self, field: str, cell: Cell) -> None:
        value = text.clean(cell)
        if value.casefold() in self.words.nothing and field not in ("reporter", "matter", "demand"):
            return
        if len(value) > TEXT:
            self.problem("too_long", field, f"{len(value)} 字，最多 {TEXT} 字")
        elif value:
            self.fields[field] = value

    def day(self, field: str, header: str, cell: Cell) -> None:
        """A day or a moment; words that say “not yet” are nothing."""
        if type(cell) is str:
            value = text.clean(cell)
            if value.casefold() in self.words.nothing or dates.nothing_yet(value):
                return
            cell = value
        context = self.context
        received = self.fields.get("received_at")
        if type(cell) is str and received and field != "received_at":
            context = dates.DayContext(context.year, context.from_1904, _date(received))
        try:
            moment = dates.read(cell, context)
        except dates.BadDay as bad:
            self.keep(header, cell)
            if field == "due":  # it is on paper only: the ledger counts its own
                return
            self.problem(bad.code, field, f"{header}，{bad.why}")
            return
        if field != "due" and _date(moment) > self.today:
            self.problem("date_in_future", field, f"{header}；请核对年份")
            return
        self.fields[field] = moment

    def phone(self, field: str, header: str, cell: Cell) -> None:
        """One or several numbers; what can be none is kept with a warning."""
        value, valid = people.phone(cell)
        value = text.clean(value)
        if value.casefold() in self.words.nothing:
            return
        self.fields[field] = value[:TITLE]
        if not valid:
            self.problem("phone_invalid", field, header)

    def id_number(self, field: str, header: str, cell: Cell) -> None:
        """An identity number or a credit code; one that lost digits rejects the row."""
        if text.clean(cell).casefold() in self.words.nothing:
            return
        value, code = people.id_number(cell)
        if code == "id_number_destroyed":
            self.problem(code, field, header)
            return
        self.fields[field] = text.clean(value)[:TITLE]
        if code:
            self.problem(code, field, header)

    def number(self, field: str, header: str, cell: Cell) -> None:
        """A foreign number, as text."""
        self._text(field, people.digits(cell))

    def word(self, field: str, header: str, cell: Cell) -> None:
        """A word of an axis; an unknown one stays as it is, the ledger decides about it."""
        value = text.clean(cell)
        if value.casefold() in self.words.nothing:
            return
        key = self.words.word(field, value)
        if key:
            self.fields[field] = key
            if field in ("channel", "demand_kind"):
                self.fields[f"{field}_text"] = value
        else:
            self.extra[header] = value

    def solved(self, field: str, header: str, cell: Cell) -> None:
        """Whether it was solved: yes, no or partly."""
        self.word(field, header, cell)

    def _satisfaction(self, header: str, cell: Cell, share: bool) -> None:
        value = text.clean(cell)
        if value.casefold() in self.words.nothing:
            return
        grade = self.words.word("satisfaction", value) or _grade(value, share)
        if grade:
            self.fields["satisfaction"] = int(grade)
            self.fields["satisfaction_text"] = value
        else:
            self.keep(header, cell)
            if not self.words.state(value) and value != "未评价":
                self.problem("satisfaction_unknown", "satisfaction", header)

    # -- the whole row -----------------------------------------------------------------------------

    def finish(self) -> None:
        """What the fields say together: state, consultation, order of the days."""
        fields = self.fields
        word = fields.get("status") or fields.get("outcome") or ""
        self.state = self.state_of(word) or self.state_of(fields.get("outcome", ""))
        if not self.state and word and fields.get("resolved_at"):
            self.state = {"yes": "solved", "no": "explained", "partly": "partly"}.get(
                fields.get("solved", ""), "closed"
            )
        self._consulted()
        self._later_rounds()
        if not (fields.get("matter") or fields.get("demand")):
            self.problem("missing_demand")
        received, resolved = fields.get("received_at"), fields.get("resolved_at")
        if received is None:
            if not any(problem.field == "received_at" for problem in self.problems):
                self.problem("date_missing")
        elif resolved and before(resolved, received):
            self.problem("closed_before_received", "resolved_at")
        elif self._stray():
            pass
        called = fields.get("callback_at")
        if called and not _rejects(self.problems):
            self._order_of_callback(called, resolved)

    def _later_rounds(self) -> None:
        """The rounds after the first, of a case that was handled again."""
        redo = self.fields.get("redo")
        redone = _REDONE.search(str(redo)) if redo else None
        texts = [
            cell for _, cell, _ in self._cells.values() if type(cell) is str and "轮：" in cell
        ]
        parts = [len(_ROUNDS.findall(text)) for text in texts]
        for number in range(2, max([int(redone[1]) if redone else 1, *parts]) + 1):
            one = _Row(self.words, self.context, self.today, self.state_of)
            one.fields["received_at"] = self.fields.get("received_at")
            for field, (header, cell, share) in self._cells.items():
                one.take(field, header, _of_round(cell, number), share)
            one.state = self.state_of(one.fields.get("outcome", "")) or "closed"
            self.problems += [each for each in one.problems if each not in self.problems]
            self.rounds.append(one)

    def _stray(self) -> bool:
        """Notes a day of settlement and a state that do not go together."""
        resolved, closed = self.fields.get("resolved_at"), self.state in (*CLOSED, "closed")
        if closed and not resolved and not self.consultation:
            self.problem("closed_without_date", "resolved_at")
        if resolved and self.state == "open":
            self.problem("date_without_close", "outcome")
        return bool(resolved) != closed

    def _order_of_callback(self, called: date | datetime, resolved: date | datetime | None) -> None:
        if resolved is None or before(called, resolved):
            self.problem("callback_before_close", "callback_at")

    def _consulted(self) -> None:
        """Answered on the spot, and only asked for information."""
        matter = str(self.fields.get("matter") or "")
        asked = str(self.fields.get("demand") or matter)
        self.consultation = self.state == "answered" and (
            self.fields.get("demand_kind") == "inquiry"
            or asked.startswith(self.words.asks)
            or matter.endswith(self.words.asked_about)
        )


_READERS: Mapping[str, Callable[[_Row, str, str, Cell], None]] = {
    **dict.fromkeys(DAYS, _Row.day),
    "phone": _Row.phone,
    "id_number": _Row.id_number,
    "source_no": _Row.number,
    "difficulty": _Row.word,
    "channel": _Row.word,
    "demand_kind": _Row.word,
    "reporter_type": _Row.word,
    "solved": _Row.solved,
}


def _rejects(problems: Iterable[Problem]) -> bool:
    """Whether any of these keeps the row out."""
    return any(problem.rejects for problem in problems)


def _of_round(cell: Cell, number: int) -> Cell:
    """What a cell says of one round; all of it where it does not tell rounds apart."""
    if type(cell) is not str or not cell.startswith("首轮"):
        return cell
    parts = _ROUNDS.split(cell)[1:]
    return parts[number - 1] if number <= len(parts) else ""


def _date(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def before(one: date | datetime, other: date | datetime) -> bool:
    """Whether one was before the other; by days where one has no time of day."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one < other
    return _date(one) < _date(other)


def _grade(value: str, share: bool) -> int:
    """The grade 1 to 5 of points or of per cent; 0 when it is none."""
    number, unit = value.rstrip("%％分星级 "), value[-1:]
    try:
        points = float(number)
    except ValueError:
        return 0
    if unit in ("%", "％"):
        points /= 20
    elif 0 < points < 1 or (share and points == 1):
        points *= 5
    elif points > 10:
        points /= 20
    elif points > 5:
        points /= 2
    if not 0 < points <= 5:
        return 0
    return max(1, int(points + 0.5))


def numbers(rows: Iterator[SourceRow]) -> Iterator[SourceRow]:
    """The same rows; one whose foreign number stood in the file before gets the code duplicate_no."""
    first: dict[str, tuple[str, int]] = {}
    for row in rows:
        number = row.fields.get("source_no")
        if number:
            where = row.sheet, row.number
            earlier = first.setdefault(number, where)
            if earlier != where:
                message = f"{REJECTS['duplicate_no']}：{earlier[0]} 第 {earlier[1]} 行已有"
                again = Problem("duplicate_no", "source_no", message)
                row = row._replace(problems=(*row.problems, again))
        yield row
