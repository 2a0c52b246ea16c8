from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("races", "0007_given_totals"),
    ]

    operations = [
        # Whose rows older rules made are rebuilt after the migrations.
        migrations.AddField(
            model_name="racecoverage",
            name="status",
            field=models.BooleanField(default=False, help_text="How the race ended for every car in the field."),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="racecoverage",
            name="laps_led",
            field=models.BooleanField(help_text="The laps that each car led: they add up to the laps of the race."),
        ),
    ]
