"""Case: all that its entries say, as one value; and the table of which acts may follow in which
phase.

Nothing else decides what may follow. How the entries are folded: `bbcs.domain.fold`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bbcs.domain import masking
from bbcs.domain.event import Event
from bbcs.domain.order import Order, ReturnRequest, UnitRef, distinct
from bbcs.record import Record

PHASES: Mapping[str, str] = {
    "registered": "已登记",
    "accepted": "已受理",
    "triaged": "已研判",
    "assigned": "已交办",
    "handling": "办理中",
    "resolved": "已办结",
    "called_back": "已回访",
    "closed": "已结案",
    "archived": "已归档",
    "refused": "不予受理",
    "withdrawn": "已撤回",
    "transferred_out": "已转出",
    "voided": "已作废",
}
"""Phase -> what people read. Exactly these thirteen; a pack may neither add nor reorder them."""

UNGRADED = "未研判"
"""Instead of 已研判, of a case that came back to that phase and was never graded."""


def phase_name(phase: str, difficulty: str | None) -> str:
    """What people read of the phase of a case with this difficulty, if any."""
    if phase == "triaged" and not difficulty:
        return UNGRADED
    return PHASES[phase]


FLAGS: Mapping[str, str] = {
    "paused": "暂停",
    "level": "已提级",
    "bounces": "被退回过",
    "group": "并案",
    "supervised": "督办",
    "gaps_open": "容缺未补",
    "fast_lane": "快速通道",
    "conduct": "作风",
    "return_asked": "退回待审",
    "excluded": "已剔除",
    "erased": "已清除",
}
"""Flag beside the phase -> what people read."""

SOLVED: Mapping[str, str] = {"yes": "是", "partly": "部分", "no": "否"}
"""Whether the matter was solved -> what people read."""

TRACKS: Mapping[str, str] = {"normal": "普通", "conduct": "作风"}
"""Track of a case (conduct: staff is complained of) -> what people read."""

EXCLUDABLE: Mapping[str, str] = {"on_time": "按时办结", "satisfaction": "满意", "callback": "回访"}
"""Which rates a leader may leave a case out of -> what people read before 率. `rates` says which of
its rows each word is about."""

REPEAT_DAYS = 30
"""Calendar days within which the same matter of the same person is a repeat (ours, proposed)."""

RECORD = ("note", "attach", "correct", "undo")
"""Acts on the record itself: in every phase, except that an archived case takes no more files, and
a voided one no correction either.
"""

_ANY = (
    "feedback", "notify", "gap", "exempt", "pause", "resume", "extend", "escalate", "convene", "supervise", "merge", "link",
    "exclude", "withdraw", "transfer", "void", *RECORD,
)  # fmt: skip
_SETTLED = (
    "step", "feedback", "notify", "gap", "convene", "supervise", "improve", "exempt", "exclude", "void", *RECORD,
)  # fmt: skip
_ENDED = ("notify", "exclude", "void", *RECORD)

LIFE: Mapping[str, tuple[str, ...]] = {
    "registered": ("accept", "refuse", "withdraw", "notify", "void", *RECORD),
    "accepted": ("triage", "assign", "step", "resolve", *_ANY),
    "triaged": ("triage", "assign", "step", "resolve", *_ANY),
    "assigned": ("triage", "assign", "sign", "return", "forward", "step", "resolve", *_ANY),
    "handling": ("triage", "assign", "sign", "return", "forward", "step", "resolve", *_ANY),
    "resolved": ("callback", "close", "reopen", *_SETTLED),
    "called_back": ("close", "reopen", "callback", *_SETTLED),
    "closed": ("archive", "reopen", "notify", "supervise", "improve", "exempt", "exclude", "void",
        *RECORD),
    "archived": ("reopen", "supervise", "improve", "exempt", "exclude", "note", "correct", "undo"),
    "refused": ("reopen", "notify", "supervise", "void", *RECORD),
    "withdrawn": _ENDED,
    "transferred_out": _ENDED,
    "voided": ("note", "undo"),
}  # fmt: skip
"""Phase -> the acts that may follow, the usual next ones first (formats.md §6.3)."""

IN_HAND = frozenset({"registered", "accepted", "triaged", "assigned", "handling"})
"""Phases before 办结: what the monthly identity carries over."""

ACTIVE = IN_HAND | {"resolved"}
"""Phases in which somebody still has to do something."""

OPENS = frozenset({"Registered", "Reopened"})
CLOSES = frozenset({"Resolved", "Refused", "Withdrawn", "TransferredOut"})
"""Kinds of event that put a case in hand and take it out again: both sides of the monthly identity.
A voided case counts on neither side, so Voided is none of them.
"""

CALLS = ("CallbackTried", "CalledBack")
"""Kinds of event that are calls to the person, reached or not."""

SETTLES = frozenset({"Resolved", "Withdrawn"})
"""Kinds of event that count as closed (办结), and so may be late."""

AT_SITE = "site_check"
"""Instead of a date: the owed paper is handed over at the site check."""


class Mark(Record):
    """That an event of this kind happened: what clocks start and stop at.

    `detail` is the stage or kind, where one matters.

    seq: its number in the chain; it tells which calendar was in force when a clock stopped.
    version: its number in the case. recorded_at: when it was written. imported: it was brought in
    from an older ledger.
    """

    kind: str
    at: datetime
    round: int
    detail: str = ""
    seq: int = 0
    version: int = 0
    actor: str = ""
    recorded_at: datetime | None = None
    imported: bool = False


class Callback(Record):
    """One call to the person: an attempt, or a valid callback with its answers."""

    number: int
    round: int
    at: datetime
    reached: bool
    solved: str = ""
    grade: int = 0
    satisfied: bool = False


class Round(Record):
    """One pass through the handling: from intake, or from a reopening.

    Figures of a past round are never overwritten.

    lot: 0 to 99, drawn by its settlement; it decides whether the person is called back where only a
    share is. refused: it was not taken; what follows is no redo (`Case.first_round`).
    """

    number: int
    started_at: datetime
    difficulty: str = ""
    cause: tuple[str, ...] = ()
    set_due: date | None = None
    resolved_at: datetime | None = None
    outcome: str = ""
    counts_as: str = ""
    lot: int = 0
    refused: bool = False


class Pause(Record):
    """The clocks stopped: why, which (all that can be when none is named), until when at last."""

    number: int
    round: int
    reason: str
    at: datetime
    clocks: tuple[str, ...] = ()
    until: date | None = None
    resumed_at: datetime | None = None
    seq: int = 0


class Extension(Record):
    """More time for the handling, by units of its limit or until a day; state asked | granted |
    rejected.

    unit: the unit that asked, None when none was named. asked_seq, seq: the entries that asked for
    it and decided it.
    """

    number: int
    round: int
    asked_at: datetime
    asker: str
    days: int = 0
    until: date | None = None
    unit: UnitRef | None = None
    told: date | None = None
    state: str = "asked"
    decided_at: datetime | None = None
    seq: int = 0
    asked_seq: int = 0


class Gap(Record):
    """A paper owed (容缺). due: its day, None = at the site check. owed_seq, filled_seq: the entries
    by which it was owed and filled.
    """

    paper: str
    round: int
    owed_at: datetime
    due: date | None = None
    filled_at: datetime | None = None
    filled_seq: int = 0
    owed_seq: int = 0


class Slip(Record):
    """One slip of supervision; kind is a word of the axis supervision. require: what was asked for,
    "" where there was none. sent_seq, answered_seq: the entries that sent and answered it.
    """

    no: str
    kind: str
    unit: UnitRef
    at: datetime
    due: date | None = None
    colour: str = ""
    answered_at: datetime | None = None
    require: str = ""
    sent_seq: int = 0
    answered_seq: int = 0


class Appointment(Record):
    """A date that was promised to the person, or of which the window wants to be reminded."""

    due: date | datetime
    made_at: datetime
    version: int


class Resolution(Record):
    """What a joint meeting resolved: which unit is to do what by when, and since when it is done.

    no: number of the meeting and place in its list (`…-会1-2`). at: when it met. others: the cases
    it was resolved for as well. resolved_seq, done_seq: the entries of the meeting and of its
    being carried out.
    """

    no: str
    text: str
    unit: str
    due: date | None
    at: datetime
    done_at: datetime | None = None
    others: tuple[str, ...] = ()
    resolved_seq: int = 0
    done_seq: int = 0


class Link(Record):
    """One link of the case; kind common | prerequisite | repeat.

    to: the other case, "" where none is named.

    theme: of a common problem; item, needs, first: of a pair of matters that wait for each other.
    """

    kind: str
    to: str = ""
    theme: str = ""
    item: str = ""
    needs: str = ""
    first: str = ""


class Proof(Record):
    """A proof that a unit is to issue (step --proof)."""

    item: str
    unit: str
    done_at: datetime | None = None


CASE_PAPER = "case"
"""The paper that a number of the case itself stands on."""


class PaperNumber(Record):
    """The place's own number on a paper: which kind of paper, which it is of its year, the text."""

    paper: str
    year: int
    serial: int
    text: str


class Case(Record):
    """A case, folded from its entries. Text fields are unmasked; "" and () where nothing was entered.

    rules: papers that a decision on this case waived by rule, for later cases too. taken_back:
    numbers of its papers that an undoing took back. former: the fields of the registration as they
    were before corrections. excluded: the rates that it is left out of (`EXCLUDABLE`). erased: the
    personal part of its registration is gone.
    """

    no: str
    received_at: datetime
    registered: Mapping[str, Any]
    phase: str = "registered"
    version: int = 1
    rounds: tuple[Round, ...] = ()
    marks: tuple[Mark, ...] = ()
    numbers: tuple[PaperNumber, ...] = ()
    orders: tuple[Order, ...] = ()
    returns: tuple[ReturnRequest, ...] = ()
    callbacks: tuple[Callback, ...] = ()
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    gaps: tuple[Gap, ...] = ()
    exempted: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    slips: tuple[Slip, ...] = ()
    proofs: tuple[Proof, ...] = ()
    meetings: tuple[str, ...] = ()
    promised: tuple[Appointment, ...] = ()
    reminders: tuple[Appointment, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    links: tuple[Link, ...] = ()
    level: str = ""
    group: str = ""
    bounces: int = 0
    transfers: int = 0
    corrections: int = 0
    track: str = "normal"
    fast: bool = False
    handler: str = ""
    opinion: str = ""
    how_closed: str = ""
    notices: int = 0
    redo_unit: str = ""
    listed: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    taken_back: tuple[str, ...] = ()
    former: tuple[Mapping[str, Any], ...] = ()
    erased: bool = False

    def numbered(self, event: Event) -> Case:
        """The case with one more number on paper, which no later entry changes."""
        its = event.data
        fresh = PaperNumber(its["paper"], its["year"], its["serial"], its["number"])
        return self._replace(numbers=(*self.numbers, fresh))

    @property
    def printed_number(self) -> str:
        """The place's own number of the case itself, "" without one."""
        return next((one.text for one in self.numbers if one.paper == CASE_PAPER), "")

    @property
    def round(self) -> int:
        """Number of the current round, from 1."""
        return len(self.rounds)

    @property
    def current(self) -> Round:
        """The current round."""
        return self.rounds[-1]

    @property
    def first_round(self) -> int:
        """Number of the first round that was handled: 2 where the case was refused and taken up
        again, else 1."""
        return 2 if self.round > 1 and self.rounds[0].refused else 1

    @property
    def items(self) -> tuple[str, ...]:
        """Service items; the matter itself when none were named."""
        return tuple(
            self.registered.get("items") or (self.registered.get("matter") or masking.ERASED,)
        )

    @property
    def lead(self) -> UnitRef | None:
        """The unit that leads or led the handling, None while the window has it."""
        for order in reversed(self.orders):
            if order.role == "lead" and order.state != "returned" and not order.passed:
                return order.ref
        return None

    @property
    def lead_unit(self) -> str:
        """Name of the unit that leads or led the handling, "" while the window has it."""
        lead = self.lead
        return lead.name if lead else ""

    @property
    def assisting_units(self) -> tuple[str, ...]:
        """Names of the assisting units, each once; who helped first and leads now is no helper, nor
        is a relay.
        """
        if not self.orders:
            return ()
        lead = self.lead
        helping = (
            order.ref
            for order in self.orders
            if order.role == "assist"
            and order.state != "returned"
            and not order.passed
            and not (lead and order.of(lead))
        )
        return tuple(unit.name for unit in distinct(helping))

    @property
    def unsigned(self) -> tuple[Order, ...]:
        """Orders sent and not yet signed for."""
        return tuple([order for order in self.orders if order.state == "sent"])

    @property
    def open_orders(self) -> tuple[Order, ...]:
        """Orders of the current round that are neither done nor returned."""
        return tuple([order for order in self.orders if order.open])

    @property
    def return_requests(self) -> tuple[ReturnRequest, ...]:
        """Requests to give an order back that wait for the window; none of an order that ended."""
        if not self.returns:
            return ()
        running = {order.number for order in self.open_orders}
        return tuple(one for one in self.returns if one.state == "asked" and one.order in running)

    @property
    def last_callback(self) -> Callback | None:
        """The last valid callback of the current round."""
        return self.callback_in(self.round)

    def callback_in(self, round_no: int) -> Callback | None:
        """The last valid callback of a round."""
        calls = [one for one in self.callbacks if one.reached and one.round == round_no]
        return calls[-1] if calls else None

    @property
    def solved(self) -> str | None:
        """Whether the matter was solved, yes | partly | no: as the person said when called back,
        else as the outcome counts.
        """
        return self.solved_in(self.round)

    def solved_in(self, round_no: int) -> str | None:
        """The same of one round."""
        call = self.callback_in(round_no)
        if call and call.solved:
            return call.solved
        counts_as = self.rounds[round_no - 1].counts_as
        return {"solved": "yes", "partly": "partly", "explained": "no", "terminated": "no"}.get(
            counts_as
        )

    @property
    def pause(self) -> Pause | None:
        """The pause that is on."""
        last = self.pauses[-1] if self.pauses else None
        return last if last and not last.resumed_at and last.round == self.round else None

    @property
    def asked(self) -> Extension | None:
        """The extension that waits for a decision."""
        last = self.extensions[-1] if self.extensions else None
        return last if last and last.state == "asked" and last.round == self.round else None

    @property
    def owed(self) -> tuple[Gap, ...]:
        """Papers still owed; one that was waived meanwhile is owed no more, nor any once the case
        has left.
        """
        if self.phase in ("withdrawn", "transferred_out", "voided"):
            return ()
        return tuple(gap for gap in self.gaps if not gap.filled_at and gap.paper not in self.waived)

    @property
    def waived(self) -> tuple[str, ...]:
        """Papers nobody may ask for any more: waived by rule when the case came, or by a decision
        on it.
        """
        return tuple(dict.fromkeys([*(self.registered.get("waived") or ()), *self.exempted]))

    @property
    def papers(self) -> tuple[str, ...]:
        """Papers the person still has to bring: listed for the item or named as missing, neither
        waived, owed nor filled.
        """
        return self._unsettled(*(self.registered.get("wanted") or ()), *self.missing)

    @property
    def missing(self) -> tuple[str, ...]:
        """Of those the ones that an operator named as missing, at the intake or in a notice."""
        return self._unsettled(*(self.registered.get("missing_papers") or ()), *self.listed)

    def _unsettled(self, *named: str) -> tuple[str, ...]:
        settled = {*self.waived, *(gap.paper for gap in self.gaps)}
        return tuple(paper for paper in dict.fromkeys(named) if paper not in settled)

    @property
    def conduct(self) -> bool:
        """Whether staff is complained of: who reported is then hidden from every masked view,
        whoever is named or not.
        """
        return self.track == "conduct"

    @property
    def hidden(self) -> str:
        """What every masked view shows instead of who reported, "" where that may be shown masked."""
        if self.conduct:
            return masking.HIDDEN
        return masking.ANONYMOUS if self.registered.get("anonymous") else ""

    @property
    def known(self) -> masking.Known:
        """What masked texts of the case do not repeat, those before corrections included."""
        return masking.known(self.registered, self.former, self.hidden)

    @property
    def complained(self) -> tuple[str, ...]:
        """Who is complained of on the conduct track: the unit and the window where it failed."""
        if not self.conduct:
            return ()
        return tuple(
            name for key in ("failed_unit", "failed_window") if (name := self.registered.get(key))
        )

    @property
    def reachable(self) -> bool:
        """Whether a phone of the reporter, or of who came for the reporter, is known."""
        return bool(self.registered.get("phone") or self.registered.get("contact_phone"))

    @property
    def flags(self) -> tuple[str, ...]:
        """Flags beside the phase."""
        on: dict[str, Any] = {
            "paused": self.pause,
            "level": self.level not in ("", "1"),
            "bounces": self.bounces,
            "group": self.group,
            "supervised": self.slips,
            "gaps_open": self.owed,
            "fast_lane": self.fast,
            "conduct": self.conduct,
            "return_asked": self.return_requests,
            "excluded": self.excluded,
            "erased": self.erased,
        }
        return tuple([name for name in FLAGS if on[name]])

    def number(self, sort: str, used: int) -> str:
        """The next number of a paper of the case (告, 督, 会) after `used` others; numbers taken back
        are not used again.
        """
        unused = sum(f"-{sort}" in number for number in self.taken_back)
        return f"{self.no}-{sort}{used + unused + 1}"

    def happened(self, kind: str, detail: str = "") -> bool:
        """Whether such an event stands in the current round."""
        return any(
            mark.kind == kind and mark.round == self.round and detail in ("", mark.detail)
            for mark in self.marks
        )


def allowed(case: Case) -> tuple[str, ...]:
    """The acts that may follow now: those of the phase, less what its orders, pause and requests
    leave nothing to do for.
    """
    running, paused = case.open_orders, bool(case.pause)
    idle = {
        "sign": not case.unsigned,
        "return": not running,
        "forward": not running,
        "pause": paused,
        "resume": not paused,
        "convene": case.phase not in IN_HAND and all(one.done_at for one in case.resolutions),
    }
    return tuple([verb for verb in LIFE[case.phase] if not idle.get(verb)])
