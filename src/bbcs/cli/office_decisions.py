"""`bbcs exempt|improve --list` and `--undo SEQ`: decisions of the office, made on a case or without
one.
"""

from __future__ import annotations

from typing import Any

from bbcs.cli import context, output
from bbcs.cli.settings import Settings
from bbcs.domain.acts import Act
from bbcs.domain.acts.table import BY_VERB, DONE
from bbcs.domain.event import Event
from bbcs.domain.masking import free_text
from bbcs.domain.numbers import integer
from bbcs.errors import BadValue
from bbcs.usecases import office_decisions
from bbcs.usecases.office import Office


def show(settings: Settings, office: Office, act: Act) -> None:
    """List the decisions that stand."""
    decisions = context.read(office, lambda ledger: office_decisions.decisions(ledger, act.verb))
    document = {
        "schema": "bbcs.decisions/1",
        "kind": office_decisions.KINDS[act.verb],
        "decisions": [office_decisions.listed(event) for event in decisions],
    }
    lines = [_line(event) for event in decisions]
    numbers = "\n".join(str(event.seq) for event in decisions)
    output.answer(settings, document, "\n".join(lines) or "（没有）", numbers)


def _line(event: Event) -> str:
    """`118  2026-06-01 起  示例许可  免：减压合作凭证  行政审批局`."""
    data: dict[str, Any] = dict(event.data)
    since = f"{data['effective']} 起" if data.get("effective") else f"{event.at:%Y-%m-%d}"
    if event.kind == "Exempted":
        parts = [since, data.get("item"), f"免：{data['paper']}", data["authority"]]
    else:
        kinds = next(field for field in BY_VERB["improve"].fields if field.name == "kind").choices
        parts = [
            since,
            kinds[data["kind"]],
            free_text(data.get("what") or ""),
            *(data.get("item") or ()),
        ]
    on = f"记在 {event.case_no}" if event.case_no else ""
    return "  ".join([str(event.seq), *(part for part in (*parts, on) if part)])


def take_back(
    settings: Settings, office: Office, act: Act, typed: str, note: str, *, dry_run: bool
) -> None:
    """Take one back. Raises BadValue for what is no number."""
    seq = integer(typed)
    if seq is None:
        raise BadValue("--undo 后面写序号，见 --list")
    event = context.write(
        office,
        lambda ledger: office_decisions.take_back(ledger, office, act.verb, seq, note),
        dry_run=dry_run,
    )
    rehearsed = "（演练，没有写入）" if dry_run else ""
    document = {
        "schema": "bbcs.office/1",
        "seq": event.seq,
        "kind": event.kind,
        "undone": seq,
    }
    output.answer(settings, document, f"{rehearsed}{DONE[event.kind]}第 {seq} 条", str(event.seq))
