from django.apps import AppConfig


class ChangesConfig(AppConfig):
    name = "changes"
    verbose_name = "History of the book"

    def ready(self):
        from . import signals

        signals.connect()
