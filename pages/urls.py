"""The addresses of the public site. Their names stand in two namespaces, `drivers:` and `races:`."""

from django.urls import include, path, re_path

from . import home, search, stories
from .about import about, corrections, data, glossary, privacy, report
from .api import documents, version_one
from .api.page import ApiView
from .careers import driver, drivers, head_to_head, race_log, teams_and_makes
from .for_programs import cards, feeds, sitemaps, suggestions
from .kit import converters  # noqa: F401 (it registers)
from .races import closest_finishes, race, races, rulings, schedule, season, standings, titles, tracks, weekend
from .records import finder, finder_examples, leaderboards, milestones, on_this_day, streaks

of_drivers = [
    # /drivers/
    path("drivers/", drivers.DriverListView.as_view(), name="list"),
    path("drivers/<slug:slug>/", driver.DriverView.as_view(), name="detail"),
    path("drivers/<slug:slug>/card.png", cards.driver, name="driver-card"),
    path("drivers/<slug:slug>/vs/<slug:rival>/card.png", cards.head_to_head, name="versus-card"),
    path("drivers/<slug:slug>/career.svg", driver.CareerChartView.as_view(), name="career-chart"),
    path("drivers/<slug:slug>/last-ten.svg", driver.LastTenChartView.as_view(), name="last-ten-chart"),
    path("drivers/<slug:slug>/streaks/", streaks.DriverStreaksView.as_view(), name="own-streaks"),
    path("drivers/<slug:slug>/races/", race_log.RaceLogView.as_view(), name="races"),
    path("drivers/<slug:slug>/vs/", head_to_head.RivalsView.as_view(), name="rivals"),
    path("drivers/<slug:slug>/vs/<slug:rival>/", head_to_head.VersusView.as_view(), name="versus"),
    path("drivers/<slug:slug>/vs/<slug:rival>/ahead.svg", head_to_head.AheadChartView.as_view(), name="ahead-chart"),
    # /teams/ and /manufacturers/
    path("teams/", teams_and_makes.TeamListView.as_view(), name="teams"),
    path("teams/<slug:slug>/", teams_and_makes.TeamView.as_view(), name="team"),
    path("teams/<slug:slug>/races/", race_log.TeamLogView.as_view(), name="team-races"),
    path("manufacturers/", teams_and_makes.ManufacturerListView.as_view(), name="manufacturers"),
    path("manufacturers/<slug:slug>/", teams_and_makes.ManufacturerView.as_view(), name="manufacturer"),
    path("manufacturers/<slug:slug>/races/", race_log.ManufacturerLogView.as_view(), name="manufacturer-races"),
    # /leaderboards/
    path("leaderboards/", leaderboards.LeaderboardIndexView.as_view(), name="leaderboards"),
    path("leaderboards/titles/", titles.TitleBoardView.as_view(), name="titles"),
    path("leaderboards/<slug:key>/", leaderboards.LeaderboardView.as_view(), name="leaderboard"),
    path("leaderboards/<slug:key>/card.png", cards.leaderboard, name="leaderboard-card"),
    path("leaderboards/<slug:key>/top.svg", leaderboards.BoardChartView.as_view(), name="board-chart"),
    path("champions/", titles.ChampionsView.as_view(), name="champions"),
    # /standings/
    path("standings/", standings.StandingsView.as_view(), name="latest-standings"),
    path("standings/<slug:series>/<year:year>/", standings.StandingsView.as_view(), name="standings"),
    path("standings/<slug:series>/<year:year>/rounds.svg", standings.RoundsChartView.as_view(), name="rounds-chart"),
    # /streaks/
    path("streaks/", streaks.StreakIndexView.as_view(), name="streaks"),
    path("streaks/<slug:key>/", streaks.StreakView.as_view(), name="streak"),
    # /milestones/
    path("milestones/", milestones.MilestonesView.as_view(), name="milestones"),
    path("milestones/<slug:slug>/", milestones.ClubView.as_view(), name="milestone"),
    path("milestones/<slug:slug>/way.svg", milestones.WayChartView.as_view(), name="way-chart"),
]
of_races = [
    path("finder/", finder.FinderView.as_view(), name="finder"),
    path("finder/chart.svg", finder.FinderChartView.as_view(), name="finder-chart"),
    path("finder/examples/", finder_examples.FinderExamplesView.as_view(), name="finder-examples"),
    path("closest-finishes/", closest_finishes.ClosestFinishesView.as_view(), name="closest-finishes"),
    path("closest-finishes/card.png", cards.closest_finishes, name="closest-finishes-card"),
    path("closest-finishes/to-scale.svg", closest_finishes.ToScaleChartView.as_view(), name="to-scale-chart"),
    path("closest-finishes/by-year.svg", closest_finishes.ByYearChartView.as_view(), name="by-year-chart"),
    # /races/
    path("races/", races.RaceListView.as_view(), name="list"),
    path("races/<slug:series>/", races.SeriesView.as_view(), name="series"),
    path("races/<slug:series>/<year:year>/", season.SeasonView.as_view(), name="season"),
    path("races/<slug:series>/<year:year>/<race:key>/", race.RaceView.as_view(), name="race"),
    path(
        "races/<slug:series>/<year:year>/<race:key>/laps-led.svg",
        race.LapsLedChartView.as_view(),
        name="laps-led-chart",
    ),
    path("races/<slug:series>/<year:year>/<race:key>/preview/", weekend.PreviewView.as_view(), name="preview"),
    path("races/<slug:series>/<year:year>/<race:key>/notes/", weekend.NotesView.as_view(), name="notes"),
    path("races/<slug:series>/<year:year>/<race:key>/<slug:session>/", race.SessionView.as_view(), name="session"),
    path("races/<slug:series>/<year:year>/<race:key>/card.png", cards.race, name="race-card"),
    path("corrections/", corrections.CorrectionsView.as_view(), name="corrections"),
    path("rulings/", rulings.RulingsView.as_view(), name="rulings"),
    # /tracks/
    path("tracks/", tracks.TrackListView.as_view(), name="tracks"),
    path("tracks/<slug:slug>/", tracks.TrackView.as_view(), name="track"),
    path("tracks/<slug:slug>/winners.svg", tracks.WinnersChartView.as_view(), name="winners-chart"),
    path("tracks/<slug:slug>/speeds.svg", tracks.SpeedsChartView.as_view(), name="speeds-chart"),
    # /api/
    path("api/race-document.schema.json", documents.race_document_schema, name="race-document-schema"),
    path("api/races/<slug:series>/<year:year>/<race:key>", documents.race_document, name="race-document"),
]
urlpatterns = [
    path("", home.HomeView.as_view(), name="home"),
    path("about/", about.AboutView.as_view(), name="about"),
    path("glossary/", glossary.GlossaryView.as_view(), name="glossary"),
    path("on-this-day/", on_this_day.OnThisDayView.as_view(), name="today"),
    path("on-this-day/<day:day>/", on_this_day.OnThisDayView.as_view(), name="on-this-day"),
    path("feeds/results/", feeds.results, name="feed-of-results"),
    path("feeds/milestones/", feeds.milestones, name="feed-of-milestones"),
    path("feeds/rulings/", feeds.rulings, name="feed-of-rulings"),
    path("feeds/corrections/", feeds.corrections, name="feed-of-corrections"),
    path("feeds/stories/", feeds.stories, name="feed-of-stories"),
    path("feeds/drivers/<slug:slug>/", feeds.driver, name="feed-of-driver"),
    path("feeds/schedule.ics", schedule.schedule, name="schedule"),
    path("data/", data.DataView.as_view(), name="data"),
    path("data/<str:day>/<str:name>", data.data_file, name="data-file"),
    path("privacy/", privacy.PrivacyView.as_view(), name="privacy"),
    path("stories/", stories.StoriesView.as_view(), name="stories"),
    path("stories/<slug:slug>/", stories.story, name="story"),
    path("report/", report.report, name="report"),
    path("report/thanks/", report.thanks, name="report-thanks"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.part, name="sitemap-part"),
    path("search/", search.SearchView.as_view(), name="search"),
    path("suggestions/<slug:kind>/", suggestions.suggestions, name="suggestions"),
    path("api/", ApiView.as_view(), name="api"),
    path("api/openapi.json", version_one.openapi, name="openapi"),
    path("api/v1/", version_one.index, name="api-index"),
    path("api/v1/", version_one.api.urls),
    re_path(r"^api/v1/[\s\S]", version_one.nothing_here),
    path("", include((of_drivers, "drivers"))),
    path("", include((of_races, "races"))),
]
