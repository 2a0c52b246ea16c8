"""Every sentence that the database must keep true: a row that breaks it alone, and what people are told."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.constraints import BaseConstraint

from drivers.models import Driver, DriverAlias, TeamName
from races.models import (
    AcceptedWarning,
    CareerTotals,
    CautionSegment,
    Champion,
    Citation,
    Entry,
    Era,
    FinalPlace,
    Findable,
    FormerSlug,
    GivenTotals,
    ImportRun,
    ImportWarning,
    LeadSegment,
    Milestone,
    MilestoneReached,
    Penalty,
    PlayOffRound,
    PointsFormat,
    Race,
    RaceCheck,
    ReliefDriver,
    Result,
    RevokedRuling,
    RulesVersion,
    Ruling,
    Season,
    SeasonTotals,
    SeriesName,
    Session,
    StatLine,
    TrackLayout,
    TrackName,
)
from testing.makers import (
    HAMLIN,
    LARSON,
    make_driver,
    make_entry,
    make_format,
    make_given,
    make_layout,
    make_manufacturer,
    make_milestone,
    make_penalty,
    make_race,
    make_result,
    make_ruling,
    make_season,
    make_series,
    make_session,
    make_source,
    make_team,
    make_track,
)

DAY = date(2024, 5, 5)
NOON = datetime(2024, 5, 5, 12, tzinfo=timezone.utc)


def again(row):
    """The same row once more, as if typed anew."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return type(row)(**values | {row._meta.pk.attname: None})


def number_again():
    entry = make_entry(make_race(), LARSON, "5")
    return Entry(race=entry.race, number="5", driver=make_driver(HAMLIN))


def race(**fields):
    return Race(**{"season": make_season(), "round": 1, "layout": make_layout(), "name": "AdventHealth 400"} | fields)


def result(**fields):
    at = make_race()
    return Result(session=make_session(at), entry=make_entry(at), **fields)


def opening(**fields):
    driver, series = make_driver(), make_series()
    return GivenTotals(
        driver=driver, series=series, through_season=2024, through_round=1, source=make_source(), **fields
    )


def line(**fields):
    at = make_race(date=DAY)
    layout = at.layout
    return StatLine(
        **{"driver": make_driver(), "race": at, "series": at.season.series, "season": at.season, "layout": layout}
        | {"track": layout.track, "layout_type": layout.type, "year": 2024, "race_order": 2024001, "valid_from": DAY}
        | fields
    )


def lead(save=False, **laps):
    at = make_race()
    row = LeadSegment(race=at, entry=make_entry(at), **laps)
    if save:
        row.save()
    return row


def pole_by_formula():
    at = make_race()
    at.pole, at.lineup = make_entry(at), "formula"
    return at


def cited(**target):
    return again(Citation.objects.create(source=make_source(), fact="margin", **target))


def change_again():
    at = make_result(make_race(), LARSON, 1)
    return again(make_ruling(at.session.race, DAY, {at: ({"position": 1}, {"position": 2})}).changes.get())


def line_again():
    make_result(make_race(date=DAY), LARSON, 1)
    return again(StatLine.objects.get())


def reached_again():
    make_milestone(threshold=1)
    make_result(make_race(), LARSON, 1)
    return again(MilestoneReached.objects.get())


def relief_again():
    entry = make_entry(make_race())
    return again(ReliefDriver.objects.create(entry=entry, driver=make_driver(HAMLIN)))


def final_place(**fields):
    return FinalPlace(
        **{"season": make_season(), "driver": make_driver(), "place": 1, "source": make_source()} | fields
    )


def play_off_round(**fields):
    rounds = {"number": 1, "first_race": 27, "last_race": 29, "source": make_source()}
    return PlayOffRound(season=make_season(), **rounds | fields)


def saved(row):
    row.save()
    return row


def season_opening_again():
    return again(make_given(season=make_season()))


CASES = {
    "driver_name_present": (
        "A driver needs a name.",
        lambda: Driver(name="", slug="nobody"),
    ),
    "driver_died_after_born": (
        "The date of death must be after the date of birth.",
        lambda: Driver(name="A", slug="a", born=DAY, died=DAY),
    ),
    "driver_birth_year_possible": (
        "The year of birth must lie between 1870 and 2100.",
        lambda: Driver(name="A", slug="a", birth_year=1869),
    ),
    "driver_birth_once": (
        "Give the date of birth or only its year, not both.",
        lambda: Driver(name="A", slug="a", born=DAY, birth_year=2024),
    ),
    "formerslug_of_one": (
        "A former slug is of one driver, one team, one make or one track.",
        lambda: FormerSlug(slug="a", driver=make_driver(), team=make_team()),
    ),
    "formerslug_of_one_driver": (
        "This slug already leads to a driver.",
        lambda: again(FormerSlug.objects.create(slug="a", driver=make_driver())),
    ),
    "formerslug_of_one_team": (
        "This slug already leads to a team.",
        lambda: again(FormerSlug.objects.create(slug="a", team=make_team())),
    ),
    "formerslug_of_one_manufacturer": (
        "This slug already leads to a manufacturer.",
        lambda: again(FormerSlug.objects.create(slug="a", manufacturer=make_manufacturer())),
    ),
    "formerslug_of_one_track": (
        "This slug already leads to a track.",
        lambda: again(FormerSlug.objects.create(slug="a", track=make_track())),
    ),
    "driveralias_alias_present": (
        "An alias needs a text.",
        lambda: DriverAlias(driver=make_driver(), alias=""),
    ),
    "seriesname_once": (
        "This series already has that name.",
        lambda: again(SeriesName.objects.create(series=make_series(), name="Winston Cup Series")),
    ),
    "seriesname_seasons_in_order": (
        "The last season must not come before the first.",
        lambda: SeriesName(series=make_series(), name="Winston Cup Series", first_season=2003, last_season=1971),
    ),
    "era_slug_once_in_series": (
        "This series already has an era with that slug.",
        lambda: again(Era.objects.create(series=make_series(), name="Next Gen", slug="next-gen", starts=DAY)),
    ),
    "era_dates_in_order": (
        "An era must not end before it starts.",
        lambda: Era(series=make_series(), name="Next Gen", slug="next-gen", starts=DAY, ends=date(2024, 5, 4)),
    ),
    "era_closest_known_through": (
        "How close and through which day: say both, or neither.",
        lambda: Era(series=make_series(), name="Next Gen", slug="next-gen", starts=DAY, closest_known="0.500"),
    ),
    "season_year_once_in_series": (
        "This series already has that season.",
        lambda: again(make_season()),
    ),
    "season_year_possible": (
        "A season lies between 1900 and 2200.",
        lambda: Season(series=make_series(), year=1899),
    ),
    "teamname_days_in_order": (
        "The last day must not come before the first.",
        lambda: TeamName(team=make_team(), name="All-Star Racing", first_day=DAY, last_day=date(2024, 5, 4)),
    ),
    "teamname_name_present": (
        "A team's name needs a text.",
        lambda: TeamName(team=make_team(), name=""),
    ),
    "teamname_once": (
        "This team already has that name.",
        lambda: again(TeamName.objects.create(team=make_team(), name="All-Star Racing")),
    ),
    "trackname_once": (
        "This track already has that name.",
        lambda: again(TrackName.objects.create(track=make_track(), name="Kansas Raceway")),
    ),
    "trackname_days_in_order": (
        "The last day must not come before the first.",
        lambda: TrackName(track=make_track(), name="Kansas Raceway", first_day=DAY, last_day=date(2024, 5, 4)),
    ),
    "tracklayout_slug_once_at_track": (
        "This track already has a layout with that slug.",
        lambda: again(make_layout()),
    ),
    "tracklayout_length_possible": (
        "A layout is longer than 0 and shorter than 50 miles.",
        lambda: TrackLayout(track=make_track(), name="Oval", slug="oval", type="dirt", length=Decimal(0)),
    ),
    "tracklayout_seasons_in_order": (
        "The last season must not come before the first.",
        lambda: TrackLayout(
            track=make_track(), name="Oval", slug="oval", type="dirt", first_season=2022, last_season=2021
        ),
    ),
    "race_round_once_in_season": (
        "This season already has a race with that round.",
        lambda: again(make_race(2024, 12)),
    ),
    "race_slug_once_in_season": (
        "This season already has a race with that slug.",
        lambda: again(make_race(2024, "all-star-race")),
    ),
    "race_round_possible": ("A season has 999 rounds at most.", lambda: race(round=1000)),
    "race_addressed_by_round_or_slug": (
        "A points race has a round and no slug; any other race a slug and no round.",
        lambda: race(kind="exhibition", round=12),
    ),
    "race_margin_value_where_measured": (
        "A measured margin needs its value; a finish under caution or an unknown margin has none.",
        lambda: race(margin_kind="time"),
    ),
    "race_margin_not_negative": (
        "A margin cannot be less than zero.",
        lambda: race(margin_kind="time", margin=Decimal("-0.001")),
    ),
    "race_no_pole_award_without_qualifying": (
        "There is no pole award where qualifying did not set the lineup.",
        pole_by_formula,
    ),
    "race_caution_laps_within_laps": (
        "There cannot be more caution laps than laps.",
        lambda: race(laps=267, caution_laps=268),
    ),
    "race_average_speed_possible": (
        "An average speed lies between 0 and 300 mph.",
        lambda: race(average_speed=Decimal(300)),
    ),
    "race_duration_possible": (
        "The time of a race is more than nothing and less than thirty days.",
        lambda: race(duration=timedelta(0)),
    ),
    "citation_of_one_thing": (
        "A citation is of one race, one result or one ruling.",
        lambda: Citation(source=make_source()),
    ),
    "citation_once_for_race": (
        "This source is already cited for that fact of the race.",
        lambda: cited(race=make_race()),
    ),
    "citation_once_for_result": (
        "This source is already cited for that fact of the result.",
        lambda: cited(result=make_result(make_race())),
    ),
    "citation_once_for_ruling": (
        "This source is already cited for that fact of the ruling.",
        lambda: cited(ruling=make_ruling(make_race(), DAY, {})),
    ),
    "importrun_once": (
        "This run is already recorded.",
        lambda: again(ImportRun.objects.create(file_hash="0" * 64, started=NOON)),
    ),
    "cautionsegment_once": (
        "This race already has one from that lap.",
        lambda: again(CautionSegment.objects.create(race=make_race(), start_lap=10, end_lap=14)),
    ),
    "cautionsegment_laps_in_order": (
        "It cannot end before it starts.",
        lambda: CautionSegment(race=make_race(), start_lap=10, end_lap=9),
    ),
    "leadsegment_once": (
        "This race already has one from that lap.",
        lambda: again(lead(start_lap=1, end_lap=80, save=True)),
    ),
    "leadsegment_laps_in_order": (
        "It cannot end before it starts.",
        lambda: lead(start_lap=80, end_lap=79),
    ),
    "racecheck_once": (
        "This race already has that check.",
        lambda: again(RaceCheck.objects.create(race=make_race(), code="laps-led", message="They sum to 266 of 267.")),
    ),
    "importwarning_once": (
        "This run already has a warning of that number.",
        lambda: again(
            ImportWarning.objects.create(
                run=ImportRun.objects.create(file_hash="0" * 64, started=NOON), number=1, code="columns", message="A"
            )
        ),
    ),
    "acceptedwarning_once": (
        "This warning is already accepted.",
        lambda: again(AcceptedWarning.objects.create(race=make_race(), code="columns", message="A", accepted_at=NOON)),
    ),
    "acceptedwarning_of_files_once": (
        "This warning is already accepted of files.",
        lambda: again(AcceptedWarning.objects.create(code="columns", message="A", accepted_at=NOON)),
    ),
    "giventotals_career_once": (
        "This driver already has career given totals in that series.",
        lambda: again(make_given()),
    ),
    "giventotals_season_once": (
        "This driver already has given totals for that season.",
        season_opening_again,
    ),
    "giventotals_counts_nested": (
        "Wins are among the top fives, top fives among the top tens, and top tens among the starts.",
        lambda: opening(wins=6, top_fives=5),
    ),
    "milestone_once": (
        "This milestone already exists.",
        lambda: again(make_milestone()),
    ),
    "milestone_threshold_from_one": (
        "A milestone is at least 1.",
        lambda: Milestone(series=make_series(), statistic="wins", threshold=0),
    ),
    "statline_once": (
        "This driver already has a line for that race from that day.",
        line_again,
    ),
    "statline_days_in_order": (
        "A line cannot close before it opens.",
        lambda: line(valid_to=DAY),
    ),
    "milestonereached_once": (
        "This driver already reached that milestone.",
        reached_again,
    ),
    "entry_number_once_in_race": (
        "This race already has a car with that number.",
        number_again,
    ),
    "entry_driver_once_without_number": (
        "This race already has an entry of that driver without a number.",
        lambda: again(make_entry(make_race())),
    ),
    "reliefdriver_once_in_entry": (
        "This driver is already listed as relief in this car.",
        relief_again,
    ),
    "session_once_in_race": (
        "This race already has that session.",
        lambda: again(make_session(make_race(), "practice")),
    ),
    "session_number_from_one": (
        "Sessions are counted from 1.",
        lambda: Session(race=make_race(), kind="stage", number=0),
    ),
    "session_one_race": (
        "A race weekend has one race session.",
        lambda: Session(race=make_race(), kind="race", number=2),
    ),
    "result_entry_once_in_session": (
        "This session already has a result for that car.",
        lambda: again(make_result(make_race())),
    ),
    "result_position_from_one": (
        "The position counts from 1.",
        lambda: result(position=0),
    ),
    "result_crossed_line_from_one": (
        "The position at the line counts from 1.",
        lambda: result(crossed_line=0),
    ),
    "result_start_from_one": (
        "The starting position counts from 1.",
        lambda: result(start=0),
    ),
    "result_led_within_laps": (
        "A car cannot lead more laps than it ran.",
        lambda: result(laps=266, laps_led=267),
    ),
    "result_lap_positive": (
        "A lap time and a speed are more than zero; leave an unknown one empty.",
        lambda: result(lap_time=Decimal(0)),
    ),
    "result_gap_not_negative": (
        "A gap cannot be less than zero.",
        lambda: result(gap=Decimal("-0.001")),
    ),
    "ruling_number_once_in_race": (
        "This race already has a ruling with that number.",
        lambda: again(make_ruling(make_race(), DAY, {})),
    ),
    "ruling_number_from_one": (
        "Rulings are counted from 1.",
        lambda: Ruling(race=make_race(), number=0, announced=DAY, kind="appeal", title="A"),
    ),
    "revokedruling_number_once_in_race": (
        "This race already has a revoked ruling with that number.",
        lambda: again(RevokedRuling.objects.create(race=make_race(), number=1, announced=DAY, revoked=DAY, record={})),
    ),
    "penalty_driver_once_in_ruling": (
        "This ruling already has a penalty for that driver.",
        lambda: again(make_penalty(make_race(), LARSON, 60, DAY)),
    ),
    "penalty_not_of_nothing": (
        "A penalty takes points or gives them back: zero is neither.",
        lambda: Penalty(ruling=make_ruling(make_race(), DAY, {}), driver=make_driver(), points=0),
    ),
    "pointsformat_first_season_once": (
        "This series already has a points format from that season.",
        lambda: again(make_format()),
    ),
    "pointsformat_seasons_in_order": (
        "The last season must not come before the first.",
        lambda: PointsFormat(series=make_series(), first_season=2017, last_season=2016, by_position=[40]),
    ),
    "champion_margin_not_negative": (
        "A champion's margin cannot be less than zero.",
        lambda: Champion(
            season=make_season(), driver=make_driver(), margin=Decimal("-0.1"), source=make_source("A list")
        ),
    ),
    "finalplace_driver_once_in_season": (
        "This driver already has a place in that season's final order.",
        lambda: again(saved(final_place())),
    ),
    "finalplace_place_from_one": (
        "A place counts from 1.",
        lambda: final_place(place=0),
    ),
    "finalplace_points_not_negative": (
        "Final points cannot be less than zero.",
        lambda: final_place(points=Decimal("-0.1")),
    ),
    "playoffround_once_in_season": (
        "This season already has that round of play-offs.",
        lambda: again(saved(play_off_round())),
    ),
    "playoffround_from_one": (
        "Rounds are counted from 1.",
        lambda: play_off_round(number=0),
    ),
    "playoffround_races_in_order": (
        "The last race must not come before the first.",
        lambda: play_off_round(last_race=26),
    ),
    "rulesversion_one_row": (
        "A book has one version of its rules.",
        lambda: RulesVersion(id=2, version=1),
    ),
    "careertotals_once": (
        "This driver already has totals in that series.",
        lambda: again(CareerTotals.objects.get(driver=make_result(make_race(), position=1).entry.driver)),
    ),
    "findable_once": (
        "This can be found already.",
        lambda: again(Findable.objects.get(kind="driver", key=make_driver().pk)),
    ),
    "seasontotals_once": (
        "This driver already has totals of that season.",
        lambda: again(SeasonTotals.objects.get(driver=make_result(make_race(), position=1).entry.driver)),
    ),
    "rulingchange_result_once_in_ruling": (
        "This ruling already has a row for that result.",
        change_again,
    ),
}
"""For each constraint, by name: what people are told, and a row that breaks it and no other."""

CONSTRAINTS = {
    constraint.name: (model, constraint)
    for label in ("drivers", "races")
    for model in apps.get_app_config(label).get_models()
    for constraint in model._meta.constraints
}


@pytest.mark.parametrize(("message", "build"), CASES.values(), ids=CASES)
def test_constraint(message, build, empty_book):
    """People are told by validation, and the database refuses the row from whoever does not validate."""
    row = build()
    with pytest.raises(ValidationError) as told:
        row.validate_constraints()
    assert told.value.messages == [message]
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_every_constraint_has_its_case():
    assert sorted(CASES) == sorted(CONSTRAINTS)


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_constraint_is_named_after_its_model_and_speaks_to_people(name):
    model, constraint = CONSTRAINTS[name]
    assert name.startswith(f"{model._meta.model_name}_")
    assert constraint.violation_error_message != BaseConstraint.default_violation_error_message
    assert name not in str(constraint.violation_error_message)
