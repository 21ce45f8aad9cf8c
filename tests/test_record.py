"""Record behaves as named tuples and frozen dataclasses do, at none of their price."""

import pickle

import pytest

from bbcs.domain.deadline import Deadline
from bbcs.record import Record


class Point(Record):
    """Two numbers and a name."""

    x: int
    y: int = 0
    name: str = ""

    @property
    def sum(self) -> int:
        """Both together."""
        return self.x + self.y


def test_by_position_by_name_and_from_the_defaults():
    assert Point(1) == Point(1, 0, "") == Point(x=1) == Point(1, name="") == (1, 0, "")
    assert (Point(1, 2).sum, Point(1, 2, "a").name) == (3, "a")


@pytest.mark.parametrize(
    ("args", "named"),
    [
        ((), {}),
        ((), {"y": 1}),
        ((1, 2, "a", 4), {}),
        ((1,), {"z": 1}),
        ((1,), {"x": 1}),
        ((1, 2), {"y": 2}),
    ],
)
def test_what_is_missing_unknown_or_said_twice_is_refused(args, named):
    with pytest.raises(TypeError, match="Point"):
        Point(*args, **named)


def test_values_do_not_change():
    with pytest.raises(AttributeError):
        Point(1).x = 2
    with pytest.raises(AttributeError):
        Point(1).z = 2
    assert not hasattr(Point(1), "__dict__")


def test_a_changed_copy():
    point = Point(1, 2)
    assert point._replace(y=5) == Point(1, 5)
    assert type(point._replace()) is Point
    assert point == Point(1, 2)
    with pytest.raises(TypeError, match="z"):
        point._replace(z=1)


def test_it_is_a_tuple_that_knows_its_fields():
    assert Point._fields == ("x", "y", "name")
    assert Point(1, 2, "a")._asdict() == {"x": 1, "y": 2, "name": "a"}
    assert repr(Point(1)) == "Point(x=1, y=0, name='')"
    assert sorted([Point(2), Point(1)]) == [Point(1), Point(2)]
    assert len({Point(1), Point(1)}) == 1
    match Point(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)


def test_it_survives_pickling():
    assert pickle.loads(pickle.dumps(Point(1, 2, "a"))) == Point(1, 2, "a")


def test_annotations_with_an_underscore_are_no_fields():
    class Hidden(Record):
        """One field."""

        _note: str
        x: int

    assert Hidden._fields == ("x",)


def test_properties_and_fields_of_the_domain_stand_side_by_side():
    assert "limit_text" not in Deadline._fields
    assert Deadline._fields[0] == "name"
