from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class AccountsConfig(AppConfig):
    name = "playground.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Find what each app tells of a person, and listen to changes of their secrets."""
        from playground.accounts.people.sessions import end_others_on_new_secrets

        autodiscover_modules("personal_data")
        end_others_on_new_secrets()
