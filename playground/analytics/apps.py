from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "playground.analytics"
    label = "analytics"

    def ready(self) -> None:
        """Let Django know of the models that stand beside what fills them."""
        from playground.analytics import days, sampling  # noqa: F401
