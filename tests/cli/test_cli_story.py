"""“我的事办到哪了”: what `show` tells, the slip at any time, files that come out again, the pages of units."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from cli_desk import Answer, Desk, case, prepared

MONDAY, FRIDAY = "2026-03-02T09:00", "2026-03-06T10:00"


@prepared
def window(desk: Desk) -> Desk:
    """A home with three units, on a Monday."""
    desk.now = MONDAY
    for unit in ("水务局", "卫健局", "区城管局"):
        desk.ok("station", "unit", "add", unit)
    return desk


def told(desk: Desk, no: str) -> str:
    return desk.ok("show", no).out


def acted(desk: Desk, *words: Any) -> Answer:
    return desk.ok(*words, "-q")


# -- the story -----------------------------------------------------------------------------------------------------


def test_the_story_tells_opinion_step_return_callback_and_the_grade_by_its_word(
    window: Desk,
) -> None:
    no = window.take(reporter="陈试验", phone="13800000001")
    acted(
        window, "triage", no, "--difficulty", "一般", "--opinion", "陈试验电话13800000001，先会商"
    )
    acted(window, "assign", no, "--lead", "水务局")
    acted(window, "return", no, "--reason", "不是本局职责")
    acted(window, "step", no, "--kind", "核实", "--result", "已核实")
    acted(window, "resolve", no, "--outcome", "已解决", "--measures", "补齐后办成")
    acted(window, "callback", no, "--reached", "--solved", "yes", "--grade", "4", "--words", "很快")
    page = told(window, no)
    for text in ("研判意见：陈**电话138****0001，先会商", "理由：不是本局职责", "结果：已核实",
                 "办理过程和措施：补齐后办成", "反映人的话：很快", "满意度：满意"):  # fmt: skip
        assert text in page
    assert "13800000001" not in page
    assert "陈试验" not in page
    assert "满意度 4" not in page
    document = window.json("show", no)
    assert document["satisfaction_label"] == "满意"
    assert [one["kind"] for one in document["story"]][-2:] == ["Resolved", "CalledBack"]


def test_a_refusal_tells_its_basis_in_show_and_on_the_slip(window: Desk, tmp_path: Path) -> None:
    slip = tmp_path / "回执.txt"
    no = window.ok(
        "intake", "--matter", "甲", "--demand", "乙", "--reporter", "陈试验", "--phone", "13800000001",
        "--refuse", "诉讼", "--basis", "法院已立案", "--remedy", "向法院反映", "--slip", slip, "-q",
    ).out.strip()  # fmt: skip
    for text in (told(window, no), window.ok("slip", no).out, slip.read_text(encoding="utf-8")):
        assert "法院已立案" in text
        assert "向法院反映" in text
    assert "另行告知" not in slip.read_text(encoding="utf-8")


def test_a_unit_that_passed_its_order_on_is_not_done_and_one_that_returned_it_has_no_clock(
    window: Desk,
) -> None:
    passed, back = window.take(), window.take(matter="别的", phone="13800000099", id_number=None)
    for no in (passed, back):
        acted(window, "triage", no, "--difficulty", "一般")
        acted(window, "assign", no, "--lead", "水务局", "--due", "2026-03-03")
    acted(window, "return", back, "--reason", "不归本局")
    assert "签收时限" not in told(window, back)
    assert [one["order"] for one in window.json("show", back)["clocks"] if one["order"]] == []
    window.now = FRIDAY
    acted(window, "forward", passed, "--to", "卫健局", "--reason", "归卫健")
    page = told(window, passed)
    assert "主办 水务局  已转办" in page
    assert "水务局  已完" not in page
    orders = window.json("show", passed)["orders"]
    assert [(one["unit"], one["passed"]) for one in orders] == [("水务局", True), ("卫健局", False)]


def test_forwarded_late_the_sender_was_late_and_the_receiver_is_not_overdue_at_birth(
    window: Desk,
) -> None:
    no = window.take()
    acted(window, "triage", no, "--difficulty", "一般")
    acted(window, "assign", no, "--lead", "水务局", "--due", "2026-03-03")
    window.now = FRIDAY
    acted(window, "forward", no, "--to", "卫健局", "--reason", "归卫健")
    clocks = {
        (one["order"], one["name"]): one["state"] for one in window.json("show", no)["clocks"]
    }
    assert clocks["水务局", "resolve"] == "ended"
    assert "超期后终止" in window.ok("show", no).out
    assert ("卫健局", "resolve") not in clocks
    assert clocks["卫健局", "sign"] in ("running", "warning")


def test_what_was_taken_back_is_not_told_and_what_was_corrected_is_marked(window: Desk) -> None:
    no = window.take()
    acted(window, "triage", no, "--difficulty", "一般")
    convene = ("convene", no, "--host", "联席会议", "--unit", "水务局", "--resolution")
    acted(window, *convene, "按旧方案|水务局|2026-03-10")
    acted(window, "undo", no)
    page = told(window, no)
    assert "按旧方案" not in page
    assert "议定事项" not in page
    acted(window, *convene, "按旧方案|水务局|2026-03-10")
    window.ok(
        "correct",
        no,
        "--field",
        "convene.resolution",
        "--why",
        "录错",
        "--new",
        "-",
        stdin="按新方案|水务局|2026-03-12",
    )
    acted(window, "correct", no, "--field", "channel", "--new", "电话", "--why", "选错")
    acted(window, "correct", no, "--field", "triage.difficulty", "--new", "复杂", "--why", "选错")
    page = told(window, no)
    assert "按新方案" in page
    assert "按旧方案" not in page
    assert "反映渠道：电话（更正）" in page
    assert "难易程度：复杂（更正）" in page
    assert window.json("show", no)["corrected"] == ["channel"]


# -- resolutions ---------------------------------------------------------------------------------------------------


def test_a_resolution_is_marked_as_carried_out_in_every_case_it_was_made_for(window: Desk) -> None:
    no, other = window.take(), window.take(matter="别的", phone="13800000099", id_number=None)
    acted(
        window, "convene", no, "--host", "联席会议", "--unit", "水务局", "--case", other,
        "--resolution", "按方案批复|水务局|2026-03-04", "--resolution", "出具意见|卫健局|2026-03-20",
    )  # fmt: skip
    window.now = FRIDAY
    assert "会1-1  水务局 2026-03-04 前  按方案批复  没办，超期" in told(window, no)
    window.ok("convene", no, "--done", "会1-1", "--text", "已批复")
    assert "按方案批复  2026-03-06 已办" in told(window, no)
    for number in (no, other):
        done = [one["done_at"] for one in window.json("show", number)["resolutions"]]
        assert [bool(one) for one in done] == [True, False]
    assert window("convene", no, "--done", "按方案批复", "--text", "再来").code == 13
    assert window("convene", no, "--done", "出具意见").code == 2
    acted(window, "undo", no)
    assert window.json("show", other)["resolutions"][0]["done_at"] is None
    acted(window, "resolve", no, "--outcome", "已解决", "--measures", "办成")
    assert window("convene", no, "--host", "联席会议", "--unit", "水务局").code == 13
    window.ok("convene", no, "--done", "出具意见", "--text", "意见已出")
    window.ok("ledger", "verify", "--full")


def test_what_a_closed_case_no_longer_waits_for_is_said_alike_everywhere(window: Desk) -> None:
    """A slip and a resolution that nobody answered: in time, late, and ended with the case."""
    no = window.take()
    acted(window, "assign", no, "--lead", "水务局")
    acted(window, "sign", no)
    dated = ("--unit", "水务局", "--reason", "慢", "--due")
    for due in ("2026-03-04", "2026-03-20"):
        acted(window, "supervise", no, "--kind", "催办", *dated, due)
    resolved = ("按方案批复|水务局|2026-03-04", "出具意见|水务局|2026-03-20")
    acted(window, "convene", no, "--host", "联席会议", "--unit", "水务局", *(
        word for one in resolved for word in ("--resolution", one)
    ))  # fmt: skip
    slips = [f"没有答复{state}\n" for state in ("", "，临期", "，超期", "，超期后终止", "，已终止")]
    assert slips[0] in told(window, no)
    window.now = FRIDAY
    page = told(window, no)
    assert (slips[2] in page, "没办，超期\n" in page, slips[0] in page) == (True, True, True)
    assert asked_of(window, no) == (["overdue"], 2, True)
    acted(window, "resolve", no, "--outcome", "已解决", "--measures", "办成")
    assert asked_of(window, no) == (["overdue"], 2, True)
    acted(window, "callback", no, "--reached", "--solved", "yes", "--grade", "5", "--close")
    window.now = "2026-03-30T09:00"
    page = told(window, no)
    assert all(text in page for text in (slips[3], slips[4], "没办，超期后终止", "没办，已终止"))
    assert "超期\n" not in page
    assert asked_of(window, no) == ([], 0, False)
    register = window.json("report", "register", "supervision", "--month", "2026-03")
    states = [row["state"] for row in register["rows"]]
    assert states == ["未答复（逾期）", "未答复（件已了结）"]


def asked_of(window: Desk, no: str) -> tuple[list[str], int, bool]:
    """Groups of the desk, overdue deadlines that `check` names, whether the unit's page has it."""
    groups = [
        group["name"]
        for group in window.json("todo")["groups"]
        if no in [row["case_no"] for row in group["cases"]]
    ]
    found = window("check", "--code", "C06", "--json").json["findings"]
    late = sum(one["what"].count("督办答复") + one["what"].count("议定事项") for one in found)
    return groups, late, no in window.ok("list", "--unit", "水务局", "--format", "md").out


# -- links and improvements ----------------------------------------------------------------------------------------


def test_a_link_shows_on_both_sides_and_the_same_pair_is_linked_once(window: Desk) -> None:
    first, second = window.take(), window.take()
    acted(window, "link", second, "--kind", "repeat", "--to", first)
    assert f"已关联（{second}）  哪种关联：重复反映" in told(window, first)
    assert f"关联的另一件：{first}" in told(window, second)
    sides = [window.json("show", no)["links"][0] for no in (first, second)]
    assert [(one["direction"], one["case_no"]) for one in sides] == [
        ("from", second),
        ("to", first),
    ]
    for one, other in ((first, second), (second, first)):
        assert window("link", one, "--kind", "repeat", "--to", other).code == 13
    acted(window, "undo", second)
    assert window.json("show", first)["links"] == []
    acted(window, "link", first, "--kind", "repeat", "--to", second)
    window.ok("ledger", "rebuild")
    assert window.json("show", second)["links"][0]["direction"] == "from"
    window.ok("ledger", "verify", "--full")


def test_improvements_show_also_those_of_the_office_that_name_the_case(window: Desk) -> None:
    no, other = (
        window.take(),
        window.take(reporter="王样例", matter="别的", phone="13800000099", id_number=None),
    )
    acted(window, "improve", "--kind", "rule_change", "--what", "修改条件", "--case", no)
    acted(window, "resolve", other, "--outcome", "已解决", "--measures", "办成")
    acted(
        window,
        "improve",
        other,
        "--kind",
        "process_redesign",
        "--what",
        "王样例的流程",
        "--case",
        no,
    )
    page = told(window, no)
    assert "已记改进（全办公点）" in page
    assert "修改条件" in page
    assert f"已记改进（{other}）" in page
    assert "王**的流程" in page
    assert "王样例" not in page
    assert [one["case_no"] for one in window.json("show", no)["improvements"]] == [None, other]


# -- files ---------------------------------------------------------------------------------------------------------


def test_a_file_comes_out_again_logged_private_and_never_over_another(
    window: Desk, tmp_path: Path
) -> None:
    no, paper, out = window.take(), tmp_path / "受理单.pdf", tmp_path / "取出.pdf"
    paper.write_bytes(b"%PDF signed")
    acted(window, "attach", no, paper, "--title", "签字的受理单")
    assert "受理单.pdf  签字的受理单" in told(window, no)
    before = window.entries()
    window.ok("attach", no, "--get", "受理单.pdf", "--out", out)
    assert out.read_bytes() == paper.read_bytes()
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert window.entries() == before + 1
    out.write_bytes(b"mine")
    assert window("attach", no, "--get", "受理单.pdf", "--out", out).code == 15
    assert (out.read_bytes(), window.entries()) == (b"mine", before + 1)
    window.ok("attach", no, "--get", "签字的受理单", "--out", out, "--yes")
    assert out.read_bytes() == paper.read_bytes()
    refused = window("attach", no, "--get", "没有", "--out", tmp_path / "x")
    assert refused.code == 13
    assert "受理单.pdf" in refused.err
    window.ok("station", "operator", "add", "shen", "--role", "auditor")
    assert (
        window("attach", no, "--get", "受理单.pdf", "--out", tmp_path / "x", "--as", "shen").code
        == 14
    )


def test_plain_verify_sees_that_a_file_is_missing_and_none_comes_out(
    window: Desk, tmp_path: Path
) -> None:
    no, paper = window.take(), tmp_path / "受理单.pdf"
    paper.write_bytes(b"%PDF signed")
    acted(window, "attach", no, paper)
    window.ok("ledger", "verify")
    (kept,) = [path for path in (window.home / "attachments").rglob("*") if path.is_file()]
    kept.unlink()
    seen = window("ledger", "verify")
    assert seen.code == 21
    assert "不见了" in seen.out + seen.err
    before = window.entries()
    assert window("attach", no, "--get", "受理单.pdf", "--out", tmp_path / "x").code == 22
    assert (window.entries(), (tmp_path / "x").exists()) == (before, False)


# -- slips ---------------------------------------------------------------------------------------------------------


def test_a_slip_at_any_time_logged_private_and_never_over_another_file(
    window: Desk, tmp_path: Path
) -> None:
    station = window.home / "station.toml"
    text = station.read_text(encoding="utf-8")
    head = 'address = "示例路1号"\nphone = "0000-1234567"\n'
    station.write_text(head + text, encoding="utf-8")
    no, out = window.take(reporter="陈试验"), tmp_path / "回执.txt"
    before = window.entries()
    page = window.ok("slip", no).out
    for line in ("反映人：陈试验", "窗口地址：示例路1号", "窗口电话：0000-1234567"):
        assert line in page
    window.ok("slip", no, "--out", out)
    assert out.read_text(encoding="utf-8") == page
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert window.entries() == before + 2
    out.write_text("mine", encoding="utf-8")
    assert window("slip", no, "--out", out).code == 15
    again = window("intake", "--from", "-", "--slip", out, stdin=_json(case(2)))
    assert (again.code, out.read_text(encoding="utf-8")) == (15, "mine")
    assert window.entries() == before + 2
    window.ok("slip", no, "--out", out, "--yes")
    assert out.read_text(encoding="utf-8") == page


def _json(fields: Any) -> str:
    import json

    return json.dumps(fields, ensure_ascii=False)


# -- unit pages ----------------------------------------------------------------------------------------------------


def test_the_page_carries_what_the_order_requires_and_is_private(
    window: Desk, tmp_path: Path
) -> None:
    no = window.take(reporter="陈试验", phone="13800000001")
    acted(window, "assign", no, "--lead", "水务局", "--require", "先找陈试验13800000001核实")
    for name in ("x.md", "x.xlsx"):
        window.ok("list", "--unit", "水务局", "--out", tmp_path / name)
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    page = (tmp_path / "x.md").read_text(encoding="utf-8")
    assert "办理要求" in page
    assert "核实" in page
    assert "陈试验" not in page
    assert "13800000001" not in page
    folder = tmp_path / "pages"
    folder.mkdir(mode=0o755)
    window.ok("list", "--by-unit", "--out", folder)
    assert {stat.S_IMODE(one.stat().st_mode) for one in folder.iterdir()} == {0o600}


def test_a_conduct_case_hides_its_reporter_not_its_matter_from_units_it_is_not_about(
    window: Desk,
) -> None:
    fields = {"reporter": "陈试验", "phone": "13800000001", "track": "conduct", "failed_unit": "区城管局",
              "demand": "窗口态度差，请回陈试验电话13800000001"}  # fmt: skip
    no = window.take(**fields)
    acted(window, "assign", no, "--lead", "水务局", "--assist", "区城管局")
    lead = window.ok("list", "--unit", "水务局", "--format", "md").out
    about = window.ok("list", "--unit", "区城管局", "--format", "md").out
    assert "窗口态度差" in lead
    assert "窗口态度差" not in about
    for page in (lead, about):
        assert "陈试验" not in page
        assert "陈\\*\\*" not in page
        assert "0001核" not in page
        assert "13800000001" not in page
        assert "138" not in page.replace(no, "")


def test_a_relay_is_no_assisting_unit(window: Desk) -> None:
    no = window.take()
    acted(window, "assign", no, "--relay", "水务局")
    acted(window, "assign", no, "--lead", "区城管局", "--assist", "卫健局")
    assert window.json("show", no)["assisting_units"] == ["卫健局"]


def test_a_unit_without_an_order_has_a_page_of_what_slips_and_meetings_ask_of_it(
    window: Desk, tmp_path: Path
) -> None:
    window.ok("station", "unit", "add", "区信访局", "--code", "XFJ")
    no, other = (
        window.take(reporter="陈试验"),
        window.take(matter="别的", phone="13800000099", id_number=None),
    )
    acted(window, "triage", no, "--difficulty", "一般")
    acted(window, "assign", no, "--lead", "水务局")
    acted(window, "supervise", no, "--kind", "催办", "--unit", "区信访局", "--reason", "慢",
          "--require", "先答复陈试验", "--due", "2026-03-04")  # fmt: skip
    acted(window, "convene", other, "--host", "联席会议", "--unit", "区信访局",
          "--resolution", "按新方案|区信访局|2026-03-20")  # fmt: skip
    window.now = FRIDAY

    def page(unit: str) -> list[str]:
        out = window.ok("list", "--unit", unit, "--format", "md").out
        return [line for line in out.splitlines() if line.startswith("| ZY01")]

    slip, resolution = sorted(page("区信访局"))
    assert "| 督办 | 2026-03-02 09:00 | 2026-03-04 |" in slip
    for text in (no, "先答复陈\\*\\*", "督办答复超期", "待答复"):
        assert text in slip
    for text in (other, "| 议定 |", "按新方案", "2026-03-20", "待办妥"):
        assert text in resolution
    rows = window.json("list", "--unit", "XFJ")["cases"]
    assert {row["case_no"] for row in rows} == {no, other}
    acted(window, "list", "--by-unit", "--out", tmp_path / "清单", "--format", "md")
    files = [path.stem.partition("_")[0] for path in (tmp_path / "清单").iterdir()]
    assert sorted(files) == ["区信访局", "水务局"]
    window.ok("station", "unit", "rename", "XFJ", "信访和社会工作部")
    assert sorted(line.split("|")[1].strip() for line in page("信访和社会工作部")) == [no, other]
    acted(window, "supervise", no, "--answer", "督1", "--text", "已办")
    assert [line.split("|")[1].strip() for line in page("XFJ")] == [other]
    acted(window, "triage", other, "--difficulty", "一般")
    acted(window, "assign", other, "--lead", "XFJ")
    (row,) = page("区信访局")
    assert "| 主办 |" in row


def test_a_slip_that_waits_for_its_answer_after_the_settlement_stands_on_the_unit_s_page(
    window: Desk, tmp_path: Path
) -> None:
    no = window.take()
    acted(window, "triage", no, "--difficulty", "一般")
    acted(window, "supervise", no, "--kind", "催办", "--unit", "卫健局", "--reason", "慢",
          "--due", "2026-03-04")  # fmt: skip
    acted(window, "resolve", no, "--outcome", "已解决", "--measures", "办好了")
    acted(window, "callback", no, "--reached", "--solved", "yes", "--grade", "5")
    window.now = FRIDAY
    page = window.ok("list", "--unit", "卫健局", "--format", "md").out
    assert f"| {no} |" in page
    assert "督办答复超期" in page
    acted(window, "list", "--by-unit", "--out", tmp_path / "清单", "--format", "md")
    files = [path.stem.partition("_")[0] for path in (tmp_path / "清单").iterdir()]
    assert files == ["卫健局"]
    acted(window, "supervise", no, "--answer", "督1", "--text", "已办")
    assert no not in window.ok("list", "--unit", "卫健局", "--format", "md").out


DECIDED = ("--approver", "李站长", "--reason", "不能同意")
RETURN = ("return", "--reason", "不是本局职责")
EXTEND = (
    "extend",
    "--days",
    "2",
    "--reason",
    "要等评审",
    "--told",
    "2026-03-02",
    "--told-how",
    "电话",
)


@pytest.mark.parametrize(
    ("pack", "ask", "decide", "words"),
    [
        ("sichuan", RETURN, ("--reject", *DECIDED), "已审核退回（没同意）"),
        ("sichuan", RETURN, ("--approve", *DECIDED[:2]), "已审核退回（已同意）"),
        ("bureau", EXTEND, ("--reject", *DECIDED), "已定延期（没批准）"),
        ("bureau", EXTEND, ("--approve", *DECIDED[:2]), "已定延期（已批准）"),
    ],
)
def test_the_story_and_the_history_say_how_a_request_was_decided(
    empty: Desk, pack: str, ask: tuple[str, ...], decide: tuple[str, ...], words: str
) -> None:
    empty.now = MONDAY
    empty.ok("init", "--station", "SC01", "--name", "川站", "--pack", pack)
    empty.ok("station", "unit", "add", "水务局")
    no = empty.take(difficulty="一般")
    acted(empty, "assign", no, "--lead", "水务局")
    acted(empty, ask[0], no, *ask[1:])
    acted(empty, ask[0], no, *decide)
    assert told(empty, no).count(words) == 1
    assert empty.ok("show", no, "--history").out.count(words) == 2
