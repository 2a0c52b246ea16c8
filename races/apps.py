from django.apps import AppConfig


class RacesConfig(AppConfig):
    name = "races"
    verbose_name = "Races and the record book"

    def ready(self):
        from .derived import signals

        signals.connect()
