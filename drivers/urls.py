from django.urls import path

from races import converters  # noqa: F401 (it registers)

from .views import drivers, head_to_head, leaderboards, makers, milestones, race_log, standings, streaks

app_name = "drivers"
urlpatterns = [
    # /drivers/
    path("drivers/", drivers.DriverListView.as_view(), name="list"),
    path("drivers/<slug:slug>/", drivers.DriverView.as_view(), name="detail"),
    path("drivers/<slug:slug>/streaks/", streaks.DriverStreaksView.as_view(), name="own-streaks"),
    path("drivers/<slug:slug>/races/", race_log.RaceLogView.as_view(), name="races"),
    # /teams/ and /manufacturers/
    path("teams/", makers.TeamListView.as_view(), name="teams"),
    path("teams/<slug:slug>/", makers.TeamView.as_view(), name="team"),
    path("teams/<slug:slug>/races/", race_log.TeamLogView.as_view(), name="team-races"),
    path("manufacturers/", makers.ManufacturerListView.as_view(), name="manufacturers"),
    path("manufacturers/<slug:slug>/", makers.ManufacturerView.as_view(), name="manufacturer"),
    path("manufacturers/<slug:slug>/races/", race_log.ManufacturerLogView.as_view(), name="manufacturer-races"),
    path("drivers/<slug:slug>/vs/", head_to_head.RivalsView.as_view(), name="rivals"),
    path("drivers/<slug:slug>/vs/<slug:rival>/", head_to_head.VersusView.as_view(), name="versus"),
    # /leaderboards/
    path("leaderboards/", leaderboards.LeaderboardIndexView.as_view(), name="leaderboards"),
    path("leaderboards/<slug:key>/", leaderboards.LeaderboardView.as_view(), name="leaderboard"),
    # /standings/
    path("standings/", standings.StandingsView.as_view(), name="latest-standings"),
    path("standings/<slug:series>/<year:year>/", standings.StandingsView.as_view(), name="standings"),
    # /streaks/
    path("streaks/", streaks.StreakIndexView.as_view(), name="streaks"),
    path("streaks/<slug:key>/", streaks.StreakView.as_view(), name="streak"),
    # /milestones/
    path("milestones/", milestones.MilestonesView.as_view(), name="milestones"),
    path("milestones/<slug:slug>/", milestones.ClubView.as_view(), name="milestone"),
]
