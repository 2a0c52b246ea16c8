import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('races', '0008_what_is_known'),
    ]

    operations = [
        migrations.AddField(
            model_name='era',
            name='closest_known',
            field=models.DecimalField(blank=True, decimal_places=3, help_text='In seconds: every finish of the era with a margin of at most so much is in this book, so these are ranked though other margins are unknown. Empty: not known.', max_digits=7, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='closest finishes known to'),
        ),
        migrations.AddField(
            model_name='era',
            name='closest_known_through',
            field=models.DateField(blank=True, help_text='The day up to which that was looked up.', null=True, verbose_name='known through'),
        ),
        migrations.AddConstraint(
            model_name='era',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closest_known__isnull', True), ('closest_known_through__isnull', True)), models.Q(('closest_known__gte', 0), ('closest_known_through__isnull', False)), _connector='OR'), name='era_closest_known_through', violation_error_message='How close and through which day: say both, or neither.'),
        ),
    ]
