"""Champions, final orders and play-offs: on their season's page, and in lists of their own."""

from django.contrib import admin

from ..models import Champion, FinalPlace, PlayOffRound
from .kit.base import BookAdmin, BookInline


class ChampionInline(BookInline):
    model = Champion
    autocomplete_fields = ("driver", "team", "manufacturer", "source")
    list_select_related = ("driver", "team", "manufacturer", "source")
    show_change_link = False


class FinalPlaceInline(BookInline):
    model = FinalPlace
    autocomplete_fields = ("driver", "source")
    list_select_related = ("driver", "source")
    show_change_link = False
    verbose_name_plural = "final order, where other than added-up points made it"


class PlayOffRoundInline(BookInline):
    model = PlayOffRound
    autocomplete_fields = ("source",)
    list_select_related = ("source",)
    show_change_link = False


@admin.register(Champion)
class ChampionAdmin(BookAdmin):
    list_display = ("season", "driver", "team", "manufacturer", "margin", "source")
    list_select_related = ("season__series", "driver", "team", "manufacturer", "source")
    list_filter = ("season__series",)
    search_fields = ("season__year", "driver__name", "driver__slug", "team__name", "note")
    autocomplete_fields = ("season", "driver", "team", "manufacturer", "source")


@admin.register(FinalPlace)
class FinalPlaceAdmin(BookAdmin):
    list_display = ("season", "place", "driver", "points", "source")
    list_select_related = ("season__series", "driver", "source")
    list_filter = ("season__series",)
    search_fields = ("season__year", "driver__name", "driver__slug")
    autocomplete_fields = ("season", "driver", "source")


@admin.register(PlayOffRound)
class PlayOffRoundAdmin(BookAdmin):
    list_display = ("season", "number", "first_race", "last_race", "drivers", "source")
    list_select_related = ("season__series", "source")
    list_filter = ("season__series",)
    search_fields = ("season__year", "season__series__name")
    autocomplete_fields = ("season", "source")
