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

GROUPS = (
    "服务对象", "保障对象", "救助对象", "补贴对象", "优待对象", "适用对象", "困难人员", "重点人员", "特殊人员", "困难群众",
    "重点群众", "特殊群众", "困难人群", "重点人群", "特殊人群",
)  # fmt: skip
"""What a header ends with that asks what kind of people somebody is one of: mostly no names."""

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

_BESIDE_NAMES = NOTHING.union(
    *KINDS.values(),
    (
        "他人", "同事", "朋友", "亲戚", "亲友", "老伴", "夫妻", "夫妇", "父子", "父女", "母子", "母女", "爷爷", "奶奶", "外公", "外婆",
        "孙子", "孙女", "外孙", "儿媳", "女婿", "哥哥", "弟弟", "姐姐", "妹妹", "全家", "一家", "企业", "公司", "单位", "个人",
        "个体户", "商户", "法人", "股东", "残疾人", "低保户", "农民工", "退休", "党员", "干部", "先生", "女士",
    ),
)  # fmt: skip
"""Words that stand beside names in a field of names and name nobody: relatives, roles, states."""
_PLACES = tuple("区县市镇乡村屯局所院厅处科店社会")
"""What places and offices end with that a field of names tells beside a name."""

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧肖程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
    "钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪"
    "严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲"
)
_COMPOUND = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "司徒",
    "皇甫",
    "尉迟",
    "夏侯",
    "东方",
    "慕容",
    "令狐",
    "端木",
)
_NO_NAME_ENDS = tuple(
    "区县市镇乡村庄屯寨街道路巷局所院站厅部处科厂店社行馆队校会件类型费金证照卡款房地费了的好中完过"
)
"""What places, offices, papers and states end with, and names of people seldom do."""

_HAN = "[\u4e00-\u9fff]{2,4}"
_AND = "[和与及]"
_ASIDE = r"[(（\[【][^()（）\[\]【】]*[)）\]】]"
_TAIL = r"[\s\d:：*′'＊、.。一二三四五]+$"
_PLACE = r"[^，。；！？,;!?\n]{0,30}(?:[路街巷弄道村组苑园区寨屯庄]\D{0,6}\d+号|\d+[栋幢座]|\d+单元|\d{3,4}室)[^，。；！？,;!?\n]{0,12}"


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
    ends += [(len(end), "") for end in GROUPS if plain.endswith(end)]
    return max(ends, default=(0, ""), key=lambda one: one[0])[1]


def kind(header: str, text: str) -> str:
    """What a value is, by its header, else by what it looks like."""
    text = text.strip()
    if text in NOTHING:
        return OTHER
    told = kind_of(header)
    if told not in (PHONE, OTHER) and len(text) > 3 and pattern(_PLACE).fullmatch(text):
        return ADDRESS
    return told or (NAME if _are_names(text) else "")


def names_nobody(text: str) -> bool:
    """Whether a part of a field of names is a word beside the names, a place or an office, or tells
    a number.
    """
    place = len(text) > 2 and text.endswith(_PLACES)
    return text in _BESIDE_NAMES or place or any(map(str.isdigit, text))


def may_be_name(text: str) -> bool:
    """Whether a text has the form of a Chinese name: a common surname and one or two characters
    behind it, or one of two characters.
    """
    if not pattern(_HAN).fullmatch(text) or text.endswith(_NO_NAME_ENDS):
        return False
    if text.startswith(_COMPOUND):
        return len(text) > 2
    return text[0] in _SURNAMES and len(text) < 4


def _are_names(text: str) -> bool:
    """Whether a text is nothing but names: of at least three characters each, since shorter ones
    are too often ordinary words.
    """
    parts = pattern(r"[、,，;；/／|｜\s]+").split(pattern(_ASIDE).sub("", text).strip())
    return all(
        len(one) > 2 and may_be_name(one)
        for part in parts
        for one in ([part] if may_be_name(part) else pattern(_AND).split(part))
    )
