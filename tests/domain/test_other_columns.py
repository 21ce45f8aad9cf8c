"""Columns of a foreign ledger that mean nothing here: what leads to people in them is masked."""

from __future__ import annotations

import pytest

from bbcs.domain import masking
from bbcs.domain.masking import other_columns


@pytest.mark.parametrize(
    ("header", "text", "shown"),
    [
        ("家属", "陈样例", "陈**"),
        ("陪同人员", "李四、王二麻", "李*、王**"),
        ("投诉对象", "刘办事", "刘**"),
        ("投诉对象", "城管局", "城管局"),
        ("当事人", "示例县演示有限公司", "示例县演示有限公司"),
        ("联系人2", "李样本13800000002", "李**138****0002"),
        ("联系人（备用）", "李样本", "李**"),
        ("家属姓名及关系", "父亲陈样例", "父亲陈样例"),
        ("代理人|姓名", "仝试验", "仝**"),
        ("代理人|电话", "0874-3123456", "087****3456"),
        ("备用电话", "3123456", "312****"),
        ("社保卡号", "530303199001010012", "530303********0012"),
        ("户籍地址", "某县某镇某村3组12号", "某县某镇某村***"),
        ("有无家属", "否", "否"),
        ("陪同人数", "3", "3"),
        ("网格员", "黄志涛", "黄志涛"),
        ("承办单位负责科室", "登记科", "登记科"),
        ("服务对象", "高龄", "高龄"),
        ("困难群众", "安置", "安置"),
        ("服务对象", "王演示", "王**"),
        # by what the value looks like
        ("备注2", "王演示", "王**"),
        ("其他", "王演示、欧阳试验", "王**、欧***"),
        ("其他", "南宁西路12号3幢501", "南宁西路***"),
        ("其他", "打 0874-3123456 找", "打 087****3456 找"),
        ("所属社区", "金沙湾", "金沙湾"),
        ("档案盒", "甲柜第三层", "甲柜第三层"),
        ("进展说明", "材料已补齐", "材料已补齐"),
    ],
)
def test_a_value_is_masked_by_its_header_and_by_its_form(
    header: str, text: str, shown: str
) -> None:
    assert other_columns({header: text}) == {header: shown}
    assert other_columns({header: shown}) == {header: shown}


def test_people_of_other_columns_are_known_in_every_text() -> None:
    fields = {
        "reporter": "赵例子",
        "extra": {"家属": "陈样例", "投诉对象": "城管局", "电话2": "3123456"},
    }
    known = masking.known(fields)
    text = masking.free_text("陈样例说城管局让打3123456", known)
    assert text == "陈**说城管局让打312****"


def test_what_a_column_says_of_groups_of_people_is_looked_for_in_no_text() -> None:
    known = masking.known({"reporter": "赵例子", "extra": {"服务对象": "高龄"}})
    assert masking.free_text("高龄补贴", known) == "高龄补贴"


def test_who_is_hidden_is_in_no_column() -> None:
    extra = {"家属": "陈样例、仝试验", "备注2": "赵例子的邻居"}
    known = masking.known({"reporter": "赵例子", "extra": extra}, hidden=masking.HIDDEN)
    shown = other_columns(extra, known)
    assert shown == {"家属": "（不公开）、（不公开）", "备注2": "（不公开）的邻居"}
