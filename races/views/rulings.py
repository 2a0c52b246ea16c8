"""The ledger of rulings: every dated decision that changed the book."""

from __future__ import annotations

from django.db.models import Count, Prefetch, Q

from racestats import formatting
from racestats.pages import TablePageView

from ..filters import RulingFilter
from ..models import Citation, Penalty, Ruling, RulingChange
from ..tables.rulings import RulingTable
from .scoped import scope_page


class RulingsView(TablePageView):
    template_name = "races/rulings.html"
    filterset_class = RulingFilter

    def get_page(self, filters):
        scope = filters.scope
        races = scope.narrowed(driver=None, as_of=None).races()
        rulings = Ruling.objects.filter(race__in=races)
        if scope.as_of:
            rulings = rulings.filter(announced__lte=scope.as_of.day)
        total = rulings.count()
        if scope.driver:
            mine = Q(changes__result__entry__driver=scope.driver) | Q(penalties__driver=scope.driver)
            rulings = rulings.filter(pk__in=Ruling.objects.filter(mine).values("pk"))
        if kind := filters.value("kind"):
            rulings = rulings.filter(kind=kind)
        table = RulingTable(
            rulings.annotate(changed=Count("changes"))
            .select_related("race__season__series", "race__event", "race__layout__track")
            .prefetch_related(
                Prefetch("changes", RulingChange.objects.select_related("result__entry__driver")),
                Prefetch("penalties", Penalty.objects.select_related("driver")),
                Prefetch("citations", Citation.objects.select_related("source")),
            ),
            order_by="-announced",
        )
        count = len(table.rows)
        notes = [
            f"{formatting.plural(count, 'ruling')} on points races: disqualifications, penalties, appeals and "
            "corrections. The results hold the book as amended; each ruling says what stood before it.",
        ]
        return scope_page("Rulings", filters, scope, {"rulings": table}, notes=notes, total=total, matching=count)
