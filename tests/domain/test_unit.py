"""Which unit is meant: by code where both have one, else by name."""

from __future__ import annotations

from datetime import datetime

from bbcs.domain.order import UnitNames, UnitRef, distinct
from bbcs.domain.station import Station, Unit

OLD, NEW = UnitRef("SJ", "市场局"), UnitRef("SJ", "市场监管局")
NAMED, OTHER = UnitRef("", "市场局"), UnitRef("WJ", "卫健局")


def test_one_unit_under_two_names():
    assert OLD.same(NEW)
    assert NAMED.same(OLD)
    assert not NAMED.same(NEW)
    assert not OTHER.same(UnitRef("XX", "卫健局"))
    assert NEW.among([OTHER, OLD])
    assert not NEW.among([OTHER, NAMED])


def test_each_unit_once_as_it_was_named_first():
    assert distinct([OLD, OTHER, NEW, NAMED]) == [OLD, OTHER]
    assert distinct([]) == []


def on(day: int) -> datetime:
    return datetime(2026, 3, day)


def test_the_last_name_of_a_unit():
    names = UnitNames([(on(2), OLD), (on(5), NEW), (on(3), OTHER)])
    assert [names.name(one) for one in (OLD, NEW, NAMED, OTHER)] == [
        "市场监管局",
        "市场监管局",
        "市场监管局",
        "卫健局",
    ]
    assert names.name(UnitRef("", "窗口")) == "窗口"


def test_two_units_of_one_name_stay_two():
    names = UnitNames([(on(2), UnitRef("A", "市场局")), (on(5), UnitRef("B", "市场局"))])
    assert names.name(UnitRef("A", "市场局")) == "市场局（A）"
    assert names.name(UnitRef("B", "市场局")) == "市场局"


def test_a_renamed_unit_of_the_roster():
    unit = Unit("SJ", "市场局", ("市监局",)).renamed("市场监管局")
    assert (unit.name, unit.former) == ("市场监管局", ("市场局",))
    assert unit.renamed("市场局").former == ("市场监管局",)
    assert Unit("", "市场局").renamed("市场监管局").former == ()
    station = Station("ZY01", "示例站", units=(unit,))
    assert station.ref("市场局") == station.ref("SJ") == station.ref("市监局") == NEW
    assert station.ref("卫健局") == UnitRef("", "卫健局")


def test_a_unit_of_an_order_is_known_by_the_name_of_the_order():
    station = Station("ZY01", "示例站", units=(Unit("SJ", "市场监管局"),))
    known = station.knowing([OLD, UnitRef("", "公安局")])
    assert known.ref("市场局") == NEW
    assert known.ref("公安局") == UnitRef("", "公安局")
    assert [unit.name for unit in known.units] == ["市场监管局", "公安局"]
    assert Station("ZY01", "示例站").knowing([OLD]).units == ()
