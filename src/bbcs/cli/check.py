"""`bbcs check`: the inspection of the ledger (台账体检)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from itertools import islice

import typer

from bbcs.calendar.dates import parse_day
from bbcs.cli import context, options, output
from bbcs.cli.click import Command
from bbcs.cli.dates import month as spoken_month, resolve_for
from bbcs.cli.options import CommandDefinition, Values
from bbcs.cli.settings import ALL, Settings
from bbcs.domain.acts import Field
from bbcs.inspection.checks import GRADES
from bbcs.render.formats import FORMATS, dumps
from bbcs.render.terminal import echo, talk
from bbcs.store.provable import ProvableLedger
from bbcs.usecases import checks, reports
from bbcs.usecases.checks import CheckFinding, CheckSelection, Progress
from bbcs.usecases.filters import one_of, positive
from bbcs.usecases.office import Office
from bbcs.views import findings as views

FOUND = 1
"""Exit code when there is a finding, of whatever grade (cli.md)."""


def _check(settings: Settings, values: Values) -> None:
    office = context.office(settings._replace(station="") if settings.station == ALL else settings)
    selection, limit = _selection(values, office), None
    if values["limit"]:
        limit = positive("--limit", values["limit"])
    usual = values["format"] or settings.preferred("format") or "table"
    fmt = one_of("--format", usual, FORMATS)
    if settings.as_json:
        fmt = "json"
    if settings.station == ALL:
        from bbcs.cli import county_lists

        number = county_lists.check(settings, selection, limit, fmt)
    else:
        number = _inspected(settings, office, selection, limit, fmt)
    if limit and number == limit:
        talk(f"只列出前 {limit} 处（--limit）")
    if number:
        raise typer.Exit(FOUND)


def _inspected(
    settings: Settings, office: Office, selection: CheckSelection, limit: int | None, fmt: str
) -> int:
    """Inspect one ledger and write what was found; the number of findings."""
    write = _WRITERS.get(fmt, _write_all)

    def inspect(ledger: ProvableLedger) -> int:
        total = partial(checks.total, ledger, office)
        with output.progress(settings, "体检", total, streamed=write is _write_lines) as report:
            findings: Iterable[CheckFinding] = _findings(ledger, office, selection, limit, report)
            if write is _write_lines:
                return write(settings, findings, fmt)
            findings = list(findings)  # the bar is gone before the table is printed
        return write(settings, findings, fmt)

    return context.read_long(office, inspect)


def _findings(
    ledger: ProvableLedger,
    office: Office,
    selection: CheckSelection,
    limit: int | None,
    progress: Progress | None = None,
) -> Iterator[CheckFinding]:
    return islice(checks.inspect(ledger, office, selection, progress), limit)


def _write_lines(settings: Settings, findings: Iterable[CheckFinding], fmt: str) -> int:
    """Write one JSON object a line, as they come; the number of findings."""
    number = 0

    def lines() -> Iterator[str]:
        nonlocal number
        for number, one in enumerate(findings, 1):  # noqa: B007 - the count is the answer
            yield dumps(one.document())

    output.stream(lines())
    return number


def _write_all(settings: Settings, findings: Iterable[CheckFinding], fmt: str) -> int:
    """Write them in one document or table; the number of findings."""
    every = list(findings)
    if fmt == "json":
        output.echo_json(views.document(every))
    elif settings.quiet:
        output.stream(dict.fromkeys(one.case_no for one in every if one.case_no))
    elif not every and fmt == "table":
        echo("体检没有发现问题")
    elif fmt == "table":
        output.page_blocks(settings, views.table(every), views.summary(every))
    else:
        output.echo_table(settings, views.table(every), fmt, counted=False)
    return len(every)


_WRITERS = {"ndjson": _write_lines}
"""Format -> what writes it; the others wait for the last finding."""


def _selection(values: Values, office: Office) -> CheckSelection:
    codes = tuple(code.upper() for code in values["code"] or ())
    grades = tuple(_grade(text) for text in values["grade"] or ())
    month = values["month"] or ""
    if month:
        month = f"{reports.month(spoken_month(month, office.stamp.now.date())).first:%Y-%m}"
    first, last = (_day(values[name], office, name) for name in ("from", "to"))
    if first and last:
        reports.between(first, last)
    return CheckSelection(codes, grades, first, last, month)


def _grade(text: str) -> str:
    return next((key for key, label in GRADES.items() if text == label), text)


def _day(text: str | None, office: Office, name: str) -> date | None:
    if not text:
        return None
    return parse_day(resolve_for(text, office, name))


WORDS: Mapping[str, CommandDefinition] = {
    "check": CommandDefinition(
        "台账体检：逐件查缺项、日期、时限、答复、回访、结案，再查编号和月度平衡（有发现退出码 1，什么都不写）",
        _check,
        (
            Field("code", "只查这一项，可多次（见 bbcs help checks）", "words"),
            Field("grade", "只查这一等，可多次：error warning info", "words"),
            Field("from", "只查这天起受理的（编号、平衡和轮值仍查全部）", "date"),
            Field("to", "只查到这天受理的", "date"),
            Field("month", "月度平衡和比率只看这个月（默认最近十二个月）", "month"),
            Field("limit", "最多列几处", "int"),
            Field("format", "格式：table json ndjson csv tsv md"),
            options.STATION,
        ),
        examples=(
            "bbcs check",
            "bbcs check --code C05 --code C06 --format csv",
            "bbcs check --grade error --from 2026-10-01 --to 2026-10-31 --json",
            "bbcs check --grade error --station CG01",
        ),
    )
}


def command(word: str) -> Command:
    """The command of one word."""
    return options.command(word, WORDS[word])
