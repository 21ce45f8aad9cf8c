"""Numbers on paper: one row per station and year, never given twice, findable, in lists and registers."""

from __future__ import annotations

import json
from pathlib import Path

from cli_desk import Desk, case, prepared
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


@prepared
def numbered(desk: Desk) -> Desk:
    """An office whose pack numbers its cases."""
    desk.ok("pack", "adopt", draft(desk.home.parent))
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


# -- notices and slips of supervision ----------------------------------------------------------------------------

NOTICES = "示例告〔{year}〕{serial}号"
SLIPS = "示例督〔{year}〕{serial:03d}号"


@prepared
def papers(desk: Desk) -> Desk:
    """An office whose pack numbers cases, notices and slips, each kind by itself."""
    path = draft(desk.home.parent)
    kinds = f'pattern = "{PATTERN}"\nnotice = "{NOTICES}"\nslip = "{SLIPS}"'
    text = path.read_text(encoding="utf-8").replace(f'pattern = "{PATTERN}"', kinds, 1)
    path.write_text(text, encoding="utf-8")
    desk.ok("pack", "adopt", path)
    return desk


ONCE = ("--kind", "一次性告知", "--missing", "执照")
REMIND = ("--kind", "催办", "--unit", "水务局", "--reason", "慢", "--due", "2026-03-09")


def test_notices_and_slips_have_serials_of_their_kind_and_year(papers: Desk):
    first, number = take(papers, "2026-03-05", number=1)
    second, _ = take(papers, "2026-03-05", number=2)
    assert number == "示例办〔2026〕0001号"
    assert "示例告〔2026〕1号" in papers.ok("notify", first, *ONCE).out
    assert "示例告〔2026〕2号" in papers.ok("notify", second, *ONCE).out
    assert "（旧12号）" in papers.ok("notify", second, *ONCE, "--no", "旧12号").out
    assert "示例告〔2026〕3号" in papers.ok("notify", second, *ONCE).out
    assert "示例督〔2026〕001号" in papers.ok("supervise", second, *REMIND).out
    papers.now = "2027-01-04T09:10"
    assert "示例告〔2027〕1号" in papers.ok("notify", first, *ONCE).out
    assert papers.json("ledger", "verify", "--full")["ok"]
    papers.ok("ledger", "rebuild")
    assert "示例告〔2027〕2号" in papers.ok("notify", first, *ONCE).out


def test_a_numbered_slip_is_shown_found_answered_and_in_the_register(papers: Desk):
    take(papers, "2026-03-05", number=1)
    no, _ = take(papers, "2026-03-05", number=2)
    papers.ok("supervise", no, *REMIND)
    papers.ok("supervise", no, *REMIND)
    page = papers.ok("show", no).out
    assert "示例督〔2026〕001号  2026-03-05 催办 水务局" in page
    slips = papers.json("show", no)["standing"]["slips"]
    assert [one["no"] for one in slips] == ["示例督〔2026〕001号", "示例督〔2026〕002号"]
    assert "示例督〔2026〕002号" in papers.ok("show", no, "--history").out
    for words in ("示例督〔2026〕002号", "示例督"):
        assert [one["case_no"] for one in papers.json("search", words)["cases"]] == [no]
    unclear = papers("supervise", no, "--answer", "示例督", "--text", "已办")
    assert (unclear.code, "示例督〔2026〕001号" in unclear.err) == (13, True)
    assert (
        "示例督〔2026〕001号"
        in papers.ok("supervise", no, "--answer", "001号", "--text", "已办").out
    )
    register = papers.ok("report", "register", "work", "--month", "2026-03", "--format", "csv").out
    assert "催办 水务局 示例督〔2026〕001号（2026-03-05 答复）" in register


def test_a_meeting_has_one_number_whatever_it_was_about(papers: Desk, tmp_path: Path):
    path = draft(tmp_path, edition="3")
    text = path.read_text(encoding="utf-8")
    minutes = f'pattern = "{PATTERN}"\nminutes_no = "示例会〔{{year}}〕{{serial}}号"'
    path.write_text(text.replace(f'pattern = "{PATTERN}"', minutes, 1), encoding="utf-8")
    papers.ok("pack", "adopt", path)
    first, _ = take(papers, "2026-03-05", number=1)
    second, _ = take(papers, "2026-03-05", number=2)
    meet = (
        "convene",
        first,
        "--host",
        "联席会议",
        "--unit",
        "水务局",
        "--resolution",
        "三天内批|水务局|2026-03-10",
    )
    papers.ok(*meet, "--case", second)
    papers.ok(*meet)
    numbers = [one["number"] for one in papers.json("doc", first, "minutes")["papers"]]
    assert numbers == ["示例会〔2026〕1号", "示例会〔2026〕2号"]
    before = papers.entries()
    assert [one["number"] for one in papers.json("doc", second, "minutes")["papers"]] == numbers[:1]
    assert papers.entries() == before
    assert first in papers.ok("search", "示例会〔2026〕1号").out
    papers.ok("convene", first, "--done", "示例会〔2026〕2号-1", "--text", "已批")
    assert papers.json("ledger", "verify", "--full")["ok"]


def test_the_number_of_a_paper_that_was_taken_back_is_not_given_again(papers: Desk):
    no, _ = take(papers, "2026-03-05", number=1)
    papers.ok("note", no, "--text", "看过")
    papers.ok("notify", no, *ONCE)
    papers.ok("undo", no)
    again = papers("undo", no)
    assert (again.code, "最后一条就是撤销" in again.err) == (11, True)
    assert "示例告〔2026〕2号" in papers.ok("notify", no, *ONCE).out
    papers.ok("notify", no, *ONCE, "--dry-run")
    refused = papers("supervise", no, "--kind", "亮牌", "--unit", "水务局", "--reason", "慢")
    assert refused.code == 2
    assert "示例督〔2026〕001号" in papers.ok("supervise", no, *REMIND).out
    assert "示例告〔2026〕3号" in papers.ok("notify", no, *ONCE).out
    assert papers.json("ledger", "verify", "--full")["ok"]


def test_a_serial_of_slips_that_was_given_twice_is_found(papers: Desk):
    no, _ = take(papers, "2026-03-05", number=1)
    papers.ok("supervise", no, *REMIND)
    papers.ok("supervise", no, *REMIND)

    def twice(connection) -> None:
        connection.execute(
            "UPDATE entry SET data = replace(data, '\"serial\":2', '\"serial\":1') WHERE kind = 'Issued'"
        )
        rehash(connection, 1)

    ledger(papers.home, twice)
    found = papers("ledger", "verify", "--json").json["findings"]
    assert [one["code"] for one in found] == ["number"]
    assert papers("ledger", "rebuild").code == 0
    assert not papers("ledger", "verify", "--full", "--json").json["ok"]


def test_a_broken_pattern_of_a_kind_is_a_finding(papers: Desk, tmp_path: Path):
    path = draft(tmp_path, edition="3")
    text = path.read_text(encoding="utf-8")
    bad = f'pattern = "{PATTERN}"\nnotice = "告{{number}}"\nslip = "督〔{{year}}〕"'
    path.write_text(text.replace(f'pattern = "{PATTERN}"', bad, 1), encoding="utf-8")
    refused = papers("pack", "check", path)
    assert refused.code == 1
    for where in ("number.notice", "number.slip"):
        assert where in refused.out + refused.err


def test_a_home_of_the_schema_before_goes_on_counting(papers: Desk):
    no, _ = take(papers, "2026-03-05", number=1)
    papers.ok("supervise", no, *REMIND)

    def before(connection) -> None:
        connection.execute("DROP TABLE paper_row")
        connection.execute("DROP INDEX ix_deadline_row_unit")
        connection.execute("ALTER TABLE case_row ADD COLUMN number_serial INTEGER")
        connection.execute("PRAGMA user_version = 12")

    ledger(papers.home, before)
    assert "示例督〔2026〕002号" in papers.ok("supervise", no, *REMIND).out
    assert take(papers, "2026-03-05", number=2)[1] == "示例办〔2026〕0002号"
    rows = papers.json("list", "--unit", "水务局")["cases"]
    assert [row["case_no"] for row in rows] == [no]
