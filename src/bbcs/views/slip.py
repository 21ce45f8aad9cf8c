"""The person's own slip: number, matter, deadline. The one paper that bears the real name without a logged look."""

from __future__ import annotations

from bbcs.calendar.dates import iso
from bbcs.domain.clocks import running
from bbcs.usecases.acts import Outcome
from bbcs.usecases.office import Office


def lines(done: Outcome, office: Office) -> list[str]:
    """The slip of one case, line by line, unmasked (formats.md §6.9)."""
    case = done.case
    said = case.registered
    due = running(done.deadlines, "resolve", case.round)
    found = [
        f"{office.station.name}“办不成事”反映窗口 受理回执",
        "",
        f"编号：{case.no}"
        + (f"（{printed}）" if (printed := office.pack_of(case).printed(case.no)) else ""),
        f"受理时间：{case.received_at:%Y-%m-%d %H:%M}",
        f"反映人：{said.get('reporter') or '匿名'}",
        f"反映事项：{said.get('matter', '')}",
    ]
    if case.phase == "refused":
        found.append("受理情况：不予受理，理由和其他途径另行告知")
    elif case.phase == "registered":
        found.append("受理情况：已登记，是否受理另行告知")
    elif due:
        note = "，暂定" if due.provisional else ""
        known = due.due and not due.assumed
        found.append(
            f"办理时限：{iso(due.due)}（{due.limit_text}{note}）"
            if known
            else "办理时限：研判后告知"
        )
    if office.station.duty:
        from bbcs.usecases.duty import sitting  # only where there is a roster

        found += [f"今天坐诊：{who}"] if (who := sitting(office)) else []
    return [*found, "", "请保留本回执，来电来访时报编号即可。"]
