"""A holiday notice that comes after an older ledger was brought in moves nothing that was over there."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_desk import Desk

from bbcs.cli import recorded_sessions

NOTICE = recorded_sessions.folder() / "files" / "2027通知.txt"
"""It makes 2027-01-09 and -30 work, and 2027-02-05 to -12 rest."""

OLD = (
    "受理编号,受理时间,反映事项,承办单位,办结时间,处理结果\n"
    "B-1,2027-01-04 09:00,诊所备案,区市场监管局,2027-01-05 10:00,已解决\n"
    "B-2,2027-01-28 09:00,诊所备案,区市场监管局,2027-02-01 10:00,已解决\n"
)
"""The days for the calls are over before the import: those of B-2 on 2027-02-12, which will rest."""


def case(desk: Desk, number: str) -> dict[str, object]:
    (row,) = desk.json("list", "--all", "--source-no", number)["cases"]
    shown = desk.json("show", row["case_no"])
    return {"phase": shown["phase"], "clocks": shown["clocks"], "next": shown["next"]}


@pytest.fixture
def brought_in(made: Path, tmp_path: Path) -> Desk:
    desk = Desk(made).copied(tmp_path)
    desk.now = "2027-02-13T09:00"
    (tmp_path / "旧台账.csv").write_text(OLD, encoding="utf-8")
    assert desk.json("import", tmp_path / "旧台账.csv")["rows_new"] == 2
    return desk


def test_a_later_notice_neither_moves_nor_wakes_what_was_over(brought_in: Desk) -> None:
    desk = brought_in
    before = {number: case(desk, number) for number in ("B-1", "B-2")}
    desk.now = "2027-02-13T10:00"
    assert desk.json("calendar", "import", "--yes", NOTICE)["moved"] == []
    assert {number: case(desk, number) for number in before} == before
    assert not any(one["count"] for one in desk.json("todo")["groups"])
    assert desk.json("ledger", "verify", "--full")["findings"] == []
    desk.ok("ledger", "rebuild")
    assert {number: case(desk, number) for number in before} == before


def test_a_later_act_does_not_move_it_either(brought_in: Desk) -> None:
    desk = brought_in
    before = case(desk, "B-2")["clocks"]
    desk.now = "2027-02-13T10:00"
    desk.ok("calendar", "import", "--yes", NOTICE)
    (row,) = desk.json("list", "--all", "--source-no", "B-2")["cases"]
    desk.ok("note", row["case_no"], "--text", "旧账")
    assert case(desk, "B-2")["clocks"] == before
    assert desk.json("ledger", "verify", "--full")["findings"] == []
