"""Extensions that an old book proves, and texts that prove none."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from bbcs.calendar.dates import CST
from bbcs.domain.decide.imported_extension import extensions


def at(month: int, day: int) -> datetime:
    return datetime(2022, month, day, tzinfo=CST)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("延到 2022-09-14（2022-09-05 告知）", [(at(9, 5), date(2022, 9, 14), 0)]),
        ("延期至2022年9月14日", [(at(9, 1), date(2022, 9, 14), 0)]),
        ("2022.9.6同意延期到2022.9.14", [(at(9, 6), date(2022, 9, 14), 0)]),
        ("加 3", [(at(9, 1), None, 3)]),
        ("加 3；延到 2022-9-20", [(at(9, 1), None, 3), (at(9, 1), date(2022, 9, 20), 0)]),
        ("是", []),
        ("延期3天", []),
        ("加 3；是", []),
        ("延到 2022-02-30", []),
        ("延到 2022-08-01", []),
        ("2022-10-01 延到 2022-10-09", []),
        ("未延期", []),
    ],
)
def test_what_a_text_proves(text: str, told: list[tuple[datetime, date | None, int]]) -> None:
    """Received on 1 September, settled on the 30th."""
    drafts = list(extensions(text, at(9, 1), at(9, 30), at(9, 1)))
    asked, decided = drafts[::2], drafts[1::2]
    assert [(one.at, one.data.get("until"), one.data.get("days", 0)) for one in asked] == told
    assert {one.kind for one in asked} <= {"ExtensionAsked"}
    assert [(one.at, one.data) for one in decided] == [(one.at, {"granted": True}) for one in asked]
