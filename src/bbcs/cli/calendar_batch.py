"""`bbcs calendar batch`: many deadlines of a CSV file, line by line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from bbcs.calendar.days import DayCalendar
from bbcs.cli import output
from bbcs.cli.input_files import decoded_lines, standard_input, unreadable
from bbcs.cli.settings import Settings
from bbcs.render.progress import counted
from bbcs.render.safe import safe_cell
from bbcs.usecases import workdays


def answer(
    settings: Settings,
    source: str,
    calendar: DayCalendar,
    read: Callable[[str], date | datetime],
    terms: Mapping[str, str],
) -> None:
    """Writes the lines of a source with their deadlines. read: what reads a date as people write it."""
    with (
        _lines(source) as lines,
        output.progress(settings, "计算", lambda: None, streamed=True) as report,
    ):
        answers = workdays.batch(calendar, counted(lines, report), **terms, read=read)
        output.stream(map(_harmless, answers))


_HARMFUL = re.compile(r"(?:^|,)\"?[ \u3000]*[=+@＝＋＠]")


def _harmless(line: str) -> str:
    """A line of CSV whose kept columns neither steer a terminal nor are run by a spreadsheet."""
    if line.isprintable() and not _HARMFUL.search(line):
        return line
    (cells,) = csv.reader([line])
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(
        [one if one.lstrip("-").isdigit() else safe_cell(one) for one in cells]
    )
    return text.getvalue()


@contextmanager
def _lines(source: str) -> Iterator[Iterable[str]]:
    """Lines of a file or of standard input, in whichever encoding, decoded one by one."""
    if source == "-":
        yield decoded_lines(standard_input(), source)
        return
    try:
        stream = Path(source).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise unreadable(source, error) from error
    with stream:
        yield decoded_lines(stream, source)
