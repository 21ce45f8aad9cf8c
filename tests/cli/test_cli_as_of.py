"""As-of is the same paper: the files of a day, byte for byte, whatever came since; 更正 says what did."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from cli_desk import Desk, prepared

from bbcs.calendar.dates import CST

PRINTED, LATER = "2026-11-02T10:00", "2026-12-15T16:00"
RESOLVE = ("--outcome", "已解决", "--measures", "办好了")


def at(desk: Desk, now: str) -> Desk:
    return Desk(desk.home, now)


@prepared
def october(desk: Desk) -> Desk:
    """Three cases of October: settled in time, settled late, open."""
    desk.ok("station", "operator", "add", "li", "--name", "李经办", "--role", "clerk")
    for number in (1, 2, 3):
        at(desk, f"2026-10-1{number + 1}T09:00").take(difficulty="一般", matter=f"备案{number}")
    at(desk, "2026-10-15T10:00").ok("resolve", "20261012-0001", *RESOLVE, "--as", "li")
    called = ("callback", "20261012-0001", "--reached", "--solved", "yes", "--grade", "4")
    at(desk, "2026-10-16T10:00").ok(*called, "--as", "li")
    at(desk, "2026-10-28T10:00").ok("resolve", "20261013-0001", *RESOLVE)
    return desk


def printed(desk: Desk, now: str, folder: Path, *as_of: str) -> dict[str, bytes]:
    """Every paper of October by its name."""
    month = ("--month", "2026-10", *as_of)
    then = at(desk, now)
    then.ok("report", "monthly", *month, "--out", folder)
    then.ok("report", "register", *month, "--out", folder / "登记簿.csv")
    then.ok("report", "kpi", *month, "--out", folder / "指标.xlsx")
    then.ok("report", "kpi", *month, "--out", folder / "指标.json")
    screen = then.ok("report", "monthly", *month).out
    texts = {
        "screen": screen.encode(),
        "register": then.ok("report", "register", *month).out.encode(),
    }
    return texts | {one.name: one.read_bytes() for one in folder.iterdir()}


def change_everything(desk: Desk) -> None:
    """What may happen between two prints."""
    later = at(desk, LATER)
    wrong = ("correct", "20261012-0001", "--field", "callback.grade", "--new", "1", "--why", "听错")
    later.ok(*wrong, "--as", "li")
    later.ok("void", "20261013-0001", "--reason", "误登")
    back = ("--at", "2026-10-20", "--late-reason", "漏记")
    later.ok("resolve", "20261014-0001", *RESOLVE, *back)
    later.ok("station", "operator", "rename", "li", "李改名")
    later.ok("pack", "adopt", "zhanyi")


def test_the_paper_of_a_day_comes_out_again_byte_for_byte(october, tmp_path):
    first = printed(october, PRINTED, tmp_path / "一")
    change_everything(october)
    again = printed(october, LATER, tmp_path / "二", "--as-of", PRINTED)
    assert again.keys() == first.keys()
    assert [name for name in first if again[name] != first[name]] == []
    now = printed(october, LATER, tmp_path / "三")
    empty = {f"{name}_2026-10.csv" for name in ("督办单", "督办台账登记簿", "协调帮办登记簿")}
    assert {name for name in first if now[name] == first[name]} == empty


def test_a_removed_operator_keeps_the_name_on_the_paper(october, tmp_path):
    first = printed(october, PRINTED, tmp_path / "一")
    at(october, LATER).ok("station", "operator", "remove", "li")
    again = printed(october, LATER, tmp_path / "二", "--as-of", PRINTED)
    assert [name for name in first if again[name] != first[name]] == []


def test_corrections_since_stand_on_a_sheet_of_their_own(october, tmp_path):
    from python_calamine import CalamineWorkbook

    change_everything(october)
    at(october, LATER).ok("report", "monthly", "--month", "2026-10", "--out", tmp_path / "今")
    book = CalamineWorkbook.from_path(str(tmp_path / "今" / "月报_2026-10.xlsx"))
    assert [one for one in book.sheet_names if "更正" in one] == ["更正"]
    rows = book.get_sheet_by_name("更正").to_python()
    told = [[str(cell) for cell in row] for row in rows if "ZY01-" in str(row)]
    assert [(row[1], row[4]) for row in told] == [
        ("ZY01-20261012-0001", "更正"),
        ("ZY01-20261013-0001", "作废"),
        ("ZY01-20261014-0001", "补录"),
    ]
    assert told[0][5:] == ["有效回访（2026-10-16）", "回访的满意度", "满意", "非常不满意"]
    screen = at(october, LATER).ok("report", "monthly", "--month", "2026-10").out
    assert "本期结束后另有更正、补录等 3 条" in screen


def test_before_the_month_is_over_there_is_no_such_sheet(october, tmp_path):
    from python_calamine import CalamineWorkbook

    still = at(october, "2026-10-29T10:00")
    wrong = ("correct", "20261012-0001", "--field", "channel", "--new", "电话", "--why", "选错")
    still.ok(*wrong)
    still.ok("report", "monthly", "--month", "2026-10", "--out", tmp_path / "今")
    book = CalamineWorkbook.from_path(str(tmp_path / "今" / "月报_2026-10.xlsx"))
    assert [one for one in book.sheet_names if "更正" in one] == []


def test_papers_of_a_practice_ledger_say_so(october, tmp_path):
    month = ("--month", "2026-10")
    for word in ("monthly", "kpi"):
        assert "练习台账（设定时间）" in at(october, LATER).ok("report", word, *month).out
        assert at(october, LATER).json("report", word, *month)["practice"] is True
    slip = tmp_path / "回执.txt"
    october.ok("slip", "20261012-0001", "--out", slip, "--yes")
    assert "练习台账（设定时间）" in slip.read_text(encoding="utf-8")


def test_titles_and_rules_before_the_first_adoption_come_from_it(october):
    from bbcs.store.opening import open_ledger
    from bbcs.store.transactions import bind
    from bbcs.usecases.office import office_of
    from bbcs.usecases.past_office import pack_at

    change_everything(october)
    with open_ledger(october.home) as ledger:
        now = datetime.fromisoformat(LATER).replace(tzinfo=CST)
        office = bind(office_of(october.home, "demo", "demo", now, "set"), ledger)
        assert office.pack.key == "zhanyi"
        assert pack_at(office, 1).key == "default"
        assert pack_at(office, ledger.head().seq).key == "zhanyi"


def test_a_period_that_has_not_begun_has_no_figures(desk: Desk, tmp_path: Path) -> None:
    """2026-03-05 is today: what has no day yet gives no rate and no file."""
    for words in (["monthly"], ["register", "work"], ["kpi"]):
        later = desk.fails(2, "report", *words, "--month", "2026-04", "--out", tmp_path / "x.xlsx")
        assert "还没到（今天 2026-03-05）" in later.err
        assert not (tmp_path / "x.xlsx").exists()
        desk.ok("report", *words, "--month", "2026-03")


def test_a_workbook_says_what_the_screen_says_before_its_tables(october, tmp_path):
    from python_calamine import CalamineWorkbook

    now = at(october, "2026-10-29T10:00")
    circular = ("circular", "--month", "2026-10")
    assert "关于 2026 年 10 月（截至 10-29）办理情况的通报" in now.ok("report", *circular).out
    for number, report in enumerate((circular, ("daily",))):
        path = tmp_path / f"{number}.xlsx"
        now.ok("report", *report, "--out", path)
        first = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
        cells = {str(cell) for row in first for cell in row}
        head = now.ok("report", *report).out.partition("\n\n")[0].splitlines()
        assert len(head) >= 2
        assert [line for line in head if not any(line in cell for cell in cells)] == []
    said = now.fails(2, "report", "daily", "--day", "2026-10-20", "--as-of", "2026-10-13").err
    assert "按 2026-10-13 的台账，--day 2026-10-20 还没到" in said
