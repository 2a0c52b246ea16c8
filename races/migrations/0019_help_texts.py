import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('races', '0018_round_possible'),
    ]

    operations = [
        migrations.AlterField(
            model_name='acceptedwarning',
            name='run',
            field=models.ForeignKey(blank=True, help_text='The import that reported the warning.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='accepted', to='races.importrun'),
        ),
        migrations.AlterField(
            model_name='milestonereached',
            name='count_after',
            field=models.PositiveIntegerField(help_text='The statistic after that race, or in the given totals.'),
        ),
        migrations.AlterField(
            model_name='result',
            name='encumbered',
            field=models.BooleanField(default=False, help_text='The result counts, but not towards a place in the play-offs.'),
        ),
        migrations.AlterField(
            model_name='session',
            name='laps',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Of a stage: how many laps it is long.', null=True),
        ),
    ]
