"""Every published figure of practices.md is printed by a command of a recorded session, or its page says why not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bbcs.cli import recorded_sessions
from bbcs.config import packs
from bbcs.render.width import columns

SESSIONS = recorded_sessions.folder() / "sessions"
PAGES = Path(__file__).parents[1] / "docs" / "places"

PLACES = ("nanchang", "yichun", "linfen", "zhanyi", "xianan")

PRINTED = [
    # figure, session, how the command begins, what stands in its answer
    ("NC 21 solved", "counts-nanchang", "report monthly --from 2021-01-04", r"^办结计为解决 21$"),
    ("NC 8 classes", "counts-nanchang", "report kpi", r"涉及事项类别（不重复） +8\b"),
    ("NC 39 items", "counts-nanchang", "report kpi", r"涉及事项（不重复） +39\b"),
    ("NC 1 case, 2 licences", "nanchang-guesthouse", "show", r"公共场所卫生许可证.*食品经营许可证"),
    ("NC-1 due", "nanchang-clinic", "", r"2021-04-20"),
    ("NC-2 due", "nanchang-diving", "", r"2021-05-12"),
    ("NC-3 due", "nanchang-guesthouse", "", r"2022-02-07"),
    ("YC 8 minutes", "yichun-permit", "report kpi", r"最快（分钟） +8\b"),
    ("YC shrink, mean of ratios", "office-rules", "station items show", r"压缩比例的平均）：84\.17%"),
    ("YC shrink, ratio of sums", "office-rules", "station items show", r"总天数）：82\.86%"),
    ("YC-2 round 1", "yichun-hotline", "", r"2018-01-29"),
    ("YC-2 round 2", "yichun-hotline", "", r"2018-01-30"),
    ("YC-3 due", "yichun-performance", "", r"2017-12-11"),
    ("LF 8 asked, 13 granted", "linfen-school", "show", r"要求办几项：8；办成几项：13；"),
    ("LF cases of a year", "linfen-year", "report monthly", r"本期受理登记 12 "),
    ("LF levels", "linfen-year", "report kpi", r"^响应级别（本期登记的件）：\n(?:[^\n：]+\n)*?联席会议 +1\b"),
    ("LF-1 due", "linfen-certificate", "", r"2024-03-11"),
    ("LF-2 due", "linfen-school", "", r"2023-06-19"),
    ("LF-3 due", "linfen-licence", "", r"2023-03-06"),
    ("LF-4 due after the pause", "linfen-investor", "deadline", r"2022-10-09 到期"),
    ("LF-5 measures", "linfen-year", "report kpi", r"问责（一件里一个单位算一起"),
    ("ZY 523 visitors, 362 answers", "counts-zhanyi", "report monthly", r"^咨询 523 人，答复 362 个$"),
    ("ZY 12 solved", "counts-zhanyi", "report monthly", r"^办结计为解决 12$"),
    ("ZY 100 %", "counts-zhanyi", "report monthly", r"^满意率 100\.00%（8/8）"),
    ("ZY-1 due", "zhanyi-clinic", "", r"2022-07-08"),
    ("ZY-2 due after the extension", "zhanyi-coal", "", r"2022-09-14"),
    ("ZY-3 due after the extension", "zhanyi-doctor", "", r"2022-04-29"),
    ("XA 19 handled", "counts-xianan", "report monthly", r"本期受理登记 19 "),
    ("XA 11 working days", "counts-xianan", "calendar count", r"^11 个工作日$"),
    ("XA 2 cross-province", "xianan-newborns", "report monthly", r"本期受理登记 2 "),
    ("XA carried out open", "xianan-household", "report monthly", r"结转下期 1$"),
    ("XA 4 joined, the relay is none", "xianan-household", "report register", r"\| 民政、卫健、档案、镇政府 \|"),
    ("XA-2 due", "xianan-household", "", r"2021-07-09"),
]  # fmt: skip

REASONS = {
    "nanchang": ["没有说收了多少", "40 公里"],
    "yichun": ["67% 和 1.5 个工作日", "近 4000 件预审、27 户"],
    "linfen": ["一个数也没有公布", "报道没有日期", "报道只给了个数"],
    "zhanyi": ["12 件除以 523 人次", "149 人次", "没有说回访了多少件"],
    "xianan": ["1391 项除不出", "3259 项", "3632 或 3633 项", "13519 项", "14.34 个**百分点**（相对提高 17.89%）", "1.7 件"],
}  # fmt: skip
"""Place -> figures that no command prints, as its page names them with the reason."""


def answers(session: str, begin: str) -> str:
    """What the commands of a session that begin so have answered."""
    steps = recorded_sessions.parse(SESSIONS / f"{session}.txt").steps
    return "\n".join(step.answer for step in steps if " ".join(step.argv).startswith(begin))


@pytest.mark.parametrize(("session", "begin", "text"), [row[1:] for row in PRINTED], ids=[row[0] for row in PRINTED])  # fmt: skip
def test_a_published_figure_is_printed_by_a_command(session: str, begin: str, text: str):
    assert re.search(text, answers(session, begin), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("place", PLACES)
def test_every_given_figure_is_printed_beside_the_counted_ones(place: str):
    """`report kpi` prints each of `[facts]`, marked as given, with its name, value and source."""
    given: set[tuple[str, ...]] = set()
    for path in SESSIONS.glob("*.txt"):
        given |= {*table_rows(answers(path.stem, "report kpi").splitlines(), "给定")}
    wanted = {
        ("给定", *("".join(text.split()) for text in (fact.name, fact.value, fact.source)))
        for fact in packs.pack(place).facts
    }
    assert wanted
    assert wanted - given == set()


def table_rows(lines: list[str], mark: str) -> list[tuple[str, ...]]:
    """The rows of printed tables whose first cell is `mark`, with what their cells go on with below
    them; without blanks.
    """
    rows: list[list[str]] = []
    spans: list[int] = []
    inside = False
    for line in lines:
        if set(line) == {"-", " "}:  # the line under the headers shows where columns stand
            spans = [len(dashes) for dashes in line.split("  ")]
        inside = line.startswith(f"{mark}  ") or (inside and line.startswith("  "))
        if not inside:
            continue
        cells = cut_in_columns(line, spans)
        if cells[0]:
            rows.append(cells)
        else:
            rows[-1] = [text + more for text, more in zip(rows[-1], cells, strict=True)]
    return [tuple(row) for row in rows]


def cut_in_columns(line: str, spans: list[int]) -> list[str]:
    """The cells of a printed line, without blanks; spans: the widths of the columns."""
    cells, rest = [], line
    for span in spans:
        text = cut_to(rest, span)
        cells.append("".join(text.split()))
        rest = rest[len(text) + 2 :]
    return cells


def cut_to(text: str, width: int) -> str:
    """The beginning of a text that takes at most so many columns of a terminal."""
    end = next((at for at in range(len(text) + 1) if columns(text[:at]) > width), len(text) + 1)
    return text[: end - 1]


@pytest.mark.parametrize("place", PLACES)
def test_what_no_command_prints_is_named_with_its_reason(place: str):
    text = (PAGES / f"{place}.md").read_text(encoding="utf-8")
    section = text.partition("命令不打印、也不重算的数，和为什么：")[2].partition("\n```")[0]
    assert [reason for reason in REASONS[place] if reason not in section] == []
