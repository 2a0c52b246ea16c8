import re

from django.db import migrations, models

ROAD = re.compile(r"\b(aut[oó]dromo|circuit|road course|streets of|street (course|race))\b", re.IGNORECASE)


def forget_guessed_types(apps, schema_editor):
    """An import called a layout of which its source told nothing an intermediate oval."""
    layouts = apps.get_model("races", "TrackLayout").objects.select_related("track")
    guessed = layouts.filter(type="intermediate", name="Oval", length=None, surface="", label="", note="")
    for layout in guessed:
        layout.type, layout.name = ("road-course", "Course") if ROAD.search(layout.track.name) else ("", "Track")
        layout.save(update_fields=["type", "name"])
        apps.get_model("races", "StatLine").objects.filter(layout=layout).update(layout_type=layout.type)


class Migration(migrations.Migration):

    dependencies = [
        ('races', '0010_season_totals'),
    ]

    operations = [
        migrations.AlterField(
            model_name='tracklayout',
            name='type',
            field=models.CharField(blank=True, choices=[('superspeedway', 'Superspeedway'), ('intermediate', 'Intermediate'), ('short-track', 'Short track'), ('road-course', 'Road course'), ('dirt', 'Dirt')], help_text='Empty: unknown.', max_length=20),
        ),
        migrations.RunPython(forget_guessed_types, migrations.RunPython.noop),
    ]
