"""The registers of a period held against each other, against the counts and against the rates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bbcs.domain.pack import RulePack
from bbcs.registers import REGISTERS
from bbcs.registers.coordination import COORDINATING, MEETING
from bbcs.usecases import kpi, reports

Row = Mapping[str, Any]


def foot(month: reports.Month, found: kpi.Kpis, told: Sequence[Any]) -> None:
    """Every register agrees with the others and with each figure it has a column for.

    told: the cases as register, list and story tell them (`test_cross_footing.Told`).
    """
    full = {name: _rows(name, month) for name in REGISTERS}
    _same_cases(full)
    _acceptance(full, month, found)
    _callbacks(full, month, found)
    _supervision(full, found)
    _coordination(full, found, told)
    asked = full["consultations"]
    assert month.consultations == {
        "visitors": sum(row["visitors"] for row in asked),
        "answered": sum(row["answered"] for row in asked),
    }


_SOMETIMES = {"coordination": {"absent", "minutes", "done", "due"}}
"""Columns that only a meeting, or only a step, fills."""


def _rows(name: str, month: reports.Month) -> list[Row]:
    table = reports.register(name, month, month.office, form="full")
    rows = list(table.rows)
    filled = {key for row in rows for key in row}
    lacking = {column.name for column in table.columns} - filled
    assert not rows or lacking <= _SOMETIMES.get(name, set()), name
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    assert table.sign[0] == f"填报单位：{month.office.station.name}"
    return rows


def _same_cases(full: Mapping[str, list[Row]]) -> None:
    """A case bears one level and one number, and the same person, wherever it stands."""
    work = {row["case_no"]: row for row in full["work"]}
    for name, rows in full.items():
        for row in rows:
            if "case_no" not in row:
                continue
            own = work[row["case_no"]]
            for column in ("level", "number", "reporter", "phone", "lead_unit"):
                if column in row:
                    assert row[column] == own[column], (name, column)


def _figures(found: kpi.Kpis, part: str) -> dict[str, int]:
    """Label -> number, of one part of the counts."""
    return {one.label: one.number for one in found.counts if one.part == part and one.number}


def _tally(rows: Iterable[Row], column: str) -> dict[str, int]:
    return dict(Counter(row[column] or "未定" for row in rows))


def _acceptance(full: Mapping[str, list[Row]], month: reports.Month, found: kpi.Kpis) -> None:
    first = [row for row in full["acceptance"] if row["round"] == "首轮"]
    count = month.counts[""]
    assert len(first) == count["received"]
    assert len(full["acceptance"]) - len(first) == count["reopened"]
    refused = [row for row in first if row["decision"].startswith("不予受理")]
    assert len(refused) == count["refused"] == sum(_figures(found, "refusal").values())
    for axis in ("channel", "demand_kind", "level"):
        assert _tally(first, axis) == _figures(found, axis), axis
    work = full["work"]
    assert {row["case_no"] for row in first} == {row["case_no"] for row in work}
    again = [row["case_no"] for row in full["acceptance"] if row["round"] != "首轮"]
    assert Counter(again) == {row["case_no"]: _rounds(row) - 1 for row in work if _rounds(row) > 1}
    accepted = [row for row in first if row["decision"] == "受理"]
    rate = _rate(found, "acceptance_rate")
    assert (len(accepted), len(first)) == rate or not first


def _rounds(row: Row) -> int:
    _, _, number = row["redo"].partition("第 ")
    return int(number.removesuffix(" 轮）")) if number else 1


def _rate(found: kpi.Kpis, name: str) -> tuple[int, int]:
    one = next(one for one in found.rates if one.name == name)
    return one.numerator, one.denominator


def _callbacks(full: Mapping[str, list[Row]], month: reports.Month, found: kpi.Kpis) -> None:
    rows, count = full["callbacks"], month.counts[""]
    valid = [row for row in rows if row["reached"] == "是"]
    assert (len(rows), len(valid)) == (count["callbacks_tried"], count["callbacks_valid"])
    assert (len(valid), len(rows)) == _rate(found, "valid_callback_rate")
    words = {word.label: word for word in _grades(month.office.pack)}
    graded = [words[_plain(row["satisfaction"])] for row in valid]
    assert (sum(not word.bad for word in graded), len(graded)) == _rate(found, "good_rate")
    last = {row["case_no"]: row for row in valid}
    satisfied = sum(words[_plain(row["satisfaction"])].satisfied for row in last.values())
    assert (satisfied, len(last)) == _rate(found, "satisfaction_rate")
    for case in full["work"]:
        own = [row for row in valid if row["case_no"] == case["case_no"]]
        shown = case["satisfaction"]
        assert not own or _plain(own[-1]["satisfaction"]) in shown
        assert bool(own) == bool(shown.replace("—", "").strip("首轮第23456789 ：；"))


def _grades(pack: RulePack) -> Iterable[Any]:
    return pack.words["grade"].values()


def _plain(grade: str) -> str:
    return grade.partition("（")[0]


def _supervision(full: Mapping[str, list[Row]], found: kpi.Kpis) -> None:
    slips, ledger = full["slips"], full["supervision"]
    # the whole life of these cases lies in the period, so that no slip is older than it
    shared = ("slip", "case_no", "at", "kind", "unit", "due", "answered_at")
    assert [[row[name] for name in shared] for row in slips] == [
        [row[name] for name in shared] for row in ledger
    ]
    assert _tally(slips, "kind") == _figures(found, "supervision")
    named = Counter(row["case_no"] for row in slips)
    for case in full["work"]:
        cells = [one for one in case["supervision"].split("；") if one]
        assert len(cells) == named[case["case_no"]]


def _coordination(full: Mapping[str, list[Row]], found: kpi.Kpis, told: Sequence[Any]) -> None:
    rows = full["coordination"]
    meetings = {row["kind"] for row in rows if row["kind"].startswith(MEETING)}
    counted = next(one for one in found.counts if one.key == "meetings")
    assert len(meetings) == counted.number
    steps = [
        (case["case_no"], entry["at"][:16].replace("T", " "))
        for case in told
        for entry in case.entries("Stepped")
        if entry["data"]["kind"] in COORDINATING
    ]
    printed = [(row["case_no"], row["at"]) for row in rows if not row["kind"].startswith(MEETING)]
    assert sorted(steps) == sorted(printed)
