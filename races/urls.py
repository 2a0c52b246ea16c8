from django.urls import path, register_converter

from . import api
from .views import closest_finishes, race, races, tracks


class YearConverter:
    """Four digits: no year an address names can be too large to look up."""

    regex = "[0-9]{4}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{int(value):04d}"


class RaceKeyConverter:
    """A round without a leading zero, or the slug of a race without a round."""

    regex = "[1-9][0-9]{0,2}|[0-9-]*[a-z][a-z0-9-]*"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return str(value)


register_converter(YearConverter, "year")
register_converter(RaceKeyConverter, "race")

app_name = "races"
urlpatterns = [
    path("closest-finishes/", closest_finishes.ClosestFinishesView.as_view(), name="closest-finishes"),
    # /races/
    path("races/", races.RaceListView.as_view(), name="list"),
    path("races/<slug:series>/", races.SeriesView.as_view(), name="series"),
    path("races/<slug:series>/<year:year>/", races.SeasonView.as_view(), name="season"),
    path("races/<slug:series>/<year:year>/<race:key>/", race.RaceView.as_view(), name="race"),
    path("races/<slug:series>/<year:year>/<race:key>/<slug:session>/", race.SessionView.as_view(), name="session"),
    # /api/
    path("api/race-document.schema.json", api.race_document_schema, name="race-document-schema"),
    path("api/races/<slug:series>/<year:year>/<race:key>", api.race_document, name="race-document"),
    # /tracks/
    path("tracks/", tracks.TrackListView.as_view(), name="tracks"),
    path("tracks/<slug:slug>/", tracks.TrackView.as_view(), name="track"),
]
