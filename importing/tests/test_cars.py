"""Which car a part of a document names."""

import pytest

from importing.document.cars import CarFinder, same_car
from importing.document.schema import Car

FIELD = [
    ("5", "Kyle Larson", "nascar:4030"),
    ("11", "Denny Hamlin", None),
    ("11", "Bill Smith", "racestats:bill-smith"),
    (None, "Bill Smith", "racestats:bill-smith-2"),
    (None, "Denny Hamlin", None),
]


@pytest.mark.parametrize(
    ("number", "driver", "driver_id", "found"),
    [
        pytest.param("5", None, None, [0], id="a number"),
        pytest.param("5", "Denny Hamlin", None, [0], id="a number alone tells, whoever is said to drive"),
        pytest.param("11", None, None, [1, 2], id="a shared number"),
        pytest.param("11", "Bill Smith", None, [2], id="a shared number and whose"),
        pytest.param("11", None, "racestats:bill-smith", [2], id="a shared number and an id"),
        pytest.param("11", "Denny Hamlin", "racestats:bill-smith", [2], id="an id before a name"),
        pytest.param("11", "Kyle Larson", None, [1, 2], id="a shared number, and another's driver"),
        pytest.param("12", "Kyle Larson", None, [], id="a number that no car has"),
        pytest.param(None, "Kyle Larson", None, [0], id="a driver"),
        pytest.param(None, "kyle larsón", None, [0], id="a driver in another spelling"),
        pytest.param(None, "Denny Hamlin", None, [4], id="of two cars the one without a number"),
        pytest.param(None, None, "nascar:4030", [0], id="an id"),
        pytest.param(None, "Kyle Larson", "nascar:1", [0], id="an id that no car has beside a name"),
        pytest.param(None, None, "nascar:1", [], id="nobody"),
    ],
)
def test_a_car_is_found(number, driver, driver_id, found):
    cars = CarFinder()
    for car in FIELD:
        cars.add(*car)
    assert cars.find(number, driver, driver_id) == found


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"car": "5"}, {"car": "5", "driver": "Kyle Larson"}, True),
        ({"car": "5", "driver": "Kyle Larson"}, {"car": "5", "driver": "Denny Hamlin"}, False),
        ({"car": "5", "driver": "Daniel Suárez"}, {"car": "5", "driver": "Daniel Suarez"}, True),
        ({"driver": "Kyle Larson"}, {"car": "5", "driver": "Kyle Larson"}, True),
        ({"car": "5"}, {"driver": "Kyle Larson"}, False),
        ({"driver_id": "nascar:4030"}, {"car": "5", "driver": "Kyle Larson", "driver_id": "nascar:4030"}, True),
        ({"car": "6", "driver_id": "nascar:4030"}, {"car": "5", "driver_id": "nascar:4030"}, False),
    ],
)
def test_two_rows_are_of_one_car(one, other, same):
    assert same_car(Car(**one), Car(**other)) is same
