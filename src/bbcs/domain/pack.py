"""RulePack: the rules of one place as values; matches the conditions of a rule (`for`) with a case,
and those of two rules with each other.

`bbcs.config.schema` reads it from TOML; `bbcs.domain.pack_checks` lists its defects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from bbcs.errors import UnknownWord
from bbcs.record import Record

ITEM = "item"

SEVERAL = ("cause", ITEM)
"""The keys of which a case may have several values at once."""

ROUND = "round"


def matches(wanted: Mapping[str, str], facts: Mapping[str, Any]) -> bool:
    """Whether the facts of a case fit every key of `wanted`.

    facts: one value for each key, of `SEVERAL` a tuple. The round is a number; "2" fits that
    round, "2+" also later ones.
    """
    for key, value in wanted.items():  # noqa: SIM110 - `all` takes twice the time, for each clock
        if not _fits(key, value, facts.get(key)):
            return False
    return True


def _fits(key: str, wanted: str, fact: Any) -> bool:
    if key in SEVERAL:
        return wanted in (fact or ())
    if key != ROUND:
        return bool(fact == wanted)
    if not isinstance(fact, int):
        return False
    first = first_round(wanted)
    return fact == first or (fact > first and wanted.endswith("+"))


def meet(one: Mapping[str, str], other: Mapping[str, str], *, one_cause: bool = False) -> bool:
    """Whether some case fits both, asked with the facts that most likely fit.

    one_cause: of several causes of a case only one counts.
    """
    facts: dict[str, Any] = {**one, **other}
    both = [rule for rule in (one, other) if ROUND in rule]
    if both:
        facts[ROUND] = max(first_round(rule[ROUND]) for rule in both)
    for key in SEVERAL:
        values = tuple(rule[key] for rule in (one, other) if key in rule)
        facts[key] = values[:1] if one_cause and key == "cause" else values
    return matches(one, facts) and matches(other, facts)


def is_round(text: str) -> bool:
    """Whether the text is a condition on the round: a number from 1, or such a number and "+"."""
    low = text.removesuffix("+")
    return low.isdecimal() and int(low) > 0


def first_round(text: str) -> int:
    """The first round that a condition fits. Only for texts that are one (`is_round`)."""
    return int(text.removesuffix("+"))


AXES: Mapping[str, str] = {
    "channel": "反映渠道",
    "demand_kind": "诉求类型",
    "difficulty": "难易程度",
    "cause": "办不成原因",
    "outcome": "办理结果",
    "refusal": "不予受理理由",
    "pause": "暂停事由",
    "step": "办理环节",
    "notice": "告知种类",
    "level": "响应级别",
    "grade": "满意度",
    "colour": "颜色",
    "supervision": "督办种类",
    "close_how": "结案方式",
}
"""Word axis -> what it is called to people."""

GATES: Mapping[str, str] = {
    "sign": "承办单位签收后才能办理",
    "triage": "研判后才能交办、办结",
    "cause": "研判须写明办不成原因",
    "callback": "回访后才能结案",
    "satisfied": "回访满意才能结案",
    "second_signer": "否定答复须第二人签字",
    "tell_before_extend": "延期前须告知反映人",
    "final_feedback": "结案前须最终答复",
    "archive_no": "归档须有归档号",
    "real_name": "登记须实名，不收匿名反映",
    "phone": "登记须有联系电话",
    "id_number": "登记须有身份证号",
    "address": "登记须有地址",
    "gap_approver": "容缺须有批准人",
    "return_review": "退回须经窗口审核",
}
"""Gate -> what it holds back while it is on."""

COUNTED: Mapping[str, str] = {
    "received": "受理（件）",
    "overdue": "超期（件）",
    "dissatisfied": "回访不满意（次）",
    "redo": "重办（次）",
    "returned": "退回（次）",
    "supervised": "督办（次）",
}
"""What a row of the accountability chart may count -> what people read."""

PER: Mapping[str, str] = {
    "unit": "承办单位",
    "failed_unit": "原来没办成的单位",
    "failed_window": "原来没办成的窗口",
}
"""For whom it counts: the unit that leads, gives back or is supervised, or where it had failed."""

WINDOWS: Mapping[str, str] = {"month": "月", "quarter": "季度", "year": "年"}
"""Window of time in which it counts."""

AT_INTAKE: Mapping[str, tuple[str, str]] = {
    "real_name": ("reporter", "反映人"),
    "phone": ("phone", "联系电话"),
    "id_number": ("id_number", "身份证号"),
    "address": ("address", "地址"),
}
"""Gate -> the field of the intake that it wants, and what people call that."""

UNITS: Mapping[str, str] = {
    "minute": "分钟",
    "hour": "小时",
    "working_day": "个工作日",
    "calendar_day": "个自然日",
    "month": "个月",
    "same_day": "当日",
    "close_of_business": "当日下班前",
    "promised": "按事项承诺时限",
    "set": "按定下的日期",
    "none": "不限时，跟踪到办结",
}
"""Clock unit -> Chinese."""

ON_THE_SPOT = frozenset({"minute", "same_day", "close_of_business"})
"""Units of a handling limit that means: done at once."""

DUE = "due:"
"""Before the name of a clock in `start`: counted from the due date of that clock."""

AT_KEYS: Mapping[str, str] = {
    "difficulty": "研判定为这个难易程度",
    "units": "本轮交办到几个单位",
    "bounces": "被退回几次",
    "redo": "重办几次",
    "transfers": "被转办几次",
}
"""Key of a level word's `at` -> its trigger: that difficulty, or at least that number."""

NUMBER_KEYS: Mapping[str, str] = {
    "case": "pattern",
    "notice": "notice",
    "slip": "slip",
    "meeting": "minutes_no",
    "order": "order_no",
    "transfer": "transfer_no",
    "result": "result_no",
}
"""Kind of paper that may have serials of its own -> the key of [number] with their pattern."""

COLUMNS: Mapping[str, str] = {
    "seq": "序号",
    "case_no": "受理编号",
    "received_at": "受理时间",
    "channel": "反映渠道",
    "reporter": "反映人",
    "phone": "联系电话",
    "reporter_type": "反映人类别",
    "matter": "反映事项",
    "demand": "反映内容及诉求",
    "difficulty": "问题类别",
    "cause": "办不成原因",
    "received_by": "受理人",
    "opinion": "研判意见",
    "lead_unit": "承办单位",
    "assisting_units": "协办单位",
    "handler": "承办人",
    "assigned_at": "交办时间",
    "limit": "办理时限",
    "due": "到期日",
    "first_feedback_at": "首次反馈时间",
    "measures": "办理过程及措施",
    "outcome": "办理结果",
    "solved": "是否解决",
    "resolved_at": "办结时间",
    "overdue_days": "是否超期（天数）",
    "extension": "延期情况",
    "supervision": "督办情况",
    "callback_at": "回访时间",
    "callback_by": "回访人",
    "satisfaction": "满意度",
    "redo": "是否重办",
    "archived": "销号归档",
    "remark": "备注",
    "source_no": "原编号",
    "id_number": "身份证号",
    "address": "地址",
    "demand_kind": "诉求类型",
    "number": "文号",
    "level": "响应级别",
    "returned": "退回情况",
}
"""Canonical column of the work register -> its usual header, in print order.

A pack's `[register.NAME]` gives the place's own headers.
"""

COLUMN_SYNONYMS: Mapping[str, str] = {
    "accepted_by": "received_by",
    "triage_note": "opinion",
    "limit_text": "limit",
    "actions": "measures",
    "extensions": "extension",
    "struck_off": "archived",
}
"""Second name of a column, accepted in a pack -> the name it is stored under."""


def limit_text(limit: int, unit: str) -> str:
    """A limit as people say it: “10 个工作日”.

    Of `set` with a number: the one that holds until a date is set.
    """
    if unit == "set" and limit:
        return f"{UNITS[unit]}（没定时 {limit} {UNITS['working_day']}）"
    return f"{limit} {UNITS[unit]}" if limit else UNITS[unit]


class Word(Record):
    """One word of one axis. `proposed`: not stated by the place's source, an office may change it.

    outcome: `counts_as` solved | explained | partly | terminated, `needs_basis` (basis and remedy
    route must be given). refusal: `needs_basis`, `remedy` (the remedy route must be named). level:
    `who`, `trigger` (text), `at` (AT_KEYS; any one key met proposes the level). grade: `value` 1-5,
    `satisfied`, `bad`.
    """

    axis: str
    key: str
    label: str
    aliases: tuple[str, ...] = ()
    source: str = ""
    proposed: bool = False
    counts_as: str = ""
    needs_basis: bool = False
    remedy: bool = False
    who: str = ""
    trigger: str = ""
    at: Mapping[str, str] = {}
    value: int = 0
    satisfied: bool = False
    bad: bool = False


class Threshold(Record):
    """A warning colour: from `left` units before the due date on.

    0 = on the day, -1 = the day after.
    """

    left: int
    colour: str


class Clock(Record):
    """A limit: `limit` x `unit` from the first of the events `start` until the first of `stop`.

    For cases that match every key of `for_`.

    start, stop: each an event kind, or a kind and its word: `FedBack.final`, `Notified.result`,
    `Stepped.site_check`. start may also be `due:resolve` alone: the due date of that clock.
    limit: of the unit `set`, working days that hold while no date was set, and that a prompt
    suggests; 0 = none.
    for_: difficulty | cause | demand_kind | outcome | grade | order (word keys; order = lead |
    assist | relay | whistle), track (normal | conduct), item (a name) and round ("1", "2+").
    """

    name: str
    limit: int
    unit: str
    start: tuple[str, ...]
    stop: tuple[str, ...]
    for_: Mapping[str, str] = {}
    pausable: bool = False
    warnings: tuple[Threshold, ...] = ()
    hours: str = "wall"
    source: str = ""
    proposed: bool = False

    @property
    def limit_text(self) -> str:
        """The limit as people say it: “10 个工作日”."""
        return limit_text(self.limit, self.unit)

    @property
    def source_clock(self) -> str:
        """The clock from whose due date it is counted; "" where it starts at an event."""
        first = self.start[0] if self.start else ""
        return first.removeprefix(DUE) if len(self.start) == 1 and first.startswith(DUE) else ""

    def matches(self, facts: Mapping[str, Any]) -> bool:
        """Whether the clock is for a case with these facts."""
        return not self.for_ or matches(self.for_, facts)


def most_specific(clocks: Iterable[Clock], facts: Mapping[str, Any]) -> Clock | None:
    """The one of these clocks of one name that is for a case with these facts."""
    fitting = [clock for clock in clocks if not clock.for_ or matches(clock.for_, facts)]
    if len(fitting) < 2:
        return fitting[0] if fitting else None
    return max(fitting, key=lambda clock: len(clock.for_))


class ExtensionRule(Record):
    """How a deadline may be extended.

    days: the largest total (total_cap) or the largest addition (additional).
    """

    mode: str = "none"
    days: int = 0
    max_count: int = 0
    cutoff: str = ""
    approver: str = ""
    for_: Mapping[str, str] = {}
    source: str = ""
    proposed: bool = False


class CallbackRule(Record):
    """Callback rules: share in per cent, most attempts, days to spread them over, callers."""

    share: int = 100
    attempts: int = 3
    days: int = 1
    not_by_handler: bool = False
    source: str = ""
    proposed: bool = False

    def draws(self, lot: int) -> bool:
        """Whether a case whose settlement drew this lot, 0 to 99, is called back."""
        return lot < self.share


class RegisterLayout(Record):
    """A printed register: its title here and its columns as (canonical name, header)."""

    name: str
    title: str
    columns: tuple[tuple[str, str], ...]


class Accountability(Record):
    """A trigger of the accountability chart and its measures (words of the axis supervision).

    A row may count: at least `at` of what `counts` names (COUNTED), for one of whatever `per` names
    (PER), in a window of time (WINDOWS), so many windows running. counts "": it does not count.
    """

    trigger: str
    measures: tuple[str, ...]
    counts: str = ""
    per: str = ""
    window: str = ""
    at: int = 0
    consecutive: int = 0
    source: str = ""
    proposed: bool = False


class Scale(Record):
    """Named numbers: ratio -> its points of the score, or tier -> the score from which it holds."""

    points: Mapping[str, int] = {}
    source: str = ""
    proposed: bool = False


class Fact(Record):
    """A published figure; it is not counted from cases."""

    name: str
    value: str
    source: str


FIRST = "first"
"""Of several causes the one that was named first."""


class RulePack(Record):
    """Everything a place decides. `edition` judges the cases taken under it (design §5).

    proposed: dotted keys of tables without rows of their own that the place's source does not state
    ("pack.day_rule", "gates.callback", "office", "register.work"). several_causes: "first" where
    the first cause of a case decides, "" where every one of them fits a rule. office: the text that
    `calendar.hours` reads. score, tiers: how units are judged; the highest tier comes first.
    dispatch_guard: what happens to an order that is handed down or goes to a unit which does not
    own the matter (`order.GUARDS`).
    """

    key: str
    place: str
    name: str
    edition: str
    in_force_from: date | None
    region: str
    day_rule: str
    cutoff: str
    after_hours: str
    due_time: str
    sources: tuple[Mapping[str, str], ...]
    words: Mapping[str, Mapping[str, Word]]
    clocks: tuple[Clock, ...]
    gates: Mapping[str, bool]
    extension: ExtensionRule
    callback: CallbackRule
    numbers: Mapping[str, str]
    registers: Mapping[str, RegisterLayout]
    accountability: tuple[Accountability, ...]
    office: str
    facts: tuple[Fact, ...]
    score: Scale = Scale()
    tiers: Scale = Scale()
    dispatch_guard: str = "off"
    gates_source: str = ""
    proposed: tuple[str, ...] = ()
    several_causes: str = ""

    @property
    def one_cause(self) -> bool:
        """Whether the first cause of a case alone decides which rules are for it."""
        return self.several_causes == FIRST

    def word(self, axis: str, text: str, called: str = "") -> Word:
        """The word of `axis` that `text` names by key, label or alias.

        Refuses any other, with the nearest word. called: what the refusal calls it, default: the axis.
        """
        words = self.words.get(axis, {})
        if text in words:
            return words[text]
        for word in words.values():
            if text == word.label or text in word.aliases:
                return word
        labels = [word.label for word in words.values()]
        called = called or AXES.get(axis, axis)
        every, rest = [*labels, *words], f"bbcs help words {axis}"
        raise UnknownWord(called, text, labels, every, list(words), rest=rest)

    def label(self, axis: str, key: str | None) -> str:
        """The label of a stored key; an unknown key is shown as it is."""
        word = self.words.get(axis, {}).get(key or "")
        return word.label if word else key or ""

    def clock(self, name: str, facts: Mapping[str, Any]) -> Clock | None:
        """The most specific clock called `name` that matches.

        Ties are refused when the pack is checked.
        """
        return most_specific([clock for clock in self.clocks if clock.name == name], facts)

    def on_the_spot(self, facts: Mapping[str, Any]) -> bool:
        """Whether a case with these facts is to be done on the spot (能办即办): its handling limit
        is the day itself, or minutes."""
        clock = self.clock("resolve", facts)
        return clock is not None and clock.unit in ON_THE_SPOT

    def gate(self, name: str) -> bool:
        """Whether the gate is on."""
        return self.gates.get(name, False)

    @property
    def first_difficulty(self) -> str:
        """The difficulty that holds, marked assumed, until the case is triaged."""
        return next(iter(self.words.get("difficulty", {})), "")


UNREAD = RulePack(
    key="",
    place="",
    name="",
    edition="",
    in_force_from=None,
    region="",
    day_rule="wd",
    cutoff="",
    after_hours="",
    due_time="",
    sources=(),
    words={},
    clocks=(),
    gates={},
    extension=ExtensionRule(),
    callback=CallbackRule(),
    numbers={},
    registers={},
    accountability=(),
    office="",
    facts=(),
)
"""Stands for the rules of an office whose ledger was not asked for them."""
