from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "playground.analytics"
    label = "analytics"

    def ready(self) -> None:
        """Let Django know of the model that stands beside what fills it."""
        from playground.analytics import sampling  # noqa: F401
