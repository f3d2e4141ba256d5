from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "playground.alerts"
    label = "alerts"
