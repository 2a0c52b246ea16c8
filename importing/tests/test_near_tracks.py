"""Which track may have been meant: real near misses suggest it, other places never do."""

import pytest

from importing.names.near_tracks import nearest_track

ON_FILE = [
    "Atlanta Motor Speedway",
    "Augusta International Speedway",
    "Bay Meadows Race Track",
    "Bridgehampton Race Circuit",
    "Bristol Motor Speedway",
    "Capitol Speedway",
    "Charlotte Motor Speedway",
    "Circuit of the Americas",
    "Darlington Raceway",
    "Daytona Beach & Road Course",
    "Daytona International Speedway",
    "EchoPark Speedway",
    "Jeffco Speedway",
    "Kansas Speedway",
    "Las Vegas Motor Speedway",
    "Langley Field Speedway",
    "New Hampshire Motor Speedway",
    "Palm Beach Speedway",
    "Pocono Raceway",
    "Portland Speedway",
    "Richmond Raceway",
    "Road America",
    "Salisbury Super Speedway",
    "Sears Point Raceway",
    "Smokey Mountain Raceway",
    "Texas Motor Speedway",
    "World Wide Technology Raceway",
]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Kansaz Speedway", "Kansas Speedway"),
        ("Kansas", "Kansas Speedway"),
        ("Richmund", "Richmond Raceway"),
        ("Richmond International Raceway", "Richmond Raceway"),
        ("Richmond Fairgrounds", "Richmond Raceway"),
        ("Jefco Speedway", "Jeffco Speedway"),
        ("Capital Speedway", "Capitol Speedway"),
        ("Smoky Mountain Raceway", "Smokey Mountain Raceway"),
        ("Bay Meadows Speedway", "Bay Meadows Race Track"),
        ("Bridgehampton Raceway", "Bridgehampton Race Circuit"),
        ("Langley Speedway", "Langley Field Speedway"),
        ("Pocono International Raceway", "Pocono Raceway"),
        ("Salisbury Speedway", "Salisbury Super Speedway"),
        ("Sears Point International Raceway", "Sears Point Raceway"),
        ("New Hampshire International Speedway", "New Hampshire Motor Speedway"),
        ("Las Vegas Motor Speedwy", "Las Vegas Motor Speedway"),
        ("World Wide Technology Raceway at Gateway", "World Wide Technology Raceway"),
        ("Portland Intenational Raceway", "Portland Speedway"),
        ("Portland International Raceway", "Portland Speedway"),
        ("Augusta Speedway", "Augusta International Speedway"),
        ("Daytona International", "Daytona International Speedway"),
    ],
)
def test_a_near_miss_suggests(name, meant):
    assert nearest_track(name, ON_FILE) == meant


@pytest.mark.parametrize(
    "name",
    [
        "North Wilkesboro Speedway",
        "Beach and Road Course",
        "Myrtle Beach Speedway",
        "Chicago Street Course",
        "Circuit Gilles Villeneuve",
        "Hickory Motor Speedway",
        "Indianapolis Motor Speedway",
        "Iowa Speedway",
        "Lanier Speedway",
        "Louisville Motor Speedway",
        "Martinsville Speedway",
        "Mid-Ohio Sports Car Course",
        "Milwaukee Mile",
        "Nashville Superspeedway",
        "Nazareth Speedway",
        "Pikes Peak International Raceway",
        "Rockingham Speedway",
        "South Boston Speedway",
        "Volusia County Speedway",
        "Watkins Glen International",
        "Winchester Speedway",
        "International Raceway Park",
        "Fairgrounds Raceway",
        "Speedway",
        "#",
        "",
    ],
)
def test_another_place_does_not(name):
    assert nearest_track(name, ON_FILE) is None


def test_where_nothing_is_on_file_nothing_is_meant():
    assert nearest_track("Kansas Speedway", []) is None
