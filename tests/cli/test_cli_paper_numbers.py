"""Numbers on paper: one row per station and year, never given twice, findable, in lists and registers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_desk import Desk, case
from tampering import ledger, rehash

from bbcs.config import packs

PATTERN = "示例办〔{year}〕{serial:04d}号"


def draft(folder: Path, key: str = "default", edition: str = "2", pattern: str = PATTERN) -> Path:
    text = packs.find("default").read_text(encoding="utf-8")
    text = text.replace('key = "default"', f'key = "{key}"', 1)
    text = text.replace('edition = "1"', f'edition = "{edition}"', 1)
    text = text.replace('pattern = ""', f'pattern = "{pattern}"', 1)
    path = folder / f"{key}.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def numbered(desk: Desk, tmp_path: Path) -> Desk:
    """An office whose pack numbers its cases."""
    desk.ok("pack", "adopt", draft(tmp_path))
    return desk


def take(desk: Desk, day: str, **fields: object) -> tuple[str, str | None]:
    """Case number and number on paper of a case taken that day."""
    desk.now = f"{day}T09:10"
    done = desk.json("intake", "--from", "-", stdin=json.dumps(case(**fields)))
    return done["case_no"], done["number"]


def test_cases_of_several_days_are_numbered_through_the_year(numbered: Desk):
    days = ("2026-03-05", "2026-03-06", "2026-03-06", "2026-03-09", "2027-01-04")
    given = [take(numbered, day, number=number)[1] for number, day in enumerate(days, 1)]
    assert given == [
        "示例办〔2026〕0001号",
        "示例办〔2026〕0002号",
        "示例办〔2026〕0003号",
        "示例办〔2026〕0004号",
        "示例办〔2027〕0001号",
    ]
    assert numbered.json("ledger", "verify", "--full")["ok"]


def test_a_number_is_shown_listed_found_and_in_the_register(numbered: Desk, tmp_path: Path):
    take(numbered, "2026-03-05", number=1)
    case_no, number = take(numbered, "2026-03-06", number=2)
    assert number
    assert numbered.json("show", case_no)["number"] == number
    assert numbered.ok("show", case_no).out.startswith(f"{case_no}  {number}  ")
    assert number in numbered.ok("slip", case_no).out
    rows = numbered.json("list", "--all")["cases"]
    assert {row["number"] for row in rows} == {"示例办〔2026〕0001号", number}
    assert "文号" in numbered.ok("list", "--all", "--columns", "case_no,number").out
    for words in (number, "〔2026〕0002号"):
        assert [one["case_no"] for one in numbered.json("search", words)["cases"]] == [case_no]
    register = numbered.ok(
        "report", "register", "work", "--month", "2026-03", "--format", "csv"
    ).out
    assert number in register
    assert (
        "编文号" in numbered.ok("show", case_no, "--history").out
        or "已编文号" in numbered.ok("show", case_no, "--history").out
    )


def test_a_number_is_never_given_again(numbered: Desk, tmp_path: Path):
    first, _ = take(numbered, "2026-03-05", number=1)
    numbered.ok("void", first, "--reason", "误登")
    _, second = take(numbered, "2026-03-05", number=2)
    assert second == "示例办〔2026〕0002号"
    later = numbered.json("intake", "--from", "-", "--later", stdin=json.dumps(case(number=3)))
    refused = numbered("undo", later["case_no"])
    assert (refused.code, "不能撤销" in refused.err) == (11, True)
    numbered.ok(
        "pack", "adopt", draft(tmp_path, key="other", edition="1", pattern="另办{serial}号")
    )
    assert take(numbered, "2026-03-06", number=4)[1] == "另办4号"
    numbered.ok("pack", "adopt", "default@1")
    assert take(numbered, "2026-03-06", number=5)[1] is None
    numbered.ok("pack", "adopt", "default@2")
    assert take(numbered, "2026-03-06", number=6)[1] == "示例办〔2026〕0005号"
    numbered.ok("ledger", "rebuild")
    assert numbered.json("ledger", "verify", "--full")["ok"]
    assert numbered.json("show", first)["number"] == "示例办〔2026〕0001号"


def test_a_rehearsal_uses_no_number(numbered: Desk):
    numbered.ok("intake", "--from", "-", "--dry-run", stdin=json.dumps(case(number=1)))
    assert take(numbered, "2026-03-05", number=2)[1] == "示例办〔2026〕0001号"


def test_a_number_that_was_given_twice_is_found(numbered: Desk):
    take(numbered, "2026-03-05", number=1)
    take(numbered, "2026-03-05", number=2)

    def twice(connection) -> None:
        connection.execute(
            "UPDATE entry SET data = replace(data, '\"serial\":2', '\"serial\":1') WHERE kind = 'Issued'"
        )
        rehash(connection, 1)

    ledger(numbered.home, twice)
    found = numbered("ledger", "verify", "--json").json["findings"]
    assert [one["code"] for one in found] == ["number"]


def test_a_pack_without_a_pattern_gives_none(desk: Desk):
    assert take(desk, "2026-03-05")[1] is None
