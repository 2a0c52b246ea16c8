from django.db import migrations, models
from django.db.models import Exists, OuterRef

COLUMNS = {
    "start": "The starting position of every car in the field.",
    "laps": "The laps of every car in the field.",
    "points": "The points of every car in the field.",
}


def mark_known(apps, schema_editor):
    """Lines made before these columns were there hold all they are made from."""
    coverage = apps.get_model("races", "RaceCoverage").objects
    lines = apps.get_model("races", "StatLine").objects.filter(race=OuterRef("race"), stands_until=None)
    for column in COLUMNS:
        unknown = lines.filter(**{f"{column}__isnull": True})
        coverage.filter(Exists(lines), ~Exists(unknown), whole=True).update(**{column: True})


class Migration(migrations.Migration):
    dependencies = [
        ("races", "0004_stat_line_indexes"),
    ]

    operations = [
        *(
            migrations.AddField(
                model_name="racecoverage",
                name=column,
                field=models.BooleanField(default=False, help_text=text),
                preserve_default=False,
            )
            for column, text in COLUMNS.items()
        ),
        migrations.RunPython(mark_known, migrations.RunPython.noop),
    ]
