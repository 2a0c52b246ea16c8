"""What happened: one module per noun. Import the models from here."""

from .checks import AcceptedWarning, ImportWarning, RaceCheck
from .derived import CareerTotals, MilestoneReached, RaceCoverage, RulesVersion, SeasonTotals, StatLine
from .findable import Findable, FindableWord
from .former_slugs import FormerSlug
from .points import PointsFormat
from .races import Event, Race
from .results import Entry, ReliefDriver, Result, Session
from .rulings import Penalty, RevokedRuling, Ruling, RulingChange
from .segments import CautionSegment, LeadSegment
from .series import Era, Season, Series, SeriesName
from .sources import Citation, ImportRun, Source
from .titles import Champion, FinalPlace, PlayOffRound
from .totals import GivenTotals, Milestone
from .tracks import Track, TrackLayout, TrackName

__all__ = [
    "AcceptedWarning",
    "CareerTotals",
    "CautionSegment",
    "Champion",
    "Citation",
    "Entry",
    "Era",
    "Event",
    "FinalPlace",
    "Findable",
    "FindableWord",
    "FormerSlug",
    "GivenTotals",
    "ImportRun",
    "ImportWarning",
    "LeadSegment",
    "Milestone",
    "MilestoneReached",
    "Penalty",
    "PlayOffRound",
    "PointsFormat",
    "Race",
    "RaceCheck",
    "RaceCoverage",
    "ReliefDriver",
    "Result",
    "RevokedRuling",
    "RulesVersion",
    "Ruling",
    "RulingChange",
    "Season",
    "SeasonTotals",
    "Series",
    "SeriesName",
    "Session",
    "Source",
    "StatLine",
    "Track",
    "TrackLayout",
    "TrackName",
]
