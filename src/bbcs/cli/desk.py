"""`bbcs` and `bbcs todo`: what is to be done today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bbcs.cli import context, options, output
from bbcs.cli.click import Command
from bbcs.cli.options import CommandDefinition, Values
from bbcs.cli.settings import ALL, Settings
from bbcs.domain.acts import Field
from bbcs.render.terminal import fitted, is_tty
from bbcs.render.text_table import left_out_line
from bbcs.usecases.desk import DeskGroup, desk
from bbcs.usecases.filters import positive
from bbcs.usecases.listing import AT_ONCE
from bbcs.usecases.office import Office
from bbcs.views import desk as view

ON_SCREEN = 10
"""Cases of a group listed on a terminal when nobody says how many."""


def _todo(settings: Settings, values: Values) -> None:
    if settings.station == ALL:
        from bbcs.cli import county_lists

        county_lists.todo(settings, values)
        return
    limit = None
    if values["limit"]:
        limit = positive("--limit", values["limit"])
    elif is_tty() and not settings.as_json:
        limit = ON_SCREEN
    at_once = limit or AT_ONCE
    office, groups = context.look(settings, lambda ledger, office: desk(ledger, office, at_once))
    if limit is None and any(len(group.cases) < group.total for group in groups):
        from bbcs.cli import long_lists  # only where there are so many

        long_lists.todo(settings, office, _on_duty(office))
        return
    if settings.as_json:
        output.echo_json(view.document(groups, office, _on_duty(office)))
    elif settings.quiet:
        output.stream(case.stored["case_no"] for group in groups for case in group.cases)
    else:
        text = "\n".join(_lines(settings, office, groups))
        output.page_text(settings, f"{text}\n")


def _on_duty(office: Office) -> str:
    """Who is on duty today; the roster is looked into only where there is one."""
    if not office.station.duty:
        return ""
    from bbcs.usecases.duty import sitting

    return sitting(office)


def _lines(settings: Settings, office: Office, groups: Sequence[DeskGroup]) -> Iterator[str]:
    """What stands on the screen: the day, the counts, then the groups that hold cases."""
    for line in view.head(office, _on_duty(office)):
        yield fitted(*line.split("  "))
    yield fitted(*view.summary(groups))
    narrow: dict[str, None] = {}
    for group in groups:
        if group.total:
            yield ""
            yield fitted(view.title(group))
            table = view.table(group, office)
            yield output.table_text(settings, table, "table", counted=False).rstrip("\n")
            narrow |= dict.fromkeys(output.left_out(table))
            reminders = view.Reminders()
            list(reminders.noting(group.cases))
            yield from map(fitted, reminders.lines(office.roles))
    if narrow:
        yield ""
        yield fitted(left_out_line(narrow))


WORDS: Mapping[str, CommandDefinition] = {
    "todo": CommandDefinition(
        "今天该办的：超期、今天到期、临期，等着决定、研判、交办、签收、补材料、回访、重办、结案的，约定的日期",
        _todo,
        (
            Field("limit", f"每组最多几件（终端上默认 {ON_SCREEN}，别处全部）", "int"),
            options.STATION,
        ),
        examples=("bbcs", "bbcs todo --limit 50", "bbcs todo --json", "bbcs todo --station all"),
    ),
}


def command(word: str) -> Command:
    """The command of one word."""
    return options.command(word, WORDS[word])
