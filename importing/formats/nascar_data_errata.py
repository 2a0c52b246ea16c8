"""Known errors of nascaR.data's Cup file: what a cell says and what is right. A cell that says something else stays.

Rounds and tracks that stand crosswise are told by the season tables; lengths, places and laps by NASCAR's result feeds.
"""

from __future__ import annotations

import csv
from collections import defaultdict

SERIES = "cup"
ERRATA = """\
season,race,driver,column,was,is
1953,36,,Length,0.526,0.5
1953,36,,Surface,paved,dirt
1954,15,,Length,0.75,0.5
1954,16,,Length,0.5,0.75
1957,19,,Length,0.625,0.5
1957,20,,Length,0.5,0.625
1957,30,,Length,1.5,0.5
1957,30,,Surface,dirt,paved
1957,31,,Length,0.5,1.5
1957,31,,Surface,paved,dirt
1957,36,,Length,2.0,0.9
1959,36,,Length,1.37,1.375
1959,38,,Name,100 Miles at California State Fairgrounds,Capital City 200
1959,38,,Track,California State Fairgrounds,Richmond Raceway
1959,39,,Name,Capital City 200,100 Miles at California State Fairgrounds
1959,39,,Track,Richmond Raceway,California State Fairgrounds
1961,20,,Length,1.5,2.58
1961,20,,Surface,paved,road
1961,22,,Length,2.58,1.5
1961,22,,Surface,road,paved
1961,36,,Length,0.533,0.5
1961,44,,Length,0.5,1.0
1961,45,,Length,1.0,0.5
1962,36,,Length,0.533,0.5
1971,6,,Track,Charlotte Speedway,Richmond Raceway
1973,27,,Length,1.5,1.017
1973,27,,Race,27,28
1973,28,,Length,1.017,1.5
1973,28,,Race,28,27
2001,36,,Length,1.06,1.058
2018,29,,Length,2.28,2.32
2018,30,Joey Logano,Led,2.0,6.0
2018,30,Kevin Harvick,Led,251.0,286.0
2019,29,,Length,2.28,2.32
2020,21,Reed Sorenson,Car,74,77
2020,22,Reed Sorenson,Car,74,77
2020,32,,Length,2.28,2.32
2021,17,Chase Elliott,Status,running,disqualified
2021,26,Chris Buescher,Status,running,disqualified
2021,32,,Length,2.28,2.32
2022,21,Denny Hamlin,Status,running,disqualified
2022,21,Kyle Busch,Status,running,disqualified
2022,32,,Length,2.28,2.32
2022,35,Brad Keselowski,Status,running,disqualified
2023,18,,Length,2.14,2.2
2023,19,William Byron,Led,20.0,19.0
2023,23,Alex Bowman,Start,19.0,20.0
2023,23,Austin Cindric,Start,20.0,21.0
2023,23,Austin Dillon,Start,15.0,16.0
2023,23,Chase Briscoe,Start,21.0,19.0
2023,23,Tyler Reddick,Start,16.0,15.0
2023,31,Kevin Harvick,Status,running,disqualified
2023,32,,Length,2.28,2.32
2023,33,Ryan Blaney,Status,running,disqualified
2024,6,Justin Haley,Status,running,disqualified
2024,16,Kyle Busch,Led,1.0,0.0
2024,21,Austin Dillon,Laps,159.0,160.0
2024,21,Michael McDowell,Laps,157.0,158.0
2024,32,,Length,2.28,2.32
2024,32,Alex Bowman,Status,running,disqualified
2025,3,,Length,3.41,2.4
2025,7,Erik Jones,Status,running,disqualified
2025,10,Joey Logano,Status,running,disqualified
2025,10,Ryan Preece,Status,running,disqualified
2025,16,,Length,,2.42
2025,16,,Surface,,road
2025,18,,Length,,1.54
2025,18,,Surface,,paved
2025,18,Corey LaJoie,Car,1,01
2025,32,,Length,2.28,2.32
2025,32,Austin Cindric,Finish,37.0,36.0
2025,32,Austin Dillon,Finish,32.0,31.0
2025,32,Austin Dillon,Pts,5.0,6.0
2025,32,Brad Keselowski,Finish,36.0,35.0
2025,32,Brad Keselowski,Pts,1.0,2.0
2025,32,Cody Ware,Finish,34.0,33.0
2025,32,Cody Ware,Pts,3.0,4.0
2025,32,Erik Jones,Finish,31.0,30.0
2025,32,Erik Jones,Pts,6.0,7.0
2025,32,Josh Bilicki,Finish,33.0,32.0
2025,32,Kyle Busch,Finish,35.0,34.0
2025,32,Kyle Busch,Pts,2.0,3.0
2025,32,Riley Herbst,Finish,30.0,37.0
2025,32,Riley Herbst,Pts,7.0,1.0
2025,32,Riley Herbst,Status,running,disqualified
2025,34,Cody Ware,Led,5.0,4.0
2025,34,Joey Logano,Led,35.0,34.0
2025,34,Kyle Larson,Led,6.0,5.0
2025,34,Michael McDowell,Led,5.0,6.0
2025,34,Todd Gilliland,Led,11.0,12.0
2025,34,William Byron,Led,4.0,5.0
2006,12,,Name,Bank of America 500,Coca-Cola 600
"""
"""Without a driver it is of every row of the race."""


def known_errors() -> dict[tuple[str, ...], list[tuple[str, ...]]]:
    """By season and race as the file has them, the (driver, column, was, is) of its errors."""
    found: dict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
    for season, race, *error in list(csv.reader(ERRATA.splitlines()))[1:]:
        found[season, race].append(tuple(error))
    return dict(found)


ERRORS = known_errors()
