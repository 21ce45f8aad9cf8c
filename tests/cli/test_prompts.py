"""What is typed is what is stored: the prompts of acts, in a real terminal; screen, input and ledger are compared.

The numbers in names and comments are those of the complaints that each test answers.
"""

from __future__ import annotations

import json
import sys

import pytest
from cli_desk import Desk, case, name, phone
from pty_screen import (
    BACKSPACE,
    CTRL_C,
    CTRL_D,
    DELETE,
    DOWN,
    ENTER,
    LEFT,
    NEW_LINE,
    RIGHT,
    TAB,
    UP,
    Person,
)

from bbcs.config import packs

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

REASON = ("--reveal", "--reason", "核对")

INTAKE = (
    "反映事项（",
    "反映内容及诉求：",
    "反映人姓名",
    "联系电话",
    "身份证号",
    "地址",
    "反映渠道",
    "之前没办成的理由",
)
"""What a plain `intake` asks for, in order."""


def shown(desk: Desk, number: str = "1") -> str:
    return desk.ok("show", number, *REASON).out


def registered(desk: Desk, number: str = "1") -> dict:
    history = desk.json("show", number, "--history", *REASON)["history"]
    return next(one for one in history if one["kind"] == "Registered")["data"]


def take(desk: Desk, typed: str, *args: str) -> str:
    """One intake from the prompts, saved at once; the screen."""
    with Person(desk, "intake", *args) as person:
        person.type(typed).sees("回车保存").type(ENTER)
        assert person.done() == 0, person.text
    return person.text


# -- typing ----------------------------------------------------------------------------------------


def test_what_is_edited_on_the_screen_is_what_is_stored(desk: Desk):
    """9: Backspace over Chinese, arrows, Delete, Home and End work by characters."""
    with Person(desk, "intake") as person:
        person.sees(INTAKE[0]).type("诊所备案\n通不过\n").sees(INTAKE[2])
        person.type(f"张三丰{BACKSPACE}{BACKSPACE}李四").sees("张李四")
        person.type(f"{LEFT}{LEFT}王{RIGHT}{DELETE}").sees("：张王李\n")
        person.type(f"\x01欧\x05明{ENTER}").sees("联系电话")
        assert "^[" not in person.text
        person.type("\n\n\n\n\n").sees("回车保存").type(ENTER)
        assert person.done() == 0
        assert "反映人姓名或单位名称（没留姓名打 匿名）：欧张王李明" in person.text
    assert registered(desk)["reporter"] == "欧张王李明"


def test_many_pasted_lines_stay_in_one_field(desk: Desk):
    """10: three lines, and one of 20,000 characters; a longer one is refused with a word."""
    with Person(desk, "intake") as person:
        person.sees(INTAKE[0]).type("诊所备案\n").sees("反映内容")
        person.paste("第一行\r\n第二行\n\t第三行").sees("第三行").type(ENTER).sees("反映人姓名")
        person.paste(f"{name(1)}\n\n").sees(name(1)).type(ENTER).sees("联系电话")
        person.type("\n\n\n\n\n").sees("回车保存").type(ENTER)
        assert person.done() == 0
    stored = registered(desk)
    assert stored["demand"] == "第一行\n第二行\n 第三行"
    assert stored["reporter"] == name(1)
    assert "phone" not in stored


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_lines_that_come_at_once_without_a_mark_stay_in_one_field(desk: Desk, end: str):
    """Terminals without bracketed paste: also what is longer than one reading, and ends in the middle."""
    lines = [f"第{number}行办不成的经过" for number in range(1, 101)]
    with Person(desk, "intake") as person:
        person.sees(INTAKE[0]).type("诊所备案\n").sees("反映内容")
        person.keys(end.join(lines)).sees("第100行").type(ENTER).sees("反映人姓名")
        person.type(f"{name(1)}\n\n\n\n\n\n").sees("回车保存").type(ENTER)
        assert person.done() == 0
    assert registered(desk)["demand"].splitlines() == lines


LINES = "张试验\n13800000009\n示例路1号"


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
@pytest.mark.parametrize("tail", ["", "\n"])
def test_lines_that_come_at_once_without_a_mark_do_not_spill_over(desk: Desk, end: str, tail: str):
    """Into a field of one line, on a terminal without bracketed paste: they stay in it, and it is asked once more."""
    pasted = (LINES + tail).replace("\n", end)
    with Person(desk, "intake") as person:
        person.sees(INTAKE[0]).type("诊所备案\n").sees("反映内容").type("通不过\n")
        person.sees(INTAKE[2]).keys(pasted).sees("示例路1号")
        if not tail:
            person.type(ENTER)
        person.sees("一次贴进来的几行")
        assert "联系电话" not in person.text
        person.type("\x15" + name(1) + ENTER).sees("联系电话").type("\n\n\n\n\n").sees("回车保存")
        person.type(ENTER)
        assert person.done() == 0, person.text
    assert registered(desk)["reporter"] == name(1)
    assert "phone" not in registered(desk)


def test_pasted_lines_that_are_meant_are_taken_as_one(desk: Desk):
    with Person(desk, "intake") as person:
        person.type("诊所备案\n通不过\n").sees(INTAKE[2]).keys("示例\r公司\r")
        person.sees("一次贴进来的几行").type(ENTER).sees("联系电话").type("\n\n\n\n\n")
        person.sees("回车保存").type(ENTER)
        assert person.done() == 0, person.text
    assert registered(desk)["reporter"] == "示例 公司"


def test_pasted_lines_neither_answer_nor_save(desk: Desk):
    """At a list and at the review, where one letter would be enough."""
    with Person(desk, "intake") as person:
        person.type(f"诊所备案\n通不过\n{name(1)}\n\n\n\n").sees("反映渠道").keys("2\r网站\r")
        person.sees("一次贴进来的几行").type("\x15\n\n").sees("回车保存").keys("y\r网站\r")
        person.sees("一次贴进来的几行").type(ENTER).sees("请选一样").type("q\ny\n")
        assert person.done() == 15, person.text
    assert desk.entries() == 0


def test_who_types_fast_pastes_nothing(desk: Desk):
    """What follows Enter at once goes to the next question; so does what an input method hands over."""
    with Person(desk, "intake") as person:
        person.sees(INTAKE[0]).type("诊所备案").keys("\r名称核准").sees("反映内容及诉求：名称核准")
        person.keys("通不过").sees("通不过").keys(f"\r{name(1)}").sees(f"匿名）：{name(1)}")
        person.keys("\r138").sees("联系电话").keys("00000001").sees("13800000001").keys("\r\r")
        person.sees("地址").type("\n\n\n").sees("回车保存").type(ENTER)
        assert person.done() == 0, person.text
    stored = registered(desk)
    assert (stored["matter"], stored["demand"]) == ("诊所备案", "名称核准通不过")
    assert (stored["reporter"], stored["phone"]) == (name(1), "13800000001")


def test_a_terminal_that_marks_what_is_pasted_sends_the_rest_typed(desk: Desk):
    """It was seen to mark a text: lines that then come at once are typed, as by a macro."""
    with Person(desk, "intake") as person:
        person.sees(INTAKE[0]).paste("诊所备案").sees("诊所备案").type("\n").sees(
            "反映内容及诉求："
        )
        person.keys(f"通不过\r{name(1)}\r13800000001\r").sees("身份证号").type("\n\n\n\n")
        person.sees("回车保存").type(ENTER)
        assert person.done() == 0, person.text
    stored = registered(desk)
    assert (stored["demand"], stored["reporter"]) == ("通不过", name(1))
    assert stored["phone"] == "13800000001"


def test_what_was_typed_before_the_question_is_an_answer_each(desk: Desk):
    with Person(desk, "intake") as person:
        person.ahead(f"诊所备案\n通不过\n{name(1)}\n\n\n\n\n\n").sees("回车保存").type(ENTER)
        assert person.done() == 0, person.text
    assert registered(desk)["demand"] == "通不过"


def test_a_key_that_is_held_down_is_no_paste(desk: Desk):
    with Person(desk, "intake") as person:
        person.type(f"诊所备案\n通不过\n{name(1)}\n").sees("联系电话").keys("\r\r\r\r\r")
        person.sees("回车保存").type(ENTER)
        assert person.done() == 0, person.text


def test_lines_pasted_into_a_plain_terminal_do_not_spill_over(desk: Desk):
    with Person(desk, "intake", env={"TERM": "dumb"}, columns=120) as person:
        person.sees(INTAKE[0]).type("诊所备案\n").sees("反映内容").keys("第一行\r第二行\r第三行")
        person.sees("都放进这一栏").type("\n").sees(INTAKE[2]).keys(LINES.replace("\n", "\r"))
        person.sees("示例路1号  像是一次贴进来的几行").type("\n").sees("联系电话")
        person.keys("\r\r\r\r\r").sees("回车保存").type("\n")
        assert person.done() == 0, person.text
    stored = registered(desk)
    assert stored["demand"] == "第一行\n第二行\n第三行"
    assert stored["reporter"] == LINES.replace("\n", " ")
    assert "phone" not in stored


def test_a_long_text_is_stored_whole_and_a_longer_one_is_refused_with_a_word(desk: Desk):
    whole = "甲乙丙丁戊己庚辛壬癸" * 2_000
    with Person(desk, "intake") as person:
        person.sees(INTAKE[0]).paste("长" * 201).sees("201 字").type("诊所备案\n")
        person.sees("反映内容").paste("长" * 200_000).sees("200000 字").sees("最多 20000 字")
        person.paste(whole).type(ENTER).sees("反映人姓名")
        person.type(f"{name(1)}\n\n\n\n\n\n").sees("共 20000 字").sees("回车保存").type(ENTER)
        assert person.done() == 0
    assert registered(desk)["demand"] == whole


def test_what_cannot_be_stored_is_taken_out_with_a_word(desk: Desk):
    """Control characters, tabs, half characters and leftovers of an input method; emoji stay."""
    with Person(desk, "intake") as person:
        person.sees(INTAKE[0]).paste("诊\x1b[31m所\u200b备\x07案").sees("控制字符").type(ENTER)
        person.sees("反映内容").type(f"通{TAB}不过🔴👨‍👩‍👧\x1b[17~").type(ENTER).sees("反映人姓名")
        person.type("\udcb3\udcc2张三").type(ENTER).sees("控制字符").type(ENTER).sees("联系电话")
        person.type("\n\n\n\n\n").sees("回车保存").type(ENTER)
        assert person.done() == 0, person.text
    stored = registered(desk)
    assert stored["matter"] == "诊[31m所备案"
    assert stored["demand"] == "通不过🔴👨‍👩‍👧"
    assert stored["reporter"] == "张三"


def test_a_line_can_be_broken_in_a_long_text(desk: Desk):
    take(desk, f"诊所备案\n第一行{NEW_LINE}第二行\n{name(1)}\n\n\n\n\n\n")
    assert registered(desk)["demand"] == "第一行\n第二行"


def test_a_smaller_window_loses_nothing(desk: Desk):
    with Person(desk, "intake") as person:
        person.sees(INTAKE[0]).type("诊所备案\n").sees("反映内容").type("一" * 60)
        person.resize(30, 10)
        person.type("二" * 20 + ENTER).sees("反映人姓名")
        person.resize(120, 40)
        person.type(f"{name(1)}\n\n\n\n\n\n").sees("回车保存").type(ENTER)
        assert person.done() == 0
    assert registered(desk)["demand"] == "一" * 60 + "二" * 20


def test_a_plain_terminal_is_asked_line_by_line(desk: Desk):
    """9, 10 on TERM=dumb: no cursor is moved, nothing is cut in silence."""
    with Person(desk, "intake", env={"TERM": "dumb"}) as person:
        person.sees(INTAKE[0]).type(f"甲{BACKSPACE}诊所备案\n").sees("反映内容")
        person.type("长" * 2_000 + "\n").sees("太长").type("通不过\n").sees("反映人姓名")
        person.type(f"{name(1)}\n\n\n\n２.\n\n").sees("回车保存").type("\n")
        assert person.done() == 0
        assert b"\x1b" not in person.raw
    stored = registered(desk)
    assert (stored["matter"], stored["demand"], stored["channel"]) == (
        "诊所备案",
        "通不过",
        "phone",
    )


# -- answers ---------------------------------------------------------------------------------------


def test_words_are_chosen_as_people_type_them(desk: Desk):
    """11, 15: full width, stops, the words themselves; no digit for 是 where a grade follows."""
    desk.take(**case(1))
    desk.ok("resolve", "1", "--outcome", "solved", "--measures", "改名")
    with Person(desk, "callback", "1") as person:
        person.sees("打通了").sees("y 是").type("1\n").sees("请答 是（y）或 否（n）")
        person.type(f"{BACKSPACE}是的\n").sees("解决了没有").type("解决了\n").sees("5 非常满意")
        person.type("５.\n").sees("反映人的话").type("总算办成了\n").sees("回车保存").type(ENTER)
        assert person.done() == 0
    found = desk.json("show", "1", "--history", *REASON)
    assert (found["solved"], found["satisfaction"]) == ("yes", 5)
    assert found["history"][-1]["data"]["words"] == "总算办成了"
    assert desk.ok("callback", "1", "--reached", "--solved", "yes", "--grade", "５").code == 0


def test_a_list_is_filtered_by_typing_and_walked_by_arrows(desk: Desk):
    desk.take(**case(1))
    with Person(desk, "triage", "1") as person:
        person.sees("5 不能办").type("特").misses("1 简单").sees("4 特殊")
        person.type(f"{BACKSPACE}").sees("1 简单").type(f"{DOWN}{DOWN}{DOWN}{UP}{ENTER}")
        person.sees("难易程度：一般").sees("办不成原因")
        person.type("堵").sees("3 堵点").type(f"{TAB}").sees("堵点").type("、２\n")
        person.sees("研判意见").type("与规定冲突\n").sees("回车保存").type(ENTER)
        assert person.done() == 0
    found = desk.json("show", "1", "--history", *REASON)
    assert (found["difficulty"], found["cause"]) == ("general", ["blockage", "policy_blocked"])
    assert found["history"][-1]["data"]["opinion"] == "与规定冲突"


def test_each_answer_is_checked_in_its_own_field(desk: Desk):
    """12: a phone and an identity number that cannot be right are doubted before the next question."""
    with Person(desk, "intake") as person:
        person.sees(INTAKE[0]).type("\n").sees("这一项必填").type(f"诊所备案\n通不过\n{name(1)}\n")
        person.sees("联系电话").type("138０\n").sees("不像手机").type(
            "\x15１３８－００００－０３０１\n"
        )
        person.sees("身份证号").type("530303190001010001\n").sees("不像身份证号").type("\n").sees(
            "地址"
        )
        person.type("\n\n\n").sees("回车保存").type(ENTER)
        assert person.done() == 0
        assert "联系电话（可回车跳过）：138-0000-0301" in person.text
        assert "联系电话不像" not in person.text
    assert registered(desk)["phone"] == "138-0000-0301"
    assert registered(desk)["id_number"] == "530303190001010001"


def test_dates_and_units_are_checked_at_once(desk: Desk):
    """14: a unit typed wrong is found out in its field; several assisting units at once."""
    desk.take(**case(1))
    for unit in ("区市场监管局", "区卫健局", "区医保局"):
        desk.ok("station", "unit", "add", unit)
    with Person(desk, "assign", "1") as person:
        person.sees("主办单位").sees("1 区市场监管局").type("市场据\n").sees("名册里没有“市场据”")
        person.type("\x15市场\n").sees("：区市场监管局").sees("协办单位")
        person.type("卫健局，区医保局\n").sees("区卫健局、区医保局").type("李经办\n").sees(
            "回车保存"
        )
        person.type("到期\n").sees("到期日").type("明天下午\n").sees("不是日期").type(
            "\x15下周三\n"
        )
        person.sees("2026-03-11").type(ENTER)
        assert person.done() == 0, person.text
    orders = desk.json("show", "1")["orders"]
    assert [(one["unit"], one["role"]) for one in orders] == [
        ("区市场监管局", "lead"),
        ("区卫健局", "assist"),
        ("区医保局", "assist"),
    ]
    assert orders[0]["due"] == "2026-03-11"


def test_a_new_unit_is_taken_only_when_it_is_meant(desk: Desk):
    """18: before there is a roster, and beside one."""
    desk.take(**case(1))
    with Person(desk, "assign", "1") as person:
        person.sees("主办单位").type("区卫健局\n").sees("名册里还没有单位").type("\n").sees(
            "协办单位"
        )
        person.type("\n\n").sees("回车保存").type(ENTER)
        assert person.done() == 0
    desk.ok("station", "unit", "add", "区医保局")
    desk.take(**case(2))
    with Person(desk, "assign", "2") as person:
        person.sees("主办单位").type("区民政局\n").sees("当新单位用").type("\n").sees("协办单位")
        person.type("\n\n").sees("回车保存").type(ENTER)
        assert person.done() == 0
    assert desk.json("show", "2")["lead_unit"] == "区民政局"


# -- before it is saved ----------------------------------------------------------------------------


def test_a_review_shows_everything_and_any_field_can_be_changed(desk: Desk):
    """13: what the questions leave out is reached by its name: agent, special need, conduct, anonymous."""
    with Person(desk, "intake") as person:
        person.sees(INTAKE[0]).type("态度差\n不理人\n匿名\n\n\n\n").sees("回车保存")
        assert "身份证号" not in person.text, "nobody anonymous is asked for a number"
        person.type("1\n").sees("：态度差").type("恶劣\n").sees("1 反映事项        态度差恶劣")
        person.type("代办人\n").sees("代办人（可回车").type("李代办\n").sees("李代办")
        person.type("特殊\n").sees("特殊需要").type("高龄\n").sees("高龄")
        person.type("作风\n").sees("2 作风").type("２\n").sees("被反映的窗口").type("3号窗口\n")
        person.sees("被反映的单位").type("区医保局\n").sees("办理轨道").sees("作风").sees(
            "区医保局"
        )
        person.type("不\n").sees("请选一样：回车保存").type("\n")
        assert person.done() == 0, person.text
    stored = registered(desk)
    assert stored["anonymous"] is True
    assert "reporter" not in stored
    expected = {
        "matter": "态度差恶劣",
        "contact_person": "李代办",
        "special_need": "高龄",
        "track": "conduct",
        "failed_unit": "区医保局",
        "failed_window": "3号窗口",
    }
    assert {key: stored[key] for key in expected} == expected


def test_giving_up_at_the_review_keeps_nothing(desk: Desk):
    with Person(desk, "intake") as person:
        person.type(f"诊所备案\n通不过\n{name(1)}\n\n\n\n\n\n").sees("回车保存").type("放弃\ny\n")
        assert person.done() == 15
        assert "没有改动" in person.text
    assert desk.entries() == 0


@pytest.mark.parametrize("term", ["xterm", "dumb"])
@pytest.mark.parametrize("word", ["x", "q", "退出", "取消", "放弃"])
def test_answers_are_given_up_only_after_a_yes(desk: Desk, word: str, term: str):
    """A stray key at the review must not throw nine answers away."""
    with Person(desk, "intake", env={"TERM": term}) as person:
        person.type(f"诊所备案\n通不过\n{name(1)}\n\n\n\n\n\n").sees("回车保存")
        person.type(f"{word}\n").sees("填好的都不要了").type("\n").type("\n")
        assert person.done() == 0, person.text
    assert desk.entries() == 2


def test_a_refused_choice_is_replaced_by_the_next_one(desk: Desk):
    """`3` typed behind a refused answer was refused as well until the line was cleared by hand."""
    with Person(desk, "intake") as person:
        person.type(f"诊所备案\n通不过\n{name(1)}\n\n\n\n\n\n").sees("回车保存")
        person.type("系统提示信息不符\n").sees("请选一样：回车保存")
        person.type("2\n").sees("：通不过").type("\n").sees("回车保存").type("q\n")
        person.sees("填好的都不要了").type("嗯\n").sees("请答 是").type("y\n")
        assert person.done() == 15
    assert desk.entries() == 0


def test_optional_fields_are_offered_where_some_options_were_given(desk: Desk):
    """13: options do not keep the rest from being asked; conduct asks who is complained of."""
    with Person(desk, "intake", "--matter", "态度差", "--track", "作风") as person:
        person.sees("反映内容").type("不理人\n").sees("反映人").type(f"{name(1)}\n").sees(
            "联系电话"
        ).type(f"{phone(1)}\n\n\n\n")
        person.sees("被反映的窗口").type("\n").sees("被反映的单位").type("区医保局\n\n")
        person.sees("回车保存").type(ENTER)
        assert person.done() == 0, person.text
    stored = registered(desk)
    assert (stored["phone"], stored["failed_unit"]) == (phone(1), "区医保局")


def test_a_duplicate_is_shown_masked_and_nothing_typed_is_lost(desk: Desk):
    """14."""
    desk.take(**case(1))
    with Person(desk, "intake") as person:
        person.type(f"诊所备案1\n又来\n{name(1)}\n{phone(1)}\n\n\n\n\n").sees("疑似重复")
        person.sees("保存打 y")
        line = next(line for line in person.lines if "疑似重复" in line)
        assert "ZY01-20260305-0001" in line
        assert "诊所备案1" in line
        assert name(1)[0] + "**" in line
        person.type("\n").sees("请选一样：保存打 y").type("嗯\n").misses("：嗯").type("2\n")
        person.sees("：又来")
        person.type("了\n").sees("又来了").sees("保存打 y").type("y\n")
        assert person.done() == 0
    assert registered(desk, "2")["demand"] == "又来了"
    args = ("--matter", "诊所备案1", "--demand", "又", "--reporter", name(1), "--phone", phone(1))
    with Person(desk, "intake", *args) as person:
        person.sees("疑似重复").sees("保存打 y").type("q\n")
        assert person.done() == 15
    assert desk.json("list")["count"] == 2


def test_a_refusal_leaves_what_was_typed(desk: Desk):
    """14: what only the whole can tell is said, and the field can be changed."""
    desk.take(**case(1))
    with Person(desk, "consult") as person:
        person.sees("咨询什么").type("医保转移\n").sees("几个人").type("２\n3\n").sees(
            "不能多于"
        ).sees("保存打 y")
        person.type("3\n").sees("答复了几个（可回车跳过）：3").type(f"{BACKSPACE}１\n").sees(
            "回车保存"
        )
        person.type(ENTER)
        assert person.done() == 0
        assert "2 人，答复 1 个" in person.text


def test_consult_asks_and_can_be_taken_back_before_it_is_saved(desk: Desk):
    """15."""
    with Person(desk, "consult") as person:
        person.sees("咨询什么").type("\n").sees("几个人来问").type("0\n").sees("至少").type(
            "\x1512\n10\n"
        )
        person.sees("回车保存").type(ENTER)
        assert person.done() == 0, person.text
        assert "12 人，答复 10 个" in person.text
    with Person(desk, "consult") as person:
        person.sees("咨询什么").type("\n").sees("几个人").type("12\n10\n").sees("回车保存").type(
            "q\ny\n"
        )
        assert person.done() == 15
    assert desk.entries() == 1


def test_acts_ask_for_what_a_good_record_has(desk: Desk):
    """15: step its result, resolve what the outcome asks for."""
    desk.take(**case(1))
    with Person(desk, "step", "1") as person:
        person.sees("环节").type("核实\n").sees("办理单位").type("\n").sees("结果").type("属实\n")
        person.sees("回车保存").type(ENTER)
        assert person.done() == 0
    with Person(desk, "resolve", "1") as person:
        person.sees("办理结果").type("解释\n").sees("措施").type("讲清\n").sees("依据").type(
            "条例\n"
        )
        person.sees("救济").type("复议\n").sees("回车保存").type(ENTER)
        assert person.done() == 0, person.text
    history = desk.json("show", "1", "--history", *REASON)["history"]
    assert history[-2]["data"]["result"] == "属实"
    assert (history[-1]["data"]["basis"], history[-1]["data"]["remedy"]) == ("条例", "复议")


def test_ordinary_prompts_do_not_begin_with_an_error(desk: Desk):
    """19."""
    desk.take(**case(1))
    desk.ok("resolve", "1", "--outcome", "solved", "--measures", "改名")
    with Person(desk, "callback", "1", "--not-reached") as person:
        assert person.done() == 0
    with Person(desk, "callback", "1") as person:
        person.sees("打通了").type("n\n")
        assert person.done() == 0
        assert "缺少必填项" not in person.text
        assert "bbcs:" not in person.text


def test_what_the_pack_treats_as_on_the_spot_is_asked_to_be_settled_at_once(desk: Desk):
    with Person(desk, "intake", "--difficulty", "简单") as person:
        person.type(f"社保卡激活\n不会操作\n{name(1)}\n{phone(1)}\n\n\n\n\n").sees("当场办结了吗")
        person.type("y\n1\n当场激活\n").sees("回车保存").type(ENTER)
        assert person.done() == 0, person.text
    found = desk.json("show", "1")
    assert (found["phase"], found["outcome"]) == ("resolved", "solved")
    with Person(desk, "intake", "--difficulty", "一般") as person:
        person.type(f"社保卡激活\n不会操作\n{name(2)}\n\n\n\n\n\n").sees("回车保存").type(ENTER)
        assert person.done() == 0
        assert "当场办结" not in person.text


# -- which case, which field -----------------------------------------------------------------------


def test_a_missing_number_is_asked_for(desk: Desk):
    """17: with the open cases of today in which the act may follow."""
    desk.ok("intake", "--from", "-", stdin=json.dumps([case(n) for n in range(1, 4)]))
    desk.ok("resolve", "3", "--outcome", "solved", "--measures", "改名")
    with Person(desk, "研判") as person:
        person.sees("编号").sees("诊所备案1").sees("诊所备案2")
        assert "诊所备案3" not in person.text, "nobody grades what is settled"
        assert name(1) not in person.text
        person.type("9\n").sees("没有").type("\x15２\n").sees("难易程度")
        person.type("复杂\n\n\n").sees("回车保存").type(ENTER)
        assert person.done() == 0, person.text
    assert desk.json("show", "2")["difficulty"] == "complex"
    with Person(desk, "show") as person:
        person.sees("诊所备案3").type("备案3\n")
        assert person.done() == 0
        assert "已办结" in person.text
    alone = desk("show")
    assert (alone.code, "编号" in alone.err) == (2, True)


def test_a_chosen_case_stays_on_the_screen_by_its_number(desk: Desk):
    """Its whole line stood there twice and was wider than the screen."""
    desk.take(**case(1, matter="个体工商户营业执照经营范围变更登记"))
    with Person(desk, "研判") as person:
        person.sees("编号（").type("1\n").sees("难易程度")
        assert "找）：ZY01-20260305-0001\n" in person.text
        assert person.text.count("个体工商户") == 1


def test_a_firm_is_taken_as_one_and_not_asked_for_an_identity_number(desk: Desk):
    """The review says so, and it can be changed there; a person with a short name is none."""
    with Person(desk, "intake") as person:
        person.type("燃气过户\n缺房产证\n示例商贸有限公司\n").sees("联系电话").type("\n")
        person.sees("地址").type("\n\n\n").sees("反映人类别            企业").type(ENTER)
        assert person.done() == 0, person.text
        assert "身份证号" not in person.text
    assert registered(desk)["reporter_type"] == "enterprise"
    assert desk.json("show", "1")["reporter"] == "示例商贸有限公司"
    take(desk, f"诊所备案\n通不过\n{name(1)}\n\n\n\n\n\n")
    assert registered(desk, "2")["reporter_type"] == "individual"


def test_a_refusal_is_broken_between_words_at_a_terminal(desk: Desk):
    """`bbcs cor` stood on one line and `rect` on the next; two 不 in a row read as a yes."""
    desk.take(**case(1))
    with Person(desk, "refuse", "1") as person:
        assert person.done() == 11
        assert "不能记不予受理" in person.text
        for verb in ("triage", "assign", "step", "resolve", "withdraw", "transfer", "void"):
            assert verb in person.text
    assert desk("refuse", "1").err.count("\n") == 1


def test_nothing_found_at_a_terminal_is_said_without_an_empty_table(desk: Desk):
    desk.take(**case(1))
    with Person(desk, "search", "没有的字") as person:
        assert person.done() == 0
        assert person.text.strip().startswith("没有找到")
        assert "----" not in person.text


def test_a_case_that_cannot_take_the_act_is_refused_before_anything_is_typed(desk: Desk):
    desk.take(**case(1))
    with Person(desk, "callback", "1") as person:
        assert person.done() == 11
        assert "打通了：" not in person.text


def test_correct_lists_the_fields_and_can_empty_a_personal_one(desk: Desk):
    """16."""
    desk.take(**case(1))
    with Person(desk, "correct", "1") as person:
        person.sees("更正哪一栏").sees("反映事项").type("身份证\n").sees("现在是：530303********")
        person.type("清空\n").sees("这一栏将清空").type("\n").sees("为什么").type("没带证\n")
        person.sees("回车保存").type(ENTER)
        assert person.done() == 0, person.text
    assert "身份证号" not in shown(desk)
    with Person(desk, "correct", "1") as person:
        person.sees("更正哪一栏").type("电话\n").sees("联系电话改成").type(f"{phone(3)}\n听错\n")
        person.sees("更正哪一栏  联系电话").type(CTRL_C)
        assert person.done() == 15
    with Person(desk, "correct", "1", "--field", "电话") as person:
        person.sees("联系电话改成").sees("138****0001").type(f"{phone(2)}\n录错\n").sees("回车保存")
        person.type(ENTER)
        assert person.done() == 0, person.text
    assert phone(2) in shown(desk)
    desk.ok("correct", "1", "--field", "地址", "--new", "-", "--why", "补", stdin="示例路1号")
    desk.ok("correct", "1", "--field", "地址", "--clear", "--why", "记错")
    assert "地址" not in shown(desk)
    assert desk("correct", "1", "--field", "反映事项", "--clear", "--why", "记错").code == 13
    assert (
        desk("correct", "1", "--field", "之前没办成的", "--new", "-", "--why", "x", stdin="x").code
        == 13
    )
    desk.ok("ledger", "verify", "--full")


def test_a_correction_shows_its_new_value_before_it_is_saved_and_that_can_be_changed(desk: Desk):
    desk.take(**case(1, channel="窗口"))
    with Person(desk, "correct", "1", "--field", "反映渠道") as person:
        person.sees("现在是：窗口").type("电话\n").sees("为什么").type("选错了\n").sees("回车保存")
        person.sees("改成什么").sees("电话")
        person.type("改成什么\n").sees("现在是：窗口").type("网站\n").sees("改成什么    网站")
        person.type(ENTER)
        assert person.done() == 0, person.text
    assert "渠道：网站" in shown(desk)
    with Person(desk, "correct", "1", "--field", "反映渠道") as person:
        person.sees("现在是：网站").type("电话\n选错了\n").sees("回车保存")
        person.type("更正哪一栏\n").sees("诉求类型").type("地址\n").sees("地址改成")
        person.type("示例路1号\n").sees("改成什么    示例路1号").type(ENTER)
        assert person.done() == 0, person.text
    assert "渠道：网站" in shown(desk)


def test_two_cases_make_a_group_without_a_name(desk: Desk):
    """34: --group or --with is enough, as the refusal says."""
    desk.ok("intake", "--from", "-", stdin=json.dumps([case(1), case(2)]))
    desk.ok("merge", "1", "--with", "2")
    assert desk.json("show", "2")["flags"] == ["group"]


def test_init_asks_for_everything_and_checks_each_answer_at_once(empty: Desk):
    """18."""
    with Person(empty, "init") as person:
        person.sees("站码").type("zy-1\n").sees("2 到 12 位").type("\x15ｚｙ０２\n").sees("窗口")
        person.type("某站\n").sees("规则包").sees("1 默认规则包").type("沾益").sees("zhanyi").type(
            "\n"
        ).sees("操作员姓名")
        person.type("李经办\n")
        assert person.done() == 0, person.text
    assert empty.json("ledger", "info")["station"] == "ZY02"
    assert "李经办" in empty.ok("station", "operator", "list").out
    assert 'pack = "zhanyi"' in (empty.home / "station.toml").read_text(encoding="utf-8")


def test_doc_and_search_ask_for_what_was_left_out(desk: Desk):
    """docs/clerk-first-day.md promises it of every command."""
    desk.take(**case(1))
    with Person(desk, "doc") as person:
        person.sees("编号（").type("1\n").sees("哪种文书").sees("1 问题受理单").type("受理单\n")
        assert person.done() == 0, person.text
        assert "问题受理单" in person.text
    with Person(desk, "doc", "1", env={"TERM": "dumb"}) as person:
        person.sees("哪种文书").type("飞\n").sees("问题受理单").type("1\n")
        assert person.done() == 0, person.text
    with Person(desk, "search") as person:
        person.sees("要找的文字").type("诊所\n")
        assert person.done() == 0, person.text
        assert "诊所备案1" in person.text


def test_where_no_case_can_be_chosen_no_number_is_asked_for(desk: Desk):
    with Person(desk, "show") as person:
        person.sees("还没有件")
        assert person.done() == 15
    desk.take(**case(1))
    with Person(desk, "callback") as person:
        person.sees("现在没有可以回访的件")
        assert person.done() == 15
        assert "编号（" not in person.text


def test_a_word_that_is_refused_goes_so_that_the_next_one_replaces_it(desk: Desk):
    desk.take(**case(1))
    with Person(desk, "triage", "1") as person:
        person.sees("难易程度").type("飞机\n").sees("难易程度没有所写的这一项").type("2\n")
        person.sees("办不成原因").type(CTRL_C)
        assert "飞机2" not in person.text


def test_what_cannot_be_done_yet_is_said_before_anything_is_asked(desk: Desk):
    """A gate that no answer opens: it was found out after the last one."""
    pack = (packs.SHIPPED / "linfen.toml").read_text(encoding="utf-8")
    own = desk.home.parent / "own.toml"
    own.write_text(pack.replace('key = "linfen"', 'key = "own"'), encoding="utf-8")
    desk.ok("pack", "adopt", own, "--yes")
    desk.take(**case(1))
    for verb in ("assign", "resolve"):
        with Person(desk, verb, "1") as person:
            person.sees("还没研判").sees("bbcs triage")
            assert person.done() == 13
            assert "可回车跳过" not in person.text


def test_what_the_limits_depend_on_is_asked_for_with_what_enter_means(desk: Desk):
    pack = (packs.SHIPPED / "yichun.toml").read_text(encoding="utf-8")
    own = desk.home.parent / "own.toml"
    own.write_text(pack.replace('key = "yichun"', 'key = "own"'), encoding="utf-8")
    desk.ok("pack", "adopt", own, "--yes")
    with Person(desk, "intake") as person:
        person.sees("反映事项").type("诊所备案\n").sees("反映内容").type("没人理\n")
        person.sees("反映人").type("匿名\n").sees("联系电话").type("\n")
        person.sees("反映渠道").type("\n")
        person.sees("诉求类型（回车是 求助）").type("投诉\n").sees("之前没办成").type("\n")
        person.sees("回车保存").type("\n")
        assert person.done() == 0, person.text
    assert desk.json("show", "1")["clocks"][0]["limit"] == 10
    desk.ok("triage", "1", "--difficulty", "一般")
    with Person(desk, "assign", "1") as person:
        person.sees("主办单位").type("市场监管所\n").sees("新名称").type("\n")
        person.sees("协办单位").type("\n").sees("承办人").type("\n").sees("到期日").type(CTRL_C)
        person.sees("已中断")


def test_correct_takes_the_names_that_the_review_takes(desk: Desk):
    desk.take(**case(1))
    with Person(desk, "correct", "1") as person:
        person.sees("更正哪一栏").type("飞机\n").sees("可用：反映事项、")
        assert "demand" not in person.text
        person.type("\x15作风\n").sees("办理轨道改成").type("作风\n").sees("为什么")
        person.type("录错\n").sees("回车保存").type(ENTER)
        assert person.done() == 0, person.text
    assert registered(desk)["track"] == "conduct" or "conduct" in desk.json("show", "1")["flags"]


# -- ways out --------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", range(len(INTAKE) + 1))
@pytest.mark.parametrize("way", [CTRL_C, CTRL_D, ""], ids=["ctrl-c", "ctrl-d", "closed"])
def test_a_way_out_at_every_question_stores_nothing(desk: Desk, at: int, way: str):
    answers = ["诊所备案", "通不过", name(1), phone(1), "", "", "", ""]
    seen = [*INTAKE, "回车保存"][at]
    with Person(desk, "intake") as person:
        person.type("".join(f"{one}\n" for one in answers[:at])).sees(seen)
        if way:
            person.type(way)
        else:
            person.close()
        assert person.done() == 15, person.text
        if way:
            assert "没有改动" in person.text or "已中断" in person.text
        assert "Traceback" not in person.text
    assert desk.entries() == 0


@pytest.mark.parametrize("term", ["xterm", "dumb"])
def test_a_terminal_that_is_gone_without_a_signal_ends_the_question(desk: Desk, term: str):
    with Person(desk, "intake", env={"TERM": term}, controlling=False) as person:
        person.sees(INTAKE[0]).type("诊所备案\n").sees("反映内容").type("通不").close()
        assert person.done() == 15
    assert desk.entries() == 0


@pytest.mark.parametrize("term", ["xterm", "dumb"])
def test_a_gbk_terminal_is_read_as_it_writes(desk: Desk, term: str):
    env = {"TERM": term, "PYTHONIOENCODING": "gbk", "PYTHONUTF8": None}
    with Person(desk, "intake", env=env, encoding="gbk") as person:
        person.sees(INTAKE[0]).type(f"诊所备案\n通不过\n{name(1)}\n\n\n\n\n\n").sees(
            "回车保存"
        ).type("\n")
        assert person.done() == 0, person.text
    assert registered(desk)["matter"] == "诊所备案"


@pytest.mark.parametrize("way", [CTRL_C, CTRL_D])
def test_a_way_out_of_a_plain_terminal(desk: Desk, way: str):
    with Person(desk, "intake", env={"TERM": "dumb"}) as person:
        person.sees(INTAKE[0]).type("诊所备案\n").sees("反映内容").type(way)
        assert person.done() == 15
    assert desk.entries() == 0


def test_the_end_of_input_is_seen_though_it_came_before_the_first_question(desk: Desk):
    with Person(desk, "intake") as person:
        person.type(CTRL_D).sees("没有改动")
        assert person.done() == 15


# -- more acts -------------------------------------------------------------------------------------


def test_what_a_refusal_knows_stands_below_the_question(desk: Desk):
    """Several orders wait to be signed: which units they went to is said where the unit is asked for."""
    desk.take(**case(1))
    desk.ok("assign", "1", "--lead", "区市场监管局", "--assist", "区卫健局")
    with Person(desk, "sign", "1") as person:
        person.sees("签收单位").sees("有待签收的单的：区市场监管局、区卫健局").type("区卫健局\n")
        assert person.done() == 0, person.text


def test_a_file_is_looked_for_in_its_field(desk: Desk, tmp_path):
    desk.take(**case(1))
    (tmp_path / "受理单.txt").write_text("签字", encoding="utf-8")
    with Person(desk, "attach", "1") as person:
        person.sees("文件").type("没有.txt\n").sees("没有这个文件")
        person.type(f"\x15'{tmp_path}/受理单.txt'\n")
        assert person.done() == 0, person.text


def test_an_act_of_the_whole_office_asks_too(desk: Desk):
    with Person(desk, "improve") as person:
        person.sees("哪种改进").type("流程\n").sees("改了什么").type("一链办理\n").sees("回车保存")
        person.type(ENTER)
        assert person.done() == 0, person.text


def test_init_says_before_anything_is_typed_that_there_is_a_home(desk: Desk):
    with Person(desk, "init") as person:
        assert person.done() == 2
        assert "站码（" not in person.text


def test_where_one_of_several_fields_is_enough_the_next_is_asked_only_when_the_first_is_left_out(
    desk: Desk,
):
    desk.take(**case(1))
    with Person(desk, "gap", "1") as person:
        person.sees("欠的材料").type("平面图=周五；租赁合同＝现场\n")
        assert person.done() == 0, person.text
    assert [gap["due"] for gap in desk.json("show", "1")["gaps"]] == ["2026-03-06", "site_check"]
    with Person(desk, "gap", "1") as person:
        person.sees("欠的材料").type("\n").sees("已补的材料").type("平面图\n").sees("回车保存")
        person.type(ENTER)
        assert person.done() == 0, person.text
    for unit in ("区市场监管局", "区卫健局"):
        desk.ok("station", "unit", "add", unit)
    desk.ok("assign", "1", "--lead", "区市场监管局")
    with Person(desk, "assign", "1") as person:
        person.sees("主办单位").type("\n").sees("协办单位").type("卫健\n").sees("承办人").type("\n")
        person.sees("回车保存").type(ENTER)
        assert person.done() == 0, person.text
    assert desk.json("show", "1")["assisting_units"] == ["区卫健局"]


@pytest.mark.parametrize("term", ["xterm", "dumb"])
def test_where_all_of_several_are_left_out_they_are_asked_for_again(desk: Desk, term: str):
    """`assign` refused in the language of options and had to be begun again."""
    desk.take(**case(1))
    desk.ok("station", "unit", "add", "区卫健局")
    with Person(desk, "assign", "1", env={"TERM": term}) as person:
        person.sees("主办单位").type("\n").sees("协办单位").type("\n").sees("转派").type("\n")
        person.sees("至少要填一项：主办单位、协办单位、转派").type("卫健\n").sees("承办人")
        person.type("\n").sees("回车保存").type(ENTER)
        assert person.done() == 0, person.text
    assert desk.json("show", "1")["lead_unit"] == "区卫健局"


def test_a_plain_terminal_keeps_changes_and_empties_a_field(desk: Desk):
    with Person(desk, "intake", env={"TERM": "dumb"}, columns=120) as person:
        person.type(f"诊所备案\n通不过\n{name(1)}\n{phone(1)}\n\n示例路1号\n\n\n").sees("回车保存")
        person.type("地址\n").sees("回车不变，打 - 清空").type("-\n").sees("3 反映人姓名")
        person.type("2\n").sees("现在是：通不过（回车不变）").type("\n").sees("回车保存").type("\n")
        assert person.done() == 0, person.text
    stored = registered(desk)
    assert stored["demand"] == "通不过"
    assert "address" not in stored
    with Person(desk, "correct", "1", "--field", "电话", env={"TERM": "dumb"}) as person:
        person.sees("现在是：138****0001").type(f"{phone(2)}\n录错\n").sees("回车保存").type("\n")
        assert person.done() == 0, person.text
    assert phone(2) in shown(desk)


def test_an_interruption_says_only_what_is_so(desk: Desk):
    """Nothing was begun at a review, so nothing was taken back."""
    with Person(desk, "intake") as person:
        person.type(f"诊所备案\n通不过\n{name(1)}\n\n\n\n\n\n").sees("回车保存").type(CTRL_C)
        assert person.done() == 15
    assert "已中断" in person.text
    assert "撤回" not in person.text
