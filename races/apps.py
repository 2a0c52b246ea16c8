from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RacesConfig(AppConfig):
    name = "races"
    verbose_name = "Races and the record book"

    def ready(self):
        from . import former_slugs
        from .derived import signals, upgrade

        signals.connect()
        former_slugs.connect()
        # It is sent for one app after the other when the migrations of all of them are in.
        post_migrate.connect(upgrade.after_migrate, sender=self, dispatch_uid="book after_migrate")
