"""`--station all` of `list todo search check`: the stations of a county in one answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

from bbcs.cli import context, output
from bbcs.cli.list_options import ON_SCREEN, columns_of, format_of, wanted_of
from bbcs.cli.long_lists import document_text, lines_text, table_text
from bbcs.cli.options import Values
from bbcs.cli.settings import Settings
from bbcs.cli.unit_pages import save
from bbcs.errors import UsageError
from bbcs.render.formats import TABLES, dumps
from bbcs.render.terminal import echo, fitted, is_tty, talk
from bbcs.usecases import checks, county_lists
from bbcs.usecases.checks import CheckSelection
from bbcs.usecases.county import Stations
from bbcs.usecases.county_month import left_out
from bbcs.usecases.filters import one_of, positive
from bbcs.usecases.ledger import Filter
from bbcs.usecases.office import Office
from bbcs.views import county_lists as views, findings, search as found_view
from bbcs.views.rows import NOTHING


def cases(settings: Settings, values: Values) -> None:
    """List the cases of all stations in one order."""
    if values["by_unit"]:
        raise UsageError("--by-unit 是一个站交办的清单；请把 --station all 改成站码")
    if settings.as_json and not values["out"]:
        fmt = output.json_format(one_of("--format", values["format"] or "json", TABLES))
    else:
        fmt = format_of(settings, values)
    columns, limit = columns_of(values, fmt), None
    if values["out"]:
        output.agree(Path(values["out"]), yes=values["yes"])
    elif is_tty():
        limit = ON_SCREEN
    if values["limit"]:
        limit = positive("--limit", values["limit"])

    def ask(office: Office) -> Filter:
        return wanted_of({**values, "after": None}, office, None)._replace(limit=None)

    def listed(stations: Stations) -> None:
        _say_left_out(stations.county.elsewhere(), fmt)
        listing = county_lists.cases(stations, ask, limit, values["after"] or "")
        if values["out"]:
            _saved(settings, stations, listing, fmt, columns, Path(values["out"]))
        else:
            _listed(settings, stations, listing, fmt, columns)

    context.county(settings, listed)


def _saved(
    settings: Settings,
    stations: Stations,
    listing: county_lists.CountyListing,
    fmt: str,
    columns: tuple[str, ...],
    path: Path,
) -> None:
    shown = views.lines(listing, stations)
    table = views.list_table(shown, columns or views.DEFAULT, "全县件清单")
    save(settings, stations.own, table, fmt, path)


def _listed(
    settings: Settings,
    stations: Stations,
    listing: county_lists.CountyListing,
    fmt: str,
    columns: tuple[str, ...],
) -> None:
    if settings.quiet and fmt not in ("json", "ndjson"):
        output.stream(row["case_no"] for _, row in listing.rows)
    elif not listing.total and fmt == "table" and is_tty():
        talk(NOTHING)
    elif fmt == "table" and is_tty():
        table = views.list_table(views.lines(listing, stations), columns or views.DEFAULT, "")
        output.page_table(settings, table, fmt, counted=not listing.next)
    else:
        output.stream_text(_list_text(stations, listing, fmt, columns))
    if listing.next and fmt == "table":
        more = f"共 {listing.total} 件，接着看：--after {listing.next}"
        talk(fitted(more))


def _list_text(
    stations: Stations, listing: county_lists.CountyListing, fmt: str, columns: tuple[str, ...]
) -> Iterator[str]:
    """The text of a list outside a terminal, while its rows pass by."""
    shown = views.lines(listing, stations)
    if fmt == "json":
        behind = stations.county.elsewhere()
        return document_text(views.list_document(listing, shown, columns, behind))
    if fmt == "ndjson":
        return lines_text(views.documents(shown, columns))
    heads = views.heads(columns or views.DEFAULT)
    cells = views.cells(shown, columns or views.DEFAULT)
    number = len(listing.rows) if isinstance(listing.rows, list) else listing.total
    return table_text(heads, cells, number, fmt)


def _say_left_out(elsewhere: Sequence[str], fmt: str) -> None:
    """Name the stations that are not in the answer; JSON does it itself."""
    if elsewhere and fmt != "json":
        talk(f"bbcs: 提醒：{left_out(elsewhere)}")


def todo(settings: Settings, values: Values) -> None:
    """Show how many cases stand on the desk of each station."""
    if values["limit"]:
        raise UsageError("--limit 是一个站每组列几件；全县只列件数")
    own, desks, elsewhere = context.county(
        settings, lambda all: (all.own, county_lists.desks(all), all.county.elsewhere())
    )
    _say_left_out(elsewhere, "json" if settings.as_json else "table")
    if settings.as_json:
        output.echo_json(views.todo_document(desks, own, elsewhere))
    elif settings.quiet:
        output.stream(one.code for one in desks if any(one.groups.values()))
    elif not any(any(one.groups.values()) for one in desks):
        echo(views.NOTHING)
    else:
        output.page_table(settings, views.todo_table(desks, own), "table")


def search(settings: Settings, text: str, limit: int, fmt: str) -> None:
    """Find cases of all stations, the newest first."""

    def found(stations: Stations) -> None:
        """Search one station after the other and write what was found."""
        _say_left_out(stations.county.elsewhere(), fmt)
        hits, more = county_lists.search(stations, text, limit)
        if not hits and not settings.as_json:
            talk(fitted(found_view.NOTHING))
            if fmt == "table" and is_tty():
                return
        if fmt == "json":
            output.echo_json(views.search_document(hits, more, stations))
        elif fmt == "ndjson":
            rows = views.hit_rows(hits, stations)
            output.stream(dumps({"schema": "bbcs.found/1", **row}) for row in rows)
        elif settings.quiet:
            output.stream(hit.stored["case_no"] for hit in hits)
        else:
            output.page_table(settings, views.search_table(hits, stations), fmt, counted=not more)
        if more and fmt == "table":
            talk(fitted(f"只列出最新的 {limit} 件，还有别的；请多写几个字，或加 --limit"))

    context.county(settings, found)


def check(settings: Settings, selection: CheckSelection, limit: int | None, fmt: str) -> int:
    """Inspect the ledgers of all stations and write what was found; the number of findings."""

    def inspected(stations: Stations) -> int:
        """Inspect one station after the other, with one bar for all of them."""
        stations.county.refuse_behind()
        elsewhere = stations.county.elsewhere()
        _say_left_out(elsewhere, fmt)
        total = partial(_cases_in, stations)
        with output.progress(settings, "体检", total, streamed=fmt == "ndjson") as report:
            findings = islice(_findings(stations, selection, report), limit)
            if fmt == "ndjson":
                return _counted(views.finding_document(one) for one in findings)
            every = list(findings)
        _write(settings, every, fmt, elsewhere)
        return len(every)

    return context.county(settings, inspected)


def _cases_in(stations: Stations) -> int:
    return sum(
        checks.total(stations.ledger(code), stations.office(code)) for code in stations.codes
    )


def _findings(
    stations: Stations, selection: CheckSelection, report: checks.Progress
) -> Iterator[views.StationFinding]:
    done = 0
    for code in stations.codes:
        ledger, office = stations.ledger(code), stations.office(code)
        latest = done

        def passed(number: int, before: int = done) -> None:
            nonlocal latest
            latest = before + number
            report(latest)

        for one in checks.inspect(ledger, office, selection, passed):
            yield code, one
        done = latest


def _counted(documents: Iterable[dict[str, object]]) -> int:
    """Write one JSON object a line; how many there were."""
    number = 0

    def lines() -> Iterator[str]:
        nonlocal number
        for number, one in enumerate(documents, 1):  # noqa: B007 - the count is the answer
            yield dumps(one)

    output.stream(lines())
    return number


def _write(
    settings: Settings, every: list[views.StationFinding], fmt: str, elsewhere: Sequence[str]
) -> None:
    if fmt == "json":
        output.echo_json(views.check_document(every, elsewhere))
    elif settings.quiet:
        output.stream(dict.fromkeys(one.case_no for _, one in every if one.case_no))
    elif not every and fmt == "table":
        echo("体检没有发现问题")
    elif fmt == "table":
        summary = findings.summary([one for _, one in every])
        output.page_blocks(settings, views.check_table(every), summary)
    else:
        output.echo_table(settings, views.check_table(every), fmt, counted=False)
