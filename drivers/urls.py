from django.urls import path

from . import views

app_name = "drivers"
urlpatterns = [
    # /drivers/
    path("drivers/", views.DriverListView.as_view(), name="list"),
    path("drivers/<slug:slug>/", views.DriverView.as_view(), name="detail"),
    path("drivers/<slug:slug>/races/", views.RaceLogView.as_view(), name="races"),
    # /leaderboards/
    path("leaderboards/", views.LeaderboardIndexView.as_view(), name="leaderboards"),
    path("leaderboards/<slug:key>/", views.LeaderboardView.as_view(), name="leaderboard"),
    # /milestones/
    path("milestones/", views.MilestonesView.as_view(), name="milestones"),
    path("milestones/<slug:slug>/", views.ClubView.as_view(), name="milestone"),
]
