"""`bbcs export`: what comes out, for analysts and for programs, masked."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

import pytest
from cli_desk import Desk, id_number, name, phone, prepared
from openpyxl import load_workbook

from bbcs.domain.custody import PARTIES
from bbcs.views.export import CASE_COLUMNS, EVENT_COLUMNS


def records(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


@prepared
def full(desk: Desk) -> Desk:
    """A case that was settled late, one in hand, one whose text is a formula."""
    first = Desk(desk.home, "2026-03-02T09:00")
    late = first.take(source="hall", source_no="A-1", channel="hotline")
    first.ok("triage", late, "--difficulty", "简单")
    first.ok("assign", late, "--lead", "区市场监管局")
    Desk(desk.home, "2026-03-05T09:00").ok("sign", late)
    later = Desk(desk.home, "2026-03-06T10:00")
    later.ok("resolve", late, "--outcome", "solved", "--measures", "办好了")
    desk.take(number=2, demand=f"{name(2)} 打 {phone(2)} 没人接")
    desk.take(number=3, matter="=1+1", demand="甲\n乙")
    desk.ok("consult", "--visitors", "3", "--matter", "问路")
    return Desk(desk.home, "2026-03-09T09:00")


def test_a_case_carries_everything_that_is_computed(full: Desk) -> None:
    late, open_, _ = records(full.ok("export").out)
    assert list(late) == ["schema", *(column.name for column in CASE_COLUMNS)]
    wanted = {
        "schema": "bbcs.caserow/1",
        "source": "hall",
        "source_no": "A-1",
        "channel": "hotline",
        "phase": "resolved",
        "phase_label": "已办结",
        "lead_unit": "区市场监管局",
        "assigned_at": "2026-03-02T09:00:00+08:00",
        "first_due": "2026-03-02",
        "first_late": True,
        "first_late_days": 4,
        "late_days": 4,
        "working_days": 4,
        "outcome": "solved",
        "solved": "yes",
        "sign_limit": "2 个工作日",
        "sign_due": "2026-03-04",
        "sign_late_days": 1,
        "callback_limit": "5 个工作日",
        "callback_due": "2026-03-13",
        "callback_late_days": 0,
        "gap_due": None,
        "number": None,
    }
    assert {key: late[key] for key in wanted} == wanted
    assert sum(late[f"days_{party}"] for party in PARTIES) == late["working_days"]
    assert (open_["phase"], open_["resolved_at"], open_["working_days"]) == ("accepted", None, None)


def test_nothing_personal_comes_out(full: Desk) -> None:
    text = full.ok("export").out + full.ok("export", "--entries").out
    for secret in (name(1), name(2), phone(1), phone(2), id_number(1)):
        assert secret not in text


def test_every_entry_comes_out_once(full: Desk) -> None:
    found = records(full.ok("export", "--entries").out)
    assert list(found[0]) == ["schema", *(column.name for column in EVENT_COLUMNS)]
    assert sorted(one["seq"] for one in found) == list(range(1, full.last() + 1))
    (consulted,) = [one for one in found if one["kind"] == "Consulted"]
    assert (consulted["case_no"], json.loads(consulted["data"])["visitors"]) == (None, 3)


def test_a_follower_asks_for_what_changed(full: Desk) -> None:
    seq = full.last()
    assert full.ok("export", "--since", seq).out == ""
    (open_,) = [one for one in records(full.ok("export").out) if "=1" in one["matter"]]
    full.ok("note", open_["case_no"], "--text", "看过")
    assert [one["case_no"] for one in records(full.ok("export", "--since", seq).out)] == [
        open_["case_no"]
    ]
    (noted,) = records(full.ok("export", "--entries", "--since", seq).out)
    assert (noted["kind"], noted["seq"]) == ("Noted", seq + 1)


@pytest.mark.parametrize(
    ("encoding", "begins"), [("utf-8-sig", b"\xef\xbb\xbf"), ("gb18030", "编号".encode("gbk"))]
)
def test_a_csv_opens_in_excel(full: Desk, tmp_path: Path, encoding: str, begins: bytes) -> None:
    path = tmp_path / "件.csv"
    full.ok("export", "--out", path, "--encoding", encoding)
    assert path.read_bytes().startswith(begins)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with path.open(encoding=encoding, newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0] == [column.label for column in CASE_COLUMNS]
    assert len(rows) == 4
    matter = rows[0].index("反映事项")
    assert rows[3][matter] == "'=1+1"
    assert rows[1][rows[0].index("首轮超期")] == "是"


def test_a_workbook_holds_the_same(full: Desk, tmp_path: Path) -> None:
    path = tmp_path / "件.xlsx"
    full.ok("export", "--out", path)
    sheet = load_workbook(path).active
    assert sheet is not None
    texts = {
        str(cell.value) for line in sheet.iter_rows() for cell in line if cell.value is not None
    }
    assert {"编号", "首轮超期工作日", "区市场监管局"} <= texts


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("--format", "pdf"), 13),
        (("--format", "xlsx"), 2),
        (("--since", "x"), 2),
        (("--encoding", "latin"), 13),
        (("--format", "csv", "--out", "件.xlsx"), 2),
    ],
)
def test_what_cannot_be_written_is_refused(
    full: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], code: int
) -> None:
    monkeypatch.chdir(tmp_path)
    assert full("export", *args).code == code
    assert list(tmp_path.glob("件*")) == []


def test_an_auditor_may_and_the_ledger_is_not_touched(full: Desk) -> None:
    full.ok("station", "operator", "add", "shen", "--role", "审计")
    before = full.last()
    assert len(records(full.ok("export", "--as", "shen").out)) == 3
    assert full.last() == before
