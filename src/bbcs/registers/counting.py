"""Counts of a period beside the identity: by level, class, cause and channel, of slips, papers,
meetings, improvements, minutes. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from bbcs.domain.case import Round
from bbcs.domain.event import Event
from bbcs.domain.exclusion import RATES
from bbcs.domain.order import SORTS, misdirections
from bbcs.domain.pack import RulePack
from bbcs.domain.unit import UnitRef
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


def counted(books: PeriodBooks, office_wide: Sequence[Event], pack: RulePack) -> list[Count]:
    """Every count but those of the identity, in the order of PARTS. office_wide: the period's
    entries that belong to no case."""
    return [
        *received(books, pack),
        *_by_word(books, "Resolved", "outcome", "outcome", pack),
        *_by_word(books, "Refused", "reason", "refusal", pack),
        *_steering(books, office_wide),
        *_promises(books),
        *_exclusions(books),
        *_by_word(books, "Supervised", "kind", "supervision", pack),
        *_accountability(books, pack),
        *_improvements(books, office_wide),
        *_same_day(books),
    ]


def received(books: PeriodBooks, pack: RulePack) -> Iterator[Count]:
    """The cases registered in the period by level, channel, kind, difficulty and cause."""
    new = [entry for entry, _ in books.events("Registered")]
    of: Mapping[str, Callable[[RegisterEntry], Sequence[str]]] = {
        "level": lambda entry: [entry.level],
        "channel": lambda entry: [entry.case.registered.get("channel") or ""],
        "demand_kind": lambda entry: [entry.case.registered.get("demand_kind") or ""],
        "difficulty": lambda entry: [_first(entry).difficulty],
        "cause": lambda entry: _first(entry).cause or ("",),
    }
    for axis, words in of.items():
        yield from _tallied(
            axis, axis, ((word, entry.case.no) for entry in new for word in words(entry)), pack
        )


def _first(entry: RegisterEntry) -> Round:
    """The first round that was handled."""
    return entry.case.rounds[entry.case.first_round - 1]


def _by_word(
    books: PeriodBooks, kind: str, field: str, axis: str, pack: RulePack
) -> Iterator[Count]:
    words = (
        (event.data.get(field) or "", entry.case.no)
        for entry, event in books.events(kind)
        if not event.data.get("answer")
    )
    yield from _tallied(axis, axis, words, pack)


def _tallied(
    part: str, axis: str, found: Iterable[tuple[str, str]], pack: RulePack
) -> Iterator[Count]:
    """Counts by word, in the pack's order of words; those that were not said come last."""
    by_word: dict[str, list[str]] = {}
    for word, case_no in found:
        by_word.setdefault(word, []).append(case_no)
    order = [
        *pack.words.get(axis, {}),
        *sorted(word for word in by_word if word and word not in pack.words.get(axis, {})),
        "",
    ]
    for word in order:
        if word in by_word:
            yield Count(
                part,
                word,
                pack.label(axis, word) or "未定",
                len(by_word[word]),
                tuple(dict.fromkeys(by_word[word])),
            )


def _accountability(books: PeriodBooks, pack: RulePack) -> Iterator[Count]:
    """Incidents by the rows of the place's chart: a unit that was held to account in a case counts
    once, however many measures of the row it took; never who complained."""
    slips = [
        (event.data.get("kind"), entry.case.no, UnitRef.of(event.data["unit"]))
        for entry, event in books.events("Supervised")
        if not event.data.get("answer")
    ]
    for number, row in enumerate(pack.accountability, 1):
        units_of: dict[str, list[UnitRef]] = {}
        for kind, case_no, unit in slips:
            if kind in row.measures and not unit.among(units_of.get(case_no, ())):
                units_of.setdefault(case_no, []).append(unit)
        found = [case_no for case_no, units in units_of.items() for _ in units]
        measures = "、".join(pack.label("supervision", one) for one in row.measures)
        yield Count(
            "accountability",
            str(number),
            f"{row.trigger}：{measures}",
            len(found),
            tuple(dict.fromkeys(found)),
        )


_STEERED: Mapping[str, tuple[str, str]] = {
    "paused": ("Paused", "暂停"),
    "returned": ("Returned", "退回"),
    "forwarded": ("Forwarded", "转办"),
    "escalated": ("Escalated", "提级"),
}


def _steering(books: PeriodBooks, office_wide: Sequence[Event]) -> Iterator[Count]:
    for key, (kind, label) in _STEERED.items():
        yield _of("steering", key, label, [entry.case.no for entry, _ in books.events(kind)])
    yield from _reviewed(books)
    yield from _misdirected(books)
    granted = [
        entry.case.no
        for entry, event in books.events("ExtensionDecided")
        if event.data.get("granted")
    ]
    yield _of("steering", "extended", "延期", granted)
    yield from _same_operator(books)
    owed = [
        (entry.case.no, paper)
        for entry, event in books.events("AcceptedWithGaps")
        for paper in event.data.get("owe") or ()
    ]
    yield _of("steering", "gaps", "容缺材料（份）", [case_no for case_no, _ in owed])
    filled = [
        (entry.case.no, paper)
        for entry, event in books.events("GapFilled")
        for paper in event.data.get("filled") or ()
    ]
    yield _of("steering", "gaps_filled", "补来的材料（份）", [case_no for case_no, _ in filled])
    yield from _waived(books, office_wide)
    met = {event.data.get("meeting") or entry.case.no for entry, event in books.events("Convened")}
    cases = tuple(dict.fromkeys(entry.case.no for entry, _ in books.events("Convened")))
    yield Count("steering", "meetings", "会议（次）", len(met), cases)
    merged = [(event.data.get("group"), entry.case.no) for entry, event in books.events("Merged")]
    yield Count(
        "steering",
        "groups",
        "并案组（组）",
        len({name for name, _ in merged}),
        tuple(dict.fromkeys(no for _, no in merged)),
    )


def _misdirected(books: PeriodBooks) -> Iterator[Count]:
    """Orders handed down or sent to a unit that does not own the matter, and those a leader wanted
    so; nothing where there is none.
    """
    found = [
        (one.sort, entry.case.no, bool(event.data.get("override")))
        for entry, event in books.events("Assigned", "Forwarded")
        for one in misdirections(event.data.get("guarded"))
    ]
    for sort, label in SORTS.items():
        numbers = [case_no for own, case_no, _ in found if own == sort]
        if numbers:
            yield _of("steering", sort, f"{label}（单）", numbers)
    wanted = [case_no for _, case_no, overridden in found if overridden]
    if wanted:
        yield _of("steering", "overridden", "其中领导越过的（单）", wanted)


def _reviewed(books: PeriodBooks) -> Iterator[Count]:
    """Returns that were asked for, and how they were decided; nothing where none was asked for."""
    asked = [entry.case.no for entry, _ in books.events("ReturnAsked")]
    decided = books.events("ReturnDecided")
    approved = [entry.case.no for entry, event in decided if event.data.get("granted")]
    rejected = [entry.case.no for entry, event in decided if not event.data.get("granted")]
    if asked or decided:
        yield _of("steering", "return_asked", "申请退回", asked)
        yield _of("steering", "return_approved", "同意退回", approved)
        yield _of("steering", "return_rejected", "没同意退回", rejected)


def _same_operator(books: PeriodBooks) -> Iterator[Count]:
    """Decisions that the operator wrote down who had written the request; nothing where there is
    none.
    """
    numbers = [
        entry.case.no
        for entry, event in books.events("ReturnDecided", "ExtensionDecided")
        if event.data.get("same_operator")
    ]
    if numbers:
        yield _of("steering", "same_operator", "申请和决定是同一操作员记的", numbers)


def _promises(books: PeriodBooks) -> Iterator[Count]:
    """Promises made in the period, and those whose date lies in it: kept and broken."""
    made = [entry.case.no for entry, _ in books.events("Promised")]
    yield _of("promise", "promised", "作出的约定", made)
    for key, label, kept in (
        ("promises_kept", "到期兑现的", True),
        ("promises_broken", "到期没兑现的", False),
    ):
        numbers = [entry.case.no for entry, one in books.promises if one.kept is kept]
        yield _of("promise", key, label, numbers)


def _exclusions(books: PeriodBooks) -> Iterator[Count]:
    """Cases of the books that a leader left out of a rate, by rate."""
    for rate, label in RATES.items():
        numbers = [entry.case.no for entry in books.entries if rate in entry.excluded]
        if numbers:
            yield _of("exclusion", rate, f"不计入{label}率", numbers)


def _waived(books: PeriodBooks, office_wide: Sequence[Event]) -> Iterator[Count]:
    """A paper counts once for each case, and once for each item that a rule waives it for."""
    of_cases: dict[tuple[str, str], str] = {}
    rules: dict[tuple[str, str], str] = {}
    for entry, event in books.events("Exempted"):
        data, no = event.data, entry.case.no
        if data.get("scope") == "rule":
            rules.setdefault((data.get("item") or "", data["paper"]), no)
        elif not data.get("rule"):  # a rule that was brought to a case is that rule
            of_cases[no, data["paper"]] = no
    for event in office_wide:
        if event.kind == "Exempted":
            rules.setdefault((event.data["item"], event.data["paper"]), "")
    yield _of("steering", "waivers_case", "免予提供（只对本件）", list(of_cases.values()))
    named = tuple(dict.fromkeys(no for no in rules.values() if no))
    yield Count("steering", "waivers_rule", "免予提供（定为规则）", len(rules), named)


def _improvements(books: PeriodBooks, office_wide: Sequence[Event]) -> Iterator[Count]:
    """How many, and how many different classes and items they touch."""
    found = [
        *((entry.case.no, event) for entry, event in books.events("Improved")),
        *(("", one) for one in office_wide if one.kind == "Improved"),
    ]
    numbers = tuple(
        dict.fromkeys(
            no
            for case_no, event in found
            for no in (case_no, *(event.data.get("case") or ()))
            if no
        )
    )
    yield Count("improvement", "improvements", "改进（项次）", len(found), numbers)
    for key, label in (
        ("process_redesign", "流程再造"),
        ("rule_change", "规则修改"),
        ("service_extension", "服务延伸"),
    ):
        yield Count(
            "improvement", key, label, sum(event.data.get("kind") == key for _, event in found)
        )
    for key, field, label in (
        ("classes", "class", "涉及事项类别（不重复）"),
        ("items", "item", "涉及事项（不重复）"),
    ):
        yield Count(
            "improvement",
            key,
            label,
            len({one for _, event in found for one in event.data.get(field) or ()}),
        )


def _same_day(books: PeriodBooks) -> Iterator[Count]:
    spans = [
        (int((at - entry.case.received_at).total_seconds()) // 60, entry.case.no)
        for entry, at in _at_once(books)
    ]
    numbers = tuple(case_no for _, case_no in spans)
    yield Count("same_day", "cases", "当天办结（件）", len(spans), numbers)
    if spans:
        minutes = [one for one, _ in spans]
        yield Count("same_day", "shortest", "最快（分钟）", min(minutes), (min(spans)[1],))
        yield Count("same_day", "median", "中位（分钟）", round(median(minutes)), numbers)
        yield Count("same_day", "longest", "最慢（分钟）", max(minutes), (max(spans)[1],))


def _at_once(books: PeriodBooks) -> Iterator[tuple[RegisterEntry, Any]]:
    """First settlements on the day of receipt, where the time of receipt was noted."""
    for entry, event in books.events("Resolved"):
        received = entry.case.received_at
        first = event is entry.of("Resolved")[0]
        if first and received.date() == event.at.date() and (received.hour or received.minute):
            yield entry, event.at


def _of(part: str, key: str, label: str, numbers: Sequence[str]) -> Count:
    return Count(part, key, label, len(numbers), tuple(dict.fromkeys(numbers)))
