"""Counts of a period beside the identity: by level, class, cause and channel, of slips, papers,
meetings, improvements, minutes. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from bbcs.domain.acts.table import BY_VERB
from bbcs.domain.case import EXCLUDABLE, Round
from bbcs.domain.event import Event
from bbcs.domain.order import SORTS, UnitRef, misdirections
from bbcs.domain.pack import RulePack
from bbcs.record import Record
from bbcs.registers.books import PeriodBooks
from bbcs.registers.entry import RegisterEntry

PARTS: Mapping[str, str] = {
    "flow": "收办情况",
    "phase": "期末办到哪一步（本期的件）",
    "unit": "承办单位（本期登记的件）",
    "township": "乡镇、街道、村居（本期登记的件）",
    "level": "响应级别（本期登记的件）",
    "channel": "反映渠道（本期登记的件）",
    "demand_kind": "诉求类型（本期登记的件）",
    "difficulty": "难易程度（本期登记的件）",
    "cause": "办不成原因（本期登记的件，一件可有几个）",
    "outcome": "办理结果（本期办结，几次算几次）",
    "refusal": "不予受理理由",
    "repeat": "重复反映",
    "steering": "时限和协调",
    "promise": "约定（答应反映人的日期）",
    "exclusion": "剔除出比率的件",
    "supervision": "督办单（按种类）",
    "accountability": "问责（一件里一个单位算一起，用了几种措施都是一起）",
    "improvement": "举一反三",
    "consultation": "咨询（不是件，不与件数相除）",
    "same_day": "当天办结所用分钟（登记到办结；没记时分的不算）",
}
"""Part -> its heading, in the order of the report."""


class Count(Record):
    """One count with the cases behind it; a `key` is a word of the pack or the name of the
    count."""

    part: str
    key: str
    label: str
    number: int
    case_nos: Sequence[str] = ()

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "part": self.part,
            "key": self.key,
            "label": self.label,
            "count": self.number,
            "case_nos": list(self.case_nos),
        }


class CountSums:
    """The counts of a period beside the identity, added up case by case.

    words: part -> word -> the cases, one for each time. lists: count -> the cases, one for each
    thing that is counted. things: count -> different things -> a case of each.
    """

    def __init__(self, pack: RulePack) -> None:
        self._pack = pack
        self._words: dict[str, dict[str, list[str]]] = {}
        self._lists: dict[str, list[str]] = {}
        self._things: dict[str, dict[Any, str]] = {}
        self._improved: list[tuple[str, Mapping[str, Any]]] = []
        self._spans: list[tuple[int, str]] = []

    def add(self, books: PeriodBooks) -> None:
        """Add the cases of these books."""
        self._received(books)
        for kind, field, axis in _BY_WORD:
            for entry, event in books.events(kind):
                if not event.data.get("answer"):
                    self._word(axis, event.data.get(field) or "", entry.case.no)
        self._steered(books)
        self._waived(books)
        self._promised(books)
        self._accountable(books)
        for entry in books.entries:
            for rate in entry.excluded:
                self._list(f"exclusion.{rate}", entry.case.no)
        self._improved += [(one.case.no, event.data) for one, event in books.events("Improved")]
        self._spans += _same_day(books)

    def _word(self, part: str, word: str, case_no: str) -> None:
        self._words.setdefault(part, {}).setdefault(word, []).append(case_no)

    def _list(self, key: str, case_no: str) -> None:
        self._lists.setdefault(key, []).append(case_no)

    def _thing(self, key: str, thing: Any, case_no: str) -> None:
        self._things.setdefault(key, {}).setdefault(thing, case_no)

    def _received(self, books: PeriodBooks) -> None:
        for entry, _ in books.events("Registered"):
            fields, first, no = entry.case.registered, _first(entry), entry.case.no
            self._word("level", entry.level, no)
            self._word("channel", fields.get("channel") or "", no)
            self._word("demand_kind", fields.get("demand_kind") or "", no)
            self._word("difficulty", first.difficulty, no)
            for word in first.cause or ("",):
                self._word("cause", word, no)

    def _steered(self, books: PeriodBooks) -> None:
        for key, (kind, _) in _STEERED.items():
            for entry, _event in books.events(kind):
                self._list(key, entry.case.no)
        for entry, event in books.events("ReturnDecided"):
            granted = event.data.get("granted")
            self._list("return_approved" if granted else "return_rejected", entry.case.no)
        for entry, event in books.events("Assigned", "Forwarded"):
            for one in misdirections(event.data.get("guarded")):
                self._list(one.sort, entry.case.no)
                if event.data.get("override"):
                    self._list("overridden", entry.case.no)
        for entry, event in books.events("ExtensionDecided"):
            if event.data.get("granted"):
                self._list("extended", entry.case.no)
        for entry, event in books.events("ReturnDecided", "ExtensionDecided"):
            if event.data.get("same_operator"):
                self._list("same_operator", entry.case.no)
        for kind, field, key in _PAPERS:
            for entry, event in books.events(kind):
                for _paper in event.data.get(field) or ():
                    self._list(key, entry.case.no)
        for entry, event in books.events("Convened"):
            self._thing("meetings", event.data.get("meeting") or entry.case.no, entry.case.no)
            self._list("meetings", entry.case.no)
        for entry, event in books.events("Merged"):
            self._thing("groups", event.data.get("group"), entry.case.no)
            self._list("groups", entry.case.no)

    def _waived(self, books: PeriodBooks) -> None:
        """A paper counts once for each case, and once for each item that a rule waives it for."""
        for entry, event in books.events("Exempted"):
            data, no = event.data, entry.case.no
            if data.get("scope") == "rule":
                self._thing("waivers_rule", (data.get("item") or "", data["paper"]), no)
            elif not data.get("rule"):  # a rule that was brought to a case is that rule
                self._thing("waivers_case", (no, data["paper"]), no)

    def _promised(self, books: PeriodBooks) -> None:
        for entry, _ in books.events("Promised"):
            self._list("promised", entry.case.no)
        for entry, one in books.promises:
            self._list("promises_kept" if one.kept else "promises_broken", entry.case.no)

    def _accountable(self, books: PeriodBooks) -> None:
        """Incidents by the rows of the place's chart: a unit that was held to account in a case
        counts once, however many measures of the row it took; never who complained."""
        slips = [
            (event.data.get("kind"), entry.case.no, UnitRef.of(event.data["unit"]))
            for entry, event in books.events("Supervised")
            if not event.data.get("answer")
        ]
        for number, row in enumerate(self._pack.accountability, 1):
            units_of: dict[str, list[UnitRef]] = {}
            for kind, case_no, unit in slips:
                if kind in row.measures and not unit.among(units_of.get(case_no, ())):
                    units_of.setdefault(case_no, []).append(unit)
                    self._list(f"accountability.{number}", case_no)

    # -- the counts --------------------------------------------------------------------------------

    def counts(self, office_wide: Sequence[Event]) -> list[Count]:
        """Every count but those of the identity, in the order of PARTS. office_wide: the period's
        entries that belong to no case."""
        return [
            *(one for axis in _RECEIVED for one in self.tallied(axis)),
            *self.tallied("outcome"),
            *self.tallied("refusal"),
            *self._steering(office_wide),
            *(self._of("promise", key, label) for key, label in _PROMISES.items()),
            *self._exclusions(),
            *self.tallied("supervision"),
            *self._accountability(),
            *self._improvements(office_wide),
            *self._at_once(),
        ]

    def _of(self, part: str, key: str, label: str) -> Count:
        return count_of(part, key, label, self._lists.get(key, ()))

    def _known(self, labels: Mapping[str, str]) -> Iterator[Count]:
        """Those of these counts that are not nought."""
        return (
            self._of("steering", key, label) for key, label in labels.items() if key in self._lists
        )

    def _different(self, key: str, label: str) -> Count:
        different = self._things.get(key, {})
        cases = self._lists.get(key) or [no for no in different.values() if no]
        return Count("steering", key, label, len(different), tuple(dict.fromkeys(cases)))

    def tallied(self, axis: str) -> Iterator[Count]:
        """Counts by word, in the pack's order of words; cases without a word come last."""
        by_word, words = self._words.get(axis, {}), self._pack.words.get(axis, {})
        strange = sorted(word for word in by_word if word and word not in words)
        for word in (*words, *strange, ""):
            if word in by_word:
                yield count_of(axis, word, self._pack.label(axis, word) or "未定", by_word[word])

    def _steering(self, office_wide: Sequence[Event]) -> Iterator[Count]:
        for event in office_wide:
            if event.kind == "Exempted":
                self._thing("waivers_rule", (event.data["item"], event.data["paper"]), "")
        for key in ("paused", "returned", "forwarded", "escalated"):
            yield self._of("steering", key, _STEERED[key][1])
        if any(key in self._lists for key in _REVIEWED):
            yield from (self._of("steering", key, label) for key, label in _REVIEWED.items())
        sorts = {sort: f"{label}（单）" for sort, label in SORTS.items()}
        yield from self._known({**sorts, "overridden": "其中领导越过的（单）"})
        yield self._of("steering", "extended", "延期")
        same = {"same_operator": "申请和决定是同一操作员记的"}
        yield from self._known(same)
        yield self._of("steering", "gaps", "容缺材料（份）")
        yield self._of("steering", "gaps_filled", "补来的材料（份）")
        yield self._different("waivers_case", "免予提供（只对本件）")
        yield self._different("waivers_rule", "免予提供（定为规则）")
        yield self._different("meetings", "会议（次）")
        yield self._different("groups", "并案组（组）")

    def _exclusions(self) -> Iterator[Count]:
        """Cases of the books that a leader left out of a rate, by rate."""
        for rate, label in EXCLUDABLE.items():
            numbers = self._lists.get(f"exclusion.{rate}")
            if numbers:
                yield count_of("exclusion", rate, f"不计入{label}率", numbers)

    def _accountability(self) -> Iterator[Count]:
        for number, row in enumerate(self._pack.accountability, 1):
            measures = "、".join(self._pack.label("supervision", one) for one in row.measures)
            numbers = self._lists.get(f"accountability.{number}", ())
            yield count_of("accountability", str(number), f"{row.trigger}：{measures}", numbers)

    def _improvements(self, office_wide: Sequence[Event]) -> Iterator[Count]:
        """How many, and how many different classes and items they touch."""
        improvements = [
            *self._improved,
            *(("", one.data) for one in office_wide if one.kind == "Improved"),
        ]
        named = [
            no for case_no, data in improvements for no in (case_no, *(data.get("case") or ()))
        ]
        numbers = tuple(dict.fromkeys(no for no in named if no))
        yield Count("improvement", "improvements", "改进（项次）", len(improvements), numbers)
        for key, label in _IMPROVED.items():
            number = sum(data.get("kind") == key for _, data in improvements)
            yield Count("improvement", key, label, number)
        for key, field, label in _TOUCHED:
            different = {one for _, data in improvements for one in data.get(field) or ()}
            yield Count("improvement", key, label, len(different))

    def _at_once(self) -> Iterator[Count]:
        spans, numbers = self._spans, tuple(case_no for _, case_no in self._spans)
        yield Count("same_day", "cases", "当天办结（件）", len(spans), numbers)
        if spans:
            minutes = [one for one, _ in spans]
            yield Count("same_day", "shortest", "最快（分钟）", min(minutes), (min(spans)[1],))
            yield Count("same_day", "median", "中位（分钟）", round(median(minutes)), numbers)
            yield Count("same_day", "longest", "最慢（分钟）", max(minutes), (max(spans)[1],))


_RECEIVED = ("level", "channel", "demand_kind", "difficulty", "cause")
"""Parts that tell of the cases registered in the period."""

_BY_WORD = (
    ("Resolved", "outcome", "outcome"),
    ("Refused", "reason", "refusal"),
    ("Supervised", "kind", "supervision"),
)
"""Kind of entry, its field, the part that is counted by the words of that field."""

_STEERED: Mapping[str, tuple[str, str]] = {
    "paused": ("Paused", "暂停"),
    "returned": ("Returned", "退回"),
    "forwarded": ("Forwarded", "转办"),
    "escalated": ("Escalated", "提级"),
    "return_asked": ("ReturnAsked", "申请退回"),
}
"""Count -> the kind of entry that is counted, and what people read."""

_REVIEWED: Mapping[str, str] = {
    "return_asked": "申请退回",
    "return_approved": "同意退回",
    "return_rejected": "没同意退回",
}
"""Returns that were asked for, and how they were decided; nothing where none was asked for."""

_PAPERS = (("AcceptedWithGaps", "owe", "gaps"), ("GapFilled", "filled", "gaps_filled"))
"""Kind of entry, its field with papers, the count."""

_PROMISES: Mapping[str, str] = {
    "promised": "作出的约定",
    "promises_kept": "到期兑现的",
    "promises_broken": "到期没兑现的",
}
"""Promises made in the period, and those whose date lies in it: kept and broken."""

_IMPROVED = next(field.choices for field in BY_VERB["improve"].fields if field.name == "kind")
"""Kind of an improvement -> what people read."""

_TOUCHED = (
    ("classes", "class", "涉及事项类别（不重复）"),
    ("items", "item", "涉及事项（不重复）"),
)


def _first(entry: RegisterEntry) -> Round:
    """The first round that was handled."""
    return entry.case.rounds[entry.case.first_round - 1]


def _same_day(books: PeriodBooks) -> Iterator[tuple[int, str]]:
    """Minutes of the first settlements on the day of receipt, where its time was noted."""
    for entry, event in books.events("Resolved"):
        received = entry.case.received_at
        first = event is entry.of("Resolved")[0]
        if first and received.date() == event.at.date() and (received.hour or received.minute):
            yield int((event.at - received).total_seconds()) // 60, entry.case.no


def count_of(part: str, key: str, label: str, numbers: Sequence[str]) -> Count:
    """The count of these cases, one for each time."""
    return Count(part, key, label, len(numbers), tuple(dict.fromkeys(numbers)))
