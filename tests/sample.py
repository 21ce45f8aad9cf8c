"""The well-known case, and the small language in which tests tell of cases, acts, rules and offices.

history("2026-03-02T09:00 Registered matter=诊所备案 reporter=陈试验")   entries as they lie in the ledger
decided(case, "2026-03-03 triage difficulty=complex", rules)             what an act brings about
rules('[gates]\\nsign = true')                                            a small pack, its words given
Desk("zhanyi").do("2022-06-25T09:10 intake matter=…")                    the same acts through the use cases
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bbcs.calendar.dates import CST
from bbcs.calendar.days import DayCalendar
from bbcs.config import adopted_rules, packs, schema
from bbcs.config.adopted_rules import AdoptedText, Rules
from bbcs.domain.acts import Field
from bbcs.domain.acts.table import BY_VERB, KINDS
from bbcs.domain.case import Case
from bbcs.domain.clocks import deadlines
from bbcs.domain.deadline import Deadline
from bbcs.domain.decide import decide
from bbcs.domain.decide.intake import intake as decide_intake
from bbcs.domain.decide.request import Ask
from bbcs.domain.event import Draft, Event
from bbcs.domain.fold import fold
from bbcs.domain.inputs import InputContext, all_fields, read
from bbcs.domain.pack import RulePack
from bbcs.domain.rates import RATES
from bbcs.domain.station import Station, Unit
from bbcs.errors import BbcsError
from bbcs.registers.books import PeriodBooks
from bbcs.registers.rates.sums import Rate, RateSums
from bbcs.usecases import acts
from bbcs.usecases.act_inputs import prepared
from bbcs.usecases.ledger import Stamp
from bbcs.usecases.office import Office
from bbcs.usecases.outcome import Outcome
from dict_ledger import DictLedger

ROLES = ("clerk", "leader", "supervisor", "admin")
NO = "HT01-20260302-0001"
CALENDAR = DayCalendar()
STATION = Station("HT01", "禾亭站")

CLINIC = """
2022-06-25T09:10 intake matter=诊所执业备案 demand=名称通不过，电话13800000001 reporter=陈试验 phone=13800000001 \
id_number=530303190001019993 address=示例市示例区示例路1号 items=诊所执业备案,个体工商户设立登记 failed_unit=区市场监管局 trips=2 \
wish_date=2022-07-07 source=hall-queue source_no=A-0612 remark=代办人13800000002
2022-06-25T10:00 triage difficulty=complex cause=policy_blocked,name_conflict policy=blocked opinion=名称与行业规定冲突
2022-06-25T10:40 step kind=joint_study result=改用新名称
2022-06-25T11:00 assign lead=区市场监管局 handler=李经办
2022-06-25T11:05 assign assist=卫健部门
2022-06-26T16:00 step kind=other unit=区市场监管局 result=新名称通过
2022-07-04T10:00 step kind=issue_proof unit=区市场监管局 paper=情况说明 result=出具名称变更说明
2022-07-05T11:00 feedback stage=final how=phone text=备案已办好，明天可取
2022-07-05T11:10 resolve outcome=solved measures=改名后备案通过，已电告13800000001
2022-07-06T09:30 notify kind=result received_by=诊所负责人
2022-07-07T15:00 step kind=outcome_check result=如期开业
2022-07-14T10:00 callback reached=yes solved=yes grade=5 words=很满意
2022-07-15T09:00 close
2022-07-15T09:05 archive no=2022-001 term=10
"""
"""The clinic of practices.md §4.3, from the Saturday it came to its archive number; names and numbers are nobody's."""


def _word(axis: str, key: str, label: str, more: str = "") -> str:
    return f'[[word]]\naxis = "{axis}"\nkey = "{key}"\nlabel = "{label}"\nproposed = true\n{more}\n'


PAUSES = _word("pause", "appraisal", "鉴定") + _word("pause", "upper_consultation", "请示上级")
"""Words that a pack has only where a clock can be paused."""

WORDS = "".join(
    _word(axis, key, label, more)
    for axis, key, label, more in (
        ("channel", "counter", "窗口", ""),
        ("demand_kind", "help", "求助", ""),
        ("demand_kind", "complaint", "投诉", ""),
        ("difficulty", "simple", "简单", ""),
        ("difficulty", "complex", "复杂", ""),
        ("cause", "blockage", "堵点", ""),
        ("cause", "attitude", "作风问题", ""),
        ("outcome", "solved", "已解决", 'counts_as = "solved"'),
        ("outcome", "solved_with_gaps", "容缺办成", 'counts_as = "solved"'),
        ("outcome", "partly", "部分解决", 'counts_as = "partly"'),
        ("outcome", "explained", "解释说明", 'counts_as = "explained"\nneeds_basis = true'),
        ("refusal", "litigation", "涉法涉诉", "remedy = true"),
        ("refusal", "against_law", "违反法律政策", "needs_basis = true"),
        ("refusal", "twice", "重复反映", ""),
        ("step", "verify", "核实", ""),
        ("step", "site_check", "现场勘查", ""),
        ("notice", "result", "结果告知", ""),
        ("notice", "one_time", "一次性告知单", ""),
        ("level", "1", "窗口", 'who = "窗口人员"'),
        ("level", "2", "服务站", 'who = "站长"'),
        ("level", "3", "联席会议", 'who = "分管领导"'),
        ("supervision", "remind", "催办", ""),
        ("supervision", "supervise", "督办", ""),
        ("supervision", "card", "亮牌", ""),
        ("grade", "good", "满意", "value = 5\nsatisfied = true"),
        ("grade", "bad", "不满意", "value = 1\nbad = true"),
        ("colour", "yellow", "黄色", ""),
        ("colour", "orange", "橙色", ""),
        ("colour", "red", "红色", ""),
        ("close_how", "normal", "正常结案", ""),
        ("close_how", "approved_unsatisfied", "不满意但经批准结案", ""),
        ("close_how", "unreachable", "联系不上结案", ""),
    )
)


@cache
def rules(text: str, head: str = 'day_rule = "wd"') -> RulePack:
    """The pack of a TOML text; its words, name and edition are given, unless it brings its own `[pack]`."""
    start = (
        ""
        if "[pack]" in text
        else f'[pack]\nkey = "heting"\nplace = "禾亭镇"\nname = "禾亭镇便民服务中心"\nedition = "1"\n{head}\n'
        'sources = [{ id = "示例", title = "示例办法" }]\n'
    )
    pack, found = schema.read_pack(
        Path("heting.toml"),
        f"{start}{text}\n{WORDS}{PAUSES if 'pausable' in text else ''}".encode(),
    )
    assert not found, found
    return pack


def clock(
    limit: int,
    unit: str,
    name: str = "resolve",
    start: str = "Accepted",
    stop: str = "Resolved",
    more: str = "",
) -> str:
    """One `[[clock]]`."""
    counted = f"limit = {limit}\n" if limit else ""
    return f'[[clock]]\nname = "{name}"\n{counted}unit = "{unit}"\nstart = "{start}"\nstop = "{stop}"\nproposed = true\n{more}\n'


FREE = (
    clock(5, "working_day") + "[callback]\nshare = 100\nattempts = 2\ndays = 3\nproposed = true\n"
)
"""A pack with one limit and no gate on."""


def shipped(place: str, **gates: bool) -> RulePack:
    """A shipped pack, with some gates switched."""
    pack = _shipped(place)
    return pack._replace(gates={**pack.gates, **gates})


_shipped = cache(packs.pack)


def at(text: str) -> datetime:
    """`2026-03-02` (nine o'clock) or `2026-03-02T15:00`."""
    return datetime.fromisoformat(text if "T" in text else f"{text}T09:00").replace(tzinfo=CST)


# -- entries as they lie in the ledger -----------------------------------------------------------------------------


def history(text: str, no: str = NO) -> list[Event]:
    """Lines `WHEN Kind field=value …` as entries of one case."""
    lines = [line.split() for line in text.strip().splitlines()]
    return [
        Event(kind, at(when), _data(kind, words), "zs", no, number, number, at(when))
        for number, (when, kind, *words) in enumerate(lines, 1)
    ]


def _data(kind: str, words: Sequence[str]) -> dict[str, Any]:
    fields = {field.name: field for field in KINDS[kind]}
    pairs = [word.split("=", 1) for word in words]
    return {name: _STORED.get(fields[name].type, str)(value) for name, value in pairs}


_STORED: Mapping[str, Callable[[str], Any]] = {
    "texts": lambda text: text.split(","),
    "words": lambda text: text.split(","),
    "cases": lambda text: text.split(","),
    "pairs": lambda text: [one.split("=", 1) for one in text.split(",")],
    "points": lambda text: [one.split("|") for one in text.split(",")],
    "int": int,
    "bool": lambda text: text == "yes",
    "date": date.fromisoformat,
    "day_or_time": lambda text: at(text) if "T" in text else date.fromisoformat(text),
    "unit": lambda text: ["", text],
    "units": lambda text: [["", one] for one in text.split(",")],
}

START = "2026-03-02 Registered matter=诊所备案 demand=办不下去 reporter=陈试验"
_PATHS = {
    "registered": "",
    "accepted": "2026-03-02 Accepted",
    "triaged": "2026-03-02 Triaged difficulty=complex",
    "assigned": "2026-03-03 Assigned lead=区市场监管局 assist=卫健部门",
    "handling": "2026-03-03 Stepped kind=verify",
    "resolved": "2026-03-04 Resolved outcome=solved counts_as=solved measures=办好了",
    "called_back": "2026-03-05 CalledBack solved=yes grade=good satisfaction=5 satisfied=yes",
    "closed": "2026-03-06 Closed",
    "archived": "2026-03-06 Archived no=2026-001",
}


_ENDS = {
    "refused": "2026-03-02 Refused reason=twice",
    "withdrawn": "2026-03-02 Accepted\n2026-03-04 Withdrawn reason=自行办好",
    "transferred_out": "2026-03-02 Accepted\n2026-03-04 TransferredOut to=市信访局 reason=信访事项",
    "voided": "2026-03-02 Accepted\n2026-03-04 Voided reason=误登",
}


def in_phase(phase: str) -> list[Event]:
    """A plain history that ends in this phase."""
    if phase in _ENDS:
        return history(f"{START}\n{_ENDS[phase]}")
    steps = list(_PATHS)[: list(_PATHS).index(phase) + 1]
    return history("\n".join([START, *(_PATHS[step] for step in steps if _PATHS[step])]))


def grown(events: Sequence[Event], text: str) -> list[Event]:
    """The history, and what followed."""
    last = events[-1].version
    return [
        *events,
        *(
            event._replace(version=last + event.version, seq=last + event.seq)
            for event in history(text)
        ),
    ]


def standing(phase: str, *more: str) -> Case:
    """A plain case in this phase, after a few more entries."""
    return fold(grown(in_phase(phase), "\n".join(more)) if more else in_phase(phase))


# -- acts ----------------------------------------------------------------------------------------------------------

MINIMAL = {
    "refuse": "reason=twice",
    "triage": "difficulty=simple",
    "assign": "assist=公安局",
    "sign": "unit=卫健部门",
    "return": "unit=卫健部门 reason=不归本局",
    "forward": "unit=卫健部门 to=公安局 reason=归公安管",
    "step": "kind=verify",
    "feedback": "stage=final text=办好了",
    "notify": "kind=result",
    "gap": "owe=平面图=2026-04-10",
    "exempt": "paper=平面图 reason=已有底图 authority=行政审批局 item=诊所备案 scope=rule effective=2026-03-09",
    "extend": "days=2 reason=等评审",
    "pause": "reason=appraisal",
    "escalate": "level=2 reason=协调不动",
    "convene": "host=联席会议 unit=水务局",
    "supervise": "kind=remind unit=公安局 reason=快到期",
    "merge": "group=水保方案",
    "link": "kind=common theme=历史遗留",
    "improve": "kind=rule_change what=改条件",
    "resolve": "outcome=solved measures=办好了",
    "callback": "reached=yes solved=yes grade=5",
    "reopen": "reason=没办成",
    "exclude": "rate=on_time basis=台风停业 approver=王主任",
    "withdraw": "reason=自行办好",
    "transfer": "to=市信访局 reason=信访事项",
    "void": "reason=误登",
    "attach": "file=受理单.pdf",
    "correct": "field=matter new=诊所执业备案 why=录错了",
    "note": "text=催问",
}
"""Verb -> the least that has to be said."""

SETTLED = {"gap": "filled=平面图", "convene": "done=会1-1 text=已批复"}
"""Verb -> the same once the case is settled: nothing new is owed or resolved then."""

NEEDS = {"resume": "2026-03-05 Paused reason=appraisal", "undo": "2026-03-05 Noted text=催"}
"""Verb -> what must have happened before."""


def ready(phase: str, verb: str) -> list[Event]:
    """A history that ends in this phase, with what the act needs besides; the person has had an answer."""
    events = in_phase(phase)
    if verb in NEEDS:
        events = grown(events, NEEDS[verb])
    if verb == "gap" and phase in ("resolved", "called_back"):
        events = grown(events, "2026-03-03 AcceptedWithGaps owe=平面图=2026-04-10")
    if verb == "convene" and phase in ("resolved", "called_back"):
        events = grown(events, "2026-03-03 Convened meeting=会1 resolution=批复|水务局|2026-03-20")
    return (
        grown(events, "2026-03-05 Notified kind=result")
        if (phase, verb) == ("resolved", "close")
        else events
    )


def line(phase: str, verb: str, day: str = "2026-03-09") -> str:
    """The least that has to be said for the act in this phase."""
    least = MINIMAL.get(verb, "")
    if phase in ("resolved", "called_back"):
        least = SETTLED.get(verb, least)
    return f"{day} {verb} {least}".strip()


def refusal(
    kind: type[BbcsError], found: Case | None, text: str, pack: RulePack, /, **how: Any
) -> BbcsError:
    """The refusal of an act."""
    with pytest.raises(kind) as caught:
        decided(found, text, pack, **how)
    return caught.value


def one(found: Case | None, text: str, pack: RulePack, /, **how: Any) -> Draft:
    """The single event that an act brings about."""
    (draft,) = decided(found, text, pack, **how)
    return draft


def after(events: Sequence[Event], text: str, pack: RulePack, /, **how: Any) -> Case:
    """The case after one more act."""
    return fold(acted(events, text, pack, **how))


def acted(
    events: Sequence[Event], text: str, pack: RulePack, /, *, actor: str = "zs", **how: Any
) -> list[Event]:
    """The history with what one more act brought about."""
    last, now = events[-1].version, at(text.split()[0])
    drafts = decided(fold(events), text, pack, actor=actor, **how)
    return [
        *events,
        *(
            Event(d.kind, d.at, d.data, actor, events[0].case_no, last + n, last + n, now)
            for n, d in enumerate(drafts, 1)
        ),
    ]


def told(text: str) -> tuple[str, str, dict[str, Any]]:
    """`WHEN verb field=value …` -> when, verb, input as options or JSON would give it."""
    when, verb, *words = text.split()
    fields = {field.name: field for field in all_fields(BY_VERB[verb])}
    return (
        when,
        verb,
        {
            name: _input(fields.get(name), value)
            for name, _, value in (word.partition("=") for word in words)
        },
    )


def _input(field: Field | None, value: str) -> Any:
    if field and field.many:
        return value.split(",")
    return value == "yes" if field and field.type == "bool" else value


def decided(
    case: Case | None,
    text: str,
    pack: RulePack,
    /,
    *,
    roles: Sequence[str] = ROLES,
    actor: str = "zs",
    **more: Any,
) -> list[Draft]:
    """What an act brings about, by the domain alone; `more` adds input that a line cannot tell."""
    when, verb, given = told(text)
    said = read(BY_VERB[verb], {**given, **more}, InputContext(pack, STATION))
    if verb in ("correct", "attach"):
        office = Office(
            Path("/nowhere"), STATION, pack, CALENDAR, Stamp(actor, at(when)), tuple(roles)
        )
        said = prepared(DictLedger(), office, verb, case, said)
    ask = Ask(said, pack, at(when), actor, tuple(roles), CALENDAR, STATION)
    return decide(case, BY_VERB[verb], ask) if case else decide_intake(ask)


def due(
    text: str, pack: RulePack, now: str = "", calendar: DayCalendar = CALENDAR
) -> dict[str, Deadline]:
    """The deadlines of a history by name, those of later rounds with the number behind it, of orders with the unit."""
    events = history(text)
    found = deadlines(fold(events), pack, calendar, at(now) if now else events[-1].at)
    return {
        f"{one.name}{one.round if one.round > 1 else ''}{one.order or ''}": one for one in found
    }


# -- the office at work --------------------------------------------------------------------------------------------


class Desk:
    """An office and its ledger: each line told is one request at its own moment."""

    def __init__(self, pack: RulePack | str = "default", *, units: Sequence[str] = ()) -> None:
        self.pack = shipped(pack) if isinstance(pack, str) else pack
        self.station = Station(
            "ZY01", "示例站", pack=self.pack.key, units=tuple(Unit("", unit) for unit in units)
        )
        self.ledger = DictLedger()
        self.known: dict[str, AdoptedText] = {}

    def office(
        self, now: str | datetime, roles: Sequence[str] = ROLES, actor: str = "zs"
    ) -> Office:
        moment = at(now) if isinstance(now, str) else now
        pack, number = self.pack, len(self.known) + 1
        name = f"{pack.key}@{pack.edition}"
        if name not in self.known:
            parsed = adopted_rules.parsed(pack)
            self.known[name] = AdoptedText("pack", pack.key, pack.edition, number, name, parsed)
        made = Office(
            Path("/nowhere"), self.station, pack, CALENDAR, Stamp(actor, moment), tuple(roles)
        )
        return made._replace(rules=Rules(tuple(self.known.values())))

    def do(
        self,
        text: str,
        *,
        roles: Sequence[str] = ROLES,
        actor: str = "zs",
        no: str = "",
        **more: Any,
    ) -> Outcome:
        """The outcome of the last line. `intake` takes a new case, other verbs act on `no`, else on the last one taken."""
        done = None
        for line in re.split(r"\n+", text.strip()):
            when, verb, given = told(line)
            office, said = self.office(when, roles, actor), {**given, **more}
            if verb == "intake":
                done = acts.intake(self.ledger, office, said)
            else:
                done = acts.act(self.ledger, office, no or list(self.ledger.rows)[-1], verb, said)
        assert done
        return done

    def state(self) -> tuple[Any, ...]:
        """Everything the ledger holds, for “nothing was written”."""
        return (*self.ledger.entries,), dict(self.ledger.rows), [*self.ledger.counted]


def end_of(day: date) -> datetime:
    """The last second of a day."""
    return datetime.combine(day, time(23, 59, 59), CST)


def rate(name: str, books: PeriodBooks, *, places: int = 2, truncate: bool = False) -> Rate:
    """The rate of one set of books."""
    sums = RateSums(RATES[name])
    sums.add(books)
    return sums.rate(places=places, truncate=truncate)
