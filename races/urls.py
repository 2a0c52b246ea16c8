from django.urls import path, register_converter

from . import api, views


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
    path("closest-finishes/", views.ClosestFinishesView.as_view(), name="closest-finishes"),
    # /races/
    path("races/", views.RaceListView.as_view(), name="list"),
    path("races/<slug:series>/", views.SeriesView.as_view(), name="series"),
    path("races/<slug:series>/<year:year>/", views.SeasonView.as_view(), name="season"),
    path("races/<slug:series>/<year:year>/<race:key>/", views.RaceView.as_view(), name="race"),
    path("races/<slug:series>/<year:year>/<race:key>/<slug:session>/", views.SessionView.as_view(), name="session"),
    # /api/
    path("api/race-document.schema.json", api.race_document_schema, name="race-document-schema"),
    path("api/races/<slug:series>/<year:year>/<race:key>", api.race_document, name="race-document"),
    # /tracks/
    path("tracks/", views.TrackListView.as_view(), name="tracks"),
    path("tracks/<slug:slug>/", views.TrackView.as_view(), name="track"),
]
