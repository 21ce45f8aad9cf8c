"""Checks of what the person waits for: a promised date, the decision to accept the case."""

from __future__ import annotations

from collections.abc import Iterator

from bbcs.calendar.dates import minute_text
from bbcs.domain.promise import promises
from bbcs.inspection import hints
from bbcs.inspection.case_view import CaseView, Problem
from bbcs.inspection.hints import way

ANSWERS = (way("feedback", stage="interim"), way("notify", kind="result"))
"""Commands that tell the person the result."""


def broken(one: CaseView) -> Iterator[Problem]:
    """C27: a promised date passed before the person heard anything."""
    for promise in promises(one.case):
        if not promise.broken(one.context.now):
            continue
        due = minute_text(promise.due)
        if promise.answered_at:
            what = f"答应 {due} 前给消息，{minute_text(promise.answered_at)} 才给"
            yield what, f"写明原因：{hints.first(one, way('note'))}"
        else:
            yield f"答应 {due} 前给消息，到期没有反馈、告知或回访", hints.first(one, *ANSWERS)


UNDECIDED = 5
"""Working days after which a case that is neither accepted nor refused is a finding: an application
on which nothing is said within five days counts as accepted (行政许可法第三十二条).
"""


def undecided(one: CaseView) -> Iterator[Problem]:
    """C28: registered, and after days still neither accepted nor refused."""
    if one.phase != "registered":
        return
    days = one.context.calendar.between(one.received_on, one.context.today)
    if days > UNDECIDED:
        yield (
            f"登记 {days} 个工作日了，还没决定受不受理",
            hints.every(one, way("accept"), way("refuse")),
        )
