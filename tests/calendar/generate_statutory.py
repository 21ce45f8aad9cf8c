"""Statutory days of 2027–2100 and those of 2004–2026 on a weekend, out of the `holidays` library.

Run it to rewrite the shipped tables: `python tests/calendar/generate_statutory.py`.
"""

from __future__ import annotations

from pathlib import Path

FIRST_YEAR, LAST_YEAR = 2027, 2100
_DATA = Path(__file__).parents[2] / "src" / "bbcs" / "data" / "calendar"
TABLE = _DATA / "statutory.csv"
HEADER = "day,kind,name"

WEEKEND_TABLE = _DATA / "statutory_weekends.csv"
WEEKEND_HEADER = "day,name"

_IN_LIEU = "（补假）"
#: The library tells New Year's Eve apart; the law lists it under the Spring Festival.
_UNDER = {"农历除夕": "春节"}


def rows() -> list[tuple[str, str, str]]:
    """(day, statutory | in_lieu, name), in order of days; two feasts on one day are joined by “、”."""
    import holidays

    days = holidays.country_holidays("CN", years=range(FIRST_YEAR, LAST_YEAR + 1), language="zh_CN")
    return [(day.isoformat(), *_split(days[day])) for day in sorted(days)]


def weekend_rows() -> list[tuple[str, str]]:
    """(day, name) of the statutory days of 2004–2026 on a Saturday or Sunday, in order."""
    import holidays

    days = holidays.country_holidays("CN", years=range(2004, FIRST_YEAR), language="zh_CN")
    return [
        (day.isoformat(), _split(days[day])[1])
        for day in sorted(days)
        if day.weekday() >= 5 and "延长" not in days[day]
    ]


def _split(label: str) -> tuple[str, str]:
    names = [name.removesuffix(_IN_LIEU) for name in label.split("; ")]
    kind = "in_lieu" if label.endswith(_IN_LIEU) else "statutory"
    return kind, "、".join(_UNDER.get(name, name) for name in names)


def text() -> str:
    """The whole file of the statutory days and the days off in lieu."""
    return "\n".join([HEADER, *(",".join(row) for row in rows())]) + "\n"


def weekend_text() -> str:
    """The whole file of the days on a weekend."""
    return "\n".join([WEEKEND_HEADER, *(",".join(row) for row in weekend_rows())]) + "\n"


if __name__ == "__main__":
    TABLE.write_text(text(), encoding="utf-8")
    WEEKEND_TABLE.write_text(weekend_text(), encoding="utf-8")
