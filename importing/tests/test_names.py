"""Whom and what a document names: found however it is spelt, never guessed, and made only where that was asked for."""

from datetime import date
from decimal import Decimal

import pytest

from drivers.models import Driver, DriverAlias, Manufacturer, Team
from importing import run
from importing.document.schema import Layout, RaceDocument, SourcePart
from importing.names.names import BookNames
from importing.names.new_rows import Unknown, save
from importing.names.shapes import shape_of
from importing.run import Options, Refused, import_file
from importing.text.spelling import free_slug
from races.models import Entry, Event, Race, Season, Series, Source, Track, TrackLayout, TrackName
from racestats.names.spelling import plain
from testing.files.samples import as_bytes, document, race_list, weekend
from testing.makers import LARSON, make_driver, make_layout, make_race, make_source, make_team, make_track

JR = "Dale Earnhardt Jr."
DAY = date(2024, 5, 5)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Daniel Suárez", "Daniel Suarez"),
        ("Daniel Suárez", "DANIEL SUÁREZ"),
        ("Sammy Smith #", "Sammy Smith"),
        ("Justin Haley(i)", "Justin Haley"),
        ("Justin Haley (i)", "justin  haley "),
        ("*Kyle Larson", "Kyle Larson"),
        ("A.J. Allmendinger", "AJ Allmendinger"),
        ("Ricky Stenhouse Jr.", "Ricky Stenhouse Jr"),
        ("Ricky Stenhouse, Jr.", "Ricky Stenhouse Jr"),
        ("Pat O’Ward", "Pat O'Ward"),
        ("Jean-Éric Vergne", "Jean Eric Vergne"),
        ("Kimi Räikkönen", "Kimi Raikkonen"),
        ("Christian Lundgaard Sørensen", "Christian Lundgaard Sorensen"),
        ("Łukasz Kubica", "Lukasz Kubica"),
        ("Johnson & Sons", "Johnson and Sons"),
        ("Михаил Алёшин", "михаил алешин"),
    ],
)
def test_spellings_of_one_name(name, other):
    assert plain(name) == plain(other) != ""


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Dale Earnhardt", JR),
        ("Kyle Larson", "Kyle Larsen"),
        ("Михаил Алёшин", "Сергей Сироткин"),
        ("led by 3.5 s", "led by 35 s"),
        ("Pepsi 400", "Pepsi 500"),
    ],
)
def test_names_that_are_not_one(name, other):
    assert plain(name) != plain(other)


@pytest.fixture
def people(empty_book):
    """Two Earnhardts, Larson with an alias and an id, Suárez, and two Bill Smiths."""
    for name in ("Dale Earnhardt", JR, LARSON, "Daniel Suárez", "Bill Smith"):
        make_driver(name)
    make_driver("Bill Smith", slug="bill-smith-1930")
    DriverAlias.objects.create(driver=make_driver(LARSON), alias="Yung Money")
    DriverAlias.objects.create(driver=make_driver(LARSON), alias="nascar:4030")


@pytest.mark.parametrize(
    ("name", "driver_id", "slug"),
    [
        ("Kyle Larson", None, "kyle-larson"),
        ("KYLE LARSON #", None, "kyle-larson"),
        ("Yung Money", None, "kyle-larson"),
        ("yung money(i)", None, "kyle-larson"),
        ("Anybody at all", "nascar:4030", "kyle-larson"),
        (None, "nascar:4030", "kyle-larson"),
        ("Daniel Suarez", None, "daniel-suarez"),
        ("Dale Earnhardt", None, "dale-earnhardt"),
        ("Dale Earnhardt Jr", None, "dale-earnhardt-jr"),
        ("Bill Smith", "racestats:bill-smith-1930", "bill-smith-1930"),
        ("Bill Smith", "racestats:bill-smith", "bill-smith"),
        ("Kyle Larson", "racestats:k-larson", "kyle-larson"),
    ],
)
def test_a_driver_is_found(people, name, driver_id, slug):
    names = BookNames()
    assert names.drivers.find(name, driver_id).slug == slug
    assert names.new_rows.waiting == {}


@pytest.mark.parametrize(
    ("name", "driver_id", "reason"),
    [
        (
            "Kyle Larsen",
            None,
            "no driver of the book is called that; did you mean Kyle Larson? --create-drivers makes a new one",
        ),
        ("Dale Earnhart", None, "did you mean Dale Earnhardt?"),
        ("Ada Swift", None, "no driver of the book is called that; --create-drivers makes a new one"),
        ("Bill Smith", None, "several drivers are called that: name one as driver_id “racestats:slug”"),
        ("Bill Smith", "nascar:1", "several drivers are called that"),
        ("Bill Smith", "racestats:bill-smith-1931", "no driver of the book has the slug “bill-smith-1931”"),
        ("Bill Smith", "racestats:bill-smith-1931", "tell who is meant; --create-drivers makes a new one"),
        (None, "nascar:1", "no driver of the book is known under that id"),
        (None, "racestats:nobody", "no driver of the book is known under that id"),
        ("#", None, "is no driver's name"),
        ("(i) *", None, "is no driver's name"),
        ("Ada Swift", "racestats:ada", "no driver of the book is called that"),
    ],
)
def test_a_driver_who_is_not_known_is_asked_for(people, name, driver_id, reason):
    with pytest.raises(Unknown) as told:
        BookNames().drivers.find(name, driver_id)
    assert reason in str(told.value)


def test_an_id_that_is_a_name_is_no_other_drivers(people):
    """Else the file would come in once, and the next time nobody could tell who is meant."""
    names = BookNames(create_drivers=True)
    with pytest.raises(Unknown, match="is the name of another driver"):
        names.drivers.find("Dale Earnhardt Jr.", "Dale Earnhardt")
    names.drivers.find("Dale Earnhardt Jr.", "Little E")
    with pytest.raises(Unknown, match="is an id of Dale"):
        names.drivers.find("Little E")


def test_an_id_is_learned_with_the_name_it_came_with(people, small_documents):
    outcome = small_documents(entries=[{"car": "5", "driver": "Dale Earnhardt Jr", "driver_id": "nascar:3873"}])
    assert outcome.names == {"seasons": ["2025 Cup Series"], "driver aliases": ["nascar:3873"]}
    assert DriverAlias.objects.get(alias="nascar:3873").driver.suffix == "Jr."
    assert BookNames().drivers.find("Somebody else", "nascar:3873").slug == "dale-earnhardt-jr"


@pytest.fixture
def small_documents(bring):
    """Imports one race at Kansas with these entries."""
    make_layout("Kansas")
    Series.objects.get_or_create(slug="cup", defaults={"name": "Cup Series", "short_name": "Cup"})

    def bring_race(entries, **options):
        race = {"series": "cup", "season": 2025, "round": 12, "name": "A race", "track": "kansas", "entries": entries}
        return bring(race, **options)

    return bring_race


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("Kyle Larson", "nascar:1"), ("Dale Earnhardt", "nascar:1")),
        (("Kyle Larson", "nascar:1"), ("Kyle Larson", "nascar:2")),
        (("Kyle Larson", "racestats:larson"), ("Kyle Larson", "racestats:kyle-larson")),
    ],
    ids=["one id of two names", "two ids of one name", "two slugs of one name"],
)
def test_ids_that_contradict_each_other_are_told(people, first, second):
    names = BookNames()
    names.drivers.find(*first)
    with pytest.raises(Unknown, match="in this file"):
        names.drivers.find(*second)


def test_one_id_of_a_name_and_of_its_alias_is_no_contradiction(people):
    names = BookNames()
    assert names.drivers.find("Dale Earnhardt Jr", "nascar:3873") == names.drivers.find(
        "dale earnhardt JR.", "nascar:3873"
    )


def test_an_alias_that_is_anothers_name_is_not_guessed(people):
    DriverAlias.objects.create(driver=make_driver("Ada Swift"), alias="Kyle  Larson")
    with pytest.raises(Unknown, match="several drivers"):
        BookNames().drivers.find("Kyle Larson")


@pytest.mark.parametrize(
    ("name", "driver_id", "made"),
    [
        ("Ada Swift #", None, ("Ada Swift", "", "ada-swift")),
        ("Ben  Stone Jr", None, ("Ben Stone", "Jr.", "ben-stone-jr")),
        ("Ben Stone, Jr.", None, ("Ben Stone", "Jr.", "ben-stone-jr")),
        ("Ben Stone III", None, ("Ben Stone", "III", "ben-stone-iii")),
        ("Cora Díaz", "racestats:c-diaz", ("Cora Díaz", "", "c-diaz")),
        ("Bill Smith", "racestats:bill-smith-2", ("Bill Smith", "", "bill-smith-2")),
        ("Kyle Larsen", None, ("Kyle Larsen", "", "kyle-larsen")),
        ("Kyle-Larson!", "racestats:kyle", ("Kyle Larson", "", "kyle-larson")),
        ("Михаил Алёшин", None, ("Михаил Алёшин", "", "unnamed")),
    ],
)
def test_a_driver_is_made(people, name, driver_id, made):
    names = BookNames(create_drivers=True)
    driver = names.drivers.find(name, driver_id)
    assert (driver.name, driver.suffix, driver.slug) == made
    assert names.drivers.find(name, driver_id) is driver


def test_slugs_of_new_drivers_do_not_collide(people):
    make_driver("Somebody", slug="ada-swift")
    names = BookNames(create_drivers=True)
    assert [names.drivers.find(name).slug for name in ("Ada Swift", "Àda, Swift II", "Ada Swift Jr")] == [
        "ada-swift-2",
        "ada-swift-ii",
        "ada-swift-jr",
    ]


@pytest.mark.parametrize(
    ("find", "reason"),
    [
        (lambda names: names.drivers.find("A" * 101), "longer than the 100 characters of a driver's name"),
        (lambda names: names.drivers.find("Ada Swift", "x:" + "9" * 119), "120 characters of a driver alias's name"),
        (lambda names: names.manufacturer("A" * 61), "longer than the 60 characters of a manufacturer's name"),
        (lambda names: names.team("A" * 121, DAY), "longer than the 120 characters of a team's name"),
        (lambda names: names.tracks.find("A" * 101), "longer than the 100 characters of a track's name"),
        (lambda names: names.team("***", DAY), "is no team's name"),
        (lambda names: names.manufacturer("-"), "is no manufacturer's name"),
        (lambda names: names.tracks.find("#"), "is no track's name"),
        (lambda names: names.series("cup-series"), "no series of the book has that slug; it has cup"),
        (lambda names: names.series("CUP"), "no series of the book has that slug; it has cup"),
    ],
)
def test_what_has_no_room_in_the_book_is_told(people, find, reason):
    Series.objects.create(slug="cup", name="Cup Series", short_name="Cup")
    if "series" in reason:
        Series.objects.create(slug="other", name="Cup Series Series", short_name="Other")
    with pytest.raises(Unknown) as told:
        find(BookNames(create_drivers=True, create_tracks=True, whole_history=True))
    assert reason in str(told.value).replace(", other", "")


# Teams, makes, series, seasons, events and sources.


def test_teams_and_makes_are_found_or_made(empty_book):
    team = make_team("Richard Petty Enterprises")
    names = BookNames()
    assert names.team("richard  petty enterprises", DAY) == team
    assert names.team(None, DAY) is names.manufacturer("") is None
    made = names.team("Petty & Sons", DAY)
    assert (made.slug, names.team("Petty and sons", DAY) is made) == ("petty-sons", True)
    assert names.manufacturer("Hudson").slug == "hudson"


def test_of_two_teams_alike_the_very_name_counts(empty_book):
    one, other = make_team("A.B. Racing"), Team.objects.create(name="AB Racing", slug="ab")
    assert (BookNames().team("A.B. Racing", DAY), BookNames().team("AB Racing", DAY)) == (one, other)


def test_slugs_of_new_teams_do_not_collide(empty_book):
    Team.objects.create(name="Something else", slug="petty")
    names = BookNames()
    assert [names.team(name, DAY).slug for name in ("Petty", "Petty!!", "Petty?")] == ["petty-2"] * 3
    assert [free_slug(name, {"a" * 116}, 120) for name in ("a" * 130, "???")] == ["a" * 116 + "-2", "unnamed"]


def test_seasons_are_made_and_series_only_in_a_whole_history(empty_book):
    with pytest.raises(Unknown, match="no series of the book has that slug; it has none"):
        BookNames().series("arca-west")
    names = BookNames(whole_history=True)
    series = names.series("arca-west")
    assert (series.name, series.short_name, series.slug) == ("Arca West Series", "Arca West", "arca-west")
    assert names.season(series, 1999) is names.season(series, 1999)
    assert len(names.series("a" * 35).short_name) == 30


def race_document(**changes) -> RaceDocument:
    columns = {"series": "cup", "season": 2025, "round": 12, "name": "A race", "track": "kansas"}
    return RaceDocument(**columns | changes)


@pytest.mark.parametrize(
    ("changes", "event"),
    [
        ({"event": "Daytona 500"}, "Daytona 500"),
        ({"event": "daytona  500"}, "Daytona 500"),
        ({"event": "Firecracker 400"}, "Firecracker 400"),
        ({"name": "DAYTONA 500"}, "Daytona 500"),
        ({"name": "Daytona 500 presented by somebody"}, "Daytona 500"),
        ({"name": "Bojangles' Southern 500"}, "Southern 500"),
        ({"name": "Daytona 500 Qualifier #1"}, None),
        ({"name": "Daytona 500 Qualifer #2"}, None),
        ({"name": "Daytona 5000"}, None),
        ({"name": "Daytona 500", "kind": "qualifying", "round": None, "slug": "duel"}, None),
        ({"name": "Spring race"}, None),
    ],
)
def test_events(empty_book, changes, event):
    for name, jewel in (("Daytona 500", True), ("Southern 500", True), ("Spring race", False)):
        Event.objects.create(name=name, slug=name.lower().replace(" ", "-"), crown_jewel=jewel)
    found = BookNames().event(race_document(**changes))
    assert (found and found.name) == event


def test_sources_go_by_slug_or_by_title(empty_book):
    source = make_source("NASCAR.com")
    names = BookNames()
    assert names.source(SourcePart(title="Other words", slug="nascarcom")) == source
    assert names.source(SourcePart(title="nascar.com")) == source
    titles = ("!!!", "???", "A result sheet", "A résult sheet")
    assert [names.source(SourcePart(title=title)).slug for title in titles] == [
        "unnamed",
        "unnamed",
        "a-result-sheet",
        "a-result-sheet",
    ]


# Tracks and layouts.


@pytest.fixture
def places(empty_book):
    """Atlanta with an old name and two layouts, Charlotte with its roval, Bristol with its dirt; the cup series."""
    Series.objects.create(slug="cup", name="Cup Series", short_name="Cup")
    atlanta = make_track("Atlanta", name="EchoPark Speedway")
    TrackName.objects.create(track=atlanta, name="Atlanta International Raceway", last_day=date(1990, 12, 31))
    TrackName.objects.create(track=atlanta, name="Charlotte Motor Speedway")
    make_layout(atlanta, "oval-to-2021", length=Decimal("1.54"), last_season=2021)
    make_layout(atlanta, "oval", length=Decimal("1.54"), first_season=2022)
    charlotte = make_track("Charlotte", name="Charlotte Motor Speedway")
    make_layout(charlotte, "oval", length=Decimal("1.5"))
    make_layout(charlotte, "roval", length=Decimal("2.32"), type="road-course")
    bristol = make_track("Bristol")
    make_layout(bristol, "oval", length=Decimal("0.533"), type="short-track")
    make_layout(bristol, "dirt", length=Decimal("0.533"), type="dirt")
    make_layout("Nowhere", length=None)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("atlanta", "atlanta"),
        ("Atlanta", "atlanta"),
        ("EchoPark Speedway", "atlanta"),
        ("ATLANTA INTERNATIONAL RACEWAY", "atlanta"),
        ("Charlotte Motor Speedway", "charlotte"),
    ],
    ids=["slug", "short name", "name", "old name", "its own name before another's old one"],
)
def test_a_track_by_each_of_its_names(places, name, slug):
    assert BookNames().tracks.find(name).slug == slug


@pytest.mark.parametrize(
    ("track", "season", "layout", "slug"),
    [
        ("atlanta", 2021, None, "oval-to-2021"),
        ("atlanta", 2022, None, "oval"),
        ("atlanta", 2022, {"slug": "oval-to-2021"}, "oval-to-2021"),
        ("charlotte", 2025, None, "oval"),
        ("charlotte", 2025, {"type": "road-course"}, "roval"),
        ("charlotte", 2025, {"length": "2.32"}, "roval"),
        ("charlotte", 2025, {"slug": "road-course", "type": "road-course"}, "roval"),
        ("charlotte", 2025, {"type": "superspeedway"}, "oval"),
        ("bristol", 2025, {"type": "dirt"}, "dirt"),
        ("bristol", 2025, {"length": "0.5330"}, "oval"),
        ("bristol", 2025, {"length": "0.5334"}, "oval"),
        ("nowhere", 2025, {"length": "1.017"}, "oval"),
        ("Charlotte Motor Speedway Road Course", 2025, None, "roval"),
        ("Charlotte Roval", 2025, {"length": "2.32", "type": "road-course"}, "roval"),
        ("Bristol Dirt", 2025, None, "dirt"),
    ],
)
def test_a_layout_by_slug_length_kind_or_season(places, track, season, layout, slug):
    found = BookNames().tracks.layout(race_document(track=track, season=season, layout=layout and Layout(**layout)))
    assert (found.track.slug, found.slug) == (track.split()[0].lower(), slug)


@pytest.mark.parametrize(
    ("track", "layout", "reason"),
    [
        ("Kansas", None, "no track of the book is called that; --create-tracks makes a new one"),
        (
            "Atlanta Intl Raceway",
            None,
            "did you mean Atlanta International Raceway, now EchoPark Speedway? --create-tracks",
        ),
        ("bristol", {"length": "0.5"}, "the book has no such layout of Bristol Speedway; it has oval (0.533 miles)"),
        ("bristol", {"length": "0.5"}, "dirt (0.533 miles); --create-tracks makes a new one"),
        ("atlanta", {"type": "road-course"}, "the book has no such layout of EchoPark Speedway"),
    ],
)
def test_an_unknown_place_stops_a_weekend(places, track, layout, reason):
    with pytest.raises(Unknown) as told:
        BookNames().tracks.layout(race_document(track=track, layout=layout and Layout(**layout)))
    assert reason in str(told.value)


@pytest.mark.parametrize(
    ("type_", "name", "in_words"),
    [
        (None, "Track", "a track"),
        ("", "Track", "a track"),
        ("dirt", "Dirt track", "a dirt track"),
        ("road-course", "Course", "a road course"),
        ("superspeedway", "Oval", "an oval"),
        ("short-track", "Oval", "an oval"),
    ],
)
def test_what_a_type_of_layout_is(type_, name, in_words):
    assert shape_of(type_) == (name, in_words)


@pytest.mark.parametrize(
    ("track", "layout", "made"),
    [
        ("Rockingham Speedway", {"length": "1.017", "type": "intermediate"}, ("rockingham", "Rockingham", "oval")),
        ("Kansas", None, ("kansas", "Kansas", "track")),
        ("Bristol Raceway", {"type": "dirt"}, ("bristol-raceway", "Bristol Raceway", "dirt-track")),
        ("bristol", {"length": "0.5", "type": "short-track"}, ("bristol", "Bristol", "oval-0-5")),
        ("bristol", {"slug": "oval", "length": "0.5"}, ("bristol", "Bristol", "oval-0-5")),
        ("charlotte", {"slug": "legends", "name": "Legends oval", "length": "0.25"}, ("charlotte",) * 2 + ("legends",)),
        ("Road " * 15, {"type": "road-course"}, ("road-" * 8, "Road " * 7 + "Road", "course")),
    ],
)
def test_an_unknown_place_is_made_in_a_whole_history(places, track, layout, made):
    names = BookNames(create_tracks=True)
    found = names.tracks.layout(race_document(track=track.strip(), layout=layout and Layout(**layout)))
    said = (found.track.slug.strip("-"), found.track.short_name.strip(), found.slug)
    assert tuple(map(str.lower, said)) == tuple(part.strip("- ").lower() for part in made)
    assert names.tracks.layout(race_document(track=track.strip(), layout=layout and Layout(**layout))) is found


def test_a_layout_is_of_unknown_type_until_a_source_tells(empty_book):
    """No length makes an oval. A layout of unknown type fits any, where none is known to fit."""
    names = BookNames(create_tracks=True)
    untyped = names.tracks.layout(race_document(track="Somewhere", layout=Layout(length="2.42")))
    assert (untyped.type, untyped.name) == ("", "Track")
    road = race_document(track="Somewhere", layout=Layout(type="road-course"))
    assert names.tracks.layout(road) is untyped
    course = make_layout(make_track("Portland"), "course", type="road-course")
    make_layout(course.track, "a-first-one", type="")
    road = race_document(track="portland", layout=Layout(type="road-course"))
    assert BookNames().tracks.layout(road) == course


def test_short_names_of_new_tracks_do_not_collide(empty_book):
    names = BookNames(create_tracks=True)
    long = "The very long and winding road of Somewhere "
    made = [names.tracks.find(f"{long}{end}") for end in ("East", "West", "North Speedway")]
    assert len({track.short_name for track in made}) == len({track.slug for track in made}) == 3
    assert all(len(track.short_name) <= 40 for track in made)
    for track in made:
        track.full_clean()


# What is written of what was made.


def test_what_no_row_points_to_is_not_written(people, small_documents):
    """An official race keeps its team, its maker and its driver: those of the file are not made for nothing."""
    make_race(2025, 12, status="official")
    entry = Entry.objects.create(race=Race.objects.get(), number="5", driver=make_driver(LARSON), team=make_team())
    stray = {"car": "5", "driver": "Ada Swift", "team": "Some Team", "manufacturer": "Hudson"}
    outcome = small_documents([stray], create_drivers=True)
    assert outcome.names == {"manufacturers": ["Hudson"]}
    assert not Driver.objects.filter(name="Ada Swift").exists()
    assert not Team.objects.filter(name="Some Team").exists()
    entry.refresh_from_db()
    assert entry.manufacturer == Manufacturer.objects.get()


def test_what_an_earlier_race_did_not_need_a_later_one_may(people, bring):
    """A team that the first season only disagreed about is still made for the second."""
    make_race(2024, 1, status="official")
    Entry.objects.create(race=Race.objects.get(), number="5", driver=make_driver(LARSON), team=make_team())
    entries = [{"car": "5", "driver": LARSON, "team": "Some Team"}]
    races = [
        {"series": "cup", "season": season, "round": 1, "name": "Kansas 1", "track": "kansas", "entries": entries}
        for season in (2024, 2025)
    ]
    outcome = bring(*races)
    assert outcome.names == {"seasons": ["2025 Cup Series"], "teams": ["Some Team"]}
    assert Entry.objects.get(race__season__year=2025).team.name == "Some Team"


def test_save_writes_parents_first(empty_book):
    names = BookNames(create_drivers=True, create_tracks=True, whole_history=True)
    layout = names.tracks.layout(race_document(track="Kansas Speedway"))
    season = names.season(names.series("cup"), 2025)
    driver = names.drivers.find("Ada Swift", "nascar:1")
    race = Race(season=season, layout=layout, round=1, name="A race")
    made = names.new_rows.take_used([race, Entry(race=race, driver=driver)])
    assert set(made) == {Driver, DriverAlias, Series, Season, Track, TrackLayout}
    save(made)
    assert TrackLayout.objects.get().track.slug == "kansas"
    assert DriverAlias.objects.get().driver.name == "Ada Swift"
    assert names.new_rows.take_used([race]) == {}


# Who may be made, by the size of the file.


@pytest.mark.parametrize(
    ("races", "asked", "made"),
    [(1, None, False), (1, True, True), (1, False, False), (2, None, True), (2, False, False)],
    ids=["weekend", "--create-drivers", "--no-create-drivers", "history", "history, --no-create-drivers"],
)
def test_drivers_are_made_for_a_history_and_not_for_a_weekend(small_book, bring, monkeypatch, races, asked, made):
    monkeypatch.setattr(run, "BULK", 2)
    entries = [{"car": "5", "driver": "Kyle Larsen"}]
    documents = [
        {"series": "cup", "season": 2025, "round": n + 1, "name": "A race", "track": "kansas", "entries": entries}
        for n in range(races)
    ]
    if not made:
        with pytest.raises(Refused, match="did you mean Kyle Larson"):
            bring(*documents, create_drivers=asked)
        return
    outcome = bring(*documents, create_drivers=asked)
    assert Driver.objects.filter(name="Kyle Larsen").count() == 1
    assert outcome.near_misses == (["Kyle Larsen; did you mean Kyle Larson?"] if asked else [])


def test_a_history_has_two_hundred_races():
    assert run.BULK == 200


@pytest.mark.parametrize(("many", "asked"), [(False, None), (False, True), (True, None), (True, False)])
def test_a_place_is_made_for_a_history_and_not_for_a_weekend(small_book, bring, refused, monkeypatch, many, asked):
    monkeypatch.setattr(run, "BULK", 1 if many else 2)
    race = document(track="Kansaz", layout=None, round=13)
    if many if asked is None else asked:
        bring(race, create_tracks=asked)
        assert Race.objects.get().layout.track.name == "Kansaz"
    else:
        reason = "no track of the book is called that; did you mean Kansas Speedway? --create-tracks makes a new one"
        assert refused(race, create_tracks=asked) == [("$.track", reason)]


@pytest.mark.parametrize("asked", [None, True, False])
def test_a_list_of_races_makes_its_places_and_tells_those_that_are_nearly_known(empty_book, bring, refused, asked):
    make_layout("Portland")
    make_layout("Kansas")
    listed = race_list(track_name="Portland International Raceway", pole_winner_speed=0)
    listed["series_1"][0]["track_name"] = "North Wilkesboro Speedway"
    Series.objects.get_or_create(slug="cup", defaults={"name": "Cup Series", "short_name": "Cup"})
    if asked is False:
        reasons = {reason for _, reason in refused(as_bytes(listed), name="list.json", create_tracks=False)}
        unknown, made = "no track of the book is called that;", "--create-tracks makes a new one"
        assert reasons == {f"{unknown} {made}", f"{unknown} did you mean Portland Speedway? {made}"}
        return
    outcome = bring(as_bytes(listed), name="list.json", create_tracks=asked)
    assert outcome.names["tracks"] == ["North Wilkesboro Speedway", "Portland International Raceway"]
    assert outcome.near_misses == ["Portland International Raceway; did you mean Portland Speedway?"]


def test_a_feeds_unknown_track_stops_it_with_what_may_be_meant(empty_book, tmp_path):
    make_race(2023, 7, "Richmond", date=date(2023, 4, 9), name="Another")
    path = tmp_path / "weekend-feed.json"
    path.write_bytes(as_bytes(weekend(track_name="Richmund", race_type_id=2, race_name="All-Star")))
    with pytest.raises(Refused, match=r"Richmund") as told:
        import_file(str(path), Options(create_drivers=True))
    assert "did you mean Richmond" in str(told.value)
    assert (Source.objects.count(), Driver.objects.count()) == (0, 0)
