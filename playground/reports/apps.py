from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "playground.reports"
    label = "reports"
