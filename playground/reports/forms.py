"""What a person says about their reports."""

from zoneinfo import ZoneInfo

from django import forms

from playground.analytics.filters import zones


class SubscriptionForm(forms.Form):
    """Whose weeks to report."""

    zone = forms.CharField(
        label="Time zone",
        max_length=60,
        help_text="Weeks begin on Monday there; the report comes on the Monday after, from 8:00.",
        widget=forms.TextInput(
            attrs={
                "class": "input",
                "autocomplete": "off",
                "spellcheck": "false",
                "list": "report-zones",
            }
        ),
    )

    def clean_zone(self) -> ZoneInfo:
        name: str = self.cleaned_data["zone"]
        if name not in zones():
            raise forms.ValidationError(
                f"“{name}” is no time zone. Write one like Europe/Berlin or UTC."
            )
        return ZoneInfo(name)
