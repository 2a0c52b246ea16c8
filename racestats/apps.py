from django.apps import AppConfig


class RacestatsConfig(AppConfig):
    name = "racestats"
    verbose_name = "racestats"
