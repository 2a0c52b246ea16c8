"""How a race was run: its caution segments and who led when."""

from django.db import models
from django.db.models import F, Q

from .races import Race
from .results import Entry


class SegmentQuerySet(models.QuerySet):
    def get_by_natural_key(self, series: str, year: int, key: str, start_lap: int):
        return self.get(race=Race.objects.get_by_natural_key(series, year, key), start_lap=start_lap)


class Segment(models.Model):
    """A run of laps of one race, both ends counted."""

    race = models.ForeignKey(Race, on_delete=models.CASCADE)
    start_lap = models.PositiveSmallIntegerField()
    end_lap = models.PositiveSmallIntegerField()

    objects = SegmentQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["race", "start_lap"]
        constraints = [
            models.UniqueConstraint(
                name="%(class)s_once",
                fields=["race", "start_lap"],
                violation_error_message="This race already has one from that lap.",
            ),
            models.CheckConstraint(
                name="%(class)s_laps_in_order",
                condition=Q(end_lap__gte=F("start_lap")),
                violation_error_message="It cannot end before it starts.",
            ),
        ]

    def __str__(self):
        return self.in_words

    def natural_key(self):
        return (*self.race.natural_key(), self.start_lap)

    natural_key.dependencies = ["races.race", "races.entry"]

    @property
    def in_words(self) -> str:
        """“laps 5 to 9”, “lap 5”, or “at the start” where it is lap 0 alone."""
        if not self.end_lap:
            return "at the start"
        if self.start_lap == self.end_lap:
            return f"lap {self.end_lap}"
        return f"laps {self.start_lap} to {self.end_lap}"


class CautionSegment(Segment):
    """Laps under caution."""

    race = models.ForeignKey(Race, on_delete=models.CASCADE, related_name="caution_segments")
    reason = models.CharField(max_length=60, blank=True)
    comment = models.CharField(max_length=200, blank=True)
    beneficiary = models.CharField(
        "free pass", max_length=4, blank=True, help_text="The number of the car that got a lap back."
    )


class LeadSegment(Segment):
    """Laps one car led in one go. Lap 0 is who was in front at the start, and no lap led."""

    race = models.ForeignKey(Race, on_delete=models.CASCADE, related_name="lead_segments")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="lead_segments")
