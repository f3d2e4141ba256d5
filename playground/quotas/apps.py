from django.apps import AppConfig


class QuotasConfig(AppConfig):
    name = "playground.quotas"
    label = "quotas"

    def ready(self) -> None:
        """Stand at the door through which runs come in."""
        from playground.compare.admission import ask_before_storing
        from playground.quotas.admission import follow_changes, within_quota

        ask_before_storing(within_quota)
        follow_changes()
