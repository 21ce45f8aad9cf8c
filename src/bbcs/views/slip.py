"""The person's own slip: number, matter, deadline. The one paper that bears the real name without a logged look."""

from __future__ import annotations

from bbcs.calendar.dates import iso
from bbcs.domain.clocks import running
from bbcs.usecases.acts import Outcome
from bbcs.usecases.office import Office


def lines(done: Outcome, office: Office) -> list[str]:
    """The slip of one case, line by line, unmasked (formats.md §6.9)."""
    case = done.case
    fields = case.registered
    printed = office.pack_of(case).printed(case.no)
    page = [
        f"{office.station.name}“办不成事”反映窗口 受理回执",
        "",
        f"编号：{case.no}" + (f"（{printed}）" if printed else ""),
        f"受理时间：{case.received_at:%Y-%m-%d %H:%M}",
        f"反映人：{fields.get('reporter') or '匿名'}",
        f"反映事项：{fields.get('matter', '')}",
    ]
    page += _decision(done)
    if office.station.duty:
        from bbcs.usecases.duty import sitting  # only where there is a roster

        if who := sitting(office):
            page.append(f"今天坐诊：{who}")
    return [*page, "", "请保留本回执，来电来访时报编号即可。"]


def _decision(done: Outcome) -> list[str]:
    """What was decided about the case and until when it will be handled; nothing where no deadline runs."""
    if done.case.phase == "refused":
        return ["受理情况：不予受理，理由和其他途径另行告知"]
    if done.case.phase == "registered":
        return ["受理情况：已登记，是否受理另行告知"]
    deadline = running(done.deadlines, "resolve", done.case.round)
    if deadline is None:
        return []
    if not deadline.due or deadline.assumed:
        return ["办理时限：研判后告知"]
    note = "，暂定" if deadline.provisional else ""
    return [f"办理时限：{iso(deadline.due)}（{deadline.limit_text}{note}）"]
