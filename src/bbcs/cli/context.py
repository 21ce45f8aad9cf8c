"""Opens the office that a command works in, and one transaction of its ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bbcs.cli.click import get_current_context
from bbcs.cli.settings import ALL, RUN, Settings, at_terminal
from bbcs.config import station_file
from bbcs.config.adopted_rules import Rules
from bbcs.config.environment import os_user, present
from bbcs.domain.pack import RulePack
from bbcs.domain.station import Station
from bbcs.errors import StoreUnreachable, UsageError
from bbcs.render.terminal import talk
from bbcs.store import transactions
from bbcs.store.engine import Notify
from bbcs.store.opening import Connection
from bbcs.store.provable import ProvableLedger
from bbcs.usecases.office import Calendars, Office, Transaction, declined, office_of

if TYPE_CHECKING:
    from bbcs.usecases.county import Stations

T = TypeVar("T")


def office(settings: Settings, *, stored: bool = True, kept: Connection | None = None) -> Office:
    """The office of the home: station, rule pack, operator and present time.

    kept: keeps the connection to its ledger for `write`.
    stored: False leaves out what its ledger holds, the rules too: for what has to work also where
    that cannot be read.
    """
    made = _unbound(settings)
    return transactions.bound(made, NOTIFY, kept) if stored else made


def look(settings: Settings, ask: Callable[[ProvableLedger, Office], T]) -> tuple[Office, T]:
    """The office and the result of `ask`, on one view of the ledger, which is opened once."""
    return transactions.look(_unbound(settings), ask, NOTIFY)


def _unbound(settings: Settings) -> Office:
    """The office without what its ledger holds."""
    now, clock = present()
    named = settings.named_operator
    user = "" if named else os_user()
    made = office_of(settings.folder, named, user, now, clock)
    if settings.station:
        if settings.station == ALL:
            raise UsageError("这条命令一次只看一个站；请把 --station all 改成站码")
        from bbcs.usecases import county  # only for a county

        made = county.visiting(made, settings.station)
    return made._replace(sure=settings.yes)


def rules(home: Path) -> Rules:
    """The rules that the ledger of a home holds."""
    return transactions.rules(home, NOTIFY)


def text(home: Path, digest: str) -> bytes:
    """A text of rules by its digest. Raises StoreUnreachable where the ledger does not hold it."""
    return transactions.text(home, digest, NOTIFY)


def pack(settings: Settings) -> RulePack:
    """The rules that are in force in the home. Refused where the ledger is lost or holds none."""
    adopted = rules(settings.folder)
    if adopted.in_force is None:
        raise StoreUnreachable("台账里没有采用过规则包；请先 bbcs pack adopt 规则包")
    return adopted.pack_of(adopted.in_force)


def station(settings: Settings) -> Station:
    """The station of the home, as its file says.

    Refused like any command where the ledger is lost.
    """
    from bbcs.config.homes import has_ledger  # the counter opens its ledger at once

    in_file = station_file.read(settings.folder)
    has_ledger(settings.folder)
    return in_file


def home_calendars(home: Path, region: str) -> Calendars:
    """The shipped calendar with the notices imported in this home."""
    return transactions.home_calendars(home, region, NOTIFY)


def write(
    office: Office,
    ask: Callable[[ProvableLedger], T],
    *,
    dry_run: bool = False,
    files: Sequence[str] = (),
    kept: Connection | None = None,
) -> T:
    """Run `ask` in one write transaction; a dry run does the same work and keeps nothing.

    files: paths of what `ask` attaches; they are read before the ledger is locked. Where the system
    clock is doubtful, somebody is asked before.
    """
    if office.doubt and not dry_run:
        agree_to_clock(office.doubt, sure=office.sure)
    RUN.begun = RUN.begun or not dry_run
    return transactions.write(office, ask, dry_run=dry_run, files=files, notify=NOTIFY, kept=kept)


def agree_to_clock(what: str, *, sure: bool) -> None:
    """Ask whether to write by a system clock that cannot be right; Declined without a clear yes."""
    if sure:
        return
    if at_terminal():
        from bbcs.cli.prompts import confirm

        sure = confirm(f"{what}。仍照这个时间记吗")
    if not sure:
        raise declined(what)


def transaction(office: Office) -> Transaction:
    """`write` on the ledger of this office, as use cases take it."""
    return partial(write, office)


def read(office: Office, ask: Callable[[ProvableLedger], T]) -> T:
    """Run `ask`, which takes a moment, on one consistent view of the ledger."""
    return transactions.read(office, ask, notify=NOTIFY)


def read_long(office: Office, ask: Callable[[ProvableLedger], T]) -> T:
    """Run `ask`, which takes long or waits for somebody, on the ledger as it stands now.

    Nobody is kept from writing meanwhile.
    """
    return transactions.read(office, ask, snapshot=True, notify=NOTIFY)


def county(settings: Settings, ask: Callable[[Stations], T]) -> T:
    """Run `ask` on every station of the county, in one view of all."""
    return transactions.county(office(settings._replace(station="")), ask)


def rebuild(office: Office, step: Callable[[], None]) -> int:
    """Make all projections of the ledger what its entries say; the number of cases.

    step: called for each case that was compared.
    """
    from bbcs.store.repair import repair  # only for this
    from bbcs.usecases.projection import refold

    return repair(office, partial(refold, office), step, NOTIFY)


def _waiting() -> None:
    talk("bbcs: 台账正被别的程序占用（在写，或在读还没放开），稍候……")


@contextmanager
def _upgrading(total: int) -> Iterator[Callable[[int], None]]:
    """Says that the ledger is brought up to date; a bar on a terminal if that takes long."""
    talk(f"bbcs: 台账由旧版 bbcs 写成，正在按本版重算 {total} 件；记录不变，原样留有副本……")
    from bbcs.cli import output

    running = get_current_context(silent=True)
    settings = Settings()
    if running is not None:
        settings = running.find_object(Settings) or settings
    with output.progress(settings, "升级", lambda: total) as report:
        yield report


NOTIFY = Notify(_waiting, _upgrading)
