"""What a malicious or careless citizen may write; every text goes through every format."""

from __future__ import annotations

import re

from bbcs.registers.table import Column, Table

TERMINAL = [
    "\x1b[31m红\x1b[0m", "\x1b[2J清屏", "\x1b]0;标题\x07", "\x1b]8;;http://example.invalid\x1b\\链接\x1b]8;;\x1b\\",
    "\x1b]52;c;aGk=\x07", "\x1bP+q\x1b\\", "\x1b[6n", "\x1b[?1049h", "\x1bc", "\x9b31m", "\x9d0;标题\x9c", "\x90q\x9c", "\x85新行",
    "\x00", "前\x00后", "\x07\x08\x0b\x0c", "\r覆盖本行", "一\r\n二", "一\n二", "一\t二", "\x7f\x7f", "\x1f\x1e\x1d\x1c",
]  # fmt: skip
HIDDEN = [
    "\u202e倒写", "\u202d\u202c", "\u2066隔离\u2069", "\u200e\u200f", "\u061c", "零\u200b宽", "\u200c\u200d", "\u2060\ufeff头",
    "\u00ad软连字", "\u180e", "\u2028\u2029", "\ufff9注\ufffa音\ufffb", "\U000e0001\U000e0041", "\ud800", "尾\udfff", "\udc9b31m",
]  # fmt: skip
FORMULAS = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "  =1+1", "＝1+1", "＋1", "－1", "＠SUM(A1)", "{=1+1}", " {=1+1}",
    '=HYPERLINK("http://example.invalid","点")', "=cmd|' /C calc'!A0", "\x00=1+1", "\u3000=1+1", "\u00a0@A1", '"=1+1"',
]  # fmt: skip
MARKUP = [
    "[red]红[/red]", "[/bold]", "[link=http://example.invalid]点[/link]", "{{7*7}}", "${7*7}", "{% raw %}", "<script>alert(1)</script>",
    "<r><t>x</t></r>", "<r>&</r>", "&amp;", "a|b|c", "# 标题", "`x`", "**粗**", "[x](javascript:1)", "_x0041_", "'; DROP TABLE events;--",
    "http://example.invalid", "%s%n", "\\u202e", "C:\\x\\y", 'a,"b",c', "a;b", "_x001B_", "\ufffe\uffff",
]  # fmt: skip
RARE = [
    "𠮷䶮㐂",
    "买买提·吐尔逊",
    "🔴✓",
    "👨\u200d👩\u200d👧",
    "🇨🇳",
    "👍🏽",
    "❤️",
    "1️⃣",
    "e\u0301",
    "葛\U000e0100",
    "“”—…①★→℃",
    "ﾊﾝｶｸ",
    "　",
    "",
    " ",
]

HOSTILE = [*TERMINAL, *HIDDEN, *FORMULAS, *MARKUP, *RARE, "长" * 5000]


def hostile_table() -> Table:
    """Two text columns and a number; title, label and note are hostile too."""
    heads = (Column("no", "序号", "int"), Column("a", "甲\x1b[31m"), Column("b", "乙=1\n"))
    rows = [{"no": i, "a": text, "b": [text, "尾"]} for i, text in enumerate(HOSTILE)]
    return Table(
        "hostile",
        "=1+1\x1b]0;x\x07",
        heads,
        rows,
        ("@注\u202e", "二\n行"),
        {0: "overdue", 1: "warning", 2: "unknown"},
    )


_RAW = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


def raw(text: str, allowed: str = "\n") -> list[str]:
    """Characters of `text` that may not reach a terminal."""
    return [char for char in _RAW.findall(text) if char not in allowed]
