"""The station: its file read strictly and written whole, its units and operators found by what people call them."""

import json
import stat
from binascii import crc32
from datetime import date
from pathlib import Path

import pytest

from bbcs.config import station_file
from bbcs.domain.station import Duty, Operator, Station, Unit
from bbcs.errors import (
    OutputNotWritable,
    PackInvalid,
    StoreUnreachable,
    UnknownOperator,
    UnknownUnit,
)

STATION = """
code = "ZY01"
name = "沾益区政务服务中心"
level = "county"
pack = "zhanyi"

[[units]]
code = "SJJ"
name = "区市场监管局"
aliases = ["市场监管局", "工商局"]
rep = "示例代表"

[[units]]
name = "区水务局"

[[operators]]
id = "chen"
name = "陈受理"
roles = ["clerk", "leader"]
os_user = "chen"

[[operators]]
id = "zhang"
name = "张站长"
roles = ["leader", "admin"]

[[duty]]
day = 2026-03-02
operator = "chen"
shift = "am"
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "station.toml").write_text(STATION, encoding="utf-8")
    return tmp_path


def test_the_station_as_values(home):
    assert (
        station_file.read(home)
        == station_file.read(home)
        == Station(
            "ZY01",
            "沾益区政务服务中心",
            "county",
            pack="zhanyi",
            units=(
                Unit("SJJ", "区市场监管局", ("市场监管局", "工商局"), "示例代表"),
                Unit("", "区水务局"),
            ),
            operators=(
                Operator("chen", "陈受理", ("clerk", "leader"), "chen"),
                Operator("zhang", "张站长", ("leader", "admin")),
            ),
            duty=(Duty(date(2026, 3, 2), "chen", "am"),),
        )
    )
    assert (home / "cache" / "station.json").exists()


@pytest.mark.parametrize("text", ["SJJ", "区市场监管局", "工商局"])
def test_a_unit_goes_by_code_name_or_alias(home, text):
    assert station_file.read(home).unit(text).code == "SJJ"


def test_a_stranger_among_listed_units_is_refused_naming_the_nearest(home):
    with pytest.raises(UnknownUnit, match="是不是“区水务局”"):
        station_file.read(home).unit("县水务局")
    assert station_file.read(home).unit("县水务局", allow_new=True) == Unit("", "县水务局")


def test_an_office_without_a_list_takes_any_unit():
    assert Station("HT01", "禾亭镇").unit("镇财政所") == Unit("", "镇财政所")


def test_an_empty_name_is_no_unit(home):
    with pytest.raises(UnknownUnit):
        station_file.read(home).unit("")


def test_operators_go_by_id_or_name(home):
    station = station_file.read(home)
    assert station.operator("chen") is station.operator("陈受理")
    with pytest.raises(UnknownOperator, match=r"是不是“zhang”.*现有：.*（chen）、.*（zhang）"):
        station.operator("zhan")


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('code = "ZY01"', 'code = "zy01"', "code"),
        ('code = "ZY01"', 'code = "ZY-01"', "code"),
        ('code = "ZY01"', 'code = "Z"', "code"),
        ('code = "ZY01"', 'code = "ZY１"', "code"),
        ('code = "ZY01"', "", "code"),
        ('level = "county"', 'level = "city"', "level"),
        ('level = "county"', 'parent = "云南"', "parent"),
        ('pack = "zhanyi"', 'packs = "zhanyi"', "packs"),
        ('aliases = ["市场监管局", "工商局"]', 'aliases = "工商局"', "units[1].aliases"),
        ('name = "区水务局"', 'name = "工商局"', "units[2]"),
        ('name = "区水务局"', 'nmae = "区水务局"', "units[2].nmae"),
        ('id = "zhang"', 'id = "chen"', "operators[2]"),
        ('roles = ["leader", "admin"]', 'roles = ["boss"]', "operators[2].roles"),
        ('roles = ["leader", "admin"]', "roles = []", "operators[2]"),
        ('operator = "chen"', 'operator = "wang"', "duty[1].operator"),
        ('shift = "am"', 'shift = "night"', "duty[1].shift"),
        ("day = 2026-03-02", 'day = "2026-03-02"', "duty[1].day"),
        (
            'shift = "am"',
            'shift = "am"\n[[duty]]\nday = 2026-03-02\noperator = "chen"\nshift = "am"',
            "duty[2]",
        ),
    ],
)
def test_the_station_is_read_strictly(home, old, new, where):
    assert old in STATION
    (home / "station.toml").write_text(STATION.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PackInvalid, match=r"station\.toml") as caught:
        station_file.read(home)
    assert any(where in problem for problem in caught.value.allowed)


def test_a_home_without_a_station_says_how_to_make_one(tmp_path):
    with pytest.raises(StoreUnreachable, match=r"bbcs init.*--home.*BBCS_HOME"):
        station_file.read(tmp_path)


def test_a_written_station_reads_back_the_same(home):
    station = station_file.read(home)
    station_file.write(home, station)
    assert station_file.read(home) == station
    assert stat.S_IMODE((home / "station.toml").stat().st_mode) == 0o600
    assert (
        station_file.text(station).splitlines()[:4]
        == [line for line in STATION.splitlines() if line][:4]
    )


def test_a_station_that_could_not_be_read_back_is_not_written(home):
    before = (home / "station.toml").read_bytes()
    with pytest.raises(PackInvalid):
        station_file.write(home, station_file.read(home)._replace(code="zy"))
    assert (home / "station.toml").read_bytes() == before


def test_a_home_that_cannot_be_written_refuses_a_new_station(home):
    with pytest.raises(OutputNotWritable, match="原文件没有动"):
        station_file.write(home / "nowhere", station_file.read(home))


def test_a_home_that_cannot_be_written_has_no_cache(home):
    (home / "cache").write_text("in the way")
    assert station_file.read(home).code == "ZY01"
    assert (home / "cache").read_text() == "in the way"


def test_the_cache_holds_the_file_and_its_value_as_plain_json(home):
    station_file.read(home)
    rest = (home / "cache" / "station.json").read_bytes().partition(b"\n")[2]
    _, source, body = rest.partition((home / "station.toml").read_bytes())
    assert source
    assert json.loads(body)[0] == "ZY01"
    assert [path.name for path in (home / "cache").iterdir()] == ["station.json"]


def test_the_cache_is_for_its_owner_alone(home):
    station_file.read(home)
    [file] = (home / "cache").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("damage", [lambda raw: b"", lambda raw: raw[:-9], lambda raw: raw.replace(b'"clerk"', b'"admin"', 1),
                                    lambda raw: b"\xff" * 40, lambda raw: raw.partition(b"\n")[0]])  # fmt: skip
def test_a_damaged_cache_is_ignored_and_written_again(home, damage):
    whole = station_file.read(home)
    [file] = (home / "cache").iterdir()
    good = file.read_bytes()
    file.write_bytes(damage(good))
    assert station_file.read(home) == whole
    assert file.read_bytes() == good


def test_a_cache_of_another_form_is_ignored(home, monkeypatch):
    station_file.read(home)
    monkeypatch.setattr(station_file, "_SHAPE", b"2")
    assert station_file.read(home).code == "ZY01"


def with_sum(cache: bytes, body: bytes) -> bytes:
    head, _, rest = cache.partition(b"\n")
    size = int(head.split()[0])
    return f"{size} {crc32(body)}\n".encode() + rest[:size] + body


@pytest.mark.parametrize("body", [b"{}", b"null", b"no JSON", b'["ZY01"]'])
def test_a_cache_that_no_station_comes_of_is_ignored_and_written_again(home, body):
    whole = station_file.read(home)
    [file] = (home / "cache").iterdir()
    good = file.read_bytes()
    file.write_bytes(with_sum(good, body))
    assert station_file.read(home) == whole
    assert file.read_bytes() == good


def test_a_cache_that_was_changed_with_its_sum_is_known(home):
    station_file.read(home)
    [file] = (home / "cache").iterdir()
    assert station_file.is_cache_right(home)
    good = file.read_bytes()
    head, _, rest = good.partition(b"\n")
    body = rest[int(head.split()[0]) :]
    changed = body.replace("陈受理".encode(), "陈他人".encode())
    assert changed != body
    file.write_bytes(with_sum(good, changed))
    assert station_file.read(home).operators[0].name == "陈他人"
    assert not station_file.is_cache_right(home)


def test_a_read_only_home_has_no_cache(home, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "read-only")

    monkeypatch.setattr("bbcs.config.files.mkstemp", refuse)
    assert station_file.read(home).code == "ZY01"
    assert list((home / "cache").iterdir()) == []


def test_a_write_that_breaks_off_leaves_nothing_behind(home, monkeypatch):
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    station_file.read(home)
    assert list((home / "cache").iterdir()) == []
