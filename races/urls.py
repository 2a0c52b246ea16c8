from django.urls import path

from drivers.views.season import SeasonView

from . import api, converters  # noqa: F401 (it registers)
from .views import closest_finishes, race, races, rulings, tracks

app_name = "races"
urlpatterns = [
    path("closest-finishes/", closest_finishes.ClosestFinishesView.as_view(), name="closest-finishes"),
    # /races/
    path("races/", races.RaceListView.as_view(), name="list"),
    path("races/<slug:series>/", races.SeriesView.as_view(), name="series"),
    path("races/<slug:series>/<year:year>/", SeasonView.as_view(), name="season"),
    path("races/<slug:series>/<year:year>/<race:key>/", race.RaceView.as_view(), name="race"),
    path("races/<slug:series>/<year:year>/<race:key>/<slug:session>/", race.SessionView.as_view(), name="session"),
    path("rulings/", rulings.RulingsView.as_view(), name="rulings"),
    # /api/
    path("api/race-document.schema.json", api.race_document_schema, name="race-document-schema"),
    path("api/races/<slug:series>/<year:year>/<race:key>", api.race_document, name="race-document"),
    # /tracks/
    path("tracks/", tracks.TrackListView.as_view(), name="tracks"),
    path("tracks/<slug:slug>/", tracks.TrackView.as_view(), name="track"),
]
