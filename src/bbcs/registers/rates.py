"""Ratios: the one definition of each, shared by the monthly report and the report of KPIs. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bbcs.domain.case import CALLS
from bbcs.domain.deadline import Deadline
from bbcs.domain.event import Event
from bbcs.domain.order import UnitRef
from bbcs.record import Record
from bbcs.registers.books import PeriodBooks
from bbcs.registers.entry import RegisterEntry


class Part(Record):
    """One thing of a denominator: whether it is in the numerator too, and whether it is still
    open.

    bent: it is in the numerator by bent entries (`bbcs.domain.bent`). unit: whom it counts for,
    None = the unit that leads the case.
    """

    case_no: str
    hit: bool
    open: bool = False
    bent: bool = False
    unit: UnitRef | None = None


class Ratio(Record):
    """How one rate is counted. of: what its denominator counts, in words.

    leaves_out: the word of `exclude` that leaves a case out of it, "" for none. apart: whether
    terminated cases are listed apart too.
    """

    name: str
    label: str
    of: str
    parts: Callable[[PeriodBooks], Iterable[Part]]
    leaves_out: str = ""
    apart: bool = False


# -- of cases ------------------------------------------------------------------------------------------------------


def _cases(of: Iterable[RegisterEntry], hit: Callable[[RegisterEntry], bool]) -> list[Part]:
    return [Part(entry.case.no, hit(entry), entry.in_hand) for entry in of]


def _share(of: Iterable[RegisterEntry], hit: Callable[[RegisterEntry], bool]) -> list[Part]:
    """Parts of a rate that says all when it is all: of what was settled, even where it was
    reopened, or a share that praises nobody."""
    return [Part(entry.case.no, hit(entry)) for entry in of]


def _overdue(entry: RegisterEntry, *, over: bool) -> bool:
    """Whether the handling of the first round was overdue: when it was settled or ended (`over`),
    or is so now."""
    first = entry.first
    return first is not None and first.late and (first.state != "overdue") is over


def _accepted(books: PeriodBooks) -> list[Part]:
    of = [entry for entry, _ in books.events("Registered")]
    return [
        Part(entry.case.no, bool(entry.of("Accepted")), entry.case.phase == "registered")
        for entry in of
    ]


def _closing(books: PeriodBooks) -> list[Part]:
    settled = books.numbers("Resolved", "Withdrawn")
    valid = (entry for entry in books.own if entry.case.phase not in ("refused", "transferred_out"))
    return _cases(valid, lambda entry: entry.case.no in settled)


def _satisfied(books: PeriodBooks) -> list[Part]:
    called = books.numbers("CalledBack")
    # an imported row may have a call without an answer
    rated = [
        (entry, [call for call in entry.of("CalledBack") if call.data.get("satisfaction")])
        for entry in books.entries
        if entry.case.no in called
    ]
    last = [(entry, calls[-1]) for entry, calls in rated if calls]
    return [
        Part(entry.case.no, bool(call.data.get("satisfied")), False, reworded(entry, call))
        for entry, call in last
    ]


def reworded(entry: RegisterEntry, call: Event) -> bool:
    """Whether the answers of a callback were corrected."""
    return call.version in entry.bending.answers


def _taken_up(books: PeriodBooks) -> set[str]:
    """Cases that were reopened only because they had been refused: nothing of them is done again."""
    return {
        entry.case.no
        for entry in books.entries
        if entry.case.first_round > 1 and len(entry.of("Reopened")) == 1
    }


def _redone(books: PeriodBooks) -> list[Part]:
    redone = books.numbers("Reopened") - _taken_up(books)
    settled = redone | books.numbers(
        "Resolved"
    )  # what was reopened had been settled, now or in an earlier period
    return _share(
        (entry for entry in books.entries if entry.case.no in settled),
        lambda entry: entry.case.no in redone,
    )


def _extended(entry: RegisterEntry) -> bool:
    return any(one.state == "granted" for one in entry.case.extensions)


# -- of orders, calls and ratings ----------------------------------------------------------------------------------


def _clocks(books: PeriodBooks, *names: str) -> Iterable[tuple[RegisterEntry, Deadline]]:
    """Clocks of these names that started in the period."""
    for entry in books.entries:
        for one in entry.deadlines:
            if one.name in names and (
                books.period is None or one.start.date() >= books.period.first
            ):
                yield entry, one


def _in_time(*names: str) -> Callable[[PeriodBooks], list[Part]]:
    """Met in time; what was never done is missed once its limit has passed, before that it is not
    counted."""
    return lambda books: [
        Part(
            entry.case.no, one.state == "met", one.state == "overdue", bool(entry.bending.way(one))
        )
        for entry, one in _clocks(books, *names)
        if one.met_at or one.late
    ]


def _signed(books: PeriodBooks) -> list[Part]:
    """Orders signed for, or arrived for, in time: an order with both limits counts once, by both."""
    signed: dict[tuple[str, int, int], list[tuple[RegisterEntry, Deadline]]] = {}
    for entry, one in _clocks(books, "sign", "arrive"):
        if one.met_at or one.late:
            signed.setdefault((entry.case.no, one.round, one.number), []).append((entry, one))
    return [
        Part(
            case_no,
            all(one.state == "met" for _, one in pairs),
            any(one.state == "overdue" for _, one in pairs),
            any(entry.bending.way(one) for entry, one in pairs),
            _receiver(*pairs[0]),
        )
        for (case_no, _, _), pairs in signed.items()
    ]


def _receiver(entry: RegisterEntry, deadline: Deadline) -> UnitRef | None:
    """The unit whose order a clock belongs to."""
    return next(
        (
            order.ref
            for order in entry.case.orders
            if (order.round, order.number) == (deadline.round, deadline.number)
        ),
        None,
    )


def _returned(books: PeriodBooks) -> list[Part]:
    sent = ((entry, order) for entry in books.entries for order in entry.case.orders)
    since = books.period.first if books.period else None
    return [
        Part(entry.case.no, order.state == "returned", False, False, order.ref)
        for entry, order in sent
        if not since or order.sent_at.date() >= since
    ]


def _valid(books: PeriodBooks) -> list[Part]:
    return [
        Part(entry.case.no, event.kind == "CalledBack") for entry, event in books.events(*CALLS)
    ]


def ratings(books: PeriodBooks) -> list[tuple[RegisterEntry, Event]]:
    """The callbacks of the period in which the person rated, or was taken to have."""
    return [
        (entry, event)
        for entry, event in books.events("CalledBack")
        if event.data.get("satisfaction")
    ]


def is_bad(entry: RegisterEntry, event: Event) -> bool:
    """Whether a rating is a bad one (差评), as the place counts."""
    word = entry.pack.words.get("grade", {}).get(event.data.get("grade") or "")
    return word.bad if word else not event.data.get("satisfied")


def _good(books: PeriodBooks) -> list[Part]:
    return [
        Part(entry.case.no, not is_bad(entry, event), False, reworded(entry, event))
        for entry, event in ratings(books)
    ]


def _rectified(books: PeriodBooks) -> list[Part]:
    """Made good: the pack's limit for it was met or met late, or the person was satisfied when
    called again."""
    return [
        Part(entry.case.no, _made_good(entry, event))
        for entry, event in ratings(books)
        if is_bad(entry, event)
    ]


def _made_good(entry: RegisterEntry, event: Event) -> bool:
    if any(
        one.name == "rectify" and one.start == event.at and one.met_at for one in entry.deadlines
    ):
        return True
    return any(
        later.seq > event.seq and later.data.get("satisfied") for later in entry.of("CalledBack")
    )


def _since(entry: RegisterEntry, *kinds: str) -> list[Event]:
    """Such entries since the last settlement: a call of an earlier round answers nothing of this
    one."""
    settled = max((event.seq for event in entry.of("Resolved")), default=0)
    return [event for event in entry.of(*kinds) if event.seq > settled]


def _active(books: PeriodBooks) -> list[Part]:
    def rated(entry: RegisterEntry) -> bool:
        return any(
            event.data.get("satisfaction") and not event.data.get("default_rating")
            for event in _since(entry, "CalledBack")
        )

    return _share(books.closed, rated)


def _promised(books: PeriodBooks) -> list[Part]:
    return [Part(entry.case.no, one.kept) for entry, one in books.promises]


_TIMED = "本期首轮有办理时限的件（含上期结转）"
_CLOSED = "本期办结的件（撤回的不算）"

ON_TIME = Ratio(
    "on_time_rate",
    "首轮按时办结率",
    _TIMED,
    lambda b: [
        Part(
            entry.case.no,
            entry.on_time is True,
            entry.in_hand,
            bool(entry.bending.way(entry.first)),
        )
        for entry in b.timed
    ],
    leaves_out="on_time",
)
CLOSING = Ratio("closing_rate", "办结率", "本期的件，不予受理和转出的除外", _closing)
RESOLUTION = Ratio(
    "resolution_rate",
    "解决率",
    _CLOSED,
    lambda b: [
        Part(entry.case.no, entry.case.solved == "yes", False, entry.bending.solved)
        for entry in b.closed
    ],
    apart=True,
)
CALLBACK = Ratio(
    "callback_rate",
    "回访率",
    f"{_CLOSED}，看最后一轮",
    lambda b: _share(b.closed, lambda entry: bool(_since(entry, *CALLS))),
    leaves_out="callback",
)
SATISFACTION = Ratio(
    "satisfaction_rate",
    "满意率",
    "本期打通了回访的件",
    _satisfied,
    leaves_out="satisfaction",
    apart=True,
)
REDO = Ratio("redo_rate", "重办率", "本期办结的件，加以前办结、本期重办的，各算一次", _redone)

MONTHLY = (ON_TIME, CLOSING, RESOLUTION, CALLBACK, SATISFACTION, REDO)
"""The rates of the monthly report, in its order."""

RATIOS = (
    Ratio("acceptance_rate", "受理率", "本期登记的件", _accepted),
    Ratio(
        "response_rate",
        "响应率",
        "本期起算、已联系或时限已过的首次联系",
        _in_time("first_contact"),
    ),
    Ratio(
        "sign_on_time_rate",
        "按时签收率",
        "本期发出、已签收（报到）或时限已过的交办单",
        _signed,
    ),
    CLOSING,
    ON_TIME,
    Ratio(
        "overdue_rate",
        "首轮超期率",
        _TIMED,
        lambda b: _share(b.timed, lambda entry: entry.on_time is False),
        leaves_out="on_time",
    ),
    Ratio(
        "overdue_closed_rate",
        "其中：首轮超期办结",
        _TIMED,
        lambda b: _share(b.timed, lambda entry: _overdue(entry, over=True)),
        leaves_out="on_time",
    ),
    Ratio(
        "overdue_open_rate",
        "其中：首轮超期未办结",
        _TIMED,
        lambda b: _share(b.timed, lambda entry: _overdue(entry, over=False)),
        leaves_out="on_time",
    ),
    RESOLUTION,
    Ratio(
        "termination_rate",
        "终止率",
        _CLOSED,
        lambda b: _share(b.closed, lambda entry: entry.terminated),
    ),
    SATISFACTION,
    CALLBACK,
    Ratio(
        "valid_callback_rate",
        "有效回访率",
        "本期打的回访电话",
        _valid,
        leaves_out="callback",
    ),
    REDO,
    Ratio("return_rate", "回退率", "本期发出的交办单（转办来的也算）", _returned),
    Ratio("extension_rate", "延期率", _TIMED, lambda b: _share(b.timed, _extended)),
    Ratio("good_rate", "好评率", "本期的评价", _good, leaves_out="satisfaction", apart=True),
    Ratio("rectified_rate", "差评整改率", "本期的差评", _rectified),
    Ratio("promise_rate", "约定兑现率", "本期到了日期、已兑现或到期的约定", _promised),
    Ratio("active_rate", "主动评价率", _CLOSED, _active),
)
"""The ratios of cases, orders, calls and ratings; `ratios` has the whole table."""
