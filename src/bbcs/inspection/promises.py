"""Check of the dates that were promised to the person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from bbcs.domain.case import LIFE
from bbcs.domain.promise import promises
from bbcs.inspection.case_view import CaseView, Problem

ANSWERS = {
    "feedback": "bbcs feedback {} --stage interim --text …",
    "notify": "bbcs notify {} --kind result --text …",
}
"""Act -> the command by which the person is told at last."""


def broken(one: CaseView) -> Iterator[Problem]:
    """C27: a promised date passed before the person heard anything."""
    for promise in promises(one.case):
        if not promise.broken(one.context.now):
            continue
        due = _shown(promise.due)
        if promise.answered_at:
            what = f"答应 {due} 前给消息，{_shown(promise.answered_at)} 才给"
            yield what, f"写明原因：bbcs note {one.no} --text …"
        else:
            yield f"答应 {due} 前给消息，到期没有反馈、告知或回访", _answer(one)


def _answer(one: CaseView) -> str:
    """A command that the phase takes, "" where nothing can be told any more."""
    verb = next((verb for verb in ANSWERS if verb in LIFE[one.phase]), "")
    return ANSWERS[verb].format(one.no) if verb else ""


def _shown(moment: date | datetime) -> str:
    return moment.isoformat()[:16].replace("T", " ")
