"""Publishers write stories; the others look at them."""

from django.contrib.auth.management import create_permissions
from django.db import migrations


def grant(apps, schema_editor):
    # Permissions are made at the end of all migrations; these are needed now.
    config, alias = apps.get_app_config("newsroom"), schema_editor.connection.alias
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0, using=alias)
    config.models_module = None
    of_stories = apps.get_model("auth", "Permission").objects.using(alias).filter(
        content_type__app_label="newsroom", content_type__model="story"
    )
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(
        name__in=("Contributor", "Editor", "Publisher")
    ):
        may = of_stories if group.name == "Publisher" else of_stories.filter(codename="view_story")
        group.permissions.add(*may)


class Migration(migrations.Migration):
    dependencies = [("desk", "0002_roles"), ("newsroom", "0002_story")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
