"""Tables as text on a narrow screen: parts, and long texts that go on below themselves."""

from __future__ import annotations

from bbcs.registers.table import Column, Table
from bbcs.render.text_table import draw
from bbcs.render.width import columns

RATES = (
    Column("label", "指标"),
    Column("text", "结果"),
    Column("change", "比上期"),
    Column("of", "分母"),
)
FULL = "50.00%（1/2），其中 1 个靠补录、设定时间或更正；不计剔除 1 件：100.00%（1/1）"


def rates(text: str) -> Table:
    row = {"label": "按时办结率", "text": text, "change": "+53.85 个百分点"}
    return Table("kpi", "比率", RATES, [{**row, "of": "本期首轮有办理时限的件"}], lead=1)


def test_a_table_that_may_lose_no_column_is_drawn_in_parts_on_a_terminal() -> None:
    assert len(draw(rates("53.85%（7/13）"), 80, whole=True).splitlines()) == 4
    lines = draw(rates("53.85%（7/13）"), 50, whole=True).splitlines()
    assert [line.split() for line in lines if line.startswith("指标")] == [
        ["指标", "结果", "比上期"],
        ["指标", "分母"],
    ]
    assert all(columns(line) <= 50 for line in lines)


def test_a_long_rate_goes_on_below_itself_and_no_figure_is_lost_or_parted() -> None:
    for width in (46, 60, 80):
        lines = draw(rates(FULL), width, whole=True).splitlines()
        assert all(columns(line) <= width for line in lines)
        text = "\n".join(lines)
        assert all(
            one in text for one in ("50.00%（1/2）", "100.00%（1/1）", "+53.85", "按时办结率")
        )


COUNTS = (
    Column("part", "类别", keep=3),
    Column("label", "项目", keep=4),
    Column("count", "数", "int", keep=4),
    Column("change", "比上期", keep=2),
)


def counts(*parts: str) -> Table:
    rows = [
        {"part": part, "label": f"第 {number} 项", "count": number, "change": "+1.00%（9 到 10）"}
        for number, part in enumerate(parts)
    ]
    return Table("counts", "计数", COUNTS, rows, group="part")


def test_what_rows_share_stands_above_them_where_a_line_has_no_room_for_it() -> None:
    cause = "当天办结所用分钟（登记到办结；没记时分的不算，补录的也不算）"
    for width in (None, 80, 40):
        lines = draw(counts("收办情况", "收办情况", cause), width, whole=bool(width)).splitlines()
        assert all(columns(line) <= (width or 80) for line in lines), width
        assert lines[1].split() == ["项目", "数", "比上期"]
        assert lines[3:6] == [
            "收办情况：",
            *(line for line in lines if line.startswith(("第 0", "第 1"))),
        ]
        assert "".join(lines[6:-2]) == f"{cause}："
        assert lines[-2].startswith("第 2 项")


def test_what_rows_share_stays_a_column_where_there_is_room() -> None:
    lines = draw(counts("收办情况", "约定")).splitlines()
    assert [line.split()[0] for line in lines[1:5]] == ["类别", "--------", "收办情况", "约定"]


LONG = "2026年3月2日受理。反映：名称核准不过。原因：没有列进清单。" * 3


def told(**more: int) -> Table:
    heads = (Column("case_no", "编号"), Column("count", "单位数", "int"), Column("story", "情况"))
    rows = [{"case_no": "HT01-20260302-0001", "count": 2, "story": LONG}]
    return Table("told", "站 典型案例" * 9, heads, rows, ["选法：" + LONG], **more)


def test_a_report_in_a_pipe_ends_where_a_usual_screen_does_and_loses_nothing() -> None:
    for table in (told(), told(lead=1)):
        text = draw(table, whole=True)
        assert max(map(columns, text.splitlines())) <= 80
        assert all(one in text for one in ("编号", "单位数", "情况", "HT01-20260302-0001"))
        letters = "".join(text.split())
        assert "".join(table.notes) in letters
        assert "".join(table.title.split()) in letters


def test_a_list_in_a_pipe_has_a_line_for_each_row() -> None:
    assert LONG in draw(told())


def test_no_column_of_a_report_is_lost_in_a_pipe_where_all_are_wider_than_a_screen() -> None:
    heads = [Column(f"n{number}", f"第{number}栏的数", "int", keep=1) for number in range(20)]
    lines = draw(Table("wide", "", heads, [{"n3": 7}]), whole=True).splitlines()
    assert lines[0].split() == [one.label for one in heads]
