from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "playground.metrics"

    def ready(self) -> None:
        """Count sign-ins from now on."""
        from playground.metrics import signs_in

        signs_in.listen()
