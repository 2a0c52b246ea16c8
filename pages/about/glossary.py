"""The glossary: every statistic, and the words of racing and of records that the site uses."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify

from races.statistics import CLOSE, STATISTICS, TITLES
from racestats import formatting
from racestats.addresses import address_of

from ..kit.filters.filter_sets import ScopeFilterSet
from ..kit.forms import TablePageView
from ..kit.scoped import ACTIVE
from ..kit.tables.base import BaseTable
from ..kit.tables.columns import Column, NoteColumn
from ..kit.tables.table_page import TablePage


class Term(NamedTuple):
    """A word, what is written for it where there is little room, what it means, and the page that shows it."""

    term: str
    meaning: str
    abbreviation: str = ""
    page: str = ""

    @property
    def url(self) -> str | None:
        return address_of(self.page) if self.page else None


class Explained(NamedTuple):
    """A statistic as a term."""

    term: str
    meaning: str
    abbreviation: str
    url: str


TERMS = (
    Term("Active", f"{ACTIVE}."),
    Term("As of", "The records as they stood at the end of a day, without later races and later rulings."),
    Term("At least", "A count that may be higher: of some races it is not known what they add.", "+"),
    Term("Caution", "Laps behind the pace car, under the yellow flag. A race that ends under it has no margin."),
    Term(
        "Champion",
        "Whose a season's title is, as it was awarded. It is never worked out from points.",
        "",
        "drivers:champions",
    ),
    Term(
        "Close finish",
        f"A race won by {formatting.margin(CLOSE)} seconds or less.",
        page="races:closest-finishes",
    ),
    Term("Club", "All who have reached a milestone, in the order in which they did.", page="drivers:milestones"),
    Term("Did not finish", "Out of the race before its end; a car many laps down that still runs has finished.", "DNF"),
    Term("Did not qualify", "An entry that did not make the race. It is no start.", "DNQ"),
    Term("Disqualified", "Put out of its place by a ruling. The start stays; each ruling says what else went.", "DQ"),
    Term("Encumbered", "A win that stands, but counted for less because the car broke a rule."),
    Term("Era", "The seasons under one kind of rules or cars, from one day to another, such as Next Gen."),
    Term("Evidence", "The races behind a figure: every count leads to them."),
    Term("Exact", "A count of which every race is known. It is written without a plus."),
    Term("Exhibition", "A race outside the season's points, such as the Clash. It is in no career count."),
    Term("Field", "All cars that started. It is on file whole where there are as many results as cars."),
    Term("Ineligible", "A driver who scores in another series: the result counts, and gives no points."),
    Term("Layout", "One of the ways a track has been raced: its length, surface and turns.", page="races:tracks"),
    Term("Lead change", "Another leader at the line than a lap before. Passes elsewhere on the track do not count."),
    Term("Lead lap", "The lap of the winner: who finishes on it is no lap behind.", "LL"),
    Term("Make", "The manufacturer of a car.", page="drivers:manufacturers"),
    Term(
        "Margin of victory",
        "The time between the first two cars at the line. It stays what was measured where a ruling moves one of them. "
        "Margins in laps or car lengths are not compared with seconds.",
        page="races:closest-finishes",
    ),
    Term("Milestone", "A round number worth a club, such as 50 wins.", page="drivers:milestones"),
    Term("On file", "What we have of a race, a driver or a season; there may have been more."),
    Term("Pace per race", "What a driver adds in one start, by the races of this season and the last."),
    Term("Penalty", "Points taken of a season by a ruling. The points of the race stay.", page="races:rulings"),
    Term(
        "Play-offs",
        "The last rounds of a season, since 2004; points are set anew for those who make them.",
    ),
    Term("Points race", "A race of the season's championship: these make starts, wins and all other counts."),
    Term("Pole", "The award for the fastest in qualifying; there is none where that did not set the lineup.", "P"),
    Term("Rank", "A place on a list. Those who are level share it, written T2, and the next places are left out.", "T"),
    Term("Relief driver", "Took over a car during a race. The result belongs to the driver who started in it."),
    Term("Round", "The number of a points race within its season."),
    Term("Ruling", "A dated decision that changed a result or took points after the race.", page="races:rulings"),
    Term("Stage", "A part of a race that gives points of its own, since 2017."),
    Term("Standings", "Drivers by the points of a season, after each round.", page="drivers:latest-standings"),
    Term("Streak", "Two or more races in a row of a kind. What is unknown ends it.", page="drivers:streaks"),
    Term("Total of a source", "A count that a source has added up; the races after it are counted on top."),
    Term("Track type", "Superspeedway, intermediate, short track, road course or dirt, where a source tells."),
    Term("Unknown", "Written as a dash. It is never counted as zero.", "—"),
    Term("Winner", "Who won officially, after rulings; not always who crossed the line first."),
)


class TermColumn(Column):
    """A term, to which an address can lead: /glossary/#pole."""

    def html(self, record) -> SafeString:
        term = self.write(record)
        return format_html('<span id="{}">{}</span>', slugify(term), term)


class AbbreviationColumn(NoteColumn):
    priority = 1


class TermTable(BaseTable):
    heads_rows = "term"

    term = TermColumn("Term", url="url")
    abbreviation = AbbreviationColumn("Short", title="As it is written where there is little room")
    meaning = Column("Meaning", orderable=False)


class GlossaryView(TablePageView):
    template_name = "pages/glossary.html"
    filterset_class = ScopeFilterSet

    def get_page(self, filters) -> TablePage:
        statistics = [
            Explained(
                each.label,
                formatting.sentence(each.tooltip),
                each.abbreviation,
                address_of("drivers:titles") if each is TITLES else address_of("drivers:leaderboard", each.key),
            )
            for each in (*STATISTICS.values(), TITLES)
        ]
        return TablePage(
            "Glossary",
            {
                "statistics": TermTable(statistics, caption="Statistics"),
                "terms": TermTable(TERMS, caption="Terms", prefix="terms-"),
            },
            total=len(statistics),
            matching=len(statistics),
            context={"sections": [("table", "Statistics"), ("terms-table", "Terms")]},
        )
