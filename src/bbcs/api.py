"""The Python API: the acts, checks and refusals of the command line (formats.md §7).

`open_ledger` gives the `Window` of a station for one transaction; `make_home` makes a home, `Home`
is what is more than cases. Every refusal is a `bbcs.errors.BbcsError`.

from bbcs import open_ledger

with open_ledger("/srv/window", actor="li") as window:
    case = window.intake(matter="诊所执业备案", demand="名称通不过", reporter="陈试验")
    window.act(case["case_no"], "triage", difficulty="complex")
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from bbcs.config import packs
from bbcs.config.environment import os_user, present
from bbcs.domain.pack import RulePack
from bbcs.domain.station import Operator, Station, Unit
from bbcs.errors import ROLE_NAMES, BbcsError
from bbcs.ingest.unit_lists import read_units
from bbcs.ingest.vocabulary import read_map
from bbcs.render import rejected
from bbcs.render.files import whole
from bbcs.render.formats import PAGES
from bbcs.render.month_files import MonthAsk, write_month
from bbcs.render.table_files import make_folder, write_unit_pages
from bbcs.store import erasing, home_log, transactions
from bbcs.store.backup import log
from bbcs.store.backup.restore import restore as restore_backup
from bbcs.store.backup.take import take
from bbcs.store.head_writer import anchor
from bbcs.store.home import create
from bbcs.store.opening import engine_of
from bbcs.store.transfer.incoming import load
from bbcs.store.transfer.moving import move
from bbcs.store.transfer.outgoing import export as export_all
from bbcs.usecases import (
    catalogue,
    duty,
    editions,
    import_files,
    import_undo,
    item_knowledge,
    new_station,
    scenarios as play,
    stations,
    unit_lists,
    unit_orders,
)
from bbcs.usecases.field_names import by_name
from bbcs.usecases.filters import one_of, wanted
from bbcs.usecases.ledger import Stamp
from bbcs.usecases.office import Office, Transaction, need
from bbcs.views import imports, item_page, pack_changes, station_changes, unit_page
from bbcs.window import Window, office_at, open_ledger, path_of, period_of

__all__ = [
    "BbcsError",
    "Home",
    "RulePack",
    "Unit",
    "Window",
    "import_full",
    "make_home",
    "open_ledger",
    "pack_diff",
    "pack_test",
    "restore",
]


def make_home(
    home: str | os.PathLike[str],
    *,
    station: str,
    name: str,
    pack: str = "default",
    level: str = "",
    region: str = "",
    units: Iterable[str | Unit] = (),
    store: str = "",
    now: datetime | None = None,
) -> dict[str, Any]:
    """Make the home of a new station (`bbcs init`).

    Who runs the program becomes its operator with every role.

    station: 2 to 12 capital letters or digits. store: `postgresql://host/database` where the ledger
    lies in a database, without a password. Returns `bbcs.station/1`. A refused call leaves
    nothing behind.
    """
    operator = new_station.first_operator(os_user())
    named = tuple(Unit("", one) if isinstance(one, str) else one for one in units)
    wish = Station(
        station, name, level, "", region, units=named, operators=(operator,), store=store
    )
    created = new_station.make(
        path_of("home", home),
        wish,
        pack,
        Stamp(operator.id, *present(now)),
        partial(create, engine=engine_of(store)),
    )
    return station_changes.new_station(path_of("home", home), created)


def restore(
    file: str | os.PathLike[str],
    home: str | os.PathLike[str],
    *,
    passphrase: bytes = b"",
    station: str = "",
) -> dict[str, Any]:
    """Restore a backup into a folder that does not exist yet, or is empty, and verify it.

    station: the code that the backup must have, "" for any. Returns `bbcs.restored/1`.
    """
    restored = restore_backup(
        path_of("file", file), lambda: passphrase, path_of("home", home), station
    )
    return restored.document(path_of("home", home))


def import_full(
    file: str | os.PathLike[str], home: str | os.PathLike[str], *, dry_run: bool = False
) -> dict[str, Any]:
    """`bbcs import` of a full export: a folder that does not exist yet, or is empty, becomes a home.

    Returns `bbcs.full_import/1`. Raises LedgerBroken for a file that is cut or was changed,
    UsageError where there is anything in the folder, StoreUnreachable, DiskFull.
    """
    return load(path_of("file", file), path_of("home", home), dry_run=dry_run).document()


class Home:
    """The home of a station: its rosters, its rules, and the files that leave it.

    Every call opens the ledger, is one transaction (`adopt_pack`: two) and returns the JSON
    document that the command of the same name prints. actor, now: as for `open_ledger`.
    """

    def __init__(
        self, home: str | os.PathLike[str], *, actor: str = "", now: datetime | None = None
    ) -> None:
        self._home, self._actor, self._now = path_of("home", home), actor, now

    def _open(self) -> tuple[Office, Transaction]:
        office = office_at(self._home, self._actor, self._now)
        office = transactions.bound(office)
        return office, partial(transactions.write, office)

    # -- backups -----------------------------------------------------------------------------------

    def backup(
        self,
        folder: str | os.PathLike[str] | None = None,
        *,
        passphrase: bytes = b"",
        keep: int = 0,
    ) -> dict[str, Any]:
        """Back up the home, restore the backup into a temporary folder and verify it there.

        folder: where the backup goes, else the home's `backups`. passphrase: b"" leaves it
        unencrypted, which is logged. keep: how many backups of this station stay in the folder,
        0 for all. Returns `bbcs.backup/1`.
        """
        office = office_at(self._home, self._actor, self._now)
        need(office, "备份台账", "admin")
        now = office.stamp.now
        where = path_of("folder", folder) if folder else None
        taken = take(office.home, now, passphrase, where, keep)
        log.record(office.home, taken, office.stamp.actor, now)
        return taken.document()

    def export_full(self, file: str | os.PathLike[str], *, reason: str) -> dict[str, Any]:
        """`bbcs export --full`: the whole ledger in one file, unmasked; `import_full` takes it.

        reason: stands in the entry that logs it. Returns `bbcs.full_export/1`. Raises NotPermitted,
        ReasonMissing, LedgerBroken, StoreUnreachable, OutputNotWritable, DiskFull.
        """
        office, write = self._open()
        office.refuse_doubt()
        return export_all(office, write, path_of("file", file), reason, whole).document()

    def move(self, to: str) -> dict[str, Any]:
        """`bbcs ledger move`: the ledger into a database (`postgresql://host/database`, without a
        password), or back into the home (`file`).

        Nobody writes meanwhile; both are compared byte for byte. Returns `bbcs.moved/1`. Raises
        NotPermitted, UsageError, LedgerBroken, StoreUnreachable, DiskFull.
        """
        return move(office_at(self._home, self._actor, self._now), to).document()

    # -- foreign ledgers ---------------------------------------------------------------------------

    def import_file(
        self,
        path: str | os.PathLike[str],
        *,
        dry_run: bool = False,
        skip_bad: bool = False,
        source: str = "",
        year: int = 0,
        encoding: str = "",
        map: str = "",
        hidden: bool = False,
        show: int = 20,
    ) -> dict[str, Any]:
        """`bbcs import`: a foreign ledger into this one. Returns `bbcs.import/1`.

        Rows that were kept out are in `rows_rejected`, and in the file `rejected_file` beside the
        source; without skip_bad nothing is stored then. map: the text of a map (TOML), remembered
        once something was stored. Raises ImportRejected for a file that cannot be read,
        StoreUnreachable for one that cannot be opened, BadValue, NotPermitted.
        """
        office, _ = self._open()
        own = read_map(map, "map")
        wanted = import_files.ImportWanted(
            os.fspath(path_of("path", path)), source, encoding, year, own, hidden, skip_bad, show
        )
        view = partial(transactions.read, office, snapshot=True)
        write = None if dry_run else partial(transactions.write, office)
        done = import_files.import_file(office, wanted, view, write)
        if done.stored:
            import_files.remember(office.home, own)
        kept = rejected.keep(imports.rejected_tables(done), wanted.path)
        return imports.document(done, dry_run=dry_run, rejected_file=kept)

    def undo_import(self, batch: str, *, reason: str = "", yes: bool = False) -> dict[str, Any]:
        """`bbcs import-undo`: takes a batch back. Returns `bbcs.import_undone/1`.

        yes: also where its cases were worked on since. Raises BadValue for an unknown batch,
        NothingToUndo, Declined, NotPermitted.
        """
        office, _ = self._open()
        view = partial(transactions.read, office, snapshot=True)
        write = partial(transactions.write, office)
        done = import_undo.undo_batch(office, batch, view, write, reason=reason, yes=yes)
        return dict(imports.undone_document(done))

    # -- rosters -----------------------------------------------------------------------------------

    def add_unit(
        self,
        name: str,
        *,
        code: str = "",
        alias: Sequence[str] = (),
        rep: str = "",
        phone: str = "",
        level: str = "",
    ) -> dict[str, Any]:
        """`bbcs station unit add`. level: county, township or village, "" for that of the station.

        Raises BadValue when a name reads as several units or is taken, UnknownWord for a level.
        """
        unit = Unit(code, name, tuple(alias), rep, phone, stations.level_of("level", level))
        return station_changes.roster_change(stations.add_unit(*self._open(), unit))

    def remove_unit(self, unit: str) -> dict[str, Any]:
        """`bbcs station unit remove`: by name, code or alias. Raises UnknownUnit."""
        return station_changes.roster_change(stations.remove_unit(*self._open(), unit))

    def rename_unit(self, unit: str, name: str) -> dict[str, Any]:
        """`bbcs station unit rename`. Raises UnknownUnit, BadValue for the new name."""
        return station_changes.roster_change(stations.rename_unit(*self._open(), unit, name))

    def load_units(
        self,
        file: str | os.PathLike[str],
        *,
        keep: bool = False,
        yes: bool = False,
        dry_run: bool = False,
    ) -> dict[str, Any]:
        """`bbcs station unit load`; keep: units that the file does not name stay on the roster.

        yes: also where units are taken off or renamed. Raises ImportRejected for a file that cannot
        be read, PackInvalid with every problem of the list, Declined, NotPermitted.
        """
        office, transact = self._open()
        path = path_of("file", file)
        listed = read_units(path)
        if dry_run:
            done = transactions.read(
                office,
                lambda ledger: unit_lists.changes(
                    ledger, office, office.station, path, listed, keep=keep
                ),
            )
        else:
            done = unit_lists.load_units(office, transact, path, listed, keep=keep, agreed=yes)
        return station_changes.loaded_units(done)

    def add_operator(
        self, id: str, *, name: str = "", role: Sequence[str] = ("clerk",), os_user: str = ""
    ) -> dict[str, Any]:
        """`bbcs station operator add`; roles by key or Chinese name.

        Raises UnknownWord, BadValue.
        """
        roles = tuple(stations.key_of("--role", one, ROLE_NAMES) for one in role)
        operator = Operator(id, name or id, roles, os_user)
        return station_changes.roster_change(stations.add_operator(*self._open(), operator))

    def load_items(
        self, file: str | os.PathLike[str], *, yes: bool = False, dry_run: bool = False
    ) -> dict[str, Any]:
        """`bbcs station items load`; yes: also where nothing is left of the catalogue before.

        Raises PackInvalid with every problem of the file, Declined.
        """
        office, transact = self._open()
        loaded = catalogue.load_items(
            office, transact, path_of("file", file), agreed=yes, dry_run=dry_run
        )
        return station_changes.loaded_items(loaded)

    def item(self, name: str) -> dict[str, Any]:
        """`bbcs station items show ITEM`: the knowledge page of an item of the catalogue.

        Raises UnknownWord.
        """
        office, _ = self._open()
        page = transactions.read(
            office, lambda ledger: item_knowledge.knowledge(ledger, office, name), snapshot=True
        )
        return item_page.document_of(page, list(office.items.values()))

    def add_duty(
        self,
        first: date,
        last: date | None = None,
        *,
        operators: Sequence[str],
        rotate: bool = False,
        shift: str = "",
        note: str = "",
    ) -> dict[str, Any]:
        """`bbcs station duty add`.

        One operator, or with `rotate` several that take turns on working days.

        Raises UnknownOperator, BadValue when somebody is on duty then already.
        """
        office, transact = self._open()
        word = duty.shift_of(shift)
        new = duty.planned(
            office, first, last or first, operators, rotate=rotate, shift=word, note=note
        )
        duty.add(office, transact, new)
        return station_changes.duty(new)

    def remove_duty(
        self, first: date, last: date | None = None, *, operator: str = "", shift: str = ""
    ) -> dict[str, Any]:
        """`bbcs station duty remove`.

        All duties of these days, or those of one operator or shift.
        """
        office, transact = self._open()
        who = ""
        if operator:
            who = office.station.operator(operator).id
        word = duty.shift_of(shift)
        gone = duty.remove(office, transact, first, last or first, who, word)
        return station_changes.duty(gone)

    # -- rules -------------------------------------------------------------------------------------

    def adopt_pack(self, pack: str = "", *, dry_run: bool = False) -> dict[str, Any]:
        """`bbcs pack adopt`: a key, place or .toml file; "" reads the pack in force again.

        Raises UnknownPlace, PackInvalid, NotPermitted; a refused call leaves nothing behind.
        """
        office, transact = self._open()
        done = editions.adopt_pack(office, transact, pack, dry_run=dry_run)
        return station_changes.adoption(done, office.pack, dry_run=dry_run)

    # -- the ledger --------------------------------------------------------------------------------

    def erase(self, *cases: str, reason: str, basis: str) -> dict[str, Any]:
        """`bbcs ledger erase`: the personal part of these cases, all or none, for good.

        Every case must have ended. Returns `bbcs.erased/1`, with the backups that still hold it.
        Raises NotPermitted, UnknownCase, TransitionRefused, GateClosed, MissingInput, BadValue.
        """
        office, _ = self._open()
        office.refuse_doubt()
        return erasing.erase(office, cases, reason, basis).document()

    # -- files -------------------------------------------------------------------------------------

    def write_month(
        self,
        folder: str | os.PathLike[str],
        month: str = "",
        *,
        first: date | None = None,
        last: date | None = None,
        as_of: datetime | None = None,
        form: str = "",
    ) -> dict[str, Any]:
        """`bbcs report monthly --out`.

        All papers of a month (`2026-10`) or of a range of days. form: of the registers, "short" or
        "full", else the place's own.

        Returns `bbcs.monthly/1` with the names of the files. Raises IdentityBroken,
        OutputNotWritable, DiskFull, LedgerLocked when somebody else is writing there.
        """
        office, _ = self._open()
        written = write_month(
            office,
            MonthAsk(period_of(month, first, last), as_of, form),
            path_of("folder", folder),
            partial(transactions.read, office, snapshot=True),
            anchor,
            partial(home_log.append, office.home, home_log.REPORTS),
        )
        return written.document()

    def write_unit_pages(
        self, folder: str | os.PathLike[str], *, format: str = "xlsx", **filters: Any
    ) -> dict[str, Any]:
        """`bbcs list --by-unit --out`: one file (xlsx or md) for each unit that has open orders.

        filters: as for `Window.find`. Returns `bbcs.files/1`. Raises UnknownWord,
        OutputNotWritable, DiskFull.
        """
        office, _ = self._open()
        into = path_of("folder", folder)
        with by_name():
            fmt = one_of("--format（格式）", format, PAGES)
            ask = wanted(filters, office)
            make_folder(into)
            orders = transactions.read(
                office, lambda ledger: unit_orders.find(ledger, office, ask), snapshot=True
            )
        pages = unit_page.pages(orders, office)
        return {
            "schema": "bbcs.files/1",
            "files": write_unit_pages(pages, fmt, into, office),
        }


def pack_test(
    pack: str, *scenarios: str | os.PathLike[str], home: str | os.PathLike[str] | None = None
) -> dict[str, Any]:
    """`bbcs pack test`: play scenario files by a pack, without files the shipped ones of its place.

    home: where packs are also looked for. Returns `bbcs.packtest/1`; "ok" is false when anything
    differs.
    Raises UnknownPlace, PackInvalid, UsageError when there is no scenario.
    """
    rules = _rules(pack, home)
    files = [Path(one) for one in scenarios]
    return play.document(play.play_scenarios(rules, files, transactions.temporary_home))


def pack_diff(
    before: str, after: str, *, home: str | os.PathLike[str] | None = None
) -> dict[str, Any]:
    """`bbcs pack diff`: every value in which two packs differ, as `bbcs.packdiff/1`.

    before, after: keys, places, `key@edition` or .toml files. home: where packs are also looked
    for. Raises UnknownPlace, PackInvalid.
    """
    differences = pack_changes.differences(_rules(before, home), _rules(after, home))
    return pack_changes.document(differences)


def _rules(named: str, home: str | os.PathLike[str] | None) -> RulePack:
    """The rules that a key, place or file names; `key@edition` in the ledger of the home."""
    if home is None:
        return packs.load(editions.file_of(named, None))
    if "@" in named:
        adopted = transactions.rules(path_of("home", home))
        if text := editions.kept(adopted, named):
            return adopted.pack_of(text)
    return packs.load(editions.file_of(named, path_of("home", home)))
