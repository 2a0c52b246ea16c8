# Named as the field says it; what the columns hold is the same.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('drivers', '0002_team_names'),
        ('races', '0016_import_run_noted'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='statline',
            name='statline_once',
        ),
        migrations.RemoveConstraint(
            model_name='statline',
            name='statline_days_in_order',
        ),
        migrations.RemoveIndex(
            model_name='statline',
            name='statline_careers',
        ),
        migrations.RemoveIndex(
            model_name='statline',
            name='statline_by_team',
        ),
        migrations.RemoveIndex(
            model_name='statline',
            name='statline_by_make',
        ),
        migrations.RenameField(
            model_name='statline',
            old_name='stands_from',
            new_name='valid_from',
        ),
        migrations.RenameField(
            model_name='statline',
            old_name='stands_until',
            new_name='valid_to',
        ),
        migrations.AddIndex(
            model_name='statline',
            index=models.Index(fields=['series', 'driver', 'race_order', 'valid_from', 'valid_to', 'year', 'season', 'track', 'finish', 'laps_led', 'pole', 'stage_wins', 'margin', 'race_date', 'layout_type', 'manufacturer', 'team', 'start', 'laps', 'points', 'lead_lap', 'dnf'], name='statline_careers'),
        ),
        migrations.AddIndex(
            model_name='statline',
            index=models.Index(fields=['team', 'series', 'race_order', 'valid_from', 'valid_to', 'driver', 'year', 'season', 'track', 'finish', 'laps_led', 'pole', 'stage_wins', 'margin'], name='statline_by_team'),
        ),
        migrations.AddIndex(
            model_name='statline',
            index=models.Index(fields=['manufacturer', 'series', 'race_order', 'valid_from', 'valid_to', 'driver', 'year', 'season', 'track', 'finish', 'laps_led', 'pole', 'stage_wins', 'margin'], name='statline_by_make'),
        ),
        migrations.AddConstraint(
            model_name='statline',
            constraint=models.UniqueConstraint(fields=('driver', 'race', 'valid_from'), name='statline_once', violation_error_message='This driver already has a line for that race from that day.'),
        ),
        migrations.AddConstraint(
            model_name='statline',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='statline_days_in_order', violation_error_message='A line cannot close before it opens.'),
        ),
        migrations.AlterField(
            model_name='milestonereached',
            name='start_number',
            field=models.PositiveIntegerField(help_text='Which start of the career it was.', null=True),
        ),
    ]
