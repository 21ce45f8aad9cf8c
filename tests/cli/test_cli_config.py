"""`bbcs config`: option before environment before config.toml before default; bad values refused."""

from __future__ import annotations

import pytest
from cli_desk import Desk

from bbcs.render import pager


def origin(desk: Desk, key: str, *more: str, env: dict[str, str | None] | None = None) -> tuple:
    """The value of a setting and where it comes from."""
    found = desk.json("config", "list", *more, env=env)["settings"]
    return next((one["value"], one["source"]) for one in found if one["key"] == key)


def test_each_layer_comes_before_the_next(desk: Desk):
    unset: dict[str, str | None] = {"BBCS_PAGER": None}
    assert origin(desk, "pager", env=unset) == ("less -FRX", "默认")
    assert desk.ok("config", "set", "pager", "more").out == "已设：pager = more\n"
    assert origin(desk, "pager", env=unset) == ("more", "config.toml")
    assert origin(desk, "pager", env={**unset, "PAGER": "most"}) == ("most", "环境变量 PAGER")
    assert origin(desk, "pager", "--no-pager", env={"PAGER": "most"}) == ("none", "选项 --no-pager")
    assert origin(desk, "colour", env={"NO_COLOR": "1"}) == ("never", "环境变量 NO_COLOR")
    assert origin(desk, "colour", "--no-color") == ("never", "选项 --no-color")
    assert origin(desk, "as") == ("demo", "station.toml")
    assert origin(desk, "as", "--as", "demo") == ("demo", "选项 --as")
    assert origin(desk, "home")[1] == "环境变量 BBCS_HOME"
    assert origin(desk, "now") == ("2026-03-05 09:10", "环境变量 BBCS_NOW")
    assert origin(desk, "station.code") == ("ZY01", "station.toml")
    assert origin(desk, "pack") == ("default@1", "台账")
    desk.ok("config", "unset", "pager")
    assert origin(desk, "pager", env=unset) == ("less -FRX", "默认")
    assert "编码" in desk.ok("config", "list", "--origin").out
    assert desk.ok("config", "get", "encoding").out == "utf-8-sig\n"


def test_what_is_set_is_used_where_no_option_says_otherwise(desk: Desk):
    desk.take()
    desk.ok("config", "set", "format", "csv")
    desk.ok("config", "set", "encoding", "gb18030")
    for words in (["list"], ["search", "诊所"], ["report", "register", "work"]):
        first = desk.ok(*words).out.lstrip("\ufeff").splitlines()[0]
        assert first.count(",") > 3, words
        assert "," not in desk.ok(*words, "--format", "table").out.splitlines()[0]
    assert desk.json("list")["count"] == 1
    for number, words in enumerate((["list"], ["report", "kpi"], ["export"])):
        path = desk.home.parent / f"{number}.csv"
        desk.ok(*words, "--out", path)
        with pytest.raises(UnicodeDecodeError):
            path.read_text(encoding="utf-8")
        assert path.read_text(encoding="gb18030")
    desk.ok("list", "--out", desk.home.parent / "清单.json")


def test_the_pager_of_the_home_is_the_one_that_no_variable_names():
    assert pager.command({}, "cat -n") == ["cat", "-n"]
    assert pager.command({"PAGER": "more"}, "cat -n") == ["more"]
    assert pager.command({}, "none") == []
    assert pager.command({"BBCS_PAGER": ""}, "cat") == []


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["set", "colour", "red"], 13, "可用：auto、never"),
        (["set", "formt", "csv"], 13, "是不是“format”"),
        (["get", "nothing"], 13, "可用：home"),
        (["set", "station.phone", "1"], 2, "bbcs station sync"),
        (["set", "pack", "zhanyi"], 2, "bbcs pack adopt"),
        (["set", "home", "x"], 2, "BBCS_HOME"),
        (["set", "pager", "a\nb"], 2, "一行文字"),
    ],
)
def test_what_cannot_be_set_is_refused(desk: Desk, args: list[str], code: int, said: str):
    assert said in desk.fails(code, "config", *args).err
    assert not (desk.home / "config.toml").exists()


def test_without_a_home_there_is_nothing_to_set(empty: Desk):
    assert "home" in empty.ok("config", "list", "-q").out
    assert "bbcs init" in empty.fails(22, "config", "set", "format", "csv").err


def test_a_damaged_file_is_named_with_every_defect(desk: Desk):
    (desk.home / "config.toml").write_text('x = 1\nformat = "xls"\ncolour = 3\n')
    for words in (["list"], ["config", "list"]):
        refused = desk.fails(30, *words).err
        assert "有 3 处问题" in refused
        assert "config.toml:2" in refused
    assert desk.json("list", "--format", "json")["count"] == 0
    assert "config.toml:1" in desk("doctor").out


def test_a_file_whose_name_says_another_format_is_not_written(desk: Desk):
    for words in (["list"], ["report", "register", "work"], ["report", "kpi"], ["export"]):
        path = desk.home.parent / "x.xlsx"
        refused = desk.fails(2, *words, "--format", "csv", "--out", path)
        assert "与文件名 .xlsx 不一致" in refused.err
        assert not path.exists()
