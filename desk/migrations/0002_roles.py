"""The roles, as groups: a contributor drafts races, an editor makes them official, a publisher keeps what stands above
races. Each may do what the one before may. Whatever the owner of a site changes in them afterwards stays."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

ADD, CHANGE, DELETE = "add", "change", "delete"
ALL = (ADD, CHANGE, DELETE)
PARTS_OF_RACES = "races: entry session result reliefdriver cautionsegment leadsegment citation"
ROLES = (
    ("Contributor", ((ALL, PARTS_OF_RACES), ((ADD, CHANGE), "races: race"), ((ADD,), "races: source"),
                     ((ADD,), "drivers: driver driveralias team"))),
    ("Editor", ((ALL, "races: ruling rulingchange penalty event season track trackname tracklayout source formerslug"),
                (ALL, "drivers: driver driveralias team teamname manufacturer"),
                ((DELETE,), "races: race"), ((ADD, DELETE), "races: acceptedwarning"),
                ((CHANGE, DELETE), "newsroom: report"))),
    ("Publisher", ((ALL, "races: champion finalplace playoffround milestone era pointsformat giventotals series "
                         "seriesname"),)),
)
"""Each with what it may do beyond the one before it. All of them see everything."""
FURTHER = {"Editor": "change_official_race"}
APPS = ("drivers", "races", "newsroom")


def make_groups(apps, schema_editor):
    for label in APPS:
        # Permissions are made at the end of all migrations; these are needed now.
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0, using=schema_editor.connection.alias)
        config.models_module = None
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    of_us = Permission.objects.using(schema_editor.connection.alias).filter(content_type__app_label__in=APPS)
    held = set(of_us.filter(codename__startswith="view_"))
    for role, more in ROLES:
        for actions, tables in more:
            label, _, names = tables.partition(": ")
            codenames = [f"{action}_{name}" for action in actions for name in names.split()]
            held.update(of_us.filter(content_type__app_label=label, codename__in=codenames))
        held.update(of_us.filter(codename=FURTHER.get(role, "")))
        group, _ = Group.objects.using(schema_editor.connection.alias).get_or_create(name=role)
        group.permissions.add(*held)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("desk", "0001_upload"),
        ("drivers", "0002_team_names"),
        ("newsroom", "0001_report"),
        ("races", "0023_official_races"),
    ]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
