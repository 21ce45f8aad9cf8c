"""One line of a foreign ledger while its cells are read: fields, problems, state."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bbcs.domain import masking
from bbcs.domain.acts import TEXT, TITLE
from bbcs.ingest import dates, people, text
from bbcs.ingest.codes import REJECTS, WARNS, Problem
from bbcs.ingest.columns import DAYS, SourceColumn
from bbcs.ingest.sheets import Cell
from bbcs.ingest.vocabulary import Vocabulary, plain

WORD = 10
"""Longest text that is read as one word for a state; a longer one tells how it went."""

WORDS_SHOWN = 20
"""Characters of an unknown word that a warning repeats, masked first."""

BY_ROUND = (
    "difficulty", "measures", "outcome", "solved", "resolved_at", "callback_at", "callback_by", "satisfaction",
)  # fmt: skip
"""Columns that the register of a case that was handled again prints for each round: `首轮：…；第 2 轮：…`."""

_ROUNDS = re.compile(r"(?:^|；)(?:首轮|第 ?\d+ ?轮)：")
_REDONE = re.compile(r"第 ?(\d+) ?轮")

_PART_ENDS = {
    "年": re.compile(r"\s*年$"),
    "月": re.compile(r"\s*月份?$"),
    "日": re.compile(r"\s*[日号]$"),
}
"""What a part of a day may end with, by the header of its column (`PARTS`)."""

CLOSED = frozenset({"solved", "partly", "explained", "answered"})
"""States of a text about the result that say 办结."""


class RowReading:
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
        self.rounds: list[RowReading] = []
        self._cells: dict[str, tuple[str, Cell, bool]] = {}
        self._beside_name: tuple[list[str], str] = [], ""
        self._grades: list[tuple[str, str]] = []

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

    def dated(self, columns: Sequence[SourceColumn], cells: Sequence[Cell]) -> None:
        """Reads the parts of a day that stand in columns of their own."""
        text = ""
        for column in columns:
            cell = cells[column.at] if column.at < len(cells) else ""
            part = _PART_ENDS[column.word].sub("", people.digits(cell))
            text += f"{part}{column.word}" if part else ""
        if text:
            self.take(columns[0].field, "、".join(one.header for one in columns), text, share=False)

    def ticked(self, columns: Sequence[SourceColumn], cells: Sequence[Cell]) -> None:
        """Reads columns that are words of their own, one of them ticked."""
        meant: dict[str, list[SourceColumn]] = {}
        for column in columns:
            cell = cells[column.at] if column.at < len(cells) else ""
            sign = plain(text.clean(cell))
            if sign in self.words.ticks:
                meant.setdefault(column.field, []).append(column)
            elif sign not in self.words.no_ticks:
                self.keep(column.header, cell)
        for field, several in meant.items():
            if len(several) == 1:
                self.take(field, several[0].header, several[0].word, share=False)
                continue
            for column in several:
                self.keep(column.header, cells[column.at])
            self.problem("ticked_twice", field, "、".join(column.header for column in several))

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

    def reporter(self, field: str, header: str, cell: Cell) -> None:
        """A name; the numbers that stand beside it are phones."""
        name, numbers = people.name_and_phones(text.clean(cell))
        self._text(field, name)
        self._beside_name = numbers, header

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

    def _satisfaction(self, header: str, cell: Cell, share: bool) -> None:
        value = text.clean(cell)
        if value.casefold() in self.words.nothing:
            return
        grade = self.words.word("satisfaction", value) or grade_of(value, share)
        if grade:
            self.fields["satisfaction"] = int(grade)
            self.fields["satisfaction_text"] = value
        else:
            self.keep(header, cell)
            if not self.words.state(value) and value != "未评价":
                self._grades.append((header, value))

    # -- the whole row -----------------------------------------------------------------------------

    def finish(self) -> None:
        """What the fields say together: state, consultation, order of the days."""
        fields = self.fields
        self._phones_beside_name()
        self._unknown_grades()
        self._stated()
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
        if called and not rejects(self.problems):
            self._order_of_callback(called, resolved)

    def _phones_beside_name(self) -> None:
        """Adds the numbers that stood beside the name to those of the column of phones."""
        numbers, header = self._beside_name
        if not numbers:  # most rows
            return
        listed = self.fields.get("phone", "")
        known = {people.one_form(number) for number in masking.phone_numbers(listed)}
        more = [number for number in numbers if people.one_form(number) not in known]
        if more:
            self.phone("phone", header, "、".join(filter(None, [listed, *more])))

    @property
    def _person(self) -> Mapping[str, Any]:
        """What names the people of the row."""
        return {**self.fields, "extra": self.extra}

    def _unknown_grades(self, person: Mapping[str, Any] = {}) -> None:
        """Tells of words of satisfaction that nobody knows. person: of another row, if it is not of
        this one.
        """
        for header, value in self._grades:
            shown = _masked(value, person or self._person)
            self.problem("satisfaction_unknown", "satisfaction", f"{header}“{shown}”")

    def _stated(self) -> None:
        """What the row says about its end; a word that nobody knows is told, with what it is taken for."""
        fields = self.fields
        outcome = fields.get("outcome", "")
        word = fields.get("status") or outcome
        self.state = self.state_of(word) or self.state_of(outcome)
        measures = fields.get("measures", "")
        if not word and len(measures) <= WORD and self.state_of(measures) in CLOSED:
            self.state = self.state_of(measures)  # a table without a column for the result
        if self.state or not word:
            return
        solved, resolved = fields.get("solved", ""), fields.get("resolved_at")
        if resolved:
            ends = {"yes": "solved", "no": "explained", "partly": "partly"}
            self.state = ends.get(solved, "closed")
        told = solved in ("yes", "no", "partly") or self.words.word("outcome", word)
        if len(word) <= WORD and not told:
            taken = "已办结" if resolved else "未办结"
            self.problem(
                "state_unknown", "outcome", f"“{_masked(word, self._person)}”，按{taken}存"
            )

    def _later_rounds(self) -> None:
        """The rounds after the first, of a case that was handled again."""
        redo = self.fields.get("redo")
        redone = _REDONE.search(str(redo)) if redo else None
        texts = [
            cell for _, cell, _ in self._cells.values() if type(cell) is str and "轮：" in cell
        ]
        parts = [len(_ROUNDS.findall(text)) for text in texts]
        for number in range(2, max([int(redone[1]) if redone else 1, *parts]) + 1):
            one = RowReading(self.words, self.context, self.today, self.state_of)
            one.fields["received_at"] = self.fields.get("received_at")
            for field, (header, cell, share) in self._cells.items():
                one.take(field, header, _of_round(cell, number), share)
            one._unknown_grades(self._person)
            one.state = self.state_of(one.fields.get("outcome", "")) or "closed"
            self.problems += [each for each in one.problems if each not in self.problems]
            self.rounds.append(one)

    def _stray(self) -> bool:
        """Notes a day of settlement and a state that do not go together."""
        resolved, closed = self.fields.get("resolved_at"), self.state in (*CLOSED, "closed")
        if closed and not resolved and not self.consultation:
            self.problem("closed_without_date", "resolved_at")
        if resolved and self.state in ("open", "forwarded"):
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


_READERS: Mapping[str, Callable[[RowReading, str, str, Cell], None]] = {
    **dict.fromkeys(DAYS, RowReading.day),
    "reporter": RowReading.reporter,
    "phone": RowReading.phone,
    "id_number": RowReading.id_number,
    "source_no": RowReading.number,
    "difficulty": RowReading.word,
    "channel": RowReading.word,
    "demand_kind": RowReading.word,
    "reporter_type": RowReading.word,
    "solved": RowReading.word,
}


def rejects(problems: Iterable[Problem]) -> bool:
    """Whether any of these keeps the row out."""
    return any(problem.rejects for problem in problems)


def _masked(value: str, person: Mapping[str, Any]) -> str:
    """An unknown word as a warning repeats it: masked whole, then cut."""
    return masking.free_text(value, masking.known(person))[:WORDS_SHOWN]


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


def grade_of(value: str, share: bool) -> int:
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
