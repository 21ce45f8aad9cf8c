"""Turns a row of a foreign ledger into the events that it proves, with their own dates, and no
more.

The gates of a pack hold what is done here and now; an old book tells what was done long ago, so its
rows pass them. What a row does not say is left out, and `check` finds it. A step whose day is not
written is dated by the last day that the row tells before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from bbcs.calendar.dates import CST
from bbcs.domain import masking
from bbcs.domain.acts import TITLE
from bbcs.domain.case import SOLVED
from bbcs.domain.decide.imported_extension import extensions
from bbcs.domain.decide.request import filled
from bbcs.domain.event import Draft
from bbcs.domain.order import UnitRef
from bbcs.domain.pack import COLUMNS, RulePack
from bbcs.domain.station import split_units
from bbcs.errors import UnknownWord
from bbcs.record import Record

ANONYMOUS = ("匿名", "（匿名）", "(匿名)", "不愿透露")
_FIRMS = ("公司", "合作社", "商行", "经营部", "加工厂", "集团")
_WINDOW = ("窗口", "本窗口", "“办不成事”窗口", "办不成事窗口")
_KINDS_OF_OUTCOME = {
    "solved": "solved", "answered": "solved", "partly": "partly", "explained": "explained",
}  # fmt: skip
_LEFT = {"withdrawn": "Withdrawn", "transferred": "TransferredOut", "voided": "Voided"}
_NOT_SETTLED = frozenset({"open", "forwarded", "refused", *_LEFT})

IN_REGISTER = (
    "received_by", "limit", "due", "overdue_days", "extension", "supervision", "redo", "archived", "status",
    "level",
)  # fmt: skip
"""Columns that prove no event of their own; their text is kept under the usual header."""


class ImportedRow(Record):
    """What a row says, cleaned: canonical column -> text, day, moment, grade or key of a word.

    extra: header -> text of everything else. state, rounds: see `ingest.records`.
    """

    fields: Mapping[str, Any]
    extra: Mapping[str, str]
    state: str
    consultation: bool = False
    rounds: tuple[tuple[Mapping[str, Any], str], ...] = ()


class Proved(Record):
    """The events of a row, and what was noticed: (code, field, what).

    extra: what is kept beside the case.
    """

    drafts: tuple[Draft, ...]
    noticed: tuple[tuple[str, str, str], ...] = ()


class _Reading:
    """One row being turned into events."""

    def __init__(self, row: ImportedRow, pack: RulePack, unit: Callable[[str], UnitRef]) -> None:
        self.row, self.pack, self.unit = row, pack, unit
        self.fields = dict(row.fields)
        self.extra = dict(row.extra)
        self.noticed: list[tuple[str, str, str]] = []
        self.received = _moment(self.fields["received_at"])
        self.last = self.received

    def keep(self, field: str, text: object) -> None:
        """Keeps what proves no event under the usual header of its column."""
        if text not in (None, ""):
            name = COLUMNS.get(field, "办理状态")
            self.extra.setdefault(name, _plain(text))

    def word(self, axis: str, field: str) -> str | None:
        """The key of a word if the pack has it; else its text is kept and noticed."""
        key = self.fields.get(field)
        if key is None:
            return None
        if key in self.pack.words.get(axis, {}):
            return str(key)
        text = str(self.fields.get(f"{field}_text", key))
        self.keep(field, text)
        self.noticed.append(("word_unknown", field, f"{COLUMNS[field]}“{text}”"))
        return None

    def at(self, field: str) -> datetime:
        """The moment of a column, or the last one before it where nothing is written; it is the
        last one then.

        A day alone that is the day of the last one leaves the time of day open: it is not before.
        """
        written = self.fields.get(field)
        at = _moment(written) if written else self.last
        if not isinstance(written, datetime) and at.date() == self.last.date():
            at = self.last
        self.last = max(self.last, at)
        return at


def _moment(day: date | datetime) -> datetime:
    """A day or a moment of a table as a moment here; a day alone begins at midnight."""
    if isinstance(day, datetime):
        return day.replace(tzinfo=CST)
    return datetime(day.year, day.month, day.day, tzinfo=CST)


def _plain(value: object) -> str:
    """A value as text: days in ISO, moments with a blank."""
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return str(value)


def proved(row: ImportedRow, pack: RulePack, unit: Callable[[str], UnitRef]) -> Proved:
    """The events that a row proves, the registration first; of a consultation only that it was.

    unit: the unit that a name means. The row tells at least a day and a matter or a demand.
    """
    reading = _Reading(row, pack, unit)
    if row.consultation:
        return Proved((_consulted(reading),), tuple(reading.noticed))
    events = [
        *_decided(reading), *_handled(reading), *_extended(reading), *_settled(reading),
        *_called(reading),
    ]  # fmt: skip
    redone = [event for later in row.rounds for event in _redone(reading, *later)]
    events += [*redone, *_struck_off(reading)]
    for field in IN_REGISTER:
        if field in reading.fields:
            reading.keep(field, reading.fields[field])
    return Proved((_registered(reading), *events), tuple(reading.noticed))


# -- the registration ------------------------------------------------------------------------------


def _registered(reading: _Reading) -> Draft:
    fields = reading.fields
    matter, demand = _texts(fields)
    reporter = fields.get("reporter", "")
    hidden = (
        reporter == masking.HIDDEN
    )  # a register that was printed here hides who complained about staff
    anonymous = reporter in ("", *ANONYMOUS) or hidden
    data = filled(
        matter=matter,
        demand=demand,
        reporter=None if anonymous else reporter[:TITLE],
        anonymous=anonymous or None,
        reporter_type=_reporter_type(fields, reporter),
        track="conduct" if hidden else None,
        phone=fields.get("phone"),
        id_number=fields.get("id_number"),
        address=(fields.get("address") or "")[:TITLE],
        channel=reading.word("channel", "channel"),
        demand_kind=reading.word("demand_kind", "demand_kind"),
        source_no=(fields.get("source_no") or "")[:TITLE],
        remark=fields.get("remark"),
        pack=reading.pack.key,
        pack_edition=reading.pack.edition,
        extra=reading.extra,
    )
    return Draft("Registered", reading.received, data)


def _texts(fields: Mapping[str, Any]) -> tuple[str, str]:
    """Matter and demand; each stands for the other where only one is written."""
    demand = fields.get("demand") or fields["matter"]
    matter = fields.get("matter") or demand.partition("\n")[0]
    return matter.partition("\n")[0][:TITLE], demand


def _reporter_type(fields: Mapping[str, Any], reporter: str) -> str | None:
    if fields.get("reporter_type"):
        return str(fields["reporter_type"])
    return "enterprise" if reporter.endswith(_FIRMS) else None


def _consulted(reading: _Reading) -> Draft:
    """The consultation; what else the row says is kept with it."""
    fields, matter = reading.fields, _texts(reading.fields)[1]
    for field in (
        "reporter",
        "phone",
        "id_number",
        "address",
        "matter",
        "outcome",
        "resolved_at",
        "remark",
    ):
        reading.keep(field, fields.get(field))
    unit = fields.get("lead_unit")
    data = filled(
        matter=matter,
        visitors=1,
        answered=1,
        channel=reading.word("channel", "channel"),
        unit=_pair(reading, unit) if unit and unit not in _WINDOW else None,
        source_no=fields.get("source_no"),
        extra=reading.extra,
    )
    return Draft("Consulted", reading.received, data)


# -- the handling ----------------------------------------------------------------------------------


def _decided(reading: _Reading) -> Iterator[Draft]:
    if reading.row.state == "refused":
        reading.keep("outcome", reading.fields.get("outcome"))
        yield Draft("Refused", reading.at("resolved_at"), {})
        return
    yield Draft("Accepted", reading.received, {})
    difficulty = reading.word("difficulty", "difficulty")
    opinion = reading.fields.get("opinion")
    if difficulty:
        causes = _causes(reading)
        yield Draft(
            "Triaged",
            reading.received,
            filled(difficulty=difficulty, cause=causes, opinion=opinion),
        )
        return
    reading.keep("opinion", opinion)
    reading.keep("cause", reading.fields.get("cause"))


def _causes(reading: _Reading) -> list[str]:
    """The causes that the pack knows; where one is unknown, the whole text is kept."""
    text = reading.fields.get("cause")
    if not text:
        return []
    parts = [part.strip() for part in str(text).replace("，", "、").replace(",", "、").split("、")]
    causes = []
    for part in filter(None, parts):
        try:
            causes.append(reading.pack.word("cause", part).key)
        except UnknownWord:
            reading.keep("cause", text)
    return list(dict.fromkeys(causes))


def _handled(reading: _Reading) -> Iterator[Draft]:
    if reading.row.state == "refused":
        for field in ("lead_unit", "assisting_units", "handler", "measures"):
            reading.keep(field, reading.fields.get(field))
        return
    fields = reading.fields
    lead, assist = fields.get("lead_unit"), _units(reading, fields.get("assisting_units"))
    if lead and lead not in _WINDOW:
        data = filled(
            lead=_pair(reading, lead), assist=assist, handler=(fields.get("handler") or "")[:TITLE]
        )
        yield Draft("Assigned", reading.at("assigned_at"), data)
    else:
        for field in ("assisting_units", "handler", "assigned_at"):
            reading.keep(field, fields.get(field))
    if fields.get("first_feedback_at"):
        yield Draft("FedBack", reading.at("first_feedback_at"), {"stage": "first"})
    if not _is_settled(reading):
        yield from _steps(reading)


def _units(reading: _Reading, text: object) -> list[list[str]]:
    return [_pair(reading, name) for name in split_units(str(text))] if text else []


def _pair(reading: _Reading, name: str) -> list[str]:
    unit = reading.unit(masking.free_text(str(name))[:TITLE])  # it is public: no phone in it
    return [unit.code, unit.name]


def _steps(reading: _Reading) -> Iterator[Draft]:
    """What was done about a case that is not settled: `环节：结果` for each step, else one step of the
    kind `other`.
    """
    text = reading.fields.get("measures")
    steps = reading.pack.words.get("step", {})
    if not text:
        return
    by_label = {word.label: word.key for word in steps.values()}
    parts = [part.partition("：") for part in str(text).split("；")]
    if all(label in by_label for label, _, _ in parts):
        for label, _, result in parts:
            yield Draft("Stepped", reading.last, filled(kind=by_label[label], result=result))
    elif "other" in steps:
        yield Draft("Stepped", reading.last, {"kind": "other", "result": text})
    else:
        reading.keep("measures", text)


def _extended(reading: _Reading) -> Iterator[Draft]:
    """The extensions that the row dates; one that was taken in hand only."""
    text, resolved = reading.fields.get("extension"), reading.fields.get("resolved_at")
    if not text or reading.row.state == "refused":
        return
    over = _moment(resolved) if resolved else None
    for draft in extensions(str(text), reading.received, over, reading.last):
        reading.last = max(reading.last, draft.at)
        yield draft


# -- the end ---------------------------------------------------------------------------------------


def _is_settled(reading: _Reading) -> bool:
    return bool(reading.fields.get("resolved_at")) and reading.row.state not in _NOT_SETTLED


def _settled(reading: _Reading) -> Iterator[Draft]:
    fields, state = reading.fields, reading.row.state
    outcome = fields.get("outcome", "")
    if state in _LEFT:
        reading.keep("outcome", outcome)
        yield Draft(_LEFT[state], reading.at("resolved_at"), {})
        return
    if not _is_settled(reading):
        if state != "refused":
            reading.keep("outcome", outcome)
            reading.keep("resolved_at", fields.get("resolved_at"))
        reading.keep("solved", SOLVED.get(fields.get("solved", "")))
        return
    word = _outcome(reading, outcome)
    key = word.key if word else None
    if outcome and (word is None or outcome != word.label):
        reading.keep("outcome", outcome)
    data = filled(
        outcome=key,
        counts_as=word.counts_as if word else None,
        measures=fields.get("measures") or (outcome if word is None else None),
    )
    yield Draft("Resolved", reading.at("resolved_at"), data)


def _outcome(reading: _Reading, text: str) -> Any:
    """The word of the pack that a text about the result names, else the first one that counts as
    the row's state.
    """
    pack, state = reading.pack, reading.row.state
    for one in pack.words.get("outcome", {}).values():
        if text and (text in (one.key, one.label) or text in one.aliases):
            return one
    counts_as = _KINDS_OF_OUTCOME.get(state, "")
    solved = reading.fields.get("solved")
    if solved and counts_as == "solved":  # 已办结, and another column says whether it was solved
        counts_as = {"yes": "solved", "partly": "partly", "no": ""}[solved]
    words = pack.words.get("outcome", {}).values()
    return next((one for one in words if counts_as and one.counts_as == counts_as), None)


def _called(reading: _Reading) -> Iterator[Draft]:
    fields = reading.fields
    grade = fields.get("satisfaction")
    if not fields.get("callback_at") or reading.row.state in ("refused", *_LEFT):
        reading.keep("callback_at", fields.get("callback_at"))
        reading.keep("satisfaction", fields.get("satisfaction_text"))
        reading.keep("callback_by", fields.get("callback_by"))
        return
    words = reading.pack.words.get("grade", {}).values()
    word = next((one for one in words if grade and one.value == grade), None)
    if grade and word is None:
        reading.keep("satisfaction", fields.get("satisfaction_text"))
    data = filled(
        solved=fields.get("solved"),
        grade=word.key if word else None,
        satisfaction=grade,
        satisfied=word.satisfied if word else None,
        by=(fields.get("callback_by") or "")[:TITLE],
    )
    yield Draft("CalledBack", reading.at("callback_at"), data)


def _redone(reading: _Reading, fields: Mapping[str, Any], state: str) -> Iterator[Draft]:
    """A round after the first: that it was opened, how it was settled, the call."""
    yield Draft("Reopened", reading.last, {})
    before = reading.fields.get("difficulty")
    kept = {name: value for name, value in reading.fields.items() if name not in _OF_ROUND}
    reading.fields, reading.row = {**kept, **fields}, reading.row._replace(state=state)
    difficulty = reading.word("difficulty", "difficulty")
    if difficulty and difficulty != before:
        yield Draft("Triaged", reading.last, {"difficulty": difficulty})
    if not _is_settled(reading):
        yield from _steps(reading)
    yield from _settled(reading)
    yield from _called(reading)


_OF_ROUND = frozenset(
    {
        "measures",
        "outcome",
        "solved",
        "resolved_at",
        "callback_at",
        "callback_by",
        "satisfaction",
        "satisfaction_text",
    }
)


def _struck_off(reading: _Reading) -> Iterator[Draft]:
    """销号 and 归档 of a settled case, as the register prints them: `已销号`, `已归档 2026-015（…）`."""
    text = str(reading.fields.get("archived") or "")
    if not text or not _is_settled(reading) or text in ("否", "×"):
        return
    archived = text.startswith("已归档")
    if not (archived or text.startswith("已销号") or text in ("是", "√")):
        return
    how = next(
        (
            one.key
            for one in reading.pack.words.get("close_how", {}).values()
            if text.endswith(f"（{one.label}）")
        ),
        "normal",
    )
    yield Draft("Closed", reading.last, {"how": how})
    if archived:
        number = text.removeprefix("已归档").partition("（")[0].strip()
        yield Draft("Archived", reading.last, filled(no=number[:TITLE]))
