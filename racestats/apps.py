from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RacestatsConfig(AppConfig):
    name = "racestats"
    verbose_name = "racestats"

    def ready(self):
        from .serving import notices

        post_migrate.connect(notices.after_migrate, sender=self, dispatch_uid="notices after_migrate")
