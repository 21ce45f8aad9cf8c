"""Statutory days and days off in lieu of 2027–2100, by rule, out of the `holidays` library.

Run it to rewrite the shipped table: `python tests/calendar/generate_statutory.py`.
"""

from __future__ import annotations

from pathlib import Path

FIRST_YEAR, LAST_YEAR = 2027, 2100
TABLE = Path(__file__).parents[2] / "src" / "bbcs" / "data" / "calendar" / "statutory.csv"
HEADER = "day,kind,name"

_IN_LIEU = "（补假）"
#: The library tells New Year's Eve apart; the law lists it under the Spring Festival.
_UNDER = {"农历除夕": "春节"}


def rows() -> list[tuple[str, str, str]]:
    """(day, statutory | in_lieu, name), in order of days; two feasts on one day are joined by “、”."""
    import holidays

    days = holidays.country_holidays("CN", years=range(FIRST_YEAR, LAST_YEAR + 1), language="zh_CN")
    return [(day.isoformat(), *_split(days[day])) for day in sorted(days)]


def _split(label: str) -> tuple[str, str]:
    names = [name.removesuffix(_IN_LIEU) for name in label.split("; ")]
    kind = "in_lieu" if label.endswith(_IN_LIEU) else "statutory"
    return kind, "、".join(_UNDER.get(name, name) for name in names)


def text() -> str:
    """The whole file."""
    return "\n".join([HEADER, *(",".join(row) for row in rows())]) + "\n"


if __name__ == "__main__":
    TABLE.write_text(text(), encoding="utf-8")
