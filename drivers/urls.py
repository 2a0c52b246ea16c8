from django.urls import path

from .views import drivers, leaderboards, milestones

app_name = "drivers"
urlpatterns = [
    # /drivers/
    path("drivers/", drivers.DriverListView.as_view(), name="list"),
    path("drivers/<slug:slug>/", drivers.DriverView.as_view(), name="detail"),
    path("drivers/<slug:slug>/races/", drivers.RaceLogView.as_view(), name="races"),
    # /leaderboards/
    path("leaderboards/", leaderboards.LeaderboardIndexView.as_view(), name="leaderboards"),
    path("leaderboards/<slug:key>/", leaderboards.LeaderboardView.as_view(), name="leaderboard"),
    # /milestones/
    path("milestones/", milestones.MilestonesView.as_view(), name="milestones"),
    path("milestones/<slug:slug>/", milestones.ClubView.as_view(), name="milestone"),
]
