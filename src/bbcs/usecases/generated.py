"""Counts what the program wrote for people: cells of superiors' forms, files, papers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bbcs.record import Record
from bbcs.registers.entry import Period


class Generated(Record):
    """How much of each was written in a period, as far as the log of the home tells.

    forms: superiors' forms, cells: what was filled in them. files: of the papers of months.
    papers: papers of cases that were written as files.
    """

    forms: int = 0
    cells: int = 0
    files: int = 0
    papers: int = 0

    @property
    def line(self) -> str:
        """As people read it, "" where there is nothing."""
        parts = [
            f"上级表 {self.forms} 张、{self.cells} 格" if self.forms else "",
            f"月报文件 {self.files} 个" if self.files else "",
            f"文书文件 {self.papers} 份" if self.papers else "",
        ]
        known = "；".join(part for part in parts if part)
        return (
            known
            and f"减负账（本期由台账生成，按 log/reports.ndjson，同一份生成几次算一次）：{known}。"
        )


def counted(lines: Iterable[Mapping[str, Any]], period: Period, until: datetime) -> Generated:
    """What the lines of the log say that was written in a period, up to a moment: a form of a
    period, the papers of a month and a paper of a case count once, as they were written last; runs
    that were refused wrote nothing.
    """
    own = [one for one in lines if one.get("exit") == 0 and _within(one.get("at"), period, until)]
    fills = _last(own, "fill", "form")
    papers = [one for one in own if one.get("report") == "papers"]
    return Generated(
        len(fills),
        sum(_number(one, "cells") for one in fills),
        sum(_number(one, "files") for one in _last(own, "monthly")),
        len({name for one in papers for name in _names(one)})
        + sum(_number(one, "papers") for one in papers if not _names(one)),
    )


def _last(lines: Sequence[Mapping[str, Any]], report: str, *names: str) -> list[Mapping[str, Any]]:
    """The last line about each period, and about each form where a field names it; a line that names
    none, as lines once did, stands for itself.
    """
    last: dict[str, Mapping[str, Any]] = {}
    for at, one in enumerate(lines):
        if one.get("report") == report:
            about = [one.get(name) for name in ("period", *names)]
            last[json.dumps(about) if all(about) else str(at)] = one
    return list(last.values())


def _names(line: Mapping[str, Any]) -> list[str]:
    """The papers that a line names; none in a line that only counts them."""
    named = line.get("names")
    return [str(name) for name in named] if isinstance(named, list) else []


def _within(at: object, period: Period, until: datetime) -> bool:
    try:
        moment = datetime.fromisoformat(str(at))
        return period.covers(moment) and moment <= until
    except (TypeError, ValueError):  # a line that somebody wrote by hand
        return False


def _number(line: Mapping[str, Any], name: str) -> int:
    value = line.get(name)
    return value if isinstance(value, int) else 0
