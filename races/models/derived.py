"""The rows derived from results, which nobody edits: stat lines, race coverage, milestones reached."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from drivers.models import Driver, Manufacturer, Team

from ..as_of import AsOf, versions_that_stood
from ..order import round_of
from .keys import NaturalKeyQuerySet, of_key
from .races import Race, label_of
from .series import Season, Series
from .totals import SUMMED, Milestone, Totals
from .tracks import Track, TrackLayout

IN_TIME = ("race_order", "valid_from", "valid_to")
COUNTED = ("year", "season", "track", "finish", "laps_led", "pole", "stage_wins", "margin", "led_most", "swept")
OF_DRIVERS = (
    "race_date",
    "layout_type",
    "manufacturer",
    "team",
    "start",
    "laps",
    "race_laps",
    "points",
    "lead_lap",
    "dnf",
)
"""The columns of a stat line that indexes carry."""


class StatLineQuerySet(models.QuerySet["StatLine"]):
    def get_by_natural_key(self, driver: str, valid_from: str, series: str, year: int, key: str) -> StatLine:
        return self.filter(of_key(key, "race__")).get(
            driver__slug=driver,
            valid_from=valid_from,
            race__season__series__slug=series,
            race__season__year=year,
        )

    def as_of(self, as_of: AsOf | None = None) -> StatLineQuerySet:
        """The lines of the book as it is now, or as it was then."""
        stood = self.filter(versions_that_stood(as_of))
        return stood.filter(as_of.up_to_race("series", "race_order")) if as_of else stood

    def first_two(self, as_of: AsOf | None = None) -> StatLineQuerySet:
        """The lines of winners and runners-up, as the book stands or stood."""
        return self.as_of(as_of).filter(finish__lte=2)

    def latest_first(self) -> StatLineQuerySet:
        """The latest race first; in a race by finish, those without a place last."""
        return self.order_by("-race_order", F("finish").asc(nulls_last=True), "pk")

    def for_log(self) -> StatLineQuerySet:
        """With all that a race log names."""
        lines = self.select_related(*label_of("race"), "manufacturer", "team")
        return lines.prefetch_related("race__layout__track__names", "team__names")


class StatLine(models.Model):
    """One driver in one points race, flat: what leaderboards group, notes look up and `as of` compares.

    `valid_from` and `valid_to` are the days between which the line stood in the book: a ruling closes one line
    and opens another. The running counts, in `..._after`, are the career counts after this race in the book as it
    stands now; closed lines have none.
    """

    # What an index below begins with needs none of its own.
    driver = models.ForeignKey(Driver, on_delete=models.CASCADE, db_index=False, related_name="stat_lines")
    race = models.ForeignKey(Race, on_delete=models.CASCADE, related_name="stat_lines")
    series = models.ForeignKey(Series, on_delete=models.CASCADE, db_index=False, related_name="+")
    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="stat_lines")
    track = models.ForeignKey(Track, on_delete=models.CASCADE, db_index=False, related_name="stat_lines")
    layout = models.ForeignKey(TrackLayout, on_delete=models.CASCADE, related_name="+")
    manufacturer = models.ForeignKey(
        Manufacturer, on_delete=models.CASCADE, null=True, db_index=False, related_name="stat_lines"
    )
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, db_index=False, related_name="stat_lines")
    year = models.PositiveSmallIntegerField()
    race_order = models.PositiveIntegerField(help_text="Year x 1000 + round: the order of races in a series.")
    race_date = models.DateField(null=True)
    layout_type = models.CharField(max_length=20)
    number = models.CharField(max_length=4, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    start = models.PositiveSmallIntegerField(null=True)
    finish = models.PositiveSmallIntegerField(null=True)
    laps = models.PositiveSmallIntegerField(null=True)
    laps_led = models.PositiveSmallIntegerField(null=True)
    points = models.SmallIntegerField(null=True)
    status = models.CharField(max_length=16, blank=True)
    lead_lap = models.BooleanField(null=True)
    dnf = models.BooleanField(null=True)
    pole = models.BooleanField(null=True)
    stage_wins = models.PositiveSmallIntegerField(null=True)
    first = models.BooleanField(default=False, help_text="Won the race, the pole award or a stage.")
    margin = models.DecimalField(
        max_digits=7, decimal_places=3, null=True, help_text="Seconds between this car and the other of the first two."
    )
    led_most = models.BooleanField(null=True, help_text="Nobody in the race led more laps.")
    swept = models.BooleanField(null=True, help_text="Won the race and every stage of it.")
    race_laps = models.PositiveSmallIntegerField(null=True, help_text="The laps of the race.")

    starts_after = models.PositiveIntegerField(null=True)
    wins_after = models.PositiveIntegerField(null=True)
    top_fives_after = models.PositiveIntegerField(null=True)
    top_tens_after = models.PositiveIntegerField(null=True)
    poles_after = models.PositiveIntegerField(null=True)
    laps_led_after = models.PositiveIntegerField(null=True)
    stage_wins_after = models.PositiveIntegerField(null=True)

    objects = StatLineQuerySet.as_manager()

    class Meta:
        ordering = ["-race_order", F("finish").asc(nulls_last=True), "pk"]
        constraints = [
            models.UniqueConstraint(
                name="statline_once",
                fields=["driver", "race", "valid_from"],
                violation_error_message="This driver already has a line for that race from that day.",
            ),
            models.CheckConstraint(
                name="statline_days_in_order",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                violation_error_message="A line cannot close before it opens.",
            ),
        ]
        indexes = [
            models.Index(fields=["series", "race_order"], name="statline_by_order"),
            models.Index(fields=["driver", "race_order"], name="statline_by_driver"),
            models.Index(fields=["series", "race_order"], name="statline_firsts", condition=Q(first=True)),
            # Who won how often, of teams and makes alike.
            models.Index(fields=["team", "manufacturer"], name="statline_wins", condition=Q(finish=1, valid_to=None)),
            models.Index(fields=["track", "series", "race_order"], name="statline_by_track"),
            # These hold all that boards and pages of drivers, teams and makes count: of the table nothing is read.
            models.Index(fields=["series", "driver", *IN_TIME, *COUNTED, *OF_DRIVERS], name="statline_careers"),
            models.Index(fields=["team", "series", *IN_TIME, "driver", *COUNTED], name="statline_by_team"),
            models.Index(fields=["manufacturer", "series", *IN_TIME, "driver", *COUNTED], name="statline_by_make"),
        ]

    def __str__(self):
        return f"{self.driver}, {self.year} round {round_of(self.race_order)}"

    @property
    def team_name(self) -> str | None:
        """The team's name of the day."""
        return self.team and self.team.name_on(self.race.day)

    def natural_key(self):
        return (*self.driver.natural_key(), str(self.valid_from), *self.race.natural_key())

    natural_key.dependencies = [
        "drivers.driver",
        "drivers.team",
        "drivers.manufacturer",
        "races.race",
        "races.tracklayout",
        "races.season",
    ]


class RaceCoverageQuerySet(models.QuerySet["RaceCoverage"]):
    def get_by_natural_key(self, *race: Any) -> RaceCoverage:
        return self.get(race=Race.objects.get_by_natural_key(*race))

    def run_by(self, as_of: AsOf | None) -> RaceCoverageQuerySet:
        """Of points races that had been run by then; without a day, of those that have been run."""
        run = self.filter(race_order__isnull=False)
        return run.filter(as_of.run_by_then("race__season__series", "")) if as_of else run


class RaceCoverage(models.Model):
    """What the book holds of one race that was run: the ground for every “based on N of M races”."""

    race = models.OneToOneField(Race, on_delete=models.CASCADE, related_name="coverage")
    race_order = models.PositiveIntegerField(null=True)
    known_on = models.DateField(help_text="The day by which the race had been run.")
    lines = models.PositiveSmallIntegerField(help_text="Race results held.")
    whole = models.BooleanField(help_text="As many results as cars in the field.")
    winner = models.BooleanField()
    second = models.BooleanField()
    top_five = models.BooleanField()
    top_ten = models.BooleanField()
    start = models.BooleanField(help_text="The starting position of every car in the field.")
    laps = models.BooleanField(help_text="The laps of every car in the field.")
    points = models.BooleanField(help_text="The points of every car in the field.")
    status = models.BooleanField(help_text="How the race ended for every car in the field.")
    laps_led = models.BooleanField(help_text="The laps that each car led: they add up to the laps of the race.")
    pole = models.BooleanField()
    stages = models.BooleanField()
    margin = models.BooleanField(help_text="Measured in time, or known to have ended under caution.")

    objects = RaceCoverageQuerySet.as_manager()

    class Meta:
        ordering = ["-race_order", "pk"]
        verbose_name_plural = "race coverage"
        indexes = [models.Index(fields=["known_on"], name="coverage_by_day")]

    def __str__(self):
        return f"Coverage of {self.race}"

    @property
    def order(self) -> int:
        """The order, of a points race: no other has one."""
        if self.race_order is None:
            raise ValueError(f"“{self.race}” is no points race.")
        return self.race_order

    def natural_key(self):
        return self.race.natural_key()

    natural_key.dependencies = ["races.race"]


class ComputedTotals(Totals):
    """Totals that are made, with what a source does not sum."""

    lines = models.PositiveSmallIntegerField(help_text="Races listed one by one.")
    runner_ups = models.PositiveSmallIntegerField(null=True)
    runner_ups_unknown = models.PositiveSmallIntegerField(default=0)
    pole_wins = models.PositiveSmallIntegerField(null=True)
    pole_wins_unknown = models.PositiveSmallIntegerField(default=0)
    races_led_most = models.PositiveSmallIntegerField(null=True)
    races_led_most_unknown = models.PositiveSmallIntegerField(default=0)
    races_led_and_lost = models.PositiveSmallIntegerField(null=True)
    races_led_and_lost_unknown = models.PositiveSmallIntegerField(default=0)
    stage_sweeps = models.PositiveSmallIntegerField(null=True)
    stage_sweeps_unknown = models.PositiveSmallIntegerField(default=0)
    close_wins = models.PositiveSmallIntegerField(null=True)
    close_wins_unknown = models.PositiveSmallIntegerField(default=0)
    close_runner_ups = models.PositiveSmallIntegerField(null=True)
    close_runner_ups_unknown = models.PositiveSmallIntegerField(default=0)
    finish_wins = models.PositiveSmallIntegerField(default=0, help_text="Wins among the finishes known.")
    gained_sum = models.IntegerField(default=0, help_text="Start minus finish, where both are known.")
    gained_known = models.PositiveSmallIntegerField(default=0)
    share_led = models.PositiveIntegerField(default=0, help_text="Laps led, where the laps run are known too.")
    share_led_of = models.PositiveIntegerField(default=0, help_text="The laps run in those races.")
    share_led_known = models.PositiveSmallIntegerField(default=0)
    share_run = models.PositiveIntegerField(default=0, help_text="Laps run, where the laps of the race are known too.")
    share_run_of = models.PositiveIntegerField(default=0, help_text="The laps of those races.")
    share_run_known = models.PositiveSmallIntegerField(default=0)

    COUNTS = SUMMED

    class Meta:
        abstract = True


class SeasonTotals(ComputedTotals):
    """One driver's totals in one season of a series, in the book as it stands now.

    From the lines where the season is on file whole; else what a source gives and what is known after it, or the lines,
    whichever says more. Races that he may have started and that the book does not hold whole are among the unknown.
    """

    driver = models.ForeignKey(Driver, on_delete=models.CASCADE, db_index=False, related_name="season_totals")
    series = models.ForeignKey(Series, on_delete=models.CASCADE, db_index=False, related_name="+")
    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="driver_totals")
    year = models.PositiveSmallIntegerField()
    given = models.BooleanField(default=False, help_text="A count of it is a source's sum.")

    natural_lookups = ("driver__slug", "season__series__slug", "season__year")
    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        ordering = ["series", "-year", "driver"]
        verbose_name_plural = "season totals"
        constraints = [
            models.UniqueConstraint(
                name="seasontotals_once",
                fields=["driver", "season"],
                violation_error_message="This driver already has totals of that season.",
            ),
        ]
        indexes = [
            models.Index(fields=["series", "year"], name="seasontotals_by_year"),
        ]

    def __str__(self):
        return f"{self.driver}, {self.year}"

    def natural_key(self):
        return (*self.driver.natural_key(), *self.season.natural_key())

    natural_key.dependencies = ["drivers.driver", "races.season"]


class CareerTotals(ComputedTotals):
    """One driver's totals in one series, in the book as it stands now.

    The sum of his seasons, or a source's career total and what is known after it, whichever says more. Races between
    his first season and his last that he may have started are among the unknown.
    """

    driver = models.ForeignKey(Driver, on_delete=models.CASCADE, db_index=False, related_name="career_totals")
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="+")
    first_season = models.PositiveSmallIntegerField(null=True, help_text="The first with a total of its own.")
    last_season = models.PositiveSmallIntegerField(null=True)

    natural_lookups = ("driver__slug", "series__slug")
    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        ordering = ["series", "driver"]
        verbose_name_plural = "career totals"
        constraints = [
            models.UniqueConstraint(
                name="careertotals_once",
                fields=["driver", "series"],
                violation_error_message="This driver already has totals in that series.",
            ),
        ]

    def __str__(self):
        return f"{self.driver}, {self.series}"

    def natural_key(self):
        return (*self.driver.natural_key(), *self.series.natural_key())

    natural_key.dependencies = ["drivers.driver", "races.series"]


class MilestoneReached(models.Model):
    """Who reached a milestone, in which race; a null race means before the book's own count began.

    Where it is not `exact`, races before it of which the count is unknown may have brought the driver there earlier.
    """

    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="reached")
    driver = models.ForeignKey(Driver, on_delete=models.CASCADE, related_name="milestones")
    race = models.ForeignKey(Race, on_delete=models.CASCADE, null=True, related_name="+")
    count_after = models.PositiveIntegerField(help_text="The statistic after that race, or in the given totals.")
    start_number = models.PositiveIntegerField(null=True, help_text="Which start of the career it was.")
    exact = models.BooleanField(default=True, help_text="In that race, and not before it.")

    natural_lookups = ("milestone__series__slug", "milestone__statistic", "milestone__threshold", "driver__slug")
    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        ordering = ["milestone", F("race__coverage__race_order").asc(nulls_first=True), "driver__name"]
        verbose_name_plural = "milestones reached"
        constraints = [
            models.UniqueConstraint(
                name="milestonereached_once",
                fields=["milestone", "driver"],
                violation_error_message="This driver already reached that milestone.",
            ),
        ]

    def __str__(self):
        return f"{self.driver}: {self.milestone}"

    def natural_key(self):
        return (*self.milestone.natural_key(), *self.driver.natural_key())

    natural_key.dependencies = ["races.milestone", "drivers.driver", "races.race"]


class RulesVersion(models.Model):
    """By which version of the rules the derived rows of this book were made: one row, which only a rebuild writes."""

    version = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "version of the rules"
        constraints = [
            models.CheckConstraint(
                name="rulesversion_one_row",
                condition=Q(id=1),
                violation_error_message="A book has one version of its rules.",
            ),
        ]

    def __str__(self):
        return f"Version {self.version} of the rules"
