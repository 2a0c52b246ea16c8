"""Opening totals are called what they are: totals that a source gives."""

import django.db.models.deletion
from django.db import migrations, models

RELATED = {
    "driver": ("drivers.driver", django.db.models.deletion.CASCADE),
    "series": ("races.series", django.db.models.deletion.CASCADE),
    "source": ("races.source", django.db.models.deletion.PROTECT),
}
ONCE = {
    "career_once": (
        ["driver", "series"],
        models.Q(season__isnull=True),
        "This driver already has career given totals in that series.",
    ),
    "season_once": (
        ["driver", "series", "season"],
        models.Q(season__isnull=False),
        "This driver already has given totals for that season.",
    ),
}


def _nested(first, second):
    return models.Q(**{f"{first}__isnull": True}) | models.Q(**{f"{second}__isnull": True}) | models.Q(
        **{f"{first}__lte": models.F(second)}
    )


class Migration(migrations.Migration):
    dependencies = [("drivers", "0001_initial"), ("races", "0006_rules_version")]

    operations = [
        *(
            migrations.RemoveConstraint("openingtotals", f"openingtotals_{name}")
            for name in ("career_once", "season_once", "counts_nested")
        ),
        migrations.RenameModel("OpeningTotals", "GivenTotals"),
        migrations.AlterModelOptions(
            "giventotals",
            {
                "ordering": ["driver", "series", models.OrderBy(models.F("season__year"), nulls_first=True)],
                "verbose_name_plural": "given totals",
            },
        ),
        *(
            migrations.AlterField(
                "giventotals", name, models.ForeignKey(to, on_delete=on_delete, related_name="given_totals")
            )
            for name, (to, on_delete) in RELATED.items()
        ),
        *(
            migrations.AddConstraint(
                "giventotals",
                models.UniqueConstraint(
                    fields=fields, condition=condition, name=f"giventotals_{name}", violation_error_message=message
                ),
            )
            for name, (fields, condition, message) in ONCE.items()
        ),
        migrations.AddConstraint(
            "giventotals",
            models.CheckConstraint(
                condition=_nested("wins", "top_fives")
                & _nested("top_fives", "top_tens")
                & _nested("top_tens", "starts"),
                name="giventotals_counts_nested",
                violation_error_message="Wins are among the top fives, top fives among the top tens, "
                "and top tens among the starts.",
            ),
        ),
    ]
