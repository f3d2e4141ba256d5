from django.apps import AppConfig


class EnginesConfig(AppConfig):
    name = "playground.engines"
    label = "engines"
