"""Recognises phones and identity numbers in tables, and what only looks like one."""

from __future__ import annotations

import re
import unicodedata

from bbcs.domain import long_numbers, masking

_MOBILE = r"1[3-9]\d{9}"
_SPREAD = re.compile(r"(?:\+?86[\s-]?)?(1[3-9]\d)[\s-]?(\d{4})[\s-]?(\d{4})(?!\d)")
_SEPARATORS = re.compile(r"[/、;,\n|]+|或|和")
_ASIDE = re.compile(r"[(（][^()（）]*[)）]|(?:(?!转 ?\d)[\u4e00-\u9fff:])+")
_BESIDE_NAME = re.compile(
    r"(?<![\d*])(?:(?:\+?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}|0\d{2,3}-?[2-9]\d{6,7})(?![\d*])"
)
_EMPTY = re.compile(r"[(（][\s:：]*[)）]([\s、,，;；/]+)?")
_NUMBER_WORD = re.compile(r"(?:联系)?(?:(?:电话|手机)(?:号码?)?|方式)$")
_MARKS = " \t\r\n/、,，;；:：|｜-—"
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}")

EXACT = 1_000_000_000_000_000
"""Whole numbers below it keep all their digits in a cell of Excel (15 of them)."""


def digits(cell: object) -> str:
    """A number cell as its digits; any other cell as it is, half width, without blanks around it."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT:
        return str(int(cell))
    return unicodedata.normalize("NFKC", str(cell)).strip().strip("'").strip()


def phone(cell: object) -> tuple[str, bool]:
    """The numbers of a cell, and whether all of them can be; a text that can be none is kept as it
    is.
    """
    text = digits(cell)
    if "." in text and text.replace(".", "").isdigit() and len(text) > 12:
        text = text.replace(".", "")  # 139.3668.9556
    if spread := _SPREAD.fullmatch(text):
        return "".join(spread.groups()), True
    numbers = [_phone(part) for part in _SEPARATORS.split(text) if part.strip()]
    if len(numbers) == 1 and not numbers[0]:
        numbers = ["".join(one.groups()) for one in _SPREAD.finditer(text)]
        if "".join(_SPREAD.sub("", text).split()):
            numbers = []
    if numbers and all(numbers):
        aside = _ASIDE.search(text)
        return (text if aside else "、".join(numbers)), True
    return text, False


def _phone(part: str) -> str:
    """One number without blanks and hyphens; "" where it is none."""
    plain = "".join(_ASIDE.sub("", part).split())
    bare = plain.replace("-", "").removeprefix("+")
    if spread := re.fullmatch(rf"(?:86)?({_MOBILE})", bare):
        return spread[1]
    return plain if masking.valid_phone(plain) else ""


def name_and_phones(text: str) -> tuple[str, list[str]]:
    """The name in a text and the numbers beside it, each once; no number where nothing else stands.

    Names that a number parts are listed.
    """
    numbers: dict[str, str] = {}
    for number in _BESIDE_NAME.findall(text):
        numbers.setdefault(one_form(number), number)
    if not numbers:
        return text, []
    name = ""
    for part in _BESIDE_NAME.split(text):
        part = _NUMBER_WORD.sub("", part.strip(_MARKS)).strip(_MARKS)
        parted = name and part and name[-1] not in "(（" and part[0] not in "()（）"
        name += f"、{part}" if parted else part
    name = _EMPTY.sub(lambda empty: "、" if empty[1] else "", name).strip(_MARKS)
    return (name, list(numbers.values())) if name else (text, [])


def one_form(number: str) -> str:
    """A phone number by its digits alone, a mobile without its country code."""
    return "".join(filter(str.isdigit, phone(number)[0]))


def id_number(cell: object) -> tuple[str, str]:
    """The identity number or credit code of a cell, and what is wrong with it.

    "" = nothing; id_number_destroyed: digits were lost, nobody can repair it; id_checksum: the last
    digit does not fit; id_invalid: it is no such number.
    """
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) >= EXACT:
        return str(cell), "id_number_destroyed"
    text = "".join(digits(cell).split()).upper().replace("×", "X")
    if _SCIENTIFIC.fullmatch(text):
        return text, "id_number_destroyed"
    if re.fullmatch(r"\d{17}[\dX]", text):
        if long_numbers.valid_id(text):
            return text, ""
        if text.endswith("000"):  # what a spreadsheet leaves of 18 digits
            return text, "id_number_destroyed"
        return text, "id_checksum"
    if re.fullmatch(r"\d{15}", text) or _CREDIT_CODE.fullmatch(text) or "*" in text:
        return text, ""
    return text, "id_invalid"
