"""Small makers of rows for everyone's tests: what is not given is filled in, what exists already is used again.

People, tracks and makes go by their names, so a test reads like a result sheet::

    race = make_race(2023, 31, "Talladega", margin="0.012")
    make_result(race, BLANEY, 1, number="12")
"""

from datetime import date
from decimal import Decimal

from django.utils.text import slugify

from drivers.models import Driver, Manufacturer, Team
from races.derived.refresh import RULES, Dirty, deferred, touch
from races.models import (
    Champion,
    Entry,
    GivenTotals,
    Milestone,
    Penalty,
    PointsFormat,
    Race,
    Result,
    RulesVersion,
    Ruling,
    RulingChange,
    Season,
    Series,
    Session,
    Source,
    Track,
    TrackLayout,
)

ALLISON, BAKER, PETTY, WALTRIP, YARBOROUGH = (
    "Bobby Allison",
    "Buddy Baker",
    "Richard Petty",
    "Darrell Waltrip",
    "Cale Yarborough",
)
BLANEY, BUESCHER, BYRON, HAMLIN, HARVICK, LARSON = (
    "Ryan Blaney",
    "Chris Buescher",
    "William Byron",
    "Denny Hamlin",
    "Kevin Harvick",
    "Kyle Larson",
)
LITTLE_DAY = date(2025, 5, 11)
"""The day of the race of `make_little_book`."""


def make_driver(name=LARSON, **fields) -> Driver:
    """A driver by name, or the one given; “Dale Earnhardt Jr.” is split from his suffix."""
    if isinstance(name, Driver):
        return name
    slug = fields.pop("slug", slugify(name))
    if name.endswith((" Jr.", " Sr.")):
        name, _, fields["suffix"] = name.rpartition(" ")
    return Driver.objects.get_or_create(slug=slug, defaults={"name": name, **fields})[0]


def make_team(name="Hendrick Motorsports") -> Team:
    return Team.objects.get_or_create(slug=slugify(name), defaults={"name": name})[0]


def make_manufacturer(name="Chevrolet") -> Manufacturer:
    return Manufacturer.objects.get_or_create(slug=slugify(name), defaults={"name": name})[0]


def make_series(slug="cup") -> Series:
    names = {"name": f"{slug.title()} Series", "short_name": slug.title()}
    return Series.objects.get_or_create(slug=slug, defaults=names)[0]


def make_season(year=2024, series="cup") -> Season:
    return Season.objects.get_or_create(series=make_series(series), year=year)[0]


def make_track(short_name="Kansas", **fields) -> Track:
    names = {"name": f"{short_name} Speedway", "short_name": short_name, **fields}
    return Track.objects.get_or_create(slug=slugify(short_name), defaults=names)[0]


def make_layout(track="Kansas", slug="oval", **fields) -> TrackLayout:
    """A layout of a track; 1.5 miles of intermediate oval unless told."""
    track = track if isinstance(track, Track) else make_track(track)
    filled = {"name": slug.title(), "length": Decimal("1.5"), "type": "intermediate", **fields}
    return TrackLayout.objects.get_or_create(track=track, slug=slug, defaults=filled)[0]


@deferred()
def make_race(year=2024, round=1, track="Kansas", *, series="cup", layout=None, **fields) -> Race:
    """A points race, or, with a slug for its round, an exhibition. A `margin` alone is one in seconds."""
    if isinstance(round, str):
        fields = {"slug": round, "kind": Race.Kind.EXHIBITION, "name": round.title(), **fields}
        round = None
    if "margin" in fields:
        fields = {"margin_kind": Race.MarginKind.TIME, **fields, "margin": Decimal(fields["margin"])}
    fields.setdefault("name", f"{track} {round}")
    layout = layout or make_layout(track)
    return Race.objects.create(season=make_season(year, series), round=round, layout=layout, **fields)


def make_session(race: Race, kind="race", number=1, **fields) -> Session:
    return Session.objects.get_or_create(race=race, kind=kind, number=number, defaults=fields)[0]


def make_entry(race: Race, driver=LARSON, number="", **fields) -> Entry:
    for name, make in (("team", make_team), ("manufacturer", make_manufacturer)):
        if isinstance(fields.get(name), str):
            fields[name] = make(fields[name])
    return Entry.objects.get_or_create(race=race, driver=make_driver(driver), number=number, defaults=fields)[0]


@deferred()
def make_result(race: Race, driver=LARSON, position=None, *, session="race", number="", **fields) -> Result:
    """A driver's line in a session of a race: `race`, `qualifying`, or, with its number, `stage-1`."""
    kind, _, nth = session.partition("-")
    made = {name: fields.pop(name) for name in ("team", "manufacturer") if name in fields}
    return Result.objects.create(
        session=make_session(race, kind, int(nth or 1)),
        entry=make_entry(race, driver, number, **made),
        position=position,
        **fields,
    )


def make_results(race: Race, drivers, **fields) -> list[Result]:
    """Results of the race itself, first to last, in bulk; the same further fields for all."""
    session = make_session(race)
    entries = Entry.objects.bulk_create([Entry(race=race, driver=make_driver(driver)) for driver in drivers])
    results = [Result(session=session, entry=entry, position=place, **fields) for place, entry in enumerate(entries, 1)]
    with deferred():
        touch(Dirty(races={race.pk}))
        return Result.objects.bulk_create(results)


def make_rounds(year: int, rounds: str, series="cup", **fields) -> None:
    """A season, each letter a race of it, a day after the last.

    W: a whole field of two, of whom Larson, in a car of Hendrick Motorsports, wins and leads every lap; A: one without
    him, which Byron wins; w, h: only the winner is known, Larson or Hamlin; -: it was run, and no more is known; a
    point: it is not on file.
    """
    season = make_season(year, series)
    season.rounds = len(rounds)
    season.save()
    whole, car = {"laps": 10, "field_size": 2, "stages": 0, "lineup": "draw"}, {"team": "Hendrick Motorsports"}
    with deferred():
        for round_, known in enumerate(rounds, start=1):
            if known == ".":
                continue
            more = whole if known in "WA" else {}
            race = make_race(year, round_, series=series, date=date(year, 3, round_), **more, **fields)
            if known in "WA":
                first, second = (LARSON, BYRON) if known == "W" else (BYRON, HAMLIN)
                cars = car if known == "W" else {}
                make_result(race, first, 1, start=2, laps=10, laps_led=10, points=40, status="running", **cars)
                make_result(race, second, 2, start=1, laps=9, laps_led=0, points=35, status="engine")
            elif known == "w":
                make_result(race, LARSON, 1, **car)
            elif known == "h":
                make_result(race, HAMLIN, 1)


@deferred()
def make_ruling(race: Race, announced: date, changes: dict[Result, tuple[dict, dict]], **fields) -> Ruling:
    """A ruling that changed some results, which are written as it left them; `changes` hold before and after."""
    latest = max(race.rulings.values_list("number", flat=True), default=0)
    fields = {"kind": Ruling.Kind.DISQUALIFICATION, "title": "A ruling", "number": latest + 1, **fields}
    ruling = Ruling.objects.create(race=race, announced=announced, **fields)
    for result, (before, after) in changes.items():
        for name, value in after.items():
            setattr(result, name, value)
        result.save()
        RulingChange.objects.create(ruling=ruling, result=result, before=before, after=after)
    return ruling


@deferred()
def make_penalty(race: Race, driver, points: int, announced: date, **ruling) -> Penalty:
    """Points taken from a driver, or, below zero, given back, by a ruling of its own."""
    kind = Ruling.Kind.PENALTY if points > 0 else Ruling.Kind.APPEAL
    made = make_ruling(race, announced, {}, **{"kind": kind, **ruling})
    return made.penalties.create(driver=make_driver(driver), points=points)


def make_format(first=2017, last=None, series="cup", **fields) -> PointsFormat:
    """A points format: 40 for a win, 35 for second, 34 for third, unless told."""
    filled = {"name": "Stages", "by_position": [40, 35, 34], **fields}
    return PointsFormat.objects.create(series=make_series(series), first_season=first, last_season=last, **filled)


def make_source(title="nascaR.data") -> Source:
    return Source.objects.get_or_create(slug=slugify(title), defaults={"title": title})[0]


@deferred()
def make_given(driver=LARSON, through=(2024, 0), *, series="cup", **counts) -> GivenTotals:
    """A driver's official counts through a season and round: of the career, or, with `season=True`, of that season."""
    if counts.pop("season", False):
        counts["season"] = make_season(through[0], series)
    return GivenTotals.objects.create(
        driver=make_driver(driver),
        series=make_series(series),
        through_season=through[0],
        through_round=through[1],
        source=make_source(),
        **counts,
    )


def make_milestone(statistic="wins", threshold=50, series="cup", **fields) -> Milestone:
    return Milestone.objects.create(series=make_series(series), statistic=statistic, threshold=threshold, **fields)


def make_champion(year=2024, driver=LARSON, series="cup", **fields) -> Champion:
    """The champion of a season, with a source."""
    for name, make in (("team", make_team), ("manufacturer", make_manufacturer)):
        if isinstance(fields.get(name), str):
            fields[name] = make(fields[name])
    season = make_season(year, series)
    return Champion.objects.create(season=season, driver=make_driver(driver), source=make_source(), **fields)


@deferred()
def make_sample_book() -> None:
    """What `samples.document` names, without a race: a season, a track, three drivers, a team and a make."""
    make_season(2025)
    make_layout("Kansas")
    for name in (LARSON, BUESCHER, "Christopher Bell"):
        make_driver(name)
    make_team("Some Team")
    make_manufacturer("Chevrolet")


@deferred()
def make_two_car_book() -> None:
    """Kansas with two cars and their results."""
    race = make_race(2025, 12, laps=267, field_size=2, date=date(2025, 5, 11))
    make_result(race, LARSON, 1, number="5", laps=267, laps_led=221, start=1)
    make_result(race, HAMLIN, 2, number="11", laps=267, laps_led=46)
    race.pole = Entry.objects.get(number="5")
    race.save()


@deferred()
def make_little_book() -> None:
    """What each of `site.FIRST_OF_EACH` shows, and little else, for tests that are not about what pages say of it."""
    make_race(2025, 11, "Texas", date=date(2025, 5, 4))
    race = make_race(2025, 12, laps=267, field_size=12, stages=2, lineup="qualifying", margin="0.712", date=LITTLE_DAY)
    names = (LARSON, BUESCHER, "Christopher Bell", HAMLIN, BLANEY, BYRON, HARVICK, PETTY, WALTRIP, BAKER, ALLISON)
    for place, name in enumerate((*names, YARBOROUGH), 1):
        car = {"number": str(place), "team": "Hendrick Motorsports", "manufacturer": "Chevrolet"}
        make_result(race, name, place, session="qualifying", **car)
        led = {"laps": 267, "laps_led": 267 if place == 1 else 0, "points": 41 - place}
        make_result(race, name, place, start=place, status="running", **led, **car)
    make_milestone("laps_led", 10_000)
    RulesVersion.objects.create(pk=1, version=RULES)
