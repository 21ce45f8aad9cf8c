"""Importing with a person before the terminal: the mapping is shown, can be changed there and then, and is kept."""

from __future__ import annotations

from pathlib import Path

from cli_desk import Desk
from cli_terminal import at_terminal

ROWS = "编号,受理时间,反映人,反映内容,经手\nT1,2024-3-4,陈试验,办不下来,李样本\n"


def test_a_column_is_mapped_otherwise_and_the_map_is_kept(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "台账.csv"
    path.write_text(ROWS, "utf-8")
    plain = {"TERM": "dumb"}
    seen = at_terminal(desk, "import", path, typed="经手=受理人\n\ny\n", env=plain)
    assert seen.code == 0, seen.screen
    assert "经手 → 原样保留" in seen.screen
    assert "经手 → 受理人" in seen.screen
    assert "已导入，批次 20260305-1" in seen.screen
    assert '"经手" = "received_by"' in (desk.home / "maps" / "columns.toml").read_text("utf-8")
    assert desk.json("list", "--all")["count"] == 1


def test_who_does_not_agree_imports_nothing(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "台账.csv"
    path.write_text(ROWS, "utf-8")
    seen = at_terminal(desk, "import", path, typed="\nn\n", env={"TERM": "dumb"})
    assert seen.code == 15, seen.screen
    assert desk.json("list", "--all")["count"] == 0


def test_a_header_of_two_rows_is_typed_with_either_slash(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "台账.csv"
    path.write_text(
        "受理,,,问题,\n时间,姓名,电话,啥事,网格\n2024-3-4,陈试验,13800000001,办不下来,一\n", "utf-8"
    )
    for typed, column in (
        ("问题/啥事=事由", "反映内容及诉求"),
        ("问题／啥事=反映事项", "反映事项"),
    ):
        answers = f"{typed}\n\ny\n"
        seen = at_terminal(desk, "import", path, typed=answers, env={"TERM": "dumb"})
        assert seen.code == 0, seen.screen
        assert f"问题／啥事 → {column}" in seen.screen
    assert desk.json("list", "--all")["count"] == 1
