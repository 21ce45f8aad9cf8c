"""Names of people and of firms: what only looks like the other, and the names that a field lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bbcs.domain.repeated import pattern

_FIRMS = ("公司", "集团", "合作社", "协会", "学会", "商会", "基金会", "委员会", "工作室", "中心")
_ENDS_OF_FIRMS = tuple("厂店部社行馆院所站局队铺坊园场城楼吧校会")


def looks_like_a_person(text: str) -> bool:
    """Whether the name of a firm may be that of a person, as sole traders often give it: two to four
    Chinese characters of which none says what business it is.
    """
    text = text.strip()
    if not re.fullmatch("[\u4e00-\u9fff·]{2,4}", text) or text.endswith(_ENDS_OF_FIRMS):
        return False
    return not any(firm in text for firm in _FIRMS)


def looks_like_a_firm(text: str) -> bool:
    """Whether the name of a person can only be that of a firm or body: it says what it is, and is
    longer than names of people are.
    """
    text = text.strip()
    if len(text) < 5 or "·" in text or not re.fullmatch("[\u4e00-\u9fff（）()]+", text):
        return False
    return text.endswith(_ENDS_OF_FIRMS) or any(firm in text for firm in _FIRMS)


def is_of_a_firm(text: str) -> bool:
    """Whether a text of any length names a firm or an office, by what it ends with or says."""
    return looks_like_a_firm(text) or (
        pattern(_HAN).fullmatch(text) is not None and not looks_like_a_person(text)
    )


# -- several names in one text ---------------------------------------------------------------------

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
_NAME_LISTS = dict.fromkeys(map(ord, ",，;；/"), "、")
_ASIDE = r"[(（][^()（）]*[)）]"
_AND = "[和与及]"
_SHORT = 4
"""Characters of a part of a Latin name that a text may hold by chance."""

_LONGER = 4
"""Characters of the shortest name that may tell of several people or have parts."""
_BRACKETS = "[（(［\\[【）)］\\]】]"
_TOGETHER = "和|与|及|\\s+"
_WITHIN = "[·•・‧\\s]+"
_BESIDE = (
    "^(?:法定)?(?:代理人|代办人|代表人|代表|委托人|联系人|经办人|代|委托)[：:]?"
    "|等(?:[\\d一二三四五六七八九十百几多余]*[人名户位])?$|(?:先生|女士|同志|师傅|老师|代办?|[之的][父母子女妻夫])$"
)
"""What stands before or behind the name of a person in a field of names."""


def names_of(text: str) -> list[str]:
    """The names in a field that may list several."""
    return text.translate(_NAME_LISTS).split("、")


def people_in(text: str) -> Iterator[str]:
    """The people whom a field of one name tells of: 王建国等5人, 张三丰和李四光, 陈试验（代李四光）, and the
    parts of a foreign name, by which people are called.
    """
    if len(text) < _LONGER:
        return
    for one in names_of(text):
        for part in re.split(_BRACKETS, one):
            for named in _parted(part.strip(), _TOGETHER):
                bare = re.sub(_BESIDE, "", named)
                yield from (bare, *_parted(bare, _WITHIN))


def _parted(text: str, between: str) -> list[str]:
    """The parts of a text, where each can be a name: of a Latin one those that no word holds by
    chance; else the whole.
    """
    parts = [part for part in re.split(between, text) if part]
    if all(part.isascii() for part in parts):
        return [part for part in parts if len(part) >= _SHORT]
    return parts if all(len(part) > 1 for part in parts) else [text]


def may_be_name(text: str) -> bool:
    """Whether a text has the form of a Chinese name: a common surname and one or two characters
    behind it, or one of two characters.
    """
    if not pattern(_HAN).fullmatch(text) or text.endswith(_NO_NAME_ENDS):
        return False
    if text.startswith(_COMPOUND):
        return len(text) > 2
    return text[0] in _SURNAMES and len(text) < 4


def looks_like_names(text: str) -> bool:
    """Whether a text is nothing but names: of at least three characters each, since shorter ones
    are too often ordinary words.
    """
    parts = pattern(r"[、,，;；/／|｜\s]+").split(pattern(_ASIDE).sub("", text).strip())
    return all(
        len(one) > 2 and may_be_name(one)
        for part in parts
        for one in ([part] if may_be_name(part) else pattern(_AND).split(part))
    )
