# A round of 1000 would stand in the order of races as one of the next year.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('races', '0017_valid_from'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='race',
            constraint=models.CheckConstraint(condition=models.Q(('round__isnull', True), ('round__lte', 999), _connector='OR'), name='race_round_possible', violation_error_message='A season has 999 rounds at most.'),
        ),
    ]
