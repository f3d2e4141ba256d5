"""What a person says of a rule. Fields that its measure has no use for are left out."""

from collections.abc import Iterable
from typing import Any

from django import forms

from inference.profiles import offered
from playground.alerts.addresses import MOST_CHARACTERS, BadAddress, target_of
from playground.alerts.kinds import LEAST_GOOD_MINUTES, MOST_MINUTES, WINDOWS, Kind
from playground.alerts.models import Measure, Rule

MOST_REQUESTS = 1_000_000
UNITS = {"ms": "milliseconds", "%": "percent", "s": "seconds"}
MUTES = {"hour": "for an hour", "day": "for a day", "week": "for a week", "on": "until unmuted"}
WRITTEN = (
    "name", "limit", "profile", "window_minutes", "at_least", "fire_after", "resolve_after",
    "by_email", "webhook_url",
)  # fmt: skip


def _number(label: str, lowest: int, highest: int, initial: int) -> forms.IntegerField:
    words = f"From {lowest:,} to {highest:,}."
    return forms.IntegerField(
        label=label, min_value=lowest, max_value=highest, initial=initial, help_text=words,
        widget=forms.NumberInput(attrs={"class": "input"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), words),
    )  # fmt: skip


def _choice(choices: Iterable[tuple[Any, str]], **more: Any) -> dict[str, Any]:
    return {"choices": list(choices), "widget": forms.Select(attrs={"class": "select"}), **more}


class RuleForm(forms.Form):
    """A rule on one measure."""

    name = forms.CharField(
        label="Name",
        max_length=80,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    profile = forms.ChoiceField(label="Model")
    limit = forms.FloatField()
    window_minutes = forms.TypedChoiceField(
        label="Looked at", coerce=int, initial=5, **_choice(WINDOWS.items())
    )
    at_least = _number("Requests that it takes to judge", 1, MOST_REQUESTS, 20)
    fire_after = _number("Fires after so many bad minutes in a row", 1, MOST_MINUTES, 3)
    resolve_after = _number(
        "Over after so many good minutes in a row", LEAST_GOOD_MINUTES, MOST_MINUTES, 5
    )
    by_email = forms.BooleanField(required=False, initial=True)
    webhook_url = forms.CharField(
        label="Webhook", required=False, max_length=MOST_CHARACTERS,
        widget=forms.TextInput(
            attrs={"class": "input", "autocomplete": "off", "placeholder": "https://"}
        ),
    )  # fmt: skip

    def __init__(self, kind: Kind, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.kind = kind
        self.fields["profile"] = self._profiles()
        self.fields["limit"] = self._limit()
        self.fields["name"].initial = kind.title
        for name in self._unused():
            del self.fields[name]

    @classmethod
    def of(cls, rule: Rule, kind: Kind) -> "RuleForm":
        """The form with what holds now."""
        return cls(kind, initial={name: getattr(rule, name) for name in WRITTEN})

    def _unused(self) -> list[str]:
        unused = [] if self.kind.counts else ["window_minutes", "at_least"]
        unused += [] if self.kind.names_profile else ["profile"]
        return unused if self.kind.unit else [*unused, "limit"]

    def _profiles(self) -> forms.ChoiceField:
        """What is offered; and what the rule names, though it may no longer be."""
        names = list(dict.fromkeys([*offered(), self.initial.get("profile", "")]))
        choices = [(name, name) for name in names if name]
        every = [] if self.kind.names_profile == "one" else [("", "Any model")]
        words = "“%(value)s” is none of the models here."
        return forms.ChoiceField(
            label="Model", required=not every, error_messages={"invalid_choice": words},
            **_choice([*every, *choices]),
        )  # fmt: skip

    def _limit(self) -> forms.FloatField:
        kind = self.kind
        words = f"From {kind.lowest:,g} to {kind.highest:,g} {UNITS.get(kind.unit, '')}."
        return forms.FloatField(
            label=f"Limit, in {UNITS.get(kind.unit, '')}", min_value=kind.lowest,
            max_value=kind.highest, initial=kind.usual, help_text=words,
            widget=forms.NumberInput(attrs={"class": "input", "step": "any"}),
            error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), words),
        )  # fmt: skip

    def clean_webhook_url(self) -> str:
        url: str = self.cleaned_data["webhook_url"]
        try:
            if url:
                target_of(url)
        except BadAddress as error:
            raise forms.ValidationError(str(error)) from error
        return url

    def written(self) -> dict[str, Any]:
        """The rule's fields, as a valid form has them."""
        return {"limit": 0.0, "profile": "", **self.cleaned_data}


class MuteForm(forms.Form):
    """For how long nothing is sent; “off” ends it."""

    how = forms.ChoiceField(choices=[*MUTES.items(), ("off", "Unmute")])


class KindForm(forms.Form):
    """What a new rule is to look at."""

    kind = forms.ChoiceField(choices=Measure.choices)
