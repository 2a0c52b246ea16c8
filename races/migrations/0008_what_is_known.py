from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("races", "0007_given_totals"),
    ]

    operations = [
        migrations.AlterField(
            model_name="racecoverage",
            name="laps_led",
            field=models.BooleanField(help_text="The laps that each car led: they add up to the laps of the race."),
        ),
    ]
