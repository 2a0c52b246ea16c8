"""What of many names a text means."""

import pytest

from racestats.names.searching import Names

DRIVERS = ["Dale Earnhardt", "Dale Earnhardt Jr.", "Kyle Busch", "Kurt Busch", "Daniel Suárez", "A.J. Foyt", "Ty Gibbs"]
NAMES = Names([*enumerate(DRIVERS), (4, "Dani Suarez")])


def named(keys) -> list[str]:
    return [DRIVERS[key] for key in sorted(keys)]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Dale Earnhardt", ["Dale Earnhardt"]),  # another has more in his name
        ("earnhardt", ["Dale Earnhardt", "Dale Earnhardt Jr."]),
        ("earnhardt JR", ["Dale Earnhardt Jr."]),
        ("jr dale", ["Dale Earnhardt Jr."]),
        ("SUAREZ", ["Daniel Suárez"]),
        ("dani", ["Daniel Suárez"]),
        ("aj foyt", ["A.J. Foyt"]),
        ("ky bu", ["Kyle Busch"]),
        ("busch", ["Kyle Busch", "Kurt Busch"]),
        ("ibbs", ["Ty Gibbs"]),
        ("ib", []),
        ("dale busch", []),
        ("%", []),
        ("", []),
    ],
)
def test_who_is_meant(text, meant):
    assert named(NAMES.meant(text)) == meant


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("Earnhart", ["Dale Earnhardt", "Dale Earnhardt Jr."]),
        ("Kyle Bush", ["Kyle Busch"]),
        ("Swarez", ["Daniel Suárez"]),
        ("kylebusch", ["Kyle Busch"]),
        ("Petty", []),
        ("🏁", []),
        ("Kyle Busch " + "a b c d e f g", []),  # no name is so long
        (1000 * "x-", []),
    ],
)
def test_who_is_near(text, near):
    assert named(NAMES.near(text)) == near


@pytest.mark.parametrize(
    ("text", "holding"), [("l ear", DRIVERS[:2]), ("áre", ["Daniel Suárez"]), ("x", []), ("%", [])]
)
def test_who_has_all_parts_in_a_name(text, holding):
    assert named(NAMES.holding(text)) == holding
