"""The slip for the person: number, matter, what was decided, until when, what came of it. It bears
the real name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bbcs.calendar.dates import iso
from bbcs.domain.bent import PRACTICE
from bbcs.domain.case import IN_HAND
from bbcs.domain.clocks import running
from bbcs.domain.corrections import effective
from bbcs.domain.pack import RulePack
from bbcs.usecases.duty import sitting
from bbcs.usecases.office import Office
from bbcs.usecases.outcome import Outcome
from bbcs.views.messages import phase_text


def lines(done: Outcome, office: Office) -> list[str]:
    """The slip of one case, line by line, unmasked (formats.md §6.9).

    done: with all entries of the case.
    """
    case, pack = done.case, office.pack_of(done.case)
    fields = case.registered
    printed = case.printed_number
    page = [
        f"{_heading(office.station.name)} 受理回执",
        "",
        f"编号：{case.no}" + (f"（{printed}）" if printed else ""),
        f"受理时间：{case.received_at:%Y-%m-%d %H:%M}",
        f"反映人：{fields.get('reporter') or '匿名'}",
        f"反映事项：{fields.get('matter', '')}",
    ]
    page += _decision(done, pack)
    page += _window(office)
    page += ["", "请保留本回执，来电来访时报编号即可。"]
    return [*page, PRACTICE] if office.practice else page


def _heading(name: str) -> str:
    """Whose slip it is; a station that is called a window is not called one twice."""
    if "办不成事" in name:
        return name
    return f"{name}“办不成事”反映" if name.endswith("窗口") else f"{name}“办不成事”反映窗口"


def _window(office: Office) -> list[str]:
    """Where the office is and how it is reached, as far as station.toml says; who sits there today."""
    page = []
    if office.station.address:
        page.append(f"窗口地址：{office.station.address}")
    if office.station.phone:
        page.append(f"窗口电话：{office.station.phone}")
    if office.station.duty and (who := sitting(office)):
        page.append(f"今天坐诊：{who}")
    return page


def _decision(done: Outcome, pack: RulePack) -> list[str]:
    """What was decided about the case, until when it will be handled, and how it ended; nothing
    where no deadline runs.
    """
    case = done.case
    if case.phase == "refused":
        fields = _last(done, "Refused")
        reason = pack.label("refusal", fields.get("reason"))
        return ["受理情况：不予受理", *_given(理由=reason), *_grounds(fields)]
    if case.phase == "registered":
        return ["受理情况：已登记，是否受理另行告知"]
    if case.phase not in IN_HAND:
        return _ended(done, pack)
    deadline = running(done.deadlines, "resolve", case.round)
    if deadline is None:
        return []
    if not deadline.due or deadline.assumed:
        return ["办理时限：研判后告知"]
    note = "，暂定" if deadline.provisional else ""
    return [f"办理时限：{iso(deadline.due)}（{deadline.limit_text}{note}）"]


def _ended(done: Outcome, pack: RulePack) -> list[str]:
    """How the handling ended: the phase, the outcome with its grounds, or where the case went."""
    case = done.case
    page = [f"办理情况：{phase_text(case)}"]
    if case.phase == "transferred_out":
        fields = _last(done, "TransferredOut")
        return [*page, *_given(转往=fields.get("to")), *_grounds(fields)]
    if case.current.outcome:
        result = pack.label("outcome", case.current.outcome)
        page.append(f"办理结果：{result}（{case.current.resolved_at:%Y-%m-%d}）")
        page += _grounds(_last(done, "Resolved"))
    return page


def _grounds(fields: Mapping[str, Any]) -> list[str]:
    """Basis and remedy, as far as they were written down."""
    return _given(依据=fields.get("basis"), 救济或其他途径=fields.get("remedy"))


def _given(**texts: str | None) -> list[str]:
    """A line for each text there is, under its name."""
    return [f"{name}：{text}" for name, text in texts.items() if text]


def _last(done: Outcome, kind: str) -> Mapping[str, Any]:
    """The fields of the last entry of a kind that counts, corrected."""
    entries = (event.data for event in reversed(effective(done.events)) if event.kind == kind)
    return next(entries, {})
