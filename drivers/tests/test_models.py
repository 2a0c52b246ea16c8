"""People, and the names by which sources know them. Their constraints are in `races/tests/test_constraints.py`."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from drivers.models import Driver, DriverAlias, Manufacturer, Team
from testing.makers import HAMLIN, LARSON, make_driver


@pytest.mark.parametrize(
    ("driver", "said"),
    [
        (Driver(name="Ricky Stenhouse", suffix="Jr."), "Ricky Stenhouse Jr."),
        (Driver(name="Kyle Larson"), "Kyle Larson"),
        (Driver(name="Daniel Suárez"), "Daniel Suárez"),
        (DriverAlias(alias="nascar:4030"), "nascar:4030"),
        (Team(name="Hendrick Motorsports"), "Hendrick Motorsports"),
        (Manufacturer(name="Chevrolet"), "Chevrolet"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_is_called(driver, said):
    assert str(driver) == said


@pytest.mark.parametrize(
    ("driver", "year"),
    [
        pytest.param(Driver(born=date(1992, 7, 31)), 1992, id="by date"),
        pytest.param(Driver(birth_year=1912), 1912, id="by year alone"),
        pytest.param(Driver(), None, id="unknown"),
    ],
)
def test_year_of_birth(driver, year):
    assert driver.year_of_birth == year


def test_has_an_address():
    assert Driver(slug="kyle-larson").get_absolute_url() == "/drivers/kyle-larson/"


@pytest.mark.parametrize("suffix", ["", "Jr.", "Sr.", "I", "II", "III", "IV", "V"])
def test_suffix(suffix):
    Driver(name="A. J. Foyt", slug="a-j-foyt", suffix=suffix).clean_fields()


@pytest.mark.parametrize("suffix", ["Jr", "jr.", "VI", "IIII", "PhD", " "])
def test_what_is_no_suffix(suffix):
    with pytest.raises(ValidationError, match=r"A suffix is Jr\., Sr\., I, II, III, IV or V\."):
        Driver(name="A. J. Foyt", slug="a-j-foyt", suffix=suffix).clean_fields()


class TestMatching:
    @pytest.fixture(autouse=True)
    def cast(self, empty_book):
        for name in (LARSON, HAMLIN, "Dale Earnhardt", "Dale Earnhardt Jr."):
            make_driver(name)
        DriverAlias.objects.create(driver=make_driver(LARSON), alias="Yung Money")
        DriverAlias.objects.create(driver=make_driver(LARSON), alias="nascar:4030")

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("larson", [LARSON]),
            ("KYLE lars", [LARSON]),
            ("money", [LARSON]),
            ("kyle money", [LARSON]),
            ("earnhardt", ["Dale Earnhardt", "Dale Earnhardt Jr."]),
            ("earnhardt jr", ["Dale Earnhardt Jr."]),
            ("larson hamlin", []),
            ("nobody", []),
            ("%", []),
        ],
    )
    def test_every_word_is_in_the_name_or_an_alias(self, text, found):
        assert [str(driver) for driver in Driver.objects.matching(text)] == found

    def test_looks_for_each_word_once(self):
        assert str(Driver.objects.matching("kyle  a kyle\ta").query) == str(Driver.objects.matching("kyle a").query)

    def test_without_a_word_it_is_everyone(self):
        assert Driver.objects.matching("  ").count() == 4

    def test_two_fitting_aliases_find_him_once(self):
        assert Driver.objects.matching("n").filter(name=LARSON).count() == 1


@pytest.mark.usefixtures("empty_book")
@pytest.mark.parametrize("model", [Manufacturer, Team])
def test_is_read_by_its_slug(model):
    row = model.objects.create(name="Wood Brothers", slug="wood-brothers")
    assert model.objects.get_by_natural_key(*row.natural_key()) == row
