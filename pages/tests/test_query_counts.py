"""How many queries each page takes: a fixed number, however long the history is."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from drivers.models import Driver, TeamName
from races.derived.refresh import rebuild
from races.models import (
    CautionSegment,
    Champion,
    Entry,
    Era,
    FinalPlace,
    GivenTotals,
    LeadSegment,
    Milestone,
    Penalty,
    PlayOffRound,
    Race,
    Result,
    Ruling,
    RulingChange,
    Season,
    Session,
    Track,
    TrackLayout,
    TrackName,
)
from racestats import clock
from testing.makers import make_manufacturer, make_series, make_source, make_team
from testing.queries import counted_queries
from testing.site import API, CHARTS, PARAMETERS, named

QUERIES = {
    # page: queries as HTML, as JSON
    "/": (46, 45),
    "/?as_of=cup-2000-2": (39, 38),
    "/about/": (5, 4),
    "/glossary/": (0, 0),
    "/data/": (0, 0),
    "/privacy/": (0, 0),
    "/api/": (0, 0),
    "/on-this-day/": (19, 19),
    "/on-this-day/01-01/": (19, 19),
    "/on-this-day/01-01/?as_of=cup-2000-3": (34, 34),
    "/search/": (0, 0),
    "/search/?q=2000+track-0": (3, 3),
    "/search/?q=drivr": (4, 4),
    "/drivers/": (7, 6),
    "/drivers/?q=driver&active=yes&as_of=2000-12-31": (19, 18),
    "/drivers/?sort=-wins": (7, 6),
    "/drivers/driver-0/": (40, 38),
    "/drivers/driver-0/career.svg": (12, 12),
    "/drivers/driver-0/last-ten.svg?as_of=cup-2000-2": (27, 27),
    "/drivers/driver-0/races/": (11, 6),
    "/drivers/driver-0/races/?series=cup&stat=wins": (15, 11),
    "/drivers/driver-0/races/?series=cup&stat=laps_led&season=2000&track=track-0&as_of=cup-2000-3": (25, 22),
    "/teams/": (13, 10),
    "/teams/?q=hend&active=yes&track=track-0&as_of=2000-12-31": (19, 17),
    "/teams/hendrick-motorsports/": (24, 20),
    "/teams/hendrick-motorsports/races/": (11, 6),
    "/teams/hendrick-motorsports/races/?stat=wins&driver=driver-0": (22, 17),
    "/manufacturers/": (13, 10),
    "/manufacturers/ford/": (23, 20),
    "/manufacturers/ford/races/": (10, 6),
    "/leaderboards/": (16, 16),
    "/leaderboards/wins/": (10, 6),
    "/leaderboards/wins/?by=team": (14, 10),
    "/leaderboards/wins/?sort=-starts": (10, 6),
    "/leaderboards/laps_led/?without=wins": (9, 5),
    "/leaderboards/wins/?active=yes&as_of=cup-2000-3": (25, 21),
    "/leaderboards/average_finish/?from=2000&min_starts=1": (16, 12),
    "/leaderboards/titles/": (6, 5),
    "/leaderboards/titles/?by=team&active=yes&as_of=cup-2000-3": (6, 5),
    "/champions/": (13, 12),
    "/champions/?driver=driver-0&from=1950&as_of=cup-2000-3": (20, 19),
    "/drivers/driver-0/vs/driver-1/ahead.svg": (9, 9),
    "/leaderboards/wins/top.svg": (6, 6),
    "/milestones/cup-wins-2/way.svg": (20, 20),
    "/closest-finishes/to-scale.svg": (2, 2),
    "/closest-finishes/by-year.svg": (1, 1),
    "/tracks/track-0/winners.svg": (2, 2),
    "/tracks/track-0/speeds.svg": (2, 2),
    "/drivers/driver-0/vs/": (9, 6),
    "/drivers/driver-0/vs/driver-1/": (13, 10),
    "/drivers/driver-0/vs/driver-1/?only=ahead&season=2000&track=track-0&as_of=cup-2000-3": (12, 10),
    "/standings/": (15, 15),
    "/standings/cup/2000/?as_of=cup-2000-2": (13, 13),
    "/standings/cup/2000/rounds.svg?as_of=cup-2000-3": (10, 10),
    "/streaks/": (7, 7),
    "/streaks/wins/": (12, 9),
    "/streaks/starts/?season=2000&as_of=2000-12-31&active=yes": (13, 10),
    "/streaks/top_fives/?driver=driver-0&track=track-0": (13, 11),
    "/milestones/": (9, 9),
    "/milestones/?driver=driver-0&stat=wins&within=9&as_of=cup-2000-2": (25, 25),
    "/milestones/cup-wins-2/": (21, 21),
    "/milestones/cup-wins-2/?as_of=cup-2000-2": (36, 36),
    "/closest-finishes/": (16, 10),
    "/closest-finishes/?driver=driver-0&manufacturer=ford&max_margin=0.5&as_of=cup-2000-2": (19, 14),
    "/finder/": (6, 0),
    "/finder/examples/": (6, 6),
    "/finder/chart.svg": (2, 2),
    "/finder/?find=drivers&series=cup&finish=1": (9, 4),
    "/finder/?find=drivers&by=season&track=track-0&finish=1-5&as_of=cup-2000-3": (12, 7),
    "/finder/?find=drivers&series=cup&count=laps_led": (8, 3),
    "/finder/?find=drivers&series=cup&finish=1&count=longest-run&over=races": (12, 7),
    "/finder/?find=results&series=cup&wait=0-&order=age": (12, 7),
    "/finder/?find=races&driver=driver-0&order=margin": (12, 6),
    "/races/": (10, 4),
    "/races/cup/": (11, 5),
    "/races/cup/2000/": (26, 24),
    "/races/cup/2000/?as_of=cup-2000-2": (26, 24),
    "/races/cup/2000/?track=track-0&as_of=cup-2000-2": (17, 16),
    "/races/cup/2000/1/": (49, 48),
    "/races/cup/2000/1/?as_of=cup-2000-2": (50, 49),
    "/races/cup/2000/1/laps-led.svg": (16, 16),
    "/rulings/": (9, 5),
    "/corrections/": (1, 1),
    "/stories/": (1, 1),
    "/rulings/?driver=driver-0&as_of=2000-02-01": (10, 6),
    "/drivers/driver-0/?as_of=cup-2000-2": (60, 58),
    "/drivers/driver-0/streaks/": (9, 9),
    "/races/cup/2000/3/preview/": (46, 46),
    "/races/cup/2000/1/notes/": (57, 57),
    "/races/cup/2000/1/notes/?as_of=cup-2000-2": (58, 58),
    "/races/cup/2000/1/qualifying/": (6, 6),
    "/races/cup/2000/1/stage-1/": (6, 6),
    "/races/cup/2000/1/race/": (6, 6),
    "/tracks/": (3, 2),
    "/tracks/track-0/": (32, 27),
    "/drivers/driver-0/races/?stat=wins&from=cup-2000-1&era=now&manufacturer=ford&as_of=cup-2000-3": (25, 22),
    "/teams/hendrick-motorsports/?from=cup-2000-1&to=2001&era=now&as_of=cup-2000-3": (27, 24),
    "/leaderboards/wins/?from=cup-2000-1&era=now&track=track-0&team=hendrick-motorsports&as_of=cup-2000-3": (21, 19),
    "/streaks/starts/?driver=driver-0&from=1950&era=now&as_of=2000-12-31": (14, 12),
    "/drivers/driver-0/vs/driver-1/?from=cup-2000-1&to=cup-2000-3&era=now&track=track-0&as_of=cup-2000-3": (12, 11),
    "/closest-finishes/?from=cup-2000-1&era=now&manufacturer=ford&driver=driver-0&as_of=cup-2000-3": (19, 15),
    "/tracks/track-0/?series=cup&from=cup-2000-1&to=cup-2000-3&era=now&as_of=cup-2000-3": (32, 30),
    "/rulings/?driver=driver-0&track=track-0&era=now&from=cup-2000-1&as_of=cup-2000-3": (8, 6),
}
OF_API = {
    # address: queries
    "/api/v1/drivers/driver-0": 12,
    "/api/v1/drivers?limit=2": 6,
    "/api/v1/drivers/driver-0/seasons?as_of=cup-2000-2": 24,
    "/api/v1/drivers/driver-0/races?stat=wins&season=2000": 15,
    "/api/v1/drivers/driver-0/streaks": 9,
    "/api/v1/teams": 10,
    "/api/v1/teams/hendrick-motorsports/seasons": 20,
    "/api/v1/teams/hendrick-motorsports/races": 6,
    "/api/v1/manufacturers": 10,
    "/api/v1/manufacturers/ford/seasons": 20,
    "/api/v1/manufacturers/ford/races": 6,
    "/api/v1/series": 3,
    "/api/v1/seasons?series=cup": 3,
    "/api/v1/races/cup-2000-1?as_of=cup-2000-2": 17,
    "/api/v1/races?format=jsonl": 5,
    "/api/v1/races/cup-2000-1/results": 6,
    "/api/v1/races/cup-2000-1/sessions/stage-1": 6,
    "/api/v1/standings/cup-2000?as_of=cup-2000-2": 13,
    "/api/v1/champions": 12,
    "/api/v1/rulings": 5,
    "/api/v1/tracks": 2,
    "/api/v1/tracks/track-0/layouts": 25,
    "/api/v1/tracks/track-0/winners": 25,
    "/api/v1/boards": 16,
    "/api/v1/boards/titles": 5,
    "/api/v1/boards/wins?season=2000": 10,
    "/api/v1/closest-finishes?max_margin=0.5": 10,
    "/api/v1/closest-finishes/drivers": 7,
    "/api/v1/milestones": 9,
    "/api/v1/milestones/cup-wins-2": 21,
    "/api/v1/watch": 9,
    "/api/v1/streaks": 7,
    "/api/v1/streaks/wins": 9,
    "/api/v1/finder?find=drivers&series=cup&finish=1": 4,
    "/api/v1/search?q=drivr": 4,
    "/api/v1/sources": 4,
}


def build_book(size: int) -> None:
    """A book that is long in every direction: races of a season, seasons, cars in a race, drivers, tracks, clubs."""
    cup, ford, team, source = make_series(), make_manufacturer("Ford"), make_team(), make_source()
    drivers = Driver.objects.bulk_create(
        Driver(name=f"Driver {n}", slug=f"driver-{n}", born=date(1950, 1, 1)) for n in range(size)
    )
    tracks = Track.objects.bulk_create(
        Track(name=f"Track {n} Speedway", short_name=f"Track {n}", slug=f"track-{n}") for n in range(size)
    )
    Era.objects.create(series=cup, name="Now", slug="now", starts=date(1950, 1, 1))
    TeamName.objects.create(team=team, name="All-Star Racing", last_day=date(1960, 1, 1))
    TrackName.objects.bulk_create(TrackName(track=track, name=f"Old {track}") for track in tracks)
    layouts = TrackLayout.objects.bulk_create(
        TrackLayout(track=track, name="Oval", slug="oval", type="intermediate", length=Decimal("1.5"))
        for track in tracks
    )
    more_layouts = TrackLayout.objects.bulk_create(
        TrackLayout(track=tracks[0], name=f"Road {n}", slug=f"road-{n}", type="road-course") for n in range(size)
    )
    seasons = Season.objects.bulk_create(
        Season(series=cup, year=year, rounds=size) for year in range(1900, 2001 + size % 7)
    )
    seasons = {season.year: season for season in seasons}
    GivenTotals.objects.bulk_create(
        GivenTotals(driver=driver, series=cup, through_season=1999, through_round=1, starts=9, wins=1, source=source)
        for driver in drivers
    )
    GivenTotals.objects.bulk_create(
        GivenTotals(
            driver=drivers[0], series=cup, season=season, through_season=year, through_round=0, starts=1, source=source
        )
        for year, season in seasons.items()
        if 2000 - size < year <= 2000
    )
    Champion.objects.bulk_create(
        Champion(season=season, driver=drivers[year % size], source=source)
        for year, season in seasons.items()
        if 2000 - size < year <= 2000
    )
    FinalPlace.objects.bulk_create(
        FinalPlace(season=seasons[2000], driver=driver, place=place, points=place, source=source)
        for place, driver in enumerate(drivers, start=1)
    )
    PlayOffRound.objects.bulk_create(
        PlayOffRound(season=seasons[2000], number=n + 1, first_race=n + 1, last_race=n + 1, source=source)
        for n in range(size)
    )
    Milestone.objects.bulk_create(Milestone(series=cup, statistic="wins", threshold=n + 1) for n in range(size))

    races = Race.objects.bulk_create(
        [
            Race(
                season=seasons[2000],
                round=n + 1,
                name=f"Race {n}",
                layout=(layouts[0], more_layouts[n], layouts[n])[n % 3],
                date=date(2000, 1, 1) + timedelta(days=n),
                margin_kind="time",
                margin=Decimal(n + 1) / 1000,
                field_size=3,
                laps=100,
                stages=1,
            )
            for n in range(size)
        ]
        + [
            Race(season=season, round=1, name="Old race", layout=layouts[0])
            for year, season in seasons.items()
            if year < 2000
        ]
    )
    _run(races, drivers, team, ford)
    rebuild()


def _run(races, drivers, team, ford) -> None:
    """Results of the first three in each race, and of everybody in the first; its rulings, stages and qualifying."""
    entries, sessions, results = [], [], []
    for n, race in enumerate(races):
        sessions.append(Session(race=race, kind="race"))
        cars = range(len(drivers)) if n == 0 else sorted({(n + place) % len(drivers) for place in range(3)})
        for position, car in enumerate(cars, start=1):
            led = 100 - n % 3 if position == 1 else 0
            entries.append(Entry(race=race, driver=drivers[car], number=str(car), team=team, manufacturer=ford))
            results.append(
                Result(
                    session=sessions[-1], entry=entries[-1], position=position, start=position, laps=100, laps_led=led
                )
            )
    for kind, number in (("qualifying", 1), ("stage", 1), ("stage", 2), ("practice", 1)):
        sessions.append(Session(race=races[0], kind=kind, number=number))
        results += [
            Result(session=sessions[-1], entry=entry, position=place, lap_speed=Decimal(190) - place / Decimal(10))
            for place, entry in enumerate(entries[: len(drivers)], start=1)
        ]
    Entry.objects.bulk_create(entries)
    Session.objects.bulk_create(sessions)
    Result.objects.bulk_create(results)
    Race.objects.filter(pk=races[0].pk).update(pole=entries[0], margin_against=entries[1], led_to_green=entries[0])
    LeadSegment.objects.bulk_create(
        LeadSegment(race=races[0], entry=entry, start_lap=lap, end_lap=lap)
        for lap, entry in enumerate(entries[: len(drivers)], start=1)
    )
    CautionSegment.objects.bulk_create(
        CautionSegment(race=races[0], start_lap=lap, end_lap=lap) for lap in range(1, len(drivers))
    )
    rulings = Ruling.objects.bulk_create(
        Ruling(race=races[0], number=n + 1, kind="penalty", announced=date(2000, 2, 1), title="A penalty")
        for n in range(min(len(drivers), 20))
    )
    RulingChange.objects.bulk_create(
        RulingChange(ruling=ruling, result=result, before={"points": 9}, after={"points": None})
        for ruling, result in zip(rulings, results)
    )
    Penalty.objects.bulk_create(Penalty(ruling=ruling, driver=drivers[0], points=1) for ruling in rulings)


def count_queries(client, path: str, forms: tuple[str, ...]) -> tuple[int, ...]:
    found = []
    for form in forms:
        in_forms = ".svg" not in path and not path.startswith("/api/")
        query = f"{'&' if '?' in path else '?'}format={form}&per_page=200" if in_forms else ""
        with counted_queries() as queries:
            response = client.get(path + query)
        assert response.status_code == 200 or (".svg" in path and response.status_code == 404)
        found.append(len(queries))
    return tuple(found)


def test_every_page_is_counted():
    """No page is left out."""
    assert {named(path.partition("?")[0]) for path in (*QUERIES, *OF_API)} == {*PARAMETERS, *CHARTS, *API}


@pytest.mark.parametrize(("size", "forms"), [(3, ("html",)), (12, ("html", "json"))])
def test_queries(client, empty_book, monkeypatch, size, forms):
    """The pages, which show some of their rows, take as many queries with twelve as with three; data shows all."""
    build_book(size)
    monkeypatch.setattr(clock, "today", lambda: date(2026, 1, 1))
    counted = {path: count_queries(client, path, forms) for path in QUERIES}
    assert counted == {path: counts[: len(forms)] for path, counts in QUERIES.items()}
    assert {path: count_queries(client, path, ("json",))[0] for path in OF_API} == OF_API
