"""One office on the ledger of its home.

Its calendars, one view to read, one transaction to write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from bbcs.config.adopted_rules import Rules
from bbcs.errors import BadValue, CalendarGap, LedgerBroken, LedgerConflict, UsageError
from bbcs.store.engine import QUIET, Notify
from bbcs.store.ledger import foreign
from bbcs.store.opening import Connection, engine_of, open_ledger, retry
from bbcs.store.provable import ProvableLedger
from bbcs.usecases.ledger import Stamp
from bbcs.usecases.office import Calendars, Office

if TYPE_CHECKING:
    from bbcs.store.attachments import FileDraft
    from bbcs.usecases.county import Stations

T = TypeVar("T")


def rules(home: Path, notify: Notify = QUIET) -> Rules:
    """The rules that the ledger of a home holds."""
    with open_ledger(home, notify=notify) as ledger:
        return ledger.rules()


def text(home: Path, digest: str, notify: Notify = QUIET) -> bytes:
    """A text of rules by its digest, proven. Raises StoreUnreachable, LedgerBroken."""
    with open_ledger(home, notify=notify) as ledger:
        return ledger.text(digest)


def home_calendars(
    home: Path, region: str, notify: Notify = QUIET, store: str | None = None
) -> Calendars:
    """The shipped calendar with the notices imported in this home.

    store: what the station file says, where the caller has read it.
    Raises LedgerBroken when the stored notices cannot be read.
    """
    with open_ledger(home, notify=notify, store=store) as ledger:
        return _calendars(ledger, region)


def _calendars(ledger: ProvableLedger, region: str) -> Calendars:
    try:
        calendars = Calendars(ledger.imported(), region)
        if calendars.imported:
            calendars.current.firm_until  # noqa: B018 - compiled now, so that nothing fails later
    except (BadValue, CalendarGap, ValueError) as error:
        raise LedgerBroken(
            "存的放假通知读不出来，像是被改动过；"
            "请 bbcs ledger verify --full，再 bbcs ledger rebuild"
        ) from error
    return calendars


def bound(office: Office, notify: Notify = QUIET, kept: Connection | None = None) -> Office:
    """The office with what its ledger tells; see `bind`."""
    with _opened(office, notify=notify, kept=kept) as ledger:
        return bind(office, ledger)


def _opened(
    office: Office, *, snapshot: bool = False, notify: Notify, kept: Connection | None = None
) -> AbstractContextManager[ProvableLedger]:
    """The ledger of an office, for reading: its own, or that of the station that it looks into."""
    store = office.station.store
    if office.visited:
        from bbcs.store.county import open_station  # only for a county

        return open_station(office.home, store, office.visited)
    return open_ledger(office.home, store=store, snapshot=snapshot, notify=notify, kept=kept)


def bind(office: Office, ledger: ProvableLedger) -> Office:
    """The office with what an open ledger tells: calendars, rules, code, whether it is for
    practice, its last moment.

    Raises StoreUnreachable where the ledger names a text of rules that it does not hold,
    LedgerBroken when the stored notices cannot be read.
    """
    if office.visited:
        from bbcs.usecases import county  # only for a county

        office = county.at_station(office, ledger)
    station, calendars = office.station, _calendars(ledger, office.station.region)
    result = office.bound(calendars).after(ledger.head(), practice=ledger.practice())
    if ledger.station != station.code:
        own = station._replace(code=ledger.station)
        result = result._replace(station=own, swapped=station.code)
    return result.under(ledger.rules())


def copy_attachment(office: Office, digest: str, target: Path) -> None:
    """Copies an attachment to `target`, apart from every transaction on a file.

    Raises StoreUnreachable when it cannot be read, LedgerBroken when it is another one.
    """
    from bbcs.store import attachments  # only where a file is wanted

    with engine_of(office.station.store).files(str(office.home)) as files:
        attachments.copy(files, digest, target)


class _DryRun(Exception):
    """Carries the result of a rehearsal out of the transaction that is rolled back."""

    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result


def write(
    office: Office,
    work: Callable[[ProvableLedger], T],
    *,
    dry_run: bool = False,
    files: Sequence[str] = (),
    notify: Notify = QUIET,
    kept: Connection | None = None,
) -> T:
    """Run `work` in one write transaction and return its result; a dry run does the same and keeps
    nothing.

    files: paths of what `work` attaches; they are read before the ledger is locked. Raises what
    reading them raises, and LedgerConflict when somebody else imported a calendar since the office
    was opened, UsageError for an office that looks into another station.
    """
    if office.visited:
        raise UsageError(
            f"{office.visited} 是别的站：--station 只能看（已遮盖），不能写，也不能看未遮盖的；要写请到那个站"
        )

    def transaction() -> T:
        """Opens the ledger for writing and runs the work; raises _DryRun where nothing is kept."""
        with open_ledger(
            office.home, store=office.station.store, write=True, notify=notify, kept=kept
        ) as ledger:
            _refuse_swapped(office, ledger)
            if office.calendars and len(ledger.imported()) != len(office.calendars.imported):
                raise LedgerConflict("日历刚由别人更新，这一步没有写入；请再试一次")
            if office.rules.texts and ledger.last_adoption() != office.rules.texts[-1].seq:
                raise LedgerConflict("规则包或事项目录刚由别人更新，这一步没有写入；请再试一次")
            if office.rules.read:
                ledger.keep_parsed(office.rules)
            ledger.drafts = drafts
            result = work(ledger)
            if dry_run:
                raise _DryRun(result)
            return result

    drafts: Mapping[str, FileDraft] = {}
    try:
        if files:
            from bbcs.store import attachments  # only where a file is attached

            with attachments.drafts(office.home, files) as drafts:
                return retry(transaction)
        return retry(transaction)
    except _DryRun as rehearsed:
        return rehearsed.result  # type: ignore[no-any-return]


def _refuse_swapped(office: Office, ledger: ProvableLedger) -> None:
    """Nothing is written by the roster and the rules of another station, or of another ledger."""
    in_file = office.station._replace(code=office.swapped or office.station.code)
    if what := foreign(in_file, ledger):
        raise LedgerBroken(
            f"{what}有一个被换过；什么都没有写，请从备份取回原来的那一个（见 bbcs ledger verify）"
        )


def read(
    office: Office,
    work: Callable[[ProvableLedger], T],
    *,
    snapshot: bool = False,
    notify: Notify = QUIET,
) -> T:
    """Run `work` on one consistent view of the ledger and return its result.

    snapshot: for work that takes long or waits for somebody; it keeps nobody from writing.
    """
    with _opened(office, snapshot=snapshot, notify=notify) as ledger:
        return work(ledger)


def county(office: Office, work: Callable[[Stations], T]) -> T:
    """Run `work` on one view of all stations of the office's database and return its result.

    Raises NotPermitted, and UsageError where the ledger is a file of its own.
    """
    from bbcs.store.county import open_county
    from bbcs.usecases.county import Stations, may_visit

    may_visit(office)
    with open_county(office.home, office.station.store) as every:
        return work(Stations(office, every, bind))


def look(
    office: Office, work: Callable[[ProvableLedger, Office], T], notify: Notify = QUIET
) -> tuple[Office, T]:
    """The office as `bound` gives it, and the result of `work`, on one view of the ledger: for what
    asks nobody in between.
    """
    with _opened(office, notify=notify) as ledger:
        bound = bind(office, ledger)
        return bound, work(ledger, bound)


@contextmanager
def temporary_home(
    station: str, stamp: Stamp
) -> Iterator[tuple[Path, Callable[[Sequence[str]], AbstractContextManager[ProvableLedger]]]]:
    """An empty home that is removed afterwards, and what opens its ledger for writing.

    That takes the paths of the files which are attached.
    """
    from tempfile import TemporaryDirectory

    from bbcs.store.home import create

    with TemporaryDirectory(prefix="bbcs-") as name:
        home = Path(name)
        create(home, station, stamp)
        yield home, partial(with_files, home)


@contextmanager
def with_files(home: Path, files: Sequence[str]) -> Iterator[ProvableLedger]:
    """One write transaction in which these files may be attached; they are read before it begins."""
    from bbcs.store import attachments  # only where a file may be attached

    with attachments.drafts(home, files) as drafts, open_ledger(home, write=True) as ledger:
        ledger.drafts = drafts
        yield ledger
