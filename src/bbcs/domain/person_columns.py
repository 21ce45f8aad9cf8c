"""Which columns of a foreign ledger lead to people: by the words of their headers, and by what a
value looks like. Knows no masks.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from bbcs.domain.repeated import pattern

NAME, PHONE, ID_NUMBER, ADDRESS, OTHER = "name", "phone", "id_number", "address", "other"

KINDS: Mapping[str, tuple[str, ...]] = {
    OTHER: (
        "受理人", "受理人员", "接待人", "接待人员", "登记人", "登记人员", "承办人", "承办人员", "经办人", "经办人员",
        "经手人", "办理人", "办理人员", "回访人", "回访人员", "审核人", "审批人", "复核人", "填表人", "填报人", "制表人",
        "录入人", "录入人员", "值班人", "值班人员", "工作人员", "窗口人员", "网格员", "网格人员", "责任人", "包案人",
        "督办人", "交办人", "派单人", "分办人", "处理人", "记录人", "统计人", "签收人",
    ),
    PHONE: ("电话", "手机", "电话号码", "手机号", "手机号码", "联系方式", "联系号码", "座机", "微信", "微信号", "QQ", "QQ号"),
    ID_NUMBER: (
        "身份证", "身份证号", "身份证号码", "证件号", "证件号码", "公民身份号码", "社保卡号", "医保卡号", "银行卡号", "卡号",
        "银行账号", "账号", "护照号", "护照号码", "驾驶证号",
    ),
    ADDRESS: ("地址", "住址", "住所", "居住地", "现住地", "户籍地", "户籍所在地", "门牌", "门牌号"),
    NAME: (
        "人", "人员", "姓名", "名字", "家属", "亲属", "家人", "父亲", "母亲", "父母", "配偶", "丈夫", "妻子", "爱人", "子女", "儿子",
        "女儿", "兄弟", "姐妹", "孩子", "老人", "对象", "户主", "业主", "房东", "租户", "租客", "邻居", "邻里", "群众", "村民", "居民",
        "患者", "学生", "家长", "职工", "员工", "参保人", "陪同", "随行", "同行", "委托", "代办", "代理", "签名", "签字", "本人",
    ),
}  # fmt: skip
"""What a header ends with -> what its column holds; OTHER: people of the office, who are named in
every register. The longest end counts.
"""

NO_NAMES = (
    "镇", "乡", "村", "组", "街道", "社区", "区", "县", "市", "单位", "部门", "科室", "窗口", "站", "类", "类别", "类型", "事项", "业务", "名称",
    "项目", "否", "型", "原因", "情况", "结果", "意见", "内容", "时间", "日期", "日", "号", "编号", "进度", "状态", "等级", "级别", "渠道",
    "来源", "方式", "标签", "性质", "材料", "部位", "行业", "满意度", "归档",
)  # fmt: skip
"""What a header ends with whose values are no names, whatever they look like."""

NOTHING = frozenset(
    [
        "无",
        "没有",
        "暂无",
        "无人",
        "不详",
        "未知",
        "未填",
        "是",
        "否",
        "有",
        "/",
        "-",
        "—",
        "同上",
        "本人",
    ]
)
"""Values that name nobody."""

_ASIDE = r"[(（\[【][^()（）\[\]【】]*[)）\]】]"
_TAIL = r"[\s\d:：*′'＊、.。一二三四五]+$"
_PLACE = r"[^，。；！？,;!?\n]{0,30}(?:[路街巷弄道村组苑园区寨屯庄]\D{0,6}\d+号|\d+[栋幢座]|\d+单元|\d{3,4}室)[^，。；！？,;!?\n]{0,12}"
LANDLINE = r"(?<![\d-])0\d{2,3} ?[-－—] ?[2-9]\d{6,7}(?!\d)"


@lru_cache(1024)
def kind_of(header: str) -> str:
    """What the header of a column says that its values are: one of `KINDS`, OTHER where they are no
    names, "" where the header does not tell.
    """
    part = header.rpartition("|")[2].rpartition("／")[2]
    plain = pattern(_TAIL).sub("", pattern(_ASIDE).sub("", part))
    ends = [
        (len(end), kind) for kind, words in KINDS.items() for end in words if plain.endswith(end)
    ]
    ends += [(len(end), OTHER) for end in NO_NAMES if plain.endswith(end)]
    return max(ends, default=(0, ""), key=lambda one: one[0])[1]


def looks_like_an_address(text: str) -> bool:
    """Whether a text is nothing but the place of a house."""
    return pattern(_PLACE).fullmatch(text.strip()) is not None
