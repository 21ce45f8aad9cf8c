"""`bbcs calendar show|parse|import|diff|audit|export`: what they print, what they refuse, and that a refusal keeps nothing."""

from __future__ import annotations

import shutil
import sqlite3
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from cli_desk import Answer, Desk, write
from cli_terminal import at_terminal

from bbcs.calendar import layers
from bbcs.calendar.days import DayCalendar
from bbcs.cli import context, recorded_sessions
from bbcs.cli.settings import Settings
from bbcs.errors import LedgerConflict

NOTICE = recorded_sessions.folder() / "files" / "2027通知.txt"
TEXT = NOTICE.read_text(encoding="utf-8")
TITLE = "虚构的2027年部分节假日安排"
TEXTS = sorted((Path(__file__).parents[1] / "calendar" / "notices").glob("*.txt"))

EXTENDED = """# 虚构，只供测试：仿 2020 年延长假期的写法
国务院办公厅关于延长2027年春节假期的通知
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
经国务院批准，现将延长2027年春节假期的具体安排通知如下。
一、延长2027年春节假期至2月21日（农历正月十六，星期日），2月22日（星期一）起正常上班。
二、不能休假的职工，应根据《中华人民共和国劳动法》规定安排补休。
国务院办公厅
2027年2月4日
"""
"""It takes back the make-up Saturday 2027-02-20."""

CHANGED = """# 虚构，只供测试：仿 2019 年调整劳动节的写法
国务院办公厅关于调整2027年劳动节假期安排的通知
经国务院批准，现将调整2027年劳动节放假安排通知如下。
一、2027年5月1日至4日放假，共4天。
国务院办公厅
2027年1月5日
"""

GUANGXI = """# 虚构，只供测试
# title: 广西三月三放假安排2027
广西三月三放假安排:4月8日(星期四)、4月9日(农历三月初三,星期五)放假,4月12日(星期一)调休,即4月12日(星期一)休息,4月17日(星期六)上班。
"""

OWN = "day,is_working_day,name\n2027-04-14,0,停电检修\n2027-04-24,1,补班\n"


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    shutil.copytree(made, tmp_path / "home")
    return Desk(tmp_path / "home", "2027-02-05T09:00")


def southern(tmp_path: Path) -> Desk:
    """A station in Nanning."""
    desk = Desk(tmp_path / "south", "2027-02-05T09:00")
    desk.ok("init", "--station", "NN01", "--name", "南宁站", "--region", "广西壮族自治区南宁市")
    desk.ok("calendar", "import", "--yes", NOTICE)
    return desk


def take(desk: Desk, day: str, difficulty: str = "general") -> str:
    with_time = Desk(desk.home, f"{day}T09:00")
    no = with_time.take()
    with_time.ok("triage", no, "--difficulty", difficulty, "--cause", "blockage")
    return no


def due(desk: Desk, no: str) -> str:
    return str(desk.json("show", no)["clocks"][0]["due"])


def refused(desk: Desk, code: int, *args: object, **how: object) -> Answer:
    """Refused with this code in one line, and nothing was saved."""
    before = desk.entries()
    done = desk("calendar", *args, **how)
    assert done.code == code, (args, done)
    assert done.err.startswith(("bbcs: ", '{"schema": "bbcs.error/1"'))
    assert done.err.count("\n") == 1
    assert "程序出错" not in done.err
    assert desk.entries() == before
    return done


# -- importing -----------------------------------------------------------------------------------------------------


def test_an_import_is_told_in_words(desk: Desk):
    no = take(desk, "2027-01-27", "complex")
    lines = desk.ok("calendar", "import", "--yes", NOTICE).out.splitlines()
    assert lines[0] == f"已导入：{TITLE}"
    assert "  2027-01-30（周六）休息 → 上班  春节" in lines
    assert f"  {no} 办理时限 2027-02-16 → 2027-02-17" in lines
    assert lines[-2:] == [
        "请告知：",
        f"  {no} 孙乙甲".replace("孙乙甲", masked(desk, no)) + " 138****0001",
    ]
    assert (
        desk.ok("calendar", "check", "2027-01-30").out
        == f"2027-01-30 工作日（调休上班，春节，{TITLE}）\n"
    )


def masked(desk: Desk, no: str) -> str:
    return str(desk.json("show", no)["reporter"])


def test_quiet_says_how_many_moved(desk: Desk):
    take(desk, "2027-01-27", "complex")
    assert desk.ok("calendar", "import", "--yes", NOTICE, "-q").out == "1\n"


def test_nothing_to_move(desk: Desk):
    assert "没有件的到期日移动" in desk.ok("calendar", "import", "--yes", NOTICE).out


def test_a_notice_pasted_on_standard_input(desk: Desk):
    found = desk.json("calendar", "import", "--yes", "-", stdin=TEXT)
    assert found["title"] == TITLE
    assert desk.json("calendar", "check", "2027-01-30")["is_working_day"] is True


def test_a_notice_in_gbk_and_as_a_web_page_and_from_word(desk: Desk, tmp_path: Path):
    gbk, page, word = tmp_path / "a.txt", tmp_path / "b.html", tmp_path / "c.docx"
    gbk.write_bytes(TEXT.encode("gbk"))
    own = [line for line in TEXT.splitlines() if not line.startswith("#")]
    own.insert(0, "关于2027年部分节假日安排的通知")
    page.write_text(
        f"<meta charset=utf-8><body>{''.join(f'<p>{line}</p>' for line in own)}", encoding="utf-8"
    )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in own)
    with zipfile.ZipFile(word, "w") as archive:
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>',
        )
    found = [
        desk.json("calendar", "import", "--yes", path, "--dry-run") for path in (gbk, page, word)
    ]
    assert found[0]["exceptions"] == found[1]["exceptions"] == found[2]["exceptions"]
    assert len(found[0]["changes"]) == 12


def test_a_rehearsal_keeps_nothing(desk: Desk):
    take(desk, "2027-01-27", "complex")
    before = desk.entries(), stored(desk)
    rehearsed = desk.json("calendar", "import", "--yes", NOTICE, "--dry-run")
    assert (desk.entries(), stored(desk)) == before
    assert desk.ok("calendar", "import", "--yes", NOTICE, "--dry-run").out.startswith(
        f"（演练，没有保存）{TITLE}\n"
    )
    assert desk.json("calendar", "import", "--yes", NOTICE) == rehearsed
    assert set(rehearsed) == {
        "schema", "title", "year", "number", "issued", "kind", "exceptions", "findings", "changes", "moved", "told",
        "rosters",
    }  # fmt: skip
    assert set(rehearsed["moved"][0]) == {"case_no", "clock", "round", "order", "old", "new"}


def test_a_later_notice_takes_a_make_up_day_back(desk: Desk, tmp_path: Path):
    first, second = take(desk, "2027-01-27", "complex"), take(desk, "2027-02-04", "complex")
    desk.ok("calendar", "import", "--yes", NOTICE)
    assert (due(desk, first), due(desk, second)) == ("2027-02-17", "2027-02-25")
    found = desk.json("calendar", "import", "--yes", write(tmp_path / "延长.txt", EXTENDED))
    assert found["kind"] == "midyear"
    changed = {
        one["day"]: (one["was"]["is_working_day"], one["becomes"]["is_working_day"])
        for one in found["changes"]
    }
    assert changed == {f"2027-02-{day}": (True, False) for day in (15, 16, 17, 18, 19, 20)}
    assert [(one["case_no"], one["old"], one["new"]) for one in found["moved"]] == [
        (first, "2027-02-17", "2027-02-24"),
        (second, "2027-02-25", "2027-03-05"),
    ]
    (clock,) = desk.json("deadline", first)["clocks"]
    assert [(move["old"], move["new"]) for move in clock["moves"]] == [
        ("2027-02-16", "2027-02-17"),
        ("2027-02-17", "2027-02-24"),
    ]
    assert "延长2027年春节假期" in clock["moves"][1]["notice"]
    assert desk.json("ledger", "verify", "--full")["ok"] is True


def test_a_region_adds_its_own_days(tmp_path: Path):
    desk = southern(tmp_path)
    no = take(desk, "2027-04-06")
    assert due(desk, no) == "2027-04-13"
    path = write(tmp_path / "三月三.txt", GUANGXI)
    refused(desk, 15, "import", path, "--region", "广西")
    found = desk.json("calendar", "import", path, "--region", "广西", "--yes")
    assert found["kind"] == "regional"
    assert [one["day"] for one in found["changes"]] == [
        "2027-04-08",
        "2027-04-09",
        "2027-04-12",
        "2027-04-17",
    ]
    assert [(one["old"], one["new"]) for one in found["moved"]] == [("2027-04-13", "2027-04-16")]
    assert due(desk, no) == "2027-04-16"
    assert [
        desk.ok("calendar", "add", "2027-04-06", 5, *more, "-q").out
        for more in ((), ("--region", "guangxi"))
    ] == [
        "2027-04-16\n",
        "2027-04-16\n",
    ]
    assert "宁夏自己的放假安排" in refused(desk, 12, "add", "2027-04-06", 5, "--region", "宁夏").err
    assert "三月三" in desk.ok("deadline", no).out
    assert desk.json("ledger", "verify", "--full")["ok"] is True


def test_a_region_without_its_notice_is_refused_by_every_command(desk: Desk, tmp_path: Path):
    """In a home whose station says no region, too: the national day would be a wrong answer."""
    for words in (("check", "2027-04-08"), ("add", "2027-04-06", 5), ("count", "2027-04-01", "2027-04-30")):  # fmt: skip
        said = refused(desk, 12, *words, "--region", "guangxi").err
        assert "先把广西的放假通知导入本站台账" in said
    path = write(tmp_path / "三月三.txt", GUANGXI)
    said = refused(desk, 30, "import", path, "--region", "guangxi", "--yes").err
    assert "请先在 station.toml 写 region" in said


def test_an_organisation_has_days_of_its_own(desk: Desk, tmp_path: Path):
    desk.ok("calendar", "import", "--yes", NOTICE)
    no = take(desk, "2027-04-12")
    path = write(tmp_path / "本单位.csv", OWN)
    refused(desk, 15, "import", path, "--organisation", "本单位〔2027〕3号")
    found = desk.json("calendar", "import", path, "--organisation", "本单位〔2027〕3号", "--yes")
    assert [(one["day"], one["becomes"]["kind"]) for one in found["changes"]] == [
        ("2027-04-14", "holiday"),
        ("2027-04-24", "makeup"),
    ]
    assert [(one["case_no"], one["old"], one["new"]) for one in found["moved"]] == [
        (no, "2027-04-19", "2027-04-20")
    ]
    assert "停电检修" in desk.ok("deadline", no).out
    assert "本单位〔2027〕3号" in desk.ok("calendar", "check", "2027-04-14").out
    gbk = tmp_path / "gbk.csv"
    gbk.write_bytes("日期,是否上班,名称\n2027-06-30,否,盘点\n".encode("gbk"))
    assert (
        desk.json("calendar", "import", gbk, "--organisation", "盘点通知", "--yes")["changes"][0][
            "becomes"
        ]["name"]
        == "盘点"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("typed", "code"), [("否\n", 15), ("是\n", 0)])
def test_a_person_compares_before_it_is_saved(desk: Desk, typed, code):
    before = desk.entries()
    seen = at_terminal(desk, "calendar", "import", NOTICE, typed=typed)
    assert seen.code == code, seen.screen
    for word in ("这份通知改变的日子", "2027-01-30（周六）休息 → 上班", "与通知原文对过了"):
        assert word in seen.screen
    assert "Traceback" not in seen.screen
    assert desk.entries() == before + (code == 0)


# -- refusals ------------------------------------------------------------------------------------------------------

CUT = TEXT[: TEXT.index("（周日）、10月9日")]
TYPOS = [
    ("至12日（", "至13日（", "星期六"),
    ("共8天", "共9天", "9 天"),
    ("1月30日（周六）", "1月29日（周六）", "2027-01-29 是星期五"),
    ("2月5日（农历除夕、周五）", "2月15日（农历除夕、周五）", "春节"),
    ("6月9日（周三）", "6月0日（周三）", "6月0日"),
    ("9月26日（周日）", "9月27日（周日）", "2027-09-27 是星期一"),
    ("10月9日（周六）", "10月9月（周六）", "国庆节"),
    ("10月1日（周五）至7日（周四）", "10月8日（周五）至7日（周四）", "国庆节"),
]


@pytest.mark.parametrize(("right", "wrong", "said"), TYPOS, ids=[wrong for _, wrong, _ in TYPOS])
def test_a_slip_of_the_pen_is_found_and_its_line_quoted(
    desk: Desk, tmp_path: Path, right, wrong, said
):
    assert TEXT.count(right) == 1
    path = write(tmp_path / "抄错.txt", TEXT.replace(right, wrong))
    done = refused(desk, 30, "import", path, "--json")
    assert said in done.err
    document = done.json
    assert document["exceptions"] == []
    assert document["findings"]
    line = next(line for line in TEXT.replace(right, wrong).splitlines() if wrong in line)
    assert any(one["where"].rstrip("…") in line for one in document["findings"])
    assert set(document["findings"][0]) == {"code", "where", "what", "hint"}
    assert refused(desk, 30, "parse", path).out == ""
    assert refused(desk, 30, "diff", path).out == ""


BAD = [
    ("不是通知.txt", "今天天气很好。\n", (), 30, "看不出是放假通知"),
    ("年份不对.txt", TEXT, ("--year", "2026"), 30, "文中写的是 2027 年，不是 2026 年"),
    ("年份.txt", TEXT, ("--year", "27"), 2, "四位数字"),
    ("截断.txt", CUT, (), 30, "七、国庆节"),
    ("半份.txt", TEXT[: TEXT.index("六、中秋节")], (), 30, "中秋节、国庆节"),
    ("两份.txt", TEXT + TEXT.replace("2027", "2028"), (), 30, "2027"),
    ("同一份两遍.txt", TEXT + TEXT, (), 30, "不止一次"),
    ("早有了.txt", "composed-2026", (), 30, "2026 年的放假通知早已收录"),
    ("太早.txt", EXTENDED, (), 30, "2027 年的全国放假通知还没有导入"),
    ("太远.txt", TEXT.replace("2027", "2101").replace("2026", "2100"), (), 30, "看不出是哪一年的通知"),
    ("通知.pdf", b"%PDF-1.4\n\xe2\xe3\xcf\xd3", (), 30, "不能读 .pdf"),
    ("通知.docx", b"PK\x03\x04nonsense", (), 30, "不是 Word 文件"),
    ("空.txt", "", (), 30, "看不出是放假通知"),
    ("二进制.txt", bytes(range(256)) * 4, (), 40, "编码"),
    ("地区.txt", GUANGXI, (), 2, "--region"),
    ("地区.txt", GUANGXI, ("--region", "火星"), 13, "广西（guangxi）"),
    ("地区.txt", GUANGXI, ("--region", "广西", "--yes"), 30, "本站的地区"),
    ("单位.csv", "day,is_working_day\n2027-04-14,0\n2027-04-14,1\n", ("--organisation", "依据"), 40, "第 3 行：2027-04-14 写了两次"),
    ("单位.csv", "day,is_working_day,name\n2027-02-30,0,甲\n", ("--organisation", "依据"), 40, "第 2 行：没有 2027-02-30"),
    ("单位.csv", "day,is_working_day,name\n2101-02-03,0,甲\n", ("--organisation", "依据"), 40, "第 2 行：2101-02-03 不在"),
    ("单位.csv", "day,is_working_day,name\n2027-04-14,休,甲\n", ("--organisation", "依据"), 40, "第 2 行"),
    ("单位.csv", "日子,上班\n2027-04-14,0\n", ("--organisation", "依据"), 40, "第 2 行"),
    ("单位.csv", "", ("--organisation", "依据"), 40, "首行应为"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "more", "code", "said"),
    BAD,
    ids=[f"{row[0]}{' '.join(row[2])}-{n}" for n, row in enumerate(BAD)],
)
def test_bad_input_is_refused_with_its_reason(
    desk: Desk, tmp_path: Path, name, content, more, code, said
):
    if content == "composed-2026":
        content = next(path for path in TEXTS if path.stem == content).read_text(encoding="utf-8")
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    for rehearsal in ((), ("--dry-run",)):
        assert said in refused(desk, code, "import", path, *more, *rehearsal).err
    assert desk.json("calendar", "check", "2027-01-30")["is_working_day"] is False


def test_files_that_cannot_be_read(desk: Desk, tmp_path: Path):
    assert "没有这个文件" in refused(desk, 22, "import", tmp_path / "没有.txt").err
    assert "它是文件夹" in refused(desk, 22, "import", tmp_path).err


def test_a_notice_comes_once_and_in_order(desk: Desk, tmp_path: Path):
    desk.ok("calendar", "import", "--yes", NOTICE)
    assert "已导入过" in refused(desk, 30, "import", NOTICE).err
    again = write(tmp_path / "同年.txt", TEXT + "\n")
    assert "已导入过" in refused(desk, 30, "import", again).err
    desk.ok("calendar", "import", "--yes", write(tmp_path / "延长.txt", EXTENDED))
    assert (
        "比它新的通知已经导入"
        in refused(desk, 30, "import", write(tmp_path / "旧.txt", CHANGED)).err
    )
    newer = write(tmp_path / "新.txt", CHANGED.replace("2027年1月5日", "2027年2月5日"))
    assert desk.json("calendar", "import", "--yes", newer, "--dry-run")["kind"] == "midyear"


def test_only_an_administrator_imports(desk: Desk):
    desk.ok("station", "operator", "add", "li", "--name", "李经办", "--role", "clerk")
    for more in ((), ("--dry-run",)):
        assert "admin" in refused(desk, 14, "import", NOTICE, "--as", "li", *more).err
    assert desk.json("calendar", "parse", NOTICE, "--as", "li")["year"] == 2027


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("check", "2101-01-01"), 12, "2004-01-01 至 2100-12-31"),
        (("check", "2003-12-31"), 12, "2004-01-01 至 2100-12-31"),
        (("check", "2027-02-30"), 2, "没有 2027-02-30"),
        (("check", "月底"), 2, "2026-12-01"),
        (("add", "2100-12-30", "5"), 12, "超出工作日历范围"),
        (("add", "2003-12-31", "5"), 12, "不在工作日历范围内"),
        (("add", "2004-01-02", "-5"), 12, "超出工作日历范围"),
        (("add", "2100-12-30", "5", "--rule", "month"), 12, "2004-01-01 至 2100-12-31"),
        (("add", "2027-01-04", "0"), 2, "same_day"),
        (("add", "2027-01-04", "0", "--rule", "wd_roll"), 2, "same_day"),
        (("add", "2027-01-04", "1000000"), 2, "最多 100000"),
        (("add", "2027-01-04", "9" * 40), 2, "最多 100000"),
        (("add", "2027-01-04", "1.5"), 2, "整数"),
        (("add", "2027-01-04", "5", "--region", "火星"), 13, "广西（guangxi）"),
        (("count", "2003-12-31", "2027-01-01"), 12, "不在工作日历范围内"),
        (("count", "2027-01-01", "2101-01-01"), 12, "不在工作日历范围内"),
        (("count", "2027-01-02", "2027-01-01"), 2, "早于"),
        (("show", "2101"), 2, "2004 至 2100"),
        (("show", "27"), 2, "四位数字"),
        (("export", "2003"), 2, "2004 至 2100"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else "",
)
def test_days_outside_and_numbers_that_mean_nothing(desk: Desk, args, code, said):
    assert said in refused(desk, code, *args).err


# -- looking -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_every_kept_text_is_read(empty: Desk, path: Path):
    """Without a home too: reading needs none."""
    region = {"guangxi-2021": ("--region", "广西"), "ningxia-2020": ("--region", "宁夏")}.get(
        path.stem, ()
    )
    found = empty.json("calendar", "parse", path, *region)
    assert set(found) == {
        "schema",
        "title",
        "year",
        "number",
        "issued",
        "kind",
        "exceptions",
        "findings",
    }
    assert found["schema"] == "bbcs.notice/1"
    assert found["findings"] == []
    assert all(set(one) == {"day", "is_working_day", "kind", "name"} for one in found["exceptions"])
    kind = "regional" if region else ("midyear" if path.stem in MIDYEAR else "annual")
    assert found["kind"] == kind
    shipped = DayCalendar()
    overtaken = path.stem.removeprefix("composed-") in ("2019", "2020")
    if kind == "annual":
        assert found["exceptions"]
        assert str(found["year"]) in path.stem
    if not (region or overtaken):
        assert all(
            shipped.is_working(date.fromisoformat(one["day"])) == one["is_working_day"]
            for one in found["exceptions"]
        )
    assert empty.ok("calendar", "parse", path, *region).out.startswith(found["title"] or path.name)


MIDYEAR = ("2019-laodong", "composed-2015-0903", "composed-2020-yanchang")


def test_a_region_of_the_past_is_read_as_its_difference(empty: Desk):
    path = next(path for path in TEXTS if path.stem == "guangxi-2021")
    found = empty.json("calendar", "diff", path, "--region", "广西")["changes"]
    assert [one["day"] for one in found] == ["2021-04-14", "2021-04-15", "2021-04-16", "2021-04-18"]


def test_the_longer_spring_festival_of_2020_is_read_although_it_is_known(empty: Desk):
    """The shipped days hold it already; still it says what it changed."""
    path = next(path for path in TEXTS if path.stem == "composed-2020-yanchang")
    found = empty.json("calendar", "parse", path)["exceptions"]
    assert [(one["day"], one["is_working_day"]) for one in found] == [("2020-01-31", False)]
    assert "2020-01-31 至 2020-02-02 放假 3 天" in empty.ok("calendar", "parse", path).out


def test_a_notice_is_read_alike_before_and_after_its_import(desk: Desk, tmp_path: Path):
    for path in (
        NOTICE,
        write(tmp_path / "调整.txt", CHANGED),
        write(tmp_path / "延长.txt", EXTENDED),
    ):
        before = desk.json("calendar", "parse", path)
        assert before["exceptions"]
        desk.ok("calendar", "import", "--yes", path)
        assert desk.json("calendar", "parse", path) == before
    own = write(tmp_path / "本单位.csv", "日期,是否上班,名称\n2027-02-17,0,盘点\n")
    desk.ok("calendar", "import", own, "--organisation", "盘点通知", "--yes")
    assert desk.json("calendar", "parse", tmp_path / "延长.txt") == before


def test_a_regional_notice_is_read_alike_before_and_after_its_import(tmp_path: Path):
    desk = southern(tmp_path)
    path = write(tmp_path / "三月三.txt", GUANGXI)
    before = desk.json("calendar", "parse", path, "--region", "广西")
    desk.ok("calendar", "import", path, "--region", "广西", "--yes")
    assert desk.json("calendar", "parse", path, "--region", "广西") == before


def test_the_difference_of_a_notice(desk: Desk):
    found = desk.json("calendar", "diff", NOTICE)
    assert set(found) == {"schema", "title", "year", "sha256", "changes"}
    assert (
        found["changes"] == desk.json("calendar", "import", "--yes", NOTICE, "--dry-run")["changes"]
    )
    assert set(found["changes"][0]) == {"day", "was", "becomes"}
    assert set(found["changes"][0]["was"]) == {
        "day",
        "is_working_day",
        "kind",
        "name",
        "notice",
        "final",
    }
    assert "2027-01-30（周六）休息 → 上班" in desk.ok("calendar", "diff", NOTICE).out
    desk.ok("calendar", "import", "--yes", NOTICE)
    assert desk.ok("calendar", "diff", NOTICE).out == "没有不同\n"


def test_a_year_at_a_glance(desk: Desk):
    before = desk.json("calendar", "show", "2027")
    assert set(before) == {
        "schema",
        "year",
        "working_days",
        "provisional",
        "years",
        "months",
        "days",
    }
    assert (before["provisional"], before["years"], before["working_days"]) == (True, [2027], 248)
    assert "暂定" in desk.ok("calendar", "show", "2027").out
    desk.ok("calendar", "import", "--yes", NOTICE)
    after = desk.json("calendar", "show", "2027")
    assert (after["years"], sum(after["months"])) == ([2028], after["working_days"])
    assert {one["day"] for one in after["days"] if one["kind"] == "makeup"} == {
        "2027-01-09", "2027-01-30", "2027-02-20", "2027-04-25", "2027-09-26", "2027-10-09",
    }  # fmt: skip
    assert desk.ok("calendar", "show", "2027", "-q").out == f"{after['working_days']}\n"
    assert "30班" in desk.ok("calendar", "show", "2027").out
    assert desk.json("calendar", "show", "2026")["provisional"] is False


def test_what_commands_without_a_ledger_count_by(desk: Desk):
    """check, add, count and batch in a home use its imports."""
    assert (
        "（暂定：2027 年放假通知未到）"
        in desk.ok("calendar", "count", "2027-01-01", "2027-12-31").out
    )
    assert desk.json("calendar", "add", "2027-01-27", 10) | {"basis": ""} == {
        "schema": "bbcs.due/1", "due": "2027-02-16", "provisional": True, "years": [2027], "basis": "",
    }  # fmt: skip
    batch = "rule,start,n\nwd,2027-01-27,10\ncount,2027-01-01,2027-01-31\n"
    assert "2027-02-16,true" in desk.ok("calendar", "batch", "-", stdin=batch).out
    desk.ok("calendar", "import", "--yes", NOTICE)
    assert desk.json("calendar", "add", "2027-01-27", 10) | {"basis": ""} == {
        "schema": "bbcs.due/1", "due": "2027-02-17", "provisional": False, "years": [], "basis": "",
    }  # fmt: skip
    assert desk.ok("calendar", "batch", "-", stdin=batch).out.splitlines()[1:] == [
        "wd,2027-01-27,10,2027-02-17,false",
        "count,2027-01-01,2027-01-31,22,false",
    ]
    assert desk.json("calendar", "count", "2027-01-01", "2027-01-31") == {
        "schema": "bbcs.workdays/1",
        "working_days": 22,
        "provisional": False,
        "years": [],
    }
    assert TITLE in desk.ok("calendar", "add", "2027-01-27", 10, "--explain").out
    assert Desk(desk.home, "2027-02-05").ok("intake", "--help").out


def test_a_batch_reads_dates_as_the_other_commands_do(desk: Desk):
    """People's dates, moments of any zone, and hours with decimals."""
    given = [
        "wd,2026/9/30,3",
        "wd,9月30日,3",
        "wd,2026年9月30日,3",
        "hours_business,2026-09-30T08:15:00Z,1.5",
        "hours_wall,2026-09-30 16:15,0.5",
        "count,2026.9.1,2026-09-30",
    ]
    due = [
        "2026-10-10",
        "2026-10-10",
        "2026-10-10",
        "2026-10-08T09:15:00+08:00",
        "2026-09-30T16:45:00+08:00",
        "22",
    ]
    out = Desk(desk.home, "2026-10-01T09:00").ok(
        "calendar", "batch", "-", stdin="\n".join(["rule,start,n", *given])
    )
    assert out.out.splitlines()[1:] == [
        f"{line},{end},false" for line, end in zip(given, due, strict=True)
    ]
    assert (
        "09:45"
        in desk.ok("calendar", "add", "2025-12-31T17:15", "1", "--rule", "hours_business").out
    )  # 15 minutes are left of the day
    assert (
        "满 7.5 小时"
        in desk.ok(
            "calendar", "add", "2025-12-31T17:15", "7.5", "--rule", "hours_business", "--explain"
        ).out
    )
    assert "小时可带小数" in refused(desk, 2, "add", "2025-12-31", "1.5").err
    for word in (("--rule", "moon"), ("--region", "月球")):
        for how in ((), ("--json",)):
            assert desk("calendar", "add", "2026-03-02", "5", *word, *how).code == 13


def test_an_import_names_the_duties_that_no_longer_fit(desk: Desk):
    """Working days became days off, and a Saturday works that has nobody."""
    desk.ok("station", "duty", "add", "2027-02-10..2027-02-19", "demo")
    desk.ok("station", "duty", "add", "2027-02-22", "demo")
    answer = desk.json("calendar", "import", "--yes", NOTICE, "--dry-run")
    assert [(one["code"], one["where"]) for one in answer["rosters"]] == [
        ("duty_off", "2027-02-11"),
        ("duty_off", "2027-02-12"),
        ("duty_gap", "2027-02-20"),
    ]
    out = desk.ok("calendar", "import", "--yes", NOTICE).out
    assert "坐诊表要改：" in out
    assert "bbcs station duty remove 2027-02-11" in out
    found = desk("check", "--code", "C30", "--json")
    assert [one["what"][:10] for one in found.json["findings"]] == ["2027-02-11", "2027-02-12"]
    assert "2027-02-11 排了" in desk("station", "duty", "list", "--month", "2027-02").err
    desk.ok("station", "duty", "remove", "2027-02-11..2027-02-12")
    assert desk.json("check", "--code", "C30")["findings"] == []


def test_without_a_terminal_an_import_wants_yes(desk: Desk):
    before = desk.entries()
    assert "--yes" in refused(desk, 15, "import", NOTICE).err
    assert desk.entries() == before


def test_doctor_knows_what_was_imported(desk: Desk):
    checks = {one["name"]: one for one in desk("doctor", "--json").json["checks"]}
    assert checks["2027 年日历"]["ok"] is False
    assert "bbcs calendar import" in checks["2027 年日历"]["hint"]
    desk.ok("calendar", "import", "--yes", NOTICE)
    checks = {one["name"]: one for one in desk("doctor", "--json").json["checks"]}
    assert checks["2027 年日历"]["ok"] is True


def test_audit(desk: Desk):
    pytest.importorskip("holidays")
    found = desk.json("calendar", "audit")
    assert (found["schema"], found["ok"]) == ("bbcs.audit/1", True)
    assert all(one["known"] for one in found["differences"])
    few = len(found["differences"])
    desk.ok("calendar", "import", "--yes", NOTICE)
    found = desk.json("calendar", "audit")
    assert found["ok"] is True
    mine = [one for one in found["differences"] if one["day"] > "2026-12"]
    assert len(mine) == 12
    assert len(found["differences"]) == few + 12
    assert all("导入" in one["known"] for one in mine)
    assert set(mine[0]) == {"day", "is_working_day", "library", "name", "notice", "known"}
    assert "2027-01-30 本表上班，库相反（本地导入的通知" in desk.ok("calendar", "audit").out


def test_export_is_a_calendar_for_telephones(desk: Desk, tmp_path: Path):
    desk.ok("calendar", "import", "--yes", NOTICE)
    out = tmp_path / "2027.ics"
    assert desk.ok("calendar", "export", "2027", "--out", out).out == f"{out}\n"
    raw = out.read_bytes()
    assert desk.process("calendar", "export", "2027").stdout == raw
    lines = raw.decode().split("\r\n")
    assert lines[-1] == ""
    assert "\n" not in "".join(lines)
    assert all(len(line.encode()) <= 75 for line in lines)
    assert (lines[0], lines[-2]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    events = events_of(lines)
    assert len(events) == 24  # 25 special days of the notice, one of them in 2026
    assert len({one["UID"] for one in events}) == len(events)
    makeup = next(one for one in events if one["DTSTART;VALUE=DATE"] == "20270130")
    assert "班" in makeup["SUMMARY"]
    assert makeup["DTEND;VALUE=DATE"] == "20270131"
    assert all({"UID", "DTSTAMP", "DTSTART;VALUE=DATE", "SUMMARY"} <= set(one) for one in events)
    assert desk("calendar", "export", "2027", "--out", tmp_path / "没有" / "x.ics").code == 22


def events_of(lines: list[str]) -> list[dict[str, str]]:
    """The VEVENTs of unfolded lines; blocks must nest."""
    events, depth = [], []
    unfolded = "\r\n".join(lines).replace("\r\n ", "").split("\r\n")
    for line in filter(None, unfolded):
        name, _, value = line.partition(":")
        if name == "BEGIN":
            depth.append(value)
            events += [{}] if value == "VEVENT" else []
        elif name == "END":
            assert depth.pop() == value
        elif depth[-1] == "VEVENT":
            events[-1][name] = value
    assert depth == []
    return events


# -- two at once ---------------------------------------------------------------------------------------------------


def test_a_step_that_was_counted_by_the_old_calendar_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("BBCS_NOW", desk.now)
    monkeypatch.setenv("USER", "demo")
    where = context.office(Settings(home=str(desk.home)))
    desk.ok("calendar", "import", "--yes", NOTICE)
    before = desk.entries()
    with pytest.raises(LedgerConflict) as caught:
        context.write(where, lambda ledger: ledger.append("", 0, [], where.stamp))
    assert caught.value.exit_code == 20
    assert "再试一次" in caught.value.message
    assert desk.entries() == before


def test_intakes_and_an_import_at_the_same_time(desk: Desk):
    desk = Desk(desk.home, "2027-01-28T09:00")
    said = b'{"matter": "x", "demand": "y", "reporter": "z", "difficulty": "complex", "cause": ["blockage"]}'
    with ThreadPoolExecutor(8) as pool:
        intakes = [
            pool.submit(desk.process, "intake", "--from", "-", "-q", stdin=said) for _ in range(4)
        ]
        imported = pool.submit(desk.process, "calendar", "import", "--yes", NOTICE)
        intakes += [
            pool.submit(desk.process, "intake", "--from", "-", "-q", stdin=said) for _ in range(6)
        ]
        done = [one.result() for one in intakes]
    answer = imported.result()
    assert answer.returncode in (0, 20), answer.stderr.decode()
    assert {one.returncode for one in done} <= {0, 20}, [one.stderr.decode() for one in done]
    listed = desk.json("list", "--limit", "50")["cases"]
    assert len(listed) == sum(one.returncode == 0 for one in done)
    if answer.returncode == 0:
        assert {(one["due"], one["provisional"]) for one in listed} == {("2027-02-18", False)}
    assert desk.json("ledger", "verify", "--full")["ok"] is True


# -- tampering -----------------------------------------------------------------------------------------------------


def stored(desk: Desk) -> list[list[tuple]]:
    with sqlite3.connect(desk.home / "ledger.db") as connection:
        return [
            connection.execute(f"SELECT * FROM {table}").fetchall()
            for table in ("calendar_notice", "calendar_day", "case_row")
        ]


TAMPERED = {
    "UPDATE calendar_day SET is_working_day = 0, kind = 'weekend' WHERE day = '2027-01-30'": 0,
    "DELETE FROM calendar_day WHERE day = '2027-01-30'": 0,
    "DELETE FROM calendar_day": 0,
    "DELETE FROM calendar_notice": 0,
    "INSERT INTO calendar_day SELECT station, station_seq, '2027-02-03', 0, 'holiday', '假' FROM calendar_notice": 0,
    "INSERT INTO calendar_notice SELECT station, 2, '2028', layer, '', '假', '', '', '', '', '' FROM calendar_notice": 0,
    "UPDATE calendar_notice SET title = '别的通知'": 0,
    "UPDATE calendar_notice SET station_seq = 1": 0,
    "UPDATE calendar_notice SET id = 'x'": 21,
    "UPDATE calendar_notice SET layer = 'organisation'": 21,
    "UPDATE calendar_day SET day = '2027-99-99' WHERE day = '2027-01-30'": 21,
    "UPDATE calendar_day SET day = '1999-09-09' WHERE day = '2027-01-30'": 21,
}
"""What was done -> how `list` answers afterwards: 0 when it still reads, else the refusal that says what to do."""


@pytest.fixture(scope="module")
def imported(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    desk = Desk(tmp_path_factory.mktemp("imported") / "home", "2027-02-03T09:00")
    shutil.copytree(made, desk.home)
    take(desk, "2027-01-27", "complex")
    desk.ok("calendar", "import", "--yes", NOTICE)
    return desk.home


@pytest.mark.parametrize("done", TAMPERED)
def test_what_is_stored_of_a_notice_is_proved_and_mended(imported: Path, tmp_path: Path, done: str):
    desk = Desk(tmp_path / "home", "2027-02-03T09:00")
    shutil.copytree(imported, desk.home)
    right = stored(desk)
    with sqlite3.connect(desk.home / "ledger.db") as connection:
        connection.execute(done)
    listing = desk("list")
    assert listing.code == TAMPERED[done]
    if listing.code:
        assert "bbcs ledger rebuild" in listing.err
    proof = desk("ledger", "verify", "--full", "--json")
    assert proof.code == 21
    assert [(one["code"], one["where"]) for one in proof.json["findings"]] == [
        ("projection", "calendar_day")
    ]
    desk.ok("ledger", "rebuild")
    assert stored(desk) == right
    assert desk.json("ledger", "verify", "--full")["ok"] is True


def test_the_shipped_days_of_2027_are_by_law_only():
    """When the real notice is shipped, this file's 2027 must move on to a later year."""
    assert not [row for row in layers.national() if row.notice == "2027"], (
        "take another year for the invented notice"
    )


def test_a_mistyped_import_is_replaced_by_the_corrected_one(desk: Desk, tmp_path: Path):
    """The first copy passed every check and was still wrong: --correct takes its days back and moves the clocks again."""
    desk.ok("calendar", "import", "--yes", NOTICE)
    mended = write(tmp_path / "更正.txt", TEXT + "\n")
    refused = desk("calendar", "import", "--yes", mended)
    assert (refused.code, "--correct" in refused.err) == (30, True)
    entries = desk.entries()
    desk.ok("calendar", "import", "--yes", mended, "--correct")
    assert desk.entries() == entries + 1
    assert desk.json("calendar", "check", "2027-01-01")["notice"]
    assert desk.ok("ledger", "verify", "--full")
    assert (
        desk("calendar", "import", "--yes", mended, "--correct").code == 30
    )  # the very same text again
