"""Questions of an analyst, as in a notebook: `select(...)` over the projections, read-only.

    python questions.py HOME [MONTH]

Each question is one cell: a statement, its rows, a line to print. Nothing personal can be read
here, and nothing is written (docs/developer.md).
"""

from __future__ import annotations

import json
import sys
from collections import Counter

from bbcs.query import CaseRow, DeadlineRow, Movement, OrderRow, col, func, open_session, select


def ask(home: str, month: str) -> list[str]:
    """The answers, a line each. month: `2026-03`, "" for all time."""
    lines = []
    with open_session(home) as session:
        # -- how many cases came in, by channel
        by_channel = session.exec(
            select(CaseRow.channel, func.count())
            .where(col(CaseRow.day).startswith(month))
            .group_by(col(CaseRow.channel))
            .order_by(func.count().desc(), col(CaseRow.channel))
        ).all()
        lines += [f"渠道 {channel}：{count}" for channel, count in by_channel]

        # -- which orders wait longest for a signature
        unsigned = session.exec(
            select(OrderRow.unit, OrderRow.case_no, OrderRow.sent_at)
            .where(OrderRow.state == "sent")
            .order_by(col(OrderRow.sent_at))
            .limit(5)
        ).all()
        lines += [f"未签收 {unit} {case_no} 自 {sent_at}" for unit, case_no, sent_at in unsigned]

        # -- what falls due next, of any clock
        running = session.exec(
            select(DeadlineRow)
            .where(DeadlineRow.paused == 0)
            .order_by(col(DeadlineRow.passes))
            .limit(5)
        ).all()
        lines += [f"到期 {one.due} {one.case_no} {one.clock}" for one in running]

        # -- what makes cases hard: the causes of a case stand in one text, between commas
        causes: Counter[str] = Counter()
        for text in session.exec(select(CaseRow.causes)).all():
            causes.update(filter(None, (text or "").split(",")))
        lines += [f"原因 {cause}：{count}" for cause, count in causes.most_common(3)]

        # -- received and settled, month by month
        counted = session.exec(
            select(Movement.month, Movement.kind, func.count())
            .where(
                col(Movement.kind).in_(("Registered", "Resolved")), col(Movement.until).is_(None)
            )
            .group_by(col(Movement.month), col(Movement.kind))
            .order_by(col(Movement.month), col(Movement.kind))
        ).all()
        lines += [f"{when} {kind}：{count}" for when, kind, count in counted]

        # -- the row of a list, as `bbcs list --json` gives it
        last = session.exec(
            select(CaseRow).order_by(col(CaseRow.received_at).desc()).limit(1)
        ).first()
        if last:
            row = json.loads(last.fold)
            lines.append(f"最近一件 {row['case_no']} {row['matter']} {row['reporter']}")
    return lines


if __name__ == "__main__":
    print("\n".join(ask(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")))
